"""The programs of `programs` as a user of JAX writes them: loops as `scan` and `fori_loop`, neighbours as slices.

The plain text would be unrolled by `jit`, which takes minutes to compile for some of them.
"""

import jax
import jax.numpy as jnp

from .programs import H

jax.config.update("jax_enable_x64", True)


def recurrence(x, a, b, n):
    return jax.lax.fori_loop(0, n, lambda _, x: jnp.sin(x * a) + b, x)


def rosenbrock(x):
    return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def tridiagonal(lower, diagonal, upper, right):
    def eliminate(above, row):
        low, d, up, x = row
        d_above, up_above, x_above = above
        w = low / d_above
        reduced = d - w * up_above, up, x - w * x_above
        return reduced, reduced

    def substitute(below, row):
        d, up, x = row
        found = (x - up * below) / d
        return found, found

    top = diagonal[0], upper[0], right[0]
    last, rows = jax.lax.scan(eliminate, top, (lower[1:], diagonal[1:], upper[1:], right[1:]))
    rows = [jnp.concatenate([first[None], rest[:-1]]) for first, rest in zip(top, rows, strict=True)]
    bottom = last[2] / last[0]
    _, x = jax.lax.scan(substitute, bottom, rows, reverse=True)
    return jnp.sum(x * x) + bottom * bottom


def heat(start, r, steps):
    def step(_, u):
        return u.at[1:-1].add(r * (u[:-2] - 2 * u[1:-1] + u[2:]))

    return jnp.sum(jax.lax.fori_loop(0, steps, step, start) ** 2)


def orbit(x, y, a, b, n):
    def slope(at):
        x, y = at
        return jnp.stack([a * x - x * y, x * y - b * y])

    def step(_, at):
        k1 = slope(at)
        k2 = slope(at + H / 2 * k1)
        k3 = slope(at + H / 2 * k2)
        k4 = slope(at + H * k3)
        return at + H / 6 * (k1 + 2 * k2 + 2 * k3 + k4)

    return jnp.sum(jax.lax.fori_loop(0, n, step, jnp.stack([x, y])))


def smooth(start, a, sweeps):
    def write(before, item):
        new = jnp.sin(a * item) + before / 2
        return new, new

    def sweep(_, y):
        _, rest = jax.lax.scan(write, y[0], y[1:])
        return jnp.concatenate([y[:1], rest])

    return jax.lax.fori_loop(0, sweeps, sweep, start)[-1]
