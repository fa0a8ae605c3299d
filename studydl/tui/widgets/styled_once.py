"""Widgets that draw their own lines, with styles that are worked out once."""

from __future__ import annotations

from typing import Any

from rich.style import Style
from textual.widget import Widget


class StyledOnce(Widget):
    """A widget that draws its own lines. It looks up the style of a part once, and again when a theme or focus changes.

    Textual forgets the styles of parts whenever a widget is refreshed, and works each out from all its ancestors; for
    a line of text that took as long as all the rest of drawing it.

    To be inherited after a widget of Textual's own, if there is one: that one's style sheet applies.
    """

    def __init__(self, *children: Widget, **options: Any) -> None:
        super().__init__(*children, **options)
        self._looked_up: dict[str, Style] = {}

    def part(self, name: str = "") -> Style:
        """Return the style of a part of the widget.

        Args:
            name: a component class; empty for the widget itself.
        """
        if name not in self._looked_up:
            self._looked_up[name] = self.get_component_rich_style(name) if name else self.rich_style
        return self._looked_up[name]

    def notify_style_update(self) -> None:
        """Forget the styles: Textual has other ones."""
        self._looked_up.clear()
        super().notify_style_update()
