"""The examples on real data: their modules need only NumPy, agree with differences, and learn."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import array_oracle
import numpy as np
import pytest

import bpcompile

LEARNING = Path(__file__).parents[1] / "examples" / "learning"
random = np.random.default_rng(5)
normal = random.standard_normal
one_hot = np.eye(3)[[0, 2, 1, 1]]
labels = np.array([0, 2, 1, 1])
signs = np.array([1.0, -1.0, 1.0, 1.0])
LAYERS = (normal((4, 3)), one_hot, normal((3, 2)), normal(2), normal((2, 3)), normal(3))
WEIGHTS = "W1,b1,W2,b2"
RECURRENT = (normal((2, 4, 3)), one_hot, normal((3, 2)), normal((2, 2)), normal(2), normal((2, 3)), normal(3))
# (file, function) -> the parameters to differentiate by, and a point
POINTS: dict[tuple[str, str], tuple[str | None, tuple[Any, ...]]] = {
    ("logistic", "loss"): ("theta", (normal(4), normal((4, 3)), np.array([0.0, 1.0, 1.0, 0.0]), 0.5)),
    ("miniflow", "network"): (None, (normal((4, 3)), normal((4, 1)), *LAYERS[2:4], normal((2, 1)), normal(1))),
    ("recurrent", "loss"): ("Wx,Wh,b,Wy,c", RECURRENT),
    ("softmax", "loss"): ("W,b", (normal((4, 3)), labels, normal((3, 3)), normal(3))),
    ("svm", "loss"): ("w,b", (normal((4, 3)), signs, normal(3), 0.25, 0.5)),
    ("two_layers", "cross_entropy"): (WEIGHTS, LAYERS),
    ("two_layers", "squared_loss"): (WEIGHTS, LAYERS),
}
each_loss = pytest.mark.parametrize(("name", "entry"), POINTS, ids=[" ".join(key) for key in POINTS])


def compiled(name: str, entry: str, **options: Any) -> str:
    """Return the gradient module of a function."""
    return bpcompile.compile_file(LEARNING / f"{name}.py", function=entry, wrt=POINTS[name, entry][0], **options)


@each_loss
def test_gradient_is_the_slope(name: str, entry: str) -> None:
    wrt, point = POINTS[name, entry]
    source = (LEARNING / f"{name}.py").read_text(encoding="utf-8")
    array_oracle.compare(source, entry, compiled(name, entry), point, wrt and wrt.split(","))


@pytest.mark.heavy
@each_loss
def test_sympy_agrees(name: str, entry: str) -> None:
    said = compiled(name, entry, verify=True).split('"""')[1]
    assert re.search(rf"Checked with SymPy at .*: .* equal to the\s+derivatives?\s+of\s+{entry}\b", said), said


def test_product_is_that_of_the_tutorial() -> None:
    text = bpcompile.compile_file(LEARNING / "product.py", derivative="vjp")
    assert "    dW = dD @ X.T  # (N, M)\n    dX = W.T @ dD  # (M, K)\n" in text
    W, X, dD = normal((5, 10)), normal((10, 3)), normal((5, 3))
    module: dict[str, Any] = {}
    exec(text, module)
    dW, dX = module["D_vjp"](W, X, dD)
    assert np.array_equal(dW, dD.dot(X.T)) and np.array_equal(dX, W.T.dot(dD))


ALONE = """\
import importlib.abc, sys
import numpy as np

class OnlyNumPy(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] not in {"numpy", *sys.stdlib_module_names} and name not in MODULES:
            raise ModuleNotFoundError(f"{name} is not installed here")

MODULES = sys.argv[1:]
sys.path.insert(0, ".")
sys.meta_path.insert(0, OnlyNumPy())
for name in MODULES:
    given = np.load(f"{name}.npz")
    found = getattr(__import__(name), name.split("__")[1] + "_grad")(*(given[key][()] for key in given))
    np.savez(f"{name}_found.npz", *(found if isinstance(found, tuple) else [found]))
for name in ("bpcompile", "scipy", "sympy", "sklearn"):
    try:
        __import__(name)
        sys.exit(f"{name} could be imported")
    except ModuleNotFoundError:
        pass
"""


def test_modules_need_nothing_but_numpy(tmp_path: Path) -> None:
    names = {key: "__".join(key) for key in POINTS}
    for key, name in names.items():
        (tmp_path / f"{name}.py").write_text(compiled(*key), encoding="utf-8")
        np.savez(tmp_path / f"{name}.npz", *POINTS[key][1])
    command = [sys.executable, "-W", "error", "-c", ALONE, *names.values()]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    for key, name in names.items():
        module: dict[str, Any] = {}
        exec(compiled(*key), module)
        wanted = module[f"{key[1]}_grad"](*POINTS[key][1])
        found = np.load(tmp_path / f"{name}_found.npz").values()
        for one, other in zip(found, wanted if isinstance(wanted, tuple) else [wanted], strict=True):
            assert np.array_equal(one, other)


# what each script prints of how well it did, and between which bounds that lies
TRAINED = {
    "logistic": {r"accuracy (\S+)\n": (0.98, 1), r"gradient (\S+),": (0, 1e-5)},
    "miniflow": {r"mean squared error (\S+) on": (0.4, 0.6), r"one function (\S+)\n": (0, 1e-14)},
    "recurrent": {r"accuracy (\S+) on": (0.95, 1)},
    "softmax": {r"accuracy (\S+) on": (0.96, 1)},
    "svm": {r"accuracy (\S+) on": (0.96, 1)},
    "two_layers": {r"accuracy (\S+) on": (0.95, 1)},
}


@pytest.mark.heavy
@pytest.mark.parametrize("name", TRAINED)
def test_it_learns(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(LEARNING))
    monkeypatch.chdir(tmp_path)
    importlib.import_module(f"train_{name}").main()
    printed = capsys.readouterr().out
    for pattern, (low, high) in TRAINED[name].items():
        found = [float(number) for number in re.findall(pattern, printed)]
        assert found and all(low <= number <= high for number in found), printed
    for curve in re.findall(r"(?:  \w+ +\d+  loss \S+\n)+", printed):
        losses = [float(number) for number in re.findall(r"loss (\S+)", curve)]
        assert len(losses) == 6 and losses[-1] < 0.7 * losses[0], printed
    picture = importlib.import_module("matplotlib.image").imread(tmp_path / f"{name}.png")
    assert picture.shape == (400, 600, 4) and len(np.unique(picture[..., :3].reshape(-1, 3), axis=0)) > 10


def test_every_example_is_tried() -> None:
    files = {path.stem for path in LEARNING.glob("*.py")}
    models = {name for name, _ in POINTS} | {"product"}
    assert files == models | {f"train_{name}" for name in TRAINED} | {"curves"}
