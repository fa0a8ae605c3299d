"""How many units dropout keeps: means, deviations and tails of a binomial."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import comb

from studydl.answers.kinds import Real
from studydl.problems.catalog._writing import short
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake, params_of
from studydl.text.numbers import Number, sqrt

PERCENTS = (10, 15, 20, 25, 30, 35, 40, 60, 65, 70, 75, 80)  # at 50, dropping and keeping cannot be told apart


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer behind dropout.

    Args:
        asks: "kept", "dropped", "connections", "spread", "at least" or "at most".
        units: 4 to 2000.
        percent: its dropout probability in percent, 10 to 80.
        units2: units of a second layer, else 0.
        percent2: its dropout probability in percent, else 0.
        count: how many units must be kept, at least or at most; else 0.
        batch: samples, else 0.
    """

    asks: str
    units: int
    percent: int
    units2: int = 0
    percent2: int = 0
    count: int = 0
    batch: int = 0

    @property
    def p(self) -> Fraction:
        """Return the probability of dropping a unit."""
        return Fraction(self.percent, 100)

    @property
    def p2(self) -> Fraction:
        """Return the probability of dropping a unit of the second layer."""
        return Fraction(self.percent2, 100)

    @property
    def pairs(self) -> int:
        """Return the number of connections."""
        return self.units * self.units2

    @property
    def counts(self) -> range:
        """Return the numbers of kept units that are asked for."""
        return range(self.count, self.units + 1) if self.asks == "at least" else range(self.count + 1)


def exactly(count: int, units: int, p: Fraction) -> Fraction:
    """Return the probability that exactly this many of the units are kept."""
    return comb(units, count) * (1 - p) ** count * p ** (units - count)


def about(rule: Callable[[Layer], Number | None], *forms: str) -> Callable[[Layer], Number | None]:
    """Return a mistake for some forms of the question."""
    return lambda s: rule(s) if s.asks in forms else None


def tail(rule: Callable[[Layer], Number]) -> Callable[[Layer], Number | None]:
    """Return a mistake about the probability for one sample; None where no batch is given."""
    return lambda s: s.batch * rule(s) if s.batch else None


