"""The one writer: a reversed function -> the staged text.

Each stage has a number. Its forward line carries it, and its backward lines stand under a comment that repeats the
forward line, so that both parts can be read side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Union

from bpcompile.backends.expressions import Expressions
from bpcompile.backends.names import Names
from bpcompile.backends.plan import Plan
from bpcompile.ir import ops
from bpcompile.ir.facts import Live
from bpcompile.ir.graph import (
    Apply,
    Bind,
    Block,
    Branch,
    Function,
    Group,
    Item,
    Loop,
    Section,
    Tree,
    Undefined,
    Unpack,
    Value,
    blocks_of,
    leaves,
)

INDENT = "    "
MAX_NESTING = 90  # levels of indentation: Python's own limit is 100


@dataclass(slots=True)
class If:
    """An `if` statement of the text."""

    condition: str
    then: list[Node]
    orelse: list[Node]
    negated: str = ""


@dataclass(slots=True)
class For:
    """A `for` statement of the text."""

    head: str
    body: list[Node]


Node = Union[str, If, For]


@dataclass(slots=True)
class Emitted:
    """The text of one function, and what it needs of its module."""

    text: str
    helpers: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)  # global name -> what it is called here
    nesting: int = 0


class Emitter:
    """Writes one function."""

    def __init__(
        self,
        fn: Function,
        original: Function,
        plan: Plan,
        live: Live,
        names: Names,
        style: str,
    ) -> None:
        self.fn = fn
        self.original = original
        self.plan = plan
        self.live = live
        self.names = names
        self.calls = original.calls
        self.is_staged = style == "staged"
        self.expressions = Expressions(plan, names)
        self.numbers: dict[Value, int] = {}
        self.cotangents = {names[v] for v in plan.variables if v in names.primals}
        self.mentioned: set[Value] = set()

    def emit(self, docstring: Sequence[str]) -> Emitted:
        """Return the function's text."""
        self.number_stages(self.fn.body, self.sections(self.fn.body))
        self.mentioned = {v for v, bind in self.plan.bound.items() if bind.name} | set(self.numbers)
        nodes = self.headings(self.block(self.fn.body))
        lines = [f"def {self.fn.name}({self.signature()}):", *(INDENT + line if line else "" for line in docstring)]
        lines += render(nodes, 1)
        lines.append(f"{INDENT}return {self.returned(self.fn.output)}")
        return Emitted("\n".join(lines) + "\n", self.expressions.helpers, self.expressions.aliases, nesting(nodes))

    def signature(self) -> str:
        """Return the parameters as the original declares them, and the cotangent of a vjp as the last one."""
        declared = {p.name: p for p in self.fn.signature}
        seeds = [p.name for p in self.fn.params if p.name not in declared]
        parts: list[str] = []
        how = "positional" if any(p.how == "positional" for p in self.fn.signature) else "either"
        for parameter in self.fn.signature:
            if how == "positional" and parameter.how != "positional":
                parts.append("/")
            if how != "keyword" and parameter.how == "keyword":
                parts += [*seeds, "*"]
                seeds = []
            how = parameter.how
            is_before_seed = bool(seeds) and how != "keyword"  # the cotangent is the last argument, and has no default
            default = "" if parameter.default is None or is_before_seed else f"={self.default(parameter.default)}"
            parts.append(parameter.name + default)
        if how == "positional":
            parts.append("/")
        return ", ".join([*parts, *seeds])

    def default(self, tree: Tree) -> str:
        """Return the text of a default; a tuple needs its parentheses here."""
        text = self.expressions.text(tree)
        return f"({text})" if isinstance(tree, Group) and tree.is_tuple else text

    def returned(self, tree: Tree) -> str:
        """Return what the function returns, without the parentheses of a tuple."""
        return self.expressions.text(tree)

    # stages and their numbers

    def sections(self, block: Block) -> set[Value]:
        """Return the stages that have backward lines."""
        found: set[Value] = set()
        todo = [block]
        while todo:
            stage: Value | None = None
            for item in todo.pop().items:
                if isinstance(item, Section):
                    stage = item.stage
                elif stage is not None and self.live.has(item):
                    found.add(stage)
                todo += blocks_of(item)
        return found

    def number_stages(self, block: Block, sections: set[Value]) -> None:
        """Number the stages in the order of the forward part."""
        for item in block.items:
            if isinstance(item, Section):
                break
            if isinstance(item, Apply) and item in self.live.primal:
                has_line = item in self.plan.variables and item in self.live.values
                if has_line or item in sections:
                    self.numbers[item] = len(self.numbers) + 1
            elif isinstance(item, Unpack):
                self.numbers[item.results[0]] = len(self.numbers) + 1
            elif isinstance(item, Branch) and id(item) in self.plan.inline_branches:
                result = next(r for r in item.results if r in self.live.values)
                if result in self.plan.variables or result in sections:
                    self.numbers[result] = len(self.numbers) + 1
            elif isinstance(item, Branch):
                for side in item.sides:
                    self.number_stages(side, sections)

    def stage_text(self, stage: Value) -> str:
        """Return the forward line of a stage, as its comment repeats it."""
        unpack = self.plan.owner.get(stage)
        if isinstance(unpack, Unpack):
            return self.unpacking(unpack)
        call = self.calls.get(stage)
        self.expressions.mentioned = self.mentioned
        computed = self.expressions.definition(stage)
        if call is not None and isinstance(stage, Apply) and stage.op is not ops.COPY:
            computed = f"{call[0]}({', '.join(self.expressions.text(a) for a in call[1])})"
        self.expressions.mentioned = frozenset()
        is_named = stage in self.plan.bound and self.plan.bound[stage].name
        if is_named or stage in self.plan.variables or not self.is_returned(stage):
            text = f"{self.names[stage]} = {computed}"
        else:
            text = f"return {computed}"
        gate = stage.gate if isinstance(stage, Apply) else None
        return f"{text}, {ops.GATE_NAMES[gate[0]]}" if gate and call is None else text

    def is_returned(self, stage: Value) -> bool:
        """Return whether the original returns the stage, directly or out of a branch."""
        value = stage
        targets = self.names.targets
        while value in targets and value not in leaves(self.original.output):
            value = targets[value]
        return any(value is leaf for leaf in leaves(self.original.output))

    # blocks

    def block(self, block: Block) -> list[Node]:
        """Return the lines of a block."""
        nodes: list[Node] = []
        pending: str | None = None
        for item in block.items:
            if isinstance(item, Section):
                number = self.numbers.get(item.stage)
                pending = None if number is None else f"# ({number}) {self.stage_text(item.stage)}"
                continue
            if isinstance(item, Bind) or not self.live.has(item):
                continue
            lines = self.item(item)
            if lines and pending is not None and self.is_staged:
                nodes.append(pending)
            if lines:
                pending = None
            nodes += lines
        return nodes

    def item(self, item: Item) -> list[Node]:
        """Return the lines of one item; none for what is written where it is read."""
        if isinstance(item, Apply):
            return self.assignment(item) if item in self.plan.variables else []
        if isinstance(item, Unpack):
            return [self.numbered(self.unpacking(item), item.results[0])]
        if isinstance(item, Loop):
            head = f"for {self.names[item.index]} in {self.expressions.range(item.count)}:"
            return [For(head, self.block(item.body))]
        assert isinstance(item, Branch)
        if id(item) in self.plan.inline_branches:
            result = next(r for r in item.results if r in self.live.values)
            if result not in self.plan.variables:
                return []
            return [self.numbered(f"{self.names[result]} = {self.expressions.definition(result)}", result)]
        return self.branch(item)

    def unpacking(self, unpack: Unpack) -> str:
        """Return `a, b = w`."""
        targets = ", ".join(self.names[r] for r in unpack.results)
        comma = "," if len(unpack.results) == 1 else ""
        if not unpack.results:
            targets, comma = "[]", ""
        return f"{targets}{comma} = {self.expressions.text(unpack.sequence)}"

    def numbered(self, line: str, stage: Value) -> str:
        """Return a forward line with its number."""
        number = self.numbers.get(stage)
        if number is None or not self.is_staged:
            return line
        return f"{line}  # ({number})" + (", since it may raise" if stage in self.live.kept else "")

    def assignment(self, value: Apply) -> list[Node]:
        """Return the line that computes a variable."""
        name = self.names[value]
        if value.op is ops.ADD_AT:
            return [self.add_at(value)]
        if value not in self.live.primal:
            if value.op is ops.COPY and self.expressions.text(value.args[0]) == name:
                return []
            if value.op in (ops.ADD, ops.SUB) and self.expressions.text(value.args[0]) == name:
                sign = "+" if value.op is ops.ADD else "-"
                return [f"{name} {sign}= {self.expressions.text(value.args[1])}"]
            return [f"{name} = {self.expressions.definition(value)}"]
        return [self.numbered(f"{name} = {self.expressions.definition(value)}", value)]

    def add_at(self, value: Apply) -> str:
        """Return `dw[0] += ...`."""
        buffer, *indices, number = value.args
        place = self.expressions.text(buffer) + "".join(f"[{self.expressions.text(i)}]" for i in indices)
        if isinstance(number, Apply) and number.op is ops.NEG and number not in self.plan.variables:
            return f"{place} -= {self.expressions.text(number.args[0])}"
        return f"{place} += {self.expressions.text(number)}"

    def branch(self, branch: Branch) -> list[Node]:
        """Return an `if` statement; what leaves a side is assigned at the side's end."""
        then, orelse = ([*self.block(side), *self.moves(branch, side)] for side in branch.sides)
        if not then and not orelse:
            return []
        if not then:
            return [If(self.expressions.negation(branch.condition), orelse, [])]
        return [If(self.expressions.text(branch.condition), then, orelse)]

    def moves(self, branch: Branch, side: Block) -> list[Node]:
        """Return the assignments that give the results of a branch their values on one side."""
        moves: list[tuple[str, Value]] = []
        stages = self.numbers if branch.forward is None else {}
        for result, value in zip(branch.results, side.results):
            if result not in self.plan.variables or isinstance(value, Undefined):
                continue
            if self.expressions.text(value) != self.names[result]:
                moves.append((self.names[result], value))
        lines = [(f"{name} = {self.expressions.text(value)}", value) for name, value in moves]
        return [
            self.numbered(line, value) if value in stages and value not in self.plan.variables else line
            for line, value in lines
        ]

    def headings(self, nodes: list[Node]) -> list[Node]:
        """Put `# forward` and `# backward` before the two parts."""
        if not self.is_staged:
            return nodes
        start = next((i for i, node in enumerate(nodes) if self.is_backward(node)), len(nodes))
        parts: list[Node] = []
        if start:
            parts += ["# forward", *nodes[:start]]
        if start < len(nodes):
            parts += [*([""] if start else []), self.heading(nodes[start]), *nodes[start:]]
        return parts

    def is_backward(self, node: Node) -> bool:
        """Return whether a node belongs to the backward part."""
        if isinstance(node, If):
            return any(self.is_backward(n) for n in (*node.then, *node.orelse))
        if isinstance(node, For):
            return True
        return node.startswith("# (") or node.split(" ")[0].split("[")[0] in self.cotangents

    def heading(self, node: Node) -> str:
        """Return the heading of the backward part."""
        return "# forward and backward, branch by branch" if self.is_mixed(node) else "# backward"

    def is_mixed(self, node: Node) -> bool:
        """Return whether a branch holds forward lines as well."""
        if not isinstance(node, If):
            return False
        inner = (*node.then, *node.orelse)
        return any(isinstance(n, str) and "  # (" in n for n in inner) or any(map(self.is_mixed, inner))


