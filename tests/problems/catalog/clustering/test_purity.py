from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TypeAlias

import pytest
from sklearn.metrics.cluster import contingency_matrix

from studydl.problems.catalog.clustering._partitions import Clustering
from studydl.problems.catalog.clustering.purity import Purity
from studydl.problems.model import Problem

Labels: TypeAlias = Callable[[Problem], tuple[list[str], list[str], list[str]]]


def test_purity_agrees_with_the_contingency_matrix_of_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction], labels: Labels
) -> None:
    for problem in draws("clustering.purity"):
        classes, _, clusters = labels(problem)
        table = contingency_matrix(classes, clusters)
        assert float(number(problem.answer.value)) == pytest.approx(table.max(axis=0).sum() / table.sum()), problem.id


def test_purity_by_hand() -> None:
    # cluster 1: 3 A, 1 B; cluster 2: 2 A, 4 B: 3 + 4 of 10
    formula = Purity().formula
    assert formula(Clustering("AAABAABBBB", "1111222222", "table")) == Fraction(7, 10)
    # clusters 1 and 3 together: 4 A, 3 B; cluster 2: 2 B: 4 + 2 of 9
    assert formula(Clustering("AAABBBBBA", "111122333", "table", "13")) == Fraction(2, 3)


def test_a_merger_never_raises_purity_and_numbers_of_clusters_mean_nothing(
    draws: Callable[[str], Iterator[Problem]],
) -> None:
    formula = Purity().formula
    for problem in draws("clustering.purity"):
        classes, clusters, merged = (str(problem.params[name]) for name in ("classes", "clusters", "merged"))
        before = formula(Clustering(classes, clusters, "labels"))
        assert before == formula(Clustering(classes, clusters.translate(str.maketrans("123", "231")), "labels"))
        if merged:
            assert formula(Clustering(classes, clusters, "table", merged)) < before, problem.id
