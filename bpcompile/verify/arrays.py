"""The check of a module over arrays: the generated text and the original, on small arrays of exact numbers.

At each point the gradient is compared with differences of the original to many digits; then SymPy is asked whether the
expressions are equal. The shapes are those of the annotations with small lengths, or a few that the function takes.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Sequence
from fractions import Fraction
from importlib import import_module
from typing import Any

from bpcompile.ir.kinds import Array
from bpcompile.ir.kinds import Sequence as ListKind
from bpcompile.verify.arguments import gathered, grown, is_nested, length_of, taken_apart
from bpcompile.verify.fourier import Pair
from bpcompile.verify.linear import plain
from bpcompile.verify.numpy_over import REDUCING, NumPyOver
from bpcompile.verify.prove import is_zero
from bpcompile.verify.settings import Setting, guesses, listed, settings, where
from bpcompile.verify.subject import Subject, Verdict
from bpcompile.verify.symbolic import Builder
from bpcompile.verify.traced import Num, Tracer
from bpcompile.verify.work import OutOfWork, Stop, Work

WORKING, DIGITS = 100, 20  # digits of a run, and digits that must agree
STEP = Fraction(1, 10**30)  # of a difference
MAX_SHAPES = 5  # combinations that are checked
MAX_NESTED = 2  # and of functions of lists
MAX_TRIALS = 150  # and tried
POINTS = 2
DOMAINS = ("any", "positive", "unit", "heavy diagonal")  # the last: matrices that are positive definite
HEAVY = 5
MAX_PROOF = 600  # nodes of an expression that SymPy differentiates
PROOF_COST = 10
TRIP_LIMIT = 20_000


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
            "typed_": self.typed,
            "real_": self.over.numpy.real,
            "imag_": self.over.numpy.imag,
            "unit_": Pair(self.tracer.exact(0), self.tracer.exact(1)),
            "float": self.floated,
            "isinstance": self.is_one_of,
            "reduced_": self.reduced,
        }
        tree = Prepared(names, self.over).visit(ast.parse(text))
        exec(compile(ast.fix_missing_locations(tree), "<checked>", "exec"), names)
        names.update({name: helper for name, helper in self.over.helpers.items() if name in names})
        self.function = names[entry]

    def floated(self, value: Any = 0.0) -> Any:
        """Return `float(value)` without rounding."""
        return self.tracer.need(float(value) if isinstance(value, str) else plain(value))

    def is_one_of(self, value: Any, kinds: Any) -> bool:
        """Return `isinstance(value, kinds)`, where a float is a number of ours."""
        given = kinds if isinstance(kinds, tuple) else (kinds,)
        return isinstance(plain(value), tuple(Num if kind == self.floated else kind for kind in given))

    def divided(self, a: Any, b: Any) -> Any:
        """Return a quotient; of integers, an exact one."""
        if isinstance(a, self.over.np.ndarray) and a.dtype.kind in "Oi":
            return self.over.exact(a) / b
        exact = self.tracer.lift(plain(a))
        return (a if exact is None else exact) / plain(b)

    def reduced(self, base: Any, name: str, *args: Any, **options: Any) -> Any:
        """Return what a method gives: a reduction of an array, exactly."""
        is_array = isinstance(base, (self.over.np.ndarray, Num))
        return (getattr(self.over.numpy, name) if is_array else getattr(type(base), name))(base, *args, **options)

    def typed(self, value: Any, name: str) -> Any:
        """Return `x.astype(...)` without rounding to a float."""
        if "bool" in name:
            return self.over.numpy.truth(value)
        return self.over.numpy.trunc(value) if "int" in name else value * self.tracer.exact(1)

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

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Let methods of arrays be functions."""
        self.generic_visit(node)
        method = node.func
        if not isinstance(method, ast.Attribute) or method.attr not in (*REDUCING, "astype"):
            return node
        if method.attr == "astype":
            return ast.Call(ast.Name("typed_", ast.Load()), [method.value, ast.Constant(ast.unparse(node.args[0]))], [])
        if isinstance(method.value, ast.Name) and method.value.id in self.names:
            return node  # a function of a module
        args = [method.value, ast.Constant(method.attr), *node.args]
        return ast.Call(ast.Name("reduced_", ast.Load()), args, node.keywords)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Let the parts of complex numbers be functions."""
        self.generic_visit(node)
        is_module = isinstance(node.value, ast.Name) and node.value.id in self.names
        if node.attr not in ("real", "imag") or is_module:
            return node
        return ast.Call(ast.Name(f"{node.attr}_", ast.Load()), [node.value], [])

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """Take a float for the number that it is."""
        if isinstance(node.value, complex):
            return ast.Name("unit_", ast.Load())
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
        self.subject, self.trees = taken_apart(subject)
        self.given = subject
        self.work = work
        self.original = Runner(subject.original, subject.entry)
        self.generated = Runner(subject.generated, subject.generated_name)
        self.np: Any = import_module("numpy")
        self.has_lists = any(is_nested(p.kind) for p in subject.params)
        self.seed = 1
        self.domain = DOMAINS[0]
        self.reason = ""

    def check(self) -> Verdict:
        """Compare at every setting of the first guess that has one, then prove."""
        trials = itertools.count(1)
        for guess in guesses(self.subject):
            done: list[Setting] = []
            for setting in settings(self.subject, guess):
                difference = self.compare_at(setting)
                if difference:
                    return Verdict("different", "Checked with SymPy: a difference was found.", difference)
                done += [setting] if setting.points == POINTS else []
                if len(done) == (MAX_NESTED if self.has_lists else MAX_SHAPES) or next(trials) > MAX_TRIALS:
                    break
            if done:
                unproved = set().union(*(s.unproved for s in done))
                return Verdict("equal" if unproved else "proved", self.sentence(done, unproved))
            if next(trials) > MAX_TRIALS:
                break
        return unchecked(self.reason or "no arguments were found that it takes")

    def compare_at(self, setting: Setting) -> str:
        """Compare at the points of a setting; return what differs."""
        for attempt in range(len(DOMAINS) * POINTS):
            self.domain = DOMAINS[attempt // POINTS]  # another one, where these are not for this function
            if setting.points == POINTS:
                break
            try:
                difference = self.compare(setting)
            except Stop:
                raise
            except Exception as error:  # these shapes, or these numbers, are not for this function
                self.reason = self.reason or f"it raises {type(error).__name__} at every shape that was tried"
                continue
            if difference:
                return difference
            setting.points += 1
        return ""

    def number(self) -> Fraction:
        """Return the next number: between -2 and 2, and not near zero; or positive, or between 0 and 1."""
        self.seed = (self.seed * 48271) % 2147483647
        size = Fraction(200 + self.seed % 1600, 1000)
        if self.domain == "unit":
            return size / 2
        return size if self.domain == "positive" or self.seed // 1600 % 3 else -size

    def array(self, shape: tuple[int, ...]) -> Any:
        """Return an array of the next numbers, as fractions."""
        count = int(self.np.prod(shape, dtype=int))
        array = self.np.array([self.number() for _ in range(count)], dtype=object).reshape(shape)
        if self.domain == "heavy diagonal" and len(shape) == 2 and shape[0] == shape[1]:
            array = array + HEAVY * self.np.eye(shape[0], dtype=int)
        return array

    def arguments(self, setting: Setting) -> dict[str, Any]:
        """Return exact arguments."""
        found: dict[str, Any] = {}
        for p in self.subject.params:
            if p.name in setting.integers:
                found[p.name] = setting.integers[p.name]
            elif p.name in setting.guess.indices:
                shape = setting.shapes[p.name]
                places = self.np.arange(self.np.prod(shape, dtype=int)).reshape(shape) % 2
                is_mask = isinstance(p.kind, Array) and p.kind.dtype == "bool"
                found[p.name] = places.astype(bool) if is_mask else places
            else:
                found[p.name] = self.array(setting.shapes[p.name])
        return found

    # one point

    def compare(self, setting: Setting) -> str:
        """Compare at a point; return what differs, nothing where all is equal."""
        given = self.arguments(setting)
        if self.subject.derivative == "vjp":
            output = self.original.run(self.variables(self.original, given), symbolic=False)
            if isinstance(output, tuple):
                raise ValueError("several results are not checked")
            seed = f"d{self.subject.entry}"
            while seed in given:
                seed += "_"
            given[seed] = self.array(self.np.shape(output))
        value = self.value(given)
        if self.np.ndim(value):
            raise ValueError("no one number is returned")
        claimed = self.generated.run(self.variables(self.generated, given), symbolic=True)
        if self.subject.derivative == "value_and_grad":
            if not self.is_close(claimed[0], value):
                return f"the value is {claimed[0]}, not {value}"
            claimed = claimed[1]
        gradients = claimed if len(self.given.wrt) > 1 else (claimed,)
        by_param = zip(self.given.wrt, gradients)
        parts = {leaf: part for name, g in by_param for leaf, part in gathered(self.trees[name], g)}
        for name, gradient in parts.items():
            if name in setting.integers:
                continue
            if self.np.shape(gradient) != self.np.shape(given[name]):
                return f"d{name} has the shape {self.np.shape(gradient)}, not {self.np.shape(given[name])}"
            wrong = self.differs(name, gradient, given, value)
            if wrong:
                return wrong
        self.prove(setting, given, parts, value)
        return ""

    def value(self, given: dict[str, Any]) -> Any:
        """Return the number whose slopes are asked for: what the original returns, weighed by the cotangent."""
        values = self.variables(self.original, given)
        count = len(self.given.params)
        output = self.original.run(values[:count], symbolic=True)
        for cotangent in values[count:]:
            output = self.np.sum(output * cotangent)
        return output

    def variables(self, runner: Runner, given: dict[str, Any]) -> list[Any]:
        """Return arrays of variables, or of plain numbers where they are moved; integers are what they are."""
        index = itertools.count()
        found: dict[str, Any] = {}
        for name, value in given.items():
            if isinstance(value, int) or value.dtype != object:
                found[name] = value
                continue
            mpf = runner.tracer.mp.mpf
            flat = [runner.tracer.variable(next(index), mpf(v.numerator) / v.denominator) for v in value.ravel()]
            array = self.np.array(flat, dtype=object).reshape(value.shape)
            found[name] = array if value.shape else flat[0]
        args = [grown(tree, found.__getitem__) for tree in self.trees.values()]
        return args + list(found.values())[len(self.subject.params) :]

    def differs(self, name: str, gradient: Any, given: dict[str, Any], value: Any) -> str:
        """Return which item of a gradient is no slope of the original."""
        for place in self.np.ndindex(*given[name].shape):
            ends = []
            for sign in (1, -1):
                moved = given[name].copy()
                moved[place] += sign * STEP
                ends.append(self.value({**given, name: moved}))
            mp = self.original.tracer.mp
            high, low = (self.original.tracer.need(plain(e)).value for e in ends)
            middle = self.original.tracer.need(plain(value)).value
            step = mp.mpf(STEP.numerator) / STEP.denominator
            if abs(high + low - 2 * middle) / step > mp.mpf(10) ** -DIGITS * (1 + abs(high - low) / step):
                raise ValueError("a kink")  # or a jump: there is no slope here
            if abs(middle) / step > mp.mpf(10) ** (WORKING - DIGITS - 5) * (1 + abs(high - low) / step):
                raise ValueError("the difference is lost in what is added to it")
            want = (high - low) / (2 * step)
            got = self.generated.tracer.need(plain(gradient[place] if place else gradient)).value
            if abs(got - want) > mp.mpf(10) ** -DIGITS * (1 + abs(want)):
                item = f"d{name}[{', '.join(map(str, place))}]" if place else f"d{name}"
                shapes = ", ".join(f"{n} {v.shape}" for n, v in given.items() if not isinstance(v, int))
                return f"{item} is {mp.nstr(got, 15)}, differences say {mp.nstr(want, 15)}, at shapes {shapes}"
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
            if not isinstance(array, int) and array.dtype == object:
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
        lists = [(p.name, p.kind) for p in self.given.params if isinstance(p.kind, ListKind) and is_nested(p.kind)]
        lengths = [f"len({name}) = {length_of(kind)}" for name, kind in lists]
        names = [f"d{name}" for name in self.given.wrt]
        verb = "is" if len(names) == 1 else "are"
        what = "derivative" if len(names) == 1 else "derivatives"
        by = f" times d{self.subject.entry}" if self.subject.derivative == "vjp" else ""
        whose = f"equal to the {what} of {self.subject.entry}{by}"
        points = sum(s.points for s in done)
        found = f"proved {whose}" if not unproved else f"{whose} at {points} points to {DIGITS} digits"
        checked = "by mpmath" if self.generated.over.linear.is_numeric else "with SymPy"
        return f"Checked {checked} at {where(self.subject, done, lengths)}: {listed(names)} {verb} {found}."
