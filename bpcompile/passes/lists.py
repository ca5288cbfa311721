"""The cotangent of a list: one list of zeros, added to item by item, or item after item in a loop.

A write to a list is reversed by undoing it (`unwrite`), so that each stage's backward part finds the lists as they
stood when the stage was computed; `state` says which version of each list that is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bpcompile.ir import ops
from bpcompile.ir.facts import Reversed
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import (
    Apply,
    Bind,
    Block,
    BlockParam,
    Branch,
    Call,
    Function,
    Loop,
    Result,
    Undefined,
    Unpack,
    Value,
    blocks_of,
    everything,
    leaves,
    operands,
)
from bpcompile.ir.kinds import REAL, STR, Array, Kind, as_written, holds_lists, is_vector
from bpcompile.ir.kinds import Sequence as ListKind
from bpcompile.passes.arrays import sources_of
from bpcompile.passes.buffers import BufferCotangents
from bpcompile.passes.copies import starts_from
from bpcompile.passes.shape import Shape
from bpcompile.rules.algebra import Algebra, Expr, where
from bpcompile.rules.arrays import is_array
from bpcompile.rules.scalar import ON_LISTS


class ListCotangents(BufferCotangents):
    """The part of the reverse sweep that deals with lists."""

    active: set[Value]
    shape: Shape
    scopes: list[dict[Value, Value]]
    out: Reversed
    block: Block
    algebra: Algebra
    fn: Function
    state: dict[Value, Value]
    unbound: set[Value]
    forward_block: Block
    zeroed: set[Value] | None = None  # lists in whose cotangents the number 0 may stand for an array
    is_staged: bool
    sums: dict[Value, Value]  # cotangent of a sum of a list -> the sum
    uniform: dict[Value, Value]  # lists that are only summed -> the cotangent of each item
    readers_of_lists: dict[Value, list[Apply]] | None = None
    lists_that_are_read: set[Value] | None = None
    handed_on: set[Value] | None = None
    resized: set[Value] | None = None

    def hand_on(self, value: Value, ct: Value) -> None:
        """Give a cotangent to a value: down its expression, or to its own name."""
        raise NotImplementedError  # pragma: no cover - `Sweep` has it

    def section(self, stage: Value) -> None:
        """Begin the backward part of a stage."""
        raise NotImplementedError  # pragma: no cover - `Sweep` has it

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
        """Return whether the value is an unnamed item of a list."""
        return self.shape.is_item(value)

    def is_in_place(self, value: Value) -> bool:
        """Return whether what is added to the cotangent of a value is added to a list or an array in place."""
        return self.is_item(value) or self.is_buffered(value)

    def path_of(self, value: Value) -> tuple[Value, list[Value | int]]:
        """Return the list that an item of an item belongs to, and the indices that lead to it."""
        path: list[Value | int] = []
        while True:
            if isinstance(value, Apply) and value.op is ops.INDEX:
                path.insert(0, value.args[1])
                value = value.args[0]
            elif isinstance(value, Apply) and value.op is ops.READ:
                value = value.args[0]
            elif isinstance(value, Result) and isinstance(value.owner, Unpack) and isinstance(value.kind, ListKind):
                path.insert(0, value.index)
                value = value.owner.sequence
            else:
                return self.fn.versions.get(value, value), path

    def on_list(self, value: Apply, ct: Value) -> None:
        """Give the cotangent to an item of a list parameter, or to all its items."""
        if value.op is ops.INDEX:
            self.add_at(value.args[0], [value.args[1]], self.in_shape(value, ct))
        elif value.op in JOINS:
            self.contribute_list(value.args[0], self.parts_of(value, self.settled(value, ct)))
        elif value.op in (ops.SUM_OF, ops.FSUM_OF) and self.is_only_summed(value.args[0]):
            ct = self.settled(value, ct)
            self.algebra.seal(ct)
            self.uniform[self.path_of(value.args[0])[0]] = ct
            self.sums[ct] = value
        elif value.op in (ops.SUM_OF, ops.FSUM_OF) and self.is_first(value.args[0]) and not is_array(value):
            root, _ = self.path_of(value.args[0])
            self.keep_buffer(root, self.block.append(ops.FILL, (value.args[0], self.algebra.signed(ct)), None))
        elif value.op in (ops.MAX_OF, ops.MIN_OF):
            where = self.algebra.apply(ops.INDEX_OF, value.args[0], value)
            self.add_at(value.args[0], [where], ct)
        else:
            for position, sequence in enumerate(value.args):
                if sequence in self.active and isinstance(sequence.kind, ListKind):
                    self.add_to_all(value, position, self.settled(value, ct))

    def is_first(self, sequence: Value) -> bool:
        """Return whether nothing has been added to a parameter's cotangent yet."""
        root, path = self.path_of(sequence)
        return not path and self.cotangent(root) is None and (len(self.scopes) == 1 or self.is_inner(root))

    def is_only_summed(self, sequence: Value) -> bool:
        """Return whether a list is built by appending numbers, and then summed: each item has the sum's cotangent."""
        root, path = self.path_of(sequence)
        if path or not isinstance(root, Apply) or root.op is not ops.LIST or root.args or not self.is_inner(root):
            return False
        *writes, last = self.list_readers.get(root, [])
        is_built = all(w.op is ops.APPEND and self.path_of(w.args[1])[0] is not root for w in writes)
        return is_built and last.op is not ops.APPEND and root not in self.lists_handed_on

    @property
    def lists_handed_on(self) -> set[Value]:
        """Return the lists that something else than an operation reads, or that get another name."""
        if self.handed_on is None:
            moves = [(self.path_of(r)[0], self.path_of(v)[0]) for r, v in handed_on(self.fn.body)]
            ends = [self.path_of(v)[0] for v in leaves(self.fn.output)]
            self.handed_on = {*ends, *(root for result, root in moves if result is not root)}
        return self.handed_on

    @property
    def list_readers(self) -> dict[Value, list[Apply]]:
        """Return the operations that read each list."""
        if self.readers_of_lists is None:
            self.readers_of_lists = {}
            for value in all_reading(self.fn.body):
                for root in {self.path_of(a)[0] for a in value.args if isinstance(a.kind, ListKind)}:
                    self.readers_of_lists.setdefault(root, []).append(value)
        return self.readers_of_lists

    def is_read(self, root: Value) -> bool:
        """Return whether anything reads a list: one that is made here, and only written, has no cotangent."""
        if not isinstance(root, Apply) or root in self.fn.objects or root in self.fn.objects.values():
            return True
        if self.lists_that_are_read is None:
            self.lists_that_are_read = {self.path_of(value)[0] for value in read_as_lists(self.fn.body)}
        return root in self.lists_that_are_read

    def is_inner(self, root: Value) -> bool:
        """Return whether a list is made in the very block that is being reversed."""
        return self.shape.home.get(root) is self.forward_block

    def to_start(self, value: Apply, ct: Value) -> Iterator[tuple[Value, Value]]:
        """Yield what the start of a sum or product of a list gets."""
        if value.op in (ops.SUM_OF, ops.PROD_OF) and len(value.args) == 2 and value.args[1] in self.active:
            if value.op is ops.PROD_OF:
                ct = self.algebra.mul(self.algebra.apply(ops.PROD_OF, value.args[0]), ct)
            yield value.args[1], ct

    def buffer(self, sequence: Value) -> tuple[Value, list[Value | int], Value]:
        """Return the root of a list, the path to it, and the root's cotangent buffer, made if it is missing."""
        root, path = self.path_of(sequence)
        buffer = self.cotangent(root)
        return root, path, self.filled(buffer if buffer is not None else self.zeros(root), root, sequence)

    def zeros(self, root: Value) -> Value:
        """Append zeros in the shape of a list, as its cotangent; an empty list where the list may be unbound."""
        if self.starts_empty(root):
            buffer = self.block.append(ops.LIST, (), None)
        else:
            buffer = self.block.append(ops.ZEROS, (self.state.get(root, root),), None)
        self.keep_buffer(root, buffer)
        return buffer

    def starts_empty(self, root: Value | None) -> bool:
        """Return whether the cotangent of a list is an empty list until the list was read.

        Some path leaves it unbound, or its length changes under another name.
        """
        if root is None or not isinstance(root.kind, ListKind):
            return False
        return root in self.unbound or root in self.lists_resized

    @property
    def lists_resized(self) -> set[Value]:
        """Return the lists that a loop begins with, and changes the length of under a name that it carries."""
        if self.resized is None:
            resizes = (ops.APPEND, ops.DROP)
            loops = [item for item in everything(self.fn.body) if isinstance(item, Loop)]
            starts = {p: self.path_of(v)[0] for loop in loops for p, v in zip(loop.carried, loop.initial)}
            ends = {p: self.path_of(v)[0] for loop in loops for p, v in zip(loop.carried, loop.body.results)}
            todo = [r for v, r in self.fn.versions.items() if isinstance(v, Apply) and v.op in resizes and r in starts]
            seen = set(todo)
            self.resized = set()
            while todo:
                param = todo.pop()
                self.resized.add(starts[param])
                others = {v for v in (starts[param], ends[param]) if v in starts} - seen
                seen |= others
                todo += others
        return self.resized

    def filled(self, buffer: Value, root: Value, sequence: Value, like: Value | None = None) -> Value:
        """Return the cotangent of a list as long as the list, which is bound here, or as another cotangent of it.

        The name of the list may be bound anew since: its length is that of what was read here.
        """
        if is_full(buffer) or not self.starts_empty(root):
            return buffer
        while isinstance(sequence, Apply) and sequence.op is ops.INDEX:
            sequence = sequence.args[0]
        is_read = isinstance(sequence, Apply) and sequence.op is ops.READ
        shape = sequence if is_read else self.state.get(root, root) if like is None else like
        found = self.block.append(ops.OR_ZEROS, (buffer, shape), None)
        self.keep_buffer(root, found)
        return found

    def keep_buffer(self, root: Value, buffer: Value) -> None:
        """Let a new version of a buffer be the list's cotangent."""
        buffer.kind = as_written(root.kind)
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
        run = (self.algebra.const(0), self.algebra.apply(ops.LEN, sequence), self.algebra.const(1))
        loop = Loop(index, run, [carried], [buffer], body, is_backward=True)
        outer = self.block
        self.enter(body)
        lists = [s for s in value.args if isinstance(s.kind, ListKind)]
        items = [self.algebra.expr(self.item(s, index)) for s in lists]
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
            share = self.algebra.expr(self.share_of(items[position].value, ct, value))
        indices = [i if isinstance(i, Value) else self.algebra.const(i) for i in path]
        body.results = [body.append(ops.ADD_AT, (carried, *indices, index, share.value), None)]
        body.items.append(Bind(body.results[0], ""))
        self.enter(outer)
        loop.results.append(Result(loop, 0, None, root.kind))
        self.block.items.append(loop)
        for version in (carried, body.results[0], loop.results[0]):
            self.out.primals[version] = root
        self.scopes[-1][root] = loop.results[0]

    def item(self, sequence: Value, index: Value) -> Value:
        """Return an item of a list."""
        found = self.algebra.apply(ops.INDEX, sequence, index)
        if isinstance(sequence.kind, ListKind) and isinstance(sequence.kind.item, (Array, ListKind)):
            found.kind = sequence.kind.item
        return found

    def prepare_item(self, value: Value) -> None:
        """Make the buffer of a list before a branch whose sides add to it."""
        if value in self.active and self.is_item(value):
            root, _ = self.path_of(value)
            if self.cotangent(root) is None:
                self.zeros(root)

    def prepare_lists(self, item: Branch | Loop) -> None:
        """Make the buffers that the inside of a branch or a loop adds to."""
        for root in self.lists_inside(item):
            if self.cotangent(root) is None:
                self.zeros(root)

    def lists_inside(self, item: Branch | Loop) -> list[Value]:
        """Return the lists, made outside, whose cotangent the inside of a branch or a loop may add to."""
        made = set(local_values(item))
        found: dict[Value, None] = {}
        for value in read_inside(item):
            lists = [value] if isinstance(value.kind, ListKind) else []
            if isinstance(value, Apply) and (value.op in ON_LISTS or value.op in ops.WRITES):
                lists = [a for a in value.args if isinstance(a.kind, ListKind)]
            for sequence in lists:
                root, _ = self.path_of(sequence)
                is_plain = root in self.active and root not in made and root not in self.uniform and self.is_read(root)
                if is_plain and isinstance(root.kind, ListKind):
                    found[root] = None
            if self.is_buffered(value) and (root := self.array_root(value)) not in made:
                found[root] = None
        return list(found)

    # lists that the program makes and writes

    def unwrite(self, value: Apply) -> None:
        """Reverse a write to a list: undo it, and hand the cotangent of the item on."""
        before, *rest = value.args
        root = self.fn.versions[value]
        if (known := self.cotangent(root)) is not None:
            self.filled(known, root, value)
        self.undo(value)
        self.state[root] = before
        if root in self.uniform and value.op is ops.APPEND:
            self.section(value)
            ct = self.uniform[root]
            self.hand_on(rest[0], self.share_of(rest[0], ct, self.sums[ct]))
            return
        buffer = self.cotangent(root)
        if buffer is None:
            return
        self.section(value)
        if isinstance(root.kind, Array):
            self.unstore_part(value, root, buffer)
        elif value.op is ops.APPEND:
            last = self.block.append(ops.INDEX, (buffer, self.algebra.const(-1)), None)
            last.kind = rest[0].kind
            self.note_shape(last, rest[0], root)
            self.keep_buffer(root, self.block.append(ops.DROP, (buffer,), None))
            self.hand_on(rest[0], last)
        elif value.op is ops.DROP:
            self.keep_buffer(root, self.block.append(ops.APPEND, (buffer, self.algebra.const(0.0)), None))
        else:
            self.unstore(value, root, buffer, rest[:-1], rest[-1])

    def unstore(self, value: Apply, root: Value, buffer: Value, indices: list[Value], item: Value) -> None:
        """Hand on the cotangent of an item that was stored; what it was before has none, unless it was added to."""
        ct = self.item_of(buffer, indices)
        self.note_shape(ct, item, root)
        if item not in self.active:
            self.keep_buffer(root, self.block.append(ops.STORE, (buffer, *indices, self.no_share(ct)), None))
            return
        added = self.copies.added(value, item, self.shape.is_inline)
        if added is not None:
            for term, is_taken_away in added:
                self.hand_on(term, self.algebra.neg(ct) if is_taken_away else ct)
            return
        self.algebra.seal(ct)
        self.keep_buffer(root, self.block.append(ops.STORE, (buffer, *indices, self.no_share(ct)), None))
        self.hand_on(item, ct)

    def no_share(self, ct: Value) -> Value:
        """Return what the cotangent of an item becomes when the item is overwritten: zero, or zeros for an array."""
        if not is_array(ct) or dims_of(ct.kind) == ():
            return self.algebra.const(0.0)
        return self.block.append(ops.ZEROS, (ct,), None)

    def item_of(self, buffer: Value, path: Sequence[Value | int]) -> Value:
        """Return the item of a cotangent that a path leads to, as it is now."""
        value, kind = buffer, buffer.kind
        for index in path:
            kind = kind.item if isinstance(kind, ListKind) else REAL
            value = self.block.append(
                ops.INDEX, (value, index if isinstance(index, Value) else self.algebra.const(index)), None
            )
            value.kind = kind
        return value

    def undo(self, value: Apply) -> None:
        """Append what makes a list what it was before a write."""
        root = self.fn.versions[value]
        if value.op is ops.STORE:
            self.block.append(ops.UNSTORE, (root, *value.args[1:-1], self.fn.olds[value]), None)
        elif value.op is ops.APPEND:
            self.block.append(ops.UNAPPEND, (root,), None)
        else:
            self.block.append(ops.UNDROP, (root, self.fn.olds[value]), None)
        undone = self.block.items[-1]
        assert isinstance(undone, Apply)
        self.out.states[undone] = dict(self.state)
        self.block.table.pop((undone.op, undone.args), None)

    def unmake(self, value: Apply, buffer: Value) -> None:
        """Reverse the making of a list: its cotangent goes to what it was made of."""
        none = self.fn.constants.get("None", STR)
        self.section(value)
        buffer = self.filled(buffer, value, value)
        if value.op is ops.LIST:
            for position, item in enumerate(value.args):
                if item in self.active:
                    part = self.part(buffer, position, item.kind)
                    self.note_shape(part, item, value)
                    self.hand_on(item, part)
        elif value.op is ops.REPEAT:
            items = value.args[1:]
            for position, item in enumerate(items):
                if item in self.active:
                    parts = (self.algebra.const(position), none, self.algebra.const(len(items)))
                    some = buffer if len(items) == 1 else self.block.append(ops.SLICE, (buffer, *parts), None)
                    total = self.algebra.apply(ops.SUM_OF, some)
                    total.kind = Array(None) if is_array(item) else total.kind
                    self.hand_on(item, total)
        elif value.op is ops.COPY_OF:
            if not self.may_start_from(value, buffer):
                self.contribute_list(value.args[0], buffer)
        elif value.op is ops.ROWS and value.args[0] in self.active:
            rows = self.block.append(ops.ARRAY_OF, (buffer,), None)
            rows.kind = Array(None)
            self.hand_on(value.args[0], self.block.append(ops.LIKE, (rows, value.args[0]), None))
        elif value.op is ops.CONCAT:
            length = self.block.append(ops.LEN, (value.args[0],), None)
            for sequence, ends in zip(value.args, ((none, length, none), (length, none, none))):
                if sequence in self.active:
                    part = self.block.append(ops.SLICE, (buffer, *ends), None)
                    part.kind = value.kind
                    self.contribute_list(sequence, part)
        else:
            self.add_slice(value, buffer)

    def may_start_from(self, copied: Apply, ct: Value) -> bool:
        """Let the cotangent of a list start from that of a copy of it, instead of zeros, where that is possible."""
        root, path = self.path_of(copied.args[0])
        if path or not is_flat(root.kind) or is_vector(root.kind) is not is_vector(copied.kind):
            return False
        return starts_from(self.block, root, ct, self.out.primals)

    def part(self, buffer: Value, position: int, kind: Kind) -> Value:
        """Return one item of a cotangent."""
        part = self.block.append(ops.INDEX, (buffer, self.algebra.const(position)), None)
        part.kind = kind
        return part

    # lists of arrays

    def note_shape(self, ct: Value, item: Value, root: Value) -> None:
        """Note that an item of a cotangent has the shape of an item of its list, or may be the number 0."""
        if is_array(item) and dims_of(item.kind) != ():
            if self.is_zeroed(root):
                self.loosen(ct, item)
            else:
                self.exact[ct] = item

    def is_zeroed(self, root: Value) -> bool:
        """Return whether the reverse of a write gives a list of cotangents the number 0 for an item that was popped."""
        if self.zeroed is None:
            writes = (v for v in self.fn.versions if isinstance(v, Apply) and v.op is ops.DROP)
            self.zeroed = {self.fn.versions[v] for v in writes}
        return root in self.zeroed

    def share_of(self, item: Value, ct: Value, total: Value) -> Value:
        """Return what an item of a list gets from the cotangent of their sum."""
        return self.summed(item, ct, total, False) if is_array(total) and isinstance(total, Apply) else ct

    def parts_of(self, value: Apply, ct: Value) -> Value:
        """Return the cotangent of an array as a list of the cotangents of what it was made of."""
        sequence, *options = value.args
        assert isinstance(sequence.kind, ListKind)
        if value.op is ops.JOIN_OF:
            parts = self.block.append(ops.SPLIT, (ct, sequence, *options), None)
        elif value.op is ops.STACK_OF:
            parts = self.block.append(ops.LAYERS, (ct, *options), None)
        else:
            parts = self.block.append(ops.LISTED, (ct, self.algebra.const(depth_of(sequence.kind))), None)
        parts.kind = sequence.kind
        return parts

    def contribute_list(self, value: Value, ct: Value) -> None:
        """Add a list of cotangents to the cotangent of a list."""
        if value not in self.active:
            return
        root, path = self.path_of(value)
        if not is_full(ct) and self.starts_empty(self.out.primals.get(ct)) and not self.starts_empty(root):
            ct = self.or_zeros(ct, value)
        known = self.cotangent(root)
        is_nothing = isinstance(known, Apply) and known.op is ops.LIST and not known.args and self.starts_empty(root)
        if not path and (is_nothing or known is None and self.may_adopt(root)):
            op = ops.COPY if self.is_staged else ops.COPY_OF  # without stages, items of it may be read later
            self.keep_buffer(root, self.block.append(op, (ct,), None))
            return
        if not path and known is not None and self.starts_empty(root):
            self.filled(known, root, value, ct)  # its name may stand for another list here
        _, start, buffer = self.buffer(value)
        if not is_flat(value.kind):
            target = self.item_of(buffer, start)
            self.keep_buffer(root, self.block.append(ops.ADD_ALL, (buffer, target, ct), None))
            return
        self.add_each(root, buffer, start, ct, lambda index: index)

    def or_zeros(self, ct: Value, value: Value) -> Value:
        """Return a cotangent that may be an empty list, for zero, as one of the list's length."""
        root, path = self.path_of(value)
        if self.starts_empty(root):
            return ct
        shape = self.item_of(self.state.get(root, root), path)
        found = self.block.append(ops.OR_ZEROS, (ct, shape), None)
        found.kind = ct.kind
        if ct in self.out.primals:
            self.out.primals[found] = self.out.primals[ct]
        return found

    def may_adopt(self, root: Value) -> bool:
        """Return whether a cotangent may become another list's as it is: that list's own is made in this block."""
        return len(self.scopes) == 1 or self.is_inner(root)

    def add_slice(self, value: Apply, buffer: Value) -> None:
        """Add the cotangent of `w[a:b:c]` to the items of w that it took."""
        sequence, *ends = value.args
        if sequence not in self.active:
            return
        root, path, target = self.buffer(sequence)
        length = self.block.append(ops.LEN, (sequence,), None)
        self.add_each(
            root, target, path, buffer, lambda index: self.algebra.apply(ops.SLICE_INDEX, length, *ends, index)
        )

    def add_each(
        self, root: Value, target: Value, path: Sequence[Value | int], ct: Value, place: Callable[[Value], Value]
    ) -> None:
        """Append a loop that adds each item of a cotangent to an item of another."""
        body = Block(self.block)
        index, carried = BlockParam("i"), BlockParam("", root.kind)
        run = (self.algebra.const(0), self.block.append(ops.LEN, (ct,), None), self.algebra.const(1))
        loop = Loop(index, run, [carried], [target], body, is_backward=True)
        outer = self.block
        self.enter(body)
        indices = [i if isinstance(i, Value) else self.algebra.const(i) for i in path]
        share = self.item(ct, index)
        if is_flat(root.kind) or not is_nested(ct.kind):
            body.results = [body.append(ops.ADD_AT, (carried, *indices, place(index), share), None)]
        else:
            inner = self.item_of(carried, [*indices, place(index)])
            body.results = [body.append(ops.ADD_ALL, (carried, inner, share), None)]
        body.items.append(Bind(body.results[0], ""))
        self.enter(outer)
        loop.results.append(Result(loop, 0, None, root.kind))
        self.block.items.append(loop)
        for version in (carried, body.results[0], loop.results[0]):
            self.out.primals[version] = root
        self.scopes[-1][root] = loop.results[0]


