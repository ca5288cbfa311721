"""What is known of the shape of a result, from the shapes of its operands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bpcompile.ir import ops
from bpcompile.ir.kinds import BOOL, INT, REAL, Array, Dim, Kind, Scalar
from bpcompile.ir.ops import Op

Dims = "tuple[Dim, ...] | None"


class ShapeError(Exception):
    """Two shapes that do not fit: of which operands, along which axis of each."""

    def __init__(self, one: int, one_axis: int, other: int, other_axis: int) -> None:
        super().__init__(one, one_axis, other, other_axis)
        self.places = ((one, one_axis), (other, other_axis))


def dims_of(kind: Kind) -> tuple[Dim, ...] | None:
    """Return the dimensions: none at all of a number, None where they are not known."""
    if isinstance(kind, Array):
        return kind.dims
    return () if isinstance(kind, Scalar) else None


def joined(a: Kind, b: Kind) -> Kind:
    """Return the kind of what is one or the other."""
    if a == b:
        return a
    if isinstance(a, Array) or isinstance(b, Array):
        dims = dims_of(a) if dims_of(a) == dims_of(b) else None
        return Array(dims, "real" if "real" in (dtype_of(a), dtype_of(b)) else "int")
    return INT if {a, b} == {BOOL, INT} else REAL


def dtype_of(kind: Kind) -> str:
    """Return the type of the numbers."""
    return kind.dtype if isinstance(kind, Array) else str(kind)


def broadcast(kinds: Sequence[Kind]) -> tuple[Dim, ...] | None:
    """Return the dimensions of an elementwise result; dimensions that are different names may be equal at run time."""
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
            if result[place] != 1:
                before = known[source[place]]
                raise ShapeError(source[place], place - rank + len(before), at, k)
            result[place], source[place] = dim, at
    return tuple(result)


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
    gone = set(range(len(dims))) if axes is None else {a % len(dims) for a in axes if -len(dims) <= a < len(dims)}
    if keepdims:
        return tuple(1 if k in gone else d for k, d in enumerate(dims))
    return tuple(d for k, d in enumerate(dims) if k not in gone)


def product(a: Kind, b: Kind) -> tuple[Dim, ...] | None:
    """Return the dimensions of `a @ b`."""
    left, right = dims_of(a), dims_of(b)
    if left is None or right is None or not left or not right:
        return None
    inner = len(right) - 2 if len(right) > 1 else 0
    if left[-1] != right[inner]:
        raise ShapeError(0, len(left) - 1, 1, inner)
    if len(left) > 2 or len(right) > 2:
        return None
    return (*left[:-1], *(right[1:] if len(right) > 1 else ()))


def transposed(kind: Kind, axes: object) -> tuple[Dim, ...] | None:
    """Return the dimensions of a transpose."""
    dims, order = dims_of(kind), literal_axis(axes)
    if dims is None:
        return None
    if order is None:
        return dims[::-1]
    if not all(-len(dims) <= k < len(dims) for k in order) or len({k % len(dims) for k in order}) < len(dims):
        return None
    return tuple(dims[k] for k in order)


def swapped(kind: Kind, one: object, other: object) -> tuple[Dim, ...] | None:
    """Return the dimensions with two axes in each other's place."""
    dims = dims_of(kind)
    if dims is None or not isinstance(one, int) or not isinstance(other, int):
        return None
    if not all(-len(dims) <= k < len(dims) for k in (one, other)):
        return None
    found = list(dims)
    found[one], found[other] = found[other], found[one]
    return tuple(found)


def expanded(kind: Kind, axis: object) -> tuple[Dim, ...] | None:
    """Return the dimensions with a new axis of one item."""
    dims = dims_of(kind)
    if dims is None or not isinstance(axis, int) or not -len(dims) - 1 <= axis <= len(dims):
        return None
    place = axis % (len(dims) + 1)
    return (*dims[:place], 1, *dims[place:])


