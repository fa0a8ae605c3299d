"""Levels of a skill: which one of them is scheduled."""

from __future__ import annotations

from collections.abc import Sequence

from studydl.memory.model import Memory

PASS_DAYS = 2  # unaided passes on different days that open the next level
STABILITY = 7.0  # days, also needed for that
FAILS = 2  # in a row, that step back a level


def open_level(levels: Sequence[Memory]) -> int:
    """Return the index of the one level that is scheduled: the highest open one.

    A level opens when the one below it is mastered, and stays open once it has been studied. Two fails in a row
    step back to the level below; the upper one keeps its state and comes back after an unaided pass below that
    is later than its own last review.

    Args:
        levels: the states of a skill's levels, easiest first; at least one.
    """
    level = 0
    while level + 1 < len(levels) and _leads_on(levels[level], levels[level + 1]):
        level += 1
    return level


def _leads_on(below: Memory, above: Memory) -> bool:
    if above.reps == 0:
        return below.pass_days >= PASS_DAYS and (below.stability or 0.0) >= STABILITY
    return above.fails < FAILS or _passed_since(below, above)


def _passed_since(below: Memory, above: Memory) -> bool:
    """Say whether the level below was passed after the last review above. The days count first: they never go back."""
    if below.last_pass_day is None or below.last_pass_ms is None:
        return False
    assert above.last_day is not None
    assert above.last_ms is not None
    return (below.last_pass_day, below.last_pass_ms) > (above.last_day, above.last_ms)
