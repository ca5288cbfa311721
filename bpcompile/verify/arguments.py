"""The arguments of a check over arrays, taken apart: a list of arrays is as many arrays, each with a place in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Union

from bpcompile.ir.kinds import Array, Kind, Scalar
from bpcompile.ir.kinds import Sequence as ListKind
from bpcompile.verify.subject import ParamSpec

LENGTH = 2  # of a list of unknown length


@dataclass(frozen=True)
class Leaf:
    """A number or an array: what it is called, what it is, and which others of its list are of its shape."""

    name: str
    kind: Kind
    role: str


Tree = Union[Leaf, "list[Tree]", "tuple[Tree, ...]"]


def is_nested(kind: Kind) -> bool:
    """Return whether an argument is a list, and not an array that is written item by item."""
    return isinstance(kind, ListKind) and not kind.is_array


def length_of(kind: ListKind) -> int:
    """Return how many items a list is given."""
    return kind.length or max(kind.least, LENGTH)


def tree_of(param: ParamSpec) -> Tree:
    """Return a parameter as nested lists and tuples of leaves."""
    return planted(param.name, param.kind, param.name)


def planted(name: str, kind: Kind, role: str) -> Tree:
    """Return what stands at a place of a parameter."""
    if not isinstance(kind, ListKind) or kind.is_array:
        return Leaf(name, kind, role)
    is_mixed = bool(kind.at) or kind.length is not None or kind.is_tuple
    items = [
        planted(f"{name}[{k}]", item_of(kind, k), f"{role}[{k if is_mixed else 'i'}]") for k in range(length_of(kind))
    ]
    return tuple(items) if kind.is_tuple else items


def item_of(kind: ListKind, k: int) -> Kind:
    """Return the kind of an item of a list."""
    return kind.at.get(k, kind.at.get(k - length_of(kind), kind.item))


def leaves_of(tree: Tree) -> Iterator[Leaf]:
    """Yield the leaves of an argument."""
    if isinstance(tree, Leaf):
        yield tree
    else:
        for item in tree:
            yield from leaves_of(item)


def grown(tree: Tree, value_of: Callable[[str], Any]) -> Any:
    """Return an argument with values in place of the leaves."""
    if isinstance(tree, Leaf):
        return value_of(tree.name)
    return type(tree)([grown(item, value_of) for item in tree])


def gathered(tree: Tree, value: Any) -> Iterator[tuple[Leaf, Any]]:
    """Yield the leaves of an argument, each with what stands in its place in a gradient."""
    if isinstance(tree, Leaf):
        yield tree, value
        return
    if not isinstance(value, (list, tuple)) or len(value) != len(tree):
        raise ValueError("a gradient that is nested otherwise than its argument")
    for item, part in zip(tree, value):
        yield from gathered(item, part)


def is_free(leaf: Leaf) -> bool:
    """Return whether the shape of a leaf is not known."""
    return isinstance(leaf.kind, Array) and leaf.kind.dims is None


def is_number(leaf: Leaf) -> bool:
    """Return whether a leaf is a number."""
    return isinstance(leaf.kind, Scalar)


def roles_of(leaves: Sequence[Leaf]) -> list[str]:
    """Return the roles of the leaves whose shapes are not known."""
    return list(dict.fromkeys(leaf.role for leaf in leaves if is_free(leaf)))
