"""Faults in passes/: what is wrong, in words, the text, and what stands there instead."""

from __future__ import annotations

# ruff: noqa: E501  (snippets of source are data: one line each)

LOOPS = {
    "the last trip is lost": ("self.shifted(stop, -int(size or 1)),", "self.shifted(stop, -2 * int(size or 1)),"),
    "the first trip is lost": (
        "self.shifted(start, -int(size or 1)),\n                    self.const(-int(size or 1)),",
        "start,\n                    self.const(-int(size or 1)),",
    ),
    "a range with steps is not turned round": (
        "backward.run, backward.is_reversed = loop.run, not loop.is_reversed",
        "backward.run, backward.is_reversed = loop.run, loop.is_reversed",
    ),
    "trips are counted by twos": (
        "total = Apply(ops.ADD, (param, self.const(1)), loop.body, None)",
        "total = Apply(ops.ADD, (param, self.const(2)), loop.body, None)",
    ),
    "trips are counted from one": ("loop.initial.append(self.const(0))", "loop.initial.append(self.const(1))"),
    "a loop that is left early begins one trip late in reverse": (
        "last = self.shifted(self.plus(start, trips, unit), -unit)",
        "last = self.shifted(self.plus(start, trips, unit), -2 * unit)",
    ),
    "a loop that is left early forgets its first trip": (
        "(last, self.shifted(start, -unit), self.const(-unit))",
        "(last, start, self.const(-unit))",
    ),
    "a loop downwards that is left early is taken for one upwards": (
        "ops.ADD if unit == 1 else ops.SUB, start, trips",
        "ops.ADD, start, trips",
    ),
    "the end of a range is shifted the wrong way where it is a difference": (
        "total = by + (inner if value.op is ops.ADD else -inner)",
        "total = by + inner",
    ),
    "the end of a range is shifted up instead of down": (
        "ops.ADD if by > 0 else ops.SUB, value, self.const(abs(by))",
        "ops.ADD, value, self.const(abs(by))",
    ),
    "steps are not multiplied by the trips where a loop is left early": (
        "covered = self.algebra.apply(ops.MUL, step, trips)",
        "covered = trips",
    ),
    "a range with steps that is left early runs forwards": (
        "            backward.is_reversed = True",
        "            backward.is_reversed = False",
    ),
    "a `while` loses a trip": (
        "backward.run = (self.const(0), trips, self.const(1))",
        "backward.run = (self.const(1), trips, self.const(1))",
    ),
    "an empty cotangent is taken as it is": (
        "self.or_zeros(ct, end) if k in unread else ct",
        "ct",
    ),
    "a value that no trip reads keeps its cotangent": (
        "layer.get(loop.carried[k]) or self.nothing_in(body, loop.carried[k])",
        "layer.get(loop.carried[k], incoming[k])",
    ),
    "what an outer value had before a loop is forgotten": (
        "outer = {v: self.carry(backward, v, self.cotangent(v) or self.nothing(v))",
        "outer = {v: self.carry(backward, v, self.cotangent(v) if isinstance(v.kind, ListKind) else self.nothing(v))",
    ),
    "what a loop adds to the first outer value is lost": ("if at >= len(carried):", "if at > len(carried):"),
    "what a loop started from is overwritten instead of added to": (
        "is_own = self.cotangent(initial) is None and isinstance(initial, (Apply, Result))",
        "is_own = isinstance(initial, (Apply, Result))",
    ),
    "a value that becomes two carried ones is overwritten": (
        "if is_own and ends == 1 and end in self.active and not self.is_in_place(end) and self.shape.readers[end] == 2:",
        "if is_own and end in self.active and not self.is_in_place(end):",
    ),
    "a carried cotangent is taken for one of an inner value": (
        "isinstance(end, (Apply, Result)) and self.shape.home.get(end) is loop.body",
        "isinstance(end, (Apply, Result))",
    ),
    "what a stage gives to a carried value replaces what it had": (
        "total = self.algebra.signed(ct) if before is None else self.algebra.add(before, ct)\n                self.name",
        "total = self.algebra.signed(ct)\n                self.name",
    ),
    "the cotangent of a value that no trip reads does not reach the loop": (
        "if self.shape.readers.get(loop.carried[k]) or self.cotangent(loop.results[k])]",
        "if self.shape.readers.get(loop.carried[k])]",
    ),
    "writes in a loop to what it carries are not undone": (
        "if not reached and not writes and not self.writes_to_others(loop):",
        "if not reached and not writes:",
    ),
    "writes in a loop that no cotangent reaches are not undone": (
        "if not reached and not writes and not self.writes_to_others(loop):",
        "if not reached and not self.writes_to_others(loop):",
    ),
    "buffers are made anew in each trip": ("        self.prepare_lists(loop)\n", ""),
    "a carried cotangent that no trip changes does not leave the loop": (
        "if not is_same or k < len(carried)]",
        "if not is_same]",
    ),
}

