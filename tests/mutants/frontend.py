"""Faults in frontend/: what is wrong, in words, the text, and what stands there instead."""

from __future__ import annotations

# ruff: noqa: E501  (snippets of source are data: one line each)

LOOPS = {
    "a list that is carried is taken to be bound": (
        "            if before in self.maybe_unbound:\n                self.maybe_unbound.add(param)\n            cell",
        "            if not is_list and before in self.maybe_unbound:\n                self.maybe_unbound.add(param)\n            cell",
    ),
    "an inner loop binds what the outer one adds to": (
        "        if any(name in names for names in self.stays):\n            return True",
        "        if False:\n            return True",
    ),
    "a function that was read in vain is not read again": (
        "self.callees = outer, passed, iterated, callees",
        "_ = outer, passed, iterated, callees",
    ),
    "a list that a loop runs over may change its length": (
        "return Iteration((self.const(0), length, self.const(1)), item, (root,))",
        "return Iteration((self.const(0), length, self.const(1)), item)",
    ),
    "a loop takes the items that a list had before": ("now = self.current(value, node)", "now = value"),
    "a range begins at 1": ("start, stop = (self.const(0), values[0])", "start, stop = (self.const(1), values[0])"),
    "the start of `enumerate` is ignored": (
        "number = index if const_int(first) == 0 else self.apply",
        "number = index if True else self.apply",
    ),
    "`zip` is as long as its first list": (
        "length = length if other.run[1] is length else self.apply(ops.MIN, node, length, other.run[1])",
        "pass",
    ),
    "`reversed` begins one item late": (
        "run = (self.less_one(stop, node), self.less_one(start, node), self.const(-1))",
        "run = (stop, self.less_one(start, node), self.const(-1))",
    ),
    "`reversed` forgets the first item": (
        "run = (self.less_one(stop, node), self.less_one(start, node), self.const(-1))",
        "run = (self.less_one(stop, node), start, self.const(-1))",
    ),
    "`reversed` of a range with steps is the range": (
        "inner.lists, not inner.is_reversed)",
        "inner.lists, inner.is_reversed)",
    ),
    "a range in `zip` begins at 0": (
        "return inner.item(self.apply(op, node, start, index))",
        "return inner.item(index)",
    ),
    "a range downwards in `zip` goes upwards": (
        "op = ops.ADD if forwards == 1 else ops.SUB",
        "op = ops.ADD",
    ),
    "a list in `zip` may change its length": (
        "return Iteration(run, item, tuple(root for p in found for root in p.lists))",
        "return Iteration(run, item)",
    ),
    "a loop over tuples forgets the first": (
        "for item in group.items:\n            self.assign",
        "for item in group.items[1:]:\n            self.assign",
    ),
    "the `else` of a loop over tuples is left out": (
        "        for statement in node.orelse:\n",
        "        for statement in ():\n",
    ),
    "`break` in a loop over tuples is ignored": (
        "return not jumps(node.body, True) and len(group.items) <= MAX_UNROLLED",
        "return len(group.items) <= MAX_UNROLLED",
    ),
    "the `else` of a loop runs after `break`": (
        "self.unless(self.left(loop), node, lambda: self.statements(node.orelse))",
        "self.statements(node.orelse)",
    ),
    "the `else` of a loop runs after `break` only": (
        "with self.inside(branch.then) as then:\n            pass\n        with self.inside(branch.orelse) as orelse:\n            body()",
        "with self.inside(branch.then) as then:\n            body()\n        with self.inside(branch.orelse) as orelse:\n            pass",
    ),
    "a `while` whose condition writes reads it once": (
        "if self.mutates and isinstance(inner, ast.Call) and not self.is_builtin(inner.func):",
        "if False:",
    ),
    "a list starts a loop as it was first": (
        "                return layer.versions[root]\n        return root\n\n    # the end",
        "                return root\n        return root\n\n    # the end",
    ),
    "writes in a loop are lost": (
        "            nexts[param] = layer.versions[root]\n",
        "            nexts[param] = param\n",
    ),
    "a loop writes to a list that has another name": (
        "if nexts[param] is not param and root in self.frozen:",
        "if False:",
    ),
    "every `break` is ignored": (
        "loop.leave = leave if isinstance(leave, Value) and not is_false(leave) else None",
        "loop.leave = None",
    ),
    "what only a trip binds is unbound after it": (
        "nexts.get(p, p) is p and not is_unbound(p, i, used)",
        "nexts.get(p, p) is p",
    ),
    "the next trip begins as this one": (
        "loop.body.results = [nexts.get(p, p) for p in loop.carried]",
        "loop.body.results = list(loop.carried)",
    ),
    "a list that a loop has rebound may be written": (
        'self.frozen.setdefault(result, "a loop may have bound it to another list")',
        "self.owned.add(result)",
    ),
    "a list that a loop has rebound is another object": ("                self.join(result, param)\n", ""),
    "a carried list is another object than the one before": (
        "                self.join(start, before)\n",
        "                pass\n",
    ),
    "a carried list is another object than the one of the trip before": ("            self.join(start, end)\n", ""),
    "two names hold one list after a trip": ("            and len(set(roots)) == len(roots)\n", ""),
    "two names hold one list before the first trip": (
        "            and len({root for root, _ in firsts}) == len(firsts)\n",
        "",
    ),
    "a carried list is one from outside": (
        "            and all(root in params or root in layer.roots and root not in self.moved for root in roots)\n",
        "",
    ),
    "a carried list is one that a loop runs over": (
        "            and not {root for root, _ in firsts} & {*self.iterated, *iterated}\n",
        "",
    ),
    "a carried list is one that may have another name": (
        "            and not any(root in self.frozen for root in (*roots, *(root for root, _ in firsts)))\n",
        "",
    ),
    "a carried list has another name outside": (
        "            and not self.held_elsewhere({root for root, _ in firsts}, {id(b) for _, _, b in passed})\n",
        "",
    ),
    "`reversed` of a range downwards forgets the last number": (
        "run = (self.plus_one(stop, node), self.plus_one(start, node), self.const(1))",
        "run = (self.plus_one(stop, node), start, self.const(1))",
    ),
    "a write to a list that a loop rebinds is accepted": (
        "for place in self.wrote.get(value, []):",
        "for place in ():",
    ),
    "a list that a loop rebinds is written after it": (
        "for value in (start, end, *([before] if isinstance(before, Value) else [])):\n                self.freeze",
        "for value in ():\n                self.freeze",
    ),
    "names of the callers hold nothing": ("for outer in [*self.calling, self.frame]:", "for outer in [self.frame]:"),
    "any name that a loop rebinds holds nothing": (
        "is_own = frame is self.frame and name in self.rebound",
        "is_own = name in self.rebound",
    ),
    "a rebound list is not looked after": (
        "            a.is_open = True\n            self.passed.append((start, end, before))\n",
        "            a.is_open = True\n",
    ),
    "a list that keeps its name has no other": (
        "                self.passed.append((start, end, before))\n            nexts[start] = start\n",
        "                pass\n            nexts[start] = start\n",
    ),
    "a rebound list is its first version": (
        "self.passed.append((start, end, before))\n            nexts[start] = self.current(end, ast.Pass())",
        "self.passed.append((start, end, before))\n            nexts[start] = self.place(end)[0]",
    ),
    "any list is made anew in each trip": (
        "return not path and root in layer.roots and isinstance(root, Apply)",
        "return not path",
    ),
    "the second condition of a comprehension is ignored": ("self.where(conditions[1:], body)", "body()"),
    "the conditions of a comprehension are ignored": (
        "        if not conditions:\n            body()\n",
        "        if True:\n            body()\n",
    ),
    "`continue` is ignored": ("if is_own and with_continue and isinstance(node, ast.Continue):", "if False:"),
    "the `break` of an inner loop leaves the outer one": (
        "inner = is_own and isinstance(node, ast.If)",
        "inner = is_own",
    ),
    "the `break` in the `else` of an inner loop is ignored": (
        "            todo += [(s, is_own) for s in node.orelse]\n",
        "",
    ),
    "a `return` in the `else` of a loop is not seen": (
        "todo += [*inner.body, *inner.orelse]\n    return False\n\n\ndef values_read",
        "todo += inner.body\n    return False\n\n\ndef values_read",
    ),
    "what may be unbound after a loop is bound": (
        "if isinstance(initial, Undefined) or initial in self.maybe_unbound or end in self.maybe_unbound:",
        "if False:",
    ),
    "the test of a `while` reads what was before the loop": (
        "                start[name] = self.carry_in(loop, name, self.outer_thing(name))\n                self.bind_start(layer, name, start[name])\n",
        "                start[name] = self.carry_in(loop, name, self.outer_thing(name))\n                if test is None:\n                    self.bind_start(layer, name, start[name])\n",
    ),
    "the refusals of a loop that is read again stay": (
        "count, table, self.refusals, bound = kept",
        "count, table, _, bound = kept",
    ),
    "a loop without a trip has been left": (
        "param = self.carried(loop, SHOWN[LEAVE], self.const(False), False)",
        "param = self.carried(loop, SHOWN[LEAVE], self.const(True), False)",
    ),
}

