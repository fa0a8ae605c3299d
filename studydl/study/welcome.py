"""The first five minutes: what the learner wants, and a first session that shows what studydl does."""

from __future__ import annotations

from dataclasses import dataclass

from studydl.decks.folders import SHIPPED
from studydl.store import activity, cards, settings
from studydl.store.connection import Store

WELCOMED = "welcomed"  # the setting that says the questions were answered, or passed over
# A card with a surprise that needs no knowledge, a claim, and a skill with its lesson.
FIRST_CARDS = (f"{SHIPPED}/metrics-lazy", f"{SHIPPED}/conv-leftover", f"{SHIPPED}/conv-practice-size/1")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a new learner said.

    Args:
        minutes: of a session.
        start: name of the deck to start with; empty for the first one.
        exam_day: study day of an interview; None for no date.
    """

    minutes: int = 20
    start: str = ""
    exam_day: int | None = None


def is_first_time(store: Store) -> bool:
    """Say whether nothing was ever studied here, nor the questions of the welcome answered."""
    if activity.last_day(store.read(), store.learner) is not None:
        return False
    return WELCOMED not in settings.get_all(store.read(), store.learner)


def keep(store: Store, wishes: Wishes | None) -> None:
    """Remember what a new learner said; None: they passed the questions over."""
    with store.write() as connection:
        settings.put(connection, store.learner, WELCOMED, True)
        if wishes is not None:
            settings.put(connection, store.learner, "minutes_per_session", wishes.minutes)
            settings.put(connection, store.learner, "start_deck", wishes.start)
            settings.put(connection, store.learner, "exam_day", wishes.exam_day)


def starts(store: Store) -> tuple[tuple[str, str], ...]:
    """Return (name, title) of the decks one may start with."""
    return tuple((deck.name, deck.title) for deck in cards.decks(store.read(), store.learner))