FULL = frozenset((ops.OR_ZEROS, ops.ADD_AT, ops.ADD_ALL, ops.STORE, ops.FILL))  # never an empty list for zero
JOINS = frozenset((ops.ARRAY_OF, ops.STACK_OF, ops.JOIN_OF))  # arrays that are made of lists


def is_full(ct: Value) -> bool:
    """Return whether the cotangent of a list is as long as the list, and not empty for zero."""
    return isinstance(ct, Apply) and ct.op in FULL


def distance_share(items: list[Expr], position: int, out: Expr) -> Expr:
    """Return the partial of math.dist by one coordinate; 0 where the points meet."""
    difference = items[position] - items[1 - position]
    return where(out, difference / out, 0.0)


def all_reading(block: Block) -> Iterator[Apply]:
    """Yield the operations of a block that read lists, in order."""
    for item in block.items:
        if isinstance(item, Apply) and any(isinstance(a.kind, ListKind) for a in item.args):
            yield item
        for inner in blocks_of(item):
            yield from all_reading(inner)


def read_as_lists(block: Block) -> Iterator[Value]:
    """Yield the lists whose items something reads: a write reads none, nor does `len`."""
    for item in block.items:
        if isinstance(item, (Apply, Call, Unpack)) and not (isinstance(item, Apply) and item.op is ops.LEN):
            values = operands(item)
            is_write = isinstance(item, Apply) and item.op in ops.WRITES
            yield from (v for v in values[1 if is_write else 0 :] if isinstance(v.kind, ListKind))
        for inner in blocks_of(item):
            yield from read_as_lists(inner)


