"""The brevity penalty of BLEU: for one reference, for the closest of several, for a text, and in the whole score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import prod

from studydl.answers.kinds import Real
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, exp, fixed, sqrt

Lengths = tuple[int, ...]
Choose = Callable[[int, Lengths], Fraction | int]

LENGTHS = "lengths in words"
CLOSEST = "of several references the one counts whose length is closest to that of the candidate"
SUMMED = "the lengths are summed over the sentences"


@dataclass(frozen=True, slots=True)
class Text:
    """Lengths of candidate sentences and of their references, in words.

    Args:
        candidates: the length of each candidate sentence.
        references: for each of them the lengths of its references; one of these is the closest.
        precisions: clipped precisions of 1- to 4-grams in percent; empty where only the penalty is asked for.
    """

    candidates: Lengths
    references: tuple[Lengths, ...]
    precisions: Lengths = ()

    @property
    def form(self) -> str:
        """Return score, text, several or one."""
        if self.precisions:
            return "score"
        return "text" if len(self.candidates) > 1 else "several" if len(self.references[0]) > 1 else "one"

    @property
    def c(self) -> int:
        """Return the length of all candidates together."""
        return sum(self.candidates)

    def r(self, choice: Choose) -> Fraction:
        """Return the length of all references together, one of them taken for each sentence."""
        return Fraction(sum(choice(c, each) for c, each in zip(self.candidates, self.references, strict=True)))

    @property
    def penalty(self) -> Number:
        """Return the brevity penalty."""
        return factor(self.c, self.r(closest))

    @property
    def mean(self) -> Number:
        """Return the geometric mean of the precisions; 1 where there are none."""
        return fourth_root(self.precisions) if self.precisions else 1

    def scored(self, penalty: Number) -> Number:
        """Return what is asked for with a penalty: the penalty itself, or the score."""
        return penalty * self.mean


def closest(c: int, references: Lengths) -> int:
    """Return the reference length closest to the candidate's."""
    return min(references, key=lambda r: abs(r - c))


def average(c: int, references: Lengths) -> Fraction:
    """Return the mean reference length."""
    return Fraction(sum(references), len(references))


@lru_cache(maxsize=64)  # several mistakes ask for the same
def fourth_root(precisions: Lengths) -> Number:
    """Return the geometric mean of four percentages."""
    return sqrt(sqrt(Fraction(prod(precisions), 100**4)))


@lru_cache(maxsize=64)
def factor(c: int, r: Fraction) -> Number:
    """Return the brevity penalty for these lengths."""
    return 1 if c >= r else exp(1 - r / c)


def if_several(t: Text, choice: Choose) -> Number | None:
    """Return what is asked for with another choice of references; None where there is only one."""
    return t.scored(factor(t.c, t.r(choice))) if len(t.references[0]) > 1 else None


def sentence_by_sentence(t: Text) -> Number | None:
    """Return the mean of the penalties of the sentences; None where there is only one."""
    if len(t.candidates) == 1:
        return None
    total: Number = 0
    for c, references in zip(t.candidates, t.references, strict=True):
        total = total + factor(c, Fraction(closest(c, references)))
    return total * Fraction(1, len(t.candidates))


def if_score(t: Text, value: Callable[[], Number]) -> Number | None:
    """Return a value where the whole score is asked for, else None."""
    return value() if t.precisions else None


