"""Complex numbers and Fourier transforms over numbers of ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from bpcompile.verify.exact_math import ExactMath
from bpcompile.verify.traced import Num, Tracer


class Pair:
    """A complex number: its real and its imaginary part."""

    __slots__ = ("imag", "real")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, real: Any, imag: Any) -> None:
        self.real = real
        self.imag = imag

    def __add__(self, other: Any) -> Pair:
        real, imag = parts(other)
        return Pair(self.real + real, self.imag + imag)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Pair:
        real, imag = parts(other)
        return Pair(self.real - real, self.imag - imag)

    def __rsub__(self, other: Any) -> Pair:
        real, imag = parts(other)
        return Pair(real - self.real, imag - self.imag)

    def __mul__(self, other: Any) -> Pair:
        if hasattr(other, "shape"):
            return NotImplemented  # of each item
        real, imag = parts(other)
        return Pair(self.real * real - self.imag * imag, self.real * imag + self.imag * real)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Pair:
        real, imag = parts(other)
        size = real * real + imag * imag
        return Pair((self.real * real + self.imag * imag) / size, (self.imag * real - self.real * imag) / size)

    def __rtruediv__(self, other: Any) -> Pair:
        return Pair(*parts(other)) / self

    def __neg__(self) -> Pair:
        return Pair(-self.real, -self.imag)

    def __pos__(self) -> Pair:
        return self

    def conjugate(self) -> Pair:
        return Pair(self.real, -self.imag)


def parts(value: Any) -> tuple[Any, Any]:
    """Return the real and the imaginary part of a number."""
    return (value.real, value.imag) if isinstance(value, Pair) else (value, 0)


class ExactFourier:
    """The functions of `np.fft`, by their sums; `module` holds them."""

    def __init__(self, tracer: Tracer) -> None:
        self.np: Any = import_module("numpy")
        self.math = ExactMath(tracer).module
        self.tracer = tracer
        own = ("fftshift", "ifftshift", "fftfreq", "rfftfreq")
        self.module = SimpleNamespace(
            fft=self.along(-1), ifft=self.along(1), rfft=self.rfft, irfft=self.irfft,
            fft2=self.over(-1, (-2, -1)), ifft2=self.over(1, (-2, -1)),
            fftn=self.over(-1, None), ifftn=self.over(1, None), rfft2=self.rfft2, irfft2=self.irfft2,
            **{name: getattr(self.np.fft, name) for name in own},
        )  # fmt: skip

    def turn(self, k: int, n: int) -> Pair:
        """Return exp(2 pi i k / n)."""
        angle = self.math.pi * self.tracer.exact(2 * k) / n
        return Pair(self.math.cos(angle), self.math.sin(angle))

    def scale(self, sign: int, norm: str | None, n: int) -> Any:
        """Return what a sum of n terms is divided by."""
        if norm == "ortho":
            return self.math.sqrt(n)
        return self.tracer.exact(n if (sign > 0) == (norm in (None, "backward")) else 1)

    def sums(self, items: Sequence[Any], n: int, sign: int, norm: str | None) -> list[Any]:
        """Return the transform of items, cut off or followed by zeros to be n."""
        given = list(items[:n])
        found: list[Any] = []
        for k in range(n):
            total: Any = Pair(self.tracer.exact(0), self.tracer.exact(0))
            for j, item in enumerate(given):
                total = total + item * self.turn(sign * j * k % n, n)
            found.append(total / self.scale(sign, norm, n))
        return found

    def mapped(self, function: Callable[[Any], Any], x: Any, axis: int) -> Any:
        """Return an array with a function applied to each of its lines along an axis."""
        moved = self.np.moveaxis(self.np.asarray(x, dtype=object), axis, -1)
        lines = [function(line) for line in moved.reshape(-1, moved.shape[-1])]
        flat = self.np.empty((len(lines), len(lines[0])), dtype=object)
        for k, line in enumerate(lines):
            flat[k, :] = line
        return self.np.moveaxis(flat.reshape((*moved.shape[:-1], flat.shape[-1])), -1, axis)

    def along(self, sign: int) -> Callable[..., Any]:
        """Return a transform along one axis."""

        def transform(x: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
            length = self.np.shape(x)[axis] if n is None else n
            return self.mapped(lambda line: self.sums(line, length, sign, norm), x, axis)

        return transform

    def rfft2(self, x: Any, axes: tuple[int, int] = (-2, -1), norm: str | None = None) -> Any:
        return self.along(-1)(self.rfft(x, axis=axes[1], norm=norm), axis=axes[0], norm=norm)

    def irfft2(self, y: Any, axes: tuple[int, int] = (-2, -1), norm: str | None = None) -> Any:
        return self.irfft(self.along(1)(y, axis=axes[0], norm=norm), axis=axes[1], norm=norm)

    def over(self, sign: int, default: tuple[int, ...] | None) -> Callable[..., Any]:
        """Return a transform along several axes."""

        def transform(x: Any, axes: Any = default, norm: str | None = None) -> Any:
            for axis in range(self.np.ndim(x)) if axes is None else axes:
                x = self.along(sign)(x, axis=axis, norm=norm)
            return x

        return transform

    def rfft(self, x: Any, axis: int = -1, norm: str | None = None) -> Any:
        half = self.np.shape(x)[axis] // 2 + 1
        return self.mapped(lambda line: self.sums(line, len(line), -1, norm)[:half], x, axis)

    def irfft(self, y: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
        length = 2 * (self.np.shape(y)[axis] - 1) if n is None else n

        def line_of(line: Any) -> list[Num]:
            whole: list[Any] = []
            for k in range(length):
                mirrored = min(k, length - k)
                item = line[mirrored] if mirrored < len(line) else 0
                real, imag = parts(item)
                is_own = k == 0 or 2 * k == length
                whole.append(Pair(real, 0 * imag if is_own else imag if k == mirrored else -imag))
            return [item.real for item in self.sums(whole, length, 1, norm)]

        return self.mapped(line_of, y, axis)
