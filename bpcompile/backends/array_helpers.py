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

ARRAY_HELPERS: Mapping[str, str] = {
    "diagonal_share": DIAGONAL_SHARE,
    "taken_along": TAKEN_ALONG,
    "unpad": UNPAD,
    "untile": UNTILE,
    "without_pad": WITHOUT_PAD,
}
