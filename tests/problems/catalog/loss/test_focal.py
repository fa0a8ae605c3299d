from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import bernoulli

from studydl.problems.catalog.loss.focal import Examples, Focal
from studydl.problems.model import Problem


def test_the_loss_agrees_with_the_likelihood_of_scipy(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("loss.focal"):
        p: dict[str, Any] = problem.params
        given, y, gamma = np.array(p["given"]), np.array(p["labels"]), p["gamma"] / 2
        probability = expit(given / 10) if p["form"] == "logits" else given / 100
        entropy = -bernoulli.logpmf(y, probability)
        focal = np.abs(y - probability) ** gamma * entropy
        if p["form"] == "ratio":
            expected = (focal[1] / focal[0]) / (entropy[1] / entropy[0])
        else:
            weights = np.where(y == 1, p["alpha"], 100 - p["alpha"]) / 100 if p["alpha"] else np.ones(len(y))
            expected = (weights * focal).mean()
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_an_easy_example_by_hand() -> None:
    # p_t = 0.9, gamma 2: 0.1^2 * -ln 0.9 = 0.01 * 0.1053605 = 0.001053605, a hundredth of the cross-entropy
    formula = Focal().formula
    assert float(formula(Examples((90,), (1,), 4, 0, "one"))) == pytest.approx(0.001053605, rel=1e-6)
    assert float(formula(Examples((10,), (0,), 4, 0, "one"))) == pytest.approx(0.001053605, rel=1e-6)


def test_alpha_weighs_class_1_by_hand() -> None:
    # both p_t = 1/2, gamma 1: 1/2 ln 2 = 0.346574 each; (0.25 + 0.75) * 0.346574 / 2 = 0.173287
    assert float(Focal().formula(Examples((50, 50), (1, 0), 2, 25, "balanced"))) == pytest.approx(0.173287, abs=1e-6)
    # class 1 alone has 0.25
    assert float(Focal().formula(Examples((50,), (1,), 2, 25, "balanced"))) == pytest.approx(0.25 * 0.346574, abs=1e-6)


def test_the_ratio_of_hard_and_easy_by_hand() -> None:
    # (1 - 0.1) / (1 - 0.9) = 9, squared 81
    assert Focal().formula(Examples((90, 10), (1, 1), 4, 0, "ratio")) == 81


def test_focal_loss_is_below_cross_entropy_and_level_3_has_logits_or_a_ratio(
    draws: Callable[[str], Iterator[Problem]],
) -> None:
    for problem in draws("loss.focal"):
        p: dict[str, Any] = problem.params
        assert (p["form"] in ("logits", "ratio")) == (problem.level == 3), problem.id
        if p["form"] != "ratio":
            plain = Examples(p["given"], p["labels"], 0, p["alpha"], p["form"])  # gamma 0 is cross-entropy
            assert float(Fraction(problem.answer.value)) < float(Focal().formula(plain)), problem.id
