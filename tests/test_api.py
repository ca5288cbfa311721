"""The library: derivatives of live functions, and the names that they rely on."""

from __future__ import annotations

import importlib.util
import inspect
import linecache
import math
import pickle
import subprocess
import sys
import textwrap
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import bpcompile
from bpcompile import CompileError, compile_file, compile_source, grad, value_and_grad, vjp

RATE = 2.0


def square_plus(t):
    return t * t + RATE


@grad
def wave(x, y):
    return square_plus(x) * math.sin(y)


@value_and_grad(wrt="x", style="compact")
def line(x, y=3.0):
    return x * y


def reciprocal(x):
    return 1 / x


def run(text: str, name: str) -> Any:
    module: dict[str, Any] = {}
    exec(compile(text, "<generated>", "exec"), module)
    return module[name]


def load(tmp_path: Path, source: str, name: str = "user_module") -> ModuleType:
    """Import a file, so that its functions have a source."""
    path = tmp_path / f"{name}.py"
    path.write_text(textwrap.dedent(source))
    linecache.checkcache(str(path))
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cell(source: str, scope: dict[str, Any], name: str) -> None:
    """Run a notebook's cell."""
    source = textwrap.dedent(source)
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(compile(source, name, "exec"), scope)


def test_decorated_name_is_the_gradient() -> None:
    assert wave(3, -4) == (2 * 3 * math.sin(-4), math.cos(-4) * (3 * 3 + RATE))
    assert wave.primal(3, -4) == square_plus(3) * math.sin(-4)
    assert line(2.0) == (6.0, 3.0)
    assert "import bpcompile" not in wave.source


def test_vjp_takes_the_cotangent_last() -> None:
    assert vjp(square_plus)(2.0, 3.0) == 12.0
    text = compile_source("def f(x, y):\n    return x * y, (x + y, [y])\n", derivative="vjp")
    assert run(text, "f_vjp")(2.0, 3.0, (1.0, (10.0, [100.0]))) == (3.0 + 10.0, 2.0 + 10.0 + 100.0)


def test_value_and_grad_of_text_has_the_value_to_the_last_bit() -> None:
    text = compile_source("def f(x):\n    return 0.1 * x + 0.2\n", derivative="value_and_grad")
    assert run(text, "f_value_and_grad")(0.3) == (0.1 * 0.3 + 0.2, 0.1)


def test_a_debugger_sees_the_lines() -> None:
    assert inspect.getsource(wave).startswith("def wave_grad(x, y):")
    assert list(inspect.signature(wave).parameters) == ["x", "y"]
    with pytest.raises(ZeroDivisionError) as caught:
        grad(reciprocal)(0.0)
    assert "q = 1 / x" in "".join(traceback.format_tb(caught.tb)) or "1 / x" in "".join(traceback.format_tb(caught.tb))


def test_pickles_as_its_text() -> None:
    for derivative in (wave, grad(reciprocal), outer(5.0)):
        again = pickle.loads(pickle.dumps(derivative))
        assert again.source == derivative.source
        point = (3.0, -4.0)[: len(inspect.signature(derivative).parameters)]
        assert again(*point) == derivative(*point)
        assert again.primal(*point) == derivative.primal(*point)


def outer(scale: float) -> Any:
    @grad
    def inner(x):
        return scale * x * x + square_plus(x)

    return inner


def test_closures_over_numbers() -> None:
    assert outer(5.0)(2.0) == 2 * 5.0 * 2.0 + 2 * 2.0


def test_closure_that_changes_is_refused(tmp_path: Path) -> None:
    source = """
        from bpcompile import grad

        def make():
            k = 2.0
            @grad
            def f(x):
                return k * x
            k = 3.0
            return f
    """
    with pytest.raises(CompileError) as caught:
        load(tmp_path, source).make()
    assert caught.value.code == "BP038"


def test_methods_are_refused_and_static_ones_work(tmp_path: Path) -> None:
    source = """
        from bpcompile import grad

        class Model:
            @staticmethod
            @grad
            def cube(x):
                return x * x * x

            def loss(self, x):
                return x * x
    """
    module = load(tmp_path, source)
    assert module.Model.cube(2.0) == 12.0
    with pytest.raises(CompileError) as caught:
        grad(module.Model.loss)
    assert caught.value.code == "BP038"


def test_notebook_cells() -> None:
    scope: dict[str, Any] = {"grad": grad}
    cell("k = 3.0\ndef h(t):\n    return t * k\n@grad\ndef f(x):\n    return h(x) * x\n", scope, "<cell 1>")
    assert scope["f"](2.0) == 12.0


@pytest.mark.parametrize(
    "before",
    [
        "def max(a, b):\n    return a\n",
        "max = min\n",
    ],
)
def test_builtin_that_another_cell_rebinds_is_refused(before: str) -> None:
    scope: dict[str, Any] = {"grad": grad}
    cell(before, scope, "<cell 1>")
    with pytest.raises(CompileError) as caught:
        cell("@grad\ndef f(x, y):\n    return max(x, y) * x\n", scope, "<cell 2>")
    assert caught.value.code == "BP031"


