"""The accepted language, as tables: operators, builtins, functions of `math`, and what every refused node is called."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from bpcompile.ir import ops
from bpcompile.ir.ops import MATH, Op

BINARY: Mapping[type[ast.operator], Op] = {
    ast.Add: ops.ADD,
    ast.Sub: ops.SUB,
    ast.Mult: ops.MUL,
    ast.Div: ops.DIV,
    ast.FloorDiv: ops.FLOORDIV,
    ast.Mod: ops.MOD,
    ast.Pow: ops.POW,
}
REFUSED_BINARY: Mapping[type[ast.operator], str] = {
    ast.MatMult: "@",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.BitAnd: "&",
}
COMPARE: Mapping[type[ast.cmpop], Op] = {
    ast.Lt: ops.LT,
    ast.LtE: ops.LE,
    ast.Gt: ops.GT,
    ast.GtE: ops.GE,
    ast.Eq: ops.EQ,
    ast.NotEq: ops.NE,
}
REFUSED_COMPARE: Mapping[type[ast.cmpop], str] = {
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
UNARY: Mapping[type[ast.unaryop], Op] = {ast.USub: ops.NEG, ast.UAdd: ops.POS, ast.Not: ops.NOT}


@dataclass(frozen=True, slots=True)
class Call:
    """A function that is one operation on numbers: how many it takes."""

    op: Op
    least: int
    most: int | None
    keywords: tuple[str, ...] = ()  # keyword-only arguments, passed on as they are


def fixed(name: str, count: int) -> Call:
    """Return the call of a function of `math` with a fixed number of arguments."""
    return Call(MATH[name], count, count)


TWO_ARGUMENTS = ("atan2", "comb", "copysign", "fmod", "ldexp", "pow", "remainder")
SPECIAL_MATH = ("comb", "fma", "gcd", "hypot", "isclose", "lcm", "log", "nextafter", "perm")

# functions on numbers, by dotted name
CALLS: Mapping[str, Call] = {
    **{f"math.{n}": fixed(n, 2 if n in TWO_ARGUMENTS else 1) for n in MATH if n not in SPECIAL_MATH},
    "math.comb": fixed("comb", 2),
    "math.fma": fixed("fma", 3),
    "math.gcd": Call(MATH["gcd"], 0, None),
    "math.lcm": Call(MATH["lcm"], 0, None),
    "math.hypot": Call(MATH["hypot"], 0, None),
    "math.isclose": Call(MATH["isclose"], 2, 2, ("rel_tol", "abs_tol")),
    "math.nextafter": Call(MATH["nextafter"], 2, 2, ("steps",)),
    "math.perm": Call(MATH["perm"], 1, 2),
    "abs": Call(ops.ABS, 1, 1),
}
# functions that need more than their numbers: `frontend/calls.py` has one method for each
SPECIAL = (
    "math.log math.frexp math.modf math.fsum math.prod math.dist math.sumprod "
    "max min sum pow round float int bool divmod len list tuple"
).split()
MATH_NAMES = frozenset(n[5:] for n in (*CALLS, *SPECIAL) if n.startswith("math.")) | frozenset(ops.MATH_CONSTANTS)
ITERATORS = ("range", "enumerate", "zip", "reversed")
BUILTINS = frozenset(n for n in (*CALLS, *SPECIAL, *ITERATORS) if "." not in n)

LOOPS_LATER = "write a list comprehension, or a loop over a list"
LATER_BUILTINS: Mapping[str, str] = {n: "write a list comprehension" for n in ("map", "filter")}

# every statement and expression class that is refused: what it is called, what to write instead
REFUSED_STATEMENTS: Mapping[str, tuple[str, str]] = {
    "AsyncFor": ("an `async for` loop", "write plain, synchronous code"),
    "AsyncWith": ("an `async with` statement", "write plain, synchronous code"),
    "AsyncFunctionDef": ("an `async def`", "write a plain function"),
    "ClassDef": ("a class", "use floats, tuples and functions"),
    "Delete": ("a `del` statement", "leave the name alone"),
    "With": ("a `with` statement", 'only `with np.errstate(all="ignore"):` is known, with literal keywords'),
    "Match": ("a `match` statement", "use if/elif/else"),
    "Try": ("a `try` statement", "check the arguments with if/else before the operation that may fail"),
    "TryStar": ("a `try` statement", "check the arguments with if/else before the operation that may fail"),
    "Import": ("an `import` inside a function", "import at the top of the file"),
    "ImportFrom": ("an `import` inside a function", "import at the top of the file"),
    "Global": ("a `global` statement", "pass the value in and return it"),
    "Nonlocal": ("a `nonlocal` statement", "pass the value in and return it"),
    "TypeAlias": ("a `type` statement", "move it to module level"),
}
REFUSED_EXPRESSIONS: Mapping[str, tuple[str, str]] = {
    "Dict": ("a dict", "use a tuple with constant indices"),
    "Set": ("a set", "use a tuple"),
    "SetComp": ("a set comprehension", LOOPS_LATER),
    "DictComp": ("a dict comprehension", LOOPS_LATER),
    "Await": ("an `await`", "write plain, synchronous code"),
    "Yield": ("a `yield`", "return the value instead"),
    "YieldFrom": ("a `yield from`", "return the value instead"),
    "JoinedStr": ("an f-string", "a gradient knows only numbers"),
    "FormattedValue": ("an f-string", "a gradient knows only numbers"),
    "TemplateStr": ("a template string", "a gradient knows only numbers"),
    "Interpolation": ("a template string", "a gradient knows only numbers"),
    "Starred": ("a starred expression here", "write the items out"),
    "Slice": ("a slice here", "use constant indices"),
}
