"""Numbers that stay exact as long as they can, and how they are written.

A `Number` is an int or a Fraction (exact), or an `Irrational` (a logarithm, a root, pi: known to 50
significant digits). Formulas and learners' answers are both computed with these, so two values are compared
in exact arithmetic and rounding is never left to binary floating point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache, lru_cache
from math import isqrt
from typing import TypeAlias

DIGITS = 50
_RELATIVE, _NOTHING = Decimal("1e-30"), Decimal("1e-45")  # what 50 digits leave after some cancellation
_CONTEXT = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999)


@dataclass(frozen=True, slots=True)
class Irrational:
    """A real number known to 50 significant digits.

    Args:
        value: its decimal expansion.
    """

    value: Decimal

    def __add__(self, other: Number) -> Irrational:
        return Irrational(_CONTEXT.add(self.value, to_decimal(other)))

    __radd__ = __add__

    def __sub__(self, other: Number) -> Irrational:
        return Irrational(_CONTEXT.subtract(self.value, to_decimal(other)))

    def __rsub__(self, other: Number) -> Irrational:
        return Irrational(_CONTEXT.subtract(to_decimal(other), self.value))

    def __mul__(self, other: Number) -> Number:
        return 0 if is_zero(other) else Irrational(_CONTEXT.multiply(self.value, to_decimal(other)))

    __rmul__ = __mul__

    def __truediv__(self, other: Number) -> Irrational:
        if is_zero(other):
            raise ZeroDivisionError("division by zero")
        return Irrational(_CONTEXT.divide(self.value, to_decimal(other)))

    def __rtruediv__(self, other: int | Fraction) -> Number:
        if is_zero(self):
            raise ZeroDivisionError("division by zero")
        return 0 if is_zero(other) else Irrational(_CONTEXT.divide(to_decimal(other), self.value))

    def __neg__(self) -> Irrational:
        return Irrational(_CONTEXT.minus(self.value))

    def __abs__(self) -> Irrational:
        return Irrational(_CONTEXT.abs(self.value))

    def __lt__(self, other: Number) -> bool:
        return self.value < to_decimal(other)

    def __gt__(self, other: Number) -> bool:
        return self.value > to_decimal(other)

    def __float__(self) -> float:
        return float(self.value)


Number: TypeAlias = int | Fraction | Irrational

PI = Irrational(Decimal("3.1415926535897932384626433832795028841971693993751"))
E = Irrational(_CONTEXT.exp(Decimal(1)))


def to_decimal(x: Number) -> Decimal:
    """Return x as a Decimal of at most 50 significant digits."""
    if isinstance(x, Irrational):
        return x.value
    if isinstance(x, int):
        return _CONTEXT.create_decimal(x)
    return _CONTEXT.divide(Decimal(x.numerator), Decimal(x.denominator))


def to_fraction(x: Number) -> Fraction:
    """Return x as a Fraction; an irrational number is taken at its 50 digits."""
    if isinstance(x, Irrational):
        return Fraction(x.value)
    return x if isinstance(x, Fraction) else Fraction(x)


def is_zero(x: Number) -> bool:
    """Say whether x is exactly zero."""
    return not (x.value if isinstance(x, Irrational) else x)


def same(a: Number, b: Number) -> bool:
    """Say whether two numbers are equal: exactly for exact ones, to 30 digits where one is irrational."""
    if not isinstance(a, Irrational) and not isinstance(b, Irrational):
        return a == b
    x, y = to_decimal(a), to_decimal(b)
    difference, size = _CONTEXT.subtract(x, y), max(abs(x), abs(y))
    return abs(difference) <= _CONTEXT.fma(size, _RELATIVE, _NOTHING)


def sqrt(x: Number) -> Number:
    """Return the square root, exact where x is the square of a fraction.

    Raises:
        ValueError: x is negative.
    """
    if isinstance(x, Irrational):
        return Irrational(_CONTEXT.sqrt(_nonnegative(x.value)))
    exact = Fraction(x)
    _nonnegative(Decimal(exact.numerator))
    top, bottom = isqrt(exact.numerator), isqrt(exact.denominator)
    if top * top == exact.numerator and bottom * bottom == exact.denominator:
        return _whole(Fraction(top, bottom))
    return Irrational(_CONTEXT.sqrt(to_decimal(exact)))


def log(x: Number) -> Number:
    """Return the natural logarithm; log(1) is exactly 0.

    Raises:
        ValueError: x is not positive.
    """
    value = _positive(x)
    return 0 if value == 1 else Irrational(_ln(value))


def log2(x: Number) -> Number:
    """Return the logarithm to base 2, exact for powers of two."""
    if not isinstance(x, Irrational) and x > 0:
        exact = Fraction(x)
        top, bottom = exact.numerator.bit_length() - 1, exact.denominator.bit_length() - 1
        if exact == Fraction(1 << top, 1 << bottom):
            return top - bottom
    return Irrational(_CONTEXT.divide(_ln(_positive(x)), _ln(Decimal(2))))


def log10(x: Number) -> Number:
    """Return the logarithm to base 10, exact for powers of ten."""
    value = _CONTEXT.log10(_positive(x))
    if isinstance(x, Irrational) or value != value.to_integral_value() or x != Fraction(10) ** int(value):
        return Irrational(value)
    return int(value)


def exp(x: Number) -> Number:
    """Return e to the power x; exp(0) is exactly 1."""
    return 1 if is_zero(x) else Irrational(_CONTEXT.exp(to_decimal(x)))


def power(base: Number, exponent: Number) -> Number:
    """Return base to the exponent, exact for integer exponents of exact bases.

    Raises:
        ValueError: a negative base has a fractional exponent.
        ZeroDivisionError: zero has a negative exponent.
    """
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        exponent = int(exponent)
    if isinstance(exponent, int) and not isinstance(base, Irrational):
        return _whole(Fraction(base) ** exponent)
    if exponent == Fraction(1, 2):
        return sqrt(base)
    if is_zero(base):
        if exponent < 0:
            raise ZeroDivisionError("zero to a negative power")
        return 0
    if not isinstance(exponent, int):
        _positive(base)
    return Irrational(_CONTEXT.power(to_decimal(base), to_decimal(exponent)))


def divide(a: Number, b: Number) -> Number:
    """Return a / b without ever leaving exact arithmetic for exact numbers.

    Raises:
        ZeroDivisionError: b is zero.
    """
    if isinstance(a, Irrational):
        return a / b
    if isinstance(b, Irrational):
        return a / b
    return _whole(Fraction(a, b))


def fixed(x: Number, places: int) -> str:
    """Write x with this many decimals, rounded half away from zero: ``fixed(Fraction(13, 16), 3)`` is 0.813."""
    top, bottom = x.value.as_integer_ratio() if isinstance(x, Irrational) else x.as_integer_ratio()
    units = (2 * abs(top) * 10**places + bottom) // (2 * bottom)
    digits = str(units).rjust(places + 1, "0")
    sign = "-" if top < 0 and units else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def significant(x: Number, digits: int) -> str:
    """Write x to this many significant digits: ``significant(Fraction(1, 3), 4)`` is 0.3333.

    Digits before the decimal point are always written in full.
    """
    if is_zero(x):
        return "0"
    # Rounding may carry: 0.99999 to 4 digits is 1.000, not 1.0000.
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).plus(to_decimal(x))
    return fixed(x, max(0, digits - 1 - rounded.adjusted()))


def leading(x: Number) -> int:
    """Return the power of ten of x's first digit: 0 for 3.2, -2 for 0.032, 2 for 320. x is not zero."""
    return to_decimal(x).adjusted()


