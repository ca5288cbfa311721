"""Random programs, compiled and compared with differences of their original text to 50 digits.

`--programs` says how many (1 000 unless told otherwise; `make fuzz` asks for 20 000), the variable BPCOMPILE_FIRST with
which seed to begin. A failure is shown as the smallest program found that still fails in the same way.
"""

from __future__ import annotations

import copy
import functools
import inspect
import math
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import hypothesis
import mpmath
import pytest
from hypothesis import strategies as st
from loop_programs import LOOP_CONSTRUCTS, loop_program, loop_programs
from mpmath import mp, mpf
from oracles import (
    ComplexPower,
    NearKink,
    call_original,
    close,
    deviation,
    differences,
    flat,
    forward,
    load_plain,
    mapped,
    rounding_noise,
    run_generated_mp,
    run_original,
    same_bits,
)
from programs import CONSTRUCTS, Program, program, programs, rename, smaller

import bpcompile

FIRST = int(os.environ.get("BPCOMPILE_FIRST", "0"))
CHUNK = 25
POINTS = 2
FAR_POINTS = 2
COUNTED = 1000  # programs at most, to say how many are accepted
ACCEPTED = 0.95  # of these, at least
LARGEST = 1e290  # a derivative that floats can hold, with room for what it is computed from
AGREED = 1e-12  # at 80 digits; generated text may hold constants rounded to a float, such as 2 / sqrt(pi)
SHOWN = 2  # failures of one chunk
ATTEMPTS = 300  # at making a failing program smaller


class Mismatch(AssertionError):
    """A generated module does not do what it must: which check failed, where, and what came instead."""

    def __init__(self, check: str, subject: Program, point: Sequence[Any], got: Any, want: Any, text: str) -> None:
        self.check, self.subject, self.point, self.got, self.want, self.text = check, subject, point, got, want, text
        super().__init__(
            f"{check}\nprogram {subject.seed}:\n{subject.source}\narguments: {tuple(point)!r}\n"
            f"got:  {got!r}\nwant: {want!r}\ngenerated:\n{text}"
        )


@functools.lru_cache(maxsize=256)
def compiled(source: str, **options: Any) -> str:
    """Return the generated module; every option that is a list is given as a tuple."""
    lists = {name: list(value) if isinstance(value, tuple) else value for name, value in options.items()}
    settings = {"function": "f", "verify": False, "filename": "f.py", **lists}
    return str(bpcompile.compile_source(source, **settings))


@dataclass(frozen=True)
class Case:
    """A program at a point, with what was compiled from it."""

    subject: Program
    point: tuple[Any, ...]

    @property
    def source(self) -> str:
        return self.subject.source

    def run(self, text: str, name: str, *more: Any) -> tuple[str, Any]:
        positional, keywords = self.subject.split(self.point)
        return run_original(text, name, [*positional, *more], keywords)

    def run_mp(self, text: str, name: str, *more: Any) -> Any:
        positional, keywords = self.subject.split(self.point)
        return run_generated_mp(text, name, [*positional, *more], keywords)

    def differences(self, text: str, name: str = "f") -> Any:
        positional, keywords = self.subject.split(self.point)
        return differences(text, name, positional, self.subject.wrt, keywords=keywords)

    def rounding_noise(self, text: str, name: str, want: Any) -> list[Any]:
        positional, keywords = self.subject.split(self.point)
        return rounding_noise(text, name, positional, want, keywords)

    def demand(self, check: str, condition: bool, got: Any, want: Any, text: str = "") -> None:
        if not condition:
            raise Mismatch(check, self.subject, self.point, got, want, text)


def subject_of(seed: int) -> Program:
    """Return the program of a seed: every other one has loops."""
    return loop_program(seed) if seed % 2 else program(seed)


# ------------------------------------------------------------------------------------------------------------- checks


def check_value(case: Case) -> bool:
    """The forward value is the original's to the last bit, and what raises there raises here; tell whether it did."""
    text = compiled(case.source, derivative="value_and_grad")
    want = case.run(case.source, "f")
    if want == ("raises", "Endless"):
        return False
    got = case.run(text, "f_value_and_grad")
    if want[0] == "raises":
        case.demand("the same exception from value_and_grad", got == want, got, want, text)
        gradient = compiled(case.source, derivative="grad")
        alone = case.run(gradient, "f_grad")
        case.demand("the same exception from grad", alone == want, alone, want, gradient)
        return False
    if isinstance(want[1], complex):  # a negative number to a broken power: there is no gradient to speak of
        return False
    if got[0] == "value":
        case.demand("the value to the last bit", same_bits(got[1][0], want[1]), got[1][0], want[1], text)
    check_arguments(case, text, "f_value_and_grad")
    check_arguments(case, compiled(case.source, derivative="grad"), "f_grad")
    return True


