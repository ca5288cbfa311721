"""Input made to hurt: it ends in a right result or in a clear refusal, soon, within bounds, and with nothing half done.

The command runs in its own process with a limit on memory and on processor time. `module` expects a generated module
and runs it; `refusal` expects exit 2 and a message with its place; a test that asks for neither takes either.
"""

from __future__ import annotations

import functools
import math
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
GIB = 1 << 20  # in KiB, as `ulimit` counts
COMMAND = (sys.executable, "-m", "bpcompile")
PRECIOUS = b"precious"
PLACE = re.compile(r"(?m)^\S.*\.py:\d+:\d+: BP\d+ \S")

if sys.platform == "win32":
    pytest.skip("limits are set with ulimit", allow_module_level=True)


class Run:
    """One run of the command on a file, and what it left behind."""

    def __init__(self, folder: Path, source: str | bytes, *options: str, name: str = "h.py", limit: tuple[int, int]):
        memory, seconds = limit
        self.file, self.output = folder / name, folder / "out.py"
        self.file.write_bytes(source.encode() if isinstance(source, str) else source)
        self.output.write_bytes(PRECIOUS)
        limits = f"ulimit -v {memory} -t {seconds}" if sys.platform == "linux" else f"ulimit -t {seconds}"
        done = subprocess.run(
            [*("bash", "-c", f'{limits} && exec "$@"', "bash"), *COMMAND, "-o", "out.py", *options, "--", name],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            timeout=20 * seconds,  # a guard only: the limit is on processor time, whatever else the machine does
        )
        self.status, self.err = done.returncode, done.stderr.decode()
        self.left = {path.name for path in folder.iterdir()}
        assert done.stdout == b"" and "Traceback" not in self.err and "internal error" not in self.err, self.err[-2000:]
        assert self.left == {name, "out.py"}, "a file that nobody asked for"
        assert self.status in (0, 2), (self.status, self.err[-2000:])
        if self.status == 2:
            assert self.output.read_bytes() == PRECIOUS
            assert self.err.strip() and max(map(len, self.err.splitlines())) < 1000

    def refusal(self) -> str:
        assert self.status == 2, "it compiles"
        assert PLACE.search(self.err), self.err[-2000:]
        return self.err

    def module(self) -> dict[str, Any]:
        assert self.status == 0, self.err[-2000:]
        namespace: dict[str, Any] = {"__name__": "generated"}
        exec(compile(self.output.read_bytes(), "out.py", "exec"), namespace)
        return namespace


Runner = Callable[..., Run]


@pytest.fixture
def run(tmp_path: Path) -> Runner:
    return functools.partial(Run, tmp_path, limit=(GIB, 10))


# Sizes.


def lines(count: int) -> str:
    """A function of `count` assignments whose gradient is 1."""
    body = "".join(f"    x{i} = x{i - 1} * 1.5\n    x{i + 1} = x{i} / 1.5\n" for i in range(1, count, 2))
    return f"def f(x0):\n{body}    return x{count}\n"


@pytest.mark.heavy
@pytest.mark.parametrize(("count", "options"), [(100_000, ()), (20_000, ("--no-verify",))], ids=["verified", "not"])
def test_many_lines(tmp_path: Path, count: int, options: tuple[str, ...]) -> None:
    """10^5 lines are the one case with other limits: 120 s and 3 GiB."""
    module = Run(tmp_path, lines(count), *options, limit=(3 * GIB, 120)).module()
    assert module["f_grad"](2.0) == pytest.approx(1.0, rel=1e-9)


@pytest.mark.heavy
def test_many_lines_that_add(tmp_path: Path) -> None:
    """A fifth of 10^5 lines, in a fifth of their time."""
    source = "def f(x):\n    y = x\n" + "    y += x * x\n" * 20_000 + "    return y\n"
    module = Run(tmp_path, source, limit=(GIB, 24)).module()
    assert module["f_grad"](0.25) == pytest.approx(10_001.0, rel=1e-9)


