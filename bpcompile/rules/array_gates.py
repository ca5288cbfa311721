"""Gates of arrays: softmax, its logarithm, log-sum-exp and norms, in whatever statements they are spelled.

    E / np.sum(E, axis=1, keepdims=True)           with E = np.exp(Z) or np.exp(Z - M): a softmax of Z
    np.log(P), np.log(P[np.arange(n), y])          the logarithm of a softmax P, or of some of its items
    Z - M - np.log(np.sum(np.exp(Z - M), ...))     the same, with no softmax
    M + np.log(np.sum(np.exp(Z - M), ...))         log-sum-exp
    np.log(np.sum(np.exp(Z), ...))                 the same, and of the mean; its exponentials may overflow
    np.log(np.exp(a) + np.exp(b))                  the same of two
    np.sqrt(np.sum(x ** 2))                        a norm
    np.maximum(x, 0) + np.log1p(np.exp(-abs(x)))   a softplus, with no corner at 0; something may stand between

What is taken away from all items along the axis, M, changes nothing: it gets no cotangent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bpcompile.ir import ops
from bpcompile.ir.facts import literal
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import Apply, Const, Value
from bpcompile.ir.kinds import BOOL, INT
from bpcompile.ir.ops import NUMPY, REDUCTIONS, SPECIAL, Op

Gate = tuple[Op, tuple[Value, ...]]
PUT_BACK = {"None": 0, ":, None": 1, "..., None": -1}  # subscript -> the axis that it makes
SUM, EXP, LOG = REDUCTIONS["sum"], NUMPY["exp"], NUMPY["log"]
LARGEST = REDUCTIONS["max"]
EXTREMES = frozenset(REDUCTIONS[n] for n in ("max", "min", "mean"))


@dataclass(frozen=True, slots=True)
class Reduced:
    """A reduction of an array along an axis, and whether its result still has that axis, of one item."""

    op: Op
    array: Value
    axis: Const
    is_kept: bool

    def along(self) -> object:
        """Return the axis: a number, not negative where the rank is known, or text."""
        rank, axis = len(dims_of(self.array.kind) or ()), self.axis.value
        return axis % rank if rank and isinstance(axis, int) else axis


def array_gate(value: Apply) -> Gate | None:
    """Return the gate that a value is, None for no gate."""
    finder = FINDERS.get(value.op)
    return finder(value) if finder is not None else None


# what reductions look like


def reduced(value: Value) -> Reduced | None:
    """Return what a value reduces, whether the axis was kept, dropped, or put back."""
    if not isinstance(value, Apply):
        return None
    if value.op in EXTREMES or value.op is SUM:
        array, axis, keepdims = value.args
        assert isinstance(axis, Const) and isinstance(keepdims, Const)
        return Reduced(value.op, array, axis, bool(keepdims.value))
    inner = reduced(value.args[0]) if value.op in (ops.EXPAND_DIMS, ops.SUBSCRIPT) else None
    if inner is None or inner.is_kept or not is_put_back(value, inner):
        return None
    return Reduced(inner.op, inner.array, inner.axis, True)


def is_put_back(value: Apply, inner: Reduced) -> bool:
    """Return whether an operation gives a reduction its axis again: `S[:, None]`, `np.expand_dims(S, 1)`."""
    how = value.args[1]
    assert isinstance(how, Const)
    axes = (inner.axis.value, inner.along())  # as it is written, and counted from the first
    if value.op is ops.EXPAND_DIMS:
        return how.value in axes
    return PUT_BACK.get(str(how.value), "") in axes


def spans_rest(total: Reduced) -> bool:
    """Return whether a reduction meets the very items that it was made of when it is broadcast with them."""
    is_vector = len(dims_of(total.array.kind) or ()) == 1
    return total.is_kept or total.along() in ("None", 0) or is_vector


def unshifted(value: Value, total: Reduced) -> Value:
    """Return an array without what is taken away from all its items along the axis of a sum."""
    while isinstance(value, Apply) and value.op is ops.SUB and is_shift(value.args[1], value.args[0], total.along()):
        value = value.args[0]
    return value


def is_shift(shift: Value, array: Value, along: object) -> bool:
    """Return whether a value is the same for all items along an axis, and no larger than the array."""
    if dims_of(shift.kind) == ():
        return True
    found = reduced(shift)
    return found is not None and found.array is array and found.along() == along and spans_rest(found)


def exponentials(total: Value, op: Op = SUM) -> tuple[Reduced, Apply] | None:
    """Return what a sum of exponentials, or another reduction of them, reduces."""
    found = reduced(total)
    if found is None or found.op is not op or not isinstance(found.array, Apply) or found.array.op is not EXP:
        return None
    return found, found.array


def is_bounded(powers: Value, axis: Const) -> bool:
    """Return whether the largest of exponentials along an axis is 1: the largest exponent was taken away from all."""
    exponent = powers.args[0] if isinstance(powers, Apply) else powers
    if not isinstance(exponent, Apply) or exponent.op is not ops.SUB:
        return False
    array, shift = exponent.args
    largest, along = reduced(shift), Reduced(LARGEST, array, axis, True).along()
    if largest is None or largest.op is not LARGEST or largest.array is not array:
        return False
    return largest.along() == along and spans_rest(largest)


# the gates


def softmax(value: Apply) -> Gate | None:
    """Return the softmax that a quotient is."""
    powers, total = value.args
    found = exponentials(total)
    if found is None or found[1] is not powers or not spans_rest(found[0]):
        return None
    return ops.SOFTMAX, (unshifted(found[1].args[0], found[0]), found[0].axis)


def logarithm(value: Apply) -> Gate | None:
    """Return what the logarithm of a softmax, of some of its items, or of a sigmoid is."""
    (inner,) = value.args
    if not isinstance(inner, Apply):
        return None
    if (known := softmax_of(inner)) is not None:
        return ops.LOG_OF_SOFTMAX, (*known, inner)
    if inner.op is ops.SUBSCRIPT and (known := softmax_of(inner.args[0])) is not None:
        return ops.LOG_OF_ITEMS, (*known, *inner.args)
    if inner.op is ops.SUB and literal(inner.args[0]) == 1:
        return of_sigmoid(ops.LOG_OF_REST, inner.args[1])
    return of_sigmoid(ops.LOG_OF_SIGMOID, inner) or logarithm_of_powers(inner)


def logarithm_of_powers(inner: Apply) -> Gate | None:
    """Return what the logarithm of exponentials is that are summed, and that may overflow."""
    if inner.op is ops.ADD and all(isinstance(a, Apply) and a.op is EXP for a in inner.args):
        return ops.LOG_ADD_EXP, tuple(a.args[0] for a in inner.args if isinstance(a, Apply))
    found = exponentials(inner) or exponentials(inner, REDUCTIONS["mean"])
    if found is None or is_bounded(found[1], found[0].axis):
        return None
    return ops.LOG_OF_EXPONENTIALS, (found[1].args[0], found[0].axis, Const(found[0].is_kept, BOOL))


def logarithm_of_rest(value: Apply) -> Gate | None:
    """Return what `np.log1p(-s)` of a sigmoid is."""
    (inner,) = value.args
    return of_sigmoid(ops.LOG_OF_REST, inner.args[0]) if isinstance(inner, Apply) and inner.op is ops.NEG else None


def of_sigmoid(gate: Op, value: Value) -> Gate | None:
    """Return the gate on a sigmoid: its argument, the sigmoid, and whether it rises or falls."""
    if (argument := sigmoid_of(value)) is not None:
        return gate, (argument, value, Const(1, INT))
    if isinstance(value, Apply) and value.gate and value.gate[0] is ops.SIGMOID_DOWN:
        return gate, (value.gate[1][0], value, Const(-1, INT))
    return None


def softmax_of(value: Value) -> tuple[Value, ...] | None:
    """Return the argument and the axis of a softmax."""
    if isinstance(value, Apply) and value.op is ops.SOFTMAX:
        return value.args
    return value.gate[1] if isinstance(value, Apply) and value.gate and value.gate[0] is ops.SOFTMAX else None


def sigmoid_of(value: Value) -> Value | None:
    """Return the argument of a sigmoid."""
    if isinstance(value, Apply) and value.op is SPECIAL["expit"]:
        return value.args[0]
    return value.gate[1][0] if isinstance(value, Apply) and value.gate and value.gate[0] is ops.SIGMOID else None


def log_softmax(value: Apply) -> Gate | None:
    """Return the logarithm of a softmax that a difference is: `T - np.log(np.sum(np.exp(T), ...))`."""
    array, logarithm_ = value.args
    if not isinstance(logarithm_, Apply) or logarithm_.op is not LOG:
        return None
    found = exponentials(logarithm_.args[0])
    if found is None or found[1].args[0] is not array or not spans_rest(found[0]):
        return None
    return ops.LOG_SOFTMAX_OF, (unshifted(array, found[0]), found[0].axis, found[1], logarithm_.args[0])


def log_sum_exp(value: Apply) -> Gate | None:
    """Return the log-sum-exp that a sum is, where what was taken away is added again."""
    for shift, logarithm_ in (value.args, value.args[::-1]):
        if not isinstance(logarithm_, Apply) or logarithm_.op is not LOG:
            continue
        found = exponentials(logarithm_.args[0])
        if found is None or not isinstance(found[1].args[0], Apply) or found[1].args[0].op is not ops.SUB:
            continue
        total, (array, taken) = found[0], found[1].args[0].args
        if is_shift(taken, array, total.along()) and is_same(shift, taken, total):
            sums = logarithm_.args[0]
            return ops.LOG_SUM_EXP, (array, total.axis, Const(total.is_kept, BOOL), found[1], sums)
    return None


def is_same(shift: Value, taken: Value, total: Reduced) -> bool:
    """Return whether what is added is what was taken away, of the shape of the sum."""
    one, other = reduced(shift), reduced(taken)
    if one is None or other is None:
        return shift is taken and dims_of(shift.kind) == ()
    same = (one.op, one.array, one.along()) == (other.op, other.array, other.along())
    return same and (one.is_kept == total.is_kept or one.along() == "None")


def norm(value: Apply) -> Gate | None:
    """Return the norm that a root of a sum of squares is."""
    total = value.args[0]
    if not isinstance(total, Apply) or total.op is not SUM:
        return None
    squares, axis, keepdims = total.args
    if not isinstance(squares, Apply):
        return None
    is_product = squares.op is ops.MUL and squares.args[0] is squares.args[1]
    is_power = squares.op is ops.POW and literal(squares.args[1]) == 2
    if not (is_product or is_power or squares.op is NUMPY["square"]):
        return None
    return ops.ROOT_OF_SQUARES, (squares.args[0], axis, keepdims)


def stable_softplus(value: Apply) -> Gate | None:
    """Return the softplus that a sum is which overflows nowhere: its two corners at 0 cancel."""
    for whole, logarithm_ in (value.args, value.args[::-1]):
        power = power_of(logarithm_)
        argument = None if power is None else size_of(power)
        if power is None or argument is None or not isinstance(whole, Apply):
            continue
        if is_positive_part(whole, argument):
            return ops.STABLE_SOFTPLUS, (argument, power, Const(0, INT), Const(1, INT))
        if whole.op in (ops.ADD, ops.SUB) and is_positive_part(whole.args[0], argument):
            return ops.STABLE_SOFTPLUS, (argument, power, whole.args[1], Const(1 if whole.op is ops.ADD else -1, INT))
    return None


def power_of(value: Value) -> Apply | None:
    """Return e of `np.log1p(e)` or `np.log(1 + e)`."""
    if not isinstance(value, Apply) or value.op not in (LOG, NUMPY["log1p"]):
        return None
    inner = value.args[0]
    if value.op is LOG:
        pairs = (inner.args, inner.args[::-1]) if isinstance(inner, Apply) and inner.op is ops.ADD else ()
        inner = next((b for a, b in pairs if literal(a) == 1), value)
    return inner if isinstance(inner, Apply) and inner.op is EXP else None


def size_of(power: Apply) -> Value | None:
    """Return x of `np.exp(-np.abs(x))`."""
    negated = power.args[0]
    size = negated.args[0] if isinstance(negated, Apply) and negated.op is ops.NEG else None
    if not isinstance(size, Apply) or size.op not in (ops.ABS, NUMPY["absolute"]):
        return None
    return size.args[0]


def is_positive_part(value: Value, x: Value) -> bool:
    """Return whether a value is `np.maximum(x, 0)`."""
    return (
        isinstance(value, Apply)
        and value.op is NUMPY["maximum"]
        and any(a is x and literal(b) == 0 for a, b in (value.args, value.args[::-1]))
    )


def sum_gate(value: Apply) -> Gate | None:
    """Return the gate that a sum is."""
    return log_sum_exp(value) or stable_softplus(value)


FINDERS: Mapping[Op, Callable[[Apply], Gate | None]] = {
    ops.DIV: softmax,
    LOG: logarithm,
    NUMPY["log1p"]: logarithm_of_rest,
    ops.SUB: log_softmax,
    ops.ADD: sum_gate,
    NUMPY["sqrt"]: norm,
}
