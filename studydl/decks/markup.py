"""Markup of a deck that has been tried: whatever passes here can be shown."""

from __future__ import annotations

from collections.abc import Sequence

from studydl.decks.lines import Block
from studydl.decks.trouble import Trouble
from studydl.text.markup import MarkupError, parse

LONGEST_BLOCK = 20_000  # characters; nobody reads more on a card, and some readers take quadratic time


def tried(parts: Sequence[Block], trouble: Trouble) -> str:
    """Return the blocks as one text, after checking that it can be shown.

    Args:
        parts: blocks of markup.
        trouble: takes the errors.
    """
    for part in parts:
        if too_long(part, trouble):
            continue
        try:
            parse(part.text)
        except MarkupError as error:
            trouble.add(part.line + error.line - 1, error.message, error.hint)
    return "\n\n".join(part.text for part in parts)


def too_long(part: Block, trouble: Trouble) -> bool:
    """Note a block that is too long for a card, and say so.

    Args:
        part: the block.
        trouble: takes the error.
    """
    if len(part.text) > LONGEST_BLOCK:
        trouble.add(part.line, f"{len(part.text):,} characters in one block", f"at most {LONGEST_BLOCK:,}")
    return len(part.text) > LONGEST_BLOCK
