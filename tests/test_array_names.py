"""Arrays that are written and have other names: in lists, on paths, in calls, and in the cotangents of others.

Each function gets its arrays with and without shapes. `z` and `y` are arrays of floats, made of the arguments.
"""

from __future__ import annotations

import textwrap

import numpy as np
import pytest
from test_arrays import check, normal, positive

from bpcompile import CompileError, compile_source

NAMES = {
    # a cotangent that is another array as it stands, which the backward part then restores
    "handed on by a loop": """
        for i in range(2):
            v = z.copy()
            v[1:-1] *= y[2:]
            y = v
        return np.sum(y * z)
    """,
    "handed on by a loop in a loop": """
        for i in range(2):
            for j in range(2):
                v = z.copy()
                v[1:-1] *= y[2:]
                y = v
            q = y
            y = y * 0.5
            z = np.sin(z)
        return np.sum(q * z) + np.sum(y * z)
    """,
    "under a third name": """
        for i in range(2):
            v = z.copy()
            v[1:-1] *= y[2:]
            y = v
        t = y
        y = y * 2
        return np.sum(t * z)
    """,
    "handed on by a branch": """
        v = z.copy()
        if y[0] > -9:
            v[1:-1] *= y[2:]
            t = v
        else:
            t = z
        return np.sum(t * y)
    """,
    "handed on by a branch in a loop": """
        for i in range(2):
            v = z.copy()
            v[1:-1] *= y[2:]
            t = v if y[0] > -9 else z
            y = t
        return np.sum(y * z)
    """,
    "handed on by a statement in a loop": """
        for i in range(2):
            v = z.copy()
            v[1:-1] *= y[2:]
            if z[0] > -9:
                y = v
            else:
                y = z * 2
        return np.sum(y * z)
    """,
    "a view of it": """
        for i in range(2):
            v = z.copy()
            v[1:-1] *= y[2:]
            y = v[::-1]
        return np.sum(y * z)
    """,
    "in each trip": """
        s = 0.0
        for i in range(3):
            v = y.copy()
            v[1:-1] *= z[2:]
            s += np.sum(v * z)
            z = np.sin(z)
            y = v
        return s + np.sum(y * z)
    """,
    # what is read after the array was restored
    "a sum that waits": """
        t = np.sum(z)
        for i in range(2):
            v = y.copy()
            v[1:-1] *= y[2:] * v[1:-1]
            y = v
        return t * np.sum(y)
    """,
    "a sum of an argument that waits": """
        for i in range(2):
            v = y.copy()
            v[1:-1] *= y[-1] * v[1:-1]
            y = v
        return np.sum(u) * np.sum(y[1:])
    """,
    "an array that waits": """
        q = np.sin(z)
        for i in range(2):
            v = y.copy()
            v[1:-1] *= y[2:] * v[1:-1]
            y = v
        return np.sum(q * y)
    """,
    "a part that waits": """
        a = z[1:] * z[0]
        for i in range(2):
            v = y.copy()
            v[1:-1] *= y[2:] * v[1:-1]
            y = v
        return np.sum(a * y[1:])
    """,
    "handed on by one loop to another": """
        for i in range(2):
            v = y.copy()
            v[1:-1] *= y[2:] * v[1:-1]
            y = v
        x = y
        for i in range(2):
            x, t = t if i else y, x
        return np.sum(z * x) * np.sum(u)
    """,
    # what was written to an array before it became part of a list
    "appended": """
        hs = []
        for i in range(2):
            v = z.copy()
            v[1:-1] *= y[2:]
            hs.append(v)
            y = v
        return np.sum(hs[1] * z)
    """,
    "appended and unpacked": """
        hs = [y]
        for i in range(2):
            v = z.copy()
            v[1:-1] *= hs[-1][2:]
            hs.append(v)
        a, b, c = hs
        return np.sum(c * z)
    """,
    "in a list": """
        v = z.copy()
        v[1:-1] *= y[2:]
        hs = [y, v]
        return np.sum(hs[1] * z)
    """,
    "in a list, unpacked": """
        v = z.copy()
        v[1:-1] *= y[2:]
        hs = [y, v]
        a, b = hs
        return np.sum(b * z)
    """,
    "in a list of another length": """
        v = z[1:].copy()
        v[0] = y[1]
        hs = [y, v]
        return np.sum(hs[1] * z[1:]) + np.sum(hs[0])
    """,
    "in lists that are joined": """
        v = z[1:].copy()
        v[0] *= y[1] * v[1]
        hs = [y] + [v]
        return np.sum(hs[1] * z[1:]) + np.sum(hs[0])
    """,
    "in a list of lists": """
        v = z.copy()
        v[0] *= y[1] * v[1]
        hs = [[y], [v]]
        return np.sum(hs[1][0] * z) + np.sum(hs[0][0])
    """,
    "put in place of an item": """
        c = y * z
        c[1] = z[2]
        hs = [y, z]
        hs[0] = c
        return np.sum(hs[0] * z)
    """,
    "in pairs": """
        c = y * z
        c[1] = z[2]
        s = 0.0
        for a, b in [(y, z), (c, z)]:
            s += np.sum(a * b)
        return s
    """,
    "stacked": """
        hs = [y * k for k in range(3)]
        c = y * z
        c[1] = z[2]
        hs.append(c)
        return np.sum(np.array(hs) * z)
    """,
    "parts in a list": """
        c = y * z
        c[1] = z[2]
        hs = [c[1:], c[:-1]]
        return np.sum(hs[0] * hs[1])
    """,
    "written for nothing under a name that is bound again": """
        for i in range(2):
            u[i] = w[i]
            u = w.copy()
        return w[0] * np.sum(z)
    """,
    # what a choice shows
    "a choice that is written into it": """
        z[:] *= y if y[0] > 9.0 else z
        return np.sum(z)
    """,
    "a choice of parts": """
        z[1:] *= z[:-1] if y[0] < 9.0 else y[1:]
        return np.sum(z)
    """,
    "an item that is replaced twice": """
        hs = [z]
        u[0] *= 1.5
        hs[0] = u
        hs[0] = u * 2
        return np.sum(hs[0])
    """,
    "an array of a comprehension in a branch": """
        if u[0] > -99.0:
            N = np.array([u for q in range(3)])
            N[1] = 0.7
            return np.sum(N * z)
        return np.sum(u)
    """,
    # what was written before a call
    "passed to a function that calls itself": "return np.sum(again(y, z, 3) * z)",
    "passed to a function that calls itself, by dot": "return np.dot(again(y, z, 2), z)",
    "passed to a function that calls itself, and written afterwards": """
        s = np.sum(again(y, z, 1))
        z[1] += 1.0
        return s * np.sum(z)
    """,
    "passed in a loop": """
        s = 0.0
        for i in range(2):
            s += np.sum(again(y, z, 1))
        return s
    """,
}
HEAD = """
def again(a, b, n: int):
    if n == 0:
        return a * b
    c = b * a
    c[1:-1] *= a[2:]
    return again(c, b, n - 1)


def f(u{0}, w{0}):
    y, z = np.sin(u), np.cos(w)
"""


