"""What does a write into a list or an array cost, when it is long? One of n items, each overwritten once, in place.

Each write is one store forward and one restore backward. If it were a copy of the list, the time of a write would grow
with n; it is the same in each row.
"""

from __future__ import annotations

import statistics

import numpy as np
from measure import array_programs, duration, in_turns, ratio, table
from measure.array_programs import smooth_by_hand
from measure.loops import Gradient, gradients, load, smooth, wave

from bpcompile import compile_source

WRITES = 1_000, 3_000, 10_000, 30_000, 100_000


def of_array(size: int) -> dict[str, Gradient]:
    """Return the gradients of the same sweep over an array, by hand and compiled; stop where they differ."""
    with open(array_programs.__file__, encoding="utf-8") as file:
        source = file.read().replace("def smooth(start, a)", f"def smooth({array_programs.SHAPES['smooth']})")
    compiled = load(compile_source(source, function="smooth", verify=False), "smooth_grad")
    args = np.array(wave(size, 0.1)), 1.1
    for got, wanted in zip(compiled(*args), smooth_by_hand(*args), strict=True):
        assert np.allclose(got, wanted, rtol=1e-9), size
    return {"by hand": (smooth_by_hand, args), "bpcompile": (compiled, args)}


def cells(calls: dict[str, Gradient], writes: int, rounds: int) -> list[str]:
    """Return the times of a write by hand and compiled, and their ratio."""
    times = in_turns(calls, rounds)
    hand, ours = times["by hand"], times["bpcompile"]
    each = [duration(statistics.median(found) / writes) for found in (hand, ours)]
    return [*each, f"{ratio(ours, hand):.2f}"]


def main() -> None:
    rows = []
    for writes in WRITES:
        of_list = cells(gradients(smooth(writes + 1, 1), ("by hand", "bpcompile")), writes, 41)
        rows.append((writes, *of_list, *cells(of_array(writes + 1), writes, 15)))
    head = [
        f"{what}, {kind}" for kind in ("list", "array") for what in ("by hand: time per write", "bpcompile", "ratio")
    ]
    print(table(("writes", *head), rows))


if __name__ == "__main__":
    main()
