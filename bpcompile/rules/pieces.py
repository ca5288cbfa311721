"""Pullbacks of what joins arrays, takes them apart, repeats or picks items: the cotangent is taken apart, or placed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence

from bpcompile.ir import ops
from bpcompile.ir.array_ops import (
    BROADCAST_ARRAYS,
    DATA,
    ITEM,
    JOINS,
    LIKE_F,
    MESHGRID,
    MOVES,
    PARTS,
    RAVEL_F,
    REPEATED,
    RESHAPE_F,
    SHARES,
)
from bpcompile.ir.array_shapes import widths
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import Const
from bpcompile.ir.kinds import STR, Array
from bpcompile.ir.ops import Op
from bpcompile.rules.algebra import Expr, Operand, of
from bpcompile.rules.terms import literal_of, rank, summed_to, text

Row = Sequence[Operand]


def whole(option: Expr) -> int:
    """Return an option that is an integer."""
    number = literal_of(option)
    assert isinstance(number, int)
    return number


def length(x: Expr, axis: int) -> Operand:
    """Return how long an array is along an axis."""
    dims = dims_of(x.value.kind)
    known = dims[axis] if dims is not None and -len(dims) <= axis < len(dims) else None
    if isinstance(known, int):
        return known
    return of(ops.LEN, x) if axis == 0 else of(ops.DIM, x, axis)


def at_axis(x: Expr, axis: int, piece: str) -> str:
    """Return the subscript of a piece along an axis."""
    count = rank(x)
    at = axis + count if count and axis < 0 else axis
    return ":, " * at + piece if at >= 0 else f"..., {piece}" + ", :" * (-at - 1)


def cut(ct: Expr, axis: int, start: Operand, stop: Operand | None) -> Expr:
    """Return what lies between two places along an axis."""
    pattern, values = between(ct, axis, start, stop)
    return of(ops.SUBSCRIPT, ct, text(ct, pattern), *values)


def between(x: Expr, axis: int, start: Operand, stop: Operand | None) -> tuple[str, list[Expr]]:
    """Return the subscript of what lies between two places, and the values that stand in it."""
    values = [end for end in (start, stop) if isinstance(end, Expr)]
    first = "{0}" if isinstance(start, Expr) else str(start) if start else ""
    last = f"{{{len(values) - 1}}}" if isinstance(stop, Expr) else "" if stop is None else str(stop)
    return at_axis(x, axis, f"{first}:{last}"), values


def one_of(ct: Expr, axis: int, place: Operand) -> Expr:
    """Return the layer at a place along an axis."""
    if isinstance(place, Expr):
        return of(ops.SUBSCRIPT, ct, text(ct, at_axis(ct, axis, "{0!s}")), place)
    return of(ops.SUBSCRIPT, ct, text(ct, at_axis(ct, axis, str(place))))


def like(total: Expr, x: Expr) -> Expr:
    """Return an array in the shape of another one with as many items."""
    return of(ops.LIKE, total, x)


def flat(x: Expr) -> Expr:
    """Return an array along one axis."""
    return x if rank(x) == 1 else of(ops.RAVEL, x)


def along(ct: Expr, axis: int) -> Expr:
    """Return the sums along an axis."""
    return of(ops.SUM_TO, ct, text(ct, axis))


# joining


def in_turn(ct: Expr, axis: int, arrays: Sequence[Expr], lengths: Sequence[Operand]) -> list[Expr]:
    """Return the pieces of a cotangent, one after another along an axis."""
    found: list[Expr] = []
    start: Operand = 0
    for k, size in enumerate(lengths):
        stop = start + size if k + 1 < len(lengths) else None
        found.append(cut(ct, axis, start, stop))
        start = stop if stop is not None else start
    return found


def joined(ct: Expr, out: Expr, axis: Expr, *arrays: Expr) -> Row:
    """Return the pullback of a concatenation: each array gets its slice."""
    if literal_of(axis) == "None":
        return [0, *flat_pieces(ct, arrays)]
    at = whole(axis)
    return [0, *in_turn(ct, at, arrays, [length(a, at) for a in arrays])]


def flat_pieces(ct: Expr, arrays: Sequence[Expr]) -> list[Expr]:
    """Return what each array gets where all items stand along one axis."""
    lengths = [length(a, 0) if rank(a) == 1 else 1 if rank(a) == 0 else of(ops.SIZE, a) for a in arrays]
    pieces = in_turn(ct, 0, arrays, lengths)
    return [p if rank(a) == 1 else like(p, a) for p, a in zip(pieces, arrays)]


def appended(ct: Expr, out: Expr, x: Expr, more: Expr, axis: Expr) -> Row:
    """Return the pullback of `np.append`."""
    if literal_of(axis) == "None":
        return flat_pieces(ct, (x, more))
    return joined(ct, out, axis, x, more)[1:]


def stacked_along(axis: int) -> Callable[..., Row]:
    """Return the pullback of arrays joined along an axis that those of lower rank do not have."""

    def pullback(ct: Expr, out: Expr, *arrays: Expr) -> Row:
        found: list[Operand] = []
        start: Operand = 0
        for k, x in enumerate(arrays):
            is_layer = (rank(x) or 9) < 2 or axis == 2 and rank(x) == 2
            size: Operand = 1 if is_layer else length(as_joined(x, axis), axis)
            stop = start + size if k + 1 < len(arrays) else None
            if is_layer:
                layer = one_of(ct, axis, start)
                found.append(one_of(layer, 0, 0) if axis == 2 and rank(x) == 1 else layer)
            else:
                piece = cut(ct, axis, start, stop)
                found.append(piece if rank(x) else like(piece, x))
            start = stop if stop is not None else start
        return found

    return pullback


def as_joined(x: Expr, axis: int) -> Expr:
    """Return an array of unknown rank as it is joined."""
    if rank(x) is not None or axis == 1:
        return x
    return of(MOVES["atleast_2d" if axis == 0 else "atleast_3d"], x)


def side_by_side(ct: Expr, out: Expr, *arrays: Expr) -> Row:
    """Return the pullback of `np.hstack`, of arrays of one known rank."""
    axis = 0 if rank(arrays[0]) == 1 else 1
    return in_turn(ct, axis, arrays, [length(a, axis) for a in arrays])


# taking apart


def rejoined(cts: Sequence[Expr | None], parts: Sequence[Expr], x: Expr, sections: Expr, axis: Expr, *at: Expr) -> Row:
    """Return the pullback of a split: the cotangents of the parts, joined again."""
    places = ast.literal_eval(str(literal_of(sections)))
    if isinstance(places, tuple) and not is_rising(places):
        return (placed_again(cts, x, places, whole(axis), at),)
    nothing = [of(ops.MAKE, text(x, "np.zeros_like"), part) for part in parts]
    pieces = [zeros if ct is None else ct for ct, zeros in zip(cts, nothing)]
    return (of(ops.CONCATENATE, x.algebra.expr(x.algebra.const(whole(axis))), *pieces),)


def is_rising(places: Sequence[object]) -> bool:
    """Return whether the places of a split are numbers that follow each other: the parts are all of it, and once."""
    numbers = [p for p in places if isinstance(p, int)]
    return len(numbers) == len(places) and numbers == sorted(numbers) and (not numbers or numbers[0] >= 0)


def placed_again(
    cts: Sequence[Expr | None], x: Expr, places: Sequence[object], axis: int, at: Sequence[Expr]
) -> Operand:
    """Return the cotangents of parts that may overlap, each at its place."""
    ends: list[Operand] = [at[p[0]] if isinstance(p, tuple) else p if isinstance(p, int) else 0 for p in places]
    total: Operand = 0
    for ct, start, stop in zip(cts, [0, *ends], [*ends, None]):
        if ct is not None:
            pattern, given = between(x, axis, start, stop)
            total = total + of(ops.PLACED, ct, x, text(ct, pattern), *given)
    return total


def gridded(cts: Sequence[Expr | None], grids: Sequence[Expr], indexing: Expr, *arrays: Expr) -> Row:
    """Return the pullback of a grid: of each array of it, the sum over the axes of the others."""
    axes = list(range(len(arrays)))
    if literal_of(indexing) == "'xy'" and len(arrays) > 1:
        axes[:2] = 1, 0
    found: list[Operand] = [0]
    for ct, axis, x in zip(cts, axes, arrays):
        others = tuple(a for a in axes if a != axis)
        total = ct
        if ct is not None and others:
            total = of(ops.SUM_TO, ct, text(ct, tuple(sorted(others)) if len(others) > 1 else others[0]))
        found.append(0 if total is None else total if rank(x) == 1 else like(total, x))
    return found


def broadcast_together(cts: Sequence[Expr | None], results: Sequence[Expr], *arrays: Expr) -> Row:
    """Return the pullback of arrays that are broadcast together."""
    return [0 if ct is None else summed_to(ct, x) for ct, x in zip(cts, arrays)]


# repeating


def tiled(ct: Expr, out: Expr, x: Expr, *counts: Expr) -> Row:
    """Return the pullback of copies of an array side by side: their sum."""
    if rank(x) == len(counts) == 1:
        return (along(of(ops.RESHAPE, ct, counts[0], length(x, 0)), 0),)
    return (of(SHARES["untile"], ct, x, *counts),)


def repeated(ct: Expr, out: Expr, x: Expr, counts: Expr, axis: Expr) -> Row:
    """Return the pullback of repeated items: each gets what its copies get."""
    flat_x, at = (flat(x), 0) if literal_of(axis) == "None" else (x, whole(axis))
    if flat_x is x and rank(x) and not isinstance(counts.value.kind, Array) and counts.value.kind is not STR:
        at %= rank(x) or 1
        lengths = [length(x, k) for k in range(rank(x) or 1)]
        return (along(of(ops.RESHAPE, ct, *lengths[: at + 1], counts, *lengths[at + 1 :]), at + 1),)
    index = of(REPEATED, length(flat_x, at), counts)
    total = of(ops.PLACED, ct, flat_x, text(ct, at_axis(flat_x, at, "{0}")), index)
    return (total if flat_x is x else like(total, x),)


def padded(ct: Expr, out: Expr, x: Expr, width: Expr, mode: Expr, *constant: Expr) -> Row:
    """Return the pullback of a pad: what lies inside, and what the items get that were copied to the edges."""
    if literal_of(mode) != "'constant'":
        return (of(SHARES["unpad"], ct, x, width, mode),)
    count = rank(x)
    pairs = None if count is None else widths(ast.literal_eval(str(literal_of(width))), count)
    if pairs is None:
        return (of(SHARES["without_pad"], ct, x, width),)
    inside = [f"{a or ''}:{-b if b else ''}" for a, b in pairs]
    return (of(ops.SUBSCRIPT, ct, text(ct, ", ".join(inside))) if inside else ct,)


# picking


def index_of(indices: Expr) -> tuple[str, list[Expr]]:
    """Return what stands in the brackets for indices: a literal, or the value."""
    if isinstance(indices.value, Const):
        return str(indices.value.value), []
    return "{0}", [indices]


def taken(ct: Expr, out: Expr, x: Expr, indices: Expr, axis: Expr) -> Row:
    """Return the pullback of `np.take`: the cotangent at its places, added where one comes twice."""
    piece, values = index_of(indices)
    if literal_of(axis) == "None":
        total = of(ops.PLACED, ct, flat(x), text(ct, piece), *values)
        return (total if rank(x) == 1 else like(total, x),)
    return (of(ops.PLACED, ct, x, text(ct, at_axis(x, whole(axis), piece)), *values),)


def taken_along(ct: Expr, out: Expr, x: Expr, indices: Expr, axis: Expr) -> Row:
    """Return the pullback of `np.take_along_axis`."""
    if literal_of(axis) == "None":
        return taken(ct, out, x, indices, axis)
    return (of(SHARES["taken_along"], ct, x, indices, axis),)


def compressed(ct: Expr, out: Expr, condition: Expr, x: Expr, axis: Expr) -> Row:
    """Return the pullback of the items for which a condition holds."""
    index = of(DATA["flatnonzero"], condition)
    if literal_of(axis) == "None":
        total = of(ops.PLACED, ct, flat(x), text(ct, "{0}"), index)
        return 0, total if rank(x) == 1 else like(total, x)
    return 0, of(ops.PLACED, ct, x, text(ct, at_axis(x, whole(axis), "{0}")), index)


def extracted(ct: Expr, out: Expr, condition: Expr, x: Expr) -> Row:
    """Return the pullback of `np.extract`: that of the flat array."""
    total = of(ops.PLACED, ct, flat(x), text(ct, "{0}"), of(DATA["flatnonzero"], condition))
    return 0, total if rank(x) == 1 else like(total, x)


# turning


def turned_back(ct: Expr, out: Expr, x: Expr, k: Expr, axes: Expr) -> Row:
    """Return the pullback of a turn by right angles."""
    return (of(MOVES["rot90"], ct, -whole(k), axes),)


def rolled_back(ct: Expr, out: Expr, x: Expr, axis: Expr, start: Expr) -> Row:
    """Return the pullback of `np.rollaxis`, of a known rank where an axis is counted from the end."""
    count = rank(x) or 0
    at = whole(axis) + (count if whole(axis) < 0 else 0)
    to = whole(start) + (count if whole(start) < 0 else 0)
    return (of(ops.MOVEAXIS, ct, to - 1 if at < to else to, at),)


def of_diagonal(ct: Expr, out: Expr, x: Expr, *options: Expr) -> Row:
    """Return the pullback of a diagonal: the cotangent on it."""
    return (of(SHARES["diagonal_share"], ct, x, *options),)


def traced(ct: Expr, out: Expr, x: Expr, *options: Expr) -> Row:
    """Return the pullback of a trace: the cotangent all along the diagonal."""
    if rank(x) == 2 and all(literal_of(o) == k for o, k in zip(options, (0, 0, 1))):
        return (unit(x) * ct,)
    wide = ct if rank(x) == 2 else of(ops.EXPAND_DIMS, ct, -1)
    return (of(SHARES["diagonal_share"], wide, x, *options),)


def diagonal(ct: Expr, out: Expr, x: Expr, k: Expr) -> Row:
    """Return the pullback of the diagonal of a matrix, or of the matrix with a diagonal."""
    if rank(x) is None:
        return (of(SHARES["diag_share"], ct, x, k),)
    if rank(x) == 1:
        return (of(ops.DIAG, ct, k),)
    return (of(SHARES["diagonal_share"], ct, x, k, 0, 1),)


def unit(x: Expr) -> Expr:
    """Return ones on the diagonal, in the shape of a matrix."""
    return of(ops.MAKE, text(x, "np.eye"), of(ops.DIM, x, 0), of(ops.DIM, x, 1))


def filled(ct: Expr, out: Expr, value: Expr, *lengths: Expr) -> Row:
    """Return the pullback of an array that is full of one number, or of copies of an array."""
    return (summed_to(ct, value),)


def same_items(ct: Expr, out: Expr, x: Expr, *options: Expr) -> Row:
    """Return the pullback of what only changes the shape."""
    return (like(ct, x),)


# fmt: off
PIECE_PULLBACKS: Mapping[Op, Callable[..., Row]] = {
    ops.CONCATENATE:            joined,
    ops.DIAG:                   diagonal,
    ops.TRACE:                  traced,
    JOINS["hstack"]:            side_by_side,
    JOINS["vstack"]:            stacked_along(0),
    JOINS["row_stack"]:         stacked_along(0),
    JOINS["column_stack"]:      stacked_along(1),
    JOINS["dstack"]:            stacked_along(2),
    MOVES["append"]:            appended,
    MOVES["tile"]:              tiled,
    MOVES["repeat"]:            repeated,
    MOVES["pad"]:               padded,
    MOVES["take"]:              taken,
    MOVES["take_along_axis"]:   taken_along,
    MOVES["compress"]:          compressed,
    MOVES["extract"]:           extracted,
    MOVES["rot90"]:             turned_back,
    MOVES["fliplr"]:            lambda ct, out, x: (of(MOVES["fliplr"], ct),),
    MOVES["flipud"]:            lambda ct, out, x: (of(MOVES["flipud"], ct),),
    MOVES["rollaxis"]:          rolled_back,
    MOVES["diagonal"]:          of_diagonal,
    MOVES["diagflat"]:          lambda ct, out, x, k: (like(of(MOVES["diagonal"], ct, k, 0, 1), x),),
    MOVES["full"]:              filled,
    **{MOVES[f"atleast_{k}d"]: same_items for k in (1, 2, 3)},
    ITEM:                       same_items,
    RESHAPE_F:                  lambda ct, out, x, *lengths: (of(LIKE_F, ct, x),),
    RAVEL_F:                    lambda ct, out, x: (of(LIKE_F, ct, x),),
}
# fmt: on
PART_PULLBACKS: Mapping[Op, Callable[..., Row]] = {  # of what gives several arrays
    **dict.fromkeys(PARTS.values(), rejoined),
    MESHGRID: gridded,
    BROADCAST_ARRAYS: broadcast_together,
}
