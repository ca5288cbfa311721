"""Python's `math`, over numbers that know their expression."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from bpcompile.verify.traced import Node, Num, Tracer
from bpcompile.verify.work import MAX_BITS, OutOfWork, Unsupported

Function = Callable[..., Any]


def everywhere(value: Any) -> bool:
    """Return true: the function is defined for every number."""
    return True


def not_a_pole(value: Any) -> bool:
    """Return whether the gamma function is finite there."""
    return bool(value > 0 or value != int(value))


# the functions of one number: where they are defined
DOMAINS: dict[str, Callable[[Any], bool]] = {
    "exp": everywhere,
    "log": lambda v: v > 0,
    "sqrt": lambda v: v >= 0,
    "sin": everywhere,
    "cos": everywhere,
    "tan": everywhere,
    "asin": lambda v: abs(v) <= 1,
    "acos": lambda v: abs(v) <= 1,
    "atan": everywhere,
    "sinh": everywhere,
    "cosh": everywhere,
    "tanh": everywhere,
    "asinh": everywhere,
    "acosh": lambda v: v >= 1,
    "atanh": lambda v: abs(v) < 1,
    "erf": everywhere,
    "erfc": everywhere,
    "gamma": not_a_pole,
    "lgamma": not_a_pole,
    "digamma": not_a_pole,
}

WHOLE = ("comb", "factorial", "gcd", "isqrt", "lcm", "perm")  # of integers only


def elementary(tracer: Tracer, name: str) -> Function:
    """Return the function of one number with that name."""
    inside = DOMAINS[name]
    compute = getattr(tracer.mp, name, None) or (lambda v: tracer.mp.log(abs(tracer.mp.gamma(v))))

    def function(x: object, /) -> Num:
        number = tracer.need(x)
        if not inside(number.value):
            raise tracer.undefined(ValueError("math domain error"))
        if name == "exp" and number.value > 800:
            raise OverflowError("math range error")
        return tracer.make(compute(number.value), name, number)

    return function


def integer_function(name: str) -> Function:
    """Return math's own function, kept from results that are too long to compute."""

    def function(*args: int) -> int:
        if any(isinstance(arg, Num) for arg in args):
            raise TypeError(f"{name} of a float")
        if name not in ("gcd", "lcm", "isqrt") and any(abs(arg) > MAX_BITS // 16 for arg in args):
            raise OutOfWork(f"it takes {name} of a large integer")
        return int(getattr(math, name)(*args))

    return function


class ExactMath:
    """The functions that are made of others; `module` is all of `math`."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer
        self.basic = {name: elementary(tracer, name) for name in DOMAINS}
        names = [name for name in dir(self) if name.startswith("m_")]
        composed = {name[2:]: getattr(self, name) for name in names}
        whole = {name: integer_function(name) for name in WHOLE}
        public = {name: function for name, function in self.basic.items() if name != "digamma"}
        self.module = SimpleNamespace(**{**whole, **public, **composed, **self.constants()})

    def constants(self) -> dict[str, Num]:
        """Return pi and the others, to full precision."""
        tracer, mp = self.tracer, self.tracer.mp
        pi = tracer.constant("pi", +mp.pi)
        tau = Num(tracer, 2 * pi.value, None if pi.node is None else tracer.node("add", (pi, pi)))
        infinity = Num(tracer, mp.inf, Node("oo", (), 1, False))
        nan = tracer.literal(math.nan)
        return {"pi": pi, "e": tracer.constant("e", +mp.e), "tau": tau, "inf": infinity, "nan": nan}

    def m_log(self, x: object, base: object = None, /) -> Num:
        if base is None:
            return self.number(self.basic["log"](x))
        return self.number(self.basic["log"](x) / self.basic["log"](base))

    def m_log2(self, x: object, /) -> Num:
        return self.m_log(x, 2)

    def m_log10(self, x: object, /) -> Num:
        return self.m_log(x, 10)

    def m_log1p(self, x: object, /) -> Num:
        return self.m_log(1 + self.number(x))

    def m_exp2(self, x: object, /) -> Num:
        return 2 ** self.number(x)

    def m_expm1(self, x: object, /) -> Num:
        return self.number(self.basic["exp"](x) - 1)

    def m_pow(self, x: object, y: object, /) -> Num:
        base, exponent = self.number(x), self.number(y)
        if base.value == 0 and exponent.value < 0:
            raise self.tracer.undefined(ValueError("math domain error"))
        return base**exponent

    def m_cbrt(self, x: object, /) -> Num:
        number = self.number(x)
        third = self.tracer.exact(Fraction(1, 3))
        sign = number.sign()
        return sign * (sign * number) ** third if sign else number * 0

    def m_fabs(self, x: object, /) -> Num:
        return abs(self.number(x))

    def m_copysign(self, x: object, y: object, /) -> Num:
        size = abs(self.number(x))
        return -size if self.number(y).sign() < 0 else size

    def m_atan2(self, y: object, x: object, /) -> Num:
        above, along = self.number(y), self.number(x)
        return self.tracer.make(self.tracer.mp.atan2(above.value, along.value), "atan2", above, along)

    def m_hypot(self, *coordinates: object) -> Num:
        squares = [self.number(c) * self.number(c) for c in coordinates]
        return self.number(self.basic["sqrt"](sum(squares, self.number(0))))

    def m_dist(self, p: Iterable[Any], q: Iterable[Any], /) -> Num:
        return self.m_hypot(*(self.number(a) - self.number(b) for a, b in pairs(p, q)))

    def m_degrees(self, x: object, /) -> Num:
        return self.number(x) * 180 / self.constants()["pi"]

    def m_radians(self, x: object, /) -> Num:
        return self.number(x) * self.constants()["pi"] / 180

    def m_fsum(self, items: Iterable[Any], /) -> Num:
        return sum((self.number(item) for item in items), self.number(0))

    def m_prod(self, items: Iterable[Any], /, *, start: Any = 1) -> Any:
        for item in items:
            start = start * item
        return start

    def m_sumprod(self, p: Iterable[Any], q: Iterable[Any], /) -> Any:
        return sum(a * b for a, b in pairs(p, q))

    def m_fma(self, x: object, y: object, z: object, /) -> Num:
        return self.number(x) * self.number(y) + self.number(z)

    def m_floor(self, x: object, /) -> int:
        return math.floor(self.number(x))

    def m_ceil(self, x: object, /) -> int:
        return math.ceil(self.number(x))

    def m_trunc(self, x: object, /) -> int:
        return math.trunc(self.number(x))

    def m_fmod(self, x: object, y: object, /) -> Num:
        number, step = self.number(x), self.nonzero(y)
        return number - math.trunc(number / step) * step

    def m_remainder(self, x: object, y: object, /) -> Num:
        number, step = self.number(x), self.nonzero(y)
        return number - (number / step).whole(self.tracer.mp.nint) * step

    def m_modf(self, x: object, /) -> tuple[Num, Num]:
        number = self.number(x)
        whole = self.tracer.exact(math.trunc(number))
        return number - whole, whole

    def m_frexp(self, x: object, /) -> tuple[Num, int]:
        number = self.number(x)
        exponent = self.tracer.decide("integer", int(self.tracer.mp.frexp(number.value)[1]), number)
        return self.m_ldexp(number, -exponent), exponent

    def m_ldexp(self, x: object, i: int, /) -> Num:
        if abs(i) > MAX_BITS:
            raise OverflowError("math range error")
        return self.number(x) * self.tracer.exact(Fraction(2) ** i)

    def m_isnan(self, x: object, /) -> bool:
        return bool(self.tracer.mp.isnan(self.number(x).value))

    def m_isinf(self, x: object, /) -> bool:
        return bool(self.tracer.mp.isinf(self.number(x).value))

    def m_isfinite(self, x: object, /) -> bool:
        return bool(self.tracer.mp.isfinite(self.number(x).value))

    def m_isclose(self, a: object, b: object, /, *, rel_tol: Any = None, abs_tol: Any = 0) -> bool:
        left, right = self.number(a), self.number(b)
        relative = self.number(1e-9 if rel_tol is None else rel_tol)
        larger = right if abs(left.value) < abs(right.value) else left
        return abs(left - right) <= relative * abs(larger) or abs(left - right) <= abs_tol

    def m_ulp(self, x: object, /) -> Num:
        return self.tracer.literal(math.ulp(float(self.number(x).value)))

    def m_nextafter(self, x: object, y: object, /, **options: object) -> Num:
        raise Unsupported("it calls nextafter, which has no exact counterpart")

    def number(self, value: object) -> Num:
        """Return the argument as a number, or raise TypeError."""
        return self.tracer.need(value)

    def nonzero(self, value: object) -> Num:
        """Return a divisor, or raise as math does."""
        number = self.number(value)
        if number.value == 0:
            raise self.tracer.undefined(ValueError("math domain error"))
        return number


def pairs(p: Iterable[Any], q: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Return the items side by side; the lengths must be the same."""
    left, right = list(p), list(q)
    return list(zip(left, right, strict=True))
