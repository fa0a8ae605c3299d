"""Waits in words: "10 m" on a rating key, "in 9 days" in a summary."""

from __future__ import annotations

from studydl.memory.model import Memory

MINUTE, HOUR, DAY = 60, 3600, 86_400  # seconds
MONTH, YEAR = 365.25 / 12, 365.25  # days


def interval_text(seconds: float) -> str:
    """Return a wait as a rating key shows it: "10 m", "5 h", "9 d", "2.3 mo" or "1.2 y".

    Args:
        seconds: the wait; below one minute, negative too, counts as one minute.
    """
    minutes, hours, days = round(seconds / MINUTE), round(seconds / HOUR, 1), round(seconds / DAY)
    if minutes < 60:
        return f"{max(1, minutes)} m"
    if hours < 24:
        return f"{hours:g} h"
    if days < 31:
        return f"{days} d"
    months = round(seconds / DAY / MONTH, 1)
    return f"{months:g} mo" if months < 12 else f"{round(seconds / DAY / YEAR, 1):g} y"


def wait_text(memory: Memory, now_ms: int, today: int) -> str:
    """Return how long a card waits from now on, in the words of `interval_text`.

    Args:
        memory: the card after a review.
        now_ms: UTC epoch milliseconds.
        today: the study day.
    """
    if memory.due_ms is not None:
        return interval_text((memory.due_ms - now_ms) / 1000)
    return interval_text(((memory.due_day or today) - today) * DAY)


def day_text(days: int) -> str:
    """Return a day from today on: "today", "tomorrow", "in 9 days", "in 2.3 months" or "in 1.2 years".

    Args:
        days: study days from today; the past counts as today.
    """
    if days <= 0:
        return "today"
    if days == 1:
        return "tomorrow"
    if days < 61:
        return f"in {days} days"
    months = round(days / MONTH, 1)
    return f"in {months:g} months" if months < 12 else _years_text(round(days / YEAR, 1))


def _years_text(years: float) -> str:
    return "in 1 year" if years == 1 else f"in {years:g} years"
