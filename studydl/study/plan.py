"""Which card comes next in one session: the queue is built once, then only advanced."""

from __future__ import annotations

from collections.abc import Iterable

from studydl.memory.model import Memory, Phase
from studydl.study.view import Left

LEARN_AHEAD_MS = 20 * 60_000  # with nothing else left, a learning card may come this much early
IN_STEPS = (Phase.LEARNING, Phase.RELEARNING)


class Plan:
    """The order of one session.

    Args:
        entries: (key, memory) of every card of the session, in order. Cards waiting on a learning step come
            back when the step is over; the others come once, in this order.
    """

    def __init__(self, entries: Iterable[tuple[str, Memory]]) -> None:
        self._waiting: dict[str, Phase] = {}
        self._learning: dict[str, int] = {}
        for key, memory in entries:
            if memory.phase in IN_STEPS:
                self._learning[key] = memory.due_ms or 0
            else:
                self._waiting[key] = memory.phase

    def next(self, now_ms: int) -> str | None:
        """Return the card to show now, or None when nothing can be shown.

        A learning step that is over goes first; then the queue; with an empty queue, the step that ends soonest.
        """
        soonest = min(self._learning, key=self._learning.__getitem__, default=None)
        if soonest is not None and self._learning[soonest] <= now_ms:
            return soonest
        first = next(iter(self._waiting), None)
        if first is not None:
            return first
        if soonest is not None and self._learning[soonest] <= now_ms + LEARN_AHEAD_MS:
            return soonest
        return None

    def answered(self, key: str, memory: Memory) -> None:
        """Take note of an answer: the card is done, or comes back when its learning step is over."""
        self.drop(key)
        if memory.phase in IN_STEPS:
            self._learning[key] = memory.due_ms or 0

    def copy(self) -> Plan:
        """Return a plan like this one, to go back to."""
        plan = Plan(())
        plan._waiting, plan._learning = dict(self._waiting), dict(self._learning)
        return plan

    def drop(self, key: str) -> None:
        """Take a card out of the session."""
        self._waiting.pop(key, None)
        self._learning.pop(key, None)

    def put_back(self, key: str, memory: Memory) -> None:
        """Put a card whose answer was undone first in the queue."""
        self.drop(key)
        self._waiting = {key: memory.phase, **self._waiting}

    def wait_ms(self) -> int | None:
        """Return when the next learning step is over, in UTC epoch milliseconds; None if there is none."""
        return min(self._learning.values(), default=None)

    def left(self) -> Left:
        """Return how many cards are left, by kind of work."""
        phases = list(self._waiting.values())
        learning = len(self._learning) + sum(phase in IN_STEPS for phase in phases)
        return Left(new=phases.count(Phase.NEW), learning=learning, review=phases.count(Phase.REVIEW))
