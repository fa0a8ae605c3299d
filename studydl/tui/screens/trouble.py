"""What is shown when the learner's data cannot be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Static

from studydl.errors import StudydlError
from studydl.tui.commands import Command, bindings
from studydl.tui.widgets.keybar import KeyBar
from studydl.tui.widgets.rendering import plain

if TYPE_CHECKING:
    from studydl.paths import Home
    from studydl.tui.application import StudyApp

TROUBLE = (Command("trouble.quit", "enter,escape,q", "leave", "quit", "Leave studydl"),)


class TroubleScreen(Screen[None]):
    """What happened, what to do, and where the data is. Nothing is changed.

    Args:
        error: what happened.
        home: where the data is.
    """

    AUTO_FOCUS = ""
    MENU = TROUBLE
    BINDINGS = bindings(TROUBLE)
    app: StudyApp

    def __init__(self, error: StudydlError, home: Home) -> None:
        super().__init__()
        self._error = error
        self._home = home

    def compose(self) -> ComposeResult:
        """Lay out a few lines and the way out."""
        lines = Group(
            Text("Your data could not be opened", "bold"),
            "",
            plain(self._error.message),
            *([plain(self._error.hint)] if self._error.hint else []),
            "",
            plain(f"Nothing was changed. The data folder is {self._home.folder}", "dim"),
        )
        with Vertical(id="column"):
            yield Static(lines, id="report")
            yield KeyBar()

    def action_leave(self) -> None:
        """Leave with the error's exit code."""
        self.app.exit(return_code=self._error.exit_code)
