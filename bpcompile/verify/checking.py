"""The check itself: points first, as they find faults fast, then proofs for the paths that the points were on."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from typing import Any

from bpcompile.verify.compare import Pair, Point, leaves_of, reason
from bpcompile.verify.explore import Explorer, Findings
from bpcompile.verify.points import Configuration
from bpcompile.verify.prove import is_zero
from bpcompile.verify.report import sentence
from bpcompile.verify.scopes import Scopes, names_of
from bpcompile.verify.subject import VALUE, Subject, Verdict
from bpcompile.verify.symbolic import Builder
from bpcompile.verify.traced import Node
from bpcompile.verify.work import Stop, Work

DEFAULT_BUDGET = 3_000_000
MAX_PRIMAL = 1000  # nodes of an expression that SymPy differentiates
PROOF_COST = 10  # for each node
DEEPER = 4000  # so that what is found does not depend on where the check is called from


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
    explorer.explore_all()
    findings = explorer.findings
    if findings.difference:
        return Verdict("different", failure(), findings.difference)
    if not findings.points:
        return unchecked(findings.reasons[-1] if findings.reasons else "no point was found to compare at")
    scopes = Scopes(pair, findings)
    prove(subject, findings, scopes, work)
    is_proved = not any(scope.unproved for scope in scopes.all)
    return Verdict("proved" if is_proved else "equal", sentence(subject, pair, findings, scopes))


def failure() -> str:
    """Return the sentence for a difference."""
    return "Checked with SymPy: a difference was found."


def prove(subject: Subject, findings: Findings, scopes: Scopes, work: Work) -> None:
    """Write down in each scope the names whose gradients are not proved on every path in it, small ones first."""
    names = names_of(subject)
    if findings.truncated or findings.rounded or not findings.paths:
        for scope in scopes.all:
            scope.unproved |= set(names)
        return
    for config, point in sorted(findings.paths.values(), key=lambda path: size_of(path[1])):
        scope = scopes.of(config, point)
        left = [name for name in names if name not in scope.unproved]
        if left:
            scope.unproved |= set(Proof(subject, config, point, work).failures(left))
    for scope in scopes.all:
        if not scope.paths:
            scope.unproved |= set(names)


def size_of(point: Point) -> int:
    """Return how large the expressions of a point are."""
    numbers = [point.value, point.claimed_value, *(claimed for _, claimed in point.components)]
    return sum(number.node.size for number in numbers if number is not None and number.node is not None)


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