@pytest.mark.heavy
def test_many_lines_that_are_not_needed(tmp_path: Path) -> None:
    source = "def f(x):\n" + "".join(f"    y{i} = x + {i}\n" for i in range(30_000)) + "    return x * x\n"
    assert Run(tmp_path, source, limit=(3 * GIB, 120)).module()["f_grad"](3.0) == 6.0


def test_many_refusals(tmp_path: Path) -> None:
    source = "def f(x):\n" + "    x = {}\n" * 2000 + "    return x\n"
    assert "h.py:2:9: BP" in Run(tmp_path, source, limit=(GIB, 10)).refusal()


@pytest.mark.heavy
def test_many_functions(run: Runner) -> None:
    source = "".join(f"def f{i}(x):\n    return {i} * x\n\n\n" for i in range(1000))
    assert run(source).module()["f999_grad"](1.0) == 999.0


def test_many_parameters(run: Runner) -> None:
    names = [f"x{i}" for i in range(500)]
    module = run(f"def f({', '.join(names)}):\n    return {' * '.join(names)}\n", "--no-verify").module()
    assert set(module["f_grad"](*[1.0] * 500)) == {1.0}


SUM = " + ".join(["x"] * 100_000)


@pytest.mark.heavy
@pytest.mark.parametrize(
    "body",
    [
        f"return {SUM}",
        f"y = {SUM}\n    return y",
        f"return {SUM.replace('+', '-')}",
        f"return {SUM.replace('+', '*')}",
        "return sum([" + "x, " * 100_000 + "])",
        "return max(" + "x, " * 100_000 + "0)",
    ],
    ids=["sum", "named sum", "difference", "product", "sum of a list", "max"],
)
def test_many_terms(run: Runner, body: str) -> None:
    done = run(f"def f(x):\n    {body}\n")
    if done.status == 2:
        done.refusal()
    elif "*" not in body:
        assert done.module()["f_grad"](0.25) == (1.0 if "max(" in body else -99_998.0 if "-" in body else 100_000.0)


# Depths.


def ifs(depth: int) -> str:
    body = "".join(" " * (i + 1) + f"if x > {i}:\n" for i in range(depth))
    return f"def f(x):\n{body}{' ' * (depth + 1)}x = x * x\n return x\n"


def elifs(count: int) -> str:
    body = "".join(f"    elif x < {i}:\n        y = {i} * x\n" for i in range(1, count))
    return f"def f(x):\n    if x < 0:\n        y = x\n{body}    else:\n        y = 0.0\n    return y\n"


def nested(before: str, after: str, depth: int) -> str:
    return f"def f(x):\n    return {before * depth}x{after * depth}\n"


@pytest.mark.heavy
@pytest.mark.parametrize("depth", [50, 1_000, 10_000, 100_000])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("(", ")"),
        ("-", ""),
        ("not ", ""),
        ("+", ""),
        ("x+(", ")"),
        ("abs(", ")"),
        ("[", "]"),
        ("(", ",)"),
        ("x**", ""),
        ("x*", ""),
        ("", "+x"),
        ("", "[0]"),
        ("", "()"),
        ("", ".a"),
        ("x if x else ", ""),
        ("x or ", ""),
        ("x < ", ""),
        ("lambda: ", ""),
        ("(y:=", ")"),
        ("f(", ")"),
        ("max(1,", ")"),
    ],
)
def test_deep_expressions(run: Runner, before: str, after: str, depth: int) -> None:
    done = run(nested(before, after, depth), "--no-verify")
    if done.status == 2:
        done.refusal()
    elif (before, after) in (("(", ")"), ("+", ""), ("-", "")):
        assert done.module()["f_grad"](2.0) == 1.0


@pytest.mark.parametrize("before", ["(", "-"])
def test_ten_levels_are_not_deep(run: Runner, before: str) -> None:
    assert run(nested(before, ")" if before == "(" else "", 10)).module()["f_grad"](3.0) == 1.0


@pytest.mark.parametrize("depth", [15, 90, 5_000])
def test_deep_ifs(run: Runner, depth: int) -> None:
    done = run(ifs(depth), "--no-verify")
    if depth < 20:
        assert done.module()["f_grad"](20.0) == 40.0
    elif done.status == 2:
        done.refusal()


