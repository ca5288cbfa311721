"""Fit logistic regression to scikit-learn's breast cancers by scipy.optimize.minimize.

With `jac=True` it takes a function that returns the value and the gradient.
"""

import logistic
import numpy as np
from curves import show
from scipy.optimize import minimize
from sklearn.datasets import load_breast_cancer

from bpcompile import value_and_grad


def main():
    cancer = load_breast_cancer()
    X = (cancer.data - cancer.data.mean(axis=0)) / cancer.data.std(axis=0)
    args = X, cancer.target, 1e-3
    loss_grad = value_and_grad(logistic.loss, wrt="theta")
    start = np.zeros(X.shape[1] + 1)
    curve = [logistic.loss(start, *args)]
    found = minimize(
        loss_grad,
        start,
        args,
        jac=True,
        method="BFGS",
        callback=lambda theta: curve.append(logistic.loss(theta, *args)),
    )
    show("logistic", "iteration", BFGS=curve)
    share = np.mean((X @ found.x[:-1] + found.x[-1] > 0) == cancer.target)
    print(f"{found.nit} iterations, largest item of the gradient {np.abs(found.jac).max():.1e}, accuracy {share:.3f}")


if __name__ == "__main__":
    main()
