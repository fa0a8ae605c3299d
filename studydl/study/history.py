"""The events of one session that stand. A history never changes: what is added or taken back gives another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from studydl.store.log import Event


@dataclass(frozen=True, slots=True)
class History:
    """A stack of events; adding one, taking it back and going back to an earlier one cost the same at any length.

    Args:
        last: the newest event; None when there is none.
        before: the history before it.
        answered: how many of its events are answers.
    """

    last: Event | None = None
    before: History | None = None
    answered: int = 0

    def plus(self, event: Event) -> History:
        """Return the history with one more event."""
        return History(event, self, self.answered + (event.kind == "answer"))

    def newest(self) -> Event:
        """Return the newest event; there must be one."""
        assert self.last is not None
        return self.last

    def without_newest(self) -> History:
        """Return the history before the newest event; there must be one."""
        assert self.before is not None
        return self.before

    def __bool__(self) -> bool:
        return self.last is not None

    def __iter__(self) -> Iterator[Event]:
        """Yield the events, oldest first."""
        newest_first, rest = list[Event](), self
        while rest.last is not None:
            newest_first.append(rest.last)
            rest = rest.without_newest()
        return reversed(newest_first)


def history_of(events: Iterable[Event]) -> History:
    """Return the history of these events, oldest first."""
    history = History()
    for event in events:
        history = history.plus(event)
    return history
