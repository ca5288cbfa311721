"""A graph of nodes in topological order, each with a compiled backward part, trained on scikit-learn's diabetes table.

The gradients that the nodes pass on are those of the network compiled as one function.
"""

import miniflow
import numpy as np
from curves import show
from sklearn.datasets import load_diabetes

from bpcompile import grad, vjp


class Input:
    """A value that is given."""

    inputs = ()

    def __init__(self, value=None):
        self.value = value


class Node:
    """A value that is computed from those of other nodes."""

    def __init__(self, function, *inputs):
        self.inputs = inputs
        self.function = function
        self.pullback = vjp(function)

    def forward(self):
        self.value = self.function(*(node.value for node in self.inputs))

    def backward(self):
        shares = self.pullback(*(node.value for node in self.inputs), self.gradient)
        for node, share in zip(self.inputs, shares if len(self.inputs) > 1 else [shares]):
            node.gradient = node.gradient + share


def topological_order(last):
    """Return the nodes that the last one needs, each after those that it needs itself."""
    order = []

    def visit(node):
        if node not in order:
            for each in node.inputs:
                visit(each)
            order.append(node)

    visit(last)
    return order


def forward_and_backward(order):
    """Give every node its value, then its gradient: that of the last one by it."""
    nodes = [node for node in order if node.inputs]
    for node in nodes:
        node.forward()
    for node in order:
        node.gradient = 0.0
    order[-1].gradient = 1.0
    for node in reversed(nodes):
        node.backward()


def descend(parameters, rate):
    """Move each parameter a step against its gradient."""
    for node in parameters:
        node.value = node.value - rate * node.gradient


def main():
    table = load_diabetes()
    features = table.data / table.data.std(axis=0)
    target = (table.target[:, None] - table.target.mean()) / table.target.std()
    random = np.random.default_rng(0)
    rest, test = np.split(random.permutation(len(features)), [354])
    X, y = Input(), Input()
    W1, b1 = Input(random.normal(0, 0.3, (10, 10))), Input(np.zeros(10))
    W2, b2 = Input(random.normal(0, 0.3, (10, 1))), Input(np.zeros(1))
    l1 = Node(miniflow.linear, X, W1, b1)
    s1 = Node(miniflow.sigmoid, l1)
    l2 = Node(miniflow.linear, s1, W2, b2)
    cost = Node(miniflow.mse, y, l2)
    order = topological_order(cost)

    curve = []
    for _ in range(60):
        costs = []
        for batch in np.array_split(random.permutation(rest), 32):
            X.value, y.value = features[batch], target[batch]
            forward_and_backward(order)
            descend([W1, b1, W2, b2], rate=0.05)
            costs.append(cost.value)
        curve.append(np.mean(costs))
    show("miniflow", diabetes=curve)

    X.value, y.value = features[test], target[test]
    forward_and_backward(order)
    print(f"mean squared error {cost.value:.3f} on the {len(test)} patients kept aside")
    print(f"mean squared error {np.mean(y.value**2):.3f} if it always said the mean")
    inputs = X, y, W1, b1, W2, b2
    whole = grad(miniflow.network)(*(node.value for node in inputs))
    apart = max(np.abs(one - node.gradient).max() for one, node in zip(whole, inputs))
    print(f"largest difference from the gradients of the network compiled as one function {apart:.0e}")


if __name__ == "__main__":
    main()
