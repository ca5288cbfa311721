"""Softmax regression: the probability of each of K classes, by the labels of E examples."""

import numpy as np


def loss(X: "E M", labels: 'Int[np.ndarray, "E"]', W: "M K", b: "K"):
    Z = X @ W + b
    expZ = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = expZ / expZ.sum(axis=1, keepdims=True)
    return -np.mean(np.log(P[np.arange(len(X)), labels]))
