"""The cotangent of an array whose parts are read: one array, added to in place.

    y = x[1:] - x[:-1]                 dx = np.zeros_like(x)
                                       dx[1:] = dy
                                       dx[:-1] -= dy

Any other array has a cotangent that nothing changes: a sum of contributions, each an array of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from bpcompile.ir import ops
from bpcompile.ir.facts import Reversed
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import Apply, Block, BlockParam, Function, Param, Value, blocks_of
from bpcompile.ir.kinds import STR, Array
from bpcompile.ir.places import takes_numbers
from bpcompile.passes.copies import Copies, starts_from
from bpcompile.passes.shape import Shape, has_shape_of
from bpcompile.rules.algebra import Algebra


class BufferCotangents:
    """The part of the reverse sweep that deals with arrays whose cotangent is changed in place."""

    active: set[Value]
    fn: Function
    shape: Shape
    out: Reversed
    copies: Copies
    block: Block
    algebra: Algebra
    exact: dict[Value, Value]  # cotangent -> the array that it has the shape of
    pending: dict[Value, Value]  # carried value -> what it will get
    unbound: set[Value]  # arrays that some path leaves unbound
    held: list[Value]  # what further parts of an expression will get
    buffered: set[Value]  # the arrays with such a cotangent

    def find_buffered(self) -> set[Value]:
        """Return the arrays whose parts are read, each known by one name."""
        found: set[Value] = set()
        for value in all_subscripts(self.fn.body):
            base = self.array_root(value.args[0])
            if not isinstance(base.kind, Array) or takes_numbers(value.args[1:]) and base.kind.dims is None:
                continue
            # the cotangent of what some path leaves unbound may be the number 0
            is_bound = isinstance(base, BlockParam) and base not in self.unbound
            is_named = isinstance(base, Param) or is_bound or isinstance(base, Apply) and base in self.shape.named
            if value in self.active and base in self.active and is_named and base.kind.dims != ():
                found.add(base)
        return found | {r for r in self.fn.versions.values() if isinstance(r.kind, Array) and r in self.active}

    def array_root(self, value: Value) -> Value:
        """Return the array that a value is a version of."""
        while isinstance(value, Apply) and value.op is ops.READ:
            value = value.args[0]
        return self.fn.versions.get(value, value)

    def is_buffered(self, value: Value) -> bool:
        """Return whether a value is an array whose cotangent is changed in place."""
        return isinstance(value.kind, Array) and self.array_root(value) in self.buffered

    def add_part(self, value: Apply, ct: Value) -> None:
        """Add to a part of an array's cotangent."""
        base, *place = value.args
        root = self.array_root(base)
        buffer = self.cotangent(root)
        buffer = buffer if buffer is not None else self.zeros(root)
        self.keep_buffer(root, self.block.append(ops.ADD_AT, (buffer, *place, self.in_shape(value, ct)), None))

    def add_whole(self, root: Value, ct: Value) -> None:
        """Add an array of its shape to an array's cotangent; the first one becomes that array."""
        buffer = self.cotangent(root)
        if buffer is not None:
            copied = self.out.primals.get(ct)  # the numbers of a copy belong to what was copied, as they are
            is_copy = isinstance(copied, Apply) and copied.op is ops.COPY_OF and self.is_buffered(copied)
            if not is_copy or not starts_from(self.block, root, ct, self.out.primals):
                self.keep_buffer(root, self.block.append(ops.ADD_AT, (buffer, ct), None))
            return
        is_own = isinstance(ct, Apply) and self.algebra.is_open(ct) and ct.op in ops.NEW_ARRAYS
        is_fresh = is_own and not self.is_held(ct)
        self.algebra.seal(ct)
        self.keep_buffer(root, ct if is_fresh else self.block.append(ops.COPY_OF, (ct,), None))

    def is_held(self, ct: Value) -> bool:
        """Return whether others will get a cotangent as well: nothing may be added to it in place."""
        return any(value is ct for value in (*self.held, *self.pending.values()))

    def unstore_part(self, write: Apply, root: Value, buffer: Value) -> None:
        """Hand on the cotangent of what was written to a part; what stood there has none, unless it was added to."""
        _, *place, item = write.args
        ct = self.block.append(ops.SUBSCRIPT, (buffer, *place), None)
        if item not in self.active:
            self.keep_buffer(root, self.block.append(ops.STORE, (buffer, *place, self.algebra.const(0.0)), None))
        elif (added := self.copies.added(write, item, self.shape.is_inline)) is not None:
            for term, is_taken_away in added:
                share = self.fitted(ct, term, write)
                self.hand_on(term, self.algebra.neg(share) if is_taken_away else share)
        else:
            written = self.fitted(ct, item, write)
            self.algebra.seal(written)
            self.keep_buffer(root, self.block.append(ops.STORE, (buffer, *place, self.algebra.const(0.0)), None))
            self.hand_on(item, written)

    def fitted(self, ct: Value, item: Value, write: Apply) -> Value:
        """Return the cotangent of a place in the shape of what was written there."""
        if dims_of(item.kind) == () and dims_of(ct.kind) == ():
            return ct
        if has_shape_of(item, write, self.fn):
            self.exact.setdefault(ct, item)
            return ct
        if dims_of(item.kind) == ():
            return self.algebra.apply(ops.SUM_TO, ct, self.fn.constants.get("None", STR))
        return self.algebra.apply(ops.UNBROADCAST, ct, item)

    # `Sweep` and its other parts have these

    def cotangent(self, value: Value) -> Value | None:
        """Return the value's cotangent so far."""
        raise NotImplementedError  # pragma: no cover

    def zeros(self, root: Value) -> Value:
        """Append zeros in the shape of an array, as its cotangent."""
        raise NotImplementedError  # pragma: no cover

    def keep_buffer(self, root: Value, buffer: Value) -> None:
        """Let a new version of a buffer be the array's cotangent."""
        raise NotImplementedError  # pragma: no cover

    def hand_on(self, value: Value, ct: Value) -> None:
        """Give a cotangent to a value: down its expression, or to its own name."""
        raise NotImplementedError  # pragma: no cover

    def in_shape(self, value: Value, ct: Value) -> Value:
        """Return a contribution that can be added to a part of an array."""
        raise NotImplementedError  # pragma: no cover

    def settled(self, arg: Value, total: Value, before: Value | None = None) -> Value:
        """Return a contribution in the shape of the argument that it is for."""
        raise NotImplementedError  # pragma: no cover

    def summed(self, arg: Value, total: Value, value: Apply, is_over: bool) -> Value:
        """Return a contribution in the shape of the argument."""
        raise NotImplementedError  # pragma: no cover

    def loosen(self, ct: Value, value: Value) -> None:
        """Say that the cotangent of an array may be one number."""
        raise NotImplementedError  # pragma: no cover


def all_subscripts(block: Block) -> Iterator[Apply]:
    """Yield what reads a part of an array, in a block and in the blocks inside it."""
    for item in block.items:
        if isinstance(item, Apply) and item.op is ops.SUBSCRIPT:
            yield item
        for inner in blocks_of(item):
            yield from all_subscripts(inner)
