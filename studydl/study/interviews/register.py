"""A learner's interviews: started, taken up again, listed, reported, and what was missed put into the queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from studydl.errors import StudydlError, UsageError
from studydl.memory.levels import open_level
from studydl.memory.model import Memory, Phase
from studydl.store import cards, log, queue, sessions, states
from studydl.store.connection import Store
from studydl.store.event import Event
from studydl.store.ids import new_id
from studydl.store.sessions import SessionRow
from studydl.study.clock import Clock
from studydl.study.interviews.interview import Interview
from studydl.study.interviews.next_steps import Report, compare, next_steps
from studydl.study.interviews.plan import Draw, Options, Plan, Planned, drawn, plan_of, select, topics
from studydl.study.interviews.report import Taken, read
from studydl.study.interviews.state import fresh, from_json, stopwatch, to_json
from studydl.study.keys import is_practice
from studydl.study.schedule import Schedule
from studydl.study.supply import Supply
from studydl.study.wanted import want, wanted

MODE = "interview"
MINUTE = 60_000  # ms
MOST_SPARES = 3  # tried in the place of a problem that cannot be drawn
Told = Callable[[int, int], None]  # questions ready, questions wanted


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An interview that can be taken up again.

    Args:
        answered: questions answered.
        total: questions.
        left_ms: on its clock.
        study_day: the learner's study day on which it was started.
    """

    answered: int
    total: int
    left_ms: int
    study_day: int

    @property
    def progress(self) -> str:
        """Say how far one is: "4 of 15 answered, 21 min left"."""
        minutes = f"{self.left_ms / MINUTE:.0f}" if self.left_ms >= MINUTE else "less than 1"
        return f"{self.answered} of {self.total} answered, {minutes} min left"


@dataclass(frozen=True, slots=True)
class Queued:
    """What was put into the queue.

    Args:
        due: cards seen before whose due date is today now.
        new: new ones, which come first in the next session.
    """

    due: int
    new: int


