"""What is known of the shape of a result, from the shapes of its operands."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from bpcompile.ir import ops
from bpcompile.ir.array_ops import ALONG, ARRAY_OPS, DATA, PRODUCTS
from bpcompile.ir.array_shapes import ARRAY_RULES, Rule, Values, lengths_of
from bpcompile.ir.dtypes import dtype_of_result
from bpcompile.ir.fitting import (
    RankError,
    ShapeError,
    SizeError,
    agreed,
    broadcast,
    dims_of,
    dtype_of,
    either,
    end_to_end,
    on_axes,
    side_by_side,
)
from bpcompile.ir.kinds import INT, Array, Kind
from bpcompile.ir.lengths import Dim, Less, Unknown, differ, quotient
from bpcompile.ir.lengths import product as items_of
from bpcompile.ir.ops import REDUCTIONS, Op
from bpcompile.ir.subscripts import subscript


def literal_axis(text: object) -> tuple[int, ...] | None:
    """Return the axes that a literal names; None is all of them."""
    if isinstance(text, int) and not isinstance(text, bool):
        return (text,)
    if text == "None":
        return None
    assert isinstance(text, str)
    return tuple(int(part) for part in text.strip("()").split(",") if part.strip())


def reduced(kind: Kind, axis: object, keepdims: object) -> tuple[Dim, ...] | None:
    """Return the dimensions of a reduction."""
    dims, axes = dims_of(kind), literal_axis(axis)
    if axes is None and not keepdims:
        return ()
    if dims is None:
        return None
    gone = range(len(dims)) if axes is None else on_axes(axes, len(dims))
    if keepdims:
        return tuple(1 if k in gone else d for k, d in enumerate(dims))
    return tuple(d for k, d in enumerate(dims) if k not in gone)


def product(a: Kind, b: Kind) -> tuple[Dim, ...] | None:
    """Return the dimensions of `a @ b`."""
    left, right = dims_of(a), dims_of(b)
    if left is None or right is None or not left or not right:
        return None
    inner = len(right) - 2 if len(right) > 1 else 0
    if differ(left[-1], right[inner]):
        raise ShapeError(0, len(left) - 1, 1, inner)
    batch = broadcast([Array(left[:-2]), Array(right[:-2])])
    return None if batch is None else (*batch, *left[-2:-1], *(right[-1:] if len(right) > 1 else ()))


def chained(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of a product of several arrays."""
    total: Kind = kinds[0]
    for kind in kinds[1:]:
        total = Array(product(total, kind))
    return dims_of(total)


def dotted(a: Kind, b: Kind) -> tuple[Dim, ...] | None:
    """Return the dimensions of `np.dot(a, b)`."""
    left, right = dims_of(a), dims_of(b)
    if left is None or right is None:
        return None
    if not left or not right:
        return left or right
    inner = max(len(right) - 2, 0)
    if differ(left[-1], right[inner]):
        raise ShapeError(0, len(left) - 1, 1, inner)
    return (*left[:-1], *right[:inner], *right[inner + 1 :])


