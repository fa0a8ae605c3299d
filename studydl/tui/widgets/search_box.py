"""The box a search is typed in."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from studydl.tui.widgets.answer_box import PRINTABLE

LONGEST = 200  # characters


class SearchBox(Input):
    """One line without control characters. Enter and down are the screen's: they go to what was found."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter,down", "screen.list", "to the list", tooltip="Go to the cards that were found", id="browse.list"
        ),
    ]

    def __init__(self) -> None:
        super().__init__(id="search", compact=True, max_length=LONGEST, restrict=PRINTABLE, select_on_focus=False)
        self.placeholder = "words, or deck:conv  is:due  -is:new  rated:7:again"
