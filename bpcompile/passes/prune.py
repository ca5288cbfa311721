"""What the text needs of a reversed function: what the gradient reads, and what may raise as the original does.

An operation of the forward part that may raise stays, even where nothing reads its value, unless the backward part
raises the same exception at once (`return num / den` needs no line where `dnum = 1 / den` follows). A whole power that
nothing reads goes: it raises only where it is too large to be written down, and has a derivative there as anywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bpcompile.ir import ops
from bpcompile.ir.facts import Live, Reversed, literal, may_raise
from bpcompile.ir.graph import (
    Apply,
    Bind,
    Block,
    Branch,
    Call,
    Item,
    Loop,
    Raise,
    Result,
    Section,
    Unpack,
    Value,
    blocks_of,
    operands,
)
from bpcompile.ir.kinds import Array
from bpcompile.ir.ops import MATH, Op

# (what is not needed, what raises the same exception on the same operands)
SAME_ERRORS: dict[Op, tuple[Op, ...]] = {
    ops.DIV: (ops.DIV,),
    MATH["sin"]: (MATH["cos"],),
    MATH["cos"]: (MATH["sin"],),
    MATH["sinh"]: (MATH["cosh"],),
    MATH["cosh"]: (MATH["sinh"],),
    MATH["expm1"]: (MATH["exp"],),
}


def prune(
    reversed_: Reversed, forward: Block, restores: Collection[Value] = (), reread: Collection[Value] = ()
) -> Live:
    """Return what is needed of the reversed function; `forward` is the body of the original.

    `restores` are the undone writes that are needed, `reread` the lists that the backward part reads in place.
    """
    return Pruner(reversed_, forward, restores, reread).run()


class Pruner:
    """Marks what is needed. The maps say where each value and each block of the function stands."""

    def __init__(
        self, reversed_: Reversed, forward: Block, restores: Collection[Value], reread: Collection[Value]
    ) -> None:
        self.fn = fn = reversed_.function
        self.primals = reversed_.primals
        self.again = reversed_.again
        self.reread = reread
        self.restores = restores
        self.primal = set(all_applies(forward))
        self.live = Live()
        self.around: dict[int, tuple[Branch | Loop, Block]] = {}
        self.home: dict[Value, Block] = {}
        self.owner: dict[Value, Branch | Loop | Unpack | Call] = {}
        self.indices: dict[Value, tuple[Value, Value, Value]] = {}  # index of a loop -> what it runs over
        resizes = (ops.APPEND, ops.DROP)
        self.resized = {r for v, r in fn.versions.items() if isinstance(v, Apply) and v.op in resizes}
        self.olds = set(fn.olds.values())  # the write that follows raises the same
        self.in_heads: set[Item] = set()  # what `for x in w` takes is there
        self.carrier: dict[Value, tuple[Loop, int]] = {}
        self.locate(fn.body)

    def run(self) -> Live:
        """Mark from what is returned, then from what may raise."""
        self.live.primal = self.primal
        self.mark(self.fn.body.results)
        for block, is_segment in segments(self.fn.body):
            self.live.late.update(self.late_values(block) if is_segment else ())
            roots: dict[Value, Value] | None = None
            for item in block.items:
                is_statement = isinstance(item, Raise) or is_checked(item) or self.is_forward_call(item)
                if is_statement and id(item) not in self.live.items:
                    self.live.items.add(id(item))
                    self.mark([*operands(item), *self.conditions(block)])
                elif isinstance(item, Apply) and self.is_effect(item):
                    self.mark([item])
                elif item in self.in_heads or item in self.olds or self.is_safe(item):
                    continue
                elif isinstance(item, Apply) and item in self.primal and item not in self.live.late:
                    if item not in self.live.values and self.matters(item):
                        roots = roots if roots is not None else roots_of(block, self.primal)
                        self.live.kept.add(roots[item])
                        self.mark([roots[item]])
        return self.live

    def late_values(self, block: Block) -> list[Apply]:
        """Return the operations at the end of the forward part that the backward part stands in for."""
        start = next((i for i, item in enumerate(block.items) if isinstance(item, Section)), len(block.items))
        backward = self.raising(block.items[start:])
        readers = readers_before(block, start, self.live)
        late: dict[Value | int, Apply] = {}
        for item in reversed(block.items[:start]):
            if isinstance(item, Loop) and (inside := self.covered_loop(item, block.items[start:])) is not None:
                late.update((value, value) for value in inside)
                continue
            if isinstance(item, COMPOUND) or isinstance(item, Apply) and item.op in ops.EFFECTS:
                break
            if not isinstance(item, Apply) or not self.matters(item):
                continue
            cover = next((n for n, other in enumerate(backward) if self.raises_as(item, other)), None)
            if cover is None and item.op.is_cheap and item in self.live.values and not has_arms(block.items[start:]):
                cover = len(backward)
            if cover is None or any(reader not in late for reader in readers.get(item, ())):
                break
            if any(not other.op.raises <= item.op.raises for other in backward[:cover]):
                break
            late[item] = item
        kinds = {value.op.raises for value in late.values()}
        return list(late.values()) if len(kinds) <= 1 else []

    def matters(self, item: Apply) -> bool:
        """Return whether an operation may raise what the gradient raises too."""
        return may_raise(item) and (item in self.live.values or not is_whole_power(item))

    def raising(self, items: Sequence[Item]) -> list[Apply]:
        """Return the needed operations that may raise."""
        found = [i for i in items if isinstance(i, Apply) and i in self.live.values]
        return [i for i in found if may_raise(i) or i.op is ops.ADD_AT]

    def covered_loop(self, loop: Loop, backward: Sequence[Item]) -> list[Apply] | None:
        """Return what may raise in a loop that nothing else needs, where the loop that reverses it raises the same.

        The backward part begins with that loop, as far as exceptions go.
        """
        if id(loop) in self.live.items or loop.leave is not None or loop.test is not None:
            return None
        if any(isinstance(i, COMPOUND) or isinstance(i, Apply) and i.op in ops.EFFECTS for i in loop.body.items):
            return None
        inside = [i for i in loop.body.items if isinstance(i, Apply) and self.matters(i) and i not in self.in_heads]
        inside = [i for i in inside if not self.is_safe(i)]
        reverse = next((i for i in backward if isinstance(i, COMPOUND) and self.live.has(i)), None)
        if not isinstance(reverse, Loop) or reverse.forward is not loop or not inside:
            return None
        kinds = {value.op.raises for value in inside}
        before = self.raising(backward[: backward.index(reverse)])
        if any(isinstance(i, COMPOUND) for i in reverse.body.items) or len(kinds) > 1 or before:
            return None
        others = self.raising(reverse.body.items)
        is_covered = all(any(self.raises_as(value, other) for other in others) for value in inside)
        return inside if is_covered and all(other.op.raises <= inside[0].op.raises for other in others) else None

    def raises_as(self, value: Apply, other: Apply) -> bool:
        """Return whether the other operation raises wherever the value does, and the same."""
        if self.again.get(other) is value:
            return True
        if value.op is ops.INDEX:
            if other.op is not ops.ADD_AT:
                return False
            path: list[Value] = []
            inner: Value = value
            while isinstance(inner, Apply) and inner.op is ops.INDEX:
                path.insert(0, inner.args[1])
                inner = inner.args[0]
            root = self.fn.versions.get(inner, inner)
            is_same = self.primals.get(other.args[0]) is root and root not in self.resized
            return is_same and [self.again.get(a, a) for a in other.args[1 : 1 + len(path)]] == path
        same = other.op in SAME_ERRORS.get(value.op, ())
        return same and value.args[-1] is other.args[-1]

    def is_safe(self, item: Item) -> bool:
        """Return whether an index runs over the very list that it takes an item of, whose length nothing changes."""
        if not isinstance(item, Apply) or item.op is not ops.INDEX or item.args[1] not in self.indices:
            return False
        start, stop, step = self.indices[item.args[1]]
        if not (isinstance(stop, Apply) and stop.op is ops.LEN and literal(step) == 1 and (literal(start) or 0) >= 0):
            return False
        if literal(start) is None:
            return False
        root, other = (self.fn.versions.get(v, v) for v in (item.args[0], stop.args[0]))
        return root is other and root not in self.resized

    def is_forward_call(self, item: Item) -> bool:
        """Return whether an item calls a function, which may raise."""
        return isinstance(item, Call) and item.forward is None

    def is_effect(self, item: Apply) -> bool:
        """Return whether an operation must be done whoever reads what it gives."""
        if item.op in (ops.PUSH, ops.POP_TAPE) or item in self.restores:
            return True
        return item in self.primal and self.is_write(item)

    def is_write(self, item: Apply) -> bool:
        """Return whether an item writes to a list that must be written."""
        return item.op in ops.WRITES and (may_raise(item) or self.fn.versions.get(item) in self.reread)

    def locate(self, block: Block) -> None:
        """Record where everything stands."""
        todo = [block]
        while todo:
            outer = todo.pop()
            for item in outer.items:
                if isinstance(item, Apply):
                    self.home[item] = outer
                elif isinstance(item, (Branch, Loop, Unpack, Call)):
                    for result in item.results:
                        self.home[result] = outer
                        self.owner[result] = item  # of a fused branch: the branch of this function
                    if isinstance(item, Loop):
                        self.in_heads.update(item.each)
                        if item.run is not None and not item.is_backward:
                            self.indices[item.index] = item.run
                        self.home.update((param, item.body) for param in (item.index, *item.carried))
                        self.carrier.update((p, (item, k)) for k, p in enumerate(item.carried))
                    for inner in blocks_of(item):
                        assert isinstance(item, (Branch, Loop))
                        self.around[id(inner)] = (item, outer)
                        todo.append(inner)

    def conditions(self, block: Block) -> list[Value]:
        """Mark the branches and loops around a block as needed; return what they read."""
        found: list[Value] = []
        while id(block) in self.around:
            item, block = self.around[id(block)]
            if id(item) in self.live.items:
                break
            self.live.items.add(id(item))
            found += self.always_read(item)
        return found

    def always_read(self, item: Item) -> list[Value]:
        """Return what an item reads whatever is needed of it: of a loop, what says how often it runs."""
        if not isinstance(item, Loop):
            return list(operands(item))
        found = [*(item.run or ()), *((item.tape,) if item.tape is not None else ())]
        found += [] if item.leave is None else [item.leave]
        return found + ([] if item.test is None else item.test.results)

    def mark(self, values: Sequence[Value]) -> None:
        """Mark values, and all that they are computed from, as needed."""
        todo = list(values)
        while todo:
            value = todo.pop()
            if value in self.live.values:
                continue
            self.live.values.add(value)
            if value in self.home:
                todo += self.conditions(self.home[value])
            if isinstance(value, Apply):
                todo += value.args
            elif value in self.carrier:
                loop, index = self.carrier[value]
                todo += [loop.initial[index], loop.body.results[index]]
            elif isinstance(self.owner.get(value), Loop):
                assert isinstance(value, Result)
                loop_ = self.owner[value]
                assert isinstance(loop_, Loop)
                todo.append(loop_.carried[value.index])
                self.mark_item(loop_, todo)
            elif value in self.owner and isinstance(value, Result):
                owner = self.owner[value]
                self.live.items.add(id(owner))
                todo += operands(owner)
                todo += [block.results[value.index] for block in blocks_of(owner)]

    def mark_item(self, item: Item, todo: list[Value]) -> None:
        """Mark an item as needed, with what it reads in any case."""
        if id(item) not in self.live.items:
            self.live.items.add(id(item))
            todo += self.always_read(item)


def is_checked(item: Item) -> bool:
    """Return whether an item unpacks a list, whose length is then checked."""
    return isinstance(item, Unpack) and not isinstance(item.sequence.kind, Array)


def is_whole_power(value: Apply) -> bool:
    """Return whether a value is a number to a power that is written as a whole number, not below 0."""
    exponent = literal(value.args[1]) if value.op is ops.POW else None
    return isinstance(exponent, int) and exponent >= 0


COMPOUND = (Branch, Unpack, Loop, Call, Raise)


def all_applies(block: Block) -> list[Apply]:
    """Return every operation of the user's in a block and in the blocks inside it."""
    found: list[Apply] = []
    todo = [block]
    while todo:
        for item in todo.pop().items:
            if isinstance(item, Apply) and item.span is not None:
                found.append(item)
            todo += blocks_of(item)
    return found


