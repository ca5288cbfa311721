"""Lowering of statements: names are renamed to values on the way, branches become nested blocks.

An early return moves what follows it into the branch where it was not taken:

    if x < 0:            Branch(x < 0)
        return 0.0         then: 0.0
    y = x * 2              else: y = x * 2; y
    return y
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bpcompile.frontend import subset
from bpcompile.frontend.errstate import COVERS, State
from bpcompile.frontend.expressions import JUMPED, LEAVE, RETURN, RETURNED
from bpcompile.frontend.loops import LoopLowerer, jumps, returns_inside
from bpcompile.frontend.module import FunctionNode
from bpcompile.frontend.trees import BROKEN, NEVER, NOTHING, Broken, Conflict, Frame, Never, Text, Thing, UserFunction
from bpcompile.ir import ops
from bpcompile.ir.fitting import dims_of, dtype_of
from bpcompile.ir.graph import Apply, Block, Branch, Const, Group, Param, Raise, Result, Shown, Unpack, Value
from bpcompile.ir.kinds import STR, Array
from bpcompile.nodes import children


@dataclass(frozen=True, slots=True)
class Rest:
    """What follows a statement: the statements from `at` on, then what follows those."""

    body: Sequence[ast.stmt]
    at: int
    after: Rest | None


class FallsThrough:
    """The body ends without a return."""


FALLS_THROUGH = FallsThrough()


class StatementLowerer(LoopLowerer):
    """Reads the bodies of functions."""

    def function_body(self, node: FunctionNode) -> Thing:
        """Return what the function returns, with its parameters bound in the current frame."""
        if isinstance(node, ast.Lambda):
            return self.expression(node.body)
        for inner in node.body:
            self.refuse_generators(inner)
        thing = self.body(Rest(node.body, 0, None))
        return NOTHING if isinstance(thing, FallsThrough) else thing

    def refuse_generators(self, statement: ast.stmt) -> None:
        """Refuse a `yield` wherever it stands, even after a return: it makes the function a generator."""
        todo: list[ast.AST] = [statement]
        while todo:
            node = todo.pop()
            if isinstance(node, (ast.Yield, ast.YieldFrom, ast.Await)):
                self.refuse("BP012", "a generator cannot be differentiated", node, "return the value instead")
            if isinstance(node, (ast.Global, ast.Nonlocal)):
                self.statement(node)
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
                todo += children(node)

    def body(self, rest: Rest | None) -> Thing | FallsThrough:
        """Read statements up to a return; return what is returned."""
        while rest is not None:
            for at in range(rest.at, len(rest.body)):
                statement = rest.body[at]
                if isinstance(statement, ast.Return):
                    return NOTHING if statement.value is None else self.expression(statement.value)
                if isinstance(statement, ast.If) and returns_inside(statement):
                    return self.tail_if(statement, Rest(rest.body, at + 1, rest.after))
                self.statement(statement)
                if self.layers[-1].is_dead:
                    return NEVER
                if isinstance(statement, (ast.For, ast.While)) and returns_inside(statement):
                    return self.tail_loop(statement, Rest(rest.body, at + 1, rest.after))
            rest = rest.after
        return FALLS_THROUGH

    def tail_loop(self, node: ast.For | ast.While, rest: Rest) -> Thing | FallsThrough:
        """Read what follows a loop that may return."""
        returned = self.frame.get(RETURNED)
        value = self.frame.get(RETURN) or BROKEN
        self.frame.forget(RETURN)
        if isinstance(returned, Const) and returned.value:
            return value
        if not isinstance(returned, Value) or isinstance(returned, Const):
            return self.body(rest)
        is_left = not node.orelse or falls_through(node.orelse) or breaks(node.body)
        if not is_left or isinstance(node, ast.While) and is_endless(node):
            return self.either(node, returned, lambda: value, lambda: NEVER)
        return self.either(node, returned, lambda: value, lambda: self.body(rest))

    def tail_if(self, node: ast.If, rest: Rest) -> Thing | FallsThrough:
        """Read an `if` that may return: what follows it belongs to the sides that do not."""
        condition = self.truth(node.test)
        sides = [Rest(side, 0, rest if falls_through(side) else None) for side in (node.body, node.orelse)]
        if isinstance(condition, Const):
            return self.body(sides[0] if condition.value else sides[1])
        if isinstance(condition, Broken):
            condition = self.const(0.0)
        return self.either(node, condition, lambda: self.body(sides[0]), lambda: self.body(sides[1]))

    def either(
        self,
        node: ast.stmt,
        condition: Value,
        then: Callable[[], Thing | FallsThrough],
        orelse: Callable[[], Thing | FallsThrough],
    ) -> Thing | FallsThrough:
        """Return what the function returns on one side of a branch or the other."""
        branch = Branch(condition, Block(self.block), Block(self.block), span=self.span(node))
        with self.inside(branch.then) as first:
            a = then()
        with self.inside(branch.orelse) as second:
            b = orelse()
        self.block.items.append(branch)
        self.merge_versions(branch, first, second)
        a, b = (NOTHING if isinstance(t, FallsThrough) else t for t in (a, b))
        if isinstance(a, Never) and isinstance(b, Never):
            return NEVER
        if (a is NOTHING) != (b is NOTHING) and not isinstance(a, Never) and not isinstance(b, Never):
            return self.refuse("BP036", "nothing is returned on some path", node, "return a number on every path")
        thing = self.merge(branch, a, b, None, (first, second))
        if isinstance(thing, Conflict):
            return self.refuse("BP024", "what is returned is not of one kind on every path", node, ONE_KIND)
        return thing

    # inside loops

    def statements(self, body: Sequence[ast.stmt]) -> None:
        """Read the statements of a loop's body: each way through it ends with a value of `LEAVE`."""
        self.suite(Rest(body, 0, None))

    def suite(self, rest: Rest | None) -> None:
        """Read statements up to a jump."""
        while rest is not None:
            for at in range(rest.at, len(rest.body)):
                statement = rest.body[at]
                if self.layers[-1].is_dead:
                    return
                if isinstance(statement, (ast.Break, ast.Continue, ast.Return)):
                    self.jump(statement)
                    return
                if isinstance(statement, ast.If) and jumps([statement], True):
                    self.jump_if(statement, Rest(rest.body, at + 1, rest.after))
                    return
                if isinstance(statement, (ast.For, ast.While)) and jumps(statement.orelse, True):
                    self.frame.bind(JUMPED, self.const(False))
                    self.statement(statement)
                    self.jump_if_returned(statement)
                    self.unless_jumped(statement, Rest(rest.body, at + 1, rest.after))
                    return
                self.statement(statement)
                if isinstance(statement, (ast.For, ast.While)) and returns_inside(statement):
                    self.after_return(statement, Rest(rest.body, at + 1, rest.after))
                    return
            rest = rest.after

    def jump_if_returned(self, node: ast.For | ast.While) -> None:
        """Leave this loop where the loop inside it has returned."""
        returned = self.frame.get(RETURNED) if returns_inside(node) else None
        if isinstance(returned, Const) and returned.value:
            self.jump(ast.Break())
        elif isinstance(returned, Value) and not isinstance(returned, Const):
            branch = Branch(returned, Block(self.block), Block(self.block), span=self.span(node))
            with self.inside(branch.then) as then:
                self.jump(ast.Break())
            with self.inside(branch.orelse) as orelse:
                pass
            self.block.items.append(branch)
            self.merge_names(branch, then, orelse)

    def jump(self, node: ast.stmt) -> None:
        """Read `break`, `continue` or `return` inside a loop."""
        if isinstance(node, ast.Return):
            self.frame.bind(RETURN, NOTHING if node.value is None else self.expression(node.value))
            self.frame.bind(RETURNED, self.const(True))
        if not isinstance(node, ast.Continue):
            self.frame.bind(LEAVE, self.const(True))
        if self.frame.get(JUMPED) is not None:
            self.frame.bind(JUMPED, self.const(True))

    def jump_if(self, node: ast.If, rest: Rest) -> None:
        """Read an `if` that may jump: what follows it belongs to the one way that does not, or asks whether it did."""
        condition = self.truth(node.test)
        if isinstance(condition, Const):
            self.suite(Rest(node.body if condition.value else node.orelse, 0, rest))
            return
        if isinstance(condition, Broken):
            condition = self.const(0.0)
        is_single = ways(node.body) + ways(node.orelse) <= 1
        if not is_single:
            self.frame.bind(JUMPED, self.const(False))
        branch = Branch(condition, Block(self.block), Block(self.block), span=self.span(node))
        layers = []
        for block, side in zip(branch.sides, (node.body, node.orelse)):
            with self.inside(block) as layer:
                self.suite(Rest(side, 0, rest if is_single and ways(side) else None))
            layers.append(layer)
        self.block.items.append(branch)
        self.merge_names(branch, *layers)
        if not is_single:
            self.unless_jumped(node, rest)

    def unless_jumped(self, node: ast.stmt, rest: Rest) -> None:
        """Read what follows a statement that may have jumped."""
        jumped = self.frame.get(JUMPED)
        assert isinstance(jumped, Value)
        if isinstance(jumped, Const):
            self.suite(rest if not jumped.value else None)
        else:
            self.unless(jumped, node, lambda: self.suite(rest))

    def after_return(self, node: ast.For | ast.While, rest: Rest) -> None:
        """Read what follows a loop inside a loop that may return: where it has, this loop is left as well."""
        returned = self.frame.get(RETURNED)
        if not isinstance(returned, Value) or isinstance(returned, Const):
            self.suite(rest)
            return
        branch = Branch(returned, Block(self.block), Block(self.block), span=self.span(node))
        with self.inside(branch.then) as then:
            self.jump(ast.Break())
        with self.inside(branch.orelse) as orelse:
            self.suite(rest)
        self.block.items.append(branch)
        self.merge_names(branch, then, orelse)

    # statements

    def statement(self, node: ast.AST) -> None:
        """Read one statement that does not return."""
        method = getattr(self, f"read_{type(node).__name__}", None)
        if method is not None:
            outer, self.at = self.at, node
            method(node)
            self.at = outer
            return
        fallback = (f"`{type(node).__name__}`", "")
        name, hint = subset.REFUSED_STATEMENTS.get(type(node).__name__, fallback)
        self.refuse("BP010", f"{name} cannot be differentiated", node, hint)

    def read_Pass(self, node: ast.Pass) -> None:
        pass

    def read_Expr(self, node: ast.Expr) -> None:
        state = getattr(node, "state", None)
        if isinstance(state, State):
            self.take_state(state, node.value)
        elif not isinstance(node.value, ast.Constant):
            self.expression(node.value)

    def take_state(self, state: State, node: ast.expr) -> None:
        """Let the generated function run in a state of floating-point errors."""
        is_entry = not self.calling and self.frame.names is self.entry_names
        if "raise" in state.modes.values() and not (state.is_whole and is_entry):
            self.refuse("BP054", "errors that raise in a part of the function", node, COVERS)
        elif any(self.state.get(kind, mode) != mode for kind, mode in state.modes.items()):
            self.refuse("BP054", "two states of floating-point errors that differ", node, "write one state")
        else:
            self.state.update(state.modes)

    def read_FunctionDef(self, node: ast.FunctionDef) -> None:
        for decorator in node.decorator_list:
            self.refuse("BP035", f"`{node.name}` is decorated", decorator, "call an undecorated function")
        self.frame.bind(node.name, UserFunction(node.name, node, self.frame, self.defaults(node.args)))

    def read_If(self, node: ast.If) -> None:
        condition = self.truth(node.test)
        if isinstance(condition, Const):
            for statement in node.body if condition.value else node.orelse:
                if not self.layers[-1].is_dead:
                    self.statement(statement)
            return
        if isinstance(condition, Broken):
            condition = self.const(0.0)
        branch = Branch(condition, Block(self.block), Block(self.block), span=self.span(node))
        layers = []
        for block, side in zip(branch.sides, (node.body, node.orelse)):
            with self.inside(block) as layer:
                for statement in side:
                    if not layer.is_dead:
                        self.statement(statement)
            layers.append(layer)
        self.block.items.append(branch)
        self.merge_names(branch, *layers)

    def read_Assign(self, node: ast.Assign) -> None:
        names = [t.id for t in node.targets if isinstance(t, ast.Name)]
        self.is_written_next = bool(names) and len(names) == len(node.targets) and names[0] in self.item_written
        thing = self.shape_unpacked(node) or self.expression(node.value)
        self.is_written_next = False
        for target in node.targets:
            self.assign(target, thing)

    def shape_unpacked(self, node: ast.Assign) -> Group | None:
        """Return the lengths of an array whose rank is not known: `n, m = X.shape` says that it has two axes."""
        target, value = node.targets[0], node.value
        is_shape = isinstance(value, ast.Attribute) and value.attr == "shape" and isinstance(value.value, ast.Name)
        if not self.arrays or not is_shape or not isinstance(target, (ast.Tuple, ast.List)):
            return None
        assert isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name)
        base = self.expression(value.value)
        is_known = not isinstance(base, Value) or not self.is_array(base) or dims_of(base.kind) is not None
        if is_known or any(isinstance(t, ast.Starred) for t in target.elts):
            return None
        assert isinstance(base, Value)
        count = len(target.elts)
        differs = self.apply(ops.NE, node, self.apply(ops.NDIM, node, base), self.const(count))
        self.must_fit(differs, node, f"{value.value.id} has another number of axes than {count}")
        return Group(tuple(self.apply(ops.DIM, node, base, self.const(k)) for k in range(count)))

    def read_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None or not isinstance(node.target, ast.Name):
            self.assign(node.target, self.expression(node.value) if node.value is not None else BROKEN)

    def read_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Subscript):
            self.add_to_item(node, node.target)
            return
        if not isinstance(node.target, ast.Name):
            self.assign(node.target, BROKEN)
            return
        load = ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
        left = self.expression(load)
        right = self.expression(node.value)
        is_open_list = isinstance(left, Group) and not left.is_tuple or self.is_joining(left, right)
        if self.is_list(left) or is_open_list:
            self.refuse("BP025", "a list is changed as a whole", node, "write `w = w + [...]`, or use `.append`")
            return
        if self.writes_arrays and isinstance(left, Value) and self.is_shared(left, node):
            self.add_to_array(node, left, right)
            return
        self.assign(node.target, self.binary(node, left, right, load))

    def add_to_item(self, node: ast.AugAssign, target: ast.Subscript) -> None:
        """Read `w[i] += x`: the index is computed once."""
        base = self.expression(target.value)
        if self.writes_arrays and isinstance(base, Value) and self.is_array(base):
            self.add_to_part(node, base, target)
            return
        if isinstance(target.slice, ast.Slice):
            self.refuse("BP025", "a slice is assigned", target, "assign the items in a loop")
            return
        index = self.as_number(self.expression(target.slice), target.slice)
        if isinstance(base, Broken) or isinstance(index, Broken):
            return
        if not isinstance(base, Value):
            self.not_a_number(base, target)
            return
        cell = self.list_cell(base, target)
        if cell is None or not self.is_one_index(index, target):
            return
        left = self.take(self.current(base, target), index, cell, target)
        thing = self.binary(node, left, self.expression(node.value), target)
        if isinstance(thing, Value):
            self.write(base, [index], ops.STORE, target, thing)

    def read_Assert(self, node: ast.Assert) -> None:
        condition = self.truth(node.test)
        if isinstance(condition, Broken):
            return
        if isinstance(condition, Const) and condition.value:
            return
        message = self.message(node.msg) if node.msg is not None else ()
        self.block.items.append(Raise("AssertionError", message, condition, self.span(node)))

    def read_Raise(self, node: ast.Raise) -> None:
        call = node.exc if isinstance(node.exc, ast.Call) else None
        error = call.func if call is not None else node.exc
        arguments = call.args if call is not None else []
        known = isinstance(error, ast.Name) and isinstance(getattr(builtins, error.id, None), type)
        if not known or node.cause is not None or len(arguments) > 1 or (call is not None and call.keywords):
            self.refuse("BP010", "a `raise` of something else than a builtin exception with one message", node, RAISES)
        else:
            assert isinstance(error, ast.Name)
            self.lower_Name_of_builtin(error)
            self.block.items.append(
                Raise(error.id, self.message(arguments[0]) if arguments else (), None, self.span(node))
            )
        self.layers[-1].is_dead = True

    def lower_Name_of_builtin(self, node: ast.Name) -> None:
        """Refuse the name of an exception that the function or the file binds to something else."""
        frame: Frame | None = self.frame
        is_local = False
        while frame is not None:
            is_local = is_local or node.id in frame.names
            frame = frame.outer
        if is_local or node.id in self.module.bindings or node.id in self.module.unreliable or self.module.foreign_star:
            self.refuse("BP010", f"`{node.id}` is not the builtin exception here", node, RAISES)
        self.relied.setdefault(node.id, node)

    def message(self, node: ast.expr) -> tuple[str | Shown, ...]:
        """Return the message of an exception: text, and numbers in it."""
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        found: list[str | Shown] = []
        for part in parts:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                found.append(part.value)
                continue
            shown = part.value if isinstance(part, ast.FormattedValue) else part
            form = ""
            if isinstance(part, ast.FormattedValue):
                form = f"!{chr(part.conversion)}" if part.conversion > 0 else ""
                spec = part.format_spec.values if isinstance(part.format_spec, ast.JoinedStr) else []
                if any(not isinstance(s, ast.Constant) for s in spec):
                    self.refuse("BP012", "a format that is computed", part, "write it out")
                form += "".join(f":{s.value}" for s in spec if isinstance(s, ast.Constant) and isinstance(s.value, str))
            thing = self.expression(shown)
            if isinstance(thing, Text):
                found.append(thing.text)
            elif isinstance(thing, Value) and not self.is_list(thing):
                found.append(Shown(thing, form))
            else:
                self.refuse("BP012", "something else than a number in a message", shown, "leave it out")
        return tuple(found)

    def assign(self, target: ast.expr, thing: Thing) -> None:
        """Bind a target to a value, item by item where it is a tuple."""
        if isinstance(target, ast.Name):
            self.bind(target.id, thing, target)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self.unpack(target, thing)
        elif isinstance(target, ast.Subscript):
            self.store(target, thing)
        elif isinstance(target, ast.Attribute):
            self.refuse("BP014", "an attribute is assigned", target, "use a plain name")
        else:
            self.refuse("BP022", "a starred target here", target, "write `a, *b = ...`")

    def unpack(self, target: ast.Tuple | ast.List, thing: Thing) -> None:
        """Bind each target to its item."""
        starred = [i for i, t in enumerate(target.elts) if isinstance(t, ast.Starred)]
        if isinstance(thing, Group):
            items = self.spread(target, thing, starred)
        elif isinstance(thing, Value):
            items = self.unpack_list(target, thing, starred)
        else:
            self.not_a_number(thing, target)
            items = None
        for i, inner in enumerate(target.elts):
            part = inner.value if isinstance(inner, ast.Starred) else inner
            self.assign(part, items[i] if items is not None else BROKEN)

    def spread(self, target: ast.Tuple | ast.List, group: Group, starred: list[int]) -> Sequence[Thing] | None:
        """Return the item of each target; a starred one takes a list of what is left."""
        items, count = group.items, len(target.elts)
        if not starred:
            if len(items) != count:
                self.refuse("BP022", f"{len(items)} items are unpacked into {count} names", target)
                return None
            return items
        at, after = starred[0], count - starred[0] - 1
        if len(items) < count - 1:
            self.refuse("BP022", f"{len(items)} items are unpacked into {count - 1} names or more", target)
            return None
        middle = Group(items[at : len(items) - after], False)
        return [*items[:at], middle, *items[len(items) - after :]]

    def unpack_list(self, target: ast.Tuple | ast.List, value: Value, starred: list[int]) -> Sequence[Thing] | None:
        """Unpack a list parameter: its length is checked where Python checks it."""
        if starred:
            self.refuse("BP022", "a list of unknown length is unpacked into a starred name", target, "use indices")
            return None
        if self.is_array(value) and not self.is_either(value):
            return self.unpack_array(target, value)
        cell = self.list_cell(value, target)
        if cell is None:
            return None
        names = [inner.id if isinstance(inner, ast.Name) else None for inner in target.elts]
        return self.unpack_into(value, cell, names, target).results

    def unpack_array(self, target: ast.Tuple | ast.List, value: Value) -> Sequence[Thing] | None:
        """Unpack the numbers or rows of an array: how many there are is checked where NumPy checks it."""
        dims, count = dims_of(value.kind), len(target.elts)
        if dims == ():
            self.refuse("BP023", "a number is used as a list", target)
            return None
        if dims is not None and isinstance(dims[0], int) and dims[0] != count:
            self.refuse("BP022", f"{dims[0]} items are unpacked into {count} names", target)
            return None
        source = self.parameter_of(value)
        if source is not None:
            self.items.unpacked.add(source.name)
        kind = Array(None if dims is None else dims[1:], dtype_of(value.kind))
        if self.writes_arrays and kind.dims != ():
            return self.unpack_views(target, value, dims is not None and dims[0] == count)
        names = [inner.id if isinstance(inner, ast.Name) else None for inner in target.elts]
        unpack = Unpack(value, span=self.span(target))
        unpack.results = [Result(unpack, i, name, kind) for i, name in enumerate(names)]
        self.home.update((result, self.block) for result in unpack.results)
        self.block.items.append(unpack)
        for result in unpack.results:
            self.note_sources(result, value)
        return unpack.results

    def unpack_views(self, target: ast.Tuple | ast.List, value: Value, fits: bool) -> Sequence[Thing]:
        """Return the rows of an array that may be written to: each is a part of it."""
        count = self.const(len(target.elts))
        if not fits:
            message = f"{count.value} items are unpacked from an array of another length"
            self.must_fit(self.apply(ops.NE, target, self.apply(ops.LEN, target, value), count), target, message)
        places = [self.constants.get(str(k), STR) for k in range(len(target.elts))]
        return [self.apply(ops.SUBSCRIPT, target, value, place) for place in places]

    def parameter_of(self, value: Value) -> Param | None:
        """Return the parameter without annotation that an array is, or a part of."""
        while isinstance(value, Apply) and value.op in (ops.SUBSCRIPT, ops.READ):
            value = value.args[0]
        is_free = isinstance(value, Param) and value.kind == Array(None) and value in self.params
        return value if is_free and isinstance(value, Param) else None


