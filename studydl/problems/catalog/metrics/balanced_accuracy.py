"""Balanced accuracy: every class counts alike, however few samples it has."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Real
from studydl.problems.catalog.metrics._confusion import small
from studydl.problems.catalog.metrics._matrix import ROWS_ARE_TRUTH, Matrix, Rows, draw_rows, mean
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, fixed, sqrt

ADJUSTED = "adjusted: (balanced accuracy - chance) / (1 - chance), with chance = 1 / number of classes"


@dataclass(frozen=True, slots=True)
class Judged(Matrix):
    """A confusion matrix and how the prompt gives it.

    Args:
        form: "counts" or "story" with two classes, "classes" or "adjusted" with three or four.
    """

    form: str

    @property
    def two(self) -> bool:
        """Say whether there are two classes."""
        return len(self.matrix) == 2

    def beyond(self, value: Fraction, chance: Fraction) -> Fraction | None:
        """Return what is left beyond chance as a share of what is possible; None where that is not asked for."""
        return (value - chance) / (1 - chance) if self.form == "adjusted" else None

    def as_asked(self, value: Fraction) -> Fraction:
        """Return a mean over the classes, adjusted for chance where that is asked for."""
        adjusted = self.beyond(value, Fraction(1, len(self.matrix)))
        return value if adjusted is None else adjusted


def mean_precision(p: Judged) -> Fraction:
    """Return the mean share of each class's predictions that is right."""
    return p.as_asked(mean([Fraction(hit, guessed) for hit, guessed in zip(p.hits, p.guesses, strict=True)]))


def geometric_mean(p: Judged) -> Number | None:
    """Return the geometric mean of the recalls of two classes."""
    return sqrt(p.recalls[0] * p.recalls[1]) if p.two else None


