"""Arrays that are read and written in parts, against differences of the original."""

from __future__ import annotations

# ruff: noqa: E501  (programs are data: one line each)
import numpy as np
import pytest
from test_arrays import check, normal, positive

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
