"""A title for a card that has none."""

from __future__ import annotations

from studydl.decks.cloze import spans
from studydl.text.markup import MarkupError, plain

LONGEST = 60  # characters


def title_of(text: str) -> str:
    """Return the start of a card's question on one line, cloze deletions hidden; may be empty.

    Args:
        text: markup, or what was meant to be.
    """
    first = text.strip().split("\n\n", maxsplit=1)[0][: 20 * LONGEST]
    try:
        for start, end in reversed(spans(first)):
            first = first[:start] + r"\[...\]" + first[end:]
    except ValueError:
        pass
    try:
        words = plain(first).split()
    except MarkupError:
        words = first.split()
    title = " ".join(words)
    if len(title) <= LONGEST:
        return title
    return title[:LONGEST].rsplit(" ", maxsplit=1)[0].rstrip(".,;:") + "…"
