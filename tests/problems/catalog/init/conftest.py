"""Fans counted one by one, for comparison with what the families compute."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from studydl.problems.model import Problem


@pytest.fixture
def weight_shape() -> Callable[[Problem], tuple[int, ...]]:
    """Return a function that gives the shape of the layer's weight as numpy would store it."""

    def shape(problem: Problem) -> tuple[int, ...]:
        p = {name: int(str(problem.params[name])) for name in ("inputs", "outputs", "groups")}
        kernel = problem.params["kernel"]
        assert isinstance(kernel, tuple)
        return (p["outputs"], p["inputs"] // p["groups"], *(int(str(side)) for side in kernel))

    return shape


@pytest.fixture
def fans(weight_shape: Callable[[Problem], tuple[int, ...]]) -> Callable[[Problem], tuple[int, int]]:
    """Return a function that counts the weights of one output (fan_in) and of one input slice (fan_out)."""

    def counted(problem: Problem) -> tuple[int, int]:
        weight = np.empty(weight_shape(problem), dtype=np.int8)
        return weight[0].size, weight[:, 0].size

    return counted
