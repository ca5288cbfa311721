"""A text made ready to run on exact numbers.

    y = 0.5 * x ** 2        becomes        y = __bp_mul(__bp_float_0, __bp_pow(x, 2))

Float literals become exact constants, operators that could run away are guarded, `math` is replaced where it is
imported, branches say which way they go, and loops count their work. Names mean what they mean in Python: the
replacements are builtins of the namespace, which a function or a variable of the text shadows as usual.
"""

from __future__ import annotations

import ast
import builtins
import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bpcompile.nodes import walk
from bpcompile.verify.exact_math import ExactMath
from bpcompile.verify.traced import Num, Tracer, gap
from bpcompile.verify.work import MAX_BITS, MAX_ITEMS, OutOfWork, Unsupported

PREFIX = "__bp_"
NATIVE = (
    "abs all any bool dict divmod enumerate filter int iter len list map next object repr reversed round slice sorted "
    "str tuple zip True False None"
).split()
IGNORED_IMPORTS = ("__future__", "numba", "typing", "collections", "bpcompile")
COPYING = "all any extend list set sorted sum tuple".split()  # what goes through all items of its argument
TEXTUAL = "center encode expandtabs format format_map join ljust replace rjust to_bytes translate zfill".split()
TOLD = ("begin", "enter", "failed", "leave", "loop", "raised", "test", "tick", "trip", "weighed")  # to the tracer
GUARDED: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
    ast.LShift: "lshift",
}
Loop = TypeVar("Loop", ast.For, ast.While)
Tested = TypeVar("Tested", ast.If, ast.IfExp, ast.While)
Comprehension = TypeVar("Comprehension", ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)


@dataclass(frozen=True)
class Branch:
    """A condition of the text, and which of its outcomes are branches of their own."""

    number: int
    line: int
    is_loop: bool
    outcomes: tuple[bool, ...]


