"""Less usual functions of NumPy over numbers of ours, written with the plain ones. Imported late, as NumPy is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from bpcompile.verify.traced import Tracer

OWN_WHOLE = (  # of NumPy's own, exact on objects; some are not in every NumPy
    "rot90 fliplr flipud rollaxis atleast_2d atleast_3d diagonal diagflat tile repeat pad append take take_along_axis "
    "compress extract row_stack dstack column_stack split array_split hsplit vsplit dsplit meshgrid broadcast_arrays "
    "flatnonzero ix_ ogrid inner kron convolve correlate"
).split()


class ItemFunctions:
    """Functions that work item by item; `each` makes one of a function of numbers."""

    def __init__(self, tracer: Tracer, math: Any, each: Callable[..., Any], truths: Callable[..., Any]) -> None:
        self.math, self.tracer = math, tracer
        need = tracer.need
        same = {name: each(lambda v: v) for name in ("real", "conj", "conjugate", "real_if_close")}
        self.functions: Mapping[str, Any] = {
            **same,
            "imag": each(lambda v: 0),
            "fmax": each(lambda a, b: a if a >= b else b, 2),
            "fmin": each(lambda a, b: a if a <= b else b, 2),
            "fmod": each(lambda a, b: a - b * need(need(a) / b).__trunc__(), 2),
            "float_power": each(lambda a, b: need(a) ** b, 2),
            "heaviside": each(lambda x, at_zero: at_zero if x == 0 else int(x > 0), 2),
            "logaddexp2": each(lambda a, b: math.log2(math.exp2(a) + math.exp2(b)), 2),
            "ldexp": each(lambda x, i: x * tracer.exact(2) ** int(i), 2),
            "fix": each(lambda v: need(v).__trunc__()),
            "signbit": truths(lambda v: v < 0),
            "logical_xor": truths(lambda a, b: bool(a) != bool(b), 2),
            "isclose": lambda a, b, **options: truths(lambda x, y: x == y, 2)(a, b),
            "divmod": lambda a, b: (a // b, a % b),
            "round": self.rounded(each),
            "around": self.rounded(each),
            "nan_to_num": lambda x, **options: each(lambda v: v)(x),
            "modf": lambda x: (each(lambda v: v - need(v).__trunc__())(x), each(lambda v: need(v).__trunc__())(x)),
        }

    def rounded(self, each: Callable[..., Any]) -> Callable[..., Any]:
        """Return `np.round`."""
        return lambda x, decimals=0: each(lambda v: round(self.tracer.need(v), decimals))(x)


def select(where: Callable[..., Any], conditions: Sequence[Any], choices: Sequence[Any], default: Any = 0) -> Any:
    """Return `np.select` by way of `np.where`."""
    found = default
    for condition, choice in zip(reversed(conditions), reversed(choices)):
        found = where(condition, choice, found)
    return found


def cross(a: Any, b: Any, axis: int = -1) -> Any:
    """Return `np.cross` of vectors of three items."""
    np: Any = import_module("numpy")
    a, b = (np.moveaxis(np.asarray(x), axis, -1) for x in (a, b))
    parts = [a[..., i - 2] * b[..., i - 1] - a[..., i - 1] * b[..., i - 2] for i in range(3)]
    return np.moveaxis(np.stack(parts, axis=-1), -1, axis)
