"""Whether an expression is zero, decided in bounded work.

The expression is brought to one fraction of polynomials, whose variables are the inputs, the functions in it (sin(x),
log(y)) and the powers in it (exp(x), sqrt(y)). It is zero where the numerator is, after sin(x)**2 = 1 - cos(x)**2 and
sqrt(y)**2 = y. What that leaves open, SymPy's `simplify` may still decide, if the expression is small.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from bpcompile.verify.symbolic import PLAIN
from bpcompile.verify.work import OutOfWork, Work

MAX_TERMS = 20_000  # of a product of two polynomials
MAX_POWER = 60
MAX_SIGNS = 3  # arguments of Abs that are told apart
SIMPLIFY_LIMIT = 25  # operations that `simplify` is given
SIMPLIFY_COST = 2_000  # for each of them

Fraction = tuple[Any, dict[Any, int]]  # numerator, and the factors of the denominator


def is_zero(expression: Any, work: Work) -> bool:
    """Return whether the expression is proved to be zero; False says nothing."""
    try:
        return all(is_zero_here(case, work) for case in signs_told_apart(expression))
    except (OutOfWork, ArithmeticError, ValueError, TypeError, RecursionError, NotImplementedError):
        return False


def signs_told_apart(expression: Any) -> Iterator[Any]:
    """Yield the expression for each combination of signs of what it takes the absolute value or the sign of."""
    sympy: Any = import_module("sympy")
    found = expression.atoms(sympy.Abs, sympy.sign)
    arguments = sorted({atom.args[0] for atom in found}, key=sympy.default_sort_key)
    if len(arguments) > MAX_SIGNS:
        raise OutOfWork
    for signs in itertools.product((1, -1), repeat=len(arguments)):
        rules = {}
        for argument, sign in zip(arguments, signs, strict=True):
            rules[sympy.Abs(argument)] = sign * argument
            rules[sympy.sign(argument)] = sympy.Integer(sign)
        yield expression.xreplace(rules) if rules else expression


def is_zero_here(expression: Any, work: Work) -> bool:
    """Return whether an expression without absolute values is proved to be zero."""
    if expression == 0:
        return True
    sympy: Any = import_module("sympy")
    expression = elementary(expression, sympy)
    try:
        if Normal(expression, sympy, work).is_zero():
            return True
    except OutOfWork:
        pass
    size = int(sympy.count_ops(expression))
    if size > SIMPLIFY_LIMIT or has_long_constants(expression, sympy) or not work.spend(SIMPLIFY_COST * size):
        return False
    return bool(sympy.simplify(expression) == 0)


def has_long_constants(expression: Any, sympy: Any) -> bool:
    """Return whether a rational in the expression is so long that `simplify` takes long as well."""
    return any(abs(r.p) > PLAIN or r.q > PLAIN for r in expression.atoms(sympy.Rational))


def elementary(expression: Any, sympy: Any) -> Any:
    """Write tangents and hyperbolic functions by sin, cos and exp."""
    exp = sympy.exp
    rules = {
        sympy.tan: lambda u: sympy.sin(u) / sympy.cos(u),
        sympy.sinh: lambda u: (exp(u) - exp(-u)) / 2,
        sympy.cosh: lambda u: (exp(u) + exp(-u)) / 2,
        sympy.tanh: lambda u: (exp(2 * u) - 1) / (exp(2 * u) + 1),
        sympy.erfc: lambda u: 1 - sympy.erf(u),
        sympy.digamma: lambda u: sympy.polygamma(0, u),
    }
    for function, rule in rules.items():
        if expression.has(function):
            expression = expression.replace(function, rule)
    return expression


class Normal:
    """The normal form of one expression."""

    def __init__(self, expression: Any, sympy: Any, work: Work) -> None:
        self.sympy = sympy
        self.work = work
        self.expression = expression
        self.atoms: dict[Any, int] = {}  # symbols and functions, by their place among the variables
        self.roots: dict[tuple[Any, Any], int] = {}  # base ** rest, with the common denominator of its multiples
        self.memo: dict[Any, Fraction] = {}

    def is_zero(self) -> bool:
        """Return whether the numerator vanishes."""
        self.collect(self.expression, set())
        keys: list[Any] = [*self.atoms, *self.roots]
        self.place = {key: i for i, key in enumerate(keys)}
        rings: Any = import_module("sympy.polys.rings")
        names = [f"g{i}" for i in range(max(1, len(keys)))]
        self.ring = rings.ring(names, self.sympy.QQ)[0]
        numerator = self.convert(self.expression)[0]
        for _ in range(3):
            if not numerator:
                return True
            numerator = self.reduce_roots(self.reduce_circle(numerator))
        return not numerator

    def collect(self, expression: Any, seen: set[Any]) -> None:
        """Find the variables, in an order that depends on the expression alone."""
        if expression in seen or expression.is_Rational:
            return
        seen.add(expression)
        if expression.is_Add or expression.is_Mul:
            for arg in sorted(expression.args, key=self.sympy.default_sort_key):
                self.collect(arg, seen)
        elif expression.is_Pow or isinstance(expression, self.sympy.exp):
            for base, multiple, rest in self.powers(expression):
                self.collect(base, seen)
                if rest != 1 or multiple.q != 1:
                    key = (base, rest)
                    self.roots[key] = math.lcm(self.roots.get(key, 1), int(multiple.q))
        else:
            self.atoms.setdefault(expression, len(self.atoms))

    def powers(self, expression: Any) -> list[tuple[Any, Any, Any]]:
        """Split base ** exponent into (base, rational multiple, rest) for each term of the exponent."""
        base, exponent = expression.as_base_exp()
        if isinstance(expression, self.sympy.exp):
            base, exponent = self.sympy.E, expression.args[0]
        terms = self.sympy.Add.make_args(exponent)
        return [(base, *term.as_coeff_Mul(rational=True)) for term in terms]

    def convert(self, expression: Any) -> Fraction:
        """Return the expression as a fraction of polynomials."""
        if expression not in self.memo:
            self.memo[expression] = self.convert_new(expression)
        return self.memo[expression]

    def convert_new(self, expression: Any) -> Fraction:
        if expression.is_Rational:
            return self.ring.ground_new(self.sympy.QQ(int(expression.p), int(expression.q))), {}
        if expression.is_Add:
            return self.sum([self.convert(arg) for arg in expression.args])
        if expression.is_Mul:
            return self.product([self.convert(arg) for arg in expression.args])
        if expression.is_Pow or isinstance(expression, self.sympy.exp):
            return self.product([self.convert_power(*part) for part in self.powers(expression)])
        return self.variable(expression), {}

    def variable(self, key: Any) -> Any:
        return self.ring.gens[self.place[key]]

    def convert_power(self, base: Any, multiple: Any, rest: Any) -> Fraction:
        if (base, rest) not in self.roots:
            return self.raised(self.convert(base), int(multiple))
        steps = int(multiple * self.roots[base, rest])
        return self.raised((self.variable((base, rest)), {}), steps)

    def raised(self, fraction: Fraction, exponent: int) -> Fraction:
        numerator, denominator = fraction
        if abs(exponent) > MAX_POWER:
            raise OutOfWork
        if exponent >= 0:
            return self.power(numerator, exponent), {f: e * exponent for f, e in denominator.items()}
        if not numerator:
            raise ZeroDivisionError
        upper = self.ring.one
        for factor, e in denominator.items():
            upper = self.times(upper, self.power(factor, -e * exponent))
        if numerator.is_ground:
            return upper * self.power(self.ring.ground_new(1 / numerator.LC), -exponent), {}
        return upper, {numerator: -exponent}

    def power(self, polynomial: Any, exponent: int) -> Any:
        result = self.ring.one
        for _ in range(exponent):
            result = self.times(result, polynomial)
        return result

    def times(self, left: Any, right: Any) -> Any:
        size = len(left) * len(right)
        if size > MAX_TERMS or not self.work.spend(size):
            raise OutOfWork
        return left * right

    def product(self, fractions: list[Fraction]) -> Fraction:
        numerator = self.ring.one
        denominator: dict[Any, int] = {}
        for upper, lower in fractions:
            numerator = self.times(numerator, upper)
            for factor, exponent in lower.items():
                denominator[factor] = denominator.get(factor, 0) + exponent
        return numerator, denominator

    def sum(self, fractions: list[Fraction]) -> Fraction:
        common: dict[Any, int] = {}
        for _, lower in fractions:
            for factor, exponent in lower.items():
                common[factor] = max(common.get(factor, 0), exponent)
        total = self.ring.zero
        for upper, lower in fractions:
            for factor, exponent in common.items():
                upper = self.times(upper, self.power(factor, exponent - lower.get(factor, 0)))
            total = total + upper
        return total, common

    def reduce_circle(self, numerator: Any) -> Any:
        """Replace sin(u)**2 by 1 - cos(u)**2."""
        for atom in self.atoms:
            if isinstance(atom, self.sympy.sin) and self.sympy.cos(atom.args[0]) in self.atoms:
                cosine = self.variable(self.sympy.cos(atom.args[0]))
                numerator = self.lowered(numerator, self.place[atom], 2, 1 - cosine**2, self.ring.one)
        return numerator

    def reduce_roots(self, numerator: Any) -> Any:
        """Replace (y ** (1/n)) ** n by y."""
        for (base, rest), degree in self.roots.items():
            if rest == 1:
                upper, lower = self.convert(base)
                below = self.ring.one
                for factor, exponent in lower.items():
                    below = self.times(below, self.power(factor, exponent))
                numerator = self.lowered(numerator, self.place[base, rest], degree, upper, below)
        return numerator

    def lowered(self, polynomial: Any, place: int, degree: int, upper: Any, below: Any) -> Any:
        """Replace variable ** degree by upper / below, and multiply everything so that no fraction is left."""
        most = max((exponents[place] // degree for exponents in polynomial), default=0)
        parts: dict[int, Any] = {}
        for exponents, coefficient in polynomial.terms():
            times = exponents[place] // degree
            left = list(exponents)
            left[place] = exponents[place] % degree
            parts.setdefault(times, self.ring.zero)
            parts[times] = parts[times] + self.ring.term_new(tuple(left), coefficient)
        total = self.ring.zero
        for times, part in parts.items():
            factor = self.times(self.power(upper, times), self.power(below, most - times))
            total = total + self.times(part, factor)
        return total
