"""How fast are the gradients of functions of arrays, with shapes and without? Against by hand, and against others.

All get the text of `measure/array_programs.py` as it stands, and all numbers are compared before anything is timed.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np
from measure import DASH, array_programs, duration, in_turns, optional, table

from bpcompile import compile_source

SOURCE = Path(array_programs.__file__).read_text(encoding="utf-8")
Gradient = tuple[Callable[..., Any], Sequence[Any]]


class Work(NamedTuple):
    """A program with its arguments, and the parameters that it is differentiated by."""

    name: str
    args: tuple[Any, ...]
    wrt: tuple[str, ...]

    @property
    def places(self) -> tuple[int, ...]:
        """Where the parameters stand."""
        names = getattr(array_programs, self.name).__code__.co_varnames
        return tuple(names.index(name) for name in self.wrt)


def works() -> dict[str, Work]:
    """Return the programs at their sizes."""
    draw = np.random.default_rng(1)
    layers = [
        part
        for rows, columns in ((784, 128), (128, 64), (64, 10))
        for part in (draw.normal(size=(rows, columns)) / rows**0.5, 0.1 * draw.normal(size=columns))
    ]
    labels = np.eye(10)[draw.integers(0, 10, 256)]
    line = draw.normal(size=(1000, 50)), draw.choice([-1.0, 1.0], 1000), 0.1 * draw.normal(size=50), 0.3
    return {
        "logistic regression, 1000 x 50": Work("logistic", line, ("w", "b")),
        "network, 256 x 784, 128, 64, 10": Work(
            "network", (draw.normal(size=(256, 784)), labels, *layers), ("W1", "b1", "W2", "b2", "W3", "b3")
        ),
        "Rosenbrock, 1000": Work("rosenbrock", (draw.uniform(-1, 1, 1000),), ("x",)),
        "item by item, 1 000 000": Work("chain", tuple(draw.normal(size=(3, 10**6))), ("x", "w", "b")),
    }


def bound(name: str, **modules: Any) -> Callable[..., Any]:
    """Return a program that finds other modules under the names that it uses."""
    return FunctionType(getattr(array_programs, name).__code__, {**vars(array_programs), **modules}, name)


def generated(work: Work, source: str) -> Gradient:
    """Return the gradient from a module's text."""
    text = compile_source(source, function=work.name, wrt=work.wrt, verify=False)
    module: dict[str, Any] = {}
    exec(compile(text, "<generated>", "exec"), module)
    return module[f"{work.name}_grad"], work.args


def with_shapes(work: Work) -> Gradient:
    function = getattr(array_programs, work.name)
    plain = ", ".join(function.__code__.co_varnames[: function.__code__.co_argcount])
    shaped = SOURCE.replace(f"def {work.name}({plain})", f"def {work.name}({array_programs.SHAPES[work.name]})")
    return generated(work, shaped)


def with_autograd(work: Work) -> Gradient | None:
    autograd, special = optional("autograd"), optional("autograd.scipy.special")
    if autograd is None or special is None:
        return None
    program = bound(work.name, np=autograd.numpy, logsumexp=special.logsumexp)
    return autograd.grad(program, work.places), work.args


def with_tangent(work: Work) -> Gradient | None:
    tangent = optional("tangent")
    if tangent is None:
        return None
    name = "<tangent arrays>"
    linecache.cache[name] = len(SOURCE), None, SOURCE.splitlines(keepends=True), name
    module: dict[str, Any] = {}
    exec(compile(SOURCE, name, "exec"), module)
    return tangent.grad(module[work.name], wrt=work.places), work.args


def with_jax(work: Work) -> Gradient | None:
    jax, special = optional("jax"), optional("jax.scipy.special")
    if jax is None or special is None:
        return None
    jax.config.update("jax_enable_x64", True)
    program = bound(work.name, np=jax.numpy, logsumexp=special.logsumexp)
    compiled = jax.jit(jax.grad(program, work.places))
    return lambda *args: jax.block_until_ready(compiled(*args)), [jax.numpy.asarray(a) for a in work.args]


def with_torch(work: Work) -> Gradient | None:
    torch = optional("torch")
    if torch is None:
        return None
    program = bound(work.name, np=torch, logsumexp=lambda s, axis: torch.logsumexp(s, axis))
    args = [torch.as_tensor(a, dtype=torch.float64) for a in work.args]
    for k in work.places:
        args[k].requires_grad_()
    return lambda *args: torch.autograd.grad(program(*args), [args[k] for k in work.places]), args


HAND = "by hand"
COLUMNS: Mapping[str, Callable[[Work], Gradient | None]] = {
    HAND: lambda work: (getattr(array_programs, f"{work.name}_by_hand"), work.args),
    "bpcompile, with shapes": with_shapes,
    "bpcompile, without": lambda work: generated(work, SOURCE),
    "autograd": with_autograd,
    "tangent-ad": with_tangent,
    "PyTorch eager": with_torch,
    "JAX jitted": with_jax,
}


def as_tuple(value: Any) -> tuple[Any, ...]:
    """Return gradients as arrays."""
    return tuple(map(np.asarray, value)) if isinstance(value, (tuple, list)) else (np.asarray(value),)


def gradients(work: Work) -> dict[str, Gradient]:
    """Return the gradients that can be had here; stop where one is not that by hand."""
    found: dict[str, Gradient] = {}
    for name, make in COLUMNS.items():
        try:
            made = make(work)
            value = None if made is None else as_tuple(made[0](*made[1]))
        except Exception as error:  # the libraries raise what they like where they do not know a function
            print(f"{work.name}, {name}: {type(error).__name__}: {str(error)[:200]}", file=sys.stderr)
            continue
        if made is not None and value is not None:
            found[name] = made
            call, args = found[HAND]
            for got, want in zip(value, as_tuple(call(*args)), strict=True):
                assert got.shape == want.shape and np.allclose(got, want, rtol=1e-9, atol=1e-12), (work.name, name)
    return found


def measured(work: Work) -> dict[str, str]:
    """Return the cell of each library: its least time, and the ratio of that, which a busy machine disturbs least."""
    times = {name: min(found) for name, found in in_turns(gradients(work), rounds=63).items()}
    return {name: f"{duration(least)}, {least / times[HAND]:.2f}" for name, least in times.items()}


def main() -> None:
    found = {title: measured(work) for title, work in works().items()}
    rows = [(name, *(cells.get(name, DASH) for cells in found.values())) for name in COLUMNS]
    print(table(("time of one gradient, ratio", *found), rows))


if __name__ == "__main__":
    main()
