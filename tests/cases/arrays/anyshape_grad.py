"""Gradient of energy from anyshape.py, compiled by bpcompile 0.1.0. Do not edit: compile again.

Checked with SymPy at shapes () and (2, 3) of each argument, w (3,) x (2, 3) b (2, 3), w (2, 3) x (3,) b (2,
3), w (2, 3) x (2, 3) b (3,): dw, dx and db are proved equal to the derivatives of energy.
"""
import numpy as np


def energy_grad(w, x, b):
    """Return (denergy/dw, denergy/dx, denergy/db), each of its argument's shape."""
    # forward
    r = w * x + b  # (1)

    # backward
    # (2) return np.mean(r ** 2)
    dr = 2 * r / np.size(r)
    # (1) r = w * x + b
    dw = unbroadcast(x * dr, w)
    dx = unbroadcast(w * dr, x)
    db = unbroadcast(dr, b)
    return dw, dx, db


def unbroadcast(grad, like):
    """Sum grad over the axes along which `like` was broadcast."""
    shape = np.shape(like)
    if np.shape(grad) == shape:
        return grad
    extra = np.ndim(grad) - len(shape)
    axes = tuple(k for k in range(np.ndim(grad)) if k < extra or shape[k - extra] == 1)
    return np.sum(grad, axis=axes, keepdims=True)[(0,) * extra + (None,) * -extra]
