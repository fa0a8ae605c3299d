from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from studydl.decks.hashcards import write_ids
from studydl.decks.model import Basic, Cloze
from studydl.decks.parse import load, parse_deck
from studydl.decks.trouble import DeckErrors

PLAIN = """---
name = "Plain"
---

Some words before.

Q: What is
x?
A: y

C: The [output] is [floored].
---
Q: A list?
A:
- one
- two

```python
---
```

source: a book
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "plain.md"
    path.write_bytes(text.encode())
    return path


def test_a_file_without_headings_loads_with_hashes_for_ids(tmp_path: Path) -> None:
    deck = parse_deck(write(tmp_path, PLAIN), "mine")
    assert deck.title == "Plain"
    assert [card.body for card in deck.cards] == [
        Basic("What is\nx?", "y"),
        Cloze("The [output] is [floored].", ("output", "floored")),
        Basic("A list?", "- one\n- two"),
    ]
    assert deck.cards[0].id == hashlib.sha256(b"Q: What is x?\nA: y").hexdigest()[:12]
    assert deck.cards[2].source == "a book"
    assert deck.cards[1].title == "The [...] is [...]."


def test_the_hash_does_not_change_with_spaces_and_line_ends(tmp_path: Path) -> None:
    first = parse_deck(write(tmp_path, "Q: a b\nA: c\n"), "mine").cards[0].id
    assert parse_deck(write(tmp_path, "Q: a\r\nb\r\n\r\nA:   c\r\n"), "mine").cards[0].id == first
    assert parse_deck(write(tmp_path, "Q: a b\nA: d\n"), "mine").cards[0].id != first


@pytest.mark.parametrize("text", [PLAIN, PLAIN.replace("\n", "\r\n"), "Q: a\nA: b", "C: [a]\nC: [b]\n"])
def test_writing_ids_keeps_every_card_and_its_id(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    before = parse_deck(path, "mine").cards
    assert write_ids(path) == len(before)
    after = parse_deck(path, "mine").cards
    assert [replace(card, line=0) for card in after] == [replace(card, line=0) for card in before]
    assert (b"\r\n" in path.read_bytes()) == ("\r\n" in text)
    assert [file.name for file in tmp_path.iterdir()] == ["plain.md"]


def test_writing_ids_keeps_every_line_but_the_rulers_between_cards(tmp_path: Path) -> None:
    path = write(tmp_path, PLAIN)
    write_ids(path)
    kept = [line for line in path.read_text().split("\n") if not line.startswith("## ") and line]
    ruler = PLAIN.split("\n").index("---", 3)
    assert kept == [line for number, line in enumerate(PLAIN.split("\n")) if number != ruler and line]


def test_a_file_with_ids_is_left_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path, "## A {#a}\n\nQ: a\nA: b\n")
    assert write_ids(path) == 0
    assert path.read_text() == "## A {#a}\n\nQ: a\nA: b\n"


def test_a_broken_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path, "Q: a\n")
    with pytest.raises(DeckErrors):
        write_ids(path)
    assert path.read_text() == "Q: a\n"


def test_the_same_card_twice_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "Q: a\nA: b\nQ: a\nA: b\n")
    (error,) = load(tmp_path, "mine").errors
    assert (error.line, error.hint) == (3, "it is the same card twice: delete one")


def test_text_behind_a_ruler_is_an_error_and_not_lost(tmp_path: Path) -> None:
    write(tmp_path, "Q: a\nA: b\n---\nlost?\n")
    (error,) = load(tmp_path, "mine").errors
    assert error.line == 4
