from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import pytest
from scipy.stats import zmap

from studydl.problems.catalog.norm.batch import Batch, BatchNorm
from studydl.problems.model import Problem

Draws: TypeAlias = Callable[[str], Iterator[Problem]]
Reader: TypeAlias = Callable[[str], Fraction]

EPS_ROOT = 1e-5**0.5


def expected(p: dict[str, Any]) -> Any:
    """Return the answer by NumPy and SciPy; hypot adds the root of eps under the root."""
    x = np.array(p["features"][p["feature"]], dtype=float)
    share = p["momentum"] / 100
    mean, var = np.average(
        [[p["running_mean"] / 10, p["running_var"] / 10], [x.mean(), x.var(ddof=1)]], axis=0, weights=[1 - share, share]
    )
    if p["form"] == "running":
        return [mean, var]
    if p["form"] == "eval":
        z = (p["value"] - mean) / np.hypot(var**0.5, EPS_ROOT)
    else:
        z = zmap(x if p["form"] == "train" else p["value"], x) * x.std() / np.hypot(x.std(), EPS_ROOT)
    return z * p["weight"] / 10 + p["bias"] / 10


def test_batch_normalization_agrees_with_numpy(draws: Draws, number: Reader) -> None:
    for problem in draws("norm.batch"):
        given = [float(number(x.strip())) for x in problem.answer.value.strip("()").split(",")]
        values = np.atleast_1d(expected(problem.params))
        assert given == pytest.approx(values, rel=1e-8), problem.id


def test_what_is_remembered_by_hand() -> None:
    # 2, 4, 9: mean 5, squares 9 + 1 + 16 = 26, with n - 1: 13; a quarter of it and three quarters of (1, 2)
    p = Batch("running", ((2, 4, 9),), running_mean=10, running_var=20, momentum=25)
    assert BatchNorm().formula(p) == (Fraction(8, 4), Fraction(19, 4))


def test_evaluation_by_hand() -> None:
    # goes on with mean 2 and variance 19/4; (7 - 2) / sqrt(4.75001) = 2.2942, times 2, minus 0.3
    p = Batch("eval", ((2, 4, 9),), 0, 7, 20, -3, 10, 20, 25)
    value: Any = BatchNorm().formula(p)
    assert float(value) == pytest.approx(4.2883, abs=1e-4)


def test_in_training_the_old_state_and_other_features_do_not_matter() -> None:
    formula = BatchNorm().formula
    alone = formula(Batch("train", ((1, 5, 6, 0), (2, 2, 3, 9))))
    assert alone == formula(Batch("train", ((1, 5, 6, 0), (7, 0, 0, 1)), running_mean=50, running_var=77))


def test_every_normalized_batch_has_mean_0(draws: Draws, number: Reader) -> None:
    for problem in draws("norm.batch"):
        if problem.level == 1:
            given = [number(x.strip()) for x in problem.answer.value.strip("()").split(",")]
            assert float(sum(given)) == pytest.approx(0, abs=1e-15), problem.id
