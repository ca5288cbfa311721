"""The checker finds what is equal and what is not: right texts are proved, and every seeded fault is found."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence as Items

import pytest

from bpcompile.ir.kinds import ANY, BOOL, INT, REAL, STR, Kind, Sequence
from bpcompile.verify import ParamSpec, Subject, Verdict, check

CIRCUIT = """
import math


def f(x, y):
    sigy = 1.0 / (1 + math.exp(-y))
    num = x + sigy
    sigx = 1.0 / (1 + math.exp(-x))
    xpy = x + y
    xpysqr = xpy**2
    den = sigx + xpysqr
    invden = 1.0 / den
    f = num * invden
    return f
"""

CIRCUIT_GRAD = '''
import math


def f_grad(x, y):
    """Return (df/dx, df/dy)."""
    # forward
    sigy = 1.0 / (1 + math.exp(-y))  # (1)
    num = x + sigy  # (2)
    sigx = 1.0 / (1 + math.exp(-x))  # (3)
    xpy = x + y  # (4)
    xpysqr = xpy ** 2  # (5)
    den = sigx + xpysqr  # (6)
    invden = 1.0 / den  # (7)

    # backward
    # (8) f = num * invden
    dnum = invden
    dinvden = num
    # (7) invden = 1.0 / den
    dden = -invden ** 2 * dinvden
    # (6) den = sigx + xpysqr
    dsigx = dden
    dxpysqr = dden
    # (5) xpysqr = xpy ** 2
    dxpy = 2 * xpy * dxpysqr
    # (4) xpy = x + y
    dx = dxpy
    dy = dxpy
    # (3) sigx = 1.0 / (1 + math.exp(-x)), a sigmoid
    dx += (1 - sigx) * sigx * dsigx
    # (2) num = x + sigy
    dx += dnum
    dsigy = dnum
    # (1) sigy = 1.0 / (1 + math.exp(-y)), a sigmoid
    dy += (1 - sigy) * sigy * dsigy
    return dx, dy
'''

ONE_LINER = """
import math


def sigmoid(t):
    return 1 / (1 + math.exp(-t))


def f(x, y):
    return (x + sigmoid(y)) / (sigmoid(x) + (x + y) ** 2)
"""

ONE_LINER_GRAD = '''
import math


def f_grad(x, y):
    """Return (df/dx, df/dy)."""
    # forward
    sigmoid_y = 1 / (1 + math.exp(-y))  # (1)
    num = x + sigmoid_y  # (2)
    sigmoid_x = 1 / (1 + math.exp(-x))  # (3)
    xpy = x + y  # (4)
    den = sigmoid_x + xpy ** 2  # (5)

    # backward
    # (6) return num / den
    dnum = 1 / den
    dden = -num / den ** 2
    # (5) den = sigmoid_x + xpy ** 2
    dsigmoid_x = dden
    dxpy = 2 * xpy * dden
    # (4) xpy = x + y
    dx = dxpy
    dy = dxpy
    # (3) sigmoid_x = sigmoid(x)
    dx += (1 - sigmoid_x) * sigmoid_x * dsigmoid_x
    # (2) num = x + sigmoid_y
    dx += dnum
    dsigmoid_y = dnum
    # (1) sigmoid_y = sigmoid(y)
    dy += (1 - sigmoid_y) * sigmoid_y * dsigmoid_y
    return dx, dy
'''

NEURON = """
import math


def neuron(w, x):
    dot = w[0] * x[0] + w[1] * x[1] + w[2]
    f = 1.0 / (1 + math.exp(-dot))
    return f
"""

NEURON_GRAD = '''
import math


def neuron_grad(w, x):
    """Return (dneuron/dw, dneuron/dx), each a list as long as its argument."""
    # forward
    dot = w[0] * x[0] + w[1] * x[1] + w[2]  # (1)
    f = 1.0 / (1 + math.exp(-dot))  # (2)

    # backward
    # (2) f = 1.0 / (1 + math.exp(-dot)), a sigmoid
    ddot = (1 - f) * f
    # (1) dot = w[0] * x[0] + w[1] * x[1] + w[2]
    dw = [0.0] * len(w)
    dx = [0.0] * len(x)
    dw[0] += x[0] * ddot
    dx[0] += w[0] * ddot
    dw[1] += x[1] * ddot
    dx[1] += w[1] * ddot
    dw[2] += ddot
    return dw, dx
'''

GATES = """
def gates(x, y, z, w):
    m = max(z, w)
    return 2 * (x * y + m)
