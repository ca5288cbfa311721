"""Where the texts are run: shapes and integers first, then numbers for every float."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bpcompile.ir import kinds
from bpcompile.ir.kinds import Kind
from bpcompile.verify.subject import ParamSpec
from bpcompile.verify.traced import Tracer
from bpcompile.verify.work import Unsupported

INTEGERS = (2, 3, 1, 0)
BOOLEANS = (True, False)
MAX_CONFIGURATIONS = 20

# the scales tried in turn: smallest size, largest size, the signs
RANGES = (
    (0.5, 2.0, "+"),
    (0.5, 2.0, "+-"),
    (0.05, 0.95, "+"),
    (1.0, 10.0, "+-"),
    (0.05, 0.95, "+-"),
    (0.5, 2.0, "-"),
    (1.0, 20.0, "+"),
    (0.5, 3.0, "+-"),
    (0.001, 0.01, "+-"),
    (10.0, 100.0, "+-"),
    (0.1, 3.0, "+-"),
    (100.0, 1000.0, "+-"),
)


@dataclass(frozen=True)
class Leaf:
    """A float among the arguments, by its number."""

    index: int


@dataclass
class Configuration:
    """The arguments but for their floats: nested lists and tuples of leaves, integers and booleans."""

    templates: list[Any]
    names: list[str] = field(default_factory=list)  # of the leaves
    lengths: dict[str, int] = field(default_factory=dict)  # of the lists that may have any length
    integers: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """One alternative for each of the things that vary together."""

    extra: int  # items beyond what the lists need
    empty: bool
    uneven: bool  # later lists longer than earlier ones
    integers: tuple[int, ...]
    booleans: tuple[bool, ...]


class Random:
    """A linear congruential generator: the same numbers everywhere."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def below(self, n: int) -> int:
        """Return an integer from 0 to n - 1."""
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n

    def between(self, low: float, high: float) -> float:
        """Return a float of that interval."""
        return low + (high - low) * (self.below(2**30) + 0.5) / 2**30


def configurations(params: Sequence[ParamSpec]) -> list[Configuration]:
    """Return the shapes and integers to try, the usual ones first."""
    return [Shaper(params, choice).configuration() for choice in choices(params)]


def choices(params: Sequence[ParamSpec]) -> list[Choice]:
    """Return combinations of alternatives, those nearest to the first one first."""
    integers = sum(count(p.kind, kinds.INT) for p in params)
    booleans = sum(count(p.kind, kinds.BOOL) for p in params)
    axes: list[Sequence[Any]] = [sizes(params)]
    axes += [INTEGERS] * min(integers, 4) + [BOOLEANS] * min(booleans, 4)
    picks = itertools.product(*(range(len(axis)) for axis in axes))
    nearest = sorted(itertools.islice(picks, 5000), key=lambda pick: (sum(p > 0 for p in pick), pick))
    result = []
    for pick in nearest[:MAX_CONFIGURATIONS]:
        values = [axis[i] for axis, i in zip(axes, pick, strict=True)]
        extra, empty, uneven = values[0]
        split = 1 + min(integers, 4)
        result.append(Choice(extra, empty, uneven, tuple(values[1:split]), tuple(values[split:])))
    return result


def sizes(params: Sequence[ParamSpec]) -> list[tuple[int, bool, bool]]:
    """Return the sizes to try: (items beyond what is needed, no items at all, uneven)."""
    lists = [kind for p in params for kind in sequences(p.kind)]
    free = [kind for kind in lists if kind.length is None]
    if not free:
        return [(0, False, False)]
    result = [(0, False, False), (1, False, False)]
    if any(kind.is_open for kind in free):
        result.append((2, False, False))
        if all(kind.least == 0 for kind in free if kind.is_open):
            result.append((0, True, False))
        if len(free) > 1:
            result.append((1, False, True))
    return result


def sequences(kind: Kind) -> Iterator[kinds.Sequence]:
    """Yield the list and the lists in it."""
    if isinstance(kind, kinds.Sequence):
        yield kind
        for item in (kind.item, *kind.at.values()):
            yield from sequences(item)


