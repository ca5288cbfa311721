"""Random programs over arrays: a generator beside `programs` and `loop_programs`.

Each expression is made for a shape that is asked for; a shape is a tuple of lengths, each a number or a name such as
`n`, so that what fits once fits at every length. Values stay small: what grows is divided, or goes through `tanh`.
"""

from __future__ import annotations

# ruff: noqa: E501  (what is written is data: one line each)
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Union

import numpy as np
from hypothesis import strategies as st
from programs import Chooser

__all__ = ["CONSTRUCTS", "ArrayProgram", "array_program", "array_programs", "wrong_program"]

Length = Union[int, str]
Shape = tuple[Length, ...]
LENGTHS = ("n", "m", "k")
HEAD = "import numpy as np\n"
DEEP = 3


@dataclass(frozen=True)
class Parameter:
    """A parameter: of what form, of which shape, with which annotation."""

    name: str
    form: str  # "array", "float", "int", "list"
    shape: Shape = ()
    annotation: str | None = None

    def written(self) -> str:
        return self.name if self.annotation is None else f"{self.name}: {self.annotation}"


@dataclass(frozen=True)
class ArrayProgram:
    """A program, and arguments for it."""

    source: str
    params: tuple[Parameter, ...]
    features: frozenset[str]
    seed: int

    @property
    def wrt(self) -> list[str]:
        return [p.name for p in self.params if p.form != "int"]

    def lengths(self, number: int) -> dict[str, int]:
        """Return what each name of a length is at a point."""
        source = random.Random(f"lengths {self.seed} {number}")
        return {name: source.choices((0, 1, 2, 3, 4), (1, 4, 12, 14, 5))[0] for name in LENGTHS}

    def point(self, number: int) -> list[Any]:
        """Return arguments."""
        source = np.random.default_rng([self.seed, number])
        lengths = self.lengths(number)
        return [argument(p, lengths, source) for p in self.params]


def argument(param: Parameter, lengths: Mapping[str, int], source: np.random.Generator) -> Any:
    """Return an argument: no two of its numbers are equal."""
    if param.form == "int":
        return int(source.integers(0, 4))
    shape = tuple(lengths[d] if isinstance(d, str) else d for d in param.shape)
    numbers = np.round(source.uniform(-1.6, 1.6, shape), 6) + 1e-7 * np.arange(1, 1 + int(np.prod(shape))).reshape(
        shape
    )
    if param.form == "list":
        return [float(v) for v in numbers]
    if param.form == "float" or not shape and source.integers(0, 3):
        return float(numbers)
    return numbers


