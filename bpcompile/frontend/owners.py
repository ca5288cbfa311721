"""Who holds an array: `s += x` is `s = s + x` where the array was made for the name `s` alone.

s = np.zeros(3)              made here, and known by one name
for x in X:
    s += x                   so it is what the trip before has made of it
s /= len(X)
t = s                        from here on it has two names
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

from bpcompile.frontend.calls import CallLowerer
from bpcompile.frontend.trees import Layer, Thing, flat
from bpcompile.ir import ops
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import (
    Apply,
    Block,
    BlockParam,
    Branch,
    Call,
    Item,
    Loop,
    Result,
    Unpack,
    Value,
    blocks_of,
    operands,
)
from bpcompile.ir.kinds import Array
from bpcompile.ir.shapes import NUMBERS_OF_ARRAYS


class ArrayOwnerLowerer(CallLowerer):
    """Knows which arrays have one name."""

    def may_be_rebound(self, thing: Thing, node: ast.AST) -> bool:
        """Return whether `x += y` may be read as `x = x + y`: the array is new, and has no other name."""
        return isinstance(thing, Value) and self.is_own(thing, node, holders=1)

    def is_own(
        self,
        value: Value,
        node: ast.AST,
        cycle: Collection[Value] = (),
        gone: Collection[Value] = (),
        holders: int = 0,
    ) -> bool:
        """Return whether a value is a number, or an array that was made here and has no other name.

        `gone` are the values that it becomes in blocks around, `holders` how many names hold it, and `cycle` what
        loops carry that is looked at already.
        """
        if dims_of(value.kind) == () or value in cycle:
            return True
        if self.count_holders(value) > holders:
            return False
        if isinstance(value, BlockParam) and any(value in loop.carried for loop in self.open_loops):
            self.in_place.setdefault(value, node)  # looked at when its loop is read
            return True
        home = value.block if isinstance(value, Apply) else self.home.get(value)
        if home is None or self.is_held_since(value, home, gone):
            return False
        if isinstance(value, Apply):
            return value.op in ops.NEW_ARRAYS
        owner = value.owner if isinstance(value, Result) else None
        if isinstance(owner, Branch):
            return all(self.is_own_end(side.results, value, node, cycle) for side in owner.sides)
        return isinstance(owner, Loop) and self.is_own_loop(owner, value, node, cycle)

    def is_own_end(self, ends: list[Value], result: Value, node: ast.AST, cycle: Collection[Value]) -> bool:
        """Return whether what a block gives is an array of its own, and leaves it under one name."""
        assert isinstance(result, Result)
        end = ends[result.index]
        return sum(1 for other in ends if other is end) == 1 and self.is_own(end, node, cycle, (result,))

    def is_own_loop(self, loop: Loop, result: Value, node: ast.AST, cycle: Collection[Value]) -> bool:
        """Return whether an array that a loop gives is its own before the first trip and after each."""
        assert isinstance(result, Result)
        param, ends = loop.carried[result.index], loop.body.results
        if may_be_shared(param, loop.body, ends_of(ends[result.index])):
            return False
        is_own = self.is_own(loop.initial[result.index], node, cycle, (result,))
        return is_own and self.is_own_end(ends, result, node, {*cycle, param})

    def is_held_since(self, value: Value, home: Block, gone: Collection[Value]) -> bool:
        """Return whether anything since a value was computed may be the array, a view of it, or another trip of it."""
        blocks = [home]
        around = list(self.block.chain())
        if any(block is home for block in around):
            blocks += around[: next(k for k, block in enumerate(around) if block is home)]
        is_repeated = any(loop.body is block for block in blocks[1:] for loop in self.open_loops)
        return is_repeated or any(may_be_shared(value, block, gone) for block in blocks)

    def check_in_place(self, loop: Loop, nexts: Mapping[Value, Value], layer: Layer) -> None:
        """Refuse `s += x` of a carried array that was not made for `s` alone."""
        for param, initial in zip(loop.carried, loop.initial):
            node = self.in_place.pop(param, None)
            if node is None:
                continue
            end = nexts.get(param, param)
            ends = ends_of(end)
            is_alone = all(sum(1 for t in layer.values() for v in flat(t) if v is e) <= 1 for e in ends)
            is_own = is_alone and self.is_own(initial, node, holders=1) and not may_be_shared(param, loop.body, ends)
            is_read = any(v is initial for v in read_in(loop.body))  # `for r in s: s += r` reads what was added
            if not is_own or is_read or not self.is_own(end, node, (param,), holders=1):
                self.refuse("BP053", "an array is changed in place", node, "write `x = x + y`")

    def count_holders(self, value: Value) -> int:
        """Return how many names hold a value."""
        frames = [self.frame, *self.calling]
        while frames[-1].outer is not None:
            frames.append(frames[-1].outer)
        layers = {id(layer): layer for frame in frames for layer in frame.layers}
        return sum(1 for layer in layers.values() for t in layer.values() for v in flat(t) if v is value)


def read_in(block: Block) -> Iterator[Value]:
    """Yield the arrays that a block, and the blocks inside it, read items of."""
    for item in block.items:
        if isinstance(item, Apply) and item.op not in NUMBERS_OF_ARRAYS:
            yield from item.args
        for inner in blocks_of(item):
            yield from read_in(inner)


def ends_of(end: Value) -> list[Value]:
    """Return a value, and what it may be on the sides of the branches that give it."""
    ends = [end]
    for value in ends:
        if isinstance(value, Result) and isinstance(value.owner, Branch):
            ends += [side.results[value.index] for side in value.owner.sides]
        elif isinstance(value, Result) and isinstance(value.owner, Loop):
            ends.append(value.owner.initial[value.index])
    return ends


def may_be_shared(value: Value, block: Block, ends: Collection[Value] = ()) -> bool:
    """Return whether something that is computed in a block, but the ends, may be the array itself, or a view of it."""
    todo = [block]
    while todo:
        for item in todo.pop().items:
            if isinstance(item, Apply) and value in item.args and not is_apart(item):
                return True
            if isinstance(item, (Call, Unpack)) and any(v is value for v in operands(item)):
                return True
            if isinstance(item, Loop) and any(v is value and r not in ends for v, r in starts(item)):
                return True
            for inner in blocks_of(item):
                if any(v is value and r not in ends for v, r in zip(inner.results, gone_from(item, inner))):
                    return True
                todo.append(inner)
    return False


def is_apart(value: Apply) -> bool:
    """Return whether a result is no array that its operands may share."""
    is_number = isinstance(value.kind, Array) and value.kind.dims == () or value.op in NUMBERS_OF_ARRAYS
    return is_number or value.op in ops.NEW_ARRAYS


def starts(loop: Loop) -> list[tuple[Value, Value | None]]:
    """Return what a loop starts from, each with what it gives for it."""
    return [(v, loop.results[k] if k < len(loop.results) else None) for k, v in enumerate(loop.initial)]


def gone_from(item: Item, block: Block) -> list[Value | None]:
    """Return what the results of a block inside an item are outside."""
    results = item.results if isinstance(item, (Branch, Loop)) else []
    return [results[k] if k < len(results) else None for k in range(len(block.results))]
