"""Lists that are copied and then written: what an item was before is that of the list that was copied, until it is written."""

import math


# at [0.4, -1.2, 0.8, 0.3], 0.2, 2
# at [0.4, -1.2], 0.2, 2
def heat(start: list[float], r, n: int):
    u = list(start)
    for _ in range(n):
        v = list(u)
        for i in range(1, len(u) - 1):
            v[i] = u[i] + r * (u[i - 1] - 2 * u[i] + u[i + 1]) * u[i]
        u = v
    return sum(u[i] * u[i] for i in range(len(u)))


# at [0.4, -1.2, 0.8], 0.7
def from_either_end(u: list[float], r):
    v = list(u)
    for i in range(-2, 2):
        v[i] = u[i] + r * u[i + 1] * u[i]
    return v[0] * v[1] + v[2] * v[2] * v[1]


# at [0.4, -1.2, 0.8], 0.7
def written_twice_in_a_trip(u: list[float], r):
    v = list(u)
    for i in range(2):
        v[i + 1] = u[i + 1] * r
        v[i] = u[i] + r * v[i + 1]
    return v[0] * v[1] + v[2] * v[2] * v[1]


# at [0.4, -1.2, 0.8], 0.7
def written_in_two_loops(u: list[float], r):
    v = list(u)
    for i in range(3):
        v[i] = u[i] + r * u[i - 1]
    for i in range(2):
        v[i] = u[i] + v[i] * v[i + 1]
    return v[0] * v[1] + v[2] * v[2] * v[1]


# at [0.4, -1.2, 0.8], 0.7
def written_again_by_an_outer_loop(u: list[float], r):
    v = list(u)
    for k in range(2):
        for i in range(3):
            v[i] = u[i] + r * v[i] * v[i - 1] + k
    return v[0] * v[1] + v[2] * v[2] * v[1]


# at [0.4, -1.2, 0.8], 0.7
def written_again_by_an_inner_loop(u: list[float], r):
    v = list(u)
    for i in range(3):
        for k in range(2):
            v[i] = u[i] + r * v[i] * v[i - 1] + k
    return v[0] * v[1] + v[2] * v[2] * v[1]


# at [0.4, -1.2, 0.8], 0.7
def the_other_list_is_written(u: list[float], r):
    v = list(u)
    u[1] = r * u[0]
    for i in range(3):
        v[i] = u[i] + r * v[i - 1]
    return v[0] * v[1] + v[2] * v[2] * v[1] + u[1] * u[2]


# at [0.4, -1.2, 0.8], 0.7
def the_other_list_is_written_in_the_loop(u: list[float], r):
    v = list(u)
    for i in range(2):
        u[i + 1] = r * u[i] + u[i + 1] * u[i + 1]
        v[i] = u[i] + r * v[i + 1]
    return v[0] * v[1] + v[2] * v[2] * v[1] + u[1] * u[2]


# at [0.4, -1.2, 0.8], 0.7
def two_terms_and_two_names(u: list[float], r):
    v = u.copy()
    w = v
    for i in range(0, 3, 2):
        w[i] = u[i] - r * u[i - 1] - math.sin(u[i]) + w[i] * r
    for i in reversed(range(2)):
        v[i] = r * v[i + 1] + u[i]
    return w[0] * v[1] + v[2] * v[2] * w[1]


# at [0.4, -1.2, 0.8], 0.7
def item_by_item(u: list[float], r):
    v = u[:]
    v[0] = u[0] + r * u[1]
    v[2] = u[1] * u[0] + u[2]
    v[1] = u[1] - v[0] * v[2] - u[1]
    v[0] = u[0] + r * v[1]
    return v[0] * v[1] + v[2] * v[2] * v[1]


# at [0.4, -1.2, 0.8], 0.7
def taken_away(u: list[float], r):
    v = list(u)
    for i in range(3):
        v[i] = r * u[i - 1] - u[i]
    w = list(v)
    for i in range(3):
        w[i] = v[i] + v[i] * v[i]
    return v[0] * w[1] + w[2] * v[2] * v[1]


