from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from scipy.stats import entropy

from studydl.problems.catalog.loss.smooth_cross_entropy import SmoothCrossEntropy, Smoothed
from studydl.problems.model import Problem


def test_the_answer_agrees_with_scipy(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("loss.smooth-cross-entropy"):
        p: dict[str, Any] = problem.params
        classes, label, eps, tolerance = p["classes"], p["label"], p["smoothing"] / 100, 1e-9
        target = np.full(classes, eps / classes)
        target[label] += 1 - eps
        z = np.array(p["logits"]) / 10
        if p["form"] == "gap":

            def loss(gap: float, target: Any = target) -> float:
                return float(-target @ log_softmax(np.eye(len(target))[0] * gap))

            expected, tolerance = minimize_scalar(loss, bounds=(0, 20), options={"xatol": 1e-9}).x, 1e-5
        elif p["form"] == "loss":
            expected = -target @ log_softmax(z)
        elif p["form"] == "excess":
            expected = entropy(target, softmax(z))  # the divergence of target and prediction
        else:
            expected = target[label] if p["form"] == "true" else target[label - 1]
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=tolerance), problem.id


def test_targets_by_hand() -> None:
    # 0.1 over 10 classes: 0.01 each, 0.91 for the true one
    formula = SmoothCrossEntropy().formula
    assert formula(Smoothed(10, 10, 0, (), "true")) == Fraction(91, 100)
    assert formula(Smoothed(10, 10, 0, (), "other")) == Fraction(1, 100)


def test_the_loss_by_hand() -> None:
    # logits (1, 0, 0): ln 4.71828 = 1.55144; targets 0.8, 0.1, 0.1: 0.8 * 0.55144 + 0.2 * 1.55144 = 0.75144
    loss = SmoothCrossEntropy().formula(Smoothed(3, 30, 0, (10, 0, 0), "loss"))
    assert float(loss) == pytest.approx(0.75144, abs=1e-5)


def test_the_excess_by_hand() -> None:
    # the floor: -(0.8 ln 0.8 + 0.2 ln 0.1) = 0.178515 + 0.460517 = 0.639032; 0.75144 - 0.63903 = 0.11241
    excess = SmoothCrossEntropy().formula(Smoothed(3, 30, 0, (10, 0, 0), "excess"))
    assert float(excess) == pytest.approx(0.11241, abs=1e-5)


def test_the_gap_by_hand() -> None:
    # 0.91 / 0.01 = 91: ln 91 = 4.510860
    assert float(SmoothCrossEntropy().formula(Smoothed(10, 10, 0, (), "gap"))) == pytest.approx(4.510860, abs=1e-6)
