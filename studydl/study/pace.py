"""How long the learner takes for each kind of card."""

from __future__ import annotations

from studydl.store import activity
from studydl.store.connection import Store

# Milliseconds, until the learner's own medians are known.
USUAL = {"basic": 10_000, "cloze": 10_000, "claim": 10_000, "choice": 14_000, "points": 60_000, "skill": 75_000}
ENOUGH = 5  # answers of a kind from which its median says more than the usual time


def pace(store: Store) -> dict[str, int]:
    """Return the median time of one answer in milliseconds, by kind of card."""
    return USUAL | activity.durations(store.read(), store.learner, ENOUGH)
