"""Lowering of writes into arrays: `u[1:-1] += v`, `A[i, :] = w`, `x *= 2`.

A write gives a new version of the array, which is the same array at run time. A name holds an array by its first
version, its *root*, or by the view that it is of that; what a view shows is looked up where it is read (`current`), so
that `row = A[i]` shows what is written to `A` afterwards, as it does in NumPy. Where an array may be one of several, or
a view may be a copy, what is read after a write cannot be known, and is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bpcompile.frontend.annotations import indexed, part_written
from bpcompile.frontend.arrays import ArrayLowerer
from bpcompile.frontend.calls import Arguments
from bpcompile.frontend.expressions import COPY_IT
from bpcompile.frontend.inference import Cell
from bpcompile.frontend.owners import read_in
from bpcompile.frontend.trees import Broken, Frame, Layer, Thing, UserFunction
from bpcompile.ir import ops
from bpcompile.ir.fitting import ShapeError, broadcast, dims_of, dtype_of
from bpcompile.ir.graph import Apply, BlockParam, Branch, Const, Group, Loop, Param, Result, Value
from bpcompile.ir.kinds import STR, Kind
from bpcompile.ir.ops import Op
from bpcompile.ir.places import is_basic, is_copied, is_many, joined_places, may_hold_integers, may_repeat, overtakes
from bpcompile.ir.refine import know_as_number
from bpcompile.ir.shapes import NUMBERS_OF_ARRAYS
from bpcompile.nodes import walk

WHOLE = "..."  # the place that is all of an array


class ArrayWriteLowerer(ArrayLowerer):
    """Reads writes into arrays, and what they do to other names."""

    def apply(self, op: Op, node: ast.AST, *args: Value) -> Value:
        """Return the operation on the arguments as they stand now; what it makes is an object of its own."""
        if not self.writes_arrays:
            value = super().apply(op, node, *args)
            self.check_number(op, node, value, args)
            return value
        if op in NUMBERS_OF_ARRAYS:
            now = tuple(self.array_place(a)[0] if is_many(a) and not self.array_place(a)[1] else a for a in args)
        else:
            now = tuple(self.current_array(a, node) for a in args)
        value = super().apply(op, node, *now)
        self.check_number(op, node, value, now)
        if isinstance(value, Apply) and (is_many(value) or op in OF_LISTS) and makes_array(value):
            value.block.table.pop((op, value.args), None)
            self.layers[-1].made.add(value)
        return value

    def check_number(self, op: Op, node: ast.AST, value: Value, args: Sequence[Value]) -> None:
        """Refuse `x[..., 0]` of a vector: it shows a number of the array, and is changed with it."""
        if op is ops.SUBSCRIPT and dims_of(value.kind) == () and dims_of(args[0].kind):
            pattern = args[1].value if isinstance(args[1], Const) else ""
            if "..." in str(pattern):
                what = "a view of one number, by `...` beside an index for each axis"
                self.refuse("BP028", what, node, "leave the `...` out: `x[0]`")

    def quoted(self, value: Value) -> str:
        """Return what a value is called, or its text, as a message quotes it."""
        name = self.name_of(value)
        return f"`{name}`" if name.isidentifier() else name

    def current(self, value: Value, node: ast.AST) -> Value:
        """Return a list or an array as it stands now."""
        return (
            self.current_array(value, node) if self.writes_arrays and is_many(value) else super().current(value, node)
        )

    # which array a value is, or shows a part of

    def array_place(self, value: Value) -> tuple[Value, list[Apply]]:
        """Return the root of an array, and the views that lead from there to the value."""
        views: list[Apply] = []
        while isinstance(value, Apply) and value not in self.versions and is_view(value):
            views.insert(0, value)
            value = value.args[0]
        return self.versions.get(value, value), views

    def bases(self, value: Value) -> Iterator[Value]:
        """Yield the roots of all arrays that a value may be, or may show a part of."""
        root, _ = self.array_place(value)
        yield root
        yield from self.may_show.get(root, ())
        if isinstance(root, Apply) and not makes_array(root):
            for arg in root.args:
                if is_many(arg):
                    yield from self.bases(arg)

    def current_array(self, value: Value, node: ast.AST) -> Value:
        """Return an array as it stands now."""
        if not is_many(value):
            return value
        root, views = self.array_place(value)
        if isinstance(root, BlockParam):
            self.read_carried.append((root, node))
        if any(
            b is not root and not self.is_unchanged(b, self.seen_at(root, b), value, node) for b in self.bases(value)
        ):
            self.refuse("BP028", f"{self.quoted(root)} may show an array that has changed since", node, COPY_IT)
            return value
        version = self.version(root)
        if version is self.base_of(value) or not views and version is value:
            return value
        for view in views:
            if view.op is ops.SUBSCRIPT and dims_of(view.kind) is None and takes_items(view):
                what = "a number or a row, of an array that has changed since"
                self.refuse("BP028", what, node, 'give the array its shape: `x: "n m"`, or copy the row')
                return value
            version = super().apply(view.op, node, version, *view.args[1:])
        return version

    def is_unchanged(self, base: Value, seen: Value, value: Value, node: ast.AST) -> bool:
        """Return whether an array is what it was when a value was made of it, as far as the loops around are read."""
        version, carried = self.version(base), list[Value]()
        while version is not seen:
            if version not in self.carried_from:
                return False
            carried.append(version)
            version = self.carried_from[version]
        for param in carried:  # looked at when the loop is read
            self.shown_in_trip.setdefault(param, (value, node))
        return True

    def base_of(self, value: Value) -> Value:
        """Return the version of an array that a value shows a part of."""
        while isinstance(value, Apply) and value not in self.versions and is_view(value):
            value = value.args[0]
        return value

    def seen_at(self, root: Value, base: Value) -> Value:
        """Return the version of an array that a value was made of which may be that array."""
        if root in self.may_show:
            return self.may_show[root].get(base, base)
        todo, seen = [root], set[Value]()
        while todo:
            value = todo.pop()
            if self.versions.get(value, value) is base:
                return value
            if isinstance(value, Apply) and value not in seen:
                seen.add(value)
                todo += value.args
            if value in self.may_show and base in self.may_show[value]:
                return self.may_show[value][base]
        return base

    def new_result(self, branch: Branch, a: Value, b: Value, name: str | None, kind: Kind) -> Result:
        result = super().new_result(branch, a, b, name, kind)
        self.note_sources(result, a, b)
        return result

    def make(self, op: Op, node: ast.AST, items: Cell, *args: Value) -> Value:
        return super().make(op, node, items, *(self.passed_on(a, node) for a in args))

    def write(self, target: Value, path: Sequence[Value], op: Op, node: ast.AST, *item: Value) -> Value | None:
        return super().write(target, path, op, node, *(self.passed_on(i, node) for i in item))

    def passed_on(self, value: Value, node: ast.AST) -> Value:
        """Return what becomes part of a list, or is passed on: an array with all that was written to it."""
        if not is_many(value):
            return value
        return self.current_array(value, node) if self.writes_arrays else self.version(self.versions.get(value, value))

    def put_in(self, items: Cell, value: Value) -> None:
        super().put_in(items, value)
        if self.writes_arrays and is_many(value):
            for base in self.bases(value):
                self.frozen.setdefault(base, "it is an item of a list")

    def note_sources(self, value: Value, *sources: Value) -> None:
        """Say which arrays a value may be, or may show, that leaves a branch or a loop."""
        if self.writes_arrays and is_many(value):
            found = self.may_show.setdefault(value, {})
            for source in sources:
                for base in self.bases(source):
                    if base is not value and is_many(base):
                        found[base] = self.version(base)

    def array_of(self, group: Group, node: ast.AST) -> Thing:
        """Return an array of the items of a tuple or list."""
        raise NotImplementedError  # pragma: no cover - `ArrayFunctionLowerer` has it

    def frames(self) -> list[Frame]:
        """Return the frames of all functions that are being read."""
        raise NotImplementedError  # pragma: no cover - `LoopLowerer` has it

    # writing

    def store_in(self, base: Thing, target: ast.Subscript, thing: Thing) -> None:
        if not self.writes_arrays or not isinstance(base, Value) or not self.is_array(base):
            super().store_in(base, target, thing)
            return
        place = self.place_in(target)
        item = self.item_for(thing, target)
        if place is not None and item is not None:
            self.write_array(base, place, target, item)

    def item_for(self, thing: Thing, node: ast.AST) -> Value | None:
        """Return what is written: an array, or a number."""
        if isinstance(thing, Group):
            thing = self.array_of(thing, node)
        value = self.as_number(thing, node)
        return None if isinstance(value, Broken) else self.current_array(value, node)

    def add_to_part(self, node: ast.AugAssign, base: Value, target: ast.Subscript) -> None:
        """Read `u[1:-1] += v`: the place is computed once."""
        place = self.place_in(target)
        if place is None:
            return
        left = self.apply(ops.SUBSCRIPT, target, base, *place)
        thing = self.operate(node, left, self.expression(node.value), target)
        if isinstance(thing, Value):
            self.write_array(base, place, target, thing)

    def is_shared(self, value: Value, node: ast.AugAssign) -> bool:
        """Return whether `x += y` has to be read as a write: other names see it, or parts of `x` are written too."""
        name = node.target.id if isinstance(node.target, ast.Name) else ""
        is_stored = name in self.part_written or any(name in names for names in self.stays)
        return self.is_surely_array(value) and (is_stored or not self.may_be_rebound(value, node))

    def may_be_rebound(self, thing: Thing, node: ast.AST) -> bool:
        if not self.writes_arrays or not isinstance(thing, Value) or dims_of(thing.kind) == ():
            return super().may_be_rebound(thing, node)
        if not self.is_sole(thing):
            return False
        if isinstance(thing, BlockParam):
            self.in_place.setdefault(thing, node)  # looked at when the loop is read
        elif isinstance(thing, Param):
            self.written.setdefault(thing, None)  # the caller may have passed it twice
        return True

    def names_of(self, value: Value) -> list[tuple[Frame, str]]:
        """Return the names that hold an array, or show a part of what it may be."""
        wanted = set(self.bases(value))
        return [
            (frame, name)
            for frame in {id(f): f for f in self.frames()}.values()
            for name, thing in bound_names(frame.layers).items()
            if self.shows(thing, wanted)
        ]

    def shows(self, thing: object, wanted: set[Value]) -> bool:
        """Return whether a thing is one of some arrays, or shows a part of one."""
        return any(is_many(v) and not wanted.isdisjoint(self.bases(v)) for v in things_in(thing))

    def is_sole(self, value: Value) -> bool:
        """Return whether one name alone holds an array, so that nobody else sees what is written to it."""
        return len(self.names_of(value)) <= 1 and self.are_followed(self.bases(value))

    def are_followed(self, bases: Iterable[Value]) -> bool:
        """Return whether all names of some arrays are known: none is in a list, or comes from one or from a call."""
        return all(self.is_followed(base) and base not in self.frozen for base in bases)

    def is_followed(self, root: Value) -> bool:
        """Return whether an array is a parameter, made here, or what leaves a branch or a loop."""
        if isinstance(root, (Param, BlockParam)) or isinstance(root, Apply) and makes_array(root):
            return True
        return isinstance(root, Result) and isinstance(root.owner, (Branch, Loop))

    def is_sole_in_trip(self, values: Sequence[Value], name: str, layer: Layer) -> bool:
        """Return whether one name alone holds what a loop carries, before the loop and at the end of a trip."""
        wanted = {base for value in values for base in self.bases(value)}
        others = [h for value in values for h in self.names_of(value) if h != (self.frame, name)]
        is_shown = any(self.shows(thing, wanted) for other, thing in layer.items() if other != name)
        return not others and not is_shown and self.are_followed(wanted)

    def check_in_place(self, loop: Loop, nexts: Mapping[Value, Value], layer: Layer) -> None:
        if not self.writes_arrays:
            super().check_in_place(loop, nexts, layer)
            return
        for param, initial in zip(loop.carried, loop.initial):
            node = self.in_place.pop(param, None)
            held = [v for v in (param, initial, nexts.get(param, param)) if dims_of(v.kind) != ()]
            if node is None:
                continue
            is_read = any(
                self.array_place(v)[0] is initial for v in read_in(loop.body) if is_many(v)
            )  # `for r in s: s += r`
            if is_read or not self.is_sole_in_trip(held, param.name, layer):
                self.refuse("BP053", "an array is changed in place", node, "write `x = x + y`")

    def own_before(self, node: ast.AST) -> None:
        """Copy what leaves a branch or a loop before a loop or a call that writes to it, where one name holds it."""
        for name in sorted(self.names_written(node)) if self.writes_arrays else ():
            thing = self.frame.get(name)
            is_bound = isinstance(thing, (Result, BlockParam)) and thing not in self.maybe_unbound
            if is_bound and isinstance(thing, Value) and is_many(thing) and thing not in self.versions:
                self.own_copy(thing, node)

    def arguments(self, node: ast.Call) -> Arguments | None:
        self.own_before(node)
        return super().arguments(node)

    def names_written(self, node: ast.AST) -> set[str]:
        """Return the names that something writes parts of, itself or by the functions of the file that it calls."""
        found = set(part_written([node]))
        for call in (n for n in walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)):
            binding = self.module.bindings.get(call.func.id) if isinstance(call.func, ast.Name) else None
            callee = binding.node if binding is not None else None
            if isinstance(callee, ast.FunctionDef):
                given = zip([p.arg for p in (*callee.args.posonlyargs, *callee.args.args)], call.args)
                pairs = [*given, *((k.arg, k.value) for k in call.keywords)]
                written = self.written_by(callee)
                found.update(indexed(argument)[0] for name, argument in pairs if name in written)
        return found

    def written_by(self, function: ast.FunctionDef) -> set[str]:
        """Return the names that a function writes parts of; while it is looked into, none are known."""
        if function not in self.writers:
            self.writers[function] = set()
            self.writers[function] = self.names_written(function)
        return self.writers[function]

    def own_copy(self, root: Value, node: ast.AST) -> Value | None:
        """Return a copy of what leaves a branch or a loop, or is carried, for the one name that holds it."""
        holders = self.names_of(root)
        frame, name = holders[0] if len(holders) == 1 else (None, "")
        if frame is not self.frame or frame.get(name) is not root or not self.are_followed(self.bases(root)):
            return None
        for layer in reversed(frame.layers):
            if name in layer:
                break
            if isinstance(layer, Layer) and layer.is_trip:
                return None
        if isinstance(root, BlockParam):
            self.in_place.setdefault(root, node)  # looked at when the loop is read
        made = self.apply(ops.COPY_OF, node, root)
        self.bind(name, made, node)
        return made

    def is_surely_array(self, value: Value) -> bool:
        """Return whether a value is an array that can be written to, and no number."""
        root, views = self.array_place(value)
        has_part = bool(views) and views[-1].op is ops.SUBSCRIPT and not takes_items(views[-1])
        return (bool(dims_of(value.kind)) or has_part) and self.is_own_array(root)

    def add_to_array(self, node: ast.AugAssign, base: Value, right: Thing) -> None:
        """Read `x += y` of an array that may have other names."""
        thing = self.operate(node, base, right, node.target)
        if isinstance(thing, Value):
            self.write_array(base, [self.constants.get(WHOLE, STR)], node.target, thing)

    def write_array(self, base: Value, place: list[Value], node: ast.AST, item: Value) -> None:
        """Append a write: a new version of the array."""
        root, views = self.array_place(base)
        views = [view for view in views if view.op is not ops.READ]  # what was read is bound
        known = root
        if isinstance(root, (Result, BlockParam)) and not views and root not in self.versions:
            root = self.own_copy(root, node) or root
        why = self.frozen.get(root) or self.why_not(root, views, item)
        if why is not None:
            self.refuse("BP028", f"an array is written here, and {why}", node, COPY_IT)
            return
        place = self.joined_place(views, place)
        if may_repeat(place):
            self.refuse(
                "BP028", "an array is written at places of which one may come twice", node, "write them in a loop"
            )
            return
        shown, between = self.array_place(item)
        between = [view for view in between if view.op is not ops.READ]
        is_part = all(view.op is ops.SUBSCRIPT for view in between)
        if shown in (root, known) and between and is_part and overtakes(place, self.joined_place(between)):
            what = "an array is written to while NumPy still reads it"
            self.refuse("BP028", what, node, "copy what is written first: `x[::2] = x[:n].copy()`")
            return
        version = self.version(root)
        old = super().apply(ops.SUBSCRIPT, node, version, *place)
        self.check_number(ops.SUBSCRIPT, node, old, (version, *place))
        self.fits(old, item, node)
        if dims_of(old.kind) == ():
            know_as_number(item)  # NumPy takes nothing else for an item
        new = self.block.append(ops.STORE, (version, *place, item), self.span(node))
        new.block.table.pop((ops.STORE, new.args), None)
        new.kind = root.kind
        self.count += 1
        self.olds[new] = old
        self.wrote.setdefault(root, []).append(node)
        if isinstance(root, Param):
            self.written.setdefault(root, None)
        self.versions[new] = root
        self.layers[-1].versions[root] = new

    def joined_place(self, views: Sequence[Apply], *place: Sequence[Value]) -> list[Value]:
        """Return the place that views show, or a place in what they show, as one of the array."""
        pattern, values = joined_places([*(v.args[1:] for v in views), *place])
        return [self.constants.get(pattern, STR), *values]

    def fits(self, old: Value, item: Value, node: ast.AST) -> None:
        """Refuse an item whose shape is another than that of its place."""
        a, b = dims_of(old.kind), dims_of(item.kind)
        if a is not None and b is not None and len(b) <= len(a):
            try:
                broadcast([old.kind, item.kind])
            except ShapeError as error:
                self.refuse_shapes(error, (old, item), node)

    def why_not(self, root: Value, views: list[Apply], item: Value) -> str | None:
        """Return why an array cannot be written through these views; None where it can."""
        if any(view.op is not ops.SUBSCRIPT for view in views):
            return "it is shown in another shape, or may be a copy"
        if not self.is_own_array(root):
            return "it may have another name"
        if dims_of(root.kind) == ():
            return "it has no axes: it is one number"
        if not self.is_carried_along(root):
            return "a loop around this does not know it"
        if dtype_of(root.kind) != "real":
            return None if dtype_of(item.kind) in ("int", "bool") else "it holds integers"
        self.ask_for_floats(root)
        return None

    def is_own_array(self, root: Value) -> bool:
        """Return whether a root is one array for sure: a parameter, or one that was made here."""
        if isinstance(root, Param):
            return not root.is_global
        return isinstance(root, Apply) and root not in self.versions and makes_array(root)

    def is_carried_along(self, root: Value) -> bool:
        """Return whether the loops around know the version of an array at the start of a trip."""
        for layer in reversed(self.layers):
            if root in layer.versions or root in layer.made:
                return True
            if layer.is_trip:
                return False
        return True

    # what the arrays hold that are written to

    def ask_for_floats(self, root: Value) -> None:
        """Note the parameters that must hold floats for an array to hold them: integers cut off what is written."""
        todo, seen = [root], set[Value]()
        while todo:
            value = todo.pop()
            if value in seen:
                continue
            seen.add(value)
            if isinstance(value, Param) and is_many(value) and not value.is_global and dtype_of(value.kind) == "real":
                self.asked.setdefault(value, None)
            elif value in self.versions:
                todo.append(self.versions[value])
            elif value in self.may_show:  # what leaves a branch or a loop
                todo += self.may_show[value]
            elif isinstance(value, Apply) and may_hold_integers(value):
                todo += value.args[:1] if value.op is ops.SUBSCRIPT else value.args

    # loops

    def open_arrays(self) -> list[Value]:
        """Return the arrays that a loop may write to: those that some name holds."""
        found: dict[Value, None] = {}
        for frame in self.frames():
            for layer in frame.layers:
                for thing in layer.values():
                    for value in things_in(thing):
                        root, _ = self.array_place(value)
                        if is_many(root) and self.is_own_array(root):
                            found[root] = None
        return list(found)

    def check_carried(self, loop: Loop, changed: Mapping[Value, Value]) -> None:
        """Refuse what a trip reads of an array that it, or the trip before it, writes to, under another name.

        `changed` are the arrays that the loop writes to, with their versions at the start of a trip.
        """
        for param in changed.values():
            if param in self.shown_in_trip:
                value, node = self.shown_in_trip.pop(param)
                self.refuse("BP028", f"{self.quoted(value)} may show an array that a loop changes", node, COPY_IT)
        reads, self.read_carried = self.read_carried, []
        for param, node in reads:
            if param not in loop.carried:
                self.read_carried.append((param, node))
            elif any(b in changed for b in self.may_show.get(param, ())):
                what = f"`{param.name}` may show an array that the trip before has changed"
                self.refuse("BP028", what, node, COPY_IT)


def is_view(value: Apply) -> bool:
    """Return whether an operation shows its first argument, or a part of it, and never copies."""
    if value.op is ops.SUBSCRIPT:
        return is_many(value) and is_basic(value.args[1:])
    return value.op in ops.VIEWS and is_many(value)


OF_LISTS = (ops.ARRAY_OF, ops.STACK_OF, ops.JOIN_OF)  # make arrays, which are said to be arrays afterwards


def makes_array(value: Apply) -> bool:
    """Return whether an operation gives an array of its own."""
    return value.op in ops.NEW_ARRAYS or value.op is ops.SUBSCRIPT and is_copied(value.args[1:])


def takes_items(view: Apply) -> bool:
    """Return whether a subscript has integers alone, so that it may be a number."""
    pattern = view.args[1]
    assert isinstance(pattern, Const)
    return ":" not in str(pattern.value) and "..." not in str(pattern.value)


def bound_names(layers: Sequence[Mapping[str, Thing]]) -> Mapping[str, Thing]:
    """Return what the names of a frame are now."""
    return {name: thing for layer in layers for name, thing in layer.items()}


def things_in(thing: object) -> Iterator[Value]:
    """Yield the values that a name holds."""
    if isinstance(thing, Group):
        for item in thing.items:
            yield from things_in(item)
    elif isinstance(thing, UserFunction):
        for default in thing.defaults.values():
            yield from things_in(default)
    elif isinstance(thing, Value):
        yield thing
