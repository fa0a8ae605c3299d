from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from studydl.memory.model import NEW, Memory, Phase
from studydl.paths import PACKAGE, Home
from studydl.store import activity, health, log, sessions, settings
from studydl.store.cards import CardRow
from studydl.store.connection import Store
from studydl.store.glance import DeckCount, glance
from studydl.store.ids import new_id
from studydl.store.states import State, put

if TYPE_CHECKING:
    from tests.store.conftest import Filler

TODAY = 100


def _today(rollover_hour: int, last_day: int | None) -> int:
    return TODAY


def test_without_a_database_there_is_nothing_to_see_and_none_is_made(tmp_path: Path) -> None:
    assert glance(tmp_path / "studydl.db", _today) is None
    assert list(tmp_path.iterdir()) == []


def test_looking_imports_nothing_heavy(home: Home) -> None:
    code = f"""
import sys
from pathlib import Path
from studydl.store.glance import glance
assert glance(Path({str(home.database)!r}), lambda hour, last: 5) is not None
heavy = {{"sqlalchemy", "alembic", "torch", "numpy", "sympy", "fsrs", "textual", "click", "platformdirs"}}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("seed", range(8))
def test_the_counts_are_those_one_makes_by_hand(store: Store, fill: Filler, seed: int) -> None:
    chance = random.Random(seed)
    decks = [fill.deck("zoo", 0), fill.deck("conv", 1), fill.deck("empty", 2)]
    rows = [fill.card(f"c{n}", chance.choice(["zoo", "conv"]), n) for n in range(60)]
    for n in range(12):
        deck = chance.choice(["zoo", "conv"])
        rows += [fill.card(f"s{n}", deck, n, "skill", level) for level in (1, 2, 3)]
    fill.sync(store, decks, rows)
    known = {row.key: _state(chance) for row in rows if chance.random() < 0.7}
    with store.write() as connection:
        for key, state in known.items():
            put(connection, "me", key, state)
    here = [row for row in rows if chance.random() < 0.9]
    fill.sync(store, decks, here)
    found = glance(store.path, _today)
    assert found is not None
    assert found.revision == health.HEAD
    wanted = tuple(_count(deck.name, deck.title, here, known) for deck in decks)
    assert found.decks == wanted
    for limit in (0, 3):
        with store.write() as connection:
            settings.put(connection, "me", "new_per_day", limit)
        found = glance(store.path, _today, every_new=False)
        assert found is not None
        assert found.decks == tuple(replace(deck, new=min(deck.new, max(limit, 1))) for deck in wanted)


def test_limit_rollover_and_todays_new_cards_are_read_from_the_learners_data(store: Store, fill: Filler) -> None:
    fill.sync(store, [fill.deck()], [fill.card(name) for name in "abc"])
    with store.write() as connection:
        settings.put(connection, "me", "rollover_hour", 6)
        settings.put(connection, "me", "new_per_day", 25)
        events = [
            log.Event(new_id(), "answer", 1, TODAY - 1, "study", card_key="studydl/a"),
            log.Event(new_id(), "answer", 2, TODAY, "study", card_key="studydl/a"),
            log.Event(new_id(), "answer", 3, TODAY, "study", card_key="studydl/b"),
            log.Event(new_id(), "answer", 4, TODAY, "study", card_key="studydl/b"),
            log.Event(new_id(), "answer", 5, TODAY, "practice", card_key="studydl/c"),
            undone := log.Event(new_id(), "answer", 6, TODAY, "study", card_key="studydl/c"),
            log.Event(new_id(), "undo", 7, TODAY, "study", card_key="studydl/c", target_id=undone.id),
        ]
        for event in events:
            log.append(connection, "me", event)
    asked: list[tuple[int, int | None]] = []

    def today(rollover_hour: int, last_day: int | None) -> int:
        asked.append((rollover_hour, last_day))
        return TODAY

    found = glance(store.path, today)
    assert found is not None
    assert asked == [(6, TODAY)]
    assert (found.today, found.rollover_hour, found.new_per_day, found.new_today) == (TODAY, 6, 25, 1)
    assert found.new_today == activity.day_counts(store.read(), "me", TODAY).new_cards


def test_an_unfinished_session_of_today_is_seen(store: Store) -> None:
    with store.write() as connection:
        yesterday = sessions.SessionRow("1", "study", 1, None, TODAY - 1, "{}", "{}")
        practice = sessions.SessionRow("2", "practice", 1, None, TODAY, "{}", "{}")
        for row in (yesterday, practice):
            sessions.start(connection, "me", row)
    assert not getattr(glance(store.path, _today), "unfinished", None)
    with store.write() as connection:
        sessions.start(connection, "me", sessions.SessionRow("3", "study", 1, None, TODAY, "{}", "{}"))
    assert getattr(glance(store.path, _today), "unfinished", None)
    with store.write() as connection:
        sessions.end(connection, "me", "3", 9)
    assert not getattr(glance(store.path, _today), "unfinished", None)


def test_an_unfinished_interview_of_today_is_seen(store: Store) -> None:
    with store.write() as connection:
        ended = sessions.SessionRow("1", "interview", 1, 9, TODAY, "{}", "{}")
        yesterday = sessions.SessionRow("2", "interview", 1, None, TODAY - 1, "{}", "{}")
        study = sessions.SessionRow("3", "study", 1, None, TODAY, "{}", "{}")
        for row in (ended, yesterday, study):
            sessions.start(connection, "me", row)
    assert not getattr(glance(store.path, _today), "interview", None)
    with store.write() as connection:
        sessions.start(connection, "me", sessions.SessionRow("4", "interview", 1, None, TODAY, "{}", "{}"))
    assert getattr(glance(store.path, _today), "interview", None)


def test_an_older_schema_is_told_without_counting(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    older = health.HEAD
    monkeypatch.setattr(health, "HEAD", f"{int(older) + 1:04}")
    found = glance(home.database, _today)
    assert found is not None
    assert (found.revision, found.decks) == (older, ())


def _state(chance: random.Random) -> State:
    phase = chance.choice([Phase.NEW, Phase.LEARNING, Phase.RELEARNING, Phase.REVIEW, Phase.REVIEW])
    due_day = TODAY + chance.choice([-20, -1, 0, 1, 30])
    memory = NEW if phase == Phase.NEW else Memory(phase, None, 3.0, 5.0, 90, 1, due_day, None, 2)
    return State(memory, chance.random() < 0.1, chance.choice([None, None, None, TODAY, TODAY - 1]))


def _count(deck: str, title: str, rows: list[CardRow], known: dict[str, State]) -> DeckCount:
    """Count without SQL: one card at a time, of a skill the highest level seen, or else the lowest."""
    count = {"due": 0, "learning": 0, "new": 0}
    for row in rows:
        state = known.get(row.key, State())
        if row.deck != deck or state.suspended or (state.buried_day is not None and state.buried_day >= TODAY):
            continue
        if row.kind == "skill" and row is not _scheduled([r for r in rows if r.note == row.note], known):
            continue
        if state.memory.phase in (Phase.LEARNING, Phase.RELEARNING):
            count["learning"] += 1
        elif state.memory.phase == Phase.NEW:
            count["new"] += 1
        elif state.memory.due_day is not None and state.memory.due_day <= TODAY:
            count["due"] += 1
    return DeckCount("studydl", deck, title, **count)


def _scheduled(levels: list[CardRow], known: dict[str, State]) -> CardRow:
    seen = [row for row in levels if known.get(row.key, State()).memory.phase != Phase.NEW]
    return max(seen, key=lambda row: row.level or 0) if seen else min(levels, key=lambda row: row.level or 0)
