"""Logistic regression, with the weights and the bias in one vector, as SciPy's minimisers want it."""

import numpy as np


def loss(theta: "P", X: "E M", y: "E", decay: ""):
    w = theta[:-1]
    b = theta[-1]
    z = X @ w + b
    return np.mean(np.log(1 + np.exp(z)) - y * z) + decay * np.sum(w**2)
