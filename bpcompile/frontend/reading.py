"""What all lowering shares: refusing, building, numbers, and what a name stands for."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from bpcompile.errors import Refusal, Span
from bpcompile.frontend import subset
from bpcompile.frontend.inference import Cells
from bpcompile.frontend.items import Items
from bpcompile.frontend.module import ModuleNames
from bpcompile.frontend.source import span_of
from bpcompile.frontend.trees import (
    BROKEN,
    NOTHING,
    Broken,
    Conflict,
    Frame,
    Guarded,
    Known,
    Layer,
    Module,
    Never,
    Nothing,
    Text,
    Thing,
    UserFunction,
)
from bpcompile.ir import ops
from bpcompile.ir.graph import (
    Bind,
    Block,
    BlockParam,
    Callee,
    Const,
    Constants,
    Group,
    Loop,
    Param,
    Value,
)
from bpcompile.ir.kinds import BOOL, INT, REAL, STR, Array, Kind
from bpcompile.ir.lengths import Dim
from bpcompile.ir.ops import Op
from bpcompile.nodes import walk

MAX_OPERATIONS = 400_000  # of one function with its helpers read through
MAX_INLINED = 30_000  # of these, inside helpers
MAX_CHAIN = 200  # comparisons or operands in one chain
MAX_INT_BITS = 10_000  # of an integer literal: what every supported Python prints


class TooLarge(Exception):
    """Reading has stopped at a limit; the refusal is recorded."""


class Reader:
    """Reads into the current block. Refusals are collected; a refused expression is `BROKEN`."""

    def __init__(self, names: ModuleNames, source: str) -> None:
        self.module = names
        self.lines = source.split("\n")
        self.refusals: dict[tuple[str, int, int], Refusal] = {}
        self.at: ast.AST = ast.Module([], [])  # the statement that is being read
        self.constants = Constants()
        self.cells = Cells()
        self.items = Items({})  # of the lists that the program makes
        self.ranks: dict[str, int] = {}  # parameters -> how many axes they are taken to have
        self.writers: dict[ast.AST, set[str]] = {}  # function of the file -> names that it writes parts of
        self.part_written: frozenset[str] = frozenset()  # names that parts are written of: `u[1:] = ...`
        self.writes_arrays = False  # are arrays written as arrays, not item by item?
        self.lengths_of_lists: dict[Value, Dim] = {}  # of lists that comprehensions have built
        self.arrays = False  # does the function, or anything that it reaches, use NumPy?
        self.block = Block()
        self.frame = Frame(None, frozenset(), None)
        self.calls: dict[Value, tuple[str, tuple[Value, ...]]] = {}
        self.hints: dict[Value, str] = {}
        self.entry_names: frozenset[str] = frozenset()  # those of the function that is differentiated
        self.globals: dict[str, Param] = {}
        self.global_things: dict[str, Thing] = {}
        self.global_block = Block()
        self.used_functions: dict[str, ast.AST] = {}
        self.maybe_unbound: set[Value] = set()
        self.layers: list[Layer] = [Layer()]  # those of all frames
        self.versions: dict[Value, Value] = {}  # version of a written list -> the list
        self.home: dict[Value, Block] = {}  # of what leaves a branch or a loop: the block around it
        self.params: list[Param] = []  # of the function that is differentiated
        self.recursive: dict[str, bool] = {}  # does a function of the file call itself?
        self.callees: dict[str, Callee] = {}  # those that do
        self.collecting = 0  # comprehensions that are being read
        self.before_merge: dict[Value, Value] = {}  # lists that the branch just read writes, as they stood before it
        self.olds: dict[Value, Value] = {}  # write -> the item that it overwrites or takes away
        self.mutates = False  # does anything that is reached write to a list?
        self.moved: dict[Value, tuple[Value, Value]] = {}  # list -> the list that it is an item of, and as it was then
        self.written_inside: set[Value] = set()  # lists of lists whose inner lists are written to
        self.upward: set[Value] = set()  # indices that are counted from the start of a list
        self.resized: set[Value] = set()  # lists whose length changes
        self.sources: dict[Value, list[Value]] = {}  # what may turn out to be a list -> what it may be
        self.frozen: dict[Value, str] = {}  # lists that nothing may write to any more, and why
        self.owned: set[Value] = set()  # what loops carry or branches give, where no other name can hold the list
        self.tentative: set[Value] = set()  # what the loops that are being read carry
        self.wrote: dict[Value, list[ast.AST]] = {}  # list -> where it is written to
        self.stays: list[frozenset[str]] = []  # of each open loop: names of arrays that it adds to in place
        self.passed: list[tuple[Value, Value, Thing | None]] = []  # carried lists: start and end of a trip, and before
        self.rebound: frozenset[str] = frozenset()  # the names that the loop rebinds
        self.calling: list[Frame] = []  # the frames of the functions that call the one that is being read
        self.objects: dict[Value, Value] = {}  # list -> another that may be the same object
        self.written: dict[Value, None] = {}  # parameters that are written to
        self.iterated: list[Value] = []  # the lists that a loop runs over just now
        self.active_calls: list[ast.AST] = []
        self.count = 0
        self.inlined = 0
        self.plain: set[int] = set()  # lists that are written out where NumPy reads them: nothing else holds them
        self.may_show: dict[
            Value, dict[Value, Value]
        ] = {}  # what leaves a branch -> arrays that it may be, as they were
        self.taken_for: dict[Value, Kind] = {}  # what loops carry -> what it was at the start of a trip
        self.carried_from: dict[Value, Value] = {}  # version at the start of a trip -> the one before the loop
        self.shown_in_trip: dict[Value, tuple[Value, ast.AST]] = {}  # such a version -> what shows it, and where
        self.read_carried: list[tuple[BlockParam, ast.AST]] = []  # arrays that loops carry, and where they are read
        self.asked: dict[Value, None] = {}  # parameters that must be arrays of floats
        self.open_loops: list[Loop] = []  # those whose bodies are being read
        self.in_place: dict[Value, ast.AST] = {}  # carried arrays to which `+=` adds, and where
        self.state: dict[str, str] = {}  # kind of floating-point error -> what happens, by `np.errstate`
        self.factored: dict[Value, Group] = {}  # factorisation of a matrix -> the arrays that it gives
        self.wider: dict[tuple[Span | None, str], Kind] = {}  # what loops carry that is an array of another shape
        self.relied: dict[str, ast.AST] = {}  # the names of the module, and the builtins, that the function reads

    # refusing

    def refuse(self, code: str, message: str, node: ast.AST, hint: str = "") -> Broken:
        """Record a refusal, once per place; what has none is refused where the statement stands."""
        span = span_of(node if hasattr(node, "lineno") else self.at, self.lines)
        self.refusals.setdefault((code, span.line, span.column), Refusal(code, message, span, hint))
        return BROKEN

    def span(self, node: ast.AST) -> Span:
        """Return the node's place."""
        return span_of(node, self.lines)

    # building

    def const(self, value: float | int | bool) -> Const:
        """Return a literal."""
        kind = BOOL if isinstance(value, bool) else INT if isinstance(value, int) else REAL
        return self.constants.get(value, kind)

    def apply(self, op: Op, node: ast.AST, *args: Value) -> Value:
        """Return the operation on the arguments, at this point of the evaluation order."""
        self.count += 1
        if self.count > MAX_OPERATIONS:
            self.give_up(f"the function has more than {MAX_OPERATIONS} operations", node)
        if len(self.active_calls) > 1:
            self.inline(node)
        return self.block.apply(op, *args, span=self.span(node))

    def inline(self, node: ast.AST) -> None:
        """Count a step of reading a helper; helpers that call helpers grow without bound."""
        self.inlined += 1
        if self.inlined > MAX_INLINED:
            self.give_up(f"the helpers have more than {MAX_INLINED} operations when they are read through", node)

    def give_up(self, message: str, node: ast.AST) -> NoReturn:
        """Stop reading: the program is too large."""
        self.refuse("BP003", message, node, "split the function")
        raise TooLarge

    @contextmanager
    def inside(self, block: Block) -> Iterator[Layer]:
        """Read into another block; yields what is bound there."""
        outer, self.block = self.block, block
        layer = Layer()
        frame = self.frame
        frame.layers.append(layer)
        self.layers.append(layer)
        try:
            yield layer
        finally:
            self.layers.pop()
            frame.layers.pop()
            self.block = outer

    # numbers

    def expression(self, node: ast.expr) -> Thing:
        """Return what the expression is."""
        raise NotImplementedError  # pragma: no cover - `ExpressionLowerer` has it

    def number(self, node: ast.expr) -> Value | Broken:
        """Return the number that the expression is, or refuse it."""
        return self.as_number(self.expression(node), node)

    def as_number(self, thing: Thing, node: ast.AST) -> Value | Broken:
        """Return the thing if it is a number."""
        if isinstance(thing, Never):
            return self.const(0.0)  # what follows a `raise` is never reached
        if isinstance(thing, Value):
            cell = self.cells.get(thing)
            if cell is not None:
                if cell.shape == "list":
                    return self.refuse("BP023", "a list is used as a number", node, "use its items: `w[0]`")
                cell.be("number")
                thing.kind = thing.kind if isinstance(thing.kind, Array) else cell.scalar
                if cell.scalar is STR:
                    return self.refuse("BP042", "a string is used as a number", node)
            return thing
        return self.not_a_number(thing, node)

    def not_a_number(self, thing: Thing, node: ast.AST) -> Broken:
        """Refuse a thing that is used as a number."""
        if isinstance(thing, Broken):
            return thing
        if isinstance(thing, Conflict):
            return self.refuse("BP024", thing.reason, node, "give it the same kind on every path")
        if isinstance(thing, Group):
            return self.refuse("BP023", "a list or tuple is used as a number", node, "use its items: `w[0]`")
        if isinstance(thing, Text):
            return self.refuse("BP042", "a string is used as a number", node)
        if isinstance(thing, Nothing):
            return self.refuse("BP036", "None is used as a number", node, "return a number on every path")
        return self.refuse("BP015", "a function is used as a number", node, "call it")

    def lower_Constant(self, node: ast.Constant) -> Thing:
        value = node.value
        if isinstance(value, (bool, int, float)):
            if isinstance(value, int) and value.bit_length() > MAX_INT_BITS:
                return self.refuse("BP003", f"an integer of more than {MAX_INT_BITS} bits", node)
            return self.const(value)
        if isinstance(value, str):
            return Text(value)
        if value is None:
            return NOTHING
        return self.refuse("BP012", f"a literal of type {type(value).__name__} cannot be differentiated", node)

    def lower_Name(self, node: ast.Name) -> Thing:
        frame: Frame | None = self.frame
        while frame is not None:
            if node.id in frame.names:
                thing = frame.get(node.id)
                if thing is None:
                    return self.refuse("BP039", f"`{node.id}` is read before it is bound", node)
                return self.read(thing, node)
            frame = frame.outer
        return self.global_name(node)

    def read(self, thing: Thing, node: ast.AST) -> Thing:
        """Return what a name holds; a name that some path leaves unbound raises there, as in Python."""
        if isinstance(thing, Value) and thing in self.maybe_unbound:
            read = self.apply(ops.READ, node, thing)
            cell = self.cells.get(thing)
            if cell is not None and self.cells.get(read) is None:
                self.cells.put(read, cell)
            return read
        if isinstance(thing, Group) and self.maybe_unbound and not self.maybe_unbound.isdisjoint(values_in(thing)):
            items = [self.read(item, node) for item in thing.items]
            return Group(tuple(i for i in items if isinstance(i, (Value, Group))), thing.is_tuple)
        if isinstance(thing, Guarded):
            self.apply(ops.READ, node, thing.flag)
            return thing.thing
        if isinstance(thing, Conflict):
            return self.refuse("BP024", thing.reason, node, "give it the same kind on every path")
        return thing

    def global_name(self, node: ast.Name) -> Thing:
        """Return what a name of the module, or a builtin, is."""
        name = node.id
        self.relied.setdefault(name, node)
        if name in self.module.unreliable:
            why = self.module.unreliable[name]
            return self.refuse("BP031", f"`{name}` cannot be relied on: {why}", node, "bind it once, at module level")
        if self.module.foreign_star:
            return self.refuse("BP031", f"`{name}` may come from `import *`", node, "import names one by one")
        if name in self.module.bindings:
            return self.module_thing(name, node)
        if self.module.star and name in subset.MATH_NAMES:
            return self.math_name(name, node)
        if name in subset.BUILTINS:
            return Known(name)
        if name in subset.LATER_BUILTINS:
            return self.refuse("BP010", f"`{name}` is not supported yet", node, subset.LATER_BUILTINS[name])
        if hasattr(builtins, name):
            return self.refuse("BP015", f"the builtin `{name}` cannot be differentiated", node)
        return self.refuse("BP016", f"`{name}` is not defined in this file", node, "define or import it at the top")

    def module_thing(self, name: str, node: ast.AST) -> Thing:
        """Return what a reliable module-level name is."""
        binding = self.module.bindings[name]
        if binding.what == "function":
            assert isinstance(binding.node, (ast.FunctionDef, ast.Lambda))
            return UserFunction(name, binding.node, None)
        if binding.what == "constant":
            return self.global_constant(name, binding.value, node)
        if binding.what == "module" and binding.origin == "math":
            return Module("math")
        if binding.what == "from" and binding.origin.startswith("math."):
            return self.math_name(binding.origin[5:], node)
        if binding.origin.split(".")[0] in ("numpy", "scipy"):
            is_package = binding.what == "module" and binding.origin.split(".")[0] == name  # `import scipy.special`
            return self.array_thing(name if is_package else binding.origin, node)
        if binding.origin == "builtins":
            return Module("builtins")
        return self.refuse("BP015", f"`{name}` comes from {binding.origin}, which is unknown", node)

    def array_thing(self, origin: str, node: ast.AST) -> Thing:
        """Return what a dotted name of NumPy or SciPy is."""
        raise NotImplementedError  # pragma: no cover - `ArrayLowerer` has it

    def math_name(self, name: str, node: ast.AST) -> Thing:
        """Return a function or a constant of `math`."""
        if name in ops.MATH_CONSTANTS:
            return self.global_param(f"math.{name}")
        if name in subset.MATH_NAMES:
            return Known(f"math.{name}")
        return self.refuse("BP015", f"`math` has no function `{name}`", node)

    def global_param(self, name: str) -> Param:
        """Return the value of a name that is the same in every call."""
        if name not in self.globals:
            self.globals[name] = Param(name, REAL, is_global=True)
        return self.globals[name]

    def global_constant(self, name: str, value: ast.expr | None, node: ast.AST) -> Thing:
        """Return a module constant: read in the module's own frame, written out once at the top."""
        assert value is not None
        if name not in self.global_things:
            self.global_things[name] = Conflict(f"`{name}` is defined by itself")
            outer, self.frame = self.frame, Frame(None, frozenset(), None)
            with self.inside(self.global_block):
                thing = self.expression(value) if is_constant(value) else None
            self.frame = outer
            if thing is None:
                thing = self.refuse("BP031", f"`{name}` is computed when the module is imported", value, CONSTANTS)
            self.global_things[name] = self.named_constant(name, thing)
        return self.read(self.global_things[name], node)

    def named_constant(self, name: str, thing: Thing) -> Thing:
        """Return the global value for a number, the items themselves for a tuple."""
        if isinstance(thing, Value):
            param = self.global_param(name)
            param.kind = thing.kind
            self.global_block.items.append(Bind(thing, name))
            return param
        if isinstance(thing, Group):
            items = (self.named_constant(self.item_name(name, i), item) for i, item in enumerate(thing.items))
            return Group(tuple(t for t in items if isinstance(t, (Value, Group))), thing.is_tuple)
        return thing

    def item_name(self, name: str, index: int) -> str:
        """Return a name for an item of a constant tuple that nothing in the file has."""
        name = f"{name}_{index}"
        while name in self.module.bindings or name in self.globals:
            name += "_"
        return name


CONSTANTS = "bind it to a literal, or compute it inside the function"


def values_in(group: Group) -> set[Value]:
    """Return the values of a nested tuple, each part that stands in several places looked at once."""
    found: set[Value] = set()
    seen: set[int] = set()
    todo: list[Value | Group] = [group]
    while todo:
        item = todo.pop()
        if isinstance(item, Value):
            found.add(item)
        elif id(item) not in seen:
            seen.add(id(item))
            todo += item.items
    return found


def is_constant(node: ast.expr) -> bool:
    """Return whether an expression calls nothing of the user's: literals, operators, names and `math`."""
    allowed = (
        ast.BinOp,
        ast.UnaryOp,
        ast.Constant,
        ast.Name,
        ast.Attribute,
        ast.Tuple,
        ast.List,
        ast.Call,
        ast.operator,
    )
    return all(isinstance(n, (*allowed, ast.unaryop, ast.expr_context)) for n in walk(node)) and all(
        isinstance(n.func, (ast.Attribute, ast.Name)) for n in walk(node) if isinstance(n, ast.Call)
    )
