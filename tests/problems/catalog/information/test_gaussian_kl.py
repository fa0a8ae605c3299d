from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from studydl.problems.catalog.information.gaussian_kl import GaussianKl, Normals
from studydl.problems.model import Problem

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(5)  # exact for the averages of polynomials over N(0, 1)


def average_log_ratio(p: tuple[float, float], q: tuple[float, float]) -> float:
    """Average ln p - ln q over P, which is the divergence."""
    x = p[0] + p[1] * NODES
    return float(WEIGHTS @ (norm.logpdf(x, *p) - norm.logpdf(x, *q)) / WEIGHTS.sum())


def test_the_divergence_agrees_with_quadrature_of_the_densities_of_scipy(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("information.gaussian-kl"):
        given: dict[str, Any] = problem.params
        power = 0.5 if given["form"] == "diagonal" else 1
        p, q = ([(m / 10, (s / 10) ** power) for m, s in given[name]] for name in "pq")
        expected = sum(average_log_ratio(a, b) for a, b in zip(p, q, strict=True))
        if given["form"] == "symmetric":
            expected += sum(average_log_ratio(b, a) for a, b in zip(p, q, strict=True))
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9, abs=1e-12), problem.id


def test_the_same_spread_by_hand() -> None:
    # means 3 apart, standard deviation 2: 9 / 8
    assert GaussianKl().formula(Normals(((30, 20),), ((0, 20),), "same")) == Fraction(9, 8)


def test_both_directions_by_hand() -> None:
    # N(0, 1) and N(1, 4): ln 2 + (1 + 1) / 8 - 1/2 = 0.443147; back: -ln 2 + (4 + 1) / 2 - 1/2 = 1.306853
    formula = GaussianKl().formula
    assert float(formula(Normals(((0, 10),), ((10, 20),), "plain"))) == pytest.approx(0.443147, abs=1e-6)
    assert float(formula(Normals(((10, 20),), ((0, 10),), "plain"))) == pytest.approx(1.306853, abs=1e-6)
    # the logarithms cancel: 1/4 + 5/2 - 1 = 7/4
    assert float(formula(Normals(((0, 10),), ((10, 20),), "symmetric"))) == pytest.approx(7 / 4, rel=1e-12)


def test_independent_variables_add_up_by_hand() -> None:
    # variances 1 and 4 as above, twice: 2 * 0.443147
    twice = Normals(((0, 10), (0, 10)), ((10, 40), (10, 40)), "diagonal")
    assert float(GaussianKl().formula(twice)) == pytest.approx(2 * 0.443147, abs=1e-6)


def test_a_divergence_is_positive(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("information.gaussian-kl"):
        assert Fraction(problem.answer.value) > 0, problem.id
