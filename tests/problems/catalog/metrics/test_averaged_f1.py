from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from studydl.problems import catalog
from studydl.problems.catalog.metrics.averaged_f1 import Averaged
from studydl.problems.model import Problem


def labels_of(matrix: Any) -> tuple[Any, Any]:
    """Return the true and the predicted labels behind a matrix."""
    counts = np.array(matrix)
    truth, predicted = np.indices(counts.shape).reshape(2, -1)
    return np.repeat(truth, counts.ravel()), np.repeat(predicted, counts.ravel())


def test_the_average_agrees_with_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("metrics.averaged-f1"):
        given: Any = problem.params
        truth, predicted = labels_of(given["matrix"])
        counted = range(given["first"], len(given["matrix"]))
        expected = f1_score(truth, predicted, labels=counted, average=given["average"], zero_division=0)
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


MATRIX = ((8, 2, 0), (1, 6, 3), (0, 2, 18))
# rows 10, 10, 20; columns 9, 10, 21: F1 16/19, 12/20, 36/41


@pytest.mark.parametrize(
    ("average", "value"),
    [
        ("macro", (Fraction(16, 19) + Fraction(3, 5) + Fraction(36, 41)) / 3),
        ("weighted", Fraction(16, 19) / 4 + Fraction(3, 5) / 4 + Fraction(36, 41) / 2),
        ("micro", Fraction(32, 40)),
    ],
)
def test_three_classes_by_hand(average: str, value: Fraction) -> None:
    assert catalog.get("metrics.averaged-f1").formula(Averaged(MATRIX, average)) == value


def test_a_background_class_by_hand() -> None:
    # without class A: hits 6 + 18, rows 10 + 20, columns 10 + 21
    assert catalog.get("metrics.averaged-f1").formula(Averaged(MATRIX, "micro", first=1)) == Fraction(48, 61)


def test_a_class_that_is_never_predicted_counts_as_zero() -> None:
    # F1 of A: 2 * 8 / (10 + 12); of B: 2 * 6 / (8 + 10); of C: 0
    matrix = ((8, 2, 0), (2, 6, 0), (2, 2, 0))
    expected = (Fraction(16, 22) + Fraction(12, 18)) / 3
    assert catalog.get("metrics.averaged-f1").formula(Averaged(matrix, "macro")) == expected


def test_micro_f1_over_all_classes_is_the_accuracy(draws: Callable[[str], Iterator[Problem]]) -> None:
    formula = catalog.get("metrics.averaged-f1").formula
    for problem in draws("metrics.averaged-f1"):
        matrix: Any = problem.params["matrix"]
        accuracy = accuracy_score(*labels_of(matrix))
        micro: Any = formula(Averaged(matrix, "micro"))
        assert float(micro) == pytest.approx(accuracy, rel=1e-9), problem.id
