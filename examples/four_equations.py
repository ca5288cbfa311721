"""The four equations of backpropagation hold for the generated gradients of a chain of three sigmoid neurons.

With z the weighted input of a neuron, a its output and delta = dC/dz:

    BP1    delta of the last neuron = dC/da * sigmoid'(z)
    BP2    delta of another neuron = w * delta of the next one * sigmoid'(z), with w the weight between them
    BP3    dC/db = delta
    BP4    dC/dw = a of the neuron before * delta

dC/dw and dC/db come from the gradient of `cost`, each delta from that of a function that starts at its z.
"""

import math

import chain

from bpcompile import grad


def show(equation, left, right):
    verdict = "equal" if math.isclose(left, right, rel_tol=1e-12) else "different"
    print(f"{equation}  {left:+.12f}  {right:+.12f}  {verdict}")


def main():
    w, b, x, y = [0.6, -1.2, 0.9], [0.9, 0.3, -0.4], 1.5, 0.0
    z1 = w[0] * x + b[0]
    z2 = w[1] * chain.sigmoid(z1) + b[1]
    z3 = w[2] * chain.sigmoid(z2) + b[2]
    a = [x, chain.sigmoid(z1), chain.sigmoid(z2), chain.sigmoid(z3)]

    sigmoid_slope = grad(chain.sigmoid)
    slopes = [sigmoid_slope(z1), sigmoid_slope(z2), sigmoid_slope(z3)]
    delta = [
        grad(chain.cost_from_z1, wrt="z1")(z1, w, b, y),
        grad(chain.cost_from_z2, wrt="z2")(z2, w, b, y),
        grad(chain.cost_from_z3, wrt="z3")(z3, y),
    ]
    dw, db = grad(chain.cost, wrt="w,b")(w, b, x, y)

    show("BP1", delta[2], (a[3] - y) * slopes[2])
    show("BP2", delta[1], w[2] * delta[2] * slopes[1])
    show("BP2", delta[0], w[1] * delta[1] * slopes[0])
    for i in range(3):
        show("BP3", db[i], delta[i])
    for i in range(3):
        show("BP4", dw[i], a[i] * delta[i])


if __name__ == "__main__":
    main()
