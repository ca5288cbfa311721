"""What a file binds at module level, read and never run: functions, constants, imports of `math`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Union

from bpcompile.frontend.constants import changed
from bpcompile.nodes import children, walk

FunctionNode = Union[ast.FunctionDef, ast.Lambda]


@dataclass(frozen=True, slots=True)
class Binding:
    """What a module-level name is bound to."""

    what: str  # "function" | "constant" | "module" | "from" | "other"
    node: ast.AST
    value: ast.expr | None = None  # of a constant
    origin: str = ""  # of an import: "math", or "math.exp"


@dataclass(slots=True)
class ModuleNames:
    """The names of a module: each with the one statement that binds it, and those that cannot be relied on."""

    bindings: dict[str, Binding] = field(default_factory=dict)
    unreliable: dict[str, str] = field(default_factory=dict)  # name -> why
    mentioned: frozenset[str] = frozenset()  # every name in the file
    star: bool = False  # `from math import *`
    foreign_star: bool = False  # `from anything_else import *`: after it, no name is known

    def functions(self) -> Mapping[str, ast.FunctionDef]:
        """Return the top-level functions in order."""
        return {n: b.node for n, b in self.bindings.items() if isinstance(b.node, ast.FunctionDef)}


def read_module(tree: ast.Module) -> ModuleNames:
    """Return what the module's names stand for."""
    names = ModuleNames(mentioned=mentioned_names([tree]))
    for statement in tree.body:
        for name, binding in bindings_of(statement):
            if name == "*":
                names.star = names.star or binding.origin == "math"
                for earlier in names.bindings:
                    names.unreliable[earlier] = "an `import *` below may rebind it"
                names.foreign_star = names.foreign_star or binding.origin != "math"
            elif name in names.bindings:
                names.unreliable[name] = "it is bound more than once at module level"
            elif binding.what == "other":
                names.unreliable.setdefault(name, "it is not bound by a plain definition at module level")
                names.bindings[name] = binding
            else:
                names.bindings[name] = binding
    for name, why in rebound(tree):
        names.unreliable[name] = why
    for name in patched(tree):
        origin = names.bindings[name].origin if name in names.bindings else name
        for other, binding in names.bindings.items():
            if other == name or origin and binding.origin.split(".")[0] == origin.split(".")[0]:
                names.unreliable[other] = "the file changes its attributes"
    if may_rebind_all(tree):
        for name in names.bindings:
            names.unreliable.setdefault(name, "the file uses `globals` or `exec`, which may rebind any name")
    constants = {n: b.value for n, b in names.bindings.items() if b.what == "constant" and b.value is not None}
    names.unreliable.update(changed(tree, constants, {n: b.origin for n, b in names.bindings.items()}))
    return names


