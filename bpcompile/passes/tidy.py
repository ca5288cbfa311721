"""Leave out what branches give and loops carry for nothing: most names of a body mean nothing to the next trip."""

from __future__ import annotations

from bpcompile.ir.graph import (
    BlockParam,
    Branch,
    Function,
    Item,
    Loop,
    Result,
    Value,
    everything,
    leaves,
    operands,
)


def tidy(fn: Function) -> None:
    """Drop the results of branches and the carried values of loops that nothing reads."""
    items = list(everything(fn.body))
    carrier: dict[Value, tuple[Loop, int]] = {}
    for item in items:
        if isinstance(item, Loop):
            carrier.update((p, (item, k)) for k, p in enumerate(item.carried))
    needed: set[Value] = set()
    todo = list(leaves(fn.output))
    for item in items:
        todo += read_always(item, fn)
    while todo:
        value = todo.pop()
        if value in needed:
            continue
        needed.add(value)
        if isinstance(value, Result) and isinstance(value.owner, Loop):
            value = value.owner.carried[value.index]
        if isinstance(value, BlockParam) and value in carrier:
            loop, index = carrier[value]
            needed |= {value, loop.results[index]}
            todo += [loop.initial[index], loop.body.results[index]]
        elif isinstance(value, Result) and isinstance(value.owner, Branch):
            todo += [side.results[value.index] for side in value.owner.sides]
    for item in items:
        drop_unread(item, needed)


def read_always(item: Item, fn: Function) -> list[Value]:
    """Return what an item reads, apart from what a loop starts from."""
    if not isinstance(item, Loop):
        written = [r for r in item.results if r in fn.versions] if isinstance(item, Branch) else []
        return [*operands(item), *written]
    found = [*(item.run or ()), *([item.leave] if item.leave is not None else [])]
    found += [r for r in item.results if r in fn.versions]
    return found + (item.test.results if item.test is not None else [])


def drop_unread(item: Item, needed: set[Value]) -> None:
    """Leave out what nothing reads of one item."""
    if not isinstance(item, (Loop, Branch)) or all(r in needed for r in item.results):
        return
    keep = [k for k, r in enumerate(item.results) if r in needed]
    blocks = [item.body] if isinstance(item, Loop) else list(item.sides)
    for block in blocks:
        block.results = [block.results[k] for k in keep]
    if isinstance(item, Loop):
        item.carried = [item.carried[k] for k in keep]
        item.initial = [item.initial[k] for k in keep]
    item.results = [item.results[k] for k in keep]
    for index, result in enumerate(item.results):
        result.index = index
