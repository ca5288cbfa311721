"""Which values are variables of the text, and which are written where they are read.

A value is a variable if the user named it, if it is read more than once and costs something, if it crosses into a
branch, or if writing it later would change the order in which operations raise. Everything else is inline.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from bpcompile.backends.restored import Restored
from bpcompile.ir import ops
from bpcompile.ir.facts import Live, Reversed, literal, may_raise
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
    Raise,
    Result,
    Section,
    Undefined,
    Unpack,
    Value,
    blocks_of,
    leaves,
    operands,
)
from bpcompile.ir.kinds import INT, is_mutable
from bpcompile.ir.kinds import Sequence as ListKind
from bpcompile.ir.places import is_basic

MAX_INLINE = 24  # levels of an expression on one line
OWN_LINE = frozenset(
    (*ops.EFFECTS, *ops.MAKERS, ops.ZEROS, ops.OR_ZEROS, ops.FILL, ops.LEAVE_ONE_OUT, ops.TAPE, ops.POP_TAPE)
)


@dataclass(slots=True)
class Plan:
    """The text's layout: its variables, and what every value is used for."""

    restored: Restored
    variables: set[Value] = field(default_factory=set)
    uses: dict[Value, int] = field(default_factory=dict)
    inline_branches: set[int] = field(default_factory=set)
    home: dict[Value, Block] = field(default_factory=dict)
    bound: dict[Value, Bind] = field(default_factory=dict)
    owner: dict[Value, Item] = field(default_factory=dict)  # of results: the item of this function
    primal: set[Apply] = field(default_factory=set)  # the operations of the forward part
    overtaken: set[Value] = field(default_factory=set)  # what reads a list or an array that changes before it is read


def plan(fn: Function, live: Live, extra: set[Value], reversed_: Reversed) -> Plan:
    """Return the layout of a reversed function; `extra` must be variables."""
    return Planner(fn, live, extra, reversed_).run()


