from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import pytest
from scipy.stats import zmap
from sklearn.preprocessing import StandardScaler

from studydl.problems.catalog.centering.z_score import Feature, ZScore
from studydl.problems.model import Problem

Draws: TypeAlias = Callable[[str], Iterator[Problem]]
Reader: TypeAlias = Callable[[str], Fraction]


def test_the_score_agrees_with_scipy(draws: Draws, number: Reader) -> None:
    for problem in draws("centering.z-score"):
        p: Any = problem.params
        if p["form"] != "inverse":
            expected = zmap(p["value"], p["values"], ddof=p["correction"])
            assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_test_values_and_the_way_back_agree_with_scikit_learn(draws: Draws, number: Reader) -> None:
    for problem in draws("centering.z-score"):
        p: Any = problem.params
        if problem.level == 3:
            scaler = StandardScaler().fit(np.array(p["values"], dtype=float)[:, None])
            value = np.array([[float(p["value"])]])
            way = scaler.inverse_transform(value / 100) if p["form"] == "inverse" else scaler.transform(value)
            assert float(number(problem.answer.value)) == pytest.approx(way.item(), rel=1e-9), problem.id


def test_both_denominators_by_hand() -> None:
    # 1, 3, 8: mean 4, squares 9 + 1 + 16 = 26; 8 is 4 above the mean
    formula = ZScore().formula
    assert float(formula(Feature((1, 3, 8), 8))) == pytest.approx(4 / (26 / 3) ** 0.5, rel=1e-12)
    assert float(formula(Feature((1, 3, 8), 8, 1, "torch"))) == pytest.approx(4 / 13**0.5, rel=1e-12)


def test_the_way_back_by_hand() -> None:
    # -1, 1, 1, 3, 6: mean 2, squares 9 + 1 + 1 + 1 + 16 = 28; -5, 1, 1, 3 moved by 2: mean 2, deviation 3
    assert ZScore().formula(Feature((-3, 3, 3, 5), 150, form="inverse")) == 2 + Fraction(3, 2) * 3


def test_a_value_and_its_score_are_inverse() -> None:
    values = (4, 9, 11, 17, 19, 30)
    z = ZScore().formula(Feature(values, 21, form="test", others=(21,)))
    back = ZScore().formula(Feature(values, round(float(z) * 100), form="inverse"))
    assert float(back) == pytest.approx(21, abs=0.05)


def test_level_1_has_a_whole_mean_and_deviation(draws: Draws) -> None:
    for problem in draws("centering.z-score"):
        if problem.level == 1:
            p: Any = problem.params
            assert np.mean(p["values"]) % 1 == np.std(p["values"]) % 1 == 0, problem.id
