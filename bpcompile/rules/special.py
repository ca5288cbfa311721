"""The partials of the special functions of SciPy, item by item, and of NumPy's `i0` and `sinc`.

Rows are written so that they are finite wherever the derivative is: by ratios of scaled functions, and by neighbours
in a recurrence in place of a quotient that is 0 / 0 at the origin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpcompile.ir import ops
from bpcompile.ir.ops import MATH, NUMPY, SPECIAL, Op
from bpcompile.rules.algebra import Expr, Operand, call, of, where
from bpcompile.rules.scalar import PARTIALS, PI, Partials, gauss, ln


def special(name: str, *args: Operand) -> Expr:
    """Return a special function of the arguments."""
    return of(SPECIAL[name], *args)


def root(number: Operand, like: Expr) -> Expr:
    """Return the root of a number, spelled out."""
    return call("sqrt", like.algebra.expr(like.algebra.value(number)))


def pi(like: Expr) -> Expr:
    """Return pi, by name."""
    return like.algebra.expr(PI)


def sign(x: Expr) -> Expr:
    """Return the sign of a number."""
    return of(NUMPY["sign"], x)


def bell(x: Expr) -> Expr:
    """Return the density of the normal distribution."""
    return call("exp", -(x * x) / 2) / root(2 * pi(x), x)


def bell_over(out: Expr) -> Expr:
    """Return one over the density of the normal distribution."""
    return root(2 * pi(out), out) * call("exp", out * out / 2)


def ratio(x: Expr, y: Operand) -> Expr:
    """Return x / y; 0 where x is 0, whatever y is."""
    return where(of(ops.EQ, x, 0), 0.0, x / y)


def beta_of(a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """Return the partials of the logarithm of the beta function."""
    both = special("digamma", a + b)
    return special("digamma", a) - both, special("digamma", b) - both


def by_neighbours(name: str, order: Expr, x: Expr, step: int) -> Expr:
    """Return half of the next lower order with that of the next higher order added, or taken away."""
    lower, higher = special(name, order - 1, x), special(name, order + 1, x)
    return (lower + higher) / 2 if step > 0 else (lower - higher) / 2


def gamma_density(a: Expr, x: Expr) -> Expr:
    """Return the density of the gamma distribution."""
    return call("exp", special("xlogy", a - 1, x) - x - special("gammaln", a))


def beta_density(a: Expr, b: Expr, x: Expr) -> Expr:
    """Return the density of the beta distribution."""
    logarithms = special("xlogy", a - 1, x) + special("xlog1py", b - 1, -x)
    return call("exp", logarithms - special("betaln", a, b))


def huber(out: Expr, delta: Expr, r: Expr) -> Sequence[Operand]:
    """Return the partials of Huber's loss: what is cut off at delta, and how far it is beyond."""
    cut = of(NUMPY["minimum"], of(NUMPY["maximum"], r, -delta), delta)
    return of(NUMPY["maximum"], of(NUMPY["absolute"], r) - delta, 0.0), cut


def pseudo_huber(out: Expr, delta: Expr, r: Expr) -> Sequence[Operand]:
    """Return the partials of the smooth loss like Huber's."""
    slope = r / call("hypot", 1.0, r / delta)
    return 2 * out / delta - r / delta * slope, slope


