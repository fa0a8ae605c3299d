from __future__ import annotations

from studydl.store.event import Event
from studydl.study.history import History, history_of


def event(number: int, kind: str = "answer") -> Event:
    return Event(id=str(number), kind=kind, at_ms=number, study_day=0, mode="study")


def test_events_come_out_oldest_first() -> None:
    events = [event(n) for n in range(5)]
    assert list(history_of(events)) == events
    assert list(History()) == [] and not History()


def test_only_answers_are_counted() -> None:
    assert history_of([event(1), event(2, "bury"), event(3)]).answered == 2


def test_taking_back_leaves_an_earlier_history_as_it_was() -> None:
    full = history_of([event(1), event(2)])
    shorter = full.without_newest()
    assert list(shorter) == [event(1)] and shorter.answered == 1
    assert list(full) == [event(1), event(2)] and full.newest() == event(2)


def test_a_session_of_ten_thousand_answers_is_no_burden_to_the_stack() -> None:
    assert sum(1 for _ in history_of(event(n) for n in range(10_000))) == 10_000
