"""Arrays in control flow: loops, branches, lists of arrays, helpers and recursion, against differences of the original."""

from __future__ import annotations

# ruff: noqa: E501  (programs are data: one line each)
import itertools
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


def same_form(a: Any, b: Any, types: bool = False) -> bool:
    """Return whether two are nested alike, with arrays of the same shapes; with types, tuples where there are tuples."""
    if isinstance(b, (list, tuple)):
        is_alike = type(a) is type(b) if types else isinstance(a, (list, tuple))
        return is_alike and len(a) == len(b) and all(same_form(x, y, types) for x, y in zip(a, b))
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
        assert name not in gradients or same_form(gradients[name], arg, "tuple[" in body), (
            f"d{name} is {gradients[name]}\n{text}"
        )
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
    "bound and not used": "c = X[0, 0] > 0\n    if c:\n        y = W @ X[0]\n    s = np.sum(X)\n    if X[1, 1] > 5:\n        s = s + np.sum(y)\n    return s",
    "one number for all of it": "c = X[0, 0] > 0\n    if c:\n        y = W @ X[0]\n    s = np.sum(X)\n    if c:\n        s = s + np.sum(y)\n    return s",
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


# ------------------------------------------------------------------------------------------------------ lists of arrays

RNN = "h = np.zeros(3)\n    hs = []\n    for x in X:\n        h = np.tanh(W @ h + x)\n        hs.append(h)\n    "
LISTS = {
    "stacked": RNN + "return np.sum(np.stack(hs) ** 2)",
    "stacked behind": RNN + "return np.sum(np.stack(hs, axis=1) @ X)",
    "an array": RNN + "return np.sum(np.array(hs) * X)",
    "joined": RNN + "y = np.concatenate(hs)\n    return np.sum(y * y)",
    "joined along the last axis": "ys = []\n    for k in range(3):\n        ys.append(X[:, :k] * k)\n    return np.sum(np.concatenate(ys, axis=1) ** 2)",
    "the last": RNN + "return np.sum(hs[-1] * hs[0])",
    "a sum of numbers": RNN + "return sum(np.sum(h * h) for h in hs)",
    "a sum of arrays": RNN + "return np.sum(sum(hs) ** 2)",
    "a sum of arrays written out": "return np.sum(sum([X[0], W[1] * X[1]]) ** 2) + np.sum(sum((X[2], W[0]), X))",
    "a sum of arrays of other shapes": "hs = []\n    for x in X:\n        hs.append(np.sum(x, keepdims=True) * x[0])\n        hs.append(x * x)\n    return np.sum(sum(hs, W[0]) ** 2)",
    "the one before": "hs = [X[0]]\n    for t in range(1, len(X)):\n        hs.append(np.tanh(W @ hs[t - 1] + X[t]))\n    return np.sum(hs[-1])",
    "an index": "hs = [X[0], X[1] * 2]\n    for t in range(2, len(X)):\n        hs.append(np.sin(hs[t - 2]) * hs[-1] + X[t])\n    return np.sum(hs[-1] * hs[1])",
    "read twice": RNN
    + "s = 0.0\n    for i in range(len(hs)):\n        for j in range(i):\n            s = s + np.sum(hs[i] * hs[j])\n    return s",
    "zip": RNN + "s = 0.0\n    for h, x in zip(hs, X):\n        s = s + np.sum(h * x)\n    return s",
    "enumerate": RNN + "s = 0.0\n    for i, h in enumerate(hs):\n        s = s + i * np.sum(h * h)\n    return s",
    "popped": RNN
    + "a = hs.pop()\n    b = hs.pop()\n    hs.append(a * b)\n    return np.sum(hs[-1]) + np.sum(a * hs[0])",
    "stored": "hs = [X[0] * 1.0] * 4\n    for t in range(4):\n        hs[t] = np.tanh(W @ hs[t - 1] + X[t])\n    return np.sum(np.stack(hs) * X)",
    "stored twice": "hs = [X[0] * 1.0] * 2\n    for t in range(4):\n        hs[t % 2] = W @ X[t]\n    hs[0] = W @ X[1]\n    hs[1] = W @ hs[0]\n    return np.sum(hs[0] * X[0])",
    "stacked beside another array": "hs = [X[0]]\n    for t in range(1, len(X)):\n        hs.append(np.tanh(W @ hs[t - 1] + X[t]))\n    return np.sum(np.cos(np.stack(hs) + X))",
    "nested items": "x = X[0]\n    J = np.array([[x[0], x[1] * 2], [x[2] * x[0], 1.0], [3, x[1]]])\n    K = np.array([W[0], X[1] * W[1]])\n    return np.sum(J @ J.T) + np.sum(K @ K.T) + J[0, 1] * K[1, 0]",
    "stacked beside what has the same cotangent": "hs = [np.sin(x) for x in X]\n    Y = X * 2\n    s = np.sum(hs[0] ** 2)\n    V = np.stack(hs) + Y\n    return np.sum(np.cos(V)) + s",
    "joined before it holds arrays": "hs = []\n    s = 0.0\n    for x in X:\n        both = hs + [0.5]\n        s = s + np.sum(both[0] * x)\n        hs.append(W @ x)\n    return s",
    "numbers, then arrays": "hs = [0.0] * 4\n    for t in range(4):\n        hs[t] = X[t] * hs[t - 1] + 1\n    return np.sum(hs[3] * hs[1])",
    "sliced": RNN + "return np.sum(np.stack(hs[1:]) ** 2) + np.sum(np.stack(hs[:-1]))",
    "copied": RNN + "ys = hs.copy()\n    ys.append(hs[0] * 2)\n    return np.sum(np.stack(ys) ** 2) + np.sum(hs[-1])",
    "two lists": RNN + "return np.sum(np.stack(hs + [X[0]] * 2) ** 2)",
    "rows": "return np.sum(np.stack([np.sin(x) * x for x in X]) ** 2)",
    "rows joined": "y = np.concatenate([np.sin(x) * x for x in X])\n    return np.sum(y * y)",
    "numbers of rows": "y = np.array([x @ W @ x for x in X])\n    return np.sum(y * y)",
    "numbers of a vector": "x = X[0]\n    y = np.array([x[i] * x[i - 1] for i in range(1, len(x))])\n    return np.sum(y * y)",
    "a matrix of numbers": "K = np.array([[np.exp(-np.sum((x - y) ** 2)) for y in X] for x in X])\n    return np.sum(K @ K)",
    "a matrix of a vector": "x = X[0]\n    K = np.array([[a * np.exp(-b) for b in x] for a in x])\n    return np.sum(K @ K)",
    "filtered": "y = np.stack([x * x for x in X if x[0] >= X[0, 0]])\n    return np.sum(y * y)",
    "functions of lists": "return np.max([x @ x for x in X]) + np.mean([np.sum(x) for x in X]) + np.linalg.norm([x[0] for x in X])",
    "list of an array": "rows = list(X)\n    rows.append(W[0])\n    s = 0.0\n    for r in rows:\n        s = s + np.sum(r ** 2)\n    return s",
    "a list of lists": "hs = []\n    for x in X:\n        hs.append([x * 2, W @ x])\n    s = 0.0\n    for i in range(len(hs)):\n        s = s + np.sum(hs[i][0] * hs[i - 1][1])\n    return s",
    "a branch": RNN
    + "if X[0, 0] > 0:\n        ys = [h * 2 for h in hs]\n    else:\n        ys = [np.sum(h) for h in hs]\n    return np.sum(ys[0] * ys[1])",
    "made in a trip": "s = 0.0\n    for x in X:\n        Q = []\n        for k in range(3):\n            v = W[k] * x\n            for q in Q:\n                v = v - (q @ v) * q\n            Q.append(v / np.linalg.norm(v))\n        s = s + np.sum(np.stack(Q) * W)\n    return s",
    "literals beside lists": RNN + "return np.sum(np.stack(hs) * np.array([1.0, 2.0, 3.0]))",
    "handed to a helper": RNN + "return total(hs)",
}
HELPER = "def total(ws):\n    s = 0.0\n    for w in ws:\n        s = s + np.sum(w * w)\n    return s\n\n\n"