def check_gradient(case: Case) -> None:
    """The gradient is that of the original text, computed at 80 digits and in floats."""
    text = compiled(case.source, derivative="grad")
    try:
        want = case.differences(case.source)
    except NearKink as kink:
        if not isinstance(kink.__cause__, ComplexPower):
            check_kink(case, text)
        return
    check_exactly(case, "the gradient", text, "f_grad", want)
    got = case.run(text, "f_grad")
    case.demand("a gradient where there is one", got[0] == "value", got, want, text)
    case.demand("the gradient's shape", fits(got[1], case), got[1], case.point, text)
    if steady(case) and all(abs(w) < LARGEST for w in flat(want)):
        noise = case.rounding_noise(text, "f_grad", want)
        case.demand("the gradient in floats", close(got[1], want, noise), got[1], want, text)
    check_with_value(case, want)


def check_with_value(case: Case, want: Any) -> None:
    """The gradient that comes with the value is the same one; its arithmetic may differ from that of `grad`."""
    text = compiled(case.source, derivative="value_and_grad")
    got = case.run(text, "f_value_and_grad")
    case.demand("a value and a gradient where there are", got[0] == "value", got, want, text)
    case.demand("the shape of the gradient with the value", fits(got[1][1], case), got[1], case.point, text)
    finite = all(map(math.isfinite, flat(got[1][1])))
    excused = not steady(case) or any(abs(w) >= LARGEST for w in flat(want))
    case.demand("a finite gradient with the value", finite or excused, got[1], want, text)
    check_exactly(case, "the gradient with the value", text, "f_value_and_grad", want, part=1)


def check_exactly(case: Case, check: str, text: str, name: str, want: Any, *more: Any, part: int | None = None) -> None:
    """The text of a generated function, run at 80 digits, gives what is wanted; `part`, as that item of a tuple."""
    try:
        got = case.run_mp(text, name, *more)
        got = got if part is None else got[part]
    except Exception as error:
        got = f"{type(error).__name__}: {error}"
        case.demand(f"{check}, at 80 digits, raises", False, got, want, text)
    case.demand(f"{check}, at 80 digits", deviation(got, want) <= AGREED, got, want, text)


def check_arguments(case: Case, text: str, name: str, *more: Any) -> None:
    """The caller's lists are as they were, each the same object; a second call gives the same bits."""
    function = load_plain(text)[name]
    given = copy.deepcopy(case.point)
    before = identities(given)
    positional, keywords = case.subject.split(given)
    try:
        first = function(*positional, *more, **keywords)
    except Exception:
        return
    case.demand("the caller's lists are unchanged", same_bits(given, case.point), given, case.point, text)
    case.demand("the caller's lists are the same lists", identities(given) == before, given, case.point, text)
    second = function(*positional, *more, **keywords)
    case.demand("the same from a second call", same_bits(second, first), second, first, text)


def identities(value: Any) -> list[int]:
    """Return the identity of every list, nested ones included."""
    inner = [i for item in value for i in identities(item)] if isinstance(value, (list, tuple)) else []
    return [id(value), *inner] if isinstance(value, list) else inner


def check_kink(case: Case, text: str) -> None:
    """At a kink anything goes that a derivative may do there; a name that is not bound is no such thing."""
    allowed = ("ValueError", "ZeroDivisionError", "OverflowError")
    got = case.run(text, "f_grad")
    case.demand("no strange exception at a kink", got[0] == "value" or got[1] in allowed, got, "a gradient", text)


def steady(case: Case) -> bool:
    """Tell whether floats follow the high precision: not where cancellation has destroyed the value."""
    positional, keywords = case.subject.split(case.point)
    exact = float(run_generated_mp(case.source, "f", positional, keywords))
    value = call_original(case.source, "f", positional, keywords)
    return isinstance(value, (int, float)) and abs(value - exact) <= 1e-9 * max(abs(exact), 1e-3)


