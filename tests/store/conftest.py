from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from studydl.memory.model import Memory
from studydl.paths import Home
from studydl.store import cards, states
from studydl.store.cards import CardRow, DeckRow
from studydl.store.connection import Store, open_store


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = Home(tmp_path_factory.mktemp("template"))
    open_store(home).close()
    return home.database


@pytest.fixture
def home(tmp_path: Path, empty_database: Path) -> Home:
    home = Home(tmp_path / "home")
    home.folder.mkdir()
    shutil.copy(empty_database, home.database)
    return home


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with open_store(home) as store:
        yield store


class Filler:
    """Short ways to fill a store with decks, cards and states."""

    @staticmethod
    def deck(name: str = "conv", position: int = 0, origin: str = "studydl", digest: str = "d") -> DeckRow:
        return DeckRow(origin, name, name.title(), ("conv", "init"), position, f"en/{name}.md", digest)

    @staticmethod
    def card(
        name: str, deck: str = "conv", position: int = 0, kind: str = "basic", level: int | None = None
    ) -> CardRow:
        note = f"studydl/{name}"
        key = f"{note}/{level}" if level else note
        family = "conv.output-size" if kind == "skill" else None
        return CardRow(
            key, note, "studydl", deck, position, kind, name, '{"q": "?"}', "digest", family, level, ("studydl/a",)
        )

    @staticmethod
    def sync(store: Store, decks: list[DeckRow], rows: list[CardRow], now_ms: int = 1) -> None:
        with store.write() as connection:
            cards.sync(connection, store.learner, decks, rows, now_ms)

    @staticmethod
    def put(store: Store, key: str, memory: Memory, **others: object) -> None:
        with store.write() as connection:
            states.put(connection, store.learner, key, states.State(memory, **others))  # type: ignore[arg-type]


@pytest.fixture
def fill() -> Filler:
    return Filler()
