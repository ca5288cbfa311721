"""Every rule by itself: none is missing, each is proved against SymPy, each is right at boundaries against mpmath."""

from __future__ import annotations

import ast
import functools
import math
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import mpmath
import pytest
import sympy
from mpmath import mp, mpf
from oracles import Real, exact, load_over_reals, load_plain
from rule_cases import CASES, ROWS, Case, exists

import bpcompile
from bpcompile.frontend import subset
from bpcompile.ir import ops
from bpcompile.ir.ops import MATH, Op
from bpcompile.ir.shapes import NUMBERS_OF_ARRAYS, ON_ARRAYS
from bpcompile.rules.gates import ENTROPIES, GATES
from bpcompile.rules.scalar import FLAT, NOT_DIFFERENTIABLE, ON_LISTS, PARTIALS, PULLBACKS, ROUTED

# ------------------------------------------------------------------------------------------------------- completeness

# what the backward part alone is made of: never differentiated
GENERATED_ONLY = {
    ops.SELECT,
    ops.AND,
    ops.ZEROS,
    ops.OR_ZEROS,
    ops.FILL,
    ops.ADD_AT,
    ops.ADD_ALL,
    ops.AS_TUPLE,
    ops.SLICE_INDEX,
    ops.TAPE,
    ops.PUSH,
    ops.POP_TAPE,
    *ops.RESTORES,
    ops.DIGAMMA,
    ops.LEAVE_ONE_OUT,
}
# functions of later Pythons on whole numbers or floats that are not known yet
REFUSED_MATH: set[str] = set()
GATE_NAMES = {
    ops.SIGMOID: "a sigmoid",
    ops.SIGMOID_DOWN: "a falling sigmoid",
    ops.SOFTPLUS: "a softplus",
    ops.TANH_GATE: "a hyperbolic tangent",
}
NO_FUNCTION = {"e", "inf", "nan", "pi", "tau"}


def all_ops() -> dict[str, Op]:
    found = {name: value for name, value in vars(ops).items() if isinstance(value, Op)}
    return found | {f"math.{name}": value for name, value in MATH.items()}


OF_LISTS_OF_ARRAYS = {ops.ROWS, ops.ARRAY_OF, ops.STACK_OF, ops.JOIN_OF}  # tests/test_array_flow.py has their programs
OF_ARRAYS = {ops.LISTED, ops.LAYERS, ops.SPLIT, ops.TIMES_I, ops.IS_COMPLEX}  # these only generated text needs


def test_every_operation_is_in_exactly_one_table() -> None:
    on_lists = ON_LISTS, ops.MAKERS, ops.WRITES
    tables: Sequence[Any] = (PARTIALS, PULLBACKS, FLAT, ROUTED, *on_lists, NOT_DIFFERENTIABLE, GENERATED_ONLY)
    counts = {
        name: sum(op in table for table in tables)
        for name, op in all_ops().items()
        if op not in ON_ARRAYS | (NUMBERS_OF_ARRAYS - {ops.LEN}) | OF_ARRAYS
    }
    assert {name: count for name, count in counts.items() if count != 1} == {"ZEROS": 2}  # it has no derivative either


def test_every_function_of_math_is_known_or_refused_by_name() -> None:
    functions = {n for n in dir(math) if not n.startswith("_") and callable(getattr(math, n))}
    assert functions - subset.MATH_NAMES == REFUSED_MATH & functions
    assert {n for n in dir(math) if not n.startswith("_")} - functions == NO_FUNCTION
    assert not subset.MATH_NAMES & REFUSED_MATH


def test_every_row_has_a_program() -> None:
    gates = {gate for _, gate, _ in GATES}
    assert gates == set(GATE_NAMES)
    gates |= {gate for _, gate in ENTROPIES}
    rows = {*PARTIALS, *PULLBACKS, *ROUTED, *ON_LISTS, *ops.MAKERS, *ops.WRITES}
    assert {op.name for op in rows - gates - OF_LISTS_OF_ARRAYS if op not in ROWS} == set()


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in ENTROPIES])
def test_cross_entropy_cancels(pattern: str) -> None:
    line = pattern.replace("log(", "math.log(").replace("log1p(", "math.log1p(")
    source = f"import math\n\ndef f(x, y):\n    s = 1 / (1 + math.exp(-x))\n    return {line}\n"
    text = bpcompile.compile_source(source, verify=True)
    assert "proved equal" in text and "a cross-entropy of a sigmoid" in text
    module: dict[str, Any] = {}
    exec(text, module)
    assert module["f_grad"](30.0, 1.0)[0] == pytest.approx(0.0, abs=1e-12)


# ------------------------------------------------------------------------------------ the generated text over symbols


