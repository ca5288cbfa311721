"""The cotangent of an array has its shape: what was broadcast is summed, what stands for all items is spread.

    r = w * x + b              dw = unbroadcast(x * dr, w)        shapes not known
    Z = X @ W + b              db = dZ.sum(axis=0)                shapes known: exactly the sum that it needs

Inside one expression a cotangent may be a number that stands for all items, or have the shape of what it was broadcast
to; where it reaches a name it gets the shape of that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bpcompile.ir import ops
from bpcompile.ir.facts import Reversed, literal
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import Apply, Block, Branch, Const, Item, Loop, Undefined, Value, blocks_of
from bpcompile.ir.kinds import STR, Array, as_written
from bpcompile.ir.lengths import differ
from bpcompile.passes.buffers import BufferCotangents
from bpcompile.rules.algebra import Algebra, Operand
from bpcompile.rules.arrays import (
    ARRAY_PARTIALS,
    ARRAY_PULLBACKS,
    SINGULAR,
    TAKES_NUMBER,
    TAKES_SMALLER,
    WHOLE_PULLBACKS,
    is_array,
)
from bpcompile.rules.fourier import COMPLEX_PULLBACKS, TRANSFORMS, is_complex
from bpcompile.rules.terms import is_broadcast, summed_along

CUT = re.compile(r"(\d*):(?:-([1-9]\d*))?")
GIVE_SHAPE = frozenset((ops.SPREAD, ops.UNBROADCAST, ops.IN_SHAPE, ops.PLACED, ops.LIKE))  # of their second argument
MAX_WITHIN = 64  # operations that are looked into
MEAN = ops.REDUCTIONS["mean"]
KEEP_SHAPE = frozenset((ops.FIRST_EQUAL, ops.BUT_ONE, ops.OWN_SOFTMAX))  # of their first


class ArrayCotangents(BufferCotangents):
    """The part of the reverse sweep that deals with arrays."""

    active: set[Value]
    out: Reversed
    block: Block
    algebra: Algebra
    excess: set[Value]  # unnamed values whose cotangent may have the shape of what they were broadcast to
    exact: dict[Value, Value]  # cotangent -> the array that it has the shape of
    owed: dict[tuple[Value, Value], tuple[Apply, bool]]  # a contribution that is not summed yet -> where it comes from
    fitting: dict[Value, Value]  # cotangent -> the array that it can be broadcast to
    cuts: dict[tuple[Value, int], Value]  # array and how many items are left out of it -> one of such slices
    frames: dict[Value, Value]  # value -> one of the same shape
    unbound: set[Value]  # arrays that some path leaves unbound
    loose: set[Value]  # cotangents of these that may be one number
    guarded: set[Value]  # values that reach a `np.where`: some of their items may not be differentiated

    def is_inline_array(self, value: Value) -> bool:
        """Return whether the cotangent of a value has no line of its own."""
        raise NotImplementedError  # pragma: no cover - `Sweep` has it

    def totals(self, args: Sequence[Value], row: Sequence[Operand]) -> list[tuple[Value, Value]]:
        """Return each active argument with the sum of its entries."""
        raise NotImplementedError  # pragma: no cover - `Sweep` has it

    def array_contributions(self, value: Apply, ct: Value) -> Iterator[tuple[Value, Value]]:
        """Yield what each active argument gets from the cotangent of an array."""
        op, args = value.gate or (value.op, value.args)
        if op in WHOLE_PULLBACKS:
            yield from self.whole_contributions(value, ct)
            return
        is_over = value in self.excess
        found = self.elementwise(op, args, value, ct)
        if not is_over and not all(self.spans(arg, value) or self.spans(total, value) for arg, total in found):
            found = self.elementwise(op, args, value, self.spread(ct, value))
        for arg, total in found:
            if isinstance(total, Const) and total.value == 0:
                continue
            if self.is_inline_array(arg):
                yield arg, self.summed(arg, total, value, is_over)
            else:
                self.owed[arg, total] = (value, is_over)  # summed where it is added to the argument's own
                yield arg, total

    def settled(self, arg: Value, total: Value, before: Value | None = None) -> Value:
        """Return a contribution in the shape of the argument that it is for, unless it is added to what has that."""
        if (arg, total) in self.owed:
            total = self.summed(arg, total, *self.owed[arg, total])
        is_added = before is not None and self.spans(before, arg) and self.count_of(total) is None
        return total if arg in self.unbound or is_added else self.spread(total, arg)

    def forget_owed(self, value: Value, total: Value) -> None:
        """Let a contribution be in the shape of the value, though it is owed to it from elsewhere as well."""
        self.owed.pop((value, total), None)
        while isinstance(value, Apply) and value.op is ops.READ:
            value = value.args[0]
            self.owed.pop((value, total), None)

    def pass_on(self, value: Value, other: Value, total: Value) -> None:
        """Let a contribution that is not summed yet be another value's, of the same shape."""
        if (value, total) in self.owed:
            self.owed[other, total] = self.owed[value, total]

    def in_shape(self, value: Value, ct: Value) -> Value:
        """Return a contribution that can be added to a part of an array: of its shape, or one number for all."""
        if (value, ct) in self.owed:
            return self.summed(value, ct, *self.owed[value, ct])
        return ct

    def elementwise(self, op: ops.Op, args: Sequence[Value], value: Apply, ct: Value) -> list[tuple[Value, Value]]:
        """Return what each active argument gets, in the shape of the result."""
        expr = self.algebra.expr
        exprs = [expr(a) for a in args]
        if op in COMPLEX_PULLBACKS and any(map(is_complex, (value, *args))):
            row = COMPLEX_PULLBACKS[op](expr(ct), expr(value), *exprs)
            return [(arg, self.real_part(arg, total)) for arg, total in self.totals(args, row)]
        if op in ARRAY_PULLBACKS:
            found = self.totals(args, ARRAY_PULLBACKS[op](expr(ct), expr(value), *exprs))
        else:
            partials = self.totals(args, ARRAY_PARTIALS[op](expr(value), *exprs))
            found = [(arg, self.algebra.mul(partial, ct)) for arg, partial in partials]
        if op not in SINGULAR or value not in self.guarded:
            return found
        zero, none = self.algebra.const(0.0), self.algebra.apply(ops.EQ, ct, self.algebra.const(0))
        where = ops.NUMPY["where"]
        return [(arg, self.algebra.apply(where, none, zero, total)) for arg, total in found]

    def real_part(self, arg: Value, total: Value) -> Value:
        """Return what an argument gets of a complex contribution: its real part, unless the argument is complex."""
        return total if is_complex(arg) else self.algebra.apply(ops.NUMPY["real"], total)

    def summed(self, arg: Value, total: Value, value: Value, is_over: bool) -> Value:
        """Return a contribution in the shape of the argument, as far as that is known or asked for now."""
        dims, whole = dims_of(arg.kind), dims_of(value.kind)
        if dims is not None and whole is not None and not is_over and is_broadcast(dims, whole):
            return total if dims == whole else summed_along(self.algebra.expr(total), dims, whole).value
        if not is_over and self.spans(arg, value):
            return total
        if self.is_inline_array(arg) and is_array(arg):
            self.excess.add(arg)
            return total
        if dims == ():
            return self.apply(ops.SUM_TO, total, self.text("None"))
        return self.apply(ops.UNBROADCAST, total, arg)

    def whole_contributions(self, value: Apply, ct: Value) -> Iterator[tuple[Value, Value]]:
        """Yield what the arguments of a function of whole arrays get."""
        expr = self.algebra.expr
        op, args = value.gate or (value.op, value.args)
        is_number = op is ops.LOG_OF_ITEMS and dims_of(ct.kind) == ()
        is_number = is_number or op in TAKES_NUMBER and self.is_one_number(ct, op)
        takes_smaller = is_number or op in TAKES_SMALLER and () in (dims_of(value.kind), dims_of(ct.kind))
        if not takes_smaller:
            ct = self.settled(value, ct)
        elif (value, ct) in self.owed:
            ct = self.summed(value, ct, *self.owed[value, ct])
        row = WHOLE_PULLBACKS[op](expr(ct), expr(value), *map(expr, args))
        row = [*row, *[0] * (len(args) - len(row))]
        is_mixed = op in TRANSFORMS or any(map(is_complex, (value, *args)))
        for arg, total in self.totals(args, row):
            total = self.real_part(arg, total) if is_mixed and not isinstance(total, Const) else total
            if op in TAKES_SMALLER:  # of one item along the axes that were reduced
                self.fitting[total] = arg
            else:
                self.exact.setdefault(total, arg)
            if not (isinstance(total, Const) and total.value == 0):
                yield arg, total

    def is_one_number(self, ct: Value, op: ops.Op) -> bool:
        """Return whether a cotangent is one number for all items, and is not divided by a length that may be 0."""
        if negated := self.algebra.parts(ct, ops.NEG):
            return self.is_one_number(negated[0], op)
        if quotient := self.algebra.parts(ct, ops.DIV):  # a reciprocal divides what it is multiplied by
            return op is not MEAN and literal(quotient[0]) == 1 and dims_of(quotient[1].kind) == ()
        return isinstance(ct, Const)

    # shapes

    def apply(self, op: ops.Op, *args: Value) -> Value:
        """Return an operation of ours."""
        return self.algebra.apply(op, *args)

    def text(self, words: str) -> Value:
        """Return an option as text."""
        return self.algebra.constants.get(words, STR)

    def spread(self, ct: Value, value: Value) -> Value:
        """Return a cotangent in the shape of a value."""
        if not is_array(value) or self.spans(ct, value):
            return ct
        if dims_of(value.kind) == () and not is_array(ct):
            return ct
        if negated := self.algebra.parts(ct, ops.NEG):
            return self.algebra.neg(self.spread(negated[0], value))
        if quotient := self.count_of(ct):
            return self.algebra.div(self.spread(quotient[0], value), quotient[1])
        if isinstance(ct, Const) and isinstance(ct.value, int):
            ct = self.algebra.const(float(ct.value))  # an array of integers would cut off what is added to it
        found = self.algebra.apply(ops.SPREAD, ct, value)
        self.out.primals.setdefault(found, value)
        return found

    def count_of(self, ct: Value) -> tuple[Value, ...] | None:
        """Return a number and what it is divided by, which is 0 where an array is empty: then it is not needed."""
        negated = self.algebra.parts(ct, ops.NEG)
        quotient = self.algebra.parts(negated[0] if negated else ct, ops.DIV)
        return quotient if quotient and dims_of(quotient[0].kind) == () else None

    def frame(self, value: Value) -> Value:
        """Return a value of the same shape in any run: of an elementwise result, the one array that it comes from."""
        if value not in self.frames:
            self.frames[value] = self.find_frame(value)
        return self.frames[value]

    def find_frame(self, value: Value) -> Value:
        """Return a value of the same shape."""
        if value in self.fn.versions:
            return self.frame(self.fn.versions[value])
        if value in self.exact:
            return self.frame(self.exact[value])
        if value in self.out.primals:
            return self.frame(self.out.primals[value])
        if isinstance(value, Apply) and value.op in GIVE_SHAPE:
            return self.frame(value.args[1])
        if (cut := cut_of(value)) is not None:
            base = self.frame(value.args[0])  # type: ignore[attr-defined]
            return self.cuts.setdefault((base, cut), value)
        if isinstance(value, Apply) and value.op in KEEP_SHAPE:
            return self.frame(value.args[0])
        if isinstance(value, Apply) and value.op in ops.ELEMENTWISE and not may_be_number(value):
            frames = dict.fromkeys(self.frame(a) for a in value.args if dims_of(a.kind) != ())
            for whole in frames:
                if all(frame is whole or self.is_within(frame, whole) for frame in frames):
                    return whole
        return value

    def spans(self, one: Value, other: Value) -> bool:
        """Return whether the first has the shape of the second in any run."""
        dims, whole = dims_of(one.kind), dims_of(other.kind)
        if dims is not None and whole is not None:
            if dims == whole:
                return True
            if len(dims) != len(whole) or any(map(differ, dims, whole)):
                return False
        if self.frame(one) is self.frame(other):
            return True
        if isinstance(one, Apply) and one.op in ops.ELEMENTWISE and one not in self.out.primals:
            if may_be_number(one):
                return False
            is_large = any(self.frame(a) is self.frame(other) for a in one.args)
            return is_large and all(self.fits(a, other) for a in one.args)
        return False

    def fits(self, one: Value, other: Value) -> bool:
        """Return whether the first can be broadcast to the shape of the second in any run."""
        todo = [one]
        while todo:
            value = todo.pop()
            if dims_of(value.kind) == () or self.frame(value) is self.frame(other):
                continue
            if value in self.fitting and self.frame(self.fitting[value]) is self.frame(other):
                continue
            if self.is_within(value, other):
                continue
            if not isinstance(value, Apply) or value.op not in ops.ELEMENTWISE or value in self.out.primals:
                return False
            todo += value.args
        return True

    def is_within(self, one: Value, other: Value) -> bool:
        """Return whether the second is computed, item by item, from something of the shape of the first."""
        frame, todo, seen = self.frame(one), [other], set[Value]()
        while todo and len(seen) < MAX_WITHIN:
            value = todo.pop()
            if value in seen or value in self.out.primals or not isinstance(value, Apply):
                continue
            seen.add(value)
            if value.op in ops.ELEMENTWISE and value.op is not ops.SELECT:
                if any(self.frame(a) is frame for a in value.args):
                    return True
                todo += value.args
        return False

    def nothing_in(self, block: Block, value: Value) -> Value:
        """Return a cotangent of zero at the end of a block."""
        outer, self.block = self.block, block
        found = self.nothing(value)
        self.block = outer
        return found

    def nothing(self, value: Value) -> Value:
        """Return a cotangent of zero: in its shape, of an array."""
        if isinstance(value.kind, Array) and value.kind.dims != () and value not in self.unbound:
            zeros = self.block.append(ops.ZEROS, (value,), None)
            zeros.kind = as_written(zeros.kind) if self.is_buffered(value) else zeros.kind
            self.out.primals.setdefault(zeros, value)
            return zeros
        return self.algebra.const(0.0)

    # a number, 0, stands for an array that may be unbound: its shape is not there

    def may_be_number(self, ct: Value, value: Value) -> bool:
        """Return whether the cotangent of an array may be one number."""
        return dims_of(value.kind) != () and is_array(value) and (isinstance(ct, Const) or ct in self.loose)

    def is_loose(self, ct: Value) -> bool:
        """Return whether a cotangent may be one number that stands for an array."""
        return ct in self.loose

    def loosen(self, ct: Value, value: Value) -> None:
        """Say that the cotangent of an array may be one number."""
        self.loose.add(ct)
        ct.kind = Array(None)
        self.frames[ct] = ct
        self.fitting[ct] = value


