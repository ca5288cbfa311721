"""Writes `functions.md`: every function that is accepted, with its rule as the compiler writes it. `make docs` runs it.

The names, options and methods come from the compiler's tables, a rule from compiling a call (`calls.py`), what holds at
special points from running that, and what other tools differentiate from `coverage.txt`.
"""

from __future__ import annotations

import ast
import functools
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from calls import CALLS, SHAPES, call_of

from bpcompile import CompileError, compile_source
from bpcompile.frontend import numpy_names
from bpcompile.frontend.numpy_names import CONSTANTS, FUNCTIONS, MAKERS, METHODS, OTHER_NAMES, UNSET
from bpcompile.frontend.subset import CALLS as NUMBERS
from bpcompile.frontend.subset import MATH_NAMES
from bpcompile.ir import ops
from bpcompile.ir.ops import ELEMENTWISE, GATE_NAMES, MATH_CONSTANTS
from bpcompile.rules.arrays import WHOLE_FLAT
from bpcompile.rules.gates import ENTROPIES, GATES

PAGE = Path(__file__).with_name("functions.md")
TOOLS = ("autograd", "JAX", "tangent")
ALIASES = {**UNSET, **OTHER_NAMES}
# functions, where they have a kink or an edge, and the arguments there
POINTS: Sequence[tuple[str, str, tuple[Any, ...]]] = (
    ("abs math.fabs np.absolute math.sqrt np.sqrt math.cbrt np.cbrt math.log np.log scipy.special.logit", "0", (0.0,)),
    ("max min np.maximum np.minimum np.fmax np.fmin", "a tie", (1.0, 1.0)),
    ("math.hypot np.hypot math.atan2 np.arctan2", "the origin", (0.0, 0.0)),
    ("math.asin np.arcsin math.acos np.arccos", "1", (1.0,)),
    ("math.copysign np.copysign scipy.special.xlogy", "0, 1", (0.0, 1.0)),
    ("math.pow pow np.power", "0, 2", (0.0, 2.0)),
    ("math.pow pow np.power", "-1, 2", (-1.0, 2.0)),
    ("np.max np.min np.sort np.median np.std np.var", "[1, 1]", (np.ones(2),)),
    ("np.prod", "[0, 2]", (np.array([0.0, 2.0]),)),
    ("np.linalg.norm", "[0, 0]", (np.zeros(2),)),
    ("np.clip", "an end", (0.2,)),
    ("math.dist", "the other point", (1.0, 2.0)),
)
INTRODUCTION = """\
# Functions

Every function that is accepted, made from the compiler's tables by `make docs`. The rule is what the compiler writes
for the call, with shapes given: `dz` is the cotangent of the result `z`, `dx` that of `x`. Inside a function the rules
are simplified further, and gates have rules of their own. An operator has the rule of its function: `x + y` that of
`np.add`. `x` and `y` are matrices, `u` and `v` vectors, `A @ B` is a product, `M` is square, `a` and `b` are numbers.
Special points are where the function has a kink or an edge: what the generated text gives there for `dz = 1`.

*data*: the result is an index, a count or a constant, and nothing is differentiated through it. *0*: the derivative is
0 wherever there is one. `np.add.outer(u, v)` and its like, and `reduce` and `accumulate` of sums, products and
extremes, are the functions that they stand for.

The last columns say whether another tool gives the right gradient of the call. They take functions of NumPy, none of
`math`. `docs/coverage.py` tried {versions}.
"""
GROUPS = ("Numbers", "Arrays, item by item", "Whole arrays", "numpy.linalg", "numpy.fft", "scipy", "Constant arrays")


# gates of arrays in one of their spellings: what stands before, and the gate
KEPT = "axis=1, keepdims=True"
SHIFTED = f"e = exp(x - max(x, {KEPT}))"
ARRAY_GATES = (
    (SHIFTED, f"e / sum(e, {KEPT})", ops.SOFTMAX),
    (f"p = exp(x) / sum(exp(x), {KEPT})", "log(p)", ops.LOG_OF_SOFTMAX),
    (f"m = max(x, {KEPT})", f"x - m - log(sum(exp(x - m), {KEPT}))", ops.LOG_SOFTMAX_OF),
    (f"m = max(x, {KEPT})", f"m + log(sum(exp(x - m), {KEPT}))", ops.LOG_SUM_EXP),
    ("", f"log(sum(exp(x), {KEPT}))", ops.LOG_OF_EXPONENTIALS),
    ("", "log(exp(x) + exp(y))", ops.LOG_ADD_EXP),
    ("s = 1 / (1 + exp(-x))", "log(s)", ops.LOG_OF_SIGMOID),
    ("s = 1 / (1 + exp(-x))", "log(1 - s)", ops.LOG_OF_REST),
    ("", "sqrt(sum(x ** 2))", ops.ROOT_OF_SQUARES),
)
HEAD = ("function, other names, methods", "options", "`z =`", "rule", "special points")
IMPORTS = "import math\nimport numpy as np\nimport scipy.special\n"


