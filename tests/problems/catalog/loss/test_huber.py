from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.special import huber

from studydl.problems.catalog.loss.huber import Fit, Huber
from studydl.problems.model import Problem


def test_the_loss_and_its_derivative_agree_with_scipy(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("loss.huber"):
        p: dict[str, Any] = problem.params
        delta, targets = p["delta"] / 10, np.array(p["targets"]) / 10
        if p["form"] == "slope":
            x, w, h = np.array(p["x"]), p["weight"] / 10, 1e-3  # no error is so close to delta
            above, below = (huber(delta, (w + step) * x - targets).mean() for step in (h, -h))
            expected = (above - below) / (2 * h)
        else:
            expected = huber(delta, np.array(p["guesses"]) / 10 - targets).mean()
            expected /= delta if p["form"] == "smooth" else 1
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9, abs=1e-10), problem.id


def test_both_parts_by_hand() -> None:
    # delta 2: error 1 costs 1/2, error 3 costs 2 * (3 - 1) = 4
    assert Huber().formula(Fit((10,), (0,), 20, "one")) == Fraction(1, 2)
    assert Huber().formula(Fit((0,), (30,), 20, "one")) == 4
    assert Huber().formula(Fit((10, 0), (0, 30), 20, "batch")) == Fraction(9, 4)


def test_smooth_l1_by_hand() -> None:
    # beta 2: error 1 costs 1/4, error 3 costs 3 - 1 = 2
    assert Huber().formula(Fit((10, 0), (0, 30), 20, "smooth")) == Fraction(9, 8)


def test_the_derivative_by_hand() -> None:
    # w = 1 at x = 1, 2 with y = 0, 5: errors 1 and -3, clipped at 2: 1 and -2; times x: 1 - 4 = -3, mean -3/2
    assert Huber().formula(Fit((), (0, 50), 20, "slope", (1, 2), 10)) == Fraction(-3, 2)


def test_both_parts_meet_at_delta() -> None:
    # delta 2: 2^2 / 2 = 2 * (2 - 1)
    at, beyond = (Huber().formula(Fit((guess,), (0,), 20, "one")) for guess in (20, 21))
    assert at == 2
    assert beyond - at == Fraction(2, 10)  # slope delta


def test_a_batch_has_errors_on_both_sides_of_delta(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("loss.huber"):
        p: dict[str, Any] = problem.params
        if problem.level > 1:
            guesses = p["guesses"] or [p["weight"] * x for x in p["x"]]
            sizes = [abs(a - b) for a, b in zip(guesses, p["targets"], strict=True)]
            assert min(sizes) < p["delta"] < max(sizes), problem.id
