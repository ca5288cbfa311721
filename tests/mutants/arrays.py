"""Faults in what reads and writes parts of arrays: what is wrong, in words, the text, and what stands there instead."""

from __future__ import annotations

# ruff: noqa: E501  (snippets of source are data: one line each)

BUFFERS = {
    "a part of an array gets the cotangent of all of it": (
        "self.keep_buffer(root, self.block.append(ops.ADD_AT, (buffer, *place, self.in_shape(value, ct)), None))",
        "self.keep_buffer(root, self.block.append(ops.ADD_AT, (buffer, self.in_shape(value, ct)), None))",
    ),
    "what is written leaves its cotangent where it stood": (
        "            self.keep_buffer(root, self.block.append(ops.STORE, (buffer, *place, self.algebra.const(0.0)), None))\n            self.hand_on(item, written)",
        "            self.hand_on(item, written)",
    ),
    "a constant that is written leaves the cotangent of what it overwrites": (
        "        if item not in self.active:\n            self.keep_buffer(root, self.block.append(ops.STORE, (buffer, *place, self.algebra.const(0.0)), None))",
        "        if item not in self.active:\n            self.keep_buffer(root, buffer)",
    ),
    "what is taken away counts as added": (
        "self.algebra.neg(share) if is_taken_away else share",
        "share",
    ),
    "a number that is written to many places gets the cotangent of each": (
        '            return self.algebra.apply(ops.SUM_TO, ct, self.fn.constants.get("None", STR))',
        "            return ct",
    ),
    "what is smaller than its place is not summed": (
        "        return self.algebra.apply(ops.UNBROADCAST, ct, item)",
        "        return ct",
    ),
    "the second share of a whole array replaces the first": (
        "                self.keep_buffer(root, self.block.append(ops.ADD_AT, (buffer, ct), None))\n            return\n",
        "                self.keep_buffer(root, ct)\n            return\n",
    ),
    "any array that is added to zeros is what they start from": (
        "if not is_copy or not starts_from(",
        "if not starts_from(",
    ),
    "a cotangent that another array has is changed in place": (
        "ct if is_fresh else self.block.append(ops.COPY_OF, (ct,), None)",
        "ct",
    ),
    "a cotangent that others will get is changed in place": (
        "(*self.held, *self.pending.values())",
        "self.pending.values()",
    ),
    "a cotangent that carried values will get is changed in place": (
        "(*self.held, *self.pending.values())",
        "self.held",
    ),
}
WRITES = {
    "an array that a loop has made is written while NumPy reads it": (
        "if shown in (root, known) and between",
        "if shown is root and between",
    ),
    "what a loop adds to in place is bound anew": (
        "name in self.part_written or any(name in names for names in self.stays)",
        "name in self.part_written",
    ),
    "an array that comes from a list has one name": (
        "        return all(self.is_followed(base) and base not in self.frozen for base in bases)",
        "        return all(base not in self.frozen for base in bases)",
    ),
    "what leaves a branch or a loop holds floats": (
        "                todo += self.may_show[value]\n",
        "                pass\n",
    ),
    "an array of a list is made outside the branch that makes it": (
        "(is_many(value) or op in OF_LISTS)",
        "is_many(value)",
    ),
    "a list holds arrays as they were made": (
        "return super().make(op, node, items, *(self.passed_on(a, node) for a in args))",
        "return super().make(op, node, items, *args)",
    ),
    "an array is appended as it was made": (
        "return super().write(target, path, op, node, *(self.passed_on(i, node) for i in item))",
        "return super().write(target, path, op, node, *item)",
    ),
    "an array is passed as it was made": (
        "        if not is_many(value):\n            return value\n        return self.current",
        "        if is_many(value):\n            return value\n        return self.current",
    ),
    "a view shows what it showed when it was made": (
        "        version = self.version(root)\n        if version is self.base_of(value)",
        "        version = self.base_of(value)\n        if version is self.base_of(value)",
    ),
    "what may show a changed array is read all the same": (
        "            if version not in self.carried_from:\n                return False",
        "            if version not in self.carried_from:\n                return True",
    ),
    "what a trip of a loop changes is read under another name": (
        "            if param in self.shown_in_trip:",
        "            if param in ():",
    ),
    "what the trip before has changed is read under another name": (
        "elif any(b in changed for b in self.may_show.get(param, ())):",
        "elif False:",
    ),
    "two equal arrays are one": (
        "            value.block.table.pop((op, value.args), None)\n            self.layers[-1].made.add(value)",
        "            self.layers[-1].made.add(value)",
    ),
    "an array in a list is written to": (
        '                self.frozen.setdefault(base, "it is an item of a list")',
        "                pass",
    ),
    "an array with two names is added to under one": (
        "return len(self.names_of(value)) <= 1 and self.are_followed",
        "return self.are_followed",
    ),
    "what a loop carries is added to, whoever holds it": (
        "if is_read or not self.is_sole_in_trip(held, param.name, layer):",
        "if is_read:",
    ),
    "a part of a part is a part of the whole": (
        "        place = self.joined_place(views, place)\n",
        "",
    ),
    "an array that may have another name is written to": (
        '        if not self.is_own_array(root):\n            return "it may have another name"',
        '        if False:\n            return "it may have another name"',
    ),
    "integers are not asked for": ("        self.ask_for_floats(root)\n        return None", "        return None"),
    "places that come twice are written to": (
        "        if may_repeat(place):\n            self",
        "        if False:\n            self",
    ),
    "a reshaped array is written to": (
        "if any(view.op is not ops.SUBSCRIPT for view in views):",
        "if False:",
    ),
}
SHAPE = {
    "what is written is taken to fill its place": (
        "        shape.named |= {v.args[-1] for v in fn.versions if isinstance(v, Apply) and is_spread(v, fn)}\n",
        "",
    ),
    "an array is read as it is after a write": (
        "(item.op in ON_LISTS or item.op is ops.INDEX or reads_array(item))",
        "(item.op in ON_LISTS or item.op is ops.INDEX)",
    ),
}
STORAGE = {
    "an array that is written is read again as if nothing was": (
        "if is_mutable(arg.kind) and root in changing and state.get(root, root) is not base:",
        "if isinstance(arg.kind, ListKind) and root in changing and state.get(root, root) is not base:",
    ),
    "what is read of an array needs no write undone": (
        "            if is_mutable(arg.kind):\n                base, root = self.base_of(arg)\n                which",
        "            if isinstance(arg.kind, ListKind):\n                base, root = self.base_of(arg)\n                which",
    ),
}
INDICES = {
    "cells in one row are in different places": (
        "return any(self.differ(a, b) for a, b in pairs)",
        "return bool(list(pairs))",
    ),
    "a cell is hit only where the first index is": (
        "return all(self.is_hit(a, b, earlier) for a, b in zip_axes(read, written))",
        "return all(self.is_hit(a, b, earlier) and a is b for a, b in zip_axes(read, written))",
    ),
}
OVERWRITE = {
    "the second share of an array of zeros is stored": (
        "added.block is zeros.block and added.args[0] is zeros:",
        "added.block is zeros.block:",
    ),
    "what is added at places that come twice is stored": (
        " and not may_repeat(added.args[1:-1]):\n            added.op",
        ":\n            added.op",
    ),
}
EXPRESSIONS = {
    "a view is handed on as it is": (
        "        if is_made and block is not None",
        "        if block is not None",
    ),
    "a choice shows nothing": (
        "                    todo += [side.results[inner.index] for side in branch.sides]\n",
        "                    pass\n",
    ),
    "a view stands for what it showed": (
        "        is_changed = not is_list and self.is_shown(value) or not is_forward and self.is_restored(value)\n",
        "        is_changed = not is_forward and self.is_restored(value)\n",
    ),
    "a cotangent may be an array that is restored": (
        "        is_changed = not is_list and self.is_shown(value) or not is_forward and self.is_restored(value)\n",
        "        is_changed = not is_list and self.is_shown(value)\n",
    ),
    "a cotangent may start from an array that is restored": (
        "        if not is_forward and self.plan.restored.shown_by(value):\n",
        "        if False:\n",
    ),
    "a tape holds views": (
        "return self.write(copied(self.node(value))) if self.is_changed(value) else text",
        "return text",
    ),
}
PLACES = {
    "an index from the end is never one from the start": (
        "return len(set(numbers)) < len(part.elts)",
        "return False",
    ),
    "an array of indices has each index once": (
        'part.kind.dtype != "bool" and not counts_up(part)',
        'part.kind.dtype == "none"',
    ),
    "an array of indices gives a view": (
        "return not any(isinstance(p, ast.List) or is_many(p) for p in parts_of(place))",
        "return True",
    ),
}
GATES = {
    "what is taken away along any axis changes nothing": (
        "return found is not None and found.array is array and found.along() == along and spans_rest(found)",
        "return found is not None and found.array is array",
    ),
    "a sum that was not kept meets its own items": (
        "    if found is None or found[1] is not powers or not spans_rest(found[0]):",
        "    if found is None or found[1] is not powers:",
    ),
    "exponentials that may overflow are used again": (
        "    return largest.along() == along and spans_rest(largest)",
        "    return True",
    ),
    "the logarithm of a sum of exponentials is no gate": (
        "    if found is None or is_bounded(found[1], found[0].axis):",
        "    if found is None or True:",
    ),
    "what is added need not be what was taken away": (
        "        if is_shift(taken, array, total.along()) and is_same(shift, taken, total):",
        "        if is_shift(taken, array, total.along()):",
    ),
    "a power that is not a square makes a norm": (
        "    is_power = squares.op is ops.POW and literal(squares.args[1]) == 2",
        "    is_power = squares.op is ops.POW",
    ),
}
REDUCED = {
    "a log-sum-exp gives each row the gradient of all": (
        "    return (of(ops.OWN_SOFTMAX, x, axis) * kept(ct, axis, keepdims),)",
        '    return (of(ops.OWN_SOFTMAX, x, text(x, "None")) * kept(ct, axis, keepdims),)',
    ),
    "the logarithm of a softmax takes nothing away from the others": (
        '    total = softmax if is_one else softmax * of(REDUCTIONS["sum"], core, axis, True)',
        "    total = softmax",
    ),
    "a variance is not divided by one less": (
        "    n = n - ddof if literal_of(ddof) else n\n    return (2 *",
        "    return (2 *",
    ),
    "what is reduced along two axes is spread along one": (
        "    return of(ops.EXPAND_DIMS, ct, text(ct, tuple(axes)))",
        "    return of(ops.EXPAND_DIMS, ct, axes[0])",
    ),
}
MUTANTS: dict[str, dict[str, tuple[str, str]]] = {
    "passes/buffers.py": BUFFERS,
    "frontend/array_writes.py": WRITES,
    "passes/shape.py": SHAPE,
    "passes/storage.py": STORAGE,
    "passes/indices.py": INDICES,
    "passes/overwrite.py": OVERWRITE,
    "backends/expressions.py": EXPRESSIONS,
    "ir/places.py": PLACES,
    "rules/array_gates.py": GATES,
    "rules/reductions.py": REDUCED,
}
