"""What the losses share: exact exponentials and logarithms, the softmax, and how decimals are written."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from studydl.text import numbers
from studydl.text.numbers import Irrational, Number, divide, fixed, to_fraction

Exact: TypeAlias = int | Fraction
Logits: TypeAlias = tuple[Exact, ...]

# Every mistake of an instance asks for the same ones again, and each takes 25 to 50 us.
exp = lru_cache(4096)(numbers.exp)
log = lru_cache(4096)(numbers.log)
LN2 = numbers.log(2)


@lru_cache(4096)
def tenths(values: tuple[int, ...]) -> Logits:
    """Return values that are given in tenths."""
    return tuple(Fraction(value, 10) if value % 10 else value // 10 for value in values)


@lru_cache(4096)
def softplus(x: Number) -> Number:
    """Return log(1 + e^x)."""
    return log(1 + exp(x))


@lru_cache(4096)
def sigmoid(x: Exact) -> Number:
    """Return 1 / (1 + e^-x)."""
    return divide(1, 1 + exp(-x))


@lru_cache(256)
def log_sum_exp(logits: tuple[Number, ...]) -> Number:
    """Return the logarithm of the sum of the exponentials."""
    z = sorted(logits)
    return z[-1] + _log_sum_exp(tuple(x - z[-1] for x in z))


@lru_cache(4096)  # by how far the logits are below the largest: few such rows are different
def _log_sum_exp(below: tuple[Number, ...]) -> Number:
    return log(sum(map(exp, below)))


@lru_cache(256)
def softmax(logits: Logits) -> tuple[Number, ...]:
    """Return the probabilities that logits stand for."""
    top = max(logits)
    powers = [exp(z - top) for z in logits]
    total = sum(powers)
    return tuple(divide(power, total) for power in powers)


@lru_cache(4096)
def short(x: Exact) -> str:
    """Write a decimal fraction with as many decimals as it has: 2, -0.5, 1.25."""
    places = next(places for places in range(10) if x * 10**places % 1 == 0)
    return fixed(x, places)


def shorts(xs: Iterable[Exact]) -> tuple[str, ...]:
    """Write decimal fractions."""
    return tuple(map(short, xs))


def bracketed(x: Exact) -> str:
    """Write a decimal fraction as it stands after an operator: a negative one in brackets."""
    return f"({short(x)})" if x < 0 else short(x)


def about(x: Number, places: int = 5) -> str:
    """Write an intermediate result: a decimal fraction that short as it is, all else rounded."""
    exact = not isinstance(x, Irrational) and 10**places % x.denominator == 0
    return short(to_fraction(x)) if exact else fixed(x, places)


def joined(xs: Iterable[Number], places: int = 5) -> str:
    """Write intermediate results with commas between."""
    return ", ".join([about(x, places) for x in xs])


def matrix(rows: Iterable[Iterable[Exact]]) -> str:
    """Write rows of decimal fractions as torch prints a matrix."""
    return "[" + ", ".join(f"[{', '.join(shorts(row))}]" for row in rows) + "]"
