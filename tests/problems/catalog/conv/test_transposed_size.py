from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from studydl.problems import catalog
from studydl.problems.catalog.conv.transposed_size import Upsampling
from studydl.problems.model import Problem

Pair: TypeAlias = tuple[int, int]


def spread(size: int, gap: int) -> int:
    """Return the length of that many ones with zeros between them."""
    return len(np.trim_zeros(np.kron(np.ones(size), np.eye(gap)[0])))


def upsampled(size: int, kernel: int, stride: int, padding: int, extra: int = 0, dilation: int = 1) -> int:
    """Return the length of what is left of a full convolution of the spread signal with the spread kernel."""
    full = np.convolve(np.ones(spread(size, stride)), np.ones(spread(kernel, dilation)))
    return len(full[padding : len(full) - padding]) + extra


def test_a_full_convolution_of_a_signal_with_zeros_between_is_as_long(
    draws: Callable[[str], Iterator[Problem]],
    number: Callable[[str], Fraction],
    places: Callable[[Pair, Pair, Pair, Pair, Pair], Pair],
) -> None:
    for problem in draws("conv.transposed-size"):
        p: dict[str, Any] = dict(problem.params)
        size, settings = p["size"], (p["kernel"], p["stride"], p["padding"])
        if p["ask"] == "restore":
            kernel, stride, padding = ((value, value) for value in settings)
            down, _ = places((size, size), kernel, stride, padding, (1, 1))
            expected = next(extra for extra in range(p["stride"]) if upsampled(down, *settings, extra) == size)
        else:
            expected = upsampled(size, *settings, p["extra"], p["dilation"])
            if p["kernel2"]:
                expected = upsampled(expected, p["kernel2"], p["stride2"], p["padding2"])
        assert number(problem.answer.value) == expected, problem.id


def test_the_generator_of_dcgan_doubles_by_hand() -> None:
    # kernel 4, stride 2, padding 1: 3 * 2 + 4 - 2 = 8, and from 4 through two layers 16
    formula = catalog.get("conv.transposed-size").formula
    assert formula(Upsampling("plain", 4, 4, 2, 1)) == 8
    assert formula(Upsampling("chain", 4, 4, 2, 1, kernel2=4, stride2=2, padding2=1)) == 16


def test_what_stride_2_loses_comes_back_by_hand() -> None:
    # 28 pixels, kernel 3, stride 2, padding 1: (28 + 2 - 3) // 2 + 1 = 14, and 13 * 2 + 3 - 2 = 27
    assert catalog.get("conv.transposed-size").formula(Upsampling("restore", 28, 3, 2, 1)) == 1
