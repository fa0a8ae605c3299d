from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import log
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import log_loss

from studydl.problems.catalog.information.cross_entropy import CrossEntropy, Prediction
from studydl.problems.model import Problem


def test_cross_entropy_is_the_log_loss_over_samples_weighted_by_the_target(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("information.cross-entropy"):
        counts: Any = (problem.params["target"], problem.params["predicted"])
        p, q = (np.array(c) / np.sum(c) for c in counts)
        eps, classes = int(str(problem.params["smoothing"])) / 100, len(p)
        weights = (1 - eps) * p + eps * np.full(classes, 1 / classes)
        expected = log_loss(range(classes), np.tile(q, (classes, 1)), sample_weight=weights)
        expected /= log(2) if problem.params["unit"] == "bits" else 1
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_powers_of_two_by_hand() -> None:
    # 1/2 * 2 + 1/4 * 1 + 1/4 * 2 = 7/4 bits
    formula = CrossEntropy().formula
    assert formula(Prediction((2, 1, 1), (1, 2, 1), "bits")) == Fraction(7, 4)


def test_label_smoothing_by_hand() -> None:
    # eps 0.2 over 2 classes: weights 0.9 and 0.1; Q = (1/2, 1/2) gives ln 2 whatever the weights, (1/4, 3/4) does not
    formula = CrossEntropy().formula
    assert float(formula(Prediction((1, 0), (1, 1), "nats", 20))) == pytest.approx(log(2), rel=1e-12)
    expected = 0.9 * log(4) + 0.1 * log(4 / 3)
    assert float(formula(Prediction((1, 0), (1, 3), "nats", 20))) == pytest.approx(expected, rel=1e-12)


def test_level_3_has_a_label_smoothed_or_mixed(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("information.cross-entropy"):
        target: Any = problem.params["target"]
        labels = sum(count > 0 for count in target)
        smoothed = problem.params["smoothing"] != 0
        assert (0 in target) == (problem.level == 3), problem.id
        if problem.level == 3:
            assert labels == (1 if smoothed else 2), problem.id
