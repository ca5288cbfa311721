"""Lowering of lists that the program makes and writes: each write gives a new version of the same list.

A name holds a list by its first version, its *root*; which version that is now is looked up on reading (`current`).
So `b = a` needs nothing, and `row = a[i]` is the item of `a` as `a` stands when `row` is read. Where two names may hold
one list or two (what leaves a branch, what a loop carries), nothing may write to it any more: `freeze`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from bpcompile.frontend.expressions import COPY_IT, ExpressionLowerer
from bpcompile.frontend.inference import Cell
from bpcompile.frontend.trees import BROKEN, NOTHING, Broken, Thing, const_int
from bpcompile.ir import ops
from bpcompile.ir.graph import Apply, Block, BlockParam, Branch, Group, Param, Raise, Result, Unpack, Value
from bpcompile.ir.kinds import STR, Array
from bpcompile.ir.ops import Op
from bpcompile.ir.refine import know_as_number
from bpcompile.nodes import walk

ANOTHER_LENGTH = "a slice is assigned another number of items, which is not differentiated"


class ListLowerer(ExpressionLowerer):
    """Reads what makes a list, takes from it, and writes to it."""

    # which list, and how it stands now

    def is_list(self, thing: object) -> bool:
        """Return whether the thing is a list at run time."""
        cell = self.cells.get(thing) if isinstance(thing, Value) else None
        return cell is not None and cell.shape == "list"

    def place(self, value: Value) -> tuple[Value, list[Value]]:
        """Return the root of a list, and the indices that lead from there to the value."""
        path: list[Value] = []
        while True:
            if isinstance(value, Apply) and value.op is ops.INDEX:
                path.insert(0, value.args[1])
                value = value.args[0]
            elif isinstance(value, Result) and isinstance(value.owner, Unpack):
                path.insert(0, self.const(value.index))
                value = value.owner.sequence
            elif isinstance(value, Apply) and value.op is ops.READ:
                value = value.args[0]
            else:
                return self.versions.get(value, value), path

    def version(self, root: Value) -> Value:
        """Return the version of a root that is read now."""
        for layer in reversed(self.layers):
            if root in layer.versions:
                return layer.versions[root]
        return root

    def current(self, value: Value, node: ast.AST) -> Value:
        """Return a list as it stands now."""
        root, path = self.place(value)
        holder, then = self.moved.get(root, (None, None))
        if holder is not None and (self.version(holder) is not then or holder in self.written_inside):
            self.refuse("BP028", "this list was put into another one, which has changed since", node, MOVED)
        if root in self.resized and path and not self.counts_up(path[0]) and self.is_resized_since(value, root):
            self.refuse(
                "BP028", "an item that may be counted from the end of a list, whose length has changed", node, MOVED
            )
        version = self.version(root)
        if version is root and (not path or not isinstance(value, Result)):
            return value
        if path and isinstance(value, Apply) and self.versions.get(value.args[0], value.args[0]) is version:
            return value
        cell = self.cells.get(root)
        for index in path:
            version = self.take(version, index, cell, node)
            cell = self.cells.get(version)
        return version

    def is_resized_since(self, value: Value, root: Value) -> bool:
        """Return whether the length of a list may have changed since an item of it was taken."""
        taken = value
        while isinstance(taken, Apply) and taken.op is ops.INDEX:
            taken = taken.args[0]
        version = self.version(root)
        while version is not taken:
            if not isinstance(version, Apply) or version.op is not ops.STORE:
                return True
            version = version.args[0]
        return False

    def counts_up(self, index: Value) -> bool:
        """Return whether an index means the same item however long the list becomes."""
        known = const_int(index)
        if isinstance(index, Apply) and index.op is ops.MOD:  # `k % len(w)` is never negative
            divisor = index.args[1]
            return isinstance(divisor, Apply) and divisor.op is ops.LEN
        return known >= 0 if known is not None else isinstance(index, BlockParam) or index in self.upward

    def take(self, version: Value, index: Value, cell: Cell | None, node: ast.AST) -> Value:
        """Return one item of a version of a list."""
        value = self.apply(ops.INDEX, node, version, index)
        if self.cells.get(value) is None and cell is not None:
            number = const_int(index)
            self.cells.put(value, cell.all_items() if number is None else cell.item(number))
        return self.taken(value)

    def taken(self, value: Value) -> Value:
        """Say of an item what it is, where it may be an array."""
        cell = self.cells.get(value)
        if self.arrays and cell is not None and cell.shape != "list":
            value.kind = self.items.take(cell) or value.kind
        return value

    def new_items(self, node: ast.AST) -> Cell:
        """Return the cell of the items of a new list."""
        return self.items.new(self.span(node))

    def put_in(self, items: Cell, value: Value) -> None:
        """Say that a value becomes an item of a list."""
        if self.arrays and not self.is_list(value):
            self.items.put(items, value.kind)

    # making

    def make(self, op: Op, node: ast.AST, items: Cell, *args: Value) -> Value:
        """Return a new list: never shared with an equal one, since each is an object of its own."""
        if op in (ops.COPY_OF, ops.CONCAT) and any(self.is_guessed(a) for a in args):
            self.refuse("BP023", "what may be an array is used as a list", node, "annotate it: `w: list`")
        self.count += 1
        value = self.block.append(op, args, self.span(node))
        value.block.table.pop((op, args), None)
        self.cells.put(value, Cell("list", every=items, is_local=True))
        self.layers[-1].roots.append(value)
        return value

    def is_guessed(self, value: Value) -> bool:
        """Return whether a value is a parameter, or a part of one, that was not said to be a list."""
        root, _ = self.place(value)
        return isinstance(root, Param) and root.name in self.items.lists

    def materialise(self, thing: Thing, node: ast.AST) -> Value | Broken:
        """Return a list that exists at run time: a tuple or list that is seen through is written out as one."""
        if isinstance(thing, Value):
            return self.current(thing, node) if self.list_cell(thing, node) is not None else BROKEN
        if not isinstance(thing, Group):
            return self.not_a_number(thing, node)
        return self.listed(thing.items, node)

    def listed(self, items: Sequence[Thing], node: ast.AST) -> Value | Broken:
        """Return a list of the items: all numbers, or all lists."""
        values: list[Value] = []
        every = self.new_items(node)
        for item in items:
            is_inner = isinstance(item, Group) or self.is_list(item)
            value = self.inner_list(item, node) if is_inner else self.as_number(item, node)
            if isinstance(value, Broken):
                return value
            if value in self.maybe_unbound:  # not read by name: a list that is seen through and written out here
                return self.refuse("BP039", "a list that may be unbound is changed here", node, "bind it first")
            values.append(value)
            shape = "list" if is_inner else "number"
            if values[1:] and every.shape and every.shape != shape:
                return self.refuse("BP023", "a list of numbers and lists", node, "keep them in a tuple")
            inner = self.cells.get(value)
            if inner is not None and is_inner and values[1:]:
                self.items.one(every.all_items(), inner.all_items())
            every = (inner or Cell()) if is_inner and not values[1:] else every
            every.shape = shape
            self.put_in(every, value)
        if len({id(self.place(v)[0]) for v in values if self.is_list(v)}) < sum(map(self.is_list, values)):
            return self.refuse("BP028", "one list stands in two places of another", node, COPY_IT)
        made = self.make(ops.LIST, node, every, *values)
        for value in values:
            self.move(value, made)
        return made

    def inner_list(self, item: Thing, node: ast.AST) -> Value | Broken:
        """Return a list that becomes an item of another: from now on it is written only there."""
        value = self.materialise(item, node)
        if isinstance(value, Broken) or not self.mutates:
            return value
        root, path = self.place(value)
        is_made = isinstance(root, Apply) and root.op in ops.MAKERS
        if path or not is_made or root in self.moved or self.is_outside_trip(root):
            return self.refuse("BP028", "a list that has another name becomes an item of a list", node, COPY_IT)
        return value

    def is_outside_trip(self, root: Value) -> bool:
        """Return whether a list was made before the trip of a loop that is being read."""
        for layer in reversed(self.layers):
            if root in layer.roots:
                return False
            if layer.is_trip:
                return True
        return False

    def move(self, value: Value, outer: Value) -> None:
        """Say that a list is an item of another one now."""
        if self.is_list(value):
            root, _ = self.place(value)
            target, _ = self.place(outer)
            self.moved[root] = (target, self.version(target))
            self.freeze(root, "it is an item of another list")

    def freeze(self, value: Value, why: str) -> None:
        """Say that nothing may write to a list any more, since it may have another name that is not followed."""
        self.frozen.setdefault(self.place(value)[0], why)

    # writing

    def write(self, target: Value, path: Sequence[Value], op: Op, node: ast.AST, *item: Value) -> Value | None:
        """Append a write to a list; return the old item of a store, for the backward part."""
        root, start = self.place(target)
        for value in item:
            cell = self.cells.get(root)
            if isinstance(value.kind, Array) and cell is not None and cell.is_array:
                know_as_number(value)  # NumPy takes nothing else for an item
            elif cell is not None:
                self.put_in(self.items_at(cell, len(start) + max(len(path) - 1, 0)), value)
        why = self.frozen.get(root) or (None if self.is_writable(root) else "it may have another name")
        if why is not None:
            self.refuse("BP028", f"a list is written here, and {why}", node, COPY_IT)
            return None
        if op in (ops.APPEND, ops.DROP) and start:
            self.refuse(
                "BP025", "an item of a list of lists changes its length", node, "build it first, then append it"
            )
            return None
        if op in (ops.APPEND, ops.DROP):
            self.resized.add(root)
            if root in self.iterated:
                self.refuse(
                    "BP028", "a list changes its length while a loop runs over it", node, "loop over a copy: `list(w)`"
                )
                return None
            cell = self.cells.get(root)
            if cell is not None:
                cell.is_open = True
        self.wrote.setdefault(root, []).append(node)
        for param in self.same_objects(root):
            if isinstance(param, Param):
                self.written.setdefault(param, None)
        version = self.version(root)
        indices = [*start, *path]
        if len(indices) > 1:
            self.written_inside.add(root)
        old: Value | None = None
        if op is ops.STORE:
            old = version
            for index in indices:
                old = self.take(old, index, self.cells.get(old), node)
            self.as_number(old, node)
        self.count += 1
        new = self.block.append(op, (version, *indices, *item), self.span(node))
        new.block.table.pop((op, new.args), None)
        if op is ops.DROP:
            old = self.take(version, self.const(-1), self.cells.get(version), node)
        if old is not None:
            self.olds[new] = old
        self.set_version(root, new)
        return old

    def items_at(self, cell: Cell, depth: int) -> Cell:
        """Return the cell of the items of the lists so deep inside a list."""
        for _ in range(depth):
            cell = cell.all_items()
        return cell.all_items()

    def is_writable(self, root: Value) -> bool:
        """Return whether a root is one list for sure: a parameter, or one that was made here."""
        if root in self.owned or root in self.tentative:
            return True
        return isinstance(root, Param) and not root.is_global or isinstance(root, Apply) and root.op in ops.MAKERS

    def join(self, a: Value, b: Value) -> None:
        """Say that two lists may be one object."""
        a, b = self.object_of(self.place(a)[0]), self.object_of(self.place(b)[0])
        if a is not b:
            self.objects[a] = b

    def object_of(self, root: Value) -> Value:
        """Return what stands for all lists that may be one object."""
        while root in self.objects:
            root = self.objects[root]
        return root

    def same_objects(self, root: Value) -> list[Value]:
        """Return the lists that may be the same object as this one."""
        group = self.object_of(root)
        return [v for v in (root, group, *self.objects) if self.object_of(v) is group]

    def set_version(self, root: Value, new: Value) -> None:
        """Say that a list is another version now."""
        self.versions[new] = root
        cell = self.cells.get(root)
        if cell is not None:
            self.cells.put(new, cell)
        self.layers[-1].versions[root] = new

    def store(self, target: ast.Subscript, thing: Thing) -> None:
        """Read `w[i] = thing`."""
        self.store_in(self.expression(target.value), target, thing)

    def store_in(self, base: Thing, target: ast.Subscript, thing: Thing) -> None:
        """Write an item or a slice of a list."""
        if isinstance(target.slice, ast.Slice):
            self.store_slice(base, target, target.slice, thing)
            return
        index = self.as_number(self.expression(target.slice), target.slice)
        if isinstance(base, Group):
            self.refuse("BP025", "an item of a tuple is assigned", target, "make it a list")
            return
        if isinstance(index, Broken) or isinstance(base, Broken):
            return
        if not isinstance(base, Value):
            self.not_a_number(base, target)
            return
        if self.list_cell(base, target) is None or not self.is_one_index(index, target):
            return
        if isinstance(thing, Group) or self.is_list(thing):
            self.refuse("BP025", "a list is assigned to an item of a list", target, "assign its items one by one")
            return
        number = self.as_number(thing, target)
        if isinstance(number, Value):
            self.write(base, [index], ops.STORE, target, number)

    def is_one_index(self, index: Value, node: ast.Subscript) -> bool:
        """Return whether an index is one number; an array of places, or what may be one, is refused."""
        if isinstance(index.kind, Array) and index.kind.dims != ():
            self.refuse("BP025", "a list is written at places that may be several", node.slice, "annotate it: `i: int`")
        return not isinstance(index.kind, Array) or index.kind.dims == ()

    def store_slice(self, base: Thing, target: ast.Subscript, bounds: ast.Slice, thing: Thing) -> None:
        """Read `w[a:b] = items` as one store for each item; another number of items raises at run time."""
        if isinstance(base, Broken) or isinstance(thing, Broken):
            return
        if not isinstance(base, Value) or self.list_cell(base, target) is None or bounds.step is not None:
            if isinstance(base, (Value, Group)):
                self.refuse("BP025", "a slice is assigned", target, "assign the items in a loop")
            else:
                self.not_a_number(base, target)
            return
        items = self.materialise(thing, target)
        ends = [None if end is None else self.number(end) for end in (bounds.lower, bounds.upper)]
        if isinstance(items, Broken) or any(isinstance(end, Broken) for end in ends):
            return
        cell, whole = self.list_cell(items, target), self.list_cell(base, target)
        if cell is None or whole is None or not self.holds_numbers(whole.all_items(), target):
            return
        whole.is_open = True
        none = self.constants.get("None", STR)
        places = [end if isinstance(end, Value) else none for end in ends]
        piece = self.make(ops.SLICE, target, whole.all_items(), self.current(base, target), *places, none)
        count: Value = self.apply(ops.LEN, target, items)
        if isinstance(thing, Group):
            count = self.const(len(thing.items))
        self.must_fit(self.apply(ops.NE, target, self.apply(ops.LEN, target, piece), count), target)
        start = self.start_of(base, places[0] if bounds.lower is not None else None, target)

        def store(index: Value) -> None:
            known = [const_int(start), const_int(index)]
            place = index if known[0] == 0 else self.apply(ops.ADD, target, start, index)
            if known[0] is not None and known[1] is not None:
                place = self.const(known[0] + known[1])
            item = self.as_number(self.take(self.current(items, target), index, cell, target), target)
            if isinstance(item, Value):
                self.write(base, [place], ops.STORE, target, item)

        if isinstance(thing, Group) and len(thing.items) <= MAX_WRITTEN_OUT:
            for index in range(len(thing.items)):
                store(self.const(index))
        else:
            self.each_index(count, target, store)

    def must_fit(self, condition: Value, node: ast.AST, message: str = ANOTHER_LENGTH) -> None:
        """Append `if condition: raise`."""
        branch = Branch(condition, Block(self.block), Block(self.block), span=self.span(node))
        branch.then.items.append(Raise("ValueError", (message,), None, self.span(node)))
        self.block.items.append(branch)

    def start_of(self, base: Value, lower: Value | None, node: ast.AST) -> Value:
        """Return where a slice begins."""
        if lower is None:
            return self.const(0)
        known = const_int(lower)
        if known is not None and known >= 0:
            return lower
        length = self.apply(ops.LEN, node, self.current(base, node))
        below = self.apply(ops.ADD, node, length, lower)
        if known is not None:
            return self.apply(ops.MAX, node, self.const(0), below)
        above = self.apply(ops.MIN, node, lower, length)
        is_above = self.apply(ops.GE, node, lower, self.const(0))
        return self.apply(ops.SELECT, node, is_above, above, self.apply(ops.MAX, node, self.const(0), below))

    def each_index(self, count: Value, node: ast.AST, body: Callable[[Value], None]) -> None:
        """Read a body once, in a loop over so many indices."""
        raise NotImplementedError  # pragma: no cover - `LoopLowerer` has it

    # methods

    def call_method(self, node: ast.Call, function: ast.Attribute) -> Thing:
        """Return a call of a method of a list."""
        base = self.expression(function.value)
        if isinstance(base, Broken):
            return base
        least, most = METHODS[function.attr]
        if node.keywords or not least <= len(node.args) <= most:
            return self.refuse("BP018", f"`.{function.attr}` with these arguments", node)
        if isinstance(base, Group) and function.attr == "copy" and not base.is_tuple:
            return base
        if not isinstance(base, Value) or self.list_cell(base, node) is None:
            return self.not_a_number(base, node) if not isinstance(base, Value) else BROKEN
        if function.attr == "copy":
            return self.copied(base, node)
        if function.attr == "pop":
            return self.pop(base, node)
        item = self.expression(node.args[0])
        return self.append(base, item, node)

    def append(self, base: Value, item: Thing, node: ast.AST) -> Thing:
        """Read `w.append(item)`."""
        cell = self.cells.get(base)
        assert cell is not None
        is_inner = isinstance(item, Group) or self.is_list(item)
        value = self.inner_list(item, node) if is_inner else self.as_number(item, node)
        if isinstance(value, Broken):
            return value
        every = cell.all_items()
        if is_inner and self.place(value)[0] is self.place(base)[0]:
            return self.refuse("BP028", "a list becomes an item of itself", node, COPY_IT)
        if every.shape and (every.shape == "list") != is_inner:
            return self.refuse("BP023", "a list of numbers and lists", node, "keep them in a tuple")
        inner = self.cells.get(value)
        if is_inner and inner is not None and every.shape:
            self.items.one(every.all_items(), inner.all_items())
        elif is_inner:
            every.shape = "list"  # so it is known when the program is read again
            cell.every = inner
        every.shape = every.shape or "number"
        self.write(base, [], ops.APPEND, node, value)
        self.move(value, base)
        return NOTHING

    def pop(self, base: Value, node: ast.Call) -> Thing:
        """Read `w.pop()`: its last item, and a version without it."""
        if node.args and const_int(self.expression(node.args[0])) != -1:
            return self.refuse(
                "BP025", "an item is taken out of the middle of a list", node, "take the last one: `.pop()`"
            )
        version = self.current(base, node)
        value = self.take(version, self.const(-1), self.cells.get(version), node)
        if self.is_list(value):
            return self.refuse("BP025", "a list is taken out of a list of lists", node, "use its items")
        number = self.as_number(value, node)
        self.write(base, [], ops.DROP, node)
        return number

    def copied(self, base: Value, node: ast.AST) -> Thing:
        """Return a copy of a list of numbers."""
        cell = self.list_cell(base, node)
        if cell is None:
            return BROKEN
        if cell.all_items().shape == "list" and self.mutates:
            hint = "copy each row: `[row.copy() for row in w]`"
            return self.refuse("BP028", "a copy of a list of lists holds the same inner lists", node, hint)
        if self.mutates:
            cell.all_items().be("number")
        return self.make(ops.COPY_OF, node, cell.all_items(), self.current(base, node))

    def repeated(self, node: ast.AST, things: tuple[Thing, Thing]) -> Thing:
        """Return `[x] * n` or `n * [x]`."""
        group, count = things if isinstance(things[0], Group) else things[::-1]
        number = self.as_number(count, node)
        assert isinstance(group, Group)
        if isinstance(number, Broken):
            return number
        known = const_int(number)
        if known is not None and known * len(group.items) <= 16 and (group.is_tuple or not self.mutates):
            return Group(group.items * known, group.is_tuple)
        values = [self.as_number(item, node) for item in group.items]
        numbers = [v for v in values if isinstance(v, Value)]
        if len(numbers) < len(values):
            return self.refuse(
                "BP028", "one list stands in several places of another", node, "use `[[0.0] * n for i in range(m)]`"
            )
        return self.make(ops.REPEAT, node, self.numbers_in(numbers, node), number, *numbers)

    def numbers_in(self, values: Sequence[Value], node: ast.AST) -> Cell:
        """Return the cell of the items of a new list of numbers, or arrays."""
        items = self.new_items(node)
        items.shape = "number"
        for value in values:
            self.put_in(items, value)
        return items

    def joined(self, node: ast.AST, left: Thing, right: Thing) -> Thing:
        """Return the concatenation of two lists."""
        a, b = self.materialise(left, node), self.materialise(right, node)
        if isinstance(a, Broken) or isinstance(b, Broken):
            return BROKEN
        cell = self.cells.get(a)
        other = self.cells.get(b)
        if cell is None or other is None:
            return BROKEN
        for part in (cell, other):
            if not self.holds_numbers(part.all_items(), node):
                return BROKEN
            part.is_open = True
        items = self.numbers_in((), node)
        made = self.make(ops.CONCAT, node, items, a, b)
        for part in (cell, other):
            self.items.one(items, part.all_items())
        return made

    def sliced(self, base: Value, node: ast.Subscript, bounds: ast.Slice) -> Thing:
        """Return `w[a:b:c]` of a list of numbers: a new list."""
        cell = self.list_cell(base, node)
        if cell is None or not self.may_be_copied(cell.all_items(), node):
            return BROKEN
        cell.is_open = True
        if bounds.lower is None and bounds.upper is None and bounds.step is None:
            return self.copied(base, node)
        parts: list[Value] = []
        for part in (bounds.lower, bounds.upper, bounds.step):
            number = self.constants.get("None", STR) if part is None else self.number(part)
            if isinstance(number, Broken):
                return number
            parts.append(number)
        return self.make(ops.SLICE, node, cell.all_items(), self.current(base, node), *parts)

    def may_be_copied(self, cell: Cell, node: ast.AST) -> bool:
        """Return whether a new list may hold the same items: numbers, or what nothing writes to."""
        is_safe = self.arrays and not self.mutates and (cell.array is not None or cell.shape == "list")
        return is_safe or self.holds_numbers(cell, node)

    def holds_numbers(self, cell: Cell, node: ast.AST) -> bool:
        """Say that every item of a list is a number."""
        if cell.shape == "list":
            self.refuse("BP023", "a list of lists is used as a list of numbers", node)
            return False
        cell.be("number")
        return True


def written_parts(nodes: Sequence[ast.AST]) -> bool:
    """Return whether anything in the nodes writes to a list."""
    for root in nodes:
        for node in walk(root):
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
                return True
            if isinstance(node, ast.Attribute) and node.attr in WRITERS:
                return True
    return False


def reached(node: ast.AST, functions: dict[str, ast.AST]) -> Iterator[ast.AST]:
    """Yield a function and the functions of the file that it mentions, directly or through others."""
    seen: set[str] = set()
    todo = [node]
    while todo:
        inner = todo.pop()
        yield inner
        for name in walk(inner):
            if isinstance(name, ast.Name) and name.id in functions and name.id not in seen:
                seen.add(name.id)
                todo.append(functions[name.id])


def is_empty(value: Value) -> bool:
    """Return whether a value is the literal list of nothing."""
    return isinstance(value, Apply) and value.op is ops.LIST and not value.args


METHODS = {"append": (1, 1), "pop": (0, 1), "copy": (0, 0)}
WRITERS = frozenset(("append", "extend", "insert", "pop", "sort", "reverse", "remove", "clear"))
MAX_WRITTEN_OUT = 4  # stores of a slice that are written out
MOVED = "read it through the list that holds it"
