"""A document for paper, before it is Markdown, HTML or PDF. All text in it is studydl's markup, unless it says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Question:
    """A question with room for its answer.

    Args:
        number: from 1.
        points: what it is worth; empty: not said.
        text: the question.
        notes: choices that change the answer.
        options: of a choice; lettered a, b, c.
        asked: how the answer is to be written, plain text; empty where an option is ticked.
        room: lines left free for work.
        id: of the problem, for self-study; plain text, may be empty.
    """

    number: int
    points: str
    text: str
    notes: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    asked: str = ""
    room: int = 0
    id: str = ""


@dataclass(frozen=True, slots=True)
class Solution:
    """A question's answer and how one gets there.

    Args:
        number: of the question.
        title: of the family or card, plain text.
        text: the question again.
        answer: the answer.
        steps: the worked solution, or the points to look for.
        remark: what else there is to say; may be empty.
        mistakes: (value, what it comes from).
        notes: lines at the end: source, id; plain text.
    """

    number: int
    title: str
    text: str
    answer: str
    steps: tuple[str, ...] = ()
    remark: str = ""
    mistakes: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of plain text.

    Args:
        head: column heads.
        rows: as many cells each.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Fields:
    """Labels with what stands behind them, plain text; an empty value is a line to fill in."""

    pairs: tuple[tuple[str, str], ...]


Block: TypeAlias = Question | Solution | Grid | Words | Fields


@dataclass(frozen=True, slots=True)
class Part:
    """Pages that belong together and are numbered together: one student's copy, or a chapter of the key.

    Args:
        heading: at its top, plain text.
        mark: in the header of each page: the copy's code; may be empty.
        blocks: what it holds.
    """

    heading: str
    mark: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """What one file holds.

    Args:
        title: plain text.
        parts: each begins on a new page.
    """

    title: str
    parts: tuple[Part, ...]


def letter(index: int) -> str:
    """Return the letter of an option: a, b, c."""
    return chr(ord("a") + index)
