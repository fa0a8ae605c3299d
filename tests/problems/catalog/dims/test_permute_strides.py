from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from studydl.problems import catalog
from studydl.problems.catalog.dims.permute_strides import Walk
from studydl.problems.model import Problem

Draws: TypeAlias = Callable[[str], Iterator[Problem]]
Shape: TypeAlias = Callable[[str], tuple[int, ...]]


def test_strides_are_those_of_a_numpy_array_of_bytes(draws: Draws, shape: Shape) -> None:
    for problem in draws("dims.permute-strides"):
        p: dict[str, Any] = dict(problem.params)
        if p["form"] == "position":
            continue
        x = np.empty(p["sizes"], dtype=np.int8)  # one byte an element: numpy's strides in bytes are torch's
        if p["form"] == "channels":
            n, c, h, w = p["sizes"]
            y = np.empty((n, h, w, c), dtype=np.int8).transpose(0, 3, 1, 2)
        else:
            y = x.transpose(p["dims"])
            steps = [slice(None)] * y.ndim
            steps[p["axis"]] = slice(None, None, p["step"])
            y = y[tuple(steps)]
        assert y.strides == shape(problem.answer.value), problem.id


def test_a_position_is_the_number_found_there_in_an_array_that_counts(
    draws: Draws, number: Callable[[str], Fraction]
) -> None:
    for problem in draws("dims.permute-strides"):
        p: dict[str, Any] = dict(problem.params)
        if p["form"] == "position":
            y = np.arange(np.prod(p["sizes"])).reshape(p["sizes"]).transpose(p["dims"])
            assert number(problem.answer.value) == y[p["index"]], problem.id


def test_by_hand() -> None:
    formula = catalog.get("dims.permute-strides").formula
    # (2, 3, 4) has the strides 12, 4, 1; axes 2, 0, 1 come first, second, third
    assert formula(Walk((2, 3, 4), (2, 0, 1), "strides")) == (1, 12, 4)
    # y[3, 1, 2] is x[1, 2, 3]: 1 * 12 + 2 * 4 + 3 * 1 = 23, the last element
    assert formula(Walk((2, 3, 4), (2, 0, 1), "position", (3, 1, 2))) == 23
    # 3 channels: to the next pixel 3, to the next row 3 * 5 = 15, to the next image 15 * 4 = 60
    assert formula(Walk((2, 3, 4, 5), (), "channels")) == (60, 1, 15, 3)
