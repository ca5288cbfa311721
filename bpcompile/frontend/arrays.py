"""Lowering of what is about arrays: names, attributes, subscripts, operators, and who else may hold an array."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from bpcompile.frontend.number_types import KNOWN_TYPES, NAMES, OTHERS
from bpcompile.frontend.numpy_names import (
    ADVICE,
    ATTRIBUTES,
    CONSTANTS,
    FAMILIES,
    FUNCTIONS,
    MAKERS,
    MODULES,
    OTHER_NAMES,
    SPECIAL,
)
from bpcompile.frontend.owners import ArrayOwnerLowerer
from bpcompile.frontend.trees import BROKEN, NOTHING, Broken, Known, Module, Nothing, Thing, TypeOf
from bpcompile.ir import ops
from bpcompile.ir.fitting import RankError, ShapeError, SizeError, dims_of
from bpcompile.ir.graph import (
    Apply,
    Const,
    Group,
    Param,
    Result,
    Unpack,
    Value,
)
from bpcompile.ir.kinds import INT, STR, Array
from bpcompile.ir.ops import NUMPY, Op

AXES = {0: "rows", 1: "columns"}
ANNOTATE = 'give its shape: `x: "n m"`, or `x: ""` for one number'


class ArrayLowerer(ArrayOwnerLowerer):
    """Reads what is about arrays."""

    item_written: frozenset[str] = frozenset()  # names of arrays that are written item by item
    is_written_next = False  # is the array that is made now one of them?

    def is_array(self, thing: Thing) -> bool:
        """Return whether the thing may be an array."""
        return isinstance(thing, Value) and isinstance(thing.kind, Array)

    def is_either(self, thing: Thing) -> bool:
        """Return whether the thing is an array or a list of them: it is not known yet which."""
        cell = self.cells.get(thing) if isinstance(thing, Value) else None
        return cell is not None and not cell.shape and self.is_array(thing)

    def apply(self, op: Op, node: ast.AST, *args: Value) -> Value:
        """Return the operation on the arguments; shapes that do not fit are refused."""
        try:
            return super().apply(op, node, *args)
        except ShapeError as error:
            self.refuse_shapes(error, args, node)
            return self.const(0.0)
        except SizeError as error:
            told = f"items of {self.name_of(args[error.operand])}: {error.items}; of its new shape: {error.given}"
            self.refuse("BP050", f"shapes that do not fit: {told}", node, "mend one of the shapes")
            return self.const(0.0)
        except RankError as error:
            told = f"axes of {self.name_of(args[error.operand])}: {error.rank}; asked for: {error.asked}"
            self.refuse("BP050", f"shapes that do not fit: {told}", node, "mend one of the shapes")
            return self.const(0.0)

    def refuse_shapes(self, error: ShapeError, args: Sequence[Value], node: ast.AST) -> None:
        """Refuse shapes that do not fit, with both places."""
        (one, a), (other, b) = error.places
        first, second = (self.place_text(args[k], axis) for k, axis in ((one, a), (other, b)))
        self.refuse("BP050", f"shapes that do not fit: {first}; {second}", node, "transpose one, or mend its shape")

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
        name = OTHER_NAMES.get(name, name)
        if name in FUNCTIONS or name in SPECIAL or name in FAMILIES or name in MAKERS or name in NAMES:
            return Known(name)
        hint = KNOWN_TYPES if name in OTHERS else ADVICE.get(name, KNOWN_FUNCTIONS)
        return self.refuse("BP051", f"`{name}` is not known", node, hint)

    def lower_Attribute(self, node: ast.Attribute) -> Thing:
        if not self.arrays:
            return super().lower_Attribute(node)
        base = self.expression(node.value)
        if isinstance(base, Module) and base.name in MODULES:
            return self.array_thing(f"{base.name}.{node.attr}", node)
        if isinstance(base, Group) and (found := attribute_of(base, node.attr)) is not None:
            return found
        if not isinstance(base, Value) or not self.is_array(base):
            return super().lower_Attribute(node)
        if node.attr == "T":
            return self.apply(ops.TRANSPOSE, node, base, self.option(None))
        if node.attr == "shape":
            return self.shape_group(base, node)
        if node.attr == "dtype":
            return TypeOf(base)
        if node.attr in ("size", "ndim"):
            return self.apply(ops.SIZE if node.attr == "size" else ops.NDIM, node, base)
        if node.attr in ("real", "imag"):
            return self.apply(NUMPY[node.attr], node, base)
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
        if isinstance(base, Value) and self.is_array(base) and not (self.is_either(base) and self.is_one(node.slice)):
            return self.subscript(base, node)
        if self.is_vector(base) and isinstance(node.slice, (ast.Slice, ast.Tuple)):
            hint = "read its items in a loop"
            return self.refuse("BP052", "a view of an array that is written item by item", node, hint)
        return super().lower_Subscript(node)

    def is_one(self, node: ast.expr) -> bool:
        """Return whether an index is one integer."""
        if isinstance(node, (ast.Slice, ast.Tuple)):
            return False
        thing = self.expression(node)
        return self.constant_index(thing) is not None or isinstance(thing, Value) and is_whole(thing)

    def subscript(self, base: Value, node: ast.Subscript) -> Thing:
        """Return `x[1:, i, None, mask]`."""
        place = self.place_in(node)
        return BROKEN if place is None else self.apply(ops.SUBSCRIPT, node, base, *place)

    def place_in(self, node: ast.Subscript) -> list[Value] | None:
        """Return what stands in the brackets: a pattern, and the values in it."""
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        values: list[Value] = []
        if not parts:
            self.refuse("BP052", "a subscript of nothing", node, "leave the brackets out")
            return None
        texts = [self.index_part(part, values) for part in parts]
        if any(t is None for t in texts):
            return None
        return [self.constants.get(", ".join(t for t in texts if t is not None), STR), *values]

    def note_plain(self, nodes: Sequence[ast.expr]) -> None:
        """Note the lists that are written out where NumPy reads them, and those inside them."""
        todo = list(nodes)
        while todo:
            node = todo.pop()
            if isinstance(node, (ast.List, ast.Tuple)):
                self.plain.add(id(node))
                todo += node.elts

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
        self.note_plain([node])
        return self.index_value(self.expression(node), node, values)

    def index_value(self, thing: Thing, node: ast.expr, values: list[Value]) -> str | None:
        """Return what stands at one place of a subscript as text."""
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
        return self.operate(node, left, right, left_node)

    def operate(self, node: ast.BinOp | ast.AugAssign, left: Thing, right: Thing, left_node: ast.expr) -> Thing:
        """Return an operator applied to two things."""
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

    def is_vector(self, thing: Thing) -> bool:
        """Return whether the thing is an array that is written item by item."""
        cell = self.cells.get(thing) if isinstance(thing, Value) else None
        return cell is not None and cell.is_array

    def option(self, value: object) -> Const:
        """Return an option as a literal: text where it is no number."""
        if isinstance(value, (bool, int, float)):
            return self.const(value)
        return self.constants.get(str(value), STR)


def attribute_of(group: Group, name: str) -> Value | Group | None:
    """Return `np.linalg.eigh(A).eigenvalues`; None where the group has no such attribute."""
    first = group.items[0] if group.items else None
    if isinstance(first, Result) and isinstance(first.owner, Unpack):
        first = first.owner.sequence
    names = ATTRIBUTES.get(first.op, ()) if isinstance(first, Apply) else ()
    return group.items[names.index(name)] if name in names and len(names) == len(group.items) else None


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


KNOWN_FUNCTIONS = "write it with the functions of NumPy that are known"
WHOLE = frozenset((ops.ADD, ops.SUB, ops.MUL, ops.FLOORDIV, ops.MOD, ops.NEG, ops.COPY, ops.READ))
ARRAY_OPERATORS: Mapping[type[ast.operator], Op] = {
    ast.MatMult: ops.MATMUL,
    ast.BitAnd: NUMPY["logical_and"],
    ast.BitOr: NUMPY["logical_or"],
}
