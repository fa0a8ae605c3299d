"""What the home screen shows: what there is today, and what is coming."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studydl.memory.intervals import day_text
from studydl.memory.model import Phase
from studydl.memory.queue import Done, Item, build_queue
from studydl.store import activity, cards, queue
from studydl.store.connection import Store
from studydl.study.pace import pace
from studydl.study.queue import gather
from studydl.study.schedule import Schedule
from studydl.study.welcome import is_first_time

if TYPE_CHECKING:
    from studydl.study.interviews.register import Unfinished

FORECAST_DAYS = 14


@dataclass(frozen=True, slots=True)
class DeckRow:
    """One deck on the home screen.

    Args:
        origin: "studydl" or "mine".
        name: its name.
        title: as shown.
        due: reviews due today.
        learning: cards on a learning step.
        new: new cards today's limits let in.
        unseen: cards never studied.
        total: cards in the deck, a skill counting once.
    """

    origin: str
    name: str
    title: str
    due: int
    learning: int
    new: int
    unseen: int
    total: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Today and the days to come.

    Args:
        decks: in order.
        due: reviews due today, over all decks.
        learning: cards on a learning step.
        new: new cards today's limits let in.
        minutes: estimate for the next session, or for what is left of the unfinished one.
        planned: cards in the next session; fewer than all where its minutes or the day's limits do not hold them.
        backlog_days: sessions of this length it takes to get through all that is due; 0 or 1 without a backlog.
        forecast: reviews falling due on each of the next 14 days, today first.
        studied_days: days studied of the last 7.
        next_due: "tomorrow, 5 cards" or "tomorrow, new cards" when nothing is due today; else empty.
        unfinished: cards left in an unfinished session of today.
        notices: faults in decks and the like.
        days_to_exam: days until the interview to be ready for, 0 on the day; None without one, and after it.
        first_time: True if nothing was ever studied here.
        interview: the interview that can be taken up again.
        interview_today: True if it was started today.
    """

    decks: tuple[DeckRow, ...]
    due: int
    learning: int
    new: int
    minutes: int
    planned: int
    backlog_days: int
    forecast: tuple[int, ...]
    studied_days: int
    next_due: str
    unfinished: int
    notices: tuple[str, ...]
    days_to_exam: int | None = None
    first_time: bool = False
    interview: Unfinished | None = None
    interview_today: bool = False


def done_today(store: Store, today: int) -> Done:
    """Return what counts against today's limits already."""
    counts = activity.day_counts(store.read(), store.learner, today)
    return Done(counts.new_cards, counts.new_skills, counts.reviews)


def look(
    store: Store,
    schedule: Schedule,
    left: Sequence[str],
    notices: tuple[str, ...],
    interview: Unfinished | None = None,
) -> Overview:
    """Look at what there is.

    Args:
        store: the database.
        schedule: for the study day and the limits.
        left: keys of the cards left in an unfinished session of today.
        notices: passed on.
        interview: likewise.
    """
    today = schedule.today()
    items = gather(store, today, None, schedule.settings.start_deck)
    exam = schedule.settings.exam_day
    keys = set(build_queue(items, today=today, settings=schedule.settings, done=done_today(store, today)))
    planned = [item for item in items if item.key in keys]
    cost_ms = sum(item.cost_ms for item in planned)
    if left:
        times, kinds = pace(store), cards.kinds(store.read(), store.learner, left)
        cost_ms = sum(times[kind] for kind in kinds.values())
    totals = cards.note_counts(store.read(), store.learner)
    by_deck: dict[str, list[Item]] = {}
    for item in items:
        by_deck.setdefault(item.deck, []).append(item)
    rows = tuple(
        _row(deck, by_deck.get(f"{deck.origin}/{deck.name}", []), keys, totals.get((deck.origin, deck.name), 0))
        for deck in cards.decks(store.read(), store.learner)
    )
    forecast = tuple(queue.forecast(store.read(), store.learner, today, FORECAST_DAYS))
    return Overview(
        decks=rows,
        due=sum(row.due for row in rows),
        learning=sum(row.learning for row in rows),
        new=sum(row.new for row in rows),
        minutes=round(cost_ms / 60_000),
        planned=len(planned),
        backlog_days=_sessions(items, schedule.settings.minutes_per_session),
        forecast=forecast,
        studied_days=len(activity.study_days(store.read(), store.learner, today - 6)),
        next_due=""
        if planned
        else _next(forecast, schedule.settings.new_per_day > 0 and _has_new(store, today, items)),
        unfinished=len(left),
        notices=notices,
        days_to_exam=exam - today if exam is not None and exam >= today else None,
        first_time=is_first_time(store),
        interview=interview,
        interview_today=interview is not None and interview.study_day == today,
    )


def _row(deck: cards.DeckRow, items: list[Item], planned: set[str], total: int) -> DeckRow:
    phases = [item.memory.phase for item in items]
    learning = sum(phase in (Phase.LEARNING, Phase.RELEARNING) for phase in phases)
    return DeckRow(
        origin=deck.origin,
        name=deck.name,
        title=deck.title,
        due=phases.count(Phase.REVIEW),
        learning=learning,
        new=sum(item.key in planned and item.memory.phase is Phase.NEW for item in items),
        unseen=phases.count(Phase.NEW),
        total=total,
    )


def _sessions(items: list[Item], minutes: int) -> int:
    """Return how many sessions of so many minutes the cards that are due would take, new ones not counted."""
    cost_ms = sum(item.cost_ms for item in items if item.memory.phase is Phase.REVIEW)
    return math.ceil(cost_ms / (minutes * 60_000)) if minutes else 0


def _has_new(store: Store, today: int, items: list[Item]) -> bool:
    """Say whether a new card can come tomorrow, when those put off today are back."""
    there = any(item.memory.phase is Phase.NEW for item in items)
    return there or bool(queue.unseen(store.read(), store.learner, today + 1, limit=1))


def _next(forecast: tuple[int, ...], new: bool) -> str:
    """Say when cards come again; new ones, if there are any to come, come tomorrow."""
    days = next((day for day, count in enumerate(forecast) if day and (count or new)), None)
    if days is None:
        return ""
    count = forecast[days]
    return f"{day_text(days)}, {count or 'new'} {'card' if count == 1 else 'cards'}"
