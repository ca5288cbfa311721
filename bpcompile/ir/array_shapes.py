"""What is known of the shapes that functions of `array_ops.py` give."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence

from bpcompile.ir.array_ops import (
    ALONG,
    BROADCAST_ARRAYS,
    DATA,
    INTERP_SLOPE,
    ITEM,
    JOINS,
    LIKE_F,
    MESHGRID,
    MOVES,
    POLYDER,
    PRODUCTS,
    RAVEL_F,
    RESHAPE_F,
    SHARES,
    VANDER,
)
from bpcompile.ir.fitting import broadcast, dims_of, end_to_end, side_by_side
from bpcompile.ir.kinds import INT, STR, Kind
from bpcompile.ir.lengths import Dim, Less, Sum, Unknown, plus, times
from bpcompile.ir.lengths import product as items_of
from bpcompile.ir.ops import FFT, IFFT_PADDED, IRFFT_SHARE, Op

Values = Sequence[object]  # of each operand, its value where it is a literal, or what it is as a length
Rule = Callable[[Sequence[Kind], Values], "tuple[Dim, ...] | None"]


def shape_of(place: int) -> Rule:
    """Return the rule of what has the shape of one of its operands."""
    return lambda kinds, values: dims_of(kinds[place])


def lengths_of(values: Values) -> tuple[Dim, ...]:
    """Return lengths that are given one by one."""
    return tuple(v if isinstance(v, (int, str, Unknown, Less, Sum)) and v != -1 else Unknown() for v in values)


def size_of(kind: Kind) -> Dim:
    """Return how many items an array has."""
    dims = dims_of(kind)
    return Unknown() if dims is None else items_of(dims)


def flattened(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...]:
    """Return the dimensions of all items in a row."""
    return (size_of(kinds[0]),)


def inner(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of `np.inner`: all but the last ones of both."""
    left, right = dims_of(kinds[0]), dims_of(kinds[1])
    if left is None or right is None:
        return None
    return (*left[:-1], *right[:-1]) if left and right else left or right


