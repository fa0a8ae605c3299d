"""Lists one moves through with the arrows or j and k."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
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


class DeckList(OptionList):
    """The list of the home screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            keys_of("home.open", "enter"), "screen.open", "study", tooltip="Start what the bar is on", id="home.open"
        ),
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
    ]


class AnswerList(OptionList, inherit_bindings=False):
    """The options of a choice, or the points of a checklist. Enter, space and the page keys stay with the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor_down", "Down", show=False),
        Binding("up,k", "cursor_up", "Up", show=False),
    ]


class Picks(OptionList, inherit_bindings=False):
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
