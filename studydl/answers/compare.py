"""When two values are the same: exactly, within the precision asked for, or as two routes to one answer.

All in exact arithmetic; an irrational number is taken at its 50 digits.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import TypeAlias

from studydl.answers.formulas import equal_formulas
from studydl.answers.kinds import Choice, Expression, Items, Kind, Real, Vector, Words
from studydl.answers.reading import read
from studydl.answers.tree import Value
from studydl.text.numbers import Number, is_zero, leading, same, to_fraction

_MARKS = str.maketrans("‐‑‒–—−‘’“”", "------''\"\"")
_TIE = Fraction(1, 10**6)

Reach: TypeAlias = tuple[tuple[float, float], ...]


def plain(text: str) -> str:
    """Return a text without the differences that do not count: case, spacing, width, forms of dash and quote."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_MARKS).casefold().split())


def unit_in_last_place(kind: Real | Vector, value: Number) -> Fraction:
    """Return the size of one unit in the last place asked for; 0 where an exact value is asked for."""
    if kind.places is not None:
        return _decimal_place(kind.places)
    if isinstance(kind, Vector) or kind.significant is None or is_zero(value):
        return Fraction(0)
    return Fraction(10) ** (leading(value) - kind.significant + 1)


@cache
def _decimal_place(places: int) -> Fraction:
    return Fraction(1, 10**places)


def close(kind: Kind, correct: Value, given: Value) -> bool:
    """Say whether a value is right: within half a unit of the last place asked for, exactly where none is.

    Args:
        kind: the kind of answer.
        correct: the right value.
        given: the learner's.
    """
    if isinstance(correct, tuple) or isinstance(given, tuple):
        return _items_match(kind, correct, given)
    if isinstance(correct, str) or isinstance(given, str):
        return _texts_match(kind, correct, given)
    if isinstance(kind, Real | Vector):
        half = unit_in_last_place(kind, correct) / 2
        return same(correct, given) or abs(to_fraction(given) - to_fraction(correct)) <= half
    return same(correct, given)


def _items_match(kind: Kind, correct: Value, given: Value) -> bool:
    if not isinstance(correct, tuple) or not isinstance(given, tuple) or len(correct) != len(given):
        return False
    if not isinstance(kind, Items) or kind.ordered:
        return all(close(kind, a, b) for a, b in zip(correct, given, strict=True))
    waiting = list(given)
    for item in correct:
        match = next((i for i, other in enumerate(waiting) if close(kind, item, other)), None)
        if match is None:
            return False
        del waiting[match]
    return True


def _texts_match(kind: Kind, correct: Value, given: Value) -> bool:
    if not isinstance(correct, str) or not isinstance(given, str):
        return False
    if isinstance(kind, Choice):
        return correct == given
    if isinstance(kind, Expression):
        names = kind.variables
        return equal_formulas(read(correct, names).tree, read(given, names).tree, names)
    accepted = kind.accepted if isinstance(kind, Words) else ()
    return plain(given) in map(plain, (correct, *accepted))


def is_tie(kind: Kind, value: Value) -> bool:
    """Say whether a part of the value is within 1e-6 of a unit in its last place of a rounding boundary."""
    if not isinstance(kind, Real | Vector):
        return False
    for number in numbers_in(value):
        if kind.places is not None and _clear_of_ties(float(number) * 10.0**kind.places):
            continue
        unit = unit_in_last_place(kind, number)
        if unit and abs(to_fraction(number) / unit % 1 - Fraction(1, 2)) < _TIE:
            return True
    return False


def _clear_of_ties(units: float) -> bool:
    """Say that even binary floating point shows a number of units to be no rounding boundary."""
    return abs(units) < 1e9 and abs(units % 1.0 - 0.5) > 1e-3


