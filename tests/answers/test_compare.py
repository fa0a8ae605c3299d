"""Comparison: tolerance, ties, distance, and the agreement of two routes."""

import math
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studydl.answers.compare import agree, apart, beyond, close, is_tie, reach
from studydl.answers.kinds import Choice, Expression, Integer, Items, Kind, Ratio, Real, Shape, Vector, Words
from studydl.answers.tree import Value
from studydl.text import numbers


@pytest.mark.parametrize(
    ("kind", "value", "tie"),
    [
        (Real(places=3), Fraction(13, 16), True),
        (Real(places=3), Fraction(-13, 16), True),
        (Real(places=3), Fraction(8126, 10000), False),
        (Real(places=0), Fraction(5, 2), True),
        (Real(places=2), Fraction(1, 200) + Fraction(9, 10**9), True),
        (Real(places=2), Fraction(1, 200) - Fraction(9, 10**9), True),
        (Real(places=2), Fraction(1, 200) + Fraction(2, 10**8), False),
        (Real(significant=2), 1250, True),
        (Real(significant=2), 1249, False),
        (Real(significant=3), Fraction(1, 800), False),
        (Real(significant=2), Fraction(1, 800), True),
        (Real(places=3), 0, False),
        (Real(significant=3), 0, False),
        (Real(places=4), numbers.log(3), False),
        (Vector(places=1), (Fraction(1, 3), Fraction(1, 4)), True),
        (Vector(places=1), (Fraction(1, 3), Fraction(1, 5)), False),
        (Vector(), (Fraction(1, 2),), False),
        (Integer(), 5, False),
        (Ratio(), Fraction(1, 2), False),
        (Shape(), (1, 2), False),
        (Words(), "half", False),
    ],
)
def test_a_tie_is_a_value_on_a_rounding_boundary(kind: Kind, value: Value, tie: bool) -> None:
    assert is_tie(kind, value) is tie


@given(st.decimals(min_value=-1000, max_value=1000, places=5), st.integers(0, 4))
def test_where_the_two_ways_of_rounding_halves_differ_there_is_a_tie(x: Decimal, places: int) -> None:
    step = Decimal(1).scaleb(-places)
    differ = x.quantize(step, ROUND_HALF_UP) != x.quantize(step, ROUND_HALF_DOWN)
    assert is_tie(Real(places=places), Fraction(x)) == differ


@pytest.mark.parametrize(
    ("kind", "a", "b", "far"),
    [
        (Real(places=2), Fraction(1, 2), Fraction(52, 100), True),
        (Real(places=2), Fraction(1, 2), Fraction(519, 1000), False),
        (Real(places=2), Fraction(1, 2), Fraction(48, 100), True),
        (Real(significant=3), 1000, 1020, True),
        (Real(significant=3), 1000, 1019, False),
        (Real(places=2), numbers.log(4), numbers.log(4), False),
        (Real(places=2), numbers.log(4), numbers.log2(5), True),
        (Integer(), 7, 8, True),
        (Integer(), 7, 7, False),
        (Integer(), 7, Fraction(15, 2), True),
        (Ratio(), Fraction(1, 3), Fraction(333, 1000), True),
        (Ratio(), Fraction(1, 2), Fraction(2, 4), False),
        (Shape(), (1, 2), (1, 3), True),
        (Shape(), (1, 2), (1, 2), False),
        (Shape(), (1, 2), (1, 2, 3), True),
        (Shape(), (5,), 5, True),
        (Vector(places=1), (Fraction(1), Fraction(2)), (Fraction(1), Fraction(22, 10)), True),
        (Vector(places=1), (Fraction(1), Fraction(2)), (Fraction(11, 10), Fraction(21, 10)), False),
        (Vector(places=None), (1, 2), (1, 2), False),
        (Words(), "ReLU", "relu", False),
        (Words(), "ReLU", "tanh", True),
        (Words(), "7", 7, True),
        (Choice(("a", "b")), "a", "b", True),
        (Items(ordered=False), (1, 2), (2, 1), False),
        (Items(ordered=True), (1, 2), (2, 1), True),
        (Expression(("x",)), "2*x", "x + x", False),
        (Expression(("x",)), "2*x", "x", True),
    ],
)
def test_apart_counts_tolerances_and_any_difference_of_exact_kinds(kind: Kind, a: Value, b: Value, far: bool) -> None:
    assert apart(kind, a, b) is far


