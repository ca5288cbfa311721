"""How partials are written, and how the reverse sweep multiplies and adds: expressions that simplify as they are built.

`Expr` is a value of the IR with Python's operators, so that a rule reads as mathematics: `(1 - out) * out`.
Only cotangents and partials are built here; the user's own arithmetic is never touched.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Union

from bpcompile.ir import ops
from bpcompile.ir.facts import literal
from bpcompile.ir.graph import Apply, Block, Const, Constants, Value
from bpcompile.ir.kinds import BOOL, INT, REAL, Array
from bpcompile.ir.ops import MATH, NUMPY, Op

Number = Union[int, float]
Operand = Union["Expr", Number]


class Algebra:
    """Builds simplified operations at the end of a block. What has a name of its own (`seal`) is not looked into."""

    def __init__(self, constants: Constants, block: Block) -> None:
        self.constants = constants
        self.block = block
        self._open: set[Value] = set()

    def expr(self, value: Value) -> Expr:
        """Return the value with operators."""
        return Expr(self, value)

    def const(self, number: Number) -> Const:
        """Return a literal."""
        return self.constants.get(number, INT if isinstance(number, int) else REAL)

    def value(self, operand: Operand) -> Value:
        """Return the operand as a value."""
        return operand.value if isinstance(operand, Expr) else self.const(operand)

    def seal(self, value: Value) -> None:
        """Say that the value has a name: it is used as it is."""
        self._open.discard(value)
        if isinstance(value, Apply):
            value.block.table.pop((value.op, value.args), None)

    def unseal(self, value: Value) -> None:
        """Say that the value has no name after all."""
        self._open.add(value)

    def is_open(self, value: Value) -> bool:
        """Return whether the value is an expression of ours that has no name yet."""
        return value in self._open

    def apply(self, op: Op, *args: Value) -> Value:
        """Return the operation, shared with an equal one in reach."""
        found = self.block.find(op, args)
        if found is None:
            found = self.block.append(op, args, None)
            self._open.add(found)
        return found

    def parts(self, value: Value, op: Op) -> tuple[Value, ...] | None:
        """Return the arguments of an unnamed `op` of our own, None for anything else."""
        if isinstance(value, Apply) and value.op is op and value in self._open:
            return value.args
        return None

    def mul(self, a: Value, b: Value) -> Value:
        """Return a * b: literals first, signs outermost, leaning left."""
        for one, other in ((a, b), (b, a)):
            if isinstance(one, Const) and one.value != one.value:
                return one
            number = literal(one)
            if number == 0:
                return self.const(0.0)
            if number in (1, -1):
                other = self.apply(ops.FLOAT, other) if other.kind is BOOL else other
                if isinstance(other.kind, Array) and other.kind.dtype == "bool":
                    other = self.apply(ops.MUL, self.const(1.0), other)  # truths have no sign
                return other if number == 1 else self.neg(other)
        for one, other in ((a, b), (b, a)):
            if negated := self.parts(one, ops.NEG):
                rest = self.mul(negated[0], other) if one is a else self.mul(other, negated[0])
                return self.neg(rest)
        if select := self.parts(a, ops.SELECT):
            return self.apply(ops.SELECT, select[0], self.mul(select[1], b), self.mul(select[2], b))
        if (quotient := self.parts(a, ops.DIV)) and literal(quotient[0]) == 1:
            return self.div(b, quotient[1])
        if (quotient := self.parts(b, ops.DIV)) and literal(quotient[0]) == 1:
            return self.div(a, quotient[1])
        return self.product(a, b)

    def product(self, a: Value, b: Value) -> Value:
        """Return a * b of two factors that are neither signs nor reciprocals."""
        x, y = literal(a), literal(b)
        if x is not None and y is not None:
            folded = exact(Fraction(x) * Fraction(y), x, y)
            if folded is not None:
                return self.const(folded)
        if y is not None and x is None:
            return self.product(b, a)
        if x is not None and isinstance(b, Apply) and b.op is ops.NEG and isinstance(b.kind, Array):
            return self.mul(self.const(-x), b.args[0])
        if factors := self.parts(b, ops.MUL):
            return self.mul(self.mul(a, factors[0]), factors[1])
        if x is None and (factors := self.parts(a, ops.MUL)) and literal(factors[0]) is not None:
            return self.apply(ops.MUL, a, b)
        return self.apply(ops.MUL, a, b)

    def div(self, a: Value, b: Value) -> Value:
        """Return a / b."""
        x, y = literal(a), literal(b)
        if x == 0:
            return self.const(0.0)
        if y == 1:
            return a
        if negated := self.parts(a, ops.NEG):
            return self.neg(self.div(negated[0], b))
        if x is not None and y:
            folded = exact(Fraction(x) / Fraction(y), x, y)
            if folded is not None:
                return self.const(folded)
        if x == 1:
            a = self.const(1)
        return self.apply(ops.DIV, a, b)

    def add(self, a: Value, b: Value) -> Value:
        """Return a + b."""
        x, y = literal(a), literal(b)
        if x == 0 or y == 0:
            return b if x == 0 else a
        if a is b:
            return self.mul(self.const(2), a)
        if negated := self.parts(b, ops.NEG):
            return self.sub(a, negated[0])
        if x is not None and y is not None:
            folded = exact(Fraction(x) + Fraction(y), x, y)
            if folded is not None:
                return self.const(folded)
        return self.apply(ops.ADD, a, b)

    def sub(self, a: Value, b: Value) -> Value:
        """Return a - b."""
        if literal(b) == 0:
            return a
        if negated := self.parts(b, ops.NEG):
            return self.add(a, negated[0])
        x, y = literal(a), literal(b)
        if x is not None and y is not None:
            folded = exact(Fraction(x) - Fraction(y), x, y)
            if folded is not None:
                return self.const(folded)
        return self.apply(ops.SUB, a, b)

    def neg(self, a: Value) -> Value:
        """Return -a."""
        number = literal(a)
        if number is not None:
            return self.const(-number)
        if negated := self.parts(a, ops.NEG):
            return negated[0]
        if select := self.parts(a, ops.SELECT):
            return self.apply(ops.SELECT, select[0], self.neg(select[1]), self.neg(select[2]))
        return self.apply(ops.NEG, a)

    def signed(self, a: Value) -> Value:
        """Return the value with its sign where a person writes it: `-x / y * z`, not `-(x / y * z)`."""
        negated = self.parts(a, ops.NEG)
        if not negated:
            return a
        path = [negated[0]]  # the factors that the sign moves through, outermost first
        while isinstance(path[-1], Apply) and path[-1].op in (ops.MUL, ops.DIV) and path[-1] in self._open:
            path.append(path[-1].args[0])
        number = literal(path[-1])
        innermost: Value
        if number is not None:
            innermost = self.const(-number)
        elif difference := self.parts(path[-1], ops.SUB):
            innermost = self.apply(ops.SUB, difference[1], difference[0])
        else:
            innermost = self.apply(ops.NEG, path[-1])
        for outer in reversed(path[:-1]):
            assert isinstance(outer, Apply)
            innermost = self.apply(outer.op, innermost, outer.args[1])
        return innermost


def exact(result: Fraction, *operands: Number) -> Number | None:
    """Return the result as a number of the operands' type if it is one without rounding."""
    if abs(result) >= 2**53 or (result and abs(result) < Fraction(1, 2**1000)):
        return None
    if all(isinstance(n, int) for n in operands) and result.denominator == 1:
        return int(result)
    rounded = float(result)
    return rounded if Fraction(rounded) == result else None


