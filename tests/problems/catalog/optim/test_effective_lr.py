from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.signal import lfilter

from studydl.problems.catalog.optim.effective_lr import EffectiveLr, Steady
from studydl.problems.model import Problem

LONG = 3000


def steps(lr: float, mu: float, gradients: Any) -> Any:
    return lr * lfilter([1], [1, -mu], gradients)


def test_answers_are_read_off_a_long_run(
    draws: Callable[[str], Iterator[Problem]],
    floats: Callable[[Problem], Any],
    settings: Callable[[Problem], dict[str, Any]],
) -> None:
    for problem in draws("optim.effective-lr"):
        p = settings(problem)
        lr, mu, steady = p["rate"] / 1000, p["momentum"] / 100, np.full(LONG, float(p["gradient"]))
        run = steps(lr, mu, steady)
        if p["form"] == "turn":
            turned = np.where(np.arange(LONG) < p["count"], p["gradient"], -p["opposed"])
            expected = np.cumsum(steps(lr, mu, turned)).max()
        elif p["form"] == "match":
            expected = lr * run[-1] / steps(lr, p["other"] / 100, steady)[-1]
        else:
            expected = run[-1] if p["form"] == "limit" else run[p["count"] - 1]
        assert floats(problem) == pytest.approx([expected], rel=1e-9), problem.id


def test_momentum_of_nine_tenths_makes_steps_ten_times_as_long() -> None:
    # 0.05 * 3 / (1 - 0.9) = 1.5
    assert EffectiveLr().formula(Steady("limit", 50, 90, 3)) == Fraction(3, 2)


def test_the_third_step_by_hand() -> None:
    # b = 56, 98, 129.5; 0.1 * 129.5 = 12.95
    assert EffectiveLr().formula(Steady("nth", 100, 75, 56, 3)) == Fraction(1295, 100)


def test_the_way_until_the_weight_turns_back_by_hand() -> None:
    # b = 7, 11.9, then 0.7 * 11.9 - 4 = 4.33, then negative; 0.03 * 23.23 = 0.6969
    assert EffectiveLr().formula(Steady("turn", 30, 70, 7, 2, 4)) == Fraction(6969, 10000)
