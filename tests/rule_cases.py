"""A small program for every row of the rule tables and every spelling of a gate, with points on each of its pieces."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bpcompile.ir import ops
from bpcompile.ir.ops import MATH, Op
from bpcompile.rules.gates import GATES


@dataclass(frozen=True)
class Case:
    """One program: the row that it is about, its parameters, its body, points of its smooth pieces."""

    name: str
    op: Op
    params: str
    body: str
    points: Sequence[tuple[float, ...]]

    @property
    def source(self) -> str:
        body = self.body if "\n" in self.body else f"    return {self.body}\n"
        return f"import math\n\n\ndef f({self.params}):\n{body}"

    @property
    def wrt(self) -> list[str]:
        return [p.strip() for p in self.params.split(",") if ":" not in p]


ONE = [(0.75,), (-1.5,)]
POSITIVE = [(0.75,), (3.5,)]
UNIT = [(0.25,), (-0.75,)]
TWO = [(0.75, 1.25), (-1.5, 0.5), (2.5, -0.75), (-3.25, -1.5)]
THREE = [(0.75, 1.25, -2.0)]
FOUR = [(0.75, 1.25, -2.0, 0.5)]

ROWS: dict[Op, tuple[str, str, Sequence[tuple[float, ...]]]] = {
    ops.ADD: ("x, y", "x + y", TWO),
    ops.SUB: ("x, y", "x - y", TWO),
    ops.MUL: ("x, y", "x * y", TWO),
    ops.DIV: ("x, y", "x / y", TWO),
    ops.NEG: ("x", "-x", ONE),
    ops.POS: ("x", "+x", ONE),
    ops.MOD: ("x, y", "x % y", TWO),
    ops.REMAINDER: ("x, y", "divmod(x, y)[1]", TWO),
    ops.POW: ("x, y", "x ** y", [(0.75, 1.25), (2.5, -0.75)]),
    ops.ABS: ("x", "abs(x)", ONE),
    ops.FLOAT: ("x", "float(x)", ONE),
    ops.COPY: ("x", "    y = x\n    x = x * x\n    return y * x\n", ONE),
    ops.READ: ("x", "    if x < 5:\n        y = x * x\n    return y\n", ONE),
    ops.SUM: ("x, y, z", "sum([x, y, z])", THREE),
    ops.SUM_START: ("x, y, z", "sum([x, y], z)", THREE),
    ops.FSUM: ("x, y, z", "math.fsum([x, y, z])", THREE),
    ops.PROD: ("x, y, z", "math.prod([x, y, z])", THREE),
    ops.PROD_START: ("x, y, z", "math.prod([x, y], start=z)", THREE),
    ops.SUMPROD: ("x, y, z, w", "math.sumprod([x, y], [z, w])", FOUR),
    ops.DIST: ("x, y, z, w", "math.dist([x, y], [z, w])", FOUR),
    ops.FRACTION: ("x", "math.modf(x)[0]", ONE),
    ops.MANTISSA: ("x", "math.frexp(x)[0]", [(0.75,), (-5.5,), (0.1,)]),
    ops.LOG_BASE: ("x, b", "math.log(x, b)", [(0.75, 1.25), (2.5, 0.5)]),
    MATH["acosh"]: ("x", "math.acosh(x)", [(1.25,), (4.5,)]),
    MATH["acos"]: ("x", "math.acos(x)", UNIT),
    MATH["asin"]: ("x", "math.asin(x)", UNIT),
    MATH["atanh"]: ("x", "math.atanh(x)", UNIT),
    MATH["atan2"]: ("y, x", "math.atan2(y, x)", TWO),
    MATH["copysign"]: ("x, y", "math.copysign(x, y)", TWO),
    MATH["fma"]: ("x, y, z", "math.fma(x, y, z)", THREE),
    MATH["fmod"]: ("x, y", "math.fmod(x, y)", TWO),
    MATH["gamma"]: ("x", "math.gamma(x)", [(0.75,), (-1.5,), (-2.25,)]),
    MATH["lgamma"]: ("x", "math.lgamma(x)", [(0.75,), (-1.5,), (-2.25,)]),
    MATH["hypot"]: ("x, y, z", "math.hypot(x, y, z)", THREE),
    MATH["ldexp"]: ("x, i: int", "math.ldexp(x, i)", [(0.75, 3), (-1.5, -2), (2.0, 0)]),
    MATH["log"]: ("x", "math.log(x)", POSITIVE),
    MATH["log10"]: ("x", "math.log10(x)", POSITIVE),
    MATH["log1p"]: ("x", "math.log1p(x)", [(0.75,), (-0.5,)]),
    MATH["log2"]: ("x", "math.log2(x)", POSITIVE),
    MATH["pow"]: ("x, y", "math.pow(x, y)", [(0.75, 1.25), (2.5, -0.75)]),
    MATH["remainder"]: ("x, y", "math.remainder(x, y)", TWO),
    MATH["sqrt"]: ("x", "math.sqrt(x)", POSITIVE),
    ops.MAX: ("x, y", "max(x, y)", TWO),
    ops.MIN: ("x, y", "min(x, y)", TWO),
    ops.INDEX: ("w", "w[0] * w[1]", [((0.5, 2.0),)]),  # type: ignore[list-item]
    ops.SUM_OF: ("w", "sum(w) * w[0]", [((0.5, 2.0),)]),  # type: ignore[list-item]
    ops.MAX_OF: ("w", "max(w)", [((0.5, 2.0),), ((3.0, 2.0),)]),  # type: ignore[list-item]
    ops.MIN_OF: ("w", "min(w)", [((0.5, 2.0),), ((3.0, 2.0),)]),  # type: ignore[list-item]
    ops.FSUM_OF: ("w", "math.fsum(w)", [((0.5, 2.0),)]),  # type: ignore[list-item]
    ops.PROD_OF: ("w", "math.prod(w)", [((0.5, 2.0, -3.0),)]),  # type: ignore[list-item]
    ops.DIST_OF: ("w, v", "math.dist(w, v)", [((0.5, 2.0), (1.5, -1.0))]),  # type: ignore[list-item]
    ops.SUMPROD_OF: ("w, v", "math.sumprod(w, v)", [((0.5, 2.0), (1.5, -1.0))]),  # type: ignore[list-item]
}
# what makes a list and what writes to one
ROWS |= {
    ops.LIST: ("x, y", "    v = [x, x * y]\n    v[0] = v[1] * y\n    return v[0] * v[1]\n", TWO),
    ops.REPEAT: (
        "x, n: int",
        "    v = [x, x * x] * n\n    v[0] = v[-1] * x\n    return v[0] * v[1]\n",
        [(0.75, 2), (-1.5, 1)],
    ),
    ops.COPY_OF: ("w", "    v = w.copy()\n    v[0] = w[0] * w[1]\n    return v[0] * v[1] * w[0]\n", [((0.5, 2.0),)]),
    ops.SLICE: ("w", "    v = w[1:]\n    v[0] = v[0] * w[0]\n    return v[0] * w[1]\n", [((0.5, 2.0),)]),
    ops.CONCAT: ("w, x", "    v = w + [x]\n    v[0] = v[2] * w[1]\n    return v[0] * v[1]\n", [((0.5, 2.0), 3.0)]),
    ops.STORE: ("w, x", "    w[0] = w[0] * w[1] * x\n    w[1] += w[0]\n    return w[0] * w[1]\n", [((0.5, 2.0), 3.0)]),
    ops.APPEND: ("w, x", "    w.append(w[0] * x)\n    return w[0] * w[-1]\n", [((0.5, 2.0), 3.0)]),
    ops.DROP: ("w", "    return w.pop() * w[0]\n", [((0.5, 2.0),)]),
}
PLAIN = "asinh atan cbrt cos cosh degrees erf erfc exp exp2 expm1 fabs radians sin sinh tan tanh".split()
ROWS |= {MATH[name]: ("x", f"math.{name}(x)", ONE) for name in PLAIN}

# the same rows in other spellings, and shapes that the rules treat by themselves
S = "(1 / (1 + math.exp(-x)))"
OTHERS: list[tuple[str, Op, str, str, Sequence[tuple[float, ...]]]] = [
    *((f"x ** {n}", ops.POW, "x", f"x ** {n}", ONE) for n in (-3, -2, -1, 0, 1, 2, 3, 4, 5)),
    *((f"x ** {n}", ops.POW, "x", f"x ** {n}", POSITIVE) for n in (0.5, -0.5, 1.5, 2.0, 0.25)),
    ("x ** n", ops.POW, "x, n: int", "x ** n", [(1.5, 3), (-2.5, 3), (-2.5, -2), (1.5, 0)]),
    ("2 ** x", ops.POW, "x", "2 ** x", ONE),
    ("pow", ops.POW, "x, y", "pow(x, y)", [(0.75, 1.25)]),
    ("x ** x", ops.POW, "x", "x ** x", POSITIVE),
    ("1 / x", ops.DIV, "x", "1 / x", ONE),
    ("2 / x", ops.DIV, "x", "2 / x", ONE),
    ("-1 / x", ops.DIV, "x", "-1 / x", ONE),
    ("x / 3", ops.DIV, "x", "x / 3", ONE),
    ("x / x", ops.DIV, "x", "x / x", ONE),
    ("num * (1 / den)", ops.DIV, "x, y", "x * (1 / y)", TWO),
    ("x / y / z", ops.DIV, "x, y, z", "x / y / z", THREE),
    ("x / (y / z)", ops.DIV, "x, y, z", "x / (y / z)", THREE),
    ("1 / (1 / x + 1 / y)", ops.DIV, "x, y", "1 / (1 / x + 1 / y)", [(0.75, 1.25)]),
    ("x * x", ops.MUL, "x", "x * x", ONE),
    ("x + x", ops.ADD, "x", "x + x", ONE),
    ("x - x", ops.SUB, "x", "x - x", ONE),
    ("x - -y", ops.SUB, "x, y", "x - -y * 2", TWO),
    ("hypot x", MATH["hypot"], "x", "math.hypot(x)", ONE),
    ("hypot x x", MATH["hypot"], "x", "math.hypot(x, x)", ONE),
    ("dist of lines", ops.DIST, "x, y", "math.dist([x], [y])", TWO),
    ("log 2", ops.LOG_BASE, "x", "math.log(x, 2)", POSITIVE),
    ("max 3", ops.MAX, "x, y, z", "max(x, y, z)", [(1.0, 2.0, 3.0), (2.0, 3.0, 1.0), (3.0, 1.0, 2.0)]),
    ("min 3", ops.MIN, "x, y, z", "min(x, y, z)", [(1.0, 2.0, 3.0), (2.0, 3.0, 1.0), (3.0, 1.0, 2.0)]),
    ("relu", ops.MAX, "x", "max(0.0, x)", ONE),
    ("clip", ops.MIN, "x", "min(max(x, -1.0), 1.0)", [(0.5,), (2.5,), (-2.5,)]),
    ("max of sums", ops.MAX, "x, y", "max(x + y, x * y, x - y)", TWO),
    ("sumprod of one", ops.SUMPROD, "x, y", "math.sumprod([x, x], [x, y])", TWO),
    ("prod of powers", ops.PROD, "x, y", "math.prod([x, x, y, x])", TWO),
    ("sum of list", ops.SUM_OF, "w", "sum(w)", [((0.5, 2.0),)]),  # type: ignore[list-item]
    ("sum from", ops.SUM_OF, "w, x", "sum(w, x) * x", [((0.5, 2.0), 3.0)]),  # type: ignore[list-item]
    ("prod from", ops.PROD_OF, "w, x", "math.prod(w, start=x)", [((0.5, 2.0), 3.0)]),  # type: ignore[list-item]
    ("sqrt of squares", MATH["sqrt"], "x, y", "math.sqrt(x * x + y * y)", TWO),
    ("logistic loss", ops.SOFTPLUS, "x, y", "math.log1p(math.exp(-x * y))", TWO),
    ("of a sigmoid", ops.CROSS_ENTROPY, "x", f"0.3 * math.log({S}) + (1 - 0.3) * math.log(1 - {S})", ONE),
    ("of a sigmoid", ops.CROSS_ENTROPY_DOWN, "x", f"-(0.3 * math.log({S})) - (1 - 0.3) * math.log(1 - {S})", ONE),
]


def exists(body: str) -> bool:
    """Return whether this Python's `math` has the function of the program."""
    return all(hasattr(math, name) for name in re.findall(r"math\.(\w+)", body))


def all_cases() -> list[Case]:
    """Return every program that this Python can run."""
    cases = [Case(op.name, op, *row) for op, row in ROWS.items()]
    cases += [Case(f"{name} ({op.name})", op, params, body, points) for name, op, params, body, points in OTHERS]
    cases += [Case(pattern, gate, "x", spelled(pattern), ONE) for pattern, gate, _ in GATES]
    return [case for case in cases if exists(case.body)]


def spelled(pattern: str) -> str:
    """Return the pattern of a gate as a user writes it."""
    for name in ("exp", "log1p", "log", "sinh", "cosh"):
        pattern = pattern.replace(f"{name}(", f"math.{name}(")
    return pattern


CASES = all_cases()
