from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import pytest
from scipy.stats import zscore

from studydl.problems.catalog.norm.layer import Layer, Rows
from studydl.problems.model import Problem

Draws: TypeAlias = Callable[[str], Iterator[Problem]]
Reader: TypeAlias = Callable[[str], Fraction]


def expected(p: dict[str, Any]) -> np.ndarray[Any, Any]:
    """Return the normalized row by NumPy and SciPy; hypot adds the root of eps under the root."""
    x, eps_root = np.array(p["rows"][p["row"]]) / p["scale"], 10.0 ** (-p["power"] / 2)
    if p["form"] == "rms":
        z = x / np.hypot(np.linalg.norm(x) / len(x) ** 0.5, eps_root)
    else:
        z = zscore(x) * x.std() / np.hypot(x.std(), eps_root)
    return np.asarray(z * np.array(p["weight"]) / 10 + np.array(p["bias"]) / 10)


def test_the_row_agrees_with_scipy(draws: Draws, number: Reader) -> None:
    for problem in draws("norm.layer"):
        values = expected(problem.params)
        given = [float(number(x.strip())) for x in problem.answer.value.strip("()").split(",")]
        if problem.level > 1:
            values = values[[int(str(problem.params["feature"]))]]
        assert given == pytest.approx(values, rel=1e-9), problem.id


def test_a_row_by_hand() -> None:
    # 1, 7, 3, 1: mean 3, deviations -2, 4, 0, -2, squares 24, variance 6; eps 10^-2: sqrt(6.01) = 2.45153
    p = Rows(((1, 7, 3, 1),), 0, (20, 5, 10, 10), (0, 3, 0, 0), feature=1, power=2, form="eps")
    value: Any = Layer().formula(p)
    assert float(value) == pytest.approx(4 / 2.45153 / 2 + 0.3, abs=1e-5)


def test_rms_by_hand() -> None:
    # 0.1, 0.3, 0.1, 0.5: squares 0.01 + 0.09 + 0.01 + 0.25 = 0.36, mean 0.09, plus 0.01 under the root: sqrt(0.1)
    p = Rows(((10, 30, 10, 50),), 0, (10, 10, 10, 20), (0, 0, 0, 0), 3, 100, 2, "rms")
    value: Any = Layer().formula(p)
    assert float(value) == pytest.approx(2 * 0.5 / 0.1**0.5, rel=1e-12)


def test_a_fresh_layer_does_not_see_shifts_and_hardly_scales() -> None:
    weight, bias = (10,) * 4, (0,) * 4

    def normalized(row: tuple[int, ...]) -> list[float]:
        value: Any = Layer().formula(Rows((row,), 0, weight, bias))
        return [float(x) for x in value]

    row = (3, 9, 4, 0)
    assert normalized(tuple(x + 7 for x in row)) == pytest.approx(normalized(row), rel=1e-12)
    assert normalized(tuple(10 * x for x in row)) == pytest.approx(normalized(row), rel=1e-5)


def test_whole_deviations_at_level_1(draws: Draws) -> None:
    for problem in draws("norm.layer"):
        if problem.level == 1:
            rows: Any = problem.params["rows"]
            assert np.std(rows[0]) % 1 == np.mean(rows[0]) % 1 == 0, problem.id
