"""New cards the learner asked for: they come first in the next session. Cards seen before have a due date to move."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from studydl.memory.model import Phase
from studydl.store import settings, states
from studydl.store.connection import Store

WANTED = "wanted"  # the setting that holds their keys


def wanted(store: Store) -> tuple[str, ...]:
    """Return the keys of the cards asked for, the first one first; some may have been seen by now."""
    kept = settings.get_all(store.read(), store.learner).get(WANTED, [])
    return tuple(map(str, kept)) if isinstance(kept, list) else ()


def want(connection: Connection, store: Store, keys: Iterable[str]) -> None:
    """Ask for new cards, and forget those that have been seen by now.

    Args:
        connection: within a write transaction.
        store: the database.
        keys: of cards never seen.
    """
    every = dict.fromkeys((*wanted(store), *keys))
    found = states.many(connection, store.learner, every)
    left = [key for key in every if found[key].memory.phase is Phase.NEW]
    settings.put(connection, store.learner, WANTED, left)
