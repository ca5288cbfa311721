"""A number sent many times through x = sin(a x) + b: what does its end know of its beginning?"""

import math


def recurrence(x, a, b, n: int):
    for _ in range(n):
        x = math.sin(a * x) + b
    return x