LISTS = {
    "a list that changes its name in a loop keeps its length": (
        "for v in (starts[param], ends[param]) if v in starts}",
        "for v in (starts[param],) if v in starts}",
    ),
    "a list that a loop shortens has the length that it has afterwards": (
        "return root in self.unbound or root in self.lists_resized",
        "return root in self.unbound",
    ),
    "an empty cotangent is taken apart": (
        "        buffer = self.filled(buffer, value, value)\n",
        "",
    ),
    "a list that is summed and unpacked is taken to be summed only": (
        "elif isinstance(item, (Call, Unpack)):\n            pairs = [(Undefined(), v)",
        "elif isinstance(item, Call):\n            pairs = [(Undefined(), v)",
    ),
    "a list that is summed and passed on is taken to be summed only": (
        "elif isinstance(item, (Call, Unpack)):\n            pairs = [(Undefined(), v)",
        "elif isinstance(item, Unpack):\n            pairs = [(Undefined(), v)",
    ),
    "a list that is summed and handed on is taken to be summed only": (
        "pairs = [(r, s) for r, *sources in sources_of(item) for s in sources]",
        "pairs = []",
    ),
    "a list that is summed and put into another is taken to be summed only": (
        "w.op is ops.APPEND and self.path_of(w.args[1])[0] is not root",
        "w.op is ops.APPEND",
    ),
    "a list that may be unbound is asked for its length where it is not read": (
        "buffer = self.block.append(ops.LIST, (), None)\n        else:",
        "buffer = self.block.append(ops.ZEROS, (root,), None)\n        else:",
    ),
    "the cotangent of a list that may be unbound is as long as what its name is now": (
        "shape = sequence if is_read else self.state.get(root, root) if like is None else like",
        "shape = self.state.get(root, root)",
    ),
    "the cotangent of a list is filled when the item is gone": (
        "            self.filled(known, root, value)\n        self.undo(value)",
        "            pass\n        self.undo(value)",
    ),
    "an empty cotangent goes to a list that is there": (
        "        if not is_full(ct) and self.starts_empty(self.out.primals.get(ct)) and",
        "        if False and",
    ),
    "the state between stages changes with later writes": (
        "self.out.states[undone] = dict(self.state)",
        "self.out.states[undone] = self.state",
    ),
    "indices of an item of an item are in the wrong order": (
        "path.insert(0, value.args[1])",
        "path.append(value.args[1])",
    ),
    "max gives its cotangent to the first item": (
        "self.add_at(value.args[0], [where], ct)",
        "self.add_at(value.args[0], [0], ct)",
    ),
    "a sum of a list overwrites": (
        "return not path and self.cotangent(root) is None and (",
        "return not path and (",
    ),
    "a list with items from the start is taken for one that is only appended to": (
        "or root.op is not ops.LIST or root.args or not self.is_inner(root)",
        "or root.op is not ops.LIST or not self.is_inner(root)",
    ),
    "a list that is read as well is taken for one that is only summed": (
        "*writes, last = self.list_readers.get(root, [])",
        "*writes, last = [r for r in self.list_readers[root] if r.op in (ops.APPEND, ops.SUM_OF)]",
    ),
    "a list of another block is taken for one of this block": (
        "or root.args or not self.is_inner(root):",
        "or root.args:",
    ),
    "the start of a product does not get the factor": (
        "ct = self.algebra.mul(self.algebra.apply(ops.PROD_OF, value.args[0]), ct)",
        "pass",
    ),
    "indices of an addition are in the wrong order": ("for i in (*start, *path)]", "for i in (*path, *start)]"),
    "the start of a product is forgotten in the other factors": (
        "if len(value.args) == 2:\n                share =",
        "if False:\n                share =",
    ),
    "a distance has the wrong sign": (
        "difference = items[position] - items[1 - position]",
        "difference = items[1 - position] - items[position]",
    ),
    "a distance is divided by zero": ("return where(out, difference / out, 0.0)", "return difference / out"),
    "the buffer of a list is not made before a branch": (
        "for root in self.lists_inside(item):\n            if self.cotangent(root) is None:\n                self.zeros(root)",
        "pass",
    ),
    "a list that is made inside gets a buffer outside": (
        "is_plain = root in self.active and root not in made and",
        "is_plain = root in self.active and",
    ),
    "a write is not undone": ("        self.undo(value)\n", ""),
    "the cotangent of an appended item is not popped": (
        "self.keep_buffer(root, self.block.append(ops.DROP, (buffer,), None))",
        "pass",
    ),
    "an appended item gets the cotangent of the first one": (
        "last = self.block.append(ops.INDEX, (buffer, self.algebra.const(-1)), None)",
        "last = self.block.append(ops.INDEX, (buffer, self.algebra.const(0)), None)",
    ),
    "the cotangent of a popped item is missing": (
        "self.keep_buffer(root, self.block.append(ops.APPEND, (buffer, self.algebra.const(0.0)), None))",
        "pass",
    ),
    "the cotangent of a popped item is not zero": (
        "(buffer, self.algebra.const(0.0)), None))\n        else:",
        "(buffer, self.algebra.const(1.0)), None))\n        else:",
    ),
    "an item of a list that is only summed gets nothing": (
        "self.hand_on(rest[0], self.share_of(rest[0], ct, self.sums[ct]))",
        "pass",
    ),
    "an item that a constant overwrites keeps its cotangent": (
        "        if item not in self.active:\n            self.keep_buffer(",
        "        if item not in self.active:\n            return\n            self.keep_buffer(",
    ),
    "an item that is overwritten keeps its cotangent": (
        "self.algebra.seal(ct)\n        self.keep_buffer(root, self.block.append(ops.STORE, (buffer, *indices, self.no_share(ct)), None))",
        "self.algebra.seal(ct)",
    ),
    "`w[i] -= x` has the wrong sign": ("self.algebra.neg(ct) if is_taken_away else ct", "ct"),
    "a list is restored to what was written": (
        "(root, *value.args[1:-1], self.fn.olds[value])",
        "(root, *value.args[1:-1], value.args[-1])",
    ),
    "a popped item is restored as zero": (
        "self.block.append(ops.UNDROP, (root, self.fn.olds[value]), None)",
        "self.block.append(ops.UNDROP, (root, self.algebra.const(0.0)), None)",
    ),
    "every item of a literal list gets the cotangent of the first": (
        "self.part(buffer, position, item.kind)",
        "self.part(buffer, 0, item.kind)",
    ),
    "every item of a repeated list gets the cotangents of the first": (
        "parts = (self.algebra.const(position), none,",
        "parts = (self.algebra.const(0), none,",
    ),
    "a repeated item gets the cotangent of its first copy": (
        "total = self.algebra.apply(ops.SUM_OF, some)",
        "total = self.algebra.apply(ops.INDEX, some, self.algebra.const(0))",
    ),
    "the parts of a concatenation are exchanged": (
        "((none, length, none), (length, none, none))",
        "((length, none, none), (none, length, none))",
    ),
    "a copy does not hand its cotangent on": ("self.contribute_list(value.args[0], buffer)", "pass"),
    "a second contribution to a list replaces the first": (
        "if not path and (is_nothing or known is None and self.may_adopt(root)):",
        "if not path and (is_nothing or self.may_adopt(root)):",
    ),
    "a slice gives its cotangent to the first items": (
        "root, target, path, buffer, lambda index: self.algebra.apply(ops.SLICE_INDEX, length, *ends, index)",
        "root, target, path, buffer, lambda index: index",
    ),
    "making a list does not hand its cotangent on": ("        if value.op is ops.LIST:\n", "        if False:\n"),
}

