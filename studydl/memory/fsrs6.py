"""Stability and difficulty by FSRS-6, through py-fsrs."""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta

import fsrs

from studydl.errors import StudydlError
from studydl.memory.model import Memory, Rating

NOON = datetime(1970, 1, 1, 12, tzinfo=UTC)
# py-fsrs has no upper bound; Anki's fsrs-rs stops here, and so its states stay comparable with ours.
STABILITY_MAX = 36_500.0


def strengthen(memory: Memory, rating: Rating, elapsed: int, weights: tuple[float, ...]) -> tuple[float, float]:
    """Return stability (days) and difficulty after a review.

    Args:
        memory: the card before it.
        rating: how it went.
        elapsed: study days since the last review, at least 0; 0 applies the formula for the same day.
        weights: the 21 FSRS-6 weights; empty for the defaults.

    Raises:
        StudydlError: weights that FSRS-6 does not allow.
    """
    return _strengthened(memory.stability, memory.difficulty, int(rating), elapsed, weights)


@functools.lru_cache(maxsize=64)  # the four ratings shown on the keys are asked for again when one is pressed
def _strengthened(
    stability: float | None, difficulty: float | None, rating: int, elapsed: int, weights: tuple[float, ...]
) -> tuple[float, float]:
    new = stability is None
    card = fsrs.Card(
        card_id=0,  # without an id, py-fsrs sleeps for a millisecond to make a unique one
        state=fsrs.State.Learning if new else fsrs.State.Review,
        stability=stability,
        difficulty=difficulty,
        due=NOON,
        last_review=None if new else NOON,
    )
    # py-fsrs counts periods of 24 hours: from noon to noon they are study days.
    after, _ = _scheduler(weights).review_card(card, fsrs.Rating(rating), NOON + timedelta(days=elapsed))
    assert after.stability is not None
    assert after.difficulty is not None
    return min(after.stability, STABILITY_MAX), after.difficulty


@functools.lru_cache(maxsize=8)
def _scheduler(weights: tuple[float, ...]) -> fsrs.Scheduler:
    """Return a py-fsrs scheduler without steps and fuzz: those are ours, and all states then share one formula."""
    try:
        return fsrs.Scheduler(
            weights or fsrs.Scheduler().parameters, learning_steps=(), relearning_steps=(), enable_fuzzing=False
        )
    except ValueError as error:
        raise StudydlError(f"these are no FSRS-6 weights: {error}", "Fit them again: studydl fit") from error
