"""Giving the cards of a plain file their ids for good."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from studydl.decks.lines import outside
from studydl.decks.model import Card
from studydl.decks.parse import read
from studydl.decks.trouble import DeckErrors
from studydl.errors import DeckError


def write_ids(path: Path) -> int:
    """Turn a plain file's cards into ``## Title {#id}`` sections with the ids they already have.

    The file is replaced in one step, and only if it then holds the very same cards. Lines ``---`` between cards go:
    the headings separate them now. A file whose cards have ids is left as it is.

    Args:
        path: the deck.

    Returns:
        The number of ids written.

    Raises:
        DeckErrors: the deck cannot be read, or would not hold the same cards afterwards.
    """
    path = path.resolve()
    draft = read(path, "")
    if draft.errors:
        raise DeckErrors(draft.errors)
    if not draft.plain:
        return 0
    data = path.read_bytes().decode("utf-8-sig")
    newline = "\r\n" if "\r\n" in data else "\n"
    lines = data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cards = {card.line: card for card in draft.deck.cards}
    first = min(cards)
    numbered = list(enumerate(lines, start=1))
    rulers = {number for number, text in outside(numbered[first - 1 :]) if text.rstrip() == "---"}
    written: list[str] = []
    for number, text in numbered:
        if number in cards:
            written += [f"## {cards[number].title} {{#{cards[number].id}}}", ""]
        if number not in rulers:
            written.append(text)
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(newline.join(written).encode())
    after = read(new, "")
    if after.errors or [_same(card) for card in after.deck.cards] != [_same(card) for card in draft.deck.cards]:
        new.unlink()
        message = "its ids cannot be written without changing its cards"
        raise DeckErrors([DeckError(str(path), 1, message, "write the headings by hand")])
    new.chmod(path.stat().st_mode)
    os.replace(new, path)  # noqa: PTH105
    return len(cards)


def _same(card: Card) -> Card:
    return replace(card, line=0, evidence_line=0)
