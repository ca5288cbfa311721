"""Pullbacks of linear algebra."""

from __future__ import annotations

from collections.abc import Sequence

from bpcompile.ir import ops
from bpcompile.rules.algebra import Expr, Operand, of
from bpcompile.rules.terms import rank, swapped, text


def inverse(ct: Expr, out: Expr, a: Expr) -> Sequence[Operand]:
    """Return the pullback of an inverse."""
    back = swapped(out)
    return (-of(ops.MATMUL, of(ops.MATMUL, back, ct), back),)


def solved(ct: Expr, out: Expr, a: Expr, b: Expr) -> Sequence[Operand]:
    """Return the pullback of a solution of a linear system."""
    if rank(a) != 2 or rank(b) not in (1, 2):
        return of(ops.SOLVE_SHARE, ct, out, a, b), of(ops.SOLVE_RIGHT, ct, a, b)
    db = of(ops.SOLVE, swapped(a), ct)
    if (rank(a), rank(b)) == (2, 1):
        return -of(ops.OUTER, db, out), db
    return -of(ops.MATMUL, db, swapped(out)), db


Cotangents = Sequence["Expr | None"]


def eigenvalues_of(cts: Cotangents, outs: Sequence[Expr], a: Expr, triangle: Expr) -> Sequence[Operand]:
    """Return the pullback of the eigenvalues and eigenvectors of a symmetric matrix."""
    (dw, dv), (w, v) = cts, outs
    by_values = None if dw is None else of(ops.MATMUL, v * each_column(dw, a), swapped(v))
    by_vectors = None if dv is None else of(ops.EIGENVECTORS_SHARE, dv, w, v)
    return (both(by_values, by_vectors),)


def singular_values_of(cts: Cotangents, outs: Sequence[Expr], a: Expr) -> Sequence[Operand]:
    """Return the pullback of a singular value decomposition."""
    (du, ds, dvh), (u, s, vh) = cts, outs
    by_values = None if ds is None else of(ops.MATMUL, u * each_column(ds, a), vh)
    by_vectors = None if du is dvh is None else of(ops.SVD_SHARE, or_zeros(du, u), or_zeros(dvh, vh), u, s, vh)
    return (both(by_values, by_vectors),)


def triangular_of(cts: Cotangents, outs: Sequence[Expr], a: Expr) -> Sequence[Operand]:
    """Return the pullback of a factorisation into an orthogonal and a triangular matrix."""
    return (of(ops.QR_SHARE, *(or_zeros(ct, out) for ct, out in zip(cts, outs)), *outs),)


def both(one: Expr | None, other: Expr | None) -> Expr:
    """Return the sum of what there is."""
    found = [e for e in (one, other) if e is not None]
    return found[0] + found[1] if len(found) > 1 else found[0]


def or_zeros(ct: Expr | None, out: Expr) -> Expr:
    """Return a cotangent, zeros where there is none."""
    return of(ops.ZEROS, out) if ct is None else ct


def each_column(x: Expr, matrix: Expr) -> Expr:
    """Return a number for each column of a matrix, for each matrix of a stack."""
    return x if rank(matrix) == 2 else of(ops.EXPAND_DIMS, x, -2)


def wide(x: Expr) -> Expr:
    """Return a number for each matrix of a stack, with two axes more."""
    return x if rank(x) == 0 else of(ops.EXPAND_DIMS, x, text(x, (-2, -1)))