@dataclass
class Program:
    """A text that can be run."""

    text: str
    filename: str
    tree: ast.Module = field(init=False)
    code: Any = field(init=False)
    floats: list[float] = field(init=False)
    branches: list[Branch] = field(init=False)
    loops: list[int | None] = field(init=False)  # for each loop, its condition among the branches
    silent: frozenset[int] = field(init=False)  # the calls whose results only decide whether a loop goes on
    functions: dict[str, ast.FunctionDef] = field(init=False)
    bound: dict[int, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tree = ast.parse(self.text)
        self.functions = {s.name: s for s in self.tree.body if isinstance(s, ast.FunctionDef)}
        rewriter = Rewriter(constants_of(self.tree))
        rewritten = ast.fix_missing_locations(rewriter.visit(ast.parse(self.text)))
        self.code = compile(rewritten, self.filename, "exec", dont_inherit=True, optimize=0)
        self.floats = rewriter.floats
        self.branches = rewriter.branches
        self.loops = rewriter.loops
        self.silent = frozenset(rewriter.silent)

    def load(self, tracer: Tracer) -> dict[str, Any]:
        """Execute the text and return its names."""
        if tracer.mp.dps not in self.bound:
            self.bound[tracer.mp.dps] = namespace(tracer, self.filename, self.floats)
        names = dict(self.bound[tracer.mp.dps])
        exec(self.code, names)
        return names

    def keyword_only(self, function: str) -> frozenset[str]:
        """Return the parameters that must be passed by name."""
        return frozenset(arg.arg for arg in self.functions[function].args.kwonlyargs)


def constants_of(tree: ast.Module) -> frozenset[str]:
    """Return the names bound at module level and nowhere else."""
    top = {name for s in tree.body if not isinstance(s, ast.FunctionDef) for name in stored(s)}
    inside = {name for s in tree.body if isinstance(s, ast.FunctionDef) for name in stored(s)}
    return frozenset(top - inside)


def stored(tree: ast.AST) -> set[str]:
    """Return the names that are assigned or are parameters somewhere in the tree."""
    nodes = walk(tree)
    names = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return names | {n.arg for n in nodes if isinstance(n, ast.arg)}


class Rewriter(ast.NodeTransformer):
    """Rewrites a module as the docstring of this file says."""

    def __init__(self, constants: frozenset[str]) -> None:
        self.constants = constants
        self.floats: list[float] = []
        self.branches: list[Branch] = []
        self.sites = 0
        self.loops: list[int | None] = []
        self.silent: list[int] = []
        self.deciding: set[int] = set()

    def visit(self, node: ast.AST) -> Any:
        """Rewrite the node, and let what stands for it stand where it did."""
        result = super().visit(node)
        if "lineno" in node._attributes:
            for new in result if isinstance(result, list) else [result]:
                if new is not None and not hasattr(new, "lineno"):
                    ast.copy_location(new, node)
        return result

    def marked(self, node: ast.expr) -> ast.expr:
        """Return the expression, which says where it stands once it is evaluated."""
        self.sites += 1
        return call("mark", ast.Constant(self.sites), node)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        node.comparators = [self.marked(comparator) for comparator in node.comparators]
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "copy":
            node.func.value = call("weighed", node.func.value)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in COPYING and len(node.args) == 1 and not isinstance(node.args[0], ast.Starred):
            node.args[0] = call("weighed", node.args[0])
        if node.args and not node.keywords and not isinstance(node.args[-1], ast.Starred):
            node.args[-1] = self.marked(node.args[-1])
            if id(node) in self.deciding:
                self.silent.append(self.sites)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if node.attr in TEXTUAL or node.attr.startswith("__"):
            raise Unsupported(f"it uses {node.attr}")
        self.generic_visit(node)
        return node

    def visit_Starred(self, node: ast.Starred) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load):
            node.value = call("weighed", node.value)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        is_copied = isinstance(node.slice, ast.Slice) and isinstance(node.ctx, ast.Load)
        return call("weighed", node) if is_copied else node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        self.generic_visit(node)
        if any(isinstance(t, ast.Subscript) and isinstance(t.slice, ast.Slice) for t in node.targets):
            node.value = call("weighed", node.value)
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        self.generic_visit(node)
        return call("weighed", node)

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.expr:
        node.value = self.visit(node.value)
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        self.generic_visit(node)
        node.body = ast.BoolOp(ast.And(), [call("tick"), node.body])
        return node

    def visit_Raise(self, node: ast.Raise) -> ast.stmt:
        self.generic_visit(node)
        if node.exc is not None:
            node.exc = call("raised", node.exc)
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        self.generic_visit(node)
        message = [node.msg] if node.msg is not None else []
        return ast.If(ast.UnaryOp(ast.Not(), node.test), [ast.Raise(call("failed", *message), None)], [])

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, complex):
            raise Unsupported("it has a complex number")
        if not isinstance(node.value, float):
            return node
        self.floats.append(node.value)
        return load(f"float_{len(self.floats) - 1}")

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        name = GUARDED.get(type(node.op))
        return node if name is None else call(name, node.left, node.right)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        self.generic_visit(node)
        name = GUARDED.get(type(node.op))
        if name is None:
            return node
        target = node.target
        if isinstance(target, ast.Name):
            return ast.Assign([target], call("i" + name, ast.Name(target.id, ast.Load()), node.value))
        if isinstance(target, ast.Subscript):
            return ast.Expr(call("item_" + name, call("slot", target.value, as_index(target.slice)), node.value))
        raise Unsupported("it assigns to an attribute")

    def visit_If(self, node: ast.If) -> ast.stmt:
        chained = len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)
        return self.branch(node, (True,) if chained else (True, False))

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        return self.branch(node, (True,) if isinstance(node.orelse, ast.IfExp) else (True, False))

    def visit_While(self, node: ast.While) -> list[ast.stmt]:
        is_silent = not any(isinstance(n, (ast.NamedExpr, ast.Lambda)) for n in walk(node.test))
        calls = {id(n) for n in walk(node.test) if isinstance(n, ast.Call)} if is_silent else set()
        self.deciding |= calls
        number = len(self.branches)
        return self.loop(self.branch(node, (True,)), number)

    def visit_For(self, node: ast.For) -> list[ast.stmt]:
        self.generic_visit(node)
        return self.loop(node, None)

    def loop(self, node: Loop, condition: int | None) -> list[ast.stmt]:
        number = ast.Constant(len(self.loops))
        self.loops.append(condition)
        node.body.insert(0, ast.Expr(call("trip", number)))
        return [ast.Expr(call("loop", number)), node]

    def branch(self, node: Tested, outcomes: tuple[bool, ...]) -> Tested:
        number = len(self.branches)
        names = {n.id for n in walk(node.test) if isinstance(n, ast.Name)}
        if names <= self.constants:
            outcomes = ()
        self.branches.append(Branch(number, node.lineno, isinstance(node, ast.While), outcomes))
        self.generic_visit(node)
        node.test = call("test", ast.Constant(number), call("begin"), node.test)
        return node

    def comprehension(self, node: Comprehension) -> Comprehension:
        self.generic_visit(node)
        for generator in node.generators:
            generator.ifs.insert(0, call("tick"))
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        return self.comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.expr:
        return self.comprehension(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        for arg in walk(node.args):
            if isinstance(arg, ast.arg):
                arg.annotation = None
        node.returns = None
        node.decorator_list = []
        self.generic_visit(node)
        entered = ast.Try(node.body, [], [], [ast.Expr(call("leave"))])
        node.body = [ast.Expr(call("enter")), entered]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        if node.value is None:
            return ast.Pass()
        value = self.visit(node.value)
        return ast.Assign([self.visit(node.target)], value)

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        return [s for alias in node.names for s in self.imported(alias.name, alias.asname or alias.name, None)]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.stmt]:
        module = node.module or ""
        return [s for alias in node.names for s in self.imported(module, alias.asname or alias.name, alias.name)]

    def imported(self, module: str, name: str, member: str | None) -> list[ast.stmt]:
        if module.split(".")[0] in IGNORED_IMPORTS:
            return [ast.Pass()]
        if module != "math" or member == "*":
            raise Unsupported(f"it imports {module}")
        value: ast.expr = load("math")
        if member is not None:
            value = ast.Attribute(value, member, ast.Load())
        return [ast.Assign([ast.Name(name, ast.Store())], value)]

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.stmt:
        raise Unsupported("it has a class")

    def visit_Try(self, node: ast.Try) -> ast.stmt:
        raise Unsupported("it has a try statement")