def handed_on(block: Block) -> Iterator[tuple[Value, Value]]:
    """Yield each list that a branch, a loop, a call or an unpacking takes, with what it becomes there."""
    for item in block.items:
        if isinstance(item, (Branch, Loop)):
            pairs = [(r, s) for r, *sources in sources_of(item) for s in sources]
            pairs += zip(item.carried, item.body.results) if isinstance(item, Loop) else []
        elif isinstance(item, (Call, Unpack)):
            pairs = [(Undefined(), v) for v in operands(item)]
        else:
            continue
        yield from ((r, s) for r, s in pairs if isinstance(s.kind, ListKind))
        for inner in blocks_of(item):
            yield from handed_on(inner)


def local_values(item: Branch | Loop) -> Iterator[Value]:
    """Yield every value that is computed inside a branch or a loop."""
    todo = list(blocks_of(item))
    if isinstance(item, Loop):
        yield item.index
        yield from item.carried
    while todo:
        for inner in todo.pop().items:
            if isinstance(inner, Apply):
                yield inner
            elif isinstance(inner, (Branch, Unpack, Loop, Call)):
                yield from inner.results
                if isinstance(inner, Loop):
                    yield inner.index
                    yield from inner.carried
                todo += blocks_of(inner)


def depth_of(kind: Kind) -> int:
    """Return how deep lists of arrays are nested, 0 for lists of numbers."""
    depth = 0
    while isinstance(kind, ListKind):
        kind, depth = kind.item, depth + 1
    return depth if isinstance(kind, Array) else 0


def is_nested(kind: Kind) -> bool:
    """Return whether a kind is that of a list of lists."""
    return isinstance(kind, ListKind) and isinstance(kind.item, ListKind)


def is_flat(kind: object) -> bool:
    """Return whether a kind is that of a list of numbers."""
    return isinstance(kind, ListKind) and not holds_lists(kind)


def read_inside(item: Branch | Loop) -> Iterator[Value]:
    """Yield every value that is read or computed inside a branch or a loop, or leaves it."""
    todo = list(blocks_of(item))
    while todo:
        block = todo.pop()
        yield from block.results
        for inner in block.items:
            yield from operands(inner)
            if isinstance(inner, Apply):
                yield inner
                yield from inner.gate[1] if inner.gate else ()  # a gate may reach past what it is spelled with
            todo += blocks_of(inner)


def has_tuples(kind: object) -> bool:
    """Return whether a list kind is a tuple, or holds one."""
    if not isinstance(kind, ListKind):
        return False
    return kind.is_tuple or has_tuples(kind.item) or any(has_tuples(k) for k in kind.at.values())
