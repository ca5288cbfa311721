"""Arrays that are read and written in parts, against differences of the original."""

from __future__ import annotations

# ruff: noqa: E501  (programs are data: one line each)
from typing import Any

import numpy as np
import pytest
from test_arrays import check, normal, positive

from bpcompile import CompileError, compile_source

READS = (
    "def f(x):\n    return np.sum(x[1:] * x[:-1]) + np.sum(x ** 2)\n",
    "def f(x):\n    y = x * x\n    return np.sum(y[1:] / y[:-1]) + y[0]\n",
    "def f(x):\n    y = x[::2]\n    z = x[1::2]\n    return np.sum(y[:2] * z[:2]) + np.sum(y) * x[-1]\n",
    "def f(x):\n    s = 0.0\n    for i in range(len(x)):\n        s = s + x[i] ** 2 * x[i - 1] + np.sum(x)\n    return s\n",
    "def f(x):\n    y = np.exp(x)\n    if y[0] > 1.0:\n        z = y[1] * 3\n    else:\n        z = y[2] * y[1]\n    return z + np.sum(y)\n",
    "def f(x):\n    z = np.sum(x)\n    if x[0] > -9.0:\n        z = z + x[1] * z\n    return z\n",
    "def f(x):\n    return np.sum(x[[0, 2, 0]] ** 2 * x[1]) + x[[1, 2]] @ x[[0, 1]]\n",
    "def f(x):\n    k = np.array([0, 1, 1, 3])\n    s = 0.0\n    for i in range(3):\n        s = s + np.sum(x[k] * (i + 1)) ** 2\n    return s\n",
    "def f(x):\n    return np.sum(x[x > 0.0] ** 2) + np.sum(x[1:])\n",
    "def f(x):\n    y = x\n    z = y[1:]\n    w = y[1:] * 2\n    return np.sum(z * w) + np.sum(y)\n",
    "def f(x):\n    y = x[1:]\n    z = y + y[0]\n    return np.sum(z * z) + np.sum(x[1:] * y)\n",
    "def f(x):\n    h = x[:2]\n    for i in range(3):\n        h = np.tanh(h + x[i]) + h[0]\n    return np.sum(h)\n",
    "def f(x):\n    h = x\n    for i in range(3):\n        g = h * h\n        h = g + g[i] * x[i]\n    return np.sum(h) + h[0]\n",
    "def f(x):\n    a = x * 2\n    b = a\n    return np.sum(b[1:] * a[:-1]) + np.sum(a + b)\n",
    "def f(x):\n    return x[0] * x[1] - x[2]\n",
    "def f(x):\n    return np.sum(x[None, :] * x[:, None]) + x[...][0]\n",
    "def f(x, i: int):\n    return x[i] * x[i - 1] + x[-i]\n",
)


@pytest.mark.parametrize("body", READS)
def test_parts_that_are_read(body: str) -> None:
    args = [normal(5), *([2] if "i: int" in body else [])]
    check(body, *args)
    check(body.replace("(x", "(x: 'n'", 1), *args)
    check(body, *[a.astype(np.float32).astype(float)[::-1] if isinstance(a, np.ndarray) else a for a in args])


ROWS = (
    "def f(A):\n    s = 0.0\n    for i in range(len(A)):\n        s = s + np.sum(A[i] * A[i - 1]) * A[i, 0]\n    return s\n",
    "def f(A):\n    return np.sum(A[:, 1:] * A[:, :-1]) + np.sum(A[0] * A[:, 0][0])\n",
    "def f(A):\n    r = A[1]\n    c = A[:, 1]\n    return np.sum(r * r) * np.sum(c) + np.trace(A @ A.T)\n",
    "def f(A):\n    s = 0.0\n    for row in A:\n        s = s + np.sum(row) ** 2 * row[0]\n    return s + np.sum(A)\n",
    "def f(A):\n    s = 0.0\n    for i in range(1, len(A)):\n        for j in range(1, A.shape[1]):\n            s = s + A[i, j] * A[i - 1, j] * A[i, j - 1]\n    return s\n",
    "def f(A):\n    d = np.arange(3)\n    return np.sum(A[d, d] ** 2) + np.sum(A[d, [0, 0, 1]] * A[0])\n",
    "def f(A):\n    B = np.exp(A)\n    s = B[0, 0]\n    for i in range(2):\n        s = s * B[i, i + 1] + np.sum(B[:, i])\n    return s / np.sum(B)\n",
)


