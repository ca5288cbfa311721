"""Terms of which the pullbacks on arrays are written: options, ranks, transposes."""

from __future__ import annotations

from bpcompile.ir import ops
from bpcompile.ir.graph import Apply, Const
from bpcompile.ir.kinds import STR
from bpcompile.ir.shapes import dims_of
from bpcompile.rules.algebra import Expr, of


def text(like: Expr, value: object) -> Expr:
    """Return an option as text."""
    return like.algebra.expr(like.algebra.constants.get(str(value), STR))


def literal_of(option: Expr) -> object:
    """Return what an option says."""
    assert isinstance(option.value, Const)
    return option.value.value


def rank(x: Expr) -> int | None:
    """Return the rank, None where it is not known."""
    dims = dims_of(x.value.kind)
    return None if dims is None else len(dims)


def transposed(x: Expr) -> Expr:
    """Return the transpose of a matrix."""
    return of(ops.TRANSPOSE, x, text(x, None))


def swapped(x: Expr) -> Expr:
    """Return the transpose of the last two axes."""
    return transposed(x) if rank(x) == 2 else of(ops.SWAPAXES, x, -1, -2)


def as_large(x: Expr) -> Expr:
    """Return a simpler array of the same shape: one that an expression is computed from, item by item."""
    value = x.value
    while isinstance(value, Apply) and value.op in ops.ELEMENTWISE:
        large = list(dict.fromkeys(a for a in value.args if dims_of(a.kind) != ()))
        dims = dims_of(value.kind)
        same = large if len(large) == 1 else [a for a in large if dims is not None and dims_of(a.kind) == dims]
        if not same:
            break
        value = same[0]
    return x.algebra.expr(value)
