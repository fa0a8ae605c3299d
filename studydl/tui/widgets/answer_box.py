"""The box an answer is typed in."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

LONGEST = 256  # characters, as in the answer grammar


class AnswerBox(Input):
    """One line of text without control characters. Enter is the screen's: it checks the answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.check", "check", tooltip="Check the answer in the box", id="study.check"),
    ]

    def __init__(self) -> None:
        super().__init__(
            id="box",
            compact=True,
            max_length=LONGEST,
            restrict=r"[^\x00-\x1f\x7f-\x9f]*",
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
