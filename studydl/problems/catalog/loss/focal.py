"""Focal loss: cross-entropy that fades where the classifier is right already."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from studydl.answers.kinds import Real
from studydl.problems.catalog.loss._logits import LN2, log, short, shorts, sigmoid, tenths
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Irrational, Number, divide, fixed, places_for, power, sqrt

Weights: TypeAlias = tuple[Fraction, ...]

LEAST = Fraction(1, 1000)  # of a loss; smaller ones are too tedious by hand


@dataclass(frozen=True, slots=True)
class Examples:
    """What a binary classifier says of examples, and their labels.

    Args:
        given: probabilities of class 1 in hundredths, 3 to 97, or logits in tenths, -40 to 40.
        labels: 0 or 1 each.
        gamma: the focusing parameter in halves: 1 to 10.
        alpha: weight of class 1 in hundredths; 0 without weights.
        form: "one", "balanced", "logits" or "ratio".
    """

    given: tuple[int, ...]
    labels: tuple[int, ...]
    gamma: int
    alpha: int
    form: str

    @property
    def p(self) -> tuple[Number, ...]:
        """Return the probability of class 1 for each example."""
        if self.form == "logits":
            return tuple(map(sigmoid, tenths(self.given)))
        return tuple(Fraction(p, 100) for p in self.given)

    @property
    def p_t(self) -> tuple[Number, ...]:
        """Return the probability of each example's label."""
        return _of_labels(self)

    @property
    def alpha_t(self) -> Weights:
        """Return the weight of each example's label, 1 without weights."""
        return self.weights(self.weight, 1 - self.weight)

    @property
    def weight(self) -> Fraction:
        """Return alpha."""
        return Fraction(self.alpha, 100)

    def weights(self, positive: Fraction, negative: Fraction) -> Weights:
        """Return a weight for each example's label, 1 without weights."""
        return tuple((positive if label else negative) if self.alpha else Fraction(1) for label in self.labels)

    def factor(self, x: Number) -> Number:
        """Return x to the power gamma."""
        return _raised(x, self.gamma)

    def mean(
        self, factor: Callable[[Number], Number], weights: Weights | None = None, p_t: Iterable[Number] | None = None
    ) -> Number:
        """Return the mean of -alpha_t factor(p_t) ln p_t, with other weights or probabilities where given."""
        pairs = zip(self.alpha_t if weights is None else weights, self.p_t if p_t is None else p_t, strict=True)
        return divide(sum(weight * factor(p) * -log(p) for weight, p in pairs), len(self.labels))

    def fading(self, p: Number) -> Number:
        """Return (1 - p)^gamma."""
        return self.factor(1 - p)

    def reweighted(self, positive: Fraction, negative: Fraction) -> Number | None:
        """Return the loss with other weights; None without weights."""
        return self.mean(self.fading, self.weights(positive, negative)) if self.alpha else None

    def ratio(self, hard: Number, easy: Number) -> Number:
        """Return (hard / easy)^gamma."""
        return self.factor(divide(hard, easy))


@lru_cache(64)  # every mistake of an instance asks again
def _of_labels(e: Examples) -> tuple[Number, ...]:
    return tuple(p if label else 1 - p for p, label in zip(e.p, e.labels, strict=True))


