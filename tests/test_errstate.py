"""`with np.errstate(...)`: its body counts, and the generated function runs in its state."""

from __future__ import annotations

import textwrap
import warnings
from typing import Any

import array_oracle
import numpy as np
import pytest

from bpcompile import CompileError, compile_source

HEAD = "import numpy as np\n\n\n"
PROGRAMS = (
    """
    def f(x):
        with np.errstate(all="ignore"):
            return np.sum(np.where(x > 0, np.log(x), x))
    """,
    """
    def f(x):
        s = 0.0
        with np.errstate(divide="ignore", invalid="warn"):
            for k in range(3):
                if k == 2:
                    break
                with np.errstate(over="ignore"):
                    y = np.where(x > 0, np.sqrt(x), 0.0)
                s += np.sum(y) * (k + 1)
        return s
    """,
    """
    def g(x):
        with np.errstate(divide="ignore"), np.errstate(under="ignore"):
            if np.sum(x) > 0:
                return np.where(x > 0, np.log(x), 0.0)
        return x
    def f(x):
        return np.sum(g(x) * g(-x) + g(x))
    """,
    """
    def f(x):
        '''Say something.'''
        with np.errstate(all="raise"):
            y = x * x
            return np.sum(y / (1 + y))
    """,
)


@pytest.mark.heavy
@pytest.mark.parametrize("body", PROGRAMS)
def test_programs(body: str) -> None:
    source = HEAD + textwrap.dedent(body)
    text = compile_source(source, function="f", verify=False)
    assert "    with np.errstate(" in text.split("def f_grad")[1]
    array_oracle.compare(source, "f", text, (np.array([0.7, -0.4, 1.9]),))
    said = compile_source(source, function="f", verify=True).split('"""')[1]
    assert "proved" in said, said


def gradient(body: str) -> Any:
    module: dict[str, Any] = {}
    exec(compile_source(HEAD + textwrap.dedent(body), function="f", verify=False), module)
    return module["f_grad"]


def test_nothing_is_warned_of() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = gradient(PROGRAMS[0])(np.array([0.0, -1.0, 2.0]))
    assert found.tolist() == [1.0, 1.0, 0.5]


def test_errors_are_raised() -> None:
    body = "def f(x):\n    with np.errstate(over='raise'):\n        return np.sum(np.exp(x))\n"
    with pytest.raises(FloatingPointError):
        gradient(body)(np.array([800.0]))


def test_several_states_are_one() -> None:
    text = compile_source(HEAD + textwrap.dedent(PROGRAMS[1]), function="f", verify=False)
    assert 'with np.errstate(divide="ignore", over="ignore", invalid="warn"):' in text


REFUSED = (
    ("y = x * x\n    with np.errstate(divide='raise'):\n        return np.sum(1 / y)", "BP054"),
    (
        "with np.errstate(over='ignore'):\n        y = x\n    with np.errstate(over='warn'):\n        return np.sum(y)",
        "BP054",
    ),
    ("with np.errstate(divide=mode):\n        return np.sum(x)", "BP010"),
    ("with np.errstate(all='ignore') as state:\n        return np.sum(x)", "BP010"),
    ("with np.errstate(call=print):\n        return np.sum(x)", "BP010"),
    ("with open('a'):\n        return np.sum(x)", "BP010"),
    ("with np.errstate(divides='ignore'):\n        return np.sum(x)", "BP010"),
)


@pytest.mark.parametrize(("body", "code"), REFUSED)
def test_refusals(body: str, code: str) -> None:
    with pytest.raises(CompileError) as found:
        compile_source(HEAD + f"def f(x, mode):\n    {body}\n", verify=False)
    assert code in {r.code for r in found.value.refusals}


def test_numba_knows_no_states() -> None:
    with pytest.raises(CompileError) as found:
        compile_source(HEAD + textwrap.dedent(PROGRAMS[0]), function="f", jit="numba", verify=False)
    assert found.value.code == "BP060"


@pytest.mark.heavy
@pytest.mark.parametrize("derivative", ("value_and_grad", "vjp"))
@pytest.mark.parametrize("style", ("staged", "compact"))
def test_forms(derivative: str, style: str) -> None:
    text = compile_source(
        HEAD + textwrap.dedent(PROGRAMS[1]), function="f", derivative=derivative, style=style, verify=True
    )
    assert text.split(f"def f_{derivative}")[1].count("with np.errstate") == 1 and "Checked" in text
