from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from studydl.problems import catalog
from studydl.problems.catalog.metrics.average_precision import AveragePrecision, Rankings
from studydl.problems.model import Problem


def test_average_precision_agrees_with_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("metrics.average-precision"):
        given: Any = problem.params
        values = []
        for labels, missing in zip(given["rankings"], given["missing"], strict=True):
            scores = given["scores"] or range(len(labels), 0, -1)
            found = average_precision_score(labels, scores)
            values.append(found * sum(labels) / (sum(labels) + missing))
        assert float(number(problem.answer.value)) == pytest.approx(np.mean(values), rel=1e-9), problem.id


def test_the_ranking_of_manning_raghavan_and_schuetze_by_hand() -> None:
    # relevant at the ranks 1, 3 and 6: (1/1 + 2/3 + 3/6) / 3
    p = Rankings(((1, 0, 1, 0, 0, 1),))
    assert catalog.get("metrics.average-precision").formula(p) == Fraction(13, 18)


def test_a_missing_document_counts_zero() -> None:
    # A: (1/2 + 2/3) / 2 = 7/12; B: (1/1 + 0) / 2 = 1/2; their mean is 13/24
    p = Rankings(((0, 1, 1), (1, 0)), missing=(0, 1))
    assert catalog.get("metrics.average-precision").formula(p) == Fraction(13, 24)


def test_a_missing_document_is_one_that_follows_after_endless_others() -> None:
    formula = AveragePrecision().formula
    late = formula(Rankings(((0, 1, 1, *[0] * 20_000, 1),)))
    assert float(late) == pytest.approx(float(formula(Rankings(((0, 1, 1),), missing=(1,)))), abs=1e-4)


def test_scores_are_sorted() -> None:
    formula = AveragePrecision().formula
    listed = Rankings(((1, 0, 0, 1),), scores=(20, 90, 10, 50))
    assert formula(listed) == formula(Rankings(((0, 1, 1, 0),)))


def test_the_prompt_says_how_many_documents_are_missing(draws: Callable[[str], Iterator[Problem]]) -> None:
    words = {1: "ne relevant document of", 2: "wo relevant documents of"}
    for problem in draws("metrics.average-precision"):
        missing: Any = problem.params["missing"]
        for count, query in zip(missing, "AB", strict=False):
            assert (f"of {query} " in problem.prompt) == (count > 0), problem.id
            if count:
                assert f"{words[count]} {query} " in problem.prompt, problem.id
