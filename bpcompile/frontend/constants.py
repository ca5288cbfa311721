"""Which constants of a module can be relied on: those that nothing in the file changes in place."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from bpcompile.nodes import children, walk

READERS = frozenset(("len", "sum", "max", "min", "tuple", "list", "print"))  # calls that leave a list as it is
LIBRARIES = ("numpy", "scipy", "math")
CHANGERS = frozenset("fill itemset partition put resize setfield setflags sort".split())  # methods of arrays that write
WRITERS = frozenset("at copyto fill_diagonal place put put_along_axis putmask shuffle".split())  # functions that do
MAKE_TUPLE = "it is a list that other code may change; make it a tuple"
MAY_CHANGE = "other code may change it in place"


def changed(
    tree: ast.Module, constants: Mapping[str, ast.expr], origins: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the constants that anything in the file may change, each with what is wrong about it."""
    lists = {n for n, value in constants.items() if holds_list(value, origins)}
    for name in lists:
        value = constants[name]
        if not isinstance(value, ast.List) or any(holds_list(item, origins) for item in value.elts):
            yield name, MAKE_TUPLE
    harmless = set(harmless_reads(tree, READERS - origins.keys(), origins)) if lists else set()
    arrays = {n for n, v in constants.items() if n not in lists and any(isinstance(i, ast.Call) for i in walk(v))}
    for node in walk(tree):
        if isinstance(node, ast.Name) and node.id in lists and isinstance(node.ctx, ast.Load):
            if id(node) not in harmless:
                yield node.id, MAKE_TUPLE
    if arrays:
        yield from ((name, MAY_CHANGE) for name in written_names(tree, origins) if name in arrays)


def written_names(tree: ast.Module, origins: Mapping[str, str]) -> set[str]:
    """Return the names whose arrays the file changes in place, under any name; scopes are not told apart."""
    functions = {n.name: n for n in walk(tree) if isinstance(n, ast.FunctionDef)}
    written = {name for node in walk(tree) for name in written_by(node, origins)}
    names = [pair for node in walk(tree) for pair in named_by(node, functions)]
    while more := {base for name, base in names if name in written} - written:
        written |= more
    return written


def holds_list(value: ast.expr, origins: Mapping[str, str]) -> bool:
    """Return whether a list stands anywhere in the expression, but in what an array is made of."""
    todo: list[ast.AST] = [value]
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.List, ast.ListComp, ast.Dict, ast.Set)):
            return True
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "list":
            return True
        if not (isinstance(node, ast.Call) and origin_of(node.func, origins) in LIBRARIES):
            todo += children(node)
    return False


def origin_of(node: ast.expr, origins: Mapping[str, str]) -> str:
    """Return the library that a function comes from, "" where it is none."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return origins.get(node.id, "").split(".")[0] if isinstance(node, ast.Name) else ""


def harmless_reads(tree: ast.Module, readers: frozenset[str], origins: Mapping[str, str]) -> Iterator[int]:
    """Yield the places where a list is only read, by the ids of their nodes."""
    for node in walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            yield id(node.value)
        elif isinstance(node, ast.Call):
            is_reader = isinstance(node.func, ast.Name) and node.func.id in readers
            yield from map(id, node.args if is_reader or origin_of(node.func, origins) in LIBRARIES else ())
        elif isinstance(node, ast.Assign) and all(isinstance(t, (ast.Tuple, ast.List)) for t in node.targets):
            if not any(isinstance(n, ast.Starred) for t in node.targets for n in walk(t)):
                yield id(node.value)


def written_by(node: ast.AST, origins: Mapping[str, str]) -> Iterator[str]:
    """Yield the names whose arrays a node changes, or gives away."""
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        yield from base_of(node)
    elif isinstance(node, ast.AugAssign):
        yield from base_of(node.target)
    elif isinstance(node, ast.Return):
        yield from views(node.value)
    elif isinstance(node, ast.Call):
        yield from changed_by_call(node, origins)


def named_by(node: ast.AST, functions: Mapping[str, ast.FunctionDef]) -> Iterator[tuple[str, str]]:
    """Yield the names that a node gives to arrays, or to views of them, each with the array's own name."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions:
        arguments = functions[node.func.id].args
        given = [(a.arg, value) for a, value in zip((*arguments.posonlyargs, *arguments.args), node.args)]
        given += [(k.arg, k.value) for k in node.keywords if k.arg is not None]
    elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.For)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        value = node.iter if isinstance(node, ast.For) else node.value
        names = [n.id for t in targets for n in walk(t) if isinstance(n, ast.Name)]
        given = [(name, value) for name in names if value is not None]
    else:
        return
    yield from ((name, base) for name, value in given for base in views(value))


def changed_by_call(node: ast.Call, origins: Mapping[str, str]) -> Iterator[str]:
    """Yield the names whose arrays a call may change."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    is_library = origin_of(node.func, origins) in LIBRARIES
    if isinstance(node.func, ast.Attribute) and name in CHANGERS and not is_library:
        yield from base_of(node.func.value)
    if is_library and name in WRITERS:
        yield from (n for argument in node.args[:1] for n in base_of(argument))
    for keyword in node.keywords:
        if keyword.arg == "out":
            yield from base_of(keyword.value)


def base_of(node: ast.expr) -> Iterator[str]:
    """Yield the name that a part of an array, or a view of it, is taken from."""
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def views(node: ast.expr | None) -> Iterator[str]:
    """Yield the names of arrays that an expression may be a view of."""
    todo = [node] if node is not None else []
    while todo:
        inner = todo.pop()
        if isinstance(inner, (ast.Tuple, ast.List)):
            todo += inner.elts
        elif isinstance(inner, ast.IfExp):
            todo += [inner.body, inner.orelse]
        elif isinstance(inner, ast.expr):
            yield from base_of(inner)