@dataclass
class Scope:
    """What the program can read where it is written now."""

    pick: Chooser
    arrays: dict[str, Shape] = field(default_factory=dict)  # arrays and numbers
    numbers: set[str] = field(default_factory=set)  # of these, Python's floats: they have no methods
    integers: set[str] = field(default_factory=set)
    lists: dict[str, int] = field(default_factory=dict)
    indices: dict[str, tuple[Length, int]] = field(default_factory=dict)  # index -> length it runs over, least index
    written: dict[str, Length] = field(default_factory=dict)  # arrays that are written item by item
    lines: list[str] = field(default_factory=list)
    indent: int = 1
    features: Counter[str] = field(default_factory=Counter)
    helpers: dict[str, int] = field(default_factory=dict)
    annotated: set[str] = field(default_factory=set)  # of the arrays, those whose rank the text states
    own: list[str] = field(default_factory=list)  # names that the program bound, which it may bind again
    parameters: frozenset[str] = frozenset()
    count: int = 0
    in_loop: bool = False

    def bind(self, name: str, shape: Shape) -> None:
        self.arrays[name] = shape
        if name not in self.own:
            self.own.append(name)

    def write(self, line: str) -> None:
        self.lines.append("    " * self.indent + line)

    def fresh(self) -> str:
        self.count += 1
        pool = ("y", "z", "h", "s", "t", "u", "v", "total", "A", "Z", "mean", "out", "df", "dx", "grad", "lines")
        return f"{pool[self.count % len(pool)]}{self.count if self.pick.chance(50) or self.count >= len(pool) else ''}"

    def feature(self, name: str) -> None:
        self.features[name] += 1

    def names(self, accept: Callable[[Shape], bool]) -> list[str]:
        return [name for name, shape in self.arrays.items() if accept(shape)]

    def length(self, dim: Length) -> str | None:
        """Return an expression for a length: that of something which has it."""
        if isinstance(dim, int):
            return str(dim)
        ways = []
        for name, shape in self.arrays.items():
            if name not in self.numbers and dim in shape:
                ways.append(f"{name}.shape[{shape.index(dim)}]")
                if shape[0] == dim:
                    ways.append(f"len({name})")
        return self.pick.of(ways) if ways else None

    # expressions

    def make(self, shape: Shape, depth: int = DEEP) -> str:
        """Return an expression of a shape."""
        if depth > 0 and self.pick.chance(85):
            table = NUMBERS if not shape else ARRAYS
            for _ in range(4):
                production = self.pick.weighted(table)
                text = production(self, shape, depth - 1)
                if text is not None:
                    self.feature(production.__name__)
                    return text
        return self.leaf(shape)

    def leaf(self, shape: Shape) -> str:
        """Return a name, or something made of one."""
        names = self.names(lambda s: s == shape)
        if names and self.pick.chance(90):
            return self.pick.of(names[::-1])
        if not shape:
            return self.number()
        turned = [n for n in self.names(lambda s: s == shape[::-1]) if n not in self.numbers]
        if len(shape) == 2 and turned:
            return f"{self.pick.of(turned)}.T"
        lengths = [self.length(d) for d in shape]
        if None in lengths:
            larger = self.broadcastable(shape)
            return larger if larger is not None else self.number_like(shape)
        inside = lengths[0] if len(shape) == 1 else "(" + ", ".join(map(str, lengths)) + ")"
        if len(shape) == 1 and self.pick.chance(40):
            self.feature("arange and linspace")
            return f"0.3 * np.arange({inside})" if self.pick.chance(60) else f"np.linspace(0, 1, {inside})"
        self.feature("zeros and ones")
        made = self.pick.of([f"np.ones({inside})", f"np.zeros({inside})"])
        return f"({self.number()} + {made})"

    def number_like(self, shape: Shape) -> str:
        raise Impossible(shape)

    def broadcastable(self, shape: Shape) -> str | None:
        """Return a sum of names that is of the shape by broadcasting."""
        rest = dict(enumerate(shape))
        parts = []
        for name, found in self.arrays.items():
            if name in self.numbers or not fits(found, shape) or not found:
                continue
            hit = [k for k in rest if k - len(shape) >= -len(found) and found[k - len(shape)] == rest[k]]
            if hit:
                parts.append(name)
                rest = {k: d for k, d in rest.items() if k not in hit}
        return "(" + " + ".join(parts) + ")" if parts and not rest else None

    def number(self) -> str:
        """Return a number."""
        ways: list[str] = [self.pick.of(["0.5", "2", "1.5", "-0.75", "0.1"])]
        ways += [f"0.25 * {i}" for i in self.integers]
        ways += [f"{name}[{self.pick.of([0, 1, -1])}]" for name, size in self.lists.items() if size >= 2]
        ways += self.names(lambda s: s == ()) * 4
        for name, shape in self.arrays.items():
            if len(shape) == 1 and isinstance(shape[0], str):
                ways += [f"{name}[{i}]" for i, (over, _) in self.indices.items() if over == shape[0]] * 2
        ways += [f"{name}[{i}]" for name, d in self.written.items() for i, (o, _) in self.indices.items() if o == d]
        return self.pick.of(ways[::-1])

    def condition(self, depth: int = 1) -> str:
        """Return a condition on a number."""
        sign = self.pick.of(["<", ">", ">=", "<="])
        over = self.pick.of(["0.3", "-0.2", "1.1"])
        array = [n for n in self.names(bool) if n not in self.numbers]
        ways = [f"{self.make((), depth)} {sign} {over}"]
        if array:
            name = self.pick.of(array)
            ways += [
                f"np.sum({name}) {sign} {over}",
                f"np.any({name} > {over})",
                f"np.mean({name} * {name}) {sign} 1.3",
            ]
        ways += [f"{i} % 2 == {self.pick.of([0, 1])}" for i in (*self.integers, *self.indices)]
        return self.pick.of(ways[::-1])


class Impossible(Exception):
    """Nothing in reach has a length that is asked for."""


def fits(small: Shape, large: Shape) -> bool:
    """Return whether a shape can be broadcast to another."""
    return len(small) <= len(large) and all(a in (1, b) for a, b in zip(small[::-1], large[::-1]))


def smaller(scope: Scope, shape: Shape) -> Shape:
    """Return a shape that can be broadcast to another."""
    kept = shape[scope.pick.integer(0, len(shape)) if scope.pick.chance(60) else 0 :]
    return tuple(1 if scope.pick.chance(15) else d for d in kept)


def any_shape(scope: Scope, rank: int | None = None) -> Shape:
    """Return the shape of something, or one of its parts."""
    shapes = [s for n, s in scope.arrays.items() if s and n not in scope.numbers and (rank is None or len(s) == rank)]
    return scope.pick.of(shapes[::-1]) if shapes else ()


def any_length(scope: Scope) -> Length | None:
    """Return a length of something."""
    shape = any_shape(scope)
    return scope.pick.of(shape) if shape else None


# ----------------------------------------------------------------------------------------------- productions: item by item

ONE = ("np.tanh({})", "np.sin({})", "np.cos({})", "np.exp(-{0} * {0})", "np.exp(np.tanh({}))", "np.log(1.5 + {0} * {0})",
       "np.sqrt(1.1 + {0} ** 2)", "{} ** 2", "-{}", "abs({})", "np.abs({})", "1 / (1 + np.exp(-{}))", "np.square({})",
       "np.log(1 + np.exp({}))", "np.arctan({})", "np.expm1(np.sin({}))", "np.log1p({0} * {0})", "0.5 * {}", "2.0 ** np.tanh({})",
       "np.floor({}) * 0.25", "np.sign({})", "{} % 1.7", "np.clip({}, -0.8, 0.9)", "np.maximum({}, 0)", "np.minimum({}, 0.4)",
       "np.cbrt(1.7 + np.sin({}))", "np.arcsinh({})", "np.negative({})", "1.0 / (1.3 + {0} ** 2)", "np.copy({})", "{} ** 3")  # fmt: skip
