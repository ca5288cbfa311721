"""Faults that random programs over arrays have found, each as the smallest program that shows it."""

from __future__ import annotations

# ruff: noqa: E501  (programs are data: one line each)
import contextlib
import re
import warnings
from typing import Any

import array_oracle
import numpy as np
import pytest
from test_arrays import HEAD, check, normal, positive

from bpcompile import CompileError, compile_source

FOUND: dict[str, tuple[str, tuple[Any, ...]]] = {
    "a number that stands twice in one expression": (
        "def f(x, y: float):\n    z = y + np.sin(x) + y\n    return np.sum(z * z)\n", (normal(3), 0.3)),
    "the same with shapes": (
        "def f(x: 'n', y: ''):\n    z = y + np.sin(x) + y\n    return np.sum(z * z)\n", (normal(3), 0.3)),
    "an item of a list beside an array": (
        "def f(x: 'n', w: list[float]):\n    z = w[-1] + np.ones(len(x))\n    return np.sum(z * x)\n",
        (normal(3), [0.5, 0.7])),
    "an axis of one item in an Einstein sum": (
        "def f(x, y):\n    return np.sum(np.einsum('i,i->i', x, y) ** 2) + np.einsum('i,i->', x, y)\n",
        (normal(1), normal(3))),
    "an axis of one item in an Einstein sum of matrices": (
        "def f(x, y: 'n m'):\n    return np.sum(np.einsum('ij,jk->ik', x, y) ** 2)\n", (normal(2, 1), normal(3, 2))),
    "an axis of one item of another array in an Einstein sum": (
        "def f(x: 'a 1', y: 'n'):\n    return np.sum(np.einsum('ij,j->i', x, y) ** 2)\n", (normal(2, 1), normal(3))),
    "traces of a stack": ("def f(x):\n    return np.sum(np.trace(x) ** 2)\n", (normal(3, 2, 2),)),
    "traces of a stack with shapes": ("def f(x: 'a a b'):\n    return np.sum(np.trace(x) ** 2)\n", (normal(2, 2, 3),)),
    "what a loop carries changes its shape": (
        "def f(x: 'n', y: 'm'):\n    s = y\n    for i in range(2):\n        s = np.concatenate((s, x * i))\n"
        "        t = np.tanh(s)\n    return np.sum(s * s) + np.sum(t)\n", (normal(2), normal(3))),
    "slices of one length": (
        "def f(x: 'n', y: 'n'):\n    a = x[1:] * y[:-1]\n    b = x[2:] + a[1:] * y[1:-1]\n    return np.sum(b * b) + a[0]\n",
        (normal(4), normal(4))),
    "a length that is not known beside one that is": (
        "def f(x: 'n', y: 'n'):\n    z = x[x > -9] * y + x[y > 9].sum()\n    return np.sum(z * z)\n", (normal(3), normal(3))),
    "a transpose that leaves a branch": (
        "def f(x):\n    u = x.T if np.sum(x) > 9 else x.T * 2\n    return np.sum(u * u)\n", (normal(2, 3),)),
    "a transpose that leaves the other side of a branch": (
        "def f(x: 'n m'):\n    u = x.T * 2 if np.sum(x) > 9 else x.T\n    return np.sum(u * u)\n", (normal(2, 3),)),
    "a row that is broadcast or not": (
        "def f(x: 'n m', y: 'n m'):\n    z = x[y[:, 0] > 0.0] + y\n    return np.sum(z * z)\n",
        (normal(3, 2), np.array([[0.5, 0.2], [-0.1, 0.2], [-0.3, 0.7]]))),
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_found_by_random_programs(name: str) -> None:
    body, args = FOUND[name]
    check(body, *args)


def run(body: str, *args: Any) -> Any:
    module: dict[str, Any] = {}
    exec(compile_source(HEAD + body, function="f", verify=False), module)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return module["f_grad"](*args)


@pytest.mark.parametrize("expression", ("np.mean(x)", "np.mean(x * 2) - np.mean(x)", "np.mean(x, axis=(0, 1)) ** 2"))
def test_means_of_nothing(expression: str) -> None:
    assert np.shape(run(f"def f(x):\n    return {expression}\n", np.zeros((0, 3)))) == (0, 3)


INTEGERS = (
    "np.sum(x) + np.sin(x[0])", "np.sum(x[1:]) + np.sin(x[0])", "np.sin(x[0]) + np.sum(x * x)", "np.sin(x[-1])",
    "np.sin(np.max(x)) + np.sum(x[x > 1])", "np.sum(np.sin(np.concatenate([x, x])[1:3]))", "np.sin((x * 2 - x)[1])",
    "np.sum([np.sin(v) for v in x])", "np.sin((x if x[0] > 0 else -x)[1])",
)  # fmt: skip


@pytest.mark.parametrize("expression", INTEGERS)
def test_nothing_is_cut_off_for_arrays_of_integers(expression: str) -> None:
    body = f"def f(x):\n    y = x[1:] - x[:-1]\n    return {expression} + np.sin(y[0]) + np.sum(y)\n"
    x = np.array([1, 2, 3, 5])
    assert np.allclose(run(body, x), run(body, x * 1.0), 1e-12, 1e-12)
    assert run(body, x.astype(np.float32)).dtype == np.float32


def test_nothing_is_cut_off_in_rows_of_integers() -> None:
    loop = "    for row in x:\n        if t < 9.0:\n            t += 0.3 * row[0]\n"
    body = f"def f(x):\n    t = 0.0\n{loop}    return np.sin(t)\n"
    x = np.array([[1, 2], [3, 4]])
    assert np.allclose(run(body, x), run(body, x * 1.0), 1e-12, 1e-12)


def test_shapes_of_lines_are_true_where_nothing_is_left() -> None:
    text = compile_source(
        HEAD + "def f(x: 'n'):\n    y = x[1:] * 2\n    return np.sum(y * y)\n", function="f", verify=False
    )
    assert ("y", (2,), "(n-1,)") in array_oracle.stated_shapes(text, "f_grad", [normal(3)])


NAMES = (
    "h = x * y\ng = h\nfor i in range(n):\n    h = np.tanh(h + y)\nh += y\nreturn np.sum(g * h)",
    "h = x * y\nfor i in range(n):\n    g = h\n    h = np.tanh(h + y)\nh += y\nreturn np.sum(h * h)",
    "h = x * y\ng = x + y\nfor i in range(n):\n    g, h = h, np.tanh(g)\nh += y\nreturn np.sum(g * h)",
    "h = x * y\ng = h\nfor i in range(n):\n    g = np.sin(g)\nh += y\nreturn np.sum(g * h)",
    "h = x * y\nv = h[::-1]\nif np.sum(x) > 0:\n    h += y\nreturn np.sum(v * h)",
    "h = x * y\nif np.sum(x) > 0:\n    v = h[::-1]\nelse:\n    v = y\nh += y\nreturn np.sum(v * h)",
    "h = x * y\nif np.sum(x) > 0:\n    h += y\nv = h[::-1]\nif np.sum(x) > 1:\n    h += v\nreturn np.sum(v * h)",
    "h = x * y\nfor i in range(n):\n    for j in range(2):\n        h += x\n    v = h[::-1]\nreturn np.sum(v * h)",
    "h = x * y\nv = x\nfor i in range(n):\n    v = h[1:]\n    for j in range(2):\n        h += x\nreturn np.sum(v) * np.sum(h)",
    "h = x * y\nfor i in range(n):\n    g = h\n    for j in range(2):\n        h += x\n    h = h + g\nreturn np.sum(h)",
    "h = x * y\nw = h\nfor i in range(n):\n    for j in range(2):\n        w = h\n        h += x\nreturn np.sum(h * w)",
    "h = x * y\nhs = []\nfor i in range(n):\n    h = h * 0.5\n    hs.append(h)\nh += 1\nreturn np.sum(h * hs[0]) if n > 0 else 0.0",
    "h = x * y\nwhile np.sum(h * h) > 1:\n    h = h * 0.5\nh *= y\nreturn np.sum(h)",
    "h = x * y\nif np.sum(x) > 0:\n    g = h\n    h += y\nelse:\n    g = x\nh += 1\nreturn np.sum(h * g)",
    "h = x * y\ng = y * 2\nif np.sum(x) > 0:\n    g = h\nelse:\n    h = g\nh += 1\nreturn np.sum(h * g)",
    "h = x * y\ng = y * 2\nfor i in range(n):\n    if i == 1:\n        g = h\n    else:\n        h = g * 1.5\nh += 1\nreturn np.sum(h * g)",
    "h = x * y\ng = y * 2\nfor i in range(n):\n    if i == 1:\n        break\n    g = h\n    h = np.sin(g)\nh += 1\nreturn np.sum(h * g)",
    "h = x * y\nfor r in h:\n    h += r\nreturn np.sum(h * h)",
    "h = x * y\nfor r in h[1:]:\n    h += r\nreturn np.sum(h * h)",
    "h = x * y\nfor r in h:\n    h = h + r\nreturn np.sum(h * h)",
    "h = x * y\nfor i, r in enumerate(h):\n    h[i] = r * h[0]\nreturn np.sum(h * h)",
    "h = x * y\nfor i in range(n):\n    for r in h:\n        h += 0.1 * r\nreturn np.sum(h * h)",
    "h = [x * 1.0, y]\ng = h[0]\nh[0] += x\nreturn np.sum(h[0] * g)",
    "g = x * 1.0\nh = [g, g]\nh[0] += x\nreturn np.sum(h[0] * h[1])",
)


@pytest.mark.parametrize("annotation", ("", ": 'n'"))
@pytest.mark.parametrize("lines", NAMES)
def test_what_is_added_shows_under_the_right_names(lines: str, annotation: str) -> None:
    """`h += y` with other names about: refused, or right."""
    body = f"def f(x{annotation}, y{annotation}, n: int):\n" + "".join(f"    {line}\n" for line in lines.split("\n"))
    try:
        text = compile_source(HEAD + body, function="f", verify=False)
    except CompileError as error:
        assert error.code in ("BP053", "BP028")
        return
    for n in (0, 1, 3):
        for x in (np.array([0.4, 1.1, 0.7]), np.array([-0.5, -1.2, -0.3])):
            args = [x, np.array([0.3, -0.8, 1.2]), n]
            with contextlib.suppress(UnboundLocalError):
                array_oracle.primal(HEAD + body, "f")(*args)
                array_oracle.compare(HEAD + body, "f", text, args)


# what was found by trying to break it: each with its shapes, `{: 'n'}`, and without
TRIED: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("def f(x{: 'n'}, w{: 'n'}):\n    return np.sum(np.meshgrid(x, w)[0] ** 2) + np.sum(np.broadcast_arrays(x, w[:, None])[0] ** 3)", (normal(3), normal(3))),
    ("def f(M, b: float):\n    s = b\n    for m in M: s = s + m\n    return np.sum(np.sin(s))", (normal(3, 3),0.7)),
    ("def f(x, A):\n    y = x\n    for i in range(3):\n        y = y + A\n    return np.sum(np.sin(y))", (positive(3),normal(1, 3),)),
    ("def f(x, A):\n    y = x\n    for i in range(3):\n        y = y + A\n    return np.sum(np.sin(y))", (positive(1),positive(2,3),)),
    ("def f(x, A):\n    y = x\n    i = 0\n    while i < 2:\n        for k in range(2):\n            y = np.add(y, A)\n        i += 1\n    return np.sum(np.sin(y))", (positive(3,1),positive(2,1,3),)),
    ("def f(M, w):\n    s = w[0]\n    for m in M: s = s + m\n    return np.sum(np.sin(s)) + w[1]", (normal(3, 3),positive(3),)),
    ("def f(A{: 'n n'}, x{: 'n'}):\n    if np.sum(A) > 100.0: x = x - A\n    return np.sum(np.sin(x))", (normal(3, 3),positive(3),)),
    ("def f(A{: 'n n'}, x{: 'n'}):\n    if np.sum(A) < 100.0: x = x - A\n    return np.sum(np.sin(x))", (normal(3, 3),positive(3),)),
    ("def f(A{: '1 n'}, x{: 'n'}):\n    y = x - A if np.sum(A) > 100.0 else x\n    return np.sum(np.sin(y))", (normal(1, 3),positive(3),)),
    ("def f(A{: 'n n'}, x{: '1 n'}):\n    A[1] = x\n    return np.sum(A*A)", (normal(3, 3),normal(1, 3),)),
    ("def f(A{: 'n n'}, x):\n    A[:] = x\n    return np.sum(A*A)", (normal(3, 3),positive(1,1,3),)),
    ("def f(A{: 'n n'}, x{: 'n 1'}):\n    A[1] = x.T\n    return np.sum(A*A)", (normal(3, 3),normal(3, 1),)),
    ("def f(A{: 'n'}, x{: 'n n'}):\n    x[0] += A[0]\n    return np.sum(x*x)", (positive(3),normal(3, 3),)),
    ("def f(A{: 'n'}, x{: 'n n'}):\n    x[0] = A[0]\n    return np.sum(x*x)", (positive(3),normal(3, 3),)),
    ("def f(A{: 'n'}, x{: 'n n'}):\n    for i in range(3): x[i] += A[i]\n    return np.sum(x*x)", (positive(3),normal(3, 3),)),
    ("def f(A{: 'n n'}, x{: 'n 1'}):\n    for i in range(3): A[i] = x[i]\n    return np.sum(A*A)", (normal(3, 3),normal(3, 1),)),
    ("def f(A{: 'n n'}, x{: 'n 1'}):\n    for i in range(3): A[i] = A[i] - x[i]\n    return np.sum(A*A)", (normal(3, 3),normal(3, 1),)),
    ("def f(A{: 'n n'}, x{: '1 n'}):\n    A[:2] += x[:2]\n    return np.sum(A*A)", (normal(3, 3),normal(1, 3),)),
    ("def f(A{: 'n n'}, x{: 'n'}):\n    A[0:1] -= x[0:1]\n    return np.sum(A*A)", (normal(3, 3),positive(3),)),
    ("def f(x{: 'n'}):\n    y = np.floor(x); y[0] = x[1]\n    return np.sum(y*y)", (positive(3),)),
    ("def f(x{: 'n'}):\n    y = x // 2; y[0] = x[1]\n    return np.sum(y*y)", (positive(3),)),
    ("def f(x{: 'n'}):\n    y = np.sign(x); y[0] *= x[1]\n    return np.sum(y*y)", (positive(3),)),
    ("def f(x{: 'n'}):\n    A, B = np.divmod(x, .7); A[1] = x[0]\n    return np.sum(A*B)", (positive(3),)),
    ("def f(x{: 'n'}):\n    y = np.eye(3)[0]; y[0] = x[1]; y[1] = x[0]*1.5\n    return np.sum(y*y*x[2])", (positive(3),)),
    ("def f(x{: 'n'}):\n    y = np.ones(6)[::2]; y[0] = x[1]; y[1] = x[0]*1.5\n    return np.sum(y*y*x[2])", (positive(3),)),
    ("def f(x{: 'n'}, w{: 'n'}): return np.sum((w - x[-1:])**3)", (positive(3),positive(3),)),
    ("def f(x{: 'n'}, w{: 'n'}): return np.sum((w[:2] - x[-2:])**3)", (positive(3),positive(3),)),
    ("def f(w{: 'n m'}): return np.sum((w - w[:, -1:])**3)", (normal(3, 3),)),
    ("def f(x{: 'n'}): return np.sum(np.append(x, 1.0)**2 * x[-1:])", (positive(3),)),
    ("def f(w{: 'n'}, u{: 'n'}):\n    y = u - ((w - u[0]) + (w + w[-1]))\n    return np.sum(y * y)", (normal(5), positive(5))),
    ("def f(w{: 'n'}, u{: 'n'}):\n    for i in range(2):\n        w = u - (w - w[1:].sum() + (u[0] + w)) * 0.3\n    return np.sum(w * u[::-1])", (normal(5), positive(5))),
    ("def f(p{: 'n'}, u{: 'n'}):\n    s = 0.0\n    for i in range(3):\n        w = np.sin(u * i)\n        s += w[0] * w[1]\n        p = u - (p + w)\n    return s + np.sum(p * u)", (normal(5), positive(5))),
)  # fmt: skip
# the same, but refused: by `...`, `x[0]` is a view of one number where the rank is known; integers cut off what is written
VIEWS_OF_NUMBERS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("def f(x{: 'n'}, c: float):\n    x[..., 0] = c\n    return np.sum(x*x)", (positive(3),0.7,)),
    ("def f(x{: 'n'}, c: float):\n    x[0, ...] = c\n    return np.sum(x*x)", (positive(3),0.7,)),
    ("def f(x{: 'n m'}, c: float):\n    x[..., 0, 1] *= c\n    return np.sum(x*x)", (normal(3, 3),0.7,)),
    ("def f(x{: 'n'}, c: float, i: int):\n    x[..., i] += c * x[1]\n    return np.sum(x*x)", (positive(3),0.7,1,)),
    ("def f(x{: 'n'}, c: float):\n    y = x[..., 0]\n    x[0] = c\n    return y * np.sum(x*x)", (positive(3),0.7,)),
    ("def f(x{: 'n'}, c: float):\n    y = x[..., 0]\n    y *= c\n    return y * np.sum(x*x)", (positive(3),0.7,)),
)  # fmt: skip
OF_INTEGERS = (
    "def f(x{: 'n'}):\n    y = np.repeat(1, 3); y[0] = x[2]\n    return np.sum(y*x[2])",
    "def f(x{: 'n'}):\n    y = np.tile(0, 3); y[0] = x[2]\n    return np.sum(y*x[2])",
    "def f(x{: 'n'}, k: int):\n    y = np.repeat(k, 3); y[0] = x[2]\n    return np.sum(y*x[2])",
    "def f(x{: 'n'}):\n    y = np.broadcast_to(0, (3,)).copy(); y[0] = x[2]\n    return np.sum(y*x[2])",
)


