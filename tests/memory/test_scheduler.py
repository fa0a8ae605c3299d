from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studydl.errors import StudydlError
from studydl.memory.model import NEW, Memory, Phase, Rating, Settings
from studydl.memory.scheduler import preview, review

DAY_MS = 86_400_000
DEFAULTS = Settings()
SETTINGS = st.builds(
    Settings,
    retention=st.floats(0.7, 0.97),
    learning_steps=st.lists(st.integers(1, 3000), max_size=3).map(tuple),
    relearning_steps=st.lists(st.integers(1, 3000), max_size=2).map(tuple),
    maximum_interval=st.sampled_from([1, 30, 36_500]),
)
# (rating, days since the last review, aided); days may be negative: a clock set back
HISTORY = st.lists(st.tuples(st.sampled_from(Rating), st.integers(-3, 400), st.booleans()), max_size=12)


def after(history: list[tuple[Rating, int, bool]], settings: Settings = DEFAULTS, start: int = 20_000) -> Memory:
    memory, day = NEW, start
    for rating, days, aided in history:
        day += days
        memory = review(
            memory, rating, at_ms=day * DAY_MS, study_day=day, settings=settings, seed="core/x", aided=aided
        )
    return memory


def known(stability: float, day: int = 100, **more: int) -> Memory:
    return Memory(
        phase=Phase.REVIEW, stability=stability, difficulty=5.0, last_day=day, last_ms=day * DAY_MS, due_day=day + 1,
        reps=4, **more,
    )  # fmt: skip


def rated(memory: Memory, rating: Rating, day: int, aided: bool = False, settings: Settings = DEFAULTS) -> Memory:
    return review(memory, rating, at_ms=day * DAY_MS, study_day=day, settings=settings, seed="core/x", aided=aided)


def test_a_new_card_takes_its_steps_and_then_comes_back_by_the_day() -> None:
    first = rated(NEW, Rating.GOOD, 100)
    assert (first.phase, first.step, first.due_ms) == (Phase.LEARNING, 1, 100 * DAY_MS + 600_000)
    assert first.due_day == 100
    second = rated(first, Rating.GOOD, 100)
    assert (second.phase, second.step, second.due_ms) == (Phase.REVIEW, None, None)
    assert second.due_day is not None
    assert second.due_day > 100
    assert second.reps == 2


def test_a_card_forgotten_in_review_is_learned_again_and_the_lapse_counted_once() -> None:
    forgotten = rated(known(20.0), Rating.AGAIN, 120)
    assert (forgotten.phase, forgotten.step, forgotten.lapses) == (Phase.RELEARNING, 0, 1)
    assert forgotten.due_ms == 120 * DAY_MS + 600_000
    assert rated(forgotten, Rating.AGAIN, 120).lapses == 1


def test_a_fail_before_the_card_was_ever_learned_is_no_lapse() -> None:
    assert rated(NEW, Rating.AGAIN, 100).lapses == 0


def test_without_relearning_steps_a_forgotten_card_comes_back_by_the_day() -> None:
    forgotten = rated(known(20.0), Rating.AGAIN, 120, settings=Settings(relearning_steps=()))
    assert (forgotten.phase, forgotten.due_ms, forgotten.lapses) == (Phase.REVIEW, None, 1)
    assert forgotten.due_day is not None
    assert forgotten.due_day > 120


def test_a_step_of_two_days_is_due_in_two_study_days() -> None:
    waiting = rated(NEW, Rating.AGAIN, 100, settings=Settings(learning_steps=(2880,)))
    assert (waiting.due_day, waiting.due_ms) == (102, 102 * DAY_MS)


def test_passes_are_counted_by_the_day_and_only_unaided_ones() -> None:
    memory = rated(rated(NEW, Rating.GOOD, 100), Rating.GOOD, 100)
    assert (memory.pass_days, memory.last_pass_day) == (1, 100)
    memory = rated(memory, Rating.EASY, 103)
    assert (memory.pass_days, memory.last_pass_day, memory.last_pass_ms) == (2, 103, 103 * DAY_MS)
    for unchanged in (rated(memory, Rating.GOOD, 110, aided=True), rated(memory, Rating.HARD, 110)):
        assert (unchanged.pass_days, unchanged.last_pass_day, unchanged.fails) == (2, 103, 0)


def test_a_fail_starts_the_count_of_passes_again_even_on_the_day_of_a_pass() -> None:
    passed = rated(known(20.0), Rating.GOOD, 110)
    failed = rated(passed, Rating.AGAIN, 110)
    assert (failed.pass_days, failed.fails) == (0, 1)
    assert failed.last_pass_day == 110
    again = rated(failed, Rating.GOOD, 110)
    assert (again.pass_days, again.fails) == (1, 0)


