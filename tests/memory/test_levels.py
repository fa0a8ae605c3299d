from __future__ import annotations

from dataclasses import replace

import pytest

from studydl.memory.levels import open_level
from studydl.memory.model import NEW, Memory, Phase, Rating, Settings
from studydl.memory.scheduler import review

MASTERED = Memory(
    phase=Phase.REVIEW, stability=8.0, difficulty=5.0, last_day=20, last_ms=2000, reps=3, pass_days=2,
    last_pass_day=20, last_pass_ms=2000,
)  # fmt: skip
STUDIED = replace(
    MASTERED, stability=2.0, pass_days=0, last_pass_day=None, last_pass_ms=None, last_day=30, last_ms=3000
)


def studied(memory: Memory, day: int, *ratings: Rating, aided: bool = False) -> Memory:
    for minute, rating in enumerate(ratings):
        memory = review(
            memory, rating, at_ms=day * 86_400_000 + minute * 60_000, study_day=day, settings=Settings(), seed="core/x",
            aided=aided,
        )  # fmt: skip
    return memory


def test_a_skill_begins_with_its_first_level() -> None:
    assert open_level([NEW, NEW, NEW]) == 0


def test_the_next_level_opens_with_passes_on_two_days_and_a_week_of_stability() -> None:
    assert open_level([MASTERED, NEW, NEW]) == 1
    assert open_level([replace(MASTERED, stability=7.0), NEW, NEW]) == 1


@pytest.mark.parametrize("short", [{"pass_days": 1}, {"stability": 6.99}])
def test_either_alone_opens_nothing(short: dict[str, float]) -> None:
    assert open_level([replace(MASTERED, **short), NEW, NEW]) == 0  # type: ignore[arg-type]


def test_passes_with_help_open_nothing_however_many() -> None:
    memory = NEW
    for day in (0, 5, 15, 40):
        memory = studied(memory, day, Rating.GOOD, Rating.GOOD, aided=True)
    assert memory.stability is not None
    assert memory.stability > 7
    assert open_level([memory, NEW]) == 0


def test_a_level_stays_open_once_it_has_been_studied() -> None:
    slipping = replace(MASTERED, pass_days=0, stability=3.0)
    assert open_level([slipping, STUDIED, NEW]) == 1


def test_one_fail_keeps_the_level_and_two_in_a_row_step_back() -> None:
    assert open_level([MASTERED, studied(NEW, 30, Rating.AGAIN), NEW]) == 1
    assert open_level([MASTERED, studied(NEW, 30, Rating.AGAIN, Rating.AGAIN), NEW]) == 0


def test_two_fails_with_anything_between_them_are_not_in_a_row() -> None:
    assert open_level([MASTERED, studied(NEW, 30, Rating.AGAIN, Rating.HARD, Rating.AGAIN), NEW]) == 1


def test_a_level_stepped_back_from_comes_back_after_an_unaided_pass_below() -> None:
    above = studied(NEW, 30, Rating.AGAIN, Rating.AGAIN)
    assert open_level([studied(MASTERED, 30, Rating.HARD), above]) == 0
    assert open_level([studied(MASTERED, 31, Rating.GOOD, aided=True), above]) == 0
    assert open_level([studied(MASTERED, 31, Rating.GOOD), above]) == 1


def test_a_pass_later_on_the_same_day_brings_the_level_back_too() -> None:
    above = studied(NEW, 30, Rating.AGAIN, Rating.AGAIN)
    below = studied(MASTERED, 30, Rating.HARD, Rating.HARD, Rating.GOOD)
    assert open_level([below, above]) == 1


def test_a_clock_set_back_does_not_hide_a_pass_of_a_later_day() -> None:
    above = studied(NEW, 30, Rating.AGAIN, Rating.AGAIN)
    below = review(MASTERED, Rating.GOOD, at_ms=0, study_day=31, settings=Settings(), seed="core/x")
    assert open_level([below, above]) == 1


def test_a_level_brought_back_is_kept_by_anything_but_a_fail() -> None:
    above = studied(NEW, 30, Rating.AGAIN, Rating.AGAIN)
    below = studied(MASTERED, 31, Rating.GOOD)
    assert open_level([below, studied(above, 32, Rating.HARD)]) == 1
    assert open_level([below, studied(above, 32, Rating.AGAIN)]) == 0


def test_stepping_back_twice_reaches_the_first_level_and_returns_one_level_at_a_time() -> None:
    third = studied(NEW, 30, Rating.AGAIN, Rating.AGAIN)
    second = studied(STUDIED, 31, Rating.AGAIN, Rating.AGAIN)
    assert open_level([MASTERED, second, third]) == 0
    first = studied(MASTERED, 32, Rating.GOOD)
    assert open_level([first, second, third]) == 1
    assert open_level([first, studied(second, 33, Rating.GOOD), third]) == 2


def test_a_skill_with_one_level_needs_no_other() -> None:
    assert open_level([MASTERED]) == 0
