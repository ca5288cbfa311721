"""Which shapes fit each other: item by item, side by side, on two paths."""

from __future__ import annotations

from collections.abc import Sequence

from bpcompile.ir.kinds import BOOL, INT, REAL, Array, Kind, Scalar
from bpcompile.ir.lengths import Dim, Unknown, differ, is_fixed, plus


class ShapeError(Exception):
    """Two shapes that do not fit: of which operands, along which axis of each."""

    def __init__(self, one: int, one_axis: int, other: int, other_axis: int) -> None:
        super().__init__(one, one_axis, other, other_axis)
        self.places = ((one, one_axis), (other, other_axis))


class SizeError(Exception):
    """An array that is given a shape which has more items, or fewer: which operand, how many, and how many then."""

    def __init__(self, operand: int, items: Dim, given: Dim) -> None:
        super().__init__(operand, items, given)
        self.operand, self.items, self.given = operand, items, given


class RankError(Exception):
    """An axis that an array does not have: of which operand, how many it has, and what is asked for."""

    def __init__(self, operand: int, rank: int, asked: str) -> None:
        super().__init__(operand, rank, asked)
        self.operand, self.rank, self.asked = operand, rank, asked


def on_axes(axes: Sequence[int], rank: int, operand: int = 0) -> tuple[int, ...]:
    """Return axes counted from the first one."""
    for axis in axes:
        if not -rank <= axis < rank:
            raise RankError(operand, rank, f"axis {axis}")
    return tuple(axis % rank for axis in axes)


def dims_of(kind: Kind) -> tuple[Dim, ...] | None:
    """Return the dimensions: none at all of a number, None where not even the rank is known."""
    if isinstance(kind, Array):
        return kind.dims
    return () if isinstance(kind, Scalar) else None


def rank_of(kind: Kind) -> int | None:
    """Return how many axes there are, None where that is not known."""
    dims = dims_of(kind)
    return None if dims is None else len(dims)


def dtype_of(kind: Kind) -> str:
    """Return the type of the numbers."""
    return kind.dtype if isinstance(kind, Array) else str(kind)


def joined(a: Kind, b: Kind) -> Kind:
    """Return the kind of what is one or the other."""
    if a == b:
        return a
    if isinstance(a, Array) or isinstance(b, Array):
        return Array(either(dims_of(a), dims_of(b)), dtype_of(a) if dtype_of(a) == dtype_of(b) else "real")
    return INT if {a, b} == {BOOL, INT} else REAL


def either(a: tuple[Dim, ...] | None, b: tuple[Dim, ...] | None) -> tuple[Dim, ...] | None:
    """Return the dimensions of what has these or those."""
    if a is None or b is None or len(a) != len(b):
        return None
    return tuple(one if one == other else Unknown() for one, other in zip(a, b))


def renewed(kind: Kind) -> Kind:
    """Return the kind of what is there another time: lengths that are not known may be others."""
    if not isinstance(kind, Array) or kind.dims is None:
        return kind
    return Array(tuple(d if is_fixed(d) else Unknown() for d in kind.dims), kind.dtype)


def lasting(kind: Kind) -> Kind:
    """Return the kind of what is kept: nothing is known of a shape with a length that is not known."""
    return Array(None, kind.dtype) if renewed(kind) != kind and isinstance(kind, Array) else kind


def wider(now: Kind, end: Kind) -> Kind:
    """Return the kind of what a loop carries, from what it is now and what a trip makes of it."""
    kind = joined(now, end)
    before = dims_of(now)
    if not isinstance(kind, Array) or kind.dims is None or before is None:
        return kind
    return Array(tuple(d if isinstance(d, Unknown) else new for d, new in zip(before, kind.dims)), kind.dtype)


def broadcast(kinds: Sequence[Kind]) -> tuple[Dim, ...] | None:
    """Return the dimensions of an elementwise result."""
    shapes = [dims_of(k) for k in kinds]
    known = [s for s in shapes if s is not None]
    if len(known) < len(shapes):
        return None
    rank = max(map(len, known), default=0)
    result: list[Dim] = [1] * rank
    source = [0] * rank
    for at, shape in enumerate(known):
        for k, dim in enumerate(shape):
            place = rank - len(shape) + k
            if dim == 1 or result[place] == dim:
                continue
            if result[place] == 1:
                result[place], source[place] = dim, at
                continue
            before = known[source[place]]
            if differ(result[place], dim):
                raise ShapeError(source[place], place - rank + len(before), at, k)
            if isinstance(dim, int):  # what the other one may be is this, or 1
                result[place], source[place] = dim, at
            elif not isinstance(result[place], int):
                result[place] = Unknown()
    return tuple(result)


def agreed(operands: Sequence[tuple[int, int, Dim]]) -> Dim:
    """Return the length that several axes have: each is given as its operand, its place there and its length."""
    best = operands[0]
    for one in operands[1:]:
        if differ(best[2], one[2]):
            raise ShapeError(*best[:2], *one[:2])
        if clarity(one[2]) < clarity(best[2]):
            best = one
    return best[2]


def clarity(dim: Dim) -> int:
    """Return how much a length says: a number most, what is not known least."""
    return 0 if isinstance(dim, int) else 1 if isinstance(dim, str) else 3 if isinstance(dim, Unknown) else 2


Shapes = Sequence["tuple[Dim, ...] | None"]


def side_by_side(shapes: Shapes, first: int, but: int | None = None) -> tuple[Dim, ...] | None:
    """Return the dimensions that all arrays have, the operands from the first on; along one axis they may differ."""
    known = [s for s in shapes if s is not None]
    if len(known) < len(shapes) or len(set(map(len, known))) != 1:
        return None
    return tuple(
        Unknown() if k == but else agreed([(first + n, k, s[k]) for n, s in enumerate(known)])
        for k in range(len(known[0]))
    )


def end_to_end(shapes: Shapes, first: int, axis: int) -> tuple[Dim, ...] | None:
    """Return the dimensions of arrays joined along an axis."""
    found = side_by_side(shapes, first, axis)
    if found is None:
        return None
    length: Dim = 0
    for dims in shapes:
        length = plus(length, (dims or ())[axis])
    return (*found[:axis], length, *found[axis + 1 :])
