"""Functions of arrays as their users write them, and their gradients by hand as a careful person writes them."""

import numpy as np
from scipy.special import logsumexp


def logistic(X, m, w, b):
    return np.mean(np.log(1 + np.exp(-m * (X @ w + b))))


def network(X, Y, W1, b1, W2, b2, W3, b3):
    h1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    h2 = 1 / (1 + np.exp(-(h1 @ W2 + b2)))
    s = h2 @ W3 + b3
    return np.mean(logsumexp(s, axis=1) - np.sum(Y * s, axis=1))


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def chain(x, w, b):
    return np.sum(np.tanh(x * w + b) ** 2 * np.exp(-x * x))


def smooth(start, a):
    y = start.copy()
    for i in range(1, len(y)):
        y[i] = np.sin(a * y[i]) + y[i - 1] / 2
    return y[-1]


SHAPES = {
    "smooth": 'start: "n", a',
    "logistic": 'X: "n p", m: "n", w: "p", b: ""',
    "network": 'X: "n d", Y: "n k", W1: "d h", b1: "h", W2: "h g", b2: "g", W3: "g k", b3: "k"',
    "rosenbrock": 'x: "n"',
    "chain": 'x: "n", w: "n", b: "n"',
}


def logistic_by_hand(X, m, w, b):
    e = np.exp(-m * (X @ w + b))
    dz = -m * (e / (1 + e)) / len(m)
    return X.T @ dz, np.sum(dz)


def network_by_hand(X, Y, W1, b1, W2, b2, W3, b3):
    h1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    h2 = 1 / (1 + np.exp(-(h1 @ W2 + b2)))
    s = h2 @ W3 + b3
    e = np.exp(s - np.max(s, axis=1, keepdims=True))
    ds = (e / np.sum(e, axis=1, keepdims=True) - Y) / len(X)
    dz2 = ds @ W3.T * (h2 * (1 - h2))
    dz1 = dz2 @ W2.T * (h1 * (1 - h1))
    return X.T @ dz1, dz1.sum(axis=0), h1.T @ dz2, dz2.sum(axis=0), h2.T @ ds, ds.sum(axis=0)


def rosenbrock_by_hand(x):
    u = x[:-1]
    t = 200 * (x[1:] - u * u)
    dx = np.zeros_like(x)
    dx[:-1] = -2 * u * t - 2 * (1 - u)
    dx[1:] += t
    return dx


def chain_by_hand(x, w, b):
    t = np.tanh(x * w + b)
    e = np.exp(-x * x)
    dz = 2 * t * e * (1 - t * t)
    return dz * w - 2 * x * (t * t * e), dz * x, dz


def smooth_by_hand(start, a):
    y = start.copy()
    tape = []
    for i in range(1, len(y)):
        old = y[i]
        tape.append(old)
        y[i] = np.sin(a * old) + y[i - 1] / 2
    dy = np.zeros_like(y)
    dy[-1] = 1.0
    da = 0.0
    for i in range(len(y) - 1, 0, -1):
        old = tape.pop()
        g = dy[i]
        dy[i - 1] += g / 2
        g = g * np.cos(a * old)
        da += g * old
        dy[i] = g * a
    return dy, da
