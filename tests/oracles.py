"""References that share nothing with the compiler: the original text itself, run on other numbers.

A program's text is executed over `Real`, a number that computes with mpmath at the precision in force and writes down
every decision it takes part in (comparisons, truth values, signs, roundings). The text at displaced arguments gives
central differences good to 50 digits; the decisions, compared between arguments, tell whether a kink is near.
"""

from __future__ import annotations

import ast
import builtins
import copy
import functools
import inspect
import itertools
import math
import operator
import struct
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import mpmath
from mpmath import mp, mpf
from mpmath.libmp import from_float, from_int

__all__ = [
    "ComplexPower",
    "Endless",
    "NearKink",
    "call_original",
    "close",
    "deviation",
    "differences",
    "flat",
    "forward",
    "rounding_noise",
    "run_generated_mp",
    "run_original",
    "same_bits",
]

DISPLACED = mpf(10) ** -6  # how far from the point a kink is looked for
LOADED_AT = 150  # digits at which module-level constants are computed
SETTLED = mpf("1e-20")  # how well slopes over two distances must agree
CANCELLED = mpf("1e-14")  # of the greatest number of a gradient: what rounding may leave where others cancel
NOTHING = mpf("1e-40")  # what the differences cannot tell from zero
SHORT_MANTISSAS = 38, 42  # bits: far fewer than a float's 53, so their error bounds a float's
DOMAIN_ERRORS = ValueError, ZeroDivisionError, OverflowError
OTHER_ERRORS = AssertionError, LookupError, NameError, RuntimeError, ArithmeticError  # of loops, guards and indices
LONGEST = 20_000  # trips of a `while` in one call

_decisions: list[Any] = []


FRAGILE = mpf("1e-25")  # two numbers this close at 30 digits are equal but for rounding
SHARP = 90  # bits: from this precision on, what is fragile is noticed


COMPARED = 53, 269, 286  # bits: of floats, and of 80 and 85 digits; with all of them the decisions must be the same


class NearKink(Exception):
    """The function is not smooth, or not defined, within 1e-6 of the point: there is no gradient to compare with."""


class Endless(Exception):
    """A `while` that does not seem to end."""


_trips = [0]


def another_trip() -> None:
    """Count a trip of a `while`, in texts that are run here."""
    _trips[0] += 1
    if _trips[0] > LONGEST:
        raise Endless


class CountedTrips(ast.NodeTransformer):
    """Counts the trips of every `while`, by a name that is no identifier."""

    def visit_While(self, node: ast.While) -> ast.While:
        self.generic_visit(node)
        call = ast.Expr(ast.Call(ast.Name("another trip", ast.Load()), [], []))
        node.body.insert(0, ast.copy_location(call, node))
        return node


def decided(outcome: Any) -> Any:
    """Write down what was decided, and pass it on."""
    _decisions.append(outcome)
    return outcome


class ComplexPower(ValueError):
    """A negative number to a broken power: Python goes on with a complex number, which Real has not."""


def by_margin(difference: Any, outcome: Any) -> Any:
    """Write down what was decided by a difference's sign; one that is mere rounding is unlike any other decision."""
    if difference != 0 and mp.prec >= SHARP and abs(difference) < FRAGILE:
        _decisions.append(object())
    return decided(outcome)


# ----------------------------------------------------------------------------------------------------------- the number


def raw(value: Any) -> Any:
    """Return the mpf of a Real, an int or a float; None of anything else."""
    if isinstance(value, Real):
        return value.m
    return exact(value) if isinstance(value, (int, float)) else None


def exact(value: int | float) -> Any:
    """Return the number as it is; `mpf(value)` would round it to the precision in force."""
    return mp.make_mpf(from_float(value) if isinstance(value, float) else from_int(value))


def power(base: Any, exponent: Any) -> Any:
    if base == 0 and exponent < 0:
        raise ZeroDivisionError("0.0 cannot be raised to a negative power")
    if base < 0 and not mpmath.isint(exponent):
        raise ComplexPower
    return base ** (int(exponent) if mpmath.isint(exponent) else exponent)


