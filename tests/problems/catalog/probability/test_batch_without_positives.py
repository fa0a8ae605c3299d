from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest
from scipy.stats import binom, hypergeom

from studydl.problems import catalog
from studydl.problems.catalog.probability.batch_without_positives import Batch
from studydl.problems.model import Problem


def test_batches_agree_with_scipy(draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]) -> None:
    for problem in draws("probability.batch-without-positives"):
        names = ("samples", "positives", "batch", "risk")
        samples, positives, batch, risk = (int(str(problem.params[name])) for name in names)
        found = float(number(problem.answer.value))
        if risk:
            chances = [binom.pmf(0, size, positives / 10000) for size in (int(found) - 1, int(found))]
            assert chances[0] > risk / 100 >= chances[1] - 1e-12, problem.id
        elif samples:
            assert found == pytest.approx(hypergeom.pmf(0, samples, positives, batch), rel=1e-9), problem.id
        else:
            assert found == pytest.approx(binom.pmf(0, batch, positives / 10000), rel=1e-9), problem.id


def test_by_hand() -> None:
    formula = catalog.get("probability.batch-without-positives").formula
    # half the samples, three draws: 1/8
    assert formula(Batch(0, 5000, 3)) == Fraction(1, 8)
    # 4 samples, 1 positive, 2 drawn: 3/4 * 2/3 = 1/2
    assert formula(Batch(4, 1, 2)) == Fraction(1, 2)
    # 1/2, 1/4, 1/8, 1/16: the fourth is at most 10 %
    assert formula(Batch(0, 5000, 0, 10)) == 4
