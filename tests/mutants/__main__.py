"""Try the suite on every mutant, two at a time, in tests/: `python -m mutants [--holes|--quick|--short] [PART ...]`.

An option takes a smaller part of the suite, see `suite.py`; a part of a name takes the mutants that have it. The exit
status is 1 where a mutant is stale, or less than 95 % are killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mutants import ALL, Mutant, copy_package

TESTS = Path(__file__).parents[1]
AT_ONCE = 2
LIMIT = 600  # seconds for one mutant
KILLED = 0.95  # at least


def run_suite(folder: Path, *arguments: str) -> object:
    """Return what `suite.py` says of the package in a folder; text where it says nothing."""
    paths = [str(folder), str(TESTS)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONSAFEPATH": "1", "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "mutants.suite", *arguments]
    try:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return "does not end"
    try:
        return json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        lines = done.stderr.strip().splitlines()
        return lines[-1] if lines else f"exit status {done.returncode}"


def attempt(mutant: Mutant, arguments: list[str]) -> tuple[Mutant, str, str, float]:
    """Return how a mutant is killed, by what, and in how many seconds; nothing where it survives."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        mutant.seed(Path(name))
        found = run_suite(Path(name), *arguments)
    seconds = time.perf_counter() - start
    if isinstance(found, str):  # not even the start of the suite is reached
        return mutant, "crash", found, seconds
    by, how = found if isinstance(found, list) else ("", "")
    return mutant, how, by, seconds


def failing_anyway(folder: Path, extent: str) -> Path:
    """Return a file that lists what fails without a fault."""
    copy_package(folder)
    found = run_suite(folder, extent, "all")
    if not isinstance(found, list):
        raise SystemExit(f"the suite does not run without a fault: {found}")
    for name in found:
        print(f"fails without a fault, and is left out: {name}")
    path = folder / "known.json"
    path.write_text(json.dumps(found), encoding="utf-8")
    return path


def main(arguments: list[str]) -> int:
    """Print a line for each mutant, then the sum."""
    extent = next((a[2:] for a in arguments if a.startswith("--")), "whole")
    parts = [a for a in arguments if not a.startswith("--")]
    named = [m for m in ALL if not parts or any(p in str(m) for p in parts)]
    stale = [m for m in named if m.is_stale]
    chosen = [m for m in named if m not in stale]
    start = time.perf_counter()
    ways: Counter[str] = Counter()
    survivors: list[Mutant] = []
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(AT_ONCE) as pool:
        options = [extent, str(failing_anyway(Path(name), extent))]
        for mutant, how, by, seconds in pool.map(lambda m: attempt(m, options), chosen):
            print(f"{how or 'SURVIVES':9}{seconds:6.1f} s  {mutant}" + (f"  [{by}]" if by else ""), flush=True)
            ways[how] += 1
            survivors += [] if how else [mutant]
    killed = len(chosen) - len(survivors)
    how_many = ", ".join(f"{n} by {how}" for how, n in ways.most_common() if how)
    print(f"{len(chosen)} mutants, {killed} killed ({how_many}), {time.perf_counter() - start:.0f} s")
    for mutant in survivors:
        print(f"survives: {mutant}")
    for mutant in stale:
        print(f"stale: {mutant}: this text does not stand there once\n{mutant.old}")
    return 0 if not stale and killed >= KILLED * len(chosen) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