def cut_of(value: Value) -> int | None:
    """Return how many items a slice like `x[1:]`, `x[:-1]` or `x[1:-1]` leaves out of any array that is long enough."""
    if not isinstance(value, Apply) or value.op is not ops.SUBSCRIPT or len(value.args) > 2:
        return None
    pattern = value.args[1]
    found = CUT.fullmatch(str(pattern.value)) if isinstance(pattern, Const) else None
    return int(found[1] or 0) + int(found[2] or 0) if found else None


def may_be_number(value: Apply) -> bool:
    """Return whether a conditional expression may be a number where its other arm is an array."""
    return value.op is ops.SELECT and any(dims_of(a.kind) == () for a in value.args[1:])


def guarded_values(found: Sequence[Apply]) -> set[Value]:
    """Return the values that reach an arm of a `np.where`, or a maximum or minimum of two arrays."""
    guarded: set[Value] = set()
    for value in reversed(found):
        if value.op is ops.NUMPY["where"]:
            guarded.update(value.args[1:])
        elif value.op is ops.NUMPY["select"]:
            guarded.update(value.args[len(value.args) // 2 :])
        elif value in guarded and value.op in ops.ELEMENTWISE:
            guarded.update(value.args)
    return {v for v in guarded if literal(v) is None}


def unbound_values(block: Block) -> set[Value]:
    """Return what leaves branches, and is carried by loops, and may be unbound."""
    found: set[Value] = set()
    while True:
        before = len(found)
        todo = [block]
        while todo:
            for item in todo.pop().items:
                for result, *sources in sources_of(item):
                    if any(isinstance(s, Undefined) or s in found for s in sources):
                        found.add(result)
                todo += blocks_of(item)
        if len(found) == before:
            return found


def sources_of(item: Item) -> Iterator[tuple[Value, ...]]:
    """Yield what leaves a branch, or is carried by a loop, each with the values that it may be."""
    if isinstance(item, Branch):
        yield from zip(item.results, *(side.results for side in item.sides))
    elif isinstance(item, Loop):
        yield from zip(item.carried, item.initial)
        yield from zip(item.results, item.carried)
