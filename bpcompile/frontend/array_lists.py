"""Lists of numbers and arrays that become arrays, and arrays that become lists of their rows."""

from __future__ import annotations

import ast

from bpcompile.frontend.array_functions import ArrayFunctionLowerer
from bpcompile.frontend.calls import Arguments
from bpcompile.frontend.inference import Cell
from bpcompile.frontend.trees import BROKEN, Broken, Thing, const_int
from bpcompile.ir import ops
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import Apply, Const, Group, Value
from bpcompile.ir.kinds import Array
from bpcompile.ir.lengths import Dim, Unknown
from bpcompile.ir.ops import Op


class ArrayListLowerer(ArrayFunctionLowerer):
    """Reads what makes an array of a list."""

    reads_literals = False  # is the argument that is read now one of a function of NumPy?

    def argument(self, node: ast.expr) -> Thing:
        """Return an argument; a list that stands in a call of a function of NumPy is seen through."""
        is_literal, self.reads_literals = self.reads_literals, False
        thing = self.literal(node) if is_literal else super().argument(node)
        self.reads_literals = is_literal
        return thing

    def literal(self, node: ast.expr) -> Thing:
        """Return a list or tuple of items written out, whatever becomes of it."""
        if not isinstance(node, (ast.List, ast.Tuple)) or any(isinstance(e, ast.Starred) for e in node.elts):
            return self.expression(node)
        things = [self.literal(e) for e in node.elts]
        items = tuple(t for t in things if isinstance(t, (Value, Group)))
        bad = next((t for t in things if not isinstance(t, (Value, Group))), None)
        return self.not_a_number(bad, node) if bad is not None else Group(items, isinstance(node, ast.Tuple))

    def of_list(self, name: str, node: ast.Call, given: Arguments) -> Thing:
        """Return a function of NumPy of a list: of the array that NumPy makes of it."""
        (thing, place), *rest = given.positional
        assert isinstance(thing, Value)
        if self.is_guessed(thing):
            return self.refuse(
                "BP023", f"{name} of what is unpacked", node, "annotate it: `w: list` or `w: np.ndarray`"
            )
        if name in ("np.array", "np.asarray", "np.stack", "np.concatenate", "np.vstack", "np.hstack"):
            return self.joined_list(name, thing, node, given)
        array = self.array_of_list(thing, place)
        if isinstance(array, Broken):
            return array
        return self.call_array(name, node, Arguments([(array, place), *rest], given.keywords))

    def joined_list(self, name: str, thing: Value, node: ast.Call, given: Arguments) -> Thing:
        """Return the items of a list as one array: stacked, or one behind the other."""
        axis: Const | None = self.const(0)
        options = [*given.positional[1:], *given.keywords.values()]
        if options:
            axis = self.literal_option(*options[0])
        is_axis = name in ("np.stack", "np.concatenate") and {*given.keywords} <= {"axis"}
        if axis is None or len(options) > is_axis or const_int(axis) is None:
            return self.refuse("BP051", f"{name} of a list with these arguments", node, "leave the options out")
        if name in ("np.array", "np.asarray"):
            return self.array_of_list(thing, node)
        return self.along(name, thing, axis, node)

    def along(self, name: str, thing: Value, axis: Const, node: ast.Call) -> Thing:
        """Return the arrays of a list along an axis."""
        cell = self.list_cell(thing, node)
        if cell is None or not self.holds_numbers(cell.all_items(), node):
            return BROKEN
        kind = self.items.take(cell.all_items())
        rank = None if kind is None or kind.dims is None else len(kind.dims)
        op = ops.JOIN_OF if name == "np.concatenate" else ops.STACK_OF
        if name in ("np.vstack", "np.hstack"):
            if not rank:
                hint = "use np.stack, or np.concatenate with an axis"
                return self.refuse("BP052", f"{name} of arrays of unknown rank", node, hint)
            op = ops.STACK_OF if name == "np.vstack" and rank == 1 else ops.JOIN_OF
            axis = self.const(1 if name == "np.hstack" and rank > 1 else 0)
        return self.apply_to(op, thing, cell, kind, node, axis)

    def array_of_list(self, thing: Value, node: ast.AST) -> Value | Broken:
        """Return `np.array` of a list: of arrays, of lists of arrays, or of numbers, nested as deep as may be."""
        cell = self.list_cell(thing, node)
        if cell is None:
            return BROKEN
        items, depth = cell.all_items(), 1
        while items.shape == "list":
            items, depth = items.all_items(), depth + 1
        kind = self.items.take(items)
        if depth > 2 and kind is not None:
            return self.refuse("BP052", "an array of lists of arrays", node, "stack the inner lists: np.stack")
        items.be("number")
        return self.apply_to(ops.ARRAY_OF, thing, cell, kind, node)

    def apply_to(
        self, op: Op, thing: Value, cell: Cell, kind: Array | None, node: ast.AST, axis: Const | None = None
    ) -> Value:
        """Return a list as an array, of a shape that is known as far as the list is."""
        cell.is_open = True
        options = () if axis is None else (axis,)
        value = self.apply(op, node, self.current(thing, node), *options)
        dims, at = () if kind is None else kind.dims, 0 if axis is None else const_int(axis) or 0
        value.kind = Array(None)
        if cell.all_items().shape != "list" and dims is not None and 0 <= at <= len(dims):
            length = self.lengths_of_lists.get(self.place(thing)[0], Unknown())
            rest = dims[at + 1 :] if op is ops.JOIN_OF else dims[at:]
            value.kind = Array((*dims[:at], Unknown() if op is ops.JOIN_OF else length, *rest))
        return value

    def note_length(self, made: Value, count: Value) -> None:
        """Note how long a list is that a comprehension has built, where that is known."""
        length: Dim | None = const_int(count)
        if isinstance(count, Apply) and count.op is ops.LEN:
            length = (dims_of(count.args[0].kind) or (None,))[0]
        if length is not None:
            self.lengths_of_lists[made] = length

    def rows(self, array: Value, node: ast.AST) -> Thing:
        """Return `list(x)` of an array: a list of its rows, or of its numbers."""
        dims = dims_of(array.kind)
        items = self.new_items(node)
        items.shape = "number"
        self.items.put(items, Array(None if dims is None else dims[1:]))
        return self.make(ops.ROWS, node, items, array)
