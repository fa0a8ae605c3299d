"""What a learner can rely on in an interview: every step is kept, nothing is judged aloud, the clock is fair."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest

from studydl.errors import StudydlError
from studydl.paths import Home
from studydl.study.desk import Desk
from studydl.study.interviews.interview import Interview
from studydl.study.interviews.plan import Kind, Options
from studydl.study.interviews.register import Interviews
from studydl.study.interviews.state import InterviewView, Stage
from studydl.study.view import Form, View
from tests.study.helpers import WRONG, FakeClock, Watch, all_states, doubts, events, precision, write_deck
from tests.study.helpers import right as right_answer

OPTIONS = Options(topics=("metrics", "mini"), level=2, count=5, minutes=10, seed=7)
SECOND = 1_000


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def interviews(desk: Desk, watch: Watch) -> Interviews:
    return Interviews(desk.store, desk.schedule, desk._supply, watch)


def right(view: InterviewView) -> str:
    return right_answer(cast(View, view))


def right_option(view: InterviewView) -> int:
    assert view.question is not None
    rights = {"mine/pick": "GELU", "mine/yes": "True", "mine/no": "False"}
    return view.question.options.index(rights[view.question.key])


def answer(interview: Interview, good: bool = True, confidence: int = 2) -> InterviewView:
    """Answer the question on the screen and say how sure; of a spoken one, tick the first point if good."""
    view = interview.view()
    assert view.question is not None
    match view.question.form:
        case Form.TYPED:
            interview.submit(right(view) if good else precision(cast(View, view)))
        case Form.CHOICE:
            index = right_option(view)
            interview.choose(index if good else index - 1)
        case _:
            interview.speak()
    view = interview.sure(confidence)
    if view.stage is Stage.TICKING:
        if good:
            interview.tick(0)
        view = interview.ticked()
    return view


def go_to(interview: Interview, form: Form) -> InterviewView:
    for _ in range(20):
        view = interview.view()
        assert view.question is not None
        if view.question.form is form:
            return view
        interview.skip()
    raise AssertionError(f"no question is {form}")


def test_an_interview_mixes_kinds_and_ends_when_all_is_answered(interviews: Interviews) -> None:
    interview = interviews.start(OPTIONS)
    kinds = [question.kind for question in interview.plan.questions]
    assert kinds.count(Kind.PROBLEM) == 3 and kinds.count(Kind.POINTS) == 1 and len(kinds) == 5
    for number in range(1, 6):
        assert interview.view().number == number
        view = answer(interview)
    assert (view.stage, view.question, view.answered) == (Stage.DONE, None, 5)
    assert interviews.unfinished() is None


def test_nothing_that_gives_the_answer_away_is_shown_while_it_is_asked(interviews: Interviews) -> None:
    interview = interviews.start(OPTIONS)
    for form in (Form.TYPED, Form.CHOICE, Form.POINTS):
        question = go_to(interview, form).question
        assert question is not None
        hidden = (question.answer, question.explanation, question.code, question.source)
        assert (hidden, question.hints, question.steps, question.points) == (("",) * 4, (), (), ())
        assert bool(question.title) is (form is Form.TYPED), "the title of a card may give its answer away"
    interview.speak()
    view = interview.sure(3)
    assert view.question is not None and len(view.question.points) == 3


def test_right_and_wrong_answers_look_the_same_until_the_end(interviews: Interviews) -> None:
    interview = interviews.start(OPTIONS)
    view = go_to(interview, Form.TYPED)
    good = interview.submit(right(view))
    interview.back()
    bad = interview.submit(WRONG)
    assert (good.stage, good.message) == (bad.stage, bad.message) == (Stage.SURE, "")
    assert bad.text == WRONG


def test_an_unreadable_answer_costs_nothing_and_says_where(interviews: Interviews) -> None:
    interview = interviews.start(OPTIONS)
    go_to(interview, Form.TYPED)
    view = interview.submit("0,5")
    assert (view.stage, view.answered, view.text) == (Stage.ASKING, 0, "0,5")
    assert view.message.endswith("It costs nothing.") and view.position is not None
    assert interview.submit("0.5").stage is Stage.SURE


def test_which_log_is_meant_is_not_asked_since_it_is_asked_only_where_one_would_be_right(
    interviews: Interviews,
) -> None:
    interview = interviews.start(OPTIONS)
    go_to(interview, Form.TYPED)
    assert interview.submit("log(2)").stage is Stage.SURE


def test_what_is_skipped_comes_back_with_its_draft(interviews: Interviews) -> None:
    interview = interviews.start(OPTIONS)
    first = go_to(interview, Form.TYPED).number
    interview.skip("1/")
    while interview.view().number != first:
        interview.skip()
    assert interview.view().text == "1/"
    interview.skip("")
    assert interview.skip(step=-1).number == first
    assert interview.view().text == "", "a box that was emptied stays empty"


def test_the_last_open_question_cannot_be_skipped(interviews: Interviews) -> None:
    interview = interviews.start(OPTIONS)
    for _ in range(4):
        view = answer(interview)
    assert interview.skip().number == view.number
    assert interview.view().message == "No other question is open."
    assert answer(interview).stage is Stage.DONE


def test_the_clock_runs_while_a_question_is_on_the_screen_and_stands_while_points_are_ticked(
    interviews: Interviews, watch: Watch
) -> None:
    interview = interviews.start(OPTIONS)
    assert interview.view().left_ms == 600 * SECOND
    go_to(interview, Form.POINTS)
    watch.runs(30)
    assert interview.view().left_ms == 570 * SECOND
    interview.speak()
    watch.runs(5)
    interview.sure(1)
    watch.runs(300)
    assert interview.ticked().left_ms == 565 * SECOND


def test_closing_keeps_the_clock_and_the_draft_and_time_away_costs_nothing(
    interviews: Interviews, watch: Watch
) -> None:
    interview = interviews.start(OPTIONS)
    number = go_to(interview, Form.TYPED).number
    watch.runs(60)
    interview.close("2*3/")
    watch.runs(9999)
    view = interviews.resume().view()
    assert (view.number, view.text, view.left_ms) == (number, "2*3/", 540 * SECOND)


def test_a_crash_loses_no_more_time_than_passed_since_the_last_beat(interviews: Interviews, watch: Watch) -> None:
    interview = interviews.start(OPTIONS)
    go_to(interview, Form.TYPED)
    watch.runs(50)
    interview.beat("0.")
    watch.runs(4)  # and the plug is pulled
    view = interviews.resume().view()
    assert (view.text, view.left_ms) == ("0.", 550 * SECOND)


@pytest.mark.parametrize("at", [Stage.ASKING, Stage.SURE, Stage.TICKING])
def test_an_interview_is_taken_up_at_the_very_step_it_was_left_at(
    open_desk: Callable[[], Desk], at: Stage, watch: Watch
) -> None:
    desk = open_desk()
    interview = Interviews(desk.store, desk.schedule, desk._supply, watch).start(OPTIONS)
    go_to(interview, Form.POINTS)
    if at is not Stage.ASKING:
        interview.speak()
    if at is Stage.TICKING:
        interview.sure(3)
        interview.tick(1)
    other = open_desk()
    again = Interviews(other.store, other.schedule, other._supply, watch).resume()
    assert again.view() == interview.view()
    assert again.view().stage is at


def test_an_interview_is_taken_up_days_later(interviews: Interviews, clock: FakeClock) -> None:
    interview = interviews.start(OPTIONS)
    answer(interview)
    interview.close()
    clock.later(days=3)
    assert interviews.resume().id == interview.id


def test_when_time_is_up_a_readable_answer_in_the_box_still_counts(interviews: Interviews, watch: Watch) -> None:
    interview = interviews.start(OPTIONS)
    view = go_to(interview, Form.TYPED)
    watch.runs(601)
    view = interview.beat(right(view))
    assert (view.stage, view.left_ms) == (Stage.SURE, 0)
    assert interview.back().stage is Stage.SURE, "no more changes after time"
    assert interview.sure(2).stage is Stage.DONE
    assert interviews.report().taken.score.right == 1


def test_when_time_is_up_with_an_empty_box_the_interview_ends(interviews: Interviews, watch: Watch) -> None:
    interview = interviews.start(OPTIONS)
    answer(interview)
    go_to(interview, Form.TYPED)
    watch.runs(601)
    view = interview.beat("")
    assert (view.stage, view.message) == (Stage.DONE, "Time is up.")
    assert interviews.unfinished() is None


def test_a_speech_under_way_when_time_is_up_may_tick_its_points(interviews: Interviews, watch: Watch) -> None:
    interview = interviews.start(OPTIONS)
    go_to(interview, Form.POINTS)
    watch.runs(700)
    assert interview.beat().stage is Stage.SURE
    assert interview.sure(3).stage is Stage.TICKING
    assert interview.ticked().stage is Stage.DONE


def test_ending_early_counts_the_answer_whose_confidence_is_being_asked(interviews: Interviews) -> None:
    interview = interviews.start(OPTIONS)
    view = go_to(interview, Form.TYPED)
    interview.submit(right(view))
    assert interview.finish().stage is Stage.DONE
    taken = interviews.report().taken
    assert (taken.answered, taken.score.right, taken.over) == (1, 1, True)


def test_two_windows_cannot_both_write_one_interview(interviews: Interviews) -> None:
    first = interviews.start(OPTIONS)
    second = interviews.resume()
    answer(first)
    with pytest.raises(StudydlError, match="another window"):
        second.skip()
    assert first.view().answered == 1


def test_the_schedule_is_not_moved_and_the_log_keeps_every_answer_as_interview(
    interviews: Interviews, desk: Desk
) -> None:
    before = all_states(desk)
    interview = interviews.start(OPTIONS)
    while interview.view().stage is not Stage.DONE:
        answer(interview, good=False, confidence=3)
    kept = events(desk)
    assert len(kept) == 5 and {event.mode for event in kept} == {"interview"}
    assert {event.rating for event in kept} == {None} and {event.due_day for event in kept} == {None}
    assert all_states(desk) == before
    assert not doubts(desk)
    assert desk.overview().studied_days == 0


def test_a_choice_out_of_turn_is_refused(interviews: Interviews) -> None:
    interview = interviews.start(OPTIONS)
    go_to(interview, Form.TYPED)
    with pytest.raises(StudydlError):
        interview.choose(0)
    with pytest.raises(StudydlError):
        interview.sure(2)
    interview.submit("0.5")
    with pytest.raises(StudydlError):
        interview.sure(4)


def test_the_calculator_can_be_turned_off(interviews: Interviews) -> None:
    interview = interviews.start(OPTIONS)
    go_to(interview, Form.TYPED)
    assert interview.live("1/4") == "= 0.25"
    interview = interviews.start(Options(topics=("metrics",), count=3, minutes=5, calculator=False))
    go_to(interview, Form.TYPED)
    assert interview.live("1/4") == ""


def test_starting_another_interview_ends_the_unfinished_one_as_it_stands(interviews: Interviews) -> None:
    first = interviews.start(OPTIONS)
    answer(first)
    second = interviews.start(OPTIONS)
    assert interviews.resume().id == second.id
    assert [(each.number, each.over, each.answered) for each in interviews.taken()] == [(1, True, 1)]


def test_a_deck_of_ones_own_is_asked_where_it_is_named(interviews: Interviews, home: Home, desk: Desk) -> None:
    assert "mini" in interviews.topics() and "metrics" in interviews.topics()
    kinds = {question.kind for question in interviews.start(Options(topics=("metrics",), count=9)).plan.questions}
    assert kinds == {Kind.PROBLEM}
    write_deck(home, "yes", name="other")
    with pytest.raises(StudydlError, match="no topic 'nothing'"):
        interviews.start(Options(topics=("nothing",)))
