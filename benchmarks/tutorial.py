"""How fast is the generated gradient of the tutorial's function? Against the same gradient by hand, and against others.

Times, and ratios to the gradient staged by hand as in the tutorial; below 1 is faster. What is missing is a dash.
"""

from __future__ import annotations

import linecache
import math
import statistics
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

from measure import DASH, ROOT, duration, in_turns, optional, ratio, table

from bpcompile import compile_source, grad

POINT = 3.0, -4.0
OURS, TANGENT = "<grad>", "<tangent>"  # where the libraries read the source
ONE_EXPRESSION = """\
import math


def f(x, y):
    return (x + 1 / (1 + math.exp(-y))) / (1 / (1 + math.exp(-x)) + (x + y) ** 2)
"""


def by_hand(x: float, y: float) -> tuple[float, float]:
    """The tutorial's backward part, line for line."""
    sigy = 1.0 / (1 + math.exp(-y))
    num = x + sigy
    sigx = 1.0 / (1 + math.exp(-x))
    xpy = x + y
    xpysqr = xpy**2
    den = sigx + xpysqr
    invden = 1.0 / den
    dnum = invden
    dinvden = num
    dden = (-1.0 / (den**2)) * dinvden
    dsigx = (1) * dden
    dxpysqr = (1) * dden
    dxpy = (2 * xpy) * dxpysqr
    dx = (1) * dxpy
    dy = (1) * dxpy
    dx += ((1 - sigx) * sigx) * dsigx
    dx += (1) * dnum
    dsigy = (1) * dnum
    dy += ((1 - sigy) * sigy) * dsigy
    return dx, dy


def by_hand_fast(x: float, y: float) -> tuple[float, float]:
    """The same with everything saved that a person sees how to save."""
    sy = 1 / (1 + math.exp(-y))
    num = x + sy
    sx = 1 / (1 + math.exp(-x))
    s = x + y
    inv = 1 / (sx + s * s)
    dden = -num * inv * inv
    ds = 2 * s * dden
    return inv + ds + dden * sx * (1 - sx), ds + inv * sy * (1 - sy)


def function(text: str, filename: str = "<string>", **names: Any) -> Callable[..., Any]:
    """Return the function that a module's text defines last, with some of the module's names replaced."""
    module: dict[str, Any] = {}
    exec(compile(text, filename, "exec"), module)
    module.update(names)
    found: Callable[..., Any] = [value for value in module.values() if isinstance(value, FunctionType)][-1]
    return found


def with_decorator(text: str) -> Callable[..., Any]:
    """Return what `@grad` makes of the function."""
    linecache.cache[OURS] = len(text), None, text.splitlines(keepends=True), OURS
    found: Callable[..., Any] = grad(function(text, OURS))
    return found


def with_autograd(text: str) -> Callable[..., Any] | None:
    autograd, numpy = optional("autograd"), optional("autograd.numpy")
    return autograd.grad(function(text, math=numpy), (0, 1)) if autograd else None


def with_tangent(text: str) -> Callable[..., Any] | None:
    tangent, numpy = optional("tangent"), optional("numpy")
    if tangent is None:
        return None
    linecache.cache[TANGENT] = len(text), None, text.splitlines(keepends=True), TANGENT
    found: Callable[..., Any] = tangent.grad(function(text, TANGENT, math=numpy), wrt=(0, 1))
    return found


def with_sympy(text: str) -> Callable[..., Any] | None:
    sympy = optional("sympy")
    if sympy is None:
        return None
    x, y = sympy.symbols("x y")
    value = function(text, math=sympy)(x, y)
    found: Callable[..., Any] = sympy.lambdify((x, y), [value.diff(x), value.diff(y)], "math", cse=True)
    return found


def with_jax(text: str) -> Callable[..., Any] | None:
    jax = optional("jax")
    if jax is None:
        return None
    jax.config.update("jax_enable_x64", True)
    compiled = jax.jit(jax.grad(function(text, math=optional("jax.numpy")), (0, 1)))
    return lambda x, y: jax.block_until_ready(compiled(x, y))


COLUMNS: Mapping[str, Callable[[str], Callable[..., Any] | None]] = {
    "by hand, as in the tutorial": lambda text: by_hand,
    "by hand, every saving": lambda text: by_hand_fast,
    "bpcompile": lambda text: function(compile_source(text)),
    "bpcompile `@grad`": with_decorator,
    "autograd": with_autograd,
    "tangent-ad": with_tangent,
    "SymPy `lambdify(cse=True)`": with_sympy,
    "JAX jitted": with_jax,
}


def agree(name: str, found: Callable[..., Any]) -> None:
    """Stop where a gradient is not that by hand: its time would mean nothing."""
    for got, want in zip(found(*POINT), by_hand(*POINT), strict=True):
        assert math.isclose(got, want, rel_tol=1e-12), (name, got, want)


def measured(text: str) -> dict[str, str]:
    """Return the cell of each column: time and ratio."""
    gradients = {name: gradient for name, make in COLUMNS.items() if (gradient := make(text)) is not None}
    for name, gradient in gradients.items():
        agree(name, gradient)
    times = in_turns({name: (gradient, POINT) for name, gradient in gradients.items()})
    base = times["by hand, as in the tutorial"]
    return {name: f"{duration(statistics.median(t))}, {ratio(t, base):.2f}" for name, t in times.items()}


def main() -> None:
    staged = measured((ROOT / "examples" / "circuit.py").read_text(encoding="utf-8"))
    one = measured(ONE_EXPRESSION)
    rows = [(name, staged.get(name, DASH), one.get(name, DASH)) for name in COLUMNS]
    print(table(("time of one gradient, ratio", "`circuit.py`, staged", "the same in one expression"), rows))


if __name__ == "__main__":
    main()
