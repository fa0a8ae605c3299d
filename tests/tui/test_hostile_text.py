"""Nothing a deck holds or a learner types reaches the terminal as anything but text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from textual.geometry import Offset

from studydl.tui.screens.study import StudyScreen

if TYPE_CHECKING:
    from tests.tui.conftest import Opener, Reader

HOSTILE = "a [@click=app.quit]x[/b] [red]b \x1b[2J\x1b]0;title\x07 \x9b31m c"


@pytest.mark.parametrize("form", ["problem", "choice", "card", "points"])
async def test_markup_and_escape_sequences_in_a_card_are_shown_as_text(opened: Opener, form: str) -> None:
    async with opened(form) as reader:
        question = reader.session.questions[0]
    hostile = replace(
        question, prompt=HOSTILE, deck=HOSTILE, title=HOSTILE, answer=HOSTILE, explanation=HOSTILE, source=HOSTILE,
        notice=HOSTILE, code=HOSTILE, asked=HOSTILE, conventions=(HOSTILE,), steps=(HOSTILE,) * 2, hints=(HOSTILE,),
        options=(HOSTILE,) * 2 if question.options else (), points=(HOSTILE,) * 2 if question.points else (),
    )  # fmt: skip
    async with opened(hostile, size=(120, 60)) as reader:
        await _check_harmless(reader, click=form != "choice")  # a click on an option answers
        match form:
            case "problem":
                await reader.type("0.5")
                await reader.press("enter", "w", "v")
            case "choice":
                await reader.press("1", "enter", "v")
            case _:
                await reader.press("enter", "v")
        await _check_harmless(reader)


async def _check_harmless(reader: Reader, click: bool = True) -> None:
    assert "a [@click=app.quit]x[/b] [red]b" in reader.text
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for line in reader.lines for char in line)
    for y, line in enumerate(reader.lines):
        if click and (x := line.find("app.quit")) >= 0:
            await reader.pilot.click(offset=Offset(x, y))
    assert reader.app.is_running and reader.app.return_code is None


async def test_control_characters_do_not_get_into_the_answer_box(opened: Opener) -> None:
    async with opened("problem") as reader:
        screen = reader.app.screen
        assert isinstance(screen, StudyScreen)
        screen.sheet.box.insert_text_at_cursor("1\x1b[2J")
        await reader.settle()
        assert "\x1b" not in reader.box
