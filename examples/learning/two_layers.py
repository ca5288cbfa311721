"""A network of two layers of sigmoid neurons, with either loss. E examples, M inputs, H hidden neurons, K classes."""

import numpy as np


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def squared_loss(X: "E M", Y: "E K", W1: "M H", b1: "H", W2: "H K", b2: "K"):
    Z1 = X @ W1 + b1
    A1 = sigmoid(Z1)
    Z2 = A1 @ W2 + b2
    A2 = sigmoid(Z2)
    return np.sum((A2 - Y) ** 2) / (2 * len(X))


def cross_entropy(X: "E M", Y: "E K", W1: "M H", b1: "H", W2: "H K", b2: "K"):
    Z1 = X @ W1 + b1
    A1 = sigmoid(Z1)
    Z2 = A1 @ W2 + b2
    A2 = sigmoid(Z2)
    return -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / len(X)
