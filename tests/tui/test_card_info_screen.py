"""What a learner reads about one card, and the note written there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from studydl.study.view import Stage
from tests.study.helpers import answer_and_go_on, counted
from tests.tui.test_browse_screen import SIZES, browsing

if TYPE_CHECKING:
    from studydl.study.desk import Desk
    from tests.tui.test_browse_screen import Browsing

__all__ = ["browsing"]


def study_all(desk: Desk) -> None:
    session = desk.study()
    while session.view().stage is not Stage.DONE:
        answer_and_go_on(session)


@pytest.mark.parametrize("size", SIZES)
async def test_a_new_card_says_so(browsing: Browsing, size: tuple[int, int]) -> None:
    async with browsing(size=size) as reader:
        await reader.press("enter", "i")
        assert "It is floored" in reader.text and "Mini" in reader.text
        assert reader.keys.endswith("n note  e edit  esc back  ? help")
        read = await reader.whole()
        assert "Floored or rounded up?" in read and "Nothing yet: this card is new." in read
        assert "stability" not in read
        await reader.press("escape")
        assert "10 cards" in reader.text


@pytest.mark.parametrize("size", SIZES)
async def test_a_card_that_was_studied_tells_its_memory_and_its_history(
    browsing: Browsing, size: tuple[int, int]
) -> None:
    async with browsing("floor", "yes", size=size) as reader:
        await reader.app.desk.with_desk(study_all)
        await reader.press("enter", "f", "i")
        assert "remembered with 100% probability" in reader.text
        assert "until that falls to 90%" in reader.text
        assert "of 10" in reader.text and "forgotten never" in reader.text
        assert "flagged ⚑" in reader.text
        read = await reader.whole()
        assert "Good" in read and "again in 10 m" in read


async def test_what_was_chosen_is_shown_without_its_marks(browsing: Browsing) -> None:
    card = "## Print {#print}\n\nQ: What does it print?\n\n- [x] `{'y': 2}`\n- [ ] `[2]`\n- [ ] `(2,)`\n- [ ] `2`\n"

    def choose(desk: Desk) -> None:
        session = desk.study()
        question = session.view().question
        assert question is not None
        session.choose(question.options.index("`[2]`"))

    async with browsing(card) as reader:
        await reader.app.desk.with_desk(choose)
        await reader.press("enter", "i")
        assert "“[2]”" in await reader.whole()


async def test_a_note_is_written_changed_and_taken_away(browsing: Browsing) -> None:
    async with browsing() as reader:
        await reader.press("enter", "i", "n")
        assert "enter save" in reader.keys and "esc cancel" in reader.keys
        await reader.type("like int [b]")
        await reader.press("enter")
        assert "your note" in reader.text and "like int [b]" in reader.text
        await reader.press("n")
        await reader.type(" x")
        await reader.press("escape")
        assert "like int [b]" in reader.text and "[b] x" not in reader.text
        await reader.press("n", *["backspace"] * 12, "enter")
        assert "your note" not in reader.text and "note taken away" in reader.text
        assert "u among all cards brings it back" in " ".join(reader.text.split())
        events = await reader.app.desk.with_desk(counted)
        assert [event.text for event in events] == ["like int [b]", ""]


async def test_a_leech_says_what_helps(browsing: Browsing) -> None:
    async with browsing("floor") as reader:

        def forget(desk: Desk) -> None:
            prefer_leech(desk)
            study_all(desk)

        def prefer_leech(desk: Desk) -> None:
            from dataclasses import replace

            desk.schedule.settings = replace(desk.schedule.settings, leech_lapses=0)

        await reader.app.desk.with_desk(forget)
        await reader.press("enter", "i")
        assert "edit it so that it asks for one thing, or suspend it" in " ".join(reader.text.split())


async def test_the_study_screen_opens_it_and_shows_the_note_afterwards(browsing: Browsing) -> None:
    async with browsing("floor") as reader:
        await reader.press("escape", "enter")
        assert "Floored or rounded up?" in reader.text and "i info" not in reader.keys  # it might tell the answer
        await reader.press("space")
        assert "i info" in reader.keys
        await reader.press("i", "n")
        await reader.type("down, as int does")
        await reader.press("enter", "escape")
        assert "Your note: down, as int does" in reader.text
        assert "good" in reader.keys or "accept" in reader.keys or "Good" in reader.text


async def test_moving_the_bar_in_the_history_scrolls(browsing: Browsing) -> None:
    async with browsing("floor", size=(60, 20)) as reader:

        def write_many(desk: Desk) -> None:
            for number in range(30):
                desk.browser.note("mine/floor", f"note {number}")

        await reader.app.desk.with_desk(write_many)
        await reader.press("enter", "i")
        assert "note 29" in reader.text and "It is floored" in reader.text
        await reader.press("pagedown")
        assert "It is floored" not in reader.text and "note: note 2" in reader.text
        await reader.press("pageup")
        assert "It is floored" in reader.text
