"""Pullbacks of reductions: what each item gets of the one number that it went into."""

from __future__ import annotations

from collections.abc import Sequence

from bpcompile.ir import ops
from bpcompile.ir.facts import literal
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import Apply, Const, Value
from bpcompile.ir.ops import NUMPY, REDUCTIONS
from bpcompile.ir.shapes import literal_axis
from bpcompile.rules.algebra import Expr, Operand, call, of
from bpcompile.rules.array_gates import is_bounded
from bpcompile.rules.terms import as_large, literal_of, rank, text


def kept(ct: Expr, axis: Expr, keepdims: Expr) -> Expr:
    """Return a cotangent, or a result, of a reduction with the reduced axes of one item again."""
    axes = literal_axis(literal_of(axis))
    if literal_of(keepdims) or axes is None or rank(ct) == 0:
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


def norm_of(ct: Expr, out: Expr, x: Expr, order: Expr, axis: Expr, keepdims: Expr) -> Sequence[Operand]:
    """Return the pullback of a norm of vectors, or of the root of a sum of squares; 0 at the origin."""
    number = literal_of(order)
    if number in (2, "None", "'fro'"):
        return (x * kept(of(NUMPY["where"], out > 0, ct / out, 0.0), axis, keepdims),)
    sign, size, share = of(NUMPY["sign"], x), of(NUMPY["absolute"], x), kept(ct, axis, keepdims)
    if number == 1:
        return (sign * share,)
    if isinstance(number, str):  # infinite: the first of the largest, or smallest, gets everything
        return (of(ops.FIRST_EQUAL, size, out, axis) * sign * share,)
    length = kept(of(NUMPY["where"], out > 0, out, 1.0), axis, keepdims)
    return (sign * (size / length) ** (order - 1) * share,)


def root_of_squares(ct: Expr, out: Expr, x: Expr, axis: Expr, keepdims: Expr) -> Sequence[Operand]:
    """Return the pullback of the root of a sum of squares; 0 at the origin."""
    return (x * kept(of(NUMPY["where"], out > 0, ct / out, 0.0), axis, keepdims),)


def logsumexp_of(ct: Expr, out: Expr, x: Expr, axis: Expr, keepdims: Expr) -> Sequence[Operand]:
    """Return the pullback of log-sum-exp: softmax."""
    return (call("exp", x - kept(out, axis, keepdims)) * kept(ct, axis, keepdims),)


def weighed_logsumexp(ct: Expr, out: Expr, x: Expr, weights: Expr, axis: Expr, keepdims: Expr) -> Sequence[Operand]:
    """Return the pullback of log-sum-exp of weighed items."""
    share = call("exp", x - kept(out, axis, keepdims)) * kept(ct, axis, keepdims)
    ones = of(ops.MAKE, text(weights, "np.ones_like"), weights)
    return of(ops.UNBROADCAST, weights * share, x), of(ops.UNBROADCAST, ones * share, weights)


# softmax and its logarithm


def softmax_of(ct: Expr, out: Expr, x: Expr, axis: Expr) -> Sequence[Operand]:
    """Return the pullback of softmax."""
    return (out * (ct - of(REDUCTIONS["sum"], ct * out, axis, True)),)


def log_softmax_of(ct: Expr, out: Expr, x: Expr, axis: Expr) -> Sequence[Operand]:
    """Return the pullback of the logarithm of softmax."""
    return (centred(ct, call("exp", out), axis),)


def log_of_softmax(ct: Expr, out: Expr, x: Expr, axis: Expr, softmax: Expr) -> Sequence[Operand]:
    """Return the pullback of the logarithm of a softmax that is there."""
    return (centred(ct, softmax, axis),)


def log_of_items(
    ct: Expr, out: Expr, x: Expr, axis: Expr, softmax: Expr, pattern: Expr, *values: Expr
) -> Sequence[Operand]:
    """Return the pullback of the logarithm of some items of a softmax."""
    core, sign, divisor = core_of(ct)
    share = of(ops.PLACED, core, softmax, pattern, *values)
    is_one = literal(core.value) == 1 and is_item_of_each_row(softmax, axis, pattern, *values)
    return (rest_of(share, softmax, axis, sign, divisor, is_one),)


def log_softmax_by_hand(ct: Expr, out: Expr, x: Expr, axis: Expr, powers: Expr, total: Expr) -> Sequence[Operand]:
    """Return the pullback of the logarithm of a softmax, from the exponentials and their sum."""
    return (centred(ct, softmax_by_hand(x, axis, powers, total), axis),)


