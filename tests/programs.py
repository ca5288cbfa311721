"""Random programs over the language of floats: a typed generator, for a seed or for hypothesis.

Every choice goes through a `Chooser`, so one generator serves a plain seed (`program(7)`) and a hypothesis strategy
(`programs()`). Each expression carries a bound of its absolute value at moderate arguments; arguments of functions with
a domain, divisors and powers are scaled by it, so that most programs can be evaluated at most points.
"""

from __future__ import annotations

import ast
import math
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from hypothesis import strategies as st

__all__ = ["CONSTRUCTS", "Param", "Program", "program", "programs", "rename", "smaller"]

T = TypeVar("T")
REACH = 2.5  # most arguments lie in [-REACH, REACH]
TAME = 4.0  # what is passed to helpers and lambdas is at most this
WILD = 60.0  # an expression that may exceed this is scaled down


# ------------------------------------------------------------------------------------------------------------ choices


class Chooser:
    """Where the generator takes its choices from; 0, the first, and False are the simplest ones."""

    def __init__(self, integer: Callable[[int, int], int]) -> None:
        self.integer = integer

    def of(self, items: Sequence[T]) -> T:
        return items[self.integer(0, len(items) - 1)]

    def chance(self, percent: int) -> bool:
        return self.integer(0, 99) >= 100 - percent

    def weighted(self, table: dict[T, int]) -> T:
        ticket = self.integer(0, sum(table.values()) - 1)
        for item, weight in table.items():
            ticket -= weight
            if ticket < 0:
                return item
        raise AssertionError("weights are positive")

    def several(self, items: Sequence[T], at_most: int) -> list[T]:
        left = list(items)
        return [left.pop(self.integer(0, len(left) - 1)) for _ in range(min(len(left), self.integer(0, at_most)))]


# ------------------------------------------------------------------------------------------------------------- shapes


@dataclass(frozen=True)
class Kind:
    """What a name stands for: a number of at most `bound`, a list or tuple of `items`, or a function of `arity`."""

    form: str  # "float", "int", "bool", "list", "tuple" or "function"
    bound: float = 0.0
    items: tuple[Kind, ...] = ()
    arity: int = 0
    sized: bool = True  # whether the text tells its length
    size: str = ""  # of a list whose length differs from call to call, or of an int: which of the program's sizes it is
    each: Kind | None = None  # what such a list holds

    @property
    def numeric(self) -> bool:
        return self.form in ("float", "int", "bool")

    @property
    def flat(self) -> bool:
        return self.form in ("list", "tuple") and all(item.numeric for item in self.items)

    @property
    def shape(self) -> Any:
        return "number" if self.numeric else (self.form, self.arity, [item.shape for item in self.items])

    def merged(self, other: Kind) -> Kind | None:
        """Return what a name stands for after a branch that left it as this or as that; None if it cannot be said."""
        if self.numeric and other.numeric:
            form = self.form if self.form == other.form else "float"
            return Kind(form, max(self.bound, other.bound))
        if self.form != other.form or self.form == "function" or len(self.items) != len(other.items):
            return None
        items = [a.merged(b) for a, b in zip(self.items, other.items, strict=True)]
        sized = self.sized and other.sized
        return None if None in items else replace(self, items=tuple(i for i in items if i), sized=sized)


FLOAT = Kind("float", REACH)
INT = Kind("int", 4)
BOOL = Kind("bool", 1)


@dataclass(frozen=True)
class Expr:
    """Text of an expression, parenthesised where it is not an atom, and what it stands for."""

    text: str
    kind: Kind

    @property
    def bound(self) -> float:
        return self.kind.bound


def real(text: str, bound: float) -> Expr:
    return Expr(text, Kind("float", bound))


@dataclass(frozen=True)
class Param:
    """A parameter of a generated function."""

    name: str
    kind: Kind
    default: str | None = None
    keyword_only: bool = False
    annotation: str | None = None

    @property
    def active(self) -> bool:
        return self.kind.form not in ("int", "bool")

    def written(self) -> str:
        annotation = f": {self.annotation}" if self.annotation else ""
        return f"{self.name}{annotation}" + (f" = {self.default}" if self.default else "")


@dataclass(frozen=True)
class Program:
    """A module whose function `f` is differentiable nearly everywhere, and how to call it."""

    source: str
    params: tuple[Param, ...]
    features: frozenset[str] = frozenset()
    seed: int = 0
    entry: str = "f"
    sizes: tuple[tuple[str, int, int], ...] = ()  # name, least and greatest of each size

    @property
    def wrt(self) -> list[str]:
        return [p.name for p in self.params if p.active]

    @property
    def keyword_only(self) -> bool:
        return any(p.keyword_only for p in self.params)

    def points(self, n: int) -> list[tuple[Any, ...]]:
        """Return n tuples of arguments, one for each parameter in order; the same on every call."""
        source = random.Random(self.seed * 7919 + 1)
        return [self.point(source, ordinary) for _ in range(n)]

    def far_points(self, n: int) -> list[tuple[Any, ...]]:
        """Return n tuples of arguments that are large, tiny, zero, or no numbers."""
        source = random.Random(self.seed * 7919 + 2)
        return [self.point(source, far) for _ in range(n)]

    def point(self, source: random.Random, number: Callable[[random.Random], float]) -> tuple[Any, ...]:
        sizes = {name: source.randint(least, most) for name, least, most in self.sizes}
        return tuple(argument(p.kind, source, number, sizes) for p in self.params)

    def split(self, point: Sequence[Any]) -> tuple[list[Any], dict[str, Any]]:
        """Return the arguments as positional ones and keyword ones."""
        pairs = list(zip(self.params, point, strict=True))
        return [v for p, v in pairs if not p.keyword_only], {p.name: v for p, v in pairs if p.keyword_only}


NICE = (1.0, 0.5, -1.0, 2.0, -0.25, 1.5, 3, -2, 0.0, 1)
FAR = (0.0, -0.0, 40.0, -40.0, 800.0, -800.0, 1e6, -1e3, 1e-9, -1e-30, 1, 0, math.inf, -math.inf, math.nan)


def ordinary(source: random.Random) -> float:
    return source.choice(NICE) if source.random() < 0.08 else source.uniform(-REACH, REACH)


def far(source: random.Random) -> float:
    return source.choice(FAR) if source.random() < 0.4 else source.uniform(-REACH, REACH)


def argument(
    kind: Kind, source: random.Random, number: Callable[[random.Random], float], sizes: Mapping[str, int]
) -> Any:
    """Return an argument for a parameter of this kind; `number` makes the floats."""
    if kind.each is not None:
        return [argument(kind.each, source, number, sizes) for _ in range(sizes[kind.size])]
    if kind.size:
        return sizes[kind.size]
    if kind.form == "int":
        return source.randint(0, 4)
    if kind.form == "bool":
        return source.random() < 0.5
    if kind.form == "list":
        return [argument(item, source, number, sizes) for item in kind.items]
    if kind.form == "tuple":
        return tuple(argument(item, source, number, sizes) for item in kind.items)
    return number(source)


# -------------------------------------------------------------------------------------------------------- the library


@dataclass(frozen=True)
class Rule:
    """How an argument is made fit for a function of math, and how large the result then is."""

    fit: str  # a row of FITS
    bound: Callable[[float], float]


def always(limit: float) -> Callable[[float], float]:
    return lambda _: limit


# Functions of one number; what is passed is at most 3 ("small"), 7/8 ("unit"), positive and so on.
UNARY: dict[str, Rule] = {
    "sin": Rule("any", always(1)),
    "exp": Rule("small", math.exp),
    "sqrt": Rule("positive", lambda b: math.sqrt(b) + 1),
    "log": Rule("positive", lambda b: math.log(b + 1) + 3),
    "tanh": Rule("any", always(1)),
    "cos": Rule("any", always(1)),
    "tan": Rule("unit", always(1.3)),
    "asin": Rule("unit", always(1.6)),
    "acos": Rule("unit", always(3.2)),
    "atan": Rule("any", always(1.6)),
    "sinh": Rule("small", math.cosh),
    "cosh": Rule("small", math.cosh),
    "asinh": Rule("any", math.asinh),
    "acosh": Rule("above one", lambda b: math.acosh(b + 1)),
    "atanh": Rule("unit", always(1.4)),
    "log2": Rule("positive", lambda b: math.log2(b + 1) + 4),
    "log10": Rule("positive", lambda b: math.log10(b + 1) + 2),
    "log1p": Rule("unit", always(2.1)),
    "expm1": Rule("small", math.exp),
    "fabs": Rule("any", lambda b: b),
    "erf": Rule("small", always(1)),
    "erfc": Rule("small", always(2)),
    "gamma": Rule("gamma", always(3)),
    "lgamma": Rule("gamma", always(3)),
    "degrees": Rule("unit", lambda b: 58 * b),
    "radians": Rule("any", lambda b: b / 50),
    "floor": Rule("any", lambda b: b + 1),
    "ceil": Rule("any", lambda b: b + 1),
    "trunc": Rule("any", lambda b: b),
}
# Functions that only newer versions of Python have are used where they exist.
NEWER: dict[str, Rule] = {"cbrt": Rule("away", lambda b: b + 1), "exp2": Rule("small", lambda b: 2**b)}
UNARY |= {name: rule for name, rule in NEWER.items() if hasattr(math, name)}

