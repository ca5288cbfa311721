"""Faults in backends/: what is wrong, in words, the text, and what stands there instead."""

from __future__ import annotations

# ruff: noqa: E501  (snippets of source are data: one line each)

PLAN = {
    "an array that is restored under another name is read afterwards": (
        '                self.changes.setdefault(("restored", which), []).append(at)\n',
        "                pass\n",
    ),
    "a list is made where it is read": ("(*ops.EFFECTS, *ops.MAKERS, ops.ZEROS,", "(*ops.EFFECTS, ops.ZEROS,"),
    "what comes from a tape is popped twice": (
        "self.out.uses.get(value, 0) != 1 or len(readers) != 1 or",
        "not readers or",
    ),
    "what comes from a tape is popped in another block": (" or readers[0] not in value.block.items:", ":"),
    "exceptions are raised in another order": (
        "            late = self.out_of_order(block)\n",
        "            late = set[Value]()\n",
    ),
    "what may raise is evaluated in the backward part": (
        "if self.has_backward(block) or len(pending) > 1:",
        "if False:",
    ),
    "an unpacking or a call overtakes what may raise": (
        "if isinstance(item, Apply) and may_raise(item) or isinstance(item, (Unpack, Call, Raise)):",
        "if isinstance(item, Apply) and may_raise(item):",
    ),
    "a branch or a loop overtakes what may raise": (
        "if isinstance(item, (Branch, Loop)) and self.block_may_raise(item):",
        "if False:",
    ),
    "what may raise and is for nothing has no line": (
        "        if value in self.live.kept:\n            return True\n",
        "",
    ),
    "what reads a list is written where the list has changed": (
        "found = [v for v in self.values if isinstance(v, Apply) and self.is_overtaken(v)]",
        "found: list[Value] = []",
    ),
    "the length of a list never changes": ('lists = [("length", which) for which in lists]', "lists = []"),
    "an item of an item is of no list": (
        "if isinstance(value, Apply) and value.op in (ops.INDEX, ops.READ):\n                value = value.args[0]\n            elif value in self.planner.again:",
        "if value in self.planner.again:",
    ),
    "what is undone changes no list": (
        "if item.op in ops.EFFECTS and item.op is not ops.PUSH:",
        "if item.op in ops.WRITES:",
    ),
    "a part of an expression is evaluated where the expression stands": (
        "self.evaluate(arg, self.evaluated.get(value, self.places[value]), self.loops_at[value])",
        "self.evaluate(arg, self.places[value], self.loops_at[value])",
    ),
    "a version of a list is a list of its own": (
        "            elif value in self.versions:\n                value = self.versions[value]\n            else:\n                return self.planner",
        "            else:\n                return self.planner",
    ),
    "an append does not change the length": ("            if item.op in RESIZES:\n", "            if False:\n"),
    "only a restored append changes the length": (
        "frozenset((ops.APPEND, ops.DROP, ops.UNAPPEND, ops.UNDROP))",
        "frozenset((ops.UNAPPEND, ops.UNDROP))",
    ),
    "a list changes one place late": ("at = bisect_right(changes, first)", "at = bisect_right(changes, first + 1)"),
    "what leaves a block is evaluated at its start": (
        "            self.reads.append((self.place, self.planner.leaving(item, inner), around))\n",
        "            self.reads.append((at, self.planner.leaving(item, inner), around))\n",
    ),
}

