from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.signal import lfilter

from studydl.problems.catalog.optim.rmsprop import Averages, RMSprop
from studydl.problems.model import Problem


def test_rmsprop_agrees_with_filtered_squares(
    draws: Callable[[str], Iterator[Problem]],
    floats: Callable[[Problem], Any],
    settings: Callable[[Problem], dict[str, Any]],
) -> None:
    for problem in draws("optim.rmsprop"):
        p = settings(problem)
        keep, gradients = p["alpha"] / 100, np.array(p["gradients"], dtype=float)
        smooth = [1 - keep], [1, -keep]
        squares, _ = lfilter(*smooth, gradients**2, zi=[keep * p["before"]])
        if p["centered"]:
            squares = squares - lfilter(*smooth, gradients) ** 2
        moves = gradients / (np.sqrt(squares) + p["eps"] / 10)
        expected = p["start"] - p["rate"] / 1000 * moves.sum()
        assert floats(problem) == pytest.approx([expected], rel=1e-9, abs=1e-12), problem.id


def test_the_first_step_is_ten_learning_rates_at_alpha_099() -> None:
    # v = 0.01 g^2, so g over its root is 10, whatever the size of g
    for gradient in (1, 7, 9):
        assert RMSprop().formula(Averages(0, 10, 99, (gradient,))) == Fraction(-1, 10)


def test_a_running_average_by_hand() -> None:
    # v = 0.75 * 20 + 0.25 * 2^2 = 16, root 4; w = 1 - 0.1 * 2/4 = 0.95
    assert RMSprop().formula(Averages(1, 100, 75, (2,), before=20)) == Fraction(95, 100)


def test_eps_outside_the_root_by_hand() -> None:
    # v = 0.25 * 16 = 4, root 2 plus 0.5; w = 0 - 0.1 * 4/2.5 = -0.16
    assert RMSprop().formula(Averages(0, 100, 75, (4,), eps=5)) == Fraction(-16, 100)


def test_the_centered_root_by_hand() -> None:
    # v = 0.2 * 25 = 5, m = 0.2 * 5 = 1: 5 - 1 = 4, root 2; w = 1 - 0.1 * 5/2 = 0.75
    assert RMSprop().formula(Averages(1, 100, 80, (5,), centered=True)) == Fraction(75, 100)
