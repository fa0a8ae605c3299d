"""How values and kinds are written for a learner."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from studydl.answers.kinds import (
    Choice,
    Expression,
    Integer,
    Items,
    Kind,
    Ratio,
    Real,
    Shape,
    Vector,
    Words,
    asks_percent,
    unit_of,
)
from studydl.answers.tree import Value
from studydl.text import numbers
from studydl.text.numbers import Number

_SHORT = Context(prec=12)
_ABOUT = Context(prec=8)
LARGEST_DENOMINATOR = 1000  # fractions beyond it tell a learner less than their decimals


def display(kind: Kind, value: Value) -> str:
    """Write a value as precisely as the kind asks, with its unit: ``1.441 bits``, ``(1, 64, 112, 112)``."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return join(kind, [display(kind, item) for item in value])
    return _in_digits(kind, value) + unit_suffix(kind)


def display_answer(kind: Kind, value: Value) -> str:
    """Write the right answer: a short fraction with its decimals, else as `display` does."""
    short = isinstance(value, Fraction) and 1 < value.denominator <= LARGEST_DENOMINATOR
    if isinstance(kind, Real) and short and not asks_percent(kind):
        return f"{value} = {display(kind, value)}"
    return display(kind, value)


def join(kind: Kind, parts: list[str]) -> str:
    """Write a tuple from its written parts: with brackets, and for Items without."""
    if isinstance(kind, Items):
        return ", ".join(parts)
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def unit_suffix(kind: Kind) -> str:
    """Return what follows a number of this kind: `` bits``, ``%``, or nothing."""
    unit = unit_of(kind)
    return "" if unit is None else "%" if unit == "%" else f" {unit}"


def _in_digits(kind: Kind, x: Number) -> str:
    if isinstance(kind, Real | Vector) and kind.places is not None:
        return str(x) if isinstance(x, int) and isinstance(kind, Real) else numbers.fixed(x, kind.places)
    if isinstance(kind, Real) and kind.significant is not None:
        return _significant(x, kind.significant)
    if isinstance(kind, Integer | Shape):
        return str(x) if isinstance(x, int) else decimal(x)[0]
    return numbers.canonical(x)


def _significant(x: Number, digits: int) -> str:
    value = numbers.to_decimal(x)
    if not value or -7 < value.adjusted() < 15:
        return numbers.significant(x, digits)
    return format(Context(prec=digits, rounding=ROUND_HALF_UP).plus(value), "e")


def decimal(x: Number) -> tuple[str, bool]:
    """Write a number as a learner would compare it, and say whether that is all of it.

    Returns:
        An integer or up to 12 digits where these are exact, otherwise 8 digits; True where exact.
    """
    if isinstance(x, int) and abs(x) < 10**20:
        return str(x), True
    value = numbers.to_decimal(x)
    short = _SHORT.plus(value)
    exact = numbers.same(Fraction(short), x)
    return _notation((short if exact else _ABOUT.plus(value)).normalize()), exact


def _notation(value: Decimal) -> str:
    return format(value, "f" if not value or -7 < value.adjusted() < 15 else "e")


def describe(kind: Kind) -> str:
    """Tell the learner how the answer is to be written."""
    unit = unit_of(kind)
    return _form(kind) + (f", in {unit}" if unit else "")


def _form(kind: Kind) -> str:
    match kind:
        case Integer():
            return "a whole number"
        case Real(places=int(places)):
            return f"{count(places, 'decimal')}, or exact such as 13/16"
        case Real(significant=digits):
            return count(digits or 0, "significant digit")
        case Ratio():
            return "exact, such as 13/16"
        case Shape():
            return "whole numbers such as (1, 64, 112, 112)"
        case Vector(places=None):
            return "exact numbers such as (1/4, 3/4)"
        case Vector(places=places):
            return f"numbers such as (0.25, 3/4), {count(places or 0, 'decimal')} each"
        case Items(ordered=ordered):
            return f"with commas between, in {'order' if ordered else 'any order'}"
        case Choice(options=options):
            return f"a number from 1 to {len(options)}"
        case Expression(variables=variables):
            return f"a formula in {' and '.join(variables)}"
        case Words():
            return "a word or a few"


def count(number: int, thing: str) -> str:
    """Write a number with what it counts: ``1 decimal``, ``3 decimals``."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
