"""A deck as plain data: what the parser makes of a Markdown file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Basic:
    """A question and its answer.

    Args:
        question: markup.
        answer: markup; the short answer itself.
    """

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Cloze:
    """A sentence with deletions; each deletion is a card of its own.

    Args:
        text: markup, the deletions in [brackets].
        deletions: the bracketed texts in order.
    """

    text: str
    deletions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A question with options, of which at least one is right.

    Args:
        question: markup.
        options: (text, is it right) in the order of the file; shuffled at each showing.
    """

    question: str
    options: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement to judge.

    Args:
        statement: markup.
        true: whether it is true.
        correction: markup; what is true instead, or why it is true.
    """

    statement: str
    true: bool
    correction: str


@dataclass(frozen=True, slots=True)
class Points:
    """A spoken question and the points one would listen for.

    Args:
        question: markup.
        points: markup, 3 to 6 of them.
    """

    question: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Skill:
    """A problem family to practice; each of its levels is a card of its own.

    Args:
        family: name of the family.
        levels: the levels scheduled, lowest first.
    """

    family: str
    levels: tuple[int, ...] = (1, 2, 3)


Body: TypeAlias = Basic | Cloze | Choice | Claim | Points | Skill


@dataclass(frozen=True, slots=True)
class Card:
    """One card of a deck.

    Args:
        id: unique in the deck's origin: "conv-floor".
        title: its heading.
        body: what is asked.
        explanation: markup shown under the answer; may be empty.
        evidence: Python code that proves the answer; may be empty.
        source: reference for what no code can prove; may be empty.
        after: ids of cards to be met first.
        contrast: tag shared by things easily confused; may be empty.
        line: 1-based line of the heading in the file.
        evidence_line: 1-based line of the first line of evidence in the file; 0 without evidence.
    """

    id: str
    title: str
    body: Body
    explanation: str = ""
    evidence: str = ""
    source: str = ""
    after: tuple[str, ...] = ()
    contrast: str = ""
    line: int = 0
    evidence_line: int = 0

    @property
    def kind(self) -> str:
        """Return basic, cloze, choice, claim, points or skill."""
        return type(self.body).__name__.lower()


@dataclass(frozen=True, slots=True)
class Deck:
    """One Markdown file of cards.

    Args:
        name: the file's name without its suffix; unique in its origin.
        title: as shown.
        topics: problem topics it covers ("conv").
        cards: in the order of the file.
        path: the file.
        origin: "studydl" for shipped decks, else the learner's folder name.
        digest: SHA-256 of the file's bytes, hexadecimal.
        order: its place among the decks; None comes after all numbers, by name.
    """

    name: str
    title: str
    topics: tuple[str, ...]
    cards: tuple[Card, ...]
    path: str
    origin: str
    digest: str
    order: int | None = None
