from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from studydl.problems import catalog
from studydl.problems.catalog.pca.explained_variance import Features
from studydl.problems.model import Problem


def samples(problem: Problem) -> Any:
    """Return the samples, or four with the covariance given (but for a factor)."""
    if problem.params["points"]:
        return np.array(problem.params["points"], dtype=float)
    covariance: Any = problem.params["covariance"]
    a, b, c = covariance
    roots = np.linalg.cholesky(np.array([[a, b], [b, c]], dtype=float)).T
    return np.concatenate([roots, -roots])


def test_the_share_agrees_with_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("pca.explained-variance"):
        x = samples(problem)
        if problem.params["asks"] == "standardized":
            x = StandardScaler().fit_transform(x)
        expected = PCA().fit(x).explained_variance_ratio_[0]
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_whole_eigenvalues_by_hand() -> None:
    # trace 7, determinant 10 - 4 = 6: eigenvalues 6 and 1
    assert catalog.get("pca.explained-variance").formula(Features("covariance", (5, 2, 2))) == Fraction(6, 7)


def test_a_correlation_by_hand() -> None:
    # rho = 3 / (2 * 3) = 1/2: (1 + 1/2) / 2, whatever its sign
    formula = catalog.get("pca.explained-variance").formula
    assert formula(Features("standardized", (4, 3, 9))) == Fraction(3, 4)
    assert formula(Features("standardized", (4, -3, 9))) == Fraction(3, 4)


def test_samples_by_hand() -> None:
    # about (2, 1): (-1, -1), (1, 1), (-1, 0), (1, 0): sums 4, 2, 2; trace 6, determinant 4: eigenvalues 3 + sqrt(5)
    points = ((1, 0), (3, 2), (1, 1), (3, 1))
    value: Any = catalog.get("pca.explained-variance").formula(Features("points", (), points))
    assert float(value) == pytest.approx((3 + 5**0.5) / 6, rel=1e-12)
