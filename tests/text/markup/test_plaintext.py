from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from studydl.text.markup import plain
from studydl.text.markup.plaintext import wrap


def test_blocks_are_separated_by_an_empty_line() -> None:
    assert plain("One *two* `three`.\n\nFour $x_i^2$.") == "One two three.\n\nFour xᵢ²."


def test_code_is_indented_by_four() -> None:
    assert plain("Run:\n\n```python\nif a:\n\n    b\n```") == "Run:\n\n    if a:\n\n        b"


def test_lists_have_markers_and_hanging_lines() -> None:
    assert plain("- alpha beta gamma delta\n- two", 20) == "- alpha beta gamma\n  delta\n- two"
    assert plain("9. nine\n10. ten") == "9. nine\n10. ten"
    assert plain("- one\n\n  more\n  - inner") == "- one\n\n  more\n  - inner"


def test_tables_are_aligned_by_what_a_terminal_shows() -> None:
    assert plain("| 名 | n |\n|---|---|\n| a | 10 |\n| bcd | 2 |") == "名   n\n---  --\na    10\nbcd  2"


def test_the_source_is_one_line_without_a_width() -> None:
    words = "word " * 50
    assert "\n" not in plain(words)


@given(st.text("ab 字\u0301", max_size=200), st.integers(20, 60))
def test_no_wrapped_line_is_wider_than_asked_and_no_word_is_lost(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(st.text("ab\n ", max_size=100))
def test_wrapping_twice_changes_nothing(text: str) -> None:
    once = "\n".join(wrap(text, 30))
    assert "\n".join(wrap(once, 30)) == once
