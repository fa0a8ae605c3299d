"""Cards that were not saved when the program was left, kept until they are opened again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from studydl.store import settings
from studydl.store.connection import Store

DRAFTS = "drafts"


def draft_of(store: Store, path: Path, card_id: str) -> str | None:
    """Return the text of a card that was not saved; None if there is none.

    Args:
        store: the database.
        path: the deck of the card.
        card_id: its id; empty for a new card.
    """
    return _kept(store).get(_name(path, card_id))


def keep(store: Store, path: Path, card_id: str, text: str | None) -> None:
    """Keep the text of a card that is not saved, in the place of an earlier one.

    Args:
        store: the database.
        path: the deck of the card.
        card_id: its id; empty for a new card.
        text: what is written; None forgets what was kept.
    """
    name, kept = _name(path, card_id), dict(_kept(store))
    if text != kept.pop(name, None):
        if text is not None:
            kept[name] = text.encode("utf-8", "replace").decode()  # half a character cannot be stored
        with store.write() as connection:
            settings.put(connection, store.learner, DRAFTS, kept)


def _kept(store: Store) -> Mapping[str, str]:
    kept = settings.get_all(store.read(), store.learner).get(DRAFTS)
    return kept if isinstance(kept, dict) else {}


def _name(path: Path, card_id: str) -> str:
    return f"{path}#{card_id}"
