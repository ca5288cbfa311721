"""What does a program pay before its first gradient? The import, and `@grad` on the tutorial's function.

Processor time, taken in processes of their own, in turns; the table holds medians. A library that is missing is a dash.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import DASH, ROOT, duration, optional, table

ROUNDS = 7
FILES = 6  # of one function each
TOGETHER = 20  # functions in one more file

PROBE = """\
import json, statistics, time
from importlib import import_module

start = time.process_time()
library = import_module({library!r})
imported = time.process_time() - start


def times(*modules):
    found = []
    for function in [f for m in modules for name, f in vars(import_module(m)).items() if name[0] == "f"]:
        start = time.process_time()
        library.grad(function, wrt={wrt!r})
        found.append(time.process_time() - start)
    return found


first, *later = times(*[f"alone{{i}}" for i in range({files})])
print(json.dumps([imported, first, statistics.median(later), statistics.median(times("together"))]))
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
# name: the module, wrt, the environment. tangent-ad keeps what it compiled on disk unless it is told not to.
LIBRARIES = {
    "bpcompile": ("bpcompile", "x,y", {}),
    "tangent-ad": ("tangent", (0, 1), {"TANGENT_DISK_CACHE": "0"}),
    "tangent-ad, from its cache on disk": ("tangent", (0, 1), {}),
}
HEADS = "library", "import", "`grad`, first", "later, one in a file", f"later, {TOGETHER} in a file"


def write_functions(folder: Path) -> None:
    """Write the functions over `math`, and for tangent over NumPy, which is what it differentiates."""
    for library, first in (("bpcompile", "import math\n"), ("tangent", "import numpy as math\n")):
        (folder / library).mkdir()
        modules = {f"alone{i}": FUNCTION.format(i=i) for i in range(FILES)}
        modules["together"] = "".join(FUNCTION.format(i=FILES + i) for i in range(TOGETHER))
        for name, text in modules.items():
            (folder / library / f"{name}.py").write_text(first + text, encoding="utf-8")


def kept(folder: Path) -> dict[str, str]:
    """Return the variables that put byte code and caches into a folder: nothing old is met, and nothing is left."""
    return {
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(folder / "byte-code"),
        "TANGENT_CACHE_DIR": str(folder / "cache"),
    }


def probe(name: str, folder: Path) -> list[float]:
    """Return the times of the import, of the first function and of later ones, in a new process."""
    library, wrt, environment = LIBRARIES[name]
    path = os.pathsep.join([str(ROOT), str(folder / library)])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROBE.format(library=library, wrt=wrt, files=FILES)],
        cwd=folder,
        env={**os.environ, **kept(folder), "PYTHONPATH": path, **environment},
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
            probe(library, folder)  # byte code and caches are written
        rounds = [{library: probe(library, folder) for library in present} for _ in range(ROUNDS)]
    rows = [(library, *([DASH] * 4)) for library in LIBRARIES if library not in present]
    for library in present:
        columns = zip(*(r[library] for r in rounds), strict=True)
        rows.append((library, *(duration(statistics.median(column)) for column in columns)))
    print(table(HEADS, rows))


if __name__ == "__main__":
    main()