def count(kind: Kind, scalar: Kind) -> int:
    """Return how often the scalar kind is written in the kind."""
    if isinstance(kind, kinds.Sequence):
        return sum(count(item, scalar) for item in (kind.item, *kind.at.values()))
    return int(kind == scalar)


class Shaper:
    """Builds one configuration."""

    def __init__(self, params: Sequence[ParamSpec], choice: Choice) -> None:
        self.params = params
        self.choice = choice
        lists = [kind for p in params for kind in sequences(p.kind)]
        self.least = max((kind.least for kind in lists if kind.is_open), default=1)
        self.result = Configuration([])
        self.used = {"int": 0, "bool": 0, "list": 0}

    def configuration(self) -> Configuration:
        for param in self.params:
            template = self.template(param.kind, param.name)
            self.result.templates.append(template)
            if isinstance(param.kind, kinds.Sequence) and param.kind.is_open and param.kind.length is None:
                self.result.lengths[param.name] = len(template)
            if param.kind == kinds.INT:
                self.result.integers[param.name] = template
        return self.result

    def template(self, kind: Kind, name: str) -> Any:
        if isinstance(kind, kinds.Sequence):
            return self.items(kind, name)
        if kind == kinds.INT:
            return self.alternative("int", self.choice.integers)
        if kind == kinds.BOOL:
            return self.alternative("bool", self.choice.booleans)
        if kind == kinds.STR:
            raise Unsupported(f"{name} is a string")
        self.result.names.append(name)
        return Leaf(len(self.result.names) - 1)

    def alternative(self, which: str, values: Sequence[int]) -> int:
        self.used[which] += 1
        return values[(self.used[which] - 1) % len(values)]

    def items(self, kind: kinds.Sequence, name: str) -> Any:
        length = self.length(kind)
        at = {index % length: item for index, item in kind.at.items() if -length <= index < length}
        items = [self.template(at.get(i, kind.item), f"{name}[{i}]") for i in range(length)]
        return tuple(items) if kind.is_tuple else items

    def length(self, kind: kinds.Sequence) -> int:
        if kind.length is not None:
            return kind.length
        if self.choice.empty and kind.is_open:
            return 0
        self.used["list"] += 1
        least = max(self.least if kind.is_open else kind.least, 1)
        uneven = self.used["list"] - 1 if self.choice.uneven else 0
        return least + self.choice.extra + uneven


def fill(template: Any, values: Sequence[Any], tracer: Tracer) -> Any:
    """Return the arguments, new lists every time."""
    if isinstance(template, Leaf):
        return tracer.variable(template.index, values[template.index])
    if isinstance(template, list):
        return [fill(item, values, tracer) for item in template]
    if isinstance(template, tuple):
        return tuple(fill(item, values, tracer) for item in template)
    return template


def sample(count: int, number: int, random: Random, constants: Sequence[float]) -> list[float]:
    """Return the numbered sample point."""
    low, high, signs = RANGES[number % len(RANGES)]
    point = [signed(random.between(low, high), signs, random) for _ in range(count)]
    if constants and count and number % 3 == 2:
        constant = constants[(number // 3) % len(constants)]
        offset = random.between(0.05, 0.9) * (1 if (number // 3 // len(constants)) % 2 else -1)
        point[random.below(count)] = constant + offset * max(1.0, abs(constant) / 8)
    return point


def signed(size: float, signs: str, random: Random) -> float:
    """Return the size with one of the signs."""
    return size if signs[random.below(len(signs))] == "+" else -size


def compared_constants(*trees: ast.Module) -> list[float]:
    """Return the constants that stand in comparisons, in the order of the texts."""
    found: dict[float, None] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare):
                for constant in ast.walk(node):
                    if isinstance(constant, ast.Constant) and type(constant.value) in (int, float):
                        value = float(min(max(constant.value, -1e9), 1e9))  # type: ignore[type-var, arg-type]
                        found[value] = None
                        found[-value] = None
    return list(found)[:40]
