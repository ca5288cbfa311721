"""What an operation is.

`raises` names the exceptions that plain Python raises on *finite or infinite floats*; an operation that may raise is
kept in the forward part even where its value is not needed, so that the generated function raises where the original
does.
"""

from __future__ import annotations

from dataclasses import dataclass

from bpcompile.ir.kinds import REAL, Kind


@dataclass(frozen=True, slots=True, eq=False)
class Op:
    """One operation: compared by identity, printed by name."""

    name: str
    raises: frozenset[str] = frozenset()
    kind: Kind = REAL
    is_cheap: bool = False  # as cheap as keeping its value: may be computed again in the backward part

    def __repr__(self) -> str:
        return self.name


def op(name: str, *raises: str, kind: Kind = REAL, cheap: bool = False) -> Op:
    """Return a new operation."""
    return Op(name, frozenset(raises), kind, cheap)
