"""The special functions of SciPy: each row against mpmath, against differences of the original, and by SymPy."""

from __future__ import annotations

# ruff: noqa: E501  (programs are data: one line each)
import warnings
from typing import Any

import array_oracle
import mpmath
import numpy as np
import pytest

from bpcompile import CompileError, compile_source
from bpcompile.frontend.numpy_names import FUNCTIONS
from bpcompile.ir import ops

HEAD = "import numpy as np\nimport scipy.special as sp\n\n\n"
mp = mpmath.mp.clone()
mp.dps = 40

ANY = (-2.3, -0.4, 0.3, 1.7)
POSITIVE = (0.3, 0.9, 2.6)
UNIT = (0.1, 0.45, 0.8)
# the call, the same in mpmath, where
ROWS: dict[str, tuple[str, Any, tuple[float, ...]]] = {
    "expit": ("sp.expit(x)", lambda x: 1 / (1 + mp.exp(-x)), ANY),
    "logit": ("sp.logit(x)", lambda x: mp.log(x / (1 - x)), UNIT),
    "log_expit": ("sp.log_expit(x)", lambda x: -mp.log(1 + mp.exp(-x)), (*ANY, -800.0, 800.0)),
    "softplus": ("sp.softplus(x)", lambda x: mp.log(1 + mp.exp(x)), (*ANY, -800.0, 800.0)),
    "erf": ("sp.erf(x)", mp.erf, ANY),
    "erfc": ("sp.erfc(x)", mp.erfc, ANY),
    "erfcx": ("sp.erfcx(x)", lambda x: mp.exp(x * x) * mp.erfc(x), ANY),
    "erfinv": ("sp.erfinv(x)", mp.erfinv, (-0.6, 0.2, 0.9)),
    "erfcinv": ("sp.erfcinv(x)", lambda x: mp.erfinv(1 - x), (0.2, 0.9, 1.7)),
    "ndtr": ("sp.ndtr(x)", mp.ncdf, ANY),
    "ndtri": ("sp.ndtri(x)", lambda x: mp.sqrt(2) * mp.erfinv(2 * x - 1), UNIT),
    "log_ndtr": ("sp.log_ndtr(x)", lambda x: mp.log(mp.ncdf(x)), (*ANY, -30.0, 8.0)),
    "gamma": ("sp.gamma(x)", mp.gamma, (0.3, 1.9, -1.4)),
    "gammaln": ("sp.gammaln(x)", lambda x: mp.log(abs(mp.gamma(x))), (0.3, 1.9, -1.4)),
    "loggamma": ("sp.loggamma(x)", mp.loggamma, POSITIVE),
    "gammasgn": ("sp.gammasgn(x) * x", lambda x: mp.sign(mp.gamma(x)) * x, (0.3, -1.4, -0.4)),
    "digamma": ("sp.digamma(x)", mp.digamma, (0.3, 1.9, -1.4)),
    "polygamma": ("sp.polygamma(2, x)", lambda x: mp.polygamma(2, x), POSITIVE),
    "multigammaln": ("sp.multigammaln(x, 3)", lambda x: mp.fsum(mp.loggamma(x - mp.mpf(j) / 2) for j in range(3)), (1.3, 2.6, 7.0)),
    "beta": ("sp.beta(x, 2 * x)", lambda x: mp.beta(x, 2 * x), POSITIVE),
    "betaln": ("sp.betaln(x, 2 * x)", lambda x: mp.log(mp.beta(x, 2 * x)), POSITIVE),
    "xlogy": ("sp.xlogy(x, 3 * x)", lambda x: x * mp.log(3 * x), POSITIVE),
    "xlog1py": ("sp.xlog1py(x, 3 * x)", lambda x: x * mp.log1p(3 * x), POSITIVE),
    "entr": ("sp.entr(x)", lambda x: -x * mp.log(x), POSITIVE),
    "rel_entr": ("sp.rel_entr(x, x * x + 1)", lambda x: x * mp.log(x / (x * x + 1)), POSITIVE),
    "kl_div": ("sp.kl_div(x, x * x + 1)", lambda x: x * mp.log(x / (x * x + 1)) - x + x * x + 1, POSITIVE),
    "huber": ("sp.huber(0.5 + x * x / 9, x)", lambda x: h if abs(x) > (d := mp.mpf(1) / 2 + x * x / 9) and (h := d * (abs(x) - d / 2)) else x * x / 2, ANY),
    "pseudo_huber": ("sp.pseudo_huber(0.5 + x * x, x)", lambda x: (d := x * x + mp.mpf(1) / 2) * d * (mp.sqrt(1 + (x / d) ** 2) - 1), ANY),
    "exp10": ("sp.exp10(x)", lambda x: mp.mpf(10) ** x, ANY),
    "exp2": ("sp.exp2(x)", lambda x: mp.mpf(2) ** x, ANY),
    "expm1": ("sp.expm1(x)", mp.expm1, ANY),
    "log1p": ("sp.log1p(x)", mp.log1p, POSITIVE),
    "cbrt": ("sp.cbrt(x)", lambda x: mp.sign(x) * mp.cbrt(abs(x)), ANY),
    "cosm1": ("sp.cosm1(x)", lambda x: mp.cos(x) - 1, ANY),
    "i0": ("sp.i0(x)", lambda x: mp.besseli(0, x), (*ANY, 0.0)),
    "i1": ("sp.i1(x)", lambda x: mp.besseli(1, x), (*ANY, 0.0)),
    "i0e": ("sp.i0e(x)", lambda x: mp.besseli(0, x) * mp.exp(-abs(x)), ANY),
    "i1e": ("sp.i1e(x)", lambda x: mp.besseli(1, x) * mp.exp(-abs(x)), ANY),
    "iv": ("sp.iv(1.5, x)", lambda x: mp.besseli(1.5, x), POSITIVE),
    "ive": ("sp.ive(1.5, x)", lambda x: mp.besseli(1.5, x) * mp.exp(-x), POSITIVE),
    "j0": ("sp.j0(x)", lambda x: mp.besselj(0, x), (*ANY, 0.0)),
    "j1": ("sp.j1(x)", lambda x: mp.besselj(1, x), (*ANY, 0.0)),
    "jv": ("sp.jn(2, x)", lambda x: mp.besselj(2, x), (*ANY, 0.0)),
    "y0": ("sp.y0(x)", lambda x: mp.bessely(0, x), POSITIVE),
    "y1": ("sp.y1(x)", lambda x: mp.bessely(1, x), POSITIVE),
    "yn": ("sp.yn(3, x)", lambda x: mp.bessely(3, x), POSITIVE),
    "k0": ("sp.k0(x)", lambda x: mp.besselk(0, x), POSITIVE),
    "k1": ("sp.k1(x)", lambda x: mp.besselk(1, x), POSITIVE),
    "kv": ("sp.kv(1.5, x)", lambda x: mp.besselk(1.5, x), POSITIVE),
    "gammainc": ("sp.gammainc(1.5, x)", lambda x: mp.gammainc(1.5, 0, x, regularized=True), POSITIVE),
    "gammaincc": ("sp.gammaincc(1.5, x)", lambda x: mp.gammainc(1.5, x, regularized=True), POSITIVE),
    "betainc": ("sp.betainc(1.5, 2.5, x)", lambda x: mp.betainc(1.5, 2.5, 0, x, regularized=True), UNIT),
    "np.sinc": ("np.sinc(x)", mp.sincpi, (*ANY, 1e-9, 0.15, 0.17, 0.0)),
    "np.i0": ("np.i0(x)", lambda x: mp.besseli(0, x), (*ANY, 1e-9, 30.0, 600.0, 0.0)),
}  # fmt: skip


