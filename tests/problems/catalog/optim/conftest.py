"""Readers of drawn problems that share no code with the families."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import pytest

from studydl.problems.model import Problem

Settings: TypeAlias = Callable[[Problem], dict[str, Any]]
Floats: TypeAlias = Callable[[Problem], Any]


@pytest.fixture
def settings() -> Settings:
    """Return a reader of a problem's parameters."""

    def read(problem: Problem) -> dict[str, Any]:
        return dict(problem.params)

    return read


@pytest.fixture
def floats() -> Floats:
    """Return a reader of a problem's answer: an array, of one entry where the answer is one number."""

    def read(problem: Problem) -> Any:
        parts = problem.answer.value.strip("()").split(",")
        return np.array([float(Fraction(part.strip())) for part in parts if part.strip()])

    return read