@pytest.mark.heavy
@pytest.mark.parametrize("count", [50, 5_000])
def test_many_elifs(run: Runner, count: int) -> None:
    done = run(elifs(count))
    if count < 100 or done.status == 0:
        assert done.module()["f_grad"](2.5) == 3.0
    else:
        done.refusal()


@pytest.mark.heavy
def test_many_ifs_in_a_row(run: Runner) -> None:
    source = "def f(x):\n" + "    if x > 0:\n        x = x * 1.0001\n" * 1_000 + "    return x\n"
    assert run(source).module()["f_grad"](1.0) == pytest.approx(1.0001**1000, rel=1e-9)


@pytest.mark.heavy
def test_many_early_returns(run: Runner) -> None:
    source = (
        "def f(x):\n" + "".join(f"    if x < {i}:\n        return {i} * x\n" for i in range(300)) + "    return x\n"
    )
    done = run(source)
    if done.status == 0:
        assert done.module()["f_grad"](2.5) == 3.0
    else:
        done.refusal()


@pytest.mark.heavy
def test_paths_that_double_at_each_if(run: Runner) -> None:
    source = "def f(x, y):\n" + "".join(f"    if x > {i}:\n        y = y * x\n" for i in range(60)) + "    return y\n"
    assert run(source).module()["f_grad"](0.5, 2.0) == (2.0, 0.5)


# Numbers.


@pytest.mark.heavy
@pytest.mark.parametrize(
    "source",
    [
        "def f(x):\n    return x * 10**10**10\n",
        "def f(x):\n    return x ** 10**10**10\n",
        "def f(x):\n    return x * 2**(10**9)\n",
        "def f(x):\n    return x * (1 << 10**12)\n",
        "def f(x, n=10**10**10):\n    return x * n\n",
        "def f(x, n=9**9**9):\n    return x\n",
        "N = 10**10**10\ndef f(x):\n    return x * N\n",
        "N = 10**10**10\ndef f(x):\n    return x\n",
        "A = 9**9**9\nB = A**A\ndef f(x):\n    return x * B\n",
        "def f(x):\n    return x[10**10**10]\n",
        "def f(x):\n    return [x][10**10**10]\n",
        "def f(x):\n    return x[-10**10**10]\n",
        "def f(x):\n    return sum([x] * 10**10)\n",
        "def f(x):\n    return sum((x,) * 10**10**10)\n",
        "import math\ndef f(x):\n    return x * math.factorial(10**9)\n",
        "import math\ndef f(x):\n    return x * math.comb(10**9, 5 * 10**8)\n",
        "import math\ndef f(x):\n    return x * math.perm(10**7)\n",
        "def f(x):\n    return x * pow(10, 10**10)\n",
        "def f(x):\n    return x * pow(7, 10**10**10, 10)\n",
        "def f(x):\n    return x * int('9' * 10**10)\n",
        "def f(x):\n    return x * len('x' * 10**10)\n",
        "def f(x):\n    return x * round(10**10**10)\n",
        "def f(x):\n    return x + 1e400 * 0\n",
        "def f(x):\n    return x * (10**400) / (10**400)\n",
        "def f(x):\n    return x * -(-(10**10**10))\n",
        "def f(x):\n    return x * 10**-(10**10**10)\n",
        "def f(x):\n    return x * 10.0**10**10\n",
        "def f(x):\n    return x if 10**10**10 > 1 else 0\n",
        "def f(x):\n    return x * (10**10**10 % 7)\n",
        "def f(x: '10**10**10'):\n    return x\n",
        "def f(x: [0] * 10**10):\n    return x\n",
    ],
)
@pytest.mark.parametrize("options", [(), ("--no-verify",)], ids=["verified", "not verified"])
def test_numbers_too_large_to_compute(run: Runner, source: str, options: tuple[str, ...]) -> None:
    done = run(source, *options)
    if done.status == 2:
        done.refusal()


