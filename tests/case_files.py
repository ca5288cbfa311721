"""Cases as documents: read them, run them, and rewrite what they expect.

A `##` heading of a file under cases/ is a case. Its first fence is the input, with its options after the word `python`:
`wrt=x,y`, `function=f`, `derivative=vjp`, `style=compact`, `target=python`, `jit=numba`, `verify=yes`, `file=x.py`.
Of these fences, those that follow are checked:

    ```python out    the whole generated module
    ```error         the whole text of the refusals
    ```ir            what --dump-ir prints
    ```args          not an expectation: points for the functions, one list of arguments on each line
"""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import oracles

import bpcompile

CASES = Path(__file__).parent / "cases"
EXPECTED = ("python out", "error", "ir")
POINTS = 8  # how many random points are tried where a case has no `args`
ENOUGH = 3  # and at how many of them the function must be defined


@dataclass(frozen=True)
class Fence:
    info: str
    start: int  # the lines of the body in the document, as a slice
    stop: int
    text: str


@dataclass
class Case:
    path: Path
    title: str
    fences: list[Fence] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.path.parent.name}/{self.path.stem}: {self.title}"

    @property
    def source(self) -> str:
        return self.fences[0].text

    @property
    def options(self) -> dict[str, str]:
        word, *options = self.fences[0].info.split()
        assert word == "python", f"{self}: the first fence is the input"
        return dict(option.split("=", 1) for option in options)

    def fence(self, info: str) -> Fence | None:
        return next((f for f in self.fences[1:] if f.info == info), None)


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a document."""
    cases: list[Case] = []
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    numbers = iter(range(len(lines)))
    for i in numbers:
        if lines[i].startswith("## "):
            cases.append(Case(path, lines[i][3:].strip()))
        elif lines[i].startswith("```"):
            info = lines[i].lstrip("`")
            mark = lines[i][: -len(info)]
            stop = next(j for j in numbers if lines[j].rstrip() == mark)
            cases[-1].fences.append(Fence(info.strip(), i + 1, stop, "".join(lines[i + 1 : stop])))
    for case in cases:
        unknown = {f.info for f in case.fences[1:]} - {*EXPECTED, "args"}
        assert not unknown, f"{case}: unknown fences {unknown}"
    return cases


def outcome(case: Case) -> dict[str, str]:
    """Compile the input of a case; return what each of its fences would have to say."""
    options = case.options
    ir = io.StringIO()
    try:
        text = bpcompile.compile_source(
            case.source,
            function=options["function"].split(",") if "function" in options else None,
            wrt=options.get("wrt"),
            derivative=options.get("derivative", "grad"),
            target=options.get("target", "auto"),
            jit=options.get("jit"),
            style=options.get("style", "staged"),
            verify=options.get("verify") == "yes",
            filename=options.get("file", "case.py"),
            dump_ir=ir if case.fence("ir") else None,
        )
    except bpcompile.CompileError as error:
        return {"error": f"{error}\n"}
    return {"python out": text, "ir": ir.getvalue()}


def update(path: Path) -> bool:
    """Rewrite the expected fences of a document; a module only after its gradients were compared with differences."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    before = list(lines)
    for case in reversed(read_cases(path)):
        found = outcome(case)
        for fence in reversed(case.fences[1:]):
            if fence.info in EXPECTED:
                assert fence.info in found, f"{case}: expects `{fence.info}`, but what came is\n{found}"
                lines[fence.start : fence.stop] = [found[fence.info]]
        if "python out" in found:
            compare_with_differences(case, found["python out"])
    if "".join(lines) == "".join(before):
        return False
    path.write_text("".join(lines), encoding="utf-8")
    return True


def compare_with_differences(case: Case, text: str) -> None:
    """Run the generated module and compare each gradient with differences of the original text at 50 digits."""
    kind = case.options.get("derivative", "grad")
    module: dict[str, Any] = {"__name__": "generated"}
    exec(compile(text, "<generated>", "exec"), module)
    primals = {n.name: n for n in ast.parse(case.source).body if isinstance(n, ast.FunctionDef)}
    names = [name for name in primals if f"{name}_{kind}" in module]
    assert names, f"{case}: no function of the module is the derivative of one of the input"
    for name in names:
        generated = module[f"{name}_{kind}"]
        wrt = case.options["wrt"].split(",") if "wrt" in case.options else active(primals[name])
        compared = 0
        for args in arguments(case, primals[name]):
            with contextlib.suppress(ArithmeticError, ValueError, oracles.NearKink):  # no gradient at this point
                want = oracles.differences(case.source, name, args, wrt)
                given = copy.deepcopy(args)
                got = gradients(generated, kind, given)
                assert oracles.same_bits(given, args), f"{case}: {name}{args} leaves its arguments as {given}"
                assert oracles.close(got, want), f"{case}: at {name}{args} we say {got}, differences say {want}"
                compared += 1
        assert compared >= (1 if case.fence("args") else ENOUGH), f"{case}: {name} has a gradient at too few points"


def gradients(generated: Callable[..., Any], kind: str, args: tuple[Any, ...]) -> Any:
    """Call a generated function of whatever kind; return the gradients alone."""
    if kind == "vjp":
        return generated(*args, 1.0)
    return generated(*args)[1] if kind == "value_and_grad" else generated(*args)


def active(function: ast.FunctionDef) -> list[str]:
    """Return the parameters that are differentiated by default."""
    parameters = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return [p.arg for p in parameters if annotation(p) not in ("int", "bool", "str")]


def annotation(parameter: ast.arg) -> str:
    return ast.unparse(parameter.annotation) if parameter.annotation else ""


def arguments(case: Case, function: ast.FunctionDef) -> Iterator[tuple[Any, ...]]:
    """Yield points at which to call a function: those that the case lists, else random ones, always the same."""
    parameters = [*function.args.posonlyargs, *function.args.args]
    if points := case.fence("args"):
        listed = [ast.literal_eval(f"({line},)") for line in points.text.splitlines()]
        yield from (args for args in listed if len(args) == len(parameters))
        return
    draw = random.Random(function.name)
    for i in range(POINTS):
        low = -2.0 if i % 2 else 0.1  # half of them positive, for logarithms and roots
        yield tuple(
            draw.randint(1, 4) if annotation(p) in ("int", "bool") else draw.uniform(low, 2.0) for p in parameters
        )


def compare_at(source: str, name: str, point: Sequence[Any], text: str) -> None:
    """Compare a generated gradient with differences at one point, or what it raises with what the original raises."""
    module: dict[str, Any] = {"__name__": "generated"}
    exec(compile(text, "<generated>", "exec"), module)
    kind, value = oracles.run_original(source, name, point)
    given = [copy.deepcopy(argument) for argument in point]  # one by one: no two of them are one list
    try:
        got = module[f"{name}_grad"](*given)
    except Exception as error:
        assert (kind, value) == ("raises", type(error).__name__), f"at {point}: {error!r}\n{text}"
        return
    assert kind == "value", f"at {point} the original raises {value}, and we say {got}\n{text}"
    assert oracles.same_bits(given, list(point)), f"at {point}: the arguments are left as {given}\n{text}"
    primal = next(n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef) and n.name == name)
    want = oracles.differences(source, name, point, active(primal))
    assert oracles.close(got, want), f"at {point} we say {got}, differences say {want}\n{text}"
