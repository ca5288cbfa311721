"""The partials of each operation on numbers: one row each, and nothing but calculus.

A row gives the partial by each argument, from the value `out` and the arguments. Multiplying by the cotangent, adding
where a value fans out, and leaving out what is not needed happen once, in `passes/reverse.py`. Rows are written so that
they neither overflow nor cancel where the derivative is finite (`x / h / h`, not `x / (x*x + y*y)`). What happens at
special points stands beside the row. A row of `PULLBACKS` takes the cotangent too: it shares it, or must not multiply.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bpcompile.ir import ops
from bpcompile.ir.facts import literal
from bpcompile.ir.graph import Apply, Const, Param, Value
from bpcompile.ir.kinds import REAL, Array
from bpcompile.ir.ops import MATH, Op
from bpcompile.rules.algebra import Expr, Operand, call, of, where

Partials = Callable[..., Sequence[Operand]]


def sign(x: Expr) -> Expr:
    """Return the derivative of abs: 0 at 0."""
    if isinstance(x.value.kind, Array):
        return of(ops.NUMPY["sign"], x)
    return where(x > 0, 1.0, where(x < 0, -1.0, 0.0))


def power(ct: Expr, out: Expr, x: Expr, y: Expr) -> Sequence[Operand]:
    """Return the contributions of x ** y. A negative power is divided last, so that it overflows no earlier."""
    number = exponent(y.value)
    if number is not None and number < 0:
        return number * out * ct / x, by_exponent(out, x) * ct
    return by_base(x, y) * ct, by_exponent(out, x) * ct


def by_exponent(out: Expr, x: Expr) -> Expr:
    """Return x ** y * log(x); 0 at x = 0, and there is none where x is negative."""
    return where(x > 0, call("log", x) * out, where(of(ops.EQ, x, 0), 0.0, nan(x)))


def by_base(x: Expr, y: Expr) -> Operand:
    """Return y * x ** (y - 1); 0 at y = 0, also where x = 0. Exact for |y| < 2**53, where y - 1 is not rounded."""
    number = exponent(y.value)
    if number is None:
        return where(y, y * x ** (y - 1), 0.0)
    return 0 if number == 0 else number * x ** (number - 1)


def exponent(value: Value) -> int | float | None:
    """Return the exponent where it is a literal, as an int where it is whole."""
    while isinstance(value, Apply) and value.op is ops.COPY:
        value = value.args[0]
    number = literal(value)
    return int(number) if number is not None and number == int(number) else number


def nan(like: Expr) -> Expr:
    """Return not-a-number: the power of a negative number has no derivative by its exponent."""
    algebra = like.algebra
    return algebra.expr(algebra.constants.get(float("nan"), ops.POW.kind))


def ln(number: int, like: Expr) -> Expr:
    """Return the natural logarithm of a number, spelled out."""
    return call("log", like.algebra.expr(like.algebra.const(number)))


def gauss(like: Expr) -> Expr:
    """Return 2 / sqrt(pi), spelled out."""
    return 2 / call("sqrt", like.algebra.expr(PI))


PI = Param("math.pi", REAL, is_global=True)


def others(factors: Sequence[Expr]) -> Sequence[Operand]:
    """Return the product of all factors but one, for each; never by dividing, so that zeros do no harm."""
    before: list[Operand] = [1]
    for factor in factors[:-1]:
        before.append(factor if before[-1] == 1 else before[-1] * factor)
    after: list[Operand] = [1]
    for factor in reversed(factors[1:]):
        after.append(factor if after[-1] == 1 else factor * after[-1])
    pairs = zip(before, reversed(after))
    return [b if isinstance(a, int) else a if isinstance(b, int) else b * a for b, a in pairs]


def half(xs: Sequence[Expr]) -> tuple[Sequence[Expr], Sequence[Expr]]:
    """Return the first and the second half of the arguments."""
    return xs[: len(xs) // 2], xs[len(xs) // 2 :]


def from_origin(out: Expr, differences: Sequence[Operand]) -> Sequence[Operand]:
    """Return each difference over the distance; 0 where the distance is 0."""
    return [where(out, d / out, 0.0) if isinstance(d, Expr) else 0.0 for d in differences]


def distance(out: Expr, *xs: Expr) -> Sequence[Operand]:
    """Return the partials of math.dist."""
    p, q = half(xs)
    first = from_origin(out, [a - b for a, b in zip(p, q)])
    return [*first, *from_origin(out, [b - a for a, b in zip(p, q)])]


def angle(out: Expr, y: Expr, x: Expr) -> Sequence[Operand]:
    """Return the partials of atan2(y, x); there is none at the origin."""
    h = call("hypot", x, y)
    return x / h / h, -(y / h / h)


# fmt: off
PARTIALS: Mapping[Op, Partials] = {
    ops.ADD:            lambda out, x, y: (1, 1),
    ops.SUB:            lambda out, x, y: (1, -1),
    ops.MUL:            lambda out, x, y: (y, x),
    ops.NEG:            lambda out, x: (-1,),
    ops.POS:            lambda out, x: (1,),
    ops.MOD:            lambda out, x, y: (1, -(x // y)),
    ops.REMAINDER:      lambda out, x, y: (1, -(x // y)),
    ops.ABS:            lambda out, x: (sign(x),),                  # 0 at 0
    ops.FLOAT:          lambda out, x: (1,),
    ops.COPY:           lambda out, x: (1,),
    ops.READ:           lambda out, x: (1,),
    ops.SUM:            lambda out, *xs: (1,) * len(xs),
    ops.SUM_START:      lambda out, *xs: (1,) * len(xs),
    ops.FSUM:           lambda out, *xs: (1,) * len(xs),
    ops.PROD:           lambda out, *xs: others(xs),
    ops.PROD_START:     lambda out, *xs: others(xs),
    ops.SUMPROD:        lambda out, *xs: (*half(xs)[1], *half(xs)[0]),
    ops.DIST:           distance,                                   # 0 where the points meet
    ops.FRACTION:       lambda out, x: (1,),
    ops.LOG_BASE:       lambda out, x, b: (1 / (x * call("log", b)), -(out / (b * call("log", b)))),
    MATH["acos"]:       lambda out, x: (-(1 / call("sqrt", (1 - x) * (1 + x))),),
    MATH["acosh"]:      lambda out, x: (1 / (call("sqrt", x - 1) * call("sqrt", x + 1)),),
    MATH["asin"]:       lambda out, x: (1 / call("sqrt", (1 - x) * (1 + x)),),
    MATH["asinh"]:      lambda out, x: (1 / call("hypot", x, 1),),
    MATH["atan"]:       lambda out, x: (1 / (1 + x * x),),
    MATH["atan2"]:      angle,
    MATH["atanh"]:      lambda out, x: (1 / ((1 - x) * (1 + x)),),
    MATH["cbrt"]:       lambda out, x: (1 / (3 * out * out),),
    MATH["copysign"]:   lambda out, x, y: (sign(x) * call("copysign", 1.0, y), 0),
    MATH["cos"]:        lambda out, x: (-call("sin", x),),
    MATH["cosh"]:       lambda out, x: (call("sinh", x),),
    MATH["erf"]:        lambda out, x: (gauss(x) * call("exp", -(x * x)),),
    MATH["erfc"]:       lambda out, x: (-(gauss(x) * call("exp", -(x * x))),),
    MATH["exp"]:        lambda out, x: (out,),
    MATH["exp2"]:       lambda out, x: (ln(2, x) * out,),
    MATH["expm1"]:      lambda out, x: (call("exp", x),),
    MATH["fabs"]:       lambda out, x: (sign(x),),                  # 0 at 0
    MATH["fma"]:        lambda out, x, y, z: (y, x, 1),
    MATH["fmod"]:       lambda out, x, y: (1, (out - x) / y),
    MATH["gamma"]:      lambda out, x: (out * of(ops.DIGAMMA, x),),
    MATH["hypot"]:      lambda out, *xs: from_origin(out, xs),      # 0 at the origin
    MATH["lgamma"]:     lambda out, x: (of(ops.DIGAMMA, x),),
    MATH["log"]:        lambda out, x: (1 / x,),
    MATH["log10"]:      lambda out, x: (1 / (x * ln(10, x)),),
    MATH["log1p"]:      lambda out, x: (1 / (1 + x),),
    MATH["log2"]:       lambda out, x: (1 / (x * ln(2, x)),),
    MATH["remainder"]:  lambda out, x, y: (1, (out - x) / y),
    MATH["sin"]:        lambda out, x: (call("cos", x),),
    MATH["sinh"]:       lambda out, x: (call("cosh", x),),
    MATH["sqrt"]:       lambda out, x: (1 / (2 * out),),            # infinite at 0
    MATH["tan"]:        lambda out, x: (1 + out * out,),
    MATH["tanh"]:       lambda out, x: ((1 - out) * (1 + out),),
    ops.SIGMOID:        lambda out, x: ((1 - out) * out,),
    ops.SIGMOID_DOWN:   lambda out, x: (-((1 - out) * out),),
    ops.SOFTPLUS:       lambda out, x, e: (e / (1 + e), 0),         # e is exp(x), which is there already
    ops.TANH_GATE:      lambda out, x: ((1 - out) * (1 + out),),
    ops.CROSS_ENTROPY:      lambda out, y, a, b, s, x: (a - b, 0, 0, 0, y - s),
    ops.CROSS_ENTROPY_DOWN: lambda out, y, a, b, s, x: (b - a, 0, 0, 0, s - y),
}

PULLBACKS: Mapping[Op, Callable[..., Sequence[Operand]]] = {
    ops.DIV:            lambda ct, out, x, y: quotient(ct, out, x, y),
    ops.POW:            power,
    MATH["pow"]:        power,
    ops.MANTISSA:       lambda ct, out, x: (call("ldexp", ct, -of(ops.EXPONENT, x)),),
    MATH["degrees"]:    lambda ct, out, x: (call("degrees", ct),),
    MATH["ldexp"]:      lambda ct, out, x, i: (call("ldexp", ct, i), 0),
    MATH["radians"]:    lambda ct, out, x: (call("radians", ct),),
}
# fmt: on


def quotient(ct: Expr, out: Expr, x: Expr, y: Expr) -> Sequence[Operand]:
    """Return the contributions of x / y, in an order that does not overflow before the result does."""
    if literal(x.value) == 1:
        return 0, -(out * ct * out)
    if literal(ct.value) is not None:
        return ct / y, -of(ops.DIV, out, y) * ct
    share = ct / y
    return share, -(out * ct / y) if isinstance(x.value, Const) else -of(ops.MUL, out, share)


# rows that write the cotangent in several arms of a conditional expression
SPLITS: frozenset[Op] = frozenset((ops.ABS, MATH["fabs"], MATH["copysign"]))
# derivative 0 wherever there is one: whole numbers, truths, roundings
FLAT: frozenset[Op] = frozenset(
    (
        *ops.COMPARISONS,
        *(
            MATH[n]
            for n in "ceil comb factorial floor gcd isclose isfinite isinf isnan isqrt lcm perm trunc ulp".split()
        ),
        *(ops.FLOORDIV, ops.QUOTIENT, ops.NOT, ops.INT_OF, ops.BOOL_OF, ops.ROUND, ops.ROUND_TO, ops.POW_MOD),
        *(
            ops.EXPONENT,
            ops.WHOLE,
            ops.LEN,
            ops.INDEX_OF,
            ops.ZEROS,
            ops.IS,
            ops.HAS_TWINS,
            ops.IS_NO_VECTOR,
            ops.IS_COMPLEX,
        ),
    )
)
# no derivative that means anything
NOT_DIFFERENTIABLE: Mapping[Op, str] = {MATH["nextafter"]: "it steps from float to float"}
# routed to one argument: the first that is largest (smallest)
ROUTED: Mapping[Op, Op] = {ops.MAX: ops.GT, ops.MIN: ops.LT}
# read a whole list parameter, or one item of it: `passes/reverse.py` has a case for each
ON_LISTS: frozenset[Op] = frozenset(
    (
        ops.INDEX,
        ops.SUM_OF,
        ops.MAX_OF,
        ops.MIN_OF,
        ops.FSUM_OF,
        ops.PROD_OF,
        ops.DIST_OF,
        ops.SUMPROD_OF,
        ops.ARRAY_OF,
        ops.STACK_OF,
        ops.JOIN_OF,
    )
)
