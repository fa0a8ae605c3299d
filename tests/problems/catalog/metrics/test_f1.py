from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest
from sklearn.metrics import f1_score

from studydl.problems import catalog
from studydl.problems.catalog.metrics.f1 import Given
from studydl.problems.model import Problem


def test_f1_agrees_with_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("metrics.f1"):
        tp, fp, fn, tn = (int(str(problem.params[name])) for name in ("tp", "fp", "fn", "tn"))
        truth = [1] * tp + [0] * fp + [1] * fn + [0] * tn
        predicted = [1] * (tp + fp) + [0] * (fn + tn)
        assert float(number(problem.answer.value)) == pytest.approx(f1_score(truth, predicted), rel=1e-9), problem.id


def test_f1_by_hand() -> None:
    # precision 3/4, recall 3/5: 2 / (4/3 + 5/3) = 2/3
    assert catalog.get("metrics.f1").formula(Given(tp=9, fp=3, fn=6, tn=50)) == Fraction(2, 3)


def test_a_story_fits_its_counts(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("metrics.f1"):
        if problem.params["form"] == "story":
            tp, fn = int(str(problem.params["tp"])), int(str(problem.params["fn"]))
            assert f"finds {100 * tp // (tp + fn)}%" in problem.prompt
            assert 100 * tp % (tp + fn) == 0
            assert int(str(problem.params["tn"])) > 0
