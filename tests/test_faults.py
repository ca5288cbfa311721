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
from bpcompile.ir.graph import Const, Param, Value
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
    "shifted": lambda p: p + 1e-6,
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
    seen: list[tuple[list[Any], Sequence[Any]]] = []

    def recorded(*args: Any) -> Any:
        entries = list(row(*args))
        seen.append((entries, args[-len(entries) :]))
        return entries

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(table, case.op, recorded)
        bpcompile.compile_source(case.source, verify=False)
    assert seen, f"{case.name} does not use its row"
    entries, arguments = seen[0]
    active = [i for i, argument in enumerate(arguments) if is_active(argument.value, case)]
    for i in active:
        for name, change in CHANGES.items():
            if not is_nothing(entries[i]) or name == "shifted":
                yield f"{name} {i}", changing(table, case.op, changed_row(row, at(i, change)))
    is_other = len(active) > 1 and arguments[-1].value is not arguments[-2].value
    if is_other and not same(entries[-1], entries[-2]):
        yield "swapped", changing(table, case.op, changed_row(row, last_two_swapped))


def is_active(value: Value, case: Case) -> bool:
    """Return whether the rule's entry for the argument is used."""
    return not isinstance(value, Const) and (not isinstance(value, Param) or value.name in case.wrt)


def same(a: Any, b: Any) -> bool:
    if isinstance(a, Expr) and isinstance(b, Expr):
        return a.value is b.value
    return not isinstance(a, Expr) and not isinstance(b, Expr) and a == b


def changing(table: Any, op: Op, row: Any) -> Fault:
    return lambda patch: patch.setitem(table, op, row)


# a gate's row is tried in each of its spellings, every other row in its own program
UNUSED = {ops.COPY}  # a literal that has a name: never active
OF_ROWS = [c for c in CASES if (c.op in PARTIALS or c.op in PULLBACKS) and c.op not in UNUSED]
OF_ROWS = [c for c in OF_ROWS if c.name == c.op.name or " " in c.name and c.params == "x"]


@pytest.mark.parametrize("case", OF_ROWS, ids=lambda case: case.name)
def test_faults_of_rules(case: Case) -> None:
    assert survivors(case.source, dict(row_faults(case))) == []


def test_faults_are_tried_for_every_row() -> None:
    missing = {op.name for op in (*PARTIALS, *PULLBACKS) if op not in UNUSED} - {case.op.name for case in OF_ROWS}
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


def always_the_first(plain: Any) -> Any:
    return lambda self, value, args, ct: plain(self, value, [value.args[0]], ct)


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

    faults: dict[str, Fault] = {}
    if body.count(",") == 1:
        faults |= {"the other way": the_other_way, "the last at a tie": the_last_at_a_tie}
    if "x" in body.split(",")[0] and "0.5" not in body:
        faults["always the first"] = patching(Sweep, "route_side", always_the_first)
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


def patching(owner: Any, name: str, replacement: Callable[[Any], Any]) -> Fault:
    """Return the fault that replaces a function by what is made of it."""
    return lambda patch: patch.setattr(owner, name, replacement(getattr(owner, name)))


class AtCall:
    """Does something else at one call of a method, in every sweep of a compilation; counts the calls otherwise."""

    def __init__(self, plain: Any, act: Any, number: int, counts: Callable[..., bool]) -> None:
        self.plain, self.act, self.number, self.counts = plain, act, number, counts
        self.calls: list[tuple[Any, int]] = []

    def method(self) -> Callable[..., Any]:
        def patched(sweep: Any, *args: Any) -> Any:
            if not self.counts(sweep, *args):
                return self.plain(sweep, *args)
            if not self.calls or self.calls[-1][0] is not sweep:
                self.calls.append((sweep, 0))
            count = self.calls[-1][1]
            self.calls[-1] = (sweep, count + 1)
            return (self.act if count == self.number else self.plain)(*self.arguments(count, sweep, args))

        return patched

    def arguments(self, count: int, sweep: Any, args: Sequence[Any]) -> tuple[Any, ...]:
        return (self.plain, sweep, *args) if count == self.number else (sweep, *args)


def always(*args: Any) -> bool:
    return True


