"""One name for each variable: the user's where there is one, never a keyword, a builtin or somebody else's.

Two values may share a name where no value that is still needed is overwritten: `dx = ...` and `dx += ...` are two
values, and so are the two sides of a branch and what leaves it. A second version that is needed beside the first is
called `x_2`.
"""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Sequence as Sequence_

from bpcompile.backends.naming import Namer
from bpcompile.backends.numba_prelude import NUMBA_PRELUDE
from bpcompile.backends.plan import Plan
from bpcompile.backends.prelude import PRELUDE
from bpcompile.ir import ops
from bpcompile.ir.array_ops import MESHGRID, SEVERAL
from bpcompile.ir.facts import Live
from bpcompile.ir.graph import (
    Apply,
    Bind,
    Block,
    BlockParam,
    Branch,
    Call,
    Function,
    Item,
    Loop,
    Param,
    Raise,
    Result,
    Undefined,
    Unpack,
    Value,
    blocks_of,
    leaves,
    operands,
)
from bpcompile.ir.kinds import Sequence, is_mutable
from bpcompile.ir.places import only_items

HELPERS = frozenset((*PRELUDE, *NUMBA_PRELUDE))
RESERVED = frozenset(keyword.kwlist) | frozenset(keyword.softkwlist) | frozenset(dir(builtins)) | {"math", "numba"}


