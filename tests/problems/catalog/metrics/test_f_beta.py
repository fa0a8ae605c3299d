from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest
from sklearn.metrics import fbeta_score

from studydl.problems import catalog
from studydl.problems.catalog.metrics.f_beta import Weighted
from studydl.problems.model import Problem


def test_f_beta_agrees_with_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("metrics.f-beta"):
        tp, fp, fn, tn = (int(str(problem.params[name])) for name in ("tp", "fp", "fn", "tn"))
        truth = [1] * tp + [0] * fp + [1] * fn + [0] * tn
        predicted = [1] * (tp + fp) + [0] * (fn + tn)
        expected = fbeta_score(truth, predicted, beta=int(str(problem.params["halves"])) / 2)
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_f2_by_hand() -> None:
    # precision 3/4, recall 3/5, beta 2: 5 * 0.75 * 0.6 / (4 * 0.75 + 0.6) = 2.25 / 3.6 = 5/8
    assert catalog.get("metrics.f-beta").formula(Weighted(tp=9, fp=3, fn=6, tn=50, halves=4)) == Fraction(5, 8)


def test_the_rates_of_a_prompt_are_whole_percentages(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("metrics.f-beta"):
        if problem.params["form"] == "rates":
            tp, fp, fn = (int(str(problem.params[name])) for name in ("tp", "fp", "fn"))
            assert f"precision {100 * tp / (tp + fp):.0f}% and recall {100 * tp / (tp + fn):.0f}%" in problem.prompt
