"""Gradients of functions of arrays, by differences of the original in long double: nothing of bpcompile is used."""

from __future__ import annotations

import ast
import inspect
import io
import re
import tokenize
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

# central differences of order 8
WEIGHTS = {k: np.longdouble(w) for k, w in ((1, 4 / 5), (2, -1 / 5), (3, 4 / 105), (4, -1 / 280))}
STEP, COARSE = 2e-5, 1e-3  # in long double, and in doubles where a function knows no longer ones
CLOSE, ROUGH = 1e-9, 2e-6


def differences(f: Callable[..., Any], args: Sequence[Any], k: int, kind: type, step: float) -> Any:
    """Return the gradient by one argument."""
    numbers = [np.array(a, dtype=kind) if np.asarray(a).dtype.kind == "f" else a for a in args]
    x = numbers[k]
    found = np.zeros(np.shape(x), dtype=kind)
    for place in np.ndindex(*np.shape(x)):
        for count, weight in WEIGHTS.items():
            ends = []
            for sign in (1, -1):
                moved = x.copy()
                moved[place] += sign * count * kind(step)
                now = [moved if j == k else a for j, a in enumerate(numbers)]
                ends.append(f(*[np.array(a) if isinstance(a, np.ndarray) else a for a in now]))
            found[place] += weight * (ends[0] - ends[1]) / kind(step)
    return found


def gradient(f: Callable[..., Any], args: Sequence[Any], k: int) -> tuple[Any, float]:
    """Return the gradient by one argument, and how exact it is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return differences(f, args, k, np.longdouble, STEP), CLOSE
        except TypeError:
            return differences(f, args, k, np.float64, COARSE), ROUGH


def primal(source: str, name: str) -> Callable[..., Any]:
    module: dict[str, Any] = {"__name__": "original"}
    exec(compile(source, "<original>", "exec"), module)
    function: Callable[..., Any] = module[name]
    return function


def compare(source: str, name: str, text: str, args: Sequence[Any], wrt: Sequence[str] | None = None) -> None:
    """Compare a generated gradient with differences: the numbers, the shapes, and the arguments left alone."""
    f = primal(source, name)
    names = list(inspect.signature(f).parameters)
    module: dict[str, Any] = {"__name__": "generated"}
    exec(compile(text, "<generated>", "exec"), module)
    copies = [np.array(a) if isinstance(a, np.ndarray) else a for a in args]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        got = module[f"{name}_grad"](*copies)
    for before, after in zip(args, copies):
        assert np.array_equal(before, after, equal_nan=True), f"an argument is left as {after}"
    chosen = wrt or default_wrt(source, name)
    gradients = dict(zip(chosen, got if len(chosen) > 1 else (got,)))
    for k, parameter in enumerate(names):
        if parameter not in gradients or np.asarray(args[k]).dtype.kind != "f":
            continue
        assert np.shape(gradients[parameter]) == np.shape(args[k]), f"d{parameter} has another shape\n{text}"
        want, exact = gradient(f, args, k)
        scale = 1 + np.max(np.abs(want), initial=0.0)
        wrong = np.max(np.abs(gradients[parameter] - want), initial=0.0)
        assert wrong <= exact * scale, f"d{parameter} is {gradients[parameter]}, differences say {want}\n{text}"


def default_wrt(source: str, name: str) -> list[str]:
    """Return the parameters that are differentiated by default."""
    tree = ast.parse(source)
    function = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name)
    return [a.arg for a in function.args.args if not a.annotation or ast.unparse(a.annotation) not in ("int", "bool")]


SHAPE = re.compile(r"\([^()]*,[^()]*\)$")


def stated_shapes(text: str, name: str, args: Sequence[Any]) -> list[tuple[str, tuple[int, ...], str]]:
    """Return each name that a line binds with a shape in its comment: the name, its shape, what the comment says."""
    found: list[tuple[str, tuple[int, ...], str]] = []
    module: dict[str, Any] = {"stated_shape_": lambda *given: found.append(given)}
    exec(compile(watched(text), "<watched>", "exec"), module)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        module[name](*args)
    return found


def watched(text: str) -> str:
    """Return a module that reports each name whose shape is stated, as it is bound."""
    comments = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and (shape := SHAPE.search(token.string)):
            comments[token.start[0]] = shape.group()

    class Watch(ast.NodeTransformer):
        def visit_Assign(self, node: Any) -> Any:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            stated = comments.get(node.end_lineno)
            if stated is None or not isinstance(target, ast.Name):
                return node
            report = f"stated_shape_({target.id!r}, getattr({target.id}, 'shape', ()), {stated!r})"
            return [node, ast.parse(report).body[0]]

        visit_AugAssign = visit_Assign

    return ast.unparse(ast.fix_missing_locations(Watch().visit(ast.parse(text))))
