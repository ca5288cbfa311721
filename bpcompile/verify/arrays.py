"""The check of a module over arrays: the generated text and the original, on small arrays of exact numbers.

At each point the gradient is compared with differences of the original to many digits; then SymPy is asked whether the
expressions are equal. The shapes are those of the annotations with small lengths, or a few that the function takes.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from importlib import import_module
from typing import Any

from bpcompile.ir.kinds import BOOL, INT, Array, Kind
from bpcompile.ir.kinds import Sequence as ListKind
from bpcompile.verify.arguments import (
    gathered,
    grown,
    is_free,
    is_nested,
    leaves_of,
    length_of,
    roles_of,
    tree_of,
)
from bpcompile.verify.numpy_over import NumPyOver, plain
from bpcompile.verify.prove import is_zero
from bpcompile.verify.subject import Subject, Verdict
from bpcompile.verify.symbolic import Builder
from bpcompile.verify.traced import Tracer
from bpcompile.verify.work import OutOfWork, Stop, Work

WORKING, DIGITS = 100, 20  # digits of a run, and digits that must agree
STEP = Fraction(1, 10**30)  # of a difference
LENGTHS = (2, 3)  # of the first two dimensions that have a name; 2 of the others
TRIED = ((), (2, 3), (3,), (2, 2))  # shapes of an array that nothing is known of
LARGE, SMALL = (2, 3), (3,)  # and of several, each one in turn smaller than the others
SQUARE = ((2, 2), (2,))  # and of those in lists
MAX_SHAPES = 5  # combinations that are checked
MAX_NESTED = 2  # and of functions of lists
MAX_TRIALS = 60  # and tried
POINTS = 2
MAX_PROOF = 600  # nodes of an expression that SymPy differentiates
PROOF_COST = 10
TRIP_LIMIT = 20_000


@dataclass
class Setting:
    """The shapes of the arrays and the integers of one run."""

    shapes: dict[str, tuple[int, ...]]
    integers: dict[str, int]
    names: dict[str, int]  # dimension -> its length
    points: int = 0
    unproved: set[str] = field(default_factory=set)


class Runner:
    """Runs one text over exact numbers."""

    def __init__(self, text: str, entry: str) -> None:
        self.tracer = Tracer(WORKING)
        self.over = NumPyOver(self.tracer)
        self.trips = 0
        names: dict[str, Any] = {
            "__name__": "checked",
            "counted_": self.counted,
            "divided_": self.divided,
            "float": self.floated,
        }
        tree = Prepared(names, self.over).visit(ast.parse(text))
        exec(compile(ast.fix_missing_locations(tree), "<checked>", "exec"), names)
        names.update({name: helper for name, helper in self.over.helpers.items() if name in names})
        self.function = names[entry]

    def floated(self, value: Any = 0.0) -> Any:
        """Return `float(value)` without rounding."""
        return self.tracer.need(float(value) if isinstance(value, str) else plain(value))

    def divided(self, a: Any, b: Any) -> Any:
        """Return a quotient; of Python's numbers, an exact one."""
        exact = self.tracer.lift(plain(a))
        return (a if exact is None else exact) / plain(b)

    def counted(self) -> None:
        """Count a trip of a loop or a call, so that every run ends."""
        self.trips += 1
        if self.trips > TRIP_LIMIT:
            raise OutOfWork("it takes more steps than the budget has")

    def run(self, args: Sequence[Any], symbolic: bool) -> Any:
        """Return what the function returns."""
        self.trips = 0
        self.tracer.start(symbolic=symbolic)
        return self.function(*args)


def has_slices(text: str) -> bool:
    """Return whether a text cuts something off arrays."""
    bounds = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Slice)]
    return any(end is not None for n in bounds for end in (n.lower, n.upper, n.step))


