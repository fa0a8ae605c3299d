from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from studydl.problems import catalog
from studydl.problems.catalog.conv.spatial_separable import Passes
from studydl.problems.model import Problem


def count(*layers: torch.nn.Conv2d) -> int:
    return sum(layer.weight.numel() for layer in layers)


def passes(p: dict[str, Any], middle: int) -> tuple[torch.nn.Conv2d, torch.nn.Conv2d]:
    column = torch.nn.Conv2d(p["inputs"], middle, (p["rows"], 1), bias=False, device="meta")
    return column, torch.nn.Conv2d(middle, p["outputs"], (1, p["columns"]), bias=False, device="meta")


def test_modules_have_as_many_weights_and_do_as_many_products(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("conv.spatial-separable"):
        p: dict[str, Any] = dict(problem.params)
        ask, found = p["ask"], number(problem.answer.value)
        size = (p["rows"], p["columns"])
        whole = count(torch.nn.Conv2d(p["inputs"], p["outputs"], size, bias=False, device="meta"))
        if ask == "middle":
            taken = [count(*passes(p, int(found) + more)) for more in (0, 1)]
            assert taken[0] <= whole < taken[1], problem.id
            continue
        column, row = passes(p, p["middle"])
        expected = {"saved": Fraction(whole - count(column, row)), "weights": Fraction(count(column, row))}
        if ask == "products":
            counter = FlopCounterMode(display=False)
            with counter:
                row(column(torch.empty(1, 1, p["height"], p["width"], device="meta")))
            expected["products"] = Fraction(counter.get_total_flops(), 2)
        assert found == expected[ask], problem.id


def test_kernels_and_layers_by_hand() -> None:
    formula = catalog.get("conv.spatial-separable").formula
    assert formula(Passes("saved", 7, 7, height=7, width=7)) == 35  # 49 - 14
    # Inception's 1x7 and 7x1: (4 to 6 to 5 channels) 7 * 4 * 6 + 7 * 6 * 5
    assert formula(Passes("weights", 7, 7, 4, 6, 5, 7, 7)) == 168 + 210


def test_the_column_pass_fills_the_whole_width_by_hand() -> None:
    # 5 x 6 pixels, a 3x1 column: 3 x 6 values of 3 products; a 1x2 row: 3 x 5 values of 2 products
    assert catalog.get("conv.spatial-separable").formula(Passes("products", 3, 2, height=5, width=6)) == 54 + 30


def test_the_widest_middle_by_hand() -> None:
    # 3 * 3 * 4 * 8 = 288 weights; a middle channel takes 3 * 4 + 3 * 8 = 36
    assert catalog.get("conv.spatial-separable").formula(Passes("middle", 3, 3, 4, 0, 8, 3, 3)) == 8
