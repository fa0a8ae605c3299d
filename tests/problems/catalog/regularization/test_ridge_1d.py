from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression, Ridge

from studydl.problems import catalog
from studydl.problems.catalog.regularization.ridge_1d import Points
from studydl.problems.model import Problem

Data = np.ndarray[Any, Any]


def ridge(x: Data, y: Data, alpha: float, intercept: bool = False) -> float:
    """Return scikit-learn's weight, which minimizes the sum of squared errors plus alpha w^2."""
    return float(Ridge(alpha=alpha, fit_intercept=intercept, solver="cholesky").fit(x, y).coef_[0])


def by_descent(x: Data, y: Data, decay: float) -> float:
    """Return where torch.optim.SGD with weight decay comes to rest."""
    inputs, targets, w = (
        torch.tensor(x[:, 0]),
        torch.tensor(y),
        torch.zeros((), dtype=torch.float64, requires_grad=True),
    )
    descent = torch.optim.SGD([w], lr=0.7 / (2 * float(np.square(x).mean()) + decay), weight_decay=decay)
    for _ in range(40):
        descent.zero_grad()
        torch.nn.functional.mse_loss(w * inputs, targets).backward()  # type: ignore[no-untyped-call]
        descent.step()
    return w.item()


def test_the_weight_agrees_with_scikit_learn_and_with_descent(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("regularization.ridge-1d"):
        x, y = np.array([problem.params["xs"]], dtype=float).T, np.array(problem.params["ys"], dtype=float)
        lam, asks = int(str(problem.params["tenths"])) / 10, problem.params["asks"]
        value = float(number(problem.answer.value))
        if asks == "share":
            plain = LinearRegression(fit_intercept=False).fit(x, y).coef_[0]
            share = int(str(problem.params["keeps"])) / 100
            assert ridge(x, y, value) / plain == pytest.approx(share, rel=1e-9), problem.id
            continue
        if asks == "decay":
            expected = by_descent(x, y, lam)
        else:
            expected = ridge(x, y, lam * (len(y) if asks == "mean" else 1), asks == "intercept")
        assert value == pytest.approx(expected, rel=1e-8), problem.id


def test_the_sum_and_the_mean_by_hand() -> None:
    # sum x y = 2 + 6 = 8, sum x^2 = 5: 8 / (5 + 3); as a mean 8 / (5 + 2 * 3)
    formula = catalog.get("regularization.ridge-1d").formula
    assert formula(Points((1, 2), (2, 3), 30, "sum")) == 1
    assert formula(Points((1, 2), (2, 3), 30, "mean")) == Fraction(8, 11)


def test_weight_decay_by_hand() -> None:
    # gradient 2/2 * (5 w - 8) + 3 w = 0: w = 8 / 8
    assert catalog.get("regularization.ridge-1d").formula(Points((1, 2), (2, 3), 30, "decay")) == 1


def test_an_intercept_and_a_share_by_hand() -> None:
    # about the means 2 and 3: x -1, 1 and y -2, 2: 4 / (2 + 2)
    formula = catalog.get("regularization.ridge-1d").formula
    assert formula(Points((1, 3), (1, 5), 20, "intercept")) == 1
    # half of the weight at lambda = sum x^2
    assert formula(Points((1, 3), (1, 5), 0, "share", keeps=50)) == 10