def picked(kinds: Sequence[Kind], pattern: str) -> tuple[Dim, ...] | None:
    """Return the dimensions of a subscript of integers, whole slices and new axes."""
    dims = dims_of(kinds[0])
    if dims is None:
        return None
    found: list[Dim] = []
    rest = list(dims)
    for part in pattern.split(", "):
        if part == "None":
            found.append(1)
        elif not rest:
            return None
        elif part == ":":
            found.append(rest.pop(0))
        elif part.lstrip("-").isdigit() or part.endswith("!s}"):
            rest.pop(0)
        else:
            return None
    return (*found, *rest)


FLAT_RESULTS = frozenset(("isnan", "isinf", "isfinite", "logical_and", "logical_or", "logical_not"))
TRUTHS = frozenset((*ops.COMPARISONS, *(ops.NUMPY[n] for n in FLAT_RESULTS)))
Values = Sequence[object]  # the value of each operand that is a literal


def reduction(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of a reduction: array, axis, ..., keepdims."""
    return reduced(kinds[0], values[1], values[-1])


def reduction_by_order(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of a norm: array, ord, axis, keepdims."""
    return reduced(kinds[0], values[2], values[3])


def transposed_last(kind: Kind) -> tuple[Dim, ...] | None:
    """Return the dimensions with the last two in each other's place."""
    dims = dims_of(kind)
    return None if dims is None or len(dims) < 2 else (*dims[:-2], dims[-1], dims[-2])


def factor_dims(op: Op, kind: Kind) -> list[tuple[Dim, ...] | None]:
    """Return the dimensions of each factor of a matrix."""
    dims = dims_of(kind)
    if dims is None or len(dims) < 2:
        return [None] * len(ops.FACTORS[op])
    *stack, m, n = dims
    if op is ops.EIGH:
        return [(*stack, m), dims]
    small = m if m == n else min(m, n) if isinstance(m, int) and isinstance(n, int) else None
    if small is None:
        return [None] * len(ops.FACTORS[op])
    outer: list[tuple[Dim, ...] | None] = [(*stack, m, small), (*stack, small, n)]
    return outer if op is ops.QR else [outer[0], (*stack, small), outer[1]]


def stacked(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions of `np.stack`."""
    dims = dims_of(kinds[1])
    is_same = all(dims_of(k) == dims for k in kinds[1:])
    if dims is None or not is_same or not isinstance(values[0], int) or not -len(dims) - 1 <= values[0] <= len(dims):
        return None
    place = values[0] % (len(dims) + 1)
    return (*dims[:place], len(kinds) - 1, *dims[place:])


def as_listed(kinds: Sequence[Kind], values: Values) -> tuple[Dim, ...] | None:
    """Return the dimensions that are given one by one, where they are literal."""
    given = values[1:]
    return tuple(given) if all(isinstance(v, int) and v >= 0 for v in given) else None  # type: ignore[arg-type]


Rule = Callable[[Sequence[Kind], Values], "tuple[Dim, ...] | None"]
RULES: Mapping[Op, Rule] = {
    **dict.fromkeys(ops.REDUCTIONS.values(), reduction),
    ops.LOGSUMEXP: reduction,
    ops.NORM: reduction_by_order,
    ops.LOGSUMEXP_OF: lambda kinds, values: None,
    ops.PINV: lambda kinds, values: transposed_last(kinds[0]),
    ops.MATMUL: lambda kinds, values: product(*kinds),
    ops.DOT: lambda kinds, values: product(*kinds),
    ops.TRANSPOSE: lambda kinds, values: transposed(kinds[0], values[1]),
    ops.SWAPAXES: lambda kinds, values: swapped(kinds[0], values[1], values[2]),
    ops.EXPAND_DIMS: lambda kinds, values: expanded(kinds[0], values[1]),
    ops.STACK: stacked,
    ops.RESHAPE: as_listed,
    ops.BROADCAST_TO: as_listed,
    ops.SUBSCRIPT: lambda kinds, values: picked(kinds, str(values[1])),
    ops.LIKE: lambda kinds, values: dims_of(kinds[1]),
    ops.UNBROADCAST: lambda kinds, values: dims_of(kinds[1]),
    ops.SPREAD: lambda kinds, values: dims_of(kinds[1]),
    ops.PLACED: lambda kinds, values: dims_of(kinds[1]),
    ops.FIRST_EQUAL: lambda kinds, values: dims_of(kinds[0]),
    ops.SUM_TO: lambda kinds, values: reduced(kinds[0], values[1], False),
    ops.TRACE: lambda kinds, values: (),
    ops.DET: lambda kinds, values: () if len(dims_of(kinds[0]) or ()) == 2 else None,
    **dict.fromkeys(
        (ops.FLIP, ops.ROLL, ops.SORT, ops.ARGSORT, ops.TRIL, ops.TRIU, ops.INV, ops.CHOLESKY, ops.BUT_ONE,
         ops.CHOLESKY_SHARE, ops.SOFTMAX, ops.LOG_SOFTMAX, ops.MATRIX_POWER, ops.POWER_SHARE),
        lambda kinds, values: dims_of(kinds[0]),
    ),
    ops.PINV_SHARE: lambda kinds, values: dims_of(kinds[1]),
    ops.EIGENVECTORS_SHARE: lambda kinds, values: dims_of(kinds[2]),
    ops.UNSORTED: lambda kinds, values: dims_of(kinds[1]),
    ops.DOT_LEFT: lambda kinds, values: dims_of(kinds[1]),
    ops.DOT_RIGHT: lambda kinds, values: dims_of(kinds[2]),
    ops.SOLVE_SHARE: lambda kinds, values: dims_of(kinds[2]),
    ops.SOLVE_RIGHT: lambda kinds, values: dims_of(kinds[2]),
    ops.SOLVE: lambda kinds, values: dims_of(kinds[1]),
}  # fmt: skip
NUMBERS_OF_ARRAYS = frozenset((ops.DIM, ops.SIZE, ops.NDIM, ops.LEN))
ON_ARRAYS = frozenset(
    (*RULES, ops.OUTER, ops.EINSUM, ops.RAVEL, ops.SQUEEZE, ops.MOVEAXIS, ops.CONCATENATE, ops.CUMSUM,
     ops.DIAG, ops.LOGDET, ops.SIGN_DET, ops.MAKE, ops.TIMES_LEFT, ops.TIMES_RIGHT, *ops.NUMPY.values(),
     *ops.SPECIAL.values(), *ops.SLOPES, *ops.FACTORS, ops.SVD_SHARE, ops.QR_SHARE, *ops.ARRAY_GATES, ops.MATRIX_RANK)
)  # fmt: skip
WHOLE = frozenset((*(ops.REDUCTIONS[n] for n in ("argmax", "argmin", "count_nonzero")), ops.MATRIX_RANK))


def kind_of(op: Op, kinds: Sequence[Kind], values: Values) -> Kind:
    """Return the kind of a result."""
    if op in NUMBERS_OF_ARRAYS:
        return INT
    if op not in ON_ARRAYS and not (op in ops.ELEMENTWISE and any(isinstance(k, Array) for k in kinds)):
        return op.kind
    dtypes = [dtype_of(k) for k in kinds]
    if op in RULES:
        dims = RULES[op](kinds, values)
    elif op is ops.SELECT:
        dims = dims_of(kinds[1]) if dims_of(kinds[1]) == dims_of(kinds[2]) else None
    elif op in ops.ELEMENTWISE:
        dims = broadcast(kinds)
    else:
        dims = None
    if op in TRUTHS or op in (ops.REDUCTIONS["any"], ops.REDUCTIONS["all"]):
        return Array(dims, "bool")
    if op in WHOLE or op is ops.ARGSORT:
        return Array(dims, "int")
    is_whole = op in KEEPS_INTEGERS and all(d in ("int", "bool", "str") for d in dtypes)
    return Array(dims, "int" if is_whole else "real")


KEEPS_INTEGERS = frozenset(
    (ops.ADD, ops.SUB, ops.MUL, ops.NEG, ops.POS, ops.ABS, ops.FLOORDIV, ops.MOD, ops.COPY, ops.READ, ops.SUBSCRIPT,
     ops.RESHAPE, ops.RAVEL, ops.TRANSPOSE, ops.EXPAND_DIMS, ops.SQUEEZE, ops.REDUCTIONS["sum"], ops.REDUCTIONS["max"],
     ops.REDUCTIONS["min"])
)  # fmt: skip
