"""Trips that compute much: what is kept of them stands on one tape."""

import math


# at 1.2, 0.7, 1.1, 0.9, 3
# at 1.2, 0.7, 1.1, 0.9, 0
def orbit(x, y, a, b, n: int):
    for _ in range(n):
        k1 = a * x - x * y
        l1 = x * y - b * y
        x2 = x + 0.3 * k1
        y2 = y + 0.3 * l1
        k2 = a * x2 - x2 * y2
        l2 = x2 * y2 - b * y2
        x += 0.1 * (k1 + 2 * k2)
        y += 0.1 * (l1 + 2 * l2)
    return x + y


# at 1.2, 0.7, 4
# at 0.4, -0.7, 4
def inside_another_loop(x, a, n: int):
    s = 0.0
    for i in range(n):
        for j in range(i):
            p = a * x + 0.1 * x * x - 0.2
            q = p - a * p + 0.3 * x * p + 0.1
            r = q + a * q * p - 0.2 * p * q * x
            x = 0.1 * (p * q + q * r + r * p)
            s += x * p * q * r
        s = s * a + x
    return s


# at 1.2, 0.7
# at 0.3, 1.4
def until_it_is_small(x, a):
    s = 0.0
    while abs(x) > 0.05:
        p = a * x + 0.1 * x * x - 0.02
        q = p - a * p + 0.3 * x * p
        r = q + a * q * p - 0.2 * p * q * x
        x = 0.3 * x + 0.1 * (p * q + q * r + r * p)
        s += x * p * q * r
    return s


# at 1.2, 0.7, 6
# at 0.9, 0.2, 6
def left_in_the_middle(x, a, n: int):
    s = 0.0
    for i in range(n):
        p = a * x + 0.1 * x * x - 0.2
        q = p - a * p + 0.3 * x * p + 0.1
        if q > 0.5 and i > 1:
            s += p * q
            break
        r = q + a * q * p - 0.2 * p * q * x
        x = 1.1 * x + 0.1 * (p * q + q * r + r * p)
        if p * r < 0.2:
            continue
        s += x * p * q * r
    return s * x


# at 1.2, 0.7, 3
def names_bound_again(x, a, n: int):
    s = 0.0
    for _ in range(n):
        p = a * x + 0.1 * x * x - 0.2
        s += p * p * x
        x = p - a * p + 0.3 * x * p + 0.1
        q = x * p + 0.2 * x * a - p
        s += p * q * x
        p = q + a * q * p - 0.2 * p * q * x
        r = p + q * p - 0.5 * q * p * x
        s += p * q * r
        x = x * q + r * p
    return s


# at 1.2, 0.7, 0.4, 0.3, 3
def swapped(x, y, z, a, n: int):
    s = 0.0
    for _ in range(n):
        s += x * y * z * a
        w = x * y + y * z + z * x + a * x - a * y
        x, y, z = y * w, z + math.sin(x * w), x - a * w
    return s + x * y * z


# at 1.2, 0.7, [0.4, -0.3, 0.9]
def with_items(x, a, w: list[float]):
    s = 0.0
    for i in range(len(w)):
        p = a * x + 0.1 * x * x - 0.2
        q = p - a * p + 0.3 * x * p + 0.1
        r = q + a * q * p - 0.2 * p * q * x
        w[i] = w[i] * r + p * q
        x = x * w[i - 1] + q * r
        s += x * p * q * r * w[i]
    return s


# at 1.2, 0.7, 3
def shares_of_one_stage(x, a, n: int):
    for _ in range(n):
        p = a * x
        q = math.sin(x)
        r = x * x
        y = 2 * p + 2 * q + 2 * r
        y += p / a + q / a + r / 3
        x = math.sin(y) + p
    return x
