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


# what raises


# at 0.7, 1.5
# at 0.0, 1.5
# at 1.5, 0.0
def division_by_one_of_two(x, y):
    a = x / y
    b = 1.0 / x
    return a * y + b


# at [0.5, 2.0], 0
# at [0.5, 2.0], 5
# at [0.5, 2.0], -2
# at [0.5, 2.0], -3
def item_that_is_not_there(w, i: int):
    a = w[i]
    w[0] = 3.0
    return w[1]


# at [0.5, 2.0], 0.7
# at [0.5], 0.7
# at [0.5, 1.0, 2.0], 0.7
def unpacked_for_nothing(w, x):
    a, b = w
    return x * x


# at [0.5, 2.0], 3
# at [0.5, 2.0, 1.0, 4.0, 5.0], 3
def write_that_raises(w, i: int):
    w[i] = 2.0
    return w[0] * w[1]


# at [0.5, 2.0, 1.0], 1
# at [0.5, 2.0, 1.0], 3
# at [0.5, 2.0, 1.0], 4
def every_third_item(w, n: int):
    s = 0.0
    for i in range(0, len(w) + n, 3):
        s += 1.0
        t = w[i]
    return s * w[0]


# at [0.5, 2.0, 1.0], -1
# at [0.5, 2.0, 1.0], -4
def items_from_below_zero(w, n: int):
    s = 0.0
    for i in range(-5, len(w)):
        t = w[i]
        s += 1.0
    return s * w[0]


# at [0.5, 2.0, 1.0], [1.0]
# at [0.5, 2.0], [1.0, 3.0, 4.0]
def item_of_the_other_list(w, v):
    s = 0.0
    for i in range(len(w)):
        t = v[i]
        s += w[i]
    return s * w[0]


# at [0.5, 2.0, 1.0], 0.7
# at [0.5, 2.0, 1.0], 2.0
def items_of_a_list_that_shrinks(w, x):
    s = 0.0
    for i in range(len(w)):
        t = w[i]
        if x > 1:
            w.pop()
        s += x * x
    return s


# at [0.5, 2.0], 0.0, 7
# at [0.5, 2.0], 1.0, 7
def division_before_a_write(w, x, i: int):
    a = 1.0 / x
    w[i] = 3.0
    return a * w[0]


# at 0.0, -1.0
# at 1.0, -1.0
# at 1.0, 1.0
def division_before_a_root(x, y):
    a = 1.0 / x
    if y < 2:
        b = math.sqrt(y)
    else:
        b = y
    return a * b


# at 0.0, -1.0
# at 1.0, -1.0
# at -1.0, 0.0
def two_kinds_of_exceptions(x, y):
    a = 1.0 / x
    b = math.log(y)
    return a * b


# at 0.0, 3
# at 1.0, 3
# at 1.0, -1
def division_before_a_raise(x, n: int):
    a = 1.0 / x
    if n < 0:
        raise ValueError("below zero")
    return a * n * x


# at 0.7, 3
def value_of_another_block(x, n: int):
    a = x * x
    s = 0.0
    for i in range(n):
        b = a * s
        if i > 1:
            s = b * a
        s += a * 0.5
    return s


# at 0.7, 3
def begins_with_an_expression(x, n: int):
    y = x * x + x
    t = x * x
    for i in range(n):
        y = y * t + x * x
    return y


# at [0.5, 2.0], 0.7, 3
def sum_around_a_loop_that_writes(w, x, n: int):
    a = w[0] * x
    for i in range(n):
        w[0] = w[0] * w[1]
    b = a * w[0] + w[1]
    if x > 0:
        w[1] = b
    return b * w[0] * w[1] + a * a


# at 0.7, 3
def list_written_for_later_trips(x, n: int):
    w = [x, 1.0]
    for i in range(n):
        w[0] = w[1] * x
        w[1] = w[0] + x
    return x * w[0]


# at 0.7, 3
def list_written_in_a_side_for_later(x, n: int):
    w = [x, 1.0]
    for i in range(n):
        if i:
            w[0] = w[1] * x + w[0]
    return x * w[0]


# at [0.5, 2.0], 0.7
def active_from_the_second_write_on(w, x):
    v = [1.0, 2.0]
    a = v[0] * 3
    v[0] = a * x
    b = v[0] * w[1]
    v = [b, v[0]]
    return v[0] * v[1] + a


def other_way_round(a, b):
    t = math.log(b)
    return t * a


# at 0.0, -1.0
# at 1.0, -1.0
# at 0.0, 1.0
# at 1.0, 1.5
def argument_that_raises_first(x, y):
    return other_way_round(1.0 / x, y)


def after_a_branch(a, b):
    if b > 0:
        t = math.log(b - 1.0)
    else:
        t = b
    return t * a


# at 0.0, 0.5
# at 1.0, 0.5
# at 0.0, 3.0
# at 2.0, 3.0
def argument_that_raises_before_a_branch(x, y):
    return after_a_branch(1.0 / x, y)


def after_a_loop(a, w):
    s = 1.0
    for i in range(3):
        s = s * w[i]
    return s * a


# at 0.0, [1.0, 2.0]
# at 2.0, [1.0, 2.0]
# at 2.0, [1.0, 2.0, 3.0]
def argument_that_raises_before_a_loop(x, w):
    return after_a_loop(1.0 / x, w)


def after_an_unpacking(a, w):
    b, c = w
    return b * a * c


# at 0.0, [1.0, 2.0, 3.0]
# at 2.0, [1.0, 2.0, 3.0]
# at 2.0, [1.0, 2.0]
def argument_that_raises_before_an_unpacking(x, w):
    return after_an_unpacking(1.0 / x, w)


def after_an_error(a, n):
    if n < 0:
        raise ValueError("below zero")
    return a * n


# at 0.0, -1
# at 1.0, -1
# at 2.0, 3
def argument_that_raises_before_an_error(x, n: int):
    return after_an_error(1.0 / x, n)


def last_first(a, b, c):
    t = c * 2
    return t * b + a


# at 0.0, -1.0, 800.0
# at 1.0, -1.0, 800.0
# at 1.0, 1.0, 800.0
# at 0.0, 1.0, 1.0
# at 1.0, 2.0, 1.0
def three_arguments_that_raise(x, y, z):
    return last_first(1.0 / x, math.log(y), math.exp(z))


# at 0.0, 800.0
# at 1.0, 800.0
# at 2.0, 1.0
def nothing_reads_what_raises(x, y):
    t = math.exp(y)
    return x * x + 1.0 / x * 0


# at [1.0, 2.0], 7, 0.0
# at [1.0, 2.0], 7, 1.0
# at [1.0, 2.0], 1, 0.0
# at [1.0, 2.0], 1, 2.0
def division_and_write(w, i: int, x):
    b = w[0] / x
    w[i] = b
    return b * w[1]


# at [1.0, 2.0], 7, 0.0
# at [1.0, 2.0], 7, 1.0
# at [1.0, 2.0], 1, 0.0
# at [1.0, 2.0], 1, 2.0
def returned_division_after_a_write(w, i: int, x):
    a = w[0] / x
    w[i] = 3.0
    return a


