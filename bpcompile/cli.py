"""The command `bpcompile`: arguments in, text out; every decision about a program is made elsewhere.

Exit status: 0 done; 1 `--check` or `--verify` found a difference; 2 refused, bad arguments or no way to read or write.
Whatever happens, the output file is replaced whole or not at all.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import difflib
import io
import os
import re
import secrets
import shlex
import stat
import sys
import tokenize
import traceback
from collections.abc import Sequence
from typing import NoReturn

from bpcompile import api
from bpcompile.codes import CODES, explain
from bpcompile.errors import CompileError, VerificationError
from bpcompile.frontend import source
from bpcompile.version import __version__

DONE, DIFFERENT, REFUSED, INTERRUPTED = 0, 1, 2, 130

HEADER = re.compile(r".+? from (?P<name>.+), compiled by bpcompile \S+\. Do not edit: compile again\.")
OPTIONS = "Options: "

DESCRIPTION = "Compile Python functions into the Python text of their gradients."
EPILOG = "`bpcompile why CODE` explains a code such as BP012, `bpcompile why` lists them all."


class Stopped(Exception):
    """The command cannot go on; the message is all that the user needs to see."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        status = why(arguments[1:]) if arguments[:1] == ["why"] else run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except SystemExit as stop:  # argparse has said what it had to say
        return stop.code if isinstance(stop.code, int) else REFUSED
    except CompileError as error:
        say(str(error))
        return REFUSED
    except VerificationError as error:
        say(str(error))
        return DIFFERENT
    except Stopped as error:
        say(f"bpcompile: {error}")
        return REFUSED
    except BrokenPipeError:
        # What is still buffered would fail again when Python closes the stream at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        say("bpcompile: standard output was closed before the text was written")
        return REFUSED
    except KeyboardInterrupt:
        say("bpcompile: interrupted")
        return INTERRUPTED
    except MemoryError:
        say("bpcompile: out of memory; nothing was written")
        return REFUSED
    except Exception as error:  # a bug of ours must not look like one of the user's
        if os.environ.get("BPCOMPILE_TRACEBACK") == "1":
            traceback.print_exc()
        summary = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        say(
            "bpcompile: internal error, a bug in bpcompile; nothing was written. Please report it with the input"
            f" ({summary}; BPCOMPILE_TRACEBACK=1 shows where)"
        )
        return REFUSED


def parser() -> argparse.ArgumentParser:
    """Return the arguments of the command, as INTERFACE names them."""
    p = argparse.ArgumentParser("bpcompile", description=DESCRIPTION, epilog=EPILOG, allow_abbrev=False)
    p.add_argument("input", metavar="FILE", help="the Python file to compile; - reads standard input")
    p.add_argument("-o", "--output", metavar="FILE", help="where the module goes; default: standard output")
    p.add_argument(
        "-f",
        "--function",
        metavar="NAME",
        action="append",
        help="which function, repeatable; default: every top-level function that no other one in the file calls",
    )
    p.add_argument(
        "--wrt",
        metavar="X,Y",
        help="the parameters to differentiate by; default: all but those annotated int, bool or str",
    )
    p.add_argument(
        "--derivative", choices=("grad", "value_and_grad", "vjp"), default="grad", help="what to compute; default: grad"
    )
    p.add_argument(
        "--target",
        choices=("auto", "python"),
        default="auto",
        help="what the text may use beyond floats, lists and math; default: auto, what the function itself uses",
    )
    p.add_argument("--jit", choices=("numba",), help="put @numba.njit(cache=True) on the functions of the module")
    p.add_argument(
        "--style",
        choices=("staged", "compact"),
        default="staged",
        help="compact: the same arithmetic on fewer lines; default: staged",
    )
    p.add_argument(
        "--verify",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="check the text against SymPy before writing it; on by default",
    )
    p.add_argument("--verify-budget", metavar="N", type=positive, help="how much work --verify may do")
    p.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit 1 with a diff if the file at -o is not what would be written now;"
        " without -o, FILE is the generated file and its header says the rest",
    )
    p.add_argument("--dump-ir", action="store_true", help="print the IR after each pass on standard error")
    p.add_argument("--version", action="version", version=f"bpcompile {__version__}")
    return p


