"""One point: the generated gradient against differences of the original, to 50 digits.

The original is run again a step of 1e-50 to each side, with numbers of 160 digits and with the decisions of the point
itself replayed, so that the difference is that of the piece on which the point lies.
"""

from __future__ import annotations

import builtins
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import Any

from bpcompile.verify.exact_math import elementary
from bpcompile.verify.points import Configuration, Leaf, Random, fill
from bpcompile.verify.subject import Subject
from bpcompile.verify.texts import Program
from bpcompile.verify.traced import GENERATED, ORIGINAL, Decision, Num, Tracer
from bpcompile.verify.work import MAX_CALLS, RUN_LIMIT, OutOfRange, OutOfWork, Stop, Work

DIGITS = 50
ROUNDED_DIGITS = 12  # where the compiler folded constants in floats
LOW, HIGH = (160, 166), (400, 430)  # digits, and the step as a power of two
FIRST_LIMIT = 20_000  # steps of a run, until one is seen to need more
KINKS = ("pick", "abs")  # decisions at whose ties a policy says what the derivative is
FLAT = -210  # power of ten below which a slope cannot be told from rounding
EXTREME = 2000  # digits, where something fails that may have been rounded to 0
STEEP = 1e60  # slope of a function near 1 for which the step is not small
DOUBT = 1e-10  # relative difference that rounded constants may still explain
MANY = 8  # components; beyond, random directions stand for them
LONGER, ALLOWED = 100, 20_000  # how many times the steps of the original a gradient may take, and how many at least
DEEPER, LEVELS = 4, 20  # the same for calls inside one another
TAME = 100  # a power of two: where no number of the original is beyond it, none of its gradient overflows
NATURAL = (LookupError, ValueError, ZeroDivisionError, UnboundLocalError)  # what shapes and integers alone may raise


@dataclass
class Run:
    """What one run of a text gave."""

    result: Any = None
    error: Exception | None = None
    decisions: tuple[Decision, ...] = ()
    tests: tuple[tuple[int, bool], ...] = ()
    spent: int = 0
    is_raised: bool = False  # the error is raised by a statement of the text
    is_undefined: bool = False  # the error is that of a number outside of a domain
    is_endless: bool = False  # it took many times the steps that it may
    changed: str = ""  # the argument that it did not leave as it was
    steered: dict[int, Any] = field(default_factory=dict)  # branches whose condition depends on the inputs, and where
    trips: dict[int, int] = field(default_factory=dict)  # the most of each loop
    deepest: int = 0  # calls inside one another
    extent: int = 0  # the largest power of two, up or down, that a number had

    @property
    def must_fail(self) -> bool:
        """Return whether the error is one that the gradient has to raise as well."""
        if isinstance(self.error, (Stop, OutOfRange)) or self.is_undefined:
            return False
        return self.is_raised or isinstance(self.error, NATURAL)

    @property
    def outcomes(self) -> tuple[int, ...]:
        return tuple(decision.outcome for decision in self.decisions)

    @property
    def path(self) -> tuple[Any, ...]:
        return self.outcomes, self.tests

    def steps(self, loops: Container[int]) -> int:
        """Return how often the loops went on, all together."""
        return sum(outcome for number, outcome in self.tests if number in loops)


@dataclass
class Point:
    """Both runs at one point, and what came of comparing them."""

    values: Sequence[Any]
    original: Run
    generated: Run = field(default_factory=Run)
    value: Num | None = None  # the scalar that is differentiated
    claimed_value: Num | None = None
    components: list[tuple[int, Num]] = field(default_factory=list)  # leaf, claimed derivative
    status: str = "skipped"  # "equal" | "rounded" | "different" | "skipped"
    reason: str = ""


# how the messages end with which a generated module refuses arguments that cannot be followed
REFUSALS = ("which is not differentiated", "it is written to: pass a copy")


class Different(Exception):
    """The generated text is wrong, for the reason given."""


class Inconclusive(Exception):
    """Differences tell nothing at this point."""


