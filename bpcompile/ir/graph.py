"""The IR: blocks of items in evaluation order, over SSA values that are shared where they are equal.

    Block       items in order, and the values that leave it
      Apply       one operation on earlier values; interned, so that equality is identity
      Bind        the user's `name = value`, with its place: a stage with a name
      Branch      a condition, two blocks, the values that leave them
      Loop        a range, a test or both, a block with an index and carried values, and what they are at the end
      Unpack      `a, b = w` of a list parameter
      Call        a call of a function that calls itself
      Raise       `raise` and `assert`
      Section     "what follows is the backward part of this stage"

Values of a block may be used in the blocks inside it. The backward block of a branch may also use the values of the
forward block on the same condition's same side: where one runs, the other has run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Union

from bpcompile.errors import Span
from bpcompile.ir import ops
from bpcompile.ir.fitting import RankError, ShapeError, SizeError, dims_of
from bpcompile.ir.kinds import INT, REAL, Array, Kind
from bpcompile.ir.kinds import Sequence as SequenceKind
from bpcompile.ir.lengths import Dim, Unknown, minus, plus, product, times
from bpcompile.ir.ops import Op
from bpcompile.ir.shapes import ON_ARRAYS, kind_of


class Value:
    """A number, or a list of numbers, at run time. Compared by identity."""

    __slots__ = ("kind", "unknown")

    def __init__(self, kind: Kind = REAL) -> None:
        self.kind = kind
        self.unknown: Unknown | None = None  # an integer as a length, where nothing more is known of it


class Const(Value):
    """A literal, or a constant of `math` by name."""

    __slots__ = ("value",)

    def __init__(self, value: float | int | bool | str, kind: Kind = REAL) -> None:
        super().__init__(kind)
        self.value = value


class Param(Value):
    """A parameter of the function, or a module constant (`is_global`); what `is_free` says nothing of itself."""

    __slots__ = ("is_free", "is_global", "name")

    def __init__(self, name: str, kind: Kind = REAL, is_global: bool = False) -> None:
        super().__init__(kind)
        self.name = name
        self.is_global = is_global
        self.is_free = False


class Undefined(Value):
    """What a name is on a path that does not bind it."""

    __slots__ = ()


class Apply(Value):
    """One operation on earlier values. `gate` says what the whole expression is, where it is a known gate."""

    __slots__ = ("args", "block", "gate", "op", "span")

    def __init__(self, op: Op, args: tuple[Value, ...], block: Block, span: Span | None) -> None:
        super().__init__(op.kind)
        self.op = op
        self.args = args
        self.block = block
        self.span = span
        self.gate: tuple[Op, tuple[Value, ...]] | None = None


class Result(Value):
    """A value that leaves a branch, a loop or an unpacking; `name` is the user's, where there is one."""

    __slots__ = ("index", "name", "owner")

    def __init__(self, owner: Branch | Loop | Unpack | Call, index: int, name: str | None, kind: Kind = REAL) -> None:
        super().__init__(kind)
        self.owner = owner
        self.index = index
        self.name = name


class BlockParam(Value):
    """The index or a carried value of a loop, inside it; `is_users` says whether the name stands in the user's text."""

    __slots__ = ("is_users", "name")

    def __init__(self, name: str, kind: Kind = INT, is_users: bool = False) -> None:
        super().__init__(kind)
        self.name = name
        self.is_users = is_users


@dataclass(slots=True, eq=False)
class Bind:
    """The user's (or the reverse sweep's) `name = value`."""

    value: Value
    name: str
    span: Span | None = None
    call: tuple[str, tuple[Value, ...]] | None = None  # the helper's call that the value came from


@dataclass(slots=True, eq=False)
class Branch:
    """`results[i]` is `then.results[i]` where the condition holds, else `orelse.results[i]`."""

    condition: Value
    then: Block
    orelse: Block
    results: list[Result] = field(default_factory=list)
    form: str = "if"  # "if" | "ifexp" | "and" | "or"
    span: Span | None = None
    forward: Branch | None = None  # of a backward branch: the branch it reverses
    value: Result | None = None  # of an expression: its value; other results are names that it binds

    @property
    def sides(self) -> tuple[Block, Block]:
        """The block of each side."""
        return self.then, self.orelse