@pytest.mark.parametrize("body", ROWS)
def test_rows_and_columns_that_are_read(body: str) -> None:
    check(body, positive(3, 3))
    check(body.replace("(A", "(A: 'n m'", 1), positive(3, 3))
    check(body, np.asfortranarray(positive(3, 3)))


def test_parts_are_added_in_place() -> None:
    text = check(
        "def f(x: 'n'):\n    s = 0.0\n    for i in range(len(x)):\n        s = s + x[i] ** 2\n    return s\n", normal(4)
    )
    assert "placed" not in text and "dx[i] += 2 * x[i]" in text
    text = check("def f(x: 'n'):\n    y = x[1:]\n    z = x[:-1]\n    return np.sum(y * y * z)\n", normal(4))
    assert "dx[:-1] = " in text and "dx[1:] += " in text


# -------------------------------------------------------------------------------------------------------------- writes

VECTORS = (
    "x[1:-1] = x[1:-1] * 2 + x[:-2]",
    "x[1:] *= x[:-1]",
    "x[1:] += x[:-1]",
    "x[::2] = y[1::2][0] * x[::2]",
    "x[::-1] = x * y",
    "x[:] = y\n    x[0] = x[1] * x[2]",
    "x[...] = y * y\n    y[1:3] = x[:2]",
    "x[2:] = 0.0",
    "x[1:3] = y[0]\n    y[0] = x[1] * x[0]",
    "x[0], x[1] = x[1], x[0]",
    "x[:2], x[2:4] = x[2:4].copy(), x[:2].copy()",
    "x[x > 0.1] = 0.5",
    "x[x > 0.1] *= y[1]",
    "x[(x > 0.1) & (y < 0.7)] = y[0] * x[1]",
    "x += y",
    "z = x\n    z *= y\n    x[0] = z[1] * z[2]",
    "z = x[1:]\n    x[2] = y[0] * y[1]\n    y[1] = z[1] * z[0]",
    "z = x[1:]\n    z[1] = y[0] * y[1]\n    z *= 2.0\n    y[0] = x[2]",
    "z = x[::-1]\n    w = z[1:]\n    w[0] = y[0] ** 2\n    x[1] = w[1]",
    "z = x.copy()\n    x[1:] = z[:-1] * y[1:]\n    y[:] = x * z",
    "z = np.sin(x)\n    z[1:] -= y[1:] * z[:-1]\n    x[0] = z[2]",
    "z = np.zeros(4)\n    z[1:] = x[1:] * y[:-1]\n    z[0] = z[1]\n    x[:] = z",
    "z = np.zeros_like(x)\n    for i in range(4):\n        z[i] = x[i] * y[i - 1]\n    x[1:] = z[:-1]",
    "for i in range(1, 4):\n        x[i:] = x[i:] * y[i] + x[i - 1]",
    "for i in range(3):\n        x[i + 1] += x[i] * y[i]\n        y[i:] *= x[i]",
    "for i in range(3):\n        x[1:-1] += 0.1 * (x[2:] - 2 * x[1:-1] + x[:-2])",
    "for i in range(3):\n        if x[i] > 0.0:\n            x[i + 1 :] *= y[i]\n        else:\n            y[: i + 1] = x[i]",
    "i = 0\n    while i < 3 and np.sum(x) < 9.0:\n        x[i:] *= 1.2\n        i += 1\n    y[0] = x[1] * x[3]",
    "for i in range(5):\n        if i == 3:\n            break\n        if i == 1:\n            continue\n        x[i] = x[i + 1] * y[i]\n        x *= 0.9",
    "for i in range(3):\n        z = x * y\n        z[i] = 2 * x[i]\n        x[i + 1] = z[i] * z[i + 1]",
    "z = x * 1.0\n    for i in range(3):\n        w = z.copy()\n        w[1:] = z[:-1] * y[1:]\n        z = w\n    x[:] = z",
    "if x[0] > 0.0:\n        x[1:] = y[:-1]\n    else:\n        x[:2] *= y[0]\n    y[2] = x[2] * x[3]",
    "x[1:3][0] = y[0]\n    x[1:][1:][0] *= y[1]",
    "a, b = x[0], x[1]\n    x[0] = a * b\n    x[1] = a + b * x[0]",
    "old = x[1]\n    x[1] = y[1] * y[2]\n    x[2] = old * x[1]",
    "t = x.copy()\n    x[0] = 1.5\n    y[0] = t[0] * x[1]",
    "x[[0, 2]] = y[[1, 3]] * x[[1, 2]]",
    "z = np.empty(4)\n    z[:2] = x[:2] * y[1]\n    z[2:] = y[2:]\n    x[:] = z",
    "z = np.empty_like(y)\n    z[::2] = x[1::2] * y[0]\n    z[1::2] = y[1]\n    x *= z",
    "kind = x.dtype\n    z = np.zeros(len(x), dtype=kind)\n    z[1:] = x[1:] * y[:-1]\n    x[:] = z",
    "z = np.ones((4, 4), dtype=x.dtype)\n    z[1] = x * y\n    x[:] = z[:, 1]",
    "for i in range(3):\n        z = y + 0.5\n        x[0], x[1] = x[1], x[0]\n        for j in range(2):\n            x = np.tanh(x)\n            z[::2] = np.cos(z[:2]) * x[i] + z[1:3]\n    x[:] = z",
    "for i in range(3):\n        if i == 1:\n            continue\n        for j in range(2):\n            z = np.ones(4)\n            z[:] = x[i] * z * y\n        x[i:] *= z[i]",
    "z = y * 2.0\n    w = y * 2.0\n    z[0] = x[1]\n    w[1] = x[2]\n    x[:] = z * w",
    # what is written to a copy
    "for i in range(3):\n        z = x.copy()\n        z[1:-1] = x[1:-1] + y[0] * (x[2:] - 2 * x[1:-1] + x[:-2])\n        x = z",
    "z = x.copy()\n    z[1:] = x[1:] - y[1:] * x[:-1] - y[0]\n    z[1:] = x[1:] + z[:-1] * z[1:]\n    x[:] = z",
    "z = np.copy(x)\n    z[1:] = x[:-1] * y[1:] + x[1:]\n    z[:1] = x[1:2] + x[:1]\n    x[0] = z[1] * z[0]",
    "z = x.copy()\n    x[1] = y[1] * y[0]\n    z[1:] = x[1:] + y[0] * x[:-1]\n    x[2:] = z[1:3]",
    "z = x.copy()\n    x[0] = y[1] * x[1]\n    z[1:] = z[1:] + z[:-1] * y[1:] - y[0] + x[1:] * z[1:]\n    x[2:] *= z[1:3]",
    "z = x.copy()\n    for i in range(3):\n        z[1:] = x[1:] + y[0] * z[:-1]\n    x[:] = z * x",
    "z = x.copy()\n    w = x.copy()\n    z[1:] = x[1:] + w[:-1] * y[1:]\n    w[1:] = x[1:] + z[:-1]\n    x[:] = z * w",
    "z = x.copy()\n    z[1:] = x[:-1] + y[0]\n    z[:2] = x[:2] - x[:2]\n    z[2:] = y[2:] - x[2:]\n    x[:] = z * z",
)


