"""Every stage in order, on one screen: text in, text out. The only module that knows them all."""

from __future__ import annotations

import ast
import functools
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TextIO

from bpcompile.backends.emit import MAX_NESTING, Emitted, Emitter
from bpcompile.backends.jit import JITS
from bpcompile.backends.module import GeneratedFunction, docstring, generated_function, module_text
from bpcompile.backends.names import Names
from bpcompile.backends.plan import plan
from bpcompile.backends.stages import choose_stages
from bpcompile.errors import CompileError, Refusal, Span, VerificationError
from bpcompile.frontend.errstate import inline_states
from bpcompile.frontend.lower import Lowered, lower
from bpcompile.frontend.module import ModuleNames, called_names, read_module
from bpcompile.frontend.source import SPLIT, TOO_DEEP, parse, span_of
from bpcompile.ir.check import check
from bpcompile.ir.graph import Apply, Block, Branch, Callee, Function, Loop, Result, Value, blocks_of, leaves
from bpcompile.ir.kinds import Array, holds_arrays
from bpcompile.ir.printer import show
from bpcompile.passes.activity import activate, active_values, without_derivative
from bpcompile.passes.complex import ask_for_real, complex_misuse, has_complex
from bpcompile.passes.floats import keep_floats
from bpcompile.passes.hoist import hoist
from bpcompile.passes.numbers import ask_for_number
from bpcompile.passes.overwrite import overwrite
from bpcompile.passes.prune import prune
from bpcompile.passes.reverse import Sweep, reverse
from bpcompile.passes.storage import store
from bpcompile.passes.tidy import tidy
from bpcompile.rules.gates import recognise
from bpcompile.version import __version__


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for."""

    functions: tuple[str, ...] | None = None
    wrt: tuple[str, ...] | None = None
    derivative: str = "grad"
    target: str = "auto"
    jit: str | None = None
    style: str = "staged"
    verify: bool = False
    verify_budget: int | None = None
    dump_ir: TextIO | None = None
    constants: Mapping[str, float] = field(default_factory=dict)  # closure variables, by value
    line: int | None = None  # of the `def` of a live function, which is then taken as it stands there


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled file: the generated module, and what SymPy found for each function."""

    text: str
    names: tuple[str, ...]
    sentences: tuple[str, ...]
    originals: tuple[str, ...]
    relied: Mapping[str, str]  # the global names that the functions rely on, and what each was taken for


def compile_text(source: str, filename: str, options: Options) -> Compiled:
    """Return the generated module of a file's functions, or raise every refusal at once."""
    tree, names = read(source, filename)
    chosen = choose_functions(tree, names, source, filename, options)
    refusals: list[Refusal] = []
    generated: list[GeneratedFunction] = []
    relied: dict[str, str] = {}
    for node in chosen:
        try:
            function, lowered = compile_function(node, names, source, filename, options)
            generated.append(function)
            relied.update(lowered.relied)
        except CompileError as error:
            refusals += error.refusals
    if refusals:
        ordered = sorted(dict.fromkeys(refusals), key=lambda r: (r.span.line, r.span.column, r.code))
        raise CompileError(ordered, filename, source)
    base = os.path.basename(filename)
    text = module_text(generated, base, __version__, header_options(options), JITS[options.jit], ())
    sentences: tuple[str, ...] = ()
    if options.verify:
        sentences = verify(generated, options)
        text = module_text(generated, base, __version__, header_options(options), JITS[options.jit], sentences)
    return Compiled(text, tuple(g.name for g in generated), sentences, tuple(g.original for g in generated), relied)


@functools.lru_cache(maxsize=2)
def read(source: str, filename: str) -> tuple[ast.Module, ModuleNames]:
    """Return a file's tree and what it binds; a file with many decorated functions is read once."""
    tree = parse(source, filename)
    names = read_module(tree)
    inline_states(tree, names)
    return tree, names


def choose_functions(
    tree: ast.Module, names: ModuleNames, source: str, filename: str, options: Options
) -> Sequence[ast.FunctionDef]:
    """Return the functions to differentiate: those asked for, or those that no other one calls."""
    functions = names.functions()
    if options.line is not None:
        return [s for s in tree.body if isinstance(s, ast.FunctionDef) and s.lineno == options.line]
    if options.functions is None:
        called = called_names(tree)
        chosen = [node for name, node in functions.items() if name not in called]
        if not chosen:
            refuse("BP004", "there is no top-level function to differentiate", filename, source)
        return reliable(chosen, names, source, filename)
    for name in options.functions:
        if name not in functions:
            known = ", ".join(functions) or "none"
            hint = f"the top-level functions are: {known}"
            refuse("BP004", f"there is no top-level function `{name}`", filename, source, hint)
    return reliable([functions[name] for name in dict.fromkeys(options.functions)], names, source, filename)


