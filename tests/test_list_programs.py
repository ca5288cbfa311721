"""Random programs over lists, compared with differences of their original text to 50 digits."""

from __future__ import annotations

import os
from collections import Counter

import oracles
import pytest
from case_files import compare_at
from list_programs import HEAD, STATEMENTS, arguments, list_program

from bpcompile import CompileError, compile_source

FIRST = int(os.environ.get("BPCOMPILE_FIRST", "0"))
CHUNK = 25
POINTS = 2
COUNTED, ACCEPTED = 200, 0.8  # writes to what has two names, or is bound on some paths only, are drawn on purpose
LARGEST = 1e6  # of a value that differences can be told of
AGREED = 1e-12  # where both are computed to many digits


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Cut the seeds into chunks, so that several processes can share them."""
    if "seeds" in metafunc.fixturenames:
        last = FIRST + metafunc.config.getoption("--programs") // 2  # each is compiled twice, and run at two points
        chunks = [range(first, min(first + CHUNK, last)) for first in range(FIRST, last, CHUNK)]
        metafunc.parametrize("seeds", chunks, ids=[f"{chunk.start}-{chunk.stop - 1}" for chunk in chunks])


def is_told(source: str, seed: int) -> bool:
    """Return whether differences can tell what the program does: its value is not too large.

    What a comprehension reads is not a local name of it before Python 3.12: it raises NameError where we say
    UnboundLocalError. Two operations of one expression may raise in another order.
    """
    kind, value = oracles.run_original(source, "f", arguments(seed))
    return abs(value) < LARGEST if kind == "value" else value == "UnboundLocalError"


def is_rounding(source: str, text: str, seed: int) -> bool:
    """Return whether the text is right to many digits: sines of large numbers are not, in floats."""
    try:
        got = oracles.run_generated_mp(text, "f_grad", arguments(seed))
    except Exception:
        return False
    want = oracles.differences(source, "f", arguments(seed), ["u", "w", "m", "k"])
    return bool(oracles.deviation(got, want) < AGREED)


@pytest.mark.heavy
def test_list_programs(seeds: range) -> None:
    for seed in seeds:
        source = list_program(seed)
        for style in ("staged", "compact"):
            try:
                text = compile_source(source, function="f", verify=False, style=style)
            except CompileError:
                break  # counted below
            for point in range(seed * POINTS, seed * POINTS + POINTS):
                try:
                    if is_told(source, point):
                        compare_at(source, "f", arguments(point), text)
                except oracles.NearKink:
                    continue
                except AssertionError as error:
                    if is_rounding(source, text, point):
                        continue
                    pytest.fail(f"program {seed}, {style}:\n{source.removeprefix(HEAD)}\n{error}")


@pytest.mark.heavy
def test_most_list_programs_are_accepted() -> None:
    refusals: Counter[str] = Counter()
    for seed in range(COUNTED):
        try:
            compile_source(list_program(seed), function="f", verify=False)
        except CompileError as error:
            refusals[f"{error.refusals[0].code} {error.refusals[0].message}"] += 1
    assert sum(refusals.values()) <= (1 - ACCEPTED) * COUNTED, refusals
    assert {code.split()[0] for code in refusals} <= {"BP025", "BP028", "BP039"}, refusals


def test_every_statement_occurs() -> None:
    text = "".join(list_program(seed).removeprefix(HEAD) for seed in range(COUNTED))
    marks = (
        ".append(", ".pop()", "put(", "down(", "total(", "last(", "v, z = z, v", " if ", "x, y = ", "for row in ",
        "zip(", "enumerate(", "    while ", "    break\n", "    continue\n", " = m[", "r = ", "sum(r)", "[::-1]",
        "max(", "] *= ",
    )  # fmt: skip
    assert not [mark for mark in marks if text.count(mark) < 3] and len(STATEMENTS) == 16