@pytest.mark.parametrize("shapes", (("", ""), (": 'd d'", ": 'n d'")), ids=("plain", "shapes"))
@pytest.mark.parametrize("name", LISTS)
def test_lists_of_arrays(name: str, shapes: tuple[str, str]) -> None:
    for sign in (1, -1)[: 1 + (name == "a branch")]:
        check(f"{HELPER}def f(W{shapes[0]}, X{shapes[1]}):\n    {LISTS[name]}\n", positive(3, 3), sign * positive(4, 3))


def test_lists_joined_by_their_rank() -> None:
    body = "    return np.sum(np.vstack([x * x for x in X]) ** 2) + np.sum(np.hstack([x * X[0] for x in X]))\n"
    check(f"def f(X: 'n d'):\n{body}", positive(4, 3))
    refused(f"def f(X):\n{body}", "BP052")


# ------------------------------------------------------------------------------------ parameters that are lists, unpacking


def layers(*sizes: int) -> Any:
    return [(normal(n, m), normal(n)) for m, n in itertools.pairwise(sizes)]


NET = "for W, b in params:\n        x = np.tanh(W @ x + b)\n    return np.sum(x)"
PARAMETERS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "layers": (f"def f(params, x):\n    {NET}", (layers(2, 3, 2), normal(2))),
    "layers with shapes": (f"def f(params: list[tuple['h h', 'h']], x: 'h'):\n    {NET}", (layers(2, 2, 2), normal(2))),
    "layers by index": ("def f(params, x):\n    for i in range(len(params) - 1):\n        W, b = params[i]\n        x = np.maximum(W @ x + b, 0.1 * x[0])\n    W, b = params[-1]\n    return np.sum(W @ x + b)", (layers(2, 3, 2), normal(2))),
    "all but the last": ("def f(params, x):\n    for W, b in params[:-1]:\n        x = np.tanh(W @ x + b)\n    W, b = params[-1]\n    return np.sum((W @ x + b) ** 2)", (layers(2, 3, 2, 1), normal(2))),
    "backwards": (f"def f(params, x):\n    {NET.replace('params', 'reversed(params)')}", (layers(2, 3, 2)[::-1], normal(2))),
    "enumerated": ("def f(params, x):\n    for i, (W, b) in enumerate(params):\n        x = W @ x + b\n        if i < len(params) - 1:\n            x = np.tanh(x)\n    return np.sum(x * x)", (layers(2, 3, 2), normal(2))),
    "through a helper": (f"def predict(params, x):\n    {NET}\n\n\ndef f(params, X):\n    s = 0.0\n    for x in X:\n        s = s + predict(params, x) ** 2\n    return s", (layers(2, 3, 2), normal(3, 2))),
    "a layer to a helper": ("def layer(p, x):\n    W, b = p\n    return np.tanh(W @ x + b)\n\n\ndef f(params, x):\n    for p in params:\n        x = layer(p, x)\n    return np.sum(x)", (layers(2, 3, 2), normal(2))),
    "with a penalty": (f"def f(params, x):\n    {NET} + sum(np.sum(W ** 2) for W, b in params) + np.sum(params[0][1])", (layers(2, 3, 2), normal(2))),
    "four in one": ("def f(params, x):\n    W1, b1, W2, b2 = params\n    return np.sum(W2 @ np.tanh(W1 @ x + b1) + b2)", ([normal(3, 2), normal(3), normal(1, 3), normal(1)], normal(2))),
    "nested": ("def f(params, x):\n    (W1, b1), (W2, b2) = params\n    return np.sum(W2 @ np.tanh(W1 @ x + b1) + b2)", (layers(2, 3, 1), normal(2))),
    "a tuple": ("def f(layer: tuple['h d', 'h'], x: 'd'):\n    W, b = layer\n    return np.sum(np.tanh(W @ x + b))", ((normal(3, 2), normal(3)), normal(2))),
    "lists beside each other": ("def f(Ws: list, bs: list['h'], x):\n    for W, b in zip(Ws, bs):\n        x = np.tanh(W @ x + b)\n    return np.sum(x)", ([normal(2, 2), normal(2, 2)], [normal(2), normal(2)], normal(2))),
    "list of np.ndarray": ("def f(Ws: list[np.ndarray], x):\n    for W in Ws:\n        x = np.tanh(W @ x)\n    return np.sum(x)", ([normal(3, 2), normal(2, 3)], normal(2))),
    "items unused": ("def f(Ws: list, x):\n    return np.sum(Ws[1] * x)", ([normal(3, 2), normal(2)], normal(2))),
    "summed": ("def f(vs: list['d']):\n    total = sum(vs)\n    return total @ total + np.sum(np.stack(vs)) + vs[0] @ vs[-1]", ([normal(2), normal(2), normal(2)],)),
    "stacked first": ("def f(vs: list['d'], W):\n    return np.sum(np.stack(vs) * W)", ([normal(2), normal(2)], normal(2, 2))),
    "stacked beside an array": ("def f(ws: list['d'], X):\n    U = np.stack(ws) + X\n    return np.sum(U * U) + np.sum(ws[0] ** 2)", ([normal(2), normal(2)], normal(2, 2))),
    "joined": ("def f(vs: list['n']):\n    y = np.concatenate(vs)\n    return y @ y * vs[0][1]", ([normal(2), normal(3)],)),
    "lists in lists": ("def f(vs: list[list['n']]):\n    s = 0.0\n    for row in vs:\n        for v in row:\n            s = s + v @ v\n    return s", ([[normal(2), normal(2)], [normal(2)]],)),
    "only indexed": ("def f(params, x):\n    h = np.tanh(params[0] @ x + params[1])\n    return np.sum(params[2] @ h + params[-1])", ([normal(3, 2), normal(3), normal(1, 3), normal(1)], normal(2))),
    "only iterated over": ("def f(Ws, x):\n    for W in Ws:\n        x = np.tanh(W @ x)\n    return np.sum(x) / len(Ws)", ([normal(3, 2), normal(2, 3)], normal(2))),
    "rows iterated over": ("def f(X, W):\n    s = 0.0\n    for x in X:\n        s = s + np.sum(np.tanh(W @ x))\n    return s", (normal(3, 2), normal(2, 2))),
    "numbers": ("def f(w: list[float], x):\n    return np.sum(x) * w[0] + np.sum(np.array(w) ** 2)", ([0.5, 0.7], normal(2))),
    "pairs of an array": ("def f(points):\n    s = 0.0\n    for a, b in points:\n        s = s + np.exp(-(a - b) ** 2) * a\n    return s", (normal(4, 2),)),
    "pairs of a list": ("def f(points):\n    s = 0.0\n    for a, b in points:\n        s = s + np.exp(-(a - b) ** 2) * a\n    return s", ([(0.2, 0.5), (0.9, 0.1)],)),
    "a state": ("def f(z, h):\n    for _ in range(5):\n        x, y = z\n        z = z + h * np.array([y, -np.sin(x)])\n    return np.sum(z * z)", (normal(2), 0.1)),
    "a state with its shape": ("def rhs(s):\n    x, y, z = s\n    return np.array([10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z])\n\n\ndef f(s: '3', h: float):\n    for _ in range(4):\n        s = s + h * rhs(s + h / 2 * rhs(s))\n    return s @ s", (normal(3), 0.05)),
    "rows": ("def f(X):\n    a, b = X\n    return np.sum(a * b * a) + np.sum(X)", (normal(2, 3),)),
    "one of two rows": ("def f(X):\n    a, b = X * 2\n    return np.sum(b * b)", (normal(2, 3),)),
}  # fmt: skip


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters_that_are_lists(name: str) -> None:
    body, args = PARAMETERS[name]
    check(body + "\n", *args)


