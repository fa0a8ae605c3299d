from __future__ import annotations

from fractions import Fraction

import pytest

from studydl.problems.templates import fill
from studydl.text.numbers import sqrt


def test_numbers_are_written_exactly_unless_decimals_are_asked_for() -> None:
    facts = {"n": 7, "half": Fraction(1, 2), "whole": Fraction(6, 2), "root": sqrt(2)}
    assert fill("{n} {half} {whole} {root}", facts) == "7 1/2 3 1.414"
    assert fill("{n:.2} {half:.3} {root:.5}", facts) == "7.00 0.500 1.41421"


def test_a_tuple_is_written_with_commas() -> None:
    assert fill("{scores:.1}", {"scores": (Fraction(1, 10), Fraction(9, 10))}) == "0.1, 0.9"


def test_a_fact_that_is_missing_is_an_error_at_authoring_time() -> None:
    with pytest.raises(KeyError):
        fill("{nobody}", {})


def test_text_of_a_fact_is_not_read_as_a_template() -> None:
    assert fill("{layer}", {"layer": "{n}"}) == "{n}"
