from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import count
from typing import Any

import numpy as np
import pytest

from studydl.problems import catalog
from studydl.problems.catalog.training.gradient_accumulation import Accumulation
from studydl.problems.model import Problem


def steps_of_an_epoch(p: dict[str, Any]) -> int:
    """Return the steps of an epoch, cut by numpy from the samples of one GPU."""
    mine = np.arange(p["samples"])[:: p["gpus"]]
    micro_batches = np.split(mine, range(p["micro"], len(mine), p["micro"]))
    groups = [micro_batches[i : i + p["group"]] for i in range(0, len(micro_batches), p["group"])]
    return sum(len(group) == p["group"] or p["kept"] for group in groups)


def test_accumulation_agrees_with_numpy(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("training.gradient-accumulation"):
        p: dict[str, Any] = problem.params
        expected: float
        if p["ask"] == "batch":
            expected = np.empty((p["gpus"], p["group"], p["micro"])).size
        elif p["ask"] == "steps":
            expected = p["epochs"] * steps_of_an_epoch(p)
        elif p["ask"] == "needed":
            expected = next(n for n in count(1) if np.empty((p["gpus"], n, p["micro"])).size >= p["target"])
        else:
            gradients = np.array(p["gradients"]) / 100
            expected = float(np.average(gradients, weights=p["tokens"]))
            if p["ask"] == "gap":
                expected = float(gradients.mean()) - expected
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9, abs=1e-12), problem.id


def test_batches_and_steps_by_hand() -> None:
    formula = catalog.get("training.gradient-accumulation").formula
    assert formula(Accumulation("batch", micro=4, group=16, gpus=8)) == 512
    # 4 GPUs read 250 samples each, in 32 micro-batches of 8: 6 groups of 5, and 2 micro-batches are left
    assert formula(Accumulation("steps", 8, 5, 4, samples=1000, epochs=3, kept=True)) == 3 * 7
    assert formula(Accumulation("steps", 8, 5, 4, samples=1000, epochs=3, kept=False)) == 3 * 6
    # 32 samples a micro-batch: 15 of them are 480, 16 are 512
    assert formula(Accumulation("needed", micro=8, gpus=4, target=500)) == 16


def test_tokens_weigh_the_gradients_by_hand() -> None:
    formula = catalog.get("training.gradient-accumulation").formula
    # (30 * 1 + 10 * 2) / 40 = 1.25; the loop gives 1.5
    assert formula(Accumulation("mean", tokens=(30, 10), gradients=(100, 200))) == Fraction(5, 4)
    assert formula(Accumulation("gap", tokens=(30, 10), gradients=(100, 200))) == Fraction(1, 4)


def test_equal_micro_batches_leave_no_gap() -> None:
    p = Accumulation("gap", tokens=(20, 20, 20), gradients=(31, -7, 90))
    assert catalog.get("training.gradient-accumulation").formula(p) == 0
