"""Decks and cards as they were last read from their files, and how they are brought up to date."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Column, Connection, Insert, Update, bindparam, func, insert, select, tuple_, update

from studydl.store.prepared import Prepared
from studydl.store.tables import cards as card_table
from studydl.store.tables import decks as deck_table

MOST_ASKED = 500  # names in one statement


@dataclass(frozen=True, slots=True)
class DeckRow:
    """One deck.

    Args:
        origin: "studydl" for shipped decks, else the learner's folder.
        name: unique in its origin.
        title: as shown.
        topics: problem topics it covers.
        position: where it stands among the decks.
        path: its file.
        digest: of the file.
    """

    origin: str
    name: str
    title: str
    topics: tuple[str, ...]
    position: int
    path: str
    digest: str


@dataclass(frozen=True, slots=True)
class CardRow:
    """One card.

    Args:
        key: origin/card-id, with /n for a deletion or level.
        note: origin/card-id: siblings share it.
        origin: its deck's origin.
        deck: its deck's name.
        position: where it stands in the deck.
        kind: basic, cloze, choice, claim, points or skill.
        title: its heading.
        content: JSON text, whatever study needs to show it.
        digest: of its content.
        family: problem family; skills only.
        level: 1 to 3; skills only.
        after: notes to be met first.
        contrast: tag of things easily confused, or empty.
        retired_ms: when it was found to be removed, UTC epoch milliseconds; None while it is in its deck.
    """

    key: str
    note: str
    origin: str
    deck: str
    position: int
    kind: str
    title: str
    content: str
    digest: str
    family: str | None = None
    level: int | None = None
    after: tuple[str, ...] = ()
    contrast: str = ""
    retired_ms: int | None = None


_c, _d = card_table.c, deck_table.c
_CARD_FIELDS: tuple[Column[Any], ...] = (
    *(_c.key, _c.note, _c.origin, _c.deck, _c.position, _c.kind, _c.title, _c.content, _c.digest),
    *(_c.family, _c.level, _c.after, _c.contrast, _c.retired_ms),
)
_DECK_FIELDS: tuple[Column[Any], ...] = (_d.origin, _d.name, _d.title, _d.topics, _d.position, _d.path, _d.digest)
_MY_CARDS = _c.learner_id == bindparam("learner")
_MY_DECKS = _d.learner_id == bindparam("learner")

_GET = Prepared(select(*_CARD_FIELDS).where(_MY_CARDS, _c.key == bindparam("key")))
_OF_DECK = (
    select(*_CARD_FIELDS)
    .where(_MY_CARDS, _c.origin == bindparam("origin"), _c.deck == bindparam("deck"), _c.retired_ms.is_(None))
    .order_by(_c.position, _c.key)
)
_IN_DECKS = select(*_CARD_FIELDS).where(_MY_CARDS, tuple_(_c.origin, _c.deck).in_(bindparam("decks", expanding=True)))
_NAMED = select(*_CARD_FIELDS).where(_MY_CARDS, _c.key.in_(bindparam("keys", expanding=True)))
_KINDS = select(_c.key, _c.kind).where(
    _MY_CARDS, _c.key.in_(bindparam("keys", expanding=True)), _c.retired_ms.is_(None)
)
_DECKS = select(*_DECK_FIELDS).where(_MY_DECKS, _d.retired_ms.is_(None)).order_by(_d.position, _d.origin, _d.name)
_NOTE_COUNTS = (
    select(_c.origin, _c.deck, func.count(_c.note.distinct()))
    .where(_MY_CARDS, _c.retired_ms.is_(None))
    .group_by(_c.origin, _c.deck)
)
_DECKS_OF_ORIGINS = select(*_DECK_FIELDS, _d.retired_ms).where(
    _MY_DECKS, _d.origin.in_(bindparam("origins", expanding=True))
)
_ADD_CARDS = insert(card_table)
_ADD_DECKS = insert(deck_table)
_CHANGE_CARDS = update(card_table).where(_c.learner_id == bindparam("of_learner"), _c.key == bindparam("of_key"))
_CHANGE_DECKS = update(deck_table).where(
    _d.learner_id == bindparam("of_learner"),
    _d.origin == bindparam("of_origin"),
    _d.name == bindparam("of_name"),
)
_RETIRE_CARDS = _CHANGE_CARDS.values(retired_ms=bindparam("now"))
_RETIRE_DECKS = _CHANGE_DECKS.values(retired_ms=bindparam("now"))


def get(connection: Connection, learner: str, key: str) -> CardRow | None:
    """Return one card, a retired one too, or None if there never was one with this key."""
    row = _GET.run(connection, {"learner": learner, "key": key}).fetchone()
    return None if row is None else _card(row)


def first_item(connection: Connection, learner: str, note: str) -> CardRow | None:
    """Return a note's card, or the first one of a note with several deletions or levels; None if it is gone."""
    rows = (get(connection, learner, key) for key in (note, f"{note}/1"))
    return next((row for row in rows if row is not None and row.retired_ms is None), None)


def of_deck(connection: Connection, learner: str, origin: str, deck: str) -> list[CardRow]:
    """Return the cards of a deck in its order, without retired ones."""
    values = {"learner": learner, "origin": origin, "deck": deck}
    return [_card(row) for row in connection.execute(_OF_DECK, values)]


def kinds(connection: Connection, learner: str, keys: Sequence[str]) -> dict[str, str]:
    """Return the kinds of some cards by key; those that are in no deck any more are left out."""
    found: dict[str, str] = {}
    for start in range(0, len(keys), MOST_ASKED):
        values = {"learner": learner, "keys": keys[start : start + MOST_ASKED]}
        found |= {row.key: row.kind for row in connection.execute(_KINDS, values)}
    return found


