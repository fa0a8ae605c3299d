"""The one source of chance: a stream that is the same for the same problem id on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Random choices for one problem.

    Only `Random.random` is used: Python guarantees its stream across versions, and numpy does not promise its own.

    Args:
        key: the problem's id; the same id always gives the same choices.
    """

    def __init__(self, key: str) -> None:
        self._random = Random(int.from_bytes(hashlib.sha256(key.encode()).digest(), "big")).random

    def integer(self, low: int, high: int) -> int:
        """Return an integer from low to high, both included."""
        return low + int(self._random() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        """Return True with this probability."""
        return self._random() < probability

    def choice(self, items: Sequence[T]) -> T:
        """Return one of the items."""
        return items[self.integer(0, len(items) - 1)]

    def integers(self, count: int, low: int, high: int) -> tuple[int, ...]:
        """Return that many integers from low to high, repeats allowed."""
        return tuple(self.integer(low, high) for _ in range(count))

    def shuffled(self, items: Sequence[T]) -> tuple[T, ...]:
        """Return the items in random order (Fisher-Yates)."""
        deck = list(items)
        for last in range(len(deck) - 1, 0, -1):
            other = self.integer(0, last)
            deck[last], deck[other] = deck[other], deck[last]
        return tuple(deck)

    def sample(self, items: Sequence[T], count: int) -> tuple[T, ...]:
        """Return that many different items in random order."""
        return self.shuffled(items)[:count]

    def parts(self, total: int, count: int) -> tuple[int, ...]:
        """Split total into that many positive integers, every split equally likely."""
        cuts = sorted(self.sample(range(1, total), count - 1))
        return tuple(high - low for low, high in zip([0, *cuts], [*cuts, total], strict=True))
