"""Arrays in control flow: loops, branches, lists of arrays, helpers and recursion, against differences of the original."""

from __future__ import annotations

# ruff: noqa: E501  (programs are data: one line each)
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import array_oracle
import numpy as np
import pytest

from bpcompile import CompileError, compile_source

HEAD = "import math\nimport numpy as np\n\n\n"
random = np.random.default_rng(5)


def normal(*shape: int) -> Any:
    return random.normal(size=shape) * 0.6 + 0.1


def positive(*shape: int) -> Any:
    return random.uniform(0.4, 1.6, size=shape)


def definite(n: int) -> Any:
    a = normal(n, n)
    return a @ a.T + n * np.eye(n)


def leaves(tree: Any) -> Iterator[Any]:
    """Yield the numbers and arrays of nested lists and tuples."""
    if isinstance(tree, (list, tuple)):
        for item in tree:
            yield from leaves(item)
    else:
        yield tree


def filled(tree: Any, values: Iterator[Any]) -> Any:
    """Return nested lists and tuples with other numbers and arrays in their places."""
    if isinstance(tree, (list, tuple)):
        return type(tree)([filled(item, values) for item in tree])
    return next(values)


def same_form(a: Any, b: Any) -> bool:
    """Return whether two are nested alike, with arrays of the same shapes."""
    if isinstance(b, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same_form, a, b))
    return not isinstance(a, (list, tuple)) and np.shape(a) == np.shape(b)


def check(body: str, *args: Any, wrt: Sequence[str] | None = None) -> str:
    """Compile `f` and compare its gradient with differences; return the text."""
    source = HEAD + textwrap.dedent(body)
    text = compile_source(source, function="f", wrt=wrt, verify=False)
    module: dict[str, Any] = {"__name__": "generated"}
    exec(compile(text, "<generated>", "exec"), module)
    flat = list(leaves(args))
    given = filled(args, iter([np.array(a) if isinstance(a, np.ndarray) else a for a in flat]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        got = module["f_grad"](*given)
    assert all(np.array_equal(a, b) for a, b in zip(leaves(given), flat)), f"an argument is changed\n{text}"
    original = array_oracle.primal(source, "f")
    chosen = wrt or array_oracle.default_wrt(source, "f")
    names = original.__code__.co_varnames[: original.__code__.co_argcount]
    gradients = dict(zip(chosen, got if len(chosen) > 1 else (got,)))
    at = 0
    for name, arg in zip(names, args):
        found = list(leaves(gradients.get(name, ())))
        assert name not in gradients or same_form(gradients[name], arg), f"d{name} is {gradients[name]}\n{text}"
        for k, grad in enumerate(found):
            want, exact = array_oracle.gradient(lambda *now: original(*filled(args, iter(now))), flat, at + k)
            wrong = np.max(np.abs(grad - want), initial=0.0)
            assert wrong <= exact * (1 + np.max(np.abs(want), initial=0.0)), f"d{name} is {grad}, not {want}\n{text}"
        at += len(list(leaves(arg)))
    return text


def refused(body: str, code: str) -> None:
    """Check that a program is refused with a code, and with nothing else."""
    with pytest.raises(CompileError) as caught:
        compile_source(HEAD + textwrap.dedent(body), function="f", verify=False)
    assert {r.code for r in caught.value.refusals} == {code}


# ------------------------------------------------------------------------------- bound in a loop, or on one path only

UNBOUND = {
    "the last trip": "for x in X:\n        h = np.tanh(W @ x)\n    return np.sum(h * h)",
    "before the next trip": "s = 0.0\n    for i in range(len(X)):\n        h = np.tanh(W @ X[i])\n        if i > 0:\n            s += prev @ h\n        prev = h * h\n    return s",
    "one path": "c = X[0, 0] > 0\n    if c:\n        y = X @ W\n    s = np.sum(X)\n    if c:\n        s = s + np.sum(y * y)\n    return s",
    "one path of a trip": "best = -1e9\n    for x in X:\n        s = np.sum(W @ x)\n        if s > best:\n            best = s\n            arg = x * 2\n    return np.sum(arg) * best",
    "two names": "for _ in range(4):\n        v = 1 / (W.T @ np.exp(X[0]))\n        u = 1 / (W @ v)\n    P = u[:, None] * W * v\n    return np.sum(P * P)",
}


@pytest.mark.parametrize("shapes", (("", ""), (": 'd d'", ": 'n d'")), ids=("plain", "shapes"))
@pytest.mark.parametrize("name", UNBOUND)
def test_arrays_that_a_path_leaves_unbound(name: str, shapes: tuple[str, str]) -> None:
    body = f"def f(W{shapes[0]}, X{shapes[1]}):\n    {UNBOUND[name]}\n"
    for sign in (1, -1):
        text = check(body, positive(3, 3), sign * positive(4, 3))
        assert "zeros_like(prev)" not in text and "zeros_like(arg)" not in text


def test_an_unbound_array_raises_as_in_python() -> None:
    body = "def f(X):\n    for x in X:\n        h = x * 2\n    return np.sum(h)\n"
    text = check(body, normal(2, 3))
    module: dict[str, Any] = {}
    exec(text, module)
    with pytest.raises(UnboundLocalError):
        module["f_grad"](np.zeros((0, 3)))
