"""Every example: each function compiles and is proved right, and each script prints what it is there to show."""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import oracles
import pytest

import bpcompile

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
MOST_OPERATIONS = 4  # of a gradient, for each one of its function

COUNTS = [0.1, 0.23, 0.48, 0.87]
ROWS = [0.0, -1.2, -0.9], [3.1, 2.7, 3.4], [-1.1, -0.8, 0.0], [0.6, -1.3, 0.9]
W, B, Y = [0.6, -1.2, 0.9], [0.9, 0.3, -0.4], 0.25
POINTS: dict[tuple[str, str], tuple[Any, ...]] = {
    ("black_box.py", "model"): (1.5, -0.5, 1.1),
    ("black_box.py", "loss"): (1.5, -0.5, 1.1, 2.431),
    ("chain.py", "sigmoid"): (0.75,),
    ("chain.py", "cost"): (W, B, 1.5, Y),
    ("chain.py", "cost_from_z1"): (1.8, W, B, Y),
    ("chain.py", "cost_from_z2"): (-0.7, W, B, Y),
    ("chain.py", "cost_from_z3"): (0.3, Y),
    ("circuit.py", "f"): (3.0, -4.0),
    ("fit_line.py", "loss"): (5.0, 10.0, 20.0),
    ("gates.py", "add"): (3.0, -4.0),
    ("gates.py", "larger"): (3.0, -4.0),
    ("gates.py", "multiply"): (3.0, -4.0),
    ("gates.py", "gates"): (3.0, -4.0, 2.0, -1.0),
    ("growth.py", "miss"): (0.7, 1.8, COUNTS),
    ("growth.py", "slope"): (0.4, 0.7, 1.8),
    ("horner.py", "horner"): ([-1.0, 0.5, 2.0, 0.25], 1.5),
    ("neuron.py", "neuron"): ([2.0, -3.0, -3.0], [-1.0, -2.0]),
    ("newton.py", "root"): (2.0,),
    ("product.py", "f"): (-2.0, 5.0, -4.0),
    ("recurrence.py", "recurrence"): (0.5, 1.1, 0.2, 5),
    ("tridiagonal.py", "solve"): ROWS,
}
AT_POINTS = {"miss", "root"}  # too large after a few steps for SymPy to bring the difference to zero
FILES = sorted({name for name, _ in POINTS})
each_function = pytest.mark.parametrize(("name", "entry"), POINTS, ids=[" ".join(key) for key in POINTS])


def benchmark(name: str) -> Any:
    """Return a module of benchmarks/."""
    folder = str(ROOT / "benchmarks")
    sys.path.insert(0, folder)
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(folder)


OPERATIONS = benchmark("operations")


def run_python(*args: str, **environment: str) -> str:
    """Run Python as a user does, from any folder, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", *args],
        cwd=EXAMPLES,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def plain_text(name: str) -> str:
    """Return the functions of a file and its constants: without what runs them, and without decorators."""
    functions = OPERATIONS.functions(EXAMPLES / name)
    for node in functions.values():
        node.decorator_list.clear()
    body = ast.parse((EXAMPLES / name).read_text(encoding="utf-8")).body
    constants = [node for node in body if isinstance(node, ast.Assign)]
    return "import math\n" + "\n".join(map(ast.unparse, [*constants, *functions.values()]))


def parameters(name: str, entry: str) -> list[str]:
    """Return the names of the parameters to differentiate by."""
    arguments = OPERATIONS.functions(EXAMPLES / name)[entry].args.args
    return [each.arg for each in arguments if not (each.annotation and ast.unparse(each.annotation) == "int")]


def test_every_function_has_a_point() -> None:
    found = [(path.name, name) for path in sorted(EXAMPLES.glob("*.py")) for name in OPERATIONS.functions(path)]
    assert sorted(found) == sorted(POINTS)


@each_function
def test_proved(name: str, entry: str) -> None:
    text = bpcompile.compile_file(EXAMPLES / name, function=entry, verify=True)
    said = " ".join((ast.get_docstring(ast.parse(text)) or "").split())
    assert re.search(rf"Checked with SymPy.*: .* proved equal to the derivatives? of {entry}\b", said), said
    assert bool(re.search(r"points|digits", said)) == (entry in AT_POINTS), said


@each_function
def test_stands_alone_and_agrees_with_differences(name: str, entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = bpcompile.compile_file(EXAMPLES / name, function=entry)
    imported = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert {ast.unparse(node) for node in imported} <= {"import math"}
    monkeypatch.setitem(sys.modules, "bpcompile", None)  # an import of it would fail
    point = POINTS[name, entry]
    found = oracles.load_plain(text)[f"{entry}_grad"](*point)
    wanted = oracles.differences(plain_text(name), entry, point, parameters(name, entry))
    assert oracles.close(found, wanted)


@pytest.mark.heavy
@pytest.mark.parametrize("name", FILES)
def test_same_bytes_for_every_hash_seed(name: str) -> None:
    functions = [entry for file, entry in POINTS if file == name]
    options = [word for entry in functions for word in ("-f", entry)]
    texts = {run_python("-m", "bpcompile", name, *options, PYTHONHASHSEED=seed) for seed in "012"}
    assert texts == {bpcompile.compile_file(EXAMPLES / name, function=functions, verify=True)}


@pytest.mark.parametrize("name", FILES)
def test_command_needs_no_options(name: str) -> None:
    compile(run_python("-m", "bpcompile", "--no-verify", name), name, "exec")


@each_function
def test_operations(name: str, entry: str) -> None:
    primal, gradient = OPERATIONS.counts(EXAMPLES / name, entry)
    print(f"{name} {entry}: {gradient} operations for {primal}, a ratio of {gradient / primal:.2f}")
    assert gradient <= MOST_OPERATIONS * primal


PRINTED = {
    "tutorial.py": """\
