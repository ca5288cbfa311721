"""Lengths as the compiler knows them, against numbers; shapes that are worked out, against NumPy's."""

from __future__ import annotations

import random
from typing import Any

import array_oracle
import numpy as np
import pytest

from bpcompile import CompileError, compile_source
from bpcompile.ir.lengths import Dim, Less, Sum, Unknown, differ, difference, minus, plus, product, quotient, times


def at(dim: Dim, names: dict[str, int]) -> int:
    """Return what a length is."""
    if isinstance(dim, Less):
        return max(at(dim.of, names) - dim.by, 0)
    if isinstance(dim, Sum):
        return sum(k * int(np.prod([at(a, names) for a in atoms])) for atoms, k in dim.terms)
    return dim if isinstance(dim, int) else names[str(dim)]


def some_length(source: random.Random, depth: int) -> Dim:
    if depth == 0:
        return source.choice([0, 1, 2, 3, "n", "m"])
    one, other = some_length(source, depth - 1), some_length(source, depth - 1)
    return source.choice(
        [lambda: plus(one, other), lambda: times(one, other), lambda: minus(one, source.randint(0, 3))]
    )()


def test_arithmetic_of_lengths() -> None:
    source = random.Random(1)
    for _ in range(3000):
        a, b = some_length(source, 2), some_length(source, 2)
        for n, m in ((0, 0), (0, 1), (1, 3), (4, 2), (5, 5)):
            names = {"n": n, "m": m}
            x, y = at(a, names), at(b, names)
            assert (at(plus(a, b), names), at(times(a, b), names)) == (x + y, x * y), (a, b)
            assert at(minus(a, 2), names) == max(x - 2, 0)
            if (rest := difference(a, b)) is not None:
                assert at(rest, names) == x - y
            if (share := quotient(a, b)) is not None:
                assert at(share, names) * y == x
            assert a != b or x == y


def test_two_ways_to_a_length_are_one() -> None:
    assert plus("n", plus("m", 1)) == plus(1, plus("m", "n"))
    assert times("n", plus("m", "n")) == plus(times("n", "n"), times("m", "n"))
    assert minus(minus("n", 1), 1) == minus("n", 2) and minus(plus("n", 3), 2) == plus("n", 1)
    assert product(["n", 2, "m"]) == times("m", times("n", 2)) and quotient(times("n", "m"), "m") == "n"
    assert Unknown() != Unknown() and plus(one := Unknown(), 1) == plus(1, one)
    assert [str(d) for d in (minus("n", 1), times("n", "m"), plus(2, "n"))] == ["n-1", "n*m", "n+2"]
    assert differ("n", "m") and differ(2, 3) and differ("n", minus("n", 1)) and differ(plus("n", 1), "n")
    assert not differ("n", 3) and not differ(minus("n", 1), "m") and not differ(Unknown(), "n")


EXPRESSIONS = """
x + y; x * v; x[1:]; x[:-1]; x[1:-1]; x[::-1]; x[0]; x[:, 0]; x[None]; x[..., 0]; x[:, None, 1:]; x[0:len(x)]
v[None, :]; x[-1]; x[:, -1]; x[[0, 1]]; x[np.arange(2)]; x[np.arange(2), 1]; x[:, np.arange(2)]
x[None, np.arange(2)]; x[x > 0]; x[np.argsort(v) * 0]; x[np.arange(2), None, 1]; x[0, :, None]
x[np.array([0, 1])]; v[np.argmax(v)]; x[..., np.arange(2)]; x[1][:2]; s[0, :, np.arange(2)]
s[:, 0, np.arange(2)]; s[0, np.arange(2)]; s[np.arange(2)[:, None], np.arange(2)]; s[:, None, 0]; x.T; s.T
np.transpose(s, (2, 0, 1)); np.swapaxes(s, 0, -1); np.moveaxis(s, 0, -1); np.moveaxis(s, (0, 1), (1, 0))
np.expand_dims(x, 1); np.expand_dims(x, (0, -1)); np.squeeze(x[None], 0); np.squeeze(x[:, None, :], axis=1)
x.reshape(-1); x.reshape(len(x), -1); np.reshape(x, (x.shape[1], x.shape[0])); s.reshape(-1, s.shape[2])
x.ravel(); s.flatten(); np.concatenate((x, y)); np.concatenate((x, y, x), axis=1)
np.concatenate((x, y))[:len(x)]; np.stack((x, y)); np.stack((x, y), -1); np.concatenate((x, y))[len(x):]
np.hstack((v, v)); np.vstack((x, y)); np.cumsum(x); np.cumsum(x, axis=0); np.sort(x, axis=None)
np.sum(s, axis=1); np.sum(s, axis=(0, -1)); np.mean(s, axis=-1, keepdims=True); np.max(x, keepdims=True)
x @ x.T; x @ v; v @ v; np.dot(s, x.T); np.dot(2.0, x); np.dot(v, x.T); s @ x.T; x.T @ s[..., 0].T
s @ s.swapaxes(1, 2); np.outer(x, v); np.outer(v, v); np.einsum('ij,kj->ik', x, y); np.einsum('ij,j->i', x, v)
np.einsum('i,j->ij', v, v); np.einsum('abc,c->ba', s, v); np.zeros(3) * 2 + v[0]; np.zeros((len(x), 2))
np.ones(x.shape[1]); np.eye(len(x)); np.eye(2, 3); np.ones_like(s); np.arange(4); np.arange(1, 9, 3)
np.arange(len(x)); np.linspace(0, 1, 5); np.linspace(0, 1); np.zeros(len(x) - 1); np.zeros(len(x) * 2 + 1)
np.diag(v); np.diag(x @ x.T); np.tril(x); np.flip(x); np.roll(x, 1); np.where(x > 0, x, v)
np.broadcast_to(v, (len(x), len(v))); np.linalg.inv(x @ x.T); np.linalg.solve(x @ x.T, x); np.trace(s)
np.trace(x); np.linalg.det(x @ x.T); (x > 0) * v; -s; x ** 2
"""
HEAD = 'import numpy as np\n\n\ndef f(x: "n m", y: "n m", v: "m", s: "a n m", t: ""):\n'
UNSTATED = ("x > 0]", "x[1][:2]")
SIZES = ((2, 3, 2), (3, 2, 4), (2, 2, 3))


