"""The cotangent of an item that was written starts from zero: what is added to it first is stored.

dx[i] = 0.0                        dx[i - 1] += w * dnum
dx[i - 1] += w * dnum              dx[i] = dnum
dx[i] += dnum

What a trip of a loop adds to one item, it adds at once.

dx[i] -= 2 * (1 - x[i])            dx[i + 1] += dt
dx[i + 1] += dt                    dx[i] -= 2 * (1 - x[i]) + 2 * x[i] * dt
dx[i] -= 2 * x[i] * dt

What it gives to two names of one stage, it computes once.

dk2 = 2 * dy                       dk2 = 2 * dy
dk3 = 2 * dy                       dk3 = dk2
"""

from __future__ import annotations

from collections.abc import Iterator

from bpcompile.ir import ops
from bpcompile.ir.facts import literal
from bpcompile.ir.graph import Apply, Bind, Block, Function, Item, Loop, Section, Value, blocks_of, everything, operands
from bpcompile.ir.kinds import Array
from bpcompile.ir.places import may_repeat
from bpcompile.passes.indices import Indices

Readers = dict[Value, "list[Item | None]"]  # value -> what reads it; None is the end


def overwrite(fn: Function) -> None:
    """Store what is added first to an item that has just become zero, where nothing reads it in between."""
    items = list(everything(fn.body))
    readers: Readers = {}
    for item in items:
        read = [*operands(item), *(v for inner in blocks_of(item) for v in inner.results)]
        for value in read:
            readers.setdefault(value, []).append(item)
    for value in fn.body.results:
        readers.setdefault(value, []).append(None)
    indices = Indices({item.index: item for item in items if isinstance(item, Loop)}, lambda _outer, _inner: False)
    for block in all_blocks(fn.body):
        for item in list(block.items):
            if isinstance(item, Apply) and is_zeroed(item):
                added = first_added(item, readers, block, indices)
                if added is not None:
                    added.op = ops.STORE
                    leave_out(item, block, readers)
            elif isinstance(item, Apply) and item.op is ops.ZEROS and isinstance(item.kind, Array):
                store_first(item, readers)
    for loop in items:
        if isinstance(loop, Loop):
            gather(loop.body, readers)
            share(loop.body)


def all_blocks(block: Block) -> Iterator[Block]:
    """Yield a block and the blocks inside it."""
    yield block
    for item in block.items:
        for inner in blocks_of(item):
            yield from all_blocks(inner)


def is_zeroed(item: Apply) -> bool:
    """Return whether the reverse sweep sets an item of a cotangent to zero."""
    return item.op is ops.STORE and item.span is None and literal(item.args[-1]) == 0


def store_first(zeros: Apply, readers: Readers) -> None:
    """Store what is added first to an array of zeros."""
    following = [r for r in readers.get(zeros, ()) if not isinstance(r, Bind)]
    added = following[0] if len(following) == 1 else None
    if isinstance(added, Apply) and added.op is ops.ADD_AT and added.block is zeros.block and added.args[0] is zeros:
        if len(added.args) > 2 and zeros not in added.args[1:] and not may_repeat(added.args[1:-1]):
            added.op = ops.STORE


def gather(block: Block, readers: Readers) -> None:
    """Add to an item once where a trip of a loop adds to it several times, and nothing but sums stand in between."""
    items: list[Item] = []
    known: dict[Value, tuple[int, dict[tuple[Value, ...], Apply]]] = {}  # sum -> the last sum at each place so far
    undone = 0  # writes to lists so far: what is read of a list before one is undone is not read after it
    gone: set[Value] = set()
    for item in block.items:
        undone += count_restores(item)
        if isinstance(item, Apply) and is_sum(item):
            before, *place, number = item.args
            since, places = known.get(before, (-1, {}))
            is_next = since == undone and before not in item.args[1:] and only_reader(before, readers) is item
            places = places if is_next else {}
            if (earlier := places.get(tuple(place))) is not None:
                total = sum_of(earlier.args[-1], number, block)
                items += total
                item.args = (*item.args[:-1], total[-1])
                pass_over(earlier, readers)
                others = [r for r in readers[earlier.args[0]] if r is not earlier]
                readers[earlier.args[0]] = others + [r for r in readers[earlier] if not isinstance(r, Bind)]
                gone.add(earlier)
            places[tuple(place)] = item
            known[item] = undone, places
        items.append(item)
    block.items = [i for i in items if not (i in gone or isinstance(i, Bind) and i.value in gone)]


