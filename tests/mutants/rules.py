"""Faults in rules/: what is wrong, in words, the text, and what stands there instead."""

from __future__ import annotations

SCALAR = {
    "abs rises below zero": (
        "return where(x > 0, 1.0, where(x < 0, -1.0, 0.0))",
        "return where(x > 0, 1.0, where(x < 0, 1.0, 0.0))",
    ),
    "abs falls at zero": ("return where(x > 0, 1.0, where(x < 0, -1.0, 0.0))", "return where(x > 0, 1.0, -1.0)"),
    "a power by its exponent loses the power": ('call("log", x) * out, where', 'call("log", x), where'),
    "a power by its exponent has a value at zero": (
        "where(of(ops.EQ, x, 0), 0.0, nan(x))",
        "where(of(ops.EQ, x, 0), 1.0, nan(x))",
    ),
    "a power by its base keeps its exponent": ("number * x ** (number - 1)", "number * x**number"),
    "a power by its base raises at exponent zero": (
        "return where(y, y * x ** (y - 1), 0.0)",
        "return y * x ** (y - 1)",
    ),
    "a negative power has the wrong sign": ("return number * out * ct / x,", "return -number * out * ct / x,"),
    "a product of all but one begins one late": (
        "before.append(factor if before[-1] == 1 else before[-1] * factor)",
        "before.append(factor)",
    ),
    "a distance is divided by zero": ("[where(out, d / out, 0.0) if", "[d / out if"),
    "a distance has one sign for both points": (
        "from_origin(out, [b - a for a, b in zip(p, q)])",
        "from_origin(out, [a - b for a, b in zip(p, q)])",
    ),
    "atan2 is turned round": ("return x / h / h, -(y / h / h)", "return y / h / h, -(x / h / h)"),
    "a difference is a sum": (
        "ops.SUB:            lambda out, x, y: (1, -1)",
        "ops.SUB:            lambda out, x, y: (1, 1)",
    ),
    "a remainder is flat by its divisor": (
        "ops.MOD:            lambda out, x, y: (1, -(x // y))",
        "ops.MOD:            lambda out, x, y: (1, 0)",
    ),
    "a product by each factor is that factor": (
        "ops.MUL:            lambda out, x, y: (y, x)",
        "ops.MUL:            lambda out, x, y: (x, y)",
    ),
    "a product of lists gives each its own items": ("(*half(xs)[1], *half(xs)[0])", "(*half(xs)[0], *half(xs)[1])"),
    "the cosine rises": ('(-call("sin", x),)', '(call("sin", x),)'),
    "the tangent of a small number only": ("lambda out, x: (1 + out * out,)", "lambda out, x: (1 + x * x,)"),
    "the square root loses its factor": ("(1 / (2 * out),)", "(1 / out,)"),
    "tanh loses a term": (
        'MATH["tanh"]:       lambda out, x: ((1 - out) * (1 + out),)',
        'MATH["tanh"]:       lambda out, x: (1 - out,)',
    ),
    "the derivative of a sigmoid is that of tanh": (
        "ops.SIGMOID:        lambda out, x: ((1 - out) * out,)",
        "ops.SIGMOID:        lambda out, x: ((1 - out) * (1 + out),)",
    ),
    "a softplus has another exponential": ("(e / (1 + e), 0)", "(1 / (1 + e), 0)"),
    "a quotient by its divisor has the wrong sign": ("return 0, -(out * ct * out)", "return 0, out * ct * out"),
    "a quotient by its divisor is divided once": ("return share, -(out * ct / y) if", "return share, -(out * ct) if"),
    "a quotient by its divisor loses the quotient": ("else -of(ops.MUL, out, share)", "else -share"),
    "the logarithm by its base loses the quotient": ('-(out / (b * call("log", b)))', '-(1 / (b * call("log", b)))'),
    "max goes to the smallest": ("{ops.MAX: ops.GT, ops.MIN: ops.LT}", "{ops.MAX: ops.LT, ops.MIN: ops.GT}"),
    "a rounded number is a number": ("ops.ROUND_TO, ops.POW_MOD)", "ops.POW_MOD)"),
}

MUTANTS: dict[str, dict[str, tuple[str, str]]] = {"rules/scalar.py": SCALAR}