TWO = ("{} + {}", "{} - {}", "{} * {}", "{} / (1.5 + {} ** 2)", "np.maximum({}, {})", "np.minimum({}, {})",
       "np.hypot({}, 1.2 + {} ** 2)", "np.arctan2({}, 1.4 + {} ** 2)", "np.logaddexp({}, {})", "(1.3 + np.sin({})) ** {}",
       "np.where({} > {}, 0.5, -0.5)", "np.multiply({}, {})", "np.add({}, {})", "({} > {}) * 0.7", "{} // (1.2 + abs({}))")  # fmt: skip


def one(scope: Scope, shape: Shape, depth: int) -> str:
    return scope.pick.of(ONE).format(in_brackets(scope.make(shape, depth)))


def two(scope: Scope, shape: Shape, depth: int) -> str:
    """Two operands, one of which may be smaller; rarely both, each in another way."""
    first, second = shape, smaller(scope, shape)
    if len(shape) == 2 and scope.pick.chance(15):
        first, second = (shape[0], 1), shape[1:]
        scope.feature("broadcasting both ways")
    texts = [in_brackets(scope.make(s, depth)) for s in (first, second)]
    if scope.pick.chance(50):
        texts.reverse()
    return scope.pick.weighted(dict.fromkeys(TWO, 2) | dict.fromkeys(TWO[:3], 8)).format(*texts)


def where(scope: Scope, shape: Shape, depth: int) -> str:
    parts = [shape, smaller(scope, shape), smaller(scope, shape)]
    a, b, c = (scope.make(s, depth) for s in parts)
    sides = scope.pick.of([(b, c), (c, b), (b, "0"), ("0.0", c)])
    text = f"np.where({a} > {scope.pick.of(['0', '0.2', '-0.1'])}, {', '.join(sides)})"
    return text


def by_condition(scope: Scope, shape: Shape, depth: int) -> str:
    return f"({scope.make(shape, depth)} if {scope.condition()} else {scope.make(shape, depth)})"


def helper_call(scope: Scope, shape: Shape, depth: int) -> str | None:
    if not scope.helpers:
        return None
    name = scope.pick.of(list(scope.helpers))
    parts = [shape, *(smaller(scope, shape) for _ in range(scope.helpers[name] - 1))]
    return f"{name}({', '.join(scope.make(s, depth) for s in parts)})"


def in_brackets(text: str) -> str:
    return text if text.replace("_", "a").isalnum() else f"({text})"


# ---------------------------------------------------------------------------------------------- productions: whole arrays

REDUCTIONS = {"sum": 6, "mean": 6, "max": 2, "min": 2, "var": 2, "std": 1, "prod": 1}


def reduction(scope: Scope, shape: Shape, depth: int) -> str | None:
    """A reduction along one axis."""
    extra = any_length(scope)
    if extra is None or len(shape) > 2:
        return None
    name = scope.pick.weighted(REDUCTIONS)
    at = scope.pick.integer(0, len(shape))
    axis, options = at if scope.pick.chance(60) else at - len(shape) - 1, ""
    larger = (*shape[:at], extra, *shape[at:])
    ones = [k for k, d in enumerate(shape) if d == 1]
    if ones and scope.pick.chance(70):
        at = scope.pick.of(ones)
        larger, axis, options = (*shape[:at], extra, *shape[at + 1 :]), at, ", keepdims=True"
        scope.feature("keepdims")
    inner = scope.make(larger, depth)
    if name == "std":
        inner = f"{in_brackets(inner)} + {steps(scope, larger, len(larger) + axis if axis < 0 else axis)}"
    if scope.pick.chance(35) and name != "std":
        scope.feature("a reduction as a method")
        return f"{in_brackets(inner)}.{name}(axis={axis}{options})" if is_array_text(inner) else None
    return f"np.{name}({inner}, axis={axis}{options})"


def steps(scope: Scope, shape: Shape, axis: int) -> str:
    """Return different numbers along an axis, so that nothing is 0 by chance."""
    length = scope.length(shape[axis])
    return f"0.3 * np.arange({length})" + "[:, None]" * (axis == 0 and len(shape) == 2) if length else "0"


def is_array_text(text: str) -> bool:
    """Return whether an expression is an array for sure: it has methods."""
    return "np." in text or ".T" in text


def total(scope: Scope, shape: Shape, depth: int) -> str | None:
    """A number out of a whole array."""
    inner = any_shape(scope)
    if not inner:
        return None
    text = scope.make(inner, depth)
    names = scope.names(lambda s: s != ())
    ways = [f"np.{name}({text})" for name in ("sum", "mean", "max", "min", "sum", "var")]
    ways += [f"np.sum({in_brackets(text)} ** 2)", f"np.linalg.norm(1.5 + {in_brackets(text)})", f"np.prod({text})"]
    if names:
        name = scope.pick.of([n for n in names if n not in scope.numbers] or names)
        ways += [
            f"np.sum({name}[{name} > 0.1])",
            f"{name}.mean()",
            f"{name}.sum()",
            f"np.sum({name}, keepdims=True).sum()",
        ]
        if len(scope.arrays[name]) == 2:
            ways += [f"np.sum({name}, axis=(0, 1))", f"np.sum({name}[:, 0])", f"np.sum({name}[{name} < 0.5] ** 2)"]
    return scope.pick.of(ways)


def inner_product(scope: Scope, shape: Shape, depth: int) -> str | None:
    length = any_length(scope)
    if length is None:
        return None
    a, b = (scope.make((length,), depth) for _ in range(2))
    return scope.pick.of([f"{in_brackets(a)} @ {in_brackets(b)}", f"np.dot({a}, {b})", f'np.einsum("i,i->", {a}, {b})'])