def outer(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of an outer product."""
    sizes = [size_of(k) for k in kinds]
    return tuple(Unknown() if n is None else n for n in sizes)


def size_of(kind: Kind) -> Dim | None:
    """Return how many items an array has."""
    dims = dims_of(kind)
    return None if dims is None else items_of(dims)


def einsum(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of an Einstein sum without an ellipsis."""
    terms, output = einsum_terms(str(values[0]))
    if any("." in term for term in terms):
        return None
    found = letters_of(",".join(terms), kinds[1:])
    return tuple(found[letter] for letter in output)


def einsum_terms(text: str) -> tuple[list[str], str]:
    """Return the terms of the subscripts of `np.einsum`, and the output that they say or imply."""
    inputs, arrow, output = text.replace(" ", "").partition("->")
    terms = inputs.split(",")
    letters = inputs.replace(",", "").replace(".", "")
    if not arrow:
        once = sorted(letter for letter in set(letters) if letters.count(letter) == 1)
        output = ("..." if "..." in inputs else "") + "".join(once)
    return terms, output


def letters_of(subscripts: str, kinds: Sequence[Kind]) -> dict[str, Dim]:
    """Return the length that each letter of an Einstein sum stands for; an axis of one item stands for all."""
    found: dict[str, list[tuple[int, int, Dim]]] = {}
    for k, (term, kind) in enumerate(zip(subscripts.partition("->")[0].split(","), kinds)):
        dims = dims_of(kind)
        if dims is not None and len(dims) != len(term):
            raise RankError(k + 1, len(dims), f"`{term}`")
        for axis, letter in enumerate(term):
            found.setdefault(letter, []).append((k + 1, axis, Unknown() if dims is None else dims[axis]))
    return {letter: spanned([axis for axis in axes if axis[2] != 1]) for letter, axes in found.items()}


def spanned(axes: Sequence[tuple[int, int, Dim]]) -> Dim:
    """Return the length of what several axes of an Einstein sum are, none of them 1."""
    if len({axis[2] for axis in axes}) > 1:
        agreed(axes)  # or the shapes do not fit
        return Unknown()
    return axes[0][2] if axes else 1


def transposed(kind: Kind, axes: object) -> tuple[Dim, ...] | None:
    """Return the dimensions of a transpose."""
    dims, order = dims_of(kind), literal_axis(axes)
    if dims is None:
        return None
    if order is None:
        return dims[::-1]
    if len(order) != len(dims):
        raise RankError(0, len(dims), f"an order of {len(order)}")
    return tuple(dims[k] for k in on_axes(order, len(dims)))


def swapped(kind: Kind, one: object, other: object) -> tuple[Dim, ...] | None:
    """Return the dimensions with two axes in each other's place."""
    dims = dims_of(kind)
    if dims is None or not isinstance(one, int) or not isinstance(other, int):
        return None
    found = list(dims)
    one, other = on_axes((one, other), len(dims))
    found[one], found[other] = found[other], found[one]
    return tuple(found)


def expanded(kind: Kind, axis: object) -> tuple[Dim, ...] | None:
    """Return the dimensions with a new axis of one item."""
    dims, axes = dims_of(kind), literal_axis(axis)
    if dims is None or axes is None:
        return None
    rank = len(dims) + len(axes)
    new, rest = on_axes(axes, rank), iter(dims)
    return tuple(1 if k in new else next(rest, 1) for k in range(rank))


def squeezed(kind: Kind, axis: object) -> tuple[Dim, ...] | None:
    """Return the dimensions without axes of one item; which these are, is known of numbers alone."""
    dims, axes = dims_of(kind), literal_axis(axis)
    if dims is None or axes is None and not all(isinstance(d, int) for d in dims):
        return None
    gone = [k for k, d in enumerate(dims) if d == 1] if axes is None else on_axes(axes, len(dims))
    return tuple(d for k, d in enumerate(dims) if k not in gone)


def moved(kind: Kind, source: object, destination: object) -> tuple[Dim, ...] | None:
    """Return the dimensions with axes moved to other places."""
    dims, sources, places = dims_of(kind), literal_axis(source), literal_axis(destination)
    if dims is None or sources is None or places is None or len(sources) != len(places):
        return None
    sources, places = on_axes(sources, len(dims)), on_axes(places, len(dims))
    given = {place: dims[k] for place, k in zip(places, sources)}
    rest = iter([d for k, d in enumerate(dims) if k not in sources])
    return tuple(given[k] if k in given else next(rest, 1) for k in range(len(dims)))


def picked(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of a subscript."""
    dims = dims_of(kinds[0])
    found = None if dims is None else subscript(dims, str(values[1]), kinds[2:], values[2:])
    if found is None:
        return None
    left, place, arrays = found
    try:
        axes = broadcast([Array(shape) for shape in arrays]) or ()
    except ShapeError:  # the indices: NumPy says which
        return None
    return (*left[:place], *axes, *left[place:])


def part_of_part(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of a subscript, of one of what that gives, and so on."""
    base = kinds[0]
    for level in str(values[1]).split("]["):
        base = Array(picked((base, *kinds[1:]), (None, level, *values[2:])))
    return dims_of(base)


FLAT_RESULTS = "astype_bool isnan isinf isfinite logical_and logical_or logical_not logical_xor signbit isclose".split()
TRUTHS = frozenset((*ops.COMPARISONS, *(ops.NUMPY[n] for n in FLAT_RESULTS)))


def reduction(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of a reduction: array, axis, ..., keepdims."""
    return reduced(kinds[0], values[1], values[-1])


def late_reduction(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of a reduction: array, ..., axis, keepdims."""
    return reduced(kinds[0], values[-2], values[-1])


def transposed_last(kind: Kind) -> tuple[Dim, ...] | None:
    """Return the dimensions with the last two in each other's place."""
    dims = dims_of(kind)
    return None if dims is None or len(dims) < 2 else (*dims[:-2], dims[-1], dims[-2])


def stacked(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of `np.stack`."""
    dims, axis = side_by_side([dims_of(k) for k in kinds[1:]], 1), values[0]
    if dims is None or not isinstance(axis, int):
        return None
    (place,) = on_axes((axis,), len(dims) + 1, 1)
    return (*dims[:place], len(kinds) - 1, *dims[place:])


def concatenated(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of `np.concatenate`."""
    axis, shapes = values[0], [dims_of(k) for k in kinds[1:]]
    if not isinstance(axis, int) or not shapes or shapes[-1] is None:
        return None
    (place,) = on_axes((axis,), len(shapes[-1]), len(shapes))
    return end_to_end(shapes, 1, place)


def reshaped(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of `np.reshape`; -1 stands for what is left."""
    given: list[Dim] = [Unknown() if isinstance(d, Less) else d for d in lengths_of(values[1:])]  # it may be -1 as well
    items = size_of(kinds[0])
    free = [k for k, v in enumerate(values[1:]) if v == -1]
    rest = items_of(d for k, d in enumerate(given) if k not in free)
    if items is None or rest == 0:
        return tuple(given)
    if isinstance(items, int) and isinstance(rest, int) and (items % rest if free else items != rest):
        raise SizeError(0, items, rest)
    left = quotient(items, rest)
    if left is not None and len(free) == 1:
        given[free[0]] = left
    return tuple(given)


def flattened(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...]:
    """Return the dimensions of all items in a row."""
    size = size_of(kinds[0])
    return (Unknown() if size is None else size,)


def along(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of what is done along an axis; without one, all items are in a row."""
    dims, axes = dims_of(kinds[0]), literal_axis(values[1])
    if dims is not None and axes is not None:
        on_axes(axes, len(dims))
    return flattened(kinds, values) if axes is None else dims


def diagonal(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of `np.diag`."""
    dims = dims_of(kinds[0])
    if dims is None or len(dims) not in (1, 2):
        return None
    return dims * 2 if len(dims) == 1 else dims[:1] if dims[0] == dims[1] else (Unknown(),)


def made(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of a new array."""
    name = str(values[0])
    if name.endswith("_like"):
        return dims_of(kinds[1])
    if name in ("np.zeros", "np.ones"):
        return lengths_of(values[1:])
    if name in ("np.eye", "np.identity", "np.tri"):
        return lengths_of([values[1], values[2 if len(values) > 2 else 1]])
    if name == "np.linspace":
        return lengths_of(values[3:4]) or (50,)
    ends = [v for v in values[1:] if isinstance(v, int)]
    if len(ends) == len(values) - 1 and 0 not in ends[2:]:
        return (len(range(*ends)),)
    return lengths_of(values[1:]) if len(values) == 2 else (Unknown(),)


def number_of_matrix(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of one number for each matrix of a stack."""
    dims = dims_of(kinds[0])
    return None if dims is None or len(dims) < 2 else dims[:-2]


def paths_of(pattern: str) -> list[tuple[int, ...]]:
    """Return where each item stands in nested brackets: (0, 1) for {1} in `[[{0}, {1}]]`."""
    paths: list[tuple[int, ...]] = []
    at: list[int] = []
    for mark in re.findall(r"[\[\],{]", pattern):
        if mark == "[":
            at.append(0)
        elif mark == "]":
            at.pop()
        elif mark == ",":
            at[-1] += 1
        else:
            paths.append(tuple(at))
    return paths


def nested(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of an array of items written out: those of the brackets, then those of an item."""
    paths = paths_of(str(values[0]))
    lengths = tuple(max(path[k] for path in paths) + 1 for k in range(min(map(len, paths))))
    inner = stacked(kinds, (0, *values[1:]))
    if inner is None or any(len(path) != len(lengths) for path in paths) or math.prod(lengths) != len(paths):
        return None
    return (*lengths, *inner[1:])


RULES: Mapping[Op, Rule] = {
    **ARRAY_RULES,
    **{ALONG[n]: reduction for n in "median ptp nansum nanmean nanprod nanmax nanmin nanvar nanstd".split()},
    **{ALONG[n]: late_reduction for n in ("quantile", "percentile", "average")},
    **{ALONG[n]: lambda kinds, values: reduced(kinds[0], values[3], False) for n in ("trapezoid", "trapz")},
    PRODUCTS["linalg.multi_dot"]: chained,
    **dict.fromkeys(REDUCTIONS.values(), reduction),
    ops.LOGSUMEXP: reduction,
    ops.NORM: late_reduction,
    ops.LOGSUMEXP_OF: lambda kinds, values: None,
    ops.PINV: lambda kinds, values: transposed_last(kinds[0]),
    ops.MATMUL: lambda kinds, values: product(*kinds),
    ops.DOT: lambda kinds, values: dotted(*kinds),
    ops.OUTER: outer,
    ops.EINSUM: einsum,
    ops.TRANSPOSE: lambda kinds, values: transposed(kinds[0], values[1]),
    ops.SWAPAXES: lambda kinds, values: swapped(kinds[0], values[1], values[2]),
    ops.EXPAND_DIMS: lambda kinds, values: expanded(kinds[0], values[1]),
    ops.STACK: stacked,
    ops.ARRAY: nested,
    ops.SQUEEZE: lambda kinds, values: squeezed(kinds[0], values[1]),
    ops.MOVEAXIS: lambda kinds, values: moved(kinds[0], values[1], values[2]),
    ops.CONCATENATE: concatenated,
    ops.RESHAPE: reshaped,
    ops.RAVEL: flattened,
    ops.BROADCAST_TO: lambda kinds, values: lengths_of(values[1:]),
    ops.SUBSCRIPT: part_of_part,
    ops.DIAG: diagonal,
    ops.MAKE: made,
    ops.AS_TYPE_OF: lambda kinds, values: dims_of(kinds[0]),
    ops.LIKE: lambda kinds, values: dims_of(kinds[1]),
    ops.UNBROADCAST: lambda kinds, values: dims_of(kinds[1]),
    ops.IN_SHAPE: lambda kinds, values: dims_of(kinds[1]),
    ops.SPREAD: lambda kinds, values: dims_of(kinds[1]),
    ops.PLACED: lambda kinds, values: dims_of(kinds[1]),
    ops.FIRST_EQUAL: lambda kinds, values: dims_of(kinds[0]),
    ops.SUM_TO: lambda kinds, values: reduced(kinds[0], values[1], False),
    ops.TRACE: lambda kinds, values: None if (dims := dims_of(kinds[0])) is None else dims[2:],
    **dict.fromkeys((ops.DET, ops.LOGDET, ops.SIGN_DET), number_of_matrix),
    **dict.fromkeys((ops.SORT, ops.ARGSORT, ops.CUMSUM), along),
    **dict.fromkeys(
        (ops.COPY_OF, ops.FLIP, ops.ROLL, ops.TRIL, ops.TRIU, ops.INV, ops.CHOLESKY, ops.BUT_ONE,
         ops.CHOLESKY_SHARE, ops.SOFTMAX, ops.OWN_SOFTMAX, ops.LOG_SOFTMAX, ops.MATRIX_POWER, ops.POWER_SHARE),
        lambda kinds, values: dims_of(kinds[0]),
    ),
    ops.PINV_SHARE: lambda kinds, values: dims_of(kinds[1]),
    ops.EIGENVECTORS_SHARE: lambda kinds, values: dims_of(kinds[2]),
    ops.UNSORTED: lambda kinds, values: dims_of(kinds[1]),
    ops.DOT_LEFT: lambda kinds, values: dims_of(kinds[1]),
    ops.DOT_RIGHT: lambda kinds, values: dims_of(kinds[2]),
    ops.SOLVE_SHARE: lambda kinds, values: dims_of(kinds[2]),
    ops.SOLVE_RIGHT: lambda kinds, values: dims_of(kinds[2]),
    ops.SOLVE: lambda kinds, values: dims_of(kinds[1]) if len(dims_of(kinds[0]) or ()) == 2 else None,
    ops.TIMES_LEFT: lambda kinds, values: dims_of(kinds[1]),
    ops.TIMES_RIGHT: lambda kinds, values: dims_of(kinds[2]),
}  # fmt: skip
NUMBERS_OF_ARRAYS = frozenset((ops.DIM, ops.SIZE, ops.NDIM, ops.LEN))
ON_ARRAYS = frozenset(
    (*RULES, *ARRAY_OPS, *ops.NUMPY.values(), *ops.SPECIAL.values(), *ops.SLOPES, *ops.FACTORS, ops.SVD_SHARE,
     ops.QR_SHARE, *ops.ARRAY_GATES, ops.MATRIX_RANK, ops.TIMES_I)
)  # fmt: skip
WHOLE = frozenset(DATA.values()).union(
    (*(REDUCTIONS[n] for n in ("argmax", "argmin", "count_nonzero")), ops.NUMPY["astype_int"], ops.MATRIX_RANK)
)


def kind_of(op: Op, kinds: Sequence[Kind], values: Values) -> Kind:
    """Return the kind of a result."""
    if op is ops.COPY_OF and not isinstance(kinds[0], Array):
        return op.kind
    if op in NUMBERS_OF_ARRAYS:
        if op is ops.DIM and (dims := dims_of(kinds[0])) is not None and isinstance(values[1], int):
            on_axes((values[1],), len(dims))
        return INT
    if op is ops.ZEROS:
        return Array(dims_of(kinds[0]))
    if op not in ON_ARRAYS and not (op in ops.ELEMENTWISE and any(isinstance(k, Array) for k in kinds)):
        return op.kind
    if op in RULES:
        dims = RULES[op](kinds, values)
    elif op is ops.SELECT:
        dims = either(dims_of(kinds[1]), dims_of(kinds[2]))
    elif op in ops.ELEMENTWISE:
        dims = broadcast(kinds)
    else:
        dims = None
    if op in TRUTHS or op in (REDUCTIONS["any"], REDUCTIONS["all"], DATA["array_equal"], DATA["allclose"]):
        return Array(dims, "bool")
    if op is ops.MAKE:
        return Array(dims, made_dtype(str(values[0]), [dtype_of(k) for k in kinds[1:]]))
    if op is ops.AS_TYPE_OF:
        return Array(dims, dtype_of(kinds[1]))
    if op in WHOLE or op is ops.ARGSORT:
        return Array(dims, "int")
    return Array(dims, dtype_of_result(op, kinds))


def made_dtype(function: str, dtypes: Sequence[str]) -> str:
    """Return what the numbers of a new array are."""
    is_like = function.endswith(("_like", "arange"))
    return "int" if is_like and all(d in ("int", "bool") for d in dtypes) else "real"
