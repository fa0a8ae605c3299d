from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from studydl.problems import catalog
from studydl.problems.catalog.training.lora_parameters import Adapters
from studydl.problems.model import Problem


def adapter(inputs: int, outputs: int, rank: int) -> int:
    """Return the numbers in the factors of a matrix of this rank, as numpy allocates them."""
    a, b = np.empty((rank, inputs), np.uint8), np.empty((outputs, rank), np.uint8)
    return a.size + b.size


def trained(p: dict[str, Any], rank: int) -> int:
    """Return the numbers in the adapters of all blocks."""
    return sum(adapter(inputs, outputs, rank) for _ in range(p["blocks"]) for inputs, outputs in p["layers"])


def test_adapters_are_two_arrays(draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]) -> None:
    for problem in draws("training.lora-parameters"):
        p: dict[str, Any] = problem.params
        value = number(problem.answer.value)
        if p["ask"] == "rank":
            rank = int(value)
            assert trained(p, rank) <= p["budget"] < trained(p, rank + 1), problem.id
        elif p["ask"] == "even":
            rank, ((inputs, outputs),) = int(value), p["layers"]
            full = np.empty((inputs, outputs), np.uint8).size
            assert adapter(inputs, outputs, rank - 1) <= full < adapter(inputs, outputs, rank), problem.id
        else:
            unit = p["base"] * 10_000 or 1
            assert float(value) == pytest.approx(trained(p, p["rank"]) / unit, rel=1e-12), problem.id


def test_adapters_by_hand() -> None:
    formula = catalog.get("training.lora-parameters").formula
    # 4 x 20 and 30 x 4
    assert formula(Adapters("one", ((20, 30),), 4)) == 80 + 120
    # 150 / 5 = 30 parameters a rank would be as many as the matrix of 10 x 15 has at rank 6
    assert formula(Adapters("even", ((10, 15),))) == 7
    # 2 * (10 + 10 + 10 + 5) = 70 parameters a rank, and 500 = 7 * 70 + 10
    p = Adapters("rank", ((10, 10), (10, 5)), names=("query", "value"), blocks=2, budget=500)
    assert formula(p) == 7


def test_the_adapters_of_gpt_3() -> None:
    # Hu et al. (2022), section 7.1: rank 4 on two kinds of matrices of 96 blocks of width 12,288, about 18 million
    layers = ((12_288, 12_288), (12_288, 12_288))
    value = catalog.get("training.lora-parameters").formula(Adapters("many", layers, 4, ("query", "value"), 96))
    assert value == 18_874_368
