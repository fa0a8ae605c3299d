from __future__ import annotations

import io

import pytest
from rich.console import Console

from studydl.tui.preview import drawn
from studydl.tui.widgets.look import Look
from tests.decks.shipped import LOADED

KINDS = ("basic", "cloze", "choice", "claim", "points", "skill")


def seen(kind: str) -> tuple[str, object]:
    deck, card = next((deck, card) for deck in LOADED.decks for card in deck.cards if card.kind == kind)
    console = Console(file=io.StringIO(), width=80)
    for part in drawn(deck, card, Look()):
        console.print(part)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue(), card


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_card_is_drawn_on_both_sides(kind: str) -> None:
    text, _ = seen(kind)
    assert text.strip()
    assert max(map(len, text.splitlines())) <= 80
    if kind != "skill":
        assert "─" * 40 in text
    assert ("✓" in text) == (kind in ("choice", "claim"))


def test_a_cloze_is_drawn_once_for_each_deletion() -> None:
    text, card = seen("cloze")
    assert sum(line == "─" * 80 for line in text.splitlines()) == len(card.body.deletions)  # type: ignore[attr-defined]
