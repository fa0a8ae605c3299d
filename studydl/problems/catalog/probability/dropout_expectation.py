"""How many units dropout keeps, and how much the sum of a layer varies because of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Real
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, sqrt


@dataclass(frozen=True, slots=True)
class Dropped:
    """A layer under dropout.

    Args:
        units: 8 to 1500.
        percent: dropout probability in percent, 5 to 80.
        value: what every unit holds before dropout, 1 to 9; 0 where it is not asked for.
        asks: "kept", "spread" or "sum".
    """

    units: int
    percent: int
    value: int
    asks: str

    @property
    def p(self) -> Fraction:
        """Return the probability that a unit is dropped."""
        return Fraction(self.percent, 100)

    @property
    def kept(self) -> Fraction:
        """Return the expected number of units that are kept."""
        return self.units * (1 - self.p)

    @property
    def variance(self) -> Fraction:
        """Return the variance of the number of units kept."""
        return self.kept * self.p

    def only(self, asks: str, value: Number) -> Number | None:
        """Return the value where this is what is asked, else None."""
        return value if self.asks == asks else None


class DropoutExpectation(Family[Dropped]):
    """Each unit is kept with probability 1 - p: n (1 - p) on average, with the variance n p (1 - p)."""

    name, version, title = "probability.dropout-expectation", 1, "Units kept by dropout"
    source = (
        "Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov (2014), Dropout, section 4; torch.nn.Dropout "
        "documentation"
    )
    answer = {"kept": Real(places=1), "spread": Real(places=2), "sum": Real(places=2)}
    prompt = {
        "kept": "`nn.Dropout({p:.2})` reads {units} units in training mode. How many of them does it keep on average, "
        "to 1 decimal?",
        "spread": "`nn.Dropout({p:.2})` reads {units} units in training mode. What is the standard deviation of the "
        "number of units it keeps, to 2 decimals?",
        "sum": "{units} units all hold the value {value}. They go through `nn.Dropout({p:.2})` in training mode and "
        "are then added up. What is the standard deviation of the sum, to 2 decimals?",
    }
    conventions = {
        "kept": ("the argument of `nn.Dropout` is the probability to drop a unit", "units are dropped independently"),
        "spread": ("the argument of `nn.Dropout` is the probability to drop a unit", "units are dropped independently"),
        "sum": (
            "the argument of `nn.Dropout` is the probability to drop a unit",
            "units are dropped independently",
            "in training, torch divides what it keeps by 1 - p",
        ),
    }
    steps = {
        "kept": (
            "A unit is kept with probability $1 - {p:.2} = {q:.2}$.",
            "Averages add up: ${units} * {q:.2}$ = {answer}",
        ),
        "spread": (
            "A unit counts 1 with probability ${q:.2}$, else 0: its variance is ${p:.2} * {q:.2} = {one:.4}$.",
            "Variances of independent units add up: ${units} * {one:.4} = {variance:.4}$.",
            "$sqrt({variance:.4})$ = {answer}",
        ),
        "sum": (
            "The number of units kept has the variance ${units} * {p:.2} * {q:.2} = {variance:.4}$.",
            "Its standard deviation is $sqrt({variance:.4}) = {spread:.5}$.",
            "A unit that is kept holds $frac({value}, {q:.2}) = {scaled:.5}$ afterwards.",
            "${spread:.5} * {scaled:.5}$ = {answer}",
        ),
    }
    limits = {1: Effort(3, 4), 2: Effort(6, 5), 3: Effort(9, 6)}
    mistakes = (
        Mistake(
            "dropped for kept",
            lambda p: p.only("kept", p.units * p.p),
            "That is how many are dropped. With probability ${q:.2}$ a unit is kept.",
            convention="the probability to drop a unit",
        ),
        Mistake(
            "all units",
            lambda p: p.only("kept", p.units),
            "Scaling keeps the *sum* the same on average, not the number of units: ${p:.2}$ of them become 0.",
        ),
        Mistake(
            "scaled up",
            lambda p: p.only("kept", p.units / (1 - p.p)),
            "You divided by ${q:.2}$. That is what torch does to the values it keeps, not to their number.",
        ),
        Mistake(
            "variance for standard deviation",
            lambda p: p.only("spread", p.variance),
            "That is the variance. The standard deviation is its square root.",
        ),
        Mistake(
            "average for spread",
            lambda p: p.only("spread", p.kept),
            "That is how many are kept on average. The question is how much this number varies.",
        ),
        Mistake(
            "spread of one unit",
            lambda p: p.only("spread", sqrt(p.p * (1 - p.p))),
            "That is the standard deviation of a single unit. The variances of {units} units add up.",
        ),
        Mistake(
            "units times one spread",
            lambda p: p.only("spread", p.units * sqrt(p.p * (1 - p.p))),
            "You added standard deviations. Of independent units the variances add up; take the root at the end.",
        ),
        Mistake(
            "one factor missing",
            lambda p: p.only("spread", sqrt(p.units * p.p)),
            "You left a factor out: the variance of one unit is $p (1 - p) = {one:.4}$.",
        ),
        Mistake(
            "not scaled",
            lambda p: p.only("sum", p.value * sqrt(p.variance)),
            "You added the values as they were. In training torch divides the units it keeps by ${q:.2}$.",
            convention="divides what it keeps by 1 - p",
        ),
        Mistake(
            "variance of the sum",
            lambda p: p.only("sum", p.variance * (p.value / (1 - p.p)) ** 2),
            "That is the variance of the sum. The standard deviation is its square root.",
        ),
        Mistake(
            "value forgotten",
            lambda p: p.only("sum", sqrt(p.variance) / (1 - p.p)) if p.value > 1 else None,
            "You counted units. Each of them holds {held}.",
        ),
        Mistake(
            "multiplied by the share kept",
            lambda p: p.only("sum", p.value * sqrt(p.variance) * (1 - p.p)),
            "You multiplied by ${q:.2}$. The original dropout does that in evaluation; torch divides in training.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Dropped | None:
        """Level 1: how many are kept; level 2: how much that varies; level 3: how much a sum varies."""
        if level == 1:
            return Dropped(draw.integer(8, 120), draw.choice((10, 20, 25, 30, 40, 50, 60, 75)), 0, "kept")
        units, percent = draw.integer(20, 1500), draw.integer(5, 80)
        return (
            Dropped(units, percent, 0, "spread") if level == 2 else Dropped(units, percent, draw.integer(2, 9), "sum")
        )

    def variant(self, p: Dropped) -> str:
        """Return kept, spread or sum."""
        return p.asks

    def formula(self, p: Dropped) -> Number:
        """Return n (1 - p), the root of n p (1 - p), or that times the scaled value."""
        if p.asks == "kept":
            return p.kept
        spread = sqrt(p.variance)
        return spread if p.asks == "spread" else spread * (p.value / (1 - p.p))

    def effort(self, p: Dropped) -> Effort:
        """Return a difference and a product; a further product and a root; a quotient and a product on top."""
        return {"kept": Effort(2, 3), "spread": Effort(4, 4), "sum": Effort(7, 5)}[p.asks]

    def facts(self, p: Dropped) -> Facts:
        """Return the probabilities, the variances, and what a kept unit holds."""
        return {
            "p": p.p,
            "q": 1 - p.p,
            "one": p.p * (1 - p.p),
            "variance": p.variance,
            "spread": sqrt(p.variance),
            "held": p.value,
            "scaled": p.value / (1 - p.p),
        }

    @staticmethod
    def witness(units: int, percent: int, value: int, asks: str) -> float:
        """Return mean or spread over the whole distribution of the number of units kept."""
        import torch

        keep, n = 1 - percent / 100, torch.tensor(units, dtype=torch.float64)
        k = torch.arange(units + 1, dtype=torch.float64)
        ways = torch.lgamma(n + 1) - torch.lgamma(k + 1) - torch.lgamma(n - k + 1)
        chances = (ways + torch.special.xlogy(k, keep) + torch.special.xlogy(n - k, 1 - keep)).exp()
        sums = k * (value / keep if asks == "sum" else 1)
        mean = (chances * sums).sum()
        return float(mean if asks == "kept" else (chances * (sums - mean) ** 2).sum().sqrt())
