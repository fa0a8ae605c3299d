from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from studydl.problems.catalog.optim.adagrad import Accumulated, Adagrad
from studydl.problems.model import Problem
from studydl.text.numbers import Irrational


def test_adagrad_agrees_with_cumulative_sums(
    draws: Callable[[str], Iterator[Problem]],
    floats: Callable[[Problem], Any],
    settings: Callable[[Problem], dict[str, Any]],
) -> None:
    for problem in draws("optim.adagrad"):
        p = settings(problem)
        gradients = np.array(p["gradients"], dtype=float)
        roots = np.sqrt(p["initial"] / 10 + np.cumsum(gradients**2, axis=1))
        moves = np.divide(gradients, roots, out=np.zeros_like(roots), where=roots > 0)
        expected = p["start"] - p["rate"] / 1000 * moves.sum(axis=1)
        assert floats(problem) == pytest.approx(expected, rel=1e-9, abs=1e-12), problem.id


def test_whole_roots_by_hand() -> None:
    # roots 3 and 5: w = 1 - 0.1 * (3/3 - 4/5) = 0.98
    assert Adagrad().formula(Accumulated((1,), 100, ((3, -4),))) == Fraction(98, 100)


def test_a_rare_gradient_takes_a_full_step_by_hand() -> None:
    # first weight: 2/2, 2/sqrt 8, 1/3; second weight: nothing twice, then 4/4
    value = Adagrad().formula(Accumulated((0, 2), 100, ((2, 2, 1), (0, 0, 4))))
    assert isinstance(value, tuple)
    first, second = value
    assert isinstance(first, Irrational)
    assert float(first) == pytest.approx(-0.1 * (1 + 2 / 8**0.5 + 1 / 3))
    assert second == Fraction(19, 10)


def test_equal_gradients_shrink_the_steps_like_one_over_root_t() -> None:
    # 1 + 1/sqrt 2 + 1/sqrt 3 + 1/2, whatever the gradient
    for gradient in (1, 5, 9):
        value = Adagrad().formula(Accumulated((0,), 1000, ((gradient,) * 4,)))
        assert isinstance(value, Irrational)
        assert float(value) == pytest.approx(-sum(t**-0.5 for t in range(1, 5)))
