"""One row of the log, and what a stream of rows comes to once undone and amended ones are worked in. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """What an event says."""

    ANSWER = "answer"
    AMEND = "amend"  # another rating, and the decision that follows, for the answer it names
    UNDO = "undo"  # takes back the event it names
    SUSPEND = "suspend"
    UNSUSPEND = "unsuspend"
    BURY = "bury"
    FLAG = "flag"
    UNFLAG = "unflag"
    RESET = "reset"
    SEEN = "seen"  # a worked example was read to its end
    NOTE = "note"  # the learner's own words on a card, in `text`; the last one holds, an empty one takes it away
    DUE = "due"  # the learner put a card into the queue: it is due on the day it names, its memory stays


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the log: what happened, and the scheduling decision taken then.

    Args:
        id: made by the caller before the first try (`ids.new_id`), so that a retry cannot count twice.
        kind: one of `Kind`.
        at_ms: UTC epoch milliseconds.
        study_day: the learner's study day, days since 1970-01-01.
        mode: "study", "practice" or "interview"; only study moves memory.
        session_id: the session, if it happened in one; else an id that what was done to several cards at once shares.
        card_key: the card it is about; an amend or undo names its target's.
        target_id: the event an amend or undo is about.
        rating: 1 to 4.
        text: what the learner typed.
        verdict: what grading said.
        misconception: the name of the one that matched.
        aided: after a hint, a look at the solution, or a second try.
        hints: hints shown.
        duration_ms: from the question to the answer.
        problem_id: of the problem shown.
        problem: JSON text, parameters and answer of the problem as it was shown.
        phase: the phase decided; likewise the five that follow.
        step: learning or relearning step.
        stability: days.
        difficulty: 1 to 10.
        due_day: study day.
        due_ms: UTC epoch milliseconds, in learning and relearning.
        data: JSON text, whatever else there is to keep.
        seq: position in the log, from 1; given by the log.
    """

    id: str
    kind: str
    at_ms: int
    study_day: int
    mode: str
    session_id: str | None = None
    card_key: str | None = None
    target_id: str | None = None
    rating: int | None = None
    text: str | None = None
    verdict: str | None = None
    misconception: str | None = None
    aided: bool = False
    hints: int = 0
    duration_ms: int | None = None
    problem_id: str | None = None
    problem: str | None = None
    phase: str | None = None
    step: int | None = None
    stability: float | None = None
    difficulty: float | None = None
    due_day: int | None = None
    due_ms: int | None = None
    data: str | None = None
    seq: int | None = None


def effective(events: Iterable[Event]) -> list[Event]:
    """Return what counts of a stream of events, in its order.

    An undo takes away the event it names, an answer with its amendments; an amendment alone may be undone too, and then
    the rating before it holds again. An undo is never undone. The last amendment that stands gives an answer its rating
    and decision, and its data if it has any. Undo and amend rows themselves are left out.

    Args:
        events: in the order of the log, for whole cards or sessions.
    """
    rows = list(events)
    undone = {row.target_id for row in rows if row.kind == Kind.UNDO}
    amended = {
        row.target_id: row for row in rows if row.kind == Kind.AMEND and row.id not in undone
    }  # the last one wins
    standing = (row for row in rows if row.kind not in (Kind.UNDO, Kind.AMEND) and row.id not in undone)
    return [_amended(row, amended.get(row.id)) if row.kind == Kind.ANSWER else row for row in standing]


def _amended(answer: Event, amendment: Event | None) -> Event:
    if amendment is None:
        return answer
    return replace(
        answer,
        rating=amendment.rating,
        phase=amendment.phase,
        step=amendment.step,
        stability=amendment.stability,
        difficulty=amendment.difficulty,
        due_day=amendment.due_day,
        due_ms=amendment.due_ms,
        data=answer.data if amendment.data is None else amendment.data,
    )
