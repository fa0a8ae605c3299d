"""Undo: the same question comes back with its text, memory is as before, and it goes back as far as one likes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from studydl.errors import StudydlError
from studydl.memory.model import Rating
from studydl.paths import Home
from studydl.study.desk import Desk
from studydl.study.view import Stage
from tests.study.helpers import (
    WRONG,
    FakeClock,
    all_states,
    answer,
    answer_and_go_on,
    counted,
    doubts,
    events,
    go_to,
    imprecise,
    precision,
    right,
    state,
    write_deck,
)


def test_undo_brings_the_same_problem_back_with_its_text(desk: Desk) -> None:
    session = desk.study()
    asked = go_to(session, "mine/f1/1")
    before = state(desk, "mine/f1/1")
    session.submit(precision(asked))
    session.rate(Rating.AGAIN)
    view = session.undo()
    assert view.stage is Stage.ASKING
    assert view.question == asked.question
    assert view.text == precision(asked)
    assert view.left == asked.left
    assert view.answered == asked.answered
    assert state(desk, "mine/f1/1") == before
    assert doubts(desk) == []


def test_undo_at_the_verdict_takes_the_answer_back(desk: Desk) -> None:
    session = desk.study()
    asked = go_to(session, "mine/f1/1")
    session.submit(WRONG)
    assert session.undo().question == asked.question
    assert "mine/f1/1" not in {event.card_key for event in counted(desk)}


def test_undo_takes_an_amended_answer_back_with_its_amendment(desk: Desk) -> None:
    session = desk.study()
    go_to(session, "mine/pick")
    before = state(desk, "mine/pick")
    answer(session)
    session.rate(Rating.EASY)
    session.undo()
    assert state(desk, "mine/pick") == before
    assert "mine/pick" not in {event.card_key for event in counted(desk)}
    assert doubts(desk) == []


def test_undo_goes_back_to_the_beginning(desk: Desk) -> None:
    session = desk.study()
    first = session.view()
    shown = list[tuple[object, object, object]]()
    for number in range(7):
        view = session.view()
        shown.append((view.question.key if view.question else None, view.left, all_states(desk)))
        match number:
            case 1:
                session.suspend()
            case 3:
                session.bury()
            case 4:
                answer(session)
                session.rate(Rating.HARD)
            case _:
                answer_and_go_on(session, good=number != 2)
    while shown:
        key, left, states = shown.pop()
        view = session.undo()
        assert view.question is not None
        assert (view.question.key, view.left) == (key, left)
        assert memories(all_states(desk)) == memories(states)
    view = session.view()
    assert view.question == first.question
    assert (view.answered, view.undoable) == (0, False)
    assert counted(desk) == []
    assert doubts(desk) == []
    with pytest.raises(StudydlError):
        session.undo()


def memories(states: object) -> dict[str, object]:
    """Return the states without those of cards that are as if never seen."""
    from studydl.store.states import UNSEEN

    assert isinstance(states, dict)
    return {key: state for key, state in states.items() if state != UNSEEN}


def test_undo_writes_and_deletes_nothing(desk: Desk) -> None:
    session = desk.study()
    answer_and_go_on(session)
    before = events(desk)
    session.undo()
    after = events(desk)
    assert after[:-1] == before
    assert (after[-1].kind, after[-1].target_id) == ("undo", before[-1].id)


def test_undo_after_the_last_card_takes_the_session_up_again(home: Home, open_desk: Callable[[], Desk]) -> None:
    write_deck(home, "floor", "f1")
    session = open_desk().study()
    session.reveal()
    session.rate(Rating.EASY)
    text = right(session.view())
    session.submit(text)
    done = session.rate(Rating.EASY)
    assert (done.stage, done.undoable) == (Stage.DONE, True)
    view = session.undo()
    assert view.stage is Stage.ASKING
    assert (view.text, view.left.total) == (text, 1)


@pytest.mark.parametrize("kind", ["suspend", "bury"])
def test_undo_takes_a_suspension_or_a_bury_back(desk: Desk, kind: str) -> None:
    session = desk.study()
    asked = go_to(session, "mine/yes")
    getattr(session, kind)()
    assert state(desk, "mine/yes").suspended or state(desk, "mine/yes").buried_day
    view = session.undo()
    assert view.question == asked.question
    assert not state(desk, "mine/yes").suspended
    assert state(desk, "mine/yes").buried_day is None


def test_a_flag_survives_the_undo_of_an_answer(desk: Desk) -> None:
    session = desk.study()
    session.flag()
    answer_and_go_on(session)
    session.undo()
    assert state(desk, "mine/floor").flag
    assert doubts(desk) == []


def test_undo_then_the_same_answers_gives_the_state_of_never_having_erred(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    erring, straight = open_desk(), None
    session = erring.study()
    for number in range(6):
        answer_and_go_on(session, good=number % 2 == 0)
        session.undo()
        answer(session, good=number % 2 == 0)
        if session.view().stage is Stage.VERDICT:
            session.rate(Rating.HARD)
        session.undo()
        answer_and_go_on(session)
        clock.later(minutes=3)
    reached = all_states(erring)
    erring.close()
    home.folder.rename(home.folder.with_name("erring"))
    clock.later(minutes=-18)
    write_deck(home, "floor", "sum", "pick", "yes", "no", "say", "f1")
    straight = open_desk()
    session = straight.study()
    for _ in range(6):
        answer_and_go_on(session)
        clock.later(minutes=3)
    assert all_states(straight) == reached
    assert len(reached) >= 3


def test_undo_does_not_undo_the_help_that_was_seen(desk: Desk) -> None:
    session = desk.study()
    go_to(session, "mine/f1/1")
    session.submit(imprecise(session.view()))
    session.submit(right(session.view()))
    session.undo()
    assert session.submit(right(session.view())).suggested is Rating.HARD
    session.undo()
    session.hint()
    session.submit(right(session.view()))
    assert session.undo().hints == session.view().hints != ()


def test_options_stand_in_the_same_order_after_an_undo(desk: Desk, clock: FakeClock) -> None:
    session = desk.study()
    shown = go_to(session, "mine/pick").question
    assert shown is not None
    for _ in range(8):
        answer(session)
        clock.later(minutes=1)
        again = session.undo().question
        assert again is not None
        assert again.options == shown.options


def test_a_question_that_undo_interrupted_comes_back_as_it_was(desk: Desk) -> None:
    session = desk.study()
    before = go_to(session, "mine/f1/1")
    session.keep("1/3")
    session.hint()
    session.undo()
    answer_and_go_on(session)
    after = session.view()
    assert after.question == before.question
    assert (after.text, len(after.hints)) == ("1/3", 1)


def test_undoing_a_practice_answer_brings_its_problem_back(desk: Desk) -> None:
    session = desk.practice(["metrics.f1"], count=2)
    asked = session.view()
    answer_and_go_on(session)
    view = session.undo()
    assert view.question == asked.question
    assert view.left == asked.left
    assert all_states(desk) == {}


def test_an_undone_answer_counts_against_no_limit(desk: Desk) -> None:
    before = desk.overview().new
    session = desk.study()
    answer_and_go_on(session)
    assert desk.overview().new == before - 1
    session.undo()
    assert desk.overview().new == before
