"""Numbers that know two things: their value to many digits, and the expression that they came from.

A comparison is decided by the values and written down, so a run follows one path of the program, and the expressions
hold on that path. A later run may replay the decisions: it then stays on the path wherever its inputs are.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from fractions import Fraction
from importlib import import_module
from typing import Any, NamedTuple, Union

from bpcompile.verify.work import MAX_CALLS, RUN_LIMIT, OutOfRange, OutOfWork

ORIGINAL, GENERATED = "<original>", "<generated>"
MAX_TREE = 20_000  # nodes of an expression; beyond, only values are kept
MAX_DEPTH = 80
FLAT = {"add": "sum", "sub": "sum", "neg": "sum", "mul": "product", "div": "product"}
CHEAP = 8  # items that are copied in the time of an operation
MAX_MAGNITUDE = 1024  # a float's largest power of two
MIN_MAGNITUDE = -1_000_000
COST = {"gamma": 40, "lgamma": 40, "digamma": 60, "erf": 20, "erfc": 20, "pow": 3}


class Node(NamedTuple):
    """An expression: an operation on expressions. `size` counts it as a tree, however much of it is shared."""

    op: str
    args: tuple[Any, ...]
    size: int
    depends: bool  # on an input
    depth: int = 1  # in SymPy's eyes: sums in sums and products in products are one


class Decision(NamedTuple):
    """What was decided at one place: `gap` is what had to be above, below or equal to 0, None for constants."""

    site: tuple[Any, ...]
    kind: str  # "test" | "equality" | "pick" | "abs" | "sign" | "integer"
    outcome: int
    gap: Any
    level: Any  # what the left side was compared with


class Tracer:
    """The arithmetic of one precision, and the record of the run in progress."""

    def __init__(self, digits: int) -> None:
        self.mp = import_module("mpmath.ctx_mp").MPContext()
        self.mp.dps = digits
        self.small: dict[int, Num] = {}
        self.start()

    def start(self, replay: Sequence[int] = (), symbolic: bool = False) -> None:
        """Begin a run: forget the last one's record."""
        self.replay = replay
        self.symbolic = symbolic
        self.limit = RUN_LIMIT
        self.depth = MAX_CALLS
        self.spent = 0
        self.calls = 0
        self.deepest = 0  # calls inside one another
        self.extent = 0  # the largest power of two, up or down, that a number had
        self.site: tuple[str, int] = ("", 0)  # the text, and the number of the comparison or call in it
        self.decisions: list[Decision] = []
        self.tests: list[tuple[int, bool]] = []
        self.steered: dict[int, Any] = {}  # branches whose condition depends on the inputs, and a site where it does
        self.running: dict[int, int] = {}  # trips of each loop since it was last begun
        self.most: dict[int, int] = {}  # the most that it had
        self.is_raised = False  # something, by a statement of the text
        self.is_undefined = False  # something, at these inputs: others of the same shape may do

    def tick(self, cost: int = 1) -> bool:
        """Count work; always true, so that it can stand in a condition."""
        self.spent += cost
        if self.spent > self.limit:
            raise OutOfWork("it takes more steps than the budget has")
        return True

    def enter(self) -> None:
        """Count a call that begins."""
        self.tick()
        if self.calls >= self.depth:
            raise OutOfWork("it calls itself too deeply")
        self.calls += 1
        self.deepest = max(self.deepest, self.calls)

    def leave(self) -> None:
        """Count a call that ends."""
        self.calls -= 1

    def begin(self) -> int:
        """Return where the decisions of a condition begin."""
        return len(self.decisions)

    def test(self, number: int, since: int, value: object) -> bool:
        """Write down which way a branch of the text goes."""
        outcome = bool(value)
        self.tests.append((number, outcome))
        if number not in self.steered:
            for decision in self.decisions[since:]:
                if decision.gap is not None:
                    self.steered[number] = decision.site
        return outcome

    def loop(self, number: int) -> None:
        """Begin to count the trips of a loop."""
        self.running[number] = 0
        self.most.setdefault(number, 0)

    def trip(self, number: int) -> None:
        """Count a trip."""
        self.tick()
        self.running[number] += 1
        self.most[number] = max(self.most[number], self.running[number])

    def raised(self, error: Any) -> Any:
        """Return what the text raises by a statement of its own."""
        self.is_raised = True
        return error

    def undefined(self, error: Exception) -> Exception:
        """Return what is raised for a number outside of a domain."""
        self.is_undefined = True
        return error

    def failed(self, *message: object) -> Any:
        """Return what a failed assertion raises."""
        return self.raised(AssertionError(*message))

    def weighed(self, items: Any) -> Any:
        """Count the work of items that are copied; a list of them where they come one by one."""
        if hasattr(items, "__next__"):
            items = list(items)
        if hasattr(items, "__len__"):
            self.tick(1 + len(items) // CHEAP)
        return items

    def decide(self, kind: str, outcome: int, gap: Num | None, level: Any = 0, part: int = 0) -> int:
        """Return the outcome, or the one that is replayed, and write it down."""
        self.tick()
        position = len(self.decisions)
        if position < len(self.replay):
            outcome = self.replay[position]
        value = gap.value if gap is not None and depends(gap) else None
        self.decisions.append(Decision((*self.site, part), kind, outcome, value, level))
        return outcome

    def make(self, value: Any, op: str, *args: Num) -> Num:
        """Return the number that the operation gives."""
        self.tick(COST.get(op, 1))
        self.extent = max(self.extent, abs(check_range(value)))
        return Num(self, value, self.node(op, args) if self.symbolic else None)

    def node(self, op: str, args: tuple[Num, ...]) -> Node | None:
        """Return the expression, or None where it would grow too large."""
        nodes = []
        size, depth, depends = 1, 1, False
        for arg in args:
            if arg.node is None:
                return None
            nodes.append(arg.node)
            size += arg.node.size
            depends = depends or arg.node.depends
            is_flat = op in FLAT and FLAT[op] == FLAT.get(arg.node.op)
            depth = max(depth, arg.node.depth + (not is_flat))
        return Node(op, tuple(nodes), size, depends, depth) if size <= MAX_TREE and depth <= MAX_DEPTH else None

    def variable(self, index: int, value: Any) -> Num:
        """Return an input."""
        return Num(self, value, Node("var", (index,), 1, True))

    def exact(self, value: Fraction | int) -> Num:
        """Return a rational constant."""
        fraction = Fraction(value)
        mpf = self.mp.mpf(fraction.numerator)
        if fraction.denominator != 1:
            mpf = mpf / fraction.denominator
        check_range(mpf)
        return Num(self, mpf, Node("num", (fraction,), 1, False))

    def literal(self, value: float) -> Num:
        """Return a float as the exact rational that it is, or an infinity or NaN."""
        if value != value:
            return Num(self, self.mp.mpf(value), None)
        if value - value != 0:
            infinity = Num(self, self.mp.inf, Node("oo", (), 1, False))
            return infinity if value > 0 else -infinity
        return self.exact(Fraction(value))

    def constant(self, name: str, value: Any) -> Num:
        """Return a constant that has a name: pi, e."""
        return Num(self, value, Node(name, (), 1, False))

    def lift(self, value: object) -> Num | None:
        """Return a Python number as one of ours, None for anything else."""
        if isinstance(value, Num):
            return value
        if isinstance(value, int):
            if abs(value) > 1000:
                return self.exact(int(value))
            if value not in self.small:
                self.small[value] = self.exact(int(value))
            return self.small[value]
        return self.literal(value) if isinstance(value, float) else None

    def need(self, value: object) -> Num:
        """Return a Python number as one of ours, or raise as `math` does."""
        number = self.lift(value)
        if number is None:
            raise TypeError(f"must be real number, not {type(value).__name__}")
        return number


def check_range(value: Any) -> int:
    """Return the power of two that the number is near, or raise where a float would have overflowed."""
    _, mantissa, exponent, bits = value._mpf_
    magnitude: int = exponent + bits if mantissa else 0
    if not MIN_MAGNITUDE < magnitude <= MAX_MAGNITUDE:
        raise OutOfRange("a number outside the range of a float")
    return magnitude


Operand = Union["Num", int, float]


class Num:
    """A float of the text under check."""

    __slots__ = ("node", "tracer", "value")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, tracer: Tracer, value: Any, node: Node | None) -> None:
        self.tracer = tracer
        self.value = value
        self.node = node

    def __add__(self, other: Operand) -> Num:
        return self._binary("add", other)

    def __radd__(self, other: Operand) -> Num:
        return self._reflected("add", other)

    def __sub__(self, other: Operand) -> Num:
        return self._binary("sub", other)

    def __rsub__(self, other: Operand) -> Num:
        return self._reflected("sub", other)

    def __mul__(self, other: Operand) -> Num:
        return self._binary("mul", other)

    def __rmul__(self, other: Operand) -> Num:
        return self._reflected("mul", other)

    def __truediv__(self, other: Operand) -> Num:
        return self._binary("div", other)

    def __rtruediv__(self, other: Operand) -> Num:
        return self._reflected("div", other)

    def __pow__(self, other: Operand, modulus: None = None) -> Num:
        return self._binary("pow", other)

    def __rpow__(self, other: Operand) -> Num:
        return self._reflected("pow", other)

    def __floordiv__(self, other: Operand) -> Num:
        return self._binary("floordiv", other)

    def __rfloordiv__(self, other: Operand) -> Num:
        return self._reflected("floordiv", other)

    def __mod__(self, other: Operand) -> Num:
        return self._binary("mod", other)

    def __rmod__(self, other: Operand) -> Num:
        return self._reflected("mod", other)

    def __divmod__(self, other: Operand) -> tuple[Num, Num]:
        count = self // other
        return count, self - count * other

    def __rdivmod__(self, other: Operand) -> tuple[Num, Num]:
        return divmod(self.tracer.need(other), self)

    def __neg__(self) -> Num:
        return self.tracer.make(-self.value, "neg", self)

    def __pos__(self) -> Num:
        return self

    def __abs__(self) -> Num:
        sign = self.sign("abs")
        return self * sign if sign else self.tracer.exact(0)

    def __lt__(self, other: Operand) -> bool:
        return self._compare(other, operator.lt)

    def __le__(self, other: Operand) -> bool:
        return self._compare(other, operator.le)

    def __gt__(self, other: Operand) -> bool:
        return self._compare(other, operator.gt)

    def __ge__(self, other: Operand) -> bool:
        return self._compare(other, operator.ge)

    def __eq__(self, other: object) -> bool:
        return self._compare(other, operator.eq, "equality")

    def __ne__(self, other: object) -> bool:
        return self._compare(other, operator.ne, "equality")

    def __bool__(self) -> bool:
        return self != 0

    def __floor__(self) -> int:
        return self.whole(self.tracer.mp.floor)

    def __ceil__(self) -> int:
        return self.whole(self.tracer.mp.ceil)

    def __trunc__(self) -> int:
        return self.whole(self.tracer.mp.floor if self.value >= 0 else self.tracer.mp.ceil)

    __int__ = __trunc__

    def __round__(self, digits: int | None = None) -> Num | int:
        if digits is None:
            return self.whole(self.tracer.mp.nint)
        scale = Fraction(10) ** digits
        return self.tracer.exact(Fraction((self * self.tracer.exact(scale)).whole(self.tracer.mp.nint)) / scale)

    def is_integer(self) -> bool:
        """Return whether the number is whole, as the method of a float does."""
        return self == self.whole(self.tracer.mp.floor)

    def whole(self, rounded: Callable[[Any], Any]) -> int:
        """Return the integer that the rounding function gives: a constant on this path."""
        if not self.tracer.mp.isfinite(self.value):
            raise OverflowError("cannot convert to integer")
        return self.tracer.decide("integer", int(rounded(self.value)), self)

    def sign(self, kind: str = "sign") -> int:
        """Return -1, 0 or 1: a constant on this path."""
        return self.tracer.decide(kind, (self.value > 0) - (self.value < 0), self)

    def __float__(self) -> float:
        return float(self.value)

    def __repr__(self) -> str:
        return repr(float(self.value))

    def __format__(self, spec: str) -> str:
        return format(float(self.value), spec)

    def _binary(self, op: str, other: object) -> Num:
        number = other if type(other) is Num else self.tracer.lift(other)
        return NotImplemented if number is None else BINARY[op](self, number)

    def _reflected(self, op: str, other: object) -> Num:
        number = self.tracer.lift(other)
        return NotImplemented if number is None else BINARY[op](number, self)

    def _compare(self, other: object, test: Callable[[Any, Any], bool], kind: str = "test") -> bool:
        number = self.tracer.lift(other)
        if number is None:
            unknown: bool = NotImplemented
            return unknown
        outcome = test(self.value, number.value)
        return bool(self.tracer.decide(kind, outcome, gap(self, number), number.value))


