"""Terms of which the pullbacks on arrays are written: options, ranks, transposes."""

from __future__ import annotations

from collections.abc import Sequence

from bpcompile.ir import ops
from bpcompile.ir.fitting import dims_of, rank_of
from bpcompile.ir.graph import Apply, Bind, Block, Const, Param, Value
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
    return rank_of(x.value.kind)


def transposed(x: Expr) -> Expr:
    """Return the transpose of a matrix; that of a transpose is the matrix itself."""
    value = x.value
    if isinstance(value, Apply) and value.op is ops.TRANSPOSE and literal_of(x.algebra.expr(value.args[1])) == "None":
        return x.algebra.expr(value.args[0])
    return of(ops.TRANSPOSE, x, text(x, None))


def product_transposed(x: Expr) -> Expr:
    """Return the transpose of a matrix; that of a product of matrices that has no name is a product again."""
    value = x.value
    if isinstance(value, Apply) and value.op in (ops.MATMUL, ops.OUTER) and x.algebra.is_open(value):
        a, b = map(x.algebra.expr, value.args)
        if value.op is ops.OUTER and (rank(a), rank(b)) == (1, 1):
            return of(ops.OUTER, b, a)
        if value.op is ops.MATMUL and (rank(a), rank(b)) == (2, 2):
            return of(ops.MATMUL, transposed(b), transposed(a))
    return transposed(x)


def swapped(x: Expr) -> Expr:
    """Return the transpose of the last two axes."""
    return transposed(x) if rank(x) == 2 else of(ops.SWAPAXES, x, -1, -2)


def as_large(x: Expr) -> Expr:
    """Return a simpler array of the same shape: a parameter, a value that the user named, or an innermost operand."""
    found: list[Value] = []
    todo = [x.value]
    while todo:
        value = todo.pop()
        found.append(value)
        todo += [a for a in as_shaped(value)[::-1] if a not in found]
    named = names_in(x.algebra.block)
    params, users = [v for v in found if isinstance(v, Param)], [v for v in found if v in named]
    return x.algebra.expr((params or users or [v for v in found if not as_shaped(v)])[0])


def names_in(block: Block | None) -> set[Value]:
    """Return the values that have a name in a block, or around it."""
    found: set[Value] = set()
    while block is not None:
        found.update(item.value for item in block.items if isinstance(item, Bind) and item.name)
        block = block.parent
    return found


def as_shaped(value: Value) -> Sequence[Value]:
    """Return the operands that have the shape of a result."""
    dims = dims_of(value.kind)
    if not isinstance(value, Apply):
        return []
    if value.op in ops.ELEMENTWISE:
        large = list(dict.fromkeys(a for a in value.args if dims_of(a.kind) != ()))
        return large if len(large) == 1 else [a for a in large if dims is not None and dims_of(a.kind) == dims]
    is_part = value.op is ops.SUBSCRIPT and dims is not None
    return [a for a in value.args[2:] if dims_of(a.kind) == dims] if is_part else []


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
