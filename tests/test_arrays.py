"""Functions of arrays: the generated gradient against differences of the original, over shapes, axes and options."""

from __future__ import annotations

# ruff: noqa: E501  (programs are data: one line each)
import ast
import contextlib
import itertools
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import array_oracle
import numpy as np
import pytest
from case_files import CASES

from bpcompile import CompileError, compile_source
from bpcompile.frontend.numpy_names import WITH_OUTER
from bpcompile.ir.kinds import Array
from bpcompile.verify import ParamSpec, Subject, check_arrays

HEAD = "import numpy as np\nimport scipy.special\nfrom scipy.special import expit, logsumexp\n\n\n"
random = np.random.default_rng(1)


offsets = itertools.cycle(range(7))


def spaced(shape: tuple[int, ...], first: float, step: float) -> Any:
    """Return different numbers, none of them near one of the arrays made just before: nothing ties by chance."""
    found = first + step * random.permutation(200)[: int(np.prod(shape))] + next(offsets) * step / 9
    return found.reshape(shape) if shape else float(found[0])


def normal(*shape: int) -> Any:
    return spaced(shape, -1.7085, 0.017)  # never 0, where abs has a corner


def positive(*shape: int) -> Any:
    return spaced(shape, 0.3, 0.0085)


def check(body: str, *args: Any, name: str = "f", wrt: Sequence[str] | None = None, style: str = "staged") -> str:
    """Compile and compare; return the text."""
    source = HEAD + textwrap.dedent(body)
    text = compile_source(source, function=name, wrt=wrt, style=style, verify=False)
    array_oracle.compare(source, name, text, args, wrt)
    return text


def of_one(expression: str, annotation: str = "") -> str:
    """Return a function of one array whose every item of the expression counts, and differently."""
    return f"def f(x{annotation}):\n    y = {expression}\n    return np.sum(y * y * 0.5 + y)\n"


# ------------------------------------------------------------------------------------------------------- item by item

ONE = "exp log sqrt sin cos tan tanh sinh cosh arctan arcsinh log1p expm1 log2 log10 exp2 cbrt square reciprocal abs "
ONE += "absolute fabs sign floor degrees radians"
SCALED = ("np.arcsin(x / 3)", "np.arccos(x / 3)", "np.arctanh(x / 3)", "np.arccosh(x + 1)", "expit(x)")
SCIPY = ("erf", "erfc", "gammaln", "digamma", "logit")


@pytest.mark.parametrize("name", ONE.split())
def test_function_of_one_array(name: str) -> None:
    check(f"def f(x):\n    return np.sum(np.{name}(x) * x)\n", positive(2, 3))
    check(f"def f(x: 'n m'):\n    y = np.{name}(x)\n    return np.sum(y * x)\n", positive(2, 3))


@pytest.mark.parametrize("expression", SCALED)
def test_function_of_a_part_of_the_line(expression: str) -> None:
    check(of_one(expression), positive(2, 3))


@pytest.mark.parametrize("name", SCIPY[:2])
def test_function_of_scipy(name: str) -> None:
    check(of_one(f"scipy.special.{name}(x / 3)"), positive(2, 3))


def test_gamma_functions() -> None:
    check(of_one("scipy.special.gammaln(x)"), positive(3))
    check(of_one("scipy.special.logit(x / 3)"), positive(3))
    check("def f(x, y):\n    return np.sum(scipy.special.xlogy(x, y) * x)\n", positive(2, 3), positive(3))


SHAPES = (((2, 3), (3,)), ((2, 3), (2, 1)), ((), (2, 3)), ((2, 1), (1, 3)), ((3,), ()), ((0, 3), (3,)), ((1,), (3,)))
BINARY = (
    "x + y", "x - y", "x * y", "x / y", "y / x", "x ** y", "np.maximum(x, y)", "np.minimum(x, y)", "np.arctan2(x, y)",
    "np.hypot(x, y)", "np.logaddexp(x, y)", "np.where(x > y, x * y, x + y)", "x * y + x", "(x + y) * x * y",
    "np.power(x, 2) * y", "x % y", "2 - x + 0 * y", "np.add(x, np.multiply(y, 3))", "x // y + x",
)  # fmt: skip


def some_is_a_multiple(x: Any, y: Any) -> bool:
    ratio = np.divide(x, y)
    return bool(np.any(np.abs(ratio - np.round(ratio)) < 1e-3))