def reliable(
    chosen: Sequence[ast.FunctionDef], names: ModuleNames, source: str, filename: str
) -> Sequence[ast.FunctionDef]:
    """Return the functions, or refuse those whose name may be something else at run time."""
    lines = source.split("\n")
    refusals = [
        Refusal(
            "BP031", f"`{n.name}` cannot be relied on: {names.unreliable[n.name]}", span_of(n, lines), "define it once"
        )
        for n in chosen
        if n.name in names.unreliable
    ]
    if refusals:
        raise CompileError(refusals, filename, source)
    return chosen


def refuse(code: str, message: str, filename: str, source: str, hint: str = "", node: ast.AST | None = None) -> None:
    """Raise one refusal."""
    span = span_of(node, source.split("\n")) if node is not None else Span(1, 0)
    raise CompileError([Refusal(code, message, span, hint)], filename, source)


def compile_function(
    node: ast.FunctionDef, names: ModuleNames, source: str, filename: str, options: Options
) -> tuple[GeneratedFunction, Lowered]:
    """Return one function's derivative as text: lower, recognise gates, reverse twice, prune, plan, name, emit."""
    lowered = lower(node, names, source, filename, options.wrt, dict(options.constants), options.line is not None)
    fn = lowered.function
    if has_complex(fn) or any(c.function is not None and has_complex(c.function) for c in fn.callees):
        refuse_complex(fn, node, filename, source)
        ask_for_real(fn)
    if has_loops(fn.body):
        tidy(fn)
    recognise(fn.body)
    hoist(fn)
    dump(options, "lower", fn)
    check(fn, after="lower")
    active = active_values(fn)
    active_inside = activate(fn.callees)
    refuse_flat(active.union(*active_inside.values()), node, filename, source)
    place = span_of(node, source.split("\n"))
    parts = []
    for callee in fn.callees:
        naming, emitted = compile_callee(callee, active_inside[callee.name], options)
        refuse_overwritten(naming, place, filename, source)
        parts.append(emitted)
    if options.derivative != "vjp" and not isinstance(fn.output, Value):
        hint = "use --derivative vjp, or return one number"
        refuse("BP037", f"`{fn.name}` returns several numbers, so it has no one gradient", filename, source, hint, node)
    refuse_array(fn, node, filename, source, options)
    draft = reverse(fn, active, set(), options.derivative)
    draft_live = prune(draft, fn.body)
    stages = choose_stages(fn, draft, plan(draft.function, draft_live, set(), draft))
    final = reverse(fn, active, stages, options.derivative, options.style)
    overwrite(final.function)
    keep_floats(final.function, fn)
    dump(options, "reverse", final.function)
    check(final.function, after="reverse")
    if has_loops(fn.body) or fn.versions:
        live = store(final, fn)
        check(final.function, after="store")
    else:
        live = prune(final, fn.body)
    wants_value = options.derivative == "value_and_grad"
    lines = {v for v in stages & live.values if not isinstance(v.kind, Array)}  # an array that is read once is not kept
    extra = {v for v in leaves(fn.output) if wants_value and isinstance(v, Apply)} | lines
    jit = JITS[options.jit]
    if options.jit is not None and fn.errstate:
        refuse("BP060", "Numba does not take `np.errstate`", filename, source, "leave it out", node)
    if beyond := list(jit.beyond(final.function, live, place)):
        raise CompileError(beyond, filename, source)
    layout = plan(final.function, live, extra, final)
    output = fn.output if isinstance(fn.output, Value) else None
    naming = Names(final.function, fn, layout, live, final.primals, output, final.again, final.tapes)
    refuse_overwritten(naming, place, filename, source)
    emitter = Emitter(final.function, fn, layout, live, naming, options.style, jit)
    emitted = emitter.emit(docstring(fn, final.function, options.derivative))
    if emitted.nesting > MAX_NESTING:
        refuse("BP003", TOO_DEEP, filename, source, SPLIT, node)
    return generated_function(emitted, emitter, fn, final.function, lowered.original, parts), lowered


def refuse_array(fn: Function, node: ast.FunctionDef, filename: str, source: str, options: Options) -> None:
    """Refuse the gradient of what is an array; where it may be one, the module asks at run time."""
    kind = fn.output.kind if isinstance(fn.output, Value) else None
    if options.derivative == "vjp" or not isinstance(kind, Array) or kind.dims == ():
        return
    if kind.dims:
        hint = "return a number: np.sum of it, or use --derivative vjp"
        what = f"`{fn.name}` returns an array of shape {kind}"
        refuse("BP037", f"{what}, and a gradient is that of one number", filename, source, hint, node)
    ask_for_number(fn)