# at 0.0, 0.5
# at 1.0, 0.5
# at 0.0, 3.0
# at 2.0, 3.0
def returned_division_after_a_branch(x, y):
    a = 1.0 / x
    if y > 0:
        t = math.log(y - 1.0)
    else:
        t = y
    return t + a


# at 0.0, -3.0
# at 0.0, 3.0
# at 2.0, -3.0
# at 2.0, 3.0
def division_and_root(x, y):
    return y / x + math.sqrt(y)


# at 0.0, 0.5
# at 1.0, 0.0
# at 0.0, 0.0
# at 2.0, 3.0
def two_divisions(x, y):
    a = 3.0 / x
    b = math.log(y)
    return a - y / b


# names in loops


# at 0.7, 3
# at 0.7, 0
def old_value_read_in_a_loop(x, n: int):
    y = math.sin(x)
    p = (y, x)
    for i in range(n):
        y = y * p[0] + p[1]
    return y * p[0]


# at 0.7, 3
def old_value_read_in_each_trip(x, n: int):
    y = math.sin(x)
    s = x
    for i in range(n):
        p = (y, s)
        y = y * 0.5 + s
        s = s * p[0] + p[1] * y
    return s * y


# at 0.7, 3
def old_value_read_in_a_later_loop(x, n: int):
    y = math.sin(x)
    p = (y, x)
    y = y * y + 1.0
    s = 0.0
    for i in range(n):
        s = s * 0.5 + p[0] * y
    y = s * s
    return y * p[1]


# at 0.7, 3
# at 0.7, 2
def old_value_leaves_a_side(x, n: int):
    y = math.sin(x)
    p = (y, x)
    s = x
    z = x
    for i in range(n):
        y = y * x
        if i % 2:
            z = p[0]
        s += z * y
    return s * y


# at 0.7, 3
# at 1.7, 6
def old_condition_of_a_break(x, n: int):
    y = x
    stop = 0.0
    for i in range(n):
        stop = y > 3
        q = (stop, y)
        stop = x * y
        y = y * 1.5 + stop
        if q[0]:
            break
    return y + stop


# at 0.7, 3
# at 1.7, 6
def old_condition_of_an_inner_break(x, n: int):
    y = x
    go = x > 1
    q = (go, x)
    for i in range(n):
        go = x * y
        for j in range(3):
            y = y * 1.1 + go
            if q[0]:
                break
            y += q[1]
    return y + go


# at 0.7, 3
def versions_beside_a_name_like_one(x, n: int):
    y_2 = x * 3
    y = math.sin(x)
    p = (y, x)
    for i in range(n):
        y = y * p[0] + y_2
    return y * p[0] * y_2


# at 0.7, 3
def index_that_is_a_name_before(x, n: int):
    i = math.sin(x)
    p = (i, x)
    s = x
    for i in range(n):
        s = s * p[0] + i
    return s * p[0] + i


# at 0.7, 3
def bound_that_is_carried(x, n: int):
    m = n
    s = x
    for i in range(m):
        m = m + i
        s = s * x + m
    return s * s


# at 0.7, 1.0
# at 0.7, -1.0
def old_condition_of_a_branch(x, t):
    c = t > 0
    q = (c, x)
    c = x * x
    if q[0]:
        c = c * x
        y = c
    else:
        y = c * 2
        c = y * c
    return y * c


# at 0.7, 1.0
# at 0.7, -1.0
def names_that_change_places_in_a_side(x, t):
    a, b = x, x * t
    if t > 0:
        a, b = b, a
    else:
        a, b = b * a, b + a
    return a * a + b


# at 0.7, 3
def names_that_change_places_in_a_circle(x, n: int):
    a, b, c = x, x * x, 1.0
    for i in range(n):
        a, b, c = b, c * a, a + i
    return a * b + c


# at 0.7, 0
# at 0.7, 3
def bound_on_no_path_for_zero(x, n: int):
    for i in range(n):
        y = x * i
    return y * x


# at 0.7, 0, 0
# at 0.7, 3, 0
# at 0.7, 0, 3
# at 0.7, 2, 3
def two_names_that_may_be_unbound(x, n: int, m: int):
    s = x
    for i in range(n):
        y = x * i
    for i in range(m):
        y = x + i
        z = y * s
    if n > 2:
        return s
    if m > 2:
        return z * y
    return y * s


# at 0.7, 1
# at 0.7, 2
# at 0.7, 3
def unbound_in_a_side(x, n: int):
    if n > 1:
        y = x * x
    if n > 2:
        z = y * x
        y = z
    return y * x


# jumps


# at 0.7, 3
# at 0.7, 0
def leaves_after_one_trip(x, n: int):
    y = x
    for i in range(n):
        y = y * x + i
        break
    return y * y


# at 0.7, 3
# at 0.7, 9
def goes_on_or_leaves(x, n: int):
    y = x
    s = 0.0
    for i in range(n):
        if y < 3:
            y = y * 1.5 + x
        else:
            break
        s += y * y
    return y * s


# at 0.7, 9
# at 0.2, 9
def leaves_inside_two_branches(x, n: int):
    y = x
    z = 1.0
    for i in range(n):
        t = y * z
        if t > 1:
            z = z + x
            if t > 5:
                y = t * x
                break
            y = y + z * x
        else:
            y = y * 1.5 + z
        z = z * 1.1
    return y * z


# at 0.7, 9
# at 0.2, 9
def leaves_inside_two_branches_at_the_end(x, n: int):
    y = x
    z = 1.0
    for i in range(n):
        t = y * z
        z = z + t * 0.25
        y = y + x
        if t > 1:
            z = z * x
            if t > 5:
                y = t * x
                break
        else:
            y = y * 1.5
    return y * z


# at 0.7, 9
# at 0.2, 9
def leaves_in_two_ways(x, n: int):
    y = x
    z = 1.0
    for i in range(n):
        y, z = z * x + y, y
        if y > 4:
            z = y * z
            break
        if z > 2:
            y = y - x
            break
        z += 1.0
    return y * z


# at 0.7, 9
# at 0.2, 9
def exchanged_and_left(x, n: int):
    a, b = x, 1.0 + x
    for i in range(n):
        if i > 0:
            if a > 3:
                break
            a, b = b, a + b * x
        else:
            a = a * b
    return a * b


def clipped(t):
    if t > 1:
        return t * t
    return t + 0.5


# at 0.7, 9
# at 0.2, 9
def condition_with_a_branch(x, n: int):
    y = x
    while clipped(y) < n:
        y = y * 1.5 + x
    return y * y


# at [0.5, 2.0, 1.5]
def reversed_items(w):
    s = 0.0
    for v in reversed(w):
        s = s * v + v * v
    return s


# at [0.5, 2.0, 1.5], [1.0, 2.0]
# at [0.5], [1.0, 2.0]
def shorter_list(w, v):
    s = 0.0
    for i, (a, b) in enumerate(zip(w, v)):
        s = s * a + b * i
    return s


