"""Jumps, returns and order of evaluation, each function at the points above it."""


# at 0.8, 0.64
# at 0.8, 2.0
def returns_what_the_loop_leaves_alone(x, y):
    for i in range(2):
        y = y * 0.6
        if y < 0.5:
            return x
    return y * y


# at 0.8, 0.64
# at 0.8, 2.0
def returns_in_an_inner_loop_and_its_else(x, y):
    for k in range(2):
        for i in range(2):
            y = y * 0.6
            if y < 0.5:
                return y
        else:
            return x
    return y


# at 0.8, 0.64
# at 0.8, 2.0
# at 2.0, 1.1
def else_that_goes_on_or_breaks(x, y):
    for k in range(2):
        for i in range(2):
            y = y * 0.6
            if y < 0.5:
                return y
        else:
            if y < 1:
                continue
            break
        y = y * x
    return y


# at 0.8, 0.64
# at 0.8, 0.3
def returns_at_the_end_of_each_trip(x, y):
    for i in range(2):
        x = x * 0.6
        while y > 0.4:
            y = y * 0.6
            return x
        else:
            return y
    return x * y


def first_and_one(a):
    a[0] = a[0] * a[1]
    return 1


# at W
def right_side_before_the_bounds(w):
    w[first_and_one(w) :] = [w[0], w[0] * 2]
    return w[0] * w[1] * w[2]


def chain(v, n):
    return v[0] * v[0] if n == 0 else v[n] + chain(v, n - 1) * v[n]


# at 0.5
def written_between_two_calls(x):
    u = [x, 2.0]
    y = chain(u, 1)
    u[0] = 7.0
    z = chain(u, 1)
    return y * z


def powers(x, n: int):
    if n == 0:
        return x
    for i in range(5):
        if x < 0.1:
            break
        x = x * x
    return x * powers(x, n - 1)


# at 0.5
# at 0.9
def parameter_that_a_recursion_rebinds(x):
    return powers(x, 2)


def returning(x, n: int):
    if x > 1:
        return x
    for i in range(n):
        if i == 2:
            return returning(x * 2, i)
        x = x + returning(x * 2, i) * 0.1
    return x * x


# at 0.3
# at 0.8
def returns_in_a_loop_of_a_recursion(x):
    return returning(x, 3)


# at 0.5, 1.5
def left_in_an_arm(x, y):
    acc = 0.1
    pos = 0
    while 4:
        if pos % 2 == 0:
            acc += 0.0625 * (pos - 0.25)
        elif acc > 0.05:
            acc += 0.5 * y * acc
            break
        acc += 0.0625 * (pos * 0.1)
        pos += 1
    return acc * x


# at W, 0.5
def bound_in_a_loop_only(w, x):
    for v in w:
        a = w

        def scaled(t):
            return t * x

    return a[0] * scaled(3.0)


# at 0.8, 0.64
# at 0.8, 2.0
def else_that_returns(x, y):
    for i in range(3):
        y = y * 0.6
        if y < 0.5:
            return x * y
    else:
        return x + y
