"""Pullbacks of what moves items about, or adds them up on the way: the cotangent moves back."""

from __future__ import annotations

from collections.abc import Sequence

from bpcompile.ir import ops
from bpcompile.ir.shapes import literal_axis, paths_of
from bpcompile.rules.algebra import Expr, Operand, of
from bpcompile.rules.terms import literal_of, product_transposed, rank, text


def permuted(ct: Expr, out: Expr, x: Expr, axes: Expr) -> Sequence[Operand]:
    """Return the pullback of a transpose."""
    order = literal_axis(literal_of(axes))
    if order is None:
        return (product_transposed(ct),)
    places = [k % len(order) for k in order]
    return (of(ops.TRANSPOSE, ct, text(ct, tuple(places.index(k) for k in range(len(places))))),)


def stacked(ct: Expr, out: Expr, axis: Expr, *arrays: Expr) -> Sequence[Operand]:
    """Return the pullback of a stack: each array gets its layer."""
    at = literal_of(axis)
    assert isinstance(at, int)
    found: list[Operand] = [0]
    for k in range(len(arrays)):
        pattern = ":, " * at + str(k) if at >= 0 else f"..., {k}" + ", :" * (-at - 1)
        found.append(of(ops.SUBSCRIPT, ct, text(ct, pattern)))
    return found


def nested(ct: Expr, out: Expr, pattern: Expr, *items: Expr) -> Sequence[Operand]:
    """Return the pullback of an array of items written out: each item gets what stands in its place."""
    paths = paths_of(str(literal_of(pattern)))
    return [0, *(of(ops.SUBSCRIPT, ct, text(ct, ", ".join(map(str, path)))) for path in paths)]


def summed_up(ct: Expr, out: Expr, x: Expr, axis: Expr) -> Sequence[Operand]:
    """Return the pullback of a cumulative sum: the cumulative sum from the other end."""
    if literal_of(axis) == "None" and rank(x) != 1:
        flat = of(ops.FLIP, of(ops.CUMSUM, of(ops.FLIP, ct, 0), 0), 0)
        return (of(ops.LIKE, flat, x),)
    at = 0 if literal_of(axis) == "None" else axis
    return (of(ops.FLIP, of(ops.CUMSUM, of(ops.FLIP, ct, at), at), at),)


def picked(ct: Expr, out: Expr, x: Expr, pattern: Expr, *values: Expr) -> Sequence[Operand]:
    """Return the pullback of a subscript: the cotangent at its places, added where one comes twice."""
    return (of(ops.PLACED, ct, x, pattern, *values),)


def rolled(ct: Expr, out: Expr, x: Expr, shift: Expr, axis: Expr) -> Sequence[Operand]:
    """Return the pullback of a roll."""
    by = literal_of(shift)
    back: Operand = -by if isinstance(by, int) else text(ct, tuple(-k for k in literal_axis(by) or ()))
    return (of(ops.ROLL, ct, back, axis),)


def sorted_(ct: Expr, out: Expr, x: Expr, axis: Expr) -> Sequence[Operand]:
    """Return the pullback of a sort."""
    return (of(ops.UNSORTED, ct, x, axis),)


def squeezed(ct: Expr, out: Expr, x: Expr, *options: Expr) -> Sequence[Operand]:
    """Return the pullback of what only changes the shape."""
    return (of(ops.LIKE, ct, x),)