class Planner:
    """Decides block by block, in order, so that the operands of a value are decided before it."""

    def __init__(self, fn: Function, live: Live, extra: set[Value], reversed_: Reversed) -> None:
        self.fn = fn
        self.live = live
        self.written = set(fn.versions.values())  # lists and arrays that are changed in place
        self.primals = reversed_.primals
        self.again = reversed_.again
        self.readers: dict[Value, list[Item]] = {}
        self.out = Plan(Restored(fn, live, reversed_.again), primal=live.primal)
        self.out.variables |= extra
        self.foreign: set[Value] = set()  # read in another block than their own
        self.crossing: set[Value] = set()  # read inside a loop that does not compute them
        self.bodies: set[int] = set()  # the blocks of loops
        self.is_backward = False
        self.depth: dict[Value, int] = {}
        self.eager: set[Value] = set(leaves(fn.output))

    def run(self) -> Plan:
        """Count the uses, then decide until the order of exceptions is the original's."""
        self.count(self.fn.body)
        for value in leaves(self.fn.output):
            self.use(value, self.fn.body)
        self.decide(self.fn.body)
        self.out.overtaken = Overtaken(self).run()
        self.out.variables |= self.out.overtaken
        return self.out

    def use(self, value: Value, block: Block, item: Item | None = None) -> None:
        """Count one reading of a value."""
        self.out.uses[value] = self.out.uses.get(value, 0) + 1
        if item is not None:
            self.readers.setdefault(value, []).append(item)
        home = self.out.home.get(value, block)
        if home is not block:
            self.foreign.add(value)
            if isinstance(value, Apply) and self.crosses_loop(home, block):
                self.crossing.add(value)

    def crosses_loop(self, home: Block, block: Block) -> bool:
        """Return whether a loop stands between the block where a value is computed and one that reads it."""
        inner: Block | None = block
        while inner is not None and inner is not home:
            if id(inner) in self.bodies:
                return True
            inner = inner.parent
        return False

    def count(self, block: Block) -> None:
        """Count the uses in a block and the blocks inside it."""
        self.find_eager(block)
        for item in block.items:
            if isinstance(item, Bind):
                self.out.bound.setdefault(item.value, item)
                continue
            if isinstance(item, Apply):
                self.out.home[item] = block
            elif isinstance(item, (Branch, Loop, Unpack, Call)):
                for result in item.results:
                    self.out.home[result] = block
                    self.out.owner[result] = item
            if not self.live.has(item):
                continue
            for value in self.read_by(item):
                self.use(value, block, item)
            for inner in blocks_of(item):
                if isinstance(item, Loop):
                    self.bodies.add(id(inner))
                self.count(inner)
                for value in self.leaving(item, inner):
                    self.use(value, inner)
            if isinstance(item, Loop) and item.leave is not None:
                self.use(item.leave, item.body)

    def read_by(self, item: Item) -> Sequence[Value]:
        """Return the values that an item reads: of a loop, without what it starts from for nothing."""
        if not isinstance(item, Loop):
            return operands(item)
        ends = () if item.tape is None else (item.tape,)
        initial = [v for v, p in zip(item.initial, item.carried) if p in self.live.values]
        return [*(item.run or ()), *initial, *ends]

    def leaving(self, item: Item, block: Block) -> list[Value]:
        """Return the values that leave a block inside an item and are needed."""
        if isinstance(item, Loop):
            if block is item.test:
                return block.results
            return [v for v, p in zip(block.results, item.carried) if p in self.live.values]
        assert isinstance(item, Branch)
        return [v for v, r in zip(block.results, item.results) if r in self.live.values]

    def find_eager(self, block: Block) -> None:
        """Find what is evaluated on every path: not what stands only in an arm of a conditional expression of ours."""
        self.eager.update(block.results)
        self.eager.update(i.leave for i in block.items if isinstance(i, Loop) and i.leave is not None)
        for item in reversed(block.items):
            if isinstance(item, Apply) and item in self.live.primal:
                self.eager.add(item)
            if not isinstance(item, Apply) or item in self.eager:
                lazy = isinstance(item, Apply) and item.op is ops.SELECT
                self.eager.update(operands(item)[:1] if lazy else operands(item))

    def decide(self, block: Block) -> None:
        """Choose the variables of a block."""
        for item in block.items:
            if isinstance(item, Apply) and item in self.live.values:
                if item not in self.out.variables and self.is_variable(item):
                    self.out.variables.add(item)
                self.depth[item] = 1 + max((self.level(a) for a in item.args), default=0)
                if self.depth[item] > MAX_INLINE:
                    self.out.variables.add(item)
            elif isinstance(item, (Branch, Loop, Unpack, Call)) and self.live.has(item):
                outer = self.is_backward
                self.is_backward = outer or isinstance(item, Loop) and item.is_backward
                for inner in blocks_of(item):
                    self.decide(inner)
                self.is_backward = outer
                self.decide_results(item)
        if not self.is_backward:
            self.keep_order(block)

    def level(self, value: Value) -> int:
        """Return how many levels of expression the value stands for where it is read."""
        return 0 if value in self.out.variables else self.depth.get(value, 0)

    def is_variable(self, value: Apply) -> bool:
        """Return whether an operation gets a name."""
        if value.op is ops.POP_TAPE and len(value.args) == 1:
            return not self.is_popped_in_place(value)
        if value.op is ops.ZEROS and self.becomes_item(value):
            return False
        if value in self.out.bound or value.op in OWN_LINE or value in self.written:
            return True
        if value in self.crossing and not self.is_number(value):
            return True
        if value in self.live.kept:
            return True
        if self.is_light(value) or value not in self.eager:
            return False
        return self.out.uses.get(value, 0) > 1 or value in self.foreign

    def becomes_item(self, value: Apply) -> bool:
        """Return whether an item of a list of cotangents becomes these zeros."""
        readers = self.readers.get(value, ())
        return any(isinstance(r, Apply) and r.op is ops.STORE and r.args[-1] is value for r in readers)

    def is_number(self, value: Apply) -> bool:
        """Return whether an operation is nothing but a literal."""
        return value.op is ops.COPY and isinstance(value.args[0], Const)

    def is_popped_in_place(self, value: Apply) -> bool:
        """Return whether what comes from a tape is written where it is read: once, for a write that is undone."""
        readers = self.readers.get(value, [])
        if self.out.uses.get(value, 0) != 1 or len(readers) != 1 or readers[0] not in value.block.items:
            return False
        reader = readers[0]
        return isinstance(reader, Branch) or isinstance(reader, Apply) and reader.op in ops.RESTORES

    def is_light(self, value: Value) -> bool:
        """Return whether writing the value again costs nothing to speak of."""
        if value in self.out.variables or isinstance(value, (Const, Param, BlockParam, Undefined)):
            return True
        if isinstance(value, Result):
            owner = self.out.owner.get(value)
            if id(owner) not in self.out.inline_branches or not isinstance(owner, Branch):
                return True
            parts = [owner.condition, *(side.results[value.index] for side in owner.sides)]
            return owner.form in ("and", "or") and all(self.is_light(p) for p in parts)
        assert isinstance(value, Apply)
        if value.op in (ops.ADD, ops.SUB) and isinstance(value.args[0], BlockParam) and value.args[0].kind is INT:
            is_many = self.is_backward and self.out.uses.get(value, 0) >= MANY
            return literal(value.args[1]) is not None and not is_many  # `i + 1`
        if value.op is ops.INDEX and self.is_backward and self.out.uses.get(value, 0) >= MANY:
            return False
        return (value.op in LIGHT or is_part(value)) and all(self.is_light(a) for a in value.args)

    def decide_results(self, item: Branch | Loop | Unpack | Call) -> None:
        """Choose whether a branch is a statement with variables or an expression."""
        if isinstance(item, Branch) and self.is_expression(item):
            self.out.inline_branches.add(id(item))
            result = next(r for r in item.results if r in self.live.values)
            parts = (item.condition, *(side.results[result.index] for side in item.sides))
            self.depth[result] = 1 + max(self.level(p) for p in parts)
            is_read_again = self.out.uses.get(result, 0) > 1 or result in self.foreign
            if result in self.out.bound or (is_read_again and not self.is_light(result)):
                self.out.variables.add(result)
            return
        is_written = isinstance(item, Unpack)
        if isinstance(item, Loop):
            self.out.variables.update(p for p in (*item.carried, item.index) if p in self.live.values)
            self.out.variables.add(item.index)
        self.out.variables.update(r for r in item.results if is_written or r in self.live.values)

    def is_expression(self, branch: Branch) -> bool:
        """Return whether a branch can be written as `a if c else b`, `c and a` or `c or b`."""
        results = [r for r in branch.results if r in self.live.values]
        if branch.form == "if" or branch.forward is not None or len(results) != 1:
            return False
        for side in branch.sides:
            for item in side.items:
                if isinstance(item, Apply) and item in self.out.variables and item in self.live.values:
                    return False
                if isinstance(item, (Branch, Unpack, Loop, Call)) and self.live.has(item):
                    if id(item) not in self.out.inline_branches:
                        return False
                    if any(r in self.out.variables for r in item.results):
                        return False
        return not any(isinstance(side.results[results[0].index], Undefined) for side in branch.sides)

    # the order of exceptions

    def keep_order(self, block: Block) -> None:
        """Name what may raise and would be evaluated after something later that may raise."""
        while True:
            late = self.out_of_order(block)
            if not late:
                return
            self.out.variables |= late

    def out_of_order(self, block: Block) -> set[Value]:
        """Return the values that must be evaluated where they stand."""
        pending: dict[Value, int] = {}  # inline values that may raise, not evaluated yet: where they stand
        found: set[Value] = set()
        for at, item in enumerate(block.items):
            if isinstance(item, Section):
                break
            if not self.live.has(item) or isinstance(item, Bind):
                continue
            if isinstance(item, Apply) and item not in self.out.variables:
                if may_raise(item) and item not in self.live.late and item.op is not ops.INDEX:
                    pending[item] = at
                continue
            if isinstance(item, Branch) and id(item) in self.out.inline_branches:
                result = next(r for r in item.results if r in self.live.values)
                if result not in self.out.variables:
                    if self.block_may_raise(item):
                        pending[result] = at
                    continue
            found |= self.evaluate(item, pending, at)
        if self.has_backward(block) or len(pending) > 1:
            found |= set(pending)
        return found - self.out.variables

    def evaluate(self, item: Item, pending: dict[Value, int], at: int) -> set[Value]:
        """Take what the item evaluates out of `pending`; return what it would overtake."""
        inside = [v for v in dict.fromkeys(self.tree(self.read_by(item))) if v in pending]
        last = max((pending[v] for v in inside), default=-1)
        if isinstance(item, Apply) and may_raise(item) or isinstance(item, (Unpack, Call, Raise)):
            last = at
        if isinstance(item, (Branch, Loop)) and self.block_may_raise(item):
            last = at
        places = {value: pending.pop(value) for value in inside}
        overtaken = {v for v, place in pending.items() if place < last}
        if overtaken:
            overtaken |= {v for v in inside if places[v] < max(pending[o] for o in overtaken)}
        return {v for v in overtaken if not isinstance(item, Apply) or v is not item}

    def tree(self, roots: object) -> list[Value]:
        """Return the inline values below the roots."""
        todo, found = list(roots), []  # type: ignore[call-overload]
        while todo:
            value = todo.pop()
            if value in self.out.variables:
                continue
            found.append(value)
            if isinstance(value, Apply):
                todo += value.args
            elif isinstance(value, Result) and id(self.out.owner.get(value)) in self.out.inline_branches:
                todo += operands(self.out.owner[value])
        return found

    def block_may_raise(self, item: Branch | Loop) -> bool:
        """Return whether anything needed inside may raise."""
        todo = list(blocks_of(item))
        while todo:
            for inner in todo.pop().items:
                if self.live.has(inner) and (isinstance(inner, (Unpack, Call, Raise)) or may_raise(inner)):  # type: ignore[arg-type]
                    return True
                todo += blocks_of(inner)
        return False

    def has_backward(self, block: Block) -> bool:
        """Return whether a backward part follows the block's forward part."""
        return block is self.fn.body or any(isinstance(i, Section) for i in block.items)


