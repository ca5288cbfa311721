"""Lowering of functions that call themselves: each is read once, as a function of its own, and its calls stay calls."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from bpcompile.frontend.annotations import array_annotation
from bpcompile.frontend.arrays import is_whole
from bpcompile.frontend.calls import Arguments
from bpcompile.frontend.inference import Cell, annotated
from bpcompile.frontend.items import ANYTHING, Found, Place, alike
from bpcompile.frontend.module import all_arguments, local_names
from bpcompile.frontend.statements import StatementLowerer
from bpcompile.frontend.trees import BROKEN, Broken, Frame, Layer, Never, Thing, UserFunction
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import Block, Call, Callee, Function, Group, Param, Result, Tree, Value
from bpcompile.ir.kinds import INT, REAL, Array, Kind
from bpcompile.nodes import walk


class RecursionLowerer(StatementLowerer):
    """Reads functions that call themselves."""

    def is_recursive(self, function: UserFunction) -> bool:
        """Return whether a function of the file calls itself, directly or through others."""
        if function.name not in self.recursive:
            functions = {n: b.node for n, b in self.module.bindings.items() if b.what == "function"}
            seen: set[str] = set()
            todo = [function.name]
            while todo:
                node = functions.get(todo.pop())
                new = (free_names(node) & functions.keys()) - seen if node is not None else set()
                seen |= new
                todo += sorted(new)
            self.recursive[function.name] = function.name in seen
        return self.recursive[function.name]

    def call_own(self, function: UserFunction, node: ast.Call, arguments: Arguments) -> Thing:
        """Return what a call gives; the function is read when it is called first."""
        assert isinstance(function.node, ast.FunctionDef)
        if not self.accept_function(function.node, node):
            return BROKEN
        frame = Frame(function.node, local_names(function.node), None)
        if not self.bind_arguments(frame, function, node, arguments):
            return BROKEN
        names = [a.arg for a in all_arguments(function.node.args)]
        values: list[Value] = []
        for name in names:
            thing = frame.get(name)
            value = self.materialise(thing, node) if isinstance(thing, Group) else thing
            if not isinstance(value, Value):
                if isinstance(value, Broken):
                    return BROKEN
                return self.refuse("BP030", f"`{function.name}` calls itself, and is passed a function", node, PASS)
            values.append(self.current(value, node) if self.is_list(value) else self.passed_on(value, node))
        callee = self.callees.get(function.name)
        if callee is None:
            callee = self.read_callee(function.name, function.node, values)
        elif not all(self.same_kind(p, v, node) for p, v in zip(callee.params, values)):
            return BROKEN
        for k, value in enumerate(values):
            if not self.is_list(value):
                self.passed_to(function.node, k, value)
        self.used_functions.setdefault(function.name, function.node)
        return self.call(callee, values, node)

    def call(self, callee: Callee, values: list[Value], node: ast.AST) -> Thing:
        """Append a call."""
        item = Call(callee, values, span=self.span(node))
        for index, kind in enumerate(callee.kinds):
            item.results.append(Result(item, index, f"{callee.name}_value", kind))
        item.results.append(Result(item, len(callee.kinds), "kept"))
        self.home.update((result, self.block) for result in item.results)
        self.block.items.append(item)
        given = tuple(item.results[:-1])
        for result in given:
            self.note_sources(result, *values)  # it may return what it was given
        return Group(given) if callee.is_tuple else given[0]

    def same_kind(self, param: Value, value: Value, node: ast.AST) -> bool:
        """Say that a parameter and what is passed for it are both numbers, or both lists."""
        cell, other = self.cells.get(param) or Cell("number"), self.cells.get(value)
        shape = cell.shape or ("number" if other is None else other.shape)
        if shape:
            cell.be(shape)
            if other is not None:
                other.be(shape)
        elif other is not None and other is not cell:
            cell.linked.append(other)
        if shape and (shape == "list") != self.is_list(value):
            self.refuse("BP024", "a function that calls itself is passed a number here and a list there", node)
            return False
        return True

    def read_callee(self, name: str, node: ast.FunctionDef, values: Sequence[Value]) -> Callee:
        """Read a function that calls itself."""
        callee = self.callees[name] = Callee(name)
        count = returned_items(node)
        callee.is_tuple = count is not None
        callee.kinds = [self.known_kind(node, -1 - k) for k in range(count if count is not None else 1)]
        kept = (self.block, self.frame, self.layers, self.params, self.iterated, self.collecting, self.calling)
        self.block, self.layers, self.iterated, self.collecting, self.calling = Block(), [Layer()], [], 0, []
        self.frame = Frame(node, local_names(node), None)
        for k, (argument, value) in enumerate(zip(all_arguments(node.args), values)):
            param = Param(argument.arg)
            if self.arrays and not self.is_list(value):
                self.passed_to(node, k, value)
                param.kind = array_annotation(argument.annotation) or self.known_kind(node, k)
            cell = self.cells.get(value)
            declared = annotated(argument.annotation) if argument.annotation is not None else None
            if not isinstance(param.kind, Array) and param.kind is not INT:
                self.cells.put(param, declared if declared is not None and declared.shape else param_cell(cell))
            if not self.same_kind(param, value, node):
                break
            self.frame.bind(argument.arg, param)
            callee.params.append(param)
        self.params = callee.params
        self.active_calls.append(node)
        body = self.block
        thing = self.function_body(node)
        self.active_calls.pop()
        changed = [p for p in callee.params if p in self.layers[0].versions]
        (self.block, self.frame, self.layers, self.params, self.iterated, self.collecting, self.calling) = kept
        if changed:
            what = f"`{name}` calls itself, and writes to its list `{changed[0].name}`"
            self.refuse("BP030", what, node, "return the number instead, or write a loop")
        callee.function = Function(name, callee.params, body, self.returned(callee, thing, node), self.constants)
        return callee

    # kinds, found out by reading again

    def place_of(self, node: ast.FunctionDef, k: int) -> Place:
        """Return the key of a parameter of a function, or of a value that it returns, in what is known of kinds."""
        return self.span(node), -1000 + k

    def known_kind(self, node: ast.FunctionDef, k: int) -> Kind:
        """Return the kind of a parameter, or of a value that is returned, as far as it is known now."""
        place = self.place_of(node, k)
        found = self.items.found.setdefault(place, Found())
        found.taken = self.items.known.get(place) or found.put or REAL
        return found.taken

    def passed_to(self, node: ast.FunctionDef, k: int, value: Value) -> None:
        """Note the kind of what is passed for a parameter: an array, an integer or any other number."""
        kind = (
            value.kind if isinstance(value.kind, Array) and value.kind.dims != () else INT if is_whole(value) else REAL
        )
        self.put_kind(self.place_of(node, k), kind)

    def returned_by(self, node: ast.FunctionDef, k: int, value: Value | Broken) -> None:
        """Note the kind of what is returned; what is refused may be right once it is known to be an array."""
        kind = ANYTHING if isinstance(value, Broken) else value.kind
        if isinstance(kind, Array) and any(array_annotation(a.annotation) for a in all_arguments(node.args)):
            kind = outside(kind)
        if self.arrays:
            self.put_kind(self.place_of(node, -1 - k), REAL if dims_of(kind) == () else kind)

    def put_kind(self, place: Place, kind: Kind) -> None:
        """Note one more kind that a parameter, or what is returned, is of."""
        if self.arrays:
            found = self.items.found.setdefault(place, Found())
            found.put = kind if found.put is None else alike(found.put, kind)

    def returned(self, callee: Callee, thing: Thing, node: ast.FunctionDef) -> Tree:
        """Return what the function returns, or refuse it."""
        items = thing.items if isinstance(thing, Group) and callee.is_tuple else (thing,)
        values = [self.as_number(item, node) for item in items]
        numbers = [v for v in values if isinstance(v, Value)]
        for k in range(len(callee.kinds)):
            self.returned_by(node, k, BROKEN if isinstance(thing, Broken) else values[k % len(values)])
        if isinstance(thing, Never) or len(numbers) != len(callee.kinds) or isinstance(thing, Group) != callee.is_tuple:
            self.refuse(
                "BP030", f"`{callee.name}` calls itself, and does not return numbers alike everywhere", node, ALIKE
            )
            return self.const(0.0)
        return Group(tuple(numbers)) if callee.is_tuple else numbers[0]


def outside(kind: Array) -> Array:
    """Return the kind of what a call gives: the names of the function's own annotations mean nothing to its caller."""
    is_plain = kind.dims is not None and all(isinstance(d, int) for d in kind.dims)
    return kind if is_plain else Array(None, kind.dtype)


def free_names(node: ast.AST) -> set[str]:
    """Return the names that a function reads and does not bind."""
    names = {n.id for n in walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    return names - local_names(node) if isinstance(node, (ast.FunctionDef, ast.Lambda)) else names


def param_cell(cell: Cell | None) -> Cell:
    """Return what is known of a parameter from what is passed for it."""
    if cell is None:
        return Cell("number")
    if cell.shape == "list":
        return Cell("list", every=cell.all_items(), is_local=True)
    return Cell(cell.shape, cell.scalar) if cell.shape else Cell(linked=[cell])


def returned_items(node: ast.FunctionDef) -> int | None:
    """Return how many items the tuple has that a function returns, None where it returns one number."""
    todo: list[ast.AST] = list(node.body)
    while todo:
        inner = todo.pop()
        if isinstance(inner, ast.Return) and isinstance(inner.value, ast.Tuple):
            return len(inner.value.elts)
        if isinstance(inner, (ast.If, ast.For, ast.While)):
            todo += [*inner.body, *inner.orelse]
    return None


PASS = "pass numbers and lists to it"
ALIKE = "return a number, or a tuple of numbers, on every path"