@pytest.mark.parametrize("shape", [": 'n'", ""])
@pytest.mark.parametrize("name", NAMES)
def test_written_arrays_under_other_names(name: str, shape: str) -> None:
    body = textwrap.indent(textwrap.dedent(NAMES[name]).strip(), "    ")
    source = HEAD.format(shape) + body + "\n"
    check(source, normal(5), positive(5))
    check(source, normal(5), positive(5), style="compact")


def test_a_row_whose_cotangent_is_a_view() -> None:
    body = """
def f(A{0}, B{0}, x):
    for i in range(2):
        y = A * A[0]
        if x[0] > 0.1:
            A[1] += A[0]
    return np.sum(y * B)
"""
    for shape in (": '3 3'", ": 'n n'"):
        check(body.format(shape), normal(3, 3), normal(3, 3), positive(3))


def test_rows_that_a_name_has_shown() -> None:
    body = """
def f(A: 'n n', B: 'n n'):
    C = np.sin(A)
    s = 0.0
    for r in A:
        s += np.sum(C * C)
    for r in B:
        A += C[::-1]
        for t in range(2):
            A += C * 0.5
    return s + np.sum(B * C) + np.sum(A @ B)
"""
    check(body, normal(3, 3), normal(3, 3))


def test_a_transpose_that_an_inner_loop_reads_too() -> None:
    loops = "for i in range(2):\n        B = A.T.copy()\n        for j in range(2):\n            N = N - A.T"
    check(f"def f(A, B):\n    N = B * 0.5\n    {loops}\n    return np.sum(A * N)\n", normal(3, 3), normal(3, 3))


def test_a_part_of_what_was_stacked() -> None:
    body = "x = np.stack([w, u])[1]\n    x[2] = 1.0\n    w[1:-1] *= x[1:-1]\n    return np.sum(w * x)"
    check(f"def f(u: 'n', w: 'n'):\n    {body}\n", normal(5), positive(5))