NAMES = {
    "what is written may be unbound": (
        "[self.one(v) for v in values if not isinstance(v, Apply)]",
        "[self.one(v) for v in values]",
    ),
    "names that will be one are not compared": (
        "self.bases.update(dict.fromkeys(others, self.base(first)))",
        "pass",
    ),
    "what may be unbound is overwritten while it is needed": (
        "self.names.overwritten.append((other, value))",
        "pass",
    ),
    "what a loop gives is another variable than what it carries": (
        "                    self.same.setdefault(result, param)\n",
        "                    pass\n",
    ),
    "a branch that chooses between lists gives the first": (
        "if is_mutable(result.kind) and self.one(a) is self.one(b):",
        "if is_mutable(result.kind):",
    ),
    "a loop that rebinds a list goes on with the first one": (
        "if is_mutable(param.kind) and self.one(end) is param and param not in self.same:",
        "if is_mutable(param.kind) and param not in self.same:",
    ),
    "what a path leaves unbound is unbound directly only": (
        "any(isinstance(v, Undefined) or v in unbound for v in vs)",
        "any(isinstance(v, Undefined) for v in vs)",
    ),
    "what a path may leave unbound has a name that others have": (
        "            blocked |= {n for n, family in self.exclusive.items() if self.targets.get(value) not in family}\n",
        "",
    ),
    "two groups of unbound names are one": ("blocked | set(self.exclusive), used)", "blocked, used)"),
    "no name is ever blocked": (
        "            blocked = {self.names[c] for c in conflicts.get(value, ()) if c in self.names}\n            blocked |=",
        "            blocked = set[str]()\n            blocked |=",
    ),
    "what becomes another value takes its name in any case": (
        "is_free = base not in self.crowded and target not in blocked",
        "is_free = True",
    ),
    "what one move reads is overwritten by another": ("        self.crossing(moves)\n", ""),
    "what moves read is not needed": (
        "        for _, value in moves:\n            self.read(value, needed)\n        self.crossing",
        "        self.crossing",
    ),
    "a loop overwrites what its next trip reads": (
        "for value in (*self.read_inside(loop), *(loop.carried[k] for k in carried)):",
        "for value in (loop.carried[k] for k in carried):",
    ),
    "what a loop carries overwrites what is needed after it": (
        "                self.write(loop.carried[k], needed, through=loop.initial[k])\n",
        "                pass\n",
    ),
    "what leaves a side overwrites what is needed after it": (
        "                self.write(result, needed, through=value)\n",
        "                pass\n",
    ),
    "the index of a loop overwrites what is needed": ("        self.write(loop.index, inner)\n", ""),
    "what a loop reads is not needed before it": (
        "        for base, values in inner.items():\n            needed.setdefault(base, set()).update(values)\n",
        "",
    ),
    "what a loop runs over is overwritten by what it carries": (
        "*(loop.initial[k] for k in carried), *(loop.run or ()), *ends)",
        "*(loop.initial[k] for k in carried), *ends)",
    ),
    "what leaves an inner block is not read": (
        "            values += block.results\n            for item in block.items:\n                if isinstance(item, Apply):\n                    made",
        "            for item in block.items:\n                if isinstance(item, Apply):\n                    made",
    ),
    "an unpacking overwrites what is needed": (
        "                self.write(result, needed)\n            for value in operands(item):",
        "                pass\n            for value in operands(item):",
    ),
    "what an unpacking loses takes the name of what it gives": (
        "sorted(written, key=lambda r: self.is_needed(r, needed))",
        "written",
    ),
    "a side of a branch overwrites what is needed after it": (
        "outside = {base: set(values) for base, values in needed.items() if values}",
        "outside = Needed()",
    ),
    "what the condition of a branch reads is overwritten": (
        "        self.read(item.condition, needed)\n\n",
        "\n",
    ),
    "a new version takes a name of the user's": ("(number > 1 and self.is_foreign(name))", "(number > 1 and False)"),
    "two names are one": ("return base not in used[name]", "return False"),
    "what a carried value starts from is not needed": (
        "for value in (*(loop.initial[k] for k in carried), *(loop.run or ()), *ends):",
        "for value in (*(loop.run or ()), *ends):",
    ),
    "carried values that cross overwrite each other": (
        "        for param, value in moves:\n            if not isinstance(value, Undefined):\n                self.write(param, inner, through=value)\n",
        "",
    ),
}

