"""A tally that goes on from a snapshot is the one that counts the whole log."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from studydl.paths import PACKAGE, Home
from studydl.store import cards, log, snapshots
from studydl.store import statistics as kept
from studydl.store.connection import Store, open_store
from studydl.store.log import Event
from studydl.study.statistics import snapshot
from studydl.study.statistics.tally import Curve, Tally
from tests.study.statistics.test_figures import TODAY, fill_cards, write_log

CARDS, SKILLS = (0.2, 0.5), (0.3, 0.4)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(snapshot, "TAIL", 5)
    with open_store(Home(tmp_path / "home")) as store:
        yield store


def whole(store: Store, of_cards: Curve = CARDS, of_skills: Curve = SKILLS) -> Tally:
    """Count the log from its beginning: `test_figures` holds that against a plain count."""
    with store.write() as connection:
        connection.exec_driver_sql("SAVEPOINT before")
        connection.exec_driver_sql("DELETE FROM snapshots")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(snapshot, "TAIL", 10**9)
            counted = snapshot.tally(store, of_cards, of_skills)
        connection.exec_driver_sql("ROLLBACK TO before")
    return counted


def place(store: Store) -> int:
    found = snapshots.get(store.read(), store.learner, snapshot.NAME)
    return found.seq if found else 0


def answer(name: str, key: str, day: int = TODAY, **others: object) -> Event:
    decided = {"rating": 3, "phase": "review", "stability": 9.0, "due_day": day + 9} | others
    return Event(name, "answer", 1, day, "study", card_key=key, **decided)  # type: ignore[arg-type]


def write(store: Store, *events: Event) -> None:
    with store.write() as connection:
        for event in events:
            log.append(connection, store.learner, event)


@pytest.mark.parametrize("seed", range(8))
def test_at_every_moment_both_are_equal(store: Store, seed: int) -> None:
    """Answers, amendments, undos and resets, many of which reach back over the end of the snapshot."""
    rows, seen = fill_cards(store), list[int]()

    def look_in(written: list[Event]) -> None:
        assert snapshot.tally(store, CARDS, SKILLS) == whole(store), len(written)
        seen.append(place(store))

    write_log(store, rows, seed, 250, look_in)
    assert len(set(seen)) > 5, "it went on with the log"


def test_a_short_log_needs_no_snapshot(store: Store) -> None:
    write_log(store, fill_cards(store), 1, 10)
    assert snapshot.tally(store, CARDS, SKILLS) == whole(store)
    assert place(store) == 0


def counted_rows(store: Store, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how many events of the log a tally looks at; it must come to what the whole log does."""
    looked = list[int]()
    original = kept.newest_first

    def newest_first(connection: object, learner: str, after: int, upto: int) -> object:
        looked.append(upto - after)
        return original(connection, learner, after, upto)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(kept, "newest_first", newest_first)
        found = snapshot.tally(store, CARDS, SKILLS)
    assert found == whole(store)
    return sum(looked)


Change = Callable[[Store], object]


def _moved(store: Store) -> None:
    """A card moves to another deck."""
    with store.write() as connection:
        row = cards.get(connection, store.learner, "mine/one-0")
        assert row is not None
        connection.exec_driver_sql("UPDATE cards SET deck = 'two' WHERE key = 'mine/one-0'")


def _added(store: Store) -> None:
    """A card is added and answered."""
    with store.write() as connection:
        row = cards.get(connection, store.learner, "mine/one-0")
        assert row is not None
        new = replace(row, key="mine/one-9", note="mine/one-9")
        cards.sync(
            connection, store.learner, [], [new], 7, untouched=[("mine", "one"), ("mine", "two")], origins=["mine"]
        )
    write(store, answer("n1", "mine/one-9"), answer("n2", "mine/one-9", TODAY + 3))


def _undone(store: Store) -> None:
    write(store, Event("u", "undo", 1, TODAY, "study", card_key="mine/one-0", target_id="a3"))


def _amended(store: Store) -> None:
    write(store, replace(answer("m", "mine/one-0", rating=1, stability=1.0), kind="amend", target_id="a3"))


def _backdated(store: Store) -> None:
    write(store, answer("b", "mine/one-0", TODAY - 30), answer("c", "mine/one-0", TODAY - 1))


def _from_elsewhere(store: Store) -> None:
    """Another process answers."""
    code = f"""
from pathlib import Path
from studydl.paths import Home
from studydl.store import log
from studydl.store.connection import open_store
with open_store(Home(Path({str(store.path.parent)!r}))) as store, store.write() as connection:
    log.append(connection, "me", log.Event("z", "answer", 1, {TODAY}, "study", card_key="mine/one-0", rating=1))
"""
    subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, check=True)


@pytest.mark.parametrize(
    ("change", "goes_on"),
    [
        (lambda store: None, True),
        (_added, True),
        (_backdated, True),
        (_from_elsewhere, True),
        (_moved, False),
        (_undone, False),
        (_amended, False),
        (lambda store: store.read().exec_driver_sql("UPDATE snapshots SET event_id = 'of another log'"), False),
        (lambda store: store.read().exec_driver_sql("DELETE FROM snapshots"), False),
    ],
)
def test_a_snapshot_serves_until_what_it_was_made_of_changes(
    store: Store, monkeypatch: pytest.MonkeyPatch, change: Change, goes_on: bool
) -> None:
    fill_cards(store)
    write(store, *(answer(f"a{n}", f"mine/{'one' if n % 2 else 'two'}-0", TODAY - 40 + n) for n in range(40)))
    assert counted_rows(store, monkeypatch) == 40
    assert place(store) == 35
    change(store)
    looked = counted_rows(store, monkeypatch)
    assert looked < 10 if goes_on else looked >= 40
    assert counted_rows(store, monkeypatch) < 10, "and the next one goes on from there"


def test_other_weights_and_another_way_of_counting_count_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    write_log(store, fill_cards(store), 3, 60)
    for curves in ((CARDS, SKILLS), (SKILLS, SKILLS), (CARDS, CARDS)):
        assert snapshot.tally(store, *curves) == whole(store, *curves)
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE snapshots SET value = json_set(value, '$.days', json('[]'))")
    assert snapshot.tally(store, CARDS, CARDS) != whole(store, CARDS, CARDS), "it is believed"
    monkeypatch.setattr(snapshot, "FORMAT", snapshot.FORMAT + 1)
    assert snapshot.tally(store, CARDS, CARDS) == whole(store, CARDS, CARDS)


def test_a_busy_database_keeps_nobody_from_the_figures(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    write_log(store, fill_cards(store), 4, 60)
    with open_store(Home(store.path.parent)) as other, other.write():
        store.read().exec_driver_sql("PRAGMA busy_timeout = 1")
        found = snapshot.tally(store, CARDS, SKILLS)
    assert place(store) == 0
    assert found == whole(store)