def apart(kind: Kind, a: Value, b: Value, tolerances: int = 4) -> bool:
    """Say whether a learner's answer cannot fit both values.

    Args:
        kind: the kind of answer.
        a: the right value; its size sets the tolerance.
        b: another value.
        tolerances: how many tolerances (half units in the last place) b must be away, in some part.
    """
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b) and not isinstance(kind, Items):
        return any(apart(kind, x, y, tolerances) for x, y in zip(a, b, strict=True))
    if isinstance(a, str | tuple) or isinstance(b, str | tuple) or not isinstance(kind, Real | Vector):
        return not close(kind, a, b)
    x = float(a)
    if abs(x - float(b)) > _surely(kind, x, tolerances):
        return True
    half = unit_in_last_place(kind, a) / 2
    return not same(a, b) and abs(to_fraction(a) - to_fraction(b)) >= tolerances * half


def reach(kind: Kind, value: Value, tolerances: int = 4) -> Reach:
    """Return each number of a value as floating point, and how far from it all numbers are certainly `apart`.

    Most values are far apart, and `beyond` shows it ten times faster than exact arithmetic.

    Args:
        kind: the kind of answer.
        value: as the first argument of `apart`.
        tolerances: as there.

    Returns:
        A pair for each number; none where `apart` does not compare number by number.
    """
    if isinstance(value, str):
        return ()
    if not isinstance(value, tuple):
        x = float(value)
        return ((x, _surely(kind, x, tolerances)),)
    if isinstance(kind, Items) or any(isinstance(part, str | tuple) for part in value):
        return ()
    return tuple(pair for part in value for pair in reach(kind, part, tolerances))


def beyond(a: Reach, b: Reach) -> bool:
    """Say whether b is certainly `apart` from a; if not, it may still be.

    Args:
        a: what `reach` says of the right value.
        b: what it says of another value.
    """
    if len(a) == len(b):
        for (x, far), (y, _) in zip(a, b, strict=True):
            if abs(x - y) > far:
                return True
    return False


def _surely(kind: Kind, x: float, tolerances: int) -> float:
    return tolerances * _half_at_most(kind, x) + 1e-9 * abs(x)


def _half_at_most(kind: Kind, x: float) -> float:
    """Return a little more than half a unit in the last place asked for, however the first digit of x falls."""
    if not isinstance(kind, Real | Vector):
        return 0.0
    if kind.places is not None:
        return 0.51 * 10.0**-kind.places
    if isinstance(kind, Vector) or kind.significant is None:
        return 0.0
    return 0.51 * abs(x) * 10.0 ** (1 - kind.significant)


def agree(exact: Value, computed: object) -> bool:
    """Say whether a formula and a real operation came to the same answer.

    Args:
        exact: what the formula gave.
        computed: what the operation gave: int, float, str, or tuples or lists of these. All else disagrees.

    Returns:
        True for equal ints, strings and tuples of these; for floating point, for a relative difference of at most
        1e-9 (absolute 1e-12 near zero; a quarter at most where the exact value is a whole number).
    """
    if isinstance(exact, tuple):
        return isinstance(computed, tuple | list) and len(exact) == len(computed) and all(map(agree, exact, computed))
    if isinstance(exact, str):
        return isinstance(computed, str) and exact == computed
    if isinstance(computed, bool) or not isinstance(computed, int | float) or not math.isfinite(computed):
        return False
    if isinstance(exact, int) and isinstance(computed, int):
        return exact == computed
    if abs(difference := float(exact) - computed) <= 1e-10 * abs(computed) and abs(difference) < 0.2:
        return True  # beyond doubt, without exact arithmetic
    x = to_fraction(exact)
    allowed = max(abs(x) / 10**9, Fraction(1, 10**12))
    if x.denominator == 1:
        allowed = min(allowed, Fraction(1, 4))
    return abs(x - Fraction(computed)) <= allowed


def numbers_in(value: Value) -> Iterator[Number]:
    """Yield the numbers of a value, in order."""
    if isinstance(value, tuple):
        for item in value:
            yield from numbers_in(item)
    elif not isinstance(value, str):
        yield value
