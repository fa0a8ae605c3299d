from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from studydl.problems import catalog
from studydl.problems.catalog.matrix.multiply_cost import Product
from studydl.problems.model import Problem

SIZES = ("m", "n", "p", "heads", "batch")


class Counted:
    """A number that counts what is done with it."""

    def __init__(self, done: Counter[str]) -> None:
        self.done = done

    def __mul__(self, other: Counted) -> Counted:
        self.done["*"] += 1
        return self

    def __add__(self, other: Counted) -> Counted:
        self.done["+"] += 1
        return self


def operations(m: int, n: int, p: int) -> Counter[str]:
    """Return how many multiplications and additions numpy's own product of two matrices takes."""
    done: Counter[str] = Counter()
    np.full((m, n), Counted(done), dtype=object) @ np.full((n, p), Counted(done), dtype=object)
    return done


def flops(problem: Problem) -> int:
    """Return what torch's FLOP counter counts."""
    m, n, p, heads, batch = (int(str(problem.params[name])) for name in SIZES)
    counter = FlopCounterMode(display=False)
    with counter:
        if problem.params["form"] == "training":
            x = torch.zeros(m, n, requires_grad=True)
            torch.nn.Linear(n, p, bias=False)(x).sum().backward()
        else:
            queries, keys, values = torch.empty(3, batch, heads, m, n, device="meta")
            (queries @ keys.transpose(-1, -2)).softmax(dim=-1) @ values
    return int(counter.get_total_flops())


def test_the_cost_is_what_instrumented_numbers_and_the_flop_counter_count(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("matrix.multiply-cost"):
        m, n, p = (int(str(problem.params[name])) for name in SIZES[:3])
        form = problem.params["form"]
        if form in ("training", "attention"):
            expected = flops(problem)
        else:
            done = operations(m, n, p)
            expected = done["*"] if form == "products" else done.total() + (m * p if form == "linear" else 0)
        assert number(problem.answer.value) == expected, problem.id


def test_a_small_product_by_hand() -> None:
    # (2, 3) times (3, 4): 8 numbers of 3 products and 2 additions each
    formula = catalog.get("matrix.multiply-cost").formula
    assert formula(Product("products", 2, 3, 4)) == 24
    assert formula(Product("operations", 2, 3, 4)) == 40
    assert formula(Product("linear", 2, 3, 4)) == 48


def test_training_and_attention_by_hand() -> None:
    # 3 products of 2 * 2 * 3 * 4 FLOPs; 2 products of 2 * 5 * 3 * 5 for each of 2 heads of 4 sequences
    formula = catalog.get("matrix.multiply-cost").formula
    assert formula(Product("training", 2, 3, 4)) == 144
    assert formula(Product("attention", 5, 3, 5, heads=2, batch=4)) == 2400