# at [0.4, -1.2, 0.8], 0.7
# at [1.4, 1.2, 0.8], 0.7
def on_some_paths(u: list[float], r):
    v = list(u)
    for i in range(3):
        if u[i] > 0.5:
            v[i] = u[i] + r * u[i - 1]
            if i == 1:
                break
        else:
            v[i] = u[i] * u[i - 1] + u[i]
    return v[0] * v[1] + v[2] * v[2] * v[1]


# at [0.4, -1.2, 0.8], 0.7
# at [1.4, 1.2, 0.8], 0.7
def left_in_the_middle(u: list[float], r):
    v = list(u)
    s = 0.0
    for i in range(3):
        v[i] = u[i] + r * u[i - 1]
        if v[i] > 1.5:
            break
        s += v[i] * u[i]
    return v[0] * v[1] + v[2] * v[2] * v[1] + s


# at [0.4, -1.2, 0.8], 0.7
def longer_than_it_was(u: list[float], r):
    v = list(u)
    v.append(u[0] * r)
    for i in range(4):
        v[i] = v[i] + r * v[i - 1]
    v.append(v[0])
    for i in range(3):
        v[i] = u[i] + r * v[i + 1]
    return v[0] * v[1] + v[2] * v[3] * v[4]


# at [0.4, -1.2, 0.8], 0.7
def read_and_written_before(u: list[float], r):
    s = u[0] * r
    u[0] = s + u[1]
    v = list(u)
    for i in range(3):
        v[i] = u[i] + r * v[i - 1] * v[i]
    u[2] = v[0] * u[2]
    s += u[2] * u[1]
    return v[0] * v[1] + v[2] * v[2] * v[1] + s


# at [[0.4, -1.2], [0.8, 0.3]], 0.7
def rows(m: list[list[float]], r):
    s = 0.0
    for k in range(2):
        v = list(m[k])
        for i in range(2):
            v[i] = m[k][i] + r * m[k - 1][i]
        s += v[0] * v[1]
        m[k][0] = s + m[k][0] * v[1]
    return s


# at [0.4, -1.2, 0.8], 0.7, 2
def names_of_items(start: list[float], r, n: int):
    u = start[:]
    for _ in range(n):
        v = u[:]
        for i in range(1, 3):
            here = u[i]
            change = r * here * u[i - 1]
            v[i] = here + change
            v[0] += here * r
        u = v
    return u[0] * u[1] + u[2]


# at [0.4, -1.2, 0.8], 0.7, 2
def two_copies(start: list[float], r, n: int):
    u = list(start)
    for _ in range(n):
        v = list(u)
        w = list(u)
        for i in range(1, 3):
            v[i] = u[i] + r * u[i - 1]
            w[i - 1] = u[i - 1] + r * v[i] * u[i]
        u = [v[i] * w[i] for i in range(3)]
    return u[0] * u[1] + u[2]


# at [0.4, -1.2, 0.8], 0.7, 3
def a_walk_that_starts_anywhere(u: list[float], r, k: int):
    v = list(u)
    for i in range(k - 4, 2):
        v[i] = u[i] + r * u[i] * u[i - 1]
    return v[0] * v[1] + v[2] * v[2] * v[1]


# at [0.4, -1.2, 0.8], 0.7
def copied_in_each_trip(u: list[float], r):
    s = 0.0
    for i in range(3):
        v = list(u)
        for k in range(2):
            v[i] = u[i] + r * v[i] * v[i - 1] + k
        s += v[0] * v[1] + v[2] * v[2] * v[i]
    return s


# at [0.4, -1.2, 0.8], [0.7, 0.3, -0.2]
def copied_twice(u: list[float], w: list[float]):
    u = w[:]
    u[2] = w[0] * u[2] - w[-1]
    s = w[0] * u[2]
    u = u[:]
    u[2] -= w[-1] * w[0]
    w[2] -= w[2]
    return s + sum([p * q for p, q in zip(u, u)]) + u[1]
