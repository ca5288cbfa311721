"""What was written to an item of a list, the backward part of a loop reads there, before it undoes the write.

    for i in range(n):                   for i in range(n - 1, -1, -1):
        x[i] = x[i] / d[i]                   x_i = x[i]
                                             x[i] = x_tape.pop()
                                             dd[i] -= x_i / d[i] * dx[i]

That costs less than to compute it again, or to keep it. It is done for writes that are undone anyway, and where nothing
else has to be undone for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bpcompile.ir import ops
from bpcompile.ir.graph import Apply, Block, Branch, Function, Item, Loop, Value, blocks_of, operands, replace_operands
from bpcompile.ir.kinds import REAL
from bpcompile.ir.kinds import Sequence as ListKind
from bpcompile.passes.lists import is_flat

PLAIN = frozenset((ops.COPY, ops.READ, ops.INDEX, ops.SUBSCRIPT, ops.NEG))  # nothing is saved for these


@dataclass
class ReadBack:
    """The items that are read before they are undone, and what takes their place in the items that follow."""

    fn: Function  # the original
    states: dict[Item, dict[Value, Value]]  # how written lists stand, from an item of the backward part on
    found: list[tuple[Block, Apply, Value]] = field(default_factory=list)  # where an item is read, and what was written

    def run(self, pairs: Sequence[tuple[Loop, Loop]], restores: set[Value]) -> None:
        """Read items in the bodies of backward loops, each of which comes with its forward loop."""
        writes = {old: write for write, old in self.fn.olds.items()}
        for loop, reverse in pairs:
            for forward, backward in sides(loop.body, reverse.body):
                self.read_in(forward, backward, writes, restores)

    def read_in(self, forward: Block, backward: Block, writes: dict[Value, Value], restores: set[Value]) -> None:
        """Read what a block of a forward loop has written, in the block that reverses it."""
        for undone in [i for i in backward.items if isinstance(i, Apply) and i.op is ops.UNSTORE and i in restores]:
            write = writes.get(undone.args[-1])
            if not isinstance(write, Apply) or write.block is not forward or not is_worth_it(write):
                continue
            at = backward.items.index(undone)
            if reads(backward, write.args[-1], at):
                item = Apply(ops.INDEX, (write, *write.args[1:-1]), backward, None)
                item.kind = write.args[-1].kind
                replace(backward, at, write.args[-1], item)
                backward.items.insert(at, item)
                self.states[item] = self.states[undone]
                self.found.append((backward, item, write.args[-1]))

    def take_back(self) -> None:
        """Let everything be as it was."""
        for block, item, value in reversed(self.found):
            at = block.items.index(item)
            del block.items[at]
            replace(block, at, item, value)


def is_worth_it(write: Apply) -> bool:
    """Return whether a number that an operation gives was written to an item of a list of numbers."""
    base, *place, value = write.args
    is_list = write.op is ops.STORE and isinstance(base.kind, ListKind) and is_flat(base.kind)
    is_number = isinstance(value, Apply) and value.op not in PLAIN and value.kind is REAL
    return is_list and len(place) == 1 and is_number and isinstance(value, Apply) and value.block is write.block


def sides(forward: Block, backward: Block) -> Iterator[tuple[Block, Block]]:
    """Yield a block of a forward loop, and those of its branches, with the blocks that reverse them."""
    yield forward, backward
    branches = {id(i.forward): i for i in backward.items if isinstance(i, Branch) and i.forward is not None}
    for item in forward.items:
        if isinstance(item, Branch) and id(item) in branches:
            for side, other in zip(item.sides, branches[id(item)].sides):
                yield from sides(side, other)


def reads(block: Block, value: Value, at: int = 0) -> bool:
    """Return whether anything from a place of a block on reads a value."""
    if any(v is value for v in block.results):
        return True
    for item in block.items[at:]:
        if any(v is value for v in operands(item)) or any(reads(inner, value) for inner in blocks_of(item)):
            return True
    return False


def replace(block: Block, at: int, value: Value, other: Value) -> None:
    """Let everything from a place of a block on read another value."""
    block.results = [other if v is value else v for v in block.results]
    for item in block.items[at:]:
        replace_operands(item, lambda v: other if v is value else v)
        for inner in blocks_of(item):
            replace(inner, 0, value, other)
