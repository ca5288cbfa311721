"""Lowering of what is about arrays: functions of NumPy, methods, attributes, subscripts, annotations."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence

from bpcompile.frontend.calls import Arguments, CallLowerer
from bpcompile.frontend.inference import Cell
from bpcompile.frontend.numpy_names import CONSTANTS, FUNCTIONS, MAKERS, METHODS, MODULES, SPECIAL, Function
from bpcompile.frontend.trees import BROKEN, NOTHING, Broken, Known, Module, Nothing, Text, Thing, const_int
from bpcompile.ir import ops
from bpcompile.ir.graph import Apply, Block, BlockParam, Branch, Call, Const, Group, Loop, Param, Value, blocks_of, operands
from bpcompile.ir.kinds import INT, STR, Array, Kind
from bpcompile.ir.ops import NUMPY, Op
from bpcompile.ir.shapes import ShapeError, dims_of

DTYPES = {"Float": "real", "Float32": "real", "Float64": "real", "Real": "real", "Num": "real", "Int": "int",
          "Int32": "int", "Int64": "int", "Integer": "int", "Bool": "bool"}  # fmt: skip
ARRAYS = frozenset(("ndarray", "NDArray", "ArrayLike"))
AXES = {0: "rows", 1: "columns"}
ANNOTATE = 'give its shape: `x: "n m"`, or `x: ""` for one number'


def array_annotation(node: ast.expr | None) -> Kind | None:
    """Return the kind that an annotation gives to an array: `"E M"`, `""`, `np.ndarray`, `Float[np.ndarray, "E M"]`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return kind_of_text(node.value, "real")
    if isinstance(node, ast.Subscript):
        outer = ast.unparse(node.value).split(".")[-1]
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        shape = parts[1].value if len(parts) == 2 and isinstance(parts[1], ast.Constant) else None
        if outer in DTYPES and isinstance(shape, str):
            return kind_of_text(shape, DTYPES[outer])
        return Array(None) if outer in ARRAYS else None
    name = ast.unparse(node).split(".")[-1] if isinstance(node, (ast.Name, ast.Attribute)) else ""
    return Array(None) if name in ARRAYS else None


def kind_of_text(text: str, dtype: str) -> Kind | None:
    """Return the kind of a shape as text, None where it is none: `"float"` is a type."""
    words = text.split()
    if not all(re.fullmatch(r"[A-Za-z_]\w*|\d+", w) for w in words):
        return None
    if len(words) == 1 and words[0] in ARRAYS:
        return Array(None)
    if len(words) == 1 and (words[0] in ("float", "int", "bool", "str", "list", "tuple") or is_type_name(words[0])):
        return None
    return Array(tuple(int(w) if w.isdigit() else w for w in words), dtype)


def is_type_name(word: str) -> bool:
    """Return whether a word is more likely the name of a class than of a dimension: `Tensor`."""
    return len(word) > 2 and word[0].isupper() and not word.isupper()


def mentions_arrays(nodes: Sequence[ast.AST], origins: Mapping[str, str]) -> bool:
    """Return whether functions use NumPy, `@` or the shapes of arrays."""
    for root in nodes:
        for node in ast.walk(root):
            if isinstance(node, ast.MatMult):
                return True
            if isinstance(node, ast.Name) and origins.get(node.id, "").split(".")[0] in ("numpy", "scipy"):
                return True
            if isinstance(node, ast.arg) and array_annotation(node.annotation) is not None:
                return True
    return False


def item_written(nodes: Sequence[ast.AST]) -> frozenset[str]:
    """Return the names whose items functions write one by one: `u[i] = ...`."""
    found: set[str] = set()
    for root in nodes:
        for node in ast.walk(root):
            is_store = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
            if is_store and isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
                if not isinstance(node.slice, (ast.Slice, ast.Tuple)):
                    found.add(node.value.id)
    return frozenset(found)


