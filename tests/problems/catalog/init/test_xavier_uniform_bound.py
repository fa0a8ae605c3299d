from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest
from scipy.stats import uniform

from studydl.problems.model import Problem


def test_the_bound_gives_the_variance_glorot_and_bengio_ask_for(
    draws: Callable[[str], Iterator[Problem]],
    number: Callable[[str], Fraction],
    fans: Callable[[Problem], tuple[int, int]],
) -> None:
    for problem in draws("init.xavier-uniform-bound"):
        gain = {"linear": 1, "tanh": 5 / 3}[str(problem.params["gain"])]
        bound = float(number(problem.answer.value))
        fan_in, fan_out = fans(problem)
        variance = uniform(-bound, 2 * bound).var()
        assert variance * (fan_in + fan_out) / 2 == pytest.approx(gain**2, rel=1e-9), problem.id
