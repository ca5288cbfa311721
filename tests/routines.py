"""Functions with loops, written lists and calls, as they grow: what the generator of `loop_programs` is made of.

A list whose length differs from call to call is `Cells`: a size (a name for its length), a least length, a group (lists
that may be one and the same object). An int that is an index of such a list says so (`Index`), so that most reads and
writes hit. What a loop carries stays below `STATE`, what a list holds below `CELL`, however often the loop turns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import programs
from programs import TAME, Body, Expr, Kind, Module, Param, positive, real, scaled

CELL = 4.0  # what a list of run-time length holds is at most this
STATE = 8.0  # what a loop carries is at most this
TRIPS = 24  # of the innermost of nested loops, all together
LONGEST = 5  # of a list parameter
SQUARE = 3  # rows of a matrix parameter
INDICES = ("i", "j", "k", "n1", "step", "pos", "idx", "it")
ITEMS = ("v", "u", "item", "val", "c", "q", "e1", "elem")
LISTS = ("a", "b", "vals", "buf", "cells", "out", "row", "grid", "seq", "ys", "hist")
STATES = ("acc", "s", "total", "p", "cur", "state", "best", "r", "h")
NUMBER = Kind("float", CELL)
STATE_KIND = Kind("float", STATE)
INT_KIND = Kind("int", 3)


# --------------------------------------------------------------------------------------------------------------- shapes


@dataclass(frozen=True)
class Cells(Kind):
    """A list whose length is known at run time only; at least `least`, at most `most`."""

    form: str = "cells"
    each: Kind | None = NUMBER
    least: int = 0
    most: int = LONGEST
    group: str = ""

    @property
    def shape(self) -> Any:
        return self.form, self.size, self.each.shape if self.each else None

    @property
    def of_numbers(self) -> bool:
        return self.each is not None and self.each.numeric

    def merged(self, other: Kind) -> Kind | None:
        if not isinstance(other, Cells) or self.each is None or other.each is None:
            return None
        each = self.each.merged(other.each)
        if each is None:
            return None
        size = self.size if self.size == other.size else f"{self.size}|{other.size}"
        group = self.group if self.group == other.group else f"{self.group}|{other.group}"
        least, most = min(self.least, other.least), max(self.most, other.most)
        return Cells(each=each, size=size, least=least, most=most, group=group)


@dataclass(frozen=True)
class Index(Kind):
    """An int that is an index of every list of size `below`; so is what lies `down` before it and `up` after it."""

    form: str = "int"
    bound: float = LONGEST
    below: str = ""
    down: int = 0
    up: int = 0


@dataclass(frozen=True)
class Header:
    """What follows `for`: the text, the names it binds, how often it turns, the lists it goes along."""

    text: str
    names: dict[str, Kind]
    least: int
    most: int
    size: str = ""
    groups: frozenset[str] = frozenset()


@dataclass
class Loop:
    """A loop under construction."""

    before_continue: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # its variables
    bounds: tuple[str, ...] = ()  # parameters that its header reads
    jumps: bool = False


@dataclass(frozen=True)
class Procedure:
    """A function of the module that takes lists, ints or functions."""

    name: str
    params: tuple[Param, ...]
    result: Kind | None
    cost: int = 1
    resizes: bool = False  # whether it changes the length of its first argument


Production = Callable[[Any, int], bool]


@dataclass
class Library(Module):
    """A module with procedures."""

    procedures: list[Procedure] = field(default_factory=list)
    plain: dict[Production, int] = field(default_factory=dict)  # statements outside of loops
    looped: dict[Production, int] = field(default_factory=dict)  # and in loops
    nesting: frozenset[Production] = frozenset()  # those that hold blocks


# --------------------------------------------------------------------------------------------------------- one function


class Routine(Body):
    """A function with loops, lists and calls under construction."""

    def __init__(
        self, module: Library, params: Sequence[Param], outer: Body | None = None, *, results: int = 1
    ) -> None:
        super().__init__(module, params, outer, results=results)
        self.library = module
        self.carried: dict[str, float] = {}
        self.elastic: set[str] | None = None  # groups whose length may change here; None: all
        self.held: set[str] = set()  # groups that are items of other lists
        self.loops: list[Loop] = []
        self.trips = 1
        self.branching = 0
        self.tokens = 0
        self.recent: list[str] = []  # what the result should depend on
        self.own_parameters = [p.name for p in params] if outer is None else []

    # --- names and sizes

    def token(self) -> str:
        self.tokens += 1
        return f"s{self.tokens}"

    def variable(self, pool: Sequence[str]) -> str:
        """Return a name that is new here, from the pool if one is left; sometimes any name."""
        if self.pick.chance(12):
            return self.target(fresh=True)
        taken = self.globals | set(self.env) | self.frozen
        free = [n for n in pool if n not in taken]
        name = self.pick.of(free) if free else f"{pool[0]}{len(self.local)}"
        self.local.add(name)
        return name

    def lists(self, least: int = 0, *, numbers: bool = True) -> list[Expr]:
        """Return the lists that can be named here, rows of matrices among them."""
        found = []
        for name, kind in self.env.items():
            if isinstance(kind, Cells) and kind.least >= least and kind.of_numbers == numbers:
                found.append(Expr(name, kind))
            if numbers and isinstance(kind, Cells) and isinstance(kind.each, Cells) and kind.each.least >= least:
                index = self.index(Expr(name, kind))
                if index is not None:
                    found.append(Expr(f"{name}[{index}]", kind.each))
        return found

    def ints(self) -> list[Expr]:
        return [Expr(n, k) for n, k in self.env.items() if k.form == "int"]

    def index(self, e: Expr) -> str | None:
        """Return the text of an index that is valid for a list; None if none is known."""
        kind = e.kind
        assert isinstance(kind, Cells)
        options: list[str] = []
        for name, other in self.env.items():
            if isinstance(other, Index) and other.below == kind.size and kind.size:
                options += [name] * 3 + [f"{name} - 1"]
                options += [f"{name} + 1"] * other.up * 2 + [f"{name} - {d}" for d in range(2, other.down + 1)]
                options += ["len", "mod"]
        if kind.least and (not options or self.pick.chance(20)):
            options += ["0", "-1", "0", "mod", "len"]
            options += [str(n) for n in range(1, kind.least)] + [str(-n) for n in range(2, kind.least + 1)]
        if not options:
            return None
        choice = self.pick.of(options)
        if choice in ("mod", "len"):
            return self.computed_index(e, choice) or next((o for o in options if o not in ("mod", "len")), None)
        return choice

    def computed_index(self, e: Expr, how: str) -> str | None:
        """Return an index that is computed from an int, or from the length."""
        if not re.fullmatch(r"\w+", e.text) or not self.builtin("len"):
            return None
        ints = self.ints()
        if how == "len" or not ints:
            below = [i for i in ints if isinstance(i.kind, Index) and i.kind.below == e.kind.size]
            inner = f" - {self.pick.of(below).text}" if below else ""
            return f"len({e.text}){inner} - 1"
        self.feature("a computed index")
        i = self.pick.of(ints)
        if self.pick.chance(15) and self.builtin("int"):
            return f"int({self.leaf_number().text}) % len({e.text})"
        return self.pick.of(
            [f"({i.text} + 1) % len({e.text})", f"{i.text} % len({e.text})", f"(2 * {i.text} + 1) % len({e.text})"]
        )

    def leaf_number(self) -> Expr:
        numbers = super().elements()
        return self.pick.of(numbers) if numbers else real("1.5", 1.5)

    # --- expressions

    def elements(self) -> list[Expr]:
        found = super().elements()
        for e in self.lists():
            index = self.index(e)
            if index is not None and e.kind.each is not None:
                found.append(Expr(f"{e.text}[{index}]", e.kind.each))
        return found

    def number(self, depth: int) -> Expr:
        if depth > 0 and self.pick.chance(22):
            e = self.pick.weighted(LIST_NUMBERS)(self, depth - 1)
            return scaled(e, 30.0) if e is not None else self.leaf()
        e = super().number(depth)
        if self.seen and not REPEATABLE.fullmatch(self.seen[-1][0].text):
            self.seen.pop()
        return e

    def condition(self, depth: int) -> str:
        if self.pick.chance(45 if self.loops else 10):
            made = self.pick.weighted(LOOP_CONDITIONS)(self)
            if made is not None:
                return made
        return super().condition(depth)

    def integer(self, depth: int = 1) -> Expr:
        sized = self.lists()
        if sized and self.pick.chance(20) and self.builtin("len"):
            e = self.pick.of(sized)
            return Expr(f"len({e.text})", Kind("int", LONGEST))
        return super().integer(depth)

    def hole(self, limit: float, depth: int = 2, *prefer: str) -> str:
        """Return the text of a number of at most the limit that depends on one of the names, if there are any."""
        before, self.walrus_allowed = self.walrus_allowed, False
        e = self.number(depth)
        self.walrus_allowed = before
        wanted = [p for p in prefer or self.favourites() if p]
        if wanted and not any(re.search(rf"\b{re.escape(p)}(?!\w)", e.text) for p in wanted):
            other = self.pick.of(wanted)
            e = real(f"({other} {self.pick.of('*+-')} {e.text})", max(CELL, e.bound) * CELL)
        return scaled(e, limit).text

    def favourites(self) -> list[str]:
        if not self.loops or self.pick.chance(30):
            return []
        return [n for n in self.carried if n in self.env and self.env[n].numeric]

    def spelled(self, name: str) -> str | None:
        """Return how a builtin or a function of math, as `math.fsum`, is called here; None where it is hidden."""
        if name.startswith("math."):
            return self.math(name[5:])
        return name if self.builtin(name) else None

    def loop_names(self) -> list[str]:
        """Return the numeric variables of the innermost loop, as far as they are bound."""
        names = self.loops[-1].names if self.loops else ()
        return [n for n in names if n in self.env and self.env[n].numeric]

    # --- statements

    def statements(self, budget: int, nesting: int) -> bool:
        for _ in range(budget):
            table = self.library.looped if self.loops else self.library.plain
            if not nesting:
                table = {s: w for s, w in table.items() if s not in self.library.nesting}
            if self.branching:
                table = {**table, leave: 6}
            before = self.walrus_allowed
            ended = self.pick.weighted(table)(self, nesting)
            self.walrus_allowed = before
            if ended:
                return True
        return False

    def block(self, budget: int, nesting: int) -> tuple[dict[str, Kind], bool]:
        self.branching += 1
        elastic = set(self.elastic) if self.elastic is not None else None
        written = len(self.lines)
        made = super().block(budget, nesting)
        if len(self.lines) == written:
            self.write("    pass")
        self.elastic = elastic
        self.branching -= 1
        return made

    def bind_list(self, name: str, kind: Cells) -> None:
        """Bind a name to a new list."""
        group = kind.group or self.token()
        self.bind(name, replace(kind, group=group, size=kind.size or self.token()))
        if self.elastic is not None and not kind.group:
            self.elastic.add(group)

    def may_resize(self, kind: Cells) -> bool:
        if kind.group in self.held or "|" in kind.group:
            return False
        return self.elastic is None or kind.group in self.elastic

    def resized(self, group: str, by: int, least: int | None = None) -> None:
        """Note that the lists of a group have another length now."""
        size = self.token()
        for name, kind in list(self.env.items()):
            if isinstance(kind, Cells) and kind.group == group:
                new = max(0, kind.least + by) if least is None else least
                self.env[name] = replace(kind, size=size, least=new, most=max(kind.most + max(by, 0), new))

    # --- loops

    @contextmanager
    def scope(self, names: Mapping[str, Kind] = {}) -> Iterator[None]:
        """Names that are bound here only: those of a comprehension or of a hole."""
        before, walrus = dict(self.env), self.walrus_allowed
        self.env |= names
        self.local |= set(names)
        self.walrus_allowed = False
        yield
        self.env, self.walrus_allowed = before, walrus

    def prepare(self) -> dict[str, float]:
        """Choose, and make, what a loop carries."""
        numbers = [n for n, k in self.env.items() if k.form == "float" and k.bound <= 30]
        numbers = [n for n in numbers if n in self.carried or n not in self.frozen]
        chosen = self.pick.several(numbers, 2)
        for _ in range(self.pick.weighted({1: 60, 2: 25, 0: 15}) if len(chosen) < 2 else self.pick.integer(0, 1)):
            name = self.variable(STATES)
            start = self.pick.weighted({"0.0": 40, "1.0": 15, "0": 15, "": 40})
            start = start or (self.hole(STATE, 1) if self.pick.chance(60) else scaled(self.leaf_number(), STATE).text)
            self.write(f"{name} = {start}")
            self.bind(name, STATE_KIND)
            chosen.append(name)
        for name in chosen:
            if name in self.own_parameters:
                self.feature("a parameter is rebound in a loop")
            self.env[name] = STATE_KIND
        return {n: STATE for n in chosen}

    def choose_elastic(self, groups: frozenset[str]) -> set[str]:
        """Choose the lists whose length may change in the loop; nothing is known of it there."""
        able = [(n, k) for n, k in self.env.items() if isinstance(k, Cells) and self.may_resize(k)]
        able = [(n, k) for n, k in able if k.group not in groups and k.of_numbers]
        chosen = self.pick.several(sorted({k.group for _, k in able}), 1) if able and self.pick.chance(65) else []
        for group in chosen:
            self.resized(group, 0, 0)
        return set(chosen)

    def loop_body(
        self,
        header: Header,
        carried: dict[str, float],
        nesting: int,
        *,
        first: Sequence[str] = (),
        last: Sequence[str] = (),
    ) -> Loop:
        """Write the body of a loop, `first` and `last` in it, and go on from after it."""
        elastic = self.choose_elastic(header.groups)
        entry = dict(self.env)
        read = [n for n in self.own_parameters if n in entry and entry[n].form == "int" and not self.loops]
        bounds = tuple(n for n in read if re.search(rf"\b{n}\b", header.text))
        loop = Loop(tuple(last), tuple(header.names), bounds)
        with self.inside(loop, carried, elastic, header.most):
            for name, kind in header.names.items():
                self.bind(name, kind)
            ended = self.trip(first, last, nesting)
        after = self.env
        self.env = {n: (after[n].merged(k) or k) if n in after else k for n, k in entry.items()}
        self.keep_new(after, entry, header, safe=header.least > 0 and not loop.jumps and not ended)
        for name in carried:
            if name in self.env:
                self.env[name] = self.env.pop(name)
        self.recent = [n for n in self.recent if n not in carried] + list(carried)
        return loop

    @contextmanager
    def inside(self, loop: Loop, carried: dict[str, float], elastic: set[str], trips: int) -> Iterator[None]:
        """In a loop: what was there before stays as it is, but for what the loop carries."""
        kept = self.frozen, self.carried, self.elastic, self.trips, self.branching, self.indent
        seen = len(self.seen)
        self.frozen = self.frozen | set(self.env)
        self.carried, self.elastic, self.branching = carried, elastic, 0
        self.trips *= max(1, trips)
        self.loops.append(loop)
        self.indent += "    "
        yield
        self.loops.pop()
        self.frozen, self.carried, self.elastic, self.trips, self.branching, self.indent = kept
        del self.seen[seen:]

    def trip(self, first: Sequence[str], last: Sequence[str], nesting: int) -> bool:
        """Write what one trip does; tell whether its end is never reached."""
        for line in first:
            self.write(line)
        written = len(self.lines)
        ended = self.statements(self.pick.of([1, 2, 3, 4]) if nesting else self.pick.of([1, 2]), nesting)
        if not ended and (len(self.lines) == written or self.pick.chance(40)):
            update(self, nesting)
        if not ended:
            for line in last:
                self.write(line)
        return ended

    def keep_new(self, after: dict[str, Kind], entry: dict[str, Kind], header: Header, *, safe: bool) -> None:
        """Keep the names that the loop has bound, where they are bound for certain; now and then anyhow."""
        new = {n: k for n, k in after.items() if n not in entry}
        if safe:
            self.env |= new
            self.feature("a name of the loop is used after it")
            return
        if header.least > 0 or self.pick.chance(3):
            self.env |= {n: k for n, k in new.items() if n in header.names and k.form != "function"}
            self.feature("a loop variable is used after the loop")
            if not header.least:
                self.feature("a name that may be unbound")


REPEATABLE = re.compile(r"(?:(?!\[[^\]]*[A-Za-z]|\bfor\b).)*", re.S)


# ------------------------------------------------------------------------------------------- what a for loop goes along


def along_constant(body: Routine) -> Header | None:
    if not body.builtin("range"):
        return None
    i = body.variable(INDICES)
    text, trips = body.pick.of(
        [("3", 3), ("2", 2), ("4", 4), ("1, 4", 3), ("0, 5, 2", 3), ("3, 0, -1", 3), ("4, -1, -2", 3), ("3, 3", 0),
         ("5, 2", 0), ("-2, 2", 4), ("1", 1), ("0", 0), ("2, -1, -1", 3), ("-1, 5, 3", 2)]
    )  # fmt: skip
    body.feature("range with a step" if text.count(",") == 2 else "range of constants")
    if not trips:
        body.feature("zero trips")
    return Header(f"{i} in range({text})", {i: Kind("int", 4)}, trips, trips)


def along_int(body: Routine) -> Header | None:
    """range of an int: a parameter, a size, something computed."""
    ints = [e for e in body.ints() if e.kind.bound <= LONGEST + 1]
    if not ints or not body.builtin("range"):
        return along_constant(body)
    n = body.pick.of(ints)
    i = body.variable(INDICES)
    least = 0
    if n.kind.size and body.pick.chance(60):
        body.feature("range of a size")
        return Header(f"{i} in range({n.text})", {i: Index(below=n.kind.size)}, least, LONGEST, n.kind.size)
    body.feature("range of an int")
    text = body.pick.of(
        [n.text, f"{n.text} + 1", f"{n.text} - 1", f"1, {n.text} + 1", f"{n.text}, 0, -1", f"{n.text}, -1, -1",
         f"{n.text} // 2 + 1", f"0, {n.text}, 2", f"{n.text} % 3", f"{n.text}, 4"]
    )  # fmt: skip
    return Header(f"{i} in range({text})", {i: Kind("int", LONGEST + 1)}, 0, LONGEST + 1)


def along_float(body: Routine) -> Header | None:
    """A bound that a float decides."""
    if not body.builtin("range") or not body.builtin("int"):
        return None
    i, x = body.variable(INDICES), body.leaf_number()
    body.feature("range of a float")
    text = body.pick.of([f"int({x.text}) % 4", f"1 + ({x.text} > 0.5)", f"int({x.text} * {x.text}) % 3 + 1"])
    return Header(f"{i} in range({text})", {i: Kind("int", 3)}, 0, 3)


def along_length(body: Routine) -> Header | None:
    """range(len(w)), shifted, backwards."""
    lists = body.lists()
    if not lists or not body.builtin("range") or not body.builtin("len"):
        return along_int(body)
    w = body.pick.of(lists)
    kind = w.kind
    assert isinstance(kind, Cells)
    i = body.variable(INDICES)
    length = f"len({w.text})"
    text, index, less = body.pick.of(
        [
            (length, Index(below=kind.size), 0),
            (length, Index(below=kind.size), 0),
            (f"0, {length}", Index(below=kind.size), 0),
            (f"1, {length}", Index(below=kind.size, down=1), 1),
            (f"{length} - 1", Index(below=kind.size, up=1), 1),
            (f"1, {length} - 1", Index(below=kind.size, down=1, up=1), 2),
            (f"{length} - 1, -1, -1", Index(below=kind.size), 0),
            (f"{length} - 2, -1, -1", Index(below=kind.size, up=1), 1),
            (f"0, {length}, 2", Index(below=kind.size), 0),
            (f"2, {length}", Index(below=kind.size, down=2), 2),
        ]
    )
    body.feature("range of a length")
    if "-1, -1" in text:
        body.feature("range backwards")
    size = kind.size if text == length else ""
    return Header(f"{i} in range({text})", {i: index}, max(0, kind.least - less), kind.most, size)


def along_outer(body: Routine) -> Header | None:
    """Bounds that depend on the variable of an outer loop."""
    outer = [e for e in body.ints() if e.kind.bound <= LONGEST + 1]
    if not body.loops or not outer or not body.builtin("range"):
        return along_length(body)
    o = body.pick.of(outer)
    i = body.variable(INDICES)
    below = o.kind.below if isinstance(o.kind, Index) else ""
    owners = [n for n, k in body.env.items() if isinstance(k, Cells) and below and k.size == below]
    choices = [f"{o.text}", f"{o.text} + 1", f"{o.text}, -1, -1"]
    choices += [f"{o.text} + 1, len({n})" for n in owners if body.builtin("len")]
    text = body.pick.of(choices)
    body.feature("a triangular loop")
    kind = Index(below=below) if below and o.text in text else Kind("int", LONGEST)
    return Header(f"{i} in range({text})", {i: kind}, 0, 3)


def item_kind(kind: Cells) -> Kind:
    assert kind.each is not None
    return kind.each


def along_list(body: Routine) -> Header | None:
    lists = body.lists() + body.lists(numbers=False)
    if not lists:
        return along_literal(body)
    w = body.pick.of(lists)
    kind = w.kind
    assert isinstance(kind, Cells)
    v = shadowing(body) if kind.of_numbers else body.variable(LISTS)
    body.feature("for over a list" if kind.of_numbers else "for over rows")
    groups = frozenset({kind.group})
    return Header(f"{v} in {w.text}", {v: item_kind(kind)}, kind.least, kind.most, kind.size, groups)


def shadowing(body: Routine) -> str:
    """Return a name for the variable of a loop: a new one, or one that stood for a number before."""
    old = [n for n, k in body.env.items() if k.form == "float" and n not in body.frozen and k.bound <= CELL]
    if old and body.pick.chance(8):
        body.feature("a loop variable that was bound before")
        return body.pick.of(old)
    return body.variable(ITEMS)


def along_slice(body: Routine) -> Header | None:
    lists = [e for e in body.lists() if re.fullmatch(r"\w+", e.text)]
    if not lists:
        return along_literal(body)
    w = body.pick.of(lists)
    assert isinstance(w.kind, Cells)
    cut, less = body.pick.of([("1:", 1), ("::-1", 0), (":2", LONGEST), (":-1", 1), ("::2", LONGEST), (":", 0)])
    v = body.variable(ITEMS)
    body.feature("for over a slice")
    return Header(f"{v} in {w.text}[{cut}]", {v: item_kind(w.kind)}, max(0, w.kind.least - less), w.kind.most)


def along_literal(body: Routine) -> Header | None:
    count = body.pick.of([2, 3, 1])
    if body.pick.chance(25):
        a, b = body.variable(ITEMS), body.variable(ITEMS)
        if a == b:
            return None
        pairs = ", ".join(f"({body.hole(CELL, 1)}, {body.hole(CELL, 1)})" for _ in range(count))
        body.feature("for over a literal of pairs")
        return Header(f"{a}, {b} in [{pairs}]", {a: NUMBER, b: NUMBER}, count, count)
    v = body.variable(ITEMS)
    items = ", ".join(body.hole(CELL, 1) for _ in range(count))
    body.feature("for over a literal")
    left, right = body.pick.of(["[]", "()"])
    return Header(f"{v} in {left}{items}{',' if count == 1 else ''}{right}", {v: NUMBER}, count, count)


def along_tuple(body: Routine) -> Header | None:
    """A tuple or list whose items are known one by one."""
    known = [(n, k) for n, k in body.env.items() if k.flat and k.items]
    if not known:
        return along_literal(body)
    name, kind = body.pick.of(known)
    count = len(kind.items)
    v = body.variable(ITEMS)
    body.feature("for over a tuple")
    if body.pick.chance(30) and body.builtin("enumerate"):
        i = body.variable(INDICES)
        return None if i == v else Header(f"{i}, {v} in enumerate({name})", {i: INT_KIND, v: NUMBER}, count, count)
    if body.pick.chance(30) and body.builtin("reversed"):
        return Header(f"{v} in reversed({name})", {v: NUMBER}, count, count)
    return Header(f"{v} in {name}", {v: NUMBER}, count, count)


def along_enumerate(body: Routine) -> Header | None:
    """An index and an item, counted from 0 or from 1."""
    lists = body.lists() + body.lists(numbers=False)
    if not lists or not body.builtin("enumerate"):
        return along_list(body)
    w = body.pick.of(lists)
    kind = w.kind
    assert isinstance(kind, Cells)
    i, v = body.variable(INDICES), body.variable(ITEMS if kind.of_numbers else LISTS)
    if i == v:
        return None
    body.feature("enumerate")
    start = body.pick.weighted({"": 75, ", 1": 15, ", start=1": 10})
    index: Kind = Kind("int", LONGEST + 1) if start else Index(below=kind.size)
    text = f"{i}, {v} in enumerate({w.text}{start})"
    return Header(text, {i: index, v: item_kind(kind)}, kind.least, kind.most, kind.size, frozenset({kind.group}))


def along_zip(body: Routine) -> Header | None:
    """Two lists together; of unlike lengths, too."""
    lists = body.lists()
    if not lists or not body.builtin("zip"):
        return along_list(body)
    a, b = body.pick.of(lists), body.pick.of(lists)
    if body.pick.chance(30):
        a = Expr(f"{a.text}[1:]", replace(a.kind, least=max(0, a.kind.least - 1), size=""))  # type: ignore[call-arg]
    assert isinstance(a.kind, Cells) and isinstance(b.kind, Cells)
    u, v = body.variable(ITEMS), body.variable(ITEMS)
    if u == v:
        return None
    least, most = min(a.kind.least, b.kind.least), min(a.kind.most, b.kind.most)
    size = a.kind.size if a.kind.size == b.kind.size else ""
    groups = frozenset({a.kind.group, b.kind.group})
    names = {u: item_kind(a.kind), v: item_kind(b.kind)}
    body.feature("zip")
    if body.pick.chance(25) and body.builtin("enumerate"):
        i = body.variable(INDICES)
        if i in names:
            return None
        body.feature("enumerate of zip")
        names[i] = Index(below=size)
        return Header(f"{i}, ({u}, {v}) in enumerate(zip({a.text}, {b.text}))", names, least, most, size, groups)
    return Header(f"{u}, {v} in zip({a.text}, {b.text})", names, least, most, size, groups)


def along_reversed(body: Routine) -> Header | None:
    """A list, or a range, from its end."""
    lists = body.lists()
    if not body.builtin("reversed"):
        return along_list(body)
    body.feature("reversed")
    if lists and body.pick.chance(65):
        w = body.pick.of(lists)
        kind = w.kind
        assert isinstance(kind, Cells)
        if body.pick.chance(30) and body.builtin("range") and body.builtin("len"):
            i = body.variable(INDICES)
            text = f"{i} in reversed(range(len({w.text})))"
            return Header(text, {i: Index(below=kind.size)}, kind.least, kind.most, kind.size)
        v = body.variable(ITEMS)
        groups = frozenset({kind.group})
        return Header(f"{v} in reversed({w.text})", {v: item_kind(kind)}, kind.least, kind.most, "", groups)
    if not body.builtin("range"):
        return None
    i = body.variable(INDICES)
    return Header(f"{i} in reversed(range({body.pick.of(['3', '1, 4', '2'])}))", {i: Kind("int", 4)}, 2, 3)


HEADERS: dict[Callable[[Routine], Header | None], int] = {
    along_length: 24,
    along_list: 22,
    along_int: 16,
    along_constant: 10,
    along_enumerate: 10,
    along_zip: 8,
    along_outer: 10,
    along_literal: 4,
    along_tuple: 4,
    along_slice: 4,
    along_reversed: 5,
    along_float: 2,
}


def header_within(body: Routine, most: int) -> Header | None:
    """Return what a loop goes along, at most so many trips."""
    for _ in range(3):
        header = body.pick.weighted(HEADERS)(body)
        if header is not None and header.most <= most:
            return header
    header = along_constant(body)
    return header if header is not None and header.most <= most else None


# ---------------------------------------------------------------------------------------- productions: numbers of lists


def element(body: Routine, depth: int) -> Expr | None:
    """An item of a list, at a computed place or where a condition makes the place valid."""
    lists = body.lists()
    if not lists:
        return None
    w = body.pick.of(lists)
    index = body.index(w)
    below = [i for i in body.ints() if isinstance(i.kind, Index) and i.kind.below == w.kind.size]
    if below and body.pick.chance(40):
        i, e = body.pick.of(below), body.number(min(depth, 1))
        body.feature("a neighbour, where there is one")
        return real(f"({w.text}[{i.text} - 1] if {i.text} > 0 else {e.text})", max(CELL, e.bound))
    return None if index is None else Expr(f"{w.text}[{index}]", NUMBER)


def sum_of_list(body: Routine, depth: int) -> Expr | None:
    name = body.pick.weighted({"sum": 5, "math.fsum": 1, "max": 2, "min": 2, "math.prod": 1})
    lists = body.lists(1 if name in ("max", "min") else 0)
    lists = [
        *lists,
        *(Expr(f"{e.text}[{body.pick.of(['1:', ':2', '::2', ':-1'])}]", e.kind) for e in lists if "m" in name[:3]),
    ]
    spelled = body.spelled(name)
    if spelled is None or not lists:
        return None
    body.feature(f"{name} of a list")
    return real(f"{spelled}({body.pick.of(lists).text})", CELL if name in ("max", "min") else 20.0)


def sum_of_generator(body: Routine, depth: int) -> Expr | None:
    """sum, max or min of a generator expression."""
    name = body.pick.weighted({"sum": 7, "max": 2, "min": 2, "math.fsum": 1, "math.prod": 1})
    spelled = body.spelled(name)
    if spelled is None or body.trips > TRIPS:
        return None
    with body.scope():
        header = header_within(body, LONGEST + 1)
        if header is None or not clear(header):
            return None
        with body.scope(header.names):
            if name in ("max", "min") and not header.least:
                return None
            extra = f" if {body.condition(0)}" if name not in ("max", "min") and body.pick.chance(20) else ""
            limit = 1.5 if name == "math.prod" else CELL
            e = body.hole(limit, min(depth, 2), *(n for n, k in header.names.items() if k.numeric))
    body.feature(f"{name} of a generator" + (", filtered" if extra else ""))
    form = (
        f"{spelled}([{e} for {header.text}{extra}])"
        if body.pick.chance(15)
        else f"{spelled}({e} for {header.text}{extra})"
    )
    return real(form, CELL * (header.most if name == "sum" else 2))


def clear(header: Header) -> bool:
    """Tell whether what a comprehension goes along does not bind names of the function (`:=`) itself."""
    return ":=" not in header.text and "lambda" not in header.text


def call_procedure(body: Routine, depth: int) -> Expr | None:
    """A call of a helper that takes lists, ints or functions and returns a number."""
    able = [p for p in body.library.procedures if p.result is not None and p.result.numeric and not p.resizes]
    able = [p for p in able if p.cost * body.trips <= 2 * TRIPS and body.free(p.name)]
    if not able:
        return None
    procedure = body.pick.of(able)
    text = call_text(body, procedure)
    return None if text is None or procedure.result is None else Expr(text, procedure.result)


def call_text(body: Routine, procedure: Procedure) -> str | None:
    """Return a call; lists of one size get lists of one size, perhaps the same list."""
    sizes: dict[str, str] = {}
    parts: list[str] = []
    used: list[str] = []
    by_keyword = False
    for param in procedure.params:
        if param.default and body.pick.chance(50):
            body.feature("a procedure's default is left")
            by_keyword = True
            continue
        value = procedure_argument(body, param.kind, sizes)
        if value is None:
            return None
        if value in used and isinstance(param.kind, Cells):
            body.feature("the same list passed twice")
        used.append(value)
        by_keyword = by_keyword or body.pick.chance(8)
        parts.append(f"{param.name}={value}" if by_keyword else value)
    body.feature("a call of a procedure")
    if body.loops:
        body.feature("a call from a loop")
    return f"{procedure.name}({', '.join(parts)})"


def procedure_argument(body: Routine, kind: Kind, sizes: dict[str, str]) -> str | None:
    """Return an argument for a parameter; `sizes` says which sizes the call has fixed."""
    if isinstance(kind, Cells):
        lists = [e for e in body.lists(kind.least, numbers=kind.of_numbers)]
        if kind.size in sizes:
            lists = [e for e in lists if e.kind.size == sizes[kind.size]]
        lists = [e for e in lists if alike(e.kind, kind)]
        if lists:
            w = body.pick.of(lists)
            sizes[kind.size] = w.kind.size
            return w.text
        if kind.size in sizes or not kind.of_numbers:
            return None
        sizes[kind.size] = "literal"
        return f"[{', '.join(body.hole(CELL, 1) for _ in range(max(kind.least, 2)))}]"
    if kind.form == "function":
        return function_argument(body)
    if kind.form == "int":
        return int_argument(body)
    return scaled(body.number(1), TAME).text


def alike(given: Kind, wanted: Cells) -> bool:
    """Tell whether a list of lists has rows that are long enough, and as many as they are long."""
    assert isinstance(given, Cells)
    if wanted.of_numbers or not isinstance(given.each, Cells) or not isinstance(wanted.each, Cells):
        return wanted.of_numbers
    square = given.size == given.each.size
    return given.each.least >= wanted.each.least and (square or wanted.size != wanted.each.size)


def int_argument(body: Routine) -> str:
    small = [e for e in body.ints() if e.kind.bound <= LONGEST + 1]
    return body.pick.of([*small, Expr("3", INT_KIND), Expr("2", INT_KIND), Expr("0", INT_KIND)]).text


def function_argument(body: Routine) -> str | None:
    """A function of one number: a lambda, a nested function, a helper."""
    own = [n for n, k in body.env.items() if k.form == "function" and k.arity == 1]
    helpers = [h.name for h in body.module.helpers if h.result.numeric and single_float(h.params) and body.free(h.name)]
    if (own or helpers) and body.pick.chance(55):
        body.feature("a function by name as argument")
        return body.pick.of([*own, *helpers])
    with body.scope({"t": Kind("float", TAME)}):
        e = body.hole(CELL, 1, "t")
    body.feature("a lambda as argument")
    return f"lambda t: {e}"


def single_float(params: Sequence[Param]) -> bool:
    return (
        bool(params)
        and params[0].kind.form == "float"
        and all(p.default and not p.keyword_only for p in params[1:])
        and not params[0].keyword_only
    )


LIST_NUMBERS: dict[Callable[[Routine, int], Expr | None], int] = {
    element: 10,
    sum_of_list: 6,
    sum_of_generator: 7,
    call_procedure: 12,
}


# ---------------------------------------------------------------------------------------------- productions: conditions


def of_index(body: Routine) -> str | None:
    ints = body.ints()
    if not ints:
        return None
    i = body.pick.of(ints).text
    body.feature("a condition that alternates")
    return body.pick.of(
        [f"{i} % 2 == 0", f"{i} % 2", f"{i} == 1", f"{i} > 0", f"{i} < 2", f"{i} % 3 != 1", f"{i} >= 2"]
    )


def of_state(body: Routine) -> str | None:
    numbers = [n for n in body.carried if n in body.env and body.env[n].numeric]
    if not numbers:
        return None
    body.feature("a condition on what is carried")
    other = body.pick.of(["0.5", "1.5", "-0.25", "2", body.leaf().text])
    return f"{body.pick.of(numbers)} {body.pick.of(['>', '<', '>=', '<='])} {other}"


def of_items(body: Routine) -> str | None:
    lists = body.lists()
    if not lists:
        return None
    w = body.pick.of(lists)
    i, j = body.index(w), body.index(w)
    if i is None or j is None:
        return None
    body.feature("a condition on items")
    return (
        f"{w.text}[{i}] {body.pick.of('<>')} {w.text}[{j}]"
        if i != j
        else f"{w.text}[{i}] > {body.pick.of(['0.5', '-0.5', '0'])}"
    )


def of_length(body: Routine) -> str | None:
    lists = body.lists()
    if not lists or not body.builtin("len"):
        return None
    body.feature("a condition on a length")
    return f"len({body.pick.of(lists).text}) {body.pick.of(['>', '<', '==', '>='])} {body.pick.of('1203')}"


LOOP_CONDITIONS: dict[Callable[[Routine], str | None], int] = {of_index: 10, of_state: 6, of_items: 5, of_length: 2}


# --------------------------------------------------------------------------------------------------- productions: loops


def for_loop(body: Routine, nesting: int) -> bool:
    """A for loop with what it carries, and perhaps an else."""
    most = TRIPS // body.trips
    if most < 2 or len(body.loops) > 2:
        return update(body, nesting)
    carried = body.prepare()
    header = header_within(body, min(most, LONGEST + 1))
    if header is None:
        return update(body, nesting)
    body.write(f"for {header.text}:")
    body.feature("for")
    if body.loops:
        body.feature("nested loops")
    body.carried = {n: c for n, c in body.carried.items()}
    outer_carried = body.carried
    loop = body.loop_body(header, carried, nesting - 1)
    body.carried = outer_carried
    return loop_else(body, loop, nesting)


def loop_else(body: Routine, loop: Loop, nesting: int) -> bool:
    """An `else` behind a loop that may be broken off."""
    if not body.pick.chance(45 if loop.jumps else 3):
        return False
    before = dict(body.env)
    body.write("else:")
    body.feature("loop else")
    after, ended = body.block(body.pick.of([1, 2]), 0)
    if not loop.jumps:
        body.env = after if not ended else before
        return ended
    if not ended:
        body.merge([before, after])
    return False


def while_loop(body: Routine, nesting: int) -> bool:
    most = TRIPS // body.trips
    if most < LONGEST + 1 or len(body.loops) > 1:
        return update(body, nesting)
    carried = body.prepare()
    body.feature("while")
    loop = body.pick.weighted(WHILES)(body, nesting, carried)
    return loop_else(body, loop, nesting)


def while_counter(body: Routine, nesting: int, carried: dict[str, float]) -> Loop:
    """An index that grows, and perhaps a condition on a number."""
    i = body.variable(INDICES)
    lists = [e for e in body.lists() if re.fullmatch(r"\w+", e.text)]
    kind: Kind = Kind("int", LONGEST + 1)
    groups: frozenset[str] = frozenset()
    ints = [e.text for e in body.ints() if e.kind.bound <= LONGEST]
    if lists and body.pick.chance(50) and body.builtin("len"):
        w = body.pick.of(lists)
        assert isinstance(w.kind, Cells)
        test, kind, groups = f"{i} < len({w.text})", Index(below=w.kind.size), frozenset({w.kind.group})
    else:
        test = body.pick.of([f"{i} < 3", f"{i} <= 2", f"not {i} >= 3", f"{i} != 4", *(f"{i} < {n}" for n in ints)])
    if body.pick.chance(25) and carried:
        name = body.pick.of(list(carried))
        test += f" and {name} {body.pick.of('<>')} {body.pick.of(['2.5', '-1.5', '0.5'])}"
        body.feature("while on a counter and a number")
    body.write(f"{i} = 0")
    body.write(f"while {test}:")
    body.feature("while with a counter")
    first = body.pick.chance(20)
    step = [f"{i} += 1"] if body.pick.chance(70) else [f"{i} = {i} + 1"]
    names = {i: Kind("int", LONGEST + 1) if first else kind}
    header = Header("", names, 0, LONGEST, groups=groups)
    return counted(body, header, carried, nesting, step, first)


def counted(
    body: Routine, header: Header, carried: dict[str, float], nesting: int, step: Sequence[str], first: bool
) -> Loop:
    """The body of a while loop with the lines that make it end, first or last; its variables stay bound."""
    for name in header.names:
        body.env.setdefault(name, Kind("int", LONGEST + 1))
    if first:
        loop = body.loop_body(header, carried, nesting - 1, first=step)
    else:
        loop = body.loop_body(header, carried, nesting - 1, last=step)
    for name, kind in header.names.items():
        body.env[name] = Kind("int", LONGEST + 1) if kind.form == "int" else kind
    return loop


def while_countdown(body: Routine, nesting: int, carried: dict[str, float]) -> Loop:
    i = body.variable(INDICES)
    ints = [e.text for e in body.ints() if e.kind.bound <= LONGEST]
    body.write(f"{i} = {body.pick.of(['3', '4', *ints, *ints])}")
    body.write(f"while {i} {body.pick.of(['> 0', '>= 1', '> 1'])}:")
    body.feature("while that counts down")
    step = [body.pick.of([f"{i} -= 1", f"{i} = {i} - 1", f"{i} //= 2"])]
    return counted(
        body, Header("", {i: Kind("int", LONGEST)}, 0, LONGEST), carried, nesting, step, body.pick.chance(40)
    )


def while_data(body: Routine, nesting: int, carried: dict[str, float]) -> Loop:
    """A condition on a float that shrinks by half at least, or falls."""
    r = body.variable(STATES)
    body.write(f"{r} = {body.hole(STATE, 2)}")
    body.bind(r, STATE_KIND)
    body.feature("while on a number")
    way = body.pick.of(["half", "hole", "fall", "walrus", "far"])
    least = body.pick.of(["0.5", "0.75", "1.5", "1"])
    if way == "walrus":
        body.write(f"while ({r} := {r} * 0.5) > 0.3:")
        body.feature("while with :=")
        return counted(body, Header("", {r: STATE_KIND}, 0, 5), carried, nesting, [], True)
    if way == "fall":
        body.write(f"while {r} > {least}:")
        step = [f"{r} -= {positive(scaled(body.leaf_number(), 3.0), True, 1.75).text}"]
    elif body.builtin("abs"):
        body.write(f"while {'not ' if way == 'far' else ''}abs({r}) {'<=' if way == 'far' else '>'} {least}:")
        factor = body.hole(0.5, 1) if way == "hole" else body.pick.of(["0.5", "0.4", "-0.5"])
        step = [f"{r} = {r} * {factor}" if body.pick.chance(50) else f"{r} *= {factor}"]
    else:
        body.write(f"while {r} * {r} > {least}:")
        step = [f"{r} = 0.5 * {r}"]
    return counted(body, Header("", {r: STATE_KIND}, 0, 5), carried, nesting, step, body.pick.chance(40))


def while_true(body: Routine, nesting: int, carried: dict[str, float]) -> Loop:
    i = body.variable(INDICES)
    test = f"{i} > {body.pick.of('234')}"
    if carried and body.pick.chance(50):
        test += f" or {body.pick.of(list(carried))} > {body.pick.of(['1.5', '3'])}"
    body.write(f"{i} = 0")
    body.write("while True:")
    body.feature("while True")
    step = [f"{i} += 1", f"if {test}:", "    break"]
    loop = counted(body, Header("", {i: Kind("int", LONGEST)}, 0, 4), carried, nesting, step, True)
    loop.jumps = True
    return loop


WHILES: dict[Callable[[Routine, int, dict[str, float]], Loop], int] = {
    while_counter: 40,
    while_countdown: 15,
    while_data: 35,
    while_true: 10,
}


def jump(body: Routine, nesting: int) -> bool:
    """if ...: break, continue or return."""
    if not body.loops:
        return False
    body.write(f"if {body.condition(1)}:")
    body.indent += "    "
    with body.maybe():
        if body.pick.chance(35):
            update(body, 0)
        leave(body, nesting)
    body.indent = body.indent[4:]
    return False


def leave(body: Routine, nesting: int) -> bool:
    """break, continue or return, at the end of a branch."""
    way = body.pick.weighted({"break": 5, "continue": 5, "return": 2}) if body.loops else "return"
    if way == "return":
        body.write(f"return {body.result().text}")
        body.feature("return from a loop" if body.loops else "return in a branch")
        if len(body.loops) > 1:
            body.feature("return from nested loops")
    else:
        body.loops[-1].jumps = True
        if way == "continue":
            for line in body.loops[-1].before_continue:
                body.write(line)
        body.write(way)
        body.feature(way)
    if body.pick.chance(4):
        body.write(f"{body.target(fresh=True)} = {body.leaf().text}")
        body.feature("dead code after a jump")
    return True


# ---------------------------------------------------------------------------------------- productions: what loops carry


def update(body: Routine, nesting: int) -> bool:
    """Give something that the loop carries its next value."""
    names = [n for n in body.carried if n in body.env and body.env[n].numeric]
    if not names:
        name = body.target(fresh=True)
        body.write(f"{name} = {body.hole(STATE, 2)}")
        body.bind(name, STATE_KIND)
        return False
    line = body.pick.weighted(UPDATES)(body, body.pick.of(names), names)
    body.write(line)
    body.feature("a carried value")
    return False


def next_value(body: Routine, v: str, names: Sequence[str]) -> str:
    return f"{v} = {body.hole(STATE, 3)}"


def next_mixed(body: Routine, v: str, names: Sequence[str]) -> str:
    return f"{v} = {body.pick.of(['0.5', '0.25', '-0.5'])} * {v} {body.pick.of('+-')} {body.hole(CELL, 2)}"


def next_recurrence(body: Routine, v: str, names: Sequence[str]) -> str:
    body.feature("a recurrence")
    return f"{v} = {v} * {body.hole(0.75, 1)} + {body.hole(2.0, 2)}"


def next_sum(body: Routine, v: str, names: Sequence[str]) -> str:
    body.feature("an accumulator")
    return f"{v} {body.pick.of(['+=', '+=', '-='])} {body.hole(1.5, 2, *(n for n in body.loop_names()))}"


def next_product(body: Routine, v: str, names: Sequence[str]) -> str:
    return f"{v} *= {body.hole(1.0, 2)}"


def next_quotient(body: Routine, v: str, names: Sequence[str]) -> str:
    return f"{v} /= {positive(scaled(body.leaf(), 3.0), True, 1.0).text}"


def next_greatest(body: Routine, v: str, names: Sequence[str]) -> str:
    name = body.pick.of(["max", "min"])
    return f"{v} = {name}({v}, {body.hole(STATE, 2)})" if body.builtin(name) else next_mixed(body, v, names)


def next_chosen(body: Routine, v: str, names: Sequence[str]) -> str:
    return f"{v} = {v} if {body.condition(0)} else {body.hole(STATE, 2)}"


def next_pair(body: Routine, v: str, names: Sequence[str]) -> str:
    w = body.pick.of(names)
    if v == w:
        return next_mixed(body, v, names)
    body.feature("a pair of recurrences")
    return body.pick.of(
        [f"{v}, {w} = {w}, {v}", f"{v}, {w} = {w}, 0.5 * ({v} + {w})", f"{v}, {w} = {w}, {body.hole(STATE, 2, v)}"]
    )


def next_bent(body: Routine, v: str, names: Sequence[str]) -> str:
    spelled = body.math(body.pick.of(["sin", "tanh", "cos", "atan"]))
    return (
        next_value(body, v, names)
        if spelled is None
        else f"{v} = {spelled}({v} {body.pick.of('+*-')} {body.hole(2.0, 1)})"
    )


UPDATES: dict[Callable[[Routine, str, Sequence[str]], str], int] = {
    next_sum: 25,
    next_mixed: 14,
    next_value: 12,
    next_recurrence: 10,
    next_product: 8,
    next_bent: 8,
    next_pair: 8,
    next_quotient: 4,
    next_greatest: 4,
    next_chosen: 4,
}


def rebind_variable(body: Routine, nesting: int) -> bool:
    """Assign to the variable of the loop, or to what its bound was made from."""
    if not body.loops:
        return False
    bounds = body.loops[-1].bounds
    if bounds and body.pick.chance(50):
        body.write(f"{bounds[0]} {body.pick.of(['-= 1', '+= 2'])}")
        body.bind(bounds[0], Kind("int", 2 * LONGEST))
        body.feature("a bound of the loop is rebound")
        return False
    own = [n for n in body.env if n not in body.frozen and body.env[n].numeric]
    if not own:
        return update(body, nesting)
    name = body.pick.of(own)
    kind = body.env[name]
    if kind.form == "int":
        body.write(f"{name} {body.pick.of(['+= 1', '-= 1', '*= 2'])}")
        body.bind(name, Kind("int", min(2 * kind.bound + 1, 40)))
    else:
        body.write(f"{name} = {body.hole(CELL, 1, name)}")
        body.bind(name, NUMBER)
    body.feature("a variable of the loop is rebound")
    return False


def remembered(body: Routine, nesting: int) -> bool:
    """A name that is bound from the second trip on."""
    indices = [
        e.text for e in body.ints() if isinstance(e.kind, Index) and e.kind.down == 0 and e.text not in body.frozen
    ]
    if not indices or not body.loops or body.loops[-1].jumps:
        return update(body, nesting)
    name = body.target(fresh=True)
    if name in body.env:
        return False
    with body.scope():
        e = body.hole(CELL, 1)
    carried = [n for n in body.carried if n in body.env]
    if not carried:
        return False
    body.write(f"if {indices[0]} > 0:")
    body.write(f"    {carried[0]} += 0.5 * {name}")
    body.write(f"{name} = {e}")
    body.bind(name, NUMBER)
    body.feature("a name from the trip before")
    return False


# --------------------------------------------------------------------------------------------------- productions: lists


def make_cells(body: Routine, nesting: int) -> bool:
    made = body.pick.weighted(NEW_LISTS)(body)
    if made is None:
        return False
    text, kind = made
    name = body.variable(LISTS)
    body.write(f"{name} = {text}")
    body.bind_list(name, kind)
    body.feature("a list is made")
    return False


def new_literal(body: Routine) -> tuple[str, Cells] | None:
    count = body.pick.of([3, 2, 4, 1])
    return f"[{', '.join(body.hole(CELL, 1) for _ in range(count))}]", Cells(least=count, most=count)


def new_repeated(body: Routine) -> tuple[str, Cells] | None:
    """[0.0] * n."""
    ints = [e for e in body.ints() if e.kind.bound <= LONGEST]
    lists = body.lists()
    item = body.pick.weighted({"0.0": 50, "1.0": 10, "": 20}) or body.hole(CELL, 0)
    body.feature("[...] * n")
    if lists and body.pick.chance(60) and body.builtin("len"):
        w = body.pick.of(lists).kind
        name = next(n for n in [e.text for e in lists if e.kind is w])
        assert isinstance(w, Cells)
        return f"[{item}] * len({name})", Cells(size=w.size, least=w.least, most=w.most)
    if ints and body.pick.chance(70):
        n = body.pick.of(ints)
        if body.pick.chance(40):
            return f"[{item}] * ({n.text} + 1)", Cells(least=1, most=LONGEST + 1)
        return f"[{item}] * {n.text}", Cells(size=n.kind.size)
    count = body.pick.of([3, 2, 4])
    return f"[{item}] * {count}", Cells(least=count, most=count)


def new_copy(body: Routine) -> tuple[str, Cells] | None:
    """A copy of a list, or of a part of it."""
    lists = body.lists()
    if not lists:
        return None
    w = body.pick.of(lists)
    kind = w.kind
    assert isinstance(kind, Cells)
    same = replace(kind, group="")
    ways: dict[str, Cells] = {
        "{}[:]": same,
        "{}.copy()": same,
        "{}[::-1]": same,
        "{}[1:]": replace(same, size="", least=max(0, kind.least - 1)),
        "{}[:2]": replace(same, size="", least=min(kind.least, 2), most=2),
        "{}[::2]": replace(same, size="", least=min(kind.least, 1)),
        "{}[:-1]": replace(same, size="", least=max(0, kind.least - 1)),
    }
    if body.builtin("list"):
        ways["list({})"] = same
    way = body.pick.of(list(ways))
    body.feature("a slice is read" if ":" in way and way != "{}[:]" else "a list is copied")
    return way.format(w.text), ways[way]


def new_comprehension(body: Routine) -> tuple[str, Cells] | None:
    """A list comprehension along anything, perhaps filtered."""
    if body.trips > TRIPS:
        return None
    with body.scope():
        header = header_within(body, LONGEST + 1)
        if header is None or not clear(header):
            return None
        with body.scope(header.names):
            extra = f" if {body.condition(0)}" if body.pick.chance(20) else ""
            numeric = [n for n, k in header.names.items() if k.numeric]
            if not extra and body.pick.chance(10):
                extra = second_clause(body)
            e = body.hole(CELL, 2, *numeric)
    body.feature(
        "a list comprehension" + (", filtered" if extra.startswith(" if") else ", of two clauses" if extra else "")
    )
    if extra:
        return f"[{e} for {header.text}{extra}]", Cells(most=2 * LONGEST)
    return f"[{e} for {header.text}]", Cells(size=header.size, least=header.least, most=header.most)


def second_clause(body: Routine) -> str:
    inner = along_constant(body)
    if inner is None or not 0 < inner.most <= 2:
        return ""
    body.env |= inner.names
    body.local |= set(inner.names)
    return f" for {inner.text}"


def new_rows(body: Routine) -> tuple[str, Cells] | None:
    """A list of lists: zeros, a computed table, a copy, or one that holds lists there are."""
    lists = [e for e in body.lists() if re.fullmatch(r"\w+", e.text)]
    matrices = body.lists(numbers=False)
    way = body.pick.of(["zeros", "table", "holder", "copy"])
    if way == "copy" and matrices:
        return matrix_copy(body, body.pick.of(matrices))
    if way == "holder" and lists:
        return holding(body, body.pick.of(lists), body.pick.of(lists))
    return new_table(body, way) if body.builtin("range") else None


def matrix_copy(body: Routine, m: Expr) -> tuple[str, Cells] | None:
    kind = m.kind
    assert isinstance(kind, Cells) and isinstance(kind.each, Cells)
    row = replace(kind.each, group=body.token())
    body.feature("a matrix is copied")
    form = body.pick.of(["[list(r) for r in {0}]", "[r[:] for r in {0}]", "[r.copy() for r in {0}]"])
    if form.startswith("[list") and not body.builtin("list"):
        return None
    return form.format(m.text), replace(kind, each=row, group="")


def holding(body: Routine, a: Expr, b: Expr) -> tuple[str, Cells]:
    assert isinstance(a.kind, Cells) and isinstance(b.kind, Cells)
    body.held |= {a.kind.group, b.kind.group}
    size = a.kind.size if a.kind.size == b.kind.size else body.token()
    row = replace(a.kind, least=min(a.kind.least, b.kind.least), size=size)
    body.feature("a list that holds lists")
    return f"[{a.text}, {b.text}]", Cells(each=row, least=2, most=2)


def new_table(body: Routine, way: str) -> tuple[str, Cells]:
    rows, columns = body.pick.of([2, 3]), body.pick.of([2, 3])
    size = body.token()
    each = Cells(size=size if rows == columns else body.token(), least=columns, most=columns, group=body.token())
    kind = Cells(each=each, size=size, least=rows, most=rows)
    if way == "table":
        with body.scope({"i": Index(), "j": Index()}):
            e = body.hole(CELL, 2, "i", "j")
        body.feature("a nested comprehension")
        return f"[[{e} for j in range({columns})] for i in range({rows})]", kind
    body.feature("a table of zeros")
    return f"[[0.0] * {columns} for _ in range({rows})]", kind


NEW_LISTS: dict[Callable[[Routine], tuple[str, Cells] | None], int] = {
    new_comprehension: 14,
    new_literal: 8,
    new_copy: 12,
    new_repeated: 8,
    new_rows: 8,
}


def alias(body: Routine, nesting: int) -> bool:
    """b = a, row = a[i]: another name for the same list."""
    lists = body.lists()
    if not lists:
        return make_cells(body, nesting)
    w = body.pick.of(lists)
    name = body.variable(LISTS)
    if name == w.text:
        return False
    body.write(f"{name} = {w.text}")
    body.bind(name, w.kind)
    body.feature("an alias of a row" if "[" in w.text else "an alias")
    return write_element(body, nesting) if body.pick.chance(60) else False


def write_element(body: Routine, nesting: int) -> bool:
    """Write to an item of a list, by one of WRITES."""
    lists = body.lists()
    if not lists:
        return make_cells(body, nesting)
    w = body.pick.of(lists)
    i, j = body.index(w), body.index(w)
    if i is None or j is None:
        return update(body, nesting)
    line = body.pick.weighted(WRITES)(body, f"{w.text}[{i}]", f"{w.text}[{j}]")
    body.write(line)
    base = w.text.split("[")[0]
    body.feature("a write to an item" + (" of a parameter" if base in body.own_parameters else ""))
    if "[" in w.text:
        body.feature("a write to an item of a row")
    return write_element(body, 0) if body.pick.chance(15) else False


def put(body: Routine, a: str, b: str) -> str:
    return f"{a} = {body.hole(CELL, 2)}"


def put_mixed(body: Routine, a: str, b: str) -> str:
    body.feature("a stencil")
    return f"{a} = 0.5 * {b} + {body.hole(2.0, 2)}"


def put_sum(body: Routine, a: str, b: str) -> str:
    body.feature("a[i] += v")
    return f"{a} {body.pick.of(['+=', '-=', '+='])} {body.hole(0.5, 2)}"


def put_product(body: Routine, a: str, b: str) -> str:
    body.feature("a[i] *= v")
    return f"{a} *= {body.hole(1.0, 2)}"


def put_quotient(body: Routine, a: str, b: str) -> str:
    return f"{a} /= {positive(scaled(body.leaf(), 3.0), True, 1.0).text}"


def put_swap(body: Routine, a: str, b: str) -> str:
    body.feature("a swap of items")
    return f"{a}, {b} = {b}, {a}"


def put_product_of_both(body: Routine, a: str, b: str) -> str:
    return f"{a} = 0.25 * {a} * {b}"


def put_and_keep(body: Routine, a: str, b: str) -> str:
    name = body.target(fresh=True)
    line = body.pick.of([f"{name} = {a} = {body.hole(CELL, 1)}", f"{a}, {name} = {body.hole(CELL, 1)}, {a}"])
    body.bind(name, NUMBER)
    return line


WRITES: dict[Callable[[Routine, str, str], str], int] = {
    put: 12,
    put_sum: 12,
    put_mixed: 10,
    put_product: 5,
    put_swap: 5,
    put_product_of_both: 3,
    put_quotient: 3,
    put_and_keep: 3,
}


def write_slice(body: Routine, nesting: int) -> bool:
    lists = [e for e in body.lists(2) if re.fullmatch(r"\w+", e.text)]
    if not lists:
        return write_element(body, nesting)
    w = body.pick.of(lists)
    a, b = body.hole(CELL, 1), body.hole(CELL, 1)
    choices = [f"{w.text}[:2] = [{a}, {b}]", f"{w.text}[:2] = {w.text}[:2][::-1]", f"{w.text}[0:1] = [{a}]"]
    choices += [f"{w.text}[:] = [0.5 * t for t in {w.text}]", f"{w.text}[-1:] = [{b}]", f"{w.text}[:2] = {a}, {b}"]
    body.write(body.pick.of(choices))
    body.feature("a slice is assigned")
    return False


def append(body: Routine, nesting: int) -> bool:
    """Append to a list, perhaps under a condition."""
    lists = [(n, k) for n, k in body.env.items() if isinstance(k, Cells) and k.of_numbers and body.may_resize(k)]
    if not lists:
        return make_cells(body, nesting)
    name, kind = body.pick.of(lists)
    assert isinstance(kind, Cells)
    if name in body.own_parameters:
        body.feature("append to a parameter")
    e = body.hole(CELL, 2)
    if body.pick.chance(25):
        body.write(f"if {body.condition(1)}:")
        body.write(f"    {name}.append({e})")
        body.resized(kind.group, 0)
        body.feature("a conditional append")
        return False
    body.write(f"{name}.append({e})")
    body.resized(kind.group, 1)
    body.feature("append in a loop" if body.loops else "append")
    return False


def pop(body: Routine, nesting: int) -> bool:
    """Take the last item of a list, where there is one."""
    lists = [(n, k) for n, k in body.env.items() if isinstance(k, Cells) and k.of_numbers and body.may_resize(k)]
    if not lists or not body.builtin("len"):
        return append(body, nesting)
    name, kind = body.pick.of(lists)
    assert isinstance(kind, Cells)
    body.feature("pop")
    if kind.least and not body.branching:
        target = body.target(fresh=True)
        body.write(f"{target} = {name}.pop()" if body.pick.chance(75) else f"{name}.pop()")
        if body.lines[-1].strip().startswith(f"{target} ="):
            body.bind(target, NUMBER)
        body.resized(kind.group, -1)
        return False
    carried = [n for n in body.carried if n in body.env]
    use = f"{carried[0]} = 0.5 * {carried[0]} + {name}.pop()" if carried else f"{name}.pop()"
    body.write(f"if len({name}) > {body.pick.of('012')}:")
    body.write(f"    {use}")
    body.resized(kind.group, 0, 0)
    return False


def rebind_list(body: Routine, nesting: int) -> bool:
    """w = [... for v in w]: the name stands for a new list of the same length; or two lists change names."""
    named = [(n, k) for n, k in body.env.items() if isinstance(k, Cells) and k.of_numbers]
    pairs = [(n, o) for n, k in named for o, other in named if n != o and k == replace(other, group=k.group)]  # type: ignore[call-arg]
    if pairs and body.pick.chance(50):
        a, b = body.pick.of(pairs)
        both = body.env[a].group + "|" + body.env[b].group  # type: ignore[attr-defined]
        body.write(f"{a}, {b} = {b}, {a}")
        for name in (a, b):
            body.env[name] = replace(body.env[name], group=both)  # type: ignore[call-arg]
        body.feature("two lists change names")
        return False
    if not named:
        return make_cells(body, nesting)
    name, kind = body.pick.of(named)
    assert isinstance(kind, Cells)
    with body.scope({"t": NUMBER}):
        e = body.hole(CELL, 1, "t")
    body.write(f"{name} = [{e} for t in {name}]")
    body.env[name] = replace(
        kind, group=f"{kind.group}|{body.token()}" if body.loops or body.branching else body.token()
    )
    body.feature("a list name is rebound to a new list")
    return False


def unpack_row(body: Routine, nesting: int) -> bool:
    """first, *rest = [...]; a, b = row of a literal pair."""
    names = [body.target(fresh=True) for _ in range(2)]
    if names[0] == names[1]:
        return False
    body.write(f"{names[0]}, {names[1]} = [{body.hole(CELL, 1)}, {body.hole(CELL, 1)}]")
    for name in names:
        body.bind(name, NUMBER)
    return False


# --------------------------------------------------------------------------------------- productions: guards, dead code


def guarded(body: Routine, nesting: int) -> bool:
    """assert, or if ...: raise; mostly of something that holds."""
    e = body.leaf_number()
    far = f"{2 * e.bound + 50:.1f}"
    message = body.pick.of(
        ["", f", f'{{{e.text}}} is too large'", ", 'too large'", f", f'bad: {{{e.text}:.3f}} {{1 + 1!r}}'"]
    )
    if body.pick.chance(50):
        test = f"{e.text} < {far}" if body.pick.chance(85) else f"{e.text} > -1.5"
        body.write(f"assert {test}{message}")
        body.feature("assert")
        return False
    test = f"{e.text} > {far}" if body.pick.chance(85) else f"{e.text} > 2.25"
    error = body.pick.of(["ValueError", "RuntimeError", "ArithmeticError", "IndexError", "ZeroDivisionError"])
    if error in body.module.taken or not body.free(error):
        return False
    body.write(f"if {test}:")
    call = f"({message[2:]})" if message else body.pick.of(["", "()"])
    body.write(f"    raise {error}{call}")
    body.feature("raise")
    return False


def unused_value(body: Routine, nesting: int) -> bool:
    """Something that is computed and never used; its derivative may be infinite there."""
    x = body.leaf_number().text
    forms = [
        "{math.sqrt}(max(0.0, {x}))",
        "{math.acos}(max(-1.0, min(1.0, {x})))",
        "{math.sqrt}({x} - {x})",
        "max(0.0, {x}) ** 0.5",
    ]
    form = body.pick.of(forms)
    for word in re.findall(r"\{math\.(\w+)\}", form):
        spelled = body.math(word)
        if spelled is None:
            return False
        form = form.replace(f"{{math.{word}}}", spelled)
    if any(not body.builtin(n) for n in ("max", "min") if f"{n}(" in form):
        return False
    name = body.target(fresh=True)
    body.write(f"{name} = {form.replace('{x}', x)}")
    body.local.add(name)
    body.frozen = body.frozen | {name}
    if name in body.env:
        del body.env[name]
    body.feature("an unused value")
    return False


def define_function(body: Routine, nesting: int) -> bool:
    """A nested function over what is there: numbers, lists, the variable of the loop."""
    if body.outer is not None:
        return update(body, nesting)
    name = body.variable(("g", "inner", "local", "kernel"))
    if name in body.env:
        return False
    captured = {n: k for n, k in body.env.items() if k.numeric or isinstance(k, Cells)}
    inner = Routine(body.library, (Param("t", Kind("float", TAME)),), body)
    inner.env = {**captured, **inner.env}
    inner.tokens = 1000 + body.tokens
    inner.frozen, inner.elastic, inner.trips = set(captured), set(), body.trips
    inner.walrus_allowed = False
    lines: list[str] = []
    if body.pick.chance(50):
        lines = inner_loop(inner)
        body.feature("a nested function with a loop")
    result = inner.hole(CELL, 2, "t", *(["s"] if lines else []))
    body.write(f"def {name}(t{': float' if body.pick.chance(5) and body.free('float') else ''}):")
    for line in [*lines, f"return {result}"]:
        body.write("    " + line)
    if not body.pick.chance(15):
        body.frozen = body.frozen | (programs.identifiers(result) & set(captured))
    body.bind(name, Kind("function", CELL, arity=1))
    body.feature(
        "a nested function over lists" if any(isinstance(k, Cells) for k in captured.values()) else "a nested function"
    )
    return False


def inner_loop(inner: Routine) -> list[str]:
    """Return the lines of a loop in a nested function; it leaves `s`."""
    lists = inner.lists()
    inner.env["s"] = STATE_KIND
    inner.local.add("s")
    if lists:
        w = inner.pick.of(lists)
        with inner.scope({"v": NUMBER}):
            e = inner.hole(1.0, 1, "t", "v")
        inner.env.pop("v", None)
        return ["s = 0.0", f"for v in {w.text}:", f"    s += {e}"]
    return (
        ["s = t", "for _ in range(2):", f"    s = 0.5 * s + {inner.hole(2.0, 1, 't')}"]
        if inner.builtin("range")
        else ["s = t"]
    )


def call_statement(body: Routine, nesting: int) -> bool:
    """A call of a helper that writes to its arguments, or returns a list or a tuple."""
    able = [p for p in body.library.procedures if p.cost * body.trips <= 2 * TRIPS and body.free(p.name)]
    able = [p for p in able if p.resizes or p.result is None or not p.result.numeric]
    if not able:
        return update(body, nesting)
    procedure = body.pick.of(able)
    if procedure.resizes:
        return call_resizing(body, procedure)
    text = call_text(body, procedure)
    if text is None:
        return False
    if procedure.result is None:
        body.write(text)
        body.feature("a call as a statement")
    elif isinstance(procedure.result, Cells):
        name = body.variable(LISTS)
        body.write(f"{name} = {text}")
        body.bind_list(name, replace(procedure.result, group="", size=""))
        body.feature("a helper that returns a list")
    else:
        names = [body.target(fresh=True) for _ in procedure.result.items]
        if len(set(names)) < len(names):
            return False
        body.write(f"{', '.join(names)} = {text}")
        for name, item in zip(names, procedure.result.items):
            body.bind(name, item)
        body.feature("a helper that returns a tuple")
    return False


def call_resizing(body: Routine, procedure: Procedure) -> bool:
    lists = [(n, k) for n, k in body.env.items() if isinstance(k, Cells) and k.of_numbers and body.may_resize(k)]
    if not lists:
        return False
    name, kind = body.pick.of(lists)
    assert isinstance(kind, Cells)
    body.write(f"{procedure.name}({name}, {body.hole(CELL, 1)})")
    body.resized(kind.group, 0)
    body.feature("a helper that resizes its argument")
    return False
