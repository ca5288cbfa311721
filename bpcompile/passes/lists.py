"""The cotangent of a list parameter: one list of zeros, added to item by item, or item after item in a loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpcompile.ir import ops
from bpcompile.ir.facts import Reversed
from bpcompile.ir.graph import (
    Apply,
    Bind,
    Block,
    BlockParam,
    Branch,
    Loop,
    Param,
    Result,
    Unpack,
    Value,
    blocks_of,
    operands,
)
from bpcompile.ir.kinds import Sequence as ListKind
from bpcompile.passes.shape import Shape
from bpcompile.rules.algebra import Algebra, Expr, where
from bpcompile.rules.scalar import ON_LISTS


class ListCotangents:
    """The part of the reverse sweep that deals with lists."""

    active: set[Value]
    shape: Shape
    scopes: list[dict[Value, Value]]
    out: Reversed
    block: Block
    algebra: Algebra

    def cotangent(self, value: Value) -> Value | None:
        """Return the value's cotangent so far."""
        for scope in reversed(self.scopes):
            if value in scope:
                return scope[value]
        return None

    def enter(self, block: Block) -> None:
        """Append to another block from now on."""
        self.block = self.algebra.block = block

    def is_item(self, value: Value) -> bool:
        """Return whether the value is an unnamed item of a list parameter."""
        return isinstance(value, Apply) and value.op is ops.INDEX and value not in self.shape.named

    def on_list(self, value: Apply, ct: Value) -> None:
        """Give the cotangent to an item of a list parameter, or to all its items."""
        if value.op is ops.INDEX:
            root, path = item_path(value)
            self.add_at(root, path, ct)
        elif value.op in (ops.SUM_OF, ops.FSUM_OF) and self.is_first(value.args[0]):
            self.keep_buffer(value.args[0], self.block.append(ops.FILL, (value.args[0], self.algebra.signed(ct)), None))
        elif value.op in (ops.MAX_OF, ops.MIN_OF):
            where = self.algebra.apply(ops.INDEX_OF, value.args[0], value)
            self.add_at(value.args[0], [where], ct)
        else:
            for position, sequence in enumerate(value.args):
                if sequence in self.active and isinstance(sequence.kind, ListKind):
                    self.add_to_all(value, position, ct)

    def is_first(self, sequence: Value) -> bool:
        """Return whether nothing has been added to a parameter's cotangent yet."""
        return isinstance(sequence, Param) and self.cotangent(sequence) is None and len(self.scopes) == 1

    def to_start(self, value: Apply, ct: Value) -> Iterator[tuple[Value, Value]]:
        """Yield what the start of a sum or product of a list gets."""
        if value.op in (ops.SUM_OF, ops.PROD_OF) and len(value.args) == 2 and value.args[1] in self.active:
            if value.op is ops.PROD_OF:
                ct = self.algebra.mul(self.algebra.apply(ops.PROD_OF, value.args[0]), ct)
            yield value.args[1], ct

    def buffer(self, sequence: Value) -> tuple[Value, list[Value | int], Value]:
        """Return the root of a list, the path to it, and the root's cotangent buffer, made if it is missing."""
        root, path = item_path(sequence)
        buffer = self.cotangent(root)
        return root, path, buffer if buffer is not None else self.zeros(root)

    def zeros(self, root: Value) -> Value:
        """Append zeros in the shape of a list, as its cotangent."""
        buffer = self.block.append(ops.ZEROS, (root,), None)
        self.keep_buffer(root, buffer)
        return buffer

    def keep_buffer(self, root: Value, buffer: Value) -> None:
        """Let a new version of a buffer be the list's cotangent."""
        buffer.kind = root.kind
        self.block.items.append(Bind(buffer, ""))
        self.scopes[-1][root] = buffer
        self.out.primals[buffer] = root

    def add_at(self, sequence: Value, path: Sequence[Value | int], ct: Value) -> None:
        """Add to one item of a list's cotangent."""
        root, start, buffer = self.buffer(sequence)
        indices = [i if isinstance(i, Value) else self.algebra.const(i) for i in (*start, *path)]
        total = self.block.append(ops.ADD_AT, (buffer, *indices, ct), None)
        self.keep_buffer(root, total)

    def add_to_all(self, value: Apply, position: int, ct: Value) -> None:
        """Append a loop that adds to every item of a list's cotangent."""
        sequence = value.args[position]
        root, path, buffer = self.buffer(sequence)
        if value.op is ops.PROD_OF:
            rest = self.block.append(ops.LEAVE_ONE_OUT, (sequence,), None)
            self.block.items.append(Bind(rest, "others"))
        body = Block(self.block)
        index, carried = BlockParam("i"), BlockParam("", root.kind)
        loop = Loop(index, self.algebra.apply(ops.LEN, sequence), [carried], [buffer], body)
        outer = self.block
        self.enter(body)
        lists = [s for s in value.args if isinstance(s.kind, ListKind)]
        items = [self.algebra.expr(self.algebra.apply(ops.INDEX, s, index)) for s in lists]
        out, seed = self.algebra.expr(value), self.algebra.expr(ct)
        if value.op is ops.PROD_OF:
            share = self.algebra.expr(self.algebra.apply(ops.INDEX, rest, index)) * seed
            if len(value.args) == 2:
                share = self.algebra.expr(value.args[1]) * share
        elif value.op is ops.SUMPROD_OF:
            share = items[1 - position] * seed
        elif value.op is ops.DIST_OF:
            share = distance_share(items, position, out) * seed
        else:
            share = seed
        indices = [i if isinstance(i, Value) else self.algebra.const(i) for i in path]
        body.results = [body.append(ops.ADD_AT, (carried, *indices, index, share.value), None)]
        body.items.append(Bind(body.results[0], ""))
        self.enter(outer)
        loop.results.append(Result(loop, 0, None, root.kind))
        self.block.items.append(loop)
        for version in (carried, body.results[0], loop.results[0]):
            self.out.primals[version] = root
        self.scopes[-1][root] = loop.results[0]

    def prepare_item(self, value: Value) -> None:
        """Make the buffer of a list before a branch whose sides add to it."""
        if value in self.active and self.is_item(value):
            self.buffer(value)

    def prepare_lists(self, branch: Branch) -> None:
        """Make the buffers that the sides of a branch add to."""
        for value in read_inside(branch):
            if isinstance(value, Apply) and value.op in ON_LISTS and value in self.active:
                for sequence in value.args:
                    if isinstance(sequence.kind, ListKind) and sequence in self.active:
                        self.buffer(sequence)
            elif isinstance(value.kind, ListKind) and value in self.active:
                self.buffer(value)


