"""Small functions of the kinds that are easily differentiated wrongly: aliases, writes, jumps, names that live on.

Each stands in a file under cases/numbers, below the points at which it is called. The generated module must give the
gradient that differences of the original text give, raise what the original raises, and leave the arguments as they
were. A function under `# may be refused` may be refused instead, but for a reason that is about its lists.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import oracles
import pytest
from case_files import CASES, compare_at

from bpcompile import CompileError, compile_source

ABOUT_LISTS = {"BP018", "BP022", "BP023", "BP024", "BP025", "BP028"}
KNOWN = {"M": [[2.0, 3.0], [5.0, 7.0]], "W": [2.0, 3.0, 5.0]}


@dataclass(frozen=True)
class Written:
    """One function of a file: its text, its points, and whether it may be refused."""

    name: str
    text: str
    points: tuple[tuple[Any, ...], ...]
    may_be_refused: bool


def functions() -> Iterator[Written]:
    """Yield every function that stands below points."""
    for path in sorted((CASES / "numbers").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        lines = text.split("\n")
        found = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
        for name, node in found.items():
            first = next(i for i in range(node.lineno - 1, 0, -1) if not lines[i - 1].startswith("#"))
            notes = lines[first : node.lineno - 1]
            points = tuple(eval(f"({note[5:]},)", dict(KNOWN)) for note in notes if note.startswith("# at "))
            if points:
                texts = [ast.get_source_segment(text, found[n]) or "" for n in mentioned(name, found)]
                source = "\n\n\n".join(["import math", *texts]) + "\n"
                yield Written(name, source, points, "# may be refused" in notes)


def mentioned(name: str, functions: Mapping[str, ast.FunctionDef]) -> list[str]:
    """Return the function and those that it calls, directly or through others, in the order of the file."""
    names, todo = {name}, [name]
    while todo:
        used = {n.id for n in ast.walk(functions[todo.pop()]) if isinstance(n, ast.Name)}
        new = (used & functions.keys()) - names
        names |= new
        todo += new
    return [n for n in functions if n in names]


@pytest.mark.parametrize("function", list(functions()), ids=lambda f: f.name)
def test_gradient(function: Written) -> None:
    try:
        text = compile_source(function.text, function=function.name)
    except CompileError as error:
        assert function.may_be_refused, error
        assert {r.code for r in error.refusals} <= ABOUT_LISTS, error
        return
    for point in function.points:
        compare_at(function.text, function.name, point, text)


TWICE = [
    ("w, v, x", "w[0] = v[0] * x\n    return w[0] * v[0]", lambda a: (a, a, 0.5)),
    ("w, v, x", "v.append(w[0] * x)\n    return w[-1] * v[0]", lambda a: (a, a, 0.5)),
    ("w, v, x", "x = x * v.pop()\n    return w[-1] * x", lambda a: (a, a, 0.5)),
    ("w, m, x", "m[1][0] = w[0] * x\n    return w[0] * m[0][0]", lambda a: (a, [[1.0], a], 0.5)),
    ("m, x", "m[1][0] = m[0][0] * x\n    return m[0][0]", lambda a: ([a, a], 0.5)),
    ("m, x", "for row in m:\n        row[0] *= x\n    return m[0][0]", lambda a: ([a, a], 0.5)),
]


@pytest.mark.parametrize(("params", "body", "arguments"), TWICE, ids=lambda part: part if isinstance(part, str) else "")
def test_one_list_twice(params: str, body: str, arguments: Callable[[list[float]], tuple[Any, ...]]) -> None:
    """What is written through one argument would change another: the generated function says so."""
    module: dict[str, Any] = {}
    exec(compile_source(f"def f({params}):\n    {body}\n"), module)
    shared = [2.0, 3.0]
    with pytest.raises(ValueError, match="one list"):
        module["f_grad"](*arguments(shared))
    assert shared == [2.0, 3.0]


@pytest.mark.parametrize(("bounds", "items"), [(":1", [1.0, 2.0]), ("1:", []), (":", [1.0]), ("2:1", [1.0])])
def test_slice_of_another_length(bounds: str, items: list[float]) -> None:
    """Python would make the list longer or shorter; the generated function raises, and leaves the list as it was."""
    module: dict[str, Any] = {}
    exec(compile_source(f"def f(w, v):\n    w[{bounds}] = v\n    return sum(w) * v[-1]\n"), module)
    given = [2.0, 3.0]
    with pytest.raises(ValueError, match="another number of items"):
        module["f_grad"](given, items)
    assert given == [2.0, 3.0]


def test_a_list_that_is_copied_twice_without_stages() -> None:
    source = (CASES / "numbers" / "copies.py").read_text(encoding="utf-8")
    args = [0.4, -1.2, 0.8], [0.7, 0.3, -0.2]
    module: dict[str, Any] = {}
    exec(compile_source(source, function="copied_twice", verify=False, style="compact"), module)
    want = oracles.differences(source, "copied_twice", args, ["u", "w"])
    assert oracles.close(module["copied_twice_grad"](*copy.deepcopy(args)), want)