ONE_KIND = "return a number on every path, or a tuple of the same length on every path"


def falls_through(body: Sequence[ast.stmt]) -> bool:
    """Return whether the end of the statements can be reached."""
    for statement in body:
        if isinstance(statement, (ast.Return, ast.Raise, ast.Break, ast.Continue)):
            return False
        if isinstance(statement, ast.If) and not falls_through(statement.body) and not falls_through(statement.orelse):
            return False
    return True


def ways(body: Sequence[ast.stmt]) -> int:
    """Return in how many ways the end of the statements can be reached: 0, 1, or 2 for more."""
    count = 1
    for statement in body:
        if not falls_through([statement]):
            return 0
        if isinstance(statement, ast.If) and jumps([statement], True):
            count *= ways(statement.body) + ways(statement.orelse)
    return min(count, 2)


def is_endless(node: ast.While) -> bool:
    """Return whether only a `return` ends a loop."""
    return isinstance(node.test, ast.Constant) and bool(node.test.value) and not breaks(node.body)


def breaks(body: Sequence[ast.stmt]) -> bool:
    """Return whether a `break` stands in a loop's body."""
    todo: list[ast.stmt] = list(body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Break):
            return True
        if isinstance(node, ast.If):
            todo += [*node.body, *node.orelse]
        elif isinstance(node, (ast.For, ast.While)):
            todo += node.orelse
    return False


RAISES = 'write `raise ValueError("...")`'
