from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np

from studydl.problems import catalog
from studydl.problems.catalog.conv.output_shape import Batch
from studydl.problems.model import Problem

Pair: TypeAlias = tuple[int, int]
Places: TypeAlias = Callable[[Pair, Pair, Pair, Pair, Pair], Pair]


def test_the_shape_is_what_windows_in_an_array_give(draws: Callable[[str], Iterator[Problem]], places: Places) -> None:
    for problem in draws("conv.output-shape"):
        p: dict[str, Any] = dict(problem.params)
        sizes = places(p["image"], p["kernel"], p["stride"], p["padding"], p["dilation"])
        if pool := p["pool"]:
            down, across = np.lib.stride_tricks.sliding_window_view(np.zeros(sizes), (pool, pool)).shape[:2]
            sizes = len(range(0, down, pool)), len(range(0, across, pool))
        expected = (p["batch"], p["outputs"], *sizes)
        assert problem.answer.value == str(expected), problem.id


def test_alexnet_by_hand() -> None:
    # torchvision's AlexNet: 64 filters of 11 x 11, stride 4, padding 2, on 224 x 224: (224 + 4 - 11) // 4 + 1 = 55
    batch = Batch(8, 3, 64, (224, 224), (11, 11), (4, 4), (2, 2))
    assert catalog.get("conv.output-shape").formula(batch) == (8, 64, 55, 55)


def test_each_axis_has_its_own_settings() -> None:
    # height: (20 + 2 - 5) // 1 + 1 = 18; width: 3 taps at dilation 2 reach over 5, (30 - 5) // 3 + 1 = 9
    batch = Batch(2, 4, 6, (20, 30), (5, 3), (1, 3), (1, 0), (1, 2), groups=2)
    assert catalog.get("conv.output-shape").formula(batch) == (2, 6, 18, 9)


def test_levels_2_and_3_have_unequal_kernels_and_level_3_dilation(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("conv.output-shape"):
        kernel, dilation = problem.params["kernel"], problem.params["dilation"]
        assert isinstance(kernel, tuple)
        assert (len(set(kernel)) > 1) == (problem.level > 1), problem.id
        assert (dilation != (1, 1)) == (problem.level == 3), problem.id
