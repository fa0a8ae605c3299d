from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from studydl.problems import catalog
from studydl.problems.catalog.conv.macs import Work
from studydl.problems.model import Problem


def test_torchs_own_counter_finds_two_flops_a_mac(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("conv.macs"):
        p: dict[str, Any] = dict(problem.params)
        convs = [
            torch.nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, device="meta")
            for inputs, outputs, kernel, stride, padding, groups in p["layers"]
        ]
        counter = FlopCounterMode(display=False)
        with counter:
            torch.nn.Sequential(*convs)(torch.empty(1, p["layers"][0][0], *p["image"], device="meta"))
        expected = Fraction(counter.get_total_flops(), 1 if p["ask"] == "flops" else 2)
        assert number(problem.answer.value) == expected, problem.id


def test_a_small_layer_by_hand() -> None:
    # 5 * 5 positions, 4 filters, 2 * 3 * 3 products
    assert catalog.get("conv.macs").formula(Work((7, 7), ((2, 4, 3, 1, 0, 1),), "small")) == 1_800


def test_the_stem_of_resnet_by_hand() -> None:
    # 112 * 112 positions, 64 filters, 3 * 7 * 7 products: 118 million, as profilers of ResNet-50 print
    assert catalog.get("conv.macs").formula(Work((224, 224), ((3, 64, 7, 2, 3, 1),), "macs")) == 118_013_952


def test_groups_divide_the_work() -> None:
    formula = catalog.get("conv.macs").formula
    work = {groups: formula(Work((20, 20), ((8, 16, 3, 1, 1, groups),), "flops")) for groups in (1, 2, 4)}
    assert work[1] == 2 * work[2] == 4 * work[4]
