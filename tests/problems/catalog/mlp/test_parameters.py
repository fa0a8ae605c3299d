from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from studydl.problems import catalog
from studydl.problems.catalog.mlp.parameters import Mlp
from studydl.problems.model import Problem


def affine(inputs: int, outputs: int) -> int:
    """Return the elements of an affine map written as one matrix: the bias is the weight of a constant input."""
    return np.empty((inputs + 1, outputs), np.uint8).size


def test_a_layer_is_one_matrix_with_a_constant_input(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("mlp.parameters"):
        widths: Any = problem.params["widths"]
        rank = int(str(problem.params["rank"]))
        expected = sum(affine(i, o) for i, o in pairwise(widths))
        if rank:
            expected -= affine(widths[0], rank) + affine(rank, widths[1])
        if problem.params["norm"]:
            expected += sum(widths[1:-1])  # instead of one bias, a hidden unit has a scale and a shift
        assert number(problem.answer.value) == expected, problem.id


def test_networks_by_hand() -> None:
    formula = catalog.get("mlp.parameters").formula
    # LeNet-300-100 (LeCun et al., 1998): 784 * 300 + 300 + 300 * 100 + 100 + 100 * 10 + 10
    assert formula(Mlp((784, 300, 100, 10), (1, 28, 28))) == 235_500 + 30_100 + 1_010
    # 8 * 20 + 20 * 10 + 10 * 2 weights, two numbers for each of 20 + 10 hidden units, and 2 biases
    assert formula(Mlp((8, 20, 10, 2), (2, 2, 2), norm=True)) == 160 + 200 + 20 + 60 + 2
    # 512 * 256 + 256 before, 512 * 16 + 16 + 16 * 256 + 256 after
    assert formula(Mlp((512, 256), rank=16)) == 131_328 - 12_560


def test_the_flattened_image_is_the_input(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("mlp.parameters"):
        image: Any = problem.params["image"]
        widths: Any = problem.params["widths"]
        assert not image or np.empty(image, np.uint8).size == widths[0], problem.id
