from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from studydl.problems.catalog.loss._impurity import gini, weighted
from studydl.problems.catalog.loss.gini import Gini, Split, cut
from studydl.problems.model import Problem


def test_impurities_agree_with_a_decision_tree_of_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("loss.gini"):
        p: dict[str, Any] = problem.params
        if p["form"] == "threshold":
            x, y = np.array(p["x"]), np.array(p["labels"])
        else:  # the child is the feature
            cells = [(i, k) for i, child in enumerate(p["children"]) for k, n in enumerate(child) for _ in range(n)]
            x, y = np.array(cells).T
        tree = DecisionTreeClassifier(max_depth=1).fit(x[:, None], y).tree_
        after = tree.impurity[1:] @ tree.n_node_samples[1:] / len(y)
        expected = {"node": tree.impurity[0], "decrease": tree.impurity[0] - after}.get(p["form"], after)
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_a_node_by_hand() -> None:
    # shares 1/2, 1/4, 1/4: 1 - (1/4 + 1/16 + 1/16) = 5/8
    assert Gini().formula(Split(((4, 2, 2),), "node")) == Fraction(5, 8)


def test_a_split_by_hand() -> None:
    # (2, 2) has 1/2, (6, 0) has 0: weighted 4/10 * 1/2 = 1/5; before: 1 - (64 + 4) / 100 = 8/25, so 3/25 less
    assert Gini().formula(Split(((2, 2), (6, 0)), "split")) == Fraction(1, 5)
    assert Gini().formula(Split(((2, 2), (6, 0)), "decrease")) == Fraction(3, 25)


def test_the_best_threshold_by_hand() -> None:
    # in order A A B A B: after two the right side has 1 A in 3, 4/9: 3/5 * 4/9 = 4/15; after four 4/5 * 3/8 = 3/10
    s = Split((), "threshold", (1, 30, 2, 20, 10), (0, 1, 0, 0, 1))
    assert Gini().formula(s) == Fraction(4, 15)


def test_the_best_cut_is_between_different_classes(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("loss.gini"):
        p: dict[str, Any] = problem.params
        if p["form"] == "threshold":
            s = Split((), "threshold", p["x"], p["labels"])
            labels = s.ordered
            cuts = [weighted(cut(labels, i), gini) for i in range(1, len(labels)) if labels[i - 1] != labels[i]]
            assert min(cuts, key=float) == Gini().formula(s), problem.id