GATES: dict[str, tuple[str, float]] = {
    "sigmoid": ("(1 / (1 + {exp}(-{0})))", 1),
    "sigmoid from above": ("({exp}({0}) / (1 + {exp}({0})))", 1),
    "softplus": ("{log}(1 + {exp}({0}))", 4),
    "softplus by log1p": ("{log1p}({exp}({0}))", 4),
    "tanh": ("(({exp}({0}) - {exp}(-{0})) / ({exp}({0}) + {exp}(-{0})))", 1),
    "tanh by sigmoid": ("(2.0 / (1.0 + {exp}(-2.0 * {0})) - 1.0)", 1),
    "sigmoid of the negative": ("(1.0 / (1.0 + {exp}({0})))", 1),
    "swish": ("({0} / (1.0 + {exp}(-{0})))", 3),
}
CONSTANTS = (
    "2.0", "0.5", "1.5", "3.0", "-1.0", "0.25", "1.0", "2", "3", "-2", "1", "0.1", "-0.75", "1.25", "4", "1e-3",
)  # fmt: skip
ZEROS = ("0", "0.0")
EVERYDAY = ("a", "b", "c", "p", "q", "r", "s", "t", "u", "v", "z", "acc", "tmp", "total", "y1", "x2", "cost", "h")
TRICKY = (
    "dx", "f", "_t0", "num", "den", "max", "sum", "math", "df", "invden", "dy", "xpy", "sigmoid_x", "exp_x", "dot", "e",
    "xsqr", "exp", "abs", "len", "float", "m", "da", "dw", "x_2", "out", "result", "grad", "f_grad", "_", "__a", "w_1",
    "print", "self", "π", "é", "value", "x_tape", "list", "dx_2", "dz", "pow", "int", "xy", "zip", "f_vjp", "du",
    "dw_0",
)  # fmt: skip
PARAMETERS = ("x", "y", "z", "w", "k", "slope", "bias", "x1", "theta")
HELPERS = ("g", "h", "sigmoid", "square", "blend", "dot", "act", "abs", "max", "norm", "f_grad", "df", "helper", "sq")
MODULE_CONSTANTS = ("K", "SCALE", "RATE", "PI2", "EPS", "W", "N", "BETA")
BUILTINS = ("abs", "min", "max", "sum", "pow", "round", "float", "int", "bool", "divmod", "len")


def dyadic(value: float) -> float:
    """Return the greatest power of two that is at most the value."""
    return 2.0 ** math.floor(math.log2(value))


def above(bound: float) -> float:
    """Return a short number a little greater than the bound."""
    return math.ceil(4 * bound + 1) / 4


def fit(e: Expr, how: str, squared: bool) -> Expr:
    """Return the expression moved to where a function is defined, by its row in FITS."""
    return FITS[how](e, squared)


def scaled(e: Expr, limit: float) -> Expr:
    """Return the expression, times a power of two where it may exceed the limit."""
    if e.bound <= limit:
        return e
    factor = dyadic(limit / e.bound)
    return real(f"({factor!r} * {e.text})", e.bound * factor)


def positive(e: Expr, squared: bool, least: float = 0.5) -> Expr:
    """Return an expression of at least `least`: by squaring, or by adding the bound."""
    if squared:
        inner = scaled(e, 6)
        return real(f"({least!r} + {inner.text} ** 2)", least + inner.bound**2)
    shift = above(e.bound) + least
    return real(f"({e.text} + {shift!r})", shift + e.bound)


FITS: dict[str, Callable[[Expr, bool], Expr]] = {
    "any": lambda e, _: e,
    "small": lambda e, _: scaled(e, 3.0),
    "unit": lambda e, _: scaled(e, 0.875),
    "positive": positive,
    "above one": lambda e, squared: positive(e, squared, 1.25),
    "away": lambda e, squared: positive(e, squared, 0.25),
    "gamma": lambda e, squared: positive(scaled(e, 1.0), squared, 1.25),
}


# --------------------------------------------------------------------------------------------------------- the module


@dataclass(frozen=True)
class Helper:
    """A function of the module that others may call; its result is a number or a tuple of numbers."""

    name: str
    params: tuple[Param, ...]
    result: Kind


@dataclass
class Module:
    """The text as it grows: imports, constants, helpers; and how often each construct was used."""

    pick: Chooser
    imports: set[str] = field(default_factory=set)
    ways: list[str] = field(default_factory=list)
    helpers: list[Helper] = field(default_factory=list)
    constants: dict[str, Kind] = field(default_factory=dict)
    features: Counter[str] = field(default_factory=Counter)
    taken: set[str] = field(default_factory=lambda: {"f", "math", "m"})

    imported: set[str] = field(default_factory=set)  # names bound by `from math import`
    used_builtins: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.ways = self.pick.several(["math", "m", "from", "as"], 2) or ["math"]

    def spelled(self, name: str, free: Callable[[str], bool]) -> str | None:
        """Return how a function of math is called here, by one of this module's ways of importing; None if hidden."""
        forms = {"math": f"math.{name}", "m": f"m.{name}", "from": name, "as": f"_{name}"}
        lines = {
            "math": "import math",
            "m": "import math as m",
            "from": f"from math import {name}",
            "as": f"from math import {name} as _{name}",
        }
        ways = [w for w in self.ways if free(forms[w].split(".")[0]) and self.importable(forms[w].split(".")[0], w)]
        if not ways:
            return None
        way = self.pick.of(ways)
        self.imports.add(lines[way])
        self.features[f"import: {lines[way].split(' import ')[0] if way in ('from', 'as') else lines[way]}"] += 1
        if way in ("from", "as"):
            self.taken.add(forms[way])
            self.imported.add(forms[way])
        return forms[way]

    def importable(self, name: str, way: str) -> bool:
        return way in ("math", "m") or name in self.imported or name not in self.taken

    def fresh(self, pool: Sequence[str]) -> str:
        """Return a name for something of the module that nothing in it has."""
        free = [n for n in pool if n not in self.taken and n not in self.used_builtins]
        name = self.pick.of(free) if free else f"extra{len(self.taken)}"
        self.taken.add(name)
        return name


def module_source(module: Module, before: list[str], function: str, after: list[str]) -> str:
    text = "\n".join([*sorted(module.imports), *before, function, *after])
    return ast.unparse(ast.parse(text)) + "\n"


# ------------------------------------------------------------------------------------------------------- one function


