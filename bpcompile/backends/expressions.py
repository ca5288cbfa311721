"""Values -> the text of an expression. `ast` nodes are built here, and astor writes them."""

from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Callable, Container
from collections.abc import Sequence as Sequence_

from bpcompile.backends.jit import PLAIN, Jit
from bpcompile.backends.names import Names
from bpcompile.backends.numpy_spelling import NUMPY_SPELLING, each, index_of, spread, subscript
from bpcompile.backends.plan import Plan
from bpcompile.backends.targets import PYTHON, call, dotted, is_global
from bpcompile.ir import ops
from bpcompile.ir.facts import literal
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import Apply, Block, Branch, Const, Group, Param, Result, Tree, Value
from bpcompile.ir.kinds import BOOL, INT, REAL, Array, Kind, Sequence, holds_arrays, holds_vectors, is_vector
from bpcompile.nodes import walk

_writer: Callable[[ast.expr], str] | None = None


def write(node: ast.expr) -> str:
    """Return the expression as text, on one line. astor is imported here and nowhere else."""
    global _writer
    if _writer is None:
        with warnings.catch_warnings():  # astor 0.8.1 mentions classes that Python is about to drop
            warnings.simplefilter("ignore")
            from astor.code_gen import to_source

        def to_text(node: ast.expr) -> str:
            statement = ast.Assign([ast.Name("_", ast.Store())], node)  # needs no parentheses around the whole
            text: str = to_source(statement, pretty_source="".join, pretty_string=lambda s, *_, **__: repr(s))
            return text.strip().removeprefix("_ = ")

        _writer = to_text
    if isinstance(node, ast.Name):
        return node.id
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _writer(node)


