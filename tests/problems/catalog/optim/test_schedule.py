from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from studydl.problems.catalog.optim.schedule import LearningRateSchedule, Schedule, cosine_of
from studydl.problems.model import Problem


def half_wave(top: float, low: float, epochs: int) -> Any:
    """Return the rates of a cosine, epoch by epoch."""
    return low + (top - low) * np.cos(np.arange(epochs) * np.pi / (2 * epochs)) ** 2  # (1 + cos 2x) / 2 = cos^2 x


def rates(p: dict[str, Any]) -> Any:
    """Return the rates of all epochs, laid out one after the other."""
    top, size = p["rate"] / 10000, p["size"]
    low, share = top * p["percent"] / 100, p["factor"] / 100
    if p["form"] == "step":
        return np.repeat(top * share ** np.arange(9), size)
    ramp = np.linspace(share * top, top, (p["warm"] or size) + 1)
    if p["form"] == "linear":
        return ramp
    if p["form"] == "warm-up":
        return np.concatenate([ramp[:-1], half_wave(top, low, size)])
    return np.concatenate([half_wave(top, low, size * p["mult"] ** cycle) for cycle in range(4)])


def test_the_rate_is_that_of_the_schedule_laid_out(
    draws: Callable[[str], Iterator[Problem]],
    floats: Callable[[Problem], Any],
    settings: Callable[[Problem], dict[str, Any]],
) -> None:
    for problem in draws("optim.schedule"):
        p = settings(problem)
        assert floats(problem) == pytest.approx([rates(p)[p["epoch"]]], rel=1e-9), problem.id


def test_steps_by_hand() -> None:
    # epochs 0-29: 0.1; 30-59: 0.01; 60-89: 0.001
    formula = LearningRateSchedule().formula
    found = [formula(Schedule("step", 1000, epoch, 30, 10)) for epoch in (29, 30, 65)]
    assert found == [Fraction(1, 10), Fraction(1, 100), Fraction(1, 1000)]


def test_a_warm_up_by_hand() -> None:
    # 0.5 + 0.5 * 3/4 = 0.875 of 0.2
    assert LearningRateSchedule().formula(Schedule("linear", 2000, 3, 4, 50)) == Fraction(175, 1000)


def test_a_third_of_the_cosine_by_hand() -> None:
    # after the warm-up 10 of 30 epochs, 60 degrees: 0.01 + 0.09 * 3/4 = 0.0775
    p = Schedule("warm-up", 1000, 15, 30, 10, 10, warm=5)
    assert LearningRateSchedule().formula(p) == Fraction(775, 10000)


def test_cycles_double_by_hand() -> None:
    # cycles start at 0, 5 and 15; epoch 10 is half way through the second one: half the rate
    assert LearningRateSchedule().formula(Schedule("restarts", 1000, 10, 5, mult=2)) == Fraction(5, 100)


def test_cosines_of_other_angles_have_all_their_digits() -> None:
    for share in (Fraction(1, 7), Fraction(8, 9), Fraction(23, 14), Fraction(-3, 11), Fraction(5, 1000)):
        assert float(cosine_of(share)) == pytest.approx(np.cos(np.pi * float(share)), rel=1e-13)