def test_items_are_counted_where_they_are_unpacked() -> None:
    text = check("def f(z):\n    x, y = z\n    return np.sum(z) * x + y\n", normal(2))
    module: dict[str, Any] = {}
    exec(text, module)
    with pytest.raises(ValueError, match="unpack"):
        module["f_grad"](normal(3))
    refused("def f(z: '3'):\n    x, y = z\n    return np.sum(z) * x + y\n", "BP022")


def test_gradients_of_integers_are_not_cut_off() -> None:
    text = compile_source(
        HEAD + "def f(ws: list, x):\n    for w in ws:\n        x = x * w * 0.5\n    return np.sum(x)\n"
    )
    module: dict[str, Any] = {}
    exec(text, module)
    dws, dx = module["f_grad"]([np.array([1, 2]), np.array([3, 5])], np.array([1, 1]))
    assert [d.tolist() for d in dws] == [[0.75, 1.25], [0.25, 0.5]] and dx.tolist() == [0.75, 2.5]


# ------------------------------------------------------------------------------------------------------ module constants

MATRIX = "A = np.array([[1.0, 2.0], [3.0, 4.0]])\n"
CONSTANTS = {
    "a matrix": MATRIX + "\n\ndef f(x):\n    return x @ A @ x",
    "computed": MATRIX
    + "N = 2\nB = A.T @ A + np.eye(N)\nb = np.array([1, 2])\n\n\ndef g(x):\n    return B @ x + b\n\n\ndef f(x):\n    s = 0.0\n    for i in range(len(A)):\n        row = A[i]\n        s = s + row @ g(x)\n    return s",
    "places and masks": "K = np.array([0, 1, 1])\nM = np.array([1.0, 0.0, 2.0])\n\n\ndef f(x):\n    return np.sum(x[K] * M)",
    "shapes": "n = 2\nG = np.linspace(0.0, 1.0, n)\n\n\ndef f(x):\n    return np.sum((np.zeros((n, n)) + G) * x * np.ones(n))",
    "tuples of arrays": "LAYERS = ((np.eye(2), np.ones(2)), (2 * np.eye(2), np.zeros(2)))\n\n\ndef f(x):\n    for W, b in LAYERS:\n        x = np.tanh(W @ x + b)\n    return np.sum(x)",
    "a list": "w = [1.0, 3.0]\n\n\ndef f(x):\n    return np.sum(np.array(w) * x) + np.dot(w, x)",
    "a default": MATRIX + "\n\ndef g(x, M=A):\n    return M @ x\n\n\ndef f(x):\n    return np.sum(g(x) ** 2)",
}


