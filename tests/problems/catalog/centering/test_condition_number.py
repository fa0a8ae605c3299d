from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import pytest

from studydl.problems.catalog.centering.condition_number import ConditionNumber, Inputs
from studydl.problems.model import Problem

Draws: TypeAlias = Callable[[str], Iterator[Problem]]
Reader: TypeAlias = Callable[[str], Fraction]


def design(p: dict[str, Any]) -> np.ndarray[Any, Any]:
    """Return a matrix of inputs with these moments, or the values with a column of ones."""
    if p["form"] == "moments":  # one row for each choice of signs: these are uncorrelated
        spread = p["spread"] ** 0.5
        return np.array([np.add(p["means"], signs) for signs in product((-spread, spread), repeat=len(p["means"]))])
    return np.column_stack([p["values"], np.ones(len(p["values"]))])


def test_the_condition_number_is_the_square_of_that_of_the_inputs(draws: Draws, number: Reader) -> None:
    for problem in draws("centering.condition-number"):
        if problem.params["form"] == "steps":
            continue
        x = design(problem.params)
        expected = np.linalg.cond(x) ** 2
        if problem.params["form"] == "factor":
            expected /= np.linalg.cond(np.column_stack([x[:, 0] - x[:, 0].mean(), x[:, 1]])) ** 2
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-8), problem.id


def test_gradient_descent_on_real_data_takes_as_many_steps(draws: Draws, number: Reader) -> None:
    steep = np.random.default_rng(0)
    for problem in draws("centering.condition-number"):
        if problem.params["form"] != "steps":
            continue
        x, shrink = design(problem.params), int(str(problem.params["shrink"]))
        y, theta = steep.normal(size=len(x)), steep.normal(size=2)
        optimum = np.linalg.lstsq(x, y, rcond=None)[0]
        singular = np.linalg.svd(x, compute_uv=False) ** 2 / len(x)
        first, count = np.linalg.norm(theta - optimum), 0
        while np.linalg.norm(theta - optimum) > first / shrink:
            theta = theta - 2 / singular.sum() * x.T @ (x @ theta - y) / len(x)
            count += 1
        assert number(problem.answer.value) == count, problem.id


def test_two_inputs_by_hand() -> None:
    # variance 2, means 3 and 5: eigenvalues 2 + 9 + 25 = 36 and 2
    assert ConditionNumber().formula(Inputs("moments", (3, 5), 2)) == 18


def test_an_input_and_a_bias_by_hand() -> None:
    # x = 0, 1, 2, 3: mean of squares 3.5, mean 1.5; trace 4.5, determinant 1.25
    # sqrt(20.25 - 5) = 3.90512; eigenvalues 4.20256 and 0.29744, ratio 14.129
    x = (0, 1, 2, 3)
    assert float(ConditionNumber().formula(Inputs("bias", values=x))) == pytest.approx(14.129, abs=1e-3)
    # centered: eigenvalues 1.25 and 1
    assert float(ConditionNumber().formula(Inputs("factor", values=x))) == pytest.approx(14.129 / 1.25, abs=1e-3)
    # each step leaves 13.129 / 15.129 = 0.8678: ln 10 / 0.14179 = 16.24
    assert ConditionNumber().formula(Inputs("steps", values=x, shrink=10)) == 17
