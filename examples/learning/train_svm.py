"""Separate scikit-learn's breast cancers, benign from malignant, by subgradient descent on the hinge loss."""

import numpy as np
import svm
from curves import show
from sklearn.datasets import load_breast_cancer

from bpcompile import value_and_grad


def main():
    cancer = load_breast_cancer()
    X = (cancer.data - cancer.data.mean(axis=0)) / cancer.data.std(axis=0)
    y = 2.0 * cancer.target - 1  # 1 is benign, -1 malignant
    order = np.random.default_rng(0).permutation(len(X))
    test, rest = order[:114], order[114:]
    w, b = np.zeros(X.shape[1]), 0.0
    loss_grad = value_and_grad(svm.loss, wrt="w,b")
    curve = []
    for step in range(300):
        rate = 0.5 / (1 + step / 10)
        value, (dw, db) = loss_grad(X[rest], y[rest], w, b, 1e-3)
        w, b = w - rate * dw, b - rate * db
        curve.append(value)
    show("svm", "step", hinge=curve)
    inside = np.sum(y[rest] * (X[rest] @ w + b) < 1)
    print(f"{inside} of {len(rest)} examples are inside the margin")
    print(f"accuracy {np.mean(np.sign(X[test] @ w + b) == y[test]):.3f} on the 114 kept aside")


if __name__ == "__main__":
    main()
