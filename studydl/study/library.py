"""Brings the Markdown decks and the shipped problems into the database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from studydl import config
from studydl.decks.folders import OWN, SHIPPED, folders
from studydl.decks.items import content_to_json, items
from studydl.decks.model import Deck
from studydl.decks.parse import deck_files, load_files, outline, place
from studydl.paths import Home, content
from studydl.problems.exchange import from_line
from studydl.store import cards, ready, settings
from studydl.store.cards import CardRow, DeckRow
from studydl.store.connection import Store
from studydl.study import supply

STARTER = "starter_problems"
KEEP_SERVED_MS = 90 * 86_400_000  # long enough to undo or resume; the log keeps parameters and answer for good


def sync(store: Store, home: Home, now_ms: int) -> tuple[str, ...]:
    """Read decks that changed and bring the database up to date; progress is never touched.

    Args:
        store: the database.
        home: the data folder, with the learner's own decks.
        now_ms: UTC epoch milliseconds.

    Returns:
        What the learner should know: one line for each fault in a deck. A deck that cannot be read keeps its cards
        as they were.
    """
    starter = _starter_digest()
    if settings.get_all(store.read(), store.learner).get(STARTER) != starter:
        _stock(store, starter, now_ms)
    notices = list(config.faults(home))
    found, stored = _digests(home), cards.deck_digests(store.read(), store.learner)
    changed = {deck for deck, _ in found.items() ^ stored.items()}
    if not changed:
        return tuple(notices)
    there = {(row.origin, row.name): row for row in cards.decks(store.read(), store.learner)}
    rows, decks, touched = list[DeckRow](), list[Deck](), {origin for origin, _ in changed}
    for origin, folder in sorted(folders(home).items(), key=lambda item: item[0] == SHIPPED):  # one's own come first
        if origin not in touched:
            rows += [row for row in there.values() if row.origin == origin]
            continue
        files = sorted(deck_files(folder), key=lambda path: place(outline(path).order, path.stem))
        news = [path for path in files if (origin, path.stem) in changed]
        loaded = load_files(news, origin, (path for path in files if path not in news))
        decks += loaded.decks
        notices += [str(error) for error in loaded.errors]
        fresh = {deck.name: _deck_row(deck) for deck in loaded.decks}
        rows += [row for path in files if (row := fresh.get(path.stem) or there.get((origin, path.stem)))]
    rows = [replace(row, position=place) for place, row in enumerate(rows)]
    again = there.keys() & changed
    known = {row.key: row.digest for name in again for row in cards.of_deck(store.read(), store.learner, *name)}
    contents = [row for deck in decks for row in _card_rows(deck, known)]
    untouched = there.keys() & found.keys() - {(deck.origin, deck.name) for deck in decks}
    looked_at = _looked_at(home, {origin for origin, _ in there})
    with store.write() as connection:
        cards.sync(connection, store.learner, rows, contents, now_ms, untouched=untouched, origins=looked_at)
    return tuple(notices)


def _looked_at(home: Home, known: set[str]) -> set[str]:
    """Return the origins in which what is missing is gone for good.

    A configured folder that is not there (a drive not mounted) and a configuration that cannot be read take no card
    away; a folder that is no longer configured does.
    """
    found = folders(home)
    if config.faults(home) and not config.load(home).decks:
        return {SHIPPED, OWN}
    return (known | found.keys()) - {
        origin for origin, folder in found.items() if origin != OWN and not folder.is_dir()
    }


def _digests(home: Home) -> dict[tuple[str, str], str]:
    return {
        (origin, path.stem): hashlib.sha256(path.read_bytes()).hexdigest()
        for origin, folder in folders(home).items()
        for path in deck_files(folder)
    }


def _deck_row(deck: Deck) -> DeckRow:
    return DeckRow(
        origin=deck.origin,
        name=deck.name,
        title=deck.title,
        topics=deck.topics,
        position=0,
        path=deck.path,
        digest=deck.digest,
    )


def _card_rows(deck: Deck, known: Mapping[str, str]) -> Iterator[CardRow]:
    by_id = {card.id: card for card in deck.cards}
    for item in items(deck, known):
        card = by_id[item.card_id]
        yield CardRow(
            key=item.key,
            note=item.note,
            origin=deck.origin,
            deck=deck.name,
            position=item.position,
            kind=item.kind,
            title=card.title,
            content=content_to_json(card),
            digest=item.digest,
            family=item.family,
            level=item.level,
            after=tuple(f"{deck.origin}/{card_id}" for card_id in card.after),
            contrast=card.contrast,
        )


def _starter_files() -> list[Path]:
    return sorted((content() / "problems").glob("*.jsonl"))


def _starter_digest() -> str:
    digest = hashlib.sha256()
    for path in _starter_files():
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _stock(store: Store, digest: str, now_ms: int) -> None:
    """Put the shipped problems among the ready ones, so that the first problem needs no wait for torch."""
    lines = [line for path in _starter_files() for line in path.read_text(encoding="utf-8").splitlines()]
    problems = [(from_line(line), line) for line in lines]
    # Every family has shipped problems, so they say all current versions; the catalog itself takes a second to import.
    versions = {problem.family: problem.version for problem, _ in problems}
    with store.write() as connection:
        ready.drop_stale(connection, store.learner, versions, now_ms - KEEP_SERVED_MS)
        for problem, line in problems:
            supply.add(connection, store.learner, problem, line)
        settings.put(connection, store.learner, STARTER, digest)
