"""What a learner reads after a session."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from studydl.tui.screens.summary import wait_text

if TYPE_CHECKING:
    from tests.tui.conftest import Opener


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
