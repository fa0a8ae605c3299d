"""The seed alone decides what an interview asks."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from studydl.errors import StudydlError, UsageError
from studydl.paths import Home
from studydl.problems import catalog
from studydl.store.connection import open_store
from studydl.study.desk import Desk
from studydl.study.interviews.plan import Kind, Options, Plan, asked, options_of, select
from studydl.study.interviews.register import MOST_SPARES, Interviews
from studydl.study.interviews.wish import Wish
from studydl.study.library import sync
from tests.study.helpers import CARDS, START, FakeClock, FakeWorker, write_deck

SHIPPED = "\n".join(
    f"## Points {n} {{#points-{n}}}\n\nPoints: Explain {n}.\n\n- first\n- second\n- third\n\n"
    f"## Print {n} {{#print-{n}}}\n\nQ: What does this print?\n\n```python\nprint({n})\n```\n\n"
    f"- [x] {n}\n- [ ] {n + 1}\n- [ ] nothing\n\n"
    f"## Choice {n} {{#choice-{n}}}\n\nQ: Which is {n}?\n\n- [x] {n}\n- [ ] {n + 1}\n\n"
    f"## Claim {n} {{#claim-{n}}}\n\nT: {n} is {n}.\n"
    for n in range(4)
)


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A shipped deck of spoken questions and quick ones."""
    path = tmp_path / "shipped" / "en" / "conv.md"
    path.write_text(f'---\ntitle = "Convolution"\ntopics = ["conv"]\n---\n\n{SHIPPED}', encoding="utf-8")
    return path


def plan_at(folder: Path, options: Options) -> Plan:
    """Return the interview of a learner whose data is in this folder."""
    desk = Desk(Home(folder), FakeClock())
    try:
        return desk.interviews().start(options).plan
    finally:
        desk.close()


def test_two_people_with_one_seed_are_asked_the_same_whatever_decks_of_their_own_they_have(
    shipped: Path, tmp_path: Path
) -> None:
    options = Options(seed=4711)
    write_deck(Home(tmp_path / "b"), "pick", "say", "f1")
    first, second = plan_at(tmp_path / "a", options), plan_at(tmp_path / "b", options)
    questions = [(each.content, each.title) for each in first.questions]
    assert questions == [(each.content, each.title) for each in second.questions]
    assert first.fingerprint == second.fingerprint
    assert [asked(each, options, spoken=True).options for each in first.questions] == [
        asked(each, options, spoken=True).options for each in second.questions
    ]
    other = plan_at(tmp_path / "a", Options(seed=4712))
    assert other.fingerprint != first.fingerprint


def test_a_third_to_a_half_of_the_questions_are_no_problems(shipped: Path, tmp_path: Path) -> None:
    plan = plan_at(tmp_path / "a", Options(seed=1))
    kinds = Counter(each.kind for each in plan.questions)
    assert kinds[Kind.POINTS] == 3
    assert kinds[Kind.CHOICE] + kinds[Kind.CLAIM] == 4 and min(kinds[Kind.CHOICE], kinds[Kind.CLAIM]) >= 1
    assert kinds[Kind.PROBLEM] == 8
    assert any("```" in each.content for each in plan.questions if each.kind is Kind.CHOICE), "what does this print"


def test_problems_go_around_the_topics_and_families_before_any_comes_again(shipped: Path, tmp_path: Path) -> None:
    plan = plan_at(tmp_path / "a", Options(count=12, seed=3))
    problems = [each for each in plan.questions if each.kind is Kind.PROBLEM]
    topics = {name.partition(".")[0] for name in catalog.names()}
    assert len({each.topic for each in problems}) == min(len(problems), len(topics))
    plan = plan_at(tmp_path / "a", Options(("conv",), count=12, seed=3))
    assert {each.topic for each in plan.questions} == {"conv"}


def test_with_few_problems_or_none_other_kinds_fill_up(tmp_path: Path) -> None:
    write_deck(Home(tmp_path / "a"), "say", "yes", "no", "pick")
    plan = plan_at(tmp_path / "a", Options(("mini",), count=10))
    assert Counter(each.kind for each in plan.questions) == {Kind.POINTS: 1, Kind.CLAIM: 2, Kind.CHOICE: 1}


def test_what_cannot_be_asked_is_a_usage_error_that_lists_the_topics(tmp_path: Path) -> None:
    with open_store(Home(tmp_path / "a")) as store:
        sync(store, Home(tmp_path / "a"), START)
        with pytest.raises(UsageError, match="no topic 'nothing'") as caught:
            select(store, Options(("nothing", "metrics")))
        assert "metrics" in caught.value.hint


def test_a_deck_without_questions_an_interview_can_ask_is_told(tmp_path: Path) -> None:
    write_deck(Home(tmp_path / "a"), CARDS["floor"])
    with pytest.raises(UsageError, match="nothing to ask"):
        plan_at(tmp_path / "a", Options(("mini",)))


def test_a_problem_that_cannot_be_drawn_is_replaced_and_a_broken_worker_gives_up_soon(desk: Desk) -> None:
    interviews: Interviews = desk.interviews()
    FakeWorker.trouble = StudydlError("the process stopped")
    with pytest.raises(StudydlError, match="could not be drawn"):
        interviews.start(Options(("metrics",), count=5))
    assert FakeWorker.drawn.total() == 1 + MOST_SPARES
    assert interviews.unfinished() is None


def test_progress_is_told_while_problems_are_drawn(desk: Desk) -> None:
    told = list[tuple[int, int]]()
    desk.interviews().start(Options(("metrics",), count=4), lambda ready, of: told.append((ready, of)))
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4)]


def test_what_is_not_said_has_a_sensible_default() -> None:
    default = options_of(Wish())
    assert (default.topics, default.count, default.minutes, default.level) == ((), 15, 30, 3)
    assert options_of(Wish(count=5)).minutes == 10
    assert options_of(Wish(count=5, minutes=60, seed=3)) == Options((), 3, 5, 60, 3)
    assert all(0 <= options_of(Wish()).seed < 1_000_000 for _ in range(100)), "short enough to be read out"
