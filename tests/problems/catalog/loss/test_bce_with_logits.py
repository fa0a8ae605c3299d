from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.special import log_expit

from studydl.problems.catalog.loss.bce_with_logits import Batch, BceWithLogits
from studydl.problems.model import Problem


def test_the_loss_agrees_with_the_log_likelihood_of_scipy(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("loss.bce-with-logits"):
        p: dict[str, Any] = problem.params
        z, y = np.array(p["logits"]) / 10, np.array(p["labels"])
        losses = np.where(y == 1, -log_expit(z) * p["negatives"] / p["positives"], -log_expit(-z))
        assert float(number(problem.answer.value)) == pytest.approx(losses.mean(), rel=1e-9), problem.id


def test_one_logit_by_hand() -> None:
    # ln 3 for class 1 has the probability 3/4: -ln(3/4) = 0.2877 for label 1, -ln(1/4) = 1.3863 for label 0;
    # a logit of 1.1 is close: ln(1 + e^-1.1) = ln 1.33287 = 0.28734
    formula = BceWithLogits().formula
    assert float(formula(Batch((11,), (1,)))) == pytest.approx(0.28734, abs=5e-6)
    assert float(formula(Batch((11,), (0,)))) == pytest.approx(1.1 + 0.28734, abs=5e-6)


def test_pos_weight_divides_by_the_examples_by_hand() -> None:
    # ln(1 + e^-1) = 0.31326, ln(1 + e^1) = 1.31326; pos_weight 300/100 = 3: (3 * 0.31326 + 1.31326) / 2 = 1.12652
    assert float(BceWithLogits().formula(Batch((10, 10), (1, 0), 300, 100))) == pytest.approx(1.12652, abs=1e-5)


def test_a_saturated_logit_costs_itself_by_hand() -> None:
    # 150 + e^-150 for the first, ln(1 + e^-1) = 0.31326 for the second
    assert float(BceWithLogits().formula(Batch((-1500, 10), (1, 1)))) == pytest.approx((150 + 0.31326) / 2, abs=1e-5)


def test_turning_logits_and_labels_around_changes_nothing(draws: Callable[[str], Iterator[Problem]]) -> None:
    formula = BceWithLogits().formula
    for problem in draws("loss.bce-with-logits"):
        p: dict[str, Any] = problem.params
        if p["negatives"] == p["positives"]:
            turned = Batch(tuple(-z for z in p["logits"]), tuple(1 - y for y in p["labels"]))
            assert formula(turned) == formula(Batch(p["logits"], p["labels"])), problem.id
