"""Lowering of loops: a loop stays a loop, and what its body rebinds or writes is carried from trip to trip.

    y = 0.0                     Loop over range(n), y = 0.0:
    for i in range(n):            if y > 3: leave, next y
        if y > 3: break           else: y + i, next that
        y = y + i

`break`, `continue` and `return` become values: what follows them stands in the branch where they were not taken, and
`leave` says that this trip is the last one.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bpcompile.frontend.array_calls import ArrayCallLowerer
from bpcompile.frontend.expressions import COPY_IT, LEAVE, RETURN, RETURNED, SHOWN
from bpcompile.frontend.inference import Cell
from bpcompile.frontend.lists import METHODS
from bpcompile.frontend.module import own_nodes
from bpcompile.frontend.trees import (
    BROKEN,
    Broken,
    Conflict,
    Frame,
    Guarded,
    Known,
    Layer,
    Thing,
    UserFunction,
    const_int,
    flat,
)
from bpcompile.ir import ops
from bpcompile.ir.fitting import dims_of, joined, renewed, wider
from bpcompile.ir.graph import (
    Apply,
    Bind,
    Block,
    BlockParam,
    Branch,
    Const,
    Group,
    Loop,
    Param,
    Result,
    Undefined,
    Value,
    blocks_of,
    operands,
    replace_values,
)
from bpcompile.ir.kinds import BOOL, REAL, STR, Array, Kind
from bpcompile.ir.places import is_many
from bpcompile.ir.refine import know_as_number
from bpcompile.nodes import walk

MAX_UNROLLED = 64  # items of a tuple that a loop is written out for

Body = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Iteration:
    """What a loop runs over: the range of its index, and what the targets get in the trip with that index."""

    run: tuple[Value, Value, Value]
    item: Callable[[Value], Thing]
    lists: tuple[Value, ...] = ()  # the roots of the lists that must keep their length
    is_reversed: bool = False


class AsLists(Exception):
    """The loop must be read again: with names that hold lists at run time, or carried values of other kinds."""

    def __init__(self, names: frozenset[str], kinds: Mapping[str, Kind] | None = None) -> None:
        super().__init__(names)
        self.names = names
        self.kinds = kinds or {}


class LoopLowerer(ArrayCallLowerer):
    """Reads loops and comprehensions."""

    # what a loop runs over

    def iteration(self, node: ast.expr) -> Iteration | Broken:
        """Return what `for ... in node` runs over."""
        if isinstance(node, ast.Call):
            function = self.expression(node.func) if isinstance(node.func, (ast.Name, ast.Attribute)) else BROKEN
            if isinstance(function, Known) and function.name in ITERATORS:
                method: Callable[[ast.Call], Iteration | Broken] = getattr(self, f"over_{function.name}")
                return method(node)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and not self.mutates:
            part = self.over_part(self.expression(node.value), node.slice, node)
            if part is not None:
                return part
        return self.over_thing(self.expression(node), node)

    def over_part(self, base: Thing, bounds: ast.Slice, node: ast.AST) -> Iteration | None:
        """Return the iteration over `w[1:]` or `w[:-1]` of a list that nothing writes to, by its own indices."""
        if not isinstance(base, Value) or bounds.step is not None or self.is_vector(base):
            return None
        if not (self.is_list(base) or self.is_either(base)):
            return None
        start, end = (
            0 if part is None else self.constant_index(self.expression(part)) for part in (bounds.lower, bounds.upper)
        )
        if start is None or start < 0 or end is None or end > 0 or end == 0 and bounds.upper is not None:
            return None
        whole = self.over_list(base, node)
        if isinstance(whole, Broken):
            return None
        stop = self.apply(ops.SUB, node, whole.run[1], self.const(-end)) if end else whole.run[1]
        return Iteration((self.const(start), stop, self.const(1)), whole.item, whole.lists)

    def over_thing(self, thing: Thing, node: ast.expr) -> Iteration | Broken:
        """Return the iteration over what an expression is."""
        return thing if isinstance(thing, Broken) else self.over_list(thing, node)

    def over_list(self, thing: Thing, node: ast.AST) -> Iteration | Broken:
        """Return the iteration over a list, a tuple or the rows of an array."""
        if isinstance(thing, Value) and self.is_array(thing) and not self.is_either(thing):
            array, pattern = thing, self.constants.get("{0!s}", STR)
            rows = self.apply(ops.LEN, node, array)
            return Iteration(
                (self.const(0), rows, self.const(1)),
                lambda index: self.apply(ops.SUBSCRIPT, node, array, pattern, index),
            )
        value = self.materialise(thing, node)
        if isinstance(value, Broken):
            return value
        cell = self.list_cell(value, node)
        if cell is None:
            return BROKEN
        cell.is_open = True
        length = self.apply(ops.LEN, node, value)
        root, _ = self.place(value)

        def item(index: Value) -> Thing:
            now = self.current(value, node)
            return self.take(now, index, cell, node)

        return Iteration((self.const(0), length, self.const(1)), item, (root,))

    def over_range(self, node: ast.Call) -> Iteration | Broken:
        numbers = [self.number(a) for a in node.args]
        values = [n for n in numbers if isinstance(n, Value)]
        if len(values) < len(numbers):
            return BROKEN
        if node.keywords or not 1 <= len(values) <= 3:
            return self.refuse("BP018", "range takes 1 to 3 arguments", node)
        for value, place in zip(values, node.args):
            if isinstance(value, Const) and not isinstance(value.value, int):
                return self.refuse("BP018", "range takes integers", place)
        start, stop = (self.const(0), values[0]) if len(values) == 1 else (values[0], values[1])
        step = values[2] if len(values) == 3 else self.const(1)
        if const_int(step) == 0:
            return self.refuse("BP018", "a range with step 0", node)
        return Iteration((start, stop, step), lambda index: index)

    def over_enumerate(self, node: ast.Call) -> Iteration | Broken:
        start: Value | Broken = self.const(0)
        extra = [*node.args[1:], *(k.value for k in node.keywords if k.arg == "start")]
        if not node.args or len(extra) > 1 or any(k.arg != "start" for k in node.keywords):
            return self.refuse("BP018", "enumerate takes one sequence, and a start", node)
        inner = self.counted(node.args[0])
        if extra:
            start = self.number(extra[0])
        if isinstance(inner, Broken) or isinstance(start, Broken):
            return BROKEN
        first = start

        def item(index: Value) -> Thing:
            number = index if const_int(first) == 0 else self.apply(ops.ADD, node, first, index)
            return self.pair_of(number, inner.item(index))

        return Iteration(inner.run, item, inner.lists)

    def over_zip(self, node: ast.Call) -> Iteration | Broken:
        parts = [self.counted(a) for a in node.args]
        found = [p for p in parts if isinstance(p, Iteration)]
        if len(found) < len(parts):
            return BROKEN
        if node.keywords or not found:
            return self.refuse("BP018", "zip of nothing, or with keywords", node)
        length = found[0].run[1]
        for other in found[1:]:
            length = length if other.run[1] is length else self.apply(ops.MIN, node, length, other.run[1])
        run = (self.const(0), length, self.const(1))

        def item(index: Value) -> Thing:
            items = [p.item(index) for p in found]
            return Group(tuple(t for t in items if isinstance(t, (Value, Group))))

        return Iteration(run, item, tuple(root for p in found for root in p.lists))

    def over_reversed(self, node: ast.Call) -> Iteration | Broken:
        if node.keywords or len(node.args) != 1:
            return self.refuse("BP018", "reversed takes one sequence", node)
        inner = self.iteration(node.args[0])
        if isinstance(inner, Broken):
            return inner
        start, stop, step = inner.run
        if const_int(step) == 1:
            run = (self.less_one(stop, node), self.less_one(start, node), self.const(-1))
            return Iteration(run, inner.item, inner.lists)
        if const_int(step) == -1 and not inner.is_reversed:
            run = (self.plus_one(stop, node), self.plus_one(start, node), self.const(1))
            return Iteration(run, inner.item, inner.lists)
        return Iteration(inner.run, inner.item, inner.lists, not inner.is_reversed)

    def less_one(self, value: Value, node: ast.AST) -> Value:
        """Return the integer before."""
        number = const_int(value)
        return self.const(number - 1) if number is not None else self.apply(ops.SUB, node, value, self.const(1))

    def plus_one(self, value: Value, node: ast.AST) -> Value:
        """Return the integer after."""
        number = const_int(value)
        return self.const(number + 1) if number is not None else self.apply(ops.ADD, node, value, self.const(1))

    def counted(self, node: ast.expr) -> Iteration | Broken:
        """Return an iteration whose index counts from 0, as `zip` and `enumerate` need it."""
        inner = self.iteration(node)
        if isinstance(inner, Broken):
            return inner
        start, stop, step = inner.run
        if inner.is_reversed:
            return self.refuse("BP010", "`reversed` of such a range in `zip` or `enumerate`", node, "use an index")
        if const_int(start) == 0 and const_int(step) == 1:
            return inner
        forwards = const_int(step)
        if forwards not in (1, -1):
            return self.refuse("BP010", "a range with steps in `zip` or `enumerate`", node, "use an index")
        low, high = (start, stop) if forwards == 1 else (stop, start)
        length = high if const_int(low) == 0 else self.apply(ops.SUB, node, high, low)
        if const_int(low) == -1 and forwards == -1:
            length = self.apply(ops.ADD, node, high, self.const(1))

        def item(index: Value) -> Thing:
            op = ops.ADD if forwards == 1 else ops.SUB
            return inner.item(self.apply(op, node, start, index))

        return Iteration((self.const(0), length, self.const(1)), item, inner.lists)

    def pair_of(self, first: Value, second: Thing) -> Thing:
        """Return a tuple of two."""
        return Group((first, second)) if isinstance(second, (Value, Group)) else second

    # statements

    def read_For(self, node: ast.For) -> None:
        self.own_before(node)
        thing: Thing | None = None
        if isinstance(node.iter, (ast.Tuple, ast.List, ast.Name)):
            thing = self.expression(node.iter)  # once: it may call what writes
            if isinstance(thing, Group) and self.is_written_out_for(node, thing):
                self.unrolled(node, thing)
                return
        iteration = self.iteration(node.iter) if thing is None else self.over_thing(thing, node.iter)
        if isinstance(iteration, Broken):
            iteration = Iteration((self.const(0), self.const(1), self.const(1)), lambda index: BROKEN)
        over = iteration

        def body() -> None:
            self.statements(node.body)

        names = bound_in([node.target, *node.body])
        self.read_else(node, self.loop(node, names, over, node.target, None, body))

    def is_written_out_for(self, node: ast.For, group: Group) -> bool:
        """Return whether a loop over a tuple is read item by item: its items cannot be one list."""
        if all(isinstance(i, Value) and not self.is_list(i) and not is_many(i) for i in group.items):
            return False
        return not jumps(node.body, True) and len(group.items) <= MAX_UNROLLED

    def unrolled(self, node: ast.For, group: Group) -> None:
        """Read the body once for each item."""
        for item in group.items:
            self.assign(node.target, item)
            for statement in node.body:
                self.statement(statement)
        for statement in node.orelse:
            self.statement(statement)

    def read_While(self, node: ast.While) -> None:
        is_named = self.is_written_out(node)
        test = None if is_named else node.test
        if is_named and node.orelse and jumps(node.body, False):
            self.refuse("BP010", "a loop with `:=`, `break` and `else`", node, "move the `:=` into the body")

        def body() -> None:
            if is_named:
                leave = ast.copy_location(ast.Break(), node)
                guard = ast.If(ast.UnaryOp(ast.Not(), node.test), [leave], list(node.body))
                ast.copy_location(guard.test, node.test)
                self.statements([ast.copy_location(guard, node)])
            else:
                self.statements(node.body)

        self.read_else(node, self.loop(node, bound_in([node.test, *node.body]), None, None, test, body))

    def is_written_out(self, node: ast.For | ast.While) -> bool:
        """Return whether a `while` is read as `while True: if not ...: break`: its condition binds or writes."""
        if not isinstance(node, ast.While):
            return False
        for inner in walk(node.test):
            if isinstance(inner, ast.NamedExpr):
                return True
            if self.mutates and isinstance(inner, ast.Call) and not self.is_builtin(inner.func):
                return True
        return False

    def is_builtin(self, node: ast.expr) -> bool:
        """Return whether a function is a builtin or one of `math`, which writes to nothing."""
        if not isinstance(node, (ast.Name, ast.Attribute)) or isinstance(node, ast.Attribute) and node.attr in METHODS:
            return False
        return isinstance(self.expression(node), Known)

    def read_else(self, node: ast.For | ast.While, loop: Loop) -> None:
        """Read the `else` of a loop: it runs where nothing has left the loop."""
        if node.orelse and (loop.leave is None or self.is_written_out(node)):
            self.statements(node.orelse)
        elif node.orelse:
            self.unless(self.left(loop), node, lambda: self.statements(node.orelse))

    def unless(self, condition: Value, node: ast.AST, body: Body) -> None:
        """Read a body into the side of a branch where the condition does not hold."""
        branch = Branch(condition, Block(self.block), Block(self.block), span=self.span(node))
        with self.inside(branch.then) as then:
            pass
        with self.inside(branch.orelse) as orelse:
            body()
        self.block.items.append(branch)
        self.merge_names(branch, then, orelse)

    # a loop

    def loop(
        self,
        node: ast.AST,
        names: Sequence[str],
        over: Iteration | None,
        target: ast.expr | None,
        test: ast.expr | None,
        body: Body,
    ) -> Loop:
        """Read a loop; where a tuple turns out to be a list from the second trip on, read it again as one."""
        listed: frozenset[str] = frozenset()
        while True:
            kept = (len(self.block.items), dict(self.block.table), dict(self.refusals), dict(self.frame.layers[-1]))
            versions, callees = dict(self.layers[-1].versions), dict(self.callees)
            opened, stays = len(self.open_loops), len(self.stays)
            outer, depth, passed, iterated = self.block, len(self.layers), list(self.passed), list(self.iterated)
            for name in sorted(listed):
                thing = self.frame.get(name)
                self.frame.layers[-1][name] = self.materialise(thing, node) if thing is not None else BROKEN
            try:
                return self.read_loop(node, names, over, target, test, body, listed)
            except AsLists as again:
                place = self.span(node)
                self.wider.update({(place, name): kind for name, kind in again.kinds.items()})
                count, table, self.refusals, bound = kept
                self.block, self.passed, self.iterated, self.callees = outer, passed, iterated, callees
                del self.layers[depth:]
                del self.open_loops[opened:]
                del self.block.items[count:]
                self.block.table = table
                layer = self.frame.layers[-1]
                layer.clear()
                layer.update(bound)
                self.layers[-1].versions = versions
                if again.names <= listed and not again.kinds:
                    raise AssertionError("a loop is read again for nothing") from None
                listed |= again.names
            finally:
                del self.stays[stays:]

    def read_loop(
        self,
        node: ast.AST,
        names: Sequence[str],
        over: Iteration | None,
        target: ast.expr | None,
        test: ast.expr | None,
        body: Body,
        listed: frozenset[str],
    ) -> Loop:
        """Read a loop once."""
        self.own_before(node)
        run = over.run if over is not None else None
        loop = Loop(BlockParam("i"), run, [], [], Block(self.block), span=self.span(node))
        loop.is_reversed = over is not None and over.is_reversed
        start: dict[str, Thing | None] = {}
        self.stays.append(frozenset(n for n in names if self.is_changed_in_place(n, node)))
        names = [n for n in names if n not in self.stays[-1]]
        names = [*names, *([RETURNED] if returns_inside(node) else [])]
        roots = self.open_lists()
        self.open_loops.append(loop)
        self.iterated += over.lists if over is not None else ()
        with self.inside(loop.body) as layer:
            layer.is_trip = True
            for name in names:
                start[name] = self.carry_in(loop, name, self.outer_thing(name))
                self.bind_start(layer, name, start[name])
            versions = {root: self.carry_version(loop, root) for root in roots}
            for carried, initial in zip(loop.carried, loop.initial):
                if carried not in self.versions:
                    self.note_sources(carried, initial)
            if test is not None:
                loop.test = Block(self.block.parent)
                with self.inside(loop.test):
                    condition = self.truth(test)
                    loop.test.results = [condition if isinstance(condition, Value) else self.const(False)]
            layer[LEAVE] = self.const(False)
            if over is not None and target is not None:
                self.start_trip(loop, over, target)
            elif over is not None:
                over.item(loop.index)
            body()
        del self.iterated[len(self.iterated) - (len(over.lists) if over is not None else 0) :]
        self.open_loops.pop()
        self.close(loop, layer, names, start, versions, node, listed, over)
        return loop

    def is_changed_in_place(self, name: str, node: ast.AST) -> bool:
        """Return whether a loop binds a name by `x += y` alone, and `x` is an array: it stays that array."""
        thing = self.outer_thing(name)
        if not self.writes_arrays or not isinstance(thing, Value) or not self.is_surely_array(thing):
            return False
        if any(name in names for names in self.stays):
            return True  # as the loop around does
        if name not in self.part_written and self.is_sole(thing):
            return False
        nodes = [n for n in walk(node) if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store)]
        added = {id(n.target) for n in walk(node) if isinstance(n, ast.AugAssign)}
        return all(id(n) in added for n in nodes)

    def each_index(self, count: Value, node: ast.AST, body: Callable[[Value], None]) -> None:
        """Read a body once, in a loop over so many indices."""

        def item(index: Value) -> Thing:
            body(index)
            return index

        over = Iteration((self.const(0), count, self.const(1)), item)
        self.loop(node, [], over, None, None, lambda: None)

    def open_lists(self) -> list[Value]:
        """Return the lists that a loop may write to: those of the program, or those that a comprehension builds."""
        if not self.mutates and not self.collecting:
            return []
        params = [v for v in self.params if self.may_be_list(v)] if self.mutates else []
        arrays = self.open_arrays() if self.writes_arrays else []
        return [*params, *(r for layer in self.layers for r in layer.roots), *arrays]

    def may_be_list(self, param: Param) -> bool:
        """Return whether a parameter is a list, or is not known to be a number yet."""
        cell = self.cells.get(param)
        return cell is not None and cell.shape != "number"

    def outer_thing(self, name: str) -> Thing | None:
        """Return what a name is before the loop."""
        return self.frame.get(name)

    def bind_start(self, layer: Layer, name: str, thing: Thing | None) -> None:
        """Bind a name to what it is at the start of a trip."""
        if thing is not None:
            layer[name] = thing

    def start_trip(self, loop: Loop, over: Iteration, target: ast.expr) -> None:
        """Bind the targets of a `for` loop."""
        item = over.item(loop.index)
        if isinstance(target, ast.Name) and item is loop.index:
            loop.index.name, loop.index.is_users = target.id, True
        leaves_ = list(flat(item))
        loop.each = tuple(v for v in leaves_ if isinstance(v, Apply) and v.op is ops.INDEX and loop.index in v.args)
        self.assign(target, item)

    def carry_in(self, loop: Loop, name: str, before: Thing | None) -> Thing | None:
        """Return what a name is at the start of a trip: carried values in place of what the body rebinds."""
        if name in (RETURNED, LEAVE):
            before = self.const(False)
        if before is None:
            param = self.carried(loop, SHOWN.get(name, name), Undefined(), name not in SHOWN)
            self.maybe_unbound.add(param)
            self.cells.put(param, Cell())
            return param
        if isinstance(before, Group):
            items = [self.carry_in(loop, f"{name}_{k}", item) for k, item in enumerate(before.items)]
            return Group(tuple(t for t in items if isinstance(t, (Value, Group))), before.is_tuple)
        if isinstance(before, Value):
            is_list = self.is_list(before)
            if self.is_vector(before):
                return Conflict(f"`{name}` is an array that is written item by item, and a loop rebinds it")
            initial = self.current_outside(loop, before) if is_list or self.writes_arrays else before
            param = self.carried(loop, SHOWN.get(name, name), initial, name not in SHOWN)
            if is_list:
                cell = self.cells.get(before)
                assert cell is not None
                self.cells.put(param, cell)
                self.tentative.add(param)
                self.layers[-1].roots.append(param)
            if before in self.maybe_unbound:
                self.maybe_unbound.add(param)
            cell = self.cells.get(before)
            if cell is not None and not is_list:
                self.link(param, [cell])
            return param
        if isinstance(before, Broken):
            return before
        return Conflict(f"`{name}` is rebound in a loop")

    def current_outside(self, loop: Loop, value: Value) -> Value:
        """Return a list as it stands before a loop whose body is being opened."""
        inner, self.block = self.block, loop.body.parent or self.block
        value = self.current(value, ast.Pass())
        self.block = inner
        return value

    def carried(self, loop: Loop, name: str, initial: Value, is_users: bool) -> BlockParam:
        """Return a new carried value."""
        param = BlockParam(name, initial.kind if not isinstance(initial, Undefined) else REAL, is_users)
        param.kind = self.wider.get((loop.span, name), param.kind)
        self.taken_for[param] = param.kind
        loop.carried.append(param)
        loop.initial.append(initial)
        return param

    def widened(self, param: Value, end: Value, initial: Value) -> Kind | None:
        """Return what a carried value has to be as well: an array whose shape a trip changes."""
        if dims_of(param.kind) == () and self.taken_for.get(param) == Array(None):  # a trip needs one number
            know_as_number(end)
            know_as_number(initial)
            return None
        is_first = isinstance(initial, Undefined) and not isinstance(param.kind, Array)
        kind = end.kind if is_first else wider(param.kind, end.kind)
        return kind if isinstance(kind, Array) and kind != param.kind else None

    def carry_version(self, loop: Loop, root: Value) -> BlockParam:
        """Return the version of a list at the start of a trip."""
        before = self.version_before(root)
        param = self.carried(loop, "", before, False)
        cell = self.cells.get(root)
        self.versions[param] = root
        self.carried_from[param] = before
        if cell is not None:
            self.cells.put(param, cell)
        self.layers[-1].versions[root] = param
        return param

    def version_before(self, root: Value) -> Value:
        """Return the version of a list before the loop that is being opened."""
        for layer in reversed(self.layers[:-1]):
            if root in layer.versions:
                return layer.versions[root]
        return root

    # the end of a loop

    def close(
        self,
        loop: Loop,
        layer: Layer,
        names: Sequence[str],
        start: dict[str, Thing | None],
        versions: dict[Value, BlockParam],
        node: ast.AST,
        listed: frozenset[str],
        over: Iteration | None,
    ) -> None:
        """Decide what is carried, and bind the names to what they are after the loop."""
        nexts: dict[Value, Value] = {}  # carried value -> what it is after the trip
        after: dict[str, Thing] = {}
        self.layers.append(layer)  # what lists are at the end of a trip
        outer, self.block = self.block, loop.body
        for name in names:
            end = layer.get(name)
            after[name] = self.carry_on(loop, name, start[name], end, self.frame.get(name), nexts)
        self.rebound = frozenset(names)
        self.settle_owners(layer, node, over.lists if over is not None else ())
        self.block = outer
        self.layers.pop()
        if layer.get(RETURN) is not None:
            after[RETURN] = self.carry_out(loop, layer[RETURN], nexts)
            names = [*names, RETURN]
        leave = layer.get(LEAVE)
        loop.leave = leave if isinstance(leave, Value) and not is_false(leave) else None
        for root, param in versions.items():
            nexts[param] = layer.versions[root]
            if nexts[param] is not param and root in self.frozen:
                self.refuse(
                    "BP028",
                    f"a loop writes to a list, and {self.frozen[root]}",
                    node,
                    "write to a copy: `w = w.copy()`",
                )
        if loop.is_reversed and loop.leave is not None:
            what = "a reversed range with steps, in a loop that is left early"
            self.refuse("BP010", what, node, "write the range backwards")
        for carried, initial in zip(loop.carried, loop.initial):
            self.note_sources(carried, initial, nexts.get(carried, carried))
        self.check_carried(loop, {root: param for root, param in versions.items() if nexts[param] is not param})
        used = values_read(loop)
        wrong = {p for p in loop.carried if p not in nexts and p in used}
        wrong |= {
            p for p, i in zip(loop.carried, loop.initial) if isinstance(i, Undefined) and self.is_list(p) and p in used
        }
        params = [p for p in loop.carried if p in nexts]
        self.check_in_place(loop, nexts, layer)
        starts = dict(zip(loop.carried, loop.initial))
        wider = {p.name: kind for p in params if (kind := self.widened(p, nexts[p], starts[p])) is not None}
        if wider:
            raise AsLists(listed, wider)
        again = {n for n in start if isinstance(start[n], Group) and (self.is_list(layer.get(n)))}
        if again - listed:
            raise AsLists(frozenset(again))
        for name in start:
            if wrong & set(flat(start[name])):
                self.refuse(
                    "BP024", f"`{name}` is one kind of thing before a loop and another in it", node, "give it one kind"
                )
        same: dict[Value, Value] = {
            p: i for p, i in zip(loop.carried, loop.initial) if nexts.get(p, p) is p and not is_unbound(p, i, used)
        }
        for rebound in same:
            if rebound in layer.versions:
                why = "a list is written in a loop that binds its name anew"
                self.refuse("BP028", why, node, "bind the other name before the loop")
        keep = [(p, i) for p, i in zip(loop.carried, loop.initial) if p not in same]
        loop.carried, loop.initial = [p for p, _ in keep], [i for _, i in keep]
        loop.body.results = [nexts.get(p, p) for p in loop.carried]
        results = self.results(loop, nexts, same)
        replace_values(loop, same)
        self.block.items.append(loop)
        for root, param in versions.items():
            if param in results:
                self.set_version(root, results[param])
        for result in results.values():
            self.note_sources(result, loop.initial[result.index], loop.body.results[result.index])
        for name in names:
            if isinstance(thing := after[name], (Value, Group)):
                thing = self.after_loop(thing, results, same)
            elif isinstance(thing, Guarded):
                thing = Guarded(thing.thing, results[thing.flag])
            if name in SHOWN or self.frame.get(name) is not None or not is_missing(after[name], nexts):
                self.frame.bind(name, thing)

    def carry_out(self, loop: Loop, thing: Thing, nexts: dict[Value, Value], name: str = RETURN) -> Thing:
        """Let what is returned, or a tuple that is only bound inside, leave the loop; no trip reads it."""
        if isinstance(thing, Group):
            items = [
                self.carry_out(loop, i, nexts, f"{name}_{k}" if name != RETURN else name)
                for k, i in enumerate(thing.items)
            ]
            bad = next((i for i in items if not isinstance(i, (Value, Group))), None)
            return bad or Group(tuple(i for i in items if isinstance(i, (Value, Group))), thing.is_tuple)
        if not isinstance(thing, Value) or self.is_list(thing):
            return Conflict("a list inside a tuple leaves a loop") if isinstance(thing, Value) else thing
        param = self.carried(loop, SHOWN.get(name, name), Undefined(), False)
        cell = self.cells.get(thing)
        self.link(param, [cell] if cell is not None else [])
        nexts[param] = thing
        return param

    def left(self, loop: Loop) -> Value:
        """Return whether something has left the loop."""
        param = self.carried(loop, SHOWN[LEAVE], self.const(False), False)
        assert loop.leave is not None
        loop.body.results.append(loop.leave)
        result = Result(loop, len(loop.results), SHOWN[LEAVE], BOOL)
        self.home[result] = self.block
        loop.results.append(result)
        param.kind = BOOL
        return result

    def results(self, loop: Loop, nexts: Mapping[Value, Value], same: Mapping[Value, Value]) -> dict[Value, Result]:
        """Return what leaves the loop, by carried value."""
        results: dict[Value, Result] = {}
        for index, (param, initial) in enumerate(zip(loop.carried, loop.initial)):
            end = nexts.get(param, param)
            if isinstance(initial, Undefined) or self.is_list(param):
                param.kind, kind = end.kind, renewed(end.kind)
            else:
                kind = joined(initial.kind, end.kind)
                param.kind = param.kind if isinstance(kind, Array) else kind
            result = Result(loop, index, param.name if param.is_users else param.name or None, kind)
            self.home[result] = self.block
            loop.results.append(result)
            cell = self.cells.get(param)
            if cell is not None:
                self.cells.put(result, cell)
            if self.is_list(result) and param not in self.versions:
                self.join(result, param)
                if param in self.owned:
                    self.owned.add(result)
                    self.layers[-1].roots.append(result)
                else:
                    self.frozen.setdefault(result, "a loop may have bound it to another list")
            if isinstance(initial, Undefined) or initial in self.maybe_unbound or end in self.maybe_unbound:
                self.maybe_unbound.add(result)
            results[param] = result
        return results

    def after_loop(self, thing: Value | Group, results: Mapping[Value, Result], same: Mapping[Value, Value]) -> Thing:
        """Return what a name is after the loop, from what it is at the start of a trip."""
        if isinstance(thing, Group):
            items = [self.after_loop(i, results, same) for i in thing.items]
            return Group(tuple(t for t in items if isinstance(t, (Value, Group))), thing.is_tuple)
        if thing in results:
            return results[thing]
        while thing in same:
            thing = same[thing]
        return BROKEN if isinstance(thing, Undefined) else thing

    def carry_on(
        self,
        loop: Loop,
        name: str,
        start: Thing | None,
        end: Thing | None,
        before: Thing | None,
        nexts: dict[Value, Value],
    ) -> Thing:
        """Say what a name's carried values are in the next trip; return what it is after the loop."""
        if isinstance(start, Broken) or isinstance(end, Broken):
            for value in flat(start):
                nexts[value] = value
            return BROKEN
        if isinstance(start, Group) and isinstance(end, Group):
            if (len(start.items), start.is_tuple) == (len(end.items), end.is_tuple):
                befores = before.items if isinstance(before, Group) else (None,) * len(start.items)
                triples = zip(start.items, end.items, befores)
                parts = [self.carry_on(loop, name, a, b, c, nexts) for a, b, c in triples]
                bad = next((p for p in parts if not isinstance(p, (Value, Group))), None)
                return bad or Group(tuple(p for p in parts if isinstance(p, (Value, Group))), start.is_tuple)
            if not start.is_tuple and not end.is_tuple:
                raise AsLists(frozenset((name,)))
            return Conflict(f"`{name}` is a tuple of another length after a trip of the loop")
        if before is not None and isinstance(start, BlockParam) and self.is_list(start) and isinstance(end, Group):
            end = self.materialise(end, ast.Pass()) if not end.is_tuple else end
        if before is None and isinstance(start, BlockParam) and isinstance(end, Group):
            return self.carry_out(loop, end, nexts, name)
        is_value = isinstance(start, BlockParam) and isinstance(end, Value) and start in loop.carried
        if is_value and not (before is None and self.is_same_in_each_trip(end)):
            assert isinstance(start, BlockParam) and isinstance(end, Value)
            return self.carry_value(name, start, end, before, nexts, self.layers[-1])
        if before is None and self.is_same_in_each_trip(end):
            flag = self.carried(loop, name, Undefined(), True)
            nexts[flag] = self.const(True)
            assert end is not None
            return Guarded(end, flag)
        if start is end:
            for value in flat(start):
                nexts[value] = value
            return before if before is not None else Conflict(f"`{name}` is bound in a loop only")
        if isinstance(start, Conflict) and type(before) is type(end) and before == end:
            return before if before is not None else start
        return Conflict(f"`{name}` is one kind of thing before the loop and another in it")

    def is_made_here(self, value: Value, layer: Layer) -> bool:
        """Return whether a list is made anew in each trip."""
        root, path = self.place(value)
        return not path and root in layer.roots and isinstance(root, Apply)

    def carry_out_list(self, name: str, start: BlockParam, end: Value, nexts: dict[Value, Value]) -> Thing:
        """Let a list that each trip makes leave the loop; where there was none, reading it raises."""
        own, cell = self.cells.get(start), self.cells.get(end)
        assert cell is not None
        if own is not None and own.shape:
            return Conflict(f"`{name}` is a number on one path and a list on another")
        self.cells.put(start, cell)
        self.passed.append((start, end, None))
        nexts[start] = self.current(end, ast.Pass())
        return start

    # who holds a list

    def settle_owners(self, layer: Layer, node: ast.AST, iterated: Sequence[Value]) -> None:
        """Say which of the carried lists may be written: those that no other name can hold."""
        passed, self.passed = self.passed, []
        params = {start for start, _, _ in passed}
        ends = [self.place(end) for _, end, _ in passed]
        roots = [root for root, _ in ends]
        firsts = [self.place(before) for _, _, before in passed if isinstance(before, Value)]
        is_alone = (
            not any(path for _, path in (*ends, *firsts))
            and len(set(roots)) == len(roots)
            and len({root for root, _ in firsts}) == len(firsts)
            and all(root in params or root in layer.roots and root not in self.moved for root in roots)
            and not any(root in self.frozen for root in (*roots, *(root for root, _ in firsts)))
            and not {root for root, _ in firsts} & {*self.iterated, *iterated}
            and not self.held_elsewhere({root for root, _ in firsts}, {id(b) for _, _, b in passed})
        )
        for start, end, before in passed:
            self.join(start, end)
            if isinstance(before, Value):
                self.join(start, before)
            if is_alone:
                self.owned.add(start)
                continue
            for value in self.same_objects(start):
                if isinstance(value, (BlockParam, Result)):
                    self.owned.discard(value)
                    self.freeze(value, "a loop binds it to another name")
                    for place in self.wrote.get(value, []):
                        why = "a list is written here that a loop rebinds, and it may have another name"
                        self.refuse("BP028", why, place, COPY_IT)
            for value in (start, end, *([before] if isinstance(before, Value) else [])):
                self.freeze(value, "a loop binds it to another name")

    def held_elsewhere(self, roots: set[Value], passed: set[int]) -> bool:
        """Return whether a name of any active function holds one of the lists, but those that the loop rebinds."""
        frame: Frame | None
        for frame in self.frames():
            for layer in frame.layers:
                for name, thing in layer.items():
                    is_own = frame is self.frame and name in self.rebound
                    if not is_own and any(self.place(v)[0] in roots for v in flat(thing)):
                        return True
        return False

    def frames(self) -> list[Frame]:
        """Return the frames of all functions that are being read."""
        found: list[Frame] = []
        for outer in [*self.calling, self.frame]:
            frame: Frame | None = outer
            while frame is not None:
                found.append(frame)
                frame = frame.outer
        return found

    def is_same_in_each_trip(self, thing: Thing | None) -> bool:
        """Return whether a name is bound to one thing in every trip: a function, or a list that was made outside."""
        if isinstance(thing, (UserFunction, Known)):
            return isinstance(thing, Known) or not thing.defaults
        if not isinstance(thing, Value) or not self.is_list(thing):
            return False
        root, path = self.place(thing)
        is_outer = isinstance(root, Param) or any(root in layer.roots for layer in self.layers[:-1])
        return not path and is_outer and thing is root

    def carry_value(
        self, name: str, start: BlockParam, end: Value, before: Thing | None, nexts: dict[Value, Value], layer: Layer
    ) -> Thing:
        """Say what one carried value is in the next trip."""
        if end is start:
            if before is not None and self.is_list(start):
                self.passed.append((start, end, before))
            nexts[start] = start
            return start
        if before is None and self.is_list(end) and self.is_made_here(end, layer):
            return self.carry_out_list(name, start, end, nexts)
        if before is not None and self.is_list(start) and self.is_list(end):
            a, b = self.cells.get(start), self.cells.get(end)
            assert a is not None and b is not None
            shapes = {c.all_items().shape or "number" for c in (a, b)}
            if len(shapes) > 1:
                return Conflict(f"`{name}` is a list of other things after a trip of the loop")
            a.all_items().shape = b.all_items().shape = shapes.pop()
            self.items.one(a.all_items(), b.all_items())
            a.is_open = True
            self.passed.append((start, end, before))
            nexts[start] = self.current(end, ast.Pass())
            return start
        if self.is_list(start) or self.is_list(end):
            what = "bound in a loop only" if before is None else "a number on one path and a list on another"
            return Conflict(f"`{name}` is {what}")
        cells = [c for c in map(self.cells.get, (end, before)) if c is not None]  # type: ignore[arg-type]
        own = self.cells.get(start)
        is_known = own is None and before is not None or len(cells) < (1 if before is None else 2)
        if is_known or any(c.shape for c in cells) or own is not None and own.shape:
            for cell in (*cells, *([own] if own is not None else [])):
                cell.be("number")
        elif own is None:
            self.link(start, cells)
        else:
            own.linked = cells
        nexts[start] = self.current(end, ast.Pass()) if self.writes_arrays else end
        return start

    # comprehensions

    def lower_ListComp(self, node: ast.ListComp) -> Thing:
        return self.comprehension(node)

    def lower_GeneratorExp(self, node: ast.GeneratorExp) -> Thing:
        return self.refuse("BP012", "a generator expression outside a call", node, "write a list comprehension")

    def comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> Thing:
        """Return the list that a comprehension builds."""
        for inner in walk(node):
            if isinstance(inner, ast.NamedExpr):
                return self.refuse("BP012", "`:=` in a comprehension", inner, "write a loop")
            if isinstance(inner, ast.comprehension) and inner.is_async:
                return self.refuse("BP012", "an asynchronous comprehension", node, "write plain, synchronous code")
        made = self.make(ops.LIST, node, self.new_items(node))
        self.collecting += 1
        first = self.iteration(node.generators[0].iter)
        names = frozenset(n for g in node.generators for n in bound_in([g.target]))
        outer = self.frame
        self.frame = Frame(outer.node, names, outer)
        try:
            self.generators(node, 0, made, first)
        finally:
            self.frame = outer
            self.collecting -= 1
        if isinstance(first, Iteration) and len(node.generators) == 1 and not node.generators[0].ifs:
            if const_int(first.run[0]) == 0 and const_int(first.run[2]) == 1:
                self.note_length(made, first.run[1])
        return made

    def generators(self, node: ast.ListComp | ast.GeneratorExp, at: int, made: Value, over: Iteration | Broken) -> None:
        """Read one `for` of a comprehension, and what stands inside it."""
        generator = node.generators[at]
        if isinstance(over, Broken):
            over = Iteration((self.const(0), self.const(1), self.const(1)), lambda index: BROKEN)

        def inner() -> None:
            if at + 1 < len(node.generators):
                self.generators(node, at + 1, made, self.iteration(node.generators[at + 1].iter))
            else:
                self.append(made, self.expression(node.elt), node)

        def body() -> None:
            self.where(generator.ifs, inner)

        self.loop(node, bound_in([generator.target]), over, generator.target, None, body)

    def where(self, conditions: Sequence[ast.expr], body: Body) -> None:
        """Read a body where all conditions hold."""
        if not conditions:
            body()
            return
        condition = self.truth(conditions[0])
        if not isinstance(condition, Value):
            condition = self.const(True)
        branch = Branch(condition, Block(self.block), Block(self.block), span=self.span(conditions[0]))
        with self.inside(branch.then) as then:
            self.where(conditions[1:], body)
        with self.inside(branch.orelse) as orelse:
            pass
        self.block.items.append(branch)
        self.merge_names(branch, then, orelse)

    def statements(self, body: Sequence[ast.stmt]) -> None:
        """Read the statements of a loop's body."""
        raise NotImplementedError  # pragma: no cover - `StatementLowerer` has it

    def statement(self, node: ast.AST) -> None:
        """Read one statement."""
        raise NotImplementedError  # pragma: no cover - `StatementLowerer` has it

    def assign(self, target: ast.expr, thing: Thing) -> None:
        """Bind a target."""
        raise NotImplementedError  # pragma: no cover - `StatementLowerer` has it