class Body:
    """A function under construction: what its names stand for at this place, and the text so far."""

    def __init__(self, module: Module, params: Sequence[Param], outer: Body | None = None, *, results: int = 1) -> None:
        self.module, self.pick, self.outer = module, module.pick, outer
        self.bounds = [0.0] * results  # of the numbers it returns
        self.env: dict[str, Kind] = {p.name: p.kind for p in params}
        self.local = set(self.env)  # every name this function ever binds
        self.globals: set[str] = set()  # every name it takes from outside
        self.reserved = set(self.pick.several(TRICKY, 2)) - self.local if self.pick.chance(30) else set()
        self.frozen: set[str] = set()  # names that a lambda captured
        self.lines: list[str] = []
        self.indent = "    "
        self.seen: list[tuple[Expr, dict[str, Any]]] = []  # and the shapes of the names in it
        self.walrus_allowed = outer is None

    # --- names

    def feature(self, name: str) -> None:
        self.module.features[name] += 1

    def free(self, name: str) -> bool:
        """Tell whether the name means the module's or the builtin here, and see to it that it stays so."""
        if name in self.local or name in self.reserved or (self.outer is not None and not self.outer.free(name)):
            return False
        self.globals.add(name)
        return True

    def builtin(self, name: str) -> bool:
        if name in self.module.taken or not self.free(name):
            return False
        self.module.used_builtins.add(name)
        self.feature(f"builtin {name}")
        return True

    def math(self, name: str) -> str | None:
        spelled = self.module.spelled(name, self.free)
        if spelled:
            self.feature(f"math.{name}")
        return spelled

    def target(self, *, fresh: bool = False) -> str:
        """Return a name to assign to: a new one, or one to rebind."""
        old = [n for n in self.env if n not in self.frozen and self.env[n].form != "function"]
        if old and not fresh and self.pick.chance(25):
            name = self.pick.of(old)
            self.feature("a name is rebound")
            return name
        pool = sorted(self.reserved) + [n for n in EVERYDAY if n not in self.env]
        if self.pick.chance(12):
            pool = [n for n in TRICKY if n not in self.env]
        pool = [n for n in pool if n not in self.globals and n not in self.frozen and n not in self.env]
        name = self.pick.of(pool) if pool else f"v{len(self.local)}"
        if name in TRICKY:
            self.feature("a tricky name")
        if name in BUILTINS or name in self.module.taken:
            self.feature("a name of the module, math or a builtin is shadowed")
        self.local.add(name)
        return name

    def bind(self, name: str, kind: Kind) -> None:
        self.env[name] = kind
        self.local.add(name)

    def still(self, name: str, shape: Any) -> bool:
        """Tell whether the name is bound here, to something of that shape."""
        return name in self.env and self.env[name].shape == shape

    def names(self, accept: Callable[[Kind], bool]) -> list[str]:
        return [n for n, kind in self.env.items() if accept(kind)]

    @contextmanager
    def maybe(self) -> Iterator[None]:
        """What is bound inside may not be bound afterwards: the names new in here are forgotten."""
        before = dict(self.env)
        yield
        for name in set(self.env) - set(before):
            del self.env[name]
        for name, kind in before.items():
            merged = self.env[name].merged(kind) if name in self.env else None
            self.env[name] = merged or kind

    # --- expressions

    def number(self, depth: int) -> Expr:
        """Return an expression of some number."""
        if depth <= 0:
            return self.leaf()
        e = self.pick.weighted(NUMBERS)(self, depth - 1)
        if e is None:
            return self.leaf()
        if e.bound > WILD:
            e = scaled(e, 8.0)
        if len(e.text) < 60 and ":=" not in e.text and "lambda" not in e.text:
            self.seen.append((e, {n: self.env[n].shape for n in identifiers(e.text) if n in self.env}))
        return e

    def leaf(self) -> Expr:
        elements = self.elements()
        if elements and self.pick.chance(85):
            return self.pick.of(elements)
        if self.pick.chance(8) and (spelled := self.math(self.pick.of(["pi", "e", "tau"]))):
            self.feature("a constant of math")
            return real(spelled, 6.3)
        constants = self.module_constants()
        if constants and self.pick.chance(40):
            self.feature("module constant")
            return self.pick.of(constants)
        text = self.pick.of(ZEROS if self.pick.chance(3) else CONSTANTS)
        bound = abs(float(text)) + 0.01
        kind = Kind("float" if "." in text or "e" in text else "int", bound)
        return Expr(f"({text})" if text.startswith("-") else text, kind)

    def elements(self) -> list[Expr]:
        """Return every number that can be named here: variables, and elements of lists and tuples."""
        found: list[Expr] = []
        for name, kind in self.env.items():
            found += elements(Expr(name, kind), self.pick)
        return found

    def module_constants(self) -> list[Expr]:
        return [
            e for n, kind in self.module.constants.items() if self.free(n) for e in elements(Expr(n, kind), self.pick)
        ]

    def integer(self, depth: int = 1) -> Expr:
        """Return an expression of a small int."""
        options: list[Expr] = [Expr(n, k) for n, k in self.env.items() if k.form == "int"]
        options += [Expr(str(i), Kind("int", i)) for i in (2, 1, 3)]
        sized = self.names(lambda k: k.form in ("list", "tuple"))
        if sized and self.pick.chance(50) and self.builtin("len"):
            options = [Expr(f"len({n})", Kind("int", len(self.env[n].items))) for n in sized]
        e = self.pick.of(options)
        if depth and self.pick.chance(25):
            return on_integers(self, e)
        if depth and self.pick.chance(30):
            operator, bound = self.pick.of(
                [("+ 1", e.bound + 1), ("// 2", e.bound), ("% 3", 3.0), ("* 2", e.bound * 2)]
            )
            return Expr(f"({e.text} {operator})", Kind("int", bound))
        return e

    def flat_list(self, depth: int) -> Expr:
        """Return an expression of a list or tuple of numbers: a name, an element, or a literal."""
        options = [Expr(n, k) for n, k in self.env.items() if k.flat]
        options += [Expr(f"{n}[{i}]", item) for n, k in self.env.items() for i, item in enumerate(k.items) if item.flat]
        if options and self.pick.chance(60):
            self.feature("a list or tuple by name as argument")
            return self.pick.of(options)
        return self.literal([self.number(depth - 1) for _ in range(self.pick.integer(2, 3))])

    def literal(self, items: Sequence[Expr]) -> Expr:
        if self.pick.chance(50):
            return Expr(f"[{', '.join(i.text for i in items)}]", Kind("list", items=tuple(i.kind for i in items)))
        trailing = "," if len(items) == 1 else ""
        text = f"({', '.join(i.text for i in items)}{trailing})"
        return Expr(text, Kind("tuple", items=tuple(i.kind for i in items)))

    def condition(self, depth: int) -> str:
        """Return the text of a condition."""
        return self.pick.weighted(CONDITIONS)(self, depth)

    # --- statements

    def result(self) -> Expr:
        """Return what a return statement gives: a number, or a tuple of as many as this function has results."""
        single = len(self.bounds) == 1
        items = [make_result(self, self.pick.integer(0, 3) if single else 1) for _ in self.bounds]
        self.bounds = [max(b, i.bound) for b, i in zip(self.bounds, items, strict=True)]
        return items[0] if single else Expr(f"({', '.join(i.text for i in items)})", Kind("tuple"))

    def write(self, line: str) -> None:
        self.lines.append(self.indent + line)

    def statements(self, budget: int, nesting: int) -> bool:
        """Write some statements; tell whether the end is never reached."""
        for _ in range(budget):
            table = STATEMENTS if nesting else {s: w for s, w in STATEMENTS.items() if s not in BRANCHES}
            if self.pick.weighted(table)(self, nesting):
                return True
        return False

    def block(self, budget: int, nesting: int) -> tuple[dict[str, Kind], bool]:
        """Write an indented block from the names as they are; return its names at the end and whether it returns."""
        before, indent, seen = dict(self.env), self.indent, len(self.seen)
        self.indent += "    "
        ended = self.statements(budget, nesting)
        after = self.env
        self.env, self.indent, self.seen = before, indent, self.seen[:seen]
        return after, ended

    def merge(self, exits: Sequence[dict[str, Kind]]) -> None:
        """Go on from where several branches meet."""
        names = [n for n in exits[0] if all(n in e for e in exits)]
        merged: dict[str, Kind] = {}
        for name in names:
            kind: Kind | None = exits[0][name]
            for other in exits[1:]:
                kind = kind and kind.merged(other[name])
            if kind or all(e[name] is exits[0][name] for e in exits):
                merged[name] = kind or exits[0][name]
        self.env = merged


def elements(e: Expr, pick: Chooser) -> list[Expr]:
    """Return the numbers inside an expression by constant indices, from the front or from the back."""
    if e.kind.numeric:
        return [e]
    found: list[Expr] = []
    for i, item in enumerate(e.kind.items):
        index = i - len(e.kind.items) if pick.chance(25) else i
        found += elements(Expr(f"{e.text}[{index}]", item), pick)
    return found


# ------------------------------------------------------------------------------------------------ productions: numbers


def leaf(body: Body, depth: int) -> Expr:
    return body.leaf()


def negated(body: Body, depth: int) -> Expr:
    e = body.number(depth)
    body.feature("unary + or -")
    return real(f"({'-' if body.pick.chance(80) else '+'}{e.text})", e.bound)


def added(body: Body, depth: int) -> Expr:
    a, b = body.number(depth), body.number(depth)
    return real(f"({a.text} {body.pick.of('+-')} {b.text})", a.bound + b.bound)


def multiplied(body: Body, depth: int) -> Expr:
    a, b = body.number(depth), body.number(depth)
    return real(f"({a.text} * {b.text})", a.bound * b.bound)


def divided(body: Body, depth: int) -> Expr:
    a, b = body.number(depth), body.number(depth)
    if body.pick.chance(6):
        body.feature("unguarded division")
        return real(f"({a.text} / {b.text})", a.bound * 4)
    divisor = positive(b, body.pick.chance(60))
    return real(f"({a.text} / {divisor.text})", a.bound * 2)


def quotient_and_remainder(body: Body, depth: int) -> Expr:
    a, b = body.number(depth), positive(scaled(body.number(depth), 2.0), body.pick.chance(50))
    operator = body.pick.of("%/")
    body.feature(f"operator {'//' if operator == '/' else '%'}")
    if operator == "%":
        return real(f"({a.text} % {b.text})", b.bound)
    return real(f"({a.text} // {b.text})", a.bound * 2 + 1)


EXPONENTS: dict[str, tuple[str, float]] = {
    "2": ("any", 2), "3": ("any", 3), "2.0": ("any", 2), "1": ("any", 1), "0": ("any", 0), "0.5": ("positive", 1),
    "-1": ("positive", 1), "-2": ("positive", 2), "1.5": ("positive", 2), "-0.5": ("positive", 1), "4": ("any", 4),
    "1.0": ("any", 1), "0.0": ("any", 0), "True": ("any", 1),
}  # fmt: skip


def constant_power(body: Body, depth: int) -> Expr:
    exponent = body.pick.of(list(EXPONENTS))
    how, order = EXPONENTS[exponent]
    base = fit(scaled(body.number(depth), 4.0), how, body.pick.chance(50))
    body.feature("operator **")
    return real(f"({base.text} ** {exponent})", (base.bound + 1) ** order * 2 ** (order if how == "positive" else 0))


