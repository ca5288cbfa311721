"""Random programs over arrays, compiled and compared with differences of their original text.

As many as `--programs` says. A failure is shown as the smallest program found that still fails alike.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import array_oracle
import numpy as np
import pytest
from array_programs import CONSTRUCTS, ArrayProgram, array_program, wrong_program
from programs import smaller

from bpcompile import CompileError, compile_source

FIRST = int(os.environ.get("BPCOMPILE_FIRST", "0"))
CHUNK = 25
POINTS = 2
COUNTED = 200
ACCEPTED = 0.95
STEP = 1e-4
LARGEST = 1e6  # of a value that the differences can be told of
KINK = 1e-7
ATTEMPTS = 300
# where the original raises: what comes first may be in what the gradient does not need
RAISED = ("ValueError", "IndexError", "TypeError", "AttributeError", "AxisError", "ZeroDivisionError")


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
            case.demand(
                "no other exception than NumPy's", got[0] == "value" or got == value or got[1] in RAISED, got, value
            )
            continue
        if (
            np.shape(value[1]) != ()
            or not np.isfinite(value[1])
            or abs(value[1]) > LARGEST
            or not is_exact(case, value[1])
        ):
            continue
        check_gradient(case)
        check_comments(case)
        check_layouts(case)
        compared += 1
        if compared == 1:
            check_imports(case)
            check_other_forms(case, value)
    return compared


def is_exact(case: Case, value: Any) -> bool:
    """Tell whether rounding decides nothing: in long double, the value is the same."""
    longer = [a.astype(np.longdouble) if isinstance(a, np.ndarray) else a for a in case.args]
    other = run(case.subject.source, "f", longer)
    return other[0] == "value" and bool(abs(other[1] - value) <= 1e-9 * (1 + abs(value)))


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
    """Other layouts in memory give the same; float32 nearly the same; of integers, the gradient is one of floats."""
    want = case.gradient(case.args)
    for turned in (np.asfortranarray, backwards):
        got = case.gradient([turned(a) if isinstance(a, np.ndarray) else a for a in case.args])
        case.demand("the same from another layout", alike(got, want, 1e-9), got, want)
    if case.number == 0:
        check_types(case, want)


def check_types(case: Case, want: Any) -> None:
    """Arguments of float32 give nearly the same, arguments of integers what the same numbers as floats give."""
    singles = [a.astype(np.float32) if isinstance(a, np.ndarray) else a for a in case.args]
    if steady(case, singles):
        got = case.gradient(singles)
        case.demand("nearly the same from float32", alike(got, want, 2e-2), got, want)
    first = next(k for k, p in enumerate(case.subject.params) if p.form == "array")
    whole = [np.round(np.asarray(a) * 2) if k == first else a for k, a in enumerate(case.args)]
    integers = [np.asarray(a).astype(int) if k == first else a for k, a in enumerate(whole)]
    values = run(case.subject.source, "f", whole), run(case.subject.source, "f", integers)
    if values[0][0] == values[1][0] == "value" and np.allclose(values[0][1], values[1][1], 1e-12, 1e-12):
        want, got = case.gradient(whole), case.gradient(integers)
        is_refused = "must be an array of floats" in case.text and str(got[0]) == "raises"
        case.demand("of integers, a gradient of floats", is_refused or alike(got, want, 1e-9), got, want)


def steady(case: Case, args: Sequence[Any]) -> bool:
    """Tell whether nothing jumps, and little is lost, between the arguments and their rounded form."""
    value, rounded = run(case.subject.source, "f", case.args)[1], run(case.subject.source, "f", args)
    return rounded[0] == "value" and bool(abs(rounded[1] - value) <= 1e-5 * (1 + abs(value)))


def backwards(array: Any) -> Any:
    """Return the same array with negative strides."""
    turn = (slice(None, None, -1),) * array.ndim
    return array[turn].copy()[turn]


def alike(got: Any, want: Any, tolerance: float) -> bool:
    if "raises" in (str(got[0]), str(want[0])):
        return bool(str(got) == str(want))
    return all(np.allclose(a, b, tolerance, tolerance, equal_nan=True) for a, b in zip(got, want))


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
    if case.subject.seed % 4 == 0:
        check_again(case)


def check_again(case: Case) -> None:
    """The generated text is compiled a second time, or refused with a code; its derivative is right too."""
    try:
        second = compile_source(case.text, function="f_grad", derivative="vjp", wrt=case.subject.wrt[:1], verify=False)
    except CompileError:
        return
    gradient = case.gradient(case.args)
    source = np.random.default_rng(case.subject.seed)
    weights = [source.uniform(0.5, 1.5, np.shape(g)) for g in gradient]
    seed = weights[0] if len(weights) == 1 else tuple(weights)
    kind, got = run(second, "f_grad_vjp", [*case.args, seed])
    name = case.subject.wrt[0]
    k = [p.name for p in case.subject.params].index(name)

    def weighted(*args: Any) -> Any:
        parts = run(case.text, "f_grad", args)[1]
        return sum(np.sum(w * g) for w, g in zip(weights, parts if len(weights) > 1 else (parts,)))

    if kind == "value":
        want, other = (array_oracle.differences(weighted, case.args, k, np.longdouble, h) for h in (STEP, STEP / 8))
        if close(want, other, KINK):
            case.demand("the derivative of the derivative", close(got, want, 1e-6), got, want)


# ------------------------------------------------------------------------------------------------------------ shrinking


def shrunk(mismatch: Mismatch) -> Mismatch:
    """Return the same failure of a smaller program, if one is found quickly."""
    attempts, progress = 0, True
    while progress and attempts < ATTEMPTS:
        progress = False
        for source in islice(smaller(mismatch.subject.source), ATTEMPTS - attempts):
            attempts += 1
            found = (
                failure(replace(mismatch.subject, source=source))
                if len(source) < len(mismatch.subject.source)
                else None
            )
            if found is not None and found.check == mismatch.check:
                mismatch, progress = found, True
                break
    return mismatch


def failure(subject: ArrayProgram) -> Mismatch | None:
    """Return what goes wrong with a program; what is refused, or makes no sense, does not count."""
    try:
        check(subject)
    except Mismatch as mismatch:
        return mismatch
    except (CompileError, SyntaxError):
        return None
    return None


# ---------------------------------------------------------------------------------------------------------------- tests


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Cut the seeds into chunks, so that several processes can share them."""
    if "seeds" in metafunc.fixturenames:
        last = FIRST + metafunc.config.getoption("--programs")
        chunks = [range(first, min(first + CHUNK, last)) for first in range(FIRST, last, CHUNK)]
        metafunc.parametrize("seeds", chunks, ids=[f"{chunk.start}-{chunk.stop - 1}" for chunk in chunks])


