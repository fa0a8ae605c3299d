from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from math import sqrt
from typing import Any

import numpy as np
import pytest

from studydl.problems import catalog
from studydl.problems.catalog.regularization.dropout_scale import Neuron
from studydl.problems.model import Problem


def outcomes(problem: Problem) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the neuron's output for each mask and the mask's probability, one mask at a time."""
    p = int(str(problem.params["percent"])) / 100
    inputs, weights, given = (np.array(problem.params[name], dtype=float) for name in ("inputs", "weights", "mask"))
    masks = [tuple(given)] if len(given) else list(product((0.0, 1.0), repeat=len(inputs)))
    outputs = [np.dot(weights, np.where(mask, inputs / (1 - p), 0.0)) for mask in masks]
    chances = [1.0 if len(given) else np.prod(np.where(mask, 1 - p, p)) for mask in masks]
    return np.array(outputs), np.array(chances)


def test_outputs_and_moments_agree_with_all_masks_tried(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("regularization.dropout-scale"):
        outputs, chances = outcomes(problem)
        mean = np.average(outputs, weights=chances)
        target = int(str(problem.params["target"]))
        expected = {
            "spread": sqrt(np.average((outputs - mean) ** 2, weights=chances)),
            "loss": np.average((outputs - target) ** 2, weights=chances),
        }.get(str(problem.params["asks"]), mean)
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_over_all_masks_the_mean_is_the_output_without_dropout(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("regularization.dropout-scale"):
        if not problem.params["mask"]:
            outputs, chances = outcomes(problem)
            inputs, weights = (np.array(problem.params[name]) for name in ("inputs", "weights"))
            assert np.average(outputs, weights=chances) == pytest.approx(weights @ inputs, abs=1e-9), problem.id


def test_one_mask_by_hand() -> None:
    # 2 * 3 + (-1) * 4 = 2 is kept, divided by 0.8: 5/2
    neuron = Neuron(20, (3, 5, 4), (2, 1, -1), (1, 0, 1), "neuron")
    assert catalog.get("regularization.dropout-scale").formula(neuron) == Fraction(5, 2)


def test_all_masks_by_hand() -> None:
    # terms 3 and 4: squares 9 + 16 = 25, times 0.8 / 0.2 = 100, deviation 10; mean 7, target 5: 4 + 100
    formula = catalog.get("regularization.dropout-scale").formula
    assert formula(Neuron(80, (3, 2), (1, 2), (), "spread")) == 10
    assert formula(Neuron(80, (3, 2), (1, 2), (), "loss", target=5)) == 104
