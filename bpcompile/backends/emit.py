"""The one writer: a reversed function -> the staged text.

Each stage has a number. Its forward line carries it, and its backward lines stand under a comment that repeats the
forward line, so that both parts can be read side by side.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Union

from bpcompile.backends.expressions import Expressions
from bpcompile.backends.jit import PLAIN, Jit
from bpcompile.backends.names import Names
from bpcompile.backends.plan import Plan
from bpcompile.ir import ops
from bpcompile.ir.facts import Live, Reversed, literal
from bpcompile.ir.graph import (
    Apply,
    Bind,
    Block,
    BlockParam,
    Branch,
    Call,
    Callee,
    Const,
    Function,
    Group,
    Item,
    Loop,
    Param,
    Raise,
    Result,
    Section,
    Shown,
    Tree,
    Undefined,
    Unpack,
    Value,
    blocks_of,
    leaves,
    operands,
)
from bpcompile.ir.kinds import Array, holds_arrays
from bpcompile.ir.kinds import Sequence as ListKind
from bpcompile.ir.lengths import is_readable
from bpcompile.ir.places import may_repeat

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
class Repeat:
    """A `for` or `while` statement of the text."""

    head: str
    body: list[Node]
    is_backward: bool


Node = Union[str, If, Repeat]
BREAK = "break"


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
        jit: Jit = PLAIN,
    ) -> None:
        self.fn = fn
        self.original = original
        self.plan = plan
        self.live = live
        self.names = names
        self.calls = original.calls
        self.is_staged = style == "staged"
        self.jit = jit
        self.expressions = Expressions(plan, names, jit)
        self.numbers: dict[Value, int] = {}
        self.popped: set[Value] = set()
        self.in_head: set[Value] = set()  # items that the head of a `for` binds
        self.cotangents = {names[v] for v in plan.variables if v in names.primals}
        self.mentioned: set[Value] = set()
        self.shared: set[Value] | None = None  # lists whose cotangents hold what may have other names

    def emit(self, docstring: Sequence[str]) -> Emitted:
        """Return the function's text."""
        self.number_stages(self.fn.body, self.sections(self.fn.body))
        self.mentioned = {v for v, bind in self.plan.bound.items() if bind.name} | set(self.numbers)
        nodes = self.headings(self.block(self.fn.body))
        docstring = with_sentences(docstring, [*self.shapes(), *self.symmetric(), *self.left_alone(), *self.memory()])
        lines = [f"def {self.fn.name}({self.signature()}):", *(INDENT + line if line else "" for line in docstring)]
        state = self.original.errstate
        level = 2 if state else 1
        lines += [f"{INDENT}with {self.expressions.state(state)}:"] if state else []
        lines += render(nodes, level)
        lines.append(f"{INDENT * level}return {self.returned(self.fn.output)}")
        return Emitted("\n".join(lines) + "\n", self.expressions.helpers, self.expressions.aliases, nesting(nodes))

    def shapes(self) -> list[str]:
        """Return the sentence on the shapes that are known."""
        arrays = [(p.name, p.kind.dims) for p in self.original.params if isinstance(p.kind, Array)]
        known = [(name, dims) for name, dims in arrays if dims and all(map(is_readable, dims))]
        return [f"Shapes: {', '.join(f'{name} {shape_text(dims)}' for name, dims in known)}."] if known else []

    def symmetric(self) -> list[str]:
        """Return the sentence on the functions that take a matrix for symmetric."""
        known = (v for v in self.live.primal if isinstance(v, Apply) and v in self.live.values)
        found = sorted({v.op.name for v in known if v.op in (ops.CHOLESKY, ops.EIGH)})
        return [f"The matrix of {listed(found)} is taken for symmetric: so is its gradient."] if found else []

    def left_alone(self) -> list[str]:
        """Return the sentence on the lists that the original writes to."""
        written = [p.name for p in self.fn.params if p in set(self.fn.versions.values())]
        if not written:
            return []
        return [f"{listed(written)} {'is left as it was' if len(written) == 1 else 'are left as they were'}."]

    def memory(self) -> list[str]:
        """Return the sentence on what is kept for the backward part, for each trip of a loop."""
        tapes = [v for v in self.names.tapes if v in self.plan.variables and isinstance(v, Apply)]
        if not tapes:
            return []
        return [f"Kept in memory, one item each: {listed([self.what_is_kept(t) for t in tapes])}."]

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

    def number_stages(self, block: Block, sections: set[Value], in_head: Collection[int] = ()) -> None:
        """Number the stages in the order of the forward part."""
        for item in block.items:
            if isinstance(item, Section):
                break
            if isinstance(item, Apply) and item in self.live.primal:
                has_line = item in self.plan.variables and item in self.live.values
                if (has_line and id(item) not in in_head) or item in sections:
                    self.numbers[item] = len(self.numbers) + 1
            elif isinstance(item, Unpack) and not self.live.has(item):
                continue
            elif isinstance(item, Unpack) or isinstance(item, Call) and item.forward is None:
                self.numbers[item.results[0]] = len(self.numbers) + 1
            elif isinstance(item, Branch) and id(item) in self.plan.inline_branches:
                result = next(r for r in item.results if r in self.live.values)
                if result in self.plan.variables or result in sections:
                    self.numbers[result] = len(self.numbers) + 1
            elif isinstance(item, Branch):
                for side in item.sides:
                    self.number_stages(side, sections)
            elif isinstance(item, Loop) and not item.is_backward:
                in_head = {id(v) for v in item.each if v not in sections}
                self.number_stages(item.body, sections, in_head)

    def stage_text(self, stage: Value) -> str:
        """Return the forward line of a stage, as its comment repeats it."""
        unpack = self.plan.owner.get(stage)
        if isinstance(unpack, Unpack):
            return self.unpacking(unpack)
        if isinstance(unpack, Call):
            given = ", ".join(self.names[r] for r in unpack.results[:-1])
            return f"{given} = {unpack.callee.name}({', '.join(map(self.expressions.text, unpack.args))})"
        if isinstance(stage, Apply) and stage.op in ops.WRITES:
            return self.write_to_list(stage)
        call = self.calls.get(stage)
        self.expressions.begin_comment(self.mentioned)
        computed = self.expressions.definition(stage)
        if call is not None and isinstance(stage, Apply) and stage.op is not ops.COPY:
            computed = f"{call[0]}({', '.join(self.expressions.text(a) for a in call[1])})"
        self.expressions.end_comment()
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
        seen: set[Value] = set()
        while value in targets and value not in seen:
            seen.add(value)
            value = targets[value]
            if any(value is leaf for leaf in leaves(self.original.output)):
                break
        return any(value is leaf for leaf in leaves(self.original.output))

    # blocks

    def block(self, block: Block) -> list[Node]:
        """Return the lines of a block."""
        nodes: list[Node] = []
        pending: str | None = None
        for at, item in enumerate(block.items):
            if isinstance(item, Section):
                number = self.numbers.get(item.stage)
                pending = None if number is None else f"# ({number}) {self.stage_text(item.stage)}"
                continue
            if isinstance(item, Bind) or not self.live.has(item):
                continue
            lines = self.item(item, self.after(block, at))
            if lines and pending is not None and self.is_staged:
                nodes.append(pending)
            if lines:
                pending = None
            nodes += lines
        return nodes

    def after(self, block: Block, at: int) -> Item | None:
        """Return the next item that writes a line."""
        for following in range(at + 1, len(block.items)):
            item = block.items[following]
            if not isinstance(item, (Bind, Section)) and self.live.has(item):
                return item
        return None

    def item(self, item: Item, after: Item | None) -> list[Node]:
        """Return the lines of one item; none for what is written where it is read."""
        if isinstance(item, Apply):
            return self.assignment(item, after) if item in self.plan.variables and item not in self.in_head else []
        if isinstance(item, Unpack):
            return [self.numbered(self.unpacking(item), item.results[0])]
        if isinstance(item, Call):
            return [self.calling(item)]
        if isinstance(item, Raise):
            return [self.raising(item)]
        if isinstance(item, Loop):
            return self.loop(item)
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
        unpack = self.plan.owner.get(stage)
        notes = [self.shape_note(r, " ") for r in (unpack.results if isinstance(unpack, Unpack) else [stage])]
        note = ",".join(n for n in notes if n)
        return f"{line}  # ({number}){note}" + (", since it may raise" if stage in self.live.kept else "")

    def shape_note(self, value: Value, before: str) -> str:
        """Return the shape of an array as a comment, where it is known and it is one."""
        dims = value.kind.dims if isinstance(value.kind, Array) else None
        if not dims or not self.is_staged or not all(map(is_readable, dims)):
            return ""
        return f"{before}{shape_text(dims)}"

    def assignment(self, value: Apply, after: Item | None) -> list[Node]:
        """Return the line that computes a variable."""
        if value.op in ops.EFFECTS:
            return [] if self.is_popped(value) else [self.effect(value)]
        name = self.names[value]
        if value.op is ops.POP_TAPE and len(value.args) > 1:
            return self.taking_off(value)
        if value.op is ops.TAPE:
            return [f"{name} = {self.expressions.definition(value)}  # {self.what_is_kept(value)}"]
        if (
            isinstance(after, Apply)
            and after.op is ops.DROP
            and value.op is ops.INDEX
            and value.args[0] is after.args[0]
        ):
            if literal(value.args[1]) == -1:
                self.popped.add(after)
                return [self.numbered(f"{name} = {self.expressions.text(value.args[0])}.pop()", value)]
        if value not in self.live.primal:
            if value.op is ops.COPY and self.expressions.text(value.args[0]) == name:
                return []
            is_same = value.op in (ops.ADD, ops.SUB) and self.expressions.text(value.args[0]) == name
            if is_same and not isinstance(value.kind, Array):  # `+=` would change an array that has another name
                sign = "+" if value.op is ops.ADD else "-"
                return [f"{name} {sign}= {self.expressions.text(value.args[1])}"]
            return [f"{name} = {self.expressions.definition(value)}" + self.shape_note(value, "  # ")]
        return [self.numbered(f"{name} = {self.expressions.definition(value)}", value)]

    def is_popped(self, value: Apply) -> bool:
        """Return whether the line before has taken the last item of a list already."""
        return value in self.popped

    def effect(self, value: Apply) -> str:
        """Return the line that changes a list or a tape."""
        text = self.expressions.text
        if value.op is ops.ADD_AT:
            return self.add_at(value)
        if value.op in ops.WRITES:
            line = self.write_to_list(value)
            return self.numbered(line, value) if value in self.live.primal else line
        if value.op is ops.ADD_ALL:
            return f"{self.expressions.helper('add_all')}({text(value.args[1])}, {text(value.args[2])})"
        if value.op is ops.UNSTORE:
            return f"{self.place(value.args[0], value.args[1:-1])} = {text(value.args[-1])}"
        if value.op is ops.PUSH:
            tape, kept, *others = value.args
            is_list = not isinstance(kept.kind, Array) or kept in self.fn.versions.values()
            what = f"({', '.join(map(text, (kept, *others)))})" if others else text(kept)
            return f"{text(tape)}.append({what if is_list else self.expressions.own(kept)})"
        if value.op is ops.UNAPPEND:
            return f"{text(value.args[0])}.pop()"
        return f"{text(value.args[0])}.append({text(value.args[1])})"

    def place(self, sequence: Value, indices: Sequence[Value]) -> str:
        """Return `w[i][j]`."""
        if isinstance(sequence.kind, Array):
            return self.expressions.part(sequence, indices)
        return self.expressions.text(sequence) + "".join(f"[{self.expressions.text(i)}]" for i in indices)

    def write_to_list(self, value: Apply) -> str:
        """Return `w[i] = x`, `w[i] += x`, `w.append(x)` or `w.pop()`."""
        text = self.expressions.text
        sequence, *rest = value.args
        if value.op is ops.APPEND:
            return f"{text(sequence)}.append({text(rest[0])})"
        if value.op is ops.DROP:
            return f"{text(sequence)}.pop()"
        place, item = self.place(sequence, rest[:-1]), rest[-1]
        is_augmented = (
            isinstance(item, Apply)
            and item.op in AUGMENTED
            and item not in self.plan.variables
            and item.span is not None
            and value.span is not None
            and (item.span.line, item.span.column) == (value.span.line, value.span.column)
        )
        if is_augmented and isinstance(item, Apply) and text(item.args[0]) == place.removesuffix("[...]"):
            return f"{place.removesuffix('[...]')} {AUGMENTED[item.op]}= {text(item.args[1])}"
        return f"{place} = {text(item)}"

    def what_is_kept(self, tape: Apply) -> str:
        """Return what a tape holds, for the comment beside it."""
        value, *others = self.names.tapes[tape]
        if others:
            before = [self.names[v] for v in (value, *others) if isinstance(v, BlockParam)]
            during = [self.names[v] for v in (value, *others) if not isinstance(v, BlockParam)]
            parts = ((before, "before each step"), (during, "in each step"))
            return ", and ".join(f"{listed(names)} {when}" for names, when in parts if names)
        if tape.args:
            return f"{self.names[value]} before each step, and after the last"
        if isinstance(value, BlockParam):
            return f"{self.names[value]} before each step"
        if isinstance(value, Apply) and value.op in (ops.INDEX, ops.SUBSCRIPT) and value not in self.plan.variables:
            is_old = value in self.fn.olds.values()
            return f"{self.expressions.text(value)} {'before each write' if is_old else 'in each step'}"
        return f"{self.names[value]} in each step"

    def raising(self, item: Raise) -> str:
        """Return `raise error(message)` or `assert condition, message`."""
        message = self.message(item)
        if item.condition is not None:
            return f"assert {self.expressions.text(item.condition)}" + (f", {message}" if message else "")
        return f"raise {item.error}({message})"

    def message(self, item: Raise) -> str:
        """Return the message of an exception: a string, a number, or an f-string of both."""
        if not item.message:
            return ""
        parts = item.message
        if all(isinstance(p, str) for p in parts):
            return quoted("".join(str(p) for p in parts))
        if len(parts) == 1 and isinstance(parts[0], Shown) and not parts[0].form:
            return self.expressions.text(parts[0].value)
        texts = []
        for part in parts:
            if isinstance(part, Shown):
                texts.append("{" + self.expressions.text(part.value) + part.form + "}")
            else:
                texts.append(quoted(part)[1:-1].replace("{", "{{").replace("}", "}}"))
        return 'f"' + "".join(texts) + '"'

    # functions that call themselves

    def calling(self, call: Call) -> str:
        """Return the line of a call, or of its backward part."""
        is_forward = call.forward is None  # it keeps what it is given, whatever is written to that afterwards
        own = self.expressions.own if is_forward else self.expressions.text
        args = ", ".join(own(a) if isinstance(a.kind, Array) else self.expressions.text(a) for a in call.args)
        unused = "_" if "_" not in self.fn.user_names else "unused_"
        names = [self.names[r] if r in self.plan.variables else unused for r in call.results]
        if call.forward is None:
            *given, kept = names
            first = f"({', '.join(given)})" if call.callee.is_tuple else given[0]
            return self.numbered(f"{first}, {kept} = {self.part(call.callee, 'forward')}({args})", call.results[0])
        names = [n for n, r in zip(names, call.results) if r not in self.names.same]
        text = f"{self.part(call.callee, 'backward')}({args})"
        return f"{', '.join(names)} = {text}" if names else text

    def part(self, callee: Callee, part: str) -> str:
        """Return the name of one part of a function that calls itself: no name of the user's."""
        name = f"{callee.name}_{part}"
        while name in self.fn.file_names:
            name += "_"
        return name

    def emit_pair(self, callee: Callee, reversed_: Reversed) -> Emitted:
        """Return the text of a function that calls itself: its forward part, and its backward part."""
        body = self.fn.body
        self.number_stages(body, self.sections(body))
        self.mentioned = {v for v, bind in self.plan.bound.items() if bind.name} | set(self.numbers)
        at = next(k for k, item in enumerate(body.items) if isinstance(item, Section))
        forward, backward = Block(), Block()
        forward.items, backward.items = body.items[:at], body.items[at:]
        own = [*reversed_.seeds, *reversed_.lists]
        kept = self.crossing(forward, backward, {p.name for p in own}, callee.params)
        bound = {p.name for p in callee.params}
        shut = sorted({n for n, home in kept.items() if home is not None and home is not body and n not in bound})
        value = self.expressions.text(self.original.output)
        name = callee.name
        params = ", ".join(p.name for p in callee.params)
        given = ", ".join(kept) + ("," if len(kept) == 1 else "")
        value = f"({value})" if callee.is_tuple else value
        lines = [
            f"def {self.part(callee, 'forward')}({params}):",
            f'{INDENT}"""Return {name}({params}), and what {self.part(callee, "backward")} needs."""',
            *([f"{INDENT}{' = '.join(shut)} = None  # bound on some paths only"] if shut else []),
            *render(self.block(forward), 1),
            f"{INDENT}return {value}, ({given})",
        ]
        gradients = [f"d{name}/d{p.name}" for k, p in enumerate(callee.params) if k in callee.active]
        numbers = [g for g in gradients if g.split("/d")[1] not in {reversed_.primals[v].name for v in reversed_.lists}]  # type: ignore[attr-defined]
        what = f"Return {', '.join(numbers)} times {', '.join(p.name for p in reversed_.seeds)}" if numbers else ""
        adds = f"add to {', '.join(p.name for p in reversed_.lists)}" if reversed_.lists else ""
        sentence = ", and ".join(part for part in (what, adds) if part)
        returned = ", ".join(map(self.expressions.text, leaves(self.fn.output)))
        lines += [
            "",
            "",
            f"def {self.part(callee, 'backward')}({', '.join(['kept', *(p.name for p in own)])}):",
            f'{INDENT}"""{sentence[:1].upper()}{sentence[1:]}."""',
            *([f"{INDENT}{given} = kept"] if kept else []),
            *render(self.block(backward), 1),
            *([f"{INDENT}return {returned}"] if returned else []),
        ]
        if len(lines) and lines[-1].endswith('."""'):
            lines.append(f"{INDENT}return")
        return Emitted("\n".join(lines) + "\n", self.expressions.helpers, self.expressions.aliases, 0)

    def crossing(
        self, forward: Block, backward: Block, own: set[str], params: Sequence[Param]
    ) -> dict[str, Block | None]:
        """Return the names that the backward part reads and the forward part binds, each with its block."""
        made = {self.names.one(v) for v in bound_values(backward)}
        read: dict[Value, None] = {}
        todo = [backward]
        values: list[Value] = list(leaves(self.fn.output))
        while todo:
            block = todo.pop(0)
            for item in block.items:
                if not isinstance(item, (Bind, Section)) and self.live.has(item):
                    values += operands(item)
                todo += blocks_of(item)
            values += block.results
        while values:
            value = values.pop(0)
            one = self.names.one(value)
            if value in self.plan.variables or value in self.names.same or isinstance(value, (Param, BlockParam)):
                read.setdefault(one)
            elif isinstance(value, Apply):
                values += value.args
            elif isinstance(value, Result) and id(self.plan.owner.get(value)) in self.plan.inline_branches:
                branch = self.plan.owner[value]
                assert isinstance(branch, Branch)
                values += [branch.condition, *(side.results[value.index] for side in branch.sides)]
        found: dict[str, Block | None] = {}
        for value in read:
            is_global = isinstance(value, Param) and (value.is_global or value.name in own)
            if value not in made and not is_global and not isinstance(value, (Const, Undefined)):
                inner = Block() if isinstance(value, BlockParam) else None  # carried: no trip may have bound it
                found.setdefault(self.names[value], inner or self.plan.home.get(value))
        return found

    # loops

    def loop(self, loop: Loop) -> list[Node]:
        """Return a loop: what it starts from, its head, its body, and what it goes on with."""
        carried = [k for k, p in enumerate(loop.carried) if p in self.plan.variables and p not in self.names.same]
        nodes: list[Node] = list(
            self.assignments([(loop.carried[k], loop.initial[k]) for k in carried], not loop.is_backward)
        )
        moves = self.assignments(
            [(loop.carried[k], loop.body.results[k]) for k in carried], not loop.is_backward, loop.body
        )
        over = self.over_items(loop) or self.over_tapes(loop)
        body, test = [], None
        if loop.test is not None:
            body, test = self.block(loop.test), loop.test.results[0]
            if body:
                body.append(If(self.expressions.negation(test), [BREAK], []))
                test = None
        body += self.trip(loop.body, loop.leave, moves)
        if not body and not carried and loop.run is not None and loop.leave is None:
            return []  # nothing is left of it
        return [*nodes, Repeat(f"{over or self.head(loop, test)}:", body or ["pass"], loop.is_backward)]

    def head(self, loop: Loop, test: Value | None) -> str:
        """Return the head of a loop."""
        if loop.tape is not None:
            return f"while {self.expressions.text(loop.tape)}"
        if loop.run is None:
            return "while True" if test is None else f"while {self.expressions.text(test)}"
        return f"for {self.names[loop.index]} in {self.expressions.range(loop.run, loop.is_reversed)}"

    def over_items(self, loop: Loop) -> str | None:
        """Return `for x in w`, `for i, x in enumerate(w)` or `for x, y in zip(w, v)`, where the items are variables."""
        items = [v for v in loop.each if v in self.plan.variables and v in self.live.values]
        if not items or len(items) < len(loop.each) or loop.run is None or literal(loop.run[0]) != 0:
            return None
        if literal(loop.run[2]) != 1 or loop.is_reversed or any(v.args[1] is not loop.index for v in items):
            return None
        lists = [self.expressions.text(v.args[0]) for v in items]
        if self.expressions.text(loop.run[1]) != self.expressions.shortest(lists):
            return None
        self.in_head.update(items)
        names = ", ".join(self.names[v] for v in items)
        over = lists[0] if len(lists) == 1 else f"{self.expressions.builtin('zip')}({', '.join(lists)})"
        if not self.is_read(loop, set(items)):
            return f"for {names} in {over}"
        names = names if len(lists) == 1 else f"({names})"
        return f"for {self.names[loop.index]}, {names} in {self.expressions.builtin('enumerate')}({over})"

    def over_tapes(self, loop: Loop) -> str | None:
        """Return `for x in x_tape[::-1]`, where a backward loop runs over all that its tapes hold."""
        popped = [v for v in loop.each if v in self.plan.variables]
        names = [self.names[v] for v in popped]
        if loop.tape is None or not popped or len(set(names)) < len(names):
            return None
        self.in_head.update(popped)
        taken: dict[Value, list[str]] = {}
        for value, name in zip(popped, names):
            taken.setdefault(value.args[0], []).append(name)
        tapes = [f"{self.expressions.text(tape)}[::-1]" for tape in taken]
        if len(tapes) == 1:
            return f"for {', '.join(names)} in {tapes[0]}"
        targets = (group[0] if len(group) == 1 else f"({', '.join(group)})" for group in taken.values())
        return f"for {', '.join(targets)} in {self.expressions.builtin('zip')}({', '.join(tapes)})"

    def taking_off(self, value: Apply) -> list[Node]:
        """Return the line that takes several numbers off their tape at once: where the first of them is taken."""
        tape, which = value.args
        if literal(which) != 0:
            return []
        pops = (i for i in value.block.items if isinstance(i, Apply) and i.op is ops.POP_TAPE and i.args[0] is tape)
        taken = sorted(pops, key=lambda pop: literal(pop.args[1]) or 0)
        return [f"{', '.join(self.names[v] for v in taken)} = {self.expressions.text(tape)}.pop()"]

    def is_read(self, loop: Loop, items: set[Value]) -> bool:
        """Return whether anything in a loop but these items reads its index."""
        todo, values = [loop.body], list[Value]()
        values += [v for v, p in zip(loop.body.results, loop.carried) if p in self.plan.variables]
        while todo:
            block = todo.pop()
            values += block.results if block is not loop.body else []
            for item in block.items:
                if isinstance(item, Bind) or not self.live.has(item) or isinstance(item, Apply) and item in items:
                    continue
                values += operands(item)
                todo += blocks_of(item)
        return loop.index in values

    def trip(self, block: Block, leave: Value | None, moves: list[str]) -> list[Node]:
        """Return the body of a loop, with `break` where a side of its last branch leaves."""
        last = next((i for i in reversed(block.items) if not isinstance(i, (Bind, Section)) and self.live.has(i)), None)
        if leave is None:
            return [*self.block(block), *moves]
        is_split = isinstance(last, Branch) and isinstance(leave, Result) and leave in last.results
        if not is_split or self.plan.uses.get(leave, 0) > 1 or id(last) in self.plan.inline_branches:
            ending: list[Node] = [BREAK] if is_true(leave) else []
            if not is_true(leave) and not is_false(leave):
                ending = [If(self.expressions.text(leave), [BREAK], [])]
            return [*self.block(block), *moves, *ending]
        assert isinstance(last, Branch) and isinstance(leave, Result)
        kept = list(block.items)
        block.items = kept[: kept.index(last)]
        nodes = self.block(block)
        block.items = kept
        then, orelse = (self.leaving_side(last, side, leave, moves) for side in last.sides)
        if ends_trip(then):
            return [*nodes, If(self.expressions.text(last.condition), then, []), *orelse, *moves]
        if ends_trip(orelse):
            return [*nodes, If(self.expressions.negation(last.condition), orelse, []), *then, *moves]
        if not then and not orelse:
            return [*nodes, *moves]
        if not then:
            return [*nodes, If(self.expressions.negation(last.condition), orelse, []), *moves]
        return [*nodes, If(self.expressions.text(last.condition), then, orelse), *moves]

    def leaving_side(self, branch: Branch, side: Block, leave: Result, moves: list[str]) -> list[Node]:
        """Return one side of the branch that a trip ends with."""
        value = side.results[leave.index]
        own = self.moves(branch, side, leave)
        if is_true(value):
            return [*self.block(side), *own, *moves, BREAK]
        if is_false(value):
            return [*self.block(side), *own]
        nodes = self.trip(side, value, own)
        return [self.with_moves(n, moves) for n in nodes]

    def with_moves(self, node: Node, moves: list[str]) -> Node:
        """Return a node that goes on with these lines before each `break` of the trip."""
        if isinstance(node, If):
            return If(node.condition, self.each_with_moves(node.then, moves), self.each_with_moves(node.orelse, moves))
        return node

    def each_with_moves(self, nodes: list[Node], moves: list[str]) -> list[Node]:
        """Return nodes that go on with these lines before each `break`."""
        found: list[Node] = []
        for node in nodes:
            found += [*moves, BREAK] if node == BREAK else [self.with_moves(node, moves)]
        return found

    def assignments(self, moves: list[tuple[Value, Value]], is_forward: bool, block: Block | None = None) -> list[str]:
        """Return the lines that give variables their values, all at once where one reads what another writes."""
        found = [
            (self.names[target], self.expressions.own(value, self.names[target], block, is_forward), value)
            for target, value in moves
            if not isinstance(value, Undefined)
        ]
        found = [(name, text, value) for name, text, value in found if name != text]
        names = [name for name, _, _ in found]
        reads = [mentioned_in(text) for _, text, _ in found]
        if any(name in later for k, name in enumerate(names) for later in reads[k + 1 :]):
            return [f"{', '.join(names)} = {', '.join(text for _, text, _ in found)}"]
        numbers = self.numbers if is_forward else {}
        return [
            self.numbered(f"{name} = {text}", value)
            if value in numbers and value not in self.plan.variables
            else f"{name} = {text}"
            for name, text, value in found
        ]

    def add_at(self, value: Apply) -> str:
        """Return `dw[0] += ...`."""
        buffer, *indices, number = value.args
        if isinstance(buffer.kind, Array) and may_repeat(indices):
            return self.expressions.add_at(value)
        place = self.place(buffer, indices)
        sign = "+"
        if isinstance(number, Apply) and number.op is ops.NEG and number not in self.plan.variables:
            sign, number = "-", number.args[0]
        if self.may_be_shared(buffer):  # `+=` would change an array that has another name
            return f"{place} = {self.expressions.changed(buffer, indices, sign, number)}"
        return f"{place} {sign}= {self.expressions.text(number)}"

    def may_be_shared(self, buffer: Value) -> bool:
        """Return whether the arrays in a list of cotangents may have other names: they were not all made as zeros."""
        if not isinstance(buffer.kind, ListKind) or not holds_arrays(buffer.kind):
            return False
        if self.shared is None:
            versions = (v for v in bound_values(self.fn.body) if isinstance(v, Apply) and v in self.names.primals)
            self.shared = {self.names.primals[v] for v in versions if v.op not in (ops.ZEROS, ops.ADD_AT)}
        root = self.names.primals.get(buffer)
        return not isinstance(root, Param) or root in self.shared

    def branch(self, branch: Branch) -> list[Node]:
        """Return an `if` statement; what leaves a side is assigned at the side's end."""
        then, orelse = ([*self.block(side), *self.moves(branch, side)] for side in branch.sides)
        if not then and not orelse:
            is_popped = isinstance(branch.condition, Apply) and branch.condition.op is ops.POP_TAPE
            is_inline = is_popped and branch.condition not in self.plan.variables
            return [self.expressions.text(branch.condition)] if is_inline else []
        if not then:
            return [If(self.expressions.negation(branch.condition), orelse, [])]
        return [If(self.expressions.text(branch.condition), then, orelse)]

    def moves(self, branch: Branch, side: Block, leave: Result | None = None) -> list[str]:
        """Return the assignments that give the results of a branch their values on one side."""
        pairs: list[tuple[Value, Value]] = [
            (result, value)
            for result, value in zip(branch.results, side.results)
            if result in self.plan.variables and result is not leave and result not in self.names.same
        ]
        return self.assignments(pairs, branch.forward is None, side)

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
        if isinstance(node, Repeat):
            return node.is_backward
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