# at [0.5, 2.0, 1.5], 2
def some_items(w, n: int):
    s = 0.0
    for v, i in zip(w, range(n)):
        s = s * v + i * v
    return s


# at 0.7
def items_popped_of_two_lists(x):
    a = [x, x * 2, x * x]
    b = [1.0, x + 1.0]
    s = a[-1] * x
    t = b.pop()
    u = a[0]
    a.pop()
    return s * t * u * a[-1] * b[0] * len(a)


# at [0.5, 2.0, 1.5], 0.7
def subtracted_items(w, x):
    v = [x, x]
    for i in range(1, len(w)):
        w[i] -= w[i - 1] * x
        w[i] *= x
        w[i] /= w[0]
        v[0] = v[1] - w[i]
        v[1] = w[i] - v[0]
    return w[2] * v[0] * v[1] - w[1]


# at 0.7, 3
# at -0.7, 3
def braces_in_a_message(x, n: int):
    if x < 0:
        raise ValueError(f"{{x}} is {x:.3f} of {n!r}")
    assert n > 2, "}{"
    return x * n * x


# at 0.7, 1.0
# at 0.7, -1.0
def only_the_other_side(x, t):
    y = x
    if t > 0:
        pass
    else:
        y = x * x
    return y * t * y


# at 0.7
# at 5.0
def returns_out_of_two_loops(x):
    s = x
    for i in range(4):
        for j in range(3):
            s = s * 1.5 + x
            if s > 6:
                return s * i
        s += j
    return s * s


# at 0.7, 4
def continues_and_breaks(x, n: int):
    s = x
    for i in range(n):
        if i == 1:
            s += x
            continue
        if s > 3:
            s = s * x
            break
        s = s * 2 + i
    else:
        s = s + 1.0
    return s * s


# at 0.7, 4
# at 3.7, 4
def breaks_in_the_else_of_an_inner_loop(x, n: int):
    s = x
    for i in range(n):
        for j in range(2):
            s = s * 1.1 + j
            if s > 5:
                break
        else:
            if s > 3:
                break
            s += x
        s = s + 0.5 * x
    return s * s


# at 0.7, 4
def inner_break_alone(x, n: int):
    s = x
    for i in range(n):
        for j in range(3):
            if j > i:
                break
            s = s * 1.1 + x * j
        s = s * s * 0.5
    return s


# at 0.7, 5
def tuple_of_pairs(x, n: int):
    s = x
    for a, b in ((x, 1.0), (2.0, x * x), (x * 3, 0.5)):
        s = s * a + b
    else:
        s = s * n
    return s


# at 0.7, 5
# at 0.7, 0
def else_after_a_break(x, n: int):
    s = x
    for i in range(n):
        s = s * 1.5
        if s > 2:
            break
    else:
        s = s * s * x
    return s * x


# at [0.5, 2.0, 1.5], 0.7
def numbered_from_three(w, x):
    s = x
    for i, v in enumerate(w, 3):
        s = s * v + i * x
    return s


# at [0.5, 2.0, 1.5], 0.7
def ranges_side_by_side(w, x):
    s = x
    for i, j, v in zip(range(2, 6), range(5, 0, -1), w):
        s = s * v + i * x * j
    return s


# at 0.7, 5
def every_second_backwards(x, n: int):
    s = x
    for i in reversed(range(1, n, 2)):
        s = s * x + i * s * s
    return s


# at 0.7, 5
def some_conditions(x, n: int):
    w = [x * i for i in range(n) if i % 2 if i > 1]
    return sum(w) * w[0]


# at 0.7, 5
def messages_are_kept(x, n: int):
    for i in range(n):
        x = x * 1.5 + i
        if x > 10:
            return x
        assert x < 9, f"{x!r:>3} {i}"
    return x * x


# at [0.5, 2.0, 1.5]
def index_of_the_trip_before(w):
    s = 0.0
    j = 1
    for i, v in enumerate(w):
        s = s * v + v * j
        j = i
    return s * j


# at 0.7
def last_item_before_a_pop_of_another(x):
    a = [x, x * 2, x * x]
    b = [1.0, x + 1.0]
    t = b[-1]
    a.pop()
    s = t * t * b[-1]
    return s * a[-1] * len(a) * len(b)


# at 0.7
# at -0.7
def brace_in_a_message(x):
    if x < 0:
        raise ValueError(f"}} {x}")
    return x * x


def squares(t):
    u = t * t
    v = u * u + u
    return v * u - v


# at 0.7, 9
# at 0.2, 9
def condition_with_names(x, n: int):
    y = x
    while squares(y) < n:
        y = y * 1.5 + x
    return y * y


# at 0.7, 9
# at 0.2, 9
def exchanged_until_it_leaves(x, n: int):
    a, b = x, 1.0 + x
    for i in range(n):
        if a < 3:
            a, b = b, a + b * x
        else:
            break
    return a * b


# one list under two names


# may be refused
# at [0.5, 2.0, 1.5], [1.0], 0.7
# at [2.5, 2.0, 1.5], [1.0], 0.7
def zip_of_a_list_that_grows(w, v, x):
    s = x
    for a, b in zip(w, v):
        if a > 1:
            v.append(a * b)
        s = s * a + b
    return s


# may be refused
# at 0.7, 3
# at 0.7, 0
def rebound_then_written(x, n: int):
    a = [x]
    b = [x * x]
    for i in range(n):
        a = b
    a[0] = 5 * x
    return b[0] * a[0]


# may be refused
# at 0.7, 3
# at 0.7, 2
def exchanged_then_written(x, n: int):
    a = [x]
    b = [x * x]
    for i in range(n):
        a, b = b, a
    a[0] = 5 * x * b[0]
    return b[0] * a[0]


# may be refused
# at 0.7, 3
def exchanged_written_and_read(x, n: int):
    a = [x, 1.0]
    b = [x * x, x]
    s = x
    for i in range(n):
        a[0] = b[1] * s
        s += a[0] * a[1] * b[0]
        a, b = b, a
        a[1] = s * b[0]
    return s * a[0] * b[1]


# may be refused
# at 0.7, 3
def one_list_with_two_names_after_a_trip(x, n: int):
    a = [x]
    b = [x * 2]
    for i in range(n):
        a[0] = a[0] * 2
        b[0] = b[0] + x
        b = a
    return a[0] * b[0]


# may be refused
# at 0.7, 3
def one_list_with_two_names_before_a_trip(x, n: int):
    a = [x]
    b = a
    for i in range(n):
        a[0] = a[0] * 2
        b[0] = b[0] + x
        a = [a[0]]
        b = [b[0] * x]
    return a[0] * b[0]


# may be refused
# at [[0.5, 2.0], [1.5, 0.25]], 0.7, 3
def carried_row(m, x, n: int):
    r = m[0]
    for i in range(n):
        r[0] = r[0] * x
        r = m[i % 2]
    return m[0][0] * m[1][0]


