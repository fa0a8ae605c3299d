from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import exp, log
from typing import Any

import numpy as np
import pytest
from scipy.stats import gmean

from studydl.problems.catalog.metrics.bleu_brevity import BleuBrevity, Text
from studydl.problems.model import Problem


def test_the_penalty_agrees_with_a_count_in_numpy(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("metrics.bleu-brevity"):
        given: Any = problem.params
        total = 0
        for c, lengths in zip(given["candidates"], given["references"], strict=True):
            distances = sorted((abs(r - c), r) for r in lengths)
            assert len(lengths) == 1 or distances[0][0] < distances[1][0], problem.id
            total += distances[0][1]
        expected = np.minimum(1, np.exp(1 - total / np.sum(given["candidates"])))
        expected *= gmean(np.array(given["precisions"]) / 100) if given["precisions"] else 1
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_one_reference_by_hand() -> None:
    # 1 - 15/12 = -1/4
    value: Any = BleuBrevity().formula(Text((12,), ((15,),)))
    assert float(value) == pytest.approx(exp(-0.25), rel=1e-12)


def test_the_closest_references_of_a_text_by_hand() -> None:
    # closest to 10 is 12, closest to 20 is 19: r = 31, c = 30
    value: Any = BleuBrevity().formula(Text((10, 20), ((7, 12), (19, 25))))
    assert float(value) == pytest.approx(exp(1 - 31 / 30), rel=1e-12)


def test_a_longer_candidate_is_not_rewarded_by_hand() -> None:
    # (0.8 * 0.4 * 0.4 * 0.2)^(1/4) = 0.0256^(1/4) = 0.4
    assert BleuBrevity().formula(Text((20,), ((18, 30),), (80, 40, 40, 20))) == Fraction(2, 5)


def test_the_penalty_grows_up_to_the_length_of_the_reference() -> None:
    values: Any = [BleuBrevity().formula(Text((c,), ((30,),))) for c in range(10, 40)]
    assert [float(v) for v in values] == sorted(map(float, values))
    assert values[20:] == [1] * 10
    assert log(float(values[0])) == pytest.approx(-2, rel=1e-12)
