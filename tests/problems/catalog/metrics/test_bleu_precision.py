from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.stats import gmean
from sklearn.feature_extraction.text import CountVectorizer

from studydl.problems.catalog.metrics.bleu_precision import BleuPrecision, Translation
from studydl.problems.model import Problem


def test_the_precision_agrees_with_counts_of_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("metrics.bleu-precision"):
        given: Any = problem.params
        precisions = []
        for order in given["orders"]:
            counting = CountVectorizer(token_pattern=r"\S+", ngram_range=(order, order))
            candidate, *references = counting.fit_transform([given["candidate"], *given["references"]]).toarray()
            precisions.append(np.minimum(candidate, np.max(references, axis=0)).sum() / candidate.sum())
        assert float(number(problem.answer.value)) == pytest.approx(gmean(precisions), rel=1e-9), problem.id


PAPER = (
    "It is a guide to action that ensures that the military will forever heed Party commands",
    "It is the guiding principle which guarantees the military forces always being under the command of the Party",
)


def test_the_example_of_papineni_and_others() -> None:
    # section 2.1: "the" seven times, at most 2 in the reference: 2/7; and 1 of 13 of the candidate's bigrams
    one = Translation("the the the the the the the", ("the cat is on the mat", "there is a cat on the mat"), (1,))
    assert BleuPrecision().formula(one) == Fraction(2, 7)
    poor = "It is to insure the troops forever hearing the activity guidebook that party direct"
    assert BleuPrecision().formula(Translation(poor, PAPER, (2,))) == Fraction(1, 13)


def test_both_lengths_by_hand() -> None:
    # words: the 2, cat 1 of 4; bigrams: "the cat" once, "cat the" 0, "the the" 0: sqrt(3/4 * 1/3) = 1/2
    t = Translation("the cat the the", ("the cat near the dog", "a cat"), (1, 2))
    assert BleuPrecision().formula(t) == Fraction(1, 2)


def test_one_more_reference_never_lowers_the_precision(draws: Callable[[str], Iterator[Problem]]) -> None:
    formula = BleuPrecision().formula
    for problem in draws("metrics.bleu-precision"):
        given: Any = problem.params
        both, one = (
            formula(Translation(**given)),
            formula(Translation(**{**given, "references": given["references"][:1]})),
        )
        assert float(both) >= float(one) - 1e-12, problem.id
