"""What a key changes on the study screen is laid out once: Textual's own containers are laid out twice."""

from __future__ import annotations

from typing import Any

from rich.text import Text
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from studydl.tui.widgets.laid_out_once import Column, LaidOutOnce, Paragraph
from tests.tui.conftest import Opener


class Growing(App[None]):
    CSS = "Vertical { height: auto; }"

    def __init__(self, column: type[Vertical], text: type[Static]) -> None:
        super().__init__()
        self.column, self.text = column, text

    def compose(self) -> ComposeResult:
        yield self.column(self.text("one line", id="text"))


async def layouts(app: Growing) -> int:
    """Count the layouts after a paragraph has become longer."""
    seen = list[Any]()
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        app.screen.screen_layout_refresh_signal.subscribe(app, seen.append, immediate=True)
        app.query_one("#text", Static).update("one\ntwo\nthree")
        await pilot.pause()
        await pilot.pause(0.1)
        assert app.query_one("#text").size.height == app.query_one(app.column).size.height == 3
    return len(seen)


async def test_a_text_that_grows_is_laid_out_once() -> None:
    assert await layouts(Growing(Column, Paragraph)) == 1


async def test_textual_needs_a_second_layout() -> None:
    assert await layouts(Growing(Vertical, Static)) == 2  # once this is 1, laid_out_once.py can go


async def test_the_same_text_again_asks_for_no_layout_and_an_equal_one_of_another_style_does() -> None:
    app = Growing(Column, Paragraph)
    async with app.run_test(size=(40, 12)) as pilot:
        text = app.query_one("#text", Paragraph)
        for shown, laid_out in ((same := Text("word", "red"), True), (same, False), (Text("word", "blue"), True)):
            await pilot.pause()
            before = text._layout_updates
            text.update(shown)
            assert (text._layout_updates > before) is laid_out


async def test_all_that_grows_on_the_study_screen_is_laid_out_once(opened: Opener) -> None:
    async with opened("problem") as reader:
        column = reader.app.screen.query_one("#column")
        grown = [each for each in column.walk_children() if each.styles.auto_dimensions]
        assert len(grown) > 4
        assert not [each for each in grown if not isinstance(each, LaidOutOnce)]
