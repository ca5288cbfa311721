"""Fit y = w x to one point, x = 10 and y = 20, by gradient descent: w goes from 5 to 2.

With @grad the name `loss` is the gradient, and `loss.primal` is the function as it stands here.
"""

from bpcompile import grad


@grad(wrt="w")
def loss(w, x, y):
    miss = w * x - y
    return miss * miss


if __name__ == "__main__":
    w, x, y = 5.0, 10.0, 20.0
    rate = 0.001
    for step in range(101):
        if step % 20 == 0:
            print(f"step {step:3}  w {w:.6f}  loss {loss.primal(w, x, y):.6f}")
        w -= rate * loss(w, x, y)
