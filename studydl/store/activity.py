"""What the log says about days: how much was studied, when, and how long it took."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, exists, func, select

from studydl.store.event import Kind
from studydl.store.tables import cards, events
from studydl.store.undone import undone

RECENT_ANSWERS = 2000

_earlier = events.alias("earlier")


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What was studied on one day, undone answers not counted.

    Args:
        new_cards: cards answered that day for the first time, skills included.
        new_skills: of these, levels of skills.
        reviews: cards answered that day that had been answered on an earlier day.
    """

    new_cards: int
    new_skills: int
    reviews: int


_ANSWERED = and_(
    events.c.learner_id == bindparam("learner"),
    events.c.kind == Kind.ANSWER.value,
    events.c.mode == "study",
    ~undone(),
)
_MET_BEFORE = exists().where(
    _earlier.c.learner_id == events.c.learner_id,
    _earlier.c.card_key == events.c.card_key,
    _earlier.c.kind == Kind.ANSWER.value,
    _earlier.c.mode == "study",
    _earlier.c.study_day + 0 < bindparam("day"),  # so that SQLite goes by the card, not by the day
    ~undone(_earlier),
)
_CARD = and_(cards.c.learner_id == events.c.learner_id, cards.c.key == events.c.card_key)

_OF_DAY = (
    select(events.c.card_key, cards.c.kind, _MET_BEFORE.label("met_before"))
    .select_from(events.outerjoin(cards, _CARD))
    .where(_ANSWERED, events.c.study_day == bindparam("day"))
)
_DAYS = (
    select(events.c.study_day)
    .where(_ANSWERED, events.c.study_day >= bindparam("since"))
    .distinct()
    .order_by(events.c.study_day)
)
_DURATIONS = (
    select(cards.c.kind, events.c.duration_ms)
    .select_from(events.join(cards, _CARD))
    .where(_ANSWERED, events.c.duration_ms.is_not(None))
    .order_by(events.c.seq.desc())
    .limit(RECENT_ANSWERS)
)
_FIRST_DAY = select(func.min(events.c.study_day)).where(events.c.learner_id == bindparam("learner"))
_LAST_DAY = select(func.max(events.c.study_day)).where(events.c.learner_id == bindparam("learner"))


def day_counts(connection: Connection, learner: str, study_day: int) -> DayCounts:
    """Return what was studied on one day in study mode."""
    rows = set(connection.execute(_OF_DAY, {"learner": learner, "day": study_day}))  # a card may come several times
    new = [kind for _, kind, met_before in rows if not met_before]
    return DayCounts(new_cards=len(new), new_skills=new.count("skill"), reviews=len(rows) - len(new))


def study_days(connection: Connection, learner: str, since_day: int) -> list[int]:
    """Return the study days from one day on with at least one answer in study mode, in order."""
    return [day for (day,) in connection.execute(_DAYS, {"learner": learner, "since": since_day})]


def first_day(connection: Connection, learner: str) -> int | None:
    """Return the smallest study day in the log, or None while it is empty."""
    return connection.execute(_FIRST_DAY, {"learner": learner}).scalar_one()


def last_day(connection: Connection, learner: str) -> int | None:
    """Return the greatest study day in the log, or None while it is empty."""
    return connection.execute(_LAST_DAY, {"learner": learner}).scalar_one()


def durations(connection: Connection, learner: str, enough: int = 1) -> dict[str, int]:
    """Return the median time of an answer in milliseconds for each kind of card, over the 2000 newest answers.

    Args:
        connection: any.
        learner: whose.
        enough: answers a kind must have to be in the result.
    """
    times: dict[str, list[int]] = {}
    for kind, duration_ms in connection.execute(_DURATIONS, {"learner": learner}):
        times.setdefault(kind, []).append(duration_ms or 0)
    return {kind: sorted(found)[len(found) // 2] for kind, found in times.items() if len(found) >= enough}
