"""Random programs with loops, lists that are written, calls and recursion: a second generator beside `programs`."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import programs
from hypothesis import strategies as st
from idioms import IDIOMS, idiom
from programs import (
    FLOAT,
    MAKERS,
    PARAMETERS,
    STATEMENTS,
    TAME,
    TRICKY,
    Body,
    Chooser,
    Expr,
    Kind,
    Param,
    Program,
    module_source,
    real,
)
from routines import (
    CELL,
    INT_KIND,
    LONGEST,
    NUMBER,
    SQUARE,
    STATE,
    STATE_KIND,
    Cells,
    Library,
    Procedure,
    Production,
    Routine,
    alias,
    append,
    call_statement,
    define_function,
    for_loop,
    guarded,
    jump,
    make_cells,
    pop,
    rebind_list,
    rebind_variable,
    remembered,
    unpack_row,
    unused_value,
    update,
    while_loop,
    write_element,
    write_slice,
)

__all__ = ["LOOP_CONSTRUCTS", "loop_program", "loop_programs"]

PLAIN: dict[Production, int] = {
    for_loop: 26,
    while_loop: 12,
    idiom: 22,
    make_cells: 8,
    write_element: 8,
    alias: 4,
    write_slice: 2,
    append: 3,
    pop: 2,
    rebind_list: 2,
    call_statement: 11,
    guarded: 3,
    unused_value: 2,
    define_function: 3,
    programs.assign: 8,
    programs.branch: 5,
    programs.augment: 3,
    programs.unpack: 1,
    programs.make_list: 1,
    programs.guard: 1,
    programs.define_lambda: 2,
}
LOOPED: dict[Production, int] = {
    update: 40,
    write_element: 16,
    programs.branch: 10,
    jump: 10,
    for_loop: 9,
    while_loop: 4,
    append: 8,
    pop: 3,
    idiom: 3,
    rebind_variable: 6,
    remembered: 3,
    alias: 3,
    make_cells: 3,
    rebind_list: 3,
    call_statement: 8,
    define_function: 2,
    guarded: 2,
    unused_value: 1,
    unpack_row: 2,
    write_slice: 1,
    **{s: max(1, w // 4) for s, w in STATEMENTS.items() if s not in programs.BRANCHES},
}
NESTING: frozenset[Production] = frozenset(
    {programs.branch, programs.guard, for_loop, while_loop, idiom, define_function, programs.define_lambda}
)


# ---------------------------------------------------------------------------------------------- productions: procedures


def make_looping(library: Library) -> str:
    """A helper with loops over a list, a number and an int."""
    pick = library.pick
    params = [Param("u", Kind("float", TAME))] if pick.chance(60) else []
    least = pick.of([1, 0, 2])
    params.append(
        Param("a", Cells(size="a", least=least, group="a"), annotation="list[float]" if pick.chance(30) else None)
    )
    if pick.chance(25):
        params.append(Param("b", Cells(size="a", least=least, group="b")))
    if pick.chance(30):
        params.append(Param("n", replace(programs.INT, bound=3), annotation="int"))
    if pick.chance(20):
        params.append(Param("eps", Kind("float", 2), default="0.5"))
    name = library.fresh(("norm", "mean_of", "helper", "score", "combine", "g", "energy"))
    body = routine(library, params)
    body.elastic = set()
    finish(body, pick.integer(1, 2), 1)
    kind = Kind("float", min(body.bounds[0], 1000.0))
    library.procedures.append(Procedure(name, tuple(params), kind, 6))
    return definition(name, params, body.lines)


def routine(library: Library, params: Sequence[Param], outer: Body | None = None) -> Routine:
    body = Routine(library, params, outer)
    body.tokens = 100 * (len(library.procedures) + 1)
    body.walrus_allowed = body.walrus_allowed and library.pick.chance(50)
    return body


def definition(name: str, params: Sequence[Param], lines: Sequence[str]) -> str:
    return "\n".join([f"def {name}({programs.signature(params)}):", *lines])


def finish(body: Routine, budget: int, nesting: int) -> None:
    if not body.statements(budget, nesting):
        body.write(f"return {outcome(body).text}")
        if body.pick.chance(3):
            body.write(f"{body.target(fresh=True)} = {body.leaf().text}")
            body.feature("dead code after a return")


def still_there(body: Routine, text: str) -> bool:
    """Tell whether a name still stands for a number, an item still for an item of a list."""
    if text.isidentifier():
        return text in body.env and body.env[text].numeric
    kind = body.env.get(text.split("[")[0])
    return kind is None or (isinstance(kind, Cells) and kind.least > 0) or kind.form == "tuple"


def outcome(body: Routine) -> Expr:
    """Return an expression of what the loops have left."""
    e = programs.make_result(body, body.pick.integer(1, 3))
    recent = [t for t in body.recent if still_there(body, t)][-3:]
    for text in recent:
        e = real(f"({e.text} {body.pick.of('++-')} {text})", e.bound + STATE)
    body.bounds = [max(body.bounds[0], e.bound)]
    return e


def template(library: Library, names: Sequence[str], params: Sequence[Param], text: Callable[[Routine, str], str], *,
             result: Kind | None = NUMBER, cost: int = 6, resizes: bool = False) -> str:  # fmt: skip
    """A helper from a text with holes."""
    name = library.fresh(names)
    body = routine(library, params)
    body.elastic = set()
    body.walrus_allowed = False
    body.globals.add(name)
    made = text(body, name)
    library.procedures.append(Procedure(name, tuple(params), result, cost, resizes))
    return f"def {name}({programs.signature(params)}):\n" + "\n".join("    " + line for line in made.split("\n"))


X = Param("u", Kind("float", TAME))
N = Param("n", INT_KIND, annotation="int")
W = Param("a", Cells(size="a", group="a", least=0))
FULL = Param("a", Cells(size="a", group="a", least=1))
G = Param("fn", Kind("function", CELL, arity=1))


def make_recursive(library: Library) -> str:
    """A helper that calls itself with an int that falls."""

    def text(body: Routine, name: str) -> str:
        call = f"{name}({body.pick.of(['u', body.hole(TAME, 1, 'u')])}, n - 1)"
        start = body.hole(CELL, 1, "u")
        body.feature("recursion on an int")
        if body.pick.chance(25):
            return f"if n <= 1:\n    return {start}\nreturn 0.5 * {call} + 0.25 * {name}(u, n - 2)"
        step = body.pick.of(
            [f"{body.hole(1.0, 1, 'u')} * {call}", f"0.5 * {call} + {body.hole(2.0, 1)}", f"u - 0.5 * {call}"]
        )
        if body.pick.chance(40):
            return f"return {start} if n <= 0 else {step}"
        return f"if n <= 0:\n    return {start}\nelse:\n    return {step}"

    param = N if library.pick.chance(75) else replace(N, annotation=None)
    return template(library, ("rec", "power", "steps", "fib"), (X, param), text, cost=8)


def make_recursive_on_list(library: Library) -> str:
    """A helper that goes down a list, by an index or by its tail."""
    at = Param("at", replace(INT_KIND, bound=1), default="0", annotation="int" if library.pick.chance(60) else None)

    def text(body: Routine, name: str) -> str:
        if not body.builtin("len"):
            return "return 1.0"
        body.feature("recursion on a list")
        with body.scope({"item": NUMBER}):
            e = body.hole(CELL, 1, "item").replace("item", "a[at]")
        if body.pick.chance(30):
            e = re.sub(r"\bat\b", "1", e.replace("a[at]", "a[0]"))
            return f"if len(a) == 0:\n    return 0.0\nreturn {e} + 0.5 * {name}(a[1:])"
        return f"if at >= len(a):\n    return 0.5\nreturn {e} - 0.5 * {name}(a, at + 1)"

    return template(library, ("fold", "total_from", "walk"), (W, at), text, cost=8)


def make_mutual(library: Library) -> str:
    first, second = library.fresh(("even", "ping")), library.fresh(("odd", "pong"))
    body = routine(library, (X, N))
    body.walrus_allowed = False
    text = (
        f"def {first}(u, n):\n    return u if n == 0 else 0.5 * {second}({body.hole(TAME, 1, 'u')}, n - 1)\n"
        f"def {second}(u, n):\n    return 1.0 if n == 0 else {first}(u * 0.5, n - 1) - u"
    )
    library.procedures.append(Procedure(first, (X, N), NUMBER, 8))
    library.features["mutual recursion"] += 1
    return text


def make_writer(library: Library) -> str:
    """A helper that writes to the list it is given, and may return something."""

    def text(body: Routine, name: str) -> str:
        body.feature("a helper that writes to its argument")
        e, f = body.hole(CELL, 1, "u"), body.hole(0.75, 1, "u")
        ways = [f"a[0] = {e}", f"a[-1] += 0.5 * a[0] * {f}", f"for v in a:\n    a[0] = 0.5 * a[0] + {f} * v"]
        if body.builtin("range") and body.builtin("len"):
            ways += [
                f"for i in range(len(a)):\n    a[i] *= {f}",
                f"for i in range(len(a)):\n    a[i] = {f} * a[i - 1] + {e}",
            ]
            ways += ["a[0], a[len(a) - 1] = a[len(a) - 1], a[0]"]
        made = body.pick.of(ways)
        if returns:
            return f"{made}\nreturn {body.pick.of(['a[0]', 'a[-1] * u', 'u'])}"
        return made if body.pick.chance(85) else f"if u > 1.5:\n    return\n{made}"

    returns = library.pick.chance(45)
    return template(library, ("scale", "mix", "update", "relax"), (FULL, X), text, result=NUMBER if returns else None)


def make_resizer(library: Library) -> str:
    def text(body: Routine, name: str) -> str:
        return body.pick.of(
            [f"a.append({body.hole(CELL, 1, 'u')})", "if u > 0:\n    a.append(u)\nelse:\n    a.append(0.5 * u)"]
        )

    return template(library, ("push", "extend_by", "add_to"), (W, X), text, result=None, resizes=True)


def make_list_maker(library: Library) -> str:
    """A helper that returns a list."""

    def text(body: Routine, name: str) -> str:
        with body.scope({"v": NUMBER}):
            e = body.hole(CELL, 1, "v", "u")
        loop = f"out = []\nfor v in a:\n    out.append({e})\nreturn out"
        return body.pick.of(
            [f"return [{e} for v in a]", loop, f"b = a[:]\nb[0] = {body.hole(CELL, 1)}\nreturn b", "return a"]
        )

    return template(library, ("shifted", "mapped", "with_bias"), (FULL, X), text, result=Cells(least=1))


def make_tuple_maker(library: Library) -> str:
    def text(body: Routine, name: str) -> str:
        with body.scope({"v": NUMBER}):
            e = body.hole(1.0, 1, "v")
        f = body.hole(2.0, 1, "u")
        return f"lo, hi = u, {f}\nfor v in a:\n    lo, hi = hi, 0.5 * lo + {e}\nreturn lo, hi"

    pair = Kind("tuple", items=(STATE_KIND, STATE_KIND))
    return template(library, ("ends", "bounds", "both_of"), (W, X), text, result=pair)


def make_higher(library: Library) -> str:
    """A helper that takes a function."""

    def text(body: Routine, name: str) -> str:
        body.feature("a function as argument")
        ways = [
            "return fn(0.5 * fn(u))",
            f"return fn(u) * {body.hole(1.0, 1, 'u')}",
            "h = 0.1\nreturn (fn(u + h) - fn(u - h)) / (2 * h)",
        ]
        if body.builtin("range"):
            ways += [f"s = 0.0\nfor k in range({body.pick.of('32')}):\n    s += 0.25 * fn(u + 0.5 * k)\nreturn s"]
            ways += ["for k in range(2):\n    u = 0.5 * fn(u)\nreturn u"]
        return body.pick.of(ways)

    return template(library, ("twice", "apply", "integrate", "slope"), (G, X), text, cost=4)


def make_map(library: Library) -> str:
    def text(body: Routine, name: str) -> str:
        body.feature("a function as argument")
        sum_form = "return sum(0.25 * fn(v) for v in a)" if body.builtin("sum") else "return fn(a[0])"
        return body.pick.of(
            [sum_form, "s = 0.0\nfor v in a:\n    s += 0.25 * fn(v)\nreturn s", "a[0] = fn(a[0])\nreturn a[-1]"]
        )

    return template(library, ("mapsum", "fold_with", "total_of"), (G, FULL), text)


def make_on_matrix(library: Library) -> str:
    """A helper over a list of lists, which it may write."""
    rows = Cells(each=Cells(size="a", least=1, most=SQUARE, group="r"), size="a", least=1, most=SQUARE, group="a")
    param = Param("a", rows, annotation="list[list[float]]" if library.pick.chance(40) else None)

    def text(body: Routine, name: str) -> str:
        if not body.builtin("range") or not body.builtin("len"):
            return "return a[0][0]"
        e = body.hole(1.0, 1, "u")
        ways = [
            "t = 0.0\nfor i in range(len(a)):\n    t += a[i][i]\nreturn 0.25 * t",
            f"for r in a:\n    r[0] = 0.5 * r[-1] + {e}\nreturn a[0][0]",
            "for i in range(len(a)):\n    for j in range(i):\n"
            f"        a[i][j], a[j][i] = a[j][i], a[i][j] * {e}\nreturn a[-1][0]",
        ]
        return body.pick.of(ways)

    return template(library, ("trace", "transpose", "fix"), (param, X), text)


LIBRARY_MAKERS: dict[Callable[[Library], str], int] = {
    make_looping: 30,
    make_recursive: 16,
    make_recursive_on_list: 10,
    make_writer: 16,
    make_higher: 9,
    make_map: 6,
    make_list_maker: 8,
    make_tuple_maker: 6,
    make_resizer: 5,
    make_on_matrix: 8,
    make_mutual: 4,
}


# ------------------------------------------------------------------------------------------------------- whole programs


def entry_parameter(library: Library, name: str, sizes: dict[str, tuple[int, int]]) -> Param:
    """A parameter of the entry; `sizes` are those of the lists so far."""
    pick = library.pick
    form = pick.weighted({"float": 52, "list": 26, "int": 10, "matrix": 8, "tuple": 4})
    if form == "float":
        return Param(name, FLOAT, annotation="float" if pick.chance(15) else None)
    if form == "tuple":
        kind = Kind("tuple", items=(FLOAT, FLOAT))
        return Param(name, kind, annotation="tuple[float, float]")
    library.features[f"a {form} parameter of some size"] += 1
    if form == "int":
        size = (
            pick.of([s for s, (least, most) in sizes.items() if most == LONGEST] or [name]) if pick.chance(50) else name
        )
        sizes.setdefault(size, (0, LONGEST))
        return Param(name, Kind("int", LONGEST, size=size), annotation="int")
    if form == "list":
        same = [s for s, (least, most) in sizes.items() if most == LONGEST]
        size = pick.of(same) if same and pick.chance(45) else name
        sizes.setdefault(size, (pick.weighted({0: 22, 1: 33, 2: 30, 3: 15}), LONGEST))
        least, most = sizes[size]
        kind = Cells(each=NUMBER, size=size, least=least, most=most, group=name)
        return Param(name, kind, annotation="list[float]" if pick.chance(30) else None)
    columns = name if pick.chance(65) else f"{name} columns"
    for size in (name, columns):
        sizes.setdefault(size, (1 if pick.chance(85) else 0, SQUARE))
    each = Cells(size=columns, least=sizes[columns][0], most=SQUARE, group=f"{name} row")
    kind = Cells(each=each, size=name, least=sizes[name][0], most=SQUARE, group=name)
    return Param(name, kind, annotation="list[list[float]]" if pick.chance(30) else None)


def make_loop_program(pick: Chooser, seed: int, size: int) -> Program:
    """Return a program with loops, of up to about `size` statements at its top."""
    library = Library(pick, plain=PLAIN, looped=LOOPED, nesting=NESTING)
    makers: dict[Any, int] = {**LIBRARY_MAKERS, **{m: w // 4 for m, w in MAKERS.items()}}
    before = [pick.weighted(makers)(library) for _ in range(pick.weighted({0: 30, 1: 32, 2: 26, 3: 12}))]
    sizes: dict[str, tuple[int, int]] = {}
    names = list(PARAMETERS[: pick.weighted({1: 12, 2: 48, 3: 30, 4: 10})])
    if pick.chance(10):
        names[-1] = pick.of([n for n in TRICKY if n not in names])
    params = programs.with_defaults(library, [entry_parameter(library, n, sizes) for n in names], 5)
    params = [replace(p, default=None) if p.kind.size else p for p in params]
    if not all(p.default for p in params[next((i for i, p in enumerate(params) if p.default), len(params)) :]):
        params = [replace(p, default=None) for p in params]
    if not any(p.active for p in params):
        params[0] = Param(params[0].name, FLOAT)
    body = routine(library, params)
    finish(body, pick.integer(1, size), 2)
    function = definition("f", params, body.lines)
    if before and pick.chance(12):
        before, after = [t for t in before if not t.startswith("def ")], [t for t in before if t.startswith("def ")]
    else:
        after = []
    source = module_source(library, before, function, after)
    used = [(n, *ends) for n, ends in sizes.items()]
    return Program(source, tuple(params), frozenset(library.features), seed, sizes=tuple(used))


def loop_program(seed: int, size: int = 6) -> Program:
    """Return the program with loops of a seed: the same on every run."""
    source = random.Random(f"loops {seed}")
    return make_loop_program(Chooser(source.randint), seed, size)


@st.composite
def loop_programs(draw: st.DrawFn, size: int = 3) -> Program:
    """Programs with loops as a hypothesis strategy."""
    pick = Chooser(lambda low, high: draw(st.integers(low, high)))
    return make_loop_program(pick, 1, size)


LOOP_CONSTRUCTS = {
    *(f"idiom: {made.__name__}" for made in IDIOMS),
    *(f"builtin {name}" for name in ("range", "enumerate", "zip", "reversed", "list")),
    *("for", "nested loops", "a triangular loop", "loop else", "break", "continue", "return from a loop"),
    *("return from nested loops", "zero trips", "range of constants", "range with a step", "range backwards"),
    *("range of an int", "range of a float", "range of a length", "range of a size", "for over a list"),
    *("for over rows", "for over a slice", "for over a literal", "for over a literal of pairs", "enumerate"),
    *("for over a tuple", "a bound of the loop is rebound"),
    *("enumerate of zip", "zip", "reversed", "a loop variable that was bound before"),
    *("while", "while True", "while with a counter", "while that counts down", "while on a number", "while with :="),
    *("while on a counter and a number", "a carried value", "an accumulator", "a recurrence", "a pair of recurrences"),
    *("a parameter is rebound in a loop", "a variable of the loop is rebound", "a name of the loop is used after it"),
    *("a loop variable is used after the loop", "a name that may be unbound", "a name from the trip before"),
    *("a condition that alternates", "a condition on items", "a condition on what is carried"),
    *("a condition on a length", "a list comprehension", "a list comprehension, filtered", "a nested comprehension"),
    *("a list comprehension, of two clauses", "a list is made", "a list is copied", "a matrix is copied"),
    *("a table of zeros", "[...] * n", "a slice is read", "a slice is assigned", "a list that holds lists"),
    *("a write to an item", "a write to an item of a parameter", "a write to an item of a row", "a computed index"),
    *("a[i] += v", "a[i] *= v", "a stencil", "a swap of items", "a neighbour, where there is one"),
    *("an alias", "an alias of a row", "two lists change names", "a list name is rebound to a new list"),
    *("append", "append in a loop", "append to a parameter", "a conditional append", "pop"),
    *(f"{name} of a list" for name in ("sum", "max", "min", "math.fsum", "math.prod")),
    *(f"{name} of a generator" for name in ("sum", "max", "min", "math.fsum", "math.prod")),
    *("sum of a generator, filtered", "a call of a procedure", "a call from a loop", "a call as a statement"),
    *("a procedure's default is left", "the same list passed twice", "a helper that writes to its argument"),
    *("a helper that resizes its argument", "a helper that returns a list", "a helper that returns a tuple"),
    *("recursion on an int", "recursion on a list", "mutual recursion", "a function as argument"),
    *("a function by name as argument", "a lambda as argument", "a nested function over lists"),
    *("a nested function with a loop", "assert", "raise", "an unused value", "dead code after a jump"),
    *("dead code after a return", "a list parameter of some size", "a matrix parameter of some size"),
    "a int parameter of some size",
}