def item(scope: Scope, shape: Shape, depth: int) -> str | None:
    """An item, or a row, of an array with more axes."""
    names = [n for n in scope.names(lambda s: s[1:] == shape and len(s) > 0) if n not in scope.numbers]
    if not names:
        return None
    name = scope.pick.of(names)
    over = scope.arrays[name][0]
    ways = [f"{name}[{k}]" for k in ("0", "-1", f"len({name}) // 2")]
    for index, (length, least) in scope.indices.items():
        if length == over:
            ways += [f"{name}[{index}]"] * 3 + ([f"{name}[{index} - 1]"] * 2 if least else [])
    if isinstance(over, str):
        ways += [f"{name}[{i} % len({name})]" for i in scope.integers]
    if len(scope.arrays[name]) == 2:
        ways += [f"{name}[0, :]", f"{name}[-1, ...]"]
    if shape and scope.pick.chance(20):
        return f"{name}[np.argmax({name}[:, 0])]" if len(shape) == 1 else None
    return scope.pick.of(ways)


def rows_summed(scope: Scope, shape: Shape, depth: int) -> str | None:
    """A comprehension over the rows of an array."""
    names = [n for n in scope.names(lambda s: len(s) == 2) if n not in scope.numbers]
    if not names:
        return None
    name = scope.pick.of(names)
    each = Scope(scope.pick, {**scope.arrays, "row": scope.arrays[name][1:]}, scope.numbers)
    term = each.make((), 1)
    if scope.pick.chance(40):
        return f"sum(np.sum(row * {scope.number()}) for row in {name})"
    if scope.pick.chance(40):
        return f"np.sum(np.array([{term} + np.sum(row) for row in {name}]))"
    return f"0.3 * sum([{term} for row in {name}])"


# ---------------------------------------------------------------------------------------------------- productions: shapes


def product(scope: Scope, shape: Shape, depth: int) -> str | None:
    """A product of matrices and vectors, in one of its spellings."""
    inner = any_length(scope)
    if inner is None or len(shape) > 3:
        return None
    if len(shape) == 3:
        right = (inner, shape[2]) if scope.pick.chance(60) else (shape[0], inner, shape[2])
        a, b = scope.make((*shape[:2], inner), depth), scope.make(right, depth)
        return f"0.4 * {in_brackets(a)} @ {in_brackets(b)}"
    if len(shape) == 2:
        a, b = scope.make((shape[0], inner), depth), scope.make((inner, shape[1]), depth)
        ways = [f"{in_brackets(a)} @ {in_brackets(b)}", f"np.dot({a}, {b})", f"np.matmul({a}, {b})",
                f'np.einsum("ij,jk->ik", {a}, {b})']  # fmt: skip
        return scope.pick.of(ways)
    if scope.pick.chance(50):
        a, b = scope.make((shape[0], inner), depth), scope.make((inner,), depth)
        return scope.pick.of([f"{in_brackets(a)} @ {in_brackets(b)}", f'np.einsum("ij,j->i", {a}, {b})'])
    a, b = scope.make((inner,), depth), scope.make((inner, shape[0]), depth)
    return scope.pick.of([f"{in_brackets(a)} @ {in_brackets(b)}", f"np.dot({a}, {b})"])


def outer(scope: Scope, shape: Shape, depth: int) -> str | None:
    if len(shape) != 2:
        return None
    a, b = scope.make(shape[:1], depth), scope.make(shape[1:], depth)
    ways = [f"np.outer({a}, {b})", f"{in_brackets(a)}[:, None] * {in_brackets(b)}", f"np.expand_dims({a}, 1) - {in_brackets(b)}",
            f'np.einsum("i,j->ij", {a}, {b})', f"{in_brackets(a)}.reshape(-1, 1) * {in_brackets(b)}"]  # fmt: skip
    return scope.pick.of(ways if is_array_text(a) or a in scope.arrays and a not in scope.numbers else ways[:1])


def turned(scope: Scope, shape: Shape, depth: int) -> str | None:
    """The axes in another order."""
    if len(shape) == 2:
        inner = scope.make(shape[::-1], depth)
        ways = [
            f"np.transpose({inner})",
            f"np.swapaxes({inner}, 0, 1)",
            f"np.moveaxis({inner}, 0, 1)",
            f"np.swapaxes({inner}, -1, -2)",
        ]
        return scope.pick.of(ways)
    if len(shape) == 3:
        inner = scope.make((shape[2], shape[0], shape[1]), depth)
        return scope.pick.of([f"np.transpose({inner}, (1, 2, 0))", f"np.moveaxis({inner}, 0, -1)"])
    return None


def rearranged(scope: Scope, shape: Shape, depth: int) -> str | None:
    """The same shape, with the items moved, summed up or picked."""
    inner = scope.make(shape, depth)
    axis = scope.pick.integer(-1, len(shape) - 1)
    ways = [f"np.flip({inner})", f"np.flip({inner}, {axis})", f"np.roll({inner}, 1)", f"np.roll({inner}, -1, {axis})",
            f"0.4 * np.cumsum({inner}, axis={axis})", f"np.sort({inner}, axis={axis})"]  # fmt: skip
    if len(shape) == 2:
        ways += [f"np.tril({inner})", f"np.triu({inner}, k=1)"]
    names = [n for n in scope.names(lambda s: s == shape) if n not in scope.numbers]
    if names:
        name = scope.pick.of(names)
        ways += [f"{name}[::-1]", f"{name}[...]", f"{name}[:]", f"{name}[..., ::-1]", f"{name}[np.arange(len({name}))]"]
    return scope.pick.of(ways)


