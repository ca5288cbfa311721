"""Types of numbers: integers as arguments, float32, truths, and what says of which type an array is."""

from __future__ import annotations

# ruff: noqa: E501  (programs are data: one line each)
from typing import Any

import array_oracle
import numpy as np
import pytest

from bpcompile import CompileError, compile_source

HEAD = "import numpy as np\nimport scipy.special as sp\n\n\n"


def gradient(body: str, **options: Any) -> Any:
    module: dict[str, Any] = {}
    exec(compile_source(HEAD + body, function="f", verify=False, **options), module)
    return module["f_grad"]


BODIES = (
    "return np.sum(x)", "return np.sum(x) * 0 + 1.0", "return np.sum(x * x) - np.sum(x)", "return np.sum(x ** 3)", "return np.mean(x)",
    "return np.sum(x @ x.T)", "return np.sum(x[1:] * 0.5)", "return np.sum(x[:, 0] / 3) + np.sum(x[0])", "return np.sum(x[[0, 0, 1]] * 0.25)",
    "return np.sum(x[x > 1] ** 2) / 7", "return np.sum(np.abs(x))", "return np.sum(np.cumsum(x))", "return np.max(x) + np.min(x) * 0.5",
    "return np.sum(np.concatenate((x, x)) * 0.1)", "return np.sum(np.sort(x, axis=0) * 0.5)", "return np.prod(x)", "return np.var(x)",
    "return np.sum(np.reshape(x, (6,)))", "return np.sum(np.square(x))", "return np.sum(x.T)", "return np.sum(np.roll(x, 1) * x)",
    "return np.sum(np.tanh(x))", "return np.sum(np.outer(x, x))", "return np.sum(np.einsum('ij,kj->ik', x, x))", "return np.linalg.norm(x)",
    "return np.sum(sp.softmax(x, axis=1) ** 2) + sp.logsumexp(x)", "return np.sum(np.linalg.pinv(x))", "return np.sum(np.sinc(x) + np.i0(x))",
    "y = x\n    for i in range(3):\n        y = y * x\n    return np.sum(y[0] * 0.5) + np.sum(y)",
    "s = 0.0\n    for r in x:\n        s = s + np.sum(r[1:] * r[:-1]) * 0.3\n    return s",
    "if np.sum(x) > 99:\n        return x[0, 0] * 0.5\n    if x[0, 0] > 5:\n        return np.sum(x)\n    return np.sum(x * x)",
    "if np.sum(x) > 0:\n        z = x * x\n    else:\n        z = x\n    return np.sum(z[1:]) + np.sum(z[0] * 0.5)",
)  # fmt: skip
X = np.array([[1.0, 2.0, 4.0], [3.0, 1.0, 5.0]])


@pytest.mark.parametrize("body", BODIES)
def test_integers_and_short_floats(body: str) -> None:
    for head in ("def f(x):", "def f(x: 'n m'):"):
        function = gradient(f"{head}\n    {body}\n")
        want = function(X)
        assert want.dtype == np.float64
        for dtype in (np.int64, np.int32):
            found = function(X.astype(dtype))
            assert found.dtype.kind == "f" and found == pytest.approx(want, rel=1e-6), (dtype, head)
        found = function(X.astype(np.float32))
        assert found.dtype == np.float32 and found == pytest.approx(want, rel=2e-3, abs=2e-4), head


def test_nothing_is_cut_off_in_place() -> None:
    body = "def f(x):\n    return np.sum(0.3 * (x[1:] - x[:-1] ** 2) ** 2 + (0.5 - x[:-1]) ** 2)\n"
    function = gradient(body)
    x = np.array([1, 2, 4, 3])
    assert function(x) == pytest.approx(function(x * 1.0))
    array_oracle.compare(HEAD + body, "f", compile_source(HEAD + body, verify=False), (x * 1.0,))


def test_gradients_that_are_floats_anyway_are_left_as_they_are() -> None:
    for body in ("np.mean(x ** 2)", "np.sum(np.exp(x))", "np.sum((x / 2) ** 2)"):
        text = compile_source(HEAD + f"def f(x):\n    return {body}\n", verify=False)
        assert "1.0 * " not in text and "2.0 *" not in text, text
    text = compile_source(HEAD + "def f(x):\n    y = np.tanh(x)\n    return np.sum(y[1:] ** 2)\n", verify=False)
    assert "dy = np.zeros_like(y)" in text


TYPED = (
    "return np.sum(x.astype(np.float64) ** 2)", "return np.sum(x.astype(float) ** 2)", "return np.sum(np.float32(0.5) * x)",
    "return np.sum(np.float64(0.5) * x ** 2)", "return np.sum(np.zeros(3, dtype=float) + x)", "return np.sum(np.ones((2, 3), np.float64) * x)",
    "return np.sum(np.array([1, 2, 3], dtype=float) * x)", "return np.sum(np.asarray(x, dtype=np.float64) ** 2)",
    "return np.sum(np.arange(3, dtype=float) * x)", "return np.sum(np.eye(3, dtype=np.float64) @ x.T)", "return np.sum(np.array([1.0, 2.0, 3.0], dtype='float64') * x)",
    "return np.sum(np.zeros_like(x, dtype=float) + x * np.ones_like(x))", "return np.sum((x > 1.5).astype(float) * x ** 2)", "return np.sum(x * (x > 1.5).astype(int))",
    "return np.sum(x * np.zeros(3, dtype=int)) + np.sum(np.array(x, dtype=float))", "return np.sum(x.astype('float64') * 2) + np.sum(np.full(3, 0.5) * x)",
)  # fmt: skip


@pytest.mark.parametrize("body", TYPED)
def test_types_that_are_said(body: str) -> None:
    for head in ("def f(x):", "def f(x: 'n m'):"):
        source = HEAD + f"{head}\n    {body}\n"
        array_oracle.compare(source, "f", compile_source(source, verify=False), (X,))
        found = gradient(f"{head}\n    {body}\n")(X.astype(int))
        assert found.dtype == float and found == pytest.approx(gradient(f"{head}\n    {body}\n")(X))


@pytest.mark.parametrize("call", ("x.astype(int)", "np.array(x, dtype=int)", "np.int64(x)", "np.asarray(x, int)"))
def test_what_is_cut_off_has_no_slope(call: str) -> None:
    found = gradient(f"def f(x):\n    return np.sum({call} * x)\n")(X + 0.5)
    assert found.tolist() == X.tolist()


@pytest.mark.parametrize(
    "call",
    (
        "x.astype(np.uint8)",
        "x.astype(np.complex128)",
        "np.zeros(3, dtype=kind)",
        "x.astype(kind)",
        "np.array(x, dtype='c8')",
        "x.astype(np.float16)",
    ),
)
def test_types_that_are_refused(call: str) -> None:
    with pytest.raises(CompileError) as found:
        compile_source(HEAD + f"def f(x, kind):\n    return np.sum({call} * x)\n", verify=False)
    assert found.value.code == "BP051" and "float" in str(found.value)