@pytest.mark.parametrize("digits", [400, 4_000, 4_301, 1_000_000])
@pytest.mark.parametrize("use", ["x * {}", "x + {}", "x ** {}", "{} * x / {}", "x if {} else 0", "[x][{}]"])
def test_huge_literals(run: Runner, digits: int, use: str) -> None:
    done = run(f"def f(x):\n    return {use.replace('{}', '9' * digits)}\n")
    if done.status == 2:
        done.refusal()


@pytest.mark.parametrize("number", ["0x" + "f" * 100_000, "0b" + "1" * 100_000, "1" + "_0" * 3_000, "1e" + "9" * 5_000])
def test_huge_literals_of_other_bases(run: Runner, number: str) -> None:
    done = run(f"def f(x):\n    return x + {number}\n")
    if done.status == 2:
        done.refusal()


# Helpers.


@pytest.mark.heavy
def test_chain_of_helpers_that_doubles(run: Runner) -> None:
    """f20 calls f19 twice, and so on: a million calls when run, and it must not be a million lines."""
    chain = "".join(f"def f{i}(x):\n    return f{i - 1}(x) + f{i - 1}(x)\n\n\n" for i in range(1, 21))
    done = run(f"def f0(x):\n    return x\n\n\n{chain}", "-f", "f20")
    if done.status == 0:
        assert done.module()["f20_grad"](1.0) == 2.0**20
    else:
        done.refusal()


@pytest.mark.heavy
def test_chain_of_helpers_that_doubles_with_other_arguments(run: Runner) -> None:
    chain = "".join(f"def f{i}(x):\n    return f{i - 1}(x) * f{i - 1}(x + {i})\n\n\n" for i in range(1, 31))
    done = run(f"def f0(x):\n    return x\n\n\n{chain}")
    if done.status == 2:
        done.refusal()


def test_chain_of_locals_that_doubles(run: Runner) -> None:
    """The value is small, its expression as a tree is not."""
    source = "def f(x):\n" + "    x = x * x + x\n" * 200 + "    return x\n"
    assert run(source).module()["f_grad"](0.0) == 1.0


def test_chain_of_tuples_that_doubles(run: Runner) -> None:
    source = "def f(x):\n" + "    x = (x, x)\n" * 64 + "    return x" + "[0]" * 64 + "\n"
    done = run(source)
    if done.status == 0:
        assert done.module()["f_grad"](0.5) == 1.0
    else:
        done.refusal()


@pytest.mark.parametrize(
    "source",
    [
        "def f(x):\n    return f(x)\n",
        "def g(x):\n    return h(x)\ndef h(x):\n    return g(x)\ndef f(x):\n    return g(x)\n",
    ],
    ids=["itself", "each other"],
)
def test_recursion_without_an_end(run: Runner, source: str) -> None:
    done = run(source, "-f", "f")
    assert done.status == 0, done.err
    assert "Not checked" in done.output.read_text()
    with pytest.raises(RecursionError):
        done.module()["f_grad"](0.5)


def test_recursion(run: Runner) -> None:
    done = run("def f(x):\n    return x if x < 1 else f(x / 2)\n", "-f", "f")
    assert done.status == 0, done.err
    assert done.module()["f_grad"](3.0) == 0.25


@pytest.mark.parametrize(
    "source",
    ["g = lambda x: g(x)\ndef f(x):\n    return g(x)\n", "def f(x, n=f(1)):\n    return x\n"],
    ids=["lambda", "default"],
)
def test_recursion_that_is_refused(run: Runner, source: str) -> None:
    run(source, "-f", "f").refusal()


# Nothing is executed.

EVIL = "open('pwned', 'w').write('x')"


