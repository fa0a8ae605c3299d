"""The first line of a sheet: where one is at the left, what is left at the right."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget

from studydl.tui.widgets.laid_out_once import LaidOutOnce

GAP = 2  # cells between the two, at least


class Headline(LaidOutOnce, Widget):
    """One line of two texts. The left one is cut where there is no room, the right one stands at the end.

    A table of Rich's says the same, and takes four times as long to be measured and drawn.
    """

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

    def render(self) -> Text:
        """Draw the line."""
        line = self._left.copy()
        line.truncate(max(0, self.size.width - GAP - cell_len(self._right.plain)), overflow="ellipsis", pad=True)
        return line.append(" " * GAP).append_text(self._right)
