"""The rules of what is computed on arrays, as tables: partials item by item, the pullback of each whole function.

Item by item, the rows of `rules/scalar.py` hold; `passes/arrays.py` undoes broadcasting. A pullback takes the
cotangent, of the result's own shape, the result and the arguments, and gives what each array gets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bpcompile.ir import ops
from bpcompile.ir.array_ops import ALONG, DATA
from bpcompile.ir.graph import Value
from bpcompile.ir.kinds import Array
from bpcompile.ir.ops import MATH, NUMPY, REDUCTIONS, Op
from bpcompile.rules import linear, moves, products, reductions, terms
from bpcompile.rules.algebra import Expr, Operand, call, of
from bpcompile.rules.fourier import FOURIER_PULLBACKS
from bpcompile.rules.items import ITEM_FLAT, ITEM_PARTIALS, ITEM_PULLBACKS
from bpcompile.rules.order import ORDER_PULLBACKS
from bpcompile.rules.pieces import PART_PULLBACKS, PIECE_PULLBACKS
from bpcompile.rules.scalar import PARTIALS, PULLBACKS, Partials
from bpcompile.rules.special import SPECIAL_FLAT, SPECIAL_PARTIALS, SPECIAL_SINGULAR
from bpcompile.rules.terms import swapped

# function of NumPy -> function of `math` with the same row
SAME_ROWS: Mapping[str, str] = {
    **{n: n for n in "exp log sqrt sin cos tan tanh sinh cosh log1p expm1 log2 log10 exp2 cbrt hypot copysign".split()},
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh",
    "arctan2": "atan2",
}  # fmt: skip


def masked(condition: Expr, ct: Expr, is_first: bool) -> Expr:
    """Return the cotangent where a condition holds, or where it does not; else 0."""
    return of(NUMPY["where"], condition, ct, 0.0) if is_first else of(NUMPY["where"], condition, 0.0, ct)


def rising(x: Expr, e: Expr) -> Expr:
    """Return the sigmoid of x, where e is exp(-abs(x))."""
    return of(NUMPY["where"], of(ops.GE, x, 0), 1.0, e) / (1 + e)


def share_of(x: Expr, y: Expr) -> Expr:
    """Return the share of exp(x) in exp(x) + exp(y), finite where these are not."""
    return 1 / (1 + call("exp", y - x))


# fmt: off
ARRAY_PARTIALS: Mapping[Op, Partials] = {
    **{op: row for op, row in PARTIALS.items() if op in ops.ELEMENTWISE},
    **{NUMPY[n]: PARTIALS[MATH[m]] for n, m in SAME_ROWS.items()},
    **ITEM_PARTIALS,
    NUMPY["square"]:        lambda out, x: (2 * x,),
    NUMPY["reciprocal"]:    lambda out, x: (-(out * out),),
    NUMPY["absolute"]:      lambda out, x: (of(NUMPY["sign"], x),),      # 0 at 0
    NUMPY["logaddexp"]:     lambda out, x, y: (call("exp", x - out), call("exp", y - out)),
    **SPECIAL_PARTIALS,
    ops.LOG_ADD_EXP:       lambda out, x, y: (share_of(x, y), share_of(y, x)),
    ops.SOFTPLUS:          lambda out, x, e: (1 / (1 + 1 / e), 0),        # finite where e is not
    ops.LOG_OF_SIGMOID:    lambda out, x, s, sign: (sign * (1 - s), 0, 0),
    ops.STABLE_SOFTPLUS:   lambda out, x, e, c, sign: (rising(x, e), 0, sign, 0),
    ops.LOG_OF_REST:       lambda out, x, s, sign: (-(sign * s), 0, 0),
}
ARRAY_PULLBACKS: Mapping[Op, Callable[..., Sequence[Operand]]] = {
    **{op: PULLBACKS[op] for op in (ops.DIV, ops.POW)},
    **ITEM_PULLBACKS,
    NUMPY["degrees"]:   lambda ct, out, x: (of(NUMPY["degrees"], ct),),
    NUMPY["radians"]:   lambda ct, out, x: (of(NUMPY["radians"], ct),),
    NUMPY["where"]:     lambda ct, out, c, x, y: (0, masked(c, ct, True), masked(c, ct, False)),
    NUMPY["maximum"]:   lambda ct, out, x, y: (masked(of(ops.GE, x, y), ct, True), masked(of(ops.GE, x, y), ct, False)),
    NUMPY["minimum"]:   lambda ct, out, x, y: (masked(of(ops.LE, x, y), ct, True), masked(of(ops.LE, x, y), ct, False)),
}
# fmt: on
# item by item, the derivative is 0 wherever there is one
FLAT_NAMES = "sign floor ceil rint trunc isnan isinf isfinite logical_and logical_or logical_not".split()
ARRAY_FLAT = ITEM_FLAT | SPECIAL_FLAT | {NUMPY[n] for n in FLAT_NAMES}


# fmt: off
WHOLE_PULLBACKS: Mapping[Op, Callable[..., Sequence[Operand]]] = {
    **PIECE_PULLBACKS,
    **ORDER_PULLBACKS,
    **products.PRODUCT_PULLBACKS,
    REDUCTIONS["sum"]:  lambda ct, out, x, axis, keepdims: (reductions.kept(ct, axis, keepdims),),
    REDUCTIONS["mean"]: reductions.mean_of,
    REDUCTIONS["prod"]: reductions.product_of,
    REDUCTIONS["max"]:  reductions.extreme,                # the first at a tie
    REDUCTIONS["min"]:  reductions.extreme,
    REDUCTIONS["var"]:  reductions.variance,
    REDUCTIONS["std"]:  reductions.deviation,              # 0 where it is 0
    ops.NORM:           reductions.norm_of,                # 0 at the origin
    ops.LOGSUMEXP:      reductions.logsumexp_of,
    **FOURIER_PULLBACKS,
    ops.LOGSUMEXP_OF:   reductions.weighed_logsumexp,
    ops.SOFTMAX:        reductions.softmax_of,
    ops.LOG_SOFTMAX:    reductions.log_softmax_of,
    ops.LOG_OF_SOFTMAX: reductions.log_of_softmax,
    ops.LOG_OF_ITEMS:   reductions.log_of_items,
    ops.LOG_SOFTMAX_OF: reductions.log_softmax_by_hand,
    ops.LOG_SUM_EXP:    reductions.log_sum_exp,
    ops.LOG_OF_EXPONENTIALS: reductions.log_of_exponentials,
    ops.ROOT_OF_SQUARES: reductions.root_of_squares,       # 0 at the origin
    ops.RESHAPE:        moves.squeezed,
    ops.RAVEL:          moves.squeezed,
    ops.SQUEEZE:        moves.squeezed,
    ops.EXPAND_DIMS:    moves.squeezed,
    ops.COPY_OF:        lambda ct, out, x: (ct,),
    ops.BROADCAST_TO:   lambda ct, out, x, *lengths: (terms.summed_to(ct, x),),
    ops.TRANSPOSE:      moves.permuted,
    ops.SWAPAXES:       lambda ct, out, x, a, b: (of(ops.SWAPAXES, ct, a, b),),
    ops.MOVEAXIS:       lambda ct, out, x, a, b: (of(ops.MOVEAXIS, ct, b, a),),
    ops.STACK:          moves.stacked,
    ops.ARRAY:          moves.nested,
    ops.FLIP:           lambda ct, out, x, axis: (of(ops.FLIP, ct, axis),),
    ops.ROLL:           moves.rolled,
    ops.CUMSUM:         moves.summed_up,
    ops.TRIL:           lambda ct, out, x, k: (of(ops.TRIL, ct, k),),
    ops.TRIU:           lambda ct, out, x, k: (of(ops.TRIU, ct, k),),
    ops.SUBSCRIPT:      moves.picked,
    ops.INV:            linear.inverse,
    ops.DET:            lambda ct, out, a: (linear.wide(ct * out) * swapped(of(ops.INV, a)),),
    ops.LOGDET:         lambda ct, out, a: (linear.wide(ct) * swapped(of(ops.INV, a)),),
    ops.SOLVE:          linear.solved,
    ops.CHOLESKY:       lambda ct, out, a: (of(ops.CHOLESKY_SHARE, ct, out),),
    ops.PINV:           lambda ct, out, a: (of(ops.PINV_SHARE, ct, a, out),),   # where the rank stays
    ops.MATRIX_POWER:   lambda ct, out, a, n: (of(ops.POWER_SHARE, ct, a, n),),
    ops.SORT:           moves.sorted_,
}
# fmt: on
# functions of a matrix that give several arrays: from the cotangent of each, None where there is none
FACTOR_PULLBACKS: Mapping[Op, Callable[..., Sequence[Operand]]] = {
    **PART_PULLBACKS,
    ops.EIGH: linear.eigenvalues_of,
    ops.SVD: linear.singular_values_of,
    ops.QR: linear.triangular_of,
}
WHOLE_FLAT = frozenset(
    (
        *DATA.values(),
        *(REDUCTIONS[n] for n in ("any", "all", "argmax", "argmin", "count_nonzero")),
        ops.SIGN_DET,
        ops.MATRIX_RANK,
        ops.ARGSORT,
        ops.DIM,
        ops.SIZE,
        ops.NDIM,
        ops.MAKE,
        ops.AS_TYPE_OF,
        ops.LEN,
    )
)  # fmt: skip
# the cotangent may be a number, or smaller than the result: what it stands for is the same for all items
TAKES_SMALLER = frozenset((REDUCTIONS["sum"], REDUCTIONS["mean"], ALONG["average"]))
# the cotangent may be one number for all items of the result
TAKES_NUMBER = frozenset(REDUCTIONS[n] for n in "sum mean max min prod var".split()).union(
    (ops.LOGSUMEXP, ops.LOG_SUM_EXP, ops.LOG_OF_EXPONENTIALS)
)
# partials that may be infinite or no number where the function is not differentiated, behind `np.where`
SINGULAR = frozenset(
    (ops.DIV, ops.POW, *(NUMPY[n] for n in "log sqrt log1p log2 log10 arcsin arccos arccosh arctanh reciprocal exp "
     "exp2 expm1 sinh cosh cbrt arctan2 hypot tan fmod float_power".split()))
) | SPECIAL_SINGULAR  # fmt: skip


def is_array(value: Value) -> bool:
    """Return whether a value is one of NumPy's."""
    return isinstance(value.kind, Array)
