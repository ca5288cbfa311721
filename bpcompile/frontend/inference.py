"""What the uses of a parameter say about it: `x * 2` makes it a number, `w[0]`, `len(w)` or `a, b = w` a list."""

from __future__ import annotations

import ast
from contextlib import suppress
from dataclasses import dataclass, field, replace

from bpcompile.frontend.annotations import array_annotation
from bpcompile.ir.graph import Value
from bpcompile.ir.kinds import ANY, BOOL, INT, REAL, STR, Array, Kind, Scalar, Sequence


@dataclass(slots=True, eq=False)
class Cell:
    """What is known so far of one parameter, or of one item of it."""

    shape: str = ""  # "" | "number" | "list"
    scalar: Scalar = REAL
    items: dict[int, Cell] = field(default_factory=dict)
    every: Cell | None = None  # what whole-list functions say of all items
    length: int | None = None
    is_open: bool = False
    is_tuple: bool = False
    is_array: bool = False  # of one dimension, written item by item
    is_local: bool = False  # a list that the program makes: its items are all alike
    array: Array | None = None  # what the items of a list are where NumPy computes them
    linked: list[Cell] = field(default_factory=list)  # what the value may be: all of one kind

    def be(self, shape: str) -> None:
        """Say what the value is, and with it all that it may be."""
        todo = [self]
        while todo:
            cell = todo.pop()
            if not cell.shape:
                cell.shape = shape
                todo += cell.linked

    def is_torn(self) -> bool:
        """Return whether the value may be of another kind than it is used as."""
        seen: list[Cell] = []
        todo = list(self.linked)
        while todo:
            cell = todo.pop()
            if cell.shape not in ("", self.shape):
                return True
            if all(cell is not other for other in seen):
                seen.append(cell)
                todo += cell.linked
        return False

    def item(self, index: int) -> Cell:
        """Return the cell of one item."""
        if self.is_local:
            return self.all_items()
        if index not in self.items:
            every = self.every
            known = every is not None and (every.shape or every.array)
            self.items[index] = replace(every) if known and every else Cell()
        return self.items[index]

    def all_items(self) -> Cell:
        """Return the cell that speaks for every item."""
        if self.every is None:
            self.every = Cell()
        return self.every

    def kind(self) -> Kind:
        """Return the kind that the uses amount to."""
        if self.shape != "list":
            return self.array or self.scalar if self.shape == "number" else ANY
        kinds = {index: cell.kind() for index, cell in sorted(self.items.items()) if cell.shape}
        default = self.every.kind() if self.every is not None and self.every.shape else None
        if default is None:
            default = next(iter(kinds.values()), ANY)
        least = max((index + 1 if index >= 0 else -index for index in self.items), default=0)
        at = {index: kind for index, kind in kinds.items() if kind != default}
        return Sequence(default, at, least, self.length, self.is_open, self.is_tuple, self.is_array)


NUMBERS = {"float": REAL, "int": INT, "bool": BOOL, "str": STR}
LISTS = {"list": False, "List": False, "Sequence": False, "tuple": True, "Tuple": True}


def annotated(node: ast.expr | None) -> Cell | None:
    """Return the cell of a parameter with this annotation; None where the annotation is not understood."""
    if node is None:
        return Cell()
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            return annotated(ast.parse(node.value, mode="eval").body)
        return None
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else None
    if name in NUMBERS:
        return Cell("number", NUMBERS[name])
    if name in LISTS:
        return Cell("list", is_tuple=LISTS[name])
    if isinstance(node, ast.Subscript):
        return annotated_list(node)
    return None


def annotated_list(node: ast.Subscript) -> Cell | None:
    """Return the cell of `list[float]`, `tuple[float, float]`, `tuple[float, ...]` and what nests of them."""
    outer = annotated(node.value)
    if outer is None or outer.shape != "list":
        return None
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    is_many = len(parts) == 2 and isinstance(parts[1], ast.Constant) and parts[1].value is Ellipsis
    cells = [annotated(part) or of_array(part) for part in (parts[:1] if is_many else parts)]
    if any(cell is None for cell in cells):
        return None
    if outer.is_tuple and not is_many:
        outer.length = len(cells)
        outer.items = {index: cell for index, cell in enumerate(cells) if cell is not None}
    elif len(cells) == 1:
        outer.every = cells[0]
    else:
        return None
    return outer


def of_array(node: ast.expr) -> Cell | None:
    """Return the cell of an item that is annotated as an array."""
    kind = array_annotation(node)
    if not isinstance(kind, Array):
        return None
    return Cell("number", array=kind) if kind.dims != () else Cell("number", NUMBERS.get(kind.dtype, REAL))


def either(cell: Cell) -> Cell:
    """Let what is not known of the items of a list be what NumPy computes, or lists of it."""
    for inner in (cell.every, *cell.items.values()):
        if inner is not None and inner.shape == "list":
            either(inner)
    if cell.every is None and not cell.items:
        cell.every = Cell(array=Array(None))
    return cell


class Cells:
    """The cells of the parameters, and of the values that are items of them."""

    def __init__(self) -> None:
        self._cells: dict[Value, Cell] = {}

    def put(self, value: Value, cell: Cell) -> None:
        """Say that the value is described by the cell."""
        self._cells[value] = cell

    def get(self, value: Value) -> Cell | None:
        """Return the value's cell; None for a value that is a number by construction."""
        return self._cells.get(value)

    def settle(self) -> None:
        """Write into every value the kind that its uses amount to."""
        for value, cell in self._cells.items():
            if not isinstance(value.kind, Array) or cell.shape == "list":
                value.kind = cell.kind()
