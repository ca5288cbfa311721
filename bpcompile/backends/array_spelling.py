"""How operations on whole arrays that move, join, multiply or order their items are spelled in NumPy."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from bpcompile.backends.targets import Spelling, call, dotted
from bpcompile.ir import ops
from bpcompile.ir.array_ops import (
    ALONG,
    BROADCAST_ARRAYS,
    DATA,
    INTERP_SLOPE,
    ITEM,
    JOINS,
    LIKE_F,
    MESHGRID,
    MOVES,
    PARTS,
    POLYDER,
    PRODUCTS,
    RAVEL_F,
    REPEATED,
    RESHAPE_F,
    SHARES,
    VANDER,
    WEIGHTS_ALONG,
)
from bpcompile.ir.ops import NUMPY, Op


def option(node: ast.expr) -> ast.expr:
    """Return an option: text that is no number is read as what it says."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        parsed: ast.expr = ast.parse(node.value, mode="eval").body
        return parsed
    return node


def is_default(node: ast.expr, default: object) -> bool:
    """Return whether an option is what NumPy takes anyway."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant) and isinstance(default, int):
        return is_default(node.operand, -default)
    value = node.value if isinstance(node, ast.Constant) else None
    return value == default and type(value) is type(default)


def with_options(name: str, arrays: int, **defaults: object) -> Spelling:
    """Return the spelling of a call with options by keyword, left out where they are the default."""

    def spell(*args: ast.expr) -> ast.expr:
        keywords = [
            ast.keyword(key, option(node))
            for (key, default), node in zip(defaults.items(), args[arrays:])
            if not is_default(node, default)
        ]
        return ast.Call(dotted(name), [option(a) for a in args[:arrays]], keywords)

    return spell


def by_position(name: str) -> Spelling:
    """Return the spelling of a call with all options by position, one that is None left out."""
    return lambda *args: ast.Call(dotted(name), [option(a) for a in args if not is_default(a, "None")], [])


def tuple_of(*items: ast.expr) -> ast.expr:
    """Return the spelling of a tuple."""
    return ast.Tuple(list(items), ast.Load())


def method(name: str, *words: str) -> Spelling:
    """Return the spelling of a method without arguments, or with names as arguments."""
    given = [dotted(word) for word in words]
    return lambda x: ast.Call(ast.Attribute(x, name, ast.Load()), given, [])


def in_fortran_order(shape: ast.expr, x: ast.expr) -> ast.expr:
    """Return the spelling of a new shape whose first index runs fastest."""
    return ast.Call(dotted("np.reshape"), [x, shape], [ast.keyword("order", ast.Constant("F"))])


def tiled(x: ast.expr, *counts: ast.expr) -> ast.expr:
    """Return the spelling of copies side by side."""
    return call("np.tile")(x, counts[0] if len(counts) == 1 else tuple_of(*counts))


def filled(value: ast.expr, *lengths: ast.expr) -> ast.expr:
    """Return the spelling of an array of one value."""
    return call("np.full")(lengths[0] if len(lengths) == 1 else tuple_of(*lengths), value)


def split(name: str) -> Spelling:
    """Return the spelling of a split."""

    def spell(x: ast.expr, sections: ast.expr, axis: ast.expr, *values: ast.expr) -> ast.expr:
        places = option(sections)
        if isinstance(places, ast.Tuple):
            places = ast.List([placed(p, values) for p in places.elts], ast.Load())
        is_plain = name not in ("split", "array_split") or is_default(axis, 0)
        keywords = [] if is_plain else [ast.keyword("axis", axis)]
        return ast.Call(dotted(f"np.{name}"), [x, places], keywords)

    return spell


def placed(place: ast.expr, values: tuple[ast.expr, ...]) -> ast.expr:
    """Return a place of a split: a literal, or the value that stands for `(k,)`."""
    if isinstance(place, ast.Tuple) and isinstance(place.elts[0], ast.Constant):
        return values[int(str(place.elts[0].value))]
    return place


def grid(indexing: ast.expr, *arrays: ast.expr) -> ast.expr:
    """Return the spelling of a grid."""
    keywords = [] if is_default(indexing, "'xy'") else [ast.keyword("indexing", option(indexing))]
    return ast.Call(dotted("np.meshgrid"), list(arrays), keywords)


def padded(x: ast.expr, width: ast.expr, mode: ast.expr, *constant: ast.expr) -> ast.expr:
    """Return the spelling of a pad."""
    modes = [] if is_default(mode, "'constant'") else [ast.keyword("mode", option(mode))]
    constants = [ast.keyword("constant_values", c) for c in constant if not is_default(c, 0)]
    return ast.Call(dotted("np.pad"), [x, option(width)], [*modes, *constants])


def trapezoidal(name: str) -> Spelling:
    """Return the spelling of the trapezoidal rule, with its places or its steps or neither."""

    def spell(y: ast.expr, x: ast.expr, dx: ast.expr, axis: ast.expr) -> ast.expr:
        given = [] if is_default(x, "None") else [x]
        keywords = [] if is_default(dx, 1.0) or given else [ast.keyword("dx", dx)]
        keywords += [] if is_default(axis, -1) else [ast.keyword("axis", axis)]
        return ast.Call(dotted(name), [y, *given], keywords)

    return spell


def gradient(x: ast.expr, axis: ast.expr, edge_order: ast.expr, *spacing: ast.expr) -> ast.expr:
    """Return the spelling of differences over a spacing."""
    keywords = [] if is_default(axis, "None") else [ast.keyword("axis", axis)]
    keywords += [] if is_default(edge_order, 1) else [ast.keyword("edge_order", edge_order)]
    return ast.Call(dotted("np.gradient"), [x, *spacing], keywords)


REDUCING = "median ptp nansum nanmean nanprod nanmax nanmin".split()
# fmt: off
ARRAY_SPELLING: Mapping[Op, Spelling] = {
    **{op: lambda *args, name=name: call(name)(*map(option, args)) for name, op in SHARES.items()},
    **{op: (lambda *arrays, name=name: call(f"np.{name}")(tuple_of(*arrays))) for name, op in JOINS.items()},
    **{PRODUCTS[n]: call(f"np.{n}") for n in "inner vdot kron".split()},
    PRODUCTS["tensordot"]: with_options("np.tensordot", 2, axes=2),
    PRODUCTS["cross"]: with_options("np.cross", 2, axis=-1),
    PRODUCTS["convolve"]: with_options("np.convolve", 2, mode="'full'"),
    PRODUCTS["correlate"]: with_options("np.correlate", 2, mode="'valid'"),
    PRODUCTS["linalg.multi_dot"]: lambda *arrays: call("np.linalg.multi_dot")(ast.List(list(arrays), ast.Load())),
    **{op: split(name) for name, op in PARTS.items()},
    **{MOVES[n]: call(f"np.{n}") for n in "fliplr flipud atleast_1d atleast_2d atleast_3d extract".split()},
    **{op: with_options(op.name, 1, offset=0, axis1=0, axis2=1) for op in (MOVES["diagonal"], ops.TRACE)},
    **{op: with_options(op.name, 1, k=0) for op in (MOVES["diagflat"], ops.DIAG)},
    **{MOVES[n]: with_options(f"np.{n}", 2, axis="None") for n in "append repeat take compress".split()},
    **{ALONG[n]: with_options(f"np.{n}", 1, axis="None", keepdims=False) for n in REDUCING},
    **{ALONG[n]: with_options(f"np.{n}", 1, axis="None", ddof=0, keepdims=False) for n in ("nanvar", "nanstd")},
    **{ALONG[n]: with_options(f"np.{n}", 2, axis="None", keepdims=False) for n in ("quantile", "percentile")},
    **{ALONG[n]: trapezoidal(f"np.{n}") for n in ("trapezoid", "trapz")},
    ALONG["average"]: with_options("np.average", 1, weights="None", axis="None", keepdims=False),
    ALONG["cumprod"]: with_options("np.cumprod", 1, axis="None"),
    ALONG["diff"]: with_options("np.diff", 1, n=1, axis=-1),
    ALONG["gradient"]: gradient,
    ALONG["partition"]: with_options("np.partition", 2, axis=-1),
    ALONG["linspace"]: with_options("np.linspace", 3, endpoint=True),
    ALONG["cov"]: with_options("np.cov", 1, rowvar=True, bias=False, ddof="None"),
    ALONG["corrcoef"]: with_options("np.corrcoef", 1, rowvar=True),
    ALONG["bincount"]: with_options("np.bincount", 1, weights="None", minlength=0),
    **{ALONG[n]: call(f"np.{n}") for n in ("ediff1d", "interp", "polyval")},
    **{DATA[n]: call(f"np.{n}") for n in ("nonzero", "flatnonzero", "argwhere", "ix_", "array_equal")},
    DATA["searchsorted"]: with_options("np.searchsorted", 2, side="'left'"),
    DATA["digitize"]: with_options("np.digitize", 2, right=False),
    DATA["argpartition"]: with_options("np.argpartition", 2, axis=-1),
    DATA["allclose"]: with_options("np.allclose", 2, rtol=1e-05, atol=1e-08, equal_nan=False),
    **{DATA[n]: with_options(f"np.{n}", 1, k=0, m="None") for n in ("triu_indices", "tril_indices")},
    DATA["diag_indices"]: call("np.diag_indices"),
    INTERP_SLOPE: call("interp_slope"),      VANDER: call("np.vander"),
    WEIGHTS_ALONG: call("weights_along"),    POLYDER: call("np.polyder"),
    MOVES["rot90"]: with_options("np.rot90", 1, k=1, axes="(0, 1)"),
    MOVES["rollaxis"]: by_position("np.rollaxis"),
    MOVES["take_along_axis"]: lambda x, index, axis: call("np.take_along_axis")(x, index, option(axis)),
    MOVES["tile"]: tiled,                    MOVES["full"]: filled,
    MOVES["pad"]: padded,                    MESHGRID: grid,
    BROADCAST_ARRAYS: call("np.broadcast_arrays"),
    RESHAPE_F: lambda x, *lengths: in_fortran_order(tuple_of(*lengths), x),
    RAVEL_F: lambda x: ast.Call(dotted("np.ravel"), [x], [ast.keyword("order", ast.Constant("F"))]),
    LIKE_F: lambda x, y: in_fortran_order(call("np.shape")(y), x),
    REPEATED: lambda n, counts: call("np.repeat")(call("np.arange")(n), option(counts)),
    ITEM: method("item"),
    **{NUMPY[f"astype_{word}"]: method("astype", word) for word in ("float", "int", "bool")},
    NUMPY["astype_float32"]: method("astype", "np.float32"),
}
# fmt: on
