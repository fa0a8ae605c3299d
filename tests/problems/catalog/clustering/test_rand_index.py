from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TypeAlias

import pytest
from sklearn.metrics import rand_score

from studydl.problems import catalog
from studydl.problems.catalog.clustering._partitions import Clustering
from studydl.problems.model import Problem

Labels: TypeAlias = Callable[[Problem], tuple[list[str], list[str], list[str]]]


def test_the_rand_index_agrees_with_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction], labels: Labels
) -> None:
    for problem in draws("clustering.rand-index"):
        classes, before, after = labels(problem)
        expected = rand_score(classes, after)
        if problem.params["form"] == "change":
            expected -= rand_score(classes, before)
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9, abs=1e-12), problem.id


def test_the_rand_index_by_hand() -> None:
    # together in both: 1-2; apart in both: 1-4, 2-4; in one class only: 1-3, 2-3; in one cluster only: 3-4
    formula = catalog.get("clustering.rand-index").formula
    assert formula(Clustering("AAAB", "1122", "labels")) == Fraction(1, 2)
    # merged, 1-3 and 2-3 agree as well, and 1-4 and 2-4 no longer do
    assert formula(Clustering("AAAB", "1122", "table", "12")) == Fraction(1, 2)
    assert formula(Clustering("AAAB", "1122", "change", "12")) == 0


def test_classes_and_clusters_may_be_exchanged(draws: Callable[[str], Iterator[Problem]]) -> None:
    formula = catalog.get("clustering.rand-index").formula
    for problem in draws("clustering.rand-index"):
        classes, clusters = (str(problem.params[name]) for name in ("classes", "clusters"))
        assert formula(Clustering(classes, clusters, "table")) == formula(Clustering(clusters, classes, "table"))