READBACK = {
    "the sides of a branch are exchanged where values are kept": (
        "zip(item.sides, branches[id(item)].sides)",
        "zip(item.sides, branches[id(item)].sides[::-1])",
    ),
    "an item is read after its write is undone": (
        "                backward.items.insert(at, item)",
        "                backward.items.insert(at + 1, item)",
    ),
}
STORAGE = {
    "a loop asks for a length that its own trips have changed": (
        "                    self.keep_before(value)\n",
        "                    pass\n",
    ),
    "how the lists stand between stages is not looked at": (
        "state = item.state if isinstance(item, Section) else self.out.states.get(item, state)",
        "state = item.state if isinstance(item, Section) else state",
    ),
    "an item is read again where its list has changed": (
        "state.get(root, root) is not base",
        "False",
    ),
    "only a list that changes its length is kept": (
        "return self.resized if value.op in NUMBERS_OF_ARRAYS and is_whole else self.written",
        "return self.resized",
    ),
    "only the first operand of what is computed again is kept": (
        "*(self.leaves(a, state) for a in value.args)",
        "*(self.leaves(a, state) for a in value.args[:1])",
    ),
    "the caller's list is not restored": (
        "if self.is_callers(item.args[0]) or any(self.would_see(item, *read) for read in seen):",
        "if any(self.would_see(item, *read) for read in seen):",
    ),
    "only the caller's list is restored": (
        "if self.is_callers(item.args[0]) or any(self.would_see(item, *read) for read in seen):",
        "if self.is_callers(item.args[0]):",
    ),
    "a list under another name is not restored": (
        "if self.object_of(root) is not self.object_of(read):",
        "if root is not read:",
    ),
    "a list that the next trip reads is not restored": (
        "                    seen.update(dict.fromkeys((*read, earlier or item) for read in self.read_in(inner)))\n",
        "",
    ),
    "an item is what it was, whatever is written to it": (
        "                if not self.indices.are_different(place, at.args[1:-1]):\n                    break\n",
        "",
    ),
    "what a loop carries is no other list": (
        "        if not is_made(root) or not is_flat(root.kind):\n            return True\n",
        "        if not is_made(root) or not is_flat(root.kind):\n            return read is root\n",
    ),
    "a list of another length stands as it did": (
        "state.get(root, root) is not base:\n                if arg is not base",
        "state.get(root, root) is not base and value.op is not ops.LEN:\n                if arg is not base",
    ),
    "a list made in one trip is the one of the trip before": (
        "return earlier is None or earlier not in self.forward.loops(home)",
        "return True",
    ),
    "a list is another one in any earlier trip": (
        "return earlier is None or earlier not in self.forward.loops(home)",
        "return earlier is None",
    ),
    "a list that was made is no other list, in or out of a branch": (
        "if is_made(read) or isinstance(read, Param):",
        "if is_made(read) or isinstance(read, (Param, Result)):",
    ),
    "an appended item is undone only where that item is read": (
        "        if undone.op is not ops.UNSTORE or is_inside:\n            return True\n",
        "",
    ),
    "only the length of a list is read": (
        "return which is None or",
        "return which is not None and",
    ),
    "what leaves a trip reads nothing": (
        "self.note(value, last, self.rereads.setdefault(id(block), set()))",
        "self.note(value, last, set())",
    ),
    "what is read again is not seen": ("found = set(self.rereads.get(id(item), ()))", "found = set()"),
    "what is read again of lists is not noted": ("        reads.update(self.lists_read(value, state))\n", ""),
    "a tape is emptied in each trip": (
        "container.items.insert(container.items.index(outermost), tape)",
        "home.items.insert(0, tape)",
    ),
    "a value is kept at the start of its block": (
        "home.items.insert(max(place_after(home, v) for v in values), push)",
        "home.items.insert(0, push)",
    ),
    "what shares a tape is kept where the first of it is computed": (
        "home.items.insert(max(place_after(home, v) for v in values), push)",
        "home.items.insert(min(place_after(home, v) for v in values), push)",
    ),
    "what shares a tape is taken off in another order": (
        "(tape, Const(k)), backward, None)",
        "(tape, Const(len(values) - 1 - k)), backward, None)",
    ),
    "what is kept instead of its operands is computed from other ones": (
        "self.kept = {v: v for v in self.kept if v in read}",
        "self.kept = {v: v for v in self.kept if v in long}",
    ),
    "a value is kept in the wrong block": (
        "backward = self.counterparts.get(id(home))\n",
        "backward = self.counterparts.get(id(list(self.forward.loops(home))[-1].body))\n",
    ),
    "an inner loop runs until the tape of all trips is empty": (
        "        if next(self.forward.loops(self.container_of(loop)), None) is not None:\n            return\n",
        "",
    ),
    "a loop runs by a tape that an `if` fills": ("if self.forward.home[v] is loop.body), None)", "), None)"),
    "a loop runs by its tape although its index is read": (
        "if tape is None or loop.run is not None and reads(backward.body, loop.index):",
        "if tape is None:",
    ),
    "a pop does not change the length of a list": (
        "resizes = (ops.APPEND, ops.DROP)",
        "resizes = (ops.APPEND,)",
    ),
    "an append does not change the length of a list": (
        "resizes = (ops.APPEND, ops.DROP)",
        "resizes = (ops.DROP,)",
    ),
}

