"""Functions of NumPy by themselves: each against differences of the original, with and without annotations."""

from __future__ import annotations

# ruff: noqa: E501  (programs are data: one line each)
import warnings
from collections.abc import Sequence
from typing import Any

import array_oracle
import numpy as np
import pytest

from bpcompile import CompileError, compile_source
from bpcompile.backends.numpy_spelling import NUMPY_SPELLING
from bpcompile.backends.prelude import PRELUDE
from bpcompile.frontend import numpy_names
from bpcompile.ir import array_ops
from bpcompile.ir.ops import NUMPY
from bpcompile.rules.arrays import (
    ARRAY_FLAT,
    ARRAY_PARTIALS,
    ARRAY_PULLBACKS,
    FACTOR_PULLBACKS,
    WHOLE_FLAT,
    WHOLE_PULLBACKS,
)
from bpcompile.verify.numpy_over import NumPyOver
from bpcompile.verify.traced import Tracer

HEAD = "import numpy as np\n\n\n"
random = np.random.default_rng(2)
LETTERS = "nmkl"


def numbers(shape: Sequence[int], first: float = -1.7) -> Any:
    """Return different numbers, no two of them close, none of them an integer or half of one."""
    count = int(np.prod(shape))
    found = first + 0.173 * random.permutation(count) + 0.0123
    return found.reshape(shape) if len(shape) else float(found[0])


def annotation(shape: Sequence[int]) -> str:
    """Return a shape as text: a letter for each length."""
    return " ".join(LETTERS[k] for k in range(len(shape)))


def program(expression: str, shapes: Sequence[Sequence[int]], annotations: Sequence[str] | None, more: str = "") -> str:
    """Return a function of arrays x, y, z whose every item of the expression counts, and differently."""
    names = "xyz"[: len(shapes)]
    if not hasattr(np, "trapezoid"):  # before NumPy 2
        expression = expression.replace("trapezoid", "trapz")
    given = names if annotations is None else [f"{n}: '{a}'" for n, a in zip(names, annotations)]
    body = f"    v = {expression}\n    return np.sum(v * v * 0.5 + v)\n"
    return f"def f({', '.join(given)}{more}):\n{body}"


def check(expression: str, *shapes: Sequence[int]) -> None:
    """Compare without annotations, and with a letter for each length, or with the numbers."""
    same = all(shape == shapes[0] for shape in shapes)
    compare(expression, shapes, None, [annotation(s) if same else written(s) for s in shapes])


def written(shape: Sequence[int]) -> str:
    """Return a shape as text, in numbers."""
    return " ".join(map(str, shape))


def compare(expression: str, shapes: Sequence[Sequence[int]], *annotations: Sequence[str] | None) -> None:
    """Compare the gradients of programs that differ in their annotations with differences of one of them."""
    args = [numbers(shape, 0.05 * k - 1.7) for k, shape in enumerate(shapes)]
    original = array_oracle.primal(HEAD + program(expression, shapes, None), "f")
    wanted = [array_oracle.gradient(original, args, k) for k in range(len(args))]
    for names in annotations:
        text = compile_source(HEAD + program(expression, shapes, names), function="f", verify=False)
        module: dict[str, Any] = {}
        exec(compile(text, "<generated>", "exec"), module)
        copies = [np.array(a) if isinstance(a, np.ndarray) else a for a in args]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            got = module["f_grad"](*copies)
        for before, after in zip(args, copies):
            assert np.array_equal(before, after), f"an argument is left as {after}\n{text}"
        for (want, exact), gradient, shape in zip(wanted, got if len(args) > 1 else (got,), shapes):
            assert np.shape(gradient) == tuple(shape), f"a gradient has another shape\n{text}"
            wrong = np.max(np.abs(gradient - want), initial=0.0)
            assert wrong <= exact * (1 + np.max(np.abs(want), initial=0.0)), f"{gradient} is not {want}\n{text}"


def verified(expression: str, *shapes: Sequence[int]) -> None:
    """Check that the verification knows the function."""
    source = HEAD + program(expression, shapes, [written(s) for s in shapes])
    said = compile_source(source, function="f", verify=True).split('"""')[1]
    assert "proved" in said or "digits" in said, (expression, said)


# ------------------------------------------------------------------------------------------------------- item by item

