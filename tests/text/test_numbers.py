"""Exact numbers against the standard library's decimal, math and fractions, and against mpmath."""

import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studydl.text import numbers
from studydl.text.numbers import Irrational, Number

mpmath = import_module("mpmath")
mpmath.mp.dps = 60

fractions = st.fractions(min_value=-1000, max_value=1000, max_denominator=1000)
positive = st.fractions(min_value=Fraction(1, 1000), max_value=1000, max_denominator=1000)


def as_mpf(x: Fraction) -> Any:
    return mpmath.mpf(x.numerator) / x.denominator


def agrees(number: Number, expected: Any, digits: int = 45) -> bool:
    ours = mpmath.mpf(str(numbers.to_decimal(number)))
    return bool(abs(ours - expected) <= abs(expected) * mpmath.mpf(10) ** -digits + mpmath.mpf(10) ** -digits)


@given(positive)
def test_logarithms_agree_with_mpmath_to_45_digits(x: Fraction) -> None:
    assert agrees(numbers.log(x), mpmath.log(as_mpf(x)))
    assert agrees(numbers.log2(x), mpmath.log(as_mpf(x), 2))
    assert agrees(numbers.log10(x), mpmath.log10(as_mpf(x)))


@given(positive)
def test_roots_and_exponentials_agree_with_mpmath(x: Fraction) -> None:
    assert agrees(numbers.sqrt(x), mpmath.sqrt(as_mpf(x)))
    assert agrees(numbers.exp(x / 100), mpmath.exp(as_mpf(x) / 100))
    assert agrees(numbers.power(x, Fraction(1, 3)), mpmath.root(as_mpf(x), 3))


@pytest.mark.parametrize(
    ("computed", "expected"),
    [
        (numbers.log(1), 0),
        (numbers.log2(1024), 10),
        (numbers.log2(Fraction(1, 8)), -3),
        (numbers.log10(1000), 3),
        (numbers.log10(Fraction(1, 100)), -2),
        (numbers.sqrt(Fraction(9, 16)), Fraction(3, 4)),
        (numbers.exp(0), 1),
        (numbers.power(2, -2), Fraction(1, 4)),
        (numbers.power(Fraction(9, 4), Fraction(1, 2)), Fraction(3, 2)),
        (numbers.power(Fraction(1, 2), Fraction(2, 1)), Fraction(1, 4)),
        (numbers.divide(6, 3), 2),
        (numbers.divide(Fraction(1, 2), 3), Fraction(1, 6)),
        (numbers.E * 0, 0),
        (0 * numbers.PI, 0),
    ],
)
def test_what_is_exact_stays_exact(computed: Number, expected: Number) -> None:
    assert not isinstance(computed, Irrational)
    assert computed == expected


@given(fractions, fractions)
def test_division_of_exact_numbers_is_exact(a: Fraction, b: Fraction) -> None:
    if b:
        quotient = numbers.divide(a, b)
        assert not isinstance(quotient, Irrational)
        assert quotient * b == a


@pytest.mark.parametrize("x", [0, -1, Fraction(-1, 2)])
def test_there_is_no_logarithm_of_what_is_not_positive(x: Number) -> None:
    for function in (numbers.log, numbers.log2, numbers.log10):
        with pytest.raises(ValueError, match="not positive"):
            function(x)


def test_what_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="negative"):
        numbers.sqrt(-1)
    with pytest.raises(ValueError, match="not positive"):
        numbers.power(-8, Fraction(1, 3))
    for a, b in ((1, 0), (numbers.PI, 0), (1, numbers.PI - numbers.PI), (numbers.PI, numbers.PI - numbers.PI)):
        with pytest.raises(ZeroDivisionError):
            numbers.divide(a, b)
    with pytest.raises(ZeroDivisionError):
        numbers.power(0, -1)


@given(st.fractions(min_value=-100, max_value=100, max_denominator=50))
def test_irrational_arithmetic_agrees_with_mpmath_on_both_sides(x: Fraction) -> None:
    pi, ours = mpmath.pi, numbers.PI
    assert agrees(ours + x, pi + as_mpf(x)) and agrees(x + ours, pi + as_mpf(x))
    assert agrees(ours - x, pi - as_mpf(x)) and agrees(x - ours, as_mpf(x) - pi)
    assert agrees(ours * x, pi * as_mpf(x)) and agrees(x * ours, pi * as_mpf(x))
    assert agrees(numbers.divide(x, ours), as_mpf(x) / pi)
    if x:
        assert agrees(numbers.divide(ours, x), pi / as_mpf(x))
    assert (ours < x) == (mpmath.pi < as_mpf(x)) and (x < ours) == (as_mpf(x) < mpmath.pi)
    assert abs(-ours) == ours


@given(st.decimals(min_value=-10000, max_value=10000, places=6), st.integers(0, 6))
def test_fixed_rounds_as_decimal_rounds_half_up(x: Decimal, places: int) -> None:
    expected = format(x.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP), "f")
    assert numbers.fixed(Fraction(x), places) == (expected.lstrip("-") if Decimal(expected) == 0 else expected)


@pytest.mark.parametrize(
    ("x", "digits", "expected"),
    [
        (Fraction(1, 3), 4, "0.3333"),
        (Fraction(99999, 100000), 4, "1.000"),
        (Fraction(123456, 10), 3, "12346"),
        (Fraction(1, 3000), 2, "0.00033"),
        (Fraction(-25, 2), 2, "-13"),
        (5, 3, "5.00"),
        (0, 3, "0"),
        (numbers.PI, 4, "3.142"),
    ],
)
def test_significant_digits_are_counted_from_the_first_that_is_not_zero(x: Number, digits: int, expected: str) -> None:
    assert numbers.significant(x, digits) == expected


@given(positive, st.integers(1, 9))
def test_significant_is_within_half_a_unit_of_its_last_place(x: Fraction, digits: int) -> None:
    written = Fraction(numbers.significant(x, digits))
    assert abs(written - x) <= Fraction(10) ** (math.floor(math.log10(x)) - digits + 1) / 2 * Fraction(1001, 1000)


@given(positive)
def test_leading_is_the_power_of_ten_of_the_first_digit(x: Fraction) -> None:
    power = numbers.leading(x)
    assert Fraction(10) ** power <= x < Fraction(10) ** (power + 1)
    assert numbers.places_for(x, 3) == max(0, 2 - power)


@given(fractions)
def test_canonical_exact_numbers_read_back_as_they_were(x: Fraction) -> None:
    assert Fraction(numbers.canonical(x)) == x
    assert "." not in numbers.canonical(x)


@pytest.mark.parametrize("scale", [-200, -30, -3, 0, 3, 30, 200])
def test_canonical_irrational_numbers_keep_20_digits_at_any_size(scale: int) -> None:
    x = Irrational(numbers.PI.value.scaleb(scale))
    written = numbers.canonical(x)
    assert abs(Fraction(written) / Fraction(x.value) - 1) < Fraction(1, 10**19)
    assert len(written) <= 45


def test_same_forgives_only_what_50_digits_cannot_hold() -> None:
    root = numbers.sqrt(2)
    assert numbers.same(root * root, 2)
    assert numbers.same(numbers.log(6) - numbers.log(2) - numbers.log(3), 0)
    assert not numbers.same(root * root, 2 + Fraction(1, 10**25))
    assert not numbers.same(2, 2 + Fraction(1, 10**60))
    assert float(root) == math.sqrt(2)
