"""How the optimizer families write numbers: decimals without trailing zeros, negative factors in brackets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from studydl.text.numbers import Number, fixed

NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def thousandths(count: int) -> Fraction:
    """Return so many thousandths."""
    return Fraction(count, 1000)


def decimal(x: Number | Decimal, places: int = 6) -> str:
    """Write a number in decimals: all of them where these are few, otherwise rounded."""
    text = f"{x.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}" if isinstance(x, Decimal) else fixed(x, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def factor(x: Number | Decimal, places: int = 6) -> str:
    """Write a number as a factor: in brackets where it is negative."""
    text = decimal(x, places)
    return f"({text})" if text.startswith("-") else text


def plus(x: Number | Decimal, places: int = 6) -> str:
    """Write a number as a further term of a sum: ``+ 2`` or ``- 2``."""
    text = decimal(x, places)
    return f"- {text[1:]}" if text.startswith("-") else f"+ {text}"


def total(terms: Sequence[Number | Decimal], places: int = 6) -> str:
    """Write a sum by its terms: ``2 - 1.2 + 3``."""
    return " ".join([decimal(terms[0], places), *(plus(term, places) for term in terms[1:])])


def listed(things: Iterable[object]) -> str:
    """Write a list as a sentence has it: ``2, -3 and 4``."""
    *rest, last = map(str, things)
    return f"{', '.join(rest)} and {last}" if rest else last