@pytest.mark.parametrize("expression", [e for line in EXPRESSIONS.strip().split("\n") for e in line.split("; ")])
def test_shapes_are_worked_out(expression: str) -> None:
    """Each shape that a line states is true; that of the expression is stated, where it is one."""
    source = HEAD + f"    z = {expression}\n    return np.sum(z * z) * t\n"
    text = compile_source(source, verify=False)
    for n, m, a in SIZES:
        random = np.random.default_rng(1)
        args = [random.normal(size=size) for size in ((n, m), (n, m), (m,), (a, n, m), ())]
        named: dict[str, Any] = {}
        for name, shape, stated in array_oracle.stated_shapes(text, "f_grad", args):
            assert eval(stated, {"n": n, "m": m, "a": a}) == shape, f"{name} is {shape}\n{text}"
            named[name] = shape
        z = array_oracle.primal(HEAD + f"    return {expression}\n", "f")(*args)
        assert "z" in named or not np.shape(z) or any(part in expression for part in UNSTATED), text
        assert "unbroadcast" not in text or any(part in expression for part in UNSTATED), text


WRONG = {
    "X @ Y": "columns of X: M; rows of Y: E",
    "X + v": "columns of X: M; items of v: E",
    "X[1:] * X": "rows of `X[1:]`: E-1; rows of X: E",
    "np.concatenate((X, Y.T), axis=1)": "rows of X: E; rows of `Y.T`: M",
    "np.concatenate((X, Z))": "columns of X: M; columns of Z: K",
    "np.stack((X, Z))": "columns of X: M; columns of Z: K",
    "np.vstack((v, w))": "items of v: E; items of w: M",
    'np.einsum("ij,jk->ik", X, Y)': "columns of X: M; rows of Y: E",
    "np.dot(X, v)": "columns of X: M; items of v: E",
    "np.reshape(A, (4, 2))": "items of A: 6; of its new shape: 8",
    "A.reshape(4, -1)": "items of A: 6; of its new shape: 4",
    "A @ B": "columns of A: 3; rows of B: 2",
    "S @ Y": "axis 2 of S: M; rows of Y: E",
    "np.where(X > 0, X, v)": "columns of `X > 0`: M; items of v: E",
    "X[0, 0, 0]": "axes of X: 2; asked for: 3",
    "v * v.shape[1]": "axes of v: 1; asked for: axis 1",
    "np.sum(v, axis=1)": "axes of v: 1; asked for: axis 1",
    "np.concatenate((v, v), axis=1)": "axes of v: 1; asked for: axis 1",
    'np.einsum("ij,j->i", v, w)': "axes of v: 1; asked for: `ij`",
    "np.transpose(X, (0, 2, 1))": "axes of X: 2; asked for: an order of 3",
    "X * np.ones((len(w), 2))": "rows of X: E; rows of `np.ones((len(w), 2))`: M",
}


@pytest.mark.parametrize("expression", WRONG)
def test_both_places_of_a_contradiction(expression: str) -> None:
    head = (
        'import numpy as np\n\n\ndef f(X: "E M", Y: "E M", Z: "E K", v: "E", w: "M", A: "2 3", B: "2 2", S: "B E M"):\n'
    )
    with pytest.raises(CompileError) as caught:
        compile_source(head + f"    return np.sum({expression})\n")
    assert caught.value.code == "BP050" and WRONG[expression] in str(caught.value)
