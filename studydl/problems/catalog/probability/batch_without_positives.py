"""How likely a batch holds no positive sample, or lacks a class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, comb, prod

from studydl.answers.kinds import Integer, Real
from studydl.problems.catalog._writing import short
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake, params_of
from studydl.text.numbers import divide, log, to_fraction

CLASSES = "ABC"


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch drawn from data of which some are positive.

    Args:
        asks: "none", "any", "drawn none", "drawn any", "epoch", "smallest" or "missing".
        size: samples of a batch; 0 where it is asked for.
        positives: positive samples of the data, or their percentage where the data have 100.
        data: samples of the data.
        batches: batches of an epoch, else 0.
        confidence: percent with which a batch is to hold a positive, else 0.
        shares: percent of three classes, else empty.
    """

    asks: str
    size: int
    positives: int
    data: int
    batches: int = 0
    confidence: int = 0
    shares: tuple[int, ...] = ()

    @property
    def p(self) -> Fraction:
        """Return the share of positives."""
        return Fraction(self.positives, self.data)

    @property
    def none(self) -> Fraction:
        """Return the probability that the batch holds no positive."""
        if self.asks.startswith("drawn"):
            return Fraction(comb(self.data - self.positives, self.size), comb(self.data, self.size))
        return (1 - self.p) ** self.size

    def asked(self, none: Fraction) -> Fraction:
        """Return what the prompt asks for, if this were the probability of no positive."""
        return 1 - none if self.asks.endswith("any") else none * (self.batches or 1)


def holding(rule: Callable[[Batch], Fraction], *forms: str) -> Callable[[Batch], Fraction | None]:
    """Return a mistake about the probability of no positive, for some forms of the question."""
    return lambda b: b.asked(rule(b)) if b.asks in forms else None


def sized(rule: Callable[[Batch], int]) -> Callable[[Batch], int | None]:
    """Return a mistake about the smallest batch; None where it is not asked for."""
    return lambda b: rule(b) if b.asks == "smallest" else None


def lacking(rule: Callable[[list[Fraction], int], Fraction]) -> Callable[[Batch], Fraction | None]:
    """Return a mistake from the shares of three classes and the size; None where these are not given."""
    return lambda b: rule([Fraction(x, 100) for x in b.shares], b.size) if b.shares else None


