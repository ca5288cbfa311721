"""Short pieces of program as people write them, with random expressions in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from programs import Expr, Kind, positive, scaled
from routines import CELL, INDICES, ITEMS, LISTS, LONGEST, NUMBER, SQUARE, STATE_KIND, STATES, Cells, Routine, update

# --------------------------------------------------------------------------------------------------------------- idioms


def some_list(body: Routine, least: int) -> Expr:
    """Return a list of at least so many numbers by name; it is made where there is none."""
    lists = [e for e in body.lists(least) if re.fullmatch(r"\w+", e.text)]
    if lists:
        return body.pick.of(lists)
    name = body.variable(LISTS)
    count = max(least, 3)
    body.write(f"{name} = [{', '.join(body.hole(CELL, 1) for _ in range(count))}]")
    body.bind_list(name, Cells(least=count, most=count))
    return Expr(name, body.env[name])


def some_matrix(body: Routine) -> Expr:
    """Return a square matrix of numbers by name."""
    found = [
        Expr(n, k) for n, k in body.env.items()
        if isinstance(k, Cells) and isinstance(k.each, Cells) and k.size == k.each.size and k.least and k.most <= SQUARE
    ]  # fmt: skip
    if found:
        return body.pick.of(found)
    name, size = body.variable(("grid", "mat", "m2", "aa")), body.token()
    cells = [[body.hole(CELL, 1) for _ in range(2)] for _ in range(2)]
    body.write(f"{name} = [[{cells[0][0]}, {cells[0][1]}], [{cells[1][0]}, {cells[1][1]}]]")
    each = Cells(size=size, least=2, most=2, group=body.token())
    body.bind_list(name, Cells(each=each, size=size, least=2, most=2))
    return Expr(name, body.env[name])


def fresh_names(body: Routine, *pools: Sequence[str]) -> list[str]:
    names: list[str] = []
    for pool in pools:
        name = body.variable(pool)
        while name in names:
            name = f"{name}_{len(body.local)}"
            body.local.add(name)
        names.append(name)
    return names


def lines(body: Routine, *rows: str) -> None:
    for line in "\n".join(rows).split("\n"):
        body.write(line)


def range_and_len(body: Routine) -> bool:
    return body.builtin("range") and body.builtin("len")


def horner(body: Routine) -> list[str] | None:
    w = some_list(body, 0).text
    y, c = fresh_names(body, STATES, ITEMS)
    x = scaled(body.leaf_number(), 1.0).text
    lines(body, f"{y} = 0.0", f"for {c} in {w}:", f"    {y} = {y} * {x} + {c}")
    return [y]


def prefix(body: Routine) -> list[str] | None:
    """a[i] += c * a[i - 1]."""
    if not range_and_len(body):
        return None
    a = some_list(body, 1).text
    (i,) = fresh_names(body, INDICES)
    lines(body, f"for {i} in range(1, len({a})):", f"    {a}[{i}] += {body.hole(0.75, 1)} * {a}[{i} - 1]")
    return [f"{a}[-1]"]


def stencil(body: Routine) -> list[str] | None:
    if not range_and_len(body):
        return None
    a = some_list(body, 1).text
    b, i = fresh_names(body, LISTS, INDICES)
    lines(
        body,
        f"{b} = {a}[:]",
        f"for {i} in range(1, len({a}) - 1):",
        f"    {b}[{i}] = 0.25 * {a}[{i} - 1] + 0.5 * {a}[{i}] + {body.hole(1.0, 1)} * {a}[{i} + 1]",
    )
    body.bind_list(b, replace(body.env[a], group=""))  # type: ignore[arg-type,call-arg]
    return [f"{b}[0]", f"{b}[-1]"]


def gauss_seidel(body: Routine) -> list[str] | None:
    if not range_and_len(body):
        return None
    a = some_list(body, 1).text
    s, i = fresh_names(body, ("sweep", "it", "t1"), INDICES)
    lines(
        body,
        f"for {s} in range({body.pick.of('231')}):",
        f"    for {i} in range(len({a})):",
        f"        {a}[{i}] = 0.5 * {a}[{i} - 1] + 0.25 * {a}[({i} + 1) % len({a})] + {body.hole(1.0, 1)}",
    )
    return [f"{a}[0]", f"{a}[-1]"]


def bubble(body: Routine) -> list[str] | None:
    """Neighbours change places where they stand in the wrong order."""
    if not range_and_len(body):
        return None
    a = some_list(body, 2).text
    i, j = fresh_names(body, INDICES, INDICES)
    lines(
        body,
        f"for {i} in range(len({a})):",
        f"    for {j} in range(len({a}) - 1 - {i}):",
        f"        if {a}[{j}] > {a}[{j} + 1]:",
        f"            {a}[{j}], {a}[{j} + 1] = {a}[{j} + 1], {a}[{j}]",
    )
    return [f"{a}[0]", f"{a}[1]"]


def reversal(body: Routine) -> list[str] | None:
    if not body.builtin("len"):
        return None
    a = some_list(body, 1).text
    low, high = fresh_names(body, ("lo", "left"), ("hi", "right"))
    lines(
        body,
        f"{low}, {high} = 0, len({a}) - 1",
        f"while {low} < {high}:",
        f"    {a}[{low}], {a}[{high}] = {a}[{high}], {a}[{low}]",
        f"    {low} += 1",
        f"    {high} -= 1",
    )
    return [f"{a}[0]", f"{a}[-1]"]


def factorise(body: Routine) -> list[str] | None:
    """LU in place, with a dominant diagonal; the determinant."""
    if not range_and_len(body):
        return None
    m = some_matrix(body).text
    n, i, j, k, d = fresh_names(body, ("n2", "size", "order"), INDICES, INDICES, INDICES, STATES)
    copied = body.pick.chance(40)
    if copied:
        (a,) = fresh_names(body, ("lu", "a2", "work"))
        lines(body, f"{a} = [r[:] for r in {m}]")
    else:
        a = m
    lines(
        body,
        f"{n} = len({a})",
        f"for {i} in range({n}):",
        f"    {a}[{i}][{i}] += 9.0",
        f"for {k} in range({n}):",
        f"    for {i} in range({k} + 1, {n}):",
        f"        {a}[{i}][{k}] /= {a}[{k}][{k}]",
        f"        for {j} in range({k} + 1, {n}):",
        f"            {a}[{i}][{j}] -= {a}[{i}][{k}] * {a}[{k}][{j}]",
        f"{d} = 1.0",
        f"for {i} in range({n}):",
        f"    {d} *= 0.1 * {a}[{i}][{i}]",
    )
    body.bind(n, Kind("int", SQUARE))
    return [d]


def cholesky(body: Routine) -> list[str] | None:
    if not range_and_len(body) or not (sqrt := body.math("sqrt")):
        return None
    m = some_matrix(body).text
    n, i, j, k, s, c = fresh_names(
        body, ("n2", "size", "order"), INDICES, INDICES, INDICES, STATES, ("chol", "low", "fac")
    )
    lines(
        body,
        f"{n} = len({m})",
        f"{c} = [[0.0] * {n} for _ in range({n})]",
        f"for {i} in range({n}):",
        f"    for {j} in range({i} + 1):",
        f"        {s} = {m}[{i}][{j}]",
        f"        if {i} == {j}:",
        f"            {s} += 12.0",
        f"        for {k} in range({j}):",
        f"            {s} -= {c}[{i}][{k}] * {c}[{j}][{k}]",
        f"        {c}[{i}][{j}] = {sqrt}({s}) if {i} == {j} else {s} / {c}[{j}][{j}]",
    )
    body.bind(n, Kind("int", SQUARE))
    return [f"{c}[-1][-1]"]


def fibonacci(body: Routine) -> list[str] | None:
    if not body.builtin("range"):
        return None
    a, b, i = fresh_names(body, ("a", "f0", "prev"), ("b", "f1", "nxt"), ("_", "i", "j"))
    step = body.pick.of([f"{b}, {a} + {b}", f"{b}, 0.5 * ({a} + {b})", f"{b}, {a} - {body.hole(0.5, 1)} * {b}"])
    lines(
        body,
        f"{a}, {b} = {body.hole(CELL, 1)}, {body.hole(CELL, 1)}",
        f"for {i} in range({small_int(body)}):",
        f"    {a}, {b} = {step}",
    )
    return [a, b]


def small_int(body: Routine) -> str:
    ints = [e.text for e in body.ints() if e.kind.bound <= LONGEST]
    return body.pick.of([*ints, *ints, "3", "4", "2"])


def newton(body: Routine) -> list[str] | None:
    if not body.builtin("abs"):
        return None
    t, s, count = fresh_names(body, ("goal", "t2", "square"), STATES, ("tries", "count", "turn"))
    lines(
        body,
        f"{t} = {positive(scaled(body.leaf_number(), CELL), True).text}",
        f"{s} = 1.0 + 0.5 * {t}",
        f"{count} = 0",
        f"while abs({s} * {s} - {t}) > 1e-{body.pick.of('369')} and {count} < 7:",
        f"    {s} = 0.5 * ({s} + {t} / {s})",
        f"    {count} += 1",
    )
    body.bind(count, Kind("int", 7))
    return [s]


def bisection(body: Routine) -> list[str] | None:
    low, high, mid, c = fresh_names(body, ("lo", "left"), ("hi", "right"), ("mid", "half"), ("goal", "t2"))
    lines(
        body,
        f"{c} = {body.hole(CELL, 1)}",
        f"{low}, {high} = -2.0, 2.0 + 0.1 * {c}",
        f"while {high} - {low} > 0.5:",
        f"    {mid} = 0.5 * ({low} + {high})",
        f"    if {mid} ** 3 + {mid} < {c}:",
        f"        {low} = {mid}",
        "    else:",
        f"        {high} = {mid}",
    )
    return [low, high]


def stack(body: Routine) -> list[str] | None:
    """A list that grows in one loop and is emptied in another."""
    if not body.builtin("len"):
        return None
    w = some_list(body, 0).text
    s, v, acc = fresh_names(body, ("stack", "todo", "heap"), ITEMS, STATES)
    grow = body.pick.of([f"{s}.append({body.hole(2.0, 1)} * {v})", f"if {v} > 0.25:\n        {s}.append({v} * {v})"])
    emptied = body.pick.of(
        [f"while len({s}) > 0:\n    {acc} = 0.5 * {acc} + {s}.pop()",
         f"while len({s}) > 1:\n    {acc} += {s}.pop() * {s}[-1]",
         f"while len({s}) >= 2:\n    {v} = {s}.pop()\n    {s}[-1] = 0.5 * {s}[-1] + {v}\n    {acc} += {v} * {v}"]
    )  # fmt: skip
    lines(body, f"{s} = []", f"for {v} in {w}:", f"    {grow}", f"{acc} = {body.hole(CELL, 1)}", f"{emptied}")
    return [acc]


def matrix_vector(body: Routine) -> list[str] | None:
    if not range_and_len(body):
        return None
    m = some_matrix(body).text
    out, row, s, j = fresh_names(body, LISTS, ("row", "line"), STATES, INDICES)
    lines(
        body,
        f"{out} = []",
        f"for {row} in {m}:",
        f"    {s} = {body.pick.of(['0.0', '0', body.hole(1.0, 1)])}",
        f"    for {j} in range(len({row})):",
        f"        {s} += {row}[{j}] * {body.hole(1.0, 1)}",
        f"    {out}.append({s})",
    )
    return [f"{out}[0]", f"{out}[-1]"]


def matrix_product(body: Routine) -> list[str] | None:
    if not range_and_len(body):
        return None
    m = some_matrix(body).text
    p, i, j, k = fresh_names(body, ("prod", "mm", "p2"), INDICES, INDICES, INDICES)
    lines(
        body,
        f"{p} = [[0.0] * len({m}) for _ in {m}]",
        f"for {i} in range(len({m})):",
        f"    for {j} in range(len({m})):",
        f"        for {k} in range(len({m})):",
        f"            {p}[{i}][{j}] += {m}[{i}][{k}] * {m}[{k}][{j}]",
    )
    return [f"{p}[0][0]", f"{p}[-1][0]"]


def greatest_item(body: Routine) -> list[str] | None:
    if not range_and_len(body):
        return None
    w = some_list(body, 1).text
    best, at, i = fresh_names(body, ("best", "top"), ("at", "where"), INDICES)
    lines(
        body,
        f"{best} = {w}[0]",
        f"{at} = 0",
        f"for {i} in range(1, len({w})):",
        f"    if {w}[{i}] > {best}:",
        f"        {best} = {w}[{i}]",
        f"        {at} = {i}",
    )
    body.bind(at, Kind("int", LONGEST))
    return [best, f"{w}[{at} - 1]"]


def search(body: Routine) -> list[str] | None:
    w = some_list(body, 0).text
    v, found = fresh_names(body, ITEMS, ("found", "hit"))
    body.feature("loop else")
    lines(
        body,
        f"for {v} in {w}:",
        f"    if {v} > {body.hole(2.0, 1)}:",
        f"        {found} = {v} * {body.hole(2.0, 1)}",
        "        break",
        "else:",
        f"    {found} = {body.hole(CELL, 1)}",
    )
    return [found]


def alternating(body: Routine) -> list[str] | None:
    if not body.builtin("range"):
        return None
    i, s = fresh_names(body, INDICES, STATES)
    lines(
        body,
        f"{s} = {body.hole(CELL, 1)}",
        f"for {i} in range({small_int(body)}):",
        f"    if {i} % 2 == 0:",
        f"        {s} = {s} * {body.hole(0.75, 1)} + {body.hole(1.0, 1)}",
        "    else:",
        f"        {s} -= {body.hole(1.0, 1)}",
    )
    return [s]


def euler(body: Routine) -> list[str] | None:
    if not body.builtin("range"):
        return None
    place, speed, _ = fresh_names(body, ("place", "x0"), ("speed", "v0"), ("_", "step"))
    lines(
        body,
        f"{place}, {speed} = {body.hole(CELL, 1)}, {body.hole(CELL, 1)}",
        f"for {_} in range({small_int(body)}):",
        f"    {speed} = {speed} - 0.1 * {body.hole(2.0, 1, place)}",
        f"    {place} += 0.1 * {speed}",
    )
    return [place, speed]


def tuple_state(body: Routine) -> list[str] | None:
    if not body.builtin("range"):
        return None
    pair, i = fresh_names(body, ("pair", "both", "state"), ("_", "i"))
    lines(
        body,
        f"{pair} = ({body.hole(CELL, 1)}, {body.hole(CELL, 1)})",
        f"for {i} in range({small_int(body)}):",
        f"    {pair} = ({pair}[1], {pair}[0] * {body.hole(0.5, 1)} + {body.hole(1.0, 1)})",
    )
    return [f"{pair}[0]", f"{pair}[1]"]


def two_buffers(body: Routine) -> list[str] | None:
    if not range_and_len(body):
        return None
    w = some_list(body, 1).text
    old, new, i, _ = fresh_names(body, ("old", "prev"), ("new", "nxt"), INDICES, ("_", "turn"))
    lines(
        body,
        f"{old} = {w}[:]",
        f"{new} = [0.0] * len({w})",
        f"for {_} in range({body.pick.of('231')}):",
        f"    for {i} in range(len({w})):",
        f"        {new}[{i}] = 0.5 * {old}[{i} - 1] + {body.hole(1.0, 1)}",
        f"    {old}, {new} = {new}, {old}",
    )
    return [f"{old}[0]", f"{old}[-1]"]


def table(body: Routine) -> list[str] | None:
    """A table filled from its neighbours, as in dynamic programming."""
    if not body.builtin("range"):
        return None
    d, i, j = fresh_names(body, ("d2", "tab", "cost"), INDICES, INDICES)
    n = body.pick.of(["2", "3"])
    choice = body.pick.of(["0.5 * {0} + 0.25 * {1}", "max({0}, {1})", "min({0}, {1})"])
    if choice[0] == "m" and not body.builtin(choice[:3]):
        return None
    both = choice.format(f"{d}[{i} - 1][{j}]", f"{d}[{i}][{j} - 1]")
    lines(
        body,
        f"{d} = [[{body.pick.of(['0.0', body.hole(1.0, 1)])}] * {n} for _ in range({n})]",
        f"for {i} in range(1, {n}):",
        f"    for {j} in range(1, {n}):",
        f"        {d}[{i}][{j}] = {both} + {body.hole(2.0, 1, i, j)}",
    )
    return [f"{d}[-1][-1]", f"{d}[1][1]"]


def aliases(body: Routine) -> list[str] | None:
    a = some_list(body, 1).text
    (b,) = fresh_names(body, LISTS)
    writes = [
        f"{b}[0] = {body.hole(CELL, 1)}",
        f"{a}[0] *= {body.hole(1.0, 1)}",
        f"{b}[-1] += {a}[0] * {body.hole(0.5, 1)}",
    ]
    lines(body, f"{b} = {a}", *body.pick.several(writes, 3))
    body.bind(b, body.env[a])
    return [f"{a}[0]", f"{b}[-1]"]


def row_aliases(body: Routine) -> list[str] | None:
    if not range_and_len(body):
        return None
    m = some_matrix(body).text
    i, row, j = fresh_names(body, INDICES, ("row", "line"), INDICES)
    lines(
        body,
        f"for {i} in range(len({m})):",
        f"    {row} = {m}[{i}]",
        f"    for {j} in range(len({row})):",
        f"        {row}[{j}] = {body.hole(0.5, 1)} * {m}[{i}][{j} - 1] + {body.hole(1.0, 1)}",
    )
    return [f"{m}[0][0]", f"{m}[-1][-1]"]


def holder(body: Routine) -> list[str] | None:
    """A list that holds two lists, written through it."""
    a, b = some_list(body, 1), some_list(body, 1)
    pair, r = fresh_names(body, ("pair", "both", "lists"), ("r", "part"))
    for e in (a, b):
        assert isinstance(e.kind, Cells)
        body.held.add(e.kind.group)
    lines(
        body,
        f"{pair} = [{a.text}, {b.text}]",
        f"{pair}[0][0] = {body.hole(CELL, 1)}",
        f"for {r} in {pair}:",
        f"    {r}[-1] *= {body.hole(1.0, 1)}",
    )
    return [f"{a.text}[0]", f"{b.text}[-1]"]


def previous(body: Routine) -> list[str] | None:
    """A name that the loop binds and reads in the next trip."""
    if not body.builtin("enumerate"):
        return None
    w = some_list(body, 0).text
    i, v, last, acc = fresh_names(body, INDICES, ITEMS, ("last", "before"), STATES)
    lines(
        body,
        f"{acc} = {body.hole(CELL, 1)}",
        f"for {i}, {v} in enumerate({w}):",
        f"    if {i} > 0:",
        f"        {acc} += {last} * {body.hole(0.5, 1)}",
        f"    {last} = {v} * {body.hole(1.0, 1)}",
    )
    return [acc]


def closures(body: Routine) -> list[str] | None:
    """A function made in each trip, over the variable of the loop."""
    if body.outer is not None or not body.builtin("range"):
        return None
    i, g, s = fresh_names(body, INDICES, ("g", "fn", "inner"), STATES)
    with body.scope({"t": NUMBER, i: Kind("int", 4)}):
        e = body.hole(CELL, 1, "t", i)
    made = f"{g} = lambda t: {e}" if body.pick.chance(60) else f"def {g}(t):\n        return {e}"
    lines(
        body,
        f"{s} = 0.0",
        f"for {i} in range({small_int(body)}):",
        f"    {made}",
        f"    {s} += 0.5 * {g}({body.hole(CELL, 1)}) + 0.1 * {g}({s})",
    )
    return [s]


def pairs(body: Routine) -> list[str] | None:
    """Every pair of two items."""
    if not range_and_len(body):
        return None
    w = some_list(body, 1).text
    s, i, j = fresh_names(body, STATES, INDICES, INDICES)
    inner = body.pick.of([f"range({i})", f"range({i} + 1, len({w}))", f"range({i}, -1, -1)"])
    lines(
        body,
        f"{s} = 0.0",
        f"for {i} in range(len({w})):",
        f"    for {j} in {inner}:",
        f"        {s} += {w}[{i}] * {w}[{j}] * {body.hole(1.0, 1)}",
    )
    body.feature("a triangular loop")
    return [s]


def softmax(body: Routine) -> list[str] | None:
    exp, log = body.math("exp"), body.math("log")
    if exp is None or log is None or not all(map(body.builtin, ("max", "sum"))):
        return None
    w = some_list(body, 1).text
    top, e, total = fresh_names(body, ("top", "mx"), ("es", "weights"), STATES)
    lines(
        body,
        f"{top} = max({w})",
        f"{e} = [{exp}(v - {top}) for v in {w}]",
        f"{total} = sum({e})",
        f"{e} = [v / {total} for v in {e}]",
        f"{total} = {log}({total}) + {top} * {e}[0]",
    )
    body.feature("a list comprehension")
    return [total, f"{e}[-1]"]


def variance(body: Routine) -> list[str] | None:
    if not all(map(body.builtin, ("len", "sum"))):
        return None
    w = some_list(body, 1).text
    mean, var = fresh_names(body, ("mean", "mu"), ("var", "spread"))
    lines(body, f"{mean} = sum({w}) / len({w})", f"{var} = sum((v - {mean}) ** 2 for v in {w}) / len({w})")
    body.feature("sum of a generator")
    return [mean, var]


def convolution(body: Routine) -> list[str] | None:
    if not range_and_len(body):
        return None
    a, b = some_list(body, 1).text, some_list(body, 1).text
    out, i, j = fresh_names(body, LISTS, INDICES, INDICES)
    lines(
        body,
        f"{out} = [0.0] * (len({a}) + len({b}) - 1)",
        f"for {i} in range(len({a})):",
        f"    for {j} in range(len({b})):",
        f"        {out}[{i} + {j}] += {a}[{i}] * {b}[{j}]",
    )
    return [f"{out}[0]", f"{out}[-1]"]


def bins(body: Routine) -> list[str] | None:
    """Writes to places that the numbers decide."""
    if not all(map(body.builtin, ("int", "abs"))):
        return None
    w = some_list(body, 0).text
    b, v = fresh_names(body, ("bins", "count"), ITEMS)
    lines(body, f"{b} = [0.0] * 3", f"for {v} in {w}:", f"    {b}[int(abs({v})) % 3] += {body.hole(1.5, 1, v)}")
    body.feature("a computed index")
    return [f"{b}[0]", f"{b}[1]", f"{b}[2]"]


def collatz(body: Routine) -> list[str] | None:
    k, s = fresh_names(body, ("k", "m3"), STATES)
    lines(
        body,
        f"{k} = {small_int(body)}",
        f"{s} = {body.hole(CELL, 1)}",
        f"while {k} > 1:",
        f"    {s} = 0.5 * {s} + {body.hole(1.0, 1)}",
        f"    {k} = {k} // 2 if {k} % 2 == 0 else 3 * {k} + 1",
    )
    return [s]


def binary_power(body: Routine) -> list[str] | None:
    k, r, base = fresh_names(body, ("k", "m3"), STATES, ("base", "b2"))
    lines(
        body,
        f"{k} = {small_int(body)}",
        f"{r} = 1.0",
        f"{base} = {body.hole(1.25, 1)}",
        f"while {k} > 0:",
        f"    if {k} % 2 == 1:",
        f"        {r} *= {base}",
        f"    {base} = {base} * {base}",
        f"    {k} //= 2",
    )
    return [r]


def rotation(body: Routine) -> list[str] | None:
    if not body.builtin("range"):
        return None
    a, b, c, _ = fresh_names(body, ("a", "p1"), ("b", "p2"), ("c", "p3"), ("_", "turn"))
    lines(
        body,
        f"{a}, {b}, {c} = {body.hole(CELL, 1)}, {body.hole(CELL, 1)}, {body.hole(CELL, 1)}",
        f"for {_} in range({small_int(body)}):",
        f"    {a}, {b}, {c} = {b}, {c}, 0.5 * {a} + {body.hole(1.0, 1)}",
    )
    return [a, b, c]


def early_return(body: Routine) -> list[str] | None:
    """A return from the inner one of two loops."""
    if not range_and_len(body) or len(body.bounds) > 1:
        return None
    w = some_list(body, 1).text
    i, j, s = fresh_names(body, INDICES, INDICES, STATES)
    body.bounds = [max(b, WIDE) for b in body.bounds]
    lines(
        body,
        f"{s} = 0.0",
        f"for {i} in range(len({w})):",
        f"    for {j} in range({i} + 1):",
        f"        {s} += {w}[{i}] * {w}[{j}]",
        f"        if {s} > {body.pick.of(['2.0', '4', '0.5'])}:",
        f"            return {s} * {body.hole(2.0, 1)}",
    )
    body.feature("return from nested loops")
    return [s]


def growing_input(body: Routine) -> list[str] | None:
    """A list of lists that grows, and what was appended is written."""
    if not body.builtin("range"):
        return None
    rows, i = fresh_names(body, ("rows", "levels"), INDICES)
    lines(
        body,
        f"{rows} = []",
        f"for {i} in range(3):",
        f"    {rows}.append([{body.hole(CELL, 1)}, {body.hole(CELL, 1)}])",
        f"    {rows}[-1][0] += {rows}[0][1] * {body.hole(0.5, 1)}",
    )
    return [f"{rows}[0][0]", f"{rows}[-1][0]"]


def items_written(body: Routine) -> list[str] | None:
    """The list that a loop goes along is written ahead of it."""
    if not all(map(body.builtin, ("enumerate", "len"))):
        return None
    a = some_list(body, 1).text
    i, v, s = fresh_names(body, INDICES, ITEMS, STATES)
    lines(
        body,
        f"{s} = 0.0",
        f"for {i}, {v} in enumerate({a}):",
        f"    if {i} + 1 < len({a}):",
        f"        {a}[{i} + 1] += {body.hole(0.5, 1)} * {v}",
        f"    {s} += {v} * {body.hole(1.0, 1)}",
    )
    return [s]


def sweeps(body: Routine) -> list[str] | None:
    """Items of a list from their neighbours, upwards or downwards, with several writes to a trip; then another list."""
    if not range_and_len(body) or not body.builtin("reversed"):
        return None
    pick = body.pick
    a, u, i, s = fresh_names(body, LISTS, ("u", "old"), INDICES, ("sweep", "it", "t1"))
    length = pick.integer(4, 6)
    inner = "    " if pick.chance(60) else ""
    rows = [f"{a} = [{', '.join(body.hole(1.0, 1) for _ in range(length))}]"]
    rows += [f"for {s} in range({pick.of('23')}):"] if inner else []
    is_copied = pick.chance(40)
    rows += (
        [f"{inner}{u} = {a}", f"{inner}{a} = {pick.of([f'list({u})', f'{u}[:]', f'{u}.copy()'])}"] if is_copied else []
    )
    for _ in range(pick.integer(1, 2)):
        low, high = pick.integer(-2, 0), pick.integer(0, 2)
        first, last, step = -low, length - high, pick.of([1, 1, 1, 2, 3])
        if pick.chance(15):
            first -= 1  # what is read first is counted from the end
        up, down = f"range({first}, {last}, {step})", f"range({last} - 1, {first} - 1, -{step})"
        rows.append(f"{inner}for {i} in {pick.of([up, down, f'reversed({up})'])}:")
        for _ in range(pick.integer(1, 2)):
            places = [f"{i} {'+' if n > 0 else '-'} {abs(n)}" if n else i for n in range(low, high + 1)]
            place, one, other = pick.of(places), pick.of(places), pick.of(places)
            source = u if is_copied and pick.chance(60) else a
            value = f"0.5 * {source}[{one}] / (1.0 + {a}[{other}] * {a}[{other}]) + {body.hole(0.5, 1)}"
            rows.append(f"{inner}    {a}[{place}] {pick.of(['=', '=', '+='])} {value}")
    lines(body, *rows)
    body.bind_list(a, Cells(least=length, most=length))
    return [f"{a}[0]", f"{a}[-1]", f"{a}[1]"]


WIDE = 60.0
IDIOMS: tuple[Callable[[Routine], list[str] | None], ...] = (
    horner, prefix, stencil, gauss_seidel, bubble, reversal, factorise, cholesky, fibonacci, newton, bisection, stack,
    matrix_vector, matrix_product, greatest_item, search, alternating, euler, tuple_state, two_buffers, table, aliases,
    row_aliases, holder, previous, closures, pairs, softmax, variance, convolution, bins, collatz, binary_power,
    rotation, early_return, growing_input, items_written, sweeps, sweeps,
)  # fmt: skip


def idiom(body: Routine, nesting: int) -> bool:
    """A short piece of program as people write it, with random expressions in it."""
    made = body.pick.of(IDIOMS)
    if body.trips > 4 or len(body.loops) > 1 or (made is early_return and body.loops):
        return update(body, nesting)
    kept, body.walrus_allowed = body.walrus_allowed, False
    results = made(body)
    body.walrus_allowed = kept
    if results is None:
        return update(body, nesting)
    body.feature(f"idiom: {made.__name__}")
    for text in results:
        if text.isidentifier():
            body.bind(text, STATE_KIND)
    if not body.loops and not body.branching:
        body.recent += results
    elif body.carried:
        name = body.pick.of(list(body.carried))
        body.write(f"{name} = 0.5 * {name} + 0.25 * {body.pick.of(results)}")
    return False
