"""Which points are compared: samples of several scales, then a search for the branches that they missed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bpcompile.ir.kinds import INT
from bpcompile.verify.compare import KINKS, Pair, Point, Run, tied_kinks
from bpcompile.verify.points import (
    Configuration,
    Random,
    compared_constants,
    configurations,
    has_loops,
    is_recursive,
    longer,
    sample,
)
from bpcompile.verify.traced import ORIGINAL, Decision
from bpcompile.verify.work import OutOfWork

TARGET = 8  # points compared
ATTEMPTS = 36
PER_PATH = 3
HOPELESS = 4  # runs that do not come to an end, before any that does: few are tried then, and twice as many at most
MAX_PATHS = 64
ENOUGH = 16  # configurations where there are loops
TWICE = 2  # trips that a loop should have made
DEEP = 5  # calls inside one another that a recursion should have come to
FEW = (1, 2, 3)  # trips of a `while` that are looked for
HALVINGS = 48
SEARCH_RUNS = 160  # for one missing outcome
NEWTON_STEPS = 6
MAX_TRIES = 3  # searches for one outcome or tie, at all sizes together
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
    trips: dict[int, int] = field(default_factory=dict)  # the most of each loop of the original
    deepest: int = 0  # its calls inside one another
    steered: dict[int, Site] = field(default_factory=dict)  # its branches whose conditions depend on the inputs
    agreed: list[tuple[Configuration, Point]] = field(default_factory=list)
    pieces: bool = False  # a rounded number is constant on each
    truncated: bool = False  # some points gave no expression or the paths were too many
    configurations: list[Configuration] = field(default_factory=list)
    has_loops: bool = False
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
        self.tries: dict[tuple[Site, bool], int] = {}  # searches, by decision
        self.endless = 0  # runs of the original, before any came to an end
        self.is_recursive = is_recursive(pair.original.tree)
        self.findings.has_loops = self.is_recursive or has_loops(pair.original.tree)
        self.least_left = pair.work.left // 4  # kept for the proofs

    def explore_all(self) -> None:
        """Compare points of every configuration until a difference shows or enough is seen."""
        params, findings = self.pair.subject.params, self.findings
        for number, config in enumerate(configurations(params, findings.has_loops)):
            self.explore(config, number == 0 or not findings.points)
            is_enough = findings.has_loops and len(findings.configurations) >= ENOUGH
            if findings.difference or is_enough or self.endless >= 2 * HOPELESS:
                break
        for config in longer(params, self.is_recursive):
            before = findings.deepest
            if findings.difference or not (self.is_short() or self.is_flat()):
                break
            self.explore(config, not findings.points)
            if not self.is_short() and findings.deepest == before and not any(p.kind == INT for p in params):
                break

    def is_short(self) -> bool:
        """Return whether a loop has hardly run yet."""
        findings, conditions = self.findings, self.pair.original.loops
        seen = [trips for number, trips in findings.trips.items() if conditions[number] not in findings.steered]
        return findings.has_loops and (not findings.points or any(trips < TWICE for trips in seen))

    def is_flat(self) -> bool:
        """Return whether a recursion has hardly gone down yet."""
        return self.is_recursive and self.findings.deepest < DEEP

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
        findings.agreed.append((config, point))
        for number, trips in point.original.trips.items():
            findings.trips[number] = max(trips, findings.trips.get(number, 0))
        findings.deepest = max(findings.deepest, point.original.deepest)
        findings.steered |= {n: site for n, site in point.original.steered.items() if n not in findings.steered}
        tied = tied_kinks(point.original)
        findings.ties |= tied
        findings.outcomes |= set(point.original.tests)
        for decision in dependent(point.original):
            findings.pieces = findings.pieces or decision.kind == "integer"
            if decision.kind in KINKS and decision.site[:2] not in self.pair.silent:
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
        self.endless = 0
        self.witnesses: dict[Site, dict[int, Witness]] = {}
        self.before = self.pair.work.left
        self.reserve = self.before // 4
        self.exits: dict[int, dict[int, Sequence[Any]]] = {}  # a point for each number of trips of a loop
        self.starts: dict[int, Witness] = {}  # the first decisions of loops
        if self.findings.has_loops:
            self.reserve = max(self.before // 2, explorer.least_left)

    def run(self, is_first: bool) -> None:
        self.samples(ATTEMPTS if is_first else ATTEMPTS // 3, TARGET if is_first else PER_PATH)
        if is_first and self.compared:
            self.reach_steps()
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
            point = self.visit(floats, self.compared < target)
            if not count and self.compared:
                return
            if point.original.must_fail and not dependent(point.original):
                return
            if isinstance(point.original.error, OutOfWork):
                self.endless += 1
                self.explorer.endless += not self.findings.points
                if not self.compared and max(self.endless, self.explorer.endless) >= HOPELESS:
                    return

    def affordable(self, target: int) -> int:
        """Return how many points to compare, given what the first one took."""
        taken = max(1, self.before - self.pair.work.left)
        return min(target, max(2, self.before // (8 * taken)))

    def may_go_on(self) -> bool:
        """Return whether the budget has a share left for this configuration."""
        return self.pair.work.left > self.reserve

    def visit(self, floats: Sequence[Any], eager: bool = True) -> Point:
        """Run both texts at the point, and compare them unless the path is known well."""
        point = self.pair.start(self.config, floats, len(self.seen) + 1)
        if point.status == "different":
            self.findings.difference = point.reason
        if point.status == "raises":
            self.findings.outcomes |= set(point.original.tests)
        if point.value is None:
            self.findings.reasons.append(point.reason)
            return point
        self.observe(point)
        key = path_key(point)
        if not eager and self.seen.get(key, 0) >= PER_PATH:
            return point
        self.pair.finish(self.config, point)
        if point.status == "different":
            self.findings.difference = point.reason
        elif point.status == "skipped":
            self.findings.reasons.append(point.reason)
        else:
            self.compared += 1
            self.seen[key] = self.seen.get(key, 0) + 1
            self.explorer.record(self.config, point)
        return point

    def observe(self, point: Point) -> None:
        """Remember where decisions were taken, and the runs nearest to deciding otherwise."""
        self.observe_loops(point)
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

    def observe_loops(self, point: Point) -> None:
        """Remember how often each `while` loop went on, and how near it was to not even begin."""
        values = point.values[: len(self.config.names)]
        for number, site in point.original.steered.items():
            if number in self.explorer.loops:
                self.exits.setdefault(number, {}).setdefault(point.original.steps([number]), values)
                first = next(decision for decision in point.original.decisions if decision.site == site)
                old = self.starts.get(number)
                if first.gap is not None and (old is None or abs(first.gap) < abs(old.decision.gap)):
                    self.starts[number] = Witness(values, 0, first)

    def reach_steps(self) -> None:
        """Look for points at which a `while` loop is left after few trips."""
        for number, start in list(self.starts.items()):
            if 0 not in self.exits[number]:
                self.leave_at_once(number, start)
            for trips in FEW:
                if self.findings.difference or not self.may_go_on():
                    return
                if trips not in self.exits[number]:
                    self.leave_after(number, trips)

    def leave_at_once(self, number: int, start: Witness) -> None:
        """Visit a point at which the loop is not entered."""
        for coordinate in range(min(len(self.config.names), 12)):
            for target in targets(start.decision, crossing=True):
                for values in self.newton(start.decision.site, start, coordinate, target, 2 * NEWTON_STEPS):
                    if self.trips_at(number, values) == 0:
                        self.visit(values[: len(self.config.names)])
                        return
                if not self.may_go_on():
                    return

    def leave_after(self, number: int, trips: int) -> None:
        """Visit a point with that many trips between one with fewer and one with more."""
        known = self.exits[number]
        fewer, more = [n for n in known if n < trips], [n for n in known if n > trips]
        if not fewer or not more:
            return
        low, high = known[max(fewer)], known[min(more)]
        for _ in range(HALVINGS):
            middle = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
            found = self.trips_at(number, middle)
            if found is None or not self.may_go_on():
                return
            if found == trips:
                self.visit(middle[: len(self.config.names)])
                return
            low, high = (middle, high) if found < trips else (low, middle)

    def trips_at(self, number: int, values: Sequence[Any]) -> int | None:
        """Return how often the loop goes on at a point."""
        run = self.pair.run_original(self.config, values, self.pair.low)
        return run.steps([number]) if run.error is None else None

    def search(self) -> None:
        """Look for points on the other side of each decision, and at each kink."""
        for site in list(self.witnesses):
            known = self.witnesses[site]
            witness = min(known.values(), key=lambda w: abs(w.decision.gap))
            if not known.keys() & {0, -1} or not known.keys() & {1}:
                self.try_to_reach(site, witness, crossing=True)
            kind = witness.decision.kind
            if kind in KINKS and site[0] == ORIGINAL and kind not in self.findings.ties:
                self.try_to_reach(site, witness, crossing=False)
            if self.findings.difference or not self.may_go_on():
                return

    def try_to_reach(self, site: Site, witness: Witness, crossing: bool) -> None:
        """Search, but not again and again at every size where there are loops."""
        tries = self.explorer.tries
        tries[site, crossing] = tries.get((site, crossing), 0) + 1
        if tries[site, crossing] <= MAX_TRIES or not self.findings.has_loops:
            self.reach(site, witness, crossing)

    def reach(self, site: Site, witness: Witness, crossing: bool) -> None:
        """Visit the first point found where the decision differs, or where it is a tie."""
        for runs, values in enumerate(self.candidates(site, witness, crossing)):
            decision = self.decision_at(site, witness.occurrence, values)
            if decision is not None and hits(decision, witness.decision, crossing):
                tries = self.compared
                self.visit(values[: len(self.config.names)])
                if self.compared > tries or self.findings.difference:
                    return
            if runs >= (SEARCH_RUNS // 2 if self.findings.has_loops else SEARCH_RUNS) or not self.may_go_on():
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

    def newton(
        self, site: Site, witness: Witness, coordinate: int, target: Any, steps: int = NEWTON_STEPS
    ) -> Iterator[list[Any]]:
        """Yield the steps of the secant method towards a gap."""
        x0, y0 = witness.values[coordinate], witness.decision.gap - target
        x1 = x0 + self.pair.low.mp.ldexp(1, -20)
        for _ in range(steps):
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
            run = self.pair.run_generated(self.config, values, low, run)
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
