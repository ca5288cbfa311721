"""Rules of functions of NumPy that are less usual, item by item."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bpcompile.ir import ops
from bpcompile.ir.ops import MATH, NUMPY, Op
from bpcompile.rules.algebra import Expr, Operand, call, of
from bpcompile.rules.scalar import PARTIALS, Partials, power


def only(condition: Expr, ct: Expr) -> Expr:
    """Return the cotangent where a condition holds, else 0."""
    return of(NUMPY["where"], condition, ct, 0.0)


def extreme_of_two(ct: Expr, out: Expr, x: Expr, y: Expr) -> Sequence[Operand]:
    """Return the pullback of what picks one of two: the first at a tie."""
    is_first = of(ops.EQ, x, out)
    return only(is_first, ct), of(NUMPY["where"], is_first, 0.0, ct)


def is_none(option: Expr) -> bool:
    """Return whether a bound is left out."""
    return getattr(option.value, "value", None) == "None"


def clipped(ct: Expr, out: Expr, x: Expr, low: Expr, high: Expr) -> Sequence[Operand]:
    """Return the pullback of a clip: what is within the bounds gets it, else the bound that was taken."""
    at_low: Operand = 0 if is_none(low) else only(x < low, ct)
    if is_none(high):
        return only(of(ops.EQ, x, out), ct), at_low, 0
    if is_none(low):
        return only(of(ops.EQ, x, out), ct), 0, only(x > high, ct)
    in_order = of(NUMPY["logical_and"], x < low, of(ops.LE, low, high))
    return only(of(ops.EQ, x, out), ct), only(in_order, ct), only(of(NUMPY["maximum"], x, low) > high, ct)


def selected(ct: Expr, out: Expr, *args: Expr) -> Sequence[Operand]:
    """Return the pullback of a selection: each choice gets it where its condition is the first that holds."""
    count = len(args) // 2
    conditions = args[:count]
    zeros = [0.0] * count
    found: list[Operand] = [0] * count
    found.append(only(conditions[0], ct))
    for k in range(2, count + 1):
        found.append(of(NUMPY["select"], *conditions[:k], *zeros[: k - 1], ct, 0))
    return [*found, of(NUMPY["select"], *conditions, *zeros, ct)]


# fmt: off
ITEM_PARTIALS: Mapping[Op, Partials] = {
    **{NUMPY[n]: lambda out, x: (1,) for n in "real conj conjugate real_if_close modf[0]".split()},
    **{NUMPY[n]: lambda out, x: (1,) for n in ("astype_float", "astype_float32", "float32")},
    NUMPY["fmod"]:          PARTIALS[MATH["fmod"]],
    NUMPY["logaddexp2"]:    lambda out, x, y: (call("exp2", x - out), call("exp2", y - out)),
}
ITEM_PULLBACKS: Mapping[Op, Callable[..., Sequence[Operand]]] = {
    NUMPY["fmax"]:          extreme_of_two,
    NUMPY["fmin"]:          extreme_of_two,
    NUMPY["clip"]:          clipped,
    NUMPY["select"]:        selected,
    NUMPY["float_power"]:   power,
    NUMPY["heaviside"]:     lambda ct, out, x, at_zero: (0, only(of(ops.EQ, x, 0), ct)),
    NUMPY["ldexp"]:         lambda ct, out, x, i: (of(NUMPY["ldexp"], ct, i), 0),
    NUMPY["nan_to_num"]:    lambda ct, out, x, *options: (only(of(NUMPY["isfinite"], x), ct),),
}
# fmt: on
FLAT_NAMES = "imag fix round signbit logical_xor isclose modf[1] astype_int astype_bool".split()
ITEM_FLAT = frozenset(NUMPY[n] for n in FLAT_NAMES)