def at_each_call(
    source: str, method: str, acts: Mapping[str, Any], counts: Callable[..., bool] = always
) -> dict[str, Fault]:
    """Return one fault for each call of a method of the sweep and each thing that it may do instead."""
    counter = AtCall(getattr(Sweep, method), None, -1, counts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sweep, method, counter.method())
        bpcompile.compile_source(source, verify=False)
    assert counter.calls, f"{method} is not called"

    def fault(act: Any, number: int) -> Fault:
        return lambda patch: patch.setattr(Sweep, method, AtCall(getattr(Sweep, method), act, number, counts).method())

    number_of_calls = counter.calls[-1][1]
    return {f"{name} at call {i}": fault(act, i) for name, act in acts.items() for i in range(number_of_calls)}


def forgotten(plain: Any, sweep: Sweep, *args: Any) -> None:
    """Do nothing."""


def doubled(plain: Any, sweep: Sweep, *args: Any) -> None:
    plain(sweep, *args)
    plain(sweep, *args)


def negated(plain: Any, sweep: Sweep, *args: Any) -> None:
    plain(sweep, *args[:-1], sweep.algebra.neg(args[-1]))


def scaled(plain: Any, sweep: Sweep, *args: Any) -> None:
    plain(sweep, *args[:-1], sweep.algebra.mul(sweep.algebra.const(1 + 1e-9), args[-1]))


def sent_elsewhere(plain: Any, sweep: Sweep, value: Value, ct: Value) -> None:
    """Give it to a parameter that it is not for."""
    plain(sweep, next(p for p in sweep.fn.params if p is not value), ct)


def overwritten(plain: Any) -> Any:
    """Let later contributions replace earlier ones."""

    def contribute(self: Sweep, value: Value, ct: Value) -> None:
        if value in self.active and not self.is_item(value):
            self.name(value, self.algebra.signed(ct))
        else:
            plain(self, value, ct)

    return contribute


def is_counted(sweep: Sweep, value: Value, ct: Value) -> bool:
    return value in sweep.active


def wrong_index(plain: Any, sweep: Sweep, sequence: Value, path: Sequence[Any], ct: Value) -> None:
    first = path[0] if isinstance(path[0], int) else path[0].value
    plain(sweep, sequence, [1 - first, *path[1:]], ct)


def with_constant_index(sweep: Sweep, sequence: Value, path: Sequence[Any], ct: Value) -> bool:
    return isinstance(path[0], (int, Const))


NUMBERS = [FAN_OUT, "def f(x, y):\n    a = x * y\n    b = a * a + x\n    return b * a * y + x\n"]
CONTRIBUTIONS = {
    "forgotten": forgotten,
    "doubled": doubled,
    "negated": negated,
    "scaled": scaled,
    "sent elsewhere": sent_elsewhere,
}


@pytest.mark.parametrize("what", CONTRIBUTIONS)
@pytest.mark.parametrize("source", [*NUMBERS, LISTS], ids=["branches", "numbers", "lists"])
def test_faults_of_contributions(source: str, what: str) -> None:
    if what == "sent elsewhere" and source is LISTS:
        return  # a number for a list
    faults = at_each_call(source, "contribute", {what: CONTRIBUTIONS[what]}, is_counted)
    assert len(faults) > 3 and survivors(source, faults) == []


@pytest.mark.parametrize("source", NUMBERS, ids=["branches", "numbers"])
def test_contributions_that_overwrite(source: str) -> None:
    assert is_found(source, patching(Sweep, "contribute", overwritten))


def test_faults_of_merging() -> None:
    acts = {
        "then forgotten": lambda plain, sweep, branch, then, orelse: plain(sweep, branch, {}, orelse),
        "else forgotten": lambda plain, sweep, branch, then, orelse: plain(sweep, branch, then, {}),
        "swapped": lambda plain, sweep, branch, then, orelse: plain(sweep, branch, orelse, then),
    }
    source = "def f(x, y):\n    if x > 0:\n        z = x * y\n    else:\n        z = x - y * y\n    return z * z + x\n"
    assert survivors(source, at_each_call(source, "merge", acts)) == []
    source = "def f(x, y):\n    return max(x, y) * x + min(x * y, y)\n"
    assert survivors(source, at_each_call(source, "merge", acts)) == []


