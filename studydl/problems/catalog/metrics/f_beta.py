"""The F-beta score: recall weighs beta times as much as precision."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Real
from studydl.problems.catalog._writing import short
from studydl.problems.catalog.metrics._confusion import MATRIX_CONVENTIONS, Counts, count_facts, large, small
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake


@dataclass(frozen=True, slots=True)
class Weighted(Counts):
    """Counts, beta, and how the prompt gives the counts.

    Args:
        halves: beta in halves: 1 for 0.5, 4 for 2, 6 for 3.
        form: "counts", "rates" or "matrix".
    """

    halves: int = 4
    form: str = "counts"

    @property
    def beta(self) -> Fraction:
        """Return beta."""
        return Fraction(self.halves, 2)


def f_of(c: Counts, square: Fraction) -> Fraction:
    """Return (1 + b) TP / ((1 + b) TP + b FN + FP), b standing for beta squared."""
    return (1 + square) * c.tp / ((1 + square) * c.tp + square * c.fn + c.fp)


class FBeta(Family[Weighted]):
    """F-beta = (1 + beta^2) P R / (beta^2 P + R): beta above 1 favors recall, below 1 precision."""

    name, version, title = "metrics.f-beta", 1, "F-beta score"
    source = (
        "scikit-learn documentation, sklearn.metrics.fbeta_score; van Rijsbergen (1979), Information "
        "Retrieval, chapter 7"
    )
    answer = Real(places=3)
    prompt = {
        "counts": "A binary classifier is tested: TP = {tp}, FP = {fp}, FN = {fn}. "
        "What is its F-beta score for beta = {beta}, to 3 decimals?",
        "rates": "A classifier has precision {p_percent}% and recall {r_percent}%. "
        "What is its F-beta score for beta = {beta}, to 3 decimals?",
        "matrix": "A classifier has the confusion matrix {matrix}. "
        "What is its F-beta score for beta = {beta}, to 3 decimals?",
    }
    conventions = {
        "counts": ("recall counts beta times as much as precision",),
        "rates": ("recall counts beta times as much as precision",),
        "matrix": (*MATRIX_CONVENTIONS, "recall counts beta times as much as precision"),
    }
    steps = {
        "counts": (
            "$beta^2 = {square}$ multiplies the false negatives: ${square} * {fn} = {weighted}$.",
            "True positives count $1 + {square} = {one_more}$ times: ${one_more} * {tp} = {hits}$.",
            "$F = frac({hits}, {hits} + {weighted} + {fp})$ = {answer}",
        ),
        "rates": (
            "$beta^2 = {square}$",
            "Above: $(1 + {square}) * {precision} * {recall} = {above}$.",
            "Below: ${square} * {precision} + {recall} = {below}$.",
            "$F = frac({above}, {below})$ = {answer}",
        ),
        "matrix": (
            "Read the matrix: TP = {tp}, FP = {fp}, FN = {fn}.",
            "$beta^2 = {square}$ multiplies the false negatives: ${square} * {fn} = {weighted}$.",
            "True positives count $1 + {square} = {one_more}$ times: ${one_more} * {tp} = {hits}$.",
            "$F = frac({hits}, {hits} + {weighted} + {fp})$ = {answer}",
        ),
    }
    mistakes = (
        Mistake(
            "beta on the wrong side",
            lambda c: f_of(c, 1 / c.beta**2),
            "You weighted precision with beta. Beta weighs recall: beta = {beta} makes {favored} count more.",
            teaches="metrics-f2",
        ),
        Mistake(
            "beta not squared",
            lambda c: f_of(c, c.beta),
            "You used beta itself. The formula has its square, {square}.",
            teaches="metrics-f2",
        ),
        Mistake(
            "F1",
            lambda c: f_of(c, Fraction(1)),
            "That is F1, with beta = 1. Here beta is {beta}.",
        ),
        Mistake(
            "weighted arithmetic mean",
            lambda c: (c.precision + c.beta**2 * c.recall) / (1 + c.beta**2),
            "You averaged precision and recall directly. F-beta is a weighted harmonic mean.",
            teaches="metrics-f1-low",
        ),
        Mistake(
            "class 0 as positive",
            lambda c: f_of(c.flipped, c.beta**2) if c.form == "matrix" else None,
            "That is the score of class 0. Here class 1 is positive: TP = {tp}.",
            convention="class 1 is positive",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Weighted | None:
        """Level 1: small counts, beta 2 or 0.5; level 2: precision and recall; level 3: a matrix, more betas."""
        if level == 2:
            p, r = draw.integer(20, 98), draw.integer(20, 98)
            # counts of which the precision is p % and the recall r %
            return Weighted(p * r, r * (100 - p), p * (100 - r), 1, draw.choice((1, 3, 4, 6)), "rates")
        c = small(draw) if level == 1 else large(draw)
        halves = draw.choice((1, 4, 4)) if level == 1 else draw.choice((1, 3, 4, 6))
        return Weighted(c.tp, c.fp, c.fn, c.tn, halves, "counts" if level == 1 else "matrix")

    def variant(self, p: Weighted) -> str:
        """Return the form in which the counts are given."""
        return p.form

    def formula(self, p: Weighted) -> Fraction:
        """Return the weighted harmonic mean, written in counts."""
        return f_of(p, p.beta**2)

    def effort(self, p: Weighted) -> Effort:
        """Return a square, two products, sums and a quotient, and what it takes to find the counts."""
        return Effort({"counts": 6, "rates": 8, "matrix": 9}[p.form], 2 if p.form == "rates" else len(str(5 * p.tp)))

    def facts(self, p: Weighted) -> Facts:
        """Return counts, rates, beta and the products of the worked solution."""
        square = p.beta**2
        decimal = str(int(p.beta)) if p.beta.denominator == 1 else f"{p.halves // 2}.5"
        return {
            **count_facts(p),
            "beta": decimal,
            "square": square,
            "one_more": 1 + square,
            "weighted": square * p.fn,
            "hits": (1 + square) * p.tp,
            "p_percent": 100 * p.precision,
            "r_percent": 100 * p.recall,
            "above": short((1 + square) * p.precision * p.recall, 6),
            "below": short(square * p.precision + p.recall, 6),
            "favored": "recall" if p.beta > 1 else "precision",
        }

    @staticmethod
    def witness(tp: int, fp: int, fn: int, tn: int, halves: int) -> float:
        """Return the weighted harmonic mean of precision and recall, counted from label vectors."""
        import torch

        sizes = torch.tensor([tp, fp, fn, tn])
        truth = torch.tensor([True, False, True, False]).repeat_interleave(sizes)
        predicted = torch.tensor([True, True, False, False]).repeat_interleave(sizes)
        precision = truth[predicted].double().mean()
        recall = predicted[truth].double().mean()
        weight = (halves / 2) ** 2
        return ((1 + weight) / (1 / precision + weight / recall)).item()
