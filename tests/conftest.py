"""Options and fixtures for the whole suite."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("studydl", deadline=None)  # machines are noisy; what is slow is measured in benchmarks
settings.load_profile("studydl")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--draws", type=int, default=300, help="problems drawn from each family to compare with its third-party oracle"
    )
    parser.addoption("--renew", action="store_true", help="keep the screens as they look now: see tests/tui/golden")
