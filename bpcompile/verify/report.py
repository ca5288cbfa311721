"""What was found, in one sentence for the generated docstring."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from bpcompile.nodes import walk
from bpcompile.verify.compare import DIGITS, ROUNDED_DIGITS, Pair
from bpcompile.verify.explore import Findings
from bpcompile.verify.scopes import STEPS, Scope, Scopes, deciding, names_of
from bpcompile.verify.subject import VALUE, Subject
from bpcompile.verify.texts import Program

MAX_LISTED = 4  # integers in sequence that are written one by one
MAX_COUNTED = 6  # numbers of steps with gaps between that are
MAX_ARGUMENT = 24  # characters of an argument that is quoted


def sentence(subject: Subject, pair: Pair, findings: Findings, scopes: Scopes) -> str:
    """Return what was found, and no more."""
    names = names_of(subject)
    proved = [scope for scope in scopes.all if not scope.unproved]
    others = [scope for scope in scopes.all if scope.unproved]
    by = deciding(proved, others) if proved and others else None
    limits = ""
    if by is not None:
        verb = "it is" if len(names) == 1 else "they are"
        points = sum(scope.points for scope in others)
        limits = f"; {shapes(findings, others, by)} {verb} equal {numerically(findings, points)}"
        others = []
    else:
        proved = scopes.all
    equal = [name for name in names if any(name in scope.unproved for scope in others)]
    parts = [shapes(findings, proved), pieces(findings), branches(pair.original, findings)]
    where = " ".join(["Checked with SymPy", *(part for part in parts if part)])
    found = claim(subject, findings, [name for name in names if name not in equal], equal)
    return f"{where}: {found}{policy(pair, findings)}{limits}."


def claim(subject: Subject, findings: Findings, proved: Sequence[str], equal: Sequence[str]) -> str:
    """Return which gradients are equal to what, and how that is known."""
    evidence = numerically(findings, findings.points)
    if not equal:
        return f"{subjects(proved)} proved equal to {objects(subject, proved)}"
    if not proved:
        return f"{subjects(equal)} equal to {objects(subject, equal)} {evidence}"
    return f"{subjects(proved)} proved equal to {objects(subject, proved)}, {subjects(equal)} equal {evidence}"


def numerically(findings: Findings, points: int) -> str:
    """Return at how many points there is equality, and to how many digits."""
    return f"at {points} point{plural(points)} to {ROUNDED_DIGITS if findings.rounded else DIGITS} digits"


def subjects(names: Sequence[str]) -> str:
    """Return "dx is" or "dx and dy are"."""
    return f"{joined(names)} {'is' if len(names) == 1 else 'are'}"


def objects(subject: Subject, names: Sequence[str]) -> str:
    """Return what the names are equal to."""
    gradients = [name for name in names if name != VALUE]
    derivative = f"derivative{plural(len(gradients))}"
    if len(gradients) == len(names):
        if subject.derivative == "vjp":
            return f"the {derivative} of {subject.entry} times d{subject.entry}"
        return f"the {derivative} of {subject.entry}"
    return f"{subject.entry} and its {derivative}" if gradients else subject.entry


def shapes(findings: Findings, scopes: Sequence[Scope], only: str = "") -> str:
    """Return the lengths, integers and numbers of steps of the scopes."""
    values: dict[str, set[int]] = {}
    for scope in scopes:
        for name, value in scope.values.items():
            if not only or name == only:
                values.setdefault(name, set()).add(value)
    groups: dict[tuple[int, ...], list[str]] = {}
    for name, found in values.items():
        usual = {value for value in found if value >= 0} if findings.has_loops else found
        groups.setdefault(tuple(sorted(usual or found)), []).append(name)
    sizes = {found: [name for name in names if name != STEPS] for found, names in groups.items()}
    sizes = {found: names for found, names in sizes.items() if names}
    is_mixed = len(sizes) > 1 and findings.has_loops
    parts = [group(names, found, is_mixed) for found, names in sizes.items()]
    stated = [f"for {(' and ' if is_mixed else ', ').join(parts)}"] if parts else []
    stated += [f"for {counts(found)}" for found, names in groups.items() if STEPS in names]
    return " and ".join(stated)


def group(names: Sequence[str], found: Sequence[int], is_mixed: bool) -> str:
    """Return the values of the names."""
    return f"{', '.join(names) if is_mixed else joined(names)} = {listed(found, is_mixed)}"


def listed(found: Sequence[int], is_mixed: bool = False) -> str:
    """Return the integers, each of them if they are few."""
    if len(found) > MAX_LISTED and len(found) == found[-1] - found[0] + 1:
        return f"{found[0]} to {found[-1]}"
    return ", ".join(map(str, found)) if is_mixed else joined([str(n) for n in found])


def pieces(findings: Findings) -> str:
    """Return that a rounding function was met."""
    return "on the pieces tried" if findings.pieces else ""


def counts(trips: Sequence[int]) -> str:
    """Return the numbers of steps."""
    if len(trips) > MAX_COUNTED and len(trips) < trips[-1] - trips[0] + 1:
        return f"{len(trips)} numbers of steps from {trips[0]} to {trips[-1]}"
    return f"{listed(trips)} step{plural(trips[-1])}"


def branches(program: Program, findings: Findings) -> str:
    """Return how many of the branches were reached."""
    counted = [(b.number, o) for b in program.branches for o in b.outcomes if not b.is_loop]
    missed = [
        (b.number, o)
        for b in program.branches
        for o in b.outcomes
        if b.is_loop and (b.number, o) not in findings.outcomes
    ]
    reached = sum(outcome in findings.outcomes for outcome in counted)
    sides = sum(min(2, len(found - {0} if found - {0, 1} else found)) for found in findings.sides.values())
    total = len(counted) + len(missed) + 2 * len(findings.sides)
    if reached + sides < total:
        return f"on {reached + sides} of {total} branches"
    return "on each branch" if counted else ""


def policy(pair: Pair, findings: Findings) -> str:
    """Return what holds at ties and at 0, one clause for each kind of kink."""
    clauses = []
    if "pick" in findings.kinks:
        clauses.append(tie_clause(pair, "pick" in findings.ties))
    if "abs" in findings.kinks:
        clauses.append("; abs has derivative 0 at 0" if "abs" in findings.ties else " where no argument of abs is 0")
    return "".join(clauses)


def tie_clause(pair: Pair, was_seen: bool) -> str:
    """Return what holds at the ties of max and min."""
    arguments = quoted(pair)
    if arguments is None:
        return " away from ties" + ("; at a tie all of the gradient goes to the first" if was_seen else "")
    left, right = arguments
    rule = f"; at {left} == {right} all of the gradient goes to {left}" if was_seen else ""
    if is_constant(left):
        left, right = right, left
        rule = f"; at {left} == {right} none of the gradient goes to {left}" if was_seen else ""
    return f" where {left} != {right}{rule}"


def quoted(pair: Pair) -> tuple[str, str] | None:
    """Return the two arguments of max or min, if the entry function has one such call and nothing else has any."""
    calls = [node for node in walk(pair.original.tree) if is_pick(node)]
    inside = [node for node in walk(pair.original.functions[pair.subject.entry]) if is_pick(node)]
    if len(calls) != 1 or len(inside) != 1:
        return None
    only = inside[0]
    if not isinstance(only, ast.Call) or len(only.args) != 2 or only.keywords:
        return None
    left, right = (ast.unparse(arg) for arg in only.args)
    plain = all(isinstance(arg, (ast.Name, ast.Constant, ast.Subscript)) for arg in only.args)
    return (left, right) if plain and max(len(left), len(right)) <= MAX_ARGUMENT else None


def is_constant(argument: str) -> bool:
    """Return whether the argument is a number as written."""
    return not any(isinstance(node, ast.Name) for node in walk(ast.parse(argument)))


def is_pick(node: ast.AST) -> bool:
    """Return whether the node is a call of max or min."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("max", "min")


def joined(names: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def plural(count: int) -> str:
    """Return the ending."""
    return "" if count == 1 else "s"