def floor_quotient(a: Any, b: Any) -> Any:
    return whole(mpmath.floor, a / b)


def modulo(a: Any, b: Any) -> Any:
    return a - b * floor_quotient(a, b)


def sign_of(m: Any) -> int:
    return int(by_margin(m, (m > 0) - (m < 0)))


def whole(rounding: Callable[[Any], Any], m: Any) -> Any:
    """Return a number rounded in some way; next to an integer or to a half of one, the decision is by a margin."""
    return by_margin(2 * m - mpmath.nint(2 * m), rounding(m)) if mpmath.isfinite(m) else rounding(m)


def truncated(m: Any) -> int:
    return int(whole(int, m))


def nearest(m: Any) -> int:
    return int(whole(mpmath.nint, m))


class Real:
    """A number with the operators of a float, computed by mpmath; every decision is written down."""

    __slots__ = ("m",)

    def __init__(self, m: Any) -> None:
        self.m = m

    def __neg__(self) -> Real:
        return Real(-self.m)

    def __pos__(self) -> Real:
        return self

    def __abs__(self) -> Real:
        return Real(self.m * sign_of(self.m))

    def __bool__(self) -> bool:
        return bool(by_margin(self.m, self.m != 0))

    def __int__(self) -> int:
        return truncated(self.m)

    __trunc__ = __int__

    def __floor__(self) -> int:
        return int(whole(mpmath.floor, self.m))

    def __ceil__(self) -> int:
        return int(whole(mpmath.ceil, self.m))

    def __round__(self, digits: int | None = None) -> Any:
        if digits is None:
            return nearest(self.m)
        return Real(nearest(self.m * mpf(10) ** digits) / mpf(10) ** digits)

    def __divmod__(self, other: Any) -> tuple[Any, Any]:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> tuple[Any, Any]:
        return other // self, other % self

    def __hash__(self) -> int:
        return hash(self.m)

    def __format__(self, spec: str) -> str:
        return format(float(self.m), spec)

    def __repr__(self) -> str:
        return f"Real({mpmath.nstr(self.m, 20)})"


ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
    "floordiv": floor_quotient,
    "mod": modulo,
    "pow": power,
}
COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")


def arithmetic(compute: Callable[[Any, Any], Any], *, reflected: bool) -> Callable[[Real, Any], Any]:
    def method(self: Real, other: Any) -> Any:
        m = raw(other)
        if m is None:
            return NotImplemented
        return Real(compute(m, self.m) if reflected else compute(self.m, m))

    return method


def comparison(compare: Callable[[Any, Any], Any]) -> Callable[[Real, Any], Any]:
    def method(self: Real, other: Any) -> Any:
        m = raw(other)
        return NotImplemented if m is None else by_margin(self.m - m, bool(compare(self.m, m)))

    return method


for _name, _compute in ARITHMETIC.items():
    setattr(Real, f"__{_name}__", arithmetic(_compute, reflected=False))
    setattr(Real, f"__r{_name}__", arithmetic(_compute, reflected=True))
for _name in COMPARISONS:
    setattr(Real, f"__{_name}__", comparison(getattr(operator, _name)))


# ------------------------------------------------------------------------------------------------ the number that moves


NEARBY = mpf(10) ** -25  # how far apart a function of math is asked for its slope


class Dual(Real):
    """A number with its partial derivatives, by the index of what it is derived by: forward mode."""

    __slots__ = ("partials",)

    def __init__(self, m: Any, partials: Mapping[int, Any]) -> None:
        super().__init__(m)
        self.partials = partials

    def __neg__(self) -> Dual:
        return combined(-self.m, (self, mpf(-1)))

    def __abs__(self) -> Dual:
        sign = sign_of(self.m)
        return combined(self.m * sign, (self, mpf(sign)))