def fits(gradient: Any, case: Case) -> bool:
    """Tell whether each gradient has the shape and kind of its argument."""
    active = [v for p, v in zip(case.subject.params, case.point, strict=True) if p.active]
    return alike(gradient, active[0]) if len(active) == 1 else alike(gradient, tuple(active))


def alike(gradient: Any, argument: Any) -> bool:
    if isinstance(argument, (list, tuple)):
        kinds = (list,) if isinstance(argument, list) else (list, tuple)
        return isinstance(gradient, kinds) and len(gradient) == len(argument) and all(map(alike, gradient, argument))
    return type(gradient) in (float, int)


def check_renamed(case: Case) -> None:
    """Other names, the same bits."""
    other = rename(case.subject)
    text = compiled(other.source, derivative="grad")
    want = case.run(compiled(case.source, derivative="grad"), "f_grad")
    got = Case(other, case.point).run(text, "f_grad")
    case.demand("the same under other names", got[0] == want[0] and same_bits(got[1], want[1]), got, want, text)


def check_compact(case: Case) -> None:
    """The compact style is the same arithmetic."""
    text = compiled(case.source, derivative="value_and_grad", style="compact")
    want = case.run(compiled(case.source, derivative="value_and_grad"), "f_value_and_grad")
    got = case.run(text, "f_value_and_grad")
    alike = same_numbers if not case.subject.sizes else nearly_the_same
    case.demand("the same in compact style", got[0] == want[0] and alike(got[1], want[1]), got, want, text)


def nearly_the_same(a: Any, b: Any) -> bool:
    """Tell whether results are equal but for rounding."""
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(nearly_the_same, a, b))
    return a == b or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) or (a != a and b != b)


def same_numbers(a: Any, b: Any) -> bool:
    """Tell whether results are equal to the last bit, 1 and 1.0 being the same."""
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same_numbers, a, b))
    return same_bits(a, b) or (
        isinstance(a, (int, float)) and isinstance(b, (int, float)) and same_bits(float(a), float(b))
    )


def check_vjp(case: Case) -> None:
    """The product with a cotangent, which comes last."""
    if case.subject.keyword_only:
        return
    text = compiled(case.source, derivative="vjp")
    check_arguments(case, text, "f_vjp", 1.5)
    try:
        want = case.differences(case.source)
    except NearKink:
        return
    check_exactly(case, "the product with a cotangent", text, "f_vjp", times(1.5, want), 1.5)


def times(factor: float, value: Any) -> Any:
    return type(value)(times(factor, v) for v in value) if isinstance(value, (list, tuple)) else factor * value


def check_some(case: Case) -> None:
    """By some of the parameters: a part of the whole gradient, in the order asked for."""
    wrt = case.subject.wrt
    if len(wrt) < 2:
        return
    chosen = tuple(reversed(wrt[-2:])) if case.subject.seed % 2 else wrt[-1:]
    text = compiled(case.source, derivative="grad", wrt=tuple(chosen))
    check_arguments(case, text, "f_grad")
    try:
        whole = dict(zip(wrt, case.differences(case.source), strict=True))
    except NearKink:
        return
    want = tuple(whole[name] for name in chosen)
    check_exactly(case, f"by {len(chosen)} of the parameters", text, "f_grad", want[0] if len(want) == 1 else want)


def check_again(case: Case) -> None:
    """The generated text compiles, and its derivative is right too: of the sum of the gradient's numbers, weighted.

    Text with lists may be refused, as is text that looks at run time what an unused parameter is: with a code.
    """
    if case.subject.keyword_only:
        return
    first = compiled(case.source, derivative="grad")
    gradient = case.run(first, "f_grad")
    if gradient[0] == "raises":
        return
    try:
        second = compiled(first, function="f_grad", derivative="vjp", wrt=tuple(case.subject.wrt))
    except bpcompile.CompileError as error:
        with_lists = any(written in first for written in ("[", "zeros_like(", "digamma("))
        case.demand("the text is accepted again", with_lists, str(error), "no refusal", first)
        return
    weights = iter([0.5 + i for i in range(len(flat(gradient[1])))])
    cotangent = weighted(gradient[1], weights)
    names = [p.name for p in case.subject.params]
    try:
        want = case.differences(first + weighted_sum(names, gradient[1]), "weighted_sum")
    except NearKink:
        return
    check_exactly(case, "the derivative of the derivative", second, "f_grad_vjp", want, cotangent)


