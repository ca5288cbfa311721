"""The closed list of operations. An `Op` says what a value is called, what it may raise, and of what kind it is."""

from __future__ import annotations

from collections.abc import Mapping

from bpcompile.ir.array_ops import ALWAYS_NEW
from bpcompile.ir.kinds import BOOL, INT, REAL
from bpcompile.ir.op import Op as Op
from bpcompile.ir.op import op

ZERO_DIVISION, VALUE, OVERFLOW = "ZeroDivisionError", "ValueError", "OverflowError"

# arithmetic
ADD, SUB, MUL, NEG, POS = (op(n, cheap=True) for n in ("add", "sub", "mul", "neg", "pos"))
DIV = op("div", ZERO_DIVISION, OVERFLOW, cheap=True)
FLOORDIV, MOD = op("floordiv", ZERO_DIVISION), op("mod", ZERO_DIVISION)
QUOTIENT, REMAINDER = op("divmod[0]", ZERO_DIVISION), op("divmod[1]", ZERO_DIVISION)
POW = op("pow", ZERO_DIVISION, OVERFLOW)
POW_MOD = op("pow_mod", VALUE, kind=INT)

# comparisons and truth
LT, LE, GT, GE, EQ, NE = (op(n, kind=BOOL, cheap=True) for n in ("lt", "le", "gt", "ge", "eq", "ne"))
NOT, AND = op("not", kind=BOOL, cheap=True), op("and", kind=BOOL, cheap=True)
COMPARISONS = frozenset((LT, LE, GT, GE, EQ, NE))

# builtins
ABS = op("abs")
MAX, MIN = op("max"), op("min")  # of two or more numbers: the first one at a tie
FLOAT = op("float", OVERFLOW, cheap=True)
INT_OF = op("int", VALUE, OVERFLOW, kind=INT)
BOOL_OF = op("bool", kind=BOOL)
ROUND = op("round", VALUE, OVERFLOW, kind=INT)
ROUND_TO = op("round_to", VALUE, OVERFLOW)

# lists and tuples that come as parameters
INDEX = op("index", "IndexError", cheap=True)
LEN = op("len", kind=INT, cheap=True)
SUM_OF = op("sum_of")
MAX_OF, MIN_OF = op("max_of", VALUE), op("min_of", VALUE)
FSUM_OF = op("fsum_of", VALUE, OVERFLOW)
PROD_OF = op("prod_of")
DIST_OF = op("dist_of", VALUE)
SUMPROD_OF = op("sumprod_of", VALUE)
INDEX_OF = op("index_of", VALUE, kind=INT)  # w.index(x): where x stands first

# lists that the program makes and writes; a write gives a new version of its list, which is the same list at run time
LIST = op("list")  # a list of the items
REPEAT = op("repeat")  # (count, item ...): the items again and again
COPY_OF = op("copy_of")  # a list with the same items
SLICE = op("slice")  # (list, start, stop, step) as a new list
CONCAT = op("concat")  # a list of the items of two
STORE = op("store", "IndexError")  # (list, index ..., item): a new version of the list
APPEND = op("append")  # (list, item): a new version of the list
DROP = op("drop", "IndexError")  # a new version of the list, without its last item
ROWS = op("rows")  # list(x) of an array
MAKERS = frozenset((LIST, REPEAT, COPY_OF, SLICE, CONCAT, ROWS))
WRITES = frozenset((STORE, APPEND, DROP))
IS = op("is", kind=BOOL)

