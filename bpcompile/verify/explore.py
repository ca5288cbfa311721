"""Which points are compared: samples of several scales, then a search for the branches that they missed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bpcompile.verify.compare import KINKS, Pair, Point, Run, tied_kinks
from bpcompile.verify.points import Configuration, Random, compared_constants, sample
from bpcompile.verify.traced import ORIGINAL, Decision

TARGET = 8  # points compared
ATTEMPTS = 36
PER_PATH = 3
MAX_PATHS = 64
SEARCH_RUNS = 160  # for one missing outcome
NEWTON_STEPS = 6
LADDER = tuple(sign * 10.0**power for power in (0, 1, -1, 2, -2, 3, 4, 6, -4) for sign in (1, -1))
SEARCHED = ("test", "equality", "pick", "abs", "sign")

Site = tuple[Any, ...]


@dataclass
class Findings:
    """What the points showed."""

    paths: dict[Any, tuple[Configuration, Point]] = field(default_factory=dict)
    points: int = 0
    rounded: bool = False
    outcomes: set[tuple[int, bool]] = field(default_factory=set)  # of the original's branches
    sides: dict[Site, set[int]] = field(default_factory=dict)  # of its kinks
    kinks: set[str] = field(default_factory=set)
    ties: set[str] = field(default_factory=set)  # kinds of kinks at which the policy was seen to hold
    trips: set[int] = field(default_factory=set)
    pieces: bool = False  # a rounded number is constant on each
    truncated: bool = False  # some points gave no expression or the paths were too many
    configurations: list[Configuration] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    difference: str = ""


@dataclass
class Witness:
    """A run that came to a decision, and how near it was to the other outcome."""

    values: Sequence[Any]
    occurrence: int
    decision: Decision


class Explorer:
    """Compares points of one configuration after the other."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.findings = Findings()
        self.constants = compared_constants(pair.original.tree, pair.generated.tree)
        self.loops = {b.number for b in pair.original.branches if b.is_loop}

    def explore(self, config: Configuration, is_first: bool) -> None:
        """Compare points of the configuration until a difference shows or enough is seen."""
        Exploration(self, config).run(is_first)

    def record(self, config: Configuration, point: Point) -> None:
        """Take in a point that was compared and agreed."""
        findings = self.findings
        findings.points += 1
        findings.rounded = findings.rounded or point.status == "rounded"
        if config not in findings.configurations:
            findings.configurations.append(config)
        if self.loops:
            findings.trips.add(sum(outcome for number, outcome in point.original.tests if number in self.loops))
        tied = tied_kinks(point.original)
        findings.ties |= tied
        findings.outcomes |= set(point.original.tests)
        for decision in dependent(point.original):
            findings.pieces = findings.pieces or decision.kind == "integer"
            if decision.kind in KINKS:
                findings.kinks.add(decision.kind)
                findings.sides.setdefault(decision.site, set()).add(decision.outcome)
        if not tied:
            self.record_path(config, point)

    def record_path(self, config: Configuration, point: Point) -> None:
        key = (id(config), path_key(point))
        if key not in self.findings.paths and len(self.findings.paths) >= MAX_PATHS:
            self.findings.truncated = True
            return
        self.findings.paths.setdefault(key, (config, point))


