from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np

from studydl.problems import catalog
from studydl.problems.catalog.dims.broadcast import Pair
from studydl.problems.model import Problem

Draws: TypeAlias = Callable[[str], Iterator[Problem]]


def in_numpy(p: dict[str, Any]) -> str:
    """Return the shape that numpy gives, or that it refuses."""
    a, b = np.zeros(p["a"]), np.zeros(p["b"])
    try:
        if p["form"] == "pairs":
            return str((np.expand_dims(a, p["lifts"][0]) * np.expand_dims(b, p["lifts"][1])).sum(axis=p["axis"]).shape)
        return str((a - b.mean(axis=p["axis"]) if p["form"] == "mean" else a + b).shape)
    except ValueError:
        return "an error"


def test_numpy_broadcasts_to_the_same_shape_or_fails_too(draws: Draws) -> None:
    for problem in draws("dims.broadcast"):
        assert problem.answer.value == in_numpy(dict(problem.params)), problem.id


def test_by_hand() -> None:
    formula = catalog.get("dims.broadcast").formula
    # a column and a row make a table
    assert formula(Pair((4, 1), (4,), "add")) == (4, 4)
    # from the right: 3 and 2 clash
    assert formula(Pair((2, 3), (2,), "choice")) == "an error"
    # the mean over axis 1 has the shape (2,), which does not fit (2, 3)
    assert formula(Pair((2, 3), (2, 3), "mean", axis=1)) == "an error"
    # (5, 1, 3) and (1, 7, 3) make (5, 7, 3); without axis 2 all pairs are left
    assert formula(Pair((5, 3), (7, 3), "pairs", (1, 0), 2)) == (5, 7)


def test_every_choice_has_at_least_two_wrong_options(draws: Draws) -> None:
    for problem in draws("dims.broadcast"):
        if problem.params["form"] in ("choice", "mean"):
            assert len(problem.misconceptions) >= 2, problem.id


def test_at_level_2_some_sums_work_and_some_fail(draws: Draws) -> None:
    fails = [problem.answer.value == "an error" for problem in draws("dims.broadcast") if problem.level == 2]
    assert 0.2 < sum(fails) / len(fails) < 0.6
