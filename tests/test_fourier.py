"""`np.fft` and complex numbers between real ones: against differences of the original."""

from __future__ import annotations

# ruff: noqa: E501  (programs are data: one line each)
from typing import Any

import array_oracle
import numpy as np
import pytest

from bpcompile import CompileError, compile_source

HEAD = "import numpy as np\n\n\n"
random = np.random.default_rng(11)
COMPLEX = random.normal(size=6) + 1j * random.normal(size=6)

OF_ONE = (
    "np.abs(np.fft.rfft(x)) ** 2", "np.abs(np.fft.fft(x))", "np.real(np.fft.fft(x)) ** 2", "np.fft.fft(x).imag ** 3", "np.fft.rfft(x).real * 2",
    "np.fft.irfft(np.fft.rfft(x)) ** 3", "np.fft.irfft(np.fft.rfft(x), n=len(x)) ** 3", "np.fft.irfft(np.fft.rfft(x) * 2, n=4) ** 3",
    "np.fft.irfft(np.fft.rfft(x), n=9) ** 2", "np.fft.irfft(x) ** 3", "np.real(np.fft.ifft(x)) ** 2",
    "np.real(np.fft.fft(x, norm='ortho') * np.conj(np.fft.fft(x, norm='forward')))", "np.fft.rfft(x, norm='ortho').imag ** 2",
    "np.fft.irfft(np.fft.rfft(x, norm='forward'), norm='forward') ** 3", "np.fft.irfft(np.fft.rfft(x, norm='ortho'), norm='ortho') ** 3",
    "np.fft.fftshift(x) * x", "np.abs(np.fft.ifftshift(np.fft.fft(x))[1:]) * x[1:]", "np.real(np.fft.fft(x)[::-1] / (2 + np.fft.fft(x * x)))",
    "np.abs(np.fft.fft(x) - np.fft.ifft(x) + x)", "abs(np.fft.rfft(x)) ** 3", "np.abs(np.fft.fft(x) * np.fft.fft(x[::-1]))", "np.imag(x) + x ** 2",
    "np.real(np.fft.fft(x) * x) + np.imag(x * np.fft.fft(x))", "np.abs(np.sum(np.fft.fft(x)[1:])) + np.abs(np.mean(np.fft.rfft(x)))",
    "np.abs(np.concatenate((np.fft.rfft(x), x))) ** 2", "np.abs(np.fft.fft(x).reshape(2, -1).T) ** 3" , "np.abs(np.exp(np.fft.fft(x) * 0.1))",
    "np.real(np.square(np.fft.rfft(x)))", "np.abs(-np.fft.fft(x).conj() * 1.5) ** 2", "np.real(2 / (np.fft.fft(x) + 9))", "np.abs(np.fft.fftfreq(6) * np.fft.fft(x)) ** 2",
    "np.real(1 / (1 + np.exp(-np.fft.rfft(x) * 0.2)))", "np.abs(np.log(x ** 2 + 2) * np.fft.fft(x) / np.sum(np.fft.fft(x + 1)))",
    "np.fft.irfft(-np.fft.rfft(x) * np.fft.rfftfreq(6) ** 2, len(x)) * x", "np.angle(np.fft.fft(x[1:] ** 2)[1:2]) * x[0]", "np.angle(x ** 2) + x ** 2",
)  # fmt: skip


def compiled(body: str, **options: Any) -> tuple[str, Any]:
    text = compile_source(HEAD + body, function="f", verify=False, **options)
    module: dict[str, Any] = {}
    exec(text, module)
    return text, module["f_grad"]


@pytest.mark.heavy
@pytest.mark.parametrize("expression", OF_ONE)
def test_of_one_array(expression: str) -> None:
    for head in ("def f(x):", "def f(x: 'n'):"):
        for n in (6,) if "freq(6)" in expression or "reshape" in expression else (6, 5, 2):
            if "n=" in expression and n == 2 or n == 2 and "[1:]" in expression:
                continue
            body = f"{head}\n    y = {expression}\n    return np.sum(y * y * 0.5 + y)\n"
            text, gradient = compiled(body)
            x = random.normal(size=n) + 0.1
            array_oracle.compare(HEAD + body, "f", text, (x,))
            with np.errstate(all="ignore"):
                assert gradient(x).dtype == float


