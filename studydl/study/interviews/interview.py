"""One interview: asks, keeps answers and the clock, and judges nothing aloud until its end.

Every step is committed before it returns. The clock runs while a question is on the screen and the program is open; it
stands while points are ticked, while the program is closed and while the machine sleeps, so that neither a crash nor
a closed lid costs time.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection

from studydl.answers.grading import live
from studydl.errors import StudydlError
from studydl.problems.exchange import from_line
from studydl.store import log, sessions
from studydl.store.connection import Store
from studydl.store.event import Event
from studydl.store.sessions import SessionRow
from studydl.study import marking
from studydl.study.clock import Clock
from studydl.study.interviews.marking import answer_event, has_answer, judge, unreadable
from studydl.study.interviews.plan import Kind, Plan, Planned, asked
from studydl.study.interviews.state import (
    CONFIDENCE,
    SPOKEN,
    InterviewView,
    Stage,
    Standing,
    from_json,
    moved,
    open_question,
    stopwatch,
    to_json,
    with_given,
)
from studydl.study.schedule import Schedule
from studydl.study.view import Form, Question

TIME_IS_UP = "Time is up. How sure are you of this last answer?"


class Interview:
    """An interview in progress. All calls come from one thread.

    Args:
        store: the database.
        schedule: for the study day.
        row: the interview as the database keeps it.
        timer: what its clock runs by, in milliseconds.
    """

    def __init__(self, store: Store, schedule: Schedule, row: SessionRow, timer: Clock = stopwatch) -> None:
        self._store, self._schedule, self._timer = store, schedule, timer
        self.id = row.id
        self.plan = msgspec.json.decode(row.plan, type=Plan)
        self._kept = row.state
        self._now = from_json(row.state)
        self._since = timer()
        self._message = ""
        self._position: int | None = None

    # ------------------------------------------------------------------ what a learner does

    def view(self) -> InterviewView:
        """Return what the interview shows now."""
        now = self._now
        return InterviewView(
            stage=now.stage,
            question=None if now.stage is Stage.DONE else self._shown(),
            number=now.at + 1,
            total=len(now.given),
            answered=now.answered,
            left_ms=now.left_ms - self._passed(),
            text=now.here.text,
            ticks=now.here.ticks,
            message=self._message,
            position=self._position,
        )

    def live(self, text: str) -> str:
        """Return what the answer box shows beside this text as one types; nothing if the calculator is off."""
        if self._now.stage is not Stage.ASKING or self._planned().kind is not Kind.PROBLEM:
            return ""
        return live(from_line(self._planned().content).answer.kind, text) if self.plan.options.calculator else ""

    def submit(self, text: str) -> InterviewView:
        """Take a typed answer; whether it is right is not told. One that cannot be read costs nothing."""
        self._need(Stage.ASKING, Form.TYPED)
        text = marking.storable(text)
        trouble = unreadable(self._planned(), text)
        self._put(self._spent(text=text, stage=Stage.ASKING if trouble else Stage.SURE))
        if trouble is not None:
            message = trouble.message
            return self._said(f"{message[:1].upper()}{message[1:]}. It costs nothing.", trouble.position)
        return self._said()

    def choose(self, index: int) -> InterviewView:
        """Take a choice.

        Args:
            index: 0-based, as shown.
        """
        question = self._need(Stage.ASKING, Form.CHOICE)
        self._put(self._spent(text=question.options[index], stage=Stage.SURE))
        return self._said()

    def speak(self) -> InterviewView:
        """Say that a spoken answer is over."""
        self._need(Stage.ASKING, Form.POINTS)
        self._put(self._spent(stage=Stage.SURE))
        return self._said()

    def back(self) -> InterviewView:
        """Go back from the confidence to the question, to change the answer; not once the time is over."""
        self._need(Stage.SURE)
        now = self._spent()
        self._put(now if now.left_ms == 0 else moved(now, stage=Stage.ASKING))
        return self._said(TIME_IS_UP if now.left_ms == 0 else "")

    def sure(self, confidence: int) -> InterviewView:
        """Say how sure one is, which counts the answer; then the next question, or the points of a spoken one.

        Args:
            confidence: 1 a guess, 2 fairly sure, 3 sure.
        """
        self._need(Stage.SURE)
        if confidence not in CONFIDENCE:
            raise StudydlError("confidence is 1, 2 or 3")
        now = self._spent(confidence=confidence)
        if self._planned().kind is Kind.POINTS:
            self._put(moved(now, stage=Stage.TICKING))
        else:
            self._count(now)
        return self._said()

    def tick(self, index: int) -> InterviewView:
        """Tick a point that was said, or take the tick off.

        Args:
            index: 0-based.
        """
        question = self._need(Stage.TICKING)
        if index not in range(len(question.points)):
            raise StudydlError(f"there are {len(question.points)} points")
        self._put(self._spent(ticks=tuple(sorted({*self._now.here.ticks} ^ {index}))))
        return self._said()

    def ticked(self) -> InterviewView:
        """Say that all points said are ticked, which counts the answer; then the next question."""
        self._need(Stage.TICKING)
        self._count(self._spent())
        return self._said()

    def skip(self, text: str | None = None, step: int = 1) -> InterviewView:
        """Leave a question for later; it comes back after the others.

        Args:
            text: what is in the answer box; kept. None if there is no box.
            step: 1 to the next open question, -1 to the one before.
        """
        self._need(Stage.ASKING)
        now = self._spent(text=text)
        following = open_question(now, step)
        self._put(moved(now, at=following))
        return self._said("No other question is open." if following == now.at else "")

    def finish(self, text: str | None = None) -> InterviewView:
        """End the interview; what is not answered stays so.

        Args:
            text: what is in the answer box; kept, but no answer.
        """
        if self._now.stage in (Stage.SURE, Stage.TICKING):
            self._count(self._spent())
        if self._now.stage is not Stage.DONE:
            self._put(moved(self._spent(text=text), stage=Stage.DONE), ended=True)
        return self._said()

    def beat(self, text: str | None = None) -> InterviewView:
        """Keep the clock and the draft; with the time over, ask how sure the last answer is, or end the interview.

        Args:
            text: what is in the answer box; None if there is no box.
        """
        if self._now.stage is Stage.DONE:
            return self.view()
        asking = self._now.stage is Stage.ASKING
        now = self._spent(text=text if asking else None)
        if now.left_ms or not asking:
            self._put(now)
            return self.view()
        if has_answer(self._planned(), now.here.text):
            self._put(moved(now, stage=Stage.SURE))
            return self._said(TIME_IS_UP)
        self._put(moved(now, stage=Stage.DONE), ended=True)
        return self._said("Time is up.")

    def close(self, text: str | None = None) -> None:
        """Keep the clock and the draft; the interview can be taken up again.

        Args:
            text: what is in the answer box; None if there is no box.
        """
        if self._now.stage is not Stage.DONE:
            self._put(self._spent(text=text if self._now.stage is Stage.ASKING else None))

    # ------------------------------------------------------------------ how it is done

    def _shown(self) -> Question:
        return asked(self._planned(), self.plan.options, spoken=self._now.stage is Stage.TICKING)

    def _planned(self) -> Planned:
        return self.plan.questions[self._now.at]

    def _need(self, stage: Stage, form: Form | None = None) -> Question:
        if self._now.stage is not stage:
            raise StudydlError("this is not possible now")
        question = self._shown()
        if form is not None and question.form is not form:
            raise StudydlError("this question is answered in another way")
        return question

    def _said(self, message: str = "", position: int | None = None) -> InterviewView:
        self._message, self._position = message, position
        return self.view()

    def _passed(self) -> int:
        """Return the milliseconds that ran off the clock since the last step."""
        if self._now.stage not in (Stage.ASKING, Stage.SURE):
            return 0
        return min(max(0, self._timer() - self._since), self._now.left_ms)

    def _spent(self, stage: Stage | None = None, **given: object) -> Standing:
        """Return the standing with the time since the last step taken off the clock.

        Args:
            stage: the stage it goes to; the same if None.
            given: fields of the question's `Given` that change; a text of None stays as it was.
        """
        passed, text = self._passed(), given.pop("text", None)
        if isinstance(text, str):
            given["text"] = marking.storable(text)
        now = with_given(self._now, spent_ms=self._now.here.spent_ms + passed, **given)
        return moved(now, left_ms=now.left_ms - passed, stage=stage or now.stage)

    def _count(self, now: Standing) -> None:
        """Judge the answer in silence, commit it, and go on to the next question."""
        verdict = judge(self._planned(), now.here.text)
        if verdict is None:
            now = with_given(now, outcome=SPOKEN)
        else:
            now = with_given(
                now,
                outcome=verdict.outcome.value,
                read_as=verdict.read_as,
                misconception=verdict.misconception or "",
                message=verdict.message,
            )
        at_ms = self._schedule.clock()
        event = answer_event(self._planned(), now.here, self.id, at_ms, self._schedule.day_of(at_ms))
        following = open_question(now)
        over = following == now.at or now.left_ms == 0
        after = moved(now, stage=Stage.DONE) if over else moved(now, stage=Stage.ASKING, at=following)
        self._put(after, event, ended=over)

    def _put(self, now: Standing, event: Event | None = None, *, ended: bool = False) -> None:
        """Commit where the interview stands; if that fails it stands where it stood.

        Raises:
            StudydlError: the same interview was taken up by another program, which now has it.
            StoreError: the database cannot be written.
        """
        state = to_json(now)
        with self._store.write() as connection:
            self._own(connection)
            if event is not None:
                log.append(connection, self._store.learner, event)
            sessions.save_state(connection, self._store.learner, self.id, state)
            if ended:
                sessions.end(connection, self._store.learner, self.id, self._schedule.clock())
        self._now, self._kept, self._since = now, state, self._timer()

    def _own(self, connection: Connection) -> None:
        row = sessions.get(connection, self._store.learner, self.id)
        if row is None or row.state != self._kept:
            raise StudydlError(
                "this interview goes on in another window", "Close one of them; nothing answered there is lost."
            )
