"""Where the texts are run: shapes and integers first, then numbers for every float."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bpcompile.ir import kinds
from bpcompile.ir.kinds import Kind
from bpcompile.nodes import walk
from bpcompile.verify.subject import ParamSpec
from bpcompile.verify.traced import Tracer
from bpcompile.verify.work import Unsupported

INTEGERS = (2, 3, 1, 0)
LOOPED = (2, 3, 1, 0, -1)  # where there are loops or variable indices
BOOLEANS = (True, False)
MAX_CONFIGURATIONS = 20
MAX_LOOPED = 48
MAX_FREE = 4  # lists whose lengths are varied independently

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
    lengths: dict[str, int] = field(default_factory=dict)  # of the lists that may have any length, by len(...)
    integers: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Slot:
    """The lists at one depth of one parameter: as they are rows of one matrix, they are equally long."""

    param: str
    depth: int
    least: int
    is_open: bool


@dataclass(frozen=True)
class Size:
    """The lengths of all lists together."""

    lengths: dict[Slot, int]
    is_ragged: bool = False  # every second row is longer
    rank: int = 1  # how far from what is usual


@dataclass(frozen=True)
class Choice:
    """One alternative for each of the things that vary together."""

    size: Size
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


def configurations(params: Sequence[ParamSpec], has_loops: bool) -> list[Configuration]:
    """Return the shapes and integers to try, the usual ones first."""
    slots = slots_of(params, has_loops)
    return [Shaper(params, slots, choice).configuration() for choice in choices(params, slots, has_loops)]


def longer(params: Sequence[ParamSpec], is_recursive: bool) -> Iterator[Configuration]:
    """Yield configurations for programs whose loops need longer lists or larger integers to run."""
    slots = slots_of(params, has_loops=True)
    has_lists = any(slot.is_open for slot in slots)
    has_integers = any(count(p.kind, kinds.INT) for p in params)
    for extra, is_last in ((3, False), (4, False), (5, False), (5, True)):
        is_higher = is_last if has_lists and not is_recursive else not is_last
        if has_lists or (is_higher and has_integers):
            integers = (extra + (not has_lists), *LOOPED) if is_higher else LOOPED
            yield Shaper(params, slots, Choice(alike(slots, extra), integers, BOOLEANS)).configuration()


def choices(params: Sequence[ParamSpec], slots: Sequence[Slot], has_loops: bool) -> list[Choice]:
    """Return combinations of alternatives, those nearest to the first one first."""
    integers = min(4, sum(count(p.kind, kinds.INT) for p in params))
    booleans = min(4, sum(count(p.kind, kinds.BOOL) for p in params))
    all_sizes = sizes(slots, has_loops)
    axes: list[Sequence[Any]] = [all_sizes]
    axes += [LOOPED if has_loops else INTEGERS] * integers + [BOOLEANS] * booleans
    picks = itertools.islice(itertools.product(*(range(len(axis)) for axis in axes)), 5000)

    def distance(pick: tuple[int, ...]) -> tuple[Any, ...]:
        return all_sizes[pick[0]].rank + sum(p > 0 for p in pick[1:]), pick

    result = []
    for pick in sorted(picks, key=distance)[: MAX_LOOPED if has_loops else MAX_CONFIGURATIONS]:
        size, *values = [axis[i] for axis, i in zip(axes, pick, strict=True)]
        result.append(Choice(size, tuple(values[:integers]), tuple(values[integers:])))
    return result


def slots_of(params: Sequence[ParamSpec], has_loops: bool) -> list[Slot]:
    """Return the lists whose lengths vary."""
    found = []
    for param in params:
        levels: dict[int, list[kinds.Sequence]] = {}
        for depth, kind in sequences(param.kind):
            levels.setdefault(depth, []).append(kind)
        for depth, lists in sorted(levels.items()):
            free = [kind for kind in lists if kind.length is None]
            if free:
                least = max(kind.least for kind in free)
                is_open = any(kind.is_open for kind in free) or (has_loops and not least)
                found.append(Slot(param.name, depth, least, is_open))
    return found


def sizes(slots: Sequence[Slot], has_loops: bool) -> list[Size]:
    """Return the sizes to try: lists that are equally long first."""
    if not any(slot.is_open for slot in slots):
        return [Size(alike(slots, extra).lengths, rank=extra) for extra in ((0, 1) if slots else (0,))]
    result = [alike(slots, extra) for extra in ((1, 2, 0) if has_loops else (0, 1, 2))]
    result[0] = Size(result[0].lengths, rank=0)
    if all(slot.least == 0 for slot in slots if slot.is_open):
        result.append(Size({slot: 0 if slot.is_open else max(1, slot.least) for slot in slots}))
    return result + unlike(slots)


def alike(slots: Sequence[Slot], extra: int) -> Size:
    """Return the size at which lists have as many items, beyond what they need."""
    least = max((slot.least for slot in slots if slot.is_open), default=1)
    return Size({s: max(1, least if s.is_open else s.least) + (extra if s.is_open else min(extra, 1)) for s in slots})


def unlike(slots: Sequence[Slot]) -> list[Size]:
    """Return sizes at which some lists are longer than others."""
    free = [slot for slot in slots if slot.is_open][:MAX_FREE]
    usual = alike(slots, 0).lengths
    result = []
    for steps in ((1, 2), (0, 1)) if len(free) > 1 else ():
        for extras in itertools.product(steps, repeat=len(free)):
            if len(set(extras)) > 1:
                changed = {slot: usual[slot] + extra for slot, extra in zip(free, extras, strict=True)}
                result.append(Size({**usual, **changed}, rank=2))
    if any(slot.depth for slot in free):
        result.append(Size(alike(slots, 1).lengths, is_ragged=True, rank=2))
    return result


def sequences(kind: Kind, depth: int = 0) -> Iterator[tuple[int, kinds.Sequence]]:
    """Yield the list and the lists in it, with their depths."""
    if isinstance(kind, kinds.Sequence):
        yield depth, kind
        for item in (kind.item, *kind.at.values()):
            yield from sequences(item, depth + 1)


def count(kind: Kind, scalar: Kind) -> int:
    """Return how often the scalar kind is written in the kind."""
    if isinstance(kind, kinds.Sequence):
        return sum(count(item, scalar) for item in (kind.item, *kind.at.values()))
    return int(kind == scalar)


class Shaper:
    """Builds one configuration."""

    def __init__(self, params: Sequence[ParamSpec], slots: Sequence[Slot], choice: Choice) -> None:
        self.params = params
        self.choice = choice
        self.slots = {(slot.param, slot.depth): slot for slot in slots}
        self.result = Configuration([])
        self.used = {"int": 0, "bool": 0}

    def configuration(self) -> Configuration:
        for param in self.params:
            self.param = param.name
            template = self.template(param.kind, param.name)
            self.result.templates.append(template)
            if param.kind == kinds.INT:
                self.result.integers[param.name] = template
        return self.result

    def template(self, kind: Kind, name: str, depth: int = 0, row: int = 0) -> Any:
        if isinstance(kind, kinds.Sequence):
            return self.items(kind, name, depth, row)
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

    def items(self, kind: kinds.Sequence, name: str, depth: int, row: int) -> Any:
        length = self.length(kind, name, depth, row)
        at = {index % length: item for index, item in kind.at.items() if -length <= index < length}
        items = [self.template(at.get(i, kind.item), f"{name}[{i}]", depth + 1, i) for i in range(length)]
        return tuple(items) if kind.is_tuple else items

    def length(self, kind: kinds.Sequence, name: str, depth: int, row: int) -> int:
        if kind.length is not None:
            return kind.length
        slot = self.slots[self.param, depth]
        length = self.choice.size.lengths[slot] + (row % 2 if self.choice.size.is_ragged and depth else 0)
        if slot.is_open:
            self.result.lengths.setdefault(f"len({self.param}{'[0]' * depth})", length)
        return length


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
        for node in walk(tree):
            if isinstance(node, ast.Compare):
                for constant in walk(node):
                    if isinstance(constant, ast.Constant) and type(constant.value) in (int, float):
                        value = float(min(max(constant.value, -1e9), 1e9))  # type: ignore[type-var, arg-type]
                        found[value] = None
                        found[-value] = None
    return list(found)[:40]


def has_loops(tree: ast.Module) -> bool:
    """Return whether a text has a loop, or indexes with what it computes."""
    for node in unannotated(tree):
        if isinstance(node, (ast.For, ast.While, ast.comprehension)):
            return True
        if isinstance(node, ast.Subscript) and any(isinstance(n, ast.Name) for n in walk(node.slice)):
            return True
    return False


def is_recursive(tree: ast.Module) -> bool:
    """Return whether a function calls itself, or another one that calls it."""
    calls: dict[str, set[str]] = {}
    for node in walk(tree):
        if isinstance(node, ast.FunctionDef):
            inner = [n.func for n in walk(node) if isinstance(n, ast.Call)]
            calls[node.name] = {function.id for function in inner if isinstance(function, ast.Name)}
    return any(is_reached(name, calls[name], calls) for name in calls)


def unannotated(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield every node that is not part of an annotation."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        for name, value in ast.iter_fields(node):
            if name not in ("annotation", "returns"):
                stack += [n for n in (value if isinstance(value, list) else [value]) if isinstance(n, ast.AST)]


def is_reached(name: str, found: set[str], calls: dict[str, set[str]]) -> bool:
    """Return whether a function comes back to itself from the names found."""
    seen: set[str] = set()
    while found - seen:
        seen |= found
        found = {inner for outer in found for inner in calls.get(outer, set())}
    return name in seen