AXES = (
    "np.abs(np.fft.fft(x, axis={k})) ** 2 * w", "np.real(np.fft.ifft(np.fft.fft(x, axis={k}) * w, axis={k})) ** 2", "np.abs(np.fft.rfft(x, axis={k})) ** 3",
    "np.fft.irfft(np.fft.rfft(x, axis={k}), axis={k}) ** 3", "np.fft.fftshift(x, axes={k}) * w",
)  # fmt: skip


@pytest.mark.heavy
@pytest.mark.parametrize("expression", AXES)
def test_along_an_axis(expression: str) -> None:
    for k in (0, 1, -1):
        body = f"def f(x, w):\n    return np.sum({expression.replace('{k}', str(k))})\n"
        array_oracle.compare(
            HEAD + body, "f", compiled(body)[0], (random.normal(size=(3, 4)), random.normal(size=(3, 4)))
        )


def test_of_two_axes() -> None:
    for name in ("fft2", "fftn"):
        for more in ("", ", norm='ortho'", ", axes=(0, 1)"):
            body = f"def f(x, K):\n    y = np.real(np.fft.i{name}(np.fft.{name}(x{more}) * K{more}))\n    return np.sum(y ** 3)\n"
            array_oracle.compare(
                HEAD + body, "f", compiled(body)[0], (random.normal(size=(3, 4)), random.normal(size=(3, 4)))
            )


@pytest.mark.parametrize(
    "more", ["", ", norm='ortho'", ", axes=(0, 1)", ", axes=(1, 0), norm='forward'", ", axes=(-1, 0)"]
)
def test_of_two_axes_half_of_which_are_kept(more: str) -> None:
    for shape in ((3, 4), (2, 3, 2), (4, 2)):
        body = f"def f(x):\n    y = np.fft.rfft2(x{more})\n    return np.sum(np.abs(y) ** 3) + np.sum(np.fft.irfft2(y * (1.0 + y){more}) ** 2)\n"
        array_oracle.compare(HEAD + body, "f", compiled(body)[0], (random.normal(size=shape),))
    for last in ("axes=0", "axes=(0, 1, 2)", "s=(3, 3)"):
        with pytest.raises(CompileError) as caught:
            compiled(f"def f(x):\n    return np.sum(np.abs(np.fft.rfft2(x, {last})))\n")
        assert caught.value.code == "BP051"


def test_complex_data() -> None:
    body = "def f(x, K):\n    y = np.real(np.fft.ifft(np.fft.fft(x) * K))\n    return np.sum(y ** 3)\n"
    text, _ = compiled(body, wrt=["x"])
    array_oracle.compare(HEAD + body, "f", text, (random.normal(size=6), COMPLEX), ["x"])
    body = (
        "def f(x, K: Complex[np.ndarray, 'n']):\n    y = np.real(np.fft.ifft(x * (K * K)))\n    return np.sum(y ** 3)\n"
    )
    text, _ = compiled(body, wrt=["x"])
    plain = body.replace(": Complex[np.ndarray, 'n']", "")
    array_oracle.compare(HEAD + plain, "f", text, (random.normal(size=6), COMPLEX), ["x"])


def test_complex_arguments_raise() -> None:
    both = "def f(x, K):\n    return np.sum(np.abs(np.fft.fft(x) * K) ** 2)\n"
    data = "def f(x, K):\n    return np.sum(np.abs(np.fft.fft(x * K)) ** 2)\n"
    for body, wrt in ((both, None), (data, ["x"])):
        _, gradient = compiled(body, wrt=wrt)
        with pytest.raises(ValueError, match="K is complex"):
            gradient(np.ones(6), COMPLEX)
        with pytest.raises(ValueError, match="x is complex"):
            gradient(COMPLEX, np.ones(6))