def note_counts(connection: Connection, learner: str) -> dict[tuple[str, str], int]:
    """Return how many notes each deck holds by (origin, name); siblings count as one."""
    return {(origin, deck): count for origin, deck, count in connection.execute(_NOTE_COUNTS, {"learner": learner})}


def decks(connection: Connection, learner: str) -> list[DeckRow]:
    """Return the decks there are, in order."""
    return [_deck(row) for row in connection.execute(_DECKS, {"learner": learner})]


def deck_digests(connection: Connection, learner: str) -> dict[tuple[str, str], str]:
    """Return the digest of every deck there is by (origin, name)."""
    return {(deck.origin, deck.name): deck.digest for deck in decks(connection, learner)}


def sync(
    connection: Connection,
    learner: str,
    decks: Sequence[DeckRow],
    cards: Sequence[CardRow],
    now_ms: int,
    untouched: Collection[tuple[str, str]] = (),
    origins: Collection[str] | None = None,
) -> None:
    """Bring decks and cards up to date. Progress is never touched.

    New and changed rows are written, missing ones are retired, returning ones restored; nothing is deleted.

    Args:
        connection: from `Store.write`.
        learner: whose.
        decks: all that were read.
        cards: all their cards.
        now_ms: when missing ones are retired, UTC epoch milliseconds.
        untouched: (origin, name) of decks whose cards are not given and stay as they are: not changed since they
            were last read, or not readable now.
        origins: the origins that were looked at, in which what is missing is retired; those of the decks when None.
    """
    looked_at = {deck.origin for deck in decks} if origins is None else set(origins)
    read_again = _sync_decks(connection, learner, decks, looked_at, untouched, now_ms)
    given = {card.key: card for card in cards}
    known = {row.key: row for row in _known(connection, learner, read_again, list(given))}
    missing = [row.key for row in known.values() if row.retired_ms is None and row.key not in given]
    new = [_card_values(learner, c) | {"added_ms": now_ms} for c in given.values() if c.key not in known]
    _write(connection, _ADD_CARDS, new)
    changed = [card for card in given.values() if card.key in known and card != known[card.key]]
    _write(connection, _CHANGE_CARDS, [_card_values(learner, c) | _card_name(learner, c.key) for c in changed])
    _write(connection, _RETIRE_CARDS, [_card_name(learner, key) | {"now": now_ms} for key in missing])


def _sync_decks(
    connection: Connection,
    learner: str,
    decks: Sequence[DeckRow],
    origins: Collection[str],
    kept: Collection[tuple[str, str]],
    now_ms: int,
) -> list[tuple[str, str]]:
    """Bring the decks up to date; return those there were whose cards are not kept as they are."""
    rows = connection.execute(_DECKS_OF_ORIGINS, {"learner": learner, "origins": sorted(origins)}).all()
    known = {(row.origin, row.name): (_deck(row[:-1]), row.retired_ms) for row in rows}
    given = {(deck.origin, deck.name): deck for deck in decks}
    new = [_deck_values(learner, deck) for name, deck in given.items() if name not in known]
    changed = [deck for name, deck in given.items() if name in known and (deck, None) != known[name]]
    missing = [name for name, (_, retired) in known.items() if retired is None and name not in {*given, *kept}]
    _write(connection, _ADD_DECKS, new)
    _write(
        connection,
        _CHANGE_DECKS,
        [_deck_values(learner, d) | _deck_name(learner, d.origin, d.name) for d in changed],
    )
    _write(connection, _RETIRE_DECKS, [_deck_name(learner, *name) | {"now": now_ms} for name in missing])
    return [name for name in known if name not in kept]


def _known(
    connection: Connection, learner: str, decks: Sequence[tuple[str, str]], keys: Sequence[str]
) -> Iterator[CardRow]:
    """Give the cards of these decks, and those with these keys; retired ones too, some of them twice."""
    for start in range(0, len(decks), MOST_ASKED):
        values = {"learner": learner, "decks": decks[start : start + MOST_ASKED]}
        yield from map(_card, connection.execute(_IN_DECKS, values))
    for start in range(0, len(keys), MOST_ASKED):
        values = {"learner": learner, "keys": keys[start : start + MOST_ASKED]}
        yield from map(_card, connection.execute(_NAMED, values))


def _write(connection: Connection, statement: Insert | Update, rows: list[dict[str, object]]) -> None:
    if rows:
        connection.execute(statement, rows)


def _card(row: Sequence[Any]) -> CardRow:
    values = [*row[:11], tuple(json.loads(row[11])), *row[12:]]
    return CardRow(*values)


def _deck(row: Sequence[Any]) -> DeckRow:
    origin, name, title, topics, position, path, digest = row
    return DeckRow(origin, name, title, tuple(json.loads(topics)), position, path, digest)


def _card_values(learner: str, card: CardRow) -> dict[str, object]:
    return {"learner_id": learner, **asdict(card), "after": json.dumps(card.after)}


def _deck_values(learner: str, deck: DeckRow) -> dict[str, object]:
    return {"learner_id": learner, **asdict(deck), "topics": json.dumps(deck.topics), "retired_ms": None}


def _card_name(learner: str, key: str) -> dict[str, object]:
    return {"of_learner": learner, "of_key": key}


def _deck_name(learner: str, origin: str, name: str) -> dict[str, object]:
    return {"of_learner": learner, "of_origin": origin, "of_name": name}