EMIT = {
    "what a call keeps may be written afterwards": (
        "        own = self.expressions.own if is_forward else self.expressions.text\n",
        "        own = self.expressions.text\n",
    ),
    "`break` is ignored": ("ending = [If(self.expressions.text(leave), [BREAK], [])]", "ending = []"),
    "`break` where the condition does not hold": (
        "ending = [If(self.expressions.text(leave), [BREAK], [])]",
        "ending = [If(self.expressions.negation(leave), [BREAK], [])]",
    ),
    "`break` at the end of every trip is ignored": (
        "ending: list[Node] = [BREAK] if is_true(leave) else []",
        "ending: list[Node] = []",
    ),
    "`break` before the carried values are given": (
        "return [*self.block(block), *moves, *ending]",
        "return [*self.block(block), *ending, *moves]",
    ),
    "carried values are not given where the first side leaves": (
        "If(self.expressions.text(last.condition), then, []), *orelse, *moves]",
        "If(self.expressions.text(last.condition), then, []), *orelse]",
    ),
    "the other side is lost where the first one leaves": (
        "If(self.expressions.text(last.condition), then, []), *orelse, *moves]",
        "If(self.expressions.text(last.condition), then, []), *moves]",
    ),
    "the wrong side leaves": (
        "return [*nodes, If(self.expressions.negation(last.condition), orelse, []), *then, *moves]",
        "return [*nodes, If(self.expressions.text(last.condition), orelse, []), *then, *moves]",
    ),
    "carried values are not given where the second side leaves": (
        "If(self.expressions.negation(last.condition), orelse, []), *then, *moves]",
        "If(self.expressions.negation(last.condition), orelse, []), *then]",
    ),
    "a side that leaves forgets what is carried": (
        "return [*self.block(side), *own, *moves, BREAK]",
        "return [*self.block(side), *own, BREAK]",
    ),
    "a side that leaves forgets its results": (
        "return [*self.block(side), *own, *moves, BREAK]",
        "return [*self.block(side), *moves, BREAK]",
    ),
    "a side that leaves goes on": (
        "return [*self.block(side), *own, *moves, BREAK]",
        "return [*self.block(side), *own, *moves]",
    ),
    "a side that stays forgets its results": (
        "return [*self.block(side), *own]\n        nodes",
        "return [*self.block(side)]\n        nodes",
    ),
    "a `break` inside two branches forgets what is carried": (
        "found += [*moves, BREAK] if node == BREAK else [self.with_moves(node, moves)]",
        "found += [node]",
    ),
    "variables that are exchanged are given one after the other": (
        "if any(name in later for k, name in enumerate(names) for later in reads[k + 1 :]):",
        "if False:",
    ),
    "variables that are exchanged with the next one are given one after the other": (
        "for later in reads[k + 1 :]",
        "for later in reads[k + 2 :]",
    ),
    "a `while` leaves where its condition holds": (
        "body.append(If(self.expressions.negation(test), [BREAK], []))",
        "body.append(If(self.expressions.text(test), [BREAK], []))",
    ),
    "the conditions of a `while` are computed after its body": (
        "        body += self.trip(loop.body, loop.leave, moves)\n",
        "        body = [*self.trip(loop.body, loop.leave, moves), *body]\n",
    ),
    "the index of a loop over items is not there": ("return loop.index in values", "return False"),
    "the index that a trip goes on with is not there": (
        "        values += [v for v, p in zip(loop.body.results, loop.carried) if p in self.plan.variables]\n",
        "",
    ),
    "an item of one list is popped from another": (
        "            and value.op is ops.INDEX\n            and value.args[0] is after.args[0]\n",
        "            and value.op is ops.INDEX\n",
    ),
    "any item is taken for the last one before a pop": ("if literal(value.args[1]) == -1:", "if True:"),
    "`-=` is written `+=`": ('sign = "+" if value.op is ops.ADD else "-"', 'sign = "+"'),
    "the first item is popped where an append is undone": (
        'return f"{text(value.args[0])}.pop()"\n        return f"{text(value.args[0])}.append',
        'return f"{text(value.args[0])}.pop(0)"\n        return f"{text(value.args[0])}.append',
    ),
    "an item is appended where one is put back": (
        'return f"{self.place(value.args[0], value.args[1:-1])} = {text(value.args[-1])}"',
        'return f"{text(value.args[0])}.append({text(value.args[-1])})"',
    ),
    "`w[i] -= x` is written `w[i] += x`": ('ops.SUB: "-", ops.MUL', 'ops.SUB: "+", ops.MUL'),
    "`dw[i] -= x` is written `dw[i] += x`": (
        'sign, number = "-", number.args[0]',
        'sign, number = "+", number.args[0]',
    ),
    "only the first index of an item is written": (
        "for i in indices)\n\n    def write_to_list",
        "for i in indices[:1])\n\n    def write_to_list",
    ),
    "a number is overwritten where it is added to": (
        'return [f"{name} {sign}= {self.expressions.text(value.args[1])}"]',
        'return [f"{name} = {self.expressions.text(value.args[1])}"]',
    ),
    "an item is overwritten where it is added to": (
        'return f"{place} {sign}= {self.expressions.text(number)}"',
        'return f"{place} = {self.expressions.text(number)}"',
    ),
    "an `assert` asks for the opposite": (
        'return f"assert {self.expressions.text(item.condition)}"',
        'return f"assert {self.expressions.negation(item.condition)}"',
    ),
    "braces in a message are not doubled": ('.replace("{", "{{").replace("}", "}}")', ""),
    "a loop by a tape runs once": (
        'return f"while {self.expressions.text(loop.tape)}"',
        'return f"for _ in {self.expressions.text(loop.tape)}[:1]"',
    ),
    "the side of a branch that does nothing is the other one": (
        "return [If(self.expressions.negation(branch.condition), orelse, [])]\n        return",
        "return [If(self.expressions.text(branch.condition), orelse, [])]\n        return",
    ),
    "what leaves a branch is not given": (
        "return self.assignments(pairs, branch.forward is None, side)",
        "return []",
    ),
}