@pytest.mark.heavy
@pytest.mark.parametrize(
    "source",
    [
        f"{EVIL}\ndef f(x):\n    return x\n",
        f"@{EVIL}\ndef f(x):\n    return x\n",
        f"def f(x, y={EVIL}):\n    return x\n",
        f"def f(x, *, y={EVIL}):\n    return x\n",
        f"def f(x: {EVIL}):\n    return x\n",
        f'def f(x: "{EVIL}"):\n    return x\n',
        f"def f(x) -> {EVIL}:\n    return x\n",
        f"def f(x):\n    y: {EVIL} = x\n    return y\n",
        f"N = {EVIL}\ndef f(x):\n    return x * N\n",
        f"N: {EVIL} = 2\ndef f(x):\n    return x * N\n",
        f"g = lambda x, y={EVIL}: x\ndef f(x):\n    return g(x)\n",
        f"class C:\n    {EVIL}\ndef f(x):\n    return x\n",
        f"def f(x):\n    {EVIL}\n    return x\n",
        f"def f(x):\n    return x + {EVIL}\n",
        f"def f(x):\n    return x if x > 0 else {EVIL}\n",
        f"def f(x):\n    raise {EVIL}\n",
        f"def f(x):\n    assert {EVIL}\n    return x\n",
        f"import math\nmath.sqrt = lambda x: {EVIL}\ndef f(x):\n    return math.sqrt(x)\n",
        f"def f(x):\n    return x.__class__.__base__.__subclasses__({EVIL})\n",
        f'def f(x):\n    return eval("{EVIL}")\n',
        "def f(x):\n    return __import__('os').system('touch pwned') + x\n",
        "import pwn\nfrom pwn import *\ndef f(x):\n    return pwn.f(x)\n",
        "# -*- coding: pwn -*-\ndef f(x):\n    return x\n",
        "while True:\n    pass\ndef f(x):\n    return x\n",
        "import os\nos._exit(3)\ndef f(x):\n    return x\n",
        "raise SystemExit(5)\ndef f(x):\n    return x\n",
    ],
)
def test_nothing_of_the_module_is_run(run: Runner, source: str, tmp_path: Path) -> None:
    done = run(source)  # which looks for files that nobody asked for
    if done.status == 2:
        done.refusal()
    else:
        assert done.module()["f_grad"](2.0)
        assert "pwned" not in done.output.read_text() and not (tmp_path / "pwned").exists()


def test_a_module_beside_the_input_is_not_imported(tmp_path: Path) -> None:
    """`python -m` puts the current folder on the path: that is Python's doing, the installed command does not."""
    (tmp_path / "work").mkdir()
    for name in ("math", "astor", "sympy", "numba", "typing"):
        (tmp_path / "work" / f"{name}.py").write_text("open('pwned', 'w')\n")
    (tmp_path / "work" / "h.py").write_text("import math\nimport numba\ndef f(x):\n    return math.exp(x)\n")
    start = "import sys; sys.path = [p for p in sys.path if p]; from bpcompile.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", start, "h.py", "-o", "out.py"],
        cwd=tmp_path / "work",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode in (0, 2) and "Traceback" not in done.stderr
    assert not (tmp_path / "work" / "pwned").exists()


# Bytes that are not plain text.

PLAIN = "def f(x):\n    return x * x\n"


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + PLAIN.encode(),
        b"# coding: latin-1\n" + "def f(x):\n    é = x * x  # für\n    return é\n".encode("latin-1"),
        b"# coding: utf-8\n" + PLAIN.encode(),
        b"\xef\xbb\xbf# coding: utf-8\n" + PLAIN.encode(),
        b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n" + PLAIN.encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace("    ", "\t").encode(),
        PLAIN.replace("def", "\x0cdef").encode(),
        PLAIN.replace("def", "# \x0c \x0b \x1c \x1d \x1e \x85 \u2028 \u2029\ndef").encode(),
        PLAIN.rstrip("\n").encode(),
        PLAIN.replace(":\n", ":  # \x00\n").replace("\x00", "\x1b[31m").encode(),
        b"\\\n" + PLAIN.encode(),
        PLAIN.replace("x * x", "x * \\\n x").encode(),
        PLAIN.replace("x * x", "(x\n\n*# why\nx)").encode(),
        PLAIN.replace("\n    return", " return").encode(),
        PLAIN.replace("    return", "    y = x; z = y * x;\n    return z  #").encode(),
    ],
    ids=lambda data: ascii(data)[:40],
)
def test_bytes_that_python_reads(run: Runner, data: bytes) -> None:
    assert run(data).module()["f_grad"](3.0) == 6.0