class Pieces:
    """Decides at a sample point which piece of a function the symbols are on."""

    def __init__(self, sample: Mapping[Any, Any]) -> None:
        self.sample = sample

    def number(self, value: Any) -> Any:
        return sympy.N(sympy.sympify(value).subs(self.sample), 40)

    def compare(self, symbol: str, a: Any, b: Any) -> bool:
        a, b = self.number(a), self.number(b)
        table = {"Lt": a < b, "LtE": a <= b, "Gt": a > b, "GtE": a >= b, "Eq": a == b, "NotEq": a != b}
        return bool(table[symbol])

    def truth(self, value: Any) -> bool:
        return value if isinstance(value, bool) else self.number(value) != 0

    def sign(self, value: Any) -> int:
        return int(sympy.sign(self.number(value)))

    def floor(self, value: Any) -> int:
        return math.floor(self.number(value))

    def nearest(self, value: Any) -> int:
        return round(float(self.number(value)))

    def truncated(self, value: Any) -> int:
        return math.trunc(self.number(value))

    def exponent(self, value: Any) -> int:
        return math.frexp(float(self.number(value)))[1]

    def largest(self, *values: Any, sense: int = 1) -> Any:
        values = tuple(values[0]) if len(values) == 1 else values
        best = values[0]
        for value in values[1:]:
            best = value if self.sign(value - best) == sense else best
        return best

    def log_gamma(self, x: Any) -> Any:
        gamma = sympy.gamma(x)
        return sympy.log(gamma * self.sign(gamma))

    def cube_root(self, x: Any) -> Any:
        sign = self.sign(x)
        return sign * (sign * x) ** sympy.Rational(1, 3)

    def length(self, xs: Sequence[Any]) -> Any:
        return xs[0] * self.sign(xs[0]) if len(xs) == 1 else sympy.sqrt(sum(x * x for x in xs))

    def math(self) -> types.SimpleNamespace:
        s = sympy
        plain = "acos acosh asin asinh atan atan2 atanh cos cosh erf erfc exp log sin sinh sqrt tan tanh gamma".split()
        entries: dict[str, Any] = {name: getattr(s, name) for name in plain}
        entries |= {
            "cbrt": self.cube_root,
            "copysign": lambda x, y: x * self.sign(x) * self.sign(y) if self.sign(x) else 0 * x,
            "degrees": lambda x: x * 180 / s.pi,
            "dist": lambda p, q: self.length([a - b for a, b in zip(p, q)]),
            "exp2": lambda x: 2**x,
            "expm1": lambda x: s.exp(x) - 1,
            "fabs": lambda x: x * self.sign(x),
            "fma": lambda x, y, z: x * y + z,
            "fmod": lambda x, y: x - y * self.truncated(x / y),
            "frexp": lambda x: (x / s.Integer(2) ** self.exponent(x), self.exponent(x)),
            "fsum": sum,
            "hypot": lambda *xs: self.length(xs),
            "ldexp": lambda x, i: x * s.Integer(2) ** i,
            "lgamma": self.log_gamma,
            "log": lambda x, *b: s.log(x) / s.log(b[0]) if b else s.log(x),
            "log10": lambda x: s.log(x) / s.log(10),
            "log1p": lambda x: s.log(1 + x),
            "log2": lambda x: s.log(x) / s.log(2),
            "modf": lambda x: (x - self.truncated(x), self.truncated(x)),
            "pi": s.pi,
            "pow": lambda x, y: x**y,
            "prod": lambda xs, start=1: functools.reduce(lambda a, b: a * b, xs, start),
            "radians": lambda x: x * s.pi / 180,
            "remainder": lambda x, y: x - y * self.nearest(x / y),
            "sumprod": lambda p, q: sum(a * b for a, b in zip(p, q)),
        }
        return types.SimpleNamespace(**entries)

    def namespace(self) -> dict[str, Any]:
        return {
            "?compare": self.compare,
            "?truth": self.truth,
            "?floor": self.floor,
            "?rational": lambda value: sympy.Rational(value),
            "math": self.math(),
            "abs": lambda x: x * self.sign(x),
            "divmod": lambda x, y: (self.floor(x / y), x - y * self.floor(x / y)),
            "float": lambda x: x,
            "max": self.largest,
            "min": functools.partial(self.largest, sense=-1),
        }


class OverSymbols(ast.NodeTransformer):
    """Rewrites what operators on symbols do not decide: literals, comparisons, tests, // and %."""

    def call(self, name: str, *args: ast.expr) -> ast.expr:
        return ast.Call(ast.Name("?" + name, ast.Load()), list(args), [])

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return self.call("rational", node) if isinstance(node.value, float) else node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        return self.call("compare", ast.Constant(type(node.ops[0]).__name__), node.left, node.comparators[0])

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        self.generic_visit(node)
        return ast.IfExp(self.call("truth", node.test), node.body, node.orelse)

    def visit_If(self, node: ast.If) -> ast.stmt:
        self.generic_visit(node)
        return ast.If(self.call("truth", node.test), node.body, node.orelse)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if not isinstance(node.op, (ast.FloorDiv, ast.Mod)):
            return node
        floor = self.call("floor", ast.BinOp(node.left, ast.Div(), node.right))
        if isinstance(node.op, ast.FloorDiv):
            return floor
        return ast.BinOp(node.left, ast.Sub(), ast.BinOp(node.right, ast.Mult(), floor))

    def visit_Import(self, node: ast.Import) -> None:
        assert [a.name for a in node.names] == ["math"]


