"""The options of this test suite."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-cases",
        action="store_true",
        help="rewrite the expected parts of tests/cases, each after its gradients were compared with differences",
    )
    parser.addoption(
        "--programs", type=int, default=1000, metavar="N", help="how many random programs to compile; default: 1000"
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--update-cases") and getattr(config.option, "numprocesses", None):
        raise pytest.UsageError("--update-cases writes files: use it without -n")
