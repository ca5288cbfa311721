"""The square root by Newton's method, which stops when its step is small; the gradient goes back through the steps."""

from bpcompile import value_and_grad


def root(a):
    x = a
    step = 1.0
    while abs(step) > 1e-9:
        step = (x - a / x) / 2
        x = x - step
    return x


if __name__ == "__main__":
    root_grad = value_and_grad(root)
    for a in (0.25, 2.0, 9.0):
        x, dx = root_grad(a)
        print(f"a {a:4}  root {x:.12f}  gradient {dx:.12f}  1 / (2 root) {1 / (2 * x):.12f}")
