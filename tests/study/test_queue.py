"""What there is to study: which skills the path through all decks opens, and whose decks come first."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from studydl.decks.folders import SHIPPED, folders
from studydl.paths import Home
from studydl.store import cards
from studydl.study.desk import Desk
from studydl.study.queue import gather, named_decks
from tests.study.helpers import FAMILY, FakeClock, answer, write_deck


def skills(desk: Desk, *names: str) -> dict[str, list[str]]:
    """Return the skills on offer, by deck."""
    found: dict[str, list[str]] = {}
    today = desk.schedule.today()
    for item in gather(desk.store, today, named_decks(desk.store, names)):
        if item.skill:
            found.setdefault(item.deck, []).append(item.key)
    return found


@pytest.fixture
def shipped(home: Home) -> None:
    """Ship a deck of three skills."""
    deck = write_deck(home, *(f"## Skill {n} {{#skill-{n}}}\n\nPractice: {FAMILY}\n" for n in range(3)))
    deck.rename(folders(home)[SHIPPED] / "rates.md")


@pytest.mark.usefixtures("shipped")
def test_with_all_decks_a_shipped_deck_opens_its_first_skill_only(open_desk: Callable[[], Desk]) -> None:
    assert skills(open_desk())["studydl/rates"] == ["studydl/skill-0/1"]


@pytest.mark.usefixtures("shipped")
def test_a_chosen_deck_opens_all_its_skills(open_desk: Callable[[], Desk]) -> None:
    assert len(skills(open_desk(), "rates")["studydl/rates"]) == 3


@pytest.mark.usefixtures("shipped")
def test_a_skill_once_begun_goes_on_without_its_deck_being_chosen(
    open_desk: Callable[[], Desk], clock: FakeClock
) -> None:
    desk = open_desk()
    session = desk.study(["rates"])
    session.suspend()
    answer(session)
    session.close()
    clock.later(days=30)
    assert skills(desk)["studydl/rates"] == ["studydl/skill-1/1"]


def test_all_skills_of_a_deck_of_ones_own_are_open(home: Home, open_desk: Callable[[], Desk]) -> None:
    write_deck(home, *(f"## Skill {n} {{#skill-{n}}}\n\nPractice: {FAMILY}\n" for n in range(3)))
    assert len(skills(open_desk())["mine/mini"]) == 3


def test_decks_of_ones_own_come_before_the_shipped_ones(home: Home, open_desk: Callable[[], Desk]) -> None:
    write_deck(home, "sum")
    desk = open_desk()
    assert cards.decks(desk.store.read(), desk.store.learner)[0].name == "mini"
