"""Helpers of functions of NumPy that travel in a generated module: what an array gets of a result's gradient."""

from __future__ import annotations

from collections.abc import Mapping

DIAGONAL_SHARE = '''def diagonal_share(grad, x, offset, axis1, axis2):
    """Return the gradient of np.diagonal by x: zeros, but for the diagonal."""
    total = np.zeros(np.shape(x), np.result_type(np.asarray(grad).dtype, np.float32))
    view = np.moveaxis(total, (axis1, axis2), (-2, -1))
    above, below = max(offset, 0), max(-offset, 0)
    k = np.arange(max(min(np.shape(view)[-2] - below, np.shape(view)[-1] - above), 0))
    view[..., k + below, k + above] = grad
    return total
'''

UNTILE = '''def untile(grad, x, *counts):
    """Return the gradient of np.tile by x: the sum of the copies."""
    rank = max(np.ndim(x), len(counts))
    counts = (1,) * (rank - len(counts)) + counts
    lengths = (1,) * (rank - np.ndim(x)) + np.shape(x)
    copies = np.reshape(grad, [n for pair in zip(counts, lengths) for n in pair])
    return np.reshape(np.sum(copies, axis=tuple(range(0, 2 * rank, 2))), np.shape(x))
'''

WITHOUT_PAD = '''def without_pad(grad, x, width):
    """Return what lies inside a pad."""
    pairs = np.broadcast_to(width, (np.ndim(x), 2))
    return grad[tuple(slice(start, start + n) for (start, _), n in zip(pairs, np.shape(x)))]
'''

UNPAD = '''def unpad(grad, x, width, mode):
    """Return the gradient of np.pad by x: each item gets what its copies get."""
    pairs = np.broadcast_to(width, (np.ndim(x), 2))
    places = [np.pad(np.arange(n), pair, mode) for n, pair in zip(np.shape(x), pairs)]
    return placed(grad, x, np.ix_(*places))
'''

TAKEN_ALONG = '''def taken_along(grad, x, indices, axis):
    """Return the gradient of np.take_along_axis by x."""
    places = list(np.ogrid[tuple(map(slice, np.shape(x)))])
    places[axis] = indices
    return placed(grad, x, tuple(places))
'''

INNER_LEFT = '''def inner_left(grad, a, b):
    """Return the gradient of np.inner(a, b) by a, from that by the product."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(grad * b, a)
    return np.tensordot(grad, b, np.ndim(b) - 1)
'''

INNER_RIGHT = '''def inner_right(grad, a, b):
    """Return the gradient of np.inner(a, b) by b, from that by the product."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(grad * a, b)
    first = list(range(np.ndim(a) - 1))
    return np.tensordot(grad, a, (first, first))
'''

CONTRACTED = '''def contracted(a, b, axes):
    """Return the axes of a and b that np.tensordot sums, and those that it does not."""
    if isinstance(axes, int):
        axes = range(np.ndim(a) - axes, np.ndim(a)), range(axes)
    ours, theirs = ([k % np.ndim(x) for k in np.atleast_1d(ks)] for ks, x in zip(axes, (a, b)))
    free = ([k for k in range(np.ndim(x)) if k not in ks] for ks, x in zip((ours, theirs), (a, b)))
    return ours, theirs, *free
'''

TENSORDOT_LEFT = '''def tensordot_left(grad, a, b, axes):
    """Return the gradient of np.tensordot(a, b, axes) by a, from that by the product."""
    ours, theirs, free_a, free_b = contracted(a, b, axes)
    share = np.tensordot(grad, b, (list(range(len(free_a), np.ndim(grad))), free_b))
    return np.transpose(share, np.argsort(free_a + [ours[theirs.index(k)] for k in sorted(theirs)]))
'''