def weighted(like: Any, weights: Iterator[float]) -> Any:
    return type(like)(weighted(v, weights) for v in like) if isinstance(like, (list, tuple)) else next(weights)


def weighted_sum(names: Sequence[str], gradient: Any) -> str:
    """Return the text of a function that calls f_grad and adds up what it gives, each number with its weight."""
    terms = [f"{0.5 + i} * numbers_of_it{path}" for i, path in enumerate(paths(gradient))]
    return (
        "\n\ngradient_of_f = f_grad  # which a parameter may be called as well\n\n\n"
        f"def weighted_sum({', '.join(names)}):\n"
        f"    numbers_of_it = gradient_of_f({', '.join(names)})\n"
        f"    return {' + '.join(terms)}\n"
    )


def paths(value: Any) -> Iterator[str]:
    if not isinstance(value, (list, tuple)):
        yield ""
        return
    for i, item in enumerate(value):
        for path in paths(item):
            yield f"[{i}]{path}"


def check_same_text(case: Case) -> None:
    """A second compilation gives the same text."""
    first = compiled(case.source, derivative="grad")
    again = compiled.__wrapped__(case.source, derivative="grad")
    case.demand("the same text again", first == again, again, first, first)


# How often each of the dearer checks is made: for one program in so many.
SOMETIMES: dict[Callable[[Case], None], int] = {
    check_renamed: 2,
    check_compact: 3,
    check_vjp: 3,
    check_some: 3,
    check_again: 4,
    check_same_text: 10,
}


def check(subject: Program, always: bool = False) -> None:
    """Make every check of a program that is due; raises Mismatch, or CompileError where the program is refused."""
    accepted = False
    try:
        compiled(subject.source, derivative="grad")
        accepted = True
        check_accepted(subject, always)
    except Mismatch:
        raise
    except bpcompile.CompileError as error:
        if not accepted:
            raise
        raise Mismatch("accepted in every way", subject, (), str(error), "no refusal", "") from error
    except Exception as error:
        raise Mismatch(f"nothing breaks down: {type(error).__name__}", subject, (), str(error), "", "") from error


def check_accepted(subject: Program, always: bool) -> None:
    for number, point in enumerate(subject.points(POINTS)):
        case = Case(subject, point)
        if not check_value(case):
            continue
        check_gradient(case)
        for extra, (one_check, every) in enumerate(SOMETIMES.items()):
            if number == 0 and (always or (subject.seed + extra) % every == 0):
                one_check(case)
    for point in subject.far_points(FAR_POINTS):
        case = Case(subject, point)
        if check_value(case) and all(math.isfinite(v) for v in flat(point)):
            check_gradient(case)


# ------------------------------------------------------------------------------------------------------------ shrinking


def failure(subject: Program) -> Mismatch | None:
    """Return what goes wrong with a program; what is refused does not count."""
    try:
        check(subject, always=True)
    except Mismatch as mismatch:
        return mismatch
    except (bpcompile.CompileError, SyntaxError):
        return None
    return None


def shrunk(mismatch: Mismatch) -> Mismatch:
    """Return the same failure of a smaller program, if one is found quickly."""
    attempts = 0
    progress = True
    while progress and attempts < ATTEMPTS:
        progress = False
        for source in islice(smaller(mismatch.subject.source), ATTEMPTS - attempts):
            attempts += 1
            if len(source) >= len(mismatch.subject.source):
                continue
            found = failure(replace(mismatch.subject, source=source))
            if found is not None and found.check == mismatch.check:
                mismatch, progress = found, True
                break
    return mismatch


# ---------------------------------------------------------------------------------------------- tests of the references

