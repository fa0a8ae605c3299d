"""The four ratings with the interval each would give, one of them suggested."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from studydl.memory.model import Rating
from studydl.tui.widgets.laid_out_once import LaidOutOnce
from studydl.tui.widgets.packing import packed, piece_at

GAP = "  "
RATINGS = tuple(Rating)


class RatingBar(LaidOutOnce, Widget):
    """``1 Again 10 m   2 Hard 1 d  [3 Good 9 d]  4 Easy 21 d``: the one in brackets is what enter accepts."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"rating-bar--chosen", "rating-bar--other"}

    intervals: reactive[tuple[tuple[Rating, str], ...]] = reactive((), layout=True)
    chosen: reactive[Rating] = reactive(Rating.GOOD)
    numbered = reactive(True)

    class Picked(Message):
        """A rating was clicked."""

        def __init__(self, rating: Rating) -> None:
            super().__init__()
            self.rating = rating

    def __init__(self) -> None:
        super().__init__(id="ratings")

    def label(self, rating: Rating) -> str:
        """Return a rating as it is shown: ``3 Good 9 d``, without the digit where digits mean something else."""
        words = [rating.name.capitalize(), dict(self.intervals).get(rating, "")]
        return " ".join([*([str(int(rating))] if self.numbered else []), *filter(None, words)])

    def rows(self, width: int) -> list[list[tuple[int, int]]]:
        """Return (column, index) of the ratings, in rows that fit.

        Args:
            width: cells there are.
        """
        return packed(self._widths(), width, len(GAP))

    def _widths(self) -> list[int]:
        return [len(self.label(rating)) + 2 for rating in RATINGS]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many rows the ratings take."""
        return len(self.rows(width))

    def render_line(self, y: int) -> Strip:
        """Draw one row of ratings."""
        width, plain = self.size.width, self.rich_style
        bright, dim = (self.get_component_rich_style(f"rating-bar--{part}") for part in ("chosen", "other"))
        rows = self.rows(width)
        drawn: list[Segment] = []
        for _, index in rows[y] if y < len(rows) else []:
            chosen = RATINGS[index] is self.chosen
            label = self.label(RATINGS[index])
            drawn.append(Segment(f"[{label}]" if chosen else f" {label} ", bright if chosen else dim))
            drawn.append(Segment(GAP, dim))
        return Strip(drawn).adjust_cell_length(width, plain)

    def move(self, step: int) -> None:
        """Choose the rating to the left (-1) or to the right (1)."""
        self.chosen = Rating(min(max(self.chosen + step, Rating.AGAIN), Rating.EASY))

    def on_click(self, event: events.Click) -> None:
        """Pick the rating that was clicked."""
        place = event.get_content_offset(self)
        if place is None:
            return
        index = piece_at(self.rows(self.content_size.width), self._widths(), place.x, place.y)
        if index is not None:
            self.post_message(self.Picked(RATINGS[index]))