ITEMS = (
    "np.fmax(x, y)", "np.fmin(x, y)", "np.fmod(x, y)", "np.float_power(np.abs(x), y)", "np.heaviside(x, y)",
    "np.logaddexp2(x, y)", "np.ldexp(x, 2) * y", "np.real(x) + x.real * y + np.conj(x) * 2", "np.imag(x) + x.imag * y",
    "np.nan_to_num(x * y, nan=0.5, posinf=1e9)", "np.fix(x) * y", "np.round(x, 1) * y", "x.round() * y", "np.signbit(x) * y",
    "np.where(np.logical_xor(x > 0, y > 0), x, y)", "np.isclose(x, y, atol=0.1) * x * y", "np.modf(x)[0] * y + np.modf(y)[1] * x",
    "np.divmod(x, y)[1] + np.divmod(x, y)[0] * x", "np.clip(x, -0.5, y)", "np.clip(x, y, None)", "np.clip(x * y, a_max=y, a_min=-1.0)",
    "x.clip(max=0.3) * y", "np.clip(x, y, y + 0.4)", "np.clip(0.4, x, y)", "np.clip(x, y, y - 0.3)", "np.float_power(x, 3) * y",
    "np.select([x > 0.5, y > 0], [x * y, y * y], x)", "np.select([x > 0.5, y > 0, x > y], [x, y, 2.0])", "np.sqrt(np.fabs(x)) * y",
    "np.select((x > 0, x <= 0), (np.log(x), y))", "np.real_if_close(x) * y",
)  # fmt: skip


def test_the_bounds_of_a_clip_have_two_names() -> None:
    texts = []
    for names in ("a_min=0.0, a_max=1.0", "min=0.0, max=1.0", "0.0, 1.0"):
        body = f"def f(x):\n    y = np.clip(x, {names})\n    return np.sum(y * y)\n"
        texts.append(compile_source(HEAD + body, function="f", verify=False))
    assert len(set(texts)) == 1 and "y = np.clip(x, 0.0, 1.0)" in texts[0]


@pytest.mark.parametrize("expression", ITEMS)
def test_item_by_item(expression: str) -> None:
    check(expression, (2, 3), (2, 3))
    if "modf" not in expression:
        check(expression, (2, 3), (3,))
        check(expression, (2, 1), (3,))
        check(expression, (0, 3), (3,))
    if "x.round" not in expression:  # on objects, that is not NumPy's
        verified(expression, (2, 3), (3,))


# -------------------------------------------------------------------------------------------- joining and taking apart

