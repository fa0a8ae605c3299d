"""How likely a batch holds no positive sample at all."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import comb, prod

from studydl.answers.kinds import Integer, Real
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import divide, fixed, log


@dataclass(frozen=True, slots=True)
class Batch:
    """A data set with few positives, and a batch of it.

    Args:
        samples: in the data set, 20 to 800; 0 where only the share is given.
        positives: of them; or ten-thousandths of the data where samples is 0, 80 to 4000.
        batch: samples in the batch, 2 to 40; 0 where it is asked for.
        risk: 0, or the largest allowed probability of a batch without positives, in percent.
    """

    samples: int
    positives: int
    batch: int
    risk: int = 0

    @property
    def share(self) -> Fraction:
        """Return the share of positives."""
        return Fraction(self.positives, self.samples or 10000)

    @property
    def asks(self) -> str:
        """Return share, set or size."""
        return "size" if self.risk else "set" if self.samples else "share"

    def none_of(self, draws: int) -> Fraction:
        """Return the probability that none of so many independent draws is positive."""
        return (1 - self.share) ** draws

    def without_replacement(self) -> Fraction:
        """Return the probability that a batch of different samples holds no positive."""
        return Fraction(comb(self.samples - self.positives, self.batch), comb(self.samples, self.batch))


@lru_cache(256)  # formula, effort and facts ask again
def smallest(share: Fraction, risk: int) -> int:
    """Return the smallest batch whose probability of holding no positive is at most so many percent."""
    size, chance = 0, Fraction(1)
    while chance > Fraction(risk, 100):
        size, chance = size + 1, chance * (1 - share)
    return size


class BatchWithoutPositives(Family[Batch]):
    """A batch of B independent samples holds no positive with probability (1 - q)^B, q the share of positives."""

    name, version, title = "probability.batch-without-positives", 1, "A batch without positives"
    source = (
        "Blitzstein and Hwang (2019), Introduction to Probability, sections 3.3 and 3.4; torch.distributions.Binomial"
    )
    answer = {"share": Real(places=3), "set": Real(places=3), "size": Integer()}
    prompt = {
        "share": "{percent} % of all samples are positive. A batch holds {batch} samples, drawn independently. How "
        "likely is a batch without any positive, to 3 decimals?",
        "set": "A data set has {samples} samples, {positives} of them positive. A shuffled batch takes {batch} "
        "different ones. How likely is a batch without any positive, to 3 decimals?",
        "size": "{percent} % of all samples are positive, and batches are drawn independently. What is the smallest "
        "batch size for which at most {risk} % of the batches hold no positive?",
    }
    conventions = {
        "share": ("samples are drawn with replacement",),
        "set": ("samples are drawn without replacement",),
        "size": ("samples are drawn with replacement",),
    }
    steps = {
        "share": (
            "One sample is negative with probability $1 - {q:.4} = {rest:.4}$.",
            "All {batch} of them: ${rest:.4}^{batch}$ = {answer}",
        ),
        "set": (
            "The first sample is one of the {negatives} negatives of {samples}. After each draw there is one fewer of "
            "both.",
            "${factors}$ = {answer}",
        ),
        "size": (
            "A batch of B samples holds no positive with probability ${rest:.4}^B$: at most ${limit:.2}$ is allowed.",
            "Take logarithms; dividing by a negative one turns the sign: "
            "$B >= frac(ln {limit:.2}, ln {rest:.4}) = {exact:.3}$.",
            "Rounded up: {answer}",
        ),
    }
    trivial = (0, 1)
    limits = {1: Effort(6, 3), 2: Effort(16, 3), 3: Effort(20, 5)}
    mistakes = (
        Mistake(
            "at least one positive",
            lambda p: None if p.risk else 1 - (p.without_replacement() if p.samples else p.none_of(p.batch)),
            "That is how likely at least one positive is. The question is about none: the rest of 1.",
        ),
        Mistake(
            "with replacement",
            lambda p: p.none_of(p.batch) if p.asks == "set" else None,
            "You gave every draw the same chance. Samples are not put back: after {batch} draws fewer are left.",
            convention="without replacement",
        ),
        Mistake(
            "expected number of positives",
            lambda p: None if p.risk else 1 - p.batch * p.share if p.batch * p.share < 1 else None,
            "You subtracted the expected number of positives from 1. Chances of independent draws are multiplied.",
        ),
        Mistake(
            "all positive",
            lambda p: None if p.risk else p.share**p.batch,
            "That is how likely a batch of positives only is. Each sample must be negative here.",
        ),
        Mistake(
            "one draw only",
            lambda p: None if p.risk else 1 - p.share,
            "That is the probability for one sample. The batch has {batch}.",
        ),
        Mistake(
            "rounded down",
            lambda p: smallest(p.share, p.risk) - 1 if p.risk else None,
            "You rounded down. With one sample fewer, more than {risk} % of the batches hold no positive.",
        ),
        Mistake(
            "one positive on average",
            lambda p: -(-1 // p.share) if p.risk else None,
            "A batch of that size holds one positive on average, and yet about 37 % of such batches hold none.",
        ),
        Mistake(
            "risk for its complement",
            lambda p: smallest(p.share, 100 - p.risk) if p.risk else None,
            "You let {risk} % of the batches hold a positive. At most {risk} % may be without one.",
        ),
        Mistake(
            "linear",
            lambda p: -(-(1 - Fraction(p.risk, 100)) // p.share) if p.risk else None,
            "You let the probability fall by ${q:.4}$ with each sample. It is multiplied by ${rest:.4}$ each time.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Batch | None:
        """Level 1: independent draws; level 2: a small data set without replacement; level 3: the batch size."""
        if level == 1:
            return _likely(Batch(0, 50 * draw.integer(10, 80), draw.integer(2, 7)))
        if level == 2:
            samples = draw.integer(20, 800)
            return _likely(Batch(samples, draw.integer(2, samples // 4), draw.integer(3, 6)))
        return Batch(0, draw.integer(80, 2500), 0, draw.integer(1, 30))

    def variant(self, p: Batch) -> str:
        """Return share, set or size."""
        return p.asks

    def formula(self, p: Batch) -> Fraction | int:
        """Return (1 - q)^B, the share of batches of negatives only, or the smallest size by multiplying."""
        if p.risk:
            return smallest(p.share, p.risk)
        return p.without_replacement() if p.samples else p.none_of(p.batch)

    def effort(self, p: Batch) -> Effort:
        """Return a product for each sample; for a size two logarithms, a quotient and rounding."""
        if p.risk:
            return Effort(12, 5)
        return Effort(2 * p.batch if p.samples else p.batch, 3 if p.samples else 2)

    def facts(self, p: Batch) -> Facts:
        """Return the shares, the chain of factors, and the bound before rounding."""
        negatives = p.samples - p.positives
        factors = " * ".join(f"frac({negatives - i}, {p.samples - i})" for i in range(p.batch))
        limit = Fraction(p.risk or 1, 100)
        percent = 100 * p.share
        return {
            "percent": fixed(percent, 2).rstrip("0").rstrip("."),
            "q": p.share,
            "rest": 1 - p.share,
            "negatives": negatives,
            "factors": factors,
            "limit": limit,
            "exact": divide(log(limit), log(1 - p.share)),
        }

    @staticmethod
    def witness(samples: int, positives: int, batch: int, risk: int) -> float | int:
        """Return the chance of zero successes by torch's binomial, or draw by draw without replacement."""
        import torch

        q = torch.tensor(positives / (samples or 10000), dtype=torch.float64)
        if samples:
            left = samples - torch.arange(batch, dtype=torch.float64)
            chance = ((left - positives) / left).prod()
        else:
            chance = torch.special.xlog1py(torch.tensor(batch), -q).exp()
        sizes = torch.arange(1, 1001)
        enough = torch.special.xlog1py(sizes, -q).exp() <= risk / 100
        return int(sizes[enough][0]) if risk else float(chance)


def _likely(p: Batch) -> Batch | None:
    """Return the instance if its answer is neither nearly 0 nor nearly 1."""
    chance = prod([1 - p.share] * p.batch)
    return p if Fraction(1, 20) < chance < Fraction(19, 20) else None
