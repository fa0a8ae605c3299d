"""Lists one moves through with the arrows or j and k."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import OptionList


class DeckList(OptionList):
    """The list of the home screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.open", "study", tooltip="Start what the bar is on", id="home.open"),
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
    ]


class AnswerList(OptionList, inherit_bindings=False):
    """The options of a choice, or the points of a checklist. Enter, space and the page keys stay with the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor_down", "Down", show=False),
        Binding("up,k", "cursor_up", "Up", show=False),
    ]
