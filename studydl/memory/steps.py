"""Learning and relearning steps: the minutes before a card counts as learned, or learned again."""

from __future__ import annotations

from dataclasses import dataclass

from studydl.memory.model import Memory, Phase, Rating, Settings


@dataclass(frozen=True, slots=True)
class Step:
    """A step a card waits on.

    Args:
        phase: learning or relearning.
        index: of the step.
        minutes: until it is over.
    """

    phase: Phase
    index: int
    minutes: float


def next_step(memory: Memory, rating: Rating, settings: Settings) -> Step | None:
    """Return the step a review leads to; None when the card is due by days from now on.

    Args:
        memory: the card before the review.
        rating: how it went.
        settings: for the steps. A card beyond the last one (the steps were changed) leaves them unless it failed.
    """
    known = memory.phase in (Phase.REVIEW, Phase.RELEARNING)
    phase = Phase.RELEARNING if known else Phase.LEARNING
    minutes = settings.relearning_steps if known else settings.learning_steps
    at = memory.step or 0
    if rating == Rating.AGAIN:
        return Step(phase, 0, minutes[0]) if minutes else None
    if memory.phase == Phase.REVIEW or rating == Rating.EASY or at >= len(minutes):
        return None
    if rating == Rating.HARD:
        return Step(phase, at, _hard_minutes(minutes, at))
    return Step(phase, at + 1, minutes[at + 1]) if at + 1 < len(minutes) else None


def _hard_minutes(minutes: tuple[int, ...], at: int) -> float:
    """Return the wait after Hard: on the first step, longer than after Again; else the same step again."""
    if at > 0:
        return minutes[at]
    return (minutes[0] + minutes[1]) / 2 if len(minutes) > 1 else minutes[0] * 1.5
