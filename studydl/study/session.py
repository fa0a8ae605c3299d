"""One study session: present, submit, rate, undo. What counts is committed before the next view is returned.

The session sequences; it decides nothing that another room can: `plan` says which card is next, `answers.grading` what
a text is worth, `schedule` what a rating does to memory, and `ledger` writes it all down.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection

from studydl.answers.grading import grade, live
from studydl.answers.verdicts import Outcome, Verdict
from studydl.errors import StoreError, StudydlError
from studydl.memory.model import NEW, Memory, Rating
from studydl.store import log, notes, sessions
from studydl.study import leeches, marking, standing
from studydl.study.authoring import saved_text
from studydl.study.keys import family_and_level, is_lesson, is_practice, lesson_keys, practice_key
from studydl.study.ledger import Ledger
from studydl.study.plan import Plan
from studydl.study.schedule import Schedule
from studydl.study.shelf import Shelf, Shown
from studydl.study.standing import Standing, changed
from studydl.study.summary import summarize
from studydl.study.view import Form, Left, Stage, Summary, View

FREE_TRY = (Outcome.CONVENTION, Outcome.IMPRECISE)


@dataclass(frozen=True, slots=True)
class Scene:
    """What is on the screen.

    Args:
        standing: where the session stands with it; kept in the database.
        shown: the question with what it was made from; None when done.
        verdict: what grading said, if it was graded.
        before: the card's memory state before this answer.
        message: one line about what just happened; may be empty.
        missing: key of a card whose problem must be drawn before it can be shown; else None.
    """

    standing: Standing
    shown: Shown | None = None
    verdict: Verdict | None = None
    before: Memory = NEW
    message: str = ""
    missing: str | None = None


class Session:
    """A session in progress. All calls come from one thread.

    Args:
        shelf: where questions are taken from.
        schedule: what answers do to memory.
        row: the session as the database keeps it.
        plan: makes the plan of what is left in it, from what was planned and the log.
    """

    def __init__(
        self, shelf: Shelf, schedule: Schedule, row: sessions.SessionRow, plan: Callable[[sessions.SessionRow], Plan]
    ) -> None:
        self._shelf, self._schedule = shelf, schedule
        self._planned = partial(plan, row)
        self._plan = self._planned()
        self._store, self._clock = shelf.store, schedule.clock
        self.id, self.mode = row.id, row.mode
        self._endless = bool(json.loads(row.plan).get("endless"))
        self._ledger = Ledger(self._store, schedule, row.id, row.mode)
        self._put_down: dict[str, Standing] = {}  # questions an undo interrupted, to come back as they were
        self._scene = Scene(Standing(Stage.DONE))
        self._kept = True  # False while the database does not know where the session stands
        self._revealed: View | None = None  # what `reveal` will return, worked out ahead; no longer so after any view
        if row.state:
            self._resume(standing.from_json(row.state))
        else:
            self._advance()

    # ------------------------------------------------------------------ what a learner does

    def view(self) -> View:
        """Return what the session shows now."""
        self._revealed = None
        return self._view(self._scene)

    def _view(self, scene: Scene) -> View:
        now, history = scene.standing, self._ledger.history
        answered = now.stage in (Stage.VERDICT, Stage.REVEALED)
        rated = answered and bool(now.key) and not is_practice(now.key)
        return View(
            stage=now.stage,
            question=scene.shown.question if scene.shown else None,
            left=self._plan.left(),
            answered=history.answered,
            text=now.text,
            scratch=now.scratch,
            verdict=scene.verdict,
            suggested=self._suggested(now) if answered else None,
            intervals=self._schedule.intervals(scene.before, now.key, now.problem_id is not None) if rated else (),
            hints=scene.shown.question.hints[: now.hints] if scene.shown else (),
            slip=rated and now.stage is Stage.VERDICT and marking.is_slip(scene.verdict, history.newest()),
            undoable=bool(history),
            message=scene.message or self._early(now),
            wait_ms=self._plan.wait_ms() if now.stage is Stage.DONE else None,
            note=notes.of_card(self._store.read(), self._store.learner, now.key) if answered else "",
            practice=self.mode == "practice",
            endless=self._endless,
            leech=self._leech(scene) if rated else "",
        )

    def _early(self, now: Standing) -> str:
        """Return a line if the card asked comes before its time."""
        early = now.stage is Stage.ASKING and self._plan.is_early(now.key, self._clock())
        return "Nothing else is left, so this one comes a little early." if early else ""

    def go_on(self) -> View:
        """Show a card that has come back since the session was done; while there is none it stays done."""
        if self._scene.standing.stage is Stage.DONE:
            self._advance()
        return self.view()

    def live(self, text: str) -> str:
        """Return what the answer box shows beside this text as one types: its value, or nothing."""
        problem = self._scene.shown.problem if self._scene.shown else None
        return live(problem.answer.kind, text) if problem and self._schedule.settings.live_value else ""

    def submit(self, text: str, scratch: str = "") -> View:
        """Grade a typed answer. A verdict that counts is committed before this returns.

        Args:
            text: the answer.
            scratch: what stands on the scratch line; kept with the attempt.
        """
        problem = self._need(Form.TYPED, Stage.ASKING, Stage.RETRY).problem
        assert problem is not None
        text, now = marking.storable(text), self._scratched(scratch)
        verdict = grade(problem.answer, text, problem.misconceptions)
        free = verdict.outcome in FREE_TRY and not now.second
        if verdict.outcome is not Outcome.UNREADABLE and not free:
            return self._commit_answer(text, verdict)
        second, tries = now.second or free, (*now.tries, text)
        self._save(changed(now, stage=Stage.RETRY, text=text, second=second, tries=tries), verdict)
        return self.view()

    def choose(self, index: int) -> View:
        """Grade a choice and commit it.

        Args:
            index: 0-based, as shown.
        """
        shown = self._need(Form.CHOICE, Stage.ASKING)
        assert shown.card is not None
        option = shown.question.options[index]
        return self._commit_answer(option, marking.judge_option(shown.card, option))

    def reveal(self) -> View:
        """Show the answer of a self-rated card. Nothing counts yet, so `look_ahead` may keep that it is shown."""
        if self._need(None, Stage.ASKING).question.form not in (Form.REVEAL, Form.POINTS):
            raise StudydlError("this question is answered, not revealed")
        ahead, self._scene, self._kept = self._revealed, self._after_reveal(), False
        return ahead or self.view()

    def rate(self, rating: Rating) -> View:
        """Accept or change the rating and go on; a self-rated card is committed here."""
        self._need(None, Stage.REVEALED, Stage.VERDICT)
        with self._writing() as connection:
            if self._scene.standing.stage is Stage.REVEALED:
                self._answer(connection, "", None, rating)
            elif self._ledger.history.newest().rating != int(rating):
                memory = self._ledger.amend(connection, rating)
                self._plan.amended(self._scene.standing.key, memory)
            self._next(connection)
        return self._settled()

    def slip(self) -> View:
        """Claim "the method was right, I slipped" for a wrong answer that matches no misconception: Hard."""
        if not self.view().slip:
            raise StudydlError("a slip can be claimed only for a wrong answer that matches no known mistake")
        return self.rate(Rating.HARD)

    def give_up(self, scratch: str = "") -> View:
        """Say "don't know": committed as Again, and the solution is shown."""
        self._need(Form.TYPED, Stage.ASKING, Stage.RETRY)
        self._scratched(scratch)
        return self._commit_answer("", marking.GIVEN_UP)

    def step(self) -> View:
        """Show the next step of a worked example; after the last one, go on."""
        shown = self._need(Form.EXAMPLE, Stage.ASKING)
        now = self._scene.standing
        if now.hints < len(shown.question.hints):
            self._save(changed(now, hints=now.hints + 1))
            return self.view()
        with self._writing() as connection:
            self._ledger.seen(connection, now.key, problem_id=now.problem_id, hints=now.hints)
            self._plan.drop(now.key)
            self._next(connection)
        return self._settled()

    def skip_lesson(self) -> View:
        """Leave out what is left of the lesson a new skill begins with, and go on to its first problem."""
        now = self._scene.standing
        if not is_lesson(now.key) or now.stage not in (Stage.ASKING, Stage.RETRY):
            raise StudydlError("there is no lesson to skip here")
        with self._writing() as connection:
            for key in lesson_keys(*family_and_level(now.key)):
                if self._plan.holds(key):
                    self._ledger.seen(connection, key, problem_id=now.problem_id if key == now.key else None)
                    self._plan.drop(key)
            self._next(connection)
        return self._settled("Skipped. The first problem of the new skill.")

    def hint(self) -> View:
        """Show one more step of the worked solution, never the last."""
        shown = self._need(Form.TYPED, Stage.ASKING, Stage.RETRY)
        now = self._scene.standing
        if now.hints < len(shown.question.hints):
            self._save(changed(now, hints=now.hints + 1), self._scene.verdict)
        return self.view()

    def twin(self) -> View:
        """After the verdict: the same family and level with new numbers, as practice; then the session goes on."""
        problem = self._need(Form.TYPED, Stage.VERDICT).problem
        assert problem is not None
        key = practice_key(problem.family, problem.level, self._clock())
        self._plan.put_back(key, NEW)
        with self._writing() as connection:
            self._next(connection, key)
        return self._settled()

    def undo(self) -> View:
        """Take back the last answer, suspension or bury; the same question comes back with its text."""
        if not self._ledger.history:
            raise StudydlError("there is nothing to undo in this session")
        now = self._scene.standing
        with self._writing() as connection:
            event, memory = self._ledger.take_back(connection)
            twin = self.mode == "study" and is_practice(now.key) and not is_lesson(now.key)
            if now.stage in (Stage.ASKING, Stage.RETRY) and not twin:
                self._put_down[now.key] = now
            key = str(event.card_key)
            self._plan = self._planned()  # without what the answer brought into the session
            self._plan.put_back(key, memory)
            self._show(connection, marking.asked_again(event, self._seed(key), self._clock()))
        return self._settled("Undone. The same question again.")

    def suspend(self) -> View:
        """Take the card out of study until it is unsuspended."""
        return self._set_aside("suspend", "Suspended. Undo takes it back.")

    def bury(self) -> View:
        """Put the card off until tomorrow; a practice problem is passed over."""
        skipped = is_practice(self._scene.standing.key)
        return self._set_aside("bury", f"{'Skipped' if skipped else 'Put off until tomorrow'}. Undo takes it back.")

    def flag(self) -> View:
        """Flag the card for a later look, or take the flag away."""
        key = self._scene.standing.key
        if key and not is_practice(key):
            with self._writing() as connection:
                flagged = self._ledger.toggle_flag(connection, key)
            self._scene = replace(self._scene, message="Flagged." if flagged else "Flag taken away.")
        return self.view()

    def keep(self, text: str, scratch: str = "") -> None:
        """Remember the text in the answer box and on the scratch line, for the next time this question is shown."""
        now = self._scene.standing
        kept = changed(now, text=marking.storable(text), scratch=marking.storable(scratch))
        if now.stage in (Stage.ASKING, Stage.RETRY) and kept != now:
            self._save(kept, self._scene.verdict)

    def look_ahead(self) -> tuple[View, ...]:
        """While the learner looks at the screen: keep where the session stands, and read what the next answer needs.

        Returns:
            What will probably be shown next, so that it can be drawn already: the answer of a self-rated card, and
            once that is shown, the next card, as far as drawing it goes.
        """
        self._keep_standing()
        self._store.tidy()
        self._revealed = None
        now, shown = self._scene.standing, self._scene.shown
        if not now.key:
            return ()
        if not is_practice(now.key):
            log.read_ahead(self._store.read(), self._store.learner, now.key)
            self._schedule.intervals(self._scene.before, now.key, now.problem_id is not None)
        following = self._shelf.look_ahead(self._plan.next_but(now.key, self._clock()))
        if now.stage is Stage.ASKING and shown is not None and shown.question.form in (Form.REVEAL, Form.POINTS):
            self._revealed = self._view(self._after_reveal())
            return (self._revealed,)
        answered = now.stage in (Stage.REVEALED, Stage.VERDICT)
        return (View(Stage.ASKING, following, Left()),) if answered and following is not None else ()

    def _after_reveal(self) -> Scene:
        return replace(self._scene, standing=changed(self._scene.standing, stage=Stage.REVEALED), message="")

    def summary(self) -> Summary:
        """Return what the session has come to so far."""
        left = self._plan.left() if self.mode == "study" else Left()  # practice leaves nothing to be done today
        today = self._schedule.today()
        lapses = self._schedule.settings.leech_lapses
        return summarize(self._store, self._ledger.history, left, today, self._shelf.title, lapses)

    def reread(self, written: str) -> View:
        """Show the card again after a card was written; if it is gone, the next one.

        Args:
            written: key of the card that was written, without a number of a deletion: of this one, or of a copy.
        """
        self._shelf.look_ahead(None)
        said = saved_text(written, self._scene.standing.key)
        with self._writing() as connection:
            if not self._show(connection, self._scene.standing):
                self._next(connection)
        return self._settled(said)

    def close(self) -> None:
        """Leave the session; unfinished ones come back the same day."""
        with suppress(StoreError):  # all that is lost is that an answer was shown, and nothing counts before its rating
            self._keep_standing()
        if self._scene.standing.stage is Stage.DONE:
            with self._store.write() as connection:
                sessions.end(connection, self._store.learner, self.id, self._clock())

    # ------------------------------------------------------------------ how it is done

    def _scratched(self, scratch: str) -> Standing:
        """Take note of the scratch line, which is committed with whatever comes next."""
        self._scene = replace(self._scene, standing=changed(self._scene.standing, scratch=marking.storable(scratch)))
        return self._scene.standing

    def _need(self, form: Form | None, *stages: Stage) -> Shown:
        """Return what is shown, or refuse a call that does not belong to this stage."""
        shown, stage = self._scene.shown, self._scene.standing.stage
        if shown is None or stage not in stages or form not in (None, shown.question.form):
            raise StudydlError(f"that is not possible now ({stage.value})")
        return shown

    def _commit_answer(self, text: str, verdict: Verdict) -> View:
        """Commit a graded answer with the suggested rating, before anyone sees the verdict."""
        now, shown = self._scene.standing, self._scene.shown
        assert shown is not None
        rating = marking.suggest(verdict, now.hints, len(shown.question.hints), now.second)
        with self._writing() as connection:
            studying = self.mode == "study" and not is_practice(now.key)
            lesson = self._shelf.lesson_on(connection, now.key, shown.problem, verdict) if studying else None
            self._answer(connection, text, verdict, rating, lesson)
            if lesson is not None:
                self._plan.put_back(lesson, self._ledger.memory(connection, lesson))
            now = changed(now, stage=Stage.VERDICT, text=text)
            message = "The same mistake again: next comes the card on it." if lesson else ""
            self._put(connection, replace(self._scene, standing=now, verdict=verdict, message=message))
        return self.view()

    def _answer(
        self, connection: Connection, text: str, verdict: Verdict | None, rating: Rating, brings: str | None = None
    ) -> None:
        """Log the answer, with the key of the card it brings into the session, and take it out of the plan."""
        scene = self._scene
        assert scene.shown is not None
        record = marking.answer_record(scene.standing, scene.shown.problem, text, verdict, self._clock(), brings)
        memory = self._ledger.answer(connection, scene.standing.key, rating, **record)
        self._plan.answered(scene.standing.key, memory)

    def _set_aside(self, kind: str, message: str) -> View:
        self._need(None, Stage.ASKING, Stage.RETRY, Stage.REVEALED)
        now = self._scene.standing
        if is_lesson(now.key):
            raise StudydlError("this is the lesson before a new skill; the skill itself comes next")
        if is_practice(now.key) and kind == "suspend":
            raise StudydlError("a practice problem is no card: there is nothing to suspend")
        with self._writing() as connection:
            self._ledger.set_aside(connection, now.key, kind, problem_id=now.problem_id, text=now.text, hints=now.hints)
            self._plan.drop(now.key)
            self._next(connection)
        return self._settled(message)

    def _advance(self) -> None:
        with self._writing() as connection:
            self._next(connection)
        self._settled()

    def _next(self, connection: Connection, key: str | None = None) -> None:
        """Show this card, or the next one of the plan. A question that must be made first is left to `_settled`."""
        key = key or self._plan.next(self._clock())
        if key is not None:
            fresh = Standing(Stage.ASKING, key, seed=self._seed(key), shown_ms=self._clock())
            if self._show(connection, self._put_down.pop(key, fresh)):
                return
        self._put(connection, Scene(Standing(Stage.DONE), missing=key))

    def _settled(self, message: str = "") -> View:
        """Draw a missing problem outside any transaction, since it may take seconds; pass over what cannot be shown."""
        tried = set[str]()
        while (key := self._scene.missing) is not None:
            made = key not in tried and self._shelf.fetch(key)
            if not made:
                self._plan.drop(key)
            tried.add(key)
            with self._writing() as connection:
                self._next(connection, key if made else None)
        if message != self._scene.message:
            self._scene = replace(self._scene, message=message)
        return self.view()

    def _show(self, connection: Connection, now: Standing) -> bool:
        """Put one card on the screen, as it stood; False if no question can be made for it from what is there."""
        before = self._before(connection, now)
        shown = self._shelf.take(connection, now.key, before.phase, now.seed, now.problem_id)
        if shown is None:
            return False
        verdict = None
        if shown.question.problem_id != now.problem_id:  # a problem no longer kept: another one, from the start
            now = Standing(Stage.ASKING, now.key, shown.question.problem_id, now.seed, shown_ms=self._clock())
        elif now.stage in (Stage.RETRY, Stage.VERDICT):
            answer = self._ledger.history.newest() if now.stage is Stage.VERDICT else None
            verdict = marking.verdict_again(shown, now, answer)
        self._put(connection, Scene(now, shown, verdict, before))
        return True

    def _before(self, connection: Connection, now: Standing) -> Memory:
        """Return the card's memory state before the answer that is due or was just given."""
        if now.stage is Stage.VERDICT:
            return self._ledger.memory_before_last(connection, now.key)
        return self._ledger.memory(connection, now.key)

    def _resume(self, kept: Standing) -> None:
        """Come back to where the session stood; what cannot be shown any more is passed over."""
        if kept.stage is Stage.DONE:
            self._advance()
            return
        if is_practice(kept.key) and not is_lesson(kept.key) and kept.stage is not Stage.VERDICT:
            self._plan.put_back(kept.key, NEW)  # a twin: the plan made at the start does not have it
        with self._writing() as connection:
            if not self._show(connection, changed(kept, shown_ms=self._clock())):
                self._next(connection)
        self._settled()

    def _suggested(self, now: Standing) -> Rating:
        rating = self._ledger.history.newest().rating if now.stage is Stage.VERDICT else Rating.GOOD
        assert rating is not None
        return Rating(rating)

    def _leech(self, scene: Scene) -> str:
        """Return what helps with a card forgotten very often: when it is shown, or has just been missed again."""
        now, before = scene.standing, scene.before
        rating = self._suggested(now) if now.stage is Stage.VERDICT else None
        lapses = leeches.lapses_after(before, rating)
        if lapses < self._schedule.settings.leech_lapses or rating not in (None, Rating.AGAIN):
            return ""
        return leeches.advice(self._store.read(), self._store, now.key, lapses)

    def _seed(self, key: str) -> str:
        return f"{key}:{self._clock()}"

    def _save(self, now: Standing, verdict: Verdict | None = None) -> None:
        with self._writing() as connection:
            self._put(connection, replace(self._scene, standing=now, verdict=verdict, message=""))

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Hold the database for writing; if it cannot be written, the session stands where it stood."""
        scene, kept, plan, mark, history = self._scene, self._kept, self._plan, self._plan.mark(), self._ledger.history
        try:
            with self._store.write() as connection:
                if self._schedule.renew(connection):
                    self._scene = scene = replace(scene, before=self._before(connection, scene.standing))
                yield connection
        except StoreError:
            self._scene, self._kept, self._ledger.history = scene, kept, history
            self._plan = plan
            plan.go_back(mark)
            raise

    def _keep_standing(self) -> None:
        if not self._kept:
            with self._writing() as connection:
                self._put(connection, self._scene)

    def _put(self, connection: Connection, scene: Scene) -> None:
        """Put a scene on the screen, and where it stands into the database."""
        self._scene, self._kept = scene, True
        sessions.save_state(connection, self._store.learner, self.id, standing.to_json(scene.standing))