@given(st.fractions(), st.fractions(), st.integers(0, 5))
def test_no_third_value_is_close_to_two_that_are_apart(a: Fraction, b: Fraction, places: int) -> None:
    kind = Real(places=places)
    if apart(kind, a, b):
        assert not close(kind, a, (a + b) / 2) or not close(kind, b, (a + b) / 2)
        assert not close(kind, a, b)


def test_closeness_is_exact_arithmetic() -> None:
    assert close(Real(places=1), Fraction(1, 5), Fraction(46) - Fraction("45.8"))
    assert close(Real(places=1), Fraction(1, 4), Fraction(3, 10))
    assert not close(Real(places=1), Fraction(1, 4), Fraction(3, 10) + Fraction(1, 10**30))
    assert close(Real(significant=2), 1250, 1300)
    assert not close(Real(significant=2), 1250, 1301)
    assert close(Ratio(), numbers.sqrt(2), numbers.power(2, Fraction(1, 2)))


@pytest.mark.parametrize(
    ("exact", "computed", "right"),
    [
        (7, 7, True),
        (7, 8, False),
        (7, 7.0, True),
        (1, True, False),
        (0, False, False),
        (10**12, 10**12 + 1, False),
        (10**12, float(10**12 + 1), False),
        (10**12, float(10**12), True),
        (2, 2.0000000000000004, True),
        (Fraction(1, 3), 1 / 3, True),
        (Fraction(1, 3), 1 / 3 * (1 + 1e-10), True),
        (Fraction(1, 3), 1 / 3 * (1 + 2e-9), False),
        (Fraction(1, 3), 0, False),
        (Fraction(1, 10**13), 0.0, True),
        (0, 1e-13, True),
        (0, 1e-11, False),
        (numbers.log(4), math.log(4), True),
        (numbers.log(4), 2, False),
        (0, math.nan, False),
        (Fraction(1, 2), math.nan, False),
        (0, math.inf, False),
        ((1, 64), (1, 64), True),
        ((1, 64), [1, 64], True),
        ((1, 64), (1, 65), False),
        ((1, 64), (1, 64, 1), False),
        ((1, 64), 64, False),
        ((Fraction(1, 2), (1,)), (0.5, [1]), True),
        ("relu", "relu", True),
        ("relu", "ReLU", False),
        ("7", 7, False),
        (7, "7", False),
        (7, None, False),
        (7, 7 + 0j, False),
    ],
)
def test_two_routes_agree_exactly_or_to_nine_digits(exact: Value, computed: object, right: bool) -> None:
    assert agree(exact, computed) is right


NEARBY = st.fractions(-20, 20, max_denominator=40) | st.fractions(0, 1, max_denominator=9).map(lambda x: x / 500)


@given(
    st.sampled_from([Integer(), Ratio(), Shape(), Items(), Real(places=2), Real(significant=2), Vector(2), Vector()]),
    st.tuples(NEARBY, NEARBY, NEARBY),
    st.tuples(NEARBY, NEARBY, NEARBY),
)
def test_what_is_beyond_reach_is_apart(kind: Kind, a: Value, b: Value) -> None:
    assert isinstance(a, tuple) and isinstance(b, tuple)
    for right, other in ((a, b), (a[0], b[0]), (a, b[:2]), (a[0], b), ("a", b[0])):
        if beyond(reach(kind, right), reach(kind, other)):
            assert apart(kind, right, other)


@pytest.mark.parametrize(
    ("kind", "a", "b"),
    [
        (Real(places=2), Fraction(1, 3), Fraction(1, 2)),
        (Vector(2), (Fraction(1, 3), 5), (Fraction(1, 3), 6)),
        (Shape(), (1, 64, 7), (1, 64, 8)),
        (Real(significant=2), 100, 200),
    ],
)
def test_what_is_clearly_apart_is_beyond_reach(kind: Kind, a: Value, b: Value) -> None:
    assert beyond(reach(kind, a), reach(kind, b))
