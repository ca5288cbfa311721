"""Fit softmax regression to scikit-learn's irises, by gradient descent."""

import numpy as np
import softmax
from curves import show
from sklearn.datasets import load_iris

from bpcompile import value_and_grad


def main():
    iris = load_iris()
    X = (iris.data - iris.data.mean(axis=0)) / iris.data.std(axis=0)
    W, b = np.zeros((4, 3)), np.zeros(3)
    loss_grad = value_and_grad(softmax.loss, wrt="W,b")
    curve = []
    for _ in range(500):
        value, (dW, db) = loss_grad(X, iris.target, W, b)
        W, b = W - 0.5 * dW, b - 0.5 * db
        curve.append(value)
    show("softmax", "step", iris=curve)
    share = np.mean(np.argmax(X @ W + b, axis=1) == iris.target)
    print(f"accuracy {share:.3f} on the 150 irises")


if __name__ == "__main__":
    main()
