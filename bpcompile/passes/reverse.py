"""The reverse sweep: append to a function the statements that compute its gradient.

    func f(x, y):                 func f_grad(x, y):
      num = add x, y                num = add x, y
      den = mul x, x                den = mul x, x
      return div num, den           section (div num, den):  dnum = div 1, den
                                                             dden = mul (neg (div num, den)), dnum
                                    section den:             dx = mul (mul 2, x), dden
                                    section num:             dx = add dx, dnum; dy = dnum
                                    return dx, dy

A stage is a value with a name. The sweep visits the stages last one first; under each, the cotangent goes down through
the unnamed operations of its expression to the stages and parameters that it reads. Where a value fans out, the
contributions are added: the first with `=`, the later ones with `+=`. `draft` tells which unnamed values deserve a
stage of their own; sweeping again with them gives the final text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bpcompile.ir import ops
from bpcompile.ir.facts import Reversed, literal
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import (
    Apply,
    Bind,
    Block,
    Branch,
    Call,
    Callee,
    Const,
    Function,
    Group,
    Item,
    Loop,
    Param,
    Result,
    Section,
    Tree,
    Unpack,
    Value,
    blocks_of,
    leaves,
)
from bpcompile.ir.kinds import BOOL, REAL, Array, as_written, is_mutable
from bpcompile.ir.kinds import Sequence as ListKind
from bpcompile.passes.activity import is_flat
from bpcompile.passes.arrays import guarded_values, unbound_values
from bpcompile.passes.copies import Copies
from bpcompile.passes.lists import has_tuples, local_values
from bpcompile.passes.loops import LoopCotangents
from bpcompile.passes.shape import shape_of
from bpcompile.rules.algebra import Algebra, Operand
from bpcompile.rules.arrays import ARRAY_PARTIALS, ARRAY_PULLBACKS, FACTOR_PULLBACKS, WHOLE_PULLBACKS, is_array
from bpcompile.rules.fourier import COMPLEX_PULLBACKS
from bpcompile.rules.reductions import core_of
from bpcompile.rules.scalar import ON_LISTS, PARTIALS, PULLBACKS, ROUTED, SPLITS


def reverse(
    fn: Function, active: set[Value], stages: set[Value], derivative: str = "grad", style: str = "staged"
) -> Reversed:
    """Return the function that computes the derivative; `stages` are unnamed values that get a line of their own."""
    return Sweep(fn, active, stages, style).run(derivative)


class Sweep(LoopCotangents):
    """One reverse sweep. `scopes` holds the cotangents so far: a layer for each branch that is being reversed."""

    def __init__(self, fn: Function, active: set[Value], stages: set[Value], style: str) -> None:
        self.fn = fn
        self.active = set(active)
        self.shape = shape_of(fn)
        self.shape.named |= stages
        self.is_staged = style == "staged"
        self.scopes: list[dict[Value, Value]] = [{}]
        self.out = Reversed(fn, [])
        self.block = Block()
        self.algebra = Algebra(fn.constants, self.block)
        self.forward_block = fn.body
        self.copies = Copies(fn)
        self.uniform: dict[Value, Value] = {}
        self.sums: dict[Value, Value] = {}
        self.before: dict[int, dict[Value, Value]] = {}  # written lists as they stand before a branch or a loop
        self.ends: dict[int, dict[Value, Value]] = {}  # and at the end of a block
        self.state = self.follow(fn.body, {}) if fn.versions else {}
        self.is_split = False  # the backward part is a function of its own
        self.delayed: list[tuple[set[Value], int]] = []  # carried values of the loops that are being reversed
        self.pending: dict[Value, Value] = {}
        self.held: list[Value] = []
        self.passed_by_loops: set[Value] = set()  # what a loop around reads of outside has a cotangent of its own
        self.excess: set[Value] = set()
        self.fitting: dict[Value, Value] = {}
        self.exact: dict[Value, Value] = {}
        self.owed: dict[tuple[Value, Value], tuple[Apply, bool]] = {}
        applies = list(all_applies(fn.body))
        self.guarded = guarded_values(applies)
        self.frames: dict[Value, Value] = {}
        self.cuts: dict[tuple[Value, int], Value] = {}
        self.unbound = unbound_values(fn.body)
        self.loose: set[Value] = set()
        for value in applies:
            self.frame(value)
        self.buffered = self.find_buffered()

    def run(self, derivative: str) -> Reversed:
        """Sweep the whole function."""
        fn = self.fn
        body = Block()
        body.items, body.table = list(fn.body.items), dict(fn.body.table)
        self.enter(body)
        seeds = self.seeds(derivative)
        self.sweep_function(body, list(zip(leaves(fn.output), seeds)))
        gradients = [self.gradient(p) for p in fn.params if p.name in fn.wrt]
        order = [p.name for p in fn.params if p.name in fn.wrt]
        self.out.gradients = [gradients[order.index(name)] for name in fn.wrt]
        output: Tree = Group(tuple(self.out.gradients)) if len(fn.wrt) != 1 else self.out.gradients[0]
        if derivative == "value_and_grad":
            output = Group((fn.output, output))
        body.results = list(leaves(output))
        self.out.function = Function(
            f"{fn.name}_{derivative}",
            [*fn.params, *self.out.seeds],
            body,
            output,
            fn.constants,
            fn.wrt,
            fn.user_names,
            fn.file_names,
            fn.signature,
            fn.globals,
            fn.calls,
            fn.hints,
            fn.versions,
            fn.objects,
            fn.olds,
        )
        return self.out

    def seeds(self, derivative: str) -> list[Value]:
        """Return the cotangent of each output."""
        outputs = list(leaves(self.fn.output))
        if derivative != "vjp":
            return [self.fn.constants.get(1.0, REAL) for _ in outputs]
        name = f"d{self.fn.name}"
        while name in self.fn.user_names:
            name += "_"
        seed = Param(name)
        self.out.seeds.append(seed)
        if isinstance(self.fn.output, Value):
            seed.kind = self.fn.output.kind if isinstance(self.fn.output.kind, Array) else seed.kind
            self.out.primals[seed] = self.fn.output
            return [seed]
        seed.kind = ListKind(REAL, length=len(self.fn.output.items), is_tuple=self.fn.output.is_tuple)
        return list(self.seed_items(self.fn.output, seed))

    def seed_items(self, tree: Tree, seed: Value) -> Iterator[Value]:
        """Yield the item of the seed for each number of the output."""
        if isinstance(tree, Value):
            yield seed
            return
        for index, item in enumerate(tree.items):
            yield from self.seed_items(item, self.block.apply(ops.INDEX, seed, self.algebra.const(index)))

    # blocks

    def sweep_function(self, body: Block, outputs: list[tuple[Value, Value]]) -> None:
        """Reverse a block that ends the function; its last branch keeps both parts of a side together."""
        items = list(body.items)
        last = items[-1] if items else None
        if isinstance(last, Branch) and last.form == "if" and outputs and self.is_tail(last, outputs):
            body.items.pop()
            self.fuse(last, outputs)
            self.sweep(items[:-1])
            return
        if any(isinstance(item, Loop) or isinstance(item, Apply) and item in self.fn.versions for item in items):
            self.section(self.algebra.const(0.0))  # the backward part begins here, under no stage
        for value, seed in outputs:
            is_new = isinstance(value, (Apply, Result)) and self.cotangent(value) is None
            if is_new and value in self.active and not self.is_in_place(value):
                self.scopes[-1][value] = seed
            else:
                self.contribute(value, seed)
        self.sweep(items)

    def is_tail(self, branch: Branch, outputs: list[tuple[Value, Value]]) -> bool:
        """Return whether the branch does nothing but choose what is returned."""
        if self.is_split:
            return False
        returned = {v for v, _ in outputs if isinstance(v, Result) and v.owner is branch}
        return len(returned) == len(branch.results) and all(r in returned for r in branch.results)

    def fuse(self, branch: Branch, outputs: list[tuple[Value, Value]]) -> None:
        """Append the branch with the backward part of each side behind its forward part."""
        self.prepare_lists(branch)
        fused = Branch(
            branch.condition, Block(self.block), Block(self.block), branch.results, "if", branch.span, branch
        )
        layers = []
        for side, new in zip(branch.sides, fused.sides):
            new.items, new.table = list(side.items), dict(side.table)
            self.state.update(self.ends.get(id(side), {}))
            pairs = []
            for value, seed in outputs:
                if isinstance(value, Result) and value.owner is branch:
                    pairs.append((side.results[value.index], seed))
                else:
                    pairs.append((value, seed))
            layers.append(self.inside(new, lambda block=new, pairs=pairs: self.sweep_function(block, pairs), side))
        fused.then.results, fused.orelse.results = list(branch.then.results), list(branch.orelse.results)
        self.block.items.append(fused)
        self.state.update(self.before.get(id(branch), {}))
        self.merge(fused, *layers)

    def inside(self, block: Block, action: object, forward: Block | None = None) -> dict[Value, Value]:
        """Run an action in a block of a branch; return the cotangents that it changed."""
        outer, outer_forward = self.block, self.forward_block
        self.enter(block)
        self.forward_block = forward or outer_forward
        self.scopes.append({})
        assert callable(action)
        action()
        self.forward_block = outer_forward
        self.enter(outer)
        return self.scopes.pop()

    def follow(self, block: Block, state: dict[Value, Value]) -> dict[Value, Value]:
        """Return which version each written list is at the end of a block, and note what it is before each branch."""
        versions = self.fn.versions
        for item in block.items:
            if isinstance(item, Apply) and item in versions:
                state[versions[item]] = item
            elif isinstance(item, (Branch, Loop)):
                for inner in blocks_of(item):
                    start = dict(state)
                    if isinstance(item, Loop):
                        start.update((versions[p], p) for p in item.carried if p in versions)
                    self.follow(inner, start)
                written = {versions[r]: r for r in item.results if r in versions}
                self.before[id(item)] = {root: state.get(root, root) for root in written}
                state.update(written)
        self.ends[id(block)] = dict(state)
        return state

    def section(self, stage: Value) -> None:
        """Begin the backward part of a stage."""
        self.block.items.append(Section(stage, dict(self.state)))

    def sweep(self, items: Sequence[Item]) -> None:
        """Reverse the items, last one first."""
        for item in reversed(items):
            if isinstance(item, Apply) and item in self.fn.versions:
                self.unwrite(item)
            elif isinstance(item, Apply):
                ct = self.cotangent(item)
                if ct is not None and item.op in ops.MAKERS and not is_array(item):
                    self.unmake(item, ct)
                elif ct is not None and item.op not in (ops.MAKE, ops.AS_TYPE_OF):
                    self.section(item)
                    self.pull(item, ct)
            elif isinstance(item, Branch):
                self.reverse_branch(item)
            elif isinstance(item, Loop):
                self.reverse_loop(item)
            elif isinstance(item, Call):
                self.reverse_call(item)
            elif isinstance(item, Unpack):
                self.reverse_unpack(item)
            self.flush()

    def reverse_call(self, call: Call) -> None:
        """Append the backward part of a call, where a cotangent reaches it."""
        cts = [self.cotangent(r) for r in call.results[:-1]]
        if all(ct is None for ct in cts):
            return
        active = [k for k in sorted(call.callee.active) if k < len(call.args)]
        numbers = [k for k in active if not isinstance(call.args[k].kind, ListKind)]
        lists = [k for k in active if k not in numbers]
        self.section(call.results[0])
        places = [self.list_place(call.args[k]) for k in lists]
        pairs = list(zip(call.results, cts))
        seeds = [self.nothing(r) if ct is None else self.settled(r, ct) for r, ct in pairs]
        back = Call(call.callee, [call.results[-1], *seeds, *places], span=call.span, forward=call)
        for index, k in enumerate((*numbers, *lists)):
            kind = call.args[k].kind
            result = Result(back, index, None, kind if k in lists or isinstance(kind, Array) else REAL)
            if is_array(result):
                self.exact[result] = call.args[k]
            back.results.append(result)
            self.out.primals[result] = self.path_of(call.args[k])[0] if k in lists else call.args[k]
        self.block.items.append(back)
        for k, result in zip(lists, back.results[len(numbers) :]):
            root, _ = self.path_of(call.args[k])
            if call.args[k] in self.active:
                self.keep_buffer(root, result)
        for k, result in zip(numbers, back.results):
            if call.args[k] in self.active:
                self.hand_on(call.args[k], result)

    def list_place(self, value: Value) -> Value:
        """Return the list of cotangents that a call adds to: that of the list which is passed, or nothing."""
        if value not in self.active:
            return self.block.append(ops.ZEROS, (value,), None)
        _, path, buffer = self.buffer(value)
        place = self.item_of(buffer, path)
        place.kind = value.kind
        return place

    def run_callee(self, callee: Callee) -> Reversed:
        """Sweep a function that calls itself: what follows the first section is its backward part."""
        fn = self.fn
        self.is_split = True
        body = Block()
        body.items, body.table = list(fn.body.items), dict(fn.body.table)
        self.enter(body)
        outputs = list(leaves(fn.output))
        for index in range(len(outputs)):
            seed = Param(self.free_name(f"d{fn.name}" + (f"_{index}" if len(outputs) > 1 else "")))
            if is_array(outputs[index]):
                seed.kind = outputs[index].kind
                self.exact[seed] = outputs[index]
            self.out.seeds.append(seed)
        lists: list[Value] = []
        for k in sorted(callee.active):
            param = callee.params[k]
            if isinstance(param.kind, ListKind):
                given = Param(self.free_name(f"d{param.name}"), param.kind)
                self.out.lists.append(given)
                self.out.primals[given] = param
                self.scopes[-1][param] = given
                lists.append(param)
        self.section(self.algebra.const(0.0))
        self.sweep_function(body, list(zip(outputs, self.out.seeds)))
        numbers = [p for k, p in enumerate(callee.params) if k in callee.active and p not in lists]
        self.out.gradients = [self.gradient(p) for p in numbers]
        ends = [self.cotangent(p) for p in lists]
        body.results = [*self.out.gradients, *(e for e in ends if e is not None), *outputs]
        self.out.function = replace(
            fn,
            params=[*fn.params, *self.out.seeds, *self.out.lists],
            body=body,
            output=Group(tuple(self.out.gradients)),
        )
        return self.out

    def free_name(self, name: str) -> str:
        """Return a name for a parameter of ours that is none of the user's."""
        while name in self.fn.user_names or any(p.name == name for p in (*self.out.seeds, *self.out.lists)):
            name += "_"
        return name

    def hand_on(self, value: Value, ct: Value) -> None:
        """Give a cotangent to a value: down its expression, or to its own name."""
        if isinstance(value.kind, ListKind):
            self.contribute_list(value, ct)
        elif isinstance(value, Apply) and value in self.active and self.passes_through(value, ct):
            self.pull(value, ct)
        else:
            self.contribute(value, ct)

    def reverse_branch(self, branch: Branch) -> None:
        """Append a branch on the same condition: each side reverses its own side."""
        results = [r for r in branch.results if r not in self.fn.versions]
        cotangents = [(r, self.cotangent(r)) for r in results]
        incoming = [(r.index, ct) for r, ct in cotangents if ct is not None]
        writes = self.before.get(id(branch), {})
        if not incoming and not writes:
            return
        self.prepare_lists(branch)
        if branch.form != "if" and incoming:
            self.section(branch.results[incoming[0][0]])
        backward = Branch(branch.condition, Block(self.block), Block(self.block), span=branch.span, forward=branch)
        after = dict(self.state)
        layers = []
        for side, new in zip(branch.sides, backward.sides):
            new.table = dict(side.table)
            self.state.update(self.ends.get(id(side), {}))
            known = self.known_on(side, branch, incoming)
            layers.append(self.inside(new, lambda side=side: self.reverse_side(side, incoming), side))
            self.frames.update(known)
        self.out.states[backward] = after
        self.block.items.append(backward)
        self.state.update(writes)
        self.merge(backward, *layers)

    def known_on(self, side: Block, branch: Branch, incoming: list[tuple[int, Value]]) -> dict[Value, Value]:
        """Let the cotangent of a result have the shape of what it is on one side; return what holds on any."""
        known: dict[Value, Value] = {}
        for index, ct in incoming:
            value = side.results[index]
            if is_array(ct) and is_array(value) and ct not in self.loose and self.spans(ct, branch.results[index]):
                known[ct] = self.frame(ct)
        for index, ct in incoming:
            if ct in known:
                self.frames[ct] = self.frame(side.results[index])
        return known

    def reverse_side(self, side: Block, incoming: list[tuple[int, Value]]) -> None:
        """Reverse one side of a branch, from the cotangents of its results."""
        counts: dict[Value, int] = {}
        for index, _ in incoming:
            counts[side.results[index]] = counts.get(side.results[index], 0) + 1
        for index, ct in incoming:
            value = side.results[index]
            if isinstance(value.kind, ListKind):
                self.contribute_list(value, ct)
                continue
            is_own = self.shape.home.get(value) is side and self.shape.readers[value] == 2 and counts[value] == 1
            if is_own and value in self.active and not self.is_in_place(value):
                self.scopes[-1][value] = ct
            else:
                self.contribute_whole(value, ct)
        self.sweep(side.items)

    def merge(self, branch: Branch, then: dict[Value, Value], orelse: dict[Value, Value]) -> None:
        """Let the cotangents of outer values leave the branch; what one side does not touch stays or is zero."""
        inner = set(local_values(branch.forward or branch))
        for value in [*then, *(v for v in orelse if v not in then)]:
            if value in inner or then.get(value) is orelse.get(value):
                if value not in inner:
                    self.scopes[-1][value] = then[value]
                continue
            before = self.cotangent(value)
            kind = as_written(value.kind) if self.is_buffered(value) else value.kind
            result = Result(branch, len(branch.results), None, kind)
            branch.results = [*branch.results, result]
            for side, layer in zip(branch.sides, (then, orelse)):
                side.results.append(layer.get(value) or before or self.nothing_in(side, value))
            if any(self.may_be_number(side.results[-1], value) for side in branch.sides):
                self.loosen(result, value)
            self.scopes[-1][value] = result
            self.out.primals[result] = value

    def reverse_factors(self, unpack: Unpack, factored: Apply) -> None:
        """Give what the cotangents of several arrays come to, to the arrays that they were computed from."""
        cts = [(r, self.cotangent(r)) for r in unpack.results]
        if not any(a in self.active for a in factored.args) or all(ct is None for _, ct in cts):
            return
        self.section(unpack.results[0])
        expr = self.algebra.expr
        given = [None if ct is None else expr(self.settled(r, ct)) for r, ct in cts]
        row = FACTOR_PULLBACKS[factored.op](given, list(map(expr, unpack.results)), *map(expr, factored.args))
        for arg, total in self.totals(factored.args, [*row, *[0] * (len(factored.args) - len(row))]):
            if literal(total) == 0:
                continue
            self.exact.setdefault(total, arg)
            if isinstance(arg, Apply) and self.passes_through(arg, total) and self.fans_out(arg, total):
                self.out.stages.add(arg)
                self.algebra.seal(total)
            self.hand_on(arg, total)

    def reverse_unpack(self, unpack: Unpack) -> None:
        """Give each item's cotangent to the list that it came from."""
        if isinstance(unpack.sequence, Apply) and unpack.sequence.op in FACTOR_PULLBACKS:
            self.reverse_factors(unpack, unpack.sequence)
            return
        found = [(r.index, ct) for r in unpack.results if (ct := self.cotangent(r)) is not None]
        if found:
            self.section(unpack.results[0])
        if found and is_array(unpack.sequence):
            self.stack_items(unpack)
            return
        for index, ct in found:
            self.add_at(unpack.sequence, [index], ct)

    def stack_items(self, unpack: Unpack) -> None:
        """Give the cotangents of what was unpacked from an array to the array, as one."""
        cts = [self.cotangent(r) or self.nothing(r) for r in unpack.results]
        settled = [self.settled(r, ct) for r, ct in zip(unpack.results, cts)]
        total = self.algebra.apply(ops.STACK, self.algebra.const(0), *settled)
        self.exact[total] = unpack.sequence
        self.hand_on(unpack.sequence, total)

    # one expression

    def pull(self, value: Apply, ct: Value) -> None:
        """Hand the cotangent down the value's expression, left to right, to what has a name."""
        for item in self.items_below(value):
            self.prepare_item(item)
        outer = self.held
        todo: list[tuple[Value, Value]] = [(value, ct)]
        while todo:
            value_, ct_ = todo.pop()
            self.held = [*outer, *(c for _, c in todo)]
            if value_ is not value and not self.passes_through(value_, ct_):
                self.contribute(value_, ct_)
                continue
            assert isinstance(value_, Apply)
            if value_ is not value and self.fans_out(value_, ct_):
                self.out.stages.add(value_)
                self.algebra.seal(ct_)
            todo += reversed(list(self.contributions(value_, ct_)))
        self.held = outer

    def items_below(self, value: Apply) -> Iterator[Value]:
        """Yield the items of list parameters that the value's expression reads, left to right."""
        todo: list[Value] = [value]
        while todo:
            inner = todo.pop()
            if self.is_item(inner):
                yield inner
            elif isinstance(inner, Apply) and (inner is value or self.shape.is_inline(inner)) and inner in self.active:
                todo += reversed(inner.args)

    def is_inline_array(self, value: Value) -> bool:
        """Return whether the cotangent of a value has no line of its own, and goes on item by item."""
        if not isinstance(value, Apply) or value.gate and value.gate[0] in WHOLE_PULLBACKS:
            return False
        return value.op in ops.ELEMENTWISE and self.shape.is_inline(value)

    def passes_through(self, value: Value, ct: Value) -> bool:
        """Return whether the cotangent of the value has no line of its own."""
        if value in self.passed_by_loops:
            return False
        return self.shape.is_inline(value) and not self.is_item(value)

    def fans_out(self, value: Apply, ct: Value) -> bool:
        """Return whether a cotangent that costs something would be written more than once."""
        args = {a for a in (value.gate[1] if value.gate else value.args) if a in self.active}
        if value.gate and value.gate[0] in (ops.CROSS_ENTROPY, ops.CROSS_ENTROPY_DOWN):
            args &= {value.gate[1][0], value.gate[1][-1]}  # the others get nothing
        if value.gate and value.gate[0] in ops.FIRST_ONLY:
            args &= {value.gate[1][0]}
        if (value.gate[0] if value.gate else value.op) in ops.USE_TWICE:
            return not self.is_simple(core_of(self.algebra.expr(ct))[0].value)
        if is_array(value) and dims_of(ct.kind) == () and dims_of(value.kind) != ():
            return False  # one number for all items
        if is_array(value) and value.op is ops.MUL:  # `-x * x`
            args = {a.args[0] if isinstance(a, Apply) and a.op is ops.NEG else a for a in args}
        is_repeated = len(args) > 1 or value.op in SPLITS
        return is_repeated and not self.is_simple(ct)

    def is_simple(self, ct: Value) -> bool:
        """Return whether writing a cotangent twice costs nothing: it has a name, or is one negated."""
        negated = self.algebra.parts(ct, ops.NEG)
        return self.is_simple(negated[0]) if negated else not self.algebra.is_open(ct)

    def contributions(self, value: Apply, ct: Value) -> Iterator[tuple[Value, Value]]:
        """Yield what each active argument gets from the value's cotangent."""
        if is_flat(value) and not value.gate:
            return  # an array that is written to gets a gradient, but what it was before has none to give on
        op, args = value.gate or (value.op, value.args)
        if op is ops.SUBSCRIPT and self.is_buffered(args[0]):
            self.add_part(value, ct)
            return
        if op in OF_ARRAYS and (is_array(value) or any(map(is_array, args))):
            yield from self.array_contributions(value, ct)
            return
        if op in ROUTED:
            yield from self.route(value, ct)
            return
        if op in ON_LISTS:
            self.on_list(value, ct)
            for start, total in self.to_start(value, ct):
                yield start, self.share_of(start, self.settled(value, total), value)
            return
        expr = self.algebra.expr
        exprs = [expr(a) for a in args]
        if op in PULLBACKS:
            row = PULLBACKS[op](expr(ct), expr(value), *exprs)
            totals = self.totals(args, row)
        else:
            partials = self.totals(args, PARTIALS[op](expr(value), *exprs))
            totals = [(arg, self.algebra.mul(partial, ct)) for arg, partial in partials]
        for arg, total in totals:
            if not (isinstance(total, Const) and total.value == 0):
                yield arg, self.algebra.apply(ops.FLOAT, total) if total.kind is BOOL else total

    def totals(self, args: Sequence[Value], row: Sequence[Operand]) -> list[tuple[Value, Value]]:
        """Return each active argument with the sum of its entries: an argument may stand in several places."""
        found: dict[Value, Value] = {}
        for arg, entry in zip(args, row):
            if arg in self.active:
                value = self.algebra.value(entry)
                found[arg] = self.algebra.add(found[arg], value) if arg in found else value
        return list(found.items())

    def route(self, value: Apply, ct: Value) -> Iterator[tuple[Value, Value]]:
        """Give the cotangent to the argument that was chosen: the first at a tie."""
        chosen = {a for a in value.args if a in self.active}
        if len(chosen) == 1 or len(set(value.args)) == 1:
            arg = chosen.pop()
            yield arg, ct if len(set(value.args)) == 1 else self.if_chosen(value, arg, ct)
            return
        self.route_among(value, list(dict.fromkeys(value.args)), ct)

    def if_chosen(self, value: Apply, arg: Value, ct: Value) -> Value:
        """Return the cotangent where the argument is the one that is chosen, else 0."""
        args = list(dict.fromkeys(value.args))
        zero, beats = self.algebra.const(0.0), ROUTED[value.op]
        if len(args) == 2 and literal(args[0] if arg is args[1] else args[1]) is not None:
            op = beats if arg is args[1] else OR_EQUAL[beats]
            other = args[0] if arg is args[1] else args[1]
            return self.algebra.apply(ops.SELECT, self.algebra.apply(op, arg, other), ct, zero)
        if len(args) == 2:
            second = self.algebra.apply(beats, args[1], args[0])
            return self.algebra.apply(ops.SELECT, second, *((ct, zero) if arg is args[1] else (zero, ct)))
        condition = self.algebra.apply(ops.EQ, arg, value)
        for other in reversed(args[: args.index(arg)]):
            condition = self.algebra.apply(ops.AND, self.algebra.apply(ops.NE, other, value), condition)
        return self.algebra.apply(ops.SELECT, condition, ct, zero)

    def route_among(self, value: Apply, args: list[Value], ct: Value) -> None:
        """Append a branch that gives the cotangent to one of the arguments."""
        for arg in args:
            self.prepare_item(arg)
        if len(set(value.args)) == 2:
            condition = self.algebra.apply(ROUTED[value.op], args[1], args[0])
            sides = [args[1:], args[:1]]
        else:
            condition = self.algebra.apply(ops.EQ, args[0], value)
            sides = [args[:1], args[1:]]
        branch = Branch(condition, Block(self.block), Block(self.block))
        layers = []
        for side, block in zip(sides, branch.sides):
            layers.append(self.inside(block, lambda side=side: self.route_side(value, side, ct)))
        self.block.items.append(branch)
        self.merge(branch, *layers)

    def route_side(self, value: Apply, args: list[Value], ct: Value) -> None:
        """Give the cotangent to the only argument that is left, or choose again."""
        if len(args) > 1:
            if any(a in self.active for a in args):
                self.route_among(value, args, ct)
        elif args[0] in self.active:
            self.contribute(args[0], ct)

    # accumulating

    def contribute(self, value: Value, ct: Value) -> None:
        """Add to the cotangent of a value that has a name, or of an item of a list."""
        while isinstance(value, Apply) and value.op is ops.READ:
            self.pass_on(value, value.args[0], ct)
            value = value.args[0]
        if value not in self.active:
            return
        if self.is_item(value):
            assert isinstance(value, Apply)
            self.add_at(value.args[0], [value.args[1]], self.in_shape(value, ct))
            return
        if self.is_buffered(value):
            root = self.array_root(value)
            self.add_whole(root, self.settled(value, ct, self.cotangent(root)))
            return
        before = self.pending.get(value) if self.is_delayed(value) else self.cotangent(value)
        ct = self.settled(value, ct, before)
        if self.is_delayed(value):
            self.pending[value] = ct if before is None else self.algebra.add(before, ct)
            return
        if before is ct and self.is_just_bound(before):
            self.block.items.pop()
            self.algebra.unseal(before)
        total = self.algebra.signed(ct) if before is None else self.algebra.add(before, ct)
        self.name(value, total)

    def is_just_bound(self, value: Value) -> bool:
        """Return whether the last line gave a value its name."""
        last = self.block.items[-1] if self.block.items else None
        return isinstance(last, Bind) and last.value is value and isinstance(value, Apply) and value.op is not ops.COPY

    def name(self, value: Value, total: Value) -> None:
        """Let the total be the value's cotangent, on a line of its own."""
        is_own = isinstance(total, Apply) and self.algebra.is_open(total)
        is_stage = isinstance(value, (Param, Result)) or value in self.shape.named
        may_change = is_array(total) and (is_mutable(total.kind) or total in self.shape.home)
        if not is_stage and not is_own and may_change:
            total = self.copy(total)
        if is_stage:
            has_line = self.is_staged or len(self.scopes) > 1 or isinstance(total, Const)
            if not is_own and (has_line or may_change):
                total = self.copy(total)
            self.algebra.seal(total)
            if self.is_staged or len(self.scopes) > 1:
                self.block.items.append(Bind(total, ""))
        self.scopes[-1][value] = total
        if isinstance(total, Apply) and total not in self.shape.home:
            self.out.primals.setdefault(total, value)
            if value in self.unbound and is_array(value):
                self.loosen(total, value)

    def copy(self, value: Value) -> Value:
        """Return a second name for a value."""
        if isinstance(value, Const) and isinstance(value.value, int) and abs(value.value) < 2**53:
            value = self.algebra.const(float(value.value))
        found = Apply(ops.COPY, (value,), self.block, None)
        found.kind = value.kind if is_array(value) else found.kind
        self.block.items.append(found)
        return found

    def gradient(self, param: Param) -> Value:
        """Return the parameter's gradient, zeros of its shape where nothing contributes."""
        self.section(param)
        ct = self.cotangent(param)
        if isinstance(param.kind, ListKind):
            buffer = ct if ct is not None else self.zeros(param)
            if has_tuples(param.kind):
                return self.algebra.apply(ops.AS_TUPLE, buffer, param)
            return buffer
        if ct is not None and self.out.primals.get(ct) is param and not isinstance(ct, Const):
            if not self.is_staged:
                self.block.items.append(Bind(ct, ""))
            return ct
        if ct is None and (str(param.kind) == "any" or is_array(param)):
            zeros = self.zeros(param)
            zeros.kind = param.kind
            return zeros
        total = self.copy(ct if ct is not None else self.algebra.const(0.0))
        self.block.items.append(Bind(total, ""))
        self.out.primals[total] = param
        return total


def all_applies(block: Block) -> Iterator[Apply]:
    """Yield the operations of a block and of the blocks inside it, in order."""
    for item in block.items:
        if isinstance(item, Apply):
            yield item
        for inner in blocks_of(item):
            yield from all_applies(inner)


OF_ARRAYS = frozenset((*WHOLE_PULLBACKS, *ARRAY_PULLBACKS, *ARRAY_PARTIALS, *COMPLEX_PULLBACKS))
OR_EQUAL = {ops.GT: ops.GE, ops.LT: ops.LE}