@lru_cache(4096)
def _raised(x: Number, halves: int) -> Number:
    return power(sqrt(x), halves) if halves % 2 else power(x, halves // 2)


@lru_cache(64)
def focal_loss(e: Examples) -> Number:
    """Return the mean of -alpha_t (1 - p_t)^gamma ln p_t."""
    return e.mean(e.fading)


def of_loss(value: Callable[[Examples], Number]) -> Callable[[Examples], Number | None]:
    """Return the value of a mistake where a loss is asked for."""
    return lambda e: None if e.form == "ratio" else value(e)


def of_ratio(value: Callable[[Examples], Number]) -> Callable[[Examples], Number | None]:
    """Return the value of a mistake where a ratio is asked for."""
    return lambda e: value(e) if e.form == "ratio" else None


class Focal(Family[Examples]):
    """Focal loss is -(1 - p_t)^gamma ln p_t: cross-entropy times a factor that vanishes for easy examples."""

    name, version, title = "loss.focal", 1, "Focal loss"
    source = "Lin, Goyal, Girshick, He and Dollár (2017), Focal loss for dense object detection, section 3"
    answer = Real(significant=3)
    prompt = {
        "one": "A classifier gives an example of class {labels} the probability {given:.2} for class 1. What is its "
        "focal loss for $gamma = {gamma}$, to 3 significant digits?",
        "balanced": "A classifier gives {n} examples the probabilities {given:.2} for class 1; their labels are "
        "{labels}. What is the mean focal loss for $gamma = {gamma}$ and $alpha = {alpha}$, to 3 significant digits?",
        "logits": "A classifier gives {n} examples the logits {given:.1} for class 1; their labels are {labels}. "
        "What is the mean focal loss for $gamma = {gamma}$ and $alpha = {alpha}$, to 3 significant digits?",
        "ratio": "A classifier gives an easy example of class {easy_label} the probability {easy:.2} for class 1, and "
        "a hard example of class {hard_label} the probability {hard:.2} for class 1. Compared with cross-entropy, by "
        "what factor does focal loss with $gamma = {gamma}$ raise the ratio of the hard loss to the easy loss, to 3 "
        "significant digits?",
    }
    conventions = {
        "one": ("natural logarithm", "without alpha"),
        "balanced": ("natural logarithm", "alpha weighs class 1, 1 - alpha class 0"),
        "logits": ("natural logarithm", "alpha weighs class 1, 1 - alpha class 0"),
        "ratio": ("without alpha",),
    }
    _terms = (
        "The factors $(1 - p_t)^gamma$ with $gamma = {gamma}$: {factors}.",
        "The cross-entropies $-ln p_t$: {entropies}.",
        "The weights, {alpha} for class 1 and {rest} for class 0: {weights}.",
        "The products: {products}.",
        "Their sum is {whole}; divided by {n}: {answer}",
    )
    steps = {
        "one": (
            "Probability of the true class: $p_t = {p_t}$.",
            "The factor: $(1 - {p_t})^({gamma}) = {factors}$.",
            "The cross-entropy: $-ln {p_t} = {entropies}$.",
            "The product is the focal loss: {answer}",
        ),
        "balanced": ("Probabilities of the true classes, $p$ for class 1 and $1 - p$ for class 0: {p_t}.", *_terms),
        "logits": (
            "Probabilities of class 1, $sigma(z)$: {p}.",
            "Probabilities of the true classes, $1 - sigma(z)$ for class 0: {p_t}.",
            *_terms,
        ),
        "ratio": (
            "Probabilities of the true classes: {p_t_easy} for the easy example, {p_t_hard} for the hard one.",
            "Focal loss is cross-entropy times $(1 - p_t)^gamma$. The ratio grows by the ratio of these factors, whose "
            "bases are $1 - {p_t_hard} = {miss_hard}$ and $1 - {p_t_easy} = {miss_easy}$.",
            "$(frac({miss_hard}, {miss_easy}))^({gamma})$ = {answer}",
        ),
    }
    trivial = (0,)
    limits = {1: Effort(5, 4), 2: Effort(14, 5), 3: Effort(30, 5)}
    mistakes = (
        Mistake(
            "label ignored",
            lambda e: e.ratio(1 - e.p[1], 1 - e.p[0]) if e.form == "ratio" else e.mean(e.fading, p_t=e.p),
            "You used the probability of class 1 for class 0 as well. An example of class 0 has $p_t = 1 - p$.",
            teaches="focal-pt",
        ),
        Mistake(
            "p_t to the power gamma",
            lambda e: e.ratio(e.p_t[1], e.p_t[0]) if e.form == "ratio" else e.mean(e.factor),
            "You raised $p_t$ itself to the power $gamma$, which fades out the hard examples. The factor is "
            "$(1 - p_t)^gamma$.",
            teaches="focal-easy",
        ),
        Mistake(
            "cross-entropy",
            of_loss(lambda e: e.mean(lambda p: 1)),
            "That is cross-entropy. Focal loss multiplies it by $(1 - p_t)^gamma$, here {factors}.",
            teaches="focal-easy",
        ),
        Mistake(
            "gamma as a multiplier",
            of_loss(lambda e: e.mean(lambda p: Fraction(e.gamma, 2) * (1 - p))),
            "You multiplied $1 - p_t$ by $gamma$. Gamma is an exponent: $(1 - p_t)^gamma$.",
            teaches="focal-easy",
        ),
        Mistake(
            "alpha exchanged",
            lambda e: e.reweighted(1 - e.weight, e.weight),
            "You gave alpha to class 0. Here alpha, {alpha}, weighs class 1, and {rest} class 0.",
            convention="alpha weighs class 1",
            teaches="focal-alpha",
        ),
        Mistake(
            "alpha for both classes",
            lambda e: e.reweighted(e.weight, e.weight),
            "You weighted both classes with alpha. It is for class 1; class 0 has the weight 1 - alpha, {rest}.",
            teaches="focal-alpha",
        ),
        Mistake(
            "alpha ignored",
            lambda e: e.reweighted(Fraction(1), Fraction(1)),
            "You left the weights out: {alpha} for class 1, {rest} for class 0.",
        ),
        Mistake(
            "summed",
            of_loss(lambda e: focal_loss(e) * len(e.labels)),
            "That is the sum over the examples. The mean divides it by {n}.",
        ),
        Mistake(
            "logarithm to base 2",
            of_loss(lambda e: divide(focal_loss(e), LN2)),
            "You took logarithms to base 2. Losses have the natural logarithm: multiply by ln 2 = 0.6931.",
            convention="natural logarithm",
            teaches="info-unit",
        ),
        Mistake(
            "ratio of the focal losses",
            of_ratio(lambda e: divide(e.fading(e.p_t[1]) * log(e.p_t[1]), e.fading(e.p_t[0]) * log(e.p_t[0]))),
            "That is the ratio of the two focal losses. The question asks how many times as large it is as that under "
            "cross-entropy.",
        ),
        Mistake(
            "gamma ignored",
            of_ratio(lambda e: divide(1 - e.p_t[1], 1 - e.p_t[0])),
            "That is the ratio of the $1 - p_t$. It is raised to the power $gamma = {gamma}$.",
            teaches="focal-easy",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Examples | None:
        """Level 1: one probability; level 2: two, with alpha; level 3: logits with alpha, or a ratio of losses."""
        if level == 1:
            return _large(Examples((draw.integer(5, 90),), (draw.integer(0, 1),), draw.choice((2, 4, 4, 6)), 0, "one"))
        alpha = draw.choice((10, 20, 25, 30, 40, 60, 70, 75, 80, 90))
        if level == 2:
            given = draw.integers(2, 5, 95)
            return _large(Examples(given, draw.shuffled((0, 1)), draw.choice((2, 4, 4, 6)), alpha, "balanced"))
        gamma = draw.choice((1, 3, 4, 4, 6, 10))
        if draw.chance(0.3):
            labels = draw.integers(2, 0, 1)
            p_t = (draw.integer(80, 97), draw.integer(10, 60))  # the easy one first
            given = tuple(p if label else 100 - p for p, label in zip(p_t, labels, strict=True))
            return Examples(given, labels, gamma, 0, "ratio")
        n = draw.choice((2, 2, 3))
        given = tuple(draw.choice((-1, 1)) * draw.integer(1, 35) for _ in range(n))
        labels = draw.shuffled((0, 1, *draw.integers(n - 2, 0, 1)))
        return _large(Examples(given, labels, gamma, alpha, "logits"))

    def variant(self, e: Examples) -> str:
        """Return one, balanced, logits or ratio."""
        return e.form

    def formula(self, e: Examples) -> Number:
        """Return the mean of -alpha_t (1 - p_t)^gamma ln p_t, or the ratio of two factors (1 - p_t)^gamma."""
        if e.form == "ratio":
            return e.ratio(1 - e.p_t[1], 1 - e.p_t[0])
        return focal_loss(e)

    def effort(self, e: Examples) -> Effort:
        """Return a difference, a power, a logarithm and products an example, the mean, and what a sigmoid takes."""
        if e.form == "ratio":
            return Effort(6, 5)
        n = len(e.labels)
        each = 4 + bool(e.alpha) + 3 * (e.form == "logits")
        return Effort(n * each + (n if n > 1 else 0), 4 if e.form == "one" else 5)

    def facts(self, e: Examples) -> Facts:
        """Return the probabilities, factors, cross-entropies and products."""
        p_t, weights = e.p_t, e.alpha_t
        factors, entropies = [e.fading(p) for p in p_t], [-log(p) for p in p_t]
        products = [w * f * x for w, f, x in zip(weights, factors, entropies, strict=True)]
        given = tenths(e.given) if e.form == "logits" else tuple(Fraction(p, 100) for p in e.given)
        return {
            "given": given,
            "n": len(e.labels),
            "gamma": short(Fraction(e.gamma, 2)),
            "alpha": short(e.weight),
            "rest": short(1 - e.weight),
            "p": digits(e.p),
            "p_t": digits(p_t),
            "factors": digits(factors),
            "entropies": digits(entropies),
            "weights": shorts(weights),
            "products": digits(products),
            "whole": digits([sum(products)]),
            "easy": given[0],
            "hard": given[-1],
            "easy_label": e.labels[0],
            "hard_label": e.labels[-1],
            "p_t_easy": digits(p_t[:1]),
            "p_t_hard": digits(p_t[-1:]),
            "miss_easy": digits([1 - p_t[0]]),
            "miss_hard": digits([1 - p_t[-1]]),
        }

    @staticmethod
    def witness(given: tuple[int, ...], labels: tuple[int, ...], gamma: int, alpha: int, form: str) -> float:
        """Return the loss as torchvision computes it, from torch's binary cross-entropy without reduction."""
        import torch

        x = torch.tensor(given, dtype=torch.float64)
        z = x / 10 if form == "logits" else torch.logit(x / 100)
        y = torch.tensor(labels, dtype=torch.float64)
        entropy = torch.nn.functional.binary_cross_entropy_with_logits(z, y, reduction="none")
        loss = entropy * (1 - torch.exp(-entropy)) ** (gamma / 2)  # gamma is given in halves
        if alpha:
            loss = loss * (alpha / 100 * y + (1 - alpha / 100) * (1 - y))
        if form == "ratio":
            kept = loss / entropy  # what the factor leaves of the easy loss, and of the hard one
            answer = kept[-1] / kept[0]
        else:
            answer = loss.mean()
        return answer.item()


def _large(e: Examples) -> Examples | None:
    """Return the examples if their loss is not too small to work with."""
    return e if focal_loss(e) > LEAST else None


def digits(xs: Iterable[Number]) -> str:
    """Write intermediate results: short decimals as they are, all else to 5 significant digits or 7 decimals."""
    return ", ".join(
        fixed(x, min(7, places_for(x, 5))) if isinstance(x, Irrational) or 10**5 % x.denominator else short(x)
        for x in xs
    )
