"""What is computed with complex numbers: known, or refused. At run time, arguments are real where that is meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpcompile.errors import Span
from bpcompile.ir import ops
from bpcompile.ir.graph import (
    Apply,
    Block,
    Branch,
    Call,
    Function,
    Item,
    Loop,
    Param,
    Raise,
    Undefined,
    Unpack,
    Value,
    blocks_of,
    everything,
    leaves,
    operands,
)
from bpcompile.ir.kinds import Array
from bpcompile.rules.fourier import ABOUT_SHAPE, TAKES_COMPLEX, is_complex

BESIDE = frozenset((ops.ADD, ops.SUB, ops.MUL, ops.DIV))  # what may take a complex argument beside another one


def has_complex(fn: Function) -> bool:
    """Return whether anything that a function computes, or takes, is complex."""
    values = [i for i in everything(fn.body) if isinstance(i, Apply)]
    return any(map(is_complex, (*values, *fn.params)))


def complex_misuse(fn: Function) -> Iterator[tuple[str, Span | None]]:
    """Yield what a function does with complex numbers that is not known, and where."""
    for param in fn.params:
        if is_complex(param) and param.name in fn.wrt:
            yield f"the gradient by `{param.name}`, which is complex", None
    for item in everything(fn.body):
        if isinstance(item, Apply):
            if item.op not in TAKES_COMPLEX and any(map(is_complex, item.args)):
                yield f"`{item.op.name}` of complex numbers", item.span
        elif isinstance(item, (Branch, Loop, Call, Unpack)) and mixes(item):
            yield "a name that is complex on one path, or in one trip", item.span
    for callee in fn.callees:
        if callee.function is not None and has_complex(callee.function):
            yield f"complex numbers in `{callee.name}`, which calls itself", None
    if any(map(is_complex, leaves(fn.output))):
        yield "a result that is complex", None


def mixes(item: Branch | Loop | Call | Unpack) -> bool:
    """Return whether what enters or leaves an item is complex in one place alone."""
    if isinstance(item, Loop):
        return any(map(differ, zip(item.carried, item.initial, item.body.results, item.results)))
    if isinstance(item, Branch):
        return any(map(differ, zip(item.results, item.then.results, item.orelse.results)))
    return any(map(is_complex, (*operands(item), *item.results)))


def differ(values: Sequence[Value]) -> bool:
    """Return whether some values are complex and others are not; a name that is unbound is neither."""
    return len({is_complex(v) for v in values if not isinstance(v, Undefined)}) > 1


def ask_for_real(fn: Function) -> None:
    """Raise ValueError at run time where an argument is complex, unless it is data beside what is complex."""
    guards = Block()
    for param in fn.params:
        is_real = isinstance(param.kind, Array) and not is_complex(param)
        if is_real and (param.name in fn.wrt or not is_beside(param, fn)):
            condition = guards.append(ops.IS_COMPLEX, (param,), None)
            condition.block = fn.body
            branch = Branch(condition, Block(fn.body), Block(fn.body))
            message = f"{param.name} is complex: take its real part, or annotate it"
            branch.then.items.append(Raise("ValueError", (message,)))
            guards.items.append(branch)
    fn.body.items[:0] = guards.items


def is_beside(param: Param, fn: Function) -> bool:
    """Return whether a parameter is only added to complex numbers or multiplied by them."""
    return all(is_right(param, item) for item in everything(fn.body) if param in read_by(item))


def read_by(item: Item) -> list[Value]:
    """Return what an item reads, and what leaves the blocks inside it."""
    return [*operands(item), *(v for block in blocks_of(item) for v in block.results)]


def is_right(param: Param, item: Item) -> bool:
    """Return whether an item takes the parameter as it is, complex or not."""
    return isinstance(item, Apply) and (item.op in ABOUT_SHAPE or item.op in BESIDE and is_complex(item))
