"""What a module is compiled further by: nothing, or Numba."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bpcompile.backends.numba_limits import beyond_numba
from bpcompile.backends.numba_prelude import NUMBA_NEEDED, NUMBA_PRELUDE
from bpcompile.backends.numba_spelling import NUMBA_SPELLING, Respelling, added_at
from bpcompile.backends.prelude import NEEDED, PRELUDE
from bpcompile.errors import Refusal, Span
from bpcompile.ir.facts import Live
from bpcompile.ir.graph import Function
from bpcompile.ir.ops import Op


@dataclass(frozen=True, slots=True)
class Jit:
    """A compiler of Python, with what it takes in another form than Python does."""

    decorator: str
    spelling: Mapping[Op, Respelling]  # the operations that are spelled otherwise
    prelude: Mapping[str, str]  # the functions that may travel in the module
    needed: Mapping[str, tuple[str, ...]]  # of them, those that one calls
    beyond: Callable[[Function, Live, Span], Iterator[Refusal]]  # what it does not take
    added_at: Callable[[ast.expr, Sequence[ast.expr], ast.expr], ast.expr] | None = None  # in the place of np.add.at


PLAIN = Jit("", {}, PRELUDE, NEEDED, lambda fn, live, whole: iter(()))
NUMBA = Jit(
    "@numba.njit(cache=True)\n", NUMBA_SPELLING, {**PRELUDE, **NUMBA_PRELUDE}, NUMBA_NEEDED, beyond_numba, added_at
)
JITS: Mapping[str | None, Jit] = {None: PLAIN, "numba": NUMBA}
