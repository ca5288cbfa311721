"""Gradient of diffuse from inplace.py, compiled by bpcompile 0.1.0. Do not edit: compile again.

Checked with SymPy at len(u) = 4 and steps = 0, 1, 2: du and dk are proved equal to the derivatives of
diffuse.
"""
import numpy as np


def diffuse_grad(u, k, steps):
    """Return (ddiffuse/du, ddiffuse/dk), du of u's shape.

    u is left as it was. Kept in memory, one item each: u[i] before each write.
    """
    # forward
    if np.ndim(u) != 1 or u.dtype.kind in 'iub':
        raise ValueError("u is written item by item: it must be an array of floats along one axis")
    u_tape = []  # u[i] before each write
    for s in range(steps):
        for i in range(1, len(u) - 1):
            u_tape.append(u[i])
            u[i] = u[i] + k * u[i - 1] * u[i + 1]  # (2)

    # backward
    # (3) return np.sum(u)
    du = np.ones_like(u)
    dk = 0.0
    for s in range(steps - 1, -1, -1):
        for i in range(len(u) - 2, 0, -1):
            u[i] = u_tape.pop()
            # (2) u[i] = u[i] + k * u[i - 1] * u[i + 1]
            dk_u_item = u[i + 1] * du[i]
            du[i + 1] += k * u[i - 1] * du[i]
            # (1) k_u_item = k * u[i - 1]
            dk = dk + u[i - 1] * dk_u_item
            du[i - 1] += k * dk_u_item
    return du, dk
