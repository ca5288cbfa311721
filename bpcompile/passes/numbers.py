"""What is returned must be one number: where the shapes do not say so, the module asks, and what follows is known."""

from __future__ import annotations

from bpcompile.ir import ops
from bpcompile.ir.graph import Bind, Block, Branch, Function, Raise, Value
from bpcompile.ir.refine import know_as_number


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
