"""When it is for a learner, and what a rating does to memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo

from sqlalchemy import Connection

from studydl.memory import scheduler
from studydl.memory.days import day_start_ms, study_day
from studydl.memory.intervals import wait_text
from studydl.memory.model import Memory, Rating, Settings
from studydl.store import activity, settings
from studydl.store.connection import Store
from studydl.study import preferences
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
        self._fit: str | None = None  # the last fit whose weights were read
        self._told: tuple[object, tuple[tuple[Rating, str], ...]] = (None, ())  # the last intervals, and of what

    def renew(self, connection: Connection) -> bool:
        """Take over weights that another process has fitted; with them it changed the states of all cards.

        Args:
            connection: within a write transaction, so that no fit comes between this and the decisions that follow.

        Returns:
            True if there are new ones; then memory states read before are out of date.
        """
        fit = settings.text(connection, self._store.learner, preferences.FIT)
        if fit == self._fit:
            return False
        self._fit = fit
        now = preferences.load(self._store)
        self.settings = replace(self.settings, weights=now.weights, skill_weights=now.skill_weights)
        return True

    def today(self) -> int:
        """Return the study day now; it never goes back, whatever the clock does."""
        return self.day_of(self.clock())

    def day_of(self, at_ms: int) -> int:
        """Return the study day of a moment that is not before the last one asked for."""
        self._last_day = study_day(at_ms, self._zone, self.settings.rollover_hour, self._last_day)
        return self._last_day

    def day_start(self, day: int) -> int:
        """Return when a study day begins, UTC epoch milliseconds."""
        return day_start_ms(day, self._zone, self.settings.rollover_hour)

    def decide(
        self, before: Memory, rating: Rating, key: str, aided: bool, at_ms: int, day: int, skill: bool
    ) -> Memory:
        """Return the memory state after a review.

        Args:
            before: the state before it.
            rating: how it went.
            key: the card's key, which seeds the fuzz.
            aided: True after a hint or a second try.
            at_ms: when it was, UTC epoch milliseconds.
            day: its study day; the answer event must say the same of both.
            skill: True if a problem was answered.
        """
        return scheduler.review(
            before, rating, at_ms=at_ms, study_day=day, settings=self.settings.of(skill), seed=key, aided=aided
        )

    def intervals(self, before: Memory, key: str, skill: bool) -> tuple[tuple[Rating, str], ...]:
        """Return what each rating would do: ((Rating.AGAIN, "1 m"), ..., (Rating.GOOD, "9 d"), ...).

        Asked ahead, it is not worked out again: what a rating does depends on the day, not on the moment.
        """
        settings, today = self.settings.of(skill), self.today()
        if self._told[0] != (asked := (before, key, settings, today)):
            now = self.clock()
            after = scheduler.preview(before, at_ms=now, study_day=today, settings=settings, seed=key)
            self._told = asked, tuple((rating, wait_text(memory, now, today)) for rating, memory in after.items())
        return self._told[1]
