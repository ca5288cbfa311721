"""Lowering of expressions: ast -> values of the IR, in Python's evaluation order."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from bpcompile.frontend import subset
from bpcompile.frontend.inference import Cell, either
from bpcompile.frontend.reading import MAX_CHAIN, Reader
from bpcompile.frontend.trees import (
    BROKEN,
    NEVER,
    Broken,
    Conflict,
    Known,
    Layer,
    Module,
    Never,
    Nothing,
    Text,
    Thing,
    UserFunction,
    const_int,
)
from bpcompile.ir import ops
from bpcompile.ir.fitting import joined
from bpcompile.ir.graph import (
    Apply,
    Bind,
    Block,
    Branch,
    Const,
    Group,
    Param,
    Result,
    Undefined,
    Value,
    leaves,
)
from bpcompile.ir.kinds import REAL, STR, Array, Kind
from bpcompile.ir.ops import Op

COPY_IT = "write to a copy: `w = w.copy()`"
LEAVE, RETURNED, RETURN = "<leave>", "<returned>", "<return>"  # no names of Python's: how a trip of a loop ends
JUMPED = "<jumped>"
SHOWN = {LEAVE: "leave", RETURNED: "returned", RETURN: "value", JUMPED: "jumped"}


class ExpressionLowerer(Reader):
    """Reads expressions."""

    def expression(self, node: ast.expr) -> Thing:
        """Return what the expression is."""
        method: Callable[[ast.expr], Thing] | None = getattr(self, f"lower_{type(node).__name__}", None)
        if method is not None:
            return method(node)
        name, hint = subset.REFUSED_EXPRESSIONS.get(type(node).__name__, (f"`{type(node).__name__}`", ""))
        return self.refuse("BP012", f"{name} cannot be differentiated", node, hint)

    # operators

    def lower_BinOp(self, node: ast.BinOp) -> Thing:
        spine = [node]  # a long sum leans to the left: read it without recursion
        while isinstance(spine[-1].left, ast.BinOp):
            spine.append(spine[-1].left)
        left = self.operand(spine[-1].left, spine[-1].op)
        for part in reversed(spine):
            left = self.binary(part, left, self.operand(part.right, part.op), part.left)
        return left

    def operand(self, node: ast.expr, operator: ast.operator) -> Thing:
        """Return an operand; the list in `[0.0] * n` is only what is repeated."""
        if isinstance(node, ast.List) and isinstance(operator, ast.Mult):
            return self.group(node.elts, False)
        return self.expression(node)

    def binary(self, node: ast.BinOp | ast.AugAssign, left: Thing, right: Thing, left_node: ast.expr) -> Thing:
        """Return `left op right`."""
        op = subset.BINARY.get(type(node.op))
        if op is None:
            name = subset.REFUSED_BINARY[type(node.op)]
            return self.refuse("BP013", f"the operator `{name}` cannot be differentiated", node, "use arithmetic")
        if isinstance(left, Group) and isinstance(right, Group) and op is ops.ADD and left.is_tuple == right.is_tuple:
            return Group(left.items + right.items, left.is_tuple)
        if op is ops.ADD and (self.is_list(left) or self.is_list(right) or self.is_joining(left, right)):
            return self.joined(node, left, right)
        if op is ops.MUL and isinstance(left, Group) != isinstance(right, Group):
            return self.repeated(node, (left, right))
        right_node = node.right if isinstance(node, ast.BinOp) else node.value
        a, b = self.as_number(left, left_node), self.as_number(right, right_node)
        if isinstance(a, Broken) or isinstance(b, Broken):
            return BROKEN
        return self.apply(op, node, a, b)

    def is_joining(self, left: Thing, right: Thing) -> bool:
        """Return whether one side is a list, and the other is not known to be a number."""
        for one, other in ((left, right), (right, left)):
            cell = self.cells.get(other) if isinstance(other, Value) else None
            is_list = isinstance(one, Group) and not one.is_tuple or self.is_list(one)
            if is_list and cell is not None and not cell.shape:
                return True
        return False

    def lower_UnaryOp(self, node: ast.UnaryOp) -> Thing:
        op = subset.UNARY.get(type(node.op))
        if op is None:
            return self.refuse("BP013", "the operator `~` cannot be differentiated", node)
        if op is ops.NOT:
            truth = self.truth(node.operand)
            return truth if isinstance(truth, Broken) else self.apply(op, node, truth)
        operand = self.number(node.operand)
        if isinstance(operand, Broken):
            return operand
        if isinstance(operand, Const) and op is ops.NEG and isinstance(operand.value, (int, float)):
            return self.const(-operand.value)
        return self.apply(op, node, operand)

    def truth(self, node: ast.expr) -> Value | Broken:
        """Return a value whose truth decides a branch."""
        thing = self.expression(node)
        if isinstance(thing, Group):
            return self.const(bool(thing.items))
        if isinstance(thing, Value) and self.is_list(thing):
            return self.length(thing, node)
        if isinstance(thing, Value):
            return thing
        if isinstance(thing, (Text, Nothing)):
            return self.const(bool(thing.text) if isinstance(thing, Text) else False)
        return self.not_a_number(thing, node)

    def lower_Compare(self, node: ast.Compare) -> Thing:
        if len(node.ops) > MAX_CHAIN:
            return self.refuse("BP003", f"more than {MAX_CHAIN} comparisons in one chain", node, "join them with `and`")
        left = self.expression(node.left)
        return self.compare(node, left, node.left, 0)

    def compare(self, node: ast.Compare, left: Thing, left_node: ast.expr, at: int) -> Thing:
        """Return the chain of comparisons from position `at`: each evaluated only where all before it hold."""
        operator, right_node = node.ops[at], node.comparators[at]
        right = self.expression(right_node)
        op = subset.COMPARE.get(type(operator))
        if isinstance(operator, (ast.Is, ast.IsNot)) and len(node.ops) == 1 and Nothing() in (left, right):
            return self.is_nothing(left if isinstance(right, Nothing) else right, node, isinstance(operator, ast.Is))
        if op is None:
            name = subset.REFUSED_COMPARE[type(operator)]
            return self.refuse("BP013", f"the operator `{name}` cannot be differentiated", node, "compare numbers")
        a, b = self.comparable(left, left_node, op), self.comparable(right, right_node, op)
        if isinstance(a, Broken) or isinstance(b, Broken):
            return BROKEN
        first = self.apply(op, node, a, b)
        if at + 1 == len(node.ops):
            return first
        return self.lazily("and", node, first, lambda: self.compare(node, right, right_node, at + 1), lambda: first)

    def is_nothing(self, thing: Thing, node: ast.expr, wanted: bool) -> Thing:
        """Return whether a thing is None, which is known of all that is accepted, or whether it is not."""
        if isinstance(thing, (Broken, Conflict, Never)):
            return self.not_a_number(thing, node)
        if isinstance(thing, Param) and not thing.is_global and len(self.active_calls) == 1:
            what = f"whether `{thing.name}` is None is known at run time only"
            return self.refuse("BP013", what, node, "leave the test out, and pass a number or an array")
        return self.const(isinstance(thing, Nothing) is wanted)

    def comparable(self, thing: Thing, node: ast.expr, op: Op) -> Value | Broken:
        """Return a side of a comparison: a number, or a string that is compared for equality."""
        if op in (ops.EQ, ops.NE):
            if isinstance(thing, Text):
                return self.constants.get(thing.text, STR)
            cell = self.cells.get(thing) if isinstance(thing, Value) else None
            if isinstance(thing, Value) and cell is not None and cell.scalar is STR:
                return thing
        return self.as_number(thing, node)

    # lazy expressions

    def lower_BoolOp(self, node: ast.BoolOp) -> Thing:
        form = "and" if isinstance(node.op, ast.And) else "or"
        if len(node.values) > MAX_CHAIN:
            return self.refuse("BP003", f"more than {MAX_CHAIN} operands of `{form}`", node, "name parts of it")
        return self.bool_op(form, node, 0)

    def bool_op(self, form: str, node: ast.BoolOp, at: int) -> Thing:
        """Return the operands from position `at` on, joined: the first that decides is the value."""
        thing = self.expression(node.values[at])
        if at + 1 == len(node.values) or isinstance(thing, Broken):
            return thing
        if isinstance(thing, Group) or self.is_list(thing):
            return self.refuse("BP026", "the truth of a list or tuple", node.values[at], "compare its length")

        def rest() -> Thing:
            return self.bool_op(form, node, at + 1)

        def here() -> Thing:
            return thing

        return self.lazily(form, node, thing, *((rest, here) if form == "and" else (here, rest)))

    def lower_IfExp(self, node: ast.IfExp) -> Thing:
        condition = self.truth(node.test)
        return self.lazily(
            "ifexp", node, condition, lambda: self.expression(node.body), lambda: self.expression(node.orelse)
        )

    def lazily(
        self, form: str, node: ast.expr, condition: Thing, then: Callable[[], Thing], orelse: Callable[[], Thing]
    ) -> Thing:
        """Return the value of the side that the condition takes; only that side is evaluated."""
        if isinstance(condition, Const):
            return then() if condition.value else orelse()
        if not isinstance(condition, Value):
            then()
            orelse()
            return self.not_a_number(condition, node)
        branch = Branch(condition, Block(self.block), Block(self.block), form=form, span=self.span(node))
        with self.inside(branch.then) as then_names:
            a = then()
        with self.inside(branch.orelse) as else_names:
            b = orelse()
        self.block.items.append(branch)
        self.merge_names(branch, then_names, else_names)
        thing = self.merge(branch, a, b, None, (then_names, else_names))
        branch.value = thing if isinstance(thing, Result) else None
        return thing

    def merge_names(self, branch: Branch, then: Layer, orelse: Layer) -> None:
        """Bind what a side has bound to what it is after the branch; a side that raises has no say."""
        self.merge_versions(branch, then, orelse)
        for name in [*then, *(n for n in orelse if n not in then)]:
            before = self.frame.get(name)
            a, b = then.get(name, before), orelse.get(name, before)
            if then.is_dead != orelse.is_dead:
                a, b = (NEVER, b) if then.is_dead else (a, NEVER)
            self.frame.bind(name, self.merge(branch, a, b, name, (then, orelse)))

    def merge_versions(self, branch: Branch, then: Layer, orelse: Layer) -> None:
        """Let the written lists be what either side has made of them."""
        self.before_merge = {}
        for root in [*then.versions, *(r for r in orelse.versions if r not in then.versions)]:
            if root in then.roots or root in orelse.roots or root in then.made or root in orelse.made:
                continue
            before = self.version(root)
            self.before_merge[root] = before
            a, b = then.versions.get(root, before), orelse.versions.get(root, before)
            self.set_version(root, self.new_result(branch, a, b, None, root.kind))
        if then.is_dead and orelse.is_dead:
            self.layers[-1].is_dead = True

    def merge(
        self, branch: Branch, a: Thing | None, b: Thing | None, name: str | None, sides: tuple[Layer, Layer]
    ) -> Thing:
        """Return what is one thing on the one side and another on the other."""
        if isinstance(a, Never) or isinstance(b, Never):
            return self.merge_with_never(branch, a, b, name)
        if a is b and a is not None:
            return a
        if isinstance(a, Broken) or isinstance(b, Broken):
            return BROKEN
        what = f"`{name}`" if name else "the value"
        a, b = (self.as_it_stands(t, layer, block) for t, layer, block in zip((a, b), sides, branch.sides))
        if isinstance(a, Group) and isinstance(b, Group) and (len(a.items), a.is_tuple) == (len(b.items), b.is_tuple):
            items = [
                self.merge(branch, x, y, f"{name}_{i}" if name else None, sides)
                for i, (x, y) in enumerate(zip(a.items, b.items, strict=True))
            ]
            for item in items:
                if not isinstance(item, (Value, Group)):
                    return item if isinstance(item, Conflict) else Conflict(f"{what} holds no number")
            return Group(tuple(t for t in items if isinstance(t, (Value, Group))), a.is_tuple)
        if isinstance(a, Value) and isinstance(b, Value):
            if self.is_list(a) or self.is_list(b):
                return self.merge_lists(branch, a, b, name, sides)
            return self.merge_numbers(branch, a, b, name, what)
        if isinstance(a, Value) and b is None or a is None and isinstance(b, Value):
            return self.merge_unbound(branch, a, b, name)
        if name == RETURN and (isinstance(a, Group) and b is None or isinstance(b, Group) and a is None):
            return self.merge_returned(branch, a, b, sides)
        if type(a) is type(b) and a == b and a is not None:
            return a
        if a is None or b is None:
            return Conflict(f"{what} is bound on one path only")
        return Conflict(f"{what} is one kind of thing on one path and another on the other")

    def merge_returned(self, branch: Branch, a: Thing | None, b: Thing | None, sides: tuple[Layer, Layer]) -> Thing:
        """Return what is returned from inside a loop, item by item, where only one side returns."""
        group = a if isinstance(a, Group) else b
        assert isinstance(group, Group)
        items = [
            self.merge(branch, i if isinstance(a, Group) else None, None if isinstance(a, Group) else i, RETURN, sides)
            for i in group.items
        ]
        bad = next((i for i in items if not isinstance(i, (Value, Group))), None)
        return bad or Group(tuple(i for i in items if isinstance(i, (Value, Group))), group.is_tuple)

    def merge_with_never(self, branch: Branch, a: Thing | None, b: Thing | None, name: str | None) -> Thing:
        """Return what the side gives that does not raise."""
        thing = b if isinstance(a, Never) else a
        if isinstance(thing, Group):
            first = isinstance(a, Never)
            items = [
                self.merge_with_never(branch, NEVER if first else i, i if first else NEVER, name) for i in thing.items
            ]
            return Group(tuple(t for t in items if isinstance(t, (Value, Group))), thing.is_tuple)
        is_inner = isinstance(thing, Apply) and thing.block in branch.sides
        is_inner = is_inner or isinstance(thing, Result) and self.home.get(thing) in branch.sides
        if not isinstance(thing, Value) or not is_inner:
            return thing if thing is not None else Conflict(f"`{name}` is not bound on any path that goes on")
        if self.is_list(thing):
            return Conflict(f"`{name}` is a list that is made beside a `raise`")
        nowhere = Undefined()
        if isinstance(a, Never):
            return self.new_result(branch, nowhere, thing, name, thing.kind)
        return self.new_result(branch, thing, nowhere, name, thing.kind)

    def merge_lists(self, branch: Branch, a: Value, b: Value, name: str | None, sides: tuple[Layer, Layer]) -> Thing:
        """Return the list that is `a` or `b`: nothing may write to it, nor to these, from now on."""
        what = f"`{name}`" if name else "the value"
        cells = [self.cells.get(v) for v in (a, b)]
        if any(c is None or c.shape == "number" for c in cells):
            return Conflict(f"{what} is one kind of thing on one path and another on the other")
        first, second = (c for c in cells if c is not None)
        first.shape = second.shape = "list"
        shapes = {c.all_items().shape or "number" for c in (first, second)}
        if len(shapes) > 1 or first.is_tuple != second.is_tuple:
            return Conflict(f"{what} is one kind of list on one path and another on the other")
        now = []
        is_fresh = True  # each side has made its list, and holds it by one name
        for value, layer, block in zip((a, b), sides, branch.sides):
            root, path = self.place(value)
            version = layer.versions.get(root) or self.before_merge.get(root) or self.version(root)
            is_as_read = version is root and isinstance(value, Apply) and value.op is ops.READ
            now.append(value if is_as_read else version if not path else self.current_in(value, layer, block))
            is_fresh = is_fresh and not path and root in layer.roots and self.holders(layer, root) == 1
            is_fresh = is_fresh and root not in self.moved and root not in self.frozen
        result = self.new_result(branch, now[0], now[1], name, a.kind)
        first.all_items().shape = second.all_items().shape = shapes.pop()
        self.items.one(first.all_items(), second.all_items())
        self.cells.put(result, Cell("list", every=first.all_items(), is_local=True, is_tuple=first.is_tuple))
        for value in (a, b):
            self.join(result, value)
            if not is_fresh:
                self.freeze(value, f"{what} may be that list or another one")
        if is_fresh:
            self.owned.add(result)
            self.layers[-1].roots.append(result)
        else:
            self.freeze(result, f"{what} may be one list or another")
        return result

    def as_it_stands(self, thing: Thing | None, layer: Layer, block: Block) -> Thing | None:
        """Return what one side of a branch gives: an array as it stands at the end of the side."""
        if self.writes_arrays and isinstance(thing, Value) and isinstance(thing.kind, Array):
            return self.current_in(thing, layer, block)
        return thing

    def current_in(self, value: Value, layer: Layer, block: Block) -> Value:
        """Return a list as it stands at the end of one side of a branch."""
        outer, self.block = self.block, block
        self.layers.append(layer)
        added = {root: before for root, before in self.before_merge.items() if root not in layer.versions}
        layer.versions.update(added)  # what the side has not written stands as it did before the branch
        value = self.current(value, ast.Pass())
        for root in added:
            del layer.versions[root]
        self.layers.pop()
        self.block = outer
        return value

    def holders(self, layer: Layer, root: Value) -> int:
        """Return how many names of a layer hold a list."""
        things = [v for thing in layer.values() for v in (leaves(thing) if isinstance(thing, Group) else [thing])]
        return sum(1 for v in things if isinstance(v, Value) and self.place(v)[0] is root)

    def merge_numbers(self, branch: Branch, a: Value, b: Value, name: str | None, what: str) -> Thing:
        """Return the number that is `a` or `b`, or what is not known to be one yet."""
        cells = [cell for cell in map(self.cells.get, (a, b)) if cell is not None]
        if any(cell.scalar is STR for cell in cells):
            return Conflict(f"{what} is a string on one path")
        if any(cell.shape == "number" for cell in cells) or len(cells) < 2:
            for cell in cells:
                cell.be("number")
        kind = joined(a.kind, b.kind)
        result = self.new_result(branch, a, b, name, kind)
        self.link(result, cells)
        self.sources[result] = [a, b]
        return result

    def link(self, value: Value, cells: Sequence[Cell]) -> None:
        """Say that a value may be what these cells describe, where that is not known to be a number yet."""
        if cells and not any(cell.shape for cell in cells):
            self.cells.put(value, Cell(linked=list(cells)))

    def merge_unbound(self, branch: Branch, a: Thing | None, b: Thing | None, name: str | None) -> Thing:
        """Return the number that a name is where it is bound; reading it elsewhere raises."""
        value = a if isinstance(a, Value) else b
        assert isinstance(value, Value)
        cell = self.cells.get(value)
        if cell is not None and (cell.shape == "list" or cell.scalar is STR):
            return Conflict(f"`{name}` is bound on one path only")
        nowhere = Undefined()
        result = self.new_result(
            branch, a if isinstance(a, Value) else nowhere, b if isinstance(b, Value) else nowhere, name, value.kind
        )
        self.link(result, [cell] if cell is not None else [])
        self.maybe_unbound.add(result)
        return result

    def new_result(self, branch: Branch, a: Value, b: Value, name: str | None, kind: Kind) -> Result:
        """Let a value leave the branch."""
        result = Result(branch, len(branch.results), name, kind)
        result.name = SHOWN.get(name, name) if name is not None else None
        self.home[result] = self.block
        branch.results.append(result)
        branch.then.results.append(a)
        branch.orelse.results.append(b)
        if a in self.maybe_unbound or b in self.maybe_unbound:
            self.maybe_unbound.add(result)
        return result

    def lower_NamedExpr(self, node: ast.NamedExpr) -> Thing:
        value = self.expression(node.value)
        assert isinstance(node.target, ast.Name)
        self.bind(node.target.id, value, node)
        return self.expression(ast.copy_location(ast.Name(node.target.id, ast.Load()), node))

    def bind(self, name: str, thing: Thing, node: ast.AST) -> None:
        """Bind a name of the current frame, and remember the name on the value."""
        if isinstance(thing, Const):
            thing = self.block.append(ops.COPY, (thing,), self.span(node))
            thing.kind = thing.args[0].kind
        if isinstance(thing, Value):
            self.block.items.append(Bind(thing, name, self.span(node), self.calls.get(thing)))
        self.frame.bind(name, thing)

    # lists that exist at run time: `ListLowerer` has them

    def is_list(self, thing: object) -> bool:
        """Return whether the thing is a list at run time."""
        raise NotImplementedError  # pragma: no cover

    def place(self, value: Value) -> tuple[Value, list[Value]]:
        """Return the root of a list, and the indices that lead from there to the value."""
        raise NotImplementedError  # pragma: no cover

    def version(self, root: Value) -> Value:
        """Return the version of a root that is read now."""
        raise NotImplementedError  # pragma: no cover

    def set_version(self, root: Value, new: Value) -> None:
        """Say that a list is another version now."""
        raise NotImplementedError  # pragma: no cover

    def current(self, value: Value, node: ast.AST) -> Value:
        """Return a list as it stands now."""
        raise NotImplementedError  # pragma: no cover

    def take(self, version: Value, index: Value, cell: Cell | None, node: ast.AST) -> Value:
        """Return one item of a version of a list."""
        raise NotImplementedError  # pragma: no cover

    def taken(self, value: Value) -> Value:
        """Say of an item what it is, where it may be an array."""
        raise NotImplementedError  # pragma: no cover - `ListLowerer` has it

    def freeze(self, value: Value, why: str) -> None:
        """Say that nothing may write to a list any more."""
        raise NotImplementedError  # pragma: no cover

    def join(self, a: Value, b: Value) -> None:
        """Say that two lists may be one object."""
        raise NotImplementedError  # pragma: no cover

    def materialise(self, thing: Thing, node: ast.AST) -> Value | Broken:
        """Return a list that exists at run time."""
        raise NotImplementedError  # pragma: no cover

    def joined(self, node: ast.AST, left: Thing, right: Thing) -> Thing:
        """Return the concatenation of two lists."""
        raise NotImplementedError  # pragma: no cover

    def repeated(self, node: ast.AST, things: tuple[Thing, Thing]) -> Thing:
        """Return `[x] * n` or `n * [x]`."""
        raise NotImplementedError  # pragma: no cover

    def sliced(self, base: Value, node: ast.Subscript, bounds: ast.Slice) -> Thing:
        """Return `w[a:b:c]`."""
        raise NotImplementedError  # pragma: no cover

    def length(self, value: Value, node: ast.AST) -> Value:
        """Return the length of a list as it stands now."""
        cell = self.cells.get(value)
        if cell is not None:
            cell.is_open = True
        return self.apply(ops.LEN, node, self.current(value, node))

    # tuples, lists and their items

    def lower_Tuple(self, node: ast.Tuple) -> Thing:
        return self.group(node.elts, True)

    def lower_List(self, node: ast.List) -> Thing:
        thing = self.group(node.elts, False)
        if not self.mutates or not isinstance(thing, Group) or id(node) in self.plain:
            return thing
        lists = [self.place(item) for item in thing.items if isinstance(item, Value) and self.is_list(item)]
        if len(lists) == len(thing.items) and len({root for root, path in lists}) < len(lists):
            return thing  # one list under several names: seen through, and never written as a whole
        return self.materialise(thing, node)

    def group(self, nodes: list[ast.expr], is_tuple: bool) -> Thing:
        """Return a tuple or list of the items, starred ones spread out."""
        items: list[Value | Group] = []
        for node in nodes:
            starred = isinstance(node, ast.Starred)
            thing = self.expression(node.value if isinstance(node, ast.Starred) else node)
            if starred and isinstance(thing, Group):
                items += thing.items
            elif starred:
                return self.refuse("BP022", "a starred list of unknown length", node, "write the items out")
            elif isinstance(thing, (Value, Group)):
                items.append(thing)
            else:
                return self.not_a_number(thing, node)
        return Group(tuple(items), is_tuple)

    def lower_Subscript(self, node: ast.Subscript) -> Thing:
        base = self.expression(node.value)
        if isinstance(base, Broken):
            return base
        if isinstance(node.slice, ast.Slice):
            return self.slice(base, node, node.slice)
        thing = self.expression(node.slice)
        index = self.constant_index(thing)
        if index is None:
            return self.item_at(base, thing, node)
        if isinstance(base, Group):
            if not -len(base.items) <= index < len(base.items):
                return self.refuse("BP021", f"index {index} of {len(base.items)} items", node)
            return base.items[index]
        if isinstance(base, Value):
            return self.item(base, index, node)
        return self.not_a_number(base, node)

    def item_at(self, base: Thing, thing: Thing, node: ast.Subscript) -> Thing:
        """Return the item at an index that is known at run time only."""
        if isinstance(thing, (Group, Text)) or self.is_list(thing):
            return self.refuse("BP020", "an index that is not an integer", node.slice, CONSTANT_INDEX)
        index = self.as_number(thing, node.slice)
        sequence = self.materialise(base, node)
        if isinstance(index, Broken) or isinstance(sequence, Broken):
            return BROKEN
        cell = self.cells.get(sequence)
        if cell is not None:
            cell.is_open = True
        return self.take(sequence, index, cell, node)

    def constant_index(self, thing: Thing) -> int | None:
        """Return the integer that an index is, through names of constants; None where it is not known."""
        while isinstance(thing, Apply) and thing.op is ops.COPY:
            thing = thing.args[0]
        if isinstance(thing, Param) and thing.is_global:
            bound = [b.value for b in self.global_block.items if isinstance(b, Bind) and b.name == thing.name]
            return const_int(bound[0]) if bound else None
        if isinstance(thing, Apply) and thing.op in FOLDED:
            parts = [self.constant_index(a) for a in thing.args]
            if all(p is not None and abs(p) < 2**31 for p in parts):
                return int(FOLDED[thing.op](*parts))
        return const_int(thing)

    def slice(self, base: Thing, node: ast.Subscript, bounds: ast.Slice) -> Thing:
        """Return the items of a constant slice of a tuple that is seen through."""
        if isinstance(base, Value):
            return self.sliced(base, node, bounds)
        if not isinstance(base, Group):
            return self.not_a_number(base, node)
        parts: list[int | None] = []
        for part in (bounds.lower, bounds.upper, bounds.step):
            index = None if part is None else self.constant_index(self.expression(part))
            if part is not None and index is None:
                whole = self.materialise(base, node)
                return self.sliced(whole, node, bounds) if isinstance(whole, Value) else whole
            parts.append(index)
        if parts[2] == 0:
            return self.refuse("BP020", "a slice with step 0", node)
        return Group(base.items[slice(*parts)], base.is_tuple)

    def item(self, base: Value, index: int, node: ast.AST) -> Thing:
        """Return one item of a list parameter."""
        cell = self.list_cell(base, node)
        if cell is None:
            return BROKEN
        now = self.current(base, node)
        place: Value = self.const(index)
        if index == -1 and self.mutates and cell.all_items().shape == "list":  # the list may become longer
            place = self.apply(ops.SUB, node, self.apply(ops.LEN, node, now), self.const(1))
            self.upward.add(place)
            value = self.apply(ops.INDEX, node, now, place)
            if self.cells.get(value) is None:
                self.cells.put(value, cell.all_items())
            return value
        value = self.apply(ops.INDEX, node, now, place)
        if self.cells.get(value) is None:
            self.cells.put(value, cell.item(index))
        return self.taken(value)

    def list_cell(self, base: Value, node: ast.AST) -> Cell | None:
        """Return the cell of a list parameter, or refuse a number that is used as a list."""
        cell = self.cells.get(base)
        if cell is None or cell.shape == "number":
            self.refuse("BP023", "a number is used as a list", node)
            return None
        cell.be("list")
        if cell.array is not None:  # it might have been an array
            base.kind, cell.array = REAL, None
            either(cell)
        for source in self.sources.pop(base, ()):
            if self.place(source)[0] in self.wrote:
                self.refuse("BP028", "a list that is written to, and that may be one of two here", node, COPY_IT)
            self.join(source, base)
            self.freeze(source, "it may be one list or another on two paths")
            self.freeze(base, "it may be one list or another on two paths")
        if cell.is_torn():
            self.refuse(
                "BP024", "a list on one path and a number on another", node, "give it the same kind on every path"
            )
            return None
        return cell

    def lower_Attribute(self, node: ast.Attribute) -> Thing:
        base = self.expression(node.value)
        if isinstance(base, Broken):
            return base
        if isinstance(base, Module) and base.name == "math":
            return self.math_name(node.attr, node)
        if isinstance(base, Module) and node.attr in subset.BUILTINS:
            return Known(node.attr)
        hint = "pass the number itself as a parameter"
        return self.refuse("BP014", f"the attribute `.{node.attr}` is unknown", node, hint)

    def lower_Lambda(self, node: ast.Lambda) -> Thing:
        return UserFunction("<lambda>", node, self.frame, self.defaults(node.args))

    def defaults(self, args: ast.arguments) -> dict[str, Thing]:
        """Return the defaults of a function that is defined here, evaluated here, as Python does."""
        return {name: self.expression(default) for name, default in defaults_of(args).items()}


def defaults_of(args: ast.arguments) -> dict[str, ast.expr]:
    """Return the default of each parameter that has one."""
    positional = [*args.posonlyargs, *args.args]
    found = {a.arg: d for a, d in zip(positional[len(positional) - len(args.defaults) :], args.defaults)}
    found.update({a.arg: d for a, d in zip(args.kwonlyargs, args.kw_defaults) if d is not None})
    return found


CONSTANT_INDEX = "use an integer"
FOLDED: dict[Op, Callable[..., int]] = {
    ops.NEG: lambda a: -a,
    ops.ADD: lambda a, b: a + b,
    ops.SUB: lambda a, b: a - b,
    ops.MUL: lambda a, b: a * b,
}
