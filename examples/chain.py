"""Three sigmoid neurons in a row: the cost, and the cost as a function of each neuron's weighted input z."""

import math


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def cost(w, b, x, y):
    z1 = w[0] * x + b[0]
    a1 = sigmoid(z1)
    z2 = w[1] * a1 + b[1]
    a2 = sigmoid(z2)
    z3 = w[2] * a2 + b[2]
    a3 = sigmoid(z3)
    miss = a3 - y
    return miss * miss / 2


def cost_from_z1(z1, w, b, y):
    a1 = sigmoid(z1)
    z2 = w[1] * a1 + b[1]
    a2 = sigmoid(z2)
    z3 = w[2] * a2 + b[2]
    a3 = sigmoid(z3)
    miss = a3 - y
    return miss * miss / 2


def cost_from_z2(z2, w, b, y):
    a2 = sigmoid(z2)
    z3 = w[2] * a2 + b[2]
    a3 = sigmoid(z3)
    miss = a3 - y
    return miss * miss / 2


def cost_from_z3(z3, y):
    a3 = sigmoid(z3)
    miss = a3 - y
    return miss * miss / 2
