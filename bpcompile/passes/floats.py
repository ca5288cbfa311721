"""The gradient of an array of integers is an array of floats, and nothing that is added to it is cut off.

    dx = np.zeros_like(x)              dx = 1.0 * np.zeros_like(x)
    dx[1:] = dy                        dx[1:] = dy
    dw = 2 * w                         dw = 2.0 * w
    db = np.ones_like(b)               db = 1.0 * np.ones_like(b)

Only where nothing else makes it one: in most gradients there is a division, or a function of floats, on the way.
"""

from __future__ import annotations

from bpcompile.ir import ops
from bpcompile.ir.facts import literal
from bpcompile.ir.graph import (
    Apply,
    BlockParam,
    Branch,
    Const,
    Function,
    Loop,
    Param,
    Result,
    Value,
    blocks_of,
    everything,
)
from bpcompile.ir.kinds import BOOL, INT, REAL, STR, Array, Sequence
from bpcompile.ir.ops import NUMPY, REDUCTIONS, SPECIAL, Op

WRITES = frozenset((ops.ADD_AT, ops.STORE))


def keep_floats(fn: Function, original: Function) -> None:
    """Make floats of gradients, and of what the backward part writes to, that may be integers."""
    writes = [i for i in everything(fn.body) if isinstance(i, Apply) and i.op in WRITES and i.span is None]
    written = [i.args[0] for i in writes if isinstance(i.kind, Array)]
    wanted = {p.name: p for p in fn.params if p.name in fn.wrt and isinstance(p.kind, Array)}
    if not written and not wanted:
        return
    floats = Floats(fn, original)
    for value in written:
        floats.make(value)
    for name, gradient in zip(fn.wrt, fn.body.results[-len(fn.wrt) :] if fn.wrt else ()):
        if name in wanted:
            floats.make(gradient)


class Floats:
    """Says which values may be integers, and makes floats of those of the backward part."""

    def __init__(self, fn: Function, original: Function) -> None:
        self.fn = fn
        self.given = set(original.params)  # a cotangent that is passed to a vjp is taken for one of floats
        self.primal = {i for i in everything(original.body) if isinstance(i, Apply)}
        self.asked = {i.args[0] for i in self.primal if i.op is ops.IS_NO_VECTOR}  # of floats, or the text raises
        self.carrier: dict[Value, tuple[Loop, int]] = {}
        for item in everything(fn.body):
            if isinstance(item, Loop):
                self.carrier.update((p, (item, k)) for k, p in enumerate(item.carried))
        self.whole: set[Value] = set()
        self.find()

    def find(self) -> None:
        """Find the values that may be integers: more and more of them, until nothing is new."""
        self.whole, found = set(), -1
        while found < len(self.whole):
            found = len(self.whole)
            for item in everything(self.fn.body):
                if isinstance(item, Apply) and self.keeps(item):
                    self.whole.add(item)
                elif isinstance(item, Loop):
                    ends = zip(item.carried, item.initial, item.body.results)
                    self.whole.update(p for p, *values in ends if any(map(self.may_be_whole, values)))
                    self.whole.update(r for r, p in zip(item.results, item.carried) if p in self.whole)
                elif isinstance(item, Branch):
                    sides = zip(item.results, item.then.results, item.orelse.results)
                    self.whole.update(r for r, *values in sides if any(map(self.may_be_whole, values)))

    def may_be_whole(self, value: Value) -> bool:
        """Return whether a value may be an integer, or an array of integers."""
        if isinstance(value, Const):
            return not isinstance(value.value, float)
        if isinstance(value, Param):
            return value in self.given and value not in self.asked
        return value in self.whole or not isinstance(value, (Apply, Result, BlockParam))

    def keeps(self, value: Apply) -> bool:
        """Return whether an operation may give integers."""
        if value.op in FLOATS or value.op in SPREADS and len(value.args) > SPREADS[value.op]:
            return False
        if value.kind in (INT, BOOL) or isinstance(value.kind, Array) and value.kind.dtype != "real":
            return True
        if value.op is ops.SPREAD and literal(value.args[0]) == 1:
            return self.may_be_whole(value.args[1])
        if value.op is ops.MAKE and isinstance(value.args[0], Const) and value.args[0].value in FLOAT_MAKERS:
            return False
        return all(map(self.may_be_whole, data_of(value)))

    def make(self, value: Value) -> None:
        """Let a value of the backward part be one of floats."""
        if self.may_be_whole(value) and isinstance(value, (Apply, Result, BlockParam)):
            if not self.mend(value, set()) and isinstance(value, Apply) and value not in self.primal:
                self.multiply(value)
            self.find()

    def mend(self, value: Value, seen: set[Value]) -> bool:
        """Make floats of a value where it comes from; return whether that was possible."""
        if not self.may_be_whole(value) or value in seen:
            return not self.may_be_whole(value) or value in self.carrier  # of floats if it starts as one
        seen.add(value)
        if isinstance(value.kind, Sequence):  # its items are made floats where they are read
            return False
        if value in self.carrier:
            loop, index = self.carrier[value]
            ends = (loop.initial[index], loop.body.results[index])
            return all([self.mend(v, seen) for v in ends])
        if isinstance(value, Result):
            if isinstance(value.owner, Loop):
                return self.mend(value.owner.carried[value.index], seen)
            return all([self.mend(block.results[value.index], seen) for block in blocks_of(value.owner)])
        if not isinstance(value, Apply) or value in self.primal:
            return False
        return self.mend_operation(value, seen)

    def mend_operation(self, value: Apply, seen: set[Value]) -> bool:
        """Make floats of what an operation gives: by its literal, by its type, or by one of its operands."""
        is_array = value.op is ops.ZEROS and isinstance(value.args[0].kind, Array)
        if is_array or value.op is ops.SPREAD and literal(value.args[0]) == 1:
            value.args = (*value.args, self.fn.constants.get("float", STR))
            return True
        number = literal(value.args[0]) if value.op in (ops.MUL, ops.SPREAD) else None
        if number is not None:
            value.args = (self.fn.constants.get(float(number), REAL), *value.args[1:])
            return True
        if any(self.mend(a, seen) for a in data_of(value)):
            return True
        if value.op in (ops.COPY, ops.COPY_OF):
            self.become(value, ops.MUL, (self.fn.constants.get(1.0, REAL), value.args[0]))
            return True
        return False

    def multiply(self, value: Apply) -> None:
        """Multiply what a value is by 1.0."""
        inner = Apply(value.op, value.args, value.block, value.span)
        inner.kind = value.kind
        value.block.items.insert(next(k for k, item in enumerate(value.block.items) if item is value), inner)
        self.become(value, ops.MUL, (self.fn.constants.get(1.0, REAL), inner))

    def become(self, value: Apply, op: Op, args: tuple[Value, ...]) -> None:
        """Let a value be computed in another way."""
        value.block.table.pop((value.op, value.args), None)
        value.op, value.args = op, args


