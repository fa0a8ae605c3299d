"""Whatever a learner does in whatever order, the database holds what a few lines of counting say it must."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC
from itertools import count, pairwise
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from studydl.errors import StudydlError
from studydl.memory.model import Phase, Rating
from studydl.paths import Home
from studydl.store import activity, log
from studydl.store.states import State
from studydl.study.desk import Desk
from studydl.study.keys import is_practice
from studydl.study.session import Session
from studydl.study.view import Form, Stage, View
from tests.study.helpers import (
    FAMILY,
    UNREADABLE,
    WRONG,
    FakeClock,
    all_states,
    answer,
    doubts,
    imprecise,
    of_class_0,
    prefer,
    right,
    stock,
    write_deck,
)

NEW_A_DAY, REVIEWS_A_DAY = 5, 200
ASKED, SHOWN = (Stage.ASKING, Stage.RETRY), (Stage.REVEALED, Stage.VERDICT)
RATINGS = st.sampled_from(list(Rating))


@dataclass(frozen=True)
class Known:
    """What the reference model knows of one card: plain counting, no curves.

    Args:
        phase: where it is.
        step: of learning or relearning.
        reps: answers.
        lapses: fails in review.
        suspended: taken out.
        buried: study day until which it is put off, that day included.
    """

    phase: Phase = Phase.NEW
    step: int | None = None
    reps: int = 0
    lapses: int = 0
    suspended: bool = False
    buried: int | None = None

    def rated(self, rating: Rating) -> Known:
        """Return it after an answer, with two learning steps and one relearning step."""
        reps, lapsed = self.reps + 1, self.phase is Phase.REVIEW and rating is Rating.AGAIN
        learned = self.phase in (Phase.REVIEW, Phase.RELEARNING)
        last = 0 if learned else 1
        if rating is Rating.AGAIN:
            phase, step = (Phase.RELEARNING if learned else Phase.LEARNING), 0
        elif self.phase is Phase.REVIEW or rating is Rating.EASY or (rating is Rating.GOOD and self.step == last):
            phase, step = Phase.REVIEW, None
        elif rating is Rating.HARD:
            phase, step = (Phase.RELEARNING if learned else Phase.LEARNING), self.step or 0
        else:
            phase, step = Phase.LEARNING, (self.step or 0) + 1
        return replace(self, phase=phase, step=step, reps=reps, lapses=self.lapses + lapsed)


def known_of(state: State) -> Known:
    """Return what the database knows, as the reference model does."""
    memory = state.memory
    return Known(memory.phase, memory.step, memory.reps, memory.lapses, state.suspended, state.buried_day)


@dataclass
class Done:
    """One thing that undo takes back.

    Args:
        key: of the card.
        before: what was known of it before.
        answer: whether it was an answer.
        rating: of the answer.
    """

    key: str
    before: Known
    answer: bool
    rating: Rating = Rating.GOOD


@dataclass
class Model:
    """The reference: cards, and what this session has done."""

    cards: dict[str, Known] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    session: list[Done] = field(default_factory=list)
    total: int = 0  # answers that stand, over all sessions

    def of(self, key: str) -> Known:
        return self.cards.get(key, Known())

    def answer(self, key: str, rating: Rating) -> None:
        before = self.of(key)
        self.session.append(Done(key, before, answer=True, rating=rating))
        self.total += 1
        if not is_practice(key):
            self.cards[key] = before.rated(rating)

    def amend(self, rating: Rating) -> None:
        last = self.session[-1]
        assert last.answer
        last.rating = rating
        if not is_practice(last.key):
            self.cards[last.key] = last.before.rated(rating)

    def set_aside(self, key: str, today: int, suspend: bool) -> None:
        before = self.of(key)
        self.session.append(Done(key, before, answer=False))
        if not is_practice(key):
            self.cards[key] = replace(before, suspended=True) if suspend else replace(before, buried=today)

    def undo(self) -> str:
        last = self.session.pop()
        self.total -= last.answer
        if not is_practice(last.key):
            self.cards[last.key] = last.before
        return last.key


class Studying(RuleBasedStateMachine):
    """One learner, one database, a session, and now and then a second window on it."""

    template: ClassVar[Path]
    folder: ClassVar[Path]
    numbers: ClassVar[Iterator[int]] = count()

    def __init__(self) -> None:
        super().__init__()
        self.home = Home(self.folder / f"run-{next(self.numbers)}")
        shutil.copytree(self.template, self.home.folder)
        self.clock = FakeClock()
        self.desk = self.opened()
        self.session = self.desk.study()
        self.model = Model()

    def opened(self) -> Desk:
        return Desk(self.home, self.clock, UTC)

    def teardown(self) -> None:
        with suppress(Exception):
            self.desk.close()
        shutil.rmtree(self.home.folder, ignore_errors=True)

    @property
    def view(self) -> View:
        return self.session.view()

    def key(self, session: Session | None = None) -> str:
        question = (session or self.session).view().question
        assert question is not None
        return question.key

    def stage_in(self, *stages: Stage) -> bool:
        return self.view.stage in stages

    def is_form(self, *forms: Form) -> bool:
        question = self.view.question
        return question is not None and question.form in forms

    # ---------------------------------------------------------------- answers

    @precondition(lambda self: self.stage_in(*ASKED) and self.is_form(Form.TYPED))
    @rule(
        kind=st.sampled_from(["right", "right", "imprecise", "other", "wrong", "unreadable"]), hints=st.integers(0, 1)
    )
    def type(self, kind: str, hints: int) -> None:
        before, key = self.view, self.key()
        text = {
            "right": right(before),
            "imprecise": imprecise(before),
            "other": of_class_0(before),
            "wrong": WRONG,
            "unreadable": UNREADABLE,
        }[kind]
        for _ in range(hints):
            self.session.hint()
        helped = bool(self.view.hints)
        whole = len(self.view.hints) == len(before.question.hints) if before.question else False
        after = self.session.submit(text)
        if kind == "unreadable":
            assert after.stage is Stage.RETRY
        if after.stage is Stage.RETRY:
            return
        second = after.suggested is Rating.HARD and not helped
        assert after.suggested is not None
        if kind == "right":
            expected = Rating.AGAIN if whole else Rating.HARD if helped or second else Rating.GOOD
        else:
            expected = Rating.AGAIN
        assert after.suggested is expected
        self.model.answer(key, expected)

    @precondition(lambda self: self.stage_in(*ASKED) and self.is_form(Form.TYPED))
    @rule()
    def give_up(self) -> None:
        self.model.answer(self.key(), Rating.AGAIN)
        self.session.give_up()

    @precondition(lambda self: self.stage_in(Stage.ASKING) and self.is_form(Form.CHOICE))
    @rule(good=st.booleans())
    def choose(self, good: bool) -> None:
        question = self.view.question
        assert question is not None
        index = next(i for i, text in enumerate(question.options) if (text == question.answer) is good)
        self.model.answer(question.key, Rating.GOOD if good else Rating.AGAIN)
        self.session.choose(index)

    @precondition(lambda self: self.stage_in(Stage.ASKING) and self.is_form(Form.REVEAL, Form.POINTS))
    @rule(rating=RATINGS)
    def recall(self, rating: Rating) -> None:
        key = self.key()
        assert self.session.reveal() == self.session.view(), "worked out ahead, or now: it says the same"
        self.session.rate(rating)
        self.model.answer(key, rating)

    @precondition(lambda self: self.stage_in(Stage.VERDICT))
    @rule(rating=RATINGS)
    def rate(self, rating: Rating) -> None:
        self.session.rate(rating)
        self.model.amend(rating)

    @precondition(lambda self: self.stage_in(Stage.VERDICT))
    @rule()
    def accept(self) -> None:
        suggested = self.view.suggested
        assert suggested is self.model.session[-1].rating
        self.session.rate(suggested)

    @precondition(lambda self: self.stage_in(Stage.VERDICT) and self.is_form(Form.TYPED))
    @rule()
    def twin(self) -> None:
        self.session.twin()

    # ---------------------------------------------------------------- everything else

    @precondition(lambda self: self.view.undoable)
    @rule()
    def undo(self) -> None:
        key = self.model.undo()
        assert self.session.undo().stage is Stage.ASKING
        assert self.key() == key, "the same question comes back"

    @precondition(lambda self: self.stage_in(*ASKED))
    @rule(suspend=st.booleans())
    def set_aside(self, suspend: bool) -> None:
        key = self.key()
        if suspend and is_practice(key):
            with pytest.raises(StudydlError, match="no card"):
                self.session.suspend()
            return
        (self.session.suspend if suspend else self.session.bury)()
        self.model.set_aside(key, self.desk.schedule.today(), suspend)

    @precondition(lambda self: not self.stage_in(Stage.DONE))
    @rule()
    def flag(self) -> None:
        key = self.key()
        self.session.flag()
        if not is_practice(key):
            self.model.flags ^= {key}

    @rule()
    def look_ahead(self) -> None:
        before = self.view
        self.session.look_ahead()
        assert self.view == before

    @rule(minutes=st.sampled_from([0.1, 2, 15, -4, -90]))
    def time_passes(self, minutes: float) -> None:
        self.clock.later(minutes=minutes)

    @rule()
    def midnight_passes(self) -> None:
        """The next study day begins in the middle of the session, which goes on."""
        self.clock.later(days=1)

    @rule(killed=st.booleans())
    def come_back(self, killed: bool) -> None:
        """Leave, or be killed, and come back to the same screen; on another day, to a new session."""
        before, today, was = self.view, self.desk.schedule.today(), self.session.id
        if not killed:
            self.session.close()
        old, self.desk = self.desk, self.opened()
        old.close()
        self.session = self.desk.study()
        if self.session.id != was:
            self.model.session.clear()
            return
        assert self.desk.schedule.today() == today
        assert replace(self.view, message="") == replace(before, message="")

    @precondition(lambda self: self.stage_in(Stage.DONE))
    @rule(days=st.sampled_from([0, 1, 1, 3, 12, -1]))
    def next_session(self, days: int) -> None:
        self.session.close()
        self.clock.later(days=days)
        self.session = self.desk.study()
        self.model.session.clear()

    # ---------------------------------------------------------------- what must hold

    @invariant()
    def the_screen_says_what_was_counted(self) -> None:
        assert self.view.answered == sum(done.answer for done in self.model.session)
        assert self.view.undoable is bool(self.model.session)

    @invariant()
    def the_database_holds_what_was_counted(self) -> None:
        found = all_states(self.desk)
        there = {key: known_of(state) for key, state in found.items()}
        expected = {key: known for key, known in self.model.cards.items() if known != Known()}
        assert {key: known for key, known in there.items() if known != Known()} == expected
        assert {key for key, state in found.items() if state.flag} == self.model.flags

    @invariant()
    def the_log_holds_every_answer_once_and_days_in_order(self) -> None:
        events = list(log.everything(self.desk.store.read(), self.desk.store.learner))
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert all(b.study_day >= a.study_day for a, b in pairwise(events)), "a clock going back turns no day back"
        answers = [event for event in log.effective(events) if event.kind == "answer"]
        assert len(answers) == self.model.total
        self.check_new_cards(answers)

    def check_new_cards(self, answers: list[log.Event]) -> None:
        """Compare the new cards of today, which count against a limit, with the first answers in the log."""
        today, store = self.desk.schedule.today(), self.desk.store
        firsts: dict[str, int] = {}
        for event in answers:
            if event.mode == "study":
                firsts.setdefault(str(event.card_key), event.study_day)
        new_cards = activity.day_counts(store.read(), store.learner, today).new_cards
        assert new_cards == sum(day == today for day in firsts.values())

    @invariant()
    def doctor_has_no_doubts(self) -> None:
        assert doubts(self.desk) == []


class TwoWindows(Studying):
    """The same learner with a second window open on the same session: answers there are news to the first one."""

    def __init__(self) -> None:
        super().__init__()
        self.second = self.opened()
        self.beside = self.second.study()

    def teardown(self) -> None:
        with suppress(Exception):
            self.second.close()
        super().teardown()

    @rule(good=st.booleans(), rating=RATINGS)
    def in_the_other_window(self, good: bool, rating: Rating) -> None:
        view = self.beside.view()
        if view.stage in ASKED and view.question is not None:
            answer(self.beside, good)
        elif view.stage is Stage.VERDICT:
            self.beside.rate(rating)
        else:
            self.beside.close()
            self.beside = self.second.study()

    @precondition(lambda self: self.beside.view().undoable)
    @rule()
    def undo_in_the_other_window(self) -> None:
        self.beside.undo()

    @rule()
    def open_the_other_window_again(self) -> None:
        self.second.close()
        self.second = self.opened()
        self.beside = self.second.study()

    # With two windows the one does not know what the other counts; what is written must be sound all the same.

    def come_back(self, killed: bool) -> None: ...

    def undo(self) -> None: ...

    def the_screen_says_what_was_counted(self) -> None: ...

    def the_database_holds_what_was_counted(self) -> None: ...

    @precondition(lambda self: self.view.undoable)
    @rule()
    def undo_here(self) -> None:
        self.session.undo()

    @invariant()
    def the_log_holds_every_answer_once_and_days_in_order(self) -> None:
        events = list(log.everything(self.desk.store.read(), self.desk.store.learner))
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert len({event.id for event in events}) == len(events)


@pytest.fixture
def studying(tmp_path: Path) -> type[Studying]:
    """The machine, with a prepared data folder that each run copies."""
    home = Home(tmp_path / "template")
    skills = [f"## Skill {n} {{#skill-{n}}}\n\nPractice: {FAMILY}\n" for n in range(2)]
    write_deck(home, "floor", "f1", "sum", "pick", "yes", "say", *skills)
    prefer(home, worked_examples=False, new_per_day=NEW_A_DAY, reviews_per_day=REVIEWS_A_DAY)
    desk = Desk(home, FakeClock(), UTC)
    stock(desk.store, 60)
    desk.close()
    Studying.template, Studying.folder = home.folder, tmp_path
    return Studying


def walk(machine: type[Studying], examples: int) -> None:
    """Run the machine; the same walks every time."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_session_keeps_its_promises_whatever_is_done(studying: type[Studying]) -> None:
    walk(studying, 25)


def test_two_windows_on_one_session_leave_a_sound_log(studying: type[Studying]) -> None:
    walk(TwoWindows, 10)
