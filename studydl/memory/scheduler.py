"""What a review does to memory: FSRS-6 for stability and difficulty, our own steps, days and seeded fuzz."""

from __future__ import annotations

from dataclasses import replace

from studydl.memory.fsrs6 import strengthen
from studydl.memory.fuzz import fuzzed
from studydl.memory.model import Memory, Phase, Rating, Settings
from studydl.memory.recall import interval
from studydl.memory.steps import next_step

MINUTES_A_DAY = 24 * 60


def review(
    memory: Memory,
    rating: Rating,
    *,
    at_ms: int,
    study_day: int,
    settings: Settings,
    seed: str,
    aided: bool = False,
) -> Memory:
    """Return the memory state after a review, with the decision when the card is due again.

    Args:
        memory: the card before it.
        rating: how it went.
        at_ms: UTC epoch milliseconds.
        study_day: of the review; one before the card's last review counts as that day.
        settings: the learner's.
        seed: the card's key; with the number of reviews so far it decides the fuzz.
        aided: True after a hint, a look at the solution, or a second try.
    """
    after = remember(memory, rating, at_ms=at_ms, study_day=study_day, settings=settings, aided=aided)
    assert after.last_day is not None
    step = next_step(memory, rating, settings)
    if step is None:
        days = _days(memory, rating, after, settings, seed)
        return replace(after, phase=Phase.REVIEW, step=None, due_day=after.last_day + days, due_ms=None)
    return replace(
        after,
        phase=step.phase,
        step=step.index,
        due_day=after.last_day + int(step.minutes // MINUTES_A_DAY),
        due_ms=at_ms + round(step.minutes * 60_000),
    )


def preview(
    memory: Memory, *, at_ms: int, study_day: int, settings: Settings, seed: str, aided: bool = False
) -> dict[Rating, Memory]:
    """Return what `review` with the same arguments gives for each of the four ratings."""
    return {
        rating: review(memory, rating, at_ms=at_ms, study_day=study_day, settings=settings, seed=seed, aided=aided)
        for rating in Rating
    }


def remember(
    memory: Memory, rating: Rating, *, at_ms: int, study_day: int, settings: Settings, aided: bool = False
) -> Memory:
    """Return a card with all a review changes but the decision: phase, step and due stay as they were.

    Args:
        memory: the card before the review.
        rating: how it went. Again is a fail; unaided, Good and Easy are passes; all others are neither.
        at_ms: UTC epoch milliseconds.
        study_day: of the review; one before the card's last review counts as that day.
        settings: for the weights.
        aided: True after a hint, a look at the solution, or a second try.
    """
    day = study_day if memory.last_day is None else max(study_day, memory.last_day)
    stability, difficulty = strengthen(memory, rating, _elapsed(memory, day), settings.weights)
    fail, passed = rating == Rating.AGAIN, rating >= Rating.GOOD and not aided
    another_day = passed and (memory.pass_days == 0 or memory.last_pass_day != day)
    return replace(
        memory,
        stability=stability,
        difficulty=difficulty,
        last_day=day,
        last_ms=at_ms,
        reps=memory.reps + 1,
        lapses=memory.lapses + (fail and memory.phase == Phase.REVIEW),
        pass_days=0 if fail else memory.pass_days + another_day,
        last_pass_day=day if passed else memory.last_pass_day,
        last_pass_ms=at_ms if passed else memory.last_pass_ms,
        fails=memory.fails + 1 if fail else 0,
    )


def _days(memory: Memory, rating: Rating, after: Memory, settings: Settings, seed: str) -> int:
    """Return the interval in days: each of Hard, Good and Easy waits longer than the one below it."""
    assert after.last_day is not None
    assert after.stability is not None
    elapsed, days = _elapsed(memory, after.last_day), 0
    for lower in (Rating.HARD, Rating.GOOD):
        if lower < rating and next_step(memory, lower, settings) is None:
            stability, _ = strengthen(memory, lower, elapsed, settings.weights)
            days = _fuzzed(memory, stability, days + 1, settings, seed)
    return _fuzzed(memory, after.stability, days + 1, settings, seed)


def _fuzzed(memory: Memory, stability: float, least: int, settings: Settings, seed: str) -> int:
    return fuzzed(interval(stability, settings), least, settings.maximum_interval, f"{seed}:{memory.reps}")


def _elapsed(memory: Memory, day: int) -> int:
    return 0 if memory.last_day is None else day - memory.last_day