REVERSE = {
    "a cotangent without a name is an array that changes": (
        "        if not is_stage and not is_own and may_change:\n",
        "        if False:\n",
    ),
    "one value returned twice counts once": (
        "is_new = isinstance(value, (Apply, Result)) and self.cotangent(value) is None",
        "is_new = isinstance(value, (Apply, Result))",
    ),
    "a list that a branch has written is the one before": ("                state.update(written)\n", ""),
    "how lists stand at the end of a block is forgotten": (
        "self.ends[id(block)] = dict(state)",
        "self.ends[id(block)] = {}",
    ),
    "the making of a list is not reversed": ("                    self.unmake(item, ct)", "                    pass"),
    "writes under an `if` that gives nothing are not undone": (
        "if not incoming and not writes:",
        "if not incoming:",
    ),
    "lists stand in a side of a branch as before it": (
        "            self.state.update(self.ends.get(id(side), {}))\n            known",
        "            known",
    ),
    "a value that both results of a branch are gets one cotangent": (
        "is side and self.shape.readers[value] == 2 and counts[value] == 1",
        "is side",
    ),
    "a value from outside a side is taken for one of the side": (
        "is_own = self.shape.home.get(value) is side and",
        "is_own = isinstance(value, (Apply, Result)) and",
    ),
    "what a value had before a branch is lost": (
        "            before = self.cotangent(value)\n            kind",
        "            before = self.nothing(value)\n            kind",
    ),
    "a side that does not touch a value sets it to zero": (
        "layer.get(value) or before or self.nothing_in(side, value)",
        "layer.get(value) or self.nothing_in(side, value)",
    ),
    "every unpacked item is the first": (
        "self.add_at(unpack.sequence, [index], ct)",
        "self.add_at(unpack.sequence, [0], ct)",
    ),
    "an argument in two places gets the share of the last": (
        "self.algebra.add(found[arg], value) if arg in found else value",
        "value",
    ),
    "max and min go the other way where one argument is active": (
        "((ct, zero) if arg is args[1] else (zero, ct))",
        "((zero, ct) if arg is args[1] else (ct, zero))",
    ),
    "a tie of max and a number goes to the number": (
        "op = beats if arg is args[1] else OR_EQUAL[beats]",
        "op = beats",
    ),
    "max and min go the other way": ("sides = [args[1:], args[:1]]", "sides = [args[:1], args[1:]]"),
    "the last of three goes first": ("sides = [args[:1], args[1:]]", "sides = [args[1:], args[:1]]"),
    "a stage's second share of a carried value replaces the first": (
        "self.pending[value] = ct if before is None else self.algebra.add(before, ct)",
        "self.pending[value] = ct",
    ),
    "a later contribution overwrites": (
        "total = self.algebra.signed(ct) if before is None else self.algebra.add(before, ct)\n        self.name",
        "total = self.algebra.signed(ct)\n        self.name",
    ),
    "gradients are in the order of the parameters": (
        "self.out.gradients = [gradients[order.index(name)] for name in fn.wrt]",
        "self.out.gradients = gradients",
    ),
    "shares of carried values are written down too late": (
        "                self.reverse_unpack(item)\n            self.flush()",
        "                self.reverse_unpack(item)",
    ),
    "buffers of lists are made in the sides of a branch": (
        "            return\n        self.prepare_lists(branch)\n",
        "            return\n",
    ),
    "the cotangents that leave a side are lost": (
        "layer.get(value) or before or self.nothing_in(side, value)",
        "before or self.nothing_in(side, value)",
    ),
}

