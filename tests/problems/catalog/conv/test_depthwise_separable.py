from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from studydl.problems import catalog
from studydl.problems.catalog.conv.depthwise_separable import Separable
from studydl.problems.model import Problem


def modules(p: dict[str, Any], outputs: int) -> torch.nn.Sequential:
    """Return the depthwise and the pointwise layer."""
    padding = p["kernel"] // 2
    depthwise = torch.nn.Conv2d(
        p["inputs"], p["inputs"], p["kernel"], p["stride"], padding, 1, p["inputs"], False, device="meta"
    )
    return torch.nn.Sequential(depthwise, torch.nn.Conv2d(p["inputs"], outputs, 1, bias=False, device="meta"))


def count(module: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def test_modules_have_as_many_parameters_and_do_as_many_products(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("conv.depthwise-separable"):
        p: dict[str, Any] = dict(problem.params)
        ask, found = p["ask"], number(problem.answer.value)
        if ask == "budget":
            assert count(modules(p, int(found))) <= p["budget"] < count(modules(p, int(found) + 1)), problem.id
            continue
        both = modules(p, p["outputs"])
        ordinary = count(torch.nn.Conv2d(p["inputs"], p["outputs"], p["kernel"], bias=False, device="meta"))
        expected = {"weights": Fraction(count(both)), "saved": Fraction(ordinary - count(both))}
        expected["share"] = Fraction(count(both), ordinary)
        if ask == "macs":
            counter = FlopCounterMode(display=False)
            with counter:
                both(torch.empty(1, p["inputs"], p["size"], p["size"], device="meta"))
            expected["macs"] = Fraction(counter.get_total_flops(), 2)
        assert found == expected[ask], problem.id


def test_the_first_block_of_mobilenet_by_hand() -> None:
    formula = catalog.get("conv.depthwise-separable").formula
    # 32 channels of 112 x 112 to 64 (Howard et al. 2017, table 1): 32 * 9 + 32 * 64 = 288 + 2048
    assert formula(Separable("weights", 32, 64, 3)) == 2_336
    assert formula(Separable("macs", 32, 64, 3, size=112)) == 12_544 * 2_336


def test_the_share_does_not_depend_on_the_inputs() -> None:
    formula = catalog.get("conv.depthwise-separable").formula
    for inputs in (3, 32, 100):
        assert formula(Separable("share", inputs, 64, 3)) == Fraction(1, 64) + Fraction(1, 9)


def test_a_budget_by_hand() -> None:
    # 10 channels: 10 * 9 = 90 for the kernels, and 110 of 200 are left for 11 output channels of 10 weights
    formula = catalog.get("conv.depthwise-separable").formula
    assert [formula(Separable("budget", 10, 0, 3, budget=budget)) for budget in (199, 200, 209)] == [10, 11, 11]