@pytest.mark.parametrize("name", CONSTANTS)
def test_module_constants(name: str) -> None:
    check(CONSTANTS[name] + "\n", normal(2))


@pytest.mark.parametrize("change", (
    "A[0] = 0.0", "A[0, 1] += 1", "row = A[0]\n    row += 1", "A.sort()", "np.copyto(A, 0)", "np.add(A, 1, out=A)", "return A",
    "for row in A:\n        row[0] = 1", "zero(A.T)", "np.add.at(A, 0, 1)", "B = A.T if A[0, 0] else A\n    del A\n    B[0] = 1",
))  # fmt: skip
def test_constants_that_other_code_may_change(change: str) -> None:
    others = f"def zero(v):\n    v[:] = 0\n\n\ndef g():\n    {change}\n\n\n"
    refused(f"{MATRIX}\n\n{others}def f(x):\n    return x @ A @ x\n", "BP031")


# ---------------------------------------------------------------------------------------------- returns, branches, x += y

RETURNS = {
    "out of a loop": "def g(a):\n    for i in range(5):\n        a = a * 1.5\n        if np.sum(a) > 4:\n            return a * a\n    return np.sin(a)\n\n\ndef f(x{}):\n    return np.sum(g(x) * x)",
    "a tuple out of a loop": "def g(a):\n    for i in range(5):\n        a = a * 1.5\n        if np.sum(a) > 4:\n            return a * a, i\n    return np.sin(a), 5\n\n\ndef f(x{}):\n    y, k = g(x)\n    return np.sum(y * x) * k",
    "out of an endless loop": "def g(a):\n    while True:\n        a = a * 1.5\n        if np.sum(a) > 4:\n            return a / 2\n\n\ndef f(x{}):\n    return np.sum(g(x) * x)",
    "out of two loops": "def g(a):\n    for i in range(3):\n        for j in range(i):\n            d = a[i] * a - a[j]\n            if d @ d > 0.4:\n                return d * 2\n    return a * 0\n\n\ndef f(x{}):\n    return np.sum(g(x) * x)",
    "a number or an array": "def g(a):\n    if np.sum(a) > 1:\n        return a * 2\n    return 1.0\n\n\ndef f(x{}):\n    return np.sum(g(x) * x)",
    "bound in a tuple": "def f(x{}):\n    for i in range(3):\n        a, b = x * i, np.sum(x)\n    return np.sum(a) * b",
    "before a break": "def f(x{}):\n    for i in range(10):\n        y = x * i\n        if np.sum(y) > 5:\n            break\n    else:\n        y = np.sin(x)\n    return np.sum(y * y)",
}


