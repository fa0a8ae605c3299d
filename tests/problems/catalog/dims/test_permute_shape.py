from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np

from studydl.problems import catalog
from studydl.problems.catalog.dims.permute_shape import Order
from studydl.problems.model import Problem

Draws: TypeAlias = Callable[[str], Iterator[Problem]]
Shape: TypeAlias = Callable[[str], tuple[int, ...]]


def test_the_shape_is_that_of_a_transposed_numpy_array(draws: Draws, shape: Shape) -> None:
    then: dict[str, Any] = {"": lambda y, a, b: y, "transpose": np.swapaxes, "movedim": np.moveaxis}
    for problem in draws("dims.permute-shape"):
        p: dict[str, Any] = dict(problem.params)
        answer = shape(problem.answer.value)
        x = np.empty(p["sizes"], dtype=np.int8)
        if p["wanted"]:
            assert x.transpose(answer).shape == p["wanted"], problem.id
        else:
            assert then[p["then"]](x.transpose(p["dims"]), *p["pair"]).shape == answer, problem.id


def test_by_hand() -> None:
    formula = catalog.get("dims.permute-shape").formula
    # axis 2 (size 3) comes first, then axes 0 and 1: an image (H, W, C) becomes (C, H, W)
    assert formula(Order((32, 48, 3), (2, 0, 1))) == (3, 32, 48)
    # -1 is axis 3, so (2, 3, 4, 5) becomes (5, 2, 3, 4); axis 0 of it, the 5, moves to place 2: (2, 3, 5, 4)
    assert formula(Order((2, 3, 4, 5), (-1, 0, 1, 2), "movedim", (0, 2))) == (2, 3, 5, 4)
    # 5 is axis 3, 3 is axis 1, 2 is axis 0, 4 is axis 2
    assert formula(Order((2, 3, 4, 5), (), wanted=(5, 3, 2, 4))) == (3, 1, 0, 2)


def test_beyond_level_1_the_inverse_permutation_gives_another_shape(draws: Draws) -> None:
    for problem in draws("dims.permute-shape"):
        names = {idea.name for idea in problem.misconceptions}
        assert problem.level == 1 or names & {"inverse permutation", "where each axis goes"}, problem.id
