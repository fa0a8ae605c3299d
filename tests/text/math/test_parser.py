from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studydl.text.math import MathError, parse, terminal
from studydl.text.math.tree import Fence, Fraction, Name, Number, Operator, Row, Script

ALPHABET = "frac(a,b)sqrt_^{}[]|\"\\*/+-=<>~.,;:!%' 0123456789exE∑σ≤…x"


PIECES = ["frac(", "sum_", "x^", ")", ",", "-", "2", "%"]


@given(st.text() | st.text(ALPHABET) | st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_text_is_a_formula_or_a_math_error_at_a_place_in_it(source: str) -> None:
    try:
        terminal(parse(source))
    except MathError as error:
        assert 0 <= error.position <= len(source)
        assert error.message


def test_scripts_keep_their_structure() -> None:
    assert parse("x_i^2") == Script(Name("x"), sub=Name("i"), sup=Number("2"))
    assert parse("x^2_i") == parse("x_i^2")


def test_round_brackets_after_a_script_mark_only_group() -> None:
    assert parse("x^(n + 1)") == Script(Name("x"), sup=Row((Name("n"), Operator("+"), Number("1"))))
    assert parse("x^((n))") == Script(Name("x"), sup=Fence("(", Name("n"), ")"))


def test_a_fraction_keeps_top_and_bottom() -> None:
    assert parse("frac(a, (b, c))") == Fraction(Name("a"), Fence("(", Row((Name("b"), Operator(","), Name("c"))), ")"))


def test_names_and_unicode_symbols_make_the_same_tree() -> None:
    assert parse("sigma <= 2 * pi -> infinity") == parse("σ ≤ 2 · π → ∞")


def test_log2_is_a_logarithm_with_its_base_as_subscript() -> None:
    assert parse("log2 8") == Row((Script(Name("log"), sub=Number("2")), Number("8")))


@pytest.mark.parametrize("number", ["1.5e-3", "0.125", "1,792", "2,359,296", "3E8", ".5"])
def test_a_number_is_one_number(number: str) -> None:
    assert parse(number) == Number(number)


def test_a_tuple_is_not_read_as_thousands() -> None:
    assert parse("(1, 792)") == Fence("(", Row((Number("1"), Operator(","), Number("792"))), ")")
    assert parse("frac(100,200)") == Fraction(Number("100"), Number("200"))


@pytest.mark.parametrize(
    ("source", "position"),
    [
        ("", 0),
        ("a + ", 2),
        ("* 2", 0),
        ("a = / b", 4),
        ("(a", 0),
        ("a)", 1),
        ("frac(a)", 0),
        ("frac(a, b, c)", 0),
        ("frac(, b)", 0),
        ("sqrt x", 0),
        ("x^{2}", 2),
        ("x_i_j", 3),
        ("x^", 2),
        ("|x|", 0),
        (r"\frac{a}{b}", 0),
        ('"open', 0),
        ("2^log2(8)", 2),
        ("a # b", 2),
        ("(" * 40, 32),
    ],
)
def test_a_mistake_is_named_at_its_place(source: str, position: int) -> None:
    with pytest.raises(MathError) as caught:
        parse(source)
    assert caught.value.position == position


def test_tex_is_answered_with_how_to_write_it() -> None:
    with pytest.raises(MathError) as caught:
        parse(r"\frac{a}{b}")
    assert "frac(a, b)" in caught.value.hint