# may be refused
# at 0.7, 3
def carried_list_that_is_collected(x, n: int):
    rows = []
    r = [x]
    for i in range(n):
        r[0] = r[0] * 2
        rows.append(r)
        r = [r[0] + x]
    return rows[0][0] * rows[1][0]


# may be refused
# at 0.7, 3
def made_collected_and_carried(x, n: int):
    rows = []
    r = [x]
    for i in range(n):
        r[0] = r[0] * 2
        t = [r[0] + x]
        rows.append(t)
        r = t
    return rows[0][0] * rows[1][0] * r[0]


# may be refused
# at 0.7, 3
def carried_list_from_outside(x, n: int):
    a = [x]
    b = [x * 3]
    for i in range(n):
        a[0] = a[0] * x
        a = b
    return a[0] * b[0]


# may be refused
# at 0.7, 3
def carried_list_with_a_name_outside(x, n: int):
    a = [x]
    b = a
    for i in range(n):
        a[0] = a[0] * x
        a = [a[0] + 1.0]
    return a[0] * b[0]


def rebinds_its_list(u, n):
    for i in range(n):
        u[0] = u[0] * 2
        u = [u[0], 1.0]
    return u[0]


# may be refused
# at [0.5, 2.0], 0.7
def list_that_a_helper_rebinds(w, x):
    v = [x, w[0]]
    s = rebinds_its_list(v, 2)
    return s * v[0]


# may be refused
# at 0.7, 3
def frozen_list_in_a_loop(x, n: int):
    a = [x]
    b = [x * 2]
    c = a if x > 1 else b
    for i in range(n):
        c[0] = c[0] * x
        c = [c[0]]
    return c[0] * a[0] * b[0]


# may be refused
# at 0.7, 3
def list_put_into_two(x, n: int):
    r = [x]
    a = [r, [1.0]]
    b = [r, [2.0]]
    a[0][0] = x * 3
    return b[0][0] * a[0][0]


# may be refused
# at 0.7, 3
def list_put_into_one_in_each_trip(x, n: int):
    r = [x]
    rows = []
    for i in range(n):
        rows.append(r)
    rows[0][0] = x * 3
    return rows[1][0] * rows[2][0]


# may be refused
# at 0.7
def list_twice_in_one(x):
    r = [x]
    rows = [r, r]
    rows[0][0] = x * 3
    return rows[1][0]


# may be refused
# at [0.5, 2.0], 0.7
def parameter_put_into_a_list(w: list[float], x):
    rows = [w, [x, x]]
    rows[0][0] = x * 3
    return w[0] * rows[0][1]


# may be refused
# at [[0.5, 2.0], [1.0, 3.0]], 0.7
def row_put_into_a_list(m: list[list[float]], x):
    rows = [m[0], [x, x]]
    rows[0][0] = x * 3
    return m[0][0] * rows[0][1]


# may be refused
# at 0.7
def list_read_by_its_own_name_after(x):
    r = [x, x]
    rows = [r, [x, x * 2]]
    rows[0][0] = x * 3
    return r[0] * rows[0][1]


# may be refused
# at 0.7
def list_written_by_its_own_name_after(x):
    r = [x, x]
    rows = [r, [x, x * 2]]
    r[0] = x * 3
    return rows[0][0] * r[1]


# may be refused
# at 0.7
def appended_list_written_by_its_own_name(x):
    r = [x, x]
    rows = []
    rows.append(r)
    r[0] = x * 3
    return rows[0][0] * r[1]


# at 0.7
def two_equal_lists(x):
    a = [x, x]
    b = [x, x]
    a[0] = x * 3
    b[1] = x * x
    return a[0] * b[0] * a[1] * b[1]


# at 0.7
def copy_and_slice_are_other_lists(x):
    a = [x, x]
    b = a.copy()
    c = a[:]
    d = a[0:1]
    a[0] = x * 3
    e = a[0:2]
    b[1] = x * x
    c[0] = b[1] * a[0]
    return a[0] * b[0] * a[1] * b[1] * c[0] * c[1] * d[0] * e[0]


# may be refused
# at [0.5, 2.0], 0.7
# at [0.5, 2.0, 3.0], 0.7
def popped_from_the_front(w, x):
    t = w.pop(0)
    return t * w[0] * x


def appends_to_one(u, v, x):
    u.append(x * v[0])
    v.append(x)
    return u[-1]


# may be refused
# at [0.5, 2.0], 0.7
def one_list_for_two_parameters(w, x):
    t = appends_to_one(w, w, x)
    return t * w[-1] * w[2]


# at 0.7, 3
# at 0.7, 1
def returns_from_an_inner_loop(x, n: int):
    s = x
    for i in range(n):
        for j in range(2):
            s = s + x * j
            if s > 2:
                return s * x
        s = s * 1.5
    return s


# at 0.7
# at 1.7
def ends_without_a_jump(x):
    s = x
    for i in range(4):
        if x > 1:
            if s > 3:
                break
            s = s + x
        else:
            if s > 2:
                continue
            s = s * 1.5
        s = s + 0.25 * x * i
    return s * s


# at 0.7
def tuple_loop_with_jumps(x):
    s = x
    for a, b in ((x, 1.0), (2.0, x * x), (x * 3, 0.5)):
        if s > 1:
            break
        s = s * a + b
    return s


# what is written before it is read


def appends_and_multiplies(k, w, x):
    w.append(x * w[0])
    return k * x * w[-1]


# at [0.5, 2.0], 0.7
def length_before_an_append(w, x):
    return appends_and_multiplies(len(w), w, x) + x


def pops_and_multiplies(k, w, x):
    t = w.pop()
    return k * x * t


# at [0.5, 2.0], 0.7
def length_before_a_pop(w, x):
    return pops_and_multiplies(len(w), w, x) + x * len(w)


def appends_in_each_trip(k, w, x):
    s = x
    for i in range(k):
        s = s * k + len(w) * x
        w.append(s)
    return s * k


# at [0.5, 2.0], 0.7
def length_before_appends(w, x):
    return appends_in_each_trip(len(w), w, x) * w[1]


def writes_in_a_loop(a, w, x):
    for i in range(2):
        w[i] = w[i] * x + a
    return a * w[0]


# at [0.5, 2.0], 0.7
def item_before_a_loop_that_writes(w, x):
    return writes_in_a_loop(w[0], w, x) + writes_in_a_loop(w[1] * w[0], w, x)


def writes_in_a_side(a, w, x):
    if x > 0:
        w[0] = w[1] * x
    return a * a * w[0]


# at [0.5, 2.0], 0.7
# at [0.5, 2.0], -0.7
def item_before_a_side_that_writes(w, x):
    return writes_in_a_side(w[0], w, x) * x + writes_in_a_side(w[1] * w[0], w, x)


# at [0.5, 2.0], 0
# at [0.5, 2.0], 5
# at [0.5, 2.0], -3
def item_that_is_for_nothing(w, i: int):
    a = w[i]
    return w[0] * w[0]


# at [0.5, 2.0], 0, 0.7
# at [0.5, 2.0], 5, 0.7
def write_that_is_for_nothing(w, i: int, x):
    w[i] = 2.0
    return x * x


