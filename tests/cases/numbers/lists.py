"""Loops and lists, each function at the points above it: `tests/test_reports.py` compares each with differences."""

import math


# may be refused
# at M, 0.5
def shallow_copy_of_rows(m: list[list[float]], x):
    r = m.copy()
    r[0][0] = x
    return r[0][0] * m[0][0]


# may be refused
# at M, 0.5
def shallow_copy_unannotated(m, x):
    r = m.copy()
    r[0][0] = x
    return r[0][0] * m[0][0]


# may be refused
# at M, 0.5
def shallow_list_of_rows(m, x):
    r = list(m)
    r[0][0] = x
    return r[0][0] * m[0][0]


# may be refused
# at M, 0.5
def slice_of_rows(m, x):
    r = m[:]
    r[0][0] = x
    return r[0][0] * m[0][0]


# may be refused
# at M, 0.5
def rows_in_a_comprehension(m, x):
    r = [row for row in m]
    r[0][0] = x
    return r[0][0] * m[0][0]


# at M, 0.5, 0
# at M, 0.5, 1
def row_and_row_by_index(m, x, i: int):
    a = m[0]
    b = m[i]
    a[0] = b[0] * x
    return b[0] * m[0][0]


# at M, 0.5, 0
# at M, 0.5, 1
def row_by_an_index_that_changes(m, x, i: int):
    a = m[i]
    i = 1
    a[0] = a[1] * x
    return m[0][0] * m[1][0]


# at M, 0.5, 0, 0
# at M, 0.5, 1, 0
# at M, 0.5, -1, 1
def two_rows_by_index(m, x, i: int, j: int):
    a = m[i]
    b = m[j]
    a[0] = b[0] * x
    b[0] = a[0] * x
    return b[0] * a[0]


# at M, 0.5
def each_item_of_each_row(m, x):
    for row in m:
        for i in range(len(row)):
            row[i] = row[i] * x
    return m[0][0] * m[1][1]


# at W, 0.5
def item_ahead_in_a_for(w, x):
    for a in w:
        w[1] = a * x
    return w[1]


# at W, 0.5
def last_item_in_an_enumerate(w, x):
    for i, a in enumerate(w):
        w[-1] = w[-1] + a * x
    return w[-1] * w[0]


# at W, 0.5
def zip_of_one_list_twice(w, x):
    for a, b in zip(w, w):
        w[0] = a * b
    return w[0]


# at W, 0.5
def append_what_was_there(w, x):
    n = len(w)
    for i in range(n):
        w.append(w[i] * x)
    return w[-1] * w[n]


# at W, 0.5
# at [1.0], 2.0
def stack_machine(w, x):
    while len(w) > 1:
        a = w.pop()
        b = w.pop()
        w.append(a * b + x)
    return w[0]


# at W, 0.5
def slice_is_a_list_of_its_own(w, x):
    s = w[1:]
    s[0] = x * w[0]
    w[1] = s[0] * s[1]
    return w[1] * s[0]


# at W, 0.5
def list_times_list(w, x):
    v = [a * x for a in w]
    for i in range(len(v)):
        v[i] *= w[i]
    return sum(v) * v[0]


# at W, 0.5, 0
# at W, 0.5, -1
# at W, 0.5, 5
def store_at_a_parameter(w, x, i: int):
    w[i] = x
    return w[0] * w[1]


# at W, 0.5, 0
def index_before_the_target_changes(w, x, i: int):
    w[i], i = x, 1
    return w[0] * w[1] * i


# at W, 0.5, 0
def index_after_its_target(w, x, i: int):
    i, w[i] = 1, x
    return w[0] * w[1] * i


# at W, 0.5
def one_cell_twice_in_a_tuple(w, x):
    w[0], w[0] = x, w[0] * x
    return w[0] * w[1]


# at 0.5
def name_that_moves_on(x):
    a = [x, x * x]
    b = a
    a = [1.0, x]
    b[0] = b[0] * a[1]
    return a[0] + b[0] * b[1]


# may be refused
# at 0.5
def longer_list_from_trip_to_trip(x):
    a = [x]
    for i in range(3):
        a = [a[0] * x, a[-1]]
    return a[0] * a[1]


# at 0.5
def list_that_grows_by_concatenation(x):
    a = [x]
    for i in range(3):
        a = a + [a[-1] * x]
    return sum(a)


# at 0.5, 0
# at 0.5, 1
# at 0.5, 2
def lists_that_change_places(x, n: int):
    a = [x, 1.0]
    b = [1.0, x]
    for i in range(n):
        a, b = b, a
    return a[0] * a[0] + b[0]


# at 0.5, 0
# at 0.5, 1
# at 0.5, 2
def written_lists_that_change_places(x, n: int):
    a = [x, 1.0]
    b = [1.0, x]
    for i in range(n):
        a[0] = a[0] * b[1]
        a, b = b, a
    return a[0] * a[0] + b[0]


# at 0.5, 0
# at 0.5, 1
# at 0.5, 3
def list_for_the_next_trip(x, n: int):
    prev = [x, x]
    for i in range(n):
        cur = [0.0, 0.0]
        cur[0] = prev[0] * x
        cur[1] = prev[1] + cur[0]
        prev = cur
    return prev[1]


# at 0.5, 2
# at 0.5, 3
# at 0.5, 1
def rows_appended_and_written(x, n: int):
    m = []
    for i in range(n):
        row = [x * i, x]
        m.append(row)
    m[0][0] = m[1][0] * x
    return m[0][0] * m[n - 1][1]


# may be refused
# at 0.5, 2
def one_row_appended_again_and_again(x, n: int):
    m = []
    row = [x, x]
    for i in range(n):
        m.append(row)
    m[0][0] = 2.0 * x
    return m[1][0]


# may be refused
# at 0.5
def row_appended_then_written(x):
    m = []
    row = [x, x]
    m.append(row)
    row[0] = row[0] * x
    return m[0][0] * row[1]


# may be refused
# at 0.5
def row_appended_then_read(x):
    m = []
    row = [x, x]
    m.append(row)
    m[0][0] = row[0] * x
    return m[0][0] * row[0]


# at 0.5
def row_of_a_literal(x):
    m = [[x, 1.0], [2.0, x]]
    r = m[0]
    r[1] = r[0] * x
    return m[0][1] * m[1][1]


# at W, 0.5, 1
# at W, 0.5, 0
def write_in_a_branch(w, x, c: int):
    if c > 0:
        w[0] = x
    else:
        w[1] = x * w[0]
    return w[0] * w[1]


# at W, 0.5, 1
# at W, 0.5, 0
def append_in_a_branch(w, x, c: int):
    if c > 0:
        w.append(x)
    return w[-1] * len(w)


# at W, 0.5
# at W, -0.5
def write_before_an_early_return(w, x):
    if x > 0:
        w[0] = x
        return w[0] * w[1]
    w[1] = x * w[0]
    return w[1] * x


# at W, 2.5
# at W, 0.5
def write_then_break(w, x):
    for i in range(len(w)):
        if w[i] < x:
            w[i] = x * x
            break
    return sum(w) * w[0]


# at W, 0.5
# at W, 0.1
def write_then_return(w, x):
    for i in range(len(w)):
        w[i] *= x
        if w[i] > 1.2:
            return w[i] * w[0]
    return sum(w)


# at 0.5
def list_in_a_trip(x):
    t = 0.0
    for i in range(3):
        v = [x, t]
        v[1] = v[0] * v[1] + 1.0
        t = v[1]
    return t


# at W
def chain_of_writes(w):
    w[0] = w[0] / w[1]
    w[1] = w[0] ** 2
    w[2] = w[1] - w[0] * w[2]
    return w[2] * w[0]


# at W, 0.5
def write_in_a_while(w, x):
    i = 0
    while i < len(w):
        w[i] = w[i] * x
        i += 2
    return sum(w) * w[0]


# at 0.5
def jumps_in_nested_loops(x):
    y = x
    for i in range(3):
        for j in range(i, 3):
            if j == 2:
                continue
            if i == 2:
                break
            y = y * y + j
        else:
            y = y * x
    return y


