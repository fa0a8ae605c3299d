from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TypeAlias

import pytest
from scipy.stats import norm, uniform

from studydl.problems.catalog.init.uniform_to_std import Interval, UniformToStd
from studydl.problems.model import Problem
from studydl.text.numbers import sqrt

Draws: TypeAlias = Callable[[str], Iterator[Problem]]
Fans: TypeAlias = Callable[[Problem], tuple[int, int]]

SETTINGS = ("low", "high", "scale", "mean", "spread")


def test_the_deviation_agrees_with_scipy(draws: Draws, number: Callable[[str], Fraction], fans: Fans) -> None:
    for problem in draws("init.uniform-to-std"):
        value = float(number(problem.answer.value))
        low, high, scale, mean, spread = (int(str(problem.params[name])) for name in SETTINGS)
        form, fan_in = problem.params["form"], fans(problem)[0] if problem.level == 3 else 0
        if form == "edge":  # the answer, mirrored at the mean, gives an interval of the deviation asked for
            width = 2 * (value - mean / 1000)
            assert uniform(value - width, width).std() == pytest.approx(spread / 1000, rel=1e-9), problem.id
            continue
        if form == "fresh":  # torch.nn.Linear documentation: U(-sqrt(k), sqrt(k)) with k = 1 / in_features
            weight = uniform(-(fan_in**-0.5), 2 * fan_in**-0.5)
        else:
            weight = uniform(low / scale, (high - low) / scale)
        expected = weight.std()
        if form == "output":
            expected = (fan_in * weight.moment(2) * norm(scale=spread / 1000).moment(2)) ** 0.5
        assert value == pytest.approx(expected, rel=1e-9), problem.id


def test_a_bound_by_hand() -> None:
    # a = 0.6: variance 0.36 / 3 = 0.12
    assert UniformToStd().formula(Interval(0, 0, form="bound", low=-6, high=6, scale=10)) == sqrt(Fraction(12, 100))


def test_an_output_by_hand() -> None:
    # weights in [-0.3, 0.3] have the variance 0.09 / 3 = 0.03; 48 products with inputs of deviation 0.5:
    # 48 * 0.03 * 0.25 = 0.36, and the root of that is 0.6
    p = Interval(48, 10, form="output", low=-3, high=3, scale=10, spread=500)
    assert UniformToStd().formula(p) == Fraction(6, 10)


def test_an_upper_end_by_hand() -> None:
    # [1, 7] has the mean 4 and the deviation 6 / sqrt(12) = sqrt(3) = 1.732; with 1.732: 4 + 1.732 * sqrt(3) = 6.99991
    p = Interval(0, 0, form="edge", mean=4000, spread=1732)
    assert float(UniformToStd().formula(p)) == pytest.approx(6.99991, abs=1e-5)


def test_the_width_of_a_fresh_layer_shrinks_with_the_root_of_its_inputs() -> None:
    formula = UniformToStd().formula
    narrow, wide = formula(Interval(16, 8, form="fresh")), formula(Interval(64, 8, form="fresh"))
    assert float(narrow) == pytest.approx(2 * float(wide), rel=1e-12)
