"""What a value is, as far as the compiler knows: a number, or a list or tuple of known or unknown length."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Union

from bpcompile.ir.lengths import Dim


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number (or, for parameters that are never differentiated, a string)."""

    name: str  # "real" | "int" | "bool" | "str" | "any": never used, so nothing is known

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list or tuple parameter: what its items are, and what is known of its length."""

    item: Kind  # what an item is unless `at` says otherwise
    at: dict[int, Kind] = field(default_factory=dict)  # items that differ, by index (may be negative)
    least: int = 0  # the length that its constant indices need
    length: int | None = None  # the exact length, where unpacking fixes it
    is_open: bool = False  # a whole-list function (sum, max, len ...) reads it: any length may come
    is_tuple: bool = False  # annotated as a tuple: its gradient is a tuple as well
    is_array: bool = False  # an array of one dimension that is written item by item

    def __str__(self) -> str:
        word = "array" if self.is_array else "tuple" if self.is_tuple else "list"
        return f"{word}[{self.item}]"


@dataclass(frozen=True, slots=True)
class Array:
    """What NumPy computes: an array, or one of its numbers. `dims` is None where not even the rank is known."""

    dims: tuple[Dim, ...] | None = None
    dtype: str = "real"  # "real" | "int" | "bool"
    is_written: bool = False  # the text changes it in place: all versions of it are one object

    def __str__(self) -> str:
        return f"{self.dtype}[{'...' if self.dims is None else ', '.join(map(str, self.dims))}]"


Kind = Union[Scalar, Sequence, Array]


def is_mutable(kind: Kind) -> bool:
    """Return whether a value may change in place: a list, or an array that is written to."""
    return isinstance(kind, Sequence) or isinstance(kind, Array) and kind.is_written


def as_written(kind: Kind) -> Kind:
    """Return the kind of what is changed in place."""
    return replace(kind, is_written=True) if isinstance(kind, Array) else kind


def is_vector(kind: Kind) -> bool:
    """Return whether a kind is that of an array which is written item by item: a list to the compiler."""
    return isinstance(kind, Sequence) and kind.is_array


def holds_lists(kind: Kind) -> bool:
    """Return whether a kind is that of a list of which some item is a list."""
    return isinstance(kind, Sequence) and any(isinstance(k, Sequence) for k in (kind.item, *kind.at.values()))


def holds_arrays(kind: Kind) -> bool:
    """Return whether a list holds arrays, at any depth."""
    if isinstance(kind, Sequence):
        return any(map(holds_arrays, (kind.item, *kind.at.values())))
    return isinstance(kind, Array)


def holds_vectors(kind: Kind) -> bool:
    """Return whether a list holds arrays that are written item by item, at any depth."""
    return isinstance(kind, Sequence) and any(is_vector(k) or holds_vectors(k) for k in (kind.item, *kind.at.values()))


REAL, INT, BOOL, STR, ANY = map(Scalar, ("real", "int", "bool", "str", "any"))
