"""Which card comes next in one session: the queue is built once, then only advanced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from studydl.memory.model import Memory, Phase
from studydl.study.keys import is_lesson
from studydl.study.view import Left

MOST_RETURNS = 2  # of a failed problem in one session; after that another day teaches more
ITEMS_BETWEEN = 3  # before a failed problem returns, so that it is not answered from the screen before
LEARN_AHEAD_MS = 20 * 60_000  # with nothing else left, a learning card may come this much early
IN_STEPS = (Phase.LEARNING, Phase.RELEARNING)


@dataclass(frozen=True, slots=True)
class Mark:
    """How a plan stood.

    Args:
        place: how far the queue had been looked through.
        count: how many answers had been given.
        in_lesson: whether the last one was of a lesson.
        gone: how many cards had been taken out of it.
        returns: how often each failed problem had been sent back into the session.
        held: number of answers before which a failed problem was not to return.
        learning: cards on a learning step, with the moment it ends.
        back: cards put back, the last one first.
        waiting: how many cards were waiting, by phase; lessons are none.
    """

    place: int
    count: int
    in_lesson: bool
    gone: int
    returns: dict[str, int]
    held: dict[str, int]
    learning: dict[str, int]
    back: dict[str, Phase]
    waiting: dict[Phase, int]


class Plan:
    """The order of one session.

    Args:
        entries: (key, memory) of every card of the session, in order. Cards waiting on a learning step come
            back when the step is over; the others come once, in this order.
        problems: keys of the cards that are problems: one that was failed returns at most twice, and not at once.
    """

    def __init__(self, entries: Iterable[tuple[str, Memory]], problems: Collection[str] = ()) -> None:
        self._problems = frozenset(problems)
        self._count = 0
        self._returns: dict[str, int] = {}
        self._held: dict[str, int] = {}
        self._in_lesson = False
        self._queue: dict[str, Phase] = {}  # never changed: what is taken out of it is in _gone
        self._learning: dict[str, int] = {}
        for key, memory in entries:
            if memory.phase in IN_STEPS:
                self._learning[key] = memory.due_ms or 0
            else:
                self._queue[key] = memory.phase
        self._order = tuple(self._queue)
        self._place = 0
        self._gone: dict[str, None] = {}  # in order, so that going back is cutting it off
        self._back: dict[str, Phase] = {}  # put back, the last one first
        phases = Counter(phase for key, phase in self._queue.items() if not is_lesson(key))
        self._waiting = dict.fromkeys(Phase, 0) | phases

    def next(self, now_ms: int) -> str | None:
        """Return the card to show now, or None when nothing can be shown.

        What was put back goes first, then a learning step that is over, then the queue; with an empty queue, the step
        that ends soonest. The lesson before a new skill and its first problem are not parted.
        """
        if self._back:
            return next(iter(self._back))
        first = self._first_in_queue()
        if first is not None and self._in_lesson:
            return first
        over = [key for key, due_ms in self._learning.items() if due_ms <= now_ms and self._may_return(key)]
        if over:
            return min(over, key=self._learning.__getitem__)
        if first is not None:
            return first
        soonest = min(self._learning, key=self._learning.__getitem__, default=None)
        if soonest is not None and self._learning[soonest] <= now_ms + LEARN_AHEAD_MS:
            return soonest
        return None

    def is_early(self, key: str, now_ms: int) -> bool:
        """Say whether a card is shown before its learning step is over, since nothing else is left."""
        return key not in self._back and self._learning.get(key, now_ms) > now_ms

    def next_but(self, key: str, now_ms: int) -> str | None:
        """Return the card that would be shown now if this one were done."""
        mark = self.mark()
        self.drop(key)
        following = self.next(now_ms)
        self.go_back(mark)
        return following

    def holds(self, key: str) -> bool:
        """Say whether a card of the queue is still to come."""
        return key in self._back or (key in self._queue and key not in self._gone)

    def _may_return(self, key: str) -> bool:
        return self._held.get(key, 0) <= self._count

    def _first_in_queue(self) -> str | None:
        while self._place < len(self._order):
            key = self._order[self._place]
            if key not in self._gone:
                return key
            self._place += 1
        return None

    def answered(self, key: str, memory: Memory) -> None:
        """Take note of an answer: the card is done, or comes back when its learning step is over."""
        self._count += 1
        self.amended(key, memory)

    def amended(self, key: str, memory: Memory) -> None:
        """Take note of what the last answer was worth after all, or first of all: see `answered`."""
        self.drop(key)
        if key in self._problems:
            self._uncount(key)
            if memory.fails:
                self._returns[key] = self._returns.get(key, 0) + 1
                self._held[key] = self._count + ITEMS_BETWEEN
        if memory.phase in IN_STEPS and self._returns.get(key, 0) <= MOST_RETURNS:
            self._learning[key] = memory.due_ms or 0

    def _uncount(self, key: str) -> None:
        """Forget that the last answer was a fail, if it was one to this problem."""
        if self._held.get(key) == self._count + ITEMS_BETWEEN:
            self._returns[key] -= 1
            del self._held[key]

    def drop(self, key: str) -> None:
        """Take a card out of the session."""
        self._learning.pop(key, None)
        phase = self._back.pop(key, None)
        if phase is None and key in self._queue and key not in self._gone:
            phase = self._queue[key]
        if phase is not None and not is_lesson(key):
            self._waiting[phase] -= 1
        self._gone[key] = None
        self._in_lesson = is_lesson(key)

    def put_back(self, key: str, memory: Memory) -> None:
        """Put a card first in the queue."""
        self.drop(key)
        self._back = {key: memory.phase, **self._back}
        if not is_lesson(key):
            self._waiting[memory.phase] += 1

    def mark(self) -> Mark:
        """Return how the plan stands, to go back to; the queue itself, which may be long, never changes."""
        return Mark(
            self._place,
            self._count,
            self._in_lesson,
            len(self._gone),
            dict(self._returns),
            dict(self._held),
            dict(self._learning),
            dict(self._back),
            dict(self._waiting),
        )

    def go_back(self, mark: Mark) -> None:
        """Make the plan stand as it stood at an earlier mark; marks made since are void."""
        while len(self._gone) > mark.gone:
            self._gone.popitem()
        self._place, self._count, self._in_lesson = mark.place, mark.count, mark.in_lesson
        self._returns, self._held = dict(mark.returns), dict(mark.held)
        self._learning, self._back, self._waiting = dict(mark.learning), dict(mark.back), dict(mark.waiting)

    def wait_ms(self) -> int | None:
        """Return when the next learning step is over, in UTC epoch milliseconds; None if there is none."""
        return min(self._learning.values(), default=None)

    def keys(self) -> list[str]:
        """Return the cards that are left; a lesson belongs to its skill, and is not among them."""
        queued = [key for key in self._order[self._place :] if key not in self._gone]
        return [key for key in (*self._back, *self._learning, *queued) if not is_lesson(key)]

    def left(self) -> Left:
        """Return how many cards are left, by kind of work; a lesson belongs to its skill, and is not counted."""
        learning = len(self._learning) + sum(self._waiting[phase] for phase in IN_STEPS)
        return Left(new=self._waiting[Phase.NEW], learning=learning, review=self._waiting[Phase.REVIEW])
