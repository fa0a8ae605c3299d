from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import label_ranking_average_precision_score

from studydl.problems.catalog.metrics.mrr import Answered, Mrr
from studydl.problems.model import Problem


def mean_reciprocal_rank(results: Any, top: int) -> float:
    """Return it as label ranking average precision, which is the same where only the first hit is a label."""
    lists = [labels[: top or None] for labels in results]
    width = max(map(len, lists))
    truth = np.array([[*labels, *[0] * (width - len(labels))] for labels in lists])
    truth *= np.cumsum(truth, axis=1) == 1  # the first hit of each
    answered = truth.any(axis=1)  # scikit-learn counts a query without a label as 1
    scores = np.tile(np.arange(width, 0, -1), (len(truth), 1))
    found = label_ranking_average_precision_score(truth[answered], scores[answered])
    return float(found * answered.mean())


def test_mrr_agrees_with_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("metrics.mrr"):
        given: Any = problem.params
        value = float(number(problem.answer.value))
        if given["target"]:
            last = (*[0] * (int(value) - 1), 1)
            found = mean_reciprocal_rank((*given["results"], last), 0)
            assert found == pytest.approx(given["target"][0] / given["target"][1], rel=1e-9), problem.id
        else:
            assert value == pytest.approx(mean_reciprocal_rank(given["results"], given["top"]), rel=1e-9), problem.id


def test_lists_by_hand() -> None:
    # first hits at the ranks 2, 1 and nowhere: (1/2 + 1 + 0) / 3
    assert Mrr().formula(Answered(((0, 1, 1), (1, 0, 1), (0, 0, 0)), "lists")) == Fraction(1, 2)


def test_a_cutoff_by_hand() -> None:
    # up to rank 2 only the first query finds something: (1/2 + 0) / 2; rank 3 of the other is too late
    assert Mrr().formula(Answered(((0, 1, 1), (0, 0, 1)), "cutoff", top=2)) == Fraction(1, 4)


def test_a_rank_from_the_mean_by_hand() -> None:
    # 3 * 11/18 = 11/6; less 1 + 1/2 = 3/2 leaves 1/3
    assert Mrr().formula(Answered(((1,), (0, 1)), "inverse", target=(11, 18))) == 3


def test_what_follows_the_first_hit_changes_nothing(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("metrics.mrr"):
        given: Any = problem.params
        if given["form"] in ("lists", "cutoff"):
            more = [(*labels[: labels.index(1)], 1, 1, 1) if 1 in labels else labels for labels in given["results"]]
            changed = {**given, "results": tuple(more)}
            assert Mrr().formula(Answered(**changed)) == Mrr().formula(Answered(**given)), problem.id
