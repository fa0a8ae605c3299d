"""Cards changed in the middle of a session, and settings that hold from the next one on."""

from __future__ import annotations

from studydl.memory.model import Rating
from studydl.paths import Home
from studydl.store import states
from studydl.study import library
from studydl.study.desk import Desk
from studydl.study.session import Session
from studydl.study.view import Form, Stage
from tests.study.helpers import write_deck


def ask(home: Home, words: str) -> None:
    """Write a deck of three plain cards that ask with these words."""
    write_deck(home, *(f"## Card {n} {{#c{n}}}\n\nQ: {words} {n}?\nA: yes\n" for n in range(3)))


def at_floor(desk: Desk) -> Session:
    """Return a session that asks a plain card first."""
    session = desk.study(limit=10)
    while (question := session.view().question) is not None and question.form is not Form.REVEAL:
        session.bury()
    assert session.view().question is not None
    return session


def test_a_card_changed_in_a_session_is_shown_as_it_is_now(desk: Desk) -> None:
    session = at_floor(desk)
    question = session.view().question
    assert question is not None
    sheet = desk.authoring().open(question.key)
    session.reveal()
    view = session.reread(desk.authoring().save(sheet, sheet.text.replace(question.prompt, "Changed?", 1)))
    assert view.question is not None
    assert (view.question.key, view.question.prompt, view.stage) == (question.key, "Changed?", Stage.REVEALED)
    assert view.message == "Saved."


def test_of_a_copy_it_says_that_it_comes_later(desk: Desk) -> None:
    session = at_floor(desk)
    question = session.view().question
    assert question is not None
    copy = desk.authoring().copied(desk.authoring().open(question.key))
    view = session.reread(desk.authoring().save(copy, copy.text))
    assert view.question is not None
    assert (view.question.key, view.message) == (question.key, "Your copy is saved; it comes among the new cards.")


def test_a_changed_card_that_was_read_ahead_is_shown_as_it_is_now(desk: Desk, home: Home) -> None:
    ask(home, "Question")
    library.sync(desk.store, home, 2)
    session = at_floor(desk)
    session.reveal()
    session.look_ahead()
    question = session.rate(Rating.GOOD).question
    assert question is not None
    sheet = desk.authoring().open(question.key)
    changed = session.reread(desk.authoring().save(sheet, sheet.text.replace(question.prompt, "Changed?", 1))).question
    assert changed is not None
    assert (changed.key, changed.prompt) == (question.key, "Changed?")


def test_a_card_changed_between_two_sittings_is_shown_as_it_is_now(desk: Desk, home: Home) -> None:
    ask(home, "Question")
    library.sync(desk.store, home, 2)
    before = at_floor(desk)
    before.look_ahead()
    before.close()
    ask(home, "Changed")
    desk.take_decks()
    again = desk.study(limit=10)
    again.reveal()
    question = again.rate(Rating.GOOD).question
    assert question is not None and question.prompt.startswith("Changed")


def test_progress_stays_with_a_changed_card(desk: Desk) -> None:
    session = at_floor(desk)
    question = session.view().question
    assert question is not None
    session.reveal()
    session.rate(Rating.EASY)
    memory = states.get(desk.store.read(), desk.store.learner, question.key).memory
    sheet = desk.authoring().open(question.key)
    desk.authoring().save(sheet, sheet.text.replace(question.prompt, "Changed?", 1))
    assert states.get(desk.store.read(), desk.store.learner, question.key).memory == memory


def test_a_card_that_is_gone_gives_way_to_the_next(desk: Desk, home: Home) -> None:
    session = at_floor(desk)
    question = session.view().question
    assert question is not None
    sheet = desk.authoring().open(question.key)
    text = sheet.path.read_text()
    sheet.path.write_text(text.replace(sheet.text, ""))
    library.sync(desk.store, home, 2)
    view = session.reread(question.key)
    assert view.question is None or view.question.key != question.key


def test_the_value_of_what_is_typed_can_be_turned_off(desk: Desk) -> None:
    def live() -> str:
        session = desk.practice()
        return session.live("1/2 + 1/4")

    assert "0.75" in live()
    desk.options().set("live_value", "off")
    desk.take_settings()
    assert live() == ""


def test_a_setting_holds_from_the_next_session_on(desk: Desk) -> None:
    desk.options().set("new_per_day", "1")
    desk.options().set("minutes_per_session", "240")
    desk.take_settings()
    assert desk.study().view().left.new <= 1
