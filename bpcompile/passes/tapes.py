"""Which of the values that are kept share a tape, and where in a trip they are pushed.

    x_tape.append(x)                     tape.append((x, y, k1, k2))
    y_tape.append(y)

A tape of its own for each value reads best, and many numbers of one trip are kept at less cost together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from bpcompile.ir import ops
from bpcompile.ir.graph import Apply, Bind, Block, BlockParam, Branch, Call, Item, Loop, Unpack, Value
from bpcompile.ir.kinds import Array, is_mutable
from bpcompile.ir.kinds import Sequence as ListKind

MANY = 4  # numbers of one trip that are kept: they share a tape


def on_tapes(
    values: Sequence[Value], home: Mapping[Value, Block], apart: Collection[Value]
) -> Iterator[Sequence[Value]]:
    """Yield the values of each tape: many numbers of one block share one, but for those that stay apart."""
    groups: dict[Block, list[Value]] = {}
    for value in values:
        if is_number(value) and value not in apart:
            groups.setdefault(home[value], []).append(value)
    shared: dict[Value, list[Value]] = {}
    for block, group in groups.items():
        found = by_name(block, group)
        if len(found) >= MANY:
            shared.update((value, found) for value in found)
    for value in values:
        if value not in shared:
            yield [value]
        elif value is shared[value][0]:
            yield shared[value]


def is_number(value: Value) -> bool:
    """Return whether a value is a number that is no item of a list or an array."""
    if isinstance(value.kind, (Array, ListKind)) or is_mutable(value.kind):
        return False
    return not (isinstance(value, Apply) and value.op in (ops.INDEX, ops.SUBSCRIPT))


def by_name(block: Block, values: Sequence[Value]) -> list[Value]:
    """Return those of a block's values that still have their names where the last of them is computed."""
    last = max(place_after(block, v) for v in values)
    last = next((at for at in range(last, len(block.items)) if not isinstance(block.items[at], Bind)), last)
    holders: dict[str, Value] = {}
    names: dict[Value, str] = {v: v.name for v in values if isinstance(v, BlockParam)}
    for item in block.items[:last]:
        if isinstance(item, Bind) and item.name:
            holders[item.name] = item.value
            names.setdefault(item.value, item.name)
    return [v for v in values if v not in names or holders.get(names[v], v) is v]


def place_after(block: Block, value: Value) -> int:
    """Return where in its block a value is there: behind the item that gives it, or at the start."""
    for at, item in enumerate(block.items):
        if item is value or isinstance(item, (Branch, Loop, Unpack, Call)) and value in item.results:
            return at + 1
    return next((at for at, item in enumerate(block.items) if not is_push(item)), len(block.items))


def is_push(item: Item) -> bool:
    """Return whether an item keeps values on a tape."""
    return isinstance(item, Apply) and item.op is ops.PUSH
