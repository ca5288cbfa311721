"""Which values are variables of the text, and which are written where they are read.

A value is a variable if the user named it, if it is read more than once and costs something, if it crosses into a
branch, or if writing it later would change the order in which operations raise. Everything else is inline.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bpcompile.ir import ops
from bpcompile.ir.facts import Live, may_raise
from bpcompile.ir.graph import (
    Apply,
    Bind,
    Block,
    BlockParam,
    Branch,
    Const,
    Function,
    Item,
    Loop,
    Param,
    Result,
    Section,
    Undefined,
    Unpack,
    Value,
    blocks_of,
    leaves,
    operands,
)

MAX_INLINE = 24  # levels of an expression on one line
EFFECTS = (ops.ADD_AT,)


@dataclass(slots=True)
class Plan:
    """The text's layout: its variables, and what every value is used for."""

    variables: set[Value] = field(default_factory=set)
    uses: dict[Value, int] = field(default_factory=dict)
    inline_branches: set[int] = field(default_factory=set)
    home: dict[Value, Block] = field(default_factory=dict)
    bound: dict[Value, Bind] = field(default_factory=dict)
    owner: dict[Value, Item] = field(default_factory=dict)  # of results: the item of this function
    primal: set[Apply] = field(default_factory=set)  # the operations of the forward part


def plan(fn: Function, live: Live, extra: set[Value]) -> Plan:
    """Return the layout of the function; `extra` are values that must be variables."""
    return Planner(fn, live, extra).run()


