"""Programs that kill mutants which nothing else here kills: `tests/mutants` says which faults there are."""

import math


# loops


# at 0.7, 3
# at 0.7, 0
# at 1.2, 4
def range_down_reversed(x, n: int):
    y = x
    for i in reversed(range(n, 0, -1)):
        y = y * x + i * y * y * 0.1
    return y


# at 0.7, 3
# at 0.7, 1
# at 1.2, 9
def steps_that_are_left_early(x, n: int):
    y = x
    for i in range(1, n, 2):
        if y > 4:
            break
        y = y * x + i * y
    return y


# at 0.7, 5, -2
# at 0.7, 5, 1
# at 1.2, 3, -1
def steps_that_the_caller_chooses(x, n: int, k: int):
    y = x
    for i in range(n, 0, k):
        y = y * x + i * y * y * 0.1
    return y


# at 0.7, 3
# at 0.7, 0
# at 1.2, 9
def downwards_until_a_break(x, n: int):
    y = x
    for i in range(n, 0, -1):
        y = y * x + i * y
        if y > 4:
            break
    return y


# at 0.7, 3
# at 0.7, 0
def counted_while(x, n: int):
    y = x
    while n > 0:
        y = y * 0.5 + x
        n -= 1
    return y


# at 0.7, 3
# at 0.7, 0
def bound_to_a_value_from_outside(x, n: int):
    t = x * x
    y = x
    for _ in range(n):
        y = t
    return y * x


# at 0.7, 3
# at 0.7, 0
def two_names_of_one_value(x, n: int):
    a, b = x, 2 * x
    for _ in range(n):
        t = a * b
        a = t
        b = t
    return a * a + b


# at 0.7, 3
# at 0.7, 0
def copied_name_in_a_loop(x, n: int):
    y = x
    z = x * x
    for _ in range(n):
        t = z
        y = y * t + t
    return y


# at 0.7, 3
# at 0.7, 0
def list_rebound_in_a_loop(x, n: int):
    a = [x, 2 * x]
    b = [1.0, 2.0]
    for i in range(n):
        b = [x * i, x]
    return a[0] * b[1] + b[0]


# at 0.7, 3
# at 0.7, 0
def list_rebound_from_itself(x, n: int):
    b = [x, x * x]
    for i in range(n):
        b = [t * x + i for t in b]
    return b[0] * b[1]


# lists


# at [[[0.5, 1.5], [0.25, 2.0]], [[1.0, 3.0], [1.25, 0.75]]], 0, 1
def three_levels(w, i: int, j: int):
    s = 0.0
    for k in range(len(w[i][j])):
        s += w[i][j][k] ** 2 * (k + 1)
    return s * w[j][i][0]


# at [[[0.5, 1.5], [0.25, 2.0]], [[1.0, 3.0], [1.25, 0.75]]], 0, 1
def three_levels_written(w, i: int, j: int):
    s = 0.0
    for k in range(len(w[i][j])):
        s += w[i][j][k] ** 2 * (k + 1)
        w[i][j][k] = s
    return s * w[j][i][0] + sum(w[i][j])


# at [0.5, 2.0, 1.5]
def sum_after_an_item(w):
    a = sum(w)
    return a * w[1] + w[0]


# at [0.5, 2.0, 1.5]
def two_sums(w):
    a = sum(w)
    b = sum(w) * a
    w[0] = b
    return sum(w) + b


# at [0.5, 2.0, 1.5], 1.0
# at [0.5, 2.0, 1.5], -1.0
def sum_on_one_side(w, x):
    y = x
    if x > 0:
        y = sum(w) * x
    return y * y + w[1]


# at [0.5, 2.0, 1.5], 1.0
# at [0.5, 2.0, 1.5], -1.0
def sum_of_a_written_list_on_one_side(w, x):
    w[0] = x * w[1]
    y = x
    if x > 0:
        y = sum(w) * x
    return y * y + w[1] * w[0]


# at 0.7, 3
def literal_that_is_appended_to(x, n: int):
    a = [x, x * x]
    for i in range(n):
        a.append(x * i)
    return sum(a) * x


# at 0.7, 3
def appended_read_and_summed(x, n: int):
    a = []
    for i in range(n):
        a.append(x * x * i)
    b = a[1] * 3
    return sum(a) * b


# at 0.7, 3
def summed_in_a_loop(x, n: int):
    a = []
    s = 0.0
    for i in range(n):
        a.append(x * x * (i + 1))
        s += sum(a) * x
    return s


