from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from studydl.problems.catalog.loss.triplet import Triplet, Triplets
from studydl.problems.model import Problem


def test_the_loss_agrees_with_the_distances_of_scipy(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("loss.triplet"):
        p: dict[str, Any] = problem.params
        to_positives, to_negatives = cdist(p["anchors"], p["positives"]), cdist(p["anchors"], p["negatives"])
        if p["form"] == "hard":
            gaps = to_positives.max(axis=1) - to_negatives.min(axis=1)
        else:
            gaps = np.diag(to_positives) - np.diag(to_negatives)
        expected = np.maximum(gaps + p["margin"] / 10, 0).mean()
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_a_triplet_by_hand() -> None:
    # (3, 4) is 5 away, (0, 6) is 6 away: 5 - 6 + 2 = 1
    assert Triplet().formula(Triplets(((0, 0),), ((3, 4),), ((0, 6),), 20, "plane")) == 1


def test_an_easy_triplet_counts_0_by_hand() -> None:
    # the first as above: 1; the second 1 - 9 + 2 < 0; mean 1/2
    batch = Triplets(((0, 0), (0, 0)), ((3, 4), (0, 1)), ((0, 6), (9, 0)), 20, "batch")
    assert Triplet().formula(batch) == Fraction(1, 2)


def test_the_hardest_by_hand() -> None:
    # positives at 5 and 1, negatives at 9, 6 and 7: 5 - 6 + 2 = 1
    hard = Triplets(((0, 0),), ((3, 4), (0, 1)), ((9, 0), (0, 6), (7, 0)), 20, "hard")
    assert Triplet().formula(hard) == 1


def test_a_batch_has_an_active_and_an_easy_triplet(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("loss.triplet"):
        p: dict[str, Any] = problem.params
        if p["form"] == "batch":
            t = Triplets(p["anchors"], p["positives"], p["negatives"], p["margin"], "batch")
            assert 0 < t.active < len(t.anchors), problem.id
