"""A learner's scheduling settings: kept in the database, since they belong to the learner and not to the machine."""

from __future__ import annotations

from dataclasses import fields, replace

from studydl.memory.model import Settings
from studydl.store import settings
from studydl.store.connection import Store


def load(store: Store) -> Settings:
    """Return the settings; what was never set has its default. Lists come back as tuples."""
    kept = settings.get_all(store.read(), store.learner)
    known = {f.name for f in fields(Settings)}
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in kept.items() if name in known}
    return replace(Settings(), **values)  # type: ignore[arg-type]  # values were written by `save`


def save(store: Store, name: str, value: object) -> None:
    """Keep one setting; `name` is a field of `Settings`."""
    with store.write() as connection:
        settings.put(connection, store.learner, name, value)
