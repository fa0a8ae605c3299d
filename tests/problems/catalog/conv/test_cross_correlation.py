from __future__ import annotations

from ast import literal_eval
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from studydl.problems import catalog
from studydl.problems.catalog.conv.cross_correlation import Signal
from studydl.problems.model import Problem


def correlated(signal: tuple[int, ...], weight: tuple[int, ...], p: dict[str, Any]) -> npt.NDArray[Any]:
    """Return numpy's correlation with a kernel that has zeros between its taps."""
    spread = np.zeros((len(weight), p["dilation"]), dtype=int)
    spread[:, 0] = weight
    kernel = spread.ravel()[: spread.size - p["dilation"] + 1]
    return np.correlate(np.pad(signal, p["padding"]), kernel, mode="valid")[:: p["stride"]]


def test_numpy_correlates_the_same(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("conv.cross-correlation"):
        p: dict[str, Any] = dict(problem.params)
        channels = [correlated(*pair, p) for pair in zip(p["signal"], p["weight"], strict=True)]
        assert list(literal_eval(problem.answer.value)) == np.sum(channels, axis=0).tolist(), problem.id


def test_an_edge_by_hand() -> None:
    # 1 - 3 and 2 - 4: the kernel (1, 0, -1) is not flipped, so a rising signal gives negative numbers
    assert catalog.get("conv.cross-correlation").formula(Signal(((1, 2, 3, 4),), ((1, 0, -1),))) == (-2, -2)


def test_channels_stride_and_padding_by_hand() -> None:
    # channel 0, padded (0, 1, 2, 3, 0) in pairs from 0 and 2: 0 + 2 * 1, 2 + 2 * 3; channel 1 adds 0 - 4, 5 - 6
    p = Signal(((1, 2, 3), (4, 5, 6)), ((1, 2), (1, -1)), stride=2, padding=1)
    assert catalog.get("conv.cross-correlation").formula(p) == (2 - 4, 8 - 1)


def test_a_single_spike_leaves_the_kernel_backwards() -> None:
    assert catalog.get("conv.cross-correlation").formula(Signal(((0, 0, 1, 0, 0),), ((1, 2, 3),))) == (3, 2, 1)