@pytest.mark.heavy
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\x00",
        PLAIN.encode() + b"\x00",
        PLAIN.replace("x * x", "x \x00 x").encode(),
        b'"""\x00"""\n' + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-32"),
        b"\xff\xfe" + PLAIN.encode(),
        b"# \xff\n" + PLAIN.encode(),
        b"# coding: ascii\n# \xc3\xa9\n" + PLAIN.encode(),
        b"# coding: unknown\n" + PLAIN.encode(),
        b"# coding: utf-16\n" + PLAIN.encode(),
        b"# coding: rot13\n" + PLAIN.encode(),
        b"# coding: hex\n" + PLAIN.encode(),
        b"# coding: idna\n" + b"x" * 100_000,
        b"# coding: undefined\n" + PLAIN.encode(),
        b"\xef\xbb\xbf# coding: latin-1\n" + PLAIN.encode(),
        b"# coding: " + b"a" * 100_000 + b"\n" + PLAIN.encode(),
        b"# coding: utf-7\ndef f(x):\n    return +AAA-\n",
        PLAIN.replace("    return", "\t    \treturn").replace("x\n", "x\n        y\n").encode(),
        PLAIN.replace("x * x", "x × x").encode(),
        PLAIN.replace("x * x", "x\u200b * x").encode(),
        PLAIN.replace("x * x", "x * \u202ex").encode(),
        "def f(x):\n    return '\ud800'\n".encode("utf-8", "surrogatepass"),
        b"def f(x:\n",
        b"def f(x):\n",
        b"def f(x):\nreturn x\n",
        b"(" * 1_000_000,
        b"'" * 1_000_001,
        b'"""' + b"x" * 1_000_000,
        b"\\" * 1_000_000,
        b" " * 1_000_000 + b"x",
        b"x" * 1_000_000,
        b"\n" * 1_000_000 + b"def",
        bytes(range(256)),
        b"print 'hello'\n",
        b"import math\n",
        b"x = 1\n",
    ],
    ids=lambda data: ascii(data)[:40],
)
def test_bytes_that_are_refused(run: Runner, data: bytes) -> None:
    err = run(data).refusal()
    assert "\x00" not in err and "\x1b" not in err


def test_control_codes_do_not_reach_the_terminal(run: Runner) -> None:
    err = run("def f(x):\n    return unknown(x)  # \x1b[2J\x9b2J\x07\u202e\n").refusal()
    assert not set("\x1b\x9b\x07\u202e") & set(err)


def test_message_shows_the_line_that_python_counts(run: Runner) -> None:
    err = run("# \x0c \x1c \x85 \u2028\ndef f(x):\n    s = '\u2028'\n    return unknown(x)\n").refusal()
    assert ":4:12: BP" in err and "    return unknown(x)" in err, err


def test_long_lines_are_cut_in_messages(run: Runner) -> None:
    err = run(f"def f(x):\n    return {'x + ' * 500}unknown(x)\n").refusal()
    assert "unknown(x)" in err and max(map(len, err.splitlines())) < 300


def test_caret_stands_under_characters(run: Runner) -> None:
    err = run("def f(x):\n    é = 'ü𝐱'; return unknown(x)\n").refusal()
    place = next(line for line in err.splitlines() if "unknown(x)" in line and line.startswith("    "))
    caret = err.splitlines()[err.splitlines().index(place) + 1]
    assert caret.index("^") == place.index("unknown"), err


# Names made to inject code.


