"""Generated modules under Numba against the same under Python: the numbers, the shapes, the arguments left alone."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from bpcompile import CompileError, compile_source

CLOSE = 1e-10


def run(text: str, args: Sequence[Any]) -> Any:
    """Return what the first function of a module returns, and how it leaves its arguments."""
    name = next(line for line in text.split("\n") if line.startswith("def ")).split("(")[0].removeprefix("def ")
    module: dict[str, Any] = {"__name__": "generated"}
    exec(compile(text.replace("(cache=True)", ""), "<generated>", "exec"), module)  # what is in no file has no cache
    given = copy.deepcopy(tuple(args))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Numba warns of Python's lists, and of products of views
        return module[name](*given), given


def flat(value: Any) -> list[Any]:
    """Return all arrays of a gradient."""
    if isinstance(value, (list, tuple)):
        return [array for item in value for array in flat(item)]
    return [np.asarray(value, dtype=float)]


def compare(source: str, args: Sequence[Any], **options: Any) -> str | None:
    """Compare both; return the text for Numba, None where it is refused."""
    plain = compile_source(source, verify=False, **options)
    try:
        text = compile_source(source, verify=False, jit="numba", **options)
    except CompileError as error:
        assert {r.code for r in error.refusals} == {"BP060"}, error
        return None
    want, got = flat(run(plain, args)[0]), flat(run(text, args)[0])
    assert len(want) == len(got)
    for one, other in zip(want, got):
        assert one.shape == other.shape, text
        assert np.allclose(other, one, rtol=CLOSE, atol=1e-12, equal_nan=True), (one, other, text)
    return text
