"""Lists one moves through with the arrows or j and k."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.geometry import Region
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


class AnswerList(Barred, inherit_bindings=False):
    """The options of a choice, or the points of a checklist. Enter, space and the page keys stay with the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor_down", "Down", show=False),
        Binding("up,k", "cursor_up", "Up", show=False),
    ]

    def scroll_to_highlight(self, top: bool = False) -> None:
        """Bring what the bar is on into view: the page around the list scrolls."""
        super().scroll_to_highlight(top)
        self.call_after_refresh(self._into_view)

    def _into_view(self) -> None:
        page = next((each for each in self.ancestors if isinstance(each, VerticalScroll)), None)
        if page is None or self.highlighted is None or self.highlighted not in self._index_to_line:
            return
        row = Region(0, self._index_to_line[self.highlighted], 1, self._heights[self.highlighted])
        fits = self.size.height <= page.size.height  # one compares answers: all of them where there is room
        rows = self.size.region if fits else row
        place = rows.translate(self.region.offset - page.region.offset + page.scroll_offset)
        page.scroll_to_region(place, animate=False)


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
