from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import log2
from typing import Any

import pytest
from sklearn.metrics import ndcg_score

from studydl.problems.catalog.metrics.ndcg import Ndcg, Ranked
from studydl.problems.model import Problem


def score(grades: list[int], given: Any) -> float:
    """Return scikit-learn's NDCG, whose gain is the grade as it is."""
    gains = [grade if given["gain"] == "linear" else 2**grade - 1 for grade in grades]
    return float(ndcg_score([gains], [range(len(gains), 0, -1)], k=given["top"]))


def test_ndcg_agrees_with_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("metrics.ndcg"):
        given: Any = problem.params
        grades = [*given["grades"], *given["missing"]]  # what is missing comes last, after the ranks that count
        assert len(given["grades"]) >= given["top"], problem.id
        expected = score(grades, given)
        if given["swap"]:
            first, second = (rank - 1 for rank in given["swap"])
            before, grades[first], grades[second] = expected, grades[second], grades[first]
            expected = score(grades, given) - before
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_three_documents_by_hand() -> None:
    # (1 + 3 / log2 3 + 2 / 2) / (3 + 2 / log2 3 + 1 / 2)
    value: Any = Ndcg().formula(Ranked((1, 3, 2), "linear", 3))
    assert float(value) == pytest.approx((2 + 3 / log2(3)) / (3.5 + 2 / log2(3)), rel=1e-12)


def test_only_ranks_whose_discount_is_whole_by_hand() -> None:
    # gains 0, 0, 7 at the top 3, and 7, 0, 0 ideally: (7 / 2) / 7
    assert Ndcg().formula(Ranked((0, 0, 3, 0), "exponential", 3)) == Fraction(1, 2)


def test_a_missing_document_stands_in_the_ideal_by_hand() -> None:
    # gains 3 at rank 1 only; ideally 7 and 3: 3 / (7 + 3 / log2 3)
    value: Any = Ndcg().formula(Ranked((2, 0), "exponential", 2, missing=(3,)))
    assert float(value) == pytest.approx(3 / (7 + 3 / log2(3)), rel=1e-12)


def test_an_exchange_by_hand() -> None:
    # gains 0, 0, 3: moved from rank 3 to rank 1 the 3 earns 3 - 3/2 more, of an ideal 3
    assert Ndcg().formula(Ranked((0, 0, 2), "exponential", 3, swap=(1, 3))) == Fraction(1, 2)


def test_the_best_order_has_1(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("metrics.ndcg"):
        given: Any = problem.params
        best = tuple(sorted(given["grades"] + given["missing"], reverse=True))
        value: Any = Ndcg().formula(Ranked(best, given["gain"], given["top"]))
        assert float(value) == pytest.approx(1, rel=1e-12), problem.id
