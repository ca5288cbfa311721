"""The arguments of a check over arrays, taken apart: a list of arrays is as many arguments, each with a place in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Union

from bpcompile.ir.kinds import Kind
from bpcompile.ir.kinds import Sequence as ListKind
from bpcompile.verify.subject import ParamSpec, Subject

LENGTH = 2  # of a list of unknown length

Tree = Union[ParamSpec, "list[Tree]", "tuple[Tree, ...]"]


def taken_apart(subject: Subject) -> tuple[Subject, dict[str, Tree]]:
    """Return a subject whose parameters are numbers and arrays, and which of them each argument is made of."""
    trees = {p.name: planted(p.name, p.kind, p.name) for p in subject.params}
    params = tuple(leaf for tree in trees.values() for leaf in leaves_of(tree))
    wrt = tuple(leaf.name for name in subject.wrt for leaf in leaves_of(trees[name]))
    return replace(subject, params=params, wrt=wrt), trees


def is_nested(kind: Kind) -> bool:
    """Return whether an argument is a list, and not an array that is written item by item."""
    return isinstance(kind, ListKind) and not kind.is_array


def length_of(kind: ListKind) -> int:
    """Return how many items a list is given."""
    return kind.length or max(kind.least, LENGTH)


def planted(name: str, kind: Kind, role: str) -> Tree:
    """Return what stands at a place of a parameter; what has one role has one shape."""
    if not isinstance(kind, ListKind) or kind.is_array:
        return ParamSpec(name, kind, role)
    is_mixed = bool(kind.at) or kind.length is not None or kind.is_tuple
    count = length_of(kind)
    kinds = [kind.at.get(k, kind.at.get(k - count, kind.item)) for k in range(count)]
    items = [planted(f"{name}[{k}]", item, f"{role}[{k if is_mixed else 'i'}]") for k, item in enumerate(kinds)]
    return tuple(items) if kind.is_tuple else items


def leaves_of(tree: Tree) -> Iterator[ParamSpec]:
    """Yield the numbers and arrays of an argument."""
    if isinstance(tree, ParamSpec):
        yield tree
    else:
        for item in tree:
            yield from leaves_of(item)


def grown(tree: Tree, value_of: Callable[[str], Any]) -> Any:
    """Return an argument with values in place of the leaves."""
    if isinstance(tree, ParamSpec):
        return value_of(tree.name)
    return type(tree)([grown(item, value_of) for item in tree])


def gathered(tree: Tree, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the name of each leaf of an argument, with what stands in its place in a gradient."""
    if isinstance(tree, ParamSpec):
        yield tree.name, value
        return
    if not isinstance(value, (list, tuple)) or len(value) != len(tree):
        raise ValueError("a gradient that is nested otherwise than its argument")
    for item, part in zip(tree, value):
        yield from gathered(item, part)
