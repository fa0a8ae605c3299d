from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.linalg import _linalg as numpy_chains

from studydl.problems import catalog
from studydl.problems.catalog.matrix.chain_order import Chain, in_turn, left_first
from studydl.problems.model import Problem


def by_numpy(sizes: tuple[int, ...]) -> tuple[int, str]:
    """Return the least cost and its order, as numpy.linalg.multi_dot finds them."""
    arrays = [np.empty(shape) for shape in pairwise(sizes)]
    splits, costs = numpy_chains._multi_dot_matrix_chain_order(arrays, return_costs=True)  # type: ignore[attr-defined]

    def order(first: int, last: int) -> str:
        if first == last:
            return "ABCDE"[first]
        return f"({order(first, splits[first, last])}{order(splits[first, last] + 1, last)})"

    return int(costs[0, -1]), order(0, len(arrays) - 1)[1:-1]


def test_cost_and_order_agree_with_numpy(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("matrix.chain-order"):
        sizes = problem.params["sizes"]
        assert isinstance(sizes, tuple)
        whole = tuple(int(str(size)) for size in sizes)
        cost, order = by_numpy(whole)
        if problem.params["asks"] == "order":
            assert problem.answer.value == order, problem.id
        elif problem.params["asks"] == "cost":
            assert number(problem.answer.value) == cost, problem.id
        else:
            left = sum(whole[0] * inner * last for inner, last in pairwise(whole[1:]))
            assert number(problem.answer.value) == left - cost, problem.id


def test_a_chain_of_three_by_hand() -> None:
    # (AB)C: 10 * 30 * 5 + 10 * 5 * 60 = 4500; A(BC): 30 * 5 * 60 + 10 * 30 * 60 = 27000
    formula = catalog.get("matrix.chain-order").formula
    assert formula(Chain((10, 30, 5, 60), "cost")) == 4500
    assert formula(Chain((10, 30, 5, 60), "order")) == "(AB)C"
    assert formula(Chain((60, 5, 30, 10), "saved")) == 27000 - 4500


def test_the_chain_of_the_textbook() -> None:
    # Cormen, Leiserson, Rivest and Stein (2009), figure 15.5, its first five matrices: m[1, 5] = 11875
    assert catalog.get("matrix.chain-order").formula(Chain((30, 35, 15, 5, 10, 20), "cost")) == 11875


def test_left_to_right_pays_for_every_further_matrix() -> None:
    plan = in_turn((2, 3, 4, 5), left_first)
    assert (plan.cost, plan.text) == (2 * 3 * 4 + 2 * 4 * 5, "(AB)C")
