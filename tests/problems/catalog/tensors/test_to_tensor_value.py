from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from studydl.problems import catalog
from studydl.problems.catalog.tensors.to_tensor_value import Pixel
from studydl.problems.model import Problem


def test_values_are_those_of_a_numpy_array_transformed(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("tensors.to-tensor-value"):
        p: dict[str, Any] = dict(problem.params)
        a = np.zeros((*p["size"], 3), dtype=p["dtype"])
        a[p["at"]] = p["pixel"]
        y = np.moveaxis(a.astype(np.float64) / (255 if a.dtype.kind == "u" else 1), -1, 0)
        if any(p["std"]):
            mean, std = (np.reshape(p[name], (3, 1, 1)) / 1000 for name in ("mean", "std"))
            y = (y - mean) / std
        value = y[(p["channel"], *p["at"])]
        if p["seen"]:
            assert round(value * 1000) == p["seen"], problem.id
            assert number(problem.answer.value) == p["pixel"][p["channel"]], problem.id
        else:
            assert float(number(problem.answer.value)) == pytest.approx(value, rel=1e-9), problem.id


def test_by_hand() -> None:
    formula = catalog.get("tensors.to-tensor-value").formula
    pixel = Pixel((8, 8), (0, 0), (51, 102, 204), 2)
    # 204 / 255 = 4/5
    assert formula(pixel) == Fraction(4, 5)
    half = (500, 500, 500)
    # (0.8 - 0.5) / 0.5 = 0.6
    assert formula(Pixel((8, 8), (0, 0), (51, 102, 204), 2, mean=half, std=half)) == Fraction(3, 5)
    # a float32 array is not scaled: (204 - 0.5) / 0.5 = 407
    assert formula(Pixel((8, 8), (0, 0), (51, 102, 204), 2, "float32", half, half)) == 407
    # (0.6 * 0.5 + 0.5) * 255 = 204
    assert formula(Pixel((8, 8), (0, 0), (51, 102, 204), 2, mean=half, std=half, seen=600)) == 204


def test_uint8_values_stay_between_0_and_1(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("tensors.to-tensor-value"):
        assert problem.level > 1 or 0 < number(problem.answer.value) < 1, problem.id
