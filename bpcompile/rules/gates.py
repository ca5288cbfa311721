"""Shapes of expression that are one gate, whatever their spelling: the reverse sweep then uses the gate's own row.

The forward part keeps the user's spelling, and so its overflows. Patterns are expressions over `x`; a literal matches
its value, `+` and `*` match both ways round.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from bpcompile.ir import ops
from bpcompile.ir.facts import literal
from bpcompile.ir.graph import Apply, Block, Loop, Value, blocks_of
from bpcompile.ir.kinds import Array
from bpcompile.ir.ops import MATH, NUMPY, Op
from bpcompile.rules.array_gates import array_gate, sigmoid_of
from bpcompile.rules.fourier import is_complex

# pattern -> gate and its arguments; the first that matches counts
GATES: tuple[tuple[str, Op, tuple[str, ...]], ...] = (
    ("1 / (1 + exp(-x))", ops.SIGMOID, ("x",)),
    ("(1 + exp(-x)) ** -1", ops.SIGMOID, ("x",)),
    ("exp(x) / (1 + exp(x))", ops.SIGMOID, ("x",)),
    ("1 - 1 / (1 + exp(x))", ops.SIGMOID, ("x",)),
    ("1 / (1 + exp(x))", ops.SIGMOID_DOWN, ("x",)),
    ("log(1 + exp(x))", ops.SOFTPLUS, ("x", "exp(x)")),
    ("log1p(exp(x))", ops.SOFTPLUS, ("x", "exp(x)")),
    ("(exp(x) - exp(-x)) / (exp(x) + exp(-x))", ops.TANH_GATE, ("x",)),
    ("(exp(2 * x) - 1) / (exp(2 * x) + 1)", ops.TANH_GATE, ("x",)),
    ("(1 - exp(-2 * x)) / (1 + exp(-2 * x))", ops.TANH_GATE, ("x",)),
    ("sinh(x) / cosh(x)", ops.TANH_GATE, ("x",)),
)
# the logarithms of a sigmoid and of what is missing to 1, weighed: the derivative by the sigmoid's argument cancels
ENTROPIES: tuple[tuple[str, Op], ...] = (
    ("y * log(s) + (1 - y) * log1p(-s)", ops.CROSS_ENTROPY),
    ("(1 - y) * log1p(-s) + y * log(s)", ops.CROSS_ENTROPY),
    ("-y * log(s) - (1 - y) * log1p(-s)", ops.CROSS_ENTROPY_DOWN),
    ("-(y * log(s)) - (1 - y) * log1p(-s)", ops.CROSS_ENTROPY_DOWN),
    ("y * log(s) + (1 - y) * log(1 - s)", ops.CROSS_ENTROPY),
    ("(1 - y) * log(1 - s) + y * log(s)", ops.CROSS_ENTROPY),
    ("-y * log(s) - (1 - y) * log(1 - s)", ops.CROSS_ENTROPY_DOWN),
    ("-(y * log(s)) - (1 - y) * log(1 - s)", ops.CROSS_ENTROPY_DOWN),
)
OPERATORS: Mapping[type[ast.operator], Op] = {
    ast.Add: ops.ADD,
    ast.Sub: ops.SUB,
    ast.Mult: ops.MUL,
    ast.Div: ops.DIV,
    ast.Pow: ops.POW,
}
Found = dict[str, Value]
_ENTROPIES = [(ast.parse(text, mode="eval").body, gate) for text, gate in ENTROPIES]
_PARSED = [(ast.parse(text, mode="eval").body, gate, names) for text, gate, names in GATES]


def recognise(block: Block, stale: set[Value] | None = None) -> None:
    """Mark every value of the block, and of the blocks inside it, that is a gate.

    A gate reaches past what it is spelled with. Where the array that it reaches was written to since, it is none; and
    it is one of real numbers.
    """
    stale = set() if stale is None else stale  # arrays as they were before a write
    for item in block.items:
        if isinstance(item, Apply):
            gate = (next(gates_of(item), None) if item.op in STARTS else None) or array_gate(item)
            is_none = gate is None or stale.intersection(gate[1]) or any(map(is_complex, gate[1]))
            item.gate = None if is_none else gate
            stale.update(item.args[:1] if item.op in ops.WRITES else ())
        for inner in blocks_of(item):
            recognise(inner, stale)
        if isinstance(item, Loop):
            stale.update(v for v in item.initial if isinstance(v.kind, Array) and v.kind.is_written)


def gates_of(value: Apply) -> Iterator[tuple[Op, tuple[Value, ...]]]:
    """Yield the gates that the value is."""
    for pattern, gate, names in _PARSED:
        found: Found = {}
        if matches(pattern, value, found):
            yield gate, tuple(found[name] for name in names)
    for pattern, gate in _ENTROPIES if value.op in (ops.ADD, ops.SUB) else ():
        found = {}
        if matches(pattern, value, found):
            rest = found.get("log(1 - s)") or found["log1p(-s)"]
            if (argument := sigmoid_of(found["s"])) is not None:
                yield gate, (found["y"], found["log(s)"], rest, found["s"], argument)


def matches(pattern: ast.expr, value: Value, found: Found) -> bool:
    """Return whether the value has the pattern's shape; `found` holds what its names stand for."""
    if isinstance(pattern, ast.Name):
        return found.setdefault(pattern.id, value) is value
    number = constant(pattern)
    if number is not None:
        return literal(value) == number
    if not isinstance(value, Apply):
        return False
    if isinstance(pattern, ast.UnaryOp):
        return value.op is ops.NEG and matches(pattern.operand, value.args[0], found)
    if isinstance(pattern, ast.Call) and isinstance(pattern.func, ast.Name):
        is_function = value.op in (MATH[pattern.func.id], NUMPY.get(pattern.func.id))
        is_call = is_function and matches(pattern.args[0], value.args[0], found)
        if is_call:
            found[ast.unparse(pattern)] = value
        return is_call
    if isinstance(pattern, ast.BinOp):
        return matches_binary(pattern, value, found)
    return False


def matches_binary(pattern: ast.BinOp, value: Apply, found: Found) -> bool:
    """Return whether the value is the operator of two matching operands, in either order where that is the same."""
    if value.op is not OPERATORS[type(pattern.op)]:
        return False
    orders = [value.args, value.args[::-1]] if value.op in (ops.ADD, ops.MUL) else [value.args]
    for left, right in orders:
        trial = dict(found)
        if matches(pattern.left, left, trial) and matches(pattern.right, right, trial):
            found.update(trial)
            return True
    return False


def constant(pattern: ast.expr) -> int | None:
    """Return the number that a pattern is."""
    if isinstance(pattern, ast.Constant) and isinstance(pattern.value, int):
        return pattern.value
    if isinstance(pattern, ast.UnaryOp) and isinstance(pattern.operand, ast.Constant):
        inner = constant(pattern.operand)
        return None if inner is None else -inner
    return None


STARTS = frozenset(
    (ops.DIV, ops.POW, ops.ADD, ops.SUB, *(table[n] for table in (MATH, NUMPY) for n in ("log", "log1p")))
)