# what only generated text needs
SELECT = op("select", cheap=True)  # a if condition else b: only the arm that is taken is evaluated
COPY = op("copy", cheap=True)  # a second name for a value: `dsigx = dden`
READ = op("read", "UnboundLocalError", cheap=True)  # a name that some path leaves unbound is read
ZEROS = op("zeros")  # zeros in the shape of a list parameter
OR_ZEROS = op("or_zeros")  # (list, list): the first, or zeros in the shape of the second where it is empty
FILL = op("fill")  # a list as long as another one, of one number
ADD_AT = op("add_at")  # (list, index ..., number): a new version of the list, with the number added at the index;
# of an array: (array, pattern, value ..., array), as for a subscript, or (array, array) for all of it
AS_TUPLE = op("as_tuple")  # a list as the tuple that its parameter is
UNSTORE = op("unstore")  # (list, index ..., item): the list is again what it was before a store
UNAPPEND = op("unappend")  # (list): the list is again what it was before an append
UNDROP = op("undrop")  # (list, item): the list is again what it was before its last item was dropped
SLICE_INDEX = op("slice_index", kind=INT)  # (length, start, stop, step, k): where the k-th item of a slice stands
ADD_ALL = op("add_all")  # (list, list): a new version of the first, with the items of the second added
TAPE = op("tape")  # (item ...): a list for what the backward part will need: empty, or with what a loop starts from
PUSH = op("push")  # (tape, value ...): several values are pushed as a tuple
POP_TAPE = op("pop")  # (tape): what was pushed last; (tape, k): the k-th value of several
EFFECTS = frozenset((STORE, APPEND, DROP, ADD_AT, ADD_ALL, UNSTORE, UNAPPEND, UNDROP, PUSH))  # change a list in place
RESTORES = frozenset((UNSTORE, UNAPPEND, UNDROP))
IS_NO_VECTOR = op("is_no_vector", kind=BOOL)  # is this no array of floats along one axis?
HAS_TWINS = op("has_twins", kind=BOOL)  # does one list stand in two places of another?
DIGAMMA = op("digamma")  # the logarithmic derivative of gamma: `math` has none, so it travels in the module
LEAVE_ONE_OUT = op("leave_one_out")  # the products of all items but one: it travels in the module as well

# functions of math: exceptions on floats, in the order of the documentation of `math`
MATH: Mapping[str, Op] = {
    name: op(f"math.{name}", *raises, kind=kind)
    for name, kind, raises in (
        ("acos", REAL, (VALUE,)),
        ("acosh", REAL, (VALUE,)),
        ("asin", REAL, (VALUE,)),
        ("asinh", REAL, ()),
        ("atan", REAL, ()),
        ("atan2", REAL, ()),
        ("atanh", REAL, (VALUE,)),
        ("cbrt", REAL, ()),
        ("ceil", INT, (VALUE, OVERFLOW)),
        ("comb", INT, (VALUE, "TypeError")),
        ("copysign", REAL, ()),
        ("cos", REAL, (VALUE,)),
        ("cosh", REAL, (OVERFLOW,)),
        ("degrees", REAL, ()),
        ("erf", REAL, ()),
        ("erfc", REAL, ()),
        ("exp", REAL, (OVERFLOW,)),
        ("exp2", REAL, (OVERFLOW,)),
        ("expm1", REAL, (OVERFLOW,)),
        ("fabs", REAL, ()),
        ("factorial", INT, (VALUE, "TypeError")),
        ("floor", INT, (VALUE, OVERFLOW)),
        ("fma", REAL, (VALUE, OVERFLOW)),
        ("fmod", REAL, (VALUE,)),
        ("gamma", REAL, (VALUE, OVERFLOW)),
        ("gcd", INT, ("TypeError",)),
        ("hypot", REAL, ()),
        ("isclose", BOOL, (VALUE,)),
        ("isfinite", BOOL, ()),
        ("isinf", BOOL, ()),
        ("isnan", BOOL, ()),
        ("isqrt", INT, (VALUE, "TypeError")),
        ("lcm", INT, ("TypeError",)),
        ("ldexp", REAL, (OVERFLOW,)),
        ("lgamma", REAL, (VALUE, OVERFLOW)),
        ("log", REAL, (VALUE,)),
        ("log10", REAL, (VALUE,)),
        ("log1p", REAL, (VALUE,)),
        ("log2", REAL, (VALUE,)),
        ("nextafter", REAL, ()),
        ("perm", INT, (VALUE, "TypeError")),
        ("pow", REAL, (VALUE, OVERFLOW)),
        ("radians", REAL, ()),
        ("remainder", REAL, (VALUE,)),
        ("sin", REAL, (VALUE,)),
        ("sinh", REAL, (OVERFLOW,)),
        ("sqrt", REAL, (VALUE,)),
        ("tan", REAL, (VALUE,)),
        ("tanh", REAL, ()),
        ("trunc", INT, (VALUE, OVERFLOW)),
        ("ulp", REAL, ()),
    )
}
LOG_BASE = op("math.log_base", VALUE, ZERO_DIVISION)
MANTISSA, EXPONENT = op("math.frexp[0]"), op("math.frexp[1]", kind=INT)
FRACTION, WHOLE = op("math.modf[0]"), op("math.modf[1]")
SUM, SUM_START = op("sum"), op("sum_start")  # of items written out; the start comes last
PROD, PROD_START = op("math.prod"), op("math.prod_start")
FSUM = op("math.fsum", VALUE, OVERFLOW)
DIST, SUMPROD = (
    op("math.dist"),
    op("math.sumprod"),
)  # of two lists of items written out: the first half, the second half