# at 0.5
def range_downwards(x):
    s = 0.0
    for i in range(5, 0, -2):
        s = s * x + i
    return s


# at 0.5
def reversed_range_with_step(x):
    s = 1.0
    for i in reversed(range(0, 7, 3)):
        s = s * x + i * x
    return s


# at 0.5, 0, 5, 2
# at 0.5, 5, -3, -2
# at 0.5, 0, 5, -1
# at 0.5, 0, 5, 0
def range_of_parameters(x, n: int, m: int, k: int):
    s = 1.0
    for i in range(n, m, k):
        s = s * x + i * x
    return s


# at W, 0.5
# at [3.0, 4.0, 9.0], 2.0
# at [], 1.0
def reversed_with_break(w, x):
    s = 1.0
    for a in reversed(w):
        s = s * x + a
        if s > 8:
            break
    return s * a


# at W, 4.0
# at W, 2.5
# at W, 1.0
def counter_as_index(w, x):
    c = 0
    for a in w:
        if a > x:
            c += 1
    return c * x * w[c]


# at W, 0.5
def generator_of_two(w, x):
    return sum(a * b for a in w for b in w if a < b) * x


# at M, 0.5
def nested_comprehensions(m, x):
    return sum([sum([a * x for a in row]) ** 2 for row in m])


# at W, 0.5
def max_of_a_comprehension(w, x):
    return max([a * x for a in w]) * min(a + x for a in w)


# at W, 0.5
# at W, 2.0
def max_in_a_loop(w, x):
    best = w[0]
    for a in w[1:]:
        best = max(best, a * x)
    return best


# at W, 0.5
def concatenation(w, x):
    w = w + [x]
    return w[-1] * w[0]


# at W, 0.5
def rebound_to_its_tail(w, x):
    w[0] = x
    w = w[1:]
    w[0] = w[0] * x
    return w[0] * w[1]


# at W, 0.5
# at [1.0], 2.0
def two_pops(w, x):
    return w.pop() * w.pop() + len(w) * x


# at W, 0.5
# at W, -1.0
def pop_in_an_arm(w, x):
    return (w.pop() if x > 0 else 1.0) * w[-1]


# may be refused
# at 0.5
def slice_store(x):
    v = [x, x, x]
    v[:2] = [x * x, 1.0]
    return v[0] * v[2]


# at W, 0.5
def augmented_by_last_index(w, x):
    w[-1] += w[0] * x
    w[-1] -= x
    w[-1] *= w[-1]
    w[-1] /= x
    return w[2]


# at M, 0.5
def unpacked_rows(m, x):
    a, b = m
    a[0] = b[0] * x
    return m[0][0] * m[1][0]


# at M, 0.5
def nested_unpacking(m, x):
    (a, b), r = m
    r[0] = a * x
    return m[1][0] * b


# at W, 0.5
def list_in_a_tuple(w, x):
    t = (w, x)
    t[0][0] = t[1] * t[0][1]
    return w[0]


# at W, 0.5
def lambda_sees_the_write(w, x):
    h = lambda v: v[0] * x
    w[0] = w[1]
    return h(w)


# at W, 0.5
def closure_that_writes(w, x):
    def h():
        w[0] = w[1] * x

    h()
    h()
    return w[0] * w[1]


# at W, 0.5
def closure_that_reads(w, x):
    def h():
        return w[0] * x

    a = h()
    w[0] = 3.0 * x
    return a * h()


# at W, 1.5
# at W, 0.5
def index_by_int(w, x):
    w[int(x)] = x * x
    return w[1]


# at W, 0.5
def while_true_with_break(w, x):
    y = 0.0
    k = 0
    while True:
        k += 1
        y = y * x + w[k % 3]
        if k > 4:
            break
    return y


# at 0.75
# at 0.9
def while_true_with_return(x):
    y = 0.0
    while True:
        y = y * x + 1.0
        if y > 1.5:
            return y * x


# at 0.5, 3
# at 0.5, 1
# at 0.5, 0
def repeated_list(x, n: int):
    u = [x] * n
    for i in range(1, n):
        u[i] = u[i - 1] * u[i]
    return u[-1]


# at 0.5, 3
# at 0.5, 1
# at 0.5, 0
def repeated_pair(x, n: int):
    u = [x, 1.0] * n
    u[0] = u[-2] * x
    return sum(u) * u[0]


# at W, 0.5
# at W, 2.0
def raise_between_writes(w, x):
    if x > 1:
        raise ValueError("big")
    w[0] = x
    return w[0] * w[1]


# at W, 0.5
# at W, 1.5
def division_between_writes(w, x):
    w[0] = w[0] * x
    w[1] = 1.0 / (x - 0.5)
    return w[0] * w[1]


# at 0.5
def last_value_of_a_name(x):
    for i in range(3):
        y = x * i
    return y * y


# at 0.5
def unbound_in_the_first_trip(x):
    total = 0.0
    for i in range(3):
        if i == 0:
            y = x
        total += y * i
        y = y * x
    return total


# at 0.5
# at -0.5
def either_list(x):
    a = [1.0, x]
    b = a if x > 0 else [2.0, x]
    return b[0] * b[1]


# may be refused
# at 0.5
# at -0.5
def either_list_then_write(x):
    a = [1.0, x]
    b = a if x > 0 else [2.0, x]
    a[0] = x
    return b[0] * b[1]


# at M, 0.5, 0
# at M, 0.5, 1
# at M, 0.5, -1
def matrix_at_variable_indices(m, x, i: int):
    m[0][i] = m[i][0] * x
    m[i][0] = m[0][i] * m[0][0]
    return m[i][i] * m[0][0] * m[1][0]


# at W, 0.5
def parameter_rebound_to_a_list(w, x):
    x = w
    x[0] = x[1] * x[1]
    return w[0] * x[2]


# at W, 0
# at W, -1
# at W, 7
def first_and_last_item(w, i: int):
    return w[0] * w[i] * w[-1]


# at W
# at []
def loop_variable_after(w):
    for a in w:
        pass
    return a * a


# at W, 0.5
# at [], 0.5
def loop_variable_from_before(w, x):
    a = 3.0
    for a in w:
        pass
    return a * a * x


# at W, [1.0, 2.0]
# at W, W
def enumerate_of_zip(w, v):
    s = 0.0
    for i, (a, b) in enumerate(zip(w, v)):
        s += i * a * b
    return s


# at M
# at [[1.0, 2.0, 3.0]]
def pairs_of_a_matrix(m):
    s = 0.0
    for a, b in m:
        s += a * b
    return s * s


# at 0.5
def growing_through_an_alias(x):
    v = [0.0] * 3
    v[0] = x
    u = v
    for i in range(2):
        u[i + 1] = v[i] * x
    return v[2]


# at W, 0.5
def alias_then_concatenation(w, x):
    v = w
    v = v + [x]
    v[0] = 2.0 * x
    return w[0] * v[0] * v[-1]


# at M, 0.5
def copy_of_a_row(m, x):
    m[0][0] = x
    row = m[0].copy()
    row[0] = row[0] * x
    return m[0][0] * row[0]


# at 0.5
def assigned_counter(x):
    y = x
    for k in range(3):
        y, k = y * x + k, 7
    return y * k


# at W, 0.5
# at W, -1.0
def message_of_an_assert(w, x):
    w[0] = x
    assert w[0] > 0, f"{w[0]} bad"
    return w[0] * w[1]


# may be refused
# at 0.5
def row_appended_beside_itself(x):
    row = [x, x]
    m = [row]
    m.append(row)
    m[0][0] = 2.0 * x
    return m[1][0]


# may be refused
# at M, 0.5
def rows_of_a_parameter_appended(q, x):
    m = []
    for row in q:
        m.append(row)
    m[0][0] = 2.0 * x
    return q[0][0]


# at M, 0.5
def copies_of_rows_appended(q, x):
    m = []
    for row in q:
        m.append(row.copy())
    m[0][0] = 2.0 * x
    return q[0][0] * m[0][0]