class BleuBrevity(Family[Text]):
    """The brevity penalty does for BLEU what recall would do: a candidate shorter than its reference loses."""

    name, version, title = "metrics.bleu-brevity", 1, "Brevity penalty of BLEU"
    source = "Papineni, Roukos, Ward and Zhu (2002), BLEU: a method for automatic evaluation, sections 2.2.2 and 2.3"
    answer = Real(places=3)
    prompt = {
        "one": "A candidate translation has {c} words, its reference has {r}. What is the brevity penalty of BLEU, to "
        "3 decimals?",
        "several": "A candidate translation has {c} words, its references have {lengths}. What is the brevity penalty "
        "of BLEU, to 3 decimals?",
        "text": "A text of {n} sentences is translated. The candidates have these numbers of words, their references "
        "those in brackets: {listed}. What is the brevity penalty of BLEU for the text, to 3 decimals?",
        "score": "A candidate translation has {c} words, its references have {lengths}. Its clipped precisions of 1- "
        "to 4-grams are {percents}. What is its BLEU, a number from 0 to 1, to 3 decimals?",
    }
    conventions = {
        "one": (LENGTHS,),
        "several": (LENGTHS, CLOSEST),
        "text": (LENGTHS, CLOSEST, SUMMED),
        "score": (LENGTHS, CLOSEST, "the four precisions weigh the same"),
    }
    steps = {
        "one": (
            "The candidate is shorter, so the penalty is $exp(1 - frac(r, c))$, with c = {c} and r = {r}.",
            "The exponent: $1 - frac({r}, {c}) = {exponent}$.",
            "$exp({exponent})$ = {answer}",
        ),
        "several": (
            "The closest of the lengths {lengths} to c = {c} is r = {r}.",
            "The candidate is shorter, so the penalty is $exp(1 - frac(r, c))$. The exponent: "
            "$1 - frac({r}, {c}) = {exponent}$.",
            "$exp({exponent})$ = {answer}",
        ),
        "text": (
            "The closest reference of each sentence: {closest}. Together $r = {closest_sum} = {r}$.",
            "The candidates together are shorter, $c = {candidates_sum} = {c}$, so the penalty is "
            "$exp(1 - frac(r, c))$. The exponent: $1 - frac({r}, {c}) = {exponent}$.",
            "$exp({exponent})$ = {answer}",
        ),
        "score": (
            "The geometric mean of the precisions, the fourth root of their product: "
            "$sqrt(sqrt({product})) = {mean:.5}$, with ${product} = {factors}$.",
            "The closest of the lengths {lengths} to {c} is r = {r}. {penalty_words}",
            "${penalty_text} * {mean:.5}$ = {answer}",
        ),
    }
    limits = {1: Effort(6, 4), 2: Effort(10, 4), 3: Effort(24, 4)}
    mistakes = (
        Mistake(
            "ratio upside down",
            lambda t: t.scored(exp(1 - t.c / t.r(closest))) if t.c < t.r(closest) else None,
            "You took $1 - frac(c, r)$. A short candidate must lose: $1 - frac(r, c) = {exponent}$ is negative.",
        ),
        Mistake(
            "plain ratio",
            lambda t: t.scored(t.c / t.r(closest)) if t.c < t.r(closest) else None,
            "You took the ratio c/r itself. The penalty is exponential: $exp(1 - frac(r, c))$.",
        ),
        Mistake(
            "one forgotten",
            lambda t: t.scored(exp(-t.r(closest) / t.c)),
            "You took $exp(-frac(r, c))$, which punishes even equal lengths. The exponent is $1 - frac(r, c)$.",
        ),
        Mistake(
            "penalty forgotten",
            lambda t: if_score(t, lambda: t.mean),
            "That is the geometric mean of the precisions. The candidate is short: times the penalty, {penalty:.4}.",
        ),
        Mistake(
            "longest reference",
            lambda t: if_several(t, lambda c, lengths: max(lengths)),
            "You took the longest reference. Here r is the length closest to that of the candidate.",
            convention="closest to that of the candidate",
        ),
        Mistake(
            "shortest reference",
            lambda t: if_several(t, lambda c, lengths: min(lengths)),
            "You took the shortest reference, as NIST does. Here r is the length closest to that of the candidate.",
            convention="closest to that of the candidate",
        ),
        Mistake(
            "mean reference length",
            lambda t: if_several(t, average),
            "You averaged the lengths of the references. Here r is the one closest to the length of the candidate.",
            convention="closest to that of the candidate",
        ),
        Mistake(
            "sentence by sentence",
            sentence_by_sentence,
            "You averaged the penalties of the sentences. The lengths are added first: {c} and {r} words, one penalty.",
            convention="summed over the sentences",
        ),
        Mistake(
            "reward for length",
            lambda t: t.scored(exp(1 - t.r(closest) / t.c)) if t.c > t.r(closest) else None,
            "You rewarded the longer candidate. For c > r the penalty is 1; precision already punishes length.",
        ),
        Mistake(
            "arithmetic mean",
            lambda t: if_score(t, lambda: t.penalty * Fraction(sum(t.precisions), 400)),
            "You took the arithmetic mean of the precisions. BLEU takes the geometric mean, {mean:.4}.",
        ),
        Mistake(
            "root forgotten",
            lambda t: if_score(t, lambda: t.penalty * Fraction(prod(t.precisions), 100**4)),
            "You multiplied the precisions and took no root. The fourth root of {product} is {mean:.4}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Text | None:
        """Level 1: one reference; level 2: three references; level 3: a text, or the whole score."""
        c = draw.integer(8 if level == 1 else 12, 60)
        if level == 1:
            return Text((c,), ((c + draw.integer(1, 1 + c // 2),),))
        if level == 2:
            return _distinct(Text((c,), (_lengths(draw, c, 3, shorter=0),)))
        if draw.chance(0.5):
            candidates = draw.integers(draw.choice((2, 3)), 8, 30)
            return _distinct(Text(candidates, tuple(_lengths(draw, c, 2, shorter=0.3) for c in candidates)))
        return _distinct(Text((c,), (_lengths(draw, c, 2, shorter=0.3),), _precisions(draw)))

    def variant(self, t: Text) -> str:
        """Return score, text, several or one."""
        return t.form

    def branch(self, t: Text) -> str:
        """Return the form, and whether the penalty is 1."""
        return f"{t.form}{' long' if t.penalty == 1 else ''}"

    def formula(self, t: Text) -> Number:
        """Return the penalty, or its product with the geometric mean of the precisions."""
        return t.scored(t.penalty)

    def effort(self, t: Text) -> Effort:
        """Return the differences that find the closest lengths, sums, a quotient, an exponential, and the roots."""
        looking = sum(len(lengths) for lengths in t.references if len(lengths) > 1)
        return Effort(4 + looking + 3 * (len(t.candidates) - 1) + (8 if t.precisions else 0), 4)

    def facts(self, t: Text) -> Facts:
        """Return both lengths, how they come about, and the parts of the score."""
        r = t.r(closest)
        each = [closest(c, lengths) for c, lengths in zip(t.candidates, t.references, strict=True)]
        listed = [
            f"{c} ({', '.join(map(str, lengths))})" for c, lengths in zip(t.candidates, t.references, strict=True)
        ]
        exponent = fixed(1 - r / t.c, 5)
        return {
            "c": t.c,
            "r": r,
            "n": len(t.candidates),
            "lengths": _and(t.references[0]),
            "listed": "; ".join(listed),
            "closest": tuple(each),
            "closest_sum": " + ".join(map(str, each)),
            "candidates_sum": " + ".join(map(str, t.candidates)),
            "exponent": exponent,
            "penalty": t.penalty,
            "penalty_text": "1" if t.c >= r else fixed(t.penalty, 5),
            "penalty_words": "The candidate is not shorter, so the penalty is 1."
            if t.c >= r
            else f"The candidate is shorter, so the penalty is $exp(1 - frac({r}, {t.c})) = {fixed(t.penalty, 5)}$.",
            "mean": t.mean,
            "percents": _and(tuple(f"{share}%" for share in t.precisions)),
            "factors": " * ".join(f"0.{share}" for share in t.precisions),
            "product": _exact(Fraction(prod(t.precisions), 100**4)),
        }

    @staticmethod
    def witness(candidates: Lengths, references: tuple[Lengths, ...], precisions: Lengths) -> float:
        """Return exp of the logarithm of BLEU, as its authors write it; without precisions that of the penalty."""
        import torch

        closest = []
        for length, options in zip(candidates, references, strict=True):
            lengths = torch.tensor(options)
            closest.append(lengths[(lengths - length).abs().argmin()])
        c, r = torch.tensor(candidates).sum(), torch.stack(closest).sum()
        exponent = torch.clamp(1 - r.double() / c, max=0)
        if precisions:
            exponent += (torch.tensor(precisions, dtype=torch.float64) / 100).log().mean()
        return exponent.exp().item()


def _lengths(draw: Draw, c: int, count: int, shorter: float) -> Lengths:
    """Draw lengths of references around that of a candidate; with this probability the closest one is shorter."""
    near = draw.integer(1, c // 4)
    far = [draw.integer(near + 1, c // 2) * draw.choice((-1, 1)) for _ in range(count - 1)]
    return draw.shuffled([c + step for step in (-near if draw.chance(shorter) else near, *far)])


def _precisions(draw: Draw) -> Lengths:
    """Draw clipped precisions of a usual size."""
    return draw.integer(60, 85), draw.integer(40, 59), draw.integer(25, 39), draw.integer(12, 24)


def _distinct(t: Text) -> Text | None:
    """Return the text if no two references of a sentence have the same length."""
    return t if all(len(set(lengths)) == len(lengths) for lengths in t.references) else None


def _and(parts: tuple[object, ...]) -> str:
    """Write a list with "and" before the last."""
    return f"{', '.join(map(str, parts[:-1]))} and {parts[-1]}" if len(parts) > 1 else "".join(map(str, parts))


def _exact(x: Fraction) -> str:
    """Write a product of four hundredths without zeros at the end."""
    return fixed(x, 8).rstrip("0")
