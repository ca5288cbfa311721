"""Gates of arrays, in every spelling: proved by SymPy, equal to differences, and finite where they are saturated."""

from __future__ import annotations

# ruff: noqa: E501  (programs are data: one line each)
import re
from typing import Any

import array_oracle
import numpy as np
import pytest

from bpcompile import compile_source

HEAD = "import numpy as np\nimport scipy.special as sp\n\n\n"
random = np.random.default_rng(3)

SOFTMAXES = (
    "E = np.exp(Z)\n    P = E / np.sum(E, axis=1, keepdims=True)",
    "E = np.exp(Z - np.max(Z, axis=1, keepdims=True))\n    P = E / E.sum(axis=1, keepdims=True)",
    "M = Z.max(axis=-1, keepdims=True)\n    E = np.exp(Z - M)\n    P = E / np.sum(E, axis=-1)[..., None]",
    "M = np.max(Z, axis=1)\n    T = Z - M[:, None]\n    E = np.exp(T)\n    S = np.sum(E, axis=1)\n    P = E / np.expand_dims(S, 1)",
    "T = Z - np.max(Z)\n    P = np.exp(T) / np.sum(np.exp(T), axis=1, keepdims=True)",
    "P = sp.softmax(Z, axis=1)",
)
LOSSES = (
    "return -np.sum(Y * np.log(P)) / len(Z)",
    "L = np.log(P)\n    return -np.mean(np.sum(Y * L, axis=1))",
    "losses = -(Y * np.log(P))\n    return losses.sum() / Z.shape[0]",
)
LOGARITHMS = (
    "L = sp.log_softmax(Z, axis=1)",
    "L = Z - sp.logsumexp(Z, axis=1, keepdims=True)",
    "T = Z - np.max(Z, axis=1, keepdims=True)\n    L = T - np.log(np.sum(np.exp(T), axis=1, keepdims=True))",
    "M = np.max(Z, axis=1, keepdims=True)\n    L = Z - M - np.log(np.sum(np.exp(Z - M), axis=1, keepdims=True))",
    "M = np.max(Z, axis=1, keepdims=True)\n    L = Z - (M + np.log(np.sum(np.exp(Z - M), axis=1, keepdims=True)))",
)
PLAIN = (  # the forward part overflows where these do; the gradient does not
    "L = Z - np.log(np.sum(np.exp(Z), axis=1, keepdims=True))",
    "S = np.exp(Z).sum(axis=1)\n    L = Z - np.log(S)[:, None]",
    "S = np.sum(np.exp(Z), axis=-1)[..., None]\n    L = Z - np.log(S)",
    "S = np.mean(np.exp(Z), axis=1, keepdims=True)\n    L = Z - (np.log(S) + np.log(3))",
    "m = np.min(Z, axis=1, keepdims=True)\n    L = Z - (np.log(np.sum(np.exp(Z - m), axis=1, keepdims=True)) + m)",
    "T = Z - np.mean(Z)\n    L = T - np.log(np.sum(np.exp(T), axis=1, keepdims=True))",
)
LOGARITHMS += PLAIN
ONE_HOT = [f"{s}\n    {loss}" for s in SOFTMAXES for loss in LOSSES]
ONE_HOT += [f"{s}\n    return -np.sum(Y * L) / len(Z)" for s in LOGARITHMS]
BY_INDEX = [f"{s}\n    return -np.mean(np.log(P[np.arange(len(y)), y]))" for s in SOFTMAXES]
BY_INDEX += [f"{s}\n    return -np.mean(L[np.arange(len(y)), y])" for s in LOGARITHMS]
BY_INDEX += [f"{s}\n    Y = np.eye(3)[y]\n    return -np.sum(Y * np.log(P)) / len(Z)" for s in SOFTMAXES]
BY_INDEX += ["return np.mean(sp.logsumexp(Z, axis=1) - Z[np.arange(len(y)), y])"]

SIZES = random.normal(size=(4, 3))
LABELS = np.array([2, 0, 1, 1])