REFUSED = {
    "what NumPy still reads, of an array that a loop has made": (
        "for i in range(2):\n        B = u[:, None] * w\n    B[1] = B[:, -1]\n    return np.sum(B * B)",
        "while NumPy still reads it",
    ),
    "what a function that calls itself returns may be its argument": (
        "v = same(u, w, 1)\n    w[:] *= 2.0\n    return np.sum(v)",
        "may show an array that has changed since",
    ),
    "a name for an item, on some paths": (
        "h = [u]\n    if w[0] > 0.0: w = h[0]\n    w[1:] *= 0.7\n    return np.sum(u)",
        "it may have another name",
    ),
    "a name for an item, from the second trip on": (
        "h = [u]\n    for i in range(2):\n        w[2] *= np.sum(w)\n        w = h[0]\n    return np.sum(w * u)",
        "changed in place",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_names_that_cannot_be_followed_are_refused(name: str) -> None:
    body, message = REFUSED[name]
    same = "def same(a, b, n: int):\n    if n == 0:\n        return b\n    return same(a, b, n - 1)\n\n\n"
    with pytest.raises(CompileError, match=message):
        compile_source(f"import numpy as np\n\n\n{same}def f(u, w):\n    {body}\n", function="f")


@pytest.mark.parametrize(
    "body",
    [
        "for i in range(1):\n        u = u * u\n    u[1] = np.sum(w)\n    return np.sum(u)",
        "for i in range(2):\n        v = u - u[::-1]\n        v[:1] = np.sum(w)\n    return np.sum(v)",
        "v = u if w[0] > 0.0 else u * u\n    v = v.copy()\n    v[1] = np.sum(w)\n    return np.sum(v)",
    ],
)
def test_integers_that_a_loop_or_a_choice_hands_on_are_asked_for(body: str) -> None:
    text = compile_source(f"import numpy as np\n\n\ndef f(u, w):\n    {body}\n", function="f", verify=False)
    module: dict[str, object] = {}
    exec(text, module)
    gradient = module["f_grad"]
    assert callable(gradient)
    with pytest.raises(ValueError, match="array of floats"):
        gradient(np.arange(4) + 1, np.array([0.1, 0.2, 0.3, 0.4]))


@pytest.mark.parametrize("style", ["staged", "compact"])
@pytest.mark.parametrize(
    "body",
    [
        "for i in range(2):\n        w[0] = 0.5 - u[0] + w[1] * w[2]\n        v = w.copy()\n    v[1] *= w[0] * k",
        "for i in range(2):\n        v = w.copy()\n    v[1] = v[0] * k\n    if k > 0.3:\n        v[0] = u[1] * v[2]",
        "for i in range(2):\n        v = u.copy()\n    s = v[1]\n    if k > 0.3:\n        v = w.copy()\n    v[2] += s",
        "v = u.copy()\n    for i in range(3):\n        v[i] = v[i] * k\n        v = w.copy()\n    v[0] *= k",
    ],
)
def test_an_array_that_a_loop_makes_is_written_item_by_item(body: str, style: str) -> None:
    head = "def f(u: 'n', w: 'n', k: float):\n    "
    check(f"{head}{body}\n    return np.sum(v * v) * v[1]\n", normal(3), positive(3), 0.7, style=style)


@pytest.mark.parametrize("style", ["staged", "compact"])
@pytest.mark.parametrize(
    "body",
    [
        "r = A[0].copy()\n    r[0] = k\n    return np.sum(r)",
        "r = A[1:, 0].copy()\n    r[1:] = k\n    return np.sum(r * r)",
        "r = A[0].copy()\n    r[0] = 0.0\n    return np.sum(r) + k * A[0, 0]",
        "s = k\n    for i in range(3):\n        r = A[i] * 1.0\n        r[i] = s\n        s += np.sum(r)\n    return s",
        "r = A[1].copy()\n    r[1] = k\n    r[0] += A[1, 1]\n    return np.sum(r * r)",
    ],
)
def test_a_part_that_is_read_and_written_at_the_same_place(body: str, style: str) -> None:
    check(f"def f(A: '3 3', k: float):\n    {body}\n", normal(3, 3), 0.7, style=style)


@pytest.mark.parametrize("end", ["return k * len(q)", "if k > 5.0: return q[0][0]\n    return k * k"])
@pytest.mark.parametrize("style", ["staged", "compact"])
def test_arrays_written_in_a_loop_that_nothing_reads(end: str, style: str) -> None:
    made = "c = np.zeros(3)\n        c[0] = k\n        q.append(c)"
    check(f"def f(k: float):\n    q = []\n    for i in range(2):\n        {made}\n    {end}\n", 0.7, style=style)
    nested = f"r = []\n        {made.replace('q.', 'r.')}\n        q.append(r)"
    end = end.replace("q[0][0]", "q[0][0][0]")
    check(f"def f(k: float):\n    q = []\n    for i in range(2):\n        {nested}\n    {end}\n", 0.7, style=style)
