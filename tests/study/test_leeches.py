from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from studydl.memory.model import Memory, Phase, Rating
from studydl.paths import Home
from studydl.study.desk import Desk
from studydl.study.leeches import lapses_after, remedy
from studydl.study.session import Session
from studydl.study.view import Stage
from tests.study.helpers import FAMILY, FakeClock, answer, answer_and_go_on, go_to, prefer, state, write_deck

HARD_SKILL = f"## Hard {{#hard}}\n\nPractice: {FAMILY}\nafter: floor\n"


def forgotten(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock, key: str, *cards: str
) -> tuple[Desk, Session]:
    """Learn cards, and forget one of them as often as it takes to be a leech; return the session of the last time."""
    prefer(home, leech_lapses=2, learning_steps=[], relearning_steps=[])
    write_deck(home, *cards)
    desk = open_desk()
    for _ in range(60):
        session = desk.study()
        while (view := session.view()).question is not None:
            assert not view.leech
            good = view.question.key != key or view.question.phase is Phase.NEW
            if not good and state(desk, key).memory.lapses == 1:
                answer(session, good)
                return desk, session
            answer_and_go_on(session, good)
        session.close()
        clock.later(days=1)
    raise AssertionError("it did not become a leech")


def test_a_leech_of_a_skill_names_the_card_to_revise(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    _, session = forgotten(home, open_desk, clock, "mine/hard/1", "floor", HARD_SKILL)
    assert session.view().stage is Stage.VERDICT
    assert session.view().leech == 'Forgotten 2 times: revise the card "It is floored" first.'


def test_a_leech_of_a_skill_without_such_a_card_goes_back_to_the_example(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    _, session = forgotten(home, open_desk, clock, "mine/f1/1", "f1")
    assert session.view().leech == "Forgotten 2 times: go through the worked solution, then try a twin."
    assert session.summary().leeches == (("F1", "go through the worked solution, then try a twin"),)


def test_another_leech_is_to_be_edited_or_suspended(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    desk, session = forgotten(home, open_desk, clock, "mine/floor", "floor")
    said = "edit it so that it asks for one thing, or suspend it when it comes again"
    assert session.summary().leeches == (("It is floored", said),)
    session.close()
    clock.later(days=1)
    session = desk.study()
    go_to(session, "mine/floor")
    view = session.reveal()
    assert view.leech == f"Forgotten 2 times: {said}."
    assert not session.rate(Rating.GOOD).leech


def test_only_what_was_known_can_be_forgotten() -> None:
    learning, known = Memory(Phase.RELEARNING, lapses=3), Memory(Phase.REVIEW, lapses=3)
    assert [lapses_after(before, Rating.AGAIN) for before in (learning, known)] == [3, 4]
    assert lapses_after(known, Rating.GOOD) == lapses_after(known, None) == 3


def test_a_leech_that_came_with_studydl_cannot_be_edited_and_is_not_said_to_be(
    home: Home, open_desk: Callable[[], Desk], tmp_path: Path
) -> None:
    shipped = tmp_path / "shipped" / "en" / "numbers.md"
    shipped.write_text("---\ntitle = 'Numbers'\n---\n\n## One {#one}\n\nQ: Is it odd?\nA: Yes.\n", encoding="utf-8")
    desk = open_desk()
    said = remedy(desk.store.read(), desk.store, "studydl/one")
    assert said == "make a copy of your own that asks for one thing, or suspend it when it comes again"
