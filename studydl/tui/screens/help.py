"""The keys of the screen one came from, as they work there now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from studydl.tui.commands import Command, bindings

if TYPE_CHECKING:
    from studydl.tui.application import StudyApp

HELP = (
    Command("help.close", "escape,enter,space,q,question_mark,f1", "dismiss", "close", "Go back"),
    Command("help.up", "up,k", "scroll(-1)", "up", "Scroll up", shown=False),
    Command("help.down", "down,j", "scroll(1)", "down", "Scroll down", shown=False),
)


class HelpScreen(ModalScreen[None]):
    """Help on a screen: its keys, and what its method `help_foot` adds, if it has one.

    Args:
        about: the screen.
    """

    AUTO_FOCUS = ""
    BINDINGS = bindings(HELP)
    app: StudyApp

    def __init__(self, about: Screen[Any]) -> None:
        super().__init__()
        self._about = about

    def compose(self) -> ComposeResult:
        """Lay out one column of keys."""
        with Vertical(id="column"), VerticalScroll(can_focus=False, id="report"):
            yield Static(self._text())

    def _text(self) -> Group:
        phase = getattr(self._about, "phase", "")
        grid = Table.grid(padding=(0, 3, 0, 0))
        grid.add_column(style="bold", no_wrap=True)
        grid.add_column(overflow="fold")
        for keys, text in self.lines():
            grid.add_row(keys, text)
        title = f"Keys: {phase}" if phase else "Keys"
        foot = getattr(self._about, "help_foot", None)
        added = [] if foot is None else [foot(), ""]
        return Group(Text(title, "bold"), "", grid, "", *added, Text("esc or a click closes", "dim"))

    def lines(self) -> list[tuple[str, str]]:
        """Return (keys, what they do) for each command that works on the screen now."""
        keys: dict[str, list[str]] = {}
        for active in self._about.active_bindings.values():
            if active.enabled and active.binding.tooltip:
                keys.setdefault(active.binding.tooltip, []).append(self.app.get_key_display(active.binding))
        return [(", ".join(names), text) for text, names in keys.items()]

    def on_click(self) -> None:
        """Close: with the mouse there is no other way."""
        self.dismiss()

    def action_scroll(self, rows: int) -> None:
        """Scroll by rows."""
        self.query_one("#report").scroll_relative(y=rows, animate=False)
