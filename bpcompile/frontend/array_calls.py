"""Calls of functions of NumPy and of methods of arrays, by the tables of `numpy_names.py`."""

from __future__ import annotations

import ast
from collections.abc import Callable

from bpcompile.frontend.arrays import KNOWN_FUNCTIONS
from bpcompile.frontend.calls import Arguments
from bpcompile.frontend.fourier import FourierLowerer
from bpcompile.frontend.inference import Cell
from bpcompile.frontend.number_types import NAMES, OF_FLOATS, type_named
from bpcompile.frontend.numpy_names import (
    FAMILIES,
    FUNCTIONS,
    MAKERS,
    METHOD_ADVICE,
    METHODS,
    MODULES,
    ONE_AXIS,
    SPECIAL,
    TYPED,
    UFUNC_METHODS,
    UNSET,
    WITH_OUTER,
    Function,
)
from bpcompile.frontend.trees import BROKEN, Broken, Known, Module, Nothing, Thing
from bpcompile.ir import ops
from bpcompile.ir.fitting import rank_of
from bpcompile.ir.graph import Const, Group, Value
from bpcompile.ir.kinds import STR


def without_type(name: str, given: Arguments) -> tuple[tuple[Thing, ast.expr], Arguments] | None:
    """Return the type that a call asks for, and the call without it; None where it asks for none."""
    if "dtype" in given.keywords:
        keywords = {k: pair for k, pair in given.keywords.items() if k != "dtype"}
        return given.keywords["dtype"], Arguments(given.positional, keywords)
    place = TYPED[name]
    if place is None or len(given.positional) != place + 1:
        return None
    return given.positional[place], Arguments(given.positional[:place], given.keywords)


