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

DIAG_SHARE = '''def diag_share(grad, x, k):
    """Return the gradient of np.diag by x: the diagonal of grad, or zeros but for grad on the diagonal."""
    return np.diag(grad, k) if np.ndim(x) == 1 else diagonal_share(grad, x, k, 0, 1)
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
    axes = list(range(np.ndim(share)))
    return np.reshape(np.einsum(share, axes, np.reshape(b, inner), axes[1::2], axes[::2]), np.shape(a))
'''

KRON_RIGHT = '''def kron_right(grad, a, b):
    """Return the gradient of np.kron(a, b) by b, from that by the product."""
    share, outer, inner = blocks(grad, a, b)
    axes = list(range(np.ndim(share)))
    return np.reshape(np.einsum(share, axes, np.reshape(a, outer), axes[::2], axes[1::2]), np.shape(b))
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

CUMPROD_SHARE = '''def cumprod_share(grad, x, axis):
    """Return the gradient of np.cumprod by x; zeros do no harm."""
    shape, x, total = np.shape(x), np.moveaxis(np.atleast_1d(x), axis, 0) * 1.0, np.moveaxis(grad, axis, 0) * 1.0
    before, after = np.ones_like(x), np.zeros_like(x)
    before[1:] = np.cumprod(x[:-1], axis=0)
    after[:-1] = x[1:]
    if np.all(x):
        total = np.flip(np.cumsum(np.flip(total * before * x, 0), axis=0), 0) / (before * x)
    step = len(x) if np.all(x) else 1
    while step < len(x):  # total[i] and after[i] reach over twice as many items as before
        total[:-step] = total[:-step] + after[:-step] * total[step:]
        after[:-step] = after[:-step] * after[step:]
        step *= 2
    return np.reshape(np.moveaxis(before * total, 0, axis), shape)
'''

UNDIFF = '''def undiff(grad, x, n, axis):
    """Return the gradient of np.diff by x: each difference goes to its item, and off the one before."""
    if np.size(grad) == 0:
        return np.zeros_like(x)
    for _ in range(n):
        grad = -np.diff(grad, axis=axis, prepend=0, append=0)
    return grad
'''

INTERP_SLOPE = '''def interp_slope(x, xp, fp):
    """Return the slope of np.interp at x: 0 outside."""
    k = np.searchsorted(xp[1:-1], x, side="right")
    rise = np.append(np.diff(fp) / np.diff(xp), 0.0)
    return np.where((xp[0] <= x) & (x < xp[-1]), rise[k], 0.0)
'''

INTERP_WEIGHTS = '''def interp_weights(grad, points, x, xp):
    """Return what each point of np.interp gets of the gradient at x: the more, the nearer it is."""
    k = np.searchsorted(xp[1:-1], x, side="right")
    after = (k + 1) % len(xp)
    part = np.clip((x - xp[k]) / np.where(after > k, xp[after] - xp[k], 1.0), 0.0, 1.0)
    total = np.zeros(np.shape(points), np.result_type(np.asarray(grad).dtype, np.float32))
    np.add.at(total, k, grad * (1 - part))
    np.add.at(total, after, grad * part)
    return total
'''

GRADIENT_SHARE = '''def gradient_share(grad, x, axis, edge_order):
    """Return the gradient of np.gradient by x."""
    grad = np.moveaxis(grad, axis, 0)
    total = np.zeros_like(grad)
    total[2:] += grad[1:-1] / 2
    total[:-2] -= grad[1:-1] / 2
    for k, weight in enumerate((-1, 1) if edge_order == 1 else (-1.5, 2, -0.5)):
        total[k] += weight * grad[0]
        total[-1 - k] -= weight * grad[-1]
    return np.moveaxis(total, 0, axis)
'''

TRAPEZOID_SHARE = '''def trapezoid_share(grad, y, x, dx, axis):
    """Return the gradient of the trapezoidal rule by y: half of each step, at both of its ends."""
    steps = dx if x is None else np.diff(x) if np.ndim(x) == 1 else np.diff(np.moveaxis(x, axis, -1))
    half = np.expand_dims(grad, -1) * steps / 2
    total = np.zeros_like(np.moveaxis(y, axis, -1) * 1.0)
    half = unbroadcast(half, total[..., 1:])
    total[..., 1:] += half
    total[..., :-1] += half
    return np.moveaxis(total, -1, axis)
