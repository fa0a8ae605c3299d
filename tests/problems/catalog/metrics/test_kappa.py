from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from studydl.problems.catalog.metrics.kappa import Annotated, Kappa
from studydl.problems.model import Problem


def test_kappa_agrees_with_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("metrics.kappa"):
        counts = np.array(problem.params["matrix"])
        first, second = np.repeat(np.indices(counts.shape).reshape(2, -1), counts.ravel(), axis=1)
        weights = None if problem.params["weights"] == "unweighted" else problem.params["weights"]
        expected = cohen_kappa_score(first, second, weights=weights)
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_two_annotators_by_hand() -> None:
    # agreed on 20 + 15 of 50; yes 25 and 30: chance (25 * 30 + 25 * 20) / 2500 = 0.5; (0.7 - 0.5) / (1 - 0.5) = 0.4
    assert Kappa().formula(Annotated(((15, 10), (5, 20)))) == Fraction(2, 5)


@pytest.mark.parametrize(
    ("weights", "value"),
    # rows and columns 4, 4, 2; one grade apart 2 seen, 16 + 16 + 8 + 8 = 48 of 100 by chance; two apart 1 and 16
    [
        ("unweighted", 1 - Fraction(3 * 10, 48 + 16)),
        ("linear", 1 - Fraction((2 + 2 * 1) * 10, 48 + 2 * 16)),
        ("quadratic", 1 - Fraction((2 + 4 * 1) * 10, 48 + 4 * 16)),
    ],
)
def test_three_grades_by_hand(weights: str, value: Fraction) -> None:
    assert Kappa().formula(Annotated(((3, 1, 0), (0, 3, 1), (1, 0, 1)), weights)) == value


def test_kappa_is_the_same_for_both_annotators(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("metrics.kappa"):
        matrix: Any = problem.params["matrix"]
        weights = str(problem.params["weights"])
        turned = tuple(zip(*matrix, strict=True))
        assert Kappa().formula(Annotated(turned, weights)) == Kappa().formula(Annotated(matrix, weights)), problem.id


def test_weights_change_nothing_for_two_labels(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("metrics.kappa"):
        matrix: Any = problem.params["matrix"]
        if len(matrix) == 2:
            values = {Kappa().formula(Annotated(matrix, weights)) for weights in ("unweighted", "linear", "quadratic")}
            assert len(values) == 1, problem.id
