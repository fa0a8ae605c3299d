from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import fsrs
import fsrs.scheduler
import fsrs_rs_python as rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studydl.memory.model import NEW, Memory, Phase, Settings
from studydl.memory.recall import DEFAULT_DECAY, forgetting, interval, retrievability

STABILITY = st.floats(0.001, 36_500)


def known(stability: float, last_day: int = 0) -> Memory:
    return Memory(phase=Phase.REVIEW, stability=stability, difficulty=5.0, last_day=last_day)


def with_decay(decay: float) -> tuple[float, ...]:
    return (*fsrs.scheduler.DEFAULT_PARAMETERS[:20], decay)


def test_the_default_decay_is_that_of_py_fsrs() -> None:
    assert DEFAULT_DECAY == fsrs.scheduler.FSRS_DEFAULT_DECAY


def test_a_new_card_is_not_remembered() -> None:
    assert retrievability(NEW, 10, Settings()) == 0.0


def test_after_as_many_days_as_its_stability_a_card_is_remembered_nine_times_in_ten() -> None:
    assert retrievability(known(12.0, last_day=100), 112, Settings()) == pytest.approx(0.9, rel=1e-12)


def test_a_clock_set_back_counts_as_no_time_at_all() -> None:
    assert retrievability(known(12.0, last_day=100), 90, Settings()) == 1.0


@given(STABILITY, st.integers(0, 5000), st.floats(0.1, 0.8))
def test_retrievability_is_that_of_py_fsrs(stability: float, days: int, decay: float) -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    card = fsrs.Card(1, fsrs.State.Review, stability=stability, difficulty=5.0, due=noon, last_review=noon)
    theirs = fsrs.Scheduler(with_decay(decay)).get_card_retrievability(card, noon + timedelta(days=days))
    ours = retrievability(known(stability), days, Settings(weights=with_decay(decay)))
    assert ours == pytest.approx(theirs, rel=1e-9)


@given(st.floats(0.1, 20_000), st.floats(0.7, 0.97))
def test_the_interval_is_that_of_fsrs_rs_rounded_to_whole_days(stability: float, retention: float) -> None:
    theirs = rs.FSRS(list(rs.DEFAULT_PARAMETERS)).next_interval(stability, retention, 3)
    ours = interval(stability, Settings(retention=retention))
    assert abs(ours - min(max(theirs, 1.0), 36_500.0)) <= 0.5 + 1e-5 * ours


@given(STABILITY, st.floats(0.7, 0.97), st.integers(1, 36_500))
def test_an_interval_is_at_least_one_day_and_at_most_the_longest_allowed(
    stability: float, retention: float, longest: int
) -> None:
    assert 1 <= interval(stability, Settings(retention=retention, maximum_interval=longest)) <= longest


@given(st.lists(st.tuples(STABILITY, st.integers(0, 300)), min_size=2, max_size=20), st.floats(0.1, 0.8))
def test_the_order_of_forgetting_is_the_order_of_retrievability(cards: list[tuple[float, int]], decay: float) -> None:
    settings = Settings(weights=with_decay(decay))
    memories = sorted((known(*card) for card in cards), key=lambda memory: forgetting(memory, 300))
    chances = [retrievability(memory, 300, settings) for memory in memories]
    assert all(a >= b for a, b in pairwise(chances))