def gradient(body: str, **options: Any) -> Any:
    """Compile a function; return its gradient."""
    module: dict[str, Any] = {}
    exec(compile_source(HEAD + body, function="f", verify=False, **options), module)
    return module["f_grad"]


def test_every_special_function_has_a_row() -> None:
    assert set(ROWS) == {*ops.SPECIAL, "np.sinc", "np.i0"}


@pytest.mark.parametrize("name", ROWS)
def test_rows(name: str) -> None:
    expression, exact, points = ROWS[name]
    body = f"def f(x):\n    return np.sum({expression})\n"
    x = np.array(points)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = gradient(body)(x)
    want = [float(mp.diff(exact, mp.mpf(p), h=mp.mpf(10) ** -15)) for p in points]
    assert found.dtype == float and found == pytest.approx(want, rel=2e-12, abs=1e-300)
    if not set(points) & {800.0, 600.0, -30.0, 0.0, 1e-9}:
        array_oracle.compare(HEAD + body, "f", compile_source(HEAD + body, verify=False), (x,))


# by how much SymPy knows; the others are compared with differences to 20 digits
COMPARED = {"gammainc", "gammaincc", "betainc", "iv", "ive", "kv"}


@pytest.mark.heavy
@pytest.mark.parametrize("name", ROWS)
def test_sympy(name: str) -> None:
    body = f"def f(x: ''):\n    return {ROWS[name][0]}\n"
    said = compile_source(HEAD + body, verify=True).split('"""')[1]
    assert "proved equal" in said or "to 20 digits" in said and name in COMPARED, said


