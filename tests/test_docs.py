"""The page of functions is what the compiler's tables say now."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.heavy
DOCS = Path(__file__).parents[1] / "docs"


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
