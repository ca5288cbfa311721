"""One function of a file -> `ir.Function`, with what the other stages need to know of the file."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property

from bpcompile.errors import CompileError
from bpcompile.frontend.annotations import (
    array_annotation,
    counted_names,
    item_written,
    mentions_arrays,
    part_written,
    ranks_of,
    writes_in_place,
)
from bpcompile.frontend.calls import Arguments
from bpcompile.frontend.errstate import text_of
from bpcompile.frontend.expressions import defaults_of
from bpcompile.frontend.inference import Cell, annotated, either
from bpcompile.frontend.items import Items, Place
from bpcompile.frontend.lists import reached, written_parts
from bpcompile.frontend.module import ModuleNames, all_arguments, local_names, mentioned_names
from bpcompile.frontend.reading import TooLarge
from bpcompile.frontend.recursion import RecursionLowerer
from bpcompile.frontend.subset import MATH_NAMES
from bpcompile.frontend.trees import BROKEN, Broken, Frame, Never, Nothing, Text, Thing, UserFunction
from bpcompile.frontend.unbound import read_as_bound, read_as_it_stands
from bpcompile.ir import ops
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.graph import (
    Apply,
    Block,
    Branch,
    Const,
    Function,
    Group,
    Param,
    Parameter,
    Raise,
    Tree,
    Value,
    leaves,
)
from bpcompile.ir.kinds import BOOL, INT, STR, Array, Kind, as_written, holds_lists
from bpcompile.ir.kinds import Sequence as ListKind
from bpcompile.ir.lengths import Unknown

NOT_DIFFERENTIATED = (INT, BOOL, STR)
MAX_READINGS = 20  # of a function whose lists turn out to hold something else than they were taken for
MAX_GUESSES = 4  # arrays that are taken for vectors one by one
PASS_A_COPY = ", and it is written to: pass a copy"


@dataclass(frozen=True, slots=True)
class Lowered:
    """A lowered function, the text of it and of all that it reaches, and the global names that it relies on."""

    function: Function
    original: str
    relied: Mapping[str, str]  # name -> "builtin", "math", "math.exp", "function 12" (its line) or "constant"


def lower(
    node: ast.FunctionDef,
    names: ModuleNames,
    source: str,
    filename: str,
    wrt: Sequence[str] | None = None,
    constants: dict[str, float] | None = None,
    is_live: bool = False,
) -> Lowered:
    """Return the function as IR, or raise every refusal of it.

    `constants` are the values of closure variables. The decorators of a live function stand outside it: it came to us
    without them. Those of a function that is read from a file change it, unless they are known not to.
    """
    job = Job(node, names, source, filename, wrt, constants or {}, is_live)
    usual, writing = Manner(), Manner(writes_arrays=True)
    manners = [usual, writing] if job.changes_arrays else [usual]
    if job.gives_shapes_of_written():
        manners.reverse()
    if job.arrays:
        manners += [replace(m, ranks=ranks) for ranks in job.guesses() for m in (usual, writing) if m in manners]
    found = job.with_lists(manners[0])
    for manner in manners[1:]:
        if isinstance(found, CompileError) and (not manner.ranks or is_about_ranks(found)):
            other = job.with_lists(manner)
            if isinstance(other, Lowered) or not manner.ranks and job.says_more(manner, other, found):
                found = other
    if isinstance(found, CompileError):
        raise found
    return found


@dataclass(frozen=True, slots=True)
class Manner:
    """How a function is read: the next one is tried where it is refused in one."""

    writes_arrays: bool = False  # arrays of one dimension that are written item by item are no lists of numbers
    ranks: tuple[
        tuple[str, int], ...
    ] = ()  # how many axes arrays without annotation are taken to have: asked at run time


def has_axes(kind: Kind | None) -> bool:
    """Return whether a kind is that of an array whose axes are known, and has any."""
    return isinstance(kind, Array) and bool(kind.dims)


def is_about_ranks(error: CompileError) -> bool:
    """Return whether a refusal may be for want of a shape."""
    return any(r.code in ("BP028", "BP052", "BP053") for r in error.refusals)


@dataclass(frozen=True)
class Job:
    """A function that is read again and again, until nothing new is found out about it."""

    node: ast.FunctionDef
    names: ModuleNames
    source: str
    filename: str
    wrt: Sequence[str] | None
    constants: dict[str, float]
    is_live: bool

    @cached_property
    def reached(self) -> list[ast.AST]:
        """Return the function and those that it mentions, directly or through others."""
        return list(reached(self.node, {n: b.node for n, b in self.names.bindings.items()}))

    @cached_property
    def arrays(self) -> bool:
        """Return whether the function, or what it reaches, is about arrays."""
        return mentions_arrays(self.reached, {n: b.origin for n, b in self.names.bindings.items()})

    @cached_property
    def changes_arrays(self) -> bool:
        """Return whether the function, or what it reaches, changes arrays in place."""
        return self.arrays and writes_in_place(self.reached)

    def guesses(self) -> Iterator[tuple[tuple[str, int], ...]]:
        """Yield how many axes arrays are taken to have: those with several, one after the other as a vector, all."""
        ranks = ranks_of(self.node, self.reached)
        several = {name: rank for name, rank in ranks.items() if rank > 1}
        vectors = {name: rank for name, rank in ranks.items() if rank == 1}
        one_by_one = [{**several, name: 1} for name in vectors] if 1 < len(vectors) <= MAX_GUESSES else []
        yield from dict.fromkeys(tuple(guess.items()) for guess in (several, *one_by_one, ranks) if guess)

    def says_more(self, manner: Manner, other: CompileError, found: CompileError) -> bool:
        """Return whether the refusal in a manner is the one to show: of two as long, that of arrays as arrays."""
        more = len(found.refusals) - len(other.refusals)
        return more > 0 or more == 0 and manner.writes_arrays

    def gives_shapes_of_written(self) -> bool:
        """Return whether arrays that are changed have their shapes in annotations."""
        shaped = {a.arg for a in all_arguments(self.node.args) if has_axes(array_annotation(a.annotation))}
        return self.changes_arrays and bool(shaped & item_written(self.reached))

    def with_lists(self, manner: Manner) -> Lowered | CompileError:
        """Return the function as IR, what is unpacked read as a list rather than an array, where it can be one."""
        found, unpacked = self.read(manner, frozenset())
        while unpacked:
            lists = unpacked
            other, more = self.read(manner, lists)
            found = found if isinstance(other, CompileError) else other
            unpacked = lists | more if more - lists else frozenset()
        return found

    def read(self, manner: Manner, lists: frozenset[str]) -> tuple[Lowered | CompileError, frozenset[str]]:
        """Return the function as IR or why it is refused, and the parameters that may be lists."""
        known: dict[Place, Kind] = {}
        found: Lowered | CompileError
        for _ in range(MAX_READINGS):
            lowerer = EntryLowerer(self.names, self.source)
            lowerer.writes_arrays = manner.writes_arrays
            lowerer.arrays = self.arrays
            lowerer.ranks = dict(manner.ranks)
            lowerer.items = Items(known)
            lowerer.items.lists = lists
            if not self.is_live:
                lowerer.refuse_decorators(self.node)
            try:
                found = lowerer.lower_entry(self.node, self.reached, self.filename, self.wrt, self.constants)
            except CompileError as error:
                found = error
            if not (learned := lowerer.items.learned()):
                return found, frozenset(lowerer.items.unpacked)
            known = {**known, **learned}
        raise AssertionError("what lists hold is not found out")


class EntryLowerer(RecursionLowerer):
    """Reads the function that is differentiated."""

    def lower_entry(
        self,
        node: ast.FunctionDef,
        reached: Sequence[ast.AST],
        filename: str,
        wrt: Sequence[str] | None,
        constants: dict[str, float],
    ) -> Lowered:
        outer = Frame(node, frozenset(constants), None)
        for name, value in constants.items():
            outer.bind(name, self.const(value))
        frame = Frame(node, local_names(node), outer)
        by_item = self.arrays and not self.writes_arrays
        self.item_written = item_written(reached) if by_item else frozenset()
        self.part_written = part_written(reached)
        params = self.parameters(node, frame)
        self.frame = frame
        self.params = params
        self.entry_names = frame.names
        self.mutates = self.writes_arrays or written_parts(reached)
        self.active_calls.append(node)
        thing: Thing = BROKEN
        entry = UserFunction(node.name, node, None)
        with suppress(TooLarge):
            if self.module.bindings.get(node.name) is not None and self.is_recursive(entry):
                places = [ast.copy_location(ast.Name(p.name, ast.Load()), node) for p in params]
                only = {a.arg for a in node.args.kwonlyargs}
                pairs = list(zip(params, places))
                given = Arguments(
                    [pair for pair in pairs if pair[0].name not in only],
                    {p.name: (p, place) for p, place in pairs if p.name in only},
                )
                called = ast.copy_location(ast.Call(ast.Name(node.name, ast.Load()), [], []), node)
                thing = self.call_own(entry, called, given)
            else:
                thing = self.function_body(node)
        output = self.output(thing, node)
        for param in params:  # what is unused, or only tested for truth, is a number if it is to be differentiated
            cell = self.cells.get(param)
            if cell is not None and not cell.shape and wrt is not None and param.name not in wrt:
                cell.be("number")
        self.items.settle()
        self.cells.settle()
        if not self.refusals:
            self.guard(params, node)
        chosen = self.chosen(params, wrt, node)
        signature = self.signature(node)
        if self.refusals:
            ordered = sorted(self.refusals.values(), key=lambda r: (r.span.line, r.span.column, r.code))
            raise CompileError(ordered, filename, source="\n".join(self.lines))
        for root, (holder, _) in self.moved.items():  # a write to an item of an item is seen in both
            self.join(root, holder)
        mentioned = [node, *self.used_functions.values()]
        versions = self.real_versions()
        written = set(versions.values())
        for block in (self.block, *(c.function.body for c in self.callees.values() if c.function is not None)):
            read_as_it_stands(block, lambda read: self.place(read)[0] in written, self.olds)
            read_as_bound(block, lambda read: self.place(read)[0] in written)
        function = Function(
            node.name,
            params,
            self.block,
            output,
            self.constants,
            chosen,
            mentioned_names(mentioned),
            frozenset(self.module.mentioned),
            tuple(signature),
            self.global_block,
            self.calls,
            self.hints,
            versions,
            {value: self.object_of(value) for value in self.objects},
            self.olds,
            tuple(self.callees.values()),
            text_of(self.state) if self.state else "",
        )
        for callee in function.callees:
            if callee.function is not None:
                callee.function = replace(
                    function,
                    name=callee.name,
                    params=callee.params,
                    body=callee.function.body,
                    output=callee.function.output,
                )
        relied = {name: self.stands_for(name) for name in self.relied}
        return Lowered(function, self.original(node, constants), relied)

    def real_versions(self) -> dict[Value, Value]:
        """Return the versions of the lists that are written to; a loop carries others for nothing."""
        written = {root for version, root in self.versions.items() if isinstance(version, Apply)}
        found = {version: root for version, root in self.versions.items() if root in written}
        for value in (*found, *found.values()):
            value.kind = as_written(value.kind)
        return found

    def guard(self, params: list[Param], node: ast.FunctionDef) -> None:
        """Raise at run time where one list is passed twice and written: what belongs to which is not known then."""
        lists = [p for p in params if isinstance(p.kind, ListKind)]
        self.guard_arrays([p for p in lists if isinstance(p.kind, ListKind) and p.kind.is_array], node)
        self.guard_ranks([p for p in params if p.name in self.ranks and isinstance(p.kind, Array)], node)
        self.guard_written([p for p in params if isinstance(p.kind, Array)], node)
        written = [p for p in lists if p in self.written]
        self.guard_apart(written, [p for p in params if isinstance(p.kind, Array) and dims_of(p.kind) != ()], node)
        is_nested = any(holds_lists(p.kind) for p in lists)
        if not written or len(lists) == 1 and not is_nested:
            return
        with self.first():
            if is_nested:
                self.raise_if(
                    self.apply(ops.HAS_TWINS, node, *lists), "one list stands in two places of the arguments", node
                )
            else:
                for k, a in enumerate(lists):
                    for b in lists[k + 1 :]:
                        if a in written or b in written:
                            are_arrays = any(isinstance(p.kind, ListKind) and p.kind.is_array for p in (a, b))
                            words = "share their memory" if are_arrays else "are one list"
                            self.raise_if(self.apply(ops.IS, node, a, b), f"{a.name} and {b.name} {words}", node)

    def guard_apart(self, written: list[Param], arrays: list[Param], node: ast.FunctionDef) -> None:
        """Raise at run time where an array that is written item by item lies in another one."""
        with self.first():
            for a in written:
                for b in arrays:
                    self.raise_if(self.apply(ops.IS, node, a, b), f"{a.name} and {b.name} share their memory", node)

    def guard_arrays(self, arrays: list[Param], node: ast.FunctionDef) -> None:
        """Raise at run time where an array that is written item by item is not one of floats along one dimension."""
        with self.first():
            for param in arrays:
                message = f"{param.name} is written item by item: it must be an array of floats along one axis"
                self.raise_if(self.apply(ops.IS_NO_VECTOR, node, param), message, node, "")

    def guard_ranks(self, arrays: list[Param], node: ast.FunctionDef) -> None:
        """Raise at run time where an array has not as many axes as it was taken to have."""
        with self.first():
            for param in arrays:
                rank = self.ranks[param.name]
                words = "1 axis" if rank == 1 else f"{rank} axes"
                message = f"{param.name} is taken to have {words}: give its shape in an annotation"
                axes = self.block.append(ops.NDIM, (param,), self.span(node))
                axes.kind = INT
                self.raise_if(self.block.append(ops.NE, (axes, self.const(rank)), self.span(node)), message, node, "")

    @contextmanager
    def first(self) -> Iterator[None]:
        """Read into a block of its own, and put that before everything else."""
        outer, self.block = self.block, Block()
        yield
        guards, self.block = self.block, outer
        for item in guards.items:
            if isinstance(item, Apply):
                item.block = outer
        outer.items[:0] = guards.items

    def guard_written(self, arrays: list[Param], node: ast.FunctionDef) -> None:
        """Raise at run time where arrays that are written to do not hold floats, or share their memory with others."""
        with self.first():
            for param in (p for p in arrays if p in self.asked):
                message = f"{param.name} must be an array of floats: what is made of it is written to"
                if param in self.written:
                    message = f"{param.name} must be an array of floats: it is written to"
                self.raise_if(self.block.append(ops.IS_NO_VECTOR, (param,), None), message, node, "")
            for k, a in enumerate(arrays):
                for b in arrays[k + 1 :]:
                    if a in self.written or b in self.written:
                        shared = self.block.append(ops.IS, (a, b), self.span(node))
                        self.raise_if(shared, f"{a.name} and {b.name} share their memory", node)

    def raise_if(self, condition: Value, message: str, node: ast.AST, end: str = PASS_A_COPY) -> None:
        """Append `if condition: raise ValueError(message)`."""
        branch = Branch(condition, Block(self.block), Block(self.block), span=self.span(node))
        branch.then.items.append(Raise("ValueError", (message + end,), None, self.span(node)))
        self.block.items.append(branch)

    def stands_for(self, name: str) -> str:
        """Return what a global name was taken for."""
        binding = self.module.bindings.get(name)
        if binding is None:
            return f"math.{name}" if self.module.star and name in MATH_NAMES else "builtin"
        if binding.what == "function":
            return f"function {getattr(binding.node, 'lineno', 0)}"
        return binding.origin or "constant"

    def refuse_decorators(self, node: ast.FunctionDef) -> None:
        """Refuse decorators that may make another function of this one."""
        for decorator in node.decorator_list:
            function = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = ast.unparse(function)
            first, _, rest = name.partition(".")
            binding = self.module.bindings.get(first)
            origin = f"{binding.origin}.{rest}".rstrip(".") if binding is not None and binding.origin else name
            if first in self.module.unreliable or origin not in HARMLESS_DECORATORS:
                hint = "differentiate an undecorated function"
                self.refuse("BP035", f"`{node.name}` is decorated with `{name[:60]}`", decorator, hint)

    def parameters(self, node: ast.FunctionDef, frame: Frame) -> list[Param]:
        """Return the parameters, bound in the frame."""
        params: list[Param] = []
        defaults = defaults_of(node.args)
        starred = {a.arg for a in (node.args.vararg, node.args.kwarg) if a is not None}
        counted = counted_names(node)
        for argument in all_arguments(node.args):
            cell = annotated(argument.annotation)
            kind = array_annotation(argument.annotation) if self.arrays else None
            is_free = argument.annotation is None and not isinstance(defaults.get(argument.arg), ast.Tuple)
            if self.arrays and is_free and argument.arg not in starred:
                rank = self.ranks.get(argument.arg)
                kind = Array(None if rank is None else tuple(Unknown() for _ in range(rank)))
                kind = Array(()) if argument.arg in counted else kind
            if self.arrays and cell is not None and argument.arg in self.items.lists:
                cell, kind = Cell("list", is_open=True), None
            if self.arrays and cell is not None and isinstance(defaults.get(argument.arg), ast.Tuple):
                cell.shape = "list"
            if self.arrays and cell is not None and cell.shape == "list":
                either(cell)
            if (
                isinstance(kind, Array)
                and argument.arg in self.item_written
                and (kind.dims is None or len(kind.dims) == 1)
            ):
                cell, kind = Cell("list", every=Cell("number"), is_open=True, is_array=True), None
            if kind is not None:
                param = Param(argument.arg, kind)
                param.is_free = argument.annotation is None
                frame.bind(argument.arg, param)
                params.append(param)
                continue
            if argument.arg in starred:
                self.refuse("BP032", f"the parameter `*{argument.arg}`", argument, "name the parameters")
            elif cell is None:
                assert argument.annotation is not None
                self.refuse("BP033", f"the annotation of `{argument.arg}`", argument.annotation, ANNOTATIONS)
            if cell is not None and argument.annotation is None and isinstance(defaults.get(argument.arg), ast.Tuple):
                cell.shape, cell.is_tuple = "list", True
            param = Param(argument.arg)
            self.cells.put(param, cell or Cell())
            frame.bind(argument.arg, param)
            params.append(param)
        return params

    def output(self, thing: Thing, node: ast.FunctionDef) -> Tree:
        """Return what the function returns: a number, or a tuple or list of numbers."""
        if isinstance(thing, Group):
            for value in leaves(thing):
                self.as_number(value, node)
            return thing
        if isinstance(thing, (Nothing, Never)):
            self.refuse("BP036", f"`{node.name}` returns nothing on some path", node, "return a number on every path")
        elif isinstance(thing, Value):
            cell = self.cells.get(thing)
            if cell is not None and cell.shape == "list":
                self.refuse("BP037", f"`{node.name}` returns a list", node, "return a number, or a tuple of numbers")
            else:
                number = self.as_number(thing, node)
                return number if isinstance(number, Value) else self.const(0.0)
        elif not isinstance(thing, Broken):
            self.not_a_number(thing, node)
        return self.const(0.0)

    def chosen(self, params: list[Param], wrt: Sequence[str] | None, node: ast.FunctionDef) -> tuple[str, ...]:
        """Return the names of the parameters to differentiate by."""
        by_name = {p.name: p for p in params}
        if wrt is None:
            names = tuple(p.name for p in params if p.kind not in NOT_DIFFERENTIATED and not is_data(p.kind))
            if not names and not self.refusals:
                self.refuse("BP005", f"`{node.name}` has no parameter to differentiate by", node, "give it one")
            return names
        for name in wrt:
            if name not in by_name:
                known = ", ".join(by_name) or "none"
                self.refuse("BP005", f"`{node.name}` has no parameter `{name}`", node, f"its parameters are: {known}")
            elif by_name[name].kind is STR:
                self.refuse("BP005", f"`{name}` is a string", node, "differentiate by numbers")
        if not wrt:
            self.refuse("BP005", "wrt names no parameter", node, "name one")
        if len(set(wrt)) != len(wrt):
            self.refuse("BP005", "a parameter is named twice in wrt", node)
        return tuple(wrt)

    def signature(self, node: ast.FunctionDef) -> list[Parameter]:
        """Return the parameters as they are declared."""
        defaults = defaults_of(node.args)
        entry = UserFunction(node.name, node, None)
        found = []
        groups = (("positional", node.args.posonlyargs), ("either", node.args.args), ("keyword", node.args.kwonlyargs))
        for how, group in groups:
            for argument in group:
                default: Tree | None = None
                if argument.arg in defaults:
                    thing = self.default(defaults[argument.arg], entry)
                    if isinstance(thing, Text):
                        thing = self.constants.get(thing.text, STR)
                    if isinstance(thing, (Const, Param, Group)):
                        default = thing
                    elif not isinstance(thing, Broken):
                        self.refuse("BP034", "a default that is not a number", defaults[argument.arg], "use a number")
                found.append(Parameter(argument.arg, how, default))
        return found

    def original(self, node: ast.FunctionDef, constants: Mapping[str, float]) -> str:
        """Return the text of the function and of all that it reaches, without decorators and annotations."""
        parts = [f"{name} = {plain(value)}" for name, value in constants.items()]
        reached = {*self.used_functions, *self.global_things}
        for name, binding in self.module.bindings.items():
            libraries = ("math", "builtins", *(("numpy", "scipy") if self.arrays else ()))
            if binding.what in ("module", "from") and binding.origin.split(".")[0] in libraries:
                parts.append(import_text(name, binding.origin, binding.what))
            elif name in reached and isinstance(binding.node, ast.FunctionDef) and binding.node is not node:
                parts.append(ast.unparse(bare(binding.node)))
            elif name in reached and isinstance(binding.node, ast.expr):
                parts.append(f"{name} = {ast.unparse(binding.node)}")
        if self.module.star:
            parts.insert(0, "from math import *")
        parts.append(ast.unparse(bare(node)))
        return "\n".join(dict.fromkeys(parts)) + "\n"


HARMLESS_DECORATORS = frozenset(
    "bpcompile.grad bpcompile.value_and_grad bpcompile.vjp numba.njit numba.jit functools.cache functools.lru_cache "
    "staticmethod".split()
)


def import_text(name: str, origin: str, what: str) -> str:
    """Return the import of one name."""
    if what == "module":
        return f"import {origin}" if name == origin else f"import {origin} as {name}"
    module, _, attribute = origin.rpartition(".")
    return f"from {module} import {attribute}" + ("" if name == attribute else f" as {name}")


def plain(value: float) -> str:
    """Return the text of a number that reads back as the same number."""
    return repr(value) if value == value and abs(value) != float("inf") else f"float({str(value)!r})"


def bare(node: ast.FunctionDef) -> ast.FunctionDef:
    """Return the function without what is not part of its meaning: decorators and annotations."""

    class Strip(ast.NodeTransformer):
        def visit_arg(self, inner: ast.arg) -> ast.arg:
            return ast.arg(inner.arg, None)

        def visit_FunctionDef(self, inner: ast.FunctionDef) -> ast.FunctionDef:
            self.generic_visit(inner)
            inner.decorator_list, inner.returns = [], None
            return inner

        def visit_AnnAssign(self, inner: ast.AnnAssign) -> ast.stmt:
            self.generic_visit(inner)
            if inner.value is None:
                return ast.copy_location(ast.Pass(), inner)
            return ast.copy_location(ast.Assign([inner.target], inner.value), inner)

    copied = ast.parse(ast.unparse(node)).body[0]
    assert isinstance(copied, ast.FunctionDef)
    Strip().visit(copied)
    return ast.fix_missing_locations(copied)


ANNOTATIONS = 'annotate with float, int, bool, str, list and tuple of them, np.ndarray or a shape: "n m"'


def is_data(kind: Kind) -> bool:
    """Return whether an annotation says that an array is one of integers or truths."""
    return isinstance(kind, Array) and kind.dtype != "real"
