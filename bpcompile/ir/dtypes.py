"""What the numbers of a result are: floats, integers or truths, from what those of its operands are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpcompile.ir import ops
from bpcompile.ir.array_ops import ALONG, JOINS, MESHGRID, MOVES, PARTS
from bpcompile.ir.fitting import dtype_of
from bpcompile.ir.kinds import Array, Kind
from bpcompile.ir.ops import NUMPY, REDUCTIONS, Op

FLOAT_NAMES = (
    "exp log sqrt sin cos tan tanh sinh cosh arcsin arccos arctan arcsinh arccosh arctanh log1p expm1 log2 log10 exp2 "
    "cbrt degrees radians arctan2 hypot logaddexp logaddexp2 copysign sinc i0 float_power heaviside ldexp astype_float"
).split()
FLOATS_ALONG = (
    "interp gradient trapezoid trapz median percentile quantile average nanmean nanvar nanstd cov corrcoef linspace"
).split()
# what gives floats whatever its operands hold
GIVES_FLOATS = frozenset(
    (ops.DIV, ops.LOGSUMEXP, ops.NORM, ops.INV, ops.DET, ops.LOGDET, ops.SIGN_DET, ops.SOLVE, ops.CHOLESKY, ops.SIGMOID)
    + (ops.SIGMOID_DOWN, ops.SOFTPLUS, ops.TANH_GATE, ops.CROSS_ENTROPY, ops.CROSS_ENTROPY_DOWN, *ops.SLOPES)
    + (*ops.SPECIAL.values(), *(NUMPY[n] for n in FLOAT_NAMES), *(REDUCTIONS[n] for n in ("mean", "var", "std")))
    + tuple(ALONG[n] for n in FLOATS_ALONG)
)
# what counts truths, or makes small integers of them
COUNTS = frozenset(
    (REDUCTIONS["sum"], REDUCTIONS["prod"], ops.CUMSUM, ops.TRACE, ops.FLOORDIV, ops.MOD, ops.POW)
    + tuple(ALONG[n] for n in ("cumprod", "nansum", "nanprod", "bincount", "polyval"))
)
# where the operands begin, and end, that give their numbers; the others are conditions, places, counts or options
OPERANDS: Mapping[Op, slice] = {
    NUMPY["where"]: slice(1, None),
    ops.SELECT: slice(1, None),
    ops.CONCATENATE: slice(1, None),
    ops.STACK: slice(1, None),
    ops.SUBSCRIPT: slice(1),
    ops.EINSUM: slice(1, None),
    **{MOVES[n]: slice(1) for n in ("take", "take_along_axis", "repeat", "tile", "full", "pad")},
    **{MOVES[n]: slice(1, 2) for n in ("compress", "extract")},
    **{ALONG[n]: slice(1) for n in ("diff", "partition", "ptp")},
    MESHGRID: slice(1, None),
    ops.BROADCAST_TO: slice(1),
    **dict.fromkeys(PARTS.values(), slice(1)),
}
# whose operands may be numbers beside arrays
TAKES_NUMBERS = frozenset(
    (*ops.ELEMENTWISE, ops.CONCATENATE, ops.STACK, ops.ARRAY, ops.BROADCAST_TO, MESHGRID, *JOINS.values())
    + tuple(MOVES[n] for n in ("full", "append", "repeat", "tile"))
)


GIVES_COMPLEX = frozenset((*(ops.FFT[n] for n in "fft ifft fft2 ifft2 fftn ifftn rfft".split()), ops.IFFT_PADDED,
                           ops.IRFFT_SHARE, ops.TIMES_I))  # fmt: skip
GIVES_REAL = frozenset((ops.FFT["irfft"], ops.ABS, *(NUMPY[n] for n in ("real", "imag", "absolute"))))


def dtype_of_result(op: Op, kinds: Sequence[Kind]) -> str:
    """Return what the numbers of a result are."""
    if op in GIVES_COMPLEX:
        return "complex"
    if op not in GIVES_REAL and any(dtype_of(k) == "complex" for k in kinds):
        return "complex"
    if op in GIVES_FLOATS:
        return "real"
    taken = kinds[len(kinds) // 2 :] if op is NUMPY["select"] else kinds[OPERANDS.get(op, slice(None))]
    found = {dtype_of(k) for k in taken if isinstance(k, Array) or op in TAKES_NUMBERS} - {"str"}
    if found == {"bool"}:
        return "int" if op in COUNTS else "bool"
    return "int" if found and found <= {"int", "bool"} else "real"
