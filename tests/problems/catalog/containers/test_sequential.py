from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from studydl.problems import catalog
from studydl.problems.catalog.containers.sequential import Net
from studydl.problems.model import Problem


def shape_before_the_last_layer(p: dict[str, Any]) -> tuple[int, ...]:
    """Return the shape that sliding windows over padded numpy arrays leave."""
    shape: tuple[int, ...] = p["inputs"]
    for (_, outputs, kernel, stride, padding), pool in zip(p["convs"], p["pools"], strict=True):
        plane = np.pad(np.zeros(shape[1:], dtype=np.int8), padding)
        plane = np.lib.stride_tricks.sliding_window_view(plane, (kernel, kernel))[::stride, ::stride, 0, 0]
        if pool:
            plane = np.lib.stride_tricks.sliding_window_view(plane, (pool, pool))[::pool, ::pool, 0, 0]
        shape = (outputs, *plane.shape)
    return (p["width"],) if p["width"] else shape


def arrays(p: dict[str, Any]) -> list[np.ndarray[Any, Any]]:
    """Return an array for each weight and each bias."""
    features = int(np.prod(shape_before_the_last_layer(p)))
    shapes: list[tuple[int, ...]] = [(outputs, inputs, k, k) for inputs, outputs, k, _, _ in p["convs"]]
    if p["width"]:
        shapes += [(p["width"], *p["inputs"]), (p["width"], p["width"])]
    shapes.append((p["classes"], features))
    return [np.empty(sizes, dtype=np.int8) for shape in shapes for sizes in (shape, shape[:1])]


def test_features_and_parameters_are_those_of_numpy_arrays(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("containers.sequential"):
        p: dict[str, Any] = dict(problem.params)
        if p["asked"] == "features":
            expected = int(np.prod(shape_before_the_last_layer(p)))
        else:
            expected = sum(array.size for array in arrays(p))
        assert number(problem.answer.value) == expected, problem.id


def test_lenet_by_hand() -> None:
    formula = catalog.get("containers.sequential").formula
    lenet = ((1, 6, 5, 1, 2), (6, 16, 5, 1, 0))
    # LeCun et al. (1998), LeNet-5: 28 stays 28, pooled 14, then 10, pooled 5: 16 * 5 * 5
    assert formula(Net((1, 28, 28), lenet, (2, 2))) == 400
    # 156 + 2416 in the convolutions, 10 * 400 + 10 = 4010 in a linear layer behind them
    assert formula(Net((1, 28, 28), lenet, (2, 2), asked="parameters")) == 6582


def test_a_shared_layer_is_counted_once() -> None:
    formula = catalog.get("containers.sequential").formula
    # 3 * 2 + 3 = 9, 3 * 3 + 3 = 12, 1 * 3 + 1 = 4, however often the middle one runs
    for uses in (1, 2, 3):
        assert formula(Net((2,), width=3, uses=uses, classes=1, asked="parameters")) == 25