"""

GATES_GRAD = '''
def gates_grad(x, y, z, w):
    """Return (dgates/dx, dgates/dy, dgates/dz, dgates/dw)."""
    # backward
    # (2) return 2 * (x * y + m)
    dx = 2 * y
    dy = 2 * x
    dm = 2.0
    # (1) m = max(z, w)
    if z >= w:
        dz = dm
        dw = 0.0
    else:
        dz = 0.0
        dw = dm
    return dx, dy, dz, dw
'''

BRANCH = """
import math


def loss(x, slope):
    if x > 0:
        y = math.sqrt(x)
    else:
        y = slope * x
    return y * y + x
"""

BRANCH_GRAD = '''
import math


def loss_grad(x, slope):
    """Return (dloss/dx, dloss/dslope)."""
    # forward
    if x > 0:
        y = math.sqrt(x)  # (1)
    else:
        y = slope * x  # (2)

    # backward
    # (3) return y * y + x
    dy = 2 * y
    dx = 1.0
    if x > 0:
        # (1) y = math.sqrt(x)
        dx += dy / (2 * y)
        dslope = 0.0
    else:
        # (2) y = slope * x
        dslope = x * dy
        dx += slope * dy
    return dx, dslope
'''

TWO = (("x", REAL), ("y", REAL))
ONE = (("x", REAL),)
NEURON_PARAMS = (("w", Sequence(REAL, least=3)), ("x", Sequence(REAL, least=2)))


def verdict(
    original: str,
    generated: str,
    params: Items[tuple[str, Kind]] = ONE,
    entry: str = "f",
    derivative: str = "grad",
    wrt: Items[str] = (),
    budget: int = 3_000_000,
) -> Verdict:
    """Check the two texts."""
    specs = tuple(ParamSpec(name, kind) for name, kind in params)
    names = tuple(wrt) or tuple(p.name for p in specs)
    return check(Subject(original, entry, generated, f"{entry}_{derivative}", derivative, specs, names), budget)


def of_one(expression: str, gradient: str) -> Verdict:
    """Check a function of x that is one expression."""
    helper = "def digamma(t):\n    return 1.0\n" if "digamma" in gradient else ""
    original = f"import math\ndef f(x):\n    return {expression}\n"
    return verdict(original, f"import math\n{helper}def f_grad(x):\n    return {gradient}\n")


NORTH_STARS = [
    (CIRCUIT, CIRCUIT_GRAD, "f", TWO, "Checked with SymPy: dx and dy are proved equal to the derivatives of f."),
    (ONE_LINER, ONE_LINER_GRAD, "f", TWO, "Checked with SymPy: dx and dy are proved equal to the derivatives of f."),
    (
        NEURON,
        NEURON_GRAD,
        "neuron",
        NEURON_PARAMS,
        "Checked with SymPy: dw and dx are proved equal to the derivatives of neuron.",
    ),
    (
        GATES,
        GATES_GRAD,
        "gates",
        tuple((name, REAL) for name in "xyzw"),
        "Checked with SymPy: dx, dy, dz and dw are proved equal to the derivatives of gates where z != w; "
        "at z == w all of the gradient goes to z.",
    ),
    (
        BRANCH,
        BRANCH_GRAD,
        "loss",
        (("x", REAL), ("slope", REAL)),
        "Checked with SymPy on each branch: dx and dslope are proved equal to the derivatives of loss.",
    ),
]


@pytest.mark.parametrize(("original", "generated", "entry", "params", "sentence"), NORTH_STARS)
def test_north_stars_are_proved(
    original: str, generated: str, entry: str, params: Items[tuple[str, Kind]], sentence: str
) -> None:
    assert verdict(original, generated, params, entry) == Verdict("proved", sentence)


PROVED = [
    ("math.sqrt(x * x)", "x / math.sqrt(x * x)"),
    ("math.tan(x)", "1 + math.tan(x) ** 2"),
    ("math.tanh(x)", "1 - math.tanh(x) ** 2"),
    ("math.sinh(x) * math.cosh(x)", "math.cosh(x) ** 2 + math.sinh(x) ** 2"),
    ("math.atan2(x, 2.0)", "2.0 / (x * x + 4)"),
    ("math.gamma(x)", "math.gamma(x) * digamma(x)"),
    ("math.lgamma(x)", "digamma(x)"),
    ("math.erf(x)", "2 / math.sqrt(math.pi) * math.exp(-x * x)"),
    ("math.erfc(x)", "-2 / math.sqrt(math.pi) * math.exp(-x * x)"),
    ("math.asin(x) + math.acos(2 * x)", "1 / math.sqrt(1 - x * x) - 2 / math.sqrt(1 - 4 * x * x)"),
    ("math.acosh(x)", "1 / math.sqrt(x * x - 1)"),
    ("math.asinh(x)", "1 / math.sqrt(x * x + 1)"),
    ("math.atanh(x)", "1 / (1 - x * x)"),
    ("math.cbrt(x)", "math.cbrt(x) / (3 * x)"),
    ("math.hypot(x, 3)", "x / math.hypot(x, 3)"),
    ("math.dist([x, 1.0], [2.0, x])", "(2 * x - 3) / math.dist([x, 1.0], [2.0, x])"),
    ("math.log(x, 3)", "1 / (x * math.log(3))"),
    ("math.log2(x) + math.log10(x)", "1 / (x * math.log(2)) + 1 / (x * math.log(10))"),
    ("math.log1p(x)", "1 / (1 + x)"),
    ("math.expm1(x) + math.exp2(x)", "math.exp(x) + math.log(2) * 2 ** x"),
    ("math.degrees(x)", "180 / math.pi"),
    ("math.fma(x, x, x)", "2 * x + 1"),
    ("math.fsum([x, x * x])", "1 + 2 * x"),
    ("math.prod([x, x, 2.0])", "4 * x"),
    ("math.sumprod([x, 2], [x, x])", "2 * x + 2"),
    ("math.ldexp(x, 3)", "8.0"),
    ("math.modf(x)[0] + math.frexp(x)[0] * 0 + math.fmod(x, 2)", "2.0"),
    ("math.remainder(x, 3) + x % 2", "2.0"),
    ("x // 2 + math.floor(x) + math.ceil(x) + math.trunc(x) + round(x) + int(x)", "0.0"),
    ("x ** x", "x ** x * (math.log(x) + 1)"),
    ("x ** 0.1", "0.1 * x ** (0.1 - 1)"),
    ("(x + 1) ** 100", "100 * (x + 1) ** 99"),
    ("math.sin(x) ** 2 + math.cos(x) ** 2", "0.0"),
    ("math.pow(x, 3) + pow(x, 2)", "3 * x * x + 2 * x"),
    ("float(x) + math.comb(5, 2) + math.gcd(4, 6) + math.isqrt(17) + math.factorial(5)", "1"),
    ("sum([x, x ** 2]) + len([x])", "1 + 2 * x"),
    ("x + (1 if math.isnan(x) or math.isinf(x) or not math.isfinite(x) else 2)", "1.0"),
    ("1", "0.0"),
]


@pytest.mark.parametrize(("expression", "gradient"), PROVED)
def test_functions_of_math_are_proved(expression: str, gradient: str) -> None:
    result = of_one(expression, gradient)
    assert result.status == "proved", result


def backward_faults(text: str) -> list[str]:
    """Return the text with one fault in each place of its backward part where that kind of fault fits."""
    head, mark, tail = text.partition("    # backward\n")
    swaps = ((" += ", " = "), (" = ", " = -"), (" = ", " = 2 * "), (" += ", " -= "), ("x", "y"), ("y", "x"))
    swaps += ((" * ", " / "), (" = ", " = (1 + 1e-9) * "), ("1 - ", "1 + "), ("1.0", "0.5"), ("0.0", "1.0"))
    lines = tail.splitlines()
    found = []
    for i, line in enumerate(lines):
        code = line.split("#")[0]
        for old, new in swaps:
            if old in code and "return" not in code and not code.strip().startswith(("if", "else")):
                changed = [*lines[:i], code.replace(old, new), *lines[i + 1 :]]
                found.append(head + mark + "\n".join(changed) + "\n")
    return found


@pytest.mark.parametrize(("original", "generated", "entry", "params", "sentence"), NORTH_STARS)
def test_seeded_faults_are_found(
    original: str, generated: str, entry: str, params: Items[tuple[str, Kind]], sentence: str
) -> None:
    faults = backward_faults(generated)
    assert len(faults) > 4
    for fault in faults:
        result = verdict(original, fault, params, entry)
        harmless = result.status == "proved" and is_same(fault, generated, entry, params)
        assert result.status == "different" or harmless, fault
        assert harmless or result.detail


def is_same(text: str, other: str, entry: str, params: Items[tuple[str, Kind]]) -> bool:
    """Return whether two gradients give the same floats: then the edit was no fault."""
    results = []
    for source in (text, other):
        names: dict[str, object] = {}
        exec(source, names)
        for shift in (0.0, -1.7):
            args = [
                0.3 + i + shift if kind == REAL else [0.4 + i + j / 3 + shift for j in range(3)]
                for i, (_, kind) in enumerate(params)
            ]
            results.append(names[f"{entry}_grad"](*args))  # type: ignore[operator]
    return results[:2] == results[2:]


RARE = [
    ("x * x if x > 50 else x", "2.001 * x if x > 50 else 1.0"),
    ("x * x if math.exp(x) > 1e9 else x", "x if math.exp(x) > 1e9 else 1.0"),
    ("x * x if abs(x - 7.3) < 1e-12 else x", "1.0"),
    ("5 * x if x == 3.25 else x", "1.0"),
    ("x * x", "2 * x if x < 1234.5 else x"),
    ("max(x, -5000.0)", "1.0"),
    ("min(x, 1.0) + max(x, 3.0)", "1.0 if x < 1 or x > 3 else 0.5"),
]


@pytest.mark.parametrize(("expression", "gradient"), RARE)
def test_faults_in_rare_branches_are_found(expression: str, gradient: str) -> None:
    assert of_one(expression, gradient).status == "different"


def test_the_difference_names_component_point_and_values() -> None:
    result = of_one("x * x if x > 50 else x", "x if x > 50 else 1.0")
    assert result.detail.startswith("dx at x = ")
    assert "(path: line 3 True)" in result.detail
    assert "should be" in result.detail


KINKS = [
    ("abs(x)", "1.0 if x > 0 else (-1.0 if x < 0 else 0.0)", "proved", "; abs has derivative 0 at 0."),
    ("abs(x)", "math.copysign(1.0, x)", "different", ""),
    ("max(0.0, x)", "1.0 if x > 0 else 0.0", "proved", " where x != 0.0; at x == 0.0 none of the gradient goes to x."),
    ("max(0.0, x)", "1.0 if x >= 0 else 0.0", "different", ""),
    ("min(x, 0.0)", "1.0 if x <= 0 else 0.0", "proved", "where x != 0.0; at x == 0.0 all of the gradient goes to x."),
]


@pytest.mark.parametrize(("expression", "gradient", "status", "ending"), KINKS)
def test_the_policy_at_kinks_is_checked(expression: str, gradient: str, status: str, ending: str) -> None:
    result = of_one(expression, gradient)
    assert result.status == status
    assert not ending or result.sentence.endswith(ending)


UNCHECKED = [
    ("10 ** 10 ** 10 * x", "1.0"),
    ("x * (1 << 10 ** 9)", "1.0"),
    ("sum([x] * 10 ** 9)", "1.0"),
    ("x + math.factorial(10 ** 8)", "1.0"),
    ("x + sum([1 for i in range(10 ** 5) for j in range(10 ** 5)])", "1.0"),
    ("f(x)", "1.0"),
    ("math.nextafter(x, 1.0)", "1.0"),
    ("x.real", "1.0"),
    ("unknown(x)", "1.0"),
    ("open('/etc/passwd')", "1.0"),
    ("math.sqrt(-1 - x * x)", "1.0"),
    ("x + 2j", "1.0"),
    ("[x]", "1.0"),
    ("(", "1.0"),
]


@pytest.mark.parametrize(("expression", "gradient"), UNCHECKED)
def test_what_cannot_run_is_unchecked(expression: str, gradient: str) -> None:
    result = of_one(expression, gradient)
    assert result.status == "unchecked"
    assert result.sentence.startswith("Not checked with SymPy: ")
    assert result.sentence.endswith(".")


LOOPS = ["while True:\n        x += 1.0", "while True:\n        pass", "n = 3\n    while n:\n        n = n * n"]


@pytest.mark.parametrize("loop", LOOPS)
def test_endless_loops_end(loop: str) -> None:
    original = f"def f(x):\n    {loop}\n    return x\n"
    assert verdict(original, "def f_grad(x):\n    return 1.0\n").status == "unchecked"


WRONG = ["None", "[1.0]", "(1.0,)", "'1'", "unknown(x)", "0.5 / (x - x)", "[1.0][1]", "math.inf", "math.nan", "((1.0"]


@pytest.mark.parametrize("gradient", WRONG)
def test_a_gradient_that_fails_is_different(gradient: str) -> None:
    assert of_one("x", gradient).status == "different"


def test_infinite_derivatives_may_raise() -> None:
    assert of_one("math.sqrt(abs(x)) if x == 0 else x", "0.5 / math.sqrt(x) if x == 0 else 1.0").status == "proved"


def test_deep_sharing_is_compared_in_numbers() -> None:
    lines = "".join("    x = math.sin(x) * x + 1\n" for _ in range(60))
    forward = "".join("    d = (math.cos(x) * x + math.sin(x)) * d\n    x = math.sin(x) * x + 1\n" for _ in range(60))
    original = f"import math\ndef f(x):\n{lines}    return x\n"
    generated = f"import math\ndef f_grad(x):\n    d = 1.0\n{forward}    return d\n"
    result = verdict(original, generated)
    assert result.status == "equal"
    assert result.sentence == "Checked with SymPy: dx is equal to the derivative of f at 8 points to 50 digits."
    assert verdict(original, generated.replace("x * x", "x").replace("return d", "return d * 1.0000001")).status == (
        "different"
    )


def test_what_is_proved_and_what_is_only_equal_is_told_apart() -> None:
    hard = "math.exp(y + 1) ** 0.5"
    result = verdict(
        f"import math\ndef f(x, y):\n    return x * x + {hard}\n",
        "import math\ndef f_grad(x, y):\n    return 2 * x, 0.5 * math.exp(0.5 * y) * 1.6487212707001282\n",
        TWO,
    )
    assert result.status == "equal"
    assert "dy is equal" in result.sentence or "are equal" in result.sentence
    assert "to 12 digits" in result.sentence


def test_branches_that_are_not_reached_are_counted() -> None:
    result = of_one("x * 2 if x * x < -1 else x", "2.0 if x * x < -1 else 1.0")
    assert result.sentence == "Checked with SymPy on 1 of 2 branches: dx is proved equal to the derivative of f."


def test_values_are_compared() -> None:
    original = "def f(x):\n    return x * x\n"
    generated = "def f_value_and_grad(x):\n    return {}, 2 * x\n"
    result = verdict(original, generated.format("x ** 2"), derivative="value_and_grad")
    assert result.sentence == "Checked with SymPy: the value and dx are proved equal to f and its derivative."
    assert verdict(original, generated.format("x * 2"), derivative="value_and_grad").status == "different"
    assert verdict(original, generated.format("x ** 2").replace(", 2 * x", ""), derivative="value_and_grad").status == (
        "different"
    )


def test_cotangents_are_nested_like_the_output() -> None:
    original = "def f(x, y):\n    return x * y, [x, y * y]\n"
    generated = "def f_vjp(x, y, df):\n    a, (b, c) = df\n    return a * y + b, a * x + {} * c * y\n"
    result = verdict(original, generated.format(2), TWO, derivative="vjp")
    assert result.status == "proved"
    assert verdict(original, generated.format(3), TWO, derivative="vjp").status == "different"


OPEN = Sequence(REAL, is_open=True)
TOTAL = "def f(w):\n    return sum([v * v for v in w])\n"


def test_lists_are_tried_at_several_lengths() -> None:
    result = verdict(TOTAL, "def f_grad(w):\n    return [2 * v for v in w]\n", [("w", OPEN)])
    assert result.status == "proved"
    assert result.sentence.startswith("Checked with SymPy for len(w) = 0, 1, 2 and 3: dw is proved")
    fault = "def f_grad(w):\n    return [2 * v for v in w[:2]] + [v * 3 for v in w[2:]]\n"
    assert verdict(TOTAL, fault, [("w", OPEN)]).status == "different"


def test_a_gradient_is_as_long_as_its_argument() -> None:
    original = "def f(w):\n    return w[0] * w[1]\n"
    params = [("w", Sequence(REAL, least=2))]
    assert verdict(original, "def f_grad(w):\n    return [w[1], w[0]]\n", params).status == "different"
    padded = "def f_grad(w):\n    return [w[1], w[0]] + [0.0] * (len(w) - 2)\n"
    assert verdict(original, padded, params).status == "proved"


def test_tuples_and_nested_lists_keep_their_kind() -> None:
    matrix = Sequence(Sequence(REAL, least=1), least=2, length=2, is_tuple=True)
    original = "def f(a):\n    return a[0][0] * a[1][0]\n"
    rows = "[a[1][0]] + [0.0] * (len(a[0]) - 1), [a[0][0]] + [0.0] * (len(a[1]) - 1)"
    assert verdict(original, f"def f_grad(a):\n    return {rows}\n", [("a", matrix)]).status == "proved"
    assert verdict(original, f"def f_grad(a):\n    return [{rows}]\n", [("a", matrix)]).status == "different"


def test_integers_and_booleans_are_tried() -> None:
    original = "def f(x, n, flag):\n    return x ** n if flag else x * n\n"
    generated = "def f_grad(x, n, flag):\n    return n * x ** (n - 1) if flag else {}\n"
    params = [("x", REAL), ("n", INT), ("flag", BOOL)]
    result = verdict(original, generated.format("float(n)"), params, wrt=["x"])
    assert result.status == "proved"
    assert "for n = 0, 1, 2 and 3 on each branch:" in result.sentence
    assert verdict(original, generated.format("2.0"), params, wrt=["x"]).status == "different"


def test_unused_and_string_parameters() -> None:
    assert verdict(
        "def f(x, y):\n    return x\n", "def f_grad(x, y):\n    return 1.0, 0.0\n", [("x", REAL), ("y", ANY)]
    ) == (Verdict("proved", "Checked with SymPy: dx and dy are proved equal to the derivatives of f."))
    assert verdict("def f(x, s):\n    return x\n", "", [("x", REAL), ("s", STR)], wrt=["x"]).status == "different"
    generated = "def f_grad(x, s):\n    return 1.0\n"
    assert (
        verdict("def f(x, s):\n    return x\n", generated, [("x", REAL), ("s", STR)], wrt=["x"]).status == "unchecked"
    )


SHADOWED = [
    "from math import exp as e\ndef max(a, b):\n    return a * e(b)\ndef f(x):\n    return max(x, x)\n",
    "import math as abs\ndef f(x):\n    return x * abs.exp(x)\n",
    "K = 2.0\nTABLE = (1, K)\nimport math\ndef f(x):\n    math.pi\n    return x * math.exp(x) * TABLE[1] / K\n",
    "import math\ndef f(float):\n    range = math.exp(float)\n    float *= range\n    return float\n",
    "import math\ndef f(x):\n    a = [x, 1.0]\n    a[0] *= math.exp(x)\n    a[-1] **= 2\n    return a[0] * a[1]\n",
    "import math\ndef f(*, x):\n    return math.exp(x) * x\n",
]


@pytest.mark.parametrize("original", SHADOWED)
def test_names_mean_what_python_says(original: str) -> None:
    generated = "import math\ndef f_grad(x):\n    return math.exp(x) + x * math.exp(x)\n"
    param = "float" if "float" in original else "x"
    assert verdict(original, generated, [(param, REAL)]).status == "proved"


def test_while_loops_say_how_many_steps_were_seen() -> None:
    original = "def f(x):\n    while x > 1:\n        x = x * 0.5\n    return x\n"
    generated = "def f_grad(x):\n    d = 1.0\n    while x > 1:\n        x = x * 0.5\n        d *= {}\n    return d\n"
    result = verdict(original, generated.format("0.5"))
    assert result.status == "proved"
    assert " steps: dx is proved" in result.sentence
    assert verdict(original, generated.format("0.25")).status == "different"


def test_a_small_budget_claims_little_and_raises_nothing() -> None:
    for budget in (0, 10, 1000, 20_000):
        result = verdict(CIRCUIT, CIRCUIT_GRAD, TWO, budget=budget)
        assert result.status in ("unchecked", "equal", "proved")


SCRIPT = """
import tests.test_verify as t
for original, generated, entry, params, _ in t.NORTH_STARS:
    print(t.verdict(original, generated, params, entry))
    print(t.verdict(original, t.backward_faults(generated)[0], params, entry))
for expression, gradient in t.PROVED[:12] + t.RARE:
    print(t.of_one(expression, gradient))
"""


def test_the_result_does_not_depend_on_the_hash_seed() -> None:
    def output(seed: str) -> str:
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": "."}
        return subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True
        ).stdout

    assert output("1") == output("2") != ""


def test_importing_the_package_does_not_import_sympy() -> None:
    code = "import sys, bpcompile.verify; print('sympy' in sys.modules or 'mpmath' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
