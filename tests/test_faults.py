"""A seeded fault in any rule, in fan-out or in emission makes verification fail: no text comes out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from rule_cases import CASES, Case

import bpcompile
from bpcompile import cli, driver
from bpcompile.backends.emit import Emitter, If
from bpcompile.backends.expressions import Expressions
from bpcompile.backends.prelude import PRELUDE
from bpcompile.backends.targets import PYTHON
from bpcompile.errors import BpcompileError, CompileError
from bpcompile.ir import ops
from bpcompile.ir.graph import Const, Value
from bpcompile.ir.ops import MATH, Op
from bpcompile.passes import activity
from bpcompile.passes.reverse import OR_EQUAL, Sweep
from bpcompile.rules.algebra import Algebra, Expr
from bpcompile.rules.scalar import FLAT, PARTIALS, PULLBACKS, ROUTED

Patch = pytest.MonkeyPatch
Fault = Callable[[Patch], None]
NO_TEXT = (bpcompile.VerificationError, bpcompile.errors.InvalidIRError)


def is_found(source: str, seed: Fault, **options: Any) -> bool:
    """Return whether a compiler with the fault gives no text."""
    with pytest.MonkeyPatch.context() as patch:
        seed(patch)
        try:
            bpcompile.compile_source(source, verify=True, **options)
        except NO_TEXT:
            return True
        except CompileError as error:
            raise AssertionError("refused") from error
        return False


def survivors(source: str, faults: Mapping[str, Fault], **options: Any) -> list[str]:
    """Return the names of the faults that are not found."""
    return [name for name, seed in faults.items() if not is_found(source, seed, **options)]


# --------------------------------------------------------------------------------------------------------------- rules

CHANGES: dict[str, Callable[[Any], Any]] = {
    "negated": lambda p: -p,
    "dropped": lambda p: 0,
    "scaled": lambda p: p * (1 + 1e-9),
    "shifted": lambda p: p + 1e-9,
}


def changed_row(row: Callable[..., Sequence[Any]], change: Callable[[list[Any]], list[Any]]) -> Callable[..., Any]:
    return lambda *args: change(list(row(*args)))


def is_nothing(entry: Any) -> bool:
    return not isinstance(entry, Expr) and entry == 0 or isinstance(entry, Expr) and is_const(entry.value, 0)


def is_const(value: Value, number: float) -> bool:
    return isinstance(value, Const) and value.value == number


def at(index: int, change: Callable[[Any], Any]) -> Callable[[list[Any]], list[Any]]:
    return lambda entries: [change(e) if i == index else e for i, e in enumerate(entries)]


def last_two_swapped(entries: list[Any]) -> list[Any]:
    return [*entries[:-2], entries[-1], entries[-2]]


def row_faults(case: Case) -> Iterator[tuple[str, Fault]]:
    """Yield every fault of the row that the program uses."""
    table: Any = PULLBACKS if case.op in PULLBACKS else PARTIALS
    row = table[case.op]
    seen: list[list[Any]] = []

    def recorded(*args: Any) -> Any:
        seen.append(list(row(*args)))
        return seen[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(table, case.op, recorded)
        bpcompile.compile_source(case.source, verify=False)
    assert seen, f"{case.name} does not use its row"
    entries = seen[0]
    active = [i for i, e in enumerate(entries) if i < len(case.wrt) or case.op in (ops.SUMPROD, ops.DIST)]
    for i in active:
        for name, change in CHANGES.items():
            if not is_nothing(entries[i]) or name == "shifted":
                yield f"{name} {i}", changing(table, case.op, changed_row(row, at(i, change)))
    if len(active) > 1 and row not in SYMMETRIC and not same(entries[-1], entries[-2]):
        yield "swapped", changing(table, case.op, changed_row(row, last_two_swapped))


SYMMETRIC: Sequence[Any] = ()


def same(a: Any, b: Any) -> bool:
    if isinstance(a, Expr) and isinstance(b, Expr):
        return a.value is b.value
    return not isinstance(a, Expr) and not isinstance(b, Expr) and a == b


def changing(table: Any, op: Op, row: Any) -> Fault:
    return lambda patch: patch.setitem(table, op, row)


# a gate's row is tried in each of its spellings, every other row in its own program
OF_ROWS = [c for c in CASES if c.op in PARTIALS or c.op in PULLBACKS]
OF_ROWS = [c for c in OF_ROWS if c.name == c.op.name or " " in c.name and c.params == "x"]


@pytest.mark.parametrize("case", OF_ROWS, ids=lambda case: case.name)
def test_faults_of_rules(case: Case) -> None:
    assert survivors(case.source, dict(row_faults(case))) == []


def test_faults_are_tried_for_every_row() -> None:
    missing = {op.name for op in (*PARTIALS, *PULLBACKS)} - {case.op.name for case in OF_ROWS}
    assert missing <= {"math.cbrt", "math.exp2", "math.sumprod", "math.fma"}  # that this Python may lack


GATES = {
    "a sigmoid's row is tanh's": (ops.SIGMOID, ops.TANH_GATE),
    "a sigmoid falls": (ops.SIGMOID, ops.SIGMOID_DOWN),
    "a falling sigmoid rises": (ops.SIGMOID_DOWN, ops.SIGMOID),
    "tanh's row is a sigmoid's": (ops.TANH_GATE, ops.SIGMOID),
}
GATE_CASES = [case for case in CASES if case.op in (ops.SIGMOID, ops.SIGMOID_DOWN, ops.TANH_GATE)]


@pytest.mark.parametrize("case", GATE_CASES, ids=lambda case: case.name)
def test_faults_of_gates(case: Case) -> None:
    faults = {
        name: changing(PARTIALS, gate, PARTIALS[wrong]) for name, (gate, wrong) in GATES.items() if gate is case.op
    }
    assert faults and survivors(case.source, faults) == []


def test_a_softplus_with_another_exponential_is_found() -> None:
    source = next(case.source for case in CASES if case.op is ops.SOFTPLUS)
    rows = {
        "e / (2 + e)": lambda out, x, e: (e / (2 + e), 0),
        "twice": lambda out, x, e: (e / (1 + e), 1),
        "1 / (1 + e)": lambda out, x, e: (1 / (1 + e), 0),
    }
    assert survivors(source, {name: changing(PARTIALS, ops.SOFTPLUS, row) for name, row in rows.items()}) == []


ROUTES = "max(x, y)|min(x, y)|max(x, 0.5)|min(0.5, x) * y|max(x, y, x * y)|min(x, y, x + y)|max([x, y])".split("|")


@pytest.mark.parametrize("body", ROUTES)
def test_faults_of_routing(body: str) -> None:
    def the_other_way(patch: Patch) -> None:
        patch.setitem(ROUTED, ops.MAX, ops.LT)
        patch.setitem(ROUTED, ops.MIN, ops.GT)

    def the_last_at_a_tie(patch: Patch) -> None:
        patch.setitem(ROUTED, ops.MAX, ops.GE)
        patch.setitem(ROUTED, ops.MIN, ops.LE)
        patch.setitem(OR_EQUAL, ops.GE, ops.GT)
        patch.setitem(OR_EQUAL, ops.LE, ops.LT)

    faults: dict[str, Fault] = {"the other way": the_other_way}
    if body.count(",") == 1:
        faults["the last at a tie"] = the_last_at_a_tie
    assert survivors(f"def f(x, y):\n    return {body}\n", faults) == []


@pytest.mark.parametrize("body", ["math.floor(x)", "x // 0.25", "round(x)", "int(x)"])
def test_faults_of_flat_functions(body: str) -> None:
    source = f"import math\n\n\ndef f(x):\n    return x * {body}\n"
    op = {"x //": ops.FLOORDIV, "roun": ops.ROUND, "int(": ops.INT_OF, "math": MATH["floor"]}[body[:4]]

    def seed(patch: Patch) -> None:
        patch.setattr(activity, "FLAT", FLAT - {op})
        patch.setitem(PARTIALS, op, lambda out, *args: (1,) * len(args))

    assert is_found(source, seed)


# ------------------------------------------------------------------------------------------------------------- fan-out

FAN_OUT = """
import math


