"""Random programs over lists: made, read, written, handed on, put into others, passed, and bound on some paths only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

HEAD = """import math


def total(a, k):
    t = 0.0
    for x in a:
        t = t * k + x
    return t


def down(a, n: int):
    return a[0] * a[-1] if n < 1 else down(a, n - 1) * 0.5 + a[1]


def put(a, x):
    a[0] = a[-1] * x
    a[1] += x


def scaled(a, k):
    return [x * k for x in a]


def last(a):
    b = a
    return b[-1] * len(a)


"""
MAX_DEPTH = 3


@dataclass
class Scope:
    """What is in reach where the next statement stands."""

    pick: Random
    lines: list[str]
    lists: list[str] = field(default_factory=lambda: ["u", "w", "v", "z"])
    numbers: list[str] = field(default_factory=lambda: ["k", "s"])
    tables: list[str] = field(default_factory=lambda: ["m"])
    depth: int = 0

    def inner(self, *numbers: str) -> Scope:
        """Return the scope of a block inside."""
        names = list(self.lists), [*self.numbers, *numbers], list(self.tables)
        return Scope(self.pick, self.lines, *names, self.depth + 1)

    def write(self, line: str) -> None:
        self.lines.append("    " * (self.depth + 1) + line)

    def of(self, *choices: str) -> str:
        return self.pick.choice(choices)

    def list(self) -> str:
        return self.pick.choice(self.lists)

    def own(self) -> str:
        """Return the name of a list that is bound here and there."""
        return self.of("v", "v", "z", "z", *self.lists[4:])

    def index(self) -> str:
        return self.of("0", "0", "1", "1", "-1", "-2", f"n % len({self.list()})")

    def row(self) -> str:
        return f"{self.pick.choice(self.tables)}[{self.of('0', '1', '-1')}]"

    def number(self) -> str:
        """Return an expression that is one number."""
        a, b = self.list(), self.list()
        item = f"{a}[{self.index()}]"
        return self.of(
            item, item, item, item, item, f"sum({a})", f"len({a})", self.pick.choice(self.numbers), "0.3",
            f"{self.row()}[{self.index()}]", f"sum(x * y for x, y in zip({a}, {b}))", f"max({a})", f"total({a}, k)",
            f"down({a}, {self.of('n', '1', '2')})", f"last({a})", f"sum({self.row()})", f"total({self.row()}, k)",
        )  # fmt: skip

    def sum(self) -> str:
        terms = [self.term() for _ in range(self.pick.randint(1, 3))]
        return self.of(" + ", " - ").join(terms)

    def term(self) -> str:
        a = self.number()
        return self.of(a, f"k * {a}", f"0.5 * {a} * {self.number()}", f"math.sin({a})")

    def new(self) -> str:
        """Return an expression that is a list of its own."""
        a = self.list()
        return self.of(
            f"{a}[:]", f"list({a})", f"{a}.copy()", f"[x * {self.number()} for x in {a}]",
            f"[{self.sum()} for x in {a}]", f"{a}[1:] + [{self.number()}]", f"{a} + [{self.number()}]",
            f"scaled({a}, {self.number()})", f"{self.row()}[:]",
            f"[x + y for x, y in zip({a}, {self.list()})]", f"{a}[::-1]", f"[x * k for x in {a} if x > 0.3] + {a}",
        )  # fmt: skip

    def block(self, least: int, most: int, *numbers: str) -> None:
        """Write some statements of a block inside."""
        scope = self.inner(*numbers)
        for _ in range(self.pick.randint(least, most)):
            statement(scope)


def bound(s: Scope) -> None:
    s.write(f"{s.own()} = {s.new()}")


def named(s: Scope) -> None:
    name = f"t{len(s.lines)}"
    s.write(f"{name} = {s.new()}")
    s.lists.append(name)


def built(s: Scope) -> None:
    name = f"t{len(s.lines)}"
    s.write(f"{name} = []")
    s.write(f"for x in {s.list()}:")
    s.inner("x").write(f"{name}.append({s.of('x', 'x * k', s.term())})")
    if s.pick.random() < 0.6:
        s.write(f"s = s + sum({name})")
    s.lists.append(name)


def other_name(s: Scope) -> None:
    a = s.list()
    s.write(s.of(f"{s.own()} = {a}", f"{s.own()} = {a} if {s.number()} > 0.5 else {s.list()}"))


def swapped(s: Scope) -> None:
    s.write(s.of("v, z = z, v", "v, z = z, v[:]", f"v, z = {s.list()}, v"))


def item(s: Scope) -> None:
    target = s.of(s.list(), s.list(), s.list(), s.row())
    s.write(f"{target}[{s.index()}] {s.of('=', '=', '+=', '*=')} {s.sum()}")


def lengthened(s: Scope) -> None:
    s.write(f"{s.own()}.append({s.term()})")


def shortened(s: Scope) -> None:
    s.write(f"s = s + {s.own()}.pop() * k")


def helper(s: Scope) -> None:
    s.write(f"put({s.of(s.own(), s.list(), s.row())}, {s.number()})")


def unpacked(s: Scope) -> None:
    s.write(f"x, y = {s.of(s.list() + '[:2]', s.list() + '[-2:]', s.list())}")
    s.write("s = s + x * y")


def table(s: Scope) -> None:
    name = f"q{len(s.lines)}"
    if s.pick.random() < 0.5:
        s.write(f"{name} = [{s.new()}, {s.of(s.new(), s.new(), s.new(), s.list())}]")
    else:
        s.write(f"{name} = []")
        s.write(f"for _ in range({s.of('2', '3')}):")
        inner = s.inner()
        inner.write(f"r = {s.new()}")
        if s.pick.random() < 0.5:
            inner.write(f"s = s + {s.of('sum(r)', 'r[0] * k', 'total(r, k)')}")
        inner.write(f"{name}.append(r)")
    s.tables.append(name)


def taken(s: Scope) -> None:
    s.write(f"{s.own()} = {s.row()}")


def added(s: Scope) -> None:
    s.write(s.of(f"s = s + {s.sum()}", f"s = s + {s.sum()}", f"s = s * 0.5 + {s.term()}", f"k = k * 0.5 + {s.term()}"))


def loop(s: Scope) -> None:
    if s.depth >= MAX_DEPTH:
        return
    i, x = "ijh"[s.depth], f"x{s.depth}"
    a = s.list()
    head, new = s.pick.choice([
        (f"for {i} in range({s.of('2', 'n', 'n', '1', '0')}):", []), (f"for {x} in {a}[:]:", [x]),
        (f"for {i}, {x} in enumerate({a}[:]):", [x]), (f"for {x}, y in zip({a}[:], {s.list()}[:]):", [x]),
        (f"for row in {s.pick.choice(s.tables)}:", []),
    ])  # fmt: skip
    s.write(head)
    inner = s.inner(*new)
    if head.startswith("for row"):
        inner.lists.append("row")
    if s.pick.random() < 0.2:
        inner.write(f"if {s.number()} > 0.6:")
        inner.inner().write(s.of("break", "continue"))
    for _ in range(s.pick.randint(1, 3)):
        statement(inner)


def repeated(s: Scope) -> None:
    if s.depth < MAX_DEPTH - 1:
        count = f"c{len(s.lines)}"
        s.write(f"{count} = n")
        s.write(f"while {count} > 0:")
        s.inner().write(f"{count} -= 1")
        s.block(1, 2)


def branch(s: Scope) -> None:
    if s.depth < MAX_DEPTH:
        s.write(f"if {s.number()} > {s.of('0.1', '0.5', 'k')}:")
        s.block(1, 2)
        if s.pick.random() < 0.5:
            s.write("else:")
            s.block(1, 2)


STATEMENTS: dict[Callable[[Scope], None], int] = {
    bound: 6, named: 3, built: 3, other_name: 1, swapped: 1, item: 5, lengthened: 2, shortened: 1, helper: 1,
    unpacked: 1, table: 2, taken: 1, added: 6, loop: 5, repeated: 1, branch: 4,
}  # fmt: skip


def statement(s: Scope) -> None:
    """Write one statement."""
    before = len(s.lines)
    while len(s.lines) == before:
        s.pick.choices(list(STATEMENTS), list(STATEMENTS.values()))[0](s)


def list_program(seed: int) -> str:
    """Return the text of a random program."""
    pick = Random(seed)
    scope = Scope(pick, [])
    for name in "vz":
        if pick.random() < 0.7:
            scope.write(f"{name} = {scope.of('u[:]', 'list(w)', '[x * k for x in u]')}")
        else:
            scope.write(f"for i in range({scope.of('n', 'n', '2')}):")
            scope.write(f"    {name} = {scope.of('u[:]', 'list(w)', '[x * k for x in u]', 'm[1][:]')}")
    for _ in range(pick.randint(2, 6)):
        statement(scope)
    head = "def f(u: list[float], w: list[float], m: list[list[float]], k, n: int):\n    s = 0.0\n"
    end = f"    return s * k + {scope.list()}[0] * {scope.number()} + {scope.row()}[1]\n"
    return HEAD + head + "\n".join(scope.lines) + "\n" + end


def arguments(seed: int) -> list[Any]:
    """Return arguments."""
    pick = Random(seed)

    def some(*lengths: int) -> list[float]:
        return [round(pick.uniform(0.2, 1.2), 3) for _ in range(pick.choice(lengths))]

    return [some(3), some(3, 4), [some(3), some(2, 3)], round(pick.uniform(0.2, 1.1), 3), pick.choice([0, 1, 2, 2, 3])]
