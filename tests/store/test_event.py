from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from studydl.store.event import Event, effective

Step = tuple[str, int, int]

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["answer", "answer", "amend", "undo", "suspend", "bury", "flag"]),
        st.integers(0, 30),
        st.integers(1, 4),
    ),
    max_size=30,
)


def _stream(steps: list[Step]) -> list[Event]:
    """Make a log in which amendments and undos name any earlier row, sensible or not."""
    events: list[Event] = []
    for number, (kind, pick, rating) in enumerate(steps):
        target = events[pick % len(events)].id if events and kind in ("amend", "undo") else None
        events.append(
            Event(
                str(number),
                kind,
                number,
                1,
                "study",
                target_id=target,
                rating=rating,
                due_day=number,
                phase="review",
                stability=float(number),
                data=f'"{number}"' if rating == 4 else None,
            )
        )
    return events


def _by_hand(events: list[Event]) -> list[Event]:
    """Replay the stream as a person would: keep a list, cross out, write over."""
    gone: list[str] = []
    for row in events:
        if row.kind == "undo" and row.target_id is not None:
            target = next(other for other in events if other.id == row.target_id)
            if target.kind != "undo":
                gone.append(target.id)
    result = []
    for row in events:
        if row.kind in ("undo", "amend") or row.id in gone:
            continue
        if row.kind == "answer":
            for other in events:
                if other.kind == "amend" and other.target_id == row.id and other.id not in gone:
                    row = replace(
                        row,
                        rating=other.rating,
                        phase=other.phase,
                        step=other.step,
                        stability=other.stability,
                        difficulty=other.difficulty,
                        due_day=other.due_day,
                        due_ms=other.due_ms,
                    )
            last = [o for o in events if o.kind == "amend" and o.target_id == row.id and o.id not in gone][-1:]
            if last and last[0].data is not None:
                row = replace(row, data=last[0].data)
        result.append(row)
    return result


@given(STEPS)
def test_what_counts_is_what_one_finds_by_hand(steps: list[Step]) -> None:
    events = _stream(steps)
    assert effective(events) == _by_hand(events)


@given(STEPS)
def test_undoing_everything_leaves_nothing(steps: list[Step]) -> None:
    events = _stream(steps)
    undos = [Event(f"u{row.id}", "undo", 99, 1, "study", target_id=row.id) for row in events]
    assert effective([*events, *undos]) == []


@given(STEPS)
def test_an_answer_that_is_undone_might_never_have_been_given(steps: list[Step]) -> None:
    events = _stream(steps)
    answer = Event("last", "answer", 99, 1, "study", rating=3)
    amend = Event("more", "amend", 100, 1, "study", target_id="last", rating=1)
    undo = Event("undo", "undo", 101, 1, "study", target_id="last")
    assert effective([*events, answer, amend, undo]) == effective(events)


def test_an_amendment_changes_rating_and_decision_and_keeps_what_was_typed() -> None:
    answer = Event("1", "answer", 1, 1, "study", text="0.8", rating=1, due_day=1, phase="relearning", step=0, due_ms=9)
    amend = Event(
        "2", "amend", 2, 1, "study", target_id="1", rating=2, due_day=4, phase="review", data='{"slip": true}'
    )
    (counted,) = effective([answer, amend])
    assert (counted.id, counted.text, counted.at_ms) == ("1", "0.8", 1)
    assert (counted.rating, counted.due_day, counted.phase, counted.step, counted.due_ms) == (
        2,
        4,
        "review",
        None,
        None,
    )
    assert counted.data == '{"slip": true}'


def test_undoing_an_amendment_brings_back_the_rating_before_it() -> None:
    rows = [
        Event("1", "answer", 1, 1, "study", rating=1),
        Event("2", "amend", 2, 1, "study", target_id="1", rating=2),
        Event("3", "amend", 3, 1, "study", target_id="1", rating=4),
        Event("4", "undo", 4, 1, "study", target_id="3"),
    ]
    assert [row.rating for row in effective(rows)] == [2]