# at [0.5, 2.0], 2, 0.7
# at [0.5, 2.0], 5, 0.7
def writes_that_are_for_nothing(w, n: int, x):
    for i in range(n):
        w[i] = x * i
    return x * x


# at [0.5, 2.0], 1, 0.7
# at [0.5, 2.0], 5, 0.7
# at [0.5, 2.0], 5, -0.7
def write_in_a_side_that_is_for_nothing(w, n: int, x):
    if x > 0:
        w[n] = x
    return x * x


# at 0.7, 2
def lists_that_nothing_reads(x, n: int):
    w = [x, x]
    for i in range(n):
        w[i] = w[i - 1] * x
    if n > 1:
        w[0] = x
    return x * x


# at 0.7, 3, 4
# at 0.7, 0, 4
# at 0.7, 0, 0
def bound_in_a_loop_that_may_not_run(x, n: int, m: int):
    for i in range(n):
        y = x * i
    for j in range(m):
        if j > 1:
            z = x * j
        else:
            z = x + j
        y = z * x
    return y * z


# at [0.5, -2.0, 0.7], 0.3
def total_that_is_read_as_well(w, x):
    s = x
    t = 1.0
    for a in w:
        s += a * x
        t *= s
    return s * t


# at [0.5, -2.0, 0.7], 0.3
def total_from_what_is_left(w, x):
    s = x
    for a in w:
        s = a - s
    return s * x


# at [0.5, -2.0, 0.7], 0.3
def total_that_is_doubled(w, x):
    s = x
    for a in w:
        s = s + a + s
    return s * x


# at [0.5, -2.0, 0.7], 0.3
def total_or_product(w, x):
    s = x
    for a in w:
        if a > 0:
            s = s + a
        else:
            s = s * a
    return s * x


# at [0.5, -2.0, 0.7], 0.3
def total_that_starts_anew(w, x):
    s = x
    for a in w:
        if a > 0:
            s = s + a * a
        else:
            s = a * x
    return s * x


# at [0.5, -2.0, 0.7], 0.3
def total_over_two_loops(w, x):
    s = x
    p = x
    for a in w:
        s -= a * a
        for b in w:
            if b > 0:
                s += a * b
            p = p * b
            p = p + s
    return s * x + p


# at [0.5, -2.0, 0.7], 0.3
def total_through_a_product(w, x):
    s = x
    for a in w:
        for b in w:
            s = s * b + a
    return s * x


# at [0.5, -2.0, 0.7], 0.3
def total_in_a_list(w, x):
    s = x
    seen = []
    for a in w:
        s += a * x
        seen.append(s)
    return s + seen[0] * seen[1]


# at [0.5, -2.0, 0.7], 0.3
def total_of_the_trip_before(w, x):
    s = x
    before = 0.0
    for a in w:
        before = s
        s = s + a * a
    return s * before


# at 0.7, 0.3, 0
# at 0.7, 0.3, 3
# at 0.7, 0.0, 0
def invariants(x, h, n: int):
    y = x
    for i in range(n):
        y = y + x / h * i
        for j in range(i):
            y = y + (x / 2 + i * 0.5) * y * (x / 2) * (i * 0.5) + x / h
    return y


# at [0.5, -2.0, 0.7, 1.5], 2
def invariant_of_a_list(w, n: int):
    v = [w[0], w[1], w[2]]
    s = 0.0
    for i in range(n):
        s = s + v[0] * v[0] * w[3]
        v[0] = v[0] * w[1] + s
    return s


# at [0.5, -2.0, 0.7, 1.5]
def sweep_upwards(w):
    v = w[:]
    for i in range(1, len(v)):
        v[i] = v[i] * v[i - 1]
    return v[-1] * v[1]


# at [0.5, -2.0, 0.7, 1.5]
def sweep_upwards_ahead(w):
    v = w[:]
    for i in range(len(v) - 1):
        v[i] = v[i + 1] * v[i + 1] * v[i]
    return v[0] * v[1] * v[-1]


# at [0.5, -2.0, 0.7, 1.5, 0.3]
def sweep_upwards_by_two(w):
    v = w[:]
    for i in range(0, len(v) - 2, 2):
        v[i] = v[i + 1] * v[i + 2] * v[i + 2]
        v[i + 1] = v[i + 2] * v[i]
    return v[0] * v[1] * v[2] * v[3]


# at [0.5, -2.0, 0.7, 1.5, 0.3]
def sweep_far_ahead(w):
    v = w[:]
    for i in range(len(v) - 2):
        v[i] = v[i + 2] * v[i + 2]
    for i in range(len(v) - 2):
        v[i] = v[i + 2] * v[i + 2] * v[i]
    return v[0] * v[1] * v[2] * v[3]


# at [0.5, -2.0, 0.7, 1.5]
def sweep_downwards(w):
    v = w[:]
    for i in range(len(v) - 2, -1, -1):
        v[i] = v[i + 1] * v[i + 1]
    for i in range(len(v) - 1, 0, -1):
        v[i] = v[i - 1] * v[i - 1] * v[i]
    return v[0] * v[1] * v[-1]


# at [0.5, -2.0, 0.7, 1.5]
def sweep_reversed(w):
    v = w[:]
    for i in reversed(range(len(v) - 1)):
        v[i] = v[i + 1] * v[i + 1]
    for i in reversed(range(1, len(v))):
        v[i] = v[i - 1] * v[i - 1] * v[i]
    return v[0] * v[1] * v[-1]


# at [0.5, -2.0, 0.7]
def sweep_around(w):
    v = w[:]
    for i in range(len(v)):
        v[i] = v[i - 1] * v[i - 1]
    for i in range(len(v) - 1, -1, -1):
        v[i - 1] = v[i] * v[i] + v[i - 1]
    return v[0] * v[1] * v[2]


# at [0.5]
def sweep_of_one_item(w):
    v = w[:]
    for i in range(len(v)):
        v[i - 1] = v[i] * v[i]
        v[i] = v[i - 1] * w[0]
    v[0] = v[-1] * v[-1]
    return v[0]


# at [0.5, -2.0, 0.7], 2
def sweeps_of_an_outer_loop(w, n: int):
    v = w[:]
    for k in range(n):
        for i in range(1, len(v)):
            v[i] = v[i - 1] * v[i - 1] + v[i]
    return v[0] * v[1] * v[2]


# at [0.5, -2.0, 0.7]
def column_by_column(w):
    v = w[:]
    for k in range(1, len(v)):
        for i in range(len(v)):
            v[k] = v[k] * w[i] + v[k - 1]
            v[k - 1] = v[k] * w[k]
    return v[0] * v[1] * v[2]


# at [0.5, -2.0, 0.7], 3
# at [0.5, -2.0, 0.7], 1
def list_made_in_each_trip(w, n: int):
    u = w
    for k in range(n):
        v = u[:]
        v[0] = u[0] * u[1]
        v[1] = v[0] * v[0] + u[2]
        v[2] = v[1] * v[2]
        u = v
    return u[0] * u[1] * u[2]


