"""One study session: present, submit, rate, undo. Every call commits before it returns the next view.

The session sequences; it decides nothing that another room can: `plan` says which card is next, `answers.grading`
what a text is worth, `schedule` what a rating does to memory, and the store keeps it all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from studydl.answers.grading import grade, live
from studydl.answers.verdicts import Outcome, Verdict
from studydl.errors import StoreError, StudydlError
from studydl.memory.model import NEW, Memory, Rating
from studydl.store import log, sessions, states
from studydl.store.log import Event
from studydl.study import marking, standing
from studydl.study.plan import Plan
from studydl.study.schedule import Schedule
from studydl.study.shelf import Shelf, Shown, is_practice, twin_key
from studydl.study.standing import Standing, changed
from studydl.study.summary import summarize
from studydl.study.view import Form, Stage, Summary, View

FREE_TRY = (Outcome.CONVENTION, Outcome.IMPRECISE)
UNDOABLE = ("answer", "suspend", "bury")


class Session:
    """A session in progress. All calls come from one thread.

    Args:
        shelf: where questions are taken from.
        schedule: what answers do to memory.
        row: the session as the database keeps it.
        plan: the cards left in it.
    """

    def __init__(self, shelf: Shelf, schedule: Schedule, row: sessions.SessionRow, plan: Plan) -> None:
        self._shelf, self._schedule, self._plan = shelf, schedule, plan
        self._store = shelf.store
        self._clock = schedule.clock
        self.id, self.mode = row.id, row.mode
        self._started_ms = row.started_ms
        past = log.effective(log.of_session(self._store.read(), self._store.learner, self.id))
        self._events = [event for event in past if event.kind in UNDOABLE]
        self._missing: str | None = None
        self._shown: Shown | None = None
        self._verdict: Verdict | None = None
        self._before = NEW
        self._message = ""
        self._standing = Standing(Stage.DONE)
        if row.state:
            self._resume(standing.from_json(row.state))
        else:
            self._advance()

    # ------------------------------------------------------------------ what a learner does

    def view(self) -> View:
        """Return what the session shows now."""
        now, shown = self._standing, self._shown
        verdict_up = now.stage in (Stage.VERDICT, Stage.REVEALED)
        return View(
            stage=now.stage,
            question=shown.question if shown else None,
            left=self._plan.left(),
            answered=sum(event.kind == "answer" for event in self._events),
            text=now.text,
            verdict=self._verdict,
            suggested=self._suggested() if verdict_up else None,
            intervals=self._schedule.intervals(self._before, now.key) if verdict_up and self._scheduled else (),
            hints=shown.question.hints[: now.hints] if shown else (),
            slip=now.stage is Stage.VERDICT and marking.is_slip(self._verdict, self._events[-1]),
            undoable=bool(self._events),
            message=self._message,
            wait_ms=self._plan.wait_ms() if now.stage is Stage.DONE else None,
        )

    def live(self, text: str) -> str:
        """Return what the answer box shows beside this text as one types: its value, or nothing."""
        problem = self._shown.problem if self._shown else None
        return live(problem.answer.kind, text) if problem else ""

    def submit(self, text: str) -> View:
        """Grade a typed answer. A verdict that counts is committed before this returns."""
        problem = self._need(Form.TYPED, Stage.ASKING, Stage.RETRY).problem
        assert problem is not None
        text = marking.storable(text)
        verdict = grade(problem.answer, text, problem.misconceptions)
        free = verdict.outcome in FREE_TRY and not self._standing.second
        if verdict.outcome is Outcome.UNREADABLE or free:
            self._retry(text, verdict, second=self._standing.second or free)
        else:
            self._commit_answer(text, verdict)
        return self.view()

    def choose(self, index: int) -> View:
        """Grade a choice and commit it.

        Args:
            index: 0-based, as shown.
        """
        shown = self._need(Form.CHOICE, Stage.ASKING)
        assert shown.card is not None
        option = shown.question.options[index]
        self._commit_answer(option, marking.judge_option(shown.card, option))
        return self.view()

    def reveal(self) -> View:
        """Show the answer of a self-rated card; nothing is committed yet."""
        if self._need(None, Stage.ASKING).question.form not in (Form.REVEAL, Form.POINTS):
            raise StudydlError("this question is answered, not revealed")
        self._save(changed(self._standing, stage=Stage.REVEALED))
        return self.view()

    def rate(self, rating: Rating) -> View:
        """Accept or change the rating and go on; a self-rated card is committed here."""
        if self._standing.stage is Stage.REVEALED:
            with self._writing() as connection:
                self._record(connection, "", None, rating)
                self._next(connection)
        else:
            self._need(None, Stage.VERDICT)
            with self._writing() as connection:
                self._amend(connection, rating)
                self._next(connection)
        return self._settled()

    def slip(self) -> View:
        """Claim "the method was right, I slipped" for a wrong answer that matches no misconception: Hard."""
        if not self.view().slip:
            raise StudydlError("a slip can be claimed only for a wrong answer that matches no known mistake")
        return self.rate(Rating.HARD)

    def give_up(self) -> View:
        """Say "don't know": committed as Again, and the solution is shown."""
        self._need(Form.TYPED, Stage.ASKING, Stage.RETRY)
        self._commit_answer("", Verdict(Outcome.INCORRECT, message="Here is how it goes."))
        return self.view()

    def hint(self) -> View:
        """Show one more step of the worked solution, never the last."""
        shown = self._need(Form.TYPED, Stage.ASKING, Stage.RETRY)
        if self._standing.hints < len(shown.question.hints):
            self._save(changed(self._standing, hints=self._standing.hints + 1))
        return self.view()

    def twin(self) -> View:
        """After the verdict: the same family and level with new numbers, as practice; then the session goes on."""
        problem = self._need(Form.TYPED, Stage.VERDICT).problem
        assert problem is not None
        key = twin_key(problem, self._clock())
        self._plan.put_back(key, NEW)
        with self._writing() as connection:
            self._next(connection, key)
        return self._settled()

    def undo(self) -> View:
        """Take back the last answer, suspension or bury; the same question comes back with its text."""
        if not self._events:
            raise StudydlError("there is nothing to undo in this session")
        event = self._events[-1]
        assert event.card_key is not None
        with self._writing() as connection:
            log.append(connection, self._store.learner, self._event("undo", event.card_key, target_id=event.id))
            memory = NEW
            if not is_practice(event.card_key):
                memory = self._schedule.rederive(connection, event.card_key)
            self._events.pop()
            if self.mode == "study" and is_practice(self._standing.key):
                self._plan.drop(self._standing.key)  # the twin of the problem that comes back
            self._plan.put_back(event.card_key, memory)
            self._show(connection, event.card_key, event.problem_id, marking.undone_text(event))
        self._settled()
        self._message = "Undone. The same question again."
        return self.view()

    def suspend(self) -> View:
        """Take the card out of study until it is unsuspended."""
        return self._set_aside("suspend", "Suspended.")

    def bury(self) -> View:
        """Put the card off until tomorrow."""
        return self._set_aside("bury", "Put off until tomorrow.")

    def flag(self) -> View:
        """Flag the card for a later look, or take the flag away."""
        key = self._standing.key
        if self._scheduled:
            with self._writing() as connection:
                flagged = self._schedule.toggle_flag(connection, key)
                kind = "flag" if flagged else "unflag"
                log.append(connection, self._store.learner, self._event(kind, key))
            self._message = "Flagged." if flagged else "Flag taken away."
        return self.view()

    def keep(self, text: str) -> None:
        """Remember the text in the answer box, for the next time this question is shown."""
        if self._standing.stage in (Stage.ASKING, Stage.RETRY) and text != self._standing.text:
            self._save(changed(self._standing, text=marking.storable(text)))

    def summary(self) -> Summary:
        """Return what the session has come to so far."""
        return summarize(self._store, self._events, self._plan.left(), self._schedule.today(), self._shelf.title)

    def close(self) -> None:
        """Leave the session; unfinished ones come back the same day."""
        if self._standing.stage is Stage.DONE:
            with self._store.write() as connection:
                sessions.end(connection, self._store.learner, self.id, self._clock())

    # ------------------------------------------------------------------ how it is done

    @property
    def _scheduled(self) -> bool:
        return bool(self._standing.key) and not is_practice(self._standing.key)

    def _need(self, form: Form | None, *stages: Stage) -> Shown:
        """Return what is shown, or refuse a call that does not belong to this stage."""
        shown = self._shown
        if shown is None or self._standing.stage not in stages or form not in (None, shown.question.form):
            raise StudydlError(f"that is not possible now ({self._standing.stage.value})")
        return shown

    def _commit_answer(self, text: str, verdict: Verdict) -> None:
        """Commit a graded answer with the suggested rating, before anyone sees the verdict."""
        assert self._shown is not None
        hints_there = len(self._shown.question.hints)
        rating = marking.suggest(verdict, self._standing.hints, hints_there, self._standing.second)
        with self._writing() as connection:
            self._verdict, self._message = verdict, ""
            event = self._record(connection, text, verdict, rating)
            self._standing = changed(self._standing, stage=Stage.VERDICT, text=text, event_id=event.id)
            self._save_standing(connection)

    def _record(self, connection: Connection, text: str, verdict: Verdict | None, rating: Rating) -> Event:
        """Append the answer event with its decision, and put the new memory state."""
        now, shown = self._standing, self._shown
        assert shown is not None
        memory: Memory | None = None
        at_ms, aided = self._clock(), now.hints > 0 or now.second
        if self._scheduled:
            day = self._schedule.day_of(at_ms)
            memory = self._schedule.decide(self._before, rating, now.key, aided, at_ms, day)
            self._schedule.put(connection, now.key, memory)
        fields = marking.answer_record(now, shown.problem, text, verdict, at_ms)
        event = self._event("answer", now.key, memory=memory, at_ms=at_ms, rating=int(rating), aided=aided, **fields)
        log.append(connection, self._store.learner, event)
        self._events.append(event)
        self._plan.answered(now.key, memory or NEW)
        return event

    def _amend(self, connection: Connection, rating: Rating) -> None:
        """Change the committed rating of the answer on the screen, if it differs."""
        answer = self._events[-1]
        if answer.rating == int(rating):
            return
        memory: Memory | None = None
        if self._scheduled:
            when = (answer.at_ms, answer.study_day)
            memory = self._schedule.decide(self._before, rating, self._standing.key, answer.aided, *when)
            self._schedule.put(connection, self._standing.key, memory)
            self._plan.answered(self._standing.key, memory)
        amendment = self._event("amend", self._standing.key, target_id=answer.id, memory=memory, rating=int(rating))
        log.append(connection, self._store.learner, amendment)
        self._events[-1] = log.effective([answer, amendment])[0]

    def _event(
        self, kind: str, key: str, *, memory: Memory | None = None, at_ms: int | None = None, **fields: object
    ) -> Event:
        mode = "practice" if is_practice(key) else self.mode
        when = self._clock() if at_ms is None else at_ms
        return self._schedule.event(kind, key, mode, self.id, memory, when, **fields)

    def _retry(self, text: str, verdict: Verdict, second: bool) -> None:
        """Keep a text that does not count, and ask again."""
        self._verdict, self._message = verdict, ""
        tries = (*self._standing.tries, text)
        self._save(changed(self._standing, stage=Stage.RETRY, text=text, second=second, tries=tries))

    def _set_aside(self, kind: str, message: str) -> View:
        key = self._standing.key
        if self._standing.stage in (Stage.DONE, Stage.VERDICT):
            raise StudydlError("rate this card first, or undo the answer")
        with self._writing() as connection:
            if self._scheduled:
                self._schedule.set_aside(connection, key, kind)
            event = self._event(kind, key)
            log.append(connection, self._store.learner, event)
            self._events.append(event)
            self._plan.drop(key)
            self._next(connection)
        self._settled()
        self._message = f"{message} u takes it back."
        return self.view()

    def _advance(self) -> None:
        with self._writing() as connection:
            self._next(connection)
        self._settled()

    def _next(self, connection: Connection, key: str | None = None) -> None:
        """Show this card, or the next one of the plan. A question that must be made first is left to `_settled`."""
        self._message = ""
        key = key or self._plan.next(self._clock())
        if key is None or not self._show(connection, key):
            self._missing = key
            self._shown, self._verdict = None, None
            self._standing = Standing(Stage.DONE)
            self._save_standing(connection)

    def _settled(self) -> View:
        """Draw a missing problem outside any transaction, since it may take seconds; pass over what cannot be shown."""
        tried = set[str]()
        while (key := self._missing) is not None:
            self._missing = None
            made = key not in tried and self._shelf.fetch(key)
            if not made:
                self._plan.drop(key)
            tried.add(key)
            with self._writing() as connection:
                self._next(connection, key if made else None)
        return self.view()

    def _show(
        self,
        connection: Connection,
        key: str,
        problem_id: str | None = None,
        text: str = "",
        seed: str = "",
        answered: bool = False,
    ) -> bool:
        """Put one card on the screen; False if no question can be made for it from what is there."""
        memory = NEW
        if not is_practice(key) and answered:
            memory = self._schedule.before_last(connection, key)
        elif not is_practice(key):
            memory = states.get(connection, self._store.learner, key).memory
        seed = seed or f"{key}:{self._clock()}"
        shown = self._shelf.take(connection, key, memory.phase, seed, problem_id)
        if shown is None:
            return False
        self._shown, self._verdict, self._before = shown, None, memory
        self._standing = Standing(Stage.ASKING, key, shown.question.problem_id, seed, text, shown_ms=self._clock())
        self._save_standing(connection)
        return True

    def _resume(self, kept: Standing) -> None:
        """Come back to where the session stood; what cannot be shown any more is passed over."""
        if kept.stage is Stage.DONE:
            self._advance()
            return
        answered = kept.stage is Stage.VERDICT
        if is_practice(kept.key) and not answered:  # a twin: the plan made at the start does not have it
            self._plan.put_back(kept.key, NEW)
        with self._writing() as connection:
            if not self._show(connection, kept.key, kept.problem_id, kept.text, kept.seed, answered):
                self._next(connection)
            elif self._standing.problem_id == kept.problem_id:
                self._standing = changed(kept, shown_ms=self._clock())
                assert self._shown is not None
                self._verdict = marking.verdict_again(self._shown, kept, self._events[-1] if answered else None)
                self._save_standing(connection)
        self._settled()

    def _suggested(self) -> Rating:
        if self._standing.stage is Stage.REVEALED:
            return Rating.GOOD
        rating = self._events[-1].rating
        assert rating is not None
        return Rating(rating)

    def _save(self, new: Standing) -> None:
        with self._writing() as connection:
            self._standing = new
            self._save_standing(connection)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Hold the database for writing; if it cannot be written, the session stands where it stood."""
        before = self.__dict__ | {"_events": [*self._events], "_plan": self._plan.copy()}
        try:
            with self._store.write() as connection:
                yield connection
        except StoreError:
            self.__dict__.update(before)
            raise

    def _save_standing(self, connection: Connection) -> None:
        sessions.save_state(connection, self._store.learner, self.id, standing.to_json(self._standing))
