"""What is returned must be one number: where the shapes do not say so, the module asks, and what follows is known."""

from __future__ import annotations

from bpcompile.ir import ops
from bpcompile.ir.graph import Apply, Bind, Block, Branch, Function, Raise, Result, Value
from bpcompile.ir.kinds import Array
from bpcompile.ir.shapes import dims_of


def ask_for_number(fn: Function) -> None:
    """Raise ValueError at run time where the function returns an array."""
    output = fn.output
    assert isinstance(output, Value)
    if not any(isinstance(item, Bind) and item.value is output for item in fn.body.items):
        fn.body.items.append(Bind(output, fn.name))
    rank = fn.body.append(ops.NDIM, (output,), None)
    branch = Branch(rank, Block(fn.body), Block(fn.body))
    message = f"{fn.name} returned an array: a gradient is that of one number"
    branch.then.items.append(Raise("ValueError", (message,)))
    fn.body.items.append(branch)
    know_as_number(output)


def know_as_number(value: Value) -> None:
    """Say that a value is a number, and with it all that it is computed from item by item."""
    todo = [value]
    while todo:
        found = todo.pop()
        if dims_of(found.kind) is not None:
            continue
        found.kind = Array((), found.kind.dtype if isinstance(found.kind, Array) else "real")
        if isinstance(found, Apply) and found.op in ops.ELEMENTWISE:
            todo += found.args
        elif isinstance(found, Result) and isinstance(found.owner, Branch):
            todo += [side.results[found.index] for side in found.owner.sides]