# at M, 0.5
def copies_of_rows_in_a_comprehension(q, x):
    m = [row.copy() for row in q]
    m[0][0] = q[0][0] * x
    return q[0][0] * m[0][0]


# may be refused
# at 0.5
def rows_that_grow(x):
    m = [[x] for i in range(3)]
    for r in m:
        r.append(x * x)
    m[0][1] = 2.0 * m[1][0]
    return m[0][1] * m[2][1]


# at 0.5, 2
# at 0.5, 1
# at 0.5, 0
def diagonal(x, n: int):
    m = [[0.0] * n for i in range(n)]
    for i in range(n):
        m[i][i] = x * i
    return m[0][0] + m[n - 1][n - 1] * m[0][0]


# at 0.5
def alias_in_each_trip(x):
    a = [x, 2.0]
    for i in range(3):
        b = a
        b[0] = b[0] * x
    return a[0]


# at 0.5
def copy_in_each_trip(x):
    a = [x, 2.0]
    for i in range(3):
        b = a.copy()
        b[0] = b[0] * x
        a[1] += b[0]
    return a[0] * a[1]


# at 0.5
def alias_written_in_a_loop(x):
    a = [x, 2.0]
    b = a
    for i in range(3):
        b[0] = b[0] * x
        a[1] += b[0]
    return a[0] * b[1]


# may be refused
# at 0.5, 2
# at 0.5, 5
def copied_after_break(x, n: int):
    a = [x, 2.0]
    for i in range(n):
        a[0] = a[0] * x
        if a[0] < 0.1:
            break
        a = a.copy()
    return a[0]


# may be refused
# at W, 0.5
def alias_then_copy(w, x):
    b = w
    for i in range(2):
        b[0] = b[0] * x
        b = w.copy()
    return w[0] * b[0]


# at W
# at [3.0, 1.0, 2.0]
def helper_that_swaps(w):
    def swap(v, i, j):
        t = v[i]
        v[i] = v[j]
        v[j] = t

    for i in range(len(w) - 1):
        if w[i] > w[i + 1]:
            swap(w, i, i + 1)
    return w[0] * w[-1] * w[-1]


# at W
# at [3.0, 1.0, 2.0]
def bubble_sort(w):
    for i in range(len(w)):
        for j in range(len(w) - 1 - i):
            if w[j] > w[j + 1]:
                w[j], w[j + 1] = w[j + 1], w[j]
    return w[0] * w[-1] * w[-1]


# at 0.5, 3
# at 0.5, 0
def recurrence_in_a_table(x, n: int):
    d = [0.0] * (n + 1)
    d[0] = x
    for i in range(1, n + 1):
        d[i] = d[i - 1] * d[i - 1] + i
    return d[n]