LISTS = {
    "a write to a list that may be unbound is not seen": (
        "            elif isinstance(value, Apply) and value.op is ops.READ:\n                value = value.args[0]\n",
        "",
    ),
    "a list that is seen through is written out where it may be unbound": (
        "if value in self.maybe_unbound:  # not",
        "if False:  # not",
    ),
    "a list is read as it was first": (
        "                return layer.versions[root]\n        return root\n\n    def current",
        "                return root\n        return root\n\n    def current",
    ),
    "a list that was put into another is read where that has changed": (
        "if holder is not None and (self.version(holder) is not then or holder in self.written_inside):",
        "if False:",
    ),
    "a slice that begins before its list begins later": (
        "            return self.apply(ops.MAX, node, self.const(0), below)\n",
        "            return below\n",
    ),
    "one list stands in two places of another": (
        "if len({id(self.place(v)[0]) for v in values if self.is_list(v)}) < sum(map(self.is_list, values)):",
        "if False:",
    ),
    "a list stays its own where it becomes an item of a literal": (
        "        for value in values:\n            self.move(value, made)\n",
        "",
    ),
    "an item of a list becomes an item of another": ("if path or not is_made or root in", "if not is_made or root in"),
    "a parameter becomes an item of a list": ("if path or not is_made or root in", "if path or root in"),
    "a list becomes an item of two others": (
        "or root in self.moved or self.is_outside_trip(root):",
        "or self.is_outside_trip(root):",
    ),
    "each trip puts one list into another": (
        "or root in self.moved or self.is_outside_trip(root):",
        "or root in self.moved:",
    ),
    "nothing is frozen": ("        self.frozen.setdefault(self.place(value)[0], why)\n", "        pass\n"),
    "a frozen list is written": (
        "why = self.frozen.get(root) or (None if",
        "why = (None if",
    ),
    "any list may be written": (
        'if self.is_writable(root) else "it may have another name")',
        'if True else "it may have another name")',
    ),
    "a list changes its length while a loop runs over it": (
        "            if root in self.iterated:\n",
        "            if False:\n",
    ),
    "a parameter under another name is not written": (
        "        for param in self.same_objects(root):\n",
        "        for param in [root]:\n",
    ),
    "a popped item is restored from the front": (
        "old = self.take(version, self.const(-1), self.cells.get(version), node)\n        if old is not None:",
        "old = self.take(version, self.const(0), self.cells.get(version), node)\n        if old is not None:",
    ),
    "a repeated tuple stands there once": (
        "return Group(group.items * known, group.is_tuple)",
        "return Group(group.items, group.is_tuple)",
    ),
    "two lists are never one object": ("        if a is not b:\n            self.objects[a] = b\n", "        pass\n"),
    "a list becomes an item of itself": ("if is_inner and self.place(value)[0] is self.place(base)[0]:", "if False:"),
    "an appended list stays its own": ("        self.move(value, base)\n", ""),
    "an item is popped out of the middle as the last one": (
        "if node.args and const_int(self.expression(node.args[0])) != -1:",
        "if node.args and const_int(self.expression(node.args[0])) is None:",
    ),
    "a pop takes the first item": (
        "value = self.take(version, self.const(-1), self.cells.get(version), node)\n        if self.is_list(value):",
        "value = self.take(version, self.const(0), self.cells.get(version), node)\n        if self.is_list(value):",
    ),
    "a pop leaves the list as it is": ("        self.write(base, [], ops.DROP, node)\n", ""),
    "a copy of a list of lists is taken for a deep one": (
        'if cell.all_items().shape == "list" and self.mutates:',
        "if False:",
    ),
    "a copy is the list itself": (
        "return self.make(ops.COPY_OF, node, cell.all_items(), self.current(base, node))",
        "return base",
    ),
    "a slice of a whole list is the list itself": (
        "return self.copied(base, node)\n        parts",
        "return base\n        parts",
    ),
    "a slice is one of the list as it was first": (
        "return self.make(ops.SLICE, node, cell.all_items(), self.current(base, node), *parts)",
        "return self.make(ops.SLICE, node, cell.all_items(), base, *parts)",
    ),
    "an appended item is written before it is computed": (
        "return self.append(base, item, node)",
        "return self.append(base, self.const(0.0), node)",
    ),
    "every unpacked row is the first": ("path.insert(0, self.const(value.index))", "path.insert(0, self.const(0))"),
    "indices of an item of an item are in the wrong order": (
        "path.insert(0, value.args[1])",
        "path.append(value.args[1])",
    ),
    "a version is written to the wrong list": (
        "        self.versions[new] = root\n",
        "        self.versions[new] = new\n",
    ),
}