# expression, shapes of its arrays
PIECES: dict[str, tuple[tuple[int, ...], ...]] = {
    "np.rot90(x)": ((2, 3),),
    "np.rot90(x, 2)": ((2, 3),),
    "np.rot90(x, k=-1, axes=(1, 2))": ((2, 3, 4),),
    "np.fliplr(x)": ((2, 3),),
    "np.flipud(x)": ((3,),),
    "np.rollaxis(x, 2)": ((2, 3, 4),),
    "np.rollaxis(x, 0, 2)": ((2, 3, 4),),
    "np.rollaxis(x, 2, 1)": ((2, 3, 4),),
    "np.atleast_1d(x)": ((),),
    "np.atleast_2d(x)": ((3,),),
    "np.atleast_3d(x)": ((2, 3),),
    "np.atleast_2d(x, y)[0] + np.atleast_3d(y)": ((3,), (2, 3)),
    "np.diagonal(x)": ((2, 3),),
    "np.diagonal(x, offset=1)": ((3, 3),),
    "np.diagonal(x, -1, 0, 2)": ((3, 2, 4),),
    "x.diagonal(2)": ((2, 4),),
    "x.diagonal(offset=-3)": ((2, 4),),
    "np.diagflat(x, 1)": ((2, 2),),
    "np.trace(x)": ((2, 3),),
    "np.trace(x, offset=1)": ((3, 3),),
    "x.trace(-1, axis1=0, axis2=2)": ((3, 2, 4),),
    "np.tile(x, 3)": ((2, 3),),
    "np.tile(x, (2, 1))": ((3,),),
    "np.tile(x, (2, 1, 3))": ((2, 3),),
    "np.tile(x, 2) * np.tile(x, reps=(2,))": ((),),
    "np.repeat(x, 3)": ((2, 3),),
    "np.repeat(x, 2, axis=1)": ((2, 3),),
    "np.repeat(x, [2, 0, 1], axis=-1)": ((2, 3),),
    "x.repeat(2, axis=0)": ((3,),),
    "np.pad(x, 2)": ((2, 3),),
    "np.pad(x, (1, 0))": ((3,),),
    "np.pad(x, ((1, 2), (0, 1)), constant_values=2.5)": ((2, 3),),
    "np.pad(x, 2, mode='edge')": ((2, 3),),
    "np.pad(x, ((1, 2), (0, 1)), 'reflect')": ((3, 3),),
    "np.pad(x, 3, mode='symmetric')": ((2,),),
    "np.pad(x, (4, 5), mode='wrap')": ((3,),),
    "np.append(x, y)": ((2, 3), (3,)),
    "np.append(x, y, axis=0)": ((2, 3), (1, 3)),
    "np.append(x, 2.0) * 3": ((3,),),
    "np.vstack((x, y))": ((3,), (2, 3)),
    "np.vstack((x, y, x))": ((2, 3), (1, 3)),
    "np.dstack((x, y))": ((2, 3), (2, 3)),
    "np.dstack((x, y))[..., 0]": ((3,), (1, 3)),
    "np.dstack((x, y, x))": ((2, 3, 1), (2, 3, 2)),
    "np.concatenate((x, y, x), axis=None)": ((2, 3), (4,)),
    "np.split(x, 3)[1]": ((6, 2),),
    "np.split(x, 2, axis=1)[1] * np.split(x, 2, axis=1)[0]": ((3, 4),),
    "np.split(x, [1, 3])[1]": ((5,),),
    "np.split(x, (1, -1), axis=-1)[2]": ((2, 5),),
    "np.array_split(x, 3)[0] + np.array_split(x, 3)[1]": ((5,),),
    "np.array_split(x, 3)[2]": ((5, 2),),
    "np.vsplit(x, 2)[1]": ((4, 2),),
    "np.dsplit(x, 2)[1]": ((1, 2, 4),),
    "np.meshgrid(x, y)[0] * np.meshgrid(x, y)[1]": ((2,), (3,)),
    "np.meshgrid(x, y, indexing='ij')[1]": ((2,), (3,)),
    "np.meshgrid(x, y, z)[1] * np.meshgrid(x, y, z)[2]": ((2,), (3,), (4,)),
    "np.broadcast_arrays(x, y)[0] * np.broadcast_arrays(x, y)[1]": ((3,), (2, 1)),
    "np.take(x, [0, 2, 0])": ((2, 3),),
    "np.take(x, np.array([0, 1, 1]), axis=1)": ((2, 3),),
    "np.take(x, 1, axis=-1)": ((2, 3),),
    "x.take([0, 1, 1], axis=0)": ((2, 3),),
    "np.take(x, np.argsort(x[0]), axis=1)": ((2, 3),),
    "np.take_along_axis(x, np.argsort(x, axis=1), axis=1)": ((2, 3),),
    "np.take_along_axis(x, np.array([[0, 0, 1]]), 0)": ((2, 3),),
    "np.take_along_axis(x, np.argsort(x, axis=None), axis=None)": ((2, 3),),
    "np.compress(x[:, 0] > -9, x, axis=0)": ((2, 3),),
    "np.compress([True, False, True], x)": ((2, 3),),
    "x.compress(x[0] > -0.5, axis=1)": ((2, 3),),
    "np.extract(x > -1, x)": ((2, 3),),
    "np.full((2, 3), x)": ((),),
    "np.full((2, 3), x) * np.full(3, y[0])": ((3,), (3,)),
    "x.reshape(3, 2, order='F')": ((2, 3),),
    "np.reshape(x, (3, 2), order='F') * x.reshape(3, 2, order='C')": ((2, 3),),
    "x.ravel(order='F') + x.flatten('F') * 2": ((2, 3),),
    "x[:1, 0].item() * x": ((2, 3),),
    "x @ np.eye(3, k=1) + np.tri(2, 3, -1) * np.eye(2, 3) + x * np.ones(shape=(2, 3))": ((2, 3),),
    "x.astype(float) * (x > 0).astype(float) + x.astype(int)": ((2, 3),),
}
RANKED: dict[str, tuple[tuple[int, ...], ...]] = {  # what needs known ranks
    "np.hstack((x, y))": ((3,), (2,)),
    "np.hstack([x, y, x])": ((2, 3), (2, 1)),
    "np.column_stack((x, y))": ((3,), (3,)),
    "np.column_stack((x, y, x))": ((3, 2), (3,)),
    "np.diag(x, 1)": ((3, 4),),
    "np.diag(x, k=-1)": ((3,),),
    "np.hsplit(x, 2)[1]": ((3, 4),),
    "np.rollaxis(x, -1)": ((2, 3, 4),),
    "np.linspace(x[0], x[1], 4)": ((2,),),
    "np.linspace(x, y, num=3, endpoint=False)": ((), ()),
    "np.trapezoid(x, dx=y[0])": ((4,), (2,)),
    "np.trapezoid(x, dx=y)": ((2, 4), ()),
    "np.gradient(x)": ((4,),),
    "np.polyval(x, y)": ((3,), (2, 2)),
    "np.polyval(x, y) * 2": ((1,), ()),
    "np.polyval([x[0], 2.0, x[1]], x)": ((2,),),
    "np.gradient(x)[0] * np.gradient(x, y)[1]": ((3, 2), ()),
    "np.gradient(x, y)": ((3,), ()),
}