def general_power(body: Body, depth: int) -> Expr:
    base = positive(scaled(body.number(depth), 2.0), body.pick.chance(50), 0.75)
    exponent = body.integer() if body.pick.chance(25) else scaled(body.number(depth), 2.0)
    body.feature("a power with a variable exponent")
    form = "({0} ** {1})"
    if body.pick.chance(40):
        power = body.math("pow") if body.pick.chance(50) else "pow" if body.builtin("pow") else None
        form = power + "({0}, {1})" if power else form
    return real(form.format(base.text, exponent.text), (base.bound + 2) ** min(exponent.bound, 4))


def unary_math(body: Body, depth: int) -> Expr | None:
    name = body.pick.of(list(UNARY))
    spelled = body.math(name)
    if spelled is None:
        return None
    argument = body.number(depth)
    if body.pick.chance(97):
        argument = fit(argument, UNARY[name].fit, body.pick.chance(50))
    else:
        body.feature("a function of math on anything")
    bound = UNARY[name].bound(min(argument.bound, 500.0))
    form = "int" if name in ("floor", "ceil", "trunc") else "float"
    return Expr(f"{spelled}({argument.text})", Kind(form, bound))


def gate(body: Body, depth: int) -> Expr | None:
    form, bound = GATES[body.pick.of(list(GATES))]
    spelled = {n: body.math(n) for n in ("exp", "log", "log1p") if f"{{{n}}}" in form}
    if None in spelled.values():
        return None
    e = scaled(body.leaf() if body.pick.chance(60) else body.number(min(depth, 1)), 3.0)
    body.feature("a gate, spelled out")
    return real(form.format(e.text, **spelled), bound)


def binary_math(body: Body, depth: int) -> Expr | None:
    name = body.pick.of(list(BINARY))
    spelled = body.math(name)
    return None if spelled is None else BINARY[name](body, depth, spelled)


def atan2(body: Body, depth: int, spelled: str) -> Expr:
    a, b = body.number(depth), body.number(depth)
    b = b if body.pick.chance(40) else positive(b, body.pick.chance(50))
    return real(f"{spelled}({a.text}, {b.text})", 3.2)


def copysign(body: Body, depth: int, spelled: str) -> Expr:
    a, b = body.number(depth), body.number(depth)
    return real(f"{spelled}({a.text}, {b.text})", a.bound)


def remainders(body: Body, depth: int, spelled: str) -> Expr:
    a, b = body.number(depth), positive(scaled(body.number(depth), 2.0), body.pick.chance(50))
    return real(f"{spelled}({a.text}, {b.text})", b.bound)


def log_with_base(body: Body, depth: int, spelled: str) -> Expr:
    a, b = positive(body.number(depth), body.pick.chance(50)), positive(body.number(depth), True, 1.5)
    body.feature("math.log with a base")
    return real(f"{spelled}({a.text}, {b.text})", 3 * math.log(a.bound + 2))


def hypot(body: Body, depth: int, spelled: str) -> Expr:
    items = [body.number(depth) for _ in range(body.pick.of([2, 3, 1]))]
    return real(f"{spelled}({', '.join(i.text for i in items)})", sum(i.bound for i in items))


def dist(body: Body, depth: int, spelled: str) -> Expr:
    p = body.flat_list(depth)
    q = body.literal([body.number(depth - 1) for _ in p.kind.items])
    return real(f"{spelled}({p.text}, {q.text})", total(p.kind) + total(q.kind))


def sumprod(body: Body, depth: int, spelled: str) -> Expr:
    p = body.flat_list(depth)
    q = body.literal([body.number(depth - 1) for _ in p.kind.items])
    return real(f"{spelled}({p.text}, {q.text})", total(p.kind) * total(q.kind) + 1)


def fsum(body: Body, depth: int, spelled: str) -> Expr:
    p = body.flat_list(depth)
    return real(f"{spelled}({p.text})", total(p.kind))


def prod(body: Body, depth: int, spelled: str) -> Expr:
    p = body.flat_list(depth)
    bound = math.prod(max(1.0, i.bound) for i in p.kind.items)
    if body.pick.chance(30):
        start = body.number(depth - 1)
        return real(f"{spelled}({p.text}, start={start.text})", bound * max(1.0, start.bound))
    return real(f"{spelled}({p.text})", bound)


def ldexp(body: Body, depth: int, spelled: str) -> Expr:
    e = body.number(depth)
    return real(f"{spelled}({e.text}, {body.pick.of(['1', '2', '-1'])})", e.bound * 4)


def modf(body: Body, depth: int, spelled: str) -> Expr:
    e = body.number(depth)
    return real(f"{spelled}({e.text})[{body.pick.integer(0, 1)}]", e.bound + 1)


def fma(body: Body, depth: int, spelled: str) -> Expr:
    a, b, c = (body.number(depth - 1) for _ in range(3))
    return real(f"{spelled}({a.text}, {b.text}, {c.text})", a.bound * b.bound + c.bound)


def total(kind: Kind) -> float:
    return sum(i.bound for i in kind.items)


BINARY: dict[str, Callable[[Body, int, str], Expr]] = {
    "hypot": hypot,
    "atan2": atan2,
    "copysign": copysign,
    "fmod": remainders,
    "remainder": remainders,
    "log": log_with_base,
    "dist": dist,
    "fsum": fsum,
    "prod": prod,
    "ldexp": ldexp,
    "modf": modf,
    "frexp": modf,
    "fma": fma,
    "sumprod": sumprod,
}
BINARY = {name: rule for name, rule in BINARY.items() if hasattr(math, name)}


ON_INTEGERS = {
    "gcd": "{0}, 6",
    "lcm": "{0}, 4",
    "factorial": "{0} % 4",
    "comb": "4, {0}",
    "perm": "3, {0}",
    "isqrt": "{0}",
}


def on_integers(body: Body, e: Expr) -> Expr:
    name = body.pick.of(list(ON_INTEGERS))
    spelled = body.math(name)
    return e if spelled is None else Expr(f"{spelled}({ON_INTEGERS[name].format(e.text)})", Kind("int", 24))


def absolute(body: Body, depth: int) -> Expr | None:
    if not body.builtin("abs"):
        return None
    e = body.number(depth)
    return real(f"abs({e.text})", e.bound)


def greatest(body: Body, depth: int) -> Expr | None:
    name = body.pick.of(["max", "min"])
    if not body.builtin(name):
        return None
    if body.pick.chance(30):
        p = body.flat_list(depth)
        body.feature("max or min of a list")
        return real(f"{name}({p.text})", max(i.bound for i in p.kind.items))
    items = [body.number(depth) for _ in range(body.pick.of([2, 3]))]
    if body.pick.chance(8) and (infinity := body.math("inf")):
        items.append(real(f"(-{infinity})" if name == "max" else infinity, 0))
    return real(f"{name}({', '.join(i.text for i in items)})", max(i.bound for i in items))


def summed(body: Body, depth: int) -> Expr | None:
    if not body.builtin("sum"):
        return None
    p = body.flat_list(depth)
    if body.pick.chance(20):
        start = body.number(depth - 1)
        keyword = "start=" if body.pick.chance(50) else ""
        return real(f"sum({p.text}, {keyword}{start.text})", total(p.kind) + start.bound)
    return real(f"sum({p.text})", total(p.kind))


def rounded(body: Body, depth: int) -> Expr | None:
    name = body.pick.of(["round", "int", "round to digits"])
    if not body.builtin(name.split()[0]):
        return None
    e = body.number(depth)
    if name == "round to digits":
        return real(f"round({e.text}, {body.pick.of(['1', '2', '0'])})", e.bound + 1)
    return Expr(f"{name}({e.text})", Kind("int", e.bound + 1))


def converted(body: Body, depth: int) -> Expr | None:
    name = body.pick.of(["float", "bool"])
    if not body.builtin(name):
        return None
    if name == "bool":
        text = body.condition(1) if body.pick.chance(50) else body.leaf().text
        return real(f"(bool({text}) * {body.leaf().text})", WILD / 2)
    e = body.integer() if body.pick.chance(40) else body.number(depth)
    return real(f"float({e.text})", e.bound)


def by_divmod(body: Body, depth: int) -> Expr | None:
    if not body.builtin("divmod"):
        return None
    a, b = body.number(depth), positive(scaled(body.number(depth), 2.0), body.pick.chance(50))
    return real(f"divmod({a.text}, {b.text})[{body.pick.integer(0, 1)}]", max(2 * a.bound + 1, b.bound))


def indexed(body: Body, depth: int) -> Expr | None:
    """An element of a literal, or of what a helper returns."""
    helpers = [h for h in body.module.helpers if h.result.form == "tuple" and body.free(h.name)]
    if helpers and body.pick.chance(50):
        helper = body.pick.of(helpers)
        e = Expr(call(body, helper, depth), helper.result)
    else:
        e = body.literal([body.number(depth - 1) for _ in range(2)])
    body.feature("an element of a literal or of a call")
    return body.pick.of(elements(e, body.pick))