# at 0.7, 3
def summed_in_another_loop(x, n: int):
    a = []
    for i in range(n):
        a.append(x * x * (i + 1))
    s = 0.0
    for i in range(n):
        s += sum(a) * i
    return s


# at [0.5, 2.0, 1.5], 0.7
def product_with_a_start(w, x):
    return math.prod(w, start=x * x) * x


# at [0.5, 2.0, 1.5], [1.5, -2.0, 0.25]
def distance_of_lists(w, v):
    return math.dist(w, v) * w[0]


# at [0.5, 2.0, 1.5], [1.5, -2.0, 0.25], 0.7
def both_lists_joined(w: list[float], v: list[float], x):
    c = w + v
    s = 0.0
    for i in range(len(c)):
        s += c[i] * c[i] * (i + 1) * x
    return s


# at [0.5, 2.0], 0.7, 2
def two_items_repeated(w, x, n: int):
    c = [w[0] * x, w[1]] * n
    s = 0.0
    for i in range(len(c)):
        s += c[i] * c[i] * (i + 1)
    return s


# at 0.7, 3
def one_item_repeated(x, n: int):
    c = [x * x] * n
    s = 0.0
    for i in range(len(c)):
        s += c[i] * c[i] * (i + 1)
    return s


# at 0.7, 1.5, 1
def literal_list_by_an_index(x, y, i: int):
    c = [x * x, y * x, y]
    c[i] = c[i - 1] * c[2]
    return c[0] * c[i] + c[2]


# at [0.5, 2.0, 1.5], 0.7, 1
def item_overwritten_by_a_constant(w, x, i: int):
    a = w[i] * x
    w[i] = 3.0
    b = w[i] * x
    w[i] = a * b
    return w[1] * a


# at [0.5, 2.0, 1.5], 1
def constant_stored(w, i: int):
    s = w[0] + w[i] * w[2]
    w[i] = 3.0
    return s * w[i] + sum(w)


# at [0.5, 2.0, 1.5], 1
def item_added_to_itself(w, i: int):
    w[i] += w[i]
    w[0] += w[i] * w[i]
    return w[0] * w[i]


# at [0.5, 2.0, 1.5], 0.7, 1
def item_subtracted_from(w, x, i: int):
    w[i] -= x * w[0]
    return w[1] * w[i] + x


# at [0.5, 2.0, 1.5], 0.7, 1
def sum_stored_and_read(w, x, i: int):
    t = w[i] + x * w[0]
    w[i] = t
    return w[i] * t + x


# at [0.5, 2.0, 1.5], 0.7, 1
def item_stored_in_another(w, x, i: int):
    w[0] = w[i] + x
    w[i] = w[0] * x
    w[2] = w[0] + w[i]
    return w[2] * w[0]


# at [0.5, 2.0, 1.5], [1.0, 2.0, 3.0], 1.0
# at [0.5, 2.0, 1.5], [1.0, 2.0, 3.0], -1.0
def copied_on_one_side(w, v, x):
    b = [0.0, 0.0, x]
    if x > 0:
        c = w.copy()
        c[0] = x * c[1]
        b = c.copy()
    return b[0] * w[0] + b[2] * v[1]


# at [0.5, 2.0, 1.5], 1.0, 3
# at [0.5, 2.0, 1.5], -1.0, 3
def copied_in_a_loop(w, x, n: int):
    s = 0.0
    for i in range(n):
        c = w.copy()
        if x > 0:
            c[0] = c[1] * x * i
        s += c[0] * w[0] + c[2] * s
    return s


# at [0.5, 2.0, 1.5], 0.7, 3
def written_by_its_own_items(w, x, n: int):
    y = x
    for i in range(n):
        w[i] = w[i - 1] * y
        y = y * w[i] + w[0]
    return y


# what is kept


# at [0.5, 2.0, 1.5], 0.7
def items_of_two_versions(w, x):
    s = 0.0
    for i in range(1, len(w)):
        a = w[i] * w[i]
        w[i] = a * x
        b = w[i] * w[i - 1]
        w[i] = b * x + a
        s += a * b * w[i]
    return s


# at [[0.5, 2.0], [1.5], [0.25, 0.75]], 0.7
def rows_of_other_lengths(m, x):
    s = 0.0
    for i in range(len(m)):
        for j in range(len(m[i])):
            m[i][j] *= x + s
            s += m[i][j] * m[i][j] * len(m[i])
    return s


# at 0.7, 4
def copied_name_kept(x, n: int):
    a, b = x, x * x
    for _ in range(n):
        c = a
        a = b * c
        b = c * c + x
    return a * b


