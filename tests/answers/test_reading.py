"""The answer grammar against fractions and mpmath, which evaluate the tree the text was rendered from."""

import subprocess
import sys
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from operator import add, mul, sub, truediv
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from studydl.answers.reading import MAX_CHARACTERS, read
from studydl.answers.tree import Unreadable, Value
from studydl.text.numbers import to_decimal

mpmath = import_module("mpmath")
mpmath.mp.dps = 60


def refused(text: str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("-7", -7),
        (" 0.8125 ", Fraction(13, 16)),
        (".5", Fraction(1, 2)),
        ("5.", 5),
        ("13/16", Fraction(13, 16)),
        ("25%", Fraction(1, 4)),
        ("1.2e-3", Fraction(12, 10000)),
        ("1E3", 1000),
        ("-2^2", -4),
        ("(-2)^2", 4),
        ("2^3^2", 512),
        ("2**3", 8),
        ("2^-1", Fraction(1, 2)),
        ("2^-1^2", Fraction(1, 2)),
        ("3²", 9),
        ("2³⁴", 2**34),
        ("2⁻¹", Fraction(1, 2)),
        ("46 - 45.8", Fraction(1, 5)),
        ("7 - 2 - 1", 4),
        ("8/4/2", 1),
        ("6/2*3", 9),
        ("2*-3", -6),
        ("+3", 3),
        ("--3", 3),
        ("2(3+4)", 14),
        ("(1+2)(3+4)", 21),
        ("2(3)(4)^2", 96),
        ("sqrt(9/16)", Fraction(3, 4)),
        ("√9", 3),
        ("√(9/16)", Fraction(3, 4)),
        ("sqrt[16]", 4),
        ("log2(8)", 3),
        ("LOG2(1/4)", -2),
        ("log10(0.001)", -3),
        ("ln(1)", 0),
        ("exp(0)", 1),
        ("4^0.5", 2),
        ("3 × 4 ÷ 6", 2),
        ("−2·3", -6),
        ("１３／１６", Fraction(13, 16)),
        ("（０．５＋１）", Fraction(3, 2)),
        ("٣+٤", 7),
        ("२५％", Fraction(1, 4)),
        ("1\u00a0+\u30001", 2),
        ("(1, 64, 112, 112)", (1, 64, 112, 112)),
        ("[0.5, 1/4]", (Fraction(1, 2), Fraction(1, 4))),
        ("1x64X112 x 112", (1, 64, 112, 112)),
        ("1, 2", (1, 2)),
        ("(5,)", (5,)),
        ("()", ()),
        ("((1, 2), [3, 4])", ((1, 2), (3, 4))),
        ("（1，64）", (1, 64)),
    ],
)
def test_the_grammar_reads_what_it_documents(text: str, value: Value) -> None:
    assert read(text).value == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pi", mpmath.pi),
        ("π", mpmath.pi),
        ("2pi", 2 * mpmath.pi),
        ("2pi^2/3", 2 * mpmath.pi**2 / 3),
        ("e", mpmath.e),
        ("2e", 2 * mpmath.e),
        ("2e^3", 2 * mpmath.e**3),
        ("3 e", 3 * mpmath.e),
        ("pi(e+1)", mpmath.pi * (mpmath.e + 1)),
        ("log(4)", mpmath.log(4)),
        ("ln(4)/ln(3)", mpmath.log(4) / mpmath.log(3)),
        ("log2(3)", mpmath.log(3, 2)),
        ("log10(3)", mpmath.log10(3)),
        ("exp(-1.5)", mpmath.exp(mpmath.mpf("-1.5"))),
        ("√2/2", mpmath.sqrt(2) / 2),
        ("2^50%", mpmath.sqrt(2)),
        ("0.999^1000", mpmath.mpf("0.999") ** 1000),
        ("(1+1e-9)^1e9", (1 + mpmath.mpf("1e-9")) ** 10**9),
    ],
)
def test_irrational_values_agree_with_mpmath_to_40_digits(text: str, expected: Any) -> None:
    value = read(text).value
    assert not isinstance(value, str | tuple)
    assert abs(mpmath.mpf(str(to_decimal(value))) / expected - 1) < mpmath.mpf("1e-40")