class BatchWithoutPositives(Family[Batch]):
    """A batch of n independent samples holds no positive with (1 - p)^n: rare classes are often missing."""

    name, version, title = "probability.batch-without-positives", 1, "Batches without positives"
    source = "Blitzstein and Hwang (2019), Introduction to Probability, sections 1.6, 2.5 and 3.4"
    answer = {
        "none": Real(places=3),
        "any": Real(places=3),
        "drawn none": Real(places=3),
        "drawn any": Real(places=3),
        "epoch": Real(places=1),
        "smallest": Integer(),
        "missing": Real(places=3),
    }
    prompt = {
        "none": "{percent}% of the samples are positive. What is the probability that a batch of {size} holds no "
        "positive, to 3 decimals?",
        "any": "{percent}% of the samples are positive. What is the probability that a batch of {size} holds at "
        "least one positive, to 3 decimals?",
        "drawn none": "Of {data} samples {positives} are positive. What is the probability that a batch of {size}, "
        "drawn without replacement, holds no positive, to 3 decimals?",
        "drawn any": "Of {data} samples {positives} are positive. What is the probability that a batch of {size}, "
        "drawn without replacement, holds at least one positive, to 3 decimals?",
        "epoch": "{percent}% of the samples are positive. How many of {batches} batches of {size} hold no positive, "
        "on average, to 1 decimal?",
        "smallest": "{positives} of {data} samples are positive, and batches are drawn with replacement. What is the "
        "smallest batch size with which a batch holds a positive with probability {confidence}% or more?",
        "missing": "{share_a}% of the samples are of class A, {share_b}% of class B and {share_c}% of class C. "
        "What is the probability that a batch of {size} lacks at least one class, to 3 decimals?",
    }
    _independent = ("samples drawn independently",)
    conventions = {
        "none": _independent,
        "any": _independent,
        "drawn none": ("without replacement",),
        "drawn any": ("without replacement",),
        "epoch": _independent,
        "smallest": ("with replacement",),
        "missing": _independent,
    }
    _one = "A sample is not positive with probability $1 - {p} = {q}$."
    _draws = "Draw one by one. Of those left, not positive: ${factors} = {chance:.6}$."
    steps = {
        "none": (_one, "All {size} are not: ${q}^{size}$ = {answer}"),
        "any": (
            _one,
            "All {size} are not: ${q}^{size} = {chance:.6}$.",
            "Else there is a positive: $1 - {chance:.6}$ = {answer}",
        ),
        "drawn none": (_draws, "So the probability of no positive is {answer}"),
        "drawn any": (_draws, "Else there is a positive: $1 - {chance:.6}$ = {answer}"),
        "epoch": (
            _one,
            "A batch holds no positive with ${q}^{size} = {chance:.6}$.",
            "${batches} * {chance:.6}$ = {answer}",
        ),
        "smallest": (
            "A sample is not positive with probability $frac({others}, {data})$, none of n samples with its power n.",
            "This may be $1 - {sure} = {miss}$ at most, so "
            "$n >= frac(ln {miss}, ln(frac({others}, {data}))) = {exact:.2}$.",
            "The next whole number is {answer}",
        ),
        "missing": (
            "A is missing with ${qa}^{size}$, B with ${qb}^{size}$, C with ${qc}^{size}$, together {single:.6}.",
            "Two are missing where all {size} are of one class, ${pa}^{size} + {pb}^{size} + {pc}^{size} = "
            "{double:.6}$. These were counted twice.",
            "${single:.6} - {double:.6}$ = {answer}",
        ),
    }
    limits = {1: Effort(6, 4), 2: Effort(12, 5), 3: Effort(20, 6)}
    mistakes = (
        Mistake(
            "the opposite",
            lambda b: _opposite(b),
            "That belongs to the opposite. The question asks for {wanted}.",
        ),
        Mistake(
            "probabilities added",
            holding(lambda b: 1 - b.size * b.p, "none", "any", "drawn none", "drawn any", "epoch"),
            "You added the probabilities of {size} samples. Batches with several positives are counted several times; "
            "multiply the probabilities of no positive.",
            teaches="imbalance-batch",
        ),
        Mistake(
            "all positive",
            holding(lambda b: b.p**b.size, "none", "any"),
            "You raised {p} to a power, the probability that all are positive. No positive: ${q}^{size}$.",
            teaches="imbalance-batch",
        ),
        Mistake(
            "one sample",
            holding(lambda b: 1 - b.p, "none", "any", "epoch"),
            "That is for one sample. All {size} of the batch must be without: ${q}^{size}$.",
            teaches="imbalance-batch",
        ),
        Mistake(
            "with replacement",
            holding(lambda b: (1 - b.p) ** b.size, "drawn none", "drawn any"),
            "That is right with replacement. Without it, each sample drawn leaves one fewer: ${factors}$.",
            convention="without replacement",
        ),
        Mistake(
            "data not getting fewer",
            holding(lambda b: _fixed_data(b), "drawn none", "drawn any"),
            "You let only the numbers above get smaller. Those below do as well: ${factors}$.",
        ),
        Mistake(
            "probability of one batch",
            lambda b: b.none if b.asks == "epoch" else None,
            "That is the probability for one batch. Of {batches} batches {batches} times as many are expected.",
        ),
        Mistake(
            "one positive on average",
            sized(lambda b: ceil(1 / b.p)),
            "With that size a batch holds one positive on average, but about one batch in three holds none.",
        ),
        Mistake(
            "probabilities of samples added",
            sized(lambda b: ceil(Fraction(b.confidence, 100) / b.p)),
            "You added the shares of the samples up to {confidence}%. Batches with several positives count only once: "
            "solve $(frac({others}, {data}))^n <= {miss}$.",
        ),
        Mistake(
            "confidence for the miss",
            sized(lambda b: ceil(_samples(b, Fraction(b.confidence, 100)))),
            "You set the probability of no positive to {confidence}%. It may be {miss} at most.",
        ),
        Mistake(
            "rounded down",
            sized(lambda b: ceil(_samples(b, 1 - Fraction(b.confidence, 100))) - 1),
            "You rounded down. {value} samples are not quite enough: n must be at least {exact:.2}.",
        ),
        Mistake(
            "counted twice",
            lacking(lambda shares, n: sum(((1 - x) ** n for x in shares), Fraction(0))),
            "You added the three probabilities. Batches of one class only lack two others and are counted twice: "
            "subtract {double:.6}.",
        ),
        Mistake(
            "rarest class only",
            lacking(lambda shares, n: (1 - min(shares)) ** n),
            "You looked at the rarest class only. The others may be missing as well: together {single:.6}, less "
            "{double:.6}.",
        ),
        Mistake(
            "classes taken as independent",
            lacking(lambda shares, n: 1 - prod([1 - (1 - x) ** n for x in shares], start=Fraction(1))),
            "You multiplied the probabilities that the classes are present. They depend on each other: a place taken "
            "by one class is lost to the others.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Batch | None:
        """Level 1: independent samples; level 2: no replacement, or an epoch; level 3: a size, or three classes."""
        if level == 1:
            return _open(Batch(draw.choice(("none", "any")), draw.integer(2, 5), draw.integer(2, 40), 100))
        if level == 2:
            if draw.chance(0.5):
                b = Batch(
                    "epoch", draw.choice((8, 16, 20, 24, 32, 48, 64)), draw.integer(1, 15), 100, draw.integer(50, 2000)
                )
                return b if Fraction(1, 50) < b.none < Fraction(9, 10) else None
            data = draw.integer(20, 200)
            positives = draw.integer(2, data // 3)
            return _open(Batch(draw.choice(("drawn none", "drawn any")), draw.integer(3, 5), positives, data))
        if draw.chance(0.4):
            shares = draw.parts(100, 3)
            return Batch("missing", draw.integer(3, 6), 0, 100, shares=shares) if min(shares) >= 5 else None
        data = draw.integer(100, 3000)
        b = Batch("smallest", 0, data * draw.integer(10, 150) // 1000, data, confidence=draw.choice((80, 90, 95, 99)))
        return b if abs(_samples(b, 1 - Fraction(b.confidence, 100)) % 1 - Fraction(1, 2)) < Fraction(48, 100) else None

    def variant(self, b: Batch) -> str:
        """Return what is asked for."""
        return b.asks

    def formula(self, b: Batch) -> Fraction | int:
        """Return (1 - p)^n and what follows; log(1 - confidence) / log(1 - p) rounded up; inclusion and exclusion."""
        if b.asks == "smallest":
            return ceil(_samples(b, 1 - Fraction(b.confidence, 100)))
        if b.asks == "missing":
            single, double = _lacking(b)
            return single - double
        return b.asked(b.none)

    def effort(self, b: Batch) -> Effort:
        """Return the powers, products, logarithms and sums to write down."""
        plain = {"none": 2, "any": 3, "epoch": 4, "smallest": 8, "missing": 14}
        return Effort(plain.get(b.asks, 2 * b.size + b.asks.count("any")), 2 if b.asks in ("none", "any") else 4)

    def facts(self, b: Batch) -> Facts:
        """Return probabilities of a sample and of a batch."""
        facts: Facts = {**params_of(b), "percent": short(100 * b.p), "p": short(b.p), "q": short(1 - b.p)}
        if b.asks == "missing":
            single, double = _lacking(b)
            facts |= {"single": single, "double": double, "wanted": "that a class is missing"}
            for name, x in zip("abc", b.shares, strict=True):
                facts |= {
                    f"share_{name}": x,
                    f"p{name}": short(Fraction(x, 100)),
                    f"q{name}": short(1 - Fraction(x, 100)),
                }
            return facts
        if b.asks == "smallest":
            miss = 1 - Fraction(b.confidence, 100)
            return facts | {
                "others": b.data - b.positives,
                "sure": short(1 - miss),
                "miss": short(miss),
                "exact": _samples(b, miss),
            }
        left = range(b.data - b.positives, b.data - b.positives - b.size, -1)
        factors = [f"frac({x}, {b.data - i})" for i, x in enumerate(left)]
        return facts | {
            "chance": b.none,
            "factors": " * ".join(factors),
            "wanted": "at least one positive" if b.asks.endswith("any") else "no positive",
        }

    @staticmethod
    def witness(
        asks: str,
        size: int,
        positives: int,
        data: int,
        batches: int,
        confidence: int,
        shares: tuple[int, ...],
    ) -> object:
        """Return what a chain of draws, the powers of every size, or all batches tried give."""
        import torch

        p = positives / data
        if asks == "missing":  # try all batches
            batch = torch.cartesian_prod(*[torch.arange(3)] * size)
            chance = (torch.tensor(shares, dtype=torch.float64) / 100)[batch].prod(dim=1)
            complete = (batch[:, :, None] == torch.arange(3)).any(dim=1).all(dim=1)
            answer = chance[~complete].sum()
        elif asks == "smallest":  # try all sizes
            miss = torch.full((1000,), 1 - p, dtype=torch.float64).cumprod(dim=0)
            answer = 1 + (miss > 1 - confidence / 100).sum()
        elif asks in ("drawn none", "drawn any"):  # one draw after the other
            left = torch.arange(size)
            answer = ((data - positives - left) / (data - left).double()).prod()
            if asks == "drawn any":
                answer = 1 - answer
        else:  # from no positive yet to some, once for each sample
            chain = torch.tensor([[1 - p, p], [0, 1]], dtype=torch.float64)
            answer = torch.linalg.matrix_power(chain, size)[0, 1 if asks == "any" else 0]
            if asks == "epoch":
                answer *= batches
        return answer.item()


def _open(b: Batch) -> Batch | None:
    """Return the batch if neither outcome is nearly sure."""
    return b if Fraction(1, 50) < b.none < Fraction(49, 50) else None


def _opposite(b: Batch) -> Fraction | None:
    """Return the answer to the opposite question; None where it has none."""
    if b.asks == "smallest":
        return None
    if b.asks == "missing":
        single, double = _lacking(b)
        return 1 - single + double
    return b.asked(1 - b.none)


def _fixed_data(b: Batch) -> Fraction:
    """Return the probability of no positive if the data did not get fewer, only the samples that are not positive."""
    others = b.data - b.positives
    return Fraction(prod(range(others - b.size + 1, others + 1)), b.data**b.size)


def _samples(b: Batch, miss: Fraction) -> Fraction:
    """Return the size, not rounded, with which a batch holds no positive with this probability."""
    return to_fraction(divide(log(miss), log(1 - b.p)))


def _lacking(b: Batch) -> tuple[Fraction, Fraction]:
    """Return the sum of the probabilities that one class is missing, and that two are."""
    shares = [Fraction(x, 100) for x in b.shares]
    return sum(((1 - x) ** b.size for x in shares), Fraction(0)), sum((x**b.size for x in shares), Fraction(0))
