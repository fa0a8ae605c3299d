from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import pytest
from scipy.special import softmax

from studydl.problems.catalog.attention.scores import Head, Scores
from studydl.problems.model import Problem

Draws: TypeAlias = Callable[[str], Iterator[Problem]]
Reader: TypeAlias = Callable[[str], Fraction]


def expected(p: dict[str, Any]) -> np.ndarray[Any, Any]:
    """Return the answer by NumPy's product and SciPy's softmax; what is masked gets minus infinity."""
    keys = np.array(p["keys"])
    scores = keys @ np.array(p["queries"][p["query"]]) / np.sqrt(keys.shape[1])
    if p["form"] == "scores":
        return np.asarray(scores)
    weights = softmax(np.where(np.arange(len(keys)) < p["visible"], scores, -np.inf))
    return np.asarray(weights @ np.array(p["values"]) if p["form"] == "output" else weights)


def test_attention_agrees_with_scipy(draws: Draws, number: Reader) -> None:
    for problem in draws("attention.scores"):
        given = [float(number(x.strip())) for x in problem.answer.value.strip("()").split(",")]
        assert given == pytest.approx(expected(problem.params), rel=1e-9, abs=1e-12), problem.id


def test_scores_by_hand() -> None:
    # (1, 2, 0, -1) times (3, 1, 1, 1): 3 + 2 - 1 = 4; times (0, 0, 5, 1): -1; both over sqrt(4) = 2
    p = Head("scores", ((1, 2, 0, -1),), ((3, 1, 1, 1), (0, 0, 5, 1)))
    assert Scores().formula(p) == (2, Fraction(-1, 2))


def test_a_causal_output_by_hand() -> None:
    # the second token sees two scores of 1 and 0: weights e / (e + 1) = 0.73106 and 0.26894; the third is masked
    keys, values = ((2, 0, 0, 0), (0, 1, 0, 0), (2, 2, 2, 2)), ((4, 0), (0, 10), (9, 9))
    output = Scores().formula(Head("output", ((1, 0, 1, 1),), keys, values, 0, 2))
    assert [float(x) for x in output] == pytest.approx([4 * 0.73106, 10 * 0.26894], abs=1e-4)


def test_weights_add_up_to_1(draws: Draws, number: Reader) -> None:
    for problem in draws("attention.scores"):
        if problem.level == 2:
            weights = [number(x.strip()) for x in problem.answer.value.strip("()").split(",")]
            assert float(sum(weights)) == pytest.approx(1, abs=1e-15), problem.id


def test_a_score_added_to_all_changes_no_weight() -> None:
    # a query with a further component that all keys share
    keys = ((1, 0, 2, 3), (0, 2, 1, 3), (2, 2, -1, 3))
    formula = Scores().formula
    assert [float(w) for w in formula(Head("weights", ((1, -1, 2, 0), (0, 0, 0, 0)), keys))] == pytest.approx(
        [float(w) for w in formula(Head("weights", ((1, -1, 2, 5), (0, 0, 0, 0)), keys))]
    )