class DropoutExpectation(Family[Layer]):
    """Dropout keeps each unit on its own with 1 - p: the number kept is binomial, and means add over anything."""

    name, version, title = "probability.dropout-expectation", 1, "How many units dropout keeps"
    source = (
        "Goodfellow, Bengio and Courville (2016), Deep Learning, section 7.12; torch.nn.Dropout documentation; "
        "Blitzstein and Hwang (2019), Introduction to Probability, sections 3.3 and 4.2"
    )
    answer = Real(places=1)
    _batch = (
        "The {units} units of a layer go through `nn.Dropout({p})` in training mode. In how many of a batch of {batch} "
        "samples does it keep {asks} {count} of them, on average, to 1 decimal?"
    )
    prompt = {
        "kept": "The {units} units of a layer go through `nn.Dropout({p})` in training mode. How many of them are "
        "kept, on average, to 1 decimal?",
        "dropped": "The {units} units of a layer go through `nn.Dropout({p})` in training mode. How many of them are "
        "set to 0, on average, to 1 decimal?",
        "connections": "{units} units go through `nn.Dropout({p})`, and the {units2} units of the next layer through "
        "`nn.Dropout({p2})`, in training mode. Of the {pairs} connections between them, how many have both ends kept, "
        "on average, to 1 decimal?",
        "spread": "The {units} units of a layer go through `nn.Dropout({p})` in training mode. What is the standard "
        "deviation of the number of units kept, to 1 decimal?",
        "at least": _batch,
        "at most": _batch,
    }
    conventions = ("p is the probability of dropping", "each unit is dropped on its own")
    _tail = (
        "A unit is kept with probability $1 - {p} = {q}$. Of {units} units:",
        "{terms}.",
        "Together {chance:.6}, for each sample.",
        "${batch} * {chance:.6}$ = {answer}",
    )
    steps = {
        "kept": ("A unit is kept with probability $1 - {p} = {q}$.", "${units} * {q}$ = {answer}"),
        "dropped": ("A unit is set to 0 with probability {p}.", "${units} * {p}$ = {answer}"),
        "connections": (
            "Units are kept with the probabilities $1 - {p} = {q}$ and $1 - {p2} = {q2}$.",
            "Both ends of a connection are kept with ${q} * {q2} = {both}$.",
            "Means add, also of connections that share a unit: ${pairs} * {both}$ = {answer}",
        ),
        "spread": (
            "A unit is kept with $1 - {p} = {q}$; the variance of one unit is ${q} * {p} = {variance}$.",
            "Variances of independent units add: ${units} * {variance} = {total}$.",
            "$sqrt({total})$ = {answer}",
        ),
        "at least": _tail,
        "at most": _tail,
    }
    limits = {1: Effort(3, 4), 2: Effort(6, 6), 3: Effort(20, 6)}
    mistakes = (
        Mistake(
            "p for 1 - p",
            lambda s: _exchanged(s),
            "You exchanged dropping and keeping. A unit is dropped with {p} and kept with {q}.",
            convention="p is the probability of dropping",
            teaches="fit-dropout",
        ),
        Mistake(
            "all units",
            about(lambda s: s.units, "kept", "dropped"),
            "Scaling keeps the mean of the values, not the number of units: {share} of the {units} on average.",
        ),
        Mistake(
            "variance",
            about(lambda s: s.units * s.p * (1 - s.p), "kept", "dropped", "spread"),
            "That is the variance of the number of units: {variance} for each of them.",
        ),
        Mistake(
            "one end only",
            about(lambda s: s.pairs * (1 - s.p), "connections"),
            "You asked for the first unit only. The second is kept with {q2}, so both with ${q} * {q2} = {both}$.",
        ),
        Mistake(
            "probabilities added",
            about(lambda s: s.pairs * (1 - s.p - s.p2) if s.p + s.p2 < 1 else None, "connections"),
            "You added the probabilities of dropping; both ends dropped is then counted twice. Multiply: "
            "${q} * {q2} = {both}$.",
        ),
        Mistake(
            "not both dropped",
            about(lambda s: s.pairs * (1 - s.p * s.p2), "connections"),
            "You left out only connections with both ends dropped. One dropped end is enough: multiply {q} and {q2}.",
        ),
        Mistake(
            "units kept",
            about(lambda s: s.units * (1 - s.p) + s.units2 * (1 - s.p2), "connections"),
            "That is how many units are kept. The question asks for the connections between them.",
        ),
        Mistake(
            "deviation of one unit",
            about(lambda s: s.units * sqrt(s.p * (1 - s.p)), "spread"),
            "You added standard deviations. Of independent units the variances add, so the deviation grows with the "
            "root of {units}.",
        ),
        Mistake(
            "mean",
            about(lambda s: s.units * (1 - s.p), "spread"),
            "That is the mean. The standard deviation is the root of the variance, {total}.",
        ),
        Mistake(
            "Poisson",
            about(lambda s: sqrt(s.units * s.p), "spread"),
            "You took the mean number dropped for the variance, as for rare events. Here it is $n p (1 - p) = "
            "{total}$.",
        ),
        Mistake(
            "exactly",
            tail(lambda s: exactly(s.count, s.units, s.p)),
            "You counted samples with exactly {count} kept. {asks_capital} {count} allows {others} as well.",
        ),
        Mistake(
            "limit left out",
            tail(lambda s: _sum(s, [i for i in s.counts if i != s.count])),
            "You left out the samples with exactly {count} kept. {asks_capital} {count} allows {count}, too.",
        ),
        Mistake(
            "other tail",
            tail(lambda s: 1 - _sum(s, s.counts)),
            "Those are the other samples. The question asks for those with {asks} {count} kept.",
        ),
        Mistake(
            "choices not counted",
            tail(lambda s: _unordered(s)),
            "You took one choice of units for each number. There are more choices of which units are kept: {choices}.",
        ),
        Mistake(
            "probability for one sample",
            lambda s: _sum(s, s.counts) if s.batch else None,
            "That is the probability for one sample. On average it happens in {batch} times as many.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Layer | None:
        """Level 1: a mean; level 2: connections, or the deviation; level 3: a tail, over a batch."""
        percent = draw.choice(PERCENTS)
        if level == 1:
            return Layer(draw.choice(("kept", "dropped")), 10 * draw.integer(2, 60), percent)
        if level == 2:
            if draw.chance(0.3):
                return Layer("spread", draw.integer(20, 2000), percent)
            units, units2 = 8 * draw.integer(1, 64), 5 * draw.integer(2, 64)  # their connections scale to 1 decimal
            return Layer("connections", units, percent, units2, draw.choice(PERCENTS))
        asks, units, terms = draw.choice(("at least", "at most")), draw.integer(4, 8), draw.integer(2, 3)
        count = units - terms + 1 if asks == "at least" else terms - 1
        s = Layer(asks, units, percent, count=count, batch=4 * draw.integer(4, 256))
        return s if Fraction(1, 50) < _sum(s, s.counts) < Fraction(49, 50) else None

    def variant(self, s: Layer) -> str:
        """Return what is asked for."""
        return s.asks

    def formula(self, s: Layer) -> Number:
        """Return n (1 - p), its product for two layers, the root of n p (1 - p), or the batch times a tail."""
        if s.batch:
            return s.batch * _sum(s, s.counts)
        if s.asks == "spread":
            return sqrt(s.units * s.p * (1 - s.p))
        if s.asks == "connections":
            return s.pairs * (1 - s.p) * (1 - s.p2)
        return s.units * (s.p if s.asks == "dropped" else 1 - s.p)

    def effort(self, s: Layer) -> Effort:
        """Return complements, products, powers and sums."""
        if s.batch:
            return Effort(5 * len(s.counts) + 3, 5)
        return Effort(*{"connections": (5, 5), "spread": (4, 5)}.get(s.asks, (2, 3)))

    def facts(self, s: Layer) -> Facts:
        """Return probabilities, and the terms of a tail."""
        q = 1 - s.p
        facts: Facts = {
            **params_of(s),
            "p": short(s.p),
            "q": short(q),
            "p2": short(s.p2),
            "q2": short(1 - s.p2),
            "both": short(q * (1 - s.p2)),
            "pairs": s.pairs,
            "share": short(s.p if s.asks == "dropped" else q),
            "variance": short(s.p * q),
            "total": short(s.units * s.p * q),
        }
        if s.batch:
            counts = s.counts
            choices = [f"{comb(s.units, i)} for {i}" for i in counts if 0 < i < s.units]
            facts |= {
                "terms": ", ".join(f"{i} kept: ${_term(s, i)} = {short(exactly(i, s.units, s.p), 6)}$" for i in counts),
                "chance": _sum(s, counts),
                "asks_capital": s.asks.capitalize(),
                "others": " and ".join(str(i) for i in counts if i != s.count),
                "choices": " and ".join(choices),
            }
        return facts

    @staticmethod
    def witness(
        asks: str,
        units: int,
        percent: int,
        units2: int,
        percent2: int,
        count: int,
        batch: int,
    ) -> float:
        """Return moments of torch's binomial distribution, or try all masks of the units."""
        import torch

        keep, keep2 = 1 - percent / 100, 1 - percent2 / 100
        if batch:
            masks = torch.arange(2**units)[:, None] >> torch.arange(units) & 1
            kept = masks.sum(dim=1)
            chance = torch.tensor([1 - keep, keep], dtype=torch.float64)[masks].prod(dim=1)
            answer = batch * chance[kept >= count if asks == "at least" else kept <= count].sum()
        else:
            probability = torch.tensor(keep, dtype=torch.float64)
            binomial = torch.distributions.Binomial(units, probability, validate_args=False)
            answer = binomial.stddev if asks == "spread" else binomial.mean
            if asks == "dropped":
                answer = units - answer
            if asks == "connections":
                answer = answer * units2 * keep2
        return answer.item()


def _exchanged(s: Layer) -> Number | None:
    """Return the answer for p and 1 - p exchanged; None where that is the same."""
    if s.asks == "spread":
        return None
    if s.batch:
        return s.batch * sum((exactly(i, s.units, 1 - s.p) for i in s.counts), Fraction(0))
    if s.asks == "connections":
        return s.pairs * s.p * s.p2
    return s.units * (1 - s.p if s.asks == "dropped" else s.p)


def _sum(s: Layer, counts: Iterable[int]) -> Fraction:
    """Return the probability that one of these numbers of units is kept."""
    return sum((exactly(i, s.units, s.p) for i in counts), Fraction(0))


def _unordered(s: Layer) -> Fraction:
    """Return the probability without the choices of which units are kept."""
    return sum(((1 - s.p) ** i * s.p ** (s.units - i) for i in s.counts), Fraction(0))


def _term(s: Layer, count: int) -> str:
    """Write the probability that exactly this many units are kept, as a product."""
    q, p, rest = short(1 - s.p), short(s.p), s.units - count
    choices = [str(comb(s.units, count))] if 0 < count < s.units else []
    powers = [f"{x}^{n}" if n > 1 else x for x, n in ((q, count), (p, rest)) if n]
    return " * ".join(choices + powers)