KNOWN: dict[
    str, tuple[tuple[float, ...], Callable[[Any], Any]]
] = {  # texts of functions, arguments, and the derivatives by hand
    "def f(x): return x ** 3": ((1.5,), lambda x: 3 * x**2),
    "from math import exp\ndef f(x): return 1 / (1 + exp(-x))": ((0.7,), lambda x: 1 / (2 + mp.exp(x) + mp.exp(-x))),
    "import math as m\ndef f(x): return m.lgamma(x) + m.log(x, 3)": (
        (2.5,),
        lambda x: mp.digamma(x) + 1 / (x * mp.log(3)),
    ),
    "def f(x): return x % 0.75 + 7.0 // x + round(x)": ((1.6,), lambda x: mpf(1)),
    "def f(x):\n    x /= 3\n    return max(x, 0.25) * x": ((1.5,), lambda x: 2 * x / 9),
    "def abs(t): return t * t\ndef f(x): return abs(x)": ((-3.0,), lambda x: 2 * x),
}
# The same with loops, lists and calls.
KNOWN_LOOPS: dict[str, tuple[tuple[Any, ...], Callable[..., Any]]] = {
    "def f(w, x):\n    y = 0.0\n    for c in w:\n        y = y * x + c\n    return y": (
        ([2.0, -1.0, 3.0], 0.5),
        lambda w, x: ([x**2, x, mpf(1)], 2 * w[0] * x + w[1]),
    ),
    "def f(x):\n    a, b = x, x\n    for i in range(3):\n        a, b = b, a * b\n    return b": (
        (1.25,),
        lambda x: 5 * x**4,
    ),
    "def f(w):\n    for i in range(1, len(w)):\n        w[i] *= w[i - 1]\n    return w[-1]": (
        ([1.5, -0.5, 2.0],),
        lambda w: [w[1] * w[2], w[0] * w[2], w[0] * w[1]],
    ),
    "def f(x, n: int):\n    return x if n == 0 else f(x * x, n - 1)": ((1.1, 3), lambda x, n: 8 * x**7),
    "def f(x):\n    s = 0\n    while x > 1:\n        s += x * x\n        x /= 2\n    return s": (
        (5.0,),
        lambda x: 2 * x * (1 + mpf(1) / 4 + mpf(1) / 16),
    ),
    "def f(a, b):\n    c = a\n    c[0] = b[1] * a[1]\n    b[1] = a[0]\n    return a[0] * b[1] + c[1]": (
        ([0.5, 1.5], [3.0, -2.0]),
        lambda a, b: ([mpf(0), 2 * b[1] ** 2 * a[1] + 1], [mpf(0), 2 * b[1] * a[1] ** 2]),
    ),
    "def f(w):\n    return sum(u * v for u, v in zip(w, w[1:])) + max(v for v in w)": (
        ([1.0, 3.0, 2.0],),
        lambda w: [w[1], w[0] + w[2] + 1, w[1]],
    ),
    "def f(m):\n    t = [[r[j] for r in m] for j in range(2)]\n    t[0][1] **= 3\n    return t[0][1] * m[0][1]": (
        ([[1.0, 2.0], [3.0, 4.0]],),
        lambda m: [[mpf(0), m[1][0] ** 3], [3 * m[1][0] ** 2 * m[0][1], mpf(0)]],
    ),
    "def f(x):\n    s = []\n    for i in range(4):\n        if i % 2:\n            s.append(i * x)\n"
    "    p = s.pop()\n    return p * s[0]": ((0.75,), lambda x: 6 * x),
    "def g(w, k):\n    w[0] *= k\n    return len(w)\ndef f(w, k):\n    n = g(w, k)\n    return w[0] ** n": (
        ([1.5, 1.0], 2.0),
        lambda w, k: ([2 * w[0] * k**2, mpf(0)], 2 * w[0] ** 2 * k),
    ),
    "def f(x, n: int):\n    for i in range(n):\n        if x > 2:\n            return i * x\n        x *= 1.5\n"
    "    else:\n        x = -x\n    return x": ((1.0, 4), lambda x, n: 2 * mpf("2.25")),
    "def f(x):\n    assert x > 0, f'{x:.3f}'\n    h = lambda t: t * x\n    for i in range(2):\n        x = h(x + i)\n"
    "    return x": ((1.5,), lambda x: 4 * x**3 + 2 * x),
}
KINKS = {
    "def f(x): return abs(x)": 0.0,
    "def f(x): return max(x, 1)": 1.0,
    "def f(x): return x if x > 2 else 0.5 * x": 2.0,
    "def f(x): return round(x) * x": 2.5,
    "def f(x): return x or 1.0": 0.0,
    "def f(x): return x ** 0.5": 0.0,
    "import math\ndef f(x): return math.log(x)": 1e-9,
    "import math\ndef f(x): return math.hypot(x)": 0.0,
}


@pytest.mark.parametrize("source", KNOWN)
def test_differences_are_good_to_many_digits(source: str) -> None:
    args, derivative = KNOWN[source]
    with mpmath.workdps(80):
        want = derivative(*map(mpf, args))
    assert deviation(differences(source, "f", args, ["x"]), want) < 1e-45


