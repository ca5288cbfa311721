"""Derivatives of live functions: `@grad` reads the function's source, compiles it and runs the generated module.

The generated module gets a file name of its own in `linecache`, so that `inspect.getsource`, tracebacks and pdb show
its lines. A derivative pickles as its text, and is compiled again from it.
"""

from __future__ import annotations

import ast
import builtins
import itertools
import linecache
import os
import textwrap
import types
import zlib
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from bpcompile.api import as_names, compile_with
from bpcompile.driver import Compiled, Options, read
from bpcompile.errors import CompileError, Refusal, Span
from bpcompile.nodes import walk

OPTIONS = ("wrt", "target", "jit", "style", "verify", "verify_budget")


class Derivative:
    """A generated function that also knows its `primal` and its `source`. Each one is of a class of its own, so that
    calling it costs what calling the generated function costs."""

    primal: Any
    source: str
    _recipe: tuple[str, str, str, str]

    def __reduce__(self) -> tuple[object, ...]:
        return rebuild, self._recipe

    def __repr__(self) -> str:
        return f"<{self._recipe[1]} compiled by bpcompile>"


def grad(function: Any = None, **options: Any) -> Any:
    """Return the gradient of a live function, compiled now; also a decorator, with or without options."""
    return live("grad", function, options)


def value_and_grad(function: Any = None, **options: Any) -> Any:
    """Return the function that returns `(value, gradients)`."""
    return live("value_and_grad", function, options)


def vjp(function: Any = None, **options: Any) -> Any:
    """Return the function that takes the output's cotangent as its last argument and returns the gradients."""
    return live("vjp", function, options)


def live(derivative: str, function: Any, options: Mapping[str, Any]) -> Any:
    """Return the derivative of a live function, or a decorator that does."""
    if function is None:
        return lambda f: derive(f, derivative, options)
    return derive(function, derivative, options)


def derive(function: Any, derivative: str, options: Mapping[str, Any]) -> Any:
    """Return the derivative of a live function."""
    for option in options:
        if option not in OPTIONS:
            raise TypeError(f"bpcompile.{derivative} has no option {option!r}; the options are {', '.join(OPTIONS)}")
    function = getattr(function, "primal", function)
    if not isinstance(function, types.FunctionType):
        raise TypeError(f"bpcompile.{derivative} takes a function, not {type(function).__name__}")
    text, filename, line = source_of(function)
    name = function.__name__
    chosen = Options(
        functions=(name,),
        line=line,
        wrt=as_names(options.get("wrt")),
        derivative=derivative,
        target=options.get("target", "auto"),
        jit=options.get("jit"),
        style=options.get("style", "staged"),
        verify=options.get("verify", False),
        verify_budget=options.get("verify_budget"),
        constants=closure_constants(function, text, filename, line),
    )
    compiled = compile_with(text, filename, chosen)
    check_globals(function, compiled, text, filename, line)
    return build(compiled.text, compiled.names[0], name, compiled.originals[0], function)


def build(text: str, entry: str, name: str, original: str, primal: Callable[..., Any] | None) -> Any:
    """Run the generated module and wrap its function."""
    filename = f"<bpcompile {entry} {len(text)}-{abs(hash_of(text)):x}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    module: dict[str, Any] = {"__name__": getattr(primal, "__module__", None) or "bpcompile.generated"}
    runnable = text.replace("@numba.njit(cache=True)", "@numba.njit")  # numba keeps no cache for what is in no file
    exec(compile(runnable, filename, "exec", dont_inherit=True), module)
    function = module[entry]
    members = {"__call__": staticmethod(function), "__doc__": function.__doc__}
    found: Any = type("Derivative", (Derivative,), members)()
    found.__wrapped__ = getattr(function, "py_func", function)  # numba keeps the plain function there
    found.__name__, found.__qualname__ = entry, entry
    found.__module__ = module["__name__"]
    found.primal, found.source = primal or run(original, name), text
    found._recipe = (text, entry, name, original)
    return found


def run(original: str, name: str) -> Any:
    """Return the original function from its text."""
    module: dict[str, Any] = {"__name__": "bpcompile.primal"}
    exec(compile(original, f"<bpcompile primal {name}>", "exec", dont_inherit=True), module)
    return module[name]


def hash_of(text: str) -> int:
    """Return a number that is the same in every process."""
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def rebuild(text: str, entry: str, name: str, original: str) -> Any:
    """Return the derivative from its text: what unpickling calls."""
    return build(text, entry, name, original, None)


def source_of(function: types.FunctionType) -> tuple[str, str, int]:
    """Return the text that holds the function at top level, its file name, and the line of its `def`.

    A function at the top of a file is found there with its helpers and constants. One that is defined inside another
    is lifted out: it takes the place of the statement that it stands in, line for line.
    """
    code = function.__code__
    filename = code.co_filename
    shown = filename if filename.startswith("<") else os.path.basename(filename)
    text = "".join(linecache.getlines(filename, function.__globals__))
    if not text:
        refuse("BP040", f"the source of `{function.__name__}` cannot be read", shown, NO_SOURCE)
    tree, _ = read(text, shown)
    for node in itertools.chain(tree.body, walk(tree)):  # most stand at the top
        if isinstance(node, ast.FunctionDef) and node.name == function.__name__:
            if min([node.lineno, *(d.lineno for d in node.decorator_list)]) == code.co_firstlineno:
                refuse_method(function, node, text, shown)
                return (text if node in tree.body else lifted(text, tree, node)), shown, node.lineno
    refuse(
        "BP040", f"`{function.__name__}` is not a plain `def`", shown, "write it with `def`", text, code.co_firstlineno
    )