class Pair:
    """The two texts, ready to run side by side."""

    def __init__(self, subject: Subject, work: Work) -> None:
        self.subject = subject
        self.work = work
        self.original = Program(subject.original, ORIGINAL)
        self.generated = Program(subject.generated, GENERATED)
        self.low, self.high = Tracer(LOW[0]), Tracer(HIGH[0])
        self.silent = {(ORIGINAL, number) for number in self.original.silent}
        self.limit = FIRST_LIMIT
        self.chances = 2  # of a run that is longer, before any has come to its end
        defined = self.generated.functions.keys() - self.original.functions.keys()
        self.replaced = "digamma" in defined
        self.folded = bool(long_floats(self.original) | long_floats(self.generated))

    def run(self, program: Program, name: str, tracer: Tracer, args: Sequence[Any], limit: int = RUN_LIMIT) -> Run:
        """Run a function of a text; what it raises is part of the result."""
        run = Run()
        tracer.limit = min(limit, self.work.left)
        try:
            names = program.load(tracer)
            if program is self.generated and self.replaced:
                names["digamma"] = digamma(tracer)
            by_name = program.keyword_only(name)
            params = [p.name for p in self.subject.params]
            named = {p: a for p, a in zip(params, args, strict=False) if p in by_name}
            placed = [a for i, a in enumerate(args) if i >= len(params) or params[i] not in by_name]
            run.result = names[name](*placed, **named)
        except Exception as error:
            run.error = error
        run.decisions, run.tests, run.spent = tuple(tracer.decisions), tuple(tracer.tests), tracer.spent
        run.is_raised, run.is_undefined = tracer.is_raised, tracer.is_undefined
        run.steered, run.trips = tracer.steered, tracer.most
        run.deepest, run.extent = tracer.deepest, tracer.extent
        self.work.left = max(0, self.work.left - tracer.spent)
        return run

    def run_original(
        self,
        config: Configuration,
        values: Sequence[Any],
        tracer: Tracer,
        replay: Sequence[int] = (),
        symbolic: bool = False,
    ) -> Run:
        run = self.attempt(config, values, tracer, replay, symbolic, self.limit)
        if isinstance(run.error, OutOfWork) and self.chances:
            self.chances -= 1
            run = self.attempt(config, values, tracer, replay, symbolic, RUN_LIMIT)
        if run.error is None:
            self.chances = 0
            self.limit = min(RUN_LIMIT, max(self.limit, 20 * run.spent))
        return run

    def attempt(
        self,
        config: Configuration,
        values: Sequence[Any],
        tracer: Tracer,
        replay: Sequence[int],
        symbolic: bool,
        limit: int,
    ) -> Run:
        tracer.start(replay, symbolic)
        args = fill(config.templates, values, tracer)
        return self.run(self.original, self.subject.entry, tracer, args, limit)

    def run_generated(
        self,
        config: Configuration,
        values: Sequence[Any],
        tracer: Tracer,
        original: Run,
        replay: Sequence[int] = (),
        symbolic: bool = False,
    ) -> Run:
        tracer.start(replay, symbolic)
        templates = list(config.templates)
        names = [param.name for param in self.subject.params]
        if self.subject.derivative == "vjp":
            templates.append(cotangent_template(original.result, [len(config.names)]))
            names.append(f"d{self.subject.entry}")
        args = fill(templates, values, tracer)
        limit = min(2 * RUN_LIMIT, LONGER * original.spent + ALLOWED)
        tracer.depth = min(MAX_CALLS, DEEPER * original.deepest + LEVELS)
        is_scarce = self.work.left <= limit or limit == 2 * RUN_LIMIT
        run = self.run(self.generated, self.subject.generated_name, tracer, args, limit)
        is_doubtful = (run.spent > tracer.limit and is_scarce) or run.deepest == MAX_CALLS
        run.is_endless = isinstance(run.error, (OutOfWork, RecursionError)) and not is_doubtful
        changed = [n for n, t, a in zip(names, templates, args, strict=True) if not is_unchanged(t, a, values)]
        run.changed = changed[0] if changed else ""
        return run

    def start(self, config: Configuration, floats: Sequence[float], seed: int = 1) -> Point:
        """Run both texts at a point."""
        values = [self.low.mp.mpf(v) for v in floats]
        original = self.run_original(config, values, self.low, symbolic=True)
        point = Point(values, original)
        if original.error is not None:
            point.reason = reason(self.subject.entry, original.error)
            if original.must_fail and self.subject.derivative != "vjp":
                point.generated = self.run_generated(config, values, self.low, original)
                self.judge_failure(config, point, original.error)
            return point
        if self.subject.derivative == "vjp":
            leaves = [len(config.names)]
            cotangent_template(original.result, leaves)
            random = Random(seed)
            missing = leaves[0] - len(values)
            point.values = values + [self.low.mp.mpf(random.between(-2, 2)) for _ in range(missing)]
        point.value = self.scalar(config, original.result, point.values, self.low)
        if point.value is None:
            point.reason = f"{self.subject.entry} does not return a number"
        elif not self.low.mp.isfinite(point.value.value):
            point.reason = f"{self.subject.entry} is not finite"
            point.value = None
        else:
            point.generated = self.run_generated(config, point.values, self.low, original, symbolic=True)
        return point

    def judge_failure(self, config: Configuration, point: Point, error: Exception) -> None:
        """Decide whether the generated function fails where the original does."""
        run = point.generated
        name = self.subject.generated_name
        if isinstance(run.error, Stop) and not run.is_endless:
            return
        is_own = point.original.is_raised
        same = NameError if isinstance(error, NameError) else type(error)
        wanted = (same,) if is_own else (LookupError, ValueError, ArithmeticError, same)
        if isinstance(run.error, wanted) and (run.is_raised or not is_own):
            point.status = "raises"
            return
        instead = "returns" if run.error is None else f"raises {describe(run.error)}"
        where = self.where(config, point)
        point.status = "different"
        point.reason = f"{self.subject.entry} raises {describe(error)} {where}, {name} {instead}"

    def scalar(self, config: Configuration, output: Any, values: Sequence[Any], tracer: Tracer) -> Num | None:
        """Return the number that is differentiated: the output, or its product with the cotangent."""
        if self.subject.derivative != "vjp":
            return tracer.lift(output)
        total = tracer.exact(0)
        template = cotangent_template(output, [len(config.names)])
        for leaf, number in matched(template, output):
            total = total + tracer.variable(leaf, values[leaf]) * tracer.need(number)
        return total

    def finish(self, config: Configuration, point: Point) -> None:
        """Compare the two runs of the point."""
        try:
            self.judge(config, point)
        except Different as difference:
            point.status, point.reason = "different", str(difference)
        except Inconclusive as reason:
            point.reason = str(reason)

    def judge(self, config: Configuration, point: Point) -> None:
        error = point.generated.error
        if error is not None:
            self.judge_error(config, point, error)
            return
        if point.generated.changed:
            raise Different(
                f"{self.subject.generated_name} leaves {point.generated.changed} changed {self.where(config, point)}"
            )
        self.read(config, point)
        claimed = [number for _, number in point.components]
        if not all(self.low.mp.isfinite(number.value) for number in claimed):
            if self.is_smooth(config, point) and self.fails_finely(config, point):
                raise Different(f"{self.subject.generated_name} is not finite {self.where(config, point)}")
            point.reason = "the derivative is not finite"
            return
        rounded = self.value_is_rounded(config, point)
        for direction in self.directions(point):
            rounded = self.slope_is_rounded(config, point, direction) or rounded
        point.status = "rounded" if rounded else "equal"

    def judge_error(self, config: Configuration, point: Point, error: Exception) -> None:
        """Decide whether the generated function may raise here."""
        name = self.subject.generated_name
        if isinstance(error, ValueError) and str(error).endswith(REFUSALS):
            point.reason = f"{name} refuses it: {error}"
            return
        if point.generated.is_endless:
            raise Different(f"{name} does not come to an end {self.where(config, point)}")
        if isinstance(error, OutOfRange) and point.original.extent < TAME:
            raise Different(f"{name} overflows {self.where(config, point)}")
        missing = getattr(error, "name", None) if isinstance(error, NameError) else None
        if isinstance(error, (Stop, OutOfRange, RecursionError)) or (missing and hasattr(builtins, missing)):
            point.reason = reason(name, error)
        elif isinstance(error, (ArithmeticError, ValueError)) and not (
            self.is_smooth(config, point) and self.fails_finely(config, point)
        ):
            point.reason = "the derivative is not finite"
        else:
            raise Different(f"{name} raises {describe(error)} {self.where(config, point)}")

    def read(self, config: Configuration, point: Point) -> None:
        """Take the returned gradients apart."""
        result, name = point.generated.result, self.subject.generated_name
        if self.subject.derivative == "value_and_grad":
            if not isinstance(result, tuple) or len(result) != 2:
                raise Different(f"{name} does not return (value, gradients)")
            point.claimed_value = self.low.lift(result[0])
            result = result[1]
            if point.claimed_value is None:
                raise Different(f"{name} does not return a number as the value")
        wrt = self.subject.wrt
        gradients = [result] if len(wrt) == 1 else result
        if len(wrt) != 1 and (not isinstance(result, tuple) or len(result) != len(wrt)):
            raise Different(f"{name} does not return a tuple of {len(wrt)} gradients")
        templates = {p.name: t for p, t in zip(self.subject.params, config.templates, strict=True)}
        for param, gradient in zip(wrt, gradients, strict=True):
            try:
                leaves = matched(templates[param], gradient)
                point.components += [(leaf, self.low.need(number)) for leaf, number in leaves]
            except TypeError as error:
                raise Different(f"d{param} is not of {param}'s shape: {error}") from None

    def directions(self, point: Point) -> list[dict[int, Any]]:
        """Return the directions to differentiate in: each component, or random mixtures of many."""
        leaves = [leaf for leaf, _ in point.components]
        if len(leaves) <= MANY:
            return [{leaf: 1} for leaf in leaves]
        random = Random(len(leaves))
        mixtures = [{leaf: 1 + random.below(1000) for leaf in leaves} for _ in range(2)]
        return [*mixtures, *({leaves[random.below(len(leaves))]: 1} for _ in range(2))]

    def value_is_rounded(self, config: Configuration, point: Point) -> bool:
        """Compare the values; raise Different, or say whether they agree as floats only."""
        if point.claimed_value is None or point.value is None:
            return False
        claimed, value = point.claimed_value.value, point.value.value
        verdict = self.agree(claimed, value, noise=self.low.mp.mpf(2) ** -400 * (1 + abs(value)))
        if verdict == "different":
            raise Different(f"the value {self.where(config, point)} is {show(claimed)}, should be {show(value)}")
        return verdict == "rounded"

    def slope_is_rounded(self, config: Configuration, point: Point, direction: dict[int, Any]) -> bool:
        """Compare the slopes in a direction; raise Different, or say whether they agree as floats only."""
        claimed = sum(
            (c.value * direction[leaf] for leaf, c in point.components if leaf in direction), self.low.mp.mpf(0)
        )
        slope = self.slope(config, point, direction, self.low, LOW[1])
        if slope is None:
            raise Inconclusive(f"{self.subject.entry} has a border of its domain at the point")
        verdict = self.agree(claimed, slope)
        if verdict == "different":
            verdict = self.agree_finer(config, point, direction, claimed - slope)
        if verdict == "different":
            self.blame(config, point, direction, claimed, slope)
        return verdict == "rounded"

    def agree(self, a: Any, b: Any, noise: Any = 0) -> str:
        """Return "equal", "rounded" or "different"."""
        difference, size = abs(a - b), max(abs(a), abs(b))
        if difference <= size * self.low.mp.mpf(10) ** -DIGITS or difference <= noise:
            return "equal"
        if self.folded and difference <= size * self.low.mp.mpf(10) ** -ROUNDED_DIGITS:
            return "rounded"
        return "different"

    def agree_finer(self, config: Configuration, point: Point, direction: dict[int, Any], before: Any) -> str:
        """Compare with more digits: a disagreement that shrinks was rounding."""
        values = [self.high.mp.make_mpf(v._mpf_) for v in point.values]
        run = self.run_original(config, values, self.high, point.original.outcomes)
        generated = self.run_generated(config, values, self.high, run, point.generated.outcomes)
        slope = self.slope(config, point, direction, self.high, HIGH[1])
        if run.error or generated.error or slope is None:
            raise Inconclusive("more digits cannot be had")
        finer = Point(values, run, generated)
        self.read(config, finer)
        claimed = sum(c.value * direction[leaf] for leaf, c in finer.components if leaf in direction)
        after, size = abs(claimed - slope), max(abs(claimed), abs(slope))
        if after and size < self.high.mp.mpf(10) ** FLAT * (1 + abs(point.value.value if point.value else 0)):
            raise Inconclusive(f"{self.subject.entry} is constant there for all digits")
        noise = abs(self.high.mp.make_mpf(before._mpf_)) * self.high.mp.mpf(10) ** -DIGITS
        verdict = self.agree(claimed, slope, noise)
        if verdict == "different":
            self.require_evidence(config, point, direction, claimed, slope)
        return verdict

    def require_evidence(
        self, config: Configuration, point: Point, direction: dict[int, Any], claimed: Any, slope: Any
    ) -> None:
        """Raise Inconclusive where the step, or constants rounded by the compiler, may explain the disagreement."""
        difference = abs(claimed - slope)
        if self.folded and difference < DOUBT * abs(slope):
            raise Inconclusive("constants are rounded")
        if abs(slope) > STEEP * (1 + abs(point.value.value if point.value else 0)):
            raise Inconclusive(f"{self.subject.entry} is too steep there")
        coarser = self.slope(config, point, direction, self.high, HIGH[1] - 30)
        if coarser is None or difference <= 10 * abs(coarser - slope):
            raise Inconclusive(f"{self.subject.entry} is too steep there")

    def slope(self, config: Configuration, point: Point, direction: dict[int, Any], tracer: Tracer, bits: int) -> Any:
        """Return the central difference of the original on this path, None where it cannot be had."""
        step = tracer.mp.ldexp(tracer.mp.mpf(1), -bits)
        ends = []
        for side in (step, -step):
            values = [tracer.mp.make_mpf(v._mpf_) for v in point.values]
            for leaf, weight in direction.items():
                values[leaf] = values[leaf] + side * weight
            run = self.run_original(config, values, tracer, point.original.outcomes)
            if run.error is not None:
                return None
            number = self.scalar(config, run.result, values, tracer)
            if number is None or run.outcomes != point.original.outcomes:
                return None
            ends.append(number.value)
        return (ends[0] - ends[1]) / (2 * step)

    def is_smooth(self, config: Configuration, point: Point) -> bool:
        """Return whether the original has a finite derivative here: differences do not depend on the step."""
        if tied_kinks(point.original):
            return False
        pairs = zip(self.subject.params, config.templates, strict=True)
        wrt = [template for param, template in pairs if param.name in self.subject.wrt]
        leaves = [leaf for template in wrt for leaf in leaves_of(template)][:MANY]
        for leaf in leaves:
            coarse, fine = (self.slope(config, point, {leaf: 1}, self.high, bits) for bits in (HIGH[1] // 2, HIGH[1]))
            if coarse is None or fine is None:
                return False
            if abs(coarse - fine) > abs(fine) * self.high.mp.mpf(10) ** -15 + self.high.mp.mpf(10) ** -60:
                return False
        return True

    def fails_finely(self, config: Configuration, point: Point) -> bool:
        """Return whether the generated function fails here with any number of digits, and the original does not."""
        tracer = Tracer(EXTREME)
        values = [tracer.mp.make_mpf(v._mpf_) for v in point.values]
        run = self.run_original(config, values, tracer)
        if run.error is not None:
            return False
        generated = self.run_generated(config, values, tracer, run)
        if generated.error is not None:
            return True
        finer = Point(values, run, generated)
        self.read(config, finer)
        return not all(tracer.mp.isfinite(number.value) for _, number in finer.components)

    def blame(self, config: Configuration, point: Point, direction: dict[int, Any], claimed: Any, slope: Any) -> None:
        """Raise Different, naming one component."""
        leaf = next(iter(direction))
        if len(direction) > 1:
            for single in direction:
                self.slope_is_rounded(config, point, {single: 1})
        name = "a sum of components" if len(direction) > 1 else f"d{config.names[leaf]}"
        raise Different(f"{name} {self.where(config, point)} is {show(claimed)}, should be {show(slope)}")

    def where(self, config: Configuration, point: Point) -> str:
        """Return the point and its path in words."""
        inputs = [f"{n} = {show(v)}" for n, v in zip(config.names, point.values, strict=False)]
        inputs += [f"{n} = {v}" for n, v in config.integers.items()]
        inputs += [f"{n} = {v}" for n, v in config.lengths.items() if not config.names or not v]
        lines = {b.number: b.line for b in self.original.branches}
        path = [f"line {lines[number]} {outcome}" for number, outcome in point.original.tests[:12]]
        taken = f" (path: {', '.join(path)})" if path else ""
        return f"at {', '.join(inputs[:12])}{', ...' if len(inputs) > 12 else ''}{taken}"


def digamma(tracer: Tracer) -> Any:
    """Return the exact digamma function, for the series that stands in the generated text."""
    return elementary(tracer, "digamma")


def long_floats(program: Program) -> set[float]:
    """Return the floats of the text that need more than 24 bits: those that somebody rounded."""
    finite = {value for value in program.floats if value - value == 0}
    return {value for value in finite if abs(value.as_integer_ratio()[0]) >> 24}


def cotangent_template(output: Any, count: list[int]) -> Any:
    """Return leaves nested like the output, numbered on from the count, which is moved on."""
    if isinstance(output, list):
        return [cotangent_template(item, count) for item in output]
    if isinstance(output, tuple):
        return tuple(cotangent_template(item, count) for item in output)
    count[0] += 1
    return Leaf(count[0] - 1)


def matched(template: Any, values: Any) -> list[tuple[int, Any]]:
    """Pair the leaves of the template with values nested alike, or raise TypeError."""
    if isinstance(template, (list, tuple)):
        if type(values) is not type(template):
            raise TypeError(f"a {type(values).__name__} for a {type(template).__name__}")
        if len(values) != len(template):
            raise TypeError(f"{len(values)} items for {len(template)}")
        return [pair for t, v in zip(template, values, strict=True) for pair in matched(t, v)]
    return [(template.index, values)] if isinstance(template, Leaf) else []


def is_unchanged(template: Any, argument: Any, values: Sequence[Any]) -> bool:
    """Return whether an argument is still what the template was filled to."""
    if isinstance(template, Leaf):
        return isinstance(argument, Num) and bool(argument.value == values[template.index])
    if isinstance(template, (list, tuple)):
        if type(argument) is not type(template) or len(argument) != len(template):
            return False
        return all(is_unchanged(t, a, values) for t, a in zip(template, argument, strict=True))
    return bool(argument == template)


def tied_kinks(run: Run) -> set[str]:
    """Return the kinds of kinks on which the point lies exactly."""
    return {decision.kind for decision in run.decisions if decision.kind in KINKS and decision.gap == 0}


def leaves_of(template: Any) -> list[int]:
    """Return the numbers of the leaves."""
    if isinstance(template, (list, tuple)):
        return [leaf for item in template for leaf in leaves_of(item)]
    return [template.index] if isinstance(template, Leaf) else []


def reason(name: str, error: Exception) -> str:
    """Return why a function did not run, in words that do not depend on the version of Python."""
    if isinstance(error, Stop):
        return f"{name} was given up, as {error}"
    return f"{name} raises {'OverflowError' if isinstance(error, OutOfRange) else type(error).__name__}"


def describe(error: Exception) -> str:
    """Return an error in words, Python's own among them."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def show(value: Any) -> str:
    """Return a number with the digits of a float."""
    number = float(value)
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)
