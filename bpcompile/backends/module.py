"""The module around the generated functions: header, import, constants, the few helpers that travel along."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bpcompile.backends.emit import Emitted, Emitter
from bpcompile.backends.jit import Jit
from bpcompile.ir.graph import Bind, Function, Param
from bpcompile.ir.kinds import Array, Kind
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
    aliases: Mapping[str, str]
    original: str
    params: tuple[Param, ...]
    wrt: tuple[str, ...]
    parts: tuple[str, ...] = ()  # the functions that it calls


def generated_function(
    emitted: Emitted,
    emitter: Emitter,
    fn: Function,
    reversed_: Function,
    original: str,
    parts: Sequence[Emitted] = (),
) -> GeneratedFunction:
    """Return the function with the constants and helpers that its text mentions."""
    constants = []
    for item in fn.globals.items:
        if isinstance(item, Bind):
            name = emitter.names.constant(item.name)
            name = emitted.aliases.get(name, name)
            constants.append((name, emitter.expressions.definition(item.value)))
    for part in parts:
        emitted.helpers |= part.helpers
        emitted.aliases.update(part.aliases)
    texts = [emitted.text, *(p.text for p in parts)]
    used = [c for i, c in enumerate(constants) if any(mentions(t, c[0]) for t in (*texts, *after(constants, i)))]
    bound = {name for name, _ in used}
    builtin = [
        (alias, name)
        for name, alias in emitted.aliases.items()
        if alias not in bound and name not in emitter.jit.prelude
    ]
    return GeneratedFunction(
        reversed_.name,
        fn.name,
        emitted.text,
        frozenset(emitted.helpers),
        tuple([*((a, n) for a, n in builtin if n not in ("math", "np", "scipy")), *used]),
        emitted.aliases,
        original,
        tuple(fn.params),
        fn.wrt,
        tuple(p.text for p in parts),
    )


def after(constants: Sequence[tuple[str, str]], index: int) -> list[str]:
    """Return the texts of the constants behind one."""
    return [text for _, text in constants[index + 1 :]]


def mentions(code: str, name: str) -> bool:
    """Return whether the name stands anywhere in the code."""
    stop = "" if name.endswith(".") else r"(?!\w)"
    return re.search(rf"(?<![\w.]){re.escape(name)}{stop}", code) is not None


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
    if kinds and all(isinstance(k, ListKind) and k.is_array for k in kinds):
        return f", of {names[0]}'s shape" if len(kinds) == 1 else ", each of its argument's shape"
    if kinds and all(isinstance(k, Array) and k.dims is None for k in kinds):
        return f", of {names[0]}'s shape" if len(kinds) == 1 else ", each of its argument's shape"
    vectors = [name for name, k in zip(names, kinds) if isinstance(k, ListKind) and k.is_array]
    if vectors:
        return "".join(f", d{name} of {name}'s shape" for name in vectors)
    lists = [(name, k) for name, k in zip(names, kinds) if isinstance(k, ListKind)]
    if not lists:
        return ""
    words = {"tuple" if k.is_tuple else "list" for _, k in lists}
    word = words.pop() if len(words) == 1 else "list or tuple"
    if len(kinds) == 1:
        return f", a {word} as long as {names[0]}"
    if len(lists) == len(kinds):
        return f", each a {word} as long as its argument"
    if len(lists) == 1:
        return f", d{lists[0][0]} a {word} as long as {lists[0][0]}"
    return f", d{listed_with([n for n, _ in lists])} {word}s as long as their arguments"


def listed_with(names: Sequence[str]) -> str:
    """Return the names joined for a docstring."""
    return listed([names[0], *(f"d{n}" for n in names[1:])])


def module_text(
    functions: Sequence[GeneratedFunction],
    filename: str,
    version: str,
    options: str,
    jit: Jit,
    sentences: Sequence[str],
) -> str:
    """Return the generated module."""
    helpers = sorted({h for f in functions for h in f.helpers})
    constants = dict(c for f in functions for c in f.constants)
    own = dict.fromkeys(part for f in functions for part in f.parts)
    parts = [*(f.text for f in functions), *own, *(jit.prelude[h] for h in helpers)]
    hidden = {(alias, name) for f in functions for name, alias in f.aliases.items() if name in jit.prelude}
    parts = [jit.decorator + part for part in parts]
    body = [f"{name} = {text}" for name, text in constants.items()]
    code = "\n\n".join(["\n".join(body) + "\n", *parts] if body else parts)
    code += "".join(f"\n\n{alias} = {name}\n" for alias, name in sorted(hidden))
    imports = [f"import {name}" for name in ("math", "numba") if mentions(without_comments(code), f"{name}.")]
    plain = without_comments(code)
    imports += [line for line, name in LIBRARIES if mentions(plain, f"{name}.")]
    imports += sorted({f"import numpy as {f.aliases['np']}" for f in functions if "np" in f.aliases})
    imports += sorted({f"import math as {f.aliases['math']}" for f in functions if "math" in f.aliases})
    top = header(functions, filename, version, options, sentences) + "".join(f"{line}\n" for line in imports)
    return f"{top}\n{code}" if body else f"{top}\n\n{code}"


LIBRARIES = (("import numpy as np", "np"), ("import scipy.special", "scipy.special"))


def without_comments(code: str) -> str:
    """Return the code without its comments."""
    return "\n".join(line.split("  # (")[0] for line in code.split("\n") if not line.lstrip().startswith("#"))


def header(
    functions: Sequence[GeneratedFunction], filename: str, version: str, options: str, sentences: Sequence[str]
) -> str:
    """Return the module's docstring."""
    entries = [f.entry for f in functions]
    what = "Gradient" if len(entries) == 1 else "Gradients"
    whose = listed(entries) if len(entries) <= MAX_LISTED else f"{len(entries)} functions"
    lines = [f"{what} of {whose} from {harmless(filename)}, compiled by bpcompile {version}. {DO_NOT_EDIT}"]
    if options:
        lines.append(f"Options: {harmless(options)}")
    for sentence in sentences or ["Not checked with SymPy."]:
        lines += ["", *wrapped(harmless(sentence))]
    return '"""' + "\n".join(lines) + '\n"""\n'


MAX_LISTED = 3  # functions that the header names


def wrapped(sentence: str) -> list[str]:
    """Return the lines of a sentence; where one line is too short for it, its clauses begin new ones."""
    clauses = [sentence] if len(sentence) <= LINE else sentence.replace("; ", ";\n").split("\n")
    return [line for c in clauses for line in textwrap.wrap(c, LINE, break_long_words=False, break_on_hyphens=False)]


DO_NOT_EDIT = "Do not edit: compile again."


def harmless(text: str) -> str:
    """Return text that cannot end the docstring it stands in."""
    shown = "".join(c if c.isprintable() else "?" for c in text)
    return shown.replace("\\", "/").replace('"', "'")


def listed(names: Sequence[str]) -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
