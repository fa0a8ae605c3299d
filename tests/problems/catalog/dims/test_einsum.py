from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from typing import Any, TypeAlias

import numpy as np

from studydl.problems import catalog
from studydl.problems.catalog.dims.einsum import Sum
from studydl.problems.model import Problem

Draws: TypeAlias = Callable[[str], Iterator[Problem]]
Shape: TypeAlias = Callable[[str], tuple[int, ...]]


def test_the_shape_is_that_of_numpys_einsum(draws: Draws, shape: Shape) -> None:
    for problem in draws("dims.einsum"):
        p: dict[str, Any] = dict(problem.params)
        if p["form"] == "shape":
            arrays = [np.zeros(sizes) for sizes in p["shapes"]]
            assert np.einsum(p["equation"], *arrays).shape == shape(problem.answer.value), problem.id


def test_the_products_are_as_many_as_nested_loops_take(draws: Draws, number: Callable[[str], Fraction]) -> None:
    for problem in draws("dims.einsum"):
        p: dict[str, Any] = dict(problem.params)
        if p["form"] == "products":
            first, second = p["equation"].split("->")[0].split(",")
            loops = 0
            for a in np.ndindex(p["shapes"][0]):  # every pair of elements whose shared letters agree
                index = dict(zip(first, a, strict=True))
                free = [
                    [index[letter]] if letter in index else range(size)
                    for letter, size in zip(second, p["shapes"][1], strict=True)
                ]
                loops += sum(1 for _ in product(*free))
            assert number(problem.answer.value) == loops, problem.id


def test_by_hand() -> None:
    formula = catalog.get("dims.einsum").formula
    # a matrix product, transposed by the order behind the arrow
    assert formula(Sum("ij,jk->ki", ((2, 3), (3, 4)))) == (4, 2)
    # b stays, d is summed over: scores of 5 queries and 7 keys
    assert formula(Sum("bqd,bkd->bqk", ((2, 5, 8), (2, 7, 8)))) == (2, 5, 7)
    # 2 * 5 * 8 * 7 combinations
    assert formula(Sum("bqd,bkd->bqk", ((2, 5, 8), (2, 7, 8)), "products")) == 560
