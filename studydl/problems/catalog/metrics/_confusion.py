"""What the confusion-matrix families share: the four counts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.problems.draw import Draw
from studydl.problems.family import Facts

MATRIX_CONVENTIONS = ("rows are the truth, columns the prediction", "class 1 is positive")


@dataclass(frozen=True, slots=True)
class Counts:
    """How predictions of a binary classifier turned out.

    Args:
        tp: true positives, at least 1.
        fp: false positives, at least 1.
        fn: false negatives, at least 1.
        tn: true negatives, at least 1.
    """

    tp: int
    fp: int
    fn: int
    tn: int

    @property
    def precision(self) -> Fraction:
        """Return the share of predicted positives that are positive."""
        return Fraction(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> Fraction:
        """Return the share of positives that were predicted positive."""
        return Fraction(self.tp, self.tp + self.fn)

    @property
    def accuracy(self) -> Fraction:
        """Return the share of predictions that are right."""
        return Fraction(self.tp + self.tn, self.tp + self.fp + self.fn + self.tn)

    @property
    def flipped(self) -> Counts:
        """Return the counts with class 0 taken as positive."""
        return Counts(tp=self.tn, fp=self.fn, fn=self.fp, tn=self.tp)


def small(draw: Draw) -> Counts:
    """Draw counts one can add in the head."""
    return Counts(draw.integer(2, 20), draw.integer(1, 12), draw.integer(1, 12), draw.integer(5, 40))


def large(draw: Draw) -> Counts:
    """Draw counts of a test set of a few hundred, positives in the minority."""
    return Counts(draw.integer(12, 90), draw.integer(3, 60), draw.integer(3, 60), draw.integer(100, 800))


def count_facts(c: Counts) -> Facts:
    """Return what the templates name of the counts."""
    return {
        "tp": c.tp,
        "fp": c.fp,
        "fn": c.fn,
        "tn": c.tn,
        "positives": c.tp + c.fn,
        "flagged": c.tp + c.fp,
        "all": c.tp + c.fp + c.fn + c.tn,
        "precision": c.precision,
        "recall": c.recall,
        "matrix": f"[[{c.tn}, {c.fp}], [{c.fn}, {c.tp}]]",
    }
