"""The reverse of a loop is a loop over the same trips, last one first.

    y = 0.0                        dy = 1.0; dx = 0.0
    for i in range(n):             for i in range(n - 1, -1, -1):
        y = y * x + i                  dx = dx + y * dy
                                       dy = x * dy

What the loop carries is a cotangent for each value that the forward loop carries, and for each outer value that its
body reads. The values of the forward body that the backward body mentions are looked after by `passes/storage.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bpcompile.ir import ops
from bpcompile.ir.facts import literal
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import Apply, Bind, Block, BlockParam, Item, Loop, Result, Undefined, Value, replace_values
from bpcompile.ir.kinds import INT, REAL, STR, Array, as_written
from bpcompile.ir.kinds import Sequence as ListKind
from bpcompile.passes.arrays import ArrayCotangents
from bpcompile.passes.lists import ListCotangents, local_values, read_inside
from bpcompile.passes.totals import totals_of
from bpcompile.rules.arrays import is_array


class LoopCotangents(ListCotangents, ArrayCotangents):
    """The part of the reverse sweep that deals with loops."""

    before: dict[int, dict[Value, Value]]
    ends: dict[int, dict[Value, Value]]
    delayed: list[tuple[set[Value], int]]
    frames: dict[Value, Value]
    pending: dict[Value, Value]
    passed_by_loops: set[Value]
    unchanged: set[tuple[int, int]] | None = None  # loops, each with the place of a number that it only adds to

    def reverse_loop(self, loop: Loop) -> None:
        """Append the loop that reverses another one, where a cotangent reaches it or it writes to a list."""
        versions = self.fn.versions
        writes = self.before.get(id(loop), {})
        carried = [
            k for k, p in enumerate(loop.carried) if p in self.active and p not in versions and p is not loop.index
        ]
        reached = any(self.cotangent(loop.results[k]) is not None for k in carried)
        carried = [k for k in carried if self.shape.readers.get(loop.carried[k]) or self.cotangent(loop.results[k])]
        if not reached and not writes and not self.writes_to_others(loop):
            return
        self.prepare_lists(loop)
        through = [k for k in carried if self.passes_unchanged(loop, k)]
        carried = [k for k in carried if k not in through]
        passed = {k: ct for k in through if (ct := self.cotangent(loop.results[k])) is not None}
        for ct in passed.values():
            self.algebra.seal(ct)
        self.active -= {loop.carried[k] for k in through}
        body = Block(self.block)
        body.table = dict(loop.body.table)
        backward = Loop(loop.index, None, [], [], body, span=loop.span, forward=loop, is_backward=True)
        self.set_run(backward, loop)
        lists = [k for k in carried if isinstance(loop.carried[k].kind, ListKind)]
        unread = {k for k in lists if not self.shape.readers.get(loop.carried[k])}
        incoming = {k: self.carry_in(backward, loop, k) for k in carried}
        outer = {v: self.carry(backward, v, self.cotangent(v) or self.nothing(v)) for v in self.outer_values(loop)}
        self.passed_by_loops.update(outer)
        after = dict(self.state)
        self.state.update(self.ends.get(id(loop.body), {}))

        def action() -> None:
            self.scopes[-1].update(outer)
            for k, ct in sorted({**incoming, **passed}.items()):
                end = loop.body.results[k]
                if isinstance(end.kind, ListKind):
                    self.contribute_list(end, self.or_zeros(ct, end) if k in unread else ct)
                elif not isinstance(end, Undefined):
                    self.arrive(end, ct, loop)
            self.flush()
            self.sweep(loop.body.items)
            self.flush()
            for k in carried:
                param = loop.carried[k]
                if k in unread:
                    self.keep_buffer(param, self.block.append(ops.LIST, (), None))
                elif isinstance(param.kind, ListKind) and self.cotangent(param) is None:
                    self.zeros(param)

        self.delayed.append(({loop.carried[k] for k in carried}, len(self.scopes) + 1))
        layer = self.inside(body, action, loop.body)
        self.delayed.pop()
        ends = [layer.get(loop.carried[k]) or self.nothing_in(body, loop.carried[k]) for k in carried]
        body.results = [*ends, *(layer[v] for v in outer)]
        self.out.states[backward] = after
        self.block.items.append(backward)
        self.state.update(writes)
        self.leave_loop(backward, loop, carried, list(outer), unread)
        for k, ct in passed.items():
            self.give_back(loop.initial[k], self.in_shape_of(loop.initial[k], loop.results[k], ct))

    def writes_to_others(self, loop: Loop) -> bool:
        """Return whether a loop writes to lists that it carries: one of them may be the caller's."""
        roots = {self.fn.versions[v] for v in local_values(loop) if isinstance(v, Apply) and v in self.fn.versions}
        return any(isinstance(root, BlockParam) and isinstance(root.kind, ListKind) for root in roots)

    def in_shape_of(self, initial: Value, result: Value, ct: Value) -> Value:
        """Return the cotangent of what a loop only adds to in the shape that it started with: sums may be larger."""
        if not is_array(result) or initial not in self.active or self.spans(initial, result):
            return ct
        if dims_of(initial.kind) == () or not is_array(initial):
            return self.algebra.apply(ops.SUM_TO, ct, self.fn.constants.get("None", STR))
        return self.algebra.apply(ops.UNBROADCAST, ct, initial)

    def passes_unchanged(self, loop: Loop, k: int) -> bool:
        """Return whether each trip adds to a carried number and does nothing else with it: `s += ...`.

        Its cotangent is the same before and after every trip.
        """
        if isinstance(loop.carried[k].kind, ListKind):
            return False
        if self.unchanged is None:
            self.unchanged = totals_of(self.fn, self.active)
        return (id(loop), k) in self.unchanged

    def leave_loop(self, backward: Loop, loop: Loop, carried: list[int], outer: list[Value], unread: set[int]) -> None:
        """Let the cotangents leave the backward loop; what no trip changes was never carried."""
        primals = [*(loop.carried[k] for k in carried), *outer]
        same = [end is param for param, end in zip(backward.carried, backward.body.results)]
        changed = [k for k, is_same in enumerate(same) if not is_same or k < len(carried)]
        unchanged: dict[Value, Value] = {
            p: i for k, (p, i) in enumerate(zip(backward.carried, backward.initial)) if k not in changed
        }
        replace_values(backward, unchanged)
        backward.carried = [backward.carried[k] for k in changed]
        backward.initial = [backward.initial[k] for k in changed]
        backward.body.results = [backward.body.results[k] for k in changed]
        for k, at in enumerate(changed):
            kind = backward.carried[k].kind
            if at < len(carried) and isinstance(kind, Array) and not self.is_loose(backward.carried[k]):
                kind = replace(kind, dims=dims_of(loop.initial[carried[at]].kind))
            result = Result(backward, k, None, kind)
            backward.results.append(result)
            self.out.primals[result] = primals[at]
            if self.is_loose(backward.carried[k]):
                self.loosen(result, primals[at])
            if at >= len(carried):
                self.scopes[-1][primals[at]] = result
        for k, at in enumerate(carried):
            initial, ct = loop.initial[at], backward.results[k]
            if not isinstance(initial, Undefined):
                self.give_back(initial, self.or_zeros(ct, initial) if at in unread else ct)

    def give_back(self, initial: Value, ct: Value) -> None:
        """Give the cotangent of what a loop started from."""
        if isinstance(initial.kind, Array):
            self.exact.setdefault(ct, initial)
        if isinstance(initial.kind, ListKind):
            self.contribute_list(initial, ct)
        elif initial in self.active:
            is_own = self.cotangent(initial) is None and isinstance(initial, (Apply, Result))
            if is_own and not self.is_in_place(initial) and self.shape.home.get(initial) is self.forward_block:
                self.scopes[-1][initial] = ct
            else:
                self.contribute_whole(initial, ct)

    def carry_in(self, backward: Loop, loop: Loop, k: int) -> BlockParam:
        """Return the cotangent of what a carried value is at the end of a trip of the forward loop."""
        param = self.carry(backward, loop.carried[k], self.arriving(loop, k))
        if loop.carried[k] in self.unbound and is_array(param):
            self.loosen(param, loop.body.results[k])
        elif is_array(param) and not self.is_loose(param):
            self.exact[param] = end = loop.body.results[k]
            param.kind = replace(param.kind, dims=dims_of(end.kind)) if isinstance(param.kind, Array) else param.kind
        return param

    def arriving(self, loop: Loop, k: int) -> Value:
        """Return the cotangent of what a loop gives."""
        ct = self.cotangent(loop.results[k])
        if ct is None and isinstance(loop.carried[k].kind, ListKind):
            return self.zeros(loop.results[k])
        return self.nothing(loop.results[k]) if ct is None else ct

    def arrive(self, end: Value, ct: Value, loop: Loop) -> None:
        """Give a carried cotangent to what the value was at the end of the trip."""
        is_own = isinstance(end, (Apply, Result)) and self.shape.home.get(end) is loop.body
        ends = sum(1 for other in loop.body.results if other is end)
        if is_own and ends == 1 and end in self.active and not self.is_in_place(end) and self.shape.readers[end] == 2:
            self.scopes[-1][end] = ct
        else:
            self.contribute_whole(end, ct)

    def carry(self, backward: Loop, value: Value, initial: Value) -> BlockParam:
        """Return the cotangent of a value at the start of a trip of the backward loop."""
        kind = as_written(value.kind) if self.is_buffered(value) else value.kind
        param = BlockParam("", kind if isinstance(kind, (ListKind, Array)) else REAL)
        backward.carried.append(param)
        backward.initial.append(initial)
        self.out.primals[param] = value
        if self.may_be_number(initial, value):
            self.loosen(param, value)
        return param

    def outer_values(self, loop: Loop) -> Iterator[Value]:
        """Yield the active values from outside that a loop's body reads: lists by their first version."""
        inner = set(local_values(loop))
        lists = self.lists_inside(loop)
        numbers: dict[Value, None] = {}
        for value in read_inside(loop):
            while isinstance(value, Apply) and value.op is ops.READ:
                value = value.args[0]
            is_number = not isinstance(value.kind, ListKind) and not self.is_item(value) and not self.is_buffered(value)
            if value in self.active and value not in inner and is_number:
                numbers[value] = None
        order = {v: n for n, v in enumerate(self.in_order())}
        yield from sorted(numbers, key=lambda v: order.get(v, -1))
        yield from lists

    def in_order(self) -> Iterator[Value]:
        """Yield the values of the function in order."""
        yield from self.fn.params
        yield from self.shape.home

    # trips

    def set_run(self, backward: Loop, loop: Loop) -> None:
        """Say which trips the backward loop makes: those of the forward loop, last one first."""
        if loop.run is not None and loop.leave is None and loop.test is None:
            start, stop, step = loop.run
            size = literal(step)
            if size in (1, -1):
                backward.run = (
                    self.shifted(stop, -int(size or 1)),
                    self.shifted(start, -int(size or 1)),
                    self.const(-int(size or 1)),
                )
            else:
                backward.run, backward.is_reversed = loop.run, not loop.is_reversed
            if loop.is_reversed and size in (1, -1):
                backward.run = loop.run
            return
        trips = self.count_trips(loop)
        if loop.run is None:
            backward.run = (self.const(0), trips, self.const(1))
            backward.index = BlockParam("i")
            return
        start, stop, step = loop.run
        assert not loop.is_reversed, "the front end refuses it"
        size = literal(step)
        if size in (1, -1):
            unit = int(size or 1)
            last = self.shifted(self.plus(start, trips, unit), -unit)
            backward.run = (last, self.shifted(start, -unit), self.const(-unit))
        else:
            covered = self.algebra.apply(ops.MUL, step, trips)
            backward.run = (start, self.algebra.apply(ops.ADD, start, covered), step)
            backward.is_reversed = True

    def const(self, number: int) -> Value:
        """Return an integer literal."""
        return self.algebra.const(number)

    def plus(self, start: Value, trips: Value, unit: int) -> Value:
        """Return start + trips, or start - trips."""
        if literal(start) == 0 and unit == 1:
            return trips
        return self.algebra.apply(ops.ADD if unit == 1 else ops.SUB, start, trips)

    def shifted(self, value: Value, by: int) -> Value:
        """Return an integer plus a literal one, `len(u) - 2` for `len(u) - 1` less one."""
        number = literal(value)
        if number is not None:
            return self.const(int(number) + by)
        if isinstance(value, Apply) and value.op in (ops.ADD, ops.SUB):
            inner = literal(value.args[1])
            if isinstance(inner, int):
                total = by + (inner if value.op is ops.ADD else -inner)
                value = value.args[0]
                by = total
        if by == 0:
            return value
        return self.algebra.apply(ops.ADD if by > 0 else ops.SUB, value, self.const(abs(by)))

    def count_trips(self, loop: Loop) -> Result:
        """Return how often the body of a loop ran: counted in the forward loop, once something asks."""
        if loop.trips is None:
            param = BlockParam("steps", INT)
            total = Apply(ops.ADD, (param, self.const(1)), loop.body, None)
            total.kind = INT
            loop.body.items[:0] = [total, Bind(total, "")]
            loop.carried.append(param)
            loop.initial.append(self.const(0))
            loop.body.results.append(total)
            loop.trips = Result(loop, len(loop.results), "steps", INT)
            loop.results.append(loop.trips)
        return loop.trips

    # what one stage gives to a carried value is added up before it is written

    def is_delayed(self, value: Value) -> bool:
        """Return whether a value is carried by the loop whose body is being reversed at this very level."""
        return bool(self.delayed) and value in self.delayed[-1][0] and len(self.scopes) == self.delayed[-1][1]

    def flush(self) -> None:
        """Write down what the stage has given to carried values."""
        if self.pending and self.delayed and len(self.scopes) == self.delayed[-1][1]:
            pending, self.pending = self.pending, {}
            for value, ct in pending.items():
                before = self.cotangent(value)
                total = self.algebra.signed(ct) if before is None else self.algebra.add(before, ct)
                self.name(value, total)

    def name(self, value: Value, total: Value) -> None:
        """Let the total be the value's cotangent, on a line of its own."""
        raise NotImplementedError  # pragma: no cover - `Sweep` has it

    def contribute_whole(self, value: Value, ct: Value) -> None:
        """Add what is the cotangent of a value under another name: it has its shape, whatever else it went to."""
        self.forget_owed(value, ct)
        self.contribute(value, ct)

    def contribute(self, value: Value, ct: Value) -> None:
        """Add to the cotangent of a value that has a name."""
        raise NotImplementedError  # pragma: no cover - `Sweep` has it

    def sweep(self, items: Sequence[Item]) -> None:
        """Reverse the items."""
        raise NotImplementedError  # pragma: no cover - `Sweep` has it

    def inside(self, block: Block, action: object, forward: Block | None = None) -> dict[Value, Value]:
        """Run an action in another block."""
        raise NotImplementedError  # pragma: no cover - `Sweep` has it