class Exploration:
    """The points of one configuration."""

    def __init__(self, explorer: Explorer, config: Configuration) -> None:
        self.explorer = explorer
        self.pair = explorer.pair
        self.findings = explorer.findings
        self.config = config
        self.seen: dict[Any, int] = {}  # points compared, by path
        self.compared = 0
        self.witnesses: dict[Site, dict[int, Witness]] = {}
        self.before = self.pair.work.left
        self.reserve = self.before // 4

    def run(self, is_first: bool) -> None:
        self.samples(ATTEMPTS if is_first else ATTEMPTS // 3, TARGET if is_first else PER_PATH)
        for _ in range(3):
            before = len(self.seen), len(self.findings.ties)
            self.search()
            if self.findings.difference or (len(self.seen), len(self.findings.ties)) == before:
                break

    def samples(self, attempts: int, target: int) -> None:
        random = Random(len(self.config.names) + 1)
        count = len(self.config.names)
        for number in range(attempts):
            if self.compared == 1:
                target = self.affordable(target)
            floats = sample(count, number, random, self.explorer.constants)
            if self.findings.difference or (self.compared and not self.may_go_on()):
                return
            if self.compared >= target and not self.witnesses:
                return
            self.visit(floats, self.compared < target)
            if not count and self.compared:
                return

    def affordable(self, target: int) -> int:
        """Return how many points to compare, given what the first one took."""
        taken = max(1, self.before - self.pair.work.left)
        return min(target, max(2, self.before // (8 * taken)))

    def may_go_on(self) -> bool:
        """Return whether the budget has a share left for this configuration."""
        return self.pair.work.left > self.reserve

    def visit(self, floats: Sequence[Any], eager: bool = True) -> None:
        """Run both texts at the point, and compare them unless the path is known well."""
        point = self.pair.start(self.config, floats, len(self.seen) + 1)
        if point.value is None:
            self.findings.reasons.append(point.reason)
            return
        self.observe(point)
        key = path_key(point)
        if not eager and self.seen.get(key, 0) >= PER_PATH:
            return
        self.pair.finish(self.config, point)
        if point.status == "different":
            self.findings.difference = point.reason
        elif point.status == "skipped":
            self.findings.reasons.append(point.reason)
        else:
            self.compared += 1
            self.seen[key] = self.seen.get(key, 0) + 1
            self.explorer.record(self.config, point)

    def observe(self, point: Point) -> None:
        """Remember where decisions were taken, and the runs nearest to deciding otherwise."""
        for run in (point.original, point.generated):
            counts: dict[Site, int] = {}
            for decision in dependent(run):
                occurrence = counts.get(decision.site, 0)
                counts[decision.site] = occurrence + 1
                if decision.kind in SEARCHED and self.pair.low.mp.isfinite(decision.gap):
                    witness = Witness(point.values, occurrence, decision)
                    known = self.witnesses.setdefault(decision.site, {})
                    old = known.get(decision.outcome)
                    if old is None or abs(decision.gap) < abs(old.decision.gap):
                        known[decision.outcome] = witness

    def search(self) -> None:
        """Look for points on the other side of each decision, and at each kink."""
        for site in list(self.witnesses):
            known = self.witnesses[site]
            witness = min(known.values(), key=lambda w: abs(w.decision.gap))
            if not known.keys() & {0, -1} or not known.keys() & {1}:
                self.reach(site, witness, crossing=True)
            kind = witness.decision.kind
            if kind in KINKS and site[0] == ORIGINAL and kind not in self.findings.ties:
                self.reach(site, witness, crossing=False)
            if self.findings.difference or not self.may_go_on():
                return

    def reach(self, site: Site, witness: Witness, crossing: bool) -> None:
        """Visit the first point found where the decision differs, or where it is a tie."""
        for runs, values in enumerate(self.candidates(site, witness, crossing)):
            decision = self.decision_at(site, witness.occurrence, values)
            if decision is not None and hits(decision, witness.decision, crossing):
                tries = self.compared
                self.visit(values[: len(self.config.names)])
                if self.compared > tries or self.findings.difference:
                    return
            if runs >= SEARCH_RUNS or not self.may_go_on():
                return

    def candidates(self, site: Site, witness: Witness, crossing: bool) -> Iterator[list[Any]]:
        """Yield points that may do, one coordinate changed."""
        for coordinate in range(min(len(self.config.names), 12)):
            for target in targets(witness.decision, crossing):
                yield from self.newton(site, witness, coordinate, target)
        if crossing:
            for coordinate in range(min(len(self.config.names), 12)):
                for value in LADDER:
                    yield replaced(witness.values, coordinate, self.pair.low.mp.mpf(value) * 1.25)

    def newton(self, site: Site, witness: Witness, coordinate: int, target: Any) -> Iterator[list[Any]]:
        """Yield the steps of the secant method towards a gap."""
        x0, y0 = witness.values[coordinate], witness.decision.gap - target
        x1 = x0 + self.pair.low.mp.ldexp(1, -20)
        for _ in range(NEWTON_STEPS):
            values = replaced(witness.values, coordinate, x1)
            decision = self.decision_at(site, witness.occurrence, values)
            if decision is None or decision.gap is None or not self.pair.low.mp.isfinite(decision.gap):
                return
            yield values
            y1 = decision.gap - target
            if y1 == y0 or y1 == 0:
                return
            x0, x1, y0 = x1, x1 - y1 * (x1 - x0) / (y1 - y0), y1

    def decision_at(self, site: Site, occurrence: int, values: Sequence[Any]) -> Decision | None:
        """Return what is decided there at the point."""
        low = self.pair.low
        run = self.pair.run_original(self.config, values, low)
        if site[0] != ORIGINAL:
            if run.error is not None:
                return None
            run = self.pair.run_generated(self.config, values, low, run.result)
        found = [decision for decision in run.decisions if decision.site == site]
        return found[occurrence] if occurrence < len(found) else None


def replaced(values: Sequence[Any], coordinate: int, value: Any) -> list[Any]:
    """Return the values with one of them changed."""
    return [value if i == coordinate else old for i, old in enumerate(values)]


def targets(decision: Decision, crossing: bool) -> list[Any]:
    """Return the gaps to aim at."""
    if not crossing or decision.kind == "equality":
        return [decision.gap * 0]
    sign = -1 if decision.gap > 0 else 1
    level = [sign * abs(decision.level) / 2] if decision.level else []
    return [*level, -decision.gap, decision.gap * 0 + sign]


def hits(decision: Decision, before: Decision, crossing: bool) -> bool:
    """Return whether the decision is what was looked for."""
    return decision.outcome != before.outcome if crossing else bool(decision.gap == 0)


def dependent(run: Run) -> list[Decision]:
    """Return the decisions that depend on the inputs."""
    return [decision for decision in run.decisions if decision.gap is not None]


def path_key(point: Point) -> tuple[Any, ...]:
    """Return what tells the paths of the two runs apart."""
    return point.original.path, point.generated.path