def forms(body: str) -> list[str]:
    """Return a program without shapes, and with them."""
    return [re.sub(r"\{(: '[^']*')\}", with_, body) + "\n" for with_ in ("", r"\1")]


@pytest.mark.parametrize(("body", "args"), TRIED)
def test_found_by_trying(body: str, args: tuple[Any, ...]) -> None:
    for source in forms(body):
        check(source, *args)


@pytest.mark.parametrize(("body", "args"), VIEWS_OF_NUMBERS)
def test_a_view_of_a_number(body: str, args: tuple[Any, ...]) -> None:
    plain, shaped = forms(body)
    check(plain, *args)
    with pytest.raises(CompileError, match="a view of one number"):
        compile_source(HEAD + shaped, function="f")


@pytest.mark.parametrize("body", OF_INTEGERS)
def test_integers_that_are_repeated_take_no_floats(body: str) -> None:
    for source in forms(body):
        with pytest.raises(CompileError, match="it holds integers"):
            compile_source(HEAD + source, function="f")


def test_an_array_of_no_axes_is_not_written_to() -> None:
    for write in ("A[...] = x", "A[()] = x", "A[None] *= x"):
        with pytest.raises(CompileError):
            compile_source(HEAD + f"def f(A: '', x: ''):\n    {write}\n    return A * x\n", function="f")


@pytest.mark.parametrize("shape", [(0, 0), (2, 0), (0, 2), (3, 2), (2, 3, 2)])
def test_products_of_what_is_empty(shape: tuple[int, ...]) -> None:
    for axis in (0, 1, -2, (0, 1), None):
        check(f"def f(x):\n    return np.sum(np.prod(x, axis={axis}) ** 2)\n", positive(*shape))
