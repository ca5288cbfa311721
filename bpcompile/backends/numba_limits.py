"""What Numba takes, as tables, and what of a function it does not: refused with the place, before anything is written.

Tried with Numba 0.68. An operation that is in no table here is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bpcompile.backends.numba_spelling import NUMBA_SPELLING, axes_of, is_number, keeps, rank
from bpcompile.errors import Refusal, Span
from bpcompile.ir import ops
from bpcompile.ir.array_ops import SHARES
from bpcompile.ir.facts import Live, literal
from bpcompile.ir.graph import (
    Apply,
    Block,
    Branch,
    Call,
    Const,
    Function,
    Item,
    Loop,
    Raise,
    Section,
    Shown,
    Value,
    blocks_of,
)
from bpcompile.ir.kinds import Array, Sequence, holds_lists
from bpcompile.ir.ops import MATH, NUMPY, REDUCTIONS, Op
from bpcompile.ir.places import is_many, parts_of
from bpcompile.ir.shapes import literal_axis

GIVE_SHAPES = 'give the shapes: `x: "n m"`'
OF_MATH = (
    "acos acosh asin asinh atan atan2 atanh ceil copysign cos cosh degrees erf erfc exp exp2 expm1 fabs floor gamma "
    "gcd isfinite isinf isnan ldexp lgamma log log10 log1p log2 nextafter pow radians sin sinh sqrt tan tanh trunc"
)
OF_NUMPY = (
    "exp log sqrt sin cos tan tanh sinh cosh arcsin arccos arctan arcsinh arccosh arctanh log1p expm1 log2 log10 exp2 "
    "cbrt square reciprocal absolute sign floor ceil rint trunc degrees radians isnan isinf isfinite maximum minimum "
    "arctan2 hypot logaddexp copysign logical_and logical_or logical_not where "
    "clip fmax fmin fmod logaddexp2 signbit logical_xor"
)
TAKEN = frozenset(
    (
        *NUMBA_SPELLING,
        *(MATH[n] for n in OF_MATH.split()),
        *(NUMPY[n] for n in OF_NUMPY.split()),
        *(ops.ADD, ops.SUB, ops.MUL, ops.DIV, ops.FLOORDIV, ops.MOD, ops.NEG, ops.POS, ops.NOT, ops.AND),
        *(*ops.COMPARISONS, ops.MAX, ops.MIN, ops.FLOAT, ops.INT_OF, ops.BOOL_OF, ops.ROUND, ops.ROUND_TO),
        *(ops.QUOTIENT, ops.REMAINDER, ops.MANTISSA, ops.EXPONENT),
        *(ops.INDEX, ops.LEN, ops.SUM, ops.SUM_START, ops.SUM_OF, ops.MAX_OF, ops.MIN_OF, ops.INDEX_OF),
        *(ops.LIST, ops.REPEAT, ops.COPY_OF, ops.SLICE, ops.CONCAT, ops.STORE, ops.APPEND, ops.DROP),
        *(ops.COPY, ops.FILL, ops.ADD_AT, ops.UNSTORE, ops.UNAPPEND, ops.UNDROP),
        *(ops.ADD_ALL, ops.TAPE, ops.PUSH, ops.POP_TAPE, ops.DIGAMMA, ops.LEAVE_ONE_OUT, ops.IS, ops.IS_NO_VECTOR),
        *(
            ops.MATMUL,
            ops.DOT,
            ops.OUTER,
            ops.RAVEL,
            ops.TRANSPOSE,
            ops.SWAPAXES,
            ops.MOVEAXIS,
            ops.CONCATENATE,
            ops.STACK,
        ),
        *(ops.CUMSUM, ops.TRIL, ops.TRIU, ops.DIAG, ops.TRACE, ops.BROADCAST_TO, ops.DIM, ops.SIZE, ops.MAKE),
        ops.AS_TYPE_OF,
        *(ops.INV, ops.DET, ops.LOGDET, ops.SIGN_DET, ops.SOLVE, ops.CHOLESKY),
        *(ops.UNBROADCAST, ops.SUM_TO, ops.SPREAD, ops.TIMES_LEFT, ops.TIMES_RIGHT, ops.CHOLESKY_SHARE),
        *(ops.DOT_LEFT, ops.DOT_RIGHT, ops.SOLVE_SHARE, ops.SOLVE_RIGHT),
    )
)
Reason = "tuple[str, str] | None"  # what Numba does not take, and what to write instead


def of_ranks(most: int, what: str) -> Callable[[Apply], tuple[str, str] | None]:
    """Return the test whether an argument has too many axes."""

    def test(value: Apply) -> tuple[str, str] | None:
        is_over = any((rank(a) or 0) > most for a in value.args)
        return (f"{what} of more than {most} axes", "write a loop over the first axis") if is_over else None

    return test


def reduction(value: Apply) -> tuple[str, str] | None:
    """Return what is wrong with a reduction."""
    if value.op is ops.NORM and not (isinstance(value.args[1], Const) and value.args[1].value in ("None", None)):
        return "an `ord` of np.linalg.norm", "write the norm out"
    axes, count = axes_of(value), rank(value.args[0])
    if axes is None:
        return ("`keepdims` where the rank is not known", GIVE_SHAPES) if keeps(value) and count is None else None
    if len({k < 0 for k in axes}) > 1 and count is None:
        return "axes from both ends where the rank is not known", GIVE_SHAPES
    if len(axes) > 1 and value.op in ONE_AXIS:
        return f"`{value.op.name}` along several axes", "reduce along one axis after the other"
    if value.op in (REDUCTIONS["any"], REDUCTIONS["all"]):
        return f"`{value.op.name}` along an axis", "count the items: np.sum(x > 0, axis=...) > 0"
    return None


ONE_AXIS = frozenset(
    (
        ops.NORM,
        ops.LOGSUMEXP,
        ops.SOFTMAX,
        ops.OWN_SOFTMAX,
        *(REDUCTIONS[n] for n in "var std argmax argmin count_nonzero".split()),
    )
)


def by_item(value: Apply) -> tuple[str, str] | None:
    """Return what is wrong with what gives each item a share."""
    axis = value.args[-1]
    assert isinstance(axis, Const)
    axes = literal_axis(axis.value)
    is_many = axes is not None and len(axes) > 1
    return ("a maximum or product along several axes", "reduce along one axis after the other") if is_many else None


TRUTHS = "an array of truths as an index, but of one axis", "multiply by the truths, or use np.where"


def place(value: Apply) -> tuple[str, str] | None:
    """Return what is wrong with a subscript: an array of truths, or index arrays."""
    array = value.args[0] if value.op is ops.SUBSCRIPT else value.args[1]
    parts = [p for p in parts_of(value.args[1 if value.op is ops.SUBSCRIPT else 2 :]) if isinstance(p, Value)]
    masks = [p for p in parts if is_many(p) and isinstance(p.kind, Array) and p.kind.dtype == "bool"]
    if masks and (rank(array) not in (None, 1) or len(parts) > 1):
        return TRUTHS
    return None


def diagonal(value: Apply) -> tuple[str, str] | None:
    """Return what is wrong with the gradient of a diagonal."""
    is_plain = rank(value.args[1]) == 2 and [literal(a) for a in value.args[3:]] == [0, 1]
    return None if is_plain else ("a diagonal, but of a matrix", GIVE_SHAPES)


def array(value: Apply) -> tuple[str, str] | None:
    """Return what is wrong with an array that is written out."""
    pattern = value.args[0]
    is_flat = isinstance(pattern, Const) and str(pattern.value).count("[") == 1
    return None if is_flat or all(map(is_number, value.args[1:])) else ("rows that are written out", "use np.stack")


def addition(value: Apply) -> tuple[str, str] | None:
    """Return what is wrong with what is added at places: the helpers know one index array, or two in a row."""
    parts = list(parts_of(value.args[1:-1])) if isinstance(value.args[0].kind, Array) else []
    arrays = [p for p in parts if isinstance(p, Value) and is_many(p)]
    if any(isinstance(p.kind, Array) and p.kind.dtype == "bool" for p in arrays):
        return None if len(parts) == 1 and rank(value.args[0]) in (None, 1) else TRUTHS
    is_in_a_row = len(arrays) == len(parts) <= 2 and all(rank(p) in (None, 1) for p in arrays)
    if value.op is ops.ADD_AT and arrays and not is_in_a_row:
        return "an index array beside slices or numbers", "write a loop"
    return None


def sort(value: Apply) -> tuple[str, str] | None:
    """Return what is wrong with a sort."""
    axis = value.args[-1]
    if isinstance(axis, Const) and axis.value == "None":
        return None
    return None if rank(value.args[0]) in (None, 1) else (f"`{value.op.name}` of more than one axis", "sort row by row")


def squeeze(value: Apply) -> tuple[str, str] | None:
    """Return what is wrong with a squeeze."""
    is_known = axes_of(value) is not None or rank(value.args[0]) is not None
    return None if is_known else ("`np.squeeze` where the shape is not known", GIVE_SHAPES)


def making(value: Apply) -> tuple[str, str] | None:
    """Return what is wrong with a new array."""
    name = value.args[0]
    assert isinstance(name, Const)
    known = "np.zeros np.ones np.eye np.identity np.arange np.linspace np.zeros_like np.ones_like".split()
    return None if name.value in known else (f"`{name.value}`", "pass the array as an argument")


def nested(value: Apply) -> tuple[str, str] | None:
    """Return what is wrong with a list."""
    return ("a list of lists", A_MATRIX) if any(isinstance(a.kind, Sequence) for a in value.args) else None


def product(value: Apply) -> tuple[str, str] | None:
    """Return what is wrong with the gradient of a product."""
    is_scaling = any(rank(a) == 0 for a in value.args[1:])
    return ("the gradient of `np.dot` with a number", "write `*`") if is_scaling else None


A_MATRIX = 'pass an array: `x: "n m"`'
# fmt: off
LIMITS: Mapping[Op, Callable[[Apply], tuple[str, str] | None]] = {
    ops.MATMUL:      of_ranks(2, "`@` of arrays"),
    ops.DOT:         of_ranks(2, "`np.dot` of arrays"),
    **{op: of_ranks(2, f"`{op.name}` of arrays") for op in (ops.INV, ops.DET, ops.LOGDET, ops.SOLVE, ops.CHOLESKY)},
    **dict.fromkeys((*REDUCTIONS.values(), ops.LOGSUMEXP, ops.NORM, ops.SOFTMAX, ops.OWN_SOFTMAX), reduction),
    **dict.fromkeys((ops.FIRST_EQUAL, ops.BUT_ONE), by_item),
    **dict.fromkeys((ops.SORT, ops.ARGSORT, ops.UNSORTED), sort),
    **dict.fromkeys((ops.DOT_LEFT, ops.DOT_RIGHT), product),
    ops.SUBSCRIPT:   place,
    ops.PLACED:      place,
    **dict.fromkeys((ops.ADD_AT, ops.STORE), addition),
    ops.SQUEEZE:     squeeze,
    ops.ARRAY:       array,
    SHARES["diagonal_share"]: diagonal,
    ops.MAKE:        making,
    ops.LIST:        nested,
}
# fmt: on


def beyond_numba(fn: Function, live: Live, whole: Span) -> Iterator[Refusal]:
    """Yield what Numba does not take of a reversed function, which stands at `whole`."""
    for param in fn.params:
        if holds_lists(param.kind):
            yield refusal(f"a list of lists, `{param.name}`", A_MATRIX, whole)
    yield from in_block(fn.body, live, whole)


def in_block(block: Block, live: Live, span: Span) -> Iterator[Refusal]:
    """Yield what Numba does not take of a block; what has no place of its own stands where its stage stands."""
    for item in block.items:
        if isinstance(item, Section):
            span = getattr(item.stage, "span", None) or span
        if isinstance(item, Section) or not live.has(item):
            continue
        found = reason(item)
        if found is not None:
            yield refusal(*found, getattr(item, "span", None) or span)
        for inner in blocks_of(item):
            yield from in_block(inner, live, getattr(item, "span", None) or span)


def refusal(what: str, instead: str, span: Span) -> Refusal:
    """Return the refusal of something that Numba does not take."""
    return Refusal("BP060", f"Numba does not take {what}", span, instead)


def reason(item: Item) -> tuple[str, str] | None:
    """Return why Numba does not take an item, None where it does."""
    if isinstance(item, Apply):
        if item.op is ops.READ:
            return "a name that some path leaves unbound", "bind it before"
        if item.op not in TAKEN:
            return f"`{item.op.name}`", "write it with other functions, or leave --jit out"
        return LIMITS[item.op](item) if item.op in LIMITS else None
    if isinstance(item, Call):
        return f"the gradient of a function that calls itself, `{item.callee.name}`", "write a loop"
    if isinstance(item, Raise) and any(isinstance(p, Shown) and p.form for p in item.message):
        return "a format in a message", "show the number as it is: {x}"
    if isinstance(item, Loop):
        return of_two_types(zip(item.initial, item.body.results))
    if isinstance(item, Branch):
        return of_two_types(zip(item.then.results, item.orelse.results))
    return None


def is_array(value: Value) -> bool:
    """Return whether a value is surely an array of one axis or more."""
    if isinstance(value, Apply) and value.op in ops.ELEMENTWISE and rank(value) is None:
        return any(map(is_array, value.args))
    return bool(rank(value))


def of_two_types(pairs: Iterator[tuple[Value, Value]]) -> tuple[str, str] | None:
    """Return what is wrong with a name that holds arrays of different ranks."""
    for one, other in pairs:
        ranks = rank(one), rank(other)
        if 0 in ranks and (is_array(one) or is_array(other)):
            return "a name that is a number at one time and an array at another", "begin with an array: np.zeros(n)"
        if None not in ranks and ranks[0] != ranks[1]:
            return "a name that holds arrays of different ranks", "use a name for each"
    return None
