"""Loops to differentiate: plain programs over floats and lists, written without a thought of gradients."""

import math

H = 0.05  # the step of `orbit`


def recurrence(x, a, b, n: int):
    """A number sent through x = sin(x a) + b, n times."""
    for _ in range(n):
        x = math.sin(x * a) + b
    return x


def rosenbrock(x: list[float]):
    """The valley of Rosenbrock, summed over neighbours."""
    s = 0.0
    for i in range(len(x) - 1):
        s += 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2
    return s


def tridiagonal(lower: list[float], diagonal: list[float], upper: list[float], right: list[float]):
    """Solve a tridiagonal system in place, by elimination downwards and substitution upwards; sum the squares."""
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


def heat(start: list[float], r, steps: int):
    """An explicit heat equation on a rod whose ends are held; the sum of the squares after so many steps."""
    u = list(start)
    for _ in range(steps):
        v = list(u)
        for i in range(1, len(u) - 1):
            v[i] = u[i] + r * (u[i - 1] - 2 * u[i] + u[i + 1])
        u = v
    s = 0.0
    for i in range(len(u)):
        s += u[i] * u[i]
    return s


def orbit(x, y, a, b, n: int):
    """Prey x and hunters y, x' = a x - x y and y' = x y - b y, by the classical Runge-Kutta method."""
    for _ in range(n):
        k1 = a * x - x * y
        l1 = x * y - b * y
        x2 = x + H / 2 * k1
        y2 = y + H / 2 * l1
        k2 = a * x2 - x2 * y2
        l2 = x2 * y2 - b * y2
        x3 = x + H / 2 * k2
        y3 = y + H / 2 * l2
        k3 = a * x3 - x3 * y3
        l3 = x3 * y3 - b * y3
        x4 = x + H * k3
        y4 = y + H * l3
        k4 = a * x4 - x4 * y4
        l4 = x4 * y4 - b * y4
        x += H / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        y += H / 6 * (l1 + 2 * l2 + 2 * l3 + l4)
    return x + y


def smooth(start: list[float], a, sweeps: int):
    """A list overwritten in place, sweep after sweep: each write destroys what its own derivative needs."""
    y = list(start)
    for _ in range(sweeps):
        for i in range(1, len(y)):
            y[i] = math.sin(a * y[i]) + y[i - 1] / 2
    return y[-1]
