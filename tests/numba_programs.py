"""Programs over arrays and lists that use whatever `--jit numba` spells in its own way; Numba takes a minute for them."""

from __future__ import annotations

# ruff: noqa: E501  (programs are data: one line each)
from typing import Any

import numpy as np

HEAD = "import math\nimport numpy as np\nimport scipy.special\nfrom scipy.special import expit, logit, logsumexp\n\n\n"
random = np.random.default_rng(1)


def normal(*shape: int) -> Any:
    return random.normal(size=shape)


def positive(*shape: int) -> Any:
    return random.uniform(0.2, 0.9, size=shape)


PROGRAMS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "along an axis, shapes known": ("""
    def f(x: "a b c", w: "b c"):
        s = np.sum(np.mean(x, axis=0) * w) + np.sum(np.var(x, axis=1, ddof=1)) + np.sum(np.std(x, axis=-1, keepdims=True) * x)
        s += np.sum(np.max(x, axis=1, keepdims=True) * x) + np.sum(np.min(x, axis=-1)) + np.sum(np.prod(x, axis=2) ** 2)
        s += np.sum(logsumexp(x, axis=2)) + np.sum(np.linalg.norm(w, axis=0)) + np.sum(np.sum(x, axis=(0, 2), keepdims=True) * x)
        return s + np.var(w, ddof=1) + np.prod(w) + np.max(w) + logsumexp(w) + np.linalg.norm(w) + np.std(w)
    """, (positive(2, 3, 4), positive(3, 4))),
    "along an axis, shapes not known": ("""
    def f(x, w):
        s = np.sum(np.mean(x, axis=0, keepdims=True) * x) + np.sum(np.max(x, axis=-1)) + np.sum(np.min(x, axis=0) ** 2)
        return s + np.sum(x * w) + np.sum(w / x) + np.sum(x[None] ** 2) + np.mean(np.where(x > w, x * w, w))
    """, (positive(2, 3), positive(3))),
    "moves": ("""
    def f(x: "n m"):
        y = np.concatenate((x, x[::-1])) * 2
        s = np.sum(np.roll(y, 1, axis=0) * y) + np.sum(np.roll(x, 2) * x) + np.sum(np.flip(x, axis=1) * x) + np.sum(np.cumsum(x, axis=1) ** 2)
        s += np.sum(np.reshape(x.T, (6,)) ** 3) + np.sum(np.squeeze(x[None], axis=0) ** 2) + np.sum(np.expand_dims(x, 1) ** 2)
        s += np.sum(np.stack((x, x * x)) ** 2) + np.sum(np.array([x[0, 0], x[1, 2] * 2]) ** 2) + np.sum(np.broadcast_to(x, (4, 2, 3)) ** 2)
        return s + np.sum(abs(x) * x) + np.sum(np.tril(x) * x) + np.sum(x ** -2) + x[0, 1] ** -1 + np.sum((2 * x)[1:, ::2] ** 2) + np.sum(np.diag(x @ x.T) ** 2) + np.sum(x[[0, 1, 1]] ** 3)
    """, (positive(2, 3),)),
    "places": ("""
    def f(x: "l", z: "n m", rows, columns, k: int):
        s = np.sum(x[1:] * x[:-1]) + np.sum(x[rows] ** 2) + np.sum(z[rows, columns] * x[rows]) + np.sum(z[:, None, 1] ** 2)
        return s + np.sum(z[rows] ** 2) + np.sum(x[x > 0.4] ** 2) + x[k] * z[-1, k] + np.sum(np.sort(x) * x) + np.sum(np.sort(z, axis=None) ** 2)
    """, (positive(3), positive(3, 2), np.array([0, 2, 0]), np.array([1, 0, 1]), 1)),
    "products": ("""
    def f(a, b, v, A: "n n", B: "n m", c: "n"):
        s = np.sum((a @ b) ** 2) + np.sum((a @ v) ** 2) + np.sum((v @ b) ** 2) + v @ v + np.sum(np.dot(a, b) * 2) + np.sum(np.outer(v, v) ** 2)
        s += np.sum((A @ B) ** 2) + np.sum((A @ c) ** 2) + np.sum(np.linalg.solve(A, c) ** 2) + np.sum(np.linalg.solve(A, B)) + np.linalg.det(A)
        return s + np.linalg.slogdet(A)[1] + np.sum(np.linalg.cholesky(A @ A.T) ** 2) + np.sum(np.linalg.inv(A)) + np.trace(A @ A) + np.sum(np.linalg.solve(a, v))
    """, (positive(3, 3) + 3 * np.eye(3), positive(3, 3), positive(3), positive(3, 3) + 3 * np.eye(3), positive(3, 2), positive(3))),
    "a network, labels, a loop": ("""
    def f(X: "E M", labels, W: "M K", b: "K", V, steps: int):
        Z = np.tanh(X @ W + b)
        h = np.zeros(2)
        for i in range(steps):
            h = np.tanh(V @ h + Z[i]) if np.sum(h) < 9 else h
        margins = np.maximum(0, Z - Z[np.arange(3), labels][:, None] + 1)
        return np.mean(np.sum(margins, axis=1)) + np.sum(h) - np.sum(np.log(expit(Z))) + np.sum(scipy.special.softmax(Z, axis=1) ** 2) + np.sum(logit(expit(Z)) ** 2) + np.sum(V ** steps)
    """, (normal(3, 4), np.array([1, 0, 1]), normal(4, 2), normal(2), positive(2, 2), 3)),
    "written in place": ("""
    def f(u, v, k, n: int):
        for s in range(n):
            for i in range(1, len(u) - 1):
                u[i] = u[i] + k * u[i - 1] * v[i]
                v[i] = v[i] * u[i]
        return np.sum(u) + np.sum(v)
    """, (positive(5), positive(5), 0.3, 2)),
    "parts written": ("""
    def f(a: "n m", b: "m"):
        c = a.copy()
        c[0, :] = c[1, :] * b
        c[:, 1] += b[0]
        a[1, :] *= b
        return np.sum(c ** 2) + np.sum(a)
    """, (positive(3, 2), positive(2))),
    "numbers and lists": ("""
    def f(w, x, y, n: int):
        s = 0.0
        w[1:3] = [x * y, x ** y]
        for i, (a, b) in enumerate(zip(w, w[1:])):
            s = math.sin(s * a) + b ** -1 + 2 ** -n + max(a, b, x)
        return s * min(w) + x ** n + n ** -2 + x ** -2 + math.lgamma(x) * sum(w) + divmod(x, y)[1] + (s if x > y else x) ** 2
    """, ([0.3, 0.7, 0.4, 0.9], 1.3, 0.8, 2)),
}  # fmt: skip