# at 0.7, 4
def two_operands_kept(x, n: int):
    a, b = x, 2 * x
    s = 0.0
    for _ in range(n):
        s += math.exp((a + b) * (a - b))
        a, b = b * 0.5, a * x
    return s


# at [0.5, 2.0], [1.5, 0.25], 0.7, 3
# at [0.5, 2.0], [1.5, 0.25], -0.7, 3
def list_chosen_and_read(w, v, x, n: int):
    u = w if x > 0 else v
    s = 0.0
    for i in range(n):
        s += u[i % 2] * s + u[0] * x
    return s * u[1]


# at [0.5, 2.0, 1.5], 0.7, 3
def restored_for_a_restore(w, x, n: int):
    v = [x, x * x, 1.0]
    for i in range(n):
        v[i] = w[i] * v[i - 1]
        w[i] = v[i] * x
        v[i] = w[i] * w[i] * v[i]
    return v[0] * v[2] + w[1]


# at [0.5, 2.0, 1.5], 0.7, 3
def next_trip_reads_what_was_written(w, x, n: int):
    v = [0.0, 0.0]
    s = x
    for i in range(n):
        s = s * v[0] + w[i] * s
        v[0] = s * x
    return s


# at 0.7, 3
def list_of_each_trip(x, n: int):
    s = x
    for i in range(n):
        v = [s, x]
        v[0] = v[0] * v[1] + i
        v[1] = v[0] * v[0]
        s = v[1] * 0.1 + v[0]
    return s


# at 0.7, 3, 2
def inner_while(x, n: int, k: int):
    s = x
    for i in range(n):
        y = x
        while y < k + i:
            y = y * y + x + 0.5
        s += y * s
    return s


# at 0.7, 5
# at 1.7, 5
def kept_under_an_if(x, n: int):
    y = x
    while n > 0:
        n -= 1
        if n % 2:
            y = y * y * 0.5
        else:
            y += x
    return y


# at 0.7, 5
def index_of_a_loop_that_is_left(x, n: int):
    y = x
    for i in range(n):
        if y > 3:
            break
        y = y * y * i + x
    return y


# at [0.5, 2.0, 1.5], 0.7
def popped_in_a_loop(w, x):
    s = x
    while len(w) > 1:
        s += w.pop() * s * len(w)
    return s * w[0]


# at 0.7, 3
def appended_in_a_loop(x, n: int):
    w = [x]
    s = x
    for i in range(n):
        s += w[-1] * s * len(w)
        w.append(s * x)
    return s * w[0]


# the sweep


# at 0.7, 1.0
# at 0.7, -1.0
def chosen_and_written(x, t):
    w = [x, x * x]
    if t > 0:
        w[0] = w[1] * t
        y = w[0]
    else:
        w[1] = w[0] * t * t
        y = w[1] * x
    return y


# at [0.5, 2.0], 0.7, 1.0
# at [0.5, 2.0], 0.7, -1.0
def written_then_returned_from_a_side(w, x, t):
    w[0] = w[0] * w[1] * x
    if t > 0:
        w[0] = w[0] * w[0]
        return w[0] * w[1]
    w[1] = w[0] * w[1]
    return w[1] * w[0] * x


# at [0.5, 2.0], 0.7, 1.0, 3
# at [0.5, 2.0], 0.7, -1.0, 3
def written_in_a_side_of_a_loop(w, x, t, n: int):
    s = x
    for i in range(n):
        a = w[0] * s
        if t > 0:
            w[0] = a * a
        else:
            w[1] = a * w[1]
            w[0] += w[1]
        s += w[0] * w[1] * i
        w[1] = s
    return s


# at 0.7, 1.5
def tie_of_three(x, y):
    return max(x, y, x * 2) * y + min(x * 3, y, 2.0)


# at 0.7, 1.0
# at 0.7, -1.0
def one_value_twice_from_a_side(x, t):
    a, b = x, t
    if t > 0:
        c = x * x * t
        a = c
        b = c
    return a * a + b


# found later


# at [0.5, 2.0, 1.5], 0.7, 3
def index_of_a_written_list(w, x, n: int):
    v = [2.0, 0.0, 1.0]
    s = x
    for k in range(n):
        w[int(v[k])] = w[int(v[k])] * w[k] * x + s
        v[k] = v[k - 1] + 0.5
        s += w[int(v[k])] * w[k]
    return s


