"""The box an answer is typed in."""

from __future__ import annotations

import re
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input

from studydl.tui.commands import keys_of
from studydl.tui.widgets.laid_out_once import LaidOutOnce

PRINTABLE = r"[^\x00-\x1f\x7f-\x9f]*"
NOT_PRINTABLE = r"[\x00-\x1f\x7f-\x9f]"
LONGEST = 256  # characters, as in the answer grammar


class Line(Input):
    """One line of text without control characters, whatever is pasted."""

    def _on_paste(self, event: events.Paste) -> None:
        """Take the first line that holds something, as far as there is room; Textual would refuse all of it."""
        event.prevent_default()
        event.stop()
        lines = (" ".join(re.sub(NOT_PRINTABLE, " ", line).split()) for line in event.text.splitlines())
        text = next(filter(None, lines), "")
        start, end = sorted(self.selection)
        room = (self.max_length or len(text)) - len(self.value) + end - start
        if len(text) > room:
            self.restricted()
        self.replace(text[:room], start, end)


class ScratchLine(LaidOutOnce, Line):
    """A line to calculate on: its value is shown as one types, it is kept with the answer, and never graded."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.to_box", "answer", tooltip="Go on to the answer", id="study.to-box"),
    ]

    def __init__(self) -> None:
        super().__init__(id="scratch", compact=True, max_length=LONGEST, restrict=PRINTABLE, select_on_focus=False)


class AnswerBox(LaidOutOnce, Line):
    """One line of text without control characters. Enter is the screen's: it checks the answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys_of("study.check", "enter"), "screen.check", "check", tooltip="Give this answer", id="study.check"),
    ]

    def __init__(self) -> None:
        super().__init__(
            id="box",
            compact=True,
            max_length=LONGEST,
            restrict=PRINTABLE,
            select_on_focus=False,
        )

    def show(self, text: str, position: int | None = None) -> None:
        """Show a text and put the caret into it.

        Args:
            text: the learner's text.
            position: 0-based place of the caret; the end if None.
        """
        self.value = text
        self.cursor_position = len(text) if position is None else min(position, len(text))