# at [0.5, -2.0, 0.7], 3
def list_made_before_an_inner_loop(w, n: int):
    u = w[:]
    for k in range(n):
        v = [u[0], u[1] * u[0], u[2]]
        t = v
        for i in range(2):
            s = t[i] * v[i]
            v[i] = s * t[2]
            t[2] = v[i] * v[i]
        u = t
    return u[0] * u[1] * u[2]


# may be refused
# at [0.5, -2.0, 0.7], 0.3
def either_list_then_written(w, x):
    v = [x, x * x, w[1]]
    u = v if x > 0 else [w[0], w[1], w[2]]
    y = u[0] * u[1]
    v[0] = y * y
    return y * v[0] * v[1]


# at [0.5, -2.0, 0.7], 3
def read_from_what_was_kept(w, n: int):
    out = [w[0], w[1], w[2]]
    for k in range(n):
        u = out
        out = list(u)
        for i in range(1, 3):
            out[i - 1] = out[i - 1] * out[i] + 0.5
    z = [0.5, 0.5 * out[0], out[1] * out[-2] * w[1]]
    w[1] = w[2]
    return z[1] * z[2] + w[1]


# at 0.5, 0.7, 3
def builtins_that_are_names(x, y, n: int):
    for i in range(n):
        x, y = x * y, x + y
    zip = x * y
    enumerate = zip * x
    return enumerate * zip


# at [0.5, -0.7]
def builtins_of_a_helper(w):
    enumerate = helped(w, w)
    zip = enumerate * w[0]
    return zip * enumerate


def helped(v, w):
    s = 0.0
    for i, (a, b) in enumerate(zip(v, w)):
        s += a * b * i
    return s


# at [0.5, -0.7], [0.25]
def item_of_another_list(v, w):
    return bool(w[1]) + v[1]


# at [0.5, -0.7], [0.25]
# at [0.5], [0.25]
def items_of_another_list(v, w):
    s = 0.0
    for i in range(2):
        s += v[i] * bool(w[i])
    return s


# at [0.5, -0.7]
# at [0.5]
# at []
def squares_of_two_items(w):
    s = w[0] * 2.0
    for i in range(2):
        s += w[i] * w[i]
    return s


# at [0.5, -0.7], [1.0]
# at [0.5, -0.7], [0.0, 1.0]
def quotients_and_items(v, w):
    s = 0.0
    for i in range(2):
        s += v[i] / w[i]
    return s


# at [0.5, -0.7, 0.3, 1.1], 0.3
def items_that_become_others(w, x):
    v = w[:]
    for i in range(1, len(v) - 1):
        v[i] = x * v[i - 1] * v[i + 1]
        v[i] = v[i] * v[i] + v[i - 1] * v[i]
    for i in range(len(v)):
        v[i] = v[i] * v[-1] * v[i - 2]
    v[0] = v[1] * v[0] * v[0]
    return v[0] * v[1] * v[2] * v[3]


# at [0.5, -0.7, 0.3], 3
def squares_in_a_loop(w, n: int):
    y = 0.3
    for i in range(n):
        y = w[i] ** 2 * y + (w[i] + y) ** 2
    return y


# at 0.7, 3
# at 0.7, 0
# at -0.7, 3
def list_that_a_loop_joins(x, n: int):
    if x < 0:
        raise ValueError("negative")
    y = x * x
    w = [2 * x, y]
    for i in range(n):
        w = w + [x * y]
    return sum(w) * y * w[-1]


# at 0.7, 3
# at 0.7, 0
def lists_that_two_loops_join(x, n: int):
    w = [x]
    for i in range(n):
        v = [x, w[-1]]
        for j in range(i):
            v = v + [v[0] * v[1]]
        w = w + [sum(v)]
    return sum(w)


# at 0.7, 3
# at 0.7, 0
def list_that_a_loop_makes_anew(x, n: int):
    y = x * x
    w = [x]
    for i in range(n):
        w = [x * w[0], w[-1] * y, y]
    return sum(w) + w[0]
# lists that a loop binds again


# at [2.0, 3.0], 0.5, 0
# at [2.0, 3.0], 0.5, 2
def scaled_anew_then_written(w, x, n: int):
    for i in range(n):
        w = [a * x for a in w]
    w[0] = w[0] * w[1]
    return w[0] * w[1]


# at 0.5, 0
# at 0.5, 1
# at 0.5, 2
def written_and_made_anew(x, n: int):
    w = [x, 2 * x]
    for i in range(n):
        w[0] = w[0] * w[1]
        w = [a * x for a in w]
    return w[0] * w[1]


# at 0.5, 0
# at 0.5, 1
# at 0.5, 2
def summed_before_it_is_written_in_a_loop(x, n: int):
    a = [x, 2 * x, 3 * x]
    s = 0.0
    for t in a:
        s += t**3
    for i in range(n):
        a[0] = x * i
        a = [sum(a), x * x, 2 * x]
    return s * a[0]


# at 0.5, 0
# at 0.5, 1
# at 0.5, 3
def summed_before_it_is_written_in_the_next_trip(x, n: int):
    a = [x, 2 * x, 3 * x]
    s = 0.0
    for i in range(n):
        a[0] = x * i
        a = [sum(a), x * x, 2 * x]
        for t in a:
            s += t**3
    return s * a[0]


# may be refused
# at 0.7, 0
# at 0.7, 3
def two_names_of_what_a_trip_makes(x, n: int):
    a = [x, x * x]
    b = [x, 2 * x]
    for i in range(n):
        a[0] = a[0] * x
        a = b = [b[0] * x, b[1]]
    return a[0] * b[0]


def scaled_in_place(w, x, n: int):
    for i in range(n):
        w[0] = w[0] * x
        w = [a * x for a in w]
    return w[0] + w[1]


# may be refused
# at 0.7, 0
# at 0.7, 1
# at 0.7, 3
def caller_has_the_same_name_for_it(x, n: int):
    w = [x, 2 * x]
    s = scaled_in_place(w, x, n)
    return s * w[0]


# may be refused
# at [2.0, 3.0], [5.0, 7.0], 0.5, 2
# at [2.0, 3.0], [5.0, 7.0], -0.5, 2
# at [2.0, 3.0], [5.0, 7.0], -0.5, 0
def either_list_named_in_a_loop(v, w, x, n: int):
    if x > 0:
        a = v
    else:
        a = w
    y = x
    for i in range(n):
        t = a
        y += t[0] * y
    return y * t[1]


# at 0.7, 0
# at 0.7, 1
# at 0.7, 3
def item_that_is_not_there_at_first(x, n: int):
    w = [x, x]
    y = x
    for i in range(n):
        w = w + [x]
        if i > 0:
            y += w[3] * y
    return y * sum(w)


# at 0.7
# at 1.2
def pairs_with_an_inner_loop_that_is_left(x):
    y = x
    for a, b in ((x, (1.0, 2.0)), (1.5, (x, 3.0))):
        for i in range(5):
            if y > 2:
                break
            y = a * b[0] * y + i * b[1]
    return y


