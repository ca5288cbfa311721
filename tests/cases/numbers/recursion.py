"""Functions that call themselves, each at the points above it: `tests/test_reports.py` compares each with differences."""


# at 5.0
# at 0.5
def halved(x):
    return halved(x / 2) if x > 1 else x


# at 1.5, 0
# at 1.5, 1
# at -0.5, 4
def power(x, n: int):
    if n == 0:
        return 1.0
    return x * power(x, n - 1)


# at 1.5, 5
# at -0.5, 4
# at 2.0, 0
def quick_power(x, n: int):
    if n == 0:
        return 1.0
    half = quick_power(x, n // 2)
    if n % 2:
        return half * half * x
    return half * half


# at 2.0, 3.0, 5
# at 2.0, 3.0, 0
def two_calls(a, b, n: int):
    if n == 0:
        return a
    if n == 1:
        return b
    return two_calls(a, b, n - 1) * 0.5 + two_calls(a, b, n - 2) * a


# at 2.0, 3
# at 0.5, 0
def nested_calls(x, n: int):
    if n <= 0:
        return x * x
    return nested_calls(nested_calls(x, n - 2) * 0.25, n - 1)


# at W, 0
# at W, 2
# at W, 3
def over_a_list(w, i: int):
    if i == len(w):
        return 1.0
    return w[i] * over_a_list(w, i + 1) + w[0]


# at W, 0.5
# at [], 0.5
def over_its_tail(w, x):
    if len(w) == 0:
        return x
    return w[0] * over_its_tail(w[1:], x * x) + x


# at 3.0, 2.0, 4
# at 3.0, 2.0, 0
def changes_places(x, y, n: int):
    if n == 0:
        return x * x * y
    return changes_places(y, x + y, n - 1) * x


# at 3.0, 2.0, 4
def loop_inside(x, y, n: int):
    total = x
    for i in range(n):
        total += loop_inside(x * 0.5, total, i) * y
    return total


# at 3.0, 4
# at 0.25, 4
def with_a_branch(x, n: int):
    y = x * x
    if n > 0:
        y = with_a_branch(y / 3, n - 1)
        if y > 1:
            y = y - x
    else:
        y = y + 1
    return y * x


# at 3.0, 4
def unused_result(x, n: int):
    if n > 0:
        unused_result(x * x, n - 1)
    return x * n


# at 1.5, 2.0
def default_argument(x, y, n: int = 3):
    if n == 0:
        return x
    return default_argument(x * y, y, n=n - 1) + y


# at 1.5, 2.0
# at 0.0, 2.0
def raises_at_the_end(x, y):
    if y < 0.6:
        return 1 / x
    return raises_at_the_end(x, y * x / 4 - 0.2) if x else 1 / x


def weighted(v, x, n: int):
    if n == 0:
        return x
    return v[n] * weighted(v, x * v[0], n - 1)


# at W, 0.5
def call_between_writes(w, x):
    w[0] = x
    a = weighted(w, x, 2)
    w[1] = a
    return a * weighted(w, x, 1)


# at W, 0.5
def call_in_a_loop_that_writes(w, x):
    s = 0.0
    for i in range(3):
        s += weighted(w, x, i) * s + 1
        w[i] = s
    return s


# at 0.5
def call_of_what_a_call_gave(x):
    v = [x, x * x, 1.0]
    v[1] = weighted(v, x, 2)
    return weighted(v, v[1], 1)


# at W, 0.5
def call_in_a_while(w, x):
    y = x
    while weighted(w, y, 1) < 100:
        y = weighted(w, y, 1)
    return y


# at W
def call_in_a_generator(w):
    return sum(weighted(w, a, 1) for a in w)


# at M, 0.5
def call_over_rows(m, x):
    return sum(weighted(row, x, 1) for row in m)


# at M, 0.5
# at M, 0.1
def calls_in_a_conditional(m, x):
    return weighted(m[0], x, 1) * weighted(m[1], x, 1) if weighted(m[0], x, 1) > 1 else weighted(m[1], x, 0)


# at M, 0.5, 0
# at M, 0.5, 1
# at M, 0.5, 5
def call_on_a_row(m, x, i: int):
    return weighted(m[i], x, 1) * weighted(m[0], x, 1)


# at 0.5
def call_on_a_literal(x):
    return weighted([x, 2.0, x * x], x, 2)


# at W, 0.5
def call_on_a_comprehension(w, x):
    return weighted([a * x for a in w], x, 2)


# at W, 0.5
def call_on_a_slice(w, x):
    return weighted(w[1:], x, 1) * weighted(w, w[0], 2)


def list_inside_a_recursion_loc(x, n: int):
    v = [x, 1.0]
    for i in range(n):
        v.append(v[-1] * x + list_inside_a_recursion_loc(x * x, i))
    v[0] = v[-1] * 2
    return v[0] * v[1] + v[-1]


# at 0.5
def list_inside_a_recursion(x):
    return list_inside_a_recursion_loc(x, 3)


def return_inside_a_recursion_loc(w, i: int):
    if i >= len(w):
        return 1.0
    total = 0.0
    for j in range(i, len(w)):
        if j == 1:
            continue
        total += w[j] * return_inside_a_recursion_loc(w, j + 1)
        if total > 30:
            return total * w[i]
    return total


# at W
def return_inside_a_recursion(w):
    return return_inside_a_recursion_loc(w, 0)


def pairs_of_two_calls_two(x, n: int):
    if n == 0:
        return x, x * x
    a, b = pairs_of_two_calls_two(x * 0.5, n - 1)
    c, d = pairs_of_two_calls_two(a * b, n - 1)
    return a + d, b * c


# at 0.5
def pairs_of_two_calls(x):
    a, b = pairs_of_two_calls_two(x, 2)
    return a * b


def item_of_a_pair_two(x, n: int):
    if n == 0:
        return x, x * x
    a, b = item_of_a_pair_two(x * 0.5, n - 1)
    return b, a * x


# at 0.5
def item_of_a_pair(x):
    return item_of_a_pair_two(x, 2)[1]


def ackermann_ack(x, m: int, n: int):
    if m == 0:
        return x + n
    if n == 0:
        return ackermann_ack(x * x, m - 1, 1)
    return ackermann_ack(ackermann_ack(x, m, n - 1), m - 1, n - 1) * x


# at 0.5
def ackermann(x):
    return ackermann_ack(x, 1, 2)


def bisection_bis(a, lo, hi, n: int):
    mid = (lo + hi) / 2
    if n == 0:
        return mid * a
    if mid * mid > a:
        return bisection_bis(a, lo, mid, n - 1)
    return bisection_bis(a, mid, hi, n - 1)


# at 2.7
def bisection(x):
    return bisection_bis(x, 0.0, 4.0, 20)


def simpson_g(t, x):
    return math.exp(-x * t * t)


def simpson_simpson(x, a, b, n: int):
    c = (a + b) / 2
    if n == 0:
        return (b - a) / 6 * (simpson_g(a, x) + 4 * simpson_g(c, x) + simpson_g(b, x))
    return simpson_simpson(x, a, c, n - 1) + simpson_simpson(x, c, b, n - 1)


# at 0.7
def simpson(x):
    return simpson_simpson(x, 0.0, 1.0, 3)


def copy_inside_a_recursion_rec(v, x, n: int):
    v = v.copy()
    v[0] = v[0] * x
    if n == 0:
        return v[0]
    return v[1] * copy_inside_a_recursion_rec(v, x * v[0], n - 1)


# at W, 0.5
def copy_inside_a_recursion(w, x):
    return copy_inside_a_recursion_rec(w, x, 1) * w[0]


def guards_in_a_recursion_rec(x, n: int):
    if n < 0:
        raise ValueError("negative")
    assert x < 2, "large"
    if n == 0:
        return x
    return guards_in_a_recursion_rec(x * x + 0.1, n - 1) * x


# at 0.5
def guards_in_a_recursion(x):
    return guards_in_a_recursion_rec(x, 3)


def recursion_in_and_or_rec(x, n: int):
    return (
        1.0 if n == 0 else recursion_in_and_or_rec(x, n - 1) and x * recursion_in_and_or_rec(x, n - 2) if n > 1 else x
    )


# at 0.5
def recursion_in_and_or(x):
    return recursion_in_and_or_rec(x, 3)


def default_that_is_passed_rec(x, y=1.5):
    return x * y if x < 1 else default_that_is_passed_rec(x / 2, x) + y


# at 3.5
# at 0.5
def default_that_is_passed(x):
    return default_that_is_passed_rec(x) * default_that_is_passed_rec(2.0)


def matrix_in_a_recursion_g(w, x, n: int):
    if n > 0:
        return matrix_in_a_recursion_g(w, x, n - 1)
    k = [[0.0] * 3 for _ in range(3)]
    for i in range(3):
        for j in range(i, 3):
            k[i][j] = w[i] * w[j] + x
            k[j][i] = k[i][j]
    for i in range(3):
        for r in range(i + 1, 3):
            q = k[r][i] / k[i][i]
            for c in range(i, 3):
                k[r][c] -= q * k[i][c]
    d = 1.0
    for i in range(3):
        d *= k[i][i]
    return d + k[1][2]


# at [2.0, 3.5, 5.0], 0.5
def matrix_in_a_recursion(w, x):
    return matrix_in_a_recursion_g(w, x, 1)


def items_in_a_recursion_g(x, n: int):
    if n > 0:
        return items_in_a_recursion_g(x, n - 1)
    k = [x, 1.0]
    for i in range(2):
        k[i] = k[i] * k[0]
    d = 1.0
    for i in range(2):
        d *= k[i]
    return d


# at 0.5
def items_in_a_recursion(x):
    return items_in_a_recursion_g(x, 1)


def items_after_a_call_g(x, n: int):
    k = [x, 1.0]
    if n > 0:
        k[1] = items_after_a_call_g(k[0] * x, n - 1)
    for i in range(2):
        k[i] = k[i] * k[0]
    return k[0] * k[1]


# at 0.5
def items_after_a_call(x):
    return items_after_a_call_g(x, 1)


# at W, 0.5
def writes_between_calls(w, x):
    w[0] = weighted(w, x, 2)
    w[1] = weighted(w, x, 1)
    return weighted(w, w[1], 2)


# at W, 0.5
def append_between_calls(w, x):
    y = 0.0
    for i in range(2):
        y += weighted(w, x, 2)
        w.append(y)
        w[0] = w[-1]
    return y


def copies_between_calls_rec(v, x, n: int):
    if n == 0:
        return x * v[0]
    u = v.copy()
    y = copies_between_calls_rec(u, x, n - 1)
    u[0] = u[0] * y
    return copies_between_calls_rec(u, y, n - 1) * u[0] + u[1]


# at W, 0.5
def copies_between_calls(w, x):
    return copies_between_calls_rec(w, x, 2)


def returns_in_a_recursion_rec(v, n: int):
    s = 0.0
    for a in v:
        if a > 4:
            return s * a
        s += a * a
    if n == 0:
        return s
    while s > 1:
        s = s / 2
        if n == 1:
            return s
    return returns_in_a_recursion_rec(v, n - 1) * s


# at W, 0.5
# at [2.0, 3.0, 3.5], 0.5
def returns_in_a_recursion(w, x):
    return returns_in_a_recursion_rec(w, 2) * x
