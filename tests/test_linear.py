"""`np.linalg`: gradients against differences of the original, of what does not depend on the choice of a factor's signs."""

from __future__ import annotations

# ruff: noqa: E501  (programs are data: one line each)
import textwrap
from collections.abc import Sequence
from typing import Any

import array_oracle
import numpy as np
import pytest

from bpcompile import CompileError, compile_source

HEAD = "import numpy as np\n\n\n"
random = np.random.default_rng(5)


def matrix(*shape: int) -> Any:
    """Return a matrix whose singular values are far from each other and from 0."""
    m, n = shape[-2:]
    left, right = (np.linalg.qr(random.normal(size=(*shape[:-2], k, k)))[0] for k in (m, n))
    values = np.zeros((m, n))
    values[range(min(m, n)), range(min(m, n))] = np.linspace(0.6, 2.3, min(m, n))
    return left @ values @ right


def check(body: str, *args: Any, wrt: Sequence[str] | None = None) -> str:
    """Compile and compare; return the text."""
    source = HEAD + textwrap.dedent(body)
    text = compile_source(source, function="f", wrt=wrt, verify=False)
    array_oracle.compare(source, "f", text, args, wrt)
    return text


def annotated(body: str, letters: str) -> list[str]:
    """Return a body over A without and with a shape."""
    return [body, body.replace("def f(A", f"def f(A: '{letters}'", 1)]


# of a matrix, square or not
MATRIX = (
    "u, s, vh = np.linalg.svd(A, full_matrices=False)\n    return np.sum((u * np.exp(s)) @ vh) + np.sum(s ** 3)",
    "u, s, vh = np.linalg.svd(A, full_matrices=False)\n    return np.sum((u @ vh) ** 3)",
    "u, s, vh = np.linalg.svd(A, full_matrices=False)\n    return np.sum(np.sin((u * s) @ u.T))",
    "u, s, vh = np.linalg.svd(A, full_matrices=False)\n    return np.sum(np.sin((vh.T * s) @ vh)) + s[0]",
    "return np.sum(np.linalg.svd(A, compute_uv=False) ** 2 * np.arange(1, 3))",
    "return np.linalg.svd(A, full_matrices=False).S[1] ** 2",
    "q, r = np.linalg.qr(A)\n    return np.sum(np.sin(q @ q.T)) + np.sum(np.cos(r.T @ r)) + np.sum((q @ r) ** 3)",
    "return np.sum(np.sin(np.linalg.qr(A).R ** 2))",
    "return np.sum(np.sin(np.linalg.qr(A)[0] ** 2) * A[0, 0])",
    "return np.sum(np.linalg.qr(A, mode='r') ** 4)",
    "return np.sum(np.sin(np.linalg.pinv(A)))",
    "return np.linalg.norm(A, 'nuc') + np.linalg.norm(A, 2) * np.linalg.norm(A, -2) + np.linalg.cond(A) ** 2",
    "return np.linalg.norm(A, 'fro') ** 3 + np.linalg.norm(A, 1) * np.linalg.norm(A, np.inf) + np.linalg.norm(A, -1)",
    "return np.linalg.norm(A, -np.inf) * np.linalg.norm(A, axis=(0, 1)) + np.linalg.norm(A, ord='fro', axis=(0, 1))",
    "return np.sum(np.linalg.norm(A, 3, axis=1)) + np.sum(np.linalg.norm(A, 1.5, axis=0) ** 2) + np.sum(np.linalg.norm(A, 1, 1))",
    "return np.sum(np.linalg.norm(A, np.inf, axis=1) ** 2) + np.sum(np.linalg.norm(A, ord=-np.inf, axis=0, keepdims=True) * A)",
    "return np.sum(np.linalg.norm(A, axis=1, keepdims=True) * A) * np.linalg.matrix_rank(A)",
)  # fmt: skip
NEEDS_RANK = ("norm(A, 'nuc')", "norm(A, 'fro')", "norm(A, -np.inf)")


@pytest.mark.heavy
@pytest.mark.parametrize("body", MATRIX)
def test_functions_of_a_matrix(body: str) -> None:
    bodies = annotated(f"def f(A):\n    {body}\n", "n m")
    for source in bodies[1:] if any(n in body for n in NEEDS_RANK) else bodies:
        for shape in ((3, 2), (2, 3), (2, 2)):
            check(source, matrix(*shape))