# at [1.0, 2.5, 4.0], [1.5, 3.0]
# at [1.0], [2.0]
def warping_distance(a, b):
    d = [[0.0] * (len(b) + 1) for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            c = (a[i - 1] - b[j - 1]) ** 2
            d[i][j] = c + min(d[i - 1][j], d[i][j - 1], d[i - 1][j - 1])
    return d[len(a)][len(b)]


# at [[2.0, 1.0], [1.0, 3.0]], [1.0, 2.0]
# at [[4.0, 1.0, 0.5], [1.0, 3.0, -1.0], [0.25, 2.0, 5.0]], [1.0, 2.0, 3.0]
def gauss_elimination(a, b):
    for k in range(len(a)):
        for i in range(k + 1, len(a)):
            q = a[i][k] / a[k][k]
            for j in range(k, len(a)):
                a[i][j] -= q * a[k][j]
            b[i] -= q * b[k]
    x = [0.0] * len(b)
    for i in reversed(range(len(a))):
        s = b[i]
        for j in range(i + 1, len(a)):
            s -= a[i][j] * x[j]
        x[i] = s / a[i][i]
    return x[0] * x[-1]


# at [1.0, 2.0, 0.5, 4.0], 0.25, 2
# at W, 0.5, 0
# at W, 0.5, 1
def heat_equation(w, x, n: int):
    u = w.copy()
    for s in range(n):
        v = u.copy()
        for i in range(1, len(u) - 1):
            v[i] = u[i] + x * (u[i - 1] - 2 * u[i] + u[i + 1])
        u = v
    return sum(u) * u[1]


# at W, 0.5, 2
# at W, 0.5, 0
def list_rebuilt_in_each_trip(w, x, n: int):
    u = w
    for s in range(n):
        u = [u[i] * x + u[i - 1] for i in range(len(u))]
    return u[0] * w[1]


# at W, 0.5
def two_cell_network(w, x):
    h = [0.0, 0.0]
    for a in w:
        h = [math.tanh(a * x + h[0] - h[1]), math.tanh(a + h[1])]
    return h[0] + h[1]


# at W, 0.5
# at [5.0, 0.1], 2.0
# at [0.9, 0.9, 0.9], 2.0
def jumps_and_else(w, x):
    y = 0.0
    for a in w:
        z = a * x
        if z > 2:
            continue
        y += z * z
        if y > 5:
            break
    else:
        y = y * x
    return y + z


# at W, 7.0
# at W, 100.0
def return_from_an_inner_loop(w, x):
    y = 0.0
    for a in w:
        for b in w:
            if a * b > x:
                return y * a
            y += a * b
    return y


# at W, 0.5
# at [], 0.5
def while_with_else(w, x):
    i = len(w)
    y = x
    while i:
        i -= 1
        y = y * w[i]
    else:
        y += x
    return y


# at W, 4.0
# at W, 1.0
# at W, 9.0
def while_with_and(w, x):
    t = 0.0
    k = 0
    while k < len(w) and w[k] < x:
        t += w[k] * w[k]
        k += 1
    return t * k


# at 5.0
# at 0.5
def halving(x):
    n = 0
    while x > 1:
        x = x / 2
        n += 1
    return x * n


# at 0.5
def alias_of_the_result(x):
    a = b = x
    for i in range(3):
        a = a * x
        if i == 1:
            b = a
    return a * b


# at 0.5
def inner_name_after_the_loop(x):
    s = 0.0
    for i in range(3):
        t = x
        for j in range(i):
            t = t * x
        s += t
    return s * t


# at W, 0.5
def swap_in_a_loop(w, x):
    w[1] = w[0] * x
    for i in range(2):
        w[0], w[1] = w[1] * w[1], w[0]
    return w[0] + w[1] * w[2]


# at W, 0.5
# at [1.0], 0.5
def append_append_pop_pop(w, x):
    w.append(x)
    w.append(w[-1] * x)
    y = w.pop()
    z = w.pop()
    w.append(y * z)
    return w[-1] * w[0]


# at W, 0.5
def stack_and_queue(w, x):
    stack = [x]
    for a in w:
        if a > 2.5:
            stack.append(a * stack[-1])
        else:
            stack[-1] *= a
    y = 1.0
    while stack:
        y = y * 2 + stack.pop()
    return y


# at 0.5
def list_that_is_read_while_it_grows(x):
    q = [x, x * x]
    k = 0
    while k < len(q):
        if q[k] > 0.1:
            q.append(q[k] * x)
        k += 1
    return sum(q)


# at M
def break_from_a_row(m):
    s = 0.0
    for row in m:
        for i, a in enumerate(row):
            if i == 1:
                break
            s += a * a
    return s * s


# at W, 0.5
def helper_with_two_returns(w, x):
    def g(v, k):
        if k > 0:
            v[0] *= x
            return v[0]
        return v[1] * x

    y = 0.0
    for k in range(2):
        y += g(w, k)
    return y * w[0]


# at W, 0.5
def helper_that_copies(w, x):
    def g(v):
        v = v.copy()
        v[0] = v[0] * x
        return v

    u = g(w)
    u[1] = u[0] * w[0]
    return u[1] * u[0]


# at W, 0.5, 0
# at W, 0.5, 2
def helper_that_appends(w, x, n: int):
    def g(v):
        v.append(v[-1] * x)

    for i in range(n):
        g(w)
    return w[-1]


# at W, 0.5
def value_read_before_a_write(w, x):
    a = w[0]
    w[0] = x
    b = w[0]
    w[0] = a * b
    return w[0] * b


# at W, 0.5
def helper_twice_in_a_sum(w, x):
    def g(a):
        t = a[0] * x
        a[0] = t
        return t

    return g(w) + g(w) * w[0]


# at W, 0.5
def helper_after_a_read(w, x):
    def g(a):
        a[0] = a[0] * x
        return a[0]

    return w[0] * g(w)


# at W, 0.5
def store_of_what_a_helper_wrote(w, x):
    def g(a):
        a[0] = a[0] * x
        return a[0]

    w[0] = w[0] + g(w)
    return w[0]


# at W, 0.5
def augmented_by_what_a_helper_wrote(w, x):
    def g(a):
        a[0] = a[0] * x
        return a[0]

    w[0] += g(w)
    return w[0]


# at W, 0.5
def helper_between_two_reads(w, x):
    def g(a):
        a[0] = a[0] * x
        return a[0]

    v = [w[0], g(w), w[0]]
    return v[0] * v[1] * v[2]


# at W, 0.5
def helper_as_index(w, x):
    def g(a):
        a[0] = a[0] * x
        return 1

    w[g(w)] = w[0]
    return w[0] * w[1]


# at W, 0.5
def helper_as_index_of_augmented(w, x):
    def g(a):
        a[0] = a[0] * x
        return 1

    w[g(w)] += w[0]
    return w[0] * w[1]


# at W, 0.5
# at W, 0.9
def helper_in_a_condition(w, x):
    def g(a):
        a[0] = a[0] * x
        return a[0]

    return g(w) if g(w) > 0.6 else w[1] * g(w)


# at W, 0.5
# at W, 0.9
def helper_in_and_or(w, x):
    def g(a):
        a[0] = a[0] * x
        return a[0]

    return x > 0.7 and g(w) or w[0] * x


# at W, 0.5
def helper_in_a_while(w, x):
    def g(a):
        a[0] = a[0] * x
        return a[0]

    while g(w) > 0.2:
        w[1] *= x
    return w[0] * w[1]


# at W, 0.5
def helper_in_a_comprehension(w, x):
    def g(a):
        a[0] = a[0] * x
        return a[0]

    v = [g(w) * b for b in w]
    return sum(v)


# at W, 0.5
def helper_in_a_generator(w, x):
    def g(a):
        a[0] = a[0] * x
        return a[0]

    return sum(g(w) for i in range(3)) * w[0]


# at W
def sums_of_slices(w):
    return sum(w) * sum(w[:2]) * sum(w[::-1])


# at W
def reversed_slice(w):
    v = w[::-1]
    v[0] = v[1] * v[2]
    return v[0] * w[0]


# at W, 0, 3, 1
# at W, -1, -4, -1
# at W, 2, 0, -1
# at W, 0, 9, 2
# at W, 0, 0, 1
# at W, 0, 1, 0
def slice_of_parameters(w, n: int, k: int, s: int):
    v = w[n:k:s]
    v[0] *= w[0]
    return sum(v)


# at W, 0.5
def twice_a_list(w: list[float], x):
    v = w + w
    v[0] = v[3] * x
    return sum(v)


# at W, 0.5
def tuple_of_a_list(w, x):
    t = tuple(w)
    w[0] = x
    return t[0] * w[0]


# at W, 0.5
def list_of_a_list(w, x):
    t = list(w)
    w[0] = x
    return t[0] * w[0]


# at W, 0.5
# at W, 9.0
def max_after_a_write(w, x):
    w[0] = x
    return max(w) * min(w)


# may be refused
# at W, 0.5
def products_after_writes(w, x):
    w[0] = x
    w[1] = math.prod(w)
    return math.prod(w) + math.dist(w, w) + math.hypot(*[w[0], w[1]])


# at W, 0.5
def products_between_writes(w, x):
    s = 0.0
    for i in range(2):
        s += math.prod(w) * x
        w[i] = s
    return s + math.fsum(w)


# at 0.5
def loop_over_pairs(x):
    y = x
    for a, b in ((1.0, x), (x, 2.0)):
        y = y * a + b
    return y


# at 2.5
# at 0.5
def trips_of_int(x):
    y = 1.0
    for i in range(int(x)):
        y = y * x
    return y


# at 0.5
def many_trips(x):
    y = x
    for i in range(1000):
        y = y - 0.001 * y * y
    return y


# at W
def loop_variable_called_math(w):
    global_ = 1.0
    for math in w:
        global_ *= math
    return global_


# at W, 0.5
def names_of_ours(w, x):
    dx = 1.0
    y_tape = x
    for i in w:
        dx = dx * i + y_tape
        y_tape = dx
    return dx * y_tape


# at W, 0.5
def more_names_of_ours(w, x):
    len_ = len(w)
    range_ = 0.0
    for steps in range(len_):
        range_ += steps * w[steps] * x
        if range_ > 3:
            break
    return range_ * steps


# may be refused
# at 0.5
def row_in_a_literal_then_written(x):
    v = [x, x]
    m = [v]
    v[0] = 2.0
    return m[0][0] * m[0][1]


# may be refused
# at 0.5
def matrix_written_through_itself(x):
    v = [x, x]
    m = [v]
    m[0][0] = 2.0
    return v[0] * v[1]


# at 0.5
def tuple_of_a_list_then_written(x):
    v = [x, x]
    m = (v, x)
    v[0] = 2.0
    return m[0][0] * m[0][1]


# may be refused
# at M, 0.5
def pop_of_an_appended_row(m: list[list[float]], x):
    m.append([x])
    r = m.pop()
    return m[0][0] * x


# may be refused
# at M, 0.5
def pop_of_a_row(m: list[list[float]], x):
    m.append([x])
    r = m.pop()
    return r[0] * x


# may be refused
# at W, 0.5
def helper_result_as_a_row(w, x):
    def g(v):
        v[0] = v[0] * x
        return v

    m = [g(w), [x]]
    w[0] = 1.0
    return m[0][0]


# at 0.5
def row_by_its_place_in_a_list(x):
    v = [x, x]
    m = []
    m.append(v)
    k = m[0]
    k[0] = 3.0 * x
    return m[0][0] * k[0]


# at 0.5
def unpacked_rows_of_a_literal(x):
    m = [[x, 1.0], [x, 2.0]]
    a, b = m
    a[0] = b[1]
    m[1][1] = a[0] * x
    return b[1] * m[0][0]


# may be refused
# at 0.5
def one_matrix_twice(x):
    m = [[x, 1.0], [x, 2.0]]
    for a, b in [m, m]:
        a[0] = b[1] * x
    return m[0][0]


# at M, 0.5
def zip_of_one_matrix(m, x):
    for a, b in zip(m, m):
        a[0] = b[1] * x
    return m[0][0] * m[1][0]


# at W, 0.5
def comprehension_then_write(w, x):
    it = [a * x for a in w]
    w[0] = 7.0
    return sum(it) * w[0]


# at W, 0.5
def alias_by_a_constant_branch(w, x):
    v = w if True else w
    v[0] = x
    return w[0] * w[1]


# at W, 0.5
def alias_by_equal_arms(w, x):
    v = w if x > 0 else w
    v[0] = x
    return w[0] * w[1]


# at W, 0.5
def alias_bound_again(w, x):
    v = w
    if x > 0:
        v = w
    v[0] = x
    return w[0] * w[1]


# may be refused
# at W, 0.5
# at [], 0.5
def list_or_list(w, x):
    v = w or [x]
    w[0] = x
    return v[0]


# at W, 0.5
def default_that_is_a_list(w, x):
    h = lambda v=w: v[0]
    w[0] = x * x
    return h()


# at W, 0.5
def default_that_is_an_item(w, x):
    def h(v=w[0]):
        return v * w[0]

    w[0] = x * x
    return h()


# at 0.5
def list_remade_in_each_trip(x):
    a = [x]
    for i in range(2):
        a = [a[0] * x]
        a[0] += 1.0
    return a[0]


# at 0.5
def list_remade_by_another_name(x):
    a = [x]
    for i in range(2):
        b = [a[0] * x]
        b[0] += 1.0
        a = b
    return a[0]


# at 0.5
def old_list_and_new(x):
    a = [x]
    b = a
    for i in range(2):
        a = [a[0] * x]
        a[0] += 1.0
    return a[0] * b[0]


# may be refused
# at 0.5
def alias_of_the_old_list(x):
    a = [x]
    b = a
    for i in range(2):
        b[0] = 3.0 * x
        a = [a[0] * x]
        a[0] += 1.0
    return a[0] * b[0]


# may be refused
# at 0.5
def row_written_after_its_append(x):
    rows = []
    for i in range(3):
        r = [x * i]
        rows.append(r)
        r[0] += 1.0
    return rows[2][0]


# may be refused
# at 0.5
def rows_of_earlier_trips(x):
    rows = []
    r = [x]
    for i in range(3):
        rows.append(r)
        r = [r[0] * x]
    rows[0][0] = 7.0
    return rows[2][0] * rows[0][0]


# at 0.5
def rows_from_the_last_row(x):
    rows = [[x]]
    for i in range(3):
        rows.append([rows[-1][0] * x])
    rows[1][0] *= rows[0][0]
    return rows[3][0] * rows[1][0]


# may be refused
# at 0.5
def last_row_written_after_append(x):
    rows = [[x]]
    for i in range(3):
        r = rows[-1]
        rows.append([r[0] * x])
        r[0] *= 2
    return rows[3][0] * rows[1][0]


# at 0.5
def last_row_before_another(x):
    rows = [[x, 1.0]]
    r = rows[-1]
    rows.append([2.0, x])
    r[0] *= x
    return rows[0][0] * rows[1][0]


# at W, 0.5
def last_item_before_another(w, x):
    r = w[-1]
    w.append(x)
    w[-1] = r * w[-1]
    return w[-1]


# may be refused
# at M, 0.5
def row_at_minus_one_then_append(m, x):
    r = m[-1]
    m.append([x, x])
    r[0] = x * r[1]
    return m[1][0] * m[-1][0]


# at M, 0.5
def first_row_in_a_loop(m, x):
    r = m[0]
    for i in range(2):
        r[0] = r[0] * m[i][1]
    return m[0][0] * x


# at M, 0.5
def two_rows_in_a_trip(m, x):
    for i in range(2):
        r = m[i]
        q = m[1 - i]
        r[0] = q[0] * r[1]
    return m[0][0] * m[1][0] * x


# at M, 0.5
def rows_and_their_corner(m, x):
    for i in range(2):
        for r in m:
            r[i] = r[i] * x + m[0][0]
    return m[0][0] * m[1][0] * m[1][1]


# at M, 0.5
# at M, -0.5
def either_row(m, x):
    if x > 0:
        r = m[0]
    else:
        r = m[1]
    return r[0] * r[1]


# may be refused
# at M, 0.5
# at M, -0.5
def either_row_then_write(m, x):
    if x > 0:
        r = m[0]
    else:
        r = m[1]
    m[0][0] = x
    return r[0] * r[1]


# at M, 0.5
# at M, -0.5
def row_by_a_conditional_index(m, x):
    r = m[0 if x > 0 else 1]
    m[0][0] = x
    r[1] = x
    return r[0] * r[1] * m[0][1]


# at M
def best_row(m):
    best = m[0]
    for r in m:
        if r[0] > best[0]:
            best = r
    return best[0] * best[1]


# may be refused
# at M, 0.5
def best_row_then_write(m, x):
    best = m[0]
    for r in m:
        if r[0] > best[0]:
            best = r
    m[1][0] = x
    return best[0] * best[1]


# at W, 0.5
def list_twice_in_a_tuple(w, x):
    t = (w, w)
    t[0][0] = x
    return t[1][0] * w[1]


# at W, 0.5
def copy_as_argument(w, x):
    def g(a, b):
        a[0] = x
        return a[0] * b[0]

    return g(w, w.copy()) * w[0]


# at M, 0.5, 0
# at M, 0.5, 1
def rows_as_arguments(m, x, i: int):
    def g(a, b):
        a[0] = x
        b[1] = a[0] * b[0]

    g(m[0], m[1])
    g(m[1], m[1])
    g(m[i], m[0])
    return m[0][0] * m[0][1] * m[1][0] * m[1][1]


# at W, 0.5
# at [2.0], 0.5
# at [], 1.0
def pop_and_append(w, x):
    for i in range(3):
        w.append(w.pop() * x)
    return w[-1] * w[0]


# at W, 0.5
def rotation(w, x):
    for i in range(2):
        w[i], w[i + 1] = w[i + 1] * x, w[i]
    return w[0] * w[1] + w[2]


# at [-2.0, 3.0, 5.5]
def augmented_by_every_operator(w):
    w[0] -= w[1] * w[0]
    w[1] **= 2
    w[2] %= w[0]
    w[2] //= 1
    return w[0] * w[1] + w[2]


# at W
# at [2.0, 3.0]
# at [2.0]
def ends_that_change_places(w):
    w[-1], w[0] = w[0] ** 2, w[-1]
    return w[-1] * w[0] * w[1]


# at W, 0.5
def mirror(w, x):
    for i in range(len(w)):
        w[i] = w[-1 - i] * x
    return w[0] * w[1] * w[2]


# at W
def running_sums_in_place(w):
    s = 0.0
    for i in range(len(w)):
        a = w[i]
        w[i] = a * s
        s += w[i] + a
    return s * w[-1]


# at W, 2.5
# at W, 9.0
def bins_that_grow(w, x):
    c = [0.0]
    for a in w:
        if a > x:
            c[0] += a
        else:
            c.append(c[-1] * a)
    return c[0] * c[-1] * x


# at W, 0.5
def stack_that_shrinks(w, x):
    while w:
        a = w.pop()
        if a > 2.5:
            x = x * a
            continue
        w.append(a * 2)
        if x > 40:
            break
    return x


# at W, 0.5, 4
# at [], 0.5, 3
def stack_that_may_be_empty(w, x, n: int):
    for i in range(n):
        if i % 2:
            w.append(x * i)
        elif w:
            x = x * w.pop()
    return x + sum(w)


# at 0.5
# at 0.7
def branch_with_a_loop_in_each_arm(x):
    y = x
    for i in range(4):
        if i % 2:
            v = [y, x]
            for j in range(2):
                v[j] = v[j] * v[1 - j]
                if v[j] < 0.05:
                    break
            y = y + v[0] * v[1]
        else:
            while y < 2:
                y = y * 1.5 + x
                if y > 1.8:
                    continue
                y += 0.1
    return y


# at W, 0.5
def index_of_the_largest_distance(w, x):
    best = -1.0
    k = 0
    for i in range(len(w)):
        for j in range(i + 1, len(w)):
            d = (w[i] - w[j]) ** 2 * x
            if d > best:
                best = d
                k = j
    return best * w[k]


# at W, 0.5
def recurrent_cells(w, x):
    h = []
    c = []
    for t in range(3):
        prev = h[-1] if h else x
        z = prev * w[t] + x
        h.append(z * z)
        c.append(h[t] * z)
    return h[2] * c[1] + c[0]


# at [2.0, 3.5, 5.0], 0.5
def gauss_on_what_was_made(w, x):
    k = [[0.0] * 3 for _ in range(3)]
    for i in range(3):
        for j in range(i, 3):
            k[i][j] = w[i] * w[j] + x
            k[j][i] = k[i][j]
    for i in range(3):
        for r in range(i + 1, 3):
            f = k[r][i] / k[i][i]
            for c in range(i, 3):
                k[r][c] -= f * k[i][c]
    d = 1.0
    for i in range(3):
        d *= k[i][i]
    return d + k[1][2]


# at M, 0.5
def transposed_in_place(m, x):
    for i in range(len(m)):
        for j in range(len(m[i])):
            if i != j:
                m[i][j], m[j][i] = m[j][i] * x, m[i][j]
    return m[0][1] * m[1][0] * m[0][0]


# at W
def list_filtered_again_and_again(w):
    w = [a * a for a in w]
    w = [a + w[0] for a in w]
    w[0] = w[1] * w[2]
    w = [a for a in w if a > 8]
    return sum(w) * w[0]


# at W, 0.5
def list_cut_and_joined(w, x):
    w.append(x)
    w = w[1:]
    w.append(w[0] * x)
    w = w + w[:2]
    w[0] = w[-1] * w[2]
    return w[0] * w[3]


# at W, 0.5
# at [2.0, 3.0], 0.5
def two_indices_that_meet(w, x):
    i = 0
    j = len(w) - 1
    while i < j:
        w[i], w[j] = w[j], w[i] * x
        i += 1
        j -= 1
    return w[0] * w[0] + w[-1] * w[1]


# at W, [0.5, 1.5, 2.5], 0
# at W, [0.5, 1.5, 2.5], 3
def lists_that_are_remade_in_turn(w, v, n: int):
    a = w
    b = v
    for i in range(n):
        c = [p * q for p, q in zip(a, b)]
        a, b = b, c
    return sum(a) * b[0]


# at W, 2.5
# at W, 1.0
# at W, 9.0
def branches_with_a_break_and_an_else(w, x):
    s = 0.0
    for i in range(len(w)):
        if i and w[i - 1] > x:
            s += w[i]
            w[i] = s * x
        elif s > 3:
            break
        else:
            s -= w[i] * w[i]
    else:
        s = s * w[0]
    return s * w[-1]


# at W, 0.25
def step_helper(w, x):
    def step(u, dt):
        v = u.copy()
        for i in range(len(u)):
            v[i] = u[i] + dt * (u[i - 1] - u[i])
        return v

    for k in range(3):
        w = step(w, x)
    return w[0] * w[1]


# at W, 0.5
def filled_from_the_end(w, x):
    v = [0.0] * len(w)
    for i, a in enumerate(w):
        v[-1 - i] = a * x
    w[0] = v[0]
    return sum([a * b for a, b in zip(v, w)])


# at [0.2, 0.3, 0.5], 0.5
def downwards_in_place(w, x):
    for _ in range(2):
        for i in range(len(w) - 1, -1, -1):
            w[i] = w[i] * w[i - 1] + x
    return w[0] + w[1] * w[2]


# at 0.5
def names_that_swap_roles(x):
    t = x
    for i in range(3):
        t, u = t * x, t + x
        x = u if i != 1 else x
    return t * u * x


# at [2.0, 1.0, 5.0, 0.5], 0.5
def conditional_in_a_loop(w, x):
    r = 0.0
    for a in w:
        r = a if a > r else r * x
    return r * r


# at W
def fraction_with_abs(w):
    s = 0.0
    for a in w:
        s = (s + a) / (1 + abs(s - a))
    return s


# at 0.5, 3
# at 0.5, 0
# at -0.5, 2
def factorial_series(x, n: int):
    s = 1.0
    for i in range(1, n + 1):
        s *= x**i / i
    return s


# at 3.0
# at 20.0
def mean_of_two_kinds(x):
    a, b = 1.0, x
    while abs(a - b) > 0.1:
        a, b = (a + b) / 2, (a * b) ** 0.5
    return a


# at [2.0, 3.0, 0.5, 1.5], 0.5
def halving_in_place(w, x):
    n = len(w)
    while n > 1:
        for i in range(n // 2):
            w[i] = w[2 * i] * w[2 * i + 1] + x
        n //= 2
    return w[0]


# at 0.5
def counted_in_a_list(x):
    c = [0] * 3
    for i in range(5):
        c[i % 3] += i
    return c[0] * x + c[1] * x * x + c[2]


# at 0.9
def try_and_del(x):
    y = x
    for i in range(3):
        try_ = y
        y = y * try_
        del_ = y
    return del_ * try_


# at W, 0.5
# at W, 1.5
# at W, -3.0
def loop_in_each_arm(w, x):
    if x > 0:
        for a in w:
            x = x * a
            if x > 4:
                return x
    else:
        while x < 0:
            x = x + w[0]
    return x * w[1]


# at 0.5
def local_called_like_the_function(x):
    local_called_like_the_function = x * x
    return local_called_like_the_function * x


# at 0.5
def item_in_a_product(x):
    d = 1.0
    k = [x, x * x]
    for i in range(2):
        d *= k[i]
    return d


# at 0.5
def list_called_like_the_function(x):
    d = 1.0
    list_called_like_the_function = [x, x * x]
    for i in range(2):
        d *= list_called_like_the_function[i]
    return d


# may be refused
# at W, 0.5
def extended_in_place(w, x):
    b = w
    w += [x]
    return b[-1] * len(b) * w[0]


# may be refused
# at W, 0.5
def extended_through_an_alias(w, x):
    b = w
    b += [x, x * x]
    b[0] = b[-1]
    return w[-1] * w[0]


# may be refused
# at W
def extended_by_itself(w: list[float]):
    w += w
    return w[-1] * w[0] * len(w)


# may be refused
# at W, 0.5
def extended_in_a_loop(w, x):
    for i in range(2):
        w += [w[-1] * x]
    return w[-1] * w[0]


# may be refused
# at W, 0.5
def extended_where_it_was_made(w, x):
    v = [x]
    for a in w:
        v += [v[-1] * a]
    return sum(v)


# at W, 0.5
def slice_of_crossed_items(w, x):
    w[1:3] = [w[2] * x, w[1]]
    return w[1] * w[2] * w[0]


# at W, 0.5
def slice_of_itself(w, x):
    w[1:3] = w[0:2]
    return w[1] * w[2] * w[0]


# at W
def slices_back_and_forth(w):
    w[:2] = w[1:]
    w[1:] = w[:2]
    return w[0] * w[1] * w[2]


# may be refused
# at W
def slice_with_steps(w):
    w[::2] = w[::-2]
    return w[0] * w[0] * w[1] + w[2]


# may be refused
# at W
def slice_backwards(w: list[float]):
    w[::-1] = w
    return w[0] * w[0] * w[1] + w[2]


# at W
def slice_of_all_items(w):
    w[:] = [a * a for a in w]
    return w[0] * w[1]


# at W, 0.5, 1
# at W, 0.5, 0
# at W, 0.5, 3
def slice_to_the_end(w, x, k: int):
    w[k:] = [x] * (len(w) - k)
    return w[0] * w[1] * w[2]


# at W, [0.5, 1.5], 0, 2
# at W, [0.5, 1.5], 1, 3
# at W, [0.5, 1.5], -2, 9
def slice_between_parameters(w, v, k: int, n: int):
    w[k:n] = v
    return sum(w) * w[0] * v[0]


# at W, 0.5
def slice_through_an_alias(w, x):
    b = w
    b[0:1] = [x]
    return w[0] * w[1]


# at W, 0.5
def slice_in_a_loop(w, x):
    for i in range(2):
        w[i : i + 2] = w[i + 1], w[i] * x
    return w[0] * w[1] + w[2] * w[0]


# at M, 0.5
def rows_copied_into_each_other(m, x):
    m[0][:] = m[1]
    m[0][0] = x
    return m[0][0] * m[1][0] * m[0][1]


# at M, 0.5
def part_of_a_row_into_another(m, x):
    m[0][:1] = [x]
    m[1][1:] = m[0][:1]
    return m[0][0] * m[1][1] * m[1][0]


# at W, 0.5
def slice_that_swaps(w, x):
    w[0:2] = w[1], w[0]
    w[0:2] = [w[1], w[0] * x]
    return w[0] * w[1] * w[0]


# may be refused
# at M, W, 0.5
def slice_of_rows_assigned(m: list[list[float]], w: list[float], x):
    m[0:1] = [w]
    m[0][0] = x
    return w[0]


# may be refused
# at M
def slice_of_rows_turned(m: list[list[float]]):
    m[0:2] = m[1:] + m[:1]
    return m[0][0]


# may be refused
# at M
def rows_extended(m: list[list[float]]):
    m += [[1.0, 2.0]]
    return m[0][0]


# may be refused
# at W, 0.5
def helper_that_extends(w, x):
    def g(v):
        v += [x]
        v = v + [x]
        v[0] = 7.0
        return v[-1]

    y = g(w)
    return y * w[-1] * w[0]


# at 0.5
def tuple_extended(x):
    v = (x, x)
    v += (1.0,)
    return v[2] * v[0] * len(v)


# at 0.5
def tuple_extended_beside_an_alias(x):
    v = (x, x)
    u = v
    v += (1.0,)
    return u[0] * len(u)


# may be refused
# at W
# at []
def sums_that_are_shifted(w):
    s = [0.0]
    for a in w:
        s += [s[-1] + a]
    s[1:] = s[:-1]
    return sum(s)


# may be refused
# at W, 0.5
# at W, -0.5
def extended_or_assigned(w, x):
    if x > 0:
        w += [x]
    else:
        w[:1] = [x]
    return w[-1] * w[0]


# at [0.7, -1.3, 2.1], [0.3, 0.8, -0.5], 3
# at [0.7], [0.3], 1
def read_between_a_write_and_what_was_written(x, y, n: int):
    s = 0.0
    for i in range(n):
        x[i] = y[i] ** 2
        s += x[i] * y[i]
    return s


# at [0.7, -1.3, 2.1], [0.3, 0.8, -0.5], 3
def first_item_read_between_writes(x, y, n: int):
    s = 0.0
    for i in range(n):
        x[0] = y[i] * x[0]
        s += x[0] * y[i]
        x[0] = y[i] * x[0] * 2
    return s


# at [0.7, -1.3, 2.1], [0.3, 0.8, -0.5]
def copied_before_it_is_written(x, y):
    s = 0.0
    for i in range(3):
        c = x.copy()
        x[i] = c[i] ** 2 + c[i] * c[0]
        s += x[i] * c[i] - y[i] * y[i] * c[i]
    return s


# at 0.5, [0.3, 0.7]
# at 0.5, [0.3]
def read_after_the_last_is_gone(x: float, a: list[float]):
    y = a.pop()
    z = a[-1]
    return x * y


# at [0.4, -1.2, 0.8], 0.7
def divided_and_read_again(x, d: float):
    s = 0.0
    for i in range(1, 3):
        x[i] = x[i - 1] / (d + x[i])
        if x[i] > 0:
            x[i - 1] = math.exp(x[i]) * x[i]
        else:
            x[i] = math.sin(x[i]) / d
        s += x[i] * x[i - 1]
    return s


# at [0.4, -1.2, 0.8], 0.7
def two_squares_taken_away(x, d: float):
    s = 0.0
    for i in range(2):
        s = s * d - x[i] ** 2 * x[i + 1] - x[i] * x[i + 1]
    return s


# at [0.4, -1.2, 0.8], [0.7, 0.1, -0.3]
def added_to_before_and_after_it_is_written(x, y):
    w = [2 * v for v in x]
    s = 0.0
    for i in range(3):
        s += 3 * w[i]
        w[i] += 2 * y[i]
        s += 5 * w[i]
    return s


# at [0.4, -1.2, 0.8], 0.7
def three_items_added_to_twice_in_turns(x, d: float):
    s = 0.0
    for i in range(2):
        s = s * d + 2 * x[0] + 3 * x[1] * d + 4 * x[2]
        s += x[0] * x[1] + 5 * x[2] - 6 * x[0] + 7 * x[1] * x[2]
    return s


# at [0.5, 0.6], [0.1, 0.2], 0.3
def written_for_nothing_under_a_name_that_is_bound_again(u: list[float], w: list[float], k: float):
    for j in range(2):
        w[j] = u[j]
        w = u.copy()
    return u[0] * k


# a list that some path leaves unbound is read under a name of its own: its own may be bound anew


# at [0.5, 0.6, 0.7], [0.1, 0.2, 0.3], 0.3
# at [0.5, 0.6, 0.2], [0.1, 0.2, 0.3], 0.3
def read_before_its_name_is_bound_anew(u: list[float], w: list[float], k: float):
    for i in range(2):
        v = u[:]
    u[0] = k * w[1] + k * v[2]
    if u[2] > 0.4:
        v = w[:]
    return u[0] * u[1] + v[1]


# at [0.5, 0.6, 0.7], [0.5, 0.2], 0.7, 2
# at [0.5, 0.6, 0.7], [0.1, 0.2, 0.3, 0.4], 0.7, 2
# at [0.5, 0.6, 0.7], [0.5, 0.2], 0.3, 0
def read_on_one_path_only(u: list[float], w: list[float], k: float, n: int):
    for i in range(n):
        v = u[:]
    s = 0.0
    if k > 0.5:
        s = k * v[2]
    if w[0] > 0.4:
        v = w[:]
        s = s + v[1] * v[0]
    return s * k


# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.7, 2
# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.3, 3
def of_another_length_in_each_trip(u: list[float], w: list[float], k: float, n: int):
    for i in range(n):
        v = u[:]
    s = sum(v)
    for i in range(n):
        if i % 2:
            v = w[:]
        s = s * v[0] + v[-1] * k
    return s * v[1]


# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.7, 2
# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.3, 1
def handed_from_name_to_name(u: list[float], w: list[float], k: float, n: int):
    for i in range(n):
        v = u[:]
    for i in range(n):
        z = v[:]
    if k > 0.5:
        v = w[:]
        z = v
    elif k > 0.2:
        v = z
    return v[0] * z[1] + sum(z)


# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.7, 2
# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.7, 1
def lengthened_where_it_may_be_unbound(u: list[float], w: list[float], k: float, n: int):
    for i in range(n):
        v = list(w)
    for i in range(n):
        v.append(k * u[0])
        k = k * v[-1]
        v = u.copy()
    return v[0] * k


# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.7, 2
# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.7, 0
def bound_in_every_trip(u: list[float], w: list[float], k: float, n: int):
    for i in range(n):
        v = list(w)
    for i in range(2):
        for j in range(2):
            v = [u[-1] for x in w]
    return v[0] * k


# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.7, 2
def lengthened_for_nothing(u: list[float], w: list[float], k: float, n: int):
    for i in range(n):
        v = list(w)
    for i in range(n):
        v.append(k * u[0])
        v = u.copy()
    return v[0] * k


# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.7, 2
# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.3, 2
def lengthened_on_one_path(u: list[float], w: list[float], k: float, n: int):
    for i in range(n):
        v = list(w)
    for i in range(n):
        if k > 0.5:
            v = u[:]
        else:
            v.append(k)
            v = u.copy()
    return v[0] * k


# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.7, 3
# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.7, 0
def bound_anew_in_every_trip(u: list[float], w: list[float], k: float, n: int):
    v = list(u)
    for i in range(n):
        v = [k * x for x in w]
    return v[0] * k


# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.7, 2
# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.3, 2
# at [0.5, 0.6, 0.3], [0.1, 0.2], 0.3, 2
def bound_anew_for_nothing(u: list[float], w: list[float], k: float, n: int):
    for i in range(n):
        v = list(u)
    s = k
    if u[2] > 0.4:
        v = [k * x for x in w]
    if k > 0.5:
        s = v[0] * k
    return s * k


# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.7, 2
# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.7, 0
def cut_for_nothing(u: list[float], w: list[float], k: float, n: int):
    for i in range(n):
        v = list(w)
    for i in range(2):
        v = v[1:]
    return k * u[0]


# at [0.5, 0.6, 0.7], [0.1, 0.2, 0.3], 0.7, 2
def shortened_where_it_may_be_unbound(u: list[float], w: list[float], k: float, n: int):
    for i in range(n):
        v = [x * k for x in u]
    s = sum(x * y for x, y in zip(v, w)) * v[2]
    s = s * v.pop()
    return s * v[-1]


# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.7, 2
# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.3, 2
# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.7, 0
def chosen_where_it_may_be_unbound(u: list[float], w: list[float], k: float, n: int):
    for i in range(n):
        z = u[:]
    v = w if k > 0.5 else z
    return v[0] * z[1]


# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.7, 2
# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.3, 2
def written_and_chosen(u: list[float], w: list[float], k: float, n: int):
    for i in range(n):
        z = u[:]
    z[0] = k * z[1]
    v = w if k > 0.5 else z
    return v[0] * z[1]


# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.3
# at [0.5, 0.6, 0.7], [0.4, 0.2], 0.3
def written_and_bound_anew(u: list[float], w: list[float], k: float):
    for i in range(2):
        v = u[:]
    v[0] = k * v[1]
    s = v[0] * v[1]
    if w[0] > 0.3:
        v = w[:]
    return s * v[1]


# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.7, 1
# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.3, 1
def swapped_or_written(u: list[float], w: list[float], k: float, n: int):
    v = w[:]
    for i in range(n):
        z = u[:]
    s = z[0] * z[1]
    if k > 0.5:
        v, z = z, v
    else:
        z[0] = k
    return s * z[1]


# at [0.5, 0.6, 0.7], [0.1, 0.2], [0.4, 0.3], 0.7, 1
# at [0.5, 0.6, 0.7], [0.1, 0.2], [0.4, 0.3], 0.4, 1
# at [0.5, 0.6, 0.7], [0.1, 0.2], [0.4, 0.3], 0.2, 1
def read_where_it_is_not_bound_anew(u: list[float], w: list[float], m: list[float], k: float, n: int):
    s = k
    for i in range(n):
        z = [x for x in u]
    if k > 0.5:
        z = m
    elif k > 0.3:
        s = s * k
    else:
        r = [x * y for x, y in zip(z, w)]
        s = r[0] + r[1]
    v = z[:]
    return s * v[0]


# at [0.5, 0.6, 0.7], [0.1, 0.8], 0.7, 1
def run_over_and_bound_anew(u: list[float], w: list[float], k: float, n: int):
    for i in range(n):
        v = u[:]
    z = w[:]
    t = []
    for x in v:
        t.append(x * k)
    s = sum(t)
    for x in w:
        v = v if x > 0.5 else z
    return s * v[0]


# at [0.5, 0.6, 0.7], [0.8, 0.1], 0.7
def joined_and_bound_anew(u: list[float], w: list[float], k: float):
    for i in range(2):
        z = u[:]
    q = z + [k]
    for x in w:
        z = w if x > 0.5 else z
        q[1] = q[1] * x * k
    return q[0] * q[1] * z[0]


# at [0.5, 0.6, 0.7], [0.8, 0.1], 0.7
# at [0.5, 0.6, 0.7], [0.8, 0.1], 0.2
def shortened_by_a_loop_in_a_branch(u: list[float], w: list[float], k: float):
    z = u[:]
    s = k
    if k > 0.3:
        t = [x * y for x, y in zip(z, z)]
        for x in w:
            s = s + z.pop() * x
            z = t[::-1]
    return s * z[0]


# at [0.5, 0.6, 0.7], [0.8, 0.1], 0.7
# at [0.5, 0.6, 0.7], [0.8, 0.1], 0.2
def joined_and_shortened_in_a_branch(u: list[float], w: list[float], k: float):
    z = u + [k * k]
    s = k
    if k > 0.3:
        for x in w:
            s = s + z.pop() * x
            z = u[:]
    return s * k


def with_the_square_of_the_second(u, k):
    r = [x * k for x in u]
    r.append(r[1] * r[1])
    return r


# at [0.5, 0.6, 0.7], 0.3
def written_inside_another_in_a_loop(u: list[float], k: float):
    q = []
    for j in range(2):
        q.append(with_the_square_of_the_second(u, k))
        q[0][1] = k * u[0]
    return q[1][3] * q[0][1]


# at [0.5, 0.6, 0.7], 0.3, 1
def written_inside_another(u: list[float], k: float, n: int):
    q = []
    r = [x * k for x in u]
    s = r[0] * r[1] * k
    q.append(r)
    q[0][n % 2] += k * q[0][2]
    return s * q[0][n]


# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.7, 2
# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.3, 2
# at [0.5, 0.6, 0.7], [0.1, 0.2], 0.7, 0
def swapped_where_they_may_be_unbound(u: list[float], w: list[float], k: float, n: int):
    for i in range(2):
        v = w[:]
    for i in range(n):
        z = [x * k for x in u]
    if k < 0.5:
        v, z = z, v
    return max(v) * k


# a list that is summed where it was made, and read elsewhere under another name


# at [0.5, 0.6, 0.7], 0.3, 0
# at [0.5, 0.6, 0.7], 0.3, 2
# at [0.5, 0.6, 0.7], 0.3, 3
def summed_and_handed_on_by_a_loop(u: list[float], k: float, n: int):
    v = [x * k for x in u]
    s = sum(v)
    z = [k, k, k]
    for i in range(n):
        z, v = v, z
    return s + v[0]


# at [0.5, 0.6, 0.7], 0.3
# at [0.5, 0.6, 0.7], 0.7
def summed_and_chosen(u: list[float], k: float):
    v = [x * k for x in u]
    s = sum(v)
    w = v if k > 0.4 else u
    return s + w[0]


# at [0.5, 0.6, 0.7], 0.3
# at [0.5, 0.6, 0.7], 0.7
def summed_and_bound_anew_on_one_path(u: list[float], k: float):
    v = [x * k for x in u]
    s = sum(v)
    if k > 0.4:
        v = u[:]
        v[1] = s
    return v[1] * k


# at [0.5, 0.6, 0.7], 0.3
def summed_and_unpacked(u: list[float], k: float):
    v = [x * k for x in u]
    s = sum(v)
    x, y, z = v
    return s + x * y + z


def product_down(v, n: int):
    return v[n] * v[0] if n < 1 else product_down(v, n - 1) + v[n]


# at [0.5, 0.6, 0.7], 0.3
def summed_and_passed(u: list[float], k: float):
    v = [x * k for x in u]
    s = sum(v)
    return s + product_down(v, 2)


# at [0.5, 0.6, 0.7], 0.3
def summed_and_put_into_another(u: list[float], k: float):
    z = []
    s = 0.0
    for j in range(3):
        v = [x * k for x in u]
        z.append(v)
        s += sum(v)
    return s + z[0][1] * z[2][0]


# a list whose length a loop changes under another name is asked for it before that is undone


# at 1.1
def run_over_by_its_length_and_shortened(k: float):
    q = [k, k]
    s = k
    for i in range(2):
        for j in range(len(q)):
            q.pop()
            q = [k, k]
            s *= k
    return s


# at 1.1
def run_over_by_a_named_length_and_lengthened(k: float):
    q = [k, k]
    s = k
    for i in range(2):
        m = len(q) - 1
        for j in range(m):
            q.append(s)
            q = [k, k]
            s *= k
    return s


# at [0.5, 0.6, 0.7], 0.9, 2
# at [0.5, 0.6, 0.7], 0.1, 2
def lengthened_and_swapped_in_a_branch(u: list[float], k: float, n: int):
    q = u[:]
    p = u[:]
    s = 0.0
    if k > 0.2:
        for i in range(n):
            s = q[-1] + 0.5
            q.append(s * 0.5)
            p, q = q[:], p
    return s * k + q[0] * k + p[-1] * k


# at [0.5, 0.6, 0.7], [0.4, 0.3], 0.9, 2
# at [0.5, 0.6, 0.7], [0.4, 0.3], 0.1, 2
def shortened_and_swapped_in_a_branch(u: list[float], w: list[float], k: float, n: int):
    s = k
    r = u[:]
    g = []
    for x in r:
        g.append(x)
    if k > 0.2:
        for i in range(n):
            s += r.pop() * s
            g, r = r[:], g
            g.append(0.5)
    return s * k + r[0] * w[1] + g[-1] * k