# functions of NumPy, item by item: by the name in NumPy, or in SciPy
NUMPY: Mapping[str, Op] = {
    name: op(f"np.{name}" if "." not in name else name)
    for name in (
        "exp log sqrt sin cos tan tanh sinh cosh arcsin arccos arctan arcsinh arccosh arctanh log1p expm1 log2 log10 "
        "exp2 cbrt square reciprocal absolute sign floor ceil rint trunc degrees radians isnan isinf isfinite "
        "maximum minimum arctan2 hypot logaddexp copysign logical_and logical_or logical_not where sinc i0 "
        "clip select nan_to_num real imag conj conjugate real_if_close fmax fmin fmod float_power heaviside logaddexp2 "
        "ldexp fix round signbit logical_xor isclose modf[0] modf[1] "
        "astype_float astype_float32 astype_int astype_bool float32"
    ).split()
}
SPECIAL: Mapping[str, Op] = {  # of SciPy, item by item: arrays that are broadcast, or an order and an array
    name: op(f"scipy.special.{name}")
    for name in (
        "expit logit log_expit softplus erf erfc erfcx erfinv erfcinv ndtr ndtri log_ndtr gamma gammaln loggamma "
        "gammasgn digamma polygamma multigammaln beta betaln xlogy xlog1py entr rel_entr kl_div huber pseudo_huber "
        "exp10 exp2 expm1 log1p cbrt cosm1 "
        "i0 i1 i0e i1e iv ive j0 j1 jv y0 y1 yn k0 k1 kv gammainc gammaincc betainc"
    ).split()
}
ELEMENTWISE = frozenset(
    (ADD, SUB, MUL, DIV, FLOORDIV, MOD, POW, NEG, POS, ABS, LT, LE, GT, GE, EQ, NE, COPY, READ, SELECT,
     *NUMPY.values(), *SPECIAL.values())
)  # fmt: skip
# functions of whole arrays; what is no array (an axis, a flag) is a literal, as text where it is no number
REDUCTIONS: Mapping[str, Op] = {
    name: op(f"np.{name}") for name in "sum mean prod max min var std any all argmax argmin count_nonzero".split()
}  # (array, axis, keepdims); var and std: (array, axis, ddof, keepdims)
LOGSUMEXP = op("scipy.special.logsumexp")  # (array, axis, keepdims)
LOGSUMEXP_OF = op("logsumexp_of")  # the same of weighed items: (array, weights, axis, keepdims)
SOFTMAX, LOG_SOFTMAX = op("scipy.special.softmax"), op("scipy.special.log_softmax")  # (array, axis)
NORM = op("np.linalg.norm")  # (array, ord, axis, keepdims)
MATMUL, DOT, OUTER = op("matmul"), op("np.dot"), op("np.outer")
EINSUM = op("np.einsum")  # (subscripts, array ...)
RESHAPE = op("np.reshape")  # (array, length ...)
RAVEL = op("np.ravel")
LIKE = op("like")  # (array, other): the array, of the other's shape
TRANSPOSE = op("np.transpose", cheap=True)  # (array, axes)
SWAPAXES, MOVEAXIS = op("np.swapaxes"), op("np.moveaxis")  # (array, axis, axis)
EXPAND_DIMS, SQUEEZE = op("np.expand_dims"), op("np.squeeze")  # (array, axis)
CONCATENATE, STACK = op("np.concatenate"), op("np.stack")  # (axis, array ...)
ARRAY = op("np.array")  # (pattern, item ...): np.array([[a, b], [c, d]]) is ("[[{0}, {1}], [{2}, {3}]]", a, b, c, d)
ARRAY_OF = op("array_of")  # (list): np.array of it
STACK_OF, JOIN_OF = op("stack_of"), op("join_of")  # (list, axis): np.stack and np.concatenate of a list of arrays
FLIP = op("np.flip")  # (array, axis)
ROLL = op("np.roll")  # (array, shift, axis)
CUMSUM = op("np.cumsum")  # (array, axis)
TRIL, TRIU, DIAG = op("np.tril"), op("np.triu"), op("np.diag")  # (array, diagonal)
TRACE = op("np.trace")
BROADCAST_TO = op("np.broadcast_to")  # (array, length ...)
SUBSCRIPT = op("subscript", cheap=True)  # (array, pattern, value ...): x[1:, i] is (x, "1:, {0}", i)
INV, DET, LOGDET, SIGN_DET = (
    op("np.linalg.inv"),
    op("np.linalg.det"),
    op("np.linalg.slogdet[1]"),
    op("np.linalg.slogdet[0]"),
)
SOLVE, CHOLESKY = op("np.linalg.solve"), op("np.linalg.cholesky")
PINV, MATRIX_POWER = op("np.linalg.pinv"), op("np.linalg.matrix_power")  # (matrix), (matrix, exponent)
MATRIX_RANK = op("np.linalg.matrix_rank", kind=INT)
EIGH, SVD, QR = op("np.linalg.eigh"), op("np.linalg.svd"), op("np.linalg.qr")  # (matrix, triangle), (matrix), (matrix)
FACTORS: Mapping[Op, tuple[str, ...]] = {EIGH: ("w", "v"), SVD: ("u", "s", "vh"), QR: ("q", "r")}  # unpacked at once
FFT: Mapping[
    str, Op
] = {  # (array, axis, norm); irfft: (array, axis, norm, length where it is given); shifts: (array, axes)
    name: op(f"np.fft.{name}") for name in "fft ifft fft2 ifft2 fftn ifftn rfft irfft fftshift ifftshift".split()
}
IFFT_PADDED = op("ifft_padded")  # (array, length, axis, norm): a transform back of an array that zeros follow
IRFFT_SHARE = op("irfft_share")  # (cotangent, array, axis, norm)
TIMES_I = op("times_i")  # an array times the imaginary unit
IS_COMPLEX = op("np.iscomplexobj", kind=BOOL)
SORT, ARGSORT = op("np.sort"), op("np.argsort")  # (array, axis)
DIM = op("shape", kind=INT)  # (array, axis): x.shape[0]
SIZE = op("np.size", kind=INT)
NDIM = op("np.ndim", kind=INT)
MAKE = op("make")  # (function, array or length ...): np.zeros(n), np.arange(n), np.ones_like(x), np.array(x): constants
AS_TYPE_OF = op("as_type_of")  # (new array, array): np.zeros(n, dtype=x.dtype)
# what only generated text needs of arrays
UNBROADCAST = op("unbroadcast")  # (array, other): summed to the shape of the other, which was broadcast
IN_SHAPE = op("in_shape")  # (array, other): the same, and repeated where the other has more items
SUM_TO = op("sum_to")  # (array, axes, keepdims axes): the same, where the shapes are known
SPREAD = op("spread")  # (array, other): broadcast to the shape of the other
LISTED = op("listed")  # (array, depth): an array as lists so deep of arrays; of depth 0, of numbers, nested alike
LAYERS = op("layers")  # (array, axis): a list of what stands along an axis
SPLIT = op("split_like")  # (array, list of arrays, axis): what belongs to each of the arrays that were joined
PLACED = op("placed")  # (array, other, pattern, value ...): zeros in the other's shape, the array added at the places
FIRST_EQUAL = op("first_equal")  # (array, result, axis): 1 at the first item along an axis that is the result, else 0
BUT_ONE = op("but_one")  # (array, axis): the products of all items but one
OWN_SOFTMAX = op("softmax")  # (array, axis): a softmax of the module's own, of exponentials that do not overflow
TIMES_LEFT, TIMES_RIGHT = op("matmul_left"), op("matmul_right")  # (cotangent, a, b): the cotangents of a @ b
CHOLESKY_SHARE = op("cholesky_share")  # (cotangent, factor)
EIGENVECTORS_SHARE = op("eigenvectors_share")  # (cotangent of the vectors, values, vectors)
SVD_SHARE, QR_SHARE = op("svd_share"), op("qr_share")  # (cotangents of the orthogonal, or all, factors; all factors)
PINV_SHARE, POWER_SHARE = op("pinv_share"), op("matrix_power_share")  # (cotangent, matrix, result), (..., exponent)
DOT_LEFT, DOT_RIGHT = op("dot_left"), op("dot_right")  # (cotangent, a, b): the cotangents of np.dot(a, b)
UNSORTED = op("unsorted")  # (cotangent, array, axis): the cotangent of a sort
SOLVE_SHARE = op("solve_share")  # (cotangent of the solution, solution, matrix, right side): that of the matrix
SINC_SLOPE, BESSEL_I1 = op("sinc_slope"), op("bessel_i1")  # the derivatives of np.sinc and np.i0
MULTI_DIGAMMA = op("multi_digamma")  # and of scipy.special.multigammaln
SLOPES = (SINC_SLOPE, BESSEL_I1, MULTI_DIGAMMA)
SOLVE_RIGHT = op("solve_right")  # (cotangent of the solution, matrix, right side): that of the right side