SQUARE = (
    "S = A + A.T + 3 * A @ A.T\n    w, v = np.linalg.eigh(S)\n    return np.sum((v * np.exp(w / 5)) @ v.T * np.arange(3)) + np.sum(w ** 2)",
    "w, v = np.linalg.eigh(A + A.T, UPLO='U')\n    return np.sum(np.sin(v ** 2) * w)",
    "return np.sum(np.linalg.eigh(A @ A.T).eigenvectors ** 4)",
    "return np.linalg.eigvalsh(A + A.T)[0] * np.linalg.eigvalsh(A @ A.T)[-1]",
    "return np.sum(np.linalg.matrix_power(A, 3)) + np.sum(np.linalg.matrix_power(A, -2)) + np.sum(np.linalg.matrix_power(A, 0) * A)",
    "return np.sum(np.linalg.matrix_power(A, 1) * A) + np.sum(np.linalg.matrix_power(A, -1) * A)",
    "sign, logdet = np.linalg.slogdet(A)\n    return sign * logdet * np.linalg.slogdet(A).logabsdet",
    "return np.sum(np.sin(np.linalg.cholesky(A @ A.T + A + A.T + 5 * np.eye(3))))",
    "B = np.linalg.inv(A)\n    return np.sum(B @ B * A) + np.linalg.det(A) ** 2 + np.sum(np.linalg.solve(A, B))",
)  # fmt: skip


@pytest.mark.parametrize("body", SQUARE)
def test_functions_of_a_square_matrix(body: str) -> None:
    for source in annotated(f"def f(A):\n    {body}\n", "n n"):
        check(source, matrix(3, 3) + np.diag([0.0, 0.3, 0.9]))


STACKS = (
    "w, v = np.linalg.eigh(A + np.swapaxes(A, -1, -2))\n    return np.sum(w ** 2) + np.sum(np.sin(v ** 2))",
    "u, s, vh = np.linalg.svd(A, full_matrices=False)\n    return np.sum(s ** 3) + np.sum((u @ vh) ** 3)",
    "q, r = np.linalg.qr(A)\n    return np.sum(np.sin(q ** 2)) + np.sum(np.sin(r ** 2))",
    "return np.sum(np.linalg.pinv(A) ** 3) + np.sum(np.linalg.matrix_power(A, -2) ** 2)",
    "return np.sum(np.linalg.det(A) ** 2) + np.sum(np.linalg.slogdet(A)[1] ** 2) + np.sum(np.linalg.inv(A) ** 3)",
    "return np.sum(np.linalg.solve(A, A + 1) ** 2) + np.sum(np.linalg.cholesky(A @ np.swapaxes(A, -1, -2)) ** 3)",
    "return np.sum(np.linalg.cond(A)) + np.sum(np.linalg.svdvals(A) ** 3)",
)  # fmt: skip


@pytest.mark.heavy
@pytest.mark.parametrize("body", STACKS)
def test_stacks_of_matrices(body: str) -> None:
    if "svdvals" in body and not hasattr(np.linalg, "svdvals"):
        body = body.replace("svdvals(A)", "svd(A, compute_uv=False)")
    for source in annotated(f"def f(A):\n    {body}\n", "k n n"):
        check(source, matrix(2, 3, 3) + np.diag([3.0, 3.3, 3.9]))


def test_a_stack_of_right_sides() -> None:
    body = "def f(A, b):\n    return np.sum(np.linalg.solve(A, b) ** 2)\n"
    for b in ((3,), (3, 2), (4, 3, 2)):
        check(body, matrix(4, 3, 3), random.normal(size=b))
    check(body, matrix(3, 3), random.normal(size=(4, 3, 2)))


PROGRAMS = (
    """
    def f(A, n: int):
        s = 0.0
        for k in range(n):
            w, v = np.linalg.eigh(A + A.T)
            A = (v * np.tanh(w)) @ v.T + 0.1 * A
            s += w[0] * k
        return s + np.sum(A * A)
    """,
    """
    def half(A):
        w, v = np.linalg.eigh(A)
        return (v * np.sqrt(w)) @ v.T
    def f(A, n: int):
        B = half(A @ A.T)
        if n > 1:
            u, s, vh = np.linalg.svd(B + A, full_matrices=False)
            return np.sum(s) + np.sum(u @ vh)
        return np.sum(B ** 3)
    """,
    """
    def f(A, n: int):
        found = np.linalg.svd(A @ A, full_matrices=False)
        return np.sum(found[0] @ found.Vh) * n + np.linalg.eigh(A @ A.T)[0][1]
    """,
)


@pytest.mark.heavy
@pytest.mark.parametrize("body", PROGRAMS)
def test_programs(body: str) -> None:
    S = matrix(3, 3) + np.diag([1.0, 2.0, 3.0])
    for n in (0, 1, 2):
        check(body, S @ S.T / 4, n)