def reshaped(scope: Scope, shape: Shape, depth: int) -> str | None:
    """The same items in another shape."""
    lengths = [scope.length(d) for d in shape]
    if None in lengths:
        return None
    inner = scope.make(shape, depth)
    flat = scope.pick.of([f"np.ravel({inner})", f"np.reshape({inner}, -1)", f"np.reshape({inner}, (-1,))"])
    given = ", ".join(map(str, lengths))
    if len(shape) > 1:
        given = scope.pick.of([given, ", ".join(["-1", *map(str, lengths[1:])]) if 0 not in shape else given])
    if scope.pick.chance(40):
        return f"np.squeeze({in_brackets(inner)}[None], 0)" if is_array_text(inner) else None
    return f"np.reshape({flat}, ({given},))" if scope.pick.chance(60) else f"{flat}.reshape({given})"


def with_axis(scope: Scope, shape: Shape, depth: int) -> str | None:
    """A new axis of one item, where the shape has one."""
    ones = [k for k, d in enumerate(shape) if d == 1]
    if not ones:
        return None
    at = scope.pick.of(ones)
    inner = (*shape[:at], *shape[at + 1 :])
    names = [n for n in scope.names(lambda s: s == inner) if n not in scope.numbers and inner]
    if names and scope.pick.chance(60):
        name = scope.pick.of(names)
        return name + (
            "[None]"
            if at == 0
            else "[:, np.newaxis]"
            if at == 1 and len(inner) > 1
            else "[..., None]"
            if at == len(inner)
            else f"[{':, ' * at}None]"
        )
    return f"np.expand_dims({scope.make(inner, depth)}, {at})"


def part(scope: Scope, shape: Shape, depth: int) -> str | None:
    """A slice of what is longer: a difference of neighbours, or the middle of a concatenation."""
    first = shape[0]
    if isinstance(first, str) and first.endswith("-1"):
        whole = (first[:-2], *shape[1:])
        names = [n for n in scope.names(lambda s: s == whole) if n not in scope.numbers]
        if names:
            name = scope.pick.of(names)
            return scope.pick.of([f"{name}[1:]", f"{name}[:-1]", f"{name}[1:] - {name}[:-1]"])
        return None
    a, b = scope.make(shape, depth), scope.make(shape, depth)
    length = scope.length(first)
    ways = [f"np.stack(({a}, {b})).sum(axis=0)", f"np.stack([{a}, {b}], axis=-1)[..., {scope.pick.of([0, 1])}]"]
    if length is not None:
        ways += [f"np.concatenate(({a}, {b}))[:{length}]", f"np.concatenate([{a}, {b}])[{length}:]"]
        ways += [f"np.concatenate([{a}, {b}], axis=0)[-{in_brackets(length)}:]"] if first != 0 else []
    return scope.pick.of(ways)


def picked(scope: Scope, shape: Shape, depth: int) -> str | None:
    """Items by an array of indices."""
    name = [n for n in scope.names(lambda s: s[1:] == shape[1:] and len(s) == len(shape)) if n not in scope.numbers]
    if shape[0] not in (1, 3) or not name:
        return None
    array = scope.pick.of(name)
    return (
        f"{array}[{'[0]' if shape[0] == 1 else scope.pick.of(['[0, -1, 0]', '[-1, -1, 0]', 'np.array([0, -1, 0])'])}]"
    )


def of_rows(scope: Scope, shape: Shape, depth: int) -> str | None:
    """An array of what a comprehension makes of each row."""
    names = [n for n in scope.names(lambda s: len(s) == 2 and s[:1] == shape) if n not in scope.numbers]
    if not names:
        return None
    name = scope.pick.of(names)
    return f"np.array([{scope.pick.of(['np.sum(row * row)', 'row.mean()', 'np.max(row)', 'np.tanh(row[0])'])} for row in {name}])"


Production = Callable[[Scope, Shape, int], Union[str, None]]
ARRAYS: dict[Production, int] = {
    one: 26, two: 40, where: 8, by_condition: 3, helper_call: 5, reduction: 9, item: 6, product: 14, outer: 5, turned: 6,
    rearranged: 7, reshaped: 3, with_axis: 8, part: 8, picked: 4, of_rows: 2,
}  # fmt: skip
NUMBERS: dict[Production, int] = {
    one: 14, two: 16, where: 2, by_condition: 3, helper_call: 3, reduction: 8, total: 26, inner_product: 10, item: 10, rows_summed: 4,
}  # fmt: skip


# ------------------------------------------------------------------------------------------------------------ statements


def assign(scope: Scope) -> None:
    """A new name; now and then of something longer or shorter than what is there."""
    shape = new_shape(scope)
    text = scope.make(shape)
    name = scope.fresh()
    scope.write(f"{name} = {text}")
    scope.bind(name, shape)


def new_shape(scope: Scope) -> Shape:
    """Return the shape of something, or one near it."""
    shape = any_shape(scope)
    way = scope.pick.integer(0, 9)
    if way < 5 or not shape:
        return shape
    if way == 5 and isinstance(shape[0], str) and "-" not in shape[0]:
        return (f"{shape[0]}-1", *shape[1:])
    if way == 6:
        return (scope.pick.of([3, 1]), *shape[1:])
    if way == 7 and len(shape) < 3:
        extra = any_length(scope)
        return shape if extra is None else (extra, *shape)
    return () if way == 8 else shape[1:]


