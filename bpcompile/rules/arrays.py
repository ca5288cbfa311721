"""The rules of what is computed on arrays: partials item by item, and the pullback of each function of whole arrays.

Item by item, the rows of `rules/scalar.py` hold; `passes/arrays.py` undoes broadcasting. A pullback takes the
cotangent, of the result's own shape, the result and the arguments, and gives what each array gets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bpcompile.ir import ops
from bpcompile.ir.graph import Apply, Const, Value
from bpcompile.ir.kinds import STR, Array
from bpcompile.ir.ops import MATH, NUMPY, REDUCTIONS, Op
from bpcompile.ir.shapes import dims_of, literal_axis
from bpcompile.rules.algebra import Expr, Operand, call, of
from bpcompile.rules.scalar import PARTIALS, PULLBACKS, Partials
from bpcompile.rules.special import SPECIAL_FLAT, SPECIAL_PARTIALS, SPECIAL_SINGULAR

# function of NumPy -> function of `math` with the same row
SAME_ROWS: Mapping[str, str] = {
    **{n: n for n in "exp log sqrt sin cos tan tanh sinh cosh log1p expm1 log2 log10 exp2 cbrt hypot copysign".split()},
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh",
    "arctan2": "atan2",
}  # fmt: skip


def masked(condition: Expr, ct: Expr, is_first: bool) -> Expr:
    """Return the cotangent where a condition holds, or where it does not; else 0."""
    return of(NUMPY["where"], condition, ct, 0.0) if is_first else of(NUMPY["where"], condition, 0.0, ct)


# fmt: off
ARRAY_PARTIALS: Mapping[Op, Partials] = {
    **{op: row for op, row in PARTIALS.items() if op in ops.ELEMENTWISE},
    **{NUMPY[n]: PARTIALS[MATH[m]] for n, m in SAME_ROWS.items()},
    NUMPY["square"]:        lambda out, x: (2 * x,),
    NUMPY["reciprocal"]:    lambda out, x: (-(out * out),),
    NUMPY["absolute"]:      lambda out, x: (of(NUMPY["sign"], x),),      # 0 at 0
    NUMPY["logaddexp"]:     lambda out, x, y: (call("exp", x - out), call("exp", y - out)),
    **SPECIAL_PARTIALS,
}
ARRAY_PULLBACKS: Mapping[Op, Callable[..., Sequence[Operand]]] = {
    **{op: PULLBACKS[op] for op in (ops.DIV, ops.POW)},
    NUMPY["degrees"]:   lambda ct, out, x: (of(NUMPY["degrees"], ct),),
    NUMPY["radians"]:   lambda ct, out, x: (of(NUMPY["radians"], ct),),
    NUMPY["where"]:     lambda ct, out, c, x, y: (0, masked(c, ct, True), masked(c, ct, False)),
    NUMPY["maximum"]:   lambda ct, out, x, y: (masked(of(ops.GE, x, y), ct, True), masked(of(ops.GE, x, y), ct, False)),
    NUMPY["minimum"]:   lambda ct, out, x, y: (masked(of(ops.LE, x, y), ct, True), masked(of(ops.LE, x, y), ct, False)),
}
# fmt: on
# item by item, the derivative is 0 wherever there is one
ARRAY_FLAT = (
    frozenset(
        NUMPY[n] for n in "sign floor ceil rint trunc isnan isinf isfinite logical_and logical_or logical_not".split()
    )
    | SPECIAL_FLAT
)


def text(like: Expr, value: object) -> Expr:
    """Return an option as text."""
    return like.algebra.expr(like.algebra.constants.get(str(value), STR))


def literal_of(option: Expr) -> object:
    """Return what an option says."""
    assert isinstance(option.value, Const)
    return option.value.value


def rank(x: Expr) -> int | None:
    """Return the rank, None where it is not known."""
    dims = dims_of(x.value.kind)
    return None if dims is None else len(dims)


def kept(ct: Expr, axis: Expr, keepdims: Expr) -> Expr:
    """Return a cotangent, or a result, of a reduction with the reduced axes of one item again."""
    axes = literal_axis(literal_of(axis))
    if literal_of(keepdims) or axes is None:
        return ct
    if len(axes) == 1:
        return of(ops.EXPAND_DIMS, ct, axes[0])
    return of(ops.EXPAND_DIMS, ct, text(ct, tuple(axes)))


def count(out: Expr, x: Expr, axis: Expr) -> Operand:
    """Return how many items each item of a reduction stands for."""
    axes = literal_axis(literal_of(axis))
    if axes is None:
        return of(ops.SIZE, as_large(x))
    if len(axes) == 1:
        return of(ops.DIM, x, axes[0])
    product: Operand = of(ops.DIM, x, axes[0])
    for k in axes[1:]:
        product = product * of(ops.DIM, x, k)
    return product


def as_large(x: Expr) -> Expr:
    """Return a simpler array of the same shape: the one array that an expression is computed from, item by item."""
    value = x.value
    while isinstance(value, Apply) and value.op in ops.ELEMENTWISE:
        large = list(dict.fromkeys(a for a in value.args if dims_of(a.kind) != ()))
        if len(large) != 1:
            break
        value = large[0]
    return x.algebra.expr(value)


def mean_of(ct: Expr, out: Expr, x: Expr, axis: Expr, keepdims: Expr) -> Sequence[Operand]:
    """Return the pullback of a mean."""
    return (kept(ct, axis, keepdims) / count(out, x, axis),)


def spread_of(x: Expr, axis: Expr) -> Expr:
    """Return how far each item is from the mean."""
    return x - of(REDUCTIONS["mean"], x, axis, True)


def variance(ct: Expr, out: Expr, x: Expr, axis: Expr, ddof: Expr, keepdims: Expr) -> Sequence[Operand]:
    """Return the pullback of a variance."""
    n = count(out, x, axis)
    n = n - ddof if literal_of(ddof) else n
    return (2 * spread_of(x, axis) * kept(ct, axis, keepdims) / n,)


def deviation(ct: Expr, out: Expr, x: Expr, axis: Expr, ddof: Expr, keepdims: Expr) -> Sequence[Operand]:
    """Return the pullback of a standard deviation; 0 where it is 0."""
    n = count(out, x, axis)
    n = n - ddof if literal_of(ddof) else n
    share = kept(of(NUMPY["where"], out > 0, ct / out, 0.0), axis, keepdims)
    return (spread_of(x, axis) * share / n,)


def extreme(ct: Expr, out: Expr, x: Expr, axis: Expr, keepdims: Expr) -> Sequence[Operand]:
    """Return the pullback of a maximum or minimum: the first item of an axis gets everything."""
    return (of(ops.FIRST_EQUAL, x, out, axis) * kept(ct, axis, keepdims),)


def product_of(ct: Expr, out: Expr, x: Expr, axis: Expr, keepdims: Expr) -> Sequence[Operand]:
    """Return the pullback of a product; zeros do no harm."""
    return (of(ops.BUT_ONE, x, axis) * kept(ct, axis, keepdims),)


def norm_of(ct: Expr, out: Expr, x: Expr, axis: Expr, keepdims: Expr) -> Sequence[Operand]:
    """Return the pullback of the root of a sum of squares; 0 where that is 0."""
    share = kept(of(NUMPY["where"], out > 0, ct / out, 0.0), axis, keepdims)
    return (x * share,)


def logsumexp_of(ct: Expr, out: Expr, x: Expr, axis: Expr, keepdims: Expr) -> Sequence[Operand]:
    """Return the pullback of log-sum-exp: softmax."""
    return (call("exp", x - kept(out, axis, keepdims)) * kept(ct, axis, keepdims),)


def transposed(x: Expr) -> Expr:
    """Return the transpose of a matrix."""
    return of(ops.TRANSPOSE, x, text(x, None))


def times(ct: Expr, out: Expr, a: Expr, b: Expr) -> Sequence[Operand]:
    """Return the pullback of `a @ b`, by the ranks of both."""
    ranks = rank(a), rank(b)
    if ranks == (2, 2):
        return of(ops.MATMUL, ct, transposed(b)), of(ops.MATMUL, transposed(a), ct)
    if ranks == (2, 1):
        return of(ops.OUTER, ct, b), of(ops.MATMUL, transposed(a), ct)
    if ranks == (1, 2):
        return of(ops.MATMUL, b, ct), of(ops.OUTER, a, ct)
    if ranks == (1, 1):
        return ct * b, ct * a
    return of(ops.TIMES_LEFT, ct, a, b), of(ops.TIMES_RIGHT, ct, a, b)


def dotted(ct: Expr, out: Expr, a: Expr, b: Expr) -> Sequence[Operand]:
    """Return the pullback of `np.dot`: that of `@`, but for numbers."""
    if rank(a) in (1, 2) and rank(b) in (1, 2):
        return times(ct, out, a, b)
    return of(ops.DOT_LEFT, ct, a, b), of(ops.DOT_RIGHT, ct, a, b)


def outer_of(ct: Expr, out: Expr, a: Expr, b: Expr) -> Sequence[Operand]:
    """Return the pullback of an outer product."""
    flat_a = a if rank(a) == 1 else of(ops.RAVEL, a)
    flat_b = b if rank(b) == 1 else of(ops.RAVEL, b)
    first, second = of(ops.MATMUL, ct, flat_b), of(ops.MATMUL, flat_a, ct)
    return first if rank(a) == 1 else of(ops.LIKE, first, a), second if rank(b) == 1 else of(ops.LIKE, second, b)


def einsum_of(ct: Expr, out: Expr, subscripts: Expr, *arrays: Expr) -> Sequence[Operand]:
    """Return the pullback of an Einstein sum without traces: the same sum with the cotangent in an array's place."""
    inputs, _, output = str(literal_of(subscripts)).partition("->")
    terms = inputs.split(",")
    found: list[Operand] = [0]
    for k, term in enumerate(terms):
        rest = [t for j, t in enumerate(terms) if j != k]
        others = [a for j, a in enumerate(arrays) if j != k]
        found.append(of(ops.EINSUM, text(ct, ",".join([output, *rest]) + f"->{term}"), ct, *others))
    return found


