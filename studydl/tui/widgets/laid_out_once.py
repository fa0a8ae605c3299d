"""Widgets that grow with what is in them, laid out once for each change."""

from __future__ import annotations

from textual.containers import Vertical
from textual.geometry import Size
from textual.reactive import reactive
from textual.visual import VisualType
from textual.widgets import Static


class LaidOutOnce:
    """A mixin for widgets whose size follows what they show.

    Textual lays the whole screen out again whenever the extent of a widget has changed, although the layout that found
    the new extent has placed everything by it. On the study screen that doubled the work of a key; the second frame,
    equal to the first, came 25 ms later. Scrollbars that appear or go still ask for a layout themselves.

    Not a widget itself: a widget inherits its style and its keys from its first base that is one.
    """

    virtual_size = reactive(Size(0, 0), layout=False)


class Paragraph(LaidOutOnce, Static):
    """What is read. The same object again asks for nothing."""

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Show another text, if it is another object; equal ones may differ in style. Arguments as in Textual."""
        if content is not self.content:
            super().update(content, layout=layout)


class Column(LaidOutOnce, Vertical):
    """Widgets one below the other."""
