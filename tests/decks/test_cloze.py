from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studydl.decks.cloze import hide, reveal, spans
from studydl.decks.model import Cloze
from studydl.text.markup import plain


def deletions(text: str) -> list[str]:
    return [text[start + 1 : end - 1] for start, end in spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a [b] c [d]", ["b", "d"]),
        ("code `x[0]` and [`y[1]`]", ["`y[1]`"]),
        ("``a ` [b]`` [c]", ["c"]),
        ("$x_[i]$ is [$x_[j]$]", ["$x_[j]$"]),
        ("costs $5 for [two] or $6", ["two"]),
        (r"\[text\] [a \] b]", [r"a \] b"]),
        ("one ` alone, [a]", ["a"]),
        ("two\nlines [a\nb]", ["a\nb"]),
    ],
)
def test_brackets_in_code_mathematics_or_behind_a_backslash_are_text(text: str, expected: list[str]) -> None:
    assert deletions(text) == expected


WORDS = st.text(alphabet="abc xyz,.", min_size=1).filter(lambda s: bool(s.strip()))


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=5))
def test_hiding_a_deletion_hides_it_alone_and_revealing_shows_the_sentence(parts: list[tuple[str, str]]) -> None:
    body = Cloze("".join(f"{text}[{gone}]" for text, gone in parts), tuple(gone for _, gone in parts))
    assert reveal(body) == "".join(text + gone for text, gone in parts)
    for index in range(len(parts)):
        expected = "".join(text + ("?" if place == index else gone) for place, (text, gone) in enumerate(parts))
        assert hide(body, index, "?") == expected


def test_what_hides_a_deletion_never_becomes_a_link() -> None:
    assert plain(hide(Cloze("torch.[relu](x)", ("relu",)), 0)) == "torch.[...](x)"
