"""Every class of the syntax tree is accepted or refused by name, and every code has an example that it refuses."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from case_files import compare_at

import bpcompile
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


JUMPS = "Return", "Break", "Continue"  # `body` and `suite` read them


@pytest.mark.parametrize("node", classes(ast.stmt), ids=lambda c: c.__name__)
def test_statements(node: type[ast.stmt]) -> None:
    name = node.__name__
    is_read = hasattr(EntryLowerer, f"read_{name}") or name in JUMPS
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
        "with x:\n        pass",
        "try:\n        pass\n    except ValueError:\n        pass",
        "del x",
        "del w[0]",
        "global y",
        "import math",
        "from math import sin",
        "class A:\n        pass",
        "match x:\n        case 1:\n            pass",
        "async def g():\n        pass",
        "if x > 0:\n        raise",
        "if x > 0:\n        raise ValueError from None",
        "if x > 0:\n        raise ValueError('a', 'b')",
        "if x > 0:\n        raise Unknown('a')",
        "while (y := x * x) > 1:\n        x = x / 2\n        if y > 9:\n            break\n    else:\n        x = 2.0",
        "for i, j in enumerate(range(0, 9, n)):\n        x = x * j",
        "for a in map(abs, w):\n        x = x * a",
    ],
    "BP012": [
        "y = {}",
        "y = {x}",
        "y = {a for a in (x, x)}",
        "y = {a: a for a in (x, x)}",
        "y = (a for a in w)",
        "y = [(t := a) for a in w]",
        "y = sum((t := a) for a in w)",
        "y = sum(a async for a in w)",
        "y = range(3)",
        "y = enumerate(w)",
        "y = f'{x}'",
        "assert x > 0, f'{x:{n}}'",
        "y = 1j",
        "y = ...",
        "y = b'x'",
        "yield x",
        "yield from x",
    ],
    "BP013": ["y = x << 1", "y = x | 1", "y = ~x", "y = x is x", "y = x in (x, x)", "x ^= 1"],
    "BP014": ["y = x.real", "x.y = 1.0", "y = w.index(x)", "y = w.count(x)"],
    "BP015": ["for a in sorted(w):\n        x = x * a", "for a in iter(w):\n        x = x * a"],
    "BP018": [
        "for i in range(0, 3, 0):\n        x = x * i",
        "for i in range(1.5):\n        x = x * i",
        "for i in range():\n        x = x * i",
        "w.append(x, x)",
        "w.copy(1)",
        "for a in zip():\n        x = x * a",
    ],
    "BP020": ["y = w[0, 1]", "y = w['a']", "y = w[(0,)]"],
    "BP022": ["a, *b = w", "y = sum([*w, x])", "a, b = (x, x, x)"],
    "BP023": [
        "for a in x * 2:\n        pass",
        "w.append([x])\n    w.append(x)",
        "y = x * w",
        "v = [x, [x]]\n    v[0] = x",
    ],
    "BP024": [
        "y = x\n    for i in range(n):\n        y = (x, x)\n    x = y[0]",
        "for i in range(n):\n        y = w if i else x\n    x = y",
    ],
    "BP025": [
        "w[::2] = w",
        "w[n:0:-1] = (x, x)",
        "w[:] += w",
        "w += w",
        "w *= 2",
        "w.sort()",
        "w.extend(w)",
        "w.insert(0, x)",
        "w.reverse()",
        "w.clear()",
        "w.remove(x)",
        "w.pop(0)",
        "w.pop(n)",
        "t = (x, x)\n    t[0] = x",
        "m[0] = [x, x]",
        "m.append([x])\n    r = m.pop()",
    ],
    "BP026": ["y = w or x"],
    "BP028": [
        "v = w if x > 0 else [x]\n    v[0] = x",
        "if x > 0:\n        v = w\n    else:\n        v = [x]\n    v[0] = x",
        "v = [x]\n    for i in range(n):\n        v[0] = x\n        v = w",
        "v = [x]\n    for i in range(n):\n        v = w\n    v[0] = x",
        "v = [x]\n    if x > 0:\n        v = w\n    v.append(x)",
        "v = [x]\n    k = [v]\n    v[0] = x\n    x = k[0][0]",
        "v = [x]\n    k = [[x]]\n    k.append(v)\n    v[0] = x\n    x = k[1][0]",
        "k = [[0.0] * 3] * 3\n    k[0][0] = x",
        "k = n * [[x]]\n    k[0][0] = x",
        "for row in m:\n        row[0] = x\n    k = m.copy()\n    k[0][0] = x",
        "for a in w:\n        w.append(x)",
        "for i, a in enumerate(w):\n        w.pop()",
        "for a, b in zip(w, [x, x]):\n        w.append(x)",
        "def g(v):\n        v[0] = x\n    g(w if x > 0 else [x])",
    ],
    "BP039": [
        "y = [a for a in w]\n    x = a",
        "y = sum(a for a in w)\n    x = a",
        "x = y\n    for y in w:\n        pass",
    ],
}


@pytest.mark.parametrize(("code", "statement"), [(c, s) for c, many in REFUSED.items() for s in many])
def test_refused_by_name(code: str, statement: str) -> None:
    with pytest.raises(CompileError) as caught:
        compile_source(f"def f(x, w: list[float], m: list[list[float]], n: int):\n    {statement}\n    return x\n")
    assert code in [refusal.code for refusal in caught.value.refusals]
    assert all(refusal.span.line >= 2 for refusal in caught.value.refusals)


ACCEPTED = [
    "for i in (1, 2):\n        x = x * i",
    "for i in range(n, 0, -1):\n        x = x * i\n        if x > 1:\n            break",
    "for a in w:\n        if a > 2.5:\n            continue\n        x = x * a",
    "for a in w:\n        x = x * a\n        if x > 1:\n            return x * x",
    "for a in w:\n        x = x * a\n    else:\n        x = x + a",
    "for i, a in enumerate(reversed(w), n):\n        x = x * a + i",
    "for a, b in zip(w, w[1:]):\n        x = x * a + b",
    "for row in m:\n        for a in row:\n            x = x * a",
    "while x < 20:\n        x = x * 3",
    "while True:\n        x = x * 3\n        if x > 20:\n            break",
    "while (y := x * x) < 20:\n        x = y + 1",
    "assert x > 0",
    "assert x < 0, f'{x:.3f} is not negative'",
    "if x > 0:\n        raise ValueError(f'{x} is too large')",
    "if x < 0:\n        raise ValueError",
    "y = [a * x for a in (x, x)]\n    x = y[0] * y[n - 2]",
    "y = [a * b for a in w if a > 2.5 for b in w]\n    x = sum(y)",
    "x = sum(a * x for a in w)",
    "x = max(a * x for row in m for a in row)",
    "w[0] = x * x",
    "w[-1] = w[0] = x",
    "w[n - 2] += x * w[0]",
    "w[0], w[1] = w[1] * x, w[0]",
    "m[n - 2][0] *= x\n    x = m[1][0] * m[0][1]",
    "w.append(x * x)",
    "x = w.pop() * w.pop(-1)",
    "v = w.copy()\n    v[0] = x\n    x = v[0] * v[1] * w[0]",
    "v = w\n    v[0] = x",
    "row = m[1]\n    row[0] = row[1] * x\n    x = m[1][0]",
    "v = [0.0] * n\n    v[n - 1] = x\n    x = sum(v) * v[-1]",
    "v = [x, 1.0] * n\n    v[1] = x\n    x = sum(v)",
    "v = w + [x]\n    x = v[n]",
    "v = w[1:n]\n    v[0] = v[0] * x\n    x = v[0] * w[1]",
    "w[0:2] = x, x * x",
    "w[n - 2:] = [x, w[0]]",
    "w[1:] = w[:-1]",
    "def square(v):\n        for i in range(len(v)):\n            v[i] *= v[i]\n    square(w)",
    "w[5] = x",
    "x = [][n]",
]


@pytest.mark.parametrize("statement", ACCEPTED)
def test_accepted(statement: str) -> None:
    source = f"def f(x, w: list[float], m: list[list[float]], n: int):\n    {statement}\n    return x * sum(w)\n"
    compare_at(source, "f", (0.75, [2.0, 3.0, 0.5], [[1.5, 2.5], [3.0, 4.0]], 3), compile_source(source))


@pytest.mark.parametrize("code", [row for row in CODES.values() if row.example], ids=lambda row: row.code)
def test_examples_of_codes(code: object) -> None:
    assert code.code in explain(code.code)  # type: ignore[attr-defined]


def test_every_code_is_used_and_explained() -> None:
    package = Path(bpcompile.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in package.rglob("*.py") if path.name != "codes.py"]
    used = {code for text in texts for code in re.findall(r'"(BP\d+)"', text)}
    assert used == CODES.keys()