# gates: one operation each, whatever its spelling
SIGMOID, SIGMOID_DOWN, SOFTPLUS, TANH_GATE = (op(n) for n in ("sigmoid", "sigmoid_down", "softplus", "tanh"))
CROSS_ENTROPY, CROSS_ENTROPY_DOWN = op("cross_entropy"), op("cross_entropy_down")

# of arrays: what the text computes on the way comes last
LOG_OF_SIGMOID, LOG_OF_REST = op("log_of_sigmoid"), op("log_of_rest")  # (array, sigmoid, 1 where it rises, else -1)
LOG_OF_SOFTMAX, LOG_OF_ITEMS = op("log_of_softmax"), op("log_of_items")  # (array, axis, softmax, pattern, value ...)
LOG_SOFTMAX_OF = op("log_softmax_of")  # (array, axis, exponentials, their sum)
LOG_SUM_EXP = op("log_sum_exp")  # (array, axis, keepdims, exponentials, their sum)
LOG_OF_EXPONENTIALS = op("log_of_exponentials")  # (array, axis, keepdims): of their sum, or of their mean
LOG_ADD_EXP = op("log_add_exp")  # (one, other): the logarithm of the sum of two exponentials
STABLE_SOFTPLUS = op("stable_softplus")  # (array, exp(-abs(array)), what is added, or taken away, 1 or -1)
ROOT_OF_SQUARES = op("root_of_squares")  # (array, axis, keepdims)
USE_TWICE = frozenset((SOFTMAX, LOG_SOFTMAX, LOG_OF_SOFTMAX, LOG_OF_ITEMS, LOG_SOFTMAX_OF))  # the cotangent
FIRST_ONLY = frozenset((SOFTPLUS, LOG_OF_SIGMOID, LOG_OF_REST))  # gates whose first argument alone gets anything

