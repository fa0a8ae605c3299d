"""Draws for the tests that compare families with a third party's implementation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache

import pytest

from studydl.problems import catalog
from studydl.problems.engine import LEVELS, draw
from studydl.problems.model import Problem

FIRST_SEED = 10**9  # seeds nobody tuned the family with


@lru_cache(maxsize=4)  # the tests of a family come one after the other
def _drawn(name: str, count: int) -> tuple[Problem, ...]:
    family = catalog.get(name)
    return tuple(draw(family, LEVELS[index % 3], FIRST_SEED + index).problem for index in range(count))


@pytest.fixture
def draws(request: pytest.FixtureRequest) -> Callable[[str], Iterator[Problem]]:
    """Return a function that draws --draws problems of a family, its three levels in turn."""
    count: int = request.config.getoption("--draws")

    def drawn(name: str) -> Iterator[Problem]:
        yield from _drawn(name, count)

    return drawn


@pytest.fixture
def number() -> Callable[[str], Fraction]:
    """Return a reader of canonical numbers that shares no code with the answer grammar."""
    return Fraction
