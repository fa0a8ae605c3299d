"""How a new skill begins: a worked example, a problem without its last step, then the first one that counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from studydl.errors import StudydlError
from studydl.memory.model import Phase, Rating
from studydl.paths import Home
from studydl.study.desk import Desk
from studydl.study.session import Session
from studydl.study.view import Form, Stage, View
from tests.study.helpers import FakeClock, answer, doubts, events, prefer, right, state, write_deck

OpenDesk = Callable[[], Desk]


@pytest.fixture
def desk(home: Home, open_desk: OpenDesk) -> Desk:
    write_deck(home, "f1")
    prefer(home, worked_examples=True)
    return open_desk()


@pytest.fixture
def session(desk: Desk) -> Session:
    return desk.study()


def read(session: Session) -> View:
    """Read a worked example to its end and go on."""
    view = session.view()
    while form(view) is Form.EXAMPLE:
        view = session.step()
    return view


def form(view: View) -> Form | None:
    return view.question.form if view.question else None


def test_a_worked_example_shows_its_steps_one_by_one(session: Session) -> None:
    view = session.view()
    assert (form(view), view.hints) == (Form.EXAMPLE, ())
    assert view.left.total == 1, "the lesson belongs to its skill, which is one card at home too"
    shown = [session.step().hints for _ in range(3)]
    assert [len(hints) for hints in shown] == [1, 2, 3]
    assert view.question is not None
    assert shown[-1] == view.question.steps


def test_after_the_example_comes_another_problem_with_all_steps_but_the_last(session: Session) -> None:
    example = session.view().question
    view = read(session)
    assert view.question is not None
    assert example is not None
    assert (view.question.form, view.question.given) == (Form.TYPED, view.question.steps[:-1])
    assert view.question.problem_id != example.problem_id
    assert view.hints == ()


def test_only_the_third_problem_is_scheduled(desk: Desk, session: Session) -> None:
    read(session)
    answer(session)
    view = session.rate(Rating.GOOD)
    assert view.question is not None
    assert (view.question.key, view.question.given) == ("mine/f1/1", ())
    assert state(desk, "mine/f1/1").memory.phase is Phase.NEW
    answer(session)
    assert state(desk, "mine/f1/1").memory.phase is Phase.LEARNING
    assert [(event.kind, event.mode) for event in events(desk)] == [
        ("seen", "practice"),
        ("answer", "practice"),
        ("answer", "study"),
    ]
    assert doubts(desk) == []


def test_the_three_stay_together_when_a_card_comes_back_meanwhile(
    home: Home, open_desk: OpenDesk, clock: FakeClock
) -> None:
    write_deck(home, "floor", "f1")
    prefer(home, worked_examples=True)
    session = open_desk().study()
    session.reveal()
    session.rate(Rating.AGAIN)
    clock.later(minutes=0.5)
    assert form(session.step()) is Form.EXAMPLE
    clock.later(minutes=2)
    view = read(session)
    assert view.question is not None
    assert view.question.given, "the lesson goes on, although the first card is back"
    answer(session)
    view = session.rate(Rating.GOOD)
    assert view.question is not None
    assert view.question.key == "mine/f1/1"


def test_a_lesson_may_be_skipped(desk: Desk, session: Session) -> None:
    view = session.skip_lesson()
    assert view.question is not None
    assert (view.question.key, view.left.total) == ("mine/f1/1", 1)
    with pytest.raises(StudydlError):
        session.skip_lesson()


def test_undo_goes_back_into_the_lesson(session: Session) -> None:
    example = session.view().question
    read(session)
    view = session.undo()
    assert view.question == example
    assert view.question is not None
    assert len(view.hints) == len(view.question.steps), "what was read stays read"
    assert form(session.step()) is Form.TYPED


@pytest.mark.parametrize("steps", [1, 4])
def test_a_lesson_is_resumed_where_it_stood(desk: Desk, open_desk: OpenDesk, session: Session, steps: int) -> None:
    for _ in range(steps):
        view = session.step()
    session.close()
    desk.close()
    assert open_desk().study().view() == view


def test_a_lesson_cannot_be_put_off_apart_from_its_skill(session: Session) -> None:
    for refused in (session.bury, session.suspend):
        with pytest.raises(StudydlError, match="lesson"):
            refused()


def test_a_skill_once_answered_has_no_lesson_any_more(desk: Desk, session: Session, clock: FakeClock) -> None:
    session.skip_lesson()
    session.submit(right(session.view()))
    session.rate(Rating.GOOD)
    session.close()
    clock.later(days=30)
    view = desk.study().view()
    assert view.stage is Stage.ASKING
    assert view.question is not None
    assert view.question.key == "mine/f1/1"