@pytest.mark.parametrize("shape", ("", ": 'n'"), ids=("plain", "shapes"))
@pytest.mark.parametrize("name", RETURNS)
def test_arrays_on_some_paths(name: str, shape: str) -> None:
    for scale in (1.0, 0.1):
        check(RETURNS[name].replace("{}", shape) + "\n", scale * positive(3))


ADDED = {
    "numbers of unknown rank": "s = 0.0\n    for i in range(3):\n        s += x @ y * i\n    s += np.sum(x)\n    return s",
    "two loops": "s = 0.0\n    for i in range(3):\n        for j in range(i):\n            s += x @ y * j\n    return s",
    "a branch": "s = x @ y\n    if s > 0:\n        s += x @ x\n    s += y @ y\n    return s",
    "an array": "g = np.zeros(3)\n    for i in range(3):\n        g += x * y[i]\n    g /= 3\n    return g @ g",
    "made in each trip": "s = 0.0\n    for i in range(3):\n        z = x * i\n        for j in range(2):\n            z += y\n        z /= 2\n        s += np.sum(z * z)\n    return s / 3",
    "jumps": "z = np.zeros(3)\n    for i in range(3):\n        if x[i] > 1:\n            z += x\n            continue\n        z -= y\n        if i > 1:\n            break\n    z *= x\n    return np.sum(z * y)",
    "while": "z = np.zeros(3)\n    while np.sum(z) < 3:\n        z += x * x\n        z += y * y\n    z -= 1\n    return np.sum(z * y)",
}