@pytest.mark.parametrize("expression", PIECES)
def test_pieces(expression: str) -> None:
    shapes = PIECES[expression]
    check(expression, *shapes)
    if "astype" not in expression:
        verified(expression, *shapes)


OTHER: dict[str, tuple[tuple[int, ...], ...]] = {  # what has another name in older versions of NumPy
    "np.concat((x, y * 2), axis=1)": ((2, 3), (2, 1)),
    "np.permute_dims(x, (1, 0)) * np.permute_dims(y)": ((2, 3), (2, 3)),
    "np.linalg.matmul(x, y)": ((2, 3), (3, 2)),
    "np.linalg.cross(x, y)": ((2, 3), (3,)),
    "np.linalg.tensordot(x, y, axes=1)": ((2, 3), (3, 2)),
}


@pytest.mark.parametrize("expression", OTHER)
def test_other_names(expression: str) -> None:
    check(expression, *OTHER[expression])
    verified(expression, *OTHER[expression])


@pytest.mark.parametrize("expression", RANKED)
def test_pieces_of_known_rank(expression: str) -> None:
    shapes = RANKED[expression]
    named = [annotation(s) for s in shapes]
    if "hstack" in expression and len(shapes[0]) == 1:
        named[-1] = "m"
    elif len(shapes) > 1 and len(shapes[1]) == 2:
        named[1] = "n k"
    compare(expression, shapes, [written(s) for s in shapes], named)
    verified(expression, *shapes)


# ------------------------------------------------------------------------------------------------------------ products

PRODUCTS: dict[str, tuple[tuple[tuple[int, ...], ...], ...]] = {  # expression -> the shapes of its arrays, in turn
    "np.inner(x, y)": (((3,), (3,)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 3), (4, 3)), ((2, 2, 3), (4, 3)), ((), (2, 3)), ((3,), (2, 4, 3)), ((0,), (0,))),
    "np.vdot(x, y)": (((3,), (3,)), ((2, 3), (2, 3)), ((2, 3), (6,)), ((), ())),
    "np.tensordot(x, y)": (((2, 3), (2, 3)), ((4, 2, 3), (2, 3, 2))),
    "np.tensordot(x, y, axes=1)": (((2, 3), (3, 4)), ((3,), (3,)), ((2, 2, 3), (3,))),
    "np.tensordot(x, y, 0)": (((2,), (3,)), ((2, 2), ())),
    "np.tensordot(x, y, axes=([1, 0], [0, 1]))": (((2, 3), (3, 2)), ((2, 3, 4), (3, 2))),
    "np.tensordot(x, y, axes=((0, 2), (1, 0)))": (((2, 2, 3), (3, 2, 2)),),
    "np.tensordot(x, y, axes=(-1, 0))": (((2, 3), (3, 4)), ((2, 3), (3,))),
    "np.kron(x, y)": (((2,), (3,)), ((2, 3), (3, 2)), ((2, 3), (2,)), ((2,), (2, 1, 3)), ((), (2, 2)), ((0,), (2,))),
    "np.cross(x, y)": (((3,), (3,)), ((2, 3), (3,)), ((2, 1, 3), (4, 3)), ((2, 3), (2, 3))),
    "np.cross(x, y, axis=0)": (((3, 2), (3, 2)),),
    "np.convolve(x, y)": (((5,), (3,)), ((2,), (4,)), ((1,), (1,))),
    "np.convolve(x, y, mode='same')": (((5,), (3,)), ((2,), (4,)), ((3,), (4,)), ((4,), (4,))),
    "np.convolve(x, y, 'valid')": (((5,), (3,)), ((2,), (4,))),
    "np.correlate(x, y)": (((5,), (3,)), ((2,), (4,))),
    "np.correlate(x, y, 'full')": (((5,), (3,)), ((2,), (4,))),
    "np.correlate(x, y, mode='same')": (((5,), (3,)), ((2,), (4,)), ((2,), (5,)), ((3,), (4,)), ((4,), (5,)), ((5,), (4,))),
    "np.matmul(x, y)": (((2, 2, 3), (2, 3, 2)), ((2, 3), (2, 3, 2)), ((2, 2, 3), (3,)), ((2, 1, 2, 2), (3, 2, 1))),
    'np.einsum("ij,jk", x, y)': (((2, 3), (3, 4)),),
    'np.einsum("ij, jk -> ki", x, y)': (((2, 3), (3, 4)),),
    'np.einsum("ba", x)': (((2, 3),),),
    'np.einsum("ii", x)': (((3, 3),),),
    'np.einsum("ii->i", x)': (((3, 3),),),
    'np.einsum("iij->j", x)': (((3, 3, 2),),),
    'np.einsum("iii,i->i", x, y)': (((2, 2, 2), (2,)),),
    'np.einsum("ij->i", x)': (((2, 3),),),
    'np.einsum("ij->", x)': (((2, 3),),),
    'np.einsum("ij,k->k", x, y)': (((2, 3), (4,)),),
    'np.einsum("i,i,i", x, y, z)': (((3,), (3,), (3,)),),
    'np.einsum("ij,ij->ij", x, y)': (((1, 3), (2, 3)), ((2, 3), (2, 1)), ((2, 3), (2, 3))),
    'np.einsum(",i->i", x, y)': (((), (3,)),),
    'np.einsum("...ij,...jk->...ik", x, y)': (((2, 3), (3, 4)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 2)), ((1, 2, 3), (4, 3, 2))),
    'np.einsum("...i,i", x, y)': (((2, 3), (3,)),),
    'np.einsum("i...->...", x)': (((2, 3),),),
    'np.einsum("...ii->...i", x)': (((2, 3, 3),),),
    'np.einsum("ij,...j->...i", x, y)': (((2, 3), (4, 5, 3)),),
}  # fmt: skip