class Names:
    """The names of a function's variables, and of the stages that only comments mention."""

    def __init__(
        self,
        fn: Function,
        original: Function,
        plan: Plan,
        live: Live,
        primals: Mapping[Value, Value],
        output: Value | None,
        again: Mapping[Value, Value] | None = None,
        tapes: Mapping[Value, tuple[Value, ...]] | None = None,
    ) -> None:
        self.fn = fn
        self.again = again or {}
        self.tapes = tapes or {}
        self.same: dict[Value, Value] = dict(fn.versions)  # value -> another that is the same variable
        self.plan = plan
        self.live = live
        self.primals = primals
        self.may_be_lists = only_items(original)
        self.taken = frozenset(self.constant(b.name) for b in original.globals.items if isinstance(b, Bind)) | set(
            PRELUDE
        )
        self.names: dict[Value, str] = {p: p.name for p in fn.params}
        self.bases: dict[Value, str] = {}
        self.readers = first_readers(fn.body)
        named = (ops.COPY, ops.READ)
        calls = {v: c for v, c in original.calls.items() if v not in c[1]}
        self.calls = {v: call_name(c) for v, c in calls.items() if not (isinstance(v, Apply) and v.op in named)}
        self.namer = Namer(self.names, plan.bound, self.readers, {**original.hints, **self.calls}, primals, self.one)
        self.generated: set[str] = set()
        self.crowded: set[str] = set()  # bases with so many versions at once that none shares a name
        self.carriers: dict[Value, Loop] = {}
        self.families: dict[Value, set[Value]] = {}  # results that a path may leave unbound, with those they become
        self.overwritten: list[tuple[Value, Value]] = []  # of one family: what is still needed, and what it becomes
        self.exclusive: dict[str, set[Value]] = {}
        self.last: dict[str, int] = {}
        self.hints = original.hints
        self.output = (output, original.name)
        self.assign()

    def __getitem__(self, value: Value) -> str:
        """Return the name of a value; one that is no variable gets the name it would have."""
        value = self.one(value)
        if value not in self.names:
            self.names[value] = self.base(value)
        return self.names[value]

    def one(self, value: Value) -> Value:
        """Return the value that stands for the variable: a loop's result is what it carries, a version its list."""
        while value in self.same:
            value = self.same[value]
        return value

    # what a value would like to be called

    def constant(self, name: str) -> str:
        """Return the name of a module constant, changed where the generated module needs it for something else."""
        if name.startswith("math."):
            return name
        wanted, is_generated = name, name.endswith(("_grad", "_vjp"))
        while name in RESERVED or name in HELPERS or name == wanted and is_generated or self.is_files(name, wanted):
            name += "_"
        return name

    def is_files(self, name: str, wanted: str) -> bool:
        """Return whether a changed name stands in the user's file for something else."""
        return name != wanted and name in self.fn.file_names

    def base(self, value: Value) -> str:
        """Return the name that a value would have if it were the only one of that name."""
        if value not in self.bases:
            self.bases[value] = "value"  # what is carried in a circle of loops may ask for itself
            self.bases[value] = self.allowed(*self.wanted(value))
        return self.bases[value]

    def wanted(self, value: Value) -> tuple[str, bool]:
        """Return the wanted name, and whether it is the user's own."""
        if value in self.again:
            original = self.one(self.again[value])
            return self.base(original), True
        if value in self.tapes:
            kept, *others = self.tapes[value]
            if others:
                return "tape", False
            while isinstance(kept, Apply) and kept.op in ITEMS and kept not in self.plan.variables:
                kept = self.one(kept.args[0])
            return f"{self[kept]}_tape", False
        if isinstance(value, Apply) and value.op is ops.READ:
            return self.base(value.args[0]), True
        if isinstance(value, BlockParam) and value.is_users:
            return value.name, True
        bind = self.plan.bound.get(value)
        if value in self.primals:
            return f"d{self[self.primals[value]]}", False
        if bind is not None and bind.name:
            return bind.name, True
        if isinstance(value, Result) and value.name:
            return value.name, True
        if isinstance(value, Result) and isinstance(value.owner, Unpack):
            factored = value.owner.sequence
            if isinstance(factored, Apply) and factored.op in ops.FACTORS:
                return ops.FACTORS[factored.op][value.index], False
            if isinstance(factored, Apply) and factored.op in SEVERAL:
                return "grid" if factored.op is MESHGRID else "part", False
            return f"{self[value.owner.sequence]}_{value.index}", False
        if isinstance(value, BlockParam):
            return value.name or "value", value.is_users
        target = self.targets.get(value)
        if target is not None and target is not value:
            return self.base(target), True
        if value in self.hints:
            return self.hints[value], True
        if value is self.output[0]:
            return self.output[1], True
        return self.namer.suggest(value), False

    def allowed(self, name: str, is_users: bool) -> str:
        """Return the name, changed where it would hide a builtin, a constant or a name of the user's."""
        while not is_users and (name in RESERVED or name in self.taken or name in self.users):
            name += "_" if name.endswith("_2") else "_2"
        return name

    # who may share a name with whom

    def assign(self) -> None:
        """Name the variables: the forward ones first, since a cotangent is named for its primal."""
        self.users = self.fn.user_names | {p.name for p in self.fn.params}
        self.targets: dict[Value, Value] = {}
        self.find_same(self.fn.body)
        self.find_carriers(self.fn.body)
        self.find_targets(self.fn.body)
        self.find_families(self.fn.body)
        ordered = [v for v in self.in_order(self.fn.body) if v in self.plan.variables]
        self.share_bases(list(dict.fromkeys(map(self.one, ordered))))
        variables = [v for v in dict.fromkeys(map(self.one, ordered)) if v not in self.names]
        tapes = [v for v in variables if v in self.tapes]
        backward = [v for v in variables if v in self.primals or self.is_backward(v)]
        rest = set(tapes).union(backward)
        self.assign_group([v for v in variables if v not in rest])
        self.assign_group(tapes)
        self.assign_group([v for v in backward if v not in self.tapes])

    def is_backward(self, value: Value) -> bool:
        """Return whether a value is an item of a cotangent, which is named for it."""
        while isinstance(value, Apply) and value.op in ITEMS:
            value = self.one(value.args[0])
        return value in self.primals

    def find_carriers(self, block: Block) -> None:
        """Find the loop that carries each value."""
        for item in block.items:
            if isinstance(item, Loop):
                self.carriers.update((param, item) for param in item.carried)
            for inner in blocks_of(item):
                self.find_carriers(inner)

    def find_same(self, block: Block) -> None:
        """Let what a loop gives be the variable that it carries, and every version of a list be that list."""
        for item in block.items:
            for inner in blocks_of(item):
                self.find_same(inner)
            if isinstance(item, Call) and item.forward is not None:
                lists = [r for r in item.results if isinstance(r.kind, Sequence)]
                for result, value in zip(reversed(lists), reversed(item.args)):
                    while isinstance(value, Apply) and value.op is ops.INDEX:
                        value = value.args[0]
                    self.same.setdefault(result, value)
            if isinstance(item, Apply) and item.op in VERSIONS:
                self.same.setdefault(item, item.args[0])
            elif isinstance(item, Branch):
                for result, a, b in zip(item.results, item.then.results, item.orelse.results):
                    if is_mutable(result.kind) and self.one(a) is self.one(b):
                        self.same.setdefault(result, self.one(a))
            elif isinstance(item, Loop):
                for result, param, initial, end in zip(item.results, item.carried, item.initial, item.body.results):
                    self.same.setdefault(result, param)
                    if is_mutable(param.kind) and self.one(end) is param and param not in self.same:
                        self.same[param] = initial

    def find_targets(self, block: Block) -> None:
        """Remember, for what leaves a branch, the value that it becomes."""
        for item in block.items:
            for inner in blocks_of(item):
                if isinstance(item, (Branch, Loop)) and not (isinstance(item, Loop) and inner is item.test):
                    for result, value in zip(item.results, inner.results):
                        if result in self.primals and value not in self.primals or self.one(result) is self.one(value):
                            continue  # a value of the forward part keeps its own name
                        self.targets.setdefault(self.one(value), self.one(result))
                self.find_targets(inner)

    def find_families(self, block: Block) -> None:
        """Group what a path may leave unbound: a later one may become an earlier one unread, under the same name."""
        moves = self.merges(block)  # what was written to is bound, whatever its name was before
        merges = [(self.one(r), [self.one(v) for v in values if not isinstance(v, Apply)]) for r, values in moves]
        unbound: set[Value] = set()
        while True:
            new = {r for r, vs in merges if any(isinstance(v, Undefined) or v in unbound for v in vs)} - unbound
            if not new:
                break
            unbound |= new
        for result, values in merges:
            if result in unbound:
                family = self.families.get(result, {result})
                for value in values:
                    if value in unbound:
                        family |= self.families.get(value, {value})
                for value in family:
                    self.families[value] = family

    def share_bases(self, ordered: list[Value]) -> None:
        """Let the members of a family that will share a name ask for the name of the first of them."""
        families = {id(family): family for family in self.families.values() if len(family) > 1}
        for family in families.values():
            for first, *others in apart([v for v in ordered if v in family], self.base, self.carriers):
                self.bases.update(dict.fromkeys(others, self.base(first)))

    def merges(self, block: Block) -> Iterator[tuple[Value, list[Value]]]:
        """Yield what leaves branches and loops as a variable, each with what it may be."""
        for item in block.items:
            for inner in blocks_of(item):
                yield from self.merges(inner)
            if isinstance(item, Branch):
                for index, result in enumerate(item.results):
                    if result in self.plan.variables:
                        yield result, [side.results[index] for side in item.sides]
            elif isinstance(item, Loop):
                for param, *values in zip(item.carried, item.initial, item.body.results):
                    if param in self.plan.variables:
                        yield param, values

    def in_order(self, block: Block) -> Iterable[Value]:
        """Yield every value in the order of the text."""
        for item in block.items:
            if isinstance(item, Apply):
                yield item
            if isinstance(item, Loop):
                yield item.index
                yield from item.carried
            if isinstance(item, (Branch, Loop, Unpack, Call)):
                yield from item.results  # first, so that what becomes a result can take its name
            for inner in blocks_of(item):
                yield from self.in_order(inner)

    def assign_group(self, variables: list[Value]) -> None:
        """Give each variable the first version of its name that no conflicting one has."""
        by_base: dict[str, set[Value]] = {}
        for value in variables:
            by_base.setdefault(self.base(value), set()).add(value)
        shared = {v for group in by_base.values() if len(group) > 1 for v in group}
        params = [p for p in self.fn.params if p.name in by_base]
        watched: set[Value] = shared | set(params) | {v for p in params for v in by_base[self.names[p]]}
        watched = set(map(self.one, watched))
        conflicts, self.crowded = Interference(self, watched).run()
        used: dict[str, set[str]] = {}
        order = {value: at for at, value in enumerate(variables)}
        for value in variables:
            if value in self.families and value not in self.names:
                members = sorted(self.families[value], key=lambda v: order.get(v, len(order)))
                self.name_family(members, conflicts, used)
        for value in variables:
            if value in self.families:
                continue
            base = self.base(value)
            blocked = {self.names[c] for c in conflicts.get(value, ()) if c in self.names}
            blocked |= {n for n, family in self.exclusive.items() if self.targets.get(value) not in family}
            if base in self.crowded and any(p.name == base for p in params):
                blocked.add(base)
            target = self.names.get(self.targets.get(value, value))
            is_own = value in self.primals or value in self.plan.bound or isinstance(value, (Result, BlockParam))
            is_own = is_own or value in self.again
            is_free = base not in self.crowded and target not in blocked
            if target is not None and is_free and base in used.get(target, ()):
                self.names[value] = target
            else:
                self.names[value] = self.version(base, blocked, used, is_fresh=not is_own)

    def name_family(self, family: list[Value], conflicts: dict[Value, set[Value]], used: dict[str, set[str]]) -> None:
        """Give results that a path may leave unbound one name for themselves: reading it there must raise."""
        for group in apart(family, self.base, self.carriers):
            blocked = {self.names[c] for v in group for c in conflicts.get(v, ()) if c in self.names}
            name = self.version(self.base(group[0]), blocked | set(self.exclusive), used)
            self.exclusive[name] = set(group)
            for value in group:
                self.names[value] = name

    def version(self, base: str, blocked: set[str], used: dict[str, set[str]], is_fresh: bool = False) -> str:
        """Return the first of `x`, `x_2`, `x_3` ... that is free; a fresh one no other value has had."""
        number = self.last.get(base, 0) + 1 if is_fresh or base in self.crowded else 1
        name = base if number == 1 else f"{base}_{number}"
        while name in blocked or (number > 1 and self.is_foreign(name)) or self.is_of_another(name, base, used):
            number += 1
            name = f"{base}_{number}"
        self.last[base] = max(number, self.last.get(base, 0))
        used.setdefault(name, set()).add(base)
        self.generated.add(name)
        return name

    def is_foreign(self, name: str) -> bool:
        """Return whether the name is the user's, a constant's or a builtin's."""
        return name in self.users or name in self.taken or name in RESERVED

    def is_of_another(self, name: str, base: str, used: dict[str, set[str]]) -> bool:
        """Return whether variables of another base have the name."""
        if name in used:
            return base not in used[name]
        return name in self.generated