def positive(text: str) -> int:
    """Return the number that an argument spells."""
    if not text.isascii() or not text.isdecimal() or len(text) > 18 or int(text) == 0:
        raise argparse.ArgumentTypeError("must be a whole number above 0")
    return int(text)


def why(arguments: Sequence[str]) -> int:
    """Print the explanation of each code, or the list of all."""
    p = argparse.ArgumentParser("bpcompile why", description="Explain the codes of refusals.")
    p.add_argument("code", metavar="CODE", nargs="*", type=str.upper, help="such as BP012; without one, list them all")
    wanted = p.parse_args(arguments).code
    unknown = [code for code in wanted if code not in CODES]
    if unknown:
        p.error(f"there is no code {', '.join(map(repr, unknown))}; `bpcompile why` lists them all")
    if wanted:
        write_stdout("\n\n".join(explain(code).rstrip("\n") for code in wanted) + "\n")
    else:
        write_stdout("".join(f"{code}  {entry.title}\n" for code, entry in sorted(CODES.items())))
    return DONE


def run(arguments: Sequence[str]) -> int:
    """Compile as the arguments say, and write or compare the module."""
    p = parser()
    args = p.parse_args(arguments)
    if args.check and args.output is None:
        from_header(p, args)
    if args.output is not None and not args.check:
        refuse_overwriting(args.input, args.output)
    elif args.output is None:
        refuse_feeding_back(args.input)
    name = "<stdin>" if args.input == "-" else shown(args.input)
    text = api.compile_source(
        source.decode(read(args.input), name),
        function=args.function,
        wrt=args.wrt,
        derivative=args.derivative,
        target=args.target,
        jit=args.jit,
        style=args.style,
        verify=args.verify,
        verify_budget=args.verify_budget,
        filename=name,
        dump_ir=sys.stderr if args.dump_ir else None,
    )
    if args.check:
        return compare(args.output, text)
    if args.output is None:
        write_stdout(text)
        return DONE
    found = verdict(docstring(text.encode())) if args.verify else ""
    replace(args.output, text.encode())
    if found:
        say(f"{shown(args.output)}: {found}")
    return DONE


