"""SciPy's special functions of numbers, over numbers that know their expression: by mpmath, or from simpler ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bpcompile.verify.exact_math import ExactMath
from bpcompile.verify.traced import Num, Tracer

# name in SciPy -> names in mpmath and in SymPy
SAME = {
    "erfinv": ("erfinv", "erfinv"),
    "polygamma": ("polygamma", "polygamma"),
    "iv": ("besseli", "besseli"),
    "jv": ("besselj", "besselj"),
    "yn": ("bessely", "bessely"),
    "kv": ("besselk", "besselk"),
}
ORDERS = {"i0": ("iv", 0), "i1": ("iv", 1), "j0": ("jv", 0), "j1": ("jv", 1), "y0": ("yn", 0), "y1": ("yn", 1),
          "k0": ("kv", 0), "k1": ("kv", 1)}  # fmt: skip


class ExactSpecial:
    """The functions; `functions` holds them by name in SciPy."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer
        exact = ExactMath(tracer)
        self.math = exact.module
        self.functions: dict[str, Callable[..., Any]] = {name: self.known(*names) for name, names in SAME.items()}
        for name, (general, order) in ORDERS.items():
            self.functions[name] = lambda x, f=self.functions[general], v=order: f(v, x)
        self.functions |= {name[2:]: getattr(self, name) for name in dir(self) if name.startswith("s_")}
        self.functions |= {n: getattr(self.math, n) for n in "erf erfc gamma exp2 expm1 log1p cbrt".split()}
        self.functions |= dict.fromkeys(("gammaln", "loggamma"), self.math.lgamma)
        self.functions |= dict.fromkeys(("digamma", "psi"), exact.basic["digamma"])
        self.functions |= {"jn": self.functions["jv"], "kn": self.functions["kv"]}

    def known(self, in_mpmath: str, in_sympy: str) -> Callable[..., Num]:
        """Return a function that both mpmath and SymPy have."""
        compute = getattr(self.tracer.mp, in_mpmath)

        def function(*args: object) -> Num:
            numbers = [self.tracer.need(a) for a in args]
            value = compute(*(n.value for n in numbers))
            if self.tracer.mp.im(value) != 0:
                raise self.tracer.undefined(ValueError("outside of the domain"))
            return self.tracer.make(self.tracer.mp.re(value), in_sympy, *numbers)

        return function

    def s_expit(self, x: Any) -> Any:
        return 1 / (1 + self.math.exp(-x))

    def s_logit(self, x: Any) -> Any:
        return self.math.log(x / (1 - x))

    def s_log_expit(self, x: Any) -> Any:
        return -self.math.log(1 + self.math.exp(-x))

    def s_softplus(self, x: Any) -> Any:
        return self.math.log(1 + self.math.exp(x))

    def s_erfcx(self, x: Any) -> Any:
        return self.math.exp(x * x) * self.math.erfc(x)

    def s_erfcinv(self, x: Any) -> Any:
        return self.functions["erfinv"](1 - x)

    def s_ndtr(self, x: Any) -> Any:
        return self.math.erfc(-x / self.math.sqrt(2)) / 2

    def s_ndtri(self, x: Any) -> Any:
        return self.math.sqrt(2) * self.functions["erfinv"](2 * x - 1)

    def s_log_ndtr(self, x: Any) -> Any:
        return self.math.log(self.s_ndtr(x))

    def s_gammasgn(self, x: Any) -> Any:
        return self.tracer.need(self.math.gamma(x)).sign()

    def s_multigammaln(self, a: Any, d: int) -> Any:
        pi = self.math.pi
        terms = [self.math.lgamma(a + self.tracer.exact(1 - k) / 2) for k in range(1, d + 1)]
        return sum(terms, self.tracer.exact(d * (d - 1)) / 4 * self.math.log(pi))

    def s_beta(self, a: Any, b: Any) -> Any:
        return self.math.gamma(a) * self.math.gamma(b) / self.math.gamma(a + b)

    def s_betaln(self, a: Any, b: Any) -> Any:
        return self.math.lgamma(a) + self.math.lgamma(b) - self.math.lgamma(a + b)

    def s_xlogy(self, x: Any, y: Any) -> Any:
        return x * self.math.log(y) if x != 0 else 0 * y

    def s_xlog1py(self, x: Any, y: Any) -> Any:
        return x * self.math.log(1 + y) if x != 0 else 0 * y

    def s_entr(self, x: Any) -> Any:
        return -x * self.math.log(x)

    def s_rel_entr(self, x: Any, y: Any) -> Any:
        return x * self.math.log(x / y)

    def s_kl_div(self, x: Any, y: Any) -> Any:
        return x * self.math.log(x / y) - x + y

    def s_huber(self, delta: Any, r: Any) -> Any:
        size = abs(r)
        return r * r / 2 if size <= delta else delta * (size - delta / 2)

    def s_pseudo_huber(self, delta: Any, r: Any) -> Any:
        return delta * delta * (self.math.sqrt(1 + r / delta * (r / delta)) - 1)

    def s_exp10(self, x: Any) -> Any:
        return 10 ** self.tracer.need(x)

    def s_cosm1(self, x: Any) -> Any:
        return self.math.cos(x) - 1

    def s_i0e(self, x: Any) -> Any:
        return self.s_ive(0, x)

    def s_i1e(self, x: Any) -> Any:
        return self.s_ive(1, x)

    def s_ive(self, v: Any, x: Any) -> Any:
        return self.functions["iv"](v, x) * self.math.exp(-abs(x))

    def s_gammainc(self, a: Any, x: Any) -> Any:
        return 1 - self.s_gammaincc(a, x)

    def s_gammaincc(self, a: Any, x: Any) -> Any:
        shape, number = self.tracer.need(a), self.tracer.need(x)
        upper = self.tracer.mp.gammainc(shape.value, number.value)
        return self.tracer.make(upper, "uppergamma", shape, number) / self.math.gamma(a)

    def s_betainc(self, a: Any, b: Any, x: Any) -> Any:
        numbers = [self.tracer.need(v) for v in (a, b, 0, x)]
        value = self.tracer.mp.betainc(*(n.value for n in numbers), regularized=True)
        return self.tracer.make(value, "betainc_regularized", *numbers)
