from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import floor, log
from typing import Any

import numpy as np
import pytest

from studydl.problems.catalog.optim.weight_decay import Decayed, WeightDecay
from studydl.problems.model import Problem


def test_updates_are_an_affine_map_and_a_falling_weight_is_a_power(
    draws: Callable[[str], Iterator[Problem]],
    floats: Callable[[Problem], Any],
    settings: Callable[[Problem], dict[str, Any]],
) -> None:
    for problem in draws("optim.weight-decay"):
        p = settings(problem)
        lr, mu, decay = p["rate"] / 1000, p["momentum"] / 100, p["decay"] / 1000 + 2 * p["penalty"] / 1000
        if p["below"]:
            expected = floor(log(p["below"] / p["start"]) / log(1 - lr * decay)) + 1
        else:
            state = np.array([0, p["start"], 1.0])  # velocity, weight, 1
            for g in p["gradients"]:
                velocity = np.array([mu, decay, g])
                state = np.array([velocity, [0, 1, 0] - lr * velocity, [0, 0, 1]]) @ state
            expected = state[1]
        assert floats(problem) == pytest.approx([expected], rel=1e-9, abs=1e-12), problem.id


def test_one_update_by_hand() -> None:
    # 5 + 0.3 * (-7) = 2.9; -7 - 0.05 * 2.9 = -7.145
    assert WeightDecay().formula(Decayed(-7, 50, 300, gradients=(5,))) == Fraction(-7145, 1000)


def test_a_penalty_is_twice_its_factor_by_hand() -> None:
    # 0.25 w^2 decays like 0.5: b = -5 + 1.5 = -3.5, w = 3.35; g = -5 + 1.675, b = -3.15 - 3.325, w = 3.35 + 0.6475
    p = Decayed(3, 100, 0, 90, (-5, -5), penalty=250)
    assert WeightDecay().formula(p) == Fraction(39975, 10000)


def test_a_falling_weight_by_hand() -> None:
    # each update keeps 0.76: 17, 12.92, 9.8192, 7.4626
    assert WeightDecay().formula(Decayed(17, 800, 300, below=8)) == 3
