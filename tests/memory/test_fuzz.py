from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from unittest import mock

import fsrs
import fsrs.scheduler
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studydl.memory.fuzz import RANGES, fuzz_range, fuzzed

SEEDS = st.text(max_size=20)


def shortest_and_longest_of_py_fsrs(days: int) -> tuple[int, int]:
    """Return what py-fsrs makes of an interval when its dice show the lowest and the highest number."""
    # a stability equal to the interval asks for exactly that interval at 90% retention
    card = fsrs.Card(1, fsrs.State.Review, stability=float(days), difficulty=5.0, last_review=datetime.now(UTC))
    now, results = card.last_review, []
    assert now is not None
    scheduler = fsrs.Scheduler()
    with mock.patch.object(scheduler, "_short_term_stability", lambda stability, rating: stability):
        for dice in (0.0, 1 - 1e-9):
            with mock.patch.object(fsrs.scheduler, "random", lambda dice=dice: dice):
                after, _ = scheduler.review_card(card, fsrs.Rating.Good, now)
                results.append((after.due - now) // timedelta(days=1))
    low, high = results
    # its dice reach from low to high + 1 and are then rounded: the highest number lands one day beyond its range
    return low, high - (low < high)


def test_the_ranges_are_those_of_py_fsrs() -> None:
    assert [dict(zip(("start", "end", "factor"), row, strict=True)) for row in RANGES] == fsrs.scheduler.FUZZ_RANGES


@pytest.mark.parametrize("days", [1, 2, 3, 4, 7, 8, 19, 20, 21, 50, 100, 365, 3650])
def test_the_shortest_and_longest_interval_are_those_of_py_fsrs(days: int) -> None:
    assert fuzz_range(days) == shortest_and_longest_of_py_fsrs(days)


@pytest.mark.parametrize(
    ("days", "low", "high"), [(1, 1, 1), (2, 2, 2), (3, 2, 4), (10, 8, 12), (20, 17, 23), (100, 93, 107)]
)
def test_the_range_grows_with_the_interval(days: int, low: int, high: int) -> None:
    # by hand, for 10: 1 + 0.15 * 4.5 + 0.1 * 3 = 1.975 either way; for 100: 1 + 0.675 + 1.3 + 0.05 * 80 = 6.975
    assert fuzz_range(days) == (low, high)


@given(st.integers(1, 40_000), st.integers(1, 400), st.integers(1, 40_000), SEEDS)
def test_fuzz_stays_within_its_range_and_the_limits(days: int, least: int, most: int, seed: str) -> None:
    result = fuzzed(days, least, most, seed)
    assert min(least, most) <= result <= most
    low, high = fuzz_range(min(max(days, min(least, most)), most))
    assert low <= result <= high or result == most


@given(st.integers(1, 40_000), st.integers(0, 40), SEEDS)
def test_with_one_seed_a_longer_interval_never_becomes_the_shorter_one(days: int, more: int, seed: str) -> None:
    assert fuzzed(days, 1, 99_999, seed) <= fuzzed(days + more, 1, 99_999, seed)


def test_over_many_cards_every_day_of_the_range_is_used_about_equally() -> None:
    chosen = Counter(fuzzed(20, 1, 36_500, f"core/card-{i}:3") for i in range(7000))
    assert sorted(chosen) == list(range(17, 24))
    assert all(800 < times < 1200 for times in chosen.values())  # 1000 expected, standard deviation 29


def test_the_choice_is_the_one_written_down_for_every_machine() -> None:
    # by hand: the first 8 bytes of the digest, as a share of 2^64, pick one of the 15 days from 93 to 107
    share = int(hashlib.sha256(b"core/conv-floor:7").hexdigest()[:16], 16) / 2**64
    assert fuzzed(100, 1, 36_500, "core/conv-floor:7") == 93 + int(15 * share)