@pytest.mark.parametrize(
    ("definitions", "change"),
    [
        ("k = 2.0\ndef f(x):\n    return k * x\n", "k = 7.0\n"),
        ("def h(t):\n    return t * t\ndef f(x):\n    return h(x)\n", "\n\n\ndef h(t):\n    return t * t * t\n"),
        ("import math\ndef f(x):\n    return math.sin(x)\n", "import cmath as math\n"),
    ],
)
def test_global_that_another_cell_rebinds_is_refused(definitions: str, change: str) -> None:
    scope: dict[str, Any] = {}
    cell(definitions, scope, "<cell 1>")
    grad(scope["f"])
    cell(change, scope, "<cell 2>")
    with pytest.raises(CompileError) as caught:
        grad(scope["f"])
    assert caught.value.code == "BP031"


def test_helpers_may_stand_below(tmp_path: Path) -> None:
    source = """
        from bpcompile import grad

        @grad
        def f(x):
            return below(x) * k

        k = 3.0

        def below(t):
            return t * t
    """
    assert load(tmp_path, source).f(2.0) == 12.0


@pytest.mark.parametrize("thing", [len, 3, "f", bpcompile])
def test_what_is_no_function_is_a_type_error(thing: Any) -> None:
    with pytest.raises(TypeError, match="takes a function"):
        grad(thing)


def test_lambda_and_missing_source_are_refused() -> None:
    scope: dict[str, Any] = {}
    exec("def f(x):\n    return x\n", scope)
    for function in (lambda x: x, scope["f"]):
        with pytest.raises(CompileError) as caught:
            grad(function)
        assert caught.value.code == "BP040"


def test_unknown_option() -> None:
    with pytest.raises(TypeError, match="has no option 'argnums'"):
        grad(reciprocal, argnums=0)
    with pytest.raises(CompileError) as caught:
        grad(reciprocal, style="terse")
    assert caught.value.code == "BP005"


