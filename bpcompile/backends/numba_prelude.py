"""The functions that travel in a module, as Numba takes them.

Numba knows the rank of an array, so that a helper may ask for it; which axis is meant it need not know.
"""

from __future__ import annotations

from collections.abc import Mapping

UNBROADCAST = '''def unbroadcast(grad, like):
    """Sum grad over the axes along which `like` was broadcast."""
    if isinstance(like, (int, float)):
        return np.sum(grad)
    total = np.zeros(like.shape, grad.dtype)
    flat, extra = total.reshape(-1), grad.ndim - like.ndim
    for index, item in np.ndenumerate(grad):
        place = 0
        for k in range(like.ndim):
            here = index[extra + k] if extra + k >= 0 else 0
            place = place * like.shape[k] + min(here, like.shape[k] - 1)
        flat[place] += item
    return total
'''

PLACED = '''def placed(grad, like, index):
    """Return zeros in the shape of `like`, with grad at the places of an index."""
    total = np.zeros(like.shape)
    total[index] = grad
    return total
'''

ADD_ITEMS = '''def add_items(total, index, grad):
    """Add each item of grad in place, where an index array says."""
    for k in range(len(index)):
        total[index[k]] += grad[k]
'''

ADD_PAIRS = '''def add_pairs(total, rows, columns, grad):
    """Add each item of grad in place, where two index arrays say."""
    for k in range(len(rows)):
        total[rows[k], columns[k]] += grad[k]
'''

MEAN_ALONG = '''def mean_along(x, axis):
    """Return the mean along an axis."""
    return np.sum(x, axis=axis) / x.shape[axis]
'''

VAR_ALONG = '''def var_along(x, axis, ddof):
    """Return the variance along an axis."""
    away = x - np.expand_dims(np.asarray(mean_along(x, axis)), axis)
    return np.sum(away * away, axis=axis) / (x.shape[axis] - ddof)
'''

NORM_ALONG = '''def norm_along(x, axis):
    """Return the root of the sum of squares along an axis."""
    squares = x * x
    return np.sqrt(squares.sum(axis=axis))
'''

PROD_ALONG = '''def prod_along(x, axis):
    """Return the product along an axis."""
    items = np.moveaxis(x, axis, 0)
    if len(items) == 0:
        raise ValueError("an axis without items: Numba does not know the shape of the product")
    total = items[0]
    for item in items[1:]:
        total = total * item
    return total
'''

MAX_ALONG = '''def max_along(x, axis):
    """Return the largest items along an axis."""
    items = np.moveaxis(x, axis, 0)
    if len(items) == 0:
        raise ValueError("an axis without items has no largest one")
    best = items[0]
    for item in items[1:]:
        best = np.maximum(best, item)
    return best
'''

MIN_ALONG = '''def min_along(x, axis):
    """Return the smallest items along an axis."""
    items = np.moveaxis(x, axis, 0)
    if len(items) == 0:
        raise ValueError("an axis without items has no smallest one")
    best = items[0]
    for item in items[1:]:
        best = np.minimum(best, item)
    return best
'''

LOGSUMEXP_ALONG = '''def logsumexp_along(x, axis):
    """Return log(sum(exp(x))) along an axis."""
    items = np.moveaxis(x, axis, 0)
    if len(items) == 0:
        raise ValueError("an axis without items has no largest one")
    total = items[0]
    for item in items[1:]:
        total = np.logaddexp(total, item)
    return total
'''

SOFTMAX_ALONG = '''def softmax_along(x, axis):
    """Return exp(x), divided by its sum along an axis."""
    weights = np.exp(x - np.expand_dims(np.asarray(max_along(x, axis)), axis))
    return weights / np.expand_dims(np.asarray(np.sum(weights, axis=axis)), axis)
'''

FIRST_EQUAL = '''def first_equal(x, best, axis):
    """Return 1 at the first item along an axis that is the best one, else 0."""
    total = np.zeros(x.shape)
    items, places = np.moveaxis(x, axis, 0), np.moveaxis(total, axis, 0)
    left = best == best
    for k in range(len(items)):
        found = np.logical_and(left, items[k] == best)
        left = left != found
        places[k] = found
    return total
'''

BUT_ONE = '''def but_one(x, axis):
    """Return the products of all items but one, along an axis."""
    total = np.ones(x.shape)
    items, places = np.moveaxis(x, axis, 0), np.moveaxis(total, axis, 0)
    for k in range(1, len(items)):
        places[k] = places[k - 1] * items[k - 1]
    if len(items) > 1:
        after = 1.0 * items[-1]
        for k in range(len(items) - 2, -1, -1):
            places[k] = places[k] * after
            after = after * items[k]
    return total
'''

ROLL_ALONG = '''def roll_along(x, shift, axis):
    """Return the items rolled along an axis."""
    total = np.empty_like(x)
    items, places = np.moveaxis(x, axis, 0), np.moveaxis(total, axis, 0)
    for k in range(len(items)):
        places[(k + shift) % len(items)] = items[k]
    return total
'''

EXPIT = '''def expit(x):
    """Return the logistic function."""
    return 1 / (1 + np.exp(-x))
'''

