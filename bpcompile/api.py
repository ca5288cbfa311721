"""What users import: text in and text out, and the derivatives of live functions."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TextIO, TypeVar

from bpcompile import driver
from bpcompile.errors import CompileError, Refusal, Span
from bpcompile.frontend import source as source_text

T = TypeVar("T")
STACK = 512 * 2**20  # bytes of stack for programs that are nested deeply
RECURSION = 60_000


def compile_source(
    source: str,
    *,
    function: str | Sequence[str] | None = None,
    wrt: str | Sequence[str] | None = None,
    derivative: str = "grad",
    target: str = "auto",
    jit: str | None = None,
    style: str = "staged",
    verify: bool = False,
    verify_budget: int | None = None,
    filename: str = "<string>",
    dump_ir: TextIO | None = None,
) -> str:
    """Return the text of a module with the derivative of each function. Raises CompileError where it is refused."""
    options = driver.Options(
        functions=as_names(function),
        wrt=as_names(wrt),
        derivative=derivative,
        target=target,
        jit=jit,
        style=style,
        verify=verify,
        verify_budget=verify_budget,
        dump_ir=dump_ir,
    )
    return compile_with(source, filename, options).text


def compile_file(path: str | os.PathLike[str], **options: Any) -> str:
    """Return what `compile_source` returns for the text of a file."""
    name = os.fspath(path)
    with open(name, "rb") as file:
        text = source_text.decode(file.read(), name)
    return compile_source(text, **{"filename": name, **options})


def compile_with(source: str, filename: str, options: driver.Options) -> driver.Compiled:
    """Compile with checked options; a program that is nested deeply gets the stack that it needs."""
    check_options(options, filename)
    try:
        with uncollected():
            return driver.compile_text(source, filename, options)
    except RecursionError:
        pass
    try:
        return on_deep_stack(lambda: driver.compile_text(source, filename, options))
    except RecursionError:
        source_text.refuse_depth(filename, source)


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the garbage collector from reading the IR of a large program over and over while it grows."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


CHOICES: Mapping[str, tuple[str | None, ...]] = {
    "derivative": ("grad", "value_and_grad", "vjp"),
    "target": ("auto", "python"),
    "jit": (None, "numba"),
    "style": ("staged", "compact"),
}


def check_options(options: driver.Options, filename: str) -> None:
    """Refuse an option that does not exist."""
    for name, choices in CHOICES.items():
        value = getattr(options, name)
        if value not in choices:
            known = ", ".join(str(c) for c in choices)
            refusal = Refusal("BP005", f"there is no {name} {value!r}", Span(1, 0), f"the choices are: {known}")
            raise CompileError([refusal], filename)


def as_names(names: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Return `"x,y"`, `["x", "y"]` or None as a tuple of names."""
    if names is None:
        return None
    parts = names.split(",") if isinstance(names, str) else names
    if not isinstance(parts, Sequence) or not all(isinstance(part, str) for part in parts):
        raise TypeError(f"bpcompile takes names, as 'x,y' or ['x', 'y'], not {names!r}")
    return tuple(part.strip() for part in parts)


def on_deep_stack(action: Callable[[], T]) -> T:
    """Return what the action returns, run in a thread with a large stack."""
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(action())
        except BaseException as error:  # handed to the caller
            errors.append(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size(STACK)
    sys.setrecursionlimit(max(limit, RECURSION))
    try:
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    if errors:
        raise errors[0]
    return results[0]
