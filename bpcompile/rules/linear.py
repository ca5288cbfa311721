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


def wide(x: Expr) -> Expr:
    """Return a number for each matrix of a stack, with two axes more."""
    return x if rank(x) == 0 else of(ops.EXPAND_DIMS, x, text(x, (-2, -1)))
