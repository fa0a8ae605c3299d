"""The last line of a screen: the keys that work now, and what they do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from studydl.tui.widgets.laid_out_once import LaidOutOnce
from studydl.tui.widgets.packing import packed, piece_at

GAP = "  "
CHOSEN = Style(bold=True, reverse=True)


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
        return cell_len(self.shown) + 1 + cell_len(self.label)


class KeyBar(LaidOutOnce, Widget, can_focus=True):
    """The keys that work now, read from the bindings of the screen.

    One widget that draws all of them: a Footer mounts a widget per key at every change. Tab comes here, the arrows
    choose and enter presses, so that no command needs a letter; a click presses too.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"keybar--key", "keybar--label"}
    FOCUS_ON_CLICK = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "Previous key", show=False),
        Binding("right", "move(1)", "Next key", show=False),
        Binding("enter", "press", "Press this key", show=False),
    ]

    labels: reactive[Mapping[str, str]] = reactive(dict[str, str], init=False)
    cursor = reactive(0)

    def __init__(self) -> None:
        super().__init__(id="keys")
        self.entries: tuple[Entry, ...] = ()
        self._stale = False

    def on_mount(self) -> None:
        """Follow the bindings of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self._changed(), immediate=True)
        self._read()

    def watch_labels(self) -> None:
        """Read the bindings again under their new labels."""
        self._changed()

    def _changed(self) -> None:
        self._stale = True
        self.check_idle()

    def on_idle(self) -> None:
        """Read the bindings before the next paint, once for all that a key has changed about them."""
        if self._stale:
            self._read()

    def _read(self) -> None:
        """Take over the bindings that are active now."""
        self._stale = False
        screen = self.screen
        order = {command.id: place for place, command in enumerate(getattr(screen, "MENU", ()))}
        active = [a.binding for a in screen.active_bindings.values() if a.binding.show and a.enabled]
        active.sort(key=lambda binding: order.get(binding.id or "", len(order)))
        entries = tuple(self._entries(active))
        if entries != self.entries:
            self.entries = entries
            self.cursor = 0
            self.refresh(layout=True)

    def _entries(self, bindings: Iterable[Binding]) -> Iterator[Entry]:
        seen = set[str]()
        for binding in bindings:
            action = binding.action.removeprefix("screen.")
            if action not in seen:
                seen.add(action)
                label = self.labels.get(action, binding.description)
                yield Entry(binding.key, self.app.get_key_display(binding), label)

    def rows(self, width: int) -> list[list[tuple[int, int]]]:
        """Return (column, index) of the entries, in rows that fit.

        Args:
            width: cells there are.
        """
        return packed([entry.width for entry in self.entries], width, len(GAP))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many rows the keys take."""
        return len(self.rows(width))

    def render_line(self, y: int) -> Strip:
        """Draw one row of keys."""
        width, plain = self.size.width, self.rich_style
        key, label = (self.get_component_rich_style(f"keybar--{part}") for part in ("key", "label"))
        rows = self.rows(width)
        drawn: list[Segment] = []
        for _, index in rows[y] if y < len(rows) else []:
            entry, chosen = self.entries[index], self.has_focus and index == self.cursor
            drawn.append(Segment(entry.shown, plain + CHOSEN if chosen else key))
            drawn.append(Segment(f" {entry.label}{GAP}", plain if chosen else label))
        return Strip(drawn).adjust_cell_length(width, plain)

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
        if place is None:
            return
        widths = [entry.width for entry in self.entries]
        index = piece_at(self.rows(self.content_size.width), widths, place.x, place.y)
        if index is not None:
            self._press(self.entries[index])

    def _press(self, entry: Entry) -> None:
        if self.has_focus:
            self.screen.set_focus(None)
        self.app.simulate_key(entry.key)
