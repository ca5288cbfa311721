"""How each operation is spelled in a target: tables of builders of `ast` expressions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from bpcompile.ir import ops
from bpcompile.ir.ops import MATH, Op

Spelling = Callable[..., ast.expr]


def infix(operator: ast.operator) -> Spelling:
    """Return the spelling of a binary operator."""
    return lambda a, b: ast.BinOp(a, operator, b)


def prefix(operator: ast.unaryop) -> Spelling:
    """Return the spelling of a unary operator."""
    return lambda a: ast.UnaryOp(operator, a)


def compare(operator: ast.cmpop) -> Spelling:
    """Return the spelling of a comparison."""
    return lambda a, b: ast.Compare(a, [operator], [b])


def call(name: str) -> Spelling:
    """Return the spelling of a call of `name`, dotted or not."""
    return lambda *args: ast.Call(dotted(name), list(args), [])


def item_of(name: str, index: int) -> Spelling:
    """Return the spelling of one item of what a call returns."""
    return lambda *args: ast.Subscript(ast.Call(dotted(name), list(args), []), ast.Constant(index), ast.Load())


def on_list(name: str) -> Spelling:
    """Return the spelling of a call on a list of the arguments."""
    return lambda *args: ast.Call(dotted(name), [ast.List(list(args), ast.Load())], [])


def on_two_lists(name: str) -> Spelling:
    """Return the spelling of a call on the first and the second half of the arguments."""

    def spell(*args: ast.expr) -> ast.expr:
        half = len(args) // 2
        return ast.Call(
            dotted(name), [ast.List(list(args[:half]), ast.Load()), ast.List(list(args[half:]), ast.Load())], []
        )

    return spell


def sum_from(*args: ast.expr) -> ast.expr:
    """Return the spelling of a sum with a start, which comes last."""
    return ast.Call(dotted("sum"), [ast.List(list(args[:-1]), ast.Load()), args[-1]], [])


def prod_from(*args: ast.expr) -> ast.expr:
    """Return the spelling of a product with a start, which comes last."""
    items = ast.List(list(args[:-1]), ast.Load())
    return ast.Call(dotted("math.prod"), [items], [ast.keyword("start", args[-1])])


def prod_of(sequence: ast.expr, *start: ast.expr) -> ast.expr:
    """Return the spelling of the product of a list, with a start or without."""
    return ast.Call(dotted("math.prod"), [sequence], [ast.keyword("start", s) for s in start])


def is_global(node: ast.Name) -> bool:
    """Return whether the name is one of the module's, or a builtin, as opposed to a variable of the function."""
    return getattr(node, "is_global", False)


def dotted(name: str) -> ast.expr:
    """Return a dotted name."""
    first, *rest = name.split(".")
    node: ast.expr = ast.Name(first, ast.Load())
    node.is_global = True  # type: ignore[attr-defined]
    for part in rest:
        node = ast.Attribute(node, part, ast.Load())
    return node


def list_of(*items: ast.expr) -> ast.expr:
    """Return the spelling of a list of the items."""
    return ast.List(list(items), ast.Load())


def repeated(count: ast.expr, *items: ast.expr) -> ast.expr:
    """Return the spelling of the items again and again."""
    return ast.BinOp(list_of(*items), ast.Mult(), count)


def is_none(node: ast.expr) -> bool:
    """Return whether an end of a slice is left out."""
    return isinstance(node, ast.Constant) and node.value == "None"


def part_of(sequence: ast.expr, *ends: ast.expr) -> ast.expr:
    """Return the spelling of a slice."""
    start, stop, step = (None if is_none(e) else e for e in ends)
    return ast.Subscript(sequence, ast.Slice(start, stop, step), ast.Load())


def popped(tape: ast.expr) -> ast.expr:
    """Return the spelling of what is taken off the end of a list."""
    return ast.Call(ast.Attribute(tape, "pop", ast.Load()), [], [])


def place_in(length: ast.expr, *ends_and_index: ast.expr) -> ast.expr:
    """Return the spelling of where an item of a slice stands in the whole."""
    *ends, index = ends_and_index
    return ast.Subscript(part_of(call("range")(length), *ends), index, ast.Load())


# fmt: off
PYTHON: Mapping[Op, Spelling] = {
    ops.ADD: infix(ast.Add()),   ops.SUB: infix(ast.Sub()),           ops.MUL: infix(ast.Mult()),
    ops.DIV: infix(ast.Div()),   ops.FLOORDIV: infix(ast.FloorDiv()), ops.MOD: infix(ast.Mod()),
    ops.POW: infix(ast.Pow()),   ops.NEG: prefix(ast.USub()),         ops.POS: prefix(ast.UAdd()),
    ops.NOT: prefix(ast.Not()),  ops.AND: lambda a, b: ast.BoolOp(ast.And(), [a, b]),
    ops.LT: compare(ast.Lt()),   ops.LE: compare(ast.LtE()),
    ops.GT: compare(ast.Gt()),   ops.GE: compare(ast.GtE()),
    ops.EQ: compare(ast.Eq()),   ops.NE: compare(ast.NotEq()),
    ops.SELECT: lambda c, a, b: ast.IfExp(c, a, b),
    ops.INDEX: lambda a, i: ast.Subscript(a, i, ast.Load()),
    ops.QUOTIENT: item_of("divmod", 0),      ops.REMAINDER: item_of("divmod", 1),
    ops.MANTISSA: item_of("math.frexp", 0),  ops.EXPONENT: item_of("math.frexp", 1),
    ops.FRACTION: item_of("math.modf", 0),   ops.WHOLE: item_of("math.modf", 1),
    ops.COPY: lambda a: a,                   ops.READ: lambda a: a,
    ops.POW_MOD: call("pow"),                ops.ABS: call("abs"),
    ops.MAX: call("max"),                    ops.MIN: call("min"),
    ops.FLOAT: call("float"),                ops.INT_OF: call("int"),
    ops.BOOL_OF: call("bool"),               ops.ROUND: call("round"),
    ops.ROUND_TO: call("round"),             ops.LEN: call("len"),
    ops.SUM: on_list("sum"),                 ops.SUM_START: sum_from,
    ops.FSUM: on_list("math.fsum"),          ops.PROD: on_list("math.prod"),
    ops.DIST: on_two_lists("math.dist"),     ops.SUMPROD: on_two_lists("math.sumprod"),
    ops.SUM_OF: call("sum"),                 ops.FSUM_OF: call("math.fsum"),
    ops.PROD_OF: prod_of,                    ops.PROD_START: prod_from,
            ops.MAX_OF: call("max"),
    ops.MIN_OF: call("min"),                 ops.DIST_OF: call("math.dist"),
    ops.SUMPROD_OF: call("math.sumprod"),    ops.LOG_BASE: call("math.log"),
    ops.INDEX_OF: lambda w, x: ast.Call(ast.Attribute(w, "index", ast.Load()), [x], []),
    ops.LIST: list_of,                       ops.REPEAT: repeated,
    ops.COPY_OF: call("list"),               ops.ROWS: call("list"),
                 ops.SLICE: part_of,
    ops.CONCAT: infix(ast.Add()),            ops.SLICE_INDEX: place_in,
    ops.IS: compare(ast.Is()),               ops.HAS_TWINS: call("has_twins"),
    ops.TAPE: list_of,                       ops.POP_TAPE: popped,
    ops.DIGAMMA: call("digamma"),            ops.LEAVE_ONE_OUT: call("leave_one_out"),
    **{op: call(f"math.{name}") for name, op in MATH.items()},
}
# fmt: on
