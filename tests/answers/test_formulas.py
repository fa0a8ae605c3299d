"""Equality of formulas against sympy, which only ever sees trees built here."""

from importlib import import_module
from math import prod
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studydl.answers.compare import close
from studydl.answers.grading import grade
from studydl.answers.kinds import Expression
from studydl.answers.values import make_answer

sympy = import_module("sympy")
X, Y = sympy.symbols("x y", positive=True)
KIND = Expression(("x", "y"))


def equal(a: str, b: str) -> bool:
    return close(KIND, a, b)


leaves = st.sampled_from([X, Y]) | st.integers(-3, 3).map(sympy.Integer) | st.just(sympy.Rational(2, 3))
polynomials: st.SearchStrategy[Any] = st.recursive(
    leaves, lambda part: st.tuples(part, part).map(sum) | st.tuples(part, part).map(prod), max_leaves=5
)


@settings(max_examples=60, deadline=None)
@given(polynomials)
def test_a_polynomial_equals_its_expansion_and_its_factored_form(tree: Any) -> None:
    assert equal(str(tree), str(sympy.expand(tree)))
    assert equal(str(sympy.factor(tree)), str(tree))


@settings(max_examples=60, deadline=None)
@given(polynomials, polynomials)
def test_two_polynomials_are_equal_exactly_where_sympy_says_so(a: Any, b: Any) -> None:
    assert equal(str(a), str(b)) == (sympy.expand(a - b) == 0)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("ln(x*y)", "ln(x) + ln(y)"),
        ("exp(x + y)", "exp(x)*e^y"),
        ("1/(1 + exp(-x))", "exp(x)/(exp(x) + 1)"),
        ("sqrt(x^4*y)", "x^2*sqrt(y)"),
        ("log2(x)", "ln(x)/ln(2)"),
        ("x/y", "x*y^-1"),
        ("x(y + 1)", "x*y + x"),
        ("(x^2 - y^2)/(x - y)", "x + y"),
    ],
)
def test_equal_forms_are_equal(a: str, b: str) -> None:
    assert equal(a, b) and equal(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("x - y", "y - x"),
        ("x^y", "y^x"),
        ("sqrt(x^2)", "x"),
        ("ln(x)", "log2(x)"),
        ("exp(-x)", "exp(-x) + 1e-20"),
        ("exp(-50*x)", "exp(-51*x)"),
        ("x", "x + 1e-40"),
        ("ln(-x^2)", "ln(-x^2)"),
        ("1/(x - x)", "x"),
        ("x", "(x, y)"),
    ],
)
def test_different_forms_and_forms_without_values_are_not_equal(a: str, b: str) -> None:
    assert not equal(a, b) and not equal(b, a)


def test_a_formula_too_costly_to_compare_is_refused() -> None:
    answer = make_answer(KIND, "x")
    assert grade(answer, "+".join(["exp(x)"] * 8)).outcome == "incorrect"
    for text in ("+".join(["exp(x)"] * 9), "+".join(["x^.3"] * 9)):
        assert "at most 8" in grade(answer, text).message
    assert grade(answer, "+".join(["x^2"] * 20)).outcome == "incorrect"
