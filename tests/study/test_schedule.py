"""The schedule of a learner: what it says beforehand is what a rating does."""

from __future__ import annotations

from datetime import UTC

import pytest

from studydl.memory.intervals import wait_text
from studydl.memory.model import NEW, Memory, Rating
from studydl.study.desk import Desk
from studydl.study.schedule import Schedule
from tests.study.helpers import FakeClock


def known(schedule: Schedule) -> Memory:
    """Return the memory of a card that was learned and passed once."""
    memory = NEW
    for rating in (Rating.EASY, Rating.GOOD):
        memory = schedule.decide(memory, rating, "mine/floor", False, schedule.clock(), schedule.today(), False)
    return memory


@pytest.mark.parametrize("minutes", [0, 0.1, 30, 12 * 60, 24 * 60, 9 * 24 * 60, 400 * 24 * 60])
def test_intervals_asked_for_ahead_are_what_a_rating_does_at_the_moment_it_is_given(
    desk: Desk, clock: FakeClock, minutes: float
) -> None:
    schedule = Schedule(desk.store, desk.schedule.settings, clock, UTC)
    for before in (NEW, known(schedule)):
        schedule.intervals(before, "mine/floor", False)
        clock.later(minutes=minutes)
        now, today = clock(), schedule.today()
        done = {r: schedule.decide(before, r, "mine/floor", False, now, today, False) for r in Rating}
        told = schedule.intervals(before, "mine/floor", False)
        assert dict(told) == {rating: wait_text(memory, now, today) for rating, memory in done.items()}


def test_intervals_of_one_card_are_not_told_of_another(desk: Desk) -> None:
    schedule = desk.schedule
    memory = known(schedule)
    told = {key: schedule.intervals(memory, key, False) for key in map(str, range(200))}
    assert len(set(told.values())) > 1, "the fuzz differs from card to card"
    assert schedule.intervals(NEW, "199", False) != told["199"]
