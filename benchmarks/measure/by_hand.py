"""The gradients of `programs`, as a good programmer writes them by hand in plain Python: what can be saved is saved."""

import math

H = 0.05


def recurrence(x, a, b, n):
    tape = []
    for _ in range(n):
        tape.append(x)
        x = math.sin(x * a) + b
    dx, da, db = 1.0, 0.0, 0.0
    for x in reversed(tape):
        db += dx
        g = dx * math.cos(x * a)
        da += g * x
        dx = g * a
    return dx, da, db


def rosenbrock(x):
    dx = [0.0] * len(x)
    for i in range(len(x) - 1):
        here = x[i]
        t = 200 * (x[i + 1] - here * here)
        dx[i] -= 2 * here * t + 2 * (1 - here)
        dx[i + 1] = t
    return dx


def tridiagonal(lower, diagonal, upper, right):
    n = len(diagonal)
    d = list(diagonal)
    x = list(right)
    ws = [0.0] * n
    for i in range(1, n):
        w = ws[i] = lower[i] / d[i - 1]
        d[i] -= w * upper[i - 1]
        x[i] -= w * x[i - 1]
    reduced = list(x)  # the right side after the elimination
    x[n - 1] /= d[n - 1]
    for i in range(n - 2, -1, -1):
        x[i] = (x[i] - upper[i] * x[i + 1]) / d[i]

    dlower, dd, dupper = [0.0] * n, [0.0] * n, [0.0] * n
    dx = [2 * item for item in x]
    for i in range(n - 1):
        g = dx[i] = dx[i] / d[i]
        dd[i] = -x[i] * g
        dupper[i] = -x[i + 1] * g
        dx[i + 1] -= upper[i] * g
    g = dx[n - 1] = dx[n - 1] / d[n - 1]
    dd[n - 1] = -x[n - 1] * g
    for i in range(n - 1, 0, -1):
        w, g, h = ws[i], dx[i], dd[i]
        dw = -reduced[i - 1] * g - upper[i - 1] * h
        dx[i - 1] -= w * g
        dupper[i - 1] -= w * h
        dw /= d[i - 1]
        dlower[i] = dw
        dd[i - 1] -= w * dw
    return dlower, dd, dupper, dx


def heat(start, r, steps):
    u = list(start)
    rows = []
    for _ in range(steps):
        rows.append(u)
        v = list(u)
        for i in range(1, len(u) - 1):
            v[i] = u[i] + r * (u[i - 1] - 2 * u[i] + u[i + 1])
        u = v
    du = [2 * item for item in u]
    dr = 0.0
    for u in reversed(rows):
        dv = du
        du = list(dv)
        for i in range(1, len(u) - 1):
            g = dv[i]
            dr += (u[i - 1] - 2 * u[i] + u[i + 1]) * g
            g *= r
            du[i - 1] += g
            du[i] -= 2 * g
            du[i + 1] += g
    return du, dr


def orbit(x, y, a, b, n):
    half, sixth = H / 2, H / 6
    tape = []
    for _ in range(n):
        xy = x * y
        k1 = a * x - xy
        l1 = xy - b * y
        x2 = x + half * k1
        y2 = y + half * l1
        xy = x2 * y2
        k2 = a * x2 - xy
        l2 = xy - b * y2
        x3 = x + half * k2
        y3 = y + half * l2
        xy = x3 * y3
        k3 = a * x3 - xy
        l3 = xy - b * y3
        x4 = x + H * k3
        y4 = y + H * l3
        xy = x4 * y4
        tape.append((x, y, x2, y2, x3, y3, x4, y4))
        x += sixth * (k1 + 2 * (k2 + k3) + a * x4 - xy)
        y += sixth * (l1 + 2 * (l2 + l3) + xy - b * y4)
    dx = dy = 1.0
    da = db = 0.0
    for x, y, x2, y2, x3, y3, x4, y4 in reversed(tape):
        dk, dl = sixth * dx, sixth * dy
        m = dl - dk
        da += x4 * dk
        db -= y4 * dl
        dx4 = a * dk + y4 * m
        dy4 = x4 * m - b * dl
        dk3, dl3 = 2 * dk + H * dx4, 2 * dl + H * dy4
        m = dl3 - dk3
        da += x3 * dk3
        db -= y3 * dl3
        dx3 = a * dk3 + y3 * m
        dy3 = x3 * m - b * dl3
        dk2, dl2 = 2 * dk + half * dx3, 2 * dl + half * dy3
        m = dl2 - dk2
        da += x2 * dk2
        db -= y2 * dl2
        dx2 = a * dk2 + y2 * m
        dy2 = x2 * m - b * dl2
        dk += half * dx2
        dl += half * dy2
        m = dl - dk
        da += x * dk
        db -= y * dl
        dx += dx4 + dx3 + dx2 + a * dk + y * m
        dy += dy4 + dy3 + dy2 + x * m - b * dl
    return dx, dy, da, db


def smooth(start, a, sweeps):
    y = list(start)
    tape = []
    for _ in range(sweeps):
        for i in range(1, len(y)):
            old = y[i]
            tape.append(old)
            y[i] = math.sin(a * old) + y[i - 1] / 2
    dy = [0.0] * len(y)
    dy[-1] = 1.0
    da = 0.0
    for _ in range(sweeps):
        for i in range(len(y) - 1, 0, -1):
            old = tape.pop()
            g = dy[i]
            dy[i - 1] += g / 2
            g *= math.cos(a * old)
            da += g * old
            dy[i] = g * a
    return dy, da
