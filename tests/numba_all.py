"""Everything that Numba can take, compiled and compared: `make numba` runs it, the other tests a part of it."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from typing import Any

import case_files
import jitted
import pytest
import test_arrays
from numba_programs import HEAD, PROGRAMS


def documents() -> Iterator[tuple[str, str, tuple[Any, ...], dict[str, Any]]]:
    """Yield the cases with a module, each at the first of its points."""
    for case in (c for path in sorted(case_files.CASES.rglob("*.md")) for c in case_files.read_cases(path)):
        options = {k: v for k, v in case.options.items() if k in ("wrt", "derivative", "style")}
        if case.fence("python out") is None or options.get("derivative") == "vjp":
            continue
        functions = {f.name: f for f in ast.parse(case.source).body if isinstance(f, ast.FunctionDef)}
        name = case.options.get("function", list(functions)[-1]).split(",")[0]
        points = list(case_files.arguments(case, functions[name]))
        if points:
            yield str(case), case.source, points[0], {**options, "function": name}


def arrays() -> Iterator[tuple[str, str, tuple[Any, ...], dict[str, Any]]]:
    """Yield the programs over arrays."""
    for title, (body, args) in PROGRAMS.items():
        yield title, HEAD + textwrap.dedent(body), args, {"function": "f"}
    for k, (body, args) in enumerate((*test_arrays.PROGRAMS, *test_arrays.WRITTEN)):
        yield f"program {k}", test_arrays.HEAD + textwrap.dedent(body), args, {"function": "f"}


EVERYTHING = [*documents(), *arrays()]


@pytest.mark.parametrize("row", EVERYTHING, ids=[row[0] for row in EVERYTHING])
def test_the_same_numbers_or_a_refusal(row: tuple[str, str, tuple[Any, ...], dict[str, Any]]) -> None:
    _, source, args, options = row
    jitted.compare(source, args, **options)