@pytest.mark.parametrize("expression", PRODUCTS)
def test_products(expression: str) -> None:
    for shapes in PRODUCTS[expression]:
        compare(expression, shapes, None, [written(s) for s in shapes])
    if "..." not in expression:
        verified(expression, *PRODUCTS[expression][0])


@pytest.mark.parametrize(
    "shapes", (((2, 3), (3, 4), (4, 2)), ((3,), (3, 4), (4, 2)), ((2, 3), (3, 4), (4,)), ((3,), (3, 3), (3,))), ids=str
)
def test_products_of_several_matrices(shapes: tuple[tuple[int, ...], ...]) -> None:
    compare("np.linalg.multi_dot([x, y, z])", shapes, [written(s) for s in shapes])


WITH_INTEGERS = (
    "np.take(x, n)", "np.take(x, n, axis=1)", "np.repeat(x, n)", "np.repeat(x, n, axis=1)", "np.tile(x, n)", "np.tile(x, (n, 2))",
    "np.split(x, [n], axis=1)[0]", "np.split(x, [1, n], axis=1)[1]", "np.full((n, 3), x[0, 0])", "np.take_along_axis(x, np.array([[n, 0, 1]]), axis=1)",
    "np.repeat(x, np.arange(3), axis=1)", "x.reshape(3, n, order='F')",
)  # fmt: skip


@pytest.mark.parametrize("expression", WITH_INTEGERS)
def test_integers_as_arguments(expression: str) -> None:
    for names in (None, ["n m"], ["2 3"]):
        source = HEAD + program(expression, [(2, 3)], names, ", n: int")
        text = compile_source(source, function="f", verify=False)
        array_oracle.compare(source, "f", text, [numbers((2, 3)), 2], ["x"])


# ------------------------------------------------------------------------------------- sorting, and along an axis