def over_symbols(text: str, name: str, pieces: Pieces) -> Callable[..., Any]:
    """Return a function of the text, over symbols."""
    tree = ast.fix_missing_locations(OverSymbols().visit(ast.parse(text)))
    namespace = pieces.namespace()
    exec(compile(tree, "<over symbols>", "exec"), namespace)
    if "digamma" in namespace:
        namespace["digamma"] = sympy.digamma
    function: Callable[..., Any] = namespace[name]
    return function


def symbols_for(point: Sequence[Any], case: Case) -> tuple[list[Any], dict[Any, Any]]:
    """Return a symbol of the right sign for every float of the point, and what each is at the point."""
    sample: dict[Any, Any] = {}
    arguments: list[Any] = []
    for param, value in zip(case.params.split(","), point):
        name = param.split(":")[0].strip()
        if ":" in param:
            arguments.append(value)
            continue
        items = [
            sympy.Symbol(f"{name}{i}", **{"positive" if number > 0 else "negative": True})
            for i, number in enumerate(flat(value))
        ]
        sample |= dict(zip(items, map(sympy.Rational, flat(value))))
        arguments.append(items if isinstance(value, tuple) else items[0])
    return arguments, sample


def flat(value: Any) -> list[Any]:
    return [v for item in value for v in flat(item)] if isinstance(value, (list, tuple)) else [value]


def as_lists(point: Sequence[Any]) -> list[Any]:
    """Return arguments that may be written to."""
    return [list(value) if isinstance(value, (list, tuple)) else value for value in point]


def is_zero(difference: Any) -> bool:
    """Return whether SymPy proves that the difference is zero."""
    if difference == 0:
        return True
    for attempt in (sympy.simplify, lambda d: sympy.simplify(d.rewrite(sympy.exp)), sympy.radsimp):
        if attempt(difference) == 0:
            return True
    return bool(difference.equals(0))