ITERATORS = frozenset(("range", "enumerate", "zip", "reversed"))


def bound_in(nodes: Sequence[ast.AST]) -> list[str]:
    """Return the names that the nodes bind, in the order of their places."""
    found: list[ast.Name | ast.FunctionDef] = []
    for root in nodes:
        wrapped = ast.Lambda(ast.arguments([], [], None, [], [], None, []), root)  # type: ignore[arg-type]
        nodes_ = list(own_nodes(wrapped))
        comprehended = {id(n) for c in nodes_ if isinstance(c, ast.comprehension) for n in walk(c.target)}
        for node in nodes_:
            is_target = isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del))
            is_target = is_target and id(node) not in comprehended  # it is a name of the comprehension's own
            if isinstance(node, (ast.Name, ast.FunctionDef)) and (is_target or isinstance(node, ast.FunctionDef)):
                found.append(node)
    found.sort(key=lambda n: (n.lineno, n.col_offset))
    return list(dict.fromkeys(n.id if isinstance(n, ast.Name) else n.name for n in found))


def jumps(body: Sequence[ast.stmt], with_continue: bool) -> bool:
    """Return whether statements may leave the loop that they stand in (or go on with its next trip)."""
    todo: list[tuple[ast.AST, bool]] = [(s, True) for s in body]
    while todo:
        node, is_own = todo.pop()
        if isinstance(node, ast.Return) or is_own and isinstance(node, ast.Break):
            return True
        if is_own and with_continue and isinstance(node, ast.Continue):
            return True
        if isinstance(node, (ast.If, ast.For, ast.While)):
            inner = is_own and isinstance(node, ast.If)
            todo += [(s, inner) for s in node.body]
            todo += [(s, is_own) for s in node.orelse]
    return False


