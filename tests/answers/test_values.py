"""Canonical strings, learner text and descriptions."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studydl.answers.kinds import Choice, Expression, Integer, Items, Kind, Ratio, Real, Shape, Vector, Words
from studydl.answers.reading import read
from studydl.answers.tree import Value
from studydl.answers.values import canonical, describe, display, make_answer, parse_value
from studydl.answers.writing import decimal
from studydl.text import numbers


@pytest.mark.parametrize(
    ("kind", "value", "canonical_value", "text"),
    [
        (Integer(), 1792, "1792", "1792"),
        (Integer(), 10**25, "1" + "0" * 25, "1" + "0" * 25),
        (Integer("bytes"), 1792, "1792", "1792 bytes"),
        (Real(places=3), Fraction(8127, 10000), "8127/10000", "0.813"),
        (Real(places=3), Fraction(5, 6), "5/6", "5/6 = 0.833"),
        (Real(places=3), Fraction(-5, 6), "-5/6", "-5/6 = -0.833"),
        (Real(places=3), 2, "2", "2"),
        (Real(places=3, unit="bits"), numbers.log2(Fraction(19, 7)), "1.4405725913859813864", "1.441 bits"),
        (Real(places=1, unit="%"), Fraction(325, 4), "325/4", "81.3%"),
        (Real(significant=3), Fraction(2, 3), "2/3", "2/3 = 0.667"),
        (Real(significant=3), numbers.exp(-20), "0.000000002061153622438557828", "2.06e-9"),
        (Real(significant=4), 2 * numbers.PI, "6.2831853071795864769", "6.283"),
        (Ratio(), Fraction(3, 4), "3/4", "3/4"),
        (Ratio("bits"), Fraction(7, 4), "7/4", "7/4 bits"),
        (Shape(), (1, 64, 112, 112), "(1, 64, 112, 112)", "(1, 64, 112, 112)"),
        (Shape(), (5,), "(5,)", "(5,)"),
        (Shape(), (), "()", "()"),
        (Vector(places=2), (Fraction(1, 3), 1), "(1/3, 1)", "(0.33, 1.00)"),
        (Vector(), (Fraction(1, 3), 1), "(1/3, 1)", "(1/3, 1)"),
        (Vector(), ((1, 2), (3, 4)), "((1, 2), (3, 4))", "((1, 2), (3, 4))"),
        (Items(), ("relu", 3), "relu, 3", "relu, 3"),
        (Choice(("ReLU", "tanh")), "tanh", "tanh", "tanh"),
        (Expression(("x",)), "2*x", "2*x", "2*x"),
        (Words(), "batch norm", "batch norm", "batch norm"),
    ],
)
def test_an_answer_has_a_canonical_value_and_a_text(kind: Kind, value: Value, canonical_value: str, text: str) -> None:
    answer = make_answer(kind, value)
    assert answer.kind == kind
    assert (answer.value, answer.text) == (canonical_value, text)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Real(places=3), Fraction(3, 4), "0.750"),
        (Integer(), Fraction(225, 2), "112.5"),
        (Integer(), Fraction(1, 3), "0.33333333"),
        (Integer("bytes"), 7, "7 bytes"),
    ],
)
def test_a_wrong_value_is_displayed_in_digits(kind: Kind, value: Value, text: str) -> None:
    assert display(kind, value) == text


exact = st.fractions(min_value=-(10**12), max_value=10**12, max_denominator=10**12)


@given(st.recursive(exact, lambda items: st.lists(items, max_size=4).map(tuple), max_leaves=6))
def test_parsing_a_canonical_value_gives_the_value(value: Value) -> None:
    assert parse_value(Vector(), canonical(Vector(), value)) == value


@given(exact | st.lists(exact, max_size=5).map(tuple))
def test_the_short_way_of_parsing_and_the_grammar_agree(value: Value) -> None:
    written = canonical(Vector(), value)
    assert parse_value(Vector(), written) == read(written).value


@given(st.integers(2, 10**9))
def test_an_irrational_value_keeps_20_digits(n: int) -> None:
    value = numbers.sqrt(n * n + 1)
    parsed = parse_value(Real(places=3), canonical(Real(places=3), value))
    assert not isinstance(parsed, str | tuple)
    assert abs(numbers.to_fraction(parsed) / numbers.to_fraction(value) - 1) < Fraction(1, 10**19)


def test_a_fraction_too_long_for_the_grammar_is_written_in_digits() -> None:
    value = Fraction(10**50 + 1, 3**100)
    written = canonical(Real(places=3), value)
    assert abs(Fraction(written) / value - 1) < Fraction(1, 10**19)
    assert read(written).value == Fraction(written)


@pytest.mark.parametrize("text", ["", "foo", "1/0", "9^9^9^9", "(1", "(a, 2)"])
def test_what_is_not_canonical_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="is not a value"):
        parse_value(Real(places=3), text)


@pytest.mark.parametrize(
    ("x", "text", "exact"),
    [
        (Fraction(13, 16), "0.8125", True),
        (Fraction(1, 3), "0.33333333", False),
        (numbers.log(4), "1.3862944", False),
        (10**15, "1000000000000000", True),
        (Fraction(1, 10**9), "1e-9", True),
        (numbers.divide(numbers.log(8), numbers.log(2)), "3", True),
        (10**30, "1e+30", True),
    ],
)
def test_decimals_say_whether_they_are_all_of_the_number(x: numbers.Number, text: str, exact: bool) -> None:
    assert decimal(x) == (text, exact)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (Integer(), "a whole number"),
        (Integer("bytes"), "a whole number, in bytes"),
        (Real(places=3), "3 decimals, or exact such as 13/16"),
        (Real(places=1, unit="%"), "1 decimal, or exact such as 13/16, in %"),
        (Real(significant=4, unit="bits"), "4 significant digits, in bits"),
        (Ratio(), "exact, such as 13/16"),
        (Shape(), "whole numbers such as (1, 64, 112, 112)"),
        (Vector(places=2), "numbers such as (0.25, 3/4), 2 decimals each"),
        (Vector(), "exact numbers such as (1/4, 3/4)"),
        (Items(), "with commas between, in order"),
        (Items(ordered=False), "with commas between, in any order"),
        (Choice(("a", "b", "c")), "a number from 1 to 3"),
        (Expression(("x", "y")), "a formula in x and y"),
        (Words(), "a word or a few"),
    ],
)
def test_the_learner_is_told_how_to_write_the_answer(kind: Kind, told: str) -> None:
    assert describe(kind) == told


def test_a_real_asks_for_places_or_for_significant_digits() -> None:
    for places, digits in ((None, None), (3, 3)):
        with pytest.raises(ValueError, match="either places or significant"):
            Real(places, digits)