@pytest.mark.parametrize(
    ("text", "words", "position"),
    [
        ("", "nothing is typed", 0),
        (" \t ", "nothing is typed", 0),
        ("1/2pi", "1/(2*pi) or (1/2)*pi", 1),
        ("1/2e", "two readings", 1),
        ("1/2(3)", "two readings", 1),
        ("1/-2pi", "two readings", 1),
        ("1/50%", "(a/b)%", 1),
        ("2^3pi", "2^(3*pi)", 3),
        ("√2pi", "sqrt(2*pi)", 2),
        ("1.5 e-3", "without the space", 2),
        ("2 3", "write * between", 2),
        ("2x", "write *", 1),
        ("2sqrt(3)", "write *", 1),
        ("(2)3", "write *", 3),
        ("ln 4", "write ln(4)", 3),
        ("log2 8", "write log2(4)", 5),
        ("ln4", "write ln(4)", 0),
        ("sin(1)", "known are sqrt", 0),
        ("1+foo", "“foo”", 2),
        ("1_000", "underscores", 1),
        ("inf", "infinity", 0),
        ("1+NaN", "infinity", 2),
        ("1.2.3", "one decimal point", 3),
        ("½", "1/2", 0),
        ("2½", "1/2", 1),
        ("(1;2)", "comma", 2),
        ("x = 3", "“=”", 2),
        ("1 = 1", "leave “=” out", 2),
        ("=0.83", "leave “=” out", 0),
        ("八", "such as 8", 0),
        ("3八", "such as 8", 1),
        ("Ⅷ", "such as 8", 0),
        ("0·83", "with a point, such as 0.5", 1),
        ("1 + 0⋅5", "with a point", 5),
        ("1/", "missing at the end", 2),
        ("*2", "before “*”", 0),
        ("1+*2", "before “*”", 2),
        ("(1", "not closed", 2),
        ("1)", "never opened", 1),
        ("(1]", "never opened", 2),
        ("$5", "“$”", 0),
        ("1/0", "divides by zero", 1),
        ("3 + 1/(2-2)", "divides by zero", 5),
        ("log(0)", "logarithm", 0),
        ("1 + sqrt(-1)", "negative", 4),
        ("(1, 2)/2", "tuple", 0),
        ("2(3, 4)", "tuple", 1),
        ("log(1, 2)", "tuple", 3),
        ("a\u200bb", "invisible", 1),
        ("1\u202e2", "invisible", 1),
        ("\x1b[31m", "invisible", 0),
        ("1\x002", "invisible", 1),
        ("\ud800", "invisible", 0),
    ],
)
def test_what_cannot_be_read_says_why_and_where(text: str, words: str, position: int) -> None:
    trouble = refused(text)
    assert words in trouble.message
    assert trouble.position == position


