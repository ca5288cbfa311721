"""Lowering of calls: functions on numbers by table, those that need more by a method each, the user's own inlined."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bpcompile.frontend import subset
from bpcompile.frontend.expressions import defaults_of
from bpcompile.frontend.inference import Cell
from bpcompile.frontend.lists import METHODS, WRITERS, ListLowerer
from bpcompile.frontend.module import FunctionNode, local_names
from bpcompile.frontend.trees import BROKEN, NOTHING, Broken, Frame, Known, Text, Thing, UserFunction
from bpcompile.ir import ops
from bpcompile.ir.graph import Apply, Block, Const, Group, Param, Result, Unpack, Value, leaves
from bpcompile.ir.kinds import Array
from bpcompile.ir.ops import Op

MAX_CALL_DEPTH = 60  # of helpers that call helpers


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a call, evaluated in order, each with its place."""

    positional: Sequence[tuple[Thing, ast.expr]]
    keywords: Mapping[str, tuple[Thing, ast.expr]]


class CallLowerer(ListLowerer):
    """Reads calls."""

    def lower_Call(self, node: ast.Call) -> Thing:
        if isinstance(node.func, ast.Attribute) and node.func.attr in (*METHODS, *WRITERS):
            return self.called_method(node, node.func)
        function = self.called(node.func)
        if isinstance(function, Broken):
            return function
        arguments = self.arguments(node)
        if arguments is None:
            return BROKEN
        if isinstance(function, UserFunction):
            return self.call_user(function, node, arguments)
        if isinstance(function, Known) and function.name.startswith(("np.", "scipy.")):
            return self.call_array(function.name, node, arguments)
        if isinstance(function, Known) and function.name in subset.ITERATORS:
            hint = "use it in the head of a `for` loop"
            return self.refuse("BP012", f"`{function.name}` outside the head of a loop", node, hint)
        if isinstance(function, Known) and function.name in subset.CALLS:
            return self.call_table(function.name, node, arguments)
        if isinstance(function, Known):
            return self.call_special(function.name, node, arguments)
        return self.refuse("BP015", "this is not a function that can be differentiated", node.func)

    def called_method(self, node: ast.Call, function: ast.Attribute) -> Thing:
        """Return a call of a method of a list."""
        if function.attr in METHODS:
            return self.call_method(node, function)
        return self.refuse("BP025", f"a list that is changed by `.{function.attr}`", function, WRITES)

    def called(self, node: ast.expr) -> Thing:
        """Return the function that is called."""
        return self.expression(node)

    def arguments(self, node: ast.Call) -> Arguments | None:
        """Return the evaluated arguments; None where one is refused."""
        positional: list[tuple[Thing, ast.expr]] = []
        keywords: dict[str, tuple[Thing, ast.expr]] = {}
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                group = self.expression(argument.value)
                if not isinstance(group, Group):
                    self.refuse("BP018", "a starred argument of unknown length", argument, "write the arguments out")
                    return None
                positional += [(item, argument) for item in group.items]
            else:
                if isinstance(argument, ast.GeneratorExp):
                    positional.append((self.comprehension(argument), argument))
                else:
                    positional.append((self.argument(argument), argument))
        for keyword in node.keywords:
            if keyword.arg is None:
                self.refuse("BP018", "arguments by `**`", keyword.value, "write the arguments out")
                return None
            keywords[keyword.arg] = (self.expression(keyword.value), keyword.value)
        if any(isinstance(t, Broken) for t, _ in (*positional, *keywords.values())):
            return None
        return Arguments(positional, keywords)

    def argument(self, node: ast.expr) -> Thing:
        """Return an argument."""
        return self.expression(node)

    def call_table(self, name: str, node: ast.Call, arguments: Arguments) -> Thing:
        """Return a call of a function that is one operation on numbers."""
        call = subset.CALLS[name]
        count = len(arguments.positional)
        if not self.check_count(name, node, count, call.least, call.most):
            return BROKEN
        for keyword in arguments.keywords:
            return self.refuse("BP018", f"the keyword `{keyword}` of {name}", node, "leave it out")
        return self.on_numbers(call.op, node, arguments.positional)

    def check_count(self, name: str, node: ast.AST, count: int, least: int, most: int | None) -> bool:
        """Refuse a wrong number of arguments."""
        if count < least or (most is not None and count > most):
            wanted = str(least) if most == least else f"{least} or more" if most is None else f"{least} to {most}"
            self.refuse("BP018", f"{name} takes {wanted} arguments, not {count}", node)
            return False
        return True

    def on_numbers(self, op: Op, node: ast.AST, arguments: Sequence[tuple[Thing, ast.expr]]) -> Thing:
        """Return the operation on arguments that must be numbers."""
        numbers = [self.as_number(thing, place) for thing, place in arguments]
        values = [n for n in numbers if isinstance(n, Value)]
        for value, (_, place) in zip(values, arguments):
            if isinstance(value.kind, Array) and value.kind.dims != () and op is not ops.ABS and op is not ops.POW:
                hint = 'use the function of NumPy; for one number, annotate it: `x: ""`'
                return self.refuse("BP052", f"an array, where {op.name} takes one number", place, hint)
        return self.apply(op, node, *values) if len(values) == len(numbers) else BROKEN

    def call_special(self, name: str, node: ast.Call, arguments: Arguments) -> Thing:
        """Return a call that has a method of its own: `call_sum`, `call_math_log`."""
        method: Callable[[ast.Call, Arguments], Thing] = getattr(self, f"call_{name.replace('.', '_')}")
        least, most, keywords = SPECIAL_ARGUMENTS[name]
        for keyword in arguments.keywords:
            if keyword not in keywords:
                return self.refuse("BP018", f"the keyword `{keyword}` of {name}", node, "leave it out")
        if not self.check_count(name, node, len(arguments.positional) + len(arguments.keywords), least, most):
            return BROKEN
        return method(node, arguments)

    def call_math_log(self, node: ast.Call, arguments: Arguments) -> Thing:
        op = ops.MATH["log"] if len(arguments.positional) == 1 else ops.LOG_BASE
        return self.on_numbers(op, node, arguments.positional)

    def call_math_frexp(self, node: ast.Call, arguments: Arguments) -> Thing:
        return self.pair(ops.MANTISSA, ops.EXPONENT, node, arguments)

    def call_math_modf(self, node: ast.Call, arguments: Arguments) -> Thing:
        return self.pair(ops.FRACTION, ops.WHOLE, node, arguments)

    def call_divmod(self, node: ast.Call, arguments: Arguments) -> Thing:
        return self.pair(ops.QUOTIENT, ops.REMAINDER, node, arguments)

    def pair(self, first: Op, second: Op, node: ast.AST, arguments: Arguments) -> Thing:
        """Return the two results of a function that returns a pair."""
        a = self.on_numbers(first, node, arguments.positional)
        b = self.on_numbers(second, node, arguments.positional)
        return Group((a, b)) if isinstance(a, Value) and isinstance(b, Value) else BROKEN

    def call_pow(self, node: ast.Call, arguments: Arguments) -> Thing:
        ordered = self.ordered(arguments, ("base", "exp", "mod"), node)
        if ordered is None:
            return BROKEN
        return self.on_numbers(ops.POW if len(ordered) == 2 else ops.POW_MOD, node, ordered)

    def call_round(self, node: ast.Call, arguments: Arguments) -> Thing:
        ordered = self.ordered(arguments, ("number", "ndigits"), node)
        if ordered is None:
            return BROKEN
        if len(ordered) == 2 and ordered[1][0] is NOTHING:
            ordered = ordered[:1]
        return self.on_numbers(ops.ROUND if len(ordered) == 1 else ops.ROUND_TO, node, ordered)

    def ordered(self, arguments: Arguments, names: Sequence[str], node: ast.AST) -> list[tuple[Thing, ast.expr]] | None:
        """Return the arguments in the order of the names."""
        ordered = list(arguments.positional)
        for name in names[len(ordered) :]:
            if name in arguments.keywords:
                ordered.append(arguments.keywords[name])
        if len(ordered) != len(arguments.positional) + len(arguments.keywords):
            self.refuse("BP018", "an argument is given twice", node)
            return None
        return ordered

    def call_float(self, node: ast.Call, arguments: Arguments) -> Thing:
        if not arguments.positional:
            return self.const(0.0)
        thing, place = arguments.positional[0]
        if isinstance(thing, Text):
            return self.parsed(thing.text, place)
        return self.on_numbers(ops.FLOAT, node, arguments.positional)

    def parsed(self, text: str, node: ast.expr) -> Thing:
        """Return `float("inf")` and its like."""
        try:
            value = float(text)
        except ValueError:
            return self.refuse("BP042", "a string that is not a number", node)
        if math.isnan(value):
            return self.global_param("math.nan")
        return self.const(value)

    def call_int(self, node: ast.Call, arguments: Arguments) -> Thing:
        return self.on_numbers(ops.INT_OF, node, arguments.positional) if arguments.positional else self.const(0)

    def call_bool(self, node: ast.Call, arguments: Arguments) -> Thing:
        if not arguments.positional:
            return self.const(False)
        thing, place = arguments.positional[0]
        if isinstance(thing, Group):
            return self.const(bool(thing.items))
        if isinstance(thing, Value) and self.is_list(thing):
            return self.apply(ops.BOOL_OF, node, self.length(thing, node))
        return self.apply(ops.BOOL_OF, node, thing) if isinstance(thing, Value) else self.not_a_number(thing, place)

    def call_len(self, node: ast.Call, arguments: Arguments) -> Thing:
        thing, place = arguments.positional[0]
        if isinstance(thing, Group):
            return self.const(len(thing.items))
        if isinstance(thing, Value) and isinstance(thing.kind, Array):
            return self.apply(ops.LEN, node, thing)
        if isinstance(thing, Value):
            return self.whole_list(ops.LEN, node, [(thing, place)])
        return self.not_a_number(thing, place)

    def call_list(self, node: ast.Call, arguments: Arguments) -> Thing:
        return self.converted(node, arguments, False)

    def call_tuple(self, node: ast.Call, arguments: Arguments) -> Thing:
        return self.converted(node, arguments, True)

    def converted(self, node: ast.Call, arguments: Arguments, is_tuple: bool) -> Thing:
        """Return a tuple as a list, or the other way round."""
        if not arguments.positional:
            return Group((), is_tuple)
        thing = arguments.positional[0][0]
        if isinstance(thing, Group) and (is_tuple or not self.mutates):
            return Group(thing.items, is_tuple)
        if isinstance(thing, Group):
            return self.listed(thing.items, node)
        if not isinstance(thing, Value):
            return self.not_a_number(thing, node)
        copied = self.rows(thing, node) if isinstance(thing.kind, Array) else self.copied(thing, node)
        if isinstance(copied, Value) and is_tuple:
            self.freeze(copied, "it is a tuple")
        return copied

    def rows(self, array: Value, node: ast.AST) -> Thing:
        """Return a list of the rows of an array."""
        raise NotImplementedError  # pragma: no cover - `ArrayListLowerer` has it

    def call_max(self, node: ast.Call, arguments: Arguments) -> Thing:
        return self.extreme(ops.MAX, ops.MAX_OF, node, arguments)

    def call_min(self, node: ast.Call, arguments: Arguments) -> Thing:
        return self.extreme(ops.MIN, ops.MIN_OF, node, arguments)

    def extreme(self, op: Op, whole: Op, node: ast.Call, arguments: Arguments) -> Thing:
        """Return the largest or smallest of numbers, of a tuple, or of a list parameter."""
        items = list(arguments.positional)
        if len(items) == 1:
            thing, place = items[0]
            if isinstance(thing, Value):
                return self.whole_list(whole, node, items)
            if not isinstance(thing, Group):
                return self.not_a_number(thing, place)
            items = [(item, place) for item in thing.items]
        if not items:
            return self.refuse("BP018", f"{op.name} of nothing", node)
        if len(items) == 1:
            return self.as_number(*items[0])
        return self.on_numbers(op, node, items)

    def call_sum(self, node: ast.Call, arguments: Arguments) -> Thing:
        start = arguments.keywords.get("start")
        positional = list(arguments.positional)
        if len(positional) == 2:
            start = positional.pop()
        thing, place = positional[0]
        if isinstance(thing, Group):
            items = [(item, place) for item in thing.items]
            given = [*items, start] if start else items
            if any(isinstance(t, Value) and isinstance(t.kind, Array) and t.kind.dims != () for t, _ in given):
                return self.added_up([start, *items] if start else items, node)
            return self.on_numbers(ops.SUM_START if start else ops.SUM, node, given)
        return self.whole_list(ops.SUM_OF, node, positional, start)

    def added_up(self, items: Sequence[tuple[Thing, ast.expr]], node: ast.AST) -> Thing:
        """Return the sum of arrays that are written out, as additions."""
        total: Value | None = None
        for thing, place in items:
            value = self.as_number(thing, place)
            if isinstance(value, Broken):
                return value
            total = value if total is None else self.apply(ops.ADD, node, total, value)
        return self.const(0) if total is None else total

    def call_math_fsum(self, node: ast.Call, arguments: Arguments) -> Thing:
        thing, place = arguments.positional[0]
        if isinstance(thing, Group):
            return self.on_numbers(ops.FSUM, node, [(item, place) for item in thing.items])
        return self.whole_list(ops.FSUM_OF, node, arguments.positional)

    def call_math_prod(self, node: ast.Call, arguments: Arguments) -> Thing:
        start = arguments.keywords.get("start")
        thing, place = arguments.positional[0]
        if isinstance(thing, Group):
            items = [(item, place) for item in thing.items]
            return self.on_numbers(ops.PROD_START if start else ops.PROD, node, [*items, start] if start else items)
        return self.whole_list(ops.PROD_OF, node, arguments.positional, start)

    def call_math_dist(self, node: ast.Call, arguments: Arguments) -> Thing:
        return self.of_two_lists(ops.DIST, ops.DIST_OF, node, arguments)

    def call_math_sumprod(self, node: ast.Call, arguments: Arguments) -> Thing:
        return self.of_two_lists(ops.SUMPROD, ops.SUMPROD_OF, node, arguments)

    def of_two_lists(self, op: Op, whole: Op, node: ast.Call, arguments: Arguments) -> Thing:
        """Return a function of two points: both written out, or both parameters."""
        (p, p_place), (q, q_place) = arguments.positional
        if isinstance(p, Group) and isinstance(q, Value):
            q = self.items_of(q, len(p.items), q_place)
        elif isinstance(p, Value) and isinstance(q, Group):
            p = self.items_of(p, len(q.items), p_place)
        if isinstance(p, Group) and isinstance(q, Group):
            if len(p.items) != len(q.items):
                return self.refuse("BP022", f"{len(p.items)} items and {len(q.items)} items", node)
            items = [*((i, p_place) for i in p.items), *((i, q_place) for i in q.items)]
            return self.on_numbers(op, node, items)
        if isinstance(p, Value) and isinstance(q, Value):
            return self.whole_list(whole, node, arguments.positional)
        return self.not_a_number(p if not isinstance(p, (Group, Value)) else q, node)

    def items_of(self, value: Value, count: int, node: ast.expr) -> Thing:
        """Return the items of a list parameter that must have so many; ValueError at run time if it has not."""
        cell = self.list_cell(value, node)
        if cell is None:
            return BROKEN
        unpack = self.unpack_into(value, cell, [None] * count, node)
        return Group(tuple(unpack.results))

    def unpack_into(self, value: Value, cell: Cell, names: Sequence[str | None], node: ast.AST) -> Unpack:
        """Append the unpacking of a list parameter into so many items."""
        unpack = Unpack(self.current(value, node), span=self.span(node))
        for i, name in enumerate(names):
            result = Result(unpack, i, name)
            self.cells.put(result, cell.item(i))
            self.taken(result)
            self.home[result] = self.block
            unpack.results.append(result)
        cell.length = cell.length or len(names)
        self.block.items.append(unpack)
        return unpack

    def whole_list(
        self,
        op: Op,
        node: ast.AST,
        arguments: Sequence[tuple[Thing, ast.expr]],
        start: tuple[Thing, ast.expr] | None = None,
    ) -> Thing:
        """Return an operation that reads a whole list parameter; a start comes last."""
        values: list[Value] = []
        kinds: list[Array | None] = []
        for thing, place in arguments:
            if not isinstance(thing, Value):
                return self.not_a_number(thing, place)
            cell = self.list_cell(thing, place)
            if cell is None:
                return BROKEN
            cell.is_open = True
            if op is not ops.LEN and not self.holds_numbers(cell.all_items(), place):
                return BROKEN
            kinds.append(self.items.take(cell.all_items()) if self.arrays and op is not ops.LEN else None)
            if kinds[-1] is not None and op is not ops.SUM_OF:
                what = f"a list of arrays, where `{op.name.removesuffix('_of')}` takes numbers"
                return self.refuse("BP052", what, place, STACK_THEM)
            values.append(self.current(thing, place))
        if start is not None:
            number = self.as_number(*start)
            if isinstance(number, Broken):
                return number
            values.append(number)
            kinds = [Array(None) if any((*kinds, isinstance(number.kind, Array))) else None]
        value = self.apply(op, node, *values)
        value.kind = next((kind for kind in kinds if kind is not None), value.kind)
        return value

    def comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> Thing:
        """Return the list that a comprehension builds."""
        raise NotImplementedError  # pragma: no cover - `LoopLowerer` has it

    def call_array(self, name: str, node: ast.Call, given: Arguments) -> Thing:
        """Return a call of a function of NumPy or SciPy."""
        raise NotImplementedError  # pragma: no cover - `ArrayCallLowerer` has it

    # the user's functions

    def call_user(self, function: UserFunction, node: ast.Call, arguments: Arguments) -> Thing:
        """Return what the function returns: its body is read here, with its parameters bound to the arguments."""
        if self.frame.node is None:
            return self.refuse("BP031", "a function is called when the module is imported", node)
        if function.frame is None and isinstance(function.node, ast.FunctionDef) and self.is_recursive(function):
            return self.call_own(function, node, arguments)
        if function.node in self.active_calls:
            hint = "define it at the top of the file, and pass in what it needs"
            return self.refuse("BP030", f"`{function.name}` calls itself inside another function", node, hint)
        if len(self.active_calls) >= MAX_CALL_DEPTH:
            return self.refuse("BP003", f"functions call functions more than {MAX_CALL_DEPTH} deep", node)
        if not self.accept_function(function.node, node):
            return BROKEN
        self.inline(node)
        frame = Frame(function.node, local_names(function.node), function.frame)
        if not self.bind_arguments(frame, function, node, arguments):
            return BROKEN
        if function.frame is None and isinstance(function.node, ast.FunctionDef) or function.frame is None:
            self.used_functions.setdefault(function.name, function.node)
        outer, self.frame = self.frame, frame
        self.active_calls.append(function.node)
        self.calling.append(outer)
        before = self.count
        thing = self.function_body(function.node)
        self.calling.pop()
        self.active_calls.pop()
        self.frame = outer
        if isinstance(thing, Value) and self.count > before and is_formula(function.node):
            given = [t for t, _ in (*arguments.positional, *arguments.keywords.values())]
            if all(isinstance(t, Value) for t in given):
                self.calls.setdefault(thing, (function.name, tuple(t for t in given if isinstance(t, Value))))
        return thing

    def is_recursive(self, function: UserFunction) -> bool:
        """Return whether a function of the file calls itself, directly or through others."""
        raise NotImplementedError  # pragma: no cover - `RecursionLowerer` has it

    def call_own(self, function: UserFunction, node: ast.Call, arguments: Arguments) -> Thing:
        """Return a call of a function that is differentiated on its own."""
        raise NotImplementedError  # pragma: no cover - `RecursionLowerer` has it

    def function_body(self, node: FunctionNode) -> Thing:
        """Return what the function's body returns in the current frame."""
        raise NotImplementedError  # pragma: no cover - `StatementLowerer` has it

    def accept_function(self, node: FunctionNode, call: ast.AST) -> bool:
        """Refuse a function that is not plain: starred parameters, decorators, generators, `global`."""
        before = len(self.refusals)
        for star, starred in (("*", node.args.vararg), ("**", node.args.kwarg)):
            if starred is not None:
                self.refuse("BP032", f"the parameter `{star}{starred.arg}`", starred, "name the parameters")
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                self.refuse("BP035", f"`{node.name}` is decorated", decorator, "call an undecorated function")
        return len(self.refusals) == before

    def bind_arguments(self, frame: Frame, function: UserFunction, node: ast.Call, given: Arguments) -> bool:
        """Bind the parameters as Python does, defaults included."""
        args = function.node.args
        names = [a.arg for a in (*args.posonlyargs, *args.args)]
        if len(given.positional) > len(names):
            self.refuse("BP018", f"`{function.name}` takes {len(names)} arguments, not {len(given.positional)}", node)
            return False
        bound: dict[str, Thing] = {n: t for n, (t, _) in zip(names, given.positional)}
        by_name = {a.arg for a in (*args.args, *args.kwonlyargs)}
        for name, (thing, place) in given.keywords.items():
            if name not in by_name or name in bound:
                self.refuse("BP018", f"`{function.name}` cannot take the keyword `{name}`", place)
                return False
            bound[name] = thing
        for name, default in defaults_of(args).items():
            if name not in bound:
                bound[name] = function.defaults[name] if function.frame else self.default(default, function)
        missing = [n for n in (*names, *(a.arg for a in args.kwonlyargs)) if n not in bound]
        if missing:
            self.refuse("BP018", f"`{function.name}` lacks the argument `{missing[0]}`", node)
            return False
        for name, thing in bound.items():
            frame.bind(name, thing)
            if isinstance(thing, Apply) and thing.op not in (ops.INDEX, ops.COPY) and name not in self.entry_names:
                self.hints.setdefault(thing, name)
        return not any(isinstance(t, Broken) for t in bound.values())

    def default(self, node: ast.expr, function: UserFunction) -> Thing:
        """Return a default value: a constant, which is the same at every call."""
        if not isinstance(node, (ast.Constant, ast.UnaryOp, ast.Name, ast.Attribute, ast.Tuple)):
            return self.refuse("BP034", "a default that is not a constant", node, "use a number")
        outer, self.frame = self.frame, Frame(None, frozenset(), None)
        with self.inside(Block(self.block)):
            thing = self.expression(node)
        self.frame = outer
        values = list(leaves(thing)) if isinstance(thing, (Value, Group)) else []
        if any(isinstance(v, Value) and not is_fixed(v) for v in values):
            return self.refuse("BP034", "a default that is not a constant", node, "use a number")
        return thing


