"""Lengths of arrays as far as they are known: numbers, names, what is computed from these, and what is not known.

    x: "n m"     n and m      x[1:]   n-1      x.ravel()   n*m      np.concatenate((x, x))   2*n      x[mask]   ?

Equal lengths are equal in any run. Two names are never equal, by the rule that what has two names is two things; a name
may stand for any number, and of other lengths that differ nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Union

numbers = count()


@dataclass(frozen=True, slots=True, eq=False)
class Unknown:
    """A length that nothing is known of: equal to itself alone."""

    number: int = field(default_factory=lambda: next(numbers))

    def __str__(self) -> str:
        return "?"


@dataclass(frozen=True, slots=True)
class Less:
    """A length less a number, 0 where that is negative."""

    of: Dim
    by: int

    def __str__(self) -> str:
        return f"{self.of}-{self.by}"


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of products, each with its factor: `2*n+n*m+1`."""

    terms: tuple[tuple[tuple[Atom, ...], int], ...]
    order: tuple[Atom, ...] = field(default=(), compare=False)  # in which names are shown

    def __str__(self) -> str:
        shown = [(sorted(atoms, key=self.order.index), k) for atoms, k in self.terms]
        shown.sort(key=lambda term: [*map(self.order.index, term[0]), len(self.order)])
        return "+".join("*".join([str(k)] * (k != 1 or not atoms) + list(map(str, atoms))) for atoms, k in shown)


Atom = Union[str, Unknown, Less]
Dim = Union[int, str, Unknown, Less, Sum]
Terms = Mapping["tuple[Atom, ...]", int]


def terms_of(dim: Dim) -> dict[tuple[Atom, ...], int]:
    """Return a length as products with their factors."""
    if isinstance(dim, int):
        return {(): dim}
    return dict(dim.terms) if isinstance(dim, Sum) else {(dim,): 1}


def atoms_of(*dims: Dim) -> tuple[Atom, ...]:
    """Return what lengths are made of, in order."""
    found: list[Atom] = []
    for dim in dims:
        found += dim.order if isinstance(dim, Sum) else () if isinstance(dim, int) else (dim,)
    return tuple(dict.fromkeys(found))


def of_terms(terms: Terms, order: tuple[Atom, ...]) -> Dim:
    """Return the length that is a sum of products."""
    found = {atoms: k for atoms, k in terms.items() if k}
    if not found.keys() - {()}:
        return found.get((), 0)
    (atoms, k), *more = found.items()
    if not more and k == 1 and len(atoms) == 1:
        return atoms[0]
    return Sum(tuple(sorted(found.items(), key=lambda term: (-len(term[0]), list(map(rank, term[0]))))), order)


def rank(atom: Atom) -> tuple[str, int]:
    """Return where an atom stands in a product, so that equal products are the same."""
    return (atom, 0) if isinstance(atom, str) else ("~", atom.number) if isinstance(atom, Unknown) else (str(atom), 1)


def plus(a: Dim, b: Dim) -> Dim:
    """Return the sum of two lengths."""
    terms = terms_of(a)
    for atoms, k in terms_of(b).items():
        terms[atoms] = terms.get(atoms, 0) + k
    return of_terms(terms, atoms_of(a, b))


def times(a: Dim, b: Dim) -> Dim:
    """Return the product of two lengths."""
    terms: dict[tuple[Atom, ...], int] = {}
    for one, k in terms_of(a).items():
        for other, j in terms_of(b).items():
            atoms = tuple(sorted((*one, *other), key=rank))
            terms[atoms] = terms.get(atoms, 0) + k * j
    return of_terms(terms, atoms_of(a, b))


def product(dims: Iterable[Dim]) -> Dim:
    """Return how many items there are."""
    total: Dim = 1
    for dim in dims:
        total = times(total, dim)
    return total


def minus(a: Dim, by: int) -> Dim:
    """Return a length less a number, 0 where that is negative."""
    if by == 0:
        return a
    if isinstance(a, Less):
        return Less(a.of, a.by + by)
    terms = terms_of(a)
    if terms.get((), 0) >= by:
        return of_terms({**terms, (): terms[()] - by}, atoms_of(a))
    return 0 if isinstance(a, int) else Less(a, by)


def difference(a: Dim, b: Dim) -> Dim | None:
    """Return a - b where it is never negative, None where it may be."""
    terms = terms_of(a)
    for atoms, k in terms_of(b).items():
        terms[atoms] = terms.get(atoms, 0) - k
    return None if any(k < 0 for k in terms.values()) else of_terms(terms, atoms_of(a))


def quotient(a: Dim, b: Dim) -> Dim | None:
    """Return a / b where that is a length whatever its names stand for, None elsewhere."""
    if a == b:
        return 1
    if len(terms_of(b)) != 1:
        return None
    ((divisor, by),) = terms_of(b).items()
    found: dict[tuple[Atom, ...], int] = {}
    for atoms, k in terms_of(a).items():
        left = list(atoms)
        for atom in divisor:
            if atom not in left:
                return None
            left.remove(atom)
        if by == 0 or k % by:
            return None
        found[tuple(left)] = k // by
    return of_terms(found, atoms_of(a))


def differ(a: Dim, b: Dim) -> bool:
    """Return whether two lengths are different: two names, two numbers, a length and one more."""
    if isinstance(a, (int, str)) and type(a) is type(b):
        return a != b
    one, other = offset(a), offset(b)
    return bool(one[0]) and one[0] == other[0] and one[1] != other[1]


def offset(dim: Dim) -> tuple[Terms, int]:
    """Return a length as what varies and what is added to it."""
    if isinstance(dim, Less):
        varies, fixed = offset(dim.of)
        return varies, fixed - dim.by
    terms = terms_of(dim)
    return {atoms: k for atoms, k in terms.items() if atoms}, terms.get((), 0)


def is_fixed(dim: Dim) -> bool:
    """Return whether a length is computed of names and numbers: it is the same wherever it stands."""
    if isinstance(dim, Less):
        return is_fixed(dim.of)
    return not isinstance(dim, Unknown) and all(map(is_fixed, dim.order if isinstance(dim, Sum) else ()))


def is_readable(dim: Dim) -> bool:
    """Return whether a length can be shown to a reader."""
    if isinstance(dim, Less):
        return isinstance(dim.of, str)
    return all(isinstance(atom, str) for atoms in terms_of(dim) for atom in atoms)
