"""The nodes of a small graph of layers, each a function of its inputs, and the network of them as one function."""

import numpy as np


def linear(X: "E M", W: "M K", b: "K"):
    return X @ W + b


def sigmoid(Z: "E K"):
    return 1 / (1 + np.exp(-Z))


def mse(y: "E 1", a: "E 1"):
    return np.mean((y - a) ** 2)


def network(X: "E M", y: "E 1", W1: "M H", b1: "H", W2: "H 1", b2: "1"):
    l1 = linear(X, W1, b1)
    s1 = sigmoid(l1)
    l2 = linear(s1, W2, b2)
    return mse(y, l2)
