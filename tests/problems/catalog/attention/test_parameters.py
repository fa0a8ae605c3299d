from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from studydl.problems.catalog.attention.parameters import Attention, Parameters
from studydl.problems.model import Problem

Draws: TypeAlias = Callable[[str], Iterator[Problem]]
Reader: TypeAlias = Callable[[str], Fraction]


def head_by_head(p: dict[str, Any], kv_heads: int) -> int:
    """Return the parameters counted one head after the other, then those that mix the heads."""
    heads, size, width, bias = (int(p[name]) for name in ("heads", "size", "width", "bias"))
    query = sum(width * size + bias * size for _ in range(heads))
    key = sum(int(p["kdim"]) * size + bias * size for _ in range(kv_heads))
    value = sum(int(p["vdim"]) * size + bias * size for _ in range(kv_heads))
    output_bias = bias * width if p["form"] in ("self", "cross") else 0
    return query + key + value + np.empty((heads * size, width), dtype=np.int8).size + output_bias


def test_the_parameters_of_all_heads_add_up(draws: Draws, number: Reader) -> None:
    for problem in draws("attention.parameters"):
        p: Any = problem.params
        if p["form"] != "inverse":
            assert number(problem.answer.value) == head_by_head(p, p["kv_heads"]), problem.id


def test_only_the_number_of_heads_found_gives_the_total(draws: Draws, number: Reader) -> None:
    for problem in draws("attention.parameters"):
        p: Any = problem.params
        if p["form"] == "inverse":
            fitting = [g for g in range(1, p["heads"]) if head_by_head(p, g) == p["total"]]
            assert [number(problem.answer.value)] == fitting, problem.id


def test_famous_layers_by_hand() -> None:
    formula = Parameters().formula
    # the base model of Vaswani et al.: 4 * 512^2 + 4 * 512
    assert formula(Attention("self", 512, 8, 64, 512, 512, 8, True)) == 1_048_576 + 2_048
    # Llama 3 8B: 4096 wide, 32 query heads and 8 key-value heads of 128, no biases:
    # 2 * 4096 * 4096 + 2 * 4096 * 1024
    assert formula(Attention("grouped", 4096, 32, 128, 4096, 4096, 8, False)) == 33_554_432 + 8_388_608


def test_keys_and_values_of_other_widths_by_hand() -> None:
    # 2 * 4 * 4 + 6 * 4 + 10 * 4 weights, 4 * 4 biases
    assert Parameters().formula(Attention("cross", 4, 2, 2, 6, 10, 2, True)) == 32 + 24 + 40 + 16


def test_the_number_of_heads_changes_nothing() -> None:
    formula = Parameters().formula
    assert len({formula(Attention("self", 24, h, 24 // h, 24, 24, h, True)) for h in (1, 2, 3, 4, 6, 8)}) == 1
