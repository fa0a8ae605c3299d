"""The last line of a screen: the keys that work now, and what they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

GAP = "  "


@dataclass(frozen=True, slots=True)
class Entry:
    """One key in the bar.

    Args:
        key: the key as Textual names it.
        shown: the key as the learner reads it.
        label: what it does.
    """

    key: str
    shown: str
    label: str

    @property
    def width(self) -> int:
        """Return its width in cells."""
        return Content(self.shown).cell_length + 1 + Content(self.label).cell_length


class KeyBar(Widget, can_focus=True):
    """The keys that work now, read from the bindings of the screen.

    One widget that draws all of them: a Footer mounts a widget per key at every change. Tab comes here, the arrows
    choose and enter presses, so that no command needs a letter; a click presses too.
    """

    ALLOW_SELECT = False
    BINDINGS = [
        Binding("left", "move(-1)", "Previous key", show=False),
        Binding("right", "move(1)", "Next key", show=False),
        Binding("enter", "press", "Press this key", show=False),
    ]

    labels: reactive[Mapping[str, str]] = reactive(dict[str, str], init=False)
    cursor = reactive(0)

    def __init__(self) -> None:
        super().__init__(id="keys")
        self.entries: tuple[Entry, ...] = ()

    def on_mount(self) -> None:
        """Follow the bindings of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self.read)
        self.read(self.screen)

    def watch_labels(self) -> None:
        """Read the bindings again under their new labels."""
        self.read(self.screen)

    def read(self, screen: Screen[object]) -> None:
        """Take over the bindings that are active now.

        Args:
            screen: the screen this bar belongs to.
        """
        entries = tuple(self._active(screen))
        if entries != self.entries:
            self.entries = entries
            self.cursor = 0
            self.refresh(layout=True)

    def _active(self, screen: Screen[object]) -> Iterator[Entry]:
        seen = set[str]()
        for active in screen.active_bindings.values():
            binding = active.binding
            if binding.show and active.enabled and binding.action not in seen:
                seen.add(binding.action)
                label = self.labels.get(binding.action.removeprefix("screen."), binding.description)
                yield Entry(binding.key, self.app.get_key_display(binding), label)

    def rows(self, width: int) -> list[list[tuple[int, Entry]]]:
        """Return the entries in rows that fit, each with the column it starts in.

        Args:
            width: cells there are.
        """
        rows: list[list[tuple[int, Entry]]] = [[]]
        left = 0
        for entry in self.entries:
            if rows[-1] and left + entry.width > width:
                rows.append([])
                left = 0
            rows[-1].append((left, entry))
            left += entry.width + len(GAP)
        return rows

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many rows the keys take."""
        return len(self.rows(width))

    def render(self) -> Content:
        """Draw the keys."""
        chosen = self.entries[self.cursor] if self.has_focus and self.entries else None
        rows = self.rows(self.content_size.width)
        return Content("\n").join(
            [Content(GAP).join([self._drawn(entry, entry is chosen) for _, entry in row]) for row in rows]
        )

    @staticmethod
    def _drawn(entry: Entry, chosen: bool) -> Content:
        key = Content.styled(entry.shown, "bold reverse" if chosen else "bold $text-accent")
        return Content.assemble(key, " ", Content.styled(entry.label, "" if chosen else "$text-muted"))

    def action_move(self, step: int) -> None:
        """Choose the previous or the next key."""
        self.cursor = (self.cursor + step) % max(1, len(self.entries))

    def action_press(self) -> None:
        """Press the chosen key."""
        if self.entries:
            self._press(self.entries[self.cursor])

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked."""
        place = event.get_content_offset(self)
        rows = self.rows(self.content_size.width)
        if place is None or place.y >= len(rows):
            return
        for left, entry in rows[place.y]:
            if left <= place.x < left + entry.width:
                self._press(entry)

    def _press(self, entry: Entry) -> None:
        if self.has_focus:
            self.screen.set_focus(None)
        self.app.simulate_key(entry.key)
