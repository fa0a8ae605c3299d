"""Windows counted in real arrays, for comparison with what the families compute."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest

Pair: TypeAlias = tuple[int, int]
Places: TypeAlias = Callable[[Pair, Pair, Pair, Pair, Pair], Pair]


@pytest.fixture
def places() -> Places:
    """Return a function that slides a dilated kernel over a padded array and counts where it fits, down and across."""

    def counted(image: Pair, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair) -> Pair:
        padded = np.pad(np.zeros(image, dtype=np.int8), [(p, p) for p in padding])
        taps = tuple(np.arange(0, k * d, d)[-1] + 1 for k, d in zip(kernel, dilation, strict=True))
        down, across = np.lib.stride_tricks.sliding_window_view(padded, taps)[:: stride[0], :: stride[1]].shape[:2]
        return down, across

    return counted