def compiled(body: str, **options: Any) -> tuple[str, Any]:
    """Return the generated text and its gradient."""
    text = compile_source(HEAD + body, function="f", **options)
    module: dict[str, Any] = {}
    exec(text, module)
    return text, module["f_grad"]


def code_of(text: str) -> str:
    """Return the backward part without its comments."""
    return re.sub(r"#.*", "", text.split("# backward")[1].split("\n\n\n")[0])


@pytest.mark.heavy
@pytest.mark.parametrize("body", ONE_HOT)
def test_softmax_with_one_hot_labels(body: str) -> None:
    for head in ("def f(Z, Y):", "def f(Z: 'E K', Y: 'E K'):"):
        text, gradient = compiled(f"{head}\n    {body}\n", verify=False)
        array_oracle.compare(HEAD + f"{head}\n    {body}\n", "f", text, (SIZES, random.uniform(size=(4, 3))))
        backward = code_of(text)
        assert "/ P" not in backward and "first_equal" not in backward, text
        Z = np.array([[800.0, 0.0, -800.0], [-800.0, 0.0, 800.0]])
        Y = np.array([[0.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
        is_finite = "P = E" not in body or "np.exp(Z)" not in body
        if is_finite and "sp.softmax" not in body and "np.max(Z)\n" not in body:
            with np.errstate(all="ignore"):
                found = gradient(Z, Y)[0]
            assert np.allclose(found, [[0.5, 0.0, -0.5], [0.0, 0.0, 0.0]]), text


@pytest.mark.heavy
@pytest.mark.parametrize("body", BY_INDEX)
def test_softmax_with_labels_by_index(body: str) -> None:
    for head in ("def f(Z, y):", "def f(Z: 'n k', y: 'n'):"):
        source = HEAD + f"{head}\n    {body}\n"
        text, gradient = compiled(f"{head}\n    {body}\n", wrt=["Z"], verify=False)
        array_oracle.compare(source, "f", text, (SIZES, LABELS), ["Z"])
        array_oracle.compare(source, "f", text, (SIZES[:1], LABELS[:1]), ["Z"])
        assert "/ P" not in code_of(text) and "first_equal" not in code_of(text), text
        if ("P = E" not in body or "np.exp(Z)" not in body) and "np.max(Z)\n" not in body:
            with np.errstate(all="ignore"):
                found = gradient(np.array([[800.0, 0.0, -800.0], [-800.0, 0.0, 800.0]]), np.array([2, 2]))
            assert np.allclose(found, [[0.5, 0.0, -0.5], [0.0, 0.0, 0.0]]), text


def test_rows_that_are_not_picked_get_nothing() -> None:
    for count in ("2", "len(y)", "y.shape[0]"):
        body = f"def f(Z, y):\n    E = np.exp(Z)\n    P = E / np.sum(E, axis=1, keepdims=True)\n    return np.sum(np.log(P[np.arange({count}), y]))\n"
        text, gradient = compiled(body, wrt=["Z"], verify=False)
        array_oracle.compare(HEAD + body, "f", text, (SIZES, LABELS[:2]), ["Z"])
        assert np.all(gradient(SIZES, LABELS[:2])[2:] == 0)


def test_the_text_is_what_a_teacher_writes() -> None:
    body = "def f(Z: 'E K', Y: 'E K'):\n    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))\n    P = E / np.sum(E, axis=1, keepdims=True)\n    return -np.sum(Y * np.log(P)) / len(Z)\n"
    text, _ = compiled(body, wrt=["Z"], verify=False)
    assert "dZ = (P * np.sum(Y, axis=1, keepdims=True) - Y) / len(Z)  # (E, K)" in text


# of arrays of any rank: the function, where it is saturated, the derivative there
OTHERS: tuple[tuple[str, list[float], list[float]], ...] = (
    ("np.sum(np.log(1 + np.exp(x)))", [800.0, -800.0], [1.0, 0.0]),
    ("np.sum(np.log1p(np.exp(x)))", [800.0, -800.0], [1.0, 0.0]),
    ("np.sum(np.logaddexp(0, x))", [800.0, -800.0], [1.0, 0.0]),
    ("np.sum(np.log(1 + np.exp(-x)) * 3)", [800.0, -800.0], [0.0, -3.0]),
    ("np.sum(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))", [800.0, 0.0], [1.0, 0.5]),
    ("np.sum(np.maximum(x, 0) - x * 0.3 + np.log(1 + np.exp(-abs(x))))", [-800.0, 0.0], [-0.3, 0.2]),
    ("np.sum(np.log1p(np.exp(-np.abs(x))) + (np.maximum(0.0, x) + x ** 2))", [0.0, -1.0], [0.5, -1.731058578630005]),
    ("np.sum(sp.softplus(x))", [800.0, -800.0], [1.0, 0.0]),
    ("np.sum(np.log(1 / (1 + np.exp(-x))))", [800.0, -800.0], [0.0, 1.0]),
    ("np.sum(np.log(1 - 1 / (1 + np.exp(-x))))", [800.0, -800.0], [-1.0, 0.0]),
    ("np.sum(np.log(1 / (1 + np.exp(x))))", [800.0, -800.0], [-1.0, 0.0]),
    ("np.sum(np.log(sp.expit(x)) + np.log1p(-sp.expit(x)))", [800.0, -800.0], [-1.0, 1.0]),
    ("np.sum(0.3 * np.log(sp.expit(x)) + (1 - 0.3) * np.log(1 - sp.expit(x)))", [800.0, -800.0], [-0.7, 0.3]),
    ("np.sum(np.where(x > 0, np.log(sp.expit(x)), np.log(1 - sp.expit(x))))", [800.0, -800.0], [0.0, 0.0]),
    ("np.max(x) + np.log(np.sum(np.exp(x - np.max(x))))", [800.0, -800.0], [1.0, 0.0]),
    ("np.log(np.sum(np.exp(x)))", [800.0, -800.0], [1.0, 0.0]),
    ("np.log(np.exp(x).sum())", [-800.0, -800.0], [0.5, 0.5]),
    ("np.log(np.mean(np.exp(3 * x)))", [800.0, -800.0], [3.0, 0.0]),
    ("np.min(x) + np.log(np.sum(np.exp(x - np.min(x))))", [800.0, -800.0], [1.0, 0.0]),
    ("1000 + np.log(np.sum(np.exp(x - 1000)))", [-800.0, -800.0], [0.5, 0.5]),
    ("np.sum(np.log(np.exp(x) + np.exp(-x)))", [800.0, -800.0], [1.0, -1.0]),
    ("np.sum(np.log(np.exp(x) + np.exp(2 * x)))", [800.0, -800.0], [2.0, 1.0]),
    ("sp.logsumexp(x)", [800.0, -800.0], [1.0, 0.0]),
    ("sp.logsumexp(x, b=2.0)", [800.0, -800.0], [1.0, 0.0]),
    ("sp.log_softmax(x)[1]", [800.0, -800.0], [-1.0, 1.0]),
    ("np.sum(np.tanh(x))", [800.0, -800.0], [0.0, 0.0]),
    ("np.sum(sp.log_ndtr(x))", [800.0, -800.0], [0.0, 800.0012499960936]),
    ("np.sqrt(np.sum(x ** 2))", [0.0, 0.0], [0.0, 0.0]),
    ("np.sqrt(np.sum(x * x))", [3.0, 4.0], [0.6, 0.8]),
    ("np.sqrt(np.sum(np.square(x)))", [0.0, 0.0], [0.0, 0.0]),
    ("np.linalg.norm(x)", [0.0, 0.0], [0.0, 0.0]),
)  # fmt: skip


@pytest.mark.parametrize(("expression", "where", "slopes"), OTHERS)
def test_saturated(expression: str, where: list[float], slopes: list[float]) -> None:
    body = f"def f(x):\n    return {expression}\n"
    text, gradient = compiled(body, verify=False)
    with np.errstate(all="ignore"):
        assert gradient(np.array(where)) == pytest.approx(slopes, rel=1e-11, abs=1e-300), text
    for shape in ((3,), (2,), (4,)):
        array_oracle.compare(HEAD + body, "f", text, (random.normal(size=shape),))


SHAPED = (
    "M = np.max(x, axis={k}, keepdims=True)\n    return np.sum((M + np.log(np.sum(np.exp(x - M), axis={k}, keepdims=True))) ** 2)",
    "return np.sum(np.log(np.sum(np.exp(x), axis={k})) ** 2) + np.sum(np.log(np.mean(np.exp(x), axis={k}, keepdims=True)) * x)",
    "E = np.exp(x)\n    return np.sum(np.log(E.sum(axis={k}, keepdims=True)) * x) - np.sum(np.log(E.sum(axis={k})))",
    "m = np.max(x)\n    return np.sum((m + np.log(np.sum(np.exp(x - m), axis={k}))) ** 2)",
    "m = np.mean(x, axis={k}, keepdims=True)\n    E = np.exp(x - m - 2.0)\n    return np.sum((E / np.sum(E, axis={k}, keepdims=True)) ** 3)",
    "return np.sum(np.sqrt(np.sum(x ** 2, axis={k}, keepdims=True)) * x) + np.sum(np.sqrt(np.sum(x * x, axis={k})) ** 3)",
    "return np.sum(sp.softmax(x, axis={k}) ** 3) + np.sum(sp.log_softmax(x, axis={k}) * x) + np.sum(sp.logsumexp(x, axis={k}) ** 2)",
    "w = np.exp(x)\n    return np.sum(sp.logsumexp(x, axis={k}, b=w * w, keepdims=True) * x)",
    "E = np.exp(x - np.max(x, axis=0))\n    return np.sum((E / np.sum(E, axis={k}, keepdims=True)) ** 3)",
    "E = np.exp(x)\n    return np.sum((E / np.sum(E, axis=0)) ** 3) + np.sum(np.log(E / np.sum(E)) * x)",
    "E = np.exp(x)\n    P = E / np.sum(E, axis={k}, keepdims=True)\n    return np.sum(P * np.log(P)) + np.sum(P ** 2) + np.sum(np.log(P[0]) * P[1])",
)  # fmt: skip


@pytest.mark.heavy
@pytest.mark.parametrize("body", SHAPED)
def test_every_axis(body: str) -> None:
    for k in (0, 1, -1, -2, (0, 1), None):
        source = f"def f(x):\n    {body.replace('{k}', str(k))}\n"
        text, _ = compiled(source, verify=False)
        array_oracle.compare(HEAD + source, "f", text, (random.normal(size=(3, 4)),))
        if isinstance(k, int):
            array_oracle.compare(HEAD + source, "f", text, (random.normal(size=(3, 2, 2)),))
            named = source.replace("def f(x)", "def f(x: 'n m')")
            array_oracle.compare(HEAD + named, "f", compiled(named, verify=False)[0], (random.normal(size=(3, 4)),))


# what looks like a gate and is none: every term counts
NEARLY = (
    "E = np.exp(x)\n    return np.sum(E / np.sum(np.exp(2 * x), axis=1, keepdims=True))",
    "E = np.exp(x - np.max(x, axis=0, keepdims=True))\n    return np.sum((E / np.sum(E, axis=1, keepdims=True)) ** 2)",
    "M = np.max(x, axis=1, keepdims=True)\n    return np.sum((2 * M + np.log(np.sum(np.exp(x - M), axis=1, keepdims=True))) ** 2)",
    "M = np.max(x, axis=1, keepdims=True)\n    N = np.min(x, axis=1, keepdims=True)\n    return np.sum((N + np.log(np.sum(np.exp(x - M), axis=1, keepdims=True))) ** 2)",
    "E = np.exp(x)\n    S = np.sum(E, axis=1)\n    return np.sum(np.log(S + 1) + np.log(2 * S) * x) + np.sum(np.log(E + S)) + np.sum(np.log(np.exp(x) + np.exp(x[0])) * x)",
    "M = np.max(x, axis=1)\n    return np.sum(np.log(np.sum(np.exp(x - M), axis=1)) * x) + np.sum(np.log(np.sum(np.exp(x), axis=0)) ** 2)",
    "M = np.max(x, axis=1)\n    return np.sum((M + np.log(np.sum(np.exp(x - M[:, None]), axis=1, keepdims=True))) ** 2)",
    "E = np.exp(x)\n    return np.sum((E / np.sum(E, axis=1)) ** 2)",
    "return np.sum(np.log(1 - 2 / (1 + np.exp(x)) + 3) + np.log(2 - 1 / (1 + np.exp(-x))))",
    "return np.sum(np.sqrt(np.sum(x ** 2, axis=0) + 1) + np.sqrt(np.sum(x ** 4)))",
    "E = np.exp(x)\n    P = E / np.sum(E, axis=1, keepdims=True)\n    return np.sum(np.log(P + 0.1)) + np.sum(x * np.log(2 * P))",
    "E = np.exp(x)\n    S = np.sum(E, axis=1, keepdims=True)\n    return np.sum((E / S) ** 2) + np.sum(S ** 2) + np.sum(E * x)",
)  # fmt: skip


# arrays that are written to between the parts of a gate
WRITTEN = (
    "B = x * 1.0\n    E = np.exp(B)\n    B[0] = x[1] * 3\n    P = E / np.sum(E, axis=1, keepdims=True)\n    B[1] += P[0]\n    return np.sum(P ** 2) + np.sum(np.log(P) * B)",
    "B = x * 1.0\n    E = np.exp(-B)\n    B[1:] = x[1:] * 3\n    P = 1 / (1 + E)\n    return np.sum(P ** 2 * B)",
    "B = x * 1.0\n    S = np.sum(np.exp(B), axis=1)\n    B[1:] = x[1:] * 3\n    return np.sum(np.log(S) * B)",
    "B = x * 1.0\n    S = B * B\n    B[:, 0] = x[:, 1]\n    return np.sqrt(np.sum(S)) * np.sum(B ** 2)",
    "B = x * 1.0\n    P = sp.softmax(B, axis=1)\n    B[0] = B[0] * 2\n    return np.sum(np.log(P) * B) + np.sum(np.log(P[0]))",
    "B = x * 1.0\n    v = B[1:]\n    E = np.exp(v)\n    B[0] = 2 * x[0]\n    B[2] = x[0]\n    return np.sum((E / np.sum(E)) ** 2) + np.sum(B ** 2)",
    "B = x * 1.0\n    E = np.exp(B)\n    for k in range(3):\n        B[k] = B[k - 1] * x[k]\n    P = E / np.sum(E, axis=1, keepdims=True)\n    return np.sum(np.log(P) * B)",
    "B = x * 1.0\n    B[0] = x[1] * 2\n    E = np.exp(B - np.max(B, axis=1, keepdims=True))\n    P = E / np.sum(E, axis=1, keepdims=True)\n    return -np.sum(x * np.log(P))",
    "s = 0.0\n    for k in range(3):\n        B = x * (k + 1.0)\n        E = np.exp(B)\n        B[k] = x[0] ** 2\n        P = E / np.sum(E, axis=1, keepdims=True)\n        s = s + np.sum(np.log(P) * B)\n    return s",
)  # fmt: skip


@pytest.mark.heavy
@pytest.mark.parametrize("body", (*NEARLY, *WRITTEN))
def test_what_is_no_gate(body: str) -> None:
    for head in ("def f(x):", "def f(x: 'n n'):"):
        source = f"{head}\n    {body}\n"
        array_oracle.compare(HEAD + source, "f", compiled(source, verify=False)[0], (random.normal(size=(3, 3)),))


PROVED = (
    *[b for b in ONE_HOT if "losses" not in b],
    "T = Z - np.max(Z, axis=1, keepdims=True)\n    return np.sum(Y * (T - np.log(np.sum(np.exp(T), axis=1, keepdims=True))))",
    "M = np.max(Z, axis=1, keepdims=True)\n    return np.sum(Y * (M + np.log(np.sum(np.exp(Z - M), axis=1, keepdims=True))))",
    *[f"{s}\n    return -np.sum(Y * L)" for s in PLAIN],
    "return np.sum(np.log(np.exp(Z) + np.exp(Y)) * Y) + np.log(np.mean(np.exp(Z))) + np.sum(np.log(np.sum(np.exp(Z * Y), axis=0)))",
    "return np.sum(Y * np.log(1 + np.exp(Z))) + np.sum(Y * np.log(sp.expit(Z))) + np.sum(np.log(1 - sp.expit(Z)))",
    "return np.sum(np.log(1 / (1 + np.exp(Z))) * Y) + np.sum(np.sqrt(np.sum(Z ** 2, axis=1)))",
    "return np.sum(Y * np.log(sp.expit(Z)) + (1 - Y) * np.log1p(-sp.expit(Z)))",
)


@pytest.mark.heavy
@pytest.mark.parametrize("body", PROVED)
def test_proofs(body: str) -> None:
    text, _ = compiled(f"def f(Z: '2 2', Y: '2 2'):\n    {body}\n", verify=True)
    assert "dZ and dY are proved equal" in text, text


def test_gates_in_loops_and_branches() -> None:
    body = (
        "def f(W, X, Y, n: int):\n    s = 0.0\n    for k in range(n):\n        Z = X @ W\n        E = np.exp(Z - np.max(Z, axis=1, keepdims=True))\n"
        "        P = E / np.sum(E, axis=1, keepdims=True)\n        s = s - np.sum(Y * np.log(P)) * (k + 1)\n        W = W * 0.9\n"
        "    if n > 1:\n        L = np.log(P)\n    else:\n        L = np.sqrt(np.sum(W ** 2)) * W\n    return s + np.sum(L)\n"
    )
    text, _ = compiled(body, wrt=["W", "X"], verify=False)
    for n in (1, 2, 3):
        array_oracle.compare(
            HEAD + body, "f", text, (random.normal(size=(2, 3)), random.normal(size=(4, 2)), SIZES**2, n), ["W", "X"]
        )


def test_rows_without_items_and_a_softmax_of_the_user() -> None:
    body = "def f(Z):\n    return np.sum(np.log(np.sum(np.exp(Z), axis=1)))\n"
    _, gradient = compiled(body, verify=False)
    with np.errstate(all="ignore"):
        for shape in ((0, 3), (2, 0), (0, 0)):
            assert gradient(np.zeros(shape)).shape == shape
    assert gradient(np.array([[0, 0]])).tolist() == [[0.5, 0.5]]
    single = gradient(np.array([[800.0, 0.0]], np.float32))
    assert single.dtype == np.float32 and single.tolist() == [[1.0, 0.0]]
    mine = "def softmax(z):\n    return z * 2\n\n\n" + body.replace("np.exp(Z)", "np.exp(softmax(Z))")
    text, gradient = compiled(mine, verify=False)
    array_oracle.compare(HEAD + mine, "f", text, (SIZES,))


def test_rows_far_below_the_largest_of_all() -> None:
    body = "def f(Z, Y):\n    T = Z - np.max(Z)\n    return np.sum(Y * (T - np.log(np.sum(np.exp(T), axis=1, keepdims=True))))\n"
    _, gradient = compiled(body, verify=False)
    with np.errstate(all="ignore"):
        found = gradient(np.array([[800.0, 0.0], [-800.0, -800.0]]), np.array([[1.0, 0.0], [1.0, 0.0]]))[0]
    assert found.tolist() == [[0.0, 0.0], [0.5, -0.5]]


def test_the_text_of_a_log_sum_exp() -> None:
    body = "def f(Z: 'E K', y: 'E'):\n    return np.mean(np.log(np.sum(np.exp(Z), axis=1)) * y)\n"
    text, _ = compiled(body, wrt=["Z"], verify=False)
    assert "dZ = softmax(Z, 1) * np.expand_dims(y / np.size(y), 1)  # (E, K)" in text, text
    assert text.count("def softmax(x, axis):") == 1
