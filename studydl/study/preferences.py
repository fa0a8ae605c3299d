"""A learner's scheduling settings: kept in the database, since they belong to the learner and not to the machine."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import TypedDict

from studydl.memory.model import Settings
from studydl.store import settings
from studydl.store.connection import Store

FIT = "fit"  # the setting that says what the last fit of the weights came to, a `FitRecord`


class FitRecord(TypedDict):
    """What the last fit came to.

    Args:
        at_ms: when it was, UTC epoch milliseconds.
        end: place of the last event in the log then.
        reviews: how many there were then, of cards and skills.
        news: what it changed, a line each; empty if nothing was adopted.
    """

    at_ms: int
    end: int
    reviews: int
    news: list[str]


def last_fit(store: Store) -> FitRecord | None:
    """Return what the last fit of the weights came to, or None if there was none."""
    kept = settings.text(store.read(), store.learner, FIT)
    found: FitRecord | None = json.loads(kept) if kept else None
    return found


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
