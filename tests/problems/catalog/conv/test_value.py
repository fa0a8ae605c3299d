from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.signal import correlate2d

from studydl.problems import catalog
from studydl.problems.catalog.conv.value import Pixel
from studydl.problems.model import Problem

IMAGE = ((1, 2, 3), (4, 5, 6), (7, 8, 9))


def test_scipy_correlates_to_the_same_value(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("conv.value"):
        p: dict[str, Any] = dict(problem.params)
        full = sum(
            correlate2d(np.pad(image, p["padding"]), kernel, mode="valid")
            for image, kernel in zip(p["image"], p["kernel"], strict=True)
        )
        expected = full[:: p["stride"], :: p["stride"]][p["row"], p["column"]] + p["bias"]
        assert number(problem.answer.value) == expected, problem.id


def test_a_patch_by_hand() -> None:
    # the numbers on the diagonal: 1 + 5 + 9
    assert catalog.get("conv.value").formula(Pixel((IMAGE,), (((1, 0, 0), (0, 1, 0), (0, 0, 1)),))) == 15


def test_a_corner_lies_on_padding_by_hand() -> None:
    # at row 0, column 0 only the lower right 2x2 of the kernel lies on the image: 1 * 5 + 2 * 6 + 4 * 8 + 5 * 9, + 10
    p = Pixel((IMAGE,), (IMAGE,), bias=10, padding=1)
    assert catalog.get("conv.value").formula(p) == 5 + 12 + 32 + 45 + 10


def test_the_bias_is_added_once_for_all_channels() -> None:
    ones = ((1, 1), (1, 1))
    assert catalog.get("conv.value").formula(Pixel((ones, ones), (ones, ones), bias=3)) == 4 + 4 + 3
