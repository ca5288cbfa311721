"""Lists that some path leaves unbound, once everything is read: under which name they are read.

for i in range(n):
    v = u[:]
s = v[0]        read as `v_2 = v`: the name may be bound anew, and the backward part reads what was read here
v[0] = k        but a list that is written is read as it stands, under the name that it is written by
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from bpcompile.ir import ops
from bpcompile.ir.graph import (
    Apply,
    Bind,
    Block,
    Loop,
    Value,
    blocks_of,
    everything,
    replace_in,
    replace_operands,
)
from bpcompile.ir.kinds import Sequence as ListKind
from bpcompile.ir.ops import Op

TAKES = frozenset((ops.INDEX, ops.LEN))


def read_as_bound(block: Block, is_written: Callable[[Value], bool], known: dict[Value, Value] | None = None) -> None:
    """Let lists that nothing writes to, and that may be unbound, be read as they were bound where they are read."""
    reads = dict(known or {})

    def now(value: Value) -> Value:
        return reads.get(value, value)

    for item in block.items:
        if isinstance(item, Apply) and item.op is ops.READ and isinstance(item.kind, ListKind):
            if not is_written(item):
                reads.setdefault(item.args[0], item)
        elif isinstance(item, Loop):
            initial = item.initial  # the loop goes on with the name as it is
            replace_operands(item, now)
            item.initial = initial
        elif not isinstance(item, Bind):
            replace_operands(item, now)
        for part in blocks_of(item):
            read_as_bound(part, is_written, reads)
    if reads:
        block.table = {(value.op, value.args): value for value in block.table.values()}


def read_as_it_stands(block: Block, is_written: Callable[[Value], bool], olds: dict[Value, Value]) -> None:
    """Let lists that are written, and may be unbound, be read under the name that they are written by."""
    reads = [v for v in everything(block) if isinstance(v, Apply) and v.op is ops.READ]
    names: dict[Value, Value] = {v: v.args[0] for v in reads if is_written(v)}
    if not names:
        return
    replace_in(block, names)
    again = taken_again([block, *(part for item in everything(block) for part in blocks_of(item))])
    replace_in(block, again)
    olds.update({write: again[old] for write, old in olds.items() if old in again})


def taken_again(blocks: Collection[Block]) -> dict[Value, Value]:
    """Leave out of each block what was taken from a list before in it; return it, with what was taken first."""
    again: dict[Value, Value] = {}
    for block in blocks:
        first: dict[tuple[Op, tuple[Value, ...]], Value] = {}
        for item in block.items:
            if isinstance(item, Apply) and item.op in TAKES:
                found = first.setdefault((item.op, tuple(again.get(a, a) for a in item.args)), item)
                if found is not item:
                    again[item] = found
        block.items = [item for item in block.items if item not in again]
    return again