class BalancedAccuracy(Family[Judged]):
    """Balanced accuracy is the mean of the recalls: always calling out the largest class earns 1 / classes, no more."""

    name, version, title = "metrics.balanced-accuracy", 1, "Balanced accuracy"
    source = (
        "Brodersen, Ong, Stephan and Buhmann (2010), The balanced accuracy and its posterior distribution; "
        "scikit-learn documentation, sklearn.metrics.balanced_accuracy_score"
    )
    answer = Real(places=3)
    prompt = {
        "counts": "A binary classifier is tested: TP = {tp}, FP = {fp}, FN = {fn}, TN = {tn}. What is its balanced "
        "accuracy, to 3 decimals?",
        "classes": "A classifier of three classes has the confusion matrix {table}. What is its balanced accuracy, to "
        "3 decimals?",
        "story": "Of {total} samples {positives} are positive. A classifier finds {found}% of the positives, and "
        "{right_percent}% of all its predictions are right. What is its balanced accuracy, to 3 decimals?",
        "adjusted": "A classifier of {k} classes has the confusion matrix {table}. What is its balanced accuracy "
        "adjusted for chance, to 3 decimals?",
    }
    conventions = {
        "counts": ("not adjusted for chance",),
        "classes": (ROWS_ARE_TRUTH, "not adjusted for chance"),
        "story": ("two classes, not adjusted for chance",),
        "adjusted": (ROWS_ARE_TRUTH, ADJUSTED),
    }
    steps = {
        "counts": (
            "Recall of the positives: $frac({tp}, {tp} + {fn}) = {recall:.5}$. Of the negatives: "
            "$frac({tn}, {tn} + {fp}) = {specificity:.5}$.",
            "The mean of both: {answer}",
        ),
        "classes": (
            "Each class by itself, diagonal over row sum: {each}.",
            "The mean of the {k}: {answer}",
        ),
        "story": (
            "True positives: {found}% of {positives} are {tp}. Right in all: {right_percent}% of {total} are {hits}.",
            "So true negatives are {hits} - {tp} = {tn}, of {total} - {positives} = {negatives} negatives.",
            "The mean of the recalls $frac({tp}, {positives})$ and $frac({tn}, {negatives})$: {answer}",
        ),
        "adjusted": (
            "Each class by itself, diagonal over row sum: {each}.",
            "The mean of the {k}: {mean:.5}. Chance: $frac(1, {k}) = {chance:.5}$.",
            "$frac({mean:.5} - {chance:.5}, 1 - {chance:.5})$ = {answer}",
        ),
    }
    limits = {1: Effort(8, 2), 2: Effort(14, 3), 3: Effort(28, 4)}
    mistakes = (
        Mistake(
            "accuracy",
            lambda p: p.as_asked(p.accuracy),
            "You took the accuracy, {hits} of {total}, where large classes count more. Average the recalls instead.",
            teaches="imbalance-balanced",
        ),
        Mistake(
            "mean of recall and accuracy",
            lambda p: (p.recalls[1] + p.accuracy) / 2 if p.form == "story" else None,
            "You averaged recall and accuracy. The other half is the recall of the negatives, {tn} of {negatives}.",
            teaches="imbalance-balanced",
        ),
        Mistake(
            "mean of the precisions",
            lambda p: mean_precision(p) if p.two else None,
            "You divided by what is predicted as each class. Divide by what belongs to it: {positives} positives, "
            "{negatives} negatives.",
            teaches="imbalance-balanced",
        ),
        Mistake(
            "columns as the truth",
            lambda p: None if p.two else mean_precision(p),
            "You divided by the column sums. The rows are the truth: {sizes} samples.",
            convention="rows are the truth",
        ),
        Mistake(
            "one class only",
            lambda p: p.recalls[1] if p.two else None,
            "That is the recall of the positives alone. Average it with the recall of the negatives, {tn} of "
            "{negatives}.",
            teaches="imbalance-balanced",
        ),
        Mistake(
            "geometric mean",
            geometric_mean,
            "You took the geometric mean of both recalls. Balanced accuracy is their plain mean.",
            teaches="imbalance-balanced",
        ),
        Mistake(
            "not adjusted",
            lambda p: mean(p.recalls) if p.form == "adjusted" else None,
            "That is balanced accuracy as it is. Adjusted, chance becomes 0: subtract and divide.",
            convention="adjusted",
        ),
        Mistake(
            "chance of two classes",
            lambda p: p.beyond(mean(p.recalls), Fraction(1, 2)),
            "You took chance to be one half. With {k} classes it is $frac(1, {k})$.",
            teaches="imbalance-balanced",
        ),
        Mistake(
            "not rescaled",
            lambda p: mean(p.recalls) - Fraction(1, len(p.matrix)) if p.form == "adjusted" else None,
            "You subtracted chance but did not divide by $1 - {chance:.3}$, so a perfect classifier would not get 1.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Judged | None:
        """Level 1: counts; level 2: three classes; level 3: a story, or adjusted for chance."""
        if level == 1:
            c = small(draw)
            return Judged(((c.tn, c.fp), (c.fn, c.tp)), "counts")
        if level == 2:
            return Judged(_uneven(draw, 3), "classes")
        if draw.chance(0.5):
            return Judged(_uneven(draw, draw.choice((3, 4))), "adjusted")
        total = draw.choice((200, 400, 500, 1000))
        positives = total * draw.choice((5, 8, 10, 12, 15, 20, 25)) // 100
        tp = draw.choice([positives * s // 100 for s in range(30, 100) if positives * s % 100 == 0])
        fp = draw.integer(2, (total - positives) // 4)
        return Judged(((total - positives - fp, fp), (positives - tp, tp)), "story")

    def variant(self, p: Judged) -> str:
        """Return the form."""
        return p.form

    def formula(self, p: Judged) -> Fraction:
        """Return the mean of the recalls, adjusted for chance where that is asked for."""
        return p.as_asked(mean(p.recalls))

    def effort(self, p: Judged) -> Effort:
        """Return sums and quotients of the rows, their mean, and what the story or the adjustment adds."""
        k = len(p.matrix)
        operations = {"counts": 6, "story": 10}.get(p.form, k * k + k + 1) + 3 * (p.form == "adjusted")
        return Effort(operations, len(str(p.total)))

    def facts(self, p: Judged) -> Facts:
        """Return counts, the recall of each class, and chance."""
        sizes, k = p.sizes, len(p.matrix)
        (tn, fp), (fn, tp) = (row[:2] for row in p.matrix[:2])
        recalls = p.recalls
        parts = zip(p.hits, sizes, recalls, strict=True)
        return {
            "table": p.table,
            "k": k,
            "tp": tp,
            "fp": fp,
            "fn": fn,
            "tn": tn,
            "positives": sizes[1],
            "negatives": sizes[0],
            "total": p.total,
            "hits": sum(p.hits),
            "found": 100 * tp // (tp + fn),
            "right_percent": f"{100 * sum(p.hits) / p.total:g}",
            "recall": recalls[1],
            "specificity": recalls[0],
            "each": ", ".join(f"$frac({hit}, {size}) = {fixed(recall, 5)}$" for hit, size, recall in parts),
            "sizes": tuple(sizes),
            "mean": mean(recalls),
            "chance": Fraction(1, k),
        }

    @staticmethod
    def witness(matrix: Rows, form: str) -> float:
        """Return the mean over the classes of how often a sample of it is predicted right, adjusted if asked for."""
        import torch

        k = len(matrix)
        cells = torch.arange(k * k).repeat_interleave(torch.tensor(matrix).flatten())
        truth, guess = cells // k, cells % k
        right = (truth == guess).double()
        score = torch.stack([right[truth == label].mean() for label in range(k)]).mean().item()
        return (score - 1 / k) / (1 - 1 / k) if form == "adjusted" else score


def _uneven(draw: Draw, classes: int) -> Rows:
    """Draw a matrix of classes of different sizes."""
    rows = draw_rows(draw, classes, (8, 24), (1, 10))
    large = draw.integer(0, classes - 1)  # one class has many more samples
    return tuple(tuple(n * draw.integer(3, 6) if i == large else n for n in row) for i, row in enumerate(rows))
