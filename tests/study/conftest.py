from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC
from pathlib import Path

import pytest

from studydl.paths import Home
from studydl.study.desk import Desk
from tests.study.helpers import FakeClock, FakeWorker, prefer, stock, write_deck

OpenDesk = Callable[[], Desk]


@pytest.fixture(autouse=True)
def nothing_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the decks and problems of the test itself, and no process that loads torch."""
    shipped = tmp_path / "shipped"
    (shipped / "en").mkdir(parents=True)
    for place in ("study.library", "decks.folders", "decks.proofs"):
        monkeypatch.setattr(f"studydl.{place}.content", lambda: shipped)
    monkeypatch.setattr("studydl.study.supply.Worker", FakeWorker)
    FakeWorker.trouble = None
    FakeWorker.drawn.clear()


@pytest.fixture(autouse=True)
def log_in_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is logged reaches caplog, not the file of whichever home was the first of the process."""
    monkeypatch.setattr("studydl.logs.to_file", lambda home: None)
    monkeypatch.setattr(logging.getLogger("studydl"), "propagate", True)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A data folder with the deck of every kind of card; a new skill begins with its first problem at once."""
    home = Home(tmp_path / "home")
    write_deck(home, "floor", "sum", "pick", "yes", "no", "say", "f1")
    prefer(home, worked_examples=False)
    return home


@pytest.fixture
def open_desk(home: Home, clock: FakeClock) -> Iterator[OpenDesk]:
    """Return a function that opens the learner's desk; those still open at the end are closed."""
    desks = list[Desk]()

    def opened() -> Desk:
        desks.append(Desk(home, clock, UTC))
        stock(desks[-1].store, 6)
        return desks[-1]

    yield opened
    for desk in desks:
        with suppress(Exception):  # a test may have closed it, or pulled the plug
            desk.close()


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    return open_desk()