def permuted(ct: Expr, out: Expr, x: Expr, axes: Expr) -> Sequence[Operand]:
    """Return the pullback of a transpose."""
    order = literal_axis(literal_of(axes))
    if order is None:
        return (transposed(ct),)
    places = [k % len(order) for k in order]
    return (of(ops.TRANSPOSE, ct, text(ct, tuple(places.index(k) for k in range(len(places))))),)


def joined(ct: Expr, out: Expr, axis: Expr, *arrays: Expr) -> Sequence[Operand]:
    """Return the pullback of a concatenation: each array gets its slice."""
    at = literal_of(axis)
    assert isinstance(at, int)
    found: list[Operand] = [0]
    start: Operand = 0
    for k, array in enumerate(arrays):
        stop = of(ops.DIM, array, at) + start if k + 1 < len(arrays) else None
        values = [s for s in (start, stop) if isinstance(s, Expr)]
        first = "{0}" if isinstance(start, Expr) else ""
        last = "" if stop is None else f"{{{len(values) - 1}}}"
        pattern = ":, " * at + f"{first}:{last}" if at >= 0 else "..., " + f"{first}:{last}" + ", :" * (-at - 1)
        found.append(of(ops.SUBSCRIPT, ct, text(ct, pattern), *values))
        start = stop if stop is not None else start
    return found


