"""Random programs that write into arrays, compared with differences of their original text."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from typing import Any

import array_oracle
import numpy as np
import pytest
from write_programs import STATEMENTS, arguments, write_program

from bpcompile import CompileError, compile_source

FIRST = int(os.environ.get("BPCOMPILE_FIRST", "0"))
CHUNK = 25
COUNTED, ACCEPTED = 200, 0.95
LARGEST = 1e6  # of a value that differences can be told of


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Cut the seeds into chunks, so that several processes can share them."""
    if "seeds" in metafunc.fixturenames:
        last = FIRST + metafunc.config.getoption("--programs")
        chunks = [range(first, min(first + CHUNK, last)) for first in range(FIRST, last, CHUNK)]
        metafunc.parametrize("seeds", chunks, ids=[f"{chunk.start}-{chunk.stop - 1}" for chunk in chunks])


def value(source: str, args: list[Any]) -> float | None:
    """Return what the original returns; None where it raises, or is too large to be told of."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = float(array_oracle.primal(source, "f")(*[a.copy() for a in args]))
    except (ValueError, IndexError, UnboundLocalError):
        return None
    return found if abs(found) < LARGEST else None


def are_exact(source: str, args: list[Any]) -> bool:
    """Return whether differences with two steps agree: sines of large numbers, and kinks, are beyond them."""
    f = array_oracle.primal(source, "f")
    for k in range(len(args)):
        one, two = (array_oracle.differences(f, args, k, np.longdouble, step) for step in (2e-5, 3e-5))
        if not np.allclose(one, two, rtol=1e-9, atol=1e-9):
            return False
    return True


def is_refusal(error: Exception) -> bool:
    """Return whether the module asks for a shape: `M[0] = ...` without one is taken for an item."""
    return isinstance(error, ValueError) and any(w in str(error) for w in ("along one axis", "is taken to have"))


@pytest.mark.heavy
def test_write_programs(seeds: range) -> None:
    for seed in seeds:
        source, args = write_program(seed), arguments(seed)
        if value(source, args) is None:
            continue
        for style in ("staged", "compact"):
            try:
                text = compile_source(source, function="f", verify=False, style=style)
            except CompileError:
                continue  # counted below
            try:
                array_oracle.compare(source, "f", text, args)
            except Exception as error:
                if isinstance(error, AssertionError) and not are_exact(source, args):
                    continue
                if is_refusal(error):
                    continue  # counted below
                pytest.fail(f"program {seed}, {style}: {type(error).__name__}\n{source}\n{error}\n{text}")


@pytest.mark.heavy
def test_most_write_programs_are_accepted() -> None:
    refusals: Counter[str] = Counter()
    compared = 0
    for seed in range(FIRST, FIRST + COUNTED):
        source = write_program(seed)
        if value(source, arguments(seed)) is None:
            continue
        compared += 1
        try:
            module: dict[str, Any] = {}
            exec(compile_source(source, function="f", verify=False), module)
            module["f_grad"](*arguments(seed))
        except CompileError as error:
            refusals[error.refusals[0].message] += 1
        except ValueError as error:
            assert is_refusal(error)
            refusals[str(error)] += 1
    assert sum(refusals.values()) <= (1 - ACCEPTED) * compared, refusals
    assert compared >= 0.8 * COUNTED, compared


def test_every_statement_that_writes_occurs() -> None:
    text = "".join(write_program(seed) for seed in range(COUNTED))
    marks = (
        "[1:] = ",
        "[:-1] += ",
        "M[:, ",
        "M[1:, ",
        " > 0.1] *= ",
        "[...] = ",
        "scale(M[1]",
        "swap(",
        "    break\n",
        ".append(t",
    )
    assert not [mark for mark in marks if text.count(mark) < 3] and len(STATEMENTS) == 18
