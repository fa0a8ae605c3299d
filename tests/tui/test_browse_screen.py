"""What a learner reads and does in the browser, over a real desk with a small deck."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias, cast

import pytest
from textual.geometry import Offset

from studydl.paths import Home
from studydl.store.states import State
from studydl.study.browser import Browser
from studydl.tui.application import StudyApp
from studydl.tui.desk import DeskThread
from studydl.tui.gate import KeyGate
from studydl.tui.screens.browse import FIRST, BrowseScreen
from studydl.tui.widgets.card_table import CardTable
from tests.study.helpers import ENDLESS, FakeWorker, counted, state, write_deck
from tests.tui.conftest import Reader

SIZES = [(60, 20), (80, 24), (120, 40)]
Browsing: TypeAlias = Callable[..., AbstractAsyncContextManager[Reader]]


@pytest.fixture
def browsing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Browsing:
    """Open the browser over a real desk: ``async with browsing("floor", "pick", size=(80, 24)) as reader``."""
    shipped = tmp_path / "shipped"
    (shipped / "en").mkdir(parents=True)
    for place in ("study.library", "decks.folders", "decks.proofs"):
        monkeypatch.setattr(f"studydl.{place}.content", lambda: shipped)
    monkeypatch.setattr("studydl.study.supply.Worker", FakeWorker)

    @asynccontextmanager
    async def run(*cards: str, size: tuple[int, int] = (80, 24), title: str = "Mini") -> AsyncIterator[Reader]:
        home = Home(tmp_path / "home")
        write_deck(home, *(cards or ("floor", "sum", "pick", "yes", "no", "say", "f1")), title=title)
        app = StudyApp(home, None, DeskThread(home), KeyGate(held=False))
        app.direct = True  # no questions to a new learner
        async with app.run_test(size=size) as pilot:
            reader = Reader(app, pilot, cast(Any, None))
            await reader.settle()
            await reader.settle()
            await reader.press("slash")
            yield reader
            app.workers.cancel_all()  # what is under way ends first, as when the program ends

    return run


def table(reader: Reader) -> CardTable:
    screen = reader.app.screen
    assert isinstance(screen, BrowseScreen)
    return screen.table


async def state_of(reader: Reader, key: str) -> State:
    return await reader.app.desk.with_desk(lambda desk: state(desk, key))


@pytest.mark.parametrize("size", SIZES)
async def test_all_cards_are_listed_at_every_size(browsing: Browsing, size: tuple[int, int]) -> None:
    async with browsing(size=size) as reader:
        assert "10 cards, by deck" in reader.text
        assert "It is floored" in reader.text and "F1, level 1" in reader.text
        assert any("It is floored" in line and "new" in line for line in reader.lines)
        assert "down to the list" in reader.keys or "enter to the list" in reader.keys
        assert ("Floored or rounded up?" in reader.text) == (size[0] >= 100)


async def test_the_siblings_of_a_cloze_are_told_apart(browsing: Browsing) -> None:
    async with browsing("sum", size=(120, 40)) as reader:
        assert sum("Softmax, blank 1" in line[:70] for line in reader.lines) == 1
        await reader.press("down", "down")
        preview = " ".join(line[70:] for line in reader.lines)
        assert "Softmax, blank 2" in preview and "one along the [ … ] axis" in preview
        await reader.press("i")
        assert "Softmax, blank 2" in reader.lines[1]


async def test_typing_finds_and_clearing_brings_all_back(browsing: Browsing) -> None:
    async with browsing() as reader:
        await reader.type("softm")
        assert "2 cards" in reader.text and "It is floored" not in reader.text
        await reader.press(*["backspace"] * 5)
        assert "10 cards" in reader.text


async def test_an_unknown_filter_is_explained_and_the_list_stays(browsing: Browsing) -> None:
    async with browsing(size=(120, 40)) as reader:
        await reader.type("is:du")
        assert "Did you mean due?" in reader.text
        assert "It is floored" in reader.text


async def test_typing_on_ends_a_count_under_way(browsing: Browsing, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()

    def endless(browser: Browser, text: str, *_: object) -> list[str]:
        begun.set()
        browser._store.read().exec_driver_sql(ENDLESS).all()
        return []

    for name, value in (("FIRST", 2), ("PAUSE", 0.0)):
        monkeypatch.setattr(f"studydl.tui.screens.browse.{name}", value)
    async with browsing() as reader:
        monkeypatch.setattr(Browser, "keys", endless)
        await reader.pilot.press("space")  # finds all cards
        assert await asyncio.to_thread(begun.wait, 10)
        await reader.pilot.press(*"flag:1")
        await reader.settle()
        assert "0 cards" in reader.text


async def test_nothing_is_done_to_cards_that_the_search_did_not_find(browsing: Browsing) -> None:
    async with browsing(size=(120, 40)) as reader:
        await reader.type("is:du")
        await reader.press("down", "a", "s", "tab", "s", "space")
        assert "Did you mean due?" in reader.text and "marked" not in reader.text
        assert await reader.app.desk.with_desk(counted) == []
        await reader.pilot.click(CardTable, offset=Offset(4, 2))
        await reader.settle()
        assert reader.app.focused is table(reader)
        await reader.press("a", "s", "f", "r")
        assert "Did you mean due?" in reader.text and "marked" not in reader.text
        assert await reader.app.desk.with_desk(counted) == []


async def test_nothing_found_says_what_can_be_typed(browsing: Browsing) -> None:
    async with browsing() as reader:
        await reader.type("xylophone")
        assert "0 cards" in reader.text
        assert "Nothing found." in reader.text and "rated:7" in reader.text
        await reader.press("enter", "s", "space", "i", "u")  # none of this is possible; nothing happens
        assert "0 cards" in reader.text


async def test_marked_cards_are_suspended_together_and_taken_back(browsing: Browsing) -> None:
    async with browsing() as reader:
        await reader.press("enter", "space", "space")
        assert "2 marked" in reader.text and reader.text.count("✓") == 2
        await reader.press("s")
        assert "Suspended 2 cards. u takes it back." in reader.text
        assert reader.text.count("suspended") == 2
        assert (await state_of(reader, "mine/floor")).suspended
        await reader.press("u")
        assert "Taken back: suspended 2 cards." in reader.text
        assert not (await state_of(reader, "mine/floor")).suspended
        await reader.press("escape")
        assert "marked" not in reader.text and "esc home" in reader.keys


async def test_without_marks_the_card_under_the_bar_is_meant(browsing: Browsing) -> None:
    async with browsing() as reader:
        await reader.press("enter", "j", "f")
        assert "Flagged 1 card." in reader.text and reader.text.count("⚑") == 1
        assert (await state_of(reader, "mine/sum/1")).flag
        await reader.press("b")
        assert "put off" in reader.text


async def test_all_that_was_found_is_marked_by_one_key(browsing: Browsing) -> None:
    async with browsing() as reader:
        await reader.type("kind:skill")
        await reader.press("enter", "a")
        assert "3 cards, 3 marked" in reader.text
        await reader.press("a")
        assert "marked" not in reader.text


async def test_a_digit_sorts_by_its_column_and_again_backwards(browsing: Browsing) -> None:
    async with browsing() as reader:
        await reader.press("enter", "2")
        titles = [key.removeprefix("mine/") for key in table(reader).keys]
        assert titles[:3] == ["no", "say", "f1/1"] and "2 title▲" in reader.text
        await reader.press("2")
        assert [key.removeprefix("mine/") for key in table(reader).keys][:2] == ["sum/2", "sum/1"]
        assert "2 title▼" in reader.text


async def test_a_click_moves_the_bar_and_the_head_of_a_column_sorts(browsing: Browsing) -> None:
    async with browsing() as reader:
        await reader.pilot.click(CardTable, offset=Offset(30, 3))
        await reader.settle()
        assert table(reader).cursor == 2
        await reader.pilot.click(CardTable, offset=Offset(24, 0))
        await reader.settle()
        assert "2 title▲" in reader.text


async def test_the_preview_follows_the_bar(browsing: Browsing) -> None:
    async with browsing(size=(120, 40)) as reader:
        await reader.press("enter", "down", "down", "down")
        assert "Which is smooth at zero?" in reader.text and "✓" in reader.text
        await reader.press("end")
        assert "Fresh problems of metrics.f1, level 3." in reader.text


async def test_a_card_is_edited_from_the_list_and_a_skill_has_nothing_to_edit(browsing: Browsing) -> None:
    async with browsing("floor", "f1", size=(120, 40)) as reader:
        await reader.press("enter", "e")
        assert "Q: Floored or rounded up?" in reader.text and "left" not in reader.text
        await reader.press("down", "down", "end", "backspace", "full_stop", "ctrl+s")
        assert "Saved." in reader.text and "Floored or rounded up." in reader.text
        await reader.press("end")
        assert "e edit" not in reader.keys


async def test_a_long_card_beside_the_table_is_scrolled_by_keys(browsing: Browsing) -> None:
    answer = "\n".join(f"{n}. item {n}" for n in range(80))
    async with browsing(f"## Long {{#long}}\n\nQ: What?\nA: All of these.\n\n{answer}\n", size=(120, 40)) as reader:
        await reader.press("enter")
        assert "What?" in reader.text and "item 79" not in reader.text
        await reader.press(*["J"] * 30)
        assert "item 79" in reader.text and "What?" not in reader.text
        await reader.press(*["K"] * 30)
        assert "What?" in reader.text


async def test_rows_are_read_as_they_come_into_view(browsing: Browsing) -> None:
    cards = [f"## Card {n} {{#c{n}}}\n\nQ: Question {n}?\nA: {n}\n" for n in range(3 * FIRST)]
    async with browsing(*cards) as reader:
        await reader.pilot.pause(0.4)
        await reader.settle()
        assert "300 cards" in reader.text
        await reader.press("enter", "end")
        assert "Card 299" in reader.text and "…  " not in reader.text
        assert len(table(reader).rows) < 300
        await reader.press("a", "f")
        assert "Flagged 300 cards." in reader.text
        await reader.press("home")
        assert reader.text.count("⚑") == sum("Card" in line for line in reader.lines)


async def test_hostile_titles_are_shown_as_text(browsing: Browsing) -> None:
    async with browsing("## [bold]x[/] \u202e卷积 {#evil}\n\nQ: a?\nA: b\n", title="D \u202e [red]") as reader:
        assert "[bold]x[/] \ufffd卷积" in reader.text and "D \ufffd [red]" in reader.text


async def test_escape_goes_home_and_back_the_help_names_the_keys(browsing: Browsing) -> None:
    async with browsing() as reader:
        await reader.press("enter", "question_mark")
        assert "Keys: the list of cards" in reader.text and "Put these cards off until tomorrow" in reader.text
        await reader.press("escape", "tab", "escape")
        assert "studied" in reader.text and "/ search" in reader.keys


@pytest.mark.parametrize("size", SIZES)
async def test_every_command_is_in_the_palette_of_its_phase(browsing: Browsing, size: tuple[int, int]) -> None:
    async with browsing(size=size) as reader:
        await reader.press("enter")
        names = {command.title for command in reader.app.get_system_commands(reader.app.screen)}
        assert {"Info", "Search", "Mark", "Suspend", "Bury", "Flag", "Reset", "Undo"} <= names