TENSORDOT_RIGHT = '''def tensordot_right(grad, a, b, axes):
    """Return the gradient of np.tensordot(a, b, axes) by b, from that by the product."""
    ours, theirs, free_a, free_b = contracted(a, b, axes)
    share = np.tensordot(a, grad, (free_a, list(range(len(free_a)))))
    return np.transpose(share, np.argsort([theirs[ours.index(k)] for k in sorted(ours)] + free_b))
'''

BLOCKS = '''def blocks(grad, a, b):
    """Return the gradient of np.kron(a, b) with an axis of a and one of b in turn, and the shapes of both."""
    rank = max(np.ndim(a), np.ndim(b))
    outer, inner = ((1,) * (rank - np.ndim(x)) + np.shape(x) for x in (a, b))
    return np.reshape(grad, [n for pair in zip(outer, inner) for n in pair]), outer, inner
'''

KRON_LEFT = '''def kron_left(grad, a, b):
    """Return the gradient of np.kron(a, b) by a, from that by the product."""
    share, outer, inner = blocks(grad, a, b)
    share = share * np.reshape(b, [n for m in inner for n in (1, m)])
    return np.reshape(np.sum(share, axis=tuple(range(1, np.ndim(share), 2))), np.shape(a))
'''

KRON_RIGHT = '''def kron_right(grad, a, b):
    """Return the gradient of np.kron(a, b) by b, from that by the product."""
    share, outer, inner = blocks(grad, a, b)
    share = share * np.reshape(a, [n for m in outer for n in (m, 1)])
    return np.reshape(np.sum(share, axis=tuple(range(0, np.ndim(share), 2))), np.shape(b))
'''

CROSS_LEFT = '''def cross_left(grad, a, b, axis):
    """Return the gradient of np.cross(a, b) by a, from that by the product."""
    if np.shape(a)[axis] != 3 or np.shape(b)[axis] != 3:
        raise ValueError("a cross product of vectors of other than three items is not differentiated")
    return unbroadcast(np.cross(b, grad, axis=axis), a)
'''

CROSS_RIGHT = '''def cross_right(grad, a, b, axis):
    """Return the gradient of np.cross(a, b) by b, from that by the product."""
    if np.shape(a)[axis] != 3 or np.shape(b)[axis] != 3:
        raise ValueError("a cross product of vectors of other than three items is not differentiated")
    return unbroadcast(np.cross(grad, a, axis=axis), b)
'''

CONVOLVE_SHARE = '''def convolve_share(grad, a, v, mode, is_late=False):
    """Return the gradient of np.convolve(a, v, mode) by a."""
    extra = min(len(a), len(v)) - 1
    start = {"full": 0, "same": (extra + is_late) // 2, "valid": extra}[mode]
    after = len(a) + len(v) - 1 - start - len(grad)
    return np.correlate(np.pad(grad, (start, after)), v, "valid")
'''

ARRAY_HELPERS: Mapping[str, str] = {
    "blocks": BLOCKS,
    "contracted": CONTRACTED,
    "convolve_share": CONVOLVE_SHARE,
    "cross_left": CROSS_LEFT,
    "cross_right": CROSS_RIGHT,
    "diagonal_share": DIAGONAL_SHARE,
    "inner_left": INNER_LEFT,
    "inner_right": INNER_RIGHT,
    "kron_left": KRON_LEFT,
    "kron_right": KRON_RIGHT,
    "taken_along": TAKEN_ALONG,
    "tensordot_left": TENSORDOT_LEFT,
    "tensordot_right": TENSORDOT_RIGHT,
    "unpad": UNPAD,
    "untile": UNTILE,
    "without_pad": WITHOUT_PAD,
}

ARRAY_NEEDED: Mapping[str, tuple[str, ...]] = {  # helper -> those that it calls
    **dict.fromkeys(("taken_along", "unpad"), ("placed",)),
    **dict.fromkeys(("inner_left", "inner_right", "cross_left", "cross_right"), ("unbroadcast",)),
    **dict.fromkeys(("tensordot_left", "tensordot_right"), ("contracted",)),
    **dict.fromkeys(("kron_left", "kron_right"), ("blocks",)),
}