def compile_callee(callee: Callee, active: set[Value], options: Options) -> tuple[Names, Emitted]:
    """Return the text of a function that calls itself: its forward and its backward part."""
    assert callee.function is not None
    fn = callee.function
    tidy(fn)
    recognise(fn.body)
    hoist(fn)
    check(fn, after="lower")
    draft = Sweep(fn, active, set(), options.style).run_callee(callee)
    stages = choose_stages(fn, draft, plan(draft.function, prune(draft, fn.body), set(), draft))
    final = Sweep(fn, active, stages, options.style).run_callee(callee)
    overwrite(final.function)
    dump(options, f"reverse of {callee.name}", final.function)
    check(final.function, after="reverse")
    live = store(final, fn)
    check(final.function, after="store")
    returned = {v for v in leaves(fn.output) if isinstance(v, Apply)}
    layout = plan(final.function, live, returned | stages & live.values, final)
    naming = Names(final.function, fn, layout, live, final.primals, None, final.again, final.tapes)
    return naming, Emitter(final.function, fn, layout, live, naming, options.style).emit_pair(callee, final)


def refuse_overwritten(names: Names, place: Span, filename: str, source: str) -> None:
    """Refuse a name that may be unbound, and so cannot be kept, where it is bound anew and still needed."""
    for value, becomes in names.overwritten:
        owner = becomes.owner if isinstance(becomes, Result) else names.carriers.get(becomes)
        span = owner.span if isinstance(owner, (Branch, Loop)) else None
        what = f"`{names[value]}` may be unbound, and is bound anew while the gradient still needs what it was"
        hint = "bind it first, before the loop or the branch"
        raise CompileError([Refusal("BP039", what, span or place, hint)], filename, source)


def has_loops(block: Block) -> bool:
    """Return whether a loop stands in a block, or in a block inside it."""
    return any(isinstance(i, Loop) or any(map(has_loops, blocks_of(i))) for i in block.items)


def refuse_complex(fn: Function, node: ast.FunctionDef, filename: str, source: str) -> None:
    """Refuse what is not known of complex numbers."""
    hint = "take the real part, the imaginary part or the absolute value"
    place = Span(node.lineno, node.col_offset)
    found = [Refusal("BP055", what, span or place, hint) for what, span in complex_misuse(fn)]
    if found:
        raise CompileError(found, filename, source)


def refuse_flat(active: set[Value], node: ast.FunctionDef, filename: str, source: str) -> None:
    """Refuse operations that have no derivative."""
    found = without_derivative(active)
    if found:
        refusals = [
            Refusal("BP017", f"`{name}` has no derivative: {why}", span or Span(node.lineno, 0), "leave it out")
            for name, why, span in found
        ]
        raise CompileError(refusals, filename, source)


def dump(options: Options, stage: str, fn: Function) -> None:
    """Print the IR after a stage, where that is asked for."""
    if options.dump_ir is not None:
        print(f"# after {stage}\n{show(fn)}\n", file=options.dump_ir)


def header_options(options: Options) -> str:
    """Return the options that differ from the defaults, as they are typed on the command line."""
    import shlex

    words: list[str] = []
    for name in options.functions or ():
        words += ["--function", name]
    if options.wrt is not None:
        words += ["--wrt", ",".join(options.wrt)]
    for option, value, default in (
        ("--derivative", options.derivative, "grad"),
        ("--target", options.target, "auto"),
        ("--jit", options.jit, None),
        ("--style", options.style, "staged"),
    ):
        if value != default and value is not None:
            words += [option, value]
    if not options.verify:
        words.append("--no-verify")
    if options.verify and options.verify_budget is not None:
        words += ["--verify-budget", str(options.verify_budget)]
    return shlex.join(words)


def verify(generated: Sequence[GeneratedFunction], options: Options) -> tuple[str, ...]:
    """Return what SymPy says of each function, or raise where it finds a difference."""
    from bpcompile.verify import DEFAULT_BUDGET, ParamSpec, Subject, check_arrays
    from bpcompile.verify import check as check_text

    sentences = []
    for function in generated:
        alone = module_text([function], "f.py", __version__, "", replace(JITS[options.jit], decorator=""), ())
        params = tuple(ParamSpec(p.name, p.kind) for p in function.params)
        subject = Subject(
            function.original, function.entry, alone, function.name, options.derivative, params, function.wrt
        )
        is_over_arrays = any(holds_arrays(p.kind) or getattr(p.kind, "is_array", False) for p in function.params)
        check = check_arrays if is_over_arrays else check_text
        verdict = check(subject, options.verify_budget or DEFAULT_BUDGET)
        if verdict.status == "different":
            message = (
                f"bpcompile: a gradient of `{function.entry}` is wrong. Nothing was written. This is a bug in bpcompile"
            )
            raise VerificationError(f"{message}: please report it.\n{verdict.detail}")
        exact = sorted(function.helpers & {"bessel_i1", "digamma", "sinc_slope"})
        helper = f" Its helper `{exact[0]}` was taken as exact." if exact else ""
        sentences.append(verdict.sentence + helper)
    return tuple(sentences)
