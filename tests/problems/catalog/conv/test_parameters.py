from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from studydl.problems import catalog
from studydl.problems.catalog.conv.parameters import Stack
from studydl.problems.model import Problem


def connections(inputs: int, outputs: int, groups: int) -> int:
    """Return how many pairs of a filter and a channel are in the same group."""
    of_filter = np.repeat(np.arange(groups), outputs // groups)
    of_channel = np.repeat(np.arange(groups), inputs // groups)
    return int((of_filter[:, None] == of_channel).sum())


def test_each_connection_has_one_weight_a_tap(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("conv.parameters"):
        layers: Any = problem.params["layers"]
        expected = 2 * int(str(problem.params["norm"]))  # a scale and a shift for each channel
        for inputs, outputs, height, width, groups, bias in layers:
            expected += connections(inputs, outputs, groups) * height * width
            expected += outputs if bias else 0
        assert number(problem.answer.value) == expected, problem.id


def test_famous_layers_by_hand() -> None:
    formula = catalog.get("conv.parameters").formula
    assert formula(Stack(((3, 64, 7, 7, 1, False),))) == 9_408  # the stem of ResNet
    assert formula(Stack(((96, 256, 5, 5, 2, True),))) == 307_456  # the second layer of AlexNet, on two GPUs
    # MobileNet's first block: 32 filters of 3 x 3, then 64 of 32 x 1 x 1
    assert formula(Stack(((32, 32, 3, 3, 32, False), (32, 64, 1, 1, 1, False)))) == 288 + 2_048


def test_batch_normalization_learns_two_numbers_a_channel() -> None:
    # 4 * 3 + 2 * 4 + (4 * 5 + 5)
    assert catalog.get("conv.parameters").formula(Stack(((3, 4, 1, 1, 1, False), (4, 5, 1, 1, 1, True)), norm=4)) == 45
