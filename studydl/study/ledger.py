"""What a session writes: each event into the log, together with the card's state that follows from it."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection

from studydl.memory.model import NEW, Memory, Rating
from studydl.store import log, states
from studydl.store.connection import Store
from studydl.store.ids import new_id
from studydl.store.log import Event
from studydl.store.states import State
from studydl.study.history import history_of
from studydl.study.keys import is_practice
from studydl.study.replay import derive
from studydl.study.schedule import Schedule

UNDOABLE = ("answer", "suspend", "bury", "seen")


class Ledger:
    """The log of one session. Every method takes a connection within a write transaction.

    Args:
        store: the database.
        schedule: decides what a rating does to memory.
        session: id of the session.
        mode: study or practice. A practice problem in a study session, a twin, is logged as practice.
    """

    def __init__(self, store: Store, schedule: Schedule, session: str, mode: str) -> None:
        self._store, self._schedule = store, schedule
        self._session, self._mode = session, mode
        past = log.effective(log.of_session(store.read(), store.learner, session))
        self.history = history_of(event for event in past if event.kind in UNDOABLE)

    def answer(self, connection: Connection, key: str, rating: Rating, **record: Any) -> Memory:
        """Log an answer with its decision, keep the new memory state, and return it.

        The state before it is read here: another window may have answered the card since it was shown in this one.

        Args:
            connection: within a write transaction.
            key: the card's key.
            rating: how it went.
            record: the event's other fields, see `marking.answer_record`.
        """
        at_ms = record["at_ms"]
        day, skill = self._schedule.day_of(at_ms), record["problem_id"] is not None
        before = self.memory(connection, key)
        memory = self._decided(connection, key, before, rating, record["aided"], at_ms, day, skill)
        self._append(connection, "answer", key, memory, rating=int(rating), **record)
        return memory or NEW

    def amend(self, connection: Connection, rating: Rating) -> Memory:
        """Change the rating of the last answer, and return the memory state it comes to.

        Args:
            connection: within a write transaction.
            rating: how it went after all.
        """
        answer = self.history.newest()
        key = str(answer.card_key)
        earlier = list(takewhile(lambda event: event.id != answer.id, self._of_card(connection, key)))
        before = derive(earlier, self._schedule.settings, key).memory
        skill = answer.problem_id is not None
        memory = self._decided(connection, key, before, rating, answer.aided, answer.at_ms, answer.study_day, skill)
        amendment = self._event("amend", key, memory, target_id=answer.id, rating=int(rating))
        log.append(connection, self._store.learner, amendment)
        self.history = self.history.without_newest().plus(log.effective([answer, amendment])[0])
        if memory is None:
            return NEW
        state = derive(self._of_card(connection, key), self._schedule.settings, key)
        self._put(connection, key, state)  # not just this decision: another window may have answered the card since
        return state.memory

    def set_aside(self, connection: Connection, key: str, kind: str, **record: Any) -> None:
        """Suspend a card, or bury it until tomorrow.

        Args:
            connection: within a write transaction.
            key: the card's key.
            kind: "suspend" or "bury".
            record: what brings the same question back if this is undone: problem_id, text, hints.
        """
        if not is_practice(key):
            change = {"suspended": True} if kind == "suspend" else {"buried_day": self._schedule.today()}
            self._put(connection, key, replace(self._state(connection, key), **change))
        self._append(connection, kind, key, None, **record)

    def seen(self, connection: Connection, key: str, **record: Any) -> None:
        """Log that a worked example was read to its end; see `set_aside` for the record."""
        self._append(connection, "seen", key, None, **record)

    def toggle_flag(self, connection: Connection, key: str) -> bool:
        """Flag a card or take the flag away; return whether it is flagged now."""
        state = self._state(connection, key)
        self._put(connection, key, replace(state, flag=not state.flag))
        event = self._event("unflag" if state.flag else "flag", key, None)
        log.append(connection, self._store.learner, event)
        return not state.flag

    def take_back(self, connection: Connection) -> tuple[Event, Memory]:
        """Undo the last event; return it, with the memory state its card goes back to."""
        event = self.history.newest()
        key = str(event.card_key)
        log.append(connection, self._store.learner, self._event("undo", key, None, target_id=event.id))
        self.history = self.history.without_newest()
        if is_practice(key):
            return event, NEW
        state = derive(self._of_card(connection, key), self._schedule.settings, key)
        self._put(connection, key, state)
        return event, state.memory

    def memory(self, connection: Connection, key: str) -> Memory:
        """Return a card's memory state; that of a new card for practice."""
        return NEW if is_practice(key) else self._state(connection, key).memory

    def memory_before_last(self, connection: Connection, key: str) -> Memory:
        """Return a card's memory state as it was before its last answer."""
        events = self._of_card(connection, key)
        last = max((i for i, e in enumerate(events) if e.kind == "answer" and e.mode == "study"), default=0)
        return NEW if is_practice(key) else derive(events[:last], self._schedule.settings, key).memory

    def _decided(
        self,
        connection: Connection,
        key: str,
        before: Memory,
        rating: Rating,
        aided: bool,
        at_ms: int,
        day: int,
        skill: bool,
    ) -> Memory | None:
        """Decide what a rating does to memory, and keep it; None in practice, which moves no schedule."""
        if is_practice(key):
            return None
        memory = self._schedule.decide(before, rating, key, aided, at_ms, day, skill)
        states.put_memory(connection, self._store.learner, key, memory)
        return memory

    def _append(self, connection: Connection, kind: str, key: str, memory: Memory | None, **fields: Any) -> None:
        event = self._event(kind, key, memory, **fields)
        log.append(connection, self._store.learner, event)
        self.history = self.history.plus(event)

    def _event(self, kind: str, key: str, memory: Memory | None, **fields: Any) -> Event:
        decision: dict[str, Any] = {}
        if memory is not None:
            names = ("step", "stability", "difficulty", "due_day", "due_ms")
            decision = {name: getattr(memory, name) for name in names} | {"phase": memory.phase.value}
        at_ms = fields.pop("at_ms", None) or self._schedule.clock()
        return Event(
            id=new_id(),
            kind=kind,
            at_ms=at_ms,
            study_day=self._schedule.day_of(at_ms),
            mode="practice" if is_practice(key) else self._mode,
            session_id=self._session,
            card_key=key,
            **decision,
            **fields,
        )

    def _of_card(self, connection: Connection, key: str) -> list[Event]:
        return log.effective(log.of_card(connection, self._store.learner, key))

    def _state(self, connection: Connection, key: str) -> State:
        return states.get(connection, self._store.learner, key)

    def _put(self, connection: Connection, key: str, state: State) -> None:
        states.put(connection, self._store.learner, key, state)
