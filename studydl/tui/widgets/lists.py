"""Lists one moves through with the arrows or j and k."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widgets import OptionList

from studydl.tui.commands import keys_of

MOVES: tuple[BindingType, ...] = (
    Binding("down,j", "cursor_down", "Down", show=False),
    Binding("up,k", "cursor_up", "Up", show=False),
    Binding("home", "first", "First", show=False),
    Binding("end", "last", "Last", show=False),
    Binding("pageup", "page_up", "Page up", show=False),
    Binding("pagedown", "page_down", "Page down", show=False),
)  # all that a list of Textual's does but left, right and enter, which the screen has


def on_bar(strip: Strip, style: Style) -> Strip:
    """Draw in one color what the bar is on: neither dim text nor an accent can be read on it in every theme.

    Args:
        strip: a line of it.
        style: the bar's.
    """
    plain = Style(color=style.color, dim=False)
    return Strip(Segment.apply_style(strip, post_style=plain), strip.cell_length)


class Barred(OptionList):
    """A list whose bar can be read whatever it is on."""

    def render_line(self, y: int) -> Strip:
        """Draw one line of the view."""
        strip = super().render_line(y)
        line = self.scroll_offset.y + y
        if self.highlighted is None or line >= len(self._lines) or self._lines[line][0] != self.highlighted:
            return strip
        return on_bar(strip, self.get_component_rich_style("option-list--option-highlighted"))


class DeckList(Barred):
    """The list of the home screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            keys_of("home.open", "enter"), "screen.open", "study", tooltip="Start what the bar is on", id="home.open"
        ),
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
    ]


class Picks(Barred, inherit_bindings=False):
    """A list whose enter is the screen's `open`, and whose left and right stay with the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            keys_of("list.open", "enter"),
            "screen.open",
            "open",
            tooltip="Do what the line the bar is on says",
            id="list.open",
        ),
        *MOVES,
    ]
