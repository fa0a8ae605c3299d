"""What an interview came to, counted here by hand; and what it leads to."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from studydl.errors import UsageError
from studydl.memory.model import Phase, Rating
from studydl.study.desk import Desk
from studydl.study.interviews.next_steps import Comparison, Do, compare
from studydl.study.interviews.plan import Draw, Kind, Options, select
from studydl.study.interviews.register import Interviews, Queued
from studydl.study.interviews.report import Count, Result, Row, Taken, beside, clock_text, headline, result_text
from studydl.study.interviews.state import Given, Stage
from studydl.study.keys import is_practice
from studydl.study.view import Form, Question
from studydl.study.wanted import wanted
from tests.study.helpers import DAY, FAMILY, FakeClock, Watch, all_states, answer_and_go_on, doubts, go_to, state
from tests.study.interviews.test_interview import OPTIONS, answer, right
from tests.study.interviews.test_interview import go_to as go_to_form


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def interviews(desk: Desk, watch: Watch) -> Interviews:
    return Interviews(desk.store, desk.schedule, desk._supply, watch)


def row(topic: str, result: Result, confidence: int = 2, kind: Kind = Kind.PROBLEM, said: int = 0) -> Row:
    form = Form.POINTS if kind is Kind.POINTS else Form.TYPED
    question = Question("k", form, "Title", "Deck", "What?", "1", points=("a", "b", "c"))
    given = Given(confidence=confidence, ticks=tuple(range(said)))
    return Row(1, kind, topic, "mine/k", "metrics.f1", result, given, lambda: question)


def taken(number: int, *rows: Row, level: int = 3, fingerprint: str = "") -> Taken:
    options = Options(level=level, minutes=30)
    return Taken(number, f"s{number}", number * DAY, True, options, fingerprint or f"f{number}", 24 * 60_000, rows)


def conv(right: int, of: int, topic: str = "conv") -> list[Row]:
    return [row(topic, Result.RIGHT if place < right else Result.WRONG) for place in range(of)]


def asking_f1(desk: Desk) -> Options:
    """Return options whose seed asks a problem of the skill in the deck, and cards of it."""
    for seed in range(100):
        options = with_seed(seed)
        asked = select(desk.store, options).questions
        if any(isinstance(each, Draw) and each.family == FAMILY for each in asked):
            return options
    raise AssertionError("no seed asks it")


def with_seed(seed: int) -> Options:
    return Options(OPTIONS.topics, level=3, count=6, minutes=10, seed=seed)


def test_the_result_is_one_line() -> None:
    spoken = row("conv", Result.SPOKEN, kind=Kind.POINTS, said=2)
    done = taken(1, *conv(11, 12), spoken)
    assert headline(done) == "11 of 12 right, 24 of 30 minutes"
    assert beside(done) == "13 of 13 answered on all topics, level 3, seed 0 (questions f1)"
    assert headline(replace(done, used_ms=20_000)).endswith("less than 1 of 30 minutes")
    assert [clock_text(ms) for ms in (0, 999, 65_000, 3_600_000)] == ["0:00", "0:00", "1:05", "60:00"]


def test_spoken_answers_stand_apart_as_points_heard() -> None:
    rows = [row("a", Result.SPOKEN, kind=Kind.POINTS, said=2), row("a", Result.OPEN, kind=Kind.POINTS)]
    done = taken(1, *conv(3, 4), *rows)
    assert (done.score, done.heard) == (Count(3, 4), Count(2, 3))
    assert result_text(rows[0]) == "2 of 3 points, self-rated"


def test_confidence_is_set_against_results_of_judged_answers_only() -> None:
    done = taken(
        1,
        row("a", Result.RIGHT, 3),
        row("a", Result.WRONG, 3),
        row("a", Result.RIGHT, 3),
        row("a", Result.IMPRECISE, 1),
        row("a", Result.OPEN, 0),
        row("a", Result.SPOKEN, 2, Kind.POINTS, 3),
    )
    assert done.calibration == (("sure", Count(2, 3)), ("a guess", Count(0, 1)))
    assert [each.given.confidence for each in done.missed] == [3, 1, 0], "what one was surest of comes first"


def test_every_result_of_an_interview_is_told_with_its_time_and_mistake(interviews: Interviews, watch: Watch) -> None:
    interview = interviews.start(OPTIONS)
    while interview.view().stage is not Stage.DONE:
        view = interview.view()
        watch.runs(10 * view.number)
        answer(interview)
    found = interviews.report().taken
    assert [each.given.spent_ms for each in found.rows] == [10_000, 20_000, 30_000, 40_000, 50_000]
    assert headline(found).endswith("2 of 10 minutes")


def test_a_wrong_answer_has_its_mistake_named(interviews: Interviews) -> None:
    interview = interviews.start(OPTIONS)
    number = go_to_form(interview, Form.TYPED).number
    answer(interview, good=False, confidence=3)
    interview.finish()
    wrong = interviews.report().taken.rows[number - 1]
    assert (wrong.result, wrong.given.misconception) == (Result.WRONG, "precision")
    assert wrong.given.message == "That is the precision."
    assert wrong.question.steps and wrong.question.answer, "now the solution may be seen"


def test_earlier_interviews_are_compared_as_counts_on_the_topics_in_common() -> None:
    now = taken(4, *conv(9, 10), *conv(1, 5, "loss"))
    before = taken(1, *conv(5, 12), *conv(3, 3, "init"))
    assert compare(now, [now, before]) == (Comparison(1, DAY, Count(5, 12), Count(9, 10)),)


def test_fewer_than_ten_questions_in_common_are_not_compared() -> None:
    assert compare(taken(2, *conv(9, 10)), [taken(1, *conv(5, 9))]) == ()
    assert compare(taken(2, *conv(9, 9)), [taken(1, *conv(5, 12))]) == ()
    assert compare(taken(2, *conv(9, 10)), [taken(1, *conv(5, 12), level=2)]) == (), "another level"
    assert compare(taken(2, *conv(9, 10)), [taken(3, *conv(5, 12))]) == (), "a later one"


def test_several_short_interviews_are_compared_together() -> None:
    now = taken(3, *conv(8, 10))
    found = compare(now, [taken(1, *conv(2, 6)), taken(2, *conv(3, 6))])
    assert found == (Comparison(None, DAY, Count(5, 12), Count(8, 10)),)


def test_the_same_questions_again_are_marked() -> None:
    found = compare(taken(2, *conv(9, 10), fingerprint="x"), [taken(1, *conv(5, 10), fingerprint="x")])
    assert [each.same for each in found] == [True]


def test_three_things_to_do_next_whatever_the_result(interviews: Interviews) -> None:
    interview = interviews.start(OPTIONS)
    while interview.view().stage is not Stage.DONE:
        answer(interview, good=False)
    report = interviews.report()
    assert [step.do for step in report.next] == [Do.QUEUE, Do.PRACTICE, Do.AGAIN]
    assert set(report.next[1].names) == {each.family for each in report.taken.rows if each.family}
    assert set(report.next[2].names) == {"metrics", "mini"}
    interview = interviews.start(Options(("metrics",), level=2, count=3, minutes=5, seed=2))
    for _ in range(3):
        interview.submit(right(interview.view()))
        interview.sure(3)
    report = interviews.report()
    assert [step.do for step in report.next] == [Do.AGAIN, Do.AGAIN, Do.STUDY]
    assert report.next[1].level == 3


def test_what_was_missed_and_seen_before_is_due_today_and_nothing_else_of_its_memory_moves(
    interviews: Interviews, desk: Desk, clock: FakeClock
) -> None:
    for _ in range(4):  # until every card is in review
        session = desk.study()
        while session.view().question is not None:
            answer_and_go_on(session)
        session.close()
        clock.later(minutes=15)
    before = all_states(desk)
    assert before["mine/pick"].memory.phase is Phase.REVIEW
    clock.later(days=1)
    interview = interviews.start(asking_f1(desk))
    while interview.view().stage is not Stage.DONE:
        answer(interview, good=False)
    report = interviews.report()
    asked = {each.key for each in report.taken.rows if not each.family} | {"mine/f1/1"}
    later = {key for key in asked if (before[key].memory.due_day or 0) > desk.schedule.today()}
    assert later
    assert interviews.add_to_queue(report.taken) == Queued(len(later), 0)
    after = all_states(desk)
    for key, was in before.items():
        moved = replace(was.memory, due_day=desk.schedule.today()) if key in later else was.memory
        assert after[key].memory == moved
    assert not doubts(desk), "the log says the same"
    assert Do.QUEUE not in {step.do for step in interviews.report().next}, "nothing is left to put there"
    key = min(later)
    go_to(desk.study(), key)
    assert state(desk, key).memory.due_day == desk.schedule.today()


def test_what_was_missed_and_is_new_comes_first_in_the_next_session(interviews: Interviews, desk: Desk) -> None:
    interview = interviews.start(asking_f1(desk))
    while interview.view().stage is not Stage.DONE:
        answer(interview, good=False)
    taken_now = interviews.report().taken
    queued = interviews.add_to_queue(taken_now)
    taught = [each for each in taken_now.missed if not is_practice(each.key)]
    first = list(dict.fromkeys("mine/f1/1" if each.family else each.key for each in taught))
    assert "mine/f1/1" in first, "a skill begins with its first level"
    assert queued == Queued(0, len(first))
    session, seen = desk.study(), list[str]()
    for _ in first:
        view = session.view()
        assert view.question is not None
        seen.append(view.question.key)
        answer_and_go_on(session)
    assert seen == first
    assert not doubts(desk)


def test_what_is_suspended_stays_out_of_the_queue(desk: Desk, interviews: Interviews) -> None:
    session = desk.study()
    go_to(session, "mine/pick")
    session.suspend()
    session.close()
    interview = interviews.start(Options(("mini",), count=4))
    while interview.view().stage is not Stage.DONE:
        answer(interview, good=False)
    interviews.add_to_queue(interviews.report().taken)
    assert "mine/pick" not in wanted(desk.store)
    assert state(desk, "mine/pick").suspended


def test_an_answer_after_it_decides_the_due_day_again(desk: Desk, interviews: Interviews, clock: FakeClock) -> None:
    session = desk.study()
    go_to(session, "mine/yes")
    session.choose(0)
    session.rate(Rating.EASY)
    assert state(desk, "mine/yes").memory.phase is Phase.REVIEW
    clock.later(days=1)
    interview = interviews.start(Options(("mini",), count=4))
    while interview.view().stage is not Stage.DONE:
        answer(interview, good=False)
    interviews.add_to_queue(interviews.report().taken)
    assert state(desk, "mine/yes").memory.due_day == desk.schedule.today()
    session = desk.study(limit=50)
    go_to(session, "mine/yes")
    answer_and_go_on(session)
    assert (state(desk, "mine/yes").memory.due_day or 0) > desk.schedule.today()
    assert not doubts(desk)


def test_interviews_are_numbered_in_order_and_those_without_an_answer_are_not_listed(
    interviews: Interviews, clock: FakeClock
) -> None:
    with pytest.raises(UsageError, match="no interview is over yet"):
        interviews.report()
    for answers in (1, 0, 2):
        interview = interviews.start(OPTIONS)
        for _ in range(answers):
            answer(interview)
        interview.finish()
        clock.later(minutes=5)
    listed = interviews.taken()
    assert [(each.number, each.answered) for each in listed] == [(3, 2), (1, 1)]
    assert interviews.count() == 2
    assert all(newer.started_ms > older.started_ms for newer, older in pairwise(listed))
    assert interviews.report().taken.number == 3
    assert interviews.report(1).taken.answered == 1
    assert interviews.report_of(listed[1].id).taken.number == 1
    with pytest.raises(UsageError, match="no interview 4"):
        interviews.report(4)
    answer(interviews.start(OPTIONS))
    assert len(interviews.taken()) == 2
    with pytest.raises(UsageError, match="interview 4 is not over"):
        interviews.report(4)