class Interviews:
    """All interviews of one learner.

    Args:
        store: the database.
        schedule: for the study day.
        supply: draws the problems.
        timer: what the clock of an interview runs by, in milliseconds.
    """

    def __init__(self, store: Store, schedule: Schedule, supply: Supply, timer: Clock = stopwatch) -> None:
        self._store, self._schedule, self._supply, self._timer = store, schedule, supply, timer

    def topics(self) -> tuple[str, ...]:
        """Return the topics an interview can be about, and the learner's own decks."""
        return topics(self._store)

    def unfinished(self) -> Unfinished | None:
        """Return the interview that can be taken up again, if there is one."""
        row = self._open_row()
        if row is None:
            return None
        now = from_json(row.state)
        return Unfinished(now.answered, len(now.given), now.left_ms, row.study_day)

    def resume(self) -> Interview:
        """Take up the unfinished interview, where it stood and with the time it had left.

        Raises:
            UsageError: there is none.
        """
        row = self._open_row()
        if row is None:
            raise UsageError("there is no unfinished interview", "`studydl interview` starts one.")
        return Interview(self._store, self._schedule, row, self._timer)

    def start(self, options: Options, told: Told = lambda ready, wanted: None) -> Interview:
        """Choose and draw the questions, and start the clock. An unfinished interview ends as it stands.

        Takes a few seconds the first time, while torch loads.

        Args:
            options: what is asked for.
            told: called with how many questions are ready, and how many are wanted.

        Raises:
            UsageError: there is no such topic, or nothing to ask about it.
            StudydlError: the problems cannot be drawn.
        """
        plan = self._plan(options, told)
        unfinished = self._open_row()
        if unfinished is not None:
            Interview(self._store, self._schedule, unfinished, self._timer).finish()
        row = SessionRow(
            id=new_id(),
            mode=MODE,
            started_ms=self._schedule.clock(),
            ended_ms=None,
            study_day=self._schedule.today(),
            plan=msgspec.json.encode(plan).decode(),
            state=to_json(fresh(plan)),
        )
        with self._store.write() as connection:
            sessions.start(connection, self._store.learner, row)
        return Interview(self._store, self._schedule, row, self._timer)

    def count(self) -> int:
        """Return how many interviews `taken` lists, without reading them."""
        return sessions.ended(self._store.read(), self._store.learner, MODE)

    def taken(self) -> tuple[Taken, ...]:
        """Return the interviews that are over and in which something was answered, the newest first."""
        return tuple(each for each in reversed(self._every()) if each.over and each.answered)

    def report(self, number: int | None = None) -> Report:
        """Return what an interview came to.

        Args:
            number: which of the learner's interviews, from 1; the newest one that is listed if None.

        Raises:
            UsageError: there is no such interview, or it is not over: nothing is told before its end.
        """
        every = self._every()
        if number is None:
            number = next((each.number for each in reversed(every) if each.over and each.answered), 0)
        if number == 0:
            raise UsageError("no interview is over yet", "`studydl interview` starts one, or goes on with it.")
        if number > len(every):
            raise UsageError(f"there is no interview {number}", "`studydl interview list` shows them.")
        if not every[number - 1].over:
            raise UsageError(f"interview {number} is not over yet", "`studydl interview` goes on with it.")
        return self._reported(every[number - 1], every)

    def report_of(self, session_id: str) -> Report:
        """Return what the interview of this session came to."""
        every = self._every()
        return self._reported(next(each for each in every if each.id == session_id), every)

    def add_to_queue(self, taken: Taken) -> Queued:
        """Put what was missed into the queue: seen before, it is due today; new, it comes first in the next session.

        Only the due date moves; memory stays as it is, for an interview says nothing to the scheduler.
        """
        due, new = self._queueable(taken)
        at_ms, today = self._schedule.clock(), self._schedule.today()
        with self._store.write() as connection:
            for key, memory in due.items():
                event = Event(new_id(), "due", at_ms, today, "study", taken.id, key, due_day=today)
                log.append(connection, self._store.learner, event)
                states.put_memory(connection, self._store.learner, key, replace(memory, due_day=today))
            if new:
                want(connection, self._store, new)
        return Queued(len(due), len(new))

    # ------------------------------------------------------------------ how it is done

    def _open_row(self) -> SessionRow | None:
        return sessions.unfinished(self._store.read(), self._store.learner, None, MODE)

    def _every(self) -> list[Taken]:
        rows = sessions.of_mode(self._store.read(), self._store.learner, MODE)
        return [read(number, row) for number, row in enumerate(rows, 1)]

    def _reported(self, taken: Taken, every: list[Taken]) -> Report:
        due, new = self._queueable(taken)
        return Report(taken, compare(taken, every), next_steps(taken, len(due) + len(new)))

    def _plan(self, options: Options, told: Told) -> Plan:
        selection = select(self._store, options)
        spares, questions = list(selection.spares), list[Planned]()
        for place, chosen in enumerate(selection.questions):
            told(place, len(selection.questions))
            questions.append(self._drawn(chosen, spares) if isinstance(chosen, Draw) else chosen)
        return plan_of(options, questions)

    def _drawn(self, draw: Draw, spares: list[Draw]) -> Planned:
        """Draw a problem; in place of one that cannot be drawn, the first spare one that can.

        Raises:
            StudydlError: several cannot: something is wrong that waiting does not mend.
        """
        for attempt in (draw, *spares[:MOST_SPARES]):
            line = self._supply.draw(attempt.family, attempt.level, attempt.seed)
            if attempt in spares:
                spares.remove(attempt)
            if line is not None:
                return drawn(attempt, line)
        raise StudydlError(
            "the problems of this interview could not be drawn",
            f"`studydl problems show {draw.family} --level {draw.level} --seed {draw.seed}` shows why.",
        )

    def _queueable(self, taken: Taken) -> tuple[dict[str, Memory], list[str]]:
        """Return what was missed and is not due yet, with its memory; and what was missed and is new."""
        connection, learner = self._store.read(), self._store.learner
        levels: dict[str, list[queue.Candidate]] = {}
        for skill in sorted(queue.skills(connection, learner), key=lambda skill: skill.level or 0):
            levels.setdefault(skill.note, []).append(skill)
        due, new, asked = dict[str, Memory](), list[str](), wanted(self._store)
        for row in taken.missed:
            if is_practice(row.key):
                continue
            key, state = row.key, states.get(connection, learner, row.key)
            if row.family:
                levels_there = levels.get(row.key.rpartition("/")[0])
                if not levels_there:
                    continue
                scheduled = levels_there[open_level([level.state.memory for level in levels_there])]
                key, state = scheduled.key, scheduled.state
            card = cards.get(connection, learner, key)
            if card is None or card.retired_ms is not None or state.suspended:
                continue
            memory = state.memory
            if memory.phase is Phase.REVIEW and (memory.due_day or 0) > self._schedule.today():
                due[key] = memory
            elif memory.phase is Phase.NEW and key not in asked and key not in new:
                new.append(key)
        return due, new
