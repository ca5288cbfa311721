"""`--jit numba`: what Numba takes gives the same numbers; what it does not take is refused.

`make numba` compiles all programs of these tests; here are those that take a few seconds.
"""

from __future__ import annotations

# ruff: noqa: E501  (programs are data: one line each)
import re
import textwrap
from typing import Any

import jitted
import numpy as np
import pytest
from case_files import CASES
from numba_programs import HEAD, PROGRAMS, positive

from bpcompile import CompileError, compile_source
from bpcompile.backends.numba_prelude import NUMBA_NEEDED, NUMBA_PRELUDE

MATRIX, VECTOR, PLACES = positive(2, 3), positive(3), np.array([1, 1])
HELPERS: dict[str, tuple[Any, ...]] = {
    "max_along": (MATRIX, 1),
    "first_equal": (np.array([[1.0, 2.0, 2.0], [3.0, 3.0, 1.0]]), np.array([2.0, 3.0]), 1),
    "but_one": (MATRIX, 1),
    "unbroadcast": (MATRIX, VECTOR),
    "add_items": (MATRIX, PLACES, positive(2, 3)),
    "add_pairs": (MATRIX, PLACES, PLACES, VECTOR),
    "expit": (MATRIX,),
    "is_no_vector": (VECTOR,),
    "may_overlap": (VECTOR, VECTOR[1:]),
    "matmul_left": (VECTOR, VECTOR, positive(3, 3)),
    "matmul_right": (VECTOR, VECTOR, positive(3, 3)),
}
MODULES: dict[str, tuple[Any, ...]] = {
    "anyshape": (VECTOR, MATRIX, 1.5),
    "inplace": (positive(4), 0.3, 2),
    "mlp": (positive(4, 3), positive(4, 2), positive(3, 5), positive(5), positive(5, 2), positive(2)),
}


@pytest.mark.heavy
@pytest.mark.parametrize("name", HELPERS)
def test_helpers(name: str) -> None:
    first = "\n\n".join(NUMBA_PRELUDE[n] for n in (name, *NUMBA_NEEDED.get(name, ())))
    want, left = jitted.run("import numpy as np\n\n\n" + first, HELPERS[name])
    decorated = re.sub(r"^def ", "@numba.njit\ndef ", first, flags=re.M)
    got, changed = jitted.run("import numba\nimport numpy as np\n\n\n" + decorated, HELPERS[name])
    for one, other in zip((want, *left), (got, *changed)):
        assert np.shape(one) == np.shape(other) and (one is None or np.allclose(one, other))


@pytest.mark.heavy
@pytest.mark.parametrize("name", MODULES)
def test_modules(name: str) -> None:
    source = (CASES / "arrays" / f"{name}.py").read_text(encoding="utf-8")
    assert jitted.compare(source, MODULES[name]) is not None


def test_every_helper_is_tried() -> None:
    texts = [compile_source(HEAD + textwrap.dedent(body), jit="numba", verify=False) for body, _ in PROGRAMS.values()]
    helpers = {name for text in texts for name in re.findall(r"^def (\w+)", text, re.M)}
    assert helpers >= NUMBA_PRELUDE.keys(), NUMBA_PRELUDE.keys() - helpers


REFUSED = {
    "def f(x: 'n m'):\n    return np.sum(x[x > 0])": "an array of truths as an index, but of one axis",
    "def f(x: 'n m', i):\n    return np.sum(x[i, 1])": "an index array beside slices or numbers",
    "def f(x: 'a b c', y: 'a c d'):\n    return np.sum(x @ y)": "`@` of arrays of more than 2 axes",
    "def f(x):\n    return np.sum(np.max(x, keepdims=True) * x)": "`keepdims` where the rank is not known",
    "def f(x):\n    return np.sum(np.max(x, axis=(0, 1)))": "a maximum or product along several axes",
    "def f(x, y):\n    return np.einsum('i,i->', x, y)": "`np.einsum`",
    "def f(x):\n    return np.sum(scipy.special.gammaln(x))": "`scipy.special.digamma`",
    "def f(x: 'n m'):\n    return np.sum(np.sort(x, axis=0) * x)": "`np.sort` of more than one axis",
    "def f(x):\n    return np.sum(np.squeeze(x) ** 2)": "`np.squeeze` where the shape is not known",
    "def f(W: 'n n', n: int):\n    h = 0.0\n    for i in range(n):\n        h = np.tanh(W + h)\n    return np.sum(h)": "a name that is a number at one time and an array at another",
    "def f(m):\n    return m[0][1] * m[1][0]": "a list of lists, `m`",
    "def f(x):\n    if x < 0:\n        raise ValueError(f'{x:.3f} < 0')\n    return math.sqrt(x)": "a format in a message",
    "def f(x, n: int):\n    return x if n < 1 else x * f(x, n - 1)": "the gradient of a function that calls itself, `f`",
    "def f(x: tuple[float, float]):\n    return x[0] * x[1]": "`as_tuple`",
    "def f(n: int, x):\n    for i in range(n):\n        y = x * i\n    return y * x": "a name that some path leaves unbound",
}


@pytest.mark.parametrize("body", REFUSED)
def test_refused(body: str) -> None:
    compile_source(HEAD + body + "\n", function="f", verify=False)
    with pytest.raises(CompileError) as caught:
        compile_source(HEAD + body + "\n", function="f", jit="numba")
    error = caught.value
    assert {r.code for r in error.refusals} == {"BP060"} and error.hint
    assert f"Numba does not take {REFUSED[body]}" in str(error)
    assert error.line > 5, "the place of a statement"


EXACT = (
    ("def f(x):\n    return x ** -2", "x ** -2.0"),
    ("def f(x):\n    return x ** 20", "x ** 20.0"),
    ("def f(x, y):\n    return x ** y", "x ** float(y)"),
    ("def f(x: 'n', k: 'n'):\n    return np.sum(x ** k)", "x ** (1.0 * k)"),
)


@pytest.mark.parametrize("body, spelling", EXACT)
def test_powers_of_integers_are_floats(body: str, spelling: str) -> None:
    assert spelling in compile_source(HEAD + body + "\n", jit="numba", derivative="value_and_grad", verify=False)


def test_the_text_for_numba_is_verified() -> None:
    for title in ("along an axis, shapes known", "along an axis, shapes not known", "written in place"):
        source = HEAD + textwrap.dedent(PROGRAMS[title][0])
        said = compile_source(source, function="f", jit="numba", verify=True).split('"""')[1]
        assert "proved" in said or "digits" in said, said