class Expressions:
    """Writes values, variables by name and everything else as it is computed."""

    def __init__(self, plan: Plan, names: Names, jit: Jit = PLAIN) -> None:
        self.plan = plan
        self.jit = jit
        self.names = names
        self.helpers: set[str] = set()
        self.aliases: dict[str, str] = {}
        self.hidden = {p.name for p in names.fn.params} | {names[v] for v in plan.variables}
        self.mentioned: Container[Value] | None = None  # what the comment that is being written calls by name

    def begin_comment(self, mentioned: Container[Value]) -> None:
        """Write a comment from here on: as Python spells it, for nobody to run."""
        self.mentioned = mentioned

    def end_comment(self) -> None:
        """Write lines of the function again."""
        self.mentioned = None

    def text(self, value: Tree) -> str:
        """Return the text of a value where it is read."""
        return self.write(self.node(value))

    def definition(self, value: Value) -> str:
        """Return the text of what a variable is assigned."""
        is_forward = isinstance(value, Apply) and value in self.plan.primal and value not in self.plan.overtaken
        is_list = isinstance(value, Apply) and value.op is ops.LIST  # nothing writes to an array that is in a list
        is_changed = not is_list and self.is_shown(value) or not is_forward and self.is_restored(value)
        return self.write(copied(self.computed(value)) if is_changed else self.computed(value))

    def own(self, value: Value, name: str = "", block: Block | None = None, is_forward: bool = True) -> str:
        """Return the text of a value that stays what it is, whatever is written to an array that it shows.

        An array that is made in the block that ends here is handed on as it is: nothing writes to it any more, but for
        what is undone in the backward part.
        """
        text, root = self.text(value), self.names.one(value)
        if text == name:
            return text
        if not is_forward and self.plan.restored.shown_by(value):
            return self.write(copied(self.node(value)))
        is_made = (
            value in self.plan.variables or root is not value or isinstance(value, Apply) and value.op in ops.NEW_ARRAYS
        )
        if is_made and block is not None and self.plan.home.get(root) is block:
            return text
        return self.write(copied(self.node(value))) if self.is_changed(value) else text

    def is_changed(self, value: Value) -> bool:
        """Return whether a value, where it is read, is an array that is written to, or may be a view of one."""
        root = self.names.one(value)
        is_variable = value in self.plan.variables or root is not value
        return isinstance(root.kind, Array) and root.kind.is_written if is_variable else self.is_shown(value)

    def is_made_here(self, value: Value) -> bool:
        """Return whether a value is written where it is read, and is an array of its own."""
        if not isinstance(value, Apply) or value in self.plan.variables:
            return False
        return value.op in ops.NEW_ARRAYS and bool(dims_of(value.kind))

    def is_restored(self, value: Value) -> bool:
        """Return whether what is computed may be, or show, an array to which a write is still undone."""
        if not isinstance(value, Apply) or not isinstance(value.kind, Array) or value.op is ops.POP_TAPE:
            return False
        return value.op not in ops.NEW_ARRAYS and bool(self.plan.restored.shown_by(value))

    def is_shown(self, value: Value) -> bool:
        """Return whether a value, as it is computed, may be a view of an array that is written to."""
        if isinstance(value.kind, Sequence) and is_flat(value.kind):
            return False  # a list of numbers shows nothing
        todo = [value]
        while todo:
            inner = todo.pop()
            if isinstance(inner.kind, Array) and inner.kind.is_written and inner is not value:
                return True
            if isinstance(inner, Result) and id(branch := self.plan.owner.get(inner)) in self.plan.inline_branches:
                if isinstance(branch, Branch) and (inner is value or inner not in self.plan.variables):
                    todo += [side.results[inner.index] for side in branch.sides]
            is_open = isinstance(inner, Apply) and (inner is value or inner not in self.plan.variables)
            if is_open and isinstance(inner, Apply) and dims_of(inner.kind) != () and inner.op not in ops.NEW_ARRAYS:
                todo += inner.args
        return False

    def range(self, run: tuple[Value, Value, Value], is_reversed: bool) -> str:
        """Return what a loop runs over, its parts left out where they are what `range` takes anyway."""
        start, stop, step = run
        parts = [stop] if literal(start) == 0 else [start, stop]
        if literal(step) != 1:
            parts = [start, stop, step]
        node = call("range")(*map(self.node, parts))
        return self.write(call("reversed")(node) if is_reversed else node)

    def builtin(self, name: str) -> str:
        """Return what a builtin function is called here."""
        return self.write(call(name)()).removesuffix("()")

    def shortest(self, lists: Sequence_[str]) -> str:
        """Return how often a loop over these lists runs."""
        lengths = list(dict.fromkeys(f"len({name})" for name in lists))
        text = lengths[0]
        for other in lengths[1:]:
            text = f"min({text}, {other})"
        return text

    def state(self, text: str) -> str:
        """Return the call that sets the state of floating-point errors, with NumPy's name as it is here."""
        _, dot, call_ = text.partition(".")
        return self.write(dotted("np")) + dot + call_

    def negation(self, condition: Value) -> str:
        """Return the text of the opposite condition."""
        return self.write(PYTHON[ops.NOT](self.node(condition)))

    def write(self, node: ast.expr) -> str:
        """Return the text; a global name that a variable of the function hides goes by an alias."""
        if self.mentioned is None:
            self.note_helpers(node)
        if self.hidden:
            for inner in walk(node):
                if isinstance(inner, ast.Name) and inner.id in self.hidden and is_global(inner):
                    inner.id = self.aliases.setdefault(inner.id, self.alias(inner.id))
        return write(node)

    def helper(self, name: str) -> str:
        """Return the name of a function that travels in the module."""
        return self.write(dotted(name))

    def note_helpers(self, node: ast.expr) -> None:
        """Note which functions that travel in the module an expression calls."""
        for inner in walk(node):
            if isinstance(inner, ast.Name) and inner.id in self.jit.prelude and is_global(inner):
                self.helpers.update((inner.id, *self.jit.needed.get(inner.id, ())))

    def alias(self, name: str) -> str:
        """Return another name for a global one."""
        alias = f"{name}_"
        while alias in self.names.fn.file_names or alias in self.names.taken or alias in self.hidden:
            alias += "_"
        return alias

    def node(self, value: Tree) -> ast.expr:
        """Return the value where it is read."""
        if isinstance(value, Group):
            items = [self.node(item) for item in value.items]
            return ast.Tuple(items, ast.Load()) if value.is_tuple else ast.List(items, ast.Load())
        if isinstance(value, Const):
            return number(value.value)
        if isinstance(value, Param):
            return dotted(self.names.constant(value.name)) if value.is_global else ast.Name(value.name, ast.Load())
        is_named = value in self.plan.variables or value in self.names.same or self.is_mentioned(value)
        if is_named or not isinstance(value, (Apply, Result)):
            return ast.Name(self.names[value], ast.Load())
        return self.computed(value)

    def is_mentioned(self, value: Value) -> bool:
        """Return whether the comment that is being written calls a value by name."""
        return self.mentioned is not None and value in self.mentioned

    def computed(self, value: Value) -> ast.expr:
        """Return the value as it is computed."""
        if isinstance(value, Result):
            return self.lazy(value)
        if not isinstance(value, Apply):
            return self.node(value)
        if value.op in self.jit.spelling and self.mentioned is None and is_respelled(value):
            return self.jit.spelling[value.op](value, [self.node(a) for a in value.args])
        if value.op is ops.ZEROS:
            root = value.args[0]
            if root in self.names.may_be_lists:
                return call("zeros_for")(self.node(root))
            if len(value.args) > 1:
                return ast.BinOp(ast.Constant(1.0), ast.Mult(), call("np.zeros_like")(self.node(root)))
            return call("np.zeros_like")(self.node(root)) if is_vector(root.kind) else self.zeros(root)
        if any(is_vector(a.kind) for a in (*value.args, value)):
            return self.vector(value)
        if value.op in (ops.IS, ops.IS_NO_VECTOR) and isinstance(value.args[0].kind, Array):
            args = [a if dims_of(a.kind) else None for a in value.args]
            if value.op is ops.IS_NO_VECTOR and args == [None]:  # it may be a number
                return holds_integers(call("np.asarray")(self.node(value.args[0])))
            return (shared if value.op is ops.IS else holds_integers)(*map(self.node, value.args))
        if value.op is ops.SUBSCRIPT and is_whole(value):
            return self.node(value.args[0])
        if value.op is ops.OR_ZEROS:
            return ast.BoolOp(ast.Or(), [self.node(value.args[0]), self.zeros(value.args[1])])
        if value.op is ops.FILL:
            return self.filled(value.args[0], self.node(value.args[1]))
        if value.op is ops.COPY_OF and isinstance(value.kind, Array):
            made = self.node(value.args[0])
            return made if self.is_made_here(value.args[0]) else copied(made)
        if value.op is ops.AS_TUPLE:
            return self.as_tuple(*value.args)
        if value.op is ops.NEG and value not in self.plan.primal:
            return negated(self.node(value.args[0]))
        spell = NUMPY_SPELLING.get(value.op) or PYTHON[value.op]
        return spell(*[self.node(a) for a in value.args])

    def vector(self, value: Apply) -> ast.expr:
        """Return what is computed of an array that is written item by item."""
        args = [self.node(a) for a in value.args]
        if value.op is ops.FILL:
            return spread(args[1], args[0])
        if value.op is ops.LIST and not args:  # a cotangent of nothing yet
            return call("np.zeros")(ast.Constant(0))
        if value.op is ops.OR_ZEROS:
            size = ast.Attribute(args[0], "size", ast.Load())
            return ast.IfExp(size, args[0], call("np.zeros_like")(args[1]))
        if value.op is ops.REPEAT:
            return call("np.ones" if literal(value.args[1]) else "np.zeros")(args[0])
        if value.op in (ops.COPY_OF, ops.SUM_OF):
            return call("np.copy" if value.op is ops.COPY_OF else "np.sum")(*args)
        if value.op in self.jit.spelling:
            return self.jit.spelling[value.op](value, args)
        if value.op is ops.IS:
            return shared(*args)
        if value.op is ops.IS_NO_VECTOR:
            rank = ast.Compare(call("np.ndim")(args[0]), [ast.NotEq()], [ast.Constant(1)])
            return ast.BoolOp(ast.Or(), [rank, holds_integers(args[0])])
        return PYTHON[value.op](*args)

    def part(self, array: Value, place: Sequence_[Value]) -> str:
        """Return a part of an array: `x[1:, i]`, or the array itself."""
        nodes = [self.node(v) for v in (array, *place)]
        return self.write(subscript(*nodes) if place else nodes[0])

    def changed(self, sequence: Value, indices: Sequence_[Value], sign: str, number: Value) -> str:
        """Return an item of a list plus or minus a number."""
        place = self.node(sequence)
        for index in indices:
            place = PYTHON[ops.INDEX](place, self.node(index))
        return self.write(PYTHON[ops.ADD if sign == "+" else ops.SUB](place, self.node(number)))

    def add_at(self, value: Apply) -> str:
        """Return what adds to places of an array of which one may come twice."""
        array, *place, total = (self.node(a) for a in value.args)
        if self.jit.added_at is not None:
            return self.write(self.jit.added_at(array, place, total))
        return self.write(call("np.add.at")(array, index_of(*place), total))

    def lazy(self, value: Result) -> ast.expr:
        """Return a branch as an expression."""
        branch = self.plan.owner.get(value)
        if not isinstance(branch, Branch) or id(branch) not in self.plan.inline_branches:
            return ast.Name(self.names[value], ast.Load())
        a, b = (side.results[value.index] for side in branch.sides)
        condition = self.node(branch.condition)
        if value is not branch.value:
            return ast.IfExp(condition, self.node(a), self.node(b))
        if branch.form == "and":
            return ast.BoolOp(ast.And(), [condition, self.node(a)])
        if branch.form == "or":
            return ast.BoolOp(ast.Or(), [condition, self.node(b)])
        return ast.IfExp(condition, self.node(a), self.node(b))

    def zeros(self, root: Value) -> ast.expr:
        """Return zeros in the shape of a parameter."""
        if isinstance(root.kind, Array):
            return call("np.zeros_like")(self.node(root)) if root.kind.dims != () else ast.Constant(0.0)
        if isinstance(root.kind, Sequence) and is_flat(root.kind):
            return self.filled(root, ast.Constant(0.0))
        if not isinstance(root, Param) and isinstance(root.kind, Sequence):
            if isinstance(root.kind.item, Array) or is_vector(root.kind.item):
                return each("np.zeros_like", self.node(root))
        name = "zeros_for" if holds_arrays(root.kind) or holds_vectors(root.kind) else "zeros_like"
        return call(name)(self.node(root))

    def filled(self, root: Value, item: ast.expr) -> ast.expr:
        """Return a list as long as a parameter, of one number."""
        return ast.BinOp(ast.List([item], ast.Load()), ast.Mult(), call("len")(self.node(root)))

    def as_tuple(self, buffer: Value, root: Value) -> ast.expr:
        """Return a cotangent list as the tuple that the parameter is."""
        assert isinstance(root.kind, Sequence)
        if is_flat(root.kind):
            return call("tuple")(self.node(buffer))
        return call("shaped_like")(self.node(buffer), self.node(root))


