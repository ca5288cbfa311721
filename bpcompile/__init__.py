"""bpcompile: the compiler that turns a plain Python function into the Python that computes its gradient.

grad, value_and_grad, vjp      derivatives of a live function, compiled when they are called
compile_source, compile_file   text in, text out
CompileError                   a program is refused: file, line, column, code, hint
"""

from bpcompile.api import compile_file, compile_source
from bpcompile.errors import BpcompileError, CompileError, VerificationError
from bpcompile.live import grad, value_and_grad, vjp
from bpcompile.version import __version__

__all__ = [
    "BpcompileError",
    "CompileError",
    "VerificationError",
    "__version__",
    "compile_file",
    "compile_source",
    "grad",
    "value_and_grad",
    "vjp",
]
