"""Random programs that write into arrays: parts, rows, columns, masks, views, other names, helpers, loops, branches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np

HEAD = """import numpy as np


def scale(a, k):
    a[1:] *= k
    a[0] = a[1] * 0.5


def swap(a):
    a[0], a[1] = a[1], a[0]


"""
LENGTH, ROWS = 4, 3  # of the vectors, and of the matrix
SLICES = ("1:", ":-1", "::2", "1:3", ":2", "::-1", "2:")
ENDS = ("np.sum(M)", "np.sum(x * y)", "np.sum(M ** 2)")
MAX_DEPTH = 2


def length(part: str) -> int:
    """Return how many items a slice of a vector has."""
    ends = [int(end) if end else None for end in (part.split(":") + [""])[:3]]
    return len(range(LENGTH)[slice(*ends)])


@dataclass
class Scope:
    """What is in reach where the next statement stands."""

    pick: Random
    lines: list[str]
    vectors: list[str] = field(default_factory=lambda: ["x", "y"])
    indices: list[str] = field(default_factory=list)
    depth: int = 0

    def inner(self, *indices: str) -> Scope:
        """Return the scope of a block inside."""
        return Scope(self.pick, self.lines, list(self.vectors), [*self.indices, *indices], self.depth + 1)

    def write(self, line: str) -> None:
        self.lines.append("    " * (self.depth + 1) + line)

    def of(self, *choices: str) -> str:
        return self.pick.choice(choices)

    def vector(self) -> str:
        return self.pick.choice(self.vectors)

    def read(self) -> str:
        """Return a vector that is read, perhaps one that is handed on and never written."""
        return self.pick.choice([*self.vectors, "p"])

    def index(self) -> str:
        return self.of("0", "1", "2", "-1", *self.indices)

    def row(self) -> str:
        return self.of("0", "1", "2", *self.indices)

    def number(self) -> str:
        """Return an expression that is one number."""
        v, i = self.read(), self.index()
        return self.of(
            f"{v}[{i}]", f"np.sum({v}) * 0.2", "0.7", f"M[{self.row()}, {i}]", f"{v}[{i}] * {self.vector()}[0]"
        )

    def array(self) -> str:
        """Return an expression that is a vector."""
        v = self.read()
        return self.of(
            f"{v} * {self.read()}", f"np.sin({v})", f"{v} + 0.5", self.vector(), f"M[{self.row()}] * 0.3",
            f"M[:, {self.row()}].sum() * {v}", f"{v} - {self.vector()} * 0.5", f"np.where({v} > 0.1, {v}, 0.3)",
            f"{v} - ({self.vector()} + {self.vector()}[{self.index()}]) - {self.vector()}", f"{v}[::-1] * 0.5",
        )  # fmt: skip

    def block(self, least: int, most: int, *indices: str) -> None:
        """Write some statements of a block inside."""
        scope = self.inner(*indices)
        for _ in range(self.pick.randint(least, most)):
            statement(scope)


def part(s: Scope) -> None:
    where = s.of(*SLICES)
    alike = [other for other in SLICES if length(other) == length(where)]
    v, w, one, other = s.vector(), s.vector(), s.of(*alike), s.of(*alike)
    items = (f"{w}[{one}]", f"{w}[{one}] * {v}[{other}]", f"np.cos({w}[{one}]) * 0.5 + {v}[{other}]", s.number())
    s.write(f"{v}[{where}] {s.of('=', '=', '+=', '-=', '*=')} {s.of(*items)}")


def item(s: Scope) -> None:
    s.write(f"{s.vector()}[{s.index()}] {s.of('=', '+=', '-=', '*=')} {s.number()}")


def row(s: Scope) -> None:
    s.write(f"M[{s.row()}] {s.of('=', '+=', '*=')} {s.array()}")


def cell(s: Scope) -> None:
    s.write(f"M[{s.row()}, {s.index()}] {s.of('=', '+=')} {s.number()}")


def column(s: Scope) -> None:
    v = s.vector()
    s.write(
        f"M[:, {s.index()}] {s.of('=', '=', '+=')} {s.of(v + '[:3]', v + '[1:]', '0.25', 'M[:, 1] * 0.5', s.number())}"
    )


def block_of_cells(s: Scope) -> None:
    rows, columns = s.of("1:", "::2", ":-1"), s.of("1:", ":-1", "::2")
    s.write(f"M[{rows}, {columns}] {s.of('=', '+=', '*=')} {s.of('0.5', '0.25', s.number())}")


def masked(s: Scope) -> None:
    where = f"{s.vector()} > {s.of('0.1', '0.4', '-0.2')}"
    s.write(f"{s.vector()}[{where}] {s.of('=', '+=', '*=')} {s.of('0.3', '1.5', s.number())}")


def whole(s: Scope) -> None:
    s.write(f"{s.vector()}[{s.of('...', ':')}] = {s.array()}")


def named(s: Scope) -> None:
    name, v = f"v{len(s.lines)}", s.vector()
    s.write(
        f"{name} = {s.of(s.array(), v + '.copy()', v, v, 'M[1]', 'M[0].copy()', 'np.zeros(4)', f'np.zeros_like({v})')}"
    )
    s.vectors.append(name)


def bound(s: Scope) -> None:
    s.write(f"{s.vector()} = {s.array()}")


def added(s: Scope) -> None:
    s.write(f"{s.vector()} {s.of('+=', '*=', '-=')} {s.of(s.vector(), '0.5', s.vector() + ' * 0.5')}")


def matrix(s: Scope) -> None:
    s.write(f"M = {s.of('M * 0.5', 'np.tanh(M)', 'M.copy()', 'M + M[0]')}")


def helper(s: Scope) -> None:
    whole_or_part = s.of(s.vector(), s.vector(), "M[1]", "M[:, 0]", "M")
    s.write(s.of(f"scale({whole_or_part}, {s.number()})", f"swap({s.of(s.vector(), s.vector() + '[1:]', 'M[0]')})"))


def fresh(s: Scope) -> str:
    """Write an array of its own, and a part of it; return its name."""
    name, where = f"t{len(s.lines)}", s.of("1:", ":-1", "1:3")
    s.write(f"{name} = {s.vector()}.copy()")
    s.write(f"{name}[{where}] {s.of('=', '*=', '+=')} {s.of(s.vector() + f'[{where}]', s.number())}")
    return name


def handed_on(s: Scope) -> None:
    s.write(f"{s.of('p', 'p', 'p', 'p', 'p', s.vector())} = {fresh(s)}{s.of('', '', '[::-1]')}")


def listed(s: Scope) -> None:
    items, v = f"w{len(s.lines)}", s.read()
    if s.depth < MAX_DEPTH and s.pick.random() < 0.5:
        s.write(f"{items} = []")
        s.write(f"for _ in range({s.of('2', '3')}):")
        inner = s.inner()
        inner.write(f"{items}.append({fresh(inner)})")
        s.write(f"total = total + np.sum({items}[{s.of('0', '1', '-1')}] * {v})")
    else:
        s.write(f"{items} = [{v} * 1.0, {fresh(s)}]")
        s.write(f"{items}_0, {items}_1 = {items}")
        s.write(f"total = total + np.sum({items}_1 * {s.of(v, items + '[0]')})")


def total(s: Scope) -> None:
    s.write(
        s.of(
            f"total = total + np.sum({s.read()} * {s.read()})",
            f"total = total + np.sum({s.array()}) * 0.7",
            f"total = total * 0.9 + {s.number()}",
        )
    )


def loop(s: Scope) -> None:
    if s.depth < MAX_DEPTH:
        index = "ijk"[s.depth]
        s.write(f"for {index} in range({s.of('2', '3')}):")
        if s.pick.random() < 0.15:
            s.inner().write(f"if {s.number()} > 0.4:")
            s.inner().inner().write(s.of("break", "continue"))
        s.block(1, 3, index)


def branch(s: Scope) -> None:
    if s.depth < MAX_DEPTH:
        s.write(f"if {s.number()} > {s.of('0.1', '-0.3', '0.6')}:")
        s.block(1, 2)
        if s.pick.random() < 0.5:
            s.write("else:")
            s.block(1, 2)


STATEMENTS: dict[Callable[[Scope], None], int] = {
    part: 3, item: 2, row: 2, cell: 2, column: 2, block_of_cells: 2, masked: 2, whole: 1, named: 3, bound: 2, added: 2,
    matrix: 1, helper: 2, total: 3, loop: 4, branch: 3, handed_on: 2, listed: 1,
}  # fmt: skip


def statement(s: Scope) -> None:
    """Write one statement."""
    before = len(s.lines)
    while len(s.lines) == before:
        s.pick.choices(list(STATEMENTS), list(STATEMENTS.values()))[0](s)


def write_program(seed: int) -> str:
    """Return the text of a random program."""
    pick = Random(seed)
    scope = Scope(pick, [])
    for _ in range(pick.randint(3, 8)):
        statement(scope)
    shapes = ("", "", "") if pick.random() < 0.3 else (": 'n'", ": 'n'", ": 'm n'")
    head = f"def f(x{shapes[0]}, y{shapes[1]}, M{shapes[2]}):\n    total, p = 0.0, x * y\n"
    end = f"    return total + {scope.of(*ENDS, f'np.sum({scope.vector()} ** 2)')} + np.sum(x) * np.sum(y)\n"
    return HEAD + head + "\n".join(scope.lines) + "\n" + end


def arguments(seed: int) -> list[Any]:
    """Return arguments: every other seed with strides of its own."""
    random = np.random.default_rng(seed)
    x, y, M = (0.6 * random.normal(size=size) for size in (2 * LENGTH, LENGTH, (ROWS, LENGTH)))
    return [x[::2] if seed % 2 else x[LENGTH - 1 :: -1], y, np.asfortranarray(M) if seed % 2 else M]
