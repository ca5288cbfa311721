"""How operations are spelled where Numba takes another spelling than NumPy's or Python's first one.

A row sees the operation as well as its operands as text: Numba wants other functions for other ranks.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence

from bpcompile.backends.array_spelling import is_default, option
from bpcompile.backends.numpy_spelling import NUMPY_SPELLING, is_one, places
from bpcompile.backends.targets import PYTHON, call, dotted
from bpcompile.ir import ops
from bpcompile.ir.array_ops import SHARES
from bpcompile.ir.facts import literal
from bpcompile.ir.fitting import dims_of, rank_of
from bpcompile.ir.graph import Apply, Const, Value
from bpcompile.ir.kinds import Array
from bpcompile.ir.kinds import Sequence as ListKind
from bpcompile.ir.ops import REDUCTIONS, SPECIAL, Op
from bpcompile.ir.shapes import literal_axis

Nodes = Sequence[ast.expr]
Respelling = Callable[[Apply, Nodes], ast.expr]


def rank(value: Value) -> int | None:
    """Return how many axes a value has, None where that is not known."""
    return rank_of(value.kind)


def axes_of(value: Apply) -> Sequence[int] | None:
    """Return the axes of a function along axes, as they can be taken away one after the other; None is all of them."""
    axis = value.args[2 if value.op is ops.NORM else 1]
    assert isinstance(axis, Const)
    axes, count = literal_axis(axis.value), rank(value.args[0])
    if axes is None:
        return None
    if len({k < 0 for k in axes}) > 1 and count is not None:
        axes = tuple(k % (count + len(axes) * (value.op is ops.EXPAND_DIMS)) for k in axes)
    return sorted(axes, reverse=all(k >= 0 for k in axes))  # so that none of those that are left gets another number


def as_spelled(value: Apply, nodes: Nodes) -> ast.expr:
    """Return the first spelling."""
    return (NUMPY_SPELLING.get(value.op) or PYTHON[value.op])(*nodes)


def number(k: int) -> ast.expr:
    """Return an integer."""
    return ast.Constant(k) if k >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-k))


def expanded(node: ast.expr, axes: Sequence[int], may_be_number: bool) -> ast.expr:
    """Return an array with new axes of one item."""
    node = call("np.asarray")(node) if may_be_number else node
    for k in reversed(axes):
        node = call("np.expand_dims")(node, number(k))
    return node


def with_new_axes(value: Apply, nodes: Nodes) -> ast.expr:
    """Return `np.expand_dims`, of one axis at a time."""
    return expanded(nodes[0], axes_of(value) or (), rank(value.args[0]) in (None, 0))


def keeps(value: Apply) -> bool:
    """Return whether a reduction keeps its axes: that comes last."""
    last = value.args[-1]
    return isinstance(last, Const) and last.value is True


def reduced(of_all: Respelling, along: Respelling) -> Respelling:
    """Return the spelling of a reduction, of all items or along an axis, with the axes kept where it says so."""

    def spell(value: Apply, nodes: Nodes) -> ast.expr:
        axes = axes_of(value)
        if axes is None:
            found = of_all(value, nodes)
            ones = ast.Tuple([ast.Constant(1)] * (rank(value.args[0]) or 0), ast.Load())
            return call("np.full")(ones, found) if keeps(value) else found
        found = along(value, nodes)
        is_number = rank(value.args[0]) in (None, len(axes))
        return expanded(found, axes, is_number) if keeps(value) else found

    return spell


def of_all(name: str) -> Respelling:
    """Return the spelling of a function of all items."""
    return lambda value, nodes: call(name)(nodes[0])


def along(name: str) -> Respelling:
    """Return the spelling of a function along an axis, for several axes one after the other."""

    def spell(value: Apply, nodes: Nodes) -> ast.expr:
        found = nodes[0]
        for k in axes_of(value) or ():
            found = call(name)(found, number(k), *(nodes[2:-1] if value.op in WITH_DDOF else ()))
        return found

    return spell


def with_axis(name: str) -> Respelling:
    """Return the spelling of a function that takes an axis."""
    return lambda value, nodes: ast.Call(dotted(name), [nodes[0]], [ast.keyword("axis", option(nodes[1]))])


def over_flat(name: str) -> Respelling:
    """Return the spelling of a function of all items that is there along an axis only."""
    return lambda value, nodes: call(name)(call("np.ravel")(nodes[0]), ast.Constant(0))


def variance(value: Apply, nodes: Nodes) -> ast.expr:
    """Return the spelling of the variance of all items."""
    if is_default(nodes[2], 0):
        return call("np.var")(nodes[0])
    return call("var_along")(call("np.ravel")(nodes[0]), ast.Constant(0), nodes[2])


def root_of(spell: Respelling) -> Respelling:
    """Return the spelling of a square root."""
    return lambda value, nodes: call("np.sqrt")(spell(value, nodes))


def in_its_shape(name: str) -> Respelling:
    """Return the spelling of what is computed for each item: along an axis, or over all of them in a row."""

    def spell(value: Apply, nodes: Nodes) -> ast.expr:
        axis = literal_axis(value.args[-1].value)  # type: ignore[attr-defined]
        if axis is None:
            numbers = [call("np.max")(n) if has_kept(a) else n for a, n in zip(value.args[1:-1], nodes[1:-1])]
            flat = call(name)(call("np.ravel")(nodes[0]), *numbers, ast.Constant(0))
            return call("np.reshape")(flat, call("np.shape")(nodes[0]))
        return call(name)(nodes[0], *one_layer(value, nodes[1:-1], axis[0]), number(axis[0]))

    return spell


def one_layer(value: Apply, nodes: Nodes, axis: int) -> list[ast.expr]:
    """Return the results of a reduction that keeps its axis without that axis."""
    found = []
    for arg, node in zip(value.args[1:-1], nodes):
        if has_kept(arg):
            node = ast.Call(dotted("np.take"), [node, ast.Constant(0)], [ast.keyword("axis", number(axis))])
        found.append(node)
    return found


SMALL = 4  # an exponent that stays an integer


def has_kept(value: Value) -> bool:
    """Return whether a value is a reduction that keeps its axes."""
    return isinstance(value, Apply) and value.op in REDUCTIONS.values() and keeps(value)


def power(value: Apply, nodes: Nodes) -> ast.expr:
    """Return a power: Numba's power of two integers has 64 bits, so that all but small exponents must be floats."""
    exponent = value.args[1]
    known = literal(exponent)
    if known is not None and (0 <= known <= SMALL or isinstance(known, float)):
        return PYTHON[ops.POW](*nodes)
    if known is not None:
        size = ast.Constant(float(abs(known)))
        return PYTHON[ops.POW](nodes[0], ast.UnaryOp(ast.USub(), size) if known < 0 else size)
    is_array = isinstance(exponent.kind, Array) and dims_of(exponent.kind) != ()
    as_float = PYTHON[ops.MUL](ast.Constant(1.0), nodes[1]) if is_array else call("float")(nodes[1])
    return PYTHON[ops.POW](nodes[0], as_float)