def rebound(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the names that a `global` statement or an expression of the module may bind, each with the reason."""
    todo: list[ast.AST] = []
    for statement in tree.body:
        is_function = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))
        todo += outside_body(statement) if is_function else [statement]
        for node in walk(statement):
            if isinstance(node, ast.Global):
                yield from ((name, f"a `global {name}` statement may rebind it") for name in node.names)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.NamedExpr) and isinstance(node.target, ast.Name):
            yield node.target.id, "an expression at module level binds it"
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            todo += outside_body(node)
        else:
            todo += children(node)


def patched(tree: ast.Module) -> Iterator[str]:
    """Yield the names whose attributes the file assigns, deletes or sets: `math.exp = ...`."""
    for node in walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, (ast.Store, ast.Del)):
            if isinstance(node.value, ast.Name):
                yield node.value.id
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("setattr", "delattr"):
            yield from (argument.id for argument in node.args[:1] if isinstance(argument, ast.Name))


def may_rebind_all(tree: ast.Module) -> bool:
    """Return whether the file runs code in its own names (`exec` without a dict) or writes to `globals()`."""
    read = {id(n.value) for n in walk(tree) if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Load)}
    for node in walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "exec" and len(node.args) < 2:
                return True
            if node.func.id == "globals" and id(node) not in read:
                return True
    return False


def outside_body(node: ast.AST) -> list[ast.AST]:
    """Return the parts of a function that run where it is defined: decorators, defaults, annotations."""
    body = getattr(node, "body", [])
    inner = set(map(id, body if isinstance(body, list) else [body]))
    return [child for child in children(node) if id(child) not in inner]


def bindings_of(statement: ast.stmt) -> Iterator[tuple[str, Binding]]:
    """Yield what one module-level statement binds."""
    if isinstance(statement, ast.FunctionDef):
        yield statement.name, Binding("function", statement)
    elif isinstance(statement, ast.Import):
        for alias in statement.names:
            yield alias.asname or alias.name.split(".")[0], Binding("module", statement, origin=alias.name)
    elif isinstance(statement, ast.ImportFrom):
        for alias in statement.names:
            origin = f"{statement.module}.{alias.name}" if alias.name != "*" else str(statement.module)
            yield alias.asname or alias.name, Binding("from", statement, origin=origin)
    elif isinstance(statement, ast.Assign) and all(isinstance(t, ast.Name) for t in statement.targets):
        for target in statement.targets:
            assert isinstance(target, ast.Name)
            yield target.id, Binding(value_kind(statement.value), statement.value, statement.value)
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        if statement.value is not None:
            yield statement.target.id, Binding(value_kind(statement.value), statement.value, statement.value)
    else:
        for name in names_bound(statement):
            yield name, Binding("other", statement)


def names_bound(node: ast.AST) -> Iterator[str]:
    """Yield every name that a compound statement may bind, functions and classes inside it left unread."""
    todo = [node]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            yield node.id
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from ((alias.asname or alias.name).split(".")[0] for alias in node.names)
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            yield node.name
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        else:
            todo += children(node)


def value_kind(value: ast.expr) -> str:
    """Return "function" for a lambda, "constant" for anything else."""
    return "function" if isinstance(value, ast.Lambda) else "constant"


def local_names(node: FunctionNode) -> frozenset[str]:
    """Return the names that a function binds itself, by Python's own rule."""
    names = {a.arg for a in all_arguments(node.args)}
    for inner in own_nodes(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, (ast.Store, ast.Del)):
            names.add(inner.id)
        elif isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(inner.name)
        elif isinstance(inner, (ast.Import, ast.ImportFrom)):
            names.update((alias.asname or alias.name).split(".")[0] for alias in inner.names)
        elif isinstance(inner, ast.ExceptHandler) and inner.name:
            names.add(inner.name)
    return frozenset(names)


def own_nodes(node: FunctionNode) -> Iterator[ast.AST]:
    """Yield the nodes of a function's body, without those of the functions inside it."""
    todo: list[ast.AST] = list(node.body) if isinstance(node, ast.FunctionDef) else [node.body]
    while todo:
        inner = todo.pop()
        yield inner
        if not isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            todo += children(inner)


def all_arguments(args: ast.arguments) -> list[ast.arg]:
    """Return all arguments, starred ones included."""
    stars = [a for a in (args.vararg, args.kwarg) if a is not None]
    return [*args.posonlyargs, *args.args, *args.kwonlyargs, *stars]


def called_names(tree: ast.Module) -> set[str]:
    """Return the names that functions of the file call, each function's calls of itself left out."""
    called: set[str] = set()
    for statement in tree.body:
        own = statement.name if isinstance(statement, ast.FunctionDef) else None
        is_lambda = isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda)
        if own or is_lambda:
            body = statement.body if isinstance(statement, ast.FunctionDef) else [statement]
            for node in (n for s in body for n in walk(s)):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id != own:
                    called.add(node.id)
    return called


def mentioned_names(nodes: Iterator[ast.AST] | list[ast.AST]) -> frozenset[str]:
    """Return every name and argument that stands in the nodes."""
    names: set[str] = set()
    for root in nodes:
        for node in walk(root):
            if isinstance(node, ast.Name):
                names.add(node.id)
            elif isinstance(node, ast.arg):
                names.add(node.arg)
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                names.add(node.name)
    return frozenset(names)