# fmt: off
SPECIAL_PARTIALS: Mapping[Op, Partials] = {
    **{SPECIAL[n]: PARTIALS[MATH[n]] for n in ("erf", "erfc", "cbrt", "exp2", "expm1", "log1p")},
    NUMPY["sinc"]:            lambda out, x: (of(ops.SINC_SLOPE, x),),
    NUMPY["i0"]:              lambda out, x: (of(ops.BESSEL_I1, x),),
    SPECIAL["expit"]:         lambda out, x: ((1 - out) * out,),
    SPECIAL["logit"]:         lambda out, x: (1 / (x * (1 - x)),),
    SPECIAL["log_expit"]:     lambda out, x: (special("expit", -x),),
    SPECIAL["softplus"]:      lambda out, x: (special("expit", x),),
    SPECIAL["erfcx"]:         lambda out, x: (2 * x * out - gauss(x),),
    SPECIAL["erfinv"]:        lambda out, x: (root(pi(x), x) / 2 * call("exp", out * out),),
    SPECIAL["erfcinv"]:       lambda out, x: (-(root(pi(x), x) / 2 * call("exp", out * out)),),
    SPECIAL["ndtr"]:          lambda out, x: (bell(x),),
    SPECIAL["ndtri"]:         lambda out, x: (bell_over(out),),
    SPECIAL["log_ndtr"]:      lambda out, x: (root(2 / pi(x), x) / special("erfcx", -x / root(2, x)),),
    SPECIAL["gamma"]:         lambda out, x: (out * special("digamma", x),),
    SPECIAL["gammaln"]:       lambda out, x: (special("digamma", x),),
    SPECIAL["loggamma"]:      lambda out, x: (special("digamma", x),),
    SPECIAL["digamma"]:       lambda out, x: (special("polygamma", 1, x),),
    SPECIAL["polygamma"]:     lambda out, n, x: (0, special("polygamma", n + 1, x)),
    SPECIAL["multigammaln"]:  lambda out, a, d: (of(ops.MULTI_DIGAMMA, a, d), 0),
    SPECIAL["beta"]:          lambda out, a, b: tuple(out * share for share in beta_of(a, b)),
    SPECIAL["betaln"]:        lambda out, a, b: beta_of(a, b),
    SPECIAL["xlogy"]:         lambda out, x, y: (call("log", y), ratio(x, y)),           # infinite by x at y = 0
    SPECIAL["xlog1py"]:       lambda out, x, y: (call("log1p", y), ratio(x, 1 + y)),
    SPECIAL["entr"]:          lambda out, x: (-call("log", x) - 1,),                     # infinite at 0
    SPECIAL["rel_entr"]:      lambda out, x, y: (call("log", x / y) + 1, -ratio(x, y)),
    SPECIAL["kl_div"]:        lambda out, x, y: (call("log", x / y), 1 - ratio(x, y)),
    SPECIAL["huber"]:         huber,
    SPECIAL["pseudo_huber"]:  pseudo_huber,
    SPECIAL["exp10"]:         lambda out, x: (ln(10, x) * out,),
    SPECIAL["cosm1"]:         lambda out, x: (-call("sin", x),),
    SPECIAL["i0"]:            lambda out, x: (special("i1", x),),
    SPECIAL["i1"]:            lambda out, x: ((special("i0", x) + special("iv", 2, x)) / 2,),
    SPECIAL["i0e"]:           lambda out, x: (special("i1e", x) - sign(x) * out,),       # 0 at 0
    SPECIAL["i1e"]:           lambda out, x: ((special("i0e", x) + special("ive", 2, x)) / 2 - sign(x) * out,),
    SPECIAL["iv"]:            lambda out, v, x: (0, by_neighbours("iv", v, x, 1)),
    SPECIAL["ive"]:           lambda out, v, x: (0, by_neighbours("ive", v, x, 1) - sign(x) * out),
    SPECIAL["j0"]:            lambda out, x: (-special("j1", x),),
    SPECIAL["j1"]:            lambda out, x: ((special("j0", x) - special("jv", 2, x)) / 2,),
    SPECIAL["jv"]:            lambda out, v, x: (0, by_neighbours("jv", v, x, -1)),
    SPECIAL["y0"]:            lambda out, x: (-special("y1", x),),
    SPECIAL["y1"]:            lambda out, x: ((special("y0", x) - special("yn", 2, x)) / 2,),
    SPECIAL["yn"]:            lambda out, n, x: (0, by_neighbours("yn", n, x, -1)),
    SPECIAL["k0"]:            lambda out, x: (-special("k1", x),),
    SPECIAL["k1"]:            lambda out, x: (-((special("k0", x) + special("kv", 2, x)) / 2),),
    SPECIAL["kv"]:            lambda out, v, x: (0, -by_neighbours("kv", v, x, 1)),
    SPECIAL["gammainc"]:      lambda out, a, x: (0, gamma_density(a, x)),
    SPECIAL["gammaincc"]:     lambda out, a, x: (0, -gamma_density(a, x)),
    SPECIAL["betainc"]:       lambda out, a, b, x: (0, 0, beta_density(a, b, x)),
}
# fmt: on
SPECIAL_FLAT = frozenset((SPECIAL["gammasgn"],))
# arguments whose partial is not known: which, and what they are
NO_PARTIAL: Mapping[Op, tuple[tuple[int, ...], str]] = {
    **{SPECIAL[n]: ((0,), "its order") for n in "polygamma iv ive jv yn kv".split()},
    **{SPECIAL[n]: ((0,), "its first parameter") for n in ("gammainc", "gammaincc")},
    SPECIAL["multigammaln"]: ((1,), "its dimension"),
    SPECIAL["betainc"]: ((0, 1), "its first two parameters"),
}
# finite everywhere, as the function is
TAME = frozenset(
    SPECIAL[n] for n in "expit log_expit softplus erf erfc ndtr log_ndtr cosm1 i0e i1e j0 j1 huber gammasgn".split()
)
SPECIAL_SINGULAR = frozenset(SPECIAL.values()) - TAME
