"""How many reviews fall due on the days to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable


def due_counts(due_days: Iterable[int], today: int, days: int) -> list[int]:
    """Return the reviews falling due on each day, today first.

    Args:
        due_days: study day of each card; overdue ones count for today, those beyond the last day are left out.
        today: study day.
        days: how many days to look ahead, today included.
    """
    counts = Counter(max(day, today) for day in due_days)
    return [counts[today + ahead] for ahead in range(days)]