def chosen(body: Body, depth: int) -> Expr:
    condition = body.condition(min(depth, 1))
    with body.maybe():
        a = body.number(depth)
    with body.maybe():
        b = body.number(depth)
    body.feature("conditional expression")
    return real(f"({a.text} if {condition} else {b.text})", max(a.bound, b.bound))


def short_circuit(body: Body, depth: int) -> Expr:
    a = body.number(depth)
    with body.maybe():
        b = body.number(depth)
    operator = body.pick.of(["or", "and"])
    body.feature(f"{operator} as a value")
    return real(f"({a.text} {operator} {b.text})", max(a.bound, b.bound))


def truth_as_number(body: Body, depth: int) -> Expr:
    body.feature("a comparison or not as a number")
    text = f"(not {body.leaf().text})" if body.pick.chance(40) else f"({body.condition(0)})"
    e = body.leaf()
    return real(f"({text} * {e.text})", e.bound * 4)


def walrus(body: Body, depth: int) -> Expr | None:
    if not body.walrus_allowed:
        return None
    e = body.number(depth)
    numbers = [n for n in body.names(lambda k: k.numeric) if n not in body.frozen]
    name = body.pick.of(numbers) if numbers and body.pick.chance(20) else body.target(fresh=True)
    if name in body.env and not body.env[name].numeric:
        return None
    body.bind(name, Kind("float", max(e.bound, body.env[name].bound if name in body.env else 0)))
    body.feature(":= in an expression")
    return real(f"({name} := {e.text})", e.bound)


def repeated(body: Body, depth: int) -> Expr | None:
    usable = [e for e, shapes in body.seen if all(body.still(n, shape) for n, shape in shapes.items())]
    if not usable:
        return None
    body.feature("a repeated subexpression")
    return body.pick.of(usable)


def identifiers(text: str) -> set[str]:
    return {n.id for n in ast.walk(ast.parse(text, mode="eval")) if isinstance(n, ast.Name)}


def called(body: Body, depth: int) -> Expr | None:
    """A call of a helper or of a lambda bound to a name."""
    lambdas = body.names(lambda k: k.form == "function")
    helpers = [h for h in body.module.helpers if h.result.numeric and body.free(h.name)]
    if lambdas and (not helpers or body.pick.chance(60)):
        name = body.pick.of(lambdas)
        items = [scaled(body.number(depth), TAME).text for _ in range(body.env[name].arity)]
        body.feature("a call of a local function")
        return real(f"{name}({', '.join(items)})", body.env[name].bound)
    if not helpers:
        return None
    helper = body.pick.of(helpers)
    return Expr(call(body, helper, depth), helper.result)


def call(body: Body, helper: Helper, depth: int) -> str:
    """Return a call of a helper: by position, by keyword, leaving defaults out."""
    parts: list[str] = []
    by_keyword = False
    for param in helper.params:
        if param.default and body.pick.chance(40):
            body.feature("a call that leaves a default")
            by_keyword = True
            continue
        by_keyword = by_keyword or param.keyword_only or body.pick.chance(15)
        value = fitting(body, param.kind, depth)
        parts.append(f"{param.name}={value}" if by_keyword else value)
        if by_keyword:
            body.feature("a call by keyword")
    body.feature("a call of a helper")
    return f"{helper.name}({', '.join(parts)})"


def fitting(body: Body, kind: Kind, depth: int) -> str:
    """Return an argument that fits a helper's parameter."""
    if kind.form == "int":
        return body.integer(0).text
    if kind.numeric:
        return scaled(body.number(depth), TAME).text
    same = [n for n, k in body.env.items() if k.flat and len(k.items) == len(kind.items) and worst(k) <= TAME]
    if same and body.pick.chance(60):
        return body.pick.of(same)
    return body.literal([scaled(body.number(depth - 1), TAME) for _ in kind.items]).text


def worst(kind: Kind) -> float:
    return max(i.bound for i in kind.items)


NUMBERS: dict[Callable[[Body, int], Expr | None], int] = {
    leaf: 10,
    multiplied: 16,
    added: 16,
    divided: 8,
    unary_math: 15,
    binary_math: 8,
    called: 12,
    repeated: 6,
    negated: 4,
    constant_power: 6,
    general_power: 3,
    gate: 3,
    absolute: 2,
    greatest: 4,
    summed: 3,
    chosen: 4,
    short_circuit: 3,
    walrus: 3,
    rounded: 3,
    converted: 2,
    by_divmod: 1,
    quotient_and_remainder: 2,
    truth_as_number: 1,
    indexed: 2,
}


# --------------------------------------------------------------------------------------------- productions: conditions


def compared(body: Body, depth: int) -> str:
    a, b = body.number(depth), body.number(depth)
    return f"{a.text} {body.pick.of(['>', '<', '>=', '<=', '!=', '=='])} {b.text}"


def chained(body: Body, depth: int) -> str:
    a, b = body.number(depth), body.number(depth)
    with body.maybe():
        c = body.number(depth)
    body.feature("chained comparison")
    return f"{a.text} {body.pick.of(['<', '<=', '>'])} {b.text} {body.pick.of(['<', '<=', '>', '!='])} {c.text}"


def joined(body: Body, depth: int) -> str:
    a = body.condition(depth - 1) if depth > 0 else compared(body, 0)
    with body.maybe():
        b = body.condition(depth - 1) if depth > 0 else compared(body, 0)
    operator = body.pick.of(["and", "or"])
    body.feature(f"{operator} in a condition")
    return f"({a}) {operator} ({b})"


def denied(body: Body, depth: int) -> str:
    body.feature("not in a condition")
    return f"not ({body.condition(depth - 1) if depth > 0 else compared(body, 0)})"


def truthy(body: Body, depth: int) -> str:
    body.feature("a number as a condition")
    return body.leaf().text


def of_integers(body: Body, depth: int) -> str:
    body.feature("a condition on ints")
    return f"{body.integer().text} {body.pick.of(['==', '>', '<=', '!='])} {body.integer(0).text}"


def asked(body: Body, depth: int) -> str:
    name = body.pick.of(["isnan", "isfinite", "isinf", "isclose"])
    spelled = body.math(name)
    if spelled is None:
        return compared(body, 0)
    return f"{spelled}({body.leaf().text}{', 1.0' if name == 'isclose' else ''})"


def named_condition(body: Body, depth: int) -> str:
    if not body.walrus_allowed:
        return compared(body, depth)
    e = body.number(depth)
    name = body.target(fresh=True)
    body.bind(name, Kind("float", e.bound))
    body.feature(":= in a condition")
    return f"({name} := {e.text}) {body.pick.of(['>', '<'])} {body.pick.of(CONSTANTS)}"


CONDITIONS: dict[Callable[[Body, int], str], int] = {
    compared: 50,
    chained: 10,
    joined: 12,
    denied: 6,
    truthy: 4,
    of_integers: 6,
    asked: 3,
    named_condition: 6,
}


# --------------------------------------------------------------------------------------------- productions: statements


def assign(body: Body, nesting: int) -> bool:
    e = body.number(3)
    name = body.target()
    annotated = body.pick.chance(10)
    if annotated:
        body.feature("annotated assignment")
    body.write(f"{name}{': float' if annotated and body.free('float') else ''} = {e.text}")
    body.bind(name, e.kind)
    return False


def assign_chain(body: Body, nesting: int) -> bool:
    e = body.number(2)
    names = [body.target(), body.target()]
    body.write(f"{names[0]} = {names[1]} = {e.text}")
    for name in names:
        body.bind(name, e.kind)
    body.feature("chained assignment")
    return False


def unpack(body: Body, nesting: int) -> bool:
    items = [body.number(2) for _ in range(body.pick.of([2, 3]))]
    names = distinct(body, len(items))
    left = f"[{', '.join(names)}]" if body.pick.chance(15) else ", ".join(names)
    body.write(f"{left} = {', '.join(i.text for i in items)}")
    for name, item in zip(names, items, strict=True):
        body.bind(name, item.kind)
    body.feature("tuple unpacking")
    return False


def unpack_choice(body: Body, nesting: int) -> bool:
    """`a, b = (..., ...) if ... else (..., ...)`, also with a name for the whole."""
    condition = body.condition(1)
    sides = []
    for _ in range(2):
        with body.maybe():
            sides.append([body.number(1), body.number(1)])
    first, second = (f"({a.text}, {b.text})" for a, b in sides)
    whole, *names = distinct(body, 3)
    chained = body.pick.chance(40)
    body.write(f"{whole + ' = ' if chained else ''}{', '.join(names)} = {first} if {condition} else {second}")
    kinds = [Kind("float", max(a.bound, b.bound)) for a, b in zip(*sides, strict=True)]
    if chained:
        body.bind(whole, Kind("tuple", items=tuple(kinds)))
        body.feature("unpacking, chained with an assignment")
    for name, kind in zip(names, kinds, strict=True):
        body.bind(name, kind)
    body.feature("a conditional tuple is unpacked")
    return False


