"""The cross-entropy loss of a classifier, computed from logits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from studydl.answers.kinds import Real
from studydl.problems.catalog.loss._logits import (
    LN2,
    Logits,
    bracketed,
    exp,
    joined,
    log,
    log_sum_exp,
    matrix,
    shorts,
    softmax,
    tenths,
)
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide

IGNORED = -100  # torch's ignore_index


@dataclass(frozen=True, slots=True)
class Batch:
    """Logits of a classifier, one row per example, and the true classes.

    Args:
        logits: in tenths, -50 to 50.
        labels: class of each row, counted from 0; -100 for a row to ignore.
        weights: of the classes, 1 to 9; empty without weights.
    """

    logits: tuple[tuple[int, ...], ...]
    labels: tuple[int, ...]
    weights: tuple[int, ...] = ()

    @property
    def form(self) -> str:
        """Return padded, weighted, batch or one."""
        if IGNORED in self.labels:
            return "padded"
        return "weighted" if self.weights else "batch" if len(self.labels) > 1 else "one"

    @property
    def rows(self) -> tuple[tuple[Logits, int], ...]:
        """Return logits and true class of each row that counts."""
        pairs = zip(self.logits, self.labels, strict=True)
        return tuple((tenths(row), label) for row, label in pairs if label != IGNORED)

    @property
    def losses(self) -> tuple[Number, ...]:
        """Return the loss of each row that counts, without weights."""
        return tuple(log_sum_exp(z) - z[label] for z, label in self.rows)

    @property
    def label_weights(self) -> tuple[int, ...]:
        """Return the weight of each row's true class, 1 without weights."""
        return tuple(self.weights[label] if self.weights else 1 for _, label in self.rows)

    def mean(self, losses: Iterable[Number]) -> Number:
        """Return the mean of losses, one a row that counts, weighted by the true classes."""
        terms = (w * loss for w, loss in zip(self.label_weights, losses, strict=True))
        return divide(sum(terms), sum(self.label_weights))

    def weighted(self, total: int) -> Number | None:
        """Return the weighted sum of the losses over another total; None without weights."""
        return divide(self.mean(self.losses) * sum(self.label_weights), total) if self.weights else None

    def counted_from_one(self) -> Number | None:
        """Return the loss if classes were counted from 1; None where a label is 0."""
        if any(label == 0 for _, label in self.rows):
            return None
        return self.mean(log_sum_exp(z) - z[label - 1] for z, label in self.rows)


