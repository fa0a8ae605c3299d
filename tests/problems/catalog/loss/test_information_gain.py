from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import entropy
from sklearn.metrics import mutual_info_score

from studydl.problems.catalog.loss.information_gain import InformationGain, Split
from studydl.problems.model import Problem


def test_the_gain_agrees_with_the_mutual_information_of_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("loss.information-gain"):
        table = np.array(problem.params["children"])
        expected = mutual_info_score(None, None, contingency=table) / np.log(2)
        if problem.params["form"] == "ratio":
            expected /= entropy(table.sum(axis=1), base=2)
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_the_weather_of_quinlan() -> None:
    # Quinlan (1986), section 4: outlook splits 9 P and 5 N into (2, 3), (4, 0), (3, 2): 0.940 - 0.694 = 0.246 bits,
    # and section 7: its gain ratio is 0.246 / 1.578 = 0.156
    outlook = ((2, 3), (4, 0), (3, 2))
    assert float(InformationGain().formula(Split(outlook, "three"))) == pytest.approx(0.2467, abs=5e-5)
    assert float(InformationGain().formula(Split(outlook, "ratio"))) == pytest.approx(0.156, abs=5e-4)


def test_a_clean_split_gains_everything_by_hand() -> None:
    # 1 bit before, none after
    assert InformationGain().formula(Split(((4, 0), (0, 4)), "two")) == 1


def test_each_form_of_level_3_is_drawn_and_gains_are_not_tiny(draws: Callable[[str], Iterator[Problem]]) -> None:
    seen = set()
    for problem in draws("loss.information-gain"):
        form = problem.params["form"]
        assert (form in ("three", "ratio")) == (problem.level == 3), problem.id
        seen.add(form)
        assert float(Fraction(problem.answer.value)) > 0.01, problem.id
    assert seen == {"pure", "two", "three", "ratio"}
