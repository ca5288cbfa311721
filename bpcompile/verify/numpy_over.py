"""NumPy over numbers of ours: arrays of objects, whose items know their value to many digits and their expression.

What only moves items about, adds or multiplies them is NumPy's own. What computes with floats is written here, over
the exact functions of `math`. Imported late, as NumPy may not be there.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from bpcompile.verify.exact_math import ExactMath
from bpcompile.verify.fourier import ExactFourier, Pair, parts
from bpcompile.verify.linear import ExactLinear, plain
from bpcompile.verify.numpy_whole import OWN_WHOLE, AlongFunctions, ItemFunctions, cross, select
from bpcompile.verify.special import ExactSpecial
from bpcompile.verify.traced import Tracer

SAME = "exp log sqrt sin cos tan tanh sinh cosh log1p expm1 log2 log10 exp2 cbrt degrees radians".split()
RENAMED = {
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh",
    "deg2rad": "radians", "rad2deg": "degrees", **{n: n for n in ("asin", "acos", "atan", "asinh", "acosh", "atanh")},
}  # fmt: skip
REDUCING = "sum mean prod max min var std any all argmax argmin".split()  # methods too
OWN = (  # of NumPy's own, exact on objects
    "sum prod cumsum cumprod dot outer matmul einsum tensordot transpose swapaxes moveaxis reshape ravel expand_dims "
    "squeeze concatenate stack hstack vstack flip roll diag trace broadcast_to array asarray copy zeros ones "
    "zeros_like ones_like full arange atleast_1d shape ndim size max min amax amin argmax argmin sort "
    "argsort put_along_axis add subtract multiply divide true_divide negative s_ newaxis tril triu less "
    "greater less_equal greater_equal equal not_equal positive power pow mod remainder floor_divide "
    "linspace diag_indices shares_memory ndenumerate ascontiguousarray empty_like"
).split()
ALONG_AXES = "sum prod cumsum cumprod max min amax amin".split()
WITH_OUTER = "maximum minimum hypot arctan2 logaddexp fmax fmin power float_power greater less equal".split()


class NumPyOver:
    """The functions of NumPy and SciPy over the numbers of a tracer."""

    def __init__(self, tracer: Tracer) -> None:
        self.np: Any = import_module("numpy")
        self.math = ExactMath(tracer).module
        self.tracer = tracer
        np = self.np
        exact = ExactSpecial(tracer).functions
        self.helpers = {"sinc_slope": self.each(self.sinc_slope), "bessel_i1": self.each(exact["i1"])}
        one = {name: self.each(getattr(self.math, name)) for name in SAME}
        one.update({name: self.each(getattr(self.math, to)) for name, to in RENAMED.items()})
        one.update({"absolute": self.each(abs), "abs": self.each(abs), "fabs": self.each(abs)})
        one.update(
            square=self.each(lambda v: v * v),
            reciprocal=self.each(lambda v: 1 / tracer.need(v)),
            sign=self.each(lambda v: tracer.need(v).sign()),
            floor=self.each(lambda v: tracer.need(v).__floor__()),
            ceil=self.each(lambda v: tracer.need(v).__ceil__()),
            trunc=self.each(lambda v: tracer.need(v).__trunc__()),
            rint=self.each(lambda v: round(tracer.need(v))),
            isnan=self.truths(lambda v: False),
            isinf=self.truths(lambda v: False),
            isfinite=self.truths(lambda v: True),
            sinc=self.each(self.sinc),
            i0=self.each(exact["i0"]),
        )
        self.exact = self.each(lambda v: v if tracer.lift(v) is None else tracer.lift(v))
        two = {
            "maximum": self.each(lambda a, b: a if a >= b else b, 2),
            "minimum": self.each(lambda a, b: a if a <= b else b, 2),
            **dict.fromkeys(("arctan2", "atan2"), self.each(self.math.atan2, 2)),
            "hypot": self.each(self.math.hypot, 2),
            "copysign": self.each(self.math.copysign, 2),
            "logaddexp": self.each(lambda a, b: self.math.log(self.math.exp(a) + self.math.exp(b)), 2),
        }
        own = {name: getattr(np, name) for name in (*OWN, *OWN_WHOLE) if hasattr(np, name)}
        own.update({name: self.of_axes(own[name]) for name in ALONG_AXES})
        constants = {name: getattr(self.math, name) for name in ("pi", "e", "inf", "nan")}
        self.linear = ExactLinear(tracer)
        special = SimpleNamespace(
            **{name: self.item_by_item(f) for name, f in exact.items()},
            logsumexp=self.logsumexp,
            softmax=self.softmax,
            log_softmax=self.log_softmax,
        )
        self.scipy = SimpleNamespace(special=special)
        self.numpy = SimpleNamespace(
            **{
                **own, **one, **two, **constants, **ItemFunctions(tracer, self.math, self.each, self.truths).functions,
                **AlongFunctions(self).functions,
            },
            vdot=lambda a, b: np.sum(np.ravel(a) * np.ravel(b)), cross=cross,
            select=lambda *args: select(self.where, *args),
            where=self.where, mean=self.mean, var=self.var, std=self.std, clip=self.clip, linalg=self.linear.module,
            any=self.any, all=self.all, logical_and=self.truths(lambda a, b: bool(a) and bool(b), 2),
            logical_or=self.truths(lambda a, b: bool(a) or bool(b), 2), logical_not=self.truths(lambda a: not a),
            count_nonzero=self.count_nonzero, result_type=lambda *_: object, float64=lambda v: v,
            errstate=lambda **_: nullcontext(),
            float32=lambda v: v, truth=self.truths(bool),
        )  # fmt: skip
        self.numpy.fft = ExactFourier(tracer).module
        self.numpy.iscomplexobj = lambda x: False
        for name, function in (("real", lambda v: parts(v)[0]), ("imag", lambda v: parts(v)[1])):
            setattr(self.numpy, name, self.each(function))
        self.numpy.angle = self.each(lambda v: self.math.atan2(parts(v)[1], parts(v)[0]))
        self.numpy.concat, self.numpy.permute_dims = self.numpy.concatenate, self.numpy.transpose
        for name in ("matmul", "cross", "tensordot"):
            setattr(self.linear.module, name, getattr(self.numpy, name))
        self.numpy.conj = self.numpy.conjugate = self.each(lambda v: v.conjugate() if isinstance(v, Pair) else v)
        self.numpy.absolute = self.numpy.abs = self.each(self.size)
        for function in (getattr(self.numpy, name) for name in WITH_OUTER):
            if not isinstance(function, np.ufunc):  # which has its own
                function.outer = self.outer(function)
        self.numpy.maximum.reduce = lambda x, axis=0, **options: self.numpy.max(x, axis=axis, **options)
        self.numpy.minimum.reduce = lambda x, axis=0, **options: self.numpy.min(x, axis=axis, **options)
        for name in ("eye", "identity", "tri"):  # a text may write to them
            setattr(self.numpy, name, self.of_objects(getattr(np, name)))
        for name, one_ in (
            ("zeros", tracer.exact(0)),
            ("ones", tracer.exact(1)),
            ("empty", tracer.exact(0)),
        ):  # nothing is rounded to a float
            setattr(self.numpy, name, lambda shape, dtype=None, v=one_: np.full(shape, v, dtype=object))
            setattr(self.numpy, f"{name}_like", lambda x, dtype=None, v=one_: np.full(np.shape(x), v, dtype=object)[()])

    def outer(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function of each item of one array with each of another."""
        np = self.np
        return lambda a, b: function(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b)

    def of_objects(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that makes an array of zeros and ones as one that makes it of exact numbers."""
        return lambda *args, dtype=None, **options: function(*args, dtype=int, **options).astype(object)

    def each(self, function: Callable[..., Any], count: int = 1) -> Callable[..., Any]:
        """Return a function of numbers as one of arrays."""
        vectorised = self.np.frompyfunc(lambda *args: function(*map(plain, args)), count, 1)

        def apply(*args: Any) -> Any:
            return vectorised(*args)

        return apply

    def of_axes(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function of NumPy that takes no axis of a number: NumPy gives an array of one item there."""

        def apply(x: Any, axis: Any = None, **options: Any) -> Any:
            if axis is not None and self.np.ndim(x) == 0:
                raise ValueError("an axis of a number")
            return function(x, axis=axis, **options)

        return apply

    def item_by_item(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function of however many numbers as one of arrays."""
        return lambda *args: self.each(function, len(args))(*args)

    def truths(self, function: Callable[..., Any], count: int = 1) -> Callable[..., Any]:
        """Return a test of numbers as one of arrays."""
        vectorised = self.np.frompyfunc(function, count, 1)
        return lambda *args: self.np.asarray(vectorised(*args)).astype(bool)[()]

    def where(self, condition: Any, *arms: Any) -> Any:
        found = self.np.where(self.np.asarray(condition).astype(bool), *arms)
        return found[()] if arms else found

    def any(self, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return self.np.any(self.np.asarray(x).astype(bool), axis=axis, keepdims=keepdims)

    def all(self, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return self.np.all(self.np.asarray(x).astype(bool), axis=axis, keepdims=keepdims)

    def count_nonzero(self, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return self.np.count_nonzero(self.np.asarray(x).astype(bool), axis=axis, keepdims=keepdims)

    def size(self, v: Any) -> Any:
        return self.math.sqrt(v.real * v.real + v.imag * v.imag) if isinstance(v, Pair) else abs(v)

    def sinc(self, x: Any) -> Any:
        angle = x * self.math.pi
        return self.math.sin(angle) / angle if x != 0 else self.tracer.exact(1)

    def sinc_slope(self, x: Any) -> Any:
        return (self.math.cos(x * self.math.pi) - self.sinc(x)) / x if x != 0 else self.tracer.exact(0)

    def count(self, x: Any, axis: Any) -> int:
        """Return how many items an item of a reduction stands for."""
        shape = self.np.shape(x)
        axes = range(len(shape)) if axis is None else self.np.atleast_1d(axis)
        return int(self.np.prod([shape[k] for k in axes], dtype=int))

    def mean(self, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return self.np.sum(x, axis=axis, keepdims=keepdims) / self.tracer.exact(self.count(x, axis))

    def var(self, x: Any, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
        away = x - self.mean(x, axis=axis, keepdims=True)
        return self.np.sum(away * away, axis=axis, keepdims=keepdims) / self.tracer.exact(self.count(x, axis) - ddof)

    def std(self, x: Any, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
        return self.numpy.sqrt(self.var(x, axis=axis, ddof=ddof, keepdims=keepdims))

    def logsumexp(self, a: Any, axis: Any = None, b: Any = None, keepdims: bool = False) -> Any:
        terms = self.numpy.exp(a) if b is None else self.numpy.exp(a) * b
        return self.numpy.log(self.np.sum(terms, axis=axis, keepdims=keepdims))

    def softmax(self, x: Any, axis: Any = None) -> Any:
        terms = self.numpy.exp(x)
        return terms / self.np.sum(terms, axis=axis, keepdims=True)

    def log_softmax(self, x: Any, axis: Any = None) -> Any:
        return x - self.numpy.log(self.np.sum(self.numpy.exp(x), axis=axis, keepdims=True))

    def clip(self, a: Any, a_min: Any = None, a_max: Any = None, min: Any = None, max: Any = None) -> Any:
        x, low, high = a, min if a_min is None else a_min, max if a_max is None else a_max
        x = x if low is None else self.numpy.maximum(x, low)
        return x if high is None else self.numpy.minimum(x, high)