class CrossEntropyLogits(Family[Batch]):
    """The loss of an example is ln(sum e^z) - z_label: minus the logarithm of the softmax at the true class."""

    name, version, title = "loss.cross-entropy-logits", 1, "Cross-entropy loss from logits"
    source = "torch.nn.CrossEntropyLoss documentation"
    answer = Real(places=3)
    prompt = {
        "one": "A classifier gives the classes {classes} the logits {z}; the true class is {label}. What is its "
        "cross-entropy loss, to 3 decimals?",
        "batch": "A batch has the logits {rows}, one row per example, and the true classes {labels}. What is its "
        "cross-entropy loss, to 3 decimals?",
        "weighted": "`nn.CrossEntropyLoss(weight=torch.tensor([{weights}]))` gets the logits {rows}, one row an "
        "example, and the true classes {labels}. What does it return, to 3 decimals?",
        "padded": "A padded sequence has the logits {rows}, one row per position, and the targets {labels}. What "
        "does `nn.CrossEntropyLoss()` return, to 3 decimals?",
    }
    conventions = {
        "one": ("natural logarithm", "classes counted from 0"),
        "batch": ("natural logarithm", "classes counted from 0", "averaged over the batch"),
        "weighted": (
            "natural logarithm",
            "classes counted from 0",
            "weighted mean: divided by the weights of the true classes",
        ),
        "padded": ("natural logarithm", "classes counted from 0", "ignore_index=-100", "averaged over the targets"),
    }
    _rows = (
        "The loss of a row is $ln(sum e^z)$ less the logit of its true class.",
        "The sums $sum e^z$ of the rows: {sums}.",
        "Their logarithms, {logs}, less the logits of the true classes, {true}: {losses}.",
    )
    steps = {
        "one": (
            "The exponentials $e^z$: {powers}. Their sum is {sums}.",
            "Its logarithm: $ln {sums} = {logs}$.",
            "Less the logit of class {label}: ${logs} - {true_z}$ = {answer}",
        ),
        "batch": (*_rows, "The mean of the {n} losses: {answer}"),
        "weighted": (
            *_rows,
            "Weights of the true classes: {label_weights}. The losses times these: {weighted}. The sum is {whole:.5}.",
            "The weights of the rows add up to {total}: $frac({whole:.5}, {total})$ = {answer}",
        ),
        "padded": (
            "Targets of -100 are ignored, which leaves {n} rows.",
            *_rows,
            "The mean of these {n} losses: {answer}",
        ),
    }
    limits = {1: Effort(8, 5), 2: Effort(20, 5), 3: Effort(32, 5)}
    mistakes = (
        Mistake(
            "softmax taken twice",
            lambda b: b.mean(log_sum_exp(softmax(z)) - softmax(z)[label] for z, label in b.rows),
            "You passed probabilities on as logits. The loss takes the logits and applies the softmax itself, once.",
            teaches="info-logits",
        ),
        Mistake(
            "weights ignored",
            lambda b: divide(sum(b.losses), len(b.losses)) if b.weights else None,
            "That is the plain mean. The rows have the weights of their true classes, {label_weights}.",
        ),
        Mistake(
            "divided by the rows",
            lambda b: b.weighted(len(b.labels)),
            "You divided by the {n} rows. A weighted mean divides by the sum of the rows' weights, {total}.",
            convention="divided by the weights of the true classes",
        ),
        Mistake(
            "divided by all weights",
            lambda b: b.weighted(sum(b.weights)),
            "You divided by the sum of all class weights. Each row brings the weight of its own true class: "
            "{label_weights}, together {total}.",
        ),
        Mistake(
            "ignored targets counted",
            lambda b: divide(sum(b.losses), len(b.labels)) if b.form == "padded" else None,
            "You divided by all {all_rows} rows. Those with the target -100 add nothing and are not "
            "counted: divide by {n}.",
        ),
        Mistake(
            "summed",
            lambda b: None if b.weights or b.form == "one" else sum(b.losses),
            'That is the sum, right for reduction "sum". Here it is divided by {n}.',
            convention="averaged over the",
        ),
        Mistake(
            "classes counted from 1",
            Batch.counted_from_one,
            "You counted the classes from 1. Class 0 is the first of a row.",
            convention="classes counted from 0",
        ),
        Mistake(
            "probability of the class",
            lambda b: b.mean(softmax(z)[label] for z, label in b.rows),
            "That is the probability of the true class. The loss is minus its logarithm.",
        ),
        Mistake(
            "logit not subtracted",
            lambda b: b.mean(log_sum_exp(z) for z, _ in b.rows),
            "That is $ln(sum e^z)$ alone. The logit of the true class is subtracted from it.",
            teaches="backprop-points-softmax",
        ),
        Mistake(
            "logit alone",
            lambda b: b.mean(-z[label] for z, label in b.rows),
            "You took minus the logit of the true class. It has to be normalized first: add $ln(sum e^z)$.",
            teaches="backprop-points-softmax",
        ),
        Mistake(
            "likeliest class",
            lambda b: b.mean(log_sum_exp(z) - max(z) for z, _ in b.rows),
            "You took the class with the largest logit. What counts is the true class, likely or not.",
        ),
        Mistake(
            "logarithm to base 2",
            lambda b: divide(b.mean(b.losses), LN2),
            "You took logarithms to base 2. Losses have the natural logarithm: multiply by ln 2 = 0.6931.",
            convention="natural logarithm",
            teaches="info-unit",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Batch | None:
        """Level 1: one row; level 2: the mean of two rows; level 3: class weights, or rows to ignore."""
        if level == 1:
            return Batch((_row(draw, 10),), (draw.integer(0, 2),))
        if level == 2:
            return Batch((_row(draw, 5), _row(draw, 5)), draw.integers(2, 0, 2))
        n = draw.choice((3, 3, 4))
        labels = draw.integers(3, 0, 2)
        if draw.chance(0.5):
            weights = draw.integers(3, 1, 9)
            b = Batch(tuple(_row(draw, 10) for _ in labels), labels, weights)
            return b if len(set(b.label_weights)) > 1 else None
        padding = (IGNORED,) * (n - 2)
        return Batch(tuple(_row(draw, 10) for _ in range(n + 1)), (*labels, *padding))

    def variant(self, b: Batch) -> str:
        """Return one, batch, weighted or padded."""
        return b.form

    def formula(self, b: Batch) -> Number:
        """Return the weighted mean of ln(sum e^z) - z_label."""
        return b.mean(b.losses)

    def effort(self, b: Batch) -> Effort:
        """Return exponentials, sums, a logarithm and a difference a row, the mean, and what weights add."""
        n, classes = len(b.rows), len(b.logits[0])
        return Effort(n * (2 * classes + 1) + (n if n > 1 else 0) + (2 * n if b.weights else 0), 5)

    def facts(self, b: Batch) -> Facts:
        """Return the rows, their sums of exponentials and their losses."""
        sums = [sum(map(exp, z)) for z, _ in b.rows]
        weighted = [w * loss for w, loss in zip(b.label_weights, b.losses, strict=True)]
        z, label = b.rows[0]
        return {
            "z": shorts(z),
            "classes": tuple(range(len(z))),
            "label": label,
            "rows": matrix(map(tenths, b.logits)),
            "weights": ", ".join(f"{float(w)}" for w in b.weights),
            "powers": joined(map(exp, z)),
            "sums": joined(sums),
            "logs": joined(map(log, sums)),
            "true": shorts(z[label] for z, label in b.rows),
            "true_z": bracketed(z[label]),
            "losses": joined(b.losses),
            "label_weights": b.label_weights,
            "weighted": joined(weighted),
            "whole": sum(weighted),
            "total": sum(b.label_weights),
            "n": len(b.rows),
            "all_rows": len(b.labels),
        }

    @staticmethod
    def witness(logits: tuple[tuple[int, ...], ...], labels: tuple[int, ...], weights: tuple[int, ...]) -> float:
        """Return torch's loss for the batch."""
        import torch

        z = torch.tensor(logits, dtype=torch.float64) / 10
        if weights:
            weight = torch.tensor(weights, dtype=torch.float64)
            loss = torch.nn.functional.cross_entropy(z, torch.tensor(labels), weight)
        else:
            loss = torch.nn.functional.cross_entropy(z, torch.tensor(labels))
        return loss.item()


def _row(draw: Draw, step: int) -> tuple[int, ...]:
    """Draw three logits in tenths, not all of them equal, that are multiples of the step."""
    row = tuple(step * k for k in draw.integers(3, -20 // step, 40 // step))
    return row if len(set(row)) > 1 else (*row[:2], row[2] + step)