@dataclass(slots=True, eq=False)
class Loop:
    """Run `body` again and again; `carried[i]` starts as `initial[i]` and becomes `body.results[i]`, then `results[i]`.

    `run` is (start, stop, step) of the range that the index runs over, None where nothing but `test` or `leave` ends
    the loop. `test` is evaluated before each trip, and its one result ends the loop where it is false. `leave` is a
    value of the body: this trip is the last one.
    """

    index: BlockParam
    run: tuple[Value, Value, Value] | None
    carried: list[BlockParam]
    initial: list[Value]
    body: Block
    results: list[Result] = field(default_factory=list)
    test: Block | None = None
    leave: Value | None = None
    span: Span | None = None
    forward: Loop | None = None  # of a backward loop: the loop it reverses
    trips: Result | None = None  # how often the body ran, where the backward part asks
    tape: Value | None = None  # of a backward loop: it runs until this tape is empty, or over all that `each` takes
    is_reversed: bool = False  # the index runs over the range backwards
    is_backward: bool = False
    each: tuple[Apply, ...] = ()  # what `for x in w` or `for x, y in zip(w, v)` takes at the start of a trip


@dataclass(slots=True, eq=False)
class Unpack:
    """`a, b = sequence`: as many results as names, or ValueError."""

    sequence: Value
    results: list[Result] = field(default_factory=list)
    span: Span | None = None


@dataclass(slots=True, eq=False)
class Call:
    """A call of a function that calls itself: of its forward part, or of its backward part.

    A forward call gives what the function returns, then what its backward part will need. A backward call reads that,
    the cotangents of what was returned and those of the lists that were passed (it adds to them); it gives those of the
    numbers that were passed, then the lists of cotangents as they are afterwards.
    """

    callee: Callee
    args: list[Value]
    results: list[Result] = field(default_factory=list)
    span: Span | None = None
    forward: Call | None = None  # of a backward call: the call it reverses


@dataclass(slots=True, eq=False)
class Callee:
    """A function that is differentiated on its own, since it calls itself."""

    name: str
    function: Function | None = None  # known when its body has been read
    params: list[Param] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)  # of what it returns
    active: set[int] = field(default_factory=set)  # the parameters that are differentiated by
    is_tuple: bool = False  # it returns a tuple


