from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest
from scipy.integrate import quad
from scipy.stats import norm, uniform

from studydl.problems.model import Problem


def kept_by_the_rectifier(slope: float) -> float:
    """Return the share of a standard normal signal's second moment that a (leaky) ReLU lets through, by quadrature."""
    positive, _ = quad(lambda x: x**2 * norm.pdf(x), 0, 40)
    negative, _ = quad(lambda x: (slope * x) ** 2 * norm.pdf(x), -40, 0)
    return float(positive + negative)


def test_the_bound_keeps_the_second_moment_through_the_rectifier(
    draws: Callable[[str], Iterator[Problem]],
    number: Callable[[str], Fraction],
    fans: Callable[[Problem], tuple[int, int]],
) -> None:
    kept = {tenths: kept_by_the_rectifier(tenths / 10) for tenths in range(6)}
    for problem in draws("init.he-uniform-bound"):
        value = float(number(problem.answer.value))
        fan_in, fan_out = fans(problem)
        fan = fan_in if problem.params["mode"] == "fan_in" else fan_out
        through = fan * uniform(-value, 2 * value).var() * kept[int(str(problem.params["slope"]))]
        assert through == pytest.approx(1, rel=1e-7), problem.id