def stacked(ct: Expr, out: Expr, axis: Expr, *arrays: Expr) -> Sequence[Operand]:
    """Return the pullback of a stack: each array gets its layer."""
    at = literal_of(axis)
    assert isinstance(at, int)
    found: list[Operand] = [0]
    for k in range(len(arrays)):
        pattern = ":, " * at + str(k) if at >= 0 else f"..., {k}" + ", :" * (-at - 1)
        found.append(of(ops.SUBSCRIPT, ct, text(ct, pattern)))
    return found


def summed_up(ct: Expr, out: Expr, x: Expr, axis: Expr) -> Sequence[Operand]:
    """Return the pullback of a cumulative sum: the cumulative sum from the other end."""
    if literal_of(axis) == "None" and rank(x) != 1:
        flat = of(ops.FLIP, of(ops.CUMSUM, of(ops.FLIP, ct, 0), 0), 0)
        return (of(ops.LIKE, flat, x),)
    at = 0 if literal_of(axis) == "None" else axis
    return (of(ops.FLIP, of(ops.CUMSUM, of(ops.FLIP, ct, at), at), at),)


def inverse(ct: Expr, out: Expr, a: Expr) -> Sequence[Operand]:
    """Return the pullback of an inverse."""
    back = swapped(out)
    return (-of(ops.MATMUL, of(ops.MATMUL, back, ct), back),)


def swapped(x: Expr) -> Expr:
    """Return the transpose of the last two axes."""
    return transposed(x) if rank(x) == 2 else of(ops.SWAPAXES, x, -1, -2)


def solved(ct: Expr, out: Expr, a: Expr, b: Expr) -> Sequence[Operand]:
    """Return the pullback of a solution of a linear system."""
    if rank(a) != 2 or rank(b) not in (1, 2):
        return of(ops.SOLVE_SHARE, ct, out, a, b), of(ops.SOLVE_RIGHT, ct, a, b)
    db = of(ops.SOLVE, swapped(a), ct)
    if (rank(a), rank(b)) == (2, 1):
        return -of(ops.OUTER, db, out), db
    return -of(ops.MATMUL, db, swapped(out)), db


def wide(x: Expr) -> Expr:
    """Return a number for each matrix of a stack, with two axes more."""
    return x if rank(x) == 0 else of(ops.EXPAND_DIMS, x, text(x, (-2, -1)))


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