@pytest.mark.parametrize("name", ADDED)
def test_added_to_in_place(name: str) -> None:
    check(f"def f(x, y):\n    {ADDED[name]}\n", positive(3), positive(3))


SHARED = (
    "z = x * y\n    hs = []\n    for i in range(3):\n        z += x\n        hs.append(z)\n    return np.sum(hs[0] * z)",
    "z = np.zeros(3)\n    hs = []\n    for i in range(3):\n        z += x\n        hs.append(z)\n    return np.sum(hs[0] * z * y)",
    "for i in range(3):\n        z = x * i\n        t = z\n    z += y\n    return np.sum(t * z)",
    "for i in range(3):\n        if x[i] > 0:\n            z = x * i\n            t = z\n        else:\n            z = x + i\n            t = z\n    z += y\n    return np.sum(t * z)",
    "if x[0] > 0:\n        z = x * 2\n        t = z\n    else:\n        z = x + 2\n        t = z\n    z += y\n    return np.sum(t * z)",
    "z, t = x * 1.0, y * 1.0\n    for i in range(3):\n        z = z * x\n        t = z\n    z += y\n    return np.sum(t * z)",
    "u = x * 1.0\n    hs = [u, y]\n    u[1] = x[0]\n    return np.sum(hs[0] * hs[1])",
    "hs = [x * 1.0, y]\n    hs[0] += x\n    return np.sum(hs[0] * hs[1])",
    "hs = [x * 1.0, y]\n    hs[0][1] = 5.0\n    return np.sum(hs[0] * hs[1])",
    "z = x * y\n    for i in range(3):\n        z += x\n        t = z\n    return np.sum(t * z)",
    "z, w = x * y, x + y\n    for i in range(3):\n        z, w = w, z\n        z += x\n    return np.sum(w * z)",
    "z = x * 2\n    t = (z, y)\n    if x[0] > 0:\n        z += y\n    return np.sum(t[0] * z)",
    "Z = np.stack((x, y))\n    a, b = Z\n    Z[0, 1] = x[1] ** 2\n    return np.sum(a * b)",
)


@pytest.mark.parametrize("body", SHARED)
def test_arrays_with_other_names_that_change(body: str) -> None:
    try:
        check(f"def f(x, y):\n    {body}\n", positive(3), positive(3))
    except CompileError as error:
        assert {r.code for r in error.refusals} <= {"BP028", "BP053"}


# ------------------------------------------------------------------------------------------------------------------ None

NONE = {
    "left out": "def layer(x, W, b=None):\n    z = W @ x\n    if b is not None:\n        z = z + b\n    return z\n\n\ndef f(x, W):\n    return np.sum(layer(x, W) * layer(x, W, x))",
    "a return": "def layer(x, W, b=None, act=np.tanh):\n    if b is None:\n        return act(W @ x)\n    return act(W @ x + b)\n\n\ndef f(x, W):\n    return np.sum(layer(x, W) * layer(x, W, b=x))",
    "an expression": "def g(x, w=None):\n    w = x if w is None else w\n    return x @ w\n\n\ndef f(x, W):\n    return g(x) + g(x, W[0])",
    "a function": "def g(x, fn=None):\n    if fn is None:\n        fn = np.sin\n    return fn(x)\n\n\ndef f(x, W):\n    return np.sum(g(x) * g(x, np.cos) * g(W[0], fn=lambda v: v * v))",
}


