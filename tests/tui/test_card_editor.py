"""Writing cards in the interface, over real decks and a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from textual.widgets import TextArea

from studydl.decks.items import card_from_json
from studydl.decks.model import Basic
from studydl.paths import Home
from studydl.store import cards
from studydl.store.connection import Store, open_store
from studydl.study import library
from studydl.study.authoring import Authoring
from studydl.study.clock import system_clock
from studydl.tui.application import StudyApp
from studydl.tui.desk import DeskThread
from studydl.tui.gate import KeyGate
from studydl.tui.screens.card_editor import CardEditorScreen
from tests.tui.conftest import CARD, PROBLEM, FakeDesk, FakeSession, Opener, Reader

SIZES = [(60, 20), (80, 24), (120, 40)]
DECK = '---\ntitle = "Notes"\n---\n\n## One {#one}\n\nQ: What?\nA: This.\n\n## Two {#two}\n\nQ: And?\nA: That.\n'
SHIPPED = "## Floor {#floor}\n\nQ: Is it floored?\nA: It is.\nafter: base\n\n## Base {#base}\n\nQ: Base?\nA: Yes.\n"


@dataclass
class WritingDesk(FakeDesk):
    """A desk at which cards are written."""

    home: Home | None = None
    store: Store | None = None

    def authoring(self) -> Authoring:
        assert self.home is not None and self.store is not None
        return Authoring(self.home, self.store, self.take)

    def take(self) -> None:
        assert self.home is not None and self.store is not None
        library.sync(self.store, self.home, system_clock())

    def close(self) -> None:
        assert self.store is not None
        self.store.close()


Writing = Callable[..., AbstractAsyncContextManager[Reader]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    shipped = tmp_path / "shipped"
    (shipped / "en").mkdir(parents=True)
    (shipped / "en" / "conv.md").write_text(SHIPPED)
    for place in ("study.library", "decks.folders", "decks.proofs"):
        monkeypatch.setattr(f"studydl.{place}.content", lambda: shipped)
    home = Home(tmp_path / "home")
    home.decks.mkdir(parents=True)
    (home.decks / "notes.md").write_text(DECK)
    return home


@pytest.fixture
def writing(home: Home) -> Writing:
    """Open the editor on a card, or from home with the key for a new one."""

    @asynccontextmanager
    async def run(key: str | None = None, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Reader]:
        desk = WritingDesk(FakeSession([]), home=home)

        def open_it(_: Home) -> WritingDesk:
            desk.store = open_store(home)
            library.sync(desk.store, home, system_clock())
            return desk

        app = StudyApp(home, None, DeskThread(home, cast(Any, open_it), lambda _: None), KeyGate(held=False))
        async with app.run_test(size=size) as pilot:
            reader = Reader(app, pilot, desk)
            await reader.settle()
            await reader.settle()
            if key is None:
                await reader.press("a")
            else:
                app.push_screen(CardEditorScreen(lambda authoring: authoring.open(key)))
                await reader.settle()
            yield reader
            app.workers.cancel_all()  # what is under way ends first, as when the program ends

    return run


async def pause(reader: Reader) -> None:
    """Wait until the card has been read."""
    await reader.pilot.pause(0.3)
    await reader.settle()


async def write_card(reader: Reader) -> None:
    await reader.type("My card")
    await reader.press("down", "down", "end")
    await reader.type("Why?")
    await reader.press("down", "end")
    await reader.type("So.")
    await pause(reader)


def notes(home: Home) -> str:
    return (home.decks / "notes.md").read_text()


def kept(home: Home, key: str) -> Basic:
    with open_store(home) as store:
        row = cards.get(store.read(), store.learner, key)
        assert row is not None and row.retired_ms is None
        body = card_from_json(row.content).body
        assert isinstance(body, Basic)
        return body


@pytest.mark.parametrize("size", SIZES)
async def test_a_card_is_written_and_goes_into_ones_own_deck(
    writing: Writing, home: Home, size: tuple[int, int]
) -> None:
    async with writing(size=size) as reader:
        assert "New card  in my-cards.md" in reader.text
        assert "A title, then Q: and A:" in reader.text and "ctrl+s save" in reader.keys
        await write_card(reader)
        assert "line" not in reader.text
        await reader.press("ctrl+s")
        assert "Saved: my-card comes among the new cards." in reader.text
    assert (home.decks / "my-cards.md").read_text() == (
        '---\ntitle = "My cards"\n---\n\n## My card {#my-card}\n\nQ: Why?\nA: So.\n'
    )
    assert kept(home, "mine/my-card") == Basic("Why?", "So.")


async def test_a_second_card_goes_behind_the_first_under_an_id_of_its_own(writing: Writing, home: Home) -> None:
    for _ in range(2):
        async with writing() as reader:
            await write_card(reader)
            await reader.press("ctrl+s")
    text = (home.decks / "my-cards.md").read_text()
    assert text.count("title =") == 1 and text.index("{#my-card}") < text.index("{#my-card-2}")


async def test_how_the_card_will_look_is_shown_from_100_columns(writing: Writing) -> None:
    for size, shown in (((120, 40), True), ((80, 24), False)):
        async with writing("mine/one", size) as reader:
            assert reader.text.count("What?") == 1 + shown
            if shown:
                await reader.press("down", "down", "end", "backspace", "!")
                await pause(reader)
                assert reader.text.count("What!") == 2
                await reader.pilot.resize_terminal(70, 20)
                await pause(reader)
                assert reader.text.count("What!") == 1


async def test_how_a_long_card_will_look_is_scrolled_by_keys(writing: Writing, home: Home) -> None:
    async with writing(None, (120, 40)) as reader:
        area = reader.app.screen.query_one(TextArea)
        area.load_text("## Long\n\nQ: What?\nA: All.\n\n" + "\n".join(f"{n}. item {n}" for n in range(80)))
        await pause(reader)
        assert reader.text.count("What?") == 2 and "item 79" not in reader.text
        await reader.press(*["ctrl+down"] * 30)
        assert reader.text.count("What?") == 1 and "item 79" in reader.text
        await reader.press(*["ctrl+up"] * 30)
        assert reader.text.count("What?") == 2


@pytest.mark.parametrize("size", SIZES)
async def test_a_change_is_written_and_every_other_byte_stays(
    writing: Writing, home: Home, size: tuple[int, int]
) -> None:
    async with writing("mine/one", size) as reader:
        await reader.press("down", "down", "end", "backspace")
        await reader.type(" now?")
        await reader.press("ctrl+s")
        assert "Study everything due" in reader.text
    assert notes(home) == DECK.replace("What?", "What now?")
    assert kept(home, "mine/one") == Basic("What now?", "This.")


async def test_a_fault_is_told_with_its_line_and_nothing_is_written(writing: Writing, home: Home) -> None:
    async with writing("mine/one") as reader:
        await reader.press("down", "down", "down", *["end"], *["backspace"] * 8)
        await pause(reader)
        assert "line 3: Q: without A:" in reader.text
        await reader.press("ctrl+s")
        assert "line 3: Q: without A:" in reader.text and "ctrl+s save" in reader.keys
        await reader.press("down")
        await reader.type("A: Mended.")
        await reader.press("ctrl+s")
    assert notes(home) == DECK.replace("This.", "Mended.")


async def test_the_id_of_a_card_stays(writing: Writing, home: Home) -> None:
    async with writing("mine/one") as reader:
        await reader.press("end", "backspace")
        await reader.type("x}")
        await reader.press("ctrl+s")
        assert "the id stays {#one}" in reader.text
    assert notes(home) == DECK


async def test_what_was_changed_in_the_rest_of_the_deck_meanwhile_stays(writing: Writing, home: Home) -> None:
    async with writing("mine/one") as reader:
        (home.decks / "notes.md").write_text(DECK.replace("That.", "Those."))
        await reader.press("end", "down", "down", "end")
        await reader.type("x")
        await reader.press("ctrl+s")
    assert notes(home) == DECK.replace("That.", "Those.").replace("What?", "What?x")
    async with writing() as reader:
        (home.decks / "my-cards.md").write_text(DECK.replace("#one", "#other").replace("#two", "#third"))
        await write_card(reader)
        await reader.press("ctrl+s")
        assert "Saved: my-card" in reader.text
    assert "{#other}" in (text := (home.decks / "my-cards.md").read_text()) and "{#my-card}" in text


@pytest.mark.parametrize("now", [DECK.replace("This.", "Theirs."), DECK.partition("## Two")[0].partition("## One")[0]])
async def test_a_card_that_was_changed_meanwhile_is_written_over_only_when_asked_again(
    writing: Writing, home: Home, now: str
) -> None:
    async with writing("mine/one") as reader:
        (home.decks / "notes.md").write_text(now)
        await reader.press("end", "down", "down", "end")
        await reader.type("x")
        await reader.press("ctrl+s")
        assert "meanwhile" in reader.text and "Save again to keep yours" in " ".join(reader.text.split())
        assert "What?x" in reader.text
        assert notes(home) == now
        await reader.press("ctrl+s")
    assert "Q: What?x\nA: This.\n" in notes(home) and "Theirs." not in notes(home)


@pytest.mark.parametrize("key", ["mine/one", None])
async def test_what_is_not_saved_when_the_program_is_left_is_there_again(
    writing: Writing, home: Home, key: str | None
) -> None:
    async with writing(key) as reader:
        await reader.press("end")
        await reader.type("unsaved")
        await reader.press("ctrl+q")
    for _ in range(2):
        async with writing(key) as reader:
            assert "unsaved" in reader.text and "was not saved when you left" in " ".join(reader.text.split())
            await reader.press("ctrl+q")
    async with writing(key) as reader:
        await reader.press("escape", "x")
    async with writing(key) as reader:
        assert "unsaved" not in reader.text and "when you left" not in reader.text
    assert notes(home) == DECK


async def test_what_is_saved_after_all_is_not_kept_besides(writing: Writing, home: Home) -> None:
    async with writing("mine/one") as reader:
        await reader.press("end", "down", "down", "end")
        await reader.type("x")
        await reader.press("ctrl+q")
    async with writing("mine/one") as reader:
        await reader.press("ctrl+s")
    assert notes(home) == DECK.replace("What?", "What?x")
    async with writing("mine/one") as reader:
        assert "when you left" not in reader.text


async def test_an_id_that_is_taken_is_told(writing: Writing, home: Home) -> None:
    async with writing() as reader:
        await write_card(reader)
        await reader.press("up", "up", "up", "up", "end")
        await reader.type(" {#two}")
        await reader.press("ctrl+s")
        assert "line 1: another card has the id two" in reader.text
    assert not (home.decks / "my-cards.md").exists()


async def test_esc_asks_only_if_something_would_be_lost(writing: Writing, home: Home) -> None:
    async with writing("mine/one") as reader:
        await reader.press("escape")
        assert "Study everything due" in reader.text
    async with writing("mine/one") as reader:
        await reader.press("end", "x", "escape")
        assert "This is not saved." in reader.text and "x throw away" in reader.keys
        await reader.press("escape")
        assert "{#one}x" in reader.text and "throw away" not in reader.keys
        await reader.press("escape", "x")
        assert "Study everything due" in reader.text
    assert notes(home) == DECK


async def test_a_shipped_card_is_copied_first(writing: Writing, home: Home) -> None:
    async with writing("studydl/floor") as reader:
        assert "This card came with studydl and stays as it is." in reader.text
        assert "c copy" in reader.keys and "save" not in reader.keys
        await reader.press("c")
        assert "in my-cards.md" in reader.text and "after:" not in reader.text
        await reader.press("ctrl+s")
        assert "Study everything due" in reader.text
    assert kept(home, "mine/floor") == Basic("Is it floored?", "It is.")
    assert "after" not in (home.decks / "my-cards.md").read_text()


async def test_held_keys_are_written(writing: Writing) -> None:
    async with writing("mine/one") as reader:
        reader.app.gate = KeyGate()
        await reader.press("end", *["enter"] * 4)
        assert " 7  Q: What?" in reader.text


async def test_hostile_text_is_shown_as_text(writing: Writing, home: Home) -> None:
    (home.decks / "notes.md").write_text(DECK.replace("What?", "[red]What\x1b[31m?"))
    async with writing("mine/one", (120, 40)) as reader:
        assert "[red]What" in reader.text and "\x1b[31m" not in reader.text


async def test_e_opens_the_card_one_is_at_but_no_problem(opened: Opener) -> None:
    async with opened(CARD, PROBLEM) as reader:
        assert "e edit" in " ".join(reader.text.split())
        await reader.press("space")
        assert "e edit" in " ".join(reader.text.split())
        await reader.press("enter", "tab")
        assert "e edit" not in " ".join(reader.text.split())