class Expr:
    """A value with Python's operators."""

    __slots__ = ("algebra", "value")

    def __init__(self, algebra: Algebra, value: Value) -> None:
        self.algebra = algebra
        self.value = value

    def _expr(self, value: Value) -> Expr:
        return Expr(self.algebra, value)

    def _value(self, other: Operand) -> Value:
        return self.algebra.value(other)

    def __add__(self, other: Operand) -> Expr:
        return self._expr(self.algebra.add(self.value, self._value(other)))

    def __radd__(self, other: Operand) -> Expr:
        return self._expr(self.algebra.add(self._value(other), self.value))

    def __sub__(self, other: Operand) -> Expr:
        return self._expr(self.algebra.sub(self.value, self._value(other)))

    def __rsub__(self, other: Operand) -> Expr:
        return self._expr(self.algebra.sub(self._value(other), self.value))

    def __mul__(self, other: Operand) -> Expr:
        return self._expr(self.algebra.mul(self.value, self._value(other)))

    def __rmul__(self, other: Operand) -> Expr:
        return self._expr(self.algebra.mul(self._value(other), self.value))

    def __truediv__(self, other: Operand) -> Expr:
        return self._expr(self.algebra.div(self.value, self._value(other)))

    def __rtruediv__(self, other: Operand) -> Expr:
        return self._expr(self.algebra.div(self._value(other), self.value))

    def __floordiv__(self, other: Operand) -> Expr:
        return self._expr(self.algebra.apply(ops.FLOORDIV, self.value, self._value(other)))

    def __pow__(self, other: Operand) -> Expr:
        if self._value(other) is self.algebra.const(1):
            return self
        return self._expr(self.algebra.apply(ops.POW, self.value, self._value(other)))

    def __neg__(self) -> Expr:
        return self._expr(self.algebra.neg(self.value))

    def __gt__(self, other: Operand) -> Expr:
        return self._expr(self.algebra.apply(ops.GT, self.value, self._value(other)))

    def __lt__(self, other: Operand) -> Expr:
        return self._expr(self.algebra.apply(ops.LT, self.value, self._value(other)))


def call(name: str, *args: Operand) -> Expr:
    """Return a function of `math`, or of NumPy for arrays, of the arguments; at least one is an `Expr`."""
    algebra = next(a.algebra for a in args if isinstance(a, Expr))
    values = [algebra.value(a) for a in args]
    if any(isinstance(v.kind, Array) for v in values):
        return algebra.expr(algebra.apply(NUMPY[name], *values))
    return algebra.expr(algebra.apply(MATH[name], *values))


def of(op: Op, *args: Operand) -> Expr:
    """Return any operation of the arguments."""
    algebra = next(a.algebra for a in args if isinstance(a, Expr))
    return algebra.expr(algebra.apply(op, *map(algebra.value, args)))


def where(condition: Expr, a: Operand, b: Operand) -> Expr:
    """Return `a if condition else b`, `np.where` for arrays: only what is taken counts."""
    return of(ops.NUMPY["where"] if isinstance(condition.value.kind, Array) else ops.SELECT, condition, a, b)
