"""Operations on whole arrays that move, join, multiply or order their items, by the name in NumPy.

Arguments come in this order: arrays, then options as literals. `SHARES` is what only generated text needs: what an
array gets of the cotangent of a function, by a helper that travels in the module.
"""

from __future__ import annotations

from collections.abc import Mapping

from bpcompile.ir.op import Op, op


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
# along an axis
ALONG = functions(
    "cumprod diff ediff1d interp gradient trapezoid trapz partition median percentile quantile average ptp nansum "
    "nanmean nanprod nanmax nanmin nanvar nanstd cov corrcoef polyval linspace bincount"
)
# what depends on the arrays by jumps alone
DATA = functions(
    "searchsorted digitize nonzero flatnonzero argwhere argpartition ix_ triu_indices tril_indices diag_indices "
    "array_equal allclose"
)
PARTS = functions("split array_split hsplit vsplit dsplit")  # (array, sections, axis, index ...): unpacked at once
MESHGRID, BROADCAST_ARRAYS = op("np.meshgrid"), op("np.broadcast_arrays")  # (indexing, array ...), (array ...)

SEVERAL = frozenset((*PARTS.values(), MESHGRID, BROADCAST_ARRAYS))  # what gives several arrays
LIKE_F = op("like_f")  # (array, other): the array, of the other's shape, with the first index running fastest
REPEATED = op("repeated")  # (length, counts): the indices, each as often as it is counted
INTERP_SLOPE = op("interp_slope")  # (place, points, values): the slope of np.interp
WEIGHTS_ALONG = op("weights_along")  # (weights, array, axis): weights in a shape that is broadcast along an axis
VANDER, POLYDER = op("np.vander"), op("np.polyder")
SHARES: Mapping[str, Op] = {
    name: op(name)
    for name in (
        "diag_share diagonal_share untile without_pad unpad taken_along inner_left inner_right tensordot_left "
        "tensordot_right kron_left kron_right cross_left cross_right convolve_share cumprod_share undiff "
        "interp_weights gradient_share trapezoid_share trapezoid_steps quantile_share cov_share corrcoef_share"
    ).split()
}

ARRAY_OPS = frozenset(
    (*PRODUCTS.values(), *MOVES.values(), *JOINS.values(), *PARTS.values(), *SHARES.values(), RESHAPE_F, RAVEL_F)
    + (*ALONG.values(), *DATA.values(), ITEM, MESHGRID, BROADCAST_ARRAYS, LIKE_F, REPEATED, INTERP_SLOPE)
    + (WEIGHTS_ALONG, VANDER, POLYDER)
)
# what gives an array of its own, never a view
ALWAYS_NEW = frozenset(
    (
        *PRODUCTS.values(),
        *JOINS.values(),
        *ALONG.values(),
        *DATA.values(),
        *(MOVES[n] for n in "diagflat tile repeat pad append take take_along_axis compress extract full".split()),
    )
)
