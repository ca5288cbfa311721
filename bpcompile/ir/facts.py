"""What one pass finds out about a function and a later one needs, and what can be read off a single value."""

from __future__ import annotations

from dataclasses import dataclass, field

from bpcompile.ir import ops
from bpcompile.ir.graph import Apply, Const, Function, Item, Param, Value
from bpcompile.ir.kinds import Array


def literal(value: Value) -> int | float | None:
    """Return the finite number that a value is in any run, None where it is not a literal."""
    if isinstance(value, Const) and isinstance(value.value, (int, float)):
        number = value.value
        if number == number and abs(number) != float("inf"):
            return int(number) if isinstance(number, bool) else number
    return None


def may_raise(value: Value) -> bool:
    """Return whether computing the value may raise on floats; of arrays, only reading a name or a list may."""
    if not isinstance(value, Apply) or not value.op.raises:
        return False
    if isinstance(value.kind, Array):
        return value.op in (ops.READ, ops.INDEX)
    if value.op in (ops.DIV, ops.FLOORDIV, ops.MOD, ops.QUOTIENT, ops.REMAINDER):
        return not literal(value.args[1])
    if value.op is ops.POW:
        base, exponent = map(literal, value.args)
        is_small = base is not None and exponent is not None and 0.001 < abs(base) < 1000 and abs(exponent) < 100
        return exponent not in (0, 1) and not is_small
    return value.op is not ops.FLOAT


@dataclass(slots=True)
class Reversed:
    """A function with its reverse sweep, and what the sweep found out about its text."""

    function: Function
    gradients: list[Value]
    primals: dict[Value, Value] = field(default_factory=dict)  # cotangent -> whose it is
    stages: set[Value] = field(default_factory=set)  # values whose cotangent deserves a line
    seeds: list[Param] = field(default_factory=list)
    lists: list[Param] = field(default_factory=list)  # of a function that calls itself: the cotangents it adds to
    again: dict[Value, Value] = field(
        default_factory=dict
    )  # what the backward part computes again or takes from a tape
    tapes: dict[Value, tuple[Value, ...]] = field(default_factory=dict)  # tape -> what is kept on it
    states: dict[Item, dict[Value, Value]] = field(default_factory=dict)  # written lists, from an item on


@dataclass(slots=True)
class Live:
    """What is needed: values, and the items that are not values. `late` may be computed in the backward part only."""

    values: set[Value] = field(default_factory=set)
    items: set[int] = field(default_factory=set)
    late: set[Value] = field(default_factory=set)
    kept: set[Value] = field(default_factory=set)  # named stages that stay for their exceptions alone
    primal: set[Apply] = field(default_factory=set)  # the operations of the forward part

    def has(self, item: Item) -> bool:
        """Return whether the item is needed."""
        return item in self.values if isinstance(item, Apply) else id(item) in self.items
