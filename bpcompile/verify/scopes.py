"""At which sizes, integers and numbers of steps the points lie, and what is proved at each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bpcompile.verify.compare import Pair, Point
from bpcompile.verify.explore import Findings
from bpcompile.verify.points import Configuration
from bpcompile.verify.subject import VALUE, Subject

STEPS = "trips of while"  # no parameter is called so


@dataclass
class Scope:
    """One combination: a length for each open list, a value for each integer, and how often `while` loops went on."""

    values: dict[str, int]
    points: int = 0
    paths: int = 0
    unproved: set[str] = field(default_factory=set)


class Scopes:
    """Every combination at which points agreed."""

    def __init__(self, pair: Pair, findings: Findings) -> None:
        always = {b.number for b in pair.original.branches if b.is_loop and not b.outcomes}
        self.loops = {b.number for b in pair.original.branches if b.is_loop} & (always | findings.steered.keys())
        self.known: dict[tuple[int, ...], Scope] = {}
        for config, point in findings.agreed:
            self.of(config, point).points += 1
        for config, point in findings.paths.values():
            self.of(config, point).paths += 1

    @property
    def all(self) -> list[Scope]:
        return list(self.known.values())

    def of(self, config: Configuration, point: Point) -> Scope:
        """Return the combination that a point belongs to."""
        values = {**config.lengths, **config.integers}
        if self.loops:
            values[STEPS] = point.original.steps(self.loops)
        key = tuple(values.values())
        return self.known.setdefault(key, Scope(values))


def names_of(subject: Subject) -> list[str]:
    """Return the names of what is compared."""
    return ([VALUE] if subject.derivative == "value_and_grad" else []) + [f"d{name}" for name in subject.wrt]


def deciding(proved: Sequence[Scope], others: Sequence[Scope]) -> str | None:
    """Return the one thing by whose values the two groups can be told apart, if there is one."""
    for name in (*([STEPS] if any(STEPS in s.values for s in proved) else []), *proved[0].values):
        if not {s.values.get(name) for s in proved} & {s.values.get(name) for s in others}:
            return name
    return None
