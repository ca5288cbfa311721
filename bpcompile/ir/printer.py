"""The IR as text, for `--dump-ir` and for test cases."""

from __future__ import annotations

from collections.abc import Iterator

from bpcompile.ir.graph import (
    Apply,
    Bind,
    Block,
    BlockParam,
    Call,
    Const,
    Function,
    Group,
    Item,
    Loop,
    Param,
    Raise,
    Section,
    Tree,
    Undefined,
    Unpack,
    Value,
)


class Printer:
    """Numbers the values in the order of their lines."""

    def __init__(self) -> None:
        self.names: dict[Value, str] = {}

    def name(self, tree: Tree) -> str:
        """Return how a value is referred to."""
        if isinstance(tree, Group):
            return f"({', '.join(self.name(item) for item in tree.items)})"
        if isinstance(tree, Const):
            return repr(tree.value)
        if isinstance(tree, Param):
            return tree.name
        if isinstance(tree, BlockParam):
            number = len(self.names) + 1
            return self.names.setdefault(tree, f"{tree.name or 'carried'}@{number}")
        if isinstance(tree, Undefined):
            return "undefined"
        return self.names.setdefault(tree, f"%{len(self.names) + 1}")

    def lines(self, block: Block, pad: str) -> Iterator[str]:
        """Yield the lines of a block."""
        for item in block.items:
            for line in self.item(item):
                yield pad + line

    def item(self, item: Item) -> Iterator[str]:
        """Yield the lines of one item."""
        if isinstance(item, Apply):
            gate = f"  # {item.gate[0].name}" if item.gate else ""
            args = ", ".join(self.name(a) for a in item.args)
            yield f"{self.name(item)} = {item.op.name} {args}{gate}".rstrip()
        elif isinstance(item, Bind):
            yield f"bind {item.name or 'cotangent'} = {self.name(item.value)}"
        elif isinstance(item, Section):
            yield f"section {self.name(item.stage)}"
        elif isinstance(item, Call):
            results = ", ".join(self.name(r) for r in item.results) or "nothing"
            part = "call" if item.forward is None else "call back"
            yield f"{results} = {part} {item.callee.name} {', '.join(self.name(v) for v in item.args)}".rstrip()
        elif isinstance(item, Unpack):
            yield f"{', '.join(self.name(r) for r in item.results)} = unpack {self.name(item.sequence)}"
        elif isinstance(item, Raise):
            condition = "" if item.condition is None else f" unless {self.name(item.condition)}"
            yield f"raise {item.error}{condition}"
        elif isinstance(item, Loop):
            yield from self.loop(item)
        else:
            results = ", ".join(self.name(r) for r in item.results) or "nothing"
            yield f"{results} = if {self.name(item.condition)}:"
            yield from self.side(item.then)
            yield "else:"
            yield from self.side(item.orelse)

    def loop(self, loop: Loop) -> Iterator[str]:
        """Yield the lines of a loop."""
        carried = ", ".join(f"{self.name(p)} = {self.name(v)}" for p, v in zip(loop.carried, loop.initial))
        run = "" if loop.run is None else f" over {', '.join(self.name(v) for v in loop.run)}"
        until = "" if loop.tape is None else f" until {self.name(loop.tape)} is empty"
        results = ", ".join(self.name(r) for r in loop.results) or "nothing"
        yield f"{results} = loop {self.name(loop.index)}{run}{until} with {carried or 'nothing'}:"
        if loop.test is not None:
            yield from self.lines(loop.test, "  ")
            yield f"  while {', '.join(self.name(v) for v in loop.test.results)}"
        yield from self.lines(loop.body, "  ")
        if loop.leave is not None:
            yield f"  leave if {self.name(loop.leave)}"
        yield f"  next {', '.join(self.name(v) for v in loop.body.results)}".rstrip()

    def side(self, block: Block) -> Iterator[str]:
        """Yield the lines of one side of a branch."""
        yield from self.lines(block, "  ")
        yield f"  give {', '.join(self.name(v) for v in block.results)}".rstrip()


def show(fn: Function) -> str:
    """Return the function as text."""
    printer = Printer()
    lines = [f"func {fn.name}({', '.join(p.name for p in fn.params)}):", *printer.lines(fn.body, "  ")]
    return "\n".join([*lines, f"  return {printer.name(fn.output)}"])
