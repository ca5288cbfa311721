"""Functions of NumPy that are read by a method of their own: shapes, joins, and what makes new arrays."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from bpcompile.frontend.array_writes import ArrayWriteLowerer
from bpcompile.frontend.arrays import ANNOTATE, is_whole
from bpcompile.frontend.calls import Arguments
from bpcompile.frontend.numpy_names import MAKERS
from bpcompile.frontend.trees import BROKEN, Broken, Nothing, Text, Thing, const_int
from bpcompile.ir import ops
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import Const, Group, Value
from bpcompile.ir.kinds import STR
from bpcompile.ir.ops import NUMPY, Op


class ArrayFunctionLowerer(ArrayWriteLowerer):
    """Reads the functions of `numpy_names.SPECIAL`, one method each, and those of `MAKERS`."""

    # arguments

    def array_value(self, thing: Thing, node: ast.expr) -> Value | Broken:
        """Return an argument that is an array or a number."""
        if isinstance(thing, Group):
            made = self.array_of(thing, node)
            return made if isinstance(made, (Value, Broken)) else BROKEN
        return self.as_number(thing, node)

    def literal_option(self, thing: Thing, node: ast.expr) -> Const | None:
        """Return an option that is an integer, a truth, None or a tuple of integers."""
        if isinstance(thing, Nothing):
            return self.option(None)
        if isinstance(thing, Const) and isinstance(thing.value, bool):
            return thing
        number = self.constant_index(thing)
        if number is not None:
            return self.const(number)
        if isinstance(thing, Group):
            numbers = [self.constant_index(item) for item in thing.items]
            if all(n is not None for n in numbers):
                return self.option("(" + ", ".join(map(str, numbers)) + ("," if len(numbers) == 1 else "") + ")")
        self.refuse("BP051", "an option that is not a literal", node, "write the number out")
        return None

    def lengths(self, pairs: Sequence[tuple[Thing, ast.expr]]) -> list[Value] | None:
        """Return the lengths of a shape, given as a tuple or one by one."""
        if len(pairs) == 1 and isinstance(pairs[0][0], Group):
            pairs = [(item, pairs[0][1]) for item in pairs[0][0].items]
        found = [self.as_number(thing, place) for thing, place in pairs]
        values = [v for v in found if isinstance(v, Value)]
        if len(values) < len(found):
            return None
        if not all(map(is_whole, values)):
            self.refuse("BP052", "a length that is not an integer", pairs[0][1], "annotate it: `n: int`")
            return None
        return values

    def of_shape(self, op: Op, node: ast.Call, given: Arguments) -> Thing:
        """Return an array in a given shape."""
        if given.keywords or len(given.positional) < 2:
            return self.refuse("BP018", "a shape by keyword", node, "give the shape as a tuple")
        base = self.array_value(*given.positional[0])
        lengths = self.lengths(given.positional[1:])
        return BROKEN if isinstance(base, Broken) or lengths is None else self.apply(op, node, base, *lengths)

    def array_reshape(self, node: ast.Call, given: Arguments) -> Thing:
        return self.of_shape(ops.RESHAPE, node, given)

    def array_broadcast_to(self, node: ast.Call, given: Arguments) -> Thing:
        return self.of_shape(ops.BROADCAST_TO, node, given)

    def array_same(self, node: ast.Call, given: Arguments) -> Thing:
        if len(given.positional) != 1 or given.keywords:
            return self.refuse("BP018", "a copy with these arguments", node)
        value = self.array_value(*given.positional[0])
        return value if isinstance(value, Broken) else self.apply(self.copying(value), node, value)

    def copying(self, value: Value) -> Op:
        """Return what copies an array: where nothing is written to arrays, a second name does."""
        return ops.COPY_OF if self.writes_arrays and dims_of(value.kind) != () else ops.COPY

    def array_asarray(self, node: ast.Call, given: Arguments) -> Thing:
        thing = given.positional[0][0] if len(given.positional) == 1 and not given.keywords else None
        if isinstance(thing, Value) and self.is_array(thing):
            return self.apply(ops.COPY, node, thing)
        return self.array_array(node, given)

    def array_array(self, node: ast.Call, given: Arguments) -> Thing:
        if len(given.positional) != 1 or given.keywords:
            return self.refuse("BP051", "options of `np.array`", node, "leave them out")
        thing, place = given.positional[0]
        if isinstance(thing, Group):
            return self.array_of(thing, place)
        value = self.as_number(thing, place)
        if isinstance(value, Value) and dims_of(value.kind) == ():
            return self.refuse("BP051", "an array of one number", node, "use the number itself")
        return value if isinstance(value, Broken) else self.apply(self.copying(value), node, value)

    def array_of(self, group: Group, node: ast.AST) -> Thing:
        """Return an array of the items of a tuple or list."""
        parts: list[Value] = []
        for item in group.items:
            value = self.array_of(item, node) if isinstance(item, Group) else self.as_number(item, node)
            if not isinstance(value, Value):
                return value
            parts.append(value)
        if not parts:
            return self.refuse("BP052", "an array of nothing", node, "leave it out")
        return self.apply(ops.STACK, node, self.const(0), *parts)

    def array_concatenate(self, node: ast.Call, given: Arguments) -> Thing:
        return self.of_several(ops.CONCATENATE, node, given)

    def array_stack(self, node: ast.Call, given: Arguments) -> Thing:
        return self.of_several(ops.STACK, node, given)

    def of_several(self, op: Op, node: ast.Call, given: Arguments) -> Thing:
        """Return several arrays as one, along an axis."""
        ordered = self.ordered(given, ("arrays", "axis"), node)
        if ordered is None or not ordered:
            return BROKEN
        group = ordered[0][0]
        axis = self.literal_option(*ordered[1]) if len(ordered) > 1 else self.const(0)
        if not isinstance(group, Group):
            return self.refuse("BP052", "arrays that are not written out", node, "write them as a tuple")
        values = [self.array_value(item, ordered[0][1]) for item in group.items]
        arrays = [v for v in values if isinstance(v, Value)]
        if axis is None or len(arrays) < len(values) or not isinstance(const_int(axis), int):
            return BROKEN if axis is None else self.refuse("BP052", "arrays that are joined", node)
        return self.apply(op, node, axis, *arrays)

    def array_hstack(self, node: ast.Call, given: Arguments) -> Thing:
        return self.side_by_side(node, given, lambda rank: 0 if rank == 1 else 1)

    def array_vstack(self, node: ast.Call, given: Arguments) -> Thing:
        return self.side_by_side(node, given, lambda rank: 0 if rank > 1 else -1)

    def side_by_side(self, node: ast.Call, given: Arguments, axis_of: Callable[[int], int]) -> Thing:
        """Return arrays of one known rank along the axis for that rank; -1 stacks them."""
        group = given.positional[0][0] if given.positional else None
        if not isinstance(group, Group) or len(given.positional) > 1 or given.keywords:
            return self.refuse("BP052", "arrays that are not written out", node, "write them as a tuple")
        arrays = [v for v in (self.array_value(i, node) for i in group.items) if isinstance(v, Value)]
        ranks = {None if (dims := dims_of(v.kind)) is None else len(dims) for v in arrays}
        rank = ranks.pop() if len(ranks) == 1 else None
        if rank is None or rank == 0:
            return self.refuse("BP052", "arrays of unknown rank are joined", node, "use np.concatenate with an axis")
        axis = axis_of(rank)
        return self.apply(ops.STACK if axis < 0 else ops.CONCATENATE, node, self.const(max(axis, 0)), *arrays)

    def array_atleast(self, node: ast.Call, given: Arguments) -> Thing:
        value = self.array_value(*given.positional[0]) if len(given.positional) == 1 else BROKEN
        if isinstance(value, Broken):
            return value
        dims = dims_of(value.kind)
        if dims is None:
            return self.refuse("BP052", "an array of unknown rank", node, ANNOTATE)
        return value if dims else self.apply(ops.STACK, node, self.const(0), value)

    def array_shape(self, node: ast.Call, given: Arguments) -> Thing:
        value = self.array_value(*given.positional[0]) if len(given.positional) == 1 else BROKEN
        return value if isinstance(value, Broken) else self.shape_group(value, node)

    def array_clip(self, node: ast.Call, given: Arguments) -> Thing:
        ordered = self.ordered(given, ("a", "a_min", "a_max"), node)
        if ordered is None or len(ordered) != 3:
            return self.refuse("BP018", "np.clip takes an array and two bounds", node)
        value = self.array_value(*ordered[0])
        for (bound, place), name in zip(ordered[1:], ("maximum", "minimum")):
            if isinstance(bound, Nothing) or isinstance(value, Broken):
                continue
            number = self.array_value(bound, place)
            value = number if isinstance(number, Broken) else self.apply(NUMPY[name], node, value, number)
        return value

    def array_einsum(self, node: ast.Call, given: Arguments) -> Thing:
        text = given.positional[0][0] if given.positional else None
        if not isinstance(text, Text) or given.keywords:
            hint = 'write `np.einsum("ij,jk->ik", a, b)`'
            return self.refuse("BP051", "np.einsum without its subscripts as text", node, hint)
        inputs, arrow, output = text.text.replace(" ", "").partition("->")
        terms = inputs.split(",")
        values = [self.array_value(*pair) for pair in given.positional[1:]]
        arrays = [v for v in values if isinstance(v, Value)]
        is_plain = arrow and all(t.isalpha() and len(set(t)) == len(t) for t in [*terms, output] if t)
        others = [set("".join(terms[:k] + terms[k + 1 :]) + output) for k in range(len(terms))]
        if not is_plain or len(terms) != len(arrays) or len(arrays) < len(values):
            hint = "write an arrow, and each letter once in a term"
            return self.refuse("BP051", "these subscripts of np.einsum", node, hint)
        if not all(set(term) <= rest for term, rest in zip(terms, others)) or not set(output) <= set("".join(terms)):
            return self.refuse("BP051", "np.einsum sums an array alone", node, "sum it first, with np.sum")
        return self.apply(ops.EINSUM, node, self.constants.get(text.text.replace(" ", ""), STR), *arrays)

    def array_diag(self, node: ast.Call, given: Arguments) -> Thing:
        value = self.array_value(*given.positional[0]) if len(given.positional) == 1 and not given.keywords else BROKEN
        if isinstance(value, Broken):
            return self.refuse("BP051", "np.diag with these arguments", node)
        if len(dims_of(value.kind) or ()) not in (1, 2):
            return self.refuse("BP052", "np.diag of an array of unknown rank", node, ANNOTATE)
        return self.apply(ops.DIAG, node, value)

    def made(self, name: str, node: ast.Call, given: Arguments) -> Thing:
        """Return an array that depends on no number that is differentiated."""
        if given.keywords or not 1 <= len(given.positional) <= MAKERS[name]:
            return self.refuse("BP051", f"{name} with these arguments", node, "leave the options out")
        function = self.constants.get(name, STR)
        if name.endswith("_like"):
            value = self.array_value(*given.positional[0])
            return value if isinstance(value, Broken) else self.apply(ops.MAKE, node, function, value)
        if name in ("np.zeros", "np.ones"):
            lengths = self.lengths(given.positional)
            return BROKEN if lengths is None else self.apply(ops.MAKE, node, function, *lengths)
        values = [self.as_number(*pair) for pair in given.positional]
        numbers = [v for v in values if isinstance(v, Value)]
        if len(numbers) < len(values) or not all(isinstance(v, Const) or is_whole(v) for v in numbers):
            return self.refuse("BP052", f"{name} of what is neither literal nor `int`", node, "annotate it: `n: int`")
        return self.apply(ops.MAKE, node, function, *numbers)
