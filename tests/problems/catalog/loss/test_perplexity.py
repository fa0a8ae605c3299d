from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.stats import gmean

from studydl.problems.catalog.loss.perplexity import Perplexity, Text
from studydl.problems.model import Problem


def test_perplexity_agrees_with_the_geometric_mean_of_scipy(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("loss.perplexity"):
        p: dict[str, Any] = problem.params
        values = np.array(p["values"]) / p["whole"]
        if p["lengths"]:
            expected = gmean(values, weights=p["lengths"])
        else:
            expected = gmean(1 / values) ** (len(values) / p["words"] if p["words"] else 1)
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_powers_of_two_by_hand() -> None:
    # 1, 2 and 3 bits are 2 on average: 2^2 = 4
    assert Perplexity().formula(Text((16, 8, 4), 32)) == 4


def test_tokens_and_words_by_hand() -> None:
    # 0.5 * 0.2 = 0.1: root of 10 per token; both tokens are one word: 10 per word
    assert float(Perplexity().formula(Text((50, 20), 100))) == pytest.approx(10**0.5, rel=1e-12)
    assert float(Perplexity().formula(Text((50, 20), 100, words=1))) == pytest.approx(10, rel=1e-12)


def test_texts_by_hand() -> None:
    # 300 tokens at 10, 100 tokens at 160: 10^(3/4) * 160^(1/4) = 10 * 16^(1/4) = 20
    assert float(Perplexity().formula(Text((100, 1600), 10, (300, 100)))) == pytest.approx(20, rel=1e-12)


def test_perplexity_lies_between_the_best_and_the_worst_token(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("loss.perplexity"):
        p: dict[str, Any] = problem.params
        if not p["words"]:
            ends = [v / p["whole"] if p["lengths"] else p["whole"] / v for v in p["values"]]
            assert min(ends) * 0.999999 <= float(Fraction(problem.answer.value)) <= max(ends) * 1.000001, problem.id
