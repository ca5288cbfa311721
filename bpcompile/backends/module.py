"""The module around the generated functions: header, import, constants, the few helpers that travel along."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from bpcompile.backends.emit import Emitted, Emitter
from bpcompile.backends.prelude import PRELUDE
from bpcompile.ir.graph import Bind, Function, Param
from bpcompile.ir.kinds import Kind
from bpcompile.ir.kinds import Sequence as ListKind

LINE = 110  # characters of a docstring line


@dataclass(frozen=True, slots=True)
class GeneratedFunction:
    """One generated function, with what its module and its verification need."""

    name: str
    entry: str
    text: str
    helpers: frozenset[str]
    constants: tuple[tuple[str, str], ...]
    original: str
    params: tuple[Param, ...]
    wrt: tuple[str, ...]


def generated_function(
    emitted: Emitted, emitter: Emitter, fn: Function, reversed_: Function, original: str
) -> GeneratedFunction:
    """Return the function with the constants and helpers that its text mentions."""
    constants = tuple(
        (item.name, emitter.expressions.text(item.value))
        for item in fn.globals.items
        if isinstance(item, Bind) and mentions(emitted.text, item.name)
    )
    return GeneratedFunction(
        reversed_.name,
        fn.name,
        emitted.text,
        frozenset(emitted.helpers),
        constants,
        original,
        tuple(fn.params),
        fn.wrt,
    )


def mentions(code: str, name: str) -> bool:
    """Return whether the name stands anywhere in the code."""
    return re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", code) is not None


def docstring(fn: Function, reversed_: Function, derivative: str) -> list[str]:
    """Return the generated function's docstring: what it returns, and the policy at special points."""
    partials = [f"d{fn.name}/d{name}" for name in fn.wrt]
    what = partials[0] if len(partials) == 1 else f"({', '.join(partials)})"
    if derivative == "value_and_grad":
        what = f"{fn.name} and {what}"
    if derivative == "vjp":
        what = f"{what} times {reversed_.params[-1].name}"
    kinds = {p.name: p.kind for p in fn.params}
    return [f'"""Return {what}{shapes([kinds[name] for name in fn.wrt], fn.wrt)}."""']


def shapes(kinds: Sequence[Kind], names: Sequence[str]) -> str:
    """Return what is said of the gradients that are lists."""
    lists = [(name, k) for name, k in zip(names, kinds) if isinstance(k, ListKind)]
    if not lists:
        return ""
    words = {"tuple" if k.is_tuple else "list" for _, k in lists}
    word = words.pop() if len(words) == 1 else "list or tuple"
    if len(kinds) == 1:
        return f", a {word} as long as {names[0]}"
    if len(lists) == len(kinds):
        return f", each a {word} as long as its argument"
    return f", d{listed_with([n for n, _ in lists])} a {word} as long as {'it' if len(lists) == 1 else 'its argument'}"


def listed_with(names: Sequence[str]) -> str:
    """Return the names joined for a docstring."""
    return listed([names[0], *(f"d{n}" for n in names[1:])])


def module_text(
    functions: Sequence[GeneratedFunction],
    filename: str,
    version: str,
    options: str,
    jit: str | None,
    sentences: Sequence[str],
) -> str:
    """Return the generated module."""
    helpers = sorted({h for f in functions for h in f.helpers})
    constants = dict(c for f in functions for c in f.constants)
    parts = [*(f.text for f in functions), *(PRELUDE[h] for h in helpers)]
    if jit == "numba":
        parts = [f"@numba.njit(cache=True)\n{part}" for part in parts]
    body = [f"{name} = {text}" for name, text in constants.items()]
    code = "\n\n".join(["\n".join(body) + "\n", *parts] if body else parts)
    imports = [name for name in ("math", "numba") if f"{name}." in without_comments(code)]
    blocks = [header(functions, filename, version, options, sentences) + "".join(f"import {n}\n" for n in imports)]
    if body:
        return f"{blocks[0]}\n{code}"
    return f"{blocks[0]}\n\n{code}"


def without_comments(code: str) -> str:
    """Return the code without its comments."""
    return "\n".join(line.split("  # (")[0] for line in code.split("\n") if not line.lstrip().startswith("#"))


def header(
    functions: Sequence[GeneratedFunction], filename: str, version: str, options: str, sentences: Sequence[str]
) -> str:
    """Return the module's docstring."""
    entries = [f.entry for f in functions]
    what = "Gradient" if len(entries) == 1 else "Gradients"
    lines = [f"{what} of {listed(entries)} from {harmless(filename)}, compiled by bpcompile {version}. {DO_NOT_EDIT}"]
    if options:
        lines.append(f"Options: {harmless(options)}")
    for sentence in sentences or ["Not checked with SymPy."]:
        lines += ["", *textwrap.wrap(harmless(sentence), LINE, break_long_words=False, break_on_hyphens=False)]
    return '"""' + "\n".join(lines) + '\n"""\n'


DO_NOT_EDIT = "Do not edit: compile again."


def harmless(text: str) -> str:
    """Return text that cannot end the docstring it stands in."""
    shown = "".join(c if c.isprintable() else "?" for c in text)
    return shown.replace("\\", "/").replace('"', "'")


def listed(names: Sequence[str]) -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
