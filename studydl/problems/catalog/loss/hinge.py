"""The hinge loss: of a linear classifier, in a support vector machine's objective, and of several classes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from studydl.answers.kinds import Real
from studydl.problems.catalog.loss._logits import about, bracketed, matrix, short, shorts, tenths
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide, sqrt

Rule: TypeAlias = Callable[[Fraction], Fraction]


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of a classifier, or the line that gives them, and the labels.

    Args:
        scores: in tenths, -30 to 30, one row an example; empty where a line gives them.
        labels: -1 or 1 each; for "classes" the classes, counted from 0.
        form: "line", "batch", "machine" or "classes".
        points: two inputs of each example, -3 to 3; empty where scores are given.
        weights: of the inputs, in tenths, -20 to 20.
        bias: in tenths, -10 to 10.
        c: what the hinge losses are multiplied by in the objective, 2 to 10.
    """

    scores: tuple[tuple[int, ...], ...]
    labels: tuple[int, ...]
    form: str
    points: tuple[tuple[int, ...], ...] = ()
    weights: tuple[int, ...] = ()
    bias: int = 0
    c: int = 0

    @property
    def outputs(self) -> tuple[int, ...]:
        """Return the score of each example, in tenths."""
        if self.scores:
            return tuple(score for score, *_ in self.scores)
        return tuple(sum(w * x for w, x in zip(self.weights, point, strict=True)) + self.bias for point in self.points)

    @property
    def gaps(self) -> tuple[tuple[int, ...], ...]:
        """Return by how much what should be higher is so, in tenths: y s, or the true class over each other."""
        if self.form != "classes":
            return tuple((y * s,) for y, s in zip(self.labels, self.outputs, strict=True))
        return tuple(
            tuple(row[label] - score for k, score in enumerate(row) if k != label)
            for row, label in zip(self.scores, self.labels, strict=True)
        )

    def total(self, rule: Rule) -> Fraction:
        """Return the sum of a loss of all gaps."""
        return sum((rule(Fraction(gap, 10)) for row in self.gaps for gap in row), Fraction(0))

    @property
    def parts(self) -> int:
        """Return what the sum is divided by: examples, times classes where there are several; 1 in the objective."""
        if self.form == "machine":
            return 1
        return len(self.labels) * (len(self.scores[0]) if self.form == "classes" else 1)

    @property
    def square(self) -> Fraction:
        """Return the squared norm of the weights."""
        return Fraction(sum(w * w for w in self.weights), 100)

    def loss(self, rule: Rule) -> Fraction:
        """Return what is asked for, by a loss of a gap."""
        if self.form == "machine":
            return self.square / 2 + self.c * self.total(rule)
        return self.total(rule) / self.parts


def hinge(gap: Fraction) -> Fraction:
    """Return max(0, 1 - gap)."""
    return max(Fraction(0), 1 - gap)


def of_form(forms: str, value: Callable[[Scored], Number]) -> Callable[[Scored], Number | None]:
    """Return the value of a mistake that belongs to some forms of the question."""
    return lambda s: value(s) if s.form in forms.split() else None


def largest_only(s: Scored) -> Fraction:
    """Return the loss if only the worst class of each row counted, and nothing were divided by the classes."""
    return sum((hinge(Fraction(min(row), 10)) for row in s.gaps), Fraction(0)) / len(s.gaps)


