"""How operations on arrays are spelled in NumPy."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from bpcompile.backends.array_spelling import ARRAY_SPELLING, by_position, is_default, option, tuple_of, with_options
from bpcompile.backends.targets import Spelling, call, dotted, item_of
from bpcompile.ir import ops
from bpcompile.ir.ops import NUMPY, REDUCTIONS, SPECIAL, Op


def weighed_logsumexp(x: ast.expr, weights: ast.expr, *options: ast.expr) -> ast.expr:
    """Return the spelling of log-sum-exp with weights by keyword."""
    spelled = with_options("scipy.special.logsumexp", 1, axis="None", keepdims=False)(x, *options)
    assert isinstance(spelled, ast.Call)
    return ast.Call(spelled.func, spelled.args, [ast.keyword("b", weights), *spelled.keywords])


def sum_to(total: ast.expr, axes: ast.expr) -> ast.expr:
    """Return the spelling of a sum that undoes broadcasting: `dZ.sum(axis=0)`."""
    if is_default(axes, "None"):
        return call("np.sum")(total)
    keyword = ast.keyword("axis", option(axes))
    if isinstance(total, ast.Name):
        return ast.Call(ast.Attribute(total, "sum", ast.Load()), [], [keyword])
    return ast.Call(dotted("np.sum"), [total], [keyword])


def transposed(x: ast.expr, axes: ast.expr) -> ast.expr:
    """Return the spelling of a transpose."""
    if is_default(axes, "None"):
        return ast.Attribute(x, "T", ast.Load())
    return call("np.transpose")(x, option(axes))


def several(name: str) -> Spelling:
    """Return the spelling of arrays joined along an axis."""

    def spell(axis: ast.expr, *arrays: ast.expr) -> ast.expr:
        keywords = [] if is_default(axis, 0) else [ast.keyword("axis", option(axis))]
        return ast.Call(dotted(name), [tuple_of(*arrays)], keywords)

    return spell


def subscript(x: ast.expr, pattern: ast.expr, *values: ast.expr) -> ast.expr:
    """Return the spelling of `x[1:, i]`, or of a part of a part."""
    assert isinstance(pattern, ast.Constant) and isinstance(pattern.value, str)
    if "][" not in pattern.value:
        return ast.Subscript(x, places(pattern, *values), ast.Load())
    for level in pattern.value.split("]["):
        x = ast.Subscript(x, places(ast.Constant(level), *values), ast.Load())
    return x


def places(pattern: ast.expr, *values: ast.expr) -> ast.expr:
    """Return what stands in the brackets of a subscript."""
    assert isinstance(pattern, ast.Constant) and isinstance(pattern.value, str)
    names = [f"value_{k}" for k in range(len(values))]
    parsed: ast.expr = ast.parse(f"x[{pattern.value.format(*names)}]", mode="eval").body
    assert isinstance(parsed, ast.Subscript)
    given = dict(zip(names, values))

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return given.get(node.id, node)

    filled: ast.expr = Fill().visit(parsed.slice)
    return filled


def placed(ct: ast.expr, like: ast.expr, pattern: ast.expr, *values: ast.expr) -> ast.expr:
    """Return the spelling of zeros with an array added at some places."""
    if is_default(pattern, "DIAG"):
        index = call("np.diag_indices")(call("len")(ct))
    elif is_default(pattern, "TRACE"):
        sides = ast.Subscript(call("np.shape")(like), ast.Slice(upper=ast.Constant(2)), ast.Load())
        index = call("np.diag_indices")(call("min")(sides))
    else:
        index = index_of(pattern, *values)
    return call("placed")(ct, like, index)


def index_of(pattern: ast.expr, *values: ast.expr) -> ast.expr:
    """Return the spelling of an index as a value: `(i, j)`, or `np.s_[1:, i]`."""
    found = places(pattern, *values)
    has_slices = any(isinstance(part, ast.Slice) for part in (found.elts if isinstance(found, ast.Tuple) else [found]))
    return ast.Subscript(dotted("np.s_"), found, ast.Load()) if has_slices else found


def made(function: ast.expr, *args: ast.expr) -> ast.expr:
    """Return the spelling of a new array."""
    assert isinstance(function, ast.Constant) and isinstance(function.value, str)
    if function.value in ("np.zeros", "np.ones") and len(args) > 1:
        return call(function.value)(tuple_of(*args))
    if len(args) > 2 and function.value in ("np.eye", "np.tri"):
        n, m, k = args
        sizes = [n] if ast.dump(n) == ast.dump(m) else [n, m]
        return ast.Call(dotted(function.value), sizes, [ast.keyword("k", k)])
    return call(function.value)(*args)


def with_type_of(array: ast.expr, other: ast.expr) -> ast.expr:
    """Return the spelling of a new array of the type of another one."""
    dtype = ast.Attribute(other, "dtype", ast.Load())
    if isinstance(array, ast.Call) and ast.unparse(array.func) in TAKE_TYPES:
        return ast.Call(array.func, array.args, [*array.keywords, ast.keyword("dtype", dtype)])
    return ast.Call(ast.Attribute(array, "astype", ast.Load()), [dtype], [])


TAKE_TYPES = frozenset(f"np.{n}" for n in "zeros ones eye identity tri arange zeros_like ones_like".split())


def spread(total: ast.expr, like: ast.expr, *typed: ast.expr) -> ast.expr:
    """Return the spelling of what is the same for all items of an array."""
    ones = call("np.ones_like")(like)
    if isinstance(total, ast.Constant) and total.value == 1 and not typed:
        return ones
    if isinstance(total, ast.BinOp) and isinstance(total.op, ast.Div) and is_one(total.left):
        return ast.BinOp(ones, ast.Div(), total.right)
    return ast.BinOp(total, ast.Mult(), ones)


def is_one(node: ast.expr) -> bool:
    """Return whether an expression is the number 1."""
    return isinstance(node, ast.Constant) and node.value == 1


def selected(*args: ast.expr) -> ast.expr:
    """Return the spelling of a selection: conditions, as many choices, and what else."""
    count = len(args) // 2
    lists = [ast.List(list(part), ast.Load()) for part in (args[:count], args[count:-1])]
    default = [] if is_default(args[-1], 0) else [args[-1]]
    return ast.Call(dotted("np.select"), [*lists, *default], [])


def listed(x: ast.expr, depth: ast.expr) -> ast.expr:
    """Return the spelling of an array as lists: of numbers, of rows, or of lists of rows."""
    if is_default(depth, 0):
        return ast.Call(ast.Attribute(x, "tolist", ast.Load()), [], [])
    return call("list")(x) if is_default(depth, 1) else each("list", x)


def each(function: str, sequence: ast.expr) -> ast.expr:
    """Return the spelling of a list of a function of each item."""
    loop = ast.comprehension(ast.Name("item", ast.Store()), sequence, [], 0)
    return ast.ListComp(call(function)(ast.Name("item", ast.Load())), [loop])


def layers(x: ast.expr, axis: ast.expr) -> ast.expr:
    """Return the spelling of a list of what stands along an axis."""
    return call("list")(x if is_default(axis, 0) else call("np.moveaxis")(x, axis, ast.Constant(0)))


# fmt: off
NUMPY_SPELLING: Mapping[Op, Spelling] = {
    **{op: call(op.name) for op in (*NUMPY.values(), *SPECIAL.values(), *ops.SLOPES)},
    NUMPY["modf[0]"]: item_of("np.modf", 0), NUMPY["modf[1]"]: item_of("np.modf", 1),
    NUMPY["select"]: selected,               NUMPY["clip"]: lambda *args: call("np.clip")(*map(option, args)),
    NUMPY["nan_to_num"]: with_options("np.nan_to_num", 1, nan=0.0, posinf="None", neginf="None"),
    NUMPY["round"]: with_options("np.round", 1, decimals=0),
    NUMPY["isclose"]: with_options("np.isclose", 2, rtol=1e-05, atol=1e-08, equal_nan=False),
    **ARRAY_SPELLING,
    **{op: with_options(op.name, 1, axis="None", keepdims=False) for op in REDUCTIONS.values()},
    **{REDUCTIONS[n]: with_options(f"np.{n}", 1, axis="None", ddof=0, keepdims=False) for n in ("var", "std")},
    ops.LOGSUMEXP: with_options("scipy.special.logsumexp", 1, axis="None", keepdims=False),
    ops.LOGSUMEXP_OF: weighed_logsumexp,
    **{ops.FFT[n]: with_options(f"np.fft.{n}", 1, axis=-1, norm="None") for n in ("fft", "ifft", "rfft")},
    **{ops.FFT[n]: with_options(f"np.fft.{n}", 1, axes="(-2, -1)", norm="None") for n in ("fft2", "ifft2")},
    **{ops.FFT[n]: with_options(f"np.fft.{n}", 1, axes="None", norm="None") for n in ("fftn", "ifftn")},
    **{ops.FFT[n]: with_options(f"np.fft.{n}", 1, axes="None") for n in ("fftshift", "ifftshift")},
    ops.FFT["irfft"]: lambda y, axis, norm, *n: with_options("np.fft.irfft", 1 + len(n), axis=-1, norm="None")(
        y, *n, axis, norm
    ),
    ops.IFFT_PADDED: with_options("np.fft.ifft", 2, axis=-1, norm="None"),
    ops.IRFFT_SHARE: lambda *args: call("irfft_share")(*map(option, args)),
    ops.TIMES_I: lambda z: ast.BinOp(ast.Constant(1j), ast.Mult(), z),
    ops.IS_COMPLEX: call("np.iscomplexobj"),
    ops.SOFTMAX: with_options("scipy.special.softmax", 1, axis="None"),
    ops.OWN_SOFTMAX: lambda x, axis: call("softmax")(x, option(axis)),
    ops.LOG_SOFTMAX: with_options("scipy.special.log_softmax", 1, axis="None"),
    ops.NORM: with_options("np.linalg.norm", 1, ord="None", axis="None", keepdims=False),
    ops.EIGH: with_options("np.linalg.eigh", 1, UPLO="'L'"),
    ops.SVD: lambda a: ast.Call(dotted("np.linalg.svd"), [a], [ast.keyword("full_matrices", ast.Constant(False))]),
    ops.QR: call("np.linalg.qr"),            ops.PINV: call("np.linalg.pinv"),
    ops.MATRIX_POWER: call("np.linalg.matrix_power"),
    ops.MATRIX_RANK: call("np.linalg.matrix_rank"),
    ops.EIGENVECTORS_SHARE: call("eigenvectors_share"),
    **{op: call(op.name) for op in (ops.SVD_SHARE, ops.QR_SHARE, ops.PINV_SHARE, ops.POWER_SHARE)},
    ops.MATMUL: lambda a, b: ast.BinOp(a, ast.MatMult(), b),
    ops.DOT: call("np.dot"),                 ops.OUTER: call("np.outer"),
    ops.EINSUM: call("np.einsum"),           ops.RAVEL: call("np.ravel"),
    ops.RESHAPE: lambda x, *n: call("np.reshape")(x, tuple_of(*n)),
    ops.BROADCAST_TO: lambda x, *n: call("np.broadcast_to")(x, tuple_of(*n)),
    ops.LIKE: lambda x, y: call("np.reshape")(x, call("np.shape")(y)),
    ops.TRANSPOSE: transposed,               ops.SWAPAXES: by_position("np.swapaxes"),
    ops.MOVEAXIS: by_position("np.moveaxis"),
    ops.EXPAND_DIMS: by_position("np.expand_dims"),
    ops.SQUEEZE: by_position("np.squeeze"),  ops.CONCATENATE: several("np.concatenate"),
    ops.ARRAY: lambda pattern, *items: call("np.array")(places(pattern, *items)),
    ops.ARRAY_OF: call("np.array"),          ops.STACK_OF: with_options("np.stack", 1, axis=0),
    ops.JOIN_OF: with_options("np.concatenate", 1, axis=0),
    ops.LISTED: listed,
    ops.LAYERS: layers,                      ops.SPLIT: call("split_like"),
    ops.STACK: several("np.stack"),          ops.FLIP: by_position("np.flip"),
    ops.ROLL: by_position("np.roll"),        ops.CUMSUM: with_options("np.cumsum", 1, axis="None"),
    ops.TRIL: with_options("np.tril", 1, k=0),
    ops.TRIU: with_options("np.triu", 1, k=0),
    ops.SUBSCRIPT: subscript,                ops.PLACED: placed,
    ops.INV: call("np.linalg.inv"),          ops.DET: call("np.linalg.det"),
    ops.LOGDET: item_of("np.linalg.slogdet", 1),
    ops.SIGN_DET: item_of("np.linalg.slogdet", 0),
    ops.SOLVE: call("np.linalg.solve"),      ops.CHOLESKY: call("np.linalg.cholesky"),
    ops.SORT: with_options("np.sort", 1, axis=-1),
    ops.ARGSORT: with_options("np.argsort", 1, axis=-1),
    ops.DIM: lambda x, k: ast.Subscript(call("np.shape")(x), k, ast.Load()),
    ops.SIZE: call("np.size"),               ops.NDIM: call("np.ndim"),
    ops.MAKE: made,                          ops.AS_TYPE_OF: with_type_of,
    ops.SPREAD: spread,
    ops.SUM_TO: sum_to,                      ops.UNBROADCAST: call("unbroadcast"),
    ops.IN_SHAPE: call("in_shape"),
    ops.FIRST_EQUAL: lambda x, best, axis: call("first_equal")(x, best, option(axis)),
    ops.BUT_ONE: lambda x, axis: call("but_one")(x, option(axis)),
    ops.TIMES_LEFT: call("matmul_left"),     ops.TIMES_RIGHT: call("matmul_right"),
    ops.CHOLESKY_SHARE: call("cholesky_share"),
    ops.SOLVE_SHARE: call("solve_share"),    ops.SOLVE_RIGHT: call("solve_right"),
    ops.DOT_LEFT: call("dot_left"),          ops.DOT_RIGHT: call("dot_right"),
    ops.UNSORTED: lambda ct, x, axis: call("unsorted")(ct, x, option(axis)),
}
# fmt: on
