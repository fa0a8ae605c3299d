from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TypeAlias

import pytest
from sklearn.metrics import adjusted_rand_score

from studydl.problems import catalog
from studydl.problems.catalog.clustering._partitions import Clustering
from studydl.problems.model import Problem

Labels: TypeAlias = Callable[[Problem], tuple[list[str], list[str], list[str]]]


def test_the_adjusted_index_agrees_with_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction], labels: Labels
) -> None:
    for problem in draws("clustering.adjusted-rand"):
        classes, _, clusters = labels(problem)
        expected = adjusted_rand_score(classes, clusters)
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9, abs=1e-12), problem.id


def test_the_adjusted_index_by_hand() -> None:
    # cluster 1: 2 A, cluster 2: 1 A, 2 B; 10 pairs: within clusters 1 + 3, within classes 3 + 1, within both 1 + 1
    # expected 4 * 4 / 10 = 1.6, largest 4: (2 - 1.6) / (4 - 1.6) = 1/6
    formula = catalog.get("clustering.adjusted-rand").formula
    assert formula(Clustering("AAABB", "11222", "table")) == Fraction(1, 6)


def test_a_clustering_equal_to_the_classes_scores_one_whatever_its_names() -> None:
    assert catalog.get("clustering.adjusted-rand").formula(Clustering("AABBC", "33112", "table")) == 1


def test_one_cluster_for_all_scores_nothing() -> None:
    # its Rand index would be 4/10: what chance gives
    assert catalog.get("clustering.adjusted-rand").formula(Clustering("AAABB", "11111", "table")) == 0