@pytest.mark.parametrize("expression", BINARY)
@pytest.mark.parametrize("shapes", SHAPES, ids=str)
def test_broadcasting(expression: str, shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    args = [positive(*shape) for shape in shapes]
    while {"//", "%"} & set(expression.split()) and some_is_a_multiple(*args):  # a step: it has no derivative
        args = [positive(*shape) for shape in shapes]
    check(f"def f(x, y):\n    return np.sum({expression})\n", *args)
    check(f"def f(x, y):\n    z = {expression}\n    return np.sum(z * z)\n", *args)
    check(
        f"def f(x, y):\n    z = ({expression}) * 2\n    return np.mean(np.sin(z) * x) if z.size else np.sum(z)\n", *args
    )
    names = {0: "''", 1: "m", 2: "n m"}
    if all(1 not in shape for shape in shapes):
        first, second = (f"'{names[len(s)]}'" if s else "''" for s in shapes)
        check(f"def f(x: {first}, y: {second}):\n    z = {expression}\n    return np.sum(z * z)\n", *args)


# ---------------------------------------------------------------------------------------------------------- reductions

AXES = ("", "axis=0", "axis=1", "axis=-1", "axis=(0, 2)", "axis=1, keepdims=True", "keepdims=True",
        "axis=(0, 1), keepdims=True")  # fmt: skip


@pytest.mark.parametrize("options", AXES)
@pytest.mark.parametrize("name", ("sum", "mean", "prod", "max", "min", "var", "std"))
def test_reductions(name: str, options: str) -> None:
    x = normal(2, 3, 2)
    for annotation in ("", ": 'a b c'"):
        comma = ", " if options else ""
        check(f"def f(x{annotation}):\n    return np.sum(np.{name}(x{comma}{options}) ** 2)\n", x)
        check(f"def f(x{annotation}):\n    m = x.{name}({options})\n    return np.sum(m * m)\n", x)
        check(f"def f(x{annotation}):\n    return np.sum((x - np.{name}(x, axis=1, keepdims=True)) ** 2 * x)\n", x)


def test_products_with_zeros() -> None:
    x = np.array([[0.0, 2.0, 3.0], [0.0, 0.0, 2.0], [1.0, 2.0, 3.0]])
    check("def f(x):\n    return np.sum(np.prod(x, axis=0) ** 2) + np.prod(x[:, 2])\n", x)


def test_first_of_equal_items() -> None:
    text = compile_source(HEAD + "def f(x):\n    return np.max(x) * 2\n", function="f", verify=False)
    module: dict[str, Any] = {}
    exec(text, module)
    assert module["f_grad"](np.array([1.0, 3.0, 3.0])).tolist() == [0.0, 2.0, 0.0]
    text = compile_source(HEAD + "def f(x, y):\n    return np.sum(np.maximum(x, y))\n", function="f", verify=False)
    exec(text, module)
    dx, dy = module["f_grad"](np.array([1.0, 3.0]), np.array([1.0, 4.0]))
    assert (dx.tolist(), dy.tolist()) == ([1.0, 0.0], [0.0, 1.0])


OTHERS = (
    "np.linalg.norm(x)", "np.linalg.norm(x, axis=1)", "np.linalg.norm(x, axis=0, keepdims=True)", "logsumexp(x)",
    "logsumexp(x, axis=1)", "logsumexp(x, axis=0, keepdims=True)", "np.var(x, ddof=1)", "np.std(x, axis=1, ddof=1)",
)  # fmt: skip


@pytest.mark.parametrize("expression", OTHERS)
def test_other_reductions(expression: str) -> None:
    check(of_one(f"x * {expression}" if "axis=1" not in expression else expression), normal(2, 3))
    check(of_one(f"{expression} * 2.0", ": 'n m'"), normal(2, 3))


# ------------------------------------------------------------------------------------------------------------ products

MATRICES = (((2, 3), (3, 4)), ((2, 3), (3,)), ((3,), (3, 4)), ((3,), (3,)), ((5, 2, 3), (3, 4)), ((5, 2, 3), (5, 3, 4)),
            ((2, 3), (5, 3, 4)), ((5, 2, 3), (3,)), ((3,), (5, 3, 2)), ((1, 2, 3), (5, 3, 4)))  # fmt: skip


@pytest.mark.parametrize("shapes", MATRICES, ids=str)
def test_products(shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    letters = {1: "e", 2: "a", 3: "b", 4: "c", 5: "d"}
    args = [normal(*shape) for shape in shapes]
    named = [" ".join(letters[n] for n in shape) for shape in shapes]
    is_plain = max(map(len, shapes)) < 3
    for first, second in (("", ""), *([(f": '{named[0]}'", f": '{named[1]}'")] if is_plain else ())):
        check(f"def f(x{first}, y{second}):\n    return np.sum((x @ y) ** 2)\n", *args)
        check(f"def f(x{first}, y{second}):\n    return np.sum(x @ y)\n", *args)
        if is_plain:
            check(f"def f(x{first}, y{second}):\n    return np.sum(np.dot(x, y) ** 2) + np.sum(x.dot(y))\n", *args)


def test_outer_and_einsum() -> None:
    check("def f(x, y):\n    return np.sum(np.outer(x, y) ** 2)\n", normal(3), normal(4))
    check("def f(x, y):\n    return np.sum(np.outer(x, y) ** 2)\n", normal(3, 2), normal(4))
    check('def f(x, y):\n    return np.sum(np.einsum("ij,jk->ik", x, y) ** 2)\n', normal(3, 2), normal(2, 4))
    check('def f(x, y):\n    return np.sum(np.einsum("ij,ij->i", x, y) ** 2)\n', normal(3, 2), normal(3, 2))
    check('def f(x, y, z):\n    return np.einsum("i,ij,j->", x, y, z)\n', normal(3), normal(3, 2), normal(2))


LINEAR = ("np.linalg.inv(x)", "np.linalg.solve(x, x + 1)", "np.linalg.solve(x, x[0])", "np.linalg.det(x)",
          "np.linalg.slogdet(x)[1]", "np.trace(x)", "np.linalg.cholesky(x @ x.T)", "np.sort(x[0])")  # fmt: skip


@pytest.mark.parametrize("expression", LINEAR)
def test_linear_algebra(expression: str) -> None:
    x = 0.3 * normal(3, 3) + 2 * np.eye(3)
    check(of_one(expression), x)
    check(of_one(expression, ": 'n n'"), x)


# ----------------------------------------------------------------------------------------------- shapes and subscripts

SHAPED = (
    "x.T", "x.reshape(3, 2)", "np.reshape(x, (6,))", "x.reshape(-1)", "x.ravel()", "x.flatten()", "np.transpose(x)",
    "np.swapaxes(x, 0, 1)", "np.expand_dims(x, 1)", "np.concatenate((x, 2 * x))", "np.concatenate([x, x * x], axis=1)",
    "np.concatenate([x, x * x, x], axis=-1)", "np.stack((x, x * x))", "np.stack([x, x * 3], axis=1)", "np.flip(x)",
    "np.stack([x, x * 3], axis=-1)", "np.flip(x, axis=0)", "np.roll(x, 1)", "np.roll(x, 2, axis=1)", "np.cumsum(x)",
    "np.cumsum(x, axis=1)", "np.tril(x)", "np.triu(x, k=1)", "np.squeeze(x[None])", "np.moveaxis(x, 0, 1)",
    "x.transpose(1, 0)", "np.broadcast_to(x, (4, 2, 3))", "np.array([x[0, 0], x[1, 2] * 2])", "np.copy(x)", "x.copy()",
    "np.asarray(x)", "np.array(x) * x", "np.clip(x, -0.5, 0.5)", "np.clip(x, None, 0.5)", "x.clip(-0.3, 0.4)", "-x",
    "x ** 3", "2 ** x", "x * np.ones_like(x)", "np.zeros(3) + x", "x * np.arange(3)", "x @ np.eye(3)", "np.sum(x) * x",
    "x.shape[0] * x", "np.size(x) * x", "len(x) * x", "np.maximum(x, 0)", "np.pi * x", "abs(x)", "+x", "x.mean() * x",
)  # fmt: skip
PLACES = (
    "x[:, None]", "x[0]", "x[:, 1]", "x[1:, ::-1]", "x[-1, 2]", "x[[0, 1, 1, 0]]", "x[x > 0]", "x[..., 1]",
    "x[np.newaxis, :, 0]", "x[0:len(x)]", "x[(x > 0) & (x < 1.150425)]", "x[x[:, 0] > -9]", "x[np.arange(2), 1]",
)  # fmt: skip


@pytest.mark.parametrize("expression", (*SHAPED, *PLACES))
def test_shapes(expression: str) -> None:
    check(of_one(expression), normal(2, 3))
    check(of_one(expression, ": 'n m'"), normal(2, 3))
    check(of_one(expression, ": '2 3'"), normal(2, 3))


def test_known_ranks() -> None:
    check(of_one("np.diag(x)", ": 'n n'"), normal(3, 3))
    check(of_one("np.diag(x)", ": 'n'"), normal(3))
    for k, shape in itertools.product((-2, -1, 0, 1, 2), ((3, 3), (2, 4), (4, 2), (3,))):
        check(of_one(f"np.diag(x, {k})"), normal(*shape))
    check(of_one("np.vstack((x, x * x))", ": 'n m'"), normal(2, 3))
    check(of_one("np.add.reduce(x * x) + np.multiply.reduce(x, axis=0)"), normal(2, 3))
    check(of_one("np.add.accumulate(x * x) * np.multiply.accumulate(x)"), normal(2, 3))
    check(of_one("np.maximum.reduce(x, axis=1) * np.minimum.reduce(x, axis=None)"), normal(2, 3))
    check(of_one("np.hstack((x, x * x))", ": 'n'"), normal(3))
    check("def f(x: 'n m'):\n    n, m = x.shape\n    return np.sum(x * x) / n + m * x[0, 0]\n", normal(2, 3))


# ---------------------------------------------------------------------------------------- branches that are not taken


@pytest.mark.parametrize(
    "expression",
    ("np.where(x > 0, np.sqrt(x), 0)", "np.where(x > 0, np.log(x), x)", "np.where(x > 0, x ** 0.5, -x)",
     "np.where(x != 0, np.sin(x) / x, 1.0)", "np.where(x < 5, np.exp(x), 0.0)"),
)  # fmt: skip
def test_a_branch_that_is_not_taken_gives_nothing(expression: str) -> None:
    for body in (f"return np.sum({expression})", f"y = {expression}\n    return np.sum(y * y)"):
        text = compile_source(HEAD + f"def f(x):\n    {body}\n", function="f", verify=False)
        module: dict[str, Any] = {}
        exec(text, module)
        with np.errstate(all="ignore"):
            gradient = module["f_grad"](np.array([-1.0, 0.0, 2.0, 1000.0]))
        assert np.isfinite(gradient[:3]).all(), text


def test_arms_across_statements() -> None:
    body = "def f(x):\n    z = np.sqrt(x)\n    y = np.where(x > 0, z, 0)\n    return np.sum(y * y)\n"
    text = compile_source(HEAD + body, function="f", verify=False)
    module: dict[str, Any] = {}
    exec(text, module)
    with np.errstate(all="ignore"):
        assert module["f_grad"](np.array([-1.0, 4.0])).tolist() == [0.0, 1.0]


# ------------------------------------------------------------------------------------------------------------ programs

PROGRAMS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("""
    def f(W, x, n: int):
        h = np.zeros(3)
        for i in range(n):
            h = np.tanh(W @ h + x[i])
        return np.sum(h)
    """, (normal(3, 3), normal(4, 3), 4)),
    ("""
    def f(W, x):
        h = x[0]
        s = 0.0
        for row in x:
            h = np.tanh(W @ h + row)
            s += np.sum(h * h)
        return s
    """, (normal(3, 3), normal(4, 3))),
    ("""
    def f(x, n: int):
        y = x
        while np.sum(y * y) > 0.1:
            y = y * 0.5 + x * 0.01
        if np.sum(x) > 0:
            return np.sum(y ** 3)
        return np.sum(y) * x[0]
    """, (normal(3), 3)),
    ("""
    def g(a, b):
        return a @ b + a
    def f(x, y):
        z = g(x, y)
        z += 1
        s = 0.0
        s += z.sum()
        for k, row in enumerate(z):
            if k % 2:
                continue
            s = s + np.dot(row, row)
        return s
    """, (normal(3, 3), normal(3, 3))),
    ("""
    def f(X, m, w, b):
        return np.mean(np.log(1 + np.exp(-m * (X @ w + b))))
    """, (normal(5, 3), np.sign(normal(5)), normal(3), 0.3)),
    ("""
    def f(x):
        s = 0.0
        for i in range(len(x) - 1):
            s = s + 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2
        return s + np.sum(x) * 0
    """, (normal(5),)),
    ("""
    def f(x):
        return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
    """, (normal(5),)),
    ("""
    def f(x: float, y):
        return np.sum(x * y) + x ** 2
    """, (0.7, normal(3))),
    ("""
    def f(x):
        return (x[0] - 1) ** 2 + np.sin(x[1]) * x[0]
    """, (normal(3),)),
    ("""
    def f(Z: "E K", Y: "E K"):
        M = np.max(Z, axis=1, keepdims=True)
        S = np.exp(Z - M)
        Q = S / np.sum(S, axis=1, keepdims=True)
        return -np.sum(Y * np.log(Q)) / len(Z)
    """, (normal(3, 4), positive(3, 4))),
    ("""
    def f(Z, Y):
        return np.mean(logsumexp(Z, axis=1) - np.sum(Y * Z, axis=1))
    """, (normal(3, 4), positive(3, 4))),
    ("""
    def f(W, X, y):
        S = X @ W
        margins = np.maximum(0, S - S[np.arange(3), y][:, None] + 1)
        return np.mean(np.sum(margins, axis=1))
    """, (normal(4, 5), normal(3, 4), np.array([1, 2, 0]))),
    ("""
    def f(X: "E M", Y: "E K", W: "M K", b: "K"):
        A = 1 / (1 + np.exp(-(X @ W + b)))
        return -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / len(X)
    """, (normal(4, 3), random.uniform(size=(4, 2)), normal(3, 2), normal(2))),
    ("""
    def f(x, n: int):
        total = np.zeros(2)
        for i in range(n):
            if i % 2 == 0:
                total = total + x[i] * x
            else:
                total = np.where(total > 0, total, x * 0.1)
            if np.sum(total) > 50:
                break
        return np.sum(total * total)
    """, (positive(2), 2)),
)  # fmt: skip


NUMBERS_BESIDE: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("def f(x: np.ndarray, w: np.ndarray) -> float:\n    return float(np.sum(x @ w))\n", (normal(2, 3), normal(3))),
    ("def f(s: float, x):\n    return np.sum(np.sin(-s * x)) + np.sum(np.exp(s * s * x[1:]))\n", (0.4, normal(3))),
    ("def f(s: float, X: 'n d'):\n    return np.sum(np.sin(s ** 2 * np.eye(len(X)) + X @ X.T))\n", (0.4, normal(3, 2))),
    ("def f(x, y):\n    return np.sum(np.dot(2.0, y) ** 2) + np.sum(x.dot(3))\n", (normal(3), normal(3))),
    ("def f(x, y):\n    return np.sum(np.dot(x, y) ** 2)\n", (normal(2, 3), normal(4, 3, 2))),
    ("def f(x, y):\n    return np.sum(np.dot(x, y) ** 2)\n", (0.4, normal(3))),
    ("def f(x, y):\n    return np.sum(np.dot(x, y) ** 2)\n", (normal(2, 2, 3), normal(3, 2))),
    ("def f(x):\n    return np.sum(-x * (x > 0.3)) + np.sum(x - 2 * (x > 0.1))\n", (normal(4),)),
    ("def f(x: 'n'):\n    return max(np.sum(x), 0.0) + np.sqrt(np.sum(x * x)) * min(x[0], x[1], 0.5) + float(x[0])\n",
     (normal(3),)),
    ("def f(x, s: float):\n    return x[0] * s + np.sum(x) * 0\n", (normal(3), 0.1)),
    ("def f(x: 'n m', w):\n    return np.sum(np.sort(x, axis=1) * w) + np.sum(np.sort(x, axis=0) ** 2)\n",
     (normal(3, 3), normal(3, 3))),
    ("def f(x):\n    return np.sum(np.sort(x, axis=None) ** 3)\n", (normal(3, 2),)),
    ("def f(x):\n    return np.sum((x < 1) * x) + np.sum(x * (x < 0.5))\n", (normal(4),)),
    ("def f(x):\n    m = x > -9\n    z = np.concatenate([x * m, x])\n    return np.sum(z * (z > -9))\n", (normal(4),)),
    ("def f(x, n: int):\n    return np.sum(x ** n)\n", (positive(3), 0)),
    ("def f(x: 'n m', n: int, w: 'm k'):\n    y = x @ w\n    return np.sum(y ** n)\n", (positive(2, 3), 0, positive(3, 2))),
    ("def f(x, b):\n    return np.sum(np.linalg.solve(x, b) ** 2)\n",
     (normal(3, 3, 3) + 4 * np.eye(3), normal(3))),
    ("def f(x: 'n'):\n    s = 0.0\n    for i in range(len(x)):\n        s += x[i] ** 2 + max(x[i], 0.0) * x[i - 1]\n    return s\n",
     (normal(4),)),
    ("def f(x):\n    return -np.mean(x) + np.mean(x * x) * 0.1 - np.sum(0.1 * 3 * x)\n", (normal(2, 3),)),
    ("def f(x: 'n'):\n    return np.sum(x * np.arange(1, len(x) + 1)) + np.sum(x[~(x > 0)] ** 2)\n", (normal(5),)),
    ("def f(x: 'n'):\n    s = 0.0\n    for i in range(len(x) - 1):\n        s += (x[i + 1] - x[i]) ** 2\n    return s\n", (normal(5),)),
    ("def f(p, y):\n    return -np.mean(y * np.log(p))\n", (positive(3), normal(3))),
    ("def f(x):\n    return np.sum(np.exp(np.exp(np.exp(x / 4))))\n", (normal(2, 3),)),
    ("def f(x: np.ndarray):\n    return np.linalg.slogdet(x)[1]\n", (normal(3, 3) + 4 * np.eye(3),)),
    ("def f(x, U, V):\n    for W in (U, V):\n        x = np.tanh(W @ x)\n    return np.sum(x)\n", (normal(3), normal(3, 3), normal(2, 3))),
    ("def f(x, y):\n    s = 0\n    for i in range(3):\n        s += x * y ** i\n    return np.sum(s * s)\n",
     (normal(3), normal(2, 3))),
    ("def f(x, y):\n    s = x * y\n    for i in range(3):\n        if i > 1:\n            s *= y\n        else:\n            s -= 0.1 * x\n    return np.sum(s * s)\n",
     (normal(2, 3), normal(2, 3))),
    ("def f(x, n: int):\n    return np.sum(x ** n)\n", (positive(3), 2)),
    ("def f(t, y, A: float, k: float, c: float):\n    return np.mean((A * np.exp(-k * t) + c - y) ** 2)\n",
     (positive(4), normal(4), 0.3, 0.4, 0.5)),
)  # fmt: skip


