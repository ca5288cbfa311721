"""What the subscript of an array says: which of its places may come twice, and whether it is a view."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bpcompile.ir import ops
from bpcompile.ir.facts import literal
from bpcompile.ir.fitting import dims_of, dtype_of
from bpcompile.ir.graph import (
    Apply,
    BlockParam,
    Branch,
    Const,
    Function,
    Loop,
    Param,
    Result,
    Value,
    blocks_of,
    leaves,
    operands,
)
from bpcompile.ir.kinds import Array


def only_items(fn: Function) -> set[Value]:
    """Return the parameters that may be arrays or lists of arrays: they do not say, and only their items are read."""
    found: set[Value] = {p for p in fn.params if p.is_free and isinstance(p.kind, Array)}
    todo = [fn.body]
    found -= set(leaves(fn.output))
    while todo and found:
        block = todo.pop()
        found -= set(block.results)
        for item in block.items:
            if not (isinstance(item, Apply) and (item.op is ops.LEN or is_item(item))):
                found -= set(operands(item))
            elif item.op is ops.SUBSCRIPT:
                found -= set(item.args[2:])
            todo += blocks_of(item)
    return found


def is_item(value: Apply) -> bool:
    """Return whether a value is one item of an array: `x[0]`, `x[i]`."""
    pattern = value.args[1] if value.op is ops.SUBSCRIPT else None
    return isinstance(pattern, Const) and re.fullmatch(r"-?\d+|\{0!s\}", str(pattern.value)) is not None


def parts_of(place: Sequence[Value]) -> Iterator[ast.expr | Value]:
    """Yield the parts of a subscript: what is written out, or the value that stands there."""
    for parts in reversed(levels_of(place)):
        yield from parts


def levels_of(place: Sequence[Value]) -> list[list[ast.expr | Value]]:
    """Return the parts of a subscript, and of those of what it gives: `x[1:][0]` has two levels."""
    if not place:
        return []
    pattern, *values = place
    assert isinstance(pattern, Const) and isinstance(pattern.value, str)
    names = [f"value_{k}" for k in range(len(values))]
    parsed: ast.expr = ast.parse(f"x[{pattern.value.format(*names)}]", mode="eval").body
    found: list[list[ast.expr | Value]] = []
    while isinstance(parsed, ast.Subscript):
        parts = parsed.slice.elts if isinstance(parsed.slice, ast.Tuple) else [parsed.slice]
        found.insert(0, [values[names.index(p.id)] if isinstance(p, ast.Name) else p for p in parts])
        parsed = parsed.value
    return found


def joined_places(places: Sequence[Sequence[Value]]) -> tuple[str, list[Value]]:
    """Return the place that is a part of a part: a pattern, and the values in it."""
    patterns: list[str] = []
    values: list[Value] = []
    for pattern, *own in places:
        assert isinstance(pattern, Const)
        count = len(values)
        patterns.append(re.sub(r"\{(\d+)", lambda found: f"{{{int(found[1]) + count}", str(pattern.value)))  # noqa: B023
        values += own
    return "][".join(patterns), values


@dataclass(frozen=True, slots=True)
class Line:
    """The items of an array that a place along one axis has: `A[i, ::2]`."""

    axis: int
    step: str
    is_whole: bool
    others: tuple[tuple[int, object], ...]  # axis -> the index along it


def line_of(place: Sequence[Value]) -> Line | None:
    """Return the line that a place is, of an array of two axes at most; None where it is something else."""
    free, others, along = [0, 1], dict[int, object](), dict[int, ast.Slice]()
    for parts in levels_of(place):
        axes = list(free)
        for axis, part in zip(axes, parts):
            if isinstance(part, ast.Slice):
                if axis in along:
                    return None
                along[axis] = part
            elif isinstance(part, Value) and not is_many(part) or index_number(part) is not None:
                others[axis] = part if isinstance(part, Value) else index_number(part)
                free.remove(axis)
            else:
                return None
    if not along and len(free) == 1:
        return Line(free[0], "1", True, tuple(others.items()))
    if len(along) != 1:
        return None
    ((axis, found),) = along.items()
    step = ast.unparse(found.step) if found.step is not None else "1"
    return Line(axis, step, found.lower is None and step == "1", tuple(others.items()))


def index_number(part: object) -> int | None:
    """Return the integer that is written in a subscript."""
    if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.USub) and isinstance(part.operand, ast.Constant):
        return -part.operand.value if type(part.operand.value) is int else None
    return part.value if isinstance(part, ast.Constant) and type(part.value) is int else None


def overtakes(place: Sequence[Value], read: Sequence[Value]) -> bool:
    """Return whether NumPy may write over what it still reads: a view of an array is written to other places of it.

    NumPy copies first where it sees the need; along one axis, it sees none where the steps in memory differ. A row and
    a column have one item in common: it is read when it is written if both have the same index, in whatever order.
    """
    to, source = line_of(place), line_of(read)
    if to is None or source is None:
        return False
    if to.axis == source.axis:
        return to.step != source.step
    if not to.is_whole or not source.is_whole:
        return True
    if len(to.others) != 1 or len(source.others) != 1:
        return True
    one, other = to.others[0][1], source.others[0][1]
    return one is not other and not (isinstance(one, int) and one == other)


def may_repeat(place: Sequence[Value]) -> bool:
    """Return whether one item of an array may come twice among the places of a subscript."""
    return any(is_index_array(part) for part in parts_of(place))


def is_basic(place: Sequence[Value]) -> bool:
    """Return whether a subscript gives a view: integers, slices and new axes."""
    return not any(isinstance(p, ast.List) or is_many(p) for p in parts_of(place))


def is_copied(place: Sequence[Value]) -> bool:
    """Return whether a subscript gives a copy for sure: one of its parts is a mask, or an array of indices."""
    for part in parts_of(place):
        if isinstance(part, ast.List) or isinstance(part, Value) and is_many(part) and dims_of(part.kind) is not None:
            return True
    return False


def takes_numbers(place: Sequence[Value]) -> bool:
    """Return whether a subscript can be that of a number: `x[None]`, `x[...]`."""
    return all(isinstance(p, ast.Constant) and p.value in (None, ...) for p in parts_of(place))


def is_many(value: object) -> bool:
    """Return whether a thing is a value that may be an array of more than one number."""
    return isinstance(value, Value) and isinstance(value.kind, Array) and value.kind.dims != ()


def counts_up(value: Value) -> bool:
    """Return whether a value is `np.arange(n)`: no two of its items are alike."""
    if not isinstance(value, Apply) or value.op is not ops.MAKE or len(value.args) != 2:
        return False
    return isinstance(value.args[0], Const) and value.args[0].value == "np.arange"


def is_index_array(part: ast.expr | Value) -> bool:
    """Return whether a part of a subscript may name one place twice."""
    if isinstance(part, Value):
        return is_many(part) and isinstance(part.kind, Array) and part.kind.dtype != "bool" and not counts_up(part)
    if not isinstance(part, ast.List):
        return False
    numbers = [e.value for e in part.elts if isinstance(e, ast.Constant)]
    return len(set(numbers)) < len(part.elts)  # an index from the end may be one from the start


def may_hold_integers(value: Value, seen: frozenset[Value] = frozenset(), loops: tuple[Loop, ...] = ()) -> bool:
    """Return whether an array may hold integers: an argument may, and what is made of it by whole numbers alone."""
    if isinstance(value, Const):
        return not isinstance(value.value, float)
    if value in seen:  # what a loop carries: as far as that itself goes, it need not
        return False
    sources = sources_of(value, loops)
    if isinstance(value, Result) and isinstance(value.owner, Loop):
        loops = (*loops, value.owner)
    if sources is None:
        return isinstance(value, (Param, BlockParam))
    how = any if isinstance(value, (Result, BlockParam)) or isinstance(value, Apply) and value.op is ops.SELECT else all
    return how(may_hold_integers(source, seen | {value}, loops) for source in sources)


def sources_of(value: Value, loops: Sequence[Loop]) -> Sequence[Value] | None:
    """Return what decides whether a value holds integers, None where nothing that is known does."""
    if isinstance(value, BlockParam):
        loop = next((loop for loop in loops if value in loop.carried), None)
        at = 0 if loop is None else loop.carried.index(value)
        return None if loop is None else (loop.initial[at], loop.body.results[at])
    if isinstance(value, Result) and isinstance(value.owner, Branch):
        return [side.results[value.index] for side in value.owner.sides]
    if isinstance(value, Result) and isinstance(value.owner, Loop):
        return value.owner.initial[value.index], value.owner.body.results[value.index]
    if not isinstance(value, Apply) or value.op in GIVE_FLOATS:
        return None
    if value.op is ops.MAKE and dtype_of(value.kind) != "int":
        name = value.args[0].value if isinstance(value.args[0], Const) else ""
        return value.args[1:] if str(name).endswith("_like") else None
    if value.op in ops.EFFECTS:
        return value.args[:1]
    if value.op is ops.AS_TYPE_OF:
        return value.args[1:]
    is_ones = value.op is ops.SPREAD and literal(value.args[0]) == 1
    return value.args[1:] if is_ones or value.op is ops.SELECT else value.args


GIVE_FLOATS = frozenset(  # whatever they are given
    (ops.DIV, ops.NORM, ops.LOGSUMEXP, ops.INV, ops.SOLVE, ops.CHOLESKY, ops.FLOAT, ops.SIGMOID, ops.SIGMOID_DOWN,
     *ops.SPECIAL.values(), *(ops.REDUCTIONS[n] for n in ("mean", "var", "std")), *ops.MATH.values(),
     *(ops.NUMPY[n] for n in "exp log sqrt sin cos tan tanh sinh cosh arcsin arccos arctan arcsinh arccosh arctanh "
       "log1p expm1 log2 log10 exp2 cbrt degrees radians arctan2 hypot logaddexp copysign".split()))
)  # fmt: skip
