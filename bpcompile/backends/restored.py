"""Arrays that the backward part changes back to what they were, and the names by which others know them.

v = z.copy()                         dz = u.copy()    # not dz = u: that is v, which is about to change
v[1:-1] *= w                         v[1:-1] = v_part
u = v
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bpcompile.ir import ops
from bpcompile.ir.facts import Live
from bpcompile.ir.graph import Apply, Block, Branch, Function, Loop, Result, Unpack, Value, blocks_of
from bpcompile.ir.kinds import Array, Sequence, holds_arrays


class Restored:
    """Tells which arrays, of those to which a write is undone, a value may be or may show."""

    def __init__(self, fn: Function, live: Live, again: Mapping[Value, Value]) -> None:
        self.versions = fn.versions
        self.again = again  # what the backward part computes again, or has kept -> what it was
        self.arrays = set(self.undone(fn.body, live))
        self.shown: dict[Value, set[Value]] = {}  # what is handed on -> the arrays that it may be
        handed = [(r, v) for r, v in handed_on(fn.body) if isinstance(r.kind, Array)] if self.arrays else []
        is_new = bool(handed)
        while is_new:
            is_new = False
            for result, value in handed:
                found, known = self.shown_by(value), self.shown.setdefault(self.root(result), set())
                is_new = is_new or not found <= known
                known |= found

    def undone(self, block: Block, live: Live) -> Iterator[Value]:
        """Yield the arrays to which a write is undone."""
        for item in block.items:
            if isinstance(item, Apply) and item.op is ops.UNSTORE and live.has(item):
                yield from map(self.root, arrays_among(item.args[:1]))
            for inner in blocks_of(item):
                yield from self.undone(inner, live)

    def root(self, value: Value) -> Value:
        """Return what a value is a version of: of a loop's result, what the loop carries."""
        while True:
            if value in self.again:
                value = self.again[value]
            elif value in self.versions:
                value = self.versions[value]
            elif isinstance(value, Result) and isinstance(value.owner, Loop):
                value = value.owner.carried[value.index]
            else:
                return value

    def shown_by(self, value: Value) -> set[Value]:
        """Return the arrays that a value may be, or may show a part of."""
        found: set[Value] = set()
        todo, seen = list(arrays_among([value])), set[Value]()
        while todo and self.arrays:
            inner = self.again.get(todo[-1], todo[-1])
            todo.pop()
            root = self.root(inner)
            found |= self.arrays & {root} | self.shown.get(root, set())
            if is_from_list(inner):
                return self.arrays
            if isinstance(inner, Apply) and inner.op not in ops.NEW_ARRAYS and inner not in seen:
                args = inner.args[:1] if inner.op in OF_FIRST else inner.args
                if any(isinstance(a.kind, Sequence) and holds_arrays(a.kind) for a in args):
                    return self.arrays
                seen.add(inner)
                todo += arrays_among(args)
        return found


OF_FIRST = ops.EFFECTS | ops.LIKE_SECOND  # may show their first argument, and no other


def arrays_among(values: Iterable[Value]) -> Iterator[Value]:
    """Yield those of the values that are arrays."""
    return (v for v in values if isinstance(v.kind, Array) and v.kind.dims != ())


def is_from_list(value: Value) -> bool:
    """Return whether a value is unpacked from a list: it may be any array that was put there."""
    return isinstance(value, Result) and isinstance(value.owner, Unpack)


def handed_on(block: Block) -> Iterator[tuple[Value, Value]]:
    """Yield what loops carry and what leaves branches, each with what it may be."""
    for item in block.items:
        if isinstance(item, Branch):
            for side in item.sides:
                yield from zip(item.results, side.results)
        elif isinstance(item, Loop):
            yield from zip(item.carried, item.initial)
            yield from zip(item.carried, item.body.results)
        for inner in blocks_of(item):
            yield from handed_on(inner)
