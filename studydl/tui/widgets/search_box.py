"""The lines a search and a note are typed in."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from studydl.tui.commands import keys_of
from studydl.tui.widgets.answer_box import PRINTABLE, Line

LONGEST, LONGEST_NOTE = 200, 500  # characters


class SearchBox(Line):
    """One line without control characters. Enter and down are the screen's: they go to what was found."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            keys_of("browse.list", "enter,down"),
            "screen.list",
            "to the list",
            tooltip="Go to the cards that were found",
            id="browse.list",
        ),
    ]

    def __init__(self) -> None:
        super().__init__(id="search", compact=True, max_length=LONGEST, restrict=PRINTABLE, select_on_focus=False)
        self.placeholder = "words, or deck:conv  is:due  -is:new  rated:7:again"


class NoteLine(Line):
    """A learner's own words on a card. Enter is the screen's: it keeps them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys_of("info.save", "enter"), "screen.save", "save", tooltip="Keep the note", id="info.save"),
    ]

    def __init__(self) -> None:
        super().__init__(
            id="note-line", compact=True, max_length=LONGEST_NOTE, restrict=PRINTABLE, select_on_focus=False
        )
