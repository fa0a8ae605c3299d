"""What a new learner is asked, and what comes of the answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from studydl.memory.days import EPOCH
from studydl.paths import Home
from studydl.study.welcome import Wishes
from studydl.tui.application import StudyApp
from studydl.tui.desk import DeskThread
from studydl.tui.gate import KeyGate
from tests.tui.conftest import USUAL, FakeDesk, FakeSession, Opener, Reader

NEW_HERE = replace(USUAL, first_time=True)
SIZES = [(60, 20), (80, 24), (120, 40)]


@pytest.mark.parametrize("size", SIZES)
async def test_enter_alone_leads_to_the_first_card(opened: Opener, size: tuple[int, int]) -> None:
    async with opened("card", at_home=True, seen=NEW_HERE, size=size) as reader:
        assert "What is it for?" in reader.text
        assert "Daily study" in reader.text
        await reader.press("enter")
        assert "Where do you start?" in reader.text
        assert "20 minutes a session" in reader.text
        await reader.press("enter")
        assert reader.desk.asked == [("welcome", Wishes())]
        assert "How wide is" in reader.text


async def test_an_interview_asks_for_its_day(opened: Opener) -> None:
    async with opened("card", at_home=True, seen=NEW_HERE) as reader:
        await reader.press("down", "enter")
        assert reader.keys.startswith("enter next  esc back")
        day = date.today() + timedelta(days=30)
        await reader.type(day.isoformat())
        await reader.press("enter", "down", "right", "enter")
        wishes = Wishes(minutes=30, start="conv", exam_day=day.toordinal() - EPOCH)
        assert reader.desk.asked == [("welcome", wishes)]


@pytest.mark.parametrize(("text", "said"), [("soon", "is no date"), ("2020-01-01", "is over")])
async def test_a_day_that_cannot_be_is_asked_for_again(opened: Opener, text: str, said: str) -> None:
    async with opened("card", at_home=True, seen=NEW_HERE) as reader:
        await reader.press("down", "enter")
        await reader.type(text)
        await reader.press("enter")
        assert said in reader.text
        await reader.press("escape")
        assert "What is it for?" in reader.text


async def test_the_questions_may_be_passed_over(opened: Opener) -> None:
    async with opened("card", at_home=True, seen=NEW_HERE) as reader:
        await reader.press("escape")
        assert reader.desk.asked == [("pass_welcome",)]
        assert "Study everything due" in reader.text


async def test_practice_sets_are_told_the_command(opened: Opener) -> None:
    async with opened("card", at_home=True, seen=NEW_HERE) as reader:
        await reader.press("down", "down", "enter")
        assert reader.desk.asked == [("pass_welcome",)]
        assert "studydl sheet make" in reader.text


async def test_who_has_studied_is_not_asked(opened: Opener) -> None:
    async with opened("card", at_home=True) as reader:
        assert "What is it for?" not in reader.text


async def test_nothing_opens_while_the_decks_are_prepared_for_the_first_time(tmp_path: Path) -> None:
    prepared, desk = Event(), FakeDesk(FakeSession([]), NEW_HERE)

    def slow(_: Home) -> Any:
        assert prepared.wait(10)
        return desk

    app = StudyApp(Home(tmp_path), None, DeskThread(Home(tmp_path), slow, lambda _: None), KeyGate())
    async with app.run_test(size=(80, 24)) as pilot:
        reader = Reader(app, pilot, desk)
        for _ in range(500):
            if "Preparing your decks" in reader.text:
                break
            await pilot.pause(0.01)
        await pilot.press("enter", "p")
        assert "Preparing your decks" in reader.text
        prepared.set()
        await reader.settle()
        await reader.settle()
        assert "What is it for?" in reader.text
        assert desk.asked == []
