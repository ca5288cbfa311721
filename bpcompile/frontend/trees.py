"""What a name or an expression is at compile time: a number, a tuple seen through, a function, or nothing usable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Union

from bpcompile.frontend.module import FunctionNode
from bpcompile.ir.graph import Const, Group, Value


@dataclass(frozen=True, slots=True)
class Text:
    """A string literal."""

    text: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """None."""


@dataclass(frozen=True, slots=True)
class Module:
    """`math` itself."""

    name: str


@dataclass(frozen=True, slots=True)
class Known:
    """A builtin, or a function of `math`, by its dotted name."""

    name: str


@dataclass(frozen=True, slots=True)
class TypeOf:
    """`x.dtype`."""

    array: Value


@dataclass(frozen=True, slots=True, eq=False)
class UserFunction:
    """A function of the file, or a lambda, with the frame that its free names are looked up in."""

    name: str
    node: FunctionNode
    frame: Frame | None  # None: the module
    defaults: Mapping[str, Thing] = field(default_factory=dict)  # of a function inside another, evaluated there


@dataclass(frozen=True, slots=True)
class Conflict:
    """A name that is one thing on one path and another on the other: refused where it is used."""

    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Guarded:
    """A function, or a list of outside, that a loop binds a name to: reading `flag` raises where no trip was made."""

    thing: Thing
    flag: Value


@dataclass(frozen=True, slots=True)
class Broken:
    """What a refused expression is: it says nothing further."""


@dataclass(frozen=True, slots=True)
class Never:
    """What a path gives that ends in a `raise`."""


Thing = Union[Value, Group, Text, Nothing, Module, Known, TypeOf, UserFunction, Conflict, Broken, Never, Guarded]
BROKEN, NOTHING, NEVER = Broken(), Nothing(), Never()


class Layer(dict[str, "Thing"]):
    """What a block has bound: names, versions of written lists, and whether its end is never reached."""

    def __init__(self) -> None:
        super().__init__()
        self.versions: dict[Value, Value] = {}
        self.roots: list[Value] = []  # lists that were made here
        self.made: set[Value] = set()  # arrays that were made here
        self.is_trip = False  # the body of a loop
        self.is_dead = False


class Frame:
    """One activation of a function: what its names are now. A layer per branch that is being read."""

    def __init__(self, node: FunctionNode | None, names: frozenset[str], outer: Frame | None) -> None:
        self.node = node
        self.names = names
        self.outer = outer
        self.layers: list[dict[str, Thing]] = [Layer()]

    def get(self, name: str) -> Thing | None:
        """Return what the name is bound to here, None where it is unbound."""
        for layer in reversed(self.layers):
            if name in layer:
                return layer[name]
        return None

    def bind(self, name: str, thing: Thing) -> None:
        """Bind the name on the path that is being read."""
        self.layers[-1][name] = thing

    def forget(self, name: str) -> None:
        """Leave the name unbound from here on, on every path that is left."""
        for layer in self.layers:
            layer.pop(name, None)


def const_int(thing: Thing) -> int | None:
    """Return the integer that a literal is, None for anything else."""
    if isinstance(thing, Const) and isinstance(thing.value, int):
        return int(thing.value)
    return None


def flat(thing: object) -> Iterator[Value]:
    """Yield the values of a tuple, or the one value that a thing is."""
    if isinstance(thing, Group):
        for item in thing.items:
            yield from flat(item)
    elif isinstance(thing, Value):
        yield thing
