"""How the forward part hangs together: which values stand in the expression of their one reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bpcompile.ir import ops
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import (
    Apply,
    Bind,
    Block,
    Branch,
    Call,
    Function,
    Item,
    Loop,
    Raise,
    Result,
    Unpack,
    Value,
    blocks_of,
    leaves,
    operands,
)
from bpcompile.ir.kinds import Array, is_mutable
from bpcompile.ir.kinds import Sequence as ListKind
from bpcompile.rules.scalar import ON_LISTS, ROUTED


@dataclass(slots=True)
class Shape:
    """How the forward part hangs together: who reads a value, how often, and where it is computed."""

    readers: dict[Value, int] = field(default_factory=dict)
    home: dict[Value, Block] = field(default_factory=dict)
    reader_home: dict[Value, Block] = field(default_factory=dict)
    expressions: dict[Value, int] = field(default_factory=dict)  # how often operations read a value
    named: set[Value] = field(default_factory=set)
    versions: Mapping[Value, Value] = field(default_factory=dict)
    written: set[Value] = field(default_factory=set)  # the lists that are written to

    def root(self, value: Value) -> Value:
        """Return the list that a value is a version of, or an item of an item of."""
        while True:
            if isinstance(value, Apply) and value.op in (ops.INDEX, ops.READ):
                value = value.args[0]
            elif isinstance(value, Result) and isinstance(value.owner, Unpack) and isinstance(value.kind, ListKind):
                value = value.owner.sequence
            elif value in self.versions:
                value = self.versions[value]
            else:
                return value

    def is_item(self, value: Value) -> bool:
        """Return whether the value is an item of a list whose cotangent goes straight to that list."""
        if not isinstance(value, Apply) or value.op is not ops.INDEX or value in self.named:
            return False
        return self.root(value) not in self.written or self.is_inline(value)

    def is_inline(self, value: Value) -> bool:
        """Return whether the value stands in the expression of its one reader; a transpose may in several."""
        if not isinstance(value, Apply) or value in self.named:
            return False
        if value.op is ops.TRANSPOSE:
            return 0 < self.expressions.get(value, 0) == self.readers[value]
        return self.readers.get(value) == 1 and self.home[value] is self.reader_home[value]


def shape_of(fn: Function) -> Shape:
    """Return how the function's forward part hangs together. The inside of a gate reads nothing: the gate does."""
    shape = Shape(named=set(named_values(fn.body)))
    for value in leaves(fn.output):
        count_reader(shape, value, fn.body)
        shape.readers[value] += 1
    count_block(shape, fn.body)
    for loop, value in taken_by_heads(fn.body):
        readers = [i for i in loop.body.items if isinstance(i, Apply) and value in i.args]
        times = sum(i.args.count(value) for i in readers)
        if len(readers) == 1 and times == shape.readers.get(value):
            shape.named.discard(value)
    shape.versions = fn.versions
    if fn.versions:
        shape.written = set(fn.versions.values())
        arrays = {v for v in (*fn.versions, *shape.written) if isinstance(v.kind, Array)}
        shape.named |= arrays
        name_overtaken(shape, fn.body, fn.versions)
        shape.named |= {v.args[-1] for v in fn.versions if isinstance(v, Apply) and is_spread(v, fn)}
    return shape


def is_spread(write: Apply, fn: Function) -> bool:
    """Return whether what is written to an array may be smaller than its place: its own shape is asked for then."""
    if not isinstance(write.kind, Array) or not isinstance(write.args[-1], Apply):
        return False
    item = write.args[-1]
    return dims_of(item.kind) != () and not has_shape_of(item, write, fn)


def has_shape_of(item: Value, write: Apply, fn: Function) -> bool:
    """Return whether what is written to an array has the shape of its place for sure."""
    region = dims_of(fn.olds[write].kind)
    if region is not None and region == dims_of(item.kind):
        return True
    root = fn.versions[write]
    todo = [item]
    while todo:
        value = todo.pop()
        if isinstance(value, Apply) and value.op is ops.SUBSCRIPT and value.args[1:] == write.args[1:-1]:
            if fn.versions.get(value.args[0], value.args[0]) is root:
                return True  # the place itself as it was, and what was broadcast to it
        if isinstance(value, Apply) and value.op in ops.ELEMENTWISE:
            todo += value.args
    return False


def taken_by_heads(block: Block) -> Iterator[tuple[Loop, Apply]]:
    """Yield the items that `for x in w` takes, each with its loop."""
    for item in block.items:
        if isinstance(item, Loop):
            yield from ((item, value) for value in item.each)
        for inner in blocks_of(item):
            yield from taken_by_heads(inner)


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
            if shape.readers.get(item) or item in shape.named or item.op in ops.WRITES:
                for value in item.gate[1] if item.gate else item.args:
                    count_reader(shape, value, block)
                    shape.expressions[value] = shape.expressions.get(value, 0) + 1
                    if item.op in ROUTED:
                        shape.readers[value] += 1  # each has a cotangent of its own, in a branch
        elif isinstance(item, (Branch, Unpack, Loop, Call, Raise)):
            for result in () if isinstance(item, Raise) else item.results:
                shape.home[result] = block
            if isinstance(item, Loop):
                shape.home.update((param, item.body) for param in item.carried)
            for value in operands(item):
                count_reader(shape, value, block)
                if isinstance(item, (Loop, Call)):
                    shape.readers[value] += 1
            if isinstance(item, Loop) and item.leave is not None:
                count_reader(shape, item.leave, item.body)
            for inner in blocks_of(item):
                count_block(shape, inner)


def count_reader(shape: Shape, value: Value, block: Block) -> None:
    """Say that the value is read in the block."""
    shape.readers[value] = shape.readers.get(value, 0) + 1
    shape.reader_home[value] = block


def name_overtaken(shape: Shape, block: Block, versions: Mapping[Value, Value]) -> None:
    """Let what reads a written list be a stage of its own where the list changes before its stage is computed.

    The backward part of a stage then runs while the list stands as it did when it was read.
    """
    places: dict[Value, int] = {}  # where the stage that an operation belongs to is computed
    readers: dict[Value, Apply] = {}
    for at in range(len(block.items) - 1, -1, -1):
        item = block.items[at]
        if isinstance(item, Apply):
            reader = readers.get(item)
            places[item] = places[reader] if reader is not None and shape.is_inline(item) else at
            for arg in item.args:
                readers.setdefault(arg, item)
    changed: dict[Value, int] = {}  # where a list changes next
    for at in range(len(block.items) - 1, -1, -1):
        item = block.items[at]
        if isinstance(item, Apply) and (item.op in ON_LISTS or item.op is ops.INDEX or reads_array(item)):
            roots = {shape.root(a) for a in item.args if is_mutable(a.kind)}
            is_overtaken = any(changed.get(root, places[item]) < places[item] for root in roots)
            if is_overtaken or item.op is not ops.INDEX and not reads_array(item) and roots & shape.written:
                shape.named.add(item)
        for root in changes(item, versions):
            changed[root] = at
        for inner in blocks_of(item):
            name_overtaken(shape, inner, versions)


def reads_array(item: Apply) -> bool:
    """Return whether an operation reads an array that is written to."""
    return item.op not in ops.WRITES and any(isinstance(a.kind, Array) and a.kind.is_written for a in item.args)


def changes(item: Item, versions: Mapping[Value, Value]) -> Iterator[Value]:
    """Yield the lists that an item writes to."""
    if isinstance(item, Apply):
        if item.op in ops.WRITES:
            yield versions[item]
    elif isinstance(item, (Branch, Loop)):
        yield from (versions[r] for r in item.results if r in versions)
