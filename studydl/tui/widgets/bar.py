"""Pieces of text in a bar, each of which can be clicked."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.strip import Strip

from studydl.tui.widgets.laid_out_once import LaidOutOnce
from studydl.tui.widgets.packing import packed, piece_at
from studydl.tui.widgets.styled_once import StyledOnce

GAP = "  "


class Bar(LaidOutOnce, StyledOnce):
    """Pieces of one-line text, in as many rows as they need; a click picks one."""

    ALLOW_SELECT = False

    def pieces(self) -> Sequence[Sequence[Segment]]:
        """Return the pieces from left to right."""
        raise NotImplementedError

    def pick(self, index: int) -> None:
        """Do what a piece stands for."""
        raise NotImplementedError

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many rows the pieces take."""
        return len(_rows(self.pieces(), width))

    def render_line(self, y: int) -> Strip:
        """Draw one row of pieces."""
        width, plain, pieces = self.size.width, self.part(), self.pieces()
        rows = _rows(pieces, width)
        drawn: list[Segment] = []
        for _, index in rows[y] if y < len(rows) else []:
            drawn += [*pieces[index], Segment(GAP, plain)]
        return Strip(drawn).adjust_cell_length(width, plain)

    def on_click(self, event: events.Click) -> None:
        """Pick the piece that was clicked."""
        place = event.get_content_offset(self)
        if place is None:
            return
        pieces = self.pieces()
        index = piece_at(_rows(pieces, self.content_size.width), _widths(pieces), place.x, place.y)
        if index is not None:
            self.pick(index)


def _widths(pieces: Sequence[Sequence[Segment]]) -> list[int]:
    return [sum(segment.cell_length for segment in piece) for piece in pieces]


def _rows(pieces: Sequence[Sequence[Segment]], width: int) -> list[list[tuple[int, int]]]:
    """Return (column, index) of the pieces, in rows that fit into a width."""
    return packed(_widths(pieces), width, len(GAP))