PROGRAMS = (
    "def g(x):\n    return np.fft.rfft(x)\n\n\ndef f(x, n: int):\n    s = 0.0\n    for k in range(n):\n        Y = g(x) * (k + 1.0)\n        x = np.fft.irfft(Y * 0.9, len(x)) + 0.1 * x ** 2\n        s += np.sum(Y.imag ** 2)\n    return s + np.sum(x)",
    "def f(x, n: int):\n    if n > 1:\n        return np.sum(np.abs(np.fft.fft(x)) ** 2)\n    Y = np.fft.fft(x)\n    return np.sum(Y.real * Y.imag) + Y[1].real ** 2",
    "def f(x, n: int):\n    Y = np.fft.rfft(x)\n    for k in range(n):\n        Y = Y * Y / (2 + np.abs(Y))\n    return np.sum(np.abs(Y) ** 2)",
)


@pytest.mark.heavy
@pytest.mark.parametrize("body", PROGRAMS)
def test_programs(body: str) -> None:
    for n in (0, 1, 2):
        array_oracle.compare(HEAD + body + "\n", "f", compiled(body + "\n")[0], (random.normal(size=6), n))


RECURSIVE = "def g(x, n):\n    return np.sum(np.abs(np.fft.fft(x))) + g(x, n - 1) if n > 0 else 0.0\n\n\n"
REFUSED = (
    "return g(x, 3)",     "return np.sum(np.fft.fft(x))", "Y = np.fft.fft(x)\n    return Y[0]", "return np.sum(np.abs(np.sort(np.fft.fft(x))))",
    "return np.linalg.norm(np.fft.fft(x))", "Y = x\n    for k in range(2):\n        Y = np.fft.fft(Y)\n    return np.sum(np.abs(Y))",
    "if x[0] > 0:\n        Y = np.fft.fft(x)\n    else:\n        Y = x\n    return np.sum(np.abs(Y))", "return np.sum(np.maximum(np.fft.fft(x), 0).real)",
    "return np.sum(np.abs(np.fft.fft(x) @ x))", "return np.sum(np.abs(np.fft.fft(x) ** 2))",
    "return np.sum(np.abs(np.tanh(np.fft.fft(x))))", "Y = np.zeros(3)\n    Y[0] = np.fft.fft(x)[0]\n    return np.sum(Y)", "return np.sum(np.abs(np.fft.fft(x)) * (np.fft.fft(x) > 0))",
)  # fmt: skip


@pytest.mark.parametrize("body", REFUSED)
def test_refusals(body: str) -> None:
    for head in ("def f(x):", "def f(x: 'n'):"):
        with pytest.raises(CompileError) as found:
            compile_source(HEAD + RECURSIVE + f"{head}\n    {body}\n", function="f", verify=False)
        assert found.value.code in ("BP055", "BP028", "BP032", "BP023"), found.value


def test_refusals_of_options() -> None:
    for call in (
        "np.fft.fft(x, 8)",
        "np.fft.rfft(x, n=4)",
        "np.fft.fft(x, norm='unknown')",
        "np.fft.fft2(x, s=(2, 2))",
        "np.fft.hfft(x)",
    ):
        with pytest.raises(CompileError) as found:
            compile_source(HEAD + f"def f(x):\n    return np.sum(np.abs({call}))\n", verify=False)
        assert found.value.code == "BP051"


CHECKED = (
    "np.abs(np.fft.rfft(x)) ** 2", "np.real(np.fft.ifft(np.fft.fft(x) * w)) ** 2", "np.fft.irfft(np.fft.rfft(x) * 2, len(x)) ** 3 * w",
    "np.fft.fft(x).imag ** 2 * w", "np.abs(np.fft.fft(x) / (3 + np.fft.ifft(w))) ** 2",
)  # fmt: skip


@pytest.mark.heavy
@pytest.mark.parametrize("expression", CHECKED)
def test_verification(expression: str) -> None:
    head = "def f(x: 'n', w: 'n'):" if "w" in expression else "def f(x: 'n'):"
    said = compile_source(HEAD + f"{head}\n    return np.sum({expression})\n", verify=True).split('"""')[1]
    assert "proved" in said or "to 20 digits" in said, said