def load(name: str) -> ast.expr:
    """Return one of our names."""
    return ast.Name(PREFIX + name, ast.Load())


def call(name: str, *args: ast.expr) -> ast.expr:
    """Return a call of one of our functions."""
    return ast.Call(load(name), list(args), [])


def as_index(node: ast.expr) -> ast.expr:
    """Return the expression of a subscript as one that can be an argument."""
    if not isinstance(node, ast.Slice):
        return node
    none = ast.Constant(None)
    return ast.Call(ast.Name("slice", ast.Load()), [node.lower or none, node.upper or none, node.step or none], [])


def check_product(left: Any, right: Any) -> None:
    """Raise where a product of exact integers, or a repeated list, would be too large."""
    for items, times in ((left, right), (right, left)):
        if isinstance(items, (list, tuple, str)) and isinstance(times, int) and len(items) * times > MAX_ITEMS:
            raise OutOfWork("it makes a list that is too long")
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() + right.bit_length() > MAX_BITS:
        raise OutOfWork("it makes an integer that is too large")


def check_sum(left: Any, right: Any) -> None:
    """Raise where joined lists would be too long."""
    are_lists = isinstance(left, (list, tuple, str)) and isinstance(right, (list, tuple, str))
    if are_lists and len(left) + len(right) > MAX_ITEMS:
        raise OutOfWork("it makes a list that is too long")


def check_shift(left: Any, right: Any) -> None:
    """Raise where a shifted integer would be too large."""
    if isinstance(right, int) and right > MAX_BITS:
        raise OutOfWork("it makes an integer that is too large")


def check_power(left: Any, right: Any) -> None:
    """Raise where a power of exact integers would be too large."""
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() * abs(right) > MAX_BITS:
        raise OutOfWork("it makes an integer that is too large")


def guarded(tracer: Tracer, check: Callable[[Any, Any], None], apply: Callable[[Any, Any], Any]) -> Any:
    """Return the operator, checked before it is applied."""

    def function(left: Any, right: Any) -> Any:
        if type(left) is not Num and type(right) is not Num:
            tracer.tick()
            check(left, right)
            return tracer.weighed(apply(left, right))
        return apply(left, right)

    return function


def division(tracer: Tracer) -> Callable[[Any, Any], Any]:
    """Return `/`, exact for integers."""

    def divide(left: Any, right: Any) -> Any:
        if isinstance(left, int) and isinstance(right, int):
            return tracer.need(left) / tracer.need(right)
        return left / right

    return divide


def raising(tracer: Tracer) -> Callable[[Any, Any], Any]:
    """Return `**`, exact for integers."""

    def raise_to(left: Any, right: Any) -> Any:
        if isinstance(left, int) and isinstance(right, int) and right < 0:
            return tracer.need(left) ** right
        return left**right

    return raise_to


def operators(tracer: Tracer) -> dict[str, Any]:
    """Return the functions that operators become: `add`, in place `iadd`, and `item_add` for a[i] += v."""
    table = {
        "add": (check_sum, operator.add, operator.iadd),
        "mul": (check_product, operator.mul, operator.imul),
        "div": (lambda left, right: None, division(tracer), division(tracer)),
        "pow": (check_power, raising(tracer), raising(tracer)),
        "lshift": (check_shift, operator.lshift, operator.lshift),
    }
    functions: dict[str, Any] = {}
    for name, (check, plain, in_place) in table.items():
        functions[name] = guarded(tracer, check, plain)
        functions["i" + name] = guarded(tracer, check, in_place)
        functions["item_" + name] = update_item(functions["i" + name])
    return functions


