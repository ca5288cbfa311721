"""The name a teacher would give a stage that the user did not name, from what it computes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bpcompile.ir import ops
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import Apply, Bind, BlockParam, Const, Param, Result, Value
from bpcompile.ir.ops import Op

LONGEST = 20  # characters of a name made of its operands' names
WORDS = {0.0: "zero", 1.0: "one", 2.0: "two", 3.0: "three", 4.0: "four", 0.5: "half", 10.0: "ten"}
INFIX: Mapping[Op, str] = {
    ops.ADD: "p",
    ops.SUB: "m",
    ops.MUL: "",
    ops.DIV: "_over_",
    ops.MOD: "_mod_",
    ops.MATMUL: "",
}
GENERIC: Mapping[Op, str] = {
    ops.ADD: "total",
    ops.SUB: "diff",
    ops.MUL: "prod",
    ops.DIV: "ratio",
    ops.POW: "power",
    ops.NEG: "negated",
    ops.FLOORDIV: "whole",
    ops.MOD: "rest",
    ops.QUOTIENT: "whole",
    ops.REMAINDER: "rest",
    ops.MAX: "largest",
    ops.MIN: "smallest",
    ops.ABS: "size",
    ops.SUM: "total",
    ops.SUM_START: "total",
    ops.SELECT: "chosen",
    ops.COPY: "value",
    ops.READ: "value",
    ops.LIST: "items",
    ops.REPEAT: "items",
    ops.COPY_OF: "items",
    ops.SLICE: "part",
    ops.CONCAT: "joined",
    ops.INDEX: "item",
    ops.SUBSCRIPT: "part",
    ops.PLACED: "picked",
    ops.MAKE: "fixed",
    ops.MATMUL: "product",
    ops.CONCATENATE: "joined",
    ops.STACK: "stacked",
    ops.STACK_OF: "stacked",
    ops.ARRAY: "array",
    ops.ARRAY_OF: "array",
    ops.JOIN_OF: "joined",
    ops.LEN: "length",
}
SHORT = {"np.absolute": "abs", "np.linalg.slogdet[1]": "logdet", "np.linalg.slogdet[0]": "sign"}
OPTIONED = frozenset(
    (*ops.REDUCTIONS.values(), ops.LOGSUMEXP, ops.NORM, ops.EXPAND_DIMS, ops.FLIP, ops.CUMSUM, ops.STACK_OF,
     ops.JOIN_OF, ops.DIAG, ops.TRIL, ops.TRIU)
)  # fmt: skip
AXES = ("rows", "columns")
UNNAMED = frozenset(
    (ops.MAKE, ops.EINSUM, ops.STACK, ops.ARRAY, ops.CONCATENATE, ops.RESHAPE, ops.SUM_TO, ops.UNBROADCAST,
     ops.IN_SHAPE, ops.LIKE, ops.LISTED, ops.LAYERS, ops.SPLIT)
)  # fmt: skip
COMPARED = frozenset((*ops.COMPARISONS, ops.NOT, ops.AND))
POWERS = {2.0: "sqr", 3.0: "cube"}


class Namer:
    """Suggests names. `known` holds the names that values have already."""

    def __init__(
        self,
        known: Mapping[Value, str],
        bound: Mapping[Value, Bind],
        readers: Mapping[Value, Apply],
        calls: Mapping[Value, str],
        primals: Mapping[Value, Value],
        one: Callable[[Value], Value],
    ) -> None:
        self.one = one  # the value that stands for a variable: a list for each version of it
        self.known = known
        self.bound = bound
        self.readers = readers
        self.calls = calls
        self.primals = primals  # cotangent -> whose it is

    def suggest(self, value: Value) -> str:
        """Return a name for the value; it need not be unique."""
        if value in self.calls:
            return self.calls[value]
        if not isinstance(value, Apply):
            return "value"
        if value.op in COMPARED:
            return "cond"
        if value.op is ops.ADD and is_dot(value):
            return "dot"
        part = self.part_of_quotient(value)
        return part or self.compose(value) or generic(value.op)

    def part_of_quotient(self, value: Apply) -> str | None:
        """Return num or den for a compound operand of a division."""
        reader = self.readers.get(value)
        if reader is None or reader.op is not ops.DIV or value.op not in INFIX:
            return None
        if value is reader.args[1]:
            return "den"
        return "num" if not isinstance(reader.args[1], Const) else None

    def compose(self, value: Apply, depth: int = 2) -> str | None:
        """Return a name made of the operands' names, None where that would be long."""
        if value.op is ops.INDEX:
            return self.item(value)
        if value.op is ops.SUBSCRIPT:
            return self.subscript(value)
        if value.op is ops.DIM:
            return self.length(value)
        if value.op in OPTIONED:
            name = self.short(value.args[0], depth - 1) if depth else None
            return None if name is None or len(name) > LONGEST - 9 else f"{generic(value.op)}_{name}"
        if depth == 0 or len(value.args) > 3:
            return None
        parts = [self.short(a, depth - 1) for a in value.args]
        if any(p is None for p in parts):
            return None
        names = [p for p in parts if p is not None]
        name = self.joined(value, names)
        return name if name is not None and name.isidentifier() and len(name) <= LONGEST else None

    def item(self, value: Apply) -> str | None:
        """Return `w_0` for `w[0]`, `w_last` for `w[-1]`."""
        base, index = self.short(self.one(value.args[0])), literal_of(value.args[1])
        if base is None:
            return None
        if index is None:
            place = value.args[1]
            name = self.short(place) if isinstance(place, BlockParam) or place in self.bound else None
            return f"{base}_{name}" if name is not None and len(base) + len(name) < LONGEST else f"{base}_item"
        return f"{base}_{index}" if index >= 0 else f"{base}_last" if index == -1 else f"{base}_last{-index}"

    def subscript(self, value: Apply) -> str | None:
        """Return `x_0` for `x[0]` of an array, `x_i` for `x[i]`, `x_part` for any other part."""
        base = self.short(self.one(value.args[0]))
        pattern = literal_text(value.args[1])
        if base is None or len(base) > LONGEST - 5:
            return None
        if pattern.isdigit():
            return f"{base}_{pattern}"
        if pattern == "-1":
            return f"{base}_last"
        index = self.short(value.args[2]) if pattern == "{0!s}" and len(value.args) == 3 else None
        return f"{base}_{index}" if index is not None and len(base) + len(index) < LONGEST else f"{base}_part"

    def length(self, value: Apply) -> str | None:
        """Return `rows_X` for `X.shape[0]`, `columns_X` for `X.shape[1]`, `len_x` where there is one axis or many."""
        base, axis = self.short(self.one(value.args[0])), literal_of(value.args[1])
        rank = len(dims_of(value.args[0].kind) or ())
        word = AXES[int(axis) % 2] if rank == 2 and axis is not None else "len"
        return f"{word}_{base}" if base is not None and len(base) < LONGEST - 8 else word

    def joined(self, value: Apply, names: list[str]) -> str | None:
        """Return the name of an operation on named operands."""
        op = value.op
        if op is ops.DIV and literal_of(value.args[0]) == 1:
            return f"inv{names[1]}"
        if op is ops.MUL and value.args[0] is value.args[1]:
            return f"{names[0]}sqr"
        if op is ops.POW:
            suffix = POWERS.get(float(literal_of(value.args[1]) or 0))
            return f"{names[0]}{suffix}" if suffix else f"{names[0]}_to_{names[1]}"
        if op in INFIX and len(names) == 2:
            joint = "_" if op is ops.MUL and max(map(len, names)) > 2 else INFIX[op]
            return f"{names[0]}{joint}{names[1]}"
        if op is ops.NEG:
            return f"neg_{names[0]}"
        if op in (ops.COPY, ops.READ, ops.FLOAT) or op in UNNAMED:
            return None
        if op is ops.TRANSPOSE:
            return f"{names[0]}_T"
        return "_".join([generic(op), *names])

    def short(self, value: Value, depth: int = 1) -> str | None:
        """Return the name of an operand, None where it has none that is short."""
        value = self.one(value)
        if value in self.known:
            return self.known[value]
        if value in self.bound and self.bound[value].name:
            return self.bound[value].name
        if value in self.primals:
            name = self.short(self.primals[value], depth)
            return None if name is None else f"d{name}"
        number = literal_of(value)
        if number is not None:
            return WORDS.get(float(number)) or (str(number) if isinstance(number, int) and number >= 0 else None)
        if isinstance(value, (Param, BlockParam)):
            return value.name.split(".")[-1]
        if isinstance(value, Result):
            return value.name
        if isinstance(value, Apply) and (value in self.calls or value.op not in COMPARED):
            return self.calls.get(value) or self.compose(value, depth)
        return None


def literal_of(value: Value) -> float | int | None:
    """Return the number of a literal."""
    if isinstance(value, Const) and isinstance(value.value, (int, float)) and not isinstance(value.value, bool):
        return value.value
    return None


def literal_text(value: Value) -> str:
    """Return the text of a literal string."""
    return str(value.value) if isinstance(value, Const) else ""


def generic(op: Op) -> str:
    """Return the name of an operation alone."""
    name = SHORT.get(op.name) or GENERIC.get(op) or op.name.split(".")[-1].split("[")[0]
    name = name.removesuffix("_of").removesuffix("_base")
    return name.rstrip("0123456789") or name


def is_dot(value: Apply) -> bool:
    """Return whether a sum is a sum of products, two of them at least."""
    terms: list[Value] = [value]
    products = 0
    while terms:
        term = terms.pop()
        if isinstance(term, Apply) and term.op is ops.ADD:
            terms += term.args
        elif isinstance(term, Apply) and term.op is ops.MUL and term.args[0] is not term.args[1]:
            products += 1
    return products >= 2
