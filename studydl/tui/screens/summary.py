"""What a session came to."""

from __future__ import annotations

import time
from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from studydl.study.view import Summary, View
from studydl.text.safe import safe_text
from studydl.tui.commands import Command, bindings
from studydl.tui.widgets.keybar import KeyBar
from studydl.tui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from studydl.tui.application import StudyApp


class After(Enum):
    """What the learner wants after the summary."""

    HOME = "home"
    UNDO = "undo"
    MORE = "more"


SUMMARY = (
    Command("summary.more", "enter,space", "more", "next card", "Go on with the card that has come back"),
    Command("summary.home", "enter,escape", "home", "home", "Go home"),
    Command("summary.undo", "u", "undo", "undo", "Take back the last answer"),
)


class SummaryScreen(Screen[After]):
    """What a session came to, and what comes back when.

    Args:
        view: the last view; says whether a card comes back soon.
        summary: the summary.
    """

    AUTO_FOCUS = ""
    MENU = SUMMARY
    BINDINGS = bindings(SUMMARY)
    app: StudyApp

    def __init__(self, view: View, summary: Summary) -> None:
        super().__init__()
        self._view = view
        self._summary = summary

    def compose(self) -> ComposeResult:
        """Lay out: the figures, the wait, the keys."""
        with Vertical(id="column"):
            with VerticalScroll(can_focus=False, id="report"):
                yield Static(report(self._summary))
                yield Static(id="wait")
            yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Count down to the card that comes back."""
        if self._view.wait_ms is not None:
            self._tell_wait()
            self.set_interval(1, self._tell_wait)

    @property
    def seconds(self) -> float | None:
        """Seconds until a card comes back; None if none does soon."""
        return None if self._view.wait_ms is None else self._view.wait_ms / 1000 - time.time()

    def _tell_wait(self) -> None:
        self.query_one("#wait", Static).update(Text(wait_text(self.seconds or 0)))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Allow more once a card is back, and undo if there is something to undo."""
        if action == "more":
            return self.seconds is not None and self.seconds <= 0
        return self._view.undoable if action == "undo" else True

    def action_more(self) -> None:
        """Go on."""
        self.dismiss(After.MORE)

    def action_home(self) -> None:
        """Go home."""
        self.dismiss(After.HOME)

    def action_undo(self) -> None:
        """Take back the last answer."""
        self.dismiss(After.UNDO)


def wait_text(seconds: float) -> str:
    """Say when the next learning card comes back.

    Args:
        seconds: until then; zero or less when it is back.
    """
    if seconds <= 0:
        return "A card is back: enter shows it."
    if seconds < 60:
        return "A card comes back in less than a minute."
    return f"A card comes back in {-(-seconds // 60):.0f} min."


def report(summary: Summary) -> Group:
    """Draw a summary."""
    parts: list[RenderableType] = [Text("Done for now" if summary.answered else "Nothing to do now", "bold"), ""]
    if summary.answered:
        said = f"{summary.answered} answers, {summary.passed} right at the first try, {summary.took}"
        parts += [Text(said if summary.answered != 1 else said.replace("answers", "answer", 1)), ""]
    parts += _section("To see again", [(title, "") for title in summary.again])
    parts += _section("Forgotten very often", summary.leeches)
    parts += _section("Mistakes", [(name, f"{times} x" if times > 1 else "") for name, times in summary.misconceptions])
    parts += _section("Coming back", [(when, str(count)) for when, count in summary.returns])
    if summary.set_aside:
        parts += [Text(summary.set_aside, "dim"), ""]
    if summary.left:
        parts += [Text(f"{summary.left} left for today", "dim"), ""]
    if summary.first_day and summary.returns:
        parts += [Text("To come back, type studydl in a terminal.", "dim"), ""]
    return Group(*parts)


def _section(title: str, rows: Iterable[tuple[str, str]]) -> list[RenderableType]:
    grid = Table.grid(padding=(0, 3, 0, 0))
    grid.add_column(overflow="fold")
    grid.add_column(justify="right", style="dim")
    for left, right in rows:
        grid.add_row(Text(safe_text(left)), right)
    return [Text(title, "dim"), grid, ""] if grid.row_count else []