def distance_share(items: list[Expr], position: int, out: Expr) -> Expr:
    """Return the partial of math.dist by one coordinate; 0 where the points meet."""
    difference = items[position] - items[1 - position]
    return where(out, difference / out, 0.0)


def item_path(value: Value) -> tuple[Value, list[Value | int]]:
    """Return the list that an item of an item belongs to, and the indices that lead to it."""
    path: list[Value | int] = []
    while True:
        if isinstance(value, Apply) and value.op is ops.INDEX:
            path.insert(0, value.args[1])
            value = value.args[0]
        elif isinstance(value, Result) and isinstance(value.owner, Unpack) and isinstance(value.kind, ListKind):
            path.insert(0, value.index)
            value = value.owner.sequence
        else:
            return value, path


def read_inside(branch: Branch) -> Iterator[Value]:
    """Yield every value that is read or computed inside a branch, or leaves it."""
    todo = list(branch.sides)
    while todo:
        block = todo.pop()
        yield from block.results
        for item in block.items:
            yield from operands(item)
            if isinstance(item, Apply):
                yield item
            todo += blocks_of(item)


def has_tuples(kind: object) -> bool:
    """Return whether a list kind is a tuple, or holds one."""
    if not isinstance(kind, ListKind):
        return False
    return kind.is_tuple or has_tuples(kind.item) or any(has_tuples(k) for k in kind.at.values())