def slot(items: Any, index: Any) -> tuple[Any, Any, Any]:
    """Return what `items[index] op= value` reads before it comes to the value."""
    return items, index, items[index]


def update_item(apply: Callable[[Any, Any], Any]) -> Callable[[Any, Any], None]:
    """Return the function that does `items[index] op= value`."""

    def update(place: tuple[Any, Any, Any], value: Any) -> None:
        items, index, old = place
        items[index] = apply(old, value)

    return update


def float_type(tracer: Tracer) -> type:
    """Return what `float` is: it makes our numbers, and they are instances of it."""

    class Float(type):
        def __call__(cls, value: object = 0) -> Num:
            return tracer.need(float(value) if isinstance(value, str) else value)

        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, (Num, float))

    return Float("float", (), {})


class Builtins:
    """The builtins that must know our numbers."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer
        self.raise_to = operators(tracer)["pow"]
        self.add = operators(tracer)["add"]
        self.float = float_type(tracer)

    def names(self) -> dict[str, Any]:
        """Return every builtin that a text may use."""
        native = {name: getattr(builtins, name) for name in NATIVE}
        errors = {n: e for n, e in vars(builtins).items() if isinstance(e, type) and issubclass(e, Exception)}
        own = {name[2:]: getattr(self, name) for name in dir(self) if name.startswith("b_")}
        return {**native, **errors, **own, "float": self.float, "isinstance": isinstance}

    def b_sum(self, items: Any, /, start: Any = 0) -> Any:
        for item in items:
            start = self.add(start, item)
        return start

    def b_range(self, *bounds: int) -> range:
        result = range(*bounds)
        if len(result) > MAX_ITEMS:
            raise OutOfWork("it counts too far")
        return result

    def b_pow(self, base: Any, exponent: Any, modulus: int | None = None) -> Any:
        return self.raise_to(base, exponent) if modulus is None else pow(base, exponent, modulus)

    def b_max(self, *args: Any, key: Any = None, **default: Any) -> Any:
        return self.best(args, key, default, lambda new, old: new > old)

    def b_min(self, *args: Any, key: Any = None, **default: Any) -> Any:
        return self.best(args, key, default, lambda new, old: new < old)

    def best(self, args: tuple[Any, ...], key: Any, default: dict[str, Any], beats: Callable[[Any, Any], bool]) -> Any:
        """Return the first of the items that no other beats."""
        site = self.tracer.site
        items = list(args[0]) if len(args) == 1 else list(args)
        if not items:
            if "default" in default:
                return default["default"]
            raise ValueError("an empty sequence")
        champion = items[0]
        for part, item in enumerate(items[1:], start=1):
            new, old = (item, champion) if key is None else (key(item), key(champion))
            self.tracer.site = site
            if self.wins(new, old, beats, part):
                champion = item
        return champion

    def wins(self, new: Any, old: Any, beats: Callable[[Any, Any], bool], part: int) -> bool:
        """Return whether the new item beats the old one: a decision that is written down."""
        if not isinstance(new, Num) and not isinstance(old, Num):
            return beats(new, old)
        left, right = self.tracer.need(new), self.tracer.need(old)
        if left is right:
            return False
        outcome = beats(left.value, right.value)
        return bool(self.tracer.decide("pick", outcome, gap(left, right), right.value, part))

    def b_type(self, value: object) -> Any:
        return self.float if isinstance(value, Num) else type(value)


def marker(tracer: Tracer, filename: str) -> Callable[[int, Any], Any]:
    """Return the function that says where the text is, just before something is decided there."""

    def mark(number: int, value: Any) -> Any:
        tracer.site = filename, number
        return value

    return mark


def namespace(tracer: Tracer, filename: str, floats: list[float]) -> dict[str, Any]:
    """Return the names that a text starts from."""
    ours: dict[str, Any] = {f"float_{i}": tracer.literal(value) for i, value in enumerate(floats)}
    ours |= operators(tracer)
    ours |= {"math": ExactMath(tracer).module, "slot": slot}
    ours |= {name: getattr(tracer, name) for name in TOLD}
    ours["mark"] = marker(tracer, filename)
    names: dict[str, Any] = {PREFIX + name: value for name, value in ours.items()}
    names["__builtins__"] = Builtins(tracer).names()
    names["__name__"] = "checked"
    return names