PRUNE = {
    "a division stands in for one by something else": (
        "return same and value.args[-1] is other.args[-1]",
        "return same",
    ),
    "an item stands in for another": (
        "return is_same and [self.again.get(a, a) for a in other.args[1 : 1 + len(path)]] == path",
        "return is_same",
    ),
    "an item stands in for one of another list": (
        "return is_same and [self.again.get(a, a) for a in other.args[1 : 1 + len(path)]] == path",
        "return [self.again.get(a, a) for a in other.args[1 : 1 + len(path)]] == path",
    ),
    "a loop of another exception stands in": (
        "if is_covered and all(other.op.raises <=",
        "if is_covered and any(other.op.raises <=",
    ),
    "a loop that raises for one of two reasons stands in": (
        "is_covered = all(any(self.raises_as",
        "is_covered = any(any(self.raises_as",
    ),
    "a loop stands in where something else raises before": ("or len(kinds) > 1 or before:", "or len(kinds) > 1:"),
    "`assert` and `raise` are left out": (
        "is_statement = isinstance(item, Raise) or is_checked(item) or",
        "is_statement = is_checked(item) or",
    ),
    "an unpacking that nothing reads is left out": (
        "is_statement = isinstance(item, Raise) or is_checked(item) or",
        "is_statement = isinstance(item, Raise) or",
    ),
    "an index that starts below zero is taken for one that is in the list": (
        "(literal(start) or 0) >= 0",
        "True",
    ),
    "an index is in every list": (
        "return root is other and root not in self.resized",
        "return root not in self.resized",
    ),
    "an index is in a list that gets shorter": (
        "return root is other and root not in self.resized",
        "return root is other",
    ),
    "what a loop starts from is left out": (
        "todo += [loop.initial[index], loop.body.results[index]]",
        "todo += [loop.body.results[index]]",
    ),
    "what a loop goes on with is left out": (
        "todo += [loop.initial[index], loop.body.results[index]]",
        "todo += [loop.initial[index]]",
    ),
    "what raises is left to a side that may not be taken": (
        "item.op.is_cheap and item in self.live.values and not has_arms(block.items[start:]):",
        "item.op.is_cheap and item in self.live.values:",
    ),
    "what raises is moved behind a branch": (
        "            if isinstance(item, COMPOUND) or isinstance(item, Apply) and item.op in ops.EFFECTS:",
        "            if isinstance(item, (Unpack, Loop, Call)) or isinstance(item, Apply) and item.op in ops.EFFECTS:",
    ),
    "another exception comes first in the backward part": (
        "if any(not other.op.raises <= item.op.raises for other in backward[:cover]):",
        "if False:",
    ),
    "exceptions of two kinds are exchanged": (
        "return list(late.values()) if len(kinds) <= 1 else []",
        "return list(late.values())",
    ),
    "the `break` of a loop is not needed": (
        "found += [] if item.leave is None else [item.leave]\n        return",
        "return",
    ),
    "what raises under a condition is kept without it": (
        "            if value in self.home:\n                todo += self.conditions(self.home[value])\n",
        "",
    ),
    "what may raise is left out": (
        "self.live.kept.add(roots[item])\n                        self.mark([roots[item]])",
        "pass",
    ),
}

