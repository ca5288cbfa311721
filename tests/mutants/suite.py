"""The part of the test suite that mutants are tried on, against whatever `bpcompile` is on the path, up to a failure.

    python -m mutants.suite holes|quick|short|whole known.json|all

`holes` is the small functions that were written against mutants, `quick` the others and the documents as well, `short`
random programs as well, `whole` also what survivors of these are tried on. Prints one line of JSON: by what the mutant
was killed and how, or with `all` every check that fails. `known.json` is a list of checks that fail without any fault;
they are left out. How: `numbers` (a wrong gradient, value or exception of the generated text), `verify` (found by the
compiler's own verification), `crash` (of the compiler), `refusal` (of what is accepted, or the other way round),
`endless`, `text` (nothing but a golden text differs), `test` (another test).
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import case_files
import pytest
import test_programs
import test_reports
from case_files import CASES, Case, read_cases

import bpcompile

TESTS = Path(__file__).parents[1]
PROGRAMS = (*range(1, 400, 2), *range(0, 80, 2))  # random programs: those with odd numbers have loops
LATER = range(401, 600, 2)  # further ones, for what survives the other tests
FIRST_DOCUMENTS = ("loops", "writes", "lists", "holes", "reports")
FILES = ("test_array_parts.py", "test_array_gates.py", "test_subset.py", "test_api.py", "test_rules.py")
FILES += ("test_array_names.py", "test_arrays.py", "test_array_faults.py", "test_write_programs.py")
SECONDS = 20  # of processor time for one check
MEMORY = 6 * 2**30

Check = tuple[str, Callable[[], "str | None"]]  # its name, and what finds out how the mutant is killed


class EndlessError(BaseException):
    """A check takes too long; not an Exception, so that nothing swallows it."""


def expire(*_: object) -> None:
    raise EndlessError


# -------------------------------------------------------------------------------------------------------------- checks


def check_document(case: Case) -> str | None:
    """Return how a case of a document fails."""
    expected = {f.info: f.text for f in case.fences[1:] if f.info in case_files.EXPECTED}
    found = case_files.outcome(case)
    if ("error" in found) != ("error" in expected):
        return "refusal"
    if "python out" in found:
        try:
            case_files.compare_with_differences(case, found["python out"])
        except Exception:
            return "numbers"
    return None if all(found.get(info) == text for info, text in expected.items()) else "text"


def check_function(function: test_reports.Written) -> str | None:
    """Return how a small function fails."""
    try:
        text = bpcompile.compile_source(function.text, function=function.name, verify=False)
    except bpcompile.CompileError as error:
        is_right = function.may_be_refused and {r.code for r in error.refusals} <= test_reports.ABOUT_LISTS
        return None if is_right else "refusal"
    try:
        for point in function.points:
            case_files.compare_at(function.text, function.name, point, text)
    except Exception:
        return "numbers"
    return None


def check_program(seed: int) -> str | None:
    """Return how a random program fails; what is refused does not count."""
    try:
        test_programs.check(test_programs.subject_of(seed))
    except test_programs.Mismatch as mismatch:
        return "refusal" if mismatch.check == "accepted in every way" else "numbers"
    except bpcompile.CompileError:
        return None
    return None


class Failures:
    """A plugin of pytest that notes which tests fail."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.found.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.found.append(report.nodeid)


def run_file(name: str, *options: str) -> list[str]:
    """Return the tests of another file that fail."""
    failures = Failures()
    plain = ["-q", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:xdist", f"--rootdir={TESTS}"]
    kept, sys.stdout = sys.stdout, sys.stderr
    try:
        pytest.main([*plain, *options, str(TESTS / name)], plugins=[failures])
    finally:
        sys.stdout = kept
    return failures.found


def check_file(name: str, known: set[str]) -> str | None:
    """Return whether a test fails in another file of tests."""
    left_out = [f"--deselect={test}" for test in known if test.startswith(name)]
    return "test" if run_file(name, "-x", *left_out) else None


def document_checks() -> Iterator[Check]:
    """Yield the cases of the documents."""
    order = {name: i for i, name in enumerate(FIRST_DOCUMENTS)}
    paths = sorted(CASES.rglob("*.md"), key=lambda p: (order.get(p.stem, len(order)), p))
    cases = [case for path in paths for case in read_cases(path)]
    for case in sorted(cases, key=lambda c: c.options.get("verify") == "yes"):  # these are slow
        yield str(case), lambda case=case: check_document(case)


def function_checks(with_holes: bool) -> Iterator[Check]:
    """Yield the small functions: those that were written against mutants, or all the others."""
    holes = (CASES / "numbers" / "holes.py").read_text(encoding="utf-8")
    for function in test_reports.functions():
        if (f"def {function.name}(" in holes) is with_holes:
            yield f"numbers: {function.name}", lambda function=function: check_function(function)


def program_checks(seeds: Iterable[int]) -> Iterator[Check]:
    """Yield random programs."""
    for seed in seeds:
        yield f"program {seed}", lambda seed=seed: check_program(seed)


def later_checks(known: set[str]) -> Iterator[Check]:
    """Yield what is tried on a mutant that nothing else has killed."""
    for name in FILES:
        yield name, lambda name=name: check_file(name, known)
    yield from program_checks(LATER)


# ---------------------------------------------------------------------------------------------------------------- runs


def outcome(check: Callable[[], str | None], seconds: int = SECONDS) -> str | None:
    """Return how a check fails."""
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        return check()
    except EndlessError:
        return "endless"
    except bpcompile.VerificationError:
        return "verify"
    except Exception:
        return "crash"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def first(checks: Iterable[Check], known: set[str], seconds: int = SECONDS) -> tuple[str, str] | None:
    """Return the first check that fails, and how: one whose golden text alone differs only where no other fails."""
    by_text: tuple[str, str] | None = None
    for name, check in checks:
        how = None if name in known else outcome(check, seconds)
        if how == "text":
            by_text = by_text or (name, how)
        elif how is not None:
            return name, how
    return by_text


def early_checks(extent: str) -> Iterator[Check]:
    """Yield what is tried first."""
    yield from function_checks(with_holes=True)
    if extent != "holes":
        yield from document_checks()
        yield from function_checks(with_holes=False)
    if extent in ("short", "whole"):
        yield from program_checks(PROGRAMS)


def killed_by(extent: str, known: set[str]) -> tuple[str, str] | None:
    """Return by what a mutant is killed, and how."""
    found = first(early_checks(extent), known)
    return found or (first(later_checks(known), known, 10 * SECONDS) if extent == "whole" else None)


def failing(extent: str) -> list[str]:
    """Return every check that fails."""
    later = program_checks(LATER) if extent == "whole" else ()
    found = [name for name, check in (*early_checks(extent), *later) if outcome(check) is not None]
    return found + [test for name in FILES if extent == "whole" for test in run_file(name)]


def main(arguments: list[str]) -> None:
    """Run, and print what was found."""
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(3000)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGVTALRM, expire)
    extent, known = arguments
    if known == "all":
        print(json.dumps(failing(extent)))
    else:
        print(json.dumps(killed_by(extent, set(json.loads(Path(known).read_text(encoding="utf-8"))))))


if __name__ == "__main__":
    main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # a compilation that does not end goes on in a thread
