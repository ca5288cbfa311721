"""Learn what a black box does, z = w1 x + w2 x^2, from a table of what came out of it."""

import math

from bpcompile import grad


def model(w1, w2, x):
    return w1 * x + w2 * x**2


def loss(w1, w2, x, z):
    miss = model(w1, w2, x) - z
    return miss * miss


TABLE = [(1.0, 2.21), (1.1, 2.431), (1.2, 2.652), (2.0, 4.42)]

if __name__ == "__main__":
    loss_grad = grad(loss, wrt="w1,w2")
    w1, w2 = 0.0, 0.0
    rate = 0.01
    mean, epochs = math.inf, 0
    while mean >= 0.001:
        slopes = [loss_grad(w1, w2, x, z) for x, z in TABLE]
        w1 -= rate * sum(dw1 for dw1, _ in slopes)
        w2 -= rate * sum(dw2 for _, dw2 in slopes)
        mean = sum(loss(w1, w2, x, z) for x, z in TABLE) / len(TABLE)
        epochs += 1
    print(f"after {epochs} epochs: w1 {w1:.4f}  w2 {w2:.4f}  loss {mean:.6f}")
    for x, z in TABLE:
        print(f"x {x:.1f}  table {z:.3f}  model {model(w1, w2, x):.3f}")
