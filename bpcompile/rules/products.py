"""Pullbacks of products of arrays: again products, of the cotangent and the other arrays."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence

from bpcompile.ir import ops
from bpcompile.ir.array_ops import PRODUCTS, SHARES
from bpcompile.ir.array_shapes import contracted_axes
from bpcompile.ir.fitting import dims_of
from bpcompile.ir.ops import Op
from bpcompile.ir.shapes import einsum_terms, letters_of
from bpcompile.rules.algebra import Expr, Operand, of
from bpcompile.rules.terms import literal_of, rank, summed_to, swapped, text, transposed

Row = Sequence[Operand]


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


def inner_of(ct: Expr, out: Expr, a: Expr, b: Expr) -> Row:
    """Return the pullback of `np.inner`, by the ranks of both."""
    left, right = rank(a), rank(b)
    if (left, right) == (1, 1):
        return ct * b, ct * a
    if (left, right) == (2, 2):
        return of(ops.MATMUL, ct, b), of(ops.MATMUL, transposed(ct), a)
    if (left, right) == (2, 1):
        return of(ops.OUTER, ct, b), of(ops.MATMUL, ct, a)
    if (left, right) == (1, 2):
        return of(ops.MATMUL, ct, b), of(ops.OUTER, ct, a)
    return of(SHARES["inner_left"], ct, a, b), of(SHARES["inner_right"], ct, a, b)


def flat_product(ct: Expr, out: Expr, a: Expr, b: Expr) -> Row:
    """Return the pullback of `np.vdot`: a product of flat arrays."""
    dims = dims_of(a.value.kind)
    if dims is not None and dims == dims_of(b.value.kind):
        return ct * b, ct * a
    return of(ops.LIKE, ct * b, a), of(ops.LIKE, ct * a, b)


def tensordot_of(ct: Expr, out: Expr, a: Expr, b: Expr, axes: Expr) -> Row:
    """Return the pullback of `np.tensordot`."""
    left, right = rank(a), rank(b)
    places = None if left is None or right is None else contracted_axes(literal_of(axes), left, right)
    if places is None or left is None or right is None:
        return of(SHARES["tensordot_left"], ct, a, b, axes), of(SHARES["tensordot_right"], ct, a, b, axes)
    ours, theirs = places
    free_a = [k for k in range(left) if k not in ours]
    free_b = [k for k in range(right) if k not in theirs]
    last = [len(free_a) + k for k in range(len(free_b))]
    da = contraction(ct, b, last, free_b)
    db = contraction(a, ct, free_a, list(range(len(free_a))))
    return (
        in_order(da, [*free_a, *(ours[theirs.index(k)] for k in sorted(theirs))]),
        in_order(db, [*(theirs[ours.index(k)] for k in sorted(ours)), *free_b]),
    )


def contraction(a: Expr, b: Expr, ours: Sequence[int], theirs: Sequence[int]) -> Expr:
    """Return the sum of products along axes of two arrays."""
    if not ours:
        if 0 in (rank(a), rank(b)):
            return a * b
        return of(ops.OUTER, a, b) if rank(a) == rank(b) == 1 else of(PRODUCTS["tensordot"], a, b, 0)
    return of(PRODUCTS["tensordot"], a, b, text(a, (tuple(ours), tuple(theirs))))


def in_order(x: Expr, axes: Sequence[int]) -> Expr:
    """Return an array whose axes are these ones of another, with the axes in the order of that."""
    places = tuple(list(axes).index(k) for k in range(len(axes)))
    if places == tuple(range(len(axes))):
        return x
    return transposed(x) if places == (1, 0) else of(ops.TRANSPOSE, x, text(x, places))


def kron_of(ct: Expr, out: Expr, a: Expr, b: Expr) -> Row:
    """Return the pullback of a Kronecker product."""
    if (rank(a), rank(b)) == (1, 1):
        blocks = of(ops.RESHAPE, ct, of(ops.LEN, a), of(ops.LEN, b))
        return of(ops.MATMUL, blocks, b), of(ops.MATMUL, a, blocks)
    return of(SHARES["kron_left"], ct, a, b), of(SHARES["kron_right"], ct, a, b)


def cross_of(ct: Expr, out: Expr, a: Expr, b: Expr, axis: Expr) -> Row:
    """Return the pullback of a cross product of vectors of three items."""
    dims = dims_of(a.value.kind)
    at = literal_of(axis)
    assert isinstance(at, int)
    if dims is not None and dims == dims_of(b.value.kind) and -len(dims) <= at < len(dims) and dims[at] == 3:
        return of(PRODUCTS["cross"], b, ct, axis), of(PRODUCTS["cross"], ct, a, axis)
    return of(SHARES["cross_left"], ct, a, b, axis), of(SHARES["cross_right"], ct, a, b, axis)


def convolved(ct: Expr, out: Expr, a: Expr, v: Expr, mode: Expr) -> Row:
    """Return the pullback of a convolution: a correlation with the other factor."""
    if literal_of(mode) == "'full'":
        valid = text(ct, "'valid'")
        return of(PRODUCTS["correlate"], ct, v, valid), of(PRODUCTS["correlate"], ct, a, valid)
    return of(SHARES["convolve_share"], ct, a, v, mode), of(SHARES["convolve_share"], ct, v, a, mode)


def correlated(ct: Expr, out: Expr, a: Expr, v: Expr, mode: Expr) -> Row:
    """Return the pullback of a correlation: that of a convolution with the second one backwards."""
    late = [of(ops.GT, of(ops.LEN, v), of(ops.LEN, a))] if literal_of(mode) == "'same'" else []
    by_a = of(SHARES["convolve_share"], ct, a, of(ops.FLIP, v, 0), mode, *late)
    return by_a, of(ops.FLIP, of(SHARES["convolve_share"], ct, v, a, mode, *late), 0)


def chain_of(ct: Expr, out: Expr, *arrays: Expr) -> Row:
    """Return the pullback of a product of several matrices: that of products two by two."""
    before = [arrays[0]]
    for array in arrays[1:-1]:
        before.append(of(ops.MATMUL, before[-1], array))
    found: list[Operand] = []
    for left, array in zip(reversed(before), reversed(arrays)):
        ct, share = (a if isinstance(a, Expr) else ct for a in times(ct, out, left, array))
        found.append(share)
    return [ct, *reversed(found)]


def einsum_of(ct: Expr, out: Expr, subscripts: Expr, *arrays: Expr) -> Row:
    """Return the pullback of an Einstein sum: the same sum with the cotangent in an array's place."""
    terms, output = einsum_terms(str(literal_of(subscripts)))
    shares = [einsum_share(ct, k, terms, output, arrays) for k in range(len(terms))]
    whole = [is_whole_term(terms, k, arrays) and may_be_whole(s, arrays[k]) for k, s in enumerate(shares)]
    return [0, *(s if is_whole else fitted(s, x, t, output) for s, is_whole, x, t in zip(shares, whole, arrays, terms))]


