"""The types of numbers that a program may name: `dtype=float`, `x.astype(np.float32)`."""

from __future__ import annotations

from collections.abc import Mapping

from bpcompile.frontend.trees import Known, Text, Thing

# as it is written, by name or as text -> float, float32, int or bool
TYPES: Mapping[str, str] = {
    **dict.fromkeys(("float", "np.float64", "np.double", "float64", "double", "f8", "d"), "float"),
    **dict.fromkeys(("np.float32", "np.single", "float32", "single", "f4", "f"), "float32"),
    **dict.fromkeys(("int", "np.int64", "np.int32", "np.intp", "np.int_", "int64", "int32", "i8", "i4", "i"), "int"),
    **dict.fromkeys(("bool", "np.bool_", "np.bool", "?"), "bool"),
}
OTHERS = frozenset(
    f"np.{n}" for n in "uint8 uint16 uint32 uint64 int8 int16 float16 half longdouble complex64 complex128".split()
)
NAMES = frozenset(name for name in TYPES if name.startswith("np."))
KNOWN_TYPES = "known are float, np.float32, int and bool"
OF_FLOATS = ("np.zeros", "np.ones", "np.empty", "np.eye", "np.identity", "np.linspace")  # unless another type is named


def type_named(thing: Thing) -> str | None:
    """Return the type that a name or a text says, None for one that is not known."""
    name = thing.name if isinstance(thing, Known) else thing.text if isinstance(thing, Text) else ""
    return TYPES.get(name)
