"""Functions that a generated module needs beside `math`: they travel in the module, and only where they are used."""

from __future__ import annotations

from collections.abc import Mapping

from bpcompile.backends.array_helpers import ARRAY_HELPERS, ARRAY_NEEDED

DIGAMMA = '''def digamma(x):
    """Return the derivative of log(gamma(x)), to about 15 digits."""
    if x <= 0 and (math.isinf(x) or x == math.floor(x)):
        raise ValueError("math domain error")
    if x < 0:
        return digamma(1 - x) - math.pi / math.tan(math.pi * (x - round(x)))
    shift = 0.0
    while x < 10:
        shift -= 1 / x
        x += 1
    y = 1 / x / x
    series = y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132 - y * (691 / 32760 - y / 12))))))
    return shift + math.log(x) - 0.5 / x - series
'''

ZEROS_LIKE = '''def zeros_like(x):
    """Return zeros in the shape of a number or of a list, nested alike."""
    return [zeros_like(item) for item in x] if isinstance(x, (list, tuple)) else 0.0
'''

SHAPED_LIKE = '''def shaped_like(grad, x):
    """Return grad with tuples where x has tuples."""
    if not isinstance(x, (list, tuple)):
        return grad
    return type(x)([shaped_like(g, item) for g, item in zip(grad, x)])
'''

LEAVE_ONE_OUT = '''def leave_one_out(xs):
    """Return, for each item, the product of all the others."""
    products, before = [1.0] * len(xs), 1.0
    for i in range(len(xs)):
        products[i] = before
        before *= xs[i]
    after = 1.0
    for i in range(len(xs) - 1, -1, -1):
        products[i] *= after
        after *= xs[i]
    return products
'''

ADD_ALL = '''def add_all(total, xs):
    """Add each item of xs to total in place, nested alike."""
    for i in range(len(xs)):
        if isinstance(xs[i], list):
            add_all(total[i], xs[i])
        else:
            total[i] = total[i] + xs[i]
'''

HAS_TWINS = '''def has_twins(*lists):
    """Return whether one list stands in two places."""
    seen, todo = set(), list(lists)
    while todo:
        item = todo.pop()
        if isinstance(item, list):
            if id(item) in seen:
                return True
            seen.add(id(item))
        if isinstance(item, (list, tuple)):
            todo += item
    return False
'''

UNBROADCAST = '''def unbroadcast(grad, like):
    """Sum grad over the axes along which `like` was broadcast."""
    shape = np.shape(like)
    if np.shape(grad) == shape:
        return grad
    extra = np.ndim(grad) - len(shape)
    axes = tuple(k for k in range(np.ndim(grad)) if k < extra or shape[k - extra] == 1)
    return np.sum(grad, axis=axes, keepdims=True)[(0,) * extra + (None,) * -extra]
'''

IN_SHAPE = '''def in_shape(grad, like):
    """Sum grad over the axes along which `like` was broadcast, and repeat it where `like` has more items."""
    return unbroadcast(grad, like) * np.ones_like(like)
'''

PLACED = '''def placed(grad, like, index):
    """Return zeros in the shape of `like`, with grad added at the places of an index."""
    total = np.zeros(np.shape(like), np.result_type(grad, np.asarray(like).dtype, np.float32))
    np.add.at(total, index, grad)
    return total
'''

ZEROS_FOR = '''def zeros_for(x):
    """Return zeros in the shape of a number, of an array or of a list, nested alike."""
    if isinstance(x, (list, tuple)):
        return [zeros_for(item) for item in x]
    return np.zeros(np.shape(x), np.result_type(x, np.float32)) if np.ndim(x) else 0.0
'''

SPLIT_LIKE = '''def split_like(grad, arrays, axis):
    """Return the part of grad that belongs to each of the arrays that were joined."""
    lengths = [np.shape(array)[axis] for array in arrays]
    return np.split(grad, np.cumsum(lengths)[:-1], axis)
'''

