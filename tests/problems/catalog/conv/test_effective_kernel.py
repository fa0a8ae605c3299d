from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from studydl.problems import catalog
from studydl.problems.catalog.conv.effective_kernel import Dilated
from studydl.problems.model import Problem


def stamp(kernel: int, dilation: int) -> npt.NDArray[Any]:
    """Return a dilated kernel: ones with zeros put between them."""
    return np.trim_zeros(np.kron(np.ones(kernel), np.eye(dilation)[0]))


def outputs(p: dict[str, Any], dilation: int) -> int:
    padded = np.pad(np.zeros(p["size"]), p["padding"])
    return len(np.lib.stride_tricks.sliding_window_view(padded, len(stamp(p["kernel"], dilation)))[:: p["stride"]])


def test_a_kernel_with_zeros_between_its_taps_reaches_as_far(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("conv.effective-kernel"):
        p: dict[str, Any] = dict(problem.params)
        if p["ask"] == "largest":
            fitting = [d for d in range(1, 32) if len(stamp(p["kernel"], d)) <= p["size"]]
            expected = str(max(d for d in fitting if outputs(p, d) >= p["wanted"]))
        else:
            starts = np.arange(p["first"], p["last"] + 1) * p["stride"] - p["padding"]
            read = np.unique(np.add.outer(starts, np.flatnonzero(stamp(p["kernel"], p["dilation"]))))
            if p["ask"] == "taps":
                expected = ", ".join(map(str, read))
            else:
                expected = str(read[-1] if p["ask"] == "last" else np.ptp(read) + 1)
        assert problem.answer.value == expected, problem.id


def test_taps_by_hand() -> None:
    formula = catalog.get("conv.effective-kernel").formula
    assert formula(Dilated("reach", kernel=3, dilation=2)) == 5  # pixels 0, 2, 4
    assert formula(Dilated("taps", 3, 4, stride=2, padding=1, first=5, last=5)) == (9, 13, 17)  # 5 * 2 - 1 = 9


def test_the_largest_dilation_by_hand() -> None:
    # 9 outputs at stride 2 need 16 pixels of 30 for moves, which leaves 14 to reach over: 3 gaps of 4 and a tap make 13
    assert catalog.get("conv.effective-kernel").formula(Dilated("largest", 4, 1, 2, size=30, wanted=9)) == 4
