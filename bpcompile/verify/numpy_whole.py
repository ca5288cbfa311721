"""Less usual functions of NumPy over numbers of ours, written with the plain ones. Imported late, as NumPy is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from bpcompile.verify.traced import Tracer

OWN_WHOLE = (  # of NumPy's own, exact on objects; some are not in every NumPy
    "rot90 fliplr flipud rollaxis atleast_2d atleast_3d diagonal diagflat tile repeat pad append take take_along_axis "
    "compress extract row_stack dstack column_stack split array_split hsplit vsplit dsplit meshgrid broadcast_arrays "
    "flatnonzero ix_ ogrid inner kron convolve correlate cumprod diff ediff1d partition "
    "trapezoid trapz vander polyval polyder searchsorted nonzero argwhere argpartition array_equal tri "
    "triu_indices tril_indices diag_indices atleast_1d tri"
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


class AlongFunctions:
    """Functions along an axis that NumPy has for floats alone."""

    def __init__(self, over: Any) -> None:
        self.over, self.np = over, over.np
        same = {f"nan{n}": getattr(over, n) for n in ("mean", "var", "std")}
        same.update({f"nan{n}": getattr(self.np, n) for n in ("sum", "prod", "max", "min")})
        self.functions: Mapping[str, Any] = {
            **same,
            **{
                n: getattr(self, n)
                for n in "median quantile percentile ptp average gradient interp cov corrcoef".split()
            },
            "allclose": lambda a, b, **options: bool(self.np.all(self.np.asarray(a == b))),
            "linspace": self.linspace,
            "bincount": self.bincount,
            "digitize": lambda x, bins, right=False: self.np.searchsorted(bins, x, side="left" if right else "right"),
        }

    def quantile(self, a: Any, q: Any, axis: Any = None, keepdims: bool = False, method: str = "linear") -> Any:
        flat, at = (self.np.ravel(a), 0) if axis is None else (self.np.asarray(a), axis)
        items = self.np.sort(flat, axis=at)
        place = self.over.tracer.need(q) * (items.shape[at] - 1)
        low = int(place.__floor__())
        part = place - low
        first, second = (self.np.take(items, min(k, items.shape[at] - 1), axis=at) for k in (low, low + 1))
        found = first * (1 - part) + second * part
        if not keepdims:
            return found
        return self.np.reshape(found, (1,) * self.np.ndim(a)) if axis is None else self.np.expand_dims(found, axis)

    def percentile(self, a: Any, q: Any, **options: Any) -> Any:
        return self.quantile(a, self.over.tracer.need(q) / 100, **options)

    def median(self, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return self.quantile(a, self.over.tracer.exact(1) / 2, axis, keepdims)

    def ptp(self, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return self.np.max(a, axis=axis, keepdims=keepdims) - self.np.min(a, axis=axis, keepdims=keepdims)

    def average(self, a: Any, axis: Any = None, weights: Any = None, keepdims: bool = False) -> Any:
        if axis is not None and self.np.ndim(a) == 0:
            raise ValueError("an axis of a number")
        if weights is None:
            return self.over.mean(a, axis, keepdims)
        wide = weights
        if self.np.ndim(weights) != self.np.ndim(a):
            wide = self.np.moveaxis(self.np.reshape(weights, (-1,) + (1,) * (self.np.ndim(a) - 1)), 0, axis)
        wide = wide + self.np.zeros(self.np.shape(a), dtype=int)
        return self.np.sum(a * wide, axis=axis, keepdims=keepdims) / self.np.sum(wide, axis=axis, keepdims=keepdims)

    def gradient(self, f: Any, *spacing: Any, axis: Any = None, edge_order: int = 1) -> Any:
        axes = range(self.np.ndim(f)) if axis is None else [axis]
        found = [self.slope(f, k, edge_order) / (spacing[0] if spacing else self.over.tracer.exact(1)) for k in axes]
        return found[0] if len(found) == 1 else found

    def slope(self, f: Any, axis: int, edge_order: int) -> Any:
        """Return differences along an axis, over a spacing of 1."""
        x = self.np.moveaxis(f, axis, 0)
        inner = (x[2:] - x[:-2]) / self.over.tracer.exact(2)
        if edge_order == 1:
            first, last = x[1:2] - x[:1], x[-1:] - x[-2:-1]
        else:
            first = (4 * x[1:2] - 3 * x[:1] - x[2:3]) / self.over.tracer.exact(2)
            last = (3 * x[-1:] - 4 * x[-2:-1] + x[-3:-2]) / self.over.tracer.exact(2)
        return self.np.moveaxis(self.np.concatenate([first, inner, last]), 0, axis)

    def interp(self, x: Any, xp: Any, fp: Any) -> Any:
        def at(v: Any) -> Any:
            if v <= xp[0] or v >= xp[-1]:
                return fp[0] if v <= xp[0] else fp[-1]
            k = max(k for k in range(len(xp) - 1) if xp[k] <= v)
            return fp[k] + (fp[k + 1] - fp[k]) / (xp[k + 1] - xp[k]) * (v - xp[k])

        return self.over.each(at)(x)

    def cov(self, m: Any, rowvar: bool = True, bias: bool = False, ddof: Any = None) -> Any:
        rows = self.np.atleast_2d(m)
        rows = rows if rowvar or self.np.ndim(m) == 1 else rows.T
        away = rows - self.over.mean(rows, axis=1, keepdims=True)
        less = ddof if ddof is not None else 0 if bias else 1
        found = away @ away.T / self.over.tracer.exact(rows.shape[1] - less)
        return found if found.size > 1 else found[0, 0]

    def corrcoef(self, x: Any, rowvar: bool = True) -> Any:
        cov = self.cov(x, rowvar)
        if not self.np.ndim(cov):
            return cov / cov
        root = self.over.numpy.sqrt(self.np.diag(cov))
        return cov / self.np.outer(root, root)

    def linspace(self, start: Any, stop: Any, num: int = 50, endpoint: bool = True) -> Any:
        steps = self.over.tracer.exact(max(num - 1 if endpoint else num, 1))
        return self.np.array([start + (stop - start) * k / steps for k in range(num)], dtype=object)

    def bincount(self, x: Any, weights: Any = None, minlength: int = 0) -> Any:
        places = [int(v) for v in self.np.ravel(x)]
        if weights is not None and len(weights) != len(places):
            raise ValueError("as many weights as items")
        found = [0] * max(minlength, *(k + 1 for k in places), 0)
        for k, weight in zip(places, [1] * len(places) if weights is None else weights):
            found[k] = found[k] + weight
        return self.np.array(found, dtype=int if weights is None else object)