FIRST_EQUAL = '''def first_equal(x, best, axis):
    """Return 1 at the first item along axes that is the best one, else 0."""
    shape = np.shape(x)
    axes = tuple(range(len(shape))) if axis is None else tuple(np.atleast_1d(axis) % len(shape))
    best = np.reshape(best, [1 if k in axes else n for k, n in enumerate(shape)])
    moved = np.moveaxis(x == best, axes, tuple(range(len(axes))))
    flat = np.reshape(moved, (int(np.prod([shape[k] for k in axes])), -1))
    first = np.reshape(flat & (np.cumsum(flat, axis=0) == 1), np.shape(moved))
    return np.moveaxis(first, tuple(range(len(axes))), axes).astype(np.result_type(x, 1.0))
'''

SOFTMAX = '''def softmax(x, axis):
    """Return exp(x), divided by its sum along an axis, with powers that do not overflow."""
    top = np.max(x, axis=axis, keepdims=True) if np.size(x) > 0 else 0.0
    powers = np.exp(x - top)
    return powers / np.sum(powers, axis=axis, keepdims=True)
'''

BUT_ONE = '''def but_one(x, axis):
    """Return the products of all items but one, along axes."""
    axes = tuple(range(np.ndim(x))) if axis is None else tuple(np.atleast_1d(axis) % np.ndim(x))
    moved = np.moveaxis(x, axes, tuple(range(len(axes))))
    shape = np.shape(moved)
    flat = np.reshape(moved, (int(np.prod(shape[: len(axes)])), *shape[len(axes):])) * 1.0
    before, after = np.ones_like(flat), np.ones_like(flat)
    before[1:] = np.cumprod(flat[:-1], axis=0)
    after[:-1] = np.cumprod(flat[:0:-1], axis=0)[::-1]
    return np.moveaxis(np.reshape(before * after, shape), tuple(range(len(axes))), axes)
'''

MATMUL_LEFT = '''def matmul_left(grad, a, b):
    """Return the gradient of a @ b by a, from that by the product."""
    if np.ndim(a) == np.ndim(b) == 2:
        return grad @ b.T
    if np.ndim(b) == 1:
        return unbroadcast(np.expand_dims(grad, -1) * b, a)
    if np.ndim(a) == 1:
        grad = np.expand_dims(grad, -2)
        return unbroadcast(np.squeeze(grad @ np.swapaxes(b, -1, -2), -2), a)
    return unbroadcast(grad @ np.swapaxes(b, -1, -2), a)
'''

MATMUL_RIGHT = '''def matmul_right(grad, a, b):
    """Return the gradient of a @ b by b, from that by the product."""
    if np.ndim(a) == 2 and np.ndim(b) <= 2:
        return a.T @ grad
    if np.ndim(a) == 1:
        return unbroadcast(np.expand_dims(grad, -2) * np.expand_dims(a, -1) if np.ndim(b) > 1 else grad * a, b)
    if np.ndim(b) == 1:
        return unbroadcast(np.squeeze(np.swapaxes(a, -1, -2) @ np.expand_dims(grad, -1), -1), b)
    return unbroadcast(np.swapaxes(a, -1, -2) @ grad, b)
'''

DOT_LEFT = '''def dot_left(grad, a, b):
    """Return the gradient of np.dot(a, b) by a, from that by the product."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(grad * b, a)
    if np.ndim(b) == 1:
        return np.expand_dims(grad, -1) * b
    others = [k for k in range(np.ndim(b)) if k != np.ndim(b) - 2]
    return np.tensordot(grad, b, (list(range(np.ndim(a) - 1, np.ndim(grad))), others))
'''

DOT_RIGHT = '''def dot_right(grad, a, b):
    """Return the gradient of np.dot(a, b) by b, from that by the product."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(grad * a, b)
    if np.ndim(b) == 1:
        return np.tensordot(grad, a, np.ndim(grad))
    first = list(range(np.ndim(a) - 1))
    return np.swapaxes(np.tensordot(grad, a, (first, first)), -1, -2)
'''

UNSORTED = '''def unsorted(grad, x, axis):
    """Return the gradient of a sort: each item where it came from."""
    flat = np.ravel(x) if axis is None else x
    total = np.zeros_like(grad)
    np.put_along_axis(total, np.argsort(flat, axis=axis), grad, 0 if axis is None else axis)
    return np.reshape(total, np.shape(x))
'''