def test_faults_of_lists() -> None:
    acts = {"wrong index": wrong_index, "forgotten": forgotten, "doubled": doubled, "negated": negated}
    assert survivors(LISTS, at_each_call(LISTS, "add_at", acts, with_constant_index)) == []
    faults = {
        "a sum overwrites": patching(Sweep, "is_first", lambda plain: always),
        "a loop is forgotten": patching(Sweep, "add_to_all", forgotten_method),
        "a list is forgotten": patching(Sweep, "on_list", forgotten_method),
    }
    assert survivors("def f(w):\n    a = w[0] * 3\n    return sum(w) * a + w[1] * sum(w)\n", faults) == []
    faults.pop("a sum overwrites")
    for whole in ("math.prod(w)", "math.dist(w, v)", "max(w) * v[0]", "sum(w) * w[0] * sum(v)"):
        source = f"import math\n\n\ndef f(w, v):\n    return {whole} * w[0]\n"
        loops = {"a list is forgotten": faults["a list is forgotten"]}
        assert survivors(source, loops if "sum" in whole or "max" in whole else faults) == [], whole


def forgotten_method(plain: Any) -> Any:
    return lambda *args: None


def first_only(plain: Any) -> Any:
    """Let an argument in two places get the share of the last one only."""
    return lambda self, args, row: [
        (a, self.algebra.value(e)) for a, e in dict(zip(args, row)).items() if a in self.active
    ]


def of_the_first(plain: Any) -> Any:
    return lambda self, param: plain(self, self.fn.params[0])


WHOLE = {
    "an argument in two places": patching(Sweep, "totals", first_only),
    "the gradient of another parameter": patching(Sweep, "gradient", of_the_first),
    "the seed": patching(Sweep, "seeds", lambda plain: lambda self, d: [self.fn.constants.get(2.0, ops.ADD.kind)]),
    "a product loses a factor": patching(Algebra, "product", lambda plain: lambda self, a, b: a),
    "a sum loses a term": patching(Algebra, "add", lambda plain: lambda self, a, b: a),
    "a sum is a difference": patching(Algebra, "add", lambda plain: Algebra.sub),
    "a difference is a sum": patching(Algebra, "sub", lambda plain: Algebra.add),
    "a difference is turned round": patching(Algebra, "sub", lambda plain: lambda self, a, b: plain(self, b, a)),
    "a quotient is turned round": patching(Algebra, "div", lambda plain: lambda self, a, b: plain(self, b, a)),
    "a sign is lost": patching(Algebra, "neg", lambda plain: lambda self, a: a),
    "a sign is lost at the front": patching(
        Algebra, "signed", lambda plain: lambda self, a: (self.parts(a, ops.NEG) or (a,))[0]
    ),
    "literals vanish": patching(Algebra, "const", lambda plain: lambda self, n: plain(self, 1 if n == 2 else n)),
}
WHOLE_SOURCE = """
def f(x, y):
    a = x * x - y / x
    b = 1 - y * a
    return a / b - b * (x - y) ** 3 + x * 3 * y * 4
"""


@pytest.mark.parametrize("name", WHOLE)
def test_faults_of_the_sweep_and_its_algebra(name: str) -> None:
    assert is_found(WHOLE_SOURCE, WHOLE[name])


# ------------------------------------------------------------------------------------------------------------ emission


def replacing(old: str, new: str) -> Callable[[Any], Any]:
    """Return a fault of a method that writes lines: something is printed as something else."""

    def replaced(plain: Any) -> Any:
        def method(self: Any, *args: Any) -> Any:
            lines = plain(self, *args)
            if isinstance(lines, str):
                return lines.replace(old, new)
            return [line.replace(old, new) if isinstance(line, str) else line for line in lines]

        return method

    return replaced


def with_ifs(change: Callable[[If], Any]) -> Callable[[Any], Any]:
    return lambda plain: (
        lambda self, branch: [change(node) if isinstance(node, If) else node for node in plain(self, branch)]
    )


def turned(op: Op) -> Fault:
    """Return the fault that an operation is written with its operands turned round."""
    plain = PYTHON[op]
    return lambda patch: patch.setitem(PYTHON, op, lambda *args: plain(*args[::-1]))  # type: ignore[arg-type]


def written_as(op: Op, other: Op) -> Fault:
    return lambda patch: patch.setitem(PYTHON, op, PYTHON[other])  # type: ignore[arg-type]