@pytest.mark.parametrize("k", range(len(NUMBERS_BESIDE)))
def test_numbers_beside_arrays(k: int) -> None:
    body, args = NUMBERS_BESIDE[k]
    check(body, *args)
    said = compile_source(HEAD + body, function="f", verify=True).split('"""')[1]
    assert "proved" in said or "digits" in said or "at every shape" in said or "stacks of matrices" in said, said


WRITTEN: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("""
    def f(u, k, steps: int):
        for s in range(steps):
            for i in range(1, len(u) - 1):
                u[i] = u[i] + k * u[i - 1] * u[i + 1]
        return np.sum(u)
    """, (normal(5), 0.3, 2)),
    ("""
    def f(u, k, n: int):
        v = np.zeros(n)
        for i in range(n):
            v[i] = np.sin(u[i]) * k
            u[i] += v[i] * v[i - 1]
        w = v.copy()
        w[0] = w[0] * v[1]
        return np.sum(w) + v[0] + np.sum(u) * u[-1]
    """, (normal(4), 0.7, 3)),
    ("""
    def f(u: "n", x: "n"):
        s = 0.0
        for i, xi in enumerate(x):
            u[i] = u[i] * xi
            s += u[i] ** 2
        return s * np.sum(x)
    """, (normal(4), normal(4))),
    ("""
    def f(u, n: int):
        v = np.zeros_like(u)
        for i in range(1, len(u) - 1):
            v[i] = u[i] + 0.1 * (u[i - 1] - 2 * u[i] + u[i + 1])
        for i in range(n):
            v[i] = v[i] * v[i - 1]
        return np.sum(v)
    """, (normal(5), 3)),
)  # fmt: skip