SOLVE_RIGHT = '''def solve_right(grad, a, b):
    """Return the gradient of np.linalg.solve(a, b) by b, from that by the solution."""
    a = np.swapaxes(a, -1, -2)
    if np.ndim(b) == 1:
        return unbroadcast(np.squeeze(np.linalg.solve(a, np.expand_dims(grad, -1)), -1), b)
    return unbroadcast(np.linalg.solve(a, grad), b)
'''

SOLVE_SHARE = '''def solve_share(grad, solution, a, b):
    """Return the gradient of np.linalg.solve(a, b) by a, from that by the solution."""
    if np.ndim(b) == 1:
        grad, solution = np.expand_dims(grad, -1), np.expand_dims(solution, -1)
    share = np.linalg.solve(np.swapaxes(a, -1, -2), grad)
    return unbroadcast(-(share @ np.swapaxes(solution, -1, -2)), a)
'''

EIGENVECTORS_SHARE = '''def eigenvectors_share(grad, w, v):
    """Return the gradient of the eigenvectors v of a symmetric matrix by the matrix; none where w has equals."""
    unit = np.eye(np.shape(w)[-1], dtype=w.dtype)
    gaps = np.expand_dims(w, -2) - np.expand_dims(w, -1) + unit
    share = v @ (np.swapaxes(v, -1, -2) @ grad * (1 - unit) / gaps) @ np.swapaxes(v, -1, -2)
    return (share + np.swapaxes(share, -1, -2)) / 2
'''

SVD_SHARE = '''def svd_share(du, dvh, u, s, vh):
    """Return the gradient of the singular vectors of a matrix by the matrix; none where s has equals."""
    unit = np.eye(np.shape(s)[-1], dtype=s.dtype)
    down, along = np.expand_dims(s, -1), np.expand_dims(s, -2)
    scale = (1 - unit) / (along**2 - down**2 + unit)
    left = scale * (np.swapaxes(u, -1, -2) @ du)
    right = scale * (vh @ np.swapaxes(dvh, -1, -2))
    inner = (left + np.swapaxes(left, -1, -2)) * along + down * (right + np.swapaxes(right, -1, -2))
    outside_u = (du - u @ (np.swapaxes(u, -1, -2) @ du)) / along
    outside_v = (dvh - dvh @ np.swapaxes(vh, -1, -2) @ vh) / down
    return u @ inner @ vh + outside_u @ vh + u @ outside_v
'''

QR_SHARE = '''def qr_share(dq, dr, q, r):
    """Return the gradient of np.linalg.qr by its matrix: of the columns of q first, then of those beyond."""
    k = np.shape(q)[-1]
    first, dfirst = r[..., :k], np.triu(dr[..., :k])
    beyond, dbeyond = r[..., k:], dr[..., k:]
    dq = dq + q @ beyond @ np.swapaxes(dbeyond, -1, -2)
    inner = first @ np.swapaxes(dfirst, -1, -2) - np.swapaxes(dq, -1, -2) @ q
    inner = np.tril(inner) + np.swapaxes(np.tril(inner, -1), -1, -2)
    share = np.swapaxes(np.linalg.solve(first, np.swapaxes(dq + q @ inner, -1, -2)), -1, -2)
    return np.concatenate((share, q @ dbeyond), axis=-1)
'''

PINV_SHARE = '''def pinv_share(grad, a, inverse):
    """Return the gradient of np.linalg.pinv(a) by a, where its rank stays as it is."""
    back, grad_back = np.swapaxes(inverse, -1, -2), np.swapaxes(grad, -1, -2)
    inner = inverse @ grad_back
    before = grad_back @ inverse - a @ inner @ inverse
    after = inner - inner @ inverse @ a
    return before @ back + back @ after - back @ grad @ back
'''

POWER_SHARE = '''def matrix_power_share(grad, a, n):
    """Return the gradient of np.linalg.matrix_power(a, n) by a."""
    factor = np.swapaxes(np.linalg.inv(a) if n < 0 else a, -1, -2)
    total = np.zeros_like(grad)
    for _ in range(abs(n)):
        total = total @ factor + grad
        grad = factor @ grad
    return -factor @ total @ factor if n < 0 else total
'''

