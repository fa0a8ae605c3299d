from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.signal import lfilter

from studydl.problems.catalog.optim.nesterov import Nesterov, NesterovMomentum, theta_of
from studydl.problems.model import Problem


def test_updates_are_filtered_gradients_or_a_linear_map(
    draws: Callable[[str], Iterator[Problem]],
    floats: Callable[[Problem], Any],
    settings: Callable[[Problem], dict[str, Any]],
) -> None:
    for problem in draws("optim.nesterov"):
        p = settings(problem)
        lr, mu, k, updates = p["rates"][0] / 1000, p["momentum"] / 100, p["curvature"], len(p["rates"])
        if p["gradients"]:
            directions = lfilter([1 + mu, -mu], [1, -mu], np.array(p["gradients"], dtype=float))
            expected = p["start"] - lr * sum(directions)
        else:  # (velocity, theta) of the textbook form, whose look-ahead point is theta + mu v
            update = np.array([[mu - lr * k * mu, -lr * k], [mu - lr * k * mu, 1 - lr * k]])
            velocity, theta = np.linalg.matrix_power(update, updates) @ [0, p["start"] - p["center"]]
            expected = p["center"] + theta + (0 if p["textbook"] else mu * velocity)
        assert floats(problem) == pytest.approx([expected], rel=1e-9, abs=1e-12), problem.id


def test_two_given_gradients_by_hand() -> None:
    # b = -5, then 0.8 * (-5) + 3 = -1; g + mu b = -9, then 2.2; w = 4 + 0.9 - 0.22 = 4.68
    assert NesterovMomentum().formula(Nesterov(4, (100, 100), 80, (-5, 3))) == Fraction(468, 100)


def test_the_textbook_form_by_hand() -> None:
    # L' = 2 x, eta 0.1, mu 0.5, from theta = 2: v = -0.4, theta = 1.6; ahead 1.4, v = -0.2 - 0.28 = -0.48, theta = 1.12
    p = Nesterov(2, (100, 100), 50, curvature=2, textbook=True)
    assert NesterovMomentum().formula(p) == Fraction(112, 100)


def test_the_first_step_of_torch_is_longer_by_the_momentum() -> None:
    # torch's parameter looks ahead: 2 - 0.1 * (1 + 0.5) * 4 = 1.4, where theta is only at 2 - 0.4 = 1.6
    p = Nesterov(2, (100,), 50, curvature=2)
    assert NesterovMomentum().formula(p) == Fraction(14, 10)
    assert theta_of(p, p.mu) == Fraction(16, 10)
