"""Coming back to a session of the same day: to the very screen it was left at."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest

from studydl.memory.model import Rating
from studydl.paths import Home
from studydl.store import driver
from studydl.store.backup import back_up
from studydl.study import library
from studydl.study.desk import Desk
from studydl.study.pace import USUAL
from studydl.study.session import Session
from studydl.study.view import Stage, View
from studydl.tui.desk import read_glance
from tests.study.helpers import (
    UNREADABLE,
    WRONG,
    FakeClock,
    answer,
    answer_and_go_on,
    counted,
    doubts,
    events,
    go_to,
    imprecise,
    of_class_0,
    option,
    precision,
    right,
    state,
    write_deck,
)


def said_nothing(view: View) -> View:
    """Return a view without the line about what just happened, which is not kept."""
    return replace(view, message="")


def ask(session: Session) -> None:
    go_to(session, "mine/f1/1")


def keep_text(session: Session) -> None:
    ask(session)
    session.keep("2*3/")


def take_a_hint(session: Session) -> None:
    ask(session)
    session.hint()


def write_unreadably(session: Session) -> None:
    ask(session)
    session.submit(UNREADABLE)


def mend_an_unreadable_text(session: Session) -> None:
    write_unreadably(session)
    session.keep(right(session.view()))


def be_imprecise(session: Session) -> None:
    ask(session)
    session.submit(imprecise(session.view()))


def follow_another_convention(session: Session) -> None:
    ask(session)
    session.hint()
    session.submit(of_class_0(session.view()))


def be_right(session: Session) -> None:
    ask(session)
    session.submit(right(session.view()))


def be_right_in_the_end(session: Session) -> None:
    be_imprecise(session)
    session.submit(right(session.view()))


def be_wrong(session: Session) -> None:
    ask(session)
    session.submit(WRONG)


def make_a_known_mistake(session: Session) -> None:
    ask(session)
    session.submit(precision(session.view()))


def give_up(session: Session) -> None:
    ask(session)
    session.give_up()


def flag_at_the_verdict(session: Session) -> None:
    be_right(session)
    session.flag()


def choose_well(session: Session) -> None:
    session.choose(option(go_to(session, "mine/pick"), good=True))


def choose_badly(session: Session) -> None:
    session.choose(option(go_to(session, "mine/pick"), good=False))


def judge_badly(session: Session) -> None:
    session.choose(option(go_to(session, "mine/no"), good=False))


def see_the_options(session: Session) -> None:
    go_to(session, "mine/pick")


def reveal(session: Session) -> None:
    go_to(session, "mine/say")
    session.reveal()


def reveal_a_learning_card(session: Session) -> None:
    answer_and_go_on(session)
    session.undo()
    session.reveal()


def undo(session: Session) -> None:
    be_wrong(session)
    session.rate(Rating.HARD)
    session.undo()


def set_cards_aside(session: Session) -> None:
    session.suspend()
    session.bury()
    answer_and_go_on(session)


def ask_for_a_twin(session: Session) -> None:
    be_wrong(session)
    session.twin()


def answer_the_twin(session: Session) -> None:
    ask_for_a_twin(session)
    session.submit(right(session.view()))


@pytest.mark.parametrize(
    "leave_at",
    [
        ask,
        keep_text,
        take_a_hint,
        write_unreadably,
        mend_an_unreadable_text,
        be_imprecise,
        follow_another_convention,
        be_right,
        be_right_in_the_end,
        be_wrong,
        make_a_known_mistake,
        give_up,
        flag_at_the_verdict,
        choose_well,
        choose_badly,
        judge_badly,
        see_the_options,
        reveal,
        reveal_a_learning_card,
        undo,
        set_cards_aside,
        ask_for_a_twin,
        answer_the_twin,
    ],
)
def test_a_session_comes_back_to_the_very_screen(
    open_desk: Callable[[], Desk], leave_at: Callable[[Session], None]
) -> None:
    desk = open_desk()
    session = desk.study()
    leave_at(session)
    left, logged = said_nothing(session.view()), events(desk)
    session.close()
    desk.close()
    back = open_desk().study()
    assert said_nothing(back.view()) == left
    assert events(open_desk()) == logged, "coming back is no event"


def test_a_session_that_was_killed_comes_back_too(open_desk: Callable[[], Desk]) -> None:
    session = open_desk().study()
    be_wrong(session)
    assert said_nothing(open_desk().study().view()) == said_nothing(session.view())


def test_a_revealed_answer_is_kept_once_it_is_painted(open_desk: Callable[[], Desk]) -> None:
    session = open_desk().study()
    go_to(session, "mine/say")
    logged = events(open_desk())
    session.reveal()
    unpainted = open_desk().study().view()
    assert unpainted.stage is Stage.ASKING
    assert unpainted.question == session.view().question
    session.look_ahead()
    assert said_nothing(open_desk().study().view()) == said_nothing(session.view())
    assert events(open_desk()) == logged, "nothing counts before it is rated"


def test_one_may_leave_a_revealed_answer_while_another_program_holds_the_database(
    home: Home, open_desk: Callable[[], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "BUSY_SECONDS", 0.05)
    session = open_desk().study()
    go_to(session, "mine/say")
    session.reveal()
    with closing(driver.connect(home.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        session.close()
        other.execute("ROLLBACK")
    assert open_desk().study().view().question == session.view().question


def test_the_rest_of_a_resumed_session_is_what_was_left(open_desk: Callable[[], Desk]) -> None:
    session = open_desk().study()
    planned = session.view().left.total
    seen = list[str]()
    while (question := session.view().question) is not None and question.key not in seen:
        seen.append(question.key)
        answer(session)
        if session.view().stage is Stage.VERDICT:
            session.rate(Rating.EASY)
        session = open_desk().study()
    assert len(seen) == planned
    assert sorted(set(seen)) == sorted(seen)


def test_the_rating_at_a_resumed_verdict_amends_the_answer(open_desk: Callable[[], Desk]) -> None:
    be_wrong(open_desk().study())
    desk = open_desk()
    desk.study().rate(Rating.HARD)
    assert [e.rating for e in counted(desk) if e.card_key == "mine/f1/1"] == [Rating.HARD]
    assert doubts(desk) == []


def test_a_resumed_verdict_of_a_known_card_shows_the_waits_it_had(
    open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    session = open_desk().study()
    go_to(session, "mine/yes")
    new = answer(session).intervals
    session.rate(Rating.EASY)
    clock.later(days=30)
    session = open_desk().study()
    go_to(session, "mine/yes")
    session.flag()
    answer(session)
    shown = session.flag()
    assert shown.stage is Stage.VERDICT
    assert shown.intervals != new
    assert said_nothing(open_desk().study().view()) == said_nothing(shown)


def test_a_resumed_answer_can_be_undone(open_desk: Callable[[], Desk]) -> None:
    flag_at_the_verdict(open_desk().study())
    desk = open_desk()
    session = desk.study()
    view = session.undo()
    assert view.question is not None
    assert (view.question.key, view.stage) == ("mine/f1/1", Stage.ASKING)
    assert "mine/f1/1" not in {event.card_key for event in counted(desk) if event.kind == "answer"}
    assert state(desk, "mine/f1/1").flag, "a flag is not what undo takes back"


def test_the_free_try_is_not_given_twice_by_leaving(open_desk: Callable[[], Desk]) -> None:
    be_imprecise(open_desk().study())
    session = open_desk().study()
    assert session.submit(imprecise(session.view())).suggested is Rating.AGAIN


def test_a_session_of_yesterday_is_not_taken_up(open_desk: Callable[[], Desk], clock: FakeClock) -> None:
    desk = open_desk()
    session = desk.study()
    go_to(session, "mine/f1/1")
    session.keep("2*3/")
    yesterday = session.id
    clock.later(days=1)
    session = desk.study()
    assert session.id != yesterday
    assert (session.view().text, session.view().answered) == ("", 0)


def test_a_finished_session_is_not_taken_up(home: Home, open_desk: Callable[[], Desk]) -> None:
    write_deck(home, "floor")
    desk = open_desk()
    session = desk.study()
    session.reveal()
    session.rate(Rating.EASY)
    session.close()
    assert desk.study().id != session.id


def test_home_counts_what_is_left_of_an_unfinished_session(desk: Desk) -> None:
    assert desk.overview().unfinished == 0
    session = desk.study()
    answer_and_go_on(session)
    assert desk.overview().unfinished == session.view().left.total


def test_home_counts_no_card_that_was_taken_out_of_its_deck(home: Home, open_desk: Callable[[], Desk]) -> None:
    session = open_desk().study()
    planned = session.view().left.total
    write_deck(home, "floor", "sum", "pick", "yes", "no", "say")
    assert open_desk().overview().unfinished == planned - 1
    (home.decks / "mini.md").unlink()
    assert open_desk().overview().unfinished == 0


def test_the_time_told_is_that_of_the_session_under_way(desk: Desk) -> None:
    desk.study(limit=1)
    assert desk.overview().unfinished == 1
    assert desk.overview().minutes < round(sum(USUAL.values()) / 60_000)


def test_the_choice_of_decks_starts_another_session(home: Home, open_desk: Callable[[], Desk]) -> None:
    write_deck(home, "## Other {#other}\n\nQ: Other?\nA: Yes.\n", name="other")
    desk = open_desk()
    everything = desk.study().id
    assert desk.study().id == everything
    other = desk.study(["other"]).id
    assert other != everything
    assert desk.study(["other"]).id == other


def test_a_card_taken_out_of_its_deck_while_away_is_passed_over(home: Home, open_desk: Callable[[], Desk]) -> None:
    session = open_desk().study()
    go_to(session, "mine/f1/1")
    session.submit(WRONG)
    session.undo()
    session.keep("7")
    write_deck(home, "floor", "sum", "pick")
    view = open_desk().study().view()
    assert view.question is None or view.question.key in {"mine/floor", "mine/sum/1", "mine/pick"}


OPENED: list[str] | None = None  # the files opened by Python itself while this is a list


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if OPENED is not None and event == "open":
        OPENED.append(str(arguments[0]))


def test_nothing_but_sqlite_opens_the_database(
    home: Home, open_desk: Callable[[], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closing a file gives up the locks SQLite has on it: an older SQLite may then delete the newest answers."""
    sys.addaudithook(_hear)
    heard = list[str]()
    monkeypatch.setitem(globals(), "OPENED", heard)
    desk = open_desk()
    session = desk.study()
    read_glance(home)
    answer_and_go_on(session)
    desk.practice(["metrics.f1"], level=1, count=2)
    library.sync(desk.store, home, 2)
    back_up(home)
    desk.overview()
    desk.close()
    databases = [path for path in heard if path.startswith(str(home.database))]
    assert any(path.endswith(".md") for path in heard) and databases == []
