from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest
from sklearn.metrics import roc_auc_score

from studydl.problems.model import Problem


def test_auc_agrees_with_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("metrics.roc-auc"):
        positives, negatives = problem.params["positives"], problem.params["negatives"]
        assert isinstance(positives, tuple) and isinstance(negatives, tuple)
        labels = [1] * len(positives) + [0] * len(negatives)
        expected = roc_auc_score(labels, [*positives, *negatives])
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id
