from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from studydl.problems import catalog
from studydl.problems.catalog.dims.strides import View
from studydl.problems.model import Problem

Draws: TypeAlias = Callable[[str], Iterator[Problem]]
Shape: TypeAlias = Callable[[str], tuple[int, ...]]


def test_strides_are_those_of_a_numpy_array_of_bytes(draws: Draws, shape: Shape) -> None:
    for problem in draws("dims.strides"):
        p: dict[str, Any] = dict(problem.params)
        x = np.empty(p["sizes"], dtype=np.int8)  # one byte an element: numpy's strides in bytes are torch's
        if p["form"] == "windows":
            size, step = p["window"]
            windows = np.lib.stride_tricks.sliding_window_view(x, size, axis=p["axis"])
            x = windows[(slice(None),) * p["axis"] + (slice(None, None, step),)]
        if p["form"] in ("strides", "windows"):
            assert x.strides == shape(problem.answer.value), problem.id


def test_positions_and_indices_are_those_of_an_array_that_counts(
    draws: Draws, shape: Shape, number: Callable[[str], Fraction]
) -> None:
    for problem in draws("dims.strides"):
        p: dict[str, Any] = dict(problem.params)
        x = np.arange(np.prod(p["sizes"])).reshape(p["sizes"])
        if p["form"] == "index":
            assert x[shape(problem.answer.value)] == p["position"], problem.id
        if p["form"] == "sliced":
            x = x[tuple(slice(start, None, step) for start, step in zip(p["starts"], p["steps"], strict=True))]
        if p["form"] in ("position", "sliced"):
            assert number(problem.answer.value) == x[p["index"]], problem.id


def test_by_hand() -> None:
    formula = catalog.get("dims.strides").formula
    # the products of all later sizes: 3 * 4 = 12, 4, and nothing after the last
    assert formula(View((2, 3, 4), "strides")) == (12, 4, 1)
    # 1 * 12 + 2 * 4 + 3 = 23
    assert formula(View((2, 3, 4), "position", (1, 2, 3))) == 23
    # 23 = 1 * 12 + 11, 11 = 2 * 4 + 3
    assert formula(View((2, 3, 4), "index", position=23)) == (1, 2, 3)
    # y[0, 1, 1] is x[1, 0 + 1 * 2, 2 + 1 * 1] = x[1, 2, 3]
    assert formula(View((2, 3, 4), "sliced", (0, 1, 1), (1, 0, 2), (1, 2, 1))) == 23
    # windows along axis 0, two rows on from one to the next: 24; within a window one row: 12
    assert formula(View((6, 3, 4), "windows", axis=0, window=(3, 2))) == (24, 4, 1, 12)
