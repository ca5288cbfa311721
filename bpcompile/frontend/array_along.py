"""Functions of NumPy along an axis whose arguments are not as those of the others: quantiles, slopes, even steps."""

from __future__ import annotations

import ast

from bpcompile.frontend.array_pieces import ArrayPieceLowerer
from bpcompile.frontend.arrays import ANNOTATE, is_whole
from bpcompile.frontend.calls import Arguments
from bpcompile.frontend.numpy_names import FUNCTIONS, Function
from bpcompile.frontend.trees import BROKEN, Broken, Thing
from bpcompile.ir.array_ops import ALONG, DATA
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import Const, Group, Value
from bpcompile.ir.kinds import STR


class ArrayAlongLowerer(ArrayPieceLowerer):
    """Reads what sorts, adds up or interpolates along an axis."""

    def family_quantile(self, name: str, node: ast.Call, given: Arguments) -> Thing:
        found = self.named(name, ("a", "q", "axis"), node, given, ("a", "q", "axis", "method", "keepdims"), least=2)
        if found is None:
            return BROKEN
        if "method" in found and self.literal_option(*found["method"], ("linear",)) is None:
            return BROKEN
        value, q = self.array_value(*found["a"]), self.literal_number(found["q"][0])
        if q is None or not 0 <= q <= (1 if name == "np.quantile" else 100):
            return self.refuse(
                "BP051", "a quantile that is no literal number within its range", found["q"][1], "write it out"
            )
        axis = self.literal_option(*found["axis"]) if "axis" in found else self.option(None)
        keepdims = self.literal_option(*found["keepdims"]) if "keepdims" in found else self.const(False)
        if isinstance(value, Broken) or axis is None or keepdims is None or not self.is_one_axis(axis, node):
            return BROKEN
        return self.apply(ALONG[name[3:]], node, value, self.const(q), axis, keepdims)

    def is_one_axis(self, axis: Const, node: ast.AST) -> bool:
        """Return whether an axis is one, or None; refuse several."""
        if str(axis.value).startswith("("):
            self.refuse("BP051", "several axes of what sorts along one", node, "reshape it first")
            return False
        return True

    def array_gradient(self, node: ast.Call, given: Arguments) -> Thing:
        keywords = dict(given.keywords)
        options = [self.literal_option(*keywords.pop(n)) if n in keywords else default for n, default in (
            ("axis", self.option(None)), ("edge_order", self.const(1)))]  # fmt: skip
        axis, edge_order = options
        values = [v for v in (self.array_value(*pair) for pair in given.positional) if isinstance(v, Value)]
        if keywords or axis is None or edge_order is None or not values or len(values) < len(given.positional):
            return self.refuse("BP051", "np.gradient with these arguments", node, "leave them out")
        x, *spacing = values
        if len(spacing) > 1 or any(dims_of(h.kind) != () for h in spacing):
            hint = "give one number, annotated `h: float`, for each axis by itself"
            return self.refuse("BP052", "a spacing that is not known to be one number", node, hint)
        return self.slopes(node, x, axis, edge_order, spacing)

    def slopes(self, node: ast.Call, x: Value, axis: Const, edge_order: Const, spacing: list[Value]) -> Thing:
        """Return the differences along one axis, or along each of them."""
        dims = dims_of(x.kind)
        if axis.value == "None":
            if dims is None:
                return self.refuse("BP052", "np.gradient of an array of unknown rank", node, ANNOTATE)
            if len(dims) != 1:
                axes = [self.const(k) for k in range(len(dims))]
                each = (self.apply(ALONG["gradient"], node, x, k, edge_order, *spacing) for k in axes)
                return Group(tuple(each), is_tuple=False)
            axis = self.const(0)
        elif not isinstance(axis.value, int):
            return self.refuse("BP051", "several axes of np.gradient", node, "give one axis")
        return self.apply(ALONG["gradient"], node, x, axis, edge_order, *spacing)

    def array_linspace(self, node: ast.Call, given: Arguments) -> Thing:
        found = self.named("np.linspace", ("start", "stop", "num", "endpoint"), node, given, least=2)
        if found is None:
            return BROKEN
        start, stop = (self.as_number(*found[name]) for name in ("start", "stop"))
        num = self.as_number(*found["num"]) if "num" in found else self.const(50)
        endpoint = self.literal_option(*found["endpoint"]) if "endpoint" in found else self.const(True)
        if isinstance(start, Broken) or isinstance(stop, Broken) or isinstance(num, Broken) or endpoint is None:
            return BROKEN
        if not is_whole(num):
            return self.refuse("BP052", "a number of points that is not an integer", node, "annotate it: `n: int`")
        is_fixed = all(isinstance(v, Const) or is_whole(v) for v in (start, stop))
        if is_fixed and not given.keywords:
            return self.made("np.linspace", node, given)
        if any(dims_of(v.kind) != () for v in (start, stop)):
            return self.refuse("BP052", "an end that is not known to be one number", node, "annotate it: `a: float`")
        return self.apply(ALONG["linspace"], node, start, stop, num, endpoint)

    def family_trapezoid(self, name: str, node: ast.Call, given: Arguments) -> Thing:
        values = self.bound(name, FUNCTIONS[name], node, given)
        if values is None:
            return BROKEN
        if values[1].kind is STR and dims_of(values[2].kind) != ():
            return self.refuse("BP052", "a step that is not known to be one number", node, "annotate it: `h: float`")
        return self.apply(ALONG[name[3:]], node, *values)

    def array_polyval(self, node: ast.Call, given: Arguments) -> Thing:
        found = self.named("np.polyval", ("p", "x"), node, given, least=2)
        if found is None:
            return BROKEN
        p, x = self.array_value(*found["p"]), self.array_value(*found["x"])
        if isinstance(p, Broken) or isinstance(x, Broken):
            return BROKEN
        if len(dims_of(p.kind) or ()) != 1:
            hint = 'give their shape: `p: "n"`'
            return self.refuse("BP052", "coefficients that are not known to stand along one axis", node, hint)
        return self.apply(ALONG["polyval"], node, p, x)

    def array_ix(self, node: ast.Call, given: Arguments) -> Thing:
        values = [v for v in (self.array_value(*pair) for pair in given.positional) if isinstance(v, Value)]
        if not values or len(values) < len(given.positional) or given.keywords:
            return self.refuse("BP051", "np.ix_ with these arguments", node, "give it arrays of integers")
        return self.apply(DATA["ix_"], node, *values)

    def array_where(self, node: ast.Call, given: Arguments) -> Thing:
        is_one = len(given.positional) == 1 and not given.keywords
        return self.of_table("np.nonzero" if is_one else "np.where", node, given)

    def bound(self, name: str, function: Function, node: ast.Call, given: Arguments) -> list[Value] | None:
        """Return the arguments of a call in the order of the operation."""
        raise NotImplementedError  # pragma: no cover - `ArrayCallLowerer` has it

    def of_table(self, name: str, node: ast.Call, given: Arguments) -> Thing:
        """Return a function of the table."""
        raise NotImplementedError  # pragma: no cover - `ArrayCallLowerer` has it