LOGIT = '''def logit(x):
    """Return the inverse of the logistic function."""
    return np.log(x / (1 - x))
'''

MATMUL_LEFT = '''def matmul_left(grad, a, b):
    """Return the gradient of a @ b by a, from that by the product."""
    if a.ndim == 1 and b.ndim == 1:
        return grad * b
    if b.ndim == 1:
        return np.outer(grad, b)
    if a.ndim == 1:
        return b @ grad
    return grad @ b.T
'''

MATMUL_RIGHT = '''def matmul_right(grad, a, b):
    """Return the gradient of a @ b by b, from that by the product."""
    if a.ndim == 1 and b.ndim == 1:
        return grad * a
    if a.ndim == 1:
        return np.outer(a, grad)
    return a.T @ grad
'''

DIAGONAL_SHARE = '''def diagonal_share(grad, x, offset):
    """Return the gradient of the diagonal of a matrix: zeros, but for the diagonal."""
    total = np.zeros(x.shape)
    for k in range(len(grad)):
        total[k + max(-offset, 0), k + max(offset, 0)] = grad[k]
    return total
'''

UNSORTED = '''def unsorted(grad, x):
    """Return the gradient of a sort: each item where it came from."""
    total = np.zeros_like(grad)
    total[np.argsort(x)] = grad
    return total
'''

SOLVE_RIGHT = '''def solve_right(grad, a, b):
    """Return the gradient of np.linalg.solve(a, b) by b, from that by the solution."""
    return np.linalg.solve(a.T, grad)
'''

SOLVE_SHARE = '''def solve_share(grad, solution, a, b):
    """Return the gradient of np.linalg.solve(a, b) by a, from that by the solution."""
    share = np.linalg.solve(a.T, grad)
    if b.ndim == 1:
        return -np.outer(share, solution)
    return -(share @ solution.T)
'''

CHOLESKY_SHARE = '''def cholesky_share(grad, factor):
    """Return the gradient of the Cholesky factor of a symmetric matrix by the matrix."""
    inner = np.tril(factor.T @ grad)
    inner = inner - 0.5 * inner * np.eye(len(factor))
    back = np.linalg.inv(factor)
    share = back.T @ inner @ back
    return (share + share.T) / 2
'''

IS_NO_VECTOR = '''def is_no_vector(x):
    """Return whether x is no array of floats along one axis."""
    return x.ndim != 1 or holds_integers(x)
'''

EXTENT = '''def extent(x):
    """Return where the items of an array begin in the memory, and where they end."""
    first = x.ctypes.data
    last = first + x.itemsize
    for k in range(x.ndim):
        first += min((x.shape[k] - 1) * x.strides[k], 0)
        last += max((x.shape[k] - 1) * x.strides[k], 0)
    return first, last
'''

MAY_OVERLAP = '''def may_overlap(a, b):
    """Return whether two arrays lie in the same part of the memory."""
    first_a, last_a = extent(a)
    first_b, last_b = extent(b)
    return a.size > 0 and b.size > 0 and first_a < last_b and first_b < last_a
'''

HOLDS_INTEGERS = '''def holds_integers(x):
    """Return whether an array cuts off what follows the point."""
    half = np.zeros(1, x.dtype)
    half[0] = 0.5
    return half[0] != 0.5
'''

NUMBA_PRELUDE: Mapping[str, str] = {
    "add_items": ADD_ITEMS,
    "add_pairs": ADD_PAIRS,
    "but_one": BUT_ONE,
    "cholesky_share": CHOLESKY_SHARE,
    "diagonal_share": DIAGONAL_SHARE,
    "dot_left": MATMUL_LEFT.replace("matmul_left", "dot_left").replace("a @ b", "np.dot(a, b)"),
    "dot_right": MATMUL_RIGHT.replace("matmul_right", "dot_right").replace("a @ b", "np.dot(a, b)"),
    "expit": EXPIT,
    "extent": EXTENT,
    "first_equal": FIRST_EQUAL,
    "holds_integers": HOLDS_INTEGERS,
    "is_no_vector": IS_NO_VECTOR,
    "logit": LOGIT,
    "logsumexp_along": LOGSUMEXP_ALONG,
    "matmul_left": MATMUL_LEFT,
    "matmul_right": MATMUL_RIGHT,
    "max_along": MAX_ALONG,
    "may_overlap": MAY_OVERLAP,
    "mean_along": MEAN_ALONG,
    "min_along": MIN_ALONG,
    "norm_along": NORM_ALONG,
    "placed": PLACED,
    "prod_along": PROD_ALONG,
    "roll_along": ROLL_ALONG,
    "softmax_along": SOFTMAX_ALONG,
    "solve_right": SOLVE_RIGHT,
    "solve_share": SOLVE_SHARE,
    "unbroadcast": UNBROADCAST,
    "unsorted": UNSORTED,
    "var_along": VAR_ALONG,
}

NUMBA_NEEDED: Mapping[str, tuple[str, ...]] = {  # helper -> those that it calls
    "is_no_vector": ("holds_integers",),
    "may_overlap": ("extent",),
    "softmax_along": ("max_along",),
    "var_along": ("mean_along",),
}