def combined(m: Any, *terms: tuple[Any, Any]) -> Dual:
    """Return the number m that depends on others, each given with the slope by it."""
    partials: dict[int, Any] = {}
    for number, slope in terms:
        for index, partial in getattr(number, "partials", {}).items():
            partials[index] = partials.get(index, mpf(0)) + slope * partial
    return Dual(m, partials)


def slopes_of_power(a: Any, b: Any) -> tuple[Any, Any]:
    return b * power(a, b - 1) if b else mpf(0), power(a, b) * mp.log(a) if a > 0 else mpf(0)


# One row per operator: its slopes by both operands.
SLOPES: dict[str, Callable[[Any, Any], tuple[Any, Any]]] = {
    "add": lambda a, b: (mpf(1), mpf(1)),
    "sub": lambda a, b: (mpf(1), mpf(-1)),
    "mul": lambda a, b: (b, a),
    "truediv": lambda a, b: (1 / b, -a / b / b),
    "floordiv": lambda a, b: (mpf(0), mpf(0)),
    "mod": lambda a, b: (mpf(1), -mpmath.floor(a / b)),
    "pow": slopes_of_power,
}


def dual_arithmetic(name: str, *, reflected: bool) -> Callable[[Dual, Any], Any]:
    def method(self: Dual, other: Any) -> Any:
        if raw(other) is None:
            return NotImplemented
        left, right = (other, self) if reflected else (self, other)
        a, b = raw(left), raw(right)
        value = ARITHMETIC[name](a, b)
        by_left, by_right = SLOPES[name](a, b)
        return combined(value, (left, by_left), (right, by_right))

    return method


for _name in ARITHMETIC:
    setattr(Dual, f"__{_name}__", dual_arithmetic(_name, reflected=False))
    setattr(Dual, f"__r{_name}__", dual_arithmetic(_name, reflected=True))


def local_slope(compute: Callable[..., Any], numbers: Sequence[Any], at: int) -> Any:
    """Return the slope of a function of math by one of its arguments, by its own differences."""
    known = len(_decisions)
    moved = ([m + by if i == at else m for i, m in enumerate(numbers)] for by in (NEARBY, -NEARBY))
    try:
        above, below = (compute(*near) for near in moved)
    except DOMAIN_ERRORS:  # at the border of the domain there is no slope
        above, below = mpf("nan"), mpf("nan")
    del _decisions[known:]
    return (above - below) / (2 * NEARBY)


def exact_divide(a: Any, b: Any) -> Any:
    """Return a / b; of two ints the exact quotient, not its nearest float."""
    if isinstance(a, int) and isinstance(b, int):
        return Real(mpf(a) / mpf(b))
    return a / b


def exact_power(a: Any, b: Any) -> Any:
    if isinstance(a, int) and isinstance(b, int) and b < 0:
        return Real(power(mpf(a), b))
    return a**b


def builtin_pow(a: Any, b: Any, *modulus: int) -> Any:
    return pow(a, b, *modulus) if modulus else exact_power(a, b)


def builtin_float(value: Any = 0) -> Real:
    if isinstance(value, Dual):
        return value
    return Real(mpf(float(value)) if isinstance(value, str) else raw(value))


# ----------------------------------------------------------------------------------------------------------------- math


def real_root(m: Any) -> Any:
    return mp.cbrt(abs(m)) * sign_of(m)


def log_gamma(m: Any) -> Any:
    decided(mpmath.floor(m) if m < 0 else 0)
    return mp.log(abs(mp.gamma(m)))


def logarithm(m: Any, base: Any = None) -> Any:
    need(m > 0 and (base is None or base > 0))
    return mp.log(m) if base is None else mp.log(m) / mp.log(base)


def truncated_remainder(a: Any, b: Any) -> Any:
    need(b != 0)
    return a - b * truncated(a / b)


def nearest_remainder(a: Any, b: Any) -> Any:
    need(b != 0)
    return a - b * nearest(a / b)


def arc_tangent(y: Any, x: Any) -> Any:
    need(y != 0 or x > 0)  # there the sign of zero counts, which mpmath has not
    decided(y >= 0 if x <= 0 else None)
    return mp.atan2(y, x)