def f(x, y):
    s = math.sin(x) * y
    t = s * s + x
    if t > 1:
        u = s * t
    else:
        u = t - y * s
    return u * t + max(x, y) * s
"""
LISTS = """
def f(w, v):
    s = sum(w) * w[0]
    return w[1] * v[0] + v[1] * w[0] * s + max(v)
"""


def overwrite(patch: Patch) -> None:
    """Later contributions replace earlier ones."""
    plain = Sweep.contribute

    def contribute(self: Sweep, value: Value, ct: Value) -> None:
        for scope in self.scopes:
            if not self.is_item(value):
                scope.pop(value, None)
        plain(self, value, ct)

    patch.setattr(Sweep, "contribute", contribute)


def once(method: str, act: Callable[..., Any], number: int = 0) -> Fault:
    """Return a fault that does something else at one of the calls of a method of the sweep."""

    def seed(patch: Patch) -> None:
        plain = getattr(Sweep, method)
        calls = [0]

        def patched(self: Any, *args: Any) -> Any:
            calls[0] += 1
            # the function is swept twice, the first time as a draft: the fault is in both
            if self.__dict__.setdefault(method, 0) if hasattr(self, "__dict__") else False:
                return None
            return act(plain, self, *args) if due(self, method, number) else plain(self, *args)

        patch.setattr(Sweep, method, patched)

    return seed


_counts: dict[tuple[int, str], tuple[Any, int]] = {}


def due(sweep: Any, method: str, number: int) -> bool:
    """Return whether this is the numbered call of the method in this sweep."""
    kept, count = _counts.get((id(sweep), method), (sweep, 0))
    if kept is not sweep:
        count = 0
    _counts[id(sweep), method] = (sweep, count + 1)
    return count == number


def forget(plain: Any, self: Sweep, *args: Any) -> None:
    """Do nothing."""


def twice(plain: Any, self: Sweep, *args: Any) -> None:
    plain(self, *args)
    plain(self, *args)
