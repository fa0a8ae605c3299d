from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import matthews_corrcoef

from studydl.problems.catalog.metrics.mcc import Mcc, Predicted
from studydl.problems.model import Problem


def test_mcc_agrees_with_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("metrics.mcc"):
        counts = np.array(problem.params["matrix"])
        truth, predicted = np.repeat(np.indices(counts.shape).reshape(2, -1), counts.ravel(), axis=1)
        expected = matthews_corrcoef(truth, predicted)
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_two_classes_by_hand() -> None:
    # TP 6, FP 1, FN 2, TN 3: (6 * 3 - 1 * 2) / sqrt(7 * 8 * 4 * 5) = 16 / sqrt(1120)
    value: Any = Mcc().formula(Predicted(((3, 1), (2, 6)), "matrix"))
    assert float(value) == pytest.approx(16 / 1120**0.5, rel=1e-12)


def test_a_whole_root_gives_a_fraction() -> None:
    # TP = TN = 8, FP = FN = 2: (64 - 4) / sqrt(10^4)
    assert Mcc().formula(Predicted(((8, 2), (2, 8)), "counts")) == Fraction(3, 5)


def test_three_classes_by_hand() -> None:
    # 10 of 12 right; rows 4, 4, 4; columns 5, 4, 3: (10 * 12 - 48) / sqrt((144 - 48) (144 - 50)) = 72 / sqrt(9024)
    value: Any = Mcc().formula(Predicted(((4, 0, 0), (1, 3, 0), (0, 1, 3)), "classes"))
    assert float(value) == pytest.approx(72 / 9024**0.5, rel=1e-12)


def test_which_class_is_positive_does_not_matter(draws: Callable[[str], Iterator[Problem]]) -> None:
    formula = Mcc().formula
    for problem in draws("metrics.mcc"):
        matrix: Any = problem.params["matrix"]
        turned = tuple(tuple(reversed(row)) for row in reversed(matrix))
        form = str(problem.params["form"])
        assert formula(Predicted(turned, form)) == formula(Predicted(matrix, form)), problem.id


def test_a_story_fits_its_matrix(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("metrics.mcc"):
        if problem.params["form"] == "story":
            matrix: Any = problem.params["matrix"]
            (tn, fp), (fn, tp) = matrix
            assert f"Of {tp + fp + fn + tn} samples {tp + fn} are positive" in problem.prompt
            assert f"flags {tp + fp} samples and finds {100 * tp // (tp + fn)}%" in problem.prompt
            assert 100 * tp % (tp + fn) == 0
            assert tn > 0
