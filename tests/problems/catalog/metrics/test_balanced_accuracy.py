from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score

from studydl.problems.catalog.metrics.balanced_accuracy import BalancedAccuracy, Judged
from studydl.problems.model import Problem


def test_balanced_accuracy_agrees_with_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("metrics.balanced-accuracy"):
        counts = np.array(problem.params["matrix"])
        truth, predicted = np.repeat(np.indices(counts.shape).reshape(2, -1), counts.ravel(), axis=1)
        expected = balanced_accuracy_score(truth, predicted, adjusted=problem.params["form"] == "adjusted")
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_two_classes_by_hand() -> None:
    # recall of the positives 9/12, of the negatives 45/50: (0.75 + 0.9) / 2
    assert BalancedAccuracy().formula(Judged(((45, 5), (3, 9)), "counts")) == Fraction(33, 40)


def test_three_classes_by_hand() -> None:
    # 8/10, 3/6 and 1/4: mean 31/60; beyond a chance of 1/3: (31/60 - 20/60) / (40/60) = 11/40
    matrix = ((8, 1, 1), (2, 3, 1), (2, 1, 1))
    assert BalancedAccuracy().formula(Judged(matrix, "classes")) == Fraction(31, 60)
    assert BalancedAccuracy().formula(Judged(matrix, "adjusted")) == Fraction(11, 40)


def test_more_samples_of_a_class_change_nothing(draws: Callable[[str], Iterator[Problem]]) -> None:
    formula = BalancedAccuracy().formula
    for problem in draws("metrics.balanced-accuracy"):
        matrix: Any = problem.params["matrix"]
        form = str(problem.params["form"])
        grown = (tuple(7 * n for n in matrix[0]), *matrix[1:])
        assert formula(Judged(grown, form)) == formula(Judged(matrix, form)), problem.id


def test_a_story_fits_its_matrix(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("metrics.balanced-accuracy"):
        if problem.params["form"] == "story":
            matrix: Any = problem.params["matrix"]
            (tn, fp), (fn, tp) = matrix
            total = tn + fp + fn + tp
            assert f"Of {total} samples {tp + fn} are positive" in problem.prompt
            assert f"finds {100 * tp // (tp + fn)}%" in problem.prompt
            assert 100 * tp % (tp + fn) == 0
            percent = problem.prompt.split("and ")[1].split("%")[0]
            assert Fraction(percent) == Fraction(100 * (tp + tn), total), problem.id
