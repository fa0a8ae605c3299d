"""The browser: search all cards, sort them, look at them, and do things to many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from studydl.errors import StudydlError, UsageError
from studydl.study.browser import Act, Order
from studydl.study.search import EXAMPLES
from studydl.tui.commands import bindings, phases_by_action
from studydl.tui.preview import both_sides
from studydl.tui.screens.browse_keys import BROWSE, Phase
from studydl.tui.widgets.card_rows import which
from studydl.tui.widgets.card_table import CardTable
from studydl.tui.widgets.keybar import KeyBar
from studydl.tui.widgets.look import Look, look_of
from studydl.tui.widgets.rendering import plain
from studydl.tui.widgets.search_box import SearchBox
from studydl.tui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from textual.app import App

    from studydl.study.browser import Browser, CardInfo
    from studydl.study.desk import Desk
    from studydl.tui.application import StudyApp

T = TypeVar("T")

ALLOWED = phases_by_action(BROWSE)
FIRST = 100  # cards read for the first picture
PAUSE = 0.5  # s without a key before all that was found is counted; between two letters most people take less
PREVIEW_FROM = 100  # columns
SHOWN_PROGRESS = 1000  # cards from which progress is told


class BrowseScreen(Screen[None]):
    """All cards, in a table under the search."""

    AUTO_FOCUS = "#search"
    MENU = BROWSE
    BINDINGS = bindings(BROWSE)
    app: StudyApp

    def __init__(self) -> None:
        super().__init__()
        self.box, self.table = SearchBox(), CardTable()
        self._counted = False  # whether the table has all keys of what was found
        self._trouble = ""  # what is wrong with the search

    def compose(self) -> ComposeResult:
        """Lay out: the search, how much it found, the table with the preview beside it, the keys."""
        with Vertical(id="column"):
            with Horizontal(id="entry"):
                yield Static("search", classes="label")
                yield self.box
            yield Static(id="status")
            with Horizontal(id="browser"):
                yield self.table
                with VerticalScroll(can_focus=False, id="preview"):
                    yield Static(id="card")
            yield Static(id="note")
            yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Show all cards."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self._show_preview())
        self.table.sorted_by(Order.DECK, False)
        self._find()

    def on_resize(self) -> None:
        """Show the preview where there is room for it."""
        self.query_one("#preview").display = self.size.width >= PREVIEW_FROM
        self._show_preview()

    def on_screen_resume(self) -> None:
        """Read the rows again: a card may have changed on the screen above."""
        if self.table.keys:
            self._reload()

    def help_foot(self) -> RenderableType:
        """Return what the help says below the keys."""
        return how_to_search()

    @property
    def phase(self) -> Phase:
        """Where the keys go."""
        return Phase.SEARCHING if self.focused is self.box else Phase.LISTING

    # Finding.

    @work(exclusive=True, group="find")
    async def _find(self) -> None:
        """Show the first cards at once; once nobody types any more, all of them.

        Whoever types on does not wait for either: the search before ends in the middle.
        """
        text, order, descending = self.box.value, self.table.order, self.table.descending

        try:
            cards, today = await self._look(lambda browser: browser.first(text, order, descending, FIRST))
            self._trouble = ""
            self._counted = len(cards) < FIRST
            self.table.today = today
            self.table.show(cards)
            self._tell()
            if not self._counted:
                await asyncio.sleep(PAUSE)
                keys, _ = await self._look(lambda browser: browser.keys(text, order, descending))
                self._counted = True
                self.table.extend(keys)
                self._tell()
        except UsageError as error:
            self._trouble = " ".join(str(error).split())
            self._tell()
        except StudydlError as error:
            self.app.show_trouble(error)

    async def _look(self, look: Callable[[Browser], T]) -> tuple[T, int]:
        """Return what a search of the desk's cards finds, and the study day; the search ends when it is cancelled."""
        worker = get_current_worker()

        def looked(desk: Desk) -> tuple[T | None, int]:
            return desk.browser.while_wanted(lambda: not worker.is_cancelled, look), desk.schedule.today()

        found, today = await self.app.desk.with_desk(looked)
        if found is None:
            raise asyncio.CancelledError
        return found, today

    def _tell(self) -> None:
        """Say how much was found and marked, or what is wrong with the search."""
        look = look_of(cast("App[object]", self.app))
        count, marked = len(self.table.keys), len(self.table.marked)
        if self._trouble:
            said = plain(self._trouble, look.warn)
        else:
            cards = "1 card" if count == 1 else f"{count:,} cards" if self._counted else f"more than {count - 1} cards"
            said = Text(f"{cards}, {marked:,} marked" if marked else f"{cards}, by {self.table.order.value}", look.dim)
        self.query_one("#status", Static).update(said)
        if not count and not self._trouble:
            self._say_how()
        self.refresh_bindings()

    def _say_how(self) -> None:
        """Show in place of a card what can be searched for."""
        nothing = "Nothing found." if self.box.value else "There are no cards yet."
        self._say(Group(Text(nothing), how_to_search()) if self.size.height > 20 else nothing)

    def _say(self, what: str | Text | Group) -> None:
        note = self.query_one("#note", Static)
        note.update(plain(what) if isinstance(what, str) else what)
        note.display = bool(what)

    @on(Input.Changed)
    def search(self) -> None:
        """Find what is typed."""
        self._say("")
        self.table.mark(())
        self._find()

    @on(CardTable.Wanted)
    def read(self, event: CardTable.Wanted) -> None:
        """Read the rows that came near."""
        self._read(event.keys)

    @work(exclusive=True, group="rows")
    async def _read(self, keys: list[str]) -> None:
        try:
            self.table.take(await self.app.desk.with_desk(lambda desk: desk.browser.rows(keys)))
            self.refresh_bindings()
        except StudydlError as error:
            self._say(str(error))

    def _reload(self) -> None:
        """Read what is in view again, and the rest when it comes into view."""
        self.table.forget_others()
        self._read(self.table.near())
        self._show_preview()

    # The card the bar is on.

    @on(CardTable.Moved)
    def follow(self) -> None:
        """Show the card the bar is on."""
        self._show_preview()
        self.refresh_bindings()

    def _show_preview(self) -> None:
        if self.query_one("#preview").display:
            self._preview()

    @work(exclusive=True, group="preview")
    async def _preview(self) -> None:
        pane, key = self.query_one("#card", Static), self.table.key
        if key is None:
            pane.update("")
            return
        try:
            question, info = await self.app.desk.with_desk(lambda desk: desk.browser.look(key))
        except StudydlError as error:
            pane.update(plain(str(error)))
            return
        look = look_of(cast("App[object]", self.app))
        if question is None:
            pane.update(Group(*_side(info, look), plain(f"Fresh problems of {info.family}, level {info.card.level}.")))
        else:
            pane.update(Group(*_side(info, look), *both_sides(question, look, info.note, code=False)))
        self.query_one("#preview").scroll_home(animate=False)

    # What the learner does.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Allow what belongs to the box or to the list; to the list only if it is what the search found."""
        phases = ALLOWED.get(action)
        if phases is None:
            return super().check_action(action, parameters)
        if phases and self.phase not in phases:
            return False
        found = bool(self.table.keys) and not self._trouble
        if action == "edit":
            return found and self._is_written()
        if action == "look":
            return found and bool(self.query_one("#preview").display)
        return found or action in ("search", "undo", "close")

    def _is_written(self) -> bool:
        """Say whether the card the bar is on has a text of its own; the questions of a skill are made afresh."""
        here = self.table.rows.get(self.table.key or "")
        return here is not None and here.kind != "skill"

    def on_descendant_focus(self) -> None:
        """Follow the focus with the keys."""
        self.query_one(KeyBar).labels = {"close": "unmark" if self.table.marked else "home"}
        self.refresh_bindings()

    def action_list(self) -> None:
        """Go to the cards that were found."""
        self.table.focus()

    def action_search(self) -> None:
        """Go back to the search."""
        self.box.focus()

    def action_info(self) -> None:
        """Open all about the card the bar is on."""
        from studydl.tui.screens.card_info import CardInfoScreen

        if self.table.key is not None:
            self.app.push_screen(CardInfoScreen(self.table.key))

    def action_edit(self) -> None:
        """Change the text of the card the bar is on."""
        from studydl.study.authoring import saved_text
        from studydl.tui.screens.card_editor import CardEditorScreen

        key = self.table.key
        if key is not None:

            def told(saved: str | None) -> None:
                self._say(saved_text(saved, key) if saved else "")

            self.app.push_screen(CardEditorScreen(lambda authoring: authoring.open(key)), told)

    def action_look(self, lines: int) -> None:
        """Scroll what stands beside the table."""
        self.query_one("#preview").scroll_relative(y=lines, animate=False)

    def action_mark(self) -> None:
        """Mark the card the bar is on."""
        if self.table.key is not None:
            self._mark(self.table.marked ^ {self.table.key})
            self.table.action_move(1)

    def action_mark_all(self) -> None:
        """Mark all cards that were found."""
        if not self._counted:
            self._say("Still counting. Press a again in a moment.")
        else:
            everything = set(self.table.keys)
            self._mark(set() if self.table.marked == everything else everything)

    def _mark(self, keys: set[str]) -> None:
        self.table.mark(keys)
        self.query_one(KeyBar).labels = {"close": "unmark" if keys else "home"}
        self._tell()

    def action_suspend(self) -> None:
        """Take the cards meant out of study, or back in."""
        self._act(Act.SUSPEND)

    def action_bury(self) -> None:
        """Put the cards meant off until tomorrow."""
        self._act(Act.BURY)

    def action_flag(self) -> None:
        """Flag the cards meant, or take the flag off."""
        self._act(Act.FLAG)

    def action_reset(self) -> None:
        """Make the cards meant new again."""
        self._act(Act.RESET)

    def _act(self, act: Act) -> None:
        """Do something to the marked cards, or else to the one the bar is on."""
        marked = self.table.marked
        keys = [key for key in self.table.keys if key in marked] if marked else [key for key in [self.table.key] if key]
        self._do(lambda browser, progress: browser.act(act, keys, progress), len(keys))

    def action_undo(self) -> None:
        """Take back what was done last."""
        self._do(lambda browser, progress: browser.undo(progress), 0)

    def _do(self, step: Callable[[Browser, Callable[[int], None]], str], count: int) -> None:
        if self.app.gate.is_open:
            self.app.gate.close()
            self.run_worker(self._done(step, count))

    async def _done(self, step: Callable[[Browser, Callable[[int], None]], str], count: int) -> None:
        loop = asyncio.get_running_loop()

        def progress(done: int) -> None:
            loop.call_soon_threadsafe(self._say, f"{done:,} of {count:,} …" if count else f"{done:,} …")

        if count >= SHOWN_PROGRESS:
            self._say(f"{count:,} cards …")
        try:
            said = await self.app.desk.with_desk(lambda desk: step(desk.browser, progress))
            self._say(said)
            self._reload()
        except StudydlError as error:
            self._say(str(error))
        finally:
            self.call_after_refresh(self.app.painted)

    def action_sort(self, name: str) -> None:
        """Sort by a column; backwards if it is sorted by it already."""
        order = Order(name)
        self.table.sorted_by(order, order is self.table.order and not self.table.descending)
        self._find()

    @on(CardTable.Sort)
    def sort(self, event: CardTable.Sort) -> None:
        """Sort by the column whose head was clicked."""
        self.action_sort(event.order.value)

    def action_close(self) -> None:
        """Take the marks off, or go home."""
        if self.table.marked:
            self._mark(set())
        else:
            self.dismiss()


def how_to_search() -> Table:
    """Draw what can be searched for, a line each."""
    grid = Table.grid(padding=(0, 3, 0, 0))
    for example, meaning in EXAMPLES:
        grid.add_row(Text(example, "bold"), Text(meaning))
    return grid


def _side(info: CardInfo, look: Look) -> tuple[RenderableType, ...]:
    """Draw what stands over a card beside the table: its title and its deck."""
    return plain(info.card.title + which(info.card), "bold"), plain(info.card.deck_title, look.dim), ""
