"""Every case under cases/: what comes out is what the document says, and its gradients are right."""

from __future__ import annotations

from pathlib import Path

import case_files
import pytest
from case_files import CASES, Case, read_cases

DOCUMENTS = sorted(CASES.rglob("*.md"))


@pytest.mark.parametrize("case", [case for path in DOCUMENTS for case in read_cases(path)], ids=str)
def test_case(case: Case, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-cases"):
        pytest.skip("the documents are being rewritten")
    expected = {f.info: f.text for f in case.fences[1:] if f.info in case_files.EXPECTED}
    assert expected, f"{case} expects nothing"
    found = case_files.outcome(case)
    assert {info: found.get(info, f"nothing; what came is {found}") for info in expected} == expected
    if "python out" in found:
        case_files.compare_with_differences(case, found["python out"])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_update(path: Path, request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--update-cases"):
        pytest.skip("only with --update-cases")
    case_files.update(path)


def test_titles_are_unique() -> None:
    titles = [str(case) for path in DOCUMENTS for case in read_cases(path)]
    assert len(set(titles)) == len(titles)


DOCUMENT = """# A document

## product
Prose stays.
```python
def f(x, y):
    return x * y
```
```python out
old
```

## refusal
```python
def f(x):
    return unknown(x)
```
```error
old
```
"""


def test_update_rewrites_the_expected_fences_alone(tmp_path: Path) -> None:
    path = tmp_path / "document.md"
    path.write_text(DOCUMENT)
    assert case_files.update(path)
    product, refusal = read_cases(path)
    assert "def f_grad(x, y):" in product.fences[1].text
    assert refusal.fences[1].text.startswith("case.py:2:12: BP")
    text = path.read_text()
    for fence in product.fences[1], refusal.fences[1]:
        text = text.replace(fence.text, "old\n")
    assert text == DOCUMENT
    assert not case_files.update(path)


def test_update_cannot_bless_a_wrong_gradient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "document.md"
    path.write_text(DOCUMENT)
    right = case_files.bpcompile.compile_source

    def wrong(*args: object, **options: object) -> str:
        return right(*args, **options).replace("dx = y", "dx = -y")

    monkeypatch.setattr(case_files.bpcompile, "compile_source", wrong)
    with pytest.raises(AssertionError, match="differences say"):
        case_files.update(path)
    assert path.read_text() == DOCUMENT


def test_update_does_not_turn_a_module_into_a_refusal(tmp_path: Path) -> None:
    path = tmp_path / "document.md"
    path.write_text(DOCUMENT.replace("x * y", "unknown(x)"))
    before = path.read_text()
    with pytest.raises(AssertionError, match="expects `python out`"):
        case_files.update(path)
    assert path.read_text() == before


def test_reading_a_fence_in_a_fence(tmp_path: Path) -> None:
    path = tmp_path / "document.md"
    path.write_text('## a\n````python file=a.py\n"""\n```\n"""\n````\n')
    (case,) = read_cases(path)
    assert case.source == '"""\n```\n"""\n' and case.options == {"file": "a.py"}