class ArrayLowerer(CallLowerer):
    """Reads what is about arrays."""

    item_written: frozenset[str] = frozenset()  # names of arrays that are written item by item
    is_written_next = False  # is the array that is made now one of them?

    arrays: bool = False  # does the function, or anything that it reaches, use NumPy?

    def is_array(self, thing: Thing) -> bool:
        """Return whether the thing may be an array."""
        return isinstance(thing, Value) and isinstance(thing.kind, Array)

    def apply(self, op: Op, node: ast.AST, *args: Value) -> Value:
        """Return the operation on the arguments; shapes that do not fit are refused."""
        try:
            return super().apply(op, node, *args)
        except ShapeError as error:
            (one, a), (other, b) = error.places
            first, second = (self.place_text(args[k], axis) for k, axis in ((one, a), (other, b)))
            self.refuse("BP050", f"shapes that do not fit: {first}; {second}", node, "transpose one, or mend its shape")
            return self.const(0.0)

    def place_text(self, value: Value, axis: int) -> str:
        """Return `columns of X: M`."""
        dims = dims_of(value.kind) or ()
        word = AXES[axis] if len(dims) == 2 else "items" if len(dims) == 1 else f"axis {axis}"
        return f"{word} of {self.name_of(value)}: {dims[axis]}"

    def name_of(self, value: Value) -> str:
        """Return what a value is called in the user's text, or its text."""
        if isinstance(value, Param):
            return value.name
        for name, thing in ((n, t) for layer in reversed(self.frame.layers) for n, t in layer.items()):
            if thing is value:
                return name
        if isinstance(value, Apply) and value.span is not None:
            line, start, end = self.lines[value.span.line - 1], value.span.column, value.span.end
            return f"`{line[start:end]}`" if end is not None and end > start else "an expression"
        return "an expression"

    # names

    def array_thing(self, origin: str, node: ast.AST) -> Thing:
        """Return what a dotted name of NumPy or SciPy is."""
        name = origin.replace("numpy", "np", 1) if origin.startswith("numpy") else origin
        if origin in MODULES:
            return Module(origin)
        if name in CONSTANTS:
            return self.global_param(CONSTANTS[name])
        if name == "np.newaxis":
            return NOTHING
        if name in FUNCTIONS or name in SPECIAL or name in MAKERS:
            return Known(name)
        return self.refuse("BP051", f"`{name}` is not known", node, KNOWN_FUNCTIONS)

    def lower_Attribute(self, node: ast.Attribute) -> Thing:
        if not self.arrays:
            return super().lower_Attribute(node)
        base = self.expression(node.value)
        if isinstance(base, Module) and base.name in MODULES:
            return self.array_thing(f"{base.name}.{node.attr}", node)
        if not isinstance(base, Value) or not self.is_array(base):
            return super().lower_Attribute(node)
        if node.attr == "T":
            return self.apply(ops.TRANSPOSE, node, base, self.option(None))
        if node.attr == "shape":
            return self.shape_group(base, node)
        if node.attr in ("size", "ndim"):
            return self.apply(ops.SIZE if node.attr == "size" else ops.NDIM, node, base)
        return self.refuse("BP051", f"the attribute `.{node.attr}` of an array", node, KNOWN_FUNCTIONS)

    def shape_group(self, base: Value, node: ast.AST) -> Thing:
        """Return the dimensions of an array as a tuple."""
        dims = dims_of(base.kind)
        if dims is None:
            return self.refuse("BP052", "the whole shape of an array of unknown rank", node, ANNOTATE)
        return Group(tuple(self.apply(ops.DIM, node, base, self.const(k)) for k in range(len(dims))))

    def lower_Subscript(self, node: ast.Subscript) -> Thing:
        if not self.arrays:
            return super().lower_Subscript(node)
        inner = node.value
        if isinstance(inner, ast.Attribute) and inner.attr == "shape":
            base = self.expression(inner.value)
            index = self.constant_index(self.expression(node.slice)) if not isinstance(node.slice, ast.Slice) else None
            if isinstance(base, Value) and self.is_array(base) and index is not None:
                return self.apply(ops.DIM, node, base, self.const(index))
        base = self.expression(inner)
        if isinstance(base, Value) and self.is_array(base):
            return self.subscript(base, node)
        if self.is_vector(base) and isinstance(node.slice, (ast.Slice, ast.Tuple)):
            hint = "read its items in a loop"
            return self.refuse("BP052", "a view of an array that is written item by item", node, hint)
        return super().lower_Subscript(node)

    def subscript(self, base: Value, node: ast.Subscript) -> Thing:
        """Return `x[1:, i, None, mask]`: a pattern, and the values that stand in it."""
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        values: list[Value] = []
        texts = [self.index_part(part, values) for part in parts]
        if any(t is None for t in texts):
            return BROKEN
        pattern = self.constants.get(", ".join(t for t in texts if t is not None), STR)
        return self.apply(ops.SUBSCRIPT, node, base, pattern, *values)

    def index_part(self, node: ast.expr, values: list[Value]) -> str | None:
        """Return one part of a subscript as text; values go by number, `{i}` where one is an integer."""
        if isinstance(node, ast.Constant) and node.value is Ellipsis:
            return "..."
        if isinstance(node, ast.Slice):
            ends = [self.index_end(end, values) for end in (node.lower, node.upper, node.step)]
            if any(e is None for e in ends):
                return None
            lower, upper, step = (str(e) for e in ends)
            return f"{lower}:{upper}" + (f":{step}" if step else "")
        thing = self.expression(node)
        if isinstance(thing, Nothing):
            return "None"
        if isinstance(thing, Group) and not thing.is_tuple:
            numbers = [self.constant_index(item) for item in thing.items]
            if all(n is not None for n in numbers):
                return str(numbers)
        number = self.constant_index(thing)
        if number is not None:
            return str(number)
        value = self.as_number(thing, node)
        if isinstance(value, Broken):
            return None
        values.append(value)
        mark = "!s" if is_whole(value) else ""  # an integer: it takes one axis away
        return f"{{{len(values) - 1}{mark}}}"

    def index_end(self, node: ast.expr | None, values: list[Value]) -> str | None:
        """Return one end of a slice as text."""
        if node is None:
            return ""
        thing = self.expression(node)
        number = self.constant_index(thing)
        if number is not None:
            return str(number)
        if isinstance(thing, Nothing):
            return ""
        value = self.as_number(thing, node)
        if isinstance(value, Broken):
            return None
        values.append(value)
        return f"{{{len(values) - 1}}}"

    # operators

    def binary(self, node: ast.BinOp | ast.AugAssign, left: Thing, right: Thing, left_node: ast.expr) -> Thing:
        if not self.arrays:
            return super().binary(node, left, right, left_node)
        if isinstance(node, ast.AugAssign) and (self.is_array(left) or self.is_array(right)):
            if not self.may_be_rebound(left, node):
                return self.refuse("BP053", "an array is changed in place", node, "write `x = x + y`")
        op = ARRAY_OPERATORS.get(type(node.op))
        if op is None:
            return super().binary(node, left, right, left_node)
        right_node = node.right if isinstance(node, ast.BinOp) else node.value
        a, b = self.as_number(left, left_node), self.as_number(right, right_node)
        if isinstance(a, Broken) or isinstance(b, Broken):
            return BROKEN
        if op is not ops.MATMUL and not all(isinstance(v.kind, Array) and v.kind.dtype == "bool" for v in (a, b)):
            return super().binary(node, left, right, left_node)
        if op is ops.MATMUL and not (self.is_array(a) and self.is_array(b)):
            return self.refuse("BP052", "a number is multiplied by `@`", node, "write `*`")
        return self.apply(op, node, a, b)

    def lower_UnaryOp(self, node: ast.UnaryOp) -> Thing:
        if self.arrays and isinstance(node.op, ast.Invert):
            mask = self.expression(node.operand)
            if isinstance(mask, Value) and isinstance(mask.kind, Array) and mask.kind.dtype == "bool":
                return self.apply(NUMPY["logical_not"], node, mask)
        return super().lower_UnaryOp(node)

    def may_be_rebound(self, thing: Thing, node: ast.AST) -> bool:
        """Return whether `x += y` may be read as `x = x + y`: the array is new, and has no other name."""
        if not isinstance(thing, Value):
            return False
        if dims_of(thing.kind) == ():
            return True
        value: Value = thing
        if isinstance(value, BlockParam) and self.count_holders(value) <= 1:
            self.in_place.setdefault(value, node)  # looked at when the loop is read
            return True
        return self.is_new(value, self.block) and len(self.frame.layers) == 1

    def is_new(self, value: Value, block: Block) -> bool:
        """Return whether an array was made in a block, for one name alone."""
        if not isinstance(value, Apply) or value.op not in NEW_ARRAYS or value.block is not block:
            return False
        return self.count_holders(value) <= 1 and not may_be_shared(value, block)

    def count_holders(self, value: Value) -> int:
        """Return how many names hold a value."""
        frames = [self.frame, *self.calling]
        while frames[-1].outer is not None:
            frames.append(frames[-1].outer)
        layers = {id(layer): layer for frame in frames for layer in frame.layers}
        return sum(1 for layer in layers.values() for t in layer.values() for v in values_of(t) if v is value)

    # calls

    def lower_Call(self, node: ast.Call) -> Thing:
        if not self.arrays:
            return super().lower_Call(node)
        if isinstance(node.func, ast.Attribute):
            base = self.expression(node.func.value)
            if isinstance(base, Module) and base.name in MODULES:
                function = self.expression(node.func)
                given = self.arguments(node)
                if isinstance(function, Known) and given is not None:
                    return self.call_array(function.name, node, given)
                return BROKEN
        if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
            if isinstance(base, Value) and (self.is_array(base) or self.is_vector(base)):
                arguments = self.arguments(node)
                if arguments is None:
                    return BROKEN
                with_base = Arguments([(base, node.func.value), *arguments.positional], arguments.keywords)
                return self.call_array(METHODS[node.func.attr], node, with_base, is_method=True)
        return super().lower_Call(node)

    def call_array(self, name: str, node: ast.Call, given: Arguments, is_method: bool = False) -> Thing:
        """Return a call of a function of NumPy or SciPy."""
        if given.positional and self.is_list(given.positional[0][0]):
            return self.of_written(name, node, given)
        if name == "np.zeros" and self.is_written_next and len(given.positional) == 1 and not given.keywords:
            return self.written_zeros(node, given)
        if name == "np.zeros_like" and self.is_written_next and self.is_array(given.positional[0][0]):
            length = self.apply(ops.LEN, node, *(t for t, _ in given.positional[:1] if isinstance(t, Value)))
            return self.as_vector(self.make(ops.REPEAT, node, Cell("number"), length, self.const(0.0)))
        if name in SPECIAL:
            method: Callable[[ast.Call, Arguments], Thing] = getattr(self, f"array_{SPECIAL[name]}")
            return method(node, given)
        if name in MAKERS:
            return self.made(name, node, given)
        function = FUNCTIONS[name]
        if is_method and name == "np.transpose" and len(given.positional) > 1:
            given = self.gathered(given)
        bound = self.bound(name, function, node, given)
        if bound is None:
            return BROKEN
        values, options = bound
        if name in ("np.argmax", "np.argmin") and options[1].value is not False:
            return self.refuse("BP051", f"the keyword `keepdims` of {name}", node, "leave it out")
        return self.apply(function.op, node, *values, *options)

    def of_written(self, name: str, node: ast.Call, given: Arguments) -> Thing:
        """Return a function of an array that is written item by item: its sum, or a copy."""
        thing, place = given.positional[0]
        assert isinstance(thing, Value)
        cell = self.list_cell(thing, place)
        if cell is None or len(given.positional) > 1 or given.keywords:
            return self.refuse("BP052", f"{name} of what is written item by item", node, "copy it first, or loop")
        if name == "np.sum":
            return self.whole_list(ops.SUM_OF, node, [(thing, place)])
        if name in ("np.copy", "np.array"):
            copied = self.copied(thing, node)
            return self.as_vector(copied) if cell.is_array else copied
        if name in ("np.zeros_like", "np.ones_like"):
            number = self.const(0.0 if name == "np.zeros_like" else 1.0)
            length = self.length(thing, node)
            return self.as_vector(self.make(ops.REPEAT, node, Cell("number"), length, number))
        return self.refuse("BP052", f"{name} of what is written item by item", node, "copy it first, or loop")

    def written_zeros(self, node: ast.Call, given: Arguments) -> Thing:
        """Return `np.zeros(n)` that is written item by item."""
        lengths = self.lengths(given.positional)
        if lengths is None or len(lengths) != 1:
            return self.refuse("BP052", "an array of two dimensions that is written item by item", node, "use rows")
        return self.as_vector(self.make(ops.REPEAT, node, Cell("number"), lengths[0], self.const(0.0)))

    def as_vector(self, thing: Thing) -> Thing:
        """Say that a list is an array of one dimension."""
        cell = self.cells.get(thing) if isinstance(thing, Value) else None
        if cell is not None:
            cell.is_array = True
        return thing

    def is_vector(self, thing: Thing) -> bool:
        """Return whether the thing is an array that is written item by item."""
        cell = self.cells.get(thing) if isinstance(thing, Value) else None
        return cell is not None and cell.is_array

    def gathered(self, given: Arguments) -> Arguments:
        """Return the arguments with all but the first as one tuple: `x.transpose(1, 0)`."""
        first, *rest = given.positional
        if len(rest) == 1 and isinstance(rest[0][0], Group):
            return given
        items = tuple(t for t, _ in rest if isinstance(t, (Value, Group)))
        return Arguments([first, (Group(items), rest[0][1])] if rest else [first], given.keywords)

    def bound(
        self, name: str, function: Function, node: ast.Call, given: Arguments
    ) -> tuple[list[Value], list[Const]] | None:
        """Return the arrays and the options of a call, in the order of the operation."""
        names = [*function.arrays, *list(function.options)[: function.positional]]
        if len(given.positional) > len(names):
            self.refuse("BP018", f"{name} with these arguments", node, "give the options by keyword")
            return None
        found: dict[str, tuple[Thing, ast.expr]] = dict(zip(names, given.positional))
        for keyword, pair in given.keywords.items():
            if keyword not in (*function.arrays, *function.options) or keyword in found:
                self.refuse("BP051", f"the keyword `{keyword}` of {name}", pair[1], "leave it out")
                return None
            found[keyword] = pair
        values: list[Value] = []
        for array in function.arrays:
            if array not in found:
                self.refuse("BP018", f"{name} lacks an argument", node)
                return None
            value = self.array_value(*found[array])
            if isinstance(value, Broken):
                return None
            values.append(value)
        options: list[Const] = []
        for option, default in function.options.items():
            if option not in found:
                if default is ...:
                    self.refuse("BP018", f"{name} lacks the argument `{option}`", node)
                    return None
                options.append(self.option(default))
                continue
            constant = self.literal_option(*found[option])
            if constant is None:
                return None
            options.append(constant)
        return values, options

    def array_value(self, thing: Thing, node: ast.expr) -> Value | Broken:
        """Return an argument that is an array or a number."""
        if isinstance(thing, Group):
            made = self.array_of(thing, node)
            return made if isinstance(made, (Value, Broken)) else BROKEN
        return self.as_number(thing, node)

    def option(self, value: object) -> Const:
        """Return an option as a literal: text where it is no number."""
        if isinstance(value, (bool, int, float)):
            return self.const(value)
        return self.constants.get(str(value), STR)

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

    # functions with a method of their own

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
        return value if isinstance(value, Broken) else self.apply(ops.COPY, node, value)

    def array_array(self, node: ast.Call, given: Arguments) -> Thing:
        if len(given.positional) != 1 or given.keywords:
            return self.refuse("BP051", "options of `np.array`", node, "leave them out")
        thing, place = given.positional[0]
        if isinstance(thing, Group):
            return self.array_of(thing, place)
        value = self.as_number(thing, place)
        if isinstance(value, Value) and dims_of(value.kind) == ():
            return self.refuse("BP051", "an array of one number", node, "use the number itself")
        return value if isinstance(value, Broken) else self.apply(ops.COPY, node, value)

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

    def array_slogdet(self, node: ast.Call, given: Arguments) -> Thing:
        value = self.array_value(*given.positional[0]) if len(given.positional) == 1 else BROKEN
        if isinstance(value, Broken):
            return value
        return Group((self.apply(ops.SIGN_DET, node, value), self.apply(ops.LOGDET, node, value)))

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


