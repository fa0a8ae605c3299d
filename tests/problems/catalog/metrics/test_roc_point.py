from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.stats import ks_2samp
from sklearn.metrics import roc_curve

from studydl.answers.values import parse_value
from studydl.problems import catalog
from studydl.problems.catalog.metrics.roc_point import Scored
from studydl.problems.model import Problem


def expected(given: Any) -> list[float] | float:
    """Return what scikit-learn's curve says; the largest difference is scipy's Kolmogorov-Smirnov statistic."""
    scores, labels = np.array(given["scores"]), np.array(given["labels"])
    if given["form"] == "difference":
        return float(ks_2samp(scores[labels == 1], scores[labels == 0], "less").statistic)
    fpr, tpr, thresholds = roc_curve(labels, scores, drop_intermediate=False)
    if given["form"] == "need":
        return float(fpr[tpr >= given["need"] / 100 - 1e-12].min())
    (index,) = np.flatnonzero(thresholds == given["threshold"])
    return [float(fpr[index]), float(tpr[index])]


def test_the_points_lie_on_the_curve_of_scikit_learn(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("metrics.roc-point"):
        value: Any = parse_value(problem.answer.kind, problem.answer.value)
        found = [float(part) for part in value] if isinstance(value, tuple) else float(value)
        assert found == pytest.approx(expected(problem.params), rel=1e-9), problem.id


def test_a_point_by_hand() -> None:
    # at least 0.6: two of the three positives 0.9, 0.6, 0.3 and one of the two negatives 0.6, 0.1
    s = Scored((90, 60, 30, 60, 10), (1, 1, 1, 0, 0), "list", threshold=60)
    assert catalog.get("metrics.roc-point").formula(s) == (Fraction(1, 2), Fraction(2, 3))


def test_the_first_point_that_finds_enough_by_hand() -> None:
    # 60% of three positives are two: down to 0.5, past the negatives 0.8 and 0.5 of four
    s = Scored((90, 50, 30, 80, 50, 40, 10), (1, 1, 1, 0, 0, 0, 0), "need", need=60)
    assert catalog.get("metrics.roc-point").formula(s) == Fraction(1, 2)


def test_the_largest_difference_by_hand() -> None:
    # from the top + - + + -: 1/3 - 0 after one sample, 3/3 - 1/2 after four
    s = Scored((90, 80, 70, 60, 50), (1, 0, 1, 1, 0), "difference")
    assert catalog.get("metrics.roc-point").formula(s) == Fraction(1, 2)


def test_moving_all_scores_in_order_changes_no_rate(draws: Callable[[str], Iterator[Problem]]) -> None:
    formula = catalog.get("metrics.roc-point").formula
    for problem in draws("metrics.roc-point"):
        given: Any = problem.params
        moved = {**given, "scores": tuple(score**2 for score in given["scores"]), "threshold": given["threshold"] ** 2}
        assert formula(Scored(**moved)) == formula(Scored(**given)), problem.id
