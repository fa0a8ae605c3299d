"""What the families of normalized values share: means and variances in exact arithmetic, and how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from studydl.problems.draw import Draw
from studydl.text.numbers import Irrational, Number, fixed, sqrt

PLACES = 6  # of an intermediate result that is not shorter: what follows from it is right to 3 decimals

# Deviations from the mean whose standard deviation, with n, is a whole number: 3, 3, 5, 7, 7, then 2, 2, 2, 4, 4, ...
CENTERED = (
    (-5, 1, 1, 3),
    (-3, -1, -1, 5),
    (-7, -1, 1, 7),
    (-11, -1, 5, 7),
    (-7, -5, 1, 11),
    (-3, -1, 0, 1, 3),
    (-4, 1, 1, 1, 1),
    (-1, -1, -1, -1, 4),
    (-6, -3, 1, 3, 5),
    (-5, -3, -1, 3, 6),
    (-7, -2, 3, 3, 3),
    (-3, -3, -3, 2, 7),
    (-7, -1, 1, 2, 5),
    (-5, -2, -1, 1, 7),
)


@lru_cache(256)  # every mistake of an instance asks again
def mean(values: tuple[int, ...]) -> Fraction:
    """Return the mean."""
    return Fraction(sum(values), len(values))


@lru_cache(256)
def variance(values: tuple[int, ...], correction: int = 0) -> Fraction:
    """Return the variance, the sum of squares divided by n - correction."""
    n, total = len(values), sum(values)
    return Fraction(n * sum(x * x for x in values) - total * total, n * (n - correction))


@lru_cache(256)
def deviation(values: tuple[int, ...], correction: int = 0) -> Number:
    """Return the standard deviation, the root of the variance."""
    return sqrt(variance(values, correction))


def whole_row(draw: Draw) -> tuple[int, ...]:
    """Draw 4 or 5 numbers whose mean and standard deviation (with n) are whole."""
    shift = draw.integer(-4, 12)
    return tuple(shift + x for x in draw.shuffled(draw.choice(CENTERED)))


def short(x: Number, most: int = PLACES) -> str:
    """Write an intermediate result: exactly where it has fewer decimals than `most`, otherwise with so many."""
    if not isinstance(x, Irrational):
        for places in range(most):
            if 10**places % x.denominator == 0:
                return fixed(x, places)
    return fixed(x, most)


def signed(x: Number) -> str:
    """Write a number that follows an operator: in brackets where it is negative."""
    return f"({short(x)})" if x < 0 else short(x)


def listed(xs: Sequence[Number]) -> str:
    """Write numbers with commas between."""
    return ", ".join(map(short, xs))