class ArrayCallLowerer(FourierLowerer):
    """Reads calls that are about arrays."""

    def lower_Call(self, node: ast.Call) -> Thing:
        if not self.arrays or not isinstance(node.func, ast.Attribute):
            return super().lower_Call(node)
        base = self.expression(node.func.value)
        if isinstance(base, Module) and base.name in MODULES:
            function = self.expression(node.func)
            self.note_plain(node.args)
            self.reads_literals = True
            given = self.arguments(node)
            self.reads_literals = False
            if isinstance(function, Known) and given is not None:
                return self.call_array(function.name, node, given)
            return BROKEN
        if node.func.attr in METHODS:
            if isinstance(base, Value) and (self.is_array(base) or self.is_vector(base)):
                arguments = self.arguments(node)
                if arguments is None:
                    return BROKEN
                with_base = Arguments([(base, node.func.value), *arguments.positional], arguments.keywords)
                return self.call_array(METHODS[node.func.attr], node, with_base, is_method=True)
        if isinstance(base, Known) and base.name in WITH_OUTER:
            return self.ufunc_method(base.name, node.func.attr, node)
        if isinstance(base, Value) and self.is_array(base):
            hint = METHOD_ADVICE.get(node.func.attr, KNOWN_FUNCTIONS)
            return self.refuse("BP051", f"the method `.{node.func.attr}()` of an array", node, hint)
        return super().lower_Call(node)

    def ufunc_method(self, name: str, method: str, node: ast.Call) -> Thing:
        """Return `np.add.outer(a, b)`, `np.add.reduce(a)` or `np.add.accumulate(a)`."""
        given = self.arguments(node)
        if given is None:
            return BROKEN
        if method == "outer":
            return self.ufunc_outer(name, node, given)
        other = UFUNC_METHODS.get(name, {}).get(method)
        if other is None:
            hint = "write `x[i] += v` for each place" if method == "at" else KNOWN_FUNCTIONS
            return self.refuse("BP051", f"`{name}.{method}` is not known", node, hint)
        if len(given.positional) < 2 and "axis" not in given.keywords:  # along the first axis, unless another is named
            given = Arguments(given.positional, {**given.keywords, "axis": (self.const(0), node)})
        return self.call_array(other, node, given)

    def ufunc_outer(self, name: str, node: ast.Call, given: Arguments) -> Thing:
        """Return a function of each item of one array with each of another: `a[:, None] + b`."""
        if len(given.positional) != 2 or given.keywords:
            return self.refuse("BP051", f"`{name}.outer` with these arguments", node, "give it two arrays")
        first, second = (self.array_value(*pair) for pair in given.positional)
        if not isinstance(first, Value) or not isinstance(second, Value):
            return BROKEN
        ranks = [rank_of(v.kind) for v in (first, second)]
        if ranks[1] is None:
            hint = 'annotate it with its shape: `x: "n"`'
            return self.refuse("BP052", f"`{name}.outer` of an array of unknown rank", node, hint)
        if ranks[1] and ranks[0] != 0:
            own = ["..."] if ranks[0] is None else [":"] * ranks[0]
            place = self.constants.get(", ".join([*own, *["None"] * ranks[1]]), STR)
            first = self.apply(ops.SUBSCRIPT, node, first, place)
        pairs = [(value, place) for value, (_, place) in zip((first, second), given.positional)]
        return self.call_array(name, node, Arguments(pairs, {}))

    def call_array(self, name: str, node: ast.Call, given: Arguments, is_method: bool = False) -> Thing:
        """Return a call of a function of NumPy or SciPy; what cannot be read is refused in any case."""
        found = self.read_call(name, node, given, is_method)
        if isinstance(found, Broken) and not self.refusals:
            return self.refuse("BP051", f"{name} with these arguments", node, KNOWN_FUNCTIONS)
        return found

    def read_call(self, name: str, node: ast.Call, given: Arguments, is_method: bool) -> Thing:
        """Return a call of a function of NumPy or SciPy."""
        name = UNSET.get(name, name)
        if name in TYPED and (rest := without_type(name, given)) is not None:
            pair, given = rest
            made = self.call_array(name, node, given, is_method)
            is_said = type_named(pair[0]) == "float" and name in OF_FLOATS
            return made if is_said else self.of_type(made, pair, node)
        if given.positional and self.is_list(given.positional[0][0]):
            return self.of_written(name, node, given) or self.of_list(name, node, given)
        if name == "np.zeros" and self.is_written_next and len(given.positional) == 1 and not given.keywords:
            return self.written_zeros(node, given)
        if name == "np.zeros_like" and self.is_written_next and self.is_array(given.positional[0][0]):
            length = self.apply(ops.LEN, node, *(t for t, _ in given.positional[:1] if isinstance(t, Value)))
            return self.as_vector(self.make(ops.REPEAT, node, Cell("number"), length, self.const(0.0)))
        if name in SPECIAL:
            method: Callable[[ast.Call, Arguments], Thing] = getattr(self, f"array_{SPECIAL[name]}")
            return method(node, given)
        if name in FAMILIES:
            family: Callable[[str, ast.Call, Arguments], Thing] = getattr(self, f"family_{FAMILIES[name]}")
            return family(name, node, given)
        if name in NAMES:
            return self.as_type(name, node, given)
        if name in MAKERS:
            return self.made(name, node, given)
        if is_method and name == "np.transpose" and len(given.positional) > 1:
            given = self.gathered(given)
        return self.of_table(name, node, given)

    def of_table(self, name: str, node: ast.Call, given: Arguments) -> Thing:
        function = FUNCTIONS[name]
        values = self.bound(name, function, node, given)
        if values is None:
            return BROKEN
        if name in ("np.argmax", "np.argmin") and values[2] is not self.const(False):
            return self.refuse("BP051", f"the keyword `keepdims` of {name}", node, "leave it out")
        if function.op in ONE_AXIS and not all(self.is_one_axis(v, node) for v in values if isinstance(v, Const)):
            return BROKEN
        return self.apply(function.op, node, *values)

    def as_type(self, name: str, node: ast.Call, given: Arguments) -> Thing:
        """Return `np.int64(x)` of an array."""
        value = self.array_value(*given.positional[0]) if len(given.positional) == 1 and not given.keywords else BROKEN
        if isinstance(value, Value) and not self.is_array(value) or isinstance(value, Broken):
            return self.refuse("BP051", f"`{name}` of a number", node, "write `int(x)`, `bool(x)` or `float(x)`")
        return self.of_type(value, (Known(name), node), node)

    def of_written(self, name: str, node: ast.Call, given: Arguments) -> Thing | None:
        """Return a function of an array that is written item by item: its sum, or a copy."""
        thing, place = given.positional[0]
        assert isinstance(thing, Value)
        cell = self.list_cell(thing, place)
        if cell is not None and not cell.is_array:
            return None
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

    def gathered(self, given: Arguments) -> Arguments:
        """Return the arguments with all but the first as one tuple: `x.transpose(1, 0)`."""
        first, *rest = given.positional
        if len(rest) == 1 and isinstance(rest[0][0], Group):
            return given
        items = tuple(t for t, _ in rest if isinstance(t, (Value, Group)))
        return Arguments([first, (Group(items), rest[0][1])] if rest else [first], given.keywords)

    def bound(self, name: str, function: Function, node: ast.Call, given: Arguments) -> list[Value] | None:
        """Return the arguments of a call in the order of the operation: arrays, what may be left out, options."""
        optional, options = function.optional, function.options
        names = function.order or (*function.arrays, *optional, *list(options)[: function.positional])
        keywords = (*function.arrays, *optional, *options)
        found = self.named(name, names, node, given, keywords)
        if found is None:
            return None
        values: list[Value | None] = []
        for key in keywords:
            default = {**optional, **options}.get(key, ...)
            if key not in found:
                if default is ...:
                    self.refuse("BP018", f"{name} lacks the argument `{key}`", node)
                    return None
                values.append(self.option(default))
            elif key in options:
                values.append(self.literal_option(*found[key], function.choices.get(key)))
            elif key in optional and isinstance(found[key][0], Nothing):
                values.append(self.option(None))
            elif key in function.lists and isinstance(found[key][0], Group):
                numbers = self.literal_option(*found[key])
                values.append(numbers and self.option(f"[{str(numbers.value).strip('(,)')}]"))
            else:
                value = self.array_value(*found[key])
                values.append(value if isinstance(value, Value) else None)
        known = [v for v in values if v is not None]
        return known if len(known) == len(values) else None
