"""When it is for a learner, and what a rating does to memory."""

from __future__ import annotations

from datetime import tzinfo

from studydl.memory import scheduler
from studydl.memory.days import study_day
from studydl.memory.intervals import wait_text
from studydl.memory.model import Memory, Rating, Settings
from studydl.store import activity
from studydl.store.connection import Store
from studydl.study.clock import Clock


class Schedule:
    """The schedule of one learner.

    Args:
        store: the database.
        settings: the learner's scheduling settings.
        clock: the time now.
        zone: the learner's time zone; None for the system's.
    """

    def __init__(self, store: Store, settings: Settings, clock: Clock, zone: tzinfo | None = None) -> None:
        self.settings, self.clock = settings, clock
        self._store, self._zone = store, zone
        self._last_day = activity.last_day(store.read(), store.learner)

    def today(self) -> int:
        """Return the study day now; it never goes back, whatever the clock does."""
        return self.day_of(self.clock())

    def day_of(self, at_ms: int) -> int:
        """Return the study day of a moment that is not before the last one asked for."""
        self._last_day = study_day(at_ms, self._zone, self.settings.rollover_hour, self._last_day)
        return self._last_day

    def decide(self, before: Memory, rating: Rating, key: str, aided: bool, at_ms: int, day: int) -> Memory:
        """Return the memory state after a review.

        Args:
            before: the state before it.
            rating: how it went.
            key: the card's key, which seeds the fuzz.
            aided: True after a hint or a second try.
            at_ms: when it was, UTC epoch milliseconds.
            day: its study day; the answer event must say the same of both.
        """
        return scheduler.review(
            before, rating, at_ms=at_ms, study_day=day, settings=self.settings, seed=key, aided=aided
        )

    def intervals(self, before: Memory, key: str) -> tuple[tuple[Rating, str], ...]:
        """Return what each rating would do: ((Rating.AGAIN, "1 m"), ..., (Rating.GOOD, "9 d"), ...)."""
        now, today = self.clock(), self.today()
        after = scheduler.preview(before, at_ms=now, study_day=today, settings=self.settings, seed=key)
        return tuple((rating, wait_text(memory, now, today)) for rating, memory in after.items())