def nesting(nodes: Iterable[Node]) -> int:
    """Return how deep the statements are nested; an `elif` is no deeper than its `if`."""
    deepest = 0
    todo: list[tuple[Node, int]] = [(n, 1) for n in nodes]
    while todo:
        node, depth = todo.pop()
        deepest = max(deepest, depth)
        if isinstance(node, If):
            todo += [(n, depth + 1) for n in node.then]
            is_elif = len(node.orelse) == 1 and isinstance(node.orelse[0], If)
            todo += [(n, depth if is_elif else depth + 1) for n in node.orelse]
        elif isinstance(node, For):
            todo += [(n, depth + 1) for n in node.body]
    return deepest


def render(nodes: Sequence[Node], level: int) -> list[str]:
    """Return the lines of the nodes, indented."""
    lines: list[str] = []
    todo: list[tuple[Node, int, str]] = [(n, level, "if") for n in reversed(nodes)]
    while todo:
        node, depth, word = todo.pop()
        pad = INDENT * depth
        if isinstance(node, str):
            lines.append(pad + node if node else "")
        elif isinstance(node, For):
            lines.append(pad + node.head)
            todo += [(n, depth + 1, "if") for n in reversed(node.body)]
        else:
            lines.append(f"{pad}{word} {node.condition}:")
            if len(node.orelse) == 1 and isinstance(node.orelse[0], If):
                todo.append((node.orelse[0], depth, "elif"))
            elif node.orelse:
                todo += [(n, depth + 1, "if") for n in reversed(node.orelse)]
                todo.append(("else:", depth, "if"))
            body = node.then or ["pass"]
            todo += [(n, depth + 1, "if") for n in reversed(body)]
    return lines
