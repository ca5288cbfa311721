"""The invariants of the IR, checked after each pass: a value is computed before it is read, and where it is seen."""

from __future__ import annotations

from bpcompile.errors import InvalidIRError
from bpcompile.ir.graph import (
    Apply,
    Bind,
    Block,
    BlockParam,
    Branch,
    Call,
    Const,
    Function,
    Item,
    Loop,
    Param,
    Undefined,
    Unpack,
    Value,
    leaves,
    operands,
)


def check(fn: Function, after: str) -> None:
    """Raise InvalidIRError, naming the pass, unless the function is well formed."""
    Checker(fn, after).run()


class Checker:
    """Walks a function in order. `seen` is what can be read; a branch forgets what its sides computed."""

    def __init__(self, fn: Function, after: str) -> None:
        self.fn = fn
        self.after = after
        self.is_open = after == "reverse"  # until `store`, a backward loop reads what its forward loop computed
        self.seen: set[Value] = set(fn.params)
        self.inside: dict[int, set[Value]] = {}  # what the side of a branch computed, by block

    def run(self) -> None:
        """Check the body and what is returned."""
        self.block(self.fn.body)
        for value in leaves(self.fn.output):
            self.read(value)

    def read(self, value: Value) -> None:
        """Fail on a value that cannot be read here."""
        if value in self.seen or isinstance(value, (Const, BlockParam, Undefined)):
            return
        if isinstance(value, Param) and value.is_global:
            return
        what = value.op.name if isinstance(value, Apply) else type(value).__name__
        self.fail(f"a value ({what}) is read before it is computed")

    def fail(self, what: str) -> None:
        """Raise the error."""
        raise InvalidIRError(f"bpcompile: {what} in {self.fn.name}, after {self.after}: please report this bug")

    def block(self, block: Block) -> set[Value]:
        """Check a block; return what it computes, inner blocks left out."""
        own: set[Value] = set()
        for item in block.items:
            if not isinstance(item, Bind):
                for value in operands(item):
                    self.read(value)
            new = self.item(item)
            own |= new
            self.seen |= new
        for value in block.results:
            self.read(value)
        return own

    def item(self, item: Item) -> set[Value]:
        """Check one item; return what it computes."""
        if isinstance(item, Apply):
            return {item}
        if isinstance(item, (Branch, Loop, Unpack, Call)):
            if isinstance(item, Branch):
                self.branch(item)
            elif isinstance(item, Loop):
                self.loop(item)
            return set(item.results)
        return set()

    def branch(self, branch: Branch) -> None:
        """Check both sides; a backward side also sees what the forward side computed."""
        forward = branch.forward.sides if branch.forward is not None else (None, None)
        for side, primal in zip(branch.sides, forward):
            if len(side.results) < len(branch.results):
                self.fail("a branch gives fewer values than leave it")
            known = self.inside.get(id(primal), set()) if primal is not None else set()
            self.inside[id(side)] = self.inner(side, known) | known

    def loop(self, loop: Loop) -> None:
        """Check a loop: what its backward loop needs of it has been kept."""
        if not len(loop.carried) == len(loop.initial) == len(loop.results) == len(loop.body.results):
            self.fail("a loop carries other values than it gives")
        if loop.test is not None:
            self.inner(loop.test, set())
        known = self.inside.get(id(loop.forward.body), set()) if loop.forward is not None and self.is_open else set()
        self.inside[id(loop.body)] = self.inner(loop.body, known) | known

    def inner(self, block: Block, known: set[Value]) -> set[Value]:
        """Check a block inside another, then forget what it computed."""
        added = known - self.seen
        self.seen |= added
        own = self.block(block)
        self.seen -= added | own
        return own