def is_safe(powers: Expr, axis: Expr) -> bool:
    """Return whether exponentials overflow nowhere, nor vanish all along an axis."""
    return isinstance(axis.value, Const) and is_bounded(powers.value, axis.value)


def softmax_by_hand(x: Expr, axis: Expr, powers: Expr, total: Expr) -> Expr:
    """Return the softmax of an array whose exponentials are summed."""
    return powers / total if is_safe(powers, axis) else of(ops.OWN_SOFTMAX, x, axis)


def log_sum_exp(
    ct: Expr, out: Expr, x: Expr, axis: Expr, keepdims: Expr, powers: Expr, total: Expr
) -> Sequence[Operand]:
    """Return the pullback of log-sum-exp, from the exponentials and their sum."""
    if is_safe(powers, axis):
        return (powers * kept(ct / total, axis, keepdims),)
    return log_of_exponentials(ct, out, x, axis, keepdims)


def log_of_exponentials(ct: Expr, out: Expr, x: Expr, axis: Expr, keepdims: Expr) -> Sequence[Operand]:
    """Return the pullback of the logarithm of exponentials that are summed: they may overflow, and are made anew."""
    return (of(ops.OWN_SOFTMAX, x, axis) * kept(ct, axis, keepdims),)


def centred(ct: Expr, softmax: Expr, axis: Expr) -> Expr:
    """Return the cotangent less its sum along an axis, shared out by a softmax."""
    core, sign, divisor = core_of(ct)
    return rest_of(core, softmax, axis, sign, divisor)


def rest_of(core: Expr, softmax: Expr, axis: Expr, sign: int, divisor: Expr | None, is_one: bool = False) -> Expr:
    """Return `core - softmax * sum(core)` with the sign and the divisor of all of it."""
    is_one = is_one or sums_to_one(core.value, axis)
    total = softmax if is_one else softmax * of(REDUCTIONS["sum"], core, axis, True)
    share = core - total if sign > 0 else total - core
    return share if divisor is None else share / divisor


def core_of(ct: Expr) -> tuple[Expr, int, Expr | None]:
    """Return a cotangent without its sign and without the number that divides it all, and these."""
    parts, sign, divisor = ct.algebra.parts, 1, None
    core = ct.value
    if negated := parts(core, ops.NEG):
        core, sign = negated[0], -1
    quotient = parts(core, ops.DIV)
    if quotient and dims_of(quotient[1].kind) == ():
        core, divisor = quotient[0], ct.algebra.expr(quotient[1])
    if (number := literal(core)) is not None and number < 0:
        core, sign = ct.algebra.const(-number), -sign
    return ct.algebra.expr(core), sign, divisor


def is_item_of_each_row(softmax: Expr, axis: Expr, pattern: Expr, *values: Expr) -> bool:
    """Return whether a subscript takes one item of each row of a matrix: `P[np.arange(len(P)), y]`."""
    if literal_of(pattern) != "{0}, {1}" or literal_of(axis) not in (1, -1):
        return False
    rows, dims = values[0].value, dims_of(softmax.value.kind)
    if not isinstance(rows, Apply) or rows.op is not ops.MAKE or len(rows.args) != 2:
        return False
    function, count = rows.args
    is_range = isinstance(function, Const) and function.value == "np.arange"
    if not is_range or not isinstance(count, Apply) or count.op not in (ops.DIM, ops.LEN):
        return False
    is_length = count.op is ops.LEN or literal(count.args[1]) == 0
    measured = dims_of(count.args[0].kind)
    is_same = count.args[0] is softmax.value or bool(dims and measured and dims[0] == measured[0])
    return is_length and is_same


def sums_to_one(value: Value, axis: Expr) -> bool:
    """Return whether a value is made of rows of the identity matrix: `np.eye(k)[y]`, summed along its last axis."""
    matrix = value.args[0] if isinstance(value, Apply) and value.op is ops.SUBSCRIPT else None
    if not isinstance(value, Apply) or not isinstance(matrix, Apply) or matrix.op is not ops.MAKE:
        return False
    function, pattern = matrix.args[0], value.args[1]
    is_identity = isinstance(function, Const) and function.value in ("np.eye", "np.identity") and len(matrix.args) == 2
    rank = len(dims_of(value.kind) or ())
    is_last = literal_of(axis) == -1 or bool(rank) and literal_of(axis) == rank - 1
    is_row = isinstance(pattern, Const) and pattern.value == "{0}"
    return is_identity and is_last and is_row
