"""Fit the growth of a population to counts, by gradient descent through a Runge-Kutta method.

The population obeys p' = a p (1 - p / c). Its rate a and its capacity c are unknown; p was counted at times 0, 1, 2...
"""

from bpcompile import value_and_grad

STEP = 0.25  # four of them between two counts


def slope(p, a, c):
    return a * p * (1 - p / c)


def miss(a, c, counts: list[float]):
    p = counts[0]
    s = 0.0
    for i in range(1, len(counts)):
        for _ in range(4):
            k1 = slope(p, a, c)
            k2 = slope(p + STEP / 2 * k1, a, c)
            k3 = slope(p + STEP / 2 * k2, a, c)
            k4 = slope(p + STEP * k3, a, c)
            p += STEP / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        s += (p - counts[i]) ** 2
    return s


COUNTS = [0.1, 0.23, 0.48, 0.87, 1.32, 1.65, 1.84, 1.93, 1.97, 1.99]

if __name__ == "__main__":
    miss_grad = value_and_grad(miss, wrt="a,c")
    a, c = 0.5, 1.0
    rate = 0.02
    for step in range(101):
        s, (da, dc) = miss_grad(a, c, COUNTS)
        if step % 20 == 0:
            print(f"step {step:3}  a {a:.6f}  c {c:.6f}  miss {s:.6f}")
        a -= rate * da
        c -= rate * dc
