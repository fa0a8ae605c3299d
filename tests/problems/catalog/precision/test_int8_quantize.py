from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from studydl.problems import catalog
from studydl.problems.catalog.precision.int8_quantize import Quantized
from studydl.problems.model import Problem


def nearest(grid: Any, x: float) -> int:
    """Return the index of the grid's point nearest to x."""
    return int(np.abs(grid - x).argmin())


def symmetric(x: float, largest: float) -> int:
    """Return the int8 value of x on 255 points from minus the largest value to the largest."""
    return nearest(np.linspace(-largest, largest, 255), x) - 127


def affine(x: float, low: float, high: float) -> tuple[int, float]:
    """Return the int8 value of x, and what it stands for, on 256 points moved until one of them is 0."""
    grid = np.linspace(low, high, 256)
    grid -= grid[nearest(grid, 0)]
    index = nearest(grid, x)
    return index - 128, float(grid[index])


def test_quantized_numbers_are_the_nearest_on_a_grid(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("precision.int8-quantize"):
        p: dict[str, Any] = problem.params
        low, high, x = (p[name] / 1000 for name in ("low", "high", "x"))
        if p["ask"] == "symmetric":
            expected: float = symmetric(x, high)
        elif p["ask"] == "affine":
            expected = affine(x, low, high)[0]
        elif p["ask"] == "back":
            expected = affine(x, low, high)[1]
        else:
            a, b = (np.array(p[name]) / 1000 for name in "ab")
            ints = [np.array([symmetric(x, abs(v).max()) for x in v]) for v in (a, b)]
            expected = ints[0] @ ints[1] * abs(a).max() * abs(b).max() / 127**2
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_single_values_by_hand() -> None:
    formula = catalog.get("precision.int8-quantize").formula
    # scale 2.54 / 127 = 0.02, and 0.77 / 0.02 = 38.5 lies in the middle: 0.78 gives 39
    assert formula(Quantized("symmetric", -2540, 2540, 780)) == 39
    # scale 5.1 / 255 = 0.02, zero point -128 + 1.2 / 0.02 = -68, and 2.5 / 0.02 - 68 = 57
    assert formula(Quantized("affine", -1200, 3900, 2500)) == 57
    # 4.5 / 0.02 - 68 = 157 is clamped to 127, which stands for 195 * 0.02
    assert formula(Quantized("back", -1200, 3900, 4500)) == Fraction(39, 10)


def test_a_dot_product_by_hand() -> None:
    # scales 0.02 and 0.01: (127, 25) * (-50, 127) = -6350 + 3175, times 0.0002
    p = Quantized("dot", a=(2540, 504), b=(-500, 1270))
    assert catalog.get("precision.int8-quantize").formula(p) == Fraction(-3175 * 2, 10**4)


def test_what_comes_back_is_at_most_half_a_step_away(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("precision.int8-quantize"):
        p: dict[str, Any] = problem.params
        if p["ask"] == "back" and p["low"] * 0.9 <= p["x"] <= p["high"] * 0.9:
            step = Fraction(p["high"] - p["low"], 255_000)
            assert abs(number(problem.answer.value) - Fraction(p["x"], 1000)) <= step / 2, problem.id