@pytest.mark.parametrize("body", VECTORS)
def test_parts_of_vectors_that_are_written(body: str) -> None:
    """The caller's arrays are left as they were: `check` sees to that."""
    args = [positive(4) - 0.9, positive(4)]
    program = "    " + body + "\n    return np.sum(x * x * y) + np.sum(y ** 3) + x[0]\n"
    check("def f(x: 'n', y: 'n'):\n" + program, *args)
    given = [positive(8)[::-2], np.concatenate([positive(4), positive(2)])[1:5]]
    check("def f(x: 'n', y: 'n'):\n" + program, *given)


def test_carried_arrays_are_added_to_in_place() -> None:
    """Parts of what a loop carries add to one cotangent, which starts from that of the copy."""
    source = (
        "def heat(u: 'n', k: float):\n    for i in range(3):\n        v = u.copy()\n"
        "        v[1:-1] = u[1:-1] + k * (u[2:] - 2 * u[1:-1] + u[:-2])\n        u = v\n    return np.sum(u ** 2)\n"
    )
    text = check(source, positive(5), 0.2, name="heat")
    assert "du = dv.copy()" in text and "du[2:] += dtotal" in text
    assert "placed(" not in text and "= 0.0  #" not in text


MATRICES = (
    "A[i] = A[i - 1] * x",
    "A[i, :] -= A[0, 1] * A[1]",
    "A[:, i] = A[:, 0] * 2",
    "A[:, 1] += A[i]",
    "A[1:, :-1] = A[:-1, 1:] * x[1:]",
    "A[i, 1:] = A[i, :-1] * A[1:, i]",
    "A[A > 0.6] = x[0]",
    "A[:] = A.T * x",
    "A *= A.T",
    "A[0] = x\n    r = A[0]\n    r[1] = 2 * r[0]\n    x[2] = A[0, 1] * A[0, 2]",
    "A[i][1] = x[0] * A[1][2]",
    "r = A[1]\n    A[1] = x * x\n    x[:] = r * A[0]",
    "c = A[:, 1]\n    c *= x\n    x[0] = A[i, 1]",
    "for k in range(3):\n        for j in range(3):\n            A[k, j] = A[k, j] * A[k - 1, j] + x[j]",
    "for k in range(2):\n        for j in range(k + 1, 3):\n            A[j, k:] -= A[j, k] / A[k, k] * A[k, k:]",
    "for row in A:\n        row *= x\n        row[0] = row[1] * row[2]",
    "for k in range(1, 3):\n        A[k] = np.tanh(A[k] + A[k - 1] @ A)",
    "B = A.copy()\n    for k in range(3):\n        B[k, k] += x[k] * A[k, 0]\n    A[:] = B @ A",
    "B = np.zeros((3, 3))\n    B[0, 0] = x[0]\n    B[1] = A[1] * x\n    A += B",
    "d = np.arange(3)\n    A[d, d] = x * x",
    "A[:, 0], A[:, 1] = A[:, 1].copy(), A[:, 0].copy()",
    "for k in range(3):\n        x[k] = A[k] @ x",
    "for k in range(3):\n        A[:, k] = A[:, k] / np.sqrt(A[:, k] @ A[:, k])\n        for j in range(k + 1, 3):\n            A[:, j] -= (A[:, k] @ A[:, j]) * A[:, k]",
)


