"""What comes in a session and when: learning steps, daily limits, levels of a skill, study days."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from studydl.memory.model import Phase, Rating
from studydl.paths import Home
from studydl.store.states import State
from studydl.study.desk import Desk
from studydl.study.session import Session
from studydl.study.view import Stage
from tests.study.helpers import (
    DAY,
    FAMILY,
    MINUTE,
    START,
    FakeClock,
    answer,
    answer_and_go_on,
    counted,
    doubts,
    go_to,
    prefer,
    right,
    state,
    write_deck,
)


def basics(count: int, first: int = 0) -> list[str]:
    return [f"## Card {n} {{#c-{n:03}}}\n\nQ: What is {n}?\nA: It is {n}.\n" for n in range(first, first + count)]


def keys(desk: Desk, rating: Rating = Rating.EASY) -> list[str]:
    """Study all there is now with one rating, close the session, and return the cards in their order."""
    session, seen = desk.study(), list[str]()
    while (question := session.view().question) is not None:
        seen.append(question.key)
        view = answer(session)
        if view.stage is Stage.VERDICT:
            session.rate(rating)
        elif rating is Rating.EASY:
            session.undo()
            session.reveal()
            session.rate(rating)
    session.close()
    return seen


def test_a_card_comes_back_when_its_learning_step_is_over(desk: Desk, clock: FakeClock) -> None:
    session = desk.study()
    session.reveal()
    following = session.rate(Rating.AGAIN).question
    assert following is not None
    assert following.key == "mine/sum/1", "the step is not over"
    clock.later(minutes=1)
    session.reveal()
    question = session.rate(Rating.GOOD).question
    assert question is not None
    assert (question.key, question.phase) == ("mine/floor", Phase.LEARNING)


def test_with_nothing_else_left_a_learning_card_comes_a_little_early(home: Home, open_desk: Callable[[], Desk]) -> None:
    write_deck(home, "floor")
    session = open_desk().study()
    session.reveal()
    assert session.view().message == ""
    view = session.rate(Rating.GOOD)
    assert view.question is not None
    assert view.left.learning == 1
    assert view.message == "Nothing else is left, so this one comes a little early."
    assert session.reveal().message == ""
    assert session.rate(Rating.GOOD).stage is Stage.DONE


def test_a_card_on_a_long_step_is_waited_for(home: Home, open_desk: Callable[[], Desk], clock: FakeClock) -> None:
    write_deck(home, "floor")
    prefer(home, learning_steps=[45])
    desk = open_desk()
    session = desk.study()
    session.reveal()
    view = session.rate(Rating.AGAIN)
    assert (view.stage, view.wait_ms, view.left.learning) == (Stage.DONE, START + 45 * MINUTE, 1)
    assert session.go_on().stage is Stage.DONE
    session.close()
    clock.later(minutes=45)
    question = desk.study().view().question
    assert question is not None
    assert question.key == "mine/floor"


def test_a_session_left_open_goes_on_with_the_card_that_came_back(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    write_deck(home, "floor")
    prefer(home, learning_steps=[45])
    session = open_desk().study()
    session.reveal()
    assert session.rate(Rating.AGAIN).stage is Stage.DONE
    clock.later(minutes=45)
    view = session.go_on()
    assert view.question is not None
    assert (view.stage, view.question.key) == (Stage.ASKING, "mine/floor")


def test_the_limit_of_new_cards_holds_over_two_sessions_of_a_day(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    write_deck(home, *basics(12))
    prefer(home, new_per_day=5)
    desk = open_desk()
    session = desk.study(limit=2)
    for _ in range(2):
        session.reveal()
        session.rate(Rating.EASY)
    session.close()
    assert keys(desk) == ["mine/c-002", "mine/c-003", "mine/c-004"]
    assert keys(desk) == []
    desk.close()
    desk = open_desk()
    assert desk.overview().new == 0
    clock.later(days=1)
    assert keys(desk) == [f"mine/c-{n:03}" for n in range(5, 10)]


def test_more_new_cards_may_be_asked_for(home: Home, open_desk: Callable[[], Desk]) -> None:
    write_deck(home, *basics(12))
    prefer(home, new_per_day=2)
    desk = open_desk()
    keys(desk)
    assert desk.study(new=3).view().left.new == 3


def test_the_limit_of_reviews_holds_over_two_sessions_of_a_day(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    write_deck(home, *basics(9))
    prefer(home, reviews_per_day=4)
    desk = open_desk()
    assert len(keys(desk)) == 9
    clock.later(days=60)
    session = desk.study(limit=1)
    session.reveal()
    session.rate(Rating.GOOD)
    session.close()
    assert len(keys(desk)) == 3
    assert keys(desk) == []


def test_the_limit_of_new_skills_holds_over_two_sessions_of_a_day(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    write_deck(home, *(f"## Skill {n} {{#skill-{n}}}\n\nPractice: {FAMILY}\n" for n in range(4)))
    prefer(home, new_skills_per_day=2)
    desk = open_desk()
    assert keys(desk) == ["mine/skill-0/1", "mine/skill-1/1"]
    assert keys(desk) == []
    clock.later(days=1)
    assert keys(desk) == ["mine/skill-2/1", "mine/skill-3/1"]


def test_a_level_opens_after_passes_on_two_days_and_a_week_of_stability(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    write_deck(home, "f1")
    desk = open_desk()
    opened_after = None
    for day in range(40):
        session = desk.study(limit=5)
        while (question := session.view().question) is not None:
            if question.key == "mine/f1/2":
                opened_after = day
                break
            session.submit(right(session.view()))
            session.rate(Rating.GOOD)
            clock.later(minutes=15)
        if opened_after is not None:
            break
        passes = {event.study_day for event in counted(desk) if event.rating and event.rating >= Rating.GOOD}
        reached = (state(desk, "mine/f1/1").memory.stability or 0) >= 7
        assert len(passes) < 2 or not reached or session.view().stage is Stage.DONE
        if len(passes) == 1:
            assert state(desk, "mine/f1/2") == State(), "one day is not enough"
        session.close()
        clock.later(days=1)
    assert opened_after is not None
    memory = state(desk, "mine/f1/1").memory
    assert len({event.study_day for event in counted(desk) if event.card_key == "mine/f1/1"}) >= 2
    assert (memory.stability or 0) >= 7
    assert doubts(desk) == []


def test_a_level_passed_with_hints_only_opens_nothing(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    write_deck(home, "f1")
    desk = open_desk()
    for _ in range(12):
        session = desk.study()
        if session.view().question is not None:
            assert session.view().question is not None
            assert session.view().question.key == "mine/f1/1"  # type: ignore[union-attr]
            session.hint()
            session.submit(right(session.view()))
            session.rate(Rating.EASY)
        session.close()
        clock.later(days=20)
    assert (state(desk, "mine/f1/1").memory.stability or 0) >= 7
    assert state(desk, "mine/f1/2") == State()


def test_the_study_day_does_not_go_back_when_the_clock_does(open_desk: Callable[[], Desk], clock: FakeClock) -> None:
    desk = open_desk()
    session = desk.study()
    answer_and_go_on(session)
    day = counted(desk)[-1].study_day
    clock.later(days=-3)
    answer_and_go_on(session)
    assert counted(desk)[-1].study_day == day
    desk.close()
    desk = open_desk()
    assert desk.study().id == session.id, "it is still the same day"
    answer_and_go_on(desk.study())
    assert [event.study_day for event in counted(desk)] == [day] * 3
    assert doubts(desk) == []


@pytest.mark.parametrize(("hour", "days"), [(3, 0), (5, 1)])
def test_a_day_begins_at_the_rollover_hour(desk: Desk, clock: FakeClock, hour: int, days: int) -> None:
    session = desk.study()
    answer_and_go_on(session)
    clock.now = START - START % DAY + DAY + hour * 60 * MINUTE
    answer_and_go_on(session)
    first, second = counted(desk)
    assert second.study_day - first.study_day == days
    assert doubts(desk) == []


def test_what_must_be_met_first_comes_first(home: Home, open_desk: Callable[[], Desk], clock: FakeClock) -> None:
    later = "## Later {#later}\n\nQ: Later?\nA: Yes.\n\nafter: floor\n"
    write_deck(home, later, "floor")
    desk = open_desk()
    session = desk.study()
    assert session.view().left.new == 1
    session.reveal()
    session.rate(Rating.EASY)
    session.close()
    assert keys(desk) == ["mine/later"]


def test_the_overview_counts_what_a_session_then_holds(desk: Desk, clock: FakeClock) -> None:
    for _ in range(4):
        overview, left = desk.overview(), desk.study(limit=1000).view().left
        assert (overview.new, overview.learning, overview.due) == (left.new, left.learning, left.review)
        session = desk.study()
        for _ in range(3):
            if session.view().question is not None:
                answer_and_go_on(session)
        clock.later(days=2)


def test_go_to_reaches_every_card(desk: Desk) -> None:
    session = desk.study()
    for key in ("mine/sum/1", "mine/no", "mine/f1/1"):
        question = go_to(session, key).question
        assert question is not None
        assert question.key == key


def failed(session: Session) -> str:
    """Fail the question on the screen, go on, and return its key."""
    question = session.view().question
    assert question is not None
    answer(session, good=False)
    session.rate(Rating.AGAIN)
    return question.key


def test_a_failed_problem_returns_after_three_other_cards_with_new_numbers(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    write_deck(home, "f1", *basics(6))
    session = open_desk().study()
    first = session.view().question
    assert failed(session) == "mine/f1/1"
    seen = list[str]()
    for _ in range(4):
        clock.later(minutes=5)
        question = session.view().question
        assert question is not None
        seen.append(question.key)
        answer_and_go_on(session)
    assert seen.index("mine/f1/1") == 3
    assert first is not None
    assert session.view().question != first


def test_a_failed_problem_returns_twice_at_most_and_then_waits_for_another_session(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    write_deck(home, "f1")
    desk = open_desk()
    session, times = desk.study(), 0
    while session.view().question is not None:
        failed(session)
        clock.later(minutes=15)
        times += 1
    assert times == 3
    session.close()
    assert desk.study().view().question is not None


def test_a_session_holds_what_fits_into_its_minutes(home: Home, open_desk: Callable[[], Desk]) -> None:
    write_deck(home, *basics(12))
    prefer(home, minutes_per_session=1, new_per_day=100)
    desk = open_desk()
    assert desk.study().view().left.total == 6, "a card takes 10 seconds until the learner's own time is known"
    assert desk.study(limit=12).view().left.total == 12, "who names a number gets it"
