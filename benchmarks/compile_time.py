"""How does the time of compiling grow with the program? Functions of 10 to 10 000 statements, without verification."""

from __future__ import annotations

import math
from functools import partial

from measure import duration, least_time, table

from bpcompile import compile_source

SIZES = 10, 100, 1_000, 10_000
ROUNDS = 3
LINES = (
    "a{i} = {x} * {y} + 0.5",
    "a{i} = math.sin({x}) - {y}",
    "a{i} = {x} / (2 + {y} * {y})",
    "a{i} = 1 / (1 + math.exp(-{x})) + {y}",
)


def program(size: int) -> str:
    """Return a function of so many statements, each of which reads the last one and one some way before it."""
    names = ["x", "y"]
    lines = []
    for i in range(size - 1):
        lines.append(LINES[i % len(LINES)].format(i=i, x=names[-1], y=names[max(0, len(names) - 7)]))
        names.append(f"a{i}")
    lines.append(f"return {names[-1]}")
    return "import math\n\n\ndef f(x, y):\n" + "".join(f"    {line}\n" for line in lines)


def main() -> None:
    texts = {size: program(size) for size in SIZES}
    least = dict.fromkeys(SIZES, math.inf)
    for _ in range(ROUNDS):
        for size, text in texts.items():
            least[size] = min(least[size], least_time(partial(compile_source, text), times=max(1, 300 // size)))
    lines = {size: compile_source(text).count("\n") for size, text in texts.items()}
    rows = [(size, duration(least[size]), duration(least[size] / size), lines[size]) for size in SIZES]
    print(table(("statements", "time", "per statement", "lines that come out"), rows))


if __name__ == "__main__":
    main()
