"""Weak spots: the families of problems in the order in which practice helps most.

The order follows from the log alone, so the same log gives the same order:

1. Families with something wrong among the last five attempts. The greater share of wrong ones goes first, estimated
   as (wrong + 1) / (attempts + 2) (Laplace's rule of succession: one slip in one attempt says less than four in
   five); of equal shares, the one where more misconceptions were shown twice or more; then the one longest not tried.
2. Families never tried: nothing is known to be weak there.
3. Families whose last five attempts were all right, the one longest not tried first.

Of what is still equal, the name decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from studydl.store.connection import Store
from studydl.store.weak_spots import Attempt, newest_attempts
from studydl.study.keys import is_lesson

LATEST = 5  # attempts of a family that say how it goes now
LOOKED_AT = 3000  # newest attempts read, over all families


@dataclass(frozen=True, slots=True)
class Lately:
    """How the last attempts at a family went.

    Args:
        right: right ones among them.
        of: how many there were, 0 to 5.
        again: misconceptions shown twice or more among them.
        last_day: study day of the newest; None if it was never tried.
        next_level: where practice at mixed levels goes on: the same level after a wrong attempt, else the next in
            turn, 1 to 3.
    """

    right: int = 0
    of: int = 0
    again: int = 0
    last_day: int | None = None
    next_level: int = 1

    @property
    def is_weak(self) -> bool:
        """Say whether anything went wrong."""
        return self.right < self.of


NEVER = Lately()


def lately(store: Store) -> dict[str, Lately]:
    """Return how the last attempts went, by family; families never tried are not in it."""
    by_family: dict[str, list[Attempt]] = {}
    for attempt in newest_attempts(store.read(), store.learner, LOOKED_AT):
        if not is_lesson(attempt.key):
            found = by_family.setdefault(attempt.family, [])
            if len(found) < LATEST:
                found.append(attempt)
    return {family: _lately(attempts) for family, attempts in by_family.items()}


def _lately(attempts: list[Attempt]) -> Lately:
    newest = attempts[0]
    shown = Counter(attempt.misconception for attempt in attempts if attempt.misconception)
    return Lately(
        right=sum(attempt.right for attempt in attempts),
        of=len(attempts),
        again=sum(times > 1 for times in shown.values()),
        last_day=newest.study_day,
        next_level=newest.level % 3 + 1 if newest.right else newest.level,
    )


def weak_first(families: Iterable[str], known: dict[str, Lately]) -> list[str]:
    """Return families in the order of the module's first lines.

    Args:
        families: names.
        known: how their last attempts went, from `lately`.
    """

    def place(family: str) -> tuple[int, Fraction, int, int, str]:
        seen = known.get(family, NEVER)
        wrong = seen.of - seen.right
        group = 0 if wrong else 1 if not seen.of else 2
        share = Fraction(wrong + 1, seen.of + 2) if wrong else Fraction(0)
        return group, -share, -seen.again if wrong else 0, seen.last_day or 0, family

    return sorted(families, key=place)
