"""Train the network of two layers on scikit-learn's digits, once with each loss, by stochastic gradient descent."""

import numpy as np
import two_layers
from curves import show
from sklearn.datasets import load_digits

from bpcompile import value_and_grad

HIDDEN, BATCH, EPOCHS = 32, 32, 30


def train(loss, rate, X, Y):
    """Return the weights, and the mean loss of each epoch."""
    random = np.random.default_rng(0)
    W1, b1 = random.normal(0, 0.3, (X.shape[1], HIDDEN)), np.zeros(HIDDEN)
    W2, b2 = random.normal(0, 0.3, (HIDDEN, Y.shape[1])), np.zeros(Y.shape[1])
    loss_grad = value_and_grad(loss, wrt="W1,b1,W2,b2")
    curve = []
    for _ in range(EPOCHS):
        values = []
        for batch in np.array_split(random.permutation(len(X)), len(X) // BATCH):
            value, (dW1, db1, dW2, db2) = loss_grad(X[batch], Y[batch], W1, b1, W2, b2)
            W1, b1 = W1 - rate * dW1, b1 - rate * db1
            W2, b2 = W2 - rate * dW2, b2 - rate * db2
            values.append(value)
        curve.append(np.mean(values))
    return (W1, b1, W2, b2), curve


def accuracy(X, labels, W1, b1, W2, b2):
    """Return the share of the examples whose class has the largest output."""
    A1 = two_layers.sigmoid(X @ W1 + b1)
    return np.mean(np.argmax(A1 @ W2 + b2, axis=1) == labels)


def main():
    digits = load_digits()
    X, Y = digits.data / 16, np.eye(10)[digits.target]
    order = np.random.default_rng(0).permutation(len(X))
    test, rest = order[:360], order[360:]
    curves, found = {}, {}
    for loss, rate in ((two_layers.squared_loss, 2.0), (two_layers.cross_entropy, 0.5)):
        weights, curves[loss.__name__] = train(loss, rate, X[rest], Y[rest])
        found[loss.__name__] = accuracy(X[test], digits.target[test], *weights)
    show("two_layers", **curves)
    for name, share in found.items():
        print(f"{name}: accuracy {share:.3f} on the 360 digits kept aside")


if __name__ == "__main__":
    main()
