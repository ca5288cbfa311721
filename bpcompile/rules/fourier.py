"""Complex numbers between real ones: Fourier transforms, and what is computed of their results.

The cotangent of z = a + bi is da + db * i. What is linear has its adjoint as pullback; a product takes the conjugate of
the other factor. What reaches a real array is the real part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bpcompile.ir import ops
from bpcompile.ir.graph import Value
from bpcompile.ir.kinds import Array
from bpcompile.ir.ops import FFT, NUMPY, REDUCTIONS, Op
from bpcompile.rules.algebra import Expr, Operand, of
from bpcompile.rules.terms import literal_of, text

# the norm of the transform back that is the adjoint
OPPOSITE = {"None": "'forward'", "'forward'": "None", "'ortho'": "'ortho'"}


def is_complex(value: Value) -> bool:
    """Return whether a value is an array of complex numbers."""
    return isinstance(value.kind, Array) and value.kind.dtype == "complex"


def conj(x: Expr) -> Expr:
    """Return the conjugate of what may be complex."""
    return of(NUMPY["conj"], x)


def transformed_back(name: str) -> Callable[..., Sequence[Operand]]:
    """Return the pullback of a transform whose inverse has that name."""

    def pullback(ct: Expr, out: Expr, x: Expr, axis: Expr, norm: Expr) -> Sequence[Operand]:
        return (of(FFT[name], ct, axis, text(ct, OPPOSITE[str(literal_of(norm))])),)

    return pullback


def of_half(ct: Expr, out: Expr, x: Expr, axis: Expr, norm: Expr) -> Sequence[Operand]:
    """Return the pullback of the half of a transform that real numbers have: the other half is zero."""
    return (of(ops.IFFT_PADDED, ct, of(ops.DIM, x, axis), axis, text(ct, OPPOSITE[str(literal_of(norm))])),)


def to_half(ct: Expr, out: Expr, y: Expr, axis: Expr, norm: Expr, *length: Expr) -> Sequence[Operand]:
    """Return the pullback of a transform back from a half."""
    return (of(ops.IRFFT_SHARE, ct, y, axis, text(ct, OPPOSITE[str(literal_of(norm))])),)


def size_of(ct: Expr, out: Expr, z: Expr) -> Sequence[Operand]:
    """Return the pullback of the absolute value: 0 at 0."""
    return (z * of(NUMPY["where"], out > 0, ct / out, 0.0),)


# fmt: off
FOURIER_PULLBACKS: Mapping[Op, Callable[..., Sequence[Operand]]] = {
    FFT["fft"]:         transformed_back("ifft"),
    FFT["ifft"]:        transformed_back("fft"),
    FFT["fft2"]:        transformed_back("ifft2"),
    FFT["ifft2"]:       transformed_back("fft2"),
    FFT["fftn"]:        transformed_back("ifftn"),
    FFT["ifftn"]:       transformed_back("fftn"),
    FFT["rfft"]:        of_half,
    FFT["irfft"]:       to_half,
    FFT["fftshift"]:    lambda ct, out, x, axes: (of(FFT["ifftshift"], ct, axes),),
    FFT["ifftshift"]:   lambda ct, out, x, axes: (of(FFT["fftshift"], ct, axes),),
}
# item by item, where something is complex
COMPLEX_PULLBACKS: Mapping[Op, Callable[..., Sequence[Operand]]] = {
    ops.ADD:            lambda ct, out, a, b: (ct, ct),
    ops.SUB:            lambda ct, out, a, b: (ct, -ct),
    ops.MUL:            lambda ct, out, a, b: (ct * conj(b), ct * conj(a)),
    ops.DIV:            lambda ct, out, a, b: (ct / conj(b), -(ct * conj(out / b))),
    ops.NEG:            lambda ct, out, a: (-ct,),
    ops.POS:            lambda ct, out, a: (ct,),
    ops.COPY:           lambda ct, out, a: (ct,),
    ops.READ:           lambda ct, out, a: (ct,),
    ops.ABS:            size_of,
    NUMPY["absolute"]:  size_of,
    NUMPY["real"]:      lambda ct, out, z: (ct,),
    NUMPY["imag"]:      lambda ct, out, z: (of(ops.TIMES_I, ct),),
    NUMPY["conj"]:      lambda ct, out, z: (conj(ct),),
    NUMPY["conjugate"]: lambda ct, out, z: (conj(ct),),
    NUMPY["exp"]:       lambda ct, out, z: (ct * conj(out),),
    NUMPY["square"]:    lambda ct, out, z: (2 * ct * conj(z),),
}
# fmt: on
TRANSFORMS = frozenset(FOURIER_PULLBACKS) - {FFT["fftshift"], FFT["ifftshift"]}
# of whole arrays, what is linear, with real coefficients: the pullback is the same
LINEAR = frozenset(
    (
        REDUCTIONS["sum"],
        REDUCTIONS["mean"],
        ops.SUBSCRIPT,
        ops.RESHAPE,
        ops.RAVEL,
        ops.TRANSPOSE,
        ops.SWAPAXES,
        ops.MOVEAXIS,
        ops.EXPAND_DIMS,
        ops.SQUEEZE,
        ops.CONCATENATE,
        ops.STACK,
        ops.FLIP,
        ops.ROLL,
        ops.COPY_OF,
    )
)  # fmt: skip
ABOUT_SHAPE = frozenset((ops.DIM, ops.SIZE, ops.NDIM, ops.LEN))
TAKES_COMPLEX = frozenset((*FOURIER_PULLBACKS, *COMPLEX_PULLBACKS, *LINEAR, *ABOUT_SHAPE))
