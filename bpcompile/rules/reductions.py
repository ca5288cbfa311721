"""Pullbacks of reductions: what each item gets of the one number that it went into."""

from __future__ import annotations

from collections.abc import Sequence

from bpcompile.ir import ops
from bpcompile.ir.ops import NUMPY, REDUCTIONS
from bpcompile.ir.shapes import literal_axis
from bpcompile.rules.algebra import Expr, Operand, call, of
from bpcompile.rules.terms import as_large, literal_of, text


def kept(ct: Expr, axis: Expr, keepdims: Expr) -> Expr:
    """Return a cotangent, or a result, of a reduction with the reduced axes of one item again."""
    axes = literal_axis(literal_of(axis))
    if literal_of(keepdims) or axes is None:
        return ct
    if len(axes) == 1:
        return of(ops.EXPAND_DIMS, ct, axes[0])
    return of(ops.EXPAND_DIMS, ct, text(ct, tuple(axes)))


def count(out: Expr, x: Expr, axis: Expr) -> Operand:
    """Return how many items each item of a reduction stands for."""
    axes = literal_axis(literal_of(axis))
    if axes is None:
        return of(ops.SIZE, as_large(x))
    if len(axes) == 1:
        return of(ops.DIM, x, axes[0])
    product: Operand = of(ops.DIM, x, axes[0])
    for k in axes[1:]:
        product = product * of(ops.DIM, x, k)
    return product


def mean_of(ct: Expr, out: Expr, x: Expr, axis: Expr, keepdims: Expr) -> Sequence[Operand]:
    """Return the pullback of a mean."""
    return (kept(ct, axis, keepdims) / count(out, x, axis),)


def spread_of(x: Expr, axis: Expr) -> Expr:
    """Return how far each item is from the mean."""
    is_along = literal_axis(literal_of(axis)) is not None
    return x - of(REDUCTIONS["mean"], x, axis, is_along)


def variance(ct: Expr, out: Expr, x: Expr, axis: Expr, ddof: Expr, keepdims: Expr) -> Sequence[Operand]:
    """Return the pullback of a variance."""
    n = count(out, x, axis)
    n = n - ddof if literal_of(ddof) else n
    return (2 * spread_of(x, axis) * kept(ct, axis, keepdims) / n,)


def deviation(ct: Expr, out: Expr, x: Expr, axis: Expr, ddof: Expr, keepdims: Expr) -> Sequence[Operand]:
    """Return the pullback of a standard deviation; 0 where it is 0."""
    n = count(out, x, axis)
    n = n - ddof if literal_of(ddof) else n
    share = kept(of(NUMPY["where"], out > 0, ct / out, 0.0), axis, keepdims)
    return (spread_of(x, axis) * share / n,)


def extreme(ct: Expr, out: Expr, x: Expr, axis: Expr, keepdims: Expr) -> Sequence[Operand]:
    """Return the pullback of a maximum or minimum: the first item of an axis gets everything."""
    return (of(ops.FIRST_EQUAL, x, out, axis) * kept(ct, axis, keepdims),)


def product_of(ct: Expr, out: Expr, x: Expr, axis: Expr, keepdims: Expr) -> Sequence[Operand]:
    """Return the pullback of a product; zeros do no harm."""
    return (of(ops.BUT_ONE, x, axis) * kept(ct, axis, keepdims),)


def norm_of(ct: Expr, out: Expr, x: Expr, axis: Expr, keepdims: Expr) -> Sequence[Operand]:
    """Return the pullback of the root of a sum of squares; 0 where that is 0."""
    share = kept(of(NUMPY["where"], out > 0, ct / out, 0.0), axis, keepdims)
    return (x * share,)


def logsumexp_of(ct: Expr, out: Expr, x: Expr, axis: Expr, keepdims: Expr) -> Sequence[Operand]:
    """Return the pullback of log-sum-exp: softmax."""
    return (call("exp", x - kept(out, axis, keepdims)) * kept(ct, axis, keepdims),)
