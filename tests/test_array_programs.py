"""Random programs over arrays, compiled and compared with differences of their original text.

A quarter as many as `--programs` says. A failure is shown as the smallest program found that still fails alike.
"""

from __future__ import annotations

import ast
import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import array_oracle
import numpy as np
from array_programs import ArrayProgram

from bpcompile import compile_source

FIRST = int(os.environ.get("BPCOMPILE_FIRST", "0"))
CHUNK = 25
POINTS = 2
COUNTED = 400
ACCEPTED = 0.95
STEP = 1e-4
LARGEST = 1e6  # of a value that the differences can be told of
KINK = 1e-7
ATTEMPTS = 300


class Mismatch(AssertionError):
    """A generated module does not do what it must."""

    def __init__(self, check: str, subject: ArrayProgram, args: Sequence[Any], got: Any, want: Any, text: str) -> None:
        self.check, self.subject = check, subject
        super().__init__(
            f"{check}\nprogram {subject.seed}:\n{subject.source}\narguments: {args!r}\n"
            f"got:  {got!r}\nwant: {want!r}\ngenerated:\n{text}"
        )


@dataclass(frozen=True)
class Case:
    """A program with arguments, and what was compiled from it."""

    subject: ArrayProgram
    number: int
    args: list[Any]
    text: str

    def demand(self, check: str, condition: Any, got: Any = None, want: Any = None) -> None:
        if not condition:
            raise Mismatch(check, self.subject, self.args, got, want, self.text)

    def gradient(self, args: Sequence[Any], text: str | None = None) -> Any:
        """Return what the generated function gives, one array or number for each active parameter."""
        found = run(text or self.text, "f_grad", args)
        if found[0] == "raises":
            return found
        return found[1] if isinstance(found[1], tuple) else (found[1],)


def compiled(source: str, **options: Any) -> str:
    return compile_source(source, **{"function": "f", "verify": False, "filename": "f.py", **options})


def run(text: str, name: str, args: Sequence[Any]) -> tuple[str, Any]:
    """Return the value of a call, or what it raises; arguments are copied."""
    module: dict[str, Any] = {"__name__": "module"}
    exec(compile(text, f"<{name}>", "exec"), module)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return "value", module[name](*map(copied, args))
        except Exception as error:
            return "raises", type(error).__name__


