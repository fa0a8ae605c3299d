"""What a learner reads on the home screen, and where its keys lead."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import pytest

from studydl.errors import DamagedDatabase, StoreError, UsageError
from studydl.paths import Home
from studydl.store.glance import DeckCount, Glance
from studydl.tui.application import StudyApp
from studydl.tui.desk import DeskThread
from studydl.tui.screens.home import HomeScreen
from tests.tui.conftest import USUAL, deck

if TYPE_CHECKING:
    from pathlib import Path

    from studydl.study.desk import Desk
    from studydl.study.overview import Overview
    from tests.tui.conftest import Opener

SIZES = [(80, 24), (200, 60), (50, 20)]


@pytest.mark.parametrize("size", SIZES)
async def test_home_shows_decks_counts_forecast_and_time(opened: Opener, size: tuple[int, int]) -> None:
    async with opened("card", size=size, at_home=True) as reader:
        assert "Study everything due (24)" in reader.text
        line = next(line for line in reader.lines if line.strip().startswith("Convolution"))
        assert line.split() == ["Convolution", "12", "due"] + (["1", "learning"] if size[0] > 60 else []) + ["2", "new"]
        assert "24 cards, about 14 min" in reader.text
        assert "5 of the last 7 days" in reader.text
        assert "█" in reader.text
        for entry in ("enter study", "p practice", "i interview", "t stats", "q quit", "? help"):
            assert entry in reader.keys


async def test_a_backlog_is_spread_over_sessions_and_said_calmly(opened: Opener, usual: Overview) -> None:
    late = replace(usual, due=300, planned=96, minutes=20, backlog_days=4)
    async with opened("card", at_home=True, seen=late) as reader:
        assert "96 of 303 cards, about 20 min" in reader.text
        assert "spread over 4 sessions" in reader.text


async def test_an_interview_to_come_is_counted_down(opened: Opener, usual: Overview) -> None:
    async with opened("card", at_home=True, seen=replace(usual, days_to_exam=12)) as reader:
        assert "in 12 days" in reader.text


async def test_enter_studies_what_is_under_the_bar(opened: Opener) -> None:
    async with opened("card", at_home=True) as reader:
        await reader.press("enter")
        assert reader.desk.asked == [("study", ())]
        assert "How wide is" in reader.text
    async with opened("card", at_home=True) as reader:
        await reader.press("j", "down", "k", "enter")
        assert reader.desk.asked == [("study", ("conv",))]


async def test_a_deck_with_nothing_due_offers_practice(opened: Opener) -> None:
    async with opened("card", at_home=True) as reader:
        await reader.press("end")
        assert "enter practice" in reader.keys
        await reader.press("enter")
        assert reader.desk.asked == [("practice", ("optim",))]


async def test_an_empty_day_says_when_the_next_card_comes(opened: Opener, nothing_due: Overview) -> None:
    async with opened("card", at_home=True, seen=nothing_due) as reader:
        assert "Nothing is due. Next: tomorrow, 5 cards. Practice" in reader.text
        await reader.press("enter")
        assert reader.desk.asked == [("practice", ())]


async def test_an_unfinished_session_comes_first(opened: Opener, nothing_due: Overview) -> None:
    async with opened("card", at_home=True, seen=replace(nothing_due, unfinished=12)) as reader:
        assert "Continue, 12 left" in reader.text
        assert "enter continue" in reader.keys


async def test_of_a_session_under_way_the_time_left_is_told(opened: Opener, usual: Overview) -> None:
    async with opened("card", at_home=True, seen=replace(usual, unfinished=8, minutes=5)) as reader:
        assert "Continue, 8 left" in reader.text and "about 5 min left" in reader.text and "cards" not in reader.text
    async with opened("card", at_home=True, seen=replace(usual, minutes=0)) as reader:
        assert "24 cards, less than a minute" in reader.text


async def test_a_narrow_list_shows_what_is_being_learned_where_nothing_is_due(opened: Opener, usual: Overview) -> None:
    seen = replace(usual, decks=(deck("conv", "Convolution", 0, 3, 2), deck("optim", "Optimizers", 2, 1, 0)))
    async with opened("card", at_home=True, size=(60, 20), seen=seen) as reader:
        rows = {line.split()[0]: line.split()[1:] for line in reader.lines if line.strip()}
        assert rows["Convolution"] == ["3", "learning", "2", "new"] and rows["Optimizers"] == ["2", "due"]


async def test_notices_are_shown_as_text(opened: Opener, nothing_due: Overview) -> None:
    notice = "my.md:3: [@click=app.quit]no answer[/] \x1b[2J"
    async with opened("card", at_home=True, seen=replace(nothing_due, notices=(notice,))) as reader:
        assert "my.md:3: [@click=app.quit]no answer[/] ␛[2J" in reader.text


async def test_q_quits_at_home_and_closes_the_desk(opened: Opener) -> None:
    async with opened("card", at_home=True) as reader:
        await reader.press("q")
        assert not reader.app.is_running or reader.app._exit
    assert reader.desk.closed


async def test_question_mark_shows_the_keys_of_the_screen(opened: Opener) -> None:
    async with opened("card", at_home=True) as reader:
        await reader.press("question_mark")
        assert "Start what the bar is on" in reader.text
        assert "Show one more step of the solution" not in reader.text
        await reader.press("escape")
        assert "Study everything due" in reader.text


async def test_help_lists_the_keys_of_the_phase(opened: Opener) -> None:
    async with opened("problem") as reader:
        await reader.press("f1")
        assert "Keys: typing an answer" in reader.text
        assert "Give this answer" in reader.text and "Rate it good" not in reader.text
        await reader.press("escape")
        await reader.type("1")
        await reader.press("enter", "question_mark")
        assert "Keys: a wrong answer" in reader.text and "Rate it good" in reader.text


async def test_the_palette_offers_the_commands_of_the_screen(opened: Opener) -> None:
    async with opened("problem") as reader:
        names = [command.title for command in reader.app.get_system_commands(reader.app.screen)]
        assert {"Check", "Hint", "Don't know", "Theme", "Quit"} <= set(names)
        assert "Steps" not in names
        await reader.press("ctrl+p")
        await reader.pilot.pause(0.3)
        await reader.type("hint")
        await reader.pilot.pause(0.5)
        await reader.press("enter")
        await reader.pilot.pause(0.3)
        await reader.settle()
        assert ("hint",) in reader.session.calls


async def test_the_palette_names_each_thing_once_and_as_the_key_bar_does(opened: Opener) -> None:
    async with opened("card", at_home=True) as reader:

        def names() -> list[str]:
            return [command.title for command in reader.app.get_system_commands(reader.app.screen)]

        assert names().count("Quit") == 1 and len(set(names())) == len(names())
        assert "Study" in names()
        await reader.press("end")
        assert "Practice" in names() and "Study" not in names()


async def test_a_key_can_be_moved_by_the_id_of_its_command(opened: Opener) -> None:
    async with opened("problem") as reader:
        reader.app.set_keymap({"study.hint": "i"})
        await reader.press("tab")
        assert "i hint" in reader.keys
        await reader.press("i")
        assert ("hint",) in reader.session.calls


async def test_what_cannot_be_practiced_is_said_at_home(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened("card", at_home=True) as reader:

        def nothing(*_: object, **__: object) -> None:
            raise UsageError("there is no deck with problems of that name")

        monkeypatch.setattr(reader.desk, "practice", nothing)
        await reader.press("end", "enter")
        assert "there is no deck with problems of that name" in reader.text
        assert "Study everything due" in reader.text


async def test_what_was_said_is_gone_after_another_screen(opened: Opener) -> None:
    async with opened("card", at_home=True) as reader:
        home = reader.app.screen
        assert isinstance(home, HomeScreen)
        home.say("Session over: 3 done.")
        await reader.settle()
        assert "Session over" in reader.text
        await reader.press("p", "escape")
        assert reader.app.screen is home and "Session over" not in reader.text


async def test_many_decks_leave_room_for_the_outlook(opened: Opener) -> None:
    decks = tuple(deck(f"deck-{n}", f"Deck {n}", 1, 0, 1) for n in range(40))
    async with opened("card", at_home=True, seen=replace(USUAL, decks=decks)) as reader:
        assert "5 of the last 7 days" in reader.text
        await reader.press("end")
        assert "Deck 39" in reader.text


async def test_counts_that_are_read_while_the_program_loads_are_in_the_first_paint(tmp_path: Path) -> None:
    release = threading.Event()

    def slow(home: Home) -> Desk:
        release.wait(60)
        raise StoreError("It cannot be opened after all.")

    decks = (DeckCount("mine", "conv", "Convolution", 7, 0, 2),)
    glance = Glance("0001", 20_000, 4, 10, 0, False, decks)
    thread = DeskThread(Home(tmp_path), slow, lambda _: glance)
    thread.look()
    while thread.seen() is None:
        await asyncio.sleep(0.01)
    app = StudyApp(Home(tmp_path), None, thread)
    async with app.run_test(size=(80, 24)) as pilot:
        assert isinstance(app.screen, HomeScreen)
        assert [row.title for row in app.screen.rows] == ["Study everything due (9)", "Convolution"]
        release.set()
        for _ in range(20):
            await pilot.pause(0.02)
        assert "It&#160;cannot&#160;be&#160;opened&#160;after&#160;all." in app.export_screenshot()


@pytest.mark.parametrize("early", [False, True])
async def test_data_that_cannot_be_opened_is_explained_calmly(tmp_path: Path, early: bool) -> None:
    def refuse(home: Home) -> NoReturn:
        raise DamagedDatabase("The database fails its own checks.", "Restore a backup with `studydl restore`.")

    thread = DeskThread(Home(tmp_path), refuse, refuse)
    if early:
        thread.look()
    app = StudyApp(Home(tmp_path), None, thread)
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(20):
            await pilot.pause(0.02)
        text = app.export_screenshot()
        for words in ("The database fails its own checks.", "Restore a backup", "Nothing was changed."):
            assert words.replace(" ", "&#160;") in text
        await pilot.press("enter")
    assert app.return_code == 3


async def test_the_theme_chosen_last_comes_back(tmp_path: Path, opened: Opener) -> None:
    (tmp_path / "config.toml").write_text('# mine\ntheme = "nord"\nwidth = 3\n', encoding="utf-8")
    async with opened("card", at_home=True) as reader:
        assert reader.app.theme == "nord"
        reader.app.theme = "gruvbox"
        await reader.settle()
    assert (tmp_path / "config.toml").read_text(encoding="utf-8") == '# mine\ntheme = "gruvbox"\nwidth = 3\n'
