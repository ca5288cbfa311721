"""Which values depend on what is differentiated by. Everything else never gets a cotangent.

func f(x, n):        wrt = (x,)       active:
  y = mul x, x                          y
  k = mul n, 2.0                        -
  return add y, k                       add y, k
"""

from __future__ import annotations

from collections.abc import Sequence

from bpcompile.errors import Span
from bpcompile.ir.graph import Apply, Block, Branch, Call, Callee, Function, Loop, Unpack, Value
from bpcompile.ir.kinds import ANY
from bpcompile.ir.ops import NUMPY
from bpcompile.rules.arrays import ARRAY_FLAT, WHOLE_FLAT
from bpcompile.rules.fourier import is_complex
from bpcompile.rules.scalar import FLAT, NOT_DIFFERENTIABLE
from bpcompile.rules.special import NO_PARTIAL

FLAT_ON_ARRAYS = ARRAY_FLAT | WHOLE_FLAT


def active_values(fn: Function) -> set[Value]:
    """Return the values that depend on the parameters in `fn.wrt`."""
    active: set[Value] = {p for p in fn.params if p.name in fn.wrt and p.kind is not ANY}  # unused, a number or a list
    mark(fn.body, active)
    while lists := {root for version, root in fn.versions.items() if version in active and root not in active}:
        active |= lists  # a list is active in every version
        mark(fn.body, active)
    return active


def activate(callees: Sequence[Callee]) -> dict[str, set[Value]]:
    """Return the active values of the functions that call themselves; parameters are active as they are called."""
    while True:
        known = sum(len(c.active) for c in callees)
        found: dict[str, set[Value]] = {}
        for callee in callees:
            assert callee.function is not None
            callee.function.wrt = tuple(p.name for k, p in enumerate(callee.params) if k in callee.active)
            found[callee.name] = active_values(callee.function)
        if sum(len(c.active) for c in callees) == known:
            return found


def mark(block: Block, active: set[Value]) -> None:
    """Add the active values of a block and of the blocks inside it."""
    for item in block.items:
        if isinstance(item, Apply):
            if not is_flat(item) and any(a in active for a in item.args):
                active.add(item)
        elif isinstance(item, Branch):
            for side in item.sides:
                mark(side, active)
            for result, a, b in zip(item.results, item.then.results, item.orelse.results):
                if a in active or b in active:
                    active.add(result)
        elif isinstance(item, Loop):
            mark_loop(item, active)
        elif isinstance(item, Call):
            found = {k for k, a in enumerate(item.args) if a in active}
            item.callee.active |= found
            if found:
                active.update(item.results[:-1])
        elif isinstance(item, Unpack) and item.sequence in active:
            active.update(item.results)


def is_flat(value: Apply) -> bool:
    """Return whether the derivative of an operation is 0 wherever there is one."""
    if value.op is NUMPY["imag"]:
        return not is_complex(value.args[0])
    return value.op in FLAT or value.op in FLAT_ON_ARRAYS


def mark_loop(loop: Loop, active: set[Value]) -> None:
    """Add the active values of a loop: what one trip makes active may be active from the start of the next."""
    active.update(p for p, initial in zip(loop.carried, loop.initial) if initial in active)
    while True:
        mark(loop.body, active)
        new = {p for p, end in zip(loop.carried, loop.body.results) if end in active and p not in active}
        if not new:
            break
        active |= new
    active.update(result for result, param in zip(loop.results, loop.carried) if param in active)


def without_derivative(active: set[Value]) -> list[tuple[str, str, Span | None]]:
    """Return the active operations that have no derivative: name, why, where."""
    found = [v for v in active if isinstance(v, Apply)]
    whole = [(v.op.name, NOT_DIFFERENTIABLE[v.op], v.span) for v in found if v.op in NOT_DIFFERENTIABLE]
    for value in found:
        places, what = NO_PARTIAL.get(value.op, ((), ""))
        if any(value.args[k] in active for k in places):
            whole.append((value.op.name, f"that by {what} is not known", value.span))
    return whole
