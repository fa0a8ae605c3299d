"""Seeded fuzz: cards learned together drift apart, and the same review always gets the same interval."""

from __future__ import annotations

import functools
import hashlib
import math

# (from, to, share): of the days between these two, this share is added to the spread. The ranges of Anki and py-fsrs.
RANGES = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, math.inf, 0.05))


def fuzz_range(days: int) -> tuple[int, int]:
    """Return the shortest and the longest interval that stand in for this one.

    Args:
        days: at least 1; below 2.5 there is no fuzz.
    """
    if days < 2.5:
        return days, days
    spread = 1.0 + sum(share * max(min(days, end) - start, 0.0) for start, end, share in RANGES)
    return max(2, round(days - spread)), round(days + spread)


@functools.lru_cache(maxsize=64)  # as with stability: what the keys show is asked for again when one is pressed
def fuzzed(days: int, least: int, most: int, seed: str) -> int:
    """Return an interval near this one.

    Args:
        days: the interval wished for.
        least: shortest interval allowed; gives way to `most`.
        most: longest interval allowed.
        seed: the same seed gives the same choice, and with it a longer interval never becomes the shorter one.
    """
    least = min(least, most)
    days = min(max(days, least), most)
    low, high = fuzz_range(days)
    low, high = max(low, least), min(high, most)
    digest = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8])
    return low + (digest * (high - low + 1) >> 64)
