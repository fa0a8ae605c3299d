from __future__ import annotations

from xml.etree import ElementTree

import pytest

from studydl.text import math
from studydl.text.math.mathml import mathml


def written(source: str) -> str:
    return mathml(math.parse(source))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("frac(1, 2)", "<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>"),
        ("x_i^2", "<math><msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup></math>"),
        ("sqrt(2)", "<math><msqrt><mn>2</mn></msqrt></math>"),
        ("a - b", "<math><mrow><mi>a</mi><mo>−</mo><mi>b</mi></mrow></math>"),
        ('"fan_in"', "<math><mtext>fan_in</mtext></math>"),
        ("x < 1", "<math><mrow><mi>x</mi><mo>&lt;</mo><mn>1</mn></mrow></math>"),
    ],
)
def test_a_formula_is_written_as_mathml(source: str, expected: str) -> None:
    assert written(source) == expected


def test_limits_of_a_sum_stand_under_and_over_it() -> None:
    assert "<munderover><mo>∑</mo>" in written("sum_(i=1)^n p_i")


def test_an_application_and_a_product_are_told_apart_for_who_hears_them() -> None:
    assert "\u2061" in written("log(x)") and "\u2062" not in written("log(x)")
    assert "\u2062" in written("2 x")


def test_quoted_text_cannot_leave_the_formula() -> None:
    text = written('"</math><script>alert(1)</script>"')
    assert "<script>" not in text
    assert [child.tag for child in ElementTree.fromstring(text)] == ["mtext"]
