"""What is checked, and what was found: the data that goes into `check` and comes out of it."""

from __future__ import annotations

from dataclasses import dataclass

from bpcompile.ir.kinds import Kind

VALUE = "the value"  # in the sentence, beside the gradients' names


@dataclass(frozen=True)
class ParamSpec:
    """One parameter of the entry function."""

    name: str
    kind: Kind
    role: str = ""  # of an item of a list: items of one role have one shape


@dataclass(frozen=True)
class Subject:
    """Two texts: a function with what it reaches, and the module that is said to compute its gradient."""

    original: str  # the entry function, its helpers, constants, `import math`-like lines
    entry: str
    generated: str
    generated_name: str
    derivative: str  # "grad" | "value_and_grad" | "vjp"
    params: tuple[ParamSpec, ...]
    wrt: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """What the check found; the sentence claims no more than that."""

    status: str  # "proved" | "equal" | "different" | "unchecked"
    sentence: str
    detail: str = ""  # for "different": where, which component, both values
