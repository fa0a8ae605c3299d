from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from scipy.stats import binom, geom, hypergeom, multinomial

from studydl.problems import catalog
from studydl.problems.catalog.probability.batch_without_positives import Batch
from studydl.problems.model import Problem


def expected(p: Any) -> float:
    """Return the answer from scipy's distributions."""
    share, size = p["positives"] / p["data"], p["size"]
    if p["asks"] == "smallest":
        return float(geom(share).ppf(p["confidence"] / 100))
    if p["asks"] == "missing":
        classes = multinomial(size, [x / 100 for x in p["shares"]])
        counts = [c for c in product(range(size + 1), repeat=3) if sum(c) == size and 0 in c]
        return float(sum(classes.pmf(c) for c in counts))
    drawn = hypergeom(p["data"], p["positives"], size) if p["asks"].startswith("drawn") else binom(size, share)
    return float(drawn.sf(0) if p["asks"].endswith("any") else drawn.pmf(0) * (p["batches"] or 1))


def test_probabilities_and_sizes_agree_with_scipy(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("probability.batch-without-positives"):
        value = float(number(problem.answer.value))
        assert value == pytest.approx(expected(problem.params), rel=1e-9), problem.id


def test_batches_by_hand() -> None:
    formula = catalog.get("probability.batch-without-positives").formula
    assert formula(Batch("none", 3, 10, 100)) == Fraction(729, 1000)
    assert formula(Batch("any", 3, 10, 100)) == Fraction(271, 1000)
    assert formula(Batch("drawn none", 2, 2, 5)) == Fraction(3, 10)  # 3/5 * 2/4
    assert formula(Batch("epoch", 2, 50, 100, batches=40)) == 10


def test_the_smallest_batch_by_hand() -> None:
    # 0.9^21 = 0.109, 0.9^22 = 0.098
    formula = catalog.get("probability.batch-without-positives").formula
    assert formula(Batch("smallest", 0, 30, 300, confidence=90)) == 22


def test_missing_classes_by_hand() -> None:
    # 3 samples of 3 classes are complete in 6 orders: 1 - 6 * 0.2 * 0.3 * 0.5
    formula = catalog.get("probability.batch-without-positives").formula
    assert formula(Batch("missing", 3, 0, 100, shares=(20, 30, 50))) == Fraction(82, 100)
