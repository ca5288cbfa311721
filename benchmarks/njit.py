"""How fast is the generated text under Numba? `--jit numba` against JAX jitted.

The text is compiled as it stands. Its lists are given as NumPy arrays, as `numba.typed.List`, and as Python's lists,
which Numba copies on the way in and out. What Numba refuses is a dash; its reason goes to the standard error.
"""

from __future__ import annotations

import importlib
import statistics
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measure import DASH, duration, in_turns, loops, optional, ratio, table

from bpcompile import compile_file

PROGRAMS = {
    "recurrence, 1000 steps": loops.recurrence(1000),
    "Rosenbrock, 1000 numbers": loops.rosenbrock(1000),
    "tridiagonal solve, 1000 rows": loops.tridiagonal(1000),
    "heat, 100 cells, 50 steps": loops.heat(100, 50),
    "Runge-Kutta, 100 steps": loops.orbit(100),
    "4000 writes in place": loops.smooth(1001, 4),
}
JAX = "JAX jitted"
ARRAYS, TYPED, LISTS = "`--jit numba`, arrays", "typed lists", "lists"


def generated(work: loops.Work, folder: str) -> Callable[..., Any]:
    """Return the gradient from a module that carries `@numba.njit(cache=True)`: it has to be a file."""
    text = compile_file(loops.SOURCE, function=work.name, jit="numba", verify=False)
    name = f"{work.name}_grad"
    Path(folder, f"{name}.py").write_text(text, encoding="utf-8")
    found: Callable[..., Any] = getattr(importlib.import_module(name), name)
    return found


def under_numba(work: loops.Work, folder: str) -> dict[str, loops.Gradient]:
    """Return the gradients that Numba takes."""
    numba, numpy = optional("numba"), optional("numpy")
    if numba is None or numpy is None:
        return {}
    gradient = generated(work, folder)
    found: dict[str, loops.Gradient] = {}
    for name, sequence in (ARRAYS, numpy.array), (TYPED, numba.typed.List), (LISTS, list):
        args = loops.converted(work.args, sequence)
        try:
            loops.agree(work, name, gradient(*args))
        except numba.core.errors.NumbaError as error:
            print(f"{work.name}, {name}: {' '.join(str(error).split())[:300]}", file=sys.stderr)
        else:
            found[name] = gradient, args
    return found


def measured(work: loops.Work, folder: str) -> dict[str, str]:
    """Return the cell of each way: time, and its ratio to that of JAX."""
    times = in_turns(loops.gradients(work, (loops.HAND, JAX)) | under_numba(work, folder), rounds=61)
    ratios = {name: f", {ratio(found, times[JAX]):.2f}" for name, found in times.items() if JAX in times}
    return {name: duration(statistics.median(found)) + ratios.get(name, "") for name, found in times.items()}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Numba warns of Python's lists
        sys.path.insert(0, folder)
        cells = {title: measured(work, folder) for title, work in PROGRAMS.items()}
    ways = loops.HAND, JAX, ARRAYS, TYPED, LISTS
    rows = [(title, *(row.get(way, DASH) for way in ways)) for title, row in cells.items()]
    print(table(("time, and ratio to JAX", *ways), rows))


if __name__ == "__main__":
    main()
