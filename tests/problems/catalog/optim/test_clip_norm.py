from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from studydl.problems.catalog.optim.clip_norm import ClipNorm, Clipped, _clear
from studydl.problems.model import Problem


def test_clipping_agrees_with_numpy(
    draws: Callable[[str], Iterator[Problem]],
    floats: Callable[[Problem], Any],
    settings: Callable[[Problem], dict[str, Any]],
) -> None:
    for problem in draws("optim.clip-norm"):
        p = settings(problem)
        gradients = np.concatenate(p["gradients"]).astype(float)
        if p["second"]:
            gradients = np.mean([gradients, np.concatenate(p["second"])], axis=0)
        clipped = gradients * min(1.0, p["limit"] / 10 / (np.linalg.norm(gradients) + 1e-6))
        expected = np.concatenate(p["start"]) - p["rate"] / 1000 * clipped if p["start"] else clipped
        assert floats(problem) == pytest.approx(expected, rel=1e-9, abs=1e-12), problem.id


def test_half_the_norm_by_hand() -> None:
    # norm 5, limit 2.5: half of everything, but for the 1e-6 that torch adds
    value = ClipNorm().formula(Clipped(((3, -4),), 25))
    assert value == (Fraction(3) * Fraction(5, 2) / (5 + Fraction(1, 10**6)), -10 / (5 + Fraction(1, 10**6)))
    assert [round(float(x), 5) for x in value] == [1.5, -2.0]


def test_within_the_limit_nothing_changes() -> None:
    assert ClipNorm().formula(Clipped(((3, -4), (1,)), 60)) == (3, -4, 1)


def test_the_1e_6_shows_in_no_digit_asked_for(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("optim.clip-norm"):
        shown = [float(text) for text in problem.answer.text.strip("()").split(",")]
        params: Any = problem.params
        gradients = np.concatenate(params["gradients"]).astype(float)
        if params["second"]:
            gradients = np.mean([gradients, np.concatenate(params["second"])], axis=0)
        plain = gradients * min(1.0, params["limit"] / 10 / np.linalg.norm(gradients))
        places = 3
        if params["start"]:
            plain, places = np.concatenate(params["start"]) - params["rate"] / 1000 * plain, 4
        assert np.abs(plain - shown).max() <= 0.5 * 10.0**-places + 1e-12, problem.id


def test_micro_batches_that_cancel_are_no_problem() -> None:
    assert _clear(Clipped(((3, -4, 1),), 20, ((-3, 4, -1),))) is None