# at 0.7, 0
# at 0.7, 3
# at 1.2, 3
def otherwise_without_a_trip(x, n: int):
    y = x
    for i in range(n):
        if y > 2:
            break
        y = y * x + i
    else:
        y = y * y
    return y * x


# at 0.7, 0
# at 0.7, 2
def made_anew_after_a_write(x, n: int):
    a = [x, 2 * x]
    a[0] = a[1] * x
    for i in range(n):
        a = [a[0] * x, a[1] + a[0]]
    return a[0] * a[1]


# may be refused
# at 0.7, 1
# at 0.7, 3
def made_anew_while_a_loop_runs_over_it(x, n: int):
    w = [x, 2 * x, 3 * x]
    s = 0.0
    for t in w:
        s += t * t
        w[2] = x * s
        w = [t * x, s, x]
    return s * w[0]


# lists of lists


# may be refused
# at 0.7, 0
# at 0.7, 1
def one_row_twice_in_a_row(x, k: int):
    a = [x, 2 * x]
    m = [[a, a], [[x, x], [x, 3 * x]]]
    m[k][1][0] = x * x
    return m[0][0][0] * x


# may be refused
# at 0.7, 0
# at 0.7, 1
def slice_of_a_row_that_was_written(x, k: int):
    a = [x, 2 * x, 3 * x]
    m = [a, [x, x * x]]
    m[0][1] = x * x
    b = a[k:]
    return b[0] * b[1]


# may be refused
# at 0.7
def put_into_itself(x):
    w = [[x]]
    w.append(w)
    return w[0][0] * x


# at 0.7
def slice_from_before_the_start(x):
    w = [x, 2 * x, 3 * x]
    w[-5:2] = [x * x, x**3]
    return w[0] * w[1] + w[2] * w[2] * w[0]


# at 0.7
def tuple_that_is_repeated(x):
    return sum(t * t for t in (x, 2 * x) * 3)


# statements


# at 0.7
# at 4.0
def assertion_that_never_holds(x):
    if x > 3:
        assert False, "too large"
    return x * x


# at 0.7
# at -0.7
def raise_at_the_end(x):
    if x > 0:
        return x * x
    raise ValueError("negative")


# at 0.7, 3
# at 1.7, 3
# at 0.7, -2
def left_by_break_or_return(x, n: int):
    y = x
    while True:
        y = y * x + x
        n -= 1
        if y > 3:
            return y
        if n < 0:
            break
    return y * y * x


# at 0.7
def middle_of_four(x):
    a, *b, c = x, x * x, 2 * x, 3 * x
    return sum(b) * a + c


def put_on_a_side(w, x):
    if x > 0:
        w[0] = x * x
        return x
    w[1] = w[0] * w[0] * x
    return 2 * x


# at [2.0, 3.0], 0.5
# at [2.0, 3.0], -0.5
def written_on_both_sides_of_a_return(w, x):
    a = w[0]
    y = put_on_a_side(w, x)
    return y * w[0] * w[1] + a


# at [2.0, 3.0], 2.5
# at [2.0, 3.0], 3.5
def raise_where_nothing_is_found(w, x):
    for a in w:
        if a > x:
            return a * x
    else:
        raise ValueError("none")


# what raises


# at 0.7, 2
# at 0.7, 0
# at -0.7, 0
# at -0.7, 2
def division_before_an_error(x, n: int):
    a = x / n
    if x < 0:
        raise ValueError("negative")
    return a


# at [2.0, 3.0], 0.7, 2
# at [], 0.7, 0
# at [2.0, 3.0], 0.7, 0
# at [], 0.7, 2
def division_before_an_item(w, x, n: int):
    a = x / n
    b = w[1]
    return b + a


# at 0.7, 3, 2
# at 0.7, 3, 0
# at 2.5, 3, 0
def division_that_one_side_reads(x, k: int, n: int):
    return k / n * max(x, 2.0)


# what a trip hands on


# at 0.7, 3
# at 0.7, 1
def item_is_the_derivative(x, n: int):
    w = [2.0, 3.0, 5.0]
    s = 0.0
    t = x
    for i in range(n):
        s += t * w[i]
        w[i] = 0.5 * i
        t = x * x * i
    return s


def twice_the_same(x, n: int):
    a, b = x, x * x
    if n > 0:
        a, b = twice_the_same(x * 0.5, n - 1)
    z = a * b + x
    return z, z


# at 0.7, 3
# at 0.7, 0
def one_value_returned_twice(x, n: int):
    a, b = twice_the_same(x, n)
    return a * b * x + a


# what raises inside an expression


def product_of_two(w):
    b, c = w
    return b * c


# at 0.7, [2.0, 3.0], 2
# at 0.7, [2.0, 3.0], 0
# at 0.7, [2.0, 3.0, 5.0], 0
# at 0.7, [2.0, 3.0, 5.0], 2
def division_before_an_unpacking(x, w, n: int):
    y = x / n + product_of_two(w)
    return y * y


def squares_of_three(w):
    s = 0.0
    for i in range(3):
        s += w[i] * w[i]
    return s


# at 0.7, [2.0, 3.0, 5.0], 2
# at 0.7, [2.0, 3.0, 5.0], 0
# at 0.7, [2.0, 3.0], 0
# at 0.7, [2.0, 3.0], 2
def division_before_items_in_a_loop(x, w, n: int):
    y = x / n + squares_of_three(w)
    return y * y


# at [2.0, 3.0], 0.7, 3
# at [2.0], 0.7, 3
# at [], 0.7, 3
def second_item_for_nothing(w, x, n: int):
    t = (w[0], w[1])
    s = x
    for i in range(n):
        s = s + t[0]
        w[0] = x
    return s


# names


def positive_square(x):
    if x > 0:
        t = x * x
    return t


# at 0.7
# at 0.2
# at -0.7
def one_name_in_two_calls_may_be_unbound(x):
    y = positive_square(x)
    z = positive_square(x - 0.5)
    return y * z


# at 0.7, 2.0, 3
# at 1.7, 2.0, 5
# at 2.7, 2.0, 5
def parameter_named_like_a_version(x, y_2, n: int):
    y = x
    for i in range(n):
        old = y
        y = y * x + i
        if old > 3:
            break
    return y * y_2


# at 0.7, 3
# at 1.7, 5
# at 2.7, 5
def leaves_inside_two_branches_with_the_old(x, n: int):
    y = x
    for i in range(n):
        old = y
        y = y * x + i
        if y > 1:
            if old > 3:
                break
    return y * y


# at 0.7, 0
# at 0.7, 1
# at 0.7, 3
def item_that_is_undone_before_it_is_read(x, n: int):
    a = [x, 2 * x]
    y = x
    s = 0.0
    for i in range(n):
        a[0] = a[1] * x
        s += y * a[0]
        y = y * x
        a = [a[1] * x, x]
    return s


# powers


# at 0, 2.0
# at 3, 2.0
def zero_to_a_power(n: int, y):
    return n**y * y


