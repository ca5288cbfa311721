"""What the benchmarks share: timing in turns, and tables in Markdown."""

from __future__ import annotations

import gc
import importlib
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))  # bpcompile as it stands here, installed or not
DASH = "–"


def optional(name: str) -> ModuleType | None:
    """Return a module, or None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def once(call: Callable[[], Any]) -> float:
    """Return the seconds of the processor that one call takes."""
    start = time.process_time()
    call()
    return time.process_time() - start


def repeated(call: Callable[..., Any], args: Sequence[Any], number: int) -> float:
    """Return the seconds per call of `number` calls."""
    turns = range(number)
    start = time.perf_counter()
    for _ in turns:
        call(*args)
    return (time.perf_counter() - start) / number


def calls_for(call: Callable[..., Any], args: Sequence[Any], seconds: float) -> int:
    """Return how many calls take about so many seconds."""
    first = repeated(call, args, 1)
    return 1 if first > seconds else max(1, int(seconds / repeated(call, args, 100)))


def in_turns(
    calls: Mapping[str, tuple[Callable[..., Any], Sequence[Any]]], rounds: int = 101, seconds: float = 0.002
) -> dict[str, list[float]]:
    """Time the calls in turns, each round beginning with another, so that what slows one down slows down each."""
    numbers = {name: calls_for(call, args, seconds) for name, (call, args) in calls.items()}
    found: dict[str, list[float]] = {name: [] for name in calls}
    gc.disable()
    try:
        names = list(calls)
        for turn in range(rounds):
            first = turn % len(names)
            for name in names[first:] + names[:first]:
                call, args = calls[name]
                found[name].append(repeated(call, args, numbers[name]))
    finally:
        gc.enable()
    return found


def ratio(times: Sequence[float], base: Sequence[float]) -> float:
    """Return the median over the rounds of one time over another of the same round."""
    return statistics.median(t / b for t, b in zip(times, base, strict=True))


def least_time(call: Callable[[], Any], times: int = 3) -> float:
    """Return the least time of a few calls: for work that is too long for rounds."""
    return min(once(call) for _ in range(times))


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; the first column is text, the others are numbers."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def duration(seconds: float) -> str:
    """Return a time with three figures and a unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}" if seconds < 1000 * size else f"{seconds / size:.0f} {unit}"
    return f"{seconds / 1e-9:.3g} ns"