def chosen(value: Apply, nodes: Nodes) -> ast.expr:
    """Return `a if c else b`, or the choice between a number and an array, which are of different types."""
    ranks = {rank(a) for a in value.args[1:]}
    is_mixed = isinstance(value.kind, Array) and (len(ranks) > 1 or None in ranks)
    return call("np.where")(*nodes) if is_mixed else PYTHON[ops.SELECT](*nodes)


def absolute(value: Apply, nodes: Nodes) -> ast.expr:
    """Return an absolute value."""
    return call("np.abs" if isinstance(value.kind, Array) else "abs")(*nodes)


def contiguous(node: ast.expr) -> ast.expr:
    """Return an array whose items lie one behind the other: Numba reshapes no other."""
    return call("np.ascontiguousarray")(node)


def reshaped(value: Apply, nodes: Nodes) -> ast.expr:
    """Return an array of another shape."""
    return as_spelled(value, [contiguous(nodes[0]), *nodes[1:]])


def squeezed(value: Apply, nodes: Nodes) -> ast.expr:
    """Return an array without an axis of one item."""
    axes = axes_of(value)
    dims = dims_of(value.args[0].kind) or ()
    gone = [k for k, d in enumerate(dims) if d == 1] if axes is None else axes
    found = nodes[0]
    for k in sorted(gone, reverse=True):
        found = ast.Call(dotted("np.take"), [found, ast.Constant(0)], [ast.keyword("axis", number(k))])
    return found


def array(value: Apply, nodes: Nodes) -> ast.expr:
    """Return `np.array`, of numbers; of arrays it is `np.stack`."""
    if all(map(is_number, value.args[1:])):
        return as_spelled(value, nodes)
    return call("np.stack")(ast.Tuple(list(nodes[1:]), ast.Load()))


def is_number(value: Value) -> bool:
    """Return whether a value is one number, as far as that can be known: an item, or a sum of all items."""
    if rank(value) is not None or not isinstance(value, Apply):
        return rank(value) == 0
    if value.op is ops.SUBSCRIPT and isinstance(value.args[1], Const):
        return ":" not in str(value.args[1].value)
    return value.op in ops.ELEMENTWISE and all(map(is_number, value.args))