def share(block: Block) -> None:
    """Let a cotangent be another one of the same stage where both are the same product or quotient."""
    named: dict[tuple[object, tuple[Value, ...]], Apply] = {}
    for item in block.items:
        if isinstance(item, Section):
            named = {}
        elif isinstance(item, Bind) and isinstance(item.value, Apply) and item.value.span is None:
            value = item.value
            if value.op in (ops.MUL, ops.DIV) and not isinstance(value.kind, Array):
                first = named.setdefault((value.op, value.args), value)
                if first is not value:
                    value.op, value.args = ops.COPY, (first,)


def only_reader(value: Value, readers: Readers) -> Item | None:
    """Return what reads a value, where that is one item."""
    found = [r for r in readers.get(value, ()) if not isinstance(r, Bind)]
    return found[0] if len(found) == 1 else None


def count_restores(item: Item) -> int:
    """Return how many writes to lists an item undoes, with what stands inside it."""
    if isinstance(item, Apply):
        return item.op in ops.RESTORES
    return sum(count_restores(i) for inner in blocks_of(item) for i in inner.items)


def sum_of(one: Value, other: Value, block: Block) -> list[Apply]:
    """Return the operations that add two numbers, with the sign of both outside."""
    x, y = (a.args[0] if isinstance(a, Apply) and a.op is ops.NEG else None for a in (one, other))
    if x is None:
        return [Apply(ops.ADD, (one, other), block, None) if y is None else Apply(ops.SUB, (one, y), block, None)]
    if y is None:
        return [Apply(ops.SUB, (other, x), block, None)]
    total = Apply(ops.ADD, (x, y), block, None)
    return [total, Apply(ops.NEG, (total,), block, None)]


def is_sum(item: Apply) -> bool:
    """Return whether a number is added to an item of a cotangent."""
    return item.op is ops.ADD_AT and len(item.args) > 2 and not any(isinstance(a.kind, Array) for a in item.args[1:])


def first_added(zeroed: Apply, readers: Readers, block: Block, indices: Indices) -> Apply | None:
    """Return what adds to the item first: between them, other items are added to and nothing is read."""
    version = zeroed
    while True:
        following = [r for r in readers.get(version, ()) if not isinstance(r, Bind)]
        if len(following) != 1 or not isinstance(following[0], Apply) or following[0].op is not ops.ADD_AT:
            return None
        before, version = version, following[0]
        if version.block is not block or len(version.args) != len(zeroed.args):
            return None
        if version.args[0] is not before or before in version.args[1:]:  # it is what is added
            return None
        if version.args[1:-1] == zeroed.args[1:-1]:
            return version
        if not indices.are_different(version.args[1:-1], zeroed.args[1:-1]):
            return None


def leave_out(zeroed: Apply, block: Block, readers: Readers) -> None:
    """Leave out the zero."""
    pass_over(zeroed, readers)
    block.items = [i for i in block.items if i is not zeroed and not (isinstance(i, Bind) and i.value is zeroed)]


def pass_over(version: Apply, readers: Readers) -> None:
    """Let what reads a version of a list read the one before it."""
    before = version.args[0]
    for item in readers[version]:
        if isinstance(item, Apply):
            item.args = tuple(before if a is version else a for a in item.args)
    version.block.table.pop((version.op, version.args), None)