class Rule(NamedTuple):
    """What the compiler writes for a call."""

    lines: tuple[str, ...]
    helpers: Mapping[str, str]
    text: str


def rule_of(call: str, shapes: bool = True, before: str = "") -> Rule | CompileError:
    """Return the backward text of a call, after a statement."""
    names = [name for name in SHAPES if re.search(rf"\b{name}\b", before + call)]
    is_typed = shapes and re.search(r"\bnp\.|\bscipy\.", call)
    parameters = ", ".join(f'{name}: "{SHAPES[name]}"' if is_typed else name for name in names)
    source = f"{IMPORTS}\n\ndef z({parameters}):\n    {before}\n    return {call}\n"
    try:
        text = compile_source(source, function="z", derivative="vjp", verify=False)
    except CompileError as error:
        return error
    functions = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    body = functions.pop("z_vjp").body
    used = {n.id for node in body for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    lines = tuple(line for node in body[1:-1] if targets(node) & used for line in ast.unparse(node).split("\n"))
    return Rule(lines, {name: ast.get_source_segment(text, node) or "" for name, node in functions.items()}, text)


def targets(node: ast.stmt) -> set[str]:
    """Return the names that a statement gives a value."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def number(value: Any) -> str:
    """Return a number, or the numbers of an array."""
    return f"{value:.4g}" if np.ndim(value) == 0 else f"[{', '.join(map(number, value))}]"


def at_points(name: str) -> Iterator[str]:
    """Yield what the gradient is at each special point."""
    for words, given in ((words, given) for names, words, given in POINTS if name in names.split()):
        found = rule_of(call_for(name), shapes=False)
        assert isinstance(found, Rule)
        module: dict[str, Any] = {}
        exec(found.text, module)
        numbers = given if name.partition(".")[0] not in ("np", "scipy") else tuple(map(np.asarray, given))
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            try:
                slopes = module["z_vjp"](*(v[()] if isinstance(v, np.ndarray) else v for v in numbers), 1.0)
                slopes = slopes if isinstance(slopes, tuple) else (slopes,)
                yield f"at {words}: {', '.join(map(number, slopes))}"
            except (ArithmeticError, ValueError) as error:
                yield f"at {words}: {type(error).__name__}"


def code(text: str) -> str:
    """Return a text as code in a cell of a table."""
    return "`" + text.replace("|", "\\|") + "`"


def options_of(name: str) -> str:
    """Return the options of a function, with their defaults."""
    if name not in FUNCTIONS:
        return ""
    return ", ".join(k if v is ... else f"{k}={v}" for k, v in FUNCTIONS[name].options.items())


def covered() -> tuple[str, dict[str, list[str]]]:
    """Return the versions of the other tools, and which of them differentiate each function."""
    head, *rest = PAGE.with_name("coverage.txt").read_text(encoding="utf-8").splitlines()
    return head.strip("# "), {name: tools for name, *tools in map(str.split, rest)}


def group_of(name: str) -> str:
    """Return the table that a function stands in."""
    if name in MAKERS:
        return "Constant arrays"
    for prefix, group in (("np.linalg.", "numpy.linalg"), ("np.fft.", "numpy.fft"), ("scipy.", "scipy")):
        if name.startswith(prefix):
            return group
    if not name.startswith("np."):
        return "Numbers"
    return "Arrays, item by item" if is_elementwise(name) else "Whole arrays"


def is_elementwise(name: str) -> bool:
    """Return whether a function is applied item by item."""
    return name in FUNCTIONS and FUNCTIONS[name].op in ELEMENTWISE


@functools.cache
def call_for(name: str) -> str:
    """Return a call of a function: that of `calls.py`, or the first one of the usual ones that is accepted."""
    found = call_of(name)
    if name in CALLS or not name.startswith(("np.", "scipy.")):
        return found
    is_of_two = name in FUNCTIONS and len(FUNCTIONS[name].arrays) == 2
    tried = [f"{name}(x, y)", found] if is_of_two else [found, f"{name}(x, y)"]
    tried += [f"{name}({given})" for given in ("v", "M", "u, v", "A, B", "(u, v)", "v, 2", "M, 2", "M, v", "2, x")]
    return next((call for call in tried if isinstance(rule_of(call), Rule)), found)


def families() -> dict[str, list[str]]:
    """Return each function with its other names and its method."""
    found: dict[str, list[str]] = {}
    first: dict[object, str] = {}
    builtins = {name for name in CALLS if name.isidentifier()}
    numbers = {*builtins, *NUMBERS, *(f"math.{n}" for n in MATH_NAMES if n not in MATH_CONSTANTS)}
    for name in sorted({*arrays(), *numbers}, key=lambda name: (not is_own(name), name in ALIASES, name)):
        known = ALIASES.get(name, name)
        key = (FUNCTIONS[known].op, group_of(known)) if known in FUNCTIONS else known
        found.setdefault(first.setdefault(key, name), []).append(name)
    for method, name in sorted(METHODS.items()):
        for names in found.values():
            if name in names and f".{method}" not in names:
                names.append(f".{method}")
    return found


def is_known(name: str) -> bool:
    """Return whether a function is accepted: a table may hold what is refused by name."""
    found = rule_of(call_for(name))
    return isinstance(found, Rule) or not any("is not known" in refusal.message for refusal in found.refusals)


def arrays() -> set[str]:
    """Return what a table of the compiler has under the name of a function of NumPy or SciPy, or of a method."""
    tables = [table for table in vars(numpy_names).values() if isinstance(table, Mapping) and table is not CONSTANTS]
    names = {name for table in tables for name in table if isinstance(name, str)}
    return {name for name in names if name.startswith(("np.", "scipy.", ".")) and is_known(name)}


def is_own(name: str) -> bool:
    """Return whether the operation of a function is called so."""
    return name in FUNCTIONS and FUNCTIONS[name].op.name == name


def row(names: Sequence[str], others: Mapping[str, list[str]], helpers: dict[str, str]) -> list[str]:
    """Return the cells of a function."""
    name = names[0]
    call = call_for(name)
    found = rule_of(call)
    if name in MAKERS or name in FUNCTIONS and FUNCTIONS[name].op in WHOLE_FLAT:
        text = "data"
    elif isinstance(found, CompileError):
        text = found.refusals[0].message
    elif all(re.fullmatch(r"d\w+ = (0.0|np.zeros_like\(\w+\))", line) for line in found.lines):
        text = "0"
    else:
        text = "<br>".join(map(code, found.lines))
        helpers |= found.helpers
    has = {tool for each in names for tool in others.get(each, ())}
    shown = ", ".join(map(code, names))
    options = options_of(name)
    return [
        shown,
        code(options) if options else "",
        code(call) if name not in MAKERS else "",
        text,
        "<br>".join(at_points(name)),
        *(("yes" if tool in has else "no" for tool in TOOLS) if group_of(name) != "Numbers" else ()),
    ]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))


def gates() -> Iterator[Sequence[str]]:
    """Yield the cells of each spelling of a gate."""
    spelled = [("", pattern, gate) for pattern, gate, *_ in GATES]
    spelled += [("s = 1 / (1 + exp(-x))", pattern, gate) for pattern, gate in ENTROPIES]
    for before, pattern, gate in (*spelled, *ARRAY_GATES):
        texts = [re.sub(r"\b([a-z]\w+)\(", r"np.\1(", text) for text in (before, pattern)]
        found = rule_of(texts[1], before=texts[0])
        rule = "<br>".join(map(code, found.lines)) if isinstance(found, Rule) else found.refusals[0].message
        yield "<br>".join(code(text) for text in (before, pattern) if text), GATE_NAMES[gate], rule


def page() -> str:
    """Return the page."""
    versions, others = covered()
    helpers: dict[str, str] = {}
    known = families()
    parts = [INTRODUCTION.format(versions=versions)]
    for group in GROUPS:
        rows = [row(names, others, helpers) for name, names in sorted(known.items()) if group_of(name) == group]
        head = (*HEAD, *TOOLS)[: len(rows[0])] if rows else ()
        if rows:
            parts.append(f"## {group}\n\n{table(head, rows)}\n")
    parts.append(f"## Gates\n\nEach is one operation.\n\n{table(('spelling', 'gate', 'rule'), list(gates()))}\n")
    texts = "\n\n\n".join(helpers[name] for name in sorted(helpers))
    parts.append(f"## Helpers\n\nThese travel in a module that uses them.\n\n```python\n{texts}\n```\n")
    all_names = {name for names in known.values() for name in names}
    missing = [
        [code(n), *("yes" if t in tools else "no" for t in TOOLS)] for n, tools in others.items() if n not in all_names
    ]
    parts.append(f"## Not accepted\n\nOther tools differentiate these.\n\n{table(('function', *TOOLS), missing)}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
