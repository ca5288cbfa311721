"""The three gates of the tutorial: add shares the gradient, max routes it, multiply swaps the inputs."""


def add(x, y):
    return x + y


def larger(x, y):
    return max(x, y)


def multiply(x, y):
    return x * y


def gates(x, y, z, w):
    m = max(z, w)
    return 2 * (x * y + m)
