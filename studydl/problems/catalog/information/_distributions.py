"""What the information families share: distributions given as counts, sums of logarithms, and how both are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias, TypeVar

from studydl.answers.kinds import Kind, Real
from studydl.problems.catalog._digits import enough, rounded
from studydl.problems.draw import Draw
from studydl.text.numbers import Irrational, Number, fixed, log, log2

Counts: TypeAlias = tuple[int, ...]
Shares: TypeAlias = tuple[Fraction, ...]
S = TypeVar("S")

LOGS: Mapping[str, Callable[[Fraction], Number]] = {"bits": lru_cache(4096)(log2), "nats": lru_cache(4096)(log)}
UNITS = tuple(LOGS)
OTHER = {"bits": "nats", "nats": "bits"}
NOTATION = {"bits": "log2", "nats": "ln"}
BASES = {"bits": "2", "nats": "e"}
DYADIC = 32  # outcomes of dyadic distributions are counted in 32nds


def each_unit(table: Mapping[str, S]) -> dict[str, S]:
    """Return the table with an entry ``form unit`` for every form and unit."""
    return {f"{form} {unit}": entry for form, entry in table.items() for unit in UNITS}


def answers(*forms: str) -> dict[str, Kind]:
    """Return the kind of answer for every form and unit: 3 decimals, in that unit."""
    return {f"{form} {unit}": Real(places=3, unit=unit) for form in forms for unit in UNITS}


@lru_cache(256)  # every mistake of an instance asks again
def shares(counts: Counts) -> Shares:
    """Return the probabilities that counts stand for."""
    total = sum(counts)
    return tuple(Fraction(count, total) for count in counts)


def added(terms: Iterable[Number]) -> Number:
    """Return the sum of numbers."""
    total: Number = 0
    for term in terms:
        total = total + term
    return total


@lru_cache(256)  # as for `shares`
def cross_entropy(p: Shares, q: Shares, unit: str) -> Number:
    """Return the sum of p log(1 / q); outcomes with p = 0 add nothing.

    Raises:
        ZeroDivisionError: q is 0 where p is not.
    """
    return added(a * LOGS[unit](1 / b) for a, b in zip(p, q, strict=True) if a)


def entropy(p: Shares, unit: str) -> Number:
    """Return the sum of p log(1 / p); outcomes with p = 0 add nothing."""
    return cross_entropy(p, p, unit)


@lru_cache(256)
def divergence(p: Shares, q: Shares, unit: str) -> Number:
    """Return the sum of p log(p / q); outcomes with p = 0 add nothing.

    Raises:
        ZeroDivisionError: q is 0 where p is not.
    """
    return added(a * LOGS[unit](a / b) for a, b in zip(p, q, strict=True) if a)


def dyadic(draw: Draw, outcomes: int) -> Counts:
    """Draw a distribution of negative powers of two, in 32nds: the whole is halved again and again."""
    parts = [DYADIC]
    while len(parts) < outcomes:
        half = parts.pop(draw.choice([i for i, part in enumerate(parts) if part > 1])) // 2
        parts += [half, half]
    return draw.shuffled(parts)


def distance(p: Shares, q: Shares) -> Fraction:
    """Return half the sum of the differences between two distributions: 0 to 1."""
    return sum((abs(a - b) for a, b in zip(p, q, strict=True)), Fraction(0)) / 2


def written(counts: Counts) -> tuple[str, ...]:
    """Write a distribution: in decimals where tenths or hundredths write it exactly, otherwise in fractions."""
    total = sum(counts)
    places = 1 if total == 10 else 2 if total in (20, 25, 50, 100) else 0
    return tuple(fixed(x, places) if places and x else str(x) for x in shares(counts))


def number(x: Number, places: int = 4) -> str:
    """Write an intermediate result: an integer as it is, all else with this many decimals."""
    return str(x) if not isinstance(x, Irrational) and x == int(x) else fixed(x, places)


def numbers(xs: Iterable[Number], places: int = 4) -> str:
    """Write intermediate results with commas between: dyadic ones as fractions if all of them are."""
    known = tuple(xs)
    exact = all(not isinstance(x, Irrational) and DYADIC**2 % Fraction(x).denominator == 0 for x in known)
    return ", ".join(str(x) if exact else number(x, places) for x in known)


def decimals(terms: Iterable[tuple[Fraction, Number]], count: int = 1) -> int:
    """Return how many decimals to write: the sum of weights times numbers, over a count, must come out as the answer.

    Args:
        terms: weights, and the numbers they weigh.
        count: what the sum is divided by.
    """
    known = tuple(terms)
    whole = added(weight * x for weight, x in known)
    right = whole * Fraction(1, count)

    def results(places: int) -> Iterable[tuple[float, Number]]:
        yield sum(float(weight) * rounded(x, places) for weight, x in known) / count, right
        yield sum(rounded(weight * x, places) for weight, x in known) / count, right
        yield rounded(whole, places) / count, right

    return enough(results, asked=3)