shared = call("np.shares_memory")


def holds_integers(node: ast.expr) -> ast.expr:
    """Return the spelling of the question whether an array holds integers."""
    kind = ast.Attribute(ast.Attribute(node, "dtype", ast.Load()), "kind", ast.Load())
    return ast.Compare(kind, [ast.In()], [ast.Constant("iub")])


def is_whole(part: Apply) -> bool:
    """Return whether a part of an array that is written to is all of it."""
    array, place = part.args[0], part.args[1]
    is_written = isinstance(array.kind, Array) and array.kind.is_written
    return is_written and isinstance(place, Const) and place.value == "..."


def copied(node: ast.expr) -> ast.expr:
    """Return the spelling of a copy: `x.copy()`, or a function where the expression may be a number."""
    if isinstance(node, (ast.Name, ast.Subscript)):
        return ast.Call(ast.Attribute(node, "copy", ast.Load()), [], [])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "list":
        return call("list")(*map(copied, node.args))
    return call("np.copy")(node)


def negated(node: ast.expr) -> ast.expr:
    """Return the node negated, with the sign at its first factor: `-x / y`, which is the same to the last bit."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
        return ast.BinOp(negated(node.left), node.op, node.right)
    return ast.UnaryOp(ast.USub(), node)


def is_respelled(value: Apply) -> bool:
    """Return whether the table of another compiler is asked: not for lists, and for zeros of arrays only."""
    if value.op is ops.ZEROS:
        return isinstance(value.args[0].kind, Array) and value.args[0].kind.dims != ()
    return not is_vector(value.kind)


def is_flat(kind: Sequence) -> bool:
    """Return whether every item of a list is a number."""
    kinds: list[Kind] = [kind.item, *kind.at.values()]
    return all(k in (REAL, INT, BOOL) for k in kinds)


def number(value: float | int | bool | str) -> ast.expr:
    """Return a literal; negative numbers are spelled with a sign, infinities by name."""
    if isinstance(value, (bool, str)):
        return ast.Constant(value)
    if isinstance(value, float) and math.isnan(value):
        return dotted("math.nan")
    if math.copysign(1.0, value) < 0 if isinstance(value, float) else value < 0:
        return ast.UnaryOp(ast.USub(), number(-value))
    if isinstance(value, float) and math.isinf(value):
        return dotted("math.inf")
    return ast.Constant(value)
