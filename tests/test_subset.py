"""Every class of the syntax tree is accepted or refused by name, and every code has an example that it refuses."""

from __future__ import annotations

import ast

import pytest

from bpcompile import CompileError, compile_source
from bpcompile.codes import CODES, explain
from bpcompile.frontend import subset
from bpcompile.frontend.lower import EntryLowerer


def classes(base: type[ast.AST]) -> list[type[ast.AST]]:
    """Return the node classes of this Python; those that the parser no longer makes are left out."""
    old = (
        "Num",
        "Str",
        "Bytes",
        "NameConstant",
        "Ellipsis",
        "Index",
        "ExtSlice",
        "Suite",
        "AugLoad",
        "AugStore",
        "Param",
    )
    found = base.__subclasses__()
    return [node for node in found if node.__module__ in ("ast", "_ast") and node.__name__ not in old]


@pytest.mark.parametrize("node", classes(ast.stmt), ids=lambda c: c.__name__)
def test_statements(node: type[ast.stmt]) -> None:
    name = node.__name__
    is_read = hasattr(EntryLowerer, f"read_{name}") or name == "Return"  # `body` reads returns
    assert is_read != (name in subset.REFUSED_STATEMENTS), f"{name} is neither read nor refused by name, or both"


@pytest.mark.parametrize("node", classes(ast.expr), ids=lambda c: c.__name__)
def test_expressions(node: type[ast.expr]) -> None:
    name = node.__name__
    is_read = hasattr(EntryLowerer, f"lower_{name}")
    assert is_read != (name in subset.REFUSED_EXPRESSIONS), f"{name} is neither read nor refused by name, or both"


def test_operators() -> None:
    assert set(classes(ast.operator)) == subset.BINARY.keys() | subset.REFUSED_BINARY.keys()
    assert set(classes(ast.cmpop)) == subset.COMPARE.keys() | subset.REFUSED_COMPARE.keys()
    assert set(classes(ast.unaryop)) == subset.UNARY.keys() | {ast.Invert}


REFUSED = {
    "BP010": [
        "for i in (1, 2):\n        x = x * i",
        "while x > 1:\n        x = x / 2",
        "with x:\n        pass",
        "try:\n        pass\n    except ValueError:\n        pass",
        "del x",
        "global y",
        "import math",
        "from math import sin",
        "class A:\n        pass",
        "assert x > 0",
        "raise ValueError",
        "match x:\n        case 1:\n            pass",
        "async def g():\n        pass",
    ],
    "BP012": [
        "y = {}",
        "y = {x}",
        "y = [a for a in (x, x)]",
        "y = {a for a in (x, x)}",
        "y = {a: a for a in (x, x)}",
        "y = sum(a for a in (x, x))",
        "y = f'{x}'",
        "y = 1j",
        "y = ...",
        "y = b'x'",
        "yield x",
        "yield from x",
    ],
    "BP013": ["y = x @ x", "y = x << 1", "y = x | 1", "y = ~x", "y = x is x", "y = x in (x, x)", "x ^= 1"],
    "BP014": ["y = x.real", "x.y = 1.0"],
    "BP025": ["x[0] = 1.0", "x[0] += 1.0", "x.append(1.0)"],
}


@pytest.mark.parametrize(("code", "statement"), [(c, s) for c, many in REFUSED.items() for s in many])
def test_refused_by_name(code: str, statement: str) -> None:
    with pytest.raises(CompileError) as caught:
        compile_source(f"def f(x):\n    {statement}\n    return x\n")
    assert code in [refusal.code for refusal in caught.value.refusals]
    assert all(refusal.span.line >= 2 for refusal in caught.value.refusals)


@pytest.mark.parametrize("code", [row for row in CODES.values() if row.example], ids=lambda row: row.code)
def test_examples_of_codes(code: object) -> None:
    assert code.code in explain(code.code)  # type: ignore[attr-defined]
