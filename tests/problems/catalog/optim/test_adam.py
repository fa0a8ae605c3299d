from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from studydl.problems.catalog.optim.adam import Adam, Adaptive
from studydl.problems.model import Problem
from studydl.text.numbers import Irrational


def corrected(values: Any, keep: float) -> Any:
    """Return the averages that bias correction leaves: older values weigh less by keep, and the weights add up to 1."""
    return np.array([np.average(values[: t + 1], weights=keep ** np.arange(t, -1, -1)) for t in range(len(values))])


def test_adam_agrees_with_weighted_averages(
    draws: Callable[[str], Iterator[Problem]],
    floats: Callable[[Problem], Any],
    settings: Callable[[Problem], dict[str, Any]],
) -> None:
    for problem in draws("optim.adam"):
        p = settings(problem)
        moves = []
        for row in np.array(p["gradients"], dtype=float) / p["unit"]:
            means, squares = corrected(row, p["beta1"] / 1000), corrected(row**2, p["beta2"] / 1000)
            moves.append(sum(means / (np.sqrt(squares) + p["eps"] / 10)))
        expected = np.array(p["start"]) - p["rate"] / 1000 * np.array(moves)
        assert floats(problem) == pytest.approx(expected, rel=1e-9, abs=1e-12), problem.id


def test_the_first_step_is_the_learning_rate_whatever_the_gradient() -> None:
    value = Adam().formula(Adaptive((1, -2), 10, 900, 999, ((4,), (-590000,)), 1000))
    assert isinstance(value, tuple)
    assert [float(x) for x in value if isinstance(x, Irrational)] == pytest.approx([0.99, -1.99], rel=1e-15)


def test_two_updates_by_hand() -> None:
    # m = 3, -0.5, corrected 6, -2/3; v = 3.6, 4.84, corrected 36, 484/19; w = 0 - 1 + (2/3) / (22 / sqrt 19)
    value = Adam().formula(Adaptive((0,), 1000, 500, 900, ((6, -4),)))
    assert isinstance(value, Irrational)
    assert float(value) == pytest.approx(-1 + 19**0.5 / 33, rel=1e-14)


def test_equal_gradients_take_equal_steps() -> None:
    # Both corrected averages are the gradient and its square, so three updates move by 3 learning rates.
    value = Adam().formula(Adaptive((0,), 100, 900, 999, ((-7, -7, -7),)))
    assert isinstance(value, Irrational)
    assert float(value) == pytest.approx(0.3, rel=1e-14)
