from __future__ import annotations

from statistics import median_high
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studydl.store import activity, log
from studydl.store.connection import Store
from studydl.store.ids import new_id
from studydl.store.log import Event, effective

if TYPE_CHECKING:
    from tests.store.conftest import Filler

Step = tuple[str, int, int, str]
KINDS = {"studydl/a": "basic", "studydl/b": "cloze", "studydl/s/1": "skill"}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["answer", "answer", "answer", "undo", "amend"]),
        st.integers(0, 40),
        st.integers(0, 1),
        st.sampled_from(["study", "study", "study", "practice"]),
    ),
    max_size=25,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(STEPS)
def test_days_are_counted_as_by_hand(store: Store, fill: Filler, steps: list[Step]) -> None:
    fill.sync(
        store, [fill.deck()], [fill.card("a"), fill.card("b", kind="cloze"), fill.card("s", kind="skill", level=1)]
    )
    events: list[Event] = []
    day = 100
    for kind, pick, later, mode in steps:
        day += later
        key = list(KINDS)[pick % 3]
        target = events[pick % len(events)] if events and kind != "answer" else None
        events.append(
            Event(
                new_id(),
                kind,
                1,
                day,
                target.mode if target else mode,
                card_key=target.card_key if target else key,
                target_id=target.id if target else None,
                duration_ms=pick * 100 if kind == "answer" else None,
            )
        )
    try:
        with store.write() as connection:
            for event in events:
                log.append(connection, "me", event)
            counted = [event for event in effective(events) if event.kind == "answer" and event.mode == "study"]
            first: dict[str, int] = {}
            for event in counted:
                first.setdefault(event.card_key or "", event.study_day)
            for asked in range(100, day + 1):
                today = {event.card_key or "" for event in counted if event.study_day == asked}
                new = {key for key in today if first[key] == asked}
                skills = {key for key in new if KINDS[key] == "skill"}
                found = activity.day_counts(connection, "me", asked)
                assert found == activity.DayCounts(len(new), len(skills), len(today - new))
            assert activity.study_days(connection, "me", 101) == sorted({e.study_day for e in counted} - {100})
            assert activity.last_day(connection, "me") == (day if events else None)
            times: dict[str, list[int]] = {}
            for event in counted:
                times.setdefault(KINDS[event.card_key or ""], []).append(event.duration_ms or 0)
            assert activity.durations(connection, "me") == {kind: median_high(t) for kind, t in times.items()}
            raise _Undo
    except _Undo:
        pass


class _Undo(Exception):
    """Rolls an example back, because the log cannot be emptied."""