ALONG: dict[str, tuple[tuple[tuple[int, ...], ...], ...]] = {
    "np.cumprod(x)": (((4,),), ((2, 3),), ((0,),), ((1,),)),
    "np.cumprod(x, axis=0)": (((3, 2),), ((5, 1),)),
    "x.cumprod(axis=-1)": (((2, 3),), ((3, 0),)),
    "x.cumsum() + np.cumsum(x)": (((4,),), ((2, 3),)),
    "np.diff(x)": (((4,),), ((2, 3),), ((1,),), ((0,),)),
    "np.diff(x, axis=0)": (((3, 2),),),
    "np.diff(x, n=2)": (((2, 4),), ((1,),)),
    "np.diff(x, 3, 0)": (((5, 1),),),
    "np.ediff1d(x)": (((4,),), ((2, 3),)),
    "np.gradient(x, axis=0)": (((4,),), ((3, 2),), ((2, 2),)),
    "np.gradient(x, 0.5, axis=-1, edge_order=2)": (((2, 4),), ((3,),)),
    "np.trapezoid(x)": (((4,),), ((2, 3),), ((1,),)),
    "np.trapezoid(x, dx=0.5, axis=0)": (((3, 2),),),
    "np.trapezoid(x, y)": (((4,), (4,)), ((2, 4), (4,)), ((2, 4), (2, 4))),
    "np.trapezoid(x, x=y, axis=0)": (((3, 2), (3,)), ((2, 3), (3,))),
    "np.interp(x, np.array([-1.0, 0.1, 0.2]), y)": (((5,), (3,)), ((2, 3), (3,)), ((), (3,))),
    "np.interp(x, np.sort(y), z)": (((4,), (3,), (3,)), ((3,), (1,), (1,)), ((2, 2), (5,), (5,))),
    "np.partition(x, 1)": (((4,),), ((2, 3),)),
    "np.partition(x, 1)[..., 1:2] * x": (((4,),), ((2, 3),)),
    "np.partition(x, (0, 2), axis=0)": (((4, 2),),),
    "np.partition(x, 2, axis=None)": (((2, 3),),),
    "np.median(x)": (((4,),), ((5,),), ((2, 3),)),
    "np.median(x, axis=0)": (((3, 2),), ((4, 2),)),
    "np.median(x, axis=1, keepdims=True) * x": (((2, 3),),),
    "np.quantile(x, 0.3)": (((4,),), ((2, 3),)),
    "np.quantile(x, 0.9, axis=1)": (((2, 4),),),
    "np.percentile(x, 25, axis=0, keepdims=True)": (((3, 2),),),
    "np.percentile(x, q=100)": (((4,),),),
    "np.ptp(x)": (((4,),), ((2, 3),)),
    "np.ptp(x, axis=0)": (((3, 2),),),
    "np.average(x)": (((2, 3),),),
    "np.average(x, axis=0)": (((2, 3),),),
    "np.average(x, weights=2 + y)": (((4,), (4,)), ((2, 3), (2, 3))),
    "np.average(x, axis=1, weights=2 + y)": (((2, 3), (3,)), ((2, 3), (2, 3))),
    "np.average(x, 0, 2 + y)": (((3, 2), (3,)), ((3, 2, 2), (3,)), ((3,), (3,))),
    "np.nansum(x, axis=0) + np.nanmean(x, axis=0)": (((3, 2),),),
    "np.nanmax(x, axis=1) * np.nanmin(x) + np.nanprod(x)": (((2, 3),),),
    "np.nanvar(x, axis=0, ddof=1) + np.nanstd(x)": (((3, 2),),),
    "np.cov(x)": (((2, 3),), ((4,),)),
    "np.cov(x, rowvar=False, bias=True)": (((4, 2),),),
    "np.corrcoef(x)": (((2, 4),),),
    "np.corrcoef(x, rowvar=False)": (((4, 2),),),
    "np.bincount(np.array([0, 2, 0]), weights=x)": (((3,),),),
    "np.bincount([1, 1], x, minlength=4)": (((2,),),),
    "x[np.argpartition(x, 1)[0]] * x": (((4,),),),
    "x[x.argsort()[::-1]] * x": (((4,),),),
    "x * np.searchsorted(np.sort(x), y, side='right')": (((3,), (3,)),),
    "x * np.digitize(x, np.array([-1.0, 0.5]))": (((3,),),),
    "x[np.nonzero(x > -1)]": (((4,),), ((2, 3),)),
    "x[np.where(x > -1)] + x[np.flatnonzero(x > -1)]": (((4,),),),
    "x[np.ix_([0, 1, 1], [2, 0])]": (((2, 3),),),
    "x[np.triu_indices(3, 1)] * x[np.tril_indices(3, k=-1)] + x[np.diag_indices(3)]": (((3, 3),),),
    "x if np.allclose(x, y) or np.array_equal(x, y) else x * y": (((2, 3), (2, 3)),),
}  # fmt: skip


@pytest.mark.parametrize("expression", ALONG)
def test_along_an_axis(expression: str) -> None:
    for shapes in ALONG[expression]:
        check(expression, *shapes)
    verified(expression, *ALONG[expression][0])


# ------------------------------------------------------------------------------------------------------------ refusals

VIEWS = ("np.split(y, 2)[0]", "np.real(y)", "y.real", "np.diagonal(y)", "np.atleast_3d(y)", "np.fliplr(y)", "np.rot90(y)",
         "np.broadcast_arrays(y, 2.0)[0]", "np.ravel(y, order='F')", "np.real_if_close(y)")  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
def test_what_may_be_a_view_is_not_read_after_a_write(view: str) -> None:
    body = f"def f(x: '2 2'):\n    y = x * 2\n    a = {view}\n    y[0, 0] = 3.0\n    return np.sum(a * a)\n"
    with pytest.raises(CompileError, match="may show an array that has changed since"):
        compile_source(HEAD + body, function="f")


