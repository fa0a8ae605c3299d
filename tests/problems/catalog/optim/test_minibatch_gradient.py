from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from studydl.problems.catalog.optim.minibatch_gradient import Batches, MinibatchGradient
from studydl.problems.model import Problem


def gradient(points: Any, w: float) -> float:
    """Return the slope of the mean squared error by central differences, which a parabola makes exact."""
    x, y = np.array(points, dtype=float).T
    above, below = np.mean(((w + 1) * x - y) ** 2), np.mean(((w - 1) * x - y) ** 2)
    return float(above - below) / 2


def test_gradients_are_differences_of_the_loss(
    draws: Callable[[str], Iterator[Problem]],
    floats: Callable[[Problem], Any],
    settings: Callable[[Problem], dict[str, Any]],
) -> None:
    for problem in draws("optim.minibatch-gradient"):
        p = settings(problem)
        sizes, w, points = p["sizes"], float(p["w"]), p["points"]
        cuts = np.cumsum(sizes)[:-1]
        if p["form"] == "sizes":
            expected = np.mean(np.repeat(p["means"], sizes)) / 10
        elif p["form"] == "batch":
            expected = gradient(points, w)
        elif p["form"] == "gap":
            parts = np.split(np.array(points), cuts)
            expected = np.mean([gradient(part, w) for part in parts]) - gradient(points, w)
        else:
            for part in np.split(np.array(points), cuts):
                w -= p["rate"] / 1000 * gradient(part, w)
            expected = w
        assert floats(problem) == pytest.approx([expected], rel=1e-9, abs=1e-9), problem.id


def test_one_batch_by_hand() -> None:
    # w = 2: errors 9, -7, 4; gradients 54, 28, 16; mean 98/3
    assert MinibatchGradient().formula(Batches("batch", (3,), 2, ((3, -3), (-2, 3), (2, 0)))) == Fraction(98, 3)


def test_an_epoch_by_hand() -> None:
    # 24 and 20: w = 1 - 0.22 = 0.78; then -10.44 and -9.76: w = 0.78 + 0.101 = 0.881
    p = Batches("epoch", (2, 2), 1, ((-3, 1), (-2, 3), (-1, -6), (-2, -4)), 10)
    assert MinibatchGradient().formula(p) == Fraction(881, 1000)


def test_batches_count_by_their_sizes_by_hand() -> None:
    # (8 * 3.6 + 8 * 3.2 + 2 * (-1)) / 18 = 52.4 / 18
    assert MinibatchGradient().formula(Batches("sizes", (8, 8, 2), means=(36, 32, -10))) == Fraction(524, 180)


def test_micro_batches_of_one_size_accumulate_the_full_gradient() -> None:
    p = Batches("gap", (2, 2), 1, ((1, 2), (2, -3), (-1, 4), (3, 0)))
    assert MinibatchGradient().formula(p) == 0