def is_formula(node: FunctionNode) -> bool:
    """Return whether a named function is one expression, so that its call reads as well as its text."""
    if isinstance(node, ast.Lambda):
        return False
    return len(node.body) == 1 and isinstance(node.body[0], ast.Return)


def is_fixed(value: Value) -> bool:
    """Return whether the value is a literal or a module constant."""
    return isinstance(value, Const) or (isinstance(value, Param) and value.is_global)


STACK_THEM = 'make an array of it: `np.array(w)`; of numbers, give the arrays their shapes: `x: "n m"`'
WRITES = "write to its items, or use `.append` and `.pop`"

# how many arguments the special functions take, and by which keywords
SPECIAL_ARGUMENTS: Mapping[str, tuple[int, int | None, tuple[str, ...]]] = {
    "math.log": (1, 2, ()),
    "math.frexp": (1, 1, ()),
    "math.modf": (1, 1, ()),
    "math.fsum": (1, 1, ()),
    "math.prod": (1, 2, ("start",)),
    "math.dist": (2, 2, ()),
    "math.sumprod": (2, 2, ()),
    "max": (1, None, ()),
    "min": (1, None, ()),
    "sum": (1, 2, ("start",)),
    "pow": (2, 3, ("base", "exp", "mod")),
    "round": (1, 2, ("number", "ndigits")),
    "float": (0, 1, ()),
    "int": (0, 1, ()),
    "bool": (0, 1, ()),
    "divmod": (2, 2, ()),
    "len": (1, 1, ()),
    "list": (0, 1, ()),
    "tuple": (0, 1, ()),
}