def test_fails_in_a_row_end_with_anything_else() -> None:
    failed = rated(rated(known(20.0), Rating.AGAIN, 110), Rating.AGAIN, 110)
    assert failed.fails == 2
    assert rated(failed, Rating.HARD, 111).fails == 0


@given(HISTORY, SETTINGS, st.integers(-5, 500))
def test_nothing_is_ever_due_before_today(
    history: list[tuple[Rating, int, bool]], settings: Settings, days: int
) -> None:
    before = after(history, settings)
    today = max(before.last_day or 0, 20_000 + days)
    for memory in preview(before, at_ms=today * DAY_MS, study_day=today, settings=settings, seed="core/x").values():
        assert memory.due_day is not None
        assert memory.due_day >= today + (memory.phase == Phase.REVIEW)
        assert memory.due_ms is None or memory.due_ms > today * DAY_MS
        assert (memory.due_ms is None) == (memory.phase == Phase.REVIEW)


@given(HISTORY, SETTINGS, st.integers(0, 500), st.booleans())
def test_the_interval_on_a_key_is_the_one_the_review_then_gives(
    history: list[tuple[Rating, int, bool]], settings: Settings, days: int, aided: bool
) -> None:
    before, day = after(history, settings), 21_000 + days
    shown = preview(before, at_ms=day * DAY_MS, study_day=day, settings=settings, seed="core/x", aided=aided)
    assert list(shown) == list(Rating)
    for rating, memory in shown.items():
        assert memory == rated(before, rating, day, aided, settings)


def test_where_a_day_would_do_for_all_each_better_rating_waits_one_day_longer() -> None:
    shown = preview(known(0.01), at_ms=101 * DAY_MS, study_day=101, settings=Settings(), seed="core/x")
    waits = [(shown[rating].due_day or 0) - 101 for rating in (Rating.HARD, Rating.GOOD, Rating.EASY)]
    assert waits == [1, 2, 3]


@given(HISTORY, SETTINGS, st.integers(0, 500))
def test_hard_waits_less_than_good_and_good_less_than_easy(
    history: list[tuple[Rating, int, bool]], settings: Settings, days: int
) -> None:
    before = after(history, settings)
    today = (before.last_day or 20_000) + days
    shown = preview(before, at_ms=today * DAY_MS, study_day=today, settings=settings, seed="core/x")
    waits = [
        shown[rating].due_day or 0
        for rating in (Rating.HARD, Rating.GOOD, Rating.EASY)
        if shown[rating].phase == Phase.REVIEW
    ]
    longest = today + settings.maximum_interval
    assert all(a < b or a == b == longest for a, b in pairwise(waits))


@given(HISTORY.filter(bool), st.integers(-4000, -1))
def test_a_clock_set_back_gives_no_negative_elapsed_time(history: list[tuple[Rating, int, bool]], back: int) -> None:
    before = after(history)
    assert before.last_day is not None
    for rating in Rating:
        same_day = rated(before, rating, before.last_day)
        earlier = rated(before, rating, before.last_day + back)
        assert earlier.last_day == before.last_day
        assert (earlier.stability, earlier.difficulty) == (same_day.stability, same_day.difficulty)
        assert earlier.due_day == same_day.due_day


@given(HISTORY, SETTINGS)
def test_the_same_history_gives_the_same_memory(history: list[tuple[Rating, int, bool]], settings: Settings) -> None:
    assert after(history, settings) == after(history, settings)


def test_cards_learned_together_drift_apart_and_one_card_not_always_the_same_way() -> None:
    def due(seed: str, reps: int = 4) -> int | None:
        card = replace(known(50.0), reps=reps)
        return review(card, Rating.GOOD, at_ms=0, study_day=150, settings=Settings(), seed=seed).due_day

    assert len({due(f"core/card-{n}") for n in range(50)}) > 5
    assert len({due("core/card", reps) for reps in range(50)}) > 5


def test_only_whole_study_days_count_and_not_the_hours() -> None:
    late = review(known(10.0), Rating.GOOD, at_ms=111 * DAY_MS - 1, study_day=110, settings=Settings(), seed="core/x")
    early = review(known(10.0), Rating.GOOD, at_ms=110 * DAY_MS, study_day=110, settings=Settings(), seed="core/x")
    assert replace(late, last_ms=None, last_pass_ms=None) == replace(early, last_ms=None, last_pass_ms=None)


@pytest.mark.parametrize("weights", [(0.4, 1.2), (-1.0,) * 21])
def test_impossible_weights_are_refused_with_a_way_out(weights: tuple[float, ...]) -> None:
    with pytest.raises(StudydlError) as caught:
        rated(NEW, Rating.GOOD, 100, settings=Settings(weights=weights))
    assert "studydl fit" in caught.value.hint
