from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import e, log2
from typing import Any

import numpy as np
import pytest
from scipy.stats import entropy

from studydl.problems.catalog.information.kl_divergence import KlDivergence, Pair
from studydl.problems.model import Problem

BASES = {"bits": 2, "nats": e}


def test_the_divergence_agrees_with_scipy(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("information.kl-divergence"):
        counts: Any = (problem.params["p"], problem.params["q"])
        p, q = (np.reshape(c, (int(str(problem.params["rows"])), -1)) for c in counts)
        expected = entropy(p, q, base=BASES[str(problem.params["unit"])], axis=1).mean()
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_the_two_coins_of_cover_and_thomas() -> None:
    # example 2.3.1: r = 1/2 and s = 1/4 give D(p || q) = 1 - (1/2) log2 3 = 0.2075 bits and D(q || p) = 0.1887 bits
    formula = KlDivergence().formula
    assert float(formula(Pair((1, 1), (3, 1), "bits"))) == pytest.approx(1 - log2(3) / 2, rel=1e-12)
    assert round(float(formula(Pair((3, 1), (1, 1), "bits"))), 4) == 0.1887


def test_a_batch_has_the_mean_of_its_rows() -> None:
    # the coins above give 0.2075 bits in the first row; the second row has P = Q, so 0
    formula = KlDivergence().formula
    batch = Pair((2, 2, 1, 3), (1, 3, 1, 3), "bits", rows=2)
    assert float(formula(batch)) == pytest.approx((1 - log2(3) / 2) / 2, rel=1e-12)


def test_each_form_of_level_3_is_drawn(draws: Callable[[str], Iterator[Problem]]) -> None:
    seen = set()
    for problem in draws("information.kl-divergence"):
        p: Any = problem.params["p"]
        if problem.level == 3:
            seen.add("batch" if problem.params["rows"] == 2 else "bernoulli" if len(p) == 2 else "zero")
            assert len(p) == 2 or problem.params["rows"] == 2 or 0 in p, problem.id
        else:
            assert 0 not in p and problem.params["rows"] == 1, problem.id
    assert seen == {"batch", "bernoulli", "zero"}
