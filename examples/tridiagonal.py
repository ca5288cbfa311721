"""Solve a tridiagonal system in place, by elimination downwards and substitution upwards; sum the squares."""


def solve(lower: list[float], diagonal: list[float], upper: list[float], right: list[float]):
    n = len(diagonal)
    d = list(diagonal)
    x = list(right)
    for i in range(1, n):
        w = lower[i] / d[i - 1]
        d[i] -= w * upper[i - 1]
        x[i] -= w * x[i - 1]
    x[n - 1] /= d[n - 1]
    for i in range(n - 2, -1, -1):
        x[i] = (x[i] - upper[i] * x[i + 1]) / d[i]
    s = 0.0
    for i in range(n):
        s += x[i] * x[i]
    return s