def flipped(value: Apply, nodes: Nodes) -> ast.expr:
    """Return an array from its other end."""
    axes = axes_of(value)
    if axes is None:
        return call("np.flip")(nodes[0])
    found = nodes[0]
    for k in axes:
        found = ast.Subscript(found, along_axis(k, ast.Slice(None, None, number(-1))), ast.Load())
    return found


def along_axis(k: int, part: ast.expr) -> ast.expr:
    """Return what stands in the brackets where a part is taken along one axis."""
    before: list[ast.expr] = [ast.Slice()] * k if k >= 0 else [ast.Constant(...)]
    parts = [*before, part, *([ast.Slice()] * (-k - 1))]
    return parts[0] if len(parts) == 1 else ast.Tuple(parts, ast.Load())


def rolled(value: Apply, nodes: Nodes) -> ast.expr:
    """Return an array whose items have moved along."""
    return call("np.roll")(*nodes[:2]) if is_default(nodes[2], "None") else call("roll_along")(*nodes)


def in_a_row(x: ast.expr, axis: ast.expr) -> ast.expr:
    """Return what is sorted: all items where no axis is given."""
    return call("np.ravel")(x) if is_default(axis, "None") else x


def unsorted(value: Apply, nodes: Nodes) -> ast.expr:
    """Return the gradient of a sort."""
    ct, x, axis = nodes
    found = call("unsorted")(ct, in_a_row(x, axis))
    return call("np.reshape")(found, call("np.shape")(x)) if is_default(axis, "None") else found


def dot(value: Apply, nodes: Nodes) -> ast.expr:
    """Return a product: Numba's `np.dot` takes no numbers."""
    return PYTHON[ops.MUL](*nodes) if 0 in map(rank, value.args) else call("np.dot")(*nodes)


def spread(value: Apply, nodes: Nodes) -> ast.expr:
    """Return what is the same for all items of an array: floats, whatever the array holds."""
    total, shape = nodes[0], call("np.shape")(nodes[1])
    number = literal(value.args[0])
    if number is not None:
        return call("np.full")(shape, ast.Constant(float(number)) if number >= 0 else total)
    ones = call("np.ones")(shape)
    if isinstance(total, ast.BinOp) and isinstance(total.op, ast.Div) and is_one(total.left):
        return PYTHON[ops.DIV](ones, total.right)  # of an empty array: no number is divided by 0
    return PYTHON[ops.MUL](total, ones)


def item_of_slice(value: Apply, nodes: Nodes) -> ast.expr:
    """Return where an item of a slice stands in the whole."""
    length, *ends, index = nodes
    parts = [option(e) for e in ends]
    start = ast.Subscript(
        ast.Call(ast.Attribute(call("slice")(*parts), "indices", ast.Load()), [length], []),
        ast.Constant(0),
        ast.Load(),
    )
    step = parts[2]
    is_one = isinstance(step, ast.Constant) and step.value in (None, 1)
    return PYTHON[ops.ADD](start, index if is_one else PYTHON[ops.MUL](step, index))


def subscript(value: Apply, nodes: Nodes) -> ast.expr:
    """Return `x[1:, i]`; a list of places is an array."""
    return ast.Subscript(nodes[0], with_arrays(places(*nodes[1:])), ast.Load())


def with_arrays(index: ast.expr) -> ast.expr:
    """Return what stands in the brackets with arrays in the place of lists."""
    if isinstance(index, ast.List):
        return call("np.array")(index)
    return ast.Tuple([with_arrays(e) for e in index.elts], ast.Load()) if isinstance(index, ast.Tuple) else index


def index_of(pattern: ast.expr, *values: ast.expr) -> ast.expr:
    """Return an index as a value: Numba knows no `np.s_`."""
    return as_index(with_arrays(places(pattern, *values)))


def as_index(node: ast.expr) -> ast.expr:
    """Return what stands in brackets as a value."""
    if isinstance(node, ast.Tuple):
        return ast.Tuple([as_index(e) for e in node.elts], ast.Load())
    if isinstance(node, ast.Slice):
        ends = [e or ast.Constant(None) for e in (node.lower, node.upper, node.step)]
        return call("slice")(*(ends if node.step else ends[:2]))
    return node


def placed(value: Apply, nodes: Nodes) -> ast.expr:
    """Return zeros with an array at some places."""
    return call("placed")(nodes[0], nodes[1], index_of(*nodes[2:]))


