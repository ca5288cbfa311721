"""`np.linalg` over numbers of ours: by elimination where that is exact, by mpmath where no expression is to be had."""

from __future__ import annotations

from collections import namedtuple
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from bpcompile.verify.exact_math import ExactMath
from bpcompile.verify.traced import Num, Tracer
from bpcompile.verify.work import Unsupported

EighResult = namedtuple("EighResult", "eigenvalues eigenvectors")
SVDResult = namedtuple("SVDResult", "U S Vh")
QRResult = namedtuple("QRResult", "Q R")
SlogdetResult = namedtuple("SlogdetResult", "sign logabsdet")


class ExactLinear:
    """The functions of matrices; `module` is `np.linalg`."""

    def __init__(self, tracer: Tracer) -> None:
        self.np: Any = import_module("numpy")
        self.math = ExactMath(tracer).module
        self.tracer = tracer
        names = "inv solve det slogdet cholesky eigh eigvalsh svd svdvals qr pinv matrix_power matrix_rank norm cond"
        self.module = SimpleNamespace(**{name: getattr(self, name) for name in names.split()})
        self.is_numeric = False  # was something computed that has no expression?

    def rows(self, a: Any) -> list[list[Any]]:
        """Return the rows of a matrix."""
        if self.np.ndim(a) > 2:
            raise Unsupported("stacks of matrices")
        if self.np.ndim(a) < 2:
            raise ValueError("no matrix")
        return [[self.tracer.need(plain(v)) for v in row] for row in a]

    def square(self, a: Any) -> tuple[list[list[Any]], int]:
        """Return the rows of a square matrix."""
        rows = self.rows(a)
        if len(rows) != self.np.shape(a)[1]:
            raise ValueError("no square matrix")
        return rows, len(rows)

    def symmetric(self, a: Any) -> list[list[Any]]:
        """Return the symmetric part of a matrix, which is all of it for what takes it for symmetric."""
        rows, n = self.square(a)
        return [[(rows[i][j] + rows[j][i]) / 2 for j in range(n)] for i in range(n)]

    def array(self, rows: Any) -> Any:
        return self.np.array(rows, dtype=object)

    # elimination, with the largest item of a column first

    def eliminated(self, a: Any, b: list[list[Any]]) -> tuple[list[list[Any]], Any]:
        """Return the solution for several right sides, and the determinant."""
        rows, n = self.square(a)
        det: Any = self.tracer.exact(1)
        for k in range(n):
            best = max(range(k, n), key=lambda i: abs(rows[i][k].value))
            if best != k:
                rows[k], rows[best], b[k], b[best] = rows[best], rows[k], b[best], b[k]
                det = -det
            det = det * rows[k][k]
            for i in range(n):
                if i != k:
                    factor = rows[i][k] / rows[k][k]
                    rows[i] = [u - factor * v for u, v in zip(rows[i], rows[k])]
                    b[i] = [u - factor * v for u, v in zip(b[i], b[k])]
        return [[v / rows[i][i] for v in b[i]] for i in range(n)], det

    def solve(self, a: Any, b: Any) -> Any:
        right = self.np.asarray(b)
        is_vector = right.ndim == 1
        columns = [[plain(v)] for v in right] if is_vector else [[plain(v) for v in row] for row in right]
        found = self.array(self.eliminated(a, columns)[0])
        return found[:, 0] if is_vector else found

    def inv(self, a: Any) -> Any:
        return self.solve(a, self.np.eye(len(a), dtype=int))

    def det(self, a: Any) -> Any:
        return self.eliminated(a, [[0] for _ in a])[1]

    def slogdet(self, a: Any) -> SlogdetResult:
        det = self.det(a)
        return SlogdetResult(det.sign(), self.math.log(abs(det)))

    def pinv(self, a: Any) -> Any:
        matrix = self.array(self.rows(a))
        m, n = matrix.shape
        if m >= n:
            return self.solve(matrix.T @ matrix, matrix.T)
        return self.solve(matrix @ matrix.T, matrix).T

    def matrix_power(self, a: Any, n: int) -> Any:
        matrix, power = self.inv(a) if n < 0 else a, self.np.eye(len(a), dtype=int).astype(object)
        for _ in range(abs(n)):
            power = power @ matrix
        return power

    def matrix_rank(self, a: Any) -> int:
        mp = self.tracer.mp
        values = mp.svd_r(mp.matrix([[v.value for v in row] for row in self.rows(a)]), compute_uv=False)
        return sum(1 for s in values if s > values[0] * mp.mpf(10) ** -15)

    # factors

    def cholesky(self, a: Any) -> Any:
        rows = self.symmetric(a)
        n = len(rows)
        factor: list[list[Any]] = [[self.tracer.exact(0)] * n for _ in range(n)]
        for i in range(n):
            for j in range(i + 1):
                rest = rows[i][j]
                for k in range(j):
                    rest = rest - factor[i][k] * factor[j][k]
                factor[i][j] = self.math.sqrt(rest) if i == j else rest / factor[j][j]
        return self.array(factor)

    def qr(self, a: Any, mode: str = "reduced") -> Any:
        matrix = self.array(self.rows(a))
        count = min(matrix.shape)
        columns: list[Any] = []
        for k in range(count):
            column = matrix[:, k]
            for other in columns:
                column = column - other * (other @ matrix[:, k])
            columns.append(column / self.math.sqrt(column @ column))
        q = self.np.stack(columns, axis=1)
        r = q.T @ matrix
        r = self.np.where(self.np.tri(count, matrix.shape[1], -1, dtype=bool), self.tracer.exact(0), r)
        return r if mode == "r" else QRResult(q, r)

    def eigh(self, a: Any, UPLO: str = "L") -> EighResult:
        mp = self.tracer.mp
        values, vectors = mp.eigsy(mp.matrix([[v.value for v in row] for row in self.symmetric(a)]))
        return EighResult(self.numbers(values)[:, 0], self.numbers(vectors) * self.signs(vectors))

    def eigvalsh(self, a: Any, UPLO: str = "L") -> Any:
        return self.eigh(a).eigenvalues

    def svd(self, a: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
        mp = self.tracer.mp
        u, s, vh = mp.svd_r(mp.matrix([[v.value for v in row] for row in self.rows(a)]))
        signs = self.signs(u)
        found = SVDResult(self.numbers(u) * signs, self.numbers(s)[:, 0], self.numbers(vh) * signs[:, None])
        return found if compute_uv else found.S

    def svdvals(self, a: Any) -> Any:
        return self.svd(a).S

    def cond(self, a: Any, p: Any = None) -> Any:
        values = self.svdvals(a)
        return values[0] / values[-1]

    def norm(self, x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
        is_matrix = axis is None and self.np.ndim(x) == 2
        if is_matrix and ord in ("nuc", 2, -2):
            values = self.svdvals(x)
            return self.np.sum(values) if ord == "nuc" else values[0] if ord > 0 else values[-1]
        if ord in (None, 2, "fro"):
            return self.root(self.np.sum(x * x, axis=axis, keepdims=keepdims))
        sizes, number = self.np.abs(x), self.tracer.need(ord)
        choose = self.np.max if number.value > 0 else self.np.min
        is_infinite = self.tracer.mp.isinf(number.value)
        if is_matrix:
            return choose(self.np.sum(sizes, axis=int(is_infinite)))
        if is_infinite:
            return choose(sizes, axis=axis, keepdims=keepdims)
        return self.np.sum(sizes**number, axis=axis, keepdims=keepdims) ** (1 / number)

    def root(self, x: Any) -> Any:
        """Return the root of a number, or of each."""
        return self.np.frompyfunc(self.math.sqrt, 1, 1)(x)

    def signs(self, vectors: Any) -> Any:
        """Return a sign for each column, so that the same vectors are found again near by."""
        columns = [[vectors[i, k] for i in range(vectors.rows)] for k in range(vectors.cols)]
        return self.array([1 if max(column, key=abs) > 0 else -1 for column in columns])

    def numbers(self, matrix: Any) -> Any:
        """Return a matrix of mpmath as an array of numbers of which no expression is known."""
        self.is_numeric = True
        rows = [[Num(self.tracer, matrix[i, j], None) for j in range(matrix.cols)] for i in range(matrix.rows)]
        return self.array(rows)


def plain(value: Any) -> Any:
    """Return a number of NumPy's as one of Python's."""
    is_scalar = hasattr(value, "item") and not getattr(value, "shape", ())
    return value.item() if is_scalar and not isinstance(value, Num) else value