SHAPE = {
    "a list that changes before a stage is computed is not seen": (
        "is_overtaken = any(changed.get(root, places[item]) < places[item] for root in roots)",
        "is_overtaken = False",
    ),
    "an item of a written list is added to where it is read later": (
        "return self.root(value) not in self.written or self.is_inline(value)",
        "return True",
    ),
    "what leaves a branch has one reader": (
        "        shape.readers[value] += 1  # what leaves a branch is a variable there\n",
        "",
    ),
    "an item belongs to its own place, not to its stage": (
        "places[item] = places[reader] if reader is not None and shape.is_inline(item) else at",
        "places[item] = at",
    ),
    "a choice has one cotangent for both sides": (
        "                    if item.op in ROUTED:\n                        shape.readers[value] += 1  # each has a cotangent of its own, in a branch\n",
        "",
    ),
}

TIDY = {
    "the `break` of a loop reads nothing": ("*([item.leave] if item.leave is not None else [])]", "]"),
    "the condition of a `while` reads nothing": (
        "return found + (item.test.results if item.test is not None else [])",
        "return found",
    ),
    "what a loop goes on with is not needed": (
        "todo += [loop.initial[index], loop.body.results[index]]",
        "todo += [loop.initial[index]]",
    ),
    "what a loop starts from is not needed": (
        "todo += [loop.initial[index], loop.body.results[index]]",
        "todo += [loop.body.results[index]]",
    ),
    "the `else` of a branch is not needed": (
        "[side.results[value.index] for side in value.owner.sides]",
        "[value.owner.then.results[value.index]]",
    ),
    "what is left is not numbered anew": ("        result.index = index", "        pass"),
}

