"""How do peak memory and time of a gradient grow with the number of trips? The recurrence x = sin(x a) + b.

Memory is the peak of what Python allocates during one gradient (`tracemalloc`, which sees NumPy too); time is measured
without it. Both are given per trip: what stays the same grows linearly. The last row is the power of the number of
trips with which each grows, from the first row to the last.
"""

from __future__ import annotations

import gc
import math
import statistics
import tracemalloc
from collections.abc import Sequence

from measure import DASH, duration, in_turns, table
from measure.loops import Gradient, gradients, recurrence

TRIPS = 1_000, 3_000, 10_000, 30_000, 100_000
NAMES = "by hand", "bpcompile", "autograd", "tangent-ad"


def peak(gradient: Gradient) -> int:
    """Return the most bytes that one gradient holds at a time."""
    call, args = gradient
    gc.collect()
    tracemalloc.start()
    try:
        call(*args)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def power(each: Sequence[float]) -> str:
    """Return the power of growth, given what one trip takes."""
    return f"{1 + math.log(each[-1] / each[0]) / math.log(TRIPS[-1] / TRIPS[0]):.2f}"


def main() -> None:
    memory: dict[str, list[float]] = {name: [] for name in NAMES}
    time: dict[str, list[float]] = {name: [] for name in NAMES}
    for trips in TRIPS:
        found = gradients(recurrence(trips), NAMES)
        for name, times in in_turns(found, rounds=5, seconds=0.05).items():
            memory[name].append(peak(found[name]) / trips)
            time[name].append(statistics.median(times) / trips)
    columns = []
    for name in NAMES:
        for each, show in (memory[name], "{:.0f}".format), (time[name], duration):
            columns.append([*map(show, each), power(each)] if each else [DASH] * (len(TRIPS) + 1))
    heads = [head for name in NAMES for head in (f"{name}: bytes per trip", "time per trip")]
    print(table(("trips", *heads), zip((*TRIPS, "power"), *columns)))


if __name__ == "__main__":
    main()
