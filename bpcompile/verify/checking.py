"""The check itself: points first, as they find faults fast, then proofs for the paths that the points were on."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from typing import Any

from bpcompile.verify.compare import Pair, Point, leaves_of, reason
from bpcompile.verify.explore import Explorer, Findings
from bpcompile.verify.points import Configuration, configurations
from bpcompile.verify.prove import is_zero
from bpcompile.verify.report import sentence
from bpcompile.verify.subject import Subject, Verdict
from bpcompile.verify.symbolic import Builder
from bpcompile.verify.traced import Node
from bpcompile.verify.work import Stop, Work

DEFAULT_BUDGET = 3_000_000
MAX_PRIMAL = 1000  # nodes of an expression that SymPy differentiates
PROOF_COST = 10  # for each node
DEEPER = 4000  # so that what is found does not depend on where the check is called from
VALUE = "the value"


def check(subject: Subject, budget: int = DEFAULT_BUDGET) -> Verdict:
    """Compare the generated text with the derivatives of the original."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(limit + DEEPER)
    try:
        return checked(subject, Work(budget))
    except Stop as stop:
        return unchecked(reason(subject.entry, stop))
    except Exception as error:
        return unchecked(f"the check raises {type(error).__name__}")
    finally:
        sys.setrecursionlimit(limit)


def unchecked(reason: str) -> Verdict:
    """Return that nothing was found, and why."""
    return Verdict("unchecked", f"Not checked with SymPy: {reason.rstrip('.')}.")


def checked(subject: Subject, work: Work) -> Verdict:
    """Compare, and let errors through."""
    try:
        ast.parse(subject.generated)
    except SyntaxError as error:
        return Verdict("different", failure(), f"the generated text is no Python: {error.msg}")
    pair = Pair(subject, work)
    if subject.generated_name not in pair.generated.functions:
        return Verdict("different", failure(), f"there is no function {subject.generated_name}")
    if subject.entry not in pair.original.functions:
        return unchecked(f"there is no function {subject.entry}")
    explorer = Explorer(pair)
    for number, config in enumerate(configurations(subject.params)):
        explorer.explore(config, number == 0)
        if explorer.findings.difference:
            return Verdict("different", failure(), explorer.findings.difference)
    findings = explorer.findings
    if not findings.points:
        return unchecked(findings.reasons[-1] if findings.reasons else "no point was found to compare at")
    proved, equal = proofs(subject, findings, work)
    text = sentence(subject, pair, findings, proved, equal)
    return Verdict("equal" if equal else "proved", text)


def failure() -> str:
    """Return the sentence for a difference."""
    return "Checked with SymPy: a difference was found."


def proofs(subject: Subject, findings: Findings, work: Work) -> tuple[list[str], list[str]]:
    """Return the names whose gradients are proved on every path, and the others."""
    names = ([VALUE] if subject.derivative == "value_and_grad" else []) + [f"d{name}" for name in subject.wrt]
    open_names = [] if is_provable(findings) else list(names)
    for config, point in findings.paths.values():
        left = [name for name in names if name not in open_names]
        if left:
            open_names += Proof(subject, config, point, work).failures(left)
    return [n for n in names if n not in open_names], [n for n in names if n in open_names]


def is_provable(findings: Findings) -> bool:
    """Return whether there is an expression for every path."""
    return bool(findings.paths) and not findings.truncated and not findings.rounded


class Proof:
    """The proof for one path."""

    def __init__(self, subject: Subject, config: Configuration, point: Point, work: Work) -> None:
        self.subject = subject
        self.point = point
        self.work = work
        self.names = config.names + [f"cotangent{i}" for i in range(len(config.names), len(point.values))]
        self.owners = owners(subject, config)

    def failures(self, names: Sequence[str]) -> list[str]:
        """Return the names that are not proved."""
        primal = self.point.value
        if primal is None or primal.node is None or primal.node.size > MAX_PRIMAL:
            return list(names)
        builders = [Builder(self.names, letters=True), Builder(self.names, letters=False)]
        for builder in builders:
            builder.restrict(primal.node)
        return [name for name in names if not any(self.holds(name, primal.node, b) for b in builders)]

    def holds(self, name: str, primal: Node, builder: Builder) -> bool:
        """Return whether every component of the name is proved."""
        if not builder.letters and not self.has_letters(name, primal):
            return False
        if name == VALUE:
            claimed = self.point.claimed_value
            return claimed is not None and self.is_equal(primal, claimed.node, None, builder)
        leaves = [(leaf, c.node) for leaf, c in self.point.components if self.owners[leaf] == name]
        return all(self.is_equal(primal, node, leaf, builder) for leaf, node in leaves)

    def has_letters(self, name: str, primal: Node) -> bool:
        """Return whether the second way to write constants differs from the first."""
        builder = Builder(self.names, letters=True)
        builder.build(primal)
        for leaf, claimed in self.point.components:
            if claimed.node is not None and self.owners[leaf] == name:
                builder.build(claimed.node)
        return bool(builder.constants)

    def is_equal(self, primal: Node, claimed: Node | None, leaf: int | None, builder: Builder) -> bool:
        """Return whether the claimed expression is proved to be the derivative by the leaf, or the value itself."""
        if claimed is None or not self.work.spend(PROOF_COST * (primal.size + claimed.size)):
            return False
        try:
            expression: Any = builder.build(primal)
            if leaf is not None:
                expression = builder.sympy.diff(expression, builder.symbol(leaf))
            return is_zero(expression - builder.build(claimed), self.work)
        except (RecursionError, ArithmeticError, ValueError, TypeError):
            return False


def owners(subject: Subject, config: Configuration) -> dict[int, str]:
    """Return the name of the gradient that each leaf belongs to."""
    pairs = zip(subject.params, config.templates, strict=True)
    return {leaf: f"d{param.name}" for param, template in pairs for leaf in leaves_of(template)}
