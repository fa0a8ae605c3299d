"""The softmax at a temperature other than 1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Real, Vector
from studydl.problems.catalog.loss._logits import about, exp, joined, log, short, shorts, tenths
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, divide, fixed, log2, places_for

COLD_AND_HOT = (2, 4, 5, 8, 15, 20, 25, 30, 40)  # in tenths


@dataclass(frozen=True, slots=True)
class Scores:
    """What a model says of tokens, and a temperature.

    Args:
        given: logits in tenths, -60 to 60; for "known", probabilities in hundredths.
        temperature: in tenths, not 10; 0 where it is asked for.
        before: the temperature of the given probabilities, in tenths; 10 for logits.
        wanted: probability of the first token in percent, where the temperature is asked for.
        form: "logits", "known" or "inverse".
    """

    given: tuple[int, ...]
    temperature: int
    before: int = 10
    wanted: int = 0
    form: str = "logits"

    @property
    def scores(self) -> tuple[Number, ...]:
        """Return the logits, or the logarithms of the probabilities, which serve as logits."""
        if self.form == "known":
            return tuple(log(Fraction(p, 100)) for p in self.given)
        return tenths(self.given)

    @property
    def power(self) -> Fraction:
        """Return what the scores are multiplied by: the old temperature over the new one."""
        return Fraction(self.before, self.temperature)

    @property
    def t(self) -> Fraction:
        """Return the temperature."""
        return Fraction(self.temperature, 10)

    def powers(self, factor: Fraction | int) -> tuple[Number, ...]:
        """Return the exponentials of the scores times a factor."""
        return tuple(exp(score * factor) for score in self.scores)

    def softmax(self, factor: Fraction | int) -> tuple[Number, ...]:
        """Return the probabilities for scores times a factor."""
        powers = self.powers(factor)
        total = sum(powers)
        return tuple(divide(power, total) for power in powers)

    @property
    def gap(self) -> Fraction:
        """Return by how much the first logit exceeds the second."""
        return Fraction(self.given[0] - self.given[1], 10)

    @property
    def odds(self) -> Fraction:
        """Return the wanted ratio of the first probability to the second."""
        return Fraction(self.wanted, 100 - self.wanted)


def of_vector(value: Callable[[Scores], tuple[Number, ...] | None]) -> Callable[[Scores], tuple[Number, ...] | None]:
    """Return the value of a mistake where probabilities are asked for."""
    return lambda s: None if s.form == "inverse" else value(s)


def of_temperature(value: Callable[[Scores], Number]) -> Callable[[Scores], Number | None]:
    """Return the value of a mistake where the temperature is asked for."""
    return lambda s: value(s) if s.form == "inverse" else None


class TemperatureSoftmax(Family[Scores]):
    """Logits are divided by the temperature T before the softmax: T below 1 sharpens, above 1 flattens."""

    name, version, title = "loss.temperature-softmax", 1, "Softmax with temperature"
    source = "Hinton, Vinyals and Dean (2015), Distilling the knowledge in a neural network, section 2"
    answer = {"logits": Vector(places=3), "known": Vector(places=3), "inverse": Real(places=3)}
    prompt = {
        "logits": "A model gives {n} classes the logits {given}. What are their softmax probabilities at temperature "
        "{t}, to 3 decimals each?",
        "known": "At temperature {before} a language model gives {n} tokens the probabilities {given}. What are their "
        "probabilities at temperature {t}, to 3 decimals each?",
        "inverse": "A model gives two tokens, and no others, the logits {given}. At which temperature is the "
        "probability of the first token {wanted}, to 3 decimals?",
    }
    conventions = {
        "logits": ("logits are divided by the temperature",),
        "known": ("logits are divided by the temperature", "no other tokens"),
        "inverse": ("logits are divided by the temperature",),
    }
    steps = {
        "logits": (
            "The logits divided by {t}: {scaled}.",
            "Their exponentials: {powers}. The sum is {total}.",
            "Each exponential over the sum: {answer}",
        ),
        "known": (
            "From temperature {before} to {t} all logits are multiplied by $frac({before}, {t}) = {power}$.",
            "So the probabilities are raised to the power {power}: {powers}.",
            "They add up to {total}. Each over this sum: {answer}",
        ),
        "inverse": (
            "The probabilities {wanted} and {rest} have the ratio {odds}.",
            "In a softmax this ratio is $e^((z_1 - z_2)/T)$ with $z_1 - z_2 = {gap}$, so "
            "$frac({gap}, T) = ln {odds} = {log}$.",
            "$T = frac({gap}, {log})$ = {answer}",
        ),
    }
    limits = {1: Effort(12, 5), 2: Effort(12, 5), 3: Effort(18, 5)}
    mistakes = (
        Mistake(
            "multiplied by the temperature",
            of_vector(lambda s: s.softmax(1 / s.power)),
            "You turned the temperature upside down. Logits are divided by it, so a temperature of {t} {effect}.",
        ),
        Mistake(
            "temperature ignored",
            of_vector(lambda s: s.softmax(1)),
            "Those are the probabilities at temperature {before}. A temperature of {t} {effect} them.",
        ),
        Mistake(
            "divided after the softmax",
            of_vector(lambda s: tuple(p * s.power for p in s.softmax(1))),
            "You divided probabilities by the temperature, so they no longer add up to 1. It is the logits it divides.",
        ),
        Mistake(
            "not normalized",
            of_vector(lambda s: s.powers(s.power)),
            "Those do not add up to 1. Divide each by their sum, {total}.",
        ),
        Mistake(
            "old temperature ignored",
            of_vector(lambda s: s.softmax(1 / s.t) if s.before != 10 else None),
            "You took the given probabilities for those at temperature 1. They hold at {before}, so the power is "
            "$frac({before}, {t}) = {power}$.",
        ),
        Mistake(
            "temperature upside down",
            of_temperature(lambda s: divide(log(s.odds), s.gap)),
            "That is $frac(1, T)$. The gap of the logits, {gap}, divided by T is the logarithm of the ratio.",
        ),
        Mistake(
            "logarithm of the probability",
            of_temperature(lambda s: divide(s.gap, -log(Fraction(s.wanted, 100)))),
            "You took the logarithm of the probability {wanted}. The gap of the logits gives the ratio of both "
            "probabilities, {odds}.",
        ),
        Mistake(
            "logarithm to base 2",
            of_temperature(lambda s: divide(s.gap, log2(s.odds))),
            "You took the logarithm to base 2. The softmax has powers of e: $ln {odds} = {log}$.",
        ),
        Mistake(
            "ratio without logarithm",
            of_temperature(lambda s: divide(s.gap, s.odds)),
            "You divided the gap by the ratio itself. Logits are logarithms: divide by $ln {odds} = {log}$.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Scores | None:
        """Level 1: whole logits; level 2: any logits; level 3: from one temperature to another, or which one it is."""
        if level == 1:
            s = Scores(tuple(10 * z for z in draw.integers(draw.choice((2, 3)), -3, 6)), draw.choice((5, 20, 20)))
            return s if 0 < _spread(s) <= 5 else None
        if level == 2:
            s = Scores(draw.integers(3, -40, 40), draw.choice(COLD_AND_HOT))
            return s if Fraction(1, 2) < _spread(s) <= 5 else None
        if draw.chance(0.25):
            low = draw.integer(-40, 30)
            given = draw.integer(low + 5, low + 60), low
            s = Scores(given, 0, wanted=draw.integer(56, 98), form="inverse")
            return s if s.gap < 8 * (s.odds - 1) else None
        before, temperature = draw.choice((10, 10, 5, 20)), draw.choice(COLD_AND_HOT)
        s = Scores(draw.parts(100, 4), temperature, before, form="known")
        return s if before != temperature and min(s.given) > 1 else None

    def variant(self, s: Scores) -> str:
        """Return logits, known or inverse."""
        return s.form

    def formula(self, s: Scores) -> Number | tuple[Number, ...]:
        """Return the softmax of the scaled logits, or gap / ln(odds)."""
        return divide(s.gap, log(s.odds)) if s.form == "inverse" else s.softmax(s.power)

    def effort(self, s: Scores) -> Effort:
        """Return a quotient, an exponential, a sum and a quotient a token; a power counts twice."""
        n = len(s.given)
        return {"logits": Effort(4 * n - 1, 5), "known": Effort(4 * n, 5), "inverse": Effort(5, 5)}[s.form]

    def facts(self, s: Scores) -> Facts:
        """Return the logits, scaled and as exponentials, or the odds and their logarithm."""
        if s.form == "inverse":
            return {
                "given": " and ".join(shorts(tenths(s.given))),
                "wanted": about(Fraction(s.wanted, 100)),
                "rest": about(1 - Fraction(s.wanted, 100)),
                "odds": about(s.odds),
                "gap": short(s.gap),
                "log": about(log(s.odds), 6),
            }
        powers = s.powers(s.power)
        total = sum(powers)
        places = max(5, places_for(total, 7))  # a cold temperature leaves small powers; their shares need digits
        known = s.form == "known"
        return {
            "given": ", ".join(f"0.{p:02}" for p in s.given) if known else shorts(tenths(s.given)),
            "n": {2: "two", 3: "three", 4: "four"}[len(s.given)],
            "t": short(s.t),
            "before": short(Fraction(s.before, 10)),
            "power": s.power,
            "scaled": joined(score * s.power for score in s.scores),
            "powers": joined(powers, places),
            "total": fixed(total, places),
            "effect": "sharpens" if s.power > 1 else "flattens",
        }

    @staticmethod
    def witness(given: tuple[int, ...], temperature: int, before: int, wanted: int, form: str) -> object:
        """Return torch's softmax, or the temperature found by trying ever closer ones."""
        import torch

        z = torch.tensor(given, dtype=torch.float64)
        if form == "known":
            z = (z / 100).log() * before
        if form == "inverse":
            low, high = 0.1, 1000.0  # in tenths, as the logits
            for _ in range(5):
                tried = torch.linspace(low, high, 1001, dtype=torch.float64)
                first = torch.softmax(z / tried[:, None], dim=1)[:, 0]  # falls as the temperature rises
                after = int((first > wanted / 100).sum())
                low, high = tried[after - 1].item(), tried[after].item()
            answer = torch.tensor(low / 10, dtype=torch.float64)
        else:
            answer = torch.softmax(z / temperature, dim=0)
        return answer.tolist()


def _spread(s: Scores) -> Fraction:
    """Return how far the largest and the smallest logit are apart at the temperature."""
    return Fraction(max(s.given) - min(s.given), s.temperature)
