"""Functions of NumPy by themselves: each against differences of the original, with and without annotations."""

from __future__ import annotations

# ruff: noqa: E501  (programs are data: one line each)
from collections.abc import Sequence
from typing import Any

import array_oracle
import numpy as np
import pytest

from bpcompile import compile_source

HEAD = "import numpy as np\n\n\n"
random = np.random.default_rng(2)
LETTERS = "nmkl"


def numbers(shape: Sequence[int], first: float = -1.7) -> Any:
    """Return different numbers, no two of them close, none of them an integer or half of one."""
    count = int(np.prod(shape))
    found = first + 0.173 * random.permutation(count) + 0.0123
    return found.reshape(shape) if len(shape) else float(found[0])


def annotation(shape: Sequence[int]) -> str:
    """Return a shape as text: a letter for each length."""
    return " ".join(LETTERS[k] for k in range(len(shape)))


def program(expression: str, shapes: Sequence[Sequence[int]], annotations: Sequence[str] | None, more: str = "") -> str:
    """Return a function of arrays x, y, z whose every item of the expression counts, and differently."""
    names = "xyz"[: len(shapes)]
    given = names if annotations is None else [f"{n}: '{a}'" for n, a in zip(names, annotations)]
    body = f"    v = {expression}\n    return np.sum(v * v * 0.5 + v)\n"
    return f"def f({', '.join(given)}{more}):\n{body}"


def check(
    expression: str, *shapes: Sequence[int], annotations: Sequence[Sequence[str]] = (), first: float = -1.7
) -> str:
    """Compare without annotations, with a letter for each length, and with those given; return the first text."""
    args = [numbers(shape, first + 0.05 * k) for k, shape in enumerate(shapes)]
    texts = []
    same = all(len(shape) == len(shapes[0]) for shape in shapes) and all(shape == shapes[0] for shape in shapes)
    known = [[annotation(shape) for shape in shapes]] if same else [[" ".join(map(str, s)) for s in shapes]]
    for names in (None, *known, *annotations):
        source = HEAD + program(expression, shapes, names)
        text = compile_source(source, function="f", verify=False)
        array_oracle.compare(source, "f", text, args)
        texts.append(text)
    return texts[0]


def verified(expression: str, *shapes: Sequence[int]) -> None:
    """Check that the verification knows the function."""
    source = HEAD + program(expression, shapes, [" ".join(map(str, s)) for s in shapes])
    said = compile_source(source, function="f", verify=True).split('"""')[1]
    assert "proved" in said or "digits" in said, (expression, said)


# ------------------------------------------------------------------------------------------------------- item by item

ITEMS = (
    "np.fmax(x, y)", "np.fmin(x, y)", "np.fmod(x, y)", "np.float_power(np.abs(x), y)", "np.heaviside(x, y)",
    "np.logaddexp2(x, y)", "np.ldexp(x, 2) * y", "np.real(x) + x.real * y + np.conj(x) * 2", "np.imag(x) + x.imag * y",
    "np.nan_to_num(x * y, nan=0.5, posinf=1e9)", "np.fix(x) * y", "np.round(x, 1) * y", "x.round() * y", "np.signbit(x) * y",
    "np.where(np.logical_xor(x > 0, y > 0), x, y)", "np.isclose(x, y, atol=0.1) * x * y", "np.modf(x)[0] * y + np.modf(y)[1] * x",
    "np.divmod(x, y)[1] + np.divmod(x, y)[0] * x", "np.clip(x, -0.5, y)", "np.clip(x, y, None)", "np.clip(x * y, a_max=y, a_min=-1.0)",
    "x.clip(max=0.3) * y", "np.clip(x, min=y, max=y + 0.4)", "np.clip(0.4, x, y)", "np.clip(x, y, y - 0.3)", "np.float_power(x, 3) * y",
    "np.select([x > 0.5, y > 0], [x * y, y * y], x)", "np.select([x > 0.5, y > 0, x > y], [x, y, 2.0])", "np.sqrt(np.fabs(x)) * y",
    "np.select((x > 0, x <= 0), (np.log(x), y))", "np.real_if_close(x) * y",
)  # fmt: skip


@pytest.mark.parametrize("expression", ITEMS)
def test_item_by_item(expression: str) -> None:
    check(expression, (2, 3), (2, 3))
    if "modf" not in expression:
        check(expression, (2, 3), (3,))
        check(expression, (2, 1), (3,))
        check(expression, (0, 3), (3,))
    if "x.round" not in expression:  # on objects, that is not NumPy's
        verified(expression, (2, 3), (3,))
