from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.special import log_softmax

from studydl.problems.catalog.loss.cross_entropy_logits import Batch, CrossEntropyLogits
from studydl.problems.model import Problem


def test_the_loss_agrees_with_the_log_softmax_of_scipy(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("loss.cross-entropy-logits"):
        p: dict[str, Any] = problem.params
        rows = [(np.array(row) / 10, y) for row, y in zip(p["logits"], p["labels"], strict=True) if y != -100]
        losses = [-log_softmax(z)[y] for z, y in rows]
        weights = [p["weights"][y] for _, y in rows] if p["weights"] else None
        expected = np.average(losses, weights=weights)
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_one_row_by_hand() -> None:
    # e^0 + e^0 + e^0 = 3, whatever the label: ln 3 = 1.09861; e^1 + e^0 + e^0 = 4.71828, ln = 1.55144, less 1
    formula = CrossEntropyLogits().formula
    assert float(formula(Batch(((0, 0, 0),), (2,)))) == pytest.approx(1.09861, abs=5e-6)
    assert float(formula(Batch(((10, 0, 0),), (0,)))) == pytest.approx(0.55144, abs=1e-5)


def test_the_weighted_mean_divides_by_the_weights_by_hand() -> None:
    # losses 0.55144 with weight 4 and 1.55144 with weight 1: (2.20576 + 1.55144) / 5 = 0.75144
    weighted = Batch(((10, 0, 0), (10, 0, 0)), (0, 1), (4, 1, 9))
    assert float(CrossEntropyLogits().formula(weighted)) == pytest.approx(0.75144, abs=1e-5)


def test_ignored_rows_count_nowhere_by_hand() -> None:
    # only the first row counts
    padded = Batch(((10, 0, 0), (50, 0, 0)), (0, -100))
    assert float(CrossEntropyLogits().formula(padded)) == pytest.approx(0.55144, abs=1e-5)


def test_a_shift_of_all_logits_changes_nothing(draws: Callable[[str], Iterator[Problem]]) -> None:
    formula = CrossEntropyLogits().formula
    for problem in draws("loss.cross-entropy-logits"):
        p: dict[str, Any] = problem.params
        shifted = tuple(tuple(z + 1000 for z in row) for row in p["logits"])
        expected = float(formula(Batch(p["logits"], p["labels"], p["weights"])))
        assert float(formula(Batch(shifted, p["labels"], p["weights"]))) == pytest.approx(expected, rel=1e-12)


def test_the_rows_of_level_3_are_weighted_or_ignored(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("loss.cross-entropy-logits"):
        labels: Any = problem.params["labels"]
        assert (bool(problem.params["weights"]) != (-100 in labels)) == (problem.level == 3), problem.id
