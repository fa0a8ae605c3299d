"""Learners made of FSRS-6 itself: they forget by known weights, so that a fit has something to find."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import fsrs_rs_python as rs

from studydl.memory.fitting import History, Weights
from studydl.memory.fsrs6 import strengthen
from studydl.memory.model import NEW, Memory, Phase, Rating

RATINGS = tuple(Rating)
# Someone unlike the default learner: new cards last longer, lapses cost more, forgetting is steeper.
OTHER: Weights = (
    *(0.6, 2.0, 4.5, 14.0, 6.8, 0.7, 2.4, 0.02, 1.4, 0.25, 1.1),
    *(1.1, 0.09, 0.35, 1.2, 0.45, 2.2, 0.4, 0.15, 0.1, 0.22),
)


def simulated(reviews: int, seed: int, weights: Weights = OTHER, last_day: int = 1100) -> list[History]:
    """Return the histories of cards met over three years, reviewed more or less when due.

    Args:
        reviews: how many in all, at least.
        seed: the same seed, the same histories.
        weights: by which the learner forgets.
        last_day: the day after which nothing is studied.
    """
    dice, histories, total = Random(seed), list[History](), 0
    while total < reviews:
        histories.append(_card(dice, weights, last_day))
        total += len(histories[-1])
    return histories


def _card(dice: Random, weights: Weights, last_day: int) -> History:
    day, memory, history = dice.randint(0, 900), NEW, list[tuple[int, int]]()
    for _ in range(dice.randint(2, 24)):
        if memory.stability is None:
            elapsed, rating = 0, dice.choices(RATINGS, (25, 10, 55, 10))[0]
        else:
            again_today = history[-1][0] == Rating.AGAIN and dice.random() < 0.7
            elapsed = 0 if again_today else max(1, round(memory.stability * dice.uniform(0.3, 2.5)))
            recalled = dice.random() < chance(memory.stability, elapsed, weights)
            rating = dice.choices(RATINGS[1:], (12, 78, 10))[0] if recalled else Rating.AGAIN
        day += elapsed
        if day > last_day:
            break
        stability, difficulty = strengthen(memory, rating, elapsed, weights)
        memory = Memory(Phase.REVIEW, stability=stability, difficulty=difficulty)
        history.append((int(rating), day))
    return history


def chance(stability: float, elapsed: int, weights: Weights) -> float:
    """Return the probability of recall, FSRS-6."""
    return float((1 + (0.9 ** (-1 / weights[20]) - 1) * elapsed / stability) ** -weights[20])


def for_fsrs_rs(histories: list[History]) -> list[rs.FSRSItem]:
    """Return what fsrs-rs trains on: one item for each review on a later day, with all reviews up to it."""
    items = []
    for history in histories:
        elapsed = [0, *(after - before for (_, before), (_, after) in pairwise(history))]
        reviews = [rs.FSRSReview(rating, gap) for (rating, _), gap in zip(history, elapsed, strict=True)]
        items += [rs.FSRSItem(reviews[: n + 1]) for n in range(1, len(reviews)) if elapsed[n] > 0]
    return items