def data_of(value: Apply) -> tuple[Value, ...]:
    """Return the operands whose numbers go into the result."""
    if value.op in FIRST:
        return value.args[:1]
    if value.op in AFTER_FIRST:
        return value.args[1:]
    return tuple(a for a in value.args if a.kind != STR)


SPREADS = {ops.ZEROS: 1, ops.SPREAD: 2}  # operations that take a type at the end -> their other operands
FIRST = frozenset(
    (ops.SUBSCRIPT, ops.RESHAPE, ops.RAVEL, ops.LIKE, ops.TRANSPOSE, ops.SWAPAXES, ops.MOVEAXIS, ops.EXPAND_DIMS,
     ops.SQUEEZE, ops.FLIP, ops.ROLL, ops.CUMSUM, ops.TRIL, ops.TRIU, ops.DIAG, ops.TRACE, ops.BROADCAST_TO, ops.SORT,
     ops.UNBROADCAST, ops.SUM_TO, ops.ADD_AT, ops.STORE, ops.UNSORTED, ops.ZEROS, ops.COPY_OF, ops.UNSTORE,
     *(REDUCTIONS[n] for n in ("sum", "max", "min", "prod")))
)  # fmt: skip
AFTER_FIRST = frozenset((ops.CONCATENATE, ops.STACK, ops.EINSUM, ops.MAKE, NUMPY["where"], ops.SELECT))
FLOAT_FUNCTIONS = (
    "exp log sqrt sin cos tan tanh sinh cosh arcsin arccos arctan arcsinh arccosh arctanh log1p expm1 log2 log10 exp2 "
    "cbrt degrees radians arctan2 hypot logaddexp logaddexp2 copysign sinc i0 float_power float32 astype_float "
    "astype_float32"
)
FLOAT_MAKERS = ("np.zeros", "np.ones", "np.eye", "np.identity", "np.tri", "np.linspace")
# what gives floats whatever it is given
FLOATS = frozenset(
    (ops.DIV, ops.FLOAT, ops.PLACED, ops.FIRST_EQUAL, ops.BUT_ONE, ops.NORM, ops.LOGSUMEXP, ops.LOGSUMEXP_OF, ops.INV,
     ops.SOLVE, ops.DET, ops.LOGDET, ops.CHOLESKY, ops.PINV, ops.SOFTMAX, ops.OWN_SOFTMAX, ops.LOG_SOFTMAX,
     *ops.FFT.values(), ops.IFFT_PADDED, ops.IRFFT_SHARE, ops.TIMES_I, *ops.MATH.values(),
     *SPECIAL.values(), *ops.SLOPES, *(REDUCTIONS[n] for n in ("mean", "var", "std")),
     *(NUMPY[n] for n in FLOAT_FUNCTIONS.split()))
)  # fmt: skip
