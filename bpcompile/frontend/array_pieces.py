"""Functions of NumPy that join arrays or take them apart, and others whose arguments are shapes, widths or counts."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from bpcompile.frontend.array_lists import ArrayListLowerer
from bpcompile.frontend.arrays import is_whole
from bpcompile.frontend.calls import Arguments
from bpcompile.frontend.trees import BROKEN, Broken, Text, Thing
from bpcompile.ir import ops
from bpcompile.ir.array_ops import BROADCAST_ARRAYS, ITEM, JOINS, MESHGRID, MOVES, PARTS, RAVEL_F, RESHAPE_F
from bpcompile.ir.array_shapes import but
from bpcompile.ir.fitting import dims_of, dtype_of, rank_of
from bpcompile.ir.graph import Apply, Group, Result, Unpack, Value
from bpcompile.ir.kinds import STR, Array
from bpcompile.ir.lengths import Dim, Unknown

Pair = tuple[Thing, ast.expr]
PAD_MODES = ("constant", "edge", "reflect", "symmetric", "wrap")


def own_length(dim: Dim) -> Dim:
    """Return a length of one array among several: what is not known of it is its own."""
    return Unknown() if isinstance(dim, Unknown) else dim


class ArrayPieceLowerer(ArrayListLowerer):
    """Reads what joins arrays and takes them apart."""

    factored: dict[Value, Group]  # what was unpacked already, by the operation that gives it

    # shapes

    def array_reshape(self, node: ast.Call, given: Arguments) -> Thing:
        keywords = dict(given.keywords)
        fortran = self.is_fortran(keywords.pop("order", None))
        shape = [pair for name in ("shape", "newshape") if (pair := keywords.pop(name, None)) is not None]
        if fortran is None:
            return BROKEN
        rest = Arguments([*given.positional, *shape], keywords)
        return self.of_shape(RESHAPE_F if fortran else ops.RESHAPE, node, rest)

    def array_ravel(self, node: ast.Call, given: Arguments) -> Thing:
        found = self.named("np.ravel", ("a", "order"), node, given, least=1)
        fortran = None if found is None else self.is_fortran(found.get("order"))
        if found is None or fortran is None:
            return BROKEN
        value = self.array_value(*found["a"])
        return value if isinstance(value, Broken) else self.apply(RAVEL_F if fortran else ops.RAVEL, node, value)

    def is_fortran(self, order: tuple[Thing, ast.expr] | None) -> bool | None:
        """Return whether an order is that of Fortran; None where it is refused."""
        if order is None:
            return False
        thing, place = order
        if isinstance(thing, Text) and thing.text in ("C", "F"):
            return thing.text == "F"
        self.refuse("BP051", "an order that is neither 'C' nor 'F'", place, "leave it out")
        return None

    def array_rollaxis(self, node: ast.Call, given: Arguments) -> Thing:
        found = self.named("np.rollaxis", ("a", "axis", "start"), node, given, least=2)
        if found is None:
            return BROKEN
        value = self.array_value(*found["a"])
        numbers = [self.literal_option(*found[n]) if n in found else self.const(0) for n in ("axis", "start")]
        axis, start = numbers
        if isinstance(value, Broken) or axis is None or start is None:
            return BROKEN
        is_plain = all(isinstance(n.value, int) for n in (axis, start))
        if not is_plain or dims_of(value.kind) is None and min(int(axis.value), int(start.value)) < 0:
            return self.refuse("BP052", "an axis from the end, of an array of unknown rank", node, "use np.moveaxis")
        return self.apply(MOVES["rollaxis"], node, value, axis, start)

    def array_full(self, node: ast.Call, given: Arguments) -> Thing:
        found = self.named("np.full", ("shape", "fill_value"), node, given, least=2)
        if found is None:
            return BROKEN
        value, lengths = self.array_value(*found["fill_value"]), self.lengths([found["shape"]])
        if isinstance(value, Broken) or lengths is None:
            return BROKEN
        return self.apply(MOVES["full"], node, value, *lengths)

    def family_atleast(self, name: str, node: ast.Call, given: Arguments) -> Thing:
        if given.keywords or not given.positional:
            return self.refuse("BP018", f"{name} with these arguments", node, "give it arrays")
        values = [v for v in (self.array_value(*pair) for pair in given.positional) if isinstance(v, Value)]
        if len(values) < len(given.positional):
            return BROKEN
        found = tuple(self.apply(MOVES[name[3:]], node, v) for v in values)
        return found[0] if len(found) == 1 else Group(found)

    def array_item(self, node: ast.Call, given: Arguments) -> Thing:
        if len(given.positional) != 1 or given.keywords:
            return self.refuse("BP051", "`.item()` with a place", node, "write a subscript: `x[0]`")
        value = self.array_value(*given.positional[0])
        return value if isinstance(value, Broken) else self.apply(ITEM, node, value)

    # joining

    def family_join(self, name: str, node: ast.Call, given: Arguments) -> Thing:
        found = self.named(name, ("tup",), node, given, least=1)
        arrays = None if found is None else self.written_out(*found["tup"])
        if arrays is None:
            return BROKEN
        ranks = [rank_of(a.kind) for a in arrays]
        is_known = all(ranks) and (name != "np.hstack" or len(set(ranks)) == 1)
        if not is_known and name in ("np.hstack", "np.column_stack"):
            return self.refuse("BP052", "arrays of unknown rank are joined", node, "use np.concatenate with an axis")
        if 0 in ranks:
            return self.refuse("BP052", "numbers are joined", node, "use np.array")
        return self.apply(JOINS[name[3:]], node, *arrays)

    # taking apart

    def family_split(self, name: str, node: ast.Call, given: Arguments) -> Thing:
        takes_axis = name in ("np.split", "np.array_split")
        names = ("ary", "indices_or_sections", *(("axis",) if takes_axis else ()))
        found = self.named(name, names, node, given, least=2)
        if found is None:
            return BROKEN
        value = self.array_value(*found["ary"])
        axis = self.split_axis(name, value, found.get("axis"), node)
        values: list[Value] = []
        sections = self.sections(*found["indices_or_sections"], values)
        if isinstance(value, Broken) or axis is None or sections is None:
            return BROKEN
        count = sections if isinstance(sections, int) else len(sections) + 1
        options = self.constants.get(str(sections), STR), self.const(axis)
        whole = self.apply(PARTS[name[3:]], node, value, *options, *values)
        dims = dims_of(value.kind)
        part = None if dims is None else but(dims, axis, Unknown())
        return self.unpacked(whole, [part] * count, node)

    def split_axis(self, name: str, value: Value | Broken, given: Pair | None, node: ast.Call) -> int | None:
        """Return the axis along which an array is split."""
        if given is not None:
            axis = self.constant_index(given[0])
            if axis is None:
                self.refuse("BP051", "an axis that is not a literal", given[1], "write the number out")
            return axis
        dims = dims_of(value.kind) if isinstance(value, Value) else ()
        if name == "np.hsplit" and dims is None:
            self.refuse("BP052", "np.hsplit of an array of unknown rank", node, "use np.split with an axis")
            return None
        return {"np.hsplit": int(len(dims or ()) > 1), "np.dsplit": 2}.get(name, 0)

    def sections(self, thing: Thing, place: ast.expr, values: list[Value]) -> int | tuple[object, ...] | None:
        """Return how an array is split: a count, or places; those that are no literals by their number, `(0,)`."""
        count = self.constant_index(thing)
        if count is not None and count > 0:
            return count
        if not isinstance(thing, Group):
            self.refuse("BP052", "a number of parts that is not a literal", place, "write the number out")
            return None
        found: list[object] = []
        for item in thing.items:
            number = self.constant_index(item)
            if number is None:
                value = self.as_number(item, place)
                if isinstance(value, Broken) or not is_whole(value):
                    self.refuse("BP052", "a place that is not an integer", place, "annotate it: `n: int`")
                    return None
                values.append(value)
            found.append((len(values) - 1,) if number is None else number)
        return tuple(found)

    def unpacked(self, product: Value, shapes: Sequence[tuple[Dim, ...] | None], node: ast.AST) -> Group:
        """Return the arrays that an operation gives, unpacked where it is computed."""
        if not isinstance(product, Apply):  # its shapes do not fit
            return Group((product,) * len(shapes), is_tuple=False)
        if product not in self.factored:
            unpack = Unpack(product, span=self.span(node))
            dtype = dtype_of(product.kind)
            kinds = [Array(dims if dims is None else tuple(map(own_length, dims)), dtype) for dims in shapes]
            unpack.results += [Result(unpack, k, None, kind) for k, kind in enumerate(kinds)]
            self.home.update((r, self.block) for r in unpack.results)
            self.block.items.append(unpack)
            for result in unpack.results if product.op is not MESHGRID else ():
                self.note_sources(result, *product.args)
            self.factored[product] = Group(tuple(unpack.results), is_tuple=False)
        return self.factored[product]

    def array_meshgrid(self, node: ast.Call, given: Arguments) -> Thing:
        keywords = dict(given.keywords)
        indexing = keywords.pop("indexing", (Text("xy"), node))
        option = self.literal_option(*indexing, ("xy", "ij"))
        if keywords or not given.positional:
            return self.refuse("BP051", "np.meshgrid with these options", node, "leave them out")
        arrays = self.all_arrays(given)
        if option is None or arrays is None:
            return BROKEN
        grid = self.apply(MESHGRID, node, option, *arrays)
        return self.unpacked(grid, [dims_of(grid.kind)] * len(arrays), node)

    def array_broadcast_arrays(self, node: ast.Call, given: Arguments) -> Thing:
        if given.keywords or not given.positional:
            return self.refuse("BP051", "np.broadcast_arrays with these options", node, "leave them out")
        arrays = self.all_arrays(given)
        if arrays is None:
            return BROKEN
        together = self.apply(BROADCAST_ARRAYS, node, *arrays)
        return self.unpacked(together, [dims_of(together.kind)] * len(arrays), node)

    def all_arrays(self, given: Arguments) -> list[Value] | None:
        """Return all arguments as arrays."""
        values = [self.array_value(*pair) for pair in given.positional]
        arrays = [v for v in values if isinstance(v, Value)]
        return arrays if len(arrays) == len(values) else None

    # repeating

    def array_tile(self, node: ast.Call, given: Arguments) -> Thing:
        found = self.named("np.tile", ("A", "reps"), node, given, least=2)
        if found is None:
            return BROKEN
        value, counts = self.array_value(*found["A"]), self.lengths([found["reps"]])
        if isinstance(value, Broken) or counts is None:
            return BROKEN
        if not counts:
            return self.refuse("BP051", "np.tile without a number of copies", node, "write `np.tile(x, 2)`")
        return self.apply(MOVES["tile"], node, value, *counts)

    def array_pad(self, node: ast.Call, given: Arguments) -> Thing:
        found = self.named("np.pad", ("array", "pad_width", "mode", "constant_values"), node, given, least=2)
        if found is None:
            return BROKEN
        value = self.array_value(*found["array"])
        width = self.nested_numbers(*found["pad_width"])
        mode = self.literal_option(*found.get("mode", (Text("constant"), node)), PAD_MODES)
        constant = self.literal_option(*found["constant_values"]) if "constant_values" in found else self.const(0)
        if isinstance(value, Broken) or width is None or mode is None or constant is None:
            return BROKEN
        if width == ():
            return self.refuse("BP051", "a pad without a width", node, "write `np.pad(x, 1)`")
        more = (constant,) if mode.value == "'constant'" else ()
        return self.apply(MOVES["pad"], node, value, self.constants.get(str(width), STR), mode, *more)

    def array_astype(self, node: ast.Call, given: Arguments) -> Thing:
        found = self.named(".astype", ("x", "dtype"), node, given, least=2)
        value = BROKEN if found is None else self.array_value(*found["x"])
        if found is None or isinstance(value, Broken):
            return BROKEN
        return self.of_type(value, found["dtype"], node)
