"""Which items of a list two indices may mean: `d[i - 1]` is not `d[i]`, nor what any later trip writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bpcompile.ir import ops
from bpcompile.ir.facts import literal
from bpcompile.ir.graph import Apply, BlockParam, Loop, Value

Contains = Callable[[Loop, Loop], bool]  # does the first loop stand around the second?


@dataclass(frozen=True, slots=True)
class Place:
    """An index: that of a loop and a number, or a number alone."""

    base: BlockParam | None
    offset: int


def place_of(index: Value) -> Place | None:
    """Return an index as one of a loop's and a number, None where it is something else."""
    offset = 0
    while isinstance(index, Apply) and index.op in (ops.ADD, ops.SUB):
        left, right = map(literal, index.args)
        if isinstance(right, int):
            offset += right if index.op is ops.ADD else -right
            index = index.args[0]
        elif isinstance(left, int) and index.op is ops.ADD:
            offset += left
            index = index.args[1]
        else:
            return None
    if isinstance(index, BlockParam):
        return Place(index, offset)
    number = literal(index)
    return Place(None, offset + number) if isinstance(number, int) else None


class Indices:
    """Compares indices by the loops that they run over."""

    def __init__(self, loops: Mapping[Value, Loop], contains: Contains) -> None:
        self.loops = loops  # index -> its loop of the forward part
        self.contains = contains

    def differ(self, one: Value, other: Value) -> bool:
        """Return whether two indices never mean the same item, at one time."""
        a, b = place_of(one), place_of(other)
        return a is not None and b is not None and self.are_apart(a, b) and a.offset != b.offset

    def are_apart(self, a: Place, b: Place) -> bool:
        """Return whether two places differ by a known number, neither counted from the end if the other is not."""
        if a.base is not b.base:
            return False
        if a.base is None:
            return (a.offset < 0) == (b.offset < 0)
        least = self.least(a.base)
        return least is not None and least + min(a.offset, b.offset) >= 0

    def least(self, index: BlockParam) -> int | None:
        """Return a number that the index of a loop is never less than."""
        loop = self.loops.get(index)
        if loop is None or loop.run is None:
            return None
        start, stop, step = map(literal, loop.run)
        if step is None:
            return None
        bound = start if step > 0 else stop
        return bound + (step < 0) if isinstance(bound, int) else None

    def is_hit(self, read: Value, written: Value, earlier: Loop | None) -> bool:
        """Return whether a read may mean the item that is written to.

        The read happens in the same trip of every loop, or in an earlier trip of one loop.
        """
        a, b = place_of(read), place_of(written)
        if a is None or b is None or not self.are_apart(a, b):
            return True
        ahead = a.offset - b.offset
        if earlier is None or a.base is None:
            return ahead == 0
        loop = self.loops[a.base]
        if loop is not earlier:
            return ahead == 0 or not self.contains(loop, earlier)
        assert loop.run is not None
        step = literal(loop.run[2])
        if not isinstance(step, int) or step == 0:
            return True
        trips = -ahead if loop.is_reversed else ahead
        return trips % step == 0 and trips // step > 0
