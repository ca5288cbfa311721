"""Functions of NumPy that are read by a method of their own: shapes, joins, and what makes new arrays."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from bpcompile.frontend.array_writes import ArrayWriteLowerer
from bpcompile.frontend.arrays import is_whole
from bpcompile.frontend.calls import Arguments
from bpcompile.frontend.number_types import KNOWN_TYPES, type_named
from bpcompile.frontend.numpy_names import MAKERS
from bpcompile.frontend.trees import BROKEN, NOTHING, Broken, Known, Nothing, Text, Thing, TypeOf, const_int
from bpcompile.ir import ops
from bpcompile.ir.array_ops import PRODUCTS
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import Apply, Const, Group, Value
from bpcompile.ir.kinds import STR
from bpcompile.ir.ops import NUMPY, Op
from bpcompile.ir.shapes import einsum_terms

EINSUM_TERM = re.compile(r"[A-Za-z]*(\.\.\.)?[A-Za-z]*")


class ArrayFunctionLowerer(ArrayWriteLowerer):
    """Reads the functions of `numpy_names.SPECIAL`, one method each, and those of `MAKERS`."""

    # arguments

    def named(
        self,
        name: str,
        names: Sequence[str],
        node: ast.Call,
        given: Arguments,
        keywords: Sequence[str] = (),
        least: int = 0,
    ) -> dict[str, tuple[Thing, ast.expr]] | None:
        """Return the arguments by name; None where one is unknown, given twice, or missing of the first ones."""
        if len(given.positional) > len(names):
            self.refuse("BP018", f"{name} with these arguments", node, "give the options by keyword")
            return None
        found = dict(zip(names, given.positional))
        for keyword, pair in given.keywords.items():
            if keyword not in (keywords or names) or keyword in found:
                self.refuse("BP051", f"the keyword `{keyword}` of {name}", pair[1], "leave it out")
                return None
            found[keyword] = pair
        for missing in (n for n in names[:least] if n not in found):
            self.refuse("BP018", f"{name} lacks the argument `{missing}`", node)
            return None
        return found

    def array_value(self, thing: Thing, node: ast.expr) -> Value | Broken:
        """Return an argument that is an array or a number."""
        if isinstance(thing, Group):
            made = self.array_of(thing, node)
            return made if isinstance(made, (Value, Broken)) else BROKEN
        return self.as_number(thing, node)

    def literal_option(self, thing: Thing, node: ast.expr, choices: Sequence[str] | None = None) -> Const | None:
        """Return an option that is a number, a truth, None, a tuple of integers, or one of some words."""
        if choices is not None:
            if isinstance(thing, Text) and thing.text in choices:
                return self.option(repr(thing.text))
            self.refuse("BP051", "an option that is not known", node, f"known are {', '.join(map(repr, choices))}")
            return None
        if isinstance(thing, Nothing):
            return self.option(None)
        if isinstance(thing, Const) and isinstance(thing.value, bool):
            return thing
        number = self.literal_number(thing)
        if number is not None:
            return self.const(number)
        if isinstance(thing, Group):
            numbers = [self.constant_index(item) for item in thing.items]
            if all(n is not None for n in numbers):
                return self.option("(" + ", ".join(map(str, numbers)) + ("," if len(numbers) == 1 else "") + ")")
        self.refuse("BP051", "an option that is not a literal", node, "write the number out")
        return None

    def literal_number(self, thing: Thing) -> int | float | None:
        """Return the number that a literal is, with its sign."""
        if isinstance(thing, Apply) and thing.op is ops.NEG:
            number = self.literal_number(thing.args[0])
            return None if number is None else -number
        if isinstance(thing, Const) and isinstance(thing.value, float):
            return thing.value
        return self.constant_index(thing)

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

    def of_type(self, value: Thing, given: tuple[Thing, ast.expr], node: ast.AST) -> Thing:
        """Return what is computed as an array of a type."""
        if isinstance(given[0], TypeOf):
            return self.of_type_of(value, given[0].array, node)
        name = type_named(given[0])
        if name is None:
            return self.refuse("BP051", "numbers of this type", given[1], KNOWN_TYPES)
        if not isinstance(value, Value):
            return value
        is_number = not self.is_array(value)
        return self.apply(NUMPY["float32" if is_number and name == "float32" else f"astype_{name}"], node, value)

    def of_type_of(self, value: Thing, other: Value, node: ast.AST) -> Thing:
        """Return a new array of the type of another one: `np.zeros(n, dtype=x.dtype)`."""
        if not isinstance(value, Value):
            return value
        if not isinstance(value, Apply) or value.op is not ops.MAKE:
            hint = "name the type: `float`, `np.float32`, `int` or `bool`"
            return self.refuse(
                "BP051", "the type of an array, for what is no new array of numbers that are known", node, hint
            )
        return self.apply(ops.AS_TYPE_OF, node, value, other)

    def array_float32(self, node: ast.Call, given: Arguments) -> Thing:
        found = self.named("np.float32", ("x",), node, given, least=1)
        value = BROKEN if found is None else self.array_value(*found["x"])
        return value if isinstance(value, Broken) else self.apply(NUMPY["float32"], node, value)

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
        """Return an array of the items of a tuple or list, nested as they stand."""
        parts: list[Value] = []
        pattern = self.pattern_of(group, parts, node)
        return BROKEN if pattern is None else self.apply(ops.ARRAY, node, self.constants.get(pattern, STR), *parts)

    def pattern_of(self, group: Group, parts: list[Value], node: ast.AST) -> str | None:
        """Return nested items as text, `[{0}, {1}]`, and add them to the parts."""
        texts: list[str | None] = []
        for item in group.items:
            if isinstance(item, Group):
                texts.append(self.pattern_of(item, parts, node))
                continue
            value = self.as_number(item, node)
            texts.append(f"{{{len(parts)}}}" if isinstance(value, Value) else None)
            parts += [value] if isinstance(value, Value) else []
        if not texts:
            self.refuse("BP052", "an array of nothing", node, "leave it out")
        return None if not texts or None in texts else f"[{', '.join(map(str, texts))}]"

    def array_concatenate(self, node: ast.Call, given: Arguments) -> Thing:
        return self.of_several(ops.CONCATENATE, node, given)

    def array_stack(self, node: ast.Call, given: Arguments) -> Thing:
        return self.of_several(ops.STACK, node, given)

    def of_several(self, op: Op, node: ast.Call, given: Arguments) -> Thing:
        """Return several arrays as one, along an axis."""
        found = self.named(op.name, ("arrays", "axis"), node, given, least=1)
        if found is None:
            return BROKEN
        axis = self.literal_option(*found["axis"]) if "axis" in found else self.const(0)
        arrays = self.written_out(*found["arrays"])
        if axis is None or arrays is None:
            return BROKEN
        if const_int(axis) is None and (op is ops.STACK or axis.value != "None"):
            return self.refuse("BP051", "an axis that is no number", node, "write the number out")
        return self.apply(op, node, axis, *arrays)

    def written_out(self, thing: Thing, place: ast.expr) -> list[Value] | None:
        """Return the arrays of a tuple or list."""
        if not isinstance(thing, Group) or not thing.items:
            self.refuse("BP052", "arrays that are not written out", place, "write them as a tuple")
            return None
        values = [self.array_value(item, place) for item in thing.items]
        arrays = [v for v in values if isinstance(v, Value)]
        return arrays if len(arrays) == len(values) else None

    def array_shape(self, node: ast.Call, given: Arguments) -> Thing:
        value = self.array_value(*given.positional[0]) if len(given.positional) == 1 else BROKEN
        return value if isinstance(value, Broken) else self.shape_group(value, node)

    def array_clip(self, node: ast.Call, given: Arguments) -> Thing:
        aliases = {"min": "a_min", "max": "a_max"}
        keywords = {aliases.get(name, name): pair for name, pair in given.keywords.items()}
        found = self.named("np.clip", ("a", "a_min", "a_max"), node, Arguments(given.positional, keywords), least=1)
        if found is None:
            return BROKEN
        args: list[Value] = []
        for name in ("a", "a_min", "a_max"):
            thing, place = found.get(name, (NOTHING, node))
            value = self.option(None) if isinstance(thing, Nothing) and args else self.array_value(thing, place)
            if isinstance(value, Broken):
                return value
            args.append(value)
        return self.apply(NUMPY["clip"], node, *args)

    def array_select(self, node: ast.Call, given: Arguments) -> Thing:
        found = self.named("np.select", ("condlist", "choicelist", "default"), node, given, least=2)
        if found is None:
            return BROKEN
        conditions, choices = (found[name][0] for name in ("condlist", "choicelist"))
        if not isinstance(conditions, Group) or not isinstance(choices, Group) or not conditions.items:
            return self.refuse("BP052", "np.select of lists that are not written out", node, "write them out")
        if len(conditions.items) != len(choices.items):
            return self.refuse("BP018", "np.select of more of one than of the other", node, "write as many of each")
        default = found.get("default", (self.const(0), node))
        pairs = [*((t, node) for t in (*conditions.items, *choices.items)), default]
        values = [v for v in (self.array_value(*pair) for pair in pairs) if isinstance(v, Value)]
        return self.apply(NUMPY["select"], node, *values) if len(values) == len(pairs) else BROKEN

    def array_angle(self, node: ast.Call, given: Arguments) -> Thing:
        """Return the angle of complex numbers, from their two parts."""
        if len(given.positional) != 1 or given.keywords:
            return self.refuse("BP051", "np.angle with these arguments", node, "give it one array, in radians")
        value = self.array_value(*given.positional[0])
        if isinstance(value, Broken):
            return value
        parts = [self.apply(NUMPY[part], node, value) for part in ("imag", "real")]
        return self.apply(NUMPY["arctan2"], node, *parts)

    def array_modf(self, node: ast.Call, given: Arguments) -> Thing:
        found = self.named("np.modf", ("x",), node, given, least=1)
        value = BROKEN if found is None else self.array_value(*found["x"])
        if isinstance(value, Broken):
            return value
        return Group(tuple(self.apply(NUMPY[f"modf[{k}]"], node, value) for k in (0, 1)))

    def array_divmod(self, node: ast.Call, given: Arguments) -> Thing:
        found = self.named("np.divmod", ("x1", "x2"), node, given, least=2)
        values = [self.array_value(*pair) for pair in (found or {}).values()]
        numbers = [v for v in values if isinstance(v, Value)]
        if len(numbers) < 2:
            return BROKEN
        return Group(tuple(self.apply(op, node, *numbers) for op in (ops.FLOORDIV, ops.MOD)))

    def array_einsum(self, node: ast.Call, given: Arguments) -> Thing:
        text = given.positional[0][0] if given.positional else None
        if not isinstance(text, Text) or given.keywords:
            hint = 'write `np.einsum("ij,jk->ik", a, b)`'
            return self.refuse("BP051", "np.einsum without its subscripts as text", node, hint)
        terms, output = einsum_terms(text.text)
        values = [self.array_value(*pair) for pair in given.positional[1:]]
        arrays = [v for v in values if isinstance(v, Value)]
        is_plain = all(EINSUM_TERM.fullmatch(t) for t in (*terms, output)) and len(set(output)) >= len(output) - 2
        if not is_plain or len(terms) != len(arrays) or not set(output) <= set("".join(terms)):
            hint = "write letters, an arrow, and a term for each array"
            return self.refuse("BP051", "these subscripts of np.einsum", node, hint)
        if any("..." in term for term in terms) and "..." not in output:
            return self.refuse("BP051", "an ellipsis of np.einsum that is summed", node, "sum first, with np.sum")
        if len(arrays) < len(values):
            return BROKEN
        return self.apply(ops.EINSUM, node, self.constants.get(text.text.replace(" ", ""), STR), *arrays)

    def array_tensordot(self, node: ast.Call, given: Arguments) -> Thing:
        found = self.named("np.tensordot", ("a", "b", "axes"), node, given, least=2)
        if found is None:
            return BROKEN
        a, b = (self.array_value(*found[name]) for name in ("a", "b"))
        axes = self.nested_numbers(*found["axes"]) if "axes" in found else 2
        if isinstance(a, Broken) or isinstance(b, Broken) or axes is None:
            return BROKEN
        if not isinstance(axes, int) and not (isinstance(axes, tuple) and len(axes) == 2):
            return self.refuse("BP051", "axes of np.tensordot that are no pair", node, "write `axes=(of_a, of_b)`")
        text = self.const(axes) if isinstance(axes, int) else self.constants.get(str(axes), STR)
        return self.apply(PRODUCTS["tensordot"], node, a, b, text)

    def array_multi_dot(self, node: ast.Call, given: Arguments) -> Thing:
        found = self.named("np.linalg.multi_dot", ("arrays",), node, given, least=1)
        arrays = None if found is None else self.written_out(*found["arrays"])
        if arrays is None:
            return BROKEN
        if len(arrays) < 2 or any(len(dims_of(a.kind) or ()) not in (1, 2) for a in arrays):
            return self.refuse("BP052", "a product of arrays of unknown rank", node, "write `a @ b @ c`")
        return self.apply(PRODUCTS["linalg.multi_dot"], node, *arrays)

    def nested_numbers(self, thing: Thing, place: ast.expr) -> object:
        """Return a literal integer, or tuples of them; None where it is refused."""
        if isinstance(thing, Group):
            items = [self.nested_numbers(item, place) for item in thing.items]
            return None if None in items else tuple(items)
        number = self.constant_index(thing)
        if number is None:
            self.refuse("BP051", "an option that is not a literal", place, "write the numbers out")
        return number

    def array_diag(self, node: ast.Call, given: Arguments) -> Thing:
        found = self.named("np.diag", ("v", "k"), node, given, least=1)
        value = BROKEN if found is None else self.array_value(*found["v"])
        k = self.const(0) if found is None or "k" not in found else self.literal_option(*found["k"])
        if isinstance(value, Broken) or k is None:
            return BROKEN
        dims = dims_of(value.kind)
        if dims is not None and len(dims) not in (1, 2):
            return self.refuse("BP050", f"np.diag of {len(dims)} axes", node, "give it a vector or a matrix")
        return self.apply(ops.DIAG, node, value, k)

    def index_part(self, node: ast.expr, values: list[Value]) -> str | None:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            function = self.called(node.func)
            given = self.arguments(node) if isinstance(function, Known) and function.name == "range" else None
            if given is not None:
                return self.index_value(self.made("np.arange", node, given), node, values)
        return super().index_part(node, values)

    def made(self, name: str, node: ast.Call, given: Arguments) -> Thing:
        """Return an array that depends on no number that is differentiated."""
        found = self.named(name, MAKERS[name], node, given, least=1)
        if found is None:
            return BROKEN
        function = self.constants.get(name, STR)
        if name.endswith("_like"):
            value = self.array_value(*found["a"])
            return value if isinstance(value, Broken) else self.apply(ops.MAKE, node, function, value)
        if "shape" in found:
            lengths = self.lengths([found["shape"]])
            return BROKEN if lengths is None else self.apply(ops.MAKE, node, function, *lengths)
        if list(found) != list(MAKERS[name][: len(found)]):
            if "N" not in found or "k" not in found:
                return self.refuse("BP018", f"{name} with these keywords", node, "give them by position")
            found = {"N": found["N"], "M": found["N"], "k": found["k"]}
        values = [self.as_number(*pair) for pair in found.values()]
        numbers = [v for v in values if isinstance(v, Value)]
        if len(numbers) < len(values) or not all(isinstance(v, Const) or is_whole(v) for v in numbers):
            return self.refuse("BP052", f"{name} of what is neither literal nor `int`", node, "annotate it: `n: int`")
        return self.apply(ops.MAKE, node, function, *numbers)