(x + y) * z      (-12, (-4, -4, 3))
sigmoid neuron   (0.7310585786300049, ([-0.19661193324148185, -0.3932238664829637, 0.19661193324148185],\
 [0.3932238664829637, -0.5898357997244456]))
staged quotient  (1.5456448841066441, (2.0595697955721652, 1.5922327514838093))
add shares       (1.0, 1.0)
max routes       (1.0, 0.0)
multiply swaps   (-4.0, 3.0)
all three        (-8.0, 6.0, 2.0, 0.0)
""",
    "fit_line.py": """\
step   0  w 5.000000  loss 900.000000
step  20  w 2.034588  loss 0.119631
step  40  w 2.000399  loss 0.000016
step  60  w 2.000005  loss 0.000000
step  80  w 2.000000  loss 0.000000
step 100  w 2.000000  loss 0.000000
""",
    "black_box.py": """\
after 351 epochs: w1 2.1265  w2 0.0500  loss 0.000998
x 1.0  table 2.210  model 2.177
x 1.1  table 2.431  model 2.400
x 1.2  table 2.652  model 2.624
x 2.0  table 4.420  model 4.453
""",
    "growth.py": """\
step   0  a 0.500000  c 1.000000  miss 7.299972
step  20  a 0.937426  c 1.932879  miss 0.014451
step  40  a 0.903459  c 1.990546  miss 0.000348
step  60  a 0.899276  c 1.998522  miss 0.000096
step  80  a 0.898702  c 1.999632  miss 0.000091
step 100  a 0.898622  c 1.999787  miss 0.000091
""",
    "newton.py": """\
a 0.25  root 0.500000000000  gradient 1.000000000000  1 / (2 root) 1.000000000000
a  2.0  root 1.414213562373  gradient 0.353553390593  1 / (2 root) 0.353553390593
a  9.0  root 3.000000000000  gradient 0.166666666667  1 / (2 root) 0.166666666667
""",
    "four_equations.py": """\
BP1  +0.117961621080  +0.117961621080  equal
BP2  +0.023299081322  +0.023299081322  equal
BP2  -0.003403418158  -0.003403418158  equal
BP3  -0.003403418158  -0.003403418158  equal
BP3  +0.023299081322  +0.023299081322  equal
BP3  +0.117961621080  +0.117961621080  equal
BP4  -0.005105127238  -0.005105127238  equal
BP4  +0.019994081826  +0.019994081826  equal
BP4  +0.038366225404  +0.038366225404  equal
""",
}
NUMBER = re.compile(r"(?<![\w.])[+-]?\d+(?:\.\d+)?(?:e[+-]\d+)?")


@pytest.mark.parametrize("name", PRINTED)
def test_script(name: str) -> None:
    found = run_python(name)
    assert NUMBER.sub("#", found) == NUMBER.sub("#", PRINTED[name])
    numbers = list(map(float, NUMBER.findall(found)))
    # another machine's exp may differ in the last place
    assert numbers == pytest.approx(list(map(float, NUMBER.findall(PRINTED[name]))), rel=1e-12, abs=1e-12)


def test_every_script_is_run() -> None:
    scripts = {path.name for path in EXAMPLES.glob("*.py") if "__main__" in path.read_text(encoding="utf-8")}
    assert scripts == set(PRINTED)
