from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest
from scipy.stats import binom

from studydl.problems import catalog
from studydl.problems.catalog.probability.dropout_expectation import Dropped
from studydl.problems.model import Problem


def test_units_kept_agree_with_scipy(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("probability.dropout-expectation"):
        units, percent, value = (int(str(problem.params[name])) for name in ("units", "percent", "value"))
        kept = binom(units, 1 - percent / 100)
        expected = {"kept": kept.mean(), "spread": kept.std(), "sum": kept.std() * value / (1 - percent / 100)}
        found = float(number(problem.answer.value))
        assert found == pytest.approx(expected[str(problem.params["asks"])], rel=1e-9), problem.id


def test_by_hand() -> None:
    formula = catalog.get("probability.dropout-expectation").formula
    # 40 units, a quarter dropped: 40 * 0.75 = 30
    assert formula(Dropped(40, 25, 0, "kept")) == 30
    # 100 units at one half: sqrt(100 * 0.5 * 0.5) = 5
    assert formula(Dropped(100, 50, 0, "spread")) == 5
    # each of value 3 is scaled to 3 / 0.5 = 6: 5 * 6 = 30
    assert formula(Dropped(100, 50, 3, "sum")) == 30
