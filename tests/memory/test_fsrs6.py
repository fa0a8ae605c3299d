"""FSRS-6 against Anki's own implementation, the Rust crate fsrs-rs."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import fsrs.scheduler
import fsrs_rs_python as rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studydl.memory.fsrs6 import STABILITY_MAX, strengthen
from studydl.memory.model import NEW, Memory, Phase, Rating, Settings
from studydl.memory.scheduler import review

DEFAULT = fsrs.scheduler.DEFAULT_PARAMETERS
BOUNDS = list(zip(fsrs.scheduler.LOWER_BOUNDS_PARAMETERS, fsrs.scheduler.UPPER_BOUNDS_PARAMETERS, strict=True))
WEIGHTS = st.tuples(*(st.floats(low, high) for low, high in BOUNDS))
History = Sequence[tuple[Rating, int]]  # (rating, days since the review before)
HISTORY = st.lists(st.tuples(st.sampled_from(Rating), st.integers(0, 700) | st.just(0)), min_size=1, max_size=30)


def random_history(dice: random.Random) -> History:
    """Return up to 30 reviews, a third of them on the day of the one before."""
    gaps = (0, 0, 0, 1, 2, 5, 12, 40, 150)
    return [(dice.choice(list(Rating)), dice.choice(gaps)) for _ in range(dice.randint(1, 30))]


def studied(history: History, weights: tuple[float, ...]) -> list[tuple[int, Memory, Memory]]:
    """Return (elapsed days, memory before, memory after) of every review, through the public `review`."""
    memory, day, states = NEW, 20_000, []
    for number, (rating, gap) in enumerate(history):
        gap = gap if number else 0
        day += gap
        after = review(
            memory, rating, at_ms=day * 86_400_000, study_day=day, settings=Settings(weights=weights), seed="core/x"
        )
        states.append((gap, memory, after))
        memory = after
    return states


def noise(before: Memory, rating: Rating, elapsed: int, w: tuple[float, ...]) -> float:
    """Return the relative error that single precision, in which fsrs-rs computes, may make in one review.

    Stability grows or shrinks by a power that is close to 1 after few days, minus 1: the fewer digits are left of
    the difference, the larger its error.
    """
    if before.stability is None or elapsed == 0:
        return 0.0
    chance = (1 + (math.pow(0.9, -1 / w[20]) - 1) * elapsed / before.stability) ** -w[20]
    power = (before.stability + 1) ** w[13] if rating == Rating.AGAIN else math.exp((1 - chance) * w[10])
    return 2**-22 * max(1.0, w[10]) / (power - 1) if power > 1 else 1.0


def assert_agrees_review_by_review(history: History, weights: tuple[float, ...]) -> None:
    """Ask fsrs-rs for the step from each of our states to the next."""
    oracle = rs.FSRS(list(weights))
    for (rating, _), (elapsed, before, after) in zip(history, studied(history, weights), strict=True):
        known = None
        if before.stability is not None and before.difficulty is not None:
            known = rs.MemoryState(before.stability, before.difficulty)
        states = oracle.next_states(known, 0.9, elapsed)
        theirs = (states.again, states.hard, states.good, states.easy)[rating - 1].memory
        tolerance = 1e-5 + noise(before, rating, elapsed, weights)
        assert after.stability == pytest.approx(theirs.stability, rel=tolerance, abs=1e-9)
        assert after.difficulty == pytest.approx(theirs.difficulty, rel=1e-5)


def test_whole_histories_agree_with_fsrs_rs_to_one_in_a_hundred_thousand() -> None:
    dice, oracle = random.Random(20_260_101), rs.FSRS(list(DEFAULT))
    for _ in range(300):
        history = random_history(dice)
        states = studied(history, ())
        item = rs.FSRSItem(
            [rs.FSRSReview(int(rating), gap) for (rating, _), (gap, _, _) in zip(history, states, strict=True)]
        )
        for (_, _, ours), theirs in zip(states, oracle.historical_memory_states(item), strict=True):
            assert ours.stability == pytest.approx(theirs.stability, rel=1e-5)
            assert ours.difficulty == pytest.approx(theirs.difficulty, rel=1e-5)


def test_every_review_agrees_with_fsrs_rs_at_random_weights() -> None:
    dice = random.Random(20_260_102)
    for _ in range(200):
        weights = tuple(dice.uniform(low, high) for low, high in BOUNDS)
        assert_agrees_review_by_review(random_history(dice), weights)


@given(HISTORY)
@settings(max_examples=50)
def test_every_review_agrees_with_fsrs_rs_at_the_default_weights(history: History) -> None:
    assert_agrees_review_by_review(history, DEFAULT)


@given(HISTORY, WEIGHTS)
@settings(max_examples=50)
def test_every_review_agrees_with_fsrs_rs_at_any_weights_allowed(history: History, weights: tuple[float, ...]) -> None:
    assert_agrees_review_by_review(history, weights)


def test_no_weights_mean_the_default_ones() -> None:
    history = random_history(random.Random(3))
    assert studied(history, ()) == studied(history, DEFAULT)


def test_a_second_review_on_the_same_day_is_not_a_review_after_no_time() -> None:
    """FSRS-6 has a formula of its own for the same day: with w17 = 0 and w19 = 0 it changes nothing, to the bit."""
    weights = (*DEFAULT[:17], 0.0, 0.0, 0.0, DEFAULT[20])
    card = Memory(phase=Phase.REVIEW, stability=4.0, difficulty=5.0, last_day=100)
    for rating in Rating:
        assert strengthen(card, rating, 0, weights)[0] == 4.0
    assert strengthen(card, Rating.GOOD, 1, weights)[0] > 4.0


def test_stability_stops_where_anki_stops_it() -> None:
    strong = Memory(phase=Phase.REVIEW, stability=36_000.0, difficulty=1.0, last_day=100)
    theirs = rs.FSRS(list(DEFAULT)).next_states(rs.MemoryState(36_000.0, 1.0), 0.9, 36_000).easy.memory.stability
    assert strengthen(strong, Rating.EASY, 36_000, ())[0] == STABILITY_MAX == theirs