@pytest.mark.parametrize("source", KNOWN_LOOPS)
def test_both_references_know_loops(source: str) -> None:
    args, derivative = KNOWN_LOOPS[source]
    wrt = [p for p, v in zip(inspect.signature(load_plain(source)["f"]).parameters, args) if not isinstance(v, int)]
    with mpmath.workdps(80):
        want = derivative(*(mapped(lambda v: v if isinstance(v, int) else mpf(v), arg) for arg in args))
    assert deviation(differences(source, "f", args, wrt), want) < 1e-45
    assert deviation(forward(source, "f", args, wrt), want) < 1e-40


@pytest.mark.heavy
def test_the_references_agree() -> None:
    """Differences and dual numbers, which share no formula, give the same gradients of random programs."""
    compared = 0
    for seed in range(200):
        case = Case(subject_of(seed), subject_of(seed).points(1)[0])
        if case.run(case.source, "f")[0] == "raises":
            continue
        positional, keywords = case.subject.split(case.point)
        try:
            want = case.differences(case.source)
        except NearKink:
            continue
        got = forward(case.source, "f", positional, case.subject.wrt, keywords)
        if not any(map(mpmath.isnan, flat(got))):
            case.demand("the same gradient from dual numbers", deviation(got, want) < 1e-18, got, want)
            compared += 1
    assert compared > 150


@pytest.mark.parametrize("source", KINKS)
def test_kinks_are_seen(source: str) -> None:
    with pytest.raises(NearKink):
        differences(source, "f", (KINKS[source],), ["x"])


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("make", "constructs", "least"), [(program, CONSTRUCTS, 10), (loop_program, LOOP_CONSTRUCTS, 3)]
)
def test_every_construct_occurs(make: Callable[[int], Program], constructs: set[str], least: int) -> None:
    counts = Counter(feature for seed in range(COUNTED) for feature in make(seed).features)
    rare = {feature: counts[feature] for feature in constructs if counts[feature] < least}
    assert not rare


@pytest.mark.heavy
def test_most_programs_with_loops_run() -> None:
    """Of the programs with loops, few raise at their first point."""
    outcomes: Counter[str] = Counter()
    for seed in range(COUNTED):
        case = Case(loop_program(seed), loop_program(seed).points(1)[0])
        kind, what = case.run(case.source, "f")
        if kind == "raises":
            outcomes[what] += 1
    assert sum(outcomes.values()) < COUNTED / 20, outcomes
    assert outcomes["Endless"] == 0


# ---------------------------------------------------------------------------------------------------------------- tests


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Cut the seeds into chunks, so that several processes can share them."""
    if "seeds" in metafunc.fixturenames:
        last = FIRST + metafunc.config.getoption("--programs")
        chunks = [range(first, min(first + CHUNK, last)) for first in range(FIRST, last, CHUNK)]
        metafunc.parametrize("seeds", chunks, ids=[f"{chunk.start}-{chunk.stop - 1}" for chunk in chunks])


def test_programs(seeds: range) -> None:
    failures: list[Mismatch] = []
    for seed in seeds:
        try:
            check(subject_of(seed))
        except Mismatch as mismatch:
            failures.append(mismatch)
        except bpcompile.CompileError:
            continue  # counted by test_most_programs_are_accepted
    shown = "\n\n".join(str(shrunk(f)) for f in failures[:SHOWN])
    assert not failures, f"programs {[f.subject.seed for f in failures]} fail\n\n{shown}"


@pytest.mark.heavy
def test_most_programs_are_accepted() -> None:
    count = COUNTED
    refusals: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for seed in range(FIRST, FIRST + count):
        subject = subject_of(seed)
        try:
            compiled(subject.source, derivative="grad")
        except bpcompile.CompileError as error:
            refusals[error.code] += 1
            examples.setdefault(error.code, f"program {seed}: {error}")
        except Exception:
            continue  # reported by test_programs
    reasons = "\n".join(f"{times} x {examples[code]}" for code, times in refusals.most_common())
    print(f"{sum(refusals.values())} of {count} programs are refused\n{reasons}")
    assert sum(refusals.values()) <= (1 - ACCEPTED) * count, reasons


@pytest.mark.heavy
@hypothesis.settings(
    max_examples=200,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
@hypothesis.given(st.one_of(programs(), loop_programs()))
def test_programs_of_hypothesis(subject: Program) -> None:
    try:
        check(subject, always=True)
    except bpcompile.CompileError:
        hypothesis.reject()
