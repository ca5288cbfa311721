"""Which items of a list two indices may mean: `d[i - 1]` is not `d[i]`, nor what any later trip writes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bpcompile.ir import ops
from bpcompile.ir.facts import literal
from bpcompile.ir.graph import Apply, BlockParam, Const, Loop, Value
from bpcompile.ir.kinds import Array
from bpcompile.ir.places import parts_of

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


def zip_axes(one: Sequence[Value], other: Sequence[Value]) -> Iterator[tuple[Value, Value]]:
    """Yield the indices of two places of one list or array that go along the same axis."""
    first, second = axes_of(one), axes_of(other)
    for a, b in zip(first, second):
        if a is None or b is None:
            return
        yield a, b


def axes_of(place: Sequence[Value]) -> list[Value | None]:
    """Return the index along each axis, None for what is no integer; an index of a list is the only one."""
    if not place or not isinstance(place[0], Const) or not isinstance(place[0].value, str):
        return list(place) if len(place) == 1 else []
    return [] if "][" in place[0].value else [index_along(part) for part in parts_of(place)]


def index_along(part: ast.expr | Value) -> Value | None:
    """Return the index that a part of a subscript is."""
    if isinstance(part, Value):
        return None if isinstance(part.kind, Array) else part
    number = ast.literal_eval(part) if isinstance(part, (ast.Constant, ast.UnaryOp)) else None
    return Const(number) if isinstance(number, int) else None


class Indices:
    """Compares indices by the loops that they run over."""

    def __init__(self, loops: Mapping[Value, Loop], contains: Contains) -> None:
        self.loops = loops  # index -> its loop of the forward part
        self.contains = contains

    def differ(self, one: Value, other: Value) -> bool:
        """Return whether two indices never mean the same item, at one time."""
        a, b = place_of(one), place_of(other)
        return a is not None and b is not None and self.are_apart(a, b) and a.offset != b.offset

    def are_different(self, one: Sequence[Value], other: Sequence[Value]) -> bool:
        """Return whether two places of a list or an array never have an item in common, at one time."""
        pairs = zip_axes(one, other)
        return any(self.differ(a, b) for a, b in pairs)

    def may_hit(self, read: Sequence[Value], written: Sequence[Value], earlier: Loop | None) -> bool:
        """Return whether what is read may have an item in common with what is written."""
        return all(self.is_hit(a, b, earlier) for a, b in zip_axes(read, written))

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