def unpack_pair(body: Body, nesting: int) -> bool:
    """Unpack what divmod, modf or frexp gives."""
    name = body.pick.of(["divmod", "modf", "frexp"])
    spelled = body.math(name) if name != "divmod" else "divmod" if body.builtin("divmod") else None
    if spelled is None:
        return assign(body, nesting)
    e = body.number(2)
    divisor = positive(body.leaf(), True).text
    names = distinct(body, 2)
    body.write(f"{', '.join(names)} = {spelled}({e.text}{', ' + divisor if name == 'divmod' else ''})")
    for target in names:
        body.bind(target, Kind("float", max(2 * e.bound + 1, 20.0)))
    body.feature("a pair from divmod, modf or frexp is unpacked")
    return False


def swap(body: Body, nesting: int) -> bool:
    numbers = [n for n in body.names(lambda k: k.numeric) if n not in body.frozen]
    if len(numbers) < 2:
        return assign(body, nesting)
    a = body.pick.of(numbers)
    b = body.pick.of([n for n in numbers if n != a])
    body.write(f"{a}, {b} = {b}, {a}")
    body.env[a], body.env[b] = body.env[b], body.env[a]
    body.feature("a swap")
    return False


def unpack_nested(body: Body, nesting: int) -> bool:
    items = [body.number(2) for _ in range(3)]
    a, b, c = distinct(body, 3)
    body.write(f"({a}, {b}), {c} = ({items[0].text}, {items[1].text}), {items[2].text}")
    for name, item in zip((a, b, c), items, strict=True):
        body.bind(name, item.kind)
    body.feature("nested unpacking")
    return False


def unpack_starred(body: Body, nesting: int) -> bool:
    """`a, *rest = ...` of a literal, or of a list whose length is known."""
    known = [Expr(n, k) for n, k in body.env.items() if k.flat and k.sized and len(k.items) >= 2]
    source = body.pick.of(known) if known and body.pick.chance(50) else None
    if source is None:
        items = [body.number(2) for _ in range(3)]
        source = Expr(", ".join(i.text for i in items), Kind("tuple", items=tuple(i.kind for i in items)))
    names = distinct(body, 2)
    first = body.pick.chance(50)
    body.write(f"{'*' if first else ''}{names[0]}, {'' if first else '*'}{names[1]} = {source.text}")
    kinds = source.kind.items
    rest = Kind("list", items=kinds[:-1] if first else kinds[1:])
    single = kinds[-1] if first else kinds[0]
    body.bind(names[0], rest if first else single)
    body.bind(names[1], single if first else rest)
    body.feature("starred unpacking")
    return False


def unpack_list(body: Body, nesting: int) -> bool:
    """Unpack a parameter or a variable that is a list or tuple, nested as it is."""
    known = [(n, k) for n, k in body.env.items() if k.form in ("list", "tuple") and k.items]
    if not known:
        return assign(body, nesting)
    name, kind = body.pick.of(known)
    bound: list[tuple[str, Kind]] = []
    left = pattern(body, kind, bound)
    body.write(f"{left} = {name}")
    for target, item in bound:
        body.bind(target, item)
    body.feature("a list or tuple is unpacked")
    return False


def pattern(body: Body, kind: Kind, bound: list[tuple[str, Kind]]) -> str:
    parts = []
    for item in kind.items:
        if not item.numeric and body.pick.chance(70):
            parts.append(f"({pattern(body, item, bound)})")
            continue
        name = new_name(body, {n for n, _ in bound})
        bound.append((name, item))
        parts.append(name)
    return ", ".join(parts) + ("," if len(parts) == 1 else "")


def new_name(body: Body, others: set[str]) -> str:
    name = body.target()
    tries = 0
    while name in others:
        tries += 1
        name = body.target(fresh=True) if tries < 5 else f"v{len(body.local)}"
        body.local.add(name)
    return name


def distinct(body: Body, count: int) -> list[str]:
    names: list[str] = []
    while len(names) < count:
        names.append(new_name(body, set(names)))
    return names


def unpack_call(body: Body, nesting: int) -> bool:
    helpers = [h for h in body.module.helpers if h.result.form == "tuple" and body.free(h.name)]
    if not helpers:
        return assign(body, nesting)
    helper = body.pick.of(helpers)
    text = call(body, helper, 2)
    names = distinct(body, len(helper.result.items))
    body.write(f"{', '.join(names)} = {text}")
    for name, item in zip(names, helper.result.items, strict=True):
        body.bind(name, item)
    body.feature("a helper that returns a tuple")
    return False


def augment(body: Body, nesting: int) -> bool:
    numbers = [n for n in body.names(lambda k: k.numeric) if n not in body.frozen]
    if not numbers:
        return assign(body, nesting)
    operator = body.pick.weighted(AUGMENTED)
    tame = [n for n in numbers if body.env[n].bound <= 30]
    if operator in ("*=", "**=") and not tame:
        return assign(body, nesting)
    e = Expr("2", Kind("int", 2)) if operator == "**=" else body.number(2)
    name = body.pick.of(tame if operator in ("*=", "**=") else numbers)
    if not body.env[name].numeric:  # the expression has bound it to something else
        return dead(body, nesting)
    value, bound = AUGMENT[operator](body.env[name], e)
    body.write(f"{name} {operator} {value}")
    form = "int" if body.env[name].form == e.kind.form == "int" and operator in ("+=", "-=", "*=") else "float"
    body.bind(name, Kind(form, bound))
    body.feature(f"operator {operator}")
    return False


AUGMENT: dict[str, Callable[[Kind, Expr], tuple[str, float]]] = {
    "+=": lambda k, e: (e.text, k.bound + e.bound),
    "-=": lambda k, e: (e.text, k.bound + e.bound),
    "*=": lambda k, e: (e.text, k.bound * e.bound),
    "/=": lambda k, e: (positive(e, True).text, k.bound * 2),
    "**=": lambda k, e: ("2", k.bound**2),
    "//=": lambda k, e: (positive(e, True).text, k.bound * 2 + 1),
    "%=": lambda k, e: (positive(e, True).text, positive(e, True).bound),
}
AUGMENTED = {"+=": 8, "*=": 6, "-=": 5, "/=": 4, "**=": 2, "//=": 1, "%=": 2}


def make_list(body: Body, nesting: int) -> bool:
    e = body.literal([body.number(2) for _ in range(body.pick.of([2, 3, 1]))])
    if body.pick.chance(25):
        e = body.literal([e, body.number(1)])
        body.feature("a nested literal")
    name = body.target(fresh=True)
    body.write(f"{name} = {e.text}")
    body.bind(name, e.kind)
    body.feature("a list or tuple is made")
    return False


def branch(body: Body, nesting: int) -> bool:
    """if, elif, else; each branch may return."""
    condition = body.condition(2)
    exits: list[dict[str, Kind]] = []
    body.write(f"if {condition}:")
    collect(body, nesting, exits)
    if body.pick.chance(30):
        body.write(f"elif {body.condition(1) if not body.walrus_allowed else plain_condition(body)}:")
        collect(body, nesting, exits)
        body.feature("elif")
    closed = body.pick.chance(65)
    if closed:
        body.write("else:")
        collect(body, nesting, exits)
        body.feature("else")
    else:
        exits.append(dict(body.env))
    body.feature("if")
    if not exits:
        return True
    body.merge(exits)
    return False


def plain_condition(body: Body) -> str:
    """Return a condition that binds no name, for an elif is not reached on every path."""
    before, body.walrus_allowed = body.walrus_allowed, False
    text = body.condition(1)
    body.walrus_allowed = before
    return text


def collect(body: Body, nesting: int, exits: list[dict[str, Kind]]) -> None:
    after, ended = body.block(body.pick.of([1, 2, 3]), nesting - 1)
    if not ended:
        exits.append(after)


def guard(body: Body, nesting: int) -> bool:
    """if ...: return ..."""
    body.write(f"if {body.condition(1)}:")
    body.write(f"    return {inside(body, body.result).text}")
    body.feature("early return")
    return False


def inside(body: Body, make: Callable[[], Expr]) -> Expr:
    with body.maybe():
        return make()


def give_back(body: Body, nesting: int) -> bool:
    """return, at the end of a branch."""
    body.write(f"return {body.result().text}")
    body.feature("return in a branch")
    return True


def define_lambda(body: Body, nesting: int) -> bool:
    if body.outer is not None:
        return assign(body, nesting)
    arity = body.pick.of([1, 2])
    own = body.pick.chance(60)
    pool = ("t", "x", "u", "y") if body.pick.chance(50) else ("a", "b", "s", "v")
    params = [Param(n, Kind("float", TAME)) for n in pool[:arity]]
    inner = Body(body.module, params, body)
    captured = {} if own else {n: k for n, k in body.env.items() if k.numeric and n not in inner.env}
    inner.env = {**captured, **inner.env}
    e = inner.number(2)
    used = identifiers(e.text) & set(captured)
    if used:
        body.feature("a lambda that captures")
    name = body.target(fresh=True)
    if name in used:
        return assign(body, nesting)
    if not body.pick.chance(15):
        body.frozen |= used
    if body.pick.chance(15):
        body.write(f"def {name}({', '.join(p.name for p in params)}):")
        body.write(f"    return {e.text}")
        body.feature("a nested function")
    else:
        body.write(f"{name} = lambda {', '.join(p.name for p in params)}: {e.text}")
        body.feature("a local lambda")
    body.bind(name, Kind("function", e.bound, arity=arity))
    return False