EXPRESSIONS = {
    "zeros for an array in a list are one number": (
        "if isinstance(root.kind.item, Array) or is_vector(root.kind.item):",
        "if isinstance(root.kind.item, Array):",
    ),
    "zeros for an array in a list in a list are one number": (
        "holds_arrays(root.kind) or holds_vectors(root.kind)",
        "holds_arrays(root.kind)",
    ),
    "a reversed range is written forwards": (
        'return self.write(call("reversed")(node) if is_reversed else node)',
        "return self.write(node)",
    ),
    "a range begins at 0": ("parts = [stop] if literal(start) == 0 else [start, stop]", "parts = [stop]"),
    "a range has no steps": ("            parts = [start, stop, step]\n", "            pass\n"),
    "the `or` of an empty cotangent is left out": (
        "return ast.BoolOp(ast.Or(), [self.node(value.args[0]), self.zeros(value.args[1])])",
        "return self.node(value.args[0])",
    ),
    "the sides of a conditional expression are exchanged": (
        "        return ast.IfExp(condition, self.node(a), self.node(b))\n\n",
        "        return ast.IfExp(condition, self.node(b), self.node(a))\n\n",
    ),
    "a minus is lost": ("return ast.UnaryOp(ast.USub(), node)\n", "return node\n"),
    "zeros of nested lists are zeros of flat ones": (
        "if isinstance(root.kind, Sequence) and is_flat(root.kind):\n            return self.filled",
        "if isinstance(root.kind, Sequence):\n            return self.filled",
    ),
}

TARGETS = {
    "a tape is popped in the wrong order": (
        'ast.Attribute(tape, "pop", ast.Load()), [], [])',
        'ast.Attribute(tape, "pop", ast.Load()), [ast.Constant(0)], [])',
    ),
}

RESTORED = {
    "no array is undone": (
        "            if isinstance(item, Apply) and item.op is ops.UNSTORE and live.has(item):\n",
        "            if False:\n",
    ),
    "what a loop hands on is another array": (
        "            yield from zip(item.carried, item.body.results)\n",
        "",
    ),
    "what leaves a branch is another array": (
        "                yield from zip(item.results, side.results)\n",
        "                yield from ()\n",
    ),
    "what is taken from a list is another array": (
        "                if any(isinstance(a.kind, Sequence) and holds_arrays(a.kind) for a in args):\n                    return self.arrays\n",
        "",
    ),
    "what is unpacked is another array": (
        "    return isinstance(value, Result) and isinstance(value.owner, Unpack)",
        "    return False",
    ),
    "a view is another array": ("                todo += arrays_among(args)\n", ""),
    "what was kept is another array": (
        "                value = self.again[value]\n",
        "                return value\n",
    ),
    "what leaves a loop is another array": (
        "                value = value.owner.carried[value.index]\n",
        "                return value\n",
    ),
    "what two loops hand on is known after one look": (
        "                is_new = is_new or not found <= known\n",
        "",
    ),
}

MUTANTS: dict[str, dict[str, tuple[str, str]]] = {
    "backends/plan.py": PLAN,
    "backends/names.py": NAMES,
    "backends/emit.py": EMIT,
    "backends/restored.py": RESTORED,
    "backends/expressions.py": EXPRESSIONS,
    "backends/targets.py": TARGETS,
}
