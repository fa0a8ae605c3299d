"""The box an answer is typed in."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from studydl.tui.commands import keys_of
from studydl.tui.widgets.laid_out_once import LaidOutOnce

PRINTABLE = r"[^\x00-\x1f\x7f-\x9f]*"
LONGEST = 256  # characters, as in the answer grammar


class ScratchLine(LaidOutOnce, Input):
    """A line to calculate on: its value is shown as one types, it is kept with the answer, and never graded."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.to_box", "answer", tooltip="Go on to the answer", id="study.to-box"),
    ]

    def __init__(self) -> None:
        super().__init__(id="scratch", compact=True, max_length=LONGEST, restrict=PRINTABLE, select_on_focus=False)


class AnswerBox(LaidOutOnce, Input):
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
