from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import softmax

from studydl.problems.catalog.loss.temperature_softmax import Scores, TemperatureSoftmax
from studydl.problems.model import Problem


def values(text: str) -> list[float]:
    return [float(Fraction(part)) for part in text.strip("()").split(", ")]


def test_the_probabilities_agree_with_scipy_and_the_temperature_with_a_root_found(
    draws: Callable[[str], Iterator[Problem]],
) -> None:
    for problem in draws("loss.temperature-softmax"):
        p: dict[str, Any] = problem.params
        x = np.array(p["given"])
        if p["form"] == "inverse":
            expected = [brentq(lambda t, x=x, p=p: softmax(x / 10 / t)[0] - p["wanted"] / 100, 0.02, 1e4, xtol=1e-13)]
        elif p["form"] == "known":
            powers = (x / 100) ** (p["before"] / p["temperature"])
            expected = list(powers / powers.sum())
        else:
            expected = list(softmax(x / p["temperature"]))
        assert values(problem.answer.value) == pytest.approx(expected, rel=1e-9), problem.id


def test_logits_by_hand() -> None:
    # (2, 0) at temperature 2 are (1, 0): e / (e + 1) = 0.731059
    found: Any = TemperatureSoftmax().formula(Scores((20, 0), 20))
    assert [float(x) for x in found] == pytest.approx([0.731059, 0.268941], abs=1e-6)


def test_known_probabilities_by_hand() -> None:
    # 0.8 and 0.2 at temperature 2 go like their roots, 2 to 1; at temperature 1/2 like their squares, 16 to 1
    formula = TemperatureSoftmax().formula
    warm: Any = formula(Scores((80, 20), 20, 10, form="known"))
    cold: Any = formula(Scores((80, 20), 5, 10, form="known"))
    assert [float(x) for x in warm] == pytest.approx([2 / 3, 1 / 3])
    assert [float(x) for x in cold] == pytest.approx([16 / 17, 1 / 17])


def test_the_temperature_by_hand() -> None:
    # 0.8 and 0.2 have the ratio 4: gap 2 / ln 4 = 1.442695
    found: Any = TemperatureSoftmax().formula(Scores((30, 10), 0, wanted=80, form="inverse"))
    assert float(found) == pytest.approx(1.442695, abs=1e-6)


def test_probabilities_add_up_to_1_and_keep_their_order(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("loss.temperature-softmax"):
        if problem.params["form"] != "inverse":
            given: Any = problem.params["given"]
            found = values(problem.answer.value)
            assert sum(found) == pytest.approx(1), problem.id
            assert max(range(len(found)), key=found.__getitem__) == given.index(max(given)), problem.id
