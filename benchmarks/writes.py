"""What does a write into a list cost, when the list is long? A list of n items, each overwritten once, in place.

Each write is one store forward and one restore backward. If it were a copy of the list, the time of a write would grow
with n; it is the same in each row.
"""

from __future__ import annotations

import statistics

from measure import duration, in_turns, ratio, table
from measure.loops import gradients, smooth

WRITES = 1_000, 3_000, 10_000, 30_000, 100_000


def main() -> None:
    rows = []
    for writes in WRITES:
        times = in_turns(gradients(smooth(writes + 1, 1), ("by hand", "bpcompile")), rounds=41)
        hand, ours = times["by hand"], times["bpcompile"]
        each = [duration(statistics.median(found) / writes) for found in (hand, ours)]
        rows.append((writes, *each, f"{ratio(ours, hand):.2f}"))
    print(table(("writes", "by hand: time per write", "bpcompile: time per write", "ratio"), rows))


if __name__ == "__main__":
    main()