def gradient(body: str) -> Any:
    module: dict[str, Any] = {}
    exec(compile_source(HEAD + body, function="f", verify=False), module)
    return module["f_grad"]


def test_values_alone_do_not_need_different_ones() -> None:
    for values in ("np.linalg.eigh(A)[0]", "np.linalg.svd(A, compute_uv=False)"):
        assert gradient(f"def f(A):\n    return np.sum({values} ** 2)\n")(np.eye(3)) == pytest.approx(2 * np.eye(3))


def test_vectors_of_equal_values_have_no_gradient() -> None:
    body = "def f(A):\n    w, v = np.linalg.eigh(A)\n    return np.sum((v * w ** 2) @ v.T)\n"
    with np.errstate(all="ignore"):
        assert not np.isfinite(gradient(body)(np.eye(2))).any()


def test_symmetric_matrices_have_symmetric_gradients() -> None:
    S = matrix(3, 3)
    for body in ("np.linalg.cholesky(A)[1, 0]", "np.linalg.eigh(A)[0][0]", "np.linalg.eigh(A)[1][0, 0] ** 2"):
        text = compile_source(HEAD + f"def f(A: 'n n'):\n    return {body}\n", verify=True)
        module: dict[str, Any] = {}
        exec(text, module)
        found = module["f_grad"](S @ S.T + np.eye(3))
        assert found == pytest.approx(found.T) and "taken for symmetric" in text and "Checked" in text


@pytest.mark.parametrize(
    "body", ("np.linalg.norm(x)", "np.sum(np.linalg.norm(x, 3, axis=0))", "np.sum(np.linalg.norm(x, axis=1))")
)
def test_norms_have_the_gradient_zero_at_the_origin(body: str) -> None:
    with np.errstate(all="ignore"):
        assert gradient(f"def f(x):\n    return {body}\n")(np.zeros((2, 3))).tolist() == [[0.0] * 3] * 2


REFUSED = (
    ("np.sum(np.linalg.svd(A)[1])", "full_matrices=False"),
    ("np.linalg.lstsq(A, A)[0][0, 0]", "np.linalg.pinv(A) @ b"),
    ("np.linalg.eigvals(A)[0]", "eigvalsh"),
    ("np.sum(np.linalg.tensorinv(A))", "np.linalg.inv"),
    ("np.sum(np.linalg.tensorsolve(A, A))", "np.linalg.solve"),
    ("np.sum(np.linalg.qr(A, mode='complete')[0])", 'mode="r"'),
    ("np.linalg.norm(A, 2)", "give its shape"),
    ("np.linalg.norm(A, 0, axis=1)[0]", "np.sum"),
    ("np.linalg.cond(A, 1)", "leave it out"),
    ("np.linalg.cholesky(A, upper=True)[0, 0]", "leave it out"),
    ("np.sum(np.linalg.pinv(A, rcond=0.1))", "leave it out"),
    ("np.linalg.eigh(A, 'X')[0][0]", 'UPLO="L"'),
    ("np.linalg.eigh(A).values[0]", "pass the number"),
)  # fmt: skip


@pytest.mark.parametrize(("body", "hint"), REFUSED)
def test_refusals(body: str, hint: str) -> None:
    with pytest.raises(CompileError) as found:
        compile_source(HEAD + f"def f(A):\n    return {body}\n", verify=False)
    assert hint in str(found.value)


CHECKED = {
    "w, v = np.linalg.eigh(A)\n    return np.sum((v * np.exp(w)) @ v.T)": "by mpmath",
    "u, s, vh = np.linalg.svd(A, full_matrices=False)\n    return np.sum(u @ vh) + s[0]": "by mpmath",
    "q, r = np.linalg.qr(A)\n    return q[0, 0] + r[0, 1]": "with SymPy",
    "return np.sum(np.linalg.pinv(A)) + np.sum(np.linalg.matrix_power(A, 2))": "proved",
    "return np.linalg.norm(A, 'nuc') + np.linalg.cond(A) + np.linalg.norm(A, 1) + np.linalg.norm(A, 3, axis=1)[0]": "by mpmath",
}  # fmt: skip


@pytest.mark.heavy
@pytest.mark.parametrize("body", CHECKED)
def test_verification(body: str) -> None:
    said = compile_source(HEAD + f"def f(A: 'n n'):\n    {body}\n", verify=True).split('"""')[1]
    assert CHECKED[body] in said and "Not checked" not in said, said
