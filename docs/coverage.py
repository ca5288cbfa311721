"""Which functions autograd, JAX and tangent-ad differentiate: a gradient of each call, compared with differences.

Run where all three are installed, it writes `coverage.txt` again.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import re
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import scipy.linalg
import scipy.special
from calls import CALLS, OTHERS, SHAPES, call_of

FILE = Path(__file__).with_name("coverage.txt")
TOOLS = {"autograd": "autograd", "jax": "JAX", "tangent-ad": "tangent"}
IMPORTS = "import math\nimport numpy as np\nimport scipy.linalg\nimport scipy.special\n"
LENGTHS = {"n": 2, "m": 4, "k": 3}
# what a function takes is changed so that there is one gradient: a matrix is symmetric, a number in the domain
CHANGED = {
    **dict.fromkeys(("cholesky", "eigh", "eigvalsh"), "M + np.transpose(M)"),
    **dict.fromkeys(("arccosh", "acosh"), "1 + x"),
}


def arguments(call: str) -> dict[str, Any]:
    """Return the arrays that a call mentions."""
    random = np.random.default_rng(2)
    found: dict[str, Any] = {}
    for name, shape in SHAPES.items():
        lengths = (3, 3) if name == "M" else tuple(LENGTHS[word] for word in shape.split())
        count = int(np.prod(lengths, dtype=int))
        values = 0.1 + 0.8 * (random.permutation(count) + 0.5) / count + 0.01 * random.random()
        found[name] = values.reshape(lengths) + (2 * np.eye(3) if name == "M" else 0)
    return {name: value for name, value in found.items() if re.search(rf"\b{name}\b", call)}


def sources(name: str) -> Iterator[str]:
    """Yield functions that return one number, by the call of a function, which may be spelled otherwise."""
    call = call_of(name)
    last = name.rpartition(".")[2]
    if last in CHANGED:
        call = re.sub(r"\b[Mx]\b", CHANGED[last], call)
    weighed = f"np.real({call})" if ".fft." in name and "shift" not in name else call
    listed, bare = weighed.replace("((", "([").replace("))", "])"), weighed.replace(", mode='constant'", "")
    for spelled in dict.fromkeys((weighed, listed, bare)):
        yield f"def f({', '.join(arguments(call))}):\n    z = 1.0 * {spelled}\n    return np.sum(z * z + z)\n"


def slopes(f: Callable[..., Any], given: dict[str, Any]) -> list[Any]:
    """Return the gradient by each argument, by differences."""
    found = []
    for name, value in given.items():
        slope = np.zeros_like(value)
        for place in np.ndindex(*value.shape):
            ends = []
            for step in (1e-5, -1e-5):
                moved = value.copy()
                moved[place] += step
                ends.append(f(**{**given, name: moved}))
            slope[place] = (ends[0] - ends[1]) / 2e-5
        found.append(slope)
    return found


def gradient(tool: str, text: str, given: dict[str, Any]) -> Any:
    """Return the gradient that a tool gives."""
    places = tuple(range(len(given)))
    names: dict[str, Any] = {"math": importlib.import_module("math")}
    if tool == "autograd":
        names |= {"np": importlib.import_module("autograd.numpy"), "scipy": importlib.import_module("autograd.scipy")}
        importlib.import_module("autograd.scipy.special"), importlib.import_module("autograd.scipy.linalg")
        exec(text, names)
        return importlib.import_module("autograd").grad(names["f"], places)(*given.values())
    if tool == "jax":
        jax = importlib.import_module("jax")
        jax.config.update("jax_enable_x64", True)
        names |= {"np": importlib.import_module("jax.numpy"), "scipy": importlib.import_module("jax.scipy")}
        exec(text, names)
        return jax.grad(names["f"], places)(*given.values())
    sys.modules["jax"] = None  # type: ignore[assignment]  # not needed, and slow to import
    with tempfile.TemporaryDirectory() as folder:
        name = f"tried_{abs(hash(text))}"
        Path(folder, f"{name}.py").write_text(f"{IMPORTS}\n\n{text}", encoding="utf-8")
        sys.path.insert(0, folder)
        found = importlib.import_module("tangent").grad(importlib.import_module(name).f, wrt=places)(*given.values())
        return found if isinstance(found, tuple) else (found,)


def try_it(tool: str, name: str) -> bool:
    """Return whether a tool gives the gradient of a call of a function."""
    warnings.simplefilter("ignore")
    return any(is_right(tool, text) for text in sources(name))


def is_right(tool: str, text: str) -> bool:
    """Return whether a tool gives the gradient of a function."""
    given = {k: np.asarray(v) for k, v in arguments(text).items()}
    names: dict[str, Any] = {"np": np, "scipy": scipy, "math": importlib.import_module("math")}
    try:
        exec(text, names)
        wanted = slopes(names["f"], given)
        found = gradient(tool, text, given)
        return all(np.allclose(np.asarray(a), b, rtol=1e-4, atol=1e-6) for a, b in zip(found, wanted, strict=True))
    except (Exception, SystemExit):
        return False


def main() -> None:
    names = sorted({*CALLS, *OTHERS, *more()})
    lines = []
    covered = {tool: [try_it(tool, name) for name in names] for tool in TOOLS}
    for k, name in enumerate(names):
        yes = [TOOLS[tool] for tool in TOOLS if covered[tool][k]]
        if yes:
            lines.append(f"{name} {' '.join(yes)}")
    versions = ", ".join(f"{tool} {importlib.metadata.version(tool)}" for tool in (*TOOLS, "numpy", "scipy"))
    FILE.write_text(f"# {versions}\n" + "\n".join(lines) + "\n")


def more() -> list[str]:
    """Return the functions of NumPy that are applied item by item."""
    found = [name for name, value in vars(np).items() if isinstance(value, np.ufunc) and value.nin == 1]
    return [f"np.{name}" for name in found if not name.startswith("_")]


if __name__ == "__main__":
    main()