STATEMENTS = {
    "what an earlier loop has returned is handed on": ("        self.frame.forget(RETURN)\n", ""),
    "what follows a loop is read where it has returned": (
        "return self.either(node, returned, lambda: value, lambda: self.body(rest))",
        "return self.either(node, returned, lambda: self.body(rest), lambda: value)",
    ),
    "what follows an `if` that returns on one side is left out": (
        "rest if falls_through(side) else None) for side",
        "None) for side",
    ),
    "`continue` leaves the loop": ("        if not isinstance(node, ast.Continue):\n", "        if True:\n"),
    "`break` is taken for `continue`": (
        "        if not isinstance(node, ast.Continue):\n",
        "        if isinstance(node, ast.Return):\n",
    ),
    "what follows a jump is read": (
        "        if self.frame.get(JUMPED) is not None:\n            self.frame.bind(JUMPED, self.const(True))\n",
        "",
    ),
    "what follows an `if` with a jump is left out": ("rest if is_single and ways(side) else None", "None"),
    "what follows is read where something has jumped": (
        "self.unless(jumped, node, lambda: self.suite(rest))",
        "self.suite(rest)",
    ),
    "a jump of the statement before is taken for one of this": (
        "        if not is_single:\n            self.frame.bind(JUMPED, self.const(False))\n",
        "",
    ),
    "the outer loop goes on after a `return` in the inner one": (
        "            self.jump(ast.Break())\n        with self.inside(branch.orelse) as orelse:\n",
        "            pass\n        with self.inside(branch.orelse) as orelse:\n",
    ),
    "a `break` in the `else` of an inner loop is ignored": (
        "if isinstance(statement, (ast.For, ast.While)) and jumps(statement.orelse, True):",
        "if False:",
    ),
    "what follows a loop that returns is read in any case": (
        "                    self.after_return(statement, Rest(rest.body, at + 1, rest.after))\n                    return\n",
        "                    continue\n",
    ),
    "`w[i] += x` adds to what the item was first": (
        "left = self.take(self.current(base, target), index, cell, target)",
        "left = self.take(self.place(base)[0], index, cell, target)",
    ),
    "an `assert` of a constant is left out": (
        "if isinstance(condition, Const) and condition.value:\n            return",
        "if isinstance(condition, Const):\n            return",
    ),
    "statements go on after a `raise`": ("        self.layers[-1].is_dead = True\n", ""),
    "an `if` with jumps on both sides goes on in one way": (
        "count *= ways(statement.body) + ways(statement.orelse)",
        "count *= ways(statement.body)",
    ),
    "a `while True` with `break` in an `if` only returns": (
        "            todo += [*node.body, *node.orelse]\n        elif",
        "            pass\n        elif",
    ),
    "a conversion in a message is lost": (
        'form = f"!{chr(part.conversion)}" if part.conversion > 0 else ""',
        'form = ""',
    ),
    "a format in a message is lost": (
        'form += "".join(f":{s.value}" for s in spec',
        'form += "".join("" for s in spec',
    ),
    "the last targets of an unpacking get the first items": (
        "return [*items[:at], middle, *items[len(items) - after :]]",
        "return [*items[:at], middle, *items[at : at + after]]",
    ),
    "the end of a list in a starred target is lost": (
        "middle = Group(items[at : len(items) - after], False)",
        "middle = Group(items[at : len(items) - after - 1], False)",
    ),
    "what a side of an `if` has written is lost": ("        self.merge_versions(branch, first, second)\n", ""),
    "a `raise` falls through": (
        "if isinstance(statement, (ast.Return, ast.Raise, ast.Break, ast.Continue)):",
        "if isinstance(statement, (ast.Return, ast.Break, ast.Continue)):",
    ),
    "a local name hides an exception": (
        "if is_local or node.id in self.module.bindings",
        "if node.id in self.module.bindings",
    ),
    "an exception of the file is taken for the builtin": (
        "if is_local or node.id in self.module.bindings or",
        "if is_local or",
    ),
}

EXPRESSIONS = {
    "a list that may be unbound is handed on as its name stands": (
        "now.append(value if is_as_read else version",
        "now.append(version",
    ),
}

LOWER = {
    "a list and what holds it are two": (
        "            self.join(root, holder)\n",
        "            pass\n",
    ),
}

UNBOUND = {
    "a list that is written is read as it stood when it was named": (
        "    replace_in(block, names)\n",
        "",
    ),
    "a list that is run over is read as its name stands": (
        "                reads.setdefault(item.args[0], item)\n",
        "                pass\n",
    ),
    "what was taken from a list is forgotten": (
        "    olds.update({write: again[old] for write, old in olds.items() if old in again})\n",
        "",
    ),
}

MUTANTS: dict[str, dict[str, tuple[str, str]]] = {
    "frontend/expressions.py": EXPRESSIONS,
    "frontend/lower.py": LOWER,
    "frontend/unbound.py": UNBOUND,
    "frontend/loops.py": LOOPS,
    "frontend/lists.py": LISTS,
    "frontend/statements.py": STATEMENTS,
}