@pytest.mark.parametrize("k", range(len(WRITTEN)))
def test_written_item_by_item(k: int) -> None:
    body, args = WRITTEN[k]
    check(body, *args)
    said = compile_source(HEAD + textwrap.dedent(body), function="f", verify=True).split('"""')[1]
    assert "proved equal" in said, said


def test_what_must_be_a_vector_of_floats() -> None:
    text = check(*WRITTEN[0][:1], *WRITTEN[0][1])
    module: dict[str, Any] = {}
    exec(text, module)
    for u in (normal(3, 3), np.arange(4)):
        with pytest.raises(ValueError, match="one axis"):
            module["f_grad"](u, 0.1, 1)


@pytest.mark.parametrize("k", range(len(PROGRAMS)))
def test_programs(k: int) -> None:
    body, args = PROGRAMS[k]
    check(body, *args)


def test_saturated_cross_entropy_is_finite() -> None:
    body = PROGRAMS[12][0]
    text = check(body, *PROGRAMS[12][1])
    module: dict[str, Any] = {}
    exec(text, module)
    X, W = np.array([[1000.0]]), np.array([[1.0]])
    with np.errstate(all="ignore"):
        dW = module["f_grad"](X, np.array([[1.0]]), W, np.zeros(1))[2]
        assert dW.tolist() == [[0.0]]