@pytest.mark.parametrize("body", MATRICES)
def test_rows_and_columns_that_are_written(body: str) -> None:
    args = [positive(3, 3), positive(3), 1]
    program = "    " + body + "\n    return np.sum(A * A * x) + np.sum(x ** 3) + A[0, 1]\n"
    check("def f(A: 'n n', x: 'n', i: int):\n" + program, *args)
    check("def f(A: 'n n', x: 'n', i: int):\n" + program, np.asfortranarray(args[0]), *args[1:])


UNKNOWN = (  # shapes, or whether it is an array at all
    "x += y\n    return np.sum(x * y)",
    "x -= x.mean()\n    x /= x.std()\n    return np.sum(x ** 3) + np.sum(y)",
    "z = x * y\n    z -= x\n    for i in range(2):\n        z *= y\n        z += x\n    return np.sum(z)",
    "if np.sum(x) > 0:\n        z = x.copy()\n    else:\n        z = x * 2\n    z[0] = 0.0\n    z[-1] *= 2\n    return np.sum(z * y)",
    "z = x * 2\n    for i in range(3):\n        z = z * y\n    z[1:] = z[:-1] * y[0]\n    return np.sum(z * z)",
    "z = x * 2\n    for i in range(3):\n        z[0] = y[i] * z[1]\n        z = z * y\n    return np.sum(z * z)",
)


@pytest.mark.parametrize("body", UNKNOWN)
def test_arrays_that_one_name_holds(body: str) -> None:
    check("def f(x, y):\n    " + body + "\n", positive(4), positive(4))
    check("def f(x: 'n', y: 'n'):\n    " + body + "\n", positive(4), positive(4))


HELPERS = """
def scale(a, k):
    a[1:] *= k
    a[0] = a[1] * a[2]


def swap(a, i, j):
    a[i], a[j] = a[j], a[i]


def shifted(a):
    b = np.zeros_like(a)
    b[1:] = a[:-1]
    return b


def f(x: 'n', A: 'n n'):
    scale(x, 0.7)
    scale(A[1], x[0])
    swap(x, 0, 2)
    for k in range(2):
        scale(A[:, k], A[k, k])
        x[:] = shifted(x) * A[k] + x[0]
    return np.sum(x * x) + np.sum(A * A)
"""


def test_helpers_that_write() -> None:
    check(HELPERS, positive(3), positive(3, 3))


STALE = {
    "v = x if np.sum(x) > 0 else y\n    x[0] = 1.0\n    return np.sum(v)": "may show an array that has changed since",
    "v = x if np.sum(x) > 0 else y\n    v[0] = 1.0\n    return np.sum(v)": "it may have another name",
    "v = x if np.sum(x) > 0 else y\n    for i in range(3):\n        x[i] = v[i] * 2.0\n    return np.sum(x)": "an array that a loop changes",
    "v = x.reshape(2, 2)\n    x[0] = 1.0\n    return np.sum(v)": "may show an array that has changed since",
    "v = x.reshape(2, 2)\n    v[0] = 1.0\n    return np.sum(x)": "it may have another name",
    "v = x[None].T\n    v[0] = 1.0\n    return np.sum(x)": "it is shown in another shape",
    "v = x\n    for i in range(3):\n        x[i] = v[i] * 2\n        v = y\n    return np.sum(x)": "the trip before has changed",
    "k = np.array([0, 0])\n    x[k] = y[:2]\n    return np.sum(x)": "one may come twice",
    "z = np.arange(4)\n    z[0] = x[0]\n    return np.sum(z * x)": "it holds integers",
    "x[1:] = A\n    return np.sum(x)": "BP050",
    "hs = [x]\n    x[0] = 1.0\n    return np.sum(hs[0])": "it is an item of a list",
}


