from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import prod

import pytest
import torch
from scipy.stats import uniform

from studydl.problems.model import Problem


def test_the_bound_has_a_third_of_the_variance_one_over_fan_in(
    draws: Callable[[str], Iterator[Problem]],
    number: Callable[[str], Fraction],
    fans: Callable[[Problem], tuple[int, int]],
) -> None:
    for problem in draws("init.default-bound"):
        bound = float(number(problem.answer.value))
        variance = uniform(-bound, 2 * bound).var()
        assert 3 * variance * fans(problem)[0] == pytest.approx(1, rel=1e-9), problem.id


def test_real_layers_stay_within_the_bound_and_come_close_to_it(
    draws: Callable[[str], Iterator[Problem]],
    number: Callable[[str], Fraction],
    weight_shape: Callable[[Problem], tuple[int, ...]],
) -> None:
    torch.manual_seed(0)
    for _, problem in zip(range(30), draws("init.default-bound"), strict=False):
        _, inputs, *kernel = weight_shape(problem)
        wide = 200_000 // (inputs * prod(kernel)) + 100_000 // inputs
        layer = torch.nn.Conv2d(inputs, wide, (kernel[0], kernel[1])) if kernel else torch.nn.Linear(inputs, wide)
        tensor = layer.weight if problem.params["tensor"] == "weight" else layer.bias
        assert tensor is not None
        largest, bound = tensor.abs().max().item(), float(number(problem.answer.value))
        assert largest <= bound * (1 + 1e-6), problem.id
        assert largest >= bound * (1 - 30 / tensor.numel()), problem.id