def test_types_stay() -> None:
    text = check("def f(x, w):\n    return np.sum(np.tanh(x * w) ** 2)\n", normal(3), normal(3))
    module: dict[str, Any] = {}
    exec(text, module)
    dx, _ = module["f_grad"](np.ones(3, np.float32), np.ones(3, np.float32))
    assert dx.dtype == np.float32
    dx, _ = module["f_grad"](np.arange(3), np.arange(3) * 0.5)
    assert dx.dtype == np.float64


def test_other_layouts() -> None:
    text = compile_source(HEAD + "def f(x, y):\n    return np.sum(np.exp(x) @ y * x)\n", function="f", verify=False)
    module: dict[str, Any] = {}
    exec(text, module)
    x, y = normal(3, 3), normal(3, 3)
    want = module["f_grad"](x, y)
    for a, b in itertools.product((np.asfortranarray(x), x[::-1][::-1]), (np.asfortranarray(y), y.T.copy().T)):
        assert all(np.allclose(g, w) for g, w in zip(module["f_grad"](a, b), want))


def test_an_array_that_is_returned_raises() -> None:
    text = compile_source(HEAD + "def f(x):\n    return np.sin(x) * 2\n", function="f", verify=False)
    module: dict[str, Any] = {}
    exec(text, module)
    assert module["f_grad"](0.0) == 2.0
    with pytest.raises(ValueError, match="returned an array"):
        module["f_grad"](np.zeros(2))