@pytest.mark.heavy
def test_array_programs(seeds: range) -> None:
    failures: list[Mismatch] = []
    for seed in seeds:
        try:
            check(array_program(seed))
        except Mismatch as mismatch:
            failures.append(mismatch)
        except CompileError:
            continue  # counted by test_most_array_programs_are_accepted
    shown = "\n\n".join(str(shrunk(f)) for f in failures[:2])
    assert not failures, f"programs {[f.subject.seed for f in failures]} fail\n\n{shown}"


@pytest.mark.heavy
def test_array_programs_with_wrong_shapes(seeds: range) -> None:
    """An array of another shape is refused with both places, or NumPy raises, or the gradient is right all the same."""
    for seed in seeds[::2]:
        subject = wrong_program(seed)
        try:
            check(subject)
        except CompileError as error:
            assert error.code != "BP050" or ": " in str(error)


@pytest.mark.heavy
def test_most_array_programs_are_accepted() -> None:
    refusals: Counter[str] = Counter()
    examples: dict[str, str] = {}
    compared = 0
    for seed in range(FIRST, FIRST + COUNTED):
        subject = array_program(seed)
        compared += run(subject.source, "f", subject.point(0))[0] == "value"
        try:
            compiled(subject.source)
        except CompileError as error:
            refusals[error.code] += 1
            examples.setdefault(error.code, f"program {seed}: {error}")
    reasons = "\n".join(f"{times} x {examples[code]}" for code, times in refusals.most_common())
    print(f"{sum(refusals.values())} of {COUNTED} programs are refused\n{reasons}")
    assert sum(refusals.values()) <= (1 - ACCEPTED) * COUNTED, reasons
    assert compared >= ACCEPTED * COUNTED


def test_every_construct_of_arrays_occurs() -> None:
    counts = Counter(feature for seed in range(COUNTED) for feature in array_program(seed).features)
    assert not {feature: counts[feature] for feature in CONSTRUCTS if counts[feature] < 3}


@pytest.mark.heavy
def test_the_text_does_not_depend_on_the_hash_seed() -> None:
    script = (
        "from array_programs import array_program\nfrom test_array_programs import compiled, CompileError\n"
        "for seed in range(40):\n    try: print(compiled(array_program(seed).source))\n"
        "    except CompileError as error: print(error)\n"
    )
    texts = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert texts[0] == texts[1] and len(texts[0]) > 10_000
