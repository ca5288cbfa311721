"""Functions that a generated module needs beside `math`: they travel in the module, and only where they are used."""

from __future__ import annotations

from collections.abc import Mapping

DIGAMMA = '''def digamma(x):
    """Return the derivative of log(gamma(x)), to about 15 digits."""
    if x <= 0 and (math.isinf(x) or x == math.floor(x)):
        raise ValueError("math domain error")
    if x < 0:
        return digamma(1 - x) - math.pi / math.tan(math.pi * (x - round(x)))
    shift = 0.0
    while x < 10:
        shift -= 1 / x
        x += 1
    y = 1 / x / x
    series = y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132 - y * (691 / 32760 - y / 12))))))
    return shift + math.log(x) - 0.5 / x - series
'''

ZEROS_LIKE = '''def zeros_like(x):
    """Return zeros in the shape of a number or of a list, nested alike."""
    return [zeros_like(item) for item in x] if isinstance(x, (list, tuple)) else 0.0
'''

SHAPED_LIKE = '''def shaped_like(grad, x):
    """Return grad with tuples where x has tuples."""
    if not isinstance(x, (list, tuple)):
        return grad
    return type(x)([shaped_like(g, item) for g, item in zip(grad, x)])
'''

LEAVE_ONE_OUT = '''def leave_one_out(xs):
    """Return, for each item, the product of all the others."""
    products, before = [1.0] * len(xs), 1.0
    for i in range(len(xs)):
        products[i] = before
        before *= xs[i]
    after = 1.0
    for i in range(len(xs) - 1, -1, -1):
        products[i] *= after
        after *= xs[i]
    return products
'''

ADD_ALL = '''def add_all(total, xs):
    """Add each item of xs to total in place, nested alike."""
    for i in range(len(xs)):
        if isinstance(xs[i], list):
            add_all(total[i], xs[i])
        else:
            total[i] += xs[i]
'''

HAS_TWINS = '''def has_twins(*lists):
    """Return whether one list stands in two places."""
    seen, todo = set(), list(lists)
    while todo:
        item = todo.pop()
        if isinstance(item, list):
            if id(item) in seen:
                return True
            seen.add(id(item))
        if isinstance(item, (list, tuple)):
            todo += item
    return False
'''

PRELUDE: Mapping[str, str] = {
    "add_all": ADD_ALL,
    "digamma": DIGAMMA,
    "has_twins": HAS_TWINS,
    "leave_one_out": LEAVE_ONE_OUT,
    "shaped_like": SHAPED_LIKE,
    "zeros_like": ZEROS_LIKE,
}
