from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np

from studydl.problems import catalog
from studydl.problems.catalog.dims.cat_stack import Joined
from studydl.problems.model import Problem

Draws: TypeAlias = Callable[[str], Iterator[Problem]]
Shape: TypeAlias = Callable[[str], tuple[int, ...]]


def test_the_shape_is_that_of_numpy_arrays_joined(draws: Draws, shape: Shape) -> None:
    join: dict[str, Any] = {"cat": np.concatenate, "stack": np.stack}
    for problem in draws("dims.cat-stack"):
        p: dict[str, Any] = dict(problem.params)
        parts = [np.empty(sizes, dtype=np.int8) for sizes in p["shapes"]]
        if p["cut"] == "chunk":
            parts = np.split(parts[0], p["pieces"], axis=p["axis"])
        if p["cut"] == "unbind":
            parts = list(np.moveaxis(parts[0], p["axis"], 0))
        y = join[p["op"]](parts, axis=p["dim"])
        if p["other"]:
            y = np.concatenate([y, np.empty(p["other"], dtype=np.int8)], axis=p["outer"])
        assert y.shape == shape(problem.answer.value), problem.id


def test_by_hand() -> None:
    formula = catalog.get("dims.cat-stack").formula
    # 3 + 4 along axis 1
    assert formula(Joined(((2, 3), (2, 4)), "cat", 1)) == (2, 7)
    # the new axis, two long, is the last of three
    assert formula(Joined(((2, 3), (2, 3)), "stack", -1)) == (2, 3, 2)
    # stacked in front: (2, 2, 3); then 2 + 5 along axis 0
    assert formula(Joined(((2, 3), (2, 3)), "stack", 0, other=(5, 2, 3), outer=0)) == (7, 2, 3)
    # 3 chunks of (4, 2), side by side in axis 0
    assert formula(Joined(((4, 6),), "cat", 0, "chunk", 3, 1)) == (12, 2)


def test_joining_loses_no_element(draws: Draws, shape: Shape) -> None:
    for problem in draws("dims.cat-stack"):
        p: dict[str, Any] = dict(problem.params)
        held = sum(np.prod(sizes) for sizes in (*p["shapes"], *([p["other"]] if p["other"] else [])))
        assert np.prod(shape(problem.answer.value)) == held, problem.id
