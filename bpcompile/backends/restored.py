"""Arrays that the backward part changes back to what they were, and the names by which others know them.

v = z.copy()                         dz = u.copy()    # not dz = u: that is v, which is about to change
v[1:-1] *= w                         v[1:-1] = v_part
u = v
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpcompile.backends.names import Names
from bpcompile.ir import ops
from bpcompile.ir.facts import Live
from bpcompile.ir.graph import Apply, Block, Branch, Loop, Result, Unpack, Value, blocks_of
from bpcompile.ir.kinds import Array, Sequence, holds_arrays


class Restored:
    """Tells which values are, or show, an array to which a write is undone."""

    def __init__(self, block: Block, live: Live, names: Names) -> None:
        self.names = names
        self.found: set[Value] = set(self.undone(block, live))
        handed = [(r, v) for r, v in handed_on(block) if isinstance(r.kind, Array)] if self.found else []
        count = -1
        while count < len(self.found):
            count = len(self.found)
            self.found.update(self.root(r) for r, v in handed if self.shows(v))

    def undone(self, block: Block, live: Live) -> Iterator[Value]:
        """Yield the arrays to which a write is undone."""
        for item in block.items:
            if isinstance(item, Apply) and item.op is ops.UNSTORE and live.has(item):
                yield from map(self.root, arrays_among(item.args[:1]))
            for inner in blocks_of(item):
                yield from self.undone(inner, live)

    def root(self, value: Value) -> Value:
        """Return the variable that a value is, or was when it was kept."""
        return self.names.one(self.names.again.get(value, value))

    def shows(self, value: Value) -> bool:
        """Return whether what is written to such an array may show in a value."""
        todo, seen = list(arrays_among([value])), set[Value]()
        while todo and self.found:
            inner = todo.pop()
            if self.root(inner) in self.found or is_from_list(inner):
                return True
            inner = self.names.again.get(inner, inner)
            if isinstance(inner, Apply) and inner.op not in ops.NEW_ARRAYS and inner not in seen:
                args = inner.args[:1] if inner.op in OF_FIRST else inner.args
                if any(isinstance(a.kind, Sequence) and holds_arrays(a.kind) for a in args):
                    return True
                seen.add(inner)
                todo += arrays_among(args)
        return False


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
