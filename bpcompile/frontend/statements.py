"""Lowering of statements: names are renamed to values on the way, branches become nested blocks.

An early return moves what follows it into the branch where it was not taken:

    if x < 0:            Branch(x < 0)
        return 0.0         then: 0.0
    y = x * 2              else: y = x * 2; y
    return y
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from bpcompile.frontend import subset
from bpcompile.frontend.calls import CallLowerer
from bpcompile.frontend.module import FunctionNode
from bpcompile.frontend.trees import BROKEN, NOTHING, Broken, Conflict, Thing, UserFunction
from bpcompile.ir.graph import Block, Branch, Const, Group, Value


@dataclass(frozen=True, slots=True)
class Rest:
    """What follows a statement: the statements from `at` on, then what follows those."""

    body: Sequence[ast.stmt]
    at: int
    after: Rest | None


class FallsThrough:
    """The body ends without a return."""


FALLS_THROUGH = FallsThrough()


class StatementLowerer(CallLowerer):
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
                todo += ast.iter_child_nodes(node)

    def body(self, rest: Rest | None) -> Thing | FallsThrough:
        """Read statements up to a return; return what is returned."""
        while rest is not None:
            for at in range(rest.at, len(rest.body)):
                statement = rest.body[at]
                if isinstance(statement, ast.Return):
                    return NOTHING if statement.value is None else self.expression(statement.value)
                if isinstance(statement, ast.If) and returns(statement):
                    return self.tail_if(statement, Rest(rest.body, at + 1, rest.after))
                self.statement(statement)
            rest = rest.after
        return FALLS_THROUGH

    def tail_if(self, node: ast.If, rest: Rest) -> Thing | FallsThrough:
        """Read an `if` that may return: what follows it belongs to the sides that do not."""
        condition = self.truth(node.test)
        sides = [Rest(side, 0, rest if falls_through(side) else None) for side in (node.body, node.orelse)]
        if isinstance(condition, Const):
            return self.body(sides[0] if condition.value else sides[1])
        if isinstance(condition, Broken):
            condition = self.const(0.0)
        branch = Branch(condition, Block(self.block), Block(self.block), span=self.span(node))
        with self.inside(branch.then):
            a = self.body(sides[0])
        with self.inside(branch.orelse):
            b = self.body(sides[1])
        self.block.items.append(branch)
        a, b = (NOTHING if isinstance(t, FallsThrough) else t for t in (a, b))
        if (a is NOTHING) != (b is NOTHING):
            return self.refuse("BP036", "nothing is returned on some path", node, "return a number on every path")
        thing = self.merge(branch, a, b, None)
        if isinstance(thing, Conflict):
            return self.refuse("BP024", "what is returned is not of one kind on every path", node, ONE_KIND)
        return thing

    def statement(self, node: ast.AST) -> None:
        """Read one statement that does not return."""
        method = getattr(self, f"read_{type(node).__name__}", None)
        if method is not None:
            method(node)
            return
        fallback = (f"`{type(node).__name__}`", "")
        name, hint = subset.REFUSED_STATEMENTS.get(type(node).__name__, fallback)
        self.refuse("BP010", f"{name} cannot be differentiated", node, hint)

    def read_Pass(self, node: ast.Pass) -> None:
        pass

    def read_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.expression(node.value)

    def read_FunctionDef(self, node: ast.FunctionDef) -> None:
        for decorator in node.decorator_list:
            self.refuse("BP035", f"`{node.name}` is decorated", decorator, "call an undecorated function")
        self.frame.bind(node.name, UserFunction(node.name, node, self.frame, self.defaults(node.args)))

    def read_If(self, node: ast.If) -> None:
        condition = self.truth(node.test)
        if isinstance(condition, Const):
            for statement in node.body if condition.value else node.orelse:
                self.statement(statement)
            return
        if isinstance(condition, Broken):
            condition = self.const(0.0)
        branch = Branch(condition, Block(self.block), Block(self.block), span=self.span(node))
        layers = []
        for block, side in zip(branch.sides, (node.body, node.orelse)):
            with self.inside(block) as layer:
                for statement in side:
                    self.statement(statement)
            layers.append(layer)
        self.block.items.append(branch)
        self.merge_names(branch, *layers)

    def read_Assign(self, node: ast.Assign) -> None:
        thing = self.expression(node.value)
        for target in node.targets:
            self.assign(target, thing)

    def read_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None or not isinstance(node.target, ast.Name):
            self.assign(node.target, self.expression(node.value) if node.value is not None else BROKEN)

    def read_AugAssign(self, node: ast.AugAssign) -> None:
        if not isinstance(node.target, ast.Name):
            self.assign(node.target, BROKEN)
            return
        load = ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
        left = self.expression(load)
        self.assign(node.target, self.binary(node, left, self.expression(node.value), load))

    def assign(self, target: ast.expr, thing: Thing) -> None:
        """Bind a target to a value, item by item where it is a tuple."""
        if isinstance(target, ast.Name):
            self.bind(target.id, thing, target)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self.unpack(target, thing)
        elif isinstance(target, ast.Subscript):
            self.refuse("BP025", "an item of a list is assigned", target, "build the list in one expression")
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
        cell = self.list_cell(value, target)
        if cell is None:
            return None
        names = [inner.id if isinstance(inner, ast.Name) else None for inner in target.elts]
        return self.unpack_into(value, cell, names, target).results


ONE_KIND = "return a number on every path, or a tuple of the same length on every path"


def returns(node: ast.stmt) -> bool:
    """Return whether a return stands anywhere in the statement."""
    todo: list[ast.AST] = [node]
    while todo:
        inner = todo.pop()
        if isinstance(inner, ast.Return):
            return True
        if isinstance(inner, ast.If):
            todo += [*inner.body, *inner.orelse]
    return False


def falls_through(body: Sequence[ast.stmt]) -> bool:
    """Return whether the end of the statements can be reached."""
    for statement in body:
        if isinstance(statement, (ast.Return, ast.Raise)):
            return False
        if isinstance(statement, ast.If) and not falls_through(statement.body) and not falls_through(statement.orelse):
            return False
    return True
