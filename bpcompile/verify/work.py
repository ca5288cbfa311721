"""The budget, counted in work and never in seconds, so that every machine finds the same."""

from __future__ import annotations

from dataclasses import dataclass

RUN_LIMIT = 400_000  # operations of one run of one text
MAX_BITS = 20_000  # of an exact integer
MAX_CALLS = 150  # of the text's functions inside one another
MAX_ITEMS = 200_000  # of a list, or trips of a range


class Stop(Exception):
    """This run cannot go on, for a reason that says nothing about the derivative."""


class OutOfWork(Stop):
    """The budget is used up."""


class Unsupported(Stop):
    """The text uses something that has no exact counterpart here."""


class OutOfRange(OverflowError):
    """A number left the range of a float."""


@dataclass
class Work:
    """What is left of the budget."""

    left: int

    def spend(self, amount: int) -> bool:
        """Take the amount if it is there, and say whether it was."""
        if amount > self.left:
            return False
        self.left -= amount
        return True
