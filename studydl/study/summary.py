"""What a session came to, from its events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from studydl.memory.intervals import day_text
from studydl.memory.model import Rating
from studydl.store import activity, states
from studydl.store.connection import Store
from studydl.store.log import Event
from studydl.study import leeches
from studydl.study.keys import is_practice
from studydl.study.view import Left, Summary


def summarize(
    store: Store, events: Iterable[Event], left: Left, today: int, title: Callable[[str], str], leech_lapses: int
) -> Summary:
    """Sum a session up.

    Args:
        store: the database.
        events: the session's effective events, in order.
        left: cards not yet studied.
        today: the study day.
        title: gives a card's title by its key.
        leech_lapses: times a card must be forgotten in review to be a leech.
    """
    about_cards = [event for event in events if event.card_key is not None]
    answers = [event for event in about_cards if event.kind == "answer"]
    aside = Counter(event.kind for event in about_cards if not is_practice(str(event.card_key)))
    first: dict[str, Event] = {}
    for event in answers:
        first.setdefault(str(event.card_key), event)
    missed = [key for key, event in first.items() if event.rating == Rating.AGAIN]
    scheduled = [key for key in first if not is_practice(key)]
    connection = store.read()
    found = states.many(connection, store.learner, scheduled)
    due = Counter(state.memory.due_day for state in found.values() if state.memory.due_day is not None)
    hard = [key for key in missed if key in found and leeches.is_leech(found[key].memory, leech_lapses)]
    spent = sum(event.duration_ms or 0 for event in answers)
    mistakes = Counter(event.misconception for event in answers if event.misconception)
    return Summary(
        answered=len(answers),
        passed=len(first) - len(missed),
        again=tuple(dict.fromkeys(map(title, missed))),
        minutes=round(spent / 60_000, 1),
        returns=tuple((day_text(day - today), due[day]) for day in sorted(due)),
        left=left.total,
        misconceptions=tuple(mistakes.most_common()),
        leeches=tuple((title(key), leeches.remedy(connection, store, key)) for key in hard),
        first_day=activity.first_day(connection, store.learner) == today,
        put_off=aside["bury"],
        suspended=aside["suspend"],
    )
