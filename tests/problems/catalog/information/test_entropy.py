from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import e
from typing import Any

import numpy as np
import pytest
from scipy.stats import entropy
from sklearn.metrics import mutual_info_score

from studydl.problems import catalog
from studydl.problems.catalog.information.entropy import Outcomes
from studydl.problems.model import Problem

BASES = {"bits": 2, "nats": e}


def test_entropy_agrees_with_scipy_and_a_table_with_mutual_information(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("information.entropy"):
        counts: Any = problem.params["counts"]
        base = BASES[str(problem.params["unit"])]
        expected = entropy(counts, base=base)
        if columns := int(str(problem.params["columns"])):
            table = np.reshape(counts, (-1, columns))
            expected = entropy(table.sum(axis=0), base=base)  # H(Y | X) = H(Y) - I(X; Y)
            expected -= mutual_info_score(None, None, contingency=table) / np.log(base)
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_the_horse_race_of_cover_and_thomas() -> None:
    # section 1.1: eight horses win with probabilities 1/2, 1/4, 1/8, 1/16 and four times 1/64: 2 bits
    assert catalog.get("information.entropy").formula(Outcomes((32, 16, 8, 4, 1, 1, 1, 1), "bits")) == 2


def test_the_conditional_entropy_of_cover_and_thomas() -> None:
    # example 2.2.1, in 32nds, given the rows: 11/8 bits
    counts = (4, 2, 1, 1, 2, 4, 1, 1, 2, 2, 2, 2, 8, 0, 0, 0)
    assert catalog.get("information.entropy").formula(Outcomes(counts, "bits", columns=4)) == Fraction(11, 8)


def test_level_1_is_exact_and_level_3_has_a_zero_or_a_table(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("information.entropy"):
        counts: Any = problem.params["counts"]
        assert (0 in counts or bool(problem.params["columns"])) == (problem.level == 3), problem.id
        if problem.level == 1:
            assert problem.params["unit"] == "bits"
            assert Fraction(problem.answer.value).denominator <= 32, problem.id
