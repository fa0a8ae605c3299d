from __future__ import annotations

from dataclasses import replace

from studydl.store import log, sessions
from studydl.store.connection import Store
from studydl.store.event import Event
from studydl.store.ids import new_id
from studydl.store.sessions import SessionRow

FIRST = SessionRow("1" * 32, "study", 1_700_000_000_000, None, 20_000, '{"cards": []}', "{}")


def _start(store: Store, *rows: SessionRow) -> None:
    with store.write() as connection:
        for row in rows:
            sessions.start(connection, "me", row)


def test_a_session_keeps_where_it_stands(store: Store) -> None:
    other = replace(FIRST, id="2" * 32)
    _start(store, FIRST, other)
    with store.write() as connection:
        sessions.save_state(connection, "me", FIRST.id, '{"at": 3}')
    assert sessions.get(store.read(), "me", FIRST.id) == replace(FIRST, state='{"at": 3}')
    assert sessions.get(store.read(), "me", other.id) == other
    assert sessions.get(store.read(), "me", "3" * 32) is None


def test_only_a_session_of_that_day_and_mode_that_has_not_ended_is_unfinished_the_newest_first(store: Store) -> None:
    assert sessions.unfinished(store.read(), "me", 20_000, "study") is None
    newest = replace(FIRST, id="2" * 32, started_ms=FIRST.started_ms + 5)
    practice = replace(FIRST, id="3" * 32, mode="practice", started_ms=FIRST.started_ms + 9)
    yesterday = replace(FIRST, id="4" * 32, study_day=19_999, started_ms=FIRST.started_ms + 9)
    _start(store, newest, FIRST, practice, yesterday)
    assert sessions.unfinished(store.read(), "me", 20_000, "study") == newest
    with store.write() as connection:
        sessions.end(connection, "me", newest.id, 5)
    assert sessions.unfinished(store.read(), "me", 20_000, "study") == FIRST
    assert sessions.get(store.read(), "me", newest.id) == replace(newest, ended_ms=5)
    assert sessions.unfinished(store.read(), "me", None, "study") == yesterday, "the newest of any day"
    assert sessions.unfinished(store.read(), "me", None, "interview") is None


def test_only_ended_sessions_with_an_answer_are_counted(store: Store) -> None:
    ended = replace(FIRST, mode="interview", ended_ms=FIRST.started_ms + 3)
    rows = [ended, replace(ended, id="2" * 32), replace(ended, id="3" * 32, ended_ms=None)]
    _start(store, *rows, replace(ended, id="4" * 32, mode="practice"))
    with store.write() as connection:
        for number, kind in ((1, "answer"), (1, "answer"), (2, "flag"), (3, "answer"), (4, "answer")):
            log.append(connection, "me", Event(new_id(), kind, 5, 20_000, "interview", str(number) * 32))
    assert sessions.ended(store.read(), "me", "interview") == 1


def test_the_sessions_of_a_mode_come_the_oldest_first_ended_or_not(store: Store) -> None:
    later = replace(FIRST, id="2" * 32, mode="interview", started_ms=FIRST.started_ms + 5, study_day=19_000)
    earlier = replace(later, id="3" * 32, started_ms=FIRST.started_ms + 1, ended_ms=FIRST.started_ms + 3)
    _start(store, later, FIRST, earlier)
    assert sessions.of_mode(store.read(), "me", "interview") == [earlier, later]
    assert sessions.of_mode(store.read(), "me", "practice") == []