def apart(family: Sequence_[Value], base: Callable[[Value], str], carrier: Mapping[Value, Loop]) -> list[list[Value]]:
    """Return the members of a family by the name that they share: one, unless one branch or loop gives two of them."""
    owners = [v.owner if isinstance(v, Result) else carrier.get(v) for v in family]
    known = [id(owner) for owner in owners if owner is not None]
    if len(set(known)) == len(known):
        return [list(family)]
    groups: dict[str, list[Value]] = {}
    for value in family:
        groups.setdefault(base(value), []).append(value)
    return list(groups.values())


VERSIONS = frozenset((ops.ADD_AT, ops.ADD_ALL, *ops.WRITES))
ITEMS = frozenset((ops.INDEX, ops.SUBSCRIPT))
MAX_CONFLICTS = 20_000  # pairs of versions of one name that are looked at
Needed = dict[str, set[Value]]  # by the name that they ask for


class Interference:
    """Which of the given variables are needed at the same time, and so cannot share a name."""

    def __init__(self, names: Names, watched: set[Value]) -> None:
        self.names = names
        self.plan = names.plan
        self.live = names.live
        self.watched = watched
        self.found: dict[Value, set[Value]] = {}
        self.pairs: dict[str, int] = {}
        self.crowded: set[str] = set()

    def run(self) -> tuple[dict[Value, set[Value]], set[str]]:
        """Walk the function backwards; return the conflicts, and the names with too many of them."""
        if not self.watched:
            return {}, set()
        needed: Needed = {}
        for value in (*leaves(self.names.fn.output), *self.names.fn.body.results):
            self.read(value, needed)
        self.block(self.names.fn.body, needed)
        return self.found, self.crowded

    def reads(self, value: Value) -> list[Value]:
        """Return the variables that writing the value reads."""
        todo, found = [value], []
        while todo:
            value = todo.pop()
            if value in self.plan.variables or not isinstance(value, (Apply, Result)) or value in self.names.same:
                value = self.names.one(value)
                if value in self.watched:
                    found.append(value)
            elif isinstance(value, Apply):
                todo += value.args
            else:
                owner = self.plan.owner.get(value)
                if isinstance(owner, Branch):
                    todo += [owner.condition, *(s.results[value.index] for s in owner.sides)]
        return found

    def read(self, value: Value, needed: Needed) -> None:
        """Mark what writing the value reads as needed."""
        for variable in self.reads(value):
            base = self.base_of(variable)
            if base not in self.crowded:
                needed.setdefault(base, set()).add(variable)

    def write(self, value: Value, needed: Needed, through: Value | None = None) -> None:
        """Mark a variable as written here: what is needed afterwards is not overwritten."""
        value = self.names.one(value)
        if value not in self.watched:
            return
        base = self.base_of(value)
        others = needed.get(base, set())
        others.discard(value)
        through = None if through is None else self.names.one(through)
        for other in others:
            if other is not through and other is not value:
                self.conflict(value, other)
                family = self.names.families.get(value)
                if family is not None and family is self.names.families.get(other):
                    self.names.overwritten.append((other, value))
        if self.pairs.get(base, 0) > MAX_CONFLICTS:
            self.crowded.add(base)
            needed.pop(base, None)

    def is_needed(self, value: Value, needed: Needed) -> bool:
        """Return whether a variable is read afterwards."""
        value = self.names.one(value)
        return value in self.watched and value in needed.get(self.base_of(value), ())

    def base_of(self, value: Value) -> str:
        """Return the name that the value asks for."""
        return value.name if isinstance(value, Param) else self.names.base(value)

    def conflict(self, a: Value, b: Value) -> None:
        """Record that two variables must not share a name."""
        base = self.base_of(a)
        self.pairs[base] = self.pairs.get(base, 0) + 1
        self.found.setdefault(a, set()).add(b)
        self.found.setdefault(b, set()).add(a)

    def block(self, block: Block, needed: Needed) -> None:
        """Walk a block backwards; `needed` is what is read after it, and becomes what is read from its start on."""
        for item in reversed(block.items):
            if isinstance(item, Bind) or not self.live.has(item):
                continue
            if isinstance(item, Apply):
                if item in self.plan.variables:
                    if item not in self.names.same:  # a write to a list leaves the variable as it is
                        self.write(item, needed)
                    for value in operands(item):
                        self.read(value, needed)
            elif id(item) not in self.plan.inline_branches:
                self.compound(item, needed)
            else:
                self.inline(item, needed)

    def inline(self, item: Item, needed: Needed) -> None:
        """Walk a branch that is written as an expression; a variable only if what it gives has a name."""
        assert isinstance(item, Branch)
        for result in item.results:
            if result in self.plan.variables:
                self.write(result, needed)
                for value in (item.condition, *(s.results[result.index] for s in item.sides)):
                    self.read(value, needed)

    def compound(self, item: Item, needed: Needed) -> None:
        """Walk a branch, a loop, an unpacking or a `raise`."""
        if isinstance(item, Raise):
            for value in operands(item):
                self.read(value, needed)
            return
        if isinstance(item, (Unpack, Call)):
            written = [r for r in item.results if r in self.plan.variables and r not in self.names.same]
            for result in sorted(written, key=lambda r: self.is_needed(r, needed)):  # `a, a = w` loses the first
                self.write(result, needed)
            for value in operands(item):
                self.read(value, needed)
            return
        if isinstance(item, Loop):
            self.loop(item, needed)
            return
        assert isinstance(item, Branch)
        outside = {base: set(values) for base, values in needed.items() if values}
        needed.clear()
        for block, other in (item.sides, item.sides[::-1]):
            after = {b: {v for v in values if not self.stands_in(v, other)} for b, values in outside.items()}
            self.side(item, block, after)
            for base, values in after.items():
                needed.setdefault(base, set()).update(values)
        self.read(item.condition, needed)

    def stands_in(self, value: Value, block: Block) -> bool:
        """Return whether a value is computed in a block, or in one inside it."""
        home = self.plan.home.get(value)
        while home is not None and home is not block:
            home = home.parent
        return home is block

    def side(self, branch: Branch, block: Block, needed: Needed) -> None:
        """Walk one side of a branch."""
        moves = [
            (r, block.results[i])
            for i, r in enumerate(branch.results)
            if r in self.plan.variables and r not in self.names.same
        ]
        for result, value in moves:
            if isinstance(value, Undefined):
                needed.get(self.base_of(result), set()).discard(result)
            else:
                self.write(result, needed, through=value)
        for _, value in moves:
            self.read(value, needed)
        self.crossing(moves)
        self.block(block, needed)

    def crossing(self, moves: list[tuple[Result, Value]]) -> None:
        """Keep what one move reads from being overwritten by another."""
        for result, value in moves:
            own = {self.names.one(value), result}
            for _, other in moves:
                for variable in self.reads(other):
                    is_other = variable not in own and result in self.watched
                    if is_other and self.base_of(variable) == self.base_of(result):
                        self.conflict(result, variable)

    def loop(self, loop: Loop, needed: Needed) -> None:
        """Walk a loop: what is read in it is needed from its start to its end, and so is what it carries."""
        carried = [k for k, p in enumerate(loop.carried) if p in self.plan.variables and p not in self.names.same]
        inner: Needed = {base: set(values) for base, values in needed.items()}
        for value in (*self.read_inside(loop), *(loop.carried[k] for k in carried)):
            if value in self.watched and self.base_of(value) not in self.crowded:
                inner.setdefault(self.base_of(value), set()).add(value)
        if loop.leave is not None:
            self.read(loop.leave, inner)
        moves = [(loop.carried[k], loop.body.results[k]) for k in carried]
        for param, value in moves:
            if not isinstance(value, Undefined):
                self.write(param, inner, through=value)
        for _, value in moves:
            self.read(value, inner)
        self.block(loop.body, inner)
        self.write(loop.index, inner)
        if loop.test is not None:
            for value in loop.test.results:
                self.read(value, inner)
            self.block(loop.test, inner)
        for base, values in inner.items():
            needed.setdefault(base, set()).update(values)
        for k in carried:
            if isinstance(loop.initial[k], Undefined):
                needed.get(self.base_of(loop.carried[k]), set()).discard(loop.carried[k])
            else:
                self.write(loop.carried[k], needed, through=loop.initial[k])
        ends = () if loop.tape is None else (loop.tape,)
        for value in (*(loop.initial[k] for k in carried), *(loop.run or ()), *ends):
            self.read(value, needed)

    def read_inside(self, loop: Loop) -> set[Value]:
        """Return the variables from outside that anything in a loop reads."""
        made: set[Value] = {loop.index, *loop.carried}
        found: set[Value] = set()
        todo = list(blocks_of(loop))
        values: list[Value] = [] if loop.leave is None else [loop.leave]
        while todo:
            block = todo.pop()
            values += block.results
            for item in block.items:
                if isinstance(item, Apply):
                    made.add(item)
                if isinstance(item, Bind) or not self.live.has(item):
                    continue
                values += operands(item)
                if isinstance(item, (Branch, Loop, Unpack, Call)):
                    made.update(item.results)
                if isinstance(item, Loop):
                    made.update((item.index, *item.carried))
                    values += [] if item.leave is None else [item.leave]
                todo += blocks_of(item)
        made = set(map(self.names.one, made))
        for value in values:
            found.update(self.reads(value))
        return found - made


def first_readers(block: Block) -> dict[Value, Apply]:
    """Return, for each value, the first operation that reads it."""
    readers: dict[Value, Apply] = {}
    todo = [block]
    while todo:
        for item in todo.pop().items:
            if isinstance(item, Apply):
                for arg in item.args:
                    readers.setdefault(arg, item)
            todo += blocks_of(item)
    return readers


def call_name(call: tuple[str, tuple[Value, ...]]) -> str:
    """Return the name of a helper's result: `sigmoid_x`, or the helper's own where the argument has no name."""
    name, args = call
    names = [a.name for a in args if isinstance(a, Param) and not a.is_global]
    joined = "_".join([name, *names])
    return joined if names and len(joined) <= 24 else f"{name}_value"
