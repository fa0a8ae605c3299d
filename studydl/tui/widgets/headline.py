"""The first line of a sheet: where one is at the left, what is left at the right."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text
from textual.strip import Strip

from studydl.tui.widgets.laid_out_once import LaidOutOnce
from studydl.tui.widgets.styled_once import StyledOnce

GAP = 2  # cells between the two, at least


class Headline(LaidOutOnce, StyledOnce):
    """One line of two texts. The left one is cut where there is no room, the right one stands at the end."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(id="head")
        self._left, self._right = Text(), Text()

    def show(self, left: Text, right: Text) -> None:
        """Show other texts.

        Args:
            left: what may be cut.
            right: what stands whole.
        """
        self._left, self._right = left, right
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        width, line = self.size.width, self._left.copy()
        line.truncate(max(0, width - GAP - cell_len(self._right.plain)), overflow="ellipsis", pad=True)
        line.append(" " * GAP).append_text(self._right)
        return Strip(line.render(self.app.console)).apply_style(self.part()).adjust_cell_length(width, self.part())
