"""Faults seeded one by one into the compiler: does the test suite notice?

Each mutant is a piece of text in one file of bpcompile/, with what stands there instead. It is put into a copy of the
package, and `suite.py` runs against that copy up to the first failure. `make mutants` does so for all of them.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from mutants import arrays, backends, frontend, passes, rules

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "bpcompile"
TABLES = (passes.MUTANTS, backends.MUTANTS, frontend.MUTANTS, rules.MUTANTS, arrays.MUTANTS)


@dataclass(frozen=True)
class Mutant:
    name: str  # what is wrong, in words
    file: str  # in bpcompile/
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"

    @property
    def text(self) -> str:
        """The text of the file without the fault."""
        return (PACKAGE / self.file).read_text(encoding="utf-8")

    @property
    def is_stale(self) -> bool:
        """Whether the place of the fault is gone, or stands there more than once."""
        return self.text.count(self.old) != 1 or self.old == self.new

    def seed(self, folder: Path) -> None:
        """Make a copy of the package with the fault in a folder."""
        text = self.text.replace(self.old, self.new)
        copy_package(folder)
        (folder / "bpcompile" / self.file).write_text(text, encoding="utf-8")


def copy_package(folder: Path) -> None:
    """Copy the package into a folder."""
    shutil.copytree(PACKAGE, folder / "bpcompile", ignore=shutil.ignore_patterns("*.tmp"))


ALL = [
    Mutant(name, file, old, new)
    for table in TABLES
    for file, faults in table.items()
    for name, (old, new) in faults.items()
]
