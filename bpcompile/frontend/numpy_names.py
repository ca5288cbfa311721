"""The functions of NumPy and SciPy that are known, as tables: what each is called, its operation, its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bpcompile.ir import ops
from bpcompile.ir.array_ops import ALONG, DATA, JOINS, MOVES, PARTS, PRODUCTS
from bpcompile.ir.ops import NUMPY, REDUCTIONS, Op

Option = "int | bool | str | None"


@dataclass(frozen=True, slots=True)
class Function:
    """A function of arrays: what it takes by name. By position: arrays, `optional`, options up to `positional`."""

    op: Op
    arrays: tuple[str, ...]
    options: Mapping[str, object] = field(default_factory=dict)  # name -> default; all are literal
    positional: int = 9
    optional: Mapping[str, object] = field(default_factory=dict)  # arrays or numbers -> what stands for them
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # options that are text -> what they may be
    order: tuple[str, ...] = ()  # the order by position, where it is another one
    lists: tuple[str, ...] = ()  # arrays that may be a literal list of integers


def elementwise(op: Op, count: int = 1) -> Function:
    """Return a function of so many arrays, item by item."""
    return Function(op, ("x",) if count == 1 else ("x1", "x2"))


ONE = "exp log sqrt sin cos tan tanh sinh cosh arcsin arccos arctan arcsinh arccosh arctanh log1p expm1 log2 log10 "
ONE += "exp2 cbrt square reciprocal absolute sign floor ceil rint trunc degrees radians isnan isinf isfinite "
ONE += "logical_not sinc i0 real imag conj conjugate real_if_close fix signbit"
TWO = "maximum minimum arctan2 hypot logaddexp copysign logical_and logical_or fmax fmin fmod float_power heaviside "
TWO += "logaddexp2 ldexp logical_xor"
ALIASES: Mapping[str, str] = {
    "abs": "absolute", "fabs": "absolute", "deg2rad": "radians", "rad2deg": "degrees", "acos": "arccos",
    "asin": "arcsin", "atan": "arctan", "acosh": "arccosh", "asinh": "arcsinh", "atanh": "arctanh", "atan2": "arctan2",
}  # fmt: skip
OPERATORS: Mapping[str, tuple[Op, int]] = {
    "add": (ops.ADD, 2), "subtract": (ops.SUB, 2), "multiply": (ops.MUL, 2), "divide": (ops.DIV, 2),
    "true_divide": (ops.DIV, 2), "power": (ops.POW, 2), "pow": (ops.POW, 2), "mod": (ops.MOD, 2),
    "remainder": (ops.MOD, 2), "floor_divide": (ops.FLOORDIV, 2), "negative": (ops.NEG, 1), "positive": (ops.POS, 1),
    "greater": (ops.GT, 2), "greater_equal": (ops.GE, 2), "less": (ops.LT, 2), "less_equal": (ops.LE, 2),
    "equal": (ops.EQ, 2), "not_equal": (ops.NE, 2),
}  # fmt: skip


def reduction(name: str, **options: object) -> Function:
    """Return a reduction along axes."""
    return Function(REDUCTIONS[name], ("a",), {"axis": None, **options, "keepdims": False}, 1)


SPECIAL_ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "polygamma": ("n", "x"), "multigammaln": ("a", "d"), "beta": ("a", "b"), "betaln": ("a", "b"), "xlogy": ("x", "y"),
    "xlog1py": ("x", "y"), "rel_entr": ("x", "y"), "kl_div": ("x", "y"), "huber": ("delta", "r"),
    "pseudo_huber": ("delta", "r"), "iv": ("v", "z"), "ive": ("v", "z"), "jv": ("v", "z"), "yn": ("n", "x"),
    "kv": ("v", "z"), "gammainc": ("a", "x"), "gammaincc": ("a", "x"), "betainc": ("a", "b", "x"),
}  # fmt: skip
SPECIAL_ALIASES: Mapping[str, str] = {"psi": "digamma", "jn": "jv", "kn": "kv"}

MODES = ("full", "same", "valid")
DIAGONAL: Mapping[str, object] = {"offset": 0, "axis1": 0, "axis2": 1}
FUNCTIONS: Mapping[str, Function] = {
    **{f"np.{n}": elementwise(NUMPY[n]) for n in ONE.split()},
    **{f"np.{n}": elementwise(NUMPY[n], 2) for n in TWO.split()},
    **{f"np.{n}": elementwise(NUMPY[m], 2 if m == "arctan2" else 1) for n, m in ALIASES.items()},
    **{f"np.{n}": elementwise(op, count) for n, (op, count) in OPERATORS.items()},
    **{f"scipy.special.{n}": Function(op, SPECIAL_ARGUMENTS.get(n, ("x",))) for n, op in ops.SPECIAL.items()},
    **{
        f"scipy.special.{n}": Function(ops.SPECIAL[m], SPECIAL_ARGUMENTS.get(m, ("x",)))
        for n, m in SPECIAL_ALIASES.items()
    },
    "np.nan_to_num": Function(NUMPY["nan_to_num"], ("x",), {"nan": 0.0, "posinf": None, "neginf": None}, 0),
    **{f"np.{n}": Function(NUMPY["round"], ("a",), {"decimals": 0}) for n in ("round", "around")},
    "np.isclose": Function(NUMPY["isclose"], ("a", "b"), {"rtol": 1e-05, "atol": 1e-08, "equal_nan": False}),
    "np.where": Function(NUMPY["where"], ("condition", "x", "y")),
    **{f"np.{n}": reduction(n) for n in "sum mean prod max min any all count_nonzero".split()},
    **{f"np.{n}": reduction(m) for n, m in (("amax", "max"), ("amin", "min"))},
    **{f"np.{n}": reduction(n, ddof=0) for n in ("var", "std")},
    **{f"np.{n}": Function(REDUCTIONS[n], ("a",), {"axis": None, "keepdims": False}, 1) for n in ("argmax", "argmin")},
    "scipy.special.softmax": Function(ops.SOFTMAX, ("x",), {"axis": None}),
    "scipy.special.log_softmax": Function(ops.LOG_SOFTMAX, ("x",), {"axis": None}),
    "np.matmul": Function(ops.MATMUL, ("x1", "x2")),
    "np.dot": Function(ops.DOT, ("a", "b")),
    "np.inner": Function(PRODUCTS["inner"], ("a", "b")),
    "np.vdot": Function(PRODUCTS["vdot"], ("a", "b")),
    "np.kron": Function(PRODUCTS["kron"], ("a", "b")),
    "np.cross": Function(PRODUCTS["cross"], ("a", "b"), {"axis": -1}, 0),
    "np.convolve": Function(PRODUCTS["convolve"], ("a", "v"), {"mode": "'full'"}, choices={"mode": MODES}),
    "np.correlate": Function(PRODUCTS["correlate"], ("a", "v"), {"mode": "'valid'"}, choices={"mode": MODES}),
    "np.outer": Function(ops.OUTER, ("a", "b")),
    "np.transpose": Function(ops.TRANSPOSE, ("a",), {"axes": None}),
    "np.swapaxes": Function(ops.SWAPAXES, ("a",), {"axis1": ..., "axis2": ...}),
    "np.moveaxis": Function(ops.MOVEAXIS, ("a",), {"source": ..., "destination": ...}),
    "np.expand_dims": Function(ops.EXPAND_DIMS, ("a",), {"axis": ...}),
    "np.squeeze": Function(ops.SQUEEZE, ("a",), {"axis": None}),
    "np.flip": Function(ops.FLIP, ("m",), {"axis": None}),
    "np.roll": Function(ops.ROLL, ("a",), {"shift": ..., "axis": None}),
    "np.cumprod": Function(ALONG["cumprod"], ("a",), {"axis": None}),
    "np.diff": Function(ALONG["diff"], ("a",), {"n": 1, "axis": -1}),
    "np.ediff1d": Function(ALONG["ediff1d"], ("ary",)),
    "np.interp": Function(ALONG["interp"], ("x", "xp", "fp")),
    **{
        f"np.{n}": Function(ALONG[n], ("y",), {"axis": -1}, optional={"x": None, "dx": 1.0})
        for n in ("trapezoid", "trapz")
    },
    "np.partition": Function(ALONG["partition"], ("a", "kth"), {"axis": -1}, lists=("kth",)),
    "np.argpartition": Function(DATA["argpartition"], ("a", "kth"), {"axis": -1}, lists=("kth",)),
    **{
        f"np.{n}": Function(ALONG[n], ("a",), {"axis": None, "keepdims": False}, 1)
        for n in "median ptp nansum nanmean nanprod nanmax nanmin".split()
    },
    **{
        f"np.{n}": Function(ALONG[n], ("a",), {"axis": None, "ddof": 0, "keepdims": False}, 1)
        for n in ("nanvar", "nanstd")
    },
    "np.average": Function(
        ALONG["average"],
        ("a",),
        {"axis": None, "keepdims": False},
        optional={"weights": None},
        order=("a", "axis", "weights"),
    ),
    "np.cov": Function(ALONG["cov"], ("m",), {"rowvar": True, "bias": False, "ddof": None}, 0),
    "np.corrcoef": Function(ALONG["corrcoef"], ("x",), {"rowvar": True}, 0),
    "np.bincount": Function(ALONG["bincount"], ("x",), {"minlength": 0}, optional={"weights": None}),
    "np.searchsorted": Function(
        DATA["searchsorted"], ("a", "v"), {"side": "'left'"}, choices={"side": ("left", "right")}
    ),
    "np.digitize": Function(DATA["digitize"], ("x", "bins"), {"right": False}),
    **{f"np.{n}": Function(DATA[n], ("a",)) for n in ("nonzero", "flatnonzero", "argwhere")},
    "np.array_equal": Function(DATA["array_equal"], ("a1", "a2")),
    "np.allclose": Function(DATA["allclose"], ("a", "b"), {"rtol": 1e-05, "atol": 1e-08, "equal_nan": False}),
    **{f"np.{n}": Function(DATA[n], ("n",), {"k": 0, "m": None}) for n in ("triu_indices", "tril_indices")},
    "np.diag_indices": Function(DATA["diag_indices"], ("n",)),
    "np.cumsum": Function(ops.CUMSUM, ("a",), {"axis": None}),
    "np.tril": Function(ops.TRIL, ("m",), {"k": 0}),
    "np.triu": Function(ops.TRIU, ("m",), {"k": 0}),
    "np.trace": Function(ops.TRACE, ("a",), DIAGONAL),
    "np.diagonal": Function(MOVES["diagonal"], ("a",), DIAGONAL),
    "np.diagflat": Function(MOVES["diagflat"], ("v",), {"k": 0}),
    "np.rot90": Function(MOVES["rot90"], ("m",), {"k": 1, "axes": (0, 1)}),
    "np.fliplr": Function(MOVES["fliplr"], ("m",)),
    "np.flipud": Function(MOVES["flipud"], ("m",)),
    "np.append": Function(MOVES["append"], ("arr", "values"), {"axis": None}),
    "np.repeat": Function(MOVES["repeat"], ("a", "repeats"), {"axis": None}, lists=("repeats",)),
    "np.take": Function(MOVES["take"], ("a", "indices"), {"axis": None}, lists=("indices",)),
    "np.take_along_axis": Function(MOVES["take_along_axis"], ("arr", "indices"), {"axis": ...}),
    "np.compress": Function(MOVES["compress"], ("condition", "a"), {"axis": None}),
    ".compress": Function(MOVES["compress"], ("condition", "a"), {"axis": None}, order=("a", "condition", "axis")),
    "np.extract": Function(MOVES["extract"], ("condition", "arr")),
    "np.sort": Function(ops.SORT, ("a",), {"axis": -1}),
    "np.argsort": Function(ops.ARGSORT, ("a",), {"axis": -1}),
    **{f"np.fft.{n}": Function(ops.FFT[n], ("x",), {"axes": None}) for n in ("fftshift", "ifftshift")},
    "np.linalg.inv": Function(ops.INV, ("a",)),
    "np.linalg.det": Function(ops.DET, ("a",)),
    "np.linalg.solve": Function(ops.SOLVE, ("a", "b")),
    "np.linalg.cholesky": Function(ops.CHOLESKY, ("a",)),
    "np.linalg.pinv": Function(ops.PINV, ("a",)),
    "np.linalg.matrix_power": Function(ops.MATRIX_POWER, ("a",), {"n": ...}),
    "np.linalg.matrix_rank": Function(ops.MATRIX_RANK, ("A",)),
    "np.size": Function(ops.SIZE, ("a",)),
    "np.ndim": Function(ops.NDIM, ("a",)),
}
# functions that have a method of their own in `frontend/array_functions.py` or `array_pieces.py`
SPECIAL: Mapping[str, str] = {
    "np.reshape": "reshape", "np.broadcast_to": "broadcast_to", "np.concatenate": "concatenate", "np.stack": "stack",
    "np.ravel": "ravel", "np.rollaxis": "rollaxis", "np.array": "array", "np.asarray": "asarray", "np.copy": "same",
    "np.shape": "shape", "np.clip": "clip", "np.einsum": "einsum", "np.float64": "same", "np.float32": "float32",
    "np.diag": "diag", "np.select": "select", "np.modf": "modf", "np.angle": "angle", "np.divmod": "divmod",
    "np.tensordot": "tensordot", "np.linalg.multi_dot": "multi_dot",
    "np.gradient": "gradient", "np.linspace": "linspace", "np.ix_": "ix", "np.polyval": "polyval", "np.where": "where",
    "np.full": "full", "np.tile": "tile", "np.pad": "pad", "np.meshgrid": "meshgrid",
    "np.broadcast_arrays": "broadcast_arrays", ".item": "item", ".astype": "astype",
    "np.linalg.slogdet": "slogdet", "np.linalg.eigh": "eigh", "np.linalg.eigvalsh": "eigvalsh",
    "np.linalg.svd": "svd", "np.linalg.svdvals": "svdvals", "np.linalg.qr": "qr", "np.linalg.norm": "norm",
    "np.linalg.cond": "cond", "scipy.special.logsumexp": "logsumexp",
}  # fmt: skip
# the attributes of what gives several arrays, in the order of its items
ATTRIBUTES: Mapping[Op, tuple[str, ...]] = {
    ops.EIGH: ("eigenvalues", "eigenvectors"), ops.SVD: ("U", "S", "Vh"), ops.QR: ("Q", "R"),
    ops.SIGN_DET: ("sign", "logabsdet"),
}  # fmt: skip
# other names of functions, whose arguments are the same
OTHER_NAMES: Mapping[str, str] = {
    "np.concat": "np.concatenate", "np.permute_dims": "np.transpose", "np.linalg.matmul": "np.matmul",
    "np.linalg.cross": "np.cross", "np.linalg.tensordot": "np.tensordot",
}  # fmt: skip
# functions that are not differentiated -> what to write instead
ADVICE: Mapping[str, str] = {
    "np.delete": "join what stays: `np.concatenate((x[:i], x[i + 1:]))`",
    "np.insert": "join the parts: `np.concatenate((x[:i], values, x[i:]))`",
    "np.resize": "use np.tile and np.reshape",
    "np.choose": "use np.select or np.where",
    "np.piecewise": "use np.select or np.where",
    "np.block": "use np.concatenate",
    "np.r_": "use np.concatenate",
    "np.c_": "use np.column_stack",
    "np.full_like": "write `v * np.ones_like(x)`",
    "np.put_along_axis": "write the items in a loop, or use np.where",
    "np.nanmedian": "take what are numbers first: `x[~np.isnan(x)]`",
    "np.frexp": "use np.log2 and np.exp2",
    "np.unwrap": "its derivative is 1: leave it out",
    "np.polyfit": "solve for the coefficients: `np.linalg.solve(V.T @ V, V.T @ y)`",
    "np.vectorize": "call the function on the array",
    "np.apply_along_axis": "use the `axis` of a function of NumPy",
    "np.linalg.lstsq": "write `np.linalg.solve(A.T @ A, A.T @ b)`, or `np.linalg.pinv(A) @ b`",
    "np.linalg.eig": "for a symmetric matrix, write `np.linalg.eigh(A)`",
    "np.linalg.eigvals": "for a symmetric matrix, write `np.linalg.eigvalsh(A)`",
    "np.linalg.tensorinv": "reshape the array to a matrix, and write `np.linalg.inv`",
    "np.linalg.tensorsolve": "reshape the arrays to a matrix and a vector, and write `np.linalg.solve`",
}
# transform -> what its length is called, what its axes are called, and which they are
TRANSFORMS: Mapping[str, tuple[str, str, object]] = {
    **{f"np.fft.{n}": ("n", "axis", -1) for n in ("fft", "ifft", "rfft", "irfft")},
    **{f"np.fft.{n}": ("s", "axes", (-2, -1)) for n in ("fft2", "ifft2", "rfft2", "irfft2")},
    **{f"np.fft.{n}": ("s", "axes", None) for n in ("fftn", "ifftn")},
}
# transforms along two axes that are one along each: what is done along the first of them, and along the last
IN_TWO: Mapping[str, tuple[str, str]] = {"np.fft.rfft2": ("fft", "rfft"), "np.fft.irfft2": ("ifft", "irfft")}
# functions that share a method
FAMILIES: Mapping[str, str] = {
    **dict.fromkeys(TRANSFORMS, "transform"),
    **{f"np.{n}": "join" for n in JOINS},
    **{f"np.{n}": "split" for n in PARTS},
    **{f"np.{n}": "trapezoid" for n in ("trapezoid", "trapz")},
    **{f"np.{n}": "quantile" for n in ("quantile", "percentile")},
    **{f"np.atleast_{k}d": "atleast" for k in (1, 2, 3)},
}
# arrays that depend on no number that is differentiated
MAKERS: Mapping[str, tuple[str, ...]] = {
    "np.zeros": ("shape",), "np.ones": ("shape",), "np.zeros_like": ("a",), "np.ones_like": ("a",),
    "np.empty": ("shape",), "np.empty_like": ("a",), "np.identity": ("n",),
    "np.eye": ("N", "M", "k"), "np.tri": ("N", "M", "k"), "np.arange": ("start", "stop", "step"),
    "np.linspace": ("start", "stop", "num"), "np.fft.fftfreq": ("n", "d"), "np.fft.rfftfreq": ("n", "d"),
}  # fmt: skip
# arrays of whatever the memory holds: 0 is one of the values that their items may have until they are written
UNSET: Mapping[str, str] = {"np.empty": "np.zeros", "np.empty_like": "np.zeros_like"}
CONSTANTS: Mapping[str, str] = {"np.pi": "math.pi", "np.e": "math.e", "np.inf": "math.inf", "np.nan": "math.nan"}
# functions that take a type -> where it stands among the arguments, where it has no keyword
TYPED: Mapping[str, int | None] = {
    "np.zeros": 1, "np.ones": 1, "np.array": 1, "np.asarray": 1, "np.zeros_like": 1, "np.ones_like": 1, "np.full": 2,
    "np.empty": 1, "np.empty_like": 1, "np.identity": 1, "np.eye": None, "np.arange": None, "np.linspace": None,
}  # fmt: skip
# method of an array -> function
METHODS: Mapping[str, str] = {
    **{n: f"np.{n}" for n in "sum mean prod max min var std any all argmax argmin dot ravel transpose".split()},
    **{n: f"np.{n}" for n in "swapaxes squeeze cumsum trace reshape clip copy conj conjugate round".split()},
    **{n: f"np.{n}" for n in "diagonal repeat take cumprod argsort nonzero searchsorted argpartition ptp".split()},
    **{n: f".{n}" for n in "compress item astype".split()},
    "flatten": "np.ravel",
}  # fmt: skip
# function of two arrays -> what its method `reduce` is called otherwise, and its method `accumulate`
UFUNC_METHODS: Mapping[str, Mapping[str, str]] = {
    "np.add": {"reduce": "np.sum", "accumulate": "np.cumsum"},
    "np.multiply": {"reduce": "np.prod", "accumulate": "np.cumprod"},
    "np.maximum": {"reduce": "np.max"}, "np.minimum": {"reduce": "np.min"},
}  # fmt: skip
# functions of two arrays whose method `outer` takes each item of one with each of the other
WITH_OUTER = frozenset(
    f"np.{n}" for n in "add subtract multiply divide true_divide power maximum minimum hypot arctan2 logaddexp fmax "
    "fmin float_power greater greater_equal less less_equal equal not_equal".split()
)  # fmt: skip
# what sorts along one axis at most
ONE_AXIS = frozenset((ALONG["median"], ALONG["average"], ALONG["partition"], DATA["argpartition"], ALONG["cumprod"]))
METHOD_ADVICE: Mapping[str, str] = {
    "sort": "use np.sort, which returns a new array",
    "partition": "use np.partition, which returns a new array",
    "tolist": "work with the array itself",
    "fill": "use np.full",
    "resize": "use np.reshape",
    "choose": "use np.select or np.where",
    "put": "write the items one by one",
    "itemset": "write the item: `x[i] = v`",
}
MODULES = ("numpy", "numpy.linalg", "numpy.fft", "scipy", "scipy.special")