# ------------------------------------------------------------------------------------------------------------ refusals

REFUSED = {
    "def f(X: 'E M', W: 'H K'):\n    return np.sum(X @ W)": ("BP050", "columns of X: M; rows of W: H"),
    "def f(x: 'n', y: 'm'):\n    return np.sum(x * y)": ("BP050", "items of x: n; items of y: m"),
    "def f(x: 'n'):\n    return x * 2": ("BP037", "an array of shape real[n]"),
    "def f(x):\n    return np.sum(np.unwrap(x))": ("BP051", "`np.unwrap` is not known"),
    "def f(x):\n    return np.sum(x, out=x)": ("BP051", "the keyword `out` of np.sum"),
    "def f(x, y):\n    z = x * y\n    v = z.T\n    z += 1\n    return np.sum(v * z)": ("BP053", "changed in place"),
    "def f(x, y):\n    z = x * y\n    v = z\n    z += 1\n    return np.sum(v * z)": ("BP053", "changed in place"),
    "def f(x):\n    y = x * 2\n    v = y if np.sum(x) > 0 else x\n    y += 1\n    return np.sum(v * y)": ("BP053", ""),
    "def f(x):\n    y = x * 2\n    for i in range(2):\n        v = y\n    y += 1\n    return np.sum(v * y)": (
        "BP053",
        "",
    ),
    "def f(x, y):\n    s = x * y\n    t = s\n    for i in range(3):\n        s += x\n    return np.sum(s * t)": (
        "BP053",
        "",
    ),
    "def f(x, y):\n    s = x * y\n    t = s\n    for i in range(3):\n        t = s\n        s += x\n    return np.sum(s * t)": (
        "BP053",
        "",
    ),
    "def f(x, y):\n    s = x\n    for i in range(3):\n        s += y\n    return np.sum(s)": ("BP053", ""),
    "def f(x, y):\n    s = 0.0\n    for i in range(3):\n        s += y\n        s = y if i > 1 else s\n    return np.sum(s)": (
        "BP053",
        "",
    ),
    "def f(s: float):\n    a = np.array(s)\n    b = a\n    a += 1\n    return b * a": (
        "BP051",
        "an array of one number",
    ),
    "def f(x):\n    import math\n    return np.sum(x)": ("BP010", "an `import` inside a function"),
    "def f(x: 'a b c'):\n    return np.sum(np.diag(x))": ("BP050", "np.diag of 3 axes"),
    "def f(x):\n    return np.sum(x) + float(x)": ("BP052", "takes one number"),
    "def f(x, k):\n    return np.sum(x, axis=k)": ("BP051", "an option that is not a literal"),
}


@pytest.mark.parametrize("body", REFUSED)
def test_refused(body: str) -> None:
    code, message = REFUSED[body]
    with pytest.raises(CompileError) as caught:
        compile_source(HEAD + body + "\n", function="f")
    assert caught.value.code.startswith(code) and message in str(caught.value)


# ---------------------------------------------------------------------------------------------- shapes in the comments


def shown(text: str) -> Iterator[tuple[str, str]]:
    """Yield each name with the shape that its line states."""
    for line in text.split("\n"):
        code, _, comment = line.partition("  # ")
        name, sign, _ = code.strip().partition(" = ")
        if sign and comment.endswith(")") and "(" in comment.removeprefix("("):
            yield name, "(" + comment.rsplit("(", 1)[1]
        elif sign and comment.startswith("(") and not comment[1:-1].isdigit():
            yield name, comment


def test_the_shapes_in_comments_are_true() -> None:
    body, args = PROGRAMS[12]
    text = check(body, *args)
    lengths = {"E": 4, "M": 3, "K": 2}
    stated = dict(shown(text))
    assert {"A", "dW", "db"} <= stated.keys()
    lines = text.split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("    return "))
    lines[at] = "    return dict(locals())"
    module: dict[str, Any] = {}
    exec("\n".join(lines), module)
    values = module["f_grad"](*args)
    for name, shape in stated.items():
        assert np.shape(values[name]) == eval(shape, dict(lengths)), name


# -------------------------------------------------------------------------------------------------------- verification


