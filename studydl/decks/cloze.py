"""Cloze deletions: where the [brackets] are, and the sentence with one of them hidden or all of them filled."""

from __future__ import annotations

import re

from studydl.decks.model import Cloze

HIDDEN = r"\[...\]"
_TOKEN = re.compile(
    r"""
      \\.                                                       # an escaped character
    | (?<!`)(?P<ticks>`+)(?!`) .*? (?<!`)(?P=ticks)(?!`)        # code
    | \$\$ .+? \$\$ | (?<!\d)\$(?![\s$]) [^$]*? (?<!\s)\$(?!\d)   # mathematics, as the markup reads it
    | [\[\]]
    """,
    re.DOTALL | re.VERBOSE,
)


def spans(text: str) -> list[tuple[int, int]]:
    """Return where the deletions are: offsets of each ``[`` and of the character after its ``]``.

    Args:
        text: markup.

    Raises:
        ValueError: a bracket without its partner, a deletion inside another one, or an empty one; says which.
    """
    found: list[tuple[int, int]] = []
    start = -1
    for token in _TOKEN.finditer(text):
        if token[0] == "[":
            if start >= 0:
                raise ValueError("a deletion inside a deletion")
            start = token.start()
        elif token[0] == "]":
            if start < 0:
                raise ValueError("] without its [")
            if not text[start + 1 : token.start()].strip():
                raise ValueError("an empty deletion")
            found.append((start, token.end()))
            start = -1
    if start >= 0:
        raise ValueError("[ without its ]")
    return found


def hide(cloze: Cloze, index: int, hidden: str = HIDDEN) -> str:
    """Return the sentence as it is asked: one deletion hidden, the others filled in.

    Args:
        cloze: the card's body.
        index: the deletion asked for, from 0.
        hidden: markup to put in its place.
    """
    return _fill(cloze.text, index, hidden)


def reveal(cloze: Cloze) -> str:
    """Return the sentence with every deletion filled in, without brackets.

    Args:
        cloze: the card's body.
    """
    return _fill(cloze.text, -1, "")


def _fill(text: str, index: int, hidden: str) -> str:
    parts, at = [], 0
    for number, (start, end) in enumerate(spans(text)):
        parts += [text[at:start], hidden if number == index else text[start + 1 : end - 1]]
        at = end
    return "".join([*parts, text[at:]])
