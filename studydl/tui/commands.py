"""One definition per action: its key, its entry in the key bar and the palette, and its line in the help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from textual.binding import Binding, BindingType

_CHOSEN: dict[str, str] = {}  # keys of one's own by the id of a command


def choose_keys(keys: Mapping[str, str]) -> None:
    """Have commands answer to other keys. The classes of screens take their keys when they are imported.

    Args:
        keys: keys as Textual names them, by the id of a command; see `studydl.tui.keymap`.
    """
    _CHOSEN.clear()
    _CHOSEN.update(keys)


def keys_of(command_id: str, default: str) -> str:
    """Return the keys of a command: the learner's own, or else these."""
    return _CHOSEN.get(command_id, default)


@dataclass(frozen=True, slots=True)
class Command:
    """Something a learner can do.

    Args:
        id: stable name of the binding, for a keymap of one's own: "study.hint".
        keys: one or more keys as Textual names them, separated by commas; the first is shown.
        action: the action it runs, with arguments if any: "rate(1)".
        label: one or two words for the key bar.
        help: a sentence for the help screen and the palette.
        shown: False keeps it out of the key bar.
        phases: where in a screen it works; empty for everywhere.
    """

    id: str
    keys: str
    action: str
    label: str
    help: str
    shown: bool = True
    phases: frozenset[str] = frozenset()

    @property
    def binding(self) -> Binding:
        """Return the Textual binding; its tooltip is the help."""
        keys = keys_of(self.id, self.keys)
        return Binding(keys, self.action, self.label, show=self.shown, tooltip=self.help, id=self.id)

    @property
    def name(self) -> str:
        """Return the action's name without its arguments."""
        return self.action.partition("(")[0]


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    """Return the bindings of several commands, for a class's BINDINGS."""
    return [command.binding for command in commands]


def phases_by_action(commands: Iterable[Command]) -> dict[str, frozenset[str]]:
    """Return the phases in which each action is allowed, over all commands that run it."""
    allowed: dict[str, frozenset[str]] = {}
    for command in commands:
        allowed[command.name] = allowed.get(command.name, frozenset()) | command.phases
    return allowed
