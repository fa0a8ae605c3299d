"""The last line of a screen: the keys that work now, and what they do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from studydl.tui.widgets.bar import Bar

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


class KeyBar(Bar, can_focus=True):
    """The keys that work now, read from the bindings of the screen.

    One widget that draws all of them: a Footer mounts a widget per key at every change. Tab comes here, the arrows
    choose and enter presses, so that no command needs a letter; a click presses too.
    """

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

    def pieces(self) -> Sequence[Sequence[Segment]]:
        """Return each key with what it does; the one that enter would press stands out."""
        key, label, chosen = self.part("keybar--key"), self.part("keybar--label"), self.part() + CHOSEN
        marked = self.entries[self.cursor] if self.has_focus and self.entries else None
        return [
            [Segment(entry.shown, chosen), Segment(f" {entry.label}", self.part())]
            if entry is marked
            else [Segment(entry.shown, key), Segment(f" {entry.label}", label)]
            for entry in self.entries
        ]

    def pick(self, index: int) -> None:
        """Press a key."""
        self._press(self.entries[index])

    def action_move(self, step: int) -> None:
        """Choose the previous or the next key."""
        self.cursor = (self.cursor + step) % max(1, len(self.entries))

    def action_press(self) -> None:
        """Press the chosen key."""
        if self.entries:
            self.pick(self.cursor)

    def _press(self, entry: Entry) -> None:
        if self.has_focus:
            self.screen.set_focus(None)
        self.app.simulate_key(entry.key)
