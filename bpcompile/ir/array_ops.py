"""Operations on whole arrays that move, join, multiply or order their items, by the name in NumPy.

Arguments come in this order: arrays, then options as literals. `SHARES` is what only generated text needs: what an
array gets of the cotangent of a function, by a helper that travels in the module.
"""

from __future__ import annotations

from collections.abc import Mapping

from bpcompile.ir.ops import Op, op


def functions(names: str) -> Mapping[str, Op]:
    """Return an operation for each function of NumPy."""
    return {name: op(f"np.{name}") for name in names.split()}


PRODUCTS = functions("inner vdot tensordot kron cross convolve correlate linalg.multi_dot")
# the same items in another place or shape
MOVES = functions(
    "rot90 fliplr flipud rollaxis atleast_1d atleast_2d atleast_3d diagonal diagflat tile repeat pad append take "
    "take_along_axis compress extract full"
)
JOINS = functions("hstack vstack row_stack dstack column_stack")
RESHAPE_F, RAVEL_F = op("reshape_f"), op("ravel_f")  # with the first index running fastest
ITEM = op("item")  # x.item()
PARTS = functions("split array_split hsplit vsplit dsplit")  # (array, sections, axis, which part, index ...)
MESHGRID, BROADCAST_ARRAYS = op("np.meshgrid"), op("np.broadcast_arrays")  # (which, ..., array ...)

LIKE_F = op("like_f")  # (array, other): the array, of the other's shape, with the first index running fastest
REPEATED = op("repeated")  # (length, counts): the indices, each as often as it is counted
FLATNONZERO = op("flatnonzero_of")  # np.flatnonzero of a condition, in the backward part
SHARES: Mapping[str, Op] = {
    name: op(name)
    for name in (
        "diagonal_share untile without_pad unpad taken_along inner_left inner_right tensordot_left tensordot_right "
        "kron_left kron_right cross_left cross_right convolve_share"
    ).split()
}

ARRAY_OPS = frozenset(
    (*PRODUCTS.values(), *MOVES.values(), *JOINS.values(), *PARTS.values(), *SHARES.values(), RESHAPE_F, RAVEL_F)
    + (ITEM, MESHGRID, BROADCAST_ARRAYS, LIKE_F, REPEATED, FLATNONZERO)
)
