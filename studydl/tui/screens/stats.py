"""The statistics: how well one remembers, what is coming, what is mastered, and what still goes wrong."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from studydl.errors import StudydlError
from studydl.study.statistics.figures import Statistics, statistics
from studydl.study.statistics.words import NEW_LEARNER, SECTIONS
from studydl.tui.commands import Command, bindings
from studydl.tui.screens.paged import PagedScreen
from studydl.tui.widgets.keybar import KeyBar
from studydl.tui.widgets.look import look_of
from studydl.tui.widgets.statistics_page import section
from studydl.tui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from textual.app import App

    from studydl.tui.application import StudyApp

STATS = (
    Command("stats.next", "n,right", "section(1)", "next", "Go to the next section"),
    Command("stats.previous", "p,left", "section(-1)", "previous", "Go to the previous section"),
    Command("stats.down", "down,j", "scroll(1)", "down", "Scroll down", shown=False),
    Command("stats.up", "up,k", "scroll(-1)", "up", "Scroll up", shown=False),
    Command("stats.page-down", "pagedown,space", "page(1)", "page down", "Scroll down a page", shown=False),
    Command("stats.page-up", "pageup", "page(-1)", "page up", "Scroll up a page", shown=False),
    Command("stats.close", "escape,q,enter", "close", "home", "Go home"),
)


class StatsScreen(PagedScreen[None]):
    """All figures, one section under the other."""

    AUTO_FOCUS = ""
    MENU = STATS
    BINDINGS = bindings(STATS)
    app: StudyApp

    def __init__(self) -> None:
        super().__init__()
        self._seen: Statistics | None = None

    def compose(self) -> ComposeResult:
        """Lay out: a line at the head, a scroll of sections, the keys."""
        with Vertical(id="column"):
            yield Static(Text("Counting …", "dim"), id="ask")
            with VerticalScroll(can_focus=False, id="report"):
                for which in SECTIONS:
                    yield Static(id=f"section-{which.name}", classes="section")
            yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Count, away from the screen's own thread."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw())
        self.run_worker(self._count())

    async def _count(self) -> None:
        loop = asyncio.get_running_loop()

        def told(share: float) -> None:
            loop.call_soon_threadsafe(self._tell, share)

        try:
            self._seen = await self.app.desk.with_desk(lambda desk: statistics(desk.store, desk.schedule, told))
        except StudydlError as error:
            self.app.show_trouble(error)
            return
        self._draw()

    def _tell(self, share: float) -> None:
        """Say how far the count is, until it is done."""
        if self._seen is None and self.is_mounted:
            self.query_one("#ask", Static).update(Text(f"Counting … {100 * share:.0f}%", "dim"))

    def on_resize(self) -> None:
        """Draw the sections for the new width."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        seen = self._seen
        if seen is None:
            return
        head = f"{seen.answers:,} {'answer' if seen.answers == 1 else 'answers'} in study so far"
        self.query_one("#ask", Static).update(Text(head if seen.answers else NEW_LEARNER, "bold"))
        look, width = look_of(cast("App[object]", self.app)), self._width()
        for which in SECTIONS:
            self.query_one(f"#section-{which.name}", Static).update(section(which, seen, look, width))

    def _width(self) -> int:
        """Return the cells of a line; one less than there are, for the scroll bar."""
        report = self.query_one("#report")
        return max(40, (report.container_size.width or self.size.width - 4) - 1)

    # What the learner does.

    def action_section(self, step: int) -> None:
        """Put the next or the previous section at the top."""
        report = self.query_one("#report")
        tops = [part.virtual_region.y for part in self.query(".section")]
        at = report.scroll_offset.y
        ahead = [top for top in tops if top > at] if step > 0 else [top for top in tops if top < at][::-1]
        if ahead:
            report.scroll_to(y=ahead[0], animate=False)

    def action_close(self) -> None:
        """Go home."""
        self.dismiss()
