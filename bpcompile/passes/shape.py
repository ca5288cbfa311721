"""How the forward part hangs together: which values stand in the expression of their one reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bpcompile.ir.graph import Apply, Bind, Block, Branch, Function, Unpack, Value, blocks_of, leaves, operands
from bpcompile.rules.scalar import ROUTED


@dataclass(slots=True)
class Shape:
    """How the forward part hangs together: who reads a value, how often, and where it is computed."""

    readers: dict[Value, int] = field(default_factory=dict)
    home: dict[Value, Block] = field(default_factory=dict)
    reader_home: dict[Value, Block] = field(default_factory=dict)
    named: set[Value] = field(default_factory=set)

    def is_inline(self, value: Value) -> bool:
        """Return whether the value stands in the expression of its one reader."""
        return (
            isinstance(value, Apply)
            and value not in self.named
            and self.readers.get(value) == 1
            and self.home[value] is self.reader_home[value]
        )


def shape_of(fn: Function) -> Shape:
    """Return how the function's forward part hangs together. The inside of a gate reads nothing: the gate does."""
    shape = Shape(named=set(named_values(fn.body)))
    for value in leaves(fn.output):
        count_reader(shape, value, fn.body)
        shape.readers[value] += 1
    count_block(shape, fn.body)
    return shape


def named_values(block: Block) -> Iterator[Value]:
    """Yield the values that the user named."""
    for item in block.items:
        if isinstance(item, Bind):
            yield item.value
        for inner in blocks_of(item):
            yield from named_values(inner)


def count_block(shape: Shape, block: Block) -> None:
    """Count the readers in a block and the blocks inside it, last item first, so that what is unread reads nothing."""
    for value in block.results:
        count_reader(shape, value, block)
        shape.readers[value] += 1  # what leaves a branch is a variable there
    for item in reversed(block.items):
        if isinstance(item, Apply):
            shape.home[item] = block
            if shape.readers.get(item) or item in shape.named:
                for value in item.gate[1] if item.gate else item.args:
                    count_reader(shape, value, block)
                    if item.op in ROUTED:
                        shape.readers[value] += 1  # each has a cotangent of its own, in a branch
        elif isinstance(item, (Branch, Unpack)):
            for result in item.results:
                shape.home[result] = block
            for value in operands(item):
                count_reader(shape, value, block)
            for inner in blocks_of(item):
                count_block(shape, inner)


def count_reader(shape: Shape, value: Value, block: Block) -> None:
    """Say that the value is read in the block."""
    shape.readers[value] = shape.readers.get(value, 0) + 1
    shape.reader_home[value] = block
