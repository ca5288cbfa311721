"""The programs of `programs` with their arguments, and how each library differentiates them."""

from __future__ import annotations

import linecache
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

from bpcompile import compile_file

from . import by_hand, optional, programs, repeated

SOURCE = Path(programs.__file__)
TANGENT = "<tangent loops>"  # where tangent-ad reads the source
Gradient = tuple[Callable[..., Any], Sequence[Any]]


class Work(NamedTuple):
    """A program at a point: its name, its arguments, and how many of them, the first ones, are numbers to vary."""

    name: str
    args: tuple[Any, ...]
    varied: int

    @property
    def wrt(self) -> tuple[int, ...]:
        return tuple(range(self.varied))


def wave(size: int, length: float, height: float = 1.0, level: float = 0.0) -> list[float]:
    """Return numbers that are all different and stay in bounds."""
    return [level + height * math.sin(length * i) for i in range(size)]


def recurrence(steps: int) -> Work:
    return Work("recurrence", (0.5, 1.0, 0.001, steps), 3)


def rosenbrock(size: int) -> Work:
    return Work("rosenbrock", (wave(size, 0.01),), 1)


def tridiagonal(size: int) -> Work:
    sides = wave(size, 1.0, 0.1, -1.0), wave(size, 2.0, 0.5, 3.0), wave(size, 3.0, 0.1, -1.0)
    return Work("tridiagonal", (*sides, wave(size, 0.01)), 4)


def heat(size: int, steps: int) -> Work:
    return Work("heat", (wave(size, 0.1), 0.2, steps), 2)


def orbit(steps: int) -> Work:
    return Work("orbit", (1.2, 0.7, 1.1, 0.9, steps), 4)


def smooth(size: int, sweeps: int) -> Work:
    return Work("smooth", (wave(size, 0.1), 1.1, sweeps), 2)


def load(text: str, name: str) -> Callable[..., Any]:
    """Return a function of a module's text."""
    module: dict[str, Any] = {}
    exec(compile(text, "<generated>", "exec"), module)
    found: Callable[..., Any] = module[name]
    return found


def bound(name: str, maths: Any) -> Callable[..., Any]:
    """Return a program that finds another module under the name `math`."""
    return FunctionType(getattr(programs, name).__code__, {**vars(programs), "math": maths}, name)


def converted(args: Sequence[Any], sequence: Callable[[list[float]], Any]) -> list[Any]:
    """Return arguments whose lists are turned into something else."""
    return [sequence(arg) if isinstance(arg, list) else arg for arg in args]


def with_hand(work: Work) -> Gradient:
    return getattr(by_hand, work.name), work.args


def with_bpcompile(work: Work) -> Gradient:
    text = compile_file(SOURCE, function=work.name, verify=False)
    return load(text, f"{work.name}_grad"), work.args


def with_autograd(work: Work) -> Gradient | None:
    """Autograd takes lists, and arrays that are read item by item: whichever is faster here."""
    autograd, numpy = optional("autograd"), optional("autograd.numpy")
    if autograd is None or numpy is None:
        return None
    gradient = autograd.grad(bound(work.name, numpy), work.wrt)
    return gradient, min((work.args, converted(work.args, numpy.array)), key=lambda args: repeated(gradient, args, 1))


def with_tangent(work: Work) -> Gradient | None:
    """tangent-ad takes arrays, and knows how to differentiate their copying."""
    tangent, numpy = optional("tangent"), optional("numpy")
    if tangent is None or numpy is None:
        return None
    text = SOURCE.read_text(encoding="utf-8")
    linecache.cache[TANGENT] = len(text), None, text.splitlines(keepends=True), TANGENT
    module: dict[str, Any] = {}
    exec(compile(text, TANGENT, "exec"), module)
    module.update(math=numpy, list=numpy.array)
    return tangent.grad(module[work.name], wrt=work.wrt), converted(work.args, numpy.array)


def with_casadi(work: Work) -> Gradient | None:
    """CasADi runs the program once on symbols, the loops unrolled, and evaluates the graph in its machine."""
    casadi = optional("casadi")
    if casadi is None:
        return None
    inputs, given = [], []
    for place, arg in enumerate(work.args):
        if place >= work.varied:
            given.append(arg)
            continue
        inputs.append(casadi.SX.sym(f"s{place}", len(arg) if isinstance(arg, list) else 1))
        given.append(casadi.vertsplit(inputs[-1]) if isinstance(arg, list) else inputs[-1])
    value = bound(work.name, casadi)(*given)
    gradient = casadi.Function("g", inputs, [casadi.densify(casadi.gradient(value, x)) for x in inputs])
    return gradient, [casadi.DM(arg) for arg in work.args[: work.varied]]


def with_jax(work: Work) -> Gradient | None:
    """JAX runs the plain program over lists, an operation at a time."""
    jax = optional("jax")
    if jax is None:
        return None
    jax.config.update("jax_enable_x64", True)
    gradient = jax.grad(bound(work.name, jax.numpy), work.wrt)
    return lambda *args: jax.block_until_ready(gradient(*args)), work.args


def with_jax_jitted(work: Work) -> Gradient | None:
    """JAX compiles the program as its users write it, with `scan`; the number of trips is a constant."""
    jax, written = optional("jax"), optional("measure.in_jax")
    if jax is None or written is None:
        return None
    fixed = tuple(range(work.varied, len(work.args)))
    compiled = jax.jit(jax.grad(getattr(written, work.name), work.wrt), static_argnums=fixed)
    args = [jax.numpy.asarray(arg) if place < work.varied else arg for place, arg in enumerate(work.args)]
    return lambda *args: jax.block_until_ready(compiled(*args)), args


HAND = "by hand"
COLUMNS: Mapping[str, Callable[[Work], Gradient | None]] = {
    HAND: with_hand,
    "bpcompile": with_bpcompile,
    "autograd": with_autograd,
    "tangent-ad": with_tangent,
    "CasADi": with_casadi,
    "JAX eager": with_jax,
    "JAX jitted": with_jax_jitted,
}


def numbers(value: Any) -> list[float]:
    """Return all numbers of a gradient, whatever holds them."""
    if isinstance(value, (list, tuple)):
        return [number for item in value for number in numbers(item)]
    value = value.full() if hasattr(value, "full") else value
    return numbers(value.tolist()) if hasattr(value, "tolist") else [float(value)]


def gradients(work: Work, names: Sequence[str] = tuple(COLUMNS)) -> dict[str, Gradient]:
    """Return the gradients that can be had here; stop where one is not that by hand."""
    found = {name: gradient for name in names if (gradient := COLUMNS[name](work)) is not None}
    for name, (call, args) in found.items():
        agree(work, name, call(*args))
    return found


def agree(work: Work, name: str, value: Any) -> None:
    """Stop where a gradient is not that by hand: its time would mean nothing."""
    call, args = with_hand(work)
    want = numbers(call(*args))
    scale = max(map(abs, want))
    for got, wanted in zip(numbers(value), want, strict=True):
        assert math.isclose(got, wanted, rel_tol=1e-9, abs_tol=1e-12 * scale), (work.name, name, got, wanted)