def places_for(x: Number, digits: int) -> int:
    """Return how many decimals show x, which is not zero, to this many significant digits; at least 0."""
    return max(0, digits - 1 - leading(x))


def canonical(x: Number, digits: int = 20) -> str:
    """Write x so that the answer grammar reads it back: an integer, ``13/16``, or 20 significant digits."""
    if isinstance(x, Irrational):
        short = _short_context(digits).plus(x.value).normalize()
        return format(short, "f" if abs(short.adjusted()) < digits else "e")
    return str(x)


@cache
def _short_context(digits: int) -> Context:
    return Context(prec=digits)


def _whole(x: Fraction) -> int | Fraction:
    return x.numerator if x.denominator == 1 else x


def _positive(x: Number) -> Decimal:
    value = to_decimal(x)
    if value <= 0:
        raise ValueError("the logarithm or fractional power of a number that is not positive")
    return value


def _nonnegative(value: Decimal) -> Decimal:
    if value < 0:
        raise ValueError("the square root of a negative number")
    return value


@lru_cache(maxsize=1024)
def _ln(value: Decimal) -> Decimal:
    """Return a logarithm, remembered: it takes 50 us, and an answer box evaluates at every key."""
    return _CONTEXT.ln(value)


FUNCTIONS: dict[str, Callable[[Number], Number]] = {
    "sqrt": sqrt,
    "exp": exp,
    "log": log,
    "ln": log,
    "log2": log2,
    "log10": log10,
}
