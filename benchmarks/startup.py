"""What does a program pay before its first gradient? The import, and `@grad` on the tutorial's function.

Each time is taken in a process of its own, in turns, and the table holds medians. A library that is missing is a dash.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import DASH, ROOT, duration, optional, table

ROUNDS = 15
LATER = 20  # functions after the first

PROBE = """\
import json, sys, time
from importlib import import_module
{before}
start = time.perf_counter()
library = import_module({library!r})
imported = time.perf_counter() - start
import functions
times = []
for function in functions.ALL:
    start = time.perf_counter()
    {compile}
    times.append(time.perf_counter() - start)
print(json.dumps([imported, times[0], sorted(times[1:])[len(times) // 2]]))
"""
FUNCTION = """

def f{i}(x, y):
    sigy = 1.0 / (1 + math.exp(-y))
    num = x + sigy
    sigx = 1.0 / (1 + math.exp(-x))
    xpy = x + y
    xpysqr = xpy**2
    den = sigx + xpysqr
    invden = 1.0 / den
    f = num * invden
    return f
"""
# name: the module, what is imported before the clock starts, how a function is compiled
LIBRARIES = {
    "bpcompile": ("bpcompile", "", "library.grad(function)"),
    "bpcompile, modules of Python itself loaded before": (
        "bpcompile",
        "import ast, dataclasses, decimal, fractions, inspect, linecache, shlex, textwrap, threading, typing",
        "library.grad(function)",
    ),
    "tangent-ad": ("tangent", "", "library.grad(function, wrt=(0, 1))"),
    "tangent-ad, NumPy loaded before": ("tangent", "import numpy", "library.grad(function, wrt=(0, 1))"),
}


def write_functions(folder: Path) -> None:
    """Write the functions once over `math` for us and once over NumPy, which is what tangent differentiates."""
    names = [f"f{i}" for i in range(LATER + 1)]
    body = "".join(FUNCTION.format(i=i) for i in range(LATER + 1)) + f"\n\nALL = [{', '.join(names)}]\n"
    for library, first in (("bpcompile", "import math\n"), ("tangent", "import numpy as math\n")):
        (folder / library).mkdir()
        (folder / library / "functions.py").write_text(first + body, encoding="utf-8")


def probe(name: str, folder: Path) -> list[float]:
    """Return the times of the import, of the first function and of a later one, in a new process."""
    library, before, compiling = LIBRARIES[name]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROBE.format(library=library, before=before, compile=compiling)],
        cwd=folder / library,
        env={"PYTHONPATH": f"{ROOT}:{folder / library}"},
        capture_output=True,
        text=True,
        check=True,
    )
    times: list[float] = json.loads(done.stdout)
    return times


def main() -> None:
    present = [name for name, (library, _, _) in LIBRARIES.items() if optional(library)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_functions(folder)
        for library in present:
            probe(library, folder)  # byte code is written
        rounds = [{library: probe(library, folder) for library in present} for _ in range(ROUNDS)]
    rows = []
    for library in LIBRARIES:
        times = (
            [duration(statistics.median(r[library][i] for r in rounds)) for i in range(3)] if library in present else []
        )
        rows.append((library, *(times or [DASH] * 3)))
    print(table(("library", "import", "`grad`, first function", "a later function"), rows))


if __name__ == "__main__":
    main()
