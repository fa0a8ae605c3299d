from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest
from scipy.stats import binom

from studydl.problems import catalog
from studydl.problems.catalog.probability.dropout_expectation import Layer
from studydl.problems.model import Problem

NUMBERS = ("units", "percent", "units2", "percent2", "count", "batch")


def expected(problem: Problem) -> float:
    """Return the answer from scipy's binomial distributions."""
    units, percent, units2, percent2, count, batch = (int(str(problem.params[name])) for name in NUMBERS)
    kept, kept2 = binom(units, 1 - percent / 100), binom(units2, 1 - percent2 / 100)
    answers = {
        "kept": kept.mean(),
        "dropped": binom(units, percent / 100).mean(),
        "connections": kept.mean() * kept2.mean(),
        "spread": kept.std(),
        "at least": batch * kept.sf(count - 1),
        "at most": batch * kept.cdf(count),
    }
    return float(answers[str(problem.params["asks"])])


def test_moments_and_tails_agree_with_scipy(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("probability.dropout-expectation"):
        assert float(number(problem.answer.value)) == pytest.approx(expected(problem), rel=1e-9), problem.id


def test_means_and_a_deviation_by_hand() -> None:
    formula = catalog.get("probability.dropout-expectation").formula
    assert formula(Layer("kept", 50, 20)) == 40
    assert formula(Layer("dropped", 50, 20)) == 10
    assert formula(Layer("spread", 100, 20)) == 4  # root of 100 * 0.2 * 0.8
    assert formula(Layer("connections", 10, 20, 30, 40)) == 144  # 300 * 0.8 * 0.6


def test_tails_by_hand() -> None:
    # of 3 units, at least 2 kept at p = 0.25: 3 * (3/4)^2 * 1/4 + (3/4)^3 = 54/64; at most 1 the other 10/64
    formula = catalog.get("probability.dropout-expectation").formula
    assert formula(Layer("at least", 3, 25, count=2, batch=64)) == 54
    assert formula(Layer("at most", 3, 25, count=1, batch=64)) == 10
