from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import pytest

from studydl.problems.catalog.backprop.softmax_gradient import Classified, SoftmaxGradient
from studydl.problems.model import Problem

Draws: TypeAlias = Callable[[str], Iterator[Problem]]
Reader: TypeAlias = Callable[[str], Fraction]


STEP = 1e-30


def loss(logits: np.ndarray[Any, Any], label: int) -> Any:
    """Return the cross-entropy of one example from its definition."""
    return np.log(np.exp(logits).sum()) - logits[label]


def slope(function: Callable[[np.ndarray[Any, Any]], Any], point: np.ndarray[Any, Any]) -> list[float]:
    """Return the gradient by complex steps: the imaginary part of f(x + ih) / h, which cancels no digits."""
    return [float(np.imag(function(point + 1j * STEP * unit)) / STEP) for unit in np.eye(len(point))]


def slopes(p: dict[str, Any]) -> list[float]:
    """Return the gradient of the loss by numerical differentiation."""
    rows, labels, heat = np.array(p["rows"]), p["labels"], p["temperature"] / 10
    logits = np.log(rows / 100) if p["form"] in ("probabilities", "batch") else rows / 10
    if p["form"] != "batch":
        return slope(lambda z: loss(z / heat, labels[0]), logits[0])

    def mean_loss(weights: np.ndarray[Any, Any]) -> Any:
        asked = np.eye(3)[p["asked"]]
        each = [
            loss(z + asked * (x @ weights), y) for z, x, y in zip(logits, np.array(p["inputs"]), labels, strict=True)
        ]
        return np.mean(each)

    return slope(mean_loss, np.zeros(2))


def test_the_gradient_is_the_slope_of_the_loss(draws: Draws, number: Reader) -> None:
    for problem in draws("backprop.softmax-gradient"):
        given = [float(number(x.strip())) for x in problem.answer.value.strip("()").split(",")]
        assert given == pytest.approx(slopes(problem.params), rel=1e-9, abs=1e-12), problem.id


def test_probabilities_by_hand() -> None:
    # 0.2, 0.5, 0.3 with the second class true: 0.5 - 1 = -0.5
    c = Classified("probabilities", ((20, 50, 30),), (1,))
    assert SoftmaxGradient().formula(c) == (Fraction(1, 5), Fraction(-1, 2), Fraction(3, 10))


def test_a_batch_by_hand() -> None:
    # errors for class A: 0.6 - 1 = -0.4 and 0.1; inputs (2, 1) and (4, -3):
    # (-0.8 + 0.4, -0.4 - 0.3) / 2 = (-0.2, -0.35)
    c = Classified("batch", ((60, 20, 20), (10, 40, 50)), (0, 2), 10, ((2, 1), (4, -3)), 0)
    assert SoftmaxGradient().formula(c) == (Fraction(-1, 5), Fraction(-7, 20))


def test_a_gradient_by_logits_adds_up_to_0(draws: Draws, number: Reader) -> None:
    for problem in draws("backprop.softmax-gradient"):
        if problem.params["form"] != "batch":
            given = [number(x.strip()) for x in problem.answer.value.strip("()").split(",")]
            assert float(sum(given)) == pytest.approx(0, abs=1e-15), problem.id