# at [0.5, 2.0, 1.5], 0.7, 3
def index_of_a_list_written_after(w, x, n: int):
    v = [2.0, 0.0, 1.0]
    s = x
    for k in range(n):
        s += w[int(v[0])] * w[k]
        w[int(v[0])] = s * x
        v[0] = float(k)
    return s


# at [0.5, 2.0], [1.5, 0.25], 3
# at [0.5, 2.0], [1.5, 0.25], 2
def lists_exchanged_in_a_loop(w, v, n: int):
    a, b = w.copy(), v.copy()
    s = 0.0
    for i in range(n):
        a[0] = b[1] * a[1] * a[0]
        s += a[0] * b[0]
        a, b = b, a
        b[1] = s * b[0]
    return a[0] * b[1] * b[0]


# at [0.5, 2.0], [1.5, 0.25], 0.7
# at [0.5, 2.0], [1.5, 0.25], -0.7
def two_values_of_one_side(w, v, x):
    t = x * x
    if x > 0:
        a = t
        b = x * w[0]
    else:
        a = x * v[0]
        b = t * a
    return a * b * t


# at 1.0, 1.5
# at 0.5, 0.5
def returned_twice(x, t):
    y = x * x
    if t > 1:
        z = y
    else:
        z = y * 2
        y = z
    return y * z


# at [0.5, 2.0], 0.7, 3
def state_before_a_branch(w, x, n: int):
    s = x
    for i in range(n):
        w[0] = w[0] * x + s
        a = w[0] * w[1]
        if i > 0:
            w[1] = a * w[0]
            w[0] = w[1] * x
        b = w[0] * w[1] * a
        s += b * 0.1
        if s > 2:
            w[0] = s * w[1]
        s += w[0] * a
    return s * w[0]


# at [0.5, 2.0], 0.7, 3
def state_before_an_inner_loop(w, x, n: int):
    s = x
    for i in range(n):
        a = w[0] * w[1] * s
        for j in range(2):
            w[j] = a * w[j] + x
            a += w[j] * w[0]
        s += w[0] * w[1] * a * 0.1
        w[1] = s
    return s * w[0]


# at [0.5, 2.0], 0.7, 3
def swept_before_the_end(w, x, n: int):
    s = x
    for i in range(n):
        if w[0] * s > 0.3:
            w[0] = w[0] * w[1] * s
        else:
            w[1] = w[1] + w[0] * x
        s = s * w[0] + w[1]
    return s


# at 0.7, 4
def pops_and_appends(x, n: int):
    w = [x, x * x, 1.0 + x]
    s = x
    for i in range(n):
        s = s * w[-1] + w[len(w) - 1]
        t = w.pop()
        w.append(t * s)
        w.append(s * w[0])
        s += w[len(w) - 2]
    return s * w[-1] * len(w)


# at [0.5, 2.0, 1.0], 0.7
def lengths_kept(w, x):
    s = x
    k = 0
    while k < 3:
        s = s * x + s * s * len(w)
        w.append(s)
        k += 1
        s += s * w[len(w) - 2]
    return s


# at [0.5, 2.0, 1.0], 0.7
def lengths_that_shrink(w, x):
    s = x
    while len(w) > 1:
        s = s * x + s * s * len(w)
        w.pop()
        s += s * w[len(w) - 1]
    return s


# at 0.7, 3
def rows_of_each_trip(x, n: int):
    s = x
    for i in range(n):
        v = [x, s]
        for j in range(2):
            v[j] = v[j] * v[j - 1] + s
            s += v[j] * 0.1
        s = s * v[0]
    return s


# at [0.5, 2.0, 1.5], 0.7
def item_named_before_a_write(w, x):
    s = x
    for i in range(1, len(w)):
        a = w[i]
        w[i] = a * x + s
        s += a * a * w[i] * w[i - 1]
    return s


# at 0.7, 3
def value_from_outside_in_a_side_of_a_loop(x, n: int):
    t = x * x
    y = x
    for i in range(n):
        if i % 2:
            y = y * x
        else:
            y = t
    return y * x


# at 0.7, 3
def value_from_outside_in_a_side_of_a_loop_added(x, n: int):
    t = x * x
    s = 0.0
    for i in range(n):
        if i % 2:
            y = s * x
        else:
            y = t
        s += y * y
    return s


# at 0.7, 1
# at 1.7, 1
def one_active_argument(x, n: int):
    return max(x, n) * x + min(n, x) * 3 + max(n, x, 2 * n) * x


# at 0.7, 3.0
# at 0.7, -1.0
def both_results_of_a_side(x, t):
    a, b = x, x * t
    if t > 0:
        c = x * x * t
        a = c
        b = c
    return a * a + b