HOSTILE = [
    "9**9**9**9",
    "9^9^9^9",
    "2^2^2^2^2^2",
    "(" * 10_000,
    "(" * 5_000 + "1" + ")" * 5_000,
    "(" * 33 + "1" + ")" * 33,
    "[" * 100 + "]" * 100,
    "1e999",
    "1e308*1e308",
    "1e-308/1e308",
    "1e99999999999",
    "9" * 10_000,
    "9" * 41,
    "0." + "1" * 41,
    "9" * 40 + "^" + "9" * 40,
    "((((9^9)^9)^9)^9)^9",
    "exp(exp(exp(9)))",
    "exp(-exp(exp(9)))",
    "exp(-1e8)",
    "pi^1e300",
    "e^e^e^e",
    "(1/3)^" + "9" * 30,
    "0^-1",
    "sqrt(-1)",
    "(-1)^0.5",
    "log(-1)",
    "-" * 220 + "1",
    "+".join(["1"] * 120),
    "^".join(["2"] * 100),
    "\x00\x07\x1b]0;title\x07",
    "__import__('os').system('true')",
    "().__class__",
    "lambda: 0",
    "1 if 1 else 0",
    "0x" + "f" * 30,
    "1j",
    "1_0",
    "-inf",
    "nan",
    "1e1e1",
    "e" * 256,
    "1" + "x1" * 120,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_hostile_text_is_unreadable(text: str) -> None:
    assert refused(text).message


def test_the_longest_texts_that_are_allowed_are_read() -> None:
    assert read("(" * 32 + "1" + ")" * 32).value == 1
    assert read("9" * 40).value == 10**40 - 1
    assert read("+".join(["1"] * 100)).value == 100
    assert read("^".join(["1"] * 100)).value == 1
    assert read("-" * 199 + "1").value == -1
    assert read("1" + " " * (MAX_CHARACTERS - 1)).value == 1
    assert read("+".join(f"1/{10**30 + i}" for i in range(7))).value


@dataclass(frozen=True)
class Rendered:
    """An expression twice: as a learner may type it, and as the oracle evaluates it (None where it has no value)."""

    text: str
    exact: Fraction | None
    real: Any


def leaf(value: Fraction, text: str) -> Rendered:
    return Rendered(text, value, mpmath.mpf(value.numerator) / value.denominator)


FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
leaves = st.one_of(
    st.integers(0, 99).map(lambda n: leaf(Fraction(n), str(n))),
    st.integers(0, 9999).map(lambda n: leaf(Fraction(n, 100), f"{n // 100}.{n % 100:02}")),
    st.integers(0, 200).map(lambda n: leaf(Fraction(n, 100), f"{n}%")),
    st.integers(1, 99).map(lambda n: leaf(Fraction(n, 1000), f"{n}e-3")),
    st.integers(0, 99).map(lambda n: leaf(Fraction(n), str(n).translate(FULL_WIDTH))),
)
OPERATIONS: dict[str, Any] = {"+": add, "-": sub, "*": mul, "/": truediv}
SIGNS = {"+": ["+", " + ", "＋"], "-": ["-", " - ", "−"], "*": ["*", "×", " · "], "/": ["/", " ÷ "]}


@st.composite
def joined(draw: st.DrawFn, parts: st.SearchStrategy[Rendered]) -> Rendered:
    left, right = draw(parts), draw(parts)
    sign = draw(st.sampled_from("+-*/"))
    text = f"({left.text}){draw(st.sampled_from(SIGNS[sign]))}({right.text})"
    if left.exact is None or right.exact is None or (sign == "/" and not right.exact):
        return Rendered(text, None, None)
    apply = OPERATIONS[sign]
    return Rendered(text, apply(left.exact, right.exact), apply(left.real, right.real))


@st.composite
def raised(draw: st.DrawFn, parts: st.SearchStrategy[Rendered]) -> Rendered:
    base, exponent = draw(parts), draw(st.integers(-4, 4))
    text = f"[{base.text}]^{exponent}"
    if base.exact is None or (not base.exact and exponent < 0):
        return Rendered(text, None, None)
    return Rendered(text, base.exact**exponent, base.real**exponent)


rational_trees = st.recursive(leaves, lambda parts: joined(parts) | raised(parts), max_leaves=6)


@settings(max_examples=150, deadline=None)
@given(rational_trees)
def test_a_rational_expression_has_the_value_fractions_give_its_tree(expression: Rendered) -> None:
    assume(len(expression.text) <= MAX_CHARACTERS)
    if expression.exact is None:
        assert refused(expression.text).message == "this divides by zero"
    else:
        assert read(expression.text).value == expression.exact


FUNCTIONS: dict[str, Any] = {
    "sqrt": mpmath.sqrt,
    "exp": mpmath.exp,
    "log": mpmath.log,
    "ln": mpmath.log,
    "log2": lambda x: mpmath.log(x, 2),
    "log10": mpmath.log10,
}


@settings(max_examples=150, deadline=None)
@given(rational_trees, st.sampled_from(sorted(FUNCTIONS)), rational_trees)
def test_a_function_has_the_value_mpmath_gives_its_tree(argument: Rendered, function: str, factor: Rendered) -> None:
    text = f"({factor.text})*{function}({argument.text})+pi"
    assume(argument.exact is not None and factor.exact is not None and len(text) <= MAX_CHARACTERS)
    assert argument.exact is not None
    assume(argument.exact > 0 and abs(argument.exact) < 500)
    expected = factor.real * FUNCTIONS[function](argument.real) + mpmath.pi
    value = read(text).value
    assert not isinstance(value, str | tuple)
    size = abs(expected) + abs(expected - mpmath.pi)
    assert abs(mpmath.mpf(str(to_decimal(value))) - expected) <= size * mpmath.mpf("1e-40")


@given(st.lists(st.sampled_from(["+", "-", "*", "/"]), min_size=1, max_size=6), st.data())
def test_without_brackets_products_come_first_and_all_is_read_from_the_left(
    signs: list[str], data: st.DataObject
) -> None:
    numbers = [data.draw(st.integers(1, 20)) for _ in range(len(signs) + 1)]
    terms, sign = [Fraction(numbers[0])], 1
    for operator, number in zip(signs, numbers[1:], strict=True):
        if operator in "+-":
            sign = 1 if operator == "+" else -1
            terms.append(Fraction(sign * number))
        else:
            terms[-1] = terms[-1] * number if operator == "*" else terms[-1] / number
    text = str(numbers[0]) + "".join(f"{o}{n}" for o, n in zip(signs, numbers[1:], strict=True))
    assert read(text).value == sum(terms)


typed = st.text(st.sampled_from("0123456789.,+-*/^()[]%x eplnogqrtsi²√_'\"=;πe\t×１½"), max_size=40)


@settings(max_examples=300, deadline=None)
@given(typed | st.text(max_size=300))
def test_any_text_at_all_is_read_or_refused_with_a_position_in_it(text: str) -> None:
    try:
        read(text)
    except Unreadable as trouble:
        assert trouble.message
        assert 0 <= trouble.position <= len(text)


@settings(deadline=None)
@given(rational_trees)
def test_the_echo_reads_back_as_the_same_value(expression: Rendered) -> None:
    assume(expression.exact is not None and len(expression.text) <= MAX_CHARACTERS)
    reading = read(expression.text)
    assume(len(reading.echo) <= MAX_CHARACTERS)
    assert read(reading.echo).value == reading.value


@pytest.mark.parametrize(
    ("text", "echo"),
    [
        ("log( 4 ) /2", "ln(4)/2"),
        ("2pi", "2*pi"),
        ("√2", "sqrt(2)"),
        ("3²", "3^2"),
        ("1x64", "(1, 64)"),
        ("(5,)", "(5,)"),
        ("2−1", "2 - 1"),
        ("π", "pi"),
        ("50 %", "50%"),
    ],
)
def test_the_echo_shows_what_was_understood(text: str, echo: str) -> None:
    assert read(text).echo == echo


def test_variables_may_occur_only_where_they_are_named() -> None:
    assert read("x^2 + y", ("x", "y")).echo == "x^2 + y"
    assert read("x(x+1)", ("x",)).echo == "x*(x + 1)"
    with pytest.raises(Unreadable, match="“y” is not known"):
        read("x + y", ("x",))


def test_a_plain_number_is_graded_without_loading_the_parser_or_any_numerical_library() -> None:
    code = (
        "import sys; from studydl.answers.grading import grade; from studydl.answers.values import make_answer;"
        "from studydl.answers.kinds import Real; from fractions import Fraction;"
        "assert grade(make_answer(Real(3), Fraction(13, 16)), '0.8125').outcome == 'correct';"
        "print(sorted({'lark', 'torch', 'numpy', 'sympy', 'sqlalchemy', 'textual'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
