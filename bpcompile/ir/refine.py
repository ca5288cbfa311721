"""What is found out about a value after it was computed: where one number must stand, all that it is made of is one."""

from __future__ import annotations

from bpcompile.ir import ops
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import Apply, Branch, Result, Value
from bpcompile.ir.kinds import Array


def know_as_number(value: Value) -> None:
    """Say that a value is a number, and with it all that it is computed from item by item."""
    todo = [value]
    while todo:
        found = todo.pop()
        if not isinstance(found.kind, Array) or dims_of(found.kind) is not None:
            continue
        found.kind = Array((), found.kind.dtype)
        if isinstance(found, Apply) and found.op in ops.ELEMENTWISE:
            todo += found.args
        elif isinstance(found, Result) and isinstance(found.owner, Branch):
            todo += [side.results[found.index] for side in found.owner.sides]
