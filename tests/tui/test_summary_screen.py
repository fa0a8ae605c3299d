"""What a learner reads after a session."""

from __future__ import annotations

import time
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from studydl.study.view import Summary
from studydl.tui.screens.summary import report, wait_text

if TYPE_CHECKING:
    from tests.tui.conftest import Opener


def read(summary: Summary) -> str:
    console = Console(file=StringIO(), width=60)
    console.print(report(summary))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "A card is back: enter shows it."),
        (30, "less than a minute"),
        (60, "in 1 min"),
        (61, "in 2 min"),
    ],
)
def test_the_wait_for_a_learning_card_is_told_in_minutes(seconds: float, words: str) -> None:
    assert words in wait_text(seconds)


async def test_the_summary_lists_what_was_missed_and_what_comes_back(opened: Opener) -> None:
    async with opened("card") as reader:
        await reader.press("enter", "1")
        assert "1 answer, 0 right at the first try, 3 min" in reader.text
        assert "To see again" in reader.text and "Output size rounds down" in reader.text
        assert "ties count one" in reader.text
        assert "in 9 days" in reader.text


def test_the_first_day_says_how_to_return() -> None:
    first = Summary(4, 4, (), 0.4, (("tomorrow", 4),), 0, first_day=True)
    assert "To come back, type studydl in a terminal." in read(first)
    assert "less than a minute" in read(first)
    assert "studydl" not in read(replace(first, first_day=False))


def test_what_was_set_aside_is_told_where_nothing_was_answered_too() -> None:
    nothing = Summary(0, 0, (), 0.0, (), 0, put_off=3)
    assert " ".join(read(nothing).split()) == "Nothing to do now 3 put off until tomorrow"


async def test_a_learning_card_that_comes_back_soon_is_waited_for(opened: Opener) -> None:
    async with opened("card", wait_ms=int((time.time() + 600) * 1000)) as reader:
        await reader.press("enter", "enter")
        assert "A card comes back in 10 min." in reader.text
        assert "enter home" in reader.keys


async def test_enter_goes_on_once_a_learning_card_is_back(opened: Opener) -> None:
    async with opened("card", "choice", wait_ms=1) as reader:
        await reader.press("enter", "enter")
        last = reader.session.questions.pop()
        await reader.press("f")  # any call on the session sees that nothing is left
        assert "A card is back" in reader.text and "enter next card" in reader.keys
        reader.session.questions.append(last)
        await reader.press("enter")
        assert "What gradient" in reader.text