def contracted(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of `np.tensordot`: those that are not summed."""
    left, right = dims_of(kinds[0]), dims_of(kinds[1])
    if left is None or right is None:
        return None
    places = contracted_axes(values[2], len(left), len(right))
    if places is None:
        return None
    ours, theirs = places
    return (*(d for k, d in enumerate(left) if k not in ours), *(d for k, d in enumerate(right) if k not in theirs))


def contracted_axes(axes: object, left: int, right: int) -> tuple[list[int], list[int]] | None:
    """Return the axes that `np.tensordot` sums, of arrays of two ranks; None where they have none."""
    given = ast.literal_eval(str(axes))
    if isinstance(given, int):
        given = tuple(range(left - given, left)), tuple(range(given))
    pairs = [(k,) if isinstance(k, int) else k for k in given]
    ours, theirs = ([k % rank for k in places] if rank else list(places) for places, rank in zip(pairs, (left, right)))
    is_sound = len(ours) == len(theirs) and all(-r <= k < r for ks, r in zip(pairs, (left, right)) for k in ks)
    return (ours, theirs) if is_sound else None


def at_least(rank: int) -> Rule:
    """Return the rule of `np.atleast_1d` and its kin."""

    def rule(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
        dims = dims_of(kinds[0])
        if dims is None or len(dims) >= rank:
            return dims
        if rank == 3:
            return (*dims, 1) if dims[1:] else (1, *(dims or (1,)), 1)
        return (1,) * (rank - len(dims)) + dims

    return rule


def appended(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of `np.append`."""
    if values[2] == "None":
        return (plus(size_of(kinds[0]), size_of(kinds[1])),)
    dims = dims_of(kinds[0])
    return None if dims is None else tuple(Unknown() for _ in dims)


def same_rank(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return dimensions of which nothing but their number is known."""
    dims = dims_of(kinds[0])
    return None if dims is None else tuple(Unknown() for _ in dims)


def but(dims: Sequence[Dim], axis: int, *lengths: Dim) -> tuple[Dim, ...] | None:
    """Return dimensions with others in the place of an axis."""
    if not -len(dims) <= axis < len(dims):
        return None
    at = axis % len(dims)
    return (*dims[:at], *lengths, *dims[at + 1 :])


def along(place: int, axis_place: int) -> Rule:
    """Return the rule of what changes the length along an axis; without one, all items are in a row."""

    def rule(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
        dims, axis = dims_of(kinds[place]), values[axis_place]
        if axis == "None":
            return (Unknown(),)
        return but(dims, axis, Unknown()) if dims is not None and isinstance(axis, int) else None

    return rule


def taken(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of `np.take`: those of the indices in the place of an axis."""
    dims, axis = dims_of(kinds[0]), values[2]
    indices = (len(ast.literal_eval(str(values[1]))),) if kinds[1] is STR else dims_of(kinds[1])
    if axis == "None" or indices is None:
        return indices
    return but(dims, axis, *indices) if dims is not None and isinstance(axis, int) else None


def tiled(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of copies side by side."""
    dims, counts = dims_of(kinds[0]), lengths_of(values[1:])
    if dims is None:
        return None
    rank = max(len(dims), len(counts))
    pairs = zip((1,) * (rank - len(dims)) + dims, (1,) * (rank - len(counts)) + counts)
    return tuple(times(n, count) for n, count in pairs)


def repeated(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of repeated items."""
    dims, axis = dims_of(kinds[0]), values[2]
    count = lengths_of(values[1:2])[0] if kinds[1] is INT else Unknown()
    if axis == "None":
        return (times(size_of(kinds[0]), count),)
    if dims is None or not isinstance(axis, int) or not -len(dims) <= axis < len(dims):
        return None
    return but(dims, axis, times(dims[axis], count))


def padded(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of a pad."""
    dims = dims_of(kinds[0])
    pairs = None if dims is None else widths(ast.literal_eval(str(values[1])), len(dims))
    return None if dims is None or pairs is None else tuple(plus(d, sum(pair)) for d, pair in zip(dims, pairs))


def widths(pairs: object, count: int) -> list[tuple[int, int]] | None:
    """Return how wide a pad is before and after, along each axis; None where it does not say."""
    if isinstance(pairs, int):
        return [(pairs, pairs)] * count
    assert isinstance(pairs, tuple)
    if isinstance(pairs[0], int):
        return [(pairs[0], pairs[-1])] * count if len(pairs) < 3 else None
    found = [(pair[0], pair[-1]) for pair in pairs]
    return found * count if len(found) == 1 else found if len(found) == count else None


def stacked_along(axis: int) -> Rule:
    """Return the rule of `np.vstack` and its kin."""

    def rule(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
        shapes = [dims_of(k) for k in kinds]
        ranks = [len(dims) for dims in shapes if dims is not None]
        if len(ranks) < len(shapes):
            return None
        if set(ranks) == {1} and axis == 0:
            return (len(shapes), *(side_by_side(shapes, 0) or ()))
        if len(set(ranks)) == 1 and ranks[0] > max(axis, 1):
            return end_to_end(shapes, 0, axis)
        return tuple(Unknown() for _ in range(max(*ranks, axis + 1, 2)))

    return rule


def beside(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of `np.hstack`."""
    shapes = [dims_of(k) for k in kinds]
    return end_to_end(shapes, 0, min(len(shapes[0]) - 1, 1)) if shapes[0] else None


def krons(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of a Kronecker product."""
    left, right = dims_of(kinds[0]), dims_of(kinds[1])
    if left is None or right is None:
        return None
    rank = max(len(left), len(right))
    return tuple(map(times, (1,) * (rank - len(left)) + left, (1,) * (rank - len(right)) + right))


def on_diagonal(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of diagonals: they are the last axis."""
    dims, axes = dims_of(kinds[0]), values[2:4]
    if dims is None or len(dims) < 2 or not all(isinstance(k, int) and -len(dims) <= k < len(dims) for k in axes):
        return None
    gone = {k % len(dims) for k in axes if isinstance(k, int)}
    return (*(d for k, d in enumerate(dims) if k not in gone), Unknown())


def gridded(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...]:
    """Return the dimensions of an array of a grid: an axis for each array."""
    sizes = [size_of(k) for k in kinds[1:]]
    if values[0] == "'xy'" and len(sizes) > 1:
        sizes[:2] = sizes[1], sizes[0]
    return tuple(sizes)


def halved(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of a transform of which one half is kept: the length along one axis is not known."""
    dims = dims_of(kinds[0])
    axis = next((v for v in values[1:3] if isinstance(v, int)), None)
    if dims is None or axis is None or not -len(dims) <= axis < len(dims):
        return None
    return tuple(Unknown() if k == axis % len(dims) else dim for k, dim in enumerate(dims))


ARRAY_RULES: Mapping[Op, Rule] = {
    **{f: lambda kinds, values: dims_of(kinds[0]) for name, f in FFT.items() if "rfft" not in name},
    **dict.fromkeys((FFT["rfft"], FFT["irfft"]), halved),
    IFFT_PADDED: lambda kinds, values: None,
    IRFFT_SHARE: lambda kinds, values: dims_of(kinds[1]),
    PRODUCTS["vdot"]: lambda kinds, values: (),
    PRODUCTS["inner"]: inner,
    PRODUCTS["tensordot"]: contracted,
    **dict.fromkeys((PRODUCTS["convolve"], PRODUCTS["correlate"]), lambda kinds, values: (Unknown(),)),
    ITEM: lambda kinds, values: (),
    **{op: shape_of(2 if name.endswith("_right") else 1) for name, op in SHARES.items()},
    LIKE_F: shape_of(1),
    **dict.fromkeys((MOVES["fliplr"], MOVES["flipud"]), shape_of(0)),
    **{MOVES[f"atleast_{k}d"]: at_least(k) for k in (1, 2, 3)},
    **dict.fromkeys((MOVES["full"], RESHAPE_F), lambda kinds, values: lengths_of(values[1:])),
    **dict.fromkeys((MOVES["rot90"], MOVES["rollaxis"]), same_rank),
    MOVES["take_along_axis"]: lambda kinds, values: (Unknown(),) if values[2] == "None" else same_rank(kinds, values),
    MOVES["pad"]: padded,
    MOVES["tile"]: tiled,
    MOVES["repeat"]: repeated,
    MOVES["take"]: taken,
    MOVES["compress"]: along(1, 2),
    MOVES["extract"]: lambda kinds, values: (Unknown(),),
    MOVES["diagonal"]: on_diagonal,
    MOVES["diagflat"]: lambda kinds, values: (Unknown(), Unknown()),
    **{JOINS[n]: stacked_along(0) for n in ("vstack", "row_stack")},
    JOINS["dstack"]: stacked_along(2),
    JOINS["hstack"]: beside,
    JOINS["column_stack"]: lambda kinds, values: (Unknown(), Unknown()),
    PRODUCTS["kron"]: krons,
    MOVES["append"]: appended,
    RAVEL_F: flattened,
    BROADCAST_ARRAYS: lambda kinds, values: broadcast(kinds),
    MESHGRID: gridded,
    ALONG["cumprod"]: lambda kinds, values: flattened(kinds, values) if values[1] == "None" else dims_of(kinds[0]),
    ALONG["diff"]: along(0, 2),
    ALONG["ediff1d"]: lambda kinds, values: (Unknown(),),
    **dict.fromkeys((ALONG["gradient"], ALONG["interp"], INTERP_SLOPE), shape_of(0)),
    ALONG["partition"]: lambda kinds, values: flattened(kinds, values) if values[2] == "None" else dims_of(kinds[0]),
    ALONG["polyval"]: shape_of(1),
    ALONG["linspace"]: lambda kinds, values: lengths_of(values[2:3]),
    **dict.fromkeys((ALONG["bincount"], DATA["flatnonzero"], POLYDER), lambda kinds, values: (Unknown(),)),
    VANDER: lambda kinds, values: (size_of(kinds[0]), Unknown()),
    DATA["searchsorted"]: shape_of(1),
    DATA["digitize"]: shape_of(0),
    DATA["argwhere"]: lambda kinds, values: (Unknown(), Unknown()),
    DATA["argpartition"]: lambda kinds, values: flattened(kinds, values) if values[2] == "None" else dims_of(kinds[0]),
    **dict.fromkeys((DATA["array_equal"], DATA["allclose"]), lambda kinds, values: ()),
}
