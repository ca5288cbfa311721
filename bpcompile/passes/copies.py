"""A list or an array that was copied: until an item is written, it is that of what was copied.

    v = list(u)
    for i in range(1, n):
        v[i] = u[i] + r * t              # is v[i] += r * t: what v[i] was before has the cotangent of what it is

and its cotangent is where that of the other list starts, if nothing writes to it before it is added there.

    du = [0.0] * len(u)                  du = list(dv)
    du[0] += dy                          du[0] += dy
    for i in range(len(dv)):
        du[i] += dv[i]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bpcompile.ir import ops
from bpcompile.ir.facts import literal
from bpcompile.ir.graph import Apply, Bind, Block, Function, Item, Loop, Value, blocks_of, everything, operands
from bpcompile.passes.indices import Indices, place_of

MAX_WRITES = 100  # that are looked at between a copy and a write to it


@dataclass
class Copies:
    """Which items of copied lists are not written yet."""

    fn: Function
    loops: dict[Value, tuple[Loop, int]] = field(default_factory=dict)  # carried value -> its loop and place
    indices: Indices = field(init=False)

    def __post_init__(self) -> None:
        loops = [item for item in everything(self.fn.body) if isinstance(item, Loop)]
        for loop in loops:
            self.loops.update((param, (loop, k)) for k, param in enumerate(loop.carried))
        self.indices = Indices({loop.index: loop for loop in loops}, lambda _outer, _inner: False)

    def added(self, write: Apply, item: Value, is_inline: Callable[[Value], bool]) -> list[tuple[Value, bool]] | None:
        """Return what a write adds to the item that it overwrites, or (True) takes away from it.

        None where it overwrites the item with something else.
        """
        found: list[tuple[Value, bool]] = []
        while isinstance(item, Apply) and item.op in (ops.ADD, ops.SUB) and not item.gate and is_inline(item):
            left, right = item.args
            if item.op is ops.ADD and self.is_old(right, write) and not self.is_old(left, write):
                left, right = right, left
            found.insert(0, (right, item.op is ops.SUB))
            if self.is_old(left, write):
                return found if right is not left else None
            item = left
        return None

    def is_old(self, value: Value, write: Apply) -> bool:
        """Return whether a value is the item that a write overwrites: of the list, or of what it was copied from."""
        if value is self.fn.olds[write]:
            return True
        root, place = self.fn.versions[write], write.args[1:-1]
        if not isinstance(value, Apply) or value.op not in (ops.INDEX, ops.SUBSCRIPT) or value.args[1:] != place:
            return False
        if not isinstance(root, Apply) or root.op is not ops.COPY_OF:
            return False
        return root.args[0] is value.args[0] and self.is_first(write, root)

    def is_first(self, write: Apply, root: Value) -> bool:
        """Return whether nothing has been written to an item of a list since it was made."""
        place, at = write.args[1:-1], write.args[0]
        for _ in range(MAX_WRITES):
            if at is root:
                return True
            if isinstance(at, Apply) and at.op is ops.STORE and self.indices.are_different(place, at.args[1:-1]):
                at = at.args[0]
            elif at in self.loops:
                loop, k = self.loops[at]
                is_only_write = loop.body.results[k] is write and write.args[0] is at
                if not is_only_write or not self.is_another_each_trip(place, loop):
                    return False
                at = loop.initial[k]
            else:
                break
        return False

    def is_another_each_trip(self, place: Sequence[Value], loop: Loop) -> bool:
        """Return whether a place is that of another item in each trip of a loop."""
        at = place_of(place[0]) if len(place) == 1 else None
        if at is None or at.base is not loop.index or loop.run is None or not literal(loop.run[2]):
            return False
        least = self.indices.least(loop.index)
        return least is not None and least + at.offset >= 0


def starts_from(block: Block, root: Value, ct: Value, primals: Mapping[Value, Value]) -> bool:
    """Let the cotangent of a list or an array start from another cotangent instead of zeros, where that is possible.

    The other one is there before, and nothing but sums has happened to the zeros since.
    """
    at = next((k for k in range(len(block.items) - 1, -1, -1) if is_start(block.items[k], root, primals)), None)
    if at is None or any(gives(item, ct) for item in block.items[at:]):
        return False
    zeros = block.items[at]
    if not isinstance(zeros, Apply) or not all(is_sum_or_none(i, root, primals) for i in block.items[at + 1 :]):
        return False
    block.table.pop((zeros.op, zeros.args), None)
    zeros.op, zeros.args = ops.COPY_OF, (ct,)
    return True


def is_start(item: Item, root: Value, primals: Mapping[Value, Value]) -> bool:
    """Return whether an item makes the zeros of a list's cotangent."""
    return isinstance(item, Apply) and item.op is ops.ZEROS and primals.get(item) is root


def gives(item: Item, value: Value) -> bool:
    """Return whether an item gives a value."""
    return item is value or any(r is value for r in getattr(item, "results", ()))


def is_sum_or_none(item: Item, root: Value, primals: Mapping[Value, Value]) -> bool:
    """Return whether all that an item does to a list's cotangent is to add to it."""
    inside = [i for inner in blocks_of(item) for i in inner.items]
    if inside or isinstance(item, Loop):
        return all(is_sum_or_none(i, root, primals) for i in inside)
    touched = [] if isinstance(item, Bind) else [v for v in operands(item) if primals.get(v) is root]
    return not touched or isinstance(item, Apply) and item.op is ops.ADD_AT and touched == [item.args[0]]
