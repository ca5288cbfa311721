"""What the items of the lists are that a program makes: found while it is read, known when it is read again.

hs = []                                  the items are not known yet: whatever NumPy computes
for t in range(n):
    h = np.tanh(W @ hs[t - 1])
    hs.append(h)                         arrays of one dimension: so is `hs[t - 1]`, when the program is read again
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bpcompile.errors import Span
from bpcompile.frontend.inference import Cell
from bpcompile.ir.fitting import dims_of, joined, lasting
from bpcompile.ir.kinds import ANY, REAL, Array, Kind

ANYTHING = Array(None)
LISTS = ANY  # in `Items.known`: the items are lists


def alike(a: Kind, b: Kind) -> Kind:
    """Return the kind of an item that is one or the other."""
    return lasting(joined(a, b))


Place = tuple[Span, int]  # where a list is made, and how deep inside it the items are


@dataclass(slots=True, eq=False)
class Found:
    """What is put into the lists that are made at one place, and what was taken out of them."""

    put: Kind | None = None
    taken: Kind | None = None


class Items:
    """The kinds of the items of lists, by the places where the lists are made."""

    def __init__(self, known: Mapping[Place, Kind]) -> None:
        self.known = known
        self.lists: frozenset[str] = frozenset()  # the parameters that are read as lists, without saying so
        self.unpacked: set[str] = set()  # those that may be lists, since something is unpacked from them
        self.found: dict[Place, Found] = {}
        self.places: dict[int, Place] = {}
        self.cells: list[Cell] = []  # keeps them alive: `places` knows them by id
        self.alike: list[tuple[Cell, Cell]] = []

    def new(self, span: Span, depth: int = 0) -> Cell:
        """Return the cell of the items of a new list."""
        place = (span, depth)
        cell = Cell()
        if self.known.get(place) is LISTS:
            cell = Cell("list", every=self.new(span, depth + 1), is_local=True)
        self.cells.append(cell)
        self.places[id(cell)] = place
        self.found.setdefault(place, Found())
        return cell

    def put(self, cell: Cell, kind: Kind) -> bool:
        """Say that a number or an array becomes an item; return whether that is new."""
        kind = REAL if dims_of(kind) == () else lasting(kind)
        place = self.places.get(id(cell))
        if place is None:
            now, had = alike(cell.array or REAL, kind), cell.array
            cell.array = now if isinstance(now, Array) else None
            return cell.array != had
        found = self.found[place]
        all_put = kind if found.put is None else alike(found.put, kind)
        is_new, found.put = all_put != found.put, all_put
        cell.array = all_put if isinstance(all_put, Array) else None
        return is_new

    def take(self, cell: Cell) -> Array | None:
        """Return what an item is that is read, where it may be an array."""
        place = self.places.get(id(cell))
        if place is None or cell.shape == "list":
            return cell.array
        found = self.found[place]
        kind = self.known.get(place) or found.put or ANYTHING
        kind = kind if found.put is None else alike(kind, found.put)
        found.taken = kind if found.taken is None else alike(found.taken, kind)
        return kind if isinstance(kind, Array) else None

    def put_so_far(self, cell: Cell) -> Kind | None:
        """Return what the items are as far as they are known."""
        place = self.places.get(id(cell))
        return self.found[place].put if place is not None else cell.array or (REAL if cell.shape else None)

    def one(self, a: Cell, b: Cell) -> None:
        """Say that the items of two lists are alike: the lists may be one, or one has the items of the other."""
        if a is not b:
            self.alike.append((a, b))
            self.spread(a, b)

    def spread(self, a: Cell, b: Cell) -> bool:
        """Let each of two lists hold what the other holds; return whether that is new."""
        if a.shape == "list" and b.shape == "list":
            return a is not b and self.spread(a.all_items(), b.all_items())
        kinds = self.put_so_far(a), self.put_so_far(b)
        is_new = [self.put(cell, kind) for cell, kind in zip((b, a), kinds) if kind is not None]
        return any(is_new)

    def learned(self) -> dict[Place, Kind]:
        """Return what has to be known of the items before the program is read again: nothing where all was right."""
        while any([self.spread(a, b) for a, b in self.alike]):
            pass
        lists = {self.places[id(c)] for c in self.cells if c.shape == "list"}
        learned: dict[Place, Kind] = {}
        for place, found in self.found.items():
            if found.taken is None:
                continue
            if place in lists:
                if self.known.get(place) is not LISTS:
                    learned[place] = LISTS
            elif found.put is not None and alike(found.put, found.taken) != found.taken:
                learned[place] = alike(found.put, self.known.get(place, found.put))
            elif found.put is not None and found.put != found.taken and place not in self.known:
                learned[place] = found.put
        return learned

    def settle(self) -> None:
        """Let the items be what they were taken for: all that was put in, or more."""
        for cell in self.cells:
            found = self.found[self.places[id(cell)]]
            if isinstance(found.taken, Array) and found.put is not None and cell.shape != "list":
                cell.array = found.taken
