"""One card's section in the text of a deck: taken out, put back changed, added. Every other byte stays as it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from studydl.decks.frontmatter import front_matter
from studydl.decks.lines import Fence, outside, unlabeled
from studydl.decks.links import check_links
from studydl.decks.model import Card, Deck
from studydl.decks.parse import Draft, deck_files, outline, read
from studydl.decks.sections import LONGEST_ID, split
from studydl.decks.trouble import Trouble
from studydl.errors import DeckError, StudydlError

_LINES = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|$)")
_HEADING = re.compile(r"##(?!#)")
_ANCHOR = re.compile(r"\{#([^}]*)\}\s*$")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a card that is being written.

    Args:
        line: 1-based line of its section.
        message: what, and how it should look.
    """

    line: int
    message: str


class CardFaults(StudydlError):
    """A card cannot be kept as it is written.

    Args:
        faults: at least one.
    """

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(f"line {fault.line}: {fault.message}" for fault in faults))
        self.faults = faults


def section(text: str, card_id: str) -> str | None:
    """Return the section of one card, with ``\\n`` line ends and no blank lines at its end; None if it is not there."""
    span = _span(text, card_id)
    return None if span is None else _unix(text[span[0] : span[1]]).rstrip()


def replaced(text: str, card_id: str, new: str) -> str:
    """Return the text of a deck with the section of one card exchanged.

    The blank lines behind it, the line ends of the deck and all else stay.

    Args:
        text: the deck.
        card_id: a card in it.
        new: its section from now on.
    """
    span = _span(text, card_id)
    if span is None:
        raise ValueError(card_id)
    start, end = span
    old = text[start:end]
    behind = old[len(old.rstrip()) :]
    return text[:start] + _with_ends(new.rstrip(), text) + behind + text[end:]


def appended(text: str, new: str) -> str:
    """Return the text of a deck with a section added behind the others.

    Args:
        text: the deck; may be empty.
        new: the section.
    """
    end = _newline(text)
    gap = "" if not text or text.endswith(end * 2) else end if text.endswith(end) else end * 2
    return text + gap + _with_ends(new.strip(), text) + end


def with_id(new: str, taken: Collection[str]) -> str:
    """Return the section with an id made from its title if it has none.

    Args:
        new: a section.
        taken: ids that are used already.
    """
    head, newline, rest = new.lstrip("\n").partition("\n")
    if not _HEADING.match(head) or _ANCHOR.search(head) or not head[2:].strip():
        return new
    return f"{head.rstrip()} {{#{_fresh(head[2:].strip(), taken)}}}{newline}{rest}"


def id_of(new: str) -> str:
    """Return the id in the heading of a section; empty if it has none."""
    found = _ANCHOR.search(new.strip().partition("\n")[0])
    return found[1] if found else ""


def without_after(text: str) -> str:
    """Return a section without its ``after:`` lines, which name cards of the deck it was copied from."""
    fence, kept = Fence(), list[str]()
    for number, line in enumerate(text.split("\n"), start=1):
        if fence.feed(number, unlabeled(line)) or not line.startswith("after:"):
            kept.append(line)
    return "\n".join(kept)


def look(new: str, origin: str) -> tuple[Deck, tuple[Fault, ...]]:
    """Read one section as it stands, while it is being written.

    Args:
        new: the section; an id is made up if it has none.
        origin: what the card's key starts with.

    Returns:
        A deck with the card if it could be read, and what is wrong with it.
    """
    text = with_id(new, ())
    heads = [number for number, line in outside(list(enumerate(text.split("\n"), 1))) if _HEADING.match(line)]
    first = next((number for number, line in enumerate(text.split("\n"), start=1) if line.strip()), 1)
    draft = read(Path("card.md"), origin, text.encode("utf-8", "replace"))
    if not heads or heads[0] != first:
        return draft.deck, (Fault(first, "a card starts with its title: ## What it teaches"),)
    if len(heads) > 1:
        return draft.deck, (Fault(heads[1], "a second card starts here; write one at a time"),)
    return draft.deck, tuple(Fault(error.line, _plain(error, draft)) for error in draft.errors)


def check(path: Path, origin: str, before: str, after: str, card_id: str) -> tuple[Fault, ...]:
    """Return what is wrong with a deck that was not wrong before its card was changed or added.

    Args:
        path: the deck's file; its folder is read for the other decks.
        origin: what its cards' keys start with.
        before: the text as it is.
        after: the text as it would be.
        card_id: the card that was changed or added.
    """
    old, new = read(path, origin, before.encode()), read(path, origin, after.encode())
    at = dict(new.ids).get(card_id, 1)
    span = _span(after, card_id)
    lines = after[span[0] : span[1]].count("\n") + 1 if span else 1
    known = {_plain(error, old) for error in (*old.errors, *_links(old))}
    found = list[Fault]()
    for error in (*new.errors, *_links(new)):
        if (message := _plain(error, new)) not in known:
            found.append(Fault(min(max(error.line - at + 1, 1), lines), message))
    others = ([_same(card) for card in draft.deck.cards if card.id != card_id] for draft in (old, new))
    if not found and len({tuple(map(repr, cards)) for cards in others}) > 1:
        found.append(Fault(1, "written like this, it would change other cards of the deck"))
    if not found and card_id not in {card.id for card in new.deck.cards}:
        found.append(Fault(1, "the deck would not hold the card"))
    return tuple(found)


def _links(draft: Draft) -> list[DeckError]:
    path = Path(draft.deck.path)
    others = [outline(each) for each in deck_files(path.parent) if each != path]
    errors = check_links([*others, draft.outline])
    return [error for error in errors if error.path == str(path)]


def _same(card: Card) -> Card:
    return replace(card, line=0, evidence_line=0)


def _plain(error: DeckError, draft: Draft) -> str:
    """Return an error without the place, which the editor shows by itself."""
    message = error.message.removeprefix(f"{draft.deck.path}:{error.line}: ")
    return f"{message}: {error.hint}" if error.hint else message


def _span(text: str, card_id: str) -> tuple[int, int] | None:
    """Return where the section of a card starts and ends, as the parser cuts the deck."""
    body = text.removeprefix("\ufeff")
    starts, at = list[int](), len(text) - len(body)
    for line in _LINES.findall(body):
        starts.append(at)
        at += len(line)
    lines = list(enumerate(_unix(body).split("\n"), start=1))
    front = front_matter([line for _, line in lines], Trouble(""))
    cut, plain = split(lines[front.end :], Trouble(""))
    if plain:
        return None
    for place, found in enumerate(cut):
        if found.id == card_id:
            end = starts[cut[place + 1].line - 1] if place + 1 < len(cut) else len(text)
            return starts[found.line - 1], end
    return None


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _with_ends(new: str, text: str) -> str:
    return _unix(new).replace("\n", _newline(text))


def _fresh(title: str, taken: Collection[str]) -> str:
    """Return an id made from a title, such as output-size-rounds-down; numbered if it is taken."""
    ascii_text = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[: LONGEST_ID - 5].strip("-") or "card"
    names = (slug if number == 1 else f"{slug}-{number}" for number in count(1))
    return next(name for name in names if name not in taken)