@dataclass(slots=True, eq=False)
class Raise:
    """`raise error(message)` or, with a condition, `assert condition, message`: text and numbers in turn."""

    error: str
    message: tuple[str | Shown, ...] = ()
    condition: Value | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A number in a message, as an f-string shows it."""

    value: Value
    form: str  # what follows it: "!r", ":.3f"


@dataclass(slots=True, eq=False)
class Section:
    """The items that follow are the backward part of the stage; `state` says which version each written list is now."""

    stage: Value
    state: Mapping[Value, Value] = field(default_factory=dict)


Item = Union[Apply, Bind, Branch, Loop, Unpack, Call, Raise, Section]
Compound = (Branch, Loop, Unpack, Call)  # items that give results


class Block:
    """Items in evaluation order. `table` interns the operations; a block sees those of the blocks around it."""

    __slots__ = ("items", "parent", "results", "table")

    def __init__(self, parent: Block | None = None) -> None:
        self.items: list[Item] = []
        self.results: list[Value] = []
        self.parent = parent
        self.table: dict[object, Apply] = {}

    def chain(self) -> Iterator[Block]:
        """Yield this block and the ones around it, innermost first."""
        block: Block | None = self
        while block is not None:
            yield block
            block = block.parent

    def find(self, op: Op, args: tuple[Value, ...]) -> Apply | None:
        """Return the equal value that is already there."""
        key = (op, args)
        for block in self.chain():
            if key in block.table:
                return block.table[key]
        return None

    def apply(self, op: Op, *args: Value, span: Span | None = None) -> Apply:
        """Return the operation on the arguments: the one that is there, or a new one at the end of the block."""
        return self.find(op, args) or self.append(op, args, span)

    def append(self, op: Op, args: tuple[Value, ...], span: Span | None = None) -> Apply:
        """Add a new operation, whether or not an equal one is there."""
        value = Apply(op, args, self, span)
        if op in ON_ARRAYS or any(type(a.kind) is Array for a in args):
            value.kind = kind_of_result(op, args, span is not None)
        self.table[op, args] = value
        self.items.append(value)
        return value


def kind_of_result(op: Op, args: Sequence[Value], is_users: bool) -> Kind:
    """Return the kind of a result. Where an operation of ours does not fit, what it comes from raises."""
    try:
        return kind_of(op, [a.kind for a in args], [said(a, op in TAKE_LENGTHS) for a in args])
    except (ShapeError, SizeError, RankError):
        if is_users:
            raise
        return Array(None)


TAKE_LENGTHS = frozenset((ops.MAKE, ops.RESHAPE, ops.BROADCAST_TO, ops.SUBSCRIPT))


def said(value: Value, is_length: bool) -> object:
    """Return what a literal is, or what a number is as a length."""
    if isinstance(value, Const):
        return value.value
    return length_of(value) if is_length and not isinstance(value.kind, (Array, SequenceKind)) else None


def length_of(value: Value) -> Dim:
    """Return an integer as a length."""
    if isinstance(value, Const) and type(value.value) is int:
        return value.value
    if isinstance(value, Apply) and value.op in COMPUTE_LENGTHS and (found := COMPUTE_LENGTHS[value.op](*value.args)):
        return found
    if value.unknown is None:
        value.unknown = Unknown()
    return value.unknown


def length_along(x: Value, axis: Value) -> Dim | None:
    """Return `x.shape[axis]`."""
    dims, at = dims_of(x.kind), axis.value if isinstance(axis, Const) else None
    return dims[at] if dims is not None and isinstance(at, int) and -len(dims) <= at < len(dims) else None


def length_less(a: Value, b: Value) -> Dim | None:
    """Return `a - b`, for a number b."""
    by = b.value if isinstance(b, Const) else None
    return minus(length_of(a), by) if type(by) is int and by >= 0 else None


def length_with(join: Callable[[Dim, Dim], Dim]) -> Callable[[Value, Value], Dim | None]:
    """Return how two lengths are joined; a number below 0 is none."""

    def found(a: Value, b: Value) -> Dim | None:
        lengths = length_of(a), length_of(b)
        return None if any(isinstance(n, int) and n < 0 for n in lengths) else join(*lengths)

    return found


COMPUTE_LENGTHS: Mapping[Op, Callable[..., Dim | None]] = {
    ops.DIM: length_along,
    ops.LEN: lambda x: (dims_of(x.kind) or (None,))[0],
    ops.SIZE: lambda x: None if (dims := dims_of(x.kind)) is None else product(dims),
    ops.ADD: length_with(plus),
    ops.MUL: length_with(times),
    ops.SUB: length_less,
    ops.COPY: length_of,
}


class Constants:
    """Literals, interned by type and bits: 0.0 and -0.0 differ, and so do 1, 1.0 and True."""

    def __init__(self) -> None:
        self._table: dict[tuple[str, str], Const] = {}

    def get(self, value: float | int | bool | str, kind: Kind) -> Const:
        """Return the literal."""
        key = (type(value).__name__, value.hex() if isinstance(value, float) else repr(value)[:5000])
        if key not in self._table:
            self._table[key] = Const(value, kind)
        return self._table[key]


Tree = Union[Value, "Group"]


@dataclass(frozen=True, slots=True)
class Group:
    """A tuple or list that the compiler sees through: its items are known one by one."""

    items: tuple[Tree, ...]
    is_tuple: bool = True


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as a function declares it."""

    name: str
    how: str = "either"  # "positional" | "either" | "keyword"
    default: Tree | None = None