TAMED = ("np.tanh({})", "0.5 * ({})", "np.sin({})", "0.3 * ({})")


def rebind(scope: Scope) -> None:
    """A name gets another value of its shape, in place where nothing else may hold it."""
    names = [n for n in scope.own if n in scope.arrays]
    if not names:
        return assign(scope)
    name = scope.pick.of(names[::-1])
    if scope.pick.chance(25):
        scope.feature("an augmented assignment")
        sign = scope.pick.of(["+=", "-=", "*="])
        scope.write(f"{name} {sign} {scope.make(smaller(scope, scope.arrays[name]), 2)}")
        return None
    inner = scope.make(scope.arrays[name], 2)
    scope.write(f"{name} = {scope.pick.of(TAMED).format(inner)}")
    return None


def unpacked(scope: Scope) -> None:
    """Two names at once."""
    shapes = new_shape(scope), any_shape(scope)
    texts = [scope.make(s, 2) for s in shapes]
    names = scope.fresh(), scope.fresh()
    scope.write(f"{', '.join(names)} = {', '.join(texts)}")
    for name, shape in zip(names, shapes):
        scope.bind(name, shape)


def named_lengths(scope: Scope) -> None:
    """The lengths of an array by name."""
    names = [n for n in scope.names(lambda s: len(s) == 2) if n in scope.annotated]
    if not names:
        return assign(scope)
    name = scope.pick.of(names)
    first, second = scope.fresh(), scope.fresh()
    scope.feature("a shape that is unpacked")
    scope.write(f"{first}, {second} = {name}.shape")
    new = scope.fresh()
    shape = scope.arrays[name]
    made = scope.pick.of([f"np.zeros(({first}, {second}))", f"np.ones({first})[:, None] * np.ones({second})"])
    scope.write(f"{new} = {made} + {scope.make(smaller(scope, shape), 1)}")
    scope.bind(new, shape)
    return None


def branch(scope: Scope) -> None:
    """Two sides that bind the same name."""
    shape = new_shape(scope)
    name = scope.pick.of([n for n in scope.own if scope.arrays.get(n) == shape] or [scope.fresh()])
    scope.write(f"if {scope.condition()}:")
    inside(scope, lambda: scope.write(f"{name} = {scope.make(shape, 2)}"))
    if name not in scope.arrays or scope.pick.chance(40):
        scope.write("else:")
        inside(scope, lambda: scope.write(f"{name} = {scope.make(shape, 2)}"))
    scope.bind(name, shape)


def inside(scope: Scope, make: Callable[[], None]) -> None:
    """Write a block; what it binds is not bound after it."""
    before = dict(scope.arrays), list(scope.own), dict(scope.indices)
    scope.indent += 1
    make()
    scope.indent -= 1
    scope.arrays, scope.own, scope.indices = before


def early_return(scope: Scope) -> None:
    scope.feature("an early return")
    scope.write(f"if {scope.condition()}:")
    inside(scope, lambda: scope.write(f"return {scope.make((), 2)}"))


def jump(scope: Scope) -> None:
    word = scope.pick.of(["break", "continue"])
    scope.feature(word)
    scope.write(f"if {scope.condition(0)}:")
    inside(scope, lambda: scope.write(word))


def loop(scope: Scope) -> None:
    """A loop over integers, items or rows, with arrays or numbers carried."""
    carried = [carry(scope) for _ in range(scope.pick.weighted({1: 70, 2: 30}))]
    head, names, index = loop_head(scope)
    scope.write(head)

    def body() -> None:
        scope.arrays.update(names)
        scope.indices.update(index)
        if scope.pick.chance(25):
            assign(scope)
        if scope.pick.chance(20):
            jump(scope)
        for name in carried:
            step(scope, name)
        if scope.pick.chance(15):
            jump(scope)
        if scope.pick.chance(20):
            scope.pick.of([branch, rebind])(scope)

    outer, scope.in_loop = scope.in_loop, True
    inside(scope, body)
    scope.in_loop = outer


def carry(scope: Scope) -> str:
    """Return a name that a loop changes, bound before it."""
    shape = scope.pick.of([any_shape(scope), (), any_shape(scope)[1:]])
    old = [n for n in scope.own if scope.arrays.get(n) == shape]
    if old and scope.pick.chance(50):
        return scope.pick.of(old)
    name = scope.fresh()
    start = "0.0" if not shape and scope.pick.chance(60) else scope.pick.of(TAMED).format(scope.make(shape, 1))
    scope.write(f"{name} = {start}")
    scope.bind(name, shape)
    return name


def step(scope: Scope, name: str) -> None:
    """Change a carried name."""
    shape = scope.arrays[name]
    text = scope.make(shape, 2)
    ways = [f"{name} = np.tanh({name} + {in_brackets(text)})", f"{name} = 0.5 * {name} + {in_brackets(text)}",
            f"{name} += 0.3 * {in_brackets(text)}", f"{name} = {name} - 0.1 * {in_brackets(text)}",
            f"{name} = np.sin({name} * {in_brackets(text)})", f"{name} = np.tanh({text})"]  # fmt: skip
    scope.write(scope.pick.of(ways))


