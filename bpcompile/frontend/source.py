"""Text in: decoding as Python decodes, parsing, and the limits on what is read. Nothing is executed."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from typing import NoReturn

from bpcompile.errors import CompileError, Refusal, Span
from bpcompile.nodes import children

MAX_DEPTH = 1000  # levels of the syntax tree: what every supported Python parses
MAX_BYTES = 64 * 2**20


def decode(data: bytes, filename: str) -> str:
    """Return the text of a Python file, decoded by its byte order mark or its coding line (PEP 263)."""
    if len(data) > MAX_BYTES:
        refuse("BP003", f"the file has {len(data)} bytes; at most {MAX_BYTES} are read", filename)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, LookupError, UnicodeError) as error:
        refuse("BP002", f"the file cannot be decoded: {one_line(error)}", filename)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse(source: str, filename: str) -> ast.Module:
    """Return the syntax tree of the file, or refuse it with the parser's own words."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
            compile(tree, filename, "exec", dont_inherit=True)  # finds what only the symbol table knows
    except SyntaxError as error:
        line, column = error.lineno or 1, max((error.offset or 1) - 1, 0)
        refuse("BP001", f"this is not Python: {one_line(error.msg)}", filename, source, Span(line, column))
    except MemoryError:
        refuse_depth(filename, source)
    except (ValueError, UnicodeError) as error:
        refuse("BP001", f"this is not Python: {one_line(error)}", filename, source)
    check_depth(tree, filename, source)
    return tree


TOO_DEEP = f"the program is nested more than {MAX_DEPTH} levels deep"
SPLIT = "split the expression or the branches: name parts of it"


def refuse_depth(filename: str, source: str) -> NoReturn:
    """Refuse a file that is nested too deeply to be read."""
    refuse("BP003", TOO_DEEP, filename, source, hint=SPLIT)


def check_depth(tree: ast.Module, filename: str, source: str) -> None:
    """Refuse a tree that is nested deeper than every supported Python parses."""
    level: list[ast.AST] = [tree]
    depth = 0
    while level:
        place = next((node for node in level if hasattr(node, "lineno")), None) if depth > MAX_DEPTH else None
        if place is not None:
            refuse("BP003", TOO_DEEP, filename, source, span_of(place, source.split("\n")), SPLIT)
        level, depth = [child for node in level for child in children(node)], depth + 1


def span_of(node: ast.AST, lines: list[str]) -> Span:
    """Return the place of a node, in characters (the parser counts bytes)."""
    number = getattr(node, "lineno", 1)
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    column = characters(line, getattr(node, "col_offset", 0))
    same_line = getattr(node, "end_lineno", None) == number
    end = characters(line, getattr(node, "end_col_offset", 0)) if same_line else len(line.rstrip())
    return Span(number, column, max(end, column + 1))


def characters(line: str, offset: int) -> int:
    """Return the column in characters of an offset in UTF-8 bytes."""
    return offset if line.isascii() else len(line.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "replace"))


def one_line(error: object) -> str:
    """Return an exception's text on one line, without the parser's file name."""
    text = re.sub(r"\s*\(<unknown>, line \d+\)|\s+", " ", str(error)[:1000]).strip()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."


START = Span(1, 0)
LONGEST = 160  # characters of another program's message that are shown


def refuse(code: str, message: str, filename: str, source: str = "", span: Span = START, hint: str = "") -> NoReturn:
    """Raise the refusal of a whole file."""
    raise CompileError([Refusal(code, message, span, hint)], filename, source)