class Prepared(ast.NodeTransformer):
    """Makes a text ready: libraries over exact numbers, and every loop and call counted."""

    def __init__(self, names: dict[str, Any], over: NumPyOver) -> None:
        self.names = names
        self.libraries = {"numpy": over.numpy, "scipy": over.scipy, "math": over.math}

    def library(self, dotted: str) -> Any:
        """Return a module by its dotted name."""
        first, *rest = dotted.split(".")
        found = self.libraries.get(first)
        for part in rest:
            found = getattr(found, part)
        return found

    def visit_Import(self, node: ast.Import) -> ast.stmt:
        for alias in node.names:
            name = alias.asname or alias.name.split(".")[0]
            self.names[name] = self.library(alias.name if alias.asname else name)
        return ast.Pass()

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt:
        for alias in node.names:
            self.names[alias.asname or alias.name] = self.library(f"{node.module}.{alias.name}")
        return ast.Pass()

    def count(self, node: Any) -> Any:
        """Count each time that a body runs."""
        self.generic_visit(node)
        node.body.insert(0, ast.Expr(ast.Call(ast.Name("counted_", ast.Load()), [], [])))
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Divide exactly."""
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div):
            return node
        return ast.Call(ast.Name("divided_", ast.Load()), [node.left, node.right], [])

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """Take a float for the number that it is."""
        if not isinstance(node.value, float):
            return node
        return ast.Call(ast.Name("float", ast.Load()), [node], [])

    visit_For = visit_While = visit_FunctionDef = count


def check_arrays(subject: Subject, budget: int) -> Verdict:
    """Compare the generated text with the derivatives of the original."""
    try:
        import_module("numpy")
    except ImportError:
        return unchecked("NumPy is not installed here")
    try:
        return Checker(subject, Work(budget)).check()
    except Stop as stop:
        return unchecked(str(stop))
    except Exception as error:
        return unchecked(f"the check raises {type(error).__name__}")


def unchecked(reason: str) -> Verdict:
    """Return that nothing was found, and why."""
    return Verdict("unchecked", f"Not checked with SymPy: {reason.rstrip('.')}.")


class Checker:
    """One check."""

    def __init__(self, subject: Subject, work: Work) -> None:
        self.subject = subject
        self.work = work
        self.original = Runner(subject.original, subject.entry)
        self.generated = Runner(subject.generated, subject.generated_name)
        self.np: Any = import_module("numpy")
        self.trees = {p.name: tree_of(p) for p in subject.params}
        self.leaves = [leaf for tree in self.trees.values() for leaf in leaves_of(tree)]
        self.has_lists = any(is_nested(p.kind) for p in subject.params)
        self.seed = 1
        self.domain = 0

    def check(self) -> Verdict:
        """Compare at every setting, then prove."""
        done: list[Setting] = []
        reason = "no arguments were found that it takes"
        for setting in itertools.islice(self.settings(), MAX_TRIALS):
            for attempt in range(3 * POINTS):
                self.domain = attempt // POINTS  # where numbers of both signs, or above 1, are not for this function
                if setting.points == POINTS:
                    break
                try:
                    difference = self.compare(setting)
                except Stop:
                    raise
                except Exception as error:  # these shapes, or these numbers, are not for this function
                    reason = f"it raises {type(error).__name__} at every shape that was tried"
                    continue
                if difference:
                    return Verdict("different", "Checked with SymPy: a difference was found.", difference)
                setting.points += 1
            done += [setting] if setting.points == POINTS else []
            if len(done) == (MAX_SHAPES if not self.has_lists else MAX_NESTED):
                break
        if not done:
            return unchecked(reason)
        unproved = set().union(*(s.unproved for s in done))
        return Verdict("equal" if unproved else "proved", self.sentence(done, unproved))

    # where

    def settings(self) -> Iterator[Setting]:
        """Yield shapes and integers to try."""
        known = [d for leaf in self.leaves for d in (dims_of(leaf.kind) or ()) if isinstance(d, str)]
        names = dict.fromkeys(known)
        more = 2 if has_slices(self.subject.original) else 0  # what is cut off must leave something
        lengths = {name: more + (LENGTHS[k] if k < len(LENGTHS) else 2) for k, name in enumerate(names)}
        free = roles_of(self.leaves)
        integers = [leaf.name for leaf in self.leaves if leaf.kind in (INT, BOOL)]
        same = [(shape,) * len(free) for shape in TRIED] if free else [()]
        mixed = [tuple(SMALL if j == k else LARGE for j in range(len(free))) for k in range(len(free))]
        mixed = mixed if len(free) > 1 else []
        if self.has_lists:
            mixed += itertools.product(SQUARE, repeat=len(free))
        for shapes, number in itertools.product([*same[:2], *mixed, *same[2:]], (2, 1, 0) if integers else (2,)):
            by_role = dict(zip(free, shapes))
            found = {leaf.name: by_role[leaf.role] for leaf in self.leaves if is_free(leaf)}
            for leaf in self.leaves:
                dims = dims_of(leaf.kind)
                if dims is not None and leaf.name not in integers:
                    found[leaf.name] = tuple(d if isinstance(d, int) else lengths[d] for d in dims)
            yield Setting(found, {name: number for name in integers}, lengths)

    def number(self) -> Fraction:
        """Return the next number: between -2 and 2, and not near zero; or positive, or between 0 and 1."""
        self.seed = (self.seed * 48271) % 2147483647
        size = Fraction(200 + self.seed % 1600, 1000)
        if self.domain == 2:
            return size / 2
        return size if self.domain or self.seed // 1600 % 3 else -size

    def arguments(self, setting: Setting) -> dict[str, Any]:
        """Return exact arguments, as fractions."""
        found: dict[str, Any] = {}
        for leaf in self.leaves:
            if leaf.name in setting.integers:
                found[leaf.name] = setting.integers[leaf.name]
            else:
                shape = setting.shapes[leaf.name]
                count = int(self.np.prod(shape, dtype=int))
                found[leaf.name] = self.np.array([self.number() for _ in range(count)], dtype=object).reshape(shape)
        return found

    # one point

    def compare(self, setting: Setting) -> str:
        """Compare at a point; return what differs, nothing where all is equal."""
        given = self.arguments(setting)
        value = self.run(self.original, given)
        outputs = value if isinstance(value, tuple) else (value,)
        weights = [self.number() for _ in outputs]
        if self.np.ndim(outputs[0]) or len(outputs) > 1:
            raise ValueError("arrays that are returned are not checked")
        seeds = [] if self.subject.derivative != "vjp" else [weights[0]]
        claimed = self.run(self.generated, given, seeds)
        if self.subject.derivative == "value_and_grad":
            if not self.is_close(claimed[0], value):
                return f"the value is {claimed[0]}, not {value}"
            claimed = claimed[1]
        gradients = claimed if len(self.subject.wrt) > 1 else (claimed,)
        factor = seeds[0] if seeds else 1
        by_param = zip(self.subject.wrt, gradients)
        parts = {leaf.name: part for name, g in by_param for leaf, part in gathered(self.trees[name], g)}
        for name, gradient in parts.items():
            if name in setting.integers:
                continue
            if self.np.shape(gradient) != self.np.shape(given[name]):
                return f"d{name} has the shape {self.np.shape(gradient)}, not {self.np.shape(given[name])}"
            wrong = self.differs(name, gradient, given, factor, value)
            if wrong:
                return wrong
        if not seeds:
            self.prove(setting, given, parts, value)
        return ""

    def run(self, runner: Runner, given: dict[str, Any], more: Sequence[Any] = ()) -> Any:
        """Run a text on arrays of variables, or of plain numbers where they are moved."""
        index = itertools.count()
        values: dict[str, Any] = {}
        for name, value in given.items():
            if isinstance(value, int):
                values[name] = value
                continue
            mpf = runner.tracer.mp.mpf
            flat = [runner.tracer.variable(next(index), mpf(v.numerator) / v.denominator) for v in value.ravel()]
            array = self.np.array(flat, dtype=object).reshape(value.shape)
            values[name] = array if value.shape else flat[0]
        args = [grown(tree, values.__getitem__) for tree in self.trees.values()]
        return runner.run([*args, *(runner.tracer.exact(m) for m in more)], symbolic=not more)

    def differs(self, name: str, gradient: Any, given: dict[str, Any], factor: Any, value: Any) -> str:
        """Return which item of a gradient is no slope of the original."""
        for place in self.np.ndindex(*given[name].shape):
            ends = []
            for sign in (1, -1):
                moved = given[name].copy()
                moved[place] += sign * STEP
                ends.append(self.run(self.original, {**given, name: moved}))
            mp = self.original.tracer.mp
            high, low = (self.original.tracer.need(plain(e)).value for e in ends)
            middle = self.original.tracer.need(plain(value)).value
            step = mp.mpf(STEP.numerator) / STEP.denominator
            if abs(high + low - 2 * middle) / step > mp.mpf(10) ** -DIGITS * (1 + abs(high - low) / step):
                raise ValueError("a kink")  # or a jump: there is no slope here
            if abs(middle) / step > mp.mpf(10) ** (WORKING - DIGITS - 5) * (1 + abs(high - low) / step):
                raise ValueError("the difference is lost in what is added to it")
            want = (high - low) / (2 * mp.mpf(STEP.numerator) / STEP.denominator)
            want = want * mp.mpf(Fraction(factor).numerator) / Fraction(factor).denominator
            got = self.generated.tracer.need(plain(gradient[place] if place else gradient)).value
            if abs(got - want) > mp.mpf(10) ** -DIGITS * (1 + abs(want)):
                where = f"d{name}[{', '.join(map(str, place))}]" if place else f"d{name}"
                shapes = ", ".join(f"{n} {v.shape}" for n, v in given.items() if not isinstance(v, int))
                return f"{where} is {mp.nstr(got, 15)}, differences say {mp.nstr(want, 15)}, at shapes {shapes}"
        return ""

    def is_close(self, one: Any, other: Any) -> bool:
        """Return whether two numbers agree."""
        a, b = self.generated.tracer.need(plain(one)).value, self.original.tracer.need(plain(other)).value
        return bool(abs(a - b) <= self.original.tracer.mp.mpf(10) ** -DIGITS * (1 + abs(b)))

    # proofs

    def prove(self, setting: Setting, given: dict[str, Any], gradients: dict[str, Any], value: Any) -> None:
        """Write down the names whose gradients are not proved at this setting."""
        primal = self.original.tracer.need(plain(value)).node
        index = 0
        letters: list[str] = []
        places: dict[str, range] = {}
        for name, array in given.items():
            if not isinstance(array, int):
                places[name] = range(index, index + array.size)
                letters += [f"{name}_{k}" for k in range(array.size)]
                index += array.size
        for name, gradient in gradients.items():
            if name not in places or name in setting.unproved:
                continue
            flat = self.np.asarray(gradient, dtype=object).ravel()
            nodes = [self.generated.tracer.need(plain(v)).node for v in flat]
            if primal is None or primal.size > MAX_PROOF or not self.holds(primal, nodes, places[name], letters):
                setting.unproved.add(name)

    def holds(self, primal: Any, nodes: Sequence[Any], places: range, letters: Sequence[str]) -> bool:
        """Return whether each expression is proved to be a derivative."""
        builder = Builder(letters, letters=True)
        builder.restrict(primal)
        for place, node in zip(places, nodes):
            if node is None or not self.work.spend(PROOF_COST * (primal.size + node.size)):
                return False
            try:
                slope = builder.sympy.diff(builder.build(primal), builder.symbol(place))
                if not is_zero(slope - builder.build(node), self.work):
                    return False
            except (RecursionError, ArithmeticError, ValueError, TypeError):
                return False
        return True

    # the sentence

    def sentence(self, done: Sequence[Setting], unproved: set[str]) -> str:
        """Return what was found, and no more."""
        names = [f"d{name}" for name in self.subject.wrt]
        verb = "is" if len(names) == 1 else "are"
        what = "derivative" if len(names) == 1 else "derivatives"
        whose = f"equal to the {what} of {self.subject.entry}"
        points = sum(s.points for s in done)
        found = f"proved {whose}" if not unproved else f"{whose} at {points} points to {DIGITS} digits"
        return f"Checked with SymPy at {self.where(done)}: {listed(names)} {verb} {found}."

    def where(self, done: Sequence[Setting]) -> str:
        """Return at which shapes and integers."""
        free = {leaf.role: leaf.name for leaf in reversed(self.leaves) if is_free(leaf)}
        free = {role: free[role] for role in roles_of(self.leaves)}
        parts = []
        if names := done[0].names:
            parts.append(f"{', '.join(names)} = {', '.join(map(str, names.values()))}")
        if free:
            combinations = list(dict.fromkeys(tuple(s.shapes[n] for n in free.values()) for s in done))
            same = [str(c[0]) for c in combinations if len(set(c)) == 1]
            of_each = " of each argument" if len(free) > 1 else ""
            texts = [f"shapes {listed(same)}{of_each}"] if same else []
            texts += [" ".join(f"{n} {shape}" for n, shape in zip(free, c)) for c in combinations if len(set(c)) > 1]
            parts.append(", ".join(texts))
        lists = [(p.name, p.kind) for p in self.subject.params if isinstance(p.kind, ListKind)]
        parts += [f"len({name}) = {4 if kind.is_array else length_of(kind)}" for name, kind in lists]
        for name in done[0].integers:
            parts.append(f"{name} = {', '.join(map(str, sorted({s.integers[name] for s in done})))}")
        return " and ".join(parts) if parts else "numbers"


def dims_of(kind: Kind) -> tuple[int | str, ...] | None:
    """Return the dimensions: none at all of a number, None where they are not known."""
    if isinstance(kind, ListKind):
        return (4,)
    if not isinstance(kind, Array) or kind.dims is None:
        return None if isinstance(kind, Array) else ()
    return tuple(d for d in kind.dims if isinstance(d, (int, str)))


def listed(parts: Sequence[str]) -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
