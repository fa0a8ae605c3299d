"""The units spaced repetition schedules (a card, a cloze deletion, a level of a skill), and their content as stored."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from studydl.decks.model import Basic, Body, Card, Choice, Claim, Cloze, Deck, Points, Skill


@dataclass(frozen=True, slots=True)
class Item:
    """One schedulable unit.

    Args:
        key: origin/card-id, with /n for each deletion and each level.
        note: origin/card-id; siblings share it.
        card_id: as in the deck.
        kind: basic, cloze, choice, claim, points or skill.
        index: the deletion asked for, from 0; 0 for all other kinds.
        digest: 16 hexadecimal digits that change with what is asked or answered: for a deletion, its own text only.
        family: the problem family of a skill, else None.
        level: the level of a skill, else None.
        position: its place in the deck, from 0.
    """

    key: str
    note: str
    card_id: str
    kind: str
    index: int
    digest: str
    family: str | None
    level: int | None
    position: int


def items(deck: Deck, known: Mapping[str, str] | None = None) -> tuple[Item, ...]:
    """Return the schedulable units of a deck, in its order.

    A deletion is numbered by its place when it is first seen. With the digests stored earlier it keeps its number
    when its sentence is edited around it; a deletion that is itself edited inherits the number of one that is gone.

    Args:
        deck: the deck.
        known: {key: digest} of the items stored so far and not retired; None or empty at the first sync.
    """
    earlier: dict[str, dict[str, int]] = {}
    for key, digest in (known or {}).items():
        note, _, number = key.rpartition("/")
        if number.isdecimal():
            earlier.setdefault(note, {})[digest] = int(number)
    found: list[Item] = []
    for card in deck.cards:
        note = f"{deck.origin}/{card.id}"
        for key, index, digest, family, level in _parts(card, note, earlier.get(note, {})):
            found.append(Item(key, note, card.id, card.kind, index, digest, family, level, len(found)))
    return tuple(found)


Part = tuple[str, int, str, str | None, int | None]  # key, index, digest, family, level


def _parts(card: Card, note: str, earlier: Mapping[str, int]) -> Iterator[Part]:
    match card.body:
        case Cloze(_, deletions):
            digests = _deletion_digests(deletions)
            for index, number in enumerate(_numbers(digests, earlier)):
                yield f"{note}/{number}", index, digests[index], None, None
        case Skill(family, levels):
            for level in levels:
                yield f"{note}/{level}", 0, _digest(f"{family}:{level}"), family, level
        case body:
            yield note, 0, _digest(f"{card.kind}:{msgspec.json.encode(body).decode()}"), None, None


def deletion_index(body: Cloze, digest: str) -> int | None:
    """Return which deletion an item asks for, from 0; None if it is no longer there.

    Args:
        body: the sentence as it is now.
        digest: the item's digest.
    """
    digests = _deletion_digests(body.deletions)
    return digests.index(digest) if digest in digests else None


def _deletion_digests(deletions: Sequence[str]) -> tuple[str, ...]:
    """Return a digest of each deletion's text; equal texts are told apart by their order."""
    seen: Counter[str] = Counter()
    found = []
    for deletion in deletions:
        text = " ".join(deletion.split())
        seen[text] += 1
        found.append(_digest(f"{seen[text]}:{text}"))
    return tuple(found)


def _numbers(digests: Sequence[str], earlier: Mapping[str, int]) -> list[int]:
    """Return the number of each deletion: its own earlier one, else one of a deletion that is gone, else a new one."""
    kept = {digest: earlier[digest] for digest in digests if digest in earlier}
    gone = set(earlier.values()) - set(kept.values())
    numbers: list[int] = []
    for place, digest in enumerate(digests, start=1):
        number = kept.get(digest)
        if number is None:
            taken = {*earlier.values(), *kept.values(), *numbers}
            number = place if place in gone else min(gone, default=0) or _unused(place, taken)
            gone.discard(number)
        numbers.append(number)
    return numbers


def _unused(place: int, taken: set[int]) -> int:
    return place if place not in taken else max(taken) + 1


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


_BODIES: dict[str, type[Any]] = {body.__name__.lower(): body for body in (Basic, Cloze, Choice, Claim, Points, Skill)}


def content_to_json(card: Card) -> str:
    """Return the card as JSON text, its body tagged by the kind of card.

    Args:
        card: the card.
    """
    content = {field.name: getattr(card, field.name) for field in dataclasses.fields(card)}
    return msgspec.json.encode({"kind": card.kind} | content).decode()


def card_from_json(text: str) -> Card:
    """Return the card that `content_to_json` wrote.

    Args:
        text: JSON.

    Raises:
        ValueError: the text is no card's content.
    """
    try:
        content: dict[str, Any] = msgspec.json.decode(text, type=dict[str, Any])
        body: Body = msgspec.convert(content.pop("body"), _BODIES[content.pop("kind")])
        return Card(body=body, after=tuple(content.pop("after")), **content)
    except (msgspec.MsgspecError, KeyError, TypeError) as error:
        raise ValueError(f"not the content of a card: {error}") from error
