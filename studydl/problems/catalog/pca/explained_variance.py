"""The share of variance that the first principal component explains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from math import isqrt
from typing import TypeAlias

from studydl.answers.kinds import Real
from studydl.problems.catalog._writing import factor, short
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide, sqrt

Matrix: TypeAlias = tuple[int, int, int]  # a, b, c of [[a, b], [b, c]]


@dataclass(frozen=True, slots=True)
class Features:
    """Two features, by their covariance or by samples.

    Args:
        asks: "covariance", "standardized" or "points".
        covariance: a, b, c of the covariance matrix [[a, b], [b, c]], up to 60; empty where samples are given.
        points: 4 or 5 samples with whole means; empty where the covariance is given.
    """

    asks: str
    covariance: tuple[int, ...]
    points: tuple[tuple[int, int], ...] = ()

    @property
    def means(self) -> tuple[int, int]:
        """Return the mean of each feature."""
        xs, ys = zip(*self.points, strict=True)
        return sum(xs) // len(xs), sum(ys) // len(ys)

    @property
    def matrix(self) -> Matrix:
        """Return the covariance, of samples times their number less one."""
        if self.points:
            return scatter(self.points, *self.means)
        a, b, c = self.covariance
        return a, b, c

    @property
    def correlation(self) -> Number:
        """Return the size of the features' correlation."""
        a, b, c = self.matrix
        return divide(abs(b), sqrt(a * c))

    @property
    def standardized(self) -> Number:
        """Return the share of the first component of standardized features."""
        return divide(1 + self.correlation, 2)


def scatter(points: tuple[tuple[int, int], ...], x0: int, y0: int) -> Matrix:
    """Return the sums of squares and products about a point."""
    deviations = [(x - x0, y - y0) for x, y in points]
    return sum(x * x for x, _ in deviations), sum(x * y for x, y in deviations), sum(y * y for _, y in deviations)


@lru_cache(256)  # every mistake of an instance asks again
def eigenvalues(matrix: Matrix) -> tuple[Number, Number]:
    """Return the eigenvalues of [[a, b], [b, c]], the larger first."""
    a, b, c = matrix
    root = sqrt((a - c) ** 2 + 4 * b * b)
    return divide(a + c + root, 2), divide(a + c - root, 2)


def share(first: Number, second: Number) -> Number:
    """Return the first of two parts as a share of both."""
    return divide(first, first + second)


def of_matrix(rule: Callable[[Number, Number], Number]) -> Callable[[Features], Number | None]:
    """Return a mistake about the two eigenvalues; None where features are standardized."""
    return lambda f: None if f.asks == "standardized" else rule(*eigenvalues(f.matrix))


def of_correlation(rule: Callable[[Features], Number]) -> Callable[[Features], Number | None]:
    """Return a mistake about standardized features; None elsewhere."""
    return lambda f: rule(f) if f.asks == "standardized" else None


