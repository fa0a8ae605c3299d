"""What the families of confusion matrices with any number of classes share."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.problems.draw import Draw

ROWS_ARE_TRUTH = "rows are the truth, columns the prediction"

Rows = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A confusion matrix.

    Args:
        matrix: counts; row i holds the samples of class i, column j those predicted as class j.
    """

    matrix: Rows

    @property
    def sizes(self) -> list[int]:
        """Return how many samples each class has: the row sums."""
        return [sum(row) for row in self.matrix]

    @property
    def guesses(self) -> list[int]:
        """Return how many samples are predicted as each class: the column sums."""
        return [sum(column) for column in zip(*self.matrix, strict=True)]

    @property
    def hits(self) -> list[int]:
        """Return how many samples of each class are predicted right: the diagonal."""
        return [row[i] for i, row in enumerate(self.matrix)]

    @property
    def total(self) -> int:
        """Return the number of samples."""
        return sum(self.sizes)

    @property
    def recalls(self) -> list[Fraction]:
        """Return the share of each class that is predicted right."""
        return [Fraction(hit, size) for hit, size in zip(self.hits, self.sizes, strict=True)]

    @property
    def accuracy(self) -> Fraction:
        """Return the share of predictions that are right."""
        return Fraction(sum(self.hits), self.total)

    @property
    def table(self) -> str:
        """Return the matrix as a learner is shown it."""
        return str([list(row) for row in self.matrix])


def draw_rows(draw: Draw, classes: int, right: tuple[int, int], wrong: tuple[int, int]) -> Rows:
    """Draw a matrix.

    Args:
        draw: the source of chance.
        classes: how many.
        right: smallest and largest count on the diagonal.
        wrong: smallest and largest count elsewhere.
    """
    return tuple(
        tuple(draw.integer(*right) if i == j else draw.integer(*wrong) for j in range(classes)) for i in range(classes)
    )


def mean(values: list[Fraction]) -> Fraction:
    """Return the mean of exact numbers."""
    return Fraction(sum(values), len(values))
