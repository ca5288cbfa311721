"""Terms of which the pullbacks on arrays are written: options, ranks, transposes."""

from __future__ import annotations

from collections.abc import Sequence

from bpcompile.ir import ops
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import Apply, Const
from bpcompile.ir.kinds import STR
from bpcompile.ir.lengths import Dim
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


def is_broadcast(dims: Sequence[Dim], whole: Sequence[Dim]) -> bool:
    """Return whether it is known along which axes an array was broadcast."""
    return len(dims) <= len(whole) and all(d in (1, w) for d, w in zip(dims[::-1], whole[::-1]))


def summed_along(total: Expr, dims: Sequence[Dim], whole: Sequence[Dim]) -> Expr:
    """Return an array summed along the axes that an argument does not have, or has with one item."""
    extra = len(whole) - len(dims)
    gone = list(range(extra))
    ones = [k for k, d in enumerate(dims) if d == 1 and whole[extra + k] != 1]
    if gone:
        axes = "None" if not dims else str(gone[0]) if len(gone) == 1 else str(tuple(gone))
        total = of(ops.SUM_TO, total, text(total, axes))
    for k in ones:
        total = of(ops.REDUCTIONS["sum"], total, k, total.algebra.expr(total.algebra.const(True)))
    return total


def summed_to(total: Expr, x: Expr) -> Expr:
    """Return an array summed to the shape of an argument that was broadcast."""
    dims, whole = dims_of(x.value.kind), dims_of(total.value.kind)
    if dims is not None and whole is not None and is_broadcast(dims, whole):
        return summed_along(total, dims, whole)
    return of(ops.UNBROADCAST, total, x)