def is_whole(value: Value) -> bool:
    """Return whether a number is an integer: a length, an index, or what is computed from these."""
    todo = [value]
    while todo:
        found = todo.pop()
        if isinstance(found, Apply) and found.op in WHOLE and not isinstance(found.kind, Array):
            todo += found.args
        elif found.kind is not INT:
            return False
    return True


def may_be_shared(value: Value, block: Block, ends: Sequence[Value] = ()) -> bool:
    """Return whether something that is computed in a block, but the ends, may be the array itself, or a view of it."""
    todo = [block]
    while todo:
        for item in todo.pop().items:
            if isinstance(item, Apply) and value in item.args and item.op not in NEW_ARRAYS:
                return True
            if isinstance(item, (Loop, Call)) and any(v is value for v in operands(item)):
                return True
            for inner in blocks_of(item):
                gone = item.results if isinstance(item, Branch) else [None] * len(inner.results)
                if any(v is value and r not in ends for v, r in zip(inner.results, gone)):
                    return True
                todo.append(inner)
    return False


def values_of(thing: object) -> list[object]:
    """Return the values that a thing holds."""
    if isinstance(thing, Group):
        return [v for item in thing.items for v in values_of(item)]
    return [thing]


KNOWN_FUNCTIONS = "write it with the functions of NumPy that are known"
WHOLE = frozenset((ops.ADD, ops.SUB, ops.MUL, ops.FLOORDIV, ops.MOD, ops.NEG, ops.COPY, ops.READ))
ARRAY_OPERATORS: Mapping[type[ast.operator], Op] = {
    ast.MatMult: ops.MATMUL,
    ast.BitAnd: NUMPY["logical_and"],
    ast.BitOr: NUMPY["logical_or"],
}
# what gives an array of its own, never a view
NEW_ARRAYS = frozenset(
    (*(ops.ELEMENTWISE - {ops.COPY, ops.READ, ops.SELECT}), *ops.REDUCTIONS.values(), ops.MATMUL, ops.DOT, ops.OUTER,
     ops.LOGSUMEXP, ops.NORM, ops.CONCATENATE, ops.STACK)
)  # fmt: skip
