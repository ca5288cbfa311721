"""Pullbacks of what sorts, adds up or interpolates along an axis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bpcompile.ir import ops
from bpcompile.ir.array_ops import ALONG, INTERP_SLOPE, MOVES, POLYDER, SHARES, VANDER, WEIGHTS_ALONG
from bpcompile.ir.graph import Apply
from bpcompile.ir.ops import NUMPY, REDUCTIONS, Op
from bpcompile.rules.algebra import Expr, Operand, of
from bpcompile.rules.pieces import flat, like, whole
from bpcompile.rules.reductions import extreme, kept, mean_of
from bpcompile.rules.terms import literal_of, rank, summed_to, text

Row = Sequence[Operand]


def is_none(option: Expr) -> bool:
    """Return whether an option is left out."""
    return getattr(option.value, "value", None) == "None"


# one after another


def multiplied_up(ct: Expr, out: Expr, x: Expr, axis: Expr) -> Row:
    """Return the pullback of a cumulative product; zeros do no harm."""
    if not is_none(axis):
        return (of(SHARES["cumprod_share"], ct, x, axis),)
    share = of(SHARES["cumprod_share"], ct, flat(x), 0)
    return (share if rank(x) == 1 else like(share, x),)


def differences(ct: Expr, out: Expr, x: Expr, n: Expr, axis: Expr) -> Row:
    """Return the pullback of differences along an axis."""
    return (of(SHARES["undiff"], ct, x, n, axis),)


def flat_differences(ct: Expr, out: Expr, x: Expr) -> Row:
    """Return the pullback of the differences of all items."""
    share = of(SHARES["undiff"], ct, flat(x), 1, -1)
    return (share if rank(x) == 1 else like(share, x),)


def slopes(ct: Expr, out: Expr, x: Expr, axis: Expr, edge_order: Expr, *spacing: Expr) -> Row:
    """Return the pullback of `np.gradient` along an axis, with the spacing as one number or none."""
    over = ct / spacing[0] if spacing else ct
    return (
        of(SHARES["gradient_share"], over, x, axis, edge_order),
        0,
        0,
        *(-(summed_to(ct * out, h) / h) for h in spacing),
    )


def interpolated(ct: Expr, out: Expr, x: Expr, xp: Expr, fp: Expr) -> Row:
    """Return the pullback of a piecewise linear function, by the place, the points and their values."""
    slope = of(INTERP_SLOPE, x, xp, fp)
    weights = SHARES["interp_weights"]
    return slope * ct, of(weights, -(slope * ct), xp, x, xp), of(weights, ct, fp, x, xp)


def trapezoidal(ct: Expr, out: Expr, y: Expr, x: Expr, dx: Expr, axis: Expr) -> Row:
    """Return the pullback of the trapezoidal rule."""
    by_y = of(SHARES["trapezoid_share"], ct, y, x, dx, axis)
    if not is_none(x):
        return by_y, of(SHARES["trapezoid_steps"], ct, x, y, axis)
    assert isinstance(out.value, Apply)
    return by_y, 0, summed_to(ct * of(out.value.op, y, x, 1.0, axis), dx)


def evenly(ct: Expr, out: Expr, start: Expr, stop: Expr, num: Expr, endpoint: Expr) -> Row:
    """Return the pullback of numbers between two others, by both ends."""
    share = of(ALONG["linspace"], 0, 1, num, endpoint)
    return of(ops.MATMUL, 1 - share, ct), of(ops.MATMUL, share, ct)


# in order


def partitioned(ct: Expr, out: Expr, x: Expr, kth: Expr, axis: Expr) -> Row:
    """Return the pullback of a partition: that of a sort, of the cotangent sorted as the result is."""
    at = 0 if is_none(axis) else axis
    in_order = of(MOVES["take_along_axis"], ct, of(ops.ARGSORT, out, at), at)
    return (of(ops.UNSORTED, in_order, x, axis),)


def quantile_at(scale: float | None) -> Callable[..., Row]:
    """Return the pullback of a quantile: of the median, or with `q` on a scale up to a number."""

    def pullback(ct: Expr, out: Expr, x: Expr, *options: Expr) -> Row:
        *q, axis, keepdims = options
        number = literal_of(q[0]) if q else 0.5
        assert isinstance(number, (int, float))
        return (of(SHARES["quantile_share"], kept(ct, axis, keepdims), x, number / (scale or 1), axis),)

    return pullback


def width(ct: Expr, out: Expr, x: Expr, axis: Expr, keepdims: Expr) -> Row:
    """Return the pullback of the distance from the least to the greatest item."""
    most, least = (of(REDUCTIONS[n], x, axis, keepdims) for n in ("max", "min"))
    share = kept(ct, axis, keepdims)
    return (of(ops.FIRST_EQUAL, x, most, axis) * share - of(ops.FIRST_EQUAL, x, least, axis) * share,)


# means


def averaged(ct: Expr, out: Expr, x: Expr, weights: Expr, axis: Expr, keepdims: Expr) -> Row:
    """Return the pullback of a weighted mean, by the items and by the weights."""
    if is_none(weights):
        return mean_of(ct, out, x, axis, keepdims)
    away, share = x - kept(out, axis, keepdims), kept(ct, axis, keepdims)
    ranks = rank(x), rank(weights)
    if is_none(axis) or None not in ranks and ranks[0] == ranks[1]:
        share = share / of(REDUCTIONS["sum"], weights, axis, not is_none(axis))
        return share * weights, share * away
    wide = across(weights, x, whole(axis))
    if ranks[1] == 1 and ranks[0] is not None:
        share = share / of(REDUCTIONS["sum"], weights, text(ct, None), False)
        others = tuple(k for k in range(ranks[0]) if k != whole(axis) % ranks[0])
        return share * wide, of(ops.SUM_TO, share * away, text(ct, others if len(others) > 1 else others[0]))
    share = share / of(REDUCTIONS["sum"], wide, axis, True)
    return share * wide, like(of(ops.UNBROADCAST, share * away, wide), weights)


def across(weights: Expr, x: Expr, axis: int) -> Expr:
    """Return weights along an axis of an array in a shape that is broadcast with it."""
    count = rank(x)
    if count is None or rank(weights) != 1:
        return of(WEIGHTS_ALONG, weights, x, axis)
    after = count - 1 - axis % count
    return of(ops.SUBSCRIPT, weights, text(x, ":" + ", None" * after)) if after else weights


def covariances(ct: Expr, out: Expr, x: Expr, rowvar: Expr, bias: Expr, ddof: Expr) -> Row:
    """Return the pullback of the covariances of rows, or of columns."""
    given = literal_of(ddof)
    less = given if isinstance(given, int) else 0 if literal_of(bias) else 1
    return (of(SHARES["cov_share"], ct, x, rowvar, less),)


# where numbers are


def only_numbers(x: Expr, share: Operand) -> Expr:
    """Return a contribution to the items that are numbers."""
    return of(NUMPY["where"], of(NUMPY["isnan"], x), 0.0, share)


def how_many(x: Expr, axis: Expr, keepdims: Expr) -> Expr:
    """Return how many items are numbers."""
    return of(REDUCTIONS["sum"], of(NUMPY["logical_not"], of(NUMPY["isnan"], x)), axis, keepdims)


def mean_of_numbers(ct: Expr, out: Expr, x: Expr, axis: Expr, keepdims: Expr) -> Row:
    """Return the pullback of a mean of what are numbers."""
    return (only_numbers(x, kept(ct / how_many(x, axis, keepdims), axis, keepdims)),)


def product_of_numbers(ct: Expr, out: Expr, x: Expr, axis: Expr, keepdims: Expr) -> Row:
    """Return the pullback of a product of what are numbers."""
    filled = of(NUMPY["where"], of(NUMPY["isnan"], x), 1.0, x)
    return (only_numbers(x, of(ops.BUT_ONE, filled, axis) * kept(ct, axis, keepdims)),)


def spread_of_numbers(is_root: bool) -> Callable[..., Row]:
    """Return the pullback of the variance, or of the standard deviation, of what are numbers."""

    def pullback(ct: Expr, out: Expr, x: Expr, axis: Expr, ddof: Expr, keepdims: Expr) -> Row:
        n = how_many(x, axis, keepdims)
        n = n - ddof if literal_of(ddof) else n
        away = x - of(ALONG["nanmean"], x, axis, True)
        share = of(NUMPY["where"], out > 0, ct / out, 0.0) if is_root else 2 * ct
        return (only_numbers(x, away * kept(share / n, axis, keepdims)),)

    return pullback


# polynomials and counts


def polynomial(ct: Expr, out: Expr, p: Expr, x: Expr) -> Row:
    """Return the pullback of a polynomial, by its coefficients and by its argument."""
    powers = of(VANDER, flat(x), of(ops.LEN, p))
    return of(ops.MATMUL, flat(ct), powers), of(ALONG["polyval"], of(POLYDER, p), x) * ct


def counted(ct: Expr, out: Expr, x: Expr, weights: Expr, minlength: Expr) -> Row:
    """Return the pullback of counts by their weights."""
    return 0, 0 if is_none(weights) else of(ops.SUBSCRIPT, ct, text(ct, "{0}"), x)


# fmt: off
ORDER_PULLBACKS: Mapping[Op, Callable[..., Row]] = {
    ALONG["cumprod"]:       multiplied_up,
    ALONG["diff"]:          differences,
    ALONG["ediff1d"]:       flat_differences,
    ALONG["gradient"]:      slopes,
    ALONG["interp"]:        interpolated,               # at a point, the slope on its right
    ALONG["trapezoid"]:     trapezoidal,
    ALONG["trapz"]:         trapezoidal,
    ALONG["linspace"]:      evenly,
    ALONG["partition"]:     partitioned,
    ALONG["median"]:        quantile_at(None),
    ALONG["quantile"]:      quantile_at(1),
    ALONG["percentile"]:    quantile_at(100),
    ALONG["ptp"]:           width,                      # the first at a tie
    ALONG["average"]:       averaged,
    ALONG["cov"]:           covariances,
    ALONG["corrcoef"]:      lambda ct, out, x, rowvar: (of(SHARES["corrcoef_share"], ct, x, rowvar),),
    ALONG["nansum"]:        lambda ct, out, x, axis, keepdims: (only_numbers(x, kept(ct, axis, keepdims)),),
    ALONG["nanmean"]:       mean_of_numbers,
    ALONG["nanprod"]:       product_of_numbers,
    ALONG["nanmax"]:        extreme,                    # the first at a tie
    ALONG["nanmin"]:        extreme,
    ALONG["nanvar"]:        spread_of_numbers(is_root=False),
    ALONG["nanstd"]:        spread_of_numbers(is_root=True),    # 0 where it is 0
    ALONG["polyval"]:       polynomial,
    ALONG["bincount"]:      counted,
}
# fmt: on
