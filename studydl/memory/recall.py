"""The FSRS-6 forgetting curve: how likely a card is remembered, and when that falls to the desired retention."""

from __future__ import annotations

import math

from studydl.memory.model import Memory, Settings

DEFAULT_DECAY = 0.1542  # the last of the default FSRS-6 weights


def retrievability(memory: Memory, today: int, settings: Settings) -> float:
    """Return the probability of remembering a card today.

    Source: FSRS-6, R = (1 + factor * t / S)^-decay with the factor that makes R(S) = 0.9.

    Args:
        memory: the card.
        today: study day.
        settings: for the decay among its weights.

    Returns:
        0 to 1; 0 while new.
    """
    if memory.stability is None:
        return 0.0
    decay, factor = curve(settings)
    return math.pow(1 + factor * forgetting(memory, today), -decay)


def forgetting(memory: Memory, today: int) -> float:
    """Return elapsed days over stability. A larger value means a lower retrievability, under any weights.

    Args:
        memory: a card reviewed at least once.
        today: study day.
    """
    assert memory.stability is not None
    assert memory.last_day is not None
    return max(0, today - memory.last_day) / memory.stability


def interval(stability: float, settings: Settings) -> int:
    """Return after how many whole days retrievability has fallen to the desired retention.

    Args:
        stability: days.
        settings: for the retention, the decay and the longest interval.

    Returns:
        1 to `settings.maximum_interval`.
    """
    decay, factor = curve(settings)
    days = stability / factor * (math.pow(settings.retention, -1 / decay) - 1)
    return min(max(round(days), 1), settings.maximum_interval)


def curve(settings: Settings) -> tuple[float, float]:
    """Return decay and factor of the curve (1 + factor * elapsed / stability)^-decay under these weights."""
    decay = settings.weights[20] if settings.weights else DEFAULT_DECAY
    return decay, math.pow(0.9, -1 / decay) - 1
