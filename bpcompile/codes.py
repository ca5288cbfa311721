"""Every reason for a refusal, by code: what it is called, why it is so, what to write instead, the smallest example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of refusal. `example` is a program that is refused with it."""

    code: str
    title: str
    cause: str
    cure: str
    example: str


_ROWS = (
    ("BP001", "not Python", "The file does not parse.", "Mend the syntax; the message is Python's own.",
     "def f(x):\n    return x +\n"),
    ("BP002", "undecodable file", "The bytes are not text in the encoding that the file declares (UTF-8 by default).",
     "Save the file as UTF-8.", "# coding: no-such-encoding\ndef f(x):\n    return x\n"),
    ("BP003", "too large or too deep", "Nesting, numbers and sizes have limits, so that every program is answered.",
     "Split the expression, the branches or the function.", "def f(x):\n    return " + "-" * 1200 + "x\n"),
    ("BP004", "no such function", "There is nothing to differentiate under that name at the top of the file.",
     "Name a function that is defined with `def` at the top of the file.", "x = 1\n"),
    ("BP005", "option out of range", "A parameter in `wrt`, or the value of an option, does not exist.",
     "Use a parameter's name, or one of the choices.", "def f(n: int):\n    return n * 2\n"),
    ("BP010", "statement not in the language", "Only statements that compute numbers are differentiated.",
     "Write assignments, if/elif/else, for, while, assert, raise and return.",
     "def f(x):\n    try:\n        x = 1 / x\n    except ZeroDivisionError:\n        pass\n    return x\n"),
    ("BP012", "expression not in the language",
     "Only expressions over numbers, arrays, tuples and lists are differentiated.",
     "Use numbers, arrays, tuples and lists.", "def f(x):\n    return {1: x}[1]\n"),
    ("BP013", "operator not in the language", "The operator has no derivative on floats.",
     "Use + - * / // % ** @ and comparisons.", "def f(x, y):\n    return x ^ y\n"),
    ("BP014", "unknown attribute",
     "Only attributes of `math` and NumPy are known; what any other is, is known at run time only.",
     "Pass the number itself as a parameter.", "def f(x):\n    return x.real\n"),
    ("BP015", "unknown function", "The function is neither in the file nor in the tables: its derivative is unknown.",
     "Write it in the file, or use `math` or NumPy.", "import random\n\n\ndef f(x):\n    return x * random.random()\n"),
    ("BP016", "unknown name", "Nothing in the file binds the name.", "Define or import it at the top of the file.",
     "def f(x):\n    return x * rate\n"),
    ("BP017", "no derivative", "The function has no derivative that means anything.", "Leave it out of the gradient.",
     "import math\n\n\ndef f(x):\n    return math.nextafter(x, 2.0)\n"),
    ("BP018", "arguments that do not fit", "A function is called with arguments that it does not take.",
     "Call it as its definition says.", "import math\n\n\ndef f(x):\n    return math.sin(x, x)\n"),
    ("BP020", "index that is not an integer", "An item of a list or tuple stands at one integer.",
     "Use one integer for each level: `w[i][j]`.", "def f(w):\n    return w[0, 1]\n"),
    ("BP021", "index out of range", "The tuple or list has fewer items.", "Use an index that exists.",
     "def f(x):\n    return (x, x)[2]\n"),
    ("BP022", "unpacking that does not fit", "There are more or fewer names than items, or the length is unknown.",
     "Unpack as many names as there are items.", "def f(x):\n    a, b = (x, x, x)\n    return a * b\n"),
    ("BP023", "list as number, or number as list", "A value is used as both, or as the wrong one.",
     "Use the items of a list: `w[0]`.", "def f(w):\n    return w[0] * w\n"),
    ("BP024", "different kinds on different paths",
     "A name is one kind of thing on one path, or before a loop, and another on the other.",
     "Give it the same kind on every path.",
     "def f(x):\n    if x > 0:\n        a = x\n    else:\n        a = (x, x)\n    return a\n"),
    ("BP025", "a list that is changed as a whole",
     "Of what changes a list, `w[i] = ...`, `w[a:b] = ...`, `.append` and `.pop()` are differentiated.",
     "Write the items one by one, in a loop.", "def f(w):\n    w.sort()\n    return w[0]\n"),
    ("BP026", "truth of a list", "Whether a list is empty decides a value.", "Compare its length.",
     "def f(x):\n    return (x,) or x\n"),
    ("BP028", "a list that may have two names",
     "A write is seen under every name of its list; here it is not known which list this is, or what else holds it.",
     "Write to a copy: `w = w.copy()`.",
     "def f(a, b, x):\n    w = a if x > 0 else b\n    w[0] = x\n    return a[0]\n"),
    ("BP030", "recursion of a kind that is not known",
     "A function that calls itself is compiled as a function of its own: from the top of the file, "
     "with numbers and lists in, numbers out, and no writes to its lists.",
     "Define it at the top of the file, return what it computes, or write a loop.",
     "def f(x):\n    g = lambda y: g(y / 2) if y > 1 else y\n    return g(x)\n"),
    ("BP031", "a name that cannot be relied on", "What the name is at run time cannot be read off the file.",
     "Bind it once, at module level, to a literal.",
     "rate = 1.0\nrate = 2.0\n\n\ndef f(x):\n    return x * rate\n"),
    ("BP032", "starred parameter", "How many arguments come is known at run time only.", "Name the parameters.",
     "def f(*xs):\n    return xs[0]\n"),
    ("BP033", "annotation that is not known", "The annotation is not float, int, bool, str, a list or tuple of them, "
     "an array or the shape of one.", "Annotate with one of these, or not at all.",
     "def f(x: complex):\n    return x * x\n"),
    ("BP034", "default that is not a constant", "Nothing is executed when the file is compiled, defaults included.",
     "Use a number.", "def f(x, y=abs(-1)):\n    return x * y\n"),
    ("BP035", "decorated helper", "What a decorator makes of a function is known at run time only.",
     "Call an undecorated function.",
     "import functools\n\n\n@functools.cache\ndef g(x):\n    return x * x\n\n\ndef f(x):\n    return g(x)\n"),
    ("BP036", "None instead of a number", "The function returns nothing on some path.",
     "Return a number on every path.", "def f(x):\n    if x > 0:\n        return x\n"),
    ("BP037", "more than one number is returned", "A gradient is that of one number.",
     "Return one number, or ask for the vjp.", "def f(x):\n    return x, x * x\n"),
    ("BP038", "method or closure", "An object, or a closure over something that is not a number, has no text.",
     "Make it a function of the numbers that it needs.", ""),
    ("BP039", "a name that is not bound", "The name is read before anything binds it.", "Bind it first.",
     "def f(x):\n    y = y * x\n    return y\n"),
    ("BP040", "no source", "The text of the function cannot be read.",
     "Put it in a file, or call bpcompile.compile_source with its text.", ""),
    ("BP042", "a string", "A gradient knows only numbers.", "Use a number, or an `int` parameter.",
     "def f(x):\n    return x * 'two'\n"),
    ("BP050", "shapes that do not fit", "What the annotations say of two arrays cannot both be true.",
     "Transpose one of them, or mend its shape.",
     "import numpy as np\n\n\ndef f(X: \"E M\", W: \"H K\"):\n    return np.sum(X @ W)\n"),
    ("BP051", "unknown function or option of NumPy", "It is not in the tables: its derivative is unknown.",
     "Write it with the functions and options that are.",
     "import numpy as np\n\n\ndef f(x):\n    return np.sum(np.unwrap(x))\n"),
    ("BP052", "shape that is not known", "What happens depends on the rank of an array, which nothing says.",
     "Annotate the array with its shape: `x: \"n m\"`, or `x: \"\"` for one number.",
     "import numpy as np\n\n\ndef f(x):\n    return np.sum(np.polyval(x, 2.0))\n"),
    ("BP053", "array changed in place", "What is added in place shows under every name and in every view of it.",
     "Write `x = x + y`.",
     "import numpy as np\n\n\ndef f(x, y):\n    v = x.reshape(2, 2)\n    x += y\n    return np.sum(v)\n"),
    ("BP054", "state of floating-point errors", "The whole gradient runs in one state of errors.",
     "Use one state, and let it cover the whole function where errors raise.",
     "import numpy as np\n\n\ndef f(x):\n    y = np.exp(x)\n    with np.errstate(over=\"raise\"):\n"
     "        return np.sum(y)\n"),
    ("BP055", "complex numbers", "Complex numbers may stand between real ones, in what is known of them.",
     "Take the real part, the imaginary part or the absolute value.",
     "import numpy as np\n\n\ndef f(x):\n    return np.sum(np.fft.fft(x))\n"),
    ("BP060", "what Numba does not take", "With --jit numba, the gradient must be one that Numba compiles.",
     "Write it as the hint says, or leave --jit out.", ""),
)  # fmt: skip

CODES: Mapping[str, Code] = {row[0]: Code(*row) for row in _ROWS}


def explain(code: str) -> str:
    """Return what a code means, with the smallest program that it refuses."""
    row = CODES[code]
    lines = [f"{row.code}: {row.title}", "", row.cause, f"Instead: {row.cure}"]
    if row.example:
        example = row.example if len(row.example) < 400 else row.example[:60] + " ...\n"
        lines += ["", "Refused, for example:", "", *(f"    {line}".rstrip() for line in example.rstrip().split("\n"))]
    return "\n".join(lines) + "\n"