@pytest.mark.parametrize("name", NONE)
def test_arguments_that_are_none(name: str) -> None:
    check(NONE[name] + "\n", normal(3), normal(3, 3))


@pytest.mark.parametrize("body, code", (
    ("return np.sum(x) if x is not None else 0.0", "BP013"),
    ("y = None\n    if x[0] > 0:\n        y = x * 2\n    if y is None:\n        return np.sum(x)\n    return np.sum(y)", "BP024"),
    ("return np.sum(x) if x is 1 else 0.0", "BP013"),
))  # fmt: skip
def test_what_may_be_none_is_refused(body: str, code: str) -> None:
    refused(f"def f(x):\n    {body}\n", code)


# ------------------------------------------------------------------------------------------------------------- recursion

RECURSIVE: dict[str, tuple[str, tuple[Any, ...]]] = {
    "on an integer": ("def power(A, x, n):\n    if n == 0:\n        return x\n    return A @ power(A, x, n - 1)\n\n\ndef f(A, x):\n    return np.sum(power(A, x, 3))", (normal(3, 3), normal(3))),
    "with shapes": ("def power(A, x, n):\n    if n == 0:\n        return x\n    return A @ power(A, x, n - 1)\n\n\ndef f(A: 'd d', x: 'd'):\n    return np.sum(power(A, x, 3))", (normal(3, 3), normal(3))),
    "on data": ("def total(x):\n    if len(x) == 0:\n        return 0.0\n    return x[0] ** 2 + total(x[1:])\n\n\ndef f(x: 'n'):\n    return total(x)", (normal(4),)),
    "on halves": ("def f(x: 'n'):\n    if len(x) == 1:\n        return np.sin(x[0])\n    m = len(x) // 2\n    return f(x[:m]) * f(x[m:])", (normal(5),)),
    "a recurrent net": ("def run(X, W, h):\n    if len(X) == 0:\n        return h\n    return run(X[1:], W, np.tanh(W @ h + X[0]))\n\n\ndef f(X, W, h):\n    return np.sum(run(X, W, h))", (normal(4, 3), normal(3, 3), normal(3))),
    "tuples": ("def g(a, b, n):\n    if n == 0:\n        return a, b\n    p, q = g(b * a, a, n - 1)\n    return p + q, q\n\n\ndef f(x, y):\n    p, q = g(x, y, 3)\n    return np.sum(p * q)", (normal(3), normal(3))),
    "two calls": ("def fib(x, n):\n    if n < 2:\n        return x * n\n    return fib(x, n - 1) + np.sin(fib(x, n - 2))\n\n\ndef f(x):\n    return np.sum(fib(x, 5))", (normal(3),)),
    "of numbers": ("def fact(a, n):\n    if n == 0:\n        return 1.0\n    return a * fact(a, n - 1)\n\n\ndef f(a: float, x):\n    return np.sum(x) * fact(a, 4) * math.exp(fact(a, 2))", (0.7, normal(3))),
    "names of its own": ("def g(x: 'n'):\n    if len(x) == 1:\n        return x * 2\n    y = g(x[1:])\n    z = y * x[0] + y\n    return x * np.sum(z)\n\n\ndef f(x: 'n'):\n    return np.sum(g(x) * x)", (normal(2),)),
    "shorter each time": ("def g(x: 'n'):\n    if len(x) == 1:\n        return x * 2\n    return x * g(x[1:])\n\n\ndef f(x: 'n'):\n    return np.sum(g(x) * x)", (normal(2),)),
    "of another rank": ("def g(x, w, k):\n    if k == 0:\n        return np.sum(x * w)\n    return g(np.sum(x, axis=0), w, k - 1)\n\n\ndef f(X: '2 3', w: '3'):\n    return g(X, w, 1) * g(X, w, 0)", (normal(2, 3), normal(3))),
    "one of two results": ("def g(W, x, n):\n    if n == 0:\n        return W @ x, W @ (x * x)\n    p, q = g(W, np.tanh(x), n - 1)\n    return W @ q, W @ p\n\n\ndef f(W: 'd d', x: 'd'):\n    p, q = g(W, x, 2)\n    return np.sum(p * p)", (normal(3, 3), normal(3))),
    "unused": ("def g(a, b, n):\n    if n == 0:\n        return a\n    return g(a * 2, b, n - 1)\n\n\ndef f(x, y):\n    return np.sum(g(x, y, 3))", (normal(3), normal(2))),
    "over a list": ("def g(ws, x, i):\n    if i == len(ws):\n        return x\n    return g(ws, np.tanh(ws[i] * x), i + 1)\n\n\ndef f(ws: list['d'], x):\n    return np.sum(g(ws, x, 0))", ([normal(2), normal(2)], normal(2))),
    "over the rest of a list": ("def g(ws, x):\n    if len(ws) == 0:\n        return x\n    return g(ws[1:], np.tanh(ws[0] * x))\n\n\ndef f(ws: list['d'], x: 'd'):\n    return np.sum(g(ws, x))", ([normal(2), normal(2)], normal(2))),
}  # fmt: skip


