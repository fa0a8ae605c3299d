from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.signal import lfilter

from studydl.problems.catalog.optim._descent import Descent
from studydl.problems.catalog.optim.sgd_momentum import SgdMomentum
from studydl.problems.model import Problem


def test_velocities_are_the_filtered_gradients_and_a_parabola_is_a_linear_map(
    draws: Callable[[str], Iterator[Problem]],
    floats: Callable[[Problem], Any],
    settings: Callable[[Problem], dict[str, Any]],
) -> None:
    for problem in draws("optim.sgd-momentum"):
        p = settings(problem)
        rates, mu = np.array(p["rates"]) / 1000, p["momentum"] / 100
        if p["gradients"]:
            expected = p["start"] - rates @ lfilter([1], [1, -mu], np.array(p["gradients"], dtype=float))
        else:  # (velocity, distance from the lowest point) after an update, in terms of those before it
            k, lr = p["curvature"], rates[0]
            update = np.array([[mu, k], [-lr * mu, 1 - lr * k]])
            end = np.linalg.matrix_power(update, len(rates)) @ [0, p["start"] - p["center"]]
            expected = p["center"] + end[1]
        assert floats(problem) == pytest.approx([expected], rel=1e-9, abs=1e-12), problem.id


def test_two_updates_by_hand() -> None:
    # b = 2, then 0.9 * 2 - 3 = -1.2; w = 1 - 0.1 * 2 + 0.1 * 1.2 = 0.92
    assert SgdMomentum().formula(Descent(1, (100, 100), 90, (2, -3))) == Fraction(92, 100)


def test_a_cut_rate_multiplies_the_whole_velocity_by_hand() -> None:
    # b = 4, -3, 0.5; w = -2 - 0.1 * 4 + 0.1 * 3 - 0.01 * 0.5 = -2.105
    assert SgdMomentum().formula(Descent(-2, (100, 100, 10), 50, (4, -5, 2))) == Fraction(-2105, 1000)


def test_equal_rates_make_it_the_same_where_the_rate_enters() -> None:
    # Without a change of the rate both forms of momentum agree, so the mistake must not appear.
    inside = next(m for m in SgdMomentum.mistakes if m.name == "rate inside the velocity")
    p = Descent(1, (100, 100), 90, (2, -3))
    assert inside.value(p) == SgdMomentum().formula(p)
