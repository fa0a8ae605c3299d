from __future__ import annotations

from dataclasses import replace

from studydl.store import log
from studydl.store.connection import Store
from studydl.store.event import Event
from studydl.store.weak_spots import Attempt, newest_attempts


def put(store: Store, *events: Event) -> None:
    with store.write() as connection:
        for event in events:
            log.append(connection, store.learner, event)


def attempt(
    number: int, problem: str | None = "conv.macs@1:2:7", verdict: str = "correct", misconception: str | None = None
) -> Event:
    given = Event(f"e{number}", "answer", number, 100 + number, "study", card_key="mine/macs/2")
    return replace(given, problem_id=problem, verdict=verdict, misconception=misconception)


def test_attempts_come_newest_first_from_every_mode_without_undone_ones(store: Store) -> None:
    put(
        store,
        attempt(1, verdict="correct"),
        attempt(2, verdict="incorrect", misconception="no bias"),
        attempt(3, verdict="correct"),
        Event("u", "undo", 4, 104, "study", card_key="mine/macs/2", target_id="e3"),
        attempt(5, None),
        Event(
            "p", "answer", 6, 106, "practice", card_key="practice/a.b/3/0", problem_id="a.b@2:3:1", verdict="correct"
        ),
        Event("i", "answer", 7, 107, "interview", card_key="interview/1", problem_id="a.b@2:1:1", verdict="imprecise"),
    )
    assert list(newest_attempts(store.read(), store.learner, 10)) == [
        Attempt("interview/1", "a.b", 1, 107, False, None),
        Attempt("practice/a.b/3/0", "a.b", 3, 106, True, None),
        Attempt("mine/macs/2", "conv.macs", 2, 102, False, "no bias"),
        Attempt("mine/macs/2", "conv.macs", 2, 101, True, None),
    ]


def test_no_more_are_read_than_asked_for(store: Store) -> None:
    put(store, *(attempt(n, verdict="correct") for n in range(1, 9)))
    assert [found.study_day for found in newest_attempts(store.read(), store.learner, 3)] == [108, 107, 106]
