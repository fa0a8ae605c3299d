"""What makes a card hard to learn from, as far as a program can see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from studydl.decks.model import Basic, Card, Choice, Claim, Cloze, Deck, Points, Skill
from studydl.text.markup import Bullets, CodeBlock, parse, plain

MOST_WORDS = 12
MOST_PARTS = 3
MOST_LINES = 24
MOST_COLUMNS = 72
FEWEST_CLAIMS = 6
_YES_NO = re.compile(r"(yes|no|true|false)\b(?! \w+ \w+ \w+ \w+)", re.IGNORECASE)
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|`[^`]*`|\$[^$]*\$")
_WORD = re.compile(r"\w+(?:[.'-]\w+)*")


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark on a deck.

    Args:
        path: the file.
        line: 1-based line of the card's heading, or of the evidence.
        message: what is remarkable.
    """

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def check_style(deck: Deck) -> list[Remark]:
    """Return the remarks on a deck, in the order of its cards.

    Args:
        deck: the deck.
    """
    found = [Remark(deck.path, line, message) for card in deck.cards for line, message in _card(card)]
    claims = [card.body.true for card in deck.cards if isinstance(card.body, Claim)]
    if len(claims) >= FEWEST_CLAIMS and not 0.35 <= sum(claims) / len(claims) <= 0.65:
        message = f"{sum(claims)} of {len(claims)} claims are true: 35 to 65% should be, so that guessing fails"
        found.append(Remark(deck.path, 1, message))
    return found


def _card(card: Card) -> Iterator[tuple[int, str]]:
    for answer in _answers(card):
        if _words(answer) and f" {_words(answer)} " in f" {_words(card.title)} ":
            yield card.line, f'the title gives the answer away: "{plain(answer)}"'
    if isinstance(card.body, Basic):
        yield from ((card.line, message) for message in _basic(card.body))
    if not isinstance(card.body, Skill) and not card.evidence and not card.source:
        yield card.line, "neither evidence nor source: says who?"
    yield from ((card.evidence_line, message) for message in _code("the evidence", card.evidence))
    for text in _texts(card):
        for block in parse(text):
            if isinstance(block, CodeBlock):
                yield from ((card.line, message) for message in _code("its code", block.text))


def _answers(card: Card) -> tuple[str, ...]:
    match card.body:
        case Basic(_, answer):
            return (answer,)
        case Cloze(_, deletions):
            return deletions
        case Choice(_, options):
            return tuple(text for text, right in options if right)
    return ()


def _texts(card: Card) -> tuple[str, ...]:
    match card.body:
        case Basic(question, answer):
            return question, answer, card.explanation
        case Choice(question, _) | Points(question, _):
            return question, card.explanation
        case Claim(statement, _, correction):
            return statement, correction, card.explanation
    return (card.explanation,)


def _basic(body: Basic) -> Iterator[str]:
    answer = plain(body.answer)
    bullets = max((len(block.items) for block in parse(body.answer) if isinstance(block, Bullets)), default=0)
    parts = max(bullets, _enumerated(body.answer))
    if _YES_NO.match(answer):
        yield "a yes or no answer: make it a claim (T: or F:)"
    elif parts > MOST_PARTS:
        yield f"a list of {parts} as an answer: split the card, or make it Points:"
    elif not _has_code(body.answer) and len(answer.split()) > MOST_WORDS:
        yield f"an answer of {len(answer.split())} words: at most {MOST_WORDS}, the rest behind an empty line"


def _enumerated(answer: str) -> int:
    """Return the number of parts of "a, b, c and d"; commas in brackets, code and mathematics separate nothing."""
    text = _ASIDE.sub("x", answer)
    return len(re.split(r",\s+(?:and\s+|or\s+)?|\s+(?:and|or)\s+", text)) if text.count(",") >= 2 else 1


def _has_code(text: str) -> bool:
    return any(isinstance(block, CodeBlock) for block in parse(text))


def _code(name: str, code: str) -> Iterator[str]:
    lines = code.splitlines()
    widest = max(map(len, lines), default=0)
    if len(lines) > MOST_LINES:
        yield f"{name} takes {len(lines)} lines, more than {MOST_LINES}"
    if widest > MOST_COLUMNS:
        yield f"{name} takes {widest} columns, more than {MOST_COLUMNS}"


def _words(text: str) -> str:
    return " ".join(_WORD.findall(plain(text).lower()))
