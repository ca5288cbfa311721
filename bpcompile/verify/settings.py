"""Where a module over arrays is checked: the lengths of the dimensions, the shapes that are not given, the integers."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bpcompile.ir.kinds import BOOL, INT, Array, Kind
from bpcompile.ir.kinds import Sequence as ListKind
from bpcompile.nodes import walk
from bpcompile.verify.subject import Subject

CUT = 2  # more items, where something is cut off: what is left must not be nothing
LENGTHS = (2, 3)  # of the first two dimensions that have a name; 2 of the others
TRIED = ((), (2, 3), (3,), (2, 2))  # shapes of an array that nothing is known of
LARGE, SMALL = (2, 3), (3,)  # and of several, each one in turn smaller than the others
MIXED_LENGTH = 3  # and of each along every axis, where nothing else fits
MAX_MIXED = 4  # arrays that are tried so
ITEMS = 4  # of a list


@dataclass(frozen=True)
class Guess:
    """What the annotations leave open: how long each dimension is, and which arrays hold places in another one."""

    lengths: Mapping[str, int]
    indices: frozenset[str] = frozenset()
    is_mixed: bool = False  # arrays that nothing is known of may have different ranks


@dataclass
class Setting:
    """The shapes of the arrays and the integers of one run."""

    shapes: dict[str, tuple[int, ...]]
    integers: dict[str, int]
    guess: Guess
    points: int = 0
    unproved: set[str] = field(default_factory=set)


def guesses(subject: Subject) -> Iterator[Guess]:
    """Yield the usual lengths; then arrays of several ranks, arrays of places, and lengths that depend on others."""
    names = list(dict.fromkeys(d for p in subject.params for d in dims_of(p.kind) or () if isinstance(d, str)))
    more = CUT if has_slices(subject.original) else 0
    usual = tuple(more + (LENGTHS[k] if k < len(LENGTHS) else 2) for k in range(len(names)))
    places = frozenset(p.name for p in subject.params if isinstance(p.kind, Array) and p.kind.dtype != "real")
    data = [p.name for p in subject.params if isinstance(p.kind, Array) and p.name not in {*subject.wrt, *places}]
    indices = [frozenset((name, *places)) for name in data] + [frozenset((*data, *places))] * (len(data) > 1)
    free = roles_of(subject)
    yield Guess(dict(zip(names, usual)), places)
    if 1 < len(free) <= MAX_MIXED:
        yield Guess(dict(zip(names, usual)), places, is_mixed=True)
    if names and has_lists(subject):
        yield Guess(dict.fromkeys(names, ITEMS), places)
    for lengths in dict.fromkeys((usual, *itertools.product(LENGTHS, repeat=len(names)))):
        for chosen in (places, *indices):
            if chosen != places or lengths != usual:
                yield Guess(dict(zip(names, lengths)), chosen)


def has_slices(text: str) -> bool:
    """Return whether a text cuts something off arrays."""
    bounds = [n for n in walk(ast.parse(text)) if isinstance(n, ast.Slice)]
    return any(end is not None for n in bounds for end in (n.lower, n.upper, n.step))


def counted_names(text: str) -> set[str]:
    """Return the names that a text counts up to: `range(n)` takes integers alone."""
    calls = [n for n in walk(ast.parse(text)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    return {a.id for n in calls if n.func.id == "range" for a in n.args if isinstance(a, ast.Name)}  # type: ignore[attr-defined]


def has_lists(subject: Subject) -> bool:
    """Return whether a list is an argument."""
    return any(isinstance(p.kind, ListKind) for p in subject.params)


def settings(subject: Subject, guess: Guess) -> Iterator[Setting]:
    """Yield shapes and integers to try."""
    free = list(roles_of(subject))
    counted = counted_names(subject.original)
    integers = [p.name for p in subject.params if p.kind in (INT, BOOL) or p.name in counted and dims_of(p.kind) == ()]
    size = ITEMS if has_lists(subject) else MIXED_LENGTH
    if guess.is_mixed:
        tried = list(itertools.product(((size,), (size, size), ()), repeat=len(free)))
    else:
        tried = [*shapes_of(len(free)), *([((size,),) * len(free)] if free and size == ITEMS else [])]
    for shapes, number in itertools.product(tried, (2, 1, 0) if integers else (2,)):
        by_role = dict(zip(free, shapes))
        found = {p.name: by_role[p.role or p.name] for p in subject.params if (p.role or p.name) in by_role}
        for p in subject.params:
            dims = dims_of(p.kind)
            if dims is not None and p.name not in integers:
                found[p.name] = tuple(d if isinstance(d, int) else guess.lengths[d] for d in dims)
        yield Setting(found, {name: number for name in integers}, guess)


def shapes_of(count: int) -> Sequence[tuple[tuple[int, ...], ...]]:
    """Return the shapes to try of so many arrays that nothing is known of."""
    if count == 0:
        return ((),)
    same = [(shape,) * count for shape in TRIED]
    mixed = [tuple(SMALL if j == k else LARGE for j in range(count)) for k in range(count)] if count > 1 else []
    return [*same[:2], *mixed, *same[2:]]


def dims_of(kind: Kind) -> tuple[int | str, ...] | None:
    """Return the dimensions: none at all of a number, None where they are not known."""
    if isinstance(kind, ListKind):
        return (ITEMS,)
    if not isinstance(kind, Array) or kind.dims is None:
        return None if isinstance(kind, Array) else ()
    return tuple(d if isinstance(d, (int, str)) else ITEMS for d in kind.dims)


def roles_of(subject: Subject) -> dict[str, str]:
    """Return the arrays whose shapes are not known: those of one role in a list by the first of them."""
    free = [p for p in subject.params if isinstance(p.kind, Array) and p.kind.dims is None]
    found: dict[str, str] = {}
    for p in free:
        found.setdefault(p.role or p.name, p.name)
    return found


def where(subject: Subject, done: Sequence[Setting], lengths: Sequence[str] = ()) -> str:
    """Return at which shapes and integers something was found."""
    free = roles_of(subject)
    parts = []
    guess = done[0].guess
    if guess.lengths:
        parts.append(f"{', '.join(guess.lengths)} = {', '.join(map(str, guess.lengths.values()))}")
    if free:
        combinations = list(dict.fromkeys(tuple(s.shapes[n] for n in free.values()) for s in done))
        same = [str(c[0]) for c in combinations if len(set(c)) == 1]
        of_each = " of each argument" if len(free) > 1 else ""
        texts = [f"shapes {listed(same)}{of_each}"] if same else []
        texts += [" ".join(f"{n} {shape}" for n, shape in zip(free, c)) for c in combinations if len(set(c)) > 1]
        parts.append(", ".join(texts))
    parts += [f"len({p.name}) = {ITEMS}" for p in subject.params if isinstance(p.kind, ListKind)]
    parts += lengths
    for name in done[0].integers:
        parts.append(f"{name} = {', '.join(map(str, sorted({s.integers[name] for s in done})))}")
    parts += [f"{name} of 0 and 1" for name in sorted(guess.indices)]
    return " and ".join(parts) if parts else "numbers"


def listed(parts: Sequence[str]) -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
