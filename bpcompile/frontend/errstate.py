"""`with np.errstate(...)`: its body stands in its place, and the generated function runs in the same state.

with np.errstate(divide="ignore"):         the state, as a statement
    y = np.log(x)                          y = np.log(x)
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from bpcompile.frontend.module import ModuleNames
from bpcompile.nodes import walk

KINDS = ("divide", "over", "under", "invalid")
MODES = ("ignore", "warn", "raise")
LITERAL = 'write `with np.errstate(all="ignore"):`, with literal keywords'
COVERS = "put all statements of the function into the block"


@dataclass(frozen=True, slots=True)
class State:
    """What happens at each kind of floating-point error, and whether that holds for a whole function."""

    modes: Mapping[str, str]
    is_whole: bool


def inline_states(tree: ast.Module, names: ModuleNames) -> None:
    """Put the body of each `with np.errstate(...)` in its place, behind a statement that says the state."""
    for node in walk(tree):
        if isinstance(node, ast.FunctionDef):
            statements = node.body[1:] if ast.get_docstring(node) is not None else node.body
            node.body = [s for statement in node.body for s in inlined(statement, names, len(statements) == 1)]


def inlined(node: ast.stmt, names: ModuleNames, is_whole: bool) -> list[ast.stmt]:
    """Return a statement with the states inside it inlined."""
    for field in ("body", "orelse"):
        if isinstance(inner := getattr(node, field, None), list) and not isinstance(node, ast.FunctionDef):
            is_all = is_whole and isinstance(node, ast.With) and len(inner) == 1
            setattr(node, field, [s for statement in inner for s in inlined(statement, names, is_all)])
    found = [state_of(item, names) for item in node.items] if isinstance(node, ast.With) else [None]
    if any(modes is None for modes in found):
        return [node]
    assert isinstance(node, ast.With)
    stated = [ast.copy_location(ast.Expr(item.context_expr), item.context_expr) for item in node.items]
    for statement, modes in zip(stated, found):
        statement.state = State(modes or {}, is_whole)  # type: ignore[attr-defined]
    return [*stated, *node.body]


def state_of(item: ast.withitem, names: ModuleNames) -> dict[str, str] | None:
    """Return what a call of `np.errstate` says of each kind of error, None for anything else."""
    call = item.context_expr
    if not isinstance(call, ast.Call) or item.optional_vars is not None or call.args:
        return None
    first, dot, rest = ast.unparse(call.func).partition(".")
    binding = names.bindings.get(first)
    if binding is None or f"{binding.origin}{dot}{rest}" != "numpy.errstate":
        return None
    given = {str(k.arg): str(k.value.value) for k in call.keywords if isinstance(k.value, ast.Constant)}
    if len(given) < len(call.keywords) or not all(k in (*KINDS, "all") and v in MODES for k, v in given.items()):
        return None
    everything = dict.fromkeys(KINDS, given["all"]) if "all" in given else {}
    return {**everything, **{k: v for k, v in given.items() if k != "all"}}


def text_of(modes: Mapping[str, str]) -> str:
    """Return the call that sets a state."""
    shared = set(modes.values())
    if len(modes) == len(KINDS) and len(shared) == 1:
        return f'np.errstate(all="{shared.pop()}")'
    options = [f'{kind}="{modes[kind]}"' for kind in KINDS if kind in modes]
    return f"np.errstate({', '.join(options)})"