class Planner:
    """Decides block by block, in order, so that the operands of a value are decided before it."""

    def __init__(self, fn: Function, live: Live, extra: set[Value]) -> None:
        self.fn = fn
        self.live = live
        self.out = Plan(primal=live.primal)
        self.out.variables |= extra
        self.foreign: set[Value] = set()  # read in another block than their own
        self.depth: dict[Value, int] = {}
        self.eager: set[Value] = set(leaves(fn.output))

    def run(self) -> Plan:
        """Count the uses, then decide until the order of exceptions is the original's."""
        self.count(self.fn.body)
        for value in leaves(self.fn.output):
            self.use(value, self.fn.body)
        self.decide(self.fn.body)
        return self.out

    def use(self, value: Value, block: Block) -> None:
        """Count one reading of a value."""
        self.out.uses[value] = self.out.uses.get(value, 0) + 1
        if self.out.home.get(value, block) is not block:
            self.foreign.add(value)

    def count(self, block: Block) -> None:
        """Count the uses in a block and the blocks inside it."""
        self.find_eager(block)
        for item in block.items:
            if isinstance(item, Bind):
                self.out.bound.setdefault(item.value, item)
                continue
            if isinstance(item, Apply):
                self.out.home[item] = block
            elif isinstance(item, (Branch, Loop, Unpack)):
                for result in item.results:
                    self.out.home[result] = block
                    self.out.owner[result] = item
            if not self.live.has(item):
                continue
            for value in operands(item):
                self.use(value, block)
            for inner in blocks_of(item):
                self.count(inner)
                for index, value in enumerate(inner.results):
                    if isinstance(item, Loop) or item.results[index] in self.live.values:  # type: ignore[union-attr]
                        self.use(value, inner)

    def find_eager(self, block: Block) -> None:
        """Find what is evaluated on every path: not what stands only in an arm of a conditional expression of ours."""
        self.eager.update(block.results)
        for item in reversed(block.items):
            if isinstance(item, Apply) and item in self.live.primal:
                self.eager.add(item)
            if not isinstance(item, Apply) or item in self.eager:
                lazy = isinstance(item, Apply) and item.op is ops.SELECT
                self.eager.update(operands(item)[:1] if lazy else operands(item))

    def decide(self, block: Block) -> None:
        """Choose the variables of a block."""
        for item in block.items:
            if isinstance(item, Apply) and item in self.live.values:
                if item not in self.out.variables and self.is_variable(item):
                    self.out.variables.add(item)
                self.depth[item] = 1 + max((self.level(a) for a in item.args), default=0)
                if self.depth[item] > MAX_INLINE:
                    self.out.variables.add(item)
            elif isinstance(item, (Branch, Loop, Unpack)) and self.live.has(item):
                for inner in blocks_of(item):
                    self.decide(inner)
                self.decide_results(item)
        self.keep_order(block)

    def level(self, value: Value) -> int:
        """Return how many levels of expression the value stands for where it is read."""
        return 0 if value in self.out.variables else self.depth.get(value, 0)

    def is_variable(self, value: Apply) -> bool:
        """Return whether an operation gets a name."""
        if value in self.out.bound or value.op in EFFECTS or value.op in (ops.ZEROS, ops.FILL, ops.LEAVE_ONE_OUT):
            return True
        if value in self.live.kept:
            return True
        if self.is_light(value) or value not in self.eager:
            return False
        return self.out.uses.get(value, 0) > 1 or value in self.foreign

    def is_light(self, value: Value) -> bool:
        """Return whether writing the value again costs nothing to speak of."""
        if value in self.out.variables or isinstance(value, (Const, Param, BlockParam, Undefined)):
            return True
        if isinstance(value, Result):
            owner = self.out.owner.get(value)
            if id(owner) not in self.out.inline_branches or not isinstance(owner, Branch):
                return True
            parts = [owner.condition, *(side.results[value.index] for side in owner.sides)]
            return owner.form in ("and", "or") and all(self.is_light(p) for p in parts)
        assert isinstance(value, Apply)
        return value.op in LIGHT and all(self.is_light(a) for a in value.args)

    def decide_results(self, item: Branch | Loop | Unpack) -> None:
        """Choose whether a branch is a statement with variables or an expression."""
        if isinstance(item, Branch) and self.is_expression(item):
            self.out.inline_branches.add(id(item))
            result = next(r for r in item.results if r in self.live.values)
            parts = (item.condition, *(side.results[result.index] for side in item.sides))
            self.depth[result] = 1 + max(self.level(p) for p in parts)
            is_read_again = self.out.uses.get(result, 0) > 1 or result in self.foreign
            if result in self.out.bound or (is_read_again and not self.is_light(result)):
                self.out.variables.add(result)
            return
        is_written = isinstance(item, Unpack)
        self.out.variables.update(r for r in item.results if is_written or r in self.live.values)

    def is_expression(self, branch: Branch) -> bool:
        """Return whether a branch can be written as `a if c else b`, `c and a` or `c or b`."""
        results = [r for r in branch.results if r in self.live.values]
        if branch.form == "if" or branch.forward is not None or len(results) != 1:
            return False
        for side in branch.sides:
            for item in side.items:
                if isinstance(item, Apply) and item in self.out.variables and item in self.live.values:
                    return False
                if isinstance(item, (Branch, Unpack, Loop)) and self.live.has(item):
                    if id(item) not in self.out.inline_branches:
                        return False
                    if any(r in self.out.variables for r in item.results):
                        return False
        return not any(isinstance(side.results[results[0].index], Undefined) for side in branch.sides)

    # the order of exceptions

    def keep_order(self, block: Block) -> None:
        """Name what may raise and would be evaluated after something later that may raise."""
        while True:
            late = self.out_of_order(block)
            if not late:
                return
            self.out.variables |= late

    def out_of_order(self, block: Block) -> set[Value]:
        """Return the values that must be evaluated where they stand."""
        pending: dict[Value, int] = {}  # inline values that may raise, not evaluated yet: where they stand
        found: set[Value] = set()
        for at, item in enumerate(block.items):
            if isinstance(item, Section):
                break
            if not self.live.has(item) or isinstance(item, Bind):
                continue
            if isinstance(item, Apply) and item not in self.out.variables:
                if may_raise(item) and item not in self.live.late and item.op is not ops.INDEX:
                    pending[item] = at
                continue
            if isinstance(item, Branch) and id(item) in self.out.inline_branches:
                result = next(r for r in item.results if r in self.live.values)
                if result not in self.out.variables:
                    if self.block_may_raise(item):
                        pending[result] = at
                    continue
            found |= self.evaluate(item, pending, at)
        if self.has_backward(block) or len(pending) > 1:
            found |= set(pending)
        return found - self.out.variables

    def evaluate(self, item: Item, pending: dict[Value, int], at: int) -> set[Value]:
        """Take what the item evaluates out of `pending`; return what it would overtake."""
        inside = [v for v in dict.fromkeys(self.tree(operands(item))) if v in pending]
        last = max((pending[v] for v in inside), default=-1)
        if isinstance(item, Apply) and may_raise(item) or isinstance(item, Unpack):
            last = at
        if isinstance(item, (Branch, Loop)) and self.block_may_raise(item):
            last = at
        places = {value: pending.pop(value) for value in inside}
        overtaken = {v for v, place in pending.items() if place < last}
        if overtaken:
            overtaken |= {v for v in inside if places[v] < max(pending[o] for o in overtaken)}
        return {v for v in overtaken if not isinstance(item, Apply) or v is not item}

    def tree(self, roots: object) -> list[Value]:
        """Return the inline values below the roots."""
        todo, found = list(roots), []  # type: ignore[call-overload]
        while todo:
            value = todo.pop()
            if value in self.out.variables:
                continue
            found.append(value)
            if isinstance(value, Apply):
                todo += value.args
            elif isinstance(value, Result) and id(self.out.owner.get(value)) in self.out.inline_branches:
                todo += operands(self.out.owner[value])
        return found

    def block_may_raise(self, item: Branch | Loop) -> bool:
        """Return whether anything needed inside may raise."""
        todo = list(blocks_of(item))
        while todo:
            for inner in todo.pop().items:
                if self.live.has(inner) and (isinstance(inner, Unpack) or may_raise(inner)):  # type: ignore[arg-type]
                    return True
                todo += blocks_of(inner)
        return False

    def has_backward(self, block: Block) -> bool:
        """Return whether a backward part follows the block's forward part."""
        return block is self.fn.body or any(isinstance(i, Section) for i in block.items)


LIGHT = frozenset((*ops.COMPARISONS, ops.NOT, ops.AND, ops.NEG, ops.INDEX, ops.LEN, ops.COPY))
