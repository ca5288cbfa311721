"""Functions of `np.linalg` that are read by a method of their own: several results at once, norms."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from bpcompile.frontend.array_along import ArrayAlongLowerer
from bpcompile.frontend.arrays import ANNOTATE
from bpcompile.frontend.calls import Arguments
from bpcompile.frontend.trees import BROKEN, Broken, Nothing, Text, Thing
from bpcompile.ir import ops
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import Apply, Const, Group, Param, Result, Unpack, Value
from bpcompile.ir.kinds import STR, Array, Kind
from bpcompile.ir.lengths import Dim, Unknown
from bpcompile.ir.ops import NUMPY, REDUCTIONS, Op
from bpcompile.ir.shapes import literal_axis

Pair = tuple[Thing, ast.expr]


class LinearFunctionLowerer(ArrayAlongLowerer):
    """Reads the functions of `np.linalg` with several results, and those whose options decide what they are."""

    factored: dict[Value, Group]  # what was unpacked already, by its factorisation

    def matrix_and(
        self, names: Sequence[str], node: ast.Call, given: Arguments
    ) -> tuple[Value, dict[str, Pair]] | None:
        """Return the first argument and the options by name."""
        found: dict[str, Pair] = dict(zip(names, given.positional[1:]))
        wrong = next((k for k in given.keywords if k not in names or k in found), None)
        if not given.positional or len(given.positional) > 1 + len(names) or wrong is not None:
            self.refuse("BP051", f"the keyword `{wrong}`" if wrong else "these arguments", node, "leave it out")
            return None
        value = self.array_value(*given.positional[0])
        return None if isinstance(value, Broken) else (value, {**found, **given.keywords})

    def factors(self, op: Op, node: ast.AST, matrix: Value, *options: Value) -> Group:
        """Return the factors of a matrix, unpacked where it is factored."""
        product = self.apply(op, node, matrix, *options)
        if product not in self.factored:
            unpack = Unpack(product, span=self.span(node))
            dims = factor_dims(op, matrix.kind)
            unpack.results += [Result(unpack, k, None, Array(d)) for k, d in enumerate(dims)]
            self.home.update((r, self.block) for r in unpack.results)
            self.block.items.append(unpack)
            self.factored[product] = Group(tuple(unpack.results))
        return self.factored[product]

    def array_slogdet(self, node: ast.Call, given: Arguments) -> Thing:
        read = self.matrix_and((), node, given)
        if read is None:
            return BROKEN
        return Group((self.apply(ops.SIGN_DET, node, read[0]), self.apply(ops.LOGDET, node, read[0])))

    def array_eigh(self, node: ast.Call, given: Arguments) -> Thing:
        read = self.matrix_and(("UPLO",), node, given)
        if read is None:
            return BROKEN
        triangle, place = read[1].get("UPLO", (Text("L"), node))
        if not isinstance(triangle, Text) or triangle.text not in ("L", "U"):
            return self.refuse("BP051", "a triangle that is neither `L` nor `U`", place, 'write `UPLO="L"`')
        return self.factors(ops.EIGH, node, read[0], self.constants.get(f"'{triangle.text}'", STR))

    def array_eigvalsh(self, node: ast.Call, given: Arguments) -> Thing:
        group = self.array_eigh(node, given)
        return group.items[0] if isinstance(group, Group) else group

    def array_svd(self, node: ast.Call, given: Arguments) -> Thing:
        read = self.matrix_and(("full_matrices", "compute_uv"), node, given)
        if read is None:
            return BROKEN
        matrix, options = read
        is_full, is_whole = (self.truth_of(options, name) for name in ("full_matrices", "compute_uv"))
        if is_full is None or is_whole is None:
            return self.refuse("BP051", "an option that is not a literal", node, "write True or False")
        dims = dims_of(matrix.kind)
        if is_full and is_whole and (dims is None or len(dims) < 2 or dims[-1] != dims[-2]):
            hint = "write `np.linalg.svd(A, full_matrices=False)`"
            return self.refuse("BP051", "all singular vectors, of which some are not determined", node, hint)
        group = self.factors(ops.SVD, node, matrix)
        return group if is_whole else group.items[1]

    def truth_of(self, options: Mapping[str, Pair], name: str) -> bool | None:
        """Return an option that is True unless it is said, None where it is no literal."""
        thing = options[name][0] if name in options else self.const(True)
        return bool(thing.value) if isinstance(thing, Const) and isinstance(thing.value, (bool, int)) else None

    def array_svdvals(self, node: ast.Call, given: Arguments) -> Thing:
        read = self.matrix_and((), node, given)
        return BROKEN if read is None else self.factors(ops.SVD, node, read[0]).items[1]

    def array_qr(self, node: ast.Call, given: Arguments) -> Thing:
        read = self.matrix_and(("mode",), node, given)
        if read is None:
            return BROKEN
        mode = read[1].get("mode", (Text("reduced"), node))[0]
        if not isinstance(mode, Text) or mode.text not in ("reduced", "r"):
            return self.refuse("BP051", "this mode of np.linalg.qr", node, 'leave it out, or write `mode="r"`')
        group = self.factors(ops.QR, node, read[0])
        return group if mode.text == "reduced" else group.items[1]

    def array_cond(self, node: ast.Call, given: Arguments) -> Thing:
        read = self.matrix_and(("p",), node, given)
        if read is None:
            return BROKEN
        if self.order_of(*read[1].get("p", (Nothing(), node))) not in ("None", 2):
            return self.refuse("BP051", "this norm of np.linalg.cond", node, "leave it out")
        values = self.factors(ops.SVD, node, read[0]).items[1]
        axis = None if len(dims_of(read[0].kind) or ()) == 2 else -1
        largest, smallest = (self.over(name, values, node, axis) for name in ("max", "min"))
        return self.apply(ops.DIV, node, largest, smallest)

    def over(self, name: str, value: object, node: ast.AST, axis: int | None = None) -> Value:
        """Return a reduction along an axis."""
        assert isinstance(value, Value)
        return self.apply(REDUCTIONS[name], node, value, self.option(axis), self.const(False))

    def array_logsumexp(self, node: ast.Call, given: Arguments) -> Thing:
        read = self.matrix_and(("axis", "b", "keepdims"), node, given)
        if read is None:
            return BROKEN
        value, options = read
        axis = self.literal_option(*options["axis"]) if "axis" in options else self.option(None)
        keepdims = self.literal_option(*options["keepdims"]) if "keepdims" in options else self.const(False)
        if axis is None or keepdims is None:
            return BROKEN
        if "b" not in options or isinstance(options["b"][0], Nothing):
            return self.apply(ops.LOGSUMEXP, node, value, axis, keepdims)
        weights = self.array_value(*options["b"])
        return (
            weights
            if isinstance(weights, Broken)
            else self.apply(ops.LOGSUMEXP_OF, node, value, weights, axis, keepdims)
        )

    # norms

    def order_of(self, thing: Thing, place: ast.AST) -> object:
        """Return which norm it is as in the text: `None`, `'fro'`, `np.inf`, a number; `BROKEN` for what is none."""
        if isinstance(thing, Nothing):
            return "None"
        if isinstance(thing, Text) and thing.text in ("fro", "nuc"):
            return f"'{thing.text}'"
        value = self.plain_number(thing)
        if value in (float("inf"), float("-inf")):
            return "np.inf" if value > 0 else "-np.inf"
        return BROKEN if value is None else int(value) if value == int(value) else value

    def plain_number(self, thing: Thing) -> float | None:
        """Return the number that a literal is, `np.inf` and `-np.inf` too."""
        if isinstance(thing, Apply) and thing.op is ops.NEG:
            inner = self.plain_number(thing.args[0])
            return None if inner is None else -inner
        if isinstance(thing, Param) and thing.is_global and thing.name == "math.inf":
            return float("inf")
        is_number = isinstance(thing, Const) and isinstance(thing.value, (int, float))
        return thing.value if is_number and not isinstance(thing.value, bool) else None  # type: ignore[union-attr]

    def array_norm(self, node: ast.Call, given: Arguments) -> Thing:
        read = self.matrix_and(("ord", "axis", "keepdims"), node, given)
        if read is None:
            return BROKEN
        value, options = read
        order = self.order_of(*options.get("ord", (Nothing(), node)))
        axis = self.literal_option(*options["axis"]) if "axis" in options else self.option(None)
        keepdims = self.literal_option(*options["keepdims"]) if "keepdims" in options else self.const(False)
        if axis is None or keepdims is None:
            return BROKEN
        axes, dims = literal_axis(axis.value), dims_of(value.kind)
        rank = len(axes) if axes is not None else None if dims is None else len(dims)
        if order == "None" or order == 2 and rank == 1:
            return self.apply(ops.NORM, node, value, self.option(order), axis, keepdims)
        if rank is None:
            return self.refuse("BP052", "a norm of an array of unknown rank", node, f"{ANNOTATE}; or give the axis")
        found = self.vector_norm(order, node, value, axis, keepdims) if rank == 1 else None
        if rank == 2:
            found = self.matrix_norm(order, node, value, (axes, bool(keepdims.value)))
        return found or self.refuse("BP051", "this order of np.linalg.norm", node, "write it with np.sum and np.abs")

    def vector_norm(self, order: object, node: ast.AST, value: Value, axis: Const, keepdims: Const) -> Value | None:
        """Return a norm of vectors, None where it is none that is known."""
        is_power = isinstance(order, (int, float)) and order > 0
        if not is_power and order not in ("np.inf", "-np.inf"):
            return None
        return self.apply(ops.NORM, node, value, self.option(order), axis, keepdims)

    def matrix_norm(
        self, order: object, node: ast.AST, value: Value, how: tuple[tuple[int, ...] | None, bool]
    ) -> Value | None:
        """Return a norm of matrices: by its singular values, or by sums along rows or columns; None for no norm."""
        axes, keepdims = how
        if order == "'fro'":
            axis = self.option(None if axes is None else axes)
            return self.apply(ops.NORM, node, value, self.option(order), axis, self.const(keepdims))
        if order in SINGULAR_NORMS and axes is None and not keepdims:
            return self.over(SINGULAR_NORMS[order], self.factors(ops.SVD, node, value).items[1], node)
        if order not in SUMMED_NORMS or axes is not None or keepdims:
            return None
        name, along = SUMMED_NORMS[order]
        size = self.apply(NUMPY["absolute"], node, value)
        return self.over(name, self.over("sum", size, node, along), node)


# norm of a matrix -> what is made of its singular values, or of the sums of sizes along an axis
SINGULAR_NORMS: Mapping[object, str] = {"'nuc'": "sum", 2: "max", -2: "min"}
SUMMED_NORMS: Mapping[object, tuple[str, int]] = {
    1: ("max", 0), -1: ("min", 0), "np.inf": ("max", 1), "-np.inf": ("min", 1)
}  # fmt: skip


def factor_dims(op: Op, kind: Kind) -> list[tuple[Dim, ...] | None]:
    """Return the dimensions of each factor of a matrix."""
    dims = dims_of(kind)
    if dims is None or len(dims) < 2:
        return [None] * len(ops.FACTORS[op])
    *stack, m, n = dims
    if op is ops.EIGH:
        return [(*stack, m), dims]
    small = m if m == n else min(m, n) if isinstance(m, int) and isinstance(n, int) else Unknown()
    outer: list[tuple[Dim, ...] | None] = [(*stack, m, small), (*stack, small, n)]
    return outer if op is ops.QR else [outer[0], (*stack, small), outer[1]]
