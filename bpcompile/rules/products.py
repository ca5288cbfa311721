"""Pullbacks of products of arrays: again products, of the cotangent and the other arrays."""

from __future__ import annotations

from collections.abc import Sequence

from bpcompile.ir import ops
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.shapes import letters_of
from bpcompile.rules.algebra import Expr, Operand, of
from bpcompile.rules.terms import literal_of, rank, summed_to, swapped, text, transposed


def times(ct: Expr, out: Expr, a: Expr, b: Expr) -> Sequence[Operand]:
    """Return the pullback of `a @ b`, by the ranks of both."""
    ranks = rank(a), rank(b)
    if ranks == (2, 2):
        return of(ops.MATMUL, ct, transposed(b)), of(ops.MATMUL, transposed(a), ct)
    if ranks == (2, 1):
        return of(ops.OUTER, ct, b), of(ops.MATMUL, transposed(a), ct)
    if ranks == (1, 2):
        return of(ops.MATMUL, b, ct), of(ops.OUTER, a, ct)
    if ranks == (1, 1):
        return ct * b, ct * a
    if min(r or 0 for r in ranks) > 1:
        return summed_to(of(ops.MATMUL, ct, swapped(b)), a), summed_to(of(ops.MATMUL, swapped(a), ct), b)
    return of(ops.TIMES_LEFT, ct, a, b), of(ops.TIMES_RIGHT, ct, a, b)


def dotted(ct: Expr, out: Expr, a: Expr, b: Expr) -> Sequence[Operand]:
    """Return the pullback of `np.dot`: that of `@`, but for numbers."""
    ranks = rank(a), rank(b)
    if 0 in ranks:
        return summed_to(ct * b, a), summed_to(ct * a, b)
    if ranks[1] == 2 and ranks[0] is not None or ranks[1] == 1 and ranks[0] in (1, 2):
        return times(ct, out, a, b)
    return of(ops.DOT_LEFT, ct, a, b), of(ops.DOT_RIGHT, ct, a, b)


def outer_of(ct: Expr, out: Expr, a: Expr, b: Expr) -> Sequence[Operand]:
    """Return the pullback of an outer product."""
    flat_a = a if rank(a) == 1 else of(ops.RAVEL, a)
    flat_b = b if rank(b) == 1 else of(ops.RAVEL, b)
    first, second = of(ops.MATMUL, ct, flat_b), of(ops.MATMUL, flat_a, ct)
    return first if rank(a) == 1 else of(ops.LIKE, first, a), second if rank(b) == 1 else of(ops.LIKE, second, b)


def einsum_of(ct: Expr, out: Expr, subscripts: Expr, *arrays: Expr) -> Sequence[Operand]:
    """Return the pullback of an Einstein sum without traces: the same sum with the cotangent in an array's place."""
    inputs, _, output = str(literal_of(subscripts)).partition("->")
    terms = inputs.split(",")
    found: list[Operand] = [0]
    for k, (term, array) in enumerate(zip(terms, arrays)):
        rest = [t for j, t in enumerate(terms) if j != k]
        others = [a for j, a in enumerate(arrays) if j != k]
        share = of(ops.EINSUM, text(ct, ",".join([output, *rest]) + f"->{term}"), ct, *others)
        if not is_whole_term(inputs, k, arrays):  # an axis of one item may stand for all of another array
            share = summed_to(share, array) if set(term) <= set(output) else of(ops.IN_SHAPE, share, array)
        found.append(share)
    return found


def is_whole_term(inputs: str, k: int, arrays: Sequence[Expr]) -> bool:
    """Return whether each axis of an array is as long as its letter stands for."""
    terms, lengths = inputs.split(","), letters_of(inputs, [a.value.kind for a in arrays])
    others = "".join(terms[:k] + terms[k + 1 :])
    dims = dims_of(arrays[k].value.kind)
    return all(c not in others or dims is not None and dims[at] == lengths[c] for at, c in enumerate(terms[k]))
