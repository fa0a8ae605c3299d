"""What the screens that ask questions have in common: a sheet with an answer box, which is left for the commands."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.screen import ScreenResultType

from studydl.tui.screens.paged import PagedScreen
from studydl.tui.widgets.keybar import KeyBar
from studydl.tui.widgets.sheet import Sheet
from studydl.tui.widgets.too_small import TooSmall

ANSWERS = (
    "An answer may be a number (0.8125, 3e-4, 75%), a fraction (13/16), a shape (64x112x112 or (64, 112, 112)), "
    "or anything to compute: + - * / ^ ( ) sqrt exp log (the natural one) log2 log10 pi e."
)
BACK_TO_BOX = frozenset("0123456789+-.(−±")


class AnsweringScreen(PagedScreen[ScreenResultType]):
    """A screen that asks one question after the other.

    Args:
        sheet: what a question is shown on.
    """

    AUTO_FOCUS = ""
    PAGE = "#page"

    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self.sheet = sheet
        self.keys = KeyBar()
        self._command = False  # True once the learner left the box for the commands

    def compose(self) -> ComposeResult:
        """Lay out: the sheet and the keys."""
        with self.sheet:
            yield self.keys
        yield TooSmall()

    def help_foot(self) -> RenderableType:
        """Return what the help says below the keys."""
        return Text(ANSWERS, "dim")

    def lay_out(self) -> None:
        """Show the parts of the phase one is in now, and put the focus where its keys go."""
        raise NotImplementedError

    def action_command(self) -> None:
        """Leave the box for the commands."""
        self._command = True
        self.lay_out()

    def action_back(self) -> None:
        """Go back to the box."""
        self._command = False
        self.lay_out()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Come back from the commands when the box is clicked."""
        if event.widget is self.sheet.box and self._command:
            self.action_back()

    def on_key(self, event: events.Key) -> None:
        """Let a digit or a sign among the commands go back to the box."""
        if self._command and self.sheet.entry.display and event.character and event.character in BACK_TO_BOX:
            event.stop()
            self.action_back()
            self.sheet.box.insert_text_at_cursor(event.character)
