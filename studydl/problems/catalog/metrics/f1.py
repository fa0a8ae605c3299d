"""The F1 score from counts, from a matrix, and from a story."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Real
from studydl.problems.catalog.metrics._confusion import MATRIX_CONVENTIONS, Counts, count_facts, large, small
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake


@dataclass(frozen=True, slots=True)
class Given(Counts):
    """Counts and how the prompt gives them.

    Args:
        form: "counts", "matrix" or "story".
    """

    form: str = "counts"


def f1_of(c: Counts) -> Fraction:
    """Return the harmonic mean of precision and recall, written in counts."""
    return Fraction(2 * c.tp, 2 * c.tp + c.fp + c.fn)


class F1(Family[Given]):
    """F1: the harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN). True negatives play no part."""

    name, version, title = "metrics.f1", 1, "F1 score"
    source = (
        "scikit-learn documentation, sklearn.metrics.f1_score; van Rijsbergen (1979), Information Retrieval, chapter 7"
    )
    answer = Real(places=3)
    prompt = {
        "counts": "A binary classifier is tested: TP = {tp}, FP = {fp}, FN = {fn}, TN = {tn}. What is its F1 score, "
        "to 3 decimals?",
        "matrix": "A classifier has the confusion matrix {matrix}. What is its F1 score, to 3 decimals?",
        "story": "Of {all} samples {positives} are positive. A classifier flags {flagged} samples and finds "
        "{found}% of the "
        "positives. What is its F1 score, to 3 decimals?",
    }
    conventions = {
        "counts": ("the F1 of the positive class",),
        "matrix": MATRIX_CONVENTIONS,
        "story": ("the F1 of the positive class",),
    }
    steps = {
        "counts": (
            "Errors of both kinds: {fp} + {fn} = {errors}. True negatives play no part.",
            "$F_1 = frac(2 * {tp}, 2 * {tp} + {errors})$ = {answer}",
        ),
        "matrix": (
            "Read the matrix: TP = {tp}, FP = {fp}, FN = {fn}. True negatives play no part.",
            "Errors of both kinds: {fp} + {fn} = {errors}.",
            "$F_1 = frac(2 * {tp}, 2 * {tp} + {errors})$ = {answer}",
        ),
        "story": (
            "True positives: {found}% of {positives} are {tp}.",
            "False positives: {flagged} - {tp} = {fp}. False negatives: {positives} - {tp} = {fn}.",
            "$F_1 = frac(2 * {tp}, 2 * {tp} + {fp} + {fn})$ = {answer}",
        ),
    }
    mistakes = (
        Mistake(
            "arithmetic mean",
            lambda c: (c.precision + c.recall) / 2,
            "You took the plain mean of precision {precision} and recall {recall}. F1 is their harmonic mean, "
            "which is "
            "never larger.",
            teaches="metrics-f1-low",
        ),
        Mistake(
            "accuracy",
            lambda c: c.accuracy,
            "That is the accuracy: it counts the {tn} true negatives, which F1 leaves out.",
            teaches="metrics-f1-cell",
        ),
        Mistake(
            "precision",
            lambda c: c.precision,
            "That is the precision, {precision}. F1 also needs the recall, {recall}.",
        ),
        Mistake(
            "recall", lambda c: c.recall, "That is the recall, {recall}. F1 also needs the precision, {precision}."
        ),
        Mistake(
            "true positives counted once",
            lambda c: Fraction(c.tp, c.tp + c.fp + c.fn),
            "That is the Jaccard index: it counts TP once. F1 counts the {tp} true positives twice, above and below.",
            teaches="metrics-f1-cell",
        ),
        Mistake(
            "class 0 as positive",
            lambda c: f1_of(c.flipped) if c.form == "matrix" else None,
            "That is the F1 of class 0. Here class 1 is positive: TP = {tp}.",
            convention="class 1 is positive",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Given | None:
        """Level 1: small counts; level 2: a matrix; level 3: counts to be worked out from a story."""
        if level < 3:
            c = small(draw) if level == 1 else large(draw)
            return Given(c.tp, c.fp, c.fn, c.tn, "counts" if level == 1 else "matrix")
        positives = draw.choice((20, 25, 40, 50, 75, 80, 100, 120, 150, 200))
        found = draw.choice([share for share in range(30, 96) if share * positives % 100 == 0])
        tp = positives * found // 100
        fp = draw.integer(2, positives)
        return Given(tp, fp, positives - tp, positives * draw.integer(4, 19) - fp, "story")

    def variant(self, p: Given) -> str:
        """Return the form in which the counts are given."""
        return p.form

    def formula(self, p: Given) -> Fraction:
        """Return 2 TP / (2 TP + FP + FN)."""
        return f1_of(p)

    def effort(self, p: Given) -> Effort:
        """Return two additions, two doublings, a quotient, and what it takes to find the counts."""
        finding = {"counts": 0, "matrix": 1, "story": 4}[p.form]
        return Effort(5 + finding, len(str(2 * p.tp + p.fp + p.fn)))

    def facts(self, p: Given) -> Facts:
        """Return the counts, the errors, and the percentage of positives found."""
        return {**count_facts(p), "errors": p.fp + p.fn, "found": 100 * p.recall}

    @staticmethod
    def witness(tp: int, fp: int, fn: int, tn: int) -> float:
        """Return the harmonic mean of precision and recall, counted from label vectors."""
        import torch

        sizes = torch.tensor([tp, fp, fn, tn])
        truth = torch.tensor([True, False, True, False]).repeat_interleave(sizes)
        predicted = torch.tensor([True, True, False, False]).repeat_interleave(sizes)
        precision = truth[predicted].double().mean()
        recall = predicted[truth].double().mean()
        return (2 / (1 / precision + 1 / recall)).item()