NO_SOURCE = "put the function in a file, or call bpcompile.compile_source with its text"


def lifted(text: str, tree: ast.Module, node: ast.FunctionDef) -> str:
    """Return the text with the function in place of the top-level statement around it; lines keep their numbers."""
    outer = next(s for s in tree.body if s.lineno <= node.lineno <= (s.end_lineno or s.lineno))
    lines = text.split("\n")
    first, last = outer.lineno - 1, outer.end_lineno or outer.lineno
    for decorator in getattr(outer, "decorator_list", ()):
        first = min(first, decorator.lineno - 1)
    start, end = node.lineno - 1, node.end_lineno or node.lineno
    own = textwrap.dedent("\n".join(lines[start:end])).split("\n")
    blank = [""] * (start - first)
    return "\n".join([*lines[:first], *blank, *own, *[""] * (last - end), *lines[last:]])


def refuse_method(function: types.FunctionType, node: ast.FunctionDef, text: str, filename: str) -> None:
    """Refuse a method: its first argument is an object, which has no gradient."""
    outer = function.__qualname__.split(".")[:-1]
    arguments = [*node.args.posonlyargs, *node.args.args]
    if outer and outer[-1] != "<locals>" and arguments and arguments[0].arg in ("self", "cls"):
        hint = "make it a function, or a static method, of the numbers that it needs"
        refuse("BP038", f"`{function.__qualname__}` is a method", filename, hint, text, node.lineno)


def check_globals(function: types.FunctionType, compiled: Compiled, text: str, filename: str, line: int) -> None:
    """Refuse a function whose global names are, at this moment, something else than its file says.

    A name that is not bound yet is taken at the file's word: a helper may stand below the function that calls it.
    """
    bound, file = function.__globals__, function.__code__.co_filename
    module: dict[str, Any] = {"__name__": "bpcompile.primal"}
    exec(compile(compiled.originals[0], f"<bpcompile primal {function.__name__}>", "exec", dont_inherit=True), module)
    said, is_now = module[function.__name__], function
    if repr((said.__defaults__, said.__kwdefaults__)) != repr((is_now.__defaults__, is_now.__kwdefaults__)):
        refuse("BP034", f"the defaults of `{function.__name__}` are not what this file says", filename, "", text, line)
    for name, what in compiled.relied.items():
        if name in bound and name != function.__name__ and not is_what(bound[name], what, name, module, file):
            hint = "differentiate where the name has its final meaning, or pass the value as an argument"
            refuse("BP031", f"`{name}` is not what this file says", filename, hint, text, line)


def is_what(value: Any, what: str, name: str, module: Mapping[str, Any], file: str) -> bool:
    """Return whether a global object is what the compiler took its name for."""
    if what == "builtin":
        return value is getattr(builtins, name, None)
    if what == "constant":
        return type(value) is type(module[name]) and repr(value) == repr(module[name])
    if what.startswith("function "):
        code = getattr(getattr(value, "primal", value), "__code__", None)
        return code is not None and (code.co_filename, code.co_firstlineno) == (file, int(what.split()[1]))
    return value is module.get(name)


def closure_constants(function: types.FunctionType, text: str, filename: str, line: int) -> dict[str, float]:
    """Return the numbers that the function closes over; they are constants of the generated function."""
    found: dict[str, float] = {}
    rebound = rebound_in_scope(function) if function.__code__.co_freevars else set()
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        if name in rebound:
            message = f"`{function.__name__}` closes over `{name}`, which is bound more than once"
            refuse("BP038", message, filename, "pass it as an argument", text, line)
        try:
            value = cell.cell_contents
        except ValueError:
            value = None
        if type(value) not in (int, float, bool):
            message = f"`{function.__name__}` closes over `{name}`, which is not a number"
            refuse("BP038", message, filename, "pass it as an argument, or define it at module level", text, line)
        found[name] = value
    return found


def rebound_in_scope(function: types.FunctionType) -> set[str]:
    """Return the names that the functions around this one bind more than once, or in a loop."""
    lines = linecache.getlines(function.__code__.co_filename, function.__globals__)
    counts: dict[str, int] = {}
    loops = (ast.For, ast.While, ast.Nonlocal, ast.AugAssign)
    for outer in walk(read("".join(lines), "<closure>")[0]):
        if not isinstance(outer, ast.FunctionDef):
            continue
        last = outer.end_lineno or outer.lineno
        if not outer.lineno <= function.__code__.co_firstlineno <= last or outer.name == function.__name__:
            continue
        for argument in walk(outer.args):
            if isinstance(argument, ast.arg):
                counts[argument.arg] = counts.get(argument.arg, 0) + 1
        for statement in outer.body:
            for node in walk(statement):
                inner = walk(node) if isinstance(node, loops) else [node]
                for name in (n for i in inner for n in stored_names(i)):
                    counts[name] = counts.get(name, 0) + (2 if isinstance(node, loops) else 1)
    return {name for name, count in counts.items() if count > 1}


def stored_names(node: ast.AST) -> list[str]:
    """Return the names that one node binds."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
        return [node.id]
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return list(node.names) if isinstance(node, ast.Nonlocal) else []


def refuse(code: str, message: str, filename: str, hint: str, text: str = "", line: int = 1) -> NoReturn:
    """Raise one refusal of a live function."""
    raise CompileError([Refusal(code, message, Span(line, 0), hint)], filename, text)
