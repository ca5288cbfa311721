"""How fast are the gradients of loops, and of lists written in place? Against the same gradients by hand, and others.

Times, and ratios to the gradient by hand; below 1 is faster. What is missing is a dash. By hand, all is saved that a
good programmer sees how to save. All libraries but JAX jitted get the text of `measure/programs.py` as it stands.
"""

from __future__ import annotations

import statistics

from measure import DASH, duration, in_turns, ratio, repeated, table
from measure.loops import COLUMNS, HAND, Work, gradients, heat, orbit, recurrence, rosenbrock, tridiagonal

PROGRAMS = {
    "recurrence, 1000 steps": recurrence(1000),
    "Rosenbrock, 1000 numbers": rosenbrock(1000),
    "tridiagonal solve, 1000 rows": tridiagonal(1000),
    "heat, 100 cells, 50 steps": heat(100, 50),
    "Runge-Kutta, 100 steps": orbit(100),
}
SLOW = 0.05  # seconds of one call: these get fewer rounds


def measured(work: Work) -> dict[str, str]:
    """Return the cell of each library: time and ratio."""
    calls = gradients(work)
    slow = {name for name, (call, args) in calls.items() if repeated(call, args, 1) > SLOW}
    cells: dict[str, str] = {}
    for names, rounds in (set(calls) - slow, 61), (slow | {HAND}, 3):
        times = in_turns({name: calls[name] for name in calls if name in names}, rounds, seconds=0.005)
        for name, found in times.items():
            cells.setdefault(name, f"{duration(statistics.median(found))}, {ratio(found, times[HAND]):.2f}")
    return cells


def main() -> None:
    found = {title: measured(work) for title, work in PROGRAMS.items()}
    rows = [(name, *(cells.get(name, DASH) for cells in found.values())) for name in COLUMNS]
    print(table(("time of one gradient, ratio", *found), rows))


if __name__ == "__main__":
    main()
