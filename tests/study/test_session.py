"""What a session promises about one question: committed first, amended by a key, nothing lost, nothing for free."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from studydl.answers.verdicts import Outcome
from studydl.errors import BusyDatabase, StoreError, StudydlError
from studydl.memory.model import NEW, Phase, Rating
from studydl.paths import Home
from studydl.store.driver import connect
from studydl.study.desk import Desk
from studydl.study.session import Session
from studydl.study.view import Form, Stage, View
from tests.study.helpers import (
    UNREADABLE,
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
    kept_tries,
    of_class_0,
    option,
    precision,
    prefer,
    problem_of,
    right,
    state,
    write_deck,
)


@pytest.fixture
def typed(home: Home, desk: Desk) -> Session:
    """A session that shows a problem."""
    session = desk.study()
    go_to(session, "mine/f1/1")
    return session


def test_every_kind_of_card_comes_in_its_form(desk: Desk) -> None:
    session, forms = desk.study(), dict[str, Form]()
    while (question := session.view().question) is not None:
        forms.setdefault(question.key, question.form)
        answer_and_go_on(session)
        if len(forms) == 7 and session.view().left.new == 0:
            break
    assert forms == {
        "mine/floor": Form.REVEAL,
        "mine/sum/1": Form.REVEAL,
        "mine/pick": Form.CHOICE,
        "mine/yes": Form.CHOICE,
        "mine/no": Form.CHOICE,
        "mine/say": Form.POINTS,
        "mine/f1/1": Form.TYPED,
    }


def test_a_card_looked_for_ahead_is_not_read_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    session = desk.study()
    go_to(session, "mine/floor")
    session.reveal()
    session.look_ahead()
    monkeypatch.setattr("studydl.store.cards.get", None)
    assert session.rate(Rating.GOOD).question is not None


def test_what_is_worked_out_ahead_is_what_is_shown(desk: Desk) -> None:
    session = desk.study()
    seen = set[Form]()
    while (question := session.view().question) is not None and len(seen) < 4:
        ahead = session.look_ahead()
        if question.form in (Form.REVEAL, Form.POINTS):
            assert ahead == (session.reveal(),) == (session.view(),)
        else:
            assert ahead == (), "what is right is not told before the answer"
            answer(session)
        ahead = session.look_ahead()
        after = session.rate(Rating.EASY).question
        if after is not None and after.form is not Form.TYPED:
            (told,) = ahead
            assert told.question is not None
            assert told.question == replace(after, phase=Phase.NEW, options=told.question.options)
        seen.add(question.form)
    assert len(seen) == 4


def test_a_note_written_after_looking_ahead_is_told_with_the_answer(desk: Desk) -> None:
    session = desk.study()
    go_to(session, "mine/floor")
    session.look_ahead()
    desk.browser.note("mine/floor", "like int()")
    session.view()  # as the screen does when one comes back to it
    assert session.reveal().note == "like int()"


def test_a_flag_after_looking_ahead_is_told_once(desk: Desk) -> None:
    session = desk.study()
    session.look_ahead()
    assert session.flag().message == "Flagged."
    assert (session.reveal().message, session.view().stage) == ("", Stage.REVEALED)


def test_a_typed_answer_is_in_the_log_before_its_verdict_is_returned(desk: Desk, typed: Session) -> None:
    text = right(typed.view())
    view = typed.submit(text)
    event = events(desk)[-1]
    assert (event.kind, event.card_key, event.text, event.verdict) == ("answer", "mine/f1/1", text, "correct")
    assert event.rating == Rating.GOOD
    assert view.stage is Stage.VERDICT
    assert view.verdict is not None
    assert view.verdict.outcome is Outcome.CORRECT


def test_a_choice_is_in_the_log_before_its_verdict_is_returned(desk: Desk) -> None:
    session = desk.study()
    view = go_to(session, "mine/pick")
    wrong = option(view, good=False)
    assert view.question is not None
    after = session.choose(wrong)
    event = events(desk)[-1]
    assert (event.kind, event.text, event.rating) == ("answer", view.question.options[wrong], Rating.AGAIN)
    assert after.verdict is not None
    assert after.verdict.outcome is Outcome.INCORRECT


def test_a_self_rated_card_is_committed_at_its_rating_and_not_before(desk: Desk) -> None:
    session = desk.study()
    session.reveal()
    assert events(desk) == []
    session.rate(Rating.EASY)
    (event,) = events(desk)
    assert (event.card_key, event.rating) == ("mine/floor", Rating.EASY)


def test_accepting_the_suggested_rating_writes_nothing_more(desk: Desk, typed: Session) -> None:
    view = typed.submit(right(typed.view()))
    before = events(desk)
    assert view.suggested is Rating.GOOD
    typed.rate(Rating.GOOD)
    assert events(desk) == before


def test_another_rating_amends_the_answer(desk: Desk, typed: Session) -> None:
    typed.submit(right(typed.view()))
    typed.rate(Rating.EASY)
    answered, amended = events(desk)[-2:]
    assert (amended.kind, amended.target_id, amended.rating) == ("amend", answered.id, Rating.EASY)
    assert answered.rating == Rating.GOOD, "what was written is never changed"
    assert counted(desk)[-1].rating == Rating.EASY
    assert state(desk, "mine/f1/1").memory.phase is Phase.REVIEW
    assert doubts(desk) == []


def test_an_amended_rating_gives_the_state_it_would_have_given_at_once(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    desk = open_desk()
    session = desk.study()
    go_to(session, "mine/pick")
    answer(session)
    session.rate(Rating.AGAIN)
    amended = state(desk, "mine/pick").memory
    session.undo()
    answer(session, good=False)
    session.rate(Rating.AGAIN)
    assert state(desk, "mine/pick").memory == amended


def test_a_rating_amended_after_the_day_has_turned_belongs_to_the_day_of_the_answer(
    desk: Desk, typed: Session, clock: FakeClock
) -> None:
    typed.submit(right(typed.view()))
    day = counted(desk)[-1].study_day
    clock.later(days=1)
    typed.view()
    typed.rate(Rating.EASY)
    assert state(desk, "mine/f1/1").memory.last_day == day
    assert doubts(desk) == []


def test_an_unreadable_answer_costs_nothing(desk: Desk, typed: Session) -> None:
    before = all_states(desk), events(desk)
    for _ in range(3):
        view = typed.submit(UNREADABLE)
        assert view.stage is Stage.RETRY
        assert view.text == UNREADABLE
        assert view.verdict is not None
        assert view.verdict.outcome is Outcome.UNREADABLE
        assert view.verdict.position == 1
    assert (all_states(desk), events(desk)) == before
    after = typed.submit(right(view))
    assert after.suggested is Rating.GOOD
    assert counted(desk)[-1].aided is False
    assert kept_tries(counted(desk)[-1]) == [UNREADABLE] * 3


@pytest.mark.parametrize("text", ["\udcff", "\x00", "\x1b[2J", "9" * 200_000, "(" * 200_000, "\u202e1", "", "   "])
def test_strange_text_is_kept_graded_and_survives_leaving(
    typed: Session, text: str, open_desk: Callable[[], Desk]
) -> None:
    typed.keep(text)
    view = typed.submit(text)
    assert view.stage is Stage.RETRY
    again = open_desk().study().view()
    assert again.stage is Stage.RETRY
    assert again.verdict == view.verdict


@pytest.mark.parametrize("nearly", [imprecise, of_class_0])
def test_nearly_right_gives_one_more_try_and_then_hard(
    desk: Desk, typed: Session, nearly: Callable[[View], str]
) -> None:
    before = events(desk)
    view = typed.submit(nearly(typed.view()))
    assert view.stage is Stage.RETRY
    assert events(desk) == before
    after = typed.submit(right(view))
    assert (after.stage, after.suggested) == (Stage.VERDICT, Rating.HARD)
    assert counted(desk)[-1].aided is True


@pytest.mark.parametrize(("nearly", "verdict"), [(imprecise, "imprecise"), (of_class_0, "convention")])
def test_nearly_right_twice_counts(desk: Desk, typed: Session, nearly: Callable[[View], str], verdict: str) -> None:
    typed.submit(nearly(typed.view()))
    view = typed.submit(nearly(typed.view()))
    assert (view.stage, view.suggested) == (Stage.VERDICT, Rating.AGAIN)
    assert counted(desk)[-1].verdict == verdict


def test_the_free_try_is_kept_while_unreadable_texts_come_between(typed: Session) -> None:
    typed.submit(imprecise(typed.view()))
    typed.submit(UNREADABLE)
    assert typed.submit(imprecise(typed.view())).stage is Stage.VERDICT


def test_a_known_mistake_is_named_and_cannot_be_called_a_slip(desk: Desk, typed: Session) -> None:
    view = typed.submit(precision(typed.view()))
    assert view.verdict is not None
    assert (view.verdict.misconception, view.suggested, view.slip) == ("precision", Rating.AGAIN, False)
    assert counted(desk)[-1].misconception == "precision"
    with pytest.raises(StudydlError):
        typed.slip()
    assert counted(desk)[-1].rating == Rating.AGAIN


def test_a_slip_amends_a_wrong_answer_to_hard(desk: Desk, typed: Session) -> None:
    assert typed.submit(WRONG).slip
    typed.slip()
    assert counted(desk)[-1].rating == Rating.HARD
    assert doubts(desk) == []


def test_a_right_answer_has_no_slip_to_claim(typed: Session) -> None:
    assert not typed.submit(right(typed.view())).slip
    with pytest.raises(StudydlError):
        typed.slip()


def test_one_hint_makes_a_right_answer_hard(desk: Desk, typed: Session) -> None:
    view = typed.hint()
    assert view.hints == problem_of(view).steps[:1]
    assert typed.submit(right(view)).suggested is Rating.HARD
    assert (counted(desk)[-1].hints, counted(desk)[-1].aided) == (1, True)


def test_all_hints_make_a_right_answer_again(typed: Session) -> None:
    typed.hint()
    view = typed.hint()
    assert view.hints == problem_of(view).steps[:-1]
    assert typed.hint().hints == view.hints, "the last step is the answer and no hint"
    assert typed.submit(right(view)).suggested is Rating.AGAIN


def test_giving_up_is_committed_as_again(desk: Desk, typed: Session) -> None:
    view = typed.give_up()
    assert (view.stage, view.suggested, view.slip) == (Stage.VERDICT, Rating.AGAIN, False)
    assert (counted(desk)[-1].text, counted(desk)[-1].rating) == ("", Rating.AGAIN)


def test_no_answer_is_ever_suggested_easy(desk: Desk) -> None:
    session, suggested = desk.study(), list[Rating | None]()
    for _ in range(7):
        view = answer(session)
        if view.stage is Stage.VERDICT:
            suggested.append(view.suggested)
            session.rate(Rating.GOOD)
    assert suggested
    assert set(suggested) == {Rating.GOOD}


def test_parameters_and_answer_are_kept_with_the_attempt(desk: Desk, typed: Session) -> None:
    problem = problem_of(typed.view())
    typed.submit(WRONG)
    event = counted(desk)[-1]
    kept = json.loads(event.problem or "")
    assert event.problem_id == problem.id
    assert kept["params"] == problem.params
    assert kept["answer"]["value"] == problem.answer.value
    assert kept["prompt"] == problem.prompt


def test_the_scratch_line_is_kept_with_the_attempt_and_comes_back_with_undo(desk: Desk, typed: Session) -> None:
    typed.keep("1", "2*3")
    assert typed.view().scratch == "2*3"
    typed.submit(WRONG, "2*3 + 4")
    assert json.loads(counted(desk)[-1].data or "")["scratch"] == "2*3 + 4"
    view = typed.undo()
    assert (view.text, view.scratch) == (WRONG, "2*3 + 4")


def test_the_time_of_an_answer_is_kept_and_not_graded(desk: Desk, typed: Session, clock: FakeClock) -> None:
    clock.later(minutes=30)
    assert typed.submit(right(typed.view())).suggested is Rating.GOOD
    assert counted(desk)[-1].duration_ms == 30 * 60_000


def test_a_twin_is_practice_with_new_numbers_and_moves_no_schedule(desk: Desk, typed: Session) -> None:
    first = typed.submit(WRONG)
    before = all_states(desk)
    view = typed.twin()
    assert view.question is not None and first.question is not None
    assert view.question.problem_id != first.question.problem_id
    assert (problem_of(view).family, problem_of(view).level) == (problem_of(first).family, problem_of(first).level)
    after = typed.submit(right(view))
    assert after.intervals == ()
    assert counted(desk)[-1].mode == "practice"
    typed.rate(Rating.GOOD)
    assert all_states(desk) == before
    assert doubts(desk) == []


def test_a_twin_of_a_twin_may_be_asked(desk: Desk, typed: Session, clock: FakeClock) -> None:
    seen = set()
    typed.submit(WRONG)
    for _ in range(3):
        view = typed.twin()
        assert view.question is not None
        seen.add(view.question.problem_id)
        typed.submit(WRONG)
    assert len(seen) == 3


def test_after_a_twin_the_session_goes_on(desk: Desk) -> None:
    session = desk.study()
    first = session.view().left.total
    go_to(session, "mine/f1/1")
    left = session.submit(right(session.view())).left
    session.twin()
    answer_and_go_on(session)
    assert session.view().left == left
    assert left.total <= first


def test_practice_moves_no_schedule(desk: Desk) -> None:
    session = desk.practice(["metrics.f1"], count=3)
    for good in (True, False, True):
        answer_and_go_on(session, good)
    assert session.view().stage is Stage.DONE
    assert all_states(desk) == {}
    assert [event.mode for event in events(desk)] == ["practice"] * 3
    assert doubts(desk) == []


def test_practice_counts_against_no_limit(desk: Desk) -> None:
    before = desk.study().view().left
    session = desk.practice(["metrics"], level=1, count=2)
    answer_and_go_on(session)
    answer_and_go_on(session)
    assert desk.overview().new == before.new


def test_a_problem_is_never_served_twice(desk: Desk) -> None:
    session = desk.practice(["metrics.f1"], level=1, count=12)
    seen = [session.view().question]
    while answer_and_go_on(session).question is not None:
        seen.append(session.view().question)
    assert len({question.problem_id for question in seen if question}) == 12


def test_a_call_that_does_not_belong_to_the_stage_is_refused_and_changes_nothing(desk: Desk) -> None:
    session = desk.study()
    go_to(session, "mine/f1/1")
    before = session.view(), events(desk)
    for call in (
        session.reveal,
        lambda: session.choose(0),
        lambda: session.rate(Rating.GOOD),
        session.slip,
        session.twin,
    ):
        with pytest.raises(StudydlError):
            call()
        assert (session.view(), events(desk)) == before
    session.submit(right(session.view()))
    before = session.view(), events(desk)
    for call in (
        lambda: session.submit("1"),
        session.hint,
        session.give_up,
        session.reveal,
        session.suspend,
        session.bury,
    ):
        with pytest.raises(StudydlError):
            call()
        assert (session.view(), events(desk)) == before


def test_an_answer_given_while_another_program_holds_the_data_is_not_lost(
    desk: Desk, typed: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.store.read().exec_driver_sql("PRAGMA busy_timeout = 20")
    other = connect(desk.store.path)
    text = right(typed.view())
    before = typed.view(), len(events(desk))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusyDatabase):
        typed.submit(text)
    assert (typed.view(), len(events(desk))) == before, "not acknowledged, and the question still stands"
    other.execute("ROLLBACK")
    other.close()
    assert typed.submit(text).stage is Stage.VERDICT
    assert [event.text for event in events(desk)].count(text) == 1


def test_an_answer_given_while_the_disk_is_full_is_not_lost(desk: Desk, typed: Session) -> None:
    connection = desk.store.read()
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    failed = 0
    for number in range(200):  # until what is left on the last pages is used up
        before, logged = typed.view(), len(events(desk))
        try:
            typed.submit(f"{number + 7}.25")
        except StoreError:
            failed += 1
            assert (typed.view(), len(events(desk))) == (before, logged)
            break
        typed.undo()
    assert failed
    connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    text = right(typed.view())
    assert typed.submit(text).suggested is Rating.GOOD
    assert [event.text for event in events(desk)].count(text) == 1
    assert doubts(desk) == []


def test_flagging_marks_the_card_and_stays(desk: Desk) -> None:
    session = desk.study()
    before = session.view()
    view = session.flag()
    assert view.question == before.question
    assert state(desk, "mine/floor").flag
    session.flag()
    assert not state(desk, "mine/floor").flag
    assert state(desk, "mine/floor").memory == NEW
    assert doubts(desk) == []


def test_a_suspended_card_does_not_come_again(desk: Desk, clock: FakeClock) -> None:
    session = desk.study()
    view = session.suspend()
    assert view.question is not None
    assert view.question.key != "mine/floor"
    assert state(desk, "mine/floor").suspended
    clock.later(days=3)
    keys = set()
    session = desk.study()
    while (question := session.view().question) is not None:
        keys.add(question.key)
        answer_and_go_on(session)
    assert "mine/floor" not in keys
    assert "mine/pick" in keys


def test_a_buried_card_comes_again_tomorrow(desk: Desk, clock: FakeClock) -> None:
    session = desk.study()
    view = session.bury()
    assert view.question is not None
    assert view.question.key != "mine/floor"
    session.close()
    assert "mine/floor" not in keys_of(desk)
    clock.later(days=1)
    assert "mine/floor" in keys_of(desk)


def keys_of(desk: Desk) -> list[str]:
    """Return the cards a fresh session of this moment would hold, in order."""
    session, keys = desk.study(limit=1000), list[str]()
    while (question := session.view().question) is not None and question.key not in keys:
        keys.append(question.key)
        session.bury()
    for _ in keys:
        session.undo()
    return keys


def test_one_of_two_siblings_comes_a_day(desk: Desk, clock: FakeClock) -> None:
    first = keys_of(desk)
    assert "mine/sum/1" in first
    assert "mine/sum/2" not in first
    session = desk.study()
    go_to(session, "mine/sum/1")
    session.reveal()
    session.rate(Rating.EASY)
    later = keys_of(desk)
    assert "mine/sum/1" not in later
    assert "mine/sum/2" not in later
    clock.later(days=1)
    assert "mine/sum/2" in keys_of(desk)


def test_a_session_of_a_named_deck_holds_its_cards_only(home: Home, open_desk: Callable[[], Desk]) -> None:
    write_deck(home, "## Other {#other}\n\nQ: Other?\nA: Yes.\n", name="other")
    desk = open_desk()
    session = desk.study(["other"])
    question = session.view().question
    assert question is not None
    assert (question.key, session.view().left.total) == ("mine/other", 1)


def test_the_summary_says_what_was_set_aside(desk: Desk) -> None:
    session = desk.study()
    assert session.summary().set_aside == ""
    session.bury()
    session.bury()
    session.undo()
    session.suspend()
    assert session.summary().set_aside == "1 put off until tomorrow, 1 suspended"


def test_the_summary_counts_first_tries(desk: Desk, clock: FakeClock) -> None:
    session = desk.study()
    answer_and_go_on(session, good=False)
    for _ in range(3):
        clock.later(minutes=2)
        answer_and_go_on(session)
    summary = session.summary()
    assert summary.answered == 4
    assert summary.again == ("It is floored",)
    assert summary.passed == 2, "floor came back after its step: tried once, passed never at the first try"
    assert summary.first_day
    clock.later(days=1)
    assert not desk.study().summary().first_day


def test_cards_that_come_first_take_the_place_of_other_new_ones(home: Home, open_desk: Callable[[], Desk]) -> None:
    prefer(home, new_per_day=3, new_skills_per_day=1)
    desk = open_desk()
    session = desk.study(first=["mine/say", "mine/sum/2", "mine/none", "mine/f1/1"])
    asked = list[str]()
    while (view := session.view()).question is not None:
        asked.append(view.question.key)
        answer_and_go_on(session)
    assert list(dict.fromkeys(asked)) == ["mine/say", "mine/sum/2", "mine/f1/1"], "the limits of the day hold"
    assert desk.overview().new == 0