@pytest.mark.parametrize("k", range(len(PROGRAMS)))
def test_programs_are_verified(k: int) -> None:
    body, _ = PROGRAMS[k]
    source = HEAD + textwrap.dedent(body)
    text = compile_source(source, function="f", verify=True)
    said = text.split('"""')[1]
    is_checked = "proved equal" in said or "to 20 digits" in said
    assert is_checked or "no arguments were found" in said or "at every shape" in said, said


def test_the_shapes_of_the_check_are_stated() -> None:
    source = "import numpy as np\n\n\ndef f(w, x, b):\n    return np.mean((w * x + b) ** 2)\n"
    said = compile_source(source, verify=True).split('"""')[1]
    assert "shapes () and (2, 3) of each argument" in said and "w (3,) x (2, 3) b (2, 3)" in said
    source = 'import numpy as np\n\n\ndef f(X: "E M", w: "M", n: int):\n    return np.sum(X @ w) * n\n'
    said = " ".join(compile_source(source, verify=True).split('"""')[1].split())
    assert "Checked with SymPy at E, M = 2, 3 and n = 0, 1, 2: dX and dw are proved equal" in said


FAULTS = (
    ("def f(w, x, b):\n    r = w * x + b\n    return np.mean(r ** 2)\n", ("2 * r", "3 * r")),
    ("def f(w, x, b):\n    r = w * x + b\n    return np.mean(r ** 2)\n", ("unbroadcast(dr, b)", "dr")),
    ("def f(w, x, b):\n    r = w * x + b\n    return np.mean(r ** 2)\n", ("unbroadcast(x * dr, w)", "x * dr")),
    ("def f(x: 'n m', b: 'm'):\n    r = x + b\n    return np.sum(r * r)\n", ("axis=0", "axis=1")),
    ("def f(x: 'n n', y: 'n n'):\n    return np.sum((x @ y) ** 2)\n", ("y.T", "y")),
    ("def f(x):\n    return np.sum(np.max(x, axis=0))\n", ("== 1", "== 2")),
    ("def f(x):\n    y = x[1:]\n    return np.sum(y * y)\n", ("1:", ":-1")),
    ("def f(x):\n    return np.sum(np.tanh(x))\n", ("1 + ", "1 - ")),
)


@pytest.mark.parametrize("body, fault", FAULTS)
def test_faults_are_found(body: str, fault: tuple[str, str]) -> None:
    text = compile_source(HEAD + body, function="f", verify=False)
    head, mark, rest = text.partition("# backward")
    assert fault[0] in rest
    kinds = {"n m": ("n", "m"), "m": ("m",), "n n": ("n", "n")}
    function = ast.parse(body).body[0]
    assert isinstance(function, ast.FunctionDef)
    params = [
        ParamSpec(a.arg, Array(kinds[a.annotation.value] if isinstance(a.annotation, ast.Constant) else None))  # type: ignore[index]
        for a in function.args.args
    ]
    names = tuple(p.name for p in params)
    for generated, status in ((text, "proved"), (head + mark + rest.replace(*fault), "different")):
        verdict = check_arrays(Subject(HEAD + body, "f", generated, "f_grad", "grad", tuple(params), names), 3_000_000)
        assert verdict.status == status, (verdict, generated)


@pytest.mark.parametrize("fault", ((), ("X.T", "2 * X.T"), ("dD.sum(axis=0)", "dD.sum(axis=0) / 2")), ids=str)
def test_results_that_are_arrays_are_checked(fault: tuple[str, ...]) -> None:
    body = "def D(X: 'n m', W: 'm k', b: 'k'):\n    return X @ W + b\n"
    text = compile_source(body, derivative="vjp", verify=False)
    assert not fault or fault[0] in text
    params = tuple(ParamSpec(name, Array(dims)) for name, dims in (("X", ("n", "m")), ("W", ("m", "k")), ("b", ("k",))))
    wrong = text.replace(*fault) if fault else text
    verdict = check_arrays(Subject(body, "D", wrong, "D_vjp", "vjp", params, ("X", "W", "b")), 3_000_000)
    assert verdict.status == ("different" if fault else "proved"), verdict
    assert fault or verdict.sentence.endswith("proved equal to the derivatives of D times dD.")


def test_lengths_that_depend_on_others_are_found() -> None:
    text = compile_source("import numpy as np\n\ndef f(x: 'p', y: 'm'):\n    return x[:-1] @ y\n", verify=True)
    assert "Checked with SymPy at p, m = 3, 2: dx and dy are proved equal" in text


@pytest.mark.parametrize("quote", ("'", ""))
def test_arrays_of_integers_are_data(quote: str) -> None:
    body = f"""from __future__ import annotations
import numpy as np

def f(x: "n", k: {quote}Int[np.ndarray, "m"]{quote}, mask: {quote}Bool[np.ndarray, "n"]{quote}):
    return np.mean(x[k] ** 2) + np.sum(x[mask] * 3)
"""
    text = compile_source(body, verify=True)
    assert '"""Return df/dx.' in text and "of 0 and 1: dx is proved equal" in text
    assert "(m,)" in text and "np.size(k)" in text
    array_oracle.compare(body, "f", text, (normal(4), np.array([2, 0, 2]), np.array([True, False, True, True])), ["x"])


def test_quotients_of_integers_are_exact() -> None:
    text = compile_source("import numpy as np\n\ndef f(x):\n    return np.abs(x).mean()\n", verify=True)
    assert "dx is proved equal" in text and "np.sign(x) / np.size(x)" in text


