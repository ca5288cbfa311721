"""The page of functions is what the compiler's tables say now, and README shows what comes out now."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest

import bpcompile

pytestmark = pytest.mark.heavy
ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(name="pages")
def pages_(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(DOCS))
    return importlib.import_module("make_functions")


def test_page_is_up_to_date(pages: Any) -> None:
    assert pages.page() == (DOCS / "functions.md").read_text(encoding="utf-8"), "run `make docs`"


def test_every_function_has_a_call_that_compiles(pages: Any) -> None:
    refused = re.findall(r"^\| (`[^|]*) \|[^|]*\| `[^|]*` \| ([^`|<]*) \|", pages.page(), re.MULTILINE)
    found = {name: reason for name, reason in refused if "has no derivative" not in reason}
    assert set(found.values()) <= {"0", "data"}, f"add a call to docs/calls.py: {found}"


def blocks(start: str) -> list[str]:
    """Return the examples in README that begin so."""
    found = [block for block in BLOCKS if block.startswith(start)]
    assert found, start
    return found


def test_first_example_in_readme() -> None:
    [source] = blocks("import math\n\n\ndef f(x, y)")
    assert source == (ROOT / "examples" / "circuit.py").read_text(encoding="utf-8")
    assert blocks('"""Gradient') == [bpcompile.compile_source(source, filename="circuit.py", verify=True)]


def test_loop_in_readme() -> None:
    text = bpcompile.compile_source(blocks("def horner(")[0])
    assert text.endswith("\n" + blocks("def horner_grad")[0])


def test_arrays_in_readme() -> None:
    [source] = blocks("import numpy")
    text = bpcompile.compile_source(source, filename="loss.py", wrt="W,b")
    assert text.endswith("\n" + blocks("    # backward")[0])


def test_calls_in_readme(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(ROOT / "examples")
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "shown.py").write_text(blocks("from bpcompile import grad")[0], encoding="utf-8")
    shown = importlib.import_module("shown")
    assert shown.f(3, -4) == (-4, 3) and shown.f.primal(3, -4) == -12
    exec(blocks("import bpcompile")[0], {})
