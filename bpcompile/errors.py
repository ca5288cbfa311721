"""The error tree, and how a refusal is shown: the line as written, a caret, what to write instead.

BpcompileError
├── CompileError          the user's program is refused; carries every refusal of the file
├── VerificationError     SymPy found a difference between the generated text and the original: our bug
└── InvalidIRError        a pass broke an invariant of the IR: our bug
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the user's source: `line` from 1, `column` from 0 in characters, `end` the column where it stops."""

    line: int
    column: int
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a program is refused: what was found, where, under which code, and what would work."""

    code: str
    message: str
    span: Span
    hint: str = ""

    def render(self, filename: str, lines: Sequence[str]) -> str:
        """Return the message, the line as written, a caret under it, and the hint."""
        where = f"{filename}:{self.span.line}:{self.span.column + 1}: {self.code} {self.message}"
        parts = [where]
        if 0 < self.span.line <= len(lines):
            parts += excerpt(lines[self.span.line - 1], self.span)
        if self.hint:
            parts.append(f"  hint: {self.hint}")
        return "\n".join(parts)


SHOWN = 100  # columns of the user's line that a message shows


def excerpt(line: str, span: Span) -> list[str]:
    """Return the line around the span, and the carets under its characters as a terminal shows them."""
    line = line.rstrip("\r\n")
    start = max(0, span.column - SHOWN // 2) if len(line) > SHOWN else 0
    shown = "".join(c if c.isprintable() or c == "\t" else "?" for c in line[start : start + SHOWN])
    before = shown[: span.column - start]
    pad = "".join(c if c == "\t" else " " * width(c) for c in before)
    stop = span.end if span.end is not None else span.column + 1
    marked = shown[span.column - start : max(stop, span.column + 1) - start]
    return [f"    {shown}", f"    {pad}{'^' * max(1, sum(width(c) for c in marked))}"]


def width(character: str) -> int:
    """Return how many columns a terminal gives the character."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class BpcompileError(Exception):
    """The root of what bpcompile raises."""


class CompileError(BpcompileError):
    """The program is refused. `refusals` holds every reason; the other attributes are those of the first."""

    def __init__(self, refusals: Sequence[Refusal], filename: str, source: str = "") -> None:
        self.refusals = tuple(refusals)
        self.filename = filename
        first = self.refusals[0]
        self.line, self.column = first.span.line, first.span.column + 1
        self.code, self.hint = first.code, first.hint
        self._source = source
        lines = source.split("\n")
        super().__init__("\n".join(r.render(filename, lines) for r in self.refusals))

    def __reduce__(self) -> tuple[object, ...]:
        return CompileError, (self.refusals, self.filename, self._source)


class VerificationError(BpcompileError):
    """The generated text is not the derivative of the original: a bug in bpcompile. Nothing was written."""


class InvalidIRError(BpcompileError):
    """A pass left the IR in a state that breaks an invariant: a bug in bpcompile."""
