"""Gradient of loss from mlp.py, compiled by bpcompile 0.1.0. Do not edit: compile again.
Options: --wrt W1,b1,W2,b2

Checked with SymPy at E, M, K, H = 2, 3, 2, 2: dW1, db1, dW2 and db2 are proved equal to the derivatives of
loss.
"""
import numpy as np


def loss_grad(X, Y, W1, b1, W2, b2):
    """Return (dloss/dW1, dloss/db1, dloss/dW2, dloss/db2).

    Shapes: X (E, M), Y (E, K), W1 (M, H), b1 (H,), W2 (H, K), b2 (K,).
    """
    # forward
    Z1 = X @ W1 + b1  # (1) (E, H)
    A1 = 1 / (1 + np.exp(-Z1))  # (2) (E, H)
    Z2 = A1 @ W2 + b2  # (3) (E, K)
    A2 = 1 / (1 + np.exp(-Z2))  # (4) (E, K)

    # backward
    # (5) return -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / len(X)
    dZ2 = (A2 - Y) / len(X)  # (E, K)
    # (3) Z2 = A1 @ W2 + b2
    dA1 = dZ2 @ W2.T  # (E, H)
    dW2 = A1.T @ dZ2  # (H, K)
    db2 = dZ2.sum(axis=0)  # (K,)
    # (2) A1 = 1 / (1 + np.exp(-Z1)), a sigmoid
    dZ1 = (1 - A1) * A1 * dA1  # (E, H)
    # (1) Z1 = X @ W1 + b1
    dW1 = X.T @ dZ1  # (M, H)
    db1 = dZ1.sum(axis=0)  # (H,)
    return dW1, db1, dW2, db2
