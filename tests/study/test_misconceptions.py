"""The same mistake twice brings back the card that teaches the point."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from studydl.decks.folders import SHIPPED, folders
from studydl.memory.model import Phase, Rating
from studydl.paths import Home
from studydl.study.desk import Desk
from studydl.study.session import Session
from studydl.study.view import View
from tests.study.helpers import FakeClock, answer, precision, prefer, state, write_deck

OpenDesk = Callable[[], Desk]
LESSON = "studydl/beta"  # named by the problems of tests.study.helpers for the mistake "precision"


@pytest.fixture
def home(home: Home) -> Home:
    """A skill of one's own; the card on its usual mistake is shipped, and among the last of many."""
    folder = folders(home)[SHIPPED]
    card = "## Beta {#beta}\n\nQ: What does F1 weigh?\nA: Precision and recall alike.\n"
    write_deck(home, card, name="shipped").rename(folder / "shipped.md")
    write_deck(home, "f1", "floor")
    prefer(home, new_per_day=2)
    return home


def mistaken(session: Session) -> View:
    return session.submit(precision(session.view()))


def after_two_mistakes(desk: Desk, clock: FakeClock) -> Session:
    session = desk.study(["mini"])
    mistaken(session)
    session.rate(Rating.AGAIN)
    answer(session)
    clock.later(minutes=20)
    question = session.view().question
    assert question is not None
    assert question.key == "mine/f1/1"
    return session


def test_once_is_no_reason(open_desk: OpenDesk) -> None:
    session = open_desk().study(["mini"])
    assert mistaken(session).message == ""


def test_the_second_time_the_card_that_teaches_it_comes_next(open_desk: OpenDesk, clock: FakeClock) -> None:
    desk = open_desk()
    session = after_two_mistakes(desk, clock)
    assert "card on it" in mistaken(session).message
    question = session.rate(Rating.AGAIN).question
    assert question is not None
    assert question.key == LESSON
    session.reveal()
    session.rate(Rating.GOOD)
    assert state(desk, LESSON).memory.phase is Phase.LEARNING


def test_it_comes_after_a_crash_too(open_desk: OpenDesk, clock: FakeClock) -> None:
    desk = open_desk()
    view = mistaken(after_two_mistakes(desk, clock))
    desk.close()
    session = open_desk().study()
    assert session.view().left == view.left
    question = session.rate(Rating.AGAIN).question
    assert question is not None
    assert question.key == LESSON


def test_an_undone_answer_does_not_bring_it(open_desk: OpenDesk, clock: FakeClock) -> None:
    session = after_two_mistakes(open_desk(), clock)
    left = session.view().left
    mistaken(session)
    assert session.undo().left == left