ACTIVITY = {
    "only the first operand makes an operation active": (
        "if not is_flat(item) and any(a in active for a in item.args):",
        "if not is_flat(item) and any(a in active for a in item.args[:1]):",
    ),
    "a list is never active by what is written to it": (
        "while lists := {root for version, root in fn.versions.items() if version in active and root not in active}:",
        "while lists := set[Value]():",
    ),
    "a branch is active only where both sides are": (
        "if a in active or b in active:",
        "if a in active and b in active:",
    ),
    "a branch is active only where its first side is": ("if a in active or b in active:", "if a in active:"),
    "what one trip makes active is not active in the next": ("        if not new:\n", "        if True:\n"),
    "what a loop starts from is not active": (
        "    active.update(p for p, initial in zip(loop.carried, loop.initial) if initial in active)\n",
        "",
    ),
    "what leaves a loop is not active": (
        "active.update(result for result, param in zip(loop.results, loop.carried) if param in active)",
        "pass",
    ),
    "unpacked items are not active": (
        "        elif isinstance(item, Unpack) and item.sequence in active:\n",
        "        elif False:\n",
    ),
}

TOTALS = {
    "what is read elsewhere is a total as well": (
        "                if following is None:\n                    return False\n",
        "                if following is None:\n                    continue\n",
    ),
    "what is taken away from is a total": (
        "(is_first or use.op is ops.ADD and use.args.count(value) == 1)",
        "(is_first or use.args.count(value) == 1)",
    ),
    "a factor is a total": (
        "frozenset((ops.ADD, ops.SUB, ops.POS, ops.COPY, ops.READ))",
        "frozenset((ops.ADD, ops.SUB, ops.POS, ops.COPY, ops.READ, ops.MUL))",
    ),
    "a total is added to itself": ("return sum(arg in same for arg in value.args) == 1", "return True"),
    "one side of a branch is enough for a total": (
        "return all(side.results[value.index] in same",
        "return any(side.results[value.index] in same",
    ),
    "what goes through any inner loop is a total": (
        "return use.loop.results[use.index] if (id(use.loop), use.index) in self.found else None",
        "return use.loop.results[use.index]",
    ),
    "a total that the next trip starts anew goes on": ("return ends and all(", "return all("),
    "what is put into a list is a total": (
        "if item in self.active or item.op in ops.WRITES:",
        "if item in self.active and item.op not in ops.WRITES and item.op not in ops.MAKERS:",
    ),
}

INDICES = {
    "an index is its loop's, whatever is added": ("offset += right if index.op is ops.ADD else -right", "pass"),
    "an index that is less is more": ("offset += right if index.op is ops.ADD else -right", "offset += right"),
    "an index counted from the end is another item": (
        "return least is not None and least + min(a.offset, b.offset) >= 0",
        "return True",
    ),
    "a constant index counted from the end is another item": ("return (a.offset < 0) == (b.offset < 0)", "return True"),
    "a loop downwards ends one item early": ("bound + (step < 0) if", "bound + 2 * (step < 0) if"),
    "a loop downwards begins at its least index": ("bound = start if step > 0 else stop", "bound = start"),
    "indices of two loops are compared": ("if a.base is not b.base:", "if (a.base is None) != (b.base is None):"),
    "an earlier trip reads the same item": (
        "        if earlier is None or a.base is None:\n            return ahead == 0\n",
        "        if True:\n            return ahead == 0\n",
    ),
    "an earlier trip is a later one": (
        "return trips % step == 0 and trips // step > 0",
        "return trips % step == 0 and trips // step < 0",
    ),
    "an earlier trip is the one before": ("return trips % step == 0 and trips // step > 0", "return trips == step"),
    "a reversed loop goes forwards": ("trips = -ahead if loop.is_reversed else ahead", "trips = ahead"),
    "an outer loop's earlier trip has the same inner index": (
        "return ahead == 0 or not self.contains(loop, earlier)",
        "return ahead == 0",
    ),
}