def test_rows_are_views() -> None:
    body = "def f(x: '2 2'):\n    y = x * 2\n    a, b = y\n    y[0, 0] = 3.0\n    return np.sum(a * a) + np.sum(b)\n"
    text = compile_source(HEAD + body, function="f", verify=False)
    array_oracle.compare(HEAD + body, "f", text, [numbers((2, 2))])


NEW = ("np.tile(x, 2)", "np.pad(x, 1)", "np.append(x, x)[:4]", "np.full((2, 2), x[0, 0])", "np.kron(x, x)", "np.conj(x * 2)",
       "np.clip(x, -1, 1)", "np.take(x, [0, 1], axis=0)")  # fmt: skip


@pytest.mark.parametrize("made", NEW)
def test_what_is_new_may_be_written(made: str) -> None:
    body = f"def f(x: '2 2'):\n    y = {made}\n    y[0] = y[1] * 3.0\n    return np.sum(y * y)\n"
    args = [numbers((2, 2))]
    array_oracle.compare(HEAD + body, "f", compile_source(HEAD + body, function="f", verify=False), args)


@pytest.mark.parametrize(
    "made", ("np.full(3, 0)", "np.maximum(np.arange(3), 1)", "np.tile(np.arange(3), 2)", "np.append(np.arange(2), 1)")
)
def test_integers_are_not_written_with_floats(made: str) -> None:
    with pytest.raises(CompileError, match="it holds integers"):
        compile_source(
            HEAD + f"def f(x: 'n'):\n    y = {made}\n    y[1] = x[0] * 0.5\n    return np.sum(y)\n", function="f"
        )


REFUSED = {
    "np.delete(x, 0)": "np.concatenate((x[:i], x[i + 1:]))",
    "np.insert(x, 0, 1.0)": "np.concatenate((x[:i], values, x[i:]))",
    "np.resize(x, 7)": "use np.tile and np.reshape",
    "np.choose(x, x)": "use np.select or np.where",
    "np.full_like(x, 2.0)": "write `v * np.ones_like(x)`",
    "np.r_[x, x]": "use np.concatenate",
    "np.polyfit(x, x, 2)": "solve for the coefficients",
    "x.tolist()": "work with the array itself",
    "x.sort()": "use np.sort, which returns a new array",
    "np.diff(x, prepend=0.0)": "the keyword `prepend` of np.diff",
    "np.interp(x, x, x, left=0.0)": "the keyword `left` of np.interp",
    "np.quantile(x, x[0])": "a quantile that is no literal number within its range",
    "np.quantile(x, 1.5)": "a quantile that is no literal number within its range",
    "np.tile(x, ())": "np.tile without a number of copies",
    "np.quantile(x, 0.5, method='nearest')": "known are 'linear'",
    "np.median(x, axis=(0, 1))": "several axes of what sorts along one",
    "np.pad(x, 1, mode='mean')": "known are 'constant', 'edge', 'reflect', 'symmetric', 'wrap'",
    "np.pad(x, x)": "an option that is not a literal",
    "np.split(x, x)": "a number of parts that is not a literal",
    "np.reshape(x, (2, 3), order='A')": "an order that is neither 'C' nor 'F'",
    "np.hstack((x, x))": "arrays of unknown rank are joined",
    "np.vstack(x)": "arrays that are not written out",
    "np.cross(x, x, axisa=0)": "the keyword `axisa` of np.cross",
    "np.einsum('ij->kl', x)": "these subscripts of np.einsum",
    "np.einsum('...i->i', x)": "an ellipsis of np.einsum that is summed",
    "np.select([x > 0], [x, x])": "np.select of more of one than of the other",
    "np.convolve(x, x, mode='circular')": "known are 'full', 'same', 'valid'",
    "np.gradient(x)": "np.gradient of an array of unknown rank",
    "np.trapz(x, dx=x)": "a step that is not known to be one number",
    "np.gradient(x, x)": "a spacing that is not known to be one number",
    "np.linspace(x, 1.0, 3)": "an end that is not known to be one number",
    "x.item(0)": "write a subscript",
    "np.polyval(x, x)": "coefficients that are not known to stand along one axis",
    "x.astype(complex)": "BP0",
    "np.tensordot(x, x, axes=(0, 1, 2))": "axes of np.tensordot that are no pair",
}  # fmt: skip


@pytest.mark.parametrize("expression", REFUSED)
def test_refused(expression: str) -> None:
    with pytest.raises(CompileError) as caught:
        compile_source(HEAD + f"def f(x):\n    return np.sum({expression})\n", function="f")
    assert REFUSED[expression] in str(caught.value)