class ExplainedVariance(Family[Features]):
    """The first component explains the share: largest eigenvalue of the covariance over the trace, their sum."""

    name, version, title = "pca.explained-variance", 1, "Variance explained by a principal component"
    source = (
        "Jolliffe (2002), Principal Component Analysis, sections 1.1 and 2.3; sklearn.decomposition.PCA documentation"
    )
    answer = Real(places=3)
    prompt = {
        "covariance": "Two features have the covariance matrix [[{a}, {b}], [{b}, {c}]]. What share of their variance "
        "does the first principal component explain, to 3 decimals?",
        "standardized": "Two features have the covariance matrix [[{a}, {b}], [{b}, {c}]]. They are standardized "
        "before PCA. What share of the variance does the first principal component explain then, to 3 decimals?",
        "points": "PCA is fitted to the samples {points}. What share of the variance does the first principal "
        "component explain, to 3 decimals?",
    }
    conventions = {
        "covariance": (),
        "standardized": ("each feature divided by its standard deviation",),
        "points": ("features centered, not rescaled",),
    }
    _eigen = (
        "Trace ${a} + {c} = {trace}$ and determinant ${a} * {c} - {b_factor}^2 = {determinant}$.",
        "The larger eigenvalue is $frac({trace} + sqrt({trace}^2 - 4 * {determinant}), 2) = {largest}$.",
        "The eigenvalues add up to the trace: $frac({largest}, {trace})$ = {answer}",
    )
    steps = {
        "covariance": _eigen,
        "standardized": (
            "Standardized, the covariance is the correlation: $rho = frac({b}, sqrt({a} * {c})) = {rho:.4}$.",
            "$[[1, rho], [rho, 1]]$ has the eigenvalues $1 + rho$ and $1 - rho$, the larger one {larger:.4}, and the "
            "trace 2.",
            "$frac({larger:.4}, 2)$ = {answer}",
        ),
        "points": (
            "The means are {mean_x} and {mean_y}. Deviations from them: {deviations}.",
            "Sums of squares and products: [[{a}, {b}], [{b}, {c}]]. Divided by {n} or {less} it is the covariance, "
            "which cancels in a share.",
            *_eigen,
        ),
    }
    trivial = (0, Fraction(1, 2), 1)
    limits = {1: Effort(8, 3), 2: Effort(8, 5), 3: Effort(32, 5)}
    mistakes = (
        Mistake(
            "diagonal entries",
            lambda f: Fraction(max(f.matrix[0], f.matrix[2]), f.matrix[0] + f.matrix[2]),
            "You took the diagonal entries for eigenvalues. They are the variances along the axes; the component turns "
            "towards larger variance.",
        ),
        Mistake(
            "eigenvalue itself",
            lambda f: eigenvalues(f.matrix)[0] if f.asks == "covariance" else None,
            "That is the variance along the component. The share divides it by all variance, {trace}.",
        ),
        Mistake(
            "standard deviations",
            of_matrix(lambda first, second: share(sqrt(first), sqrt(second))),
            "You took the roots of the eigenvalues, the standard deviations. Shares of variance use the eigenvalues as "
            "they are.",
        ),
        Mistake(
            "eigenvalues squared",
            of_matrix(lambda first, second: share(first * first, second * second)),
            "You squared the eigenvalues. Of the covariance they are variances already; only singular values of the "
            "data are squared.",
        ),
        Mistake(
            "second component",
            of_matrix(lambda first, second: share(second, first)),
            "That is the share of the second component. The first one has the larger eigenvalue, {largest}.",
        ),
        Mistake(
            "ratio of the eigenvalues",
            of_matrix(lambda first, second: divide(second, first)),
            "You divided one eigenvalue by the other. The share divides by their sum, the trace {trace}.",
        ),
        Mistake(
            "not centered",
            lambda f: share(*eigenvalues(scatter(f.points, 0, 0))) if f.points else None,
            "You did not center the features. Variance is about the means, {mean_x} and {mean_y}.",
            convention="features centered",
        ),
        Mistake(
            "features rescaled",
            lambda f: f.standardized if f.asks == "points" else None,
            "That is right for standardized features. Here they are centered only.",
            convention="not rescaled",
        ),
        Mistake(
            "not standardized",
            of_correlation(lambda f: share(*eigenvalues(f.matrix))),
            "That is the share without standardizing, where the feature with the larger variance leads.",
            convention="divided by its standard deviation",
        ),
        Mistake(
            "correlation itself",
            of_correlation(lambda f: f.correlation),
            "That is the size of the correlation. The larger eigenvalue is 1 plus that, and the trace is 2.",
        ),
        Mistake(
            "squared correlation",
            of_correlation(lambda f: f.correlation * f.correlation),
            "That is what one feature explains of the other. The component explains {larger:.4} of the trace 2.",
        ),
        Mistake(
            "divided by variances",
            of_correlation(lambda f: (1 + Fraction(abs(f.matrix[1]), f.matrix[0] * f.matrix[2])) / 2),
            "You divided the covariance by both variances. Divide by the standard deviations, the root of ${a} * {c}$.",
        ),
        Mistake(
            "smaller eigenvalue",
            of_correlation(lambda f: 1 - f.standardized),
            "That is the share of the second component. The first one has the larger eigenvalue, {larger:.4}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Features | None:
        """Level 1: whole eigenvalues; level 2: any; level 3: standardized features, or samples."""
        if level == 1:
            return Features("covariance", draw.choice(_easy()))
        if level == 3 and draw.chance(0.5):
            return _scattered(draw)
        a, c = draw.integer(2, 60), draw.integer(2, 60)
        most = isqrt(a * c - 1)
        b = draw.integer(1 + most // 5, most) * draw.choice((1, -1))
        return Features("standardized" if level == 3 else "covariance", (a, b, c))

    def variant(self, f: Features) -> str:
        """Return what is given."""
        return f.asks

    def formula(self, f: Features) -> Number:
        """Return the larger eigenvalue over the trace; (1 + |rho|) / 2 for standardized features."""
        return f.standardized if f.asks == "standardized" else share(*eigenvalues(f.matrix))

    def effort(self, f: Features) -> Effort:
        """Return the quadratic equation, or the correlation; samples cost means, squares and products first."""
        if f.asks == "standardized":
            return Effort(7, 5)
        return Effort(7 + 5 * len(f.points), 4 if sum(f.matrix) > 60 or f.points else 2)

    def facts(self, f: Features) -> Facts:
        """Return the matrix, its eigenvalues, the correlation, and the deviations of samples."""
        a, b, c = f.matrix
        facts: Facts = {
            "a": a,
            "b": b,
            "c": c,
            "b_factor": factor(b),
            "trace": a + c,
            "determinant": a * c - b * b,
            "largest": short(eigenvalues(f.matrix)[0]),
        }
        if f.asks == "standardized":
            facts |= {"rho": f.correlation * (1 if b > 0 else -1), "larger": 1 + f.correlation}
        if f.points:
            x0, y0 = f.means
            facts |= {
                "points": f"{', '.join(map(str, f.points[:-1]))} and {f.points[-1]}",
                "mean_x": x0,
                "mean_y": y0,
                "deviations": ", ".join(f"({x - x0}, {y - y0})" for x, y in f.points),
                "n": len(f.points),
                "less": len(f.points) - 1,
            }
        return facts

    @staticmethod
    def witness(asks: str, covariance: tuple[int, ...], points: tuple[tuple[int, int], ...]) -> object:
        """Return the share from torch's eigenvalues of covariance or correlation, or singular values of the samples."""
        import torch

        if asks == "points":
            x = torch.tensor(points, dtype=torch.float64)
            variances = torch.linalg.svdvals(x - x.mean(dim=0)) ** 2
        else:
            a, b, c = covariance
            matrix = torch.tensor([[a, b], [b, c]], dtype=torch.float64)
            sigma = matrix.diagonal().sqrt() if asks == "standardized" else torch.ones(2)
            variances = torch.linalg.eigvalsh(matrix / torch.outer(sigma, sigma))
        return (variances.max() / variances.sum()).item()


@cache
def _easy() -> tuple[Matrix, ...]:
    """Return all covariances with whole eigenvalues and entries up to 20."""
    sizes = range(1, 21)
    found = [(a, b, c) for a in sizes for c in sizes for b in range(1, 13) if a * c > b * b and _square(a - c, 2 * b)]
    return (*found, *[(a, -b, c) for a, b, c in found])


def _square(x: int, y: int) -> bool:
    """Say whether the sum of two squares is a square."""
    return isqrt(x * x + y * y) ** 2 == x * x + y * y


def _scattered(draw: Draw) -> Features | None:
    """Draw samples with whole means that do not lie on a line or along the axes."""
    n = draw.integer(4, 5)
    xs, ys = ((*values, -sum(values)) for values in (draw.integers(n - 1, -4, 4), draw.integers(n - 1, -4, 4)))
    if max(map(abs, (*xs, *ys))) > 7 or len(set(zip(xs, ys, strict=True))) < n:
        return None
    x0, y0 = draw.integer(1, 9), draw.integer(1, 9)
    f = Features("points", (), tuple((x0 + x, y0 + y) for x, y in zip(xs, ys, strict=True)))
    a, b, c = f.matrix
    return f if b and a * c > b * b else None