# at 0.0, 0
# at 0.7, 0
# at 0.0, 1
# at 0.0, 3
def power_of_zero(x, n: int):
    return x**n + x


# items beside the index of a loop


# at 0.7
# at 1.2
def next_item_before_it_is_written(x):
    d = [x, 2 * x, 3 * x, 4 * x]
    s = 0.0
    for i in range(3):
        d[i] = x * i
        s += d[i + 1] ** 3
    return s


# at [2.0], 0.7
# at [2.0, 3.0], 0.7
def item_below_the_index_of_any_length(w, x):
    s = 0.0
    for i in range(len(w) - 1, -1, -1):
        t = w[i - 1]
        w[i] = x
        s += t * t * s + t * t
    return s


# at [2.0], 0.7
# at [2.0, 3.0], 0.7
def item_below_the_only_index(w, x):
    s = x
    for i in range(0, -1, -1):
        t = w[i - 1]
        w[i] = x
        s += t * t * s + t * t
    return s


# at 0.7
# at 1.2
def item_by_another_index_is_written(x):
    d = [x, 2 * x, 3 * x, 4 * x]
    s = 0.0
    for i in range(3):
        s += d[i] ** 3
        for j in range(3):
            d[j + 1] = x * (j + 1) * (i + 1)
    return s


# at 0.7
# at 1.2
def item_two_below_before_it_is_written(x):
    d = [x, 2 * x, 3 * x, 4 * x, 5 * x, 6 * x]
    s = 0.0
    for i in reversed(range(2, 6, 2)):
        d[i] = x * i
        s += d[i - 2] ** 3
    return s


# at 0.7, 3
# at 0.7, 0
def half_of_what_a_trip_computes(x, n: int):
    y = x
    for i in range(n):
        h = x * i
        for j in range(n):
            y = y + (h / 2) * y + (h / 2) * (h / 2)
    return y


# at [[0.5, -0.7], [0.3, 1.1]]
# at []
def row_that_a_loop_leaves(x):
    for a in x:
        pass
    return a[1] * 2


# at [[0.5, -0.7], [0.3, 1.1]], [0.5]
# at [[0.5, -0.7], [0.3, 1.1]], []
def row_that_a_loop_names(z, w):
    for item in w:
        b = z[0]
    return b[0] * b[1]


# at 0.7, [0.5], [0.3]
# at -0.2, [0.5], [0.3]
def condition_on_an_item(x, y, z):
    if x > 0.1 or y[0]:
        z.append(x)
    y.append(0.25)
    y[0] = x
    return x * z[-1] * y[0]


# at [0.5, -0.7, 0.3], 2
def items_that_are_computed_once(w, n: int):
    y = 1.0
    for k in range(n):
        for val in (0.5, w[1], less(0.25 * w[0], w)):
            y = y * val + w[0]
    return y


def less(u, a):
    a[0] -= 0.03125
    return u * a[0]


# at 0.7, 0.3
# at -0.7, 0.3
def name_in_a_comprehension(x, y):
    c = [x]
    for i in range(2):
        r = min([c * y for c, q in [(x, y), (y, x)]])
        c.append(r)
    return c[-1] * c[0]


# at [0.5, -0.7], 0.2
def cube_roots_for_nothing(w, x):
    heap = []
    for a in w:
        heap.append(0.125 * x ** 0.5)
    return w[0] * w[1] * x


# at (0.5, 2.0), [0.7, 0.3], 2
# at (0.5, 2.0), [0.7, 0.3], 1
# at (0.5, 2.0), [0.7, 0.3], 0
def lists_that_change_places(x: tuple[float, float], y, n: int):
    for val in y:
        cur = 0.25 * x[0] * val
    for k in range(2):
        b = [cur * (i + y[k % len(y)]) for i, q in enumerate(y, start=1)]
    pos = n
    while pos:
        if pos % 2:
            b, y = (y, b)
        pos -= 1
    return y[0] * b[1] + val
# what raises in a loop


# at 0.5, 0.3, 0.7, 3
# at 1e999, 0.0, 0.0, 3
# at 1e999, 0.0, 0.0, 0
def angles_and_sines(y, x, z, n: int):
    s = 0.0
    for i in range(n):
        s += math.atan2(x, z) + math.sin(y)
    return s


# at 0.5, 3, 3
# at 0.5, -3, 3
# at 0.5, -3, 0
def sines_and_a_root(y, k: int, n: int):
    s = 0.0
    for i in range(n):
        s += math.sin(y) + math.sqrt(k)
    return s


# at 0.5, 0.3, 0.7, 3
# at 1e999, 0.0, 0.0, 3
def sines_then_an_angle(y, x, z, n: int):
    s = 0.0
    for i in range(n):
        s += math.sin(y)
    return s + math.atan2(x, z)


# at 0.7
def item_read_twice_then_written(x):
    a = [x, 2 * x]
    y = (a[0] * x) * (a[0] + 1)
    a[0] = y * y * x
    return a[0] * a[1]


# may be refused
# at 0.7, [0.5, -0.3]
def name_that_a_loop_gives_back(x, y):
    for i in range(0, len(y)):
        y[0] /= 0.25
        grid = y
        y, grid = (grid, y)
    return y[0] * x


# may be refused
# at [0.5, -0.3], 0.7, 0.3
# at [0.5, -0.3], -0.7, 0.3
def written_then_another(y: list[float], c, x):
    if c > 0:
        y[1] = x
        y = [x * t for t in y]
    return sum(y)


# may be refused
# at [0.5, -0.3], 0.7, 0.3
# at [0.5, -0.3], -0.7, 0.3
def written_on_one_side_only(y: list[float], c, x):
    z = [x, c]
    if c > 0:
        y[1] = x
        v = y
    else:
        z[0] = c
        v = z
    return v[0] * v[1] * x


# at 0.7, 0.3
def sigmoid_of_an_outer_number(x, y):
    q = [0.25, 0.25, math.exp(y)]
    ys = [0.5, 0.125 * x]
    for pos in range(1, len(ys)):
        ys[pos] += 0.5 * (math.exp(y) / (1 + math.exp(y)))
    return ys[1] * q[0]


# may be refused
# at 0.7, [0.5, -0.3, 0.2], 3
# at 0.7, [0.5, -0.3, 0.2], 1
# at 0.7, [0.5, -0.3, 0.2], 0
def callers_list_that_a_loop_replaces(x, y: list[float], n: int):
    r = y[1]
    for i in range(n):
        y[0] = 0.5 * y[-1] + x * i
        y = [0.5 * t * r for t in y]
    return r * r


# may be refused
# at 0.7, [0.5, -0.3, 0.2], 3
# at 0.7, [0.5, -0.3, 0.2], 1
# at 0.7, [0.5, -0.3, 0.2], 0
def callers_list_replaced_and_read(x, y: list[float], n: int):
    for i in range(n):
        y[0] = 0.5 * y[-1] + x * i
        y = [0.5 * t * x for t in y]
    return y[0] * y[1] + x