@pytest.mark.parametrize("name", RECURSIVE)
def test_recursion_on_arrays(name: str) -> None:
    body, args = RECURSIVE[name]
    check(body + "\n", *args)


# ---------------------------------------------------------------------------------------------------------- verification


@pytest.mark.parametrize(
    "name", ("layers with shapes", "lists beside each other", "a tuple", "lists in lists", "pairs of a list")
)
def test_functions_of_lists_are_verified(name: str) -> None:
    said = compile_source(HEAD + PARAMETERS[name][0] + "\n", function="f", verify=True).split('"""')[1]
    assert "proved equal" in said and "= 2" in said, said


def test_a_wrong_gradient_of_a_list_is_found() -> None:
    from bpcompile.ir.kinds import Array
    from bpcompile.ir.kinds import Sequence as ListKind
    from bpcompile.verify import ParamSpec, Subject, check_arrays

    source = HEAD + PARAMETERS["list of np.ndarray"][0] + "\n"
    text = compile_source(source, function="f", verify=False)
    params = (ParamSpec("Ws", ListKind(Array(None))), ParamSpec("x", Array(None)))
    for old, new, status in (
        ("", "", "equal"),
        ("dWs[i] += ", "dWs[i] -= ", "different"),
        ("dWs = zeros_for(Ws)", "dWs = []", ""),
    ):
        subject = Subject(source, "f", text.replace(old, new), "f_grad", "grad", params, ("Ws", "x"))
        assert status in check_arrays(subject, 400_000).status.replace("proved", "equal")


# ----------------------------------------------------------------------------------------------------------------- tapes

TAPES = {
    "one for what is and what was": ("for i in range(4):\n        a = np.tanh(W @ a + b)\n    return np.sum(a)", 1),
    "two names of one array": (
        "for i in range(4):\n        c = np.tanh(W @ a) * np.sin(b)\n        a = c\n        b = c\n    return np.sum(a * b)",
        None,
    ),
    "two loops in each other": (
        "for i in range(3):\n        for j in range(2):\n            a = np.tanh(W @ a)\n    return np.sum(a * b)",
        None,
    ),
    "on two paths": (
        "for i in range(3):\n        if b[i] > 1:\n            a = np.tanh(W @ a)\n        else:\n            a = np.sin(a * b)\n    return np.sum(a)",
        None,
    ),
    "no trips": ("for i in range(0):\n        a = np.tanh(W @ a)\n    return np.sum(a * b)", 1),
    "a view costs nothing": ("for i in range(3):\n        a = np.tanh(W.T @ a) + b\n    return np.sum(a)", None),
}


@pytest.mark.parametrize("name", TAPES)
def test_one_tape_for_each_value(name: str) -> None:
    body, count = TAPES[name]
    text = check(f"def f(a: 'n', b: 'n', W: 'n n'):\n    {body}\n", positive(3), positive(3), normal(3, 3))
    assert count is None or text.count(".append(") == count
    assert "transpose_tape" not in text


def test_whole_numbers_in_lists_of_cotangents() -> None:
    source = """import numpy as np
def f(x: 'd', y: 'd'):
    l0 = [x * 1, y]
    l2 = [q * x for q in l0]
    l3 = l2[1:] + [y]
    return 0.5 * np.sum(np.stack(l0) ** 2) + np.sum(l2[0] * l2[-1]) + sum(np.sum(q) for q in l3)
"""
    module: dict = {}
    exec(compile_source(source, function="f", verify=False), module)
    whole = module["f_grad"](np.array([1, 2]), np.array([3, 5]))
    floats = module["f_grad"](np.array([1.0, 2.0]), np.array([3.0, 5.0]))
    assert all(np.array_equal(one, other) for one, other in zip(whole, floats, strict=True))
