from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from studydl.problems import catalog
from studydl.problems.catalog.dims.permute_vs_view import Numbers
from studydl.problems.model import Problem

Draws: TypeAlias = Callable[[str], Iterator[Problem]]
Shape: TypeAlias = Callable[[str], tuple[int, ...]]


def in_numpy(p: dict[str, Any]) -> np.ndarray[Any, Any]:
    """Return the array that numpy's own methods make of the numbers."""
    y = np.arange(np.prod(p["sizes"])).reshape(p["sizes"])
    for name, arguments in p["calls"]:
        if name == "permute":
            y = np.transpose(y, arguments)
        elif name == "transpose":
            y = np.swapaxes(y, *arguments)
        else:
            y = np.reshape(y, arguments)
    return y


def test_the_number_is_the_one_that_numpy_finds(draws: Draws, number: Callable[[str], Fraction]) -> None:
    for problem in draws("dims.permute-vs-view"):
        p: dict[str, Any] = dict(problem.params)
        if not p["number"]:
            assert number(problem.answer.value) == in_numpy(p)[p["index"]], problem.id


def test_at_the_index_stands_the_number(draws: Draws, shape: Shape) -> None:
    for problem in draws("dims.permute-vs-view"):
        p: dict[str, Any] = dict(problem.params)
        if p["number"]:
            assert in_numpy(p)[shape(problem.answer.value)] == p["number"], problem.id


def test_by_hand() -> None:
    formula = catalog.get("dims.permute-vs-view").formula
    # rows 0 1 2 and 3 4 5: transposed, row 2 is 2 5
    assert formula(Numbers((2, 3), (("permute", (1, 0)),), (2, 0))) == 2
    # cut into rows of two: 0 1, 2 3, 4 5
    assert formula(Numbers((2, 3), (("view", (3, 2)),), (2, 0))) == 4
    # 2 tokens of 6 features, 3 heads of 2: head 2 of token 1 is 10 11
    assert formula(Numbers((2, 6), (("view", (2, 3, 2)), ("transpose", (0, 1))), (2, 1, 0))) == 10
    # the other way round: 10 is in token 1, at 4 of its features: head 2, place 0
    assert formula(Numbers((2, 6), (("view", (2, 3, 2)), ("transpose", (0, 1))), number=10)) == (2, 1, 0)


def test_a_view_and_an_exchange_of_axes_never_lead_to_the_same_number(draws: Draws) -> None:
    confused = {"axes exchanged by a view", "view read as a permutation"}
    for problem in draws("dims.permute-vs-view"):
        assert confused & {idea.name for idea in problem.misconceptions}, problem.id