def from_header(p: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """Fill in the arguments of `--check FILE`: the header of that generated file names its source and its options."""
    given = [
        name for name, value in vars(args).items() if name not in ("input", "check") and value != p.get_default(name)
    ]
    if given:
        p.error("--check without -o takes its options from the header of FILE; say -o to check against others")
    generated = args.input
    if generated == "-":
        p.error("--check needs the file to compare with: say -o")
    first, *others = docstring(read(generated)).split("\n")
    header = HEADER.fullmatch(first)
    if header is None:
        raise Stopped(
            f"{shown(generated)} has no header of bpcompile: name a generated file, or its source and the file at -o"
        )
    name = header["name"]
    if os.path.basename(name) != name or name.startswith("<"):
        raise Stopped(f"{shown(generated)} was not compiled from a file beside it but from {shown(name)}")
    options = next((line.removeprefix(OPTIONS) for line in others if line.startswith(OPTIONS)), "")
    try:
        words = shlex.split(options)
    except ValueError:
        raise Stopped(f"{shown(generated)} has options in its header that cannot be read: {shown(options)}") from None
    p.parse_args([*words, "--check", "-o", generated, "--", os.path.join(os.path.dirname(generated), name)], args)


def docstring(data: bytes) -> str:
    """Return the docstring that a module begins with, even where the rest of it is broken."""
    try:
        token = next(
            t
            for t in tokenize.tokenize(io.BytesIO(data).readline)
            if t.type not in (tokenize.ENCODING, tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE)
        )
        value = ast.literal_eval(token.string) if token.type == tokenize.STRING else ""
    except (SyntaxError, ValueError, StopIteration, tokenize.TokenError):
        return ""
    return value if isinstance(value, str) else ""


def verdict(text: str) -> str:
    """Return on one line what the docstring of a generated module says about its verification."""
    return " ".join(next((p for p in text.split("\n\n")[1:] if "SymPy" in p), "").split())


def read(name: str) -> bytes:
    """Return the bytes of the input."""
    try:
        if name == "-":
            if sys.stdin is None:
                raise Stopped("standard input is closed")
            data = sys.stdin.buffer.read(source.MAX_BYTES + 1)
        else:
            with open(name, "rb") as file:
                data = file.read(source.MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        cannot("read", name, error)
    if len(data) > source.MAX_BYTES:
        raise Stopped(f"{shown(name)} is larger than {source.MAX_BYTES >> 20} MiB")
    return data


def refuse_overwriting(name: str, output: str) -> None:
    """Stop if the output is the input, be it through a link or as standard input."""
    try:
        there = os.stat(output)
        here = os.fstat(0) if name == "-" else os.stat(name)
    except (OSError, ValueError):
        return  # one of them does not exist: not the same, and reported where it is needed
    if stat.S_ISREG(there.st_mode) and os.path.samestat(here, there):
        raise Stopped(f"{shown(output)} is the input itself; it is left as it is")


def refuse_feeding_back(name: str) -> None:
    """Stop if standard output is appended to the input."""
    try:
        here, there = os.fstat(0) if name == "-" else os.stat(name), os.fstat(1)
    except (OSError, ValueError):
        return
    if stat.S_ISREG(there.st_mode) and os.path.samestat(here, there):
        raise Stopped("standard output is the input itself; it is left as it is")


def replace(output: str, data: bytes) -> None:
    """Put the data at the path: all of it or, if anything fails, none of it."""
    # A link stays a link and its target is replaced: so it is for programs that open and write, black among them.
    target = os.path.realpath(output)
    try:
        if output.endswith(("/", os.sep)):
            raise IsADirectoryError(None, "it names a folder")
        old = os.stat(target) if os.path.exists(target) else None
        if old is not None and not stat.S_ISREG(old.st_mode):
            with open(target, "wb") as device:  # a pipe or a terminal cannot be replaced; a folder says so here
                device.write(data)
            return
        if old is not None and not os.access(target, os.W_OK):
            raise PermissionError(None, "it is read-only")
        temporary = os.path.join(os.path.dirname(target), f".bpcompile-{secrets.token_hex(8)}.tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        try:
            with open(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if old is not None:
                os.chmod(temporary, stat.S_IMODE(old.st_mode))
            os.replace(temporary, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
    except (OSError, ValueError) as error:
        cannot("write", output, error)


def compare(output: str, text: str) -> int:
    """Print how the file differs from the text, if it does."""
    there = read(output) if os.path.exists(output) else None
    if there == text.encode():
        return DONE
    old = list(io.StringIO("" if there is None else there.decode("utf-8", "backslashreplace")))
    new = list(io.StringIO(text))
    names = shown(output) if there is not None else os.devnull, f"{shown(output)} (compiled now)"
    for line in difflib.unified_diff(old, new, *names):
        write_stdout(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    say(f"{shown(output)}: {'is missing' if there is None else 'is not what would be written now'}")
    return DIFFERENT


def write_stdout(text: str) -> None:
    """Write text to standard output in UTF-8, whatever the locale: a module is UTF-8."""
    if sys.stdout is None:
        raise Stopped("standard output is closed")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        cannot("write", "standard output", error)


def say(message: str) -> None:
    """Print a diagnostic, if anybody listens."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print(message, file=sys.stderr, flush=True)


def cannot(what: str, name: str, error: Exception) -> NoReturn:
    """Stop, with the system's reason in a few words."""
    reason = getattr(error, "strerror", None) or str(error)
    raise Stopped(f"cannot {what} {'standard input' if name == '-' else shown(name)}: {reason}") from None


def shown(name: str) -> str:
    """Return a file name as it may be printed: what is not printable (a newline, a control code) as an escape."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in name)
