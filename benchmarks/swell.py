"""How do gradients grow as an expression nests deeper? The logistic map y = 4 y (1 - y) repeated, against `sympy.diff`.

SymPy differentiates an expression, and its text more than doubles with each step; a compiler names each step. Size is
the number of characters of the text, time is that of making it. `cse` finds the steps again in the finished expression.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from measure import DASH, duration, least_time, optional, table

from bpcompile import compile_source

STEPS = 1, 2, 4, 8, 10, 12, 32, 64, 128
MOST_FOR_SYMPY = 12  # steps: each one more doubles time and size


def staged(steps: int) -> str:
    """Return the function with a line for each step."""
    return "def f(y):\n" + "    y = 4 * y * (1 - y)\n" * steps + "    return y\n"


def nested(steps: int) -> str:
    """Return the same as a single expression of helper calls."""
    expression = "step(" * steps + "y" + ")" * steps
    return f"def step(y):\n    return 4 * y * (1 - y)\n\n\ndef f(y):\n    return {expression}\n"


def symbolic(sympy: Any, steps: int) -> str:
    """Return the text of the derivative as SymPy finds it."""
    y = value = sympy.Symbol("y")
    for _ in range(steps):
        value = 4 * value * (1 - value)
    return str(value.diff(y))


def shared(sympy: Any, steps: int) -> str:
    """Return the text of the derivative after `cse`, one line for each part."""
    y = value = sympy.Symbol("y")
    for _ in range(steps):
        value = 4 * value * (1 - value)
    parts, (last,) = sympy.cse(value.diff(y))
    return "\n".join([f"{name} = {part}" for name, part in parts] + [str(last)])


def cells(make: Any, *args: Any) -> list[str]:
    """Return size and time."""
    texts: list[str] = []
    seconds = least_time(lambda: texts.append(make(*args)), times=1)
    if seconds < 1:
        seconds = least_time(partial(make, *args), times=5)
    return [str(len(texts[0])), duration(seconds)]


def main() -> None:
    sympy = optional("sympy")
    rows = []
    for steps in STEPS:
        row = [str(steps)]
        row += cells(compile_source, staged(steps))
        row += cells(compile_source, nested(steps))
        for make in (symbolic, shared):
            row += cells(make, sympy, steps) if sympy and steps <= MOST_FOR_SYMPY else [DASH, DASH]
        rows.append(row)
    names = "a line per step", "one expression", "`sympy.diff`", "and `cse`"
    print(table(("steps", *(head for name in names for head in (f"{name}: size", "time"))), rows))


if __name__ == "__main__":
    main()
