from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from studydl.problems.catalog.optim.adamw import AdamW, Decoupled
from studydl.problems.model import Problem
from studydl.text.numbers import Irrational


def test_decays_multiply_and_weigh_the_steps_before_them(
    draws: Callable[[str], Iterator[Problem]],
    floats: Callable[[Problem], Any],
    settings: Callable[[Problem], dict[str, Any]],
) -> None:
    for problem in draws("optim.adamw"):
        p = settings(problem)
        rates, expected = np.array(p["rates"]) / 1000, []
        for start, row, decay in zip(p["start"], p["gradients"], (p["decay"] / 1000, 0), strict=False):
            kept = np.append(np.cumprod((1 - rates * decay)[::-1])[::-1], 1)  # from update t to the end
            moves = []
            for t in range(len(row)):
                ages, g = np.arange(t, -1, -1), np.array(row[: t + 1], dtype=float)
                mean = np.average(g, weights=(p["beta1"] / 1000) ** ages)
                moves.append(mean / np.sqrt(np.average(g**2, weights=(p["beta2"] / 1000) ** ages)))
            expected.append(start * kept[0] - sum(rates * moves * kept[1:]))
        assert floats(problem) == pytest.approx(expected, rel=1e-9, abs=1e-12), problem.id


def test_the_first_update_by_hand() -> None:
    # 5 * (1 - 0.02 * 0.5) = 4.95, minus 0.02
    value = AdamW().formula(Decoupled((5,), (20,), 500, 900, 999, ((7,),)))
    assert isinstance(value, Irrational)
    assert float(value) == pytest.approx(4.93, rel=1e-15)


def test_a_changed_rate_changes_the_decay_too_by_hand() -> None:
    # equal gradients, steps of 1: 8 - 0.4 - 0.1 = 7.5; then 7.5 - 0.1 * 0.5 * 0.1 * 7.5 - 0.01 = 7.4525
    value = AdamW().formula(Decoupled((8,), (100, 10), 500, 900, 990, ((3, 3),)))
    assert isinstance(value, Irrational)
    assert float(value) == pytest.approx(7.4525, rel=1e-14)


def test_only_the_weight_decays() -> None:
    # b moves by two steps of 0.1 against the sign of its gradients
    value = AdamW().formula(Decoupled((4, 2), (100, 100), 200, 900, 999, ((1, 1), (-9, -9))))
    assert isinstance(value, tuple)
    weight, bias = (float(x) for x in value if isinstance(x, Irrational))
    assert bias == pytest.approx(2.2, rel=1e-14)
    assert weight == pytest.approx((4 * 0.98 - 0.1) * 0.98 - 0.1, rel=1e-14)
