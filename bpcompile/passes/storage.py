"""What the backward part of a loop reads of its forward part, and how it gets it: computed again, or kept on a tape.

    for i in range(n):                   y_tape = []
        y = y * x                        for i in range(n):
                                             y_tape.append(y)
                                             y = y * x
    for i in range(n - 1, -1, -1):       for i in range(n - 1, -1, -1):
        dx = dx + y * dy                     y = y_tape.pop()
                                             dx = dx + y * dy

A cheap operation on what is there is computed again; an item of a written list is read again where the list stands as
it stood then (`Section.state`); everything else that is mentioned is kept: one tape for each such value, or one for
many numbers (`tapes.py`), pushed where the value is computed and popped in the backward part of the same block, so that
every tape is emptied in the opposite order. Numbers that take many operations to compute again are kept as well.
Outside loops nothing is done: a value that is still needed keeps a name of its own. A write to a list is undone only
where something reads the list afterwards, or where the list is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bpcompile.errors import InvalidIRError
from bpcompile.ir import ops
from bpcompile.ir.facts import Live, Reversed, literal
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
    Result,
    Section,
    Undefined,
    Unpack,
    Value,
    blocks_of,
    operands,
    replace_operands,
)
from bpcompile.ir.kinds import INT, STR, Array, holds_lists, is_mutable
from bpcompile.ir.kinds import Sequence as ListKind
from bpcompile.ir.shapes import NUMBERS_OF_ARRAYS
from bpcompile.passes.indices import Indices
from bpcompile.passes.lists import is_flat
from bpcompile.passes.prune import prune
from bpcompile.passes.readback import ReadBack, reads, sides
from bpcompile.passes.tapes import is_number, on_tapes, place_after

State = Mapping[Value, Value]
Place = tuple[Value, ...]  # an index, or the subscript of an array
Read = tuple[Value, "Place | None"]  # a written list, and which item of it is read: all of them, or only the length
Seen = dict[tuple[Value, "Place | None", "Loop | None"], None]  # a read, and the loop that it goes back a trip of
LENGTH: Place = (Const(0),)
ITEMS = frozenset((ops.INDEX, ops.SUBSCRIPT))
OF_LENGTH = frozenset((*NUMBERS_OF_ARRAYS, ops.ZEROS, ops.FILL))


def store(reversed_: Reversed, fn: Function) -> Live:
    """Give every backward loop what it reads of its forward loop; return what is needed now."""
    storage, restores = find_storage(reversed_, fn)
    read_back = ReadBack(fn, reversed_.states)
    read_back.run(storage.pairs, restores)
    if read_back.found:
        other, more = find_storage(reversed_, fn)
        if more <= restores:
            storage, restores = other, more
        else:
            read_back.take_back()
            storage, restores = find_storage(reversed_, fn)
    storage.run()
    return prune(reversed_, fn.body, restores, storage.reread)


def find_storage(reversed_: Reversed, fn: Function) -> tuple[Storage, set[Value]]:
    """Return what finds and stores what is needed, with the writes that must be undone."""
    restores: set[Value] = set()
    while True:  # an undone write may stand in a loop that nothing else needs, and reads what is kept in its turn
        storage = Storage(reversed_, fn, prune(reversed_, fn.body, restores))
        found = storage.find() | restores
        if found == restores:
            return storage, restores
        restores = found


@dataclass(slots=True)
class Forward:
    """Where the values of the forward part are computed."""

    home: dict[Value, Block] = field(default_factory=dict)
    around: dict[int, tuple[Block, Item]] = field(default_factory=dict)  # block -> the one around it, the item between
    items: set[int] = field(default_factory=set)
    indices: dict[Value, Loop] = field(default_factory=dict)  # index -> its loop
    carriers: dict[Value, tuple[Loop, int]] = field(default_factory=dict)  # carried value -> its loop and place

    def locate(self, block: Block) -> None:
        """Record a block and the blocks inside it."""
        todo = [block]
        while todo:
            outer = todo.pop()
            for item in outer.items:
                self.items.add(id(item))
                if isinstance(item, Apply):
                    self.home[item] = outer
                elif isinstance(item, (Branch, Loop, Unpack, Call)):
                    self.home.update((result, outer) for result in item.results)
                if isinstance(item, Loop):
                    self.indices[item.index] = item
                    self.carriers.update((param, (item, k)) for k, param in enumerate(item.carried))
                    self.home.update((param, item.body) for param in (item.index, *item.carried))
                for inner in blocks_of(item):
                    self.around[id(inner)] = (outer, item)
                    todo.append(inner)

    def loops(self, block: Block | None) -> Iterator[Loop]:
        """Yield the loops around a block, innermost first."""
        while block is not None and id(block) in self.around:
            block, item = self.around[id(block)]
            if isinstance(item, Loop):
                yield item

    def is_around(self, outer: Loop, inner: Loop) -> bool:
        """Return whether one loop stands around another."""
        return outer in self.loops(self.around[id(inner.body)][0]) if id(inner.body) in self.around else False

    def loop_of(self, value: Value) -> Loop | None:
        """Return the innermost loop that computes a value."""
        return next(self.loops(self.home.get(value)), None)


class Storage:
    """Finds what is needed, decides what is kept, then rewrites the backward loops."""

    def __init__(self, reversed_: Reversed, fn: Function, live: Live) -> None:
        self.out = reversed_
        self.fn = reversed_.function
        self.live = live
        self.forward = Forward()
        self.forward.locate(fn.body)
        self.indices = Indices(self.forward.indices, self.forward.is_around)
        self.written = set(fn.versions.values())
        resizes = (ops.APPEND, ops.DROP)
        self.resized = {r for v, r in fn.versions.items() if isinstance(v, Apply) and v.op in resizes}
        self.containers: dict[int, Block] = {}  # loop -> the block of the reversed function that it stands in
        self.pairs: list[tuple[Loop, Loop]] = []
        self.counterparts: dict[int, Block] = {}  # forward block of a loop -> the block that reverses it
        self.needs: dict[Value, set[Value]] = {}  # what is read -> what has to be kept for it
        self.rereads: dict[int, set[Read]] = {}  # item, or block for what leaves it -> what it reads of written lists
        self.memo: dict[tuple[Value, int], set[Value]] = {}
        self.roots: list[Loop] = []  # backward loops that stand in no other one
        self.states: list[State] = []  # keeps them alive: `memo` knows them by id
        self.owners: dict[int, Loop | Branch] = {}
        self.order: dict[Value, int] = {}
        self.restores: set[Value] = set()
        self.reread: set[Value] = set()
        self.kept: dict[Value, Value] = {}  # what is kept -> its value popped from the tape
        self.tapes: dict[Value, Value] = {}
        self.unpacked: dict[Value, Apply] = {}  # what is unpacked from a list -> the item that it is
        self.names_of_items: dict[Value, Value] = {}
        self.pops: dict[int, list[Apply]] = {}  # backward block -> what is popped at its start

    def find(self) -> set[Value]:
        """Find what is needed, and return the writes that must be undone."""
        self.locate(self.fn.body)
        self.roots = [b for f, b in self.pairs if next(self.forward.loops(self.container_of(f)), None) is None]
        for backward in self.roots:
            self.collect(backward.body)
        self.find_restores(self.fn.body, {})
        return self.restores

    def run(self) -> None:
        """Store what is needed."""
        for backward in self.roots:
            self.collect(backward.body)
        self.reread |= {item.args[0] for item in self.restores if isinstance(item, Apply)}  # what is undone was done
        self.choose()
        for loop, backward in self.pairs:
            self.counterparts.update((id(block), other) for block, other in sides(loop.body, backward.body))
        before = dict(self.kept_before())
        kept = self.in_order(set(self.kept) - before.keys())
        for values in on_tapes(kept, self.forward.home, set(self.fn.olds.values())):
            self.keep(values)
        for value, (loop, after) in before.items():
            self.keep_with(value, loop, after)
        for backward in self.roots:
            self.rewrite_loop(backward, [])
        for loop, backward in self.pairs:
            self.run_by_tape(loop, backward)
        self.clear(self.fn.body)

    def clear(self, block: Block) -> None:
        """Leave out what is not needed of the backward part."""
        for item in block.items:
            for inner in blocks_of(item):
                self.clear(inner)
                gone = item.carried if isinstance(item, Loop) else getattr(item, "results", [])
                for k, (value, result) in enumerate(zip(inner.results, gone)):
                    is_ours = value not in self.forward.home and not isinstance(value, (Param, Const, Undefined))
                    if result not in self.live.values and is_ours:
                        inner.results[k] = ZERO
        block.items = [i for i in block.items if self.stays(i)]

    def stays(self, item: Item) -> bool:
        """Return whether an item belongs to the forward part, in whole or in part, or is needed."""
        if id(item) in self.forward.items or isinstance(item, Section) or self.is_needed(item):
            return True
        if isinstance(item, Apply):
            return item.op in (ops.TAPE, ops.PUSH, ops.POP_TAPE) or item in self.out.again
        return any(id(i) in self.forward.items for inner in blocks_of(item) for i in inner.items)

    def locate(self, block: Block) -> None:
        """Find the pairs of loops, outer ones first."""
        todo = [block]
        while todo:
            outer = todo.pop(0)
            for item in outer.items:
                if isinstance(item, Loop):
                    self.containers[id(item)] = outer
                    if item.forward is not None and self.live.has(item):
                        self.pairs.append((item.forward, item))
                todo += blocks_of(item)

    def container_of(self, loop: Loop) -> Block:
        """Return the block of the forward part that a loop stands in."""
        return self.forward.around[id(loop.body)][0]

    # what is needed

    def with_states(self, block: Block) -> Iterator[tuple[Item, State]]:
        """Yield the items of a backward block that are needed, each with how the written lists stand there."""
        state: State = {}
        for item in block.items:
            state = item.state if isinstance(item, Section) else self.out.states.get(item, state)
            if isinstance(item, Section) or self.is_needed(item):
                yield item, state

    def is_needed(self, item: Item) -> bool:
        """Return whether an item of the backward part stays."""
        if isinstance(item, Bind):
            return item.value in self.live.values
        return self.live.has(item) or isinstance(item, Apply) and item in self.restores

    def collect(self, block: Block) -> None:
        """Note what a block of a backward loop reads of forward loops."""
        last: State = {}
        for item, state in self.with_states(block):
            last = state
            if isinstance(item, (Bind, Section)):
                continue
            reads = self.rereads.setdefault(id(item), set())
            for value in self.read_by(item):
                self.note(value, state, reads)
                if isinstance(item, (Branch, Loop)):
                    self.keep_before(value)
            for inner in blocks_of(item):
                self.collect(inner)
        for value in self.leaving(block):
            self.note(value, last, self.rereads.setdefault(id(block), set()))

    def leaving(self, block: Block) -> list[Value]:
        """Return what leaves a block of the backward part and is needed."""
        owner = self.owner_of(block)
        gone = owner.carried if isinstance(owner, Loop) else owner.results
        return [v for v, r in zip(block.results, gone) if r in self.live.values]

    def owner_of(self, block: Block) -> Loop | Branch:
        """Return the loop or branch that a block of the reversed function belongs to."""
        if id(block) not in self.owners:
            todo = [self.fn.body]
            while todo:
                for item in todo.pop().items:
                    for inner in blocks_of(item):
                        assert isinstance(item, (Loop, Branch))
                        self.owners[id(inner)] = item
                        todo.append(inner)
        return self.owners[id(block)]

    def read_by(self, item: Item) -> list[Value]:
        """Return the values that an item reads."""
        if isinstance(item, Loop):
            return [*(item.run or ()), *(v for v, p in zip(item.initial, item.carried) if p in self.live.values)]
        return list(operands(item))

    def as_item(self, value: Value) -> Value:
        """Return an array, or a number of one, that is unpacked as what it is an item of says."""
        if not (isinstance(value, Result) and isinstance(value.owner, Unpack) and isinstance(value.kind, Array)):
            return value
        if value not in self.unpacked:
            home, sequence, constants = self.forward.home[value], value.owner.sequence, self.fn.constants
            is_list = isinstance(sequence.kind, ListKind)
            place = constants.get(value.index, INT) if is_list else constants.get(str(value.index), STR)
            item = Apply(ops.INDEX if is_list else ops.SUBSCRIPT, (sequence, place), home, value.owner.span)
            item.kind = value.kind
            self.forward.home[item] = home
            self.unpacked[value] = item
            self.names_of_items[item] = value
        return self.unpacked[value]

    def note(self, value: Value, state: State, reads: set[Read]) -> None:
        """Note that a value is read where the written lists stand like this."""
        value = self.as_item(self.fn.versions.get(value, value))
        if self.is_there(value):
            return
        self.states.append(state)
        self.needs.setdefault(value, set()).update(self.leaves(value, state))
        reads.update(self.lists_read(value, state))

    def keep_before(self, value: Value) -> None:
        """Keep what a loop or a branch reads first of a list that is written under another name, perhaps inside it."""
        todo = [value]
        while todo:
            inner = self.as_item(todo.pop())
            if not isinstance(inner, Apply):
                continue
            if inner not in self.forward.home:  # `len(q) - 1`, where a loop runs backwards
                todo += inner.args
            elif not self.is_there(inner):
                is_kept = any(isinstance(a.kind, ListKind) and self.has_other_name(inner, a) for a in inner.args)
                if is_kept:
                    self.needs.setdefault(inner, set()).add(inner)
                todo += [] if is_kept else inner.args

    def has_other_name(self, value: Apply, arg: Value) -> bool:
        """Return whether another list, which may be this one, is written so that what is read of it may change."""
        base, root = self.base_of(arg)
        changing = [r for r in self.changing(value, arg is base) if not is_made(r)]  # what is made is written first
        return any(r is not root and self.object_of(r) is self.object_of(root) for r in changing)

    def changing(self, value: Apply, is_whole: bool) -> set[Value]:
        """Return the lists of which a write changes what an operation may read: a length, or anything."""
        return self.resized if value.op in NUMBERS_OF_ARRAYS and is_whole else self.written

    def is_there(self, value: Value) -> bool:
        """Return whether a value can be read in the backward part as it is."""
        loop = self.forward.loop_of(value)
        return loop is None or value is loop.index and loop.run is not None

    def leaves(self, value: Value, state: State) -> set[Value]:
        """Return what has to be kept for the value to be there."""
        key = (value, id(state))
        if key not in self.memo:
            self.memo[key] = self.find_leaves(value, state)
        return self.memo[key]

    def find_leaves(self, value: Value, state: State) -> set[Value]:
        """Return what has to be kept for the value to be there."""
        value = self.as_item(self.fn.versions.get(value, value))
        if self.is_there(value):
            return set()
        if not self.can_repeat(value, state):
            return {value}
        assert isinstance(value, Apply)
        return set().union(*(self.leaves(a, state) for a in value.args))

    def can_repeat(self, value: Value, state: State) -> bool:
        """Return whether a value is computed again: it is cheap, and the lists that it reads stand as they did.

        What is written to is not: the writes to it are undone in the array that it was.
        """
        if not isinstance(value, Apply) or value.op is ops.READ or value in self.written:
            return False
        if not (value.op.is_cheap or value.op is ops.COPY or is_square(value)):
            return False
        for arg in value.args:
            base, root = self.base_of(arg)
            changing = self.changing(value, arg is base)
            if is_mutable(arg.kind) and root in changing and state.get(root, root) is not base:
                if arg is not base or value.op not in ITEMS or not self.is_untouched(value, state.get(root, root)):
                    return False
        return True

    def is_untouched(self, item: Apply, version: Value) -> bool:
        """Return whether nothing is written to an item of a list between two versions, whichever comes first."""
        base, *place = item.args
        for start, end in ((version, base), (base, version)):
            at = start
            for _ in range(MAX_WRITES):
                if at is end:
                    return True
                if not isinstance(at, Apply) or at.op is not ops.STORE:
                    break
                if not self.indices.are_different(place, at.args[1:-1]):
                    break
                at = at.args[0]
        return False

    def base_of(self, value: Value) -> tuple[Value, Value]:
        """Return the version of a list that an item of an item is read from, and the list."""
        while isinstance(value, Apply) and value.op in (ops.INDEX, ops.READ):
            value = value.args[0]
        return value, self.fn.versions.get(value, value)

    def lists_read(self, value: Value, state: State) -> set[Read]:
        """Return what is read of written lists where the value is computed again."""
        found: set[Read] = set()
        todo = [value]
        while todo:
            inner = todo.pop()
            if isinstance(inner, Apply) and not self.is_there(inner) and self.can_repeat(inner, state):
                todo += inner.args
                found |= self.reads_of(inner)
        return found

    def reads_of(self, item: Apply) -> set[Read]:
        """Return what an operation reads of lists: one item, the length alone or everything."""
        found: set[Read] = set()
        for k, arg in enumerate(item.args):
            if is_mutable(arg.kind):
                base, root = self.base_of(arg)
                which: Place | None = None
                if arg is base and (is_flat(arg.kind) or isinstance(arg.kind, Array)):
                    if item.op in ITEMS:
                        which = tuple(item.args[1:])
                    elif item.op in OF_LENGTH or item.op in ops.LIKE_SECOND and k == 1:
                        which = LENGTH
                found.add((root, which))
        return found

    def find_restores(self, block: Block, seen: Seen) -> None:
        """Find the writes that must be undone; `seen` is what is read behind them in the backward part."""
        for read in self.rereads.get(id(block), ()):
            seen.setdefault((*read, None))
        for item in reversed(block.items):
            if isinstance(item, Apply) and item.op in ops.RESTORES:
                if self.is_callers(item.args[0]) or any(self.would_see(item, *read) for read in seen):
                    self.restores.add(item)
                    for arg in item.args[1:]:
                        if isinstance(arg, Apply):
                            seen.update(dict.fromkeys((*read, None) for read in self.reads_of(arg)))
                continue
            if isinstance(item, (Bind, Section)):
                continue
            for inner in blocks_of(item):
                if isinstance(item, Loop):
                    earlier = item.forward
                    seen.update(dict.fromkeys((*read, earlier or item) for read in self.read_in(inner)))
                self.find_restores(inner, seen)
            if self.is_needed(item):
                seen.update(dict.fromkeys((*read, None) for read in self.read_directly(item)))

    def would_see(self, undone: Apply, read: Value, which: Place | None, earlier: Loop | None) -> bool:
        """Return whether a read behind an undone write may see it; in an earlier trip of a loop, where one is given."""
        root = undone.args[0]
        if not self.may_be_one(root, read, earlier):
            return False
        is_inside = root is not read and (holds_lists(root.kind) or holds_lists(read.kind))  # one holds the other
        if undone.op is not ops.UNSTORE or is_inside:
            return True
        if which is LENGTH:
            return False
        return which is None or self.indices.may_hit(which, undone.args[1:-1], earlier)

    def may_be_one(self, root: Value, read: Value, earlier: Loop | None) -> bool:
        """Return whether a written list may be the one that is read, perhaps in an earlier trip of a loop."""
        if self.object_of(root) is not self.object_of(read):
            return False
        if not is_made(root) or not is_flat(root.kind):
            return True
        home = self.forward.home.get(root)
        if read is root:
            return earlier is None or earlier not in self.forward.loops(home)
        if is_made(read) or isinstance(read, Param):
            return False
        carrier = self.forward.home.get(read) if isinstance(read, BlockParam) else None
        return carrier is None or all(loop.body is not carrier for loop in self.forward.loops(home))

    def object_of(self, root: Value) -> Value:
        """Return what stands for all lists that may be one object."""
        return self.fn.objects.get(root, root)

    def is_callers(self, root: Value) -> bool:
        """Return whether a list may be one of the caller's."""
        groups = {self.object_of(p) for p in self.fn.params}
        seen: set[Value] = set()
        todo = [root]
        while todo:
            value = self.fn.versions.get(todo[-1], todo[-1])
            todo.pop()
            if value in seen:
                continue
            seen.add(value)
            if self.object_of(value) in groups:
                return True
            if isinstance(value, Result) and isinstance(value.owner, Branch):
                todo += [side.results[value.index] for side in value.owner.sides]
            elif isinstance(value, Result) and isinstance(value.owner, Loop):
                todo.append(value.owner.carried[value.index])
            elif value in self.forward.carriers:
                loop, k = self.forward.carriers[value]
                todo += [loop.initial[k], loop.body.results[k]]
        return False

    def read_in(self, block: Block) -> set[Read]:
        """Return what anything in a block reads of written lists."""
        found = set(self.rereads.get(id(block), ()))
        for item in block.items:
            if self.is_needed(item) and not isinstance(item, (Bind, Section)):
                found |= self.read_directly(item)
                for inner in blocks_of(item):
                    found |= self.read_in(inner)
        return found

    def read_directly(self, item: Item) -> set[Read]:
        """Return what an item of the backward part reads of written lists."""
        found = set(self.rereads.get(id(item), ()))
        if isinstance(item, Call) and item.forward is not None:  # what the call has kept is read as it was then
            found |= {(self.base_of(a)[1], None) for a in item.forward.args if isinstance(a.kind, ListKind)}
        if isinstance(item, Apply) and item not in self.live.primal and item.op not in ops.RESTORES:
            found |= self.reads_of(item)
        return found

    # what is kept

    def choose(self) -> None:
        """Decide what is kept: what cannot be computed again, and of the rest whatever is fewer."""
        for value, leaves in self.needs.items():
            if value in leaves:
                self.kept[value] = value
        groups: dict[int, list[Value]] = {}
        for value, leaves in self.needs.items():
            if not leaves <= self.kept.keys():
                groups.setdefault(id(self.forward.loop_of(value)), []).append(value)
        for values in groups.values():
            missing = dict.fromkeys(
                leaf for v in values for leaf in self.in_order(self.needs[v]) if leaf not in self.kept
            )
            chosen = missing if len(missing) <= len(values) else dict.fromkeys(values)
            self.kept.update((v, v) for v in chosen)
        self.keep_work()

    def keep_work(self) -> None:
        """Keep the numbers that a trip would compute again in many operations, and not what only they are made of."""
        groups: dict[Block, list[Value]] = {}
        for value in self.in_order(self.needs.keys() - self.kept.keys()):
            if is_number(value):
                groups.setdefault(self.forward.home[value], []).append(value)
        for values in groups.values():
            work = {v: self.work_of(v) for v in values}
            long = [v for v in values if len(work[v]) >= LONG]
            if len(set[Value]().union(*(work[v] for v in long))) >= MUCH:
                self.kept.update((v, v) for v in long)
                read = set[Value]().union(*(self.read_again(v) for v in self.needs))
                self.kept = {v: v for v in self.kept if v in read}

    def work_of(self, value: Value) -> set[Value]:
        """Return the operations that compute a number again from others that are there; none where it reads lists."""
        found: set[Value] = set()
        todo = [value]
        while todo:
            inner = todo.pop()
            is_given = inner in self.kept or inner in self.needs and inner is not value
            if inner in found or is_given or self.is_there(inner):
                continue
            assert isinstance(inner, Apply)
            if any(is_mutable(a.kind) for a in inner.args):
                return set()
            found.add(inner)
            todo += inner.args
        return found

    def read_again(self, value: Value) -> set[Value]:
        """Return what is kept and read for a value to be there."""
        found: set[Value] = set()
        seen: set[Value] = set()
        todo = [value]
        while todo:
            inner = self.as_item(self.fn.versions.get(todo[-1], todo[-1]))
            todo.pop()
            if inner in self.kept:
                found.add(inner)
            elif inner not in seen and isinstance(inner, Apply) and not self.is_there(inner):
                seen.add(inner)
                todo += inner.args
        return found

    def in_order(self, values: set[Value]) -> list[Value]:
        """Return values in the order of the forward part."""
        if not self.order:
            self.order.update((v, n) for n, v in enumerate(self.forward.home))
        return sorted(values, key=lambda v: self.order[v])

    def keep(self, values: Sequence[Value]) -> None:
        """Keep values on a tape: pushed where they are computed, popped where that block is reversed."""
        home = self.forward.home[values[0]]
        backward = self.counterparts.get(id(home))
        if backward is None:
            raise InvalidIRError(
                f"bpcompile: a value is read where it is not there, in {self.fn.name}: please report this bug"
            )
        outermost = list(self.forward.loops(home))[-1]
        container = self.containers[id(outermost)]
        tape = Apply(ops.TAPE, (), container, None)
        container.items.insert(container.items.index(outermost), tape)
        push = Apply(ops.PUSH, (tape, *values), home, None)
        home.items.insert(max(place_after(home, v) for v in values), push)
        for k, value in enumerate(values):
            pop = Apply(ops.POP_TAPE, (tape,) if len(values) == 1 else (tape, Const(k)), backward, None)
            pop.kind = value.kind
            self.kept[value] = pop
            self.tapes[value] = tape
            self.pops.setdefault(id(backward), []).append(pop)
            self.out.again[pop] = value
        self.out.tapes[tape] = tuple(values)

    def kept_before(self) -> Iterator[tuple[Value, tuple[Loop, Value]]]:
        """Yield the carried arrays that are kept beside what each trip makes of them: one tape holds both."""
        for loop, backward in self.pairs:
            is_plain = loop.run is not None and loop.leave is None and loop.test is None
            if not is_plain or backward not in self.roots:
                continue
            pairs = {end: p for p, end in zip(loop.carried, loop.body.results) if p in self.kept and end in self.kept}
            for end, param in pairs.items():
                is_array = isinstance(param.kind, Array) and not is_mutable(param.kind) and not is_mutable(end.kind)
                if is_array and self.forward.home[end] is loop.body and isinstance(end, Apply):
                    yield param, (loop, end)

    def keep_with(self, value: Value, loop: Loop, after: Value) -> None:
        """Take what a trip started from off the tape that holds what each trip has made: the trip before made it."""
        tape, backward = self.tapes[after], self.counterparts[id(loop.body)]
        assert isinstance(tape, Apply)
        tape.args = (loop.initial[loop.carried.index(value)],)  # type: ignore[arg-type]
        last = Apply(ops.INDEX, (tape, Const(-1)), backward, None)
        last.kind = value.kind
        self.kept[value] = last
        self.pops[id(backward)].append(last)
        self.out.again[last] = value

    # the backward loops, rewritten

    def rewrite_loop(self, loop: Loop, scopes: list[dict[object, Apply]]) -> None:
        """Let the body of a backward loop read what is there."""
        keep = [k for k, p in enumerate(loop.carried) if p in self.live.values]
        loop.carried = [loop.carried[k] for k in keep]
        loop.initial = [loop.initial[k] for k in keep]
        loop.body.results = [loop.body.results[k] for k in keep]
        loop.results = [loop.results[k] for k in keep]
        for index, result in enumerate(loop.results):
            result.index = index
        self.rewrite(loop.body, scopes)

    def rewrite(self, block: Block, scopes: list[dict[object, Apply]]) -> None:
        """Let a block read what is there; what is not needed goes."""
        items: list[Item] = list(self.pops.get(id(block), ()))
        scopes = [*scopes, {}]
        last: State = {}
        for item, state in list(self.with_states(block)):
            last = state
            if isinstance(item, Loop):
                keep = {id(v) for v, p in zip(item.initial, item.carried) if p in self.live.values}
                item.initial = [v if id(v) in keep else ZERO for v in item.initial]
            if not isinstance(item, (Bind, Section)):
                replace_operands(item, self.finder(items, block, state, scopes))
            elif isinstance(item, Bind) and not self.is_there(item.value):
                continue
            if isinstance(item, Loop):
                self.rewrite_loop(item, scopes)
            elif isinstance(item, Branch):
                for side in item.sides:
                    self.rewrite(side, scopes)
            items.append(item)
        owner = self.owner_of(block)
        gone = owner.carried if isinstance(owner, Loop) else owner.results
        find = self.finder(items, block, last, scopes)
        block.results = [find(v) if r in self.live.values else ZERO for v, r in zip(block.results, gone)]
        block.items = items
        block.table = {}

    def finder(
        self, items: list[Item], block: Block, state: State, scopes: list[dict[object, Apply]]
    ) -> Callable[[Value], Value]:
        """Return what a value of the forward part is read as at the end of the items."""

        def find(value: Value) -> Value:
            value = self.as_item(value)
            root = self.fn.versions.get(value, value)
            if self.is_there(root):
                if root is not value and not self.is_there(value):
                    self.reread.add(root)
                    return root
                return value
            if root in self.kept:
                if root in self.written:
                    self.reread.add(root)
                return self.kept[root]
            assert isinstance(value, Apply)
            op, args = value.op, tuple(map(find, value.args))
            if is_square(value):
                op, args = ops.MUL, (args[0], args[0])
            is_of_list = bool(self.lists_read(value, state))
            key = value if is_of_list else (op, args)  # a number is what it was, whatever the list becomes
            found = next((scope[key] for scope in reversed(scopes) if key in scope), None)
            if found is None:
                found = Apply(op, args, block, None)
                found.kind = value.kind
                items.append(found)
                self.out.again[found] = self.names_of_items.get(value, value)
                if not is_of_list or not isinstance(value.kind, ListKind):
                    scopes[-1][key] = found
            return found

        return find

    def run_by_tape(self, loop: Loop, backward: Loop) -> None:
        """Let a loop that is not inside another one run over its tapes, where nothing asks for its index."""
        if next(self.forward.loops(self.container_of(loop)), None) is not None:
            return
        tape = next((t for v, t in self.tapes.items() if self.forward.home[v] is loop.body), None)
        if tape is None or loop.run is not None and reads(backward.body, loop.index):
            return
        if any(isinstance(t, Apply) and t.args for v, t in self.tapes.items() if self.forward.home[v] is loop.body):
            return  # it holds one item more than there are trips
        if loop.run is not None and loop.leave is None:
            backward.each = tuple(self.pops[id(backward.body)])
        backward.run, backward.tape = None, tape


ZERO = Const(0.0)
MAX_WRITES = 100  # between two versions of a list that are compared
LONG = 3  # operations that compute a number again: to keep it costs less
MUCH = 8  # operations of one trip that are saved in this way: fewer are not worth the memory


def is_made(root: Value) -> bool:
    """Return whether a list is made by an operation: it is no other list, then."""
    return isinstance(root, Apply) and root.op in ops.MAKERS


def is_square(value: Apply) -> bool:
    """Return whether a value is `x ** 2`: as `x * x`, it is computed again at little cost."""
    return value.op is ops.POW and literal(value.args[1]) == 2
