"""The generated text against the original function, knowing nothing of the compiler.

    work       the budget, and why a run may stop
    subject    what goes in and what comes out
    traced     numbers that know their value to many digits and their expression
    exact_math Python's math over them
    texts      a text made ready to run on them
    points     where to run
    compare    one point: the generated gradient against differences of the original, to 50 digits
    explore    which points: samples, and a search for branches not yet reached
    symbolic   a run's expressions as SymPy's
    prove      whether an expression is zero
    scopes     at which sizes, integers and numbers of steps the points lie
    report     the sentence
    checking   all of it in order
    arrays     the same for functions of arrays, over numpy_over: NumPy on exact numbers

SymPy and mpmath are imported when a check runs, not with this package.
"""

from bpcompile.verify.arrays import check_arrays
from bpcompile.verify.checking import DEFAULT_BUDGET, check
from bpcompile.verify.subject import ParamSpec, Subject, Verdict

__all__ = ["DEFAULT_BUDGET", "ParamSpec", "Subject", "Verdict", "check", "check_arrays"]
