"""What is said of arrays before any statement is read: annotations, and whether a function has to do with arrays."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from bpcompile.frontend.module import all_arguments
from bpcompile.frontend.numpy_names import METHODS
from bpcompile.ir.kinds import Array, Kind
from bpcompile.nodes import walk

DTYPES = {"Float": "real", "Float32": "real", "Float64": "real", "Real": "real", "Num": "real", "Int": "int",
          "Int32": "int", "Int64": "int", "Integer": "int", "Bool": "bool",
          "Complex": "complex", "Complex64": "complex", "Complex128": "complex"}  # fmt: skip
ARRAYS = frozenset(("ndarray", "NDArray", "ArrayLike"))


def array_annotation(node: ast.expr | None) -> Kind | None:
    """Return the kind that an annotation gives to an array: `"E M"`, `""`, `np.ndarray`, `Float[np.ndarray, "E M"]`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if node.value.endswith("]"):
            return quoted(node.value)
        return kind_of_text(node.value, "real")
    if isinstance(node, ast.Subscript):
        outer = ast.unparse(node.value).split(".")[-1]
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        shape = parts[1].value if len(parts) == 2 and isinstance(parts[1], ast.Constant) else None
        if outer in DTYPES and isinstance(shape, str):
            return kind_of_text(shape, DTYPES[outer])
        return Array(None) if outer in ARRAYS else None
    name = ast.unparse(node).split(".")[-1] if isinstance(node, (ast.Name, ast.Attribute)) else ""
    return Array(None) if name in ARRAYS else None


def quoted(text: str) -> Kind | None:
    """Return the kind of an annotation in quotes: `'Int[np.ndarray, "E"]'`."""
    try:
        return array_annotation(ast.parse(text, mode="eval").body)
    except SyntaxError:
        return None


def kind_of_text(text: str, dtype: str) -> Kind | None:
    """Return the kind of a shape as text, None where it is none: `"float"` is a type."""
    words = text.split()
    if not all(re.fullmatch(r"[A-Za-z_]\w*|\d+", w) for w in words):
        return None
    if len(words) == 1 and words[0] in ARRAYS:
        return Array(None)
    if len(words) == 1 and (words[0] in ("float", "int", "bool", "str", "list", "tuple") or is_type_name(words[0])):
        return None
    return Array(tuple(int(w) if w.isdigit() else w for w in words), dtype)


def is_type_name(word: str) -> bool:
    """Return whether a word is more likely the name of a class than of a dimension: `Tensor`."""
    return len(word) > 2 and word[0].isupper() and not word.isupper()


def mentions_arrays(nodes: Sequence[ast.AST], origins: Mapping[str, str]) -> bool:
    """Return whether functions use NumPy, `@`, the shapes of arrays or their methods."""
    for root in nodes:
        for node in walk(root):
            if isinstance(node, ast.MatMult) or isinstance(node, ast.Attribute) and node.attr in ("shape", "T"):
                return True
            if isinstance(node, ast.Call) and is_array_method(node.func, origins):
                return True
            if isinstance(node, ast.Name) and origins.get(node.id, "").split(".")[0] in ("numpy", "scipy"):
                return True
            if isinstance(node, ast.arg) and array_annotation(node.annotation) is not None:
                return True
    return False


def stores(nodes: Sequence[ast.AST]) -> Iterator[ast.Subscript]:
    """Yield the targets of functions that are parts of something: `u[i]` of `u[i] = v`."""
    for root in nodes:
        for node in walk(root):
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
                yield node


def writes_in_place(nodes: Sequence[ast.AST]) -> bool:
    """Return whether functions write to anything in place: `u[1:] = v`, `x += y`."""
    return any(stores(nodes)) or any(isinstance(n, ast.AugAssign) for root in nodes for n in walk(root))


def is_array_method(node: ast.expr, origins: Mapping[str, str]) -> bool:
    """Return whether what is called is a method that arrays have and lists do not, and no function of a module."""
    if not isinstance(node, ast.Attribute) or node.attr not in METHODS or hasattr(list, node.attr):
        return False
    return not isinstance(node.value, ast.Name) or node.value.id not in origins


def counted_names(node: ast.FunctionDef) -> frozenset[str]:
    """Return the names that a function counts up to: `range(n)` takes integers alone."""
    calls = [n for n in walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    counts = [n for n in calls if isinstance(n.func, ast.Name) and n.func.id == "range"]
    return frozenset(a.id for n in counts for a in n.args if isinstance(a, ast.Name))


def ranks_of(node: ast.FunctionDef, functions: Sequence[ast.AST]) -> dict[str, int]:
    """Return how many axes arrays without annotation are taken to have: as many as subscripts and shapes say.

    An array that is handed to a function has those that its subscripts say.
    """
    starred = (node.args.vararg, node.args.kwarg)
    plain = {a.arg for a in all_arguments(node.args) if a.annotation is None and a not in starred}
    known = {f.name: f for f in functions if isinstance(f, ast.FunctionDef) and f is not node}
    found = axes_of_names(node)
    for call in (n for n in walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)):
        callee = known.get(call.func.id) if isinstance(call.func, ast.Name) else None
        if callee is not None:
            axes = axes_of_names(callee)
            for parameter, argument in zip(callee.args.args, call.args):
                if axes.get(parameter.arg):
                    name, taken = indexed(argument)
                    found[name] = max(found.get(name, 0), taken + axes[parameter.arg])
    return {name: count for name, count in found.items() if name in plain and count > 0}


def indexed(node: ast.expr) -> tuple[str, int]:
    """Return the name of an array that is handed on, or a part of it, and how many axes the part leaves out."""
    if not isinstance(node, ast.Subscript):
        return (node.id if isinstance(node, ast.Name) else ""), 0
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    name, taken = indexed(node.value)
    return name, taken + sum(not isinstance(p, (ast.Slice, ast.Constant)) or is_integer(p) for p in parts)


def is_integer(node: ast.expr) -> bool:
    """Return whether a node is a literal integer."""
    return isinstance(node, ast.Constant) and type(node.value) is int


def axes_of_names(node: ast.FunctionDef) -> dict[str, int]:
    """Return how many axes a function's subscripts and shapes say that names have; a slice alone says nothing."""
    found: dict[str, int] = {}
    for inner in walk(node):
        if isinstance(inner, ast.Subscript) and isinstance(inner.value, ast.Name):
            parts = inner.slice.elts if isinstance(inner.slice, ast.Tuple) else [inner.slice]
            axes = [p for p in parts if not isinstance(p, ast.Constant) or p.value not in (None, ...)]
            count = 0 if isinstance(inner.slice, (ast.Slice, ast.Compare)) else len(axes)
            found[inner.value.id] = max(count, found.get(inner.value.id, 0))
        if isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Attribute) and inner.value.attr == "shape":
            target = inner.targets[0]
            if isinstance(inner.value.value, ast.Name) and isinstance(target, (ast.Tuple, ast.List)):
                name = inner.value.value.id
                found[name] = max(len(target.elts), found.get(name, 0))
    return found


def part_written(nodes: Sequence[ast.AST]) -> frozenset[str]:
    """Return the names that functions write parts of: `u[1:] = ...`."""
    return frozenset(n.value.id for n in stores(nodes) if isinstance(n.value, ast.Name))


def item_written(nodes: Sequence[ast.AST]) -> frozenset[str]:
    """Return the names whose items functions write one by one: `u[i] = ...`."""
    items = [n for n in stores(nodes) if not isinstance(n.slice, (ast.Slice, ast.Tuple))]
    return frozenset(n.value.id for n in items if isinstance(n.value, ast.Name))
