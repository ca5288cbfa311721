"""Expressions of a run as SymPy's. Imported late, as SymPy takes its time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from importlib import import_module
from typing import Any

from bpcompile.verify.traced import Node

PLAIN = 4096  # a rational constant with larger parts is written as a letter: what holds for every number holds for it

BUILDERS: dict[str, Callable[..., Any]] = {
    "add": lambda s, a, b: a + b,
    "sub": lambda s, a, b: a - b,
    "mul": lambda s, a, b: a * b,
    "div": lambda s, a, b: a / b,
    "pow": lambda s, a, b: a**b,
    "neg": lambda s, a: -a,
    "pi": lambda s: s.pi,
    "e": lambda s: s.E,
    "oo": lambda s: s.oo,
    "acosh": lambda s, a: s.log(a + s.sqrt(a * a - 1)),
    "lgamma": lambda s, a: s.loggamma(a),
}


class Builder:
    """Builds the SymPy expressions of one path; the same letter always stands for the same constant."""

    def __init__(self, names: Sequence[str], letters: bool) -> None:
        self.sympy: Any = import_module("sympy")
        self.letters = letters
        self.names = names
        self.positive: set[int] = set()
        self.constants: dict[Fraction, Any] = {}
        self.symbols: dict[int, Any] = {}
        self.memo: dict[int, Any] = {}

    def restrict(self, root: Node) -> None:
        """Take inputs for positive where the original is defined for nothing else."""
        for node in nodes_of(root):
            if node.args and node.op in ("sqrt", "log", "pow") and node.args[0].op == "var" and is_restricting(node):
                self.positive.add(node.args[0].args[0])

    def symbol(self, index: int) -> Any:
        """Return the symbol of an input."""
        if index not in self.symbols:
            assumption = {"positive": True} if index in self.positive else {"real": True}
            self.symbols[index] = self.sympy.Symbol(self.names[index], **assumption)
        return self.symbols[index]

    def constant(self, value: Fraction) -> Any:
        """Return a rational, or the letter for one that is long."""
        if not self.letters or (abs(value.numerator) <= PLAIN and value.denominator <= PLAIN):
            return self.sympy.Rational(value.numerator, value.denominator)
        size = abs(value)
        if size not in self.constants:
            self.constants[size] = self.sympy.Symbol(f"const{len(self.constants)}", positive=True)
        return self.constants[size] if value > 0 else -self.constants[size]

    def build(self, root: Node) -> Any:
        """Return the expression."""
        for node in nodes_of(root):
            if id(node) not in self.memo:
                self.memo[id(node)] = self.apply(node)
        return self.memo[id(root)]

    def apply(self, node: Node) -> Any:
        if node.op == "var":
            return self.symbol(node.args[0])
        if node.op == "num":
            return self.constant(node.args[0])
        args = [self.memo[id(arg)] for arg in node.args]
        if node.op in BUILDERS:
            return BUILDERS[node.op](self.sympy, *args)
        return getattr(self.sympy, node.op)(*args)


def is_restricting(node: Node) -> bool:
    """Return whether the operation needs a positive first argument."""
    if node.op != "pow":
        return True
    exponent = node.args[1]
    return bool(exponent.op != "num" or exponent.args[0].denominator != 1)


def nodes_of(root: Node) -> Iterator[Node]:
    """Yield every node once, arguments first."""
    seen: set[int] = set()
    stack = [(root, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((arg, False) for arg in reversed(node.args) if isinstance(arg, Node))
