"""The settings screen, over a real database and a real file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from studydl.memory.model import Settings
from studydl.paths import Home
from studydl.store.connection import Store, open_store
from studydl.study import preferences
from studydl.study.options import ALL, Options
from studydl.tui.application import StudyApp
from studydl.tui.desk import DeskThread
from studydl.tui.gate import KeyGate
from tests.tui.conftest import FakeDesk, FakeSession, Reader

SIZES = [(60, 20), (80, 24), (120, 40)]


@dataclass
class SettingsDesk(FakeDesk):
    """A desk with real settings."""

    home: Home | None = None
    store: Store | None = None
    taken: Settings | None = None

    def options(self) -> Options:
        assert self.home is not None
        return Options(self.home, self.store)

    def take_settings(self) -> None:
        assert self.store is not None
        self.taken = preferences.load(self.store)

    def close(self) -> None:
        assert self.store is not None
        self.store.close()


At = Callable[..., AbstractAsyncContextManager[Reader]]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def at_settings(home: Home) -> At:
    @asynccontextmanager
    async def run(size: tuple[int, int] = (80, 24), light: bool = False) -> AsyncIterator[Reader]:
        desk = SettingsDesk(FakeSession([]), home=home)

        def open_it(_: Home) -> SettingsDesk:
            desk.store = open_store(home)
            return desk

        app = StudyApp(home, None, DeskThread(home, cast(Any, open_it), lambda _: None), KeyGate(held=False))
        async with app.run_test(size=size) as pilot:
            reader = Reader(app, pilot, desk)
            await reader.settle()
            await reader.settle()
            if light:
                app.theme = "textual-light"
            await reader.press("comma")
            yield reader
            app.workers.cancel_all()  # what is under way ends first, as when the program ends

    return run


def kept(home: Home) -> Settings:
    with open_store(home) as store:
        return preferences.load(store)


async def go_to(reader: Reader, title: str) -> None:
    at = [setting.title for setting in ALL].index(title)
    await reader.press("home", *["down"] * at)


@pytest.mark.parametrize(("size", "light"), [(SIZES[0], True), (SIZES[1], False), (SIZES[2], True)])
async def test_every_setting_is_listed_with_its_value_and_explained(
    at_settings: At, size: tuple[int, int], light: bool
) -> None:
    async with at_settings(size, light) as reader:
        for setting in ALL:
            assert setting.title in reader.text
            assert setting.help.split(",")[0][:30] in " ".join(reader.text.split())
            await reader.press("j")
        await reader.press("home")
        assert "Minutes a session     20" in reader.text
        assert "A whole number from 1 to 240." in " ".join(reader.text.split())
        assert "enter type" in reader.keys and "esc back" in reader.keys and "undo" not in reader.keys


@pytest.mark.parametrize("size", SIZES)
async def test_a_number_is_typed_checked_while_typing_and_kept(
    at_settings: At, home: Home, size: tuple[int, int]
) -> None:
    async with at_settings(size) as reader:
        await reader.press("enter")
        assert "enter keep" in reader.keys and "esc cancel" in reader.keys
        await reader.type("999")
        assert "'999' cannot be used here." in reader.text
        await reader.press("enter")
        assert "'999' cannot be used here." in reader.text
        await reader.press("backspace")
        assert "cannot" not in reader.text
        await reader.press("enter")
        assert "Minutes a session     99  (default 20)" in reader.text
        assert "Saved. Minutes a session: 99, from the next session on." in " ".join(reader.text.split())
        assert cast(SettingsDesk, reader.desk).taken == Settings(minutes_per_session=99)
    assert kept(home).minutes_per_session == 99


async def test_esc_leaves_a_value_as_it_was(at_settings: At, home: Home) -> None:
    async with at_settings() as reader:
        await reader.press("enter", "7", "escape")
        assert "Minutes a session     20" in reader.text
        await reader.press("enter", "enter")
        assert "Saved" not in reader.text
        await reader.press("escape")
        assert "Study everything due" in reader.text
    assert kept(home) == Settings()


async def test_an_empty_box_is_told_how_to_leave(at_settings: At) -> None:
    async with at_settings() as reader:
        await reader.press("enter", "backspace", "enter")
        assert "Type a value, or esc to leave it as it is." in reader.text


async def test_a_choice_is_turned_by_enter_and_the_arrows(at_settings: At, home: Home) -> None:
    async with at_settings() as reader:
        await go_to(reader, "Worked examples")
        assert "enter next choice" in reader.keys
        await reader.press("enter")
        assert "Worked examples       off" in reader.text
        await reader.press("left")
        assert "Worked examples       on" in reader.text
        await reader.press("right")
    assert kept(home) == Settings(worked_examples=False)


async def test_changes_are_taken_back_one_by_one(at_settings: At, home: Home) -> None:
    async with at_settings() as reader:
        await reader.press("enter", "5", "enter", "down", "enter", "6", "enter")
        assert "Minutes a session     5" in reader.text and "New cards a day       6" in reader.text
        await reader.press("u")
        assert "Taken back. New cards a day: 10" in reader.text
        await reader.press("u")
        assert "Taken back. Minutes a session: 20" in reader.text
        assert "undo" not in reader.keys
        await reader.press("u")
    assert kept(home) == Settings()


async def test_the_default_comes_back_and_that_can_be_undone(at_settings: At, home: Home) -> None:
    async with at_settings() as reader:
        assert "default" not in reader.keys
        await reader.press("enter", "5", "enter", "d")
        assert "Minutes a session     20" in reader.text
        await reader.press("u")
        assert "Minutes a session     5" in reader.text
    assert kept(home).minutes_per_session == 5


async def test_a_theme_holds_at_once_and_is_kept_in_the_file(at_settings: At, home: Home) -> None:
    home.folder.mkdir()
    home.config.write_text('# mine\ntheme = "nord"  # calm\n')
    async with at_settings() as reader:
        await go_to(reader, "Theme")
        assert "Theme                 nord" in reader.text
        await reader.press("enter")
        assert reader.app.theme == "gruvbox" and "Theme                 gruvbox" in reader.text
        assert home.config.read_text() == '# mine\ntheme = "gruvbox"  # calm\n'
        await reader.press("u")
        assert reader.app.theme == "nord"
        await reader.press("d")
        assert reader.app.theme == "textual-dark"
    assert "theme" not in home.config.read_text()


async def test_a_broken_file_is_told_and_kept(at_settings: At, home: Home) -> None:
    home.folder.mkdir()
    home.config.write_text("theme = ")
    async with at_settings() as reader:
        await go_to(reader, "Theme")
        await reader.press("enter")
        assert "Nothing was changed" in " ".join(reader.text.split())
        await go_to(reader, "New cards a day")
        await reader.press("enter", "6", "enter")
        assert "New cards a day       6" in reader.text
    assert home.config.read_text() == "theme = "


async def test_hostile_text_in_the_file_is_shown_as_text(at_settings: At, home: Home) -> None:
    home.folder.mkdir()
    home.config.write_text('decks = ["/tmp/[red]x"]\n')
    async with at_settings() as reader:
        await go_to(reader, "Deck folders")
        assert "/tmp/[red]x" in reader.text
        await reader.press("enter")
        await reader.type("a\\[b]")
        await reader.press("enter")
        assert "a\\[b]" in reader.text


async def test_help_lists_the_keys(at_settings: At) -> None:
    async with at_settings() as reader:
        await reader.press("question_mark")
        assert "Do what the line the bar is on says" in reader.text and "Go back; everything is saved" in reader.text