def loop_head(scope: Scope) -> tuple[str, dict[str, Shape], dict[str, tuple[Length, int]]]:
    """Return the line, the names that it binds, and what its index runs over."""
    arrays = [n for n in scope.names(bool) if n not in scope.numbers]
    i = scope.pick.of(["i", "j", "p", "q"])
    while i in scope.indices or i in scope.arrays:
        i += "i"
    ways: list[tuple[str, dict[str, Shape], dict[str, tuple[Length, int]]]] = []
    ways += [(f"for {i} in range({n}):", {}, {i: ("", 0)}) for n in (*scope.integers, "2", "3")]
    if arrays:
        name = scope.pick.of(arrays)
        shape = scope.arrays[name]
        row = scope.pick.of(["row", "r", "v", "item"])
        while row in scope.arrays:
            row += "_"
        ways += [(f"for {i} in range(len({name})):", {}, {i: (shape[0], 0)})] * 2
        ways += [(f"for {i} in range(1, len({name})):", {}, {i: (shape[0], 1)})] * 2
        ways += [(f"for {i} in range(len({name}) - 1, -1, -1):", {}, {i: (shape[0], 0)})]
        ways += [(f"for {row} in {name}:", {row: shape[1:]}, {})] * 2
        ways += [(f"for {row} in {name}[::-1]:", {row: shape[1:]}, {})]
        ways += [(f"for {i}, {row} in enumerate({name}):", {row: shape[1:]}, {i: (shape[0], 0)})]
        others = [n for n in arrays if scope.arrays[n][:1] == shape[:1]]
        other = scope.pick.of(others)
        ways += [(f"for {row}, other in zip({name}, {other}):", {row: shape[1:], "other": scope.arrays[other][1:]}, {})]
    if scope.lists:
        ways += [(f"for number in {scope.pick.of(list(scope.lists))}:", {"number": ()}, {})]
    found = scope.pick.of(ways)
    scope.feature("for " + found[0].split(" in ")[1].split("(")[0] if "(" in found[0] else "for over rows")
    scope.numbers.update(n for n, s in found[1].items() if s == ())
    return found


def while_loop(scope: Scope) -> None:
    """A loop that ends when something is small, or at a count."""
    scope.feature("while")
    name = carry(scope)
    text = scope.make(scope.arrays[name], 1)
    if scope.pick.chance(50):
        scope.write(f"while np.sum({name} * {name}) > {scope.pick.of(['0.2', '1.3'])}:")
        inside(
            scope,
            lambda: scope.write(
                f"{name} = {scope.pick.of(['0.4 * ' + name, name + ' * 0.3 + 0.01 * np.tanh(' + text + ')'])}"
            ),
        )
        return
    counter = scope.fresh()
    scope.write(f"{counter} = 0")
    scope.write(f"while {counter} < {scope.pick.of([*scope.integers, '2'])}:")

    def body() -> None:
        step(scope, name)
        scope.write(f"{counter} += 1")

    inside(scope, body)


def written_items(scope: Scope) -> None:
    """An array of one axis that is written item by item."""
    vectors = [n for n in scope.names(lambda s: len(s) == 1) if n not in scope.numbers]
    if not vectors:
        return assign(scope)
    scope.feature("a write to an item")
    source = scope.pick.of(vectors)
    name = scope.fresh() + "_w"
    scope.write(f"{name} = {scope.pick.of([f'np.zeros(len({source}))', f'np.zeros_like({source})'])}")
    least = scope.pick.of([0, 1])
    scope.write(f"for i_ in range({least or ''}{', ' * least}len({source})):")

    def body() -> None:
        scope.indices["i_"] = (scope.arrays[source][0], least)
        before = f"{name}[i_ - 1] * " if scope.pick.chance(50) else ""
        sign = scope.pick.of(["=", "+=", "="])
        scope.write(f"{name}[i_] {sign} {before}{in_brackets(scope.make((), 2))} + {source}[i_]")

    inside(scope, body)
    end = scope.fresh()
    scope.write(f"{end} = np.sum({name}) + {name}[{scope.pick.of(['0', '-1'])}] * 0.5")
    scope.bind(end, ())
    return None


Statement = Callable[[Scope], None]
STATEMENTS: dict[Statement, int] = {
    assign: 40, rebind: 12, unpacked: 4, named_lengths: 3, branch: 10, early_return: 4, loop: 18, while_loop: 4, written_items: 3,
}  # fmt: skip


# ------------------------------------------------------------------------------------------------------------- programs

SHAPES: tuple[Shape, ...] = (("n",), ("n", "m"), ("m", "k"), ("m",), ("k",), ("n", "n"), ("n", 1), (1, "m"), ("n", "m", "k"), (3,),
                             ("n", 3), (2, "m"), ("k", "n"), ())  # fmt: skip
FREQUENT = (8, 12, 6, 5, 3, 4, 3, 3, 3, 3, 2, 2, 3, 4)
HELPERS = {
    "def {0}(a, b):\n    return np.tanh(a) * b\n": 2,
    "def {0}(a, b):\n    c = a * b\n    return np.where(c > 0.1, c, 0.1 * b + a)\n": 2,
    "def {0}(a):\n    e = np.exp(-a * a)\n    return e / (1 + e)\n": 1,
    "def {0}(a, b):\n    if np.sum(a) > 0:\n        return a - b\n    return a + 0.5 * b\n": 2,
    "def {0}(a, b, scale=0.5):\n    for _ in range(2):\n        a = np.tanh(a + scale * b)\n    return a\n": 2,
    "{0} = lambda a: a / (1 + a * a)\n": 1,
}