def is_part(value: Apply) -> bool:
    """Return whether a value is a view of an array that is written to."""
    return value.op is ops.SUBSCRIPT and is_mutable(value.args[0].kind) and is_basic(value.args[1:])


RESIZES = frozenset((ops.APPEND, ops.DROP, ops.UNAPPEND, ops.UNDROP))
Loops = tuple[list[int], ...]  # where each of the loops around something begins and ends


class Overtaken:
    """Finds what reads a list and would be written only after the list has changed: that needs a line of its own.

    Everything has a place in the text. A value that is written where it is read is evaluated at the last such place.
    """

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.out = planner.out
        self.versions = planner.fn.versions
        self.place = 0
        self.places: dict[Value, int] = {}
        self.values: list[Value] = []  # those that are written where they are read, in order
        self.evaluated: dict[Value, int] = {}  # where each value is evaluated last
        self.reads: list[tuple[int, Sequence[Value], Loops]] = []
        self.changes: dict[object, list[int]] = {}  # list -> where it changes
        self.loops_at: dict[Value, Loops] = {}
        self.within: Value | None = None  # the conditional expression that is being looked into
        self.holders: dict[Value, Value] = {}  # value -> the conditional expression that it stands in

    def run(self) -> set[Value]:
        """Return the values that need a line."""
        self.block(self.planner.fn.body, ())
        if not self.changes:
            return set()
        for at, values, loops in self.reads:
            for value in values:
                self.evaluate(value, at, loops)
        for value in reversed(self.values):
            for arg in self.parts(value):
                self.evaluate(arg, self.evaluated.get(value, self.places[value]), self.loops_at[value])
        found = [v for v in self.values if isinstance(v, Apply) and self.is_overtaken(v)]
        return {self.holders.get(v, v) for v in found}

    def evaluate(self, value: Value, at: int, loops: Loops) -> None:
        """Say that a value is evaluated at a place: in a loop that does not compute it, at each trip."""
        start = self.places.get(value)
        if start is None:
            return
        for begin, end in loops:
            if start < begin:
                at = max(at, end)
                break
        self.evaluated[value] = max(self.evaluated.get(value, 0), at)

    def parts(self, value: Value) -> Sequence[Value]:
        """Return what an expression reads."""
        if isinstance(value, Apply):
            return value.args
        owner = self.out.owner.get(value)
        assert isinstance(owner, Branch) and isinstance(value, Result)
        return (owner.condition, *(side.results[value.index] for side in owner.sides))

    def is_overtaken(self, value: Apply) -> bool:
        """Return whether a list that the value reads changes before the value is evaluated."""
        first, last = self.places[value], self.evaluated.get(value, 0)
        lists = [self.list_of(a) for a in value.args if is_mutable(a.kind)]
        if isinstance(value.kind, ListKind):  # a row of a cotangent is the same list until rows come or go
            lists = [("length", which) if isinstance(which, tuple) else which for which in lists]
        shown = (array for a in value.args for array in self.out.restored.shown_by(a))
        lists += [("restored", self.list_of(array)) for array in shown]
        if value.op is ops.LEN and not (isinstance(value.args[0], Apply) and value.args[0].op is ops.INDEX):
            lists = [("length", which) for which in lists]
        for changes in (self.changes.get(which, []) for which in lists):
            at = bisect_right(changes, first)
            if at < len(changes) and changes[at] < last:
                return True
        return False

    def list_of(self, value: Value) -> object:
        """Return which list a value is a version of, or an item of."""
        while True:
            if isinstance(value, Apply) and value.op in (ops.INDEX, ops.READ):
                value = value.args[0]
            elif value in self.planner.again:
                value = self.planner.again[value]
            elif value in self.planner.primals:
                return ("cotangent", self.planner.primals[value])
            elif value in self.versions:
                value = self.versions[value]
            else:
                return self.planner.fn.objects.get(value, value)

    def block(self, block: Block, loops: Loops) -> None:
        """Give everything in a block its place."""
        for item in block.items:
            if isinstance(item, (Bind, Section)) or not self.planner.live.has(item):
                continue
            self.place += 1
            at = self.place
            is_inline = isinstance(item, Apply) and item not in self.out.variables
            if isinstance(item, Apply):
                self.places[item] = at
                self.change(item, at)
            elif isinstance(item, Call) and item.forward is not None:
                for value in item.args:
                    self.changes.setdefault(self.list_of(value), []).append(at)
            if is_inline:
                assert isinstance(item, Apply)
                self.values.append(item)
                self.loops_at[item] = loops
                if self.within is not None:
                    self.holders[item] = self.within
            else:
                self.reads.append((at, self.planner.read_by(item), loops))
            self.inside(item, at, loops)

    def change(self, item: Apply, at: int) -> None:
        """Note that a list changes here."""
        if item.op in ops.EFFECTS and item.op is not ops.PUSH:
            which = self.list_of(item.args[0])
            self.changes.setdefault(which, []).append(at)
            if item.op is ops.UNSTORE:
                self.changes.setdefault(("restored", which), []).append(at)
            if item.op in RESIZES:
                self.changes.setdefault(("length", which), []).append(at)

    def inside(self, item: Item, at: int, loops: Loops) -> None:
        """Give everything inside a branch or a loop its place."""
        ends = [at, at]  # the second is known when the inside is done
        around = (*loops, ends) if isinstance(item, Loop) else loops
        outer = self.within
        if isinstance(item, Branch) and id(item) in self.out.inline_branches:
            self.within = outer or next(r for r in item.results if r in self.planner.live.values)
        for inner in blocks_of(item):
            self.block(inner, around)
            self.place += 1
            self.reads.append((self.place, self.planner.leaving(item, inner), around))
        if isinstance(item, Loop) and item.leave is not None:
            self.reads.append((self.place, (item.leave,), around))
        ends[1] = self.place
        self.within = outer
        if isinstance(item, (Branch, Loop, Unpack, Call)):
            for result in item.results:
                if result not in self.out.variables and id(item) in self.out.inline_branches:
                    self.places[result] = at
                    self.values.append(result)
                    self.loops_at[result] = loops


MANY = 4  # times that an item, or a place such as `i - 1`, is read in a trip of a backward loop: it gets a name
LIGHT = frozenset((*ops.COMPARISONS, ops.NOT, ops.AND, ops.NEG, ops.INDEX, ops.LEN, ops.COPY, ops.TRANSPOSE))
