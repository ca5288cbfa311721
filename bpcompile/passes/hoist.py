"""Compute once, before a loop, what every trip computes again from the same numbers: `h / 2` in each stage of a solver.

Only what is read more than once moves: what stands in one place is easier to read there. Nothing that may raise moves,
since the loop may make no trip.
"""

from __future__ import annotations

from collections.abc import Iterator

from bpcompile.ir import ops
from bpcompile.ir.facts import may_raise
from bpcompile.ir.graph import Apply, Bind, Block, Const, Function, Loop, Param, Value, blocks_of, everything, operands
from bpcompile.ir.kinds import is_mutable


def hoist(fn: Function) -> None:
    """Move cheap arithmetic on what a loop does not change in front of the loop: inner loops first, then outer ones."""
    uses: dict[Value, int] = {}
    named: set[Value] = set()
    for item in everything(fn.body):
        if isinstance(item, Bind):
            named.add(item.value)
        for value in (*operands(item), *(v for inner in blocks_of(item) for v in inner.results)):
            uses[value] = uses.get(value, 0) + 1
    for block, loop in reversed(list(loops_of(fn.body))):
        hoist_out_of(loop, block, {v for v, n in uses.items() if n > 1} - named)


def loops_of(block: Block) -> Iterator[tuple[Block, Loop]]:
    """Yield every loop with the block that it stands in, outer ones first."""
    todo = [block]
    while todo:
        outer = todo.pop()
        for item in outer.items:
            if isinstance(item, Loop):
                yield outer, item
            todo += blocks_of(item)


def hoist_out_of(loop: Loop, outer: Block, repeated: set[Value]) -> None:
    """Move what stands in the body of a loop, is read more than once and does not change."""
    body = loop.body
    at = next(k for k, item in enumerate(outer.items) if item is loop)
    inside = {value for item in everything(body) if isinstance(item, Apply) for value in (item,)}
    for item in list(body.items):
        if not isinstance(item, Apply) or item not in repeated or not item.op.is_cheap or may_raise(item):
            continue
        if item.op is ops.TRANSPOSE:  # costs nothing where it stands
            continue
        is_constant = all(isinstance(a, (Const, Param)) or isinstance(a, Apply) and a not in inside for a in item.args)
        if not is_constant or any(is_mutable(a.kind) for a in item.args):
            continue
        body.items.remove(item)
        body.table.pop((item.op, item.args), None)
        outer.items.insert(at, item)
        outer.table.setdefault((item.op, item.args), item)
        item.block = outer
        inside.discard(item)
        at += 1