def bound_values(block: Block) -> Iterable[Value]:
    """Yield every value that a block computes or binds."""
    for item in block.items:
        if isinstance(item, Apply):
            yield item
        elif isinstance(item, (Branch, Loop, Unpack, Call)):
            yield from item.results
        if isinstance(item, Loop):
            yield from (item.index, *item.carried)
        for inner in blocks_of(item):
            yield from bound_values(inner)


def with_sentences(docstring: Sequence[str], sentences: Sequence[str]) -> list[str]:
    """Return a docstring with more sentences behind its first line."""
    if not sentences:
        return list(docstring)
    first, *rest = docstring
    body = textwrap.wrap(" ".join(sentences), WIDTH, break_long_words=False, break_on_hyphens=False)
    return [first.removesuffix('"""'), "", *body, *rest, '"""']


def listed(parts: Sequence[str]) -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


WIDTH = 106  # characters of a docstring line
AUGMENTED = {ops.ADD: "+", ops.SUB: "-", ops.MUL: "*", ops.DIV: "/"}


def shape_text(dims: Sequence[object]) -> str:
    """Return `(E, H)`, or `(K,)`."""
    return f"({dims[0]},)" if len(dims) == 1 else f"({', '.join(map(str, dims))})"


def quoted(text: str) -> str:
    """Return a string in double quotes."""
    inner = repr("'" + text)[2:-1]  # the quote makes repr choose double quotes, and escape them
    return f'"{inner}"'


def mentioned_in(text: str) -> set[str]:
    """Return the names that stand in an expression."""
    return set(re.findall(r"[^\W\d]\w*", text))


def is_true(value: Value) -> bool:
    """Return whether a value is the literal True."""
    return isinstance(value, Const) and value.value is True


def is_false(value: Value) -> bool:
    """Return whether a value is the literal False."""
    return isinstance(value, Const) and value.value is False


def ends_trip(nodes: Sequence[Node]) -> bool:
    """Return whether nothing behind the nodes is reached."""
    return bool(nodes) and nodes[-1] == BREAK


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
        elif isinstance(node, Repeat):
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
        elif isinstance(node, Repeat):
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
