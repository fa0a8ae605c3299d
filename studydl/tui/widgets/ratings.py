"""The four ratings with the interval each would give, one of them suggested."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.message import Message
from textual.reactive import reactive

from studydl.memory.model import Rating
from studydl.tui.widgets.bar import Bar

RATINGS = tuple(Rating)


class RatingBar(Bar):
    """``1 Again 10 m   2 Hard 1 d  [3 Good 9 d]  4 Easy 21 d``: the one in brackets is what enter accepts."""

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

    def pieces(self) -> Sequence[Sequence[Segment]]:
        """Return the ratings, the chosen one in brackets."""
        chosen, other = self.part("rating-bar--chosen"), self.part("rating-bar--other")
        return [
            [Segment(f"[{self.label(rating)}]", chosen)]
            if rating is self.chosen
            else [Segment(f" {self.label(rating)} ", other)]
            for rating in RATINGS
        ]

    def pick(self, index: int) -> None:
        """Say that a rating was clicked."""
        self.post_message(self.Picked(RATINGS[index]))

    def move(self, step: int) -> None:
        """Choose the rating to the left (-1) or to the right (1)."""
        self.chosen = Rating(min(max(self.chosen + step, Rating.AGAIN), Rating.EASY))
