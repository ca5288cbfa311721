"""Numbers that a loop only adds to: `s += ...`, on every path at most once a time, and read by nothing else.

The derivative of such a number at the end of a trip, by what it was at the start, is exactly 1, so that its cotangent
passes every trip as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Union

from bpcompile.ir import ops
from bpcompile.ir.graph import (
    Apply,
    Block,
    Branch,
    Call,
    Function,
    Loop,
    Result,
    Unpack,
    Value,
    blocks_of,
    leaves,
    operands,
)

Place = tuple[int, int]  # a loop by its id, and which of its carried values


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """A value is what a loop starts a carried value from."""

    loop: Loop
    index: int


@dataclass(frozen=True, slots=True, eq=False)
class End:
    """A value is what a carried value becomes at the end of a trip."""

    loop: Loop
    index: int


Use = Union[Apply, Result, Start, End, None]  # None: in a way that is not looked into


@dataclass(slots=True)
class Totals:
    """Who uses each value, as far as derivatives go, and what was found of each loop."""

    active: Collection[Value]
    uses: dict[Value, list[Use]] = field(default_factory=dict)
    loops: list[Loop] = field(default_factory=list)  # inner ones last
    found: set[Place] = field(default_factory=set)

    def use(self, value: Value, use: Use) -> None:
        """Note a use of a value."""
        self.uses.setdefault(value, []).append(use)

    def block(self, block: Block) -> None:
        """Note the uses in a block and in the blocks inside it."""
        todo = [block]
        while todo:
            for item in todo.pop().items:
                if isinstance(item, Apply):
                    if item in self.active or item.op in ops.WRITES:
                        for value in item.args:
                            self.use(value, item)
                elif isinstance(item, Branch):
                    for result in item.results:
                        for side in item.sides:
                            self.use(side.results[result.index], result)
                elif isinstance(item, Loop):
                    self.loops.append(item)
                    for k in range(len(item.carried)):
                        self.use(item.initial[k], Start(item, k))
                        self.use(item.body.results[k], End(item, k))
                elif isinstance(item, (Call, Unpack)):
                    for value in operands(item):
                        self.use(value, None)
                todo += blocks_of(item)

    def is_total(self, loop: Loop, k: int) -> bool:
        """Return whether each trip only adds to a carried value."""
        same: set[Value] = {loop.carried[k]}  # values that are the carried one, plus something
        todo: list[Value] = [loop.carried[k]]
        ends = False
        while todo:
            value = todo.pop()
            for use in self.uses.get(value, ()):
                if isinstance(use, End) and use.loop is loop and use.index == k:
                    ends = True
                    continue
                following = self.following(value, use)
                if following is None:
                    return False
                if following not in same:
                    same.add(following)
                    todo.append(following)
        return ends and all(self.adds_once(value, same) for value in same)

    def following(self, value: Value, use: Use) -> Value | None:
        """Return what a use gives where that is the value plus something, None for every other use."""
        if isinstance(use, Apply):
            is_first = use.args[0] is value and use.args.count(value) == 1
            is_sum = use.op in ADDING and (is_first or use.op is ops.ADD and use.args.count(value) == 1)
            return use if is_sum and use.gate is None else None
        if isinstance(use, Start):
            return use.loop.results[use.index] if (id(use.loop), use.index) in self.found else None
        return use if isinstance(use, Result) else None

    def adds_once(self, value: Value, same: set[Value]) -> bool:
        """Return whether exactly one of what a value is made of is the carried one, on every path."""
        if isinstance(value, Apply):
            return sum(arg in same for arg in value.args) == 1
        if isinstance(value, Result) and isinstance(value.owner, Branch):
            return all(side.results[value.index] in same for side in value.owner.sides)
        return True

    def run(self) -> Iterator[Place]:
        """Yield what loops only add to, inner loops first."""
        for loop in reversed(self.loops):
            for k in range(len(loop.carried)):
                if self.is_total(loop, k):
                    self.found.add((id(loop), k))
                    yield id(loop), k


ADDING = frozenset((ops.ADD, ops.SUB, ops.POS, ops.COPY, ops.READ))


def totals_of(fn: Function, active: Collection[Value]) -> set[Place]:
    """Return the loops that only add to a carried number, each with the place of that number."""
    totals = Totals(active)
    totals.block(fn.body)
    for value in leaves(fn.output):
        totals.use(value, None)
    return set(totals.run())
