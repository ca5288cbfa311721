"""The command: its arguments, what it writes where, its exit status, and that nothing is ever overwritten by half."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import bpcompile
from bpcompile import api, cli, codes
from bpcompile.frontend import source

ROOT = Path(__file__).parents[1]
SOURCE = "def f(x, y):\n    return x * y\n"
REFUSED = "def f(x):\n    return unknown(x)\n"
FAST = "--no-verify"
is_root = hasattr(os, "geteuid") and os.geteuid() == 0


def command(*args: str, cwd: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "bpcompile", *args],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})},
        text=True,
        encoding="utf-8",
        timeout=60,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **options},
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with f.py in it, which is the current one."""
    (tmp_path / "f.py").write_text(SOURCE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def expected(**options: Any) -> str:
    return api.compile_source(SOURCE, filename="f.py", **options)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refused(capfd: pytest.CaptureFixture[str], *args: str) -> str:
    """Run main, which has to refuse with status 2 and without a word on standard output; return the diagnostics."""
    assert cli.main(args) == 2
    captured = capfd.readouterr()
    assert captured.out == "" and "Traceback" not in captured.err
    return captured.err


def one_line(text: str) -> str:
    assert text.count("\n") == 1 and text.endswith("\n"), text
    return text


# The main job.


def test_module_goes_to_standard_output(folder: Path) -> None:
    done = command("f.py", cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, expected(verify=True), "")
    assert names(folder) == ["f.py"]


def test_module_goes_to_a_file_and_the_verdict_to_standard_error(folder: Path) -> None:
    done = command("f.py", "-o", "f_grad.py", cwd=folder)
    assert (done.returncode, done.stdout) == (0, "")
    assert one_line(done.stderr).startswith("f_grad.py: Checked with SymPy: ")
    assert (folder / "f_grad.py").read_bytes() == expected(verify=True).encode()
    assert names(folder) == ["f.py", "f_grad.py"]


def test_without_verification_nothing_is_said(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["f.py", "-o", "f_grad.py", FAST]) == 0
    assert capfd.readouterr() == ("", "")
    assert (folder / "f_grad.py").read_text() == expected()


def test_generated_file_runs_alone(folder: Path) -> None:
    command("f.py", "-o", "f_grad.py", FAST, cwd=folder)
    run = [sys.executable, "-I", "-c", "import sys; sys.path.append('.'); import f_grad; print(f_grad.f_grad(3, -4))"]
    assert subprocess.run(run, cwd=folder, capture_output=True, text=True, check=True).stdout == "(-4, 3)\n"
    run[-1] = "import sys; sys.path.append('.'); import f_grad; print('bpcompile' in sys.modules)"
    assert subprocess.run(run, cwd=folder, capture_output=True, text=True, check=True).stdout == "False\n"


def test_standard_input(folder: Path) -> None:
    done = command("-", FAST, cwd=folder, stdin=None, input=SOURCE)
    assert done.returncode == 0 and "def f_grad(x, y):" in done.stdout
    done = command("-", cwd=folder, stdin=None, input=REFUSED)
    assert done.returncode == 2 and ":2:12: BP" in done.stderr


@pytest.mark.parametrize(
    ("args", "options"),
    [
        (["--wrt", "y"], {"wrt": "y"}),
        (["--wrt=y,x"], {"wrt": "y,x"}),
        (["--style", "compact"], {"style": "compact"}),
        (["--derivative", "value_and_grad"], {"derivative": "value_and_grad"}),
        (["--derivative", "vjp"], {"derivative": "vjp"}),
        (["--target", "python"], {"target": "python"}),
        (["--jit", "numba"], {"jit": "numba"}),
        (["-f", "f"], {"function": ["f"]}),
        (["--function", "f"], {"function": ["f"]}),
        (["--verify"], {"verify": True}),
    ],
    ids=" ".join,
)
def test_options_reach_the_compiler(
    folder: Path, capfd: pytest.CaptureFixture[str], args: list[str], options: dict[str, Any]
) -> None:
    assert cli.main(["f.py", FAST, *args]) == 0
    assert capfd.readouterr().out == expected(**options)


def test_several_functions(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "f.py").write_text(SOURCE + "\n\ndef g(x):\n    return x + 1\n\n\ndef h(x):\n    return x\n")
    assert cli.main(["f.py", FAST, "-f", "h", "-f", "f"]) == 0
    out = capfd.readouterr().out
    assert "def f_grad(" in out and "def h_grad(" in out and "def g_grad(" not in out


def test_dump_ir_goes_to_standard_error(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["f.py", FAST, "--dump-ir"]) == 0
    captured = capfd.readouterr()
    assert captured.out == expected() and "f(x, y)" in captured.err


def test_bytes_depend_on_the_input_alone(folder: Path) -> None:
    other = folder / "other"
    other.mkdir()
    (other / "f.py").write_text(SOURCE)
    runs = [("f.py", folder), ("other/f.py", folder), (str(other / "f.py"), other)]
    texts = {
        command(name, cwd=cwd, env={"PYTHONHASHSEED": str(seed), "LC_ALL": "C"}).stdout
        for seed, (name, cwd) in enumerate(runs)
    }
    assert texts == {expected(verify=True)}


def test_entry_points_agree(folder: Path) -> None:
    script = Path(sys.executable).with_name("bpcompile")
    if not script.exists():
        pytest.skip("the package is not installed, only importable")
    run = subprocess.run([script, "f.py", FAST], cwd=folder, capture_output=True, text=True, check=True)
    assert run.stdout == expected()


# Arguments.


def test_version(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capfd.readouterr().out.startswith("bpcompile 0.")


def test_help_names_every_option(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    out = capfd.readouterr().out
    options = "-o -f --function --wrt --derivative --target --jit --style --verify --no-verify --verify-budget --check"
    for option in f"{options} --dump-ir --version".split():
        assert option in out
    for later in "--at --explain --circuit jvp hvp jacobian hessian".split():
        assert later not in out.split()


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["f.py", "g.py"],
        ["f.py", "--derivative", "jvp"],
        ["f.py", "--style", "plain"],
        ["f.py", "--target", "c"],
        ["f.py", "--jit", "pypy"],
        ["f.py", "--at", "x=1"],
        ["f.py", "--deriv", "vjp"],
        ["f.py", "--verify-budget", "0"],
        ["f.py", "--verify-budget", "-1"],
        ["f.py", "--verify-budget", "many"],
        ["f.py", "--verify-budget", "9" * 5000],
        ["f.py", "-o"],
        ["why", "BP"],
        ["why", "BP001", "no"],
    ],
    ids=lambda args: " ".join(args)[:40] or "none",
)
def test_bad_arguments(folder: Path, capfd: pytest.CaptureFixture[str], args: list[str]) -> None:
    err = refused(capfd, *args)
    assert err.startswith("usage: bpcompile") and "error: " in err.splitlines()[-1]
    assert names(folder) == ["f.py"]


@pytest.mark.parametrize(
    "args",
    [["-f", "nothing"], ["-f", ""], ["--wrt", "z"], ["--wrt", ""], ["--wrt", "x,,y"], ["--wrt", "x,x"]],
    ids=repr,
)
def test_names_that_are_not_there(folder: Path, capfd: pytest.CaptureFixture[str], args: list[str]) -> None:
    err = refused(capfd, "f.py", *args, "-o", "out.py")
    assert "internal error" not in err and err.strip()
    assert names(folder) == ["f.py"]


def test_why(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["why"]) == 0
    listed = capfd.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == sorted(codes.CODES)
    first = next(iter(codes.CODES))
    assert cli.main(["why", first.lower()]) == 0
    out = capfd.readouterr().out
    assert out.startswith(first) and codes.CODES[first].cure.split()[0] in out


@pytest.mark.parametrize("code", codes.CODES)
def test_why_a_code(capfd: pytest.CaptureFixture[str], code: str) -> None:
    assert cli.main(["why", code]) == 0
    entry = codes.CODES[code]
    title, rest = capfd.readouterr().out.split("\n\n", 1)
    assert title == f"{code}: {entry.title}"
    assert rest.startswith(f"{entry.cause}\nInstead: {entry.cure}\n")
    for sentence in (entry.cause, entry.cure):
        assert sentence[0].isupper() and sentence.endswith("."), sentence


@pytest.mark.parametrize("code", [code for code, entry in codes.CODES.items() if entry.example])
def test_every_example_is_refused_with_its_code(code: str) -> None:
    try:
        text = bpcompile.compile_source(source.decode(codes.CODES[code].example.encode(), "example.py"))
    except bpcompile.CompileError as error:
        assert code in {refusal.code for refusal in error.refusals}
    else:
        pytest.fail(f"the example of {code} compiles:\n{text}")


# Refusals and differences.


def test_refusal(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "g.py").write_text(REFUSED)
    (folder / "out.py").write_text("precious")
    err = refused(capfd, "g.py", "-o", "out.py")
    assert err.splitlines()[0].startswith("g.py:2:12: BP")
    assert err.splitlines()[1:3] == ["    " + REFUSED.splitlines()[1], "    " + " " * 11 + "^" * 7]
    assert (folder / "out.py").read_text() == "precious"


def test_all_refusals_in_one_run(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "f.py").write_text("def f(x):\n    with x:\n        pass\n    return {}\n\n\ndef g(x):\n    del x\n")
    err = refused(capfd, "f.py")
    assert [f"f.py:{n}:" in err for n in (2, 4, 8)] == [True, True, True]


def test_a_difference_found_by_verification(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def differs(*args: object, **options: object) -> str:
        raise cli.VerificationError("dx is wrong: please report it")

    monkeypatch.setattr(api, "compile_source", differs)
    assert cli.main(["f.py", "-o", "out.py"]) == 1
    assert capfd.readouterr() == ("", "dx is wrong: please report it\n")
    assert names(folder) == ["f.py"]


@pytest.mark.parametrize("error", [ValueError("a\nb"), RecursionError(), AssertionError("x" * 10_000), KeyError("k")])
def test_an_error_of_ours_is_one_line(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*args: object, **options: object) -> str:
        raise error

    monkeypatch.setattr(api, "compile_source", fails)
    err = one_line(refused(capfd, "f.py", "-o", "out.py"))
    assert "internal error" in err and "report" in err and type(error).__name__ in err and len(err) < 500
    monkeypatch.setenv("BPCOMPILE_TRACEBACK", "1")
    assert cli.main(["f.py"]) == 2
    assert "Traceback" in capfd.readouterr().err


def test_out_of_memory_is_one_line(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object, **options: object) -> str:
        raise MemoryError

    monkeypatch.setattr(api, "compile_source", fails)
    assert "out of memory" in one_line(refused(capfd, "f.py"))


@pytest.mark.parametrize("name", ["missing.py", "folder", "f.py/x.py", "", "x" * 5000], ids=lambda n: n[:10] or "empty")
def test_input_that_cannot_be_read(folder: Path, capfd: pytest.CaptureFixture[str], name: str) -> None:
    (folder / "folder").mkdir()
    err = one_line(refused(capfd, name, "-o", "out.py"))
    assert err.startswith("bpcompile: cannot read ")
    assert not (folder / "out.py").exists()


def test_input_without_end(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert "MiB" in one_line(refused(capfd, "/dev/zero"))


# The output file.


@pytest.mark.parametrize("name", ["folder", "folder/", "missing/out.py", "f.py/out.py", "new/", "", "x" * 300])
def test_output_that_cannot_be_written(folder: Path, capfd: pytest.CaptureFixture[str], name: str) -> None:
    (folder / "folder").mkdir()
    err = one_line(refused(capfd, "f.py", FAST, "-o", name))
    assert err.startswith("bpcompile: cannot write ")
    assert names(folder) == ["f.py", "folder"] and names(folder / "folder") == []


@pytest.mark.skipif(is_root, reason="root may write anywhere")
def test_output_in_a_folder_that_is_read_only(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "folder").mkdir(mode=0o555)
    assert "cannot write" in one_line(refused(capfd, "f.py", FAST, "-o", "folder/out.py"))


@pytest.mark.skipif(is_root, reason="root may write anywhere")
def test_output_that_is_read_only(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "out.py").write_text("precious")
    (folder / "out.py").chmod(0o444)
    assert "cannot write" in one_line(refused(capfd, "f.py", FAST, "-o", "out.py"))
    assert (folder / "out.py").read_text() == "precious"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_full_device(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    err = one_line(refused(capfd, "f.py", FAST, "-o", "/dev/full"))
    assert err == "bpcompile: cannot write /dev/full: No space left on device\n"
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_full_standard_output(folder: Path) -> None:
    with open("/dev/full", "w") as full:
        done = command("f.py", FAST, cwd=folder, stdout=full)
        assert (done.returncode, one_line(done.stderr)) == (
            2,
            "bpcompile: cannot write standard output: No space left on device\n",
        )
        assert command("f.py", "-o", "out.py", cwd=folder, stderr=full).returncode == 0


def shell(script: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", script.replace("bpcompile", f"'{sys.executable}' -m bpcompile")],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_disk_full_while_writing_leaves_the_old_file(folder: Path) -> None:
    (folder / "out.py").write_text("precious")
    lines = "".join(f"    y{i} = x * {i}\n" for i in range(500))
    (folder / "f.py").write_text(f"def f(x):\n{lines}    return {' + '.join(f'y{i}' for i in range(500))}\n")
    done = shell(f"ulimit -f 1; bpcompile f.py {FAST} -o out.py", folder)
    assert done.returncode == 2 and done.stderr == "bpcompile: cannot write out.py: File too large\n"
    assert (folder / "out.py").read_text() == "precious" and names(folder) == ["f.py", "out.py"]


def test_existing_file_keeps_its_mode(folder: Path) -> None:
    (folder / "out.py").write_text("old")
    (folder / "out.py").chmod(0o751)
    assert cli.main(["f.py", FAST, "-o", "out.py"]) == 0
    assert stat.S_IMODE((folder / "out.py").stat().st_mode) == 0o751
    assert (folder / "out.py").read_text() == expected()


def test_new_file_has_the_usual_mode(folder: Path) -> None:
    (folder / "usual").write_text("")
    assert cli.main(["f.py", FAST, "-o", "out.py"]) == 0
    assert (folder / "out.py").stat().st_mode == (folder / "usual").stat().st_mode


def test_link_at_the_output_stays_a_link(folder: Path) -> None:
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "out.py").write_text("old")
    (folder / "out.py").symlink_to("elsewhere/out.py")
    assert cli.main(["f.py", FAST, "-o", "out.py"]) == 0
    assert (folder / "out.py").is_symlink()
    assert (folder / "elsewhere" / "out.py").read_text() == expected()
    assert names(folder / "elsewhere") == ["out.py"]


def test_link_to_nothing_at_the_output_makes_its_target(folder: Path) -> None:
    (folder / "out.py").symlink_to("target.py")
    assert cli.main(["f.py", FAST, "-o", "out.py"]) == 0
    assert (folder / "out.py").is_symlink() and (folder / "target.py").read_text() == expected()


def test_link_to_itself(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "loop").symlink_to("loop")
    assert "cannot read loop" in one_line(refused(capfd, "loop"))
    assert cli.main(["f.py", FAST, "-o", "loop"]) in (0, 2)
    assert (folder / "f.py").read_text() == SOURCE


@pytest.mark.parametrize("link", [None, os.symlink, os.link], ids=["itself", "symlink", "hard link"])
def test_output_onto_input(folder: Path, capfd: pytest.CaptureFixture[str], link: Any) -> None:
    output = "./f.py"
    if link:
        link("f.py", "out.py")
        output = "out.py"
    for args in (["f.py", "-o", output], [output, "-o", "f.py"], ["./f.py", "-o", output]):
        assert "the input itself" in one_line(refused(capfd, *args))
        assert (folder / "f.py").read_text() == SOURCE
    done = shell(f"bpcompile - -o {output} <f.py", folder)
    assert done.returncode == 2 and (folder / "f.py").read_text() == SOURCE
    done = shell(f"bpcompile f.py >>{output}", folder)
    assert done.returncode == 2 and (folder / "f.py").read_text() == SOURCE


def test_output_into_a_pipe(folder: Path) -> None:
    os.mkfifo("pipe")
    with subprocess.Popen(["cat", "pipe"], cwd=folder, stdout=subprocess.PIPE, text=True) as reader:
        assert cli.main(["f.py", FAST, "-o", "pipe"]) == 0
        assert reader.communicate(timeout=30)[0] == expected()
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)


def test_closed_standard_streams(folder: Path) -> None:
    done = shell(f"bpcompile f.py {FAST} >&-", folder)
    assert done.returncode == 2 and one_line(done.stderr) == "bpcompile: standard output is closed\n"
    done = shell("bpcompile - <&-", folder)
    assert done.returncode == 2 and one_line(done.stderr) == "bpcompile: standard input is closed\n"
    done = shell("bpcompile missing.py 2>&-", folder)
    assert done.returncode == 2 and done.stdout == ""
    done = shell("bpcompile f.py -o out.py >&- 2>&-", folder)
    assert done.returncode == 0 and (folder / "out.py").read_text() == expected(verify=True)


def test_broken_pipe(folder: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = command("f.py", FAST, cwd=folder, stdout=write)
    os.close(write)
    assert done.returncode == 2
    assert one_line(done.stderr) == "bpcompile: standard output was closed before the text was written\n"


def test_interrupt(folder: Path) -> None:
    os.mkfifo("pipe")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "bpcompile", "pipe", "-o", "out.py"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # not ignored, wherever we run
    ) as process:
        writer = os.open("pipe", os.O_WRONLY)  # returns when the command has opened the pipe to read it
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        os.close(writer)
    assert (process.returncode, err) == (130, "bpcompile: interrupted\n")
    assert names(folder) == ["f.py", "pipe"]


def test_interrupt_while_writing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    assert cli.main(["f.py", FAST, "-o", "out.py"]) == 130
    assert names(folder) == ["f.py"]


# --check.


def test_check_of_a_file_that_is_up_to_date(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for args in ([], ["--wrt", "y"], ["--style", "compact", "--derivative", "vjp"], [FAST], ["--verify-budget", "7"]):
        assert cli.main(["f.py", *args, "-o", "out.py"]) == 0
        before = (folder / "out.py").stat()
        capfd.readouterr()
        assert cli.main(["f.py", *args, "--check", "-o", "out.py"]) == 0
        assert cli.main(["--check", "out.py"]) == 0, args
        assert capfd.readouterr() == ("", "")
        assert (folder / "out.py").stat().st_mtime_ns == before.st_mtime_ns


def check_differs(capfd: pytest.CaptureFixture[str], *args: str) -> tuple[str, str]:
    capfd.readouterr()
    assert cli.main(["--check", *args]) == 1
    return tuple(capfd.readouterr())


def test_check_of_a_file_that_was_changed(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    cli.main(["f.py", "-o", "out.py"])
    right = (folder / "out.py").read_text()
    (folder / "out.py").write_text(right.replace("return dx, dy", "return dy, dx"))
    for args in (["f.py", "-o", "out.py"], ["out.py"]):
        diff, err = check_differs(capfd, *args)
        assert diff.startswith("--- out.py\n+++ out.py (compiled now)\n@@ ")
        assert "\n-    return dy, dx\n+    return dx, dy\n" in diff
        assert err == "out.py: is not what would be written now\n"
    (folder / "out.py").write_text(right.rstrip("\n"))
    assert "\\ No newline at end of file\n" in check_differs(capfd, "f.py", "-o", "out.py")[0]
    (folder / "out.py").write_bytes(right.replace("\n", "\r\n").encode())
    check_differs(capfd, "f.py", "-o", "out.py")
    (folder / "out.py").write_bytes(b"\xff\x00")
    check_differs(capfd, "f.py", "-o", "out.py")
    assert (folder / "out.py").read_bytes() == b"\xff\x00"


def test_check_of_a_source_that_was_changed(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    cli.main(["f.py", "-o", "out.py", FAST])
    (folder / "f.py").write_text(SOURCE.replace("x * y", "x + y"))
    diff, _ = check_differs(capfd, "out.py")
    assert "return x * y" in diff and "return x + y" in diff


def test_check_of_a_file_that_is_missing(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    diff, err = check_differs(capfd, "f.py", "-o", "out.py")
    assert diff.startswith("--- /dev/null\n+++ out.py") and err == "out.py: is missing\n"
    assert names(folder) == ["f.py"]
    assert "cannot read" in one_line(refused(capfd, "--check", "out.py"))


def test_check_finds_the_source_beside_the_generated_file(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    cli.main(["f.py", "-o", "out.py", "--wrt", "y"])
    (folder / "elsewhere").mkdir()
    os.chdir("elsewhere")
    assert cli.main(["--check", "../out.py"]) == 0
    (folder / "f.py").rename(folder / "g.py")
    assert "cannot read ../f.py" in refused(capfd, "--check", "../out.py").splitlines()[-1]


@pytest.mark.parametrize("name", ["a b.py", "a'b.py", "a from b, compiled by.py", "é.py", "--wrt.py", "x"])
def test_check_survives_odd_file_names(folder: Path, name: str) -> None:
    (folder / name).write_text(SOURCE)
    assert cli.main([FAST, "-o", "out.py", "--wrt", "y", "--", name]) == 0
    assert cli.main(["--check", "out.py"]) == 0


@pytest.mark.parametrize("name", ['a"""b.py', "a\\nb.py", "x\\", "a\nb.py"])
def test_check_of_a_file_name_that_the_header_cannot_hold(
    folder: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    (folder / name).write_text(SOURCE)
    assert cli.main([FAST, "-o", "out.py", "--", name]) == 0
    one_line(refused(capfd, "--check", "out.py"))
    assert cli.main([FAST, "--check", "-o", "out.py", "--", name]) == 0


def test_check_without_a_header(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert "f.py has no header of bpcompile" in one_line(refused(capfd, "--check", "f.py"))
    (folder / "f.py").write_bytes(b"\x00\xff")
    assert "f.py has no header of bpcompile" in one_line(refused(capfd, "--check", "f.py"))
    refused(capfd, "--check", "-")


HEADER = "Gradient of f from {name}, compiled by bpcompile 0.1.0. Do not edit: compile again."


@pytest.mark.parametrize("name", ["<stdin>", "../f.py", "/etc/passwd", "folder/f.py"])
def test_check_reads_no_source_but_one_beside_the_file(
    folder: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    (folder / "out.py").write_text(f'"""{HEADER.format(name=name)}"""\n')
    assert "was not compiled from a file beside it" in one_line(refused(capfd, "--check", "out.py"))


@pytest.mark.parametrize("options", ["--nothing", "'", "-o /dev/null x.py", "--derivative", "--help", "why"])
def test_check_with_a_header_that_asks_for_anything_else(
    folder: Path, capfd: pytest.CaptureFixture[str], options: str
) -> None:
    (folder / "out.py").write_text(f'"""{HEADER.format(name="f.py")}\n\nOptions: {options}\n"""\n')
    assert cli.main(["--check", "out.py"]) in (0, 2)
    assert "Traceback" not in capfd.readouterr().err
    assert (folder / "f.py").read_text() == SOURCE and names(folder) == ["f.py", "out.py"]


@pytest.mark.parametrize("args", [["--wrt", "x"], [FAST], ["-f", "f"], ["--style", "compact"]], ids=" ".join)
def test_check_of_the_header_takes_no_other_options(
    folder: Path, capfd: pytest.CaptureFixture[str], args: Sequence[str]
) -> None:
    cli.main(["f.py", FAST, "-o", "out.py"])
    assert "header" in refused(capfd, "--check", "out.py", *args)


def test_check_of_a_refused_source(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    cli.main(["f.py", FAST, "-o", "out.py"])
    (folder / "f.py").write_text(REFUSED)
    assert "f.py:2:12: BP" in refused(capfd, "--check", "out.py")


def test_starting_is_quick(folder: Path) -> None:
    """Neither SymPy nor NumPy is imported where they are not needed."""
    code = f"import sys; from bpcompile.cli import main; main(['f.py', '{FAST}']); print(sorted(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"sympy", "mpmath", "numpy", "numba"} & set(run.stdout.replace("'", " ").replace(",", " ").split())
