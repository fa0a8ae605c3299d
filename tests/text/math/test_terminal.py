from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studydl.text.math import parse, terminal


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("frac(a, b)", "a/b"),
        ("frac(a + 1, b)", "(a + 1)/b"),
        ("frac(a, b + 1)", "a/(b + 1)"),
        ("frac(1, 2 sigma^2)", "1/(2σ²)"),
        ("frac(1, n (n - 1))", "1/(n(n - 1))"),
        ("frac(1, log(n))", "1/log(n)"),
        ("frac(log p, q)", "(log p)/q"),
        ("frac(-1, 2)", "-1/2"),
        ("frac(a, b)^2", "(a/b)²"),
        ("log frac(a, b)", "log(a/b)"),
        ("2 frac(1, 3)", "2(1/3)"),
        ("sqrt(x)", "√x"),
        ("sqrt(x + 1)", "√(x + 1)"),
        ("sqrt(x^2)", "√(x²)"),
        ("sqrt(x)^2", "(√x)²"),
        ("x^2", "x²"),
        ("x_i", "xᵢ"),
        ("x_i^2", "xᵢ²"),
        ("x^(n+1)", "xⁿ⁺¹"),
        ("x^(1/2)", "x^(1/2)"),
        ("x_(i,j)", "x_(i,j)"),
        ("W_Q^T", "W_Q^T"),
        ("d_model", "d_model"),
        ("e^-x", "e⁻ˣ"),
        ("sum_(i=1)^n x_i", "Σᵢ₌₁ⁿ xᵢ"),
        ("2 sum_i (x_i - mu)^2", "2 Σᵢ (xᵢ - μ)²"),
        ("hat(y)_i", "ŷᵢ"),
        ("2 pi r", "2π r"),
        ("2 * 3 <= 7 -> a", "2 · 3 ≤ 7 → a"),
        ("floor(x) + ceil(y) - abs(z)", "⌊x⌋ + ⌈y⌉ - |z|"),
        ("norm(w)_2", "‖w‖₂"),
        ("1.5e-3 - -2", "1.5e-3 - -2"),
        ("3+-2", "3 + -2"),
        ("7x7", "7 × 7"),
        ("KL(P || Q)", "KL(P ‖ Q)"),
        ("P(A | B)", "P(A | B)"),
        ('"fan_in" = 50%', "fan_in = 50%"),
        ("f'(x)", "f′(x)"),
        ("x_1, ..., x_n", "x₁, …, xₙ"),
        ("AUC = frac(1 + 1/2, 12) = 0.125", "AUC = (1 + 1/2)/12 = 0.125"),
        ("-(0.5 log2 0.5 + 0.25 log2 0.25)", "-(0.5 log₂ 0.5 + 0.25 log₂ 0.25)"),
        (
            "floor(frac(32 + 2 * 3 - 2 * (5 - 1) - 1, 2)) + 1",
            "⌊(32 + 2 · 3 - 2 · (5 - 1) - 1)/2⌋ + 1",
        ),
        ("b <- mu b + g", "b ← μ b + g"),
        ("H(P) = -sum_x P(x) log P(x)", "H(P) = -Σₓ P(x) log P(x)"),
        ("x in (0, 1]", "x ∈ (0, 1]"),
    ],
)
def test_a_formula_on_one_line(source: str, shown: str) -> None:
    assert terminal(parse(source)) == shown


def _written(level: int) -> st.SearchStrategy[str]:
    if level == 0:
        return st.integers(1, 9).map(str)
    part = st.deferred(lambda: _written(level - 1))
    two = st.tuples(part, part)
    return (
        st.integers(1, 9).map(str)
        | two.map(lambda p: f"frac({p[0]}, {p[1]})")
        | two.map(lambda p: f"({p[0]} + {p[1]})")
        | two.map(lambda p: f"{p[0]} + {p[1]}")
        | two.map(lambda p: f"{p[0]} - {p[1]}")
        | two.map(lambda p: f"({p[0]}) * ({p[1]})")
        | two.map(lambda p: f"frac({p[0]}, 3) / ({p[1]})")
        | two.map(lambda p: f"({p[0]}) / frac({p[1]}, 7)")
        | two.map(lambda p: f"(2 frac({p[0]}, {p[1]}))")
        | two.map(lambda p: f"frac(2 frac({p[0]}, {p[1]}), 5)")
        | two.map(lambda p: f"frac(5, -{p[0]}({p[1]}))")
    )


def _value(python: str) -> Fraction | None:
    """Compute arithmetic the test itself made up; None for a division by zero."""
    exact = re.sub(r"[0-9]+", r"Fraction(\g<0>)", python)
    try:
        return Fraction(eval(exact, {"Fraction": Fraction, "frac": lambda a, b: a / b}))
    except ZeroDivisionError:
        return None


@given(_written(3))
def test_the_brackets_never_change_the_value(source: str) -> None:
    products = re.compile(r"(?<=[0-9)]) *(?=\()|(?<=[0-9]) +(?=frac)")
    shown = terminal(parse(source)).replace("·", "*")
    assert _value(products.sub("*", shown)) == _value(products.sub("*", source))