def dead(body: Body, nesting: int) -> bool:
    body.feature("pass or a string")
    body.write(body.pick.of(["pass", "'a remark'"]))
    return False


STATEMENTS: dict[Callable[[Body, int], bool], int] = {
    assign: 40,
    branch: 12,
    augment: 12,
    unpack: 5,
    assign_chain: 3,
    swap: 2,
    unpack_nested: 3,
    unpack_starred: 3,
    unpack_list: 6,
    unpack_call: 4,
    unpack_choice: 2,
    unpack_pair: 2,
    make_list: 5,
    guard: 4,
    give_back: 2,
    define_lambda: 4,
    dead: 1,
}
BRANCHES = (branch, guard, give_back)


# ------------------------------------------------------------------------------------------------------ whole programs


def make_result(body: Body, parts: int) -> Expr:
    """Return an expression that uses several of the latest variables."""
    if body.pick.chance(2):
        body.feature("a constant as the result")
        return body.pick.of([real("1.0", 1), Expr("0", Kind("int", 0)), real("2.5", 2.5)])
    numbers = body.elements()
    latest = [numbers[-1 - body.pick.integer(0, min(len(numbers), 5) - 1)] for _ in range(parts)] if numbers else []
    anywhere = [body.pick.of(numbers) for _ in range(body.pick.integer(0, 2))] if numbers else []
    last = body.number(2)
    for e in latest + anywhere:
        operator = body.pick.of("+*-")
        last = real(
            f"({last.text} {operator} {e.text})", last.bound * e.bound if operator == "*" else last.bound + e.bound
        )
        last = scaled(last, WILD)
    return last


def signature(params: Sequence[Param]) -> str:
    ordinary = [p.written() for p in params if not p.keyword_only]
    keyword_only = [p.written() for p in params if p.keyword_only]
    return ", ".join(ordinary + (["*", *keyword_only] if keyword_only else []))


def definition(name: str, params: Sequence[Param], body: Body, remark: bool) -> str:
    annotated = len(body.bounds) == 1 and body.pick.chance(10) and module_free(body.module, "float")
    lines = [f"def {name}({signature(params)}){' -> float' if annotated else ''}:"]
    lines += ['    """What it does."""'] if remark else []
    return "\n".join(lines + body.lines)


def with_defaults(module: Module, params: list[Param], percent: int) -> list[Param]:
    """Give the last parameters defaults, and make some of them keyword-only."""
    made = list(params)
    for i in range(len(made) - 1, 0, -1):
        if not made[i].kind.numeric or not module.pick.chance(percent):
            break
        module.features["a default"] += 1
        made[i] = replace(made[i], default=module.pick.of(defaults(module, made[i].kind)))
    for i in range(len(made) - 1, 0, -1):
        if not module.pick.chance(percent // 2):
            break
        module.features["a keyword-only parameter"] += 1
        made[i] = replace(made[i], keyword_only=True)
    return made


def defaults(module: Module, kind: Kind) -> list[str]:
    constants = [n for n, k in module.constants.items() if k.form == kind.form and k.form in ("float", "int")]
    return [*DEFAULTS[kind.form], *constants]


DEFAULTS = {"float": ("1.5", "-0.5", "2"), "int": ("2", "1"), "bool": ("True", "False")}


def parameter(module: Module, name: str, kinds: dict[str, int], bound: float) -> Param:
    form = module.pick.weighted(kinds)
    number = Kind("float", bound)
    if form == "float":
        return Param(name, number, annotation="float" if module.pick.chance(12) else None)
    if form in ("int", "bool"):
        module.features[f"a parameter of kind {form}"] += 1
        return Param(name, INT if form == "int" else BOOL, annotation=form)
    items = tuple(number for _ in range(module.pick.of([2, 3, 4, 1])))
    if form == "nested":
        inner = Kind(module.pick.of(["list", "tuple"]), items=items, sized=False)
        mixed = [(number, inner), (inner, number)]  # of which an annotation must tell, or every item is one of its kind
        annotated = module.pick.chance(50)
        kind = Kind(
            "tuple" if annotated else form_of(module), items=module.pick.of([(inner, inner), *mixed * annotated])
        )
        module.features["a nested list parameter"] += 1
        return Param(name, replace(kind, sized=annotated), annotation=annotation(kind) if annotated else None)
    module.features[f"a {form} parameter"] += 1
    annotated = module.pick.chance(25)
    kind = Kind(form, items=items, sized=annotated and form == "tuple")
    return Param(name, kind, annotation=annotation(kind) if annotated else None)


def form_of(module: Module) -> str:
    return module.pick.of(["list", "tuple"])


def annotation(kind: Kind) -> str:
    if kind.numeric:
        return "float"
    return "list[float]" if kind.form == "list" else f"tuple[{', '.join(map(annotation, kind.items))}]"


def make_helper(module: Module) -> str:
    pick = module.pick
    names = pick.several(["t", "u", "k", "x", "b"], 3) or ["t"]
    kinds = {"float": 80, "list": 8, "tuple": 4, "int": 4}
    params = with_defaults(module, [parameter(module, n, kinds, TAME) for n in names], 30)
    params = [p if p.kind.flat or p.kind.form == "int" else replace(p, annotation=None) for p in params]
    name = module.fresh(HELPERS)
    if name in BUILTINS:
        module.features["a helper named as a builtin"] += 1
    count = pick.weighted({1: 80, 2: 12, 3: 3})
    body = Body(module, params, results=count)
    finish(body, pick.weighted({0: 40, 1: 30, 2: 20, 4: 10}), nesting=1)
    results = tuple(Kind("float", b) for b in body.bounds)
    result = results[0] if count == 1 else Kind("tuple", items=results)
    module.helpers.append(Helper(name, tuple(params), result))
    return definition(name, params, body, pick.chance(10))


def finish(body: Body, budget: int, nesting: int) -> None:
    if not body.statements(budget, nesting):
        body.write(f"return {body.result().text}")


def make_module_lambda(module: Module) -> str:
    params = (Param("t", Kind("float", TAME)),)
    name = module.fresh(HELPERS)
    body = Body(module, params)
    body.walrus_allowed = False
    e = body.number(2)
    module.helpers.append(Helper(name, params, Kind("float", e.bound)))
    module.features["a module lambda"] += 1
    return f"{name} = lambda t: {e.text}"


def make_constant(module: Module) -> str:
    name = module.fresh(MODULE_CONSTANTS)
    numbers = [n for n, k in module.constants.items() if k.numeric]
    text, kind = module.pick.of(
        [
            ("2.5", Kind("float", 2.5)),
            ("-0.5", Kind("float", 0.5)),
            ("3", Kind("int", 3)),
            ("(1.5, -2.0)", Kind("tuple", items=(Kind("float", 2), Kind("float", 2)))),
            ("1.0 / 3", Kind("float", 1)),
            (f"{numbers[0]} * 0.5", Kind("float", 2)) if numbers else ("0.125", Kind("float", 0.5)),
        ]
    )
    module.constants[name] = kind
    module.features["a module constant is made"] += 1
    return f"{name}{': float' if kind.form == 'float' and module.pick.chance(15) else ''} = {text}"


MAKERS: dict[Callable[[Module], str], int] = {make_helper: 60, make_module_lambda: 12, make_constant: 28}


def make_program(pick: Chooser, seed: int, size: int) -> Program:
    """Return a program of up to about `size` statements."""
    module = Module(pick)
    before = [pick.weighted(MAKERS)(module) for _ in range(pick.weighted({0: 20, 1: 30, 2: 30, 3: 20}))]
    kinds = {"float": 70, "list": 12, "int": 6, "tuple": 6, "nested": 5, "bool": 2}
    names = entry_names(pick, module)
    params = with_defaults(module, [parameter(module, n, kinds, REACH) for n in names], 12)
    if not any(p.active for p in params):
        params[0] = Param(params[0].name, FLOAT)
    params = [
        p if p.annotation != "float" or module_free(module, "float") else replace(p, annotation=None) for p in params
    ]
    body = Body(module, params)
    finish(body, pick.integer(1, size), nesting=2)
    function = definition("f", params, body, pick.chance(15))
    after = []
    if before and pick.chance(15):  # a function may stand below the one that calls it
        moved = [t for t in before if t.startswith("def ")]
        before, after = [t for t in before if not t.startswith("def ")], moved
        module.features["a helper below its caller"] += 1
    source = module_source(module, before, function, after)
    unused_parameters(source, params, module)
    return Program(source, tuple(params), frozenset(module.features), seed)


def module_free(module: Module, name: str) -> bool:
    return name not in module.taken


def entry_names(pick: Chooser, module: Module) -> list[str]:
    count = pick.weighted({1: 15, 2: 40, 3: 30, 4: 15})
    names = list(PARAMETERS[:count])
    if pick.chance(15):
        names[-1] = pick.of([n for n in TRICKY if n not in names])
        module.features["a tricky parameter"] += 1
    return names


def unused_parameters(source: str, params: Sequence[Param], module: Module) -> None:
    function = next(n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef) and n.name == "f")
    used = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
    if any(p.name not in used for p in params):
        module.features["an unused parameter"] += 1


