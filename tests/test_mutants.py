"""The faults of `tests/mutants` can all be seeded; `make mutants` tries every one."""

from __future__ import annotations

from collections import Counter

from mutants import ALL


def test_every_fault_can_be_seeded() -> None:
    assert [str(mutant) for mutant in ALL if mutant.is_stale] == []
    assert len(ALL) >= 150


def test_names_are_unique() -> None:
    assert [name for name, times in Counter(map(str, ALL)).items() if times > 1] == []