def copied(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else list(value) if isinstance(value, list) else value


# ------------------------------------------------------------------------------------------------------------- checks


def check(subject: ArrayProgram) -> int:
    """Make every check of a program; return at how many points the gradient was compared."""
    text = compiled(subject.source)
    compared = 0
    for number in range(POINTS):
        case = Case(subject, number, subject.point(number), text)
        value = run(subject.source, "f", case.args)
        if value[0] == "raises":
            got = run(text, "f_grad", case.args)
            case.demand("no other exception than the original's", got[0] == "value" or got == value, got, value)
            continue
        if np.shape(value[1]) != () or not np.isfinite(value[1]) or abs(value[1]) > LARGEST:
            continue
        check_gradient(case)
        check_comments(case)
        check_layouts(case)
        compared += 1
        if compared == 1:
            check_imports(case)
            check_other_forms(case, value)
    return compared


def check_gradient(case: Case) -> None:
    """The gradient is that of the original, in the shapes of the arguments, which are left alone."""
    args = [copied(a) for a in case.args]
    module: dict[str, Any] = {}
    exec(compile(case.text, "<generated>", "exec"), module)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            got = module["f_grad"](*args)
        except Exception as error:
            return case.demand(f"a gradient: {type(error).__name__}: {error}", False)
    got = got if len(case.subject.wrt) > 1 else (got,)
    case.demand("arguments left alone", all(map(np.array_equal, args, case.args)), args, case.args)
    for name, gradient in zip(case.subject.wrt, got):
        k = [p.name for p in case.subject.params].index(name)
        given = case.args[k]
        case.demand(f"the shape of d{name}", np.shape(gradient) == np.shape(given), np.shape(gradient), np.shape(given))
        is_kind = isinstance(gradient, list) if isinstance(given, list) else not isinstance(gradient, list)
        case.demand(f"the kind of d{name}", is_kind, type(gradient), type(given))
        check_numbers(case, name, gradient, k)


def check_numbers(case: Case, name: str, gradient: Any, k: int) -> None:
    """One gradient is what differences say, unless there is a kink."""
    want = slopes(case.subject.source, case.args, k, STEP)
    if close(gradient, want, 1e-9):
        return
    other = slopes(case.subject.source, case.args, k, STEP / 8)
    if close(want, other, KINK) and np.all(np.isfinite(want)):
        case.demand(f"d{name}", close(gradient, other, 1e-6) or close(gradient, want, 1e-6), gradient, want)


def close(a: Any, b: Any, tolerance: float) -> bool:
    a, b = np.asarray(a, dtype=np.longdouble), np.asarray(b, dtype=np.longdouble)
    scale = 1 + np.max(np.abs(b), initial=0.0)
    return bool(np.max(np.abs(a - b), initial=0.0) <= tolerance * scale)


def slopes(source: str, args: Sequence[Any], k: int, step: float) -> Any:
    """Return the differences by one argument, in long double."""
    given = [listed(a) for a in args]
    f = array_oracle.primal(source, "f")
    kinds = [type(a) for a in args]

    def function(*numbers: Any) -> Any:
        return f(*(list(v) if kind is list else v for v, kind in zip(numbers, kinds)))

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return array_oracle.differences(function, given, k, np.longdouble, step)


def listed(value: Any) -> Any:
    return np.array(value) if isinstance(value, list) else value


def check_comments(case: Case) -> None:
    """Each shape that a comment states is that of what its line binds."""
    lengths = case.subject.lengths(case.number)
    for name, shape, stated in array_oracle.stated_shapes(case.text, "f_grad", list(map(copied, case.args))):
        want = tuple(max(n, 0) for n in eval(stated, {}, lengths))  # x[1:] of nothing is nothing
        case.demand(f"the comment on the shape of {name}: {stated}", shape == want, shape, want)


def check_layouts(case: Case) -> None:
    """Other layouts in memory give the same; float32 nearly the same; integers the gradient at those numbers."""
    want = case.gradient(case.args)
    for turned in (np.asfortranarray, backwards):
        other = [turned(a) if isinstance(a, np.ndarray) else a for a in case.args]
        got = case.gradient(other)
        case.demand("the same from another layout", alike(got, want, 1e-9), got, want)


def backwards(array: Any) -> Any:
    """Return the same array with negative strides."""
    turn = (slice(None, None, -1),) * array.ndim
    return array[turn].copy()[turn]


def alike(got: Any, want: Any, tolerance: float) -> bool:
    return len(got) == len(want) and all(
        np.allclose(a, b, tolerance, tolerance, equal_nan=True) for a, b in zip(got, want)
    )


def check_imports(case: Case) -> None:
    """The module imports NumPy and nothing else."""
    imports = [n for n in ast.walk(ast.parse(case.text)) if isinstance(n, (ast.Import, ast.ImportFrom))]
    names = {a.name for n in imports if isinstance(n, ast.Import) for a in n.names}
    case.demand("NumPy and nothing else", len(imports) == len(names) and names <= {"numpy", "math"}, names)


def check_other_forms(case: Case, value: tuple[str, Any]) -> None:
    """The value with the gradient, the product with a cotangent and the compact style agree; the text goes in again."""
    want = case.gradient(case.args)
    got = run(compiled(case.subject.source, derivative="value_and_grad"), "f_value_and_grad", case.args)
    case.demand("a value and a gradient", got[0] == "value", got)
    gradients = got[1][1] if len(case.subject.wrt) > 1 else (got[1][1],)
    case.demand("the value", np.allclose(got[1][0], value[1], 1e-9, 1e-9), got[1][0], value)
    case.demand("the gradient with the value", alike(gradients, want, 1e-9), gradients, want)
    compact = case.gradient(case.args, compiled(case.subject.source, style="compact"))
    case.demand("the same in compact style", alike(compact, want, 1e-9), compact, want)
