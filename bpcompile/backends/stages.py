"""Which unnamed values deserve a line of their own, found from a draft of the reverse sweep.

A value does if its cotangent would be written more than once, or if the text would make a variable of it anyway.
"""

from __future__ import annotations

from bpcompile.backends.plan import Plan
from bpcompile.ir.facts import Reversed
from bpcompile.ir.graph import Apply, Function, Loop, Value, blocks_of


def choose_stages(fn: Function, draft: Reversed, plan: Plan) -> set[Value]:
    """Return the values of the forward part that become stages."""
    found = set(draft.stages)
    todo = [fn.body]
    while todo:
        for item in todo.pop().items:
            if isinstance(item, Apply) and item in plan.variables:
                found.add(item)
            if not isinstance(item, Loop):  # what the backward part reads of a loop is no variable of the forward part
                todo += blocks_of(item)
    return found