@functools.cache
def gradient_text(source: str, style: str = "staged") -> str:
    return bpcompile.compile_source(source, function="f", style=style, verify=False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_rule_is_proved_by_sympy(case: Case) -> None:
    text = gradient_text(case.source)
    for point in case.points:
        arguments, sample = symbols_for(point, case)
        pieces = Pieces(sample)
        primal = sympy.sympify(over_symbols(case.source, "f", pieces)(*as_lists(arguments)))
        gradients = flat(over_symbols(text, "f_grad", pieces)(*as_lists(arguments)))
        assert len(gradients) == len(sample)
        for symbol, gradient in zip(sample, gradients):
            difference = sympy.sympify(gradient) - sympy.diff(primal, symbol)
            assert is_zero(difference), f"d/d{symbol} at {point}: {gradient}\n{text}"


@pytest.mark.parametrize("case", [c for c in CASES if c.op in GATE_NAMES and "y" not in c.params], ids=lambda c: c.name)
def test_each_spelling_of_a_gate_is_seen(case: Case) -> None:
    assert gradient_text(case.source).count(GATE_NAMES[case.op]) == 1
    helper = (
        f"import math\n\n\ndef gate(x):\n    return {case.body}\n\n\ndef f(x):\n    y = x + 2\n    return gate(y) * y\n"
    )
    assert "# (2)" in gradient_text(helper)


FLAT_BODIES = (
    "math.floor(x)|math.ceil(x)|math.trunc(x)|int(x)|round(x)|round(x, 2)|bool(x)|x // 2.0|divmod(x, 0.5)[0]|"
    "math.modf(x)[1]|math.frexp(x)[1]|math.isfinite(x)|math.isinf(x)|math.isnan(x)|math.isclose(x, 1.0)|math.ulp(x)|"
    "(x < 1)|(x <= 1)|(x > 1)|(x >= 1)|(x == 1)|(x != 1)|(not x)|math.gcd(int(x), 4)|math.lcm(int(x), 4)|"
    "math.factorial(int(x))|math.comb(int(x), 2)|math.perm(int(x), 2)|math.isqrt(int(x))|pow(int(x), 3, 5)"
).split("|")


@pytest.mark.parametrize("body", FLAT_BODIES)
def test_flat_functions_have_derivative_zero(body: str) -> None:
    for x in (7.25, 2.0):
        for source, want in ((f"{body} * 1.0", 0.0), (f"{body} * x", None)):
            source = f"import math\n\n\ndef f(x):\n    return {source}\n"
            got = load_plain(gradient_text(source))["f_grad"](x)
            plain = load_plain(f"import math\n\n\ndef f(x):\n    return {body} * 1.0\n")["f"](x)
            assert got == (plain if want is None else want)
            assert isinstance(got, float) or want is None


# ------------------------------------------------------------------------------------------------------ at boundaries

HUGE, TINY, EPSILON = 1.7976931348623157e308, 5e-324, 2.220446049250313e-16
NORMAL = 2.2250738585072014e-308  # what is smaller has fewer digits: it counts as zero here
DIGITS = 1100
RELATIVE = 1e-13
STEP = mpf(10) ** -60

_UNARY = """
    0.0 1.0 0.5 0.25 2.0 3.0 7.0 1e-8 1e-20 1e-160 1e-300 1e-310 5e-324 2.2250738585072014e-308 1e8 1e16 1e150
    1e160 1e300 1.7976931348623157e308 1e5 20.0 40.0 350.0 700.0 709.5 710.0 745.0 746.0 1.5707963267948966
    3.141592653589793 170.5 171.5 0.9999999999999999 1.0000000000000002 1.9999999999999998 0.9999999999999998 1e-16
"""
UNARY = [sign * float(x) for x in _UNARY.split() for sign in (1.0, -1.0)]
GAMMA = [s * (n + d) for s in (1, -1) for n in range(30) for d in (1e-12, 1e-3, 0.25, 0.5, 0.75, 0.999, 1 - 1e-12)]
SHAPES = [0.0, -0.0, 1.0, -1.0, 2.5, -3.0, 1e-5, 1e-60, -1e60, 1e70]  # far enough from what overflows when squared
MODERATE = [(x, y) for x in SHAPES for y in SHAPES]
TRIPLES = [(x, y, z) for x in SHAPES[::2] for y in SHAPES[1::3] for z in SHAPES[::3]]
_PAIRS = "0.0 -0.0 1.0 -1.0 2.5 -3.0 2.0 0.5 1e-300 1e300 -1e300 1e-200 1e200 -1e150 5e-324 1e-310 3e-309 1e-5"
PAIRS = [(float(x), float(y)) for x in _PAIRS.split() for y in _PAIRS.split()]


def reference(source: str, point: Sequence[Any]) -> list[Any]:
    """Return the true partials at a point: mpf, or None where there is none, by slopes of the original text itself."""
    function = load_over_reals(source)["f"]

    def value(numbers: Sequence[Any]) -> Any:
        result = function(*numbers)
        return result.m if isinstance(result, Real) else mpf(result)

    sizes = [mpf(1), *(abs(exact(p)) for p in point if isinstance(p, float) and p)]
    with mpmath.workdps(DIGITS):
        at = [Real(exact(p)) if isinstance(p, float) else p for p in point]
        step = STEP * min(sizes) / max(sizes)
        return [slope(value, at, i, step) for i, p in enumerate(point) if isinstance(p, float)]


def slope(value: Callable[[Sequence[Any]], Any], at: Sequence[Any], index: int, step: Any) -> Any:
    """Return the derivative by one argument: of both sides where both are defined, else of the one that is."""

    def moved(by: Any) -> Any:
        try:
            return value([Real(a.m + by) if i == index else a for i, a in enumerate(at)])
        except (ValueError, ZeroDivisionError):
            return None

    def slopes(h: Any) -> list[Any]:
        return [(there - here) / by for by in (h, -h) if (there := moved(by)) is not None]

    here = moved(0)
    near = slopes(step) if here is not None else []
    if len(near) == 2 and equal(*near) and all(a.m for a in at if isinstance(a, Real)):
        return sum(near) / 2
    nearer = slopes(step * STEP) if near else []
    if not nearer:
        return None
    if max(map(abs, nearer)) <= STEP ** mpf(0.25) * max(map(abs, near)):
        return mpf(0)
    return sum(nearer) / len(nearer) if all(equal(a, b) for a in nearer for b in near) else None


def equal(a: Any, b: Any) -> bool:
    return bool(abs(a - b) <= mpf(10) ** -15 * max(abs(a), abs(b)))


def outcome(text: str, name: str, point: Sequence[Any]) -> tuple[str | None, Any]:
    """Return (exception, None) or (None, result)."""
    try:
        return None, load_plain(text)[name](*as_lists(point))
    except Exception as error:
        return type(error).__name__, None


MAY_RAISE = {"ValueError", "ZeroDivisionError", "OverflowError"}


@dataclass
class Boundary:
    """A program at its boundaries. `policy` says what is wanted where there is no derivative."""

    body: str
    params: str = "x"
    points: Sequence[Any] = field(default_factory=lambda: UNARY)
    policy: Callable[..., Sequence[float | None] | None] = lambda *point: None
    formula: Callable[..., Any] | None = None  # where slopes will not do
    digits: int = 700  # of the formula: enough for whole numbers up to 1e600
    absolute: float = 0.0  # where (1 - out) * out cancels
    overflows: bool = False  # the forward part may: then nothing is wanted
    is_power: bool = False  # it overflows where its derivative need not: the derivative is wanted there too

    def source(self) -> str:
        return Case("", ops.ADD, self.params, self.body, ()).source

    def faults(self) -> Iterator[str]:
        source = self.source()
        text = gradient_text(source)
        for point in self.points:
            point = point if isinstance(point, tuple) else (point,)
            for problem in self.problems(source, text, point):
                yield f"{self.body} at {point}: {problem}"

    def problems(self, source: str, text: str, point: tuple[Any, ...]) -> Iterator[str]:
        error, value = outcome(source, "f", point)
        raised, gradients = outcome(text, "f_grad", point)
        if error is not None and raised == error:
            return
        if error is not None and not (self.is_power and error == "OverflowError"):
            yield f"got {raised or gradients}, want {error} as the original raises"
            return
        if isinstance(value, complex) or value != value or (self.overflows and math.isinf(value)):
            return
        wants = self.wants(source, point)
        if raised is not None:
            if raised not in MAY_RAISE:
                yield f"raises {raised}"
            elif all(want is not None and abs(want) < HUGE for want in wants):
                yield f"raises {raised}, want {show(wants)}"
            return
        got = list(gradients) if isinstance(gradients, tuple) else [gradients]
        for number, want in zip(got, wants, strict=True):
            if not self.agrees(number, want):
                yield f"got {got}, want {show(wants)} (the value is {value})"
                return

    def wants(self, source: str, point: tuple[Any, ...]) -> list[Any]:
        policy = self.policy(*point)
        if policy is not None:
            return [None if want is None else exact(want) for want in policy]
        if self.formula is None:
            return reference(source, point)
        with mpmath.workdps(self.digits):
            found = self.formula(*map(exact, point))
        return list(found) if isinstance(found, tuple) else [found]

    def agrees(self, got: float, want: Any) -> bool:
        if want is None or abs(want) > HUGE:
            return not math.isfinite(got)
        if not math.isfinite(got):
            return False
        tolerance = RELATIVE * abs(want) + self.absolute + (NORMAL if abs(want) < NORMAL else TINY)
        return bool(abs(exact(got) - want) <= tolerance)


def show(wants: Sequence[Any]) -> str:
    return str(["none" if w is None else mpmath.nstr(w, 17) for w in wants])


def zero_at_zero(x: float) -> Sequence[float] | None:
    return (0.0,) if x == 0 else None


def zero_where_equal(x: float, y: float) -> Sequence[float] | None:
    return (0.0, 0.0) if x == y else None


def zero_at_origin(x: float, y: float) -> Sequence[float] | None:
    return (0.0, 0.0) if x == y == 0 else None


def first_at_tie(x: float, y: float) -> Sequence[float] | None:
    return (1.0, 0.0) if x == y else None


def on_the_cut(y: float, x: float) -> Sequence[float] | None:
    """Return the partials of the angle where it jumps: those of both sides."""
    return (1 / x, 0.0) if y == 0 and x < 0 else None


def of_power(x: float, y: float) -> Sequence[float] | None:
    """Return 0 by the exponent of 0 ** 0, which has no derivative."""
    return (0.0, 0.0) if x == y == 0 else None


def is_exact_power(x: float, y: float) -> bool:
    """Return whether y - 1 is a float, and x ** (y - 1) does not leave the range before x ** y does."""
    return not (abs(x) == 1 and abs(y) > 2**53) and not 0 < abs(x) < NORMAL


def of_copysign(x: float, y: float) -> Sequence[float]:
    return (math.copysign(1.0, x) * math.copysign(1.0, y) if x else 0.0), 0.0


def truncated(m: Any) -> Any:
    return mp.floor(m) if m > 0 else mp.ceil(m)


POWERS = [p for p in [*PAIRS, (1e-160, 2.0), (-2.0, 3.0), (1e-300, 1.5), (0.0, 1.0)] if is_exact_power(*p)]
BOUNDARIES = [
    *(Boundary(f"math.{name}(x)") for name in "acos acosh asin asinh atan atanh cbrt cos cosh erf exp expm1".split()),
    *(Boundary(f"math.{name}(x)") for name in "exp2 degrees radians log log10 log1p log2 sin sinh sqrt tan".split()),
    Boundary("math.tanh(x)", absolute=EPSILON),
    Boundary("math.gamma(x)", points=[*UNARY, *GAMMA], formula=lambda x: mp.gamma(x) * mp.digamma(x), digits=60),
    Boundary("math.lgamma(x)", points=[*UNARY, *GAMMA, 30.5, 1e6, -1000.3, -1e6 - 0.3], formula=mp.digamma, digits=60),
    Boundary("math.erfc(x)", formula=lambda x: -2 / mp.sqrt(mp.pi) * mp.exp(-x * x)),
    Boundary("abs(x)", policy=zero_at_zero),
    Boundary("math.fabs(x)", policy=zero_at_zero),
    Boundary("math.modf(x)[0]", policy=lambda x: (1.0,)),
    Boundary("math.frexp(x)[0]", formula=lambda x: mpf(2) ** -math.frexp(float(x))[1]),
    Boundary("-x"),
    Boundary("+x"),
    Boundary("float(x)"),
    Boundary("1 / x"),
    Boundary("-2 / x"),
    *(Boundary(f"x ** {n}") for n in (-3, -2, -1, 0.5, -0.5, 1.5)),
    *(Boundary(f"x ** {n}", points=[*UNARY, 1e100, -1e100, 1e78], is_power=True) for n in range(6)),
    *(Boundary(f"x ** {n}") for n in ("(1 / 3)", "(2 / 3)", "(-1 / 3)", "2.0", "-1.0", "1.0", "0.0")),
    Boundary("x * x"),
    Boundary("1 / x / x"),
    Boundary("1 / (1 + math.exp(-x))", absolute=EPSILON),
    Boundary("(1 + math.exp(-x)) ** -1", absolute=EPSILON),
    Boundary("math.exp(x) / (1 + math.exp(x))", absolute=EPSILON),
    Boundary("1 - 1 / (1 + math.exp(x))", absolute=EPSILON),
    Boundary("1 / (1 + math.exp(x))", absolute=EPSILON),
    Boundary("math.log(1 + math.exp(x))"),
    Boundary("math.log1p(math.exp(x))"),
    Boundary("(math.exp(x) - math.exp(-x)) / (math.exp(x) + math.exp(-x))", absolute=4 * EPSILON),
    Boundary("(math.exp(2 * x) - 1) / (math.exp(2 * x) + 1)", absolute=4 * EPSILON),
    Boundary("(1 - math.exp(-2 * x)) / (1 + math.exp(-2 * x))", absolute=4 * EPSILON),
    Boundary("math.sinh(x) / math.cosh(x)", absolute=4 * EPSILON),
    *(Boundary(f"x {op} y", "x, y", PAIRS) for op in ("+", "-", "*", "/")),
    Boundary("x ** y", "x, y", POWERS, of_power),
    Boundary("pow(x, y)", "x, y", POWERS[::7], of_power),
    Boundary("math.pow(x, y)", "x, y", POWERS[::3], of_power),
    Boundary("x % y", "x, y", PAIRS, formula=lambda x, y: (mpf(1), -mp.floor(x / y))),
    Boundary("divmod(x, y)[1]", "x, y", PAIRS, formula=lambda x, y: (mpf(1), -mp.floor(x / y))),
    Boundary("math.fmod(x, y)", "x, y", PAIRS, formula=lambda x, y: (mpf(1), -truncated(x / y))),
    Boundary("math.remainder(x, y)", "x, y", PAIRS, formula=lambda x, y: (mpf(1), -mp.nint(x / y))),
    Boundary("x * (1 / y)", "x, y", PAIRS, overflows=True),
    Boundary("math.atan2(y, x)", "y, x", PAIRS, on_the_cut),
    Boundary("math.hypot(x, y)", "x, y", [p for p in PAIRS if p != (5e-324, 5e-324)], zero_at_origin),
    Boundary("math.copysign(x, y)", "x, y", PAIRS, of_copysign),
    Boundary("math.log(x, y)", "x, y", PAIRS),
    Boundary("math.dist([x, 1.0], [y, 1.0])", "x, y", PAIRS, zero_where_equal),
    Boundary("max(x, y)", "x, y", PAIRS, first_at_tie),
    Boundary("min(x, y)", "x, y", PAIRS, first_at_tie),
    Boundary("math.fsum([x, y, x])", "x, y", PAIRS),
    Boundary("math.sumprod([x, y], [y, 2.0])", "x, y", PAIRS),
    Boundary("math.fma(x, y, y)", "x, y", PAIRS),
    Boundary("math.prod([x, y, 2.0, x])", "x, y", PAIRS),
    Boundary("math.sqrt(x * x + y * y)", "x, y", MODERATE),
    Boundary("math.sqrt(1 + x * x)", "x", SHAPES),
    Boundary("math.log(1 + x * x)", "x", SHAPES),
    Boundary("math.exp(-x * x)", "x", SHAPES),
    Boundary(
        "x / (1 + abs(x))", "x", [*SHAPES, -1e-200], absolute=EPSILON, policy=lambda x: (1.0,) if x == 0 else None
    ),
    Boundary("x ** 2 / y", "x, y", MODERATE),
    Boundary("x / y ** 2", "x, y", [(x, y) for x, y in MODERATE if abs(x) <= 100 and abs(y) <= 1e60]),
    Boundary("1e200 * (x / y)", "x, y", MODERATE),
    Boundary("1e-200 * (x / y)", "x, y", MODERATE),
    Boundary("1e200 * (1 / x)", "x", SHAPES),
    Boundary("1e-200 * (1 / x)", "x", SHAPES),
    Boundary("1 / (1 / x + 1 / y)", "x, y", [(x, y) for x, y in MODERATE if abs(x) <= 100 and abs(y) <= 100]),
    Boundary("math.log1p(math.exp(-x * y))", "x, y", MODERATE, overflows=True),
    Boundary(
        "1 / (1 + math.exp(-(x * y + z)))", "x, y, z", [t for t in TRIPLES if abs(t[0] * t[1]) < 800], absolute=EPSILON
    ),
    Boundary("x * y * z", "x, y, z", TRIPLES),
    Boundary("x * y * z * x * y", "x, y, z", [t for t in TRIPLES if max(map(abs, t)) < 1e50 > 1e-50]),
    Boundary("math.prod([x, y, z])", "x, y, z", TRIPLES),
    Boundary("math.prod([x, y], start=z)", "x, y, z", TRIPLES),
    Boundary("math.hypot(x, y, z)", "x, y, z", TRIPLES, lambda *p: (0.0,) * 3 if p == (0.0,) * 3 else None),
    Boundary(
        "math.dist([x, y], [z, 1.0])", "x, y, z", TRIPLES, lambda x, y, z: (0.0,) * 3 if (x, y) == (z, 1) else None
    ),
    Boundary("math.sumprod([x, y], [y, z])", "x, y, z", TRIPLES),
    Boundary(
        "math.ldexp(x, i)", "x, i: int", [(x, i) for x in UNARY for i in (0, 3, -3, 1000, -1000, 1075, 2000, -3000)]
    ),
    Boundary(
        "math.frexp(x)[0] * 3", "x", [0.3, 1e-300, 1e300, 1e-310], formula=lambda x: 3 * mpf(2) ** -math.frexp(x)[1]
    ),
]


@pytest.mark.parametrize("boundary", [b for b in BOUNDARIES if exists(b.body)], ids=lambda b: b.body)
def test_boundaries(boundary: Boundary) -> None:
    faults = list(boundary.faults())
    assert not faults, f"{len(faults)} points:\n" + "\n".join(faults[:40]) + "\n" + gradient_text(boundary.source())


INFINITE = math.inf
AT_INFINITY = [
    ("math.atan(x)", 0.0, 0.0),
    ("math.tanh(x)", 0.0, 0.0),
    ("math.erf(x)", 0.0, 0.0),
    ("math.erfc(x)", 0.0, 0.0),
    ("math.asinh(x)", 0.0, 0.0),
    ("math.cbrt(x)", 0.0, 0.0),
    ("math.sqrt(x)", None, 0.0),
    ("math.log(x)", None, 0.0),
    ("math.log2(x)", None, 0.0),
    ("math.log10(x)", None, 0.0),
    ("math.log1p(x)", None, 0.0),
    ("math.acosh(x)", None, 0.0),
    ("math.exp(x)", 0.0, INFINITE),
    ("math.exp2(x)", 0.0, INFINITE),
    ("math.expm1(x)", 0.0, INFINITE),
    ("math.sinh(x)", INFINITE, INFINITE),
    ("math.cosh(x)", -INFINITE, INFINITE),
    ("math.gamma(x)", None, INFINITE),
    ("abs(x)", -1.0, 1.0),
    ("math.fabs(x)", -1.0, 1.0),
    ("math.hypot(x, 1.0)", None, None),  # inf / inf
    ("math.degrees(x)", math.degrees(1.0), math.degrees(1.0)),
    ("max(x, 0.0)", 0.0, 1.0),
    ("min(x, 0.0)", 1.0, 0.0),
    ("x + 1", 1.0, 1.0),
    ("x * x", -INFINITE, INFINITE),
    ("x ** 3", INFINITE, INFINITE),
    ("x ** -1", 0.0, 0.0),
    ("x ** 0.5", 0.0, 0.0),
    ("1 / x", 0.0, 0.0),
    ("x % 2.5", None, None),
    ("math.sin(x)", None, None),
    ("math.fmod(x, 2.0)", None, None),
    ("math.atan2(x, 1.0)", 0.0, 0.0),
    ("math.atan2(1.0, x)", 0.0, 0.0),
    ("math.fmod(2.0, x)", 0.0, 0.0),
    ("math.copysign(x, 2.0)", -1.0, 1.0),
    ("1 / (1 + math.exp(-x))", 0.0, 0.0),
    ("1 / (1 + math.exp(x))", 0.0, 0.0),
    ("math.log1p(math.exp(x))", 0.0, None),  # inf / inf
    ("math.log(1 + math.exp(x))", 0.0, None),  # inf / inf
]


@pytest.mark.parametrize(("body", "below", "above"), [row for row in AT_INFINITY if exists(row[0])])
def test_infinities(body: str, below: float | None, above: float | None) -> None:
    """The derivative's limit; an error where the original has one."""
    source = Boundary(body).source()
    for x, want in ((-INFINITE, below), (INFINITE, above)):
        error, value = outcome(source, "f", (x,))
        raised, got = outcome(gradient_text(source), "f_grad", (x,))
        assert raised == error, (x, value, got)
        if error is None and value == value and not isinstance(value, complex):
            assert got == want or (want is None and not math.isfinite(got)), x


NAN = math.nan
ROUTES = [
    ("max(x, y)", (0.0, -0.0), (1, 0)),
    ("max(x, y)", (-0.0, 0.0), (1, 0)),
    ("max(x, y)", (NAN, 1.0), (1, 0)),
    ("max(x, y)", (1.0, NAN), (1, 0)),
    ("min(x, y)", (NAN, 1.0), (1, 0)),
    ("min(x, y)", (1.0, NAN), (1, 0)),
    ("max(x, y, z)", (1.0, 1.0, 1.0), (1, 0, 0)),
    ("max(x, y, z)", (0.0, 1.0, 1.0), (0, 1, 0)),
    ("max(x, y, z)", (-0.0, 0.0, -1.0), (1, 0, 0)),
    ("max(x, y, z)", (-1.0, -0.0, 0.0), (0, 1, 0)),
    ("max(x, y, z)", (INFINITE, 1.0, INFINITE), (1, 0, 0)),
    ("min(x, y, z)", (2.0, 1.0, 1.0), (0, 1, 0)),
    ("min(x, y, z)", (0.0, -0.0, 0.0), (1, 0, 0)),
    ("max(x, y, z)", (1.0, NAN, 0.5), (1, 0, 0)),
    ("max(x, y, z)", (1.0, NAN, 2.0), (0, 0, 1)),
    ("max(x, 0.0)", (0.0,), (1,)),
    ("max(0.0, x)", (0.0,), (0,)),
    ("max(0.0, x)", (-0.0,), (0,)),
    ("max(0.0, x)", (NAN,), (0,)),
    ("min(0.0, x)", (0.0,), (0,)),
    ("min(x, 0.0)", (0.0,), (1,)),
    ("max(0.0, x, 1.0)", (1.0,), (1,)),
    ("max(0.0, x, 1.0)", (0.0,), (0,)),
    ("max(0.0, 1.0, x)", (1.0,), (0,)),
    ("abs(x)", (0.0,), (0,)),
    ("abs(x)", (-0.0,), (0,)),
    ("max(x, -x)", (0.0,), (1,)),
    ("max(x, x)", (3.0,), (1,)),
    ("max(w)", ([1.0, 3.0, 3.0],), (0, 1, 0)),
    ("min(w)", ([2.0, 1.0, 1.0],), (0, 1, 0)),
    ("max(w)", ([0.0, -0.0],), (1, 0)),
    ("max(w)", ([NAN, 1.0],), (1, 0)),
    ("max(w)", ([1.0, NAN, 2.0],), (0, 0, 1)),
]


@pytest.mark.parametrize(("body", "point", "want"), ROUTES)
def test_the_first_of_the_chosen_gets_all(body: str, point: Sequence[Any], want: Sequence[float]) -> None:
    params = "w" if "w" in body else ", ".join("xyz"[: len(point)])
    source = Boundary(body, params).source()
    assert tuple(flat(load_plain(gradient_text(source))["f_grad"](*point))) == want


INTEGER_POINTS = [(2, 3), (3, -4), (-2, 3), (-3, 2), (7, 2), (0, 2), (0, 1), (1, 0), (-7, -2), (5, 5)]
LARGE = (10**20, 3)


@pytest.mark.parametrize("case", [c for c in CASES if c.params in ("x", "x, y", "y, x")], ids=lambda case: case.name)
def test_integers_may_be_passed_for_floats(case: Case) -> None:
    text = gradient_text(case.source)
    count = len(case.wrt)
    points = INTEGER_POINTS if case.op is ops.POW else [*INTEGER_POINTS, LARGE]
    for point in dict.fromkeys(p[:count] for p in points):
        error, _ = outcome(case.source, "f", point)
        raised, got = outcome(text, "f_grad", point)
        if error is not None:
            assert raised == error, point
            continue
        of_floats = outcome(text, "f_grad", tuple(map(float, point)))
        if raised is not None or of_floats[0] is not None:
            assert (raised is None) == (of_floats[0] is None), point
            continue
        assert flat(got) == pytest.approx(flat(of_floats[1]), rel=1e-14, nan_ok=True), point


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_both_styles_are_the_same_arithmetic(case: Case) -> None:
    for point in case.points:
        staged, compact = (
            outcome(gradient_text(case.source, style), "f_grad", point) for style in ("staged", "compact")
        )
        assert staged == compact and staged[0] is None
