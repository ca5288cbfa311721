"""A call of each function of NumPy, SciPy and `math`, to differentiate as an example.

Shapes: x, y (n, m); u, v (k,); A (n, m); B (m, k); M (n, n); a, b numbers.
"""

from __future__ import annotations

from collections.abc import Mapping

SHAPES: Mapping[str, str] = {
    "x": "n m", "y": "n m", "u": "k", "v": "k", "A": "n m", "B": "m k", "M": "n n", "a": "", "b": "",
}  # fmt: skip
TWO = (
    "add arctan2 atan2 copysign divide equal float_power floor_divide fmax fmin fmod greater greater_equal heaviside "
    "hypot less less_equal logaddexp logaddexp2 logical_and logical_or logical_xor maximum minimum mod multiply "
    "nextafter not_equal pow power remainder subtract true_divide divmod"
).split()
TWO_SPECIAL = "beta betaln huber kl_div pseudo_huber rel_entr xlog1py xlogy".split()
# where it is not `np.name(x)`, or `np.name(x, y)` for the names above
CALLS: Mapping[str, str] = {
    **{f"np.{name}": f"np.{name}(x, y)" for name in TWO},
    **{f"scipy.special.{name}": f"scipy.special.{name}(x, y)" for name in TWO_SPECIAL},
    **{f"np.fft.{name}": f"np.real(np.fft.{name}(x))" for name in "fft ifft rfft fft2 ifft2 rfft2 fftn ifftn".split()},
    "np.append": "np.append(u, v)",
    "np.array": "np.array([a, b])",
    "np.array_split": "np.array_split(v, 2)[0]",
    "np.asarray": "np.asarray([a, b])",
    "np.atleast_1d": "np.atleast_1d(v)",
    "np.broadcast_arrays": "np.broadcast_arrays(a, v)[0]",
    "np.broadcast_to": "np.broadcast_to(v, (2, 3))",
    "np.clip": "np.clip(x, 0.2, 0.8)",
    "np.column_stack": "np.column_stack((u, v))",
    "np.concat": "np.concat((u, v))",
    "np.concatenate": "np.concatenate((u, v))",
    "np.convolve": "np.convolve(u, v)",
    "np.corrcoef": "np.corrcoef(x)",
    "np.correlate": "np.correlate(u, v)",
    "np.cross": "np.cross(u, v)",
    "np.cumulative_prod": "np.cumulative_prod(v)",
    "np.cumulative_sum": "np.cumulative_sum(v)",
    "np.delete": "np.delete(v, 0)",
    "np.diag": "np.diag(v)",
    "np.diagonal": "np.diagonal(M)",
    "np.dot": "np.dot(A, B)",
    "np.dsplit": "np.dsplit(x[None], 2)[0]",
    "np.dstack": "np.dstack((x, y))",
    "np.einsum": "np.einsum('ij,jk->ik', A, B)",
    "np.expand_dims": "np.expand_dims(x, 0)",
    "np.eye": "np.eye(3) * a",
    "np.full": "np.full((2, 3), a)",
    "np.full_like": "np.full_like(x, a)",
    "np.geomspace": "np.geomspace(a, b, 5)",
    "np.gradient": "np.gradient(v)",
    "np.hsplit": "np.hsplit(x, 2)[0]",
    "np.hstack": "np.hstack((u, v))",
    "np.identity": "np.identity(3) * a",
    "np.inner": "np.inner(u, v)",
    "np.insert": "np.insert(v, 0, a)",
    "np.interp": "np.interp(u, np.arange(3.0), v)",
    "np.kron": "np.kron(A, B)",
    "np.linspace": "np.linspace(a, b, 5)",
    "np.logspace": "np.logspace(a, b, 5)",
    "np.matmul": "np.matmul(A, B)",
    "np.matrix_transpose": "np.matrix_transpose(x)",
    "np.matvec": "np.matvec(M, v)",
    "np.meshgrid": "np.meshgrid(u, v)[0]",
    "np.moveaxis": "np.moveaxis(x, 0, 1)",
    "np.outer": "np.outer(u, v)",
    "np.pad": "np.pad(v, 1, mode='constant')",
    "np.partition": "np.partition(v, 1)",
    "np.argpartition": "np.argpartition(v, 1)",
    "np.percentile": "np.percentile(v, 30)",
    "np.permute_dims": "np.permute_dims(x, (1, 0))",
    "np.piecewise": "np.piecewise(v, [v > 0.5], [lambda t: t, lambda t: t**2])",
    "np.polyval": "np.polyval(u, v)",
    "np.polyadd": "np.polyadd(u, v)",
    "np.polymul": "np.polymul(u, v)",
    "np.polysub": "np.polysub(u, v)",
    "np.quantile": "np.quantile(v, 0.3)",
    "np.repeat": "np.repeat(x, 2, axis=0)",
    "np.reshape": "np.reshape(x, (4, 2))",
    "np.resize": "np.resize(v, 5)",
    "np.roll": "np.roll(v, 1)",
    "np.rollaxis": "np.rollaxis(x, 1)",
    "np.row_stack": "np.row_stack((u, v))",
    "np.fft.fftfreq": "np.fft.fftfreq(8) * a",
    "np.fft.rfftfreq": "np.fft.rfftfreq(8) * a",
    "np.tri": "np.tri(3) * a",
    "np.searchsorted": "np.searchsorted(np.arange(3.0), v)",
    "np.select": "np.select([x > 0.5, y > 0.5], [x, y], 0.0)",
    "np.split": "np.split(v, 3)[0]",
    "np.stack": "np.stack((u, v))",
    "np.swapaxes": "np.swapaxes(x, 0, 1)",
    "np.take": "np.take(v, np.array([0, 2, 0]))",
    "np.take_along_axis": "np.take_along_axis(v, np.array([2, 0]), 0)",
    "np.tensordot": "np.tensordot(A, B, 1)",
    "np.tile": "np.tile(v, 2)",
    "np.trace": "np.trace(M)",
    "np.trapezoid": "np.trapezoid(v)",
    "np.tril": "np.tril(M)",
    "np.triu": "np.triu(M)",
    "np.unstack": "np.unstack(x)[0]",
    "np.vander": "np.vander(v)",
    "np.vdot": "np.vdot(u, v)",
    "np.vecdot": "np.vecdot(u, v)",
    "np.vecmat": "np.vecmat(v, M)",
    "np.vsplit": "np.vsplit(x, 2)[0]",
    "np.vstack": "np.vstack((u, v))",
    "np.where": "np.where(x > 0.5, x, y)",
    "np.zeros": "np.zeros(3) + a",
    "np.ones": "np.ones(3) * a",
    "np.empty": "np.empty(3) + a",
    "np.arange": "np.arange(3) * a",
    "np.linalg.cholesky": "np.linalg.cholesky(M)",
    "np.linalg.cross": "np.linalg.cross(u, v)",
    "np.linalg.diagonal": "np.linalg.diagonal(M)",
    "np.linalg.eig": "np.linalg.eig(M)[0]",
    "np.linalg.eigh": "np.linalg.eigh(M)[0]",
    "np.linalg.eigvalsh": "np.linalg.eigvalsh(M)",
    "np.linalg.lstsq": "np.linalg.lstsq(M, v)[0]",
    "np.linalg.matmul": "np.linalg.matmul(A, B)",
    "np.linalg.matrix_norm": "np.linalg.matrix_norm(M)",
    "np.linalg.matrix_power": "np.linalg.matrix_power(M, 3)",
    "np.linalg.multi_dot": "np.linalg.multi_dot([A, B, u])",
    "np.linalg.norm": "np.linalg.norm(x)",
    "np.linalg.outer": "np.linalg.outer(u, v)",
    "np.linalg.qr": "np.linalg.qr(M)[1]",
    "np.linalg.slogdet": "np.linalg.slogdet(M)[1]",
    "np.linalg.solve": "np.linalg.solve(M, v)",
    "np.linalg.svd": "np.linalg.svd(M)[1]",
    "np.linalg.svdvals": "np.linalg.svdvals(M)",
    "np.linalg.tensordot": "np.linalg.tensordot(A, B, 1)",
    "np.linalg.vecdot": "np.linalg.vecdot(u, v)",
    "np.linalg.vector_norm": "np.linalg.vector_norm(v)",
    **{f"np.linalg.{name}": f"np.linalg.{name}(M)" for name in "cond det eigvals inv matrix_rank pinv trace".split()},
    "scipy.linalg.solve_triangular": "scipy.linalg.solve_triangular(M, v)",
    **{f"scipy.linalg.{name}": f"scipy.linalg.{name}(M)" for name in "cholesky det expm inv logm sqrtm".split()},
    "scipy.linalg.solve": "scipy.linalg.solve(M, v)",
    "scipy.special.betainc": "scipy.special.betainc(2.0, 3.0, x)",
    "scipy.special.gammainc": "scipy.special.gammainc(2.0, x)",
    "scipy.special.gammaincc": "scipy.special.gammaincc(2.0, x)",
    **{f"scipy.special.{name}": f"scipy.special.{name}(1, x)" for name in "expn iv ive jn jv kn kv yn yv".split()},
    "scipy.special.multigammaln": "scipy.special.multigammaln(3 + a, 2)",
    "scipy.special.polygamma": "scipy.special.polygamma(1, x)",
    "scipy.special.logsumexp": "scipy.special.logsumexp(x)",
    "math.dist": "math.dist([a, b], [1.0, 2.0])",
    "math.fma": "math.fma(a, b, 2.0)",
    "math.fsum": "math.fsum([a, b, 2.0])",
    "math.gcd": "math.gcd(int(a), 4)",
    "math.lcm": "math.lcm(int(a), 4)",
    "math.comb": "math.comb(int(a), 2)",
    "math.perm": "math.perm(int(a), 2)",
    "math.factorial": "math.factorial(int(a))",
    "math.isqrt": "math.isqrt(int(a))",
    "math.frexp": "math.frexp(a)[0]",
    "math.modf": "math.modf(a)[0]",
    "math.ldexp": "math.ldexp(a, 3)",
    "math.prod": "math.prod([a, b, 2.0])",
    "math.sumprod": "math.sumprod([a, b], [1.0, 2.0])",
    **{f"math.{n}": f"math.{n}(a, b)" for n in "atan2 copysign fmod hypot isclose nextafter pow remainder".split()},
    ".astype": "x.astype(float)",
    ".compress": "u.compress(v > 0.5)",
    ".item": "a.item()",
    "max": "max(a, b)",
    "min": "min(a, b)",
    "pow": "pow(a, b)",
    "sum": "sum([a, b])",
    "divmod": "divmod(a, b)[1]",
    "round": "round(a, 2)",
    "abs": "abs(a)",
    "float": "float(a)",
    "int": "int(a)",
}
# other functions that tools of this kind know: looked up as well
OTHERS = (
    "np.abs np.all np.amax np.amin np.angle np.any np.argmax np.argmin np.argsort np.around np.atleast_2d "
    "np.atleast_3d np.average np.bincount np.ceil np.copy np.count_nonzero np.cov np.cumprod np.cumsum np.diff "
    "np.ediff1d np.exp2 np.fft.fft np.fft.fft2 np.fft.fftn np.fft.fftshift np.fft.ifft np.fft.ifft2 np.fft.ifftn "
    "np.fft.ifftshift np.fft.irfft np.fft.irfft2 np.fft.rfft np.fft.rfft2 np.fix np.flip np.fliplr np.flipud np.i0 "
    "np.imag np.max np.mean np.median np.min np.nan_to_num np.nancumsum np.nanmax np.nanmean np.nanmin np.nanprod "
    "np.nanstd np.nansum np.nanvar np.ones_like np.permute_dims np.positive np.prod np.ptp np.ravel np.real "
    "np.reciprocal np.rint np.rot90 np.round np.sign np.signbit np.sinc np.sort np.spacing np.squeeze np.std np.sum "
    "np.transpose np.trunc np.unwrap np.var np.zeros_like scipy.special.cosm1 scipy.special.digamma "
    "scipy.special.ellipe scipy.special.ellipk scipy.special.entr scipy.special.erf scipy.special.erfc "
    "scipy.special.erfcinv scipy.special.erfcx scipy.special.erfinv scipy.special.expit scipy.special.exprel "
    "scipy.special.gamma scipy.special.gammaln scipy.special.gammasgn scipy.special.i0 scipy.special.i0e "
    "scipy.special.i1 scipy.special.i1e scipy.special.j0 scipy.special.j1 scipy.special.k0 scipy.special.k1 "
    "scipy.special.log_expit scipy.special.log_ndtr scipy.special.log_softmax scipy.special.loggamma "
    "scipy.special.logit scipy.special.ndtr scipy.special.ndtri scipy.special.psi scipy.special.rgamma "
    "scipy.special.softmax scipy.special.spence scipy.special.y0 scipy.special.y1 "
).split()


def call_of(name: str) -> str:
    """Return a call of a function."""
    if name in CALLS:
        return CALLS[name]
    return f"{name}(a)" if "." not in name or name.startswith("math.") else f"{name}(x)"