@pytest.mark.parametrize("body", STALE)
def test_what_cannot_be_followed_is_refused(body: str) -> None:
    source = f"import numpy as np\n\n\ndef f(x: 'n', y: 'n', A: 'n'):\n    {body}\n"
    with pytest.raises(CompileError, match=STALE[body]):
        compile_source(source, function="f")


# NumPy copies what it reads where that overlaps with what it writes to, unless the steps in memory differ
OVERTAKEN = (
    "M[:, 2] = M[1]",
    "M[:, i] = M[j]",
    "M[1] = M[:, 0]",
    "M[1] = M[:, 2]",
    "M[:, 0] = M[1]",
    "M[0] = M[:, 1]",
    "x[::2] = x[:2]",
    "v = M[1]\n    M[:, 2] = v[:3]",
    "M[0, ::2] = M[0, :2]",
)
IN_ORDER = ("M[:, 1] = M[1]", "M[:, i] = M[i]", "M[1] = M[:, 1]", "x[1:] = x[:-1]", "x[::-1] = x", "M[:, 2] = M[1].copy()", "M[:, 2] = M[1] * 1", "M[1:] = M[:-1]", "M[0, 1:] = M[0, :-1]", "M[:] = M.T", "M[0] = x", "x[1:3] = M[0, :2]")  # fmt: skip


@pytest.mark.parametrize("body", (*OVERTAKEN, *IN_ORDER))
def test_what_numpy_overwrites_while_it_reads_is_refused(body: str) -> None:
    source = f"def f(M: 'n n', x: 'n', i: int, j: int):\n    {body}\n    return np.sum(M ** 2 * x)\n"
    if body in IN_ORDER:
        check(source, positive(3, 3), positive(3), 2, 1)
        return
    with pytest.raises(CompileError, match="an array is written to while NumPy still reads it"):
        compile_source("import numpy as np\n\n\n" + source, function="f")


def test_what_an_array_must_be_is_asked() -> None:
    source = "import numpy as np\n\n\ndef f(x: 'n', y: 'n'):\n    x[1:] *= y[0]\n    return np.sum(x * y)\n"
    module: dict[str, Any] = {}
    exec(compile_source(source, verify=False), module)
    with pytest.raises(ValueError, match="x must be an array of floats"):
        module["f_grad"](np.arange(3), np.ones(3))
    both = np.ones(4)
    with pytest.raises(ValueError, match="x and y share their memory"):
        module["f_grad"](both[:3], both[1:])


@pytest.mark.parametrize("made", ["zeros_like(x)", "empty_like(x)", "zeros(3, dtype=x.dtype)", "ones_like(x * 2)"])
def test_an_array_of_integers_takes_no_floats(made: str) -> None:
    source = f"import numpy as np\n\n\ndef f(x: 'n'):\n    z = np.{made}\n    z[:] = x * 0.5\n    return np.sum(z)\n"
    module: dict[str, Any] = {}
    exec(compile_source(source, verify=False), module)
    assert np.array_equal(module["f_grad"](np.ones(3)), np.full(3, 0.5))
    with pytest.raises(ValueError, match="x must be an array of floats: what is made of it is written to"):
        module["f_grad"](np.arange(3))


@pytest.mark.parametrize("params", ["x: 'n', y: 'n'", "x, y"])
@pytest.mark.parametrize("name", ["x", "y"])
def test_an_array_that_is_written_item_by_item_lies_in_no_other(params: str, name: str) -> None:
    """With shapes and without; SymPy finds lengths that fit together."""
    loop = f"    for i in range(len(x)):\n        {name}[i] = x[i] * y[i]\n"
    text = compile_source(f"import numpy as np\n\n\ndef f({params}):\n{loop}    return np.sum(x * y)\n", verify=True)
    assert "are proved equal" in text
    module: dict[str, Any] = {}
    exec(text, module)
    both = np.ones(4)
    with pytest.raises(ValueError, match="x and y share their memory"):
        module["f_grad"](both[:3], both[1:])
    assert np.array_equal(module["f_grad"](both[:3], both[1:].copy())[1], np.full(3, 2.0 if name == "x" else 1.0))