def annotation(pick: Chooser, param: Parameter, way: str) -> str | None:
    """Return the annotation of a parameter."""
    if param.form == "int":
        return "int"
    if param.form == "list":
        return pick.of(["list[float]", "list"])
    if param.form == "float":
        return "float" if pick.chance(60) else None
    if way == "none" or way == "some" and pick.chance(50):
        return None
    text = " ".join(map(str, param.shape))
    return pick.weighted(
        {f'"{text}"': 80, f'Float[np.ndarray, "{text}"]': 10, "np.ndarray" if param.shape else '""': 10}
    )


def parameters(pick: Chooser, way: str) -> list[Parameter]:
    """Return the parameters of a program: arrays, and numbers beside them."""
    names = list("xywbXWVuqc")
    found = []
    for _ in range(pick.weighted({1: 12, 2: 40, 3: 36, 4: 12})):
        name = names.pop(pick.integer(0, len(names) - 1))
        form = pick.weighted({"array": 80, "float": 14, "list": 5}) if found else "array"
        shape = pick.weighted(dict(zip(SHAPES, FREQUENT))) if form == "array" else (3,) if form == "list" else ()
        made = Parameter(name, form, shape if found or shape else ("n", "m"))
        found.append(Parameter(name, form, made.shape, annotation(pick, made, way)))
    if pick.chance(35):
        found.append(Parameter("steps", "int", (), "int"))
    return found


def make_array_program(pick: Chooser, seed: int, size: int) -> ArrayProgram:
    """Return a program of up to so many statements."""
    way = pick.weighted({"all": 45, "none": 30, "some": 25})
    params = parameters(pick, way)
    scope = Scope(pick)
    for p in params:
        if p.form == "int":
            scope.integers.add(p.name)
        elif p.form == "list":
            scope.lists[p.name] = 3
        else:
            scope.arrays[p.name] = p.shape
            if not p.shape:
                scope.numbers.add(p.name)
            elif p.annotation not in (None, "np.ndarray"):
                scope.annotated.add(p.name)
    texts = []
    for k, text in enumerate(pick.several(list(HELPERS), 1)):
        name = ("act", "g", "mix")[k]
        scope.helpers[name] = HELPERS[text]
        texts.append(text.format(name))
    for _ in range(pick.integer(1, size)):
        pick.weighted(STATEMENTS)(scope)
    scope.write(f"return {result(scope)}")
    signature = ", ".join(p.written() for p in params)
    body = "\n".join(scope.lines)
    source = "\n\n".join([HEAD, *texts, f"def f({signature}):\n{body}\n"])
    return ArrayProgram(source, tuple(params), frozenset(scope.features), seed)


def result(scope: Scope) -> str:
    """Return one number that much of what was computed goes into."""
    last = [n for n in scope.arrays if n not in scope.parameters][-4:]
    parts = [scope.make((), 2)]
    for name in scope.pick.several(last, 4):
        shape = scope.arrays[name]
        parts.append(
            f"np.sum({name} * {scope.leaf(smaller(scope, shape))})"
            if shape and scope.pick.chance(60)
            else f"np.sum({name})"
        )
    return " + ".join(map(in_brackets, parts)) if scope.pick.chance(85) else in_brackets(parts[0])


def array_program(seed: int, size: int = 6) -> ArrayProgram:
    """Return the program of a seed: the same on every run."""
    attempt = 0
    while True:
        source = random.Random(f"arrays {seed} {attempt}")
        attempt += 1
        try:
            made = make_array_program(Chooser(source.randint), seed, size)
        except Impossible:
            continue
        if "np." in made.source.split("def f(")[1].split(":\n", 1)[1]:
            return made


def wrong_program(seed: int) -> ArrayProgram:
    """Return a program one of whose arrays has another shape than it was written for."""
    right = array_program(seed, 3)
    pick = Chooser(random.Random(f"wrong {seed}").randint)
    arrays = [p for p in right.params if p.form == "array"]
    old = pick.of(arrays)
    shape = pick.of(
        [old.shape[::-1], old.shape[1:], (*old.shape, "k"), tuple("k" if d == "n" else d for d in old.shape)]
    )
    said = f'"{" ".join(map(str, shape))}"' if old.annotation not in (None, "np.ndarray") else old.annotation
    new = replace(old, shape=shape, annotation=said)
    source = right.source.replace(f"{old.written()}", new.written(), 1) if old.annotation != said else right.source
    return replace(right, source=source, params=tuple(new if p is old else p for p in right.params), seed=seed)


CONSTRUCTS = {
    *(made.__name__ for made in (*ARRAYS, *NUMBERS)),
    *("broadcasting both ways", "keepdims", "a reduction as a method", "arange and linspace", "zeros and ones"),
    *("an augmented assignment", "a shape that is unpacked", "an early return", "break", "continue", "while"),
    *("a write to an item", "for range", "for over rows", "for zip", "for enumerate"),
}


@st.composite
def array_programs(draw: st.DrawFn, size: int = 4) -> ArrayProgram:
    """Programs over arrays as a hypothesis strategy."""
    return make_array_program(Chooser(lambda low, high: draw(st.integers(low, high))), 1, size)