def test_error_has_a_place(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    path.write_text("def f(x):\n    y = x ^ x\n    return unknown(y)\n")
    with pytest.raises(CompileError) as caught:
        compile_file(path)
    error = caught.value
    assert (error.line, error.column, error.code) == (2, 9, "BP013") and error.hint
    assert [r.code for r in error.refusals] == ["BP013", "BP016"]
    assert str(error).splitlines()[:3] == [
        f"{path}:2:9: BP013 the operator `^` cannot be differentiated",
        "        y = x ^ x",
        "            ^^^^^",
    ]
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_import_stays_light() -> None:
    code = (
        "import sys, bpcompile; print([m for m in ('sympy', 'numpy', 'numba', 'mpmath', 'astor') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_astor_warns_no_user() -> None:
    code = "import bpcompile; print(bpcompile.compile_source('def f(x):\\n    return -x ** 2\\n')[-40:])"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""


SAME_AS_PYTHON = [
    ("W = (1.0, 2.0)\nW_0 = 9.0\ndef f(x, y):\n    return x * W[0] + W_0 * y\n", (1.0, 9.0)),
    ("k = 5.0\ndef f(x, y):\n    k = 3.0\n    g = lambda z, c=k: z * c\n    return g(x) * y\n", (-12.0, 9.0)),
    ("k = 5.0\ndef f(x, y):\n    k = 3.0\n    g = lambda z: z * k\n    k = 4.0\n    return g(x) * y\n", (-16.0, 12.0)),
    ("f_grad = 3.0\ndef f(x, y):\n    return x * y * f_grad\n", (-12.0, 9.0)),
    ("zeros_like = 3.0\ndef f(x, y, unused=1.0):\n    return x * zeros_like * y\n", (-12.0, 9.0, 0.0)),
    ("len = 3.0\ndef f(x, y, *, w: list[float] = (1.0,)):\n    return x * len * y\n", (-12.0, 9.0, [0.0])),
    ("import math\ndef f(x, y, /):\n    math_ = x * y\n    return math_\n", (-4.0, 3.0)),
    ("def abs(t):\n    return t * 2\ndef f(x, y):\n    return abs(x) * y\n", (-8.0, 6.0)),
    ("def f(max, dx):\n    _t0 = max * dx\n    return _t0\n", (-4.0, 3.0)),
    ("def f(x, y):\n    z = 0.5 * x or (x := y)\n    return x * y\n", (-4.0, 3.0)),
    ("def f(x, y):\n    x, y = y, x\n    return x - y * y\n", (-6.0, 1.0)),
    ("def f(x, y):\n    a = b = x * y\n    a += 1\n    return a * b\n", (92.0, -69.0)),
]


@pytest.mark.parametrize(("source", "want"), SAME_AS_PYTHON)
def test_names_mean_what_python_says(source: str, want: tuple[float, ...]) -> None:
    assert run(compile_source(source, function="f"), "f_grad")(3.0, -4.0) == want


@pytest.mark.parametrize(
    "source",
    [
        "W = list((1.0, 2.0))\nW[0] = 7.0\ndef f(x):\n    return x * W[0]\n",
        "W = [[1.0, 2.0]]\nW[0][0] = 7.0\ndef f(x):\n    return x * W[0][0]\n",
        "W = [1.0, 2.0]\na, b = c = W\nc[0] = 7.0\ndef f(x):\n    return x * W[0]\n",
        "k = 2.0\nprint((k := 3.0))\ndef f(x):\n    return x * k\n",
        "import math\nmath.exp = math.sin\ndef f(x):\n    return math.exp(x)\n",
        "k = 2.0\nglobals()['k'] = 3.0\ndef f(x):\n    return x * k\n",
        "from somewhere import *\nk = 2.0\ndef f(x):\n    return x * k\n",
    ],
)
def test_what_may_change_at_run_time_is_refused(source: str) -> None:
    with pytest.raises(CompileError) as caught:
        compile_source(source)
    assert caught.value.code == "BP031"


def test_names_of_several_functions_do_not_meet() -> None:
    source = (
        "import math\nK = 3.0\nK_ = 5.0\nmath_ = 2.0\n"
        "def a(x):\n    return K_ * math_ * x\n"
        "def g(z):\n    return K * math.exp(z)\n"
        "def b(K, math):\n    return g(K) * math\n"
    )
    text = compile_source(source, function="a,b")
    assert run(text, "a_grad")(2.0) == 10.0
    assert run(text, "b_grad")(0.0, 2.0) == (6.0, 3.0)


@pytest.mark.parametrize(
    "source",
    [
        "def f(x):\n    return x\ndef f(x):\n    return x * x\n",
        "def f(x):\n    return x\nif True:\n    def f(x):\n        return x * x\n",
        "def f(x):\n    return x\nf = str(f)\n",
        "e = 2.0\nfrom math import *\ndef f(x):\n    return x * e\n",
        "import math\nimport math as m\nm.exp = m.sin\ndef f(x):\n    return math.exp(x)\n",
        "W = ([1.0], 2.0)\nW[0].append(4.0)\nW[0][0] = 5.0\ndef f(x):\n    return x * W[0][0]\n",
        "W = [1.0, 2.0]\ndef print(w):\n    w[0] = 9.0\nprint(W)\ndef f(x):\n    return x * W[0]\n",
    ],
)
def test_what_is_bound_twice_or_changed_is_refused(source: str) -> None:
    with pytest.raises(CompileError) as caught:
        compile_source(source, function=None if source.count("def f") > 1 else "f")
    assert caught.value.code == "BP031"


def test_default_that_differs_from_the_text_is_refused(tmp_path: Path) -> None:
    source = """
        from bpcompile import grad

        k = 7.0

        def make():
            k = 2.0
            def t(x, c=k):
                return x * c
            return grad(t)
    """
    with pytest.raises(CompileError) as caught:
        load(tmp_path, source).make()
    assert caught.value.code == "BP034"


def test_cotangent_of_a_list_has_one_name() -> None:
    source = (
        "def g(w):\n    return w[1]\n"
        "def f(x, w):\n    dw = w[0] * x\n    dw = dw * dw\n    return sum(w) * dw + g(w) * dw\n"
    )
    assert run(compile_source(source, function="f"), "f_grad")(1.0, [1.0, 2.0, 3.0]) == (16.0, [17.0, 2.0, 1.0])


def test_vjp_has_the_cotangent_last_and_required() -> None:
    text = compile_source("def f(x, k=2.0, *, c=1.0):\n    return x * k * c\n", derivative="vjp")
    assert "def f_vjp(x, k, df, *, c=1.0):" in text
    assert run(text, "f_vjp")(3.0, 2.0, 1.0) == (2.0, 3.0, 6.0)


def test_tuples_have_tuples_as_gradients() -> None:
    text = compile_source("def f(w=(1.0, 2.0)):\n    return w[0] * w[1]\n")
    assert run(text, "f_grad")() == (2.0, 1.0)
    text = compile_source("def f(w: tuple[float, list[float]]):\n    return w[0] * w[1][0]\n")
    assert run(text, "f_grad")((2.0, [3.0])) == (3.0, [2.0])


def test_a_forward_value_that_is_a_cotangent_keeps_its_name() -> None:
    source = (
        "import math\ndef f(x, y, w):\n    x = x * y\n    y *= w[0] - w[1]\n"
        "    return (w[1] + x + math.prod(w)) * ((y - x) or math.prod(w))\n"
    )
    point = (1.5, -2.0, [0.5, 3.0])
    staged = run(compile_source(source), "f_grad")(*point)
    assert staged == run(compile_source(source, style="compact"), "f_grad")(*point)