def gap(left: Num, right: Num) -> Num:
    """Return left - right outside of the record."""
    node = None
    if left.node is not None and right.node is not None:
        node = Node("gap", (), 1, left.node.depends or right.node.depends)
    return Num(left.tracer, left.value - right.value, node)


def power(base: Num, exponent: Num) -> Num:
    """Return base ** exponent where that is a float."""
    tracer = base.tracer
    whole = tracer.mp.isint(exponent.value)
    if base.value == 0 and exponent.value < 0:
        raise tracer.undefined(ZeroDivisionError("0.0 cannot be raised to a negative power"))
    if base.value < 0 and not whole:
        raise tracer.undefined(ValueError("a negative number to a fractional power is complex"))
    if whole and abs(exponent.value) < 10**9:
        return tracer.make(base.value ** int(exponent.value), "pow", base, exponent)
    return tracer.make(tracer.mp.power(base.value, exponent.value), "pow", base, exponent)


def divided(left: Num, right: Num) -> Num:
    """Return left / right."""
    if right.value == 0 and depends(right):
        raise left.tracer.undefined(ZeroDivisionError("float division by zero"))
    return left.tracer.make(left.value / right.value, "div", left, right)


def depends(number: Num) -> bool:
    """Return whether the number may depend on an input."""
    return number.node is None or number.node.depends


def floordiv(left: Num, right: Num) -> Num:
    """Return left // right: a constant on this path."""
    return left.tracer.exact((left / right).whole(left.tracer.mp.floor))


BINARY: dict[str, Callable[[Num, Num], Num]] = {
    "add": lambda a, b: a.tracer.make(a.value + b.value, "add", a, b),
    "sub": lambda a, b: a.tracer.make(a.value - b.value, "sub", a, b),
    "mul": lambda a, b: a.tracer.make(a.value * b.value, "mul", a, b),
    "div": divided,
    "pow": power,
    "floordiv": floordiv,
    "mod": lambda a, b: a - floordiv(a, b) * b,
}