TWO = ("sp.xlogy(x, y)", "sp.xlog1py(x, y)", "sp.beta(x, y)", "sp.betaln(x, y)", "sp.rel_entr(x, y)", "sp.kl_div(x, y)",
       "sp.huber(x, y)", "sp.pseudo_huber(x, y)")  # fmt: skip


@pytest.mark.heavy
@pytest.mark.parametrize("call", TWO)
def test_two_arguments_are_broadcast(call: str) -> None:
    shapes = (((2, 3), (3,)), ((2, 1), (1, 3)), ((), (2,)), ((0, 2), (2,)), ((3,), ()))
    body = f"def f(x, y):\n    return np.sum({call} ** 2)\n"
    text = compile_source(HEAD + body, verify=False)
    for one, other in shapes:
        x, y = (np.linspace(a, b, int(np.prod(s))).reshape(s) for s, a, b in ((one, 0.4, 1.3), (other, 0.7, 1.96)))
        array_oracle.compare(HEAD + body, "f", text, (x, y))


@pytest.mark.parametrize("name", ("xlogy", "rel_entr", "kl_div"))
def test_zeros_of_a_label_do_no_harm(name: str) -> None:
    both = gradient(f"def f(x, y):\n    return np.sum(sp.{name}(x, y))\n", wrt=["y"])
    with np.errstate(all="ignore"):
        found = both(np.array([0.0, 0.0, 0.5]), np.array([0.0, 0.5, 0.5]))
    assert np.isfinite(found).all()


def test_logarithm_of_a_weight_that_is_zero() -> None:
    found = gradient("def f(x, y):\n    return np.sum(sp.xlogy(x, y))\n", wrt=["x"])(np.zeros(2), np.array([2.0, 0.5]))
    assert found == pytest.approx(np.log([2.0, 0.5]))


@pytest.mark.parametrize(
    "call", ("jn(x, 2.0)", "gammainc(x, 2.0)", "betainc(x, 2.0, 0.5)", "polygamma(x, 2.0)", "iv(x, x)")
)
def test_orders_are_not_differentiated(call: str) -> None:
    with pytest.raises(CompileError) as found:
        compile_source(HEAD + f"def f(x):\n    return np.sum(sp.{call})\n", verify=False)
    assert found.value.code == "BP017" and "is not known" in str(found.value)


def test_orders_may_be_arrays() -> None:
    body = "def f(x, v):\n    return np.sum(sp.jv(v, x)) + np.sum(sp.gammainc(v, x))\n"
    text = compile_source(HEAD + body, wrt=["x"], verify=False)
    args = (np.array([[0.3], [1.4]]), np.array([0.5, 1.0, 2.5]))
    array_oracle.compare(HEAD + body, "f", text, args, ["x"])


def test_aliases() -> None:
    for alias, name in (("psi", "digamma"), ("jn", "jv"), ("kn", "kv")):
        assert FUNCTIONS[f"scipy.special.{alias}"].op is ops.SPECIAL[name]