@dataclass(slots=True, eq=False)
class Function:
    """A function: parameters, a block, and what is returned."""

    name: str
    params: list[Param]
    body: Block
    output: Tree
    constants: Constants
    wrt: tuple[str, ...] = ()
    user_names: frozenset[str] = frozenset()  # every name that the user's function mentions
    file_names: frozenset[str] = frozenset()  # every name that the user's file mentions
    signature: tuple[Parameter, ...] = ()
    globals: Block = field(default_factory=lambda: Block())  # the module constants that are used
    calls: Mapping[Value, tuple[str, tuple[Value, ...]]] = field(default_factory=dict)  # values that a helper returned
    hints: Mapping[Value, str] = field(default_factory=dict)  # what helpers call the values that they are given
    versions: Mapping[Value, Value] = field(default_factory=dict)  # version of a written list -> the list
    objects: Mapping[Value, Value] = field(default_factory=dict)  # list -> what stands for all that may be one object
    olds: Mapping[Value, Value] = field(default_factory=dict)  # write -> the item that it overwrites or takes away
    callees: Sequence[Callee] = ()  # the functions that are differentiated on their own
    errstate: str = ""  # the call that sets the state of floating-point errors, where there is one


def operands(item: Item) -> Sequence[Value]:
    """Return the values that an item itself reads (not those that the blocks inside it read)."""
    if isinstance(item, Apply):
        return item.args
    if isinstance(item, Bind):
        return (item.value,)
    if isinstance(item, Branch):
        return (item.condition,)
    if isinstance(item, Loop):
        ends = () if item.tape is None else (item.tape,)
        return (*(item.run or ()), *item.initial, *ends)
    if isinstance(item, Unpack):
        return (item.sequence,)
    if isinstance(item, Call):
        return item.args
    if isinstance(item, Raise):
        shown = tuple(part.value for part in item.message if isinstance(part, Shown))
        return shown if item.condition is None else (item.condition, *shown)
    return ()


def blocks_of(item: Item) -> tuple[Block, ...]:
    """Return the blocks inside an item."""
    if isinstance(item, Branch):
        return item.sides
    if isinstance(item, Loop):
        return (item.body,) if item.test is None else (item.test, item.body)
    return ()


def everything(block: Block) -> Iterator[Item]:
    """Yield the items of a block and of the blocks inside it."""
    todo = [block]
    while todo:
        for item in todo.pop().items:
            yield item
            todo += blocks_of(item)


def replace_values(item: Item, new: Mapping[Value, Value]) -> None:
    """Let everything inside an item read other values; what is found there by its operands is found anew."""
    if isinstance(item, Loop) and item.leave is not None:
        while item.leave in new:
            item.leave = new[item.leave]
    for block in blocks_of(item):
        replace_in(block, new)


def replace_in(block: Block, new: Mapping[Value, Value]) -> None:
    """Let everything in a block, and in the blocks inside it, read other values."""
    if not new:
        return

    def now(value: Value) -> Value:
        while value in new:
            value = new[value]
        return value

    todo = [block]
    while todo:
        block = todo.pop()
        block.results = [now(v) for v in block.results]
        for inner in block.items:
            replace_operands(inner, now)
            todo += blocks_of(inner)
        block.table = {(value.op, value.args): value for value in block.table.values()}


def replace_operands(item: Item, now: Callable[[Value], Value]) -> None:
    """Let an item read other values, the blocks inside it left as they are."""
    if isinstance(item, Apply):
        item.args = tuple(map(now, item.args))
    elif isinstance(item, Bind):
        item.value = now(item.value)
    elif isinstance(item, Branch):
        item.condition = now(item.condition)
    elif isinstance(item, Unpack):
        item.sequence = now(item.sequence)
    elif isinstance(item, Call):
        item.args = [now(v) for v in item.args]
    elif isinstance(item, Loop):
        item.initial = [now(v) for v in item.initial]
        if item.run is not None:
            start, stop, step = map(now, item.run)
            item.run = (start, stop, step)
        if item.leave is not None:
            item.leave = now(item.leave)
        if item.tape is not None:
            item.tape = now(item.tape)
    elif isinstance(item, Raise):
        item.condition = None if item.condition is None else now(item.condition)
        item.message = tuple(Shown(now(p.value), p.form) if isinstance(p, Shown) else p for p in item.message)


def leaves(tree: Tree) -> Iterator[Value]:
    """Yield the values of a nested tuple or list, in order."""
    if isinstance(tree, Group):
        for item in tree.items:
            yield from leaves(item)
    else:
        yield tree
