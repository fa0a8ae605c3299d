"""Binary cross-entropy, computed from logits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Real
from studydl.problems.catalog.loss._logits import (
    LN2,
    Logits,
    exp,
    joined,
    shorts,
    sigmoid,
    softplus,
    tenths,
)
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide

ONE = Fraction(1)
EXPONENTS: tuple[int, ...] = (*range(-45, 0), *range(1, 66))
SATURATED = 100  # -log is clamped here where probabilities come first


@dataclass(frozen=True, slots=True)
class Batch:
    """Logits of a binary classifier and the labels.

    Args:
        logits: in tenths, none of them 0, mostly -65 to 65; a saturated one to 9000 on the wrong side.
        labels: 0 or 1 each.
        negatives: of the training set, 1 without pos_weight.
        positives: of the training set, 1 without pos_weight.
    """

    logits: tuple[int, ...]
    labels: tuple[int, ...]
    negatives: int = 1
    positives: int = 1

    @property
    def z(self) -> Logits:
        """Return the logits."""
        return tenths(self.logits)

    @property
    def exponents(self) -> Logits:
        """Return -z for label 1, z for label 0: the larger, the worse."""
        return tuple(-z if label else z for z, label in zip(self.z, self.labels, strict=True))

    @property
    def losses(self) -> tuple[Number, ...]:
        """Return each example's loss, without pos_weight."""
        return tuple(map(softplus, self.exponents))

    @property
    def pos_weight(self) -> Fraction:
        """Return negatives / positives."""
        return Fraction(self.negatives, self.positives)

    @property
    def form(self) -> str:
        """Return weighted, saturated, batch or one."""
        if self.negatives > 1:
            return "weighted"
        if max(map(abs, self.logits)) > 10 * SATURATED:
            return "saturated"
        return "batch" if len(self.logits) > 1 else "one"

    def mean(self, losses: Iterable[Number], positive: Fraction | None = None, negative: Fraction = ONE) -> Number:
        """Return the mean of losses, those of label 1 weighted by pos_weight unless told otherwise."""
        weights = {1: self.pos_weight if positive is None else positive, 0: negative}
        terms = (weights[label] * loss for label, loss in zip(self.labels, losses, strict=True))
        return divide(sum(terms), len(self.logits))

    def reweighted(self, positive: Fraction, negative: Fraction) -> Number | None:
        """Return the loss with other weights; None without pos_weight."""
        return self.mean(self.losses, positive, negative) if self.form == "weighted" else None

    def sigmoid_twice(self) -> Number:
        """Return the loss if probabilities were passed as logits."""
        probabilities = zip(map(sigmoid, self.z), self.labels, strict=True)
        return self.mean(softplus(-p if label else p) for p, label in probabilities)


