"""Normalized discounted cumulative gain: of a ranking, of its top, and what exchanging two documents is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from studydl.answers.kinds import Real
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Irrational, Number, divide, log2, significant

Grades = tuple[int, ...]

RULES = {"linear": "the grade", "exponential": "2^grade - 1"}
GAIN = "gain: {rule}"
DISCOUNT = "the gain at rank i is divided by log2(i + 1)"


@dataclass(frozen=True, slots=True)
class Ranked:
    """Relevance grades of documents from rank 1 down, and what is asked.

    Args:
        grades: of the documents returned, 0 to 5.
        gain: "linear" or "exponential".
        top: how many ranks count.
        missing: grades of relevant documents that are not returned.
        swap: two ranks whose documents change places; empty where the value itself is asked for.
    """

    grades: Grades
    gain: str
    top: int
    missing: Grades = ()
    swap: tuple[int, ...] = ()

    @property
    def ideal(self) -> Grades:
        """Return the grades of all documents, best first."""
        return tuple(sorted(self.grades + self.missing, reverse=True))

    @property
    def after(self) -> Grades:
        """Return the grades after the exchange."""
        order = list(self.grades)
        first, second = self.swap
        order[first - 1], order[second - 1] = order[second - 1], order[first - 1]
        return tuple(order)

    def gained(self, grade: int) -> int:
        """Return the gain of a grade."""
        return grade if self.gain == "linear" else 2**grade - 1

    def dcg(self, grades: Grades, discount: Callable[[int], Number]) -> Number:
        """Return the sum of the discounted gains of the ranks that count."""
        total: Number = 0
        for rank, grade in enumerate(grades[: self.top], 1):
            total = total + discounted(self.gained(grade), discount, rank)
        return total

    def cumulated(self, discount: Callable[[int], Number]) -> Number:
        """Return the discounted gain of the ranking, or what the exchange adds to it."""
        if self.swap:
            return self.dcg(self.after, discount) - self.dcg(self.grades, discount)
        return self.dcg(self.grades, discount)

    def value(self, ideal: Grades, discount: Callable[[int], Number]) -> Number:
        """Return what is asked for, relative to an ideal ranking."""
        return divide(self.cumulated(discount), self.dcg(ideal, discount))


@lru_cache(maxsize=1024)  # the same few quotients in every problem
def discounted(gain: int, discount: Callable[[int], Number], rank: int) -> Number:
    """Return the gain over the discount of its rank."""
    return divide(gain, discount(rank))


@cache
def logarithm(rank: int) -> Number:
    """Return log2(rank + 1)."""
    return log2(rank + 1)


def early(rank: int) -> Number:
    """Return log2(rank), and 1 for the first rank."""
    return logarithm(max(1, rank - 1))


def constant(rank: int) -> Number:
    """Return 1."""
    return 1


def shown_only(p: Ranked) -> Number | None:
    """Return the value with an ideal of the documents in the ranks that count; None where these are all."""
    if p.top == len(p.grades) and not p.missing:
        return None
    return p.value(tuple(sorted(p.grades[: p.top], reverse=True)), logarithm)


class Ndcg(Family[Ranked]):
    """NDCG: gains discounted by the logarithm of their rank, as a part of what the best order would collect."""

    name, version, title = "metrics.ndcg", 1, "Normalized discounted cumulative gain"
    source = (
        "Järvelin and Kekäläinen (2002), Cumulated gain-based evaluation of IR techniques; Burges et al. (2005), "
        "Learning to rank using gradient descent; scikit-learn documentation, sklearn.metrics.ndcg_score"
    )
    answer = Real(places=3)
    prompt = {
        "all": "The {n} documents of a search have, from rank 1 down, the relevance grades {grades}. What is the NDCG "
        "of this order, to 3 decimals?",
        "top": "The {n} documents of a search have, from rank 1 down, the relevance grades {grades}. What is the "
        "NDCG@{top}, to 3 decimals?",
        "missing": "A search returns documents that have, from rank 1 down, the relevance grades {grades}. It fails to "
        "return {lost}. What is the NDCG@{top}, to 3 decimals?",
        "swap": "The {n} documents of a search have, from rank 1 down, the relevance grades {grades}. By how much does "
        "the NDCG rise if the documents at the ranks {first} and {second} change places, to 3 decimals?",
    }
    conventions = {
        "all": (GAIN, DISCOUNT),
        "top": (GAIN, DISCOUNT, "ideal: the best {top} of all {n} documents"),
        "missing": (GAIN, DISCOUNT, "ideal: the best {top} of all documents, returned or not"),
        "swap": (GAIN, DISCOUNT),
    }
    steps = {
        "all": (
            "The gains {gains} over $log2(i + 1)$: ${terms} = {dcg}$.",
            "The ideal order has the gains {ideal_gains}: ${ideal_terms} = {idcg}$.",
            "$frac({dcg}, {idcg})$ = {answer}",
        ),
        "top": (
            "The gains at the top {top} are {gains}. Over $log2(i + 1)$: ${terms} = {dcg}$.",
            "The best {top} of all documents have the gains {ideal_gains}: ${ideal_terms} = {idcg}$.",
            "$frac({dcg}, {idcg})$ = {answer}",
        ),
        "missing": (
            "The gains at the top {top} are {gains}. Over $log2(i + 1)$: ${terms} = {dcg}$.",
            "With what is missing, the best {top} have the grades {ideal_grades} and the gains {ideal_gains}: "
            "${ideal_terms} = {idcg}$.",
            "$frac({dcg}, {idcg})$ = {answer}",
        ),
        "swap": (
            "The gains are {gains}. Rank {first} gets {high} for {low}, {difference} more, rank {second} as much less.",
            "DCG rises by $frac({difference}, {first_log}) - frac({difference}, {second_log}) = {dcg}$.",
            "The ideal order has the gains {ideal_gains}: ${ideal_terms} = {idcg}$.",
            "$frac({dcg}, {idcg})$ = {answer}",
        ),
    }
    limits = {1: Effort(26, 4), 2: Effort(36, 5), 3: Effort(48, 5)}
    mistakes = (
        Mistake(
            "not normalized",
            lambda p: p.cumulated(logarithm),
            "That is DCG, not yet divided by that of the ideal order, {idcg}.",
        ),
        Mistake(
            "the other gain",
            lambda p: replace(p, gain="linear" if p.gain == "exponential" else "exponential").value(p.ideal, logarithm),
            "You used the other gain. Here it is {rule}.",
            convention="gain:",
        ),
        Mistake(
            "ideal of the ranks shown",
            shown_only,
            "You sorted only what stands in the top {top}. The ideal order takes the best of all documents: grades "
            "{ideal_grades}.",
            convention="of all",
        ),
        Mistake(
            "logarithm of the rank",
            lambda p: p.value(p.ideal, early),
            "You divided by log2(i), the first rank by 1. Here it is log2(i + 1): rank 2 is divided by 1.585.",
            convention="log2(i + 1)",
        ),
        Mistake(
            "divided by the rank",
            lambda p: p.value(p.ideal, int),
            "You divided each gain by its rank. The discount is milder: $log2(i + 1)$.",
        ),
        Mistake(
            "no discount",
            lambda p: p.value(p.ideal, constant) if p.missing or p.top < len(p.grades) else None,
            "You added the gains as they are. Each is divided by $log2(i + 1)$, so that the order counts.",
        ),
        Mistake(
            "cutoff ignored",
            lambda p: replace(p, top=len(p.grades)).value(p.ideal, logarithm),
            "You counted all ranks. @{top} stops after rank {top}, above and below.",
        ),
        Mistake(
            "upside down",
            lambda p: None if p.swap else divide(p.dcg(p.ideal, logarithm), p.cumulated(logarithm)),
            "You divided the ideal by what was reached. NDCG is at most 1.",
        ),
        Mistake(
            "value after the exchange",
            lambda p: divide(p.dcg(p.after, logarithm), p.dcg(p.ideal, logarithm)) if p.swap else None,
            "That is the NDCG after the exchange. The rise is what it gains over the old order.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Ranked | None:
        """Level 1: a few grades; level 2: the top of more; level 3: documents missing, or an exchange."""
        if level == 1:
            n = draw.choice((3, 3, 4))
            p = Ranked(draw.integers(n, 0, 5 if n == 3 else 3), "linear", n)
        elif level == 2:
            grades = draw.integers(draw.choice((6, 7)), 0, 4)
            p = Ranked(grades, draw.choice(("linear", "exponential")), draw.choice((3, 3, 4)))
        elif draw.chance(0.5):
            grades, lost = draw.integers(draw.choice((5, 6)), 0, 4), draw.integers(draw.choice((1, 2)), 2, 4)
            p = Ranked(grades, "exponential", draw.choice((3, 4)), missing=lost)
        else:
            n = draw.choice((5, 6))
            first = draw.integer(1, n - 1)
            swap = (first, draw.integer(first + 1, n))
            p = Ranked(draw.integers(n, 0, 4), "exponential", n, swap=swap)
            if p.gained(p.grades[swap[1] - 1]) - p.gained(p.grades[first - 1]) < 2:
                return None  # no rise, or one of a few thousandths
        return p if p.grades[: p.top] != p.ideal[: p.top] and any(p.grades[: p.top]) else None

    def variant(self, p: Ranked) -> str:
        """Return swap, missing, top or all."""
        return "swap" if p.swap else "missing" if p.missing else "top" if p.top < len(p.grades) else "all"

    def branch(self, p: Ranked) -> str:
        """Return the variant and the gain."""
        return f"{self.variant(p)} {p.gain}"

    def formula(self, p: Ranked) -> Number:
        """Return the discounted gain, or its rise, over that of the ideal order."""
        return p.value(p.ideal, logarithm)

    def effort(self, p: Ranked) -> Effort:
        """Return a logarithm, quotient and sum a rank, twice; the gains; sorting; the last quotient."""
        gains = 2 * p.top if p.gain == "exponential" else 0
        return Effort(4 * p.top + gains + len(p.grades + p.missing) + 1, 4 if p.gain == "linear" else 5)

    def facts(self, p: Ranked) -> Facts:
        """Return the gains, their discounted sums written out, and what an exchange moves."""
        gains, ideal = ([p.gained(grade) for grade in grades[: p.top]] for grades in (p.grades, p.ideal))
        logs = [_short(logarithm(rank)) for rank in range(1, len(p.grades) + 1)]
        first, second = p.swap or (1, 1)
        return {
            "n": len(p.grades),
            "grades": p.grades,
            "top": p.top,
            "rule": RULES[p.gain],
            "gains": tuple(gains),
            "ideal_gains": tuple(ideal),
            "ideal_grades": p.ideal[: p.top],
            "terms": " + ".join(f"{gain}/{log}" for gain, log in zip(gains, logs, strict=False)),
            "ideal_terms": " + ".join(f"{gain}/{log}" for gain, log in zip(ideal, logs, strict=False)),
            "dcg": _short(p.cumulated(logarithm)),
            "idcg": _short(p.dcg(p.ideal, logarithm)),
            "lost": " and ".join(f"a document of grade {grade}" for grade in p.missing),
            "first": first,
            "second": second,
            "low": gains[first - 1],
            "high": gains[second - 1] if p.swap else 0,
            "difference": gains[second - 1] - gains[first - 1] if p.swap else 0,
            "first_log": logs[first - 1],
            "second_log": logs[second - 1],
        }

    @staticmethod
    def witness(grades: Grades, gain: str, top: int, missing: Grades, swap: tuple[int, ...]) -> float:
        """Return the scalar product of gains and discounts over that of the sorted gains, after and before a swap."""
        import torch

        gains = torch.tensor(grades + missing if missing else grades, dtype=torch.float64)
        if gain != "linear":
            gains = gains.exp2() - 1
        weights = 1 / torch.arange(2, top + 2).double().log2()
        ideal = gains.topk(top).values @ weights
        value = gains[:top] @ weights / ideal
        if swap:
            order = torch.arange(top)
            order[[swap[0] - 1, swap[1] - 1]] = order[[swap[1] - 1, swap[0] - 1]]
            value = gains[order] @ weights / ideal - value
        return value.item()


def _short(x: Number) -> str:
    """Write a number as a person would note it down: six significant digits where it is not whole."""
    whole = not isinstance(x, Irrational) and x == int(x)
    return str(x) if whole else significant(x, 6)
