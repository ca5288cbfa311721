"""How operations on whole arrays that move, join, multiply or order their items are spelled in NumPy."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from bpcompile.backends.targets import Spelling, call, dotted
from bpcompile.ir import ops
from bpcompile.ir.array_ops import (
    BROADCAST_ARRAYS,
    FLATNONZERO,
    ITEM,
    JOINS,
    LIKE_F,
    MESHGRID,
    MOVES,
    PARTS,
    PRODUCTS,
    RAVEL_F,
    REPEATED,
    RESHAPE_F,
    SHARES,
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


def item(node: ast.expr, k: ast.expr) -> ast.expr:
    """Return the spelling of an item."""
    return ast.Subscript(node, k, ast.Load())


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
    """Return the spelling of one part of a split."""

    def spell(x: ast.expr, sections: ast.expr, axis: ast.expr, k: ast.expr, *values: ast.expr) -> ast.expr:
        places = option(sections)
        if isinstance(places, ast.Tuple):
            places = ast.List([placed(p, values) for p in places.elts], ast.Load())
        is_plain = name not in ("split", "array_split") or is_default(axis, 0)
        keywords = [] if is_plain else [ast.keyword("axis", axis)]
        return item(ast.Call(dotted(f"np.{name}"), [x, places], keywords), k)

    return spell


def placed(place: ast.expr, values: tuple[ast.expr, ...]) -> ast.expr:
    """Return a place of a split: a literal, or the value that stands for `(k,)`."""
    if isinstance(place, ast.Tuple) and isinstance(place.elts[0], ast.Constant):
        return values[int(str(place.elts[0].value))]
    return place


def grid(k: ast.expr, indexing: ast.expr, *arrays: ast.expr) -> ast.expr:
    """Return the spelling of one array of a grid."""
    keywords = [] if is_default(indexing, "'xy'") else [ast.keyword("indexing", option(indexing))]
    return item(ast.Call(dotted("np.meshgrid"), list(arrays), keywords), k)


def padded(x: ast.expr, width: ast.expr, mode: ast.expr, *constant: ast.expr) -> ast.expr:
    """Return the spelling of a pad."""
    modes = [] if is_default(mode, "'constant'") else [ast.keyword("mode", option(mode))]
    constants = [ast.keyword("constant_values", c) for c in constant if not is_default(c, 0)]
    return ast.Call(dotted("np.pad"), [x, option(width)], [*modes, *constants])


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
    MOVES["rot90"]: with_options("np.rot90", 1, k=1, axes="(0, 1)"),
    MOVES["rollaxis"]: by_position("np.rollaxis"),
    MOVES["take_along_axis"]: lambda x, index, axis: call("np.take_along_axis")(x, index, option(axis)),
    MOVES["tile"]: tiled,                    MOVES["full"]: filled,
    MOVES["pad"]: padded,                    MESHGRID: grid,
    BROADCAST_ARRAYS: lambda k, *arrays: item(call("np.broadcast_arrays")(*arrays), k),
    RESHAPE_F: lambda x, *lengths: in_fortran_order(tuple_of(*lengths), x),
    RAVEL_F: lambda x: ast.Call(dotted("np.ravel"), [x], [ast.keyword("order", ast.Constant("F"))]),
    LIKE_F: lambda x, y: in_fortran_order(call("np.shape")(y), x),
    REPEATED: lambda n, counts: call("np.repeat")(call("np.arange")(n), option(counts)),
    FLATNONZERO: call("np.flatnonzero"),     ITEM: method("item"),
    **{NUMPY[f"astype_{word}"]: method("astype", word) for word in ("float", "int", "bool")},
    NUMPY["astype_float32"]: method("astype", "np.float32"),
}
# fmt: on
