"""What answers do to memory: decisions, intervals, and states derived again from the log."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo
from typing import Any

from sqlalchemy import Connection

from studydl.memory import scheduler
from studydl.memory.days import study_day
from studydl.memory.intervals import wait_text
from studydl.memory.model import Memory, Rating, Settings
from studydl.store import activity, log, states
from studydl.store.connection import Store
from studydl.store.ids import new_id
from studydl.store.log import Event
from studydl.study.clock import Clock
from studydl.study.replay import derive


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

    def event(
        self, kind: str, key: str, mode: str, session: str, memory: Memory | None, at_ms: int, **fields: Any
    ) -> Event:
        """Return a new event, with the decision a memory state stands for."""
        decision: dict[str, Any] = {}
        if memory is not None:
            decision = {
                "phase": memory.phase.value,
                "step": memory.step,
                "stability": memory.stability,
                "difficulty": memory.difficulty,
                "due_day": memory.due_day,
                "due_ms": memory.due_ms,
            }
        return Event(
            id=new_id(),
            kind=kind,
            at_ms=at_ms,
            study_day=self.day_of(at_ms),
            mode=mode,
            session_id=session,
            card_key=key,
            **decision,
            **fields,
        )

    def put(self, connection: Connection, key: str, memory: Memory) -> None:
        """Keep a card's new memory state."""
        state = states.get(connection, self._store.learner, key)
        states.put(connection, self._store.learner, key, replace(state, memory=memory))

    def set_aside(self, connection: Connection, key: str, kind: str) -> None:
        """Suspend a card, or bury it until tomorrow."""
        state = states.get(connection, self._store.learner, key)
        change = {"suspended": True} if kind == "suspend" else {"buried_day": self.today()}
        states.put(connection, self._store.learner, key, replace(state, **change))

    def toggle_flag(self, connection: Connection, key: str) -> bool:
        """Flag a card or take the flag away; return whether it is flagged now."""
        state = states.get(connection, self._store.learner, key)
        states.put(connection, self._store.learner, key, replace(state, flag=not state.flag))
        return not state.flag

    def rederive(self, connection: Connection, key: str) -> Memory:
        """Derive a card's state from the log again, keep it, and return its memory state."""
        state = derive(log.effective(log.of_card(connection, self._store.learner, key)), self.settings, key)
        states.put(connection, self._store.learner, key, state)
        return state.memory

    def before_last(self, connection: Connection, key: str) -> Memory:
        """Return a card's memory state as it was before its last answer."""
        events = log.effective(log.of_card(connection, self._store.learner, key))
        last = max((i for i, e in enumerate(events) if e.kind == "answer" and e.mode == "study"), default=0)
        return derive(events[:last], self.settings, key).memory