COPIES = {
    "`w[i] = x + y` is taken for `w[i] += y`": (
        "            if self.is_old(left, write):\n",
        "            if right is not left:\n",
    ),
    "`w[i] *= x` is taken for an addition": (
        "item.op in (ops.ADD, ops.SUB) and",
        "item.op in (ops.ADD, ops.SUB, ops.MUL) and",
    ),
    "`w[i] = x - w[i]` is taken for an addition": (
        "if item.op is ops.ADD and self.is_old(right",
        "if self.is_old(right",
    ),
    "what is taken away first of all is added": (
        "found.insert(0, (right, item.op is ops.SUB))",
        "found.insert(0, (right, item.op is ops.SUB and not found))",
    ),
    "an item of a copy is what it was, in any loop": (
        "                if not is_only_write or not self.is_another_each_trip(place, loop):\n                    return False\n",
        "",
    ),
    "a trip that writes two items of a copy writes one": (
        "is_only_write = loop.body.results[k] is write and write.args[0] is at",
        "is_only_write = loop.body.results[k] is write",
    ),
    "another loop that writes to a copy is passed over": (
        "is_only_write = loop.body.results[k] is write and write.args[0] is at",
        "is_only_write = True",
    ),
    "an index that goes below zero is another item each trip": (
        "return least is not None and least + at.offset >= 0",
        "return True",
    ),
    "an outer loop gives another item each trip": (
        "if at is None or at.base is not loop.index or loop.run is None",
        "if at is None or loop.run is None",
    ),
    "the list that was copied may have changed": (
        "root.args[0] is value.args[0] and self.is_first",
        "self.is_first",
    ),
    "an item of another list is an item of the copied one": (
        "value.op not in (ops.INDEX, ops.SUBSCRIPT) or value.args[1:] != place:",
        "value.op not in (ops.INDEX, ops.SUBSCRIPT):",
    ),
    "a cotangent that is not there yet is what another one starts from": (
        "if at is None or any(gives(item, ct) for item in block.items[at:]):",
        "if at is None:",
    ),
    "a cotangent that was read starts from another one": (
        "if not isinstance(zeros, Apply) or not all(is_sum_or_none(i, root, primals) for i in block.items[at + 1 :]):",
        "if not isinstance(zeros, Apply):",
    ),
}

OVERWRITE = {
    "what is added is taken for what is added to": (
        "if version.args[0] is not before or before in version.args[1:]:",
        "if before in version.args[1:-1]:",
    ),
    "a cotangent is shared with another stage": (
        "        if isinstance(item, Section):\n            named = {}\n        elif",
        "        if",
    ),
    "cotangents of one operation are shared, whatever its operands": (
        "named.setdefault((value.op, value.args), value)",
        "named.setdefault((value.op, value.args[1:]), value)",
    ),
    "what is read before a write is undone is read after it": (
        "            is_next = since == undone and before",
        "            is_next = before",
    ),
    "what is added again is not added": (
        "                item.args = (*item.args[:-1], total[-1])\n",
        "",
    ),
    "two that are taken away are added": (
        "    return [total, Apply(ops.NEG, (total,), block, None)]",
        "    return [total]",
    ),
    "what is added first is taken away": (
        "return [Apply(ops.ADD, (one, other), block, None) if y is None else",
        "return [Apply(ops.SUB, (other, one), block, None) if y is None else",
    ),
    "what is added later is stored first": (
        "        if version.args[1:-1] == zeroed.args[1:-1]:\n",
        "        if len(zeroed.args) == 3:\n",
    ),
    "what may be the same item is passed over": (
        "if not indices.are_different(version.args[1:-1], zeroed.args[1:-1]):",
        "if False:",
    ),
    "what is stored is added to what was there": ("                    added.op = ops.STORE\n", ""),
    "what is stored goes to the list with the zero": ("(before if a is version else a for a", "(a for a"),
}

HOIST = {
    "what changes in the loop is computed before it": (
        "if not is_constant or any(is_mutable(a.kind) for a in item.args):",
        "if any(is_mutable(a.kind) for a in item.args):",
    ),
    "what may raise is computed before the loop": ("not item.op.is_cheap or may_raise(item)", "not item.op.is_cheap"),
    "what moves out of a loop stands before what it reads": (
        "        outer.items.insert(at, item)\n",
        "        outer.items.insert(0, item)\n",
    ),
}

MUTANTS: dict[str, dict[str, tuple[str, str]]] = {
    "passes/loops.py": LOOPS,
    "passes/lists.py": LISTS,
    "passes/storage.py": STORAGE,
    "passes/reverse.py": REVERSE,
    "passes/prune.py": PRUNE,
    "passes/shape.py": SHAPE,
    "passes/tidy.py": TIDY,
    "passes/activity.py": ACTIVITY,
    "passes/totals.py": TOTALS,
    "passes/indices.py": INDICES,
    "passes/hoist.py": HOIST,
    "passes/copies.py": COPIES,
    "passes/overwrite.py": OVERWRITE,
    "passes/readback.py": READBACK,
}
