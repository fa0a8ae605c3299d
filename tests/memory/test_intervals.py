from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studydl.memory.intervals import day_text, interval_text, wait_text
from studydl.memory.model import Memory, Phase

MINUTE, HOUR, DAY = 60, 3600, 86_400


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "1 m"),
        (20, "1 m"),
        (10 * MINUTE, "10 m"),
        (59 * MINUTE, "59 m"),
        (59.8 * MINUTE, "1 h"),
        (1.5 * HOUR, "1.5 h"),
        (23.99 * HOUR, "1 d"),
        (9 * DAY, "9 d"),
        (30 * DAY, "30 d"),
        (31 * DAY, "1 mo"),
        (70 * DAY, "2.3 mo"),
        (364 * DAY, "1 y"),
        (438 * DAY, "1.2 y"),
        (36_500 * DAY, "99.9 y"),
    ],
)
def test_a_wait_reads_in_the_unit_a_person_would_use(seconds: float, text: str) -> None:
    assert interval_text(seconds) == text


@given(st.integers(1, 40_000))
def test_the_text_of_an_interval_is_never_off_by_more_than_it_rounds(days: int) -> None:
    number, unit = interval_text(days * DAY).split()
    size = {"d": 1.0, "mo": 365.25 / 12, "y": 365.25}[unit]
    assert abs(float(number) * size - days) <= (0.0 if unit == "d" else 0.051 * size)


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (-3, "today"),
        (0, "today"),
        (1, "tomorrow"),
        (3, "in 3 days"),
        (60, "in 60 days"),
        (61, "in 2 months"),
        (70, "in 2.3 months"),
        (365, "in 1 year"),
        (438, "in 1.2 years"),
    ],
)
def test_a_day_ahead_reads_as_one_would_say_it(days: int, text: str) -> None:
    assert day_text(days) == text


def test_a_learning_step_is_waited_for_by_the_clock_and_a_review_by_the_day() -> None:
    step = Memory(phase=Phase.LEARNING, step=1, due_day=100, due_ms=1_600_000)
    assert wait_text(step, now_ms=1_000_000, today=100) == "10 m"
    review = Memory(phase=Phase.REVIEW, due_day=109)
    assert wait_text(review, now_ms=1_000_000, today=100) == "9 d"