IRFFT_SHARE = '''def irfft_share(grad, y, axis, norm):
    """Return the gradient of np.fft.irfft(y) by y: what stands for two terms of the whole transform counts twice."""
    share = np.moveaxis(np.fft.rfft(grad, axis=axis, norm=norm), axis, -1)
    k, length = np.arange(np.shape(share)[-1]), np.shape(grad)[axis]
    share = share * np.where((k == 0) | (2 * k == length), 1.0, 2.0)
    total = np.zeros_like(np.moveaxis(y, axis, -1), share.dtype)
    count = min(np.shape(total)[-1], np.shape(share)[-1])
    total[..., :count] = share[..., :count]
    return np.moveaxis(total, -1, axis)
'''

SINC_SLOPE = '''def sinc_slope(x):
    """Return the derivative of np.sinc: near 0, by its series."""
    t = np.pi * x
    near = np.abs(t) < 0.5
    t, far = np.where(near, t, 0.0), np.where(near, 1.0, t)
    terms = [(-1) ** k * 2 * k / math.factorial(2 * k + 1) * t ** (2 * k - 1) for k in range(1, 8)]
    return np.pi * np.where(near, sum(terms), (np.cos(far) - np.sin(far) / far) / far)
'''

BESSEL_I1 = '''def bessel_i1(x):
    """Return the derivative of np.i0, as a mean over angles."""
    cosines = np.cos(np.pi * (np.arange(128) + 0.5) / 128).astype(np.result_type(x, 1.0))
    return np.mean(np.sinh(np.expand_dims(x, -1) * cosines) * cosines, axis=-1)
'''

MULTI_DIGAMMA = '''def multi_digamma(a, d):
    """Return the derivative of scipy.special.multigammaln."""
    return np.sum(scipy.special.digamma(np.expand_dims(a, -1) - np.arange(d) / 2), axis=-1)
'''

CHOLESKY_SHARE = '''def cholesky_share(grad, factor):
    """Return the gradient of the Cholesky factor of a symmetric matrix by the matrix."""
    inner = np.tril(np.swapaxes(factor, -1, -2) @ grad)
    inner = inner - 0.5 * inner * np.eye(np.shape(factor)[-1])
    back = np.linalg.inv(factor)
    share = np.swapaxes(back, -1, -2) @ inner @ back
    return (share + np.swapaxes(share, -1, -2)) / 2
'''

PRELUDE: Mapping[str, str] = {
    "irfft_share": IRFFT_SHARE,
    **ARRAY_HELPERS,
    "bessel_i1": BESSEL_I1,
    "but_one": BUT_ONE,
    "cholesky_share": CHOLESKY_SHARE,
    "dot_left": DOT_LEFT,
    "dot_right": DOT_RIGHT,
    "eigenvectors_share": EIGENVECTORS_SHARE,
    "first_equal": FIRST_EQUAL,
    "in_shape": IN_SHAPE,
    "matmul_left": MATMUL_LEFT,
    "matmul_right": MATMUL_RIGHT,
    "matrix_power_share": POWER_SHARE,
    "multi_digamma": MULTI_DIGAMMA,
    "pinv_share": PINV_SHARE,
    "placed": PLACED,
    "qr_share": QR_SHARE,
    "svd_share": SVD_SHARE,
    "sinc_slope": SINC_SLOPE,
    "softmax": SOFTMAX,
    "solve_right": SOLVE_RIGHT,
    "solve_share": SOLVE_SHARE,
    "split_like": SPLIT_LIKE,
    "unbroadcast": UNBROADCAST,
    "unsorted": UNSORTED,
    "add_all": ADD_ALL,
    "digamma": DIGAMMA,
    "has_twins": HAS_TWINS,
    "leave_one_out": LEAVE_ONE_OUT,
    "shaped_like": SHAPED_LIKE,
    "zeros_for": ZEROS_FOR,
    "zeros_like": ZEROS_LIKE,
}

NEEDED: Mapping[str, tuple[str, ...]] = {  # helper -> those that it calls
    "in_shape": ("unbroadcast",),
    **ARRAY_NEEDED,
    "matmul_left": ("unbroadcast",),
    "matmul_right": ("unbroadcast",),
    "solve_right": ("unbroadcast",),
    "solve_share": ("unbroadcast",),
    "dot_left": ("unbroadcast",),
    "dot_right": ("unbroadcast",),
}
