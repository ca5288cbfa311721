"""Let the recurrent network read scikit-learn's digits, one row of eight pixels after the other."""

import numpy as np
import recurrent
from curves import show
from sklearn.datasets import load_digits

from bpcompile import value_and_grad

HIDDEN, BATCH, EPOCHS, RATE = 32, 32, 20, 0.2


def main():
    digits = load_digits()
    X, Y = digits.images.transpose(1, 0, 2) / 16, np.eye(10)[digits.target]
    random = np.random.default_rng(0)
    order = random.permutation(len(Y))
    test, rest = order[:360], order[360:]
    shapes = (8, HIDDEN), (HIDDEN, HIDDEN), (HIDDEN,), (HIDDEN, 10), (10,)
    weights = [random.normal(0, 0.2, shape) for shape in shapes]
    loss_grad = value_and_grad(recurrent.loss, wrt="Wx,Wh,b,Wy,c")
    curve = []
    for _ in range(EPOCHS):
        values = []
        for batch in np.array_split(random.permutation(rest), len(rest) // BATCH):
            value, gradients = loss_grad(X[:, batch], Y[batch], *weights)
            weights = [w - RATE * dw for w, dw in zip(weights, gradients)]
            values.append(value)
        curve.append(np.mean(values))
    show("recurrent", digits=curve)
    Wx, Wh, b, Wy, c = weights
    H = np.zeros((len(test), HIDDEN))
    for x in X[:, test]:
        H = np.tanh(x @ Wx + H @ Wh + b)
    share = np.mean(np.argmax(H @ Wy + c, axis=1) == digits.target[test])
    print(f"accuracy {share:.3f} on the 360 digits kept aside")


if __name__ == "__main__":
    main()