def returns_inside(node: ast.AST) -> bool:
    """Return whether a `return` stands in a loop."""
    todo: list[ast.AST] = [node]
    while todo:
        inner = todo.pop()
        if isinstance(inner, ast.Return):
            return True
        if isinstance(inner, (ast.If, ast.For, ast.While)):
            todo += [*inner.body, *inner.orelse]
    return False


def values_read(loop: Loop) -> set[Value]:
    """Return every value that a loop reads in one trip: not what only might be handed on to the next one."""
    todo: list[Value] = [] if loop.leave is None else [loop.leave]
    sources: dict[Value, list[Value]] = {}  # what leaves an inner branch or loop -> what it may be
    blocks = list(blocks_of(loop))
    if loop.test is not None:
        todo += loop.test.results
    while blocks:
        for item in blocks.pop().items:
            if isinstance(item, Loop):
                todo += [*(item.run or ()), *(item.test.results if item.test is not None else [])]
                todo += [item.leave] if item.leave is not None else []
                for result, param, *values in zip(item.results, item.carried, item.initial, item.body.results):
                    sources[result] = sources[param] = values
            elif not isinstance(item, Bind):
                todo += operands(item)
            if isinstance(item, Branch):
                sources.update((r, [side.results[r.index] for side in item.sides]) for r in item.results)
            blocks += blocks_of(item)
    found: set[Value] = set()
    while todo:
        value = todo.pop()
        if value not in found:
            found.add(value)
            todo += sources.get(value, ())
    return found


def is_unbound(param: Value, initial: Value, used: set[Value]) -> bool:
    """Return whether a carried value is bound by no trip, and read all the same: reading it must raise."""
    return isinstance(initial, Undefined) and param in used


def is_missing(thing: Thing, nexts: dict[Value, Value]) -> bool:
    """Return whether a name stays unbound: nothing binds it."""
    return isinstance(thing, BlockParam) and nexts.get(thing) is thing


def is_false(value: Value) -> bool:
    """Return whether a value is the literal False."""
    return isinstance(value, Const) and value.value is False
