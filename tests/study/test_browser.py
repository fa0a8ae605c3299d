"""What the browser does to many cards at once, how it is taken back, and what it tells of one card."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from studydl.errors import StudydlError
from studydl.memory.model import NEW, Phase, Rating
from studydl.paths import Home
from studydl.study.browser import Act
from studydl.study.desk import Desk
from studydl.study.view import Stage
from tests.study.helpers import (
    FakeClock,
    all_states,
    answer_and_go_on,
    counted,
    doubts,
    events,
    go_to,
    prefer,
    state,
)

OpenDesk = Callable[[], Desk]
KEYS = ["mine/floor", "mine/pick", "mine/sum/1"]


def studied(desk: Desk) -> None:
    """Answer every card of the day."""
    session = desk.study()
    while session.view().stage is not Stage.DONE:
        answer_and_go_on(session)


@pytest.mark.parametrize("act", Act)
def test_what_was_done_to_many_cards_is_taken_back_in_one_step(desk: Desk, act: Act) -> None:
    studied(desk)
    desk.browser.act(Act.FLAG, KEYS[:1])
    before, logged = all_states(desk), len(events(desk))
    desk.browser.act(act, KEYS)
    after = all_states(desk)
    assert after != before
    assert {key for key in before if after[key] != before[key]} <= set(KEYS)
    assert doubts(desk) == []
    desk.browser.undo()
    assert all_states(desk) == before
    assert doubts(desk) == []
    assert len(events(desk)) > logged  # nothing was deleted: the undo is written down
    desk.browser.undo()
    assert not state(desk, KEYS[0]).flag
    assert "nothing to take back" in desk.browser.undo()


def test_cards_that_all_have_it_lose_it(desk: Desk) -> None:
    browser = desk.browser
    assert browser.act(Act.SUSPEND, KEYS[:1]) == "Suspended 1 card. u takes it back."
    assert browser.act(Act.SUSPEND, KEYS) == "Suspended 2 cards. u takes it back."
    assert browser.act(Act.SUSPEND, KEYS) == "3 cards back in study. u takes it back."
    assert not any(state(desk, key).suspended for key in KEYS)
    browser.act(Act.FLAG, KEYS)
    assert browser.act(Act.FLAG, KEYS) == "Took the flag off 3 cards. u takes it back."
    assert doubts(desk) == []


def test_what_changes_nothing_is_not_written_down(desk: Desk) -> None:
    before = len(events(desk))
    assert desk.browser.act(Act.RESET, KEYS).startswith("Nothing to change")
    assert len(events(desk)) == before
    assert "nothing to take back" in desk.browser.undo()


def test_a_reset_card_is_new_again_and_keeps_its_history(desk: Desk) -> None:
    studied(desk)
    desk.browser.act(Act.RESET, ["mine/floor"])
    assert state(desk, "mine/floor").memory == NEW
    history = desk.browser.info("mine/floor").history
    assert [event.kind for event in history if event.kind != "answer"] == ["reset"] and len(history) > 1


def test_a_card_suspended_in_the_browser_is_not_asked_in_the_session_of_today(open_desk: OpenDesk) -> None:
    desk = open_desk()
    session = desk.study()
    go_to(session, "mine/pick")
    left = session.view().left.total
    desk.browser.act(Act.SUSPEND, ["mine/yes"])
    desk.close()
    again = open_desk()
    assert again.overview().unfinished == left - 1
    resumed = again.study()
    while (view := resumed.view()).stage is not Stage.DONE:
        assert view.question is not None and view.question.key != "mine/yes"
        answer_and_go_on(resumed)


def test_undo_reaches_back_over_a_restart_but_never_into_a_session(open_desk: OpenDesk, clock: FakeClock) -> None:
    desk = open_desk()
    desk.browser.act(Act.FLAG, KEYS[:1])
    desk.browser.act(Act.BURY, KEYS)
    session = desk.study()
    session.flag()
    studied(desk)
    desk.browser.note(KEYS[0], "mine")
    desk.close()
    clock.later(days=1)
    desk = open_desk()
    assert desk.browser.undo() == "Taken back: changed the note on 1 card."
    assert desk.browser.info(KEYS[0]).note == ""
    assert desk.browser.undo() == "Taken back: put off 3 cards until tomorrow."
    assert all(state(desk, key).buried_day is None for key in KEYS)
    assert desk.browser.undo() == "Taken back: flagged 1 card."
    assert "nothing to take back" in desk.browser.undo()
    assert [event.kind for event in counted(desk) if event.kind != "answer"] == ["flag"]
    assert doubts(desk) == []


def test_what_was_done_days_ago_is_left_alone(desk: Desk, clock: FakeClock) -> None:
    desk.browser.act(Act.SUSPEND, KEYS)
    clock.later(days=2)
    assert "nothing to take back" in desk.browser.undo()
    assert state(desk, KEYS[0]).suspended


def test_progress_is_told_now_and_then(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studydl.study.browser.REPORTED", 2)
    told: list[int] = []
    desk.browser.act(Act.FLAG, [*KEYS, "mine/no", "mine/yes"], told.append)
    desk.browser.undo(told.append)
    assert told == [2, 4, 2, 4]


def test_the_note_is_shown_with_the_answer_only(desk: Desk) -> None:
    session = desk.study()
    go_to(session, "mine/floor")
    desk.browser.note("mine/floor", "  like int(), not round() ")
    assert session.view().note == ""
    assert session.reveal().note == "like int(), not round()"
    desk.browser.note("mine/floor", "")
    assert session.view().note == ""
    assert [event.text for event in counted(desk) if event.kind == "note"] == ["like int(), not round()", ""]
    assert doubts(desk) == []


def test_the_same_note_again_is_not_written_down(desk: Desk) -> None:
    for _ in range(2):
        desk.browser.note("mine/floor", "mine")
    assert [event.kind for event in events(desk)] == ["note"]


def test_a_card_tells_how_well_it_is_known(desk: Desk, clock: FakeClock) -> None:
    studied(desk)
    memory = state(desk, "mine/floor").memory
    assert memory.stability is not None and memory.phase is Phase.REVIEW
    clock.later(days=round(memory.stability))
    info = desk.browser.info("mine/floor")
    assert info.retrievability == pytest.approx(0.9, abs=0.02)  # what stability means
    assert info.card.state.memory == memory
    assert [event.rating for event in info.history] == [Rating.GOOD] * memory.reps
    assert desk.browser.info("mine/f1/3").retrievability is None


def test_a_card_forgotten_too_often_is_a_leech(home: Home, open_desk: OpenDesk, clock: FakeClock) -> None:
    prefer(home, leech_lapses=1)
    desk = open_desk()
    studied(desk)
    assert not desk.browser.info("mine/floor").leech
    clock.later(days=60)
    session = desk.study()
    go_to(session, "mine/floor")
    answer_and_go_on(session, good=False)
    assert desk.browser.info("mine/floor").leech.startswith("Forgotten 1 times: edit it so that it asks for one thing")
    assert [card.key for card in desk.browser.first("is:leech")] == ["mine/floor"]


def test_a_card_that_is_not_there_is_said_calmly(desk: Desk) -> None:
    with pytest.raises(StudydlError, match="no longer there"):
        desk.browser.info("mine/nothing")
    assert desk.browser.question("mine/nothing") is None
    assert desk.browser.question("mine/f1/1") is None
    question = desk.browser.question("mine/sum/2")
    assert question is not None and question.answer == "class"