'''

TRAPEZOID_STEPS = '''def trapezoid_steps(grad, x, y, axis):
    """Return the gradient of the trapezoidal rule by x."""
    y = np.moveaxis(y, axis, -1)
    steps = np.diff(x) if np.ndim(x) == 1 else np.diff(np.moveaxis(x, axis, -1))
    heights = np.expand_dims(grad, -1) * (y[..., 1:] + y[..., :-1]) / 2 * np.ones_like(steps)
    if np.size(heights) == 0:
        return np.zeros_like(x)
    share = -np.diff(unbroadcast(heights, steps), prepend=0, append=0)
    return share if np.ndim(x) == 1 else np.moveaxis(share, -1, axis)
'''

QUANTILE_SHARE = '''def quantile_share(grad, x, q, axis):
    """Return the gradient of np.quantile by x: the sorted items on either side of it get it, by how near they are."""
    flat, at = (np.ravel(x), 0) if axis is None else (x, axis)
    n = np.shape(flat)[at]
    near = np.maximum(1 - np.abs(np.arange(n) - q * (n - 1)), 0)
    near = np.moveaxis(np.reshape(near, (n,) + (1,) * (np.ndim(flat) - 1)), 0, at)
    return unsorted(near * grad, x, axis)
'''

WEIGHTS_ALONG = '''def weights_along(weights, x, axis):
    """Return weights in a shape that is broadcast along an axis of x."""
    if np.ndim(weights) == np.ndim(x):
        return weights
    return np.moveaxis(np.reshape(weights, np.shape(weights) + (1,) * (np.ndim(x) - 1)), 0, axis)
'''

COV_SHARE = '''def cov_share(grad, x, rowvar, ddof):
    """Return the gradient of np.cov by x."""
    rows = x.T if np.ndim(x) == 2 and not rowvar else np.atleast_2d(x)
    away = rows - np.mean(rows, axis=1, keepdims=True)
    grad = np.reshape(grad, (len(rows), len(rows)))
    share = (grad + grad.T) @ away / (np.shape(rows)[1] - ddof)
    return share.T if np.ndim(x) == 2 and not rowvar else np.reshape(share, np.shape(x))
'''

CORRCOEF_SHARE = '''def corrcoef_share(grad, x, rowvar):
    """Return the gradient of np.corrcoef by x."""
    cov = np.atleast_2d(np.cov(x, rowvar=rowvar))
    variances = np.diag(cov)
    scale = np.sqrt(np.outer(variances, variances))
    grad = np.reshape(grad, np.shape(cov))
    share = np.sum((grad + grad.T) * cov / scale, axis=1) / (2 * variances)
    return cov_share(grad / scale - np.diag(share), x, rowvar, 1)
'''

ARRAY_HELPERS: Mapping[str, str] = {
    "blocks": BLOCKS,
    "contracted": CONTRACTED,
    "convolve_share": CONVOLVE_SHARE,
    "corrcoef_share": CORRCOEF_SHARE,
    "cov_share": COV_SHARE,
    "cross_left": CROSS_LEFT,
    "cross_right": CROSS_RIGHT,
    "cumprod_share": CUMPROD_SHARE,
    "diag_share": DIAG_SHARE,
    "diagonal_share": DIAGONAL_SHARE,
    "gradient_share": GRADIENT_SHARE,
    "inner_left": INNER_LEFT,
    "inner_right": INNER_RIGHT,
    "interp_slope": INTERP_SLOPE,
    "interp_weights": INTERP_WEIGHTS,
    "kron_left": KRON_LEFT,
    "kron_right": KRON_RIGHT,
    "quantile_share": QUANTILE_SHARE,
    "taken_along": TAKEN_ALONG,
    "tensordot_left": TENSORDOT_LEFT,
    "tensordot_right": TENSORDOT_RIGHT,
    "trapezoid_share": TRAPEZOID_SHARE,
    "trapezoid_steps": TRAPEZOID_STEPS,
    "undiff": UNDIFF,
    "unpad": UNPAD,
    "untile": UNTILE,
    "weights_along": WEIGHTS_ALONG,
    "without_pad": WITHOUT_PAD,
}

ARRAY_NEEDED: Mapping[str, tuple[str, ...]] = {  # helper -> those that it calls
    **dict.fromkeys(("taken_along", "unpad"), ("placed",)),
    **dict.fromkeys(("inner_left", "inner_right", "cross_left", "cross_right"), ("unbroadcast",)),
    **dict.fromkeys(("tensordot_left", "tensordot_right"), ("contracted",)),
    **dict.fromkeys(("kron_left", "kron_right"), ("blocks",)),
    **dict.fromkeys(("trapezoid_share", "trapezoid_steps"), ("unbroadcast",)),
    "diag_share": ("diagonal_share",),
    "quantile_share": ("unsorted",),
    "corrcoef_share": ("cov_share",),
}
