from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np

from studydl.problems.catalog.init.conv_fans import ConvFans, Convolution
from studydl.problems.model import Problem

Draws: TypeAlias = Callable[[str], Iterator[Problem]]


def stored(params: dict[str, Any]) -> np.ndarray[Any, Any]:
    """Return a weight as the documentation of the layer stores it, section Variables."""
    inputs, outputs, groups, kernel = (params[name] for name in ("inputs", "outputs", "groups", "kernel"))
    if params["kind"] == "ConvTranspose2d":
        return np.empty((inputs, outputs // groups, *kernel), dtype=np.int8)
    return np.empty((outputs, inputs // groups, *kernel), dtype=np.int8)


def test_the_fans_are_the_sizes_of_two_slices_of_the_weight(draws: Draws) -> None:
    for problem in draws("init.conv-fans"):
        weight = stored(problem.params)
        assert problem.answer.value == f"({weight[0].size}, {weight[:, 0].size})", problem.id


def test_fan_in_counts_the_inputs_that_one_output_of_an_ordinary_convolution_sees(draws: Draws) -> None:
    for problem in draws("init.conv-fans"):
        inputs, outputs, groups, kernel = (problem.params[name] for name in ("inputs", "outputs", "groups", "kernel"))
        assert isinstance(inputs, int) and isinstance(outputs, int)
        assert isinstance(groups, int) and isinstance(kernel, tuple)
        if problem.params["kind"] == "ConvTranspose2d":
            continue
        group_of_channel = np.arange(inputs) * groups // inputs
        seen = int((group_of_channel == 0).sum()) * np.ones([int(str(k)) for k in kernel]).sum()
        assert problem.answer.value.startswith(f"({int(seen)}, "), problem.id


def test_a_grouped_convolution_by_hand() -> None:
    # weight (12, 8 / 4, 3, 5): fan_in = 2 * 15 = 30, fan_out = 12 * 15 = 180
    assert ConvFans().formula(Convolution(8, 12, (3, 5), 4)) == (30, 180)


def test_a_transposed_convolution_by_hand() -> None:
    # weight (8, 12 / 4, 3, 5): fan_in = 3 * 15 = 45, fan_out = 8 * 15 = 120
    assert ConvFans().formula(Convolution(8, 12, (3, 5), 4, "ConvTranspose2d")) == (45, 120)


def test_only_level_3_has_groups_or_is_transposed(draws: Draws) -> None:
    for problem in draws("init.conv-fans"):
        simple = problem.params["groups"] == 1 and problem.params["kind"] != "ConvTranspose2d"
        assert simple == (problem.level < 3), problem.id
