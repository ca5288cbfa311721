"""Fourier transforms: `np.fft`."""

from __future__ import annotations

import ast

from bpcompile.frontend.arrays import is_whole
from bpcompile.frontend.calls import Arguments
from bpcompile.frontend.linear_functions import LinearFunctionLowerer
from bpcompile.frontend.numpy_names import IN_TWO, TRANSFORMS
from bpcompile.frontend.trees import BROKEN, Broken, Nothing, Text, Thing
from bpcompile.ir import ops
from bpcompile.ir.graph import Const, Value
from bpcompile.ir.kinds import STR

NORMS = {"backward": "None", "ortho": "'ortho'", "forward": "'forward'"}


class FourierLowerer(LinearFunctionLowerer):
    """Reads the functions of `np.fft`."""

    def family_transform(self, name: str, node: ast.Call, given: Arguments) -> Thing:
        length, axes, default = TRANSFORMS[name]
        read = self.matrix_and((length, axes, "norm"), node, given)
        if read is None:
            return BROKEN
        value, options = read
        axis = self.literal_option(*options[axes]) if axes in options else self.option(default)
        norm = options.get("norm", (Nothing(), node))[0]
        text = "None" if isinstance(norm, Nothing) else NORMS.get(norm.text) if isinstance(norm, Text) else None
        if text is None:
            return self.refuse("BP051", "this norm of a transform", node, 'write "backward", "ortho" or "forward"')
        if axis is None:
            return BROKEN
        more: list[Value] = []
        if length in options and not isinstance(options[length][0], Nothing):
            count = self.array_value(*options[length])
            if name != "np.fft.irfft" or isinstance(count, Broken) or not is_whole(count):
                hint = "cut the array or pad it with zeros before"
                return self.refuse("BP051", f"the argument `{length}` of {name}", options[length][1], hint)
            more.append(count)
        if name in IN_TWO:
            return self.in_two(name, node, value, axis, text)
        op = ops.FFT[name.removeprefix("np.fft.")]
        return self.apply(op, node, value, axis, self.constants.get(text, STR), *more)

    def in_two(self, name: str, node: ast.Call, value: Value, axes: Const, norm: str) -> Thing:
        """Return a transform along two axes, the last of which holds half of what is symmetric."""
        places = ast.literal_eval(str(axes.value))
        if not isinstance(places, tuple) or len(places) != 2:
            return self.refuse("BP051", f"{name} along other than two axes", node, "name two axes")
        first, last = IN_TWO[name]
        steps = [(first, places[0]), (last, places[1])]
        for transform, axis in reversed(steps) if last == "rfft" else steps:
            value = self.apply(ops.FFT[transform], node, value, self.option(axis), self.constants.get(norm, STR))
        return value