class BceWithLogits(Family[Batch]):
    """Binary cross-entropy is ln(1 + e^-z) for label 1 and ln(1 + e^z) for label 0, however large the logit z."""

    name, version, title = "loss.bce-with-logits", 1, "Binary cross-entropy from logits"
    source = "torch.nn.BCEWithLogitsLoss documentation"
    answer = Real(places=3)
    prompt = {
        "one": "A binary classifier gives an example the logit {z}; its label is {labels}. What is the binary "
        "cross-entropy loss, to 3 decimals?",
        "batch": "A binary classifier gives {n} examples the logits {z}; their labels are {labels}. What is the "
        "binary cross-entropy loss of the batch, to 3 decimals?",
        "weighted": "A training set has {negatives} negatives and {positives} positives, and "
        "`nn.BCEWithLogitsLoss` gets the `pos_weight` that balances them. A batch has the logits {z} and the "
        "labels {labels}. What is its loss, to 3 decimals?",
        "saturated": "What does `nn.BCEWithLogitsLoss` return for the logits {z} and the labels {labels}, to 3 "
        "decimals?",
    }
    conventions = {
        "one": ("natural logarithm",),
        "batch": ("natural logarithm", "averaged over the batch"),
        "weighted": (
            "natural logarithm",
            "pos_weight = negatives / positives",
            "averaged over the batch: divided by the number of examples",
        ),
        "saturated": ("natural logarithm", "averaged over the batch"),
    }
    _terms = (
        "An example's loss is $-ln sigma(z) = ln(1 + e^(-z))$ for label 1, $-ln(1 - sigma(z)) = ln(1 + e^z)$ for "
        "label 0.",
        "The exponents, $-z$ for label 1 and $z$ for label 0: {exponents}.",
    )
    steps = {
        "one": (
            "The probability of label {labels} is ${probability}$, so $L = -ln({probability}) = ln(1 + e^({sign}z))$.",
            "$e^({exponents}) = {power:.5}$",
            "$L = ln(1 + {power:.5})$ = {answer}",
        ),
        "batch": (
            *_terms,
            "The losses: {losses}.",
            "Their sum is {whole:.5}; divided by {n} examples: {answer}",
        ),
        "weighted": (
            'The weight of positives: $"pos_weight" = frac({negatives}, {positives}) = {pos_weight}$.',
            *_terms,
            "The losses: {losses}.",
            "Those of label 1 count {pos_weight} times: {weighted}.",
            "Their sum is {whole:.5}; divided by {n} examples: {answer}",
        ),
        "saturated": (
            *_terms,
            "Where $e^x$ is huge, $ln(1 + e^x)$ is $x$ itself: {worst}, with nothing to clamp.",
            "The losses: {losses}.",
            "Their sum is {whole:.5}; divided by {n} examples: {answer}",
        ),
    }
    limits = {1: Effort(4, 5), 2: Effort(20, 5), 3: Effort(24, 5)}
    mistakes = (
        Mistake(
            "label exchanged",
            lambda b: b.mean(softplus(-x) for x in b.exponents),
            "You took the probability of the wrong class. The probability of label 1 is $sigma(z)$, that of label 0 "
            "is $1 - sigma(z)$.",
        ),
        Mistake(
            "sigmoid taken twice",
            Batch.sigmoid_twice,
            "You passed sigmoid(z) on as a logit. The loss takes logits as they are, {z}, and applies the sigmoid "
            "once.",
            teaches="bce-double",
        ),
        Mistake(
            "clamped at 100",
            lambda b: (
                b.mean(SATURATED if x > SATURATED else softplus(x) for x in b.exponents)
                if b.form == "saturated"
                else None
            ),
            "That is `nn.BCELoss` after a sigmoid, which clamps each logarithm at -100. From logits nothing is "
            "clamped: the loss of that example is {worst}.",
            teaches="bce-equal",
        ),
        Mistake(
            "pos_weight ignored",
            lambda b: b.reweighted(ONE, ONE),
            "You left pos_weight out. The losses of label 1 count $frac({negatives}, {positives}) = {pos_weight}$ "
            "times.",
            teaches="bce-pos-weight",
        ),
        Mistake(
            "pos_weight upside down",
            lambda b: b.reweighted(1 / b.pos_weight, ONE),
            "You weighted with positives over negatives. Positives are rare, so they count more: "
            "$frac({negatives}, {positives}) = {pos_weight}$.",
            teaches="bce-pos-weight",
        ),
        Mistake(
            "negatives weighted",
            lambda b: b.reweighted(ONE, b.pos_weight),
            "You gave the weight to label 0. pos_weight multiplies the losses of label 1 only.",
            teaches="bce-pos-weight",
        ),
        Mistake(
            "divided by the weights",
            lambda b: (
                divide(b.mean(b.losses) * len(b.labels), sum(b.pos_weight if label else 1 for label in b.labels))
                if b.form == "weighted"
                else None
            ),
            "You divided by the sum of the weights. The mean of this loss divides by the number of examples, {n}.",
            convention="divided by the number of examples",
        ),
        Mistake(
            "summed over the batch",
            lambda b: b.mean(b.losses) * len(b.logits) if b.form != "one" else None,
            'That is the sum, right for reduction "sum". Here it is divided by the {n} examples.',
            convention="averaged over the batch",
        ),
        Mistake(
            "logarithm to base 2",
            lambda b: divide(b.mean(b.losses), LN2),
            "You took logarithms to base 2. Losses have the natural logarithm: multiply by ln 2 = 0.6931.",
            convention="natural logarithm",
            teaches="info-unit",
        ),
        Mistake(
            "no logarithm",
            lambda b: b.mean(map(sigmoid, b.exponents)),
            "That is by how much the probability of the label falls short of 1. The loss is minus the logarithm of "
            "that probability.",
        ),
        Mistake(
            "squared error",
            lambda b: b.mean(sigmoid(x) * sigmoid(x) for x in b.exponents) if b.form != "saturated" else None,
            "You squared the difference of label and probability. Cross-entropy is minus the logarithm of the "
            "label's probability.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Batch | None:
        """Level 1: one logit; level 2: the mean of three or four; level 3: pos_weight, or a saturated logit."""
        if level == 1:
            exponent, label = _exponent(draw), draw.integer(0, 1)
            return Batch((-exponent if label else exponent,), (label,))
        n = draw.choice((3, 3, 4))
        labels = draw.integers(n, 0, 1)
        logits = [_exponent(draw) for _ in range(n)]
        if level == 3:
            if draw.chance(0.6):
                positives, weight = 20 * draw.integer(2, 40), draw.choice((3, 4, 5, 6, 8, 10, 12, 16, 18))
                b = Batch(tuple(logits), labels, positives * weight // 2, positives)
                return b if 0 < sum(labels) < n else None
            logits[draw.integer(0, n - 1)] = 10 * draw.integer(SATURATED + 10, 9 * SATURATED)
        return Batch(tuple(-x if label else x for x, label in zip(logits, labels, strict=True)), labels)

    def variant(self, b: Batch) -> str:
        """Return one, batch, weighted or saturated."""
        return b.form

    def formula(self, b: Batch) -> Number:
        """Return the weighted mean of ln(1 + e^x), x being -z for label 1 and z for label 0."""
        return b.mean(b.losses)

    def effort(self, b: Batch) -> Effort:
        """Return a sign, an exponential, a sum and a logarithm an example, the mean, and what weighting adds."""
        n = len(b.logits)
        operations = 4 * n + (n if n > 1 else 0) + (sum(b.labels) + 1 if b.form == "weighted" else 0)
        return Effort(operations, 5)

    def facts(self, b: Batch) -> Facts:
        """Return the logits, the exponents and the losses."""
        losses = b.losses
        weighted = [w * x for w, x in zip((b.pos_weight if y else 1 for y in b.labels), losses, strict=True)]
        label = b.labels[0]
        return {
            "z": shorts(b.z),
            "n": len(b.logits),
            "probability": "sigma(z)" if label else "1 - sigma(z)",
            "sign": "-" if label else "",
            "exponents": shorts(b.exponents),
            "power": exp(b.exponents[0]),
            "losses": joined(losses),
            "weighted": joined(weighted),
            "whole": sum(weighted),
            "pos_weight": shorts([b.pos_weight]),
            "worst": shorts([max(b.exponents)]),
        }

    @staticmethod
    def witness(logits: tuple[int, ...], labels: tuple[int, ...], negatives: int, positives: int) -> float:
        """Return torch's loss for the batch."""
        import torch

        z = torch.tensor(logits, dtype=torch.float64) / 10
        y = torch.tensor(labels, dtype=torch.float64)
        pos_weight = torch.tensor(negatives / positives, dtype=torch.float64)
        return torch.nn.functional.binary_cross_entropy_with_logits(z, y, pos_weight=pos_weight).item()


def _exponent(draw: Draw) -> int:
    """Draw how wrong a logit is, in tenths: from -4.5, where the loss is tiny, to 6.5, where it is nearly linear."""
    return draw.choice(EXPONENTS)
