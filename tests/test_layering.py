"""The imports of the package are the arrows of ARCHITECTURE.md, wherever in a file they stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "bpcompile"

# A unit is a module or a folder directly under bpcompile/; what it may import, besides itself.
ARROWS = {
    "__init__": {"api", "errors", "live", "version"},
    "__main__": {"cli"},
    "cli": {"api", "codes", "errors", "frontend.source", "version"},
    "live": {"api", "driver", "errors", "frontend.source", "nodes"},
    "api": {"driver", "errors", "frontend.source"},
    "driver": {"frontend", "passes", "backends", "verify", "rules", "ir", "errors", "version"},
    "frontend": {"ir", "codes", "errors", "nodes"},
    "passes": {"rules", "ir", "errors"},
    "backends": {"ir", "errors", "nodes"},
    "verify": {"ir", "errors", "nodes"},
    "rules": {"ir", "errors"},
    "ir": {"errors"},
    "codes": set(),
    "errors": set(),
    "nodes": set(),
    "version": set(),
}
ONLY_IN_FUNCTIONS = {"sympy": "verify", "mpmath": "verify", "astor": "backends"}  # and only below that folder


def imports(tree: ast.AST, inside: str | None = None) -> Iterator[tuple[str, str | None]]:
    """Yield each imported dotted name with the function that it stands in."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from ((f"{node.module}.{alias.name}", inside) for alias in node.names)
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield from imports(node, node.name if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else inside)


def modules() -> list[Path]:
    return sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=str)
def test_arrows(path: Path) -> None:
    unit = path.parts[0].removesuffix(".py")
    for name, inside in imports(ast.parse((ROOT / path).read_text())):
        package, _, rest = name.partition(".")
        if package == "bpcompile":
            allowed = {unit, *ARROWS[unit]}
            assert any(f"{rest}.".startswith(f"{arrow}.") for arrow in allowed), f"{path} imports {name}"
        elif package in ONLY_IN_FUNCTIONS:
            assert unit == ONLY_IN_FUNCTIONS[package] and inside, f"{path} imports {name} outside a function or layer"


def test_astor_stays_behind_one_function() -> None:
    users = [
        (str(path), inside)
        for path in modules()
        for name, inside in imports(ast.parse((ROOT / path).read_text()))
        if name.partition(".")[0] == "astor"
    ]
    assert len(set(users)) <= 1


def test_the_table_names_what_exists() -> None:
    assert {path.parts[0].removesuffix(".py") for path in modules()} == ARROWS.keys()