@pytest.mark.heavy
@pytest.mark.parametrize(
    "name",
    [
        'a"""\nimport os; os.system("touch pwned")\n"""b.py',
        'a""".py',
        "a'''.py",
        "a\\.py",
        "a\\x22\\x22\\x22.py",
        "a\nb.py",
        "a\rb.py",
        "a\tb.py",
        "a\x1b[31mb.py",
        "{0}%s%(x)s.py",
        "a#b.py",
        "a; import os.py",
        "\\N{BULLET}.py",
        "\u202egrad.py",
        "é𝐱.py",
        " .py",
        "--help.py",
        '"',
        "\\",
        "x" * 200 + ".py",
    ],
    ids=ascii,
)
def test_file_names(run: Runner, name: str, tmp_path: Path) -> None:
    done = run(PLAIN, name=name)
    assert done.module()["f_grad"](3.0) == 6.0
    text = done.output.read_text()
    assert text.startswith(('"""', 'r"""')) and "import os" not in text.splitlines()[1]
    assert not set("\x1b\r\u202e") & set(text + done.err)
    assert run(PLAIN.replace("x * x", "unknown(x)"), name=name).err.count("\n") < 6
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("name", ["ﬁ", "𝐱", "ª", "ſ", "ℌ", "x\u0301", "é", "e\u0301", "变量", "_", "__", "__x", "ǰ"])
def test_identifiers(run: Runner, name: str) -> None:
    """Python reads identifiers in their NFKC form: `ﬁ` is `fi`."""
    source = f"def f({name}, y):\n    {name} = {name} * y\n    return {name} * {name}\n"
    assert run(source).module()["f_grad"](3.0, 2.0) == (24.0, 36.0)


def test_identifiers_that_are_one_after_normalisation(run: Runner) -> None:
    assert run("def f(ﬁ):\n    fi = ﬁ * 3.0\n    return ﬁ * fi\n").module()["f_grad"](2.0) == 36.0


TAKEN = (
    "dx dy df f f_grad f_value f_vjp math _t0 t0 num den x1 invden dout out grad print float abs max zip "
    "__name__ __builtins__ self bpcompile unbroadcast sigmoid_x xsqr match case type"
).split()


@pytest.mark.heavy
@pytest.mark.parametrize("name", TAKEN)
def test_names_that_the_compiler_may_want(run: Runner, name: str) -> None:
    """d(x * exp(x * x)) by x, with the name as a parameter, as a local and as the function itself."""
    want = (1 + 2 * 0.25) * math.exp(0.25)
    local = f"from math import exp as e\ndef g(x):\n    {name} = x * x\n    return x * e({name})\n"
    parameter = f"from math import exp as e\ndef g({name}):\n    return {name} * e({name} * {name})\n"
    function = f"from math import exp as e\ndef {name}(x):\n    return x * e(x * x)\n"
    for source, entry in (local, "g"), (parameter, "g"), (function, name):
        done = run(source, "--no-verify")
        if done.status == 2 and name.startswith("__"):
            done.refusal()  # a name that Python itself writes
            continue
        assert done.module()[f"{entry}_grad"](0.5) == pytest.approx(want, rel=1e-12)


@pytest.mark.heavy
@pytest.mark.parametrize("text", ['"""', "'''", "\\", "\n", "\r", "\x00", "{x}", "%s", "\u2028", "*/", "\ud800", "# "])
def test_string_constants(run: Runner, text: str) -> None:
    source = f"def f(x):\n    {text!a}\n    s = {text!a}\n    return x * x if s == {text!a} else x\n"
    done = run(source)
    if done.status == 2:
        done.refusal()
    else:
        assert done.module()["f_grad"](3.0) == 6.0


@pytest.mark.parametrize(
    "source",
    [
        'def f(x):\n    """Doc \\"\\"\\" import os"""\n    return x * x\n',
        "def f(x):\n    '''Doc \\\\ \\x00 \"\"\"'''\n    return x * x\n",
        'def f(x):\n    return x * x  # (1) # backward """\n',
        "def f(x):\n    return (x  # one\\\n * x)\n",
        "def f(x):\n    return x * (lambda s: x)('\\\n # backward')\n",
        'def f(x, *, mode: str = \'"""\\n\'):\n    return x * x\n',
    ],
)
def test_text_that_is_quoted_in_the_output(run: Runner, source: str) -> None:
    done = run(source)
    if done.status == 2:
        done.refusal()
    else:
        assert done.module()["f_grad"](3.0) == 6.0


def test_multi_line_statement_is_quoted_as_a_comment(run: Runner) -> None:
    source = 'def f(x):\n    y = (x *\n         x +\n  """\nimport os\n""".count(\n"a"))\n    return y\n'
    done = run(source)
    if done.status == 2:
        done.refusal()
    else:
        assert "\nimport os" not in done.output.read_text()