ARRAY_GATES = frozenset(
    (
        LOG_OF_SIGMOID,
        LOG_OF_REST,
        LOG_OF_SOFTMAX,
        LOG_OF_ITEMS,
        LOG_SOFTMAX_OF,
        LOG_SUM_EXP,
        LOG_OF_EXPONENTIALS,
        LOG_ADD_EXP,
        ROOT_OF_SQUARES,
        STABLE_SOFTPLUS,
    )
)
ELEMENTWISE |= {SIGMOID, SIGMOID_DOWN, SOFTPLUS, TANH_GATE, CROSS_ENTROPY, CROSS_ENTROPY_DOWN}
ELEMENTWISE |= {*SLOPES, STABLE_SOFTPLUS, LOG_OF_SIGMOID, LOG_OF_REST, LOG_ADD_EXP, TIMES_I}

# what gives an array of its own, never a view
NEW_ARRAYS = ALWAYS_NEW.union(
    (*(ELEMENTWISE - {COPY, READ, SELECT, *(NUMPY[n] for n in ("real", "imag", "real_if_close"))}), MATMUL, DOT, OUTER,
     *REDUCTIONS.values(), LOGSUMEXP, NORM, CONCATENATE, STACK, ARRAY, ARRAY_OF, STACK_OF, JOIN_OF, COPY_OF, ZEROS,
     SPREAD, MAKE, AS_TYPE_OF, INV, SOLVE, CHOLESKY, PINV, MATRIX_POWER, *FACTORS, SOFTMAX, LOG_SOFTMAX, LOGSUMEXP_OF,
     DET, LOGDET, SORT, ARGSORT, CUMSUM, ROLL, TRIL, TRIU)
)  # fmt: skip
# what asks its second argument for a shape alone
LIKE_SECOND = frozenset((OR_ZEROS, UNBROADCAST, IN_SHAPE, SPREAD, PLACED, LIKE))
# what shows its first argument in another shape, and never copies it
VIEWS = frozenset((TRANSPOSE, SWAPAXES, MOVEAXIS, EXPAND_DIMS, SQUEEZE, FLIP, COPY, READ))

GATE_NAMES: Mapping[Op, str] = {
    SIGMOID: "a sigmoid",
    SIGMOID_DOWN: "a falling sigmoid",
    SOFTPLUS: "a softplus",
    TANH_GATE: "a hyperbolic tangent",
    CROSS_ENTROPY: "a cross-entropy of a sigmoid",
    CROSS_ENTROPY_DOWN: "a cross-entropy of a sigmoid",
    SOFTMAX: "a softmax",
    LOG_OF_SIGMOID: "the logarithm of a sigmoid",
    LOG_OF_REST: "the logarithm of one minus a sigmoid",
    LOG_OF_SOFTMAX: "the logarithm of a softmax",
    LOG_OF_ITEMS: "the logarithm of items of a softmax",
    LOG_SOFTMAX_OF: "the logarithm of a softmax",
    LOG_SUM_EXP: "a log-sum-exp",
    LOG_OF_EXPONENTIALS: "a log-sum-exp",
    LOG_ADD_EXP: "a log-sum-exp",
    ROOT_OF_SQUARES: "a norm",
    STABLE_SOFTPLUS: "a softplus",
}

MATH_CONSTANTS = ("e", "inf", "nan", "pi", "tau")
