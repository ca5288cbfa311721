"""How many operations does a gradient take for each operation of its function? One row for each function in examples/.

Counted in the text: arithmetic, comparisons and calls; a call of a helper counts as the operations in the helper. What
only walks through lists and tapes (`range`, `len`, `append`, `pop`) is no operation. A loop counts as one trip of it.
"""

from __future__ import annotations

import ast
from pathlib import Path

from measure import ROOT, table

from bpcompile import compile_file

COUNTED = ast.BinOp, ast.UnaryOp, ast.Compare, ast.AugAssign, ast.Call
WALKING = {"append", "len", "list", "pop", "range", "reversed"}


def functions(path: Path) -> dict[str, ast.FunctionDef]:
    """Return the functions of a file of examples that are there to be differentiated."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    return {} if "main" in found else found


def operations(function: ast.FunctionDef, helpers: dict[str, ast.FunctionDef]) -> int:
    """Return the number of operations in the body of a function."""
    return sum(cost(node, helpers) for statement in function.body for node in ast.walk(statement))


def cost(node: ast.AST, helpers: dict[str, ast.FunctionDef]) -> int:
    """Return what a node itself counts."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in helpers:
        return operations(helpers[node.func.id], helpers)
    if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", None)) in WALKING:
        return 0
    if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
        return 0  # a negative number
    return int(isinstance(node, COUNTED))


def counts(path: Path, name: str) -> tuple[int, int]:
    """Return the operations of a function and of its gradient."""
    helpers = functions(path)
    generated = ast.parse(compile_file(path, function=name))
    entries = {node.name: node for node in generated.body if isinstance(node, ast.FunctionDef)}
    gradient = entries.pop(f"{name}_grad")
    return operations(helpers[name], helpers), operations(gradient, entries)


def main() -> None:
    rows = []
    for path in sorted((ROOT / "examples").glob("*.py")):
        for name in functions(path):
            primal, gradient = counts(path, name)
            rows.append((f"`{path.name}` {name}", primal, gradient, f"{gradient / primal:.2f}"))
    print(table(("function", "its operations", "of its gradient", "ratio"), rows))


if __name__ == "__main__":
    main()
