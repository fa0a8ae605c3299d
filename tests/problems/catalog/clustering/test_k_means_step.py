from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.cluster.vq import kmeans2

from studydl.answers.values import parse_value
from studydl.problems import catalog
from studydl.problems.catalog.clustering.k_means_step import Start
from studydl.problems.model import Problem


def test_centers_and_inertia_agree_with_scipy(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("clustering.k-means-step"):
        steps, asks = int(str(problem.params["steps"])), problem.params["asks"]
        points, start = (np.array(problem.params[name], dtype=float) for name in ("points", "centers"))
        centers, clusters = kmeans2(points, start, iter=steps, minit="matrix")
        expected: Any = {
            "line": centers[:, 0],
            "plane": centers[0],
            "inertia": np.square(points - centers[clusters]).sum(),
        }[str(asks)]
        value: Any = parse_value(problem.answer.kind, problem.answer.value)
        found = [float(x) for x in value] if isinstance(value, tuple) else float(value)
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12), problem.id


def test_a_step_on_a_line_by_hand() -> None:
    # the border lies at 6: 1, 3, 5 go to 2 and 8, 12 to 10
    formula = catalog.get("clustering.k-means-step").formula
    start = Start(points=((8,), (1,), (5,), (12,), (3,)), centers=((2,), (10,)))
    assert formula(start) == (3, 10)


def test_inertia_by_hand() -> None:
    # (0, 0), (2, 0) move their center to (1, 0), 1 + 1; (9, 9), (9, 8), (9, 4) to (9, 7), 4 + 1 + 9
    start = Start(((0, 0), (9, 9), (2, 0), (9, 8), (9, 4)), ((0, 1), (9, 9)), asks="inertia")
    assert catalog.get("clustering.k-means-step").formula(start) == 16


def test_two_steps_by_hand() -> None:
    # border 3: 2 | 4, 5, 21 with the means 2 and 10; then border 6: 2, 4, 5 | 21
    start = Start(((2,), (4,), (5,), (21,)), ((0,), (6,)), steps=2)
    assert catalog.get("clustering.k-means-step").formula(start) == (Fraction(11, 3), 21)


def test_a_step_never_raises_the_inertia(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("clustering.k-means-step"):
        if problem.params["asks"] == "inertia":
            points, start = (np.array(problem.params[name], dtype=float) for name in ("points", "centers"))
            before = np.square(points[:, None] - start).sum(axis=2).min(axis=1).sum()
            assert float(Fraction(problem.answer.value)) < before, problem.id