def fitted(share: Expr, array: Expr, term: str, output: str) -> Expr:
    """Return what an array gets in its shape: an axis of one item may stand for all of another array."""
    return summed_to(share, array) if set(term) <= set(output) else of(ops.IN_SHAPE, share, array)


def einsum_share(ct: Expr, k: int, terms: Sequence[str], output: str, arrays: Sequence[Expr]) -> Expr:
    """Return what the k-th array gets: ones for what it alone has, unit matrices for a letter that it has twice."""
    letters, array = terms[k], arrays[k]
    others = [t for j, t in enumerate(terms) if j != k]
    factors = [a for j, a in enumerate(arrays) if j != k]
    fresh = iter(sorted(set(string.ascii_letters) - set("".join(terms))))
    known = set(output).union(*others)
    target = ""
    for at, letter in enumerate(letters):
        place = at - len(letters) if "." in letters[:at] else at
        if letter == ".":
            target += letter
        elif letter in target:
            twin = next(fresh)
            others.append(letter + twin)
            factors.append(of(ops.MAKE, text(ct, "np.eye"), of(ops.DIM, array, place)))
            target += twin
        else:
            if letter not in known and letters.count(letter) == 1:
                others.append(letter)
                factors.append(of(ops.MAKE, text(ct, "np.ones"), of(ops.DIM, array, place)))
            target += letter
    if "..." in "".join((output, *others)) and "..." not in target:
        target = "..." + target
    return of(ops.EINSUM, text(ct, ",".join([output, *others]) + f"->{target}"), ct, *factors)


def may_be_whole(share: Expr, array: Expr) -> bool:
    """Return whether a share has its array's shape, as far as both are known: what it is made of may be shorter."""
    dims, own = dims_of(share.value.kind), dims_of(array.value.kind)
    return dims is None or own is None or dims == own


def is_whole_term(terms: Sequence[str], k: int, arrays: Sequence[Expr]) -> bool:
    """Return whether each axis of an array is as long as its letter stands for: none of one item stands for all."""
    dims, others = dims_of(arrays[k].value.kind), "".join((*terms[:k], *terms[k + 1 :]))
    if any("." in term for term in terms) or dims is not None and len(dims) != len(terms[k]):
        return False
    lengths = letters_of(",".join(terms), [a.value.kind for a in arrays])
    return all(c not in others or dims is not None and dims[at] == lengths[c] for at, c in enumerate(terms[k]))


# fmt: off
PRODUCT_PULLBACKS: Mapping[Op, Callable[..., Row]] = {
    ops.MATMUL:                     times,
    ops.DOT:                        dotted,
    ops.OUTER:                      outer_of,
    ops.EINSUM:                     einsum_of,
    PRODUCTS["inner"]:              inner_of,
    PRODUCTS["vdot"]:               flat_product,
    PRODUCTS["tensordot"]:          tensordot_of,
    PRODUCTS["kron"]:               kron_of,
    PRODUCTS["cross"]:              cross_of,
    PRODUCTS["convolve"]:           convolved,
    PRODUCTS["correlate"]:          correlated,
    PRODUCTS["linalg.multi_dot"]:   chain_of,
}
# fmt: on
