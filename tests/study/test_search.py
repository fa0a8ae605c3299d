"""What can be typed into the search box."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from studydl.errors import UsageError
from studydl.paths import Home
from studydl.study.browser import Order
from studydl.study.desk import Desk
from studydl.study.search import EXAMPLES
from tests.study.helpers import FakeClock, answer_and_go_on, go_to, write_deck

OpenDesk = Callable[[], Desk]


def found(desk: Desk, text: str) -> list[str]:
    return [card.key.removeprefix("mine/") for card in desk.browser.first(text)]


EVERYTHING = ["floor", "sum/1", "sum/2", "pick", "yes", "no", "say", "f1/1", "f1/2", "f1/3"]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", EVERYTHING),
        ("floored", ["floor"]),
        ("FLOO up", ["floor"]),
        ('"floored or rounded"', ["floor"]),
        ('"rounded floored"', []),
        ('"round"', []),
        ("round", ["floor"]),
        ("gelu", ["pick"]),  # in an option
        ("statistics running", ["no"]),  # in a claim and its correction
        ("zeroes", ["say"]),  # in a point
        ("metrics.f1", ["f1/1", "f1/2", "f1/3"]),
        ("kind:claim", ["yes", "no"]),
        ("kind:claim -relu", ["no"]),
        ("-kind:skill -soft -kind:claim", ["floor", "pick", "say"]),
        ("deck:mini kind:points", ["say"]),
        ('deck:"Mini"', EVERYTHING),
        ("-deck:mini", []),
        ("topic:metrics", ["f1/1", "f1/2", "f1/3"]),
        ("is:new flag:0", EVERYTHING),
        ("flag:1", []),
        ("IS:NEW kind:POINTS", ["say"]),
        ("added:1 kind:points", ["say"]),
        ("is:retired", []),
        ("prop:lapses>=0", []),
        ("-", EVERYTHING),  # the first key of something
        ("? …", EVERYTHING),
        ('"floored or', ["floor"]),  # not closed yet
    ],
)
def test_a_search_means_what_it_says(desk: Desk, text: str, keys: list[str]) -> None:
    assert found(desk, text) == keys


@pytest.mark.parametrize("example", [example for example, _ in EXAMPLES])
def test_every_example_of_the_help_can_be_typed(desk: Desk, example: str) -> None:
    desk.browser.first(example)
    desk.browser.first(f"-{example.removeprefix('-')}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("is:du", "is: does not know 'du'. Did you mean due?"),
        ("dek:conv", "There is no filter dek. Did you mean deck?"),
        ("dek:conv", '"dek:conv"'),
        ("kind:clozes", "Did you mean cloze?"),
        ("kind:essay", "There is basic, cloze, choice, claim, points, skill."),
        ("rated:x", "needs a number of days"),
        ("rated:0", "needs a number of days"),
        ("rated:7:goood", "Did you mean good?"),
        ("added:-1", "needs a number of days"),
        ("flag:4", "one flag"),
        ("deck:", "deck: needs a value."),
        ("prop:stabilty>3", "Did you mean stability?"),
        ("prop:lapses", "needs a comparison"),
    ],
)
def test_a_filter_that_is_not_known_names_the_nearest(desk: Desk, text: str, words: str) -> None:
    with pytest.raises(UsageError) as error:
        desk.browser.first(text)
    assert words in str(error.value)


@pytest.mark.parametrize(
    "text", ['" OR 1=1 --', "%", "_", "*", "NEAR(a b)", "a AND", "^a", "\\", "'", "-" * 300, "a" * 9999, "a " * 300]
)
def test_nothing_that_is_typed_breaks_a_search(desk: Desk, text: str) -> None:
    desk.browser.first(text)
    desk.browser.first(f"deck:{text}")


def test_a_card_no_longer_in_its_deck_is_found_only_when_asked_for(open_desk: OpenDesk, home: Home) -> None:
    open_desk().close()
    write_deck(home, "floor")
    again = open_desk()
    assert found(again, "") == ["floor"]
    assert "pick" in found(again, "is:retired") and "floor" not in found(again, "is:retired")


def test_days_are_study_days_of_the_learner(desk: Desk, clock: FakeClock) -> None:
    session = desk.study()
    go_to(session, "mine/pick")
    answer_and_go_on(session, good=False)
    assert found(desk, "rated:1:again") == ["pick"]
    assert "pick" in found(desk, "rated:1") and found(desk, "rated:1:hard") == []
    clock.later(days=1)
    assert found(desk, "rated:1") == [] and found(desk, "rated:2:1") == ["pick"]
    assert found(desk, "added:1") == [] and found(desk, "added:2") == EVERYTHING


def test_the_learners_own_notes_are_found(desk: Desk) -> None:
    desk.browser.note("mine/pick", "Ask Kim about the 1/2")
    desk.browser.note("mine/floor", "see page 7")
    assert found(desk, "note:kim") == found(desk, 'note:"about the"') == ["pick"]
    assert found(desk, "is:noted") == ["floor", "pick"]
    assert found(desk, "kim") == [], "words are looked for in the cards"
    assert found(desk, "is:noted -note:kim") == ["floor"]
    desk.browser.note("mine/pick", "")
    assert found(desk, "is:noted") == ["floor"] and found(desk, "note:kim") == []


def test_every_search_finds_the_same_cards_in_every_order(desk: Desk, clock: FakeClock) -> None:
    session = desk.study()
    for good in (True, False, True):
        answer_and_go_on(session, good=good)
    for text in ("", "is:new", "-is:new", "kind:claim", "rated:1", "floored", "-floored kind:basic", "is:retired"):
        wanted = set(found(desk, text))
        for order in Order:
            for descending in (False, True):
                assert {
                    card.key.removeprefix("mine/") for card in desk.browser.first(text, order, descending)
                } == wanted
