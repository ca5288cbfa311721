"""A polynomial by Horner's rule, its coefficients from the constant one upwards."""


def horner(c: list[float], x):
    y = 0.0
    for a in reversed(c):
        y = y * x + a
    return y
