"""The shape of a subscript: `x[1:, i, None, mask]`."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from bpcompile.ir.fitting import RankError
from bpcompile.ir.kinds import Array, Kind
from bpcompile.ir.lengths import Dim, Unknown, difference, minus


def parts_of(pattern: str, count: int) -> list[ast.expr]:
    """Return the parts between the commas of a subscript; `value_0` stands for its first value."""
    parsed = ast.parse(f"x[{pattern.format(*(f'value_{k}' for k in range(count)))}]", mode="eval").body
    assert isinstance(parsed, ast.Subscript)
    return parsed.slice.elts if isinstance(parsed.slice, ast.Tuple) else [parsed.slice]


@dataclass(frozen=True, slots=True)
class Given:
    """The values that stand in a subscript: their kinds, and what they are as lengths; `whole` are integers."""

    kinds: Sequence[Kind]
    lengths: Sequence[object]
    whole: frozenset[int]


def subscript(
    dims: tuple[Dim, ...], pattern: str, kinds: Sequence[Kind], lengths: Sequence[object]
) -> tuple[list[Dim], int, list[tuple[Dim, ...]]] | None:
    """Return the lengths of the axes that are left, where the axes of index arrays go among them, and their shapes."""
    parts = parts_of(pattern, len(kinds))
    given = Given(kinds, lengths, frozenset(k for k in range(len(kinds)) if f"{{{k}!s}}" in pattern))
    taken = [axes_taken(part, given) for part in parts]
    spare = len(dims) - sum(n for n in taken if n is not None)
    if None in taken:
        return None
    if spare < 0:
        raise RankError(0, len(dims), f"{len(dims) - spare}")
    rest = list(dims)
    found: list[Dim] = []
    arrays: list[tuple[Dim, ...]] = []
    places: list[int] = []  # how many axes stand before each integer and each array of indices
    for part, count in zip(parts, taken):
        if isinstance(part, ast.Constant) and part.value is ...:
            found += rest[:spare]
            places += [len(found)] if places else []
            del rest[:spare]
            continue
        axes, rest = rest[:count], rest[count or 0 :]
        if isinstance(part, ast.Slice):
            found.append(slice_length(axes[0], *(bound(end, given) for end in (part.lower, part.upper, part.step))))
        elif not count:
            found.append(1)
        else:
            places.append(len(found))
            arrays += index_shape(part, given)
    if not arrays:
        return [*found, *rest], 0, []
    return [*found, *rest], places[0] if len(set(places)) == 1 else 0, arrays


def axes_taken(part: ast.expr, given: Given) -> int | None:
    """Return how many axes a part takes, None where that is not known."""
    if isinstance(part, ast.Constant) and (part.value is None or part.value is ...):
        return 0
    kind = given.kinds[value_of(part)] if isinstance(part, ast.Name) else None
    if kind is None or value_of(part) in given.whole:
        return 1
    if not isinstance(kind, Array) or kind.dims is None:
        return None
    if kind.dtype == "bool":
        return len(kind.dims) or None
    return 1 if kind.dtype == "int" or len(kind.dims) == 1 else None  # along one axis, a mask takes one as well


def index_shape(part: ast.expr, given: Given) -> list[tuple[Dim, ...]]:
    """Return the shape of an array of indices; an integer has none."""
    if isinstance(part, ast.List):
        return [(len(part.elts),)]
    kind = given.kinds[value_of(part)] if isinstance(part, ast.Name) and value_of(part) not in given.whole else None
    if not isinstance(kind, Array) or not kind.dims:
        return []
    return [kind.dims if kind.dtype == "int" else (Unknown(),)]


def value_of(name: ast.expr) -> int:
    """Return which value a name stands for."""
    assert isinstance(name, ast.Name)
    return int(name.id.removeprefix("value_"))


def bound(node: ast.expr | None, given: Given) -> object:
    """Return an end of a slice: a number, a length, or None where there is none."""
    if node is None:
        return None
    if isinstance(node, ast.Name):
        return given.lengths[value_of(node)]
    number: object = ast.literal_eval(node)
    return number


def slice_length(dim: Dim, lower: object, upper: object, step: object) -> Dim:
    """Return the length of a slice of a length."""
    ends = (lower, upper, step)
    if isinstance(dim, int) and all(e is None or isinstance(e, int) for e in ends) and step != 0:
        return len(range(*slice(*ends).indices(dim)))
    if lower is None and upper is None and step in (None, 1, -1):
        return dim
    if step not in (None, 1):
        return Unknown()
    if isinstance(upper, int) and upper < 0 and isinstance(lower or 0, int) and (lower or 0) >= 0:  # type: ignore[operator]
        return minus(dim, int(lower or 0) - upper)  # type: ignore[call-overload]
    if upper is None and isinstance(lower, int) and lower >= 0:
        return minus(dim, lower)
    if any(isinstance(end, int) and end < 0 for end in (lower, upper)):
        return Unknown()  # `x[-2:]` has two items, or fewer
    return between(dim, 0 if lower is None else lower, dim if upper is None else upper)


def between(dim: Dim, lower: object, upper: object) -> Dim:
    """Return how many places there are from one to the other, where none of them is outside."""
    found: Dim | None = None
    if difference(dim, upper) is not None:  # type: ignore[arg-type]
        found = difference(upper, lower)  # type: ignore[arg-type]
    return Unknown() if found is None else found