def segments(block: Block) -> list[tuple[Block, bool]]:
    """Return the blocks, each with whether its own backward part follows its forward part."""
    found = [(block, True)]
    todo = [block]
    while todo:
        for item in todo.pop().items:
            fused = isinstance(item, Branch) and item.forward is not None and bool(item.then.items or item.orelse.items)
            for inner in blocks_of(item):
                found.append((inner, fused))
                todo.append(inner)
    return found


def has_arms(items: Sequence[Item]) -> bool:
    """Return whether an expression of the items may leave a part of itself out."""
    return any(isinstance(item, Apply) and item.op is ops.SELECT for item in items)


def readers_before(block: Block, start: int, live: Live) -> dict[Value, list[Value | int]]:
    """Return the needed items of the forward part that read each value."""
    found: dict[Value, list[Value | int]] = {}
    for item in block.items[:start]:
        if live.has(item) and not isinstance(item, Bind):
            for value in operands(item):
                found.setdefault(value, []).append(item if isinstance(item, Apply) else id(item))
    return found


def roots_of(block: Block, primal: set[Apply]) -> dict[Value, Value]:
    """Return, for each operation of a block, the statement's whole expression that it stands in."""
    readers: dict[Value, list[Value]] = {}
    named: set[Value] = set()
    applies: list[Apply] = []
    for item in block.items:
        if isinstance(item, Bind):
            named.add(item.value)
        elif isinstance(item, Apply) and item in primal:
            applies.append(item)
            for arg in item.args:
                readers.setdefault(arg, []).append(item)
    roots: dict[Value, Value] = {}
    for value in reversed(applies):
        above = readers.get(value, ())
        roots[value] = roots[above[0]] if value not in named and len(above) == 1 else value
    return roots
