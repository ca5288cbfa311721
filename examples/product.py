"""(x + y) * z in two stages, the first circuit of the tutorial."""


def f(x, y, z):
    q = x + y
    f = q * z
    return f