def added_at(array: ast.expr, place: Nodes, total: ast.expr) -> ast.expr:
    """Return what adds to places of an array of which one may come twice."""
    index = with_arrays(places(*place))
    if isinstance(index, ast.Tuple):
        return call("add_pairs")(array, *index.elts, total)
    return call("add_items")(array, index, total)


def same_memory(value: Apply, nodes: Nodes) -> ast.expr:
    """Return whether two lists are one, or two arrays overlap."""
    kind = value.args[0].kind
    is_list = isinstance(kind, ListKind) and not kind.is_array
    return PYTHON[ops.IS](*nodes) if is_list else call("may_overlap")(*nodes)


def not_of_floats(value: Apply, nodes: Nodes) -> ast.expr:
    """Return whether an array cannot be written to: it holds integers, or does not have the one axis that it must."""
    return call("holds_integers" if isinstance(value.args[0].kind, Array) else "is_no_vector")(*nodes)


def softmax(value: Apply, nodes: Nodes) -> ast.expr:
    """Return softmax along an axis, or over all items."""
    axes = axes_of(value)
    if axes is not None:
        return call("softmax_along")(nodes[0], number(axes[0]))
    flat = call("softmax_along")(call("np.ravel")(nodes[0]), ast.Constant(0))
    return call("np.reshape")(flat, call("np.shape")(nodes[0]))


def logistic(value: Apply, nodes: Nodes) -> ast.expr:
    """Return a function of SciPy that travels in the module."""
    return call(value.op.name.removeprefix("scipy.special."))(*nodes)


WITH_DDOF = (REDUCTIONS["var"], REDUCTIONS["std"])
SUM, MEAN, PROD, MAX, MIN, VAR, STD = (REDUCTIONS[n] for n in "sum mean prod max min var std".split())
# fmt: off
NUMBA_SPELLING: Mapping[Op, Respelling] = {
    ops.POW:           power,
    ops.SELECT:        chosen,
    ops.ABS:           absolute,
    ops.SLICE_INDEX:   item_of_slice,
    ops.IS:            same_memory,
    ops.IS_NO_VECTOR:  not_of_floats,
    ops.NDIM:          lambda value, nodes: ast.Attribute(call("np.asarray")(nodes[0]), "ndim", ast.Load()),
    SUM:               reduced(of_all("np.sum"), with_axis("np.sum")),
    MEAN:              reduced(of_all("np.mean"), along("mean_along")),
    PROD:              reduced(of_all("np.prod"), along("prod_along")),
    MAX:               reduced(of_all("np.max"), along("max_along")),
    MIN:               reduced(of_all("np.min"), along("min_along")),
    VAR:               reduced(variance, along("var_along")),
    STD:               reduced(root_of(variance), root_of(along("var_along"))),
    **{REDUCTIONS[n]:  reduced(of_all(f"np.{n}"), with_axis(f"np.{n}")) for n in ("argmax", "argmin", "count_nonzero")},
    **{REDUCTIONS[n]:  reduced(of_all(f"np.{n}"), with_axis(f"np.{n}")) for n in ("any", "all")},
    ops.LOGSUMEXP:     reduced(over_flat("logsumexp_along"), along("logsumexp_along")),
    ops.NORM:          reduced(lambda value, nodes: call("norm_along")(call("np.ravel")(nodes[0]), ast.Constant(0)),
                               along("norm_along")),
    ops.EXPAND_DIMS:   with_new_axes,
    ops.SQUEEZE:       squeezed,
    ops.RESHAPE:       reshaped,
    ops.LIKE:          reshaped,
    ops.ARRAY:         array,
    SHARES["diagonal_share"]: lambda value, nodes: call("diagonal_share")(*nodes[:3]),
    ops.FLIP:          flipped,
    ops.ROLL:          rolled,
    ops.SUBSCRIPT:     subscript,
    ops.PLACED:        placed,
    ops.SORT:          lambda value, nodes: call("np.sort")(in_a_row(*nodes)),
    ops.ARGSORT:       lambda value, nodes: call("np.argsort")(in_a_row(*nodes)),
    ops.UNSORTED:      unsorted,
    ops.DOT:           dot,
    ops.FIRST_EQUAL:   in_its_shape("first_equal"),
    ops.BUT_ONE:       in_its_shape("but_one"),
    ops.SPREAD:        spread,
    ops.ZEROS:         lambda value, nodes: call("np.zeros")(call("np.shape")(nodes[0])),
    SPECIAL["expit"]:  logistic,
    SPECIAL["logit"]:  logistic,
    ops.SOFTMAX:       softmax,
    ops.OWN_SOFTMAX:   softmax,
}
# fmt: on