EMITTED_SOURCE = """
import math


def f(x, y):
    a = x / y - math.exp(x * y) ** 3
    if a > x:
        b = a * a - y
    else:
        b = a - y * a
    c = b * (x - y) - a
    return c * b - x * (1 - y) if y < 3 else b
"""
EMISSION: dict[str, Fault] = {
    "+= as =": patching(Emitter, "assignment", replacing(" += ", " = ")),
    "-= as +=": patching(Emitter, "assignment", replacing(" -= ", " += ")),
    "+= as -=": patching(Emitter, "assignment", replacing(" += ", " -= ")),
    "a sign is lost": lambda patch: patch.setattr("bpcompile.backends.expressions.negated", lambda node: node),
    "the sides are swapped": patching(
        Emitter, "branch", with_ifs(lambda n: If(n.condition, n.orelse or ["pass"], n.then))
    ),
    "the condition is negated": patching(
        Emitter, "branch", with_ifs(lambda n: If(f"not ({n.condition})", n.then, n.orelse))
    ),
    "the else is left out": patching(Emitter, "branch", with_ifs(lambda n: If(n.condition, n.then, []))),
    "the then is left out": patching(Emitter, "branch", with_ifs(lambda n: If(n.condition, ["pass"], n.orelse))),
    "what leaves a branch is left out": patching(Emitter, "moves", lambda plain: lambda self, branch, side: []),
    "the gradients are returned turned round": patching(
        Emitter, "returned", lambda plain: lambda self, tree: ", ".join(plain(self, tree).split(", ")[::-1])
    ),
    "the first gradient alone": patching(
        Emitter, "returned", lambda plain: lambda self, tree: plain(self, tree).split(", ")[0]
    ),
    "a condition is not negated": patching(
        Expressions, "negation", lambda plain: lambda self, condition: self.text(condition)
    ),
    **{f"{op} turned round": turned(op) for op in (ops.SUB, ops.DIV, ops.POW, ops.GT)},
    "- as +": written_as(ops.SUB, ops.ADD),
    "* as +": written_as(ops.MUL, ops.ADD),
    "/ as *": written_as(ops.DIV, ops.MUL),
    "/ as //": written_as(ops.DIV, ops.FLOORDIV),
    "exp as expm1": written_as(MATH["exp"], MATH["expm1"]),
}
ONLY_ELSE = """
def f(x, y):
    b = y * x
    if x > y:
        a = 3.0
    else:
        a = b
    return a + x * b
"""


@pytest.mark.parametrize("name", EMISSION)
def test_faults_of_emission(name: str) -> None:
    source = ONLY_ELSE if name == "a condition is not negated" else EMITTED_SOURCE
    assert is_found(source, EMISSION[name])
    if source is not ONLY_ELSE and "=" not in name:
        assert is_found(source, EMISSION[name], style="compact")


def test_faults_of_emission_in_lists() -> None:
    source = "def f(w, v):\n    return w[0] * v[1] + w[1] * w[0] * v[0] - w[1] * v[1]\n"
    faults = {
        "+= as =": patching(Emitter, "add_at", replacing(" += ", " = ")),
        "-= as =": patching(Emitter, "add_at", replacing(" -= ", " = ")),
        "-= as +=": patching(Emitter, "add_at", replacing(" -= ", " += ")),
        "another index": patching(Emitter, "add_at", replacing("[0] +=", "[1] +=")),
    }
    assert survivors(source, faults) == []


# digamma is a series: it is compared with mpmath where the rules are
HELPERS = {
    "leave_one_out": ("math.prod(x)", "products[i] *= after", "products[i] = after"),
    "zeros_like": ("x[0][0] * x[0][1]", "else 0.0", "else 1.0"),
    "shaped_like": ("x[0][0] * x[0][1]", "type(x)(", "list("),
}


@pytest.mark.parametrize("name", HELPERS)
def test_faults_of_helpers(name: str) -> None:
    body, old, new = HELPERS[name]
    annotation = ": tuple[tuple[float, float]]" if name == "shaped_like" else ""
    assert old in PRELUDE[name]
    changed = PRELUDE[name].replace(old, new)
    source = f"import math\n\n\ndef f(x{annotation}):\n    return {body}\n"
    assert is_found(source, lambda patch: patch.setitem(PRELUDE, name, changed))  # type: ignore[arg-type]


# a fault in one line of the text, for every line

