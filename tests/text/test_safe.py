from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studydl.text.safe import safe_text

HOSTILE = "\x1b[2J\x9b\t\n\u200d\ufe0f\U0001f600a\u202e\ud800"
ANY = st.text(st.characters(exclude_categories=())) | st.text(HOSTILE)
INVISIBLE_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"


@given(ANY)
def test_no_control_or_format_character_comes_through(text: str) -> None:
    for character in safe_text(text).replace("\u200d", ""):
        assert character == "\n" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_every_character_that_unicode_calls_control_or_format_is_replaced() -> None:
    for code in range(sys.maxunicode + 1):
        if code != 0x0A and unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
            assert chr(code) not in safe_text(f"a{chr(code)}b"), f"U+{code:04X}"


@given(ANY)
def test_safe_text_of_safe_text_is_itself(text: str) -> None:
    assert safe_text(safe_text(text)) == safe_text(text)


@given(ANY)
def test_safe_text_can_be_encoded(text: str) -> None:
    safe_text(text).encode()


@given(st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters=INVISIBLE_LETTERS)))
def test_letters_numbers_and_signs_of_every_script_stay(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize(
    "text",
    ["卷积核 3×3", "e\u0301", "\U0001f469\u200d\U0001f680", "\u2764\ufe0f\u200d\U0001f525", "a\nb", ""],
)
def test_people_s_text_stays(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x07", "␛[31mred␇"),
        ("\x7f", "␡"),
        ("\x9b2J", "\ufffd2J"),
        ("\r\x00", "␍␀"),
        ("ab\tc", "ab  c"),
        ("abc\u202etxt.exe", "abc\ufffdtxt.exe"),
        ("a\u200bb\u200dc", "a\ufffdb\ufffdc"),
        ("\ud800", "\ufffd"),
        ("a" + "\U000e0061", "a\ufffd"),
        ("\U0001f600\ufe0f\ufe0f", "\U0001f600\ufe0f\ufffd"),
    ],
)
def test_what_would_act_or_hide_is_made_visible(text: str, shown: str) -> None:
    assert safe_text(text) == shown