def test_cumulative_products_with_zeros() -> None:
    x = np.array([[2.0, 0.0, 3.0, 0.0, 1.5], [1.0, 2.0, 0.0, -2.0, 3.0], [1.0, -1.0, 2.0, 0.5, 2.0]])
    for expression in ("np.cumprod(x)", "np.cumprod(x, axis=1)", "x.cumprod(axis=0)"):
        source = HEAD + program(expression, [x.shape], None)
        array_oracle.compare(source, "f", compile_source(source, function="f", verify=False), [x])


def test_numbers_that_are_missing() -> None:
    x = np.array([[1.0, np.nan, 3.0], [2.0, 0.5, np.nan]])
    for name in ("nansum", "nanmean", "nanmax", "nanmin", "nanprod", "nanvar", "nanstd"):
        source = HEAD + f"def f(x):\n    return np.sum(np.{name}(x, axis=1) ** 2)\n"
        module: dict[str, Any] = {}
        exec(compile_source(source, function="f", verify=False), module)
        gradient = module["f_grad"](x)
        for place in np.ndindex(*x.shape):
            moved = [np.array(x), np.array(x)]
            moved[0][place] += 1e-6
            moved[1][place] -= 1e-6
            f = array_oracle.primal(source, "f")
            slope = 0.0 if np.isnan(x[place]) else (f(moved[0]) - f(moved[1])) / 2e-6
            assert gradient[place] == pytest.approx(slope, abs=1e-6), name


# -------------------------------------------------------------------------------------------------------- completeness


def test_every_function_has_its_rows() -> None:
    groups = (array_ops.PRODUCTS, array_ops.MOVES, array_ops.JOINS, array_ops.PARTS, array_ops.ALONG, array_ops.DATA)
    functions = {op for group in groups for op in group.values()}
    functions |= {
        array_ops.MESHGRID,
        array_ops.BROADCAST_ARRAYS,
        array_ops.RESHAPE_F,
        array_ops.RAVEL_F,
        array_ops.ITEM,
    }
    assert functions - (WHOLE_PULLBACKS.keys() | FACTOR_PULLBACKS.keys() | WHOLE_FLAT) == set()
    assert array_ops.ARRAY_OPS - NUMPY_SPELLING.keys() == set()
    helpers = {op.name for op in array_ops.SHARES.values()}
    assert helpers - PRELUDE.keys() == set()
    items = set(NUMPY.values())
    assert items - (ARRAY_PARTIALS.keys() | ARRAY_PULLBACKS.keys() | ARRAY_FLAT) == set()
    assert items - NUMPY_SPELLING.keys() == set()


def test_the_check_knows_every_function() -> None:
    over = NumPyOver(Tracer(30)).numpy
    names = (*numpy_names.FUNCTIONS, *numpy_names.SPECIAL, *numpy_names.FAMILIES, *numpy_names.MAKERS)
    names += (*numpy_names.OTHER_NAMES,)
    assert all(hasattr(over.fft, n[7:]) for n in names if n.startswith("np.fft."))
    plain = {n[3:] for n in names if n.startswith("np.") and "linalg" not in n and "fft" not in n}
    assert {n for n in plain if hasattr(np, n) and not hasattr(over, n)} == set()


def test_names_and_hints_are_of_functions_that_numpy_has() -> None:
    for name in (*numpy_names.FUNCTIONS, *numpy_names.SPECIAL, *numpy_names.FAMILIES):
        is_plain = name.startswith("np.") and name.count(".") == 1
        assert not is_plain or name[3:] in NOT_IN_EVERY_NUMPY or hasattr(np, name[3:]), name
    assert not numpy_names.ADVICE.keys() & {*numpy_names.FUNCTIONS, *numpy_names.SPECIAL, *numpy_names.FAMILIES}


NOT_IN_EVERY_NUMPY = (
    *("trapz", "trapezoid", "row_stack", "pow", "acos", "asin", "atan", "acosh", "asinh", "atanh", "atan2"),
    *("vecdot", "matrix_transpose", "permute_dims", "concat", "matvec", "vecmat"),
)


@pytest.mark.parametrize(
    "expression",
    ("np.sum(x, axis=0)", "np.cumprod(x, axis=0)", "np.average(x, 0)", "np.ptp(x) * x", "np.bincount([1, 0], x)"),
)
def test_the_check_passes_over_shapes_that_are_not_meant(expression: str) -> None:
    source = HEAD + f"def f(x):\n    v = {expression}\n    return np.sum(v * v)\n"
    assert "proved" in compile_source(source, function="f", verify=True).split('"""')[1]