class Hinge(Family[Scored]):
    """Hinge loss is max(0, 1 - y s): no loss for a score s on the right side by 1 at least, a line otherwise."""

    name, version, title = "loss.hinge", 1, "Hinge loss"
    source = (
        "Hastie, Tibshirani and Friedman (2009), The elements of statistical learning, section 12.3.2; "
        "torch.nn.MultiMarginLoss documentation"
    )
    answer = Real(places=3)
    prompt = {
        "line": "A linear classifier has the weights {weights} and the bias {bias}. An example with the inputs "
        "{points} has the label {labels}. What is its hinge loss, to 3 decimals?",
        "batch": "A classifier gives {n} examples the scores {outputs}; their labels are {labels}. What is the hinge "
        "loss, to 3 decimals?",
        "machine": "A linear support vector machine has the weights w = {weights}, the bias {bias} and C = {c}. The "
        "training set is {points} with the labels {labels}. What is the value of its objective, "
        '$frac(1, 2) norm(w)^2 + C * sum "hinge loss"$, to 3 decimals?',
        "classes": "A classifier gives the scores {rows}, one row per example, one column per class; the true classes "
        "are {labels}. What does `nn.MultiMarginLoss()` return, to 3 decimals?",
    }
    conventions = {
        "line": ("labels -1 and 1", "margin 1", "not squared"),
        "batch": ("labels -1 and 1", "margin 1", "not squared", "averaged over the examples"),
        "machine": ("labels -1 and 1", "not squared", "hinge losses are summed", "the bias is not penalized"),
        "classes": (
            "classes counted from 0",
            "margin 1",
            "not squared",
            "summed over the other classes",
            "divided by the number of classes",
            "averaged over the examples",
        ),
    }
    steps = {
        "line": (
            "The score: $s = {score_sum} = {outputs}$.",
            "The margin: $y s = {labels} * {bracket} = {gaps}$.",
            "$L = max(0, 1 - {gap_bracket})$ = {answer}",
        ),
        "batch": (
            "The margins $y s$, label times score: {gaps}.",
            "The losses $max(0, 1 - y s)$: {losses}.",
            "Their sum is {total}; divided by {n} examples: {answer}",
        ),
        "machine": (
            "The scores $w * x + b$: {outputs}.",
            "The margins $y s$, label times score: {gaps}.",
            "The losses $max(0, 1 - y s)$: {losses}. Their sum is {total}.",
            "The penalty: $frac(1, 2) norm(w)^2 = frac(1, 2) ({norm}) = {penalty}$.",
            "The objective: ${penalty} + {c} * {total}$ = {answer}",
        ),
        "classes": (
            "True score less each other score of its row: {gaps}.",
            "One minus these, negative ones as 0: {losses}. Their sum is {total}.",
            "Divided by {k} classes and {n} examples: $frac({total}, {k} * {n})$ = {answer}",
        ),
    }
    limits = {1: Effort(7, 2), 2: Effort(14, 2), 3: Effort(30, 3)}
    mistakes = (
        Mistake(
            "sign of the margin",
            lambda s: s.loss(lambda gap: hinge(-gap)),
            "You added to 1 what is subtracted from it: the more a score is on the right side, the lower the loss.",
        ),
        Mistake(
            "margin forgotten",
            lambda s: s.loss(lambda gap: max(Fraction(0), -gap)),
            "You left the 1 out. A score that is on the right side by less than 1 still costs.",
        ),
        Mistake(
            "not clipped",
            lambda s: s.loss(lambda gap: 1 - gap),
            "You let terms count below 0. A score that is on the right side by more than 1 costs 0, not less.",
        ),
        Mistake(
            "labels 0 and 1",
            of_form(
                "line batch machine",
                lambda s: s.loss(hinge) + sum((_as_zero(s, i) for i in range(len(s.labels))), Fraction(0)),
            ),
            "You took the label 0 for -1, so that its score does not count. Hinge loss takes the labels -1 and 1.",
        ),
        Mistake(
            "squared hinge loss",
            lambda s: s.loss(lambda gap: hinge(gap) ** 2),
            "That is made of squared hinge losses. Here they are not squared.",
            convention="not squared",
        ),
        Mistake(
            "examples on the wrong side",
            of_form("batch", lambda s: s.loss(lambda gap: Fraction(gap < 0))),
            "That is the share of examples on the wrong side. Hinge loss asks how far they are from being right by 1.",
        ),
        Mistake(
            "summed",
            of_form("batch", lambda s: s.total(hinge)),
            "That is the sum over the examples. Here it is divided by {n}.",
            convention="averaged over the examples",
        ),
        Mistake(
            "hinge losses averaged",
            of_form("machine", lambda s: s.square / 2 + s.c * s.total(hinge) / len(s.labels)),
            "You averaged the hinge losses. In this objective they are summed.",
            convention="hinge losses are summed",
        ),
        Mistake(
            "C at the penalty",
            of_form("machine", lambda s: s.c * s.square / 2 + s.total(hinge)),
            "You multiplied the penalty by C. C weighs the hinge losses: large C, little regularization.",
        ),
        Mistake(
            "penalty without one half",
            of_form("machine", lambda s: s.square + s.c * s.total(hinge)),
            "You left out the 1/2 of the penalty, $frac(1, 2) norm(w)^2 = {penalty}$.",
        ),
        Mistake(
            "norm not squared",
            of_form("machine", lambda s: divide(sqrt(s.square), 2) + s.c * s.total(hinge)),
            "You took half the norm of w. The penalty has its square, ${norm}$.",
        ),
        Mistake(
            "bias penalized",
            of_form("machine", lambda s: s.loss(hinge) + Fraction(s.bias * s.bias, 200)),
            "You counted the bias among the weights. It moves the line without tilting it and is not penalized.",
            convention="the bias is not penalized",
        ),
        Mistake(
            "not divided by the classes",
            of_form("classes", lambda s: s.total(hinge) / len(s.labels)),
            "You divided by the examples only. torch divides by the number of classes too: {k} times {n}.",
            convention="divided by the number of classes",
        ),
        Mistake(
            "divided by the other classes",
            of_form("classes", lambda s: s.total(hinge) / (len(s.labels) * (len(s.scores[0]) - 1))),
            "You divided by the number of other classes. torch divides by the number of all classes, {k}.",
        ),
        Mistake(
            "true class counted",
            of_form("classes", lambda s: (s.total(hinge) + len(s.labels)) / s.parts),
            "You compared the true class with itself, which adds 1 for each example. Only the other classes count.",
        ),
        Mistake(
            "worst class only",
            of_form("classes", largest_only),
            "You took the worst of the other classes only, as Crammer and Singer do. Here all of them are summed.",
            convention="summed over the other classes",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Scored | None:
        """Level 1: one example and a line; level 2: a batch; level 3: an SVM's objective, or several classes."""
        if level == 1:
            weights, bias = (tuple(5 * k for k in draw.integers(n, -4, 4)) for n in (2, 1))
            s = Scored((), (1,), "line", (draw.integers(2, -3, 3),), weights, bias[0])
            label = draw.choice([y for y in (-1, 1) if y * s.outputs[0] < 10])  # one that costs something
            return _telling(replace(s, labels=(label,)))
        if level == 2:
            scores = tuple((score,) for score in draw.integers(4, -25, 25))
            return _telling(Scored(scores, tuple(draw.choice((-1, 1)) for _ in scores), "batch"))
        if draw.chance(0.5):
            rows = tuple(draw.integers(3, -20, 30) for _ in range(3))
            return _telling(Scored(rows, draw.integers(3, 0, 2), "classes"))
        points = tuple(draw.integers(2, -3, 3) for _ in range(3))
        labels = tuple(draw.choice((-1, 1)) for _ in points)
        weights = tuple(5 * k for k in draw.integers(2, -4, 4))
        return _telling(
            Scored((), labels, "machine", points, weights, 5 * draw.integer(-4, 4), draw.choice((2, 3, 4, 5, 10)))
        )

    def variant(self, s: Scored) -> str:
        """Return line, batch, machine or classes."""
        return s.form

    def formula(self, s: Scored) -> Fraction:
        """Return the mean of max(0, 1 - gap), or half the squared norm and C times their sum."""
        return s.loss(hinge)

    def effort(self, s: Scored) -> Effort:
        """Return products and sums of the scores, three operations a gap, and the mean or the objective."""
        gaps = sum(map(len, s.gaps))
        return {
            "line": Effort(6, 2),
            "batch": Effort(3 * gaps + 1, 2),
            "machine": Effort(7 * gaps + 5, 3),
            "classes": Effort(3 * gaps + 2, 3),
        }[s.form]

    def facts(self, s: Scored) -> Facts:
        """Return scores, labels, margins and losses."""
        gaps = tenths(tuple(gap for row in s.gaps for gap in row))
        total = s.total(hinge)
        facts: Facts = {
            "labels": s.labels,
            "n": len(s.labels),
            "gaps": shorts(gaps),
            "losses": shorts(hinge(Fraction(gap)) for gap in gaps),
            "total": short(total),
        }
        if s.form == "classes":
            return facts | {"rows": matrix(map(tenths, s.scores)), "k": len(s.scores[0])}
        outputs, weights = tenths(s.outputs), tenths(s.weights)
        facts |= {"outputs": shorts(outputs)}
        if s.form == "batch":
            return facts
        terms = [f"{bracketed(w)} * {bracketed(x)}" for w, x in zip(weights, s.points[0], strict=True)]
        bias = tenths((s.bias,))[0]
        return facts | {
            "points": ", ".join(map(str, s.points)),
            "weights": f"({', '.join(shorts(weights))})",
            "bias": short(bias),
            "score_sum": " + ".join([*terms, bracketed(bias)]),
            "bracket": bracketed(outputs[0]),
            "gap_bracket": bracketed(gaps[0]),
            "c": s.c,
            "norm": " + ".join(f"{bracketed(w)}^2" for w in weights),
            "penalty": about(s.square / 2),
        }

    @staticmethod
    def witness(
        scores: tuple[tuple[int, ...], ...],
        labels: tuple[int, ...],
        form: str,
        points: tuple[tuple[int, ...], ...],
        weights: tuple[int, ...],
        bias: int,
        c: int,
    ) -> float:
        """Return torch's margin loss: against 0 for two classes, against each other for several."""
        import torch

        y = torch.tensor(labels)
        if form in ("line", "machine"):
            w = torch.tensor(weights, dtype=torch.float64) / 10
            s = torch.tensor(points, dtype=torch.float64) @ w + bias / 10
        else:
            s = torch.tensor(scores, dtype=torch.float64).squeeze(1) / 10
        if form == "classes":
            loss = torch.nn.functional.multi_margin_loss(s, y)
        else:
            zero, reduction = torch.zeros_like(s), "sum" if form == "machine" else "mean"
            loss = torch.nn.functional.margin_ranking_loss(s, zero, y, margin=1, reduction=reduction)
        return (0.5 * w @ w + c * loss if form == "machine" else loss).item()


def _telling(s: Scored) -> Scored | None:
    """Return the instance if some example costs something and, where there are several, some does not."""
    losses = [hinge(Fraction(gap, 10)) for row in s.gaps for gap in row]
    weighty = all(s.weights) and any(map(any, s.points)) if s.points else True
    return s if weighty and max(losses) > 0 and (len(losses) == 1 or min(losses) == 0) else None


def _as_zero(s: Scored, i: int) -> Fraction:
    """Return what the loss gains if the label -1 of an example were 0, so that it costs 1."""
    if s.labels[i] == 1:
        return Fraction(0)
    change = 1 - hinge(Fraction(s.gaps[i][0], 10))
    return change * s.c if s.form == "machine" else change / s.parts
