from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import Lasso

from studydl.answers.values import parse_value
from studydl.problems import catalog
from studydl.problems.catalog.regularization.soft_threshold import Shrunk
from studydl.problems.model import Problem

HUNDREDTHS = np.arange(-2000, 2001)


def nearest_cheap(weight: int, threshold: int) -> Fraction:
    """Return the number u, tried by the hundredth, with the least (u - weight)^2 / 2 + threshold |u|."""
    costs = (HUNDREDTHS - weight) ** 2 + 2 * threshold * np.abs(HUNDREDTHS)
    return Fraction(int(HUNDREDTHS[costs.argmin()]), 100)


def lasso(problem: Problem, lam: float) -> list[float]:
    """Return scikit-learn's weights, whose squared errors are divided by twice their number."""
    x, y = np.array(problem.params["columns"], dtype=float).T, np.array(problem.params["targets"], dtype=float)
    found = Lasso(alpha=lam / len(y), fit_intercept=False, tol=1e-11, max_iter=100_000).fit(x, y)
    return [float(w) for w in found.coef_]


def test_thresholds_agree_with_all_numbers_tried_and_lassos_with_scikit_learn(
    draws: Callable[[str], Iterator[Problem]],
) -> None:
    for problem in draws("regularization.soft-threshold"):
        p: Any = problem.params
        value: Any = parse_value(problem.answer.kind, problem.answer.value)
        if p["asks"] == "vector":
            assert value == tuple(nearest_cheap(w, p["penalty"]) for w in p["weights"]), problem.id
        elif p["asks"] == "step":
            moved = [w - p["rate"] * g for w, g in zip(p["weights"], p["gradients"], strict=True)]
            assert value == tuple(nearest_cheap(w, p["rate"] * p["penalty"] // 100) for w in moved), problem.id
        elif p["asks"] == "lasso":
            assert lasso(problem, p["penalty"] / 100) == [pytest.approx(float(value), rel=1e-8)], problem.id
        else:
            assert not any(lasso(problem, 1.0001 * value)) and any(lasso(problem, 0.9999 * value)), problem.id


def test_weights_by_hand() -> None:
    formula = catalog.get("regularization.soft-threshold").formula
    assert formula(Shrunk("vector", 100, (175, -50, -300))) == (Fraction(3, 4), 0, -2)


def test_a_step_by_hand() -> None:
    # 1 - 0.5 * 4 = -1, then 0.5 * 1 towards 0: -1/2; 2 - 0.5 * 3 = 1/2 stops at 0
    step = Shrunk("step", 100, (100, 200), (4, 3), 50)
    assert catalog.get("regularization.soft-threshold").formula(step) == (Fraction(-1, 2), 0)


def test_lassos_by_hand() -> None:
    formula = catalog.get("regularization.soft-threshold").formula
    # sum x y = -4 - 6 = -10, towards 0 by 2: -8, over 1 + 4
    assert formula(Shrunk("lasso", 200, columns=((1, 2),), targets=(-4, -3))) == Fraction(-8, 5)
    # sums of x y: -10 and 4 - 3 = 1
    assert formula(Shrunk("zero", 0, columns=((1, 2), (-1, 1)), targets=(-4, -3))) == 10