def length(values: Iterable[Any]) -> Any:
    squares = mp.fsum(v * v for v in values)
    decided(squares == 0)
    return mp.sqrt(squares)


def float_power(a: Any, b: Any) -> Any:
    need(a != 0 or b >= 0)
    return power(a, b)


def need(condition: bool) -> None:
    if not condition:
        raise ValueError("math domain error")


def guarded(allowed: Callable[[Any], bool], function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def compute(m: Any) -> Any:
        need(allowed(m))
        return function(m)

    return compute


def no_pole(m: Any) -> bool:
    return bool(m > 0 or not mpmath.isint(m))


# One row per function that takes and gives plain numbers.
ON_NUMBERS: dict[str, Callable[..., Any]] = {
    "acos": guarded(lambda m: abs(m) <= 1, mp.acos),
    "acosh": guarded(lambda m: m >= 1, mp.acosh),
    "asin": guarded(lambda m: abs(m) <= 1, mp.asin),
    "asinh": mp.asinh,
    "atan": mp.atan,
    "atan2": arc_tangent,
    "atanh": guarded(lambda m: abs(m) < 1, mp.atanh),
    "cbrt": real_root,
    "copysign": lambda a, b: a * sign_of(a) * (1 if sign_of(b) >= 0 else -1),
    "cos": mp.cos,
    "cosh": mp.cosh,
    "degrees": lambda m: m * 180 / mpf(math.pi),
    "erf": mp.erf,
    "erfc": mp.erfc,
    "exp": mp.exp,
    "exp2": lambda m: mpf(2) ** m,
    "expm1": mp.expm1,
    "fabs": lambda m: m * sign_of(m),
    "fma": lambda a, b, c: a * b + c,
    "fmod": truncated_remainder,
    "gamma": guarded(no_pole, mp.gamma),
    "lgamma": guarded(no_pole, log_gamma),
    "log": logarithm,
    "log10": lambda m: logarithm(m) / mp.ln10,
    "log1p": guarded(lambda m: m > -1, mp.log1p),
    "log2": lambda m: logarithm(m) / mp.ln2,
    "nextafter": lambda a, b: a,
    "pow": float_power,
    "radians": lambda m: m * mpf(math.pi) / 180,
    "remainder": nearest_remainder,
    "sin": mp.sin,
    "sinh": mp.sinh,
    "sqrt": guarded(lambda m: m >= 0, mp.sqrt),
    "tan": mp.tan,
    "tanh": mp.tanh,
    "ulp": lambda m: mpf(math.ulp(float(m))),
    "hypot": lambda *ms: length(ms),
}


def on_numbers(compute: Callable[..., Any]) -> Callable[..., Real]:
    def function(*args: Any) -> Real:
        numbers = [demand(a) for a in args]
        value = compute(*numbers)
        moving = [i for i, a in enumerate(args) if isinstance(a, Dual)]
        if not moving:
            return Real(value)
        return combined(value, *((args[i], local_slope(compute, numbers, i)) for i in moving))

    return function


def demand(value: Any) -> Any:
    m = raw(value)
    if m is None:
        raise TypeError(f"must be real number, not {type(value).__name__}")
    return m


def math_dist(p: Sequence[Any], q: Sequence[Any]) -> Real:
    need(len(p) == len(q))
    return on_numbers(lambda *ms: length(ms))(*(a - b for a, b in zip(p, q, strict=True)))


def math_fsum(values: Iterable[Any]) -> Any:
    return sum(values, Real(mpf(0)))


def math_prod(values: Iterable[Any], *, start: Any = 1) -> Any:
    return functools.reduce(operator.mul, values, start)


def math_sumprod(p: Sequence[Any], q: Sequence[Any]) -> Any:
    need(len(p) == len(q))
    return sum(a * b for a, b in zip(p, q, strict=True))


def math_frexp(value: Any) -> tuple[Real, int]:
    exponent = int(decided(mp.frexp(demand(value))[1]))
    return value / Real(mpf(2) ** exponent), exponent


def math_modf(value: Any) -> tuple[Real, Real]:
    whole = Real(mpf(truncated(demand(value))))
    return value - whole, whole


def math_ldexp(value: Any, exponent: int) -> Real:
    return value * Real(mpf(2) ** operator.index(exponent))


def math_isclose(a: Any, b: Any, *, rel_tol: Any = 1e-9, abs_tol: Any = 0.0) -> bool:
    a, b = demand(a), demand(b)
    return bool(decided(abs(a - b) <= max(demand(rel_tol) * max(abs(a), abs(b)), demand(abs_tol))))


def asks(question: Callable[[Any], Any]) -> Callable[[Any], bool]:
    return lambda value: bool(decided(bool(question(demand(value)))))


CONSTANTS = ("e", "inf", "nan", "pi", "tau")  # as the floats they are
ON_INTEGERS = ("comb", "factorial", "gcd", "isqrt", "lcm", "perm")
OTHERS: dict[str, Callable[..., Any]] = {
    "ceil": math.ceil,  # through __ceil__, as in plain Python
    "floor": math.floor,
    "trunc": math.trunc,
    "dist": math_dist,
    "frexp": math_frexp,
    "fsum": math_fsum,
    "isclose": math_isclose,
    "isfinite": asks(mpmath.isfinite),
    "isinf": asks(mpmath.isinf),
    "isnan": asks(mpmath.isnan),
    "ldexp": math_ldexp,
    "modf": math_modf,
    "prod": math_prod,
    "sumprod": math_sumprod,
}


@functools.cache
def math_over_reals() -> types.ModuleType:
    """Return a module that stands for `math`, with every one of its functions, on Real."""
    module = types.ModuleType("math")
    entries: dict[str, Any] = {name: on_numbers(compute) for name, compute in ON_NUMBERS.items()}
    entries |= OTHERS
    entries |= {name: getattr(math, name) for name in ON_INTEGERS}
    entries |= {name: Real(mpf(getattr(math, name))) for name in CONSTANTS}
    vars(module).update(entries)
    return module


# ----------------------------------------------------------------------------------------------------- loading the text


class OverReals(CountedTrips):
    """Rewrites what operators on Real cannot see: float literals, and / and ** between ints. Annotations are dropped.

    The names put in are no identifiers, so that no user's name can be one of them.
    """

    def __init__(self) -> None:
        self.globals: dict[str, Any] = {"/": exact_divide, "**": exact_power, "another trip": another_trip}

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, float):
            return node
        name = f"{node.value!r}"
        self.globals[name] = Real(mpf(node.value))
        return ast.copy_location(ast.Name(name, ast.Load()), node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        return self.operation(node, node.left)

    def operation(self, node: ast.BinOp | ast.AugAssign, left: ast.expr) -> ast.expr:
        right = node.right if isinstance(node, ast.BinOp) else node.value
        symbol = {ast.Div: "/", ast.Pow: "**"}.get(type(node.op))
        if symbol is None:
            return ast.copy_location(ast.BinOp(left, node.op, right), node)
        function = ast.copy_location(ast.Name(symbol, ast.Load()), node)
        return ast.copy_location(ast.Call(function, [left, right], []), node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt | list[ast.stmt]:
        """`a[i] /= v` becomes `list, index = a, i` and `list[index] = list[index] / v`; the others need no help."""
        self.generic_visit(node)
        if not isinstance(node.op, (ast.Div, ast.Pow)):
            return node
        before: list[ast.stmt] = []
        if isinstance(node.target, ast.Subscript):
            owner, index = ast.Name("a list", ast.Store()), ast.Name("an index", ast.Store())
            parts = ast.Tuple([node.target.value, node.target.slice], ast.Load())
            before = [ast.copy_location(ast.Assign([ast.Tuple([owner, index], ast.Store())], parts), node)]
            owner, index = ast.Name("a list", ast.Load()), ast.Name("an index", ast.Load())
            node.target = ast.copy_location(ast.Subscript(owner, index, ast.Store()), node.target)
        left = copy.deepcopy(node.target)
        left.ctx = ast.Load()
        return [*before, ast.copy_location(ast.Assign([node.target], self.operation(node, left)), node)]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        self.generic_visit(node)
        if node.value is None:
            return node
        return ast.copy_location(ast.Assign([node.target], node.value), node)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = None
        self.generic_visit(node)
        return node


def import_over_reals(name: str, *args: Any, **keywords: Any) -> Any:
    return math_over_reals() if name == "math" else builtins.__import__(name, *args, **keywords)


def builtins_over_reals() -> dict[str, Any]:
    return {**vars(builtins), "float": builtin_float, "pow": builtin_pow, "__import__": import_over_reals}


@functools.lru_cache(maxsize=64)
def load_over_reals(source: str) -> dict[str, Any]:
    """Execute the text with Real in place of float, and return its namespace."""
    rewriter = OverReals()
    tree = ast.fix_missing_locations(rewriter.visit(ast.parse(source)))
    namespace = {**rewriter.globals, "__builtins__": builtins_over_reals(), "__name__": "over_reals"}
    with mpmath.workdps(LOADED_AT):
        exec(compile(tree, "<over reals>", "exec"), namespace)
    return namespace


@functools.lru_cache(maxsize=64)
def load_plain(source: str) -> dict[str, Any]:
    """Execute the text as it is, and return its namespace."""
    namespace: dict[str, Any] = {"__name__": "plain", "another trip": another_trip}
    tree = ast.parse(source)
    if "while" in source:
        tree = ast.fix_missing_locations(CountedTrips().visit(tree))
    exec(compile(tree, "<original>", "exec", dont_inherit=True), namespace)
    return namespace


# ------------------------------------------------------------------------------------------------------- nested numbers


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def flat(value: Any) -> list[Any]:
    """Return the numbers of nested lists and tuples, in order."""
    return list(leaves(value))


def rebuilt(like: Any, numbers: Iterator[Any]) -> Any:
    """Return the numbers nested as `like` is."""
    if isinstance(like, (list, tuple)):
        return type(like)(rebuilt(item, numbers) for item in like)
    return next(numbers)


def mapped(function: Callable[[Any], Any], value: Any) -> Any:
    return rebuilt(value, iter([function(v) for v in leaves(value)]))


def to_real(value: Any) -> Any:
    return value if isinstance(value, (int, str, Real)) else Real(exact(value))


# ------------------------------------------------------------------------------------------------------- running a text


def bound_arguments(function: Any, args: Sequence[Any], keywords: Mapping[str, Any] | None) -> dict[str, Any]:
    call = inspect.signature(function).bind(*args, **dict(keywords or {}))
    call.apply_defaults()
    return dict(call.arguments)


def call_by_name(function: Any, arguments: Mapping[str, Any]) -> Any:
    parameters = inspect.signature(function).parameters
    positional = [v for n, v in arguments.items() if parameters[n].kind is not inspect.Parameter.KEYWORD_ONLY]
    keywords = {n: v for n, v in arguments.items() if parameters[n].kind is inspect.Parameter.KEYWORD_ONLY}
    return function(*positional, **keywords)


def call_original(source: str, entry: str, args: Sequence[Any], keywords: Mapping[str, Any] | None = None) -> Any:
    """Call a function of a text as plain Python does; the arguments are copied first."""
    _trips[0] = 0
    return load_plain(source)[entry](*copy.deepcopy(tuple(args)), **copy.deepcopy(dict(keywords or {})))


def run_original(
    source: str, entry: str, args: Sequence[Any], keywords: Mapping[str, Any] | None = None
) -> tuple[str, Any]:
    """Return ("value", v), or ("raises", name of the exception's type)."""
    try:
        return "value", call_original(source, entry, args, keywords)
    except Exception as error:
        return "raises", type(error).__name__


def run_generated_mp(
    source: str, entry: str, args: Sequence[Any], keywords: Mapping[str, Any] | None = None, *, digits: int = 80
) -> Any:
    """Call a function of a text over mpmath numbers, and return the mpf it gives, nested as it gives them."""
    function = load_over_reals(source)[entry]
    _trips[0] = 0
    with mpmath.workdps(digits):
        arguments = {n: mapped(to_real, v) for n, v in bound_arguments(function, args, keywords).items()}
        return mapped(raw, call_by_name(function, arguments))


class Traced:
    """A function of the original text over its differentiable numbers, given as one flat list of mpf."""

    def __init__(
        self, source: str, entry: str, args: Sequence[Any], wrt: Sequence[str], keywords: Mapping[str, Any] | None
    ) -> None:
        self.function = load_over_reals(source)[entry]
        self.wrt = wrt
        self.arguments = bound_arguments(self.function, args, keywords)
        self.point = [raw(v) for n in wrt for v in leaves(self.arguments[n])]

    def __call__(self, point: Sequence[Any]) -> tuple[Any, list[Any]]:
        """Return the value there, and every decision taken on the way."""
        numbers = iter([Real(m) for m in point])
        arguments = {n: mapped(to_real, v) for n, v in self.arguments.items()}
        arguments |= {n: rebuilt(self.arguments[n], numbers) for n in self.wrt}
        _decisions.clear()
        _trips[0] = 0
        value = raw(call_by_name(self.function, arguments))
        if value is None:
            raise TypeError("the function does not return a number")
        return value, list(_decisions)

    def decisions(self, precision: int) -> list[Any]:
        """Return the decisions taken at the point with this many bits."""
        with mpmath.workprec(precision):
            return self(self.point)[1]


def displacements(point: Sequence[Any]) -> Iterator[list[Any]]:
    """Yield the point moved a little: each coordinate up and down, and all together in four directions."""
    steps = [DISPLACED * max(1, abs(m)) for m in point]
    for i, step in enumerate(steps):
        for sign in (1, -1):
            yield [m + sign * step if j == i else m for j, m in enumerate(point)]
    for signs in ((1, 1), (-1, -1), (1, -1), (-1, 1)):
        yield [m + signs[j % 2] * step * mpf(3 + j) / 4 for j, (m, step) in enumerate(zip(point, steps, strict=True))]


def refuse_kinks(function: Traced) -> None:
    """Raise NearKink where other decisions are taken nearby than at the point, or with another precision."""
    try:
        with mpmath.workdps(30):
            _, here = function(function.point)
            if any(function.decisions(bits) != here for bits in COMPARED):
                raise NearKink
            if any(function(moved)[1] != here for moved in displacements(function.point)):
                raise NearKink
    except (*DOMAIN_ERRORS, *OTHER_ERRORS, Endless) as error:
        raise NearKink from error


def differences(
    source: str,
    entry: str,
    args: Sequence[Any],
    wrt: Sequence[str],
    digits: int = 50,
    keywords: Mapping[str, Any] | None = None,
) -> Any:
    """Return the gradient of the original text by central differences, good to about `digits` digits.

    One gradient alone, several as a tuple in the order of `wrt`, each nested as its argument is. Raises NearKink.
    """
    function = Traced(source, entry, args, wrt, keywords)
    refuse_kinks(function)
    with mpmath.workdps(3 * digits // 2 + 10):
        step = mpf(10) ** -(digits // 2)
        slopes = iter([slope_of(function, i, step) for i in range(len(function.point))])
        gradients = tuple(rebuilt(function.arguments[n], slopes) for n in wrt)
    return gradients[0] if len(wrt) == 1 else gradients


def forward(
    source: str, entry: str, args: Sequence[Any], wrt: Sequence[str], keywords: Mapping[str, Any] | None = None
) -> Any:
    """Return the gradient of the original text by running it on dual numbers, good to about 40 digits."""
    function = load_over_reals(source)[entry]
    given = bound_arguments(function, args, keywords)
    with mpmath.workdps(85):
        count = itertools.count()
        arguments = {n: mapped(to_real, v) for n, v in given.items()}
        arguments |= {n: mapped(lambda v: Dual(raw(v), {next(count): mpf(1)}), given[n]) for n in wrt}
        _trips[0] = 0
        value = call_by_name(function, arguments)
        partials = value.partials if isinstance(value, Dual) else {}
        slopes = iter([partials.get(i, mpf(0)) for i in range(next(count))])
        gradients = tuple(rebuilt(given[n], slopes) for n in wrt)
    return gradients[0] if len(wrt) == 1 else gradients


def slope_of(function: Traced, index: int, step: Any) -> Any:
    """Return one partial derivative; NearKink where a pole is too near, or the value too large, to tell."""

    def value(by: Any) -> Any:
        return function([m + by if j == index else m for j, m in enumerate(function.point)])[0]

    above, below = value(step), value(-step)
    slope = (above - below) / (2 * step)
    wider = (value(2 * step) - value(-2 * step)) / (4 * step)
    lost = abs(above) * mp.eps / step
    if not max(abs(slope - wider), lost) <= SETTLED * (abs(slope) + 1):
        raise NearKink
    return slope


# ------------------------------------------------------------------------------------------------------------ comparing


def bits(number: float) -> bytes:
    return b"nan" if number != number else struct.pack("<d", number)


def same_bits(a: Any, b: Any) -> bool:
    """Tell whether two results are equal to the last bit: NaN is NaN, -0.0 is not 0.0, 1 is not 1.0, nesting counts."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same_bits, a, b))
    if isinstance(a, complex):
        return bits(a.real) == bits(b.real) and bits(a.imag) == bits(b.imag)
    return bits(a) == bits(b) if isinstance(a, float) else bool(a == b)


def rounding_noise(
    source: str, entry: str, args: Sequence[Any], want: Any, keywords: Mapping[str, Any] | None = None
) -> list[Any]:
    """Return, number by number, how far off the generated text is with a mantissa shorter than a float's.

    What floats lose by rounding is less than that. A wrong formula is not excused by it: `deviation` is asked as well.
    """
    worst = [mpf(0)] * len(flat(want))
    for precision in SHORT_MANTISSAS:
        try:
            _trips[0] = 0
            with mpmath.workprec(precision):
                function = load_over_reals(source)[entry]
                arguments = {n: mapped(to_real, v) for n, v in bound_arguments(function, args, keywords).items()}
                got = flat(mapped(raw, call_by_name(function, arguments)))
        except (*DOMAIN_ERRORS, *OTHER_ERRORS, Endless):
            return [mpf("inf")] * len(worst)
        with mpmath.workdps(60):
            worst = [max(w, abs(g - r)) for w, g, r in zip(worst, got, flat(want), strict=True)]
    return worst


def close(got: Any, want: Any, noise: Sequence[Any] | None = None, relative: float = 1e-9) -> bool:
    """Tell whether floats agree with the reference, up to rounding (`noise`, number by number) and what it resolves."""
    got, want = flat(got), flat(want)
    allowed = noise or [0] * len(want)
    with mpmath.workdps(60):
        floor = NOTHING + CANCELLED * max(map(abs, want), default=0)
        return len(got) == len(want) and all(
            mpmath.isfinite(g) and abs(mpf(g) - w) <= relative * abs(w) + n + floor
            for g, w, n in zip(got, want, allowed, strict=True)
        )


def deviation(got: Any, want: Any) -> Any:
    """Return the greatest relative difference of two gradients computed at high precision.

    A number that is zero, or next to nothing among the others, is measured against 1e-10 of the greatest of them.
    """
    got, want = flat(got), flat(want)
    if len(got) != len(want):
        return mpf("inf")
    with mpmath.workdps(60):
        floor = mpf("1e-10") * max([mpf(1), *map(abs, want)])
        worst = [abs(g - w) / (abs(w) + floor) for g, w in zip(got, want, strict=True)]
        return mpf("inf") if any(map(mpmath.isnan, worst)) else max(worst, default=mpf(0))