def diagonal(ct: Expr, out: Expr, x: Expr) -> Sequence[Operand]:
    """Return the pullback of the diagonal of a matrix, or of the matrix with a diagonal."""
    return (of(ops.DIAG, ct) if rank(x) == 1 else of(ops.PLACED, ct, x, text(x, "DIAG")),)


def unit(x: Expr) -> Expr:
    """Return ones on the diagonal, in the shape of a matrix."""
    return of(ops.MAKE, text(x, "np.eye"), of(ops.DIM, x, 0), of(ops.DIM, x, 1))


def squeezed(ct: Expr, out: Expr, x: Expr, *options: Expr) -> Sequence[Operand]:
    """Return the pullback of what only changes the shape."""
    return (of(ops.LIKE, ct, x),)


# fmt: off
WHOLE_PULLBACKS: Mapping[Op, Callable[..., Sequence[Operand]]] = {
    REDUCTIONS["sum"]:  lambda ct, out, x, axis, keepdims: (kept(ct, axis, keepdims),),
    REDUCTIONS["mean"]: mean_of,
    REDUCTIONS["prod"]: product_of,
    REDUCTIONS["max"]:  extreme,                # the first at a tie
    REDUCTIONS["min"]:  extreme,
    REDUCTIONS["var"]:  variance,
    REDUCTIONS["std"]:  deviation,              # 0 where it is 0
    ops.NORM:           norm_of,                # 0 at the origin
    ops.LOGSUMEXP:      logsumexp_of,
    ops.MATMUL:         times,
    ops.DOT:            dotted,
    ops.OUTER:          outer_of,
    ops.EINSUM:         einsum_of,
    ops.RESHAPE:        squeezed,
    ops.RAVEL:          squeezed,
    ops.SQUEEZE:        squeezed,
    ops.EXPAND_DIMS:    squeezed,
    ops.BROADCAST_TO:   lambda ct, out, x, *lengths: (of(ops.UNBROADCAST, ct, x),),
    ops.TRANSPOSE:      permuted,
    ops.SWAPAXES:       lambda ct, out, x, a, b: (of(ops.SWAPAXES, ct, a, b),),
    ops.MOVEAXIS:       lambda ct, out, x, a, b: (of(ops.MOVEAXIS, ct, b, a),),
    ops.CONCATENATE:    joined,
    ops.STACK:          stacked,
    ops.FLIP:           lambda ct, out, x, axis: (of(ops.FLIP, ct, axis),),
    ops.ROLL:           rolled,
    ops.CUMSUM:         summed_up,
    ops.TRIL:           lambda ct, out, x, k: (of(ops.TRIL, ct, k),),
    ops.TRIU:           lambda ct, out, x, k: (of(ops.TRIU, ct, k),),
    ops.DIAG:           diagonal,
    ops.SUBSCRIPT:      picked,
    ops.TRACE:          lambda ct, out, x: (unit(x) * ct,),
    ops.INV:            inverse,
    ops.DET:            lambda ct, out, a: (wide(ct * out) * swapped(of(ops.INV, a)),),
    ops.LOGDET:         lambda ct, out, a: (wide(ct) * swapped(of(ops.INV, a)),),
    ops.SOLVE:          solved,
    ops.CHOLESKY:       lambda ct, out, a: (of(ops.CHOLESKY_SHARE, ct, out),),
    ops.SORT:           sorted_,
}
# fmt: on
WHOLE_FLAT = frozenset(
    (
        *(REDUCTIONS[n] for n in ("any", "all", "argmax", "argmin", "count_nonzero")),
        ops.SIGN_DET,
        ops.ARGSORT,
        ops.DIM,
        ops.SIZE,
        ops.NDIM,
        ops.MAKE,
        ops.LEN,
    )
)  # fmt: skip
# the cotangent may be a number, or smaller than the result: what it stands for is the same for all items
TAKES_SMALLER = frozenset((REDUCTIONS["sum"], REDUCTIONS["mean"]))
# partials that may be infinite or no number where the function is not differentiated, behind `np.where`
SINGULAR = frozenset(
    (ops.DIV, ops.POW, *(NUMPY[n] for n in "log sqrt log1p log2 log10 arcsin arccos arccosh arctanh reciprocal exp "
     "exp2 expm1 sinh cosh cbrt arctan2 hypot tan".split()))
) | SPECIAL_SINGULAR  # fmt: skip


def is_array(value: Value) -> bool:
    """Return whether a value is one of NumPy's."""
    return isinstance(value.kind, Array)
