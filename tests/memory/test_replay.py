from __future__ import annotations

from dataclasses import replace

import fsrs.scheduler
from hypothesis import given
from hypothesis import strategies as st

from studydl.memory.model import NEW, Memory, Phase, Rating, Review, Settings
from studydl.memory.replay import replay
from studydl.memory.scheduler import review

DAY_MS = 86_400_000
DEFAULTS = Settings()
KEY = "core/conv-floor"
OTHER_WEIGHTS = Settings(weights=tuple(w * 1.1 for w in fsrs.scheduler.DEFAULT_PARAMETERS))
REVIEWS = st.lists(
    st.builds(
        Review,
        rating=st.sampled_from(Rating),
        at_ms=st.integers(1_700_000_000_000, 1_900_000_000_000),
        study_day=st.integers(19_700, 22_000),
        aided=st.booleans(),
    ),
    max_size=15,
)


def studied(reviews: list[Review], settings: Settings = DEFAULTS) -> tuple[Memory, list[Review]]:
    """Return the memory after the reviews one by one, and the reviews with the decisions taken then."""
    memory, stored = NEW, []
    for past in reviews:
        memory = review(
            memory, past.rating, at_ms=past.at_ms, study_day=past.study_day, settings=settings, seed=KEY,
            aided=past.aided,
        )  # fmt: skip
        stored.append(replace(past, phase=memory.phase, step=memory.step, due_day=memory.due_day, due_ms=memory.due_ms))
    return memory, stored


def test_a_card_without_reviews_is_new() -> None:
    assert replay([], Settings(), KEY) == NEW


@given(REVIEWS)
def test_a_replay_comes_to_what_was_studied_with_or_without_the_decisions(reviews: list[Review]) -> None:
    memory, stored = studied(reviews)
    assert replay(reviews, Settings(), KEY) == memory
    assert replay(stored, Settings(), KEY) == memory


@given(REVIEWS)
def test_undoing_the_last_answer_brings_back_the_state_before_it(reviews: list[Review]) -> None:
    _, stored = studied(reviews)
    for kept in range(len(stored)):
        assert replay(stored[:kept], Settings(), KEY) == studied(reviews[:kept])[0]


@given(REVIEWS.filter(bool))
def test_new_weights_change_what_is_remembered_but_move_no_due_date(reviews: list[Review]) -> None:
    memory, stored = studied(reviews)
    refitted = replay(stored, OTHER_WEIGHTS, KEY)
    assert replace(refitted, stability=memory.stability, difficulty=memory.difficulty) == memory
    assert refitted.stability != memory.stability
    assert refitted.stability == studied(reviews, OTHER_WEIGHTS)[0].stability


@given(
    REVIEWS, st.sampled_from([Settings(retention=0.8), Settings(learning_steps=(5, 60)), Settings(maximum_interval=3)])
)
def test_new_settings_change_nothing_that_was_decided(reviews: list[Review], settings: Settings) -> None:
    memory, stored = studied(reviews)
    assert replay(stored, settings, KEY) == memory


def test_a_lapse_is_counted_by_the_phase_decided_then() -> None:
    learned = Review(Rating.GOOD, at_ms=0, study_day=100, phase=Phase.REVIEW, due_day=104)
    failed = Review(
        Rating.AGAIN, at_ms=4 * DAY_MS, study_day=104, phase=Phase.RELEARNING, step=0, due_day=104, due_ms=9
    )
    assert replay([learned, failed], Settings(), KEY).lapses == 1


def test_decided_and_undecided_reviews_may_follow_each_other() -> None:
    learned = Review(Rating.GOOD, at_ms=0, study_day=100, phase=Phase.REVIEW, due_day=104)
    memory = replay([learned, Review(Rating.GOOD, at_ms=4 * DAY_MS, study_day=104)], Settings(), KEY)
    assert memory.phase == Phase.REVIEW
    assert memory.due_day is not None
    assert memory.due_day > 104