PROGRAMS = {
    "circuit": """
import math


def f(x, y):
    sigy = 1.0 / (1 + math.exp(-y))
    num = x + sigy
    sigx = 1.0 / (1 + math.exp(-x))
    xpy = x + y
    xpysqr = xpy**2
    den = sigx + xpysqr
    invden = 1.0 / den
    f = num * invden
    return f
""",
    "neuron": """
import math


def neuron(w, x):
    dot = w[0] * x[0] + w[1] * x[1] + w[2]
    f = 1.0 / (1 + math.exp(-dot))
    return f
""",
    "gates": "def gates(x, y, z, w):\n    m = max(z, w)\n    return 2 * (x * y + m)\n",
    "branch": """
import math


def loss(x, slope):
    if x > 0:
        y = math.sqrt(x)
    else:
        y = slope * x
    return y * y + x
""",
    "fan-out": FAN_OUT,
    "lists": LISTS,
}


def line_faults(line: str, before: str, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each wrong way to write a line of code."""
    code = line.split("  # (")[0]
    pad = code[: len(code) - len(code.lstrip())]
    if not code.strip() or code.strip().startswith(("#", '"', "def ", "else:")):
        return
    if not code.rstrip().endswith(":") and not code.strip().startswith("return "):
        yield "left out", pad + "pass"
        yield "in comments", pad + "pass  # " + code.strip()
    if code.rstrip().endswith(":") and "if " in code:
        word, condition = code.strip()[:-1].split(" ", 1)
        yield "condition negated", f"{pad}{word} not ({condition}):"
    for old, new in ((" += ", " = "), (" -= ", " += "), ("= -", "= "), (" - ", " + "), (" + ", " - "), (" * ", " / ")):
        is_first = old == " += " and "[" in code and code.split(" += ")[0] not in before  # it adds to 0.0
        if old in code and not is_first:
            yield f"{old.strip()} as {new.strip()}", code.replace(old, new, 1)
    target = re.match(r"\s*(d\w+)(\[\d\])? [+-]?= ", code)
    if target:
        for name in names:
            if name != target[1]:
                yield f"{name} for {target[1]}", code.replace(target[1], name, 1)


@pytest.mark.heavy
@pytest.mark.parametrize("style", ["staged", "compact"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_faults_in_each_line(name: str, style: str) -> None:
    source = PROGRAMS[name]
    body = bpcompile.compile_source(source, style=style).split("\ndef ")[1]
    lines = body.split("\n")
    names = re.findall(r"\w+", lines[-2].split("return ")[1])
    found, missed = 0, []
    for number, line in enumerate(lines):
        for what, wrong in line_faults(line, "\n".join(lines[:number]), names):
            text = "\n".join([*lines[:number], wrong, *lines[number + 1 :]])
            if is_found(source, with_text(body, text), style=style):
                found += 1
            else:
                missed.append(f"{what}: {line.strip()}")
    assert missed == [] and found > 10


def with_text(body: str, wrong: str) -> Fault:
    """Return the fault that a wrong body is written."""

    def replaced(plain: Any) -> Any:
        def module_text(*args: Any) -> str:
            text: str = plain(*args)
            assert body in text
            return text.replace(body, wrong)

        return module_text

    return patching(driver, "module_text", replaced)


# -------------------------------------------------------------------------------------------------------- the command

SEEDED: dict[str, Fault] = {
    "rule": changing(PARTIALS, ops.MUL, lambda out, x, y: (x, y)),
    "fan-out": patching(Sweep, "contribute", overwritten),
    "emission": patching(Emitter, "assignment", replacing(" += ", " = ")),
}


@pytest.mark.parametrize("name", SEEDED)
def test_the_command_writes_nothing(
    name: str, tmp_path: Path, monkeypatch: Patch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, output = tmp_path / "f.py", tmp_path / "f_grad.py"
    source.write_text("def f(x, y):\n    a = x * y\n    return a * a + x * a\n", encoding="utf-8")
    SEEDED[name](monkeypatch)
    assert cli.main([str(source), "-o", str(output)]) == 1
    assert cli.main([str(source)]) == 1
    assert not output.exists()
    output.write_text("kept", encoding="utf-8")
    assert cli.main([str(source), "-o", str(output)]) == 1
    assert cli.main(["--check", str(source), "-o", str(output)]) == 1
    assert output.read_text(encoding="utf-8") == "kept"
    printed = capsys.readouterr()
    assert printed.out == "" and "please report it" in printed.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["f.py", "f_grad.py"]


def test_the_decorator_gives_no_function(monkeypatch: Patch) -> None:
    SEEDED["rule"](monkeypatch)
    with pytest.raises(BpcompileError):
        bpcompile.grad(product, verify=True)


def product(x: float, y: float) -> float:
    return x * x * y