def program(seed: int, size: int = 9) -> Program:
    """Return the program of a seed: the same on every run."""
    source = random.Random(seed)
    return make_program(Chooser(source.randint), seed, size)


@st.composite
def programs(draw: st.DrawFn, size: int = 5) -> Program:
    """Programs as a hypothesis strategy: what it shrinks to is short."""
    pick = Chooser(lambda low, high: draw(st.integers(low, high)))
    return make_program(pick, 1, size)


CONSTRUCTS = {
    *(
        f"math.{name}"
        for name in {**UNARY, **BINARY, **ON_INTEGERS, "isnan": 0, "isfinite": 0, "isinf": 0, "isclose": 0}
    ),
    *(f"builtin {name}" for name in BUILTINS),
    *(f"operator {symbol}" for symbol in ("**", "//", "%", *AUGMENTED)),
    *("import: import math", "import: import math as m", "import: from math"),
    *(
        "chained assignment",
        "annotated assignment",
        "tuple unpacking",
        "nested unpacking",
        "starred unpacking",
        "a swap",
    ),
    *(
        "a list or tuple is made",
        "a list or tuple is unpacked",
        "a nested literal",
        "a name is rebound",
        "a tricky name",
    ),
    *("if", "elif", "else", "early return", "return in a branch", "conditional expression", "chained comparison"),
    *("and as a value", "or as a value", "and in a condition", "or in a condition", "not in a condition"),
    *(":= in an expression", ":= in a condition", "a number as a condition", "a comparison or not as a number"),
    *("a list parameter", "a tuple parameter", "a nested list parameter", "a parameter of kind int"),
    *("a parameter of kind bool", "a default", "a keyword-only parameter", "a tricky parameter", "an unused parameter"),
    *("a call of a helper", "a call by keyword", "a call that leaves a default", "a helper that returns a tuple"),
    *("a helper below its caller", "a helper named as a builtin", "a module lambda", "a local lambda"),
    *("a lambda that captures", "a nested function", "a call of a local function", "module constant"),
    *("a power with a variable exponent", "math.log with a base", "max or min of a list", "a repeated subexpression"),
    *("a gate, spelled out", "unguarded division", "a constant as the result", "pass or a string", "unary + or -"),
    *(
        "unpacking, chained with an assignment",
        "a conditional tuple is unpacked",
        "an element of a literal or of a call",
    ),
    *("a pair from divmod, modf or frexp is unpacked", "a constant of math"),
    "a name of the module, math or a builtin is shadowed",
}


# ------------------------------------------------------------------------------------------------- the same, otherwise


class Renamer(ast.NodeTransformer):
    """Gives every parameter and local variable another name, one and the same wherever the old one is local."""

    def __init__(self, names: dict[str, str], functions: set[str]) -> None:
        self.names, self.functions = names, functions
        self.scopes: list[set[str]] = []

    def local(self, name: str) -> bool:
        return any(name in scope for scope in self.scopes)

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if self.local(node.id):
            node.id = self.names[node.id]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.visit_outside(node.args)
        if self.scopes:
            node.name = self.names[node.name]
        self.scopes.append(bound_in(node))
        self.visit_parameters(node.args)
        node.body = [self.visit(s) for s in node.body]
        self.scopes.pop()
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        self.visit_outside(node.args)
        self.scopes.append(bound_in(node))
        self.visit_parameters(node.args)
        node.body = self.visit(node.body)
        self.scopes.pop()
        return node

    def visit_outside(self, args: ast.arguments) -> None:
        args.defaults = [self.visit(d) for d in args.defaults]
        args.kw_defaults = [d and self.visit(d) for d in args.kw_defaults]

    def visit_parameters(self, args: ast.arguments) -> None:
        for arg in every_argument(args):
            arg.arg = self.names[arg.arg]

    def visit_Call(self, node: ast.Call) -> ast.Call:
        users = isinstance(node.func, ast.Name) and (node.func.id in self.functions or self.local(node.func.id))
        self.generic_visit(node)
        if users:
            for word in node.keywords:
                word.arg = self.names[word.arg] if word.arg else None
        return node


def every_argument(args: ast.arguments) -> list[ast.arg]:
    return [*args.posonlyargs, *args.args, *args.kwonlyargs]


def bound_in(function: ast.FunctionDef | ast.Lambda) -> set[str]:
    """Return the names that are local to the function."""
    names = {a.arg for a in every_argument(function.args)}
    queue: list[ast.AST] = list(function.body) if isinstance(function.body, list) else [function.body]
    while queue:
        node = queue.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif not isinstance(node, ast.Lambda):
            queue += ast.iter_child_nodes(node)
    return names


def rename(original: Program) -> Program:
    """Return the program with other names for all parameters and local variables, in another alphabetical order."""
    tree = ast.parse(original.source)
    functions = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.Lambda))]
    old = sorted(set().union(*map(bound_in, functions)))
    shuffled = random.Random(len(old)).sample(range(len(old)), len(old))
    names = {n: f"n{i}" for n, i in zip(old, shuffled, strict=True)}
    users = {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
    users |= {n.targets[0].id for n in tree.body if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name)}
    source = ast.unparse(Renamer(names, users).visit(tree)) + "\n"
    params = tuple(replace(p, name=names[p.name]) for p in original.params)
    return replace(original, source=source, params=params)


def smaller(source: str) -> Iterator[str]:
    """Yield texts with one statement or one operation less, largest cuts first; not all of them make sense."""
    for cut in (without_statement, with_branch_taken, with_other_branch, without_filter, with_operand, without_name):
        for position in range(len(list(ast.walk(ast.parse(source))))):
            tree = ast.parse(source)
            if cut(tree, position):
                try:
                    yield ast.unparse(ast.fix_missing_locations(tree)) + "\n"
                except (AttributeError, ValueError):  # an empty body, a target that is no target
                    continue


def without_statement(tree: ast.Module, position: int) -> bool:
    node = list(ast.walk(tree))[position]
    for holder in ast.walk(tree):
        for name in ("body", "orelse"):
            block = getattr(holder, name, None)
            if isinstance(block, list) and node in block and (len(block) > 1 or name == "orelse"):
                block.remove(node)
                return True
    return False


def with_branch_taken(tree: ast.Module, position: int) -> bool:
    return with_side(tree, position, "body")


def with_other_branch(tree: ast.Module, position: int) -> bool:
    return with_side(tree, position, "orelse")


def with_side(tree: ast.Module, position: int, side: str) -> bool:
    """Put one side of an if, or the body of a loop, in its place."""
    node = list(ast.walk(tree))[position]
    taken = getattr(node, side, None)
    if not isinstance(node, (ast.If, ast.For, ast.While)) or not isinstance(taken, list) or not taken:
        return False
    for holder in ast.walk(tree):
        for name in ("body", "orelse"):
            block = getattr(holder, name, None)
            if isinstance(block, list) and node in block:
                index = block.index(node)
                block[index : index + 1] = taken
                return True
    return False


def without_filter(tree: ast.Module, position: int) -> bool:
    """Take an `if` out of a comprehension, an item out of a list, a remark out of an assert."""
    node = list(ast.walk(tree))[position]
    if isinstance(node, ast.comprehension) and node.ifs:
        node.ifs.pop()
        return True
    if isinstance(node, (ast.List, ast.Tuple)) and isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        node.elts.pop()
        return True
    if isinstance(node, ast.Assert) and node.msg is not None:
        node.msg = None
        return True
    return False


def without_name(tree: ast.Module, position: int) -> bool:
    """Put a constant in place of a name that is read."""
    node = list(ast.walk(tree))[position]
    if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
        return False
    Substitute(node, ast.Constant(0.5)).visit(tree)
    return True


class Substitute(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else self.generic_visit(node)


def with_operand(tree: ast.Module, position: int) -> bool:
    """Put the first operand that has one in place of the operation; the position tells which."""
    nodes = list(ast.walk(tree))
    operand = nodes[position]
    operations = (ast.BinOp, ast.UnaryOp, ast.Call, ast.IfExp, ast.BoolOp, ast.Compare, ast.NamedExpr)
    parent = next((n for n in nodes if operand in ast.iter_child_nodes(n)), None)
    if not isinstance(operand, ast.expr) or not isinstance(parent, operations):
        return False
    if isinstance(parent, ast.Call) and operand is parent.func:
        return False
    Substitute(parent, operand).visit(tree)
    return True
