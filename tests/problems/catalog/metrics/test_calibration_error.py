from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from studydl.problems.catalog.metrics.calibration_error import CalibrationError, Predictions
from studydl.problems.model import Problem


def predictions(given: Any) -> tuple[Any, Any]:
    """Return the confidence of each prediction and whether it is right."""
    scores, outcomes = np.array(given["scores"]) / 100, np.array(given["outcomes"])
    if given["form"] == "table":
        right = [[1] * good + [0] * (size - good) for good, size in zip(outcomes, given["counts"], strict=True)]
        return np.repeat(scores, given["counts"]), np.concatenate(right)
    if given["form"] == "list":
        return scores, outcomes
    both = np.stack([1 - scores, scores])  # the probabilities of both classes
    return both.max(axis=0), both.argmax(axis=0) == outcomes


def test_the_error_agrees_with_the_calibration_curve_of_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("metrics.calibration-error"):
        given: Any = problem.params
        confidence, right = predictions(given)
        accuracy, mean_confidence = calibration_curve(right, confidence, n_bins=given["bins"])
        sizes, _ = np.histogram(confidence, bins=given["bins"], range=(0, 1))
        gaps = np.abs(accuracy - mean_confidence)
        expected = gaps.max() if given["form"] == "worst" else np.average(gaps, weights=sizes[sizes > 0])
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_a_table_by_hand() -> None:
    # 10 at 0.6 expect 6, 8 right; 20 at 0.75 expect 15, 14 right; 10 at 0.95 expect 9.5, 9 right: 3.5 of 40
    p = Predictions((60, 75, 95), (8, 14, 9), (10, 20, 10), 10, "table")
    assert CalibrationError().formula(p) == Fraction(7, 80)


def test_two_bins_by_hand() -> None:
    # (0, 0.5]: 0.3 and 0.4, one right, off by 0.3; (0.5, 1]: 0.6, 0.8 and 0.9, two right, off by 0.3
    p = Predictions((30, 80, 60, 40, 90), (1, 1, 0, 0, 1), (1,) * 5, 2, "list")
    assert CalibrationError().formula(p) == Fraction(6, 50)


@pytest.mark.parametrize(("form", "value"), [("binary", Fraction(11, 40)), ("worst", Fraction(3, 5))])
def test_a_binary_classifier_by_hand(form: str, value: Fraction) -> None:
    # confidences 0.7 right, 0.9 right, 0.6 wrong, 0.9 right; five bins: 0.6 off by 0.6, 0.7 off by 0.3, 1.8 by 0.2;
    # 0.6 stands on the edge of (0.4, 0.6] and belongs to that bin
    p = Predictions((30, 90, 60, 10), (0, 1, 0, 0), (1,) * 4, 5, form)
    assert CalibrationError().formula(p) == value


def test_no_score_lies_on_an_edge(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("metrics.calibration-error"):
        given: Any = problem.params
        assert all(score * given["bins"] % 100 for score in given["scores"]), problem.id
        if given["form"] != "table":
            assert all(abs(score - 50) for score in given["scores"]), problem.id
