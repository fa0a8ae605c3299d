from __future__ import annotations

from dataclasses import fields, replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studydl.store import log
from studydl.store.connection import Store
from studydl.store.ids import new_id
from studydl.store.log import Event, Kind

FULL = Event(
    "0" * 32, Kind.ANSWER, 1_700_000_000_123, 20_000, "study", "session", "studydl/a", "1" * 32, 3, "0.8125", "correct",
    "ties count one", True, 2, 9_000, "metrics.roc-auc@1:2:18446744073709551615", '{"a": 1}', "learning", 1, 2.25, 5.5,
    20_001, 1_700_000_600_000, '{"b": 2}',
)  # fmt: skip


def _append(store: Store, *events: Event) -> list[bool]:
    with store.write() as connection:
        return [log.append(connection, "me", event) for event in events]


def test_an_event_comes_back_as_it_was_written_with_its_place_in_the_log(store: Store) -> None:
    assert all(getattr(FULL, field.name) for field in fields(Event) if field.name != "seq")
    bare = Event("2" * 32, Kind.FLAG, 1, 1, "study")
    assert _append(store, FULL, bare) == [True, True]
    assert list(log.everything(store.read(), "me")) == [replace(FULL, seq=1), replace(bare, seq=2)]
    assert type(log.of_card(store.read(), "me", "studydl/a")[0].aided) is bool


def test_a_retry_of_the_same_event_counts_once(store: Store) -> None:
    assert _append(store, FULL) == [True]
    assert _append(store, FULL, replace(FULL, rating=1)) == [False, False]
    assert [event.rating for event in log.everything(store.read(), "me")] == [3]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(st.text(st.characters(codec=None), max_size=20))
def test_whatever_is_typed_can_be_kept(store: Store, text: str) -> None:
    event = Event(new_id(), Kind.ANSWER, 1, 1, "study", card_key="k", text=text)
    assert _append(store, event) == [True]
    kept = log.of_card(store.read(), "me", "k")[-1].text
    assert kept is not None and len(kept) == len(text)
    assert all(a == b or a == "\0" or "\ud800" <= a <= "\udfff" for a, b in zip(text, kept, strict=True))


def test_a_card_and_a_session_bring_along_what_undoes_or_amends_them(store: Store) -> None:
    rows = [
        Event("1", Kind.ANSWER, 1, 1, "study", "s1", "a"),
        Event("2", Kind.ANSWER, 2, 1, "study", "s1", "b"),
        Event("3", Kind.AMEND, 3, 1, "study", "s1", "a", "1"),
        Event("4", Kind.ANSWER, 4, 2, "study", "s2", "a"),
        Event("5", Kind.UNDO, 5, 2, "study", "s2", None, "1"),
        Event("6", Kind.UNDO, 6, 2, "study", "s2", "b", "2"),
    ]
    _append(store, *rows)
    assert [event.id for event in log.of_card(store.read(), "me", "a")] == ["1", "3", "4", "5"]
    assert [event.id for event in log.of_card(store.read(), "me", "b")] == ["2", "6"]
    assert [event.id for event in log.of_session(store.read(), "me", "s1")] == ["1", "2", "3", "5", "6"]
    assert [event.id for event in log.of_session(store.read(), "me", "s2")] == ["4", "5", "6"]
    assert log.of_card(store.read(), "me", "c") == []
    assert log.of_card(store.read(), "other", "a") == []


def test_a_mistake_counts_as_made_if_it_was_made_in_study_and_not_taken_back(store: Store) -> None:
    def made(**fields: object) -> bool:
        event = replace(FULL, **({"id": new_id(), "card_key": "a/1", "target_id": None} | fields))  # type: ignore[arg-type]
        _append(store, event)
        return log.made_mistake(store.read(), "me", ["a/1", "a/2"], "ties count one")

    assert not made(mode="interview")
    assert not made(mode="practice")
    assert not made(misconception="another one")
    assert not made(card_key="b/1")
    undone = new_id()
    assert made(id=undone, card_key="a/2")
    assert not made(kind=Kind.UNDO, target_id=undone, misconception=None)