def test_names_for_the_lengths_of_a_shape_say_the_rank() -> None:
    body = "def f(x, w):\n    n, d = x.shape\n    r = x @ w\n    return r @ r / n + d * np.sum(w**2)\n"
    text = check(body, normal(4, 3), normal(3))
    module: dict[str, Any] = {}
    exec(text, module)
    for shape in ((3,), (2, 4, 3)):
        with pytest.raises(ValueError, match="x has another number of axes than 2"):
            module["f_grad"](normal(*shape), normal(3))


def test_arrays_of_several_ranks_are_found() -> None:
    text = compile_source("def f(A, x):\n    return x @ A @ x / (x @ x)\n", verify=True)
    assert "Checked with SymPy at A (3, 3) x (3,): dA and dx are proved equal" in text


def test_methods_alone_say_that_there_are_arrays() -> None:
    body = (
        "def f(x):\n    z = (x - x.mean()) / x.std()\n    return (z**4).mean() - z.max() * z.prod() + x.copy().sum()\n"
    )
    assert "Checked with SymPy at shapes (2, 3), (3,) and (2, 2): dx is" in compile_source(body, verify=True)
    check(body, normal(5))
    check(body, positive(2, 3))


def test_a_range_picks_rows() -> None:
    body = "def f(x, y: 'n'):\n    return -np.mean(np.log(x[range(len(x)), y]) * x[range(0, 4, 2), 0].sum())\n"
    assert "np.arange(len(x))" in check(body, positive(4, 3), np.array([2, 0, 1, 1]), wrt=["x"])


def test_arrays_of_places_are_found() -> None:
    text = compile_source(
        "import numpy as np\n\ndef f(x: 'n', k: 'm'):\n    return np.sum(x[k])\n", wrt="x", verify=True
    )
    assert "Checked with SymPy at n, m = 2, 3 and k of 0 and 1: dx is proved equal" in text


TRANSPOSES = {
    "def f(Q: 'n d', K: 'm d'):\n    S = Q @ K.T\n    return np.sum(S**3)\n": "dQ = dS @ K  # (n, d)\n    dK = dS.T @ Q  # (m, d)",
    "def f(A: 'n n', b: 'n'):\n    y = A.T @ b + A.T @ (A.T @ b)\n    return y @ y * np.sum(A.T)\n": "A @ ",
    "def f(A: 'n n', b: 'n'):\n    if np.sum(A.T) > 3:\n        y = A.T @ b\n    else:\n        y = b @ A.T\n    return y @ y\n": "np.outer(",
    "def f(A: 'n n', b: 'n'):\n    for _ in range(2):\n        b = np.tanh(A.T @ b) * np.sum(A.T)\n    return np.sum(A.T @ b)\n": "np.outer(",
    "def f(A, b):\n    y = A.T.T @ b + np.sum(A.T * A.T, axis=0)\n    return np.sum(y**2) * np.sum(np.transpose(A, (1, 0)) @ A)\n": "A.T",
}


@pytest.mark.parametrize("body", TRANSPOSES)
def test_transposes_have_no_line(body: str) -> None:
    shapes = ((2, 3), (4, 3)) if "K" in body else ((3, 3), (3,))
    text = check(body, *(positive(*shape) for shape in shapes))
    assert TRANSPOSES[body] in text and "transpose =" not in text and "dtranspose" not in text


# ------------------------------------------------------------------------------------------------------- whole modules

MODULES = sorted(path for path in (CASES / "arrays").glob("*.py") if not path.stem.endswith("_grad"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_modules(path: Path) -> None:
    expected = path.with_name(f"{path.stem}_grad.py").read_text(encoding="utf-8")
    chosen = "W1,b1,W2,b2" if path.stem == "mlp" else None
    options = {} if chosen is None else {"wrt": chosen}
    assert compile_source(path.read_text(encoding="utf-8"), filename=path.name, verify=True, **options) == expected


MISUSE = (CASES / "arrays" / "misuse.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("annotation", ("", ": 'n m'", ": 'k'", ": ''", ": float", ": np.ndarray", ": list[float]"))
def test_misuse_is_accepted_or_refused(annotation: str) -> None:
    for line in MISUSE:
        source = f"import math\nimport numpy as np\n\n\ndef f(x{annotation}, n: int):\n    {line}\n"
        for derivative in ("grad", "vjp"):
            with contextlib.suppress(CompileError):
                compile(compile_source(source, derivative=derivative, verify=False), line, "exec")


@pytest.mark.parametrize("name", sorted(WITH_OUTER))
def test_each_item_with_each(name: str) -> None:
    """Of arrays of any rank, and numbers; SymPy says the same."""
    body = f"return np.sum({name}.outer(x, y) * np.multiply.outer(x, y)) + np.sum({name}.outer(2.0, y) * y)"
    for shapes in ("x: 'n', y: 'm'", "x: 'n m', y: 'n'", "x, y: '2 3'", "x: '', y: 'n'"):
        sizes = (2,) if "''" not in shapes else ()
        given = positive(2, 2) if "n m" in shapes else positive(*sizes)
        check(f"def f({shapes}):\n    {body}\n", given, positive(2, 3) if "2 3" in shapes else positive(2))
    text = compile_source(HEAD + f"def f(x: 'n', y: 'm'):\n    {body}\n", verify=True)
    assert "are proved equal" in text
